//! What bundles need of the post office.

use super::{Open, Parcel, Post};
use crate::book::newer;
use base::{NodeId, Problem, limits};
use desk::mail::{Outgoing, State, Thread};
use seal::{BundleHeader, Packer, Unpacker};
use store::{Page, Read, StoreError};

/// Envelopes in one bundle at most; the rest goes into the next.
const BUNDLE_ENVELOPES_MAX: usize = 1_000;

impl Post {
    /// Seals all that is under way to one peer, also what another carrier tries at this moment.
    pub(crate) async fn collect_for(&self, peer: NodeId) -> Result<Vec<Parcel>, StoreError> {
        let _turn = self.outbox.lock().await;
        self.hurry(peer).await?;
        self.collect_some(BUNDLE_ENVELOPES_MAX, |other| other == peer).await
    }

    /// Makes due whatever has no receipt yet: a stick takes also what a carrier may have lost.
    async fn hurry(&self, peer: NodeId) -> Result<(), StoreError> {
        let mut tx = self.begin("relay.hurry").await?;
        let now = self.now();
        for thread in tx.states::<Thread>(&peer.bytes(), &Page::first(1_000)).await? {
            let Thread { id, out, .. } = thread.card;
            let window = out.acked + 1..=out.seq.min(out.acked + limits::IN_FLIGHT_PER_THREAD_MAX as u64);
            for seq in window {
                let Some(mut out) = Outgoing::read(&mut tx, id, out.era, seq).await? else { continue };
                if matches!(out.state, State::Queued | State::Handed) {
                    out.next_at = Some(now);
                    out.put(&mut tx).await?;
                }
            }
        }
        tx.commit().await
    }

    /// Our own signed entry.
    pub(crate) async fn own_signed(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut view = self.store.read(self.now()).await?;
        Ok(crate::keys::own_entry(&mut view).await?.map(|entry| entry.bytes().to_vec()))
    }

    pub(crate) fn finish(&self, packer: Packer) -> Result<Vec<u8>, Problem> {
        let open = self.unlocked()?;
        packer.finish(open.home.node, &open.keys.identity)
    }

    pub(crate) fn unpacker(&self, header: BundleHeader) -> Result<Unpacker, Problem> {
        let open = self.unlocked()?;
        let epoch = open.keys.epoch(&header.tag).ok_or(Problem::new("bundle.not-ours"))?;
        header.unpack(epoch)
    }

    /// A newer entry of a peer we know; of others it says nothing.
    pub(crate) async fn entry_by_hand(&self, signed: &[u8]) -> Result<(), StoreError> {
        let Ok(entry) = seal::VerifiedEntry::read(signed) else { return Ok(()) };
        let Some(known) = self.book().get(entry.node()).map(|peer| peer.entry.clone()) else { return Ok(()) };
        let Ok(Some(new)) = newer(&known, signed) else { return Ok(()) };
        let mut tx = self.begin("relay.entry").await?;
        if desk::mail::trust(&mut tx, &new).await? {
            self.closes(&mut tx, &known, &new).await?;
        }
        tx.commit().await?;
        self.reload().await?;
        self.keys_came().await
    }

    /// All revocations that are known here, for a stick.
    pub(crate) async fn revocations(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut view = self.store.read(self.now()).await?;
        Ok(desk::mail::revocations(&mut view).await?.into_iter().map(|row| row.signed.0).collect())
    }

    /// A revocation that came on a stick: checked, kept and told on like one that was sent.
    pub(crate) async fn revocation_by_hand(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let mut tx = self.begin("relay.revocation").await?;
        if !self.desk.revocation(&mut tx, bytes).await? {
            return Ok(());
        }
        tx.commit().await?;
        self.reload().await
    }

    fn unlocked(&self) -> Result<std::sync::Arc<Open>, Problem> {
        self.opened().ok_or(Problem::new("store.locked"))
    }
}
