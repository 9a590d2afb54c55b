//! Writes every page with every sample in every language, with its sheets, into a folder: for html-validate, axe and eyes.
//! `cargo run -p web --example samples -- DIR`

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let dir = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "samples".to_owned()));
    std::fs::create_dir_all(dir.join("aset"))?;
    for sample in web::samples() {
        std::fs::write(dir.join(format!("{}.{}.html", sample.name, sample.lang.tag())), sample.html)?;
    }
    for file in web::look::FILES {
        std::fs::write(dir.join("aset").join(file.hashed_name()), file.plain)?;
    }
    Ok(())
}
