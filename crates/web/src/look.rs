//! The look: style sheets and islands, embedded by `build.rs`, each under a name that carries its hash; and the icons.

/// One embedded file.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its name, such as `publik.css`.
    pub name: &'static str,
    /// First four bytes of its SHA-256, in hex.
    pub hash: &'static str,
    /// Its bytes.
    pub plain: &'static [u8],
    /// The same, brotli level 11.
    pub brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/look.rs"));

/// Whether a page is never kept and long: then its inline sheet is short, and the whole of it is linked, so that a second visit
/// carries less. The path is without its language.
pub fn is_short(path: &str) -> bool {
    crate::guard::within(path, "/lapor")
}

impl Asset {
    /// The file of a name, if the build had it.
    pub fn named(name: &str) -> Option<&'static Self> {
        FILES.iter().find(|file| file.name == name)
    }

    /// The file that a request asks for, and whether the name carries its hash and may be kept for ever.
    pub fn asked(path: &str) -> Option<(&'static Self, bool)> {
        if let Some(file) = Self::named(path) {
            return Some((file, false));
        }
        FILES.iter().find(|file| file.hashed_name() == path).map(|file| (file, true))
    }

    /// `publik.1a2b3c4d.css`.
    pub fn hashed_name(&self) -> String {
        match self.name.rsplit_once('.') {
            Some((stem, end)) => format!("{stem}.{}.{end}", self.hash),
            None => format!("{}.{}", self.name, self.hash),
        }
    }

    /// Where pages link it.
    pub fn href(&self) -> String {
        format!("/aset/{}", self.hashed_name())
    }

    /// Its media type, from its ending.
    pub fn media_type(&self) -> &'static str {
        match self.name.rsplit_once('.').map(|(_, end)| end) {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("json") => "application/json",
            Some("svg") => "image/svg+xml",
            Some("webmanifest") => "application/manifest+json",
            _ => "application/octet-stream",
        }
    }
}

/// An icon: 24-grid, two-pixel stroke, the colour of the text; always beside a word, so hidden from readers.
pub fn icon(name: &str) -> String {
    let path = ICONS.iter().find(|(known, _)| *known == name).map_or("", |(_, path)| path);
    format!(
        "<svg class=\"i\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{path}\"/></svg>"
    )
}

/// All icons, as one path each.
const ICONS: &[(&str, &str)] = &[
    ("back", "M15 5l-7 7 7 7"),
    ("book", "M4 5c3-1.5 6-1 8 1v14c-2-2-5-2.5-8-1zM20 5c-3-1.5-6-1-8 1v14c2-2 5-2.5 8-1z"),
    ("box", "M3 8l9-5 9 5v8l-9 5-9-5zM3 8l9 5 9-5M12 13v8"),
    ("exit", "M14 4h5v16h-5M4 12h11M11 8l4 4-4 4"),
    ("help", "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 8v8M8 12h8"),
    ("key", "M8 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 13h9v4M17 13v3"),
    ("knot", "M5 12a4 4 0 0 1 7-2.6l0 5.2a4 4 0 0 0 7-2.6 4 4 0 0 0-7-2.6M12 14.6a4 4 0 0 1-7-2.6"),
    ("list", "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01"),
    ("next", "M9 5l7 7-7 7"),
    (
        "phone",
        "M6 3h4l1.5 5-2.5 2a11 11 0 0 0 5 5l2-2.5 5 1.5v4c0 1.5-1.5 2.5-3 2.5C10 20 4 14 3.5 6 3.5 4.5 4.5 3 6 3z",
    ),
    ("report", "M5 4h14v12h-8l-4 4v-4H5zM9 9h6M9 12h4"),
    ("search", "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L21 21"),
    ("shield", "M12 3l7 3v6c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6zM9 12l2 2 4-4"),
    ("talk", "M4 5h12v8H9l-4 3v-3H4zM20 9v8h-1v3l-4-3h-5"),
    ("warn", "M12 4l9 16H3zM12 10v4M12 17h.01"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_and_icons_keep_their_budgets() {
        let packed = |bytes: &[u8]| {
            let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
            std::io::Write::write_all(&mut out, bytes).unwrap();
            out.into_inner().len()
        };
        assert!(packed(CRITICAL.as_bytes()) <= 2_000, "critical sheet: {} bytes", packed(CRITICAL.as_bytes()));
        assert!(packed(SHORT.as_bytes()) <= 600, "short sheet: {} bytes", packed(SHORT.as_bytes()));
        for (name, budget) in [("umum.css", 2_000), ("publik.css", 4_000), ("petugas.css", 8_000)] {
            let size = Asset::named(name).unwrap().brotli.len();
            assert!(size <= budget, "{name}: {size} bytes");
        }
        let icons: String = ICONS.iter().map(|(name, _)| icon(name)).collect();
        assert!(icons.len() <= 4_000, "icons: {} bytes", icons.len());
    }

    #[test]
    fn a_name_with_its_hash_may_be_kept_for_ever() {
        let sheet = Asset::named("publik.css").unwrap();
        assert!(Asset::asked("publik.css").is_some_and(|(_, forever)| !forever));
        assert!(Asset::asked(&sheet.hashed_name()).is_some_and(|(_, forever)| forever));
        assert!(Asset::asked("publik.00000000.css").is_none());
        assert!(Asset::asked("../Cargo.toml").is_none());
    }

    #[test]
    fn the_policy_names_the_inline_sheet() {
        assert!(CRITICAL_HASH.starts_with("sha256-") && SHORT_HASH.starts_with("sha256-"));
        assert!(!CRITICAL.contains("</") && !SHORT.contains("</"));
    }
}
