//! Short messages: what was taken, and what waits to be sent (WEB.md 10; ADR 52). It needs no unlocked node and opens no report.
//!
//! A gateway may say everything twice, and a node may die at any moment: what has an effect is marked before and after it, under a
//! mark that only the day's secret can make. Numbers and texts wait sealed under that secret and are forgotten with it.

mod parts;
mod salts;

use crate::error::Error;
use base::{Chance, KeyId, Problem, Redacted, Timestamp};
use salts::{Salt, Salts};
use seal::{Aad, DataKey, open_cell, seal_cell};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use store::raw::Item;
use store::{Backend, RawTx, Shelf, Store, StoreError, cbor};
use zeroize::Zeroizing;

/// Name of the file with the day's secrets.
const SALTS_FILE: &str = "sms-salts";
/// A reply that could not be sent for so long is given up.
const REPLY_HOURS: i64 = 24;
/// Seconds until the next try, for each try; the last one again and again.
const TRIES_AFTER: [i64; 6] = [30, 60, 120, 300, 900, 1_800];
/// Replies that wait at most; beyond it nothing is taken, and the gateway keeps what came.
const WAITING_MAX: usize = 10_000;

/// A part of a message, as a gateway gives it.
#[derive(Clone, Debug)]
pub struct Part {
    /// The gateway's own name of it; the same one twice is the same part.
    pub id: Redacted<String>,
    /// From 1.
    pub number: u16,
    /// Its words.
    pub text: Redacted<String>,
}

/// What came from one number.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// What its parts have in common; of a short one its id.
    pub group: Redacted<String>,
    /// The number.
    pub from: Redacted<String>,
    /// One or more parts, in order.
    pub parts: Vec<Part>,
}

/// What is remembered of a message and of its group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    /// It had its effect.
    done: bool,
    /// The box that it closes was there.
    had_box: bool,
    /// It is part of a report.
    report: bool,
}

/// A message that is being dealt with.
pub struct Begun {
    marks: Vec<[u8; 16]>,
    group: [u8; 16],
    salt: Salt,
    /// Its words, without the parts that had their effect before; empty if all had.
    pub text: Zeroizing<String>,
    /// Key of the form that it stands for: the same message has the same.
    pub form: [u8; 16],
    /// An earlier part was answered; `true`: it was a report.
    pub late: Option<bool>,
    /// It was found before, when the node died, that the box was there.
    pub had_box: bool,
}

impl Begun {
    /// All of it had its effect before.
    pub const fn is_over(&self) -> bool {
        self.marks.is_empty()
    }
}

/// A reply.
pub struct Reply {
    /// The number.
    pub to: Redacted<String>,
    /// Its words.
    pub text: Redacted<String>,
    /// It is not sent sooner.
    pub after_seconds: i64,
}

/// A reply that is due.
pub struct Out {
    /// Its id for the gateway: the same reply has the same.
    pub id: [u8; 16],
    /// The number.
    pub to: Zeroizing<String>,
    /// Its words.
    pub text: Zeroizing<String>,
}

#[derive(Serialize, Deserialize)]
struct Waiting {
    day: i64,
    until: Timestamp,
    tries: u16,
    sealed: Vec<u8>,
}

/// What this node knows of its short messages.
pub struct Exchange {
    backend: Arc<dyn Backend>,
    chance: Arc<dyn Chance>,
    salts: Salts,
}

impl Exchange {
    /// Over a store, locked or not, with the secrets of a folder.
    pub fn open(store: &Store, folder: &Path) -> Self {
        let (backend, chance) = (Arc::clone(store.backend()), Arc::clone(store.chance()));
        let salts = Salts::open(folder.join(SALTS_FILE), Arc::clone(&chance));
        Self { backend, chance, salts }
    }

