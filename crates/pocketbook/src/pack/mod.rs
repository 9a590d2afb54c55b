//! The question pack: questions, what each feeds, and every sentence of guidance. Loading checks it whole, so that the
//! rule can run on bit masks without any doubt left.

mod check;
mod shape;
mod spoken;

pub use spoken::Spoken;

use crate::answers::Stage;
use crate::rule::Outcome;
use base::{Problem, Text};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Questions of one pack: one bit each.
pub const QUESTIONS_MAX: usize = 128;
/// Indicators of one pack: one bit each.
pub const INDICATORS_MAX: usize = 128;

/// The six dimensions of the ILO-EC operational indicators (2009), in the order of CONTRACTS.md 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Deceptive recruitment.
    Dec,
    /// Coercive recruitment.
    Coe,
    /// Recruitment by abuse of vulnerability.
    Vul,
    /// Exploitation.
    Exp,
    /// Coercion at destination.
    Dst,
    /// Abuse of vulnerability at destination.
    Dep,
}

impl Dimension {
    /// All, in order.
    pub const ALL: [Self; 6] = [Self::Dec, Self::Coe, Self::Vul, Self::Exp, Self::Dst, Self::Dep];

    /// The short name in formats.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dec => "DEC",
            Self::Coe => "COE",
            Self::Vul => "VUL",
            Self::Exp => "EXP",
            Self::Dst => "DST",
            Self::Dep => "DEP",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.word() == word)
    }
}

/// How strongly an indicator speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// `S`
    Strong,
    /// `M`
    Medium,
    /// `W`
    Weak,
    /// `-`: feeds nothing for this profile.
    Nothing,
}

impl Strength {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "S" => Self::Strong,
            "M" => Self::Medium,
            "W" => Self::Weak,
            "-" => Self::Nothing,
            _ => return None,
        })
    }
}

/// What a yes adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feed {
    /// The dimension.
    pub dimension: Dimension,
    /// The indicator, interned; two questions may feed one.
    pub indicator: u8,
    /// Strength for adults.
    pub adult: Strength,
    /// Strength for children.
    pub child: Strength,
}

/// A group of questions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name in the pack.
    pub id: String,
    /// Asked also before work has started.
    pub before_work: bool,
    /// Heading.
    pub title: Text,
    /// Why these are asked.
    pub why: Text,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of the pack")]
pub struct Question {
    /// Its code, such as `K1`.
    pub id: String,
    /// Index into [`Pack::sections`].
    pub section: usize,
    /// The question as asked.
    pub text: Text,
    /// Part of the short form for ports, boats and raids.
    pub short_form: bool,
    /// The question about age: adult, child, unsure. All others: yes, no, unknown, refused.
    pub age: bool,
    /// What a yes adds.
    pub feeds: Vec<Feed>,
    /// The triage flag a yes raises.
    pub triage: Option<String>,
    /// A yes shows the act (UU 21/2007 art. 1).
    pub act: bool,
    /// A yes shows a purpose of exploitation by itself.
    pub forced: bool,
    /// The red flag of illicit recruitment a yes raises.
    pub red_flag: Option<String>,
    /// Fields of HTCDS the answer maps to.
    pub htcds: Vec<String>,
}

/// A thing to do next.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// Step of the handbook (`ID-4`) or action code (`MEDICAL_NOW`).
    pub step: String,
    /// What to do, in words.
    pub text: Spoken,
}

/// What a pack says about an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeText {
    /// Heading of the result.
    pub title: Text,
    /// What it means, and what it does not.
    pub text: Text,
    /// What to do.
    pub next: Vec<Step>,
}

/// Bit masks over the questions, computed once at loading.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Masks {
    pub act: u128,
    pub forced: u128,
    pub red: u128,
    pub triage: u128,
    pub feeding: u128,
    pub at_work: u128,
    pub short_form: u128,
    pub age: u128,
}

/// A checked question pack.
#[derive(Clone, Debug)]
pub struct Pack {
    id: String,
    version: String,
    sections: Vec<Section>,
    questions: Vec<Question>,
    by_id: BTreeMap<String, usize>,
    pub(crate) masks: Masks,
    pub(crate) dimensions: Vec<Spoken>,
    pub(crate) flags: BTreeMap<String, Spoken>,
    pub(crate) triage: Vec<(String, Vec<Step>)>,
    pub(crate) child_next: Vec<Step>,
    pub(crate) short_form_next: Vec<Step>,
    outcomes: BTreeMap<Outcome, OutcomeText>,
    files: BTreeMap<String, Vec<u8>>,
}

