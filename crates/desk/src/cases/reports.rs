//! Reports: sealed intake opened on an unlocked node, and what officers make of them.

mod alike;
mod answer;
mod contact;
mod files;
mod find;
mod record;
mod talk;

pub use alike::{Candidate, SayApart, candidates};
pub use answer::{AnswerReport, LinkReport, OpenCase};
pub use contact::ShowContact;
pub(crate) use files::unsealed;
pub use files::{FileOpened, FileState, OpenFile, file_state, openings};
pub use find::{FindReport, by_code};
pub use record::{RecordReport, Recorded, ReportJson, ScreenedAs, WithoutName, screen};
pub(crate) use talk::Hear;
pub use talk::{HearReport, ReplyReport, asking};

use crate::act::Desk;
use crate::actor::{Actor, Staff};
use crate::cases::{CaseStream, blind, shut};
use crate::error::{Error, Refusal};
use crate::policy::Deed;
use base::{CaseId, ReportId, Timestamp};
use casework::report::{FileFound, ReportAt};
use casework::words::Urgency;
use casework::{Report, ReportEvent};
use serde::{Deserialize, Serialize};
use store::{Aggregate, KeyBytes, Page, Read, Row, Shelf, StoreError, Stored, StreamKind, Team, Tx, View, cbor};

/// Part of [`Shelf::ReportsAsking`].
const ASKING: &[u8] = b"all";

/// A report in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportStream(pub Report);

impl std::ops::Deref for ReportStream {
    type Target = Report;
    fn deref(&self) -> &Report {
        &self.0
    }
}

/// What lists show of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportCard {
    /// Which.
    pub id: ReportId,
    /// When it was recorded.
    pub at: Timestamp,
    /// Door word.
    pub door: String,
    /// Place code.
    pub place: Option<String>,
    /// Urgency word.
    pub urgency: String,
    /// Outcome word.
    pub outcome: Option<String>,
    /// State word.
    pub state: String,
    /// Safety flags.
    pub triage: Vec<String>,
    /// Its case.
    pub case: Option<CaseId>,
    /// The number by which people speak of it.
    pub number: String,
    /// How many files it names.
    pub files: usize,
}

impl Aggregate for ReportStream {
    type Event = ReportEvent;
    const KIND: StreamKind = StreamKind::Report;
    const TEAM: Team = Team::Casework;
    const OWN_KEY: bool = true;

    fn event_name(event: &ReportEvent) -> &'static str {
        match event {
            ReportEvent::Received(_) => "report.received",
            ReportEvent::Taken(_) => "report.taken",
            ReportEvent::Classified(..) => "report.classified",
            ReportEvent::Opened(_) => "report.opened",
            ReportEvent::Linked(_) => "report.linked",
            ReportEvent::ReferredOut(_) => "report.referred-out",
            ReportEvent::Advised(_) => "report.advised",
            ReportEvent::Apart(..) => "report.apart",
            ReportEvent::Added(_) => "report.added",
            ReportEvent::Replied(..) => "report.replied",
            ReportEvent::Heard(_) => "report.heard",
            ReportEvent::FileChecked(_, FileFound::Whole(_)) => "file.checked",
            ReportEvent::FileChecked(_, FileFound::Damaged(_)) => "file.damaged",
        }
    }

    fn begin(_: [u8; 16], first: &ReportEvent, at: Timestamp) -> Option<Self> {
        Report::begin(first, at).map(Self)
    }

    fn apply(&mut self, event: &ReportEvent, at: Timestamp) {
        self.0.apply(event, at);
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let card = self.card(ReportId::from_bytes(id));
        let rank = match self.urgency {
            Urgency::Red => 0,
            Urgency::Amber => 1,
            Urgency::Green => 2,
        };
        let (Ok(bytes), Ok(seen)) = (cbor::to_bytes(&card), cbor::to_bytes(&card.id)) else { return Vec::new() };
        let key = KeyBytes::new().int(rank).int(self.at.millis()).bytes(&id).done();
        let open = matches!(self.state, ReportAt::New | ReportAt::Taken);
        let part: &[u8] = if open { b"open" } else { b"answered" };
        let row = |shelf, part: &[u8], key, card| Row { shelf, part: part.to_vec(), key, due: None, card };
        let mut rows = vec![
            row(Shelf::ReportsByState, part, key, bytes),
            row(Shelf::ReportByRid, &self.received.rid, Vec::new(), seen.clone()),
            row(Shelf::ReportByCode, self.code().as_bytes(), Vec::new(), seen.clone()),
        ];
        if let Some(place) = &self.received.place {
            let key = alike::place_key(self.at, id);
            rows.push(row(Shelf::ReportsByPlace, place.code().as_bytes(), key, seen.clone()));
        }
        rows.extend(blind::report_rows(&self.received.marks, id));
        rows.extend(super::keeping::report_row(self, id));
        if let Some(to) = &self.received.reply_to {
            rows.push(row(Shelf::ReportByBox, &to.id, Vec::new(), seen.clone()));
        }
        if let Some(said) = self.talk.waiting() {
            let key = KeyBytes::new().int(said.at.millis()).bytes(&id).done();
            rows.push(row(Shelf::ReportsAsking, ASKING, key, seen.clone()));
        }
        for file in self.files() {
            let due = (!self.checked.contains_key(&file.id)).then_some(self.at);
            rows.push(Row { due, ..row(Shelf::ReportFiles, &file.id.bytes(), id.to_vec(), seen.clone()) });
        }
        rows
    }
}

