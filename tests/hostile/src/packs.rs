//! What people write and sign: documents, requests, packs, lines of answers, lists, and what is typed by hand.

use crate::seeds;
use base::{Lang, Timestamp};
use recruiters::resolve::{Options, resolve};
use recruiters::writing;
use std::collections::BTreeMap;

/// A document is checked, explained and decided, whatever it says.
pub fn accord_document(bytes: &[u8]) {
    let (findings, exit) = accord::commands::run_check(bytes);
    assert_eq!(exit == 0, accord::Document::parse(bytes).is_ok());
    let _ = accord::commands::check_json(&findings, Lang::En);
    let _ = accord::commands::run_explain(bytes, Lang::Id).map(|words| words.to_string());
    let _ = accord::commands::run_decide(bytes, seeds::REQUEST.as_bytes(), Lang::En);
}

/// A request is decided against a good document; no shelter field leaves, whatever it says.
pub fn accord_request(bytes: &[u8]) {
    let _ = accord::commands::run_decide(seeds::DOCUMENT.as_bytes(), bytes, Lang::En);
    let (Ok(document), Ok(request)) =
        (accord::Document::parse(seeds::DOCUMENT.as_bytes()), accord::Request::parse(bytes))
    else {
        return;
    };
    let decision = accord::decide(&document, &request, accord::FieldList::shipped());
    assert!(decision.allowed().all(|(field, ..)| !field.starts_with("shelter.")));
    assert_eq!(decision.answers().len(), request.fields.len());
}

/// The three files of a pack in one input, each after a line of `--- NAME`.
pub fn screening_pack(bytes: &[u8]) {
    if let Some(pack) = pack_of(bytes) {
        let _ = pocketbook::run_lines(&pack, seeds::LINE.as_bytes(), Lang::Id);
    }
}

/// The files of a guidance, a directory or a language in one input, each after a line of `--- NAME`.
pub fn guide_pack(bytes: &[u8]) {
    let _ = guide_of(bytes);
}

