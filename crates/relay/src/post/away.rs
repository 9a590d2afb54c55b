//! Partners that no carrier reaches are noted; once one is reached again, what waits for it goes at once: a link that is back
//! may be back for minutes only (ADR 37).

use super::Post;
use crate::engine::outbound::Event;
use base::{NodeId, Timestamp};
use desk::mail::{Control, Outgoing, PeerMail, State, Thread, control_key, peer_mail};
use store::{Read, Sealed, Shelf, StoreError, Team, Tx};

/// The longest that anything waits for its next try (FEDERATION.md 5).
const WAIT_HOURS: i64 = 6;
/// A ping that was not taken waits for an hour; one that was, for a day.
const PING_HOURS: i64 = 1;
/// Rows that are called at once; what is behind them keeps its own time.
const CALLED_MAX: usize = 1_000;

impl Post {
    /// The node's own link is back, or the node itself: whoever was away may be reached again.
    pub async fn link_is_back(&self) -> Result<(), StoreError> {
        if !self.is_open() {
            return Ok(());
        }
        let mut tx = self.begin("relay.link").await?;
        for peer in self.book().trusted().map(seal::VerifiedEntry::node) {
            if peer_mail(&mut tx, peer).await?.is_away {
                self.call(&mut tx, peer).await?;
            }
        }
        tx.commit().await
    }

    /// Notes whether anything for a peer was taken.
    pub(super) async fn reached(&self, tx: &mut Tx, peer: NodeId, taken: bool) -> Result<(), StoreError> {
        let mail = peer_mail(tx, peer).await?;
        if taken != mail.is_away {
            return Ok(());
        }
        PeerMail { is_away: !taken, ..mail }.put(tx, peer).await?;
        if taken { self.call(tx, peer).await } else { Ok(()) }
    }

    /// Whatever waits for a peer is due now.
    pub(super) async fn call(&self, tx: &mut Tx, peer: NodeId) -> Result<(), StoreError> {
        let now = tx.now();
        let soon = now.plus_hours(WAIT_HOURS);
        for (_, row) in tx.due::<Outgoing>(Shelf::Outbox, soon, CALLED_MAX).await? {
            let Outgoing { thread, era, seq, .. } = row.card;
            if row.card.peer == peer && row.card.state == State::Queued && row.card.next_at.is_some() {
                self.event(tx, (thread, era, seq), Event::Back).await?;
            }
        }
        for (_, row) in tx.due::<Thread>(Shelf::Threads, soon, CALLED_MAX).await? {
            let mut thread = row.card;
            if thread.peer == peer && thread.receipt_at.is_some_and(|at| at > now) {
                thread.receipt_at = Some(now);
                thread.put(tx).await?;
            }
        }
        self.call_controls(tx, peer, (now, soon)).await
    }

    async fn call_controls(
        &self,
        tx: &mut Tx,
        peer: NodeId,
        (now, soon): (Timestamp, Timestamp),
    ) -> Result<(), StoreError> {
        for (part, row) in tx.due::<Control>(Shelf::Control, soon, CALLED_MAX).await? {
            if part != peer.bytes() {
                continue;
            }
            match row.card {
                Control::Peer(mut mail) => {
                    mail.ping_at = mail.ping_at.map(|at| if at <= now.plus_hours(PING_HOURS) { now } else { at });
                    mail.put(tx, peer).await?;
                }
                Control::Send(message) => {
                    let key = control_key(message.number);
                    let row = Control::Send(message);
                    tx.put((&peer.bytes(), &key), Some(now), Sealed::Team(Team::Staff), &row).await?;
                }
            }
        }
        Ok(())
    }
}
