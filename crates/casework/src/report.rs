//! Reports: what comes in through any door, until it is a case, belongs to one, or was answered with advice.

mod alike;
mod file;
mod talk;

pub use alike::{Alike, Mark, MarkKind, Other, Sketch, Token, alike, marks_in};
pub use file::{Attached, FileCheck, FileFound, FileKind};
pub use talk::{Added, ReplyTo, SAID_CHARS_MAX, Said, Talk};

use crate::words::{Authority, Outcome, Profile, Triage, Urgency, words};
use base::{CaseId, FileId, NodeId, OfficerId, Place, Problem, Redacted, ReportId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Files it names.
    pub files: Vec<Attached>,
    /// Entries of its list of files that could not be read, or were too many. The report does not suffer for them.
    #[serde(default)]
    pub files_odd: u32,
    /// What the officer at the door thinks, kept apart from what was said.
    #[serde(default)]
    pub opinion: Redacted<String>,
    /// Its identifiers, as the blind index keeps them.
    #[serde(default)]
    pub marks: BTreeSet<Token>,
    /// The box of a reporter without a name.
    #[serde(default)]
    pub reply_to: Option<ReplyTo>,
}

/// One event of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportEvent {
    /// It came.
    Received(Box<Received>),
    /// An officer takes it.
    Taken(OfficerId),
    /// A person sets another urgency and the authority (IN-3), and says why.
    Classified(Urgency, Authority, #[serde(default)] Redacted<String>),
    /// A case was opened from it.
    Opened(CaseId),
    /// It belongs to a case that is there.
    Linked(CaseId),
    /// Another node has the authority.
    ReferredOut(NodeId),
    /// Answered with advice, in these words.
    Advised(Redacted<String>),
    /// A file of it was opened whole for the first time, or is damaged.
    FileChecked(FileId, FileFound),
    /// An officer says that this is about another person.
    Apart(Other, OfficerId),
    /// A reporter without a name adds something.
    Added(Box<Added>),
    /// An officer answers her by her box.
    Replied(OfficerId, Redacted<String>),
    /// An officer dealt with what she added.
    Heard(OfficerId),
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
    /// What was found of its files.
    #[serde(default)]
    pub checked: BTreeMap<FileId, FileCheck>,
    /// Who said that it is about another person than which.
    #[serde(default)]
    pub apart: BTreeSet<(Other, OfficerId)>,
    /// When it was answered without a case of ours: its retention counts from then.
    #[serde(default)]
    pub answered_at: Option<Timestamp>,
    /// What was said after it, with a reporter without a name.
    #[serde(default)]
    pub talk: Talk,
}

