//! The closed language of conditions. In a pack: `{"done": "IN-1"}`, `{"all": […]}`, `"always"`.

use crate::consent::ConsentCode;
use crate::words::{Authority, Outcome, PersonRole, Profile, Triage, Urgency};
use serde_json::Value;

/// When a step opens, or when it may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Always.
    Always,
    /// Never by itself: an alarm or a person opens the step.
    ByAlarm,
    /// All of these.
    All(Vec<Condition>),
    /// One of these.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// The step is done.
    Done(String),
    /// The step has ended: done, declined or not applicable.
    Ended(String),
    /// The person declined the step, the last time it was offered.
    Declined(String),
    /// The step has ended at least so often.
    EndedTimes(String, u16),
    /// The case is open.
    Open,
    /// The case has been open so many days.
    OpenDays(u32),
    /// A screening was made, with one of these outcomes.
    Screened(Vec<Outcome>),
    /// Two people decided, for one of these outcomes.
    Decided(Vec<Outcome>),
    /// The flag is up.
    Triage(Triage),
    /// Any safety flag is up. A flag that is raised anew opens the step anew.
    AnyTriage,
    /// Each run of the step that was opened has somebody who took it, or has ended; there is at least one.
    Owned(String),
    /// The consent holds.
    Consent(ConsentCode),
    /// She wants it.
    Wants(String),
    /// It stands in the plan.
    Plan(String),
    /// It is true of the case.
    Fact(String),
    /// The person is this in the case.
    Role(PersonRole),
    /// Adult or child.
    Profile(Profile),
    /// At least this urgent.
    Urgency(Urgency),
    /// Who has the authority.
    Authority(Authority),
    /// The person is no Indonesian.
    Foreign,
    /// A code name is in force and few may know the identity.
    Shielded,
    /// So many tries to reach her since the last contact, all within so many days.
    Unreached {
        /// How many tries.
        tries: u16,
        /// Within how many days.
        days: u32,
    },
    /// Case manager named.
    Assigned,
    /// A form field of a step has this value.
    Value {
        /// The step.
        step: String,
        /// `form.field`.
        field: String,
        /// The value.
        is: String,
    },
}

impl Condition {
    /// Reads a condition. The problems are `(path, code)`.
    pub(super) fn read(value: &Value, path: &str, problems: &mut Vec<(String, &'static str)>) -> Self {
        Self::try_read(value, path, problems).unwrap_or_else(|| {
            problems.push((path.to_owned(), "handbook.bad-condition"));
            Self::Always
        })
    }

    fn try_read(value: &Value, path: &str, problems: &mut Vec<(String, &'static str)>) -> Option<Self> {
        if let Some(word) = value.as_str() {
            return match word {
                "always" => Some(Self::Always),
                "by_alarm" => Some(Self::ByAlarm),
                "open" => Some(Self::Open),
                "assigned" => Some(Self::Assigned),
                "triage" => Some(Self::AnyTriage),
                "foreign" => Some(Self::Foreign),
                "shielded" => Some(Self::Shielded),
                _ => None,
            };
        }
        let map = value.as_object().filter(|map| map.len() == 1)?;
        let (key, inner) = map.iter().next()?;
        let mut many = |inner: &Value| -> Option<Vec<Self>> {
            let items = inner.as_array().filter(|items| !items.is_empty())?;
            let read = |(i, item)| Self::read(item, &format!("{path}.{key}[{i}]"), problems);
            Some(items.iter().enumerate().map(read).collect())
        };
        match key.as_str() {
            "all" => many(inner).map(Self::All),
            "any" => many(inner).map(Self::Any),
            "not" => Some(Self::Not(Box::new(Self::read(inner, &format!("{path}.not"), problems)))),
            "open_days" => Some(Self::OpenDays(u32::try_from(inner.as_u64()?).ok()?)),
            "screened" => outcomes(inner).map(Self::Screened),
            "decided" => outcomes(inner).map(Self::Decided),
            "value" | "ended_times" | "unreached" => Self::record(key, inner),
            _ => Self::word(key, inner.as_str()?),
        }
    }

    /// Conditions that are an object with named parts, none more and none less.
    fn record(key: &str, inner: &Value) -> Option<Self> {
        let text = |name: &str| Some(inner.get(name)?.as_str()?.to_owned());
        let number = |name: &str| inner.get(name)?.as_u64().filter(|number| *number > 0);
        let times = |name: &str| u16::try_from(number(name)?).ok();
        match (key, inner.as_object()?.len()) {
            ("value", 3) => Some(Self::Value { step: text("step")?, field: text("field")?, is: text("is")? }),
            ("ended_times", 2) => Some(Self::EndedTimes(text("step")?, times("times")?)),
            ("unreached", 2) => {
                Some(Self::Unreached { tries: times("tries")?, days: u32::try_from(number("days")?).ok()? })
            }
            _ => None,
        }
    }

    fn word(key: &str, word: &str) -> Option<Self> {
        match key {
            "done" => Some(Self::Done(word.to_owned())),
            "ended" => Some(Self::Ended(word.to_owned())),
            "declined" => Some(Self::Declined(word.to_owned())),
            "owned" => Some(Self::Owned(word.to_owned())),
            "wants" => Some(Self::Wants(word.to_owned())),
            "plan" => Some(Self::Plan(word.to_owned())),
            "fact" => Some(Self::Fact(word.to_owned())),
            "triage" => Triage::parse(word).map(Self::Triage),
            "consent" => ConsentCode::parse(word).map(Self::Consent),
            "role" => PersonRole::parse(word).map(Self::Role),
            "profile" => Profile::parse(word).map(Self::Profile),
            "urgency" => Urgency::parse(word).map(Self::Urgency),
            "authority" => Authority::parse(word).map(Self::Authority),
            _ => None,
        }
    }

    /// This condition and all inside it.
    pub fn parts(&self) -> Vec<&Self> {
        let mut all = Vec::new();
        self.each(&mut |part| all.push(part));
        all
    }

    /// Shows this condition and all inside it.
    pub fn each<'a>(&'a self, see: &mut dyn FnMut(&'a Self)) {
        see(self);
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().for_each(|part| part.each(see)),
            Self::Not(inner) => inner.each(see),
            _ => {}
        }
    }

    /// The step it names itself.
    pub fn step(&self) -> Option<&str> {
        match self {
            Self::Done(step)
            | Self::Ended(step)
            | Self::Declined(step)
            | Self::EndedTimes(step, _)
            | Self::Owned(step)
            | Self::Value { step, .. } => Some(step),
            _ => None,
        }
    }

    /// The steps it names.
    pub fn steps(&self) -> Vec<&str> {
        self.parts().into_iter().filter_map(Self::step).collect()
    }

    /// Both at once; what always holds adds nothing.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, one) | (one, Self::Always) => one,
            (one, other) => Self::All(vec![one, other]),
        }
    }
}

fn outcomes(value: &Value) -> Option<Vec<Outcome>> {
    let items = value.as_array().filter(|items| !items.is_empty())?;
    items.iter().map(|item| Outcome::parse(item.as_str()?)).collect()
}
