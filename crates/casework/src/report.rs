//! Reports: what comes in through any door, until it is a case, belongs to one, or was answered with advice.

use crate::words::{Authority, Outcome, Profile, Triage, Urgency, words};
use base::{CaseId, FileId, NodeId, OfficerId, Place, Problem, Redacted, ReportId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

words! {
    /// The door through which a report came.
    Door {
        /// She came herself.
        WalkIn = "walk_in",
        /// By telephone.
        Hotline = "hotline",
        /// At a port.
        Port = "port",
        /// In a village.
        Village = "village",
        /// From the police.
        Police = "police",
        /// From a mission abroad.
        Consulate = "consulate",
        /// By the public pages.
        PublicWindow = "public_window",
        /// Sealed by the pocketbook.
        Pocketbook = "pocketbook",
        /// By a short message.
        Sms = "sms",
    }

    /// Where a report stands.
    ReportAt {
        /// Nobody has taken it.
        New = "new",
        /// An officer has it.
        Taken = "taken",
        /// It became a case, or belongs to one.
        InCase = "in_case",
        /// Another node has the authority.
        ReferredOut = "referred_out",
        /// Answered with advice.
        Advised = "advised",
    }
}

/// A report as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Its id here.
    pub id: ReportId,
    /// SHA-256 of its command key, [..16]: the same report sent twice has the same.
    pub rid: [u8; 16],
    /// The door.
    pub door: Door,
    /// Where the person was found, if it says so.
    pub place: Option<Place>,
    /// Stage of the screening.
    pub stage: Option<String>,
    /// Version of the question pack.
    pub pack: Option<String>,
    /// Outcome that the node computed from the answers.
    pub outcome: Option<Outcome>,
    /// Urgency, likewise.
    pub urgency: Option<Urgency>,
    /// Safety flags, likewise.
    pub triage: BTreeSet<Triage>,
    /// Adult or child, likewise.
    pub profile: Option<Profile>,
    /// The answers, as JSON.
    pub answers: Redacted<String>,
    /// What was said.
    pub text: Redacted<String>,
    /// How to reach her safely.
    pub contact: Redacted<String>,
    /// What was said about consent.
    pub consent: String,
    /// Files.
    pub files: Vec<FileId>,
}

/// One event of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportEvent {
    /// It came.
    Received(Box<Received>),
    /// An officer takes it.
    Taken(OfficerId),
    /// A person sets another urgency and the authority (IN-3).
    Classified(Urgency, Authority),
    /// A case was opened from it.
    Opened(CaseId),
    /// It belongs to a case that is there.
    Linked(CaseId),
    /// Another node has the authority.
    ReferredOut(NodeId),
    /// Answered with advice, in these words.
    Advised(Redacted<String>),
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// As it came.
    pub received: Received,
    /// When it was recorded here.
    pub at: Timestamp,
    /// How soon: as a person set it, else as the screening says, else amber.
    pub urgency: Urgency,
    /// Who has the authority.
    pub authority: Option<Authority>,
    /// The officer who has it.
    pub officer: Option<OfficerId>,
    /// Where it stands.
    pub state: ReportAt,
    /// Its case.
    pub case: Option<CaseId>,
}

/// The urgency of a screening by its words: any safety flag, or a child who may be a victim, is red (screening.md 7.6).
pub fn urgency_of(outcome: Option<Outcome>, triage: &BTreeSet<Triage>, profile: Option<Profile>) -> Urgency {
    match outcome {
        _ if !triage.is_empty() => Urgency::Red,
        Some(outcome) if outcome >= Outcome::PossibleVictim => {
            if profile == Some(Profile::Adult) {
                Urgency::Amber
            } else {
                Urgency::Red
            }
        }
        // Nobody asked, or too little was answered: a person looks within hours, not days.
        None | Some(Outcome::Incomplete) => Urgency::Amber,
        Some(_) => Urgency::Green,
    }
}

