//! What a publisher does: lists the files as they are and signs the list.

use base::Problem;
use base::pack::{CONTEXT, Files, MANIFEST, Manifest, SIGNATURE, json, listed};
use seal::PublisherKey;

/// The pack with its list renewed and signed. Listed files keep their order: a guidance shows its chapters in it.
pub fn publish(mut files: Files, key: &PublisherKey) -> Result<Files, Problem> {
    let mut manifest: serde_json::Value = json(&files, MANIFEST)?;
    let order: Vec<String> = Manifest::read(&files)
        .map(|manifest| manifest.files.into_iter().map(|(path, ..)| path).collect())
        .unwrap_or_default();
    let mut rows = listed(&files);
    rows.sort_by_key(|(path, ..)| order.iter().position(|known| known == path).unwrap_or(usize::MAX));
    let bad = || Problem::at("pack.malformed", MANIFEST);
    manifest.as_object_mut().ok_or_else(bad)?.insert("files".to_owned(), serde_json::json!(rows));
    let mut text = serde_json::to_vec_pretty(&manifest).map_err(|_| bad())?;
    text.push(b'\n');
    files.insert(SIGNATURE.to_owned(), key.sign(CONTEXT, &text).to_vec());
    files.insert(MANIFEST.to_owned(), text);
    Ok(files)
}
