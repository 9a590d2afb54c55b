//! Packs that a node found: which are good, which is in use, what is wrong with the others (CONTRACTS.md 5a).
//!
//! A pack counts when its publisher is trusted, its list holds and its content reads. Of one name the highest version is in
//! use, the others are kept, because cases and reports name the version they began under. A version is never changed: other
//! bytes under a known version are refused. What is refused replaces nothing.

mod content;
mod publish;
#[cfg(test)]
mod tests;

pub use content::{Checked, check};
pub use publish::publish;

use base::pack::{CONTEXT, Files, Kind, MANIFEST, Manifest, SIGNATURE};
use base::{Problem, Text};
use casework::{Calendar, Handbook};
use content::Content;
use pocketbook::{Directory, Guide, Language, Pack};
use seal::PublisherPublic;
use std::collections::BTreeMap;

/// The files of a folder, and how the folder is called.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name, for people.
    pub folder: String,
    /// Its files, or why they could not be read.
    pub files: Result<Files, Problem>,
}

/// What a node trusts and when it looks.
#[derive(Clone, Copy, Debug)]
pub struct Trust<'a> {
    /// Keys of publishers.
    pub publishers: &'a [PublisherPublic],
    /// The present day, since 1970.
    pub today: i64,
    /// A demonstration: made-up directories are welcome.
    pub demo: bool,
}

/// What became of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// In use.
    InUse,
    /// Good, and behind a later version.
    Kept,
    /// Not used; the faults say why.
    Refused,
}

/// A pack as doctor and pages tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackState {
    /// Where it lies; empty for what is inside the binary.
    pub folder: String,
    /// What it is, if its manifest reads.
    pub about: Option<Manifest>,
    /// What became of it.
    pub standing: Standing,
    /// What is wrong with it.
    pub faults: Vec<Problem>,
    /// It was just found and is good: the node takes a copy of its own.
    pub fresh: bool,
}

/// Everything that packs give a node.
#[derive(Clone, Debug)]
pub struct Packs {
    /// Handbooks, the newest last.
    pub handbooks: Vec<Handbook>,
    /// Screening packs, the newest last.
    pub screenings: Vec<Pack>,
    /// Guidance, directory and languages.
    pub guide: Guide,
    /// Holidays; weekends alone where no calendar is there.
    pub calendar: Calendar,
    /// Each pack and what became of it.
    pub states: Vec<PackState>,
}

/// A good pack before it is known whether it is in use.
struct Good {
    manifest: Manifest,
    content: Content,
    /// Index into the states.
    state: usize,
}

/// Reads all packs that were found. Those that the node kept from before come first: they win over other bytes that
/// carry the same version.
pub fn gather(found: Vec<Found>, trust: &Trust<'_>) -> Packs {
    let (mut states, mut good) = content::embedded();
    for each in found {
        let state = states.len();
        let mut about = None;
        let read = each.files.map_err(|problem| vec![problem]).and_then(|files| {
            about = Manifest::read(&files).ok();
            content_of(&files, trust)
        });
        let mut tell = |standing, faults, fresh| {
            states.push(PackState { folder: each.folder.clone(), about: about.clone(), standing, faults, fresh });
        };
        match read.and_then(|content| admitted(content, about.as_ref(), &good)) {
            Err(faults) => tell(Standing::Refused, faults, false),
            Ok(None) => {}
            Ok(Some((manifest, content))) => {
                tell(Standing::Kept, Vec::new(), true);
                good.push(Good { manifest, content, state });
            }
        }
    }
    chosen(good, states)
}

/// Whether a pack joins the good ones. `None`: it is here already, byte for byte.
fn admitted(
    content: Content,
    about: Option<&Manifest>,
    good: &[Good],
) -> Result<Option<(Manifest, Content)>, Vec<Problem>> {
    let at = |code, key: &str| Err(vec![Problem::at(code, format!("{MANIFEST}: {key}"))]);
    let Some(manifest) = about else { return at("pack.malformed", "pack") };
    let mut own = good.iter().filter(|known| known.manifest.kind == manifest.kind);
    if content.one_name() && own.clone().any(|known| known.manifest.id != manifest.id) {
        return at("pack.id-other", "id");
    }
    match own.find(|known| known.manifest.id == manifest.id && known.manifest.version == manifest.version) {
        Some(known) if known.manifest.files == manifest.files => Ok(None),
        Some(_) => at("pack.version-taken", "version"),
        None => Ok(Some((manifest.clone(), content))),
    }
}

