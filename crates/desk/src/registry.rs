//! "Is this person registered": one number against the registry of workers beside the store (ADR 46). The answer is not
//! kept; that somebody asked is, without the number.

use crate::act::{Act, Desk, note_access};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{OfficerId, Problem, Redacted};
use recruiters::registry::{Header, Key, Number, Pages, Registry, Unusable};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use store::{AccessEvent, Read, Tx};

/// Its file in the node's folder.
pub const FILE: &str = "registry.spr";
/// The name under which the store keeps its key, sealed.
const SECRET: &str = "registry";

/// A file on disk, read by pages.
#[derive(Debug)]
pub struct OnDisk(pub File);

impl Pages for OnDisk {
    fn bytes(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, to: &mut [u8], at: u64) -> io::Result<()> {
        self.0.read_exact_at(to, at)
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whether the number is in the register; a yes is wrong for one number in [`Header::wrong_one_in`].
    pub registered: bool,
    /// What the register says of itself.
    pub header: Header,
}

/// Asks for one number: an NIK or a passport.
#[derive(Clone, Debug)]
pub struct AskRegistry(pub Redacted<String>);

#[async_trait]
impl Act for AskRegistry {
    const NAME: &'static str = "registry.ask";
    const DEED: Deed = Deed::AskRegisters;
    type Done = Told;

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        by.officer().map(|_| Vec::new()).ok_or(Error::NotFound)
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Told, Error> {
        let number = Number::read(self.0.expose()).ok_or(Problem::at("registry.number", "nomor"))?;
        let file = open(desk)?.ok_or(Problem::new("registry.none"))?;
        let registry = Registry::open(&file).map_err(|fault| problem(&fault))?;
        let secret = tx.secret(SECRET).await?.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
        let key = Key::new(secret.ok_or(Problem::new("registry.other-key"))?);
        let (registered, _) = registry.has(&key, &number).map_err(|fault| problem(&fault))?;
        let officer = OfficerId::from_bytes(tx.origin().actor);
        note_access(tx, officer.bytes(), AccessEvent::RegistryAsked { officer }).await?;
        Ok(Told { registered, header: registry.header })
    }
}

/// Keeps the key of the register, sealed under the node's own.
#[derive(Clone, Debug)]
pub struct KeepRegistryKey(pub Key);

#[async_trait]
impl Act for KeepRegistryKey {
    const NAME: &'static str = "registry.install";
    const DEED: Deed = Deed::KeepRegisters;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        Ok(tx.put_secret(SECRET, self.0.expose()).await?)
    }
}

/// What the register of this node says of itself; `None`: there is none.
pub fn header(desk: &Desk) -> Result<Option<Header>, Problem> {
    let Some(file) = open(desk)? else { return Ok(None) };
    Ok(Some(Registry::open(&file).map_err(|fault| problem(&fault))?.header))
}

fn open(desk: &Desk) -> Result<Option<OnDisk>, Problem> {
    let Some(path) = desk.store.files().beside(FILE) else { return Ok(None) };
    match File::open(path) {
        Ok(file) => Ok(Some(OnDisk(file))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(problem(&Unusable::Unreadable(error))),
    }
}

fn problem(fault: &Unusable) -> Problem {
    Problem::new(fault.code())
}