/// Whether a case is hidden from an officer: it is shielded (SOP WI-2), or she is shut out. Then nothing that leads to it is
/// told.
pub fn is_hidden(case: &CaseStream, by: &Staff) -> bool {
    shut::is_shut_out(by, case) || (case.is_shielded() && !case.may_know(by.id))
}

/// Why an officer may not read a report: it belongs to a case that is shielded, or that she is shut out of.
pub async fn hidden_from(view: &mut impl Read, report: &ReportStream, by: &Staff) -> Result<Vec<Refusal>, Error> {
    let Some(id) = report.case else { return Ok(Vec::new()) };
    let Some(case) = view.load::<CaseStream>(id.bytes()).await? else { return Ok(Vec::new()) };
    Ok(match () {
        () if shut::is_shut_out(by, &case) => vec![Refusal::shut_out(&id)],
        () if is_hidden(&case, by) => vec![Refusal::new("identity.not-near", "report.see")],
        () => Vec::new(),
    })
}

/// Why an officer may not do something to a report, of itself.
pub(crate) async fn near_report(id: ReportId, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
    let report = tx.load::<ReportStream>(id.bytes()).await?.ok_or(Error::NotFound)?;
    match by.officer() {
        Some(staff) => hidden_from(tx, &report, staff).await,
        None => Ok(Vec::new()),
    }
}

impl Desk {
    /// A report, if the actor may read it; with the snapshot it came from. The try of who is shut out is noted.
    pub async fn report_for(&self, by: &Actor, id: ReportId) -> Result<(View, Stored<ReportStream>), Error> {
        let mut view = self.read_for(by, Deed::SeeReports).await?;
        let report = view.load::<ReportStream>(id.bytes()).await?.ok_or(Error::NotFound)?;
        let refusals = match by.officer() {
            Some(staff) => hidden_from(&mut view, &report, staff).await?,
            None => Vec::new(),
        };
        if refusals.is_empty() {
            return Ok((view, report));
        }
        drop(view);
        Err(self.shut_out(by, refusals).await?)
    }
}

impl ReportStream {
    /// The code of its slip.
    pub fn code(&self) -> String {
        seal::slip_code(&ReportId::from_bytes(self.received.rid))
    }

    /// The number by which people speak of it: the code of its slip, in groups.
    pub fn number(&self) -> String {
        seal::slip_shown(&self.code())
    }

    /// Its card.
    pub fn card(&self, id: ReportId) -> ReportCard {
        ReportCard {
            id,
            at: self.at,
            door: self.received.door.word().to_owned(),
            place: self.received.place.as_ref().map(|place| place.code().to_owned()),
            urgency: self.urgency.word().to_owned(),
            outcome: self.received.outcome.map(|outcome| outcome.word().to_owned()),
            state: self.state.word().to_owned(),
            triage: self.received.triage.iter().map(|flag| flag.word().to_owned()).collect(),
            case: self.case,
            number: self.number(),
            files: self.files().count(),
        }
    }
}

/// A report that a case names. `None` also where it was erased with a part of the case.
pub async fn report_of(view: &mut impl Read, id: ReportId) -> Result<Option<Stored<ReportStream>>, StoreError> {
    match view.load::<ReportStream>(id.bytes()).await {
        Err(StoreError::Erased) => Ok(None),
        found => found,
    }
}

/// Finds a report by its rid.
pub async fn by_rid(view: &mut impl Read, rid: [u8; 16]) -> Result<Option<Recorded>, Error> {
    let Some(id) = view.card::<ReportId>(Shelf::ReportByRid, &rid, &[]).await? else { return Ok(None) };
    let stored = view.load::<ReportStream>(id.bytes()).await?;
    Ok(stored.map(|report| Recorded { id, at: report.at, known: true }))
}

/// Reports that wait (`open`) or were answered, most urgent first.
pub async fn reports(view: &mut impl Read, open: bool, page: &Page) -> Result<Vec<store::Listed<ReportCard>>, Error> {
    let part: &[u8] = if open { b"open" } else { b"answered" };
    Ok(view.list(Shelf::ReportsByState, part, page).await?)
}
