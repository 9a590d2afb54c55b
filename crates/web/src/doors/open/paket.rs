//! What a phone keeps of the pocketbook (WEB.md 3): a list of paths with hash and bytes, and the files that are no pages of
//! their own. Many pages share one frame: the phone gets the frame once and of each page only its words, and puts them
//! together itself. A changed chapter is then one small file.

use crate::doors::intake::intake_key;
use crate::doors::saku;
use crate::guard::{Answer, Plain};
use crate::look::FILES;
use crate::routes::pocketbook_pages;
use crate::state::WebState;
use crate::view::localised;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{Lang, Problem, hex};
use serde_json::{Value, json};
use tower::ServiceExt;

/// The document that is kept as it comes: its form has a key of its own in each answer.
const DOCUMENT: &str = "/saku/lapor";
/// Pages of which the phone keeps the words: name of the file, and address below `/saku`.
const PAGES: [(&str, &str); 7] = [
    ("awal", ""),
    ("periksa", "/periksa"),
    ("periksa-panjang", "/periksa?bentuk=panjang"),
    ("kotak", "/kotak"),
    ("panduan", "/panduan"),
    ("kontak", "/kontak"),
    ("bahasa", "/bahasa"),
];
/// The page from which the frame of all others is taken.
const FRAMED: &str = "/saku/panduan";
/// Regencies whose contacts a phone keeps: its own and the nearest.
const REGENCIES_KEPT: usize = 7;
/// One page; none comes near.
const PAGE_BYTES_MAX: usize = 1 << 20;
/// The list asks for some eighty pages: it is made once while nothing was written, and anew after so long, as days pass.
const FRESH_SECONDS: i64 = 60;
/// Runs of hex this long are keys that a form gets anew in each answer.
const KEY_DIGITS: usize = 32;