/// The content of signed files. Nothing is read before the signature holds.
fn content_of(files: &Files, trust: &Trust<'_>) -> Result<Content, Vec<Problem>> {
    signed(files, trust.publishers).map_err(|problem| vec![problem])?;
    let manifest = Manifest::read(files)?;
    let faults = manifest.faults(files, trust.today);
    if !faults.is_empty() {
        return Err(faults);
    }
    let content = Content::load(manifest.kind, files)?;
    match &content {
        Content::Directory(directory) if directory.demo && !trust.demo => {
            Err(vec![Problem::at("pack.demo-only", MANIFEST)])
        }
        _ => Ok(content),
    }
}

/// Whether one of the publishers signed the manifest.
pub fn signed(files: &Files, publishers: &[PublisherPublic]) -> Result<(), Problem> {
    let signature = files.get(SIGNATURE).ok_or_else(|| Problem::at("pack.unsigned", SIGNATURE))?;
    let manifest = files.get(MANIFEST).ok_or_else(|| Problem::at("pack.file-missing", MANIFEST))?;
    let signature = signature.as_slice().try_into().map_err(|_| Problem::at("pack.untrusted", SIGNATURE))?;
    let holds = publishers.iter().any(|key| key.verify(CONTEXT, manifest, signature).is_ok());
    if holds { Ok(()) } else { Err(Problem::at("pack.untrusted", SIGNATURE)) }
}

/// Picks what is in use: of each name the highest version, of each language the pack that was checked last.
fn chosen(mut good: Vec<Good>, mut states: Vec<PackState>) -> Packs {
    good.sort_by_key(|pack| (pack.manifest.kind, pack.manifest.order()));
    let mut highest: BTreeMap<(Kind, String), usize> = BTreeMap::new();
    for (index, pack) in good.iter().enumerate() {
        highest.insert((pack.manifest.kind, pack.manifest.id.clone()), index);
    }
    let mut packs = Packs {
        handbooks: Vec::new(),
        screenings: Vec::new(),
        guide: Guide::embedded().clone(),
        calendar: Calendar::default(),
        states: Vec::new(),
    };
    let mut directories: Vec<(String, Directory)> = Vec::new();
    let mut languages: BTreeMap<&'static str, (String, Language, usize)> = BTreeMap::new();
    for (index, Good { manifest, content, state }) in good.into_iter().enumerate() {
        let top = highest.get(&(manifest.kind, manifest.id.clone())) == Some(&index);
        let mut used = top;
        match content {
            Content::Handbook(handbook) => packs.handbooks.push(*handbook),
            Content::Screening(screening) => packs.screenings.push(*screening),
            Content::Guidance(guidance) if top => packs.guide.guidance = *guidance,
            Content::Directory(directory) if top => directories.push((manifest.checked_on, directory)),
            Content::Calendar(calendar) if top => packs.calendar = calendar,
            Content::Language(language) if top => {
                let tag = language.tongue.tag();
                let before = languages.get(tag).map(|(checked, ..)| checked.clone());
                used = before.is_none_or(|checked| checked < manifest.checked_on);
                if used && let Some((.., other)) = languages.insert(tag, (manifest.checked_on, language, state)) {
                    stands(&mut states, other, Standing::Kept);
                }
            }
            _ => {}
        }
        stands(&mut states, state, if used { Standing::InUse } else { Standing::Kept });
    }
    directories.sort_by(|a, b| a.0.cmp(&b.0));
    packs.guide.directory = directories.into_iter().fold(Directory::default(), |all, (_, one)| all.join(one));
    packs.guide.languages = languages.into_values().map(|(_, language, _)| language).collect();
    packs.states = states;
    packs
}

fn stands(states: &mut [PackState], state: usize, standing: Standing) {
    if let Some(state) = states.get_mut(state) {
        state.standing = standing;
    }
}

impl Packs {
    /// What is inside the binary.
    pub fn embedded() -> Self {
        gather(Vec::new(), &Trust { publishers: &[], today: i64::MAX, demo: false })
    }

    /// The packs that were refused.
    pub fn refused(&self) -> impl Iterator<Item = &PackState> {
        self.states.iter().filter(|state| state.standing == Standing::Refused)
    }
}

impl PackState {
    /// Kind, name and version in words, as far as they are known.
    pub fn words(&self) -> String {
        let about = self.about.as_ref();
        about.map_or_else(|| self.folder.clone(), |pack| format!("{} {} {}", pack.kind.word(), pack.id, pack.version))
    }

    /// Its first fault, in both languages: what happened and what to do.
    pub fn first_fault(&self) -> Option<(Text, Text)> {
        self.faults.first().map(|fault| (fault.message(), fault.remedy()))
    }
}
