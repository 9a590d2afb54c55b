//! The talk with a reporter without a name, at the office.

use super::record::attached_all;
use super::{ASKING, ReportCard, ReportStream, hidden_from, near_report};
use crate::act::{Act, Desk};
use crate::actor::{Actor, Staff};
use crate::boxes;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{OfficerId, Problem, Redacted, ReportId, limits};
use casework::report::Added;
use store::{Page, Read, Shelf, Tx};

/// Adds to a report what came by its box; the node itself does it.
pub(crate) struct Hear {
    pub report: ReportId,
    pub id: [u8; 16],
    pub text: String,
    pub files: Vec<serde_json::Value>,
}

#[async_trait]
impl Act for Hear {
    const NAME: &'static str = "report.add";
    const DEED: Deed = Deed::HandleReport;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut report = tx.load::<ReportStream>(self.report.bytes()).await?.ok_or(Error::NotFound)?;
        let files = attached_all(&self.files);
        let events = report.hear(Added { id: self.id, text: Redacted::new(self.text.clone()), files });
        Ok(tx.append(&mut report, events).await?)
    }
}

/// Answers a reporter without a name: sealed to her box, and kept in the report as what was said to her.
#[derive(Clone, Debug)]
pub struct ReplyReport {
    /// The report.
    pub report: ReportId,
    /// The answer.
    pub text: Redacted<String>,
}

#[async_trait]
impl Act for ReplyReport {
    const NAME: &'static str = "report.reply";
    const DEED: Deed = Deed::HandleReport;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_report(self.report, by, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut report = tx.load::<ReportStream>(self.report.bytes()).await?.ok_or(Error::NotFound)?;
        let events = report.reply(OfficerId::from_bytes(tx.origin().actor), &self.text)?;
        let to = report.received.reply_to.clone().ok_or(Problem::new("box.none"))?;
        boxes::reply(desk, tx, &to, self.text.expose().trim()).await?;
        Ok(tx.append(&mut report, events).await?)
    }
}

/// An officer dealt with what was added, without an answer.
#[derive(Clone, Copy, Debug)]
pub struct HearReport(pub ReportId);

#[async_trait]
impl Act for HearReport {
    const NAME: &'static str = "report.hear";
    const DEED: Deed = Deed::HandleReport;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_report(self.0, by, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut report = tx.load::<ReportStream>(self.0.bytes()).await?.ok_or(Error::NotFound)?;
        let events = report.mark_heard(OfficerId::from_bytes(tx.origin().actor));
        Ok(tx.append(&mut report, events).await?)
    }
}

/// Reports whose writer added something that nobody dealt with, the oldest first; those that an officer may read.
pub async fn asking(view: &mut impl Read, staff: &Staff) -> Result<Vec<ReportCard>, Error> {
    let rows = view.list::<ReportId>(Shelf::ReportsAsking, ASKING, &Page::first(limits::PAGE_ROWS_MAX)).await?;
    let mut cards = Vec::new();
    for row in rows {
        let Some(report) = view.load::<ReportStream>(row.card.bytes()).await? else { continue };
        if hidden_from(view, &report, staff).await?.is_empty() {
            cards.push(report.card(row.card));
        }
    }
    Ok(cards)
}