/// `GET /saku/paket.json`: `{"versi", "terima", "berkas": [[path, sha256, bytes, of?], …]}`. Instead of a hash stands `~` and
/// a mark where each answer carries a key of its own: the mark changes with the words. `of` names the page whose words a
/// file holds.
pub async fn list(State(web): State<WebState>) -> Answer {
    let mut kept = web.pack.lock().await;
    let made_of = (web.desk.store.backend().commits().0, web.now().seconds() / FRESH_SECONDS);
    let answer = match kept.as_ref() {
        Some((of, answer)) if *of == made_of => answer.clone(),
        _ => bytes::Bytes::from(listed(&web).await?),
    };
    *kept = Some((made_of, answer.clone()));
    drop(kept);
    let mut response = packed(answer);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

async fn listed(web: &WebState) -> Result<String, Problem> {
    let pages = Pages::of(web);
    let mut files: Vec<Value> = assets().collect();
    for lang in Lang::ALL {
        files.push(pages.document(&localised(lang, DOCUMENT)).await?);
        files.push(row(&localised(lang, "/saku/kata.json"), &saku::words(lang)));
    }
    for name in ["questions.json", "guidance.json"] {
        if let Some(bytes) = web.desk.screening.file(name) {
            files.push(row(&format!("/saku/paket/{name}"), bytes));
        }
    }
    files.push(row("/saku/paket/kerangka.json", pages.frame().await?.as_bytes()));
    for (name, page) in words(web) {
        let mut entry = row(&format!("/saku/paket/isi/{name}.json"), pages.words(&page).await?.as_bytes());
        if let Some(cells) = entry.as_array_mut() {
            cells.push(page.into());
        }
        files.push(entry);
    }
    let key = intake_key(web).await;
    let all = Value::from(files.clone()).to_string();
    let version = seal::hash::sha256(&[all.as_bytes(), key.as_deref().unwrap_or_default().as_bytes()]);
    let versi: String = hex(&version).chars().take(16).collect();
    Ok(json!({ "versi": versi, "terima": key, "berkas": files }).to_string())
}

/// `GET /saku/paket/kerangka.json`: the frame of each language; `{judul}`, `{jalan}` and `{isi}` wait for a page.
pub async fn frame(State(web): State<WebState>) -> Answer {
    Ok(packed(Pages::of(&web).frame().await?))
}

/// `GET /saku/paket/isi/{*nama}`: title and words of a page, in each language.
pub async fn page_words(State(web): State<WebState>, Path(name): Path<String>) -> Answer {
    let asked = name.strip_suffix(".json");
    let known = words(&web).into_iter().find(|(name, _)| Some(name.as_str()) == asked);
    let (_, page) = known.ok_or(Problem::new("web.not-found"))?;
    Ok(packed(Pages::of(&web).words(&page).await?))
}

/// `GET /saku/paket/{name}`: the files of the question pack.
pub async fn questions(State(web): State<WebState>, Path(name): Path<String>) -> Answer {
    let bytes = web.desk.screening.file(&name).ok_or(Problem::new("web.not-found"))?.to_vec();
    Ok(packed(bytes))
}

/// Scripts and the sheet, under their own names.
fn assets() -> impl Iterator<Item = Value> {
    let kept =
        FILES.iter().filter(|file| file.name == "publik.css" || file.media_type().starts_with("text/javascript"));
    let kept = kept.filter(|file| !matches!(file.name, "saku-sw.js" | "kunci.js" | "tanpa-nama.js"));
    kept.map(|file| {
        // Those that another script names are asked for by their plain name.
        let plain = matches!(file.name, "kirim.js" | "brankas.js");
        row(&if plain { format!("/aset/{}", file.name) } else { file.href() }, file.plain)
    })
}

/// Pages of which the phone keeps the words: name of the file, and address of the page below `/saku`.
fn words(web: &WebState) -> Vec<(String, String)> {
    let guide = &web.desk.guide;
    let plain = PAGES.map(|(name, page)| (name.to_owned(), page.to_owned()));
    let chapters = guide.guidance.chapters.iter().map(|chapter| {
        let name = format!("panduan/{}", chapter.id);
        (name.clone(), format!("/{name}"))
    });
    // The page of this place is `/kontak` itself; a neighbour without services of its own would show no more.
    let around = pocketbook::around(&web.desk.me.place, REGENCIES_KEPT).into_iter().skip(1);
    let contacts = around
        .filter(|regency| guide.directory.serves(&regency.code))
        .map(|r| (format!("kontak/{}", r.code), format!("/kontak?tempat={}", r.code)));
    let tongues = guide.languages.iter().map(|language| language.tongue.tag());
    let speech = tongues.map(|tag| (format!("bahasa/{tag}"), format!("/bahasa?ke={tag}")));
    plain.into_iter().chain(chapters).chain(contacts).chain(speech).collect()
}

fn row(path: &str, bytes: &[u8]) -> Value {
    json!([path, hex(&seal::hash::sha256(&[bytes])), bytes.len()])
}

/// JSON that is packed on the way out like a page.
fn packed(bytes: impl Into<bytes::Bytes>) -> Response {
    let bytes: bytes::Bytes = bytes.into();
    let kind = HeaderValue::from_static("application/json");
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes.clone()).into_response();
    response.extensions_mut().insert(Plain(bytes));
    response
}

/// The pages of this node, asked for as a visitor asks.
struct Pages {
    router: Router,
    host: String,
}

impl Pages {
    fn of(web: &WebState) -> Self {
        Self { router: pocketbook_pages(web.clone()), host: web.set.hosts.first().cloned().unwrap_or_default() }
    }

    async fn get(&self, path: &str) -> Result<String, Problem> {
        let fault = || Problem::at("web.fault", path);
        let request = Request::builder().uri(path).header(header::HOST, &self.host).body(Body::empty());
        let response = self.router.clone().oneshot(request.map_err(|_| fault())?).await.map_err(|_| fault())?;
        if !response.status().is_success() {
            return Err(fault());
        }
        let bytes = axum::body::to_bytes(response.into_body(), PAGE_BYTES_MAX).await.map_err(|_| fault())?;
        String::from_utf8(bytes.to_vec()).map_err(|_| fault())
    }

