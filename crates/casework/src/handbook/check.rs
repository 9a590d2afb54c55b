//! What must hold between the parts of a handbook: every name known, no step beyond reach, no ring of steps.

use super::{Condition, Form, Step, Words};
use crate::clock::{Span, Unit};
use base::Problem;
use std::collections::{BTreeMap, BTreeSet};

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

/// A step with where it stands in its file.
pub(super) struct Placed<'a> {
    pub at: String,
    pub step: &'a Step,
}

pub(super) fn check(steps: &[Placed<'_>], forms: &BTreeMap<String, Form>, words: &Words) -> Vec<Problem> {
    let mut problems = Vec::new();
    let ids: BTreeSet<&str> = steps.iter().map(|placed| placed.step.id.as_str()).collect();
    for Placed { at, step } in steps {
        for (name, condition) in [("entry", &step.entry), ("exit", &step.exit)] {
            for part in condition.parts() {
                if let Some(code) = unknown(part, &ids, forms, words) {
                    problems.push(Problem::at(code, format!("{at}.{name}")));
                }
            }
        }
        if let Some((_, value, unit)) = LAW.iter().find(|(id, ..)| *id == step.id) {
            let law = Span { value: *value, unit: *unit };
            let kept = step.deadline.as_ref().is_some_and(|deadline| deadline.statutory && deadline.spans == [law; 3]);
            if !kept {
                problems.push(Problem::at("handbook.statutory", format!("{at}.deadline ({})", step.id)));
            }
        }
        for (i, record) in step.records.iter().enumerate() {
            if !knows(forms, record) {
                problems.push(Problem::at("handbook.unknown-field", format!("{at}.records[{i}] ({record})")));
            }
        }
    }
    problems.extend(beyond_reach(steps));
    problems
}

fn knows(forms: &BTreeMap<String, Form>, record: &str) -> bool {
    let Some((form, name)) = record.split_once('.') else { return false };
    forms.get(form).is_some_and(|form| form.fields.iter().any(|field| field.name == name))
}

fn unknown(
    part: &Condition,
    ids: &BTreeSet<&str>,
    forms: &BTreeMap<String, Form>,
    words: &Words,
) -> Option<&'static str> {
    let (known, code) = match part {
        Condition::Done(step) | Condition::Ended(step) => (ids.contains(step.as_str()), "handbook.unknown-step"),
        Condition::Value { step, .. } if !ids.contains(step.as_str()) => (false, "handbook.unknown-step"),
        Condition::Value { field, .. } => (knows(forms, field), "handbook.unknown-field"),
        Condition::Wants(word) => (words.wishes.contains_key(word), "handbook.unknown-word"),
        Condition::Plan(word) => (words.plan.contains_key(word), "handbook.unknown-word"),
        Condition::Fact(word) => (words.facts.contains_key(word), "handbook.unknown-word"),
        _ => (true, ""),
    };
    (!known).then_some(code)
}

/// Steps that no order of events can open: in a ring, or behind one.
fn beyond_reach(steps: &[Placed<'_>]) -> Vec<Problem> {
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    loop {
        let new: Vec<&str> = steps
            .iter()
            .map(|placed| placed.step)
            .filter(|step| !reached.contains(step.id.as_str()) && possible(&step.entry, &reached))
            .map(|step| step.id.as_str())
            .collect();
        if new.is_empty() {
            break;
        }
        reached.extend(new);
    }
    let entry: BTreeMap<&str, Vec<&str>> =
        steps.iter().map(|placed| (placed.step.id.as_str(), placed.step.entry.steps())).collect();
    let unreached = steps.iter().filter(|placed| !reached.contains(placed.step.id.as_str()));
    unreached
        .map(|placed| {
            let ring = leads_back(&placed.step.id, &entry);
            let code = if ring { "handbook.cycle" } else { "handbook.unreachable" };
            Problem::at(code, format!("{}.entry", placed.at))
        })
        .collect()
}

/// Whether a condition can come true once these steps can be done; all else of a case may be so or not.
fn possible(condition: &Condition, reached: &BTreeSet<&str>) -> bool {
    match condition {
        Condition::All(inner) => inner.iter().all(|part| possible(part, reached)),
        Condition::Any(inner) => inner.iter().any(|part| possible(part, reached)),
        Condition::Not(inner) => **inner != Condition::Always,
        Condition::Done(step) | Condition::Ended(step) | Condition::Value { step, .. } => {
            reached.contains(step.as_str())
        }
        _ => true,
    }
}

fn leads_back(from: &str, entry: &BTreeMap<&str, Vec<&str>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&str> = entry.get(from).cloned().unwrap_or_default();
    while let Some(step) = next.pop() {
        if step == from {
            return true;
        }
        if seen.insert(step) {
            next.extend(entry.get(step).into_iter().flatten());
        }
    }
    false
}
