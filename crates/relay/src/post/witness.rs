//! Journals under each other's eyes: once a day each partner is shown how far ours goes and signs for it, and signs of
//! theirs that go on from what we saw are given (messages 72 and 73, FEDERATION.md 10).

use super::{Open, Post};
use crate::engine::witness::{Judgement, SHOWN_MAX, judge};
use base::{Bytes, Digest, NodeId, Seq, Timestamp};
use desk::mail::{Fork, Notice, SeenHere, SeenThere, control, seen_here, seen_there};
use desk::wire::{LogCosign, LogHead, Message};
use seal::{CosignedHead, Head, SignedHead};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use store::raw::CheckpointRow;
use store::{Read, StoreError, Tx};

/// A partner is shown our journal so often, or sooner after so many events.
const SHOW_HOURS: i64 = 24;
const SHOW_EVENTS: u64 = 1_000;

/// What was shown to one partner today, for others who stand where it stood.
type Shown = BTreeMap<u64, (LogHead, bool)>;

impl Post {
    /// Shows our journal to the partners that have not seen it for a day. A job of each hour.
    pub(super) async fn tell_witnesses(&self, open: &Open) -> Result<(), StoreError> {
        let mut tx = self.begin("relay.witness").await?;
        let (mut shown, mut any) = (Shown::new(), false);
        for peer in self.desk.witnesses(&mut tx).await? {
            any |= self.show_when_due(&mut tx, open, peer, &mut shown).await?;
        }
        if any { tx.commit().await } else { Ok(()) }
    }

    async fn show_when_due(
        &self,
        tx: &mut Tx,
        open: &Open,
        peer: NodeId,
        shown: &mut Shown,
    ) -> Result<bool, StoreError> {
        let seen = self.known_there(tx, open, peer).await?;
        let (head, now) = (tx.raw().head().await?.seq, tx.now());
        let far = head.n().unsigned_abs().saturating_sub(seen.n.max(seen.shown));
        let long_ago = seen.shown_at.is_none_or(|at| at.plus_hours(SHOW_HOURS) <= now);
        // Also where nothing happened: who is quiet is not hiding. What was shown and not signed for goes again with it.
        if head.n() == 0 || !(long_ago || far >= SHOW_EVENTS) {
            return Ok(false);
        }
        self.show(tx, open, (peer, seen), shown).await
    }

    /// Where a partner stands in this life of our journal.
    async fn known_there(&self, tx: &mut Tx, open: &Open, peer: NodeId) -> Result<SeenThere, StoreError> {
        let seen = seen_there(tx, peer).await?;
        Ok(if seen.era == open.home.era { seen } else { SeenThere { era: open.home.era, ..SeenThere::default() } })
    }

