//! A member of staff: name, roles, proofs of log-in.

use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{OfficerId, Redacted, Timestamp};
use casework::Role;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Aggregate, KeyBytes, Page, Read, Row, Shelf, StreamKind, Team, Tx, cbor};

/// A passkey: its id and the library's own card, opaque here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Credential id.
    pub id: base::Bytes,
    /// What the WebAuthn library keeps, as JSON.
    pub card: Redacted<String>,
}

/// An officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// Log-in name.
    pub login: String,
    /// Name as shown to colleagues.
    pub name: Redacted<String>,
    /// Roles.
    pub roles: BTreeSet<Role>,
    /// Argon2id, PHC string.
    pub password: Redacted<String>,
    /// TOTP secret, base32.
    pub totp: Redacted<String>,
    /// Passkeys by id.
    pub passkeys: BTreeMap<String, Passkey>,
    /// Hashes of paper codes not used yet.
    pub paper: Vec<Redacted<String>>,
    /// Since when; after an end of her access, since when she is back. What began before is over: sessions, links.
    pub since: Timestamp,
    /// Since when her access is ended. What she did stays hers.
    #[serde(default)]
    pub left: Option<Timestamp>,
}

/// What lists and log-in need of an officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerCard {
    /// Which.
    pub id: OfficerId,
    /// Log-in name.
    pub login: String,
    /// Shown name.
    pub name: Redacted<String>,
    /// Roles.
    pub roles: BTreeSet<Role>,
    /// Her access is ended: she is named in what she did, and chosen for nothing.
    #[serde(default)]
    pub left: bool,
}

/// What can happen to an officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OfficerEvent {
    /// Added.
    Added(Box<Officer>),
    /// A passkey was enrolled, or its card changed after a use.
    PasskeyKept(Passkey),
    /// Roles changed.
    RolesChanged(BTreeSet<Role>),
    /// Her access ended.
    Left {
        /// Who ended it.
        by: OfficerId,
        /// Who took over what she held.
        to: Option<OfficerId>,
    },
    /// She is back, with new proofs and these roles.
    Returned(Box<Return>),
}

/// With what an officer comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Roles.
    pub roles: BTreeSet<Role>,
    /// Argon2id, PHC string.
    pub password: Redacted<String>,
    /// TOTP secret, base32.
    pub totp: Redacted<String>,
}

impl Officer {
    /// Who comes new: log-in name and shown name, roles, hash of the first password and TOTP secret, since when.
    pub fn new(
        (login, name): (String, Redacted<String>),
        roles: BTreeSet<Role>,
        (password, totp): (Redacted<String>, Redacted<String>),
        since: Timestamp,
    ) -> Self {
        let (passkeys, paper) = (BTreeMap::new(), Vec::new());
        Self { login, name, roles, password, totp, passkeys, paper, since, left: None }
    }

    /// Whether something that began then, such as a session, is still hers.
    pub fn lets(&self, began: Timestamp) -> bool {
        self.left.is_none() && began >= self.since
    }

    /// Her proofs are forgotten; nothing opens the door to her.
    fn leave(&mut self, at: Timestamp) {
        self.left = Some(at);
        (self.password, self.totp) = Default::default();
        self.passkeys.clear();
        self.paper.clear();
    }

    fn come_back(&mut self, back: &Return, at: Timestamp) {
        (self.left, self.since) = (None, at);
        self.roles.clone_from(&back.roles);
        self.password = back.password.clone();
        self.totp = back.totp.clone();
    }
}

/// Log-in names are compared without case and outer blanks.
pub fn login_key(name: &str) -> Vec<u8> {
    KeyBytes::new().text(&name.trim().to_lowercase()).done()
}

impl Aggregate for Officer {
    type Event = OfficerEvent;
    const KIND: StreamKind = StreamKind::Officer;
    const TEAM: Team = Team::Staff;
    const OWN_KEY: bool = false;

    fn event_name(event: &OfficerEvent) -> &'static str {
        match event {
            OfficerEvent::Added(_) => "officer.added",
            OfficerEvent::PasskeyKept(_) => "officer.passkey-kept",
            OfficerEvent::RolesChanged(_) => "officer.roles-changed",
            OfficerEvent::Left { .. } => "officer.left",
            OfficerEvent::Returned(_) => "officer.returned",
        }
    }

    fn begin(_: [u8; 16], first: &OfficerEvent, _: Timestamp) -> Option<Self> {
        if let OfficerEvent::Added(officer) = first { Some((**officer).clone()) } else { None }
    }

    fn apply(&mut self, event: &OfficerEvent, at: Timestamp) {
        match event {
            OfficerEvent::Added(officer) => *self = (**officer).clone(),
            OfficerEvent::PasskeyKept(passkey) => {
                self.passkeys.insert(base::hex(&passkey.id.0), passkey.clone());
            }
            OfficerEvent::RolesChanged(roles) => self.roles.clone_from(roles),
            OfficerEvent::Left { .. } => self.leave(at),
            OfficerEvent::Returned(back) => self.come_back(back, at),
        }
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let id = OfficerId::from_bytes(id);
        let (login, name, roles) = (self.login.clone(), self.name.clone(), self.roles.clone());
        let card = OfficerCard { id, login, name, roles, left: self.left.is_some() };
        let Ok(card) = cbor::to_bytes(&card) else { return Vec::new() };
        let key = login_key(&self.login);
        let row = |shelf, part, key, card| Row { shelf, part, key, due: None, card };
        let mut rows = vec![
            row(Shelf::Officers, Vec::new(), key.clone(), card.clone()),
            row(Shelf::OfficerByName, key, Vec::new(), card),
        ];
        rows.extend(super::leaving::row(self, id));
        if let Ok(owner) = cbor::to_bytes(&id) {
            rows.extend(
                self.passkeys.values().map(|p| row(Shelf::CredentialOwner, p.id.0.clone(), Vec::new(), owner.clone())),
            );
        }
        rows
    }
}