pub(crate) fn guide_of(bytes: &[u8]) -> Result<(), Vec<base::Problem>> {
    use base::pack::{Kind, Manifest};
    let files = listed_anew(bytes).unwrap_or_default();
    let manifest = Manifest::read(&files)?;
    let faults = manifest.faults(&files, i64::MAX);
    match manifest.kind {
        Kind::Guidance => {
            let guidance = pocketbook::Guidance::load(&files)?;
            assert!(guidance.chapters.iter().all(|chapter| guidance.chapter(&chapter.id).is_some()));
        }
        Kind::Directory => {
            let directory = pocketbook::Directory::load(&files)?;
            let here = base::Place::parse("21.71").expect("a place");
            assert!(directory.near(&here, 9).is_sorted_by_key(|near| near.km));
        }
        _ => {
            let language = pocketbook::Language::load(&files)?;
            assert!(language.missing(&pocketbook::Guide::embedded().guidance).count() <= 40);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// A pack whose manifest lists the files as they are; else every change ends at the hash of its file.
pub(crate) fn pack_of(bytes: &[u8]) -> Option<pocketbook::Pack> {
    pocketbook::Pack::load(listed_anew(bytes)?).ok()
}

fn listed_anew(bytes: &[u8]) -> Option<base::pack::Files> {
    let parts = std::str::from_utf8(bytes).ok()?.split("--- ").filter_map(|part| part.split_once('\n'));
    let mut files: BTreeMap<String, Vec<u8>> = parts.map(|(name, body)| (name.to_owned(), body.into())).collect();
    if let Some(Ok(mut manifest)) =
        files.get("pack.json").map(|bytes| serde_json::from_slice::<serde_json::Value>(bytes))
    {
        manifest.as_object_mut()?.insert("files".to_owned(), serde_json::json!(base::pack::listed(&files)));
        files.insert("pack.json".to_owned(), manifest.to_string().into_bytes());
    }
    Some(files)
}

/// Lines of answers: one line out for each that is not blank.
pub fn screening_line(bytes: &[u8]) {
    let _ = pocketbook::run_lines(pocketbook::Pack::embedded(), bytes, Lang::En);
}

/// A handbook is loaded or refused by name; every step it has belongs to a line it has.
pub fn handbook_pack(bytes: &[u8]) {
    let _ = handbook_of(bytes);
}

pub(crate) fn handbook_of(bytes: &[u8]) -> Result<casework::Handbook, Vec<base::Problem>> {
    let files: Vec<(String, Vec<u8>)> = listed_anew(bytes).unwrap_or_default().into_iter().collect();
    let handbook = casework::Handbook::load(&files)?;
    assert!(handbook.steps.values().all(|step| handbook.lines.iter().any(|line| line.id == step.line)));
    Ok(handbook)
}

/// A list of fields: what reads has each field once, under its own category.
pub fn field_list(bytes: &[u8]) {
    let Ok(list) = accord::FieldList::parse(&String::from_utf8_lossy(bytes)) else { return };
    assert!(list.fields().iter().all(|field| list.category(&field.field) == Some(field.category)));
}

/// What is typed or stands in an address: numbers, places, moments, ids, codes on paper. What is printed again reads again.
pub fn typed(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let now = Timestamp::from_seconds(1_795_402_800);
    let _ = casework::nik::Nik::parse(&text, now).map(|nik| nik.masked());
    let _ = seal::reply::read_reply_code(&text);
    let _ = seal::read_slip(&text);
    if let Ok(place) = base::Place::parse(&text) {
        assert_eq!(base::Place::parse(place.code()), Ok(place));
    }
    if let Some(at) = Timestamp::parse(&text) {
        assert_eq!(Timestamp::parse(&at.to_string()), Some(at));
    }
    if let Ok(case) = text.parse::<base::CaseId>() {
        assert_eq!(case.to_string().parse::<base::CaseId>(), Ok(case));
    }
    if let Ok(node) = text.parse::<base::NodeId>() {
        assert_eq!(node.to_string().parse::<base::NodeId>(), Ok(node));
    }
    let _ = casework::handbook::Version::parse(&text);
}

/// Every row that is not skipped stands in one group, and one thread or two give the same bytes.
pub fn mentions(bytes: &[u8]) {
    let Ok(input) = recruiters::reading::read(bytes, 1 << 28) else { return };
    let grouped = |threads| {
        let options = Options { threshold: 0.9, threads, memory_bytes: 1 << 28 };
        let found = resolve(&input.mentions, &options, &|_| {}).expect("so few rows fit");
        let mut written = Vec::new();
        writing::clusters(&input.mentions, &found, &mut written).expect("memory takes all");
        writing::pairs(&input.mentions, &found, &mut written).expect("memory takes all");
        let rows: u32 = (0_u32..)
            .zip(&found.groups.group)
            .filter(|(row, group)| row == *group)
            .map(|(row, _)| found.groups.size(row))
            .sum();
        assert_eq!(rows as usize, input.mentions.rows.len());
        written
    };
    assert_eq!(grouped(1), grouped(2));
}

/// Services as CSV, as HSDS, and as an item of an entry: what is read is read again the same from what is written.
pub fn services(bytes: &[u8]) {
    use pocketbook::services::{csv, hsds};
    const TODAY: i64 = 20_786;
    if let Ok(read) = csv::read(bytes, TODAY) {
        assert_eq!(csv::read(csv::write(&read).as_bytes(), TODAY).as_ref(), Ok(&read));
    }
    if let Ok(read) = hsds::read(bytes, TODAY) {
        assert_eq!(hsds::read(hsds::write(read.iter()).as_bytes(), TODAY).as_ref(), Ok(&read));
    }
    let item = seal::cbor::decode(bytes).ok().and_then(|value| desk::directory::from_item(&value, TODAY));
    if let Some(service) = item {
        assert_eq!(pocketbook::services::Listed::from_record(&service.record(), TODAY).as_ref(), Ok(&service));
    }
}
