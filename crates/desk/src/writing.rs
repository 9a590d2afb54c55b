//! What somebody wrote and could not send yet: a draft, a post after the end of the session, the second of two texts
//! about one thing. Nothing typed is lost (WEB.md 5): each is kept for its writer alone, sealed under the key of its case,
//! until it is sent or thrown away by hand.

use crate::act::{Act, Desk};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, OfficerId, Redacted, Timestamp, from_hex, hex, limits};
use serde::{Deserialize, Serialize};
use store::{Page, Read, Sealed, Shelf, Shelved, StoreError, Team, Tx};

/// Fields as they were typed, in order.
pub type Typed = Vec<(String, Redacted<String>)>;

/// Why it was not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The writer wants to go on later.
    Draft,
    /// The session was over when it came.
    SessionOver,
    /// Somebody else was faster; what stands now, for the same fields.
    Clash(Typed),
}

/// One writing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writing {
    /// Whose.
    pub officer: OfficerId,
    /// The case it is about, if it is about one.
    pub case: Option<CaseId>,
    /// Where the form posts to.
    pub path: String,
    /// What was typed.
    pub typed: Typed,
    /// The version of the case that the writer saw.
    pub version: Option<i64>,
    /// Why it was not sent.
    pub why: Why,
    /// When.
    pub at: Timestamp,
}

impl Shelved for Writing {
    const SHELF: Shelf = Shelf::Drafts;
}

impl Writing {
    /// Its name on a page: one for each form and reason, so that a later text of the same form takes the place of the
    /// earlier, and a clash does not take that of a draft.
    pub fn name(&self) -> String {
        hex(&self.key())
    }

    fn key(&self) -> Vec<u8> {
        let kind: &[u8] = match self.why {
            Why::Draft | Why::SessionOver => b"draft",
            Why::Clash(_) => b"clash",
        };
        let digest = seal::hash::sha256(&[b"simpul/writing/1", kind, self.path.as_bytes()]);
        digest.get(..16).unwrap_or(&digest).to_vec()
    }

    async fn put(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let sealed =
            self.case.map_or(Sealed::Team(Team::Casework), |case| Sealed::Subject(case.bytes(), Team::Casework));
        tx.put((&self.officer.bytes(), &self.key()), None, sealed, self).await
    }
}

/// Keeps a writing for its writer; a clash also for the one whose text stands.
#[derive(Clone, Debug)]
pub struct KeepWriting(pub Writing);

#[async_trait]
impl Act for KeepWriting {
    const NAME: &'static str = "writing.keep";
    const DEED: Deed = Deed::OwnAccount;
    type Done = String;

    async fn may(&self, by: &crate::Actor, _: &mut Tx) -> Result<Vec<crate::Refusal>, Error> {
        Ok(crate::staff::officer::own_account(by, self.0.officer))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<String, Error> {
        let writing = &self.0;
        writing.put(tx).await?;
        if let (Why::Clash(_), Some(case)) = (&writing.why, writing.case)
            && let Some(other) = last_writer(tx, case).await?.filter(|other| *other != writing.officer)
        {
            Writing { officer: other, ..writing.clone() }.put(tx).await?;
        }
        Ok(writing.name())
    }
}

/// Who wrote the last entry of a case, if it was an officer.
async fn last_writer(tx: &mut Tx, case: CaseId) -> Result<Option<OfficerId>, Error> {
    let Some(stored) = tx.load::<crate::cases::CaseStream>(case.bytes()).await? else { return Ok(None) };
    let last = tx.raw().events(case.bytes(), stored.version - 1, 1).await?.pop();
    Ok(last.map(|event| event.actor).filter(|actor| *actor != [0; 16]).map(OfficerId::from_bytes))
}

/// Throws a writing away, by hand or because it was sent; one that is gone is no fault.
#[derive(Clone, Debug)]
pub struct DropWriting {
    /// Whose.
    pub officer: OfficerId,
    /// Which.
    pub name: String,
}

#[async_trait]
impl Act for DropWriting {
    const NAME: &'static str = "writing.drop";
    const DEED: Deed = Deed::OwnAccount;
    type Done = ();

    async fn may(&self, by: &crate::Actor, _: &mut Tx) -> Result<Vec<crate::Refusal>, Error> {
        Ok(crate::staff::officer::own_account(by, self.officer))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        Ok(tx.remove::<Writing>(&self.officer.bytes(), &from_hex(&self.name).unwrap_or_default()).await?)
    }
}

/// All writings of an officer.
pub async fn writings(view: &mut impl Read, officer: OfficerId) -> Result<Vec<Writing>, StoreError> {
    let rows = view.states::<Writing>(&officer.bytes(), &Page::first(limits::PAGE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

/// One writing of an officer.
pub async fn writing(view: &mut impl Read, officer: OfficerId, name: &str) -> Result<Option<Writing>, StoreError> {
    view.state::<Writing>(&officer.bytes(), &from_hex(name).unwrap_or_default()).await
}

/// The names of what a form had kept before it was sent: a draft of it has served.
pub fn served(officer: OfficerId, path: &str) -> [String; 2] {
    let name = |why| {
        let path = path.to_owned();
        Writing { officer, case: None, path, typed: Vec::new(), version: None, why, at: Timestamp::default() }.name()
    };
    [name(Why::Draft), name(Why::Clash(Vec::new()))]
}