    /// A document with its hash, or a mark where two answers differ.
    async fn document(&self, path: &str) -> Result<Value, Problem> {
        let (one, two) = (self.get(path).await?, self.get(path).await?);
        if one == two {
            return Ok(row(path, one.as_bytes()));
        }
        let mark = hex(&seal::hash::sha256(&[without_keys(&one).as_bytes()]));
        Ok(json!([path, format!("~{mark}"), 0]))
    }

    async fn frame(&self) -> Result<String, Problem> {
        let mut frames = serde_json::Map::new();
        for lang in Lang::ALL {
            let html = self.get(&localised(lang, FRAMED)).await?;
            let page = Cut::of(&html).ok_or(Problem::at("web.fault", FRAMED))?;
            let here = FRAMED.strip_prefix("/saku").unwrap_or_default();
            let head = page.between.replace(&format!("{here}\""), "{jalan}\"");
            let whole = format!("{}{{judul}}{head}{{isi}}{}", page.before, page.after);
            frames.insert(lang.tag().to_owned(), whole.into());
        }
        Ok(Value::from(frames).to_string())
    }

    async fn words(&self, page: &str) -> Result<String, Problem> {
        let mut all = serde_json::Map::new();
        for lang in Lang::ALL {
            let html = self.get(&localised(lang, &format!("/saku{page}"))).await?;
            let cut = Cut::of(&html).ok_or_else(|| Problem::at("web.fault", page))?;
            all.insert(lang.tag().to_owned(), json!([cut.title, cut.main]));
        }
        Ok(Value::from(all).to_string())
    }
}

/// A page cut into what is its own and what it shares with others.
struct Cut<'a> {
    before: &'a str,
    title: &'a str,
    between: &'a str,
    main: &'a str,
    after: &'a str,
}

impl<'a> Cut<'a> {
    fn of(html: &'a str) -> Option<Self> {
        let at = |mark: &str| html.find(mark).map(|start| start + mark.len());
        let title_from = at("<title>")?;
        let title_to = title_from + html.get(title_from..)?.find("</title>")?;
        let main_from = at("<main id=\"isi\">")?;
        let main_to = html.find("</main>")?;
        Some(Self {
            before: html.get(..title_from)?,
            title: html.get(title_from..title_to)?,
            between: html.get(title_to..main_from)?,
            main: html.get(main_from..main_to)?,
            after: html.get(main_to..)?,
        })
    }
}

/// A page without the keys of its forms.
fn without_keys(html: &str) -> String {
    let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let parts = html.split_inclusive(|c| !digit(c)).map(|part| {
        let (digits, end) = part.split_at(part.trim_end_matches(|c| !digit(c)).len());
        if digits.len() >= KEY_DIGITS { end } else { part }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_and_put_together_without_a_byte_lost() {
        let html = "<head><title>Hak - Simpul Batam</title></head><main id=\"isi\">\n<h1>Hak</h1></main><footer>";
        let cut = Cut::of(html).unwrap();
        assert_eq!((cut.title, cut.main), ("Hak - Simpul Batam", "\n<h1>Hak</h1>"));
        assert_eq!([cut.before, cut.title, cut.between, cut.main, cut.after].concat(), html);
        assert!(Cut::of("<main id=\"isi\"></main>").is_none());
    }

    #[test]
    fn two_answers_differ_by_their_keys_alone() {
        let page = |key: &str| format!("<input value=\"{key}\"><p>abc 21.71</p>");
        assert_eq!(without_keys(&page(&"0a".repeat(16))), without_keys(&page(&"f1".repeat(32))));
        assert_ne!(without_keys(&page("aa")), without_keys(&page("bb")));
        assert!(without_keys(&page("x")).contains("abc 21.71"));
    }
}
