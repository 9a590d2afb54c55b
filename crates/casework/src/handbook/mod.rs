//! The handbook of standard operating procedures as versioned data: lines, steps, conditions, forms, deadlines.
//!
//! A task force confirms or changes each figure in its pack; nothing of it stands in code but the deadlines of the law
//! (UU 21/2007 art. 51-53, UU 16/2011 art. 15, UU 27/2022), which no pack can change. A case keeps the version it
//! started under.

mod check;
mod compare;
mod condition;
mod library;
mod load;
mod reach;

pub use compare::{Change, OtherDeadline, Part};
pub use condition::Condition;
pub use library::Library;

use crate::clock::{Deadline, Mark};
use crate::erasure::Retention;
use crate::roles::Role;
use crate::words::words;
use base::{Problem, Text};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The fact that a person is no Indonesian, where no nationality is written down.
pub(crate) const FOREIGN_NATIONAL: &str = "foreign_national";
/// The fact that a child's guardian is a suspect: then the authority alone consents.
pub(crate) const GUARDIAN_SUSPECT: &str = "guardian_suspect";

words! {
    /// Who acts in a step of a referral.
    Side {
        /// The node that owns the case.
        Own = "own",
        /// The node that was asked.
        Receiver = "receiver",
        /// Both together.
        Both = "both",
    }

    /// What a step belongs to.
    Scope {
        /// A case.
        Case = "case",
        /// The node itself, such as a quarterly report.
        Node = "node",
    }

    /// What a form field takes.
    FieldKind {
        /// Free text.
        Text = "text",
        /// One of its choices.
        Choice = "choice",
        /// Yes or no.
        YesNo = "yes_no",
        /// A date.
        Date = "date",
        /// A date and time.
        Time = "time",
        /// A whole number.
        Number = "number",
        /// A place code.
        Place = "place",
        /// An officer of this node.
        Officer = "officer",
    }

    /// What no step may ask of a person in return for help (SOP 6.5).
    Freedom {
        /// To testify.
        Testimony = "testimony",
        /// To keep the passport.
        Passport = "passport",
        /// To stay in a shelter, or not.
        Shelter = "shelter",
        /// To speak to the press, or not.
        Silence = "silence",
    }

    /// Whose consent a step needs.
    Giver {
        /// Of the person of the case; for a child of guardian or authority.
        Person = "person",
        /// Of guardian or authority.
        Guardian = "guardian",
        /// Of a member of the family.
        Family = "family",
    }
}

/// One thing to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Name inside the form.
    pub name: String,
    /// What is asked.
    pub label: Text,
    /// What it takes.
    pub kind: FieldKind,
    /// For [`FieldKind::Choice`].
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// The step cannot be done without it.
    #[serde(default)]
    pub required: bool,
}

/// One answer of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: Text,
}

/// A form, `F-01` to `F-31`, or a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its id.
    pub id: String,
    /// Its version, from 1; a field that is added or changed makes a new one.
    pub version: u32,
    /// Its title.
    pub title: Text,
    /// Its fields.
    pub fields: Vec<FormField>,
}

/// A step as it stands beside the data: what people read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prose {
    /// When it begins.
    pub entry: Text,
    /// What is done.
    #[serde(rename = "do")]
    pub does: Text,
    /// When it is over.
    pub exit: Text,
    /// Papers and forms.
    pub documents: Text,
    /// Which consent it needs, in words.
    pub consent: Text,
    /// Whom it goes to.
    pub sends_to: Text,
}

/// Whom a step sends something to, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goes {
    /// A receiver of the pack.
    pub to: String,
    /// What for, in the words of accords.
    #[serde(default)]
    pub purpose: Option<String>,
}

/// A body that may receive something, with the least it needs (SOP 8). What really leaves is decided by the accord.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// Its name.
    pub name: Text,
    /// What it may hear.
    pub may: Text,
    /// What it never hears.
    pub never: Text,
}

/// When a step is run once more after it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// While this holds.
    pub when: Condition,
    /// At most so many times after the first.
    pub times: u16,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Such as `LE-2`.
    pub id: String,
    /// Its line.
    pub line: String,
    /// Its name.
    pub name: Text,
    /// Who owns it.
    pub role: Role,
    /// On whose side.
    pub side: Side,
    /// What it belongs to.
    pub scope: Scope,
    /// It may run again after it ended, once for each step it follows.
    pub repeats: bool,
    /// It is run again by itself.
    pub again: Option<Again>,
    /// When it opens by itself, what its line attaches to included.
    pub entry: Condition,
    /// What must hold before it is done, beside its required fields.
    pub exit: Condition,
    /// Its form fields, as `form.field`.
    pub records: Vec<String>,
    /// Consents it needs; the page asks for them.
    pub consents: BTreeSet<crate::consent::ConsentCode>,
    /// Whose consents these are.
    pub giver: Giver,
    /// Whom it sends something to.
    pub goes: Vec<Goes>,
    /// How long it may take; `None` follows an event.
    pub deadline: Option<Deadline>,
    /// What people read.
    pub prose: Prose,
}

