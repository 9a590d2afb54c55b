//! The one-time link of a guest: random, kept as a hash, good once and for 48 hours, and only with a code that she is told by
//! telephone. Who reads her mail, or is sent the link, has half of what opens it; five wrong codes end it.

use super::matter::has_matter;
use crate::act::{Act, Desk};
use crate::actor::Staff;
use crate::error::Error;
use crate::policy::{Deed, Permit};
use crate::staff::calendar::same;
use crate::staff::officer::{Officer, OfficerEvent, Passkey, Return};
use async_trait::async_trait;
use base::{OfficerId, Problem, Redacted, Timestamp};
use casework::Role;
use serde::{Deserialize, Serialize};
use store::{Read, Sealed, Shelf, Shelved, Stored, Team, Tx};

/// How long a link lives.
pub const LINK_HOURS: i64 = 48;
/// Wrong codes after which it is over.
const TRIES_MAX: u8 = 5;

/// What a new link is known by; what stands in it is made by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// SHA-256 of what stands in the link.
    pub hash: [u8; 32],
    /// The hash of its code, see [`code_hash`].
    pub code: [u8; 32],
}

impl NewLink {
    /// Of a link and the code that is told beside it.
    pub fn of(token: &[u8; 32], code: &str) -> Self {
        Self { hash: seal::hash::sha256(&[token]), code: code_hash(token, code) }
    }
}

/// A code has few digits: it is hashed with the link, which is kept nowhere, so that it cannot be guessed from the store.
pub fn code_hash(token: &[u8; 32], code: &str) -> [u8; 32] {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    seal::hash::hmac(token, &[b"simpul/guest-code/1", digits.as_bytes()])
}

/// A link that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestLink {
    /// Whose.
    pub guest: OfficerId,
    /// SHA-256 of what stands in it.
    hash: [u8; 32],
    /// The hash of its code.
    code: [u8; 32],
    /// Until when, exclusive.
    pub ends: Timestamp,
    /// Wrong codes so far.
    tries: u8,
}

impl Shelved for GuestLink {
    const SHELF: Shelf = Shelf::GuestLinks;
}

/// A new link; the one before ends.
pub(super) async fn put(tx: &mut Tx, guest: OfficerId, new: NewLink) -> Result<(), Error> {
    end(tx, guest).await?;
    let NewLink { hash, code } = new;
    keep(tx, &GuestLink { guest, hash, code, ends: tx.now().plus_hours(LINK_HOURS), tries: 0 }).await
}

async fn keep(tx: &mut Tx, link: &GuestLink) -> Result<(), Error> {
    for part in [&link.hash[..], &link.guest.bytes()] {
        tx.put((part, &[]), Some(link.ends), Sealed::Team(Team::Staff), link).await?;
    }
    Ok(())
}

/// Ends the link of a guest, if one waits.
pub(super) async fn end(tx: &mut Tx, guest: OfficerId) -> Result<(), Error> {
    if let Some(link) = tx.state::<GuestLink>(&guest.bytes(), &[]).await? {
        tx.remove::<GuestLink>(&link.hash, &[]).await?;
        tx.remove::<GuestLink>(&guest.bytes(), &[]).await?;
    }
    Ok(())
}

/// The link of a guest that waits for her.
pub async fn waiting(view: &mut impl Read, guest: OfficerId) -> Result<Option<GuestLink>, Error> {
    let now = view.now();
    Ok(view.state::<GuestLink>(&guest.bytes(), &[]).await?.filter(|link| now < link.ends))
}

/// The guest behind a link, if the link lives and anything is left for her to see. Used, late, ended and unknown are one
/// answer.
pub async fn behind(
    view: &mut impl Read,
    desk: &Desk,
    hash: [u8; 32],
) -> Result<Option<(GuestLink, Stored<Officer>, Staff)>, Error> {
    let now = view.now();
    let Some(link) = view.state::<GuestLink>(&hash, &[]).await? else { return Ok(None) };
    let is_it = same(&link.hash, &hash) && now < link.ends && link.tries < TRIES_MAX;
    let officer = view.load::<Officer>(link.guest.bytes()).await?;
    let Some(officer) = officer.filter(|officer| is_it && officer.left.is_none()) else { return Ok(None) };
    let roles = officer.roles.clone();
    let staff = Staff { id: link.guest, name: officer.name.clone(), roles, step_up_at: None };
    Ok(has_matter(view, desk, &staff).await?.then_some((link, officer, staff)))
}

fn dead() -> Error {
    Problem::new("guest.link-over").into()
}

/// Compares the code of a link. A wrong one is counted, so the commit stands: the answer is the value.
#[derive(Clone, Copy, Debug)]
pub struct TryLink(pub NewLink);

#[async_trait]
impl Act for TryLink {
    const NAME: &'static str = "guest.try-link";
    const DEED: Deed = Deed::OwnAccount;
    /// Whose it is; or `guest.code-wrong`, `guest.link-over`.
    type Done = Result<OfficerId, Problem>;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Self::Done, Error> {
        let Some((mut link, ..)) = behind(tx, desk, self.0.hash).await? else {
            return Ok(Err(Problem::new("guest.link-over")));
        };
        if same(&link.code, &self.0.code) {
            return Ok(Ok(link.guest));
        }
        link.tries += 1;
        if link.tries >= TRIES_MAX {
            end(tx, link.guest).await?;
            return Ok(Err(Problem::new("guest.link-over")));
        }
        keep(tx, &link).await?;
        Ok(Err(Problem::new("guest.code-wrong")))
    }
}

/// What a guest comes in with from now on.
#[derive(Clone, Debug)]
pub enum Proof {
    /// A passkey of her device.
    Passkey(Passkey),
    /// Where her browser has none: hash of a password, TOTP secret.
    Password(Redacted<String>, Redacted<String>),
}

/// Uses a link up: in one commit the proof is kept and the link is gone. Run by the guest herself.
#[derive(Clone, Debug)]
pub struct UseLink {
    /// The link and its code.
    pub link: NewLink,
    /// The proof.
    pub proof: Proof,
}

#[async_trait]
impl Act for UseLink {
    const NAME: &'static str = "guest.use-link";
    const DEED: Deed = Deed::OwnAccount;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let Some((link, mut officer, _)) = behind(tx, desk, self.link.hash).await? else { return Err(dead()) };
        let is_hers = link.guest.bytes() == tx.origin().actor;
        if !is_hers || !same(&link.code, &self.link.code) {
            return Err(dead());
        }
        end(tx, link.guest).await?;
        let event = match &self.proof {
            Proof::Passkey(passkey) => OfficerEvent::PasskeyKept(passkey.clone()),
            Proof::Password(password, totp) => {
                let (password, totp) = (password.clone(), totp.clone());
                OfficerEvent::Returned(Box::new(Return { roles: [Role::Guest].into(), password, totp }))
            }
        };
        Ok(tx.append(&mut officer, vec![event]).await?)
    }
}