impl Report {
    /// The report that all these events add up to; `None` if the first is not its arrival.
    pub fn fold<'a>(events: impl IntoIterator<Item = (&'a ReportEvent, Timestamp)>) -> Option<Self> {
        let mut report: Option<Self> = None;
        for (event, at) in events {
            match &mut report {
                Some(report) => report.apply(event, at),
                None => report = Self::begin(event, at),
            }
        }
        report
    }

    /// The report that begins with this event.
    pub fn begin(event: &ReportEvent, at: Timestamp) -> Option<Self> {
        let ReportEvent::Received(received) = event else { return None };
        let received = (**received).clone();
        let urgency =
            received.urgency.unwrap_or_else(|| urgency_of(received.outcome, &received.triage, received.profile));
        Some(Self { received, at, urgency, authority: None, officer: None, state: ReportAt::New, case: None })
    }

    /// Adds one event.
    pub fn apply(&mut self, event: &ReportEvent, _at: Timestamp) {
        match event {
            ReportEvent::Received(_) => {}
            ReportEvent::Taken(officer) => {
                self.officer = Some(*officer);
                self.state = ReportAt::Taken;
            }
            ReportEvent::Classified(urgency, authority) => {
                self.urgency = *urgency;
                self.authority = Some(*authority);
            }
            ReportEvent::Opened(case) | ReportEvent::Linked(case) => {
                self.case = Some(*case);
                self.state = ReportAt::InCase;
            }
            ReportEvent::ReferredOut(_) => self.state = ReportAt::ReferredOut,
            ReportEvent::Advised(_) => self.state = ReportAt::Advised,
        }
    }

    /// Decides an act on the report: it can end once.
    pub fn act(&self, event: ReportEvent) -> Result<Vec<ReportEvent>, Problem> {
        if !matches!(self.state, ReportAt::New | ReportAt::Taken) {
            return Err(Problem::new("report.already-answered"));
        }
        match &event {
            ReportEvent::Received(_) => Err(Problem::new("report.already-answered")),
            // Red is never sent away with advice alone (SOP IN-2: no open triage action without an owner).
            ReportEvent::Advised(_) if self.urgency == Urgency::Red => Err(Problem::new("report.red-needs-a-case")),
            ReportEvent::Advised(text) if text.expose().trim().is_empty() => Err(Problem::new("report.advice-empty")),
            _ => Ok(vec![event]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn received(triage: &[Triage], outcome: Option<Outcome>) -> ReportEvent {
        ReportEvent::Received(Box::new(Received {
            id: ReportId::from_bytes([1; 16]),
            rid: [2; 16],
            door: Door::Pocketbook,
            place: Place::parse("21.71").ok(),
            stage: None,
            pack: None,
            outcome,
            urgency: None,
            triage: triage.iter().copied().collect(),
            profile: Some(Profile::Adult),
            answers: Redacted::default(),
            text: Redacted::default(),
            contact: Redacted::default(),
            consent: String::new(),
            files: vec![],
        }))
    }

    #[test]
    fn a_red_report_cannot_end_with_advice_and_any_report_ends_once() {
        let at = Timestamp::from_seconds(1);
        let red = Report::begin(&received(&[Triage::MedicalNow], None), at).unwrap();
        let advice = ReportEvent::Advised(Redacted::new("telepon 129".into()));
        assert_eq!(red.act(advice.clone()).unwrap_err().code.0, "report.red-needs-a-case");
        let mut green = Report::begin(&received(&[], Some(Outcome::NoIndication)), at).unwrap();
        assert_eq!(green.urgency, Urgency::Green);
        for event in green.act(advice.clone()).unwrap() {
            green.apply(&event, at);
        }
        assert_eq!(green.state, ReportAt::Advised);
        assert_eq!(green.act(advice).unwrap_err().code.0, "report.already-answered");
    }

    #[test]
    fn without_a_screening_a_person_looks_within_hours() {
        assert_eq!(urgency_of(None, &BTreeSet::new(), None), Urgency::Amber);
        assert_eq!(urgency_of(Some(Outcome::PossibleVictim), &BTreeSet::new(), Some(Profile::Child)), Urgency::Red);
    }
}