/// Adds an officer. The password hash and the TOTP secret are made by the caller, outside the command.
#[derive(Clone, Debug)]
pub struct AddOfficer(pub Officer);

#[async_trait]
impl Act for AddOfficer {
    const NAME: &'static str = "officer.add";
    const DEED: Deed = Deed::ManageOfficers;
    type Done = OfficerId;

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<OfficerId, Error> {
        no_guest(&self.0.roles)?;
        if officer_by_login(tx, &self.0.login).await?.is_some() {
            return Err(base::Problem::new("officer.name-taken").into());
        }
        let id = OfficerId::from_bytes(tx.derived_id("officer"));
        tx.create::<Officer>(id.bytes(), vec![OfficerEvent::Added(Box::new(self.0.clone()))]).await?;
        Ok(id)
    }
}

/// A guest is let into a case, never made here; and nobody is guest and officer at once.
pub(super) fn no_guest(roles: &BTreeSet<Role>) -> Result<(), base::Problem> {
    if roles.contains(&Role::Guest) { Err(base::Problem::new("guest.no-role")) } else { Ok(()) }
}

/// Enrols a passkey for oneself.
#[derive(Clone, Debug)]
pub struct AddPasskey {
    /// Whose.
    pub officer: OfficerId,
    /// The passkey.
    pub passkey: Passkey,
}

#[async_trait]
impl Act for AddPasskey {
    const NAME: &'static str = "officer.add-passkey";
    const DEED: Deed = Deed::OwnAccount;
    type Done = ();

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(own_account(by, self.officer))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        keep_passkey(tx, self.officer, &self.passkey).await
    }
}

/// Keeps a passkey's new counter after a log-in.
#[derive(Clone, Debug)]
pub struct UpdatePasskey {
    /// Whose.
    pub officer: OfficerId,
    /// The passkey with its new card.
    pub passkey: Passkey,
}

#[async_trait]
impl Act for UpdatePasskey {
    const NAME: &'static str = "officer.use-passkey";
    const DEED: Deed = Deed::OwnAccount;
    type Done = ();

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(own_account(by, self.officer))
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        keep_passkey(tx, self.officer, &self.passkey).await
    }
}

/// Keys and sessions are one's own: nobody enrols a passkey for, or logs in as, somebody else.
pub fn own_account(by: &Actor, officer: OfficerId) -> Vec<Refusal> {
    match by.officer() {
        Some(staff) if staff.id != officer => vec![Refusal::new("account.not-own", "account.own")],
        _ => Vec::new(),
    }
}

async fn keep_passkey(tx: &mut Tx, officer: OfficerId, passkey: &Passkey) -> Result<(), Error> {
    let mut stored = tx.load::<Officer>(officer.bytes()).await?.ok_or(Error::NotFound)?;
    tx.append(&mut stored, vec![OfficerEvent::PasskeyKept(passkey.clone())]).await?;
    Ok(())
}

/// Finds an officer by log-in name.
pub async fn officer_by_login(view: &mut impl Read, login: &str) -> Result<Option<OfficerCard>, Error> {
    Ok(view.card(Shelf::OfficerByName, &login_key(login), &[]).await?)
}

/// Finds the officer a passkey belongs to.
pub async fn officer_by_passkey(view: &mut impl Read, credential: &[u8]) -> Result<Option<OfficerId>, Error> {
    Ok(view.card(Shelf::CredentialOwner, credential, &[]).await?)
}

/// All officers, by log-in name, also those who left: names stand in what they did.
pub async fn officers(view: &mut impl Read) -> Result<Vec<OfficerCard>, Error> {
    let rows = view.list::<OfficerCard>(Shelf::Officers, &[], &Page::first(base::limits::CODE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

/// Those who can be chosen for something.
pub fn serving(staff: &[OfficerCard]) -> impl Iterator<Item = &OfficerCard> {
    staff.iter().filter(|card| !card.left && !card.roles.contains(&Role::Guest))
}
