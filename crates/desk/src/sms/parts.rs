//! Parts of a long message from a gateway that gives them one by one, in any order: they wait sealed until all are there, or until
//! they have waited long enough.

use super::{Exchange, Incoming, Part, put, sealed};
use crate::error::Error;
use base::{Redacted, Timestamp, limits};
use seal::open_cell;
use serde::{Deserialize, Serialize};
use store::{Direction, Shelf, StoreError, cbor};
use zeroize::Zeroizing;

/// How long the others are waited for: what phones take at most to give up on a long message.
const WAIT_SECONDS: i64 = 600;
/// Parts that wait at most, of all messages.
const WAITING_MAX: usize = 1_000;
/// Parts of one message.
const PARTS_MAX: u16 = 32;

#[derive(Serialize, Deserialize)]
struct Waiting {
    day: i64,
    sealed: Vec<u8>,
}

impl Exchange {
    /// Keeps one part of `total`. Gives the message when all are there; [`Exchange::unpark`] forgets them once it was taken.
    /// A part of a message that was answered, or was taken before, is given back at once.
    pub async fn park(&self, one: Incoming, total: u16, now: Timestamp) -> Result<Option<Incoming>, Error> {
        let Some(part) = one.parts.first().filter(|_| (2..=PARTS_MAX).contains(&total)) else { return Ok(Some(one)) };
        let mut tx = self.backend.begin("sms.park").await?;
        let is_known = self.seen(&mut *tx, b"group", one.group.expose()).await?.is_some()
            || self.seen(&mut *tx, b"seen", part.id.expose()).await?.is_some_and(|(_, seen)| seen.done);
        if is_known {
            return Ok(Some(one));
        }
        let (salt, group) = self.place(&mut *tx, one.group.expose(), now).await?;
        let shelf = Shelf::SmsParts;
        if tx.due(shelf.number(), Timestamp::from_seconds(i64::MAX / 1_000), WAITING_MAX).await?.len() >= WAITING_MAX {
            return Err(StoreError::Busy.into());
        }
        let plain = (one.group.expose(), one.from.expose(), part.id.expose(), part.number, part.text.expose());
        let plain = Zeroizing::new(cbor::to_bytes(&plain)?);
        let body = Waiting { day: salt.day, sealed: sealed(&salt.key(), &group, &plain, &*self.chance)? };
        let key = part.number.to_be_bytes();
        put(&mut *tx, (shelf, &group, &key), now.plus_seconds(WAIT_SECONDS), cbor::to_bytes(&body)?).await?;
        let count = tx.count(shelf.number(), &group, usize::from(total)).await?;
        tx.commit().await?;
        if count < usize::from(total) { Ok(None) } else { self.joined(&group).await }
    }

    /// Messages whose parts have waited long enough, as far as they came.
    pub async fn overdue(&self, now: Timestamp) -> Result<Vec<Incoming>, Error> {
        let rows = self.backend.read().await?.due(Shelf::SmsParts.number(), now, limits::PAGE_ROWS_MAX).await?;
        let mut groups: Vec<Vec<u8>> = rows.into_iter().map(|row| row.part).collect();
        groups.dedup();
        let mut all = Vec::new();
        for group in groups {
            match self.joined(&group).await? {
                Some(incoming) => all.push(incoming),
                // Its secret is gone, and with it what could be read.
                None => self.forget(&group).await?,
            }
        }
        Ok(all)
    }

    /// Forgets the parts of a message that was taken.
    pub async fn unpark(&self, incoming: &Incoming) -> Result<(), Error> {
        for salt in self.salts.all() {
            self.forget(&salt.mark(b"parts", incoming.group.expose().as_bytes())).await?;
        }
        Ok(())
    }

    /// Where parts of a group wait, under the secret of the first that came.
    async fn place(
        &self,
        tx: &mut dyn store::RawTx,
        group: &str,
        now: Timestamp,
    ) -> Result<(super::Salt, [u8; 16]), Error> {
        for salt in self.salts.all() {
            let place = salt.mark(b"parts", group.as_bytes());
            if tx.count(Shelf::SmsParts.number(), &place, 1).await? > 0 {
                return Ok((salt, place));
            }
        }
        let salt = self.salts.today(now)?;
        let place = salt.mark(b"parts", group.as_bytes());
        Ok((salt, place))
    }

    async fn joined(&self, group: &[u8]) -> Result<Option<Incoming>, Error> {
        let mut view = self.backend.read().await?;
        let rows = view.items((Shelf::SmsParts.number(), group), None, Direction::Up, usize::from(PARTS_MAX)).await?;
        let mut whole: Option<Incoming> = None;
        for row in rows {
            let waiting: Waiting = cbor::from_bytes(&row.body, "sms")?;
            let Some(salt) = self.salts.of(waiting.day) else { continue };
            let plain = open_cell(&salt.key(), &super::aad(group), &waiting.sealed)?;
            let (name, from, id, number, text): (String, String, String, u16, String) =
                cbor::from_bytes(&plain, "sms")?;
            let part = Part { id: Redacted::new(id), number, text: Redacted::new(text) };
            let new = || Incoming { group: Redacted::new(name), from: Redacted::new(from), parts: Vec::new() };
            whole.get_or_insert_with(new).parts.push(part);
        }
        Ok(whole)
    }

    async fn forget(&self, group: &[u8]) -> Result<(), Error> {
        let shelf = Shelf::SmsParts.number();
        let mut tx = self.backend.begin("sms.unpark").await?;
        for row in tx.items((shelf, group), None, Direction::Up, usize::from(PARTS_MAX)).await? {
            tx.delete_item(shelf, group, &row.key).await?;
        }
        Ok(tx.commit().await?)
    }
}
