//! Writes `crates/seal/vectors/`. Run it only when a new kind of vector is added; a change of one that exists is a change of
//! a format, which needs a new version and a new file.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_imports,
    reason = "fixed inputs; a tool for developers"
)]

#[path = "../tests/vectors/make.rs"]
mod make;

fn main() {
    for (name, content) in make::all() {
        let path = format!("{}/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, serde_json::to_string_pretty(&content).unwrap() + "\n").unwrap();
    }
}
