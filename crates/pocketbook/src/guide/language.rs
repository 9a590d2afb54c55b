//! The sentences of the interpreter's page in one more language, and their clips. Nothing is made up here: a sentence that
//! a pack lacks is shown in Indonesian, marked as that, and counted.

use super::manifest;
use super::{Guidance, words::Faults};
use base::pack::{Files, Kind, json, name};
use base::{Problem, Text};
use serde::Deserialize;
use std::collections::BTreeMap;

const SENTENCES: &str = "sentences.json";
const CLIPS: &str = "clips/";
/// One clip: three seconds of speech at 10 kbit/s.
const CLIP_BYTES_MAX: usize = 4_096;
/// Where the first packet of an Ogg file begins.
const OPUS_HEAD_AT: usize = 28;

/// A language that a person at the other side of the counter may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tongue {
    /// Indonesian.
    Id,
    /// English.
    En,
    /// Javanese.
    Jv,
    /// Sundanese.
    Su,
    /// Sasak, of Lombok.
    Sas,
    /// Tetum, of Timor.
    Tet,
    /// Uab Meto, of western Timor.
    Aoz,
}

impl Tongue {
    /// All, the two of the interface first.
    pub const ALL: [Self; 7] = [Self::Id, Self::En, Self::Jv, Self::Su, Self::Sas, Self::Tet, Self::Aoz];

    /// Its BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
            Self::Jv => "jv",
            Self::Su => "su",
            Self::Sas => "sas",
            Self::Tet => "tet",
            Self::Aoz => "aoz",
        }
    }

    /// Reads a tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tongue| tongue.tag() == tag)
    }

    /// Its name for the reader.
    pub fn name(self) -> Text {
        match self {
            Self::Id => Text::new("Indonesia", "Indonesian"),
            Self::En => Text::new("Inggris", "English"),
            Self::Jv => Text::new("Jawa", "Javanese"),
            Self::Su => Text::new("Sunda", "Sundanese"),
            Self::Sas => Text::new("Sasak", "Sasak"),
            Self::Tet => Text::new("Tetun", "Tetum"),
            Self::Aoz => Text::new("Uab Meto", "Uab Meto"),
        }
    }
}

/// One language as its pack gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Which.
    pub tongue: Tongue,
    /// Version of its pack.
    pub version: String,
    /// Sentences by key.
    pub sentences: BTreeMap<String, String>,
    /// Clips by key: Ogg Opus.
    pub clips: BTreeMap<String, Vec<u8>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    language: String,
    sentences: BTreeMap<String, String>,
}

impl Language {
    /// Reads the content of a pack; every fault at once. A sentence that the guidance does not have is kept: the guidance may
    /// change before its translations do.
    pub fn load(files: &Files) -> Result<Self, Vec<Problem>> {
        let manifest = manifest(files, Kind::Language)?;
        let mut faults = Faults::default();
        let shape: Shape = json(files, SENTENCES).map_err(|problem| vec![problem])?;
        let tongue = Tongue::parse(&shape.language);
        faults.expect(tongue.is_some(), "pack.language-unknown", &format!("{SENTENCES}: language"));
        let own = matches!(tongue, Some(Tongue::Id | Tongue::En));
        for (key, text) in &shape.sentences {
            let at = format!("{SENTENCES}: sentences.{key}");
            faults.expect(sentence_key(key) && !own, "pack.word-unknown", &at);
            faults.words(text, &at);
        }
        let mut clips = BTreeMap::new();
        for (path, ..) in manifest.files.iter().filter(|(path, ..)| path != SENTENCES) {
            let key = path.strip_prefix(CLIPS).and_then(|name| name.strip_suffix(".opus"));
            match (key.filter(|key| sentence_key(key)), files.get(path)) {
                (Some(key), Some(bytes)) if opus(bytes) => {
                    clips.insert(key.to_owned(), bytes.clone());
                }
                (Some(_), None) => {}
                _ => faults.at("pack.clip-bad", path),
            }
        }
        let tongue = tongue.unwrap_or(Tongue::Id);
        faults.or(Self { tongue, version: manifest.version, sentences: shape.sentences, clips })
    }

    /// Its sentences and clips that the guidance does not know.
    pub fn unknown<'a>(&'a self, guidance: &'a Guidance) -> impl Iterator<Item = &'a str> {
        let keys = self.sentences.keys().chain(self.clips.keys());
        keys.map(String::as_str).filter(|key| !guidance.sentences().any(|sentence| sentence.key == *key))
    }

    /// The sentences of the guidance that it lacks.
    pub fn missing<'a>(&'a self, guidance: &'a Guidance) -> impl Iterator<Item = &'a str> {
        let keys = guidance.sentences().map(|sentence| sentence.key.as_str());
        let own = matches!(self.tongue, Tongue::Id | Tongue::En);
        keys.filter(move |key| !own && !self.sentences.contains_key(*key))
    }
}

/// `group.sentence`, each a plain name.
fn sentence_key(key: &str) -> bool {
    key.split_once('.').is_some_and(|(group, sentence)| name(group) && name(sentence))
}

fn opus(bytes: &[u8]) -> bool {
    let head = bytes.get(OPUS_HEAD_AT..).is_some_and(|rest| rest.starts_with(b"OpusHead"));
    bytes.len() <= CLIP_BYTES_MAX && bytes.starts_with(b"OggS") && head
}