static EMBEDDED: LazyLock<Pack> = LazyLock::new(|| {
    let files = [
        ("pack.json", include_str!("../../packs/screening/pack.json")),
        ("questions.json", include_str!("../../packs/screening/questions.json")),
        ("guidance.json", include_str!("../../packs/screening/guidance.json")),
    ];
    let files = files.into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect();
    #[expect(clippy::expect_used, reason = "the embedded pack is a constant, and a test loads it")]
    Pack::load(files).expect("the embedded screening pack is valid")
});

impl Pack {
    /// The pack inside the binary; it needs no signature (CONTRACTS.md 5a).
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Names of the files to read from a pack folder, the manifest first.
    pub const FILES: [&'static str; 3] = ["pack.json", "questions.json", "guidance.json"];

    /// Reads and checks a pack from the bytes of its files by name ([`Self::FILES`]). The signature is the caller's check.
    ///
    /// Fails with a `questions.*` code that names file and path.
    pub fn load(files: BTreeMap<String, Vec<u8>>) -> Result<Self, Problem> {
        let manifest: shape::Manifest = parse(&files, "pack.json")?;
        if manifest.pack != 1 || manifest.kind != "screening" {
            return Err(Problem::at("questions.kind", "pack.json"));
        }
        for name in &Self::FILES[1..] {
            let Some((_, bytes, sha256)) = manifest.files.iter().find(|(listed, _, _)| listed == name) else {
                return Err(Problem::at("questions.file-missing", format!("pack.json: {name}")));
            };
            let held = held(&files, name)?;
            if held.len() as u64 != *bytes || sha256_hex(held) != sha256.to_ascii_lowercase() {
                return Err(Problem::at("questions.file-changed", *name));
            }
        }
        let questions = parse(&files, "questions.json")?;
        let guidance = parse(&files, "guidance.json")?;
        check::pack(manifest, questions, guidance, files)
    }

    /// Name of the pack.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Version of the pack; a screening names the one it used.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The bytes of a file of the pack, as the offline pocketbook fetches them.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// Groups of questions, in the order asked.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// All questions, in the order asked.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The questions asked at a stage, in the short form or in full.
    pub fn asked(&self, stage: Stage, short_form: bool) -> impl Iterator<Item = &Question> {
        let skipped = if stage.before_work() { self.masks.at_work } else { 0 };
        let fits = move |question: &Question| question.short_form || !short_form;
        self.questions.iter().enumerate().filter(move |(i, q)| skipped & bit(*i) == 0 && fits(q)).map(|(_, q)| q)
    }

    /// What the pack says about an outcome.
    pub fn outcome(&self, outcome: Outcome) -> Option<&OutcomeText> {
        self.outcomes.get(&outcome)
    }

    pub(crate) fn index(&self, question: &str) -> Option<usize> {
        self.by_id.get(question).copied()
    }

    pub(crate) fn asks_age(&self, index: usize) -> bool {
        self.masks.age & bit(index) != 0
    }

    /// The questions whose bits are set, in order.
    pub(crate) fn of(&self, mask: u128) -> impl Iterator<Item = &Question> {
        Bits(mask).filter_map(|index| self.questions.get(index))
    }
}

/// The bit of a question.
pub(crate) const fn bit(index: usize) -> u128 {
    1 << index
}

/// The set bits of a mask, lowest first.
pub(crate) struct Bits(pub u128);

impl Iterator for Bits {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let lowest = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(lowest)
    }
}

fn held<'a>(files: &'a BTreeMap<String, Vec<u8>>, name: &str) -> Result<&'a [u8], Problem> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| Problem::at("questions.file-missing", name))
}

fn parse<T: serde::de::DeserializeOwned>(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Result<T, Problem> {
    serde_json::from_slice(held(files, name)?).map_err(|error| {
        Problem::at("questions.malformed", format!("{name}: line {}, column {}", error.line(), error.column()))
    })
}

fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