    /// Marks that a message is being dealt with.
    pub async fn begin(&self, incoming: &Incoming, now: Timestamp) -> Result<Begun, Error> {
        let today = self.salts.today(now)?;
        let mut tx = self.backend.begin("sms.begin").await?;
        let (mut marks, mut text, mut had_box) = (Vec::new(), Zeroizing::new(String::new()), false);
        for part in &incoming.parts {
            let (salt, seen) =
                self.seen(&mut *tx, b"seen", part.id.expose()).await?.unwrap_or((today.clone(), Seen::default()));
            had_box |= seen.had_box;
            if !seen.done {
                let mark = salt.mark(b"seen", part.id.expose().as_bytes());
                put_seen(&mut *tx, (&salt, mark), seen).await?;
                marks.push(mark);
                text.push_str(part.text.expose());
            }
        }
        let known = self.seen(&mut *tx, b"group", incoming.group.expose()).await?;
        let late = known.as_ref().map(|(_, seen)| seen.report);
        // A message that died half-way keeps the secret under which it began.
        let salt = match known {
            Some((salt, _)) => salt,
            None => self.salt_of(&mut *tx, incoming).await?.unwrap_or(today),
        };
        tx.commit().await?;
        let group = incoming.group.expose().as_bytes();
        Ok(Begun {
            marks,
            group: salt.mark(b"group", group),
            form: salt.mark(b"form", group),
            salt,
            text,
            late,
            had_box,
        })
    }

