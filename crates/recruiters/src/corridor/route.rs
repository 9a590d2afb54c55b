//! Which places a way has: codes of regencies, provinces and of places abroad. What a case says of the way is free text; only
//! the names of places in it are taken, and nothing else of it goes on.

use base::places::{PROVINCES, Place, REGENCIES};
use base::text::match_key;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A place abroad: ISO 3166-2, or the country alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Abroad {
    /// `MY-01`, `SG`.
    pub code: &'static str,
    /// What people call it; each is read too.
    pub names: &'static [&'static str],
    /// Degrees.
    pub lat: f64,
    /// Degrees.
    pub lng: f64,
}

macro_rules! abroad {
    ($($code:literal, $lat:literal, $lng:literal, $($name:literal)+;)*) => {
        /// Where ways lead: towns where they are known, else the country by its capital or the usual port of arrival.
        pub const ABROAD: &[Abroad] = &[$(Abroad { code: $code, names: &[$($name),+], lat: $lat, lng: $lng },)*];
    };
}

abroad! {
    "MY-01", 1.46, 103.76, "Johor" "Johor Bahru" "Johor Baru";
    "MY-12", 4.25, 117.89, "Sabah" "Tawau";
    "MY-13", 1.55, 110.35, "Sarawak" "Kuching";
    "MY-14", 3.139, 101.687, "Kuala Lumpur";
    "MY-07", 5.41, 100.33, "Pulau Pinang" "Penang";
    "MY", 3.139, 101.687, "Malaysia";
    "SG", 1.29, 103.85, "Singapura" "Singapore";
    "BN", 4.90, 114.94, "Brunei" "Brunei Darussalam";
    "HK", 22.32, 114.17, "Hong Kong" "Hongkong";
    "TW", 25.03, 121.57, "Taiwan";
    "KH", 11.56, 104.92, "Kamboja" "Cambodia" "Phnom Penh" "Sihanoukville";
    "MM", 16.69, 98.51, "Myanmar" "Myawaddy";
    "TH", 13.76, 100.50, "Thailand" "Bangkok";
    "LA", 20.35, 100.08, "Laos";
    "VN", 10.78, 106.70, "Vietnam";
    "PH", 14.60, 120.98, "Filipina" "Philippines" "Manila";
    "SA", 24.71, 46.68, "Arab Saudi" "Saudi Arabia" "Jeddah" "Riyadh";
    "AE", 25.20, 55.27, "Uni Emirat Arab" "Dubai" "Abu Dhabi";
    "JP", 35.68, 139.69, "Jepang" "Japan";
    "KR", 37.57, 126.98, "Korea Selatan" "South Korea" "Korea";
}

/// Places of one way that are kept; longer texts are no way.
const STOPS_MAX: usize = 6;
/// Characters of a text that are read.
const TEXT_CHARS_MAX: usize = 2_000;

/// The code of the regency or province that a place code lies in; never finer.
pub fn regency_code(code: &str) -> Option<String> {
    let place = Place::parse(code).ok()?;
    Some(place.regency().map_or_else(|| place.province().to_owned(), |regency| regency.code.clone()))
}

/// Latitude and longitude of a code; `None` of a province, which has no point.
pub fn point(code: &str) -> Option<(f64, f64)> {
    let abroad = ABROAD.iter().find(|abroad| abroad.code == code).map(|abroad| (abroad.lat, abroad.lng));
    abroad.or_else(|| Place::parse(code).ok()?.regency().map(|regency| (regency.lat, regency.lng)))
}

/// The way of a case: where she comes from, the places of the text, and where she was found if the text lacks it.
pub fn of_case(origin: Option<&str>, text: &str, found_in: &str) -> Vec<String> {
    let mut stops: Vec<String> = origin.and_then(regency_code).into_iter().collect();
    stops.extend(spots(text));
    stops.dedup();
    if let Some(found) = regency_code(found_in).filter(|found| !stops.contains(found)) {
        let is_abroad = |code: &String| ABROAD.iter().any(|abroad| abroad.code == *code);
        let at = stops.iter().position(is_abroad).unwrap_or(stops.len());
        stops.insert(at, found);
    }
    stops.truncate(STOPS_MAX);
    stops
}

