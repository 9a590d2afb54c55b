//! One command on one case: load, decide in the pure room, append.

use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::cases::{CaseStream, blind};
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use base::{CaseId, OfficerId, Problem};
use casework::case::Today;
use casework::{Case, CaseEvent};
use store::{Read, Stored, Tx};

/// What an officer does to a case: the events that follow, decided by the case itself.
pub trait Change: Send + Sync {
    /// Name of the act.
    const NAME: &'static str;
    /// What it needs.
    const DEED: Deed;
    /// What the case alone cannot know: whether the words are on this node's lists.
    fn check(&self, desk: &Desk) -> Result<(), Problem> {
        let _ = desk;
        Ok(())
    }
    /// The events that follow, or why not.
    fn events(&self, case: &Case, by: OfficerId, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem>;
}

/// A change of a case. `version` is the one the form was made from: another one now is a clash, and nothing changes.
#[derive(Clone, Debug)]
pub struct OnCase<C> {
    /// Which case.
    pub case: CaseId,
    /// Version of the form, if it had one.
    pub version: Option<i64>,
    /// What is done.
    pub change: C,
}

impl<C: Change> Act for OnCase<C> {
    const NAME: &'static str = C::NAME;
    const DEED: Deed = C::DEED;
    type Done = i64;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let case = tx.load::<CaseStream>(self.case.bytes()).await?.ok_or(Error::NotFound)?;
        let refusals = near(by, &case, C::DEED);
        tx.give_back(case);
        Ok(refusals)
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<i64, Error> {
        self.change.check(desk)?;
        let by = OfficerId::from_bytes(tx.origin().actor);
        let mut stored = load(tx, self.case, self.version).await?;
        let events = self.change.events(&stored.state, by, &desk.today(tx.now()))?;
        let touched = events.iter().any(blind::touches);
        tx.append(&mut stored, events).await?;
        if touched {
            blind::index(tx, &mut stored).await?;
        }
        Ok(stored.version)
    }
}

/// Loads a case for a change. A form made from another version is a clash.
pub async fn load(tx: &mut Tx, case: CaseId, version: Option<i64>) -> Result<Stored<CaseStream>, Error> {
    let stored = tx.load::<CaseStream>(case.bytes()).await?.ok_or(Error::NotFound)?;
    match version {
        Some(form) if form != stored.version => Err(Error::Clash { form, now: stored.version }),
        _ => Ok(stored),
    }
}

/// Whether an officer is near enough to this case for a deed: identity is for those who hold the case, and a witness's
/// file is open to two people alone (SOP WI-2).
pub fn near(by: &Actor, case: &Case, deed: Deed) -> Vec<Refusal> {
    match by.officer() {
        Some(staff) if deed == Deed::SeeIdentity && !case.may_know(staff.id) => {
            vec![Refusal::new("identity.not-near", "identity.see")]
        }
        _ => Vec::new(),
    }
}

/// Field names of a form must be on the field list: a misspelt one would be kept and never travel.
pub fn known_fields<'a>(desk: &Desk, names: impl IntoIterator<Item = &'a String>) -> Result<(), Problem> {
    match names.into_iter().find(|name| desk.fields.category(name).is_none()) {
        Some(unknown) => Err(Problem::at("case.unknown-field", unknown.clone())),
        None => Ok(()),
    }
}

impl Desk {
    /// What holds today for the rules of a case.
    pub fn today(&self, now: base::Timestamp) -> Today<'_> {
        Today { now, handbook: &self.handbook, calendar: &self.calendar, place: &self.me.place }
    }
}
