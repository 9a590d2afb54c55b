//! The secret link under which an officer's calendar program reads her deadlines and the hearings of her matters. Whoever has
//! it reads codes of steps, aliases of matters and times: no name, no place. Only the hash of the link is kept.

use crate::act::{Act, Desk};
use crate::actor::{Actor, Staff};
use crate::cases::steps::open_steps_of;
use crate::error::{Error, Refusal};
use crate::matters::list;
use crate::policy::{self, Deed, Permit};
use crate::staff::Officer;
use crate::staff::officer::own_account;
use async_trait::async_trait;
use base::{Lang, OfficerId, Timestamp, hex};
use serde::{Deserialize, Serialize};
use store::{Read, Sealed, Shelf, Shelved, StoreError, Team, Tx};

/// One link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarLink {
    /// Whose.
    pub officer: OfficerId,
    /// SHA-256 of what stands in the link.
    pub hash: [u8; 32],
    /// The language of the names of steps.
    pub lang: Lang,
    /// Since when.
    pub made_at: Timestamp,
}

impl Shelved for CalendarLink {
    const SHELF: Shelf = Shelf::CalendarLinks;
}

/// Makes a link; the one before ends. What stands in it is made by the caller.
#[derive(Clone, Debug)]
pub struct MakeCalendarLink {
    /// Whose.
    pub officer: OfficerId,
    /// SHA-256 of what stands in the link.
    pub hash: [u8; 32],
    /// The language of the names of steps.
    pub lang: Lang,
}

#[async_trait]
impl Act for MakeCalendarLink {
    const NAME: &'static str = "calendar.make";
    const DEED: Deed = Deed::OwnAccount;
    type Done = ();

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(own_account(by, self.officer))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        end(tx, self.officer).await?;
        let Self { officer, hash, lang } = *self;
        let link = CalendarLink { officer, hash, lang, made_at: tx.now() };
        for part in [&hash[..], &officer.bytes()] {
            tx.put((part, &[]), None, Sealed::Team(Team::Staff), &link).await?;
        }
        Ok(())
    }
}

/// Ends the link of an officer; where there is none, nothing happens.
#[derive(Clone, Debug)]
pub struct EndCalendarLink(pub OfficerId);

#[async_trait]
impl Act for EndCalendarLink {
    const NAME: &'static str = "calendar.end";
    const DEED: Deed = Deed::OwnAccount;
    type Done = ();

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(own_account(by, self.0))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        Ok(end(tx, self.0).await?)
    }
}

/// Ends the link of an officer, if there is one.
pub(super) async fn end(tx: &mut Tx, officer: OfficerId) -> Result<(), StoreError> {
    if let Some(link) = link_of(tx, officer).await? {
        tx.remove::<CalendarLink>(&link.hash, &[]).await?;
        tx.remove::<CalendarLink>(&officer.bytes(), &[]).await?;
    }
    Ok(())
}

/// The link of an officer, if there is one.
pub async fn link_of(view: &mut impl Read, officer: OfficerId) -> Result<Option<CalendarLink>, StoreError> {
    view.state::<CalendarLink>(&officer.bytes(), &[]).await
}

/// A deadline as the calendar says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The same deadline has the same mark each time, under this link alone.
    pub mark: String,
    /// What it is.
    pub what: What,
    /// When it is due.
    pub due: Timestamp,
}

/// What stands in the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A step, by its code.
    Step(String),
    /// A hearing of the matter of this alias; its day, where the time is not known.
    Hearing(String, Option<String>),
}

/// The deadlines behind a link, the first due first. `None`: there is no such link, or its officer left or sees no cases.
pub async fn deadlines(view: &mut impl Read, hash: [u8; 32]) -> Result<Option<(Lang, Vec<Deadline>)>, Error> {
    let Some(link) = view.state::<CalendarLink>(&hash, &[]).await?.filter(|link| same(&link.hash, &hash)) else {
        return Ok(None);
    };
    let officer = view.load::<Officer>(link.officer.bytes()).await?;
    let Some(officer) = officer.filter(|officer| officer.lets(link.made_at)) else { return Ok(None) };
    let staff = Staff { id: link.officer, name: officer.name.clone(), roles: officer.roles.clone(), step_up_at: None };
    if !staff.roles.iter().any(|role| policy::allows(*role, Deed::SeeCases)) {
        return Ok(None);
    }
    let steps = open_steps_of(view, &staff).await?;
    let running = steps.into_iter().filter(|step| !step.paused);
    let mark = |case: base::CaseId, what: &str| {
        let mark = [&case.bytes()[..], what.as_bytes()].concat();
        Some(hex(seal::hash::hmac(&hash, &[b"simpul/calendar/1", &mark]).first_chunk::<16>()?))
    };
    let deadline = |step: crate::cases::StepCard| {
        let mark = mark(step.case, &step.step.to_string())?;
        Some(Deadline { mark, due: step.due?, what: What::Step(step.step.0) })
    };
    let mut found: Vec<Deadline> = running.filter_map(deadline).collect();
    for matter in list::own(view, staff.id).await? {
        let hearing = |hearing: &list::Ahead| {
            let day = (!hearing.has_time).then(|| hearing.on.clone());
            let mark = mark(matter.case, &format!("sidang/{}", hearing.no))?;
            Some(Deadline { mark, due: hearing.begins, what: What::Hearing(matter.alias.clone(), day) })
        };
        found.extend(matter.ahead.iter().filter_map(hearing));
    }
    found.sort_by_key(|deadline| deadline.due);
    Ok(Some((link.lang, found)))
}

/// Compares without telling by its time where two hashes differ.
pub(crate) fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
