//! Sessions of browsers: the SHA-256 of a random token, never the token.

use crate::act::{Act, Desk};
use crate::actor::{Actor, Staff};
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use crate::staff::Officer;
use crate::staff::officer::own_account;
use async_trait::async_trait;
use base::{OfficerId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Read, Sealed, Shelf, Shelved, Team, Tx};

/// A shared office PC: idle 30 minutes, at most 10 hours (WEB.md 6).
const IDLE_MINUTES: i64 = 30;
const LENGTH_HOURS: i64 = 10;
/// An own device with a passkey: 12 hours idle, 7 days.
const OWN_IDLE_MINUTES: i64 = 12 * 60;
const OWN_LENGTH_HOURS: i64 = 7 * 24;

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Who.
    pub officer: OfficerId,
    /// Since when.
    pub made_at: Timestamp,
    /// Last request, kept to the minute.
    pub seen_at: Timestamp,
    /// When presence was last proved.
    pub step_up_at: Option<Timestamp>,
    /// Ends whatever happens.
    pub ends_at: Timestamp,
    /// An own device with a passkey.
    pub own_device: bool,
}

impl Shelved for Session {
    const SHELF: Shelf = Shelf::Sessions;
}

impl Session {
    /// Whether it is over: too old or too long idle.
    pub fn over(&self, now: Timestamp) -> bool {
        now >= self.ends_at || now >= self.idle_at()
    }

    fn idle_at(&self) -> Timestamp {
        let idle = if self.own_device { OWN_IDLE_MINUTES } else { IDLE_MINUTES };
        self.seen_at.plus_seconds(idle * 60)
    }
}

/// Starts a session after a log-in was proved.
#[derive(Clone, Debug)]
pub struct StartSession {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Who.
    pub officer: OfficerId,
    /// Log-in by passkey on an own device.
    pub own_device: bool,
}

#[async_trait]
impl Act for StartSession {
    const NAME: &'static str = "session.start";
    const DEED: Deed = Deed::OwnAccount;
    type Done = ();

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(own_account(by, self.officer))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let now = tx.now();
        let hours = if self.own_device { OWN_LENGTH_HOURS } else { LENGTH_HOURS };
        let session = Session {
            officer: self.officer,
            made_at: now,
            seen_at: now,
            step_up_at: Some(now),
            ends_at: now.plus_hours(hours),
            own_device: self.own_device,
        };
        keep(tx, self.token_hash, &session).await
    }
}

/// Notes that a session was used, or that presence was proved again.
#[derive(Clone, Debug)]
pub struct StepUp {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Presence was proved again.
    pub proved: bool,
}

#[async_trait]
impl Act for StepUp {
    const NAME: &'static str = "session.seen";
    const DEED: Deed = Deed::OwnAccount;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut session = tx.state::<Session>(&self.token_hash, &[]).await?.ok_or(Error::NotFound)?;
        session.seen_at = tx.now();
        if self.proved {
            session.step_up_at = Some(tx.now());
        }
        keep(tx, self.token_hash, &session).await
    }
}

/// Ends a session.
#[derive(Clone, Debug)]
pub struct EndSession(pub [u8; 32]);

#[async_trait]
impl Act for EndSession {
    const NAME: &'static str = "session.end";
    const DEED: Deed = Deed::OwnAccount;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        Ok(tx.remove::<Session>(&self.0, &[]).await?)
    }
}

async fn keep(tx: &mut Tx, token_hash: [u8; 32], session: &Session) -> Result<(), Error> {
    Ok(tx.put((&token_hash, &[]), Some(session.ends_at), Sealed::Team(Team::Staff), session).await?)
}

/// A post of a session that ended this recently is kept for its writer (WEB.md 5).
const PARK_HOURS: i64 = 24;

/// Whose session behind a token ended a short while ago. It opens nothing: only what was typed may be kept for them.
pub async fn lately(view: &mut impl Read, token_hash: [u8; 32]) -> Result<Option<OfficerId>, Error> {
    let Some(session) = view.state::<Session>(&token_hash, &[]).await? else { return Ok(None) };
    let ended = session.ends_at.min(session.idle_at());
    let now = view.now();
    let lately = session.over(now) && now < ended.plus_hours(PARK_HOURS);
    if !lately {
        return Ok(None);
    }
    let officer = view.load::<Officer>(session.officer.bytes()).await?;
    Ok(officer.filter(|officer| officer.lets(session.made_at)).map(|_| session.officer))
}

/// The member of staff behind a token, if the session runs.
pub async fn staff_of(view: &mut impl Read, token_hash: [u8; 32]) -> Result<Option<(Staff, Session)>, Error> {
    let Some(session) = view.state::<Session>(&token_hash, &[]).await? else { return Ok(None) };
    if session.over(view.now()) {
        return Ok(None);
    }
    let officer = view.load::<Officer>(session.officer.bytes()).await?;
    let Some(officer) = officer.filter(|officer| officer.lets(session.made_at)) else { return Ok(None) };
    let staff = Staff {
        id: session.officer,
        name: officer.name.clone(),
        roles: officer.roles.clone(),
        step_up_at: session.step_up_at,
    };
    Ok(Some((staff, session)))
}