/// A service line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Such as `LE`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Who leads it.
    pub lead: Role,
    /// What it is for.
    pub purpose: Text,
    /// What it attaches to; [`Condition::Always`] for a line that each case has.
    pub attaches: Condition,
    /// Ids of its steps, in order.
    pub steps: Vec<String>,
}

/// A loaded handbook; every reference in it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handbook {
    /// Pack id.
    pub id: String,
    /// Pack version; a case is pinned to it.
    pub version: String,
    /// Lines in the order of the law.
    pub lines: Vec<Line>,
    /// Steps by id.
    pub steps: BTreeMap<String, Step>,
    /// Forms by id.
    pub forms: BTreeMap<String, Form>,
    /// Names of the roles.
    pub roles: BTreeMap<Role, Text>,
    /// Bodies that may receive something.
    pub receivers: BTreeMap<String, Receiver>,
    /// How long what is kept.
    pub retention: Retention,
    /// Closed vocabularies of conditions: facts, wishes, plan items; each word with its text.
    pub words: Words,
}

/// A version as numbers, so that 0.10.0 comes after 0.9.0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// Reads three numbers with dots between.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|number| number.parse::<u32>().ok());
        let version = Self(numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(version)
    }
}

/// The words that conditions and commands may use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What may be true of a case, such as `crime_in_progress`.
    pub facts: BTreeMap<String, Text>,
    /// What a person may want, such as `legal_aid`.
    pub wishes: BTreeMap<String, Text>,
    /// What a plan may hold, such as `shelter`.
    pub plan: BTreeMap<String, Text>,
    /// Facts that are a person's own choice: no step may depend on one (SOP 6.5).
    pub freedoms: BTreeMap<Freedom, BTreeSet<String>>,
}

impl Handbook {
    /// Reads a pack from its files, `(path, bytes)`; all problems at once, each with file and path.
    pub fn load(files: &[(String, Vec<u8>)]) -> Result<Self, Vec<Problem>> {
        load::load(files)
    }

    /// Every problem of a pack (`simpul handbook check`); empty if it can be used.
    pub fn check(files: &[(String, Vec<u8>)]) -> Vec<Problem> {
        Self::load(files).err().unwrap_or_default()
    }

    /// The files of the handbook inside the binary.
    pub fn embedded_files() -> Vec<(String, Vec<u8>)> {
        load::EMBEDDED.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    /// The handbook inside the binary.
    pub fn embedded() -> Result<Self, Vec<Problem>> {
        Self::load(&Self::embedded_files())
    }

    /// Its version as numbers; the loader refused one that is none.
    pub fn version(&self) -> Version {
        Version::parse(&self.version).unwrap_or_default()
    }

    /// A step.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.get(id)
    }

    /// A form field by `form.field`.
    pub fn field(&self, record: &str) -> Option<&FormField> {
        let (form, name) = record.split_once('.')?;
        self.forms.get(form)?.fields.iter().find(|field| field.name == name)
    }

    /// Facts that a condition of the handbook or a rule of a case depends on.
    pub fn facts_in_use(&self) -> BTreeSet<&str> {
        let conditions = self.steps.values().flat_map(|step| {
            let again = step.again.as_ref().map(|again| &again.when);
            [&step.entry, &step.exit].into_iter().chain(again).flat_map(Condition::parts)
        });
        let facts = conditions.filter_map(|part| match part {
            Condition::Fact(word) => Some(word.as_str()),
            Condition::Foreign => Some(FOREIGN_NATIONAL),
            _ => None,
        });
        facts.chain([GUARDIAN_SUSPECT]).collect()
    }

    /// The handbook with another deadline for a step, as a task force sets it. A statutory one is refused.
    pub fn with_deadline(mut self, step: &str, deadline: Deadline) -> Result<Self, Problem> {
        let found = self.steps.get_mut(step).ok_or_else(|| Problem::at("handbook.unknown-step", step))?;
        if found.deadline.as_ref().is_some_and(|old| old.statutory) {
            return Err(Problem::at("handbook.statutory", step));
        }
        found.deadline = Some(Deadline { statutory: false, ..deadline });
        Ok(self)
    }

    /// Steps whose deadline a task force has yet to confirm.
    pub fn unconfirmed(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .values()
            .filter(|step| step.deadline.as_ref().is_some_and(|deadline| deadline.mark != Mark::Verified))
    }
}

#[cfg(test)]
pub(crate) mod tests;
