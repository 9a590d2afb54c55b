//! In: envelopes are opened, then given their effect in one transaction.

use super::numbered::{Letter, Refusals, received};
use super::{BATCH_MAX, Item, Open, Post};
use crate::book::Book;
use base::{Digest, MsgId, Timestamp, limits};
use desk::mail::{Notice, peer_mail};
use desk::wire::{Again, Class, Message, Nack, again};
use seal::envelope::PeekError;
use seal::{Kid, OpenError, Opened, Outer, SendClass};
use std::sync::Arc;
use store::{StoreError, Tx};

/// Number of message 66: after it peers must be read again.
pub(super) const KEY_REVOKE: u16 = 66;

/// An opened envelope and when it came.
type Arrived = (Opened, Timestamp);

impl Post {
    /// Takes envelopes in: after the answer 0 they are committed, applied or held. `Err`: nothing was decided for those not
    /// yet answered; the sender keeps them (503).
    pub async fn deliver(&self, envelopes: &[Vec<u8>]) -> Result<Vec<(MsgId, Item)>, StoreError> {
        let now = self.now();
        let mut answers = Vec::with_capacity(envelopes.len());
        let (mut opened, mut closed, mut strangers) = (Vec::new(), Vec::new(), Vec::new());
        let open = self.opened();
        let tags = self.tags();
        for bytes in envelopes {
            let outer = match seal::peek(bytes) {
                Ok(outer) => outer,
                Err(PeekError::TooLarge) => {
                    answers.push((MsgId::default(), Item::TooBig));
                    continue;
                }
                Err(_) => {
                    answers.push((MsgId::default(), Item::Malformed));
                    continue;
                }
            };
            if self.is_gone(&outer.tag) {
                // Nobody can open it any more: the sender learns that by the code, and seals it to this week's key.
                self.quarantine(&outer, bytes, &OpenError::NotOurs).await?;
            }
            let item = match &open {
                _ if !tags.contains(&outer.tag) => Item::NotServed,
                _ if outer.expires_hour.saturating_mul(3600) < now.seconds().unsigned_abs() => Item::Expired,
                None => {
                    closed.push((outer.clone(), bytes));
                    Item::Stored
                }
                Some(open) => {
                    match self.open_known(open, &outer, bytes, now) {
                        Some(letter) => opened.push((letter, now)),
                        None => strangers.push((answers.len(), outer.clone(), bytes)),
                    }
                    Item::Stored
                }
            };
            answers.push((outer.msg_id, item));
        }
        self.keep_held(&closed).await?;
        self.take_all(opened).await?;
        // One by one: the first may be the entry that makes the next one known.
        for (nth, outer, bytes) in strangers {
            let Some(open) = &open else { break };
            let item = self.take_stranger(open, (&outer, bytes), now).await?;
            if let Some(answer) = answers.get_mut(nth) {
                answer.1 = item;
            }
        }
        Ok(answers)
    }

    /// An envelope of somebody whose key is known.
    pub(super) fn open_known(&self, open: &Open, outer: &Outer, bytes: &[u8], now: Timestamp) -> Option<Opened> {
        let (epoch, book) = (open.keys.epoch(&outer.tag)?, self.book());
        self.sealing.open(bytes, epoch, open.home.node, &|kid, _| book.signer(kid, now)).ok()
    }

    /// Any other envelope: given its effect, or kept.
    pub(super) async fn take_stranger(
        &self,
        open: &Arc<Open>,
        (outer, bytes): (&Outer, &[u8]),
        arrived: Timestamp,
    ) -> Result<Item, StoreError> {
        match self.open_one(open, outer, bytes, arrived).await? {
            Ok(letter) => self.take_all(vec![(letter, arrived)]).await.map(|()| Item::Stored),
            Err(item) => Ok(item),
        }
    }

