//! Which steps can open at all, and what a person's refusal would close.
//!
//! A condition is asked whether it can come true: each fact, wish, consent and end of a step may be so or not, but for
//! what a question fixes. Parts count as independent of one another; that errs on the side of "can".

use super::check::{Known, conditions};
use super::{Condition, Step};
use crate::consent::ConsentCode;
use base::Problem;
use std::collections::{BTreeMap, BTreeSet};

/// What is fixed while a question is asked.
#[derive(Clone, Copy)]
enum Fixed<'a> {
    Nothing,
    /// The person declined this step.
    Declined(&'a str),
    /// The person did not give this consent.
    Refused(ConsentCode),
    /// A fact is so, or not so.
    Fact(&'a str, bool),
}

struct World<'a> {
    reached: &'a BTreeSet<&'a str>,
    fixed: Fixed<'a>,
}

impl World<'_> {
    fn can(&self, condition: &Condition, be: bool) -> bool {
        match condition {
            Condition::Always => be,
            Condition::Not(inner) => self.can(inner, !be),
            Condition::All(parts) if be => parts.iter().all(|part| self.can(part, true)),
            Condition::Any(parts) if !be => parts.iter().all(|part| self.can(part, false)),
            Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|part| self.can(part, be)),
            atom => self.fixed(atom).is_none_or(|fixed| fixed == be),
        }
    }

    fn fixed(&self, atom: &Condition) -> Option<bool> {
        if atom.step().is_some_and(|step| !self.reached.contains(step)) {
            return Some(false);
        }
        match (self.fixed, atom) {
            (Fixed::Declined(step), Condition::Done(named) | Condition::Value { step: named, .. }) if step == named => {
                Some(false)
            }
            (Fixed::Refused(code), Condition::Consent(named)) if code == *named => Some(false),
            (Fixed::Fact(word, holds), Condition::Fact(named)) if word == named => Some(holds),
            _ => None,
        }
    }
}

/// Where the line of a step is attached, and the step's own entry.
fn opens(known: &Known<'_>, step: &Step) -> Condition {
    let line = known.lines.iter().find(|(_, line)| line.id == step.line);
    line.map_or(Condition::Always, |(_, line)| line.attaches.clone()).and(step.entry.clone())
}

/// Steps that some order of events can open, with this fixed.
fn reached<'a>(entries: &'a BTreeMap<&'a str, Condition>, fixed: Fixed<'_>) -> BTreeSet<&'a str> {
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    loop {
        let world = World { reached: &reached, fixed };
        let closed = entries.iter().filter(|(id, _)| !reached.contains(*id));
        let new: Vec<&str> = closed.filter(|(_, entry)| world.can(entry, true)).map(|(id, _)| *id).collect();
        if new.is_empty() {
            return reached;
        }
        reached.extend(new);
    }
}

fn entries<'a>(known: &Known<'a>) -> BTreeMap<&'a str, Condition> {
    known.steps.values().map(|step| (step.id.as_str(), opens(known, step))).collect()
}

/// Steps that no order of events can open: in a ring, or behind one.
pub(super) fn beyond_reach(known: &Known<'_>) -> Vec<Problem> {
    let entries = entries(known);
    let reached = reached(&entries, Fixed::Nothing);
    let unreached = entries.keys().filter(|id| !reached.contains(*id));
    unreached
        .map(|id| {
            let code = if leads_back(id, &entries) { "handbook.cycle" } else { "handbook.unreachable" };
            Problem::at(code, format!("{}.entry", known.at(id)))
        })
        .collect()
}

fn leads_back(from: &str, entries: &BTreeMap<&str, Condition>) -> bool {
    let named = |step: &str| entries.get(step).map(Condition::steps).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut next = named(from);
    while let Some(step) = next.pop() {
        if step == from {
            return true;
        }
        if seen.insert(step) {
            next.extend(named(step));
        }
    }
    false
}

/// A refusal closes at most what was refused: a declined step nothing of another line, a consent not given nothing but
/// what is done under that consent (SOP 6.4).
pub(super) fn what_refusal_blocks(known: &Known<'_>) -> Vec<Problem> {
    let entries = entries(known);
    let all = reached(&entries, Fixed::Nothing);
    let mut problems = Vec::new();
    for step in known.steps.values() {
        let own = |other: &Step| other.line == step.line;
        problems.extend(blocked(known, (&entries, &all), (Fixed::Declined(&step.id), &step.id), &own));
    }
    for code in ConsentCode::ALL {
        let under = |step: &&Step| step.consents.contains(code);
        let lines: BTreeSet<&str> = known.steps.values().filter(under).map(|step| step.line.as_str()).collect();
        let own = |other: &Step| lines.contains(other.line.as_str());
        problems.extend(blocked(known, (&entries, &all), (Fixed::Refused(*code), code.word()), &own));
    }
    problems
}

type Entries<'a> = (&'a BTreeMap<&'a str, Condition>, &'a BTreeSet<&'a str>);

fn blocked(
    known: &Known<'_>,
    (entries, all): Entries<'_>,
    (fixed, name): (Fixed<'_>, &str),
    own: &dyn Fn(&Step) -> bool,
) -> Vec<Problem> {
    let open = reached(entries, fixed);
    let world = World { reached: all, fixed };
    let mut problems = Vec::new();
    for step in known.steps.values().filter(|step| all.contains(step.id.as_str()) && !own(step)) {
        let at = known.at(&step.id);
        let mut problem = |part: &str| {
            problems.push(Problem::at("handbook.refusal-blocks", format!("{at}.{part} ({name})")));
        };
        if !open.contains(step.id.as_str()) {
            problem("entry");
        }
        if !world.can(&step.exit, true) {
            problem("exit");
        }
    }
    problems
}

/// No condition may need a choice that is the person's own, one way or the other: testimony, the passport, a stay in a
/// shelter, silence (SOP 6.5).
pub(super) fn demands(known: &Known<'_>) -> Vec<Problem> {
    let all: BTreeSet<&str> = known.steps.keys().map(String::as_str).collect();
    let mut problems = Vec::new();
    for (freedom, fact) in
        known.words.freedoms.iter().flat_map(|(freedom, facts)| facts.iter().map(move |f| (freedom, f)))
    {
        let needs = |condition: &Condition| {
            [true, false].iter().any(|so| !World { reached: &all, fixed: Fixed::Fact(fact, *so) }.can(condition, true))
        };
        for (path, line) in known.lines.iter().filter(|(_, line)| needs(&line.attaches)) {
            let _ = line;
            problems.push(Problem::at("handbook.demands", format!("{path}: attaches ({freedom})")));
        }
        for step in known.steps.values() {
            let demanding = conditions(step).filter(|(_, condition)| needs(condition));
            let at = known.at(&step.id);
            problems
                .extend(demanding.map(|(part, _)| Problem::at("handbook.demands", format!("{at}.{part} ({freedom})"))));
        }
    }
    problems
}
