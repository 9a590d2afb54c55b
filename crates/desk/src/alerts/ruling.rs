//! What an accord lets an alert say, one way or the other.

use crate::act::Desk;
use crate::error::Error;
use crate::offers::Line;
use crate::offers::quota::sent_today;
use crate::offers::source::{is_abroad, judged};
use crate::partners::{InForce, accord_between};
use accord::{Action, Decision, Purpose, Request};
use base::{Digest, NodeId, Timestamp};
use store::Read;

/// The field under which the two grades and the number of reports go.
pub const CONFIDENCE: &str = "recruiter.confidence";

/// What may go to a partner, field by field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// The accord used; `None` if there is none between the two.
    pub accord: Option<(String, u64, Digest)>,
    /// Each field in the order asked.
    pub lines: Vec<Line>,
    /// How long the receiver may keep it.
    pub keep_days: Option<u64>,
}

impl Ruling {
    /// Whether a field may go.
    pub fn permits(&self, field: &str) -> bool {
        self.lines.iter().any(|line| line.field == field && line.clause.is_some())
    }
}

/// Decides on an alert to a partner. Of several accords the one that permits most is used, then the lowest id.
pub async fn rule(view: &mut impl Read, desk: &Desk, peer: NodeId, fields: &[String]) -> Result<Ruling, Error> {
    let (today, now) = (sent_today(view, peer).await?, view.now());
    let held = accord_between(view, desk.me.id, peer).await?;
    let mut best = under(None, desk, now, (true, today), fields);
    for accord in &held {
        let ruling = under(Some(accord), desk, now, (true, today), fields);
        let count = |ruling: &Ruling| ruling.lines.iter().filter(|line| line.clause.is_some()).count();
        if best.accord.is_none() || count(&ruling) > count(&best) {
            best = ruling;
        }
    }
    Ok(best)
}

/// Decides on an alert under one accord: to the partner, or from it.
pub(super) fn under(
    accord: Option<&InForce>,
    desk: &Desk,
    on: Timestamp,
    (is_ours, sent_today): (bool, u64),
    fields: &[String],
) -> Ruling {
    let Some(accord) = accord else {
        return Ruling { accord: None, lines: judged(fields, &[], false), keep_days: None };
    };
    let (from, to) = if is_ours { (&accord.me, &accord.peer) } else { (&accord.peer, &accord.me) };
    let request = Request {
        on,
        from: from.clone(),
        to: to.clone(),
        action: Action::Alert,
        purpose: Purpose::RecruiterAlert,
        person: None,
        accord_state: accord.state,
        sent_today,
        consents: Vec::new(),
        basis: None,
        fields: fields.to_vec(),
    };
    let decision: Decision = accord::decide(&accord.document, &request, &desk.fields);
    Ruling {
        accord: Some((accord.document.id.clone(), accord.document.version, accord.hash)),
        keep_days: decision.retention_days(),
        lines: judged(fields, &[decision], is_abroad(&accord.document, to)),
    }
}