    /// Remembers that the box was there, before it is closed.
    pub async fn note_box(&self, begun: &Begun) -> Result<(), Error> {
        let mut tx = self.backend.begin("sms.box").await?;
        for mark in &begun.marks {
            put_seen(&mut *tx, (&begun.salt, *mark), Seen { had_box: true, ..Seen::default() }).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Marks that it had its effect, and puts the reply beside it in the same commit. A second time it changes nothing.
    pub async fn finish(&self, begun: &Begun, report: bool, reply: Option<Reply>, now: Timestamp) -> Result<(), Error> {
        let mut tx = self.backend.begin("sms.finish").await?;
        for mark in &begun.marks {
            if seen_at(&mut *tx, *mark).await?.is_some_and(|seen| seen.done) {
                return Ok(());
            }
            put_seen(&mut *tx, (&begun.salt, *mark), Seen { done: true, ..Seen::default() }).await?;
        }
        let report = report || begun.late == Some(true);
        put_seen(&mut *tx, (&begun.salt, begun.group), Seen { done: true, report, ..Seen::default() }).await?;
        if let Some(reply) = reply {
            if tx.count(Shelf::SmsOut.number(), b"", WAITING_MAX).await? >= WAITING_MAX {
                return Err(StoreError::Busy.into());
            }
            let id = begun.salt.mark(b"out", &begun.marks.concat());
            let plain = Zeroizing::new(cbor::to_bytes(&(reply.to.expose(), reply.text.expose()))?);
            let sealed = sealed(&begun.salt.key(), &id, &plain, &*self.chance)?;
            let waiting = Waiting { day: begun.salt.day, until: now.plus_hours(REPLY_HOURS), tries: 0, sealed };
            put_out(&mut *tx, id, &waiting, now.plus_seconds(reply.after_seconds)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Replies whose time has come.
    pub async fn due(&self, now: Timestamp, most: usize) -> Result<Vec<Out>, Error> {
        let rows = self.backend.read().await?.due(Shelf::SmsOut.number(), now, most).await?;
        let mut due = Vec::new();
        for row in rows {
            let Ok(id) = <[u8; 16]>::try_from(row.key.as_slice()) else { continue };
            let waiting: Waiting = cbor::from_bytes(&row.body, "sms")?;
            let opened =
                self.salts.of(waiting.day).and_then(|salt| open_cell(&salt.key(), &aad(&id), &waiting.sealed).ok());
            match opened {
                Some(plain) => {
                    let (to, text): (String, String) = cbor::from_bytes(&plain, "sms")?;
                    due.push(Out { id, to: Zeroizing::new(to), text: Zeroizing::new(text) });
                }
                // Its number is forgotten.
                None => self.sent(&id).await?,
            }
        }
        Ok(due)
    }

    /// The gateway has it: it is forgotten here.
    pub async fn sent(&self, id: &[u8; 16]) -> Result<(), Error> {
        let mut tx = self.backend.begin("sms.sent").await?;
        tx.delete_item(Shelf::SmsOut.number(), b"", id).await?;
        Ok(tx.commit().await?)
    }

    /// Whether a reply is not yet known to be handed over.
    pub async fn waits(&self, id: &[u8; 16]) -> Result<bool, Error> {
        Ok(self.backend.read().await?.item(Shelf::SmsOut.number(), b"", id).await?.is_some())
    }

    /// The gateway did not take it: tried again later. `false`: it has waited too long and is given up.
    pub async fn failed(&self, id: &[u8; 16], now: Timestamp) -> Result<bool, Error> {
        let mut tx = self.backend.begin("sms.failed").await?;
        let Some(item) = tx.item(Shelf::SmsOut.number(), b"", id).await? else { return Ok(false) };
        let mut waiting: Waiting = cbor::from_bytes(&item.body, "sms")?;
        let after = TRIES_AFTER.get(usize::from(waiting.tries)).or(TRIES_AFTER.last()).copied().unwrap_or_default();
        let (next, is_left) = (now.plus_seconds(after), now.plus_seconds(after) < waiting.until);
        waiting.tries = waiting.tries.saturating_add(1);
        if is_left {
            put_out(&mut *tx, *id, &waiting, next).await?;
        } else {
            tx.delete_item(Shelf::SmsOut.number(), b"", id).await?;
        }
        tx.commit().await?;
        Ok(is_left)
    }

    /// Forgets secrets and marks whose time is over.
    pub async fn sweep(&self, now: Timestamp) -> Result<(), Error> {
        self.salts.drop_old(now)?;
        loop {
            let mut tx = self.backend.begin("sms.sweep").await?;
            let over = tx.due(Shelf::SmsSeen.number(), now, base::limits::CODE_ROWS_MAX).await?;
            for item in &over {
                tx.delete_item(Shelf::SmsSeen.number(), b"", &item.key).await?;
            }
            if over.is_empty() {
                return Ok(());
            }
            tx.commit().await?;
        }
    }

    /// What is remembered under any secret that is left.
    async fn seen(&self, tx: &mut dyn RawTx, domain: &[u8], name: &str) -> Result<Option<(Salt, Seen)>, Error> {
        for salt in self.salts.all() {
            if let Some(seen) = seen_at(tx, salt.mark(domain, name.as_bytes())).await? {
                return Ok(Some((salt, seen)));
            }
        }
        Ok(None)
    }

    /// The secret under which the first of its parts that is known began.
    async fn salt_of(&self, tx: &mut dyn RawTx, incoming: &Incoming) -> Result<Option<Salt>, Error> {
        for part in &incoming.parts {
            if let Some((salt, _)) = self.seen(tx, b"seen", part.id.expose()).await? {
                return Ok(Some(salt));
            }
        }
        Ok(None)
    }
}

fn aad(id: &[u8]) -> Aad {
    Aad::new("simpul/sms/1").bytes(id)
}

fn sealed(key: &DataKey, id: &[u8], plain: &[u8], chance: &dyn Chance) -> Result<Vec<u8>, Problem> {
    seal_cell(key, &aad(id), plain, chance)
}

async fn seen_at(tx: &mut dyn RawTx, mark: [u8; 16]) -> Result<Option<Seen>, StoreError> {
    let found = tx.item(Shelf::SmsSeen.number(), b"", &mark).await?;
    found.map(|item| cbor::from_bytes(&item.body, "sms")).transpose()
}

async fn put_seen(tx: &mut dyn RawTx, (salt, mark): (&Salt, [u8; 16]), seen: Seen) -> Result<(), StoreError> {
    put(tx, (Shelf::SmsSeen, b"", &mark), salt.ends(), cbor::to_bytes(&seen)?).await
}

async fn put_out(tx: &mut dyn RawTx, id: [u8; 16], waiting: &Waiting, due: Timestamp) -> Result<(), StoreError> {
    put(tx, (Shelf::SmsOut, b"", &id), due, cbor::to_bytes(waiting)?).await
}

async fn put(
    tx: &mut dyn RawTx,
    (shelf, part, key): (Shelf, &[u8], &[u8]),
    due: Timestamp,
    body: Vec<u8>,
) -> Result<(), StoreError> {
    let (shelf, part, key) = (shelf.number(), part.to_vec(), key.to_vec());
    tx.put_item(&Item { shelf, part, key, due: Some(due), sealed_by: KeyId::default(), body }).await
}
