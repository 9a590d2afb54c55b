//! The shape of a use case, and the one place that runs them (STYLE.md 2).

use crate::actor::Actor;
use crate::error::Error;
use crate::policy::{self, Decision, Deed, Permit};
use crate::staff::leaving;
use async_trait::async_trait;
use base::{Chance, Clock, Digest, RequestId, Timestamp};
use std::pin::Pin;
use store::{Access, AccessEvent, Origin, Read, Store, StoreError, Tx, View};

/// One asking: its id (from a form's `_kunci`, a message's hash, a job) and the hash of what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The same id twice has one effect.
    pub request: RequestId,
    /// The same id with another digest is a clash (`request.reused`).
    pub digest: Digest,
}

impl Asking {
    /// From any key and content; both are hashed, so neither is stored.
    pub fn of(key: &[u8], content: &[u8]) -> Self {
        let mut request = [0; 16];
        for (to, from) in request.iter_mut().zip(seal::hash::sha256(&[b"simpul/request/1", key])) {
            *to = from;
        }
        Self { request: RequestId::from_bytes(request), digest: Digest(seal::hash::sha256(&[content])) }
    }

    /// A new one that nobody will repeat.
    pub fn once(chance: &dyn Chance, now: Timestamp) -> Self {
        Self { request: RequestId::from_bytes(chance.uuid(now)), digest: Digest::default() }
    }
}

/// A use case as a value: may I, load, decide, write, send.
#[async_trait]
pub trait Act: Send + Sync {
    /// Name in measures and in the journal.
    const NAME: &'static str;
    /// What it needs.
    const DEED: Deed;
    /// What it gives back.
    type Done: Send;

    /// Whether this actor may do it to this subject. The table is asked before; here stands what depends on the case.
    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<crate::Refusal>, Error> {
        let _ = (by, tx);
        Ok(Vec::new())
    }

    /// The effect, through `tx` alone. The permit proves that the policy was asked.
    async fn act(&self, permit: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Self::Done, Error>;
}

/// Something that is being done. Boxed, as acts are: an `async fn` is compiled anew in every room and test that awaits it, a
/// boxed one once, where it stands.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// The desk of a node: store, time, chance, and the data the rules run on.
pub struct Desk {
    /// The store.
    pub store: Store,
    /// The present.
    pub clock: std::sync::Arc<dyn Clock>,
    /// Chance.
    pub chance: std::sync::Arc<dyn Chance>,
    /// Who this node is.
    pub me: crate::NodeProfile,
    /// Holidays known to this node.
    pub calendar: std::sync::Arc<casework::Calendar>,
    /// The versions of the handbook: new cases begin under the newest, open ones keep theirs.
    pub handbooks: std::sync::Arc<casework::Library>,
    /// The screening pack.
    pub screening: std::sync::Arc<pocketbook::Pack>,
    /// Guidance, directory and languages of the pocketbook.
    pub guide: std::sync::Arc<pocketbook::Guide>,
    /// What became of each pack, for the page of the node.
    pub packs: std::sync::Arc<Vec<crate::packs::PackState>>,
    /// The field list of accords.
    pub fields: std::sync::Arc<accord::FieldList>,
    /// Told after each commit, so that relay and clocks wake up.
    pub woken: std::sync::Arc<tokio::sync::Notify>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Desk({})", self.me.name)
    }
}

impl Desk {
    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A snapshot to read from.
    pub async fn read(&self) -> Result<View, Error> {
        Ok(self.store.read(self.now()).await?)
    }

    /// A snapshot, if the actor may do the deed at all.
    pub async fn read_for(&self, by: &Actor, deed: Deed) -> Result<View, Error> {
        if let Decision::Deny(refusals) = policy::decide(by, deed) {
            return Err(Error::Refused(refusals));
        }
        let mut view = self.read().await?;
        leaving::serves(&mut view, by).await?;
        Ok(view)
    }

    /// Runs a use case: asks the policy, acts, writes the audit record, commits, wakes the carriers.
    pub async fn run<A: Act>(&self, by: &Actor, asking: Asking, act: &A) -> Result<A::Done, Error> {
        let origin = Origin { actor: by.bytes(), request: asking.request, digest: asking.digest };
        let mut tx = self.store.begin(A::NAME, origin, self.now()).await?;
        match permitted(self, by, act, &mut tx).await {
            Ok(done) => {
                tx.commit().await?;
                self.woken.notify_waiters();
                Ok(done)
            }
            Err(Error::Refused(refusals)) => {
                drop(tx);
                self.note_refusal(by, A::NAME, &refusals).await?;
                Err(Error::refused(refusals))
            }
            Err(error) => Err(error),
        }
    }

    /// A refusal is audited too, by codes alone, in the actor's access stream; the try of who is shut out also where those
    /// who hold the case look. It is a command of its own: nothing of the refused act is kept, and the same form sent again
    /// is asked again instead of passing for done.
    pub(crate) async fn note_refusal(
        &self,
        by: &Actor,
        act: &'static str,
        refusals: &[crate::Refusal],
    ) -> Result<(), Error> {
        let asking = Asking::once(&*self.chance, self.now());
        let origin = Origin { actor: by.bytes(), request: asking.request, digest: asking.digest };
        let mut tx = self.store.begin(act, origin, self.now()).await?;
        let codes = refusals.iter().map(|refusal| refusal.code.0.to_owned()).collect();
        let event = AccessEvent::Refused { act: act.to_owned(), codes };
        if let Some(tried) = refusals.iter().find_map(crate::Refusal::shut_out_of) {
            note_access(&mut tx, tried, event.clone()).await?;
        }
        note_access(&mut tx, by.bytes(), event).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Asks the policy, then what depends on the case, then acts.
async fn permitted<A: Act>(desk: &Desk, by: &Actor, act: &A, tx: &mut Tx) -> Result<A::Done, Error> {
    let permit = match policy::decide(by, A::DEED) {
        Decision::Permit(permit) => permit,
        Decision::Deny(refusals) => return Err(Error::Refused(refusals)),
    };
    // Her page may be older than the end of her access.
    leaving::serves(tx, by).await?;
    let refusals = act.may(by, tx).await?;
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    tx.grounds(permit.grounds(), None);
    act.act(&permit, desk, tx).await
}

impl Desk {
    /// Notes that something from outside was refused at a door: a forged bundle, a wrong file. Codes only.
    pub async fn note_refused(&self, act: &'static str, code: base::Code) -> Result<(), Error> {
        let asking = Asking::once(&*self.chance, self.now());
        let origin = Origin { actor: [0; 16], request: asking.request, digest: asking.digest };
        let mut tx = self.store.begin(act, origin, self.now()).await?;
        let event = AccessEvent::Refused { act: act.to_owned(), codes: vec![code.0.to_owned()] };
        note_access(&mut tx, self.me.id.bytes(), event).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What was refused at the doors lately: when, what, codes.
    pub async fn refused_lately(&self) -> Result<Vec<(Timestamp, String, Vec<String>)>, Error> {
        let stored = self.read().await?.load::<Access>(self.me.id.bytes()).await?;
        Ok(stored.map(|access| access.state.refused.clone()).unwrap_or_default())
    }
}

/// Adds an entry to a subject's access stream.
pub async fn note_access(tx: &mut Tx, subject: [u8; 16], event: AccessEvent) -> Result<(), StoreError> {
    match tx.load::<Access>(subject).await? {
        Some(mut stored) => tx.append(&mut stored, vec![event]).await,
        None => tx.create::<Access>(subject, vec![event]).await.map(drop),
    }
}
