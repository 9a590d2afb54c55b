//! "May this go there, for this, and if not, what would cure it": the decision that an offer would get, on made-up facts.
//! No case is read and nothing is kept, so that anybody who reads the accord may ask.

use crate::offers::source::{handover_purposes, is_abroad, judged};
use crate::offers::stream::Line;
use ::accord::{Action, Decision, Document, FieldList, Onward, Refusal, Request};
use std::collections::BTreeSet;

/// What an offer of these facts would be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Each field in the order asked.
    pub lines: Vec<Line>,
    /// How long the receiver may keep what goes.
    pub retention_days: Option<u64>,
    /// Whether it may be passed on.
    pub onward: Option<Onward>,
    /// Numbers of the duties that come with it.
    pub duties: Vec<String>,
    /// What must go along and does not: why all is held back.
    pub missing: Vec<String>,
}

/// Decides as an offer would: a handover asks once for each purpose that the accord knows, and joins what is permitted.
pub fn tried(document: &Document, request: &Request, fields: &FieldList) -> Trial {
    let purposes = match request.action {
        Action::Handover => handover_purposes(document, Action::Handover, request.purpose),
        _ => vec![request.purpose],
    };
    let requests = purposes.into_iter().map(|purpose| Request { purpose, ..request.clone() });
    let decided: Vec<(Decision, Vec<String>)> = requests
        .map(|request| (::accord::decide(document, &request, fields), missing(document, &request, fields)))
        .collect();
    let (decisions, missing): (Vec<Decision>, Vec<Vec<String>>) = decided.into_iter().unzip();
    let duties: BTreeSet<&String> = decisions.iter().flat_map(Decision::duties).collect();
    let missing: BTreeSet<String> = missing.into_iter().flatten().collect();
    Trial {
        lines: judged(&request.fields, &decisions, is_abroad(document, &request.to)),
        retention_days: decisions.iter().filter_map(Decision::retention_days).min(),
        onward: decisions.iter().filter_map(Decision::onward).min(),
        duties: duties.into_iter().cloned().collect(),
        missing: missing.into_iter().collect(),
    }
}

/// Fields that a clause asks for and that are not asked for or not permitted, where all was held back for their sake.
fn missing(document: &Document, request: &Request, fields: &FieldList) -> Vec<String> {
    let whole = ::accord::decide(document, request, fields);
    if whole.refused().all(|(_, refusal)| refusal != Refusal::AccordRequired) {
        return Vec::new();
    }
    let alone = ::accord::decide_preview(document, request, fields);
    let goes: Vec<&str> = alone.allowed().map(|(field, ..)| field).collect();
    let used = |no: &str| alone.allowed().any(|(_, clause, _)| clause == no);
    let clauses = document.clauses.iter().filter(|clause| used(&document.clause_name(clause)));
    let required = clauses.flat_map(|clause| &clause.required).filter(|field| !goes.contains(&field.as_str()));
    required.cloned().collect()
}
