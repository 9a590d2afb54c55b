//! Warnings: what is well formed and can never permit, so that a person sees it before signing. The rule itself decides
//! such clauses without a special case (CONTRACTS.md 3.1).

use crate::decide::floor;
use crate::document::{Clause, Document, Where};
use crate::fields::FieldList;
use crate::words::{Action, Basis, Category, PartyRole};
use base::Problem;
use std::collections::BTreeSet;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not well formed; nothing can be decided.
    Error,
    /// Well formed, and probably not what was meant.
    Warning,
}

impl Level {
    /// The word of the JSON form.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it weighs.
    pub level: Level,
    /// What and where.
    pub problem: Problem,
}

impl Finding {
    /// A fault of form.
    pub const fn error(problem: Problem) -> Self {
        Self { level: Level::Error, problem }
    }

    fn warning(code: &'static str, at: impl Into<String>) -> Self {
        Self { level: Level::Warning, problem: Problem::at(code, at) }
    }
}

/// All warnings of a well-formed document.
pub fn check(document: &Document, fields: &FieldList) -> Vec<Finding> {
    let mut out = Vec::new();
    whole(document, &mut out);
    for (index, clause) in document.clauses.iter().enumerate() {
        let at = format!("clauses[{index}]");
        empty(clause, &at, &mut out);
        idle(document, clause, &at, &mut out);
        named_fields(document, clause, fields, &at, &mut out);
    }
    out
}

fn whole(document: &Document, out: &mut Vec<Finding>) {
    if document.clauses.is_empty() {
        out.push(Finding::warning("accord.warn-no-clauses", "clauses"));
    }
    if document.parties.len() < 2 {
        out.push(Finding::warning("accord.warn-one-party", "parties"));
    }
    if (document.version == 1) != document.previous.is_none() {
        out.push(Finding::warning("accord.warn-chain", "previous"));
    }
    for (index, party) in document.parties.iter().enumerate() {
        if document.parties.iter().take(index).any(|other| other.node == party.node) {
            out.push(Finding::warning("accord.warn-party-twice", format!("parties[{index}].node")));
        }
        if party.id.is_none() {
            out.push(Finding::warning("accord.warn-unsigned-party", format!("parties[{index}].id")));
        }
    }
    let mut seen = BTreeSet::new();
    for (index, duty) in document.duties.iter().enumerate() {
        if !seen.insert(&duty.no) {
            out.push(Finding::warning("accord.warn-duty-twice", format!("duties[{index}].no")));
        }
    }
}

fn empty(clause: &Clause, at: &str, out: &mut Vec<Finding>) {
    let lists = [
        ("from", clause.from.is_empty()),
        ("to", clause.to.is_empty()),
        ("actions", clause.actions.is_empty()),
        ("purposes", clause.purposes.is_empty()),
        // Role and place always hold for alerts.
        ("persons.roles", clause.persons.roles.is_empty() && !only_alerts(clause)),
        ("persons.found_in", clause.persons.found_in == Where::In(Vec::new()) && !only_alerts(clause)),
        ("persons.origin", clause.persons.origin == Where::In(Vec::new()) && !only_alerts(clause)),
        ("categories", clause.categories.is_empty()),
    ];
    for (key, _) in lists.iter().filter(|(_, is_empty)| *is_empty) {
        out.push(Finding::warning("accord.warn-empty", format!("{at}.{key}")));
    }
    if clause.per_day == Some(0) {
        out.push(Finding::warning("accord.warn-quota", format!("{at}.per_day")));
    }
}

fn only_alerts(clause: &Clause) -> bool {
    clause.actions.iter().all(|action| *action == Action::Alert)
}

fn idle(document: &Document, clause: &Clause, at: &str, out: &mut Vec<Finding>) {
    if let Some(index) = clause.to.iter().position(|node| clause.from.contains(node)) {
        out.push(Finding::warning("accord.warn-same-node", format!("{at}.to[{index}]")));
    }
    for (index, action) in clause.actions.iter().enumerate() {
        if *action == Action::Alert && matches!(clause.basis, Basis::Consent | Basis::VitalInterest) {
            out.push(Finding::warning("accord.warn-alert-basis", format!("{at}.actions[{index}]")));
        }
        if *action == Action::Query {
            out.push(Finding::warning("accord.warn-query", format!("{at}.actions[{index}]")));
        }
    }
    for (index, category) in clause.categories.iter().enumerate() {
        if is_held(document, clause, *category) {
            out.push(Finding::warning("accord.warn-floor", format!("{at}.categories[{index}]")));
        }
    }
}

/// Whether a floor holds a category back for every act, purpose and receiver of a clause.
fn is_held(document: &Document, clause: &Clause, category: Category) -> bool {
    let shelter =
        |node: &String| document.parties.iter().any(|party| party.node == *node && party.role == PartyRole::Shelter);
    let passes = |action: Action| {
        let to_shelter = clause.to.iter().any(shelter);
        clause.purposes.iter().any(|purpose| floor(category, action, *purpose, to_shelter).is_none())
    };
    !clause.purposes.is_empty() && !clause.actions.is_empty() && !clause.actions.iter().any(|action| passes(*action))
}

fn named_fields(document: &Document, clause: &Clause, fields: &FieldList, at: &str, out: &mut Vec<Finding>) {
    for (index, field) in clause.except.iter().enumerate() {
        if fields.category(field).is_none() {
            out.push(Finding::warning("accord.warn-unknown-field", format!("{at}.except[{index}]")));
        }
    }
    for (index, field) in clause.required.iter().enumerate() {
        let here = format!("{at}.required[{index}]");
        match fields.category(field) {
            None => out.push(Finding::warning("accord.warn-unknown-field", here)),
            Some(_) if clause.except.contains(field) => out.push(Finding::warning("accord.warn-except-required", here)),
            Some(category) if !document.clauses.iter().any(|other| other.categories.contains(&category)) => {
                out.push(Finding::warning("accord.warn-required-closed", here));
            }
            Some(_) => {}
        }
    }
}