    /// Opens one envelope, or says what its carrier is told; what does not open is kept sealed for 30 days.
    async fn open_one(
        &self,
        open: &Arc<Open>,
        outer: &Outer,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Result<Opened, Item>, StoreError> {
        let Some(epoch) = open.keys.epoch(&outer.tag) else { return Ok(Err(Item::NotServed)) };
        let me = open.home.node;
        let mut book = self.book();
        let mut result = self.sealing.open(bytes, epoch, me, &|kid, _| book.signer(kid, now));
        if matches!(result, Err(OpenError::UnknownSender(_))) {
            // A peer that was added, or whose entry came, a moment ago; or that has a new key and says so.
            self.reload().await?;
            book = self.book();
            let resolve =
                |kid: &seal::Kid, payload: &[u8]| book.signer(kid, now).or_else(|| book.introduced(kid, payload, now));
            result = self.sealing.open(bytes, epoch, me, &resolve);
        }
        match result {
            Ok(opened) => Ok(Ok(opened)),
            Err(error @ OpenError::NotOurs) => {
                self.quarantine(outer, bytes, &error).await?;
                Ok(Err(Item::NotServed))
            }
            Err(error) => {
                self.quarantine(outer, bytes, &error).await?;
                match error {
                    OpenError::Version { from, .. } => self.nack(from, outer.msg_id).await?,
                    OpenError::UnknownSender(kid) => self.tell_dead(&book, kid).await?,
                    _ => {}
                }
                Ok(Err(Item::Stored))
            }
        }
    }

    /// Gives opened envelopes their effect, many to a command; if one fails, each alone.
    pub(super) async fn take_all(&self, mut letters: Vec<Arrived>) -> Result<(), StoreError> {
        while !letters.is_empty() {
            let rest = letters.split_off(letters.len().min(BATCH_MAX));
            let batch = std::mem::replace(&mut letters, rest);
            let Err(error) = self.take_batch(&batch).await else { continue };
            if batch.len() == 1 {
                return Err(error);
            }
            for letter in batch {
                self.take_batch(std::slice::from_ref(&letter)).await?;
            }
        }
        Ok(())
    }

    /// One command. A message that the desk refuses must leave nothing behind, so what it wrote is undone: the command
    /// begins again, with that verdict known.
    async fn take_batch(&self, batch: &[Arrived]) -> Result<(), StoreError> {
        let mut refusals = Refusals::default();
        let reload = loop {
            let mut tx = self.begin("relay.deliver").await?;
            let mut reload = false;
            for (opened, arrived_at) in batch {
                reload |= self.take(&mut tx, opened, (*arrived_at, &mut refusals)).await?;
                if refusals.fresh {
                    break;
                }
            }
            if !std::mem::take(&mut refusals.fresh) {
                tx.commit().await?;
                // A message may name documents whose chunks are here, or withdraw what they rest on.
                self.store.files().stir();
                break reload;
            }
        };
        if reload {
            self.reload().await?;
            self.keys_came().await?;
        }
        Ok(())
    }

    /// One message, in the transaction; says whether the peers must be read again.
    async fn take(
        &self,
        tx: &mut Tx,
        opened: &Opened,
        (arrived_at, refusals): (Timestamp, &mut Refusals),
    ) -> Result<bool, StoreError> {
        // The revocation may stand in this very command, or in one since the envelope was opened.
        if desk::mail::revoked(tx, opened.from, opened.signed_by).await?.is_some() {
            return Ok(false);
        }
        let ahead = (opened.body.created - arrived_at.seconds()) / 3600;
        if ahead > limits::CLOCK_SKEW_HOURS_MAX {
            self.desk.notice(tx, &Notice::ClockWrong { peer: opened.from, hours: ahead }).await?;
        }
        let letter = letter(opened, arrived_at);
        if again(opened.body.kind) == Again::Numbered && opened.body.seq > 0 {
            self.numbered(tx, letter, refusals).await?;
            return Ok(opened.body.kind == KEY_REVOKE);
        }
        let Ok(message) = Message::from_content(opened.body.kind, &opened.body.content) else { return Ok(false) };
        match message {
            // What was had in a life before a restore is not had any more.
            Message::Receipt(_) | Message::ResumeTell(_)
                if opened.body.era < peer_mail(tx, opened.from).await?.life => {}
            Message::Receipt(receipt) => self.receipted(tx, opened.from, &receipt).await?,
            Message::Ping(ping) => self.pinged(tx, opened.from, &ping).await?,
            Message::DirectoryEntry(entry) => return self.entry_came(tx, opened.from, &entry.entry).await,
            Message::ResumeAsk(ask) => self.asked(tx, (opened.from, opened.body.era), &ask).await?,
            Message::ResumeTell(tell) => self.told(tx, (opened.from, opened.body.era), (&tell, refusals)).await?,
            Message::LogHead(head) => self.head_came(tx, opened.from, &head).await?,
            Message::LogCosign(seen) => self.cosign_came(tx, opened.from, &seen).await?,
            Message::Nack(_) => {
                self.desk.apply(tx, &received(&letter, message)).await?;
            }
            // The answer to a message under a dead key: ours, which we did not know.
            Message::KeyRevoke(_) => {
                self.desk.apply(tx, &received(&letter, message)).await?;
                return Ok(true);
            }
            // A numbered type without a number, or a control type of a later version: nothing to hang it on.
            _ => {}
        }
        Ok(false)
    }

    /// A message came under a revoked key: who uses it is told, and nothing else.
    async fn tell_dead(&self, book: &Book, kid: Kid) -> Result<(), StoreError> {
        let Some(node) = book.revoked(&kid) else { return Ok(()) };
        let mut tx = self.begin("relay.dead-key").await?;
        desk::mail::answer(&mut tx, node, kid).await?;
        tx.commit().await
    }

    async fn nack(&self, to: base::NodeId, msg_id: MsgId) -> Result<(), StoreError> {
        let versions = Some(vec![seal::body::BODY_VERSION].into());
        let nack = Message::Nack(Nack { msg_id, code: "message.version".into(), versions });
        let mut tx = self.begin("relay.nack").await?;
        desk::mail::control(&mut tx, to, 3, nack.to_content()).await?;
        tx.commit().await
    }
}

fn letter(opened: &Opened, arrived_at: Timestamp) -> Letter {
    let class = match opened.outer.class {
        SendClass::Urgent => Class::Urgent,
        SendClass::Normal => Class::Normal,
        SendClass::Bulk => Class::Bulk,
    };
    Letter {
        body: opened.body.clone(),
        hash: Digest(opened.body_hash),
        payload: opened.payload.clone(),
        signed_by: opened.signed_by,
        class,
        arrived_at,
    }
}
