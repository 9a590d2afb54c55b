//! What must hold between the parts of a handbook: every name known, deadlines of the law kept, no step beyond reach, and
//! no help that depends on what is the person's own choice.

use super::load::under;
use super::{Condition, Form, Freedom, Line, Receiver, Step, Words, reach};
use crate::clock::{Deadline, Span, Unit};
use crate::words::Purpose;
use base::Problem;
use std::collections::BTreeMap;

/// Deadlines of the law by step. A pack may not lengthen, drop or unmark them: UU 21/2007 art. 52(1) (services within
/// 7 days of the request), UU 16/2011 art. 15(2) (answer within 3 working days), UU 27/2022 art. 22, 24 (before any
/// question). Read on 2026-11-23.
const LAW: [(&str, u32, Unit); 7] = [
    ("ID-2", 0, Unit::Hours),
    ("ID-7", 7, Unit::Days),
    ("SO-3", 7, Unit::Days),
    ("LE-2", 3, Unit::WorkingDays),
    ("RP-2", 7, Unit::Days),
    ("RP-3", 7, Unit::Days),
    ("FA-2", 3, Unit::WorkingDays),
];

/// The parts of a pack, as they were read.
pub(super) struct Known<'a> {
    /// Lines with their files.
    pub lines: &'a [(&'a String, Line)],
    /// Where each step stands.
    pub places: &'a BTreeMap<String, String>,
    pub steps: &'a BTreeMap<String, Step>,
    pub forms: &'a BTreeMap<String, Form>,
    pub receivers: &'a BTreeMap<String, Receiver>,
    pub words: &'a Words,
}

pub(super) fn check(known: &Known<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, line) in known.lines {
        problems.extend(known.condition(path, "attaches", &line.attaches));
    }
    for step in known.steps.values() {
        let at = known.at(&step.id);
        for (part, condition) in conditions(step) {
            problems.extend(known.condition(at, part, condition));
        }
        problems.extend(known.deadline(at, step));
        problems.extend(step.records.iter().enumerate().filter_map(|(i, record)| known.record(at, i, record)));
        problems.extend(known.goes(at, step));
    }
    problems.extend(known.freedoms());
    problems.extend(reach::beyond_reach(known));
    problems.extend(reach::what_refusal_blocks(known));
    problems.extend(reach::demands(known));
    problems
}

/// The conditions of a step, with the part of the file in which each stands.
pub(super) fn conditions(step: &Step) -> impl Iterator<Item = (&'static str, &Condition)> {
    let again = step.again.as_ref().map(|again| ("again.when", &again.when));
    [("entry", &step.entry), ("exit", &step.exit)].into_iter().chain(again)
}

impl Known<'_> {
    /// Where a step stands.
    pub(super) fn at(&self, step: &str) -> &str {
        self.places.get(step).map_or("", String::as_str)
    }

    fn condition(&self, at: &str, part: &str, condition: &Condition) -> Vec<Problem> {
        let unknown = condition.parts().into_iter().filter_map(|atom| self.unknown(atom));
        unknown.map(|(code, word)| Problem::at(code, format!("{} ({word})", under(at, part)))).collect()
    }

    /// What an atom names and nobody knows.
    fn unknown<'c>(&self, atom: &'c Condition) -> Option<(&'static str, &'c str)> {
        if let Some(step) = atom.step().filter(|step| !self.steps.contains_key(*step)) {
            return Some(("handbook.unknown-step", step));
        }
        let word = |known: bool, word: &'c str| (!known).then_some(("handbook.unknown-word", word));
        match atom {
            Condition::Value { field, .. } => self.unknown_field(field).map(|code| (code, field.as_str())),
            Condition::Wants(wish) => word(self.words.wishes.contains_key(wish), wish),
            Condition::Plan(item) => word(self.words.plan.contains_key(item), item),
            Condition::Fact(fact) => word(self.words.facts.contains_key(fact), fact),
            _ => None,
        }
    }

    fn unknown_field(&self, record: &str) -> Option<&'static str> {
        let (form, name) = record.split_once('.').unwrap_or((record, ""));
        match self.forms.get(form) {
            None => Some("handbook.missing-form"),
            Some(form) if form.fields.iter().any(|field| field.name == name) => None,
            Some(_) => Some("handbook.unknown-field"),
        }
    }

    fn record(&self, at: &str, i: usize, record: &str) -> Option<Problem> {
        let code = self.unknown_field(record)?;
        Some(Problem::at(code, format!("{at}.records[{i}] ({record})")))
    }

    fn deadline(&self, at: &str, step: &Step) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some((_, value, unit)) = LAW.iter().find(|(id, ..)| *id == step.id) {
            let law = Span { value: *value, unit: *unit };
            if !step.deadline.as_ref().is_some_and(|deadline| keeps(deadline, law)) {
                problems.push(Problem::at("handbook.statutory", format!("{at}.deadline ({})", step.id)));
            }
        }
        let Some(deadline) = &step.deadline else { return problems };
        let starts = deadline.from.iter().chain(deadline.later.iter().filter_map(|later| later.from.as_ref()));
        let unknown = starts.filter(|from| !self.steps.contains_key(*from));
        problems
            .extend(unknown.map(|from| Problem::at("handbook.unknown-step", format!("{at}.deadline.from ({from})"))));
        let dated = |field: &String| step.records.contains(field) && self.is_date(field);
        if let Some(field) = deadline.before.as_ref().filter(|field| !dated(field)) {
            problems.push(Problem::at("handbook.unknown-field", format!("{at}.deadline.before ({field})")));
        }
        problems
    }

    fn is_date(&self, record: &str) -> bool {
        let Some((form, name)) = record.split_once('.') else { return false };
        let fields = self.forms.get(form).into_iter().flat_map(|form| &form.fields);
        fields.into_iter().any(|field| field.name == name && field.kind == super::FieldKind::Date)
    }

    fn goes(&self, at: &str, step: &Step) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (i, goes) in step.goes.iter().enumerate() {
            if !self.receivers.contains_key(&goes.to) {
                problems.push(Problem::at("handbook.unknown-receiver", format!("{at}.goes[{i}] ({})", goes.to)));
            }
            if let Some(purpose) = goes.purpose.as_ref().filter(|purpose| Purpose::parse(purpose).is_none()) {
                problems.push(Problem::at("handbook.unknown-word", format!("{at}.goes[{i}] ({purpose})")));
            }
        }
        problems
    }

    /// Each of the four choices is named by at least one fact, so that the next check can see a demand.
    fn freedoms(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for freedom in Freedom::ALL {
            let at = format!("conditions.json: freedoms.{freedom}");
            let facts = self.words.freedoms.get(freedom).filter(|facts| !facts.is_empty());
            let Some(facts) = facts else {
                problems.push(Problem::at("handbook.freedom-missing", at));
                continue;
            };
            let unknown = facts.iter().filter(|fact| !self.words.facts.contains_key(*fact));
            problems.extend(unknown.map(|fact| Problem::at("handbook.unknown-word", format!("{at} ({fact})"))));
        }
        problems
    }
}

fn keeps(deadline: &Deadline, law: Span) -> bool {
    let plain = deadline.from.is_none() && deadline.later.is_empty() && deadline.before.is_none();
    deadline.statutory && plain && deadline.spans == [law; 3]
}
