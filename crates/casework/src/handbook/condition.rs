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
            "value" => {
                let text = |key: &str| Some(inner.get(key)?.as_str()?.to_owned());
                let three = inner.as_object().is_some_and(|map| map.len() == 3);
                three.then_some(Self::Value { step: text("step")?, field: text("field")?, is: text("is")? })
            }
            _ => Self::word(key, inner.as_str()?),
        }
    }

    fn word(key: &str, word: &str) -> Option<Self> {
        match key {
            "done" => Some(Self::Done(word.to_owned())),
            "ended" => Some(Self::Ended(word.to_owned())),
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
        let mut all = vec![self];
        match self {
            Self::All(inner) | Self::Any(inner) => all.extend(inner.iter().flat_map(Self::parts)),
            Self::Not(inner) => all.extend(inner.parts()),
            _ => {}
        }
        all
    }

    /// The steps it names.
    pub fn steps(&self) -> Vec<&str> {
        let named = |part| match part {
            &Self::Done(ref step) | &Self::Ended(ref step) | &Self::Value { ref step, .. } => Some(step.as_str()),
            _ => None,
        };
        self.parts().into_iter().filter_map(named).collect()
    }
}

fn outcomes(value: &Value) -> Option<Vec<Outcome>> {
    let items = value.as_array().filter(|items| !items.is_empty())?;
    items.iter().map(|item| Outcome::parse(item.as_str()?)).collect()
}
