//! What pages weigh on the wire: every page that a browser may get, in every language, with what it loads besides.

use crate::row::{Line, Row};
use std::io::Write;
use web::look::{Asset, FILES};

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let (mut public, mut staff, mut document, mut corridors, mut map) = (0, 0, 0, 0, 0);
    for sample in web::samples() {
        if sample.name == FULL_CORRIDORS {
            corridors = corridors.max(packed(sample.html.as_bytes())?);
            map = map.max(packed(svg(&sample.html).as_bytes())?);
            anyhow::ensure!(sample.html.contains("class=\"coast\""), "a map without its coast: make islands");
        }
        let html = packed(sample.html.as_bytes())?;
        let loaded: usize = loads(&sample.html).map(|asset| asset.brotli.len()).sum();
        if loads(&sample.html).any(|asset| asset.name == STAFF_SHEET) {
            staff = staff.max(html + loaded);
            // The fullest corridors have a budget of their own, below.
            document = document.max(if sample.name == FULL_CORRIDORS { 0 } else { html });
        } else if !loads(&sample.html).any(|asset| asset.name == POCKETBOOK) {
            public = public.max(html + loaded);
        }
    }
    Ok(vec![
        row("public page, first visit, brotli: the largest", public, 14_000.0)?.beside("GlobaLeaks 523 000").into(),
        row("staff page, first visit: the largest", staff, 20_000.0)?.into(),
        row("staff page, its document alone: the largest", document, 8_000.0)?.into(),
        row("corridor page, 40 arcs, 100 lines a table", corridors, 15.0 * 1_024.0)?.into(),
        row("  its map: coast, 514 regencies, 40 arcs", map, 20.0 * 1_024.0)?.into(),
    ])
}

/// The sample of `/koridor` with all that it ever shows.
const FULL_CORRIDORS: &str = "koridor-3";
const STAFF_SHEET: &str = "petugas.css";
/// Pages of the pocketbook are an install with a budget of its own, measured in the browser.
const POCKETBOOK: &str = "saku.js";

fn row(name: &'static str, bytes: usize, most: f64) -> anyhow::Result<Row> {
    Ok(Row::at_most(name, f64::from(u32::try_from(bytes)?), "bytes", most))
}

fn loads(html: &str) -> impl Iterator<Item = &'static Asset> {
    FILES.iter().filter(move |asset| html.contains(&asset.href()))
}

/// The first picture of a page.
fn svg(html: &str) -> &str {
    let from = html.find("<svg class=\"chart\"").unwrap_or(html.len());
    let picture = html.get(from..).unwrap_or_default();
    picture.split_inclusive("</svg>").next().unwrap_or_default()
}

/// As the node packs a page.
fn packed(plain: &[u8]) -> anyhow::Result<usize> {
    let mut out = brotli::CompressorWriter::new(Vec::new(), 4_096, 5, 20);
    out.write_all(plain)?;
    Ok(out.into_inner().len())
}