    /// Signs the head that goes on from where a partner stands, and has it sent.
    async fn show(
        &self,
        tx: &mut Tx,
        open: &Open,
        (peer, mut seen): (NodeId, SeenThere),
        shown: &mut Shown,
    ) -> Result<bool, StoreError> {
        let (message, more) = match shown.entry(seen.n) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => match headed(tx, open, seen.n).await? {
                Some(head) => new.insert(head).clone(),
                // It saw more than there is: its next signature tells people so.
                None => return Ok(false),
            },
        };
        (seen.shown, seen.more) = (seen.n + message.hashes.0.len() as u64, more);
        seen.shown_at = Some(tx.now());
        control(tx, peer, 72, Message::LogHead(message).to_content()).await?;
        seen.put(tx, peer).await?;
        Ok(true)
    }

    /// A partner shows its journal: what goes on from what we saw is signed, what cannot be true is kept and told.
    pub(super) async fn head_came(&self, tx: &mut Tx, from: NodeId, came: &LogHead) -> Result<(), StoreError> {
        let (Some(open), book) = (self.opened(), self.book()) else { return Ok(()) };
        let Some(peer) = book.get(from) else { return Ok(()) };
        let Some(told) = SignedHead::decode(&came.head)
            .ok()
            .filter(|told| told.head.node == from && told.verify(&peer.entry.cert().identity).is_ok())
        else {
            return Ok(());
        };
        let before = seen_here(tx, from).await?;
        let known = before.as_ref().and_then(|seen| SignedHead::decode(&seen.head.0).ok());
        let judged = judge(known.as_ref().map(|known| &known.head), &told.head, came.after_n, &came.hashes.0);
        let answer = match judged {
            Judgement::Nothing => return Ok(()),
            Judgement::Fork => return self.forked(tx, from, (before, came)).await,
            Judgement::Follows | Judgement::Same => told,
            Judgement::OutOfStep => match known.clone() {
                Some(known) => known,
                None => return Ok(()),
            },
        };
        let now = tx.now();
        // What was known before and is said again is no look at the journal.
        if known.as_ref() != Some(&answer) || judged == Judgement::Same {
            SeenHere { head: Bytes(answer.encode()), seen_at: now }.put(tx, from).await?;
        }
        let cosigned = answer.cosign(open.home.node, &open.keys.identity, now.seconds());
        control(tx, from, 73, Message::LogCosign(LogCosign { head: cosigned.encode() }).to_content()).await
    }

    async fn forked(
        &self,
        tx: &mut Tx,
        from: NodeId,
        (before, came): (Option<SeenHere>, &LogHead),
    ) -> Result<(), StoreError> {
        let known = before.map(|seen| seen.head).unwrap_or_default();
        Fork { known, told: Bytes(came.head.clone()), at: tx.now() }.put(tx, from).await?;
        self.desk.notice(tx, &Notice::TheyForked(from)).await
    }

    /// A partner signed for our journal: its signature is kept beside our own, if it saw the journal that we have.
    pub(super) async fn cosign_came(&self, tx: &mut Tx, from: NodeId, came: &LogCosign) -> Result<(), StoreError> {
        let (Some(open), book) = (self.opened(), self.book()) else { return Ok(()) };
        let Some(witness) = book.get(from).map(|peer| peer.entry.cert().identity) else { return Ok(()) };
        let Some(seen) = CosignedHead::decode(&came.head).ok().filter(|seen| {
            let ours = (seen.witness, seen.head.head.node, seen.head.head.era);
            ours == (from, open.home.node, open.home.era) && seen.verify(&open.keys.identity.public(), &witness).is_ok()
        }) else {
            return Ok(());
        };
        let head = &seen.head.head;
        if link_at(tx, head).await? != Some(head.link) {
            return self.desk.notice(tx, &Notice::WeForked(from)).await;
        }
        keep(tx, &seen, came).await?;
        let mut known = self.known_there(tx, &open, from).await?;
        // Less than we believed: the partner was put back from a backup, and is shown the rest again.
        let less = head.n < known.n;
        (known.n, known.seen_at) = (head.n, Some(tx.now()));
        if std::mem::take(&mut known.more) || less {
            return self.show(tx, &open, (from, known), &mut Shown::new()).await.map(drop);
        }
        known.put(tx, from).await
    }
}

/// The signed head that goes on from a position, with the hashes between; and whether there is more after it.
/// `None`: the journal does not reach so far.
async fn headed(tx: &mut Tx, open: &Open, after_n: u64) -> Result<Option<(LogHead, bool)>, StoreError> {
    let (node, era) = (open.home.node, open.home.era);
    let after = Seq::new(era.cast_signed(), after_n.cast_signed());
    let rows = tx.raw().journal(after, SHOWN_MAX).await?;
    let rows: Vec<_> = rows.into_iter().filter(|row| row.seq.era() == after.era()).collect();
    let n = after_n + rows.len() as u64;
    let mut head = Head { node, era, n, link: [0; 32], at: tx.now().seconds() };
    let last = match rows.last() {
        Some(row) => Some(row.link),
        None => link_at(tx, &head).await?,
    };
    let Some(link) = last else { return Ok(None) };
    head.link = link;
    let head = head.sign(&open.keys.identity).encode();
    let hashes: Vec<Digest> = rows.iter().map(|row| Digest(row.hash)).collect();
    let more = tx.raw().head().await?.seq.n().unsigned_abs() > n;
    Ok(Some((LogHead { head, after_n, hashes: hashes.into() }, more)))
}

/// The link of our journal where a head stands.
async fn link_at(tx: &mut Tx, head: &Head) -> Result<Option<[u8; 32]>, StoreError> {
    let at = Seq::new(head.era.cast_signed(), head.n.cast_signed());
    let before = Seq::new(at.era(), at.n() - 1);
    let rows = tx.raw().journal(before, 1).await?;
    Ok(rows.first().filter(|row| row.seq == at).map(|row| row.link))
}

/// Keeps a co-signature once.
async fn keep(tx: &mut Tx, seen: &CosignedHead, came: &LogCosign) -> Result<(), StoreError> {
    let head = &seen.head.head;
    let (era, n, signer) = (head.era.cast_signed(), head.n.cast_signed(), seen.witness.bytes());
    let known = tx.raw().checkpoints(era, n - 1, base::limits::CODE_ROWS_MAX).await?;
    if known.iter().any(|row| row.n == n && row.signer == signer) {
        return Ok(());
    }
    let at = Timestamp::from_seconds(seen.at);
    let row = CheckpointRow { era, n, signer, link: head.link, at, signed: came.head.clone() };
    tx.add_checkpoint(&row).await
}
