//! What a responder reads: chapters, sentences for a person who speaks another language, services by place. All of it is
//! data in packs (CONTRACTS.md 5a); loading names every fault, and what is embedded needs no signature.

mod chapters;
mod directory;
mod language;
mod public;
mod words;

pub use chapters::{Chapter, Group, Guidance, Line, Look, Mark, Part, Sentence};
pub use directory::{Directory, Near, Service, ServiceKind, around, dialled};
pub use language::{Language, Tongue};
pub use public::PublicPage;

use base::Problem;
use base::pack::{Files, Kind, Manifest};
use std::sync::LazyLock;

/// All that the pocketbook shows beside its questions.
#[derive(Clone, Debug)]
pub struct Guide {
    /// Chapters and sentences.
    pub guidance: Guidance,
    /// Telephone lines and services.
    pub directory: Directory,
    /// The sentences in more languages, one pack each.
    pub languages: Vec<Language>,
}

macro_rules! files {
    ($folder:literal: $($path:literal),+ $(,)?) => {
        [$(($path, include_str!(concat!("../../packs/", $folder, "/", $path)))),+]
    };
}

static EMBEDDED: LazyLock<Guide> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the embedded packs are constants, and a test loads them")]
    let guidance = Guidance::load(&Guide::guidance_files()).expect("the embedded guidance is valid");
    #[expect(clippy::expect_used, reason = "the embedded packs are constants, and a test loads them")]
    let directory = Directory::load(&Guide::directory_files()).expect("the embedded directory is valid");
    Guide { guidance, directory, languages: Vec::new() }
});

impl Guide {
    /// The packs inside the binary.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The files of the guidance inside the binary.
    pub fn guidance_files() -> Files {
        owned(&files!["guidance":
            "pack.json", "sentences.json", "chapters/keselamatan.json", "chapters/berbicara.json", "chapters/anak.json",
            "chapters/saksi.json", "chapters/jangan.json", "chapters/sehari.json", "chapters/hak.json",
            "chapters/bantuan-hukum.json", "chapters/pulang.json", "chapters/perekrut.json", "chapters/pelabuhan.json",
            "chapters/sesudah.json",
        ])
    }

    /// The files of the directory inside the binary: national lines alone.
    pub fn directory_files() -> Files {
        owned(&files!["directory": "pack.json", "services.json"])
    }

    /// The sentences in a language.
    pub fn language(&self, tongue: Tongue) -> Option<&Language> {
        self.languages.iter().find(|language| language.tongue == tongue)
    }
}

fn owned(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

/// The manifest, if it is of this kind.
fn manifest(files: &Files, kind: Kind) -> Result<Manifest, Vec<Problem>> {
    let manifest = Manifest::read(files)?;
    if manifest.kind == kind { Ok(manifest) } else { Err(vec![Problem::at("pack.kind-unknown", "pack.json: kind")]) }
}

#[cfg(test)]
mod tests;