/// Officers who must say so before two reports are no longer offered as alike.
const APART_OFFICERS: usize = 2;

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
        Some(Self {
            received,
            at,
            urgency,
            authority: None,
            officer: None,
            state: ReportAt::New,
            case: None,
            checked: BTreeMap::new(),
            apart: BTreeSet::new(),
            answered_at: None,
            talk: Talk::default(),
        })
    }

    /// Adds one event.
    pub fn apply(&mut self, event: &ReportEvent, at: Timestamp) {
        match event {
            ReportEvent::Received(_) => {}
            ReportEvent::Taken(officer) => {
                self.officer = Some(*officer);
                self.state = ReportAt::Taken;
            }
            ReportEvent::Classified(urgency, authority, _) => {
                self.urgency = *urgency;
                self.authority = Some(*authority);
            }
            ReportEvent::Opened(case) | ReportEvent::Linked(case) => {
                self.case = Some(*case);
                (self.state, self.answered_at) = (ReportAt::InCase, None);
            }
            ReportEvent::ReferredOut(_) => (self.state, self.answered_at) = (ReportAt::ReferredOut, Some(at)),
            ReportEvent::Advised(_) => (self.state, self.answered_at) = (ReportAt::Advised, Some(at)),
            ReportEvent::FileChecked(file, found) => {
                self.checked.insert(*file, FileCheck { found: *found, at });
            }
            ReportEvent::Apart(other, officer) => {
                self.apart.insert((*other, *officer));
            }
            ReportEvent::Added(added) => self.talk.add(added, at),
            ReportEvent::Replied(by, text) => self.talk.answer(*by, text, at),
            ReportEvent::Heard(_) => self.talk.heard = self.talk.said.len(),
        }
    }

    /// A file it names.
    pub fn file(&self, id: FileId) -> Option<&Attached> {
        self.files().find(|file| file.id == id)
    }

    /// An officer says that another report, or a case, is about another person; also after the report was answered. It
    /// counts once for each officer.
    pub fn say_apart(&self, other: Other, by: OfficerId) -> Vec<ReportEvent> {
        if self.apart.contains(&(other, by)) { Vec::new() } else { vec![ReportEvent::Apart(other, by)] }
    }

    /// Who said that it is about another person than this one.
    pub fn said_apart(&self, other: Other) -> impl Iterator<Item = OfficerId> {
        self.apart.iter().filter(move |(known, _)| *known == other).map(|(_, officer)| *officer)
    }

    /// Two officers said so.
    pub fn is_apart(&self, other: Other) -> bool {
        self.said_apart(other).count() >= APART_OFFICERS
    }

    /// Notes what was found of a file, once for each finding; also after the report was answered.
    pub fn check_file(&self, id: FileId, found: FileFound) -> Result<Vec<ReportEvent>, Problem> {
        self.file(id).ok_or(Problem::new("report.no-such-file"))?;
        let known = self.checked.get(&id).is_some_and(|check| check.found == found);
        Ok(if known { Vec::new() } else { vec![ReportEvent::FileChecked(id, found)] })
    }

    /// Red by somebody's word alone: an officer who looked may say otherwise.
    fn may_be_lowered(&self) -> bool {
        let came = &self.received;
        urgency_of(came.outcome, &came.triage, came.profile) < Urgency::Red
    }

    /// Decides an act on the report: it can end once.
    pub fn act(&self, event: ReportEvent) -> Result<Vec<ReportEvent>, Problem> {
        if !matches!(self.state, ReportAt::New | ReportAt::Taken) {
            return Err(Problem::new("report.already-answered"));
        }
        match &event {
            ReportEvent::Received(_)
            | ReportEvent::FileChecked(..)
            | ReportEvent::Apart(..)
            | ReportEvent::Added(_)
            | ReportEvent::Replied(..)
            | ReportEvent::Heard(_) => Err(Problem::new("report.already-answered")),
            ReportEvent::Classified(_, _, why) if why.expose().trim().is_empty() => {
                Err(Problem::new("case.reason-missing"))
            }
            // What a screening says is no word of a stranger: only her case can be less urgent.
            ReportEvent::Classified(urgency, ..) if *urgency < Urgency::Red && !self.may_be_lowered() => {
                Err(Problem::new("report.red-screened"))
            }
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
            files_odd: 0,
            opinion: Redacted::default(),
            marks: BTreeSet::new(),
            reply_to: None,
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
    fn red_by_word_alone_is_lowered_with_a_reason_and_red_by_screening_is_not() {
        let at = Timestamp::from_seconds(1);
        let lower = |why: &str| ReportEvent::Classified(Urgency::Green, Authority::Own, Redacted::new(why.into()));
        let mut report = Report::begin(&received(&[], None), at).unwrap();
        report.urgency = Urgency::Red;
        assert_eq!(report.act(lower(" ")).unwrap_err().code.0, "case.reason-missing");
        report.apply(&report.act(lower("tidak ada bahaya")).unwrap()[0], at);
        assert_eq!(report.urgency, Urgency::Green);
        let screened = Report::begin(&received(&[Triage::MedicalNow], None), at).unwrap();
        assert_eq!(screened.act(lower("x")).unwrap_err().code.0, "report.red-screened");
    }

    #[test]
    fn a_finding_is_noted_once_and_a_later_one_follows_it() {
        let at = Timestamp::from_seconds(1);
        let mut report = Report::begin(&received(&[], None), at).unwrap();
        let id = FileId::from_bytes([3; 16]);
        assert_eq!(report.check_file(id, FileFound::Damaged(None)).unwrap_err().code.0, "report.no-such-file");
        let (hash, key) = (base::Digest([1; 32]), Redacted::new([2; 16]));
        report.received.files.push(Attached { id, bytes: 5, hash, key });
        for found in [FileFound::Damaged(Some(2)), FileFound::Whole(FileKind::Jpeg)] {
            let events = report.check_file(id, found).unwrap();
            assert_eq!(events, [ReportEvent::FileChecked(id, found)]);
            report.apply(&events[0], at);
            assert_eq!(report.check_file(id, found).unwrap(), []);
        }
    }

    #[test]
    fn it_takes_two_different_officers_to_say_that_it_is_not_the_same() {
        let at = Timestamp::from_seconds(1);
        let mut report = Report::begin(&received(&[], None), at).unwrap();
        let (other, officer) = (Other::Report(ReportId::from_bytes([8; 16])), |n| OfficerId::from_bytes([n; 16]));
        for (by, apart) in [(1, false), (1, false), (2, true)] {
            for event in report.say_apart(other, officer(by)) {
                report.apply(&event, at);
            }
            assert_eq!(report.is_apart(other), apart);
        }
        assert!(!report.is_apart(Other::Case(CaseId::from_bytes([8; 16]))));
    }

    #[test]
    fn without_a_screening_a_person_looks_within_hours() {
        assert_eq!(urgency_of(None, &BTreeSet::new(), None), Urgency::Amber);
        assert_eq!(urgency_of(Some(Outcome::PossibleVictim), &BTreeSet::new(), Some(Profile::Child)), Urgency::Red);
    }
}
