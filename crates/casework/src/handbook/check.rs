//! What must hold between the parts of a handbook: every name known, no step beyond reach, no ring of steps.

use super::{Condition, Form, Step, Words};
use base::Problem;
use std::collections::{BTreeMap, BTreeSet};

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
