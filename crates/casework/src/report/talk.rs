//! The talk with somebody who reported without a name: what she adds by her box, and what officers answer.

use super::{Attached, Report, ReportEvent};
use base::{OfficerId, Problem, Redacted, Timestamp};
use serde::{Deserialize, Serialize};

/// Letters of one answer or addition: a few pages.
pub const SAID_CHARS_MAX: usize = 4_000;

/// Where an answer goes: the box of a reporter without a name. Only her code opens what is sealed to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    /// The box.
    pub id: [u8; 16],
    /// Its public key.
    pub key: [u8; 32],
}

/// What the reporter added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// Its id: the same addition sent twice has the same.
    pub id: [u8; 16],
    /// Her words.
    pub text: Redacted<String>,
    /// Files that came with it.
    pub files: Vec<Attached>,
}

/// One turn of the talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// When it was recorded here.
    pub at: Timestamp,
    /// The officer; none is the reporter.
    pub by: Option<OfficerId>,
    /// What was said.
    pub text: Redacted<String>,
    /// Id of an addition; zeros for an answer.
    pub id: [u8; 16],
    /// Files that came with it.
    pub files: Vec<Attached>,
}

/// All that was said after the report, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// The turns.
    pub said: Vec<Said>,
    /// How many of them an officer dealt with.
    pub heard: usize,
}

impl Talk {
    /// The first turn that nobody dealt with.
    pub fn waiting(&self) -> Option<&Said> {
        self.said.get(self.heard..)?.iter().find(|said| said.by.is_none())
    }

    pub(super) fn add(&mut self, added: &Added, at: Timestamp) {
        let Added { id, text, files } = added.clone();
        self.said.push(Said { at, by: None, text, id, files });
    }

    pub(super) fn answer(&mut self, by: OfficerId, text: &Redacted<String>, at: Timestamp) {
        self.said.push(Said { at, by: Some(by), text: text.clone(), id: [0; 16], files: Vec::new() });
        self.heard = self.said.len();
    }
}

impl Report {
    /// Files it names, those of later additions too.
    pub fn files(&self) -> impl Iterator<Item = &Attached> {
        self.received.files.iter().chain(self.talk.said.iter().flat_map(|said| &said.files))
    }

    /// The reporter adds something, in whatever state the report is; the same addition counts once.
    pub fn hear(&self, added: Added) -> Vec<ReportEvent> {
        let known = self.talk.said.iter().any(|said| said.by.is_none() && said.id == added.id);
        if known { Vec::new() } else { vec![ReportEvent::Added(Box::new(added))] }
    }

    /// An officer answers her by her box, in whatever state the report is.
    pub fn reply(&self, by: OfficerId, text: &Redacted<String>) -> Result<Vec<ReportEvent>, Problem> {
        self.received.reply_to.as_ref().ok_or(Problem::new("box.none"))?;
        if text.expose().trim().is_empty() {
            return Err(Problem::new("box.empty"));
        }
        if text.expose().chars().count() > SAID_CHARS_MAX {
            return Err(Problem::at("box.long", SAID_CHARS_MAX.to_string()));
        }
        Ok(vec![ReportEvent::Replied(by, text.clone())])
    }

    /// An officer dealt with what she added; nothing if there is nothing new.
    pub fn mark_heard(&self, by: OfficerId) -> Vec<ReportEvent> {
        if self.talk.waiting().is_some() { vec![ReportEvent::Heard(by)] } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        Report::begin(&super::super::tests::received(&[], None), Timestamp::from_seconds(1)).unwrap()
    }

    fn apply(report: &mut Report, events: &[ReportEvent]) {
        for event in events {
            report.apply(event, Timestamp::from_seconds(2));
        }
    }

    #[test]
    fn an_addition_counts_once_and_waits_until_somebody_answers_or_marks_it() {
        let (mut report, by) = (report(), OfficerId::from_bytes([1; 16]));
        report.received.reply_to = Some(ReplyTo { id: [1; 16], key: [2; 32] });
        let added = |n: u8| Added { id: [n; 16], text: Redacted::new("lagi".into()), files: vec![] };
        for n in [1, 1, 2] {
            let events = report.hear(added(n));
            apply(&mut report, &events);
        }
        assert_eq!((report.talk.said.len(), report.talk.waiting().map(|said| said.id)), (2, Some([1; 16])));
        let events = report.reply(by, &Redacted::new("terima kasih".into())).unwrap();
        apply(&mut report, &events);
        assert!(report.talk.waiting().is_none() && report.mark_heard(by).is_empty());
        let events = report.hear(added(3));
        apply(&mut report, &events);
        let events = report.mark_heard(by);
        apply(&mut report, &events);
        assert!(report.talk.waiting().is_none());
    }

    #[test]
    fn a_report_without_a_box_has_nowhere_to_answer_to_and_an_answer_says_something() {
        let (mut report, by) = (report(), OfficerId::from_bytes([1; 16]));
        let reply = |report: &Report, text: String| report.reply(by, &Redacted::new(text)).unwrap_err().code.0;
        assert_eq!(reply(&report, "ya".into()), "box.none");
        report.received.reply_to = Some(ReplyTo { id: [1; 16], key: [2; 32] });
        assert_eq!(reply(&report, "  ".into()), "box.empty");
        assert_eq!(reply(&report, "a".repeat(SAID_CHARS_MAX + 1)), "box.long");
    }
}
