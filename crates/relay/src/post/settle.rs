//! Out, second half: what the carriers did.

use super::collect::said;
use super::{Outcome, Post, What};
use crate::engine::outbound::{Event, on};
use base::NodeId;
use desk::mail::{Control, Outgoing, control_key, peer_mail};
use seal::hash::Hash;
use std::collections::BTreeMap;
use store::{StoreError, Tx};

/// After a receipt or control message found no carrier it is tried again this much later; a later one replaces it.
const AGAIN_SECONDS: i64 = 600;

impl Post {
    /// Notes what became of parcels, in one command.
    pub async fn settle(&self, done: &[(NodeId, What, Outcome)]) -> Result<(), StoreError> {
        if done.is_empty() {
            return Ok(());
        }
        let _turn = self.outbox.lock().await;
        let mut tx = self.begin("relay.settle").await?;
        for (peer, what, outcome) in done {
            match *what {
                What::Body { thread, era, seq } => {
                    if let Some(out) = Outgoing::read(&mut tx, thread, era, seq).await? {
                        self.settle_body(&mut tx, out, *outcome).await?;
                    }
                }
                What::Receipt { thread, upto, parked } => {
                    self.settle_receipt(&mut tx, (*peer, thread), (upto, parked), *outcome).await?;
                }
                What::Control { number: 0, .. } => self.settle_ping(&mut tx, *peer, *outcome).await?,
                What::Control { number, content } => {
                    self.settle_control(&mut tx, *peer, (number, content), *outcome).await?;
                }
            }
        }
        let mut peers = BTreeMap::new();
        for (peer, _, outcome) in done {
            *peers.entry(*peer).or_insert(false) |= *outcome == Outcome::Taken;
        }
        for (peer, taken) in peers {
            self.reached(&mut tx, peer, taken).await?;
        }
        tx.commit().await
    }

    async fn settle_body(&self, tx: &mut Tx, mut out: Outgoing, outcome: Outcome) -> Result<(), StoreError> {
        let event = match outcome {
            Outcome::Taken => Event::Handed,
            Outcome::NotTaken => Event::NotTaken,
        };
        for effect in on(&mut out, event, self.now(), &*tx.chance()) {
            self.act_on(tx, &out, effect).await?;
        }
        out.put(tx).await
    }

    async fn settle_receipt(
        &self,
        tx: &mut Tx,
        (peer, id): (NodeId, base::ThreadId),
        sealed: (u64, usize),
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        let Some(mut thread) = desk::mail::thread(tx, peer, id).await? else { return Ok(()) };
        let changed = (thread.inn.upto, thread.inn.parked.len()) != sealed;
        match outcome {
            // Something was decided meanwhile: the receipt stays due and says so next time.
            Outcome::Taken if changed => return Ok(()),
            Outcome::Taken => thread.receipt_at = None,
            Outcome::NotTaken => thread.receipt_at = Some(self.now().plus_seconds(AGAIN_SECONDS)),
        }
        thread.put(tx).await
    }

    async fn settle_ping(&self, tx: &mut Tx, peer: NodeId, outcome: Outcome) -> Result<(), StoreError> {
        let mut mail = peer_mail(tx, peer).await?;
        let seconds = if outcome == Outcome::Taken { 86_400 } else { 6 * AGAIN_SECONDS };
        mail.ping_at = Some(self.now().plus_seconds(seconds));
        mail.put(tx, peer).await
    }

    async fn settle_control(
        &self,
        tx: &mut Tx,
        peer: NodeId,
        (number, content): (u16, Hash),
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        let key = control_key(number);
        let Some(row) = store::Read::state::<Control>(tx, &peer.bytes(), &key).await? else { return Ok(()) };
        // A later word of this type was put in its place while this one was under way: it goes next.
        if matches!(&row, Control::Send(message) if said(&message.content.0) != content) {
            return Ok(());
        }
        if outcome == Outcome::Taken {
            return tx.remove::<Control>(&peer.bytes(), &key).await;
        }
        let due = self.now().plus_seconds(AGAIN_SECONDS);
        let sealed = store::Sealed::Team(store::Team::Staff);
        tx.put((&peer.bytes(), &key), Some(due), sealed, &row).await
    }
}
