//! Every page with every sample in every language keeps the promises that need no browser.

use web::{Sample, look};

fn each(check: impl Fn(&Sample) -> Result<(), String>) {
    let samples = web::samples();
    assert!(samples.len() > 120, "only {} samples", samples.len());
    let faults: Vec<String> = samples
        .iter()
        .filter_map(|sample| check(sample).err().map(|why| format!("{} ({}): {why}", sample.name, sample.lang.tag())))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn holds(truth: bool, why: impl Into<String>) -> Result<(), String> {
    if truth { Ok(()) } else { Err(why.into()) }
}

#[test]
fn every_page_has_one_heading_a_title_a_language_and_a_way_past_the_bar() {
    each(|page| {
        let html = &page.html;
        holds(html.starts_with("<!doctype html>"), "no doctype")?;
        holds(html.matches("<h1").count() == 1, format!("{} h1", html.matches("<h1").count()))?;
        holds(html.contains(&format!("<html lang=\"{}\">", page.lang.tag())), "no language")?;
        let title = html.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().trim();
        // What the history of a borrowed phone shows of a screening or a report is "Catatan", whatever the page.
        let flow = ["saku-periksa", "saku-hasil", "saku-lapor", "saku-terkirim", "saku-kotak", "lapor-", "balas-"];
        let neutral = flow.iter().any(|name| page.name.starts_with(name));
        let notes = if page.lang == base::Lang::Id { "Catatan" } else { "Notes" };
        holds(
            !title.is_empty() && !title.starts_with('-') && (!neutral || title.ends_with(notes)),
            format!("title {title:?}"),
        )?;
        holds(html.contains("href=\"#isi\"") && html.matches("id=\"isi\"").count() == 1, "no skip link")?;
        holds(html.matches("<main").count() == 1, "not one main")
    });
}

#[test]
fn no_page_carries_script_style_or_anything_from_elsewhere() {
    each(|page| {
        let html = page.html.replace(look::CRITICAL, "").replace(look::SHORT, "");
        holds(!html.contains(" style="), "style attribute")?;
        for handler in [" onclick=", " onload=", " onerror=", "javascript:"] {
            holds(!html.contains(handler), handler)?;
        }
        for script in html.split("<script").skip(1) {
            holds(
                script.starts_with(" type=\"module\" src=\"/aset/") && script.contains("\"></script>"),
                "inline script",
            )?;
        }
        for part in html.split("<style").skip(1) {
            holds(part.starts_with("></style>"), "a second inline sheet")?;
        }
        // A link to hand over names this node.
        let far = html.replace("http://www.w3.org/2000/svg", "").replace("http://batam.localhost:8201/l/", "");
        holds(!far.contains("http://") && !far.contains("https://") && !far.contains("=\"//"), "an address elsewhere")
    });
}

#[test]
fn every_field_has_a_label_and_no_id_stands_twice() {
    each(|page| {
        let attribute = |text: &str, name: &str| -> Option<String> {
            let from = text.split(&format!(" {name}=\"")).nth(1)?;
            from.split('"').next().map(str::to_owned)
        };
        let mut ids = std::collections::BTreeSet::new();
        for tag in page.html.split('<').skip(1) {
            let inside = tag.split('>').next().unwrap_or_default();
            if let Some(id) = attribute(inside, "id") {
                holds(ids.insert(id.clone()), format!("id {id} twice"))?;
            }
        }
        for tag in page.html.split('<').skip(1) {
            let inside = tag.split('>').next().unwrap_or_default();
            let kind = ["input", "select", "textarea"].into_iter().find(|kind| inside.starts_with(&format!("{kind} ")));
            if kind.is_some() && !inside.contains("type=\"hidden\"") {
                let id = attribute(inside, "id").ok_or_else(|| format!("no id: {inside}"))?;
                holds(page.html.contains(&format!("<label for=\"{id}\"")), format!("no label for {id}"))?;
            }
            for (name, word) in [("aria-describedby", "described by"), ("for", "label for")] {
                for id in attribute(inside, name).unwrap_or_default().split_whitespace() {
                    holds(ids.contains(id), format!("{word} {id}, which is not there"))?;
                }
            }
            if let Some(id) = attribute(inside, "href").and_then(|href| href.strip_prefix('#').map(str::to_owned)) {
                holds(ids.contains(&id), format!("a link to {id}, which is not there"))?;
            }
        }
        Ok(())
    });
}

#[test]
fn what_people_typed_is_shown_as_text() {
    let pages = web::samples();
    let report = pages.iter().find(|page| page.name == "laporan-satu-1").unwrap();
    assert!(!report.html.contains("<muda>"));
    assert!(report.html.contains("&#60;muda&#62;"));
}

#[test]
fn staff_forms_carry_token_and_key_public_forms_a_key_and_no_memory() {
    each(|page| {
        for form in page.html.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            let public =
                ["/saku/", "/periksa/", "/lapor\"", "/lapor/kode", "/balas"].iter().any(|path| form.contains(path));
            // A place picked from a list is no personal data: it may stand in an address, and looking changes nothing.
            let place = form.starts_with("method=\"get\"") && form.contains("<select") && !form.contains("<input");
            if public {
                holds(form.contains("autocomplete=\"off\""), "a public form that remembers")?;
                holds(!form.contains("_tanda"), "a public form with a session token")?;
            } else {
                holds(
                    place || form.contains("name=\"_tanda\" value=\"") && form.contains("name=\"_kunci\" value=\""),
                    "no token",
                )?;
            }
            holds(form.starts_with("method=\"post\"") || place, "a form that is not a post")?;
        }
        Ok(())
    });
}

#[test]
fn pages_keep_their_weight() {
    // WEB.md 4: a public document with sheet stays below 14 KB, a list of 25 rows below 4 KB, a case below 8 KB, brotli.
    let packed = |bytes: &[u8]| {
        let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
        std::io::Write::write_all(&mut out, bytes).unwrap();
        out.into_inner().len()
    };
    let sheet = |name: &str| look::Asset::named(name).unwrap().brotli.len();
    each(|page| {
        let (size, budget) = match page.name.as_str() {
            // Issue 7: the corridor page with all that it ever shows, beside its sheet.
            "koridor-3" => (packed(page.html.as_bytes()), 15 * 1_024),
            "kasus-1" => (packed(page.html.as_bytes()), 4_000),
            name if name.starts_with("kasus-satu") => (packed(page.html.as_bytes()), 8_000),
            // All chapters in one document, fetched by who prints, and in no pack.
            name if name.starts_with("saku-cetak") => (packed(page.html.as_bytes()) + sheet("publik.css"), 24_000),
            _ if page.html.contains("class=\"staff\"") => (packed(page.html.as_bytes()) + sheet("petugas.css"), 20_000),
            _ => (packed(page.html.as_bytes()) + sheet("publik.css"), 14_000),
        };
        holds(size <= budget, format!("{size} bytes, budget {budget}"))
    });
}
