//! A case as the journal keeps it, and the lists it appears in.

use crate::actor::Staff;
use crate::cases::blind;
use crate::policy::is_counsel_alone;
use base::{CaseId, OfficerId, Timestamp};
use casework::case::{CONFERENCE, StepRef};
use casework::words::Category;
use casework::{Case, CaseEvent, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::Deref;
use store::{Aggregate, KeyBytes, Narrow, Row, Shelf, StreamKind, Team, cbor};

/// A case in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseStream(pub Case);

impl Deref for CaseStream {
    type Target = Case;
    fn deref(&self) -> &Case {
        &self.0
    }
}

/// Where a case stands, as lists ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Worked on here.
    Open,
    /// Closed.
    Closed,
    /// Another node owns it.
    Given,
}

impl CaseState {
    /// All, as filters show them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Closed, Self::Given];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Given => "given",
        }
    }
}

/// What lists show of a case: no name, no narrative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseCard {
    /// Which.
    pub id: CaseId,
    /// The name it goes by.
    pub alias: String,
    /// Where it stands.
    pub state: CaseState,
    /// Urgency word.
    pub urgency: String,
    /// Place code where the person was found.
    pub found_in: String,
    /// Place code of origin.
    pub origin: Option<String>,
    /// Person roles.
    pub roles: Vec<String>,
    /// Outcome word, decided or computed.
    pub outcome: Option<String>,
    /// Case manager.
    pub manager: Option<OfficerId>,
    /// Companion.
    pub companion: Option<OfficerId>,
    /// The open step that is due first.
    pub next_step: Option<String>,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// Since when.
    pub opened_at: Timestamp,
    /// Officers who see nothing of it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub barred: BTreeSet<OfficerId>,
    /// Counsel's own file from a referral: the case of the node that asked is counted there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_matter: bool,
    /// Counsel and others with a part in it, who do not hold it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub parts: BTreeSet<OfficerId>,
}

impl CaseCard {
    /// Whether lists leave it out for this officer: she is shut out, or it is another counsel's. What the case says by
    /// `shut::is_shut_out`, without opening it.
    pub fn shuts(&self, staff: &Staff) -> bool {
        let is_hers = || {
            let is_free = self.is_matter && self.manager.is_none();
            is_free || [self.manager, self.companion].contains(&Some(staff.id)) || self.parts.contains(&staff.id)
        };
        self.barred.contains(&staff.id) || (is_counsel_alone(staff) && !is_hers())
    }
}

/// An open step in somebody's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCard {
    /// The case.
    pub case: CaseId,
    /// Its alias.
    pub alias: String,
    /// The case's urgency word.
    pub urgency: String,
    /// The step.
    pub step: StepRef,
    /// Who owns it.
    pub role: Role,
    /// The person who took it, or to whom it falls.
    pub officer: Option<OfficerId>,
    /// Since when.
    pub opened_at: Timestamp,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// Alarm level reached: 0, 50, 80, 100.
    pub level: u8,
    /// A statute sets it.
    pub statutory: bool,
    /// Waits for the person.
    pub paused: bool,
    /// Officers who see nothing of it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub barred: BTreeSet<OfficerId>,
}

/// The narrow part of a kind of data. The numbers name keys and never change.
pub const fn narrow_part(category: Category) -> Option<Narrow> {
    match category {
        Category::Identity => Narrow::new(1),
        Category::Chronology => Narrow::new(2),
        Category::Statement => Narrow::new(3),
        Category::Health => Narrow::new(4),
        Category::Shelter => Narrow::new(5),
        _ => None,
    }
}

impl Aggregate for CaseStream {
    type Event = CaseEvent;
    const KIND: StreamKind = StreamKind::Case;
    const TEAM: Team = Team::Casework;
    const OWN_KEY: bool = true;

    fn event_name(event: &CaseEvent) -> &'static str {
        event.kind()
    }

    fn narrow(event: &CaseEvent) -> Option<Narrow> {
        event.narrow().and_then(narrow_part)
    }

    fn begin(_: [u8; 16], first: &CaseEvent, at: Timestamp) -> Option<Self> {
        Case::begin(first, at).map(Self)
    }

    fn apply(&mut self, event: &CaseEvent, at: Timestamp) {
        self.0.apply(event, at);
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let steps = self.step_cards(CaseId::from_bytes(id));
        let card = self.card(CaseId::from_bytes(id), &steps);
        let mut rows = case_rows(&card);
        if card.state == CaseState::Open {
            rows.extend(steps.iter().flat_map(step_rows));
        }
        rows.extend(blind::case_rows(self, id));
        // What the person asked about her data is answered in any state of the case.
        rows.extend(self.alarm_row(id));
        rows.extend(super::rights::rows(self, CaseId::from_bytes(id)));
        rows.extend(super::keeping::case_rows(self, CaseId::from_bytes(id)));
        rows.extend(super::documents::rows(self, CaseId::from_bytes(id)));
        rows.extend(super::shut::rows(self, CaseId::from_bytes(id)));
        rows.extend(super::leaving::rows(self, CaseId::from_bytes(id)));
        rows.extend(crate::matters::list::rows(self, CaseId::from_bytes(id)));
        rows.extend(crate::aid::list::rows(self, CaseId::from_bytes(id)));
        rows.extend(crate::guest::rows(self, CaseId::from_bytes(id)));
        rows.extend(crate::corridors::rows(self, CaseId::from_bytes(id)));
        rows.extend(crate::progress::rows(self, CaseId::from_bytes(id)));
        rows
    }
}

