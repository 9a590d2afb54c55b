//! Reports and cases that may be about the same person: offered with the reasons, never merged. Two officers may say that
//! it is another person.

use super::{ReportStream, is_hidden, near_report};
use crate::act::{Act, Desk};
use crate::actor::{Actor, Staff};
use crate::cases::{CaseStream, blind, change};
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, OfficerId, ReportId, Timestamp};
use casework::report::{Alike, Other, Sketch, alike};
use std::collections::BTreeSet;
use store::{Direction, KeyBytes, Page, Read, Shelf, Stored, Tx};

/// How far before and after a report others of its place are looked at.
const AROUND_HOURS: i64 = 72;
/// Reports of one place that are compared; a busy port has fewer in six days.
const COMPARED_MAX: usize = 100;
/// What a page offers at most, the likeliest first.
const OFFERED_MAX: usize = 10;

/// What may be about the same person.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The report, or a case that no report here led to.
    pub other: Other,
    /// Its number, or the alias of the case.
    pub name: String,
    /// The case it belongs to, with its alias.
    pub case: Option<(CaseId, String)>,
    /// Why it is offered.
    pub reasons: Vec<Alike>,
    /// Who said that it is another person.
    pub apart: BTreeSet<OfficerId>,
    /// Two officers said so.
    pub decided: bool,
}

/// What may be about the same person as a report, the likeliest first. Of a shielded case nothing is told but to those who
/// may know it: a report with her number must not be a way to ask whether she is here (SOP WI-2).
pub async fn candidates(
    view: &mut impl Read,
    report: &Stored<ReportStream>,
    by: &Staff,
) -> Result<Vec<Candidate>, Error> {
    let (me, sketch) = (Other::Report(ReportId::from_bytes(report.id)), Sketch::of(report));
    let mut others = blind::subjects(view, &report.received.marks).await?;
    others.extend(around(view, &sketch).await?);
    others.remove(&me);
    let mut found: Vec<Candidate> = Vec::new();
    // Reports come first in the order of `Other`, so that a case is not offered beside a report that led to it.
    for other in others {
        let known =
            |case: CaseId| report.case == Some(case) || found.iter().any(|candidate| candidate.case_id() == Some(case));
        let candidate = match other {
            Other::Report(id) => of_report(view, id, (&sketch, by)).await?,
            Other::Case(id) if known(id) => None,
            Other::Case(id) => of_case(view, id, (&sketch, by)).await?,
        };
        // What belongs to the same case already is no question any more.
        found.extend(candidate.filter(|candidate| report.case.is_none() || candidate.case_id() != report.case));
    }
    for candidate in &mut found {
        candidate.apart = report.said_apart(candidate.other).collect();
        candidate.decided = report.is_apart(candidate.other);
    }
    found.sort_by_key(|candidate| (candidate.decided, candidate.reasons.first().copied(), candidate.reasons.len()));
    found.truncate(OFFERED_MAX);
    Ok(found)
}

impl Candidate {
    fn case_id(&self) -> Option<CaseId> {
        self.case.as_ref().map(|(id, _)| *id)
    }
}

/// Other reports of the same place and of the days around.
async fn around(view: &mut impl Read, sketch: &Sketch) -> Result<Vec<Other>, Error> {
    let Some(place) = &sketch.place else { return Ok(Vec::new()) };
    let (from, until) = (sketch.at.plus_hours(-AROUND_HOURS), sketch.at.plus_hours(AROUND_HOURS));
    let page = Page { after: Some(place_key(from, [0; 16])), limit: COMPARED_MAX, direction: Direction::Up };
    let rows = view.list::<ReportId>(Shelf::ReportsByPlace, place.code().as_bytes(), &page).await?;
    let end = place_key(until, [0xff; 16]);
    Ok(rows.into_iter().filter(|row| row.key <= end).map(|row| Other::Report(row.card)).collect())
}

/// The order of reports in one place.
pub fn place_key(at: Timestamp, id: [u8; 16]) -> Vec<u8> {
    KeyBytes::new().int(at.millis()).bytes(&id).done()
}

type Asked<'a> = (&'a Sketch, &'a Staff);

async fn of_report(view: &mut impl Read, id: ReportId, (sketch, by): Asked<'_>) -> Result<Option<Candidate>, Error> {
    let Some(report) = view.load::<ReportStream>(id.bytes()).await? else { return Ok(None) };
    let mut case = None;
    if let Some(id) = report.case {
        let Some(found) = view.load::<CaseStream>(id.bytes()).await? else { return Ok(None) };
        if is_hidden(&found, by) {
            return Ok(None);
        }
        case = Some((id, found.shown_to(by.id).to_owned()));
    }
    Ok(offered(Other::Report(id), report.number(), case, alike(sketch, &Sketch::of(&report))))
}

async fn of_case(view: &mut impl Read, id: CaseId, (sketch, by): Asked<'_>) -> Result<Option<Candidate>, Error> {
    let Some(case) = view.load::<CaseStream>(id.bytes()).await?.filter(|case| !is_hidden(case, by)) else {
        return Ok(None);
    };
    let alias = case.shown_to(by.id).to_owned();
    Ok(offered(Other::Case(id), alias.clone(), Some((id, alias)), alike(sketch, &Sketch::of_case(&case))))
}

fn offered(other: Other, name: String, case: Option<(CaseId, String)>, reasons: Vec<Alike>) -> Option<Candidate> {
    let (apart, decided) = (BTreeSet::new(), false);
    (!reasons.is_empty()).then_some(Candidate { other, name, case, reasons, apart, decided })
}

/// An officer says that another report, or a case, is about another person.
#[derive(Clone, Copy, Debug)]
pub struct SayApart {
    /// The report.
    pub report: ReportId,
    /// The other one.
    pub other: Other,
}

#[async_trait]
impl Act for SayApart {
    const NAME: &'static str = "report.say-apart";
    const DEED: Deed = Deed::HandleReport;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let refusals = near_report(self.report, by, tx).await?;
        if !refusals.is_empty() {
            return Ok(refusals);
        }
        match self.other {
            Other::Report(other) => near_report(other, by, tx).await,
            Other::Case(case) => change::near_to(case, by, Self::DEED, tx).await,
        }
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let by = OfficerId::from_bytes(tx.origin().actor);
        note(tx, self.report, self.other, by).await?;
        match self.other {
            // It holds in both directions.
            Other::Report(other) if other != self.report => note(tx, other, Other::Report(self.report), by).await,
            Other::Report(_) => Err(Error::NotFound),
            Other::Case(case) => tx.load::<CaseStream>(case.bytes()).await?.map(|_| ()).ok_or(Error::NotFound),
        }
    }
}

async fn note(tx: &mut Tx, report: ReportId, other: Other, by: OfficerId) -> Result<(), Error> {
    let mut stored = tx.load::<ReportStream>(report.bytes()).await?.ok_or(Error::NotFound)?;
    let events = stored.say_apart(other, by);
    Ok(tx.append(&mut stored, events).await?)
}
