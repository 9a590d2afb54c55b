//! What stands inside a pack, by its kind; and every fault of one, for those who write packs.

use super::{Good, PackState, Standing};
use base::Problem;
use base::pack::{Files, Kind, MANIFEST, Manifest, SIGNATURE};
use casework::{Calendar, Handbook};
use pocketbook::{Directory, Guidance, Guide, Language, Pack};

/// The content of a good pack.
pub(super) enum Content {
    Handbook(Box<Handbook>),
    Screening(Box<Pack>),
    Guidance(Box<Guidance>),
    Directory(Directory),
    Language(Language),
    Calendar(Calendar),
}

impl Content {
    pub fn load(kind: Kind, files: &Files) -> Result<Self, Vec<Problem>> {
        Ok(match kind {
            Kind::Handbook => {
                let files: Vec<(String, Vec<u8>)> = files.clone().into_iter().collect();
                Self::Handbook(Box::new(Handbook::load(&files)?))
            }
            Kind::Screening => Self::Screening(Box::new(Pack::load(files.clone()).map_err(|problem| vec![problem])?)),
            Kind::Guidance => Self::Guidance(Box::new(Guidance::load(files)?)),
            Kind::Directory => Self::Directory(Directory::load(files)?),
            Kind::Language => Self::Language(Language::load(files)?),
            Kind::Calendar => Self::Calendar(Calendar::load(files)?),
        })
    }

    /// Of these kinds a node uses one at a time, and cases or reports name it by its version alone.
    pub const fn one_name(&self) -> bool {
        !matches!(self, Self::Directory(_) | Self::Language(_))
    }
}

/// The packs inside the binary, which need no signature.
pub(super) fn embedded() -> (Vec<PackState>, Vec<Good>) {
    let handbook: Files = Handbook::embedded_files().into_iter().collect();
    let screening =
        Pack::FILES.iter().filter_map(|name| Some(((*name).to_owned(), Pack::embedded().file(name)?.to_vec())));
    let all = [handbook, screening.collect(), Guide::guidance_files(), Guide::directory_files()];
    let (mut states, mut good) = (Vec::new(), Vec::new());
    for files in all {
        let read = Manifest::read(&files).and_then(|manifest| Ok((Content::load(manifest.kind, &files)?, manifest)));
        let standing = if read.is_ok() { Standing::InUse } else { Standing::Refused };
        let about = Manifest::read(&files).ok();
        let mut faults = Vec::new();
        match read {
            Ok((content, manifest)) => good.push(Good { manifest, content, state: states.len() }),
            Err(found) => faults = found,
        }
        states.push(PackState { folder: String::new(), about, standing, faults, fresh: false });
    }
    (states, good)
}

/// What a check of a pack gives: faults that refuse it, and notes that do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Faults.
    pub faults: Vec<Problem>,
    /// Notes: not signed yet, translations that are missing or that nothing asks for.
    pub notes: Vec<Problem>,
}

/// Codes with which a reader of a kind names a fault of the list itself.
const OF_THE_LIST: [&str; 5] = [
    "handbook.changed",
    "handbook.not-listed",
    "handbook.file-missing",
    "questions.file-changed",
    "questions.file-missing",
];

/// Every fault of a pack, of any kind, on a day (since 1970).
pub fn check(files: &Files, today: i64) -> Checked {
    let mut checked = Checked::default();
    if files.contains_key(MANIFEST) && !files.contains_key(SIGNATURE) {
        checked.notes.push(Problem::at("pack.unsigned", SIGNATURE));
    }
    let manifest = match Manifest::read(files) {
        Ok(manifest) => manifest,
        Err(faults) => {
            checked.faults = faults;
            return checked;
        }
    };
    checked.faults = manifest.faults(files, today);
    match Content::load(manifest.kind, files) {
        Ok(Content::Language(language)) => notes(&language, &mut checked.notes),
        Ok(_) => {}
        // The list was compared above; a reader says the same of it once more in words of its own.
        Err(faults) => {
            let told = !checked.faults.is_empty();
            let again =
                |fault: &Problem| checked.faults.contains(fault) || (told && OF_THE_LIST.contains(&fault.code.0));
            let more: Vec<Problem> = faults.into_iter().filter(|fault| !again(fault)).collect();
            checked.faults.extend(more);
        }
    }
    checked
}

fn notes(language: &Language, notes: &mut Vec<Problem>) {
    let guidance = &Guide::embedded().guidance;
    let at = |key: &str| format!("sentences.json: sentences.{key}");
    notes.extend(language.unknown(guidance).map(|key| Problem::at("pack.word-unknown", at(key))));
    notes.extend(language.missing(guidance).map(|key| Problem::at("pack.translation-missing", at(key))));
}
