//! An officer leaves, and may come back. From the commit on nothing that was hers opens anything: sessions, passkeys,
//! password, paper codes, the link of her calendar, an opening in need. Her name stays in what she did.

use crate::act::{Act, Asking, Desk};
use crate::actor::Actor;
use crate::cases::leaving::{Over, pass_on};
use crate::error::{Error, Refusal};
use crate::policy::{self, Deed, Permit};
use crate::staff::calendar;
use crate::staff::officer::{Officer, OfficerEvent, Return, no_guest, officers, serving};
use async_trait::async_trait;
use base::{OfficerId, Problem, Timestamp};
use casework::Role;
use store::{Read, Row, Shelf, StoreError, Stored, Tx, cbor};

/// The row by which an act finds that somebody left, without opening her record.
pub(super) fn row(officer: &Officer, id: OfficerId) -> Option<Row> {
    let card = cbor::to_bytes(&officer.left?).ok()?;
    Some(Row { shelf: Shelf::OfficersGone, part: id.bytes().to_vec(), key: Vec::new(), due: None, card })
}

/// Whether the access of an officer is ended.
pub async fn is_gone(view: &mut impl Read, officer: OfficerId) -> Result<bool, StoreError> {
    Ok(view.card::<Timestamp>(Shelf::OfficersGone, &officer.bytes(), &[]).await?.is_some())
}

/// Who left is named for nothing.
pub(crate) async fn can_be_named(view: &mut impl Read, officer: OfficerId) -> Result<(), Error> {
    let is_guest = view.load::<Officer>(officer.bytes()).await?.is_some_and(|known| known.roles.contains(&Role::Guest));
    if is_guest || is_gone(view, officer).await? { Err(Problem::new("officer.gone").into()) } else { Ok(()) }
}

/// Refuses who left, whatever she still holds in her hands: a page, a form that was long on its way.
pub(crate) async fn serves(view: &mut impl Read, by: &Actor) -> Result<(), Error> {
    match by.officer() {
        Some(staff) if is_gone(view, staff.id).await? => {
            Err(Error::Refused(vec![Refusal::new("account.ended", Deed::OwnAccount.word())]))
        }
        _ => Ok(()),
    }
}

/// Ends the access of an officer. What she holds is passed on, or stands as held by nobody.
#[derive(Clone, Debug)]
pub struct EndAccess {
    /// Whose.
    pub officer: OfficerId,
    /// Who takes over what she holds, as far as her roles fit. Naming her is for those who assign cases.
    pub to: Option<OfficerId>,
}

#[async_trait]
impl Act for EndAccess {
    const NAME: &'static str = "officer.end-access";
    const DEED: Deed = Deed::EndAccess;
    /// Cases that somebody took over, and cases that nobody holds now.
    type Done = Over;

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let Some(staff) = by.officer() else { return Ok(Vec::new()) };
        let refusal = |code, deed: Deed| Ok(vec![Refusal::new(code, deed.word())]);
        if staff.id == self.officer {
            return refusal("officer.own-access", Self::DEED);
        }
        match self.to {
            Some(to) if to == staff.id => refusal("case.conflict-check-by-another", Deed::AssignCase),
            Some(_) if !allows(staff.roles.iter(), Deed::AssignCase) => refusal("act.role", Deed::AssignCase),
            _ => Ok(Vec::new()),
        }
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Over, Error> {
        let by = OfficerId::from_bytes(tx.origin().actor);
        let mut officer = known(tx, self.officer).await?;
        if officer.left.is_some() {
            return Err(Problem::new("officer.left-before").into());
        }
        if !somebody_else_admits(tx, self.officer).await? {
            return Err(Problem::new("officer.last-one").into());
        }
        let to = match self.to {
            Some(to) if to == self.officer => return Err(Problem::new("officer.gone").into()),
            Some(to) => {
                can_be_named(tx, to).await?;
                Some((to, known(tx, to).await?))
            }
            None => None,
        };
        tx.append(&mut officer, vec![OfficerEvent::Left { by, to: self.to }]).await?;
        calendar::end(tx, self.officer).await?;
        pass_on(tx, (self.officer, by), to.as_ref()).await
    }
}

/// Lets an officer who left come back: new proofs, roles as they are named now, none of what she held.
#[derive(Clone, Debug)]
pub struct LetReturn {
    /// Whom.
    pub officer: OfficerId,
    /// With what. The password hash and the TOTP secret are made by the caller, outside the command.
    pub back: Return,
}

#[async_trait]
impl Act for LetReturn {
    const NAME: &'static str = "officer.let-return";
    const DEED: Deed = Deed::ManageOfficers;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut officer = known(tx, self.officer).await?;
        if officer.left.is_none() {
            return Err(Problem::new("officer.is-here").into());
        }
        no_guest(&officer.roles)?;
        no_guest(&self.back.roles)?;
        Ok(tx.append(&mut officer, vec![OfficerEvent::Returned(Box::new(self.back.clone()))]).await?)
    }
}

impl Desk {
    /// Ends the access of an officer; then wipes what sessions keep open in memory, hers among them. Others read theirs again.
    pub async fn end_access(&self, by: &Actor, asking: Asking, act: &EndAccess) -> Result<Over, Error> {
        let done = self.run(by, asking, act).await;
        self.store.vault().close_all();
        done
    }
}

async fn known(tx: &mut Tx, officer: OfficerId) -> Result<Stored<Officer>, Error> {
    tx.load::<Officer>(officer.bytes()).await?.ok_or(Error::NotFound)
}

/// A node on which nobody can admit anybody would be closed for good.
async fn somebody_else_admits(tx: &mut Tx, officer: OfficerId) -> Result<bool, Error> {
    let staff = officers(tx).await?;
    let mut others = serving(&staff).filter(|card| card.id != officer);
    Ok(others.any(|card| allows(card.roles.iter(), Deed::ManageOfficers)))
}

fn allows<'a>(mut roles: impl Iterator<Item = &'a Role>, deed: Deed) -> bool {
    roles.any(|role| policy::allows(*role, deed))
}
