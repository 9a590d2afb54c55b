//! Guidance: chapters, each a file with its sources and the day on which somebody compared it with them, and the core
//! sentences of the interpreter's page.

use super::manifest;
use super::words::Faults;
use base::pack::{Files, Kind, Manifest, day, json, name};
use base::{Problem, Text};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The file of the sentences.
const SENTENCES: &str = "sentences.json";
/// Where chapters lie.
const CHAPTERS: &str = "chapters/";
/// Chapters of one pack, parts of one chapter, lines of one part: what a person still finds her way in.
const COUNT_MAX: usize = 40;

/// Chapters and sentences of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guidance {
    /// Name of the pack.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Chapters, in the order read.
    pub chapters: Vec<Chapter>,
    /// The sentences, by what they are for.
    pub groups: Vec<Group>,
}

/// One chapter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// Its name in addresses.
    pub id: String,
    /// The day on which somebody last compared it with its sources.
    pub checked_on: String,
    /// Where its content comes from.
    pub sources: Vec<String>,
    /// Its heading.
    pub title: Text,
    /// What it is for, in a sentence.
    pub lead: Text,
    /// What it says.
    pub parts: Vec<Part>,
}

/// Lines under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The heading.
    pub heading: Text,
    /// How its lines are read.
    pub look: Look,
    /// The lines.
    pub lines: Vec<Line>,
}

/// How lines are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// In this order.
    Steps,
    /// In any order.
    List,
    /// Things not to do.
    Never,
    /// Words to say.
    Words,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it says.
    pub text: Text,
    /// On what it rests: an article, a step of the handbook, a report.
    #[serde(default)]
    pub basis: Option<Text>,
    /// How firm it is; without a mark it stands as it is.
    #[serde(default)]
    pub mark: Option<Mark>,
}

/// What keeps a line from being firm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// A default of the product that a task force has to confirm.
    Product,
    /// Not compared with its source yet.
    Unconfirmed,
}

/// Sentences for one purpose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// The sentences.
    pub sentences: Vec<Sentence>,
}

/// One sentence to show or say.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// Its name, `salam.petugas` once read: translations and clips go by it.
    pub key: String,
    /// The sentence.
    pub text: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentenceFile {
    groups: Vec<Group>,
}

impl Guidance {
    /// Reads the content of a pack; every fault at once. Bytes and signature are the caller's check.
    pub fn load(files: &Files) -> Result<Self, Vec<Problem>> {
        let manifest = manifest(files, Kind::Guidance)?;
        let mut faults = Faults::default();
        let chapters = chapters(files, &manifest, &mut faults);
        let groups = match json::<SentenceFile>(files, SENTENCES) {
            Ok(file) => groups(file, &mut faults),
            Err(problem) => {
                faults.0.push(problem);
                Vec::new()
            }
        };
        faults.or(Self { id: manifest.id, version: manifest.version, chapters, groups })
    }

    /// A chapter by its name.
    pub fn chapter(&self, id: &str) -> Option<&Chapter> {
        self.chapters.iter().find(|chapter| chapter.id == id)
    }

    /// All sentences, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.groups.iter().flat_map(|group| &group.sentences)
    }
}

fn chapters(files: &Files, manifest: &Manifest, faults: &mut Faults) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for (path, ..) in manifest.files.iter().filter(|(path, ..)| path != SENTENCES) {
        let Some(stem) = path.strip_prefix(CHAPTERS).and_then(|name| name.strip_suffix(".json")) else {
            faults.at("pack.file-unknown", path);
            continue;
        };
        match json::<Chapter>(files, path) {
            Err(problem) => faults.0.push(problem),
            Ok(chapter) => {
                faults.expect(chapter.id == stem && name(stem), "pack.id-bad", &format!("{path}: id"));
                look_at(&chapter, path, faults);
                chapters.push(chapter);
            }
        }
    }
    faults.expect(!chapters.is_empty(), "pack.file-missing", CHAPTERS);
    faults.expect(chapters.len() <= COUNT_MAX, "pack.too-many", CHAPTERS);
    chapters
}

pub fn look_at(chapter: &Chapter, path: &str, faults: &mut Faults) {
    faults.expect(day(&chapter.checked_on).is_some(), "pack.date-bad", &format!("{path}: checked_on"));
    let named = !chapter.sources.is_empty() && chapter.sources.iter().all(|source| !source.trim().is_empty());
    faults.expect(named, "pack.source-missing", &format!("{path}: sources"));
    faults.text(&chapter.title, &format!("{path}: title"));
    faults.text(&chapter.lead, &format!("{path}: lead"));
    faults.expect(!chapter.parts.is_empty(), "pack.text-missing", &format!("{path}: parts"));
    faults.expect(chapter.parts.len() <= COUNT_MAX, "pack.too-many", &format!("{path}: parts"));
    for (number, part) in chapter.parts.iter().enumerate() {
        let at = format!("{path}: parts[{number}]");
        faults.text(&part.heading, &format!("{at}.heading"));
        faults.expect(!part.lines.is_empty(), "pack.text-missing", &format!("{at}.lines"));
        faults.expect(part.lines.len() <= COUNT_MAX, "pack.too-many", &format!("{at}.lines"));
        for (number, line) in part.lines.iter().enumerate() {
            faults.text(&line.text, &format!("{at}.lines[{number}].text"));
            if let Some(basis) = &line.basis {
                faults.text(basis, &format!("{at}.lines[{number}].basis"));
            }
        }
    }
}

/// Sentences get their full names here.
fn groups(file: SentenceFile, faults: &mut Faults) -> Vec<Group> {
    let mut known = BTreeSet::new();
    let mut groups = file.groups;
    for group in &mut groups {
        let at = format!("{SENTENCES}: groups[{}]", group.id);
        faults.expect(name(&group.id), "pack.id-bad", &at);
        faults.text(&group.title, &format!("{at}.title"));
        for sentence in &mut group.sentences {
            let at = format!("{at}.sentences[{}]", sentence.key);
            faults.expect(name(&sentence.key), "pack.id-bad", &at);
            faults.text(&sentence.text, &format!("{at}.text"));
            sentence.key = format!("{}.{}", group.id, sentence.key);
            faults.expect(known.insert(sentence.key.clone()), "pack.twice", &at);
        }
    }
    faults.expect(!known.is_empty(), "pack.text-missing", &format!("{SENTENCES}: groups"));
    groups
}
