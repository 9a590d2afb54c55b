//! What each target does with hostile bytes, and the good bytes to start from. A target panics when a promise breaks: no
//! input stops a reader, and what is read and written again is the same.

mod seeds;

pub use seeds::seeds;

use base::{Lang, NodeId};
use seal::{Body, IdentityKey};
use std::collections::BTreeMap;

/// One target: its name, what it does, its seeds.
pub struct Target {
    /// As the fuzz target is called.
    pub name: &'static str,
    /// What it does with bytes.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: [Target; 9] = [
    Target { name: "accord_document", run: accord_document },
    Target { name: "accord_request", run: accord_request },
    Target { name: "screening_pack", run: screening_pack },
    Target { name: "guide_pack", run: guide_pack },
    Target { name: "screening_line", run: screening_line },
    Target { name: "envelope", run: envelope },
    Target { name: "body", run: body },
    Target { name: "bundle", run: bundle },
    Target { name: "join_file", run: join_file },
];

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

fn guide_of(bytes: &[u8]) -> Result<(), Vec<base::Problem>> {
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
fn pack_of(bytes: &[u8]) -> Option<pocketbook::Pack> {
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

/// An envelope is peeked at by a carrier and opened by its receiver.
pub fn envelope(bytes: &[u8]) {
    let cast = seeds::cast();
    let _ = seal::peek(bytes);
    let key = cast.identity.public();
    let opened = seal::open(bytes, &cast.epoch, seeds::TO, &|kid| (*kid == key.kid()).then_some((seeds::FROM, key)));
    if let Ok(opened) = opened {
        assert_eq!(opened.body.encode().as_deref(), Ok(opened.payload.as_slice()));
    }
}

/// What decodes is canonical: it encodes to the same bytes.
pub fn body(bytes: &[u8]) {
    if let Ok(body) = Body::decode(bytes) {
        assert_eq!(body.encode().as_deref(), Ok(bytes));
    }
}

/// A bundle from a stick.
pub fn bundle(bytes: &[u8]) {
    let cast = seeds::cast();
    let key = IdentityKey::public(&cast.identity);
    let find = move |node: NodeId| (node == seeds::FROM).then_some(key);
    let _ = seal::bundle::unpack(bytes, std::slice::from_ref(&cast.epoch), &find);
}

/// A joining file, and an accord file, as an import meets them.
pub fn join_file(bytes: &[u8]) {
    let _ = seal::entry::read_joining_file(bytes);
    let _ = seal::AccordFile::decode(bytes).map(seal::AccordFile::verify);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_is_good_and_every_target_holds_on_it() {
        for target in &TARGETS {
            for seed in seeds(target.name) {
                (target.run)(&seed);
            }
        }
        let first = |name: &str| seeds(name).swap_remove(0);
        assert!(accord::Document::parse(&first("accord_document")).is_ok());
        assert!(accord::Request::parse(&first("accord_request")).is_ok());
        assert!(!pocketbook::run_lines(pocketbook::Pack::embedded(), &first("screening_line"), Lang::Id).1);
        assert!(pack_of(&first("screening_pack")).is_some());
        assert!(seeds("guide_pack").iter().all(|seed| guide_of(seed).is_ok()));
        assert!(Body::decode(&first("body")).is_ok());
        assert!(seal::entry::read_joining_file(&first("join_file")).is_ok());
        let cast = seeds::cast();
        let key = cast.identity.public();
        assert!(seal::open(&first("envelope"), &cast.epoch, seeds::TO, &|_| Some((seeds::FROM, key))).is_ok());
        let unpacked = seal::bundle::unpack(&first("bundle"), std::slice::from_ref(&cast.epoch), &|_| Some(key));
        assert!(unpacked.is_ok_and(|unpacked| unpacked.ended.is_ok() && unpacked.items.len() == 3));
    }
}
