//! What everybody may see of a quarter: two officers sign, and the tables stand in the window as they were sent. There is no
//! way back: who copied numbers has them.

use super::{Counted, QuarterReport, key};
use crate::act::{Act, Desk, note_access};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{OfficerId, Problem, Timestamp, limits};
use casework::counts::Table;
use casework::quarter::Quarter;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{AccessEvent, Direction, Page, Read, Sealed, Shelf, Shelved, StoreError, Team, Tx};

/// The part of the shelf for everybody.
pub(crate) const RELEASED: &[u8] = b"released";
/// The part for first signatures.
const SIGNED: &[u8] = b"signed";

/// What everybody may see of a report that was sent: its tables alone. It is not sealed, so that the window of a locked node
/// shows it; every small cell in it is hidden (domain: law, L68).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Which quarter.
    pub quarter: Quarter,
    /// The tables, as they were sent.
    pub tables: BTreeMap<Counted, Table>,
    /// When they were released.
    pub at: Timestamp,
}

impl Shelved for Published {
    const SHELF: Shelf = Shelf::QuarterReports;
}

/// The first signature under a release, until the second one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstSignature {
    /// Which quarter.
    pub quarter: Quarter,
    /// Whose it is.
    pub officer: OfficerId,
    /// Since when.
    pub at: Timestamp,
}

impl Shelved for FirstSignature {
    const SHELF: Shelf = Shelf::QuarterReports;
}

/// What was released, the newest first; also of a locked node.
pub async fn published(view: &mut impl Read) -> Result<Vec<Published>, StoreError> {
    Ok(view.states::<Published>(RELEASED, &newest()).await?.into_iter().map(|row| row.card).collect())
}

/// Releases that wait for a second officer, the newest first.
pub async fn waiting(view: &mut impl Read) -> Result<Vec<FirstSignature>, StoreError> {
    Ok(view.states::<FirstSignature>(SIGNED, &newest()).await?.into_iter().map(|row| row.card).collect())
}

fn newest() -> Page {
    Page { direction: Direction::Down, ..Page::first(limits::PAGE_ROWS) }
}

/// An officer signs that a report is released, as it was sent. The second one's signature releases it.
#[derive(Clone, Copy, Debug)]
pub struct SignRelease(pub Quarter);

#[async_trait]
impl Act for SignRelease {
    const NAME: &'static str = "quarter.release";
    const DEED: Deed = Deed::ReleaseCounts;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let (quarter, key) = (self.0, key(self.0));
        let report = tx.state::<QuarterReport>(b"", &key).await?;
        let report = report.filter(|report| report.sent.is_some()).ok_or(Error::NotFound)?;
        if tx.state::<Published>(RELEASED, &key).await?.is_some() {
            return Ok(());
        }
        let officer = OfficerId::from_bytes(tx.origin().actor);
        let Some(first) = tx.state::<FirstSignature>(SIGNED, &key).await? else {
            let signature = FirstSignature { quarter, officer, at: tx.now() };
            tx.put((SIGNED, &key), None, Sealed::Team(Team::Casework), &signature).await?;
            let event = AccessEvent::ReleaseSigned { officer, quarter: quarter.to_string() };
            return Ok(note_access(tx, desk.me.id.bytes(), event).await?);
        };
        if first.officer == officer {
            return Err(Problem::at("quarter.second-officer", quarter.to_string()).into());
        }
        let released = Published { quarter, tables: report.tables, at: tx.now() };
        tx.put((RELEASED, &key), None, Sealed::Plain, &released).await?;
        tx.remove::<FirstSignature>(SIGNED, &key).await?;
        let event = AccessEvent::CountsReleased { officer, quarter: quarter.to_string() };
        Ok(note_access(tx, desk.me.id.bytes(), event).await?)
    }
}

/// The first signature is taken back, by whoever may sign: nothing is released.
#[derive(Clone, Copy, Debug)]
pub struct TakeBackRelease(pub Quarter);

#[async_trait]
impl Act for TakeBackRelease {
    const NAME: &'static str = "quarter.take-back";
    const DEED: Deed = Deed::ReleaseCounts;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let key = key(self.0);
        tx.state::<FirstSignature>(SIGNED, &key).await?.ok_or(Error::NotFound)?;
        tx.remove::<FirstSignature>(SIGNED, &key).await?;
        let officer = OfficerId::from_bytes(tx.origin().actor);
        let event = AccessEvent::ReleaseTakenBack { officer, quarter: self.0.to_string() };
        Ok(note_access(tx, desk.me.id.bytes(), event).await?)
    }
}
