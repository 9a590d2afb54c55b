//! What officers make of a report: a case, or an answer.

use super::{ReportStream, near_report};
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::cases::{CaseStream, change};
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, OfficerId, Place, Redacted, ReportId};
use casework::case::{Opening, Today};
use casework::words::{PersonRole, Profile};
use casework::{Case, CaseEvent, ReportEvent};
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, Tx};

/// Opens a case from a report.
#[derive(Clone, Debug)]
pub struct OpenCase {
    /// The report.
    pub report: ReportId,
    /// Where the person was found, if the report does not say.
    pub found_in: Option<Place>,
    /// Where she comes from.
    pub origin: Option<Place>,
    /// What she is in the case.
    pub roles: BTreeSet<PersonRole>,
}

#[async_trait]
impl Act for OpenCase {
    const NAME: &'static str = "case.open";
    const DEED: Deed = Deed::HandleReport;
    type Done = CaseId;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<CaseId, Error> {
        let mut report = tx.load::<ReportStream>(self.report.bytes()).await?.ok_or(Error::NotFound)?;
        let id = CaseId::from_bytes(tx.derived_id("case"));
        let moved = report.act(ReportEvent::Opened(id))?;
        let today = desk.today(tx.now());
        let events = self.events(&report, (id, alias(tx)), desk, &today)?;
        tx.append(&mut report, moved).await?;
        let mut case = tx.create::<CaseStream>(id.bytes(), events).await?;
        change::fields_changed(tx, &mut case).await?;
        Ok(id)
    }
}

impl OpenCase {
    fn events(
        &self,
        report: &ReportStream,
        (id, alias): (CaseId, String),
        desk: &Desk,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Error> {
        let came = &report.received;
        let found_in = self.found_in.clone().or_else(|| came.place.clone()).unwrap_or_else(|| desk.me.place.clone());
        let opening = Opening {
            id,
            alias,
            report: Some(self.report),
            found_in,
            origin: self.origin.clone(),
            urgency: report.urgency,
            roles: self.roles.clone(),
            profile: came.profile.unwrap_or(Profile::Child),
            triage: came.triage.clone(),
            screened: came.outcome,
            handbook: today.handbook.version.clone(),
            decided: None,
            done: BTreeSet::from(["IN-1".to_owned()]),
            since: BTreeMap::new(),
        };
        let mut events = Case::open(opening, today)?;
        let case = Case::fold(events.iter().map(|event| (event, today.now))).ok_or(Error::NotFound)?;
        let texts = [("chronology.summary", &came.text), ("screening.answers", &came.answers)];
        let mut values: BTreeMap<String, Redacted<String>> =
            texts.into_iter().filter(|(_, v)| !v.expose().is_empty()).map(|(k, v)| (k.to_owned(), v.clone())).collect();
        if let Some(way) = safe_way(report) {
            values.insert("contact.safe_way".to_owned(), Redacted::new(way));
        }
        events.extend(case.set_fields(None, values, today)?);
        Ok(events)
    }
}

/// The way of contact that the report named.
fn safe_way(report: &ReportStream) -> Option<String> {
    let ways = report.ways();
    (!ways.is_empty()).then(|| ways.join(", "))
}

/// A code name that no case list needs to explain: a flower and a number.
fn alias(tx: &Tx) -> String {
    let [a, b, c, d, ..] = tx.derived_id("alias");
    casework::alias::alias([a, b, c, d])
}

/// A report is about the person of a case that is there: it belongs to that case.
#[derive(Clone, Copy, Debug)]
pub struct LinkReport {
    /// The report.
    pub report: ReportId,
    /// The case.
    pub case: CaseId,
}

#[async_trait]
impl Act for LinkReport {
    const NAME: &'static str = "report.link";
    const DEED: Deed = Deed::HandleReport;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut report = tx.load::<ReportStream>(self.report.bytes()).await?.ok_or(Error::NotFound)?;
        let mut case = tx.load::<CaseStream>(self.case.bytes()).await?.ok_or(Error::NotFound)?;
        let linked = report.act(ReportEvent::Linked(self.case))?;
        let events = case.link_report(self.report)?;
        tx.append(&mut report, linked).await?;
        tx.append(&mut case, events).await?;
        Ok(())
    }
}

/// Something else an officer makes of a report.
#[derive(Clone, Debug)]
pub struct AnswerReport {
    /// Which.
    pub report: ReportId,
    /// What: taken, linked, advised.
    pub event: ReportEvent,
}

#[async_trait]
impl Act for AnswerReport {
    const NAME: &'static str = "report.answer";
    const DEED: Deed = Deed::HandleReport;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_report(self.report, by, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut report = tx.load::<ReportStream>(self.report.bytes()).await?.ok_or(Error::NotFound)?;
        let event = match &self.event {
            ReportEvent::Taken(_) => ReportEvent::Taken(OfficerId::from_bytes(tx.origin().actor)),
            other => other.clone(),
        };
        let events = report.act(event)?;
        Ok(tx.append(&mut report, events).await?)
    }
}