impl CaseStream {
    /// The card of the case.
    pub fn card(&self, id: CaseId, steps: &[StepCard]) -> CaseCard {
        let next = steps.iter().filter(|step| step.due.is_some()).min_by_key(|step| step.due);
        let outcome = self.decision.as_ref().map(|decision| decision.outcome).or(self.screened);
        CaseCard {
            id,
            alias: self.listed_as().to_owned(),
            state: self.state_word(),
            urgency: self.urgency.word().to_owned(),
            found_in: self.opening.found_in.code().to_owned(),
            origin: self.opening.origin.as_ref().map(|place| place.code().to_owned()),
            roles: self.roles.iter().map(|role| role.word().to_owned()).collect(),
            outcome: outcome.map(|outcome| outcome.word().to_owned()),
            manager: self.manager(),
            companion: self.companion(),
            next_step: next.map(|step| step.step.to_string()),
            due: next.and_then(|step| step.due),
            opened_at: self.opened_at,
            barred: self.barred.clone(),
            is_matter: self.matter.from.is_some(),
            parts: self.matter_parts(),
        }
    }

    /// Where it stands.
    pub fn state_word(&self) -> CaseState {
        match (&self.ownership.other, &self.closed) {
            (Some(_), _) => CaseState::Given,
            (None, Some(_)) => CaseState::Closed,
            (None, None) => CaseState::Open,
        }
    }

    /// Its open steps.
    pub fn step_cards(&self, case: CaseId) -> Vec<StepCard> {
        let open = self.open_steps().map(|(step, state)| StepCard {
            case,
            alias: self.listed_as().to_owned(),
            urgency: self.urgency.word().to_owned(),
            step: step.clone(),
            role: state.role,
            officer: self.officer_of(state),
            opened_at: state.opened_at,
            due: state.clock.as_ref().map(|clock| clock.due),
            level: state.clock.as_ref().map_or(0, |clock| clock.level),
            statutory: state.clock.as_ref().is_some_and(|clock| clock.statutory),
            paused: state.clock.as_ref().is_some_and(|clock| clock.paused_at.is_some()),
            barred: self.barred.clone(),
        });
        open.collect()
    }

    /// When the clocks of this case must be looked at next.
    fn alarm_row(&self, id: [u8; 16]) -> Option<Row> {
        let due = self.next_alarm_at()?;
        let card = cbor::to_bytes(&CaseId::from_bytes(id)).ok()?;
        Some(Row { shelf: Shelf::Clocks, part: Vec::new(), key: id.to_vec(), due: Some(due), card })
    }
}

/// Red first, then what is due first; what has no date comes last.
fn order(card: &CaseCard) -> Vec<u8> {
    let rank = match card.urgency.as_str() {
        "RED" => 0,
        "AMBER" => 1,
        _ => 2,
    };
    let due = card.due.map_or(i64::MAX, Timestamp::millis);
    KeyBytes::new().int(rank).int(due).bytes(&card.id.bytes()).done()
}

/// The case of a key of a list of cases: it stands last.
pub(super) fn listed(key: &[u8]) -> Option<CaseId> {
    key.last_chunk::<16>().map(|id| CaseId::from_bytes(*id))
}

fn case_rows(card: &CaseCard) -> Vec<Row> {
    let Ok(bytes) = cbor::to_bytes(card) else { return Vec::new() };
    let row = |shelf, part: &[u8], key| Row { shelf, part: part.to_vec(), key, due: None, card: bytes.clone() };
    let mut rows = vec![
        row(Shelf::CaseCard, &card.id.bytes(), Vec::new()),
        row(Shelf::CasesByState, card.state.word().as_bytes(), order(card)),
    ];
    if card.state == CaseState::Open {
        let holds = [card.manager, card.companion].into_iter().flatten();
        for officer in holds.filter(|officer| !card.barred.contains(officer)) {
            rows.push(row(Shelf::CasesByManager, &officer.bytes(), order(card)));
        }
    }
    rows
}

/// A step stands under who took it, else under the role that may take it.
fn step_rows(step: &StepCard) -> Vec<Row> {
    let Ok(card) = cbor::to_bytes(step) else { return Vec::new() };
    let due = step.due.map_or(i64::MAX, Timestamp::millis);
    let key = KeyBytes::new().int(due).bytes(&step.case.bytes()).text(&step.step.to_string()).done();
    let row = |part: &[u8]| Row {
        shelf: Shelf::StepsByRole,
        part: part.to_vec(),
        key: key.clone(),
        due: None,
        card: card.clone(),
    };
    let mut rows: Vec<Row> = step.officer.map(|officer| row(&officer.bytes())).into_iter().collect();
    // What somebody took would fill the list of those who look for what nobody took; an agenda has every conference.
    if step.officer.is_none() || step.step.0 == CONFERENCE {
        rows.push(row(step.role.word().as_bytes()));
    }
    rows
}
