//! What the packs of the guide must be, and how each fault of one is named.

mod faults;
mod places;
mod reading;

use super::*;
use base::pack::{MANIFEST, listed};

/// The files with their list renewed, as a publisher does.
pub fn relisted(mut files: Files) -> Files {
    let mut manifest: serde_json::Value = serde_json::from_slice(&files[MANIFEST]).unwrap();
    let order = manifest["files"].as_array().unwrap().clone();
    let place = |path: &str| order.iter().position(|row| row[0] == path).unwrap_or(usize::MAX);
    let mut rows = listed(&files);
    rows.sort_by_key(|(path, ..)| place(path));
    manifest["files"] = serde_json::to_value(rows).unwrap();
    files.insert(MANIFEST.to_owned(), manifest.to_string().into_bytes());
    files
}

/// A language pack, as a publisher makes it.
pub fn language_files(language: &str, sentences: &[(&str, &str)]) -> Files {
    let sentences: std::collections::BTreeMap<_, _> = sentences.iter().copied().collect();
    let body = serde_json::json!({"language": language, "sentences": sentences});
    let manifest = serde_json::json!({
        "pack": 1, "kind": "language", "id": "bahasa-uji", "version": "0.1.0", "previous": null,
        "checked_on": "2026-11-23", "sources": ["uji"], "files": [],
    });
    relisted(Files::from([
        (MANIFEST.to_owned(), manifest.to_string().into_bytes()),
        ("sentences.json".to_owned(), body.to_string().into_bytes()),
    ]))
}