/// The places that a text names, in its order: parts between commas, arrows and dashes that are the name of a place, or end
/// with one. A regency and a city of one name are the regency, unless the text says city (kota).
pub fn spots(text: &str) -> Vec<String> {
    let text: String = text.chars().take(TEXT_CHARS_MAX).collect();
    let parts = text.split([',', ';', '/', '>', '-', '–', '—', '→', '.', '\n']);
    let mut found: Vec<String> = parts.filter_map(spot).take(STOPS_MAX).collect();
    found.dedup();
    found
}

/// Words that may stand before the name of a place, without being part of it.
const BEFORE: [&str; 14] = [
    "dari",
    "ke",
    "di",
    "lalu",
    "lewat",
    "via",
    "kemudian",
    "tujuan",
    "from",
    "to",
    "then",
    "through",
    "kab",
    "kabupaten",
];

fn spot(part: &str) -> Option<String> {
    let key = match_key(part);
    let mut rest = key.as_str();
    loop {
        if let Some(code) = NAMES.get(rest) {
            return Some(code.clone());
        }
        let (first, after) = rest.split_once(' ')?;
        if !BEFORE.contains(&first) {
            return None;
        }
        rest = after;
    }
}

/// Names as they are matched. What is put in last wins: a regency over a city, a city over a province of the same name.
static NAMES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let mut names = BTreeMap::new();
    names.extend(PROVINCES.iter().map(|(code, name)| (match_key(name), code.clone())));
    for kind in ["Kota ", "Kota Administrasi ", "Kabupaten "] {
        for regency in REGENCIES.iter() {
            if let Some(short) = regency.name.strip_prefix(kind) {
                names.insert(match_key(short), regency.code.clone());
                names.insert(match_key(&regency.name), regency.code.clone());
            }
        }
    }
    for abroad in ABROAD {
        names.extend(abroad.names.iter().map(|name| (match_key(name), abroad.code.to_owned())));
    }
    names
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_places_are_read_in_every_way_they_are_written() {
        for text in [
            "Lombok Timur, Batam, Johor",
            "Kab. Lombok Timur -> Kota Batam -> Johor Bahru",
            "dari kabupaten lombok timur; lalu ke Batam; lalu Johor",
            "Lombok Timur – Batam – JOHOR",
        ] {
            // "Kab." ends a part by its point; the name after it is read all the same.
            assert_eq!(spots(text), ["52.03", "21.71", "MY-01"], "{text}");
        }
        assert_eq!(spots("Kupang, Kota Kupang, Kuala Lumpur"), ["53.01", "53.71", "MY-14"]);
    }

    #[test]
    fn what_is_no_place_is_left_out_whatever_it_says() {
        assert_eq!(spots("rumah Ibu Siti, Jalan Melati 7, Batam"), ["21.71"]);
        assert_eq!(spots("ia dijemput Pak Haji di Batam dan dibawa"), Vec::<String>::new());
        assert_eq!(spots(""), Vec::<String>::new());
    }

    #[test]
    fn the_way_of_a_case_begins_at_home_and_has_where_she_was_found() {
        let of = |origin, text, found| of_case(origin, text, found).join(" ");
        assert_eq!(of(Some("52.03"), "Lombok Timur, Batam, Johor", "21.71"), "52.03 21.71 MY-01");
        assert_eq!(of(Some("52.03.04.2001"), "Johor", "21.71.05"), "52.03 21.71 MY-01", "never finer than a regency");
        assert_eq!(of(Some("52.03"), "", "21.71"), "52.03 21.71");
        assert_eq!(of(None, "", "21.71"), "21.71");
        assert_eq!(of(Some("52"), "Singapura", "21.71"), "52 21.71 SG");
        assert_eq!(of(Some("21.71"), "", "21.71"), "21.71");
    }

    #[test]
    fn every_place_abroad_has_a_point_and_no_name_twice() {
        let mut names = std::collections::BTreeSet::new();
        for abroad in ABROAD {
            assert_eq!(point(abroad.code), Some((abroad.lat, abroad.lng)));
            assert!(abroad.names.iter().all(|name| names.insert(match_key(name))), "{}", abroad.code);
        }
        assert!(point("21.71").is_some() && point("21").is_none() && point("XX").is_none());
    }
}
