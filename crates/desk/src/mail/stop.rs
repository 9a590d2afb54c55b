//! Stopping: what rests on a withdrawn consent or an ended accord does not leave any more (I12).

use super::outgoing::{Frozen, Outgoing, RestsOn, State, outbox_key};
use super::peers::peer_mail;
use super::thread::thread;
use base::{NodeId, ThreadId, limits};
use std::collections::BTreeMap;
use store::{Page, Read, StoreError, Tx};

/// What was stopped in one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The peer.
    pub peer: NodeId,
    /// The thread.
    pub thread: ThreadId,
    /// Messages that will not be sent (again).
    pub stopped: u32,
    /// Messages that had left: the peer may have them and must be told (32, 33).
    pub left: u32,
}

/// Voids every message that rests on a ground and has no receipt, in this commit, and says who got something. The next
/// Body of each thread lists the void numbers, so that the receiver steps over them.
pub async fn stop(tx: &mut Tx, ground: [u8; 16]) -> Result<Vec<Stopped>, StoreError> {
    let mut threads: BTreeMap<(NodeId, ThreadId), Stopped> = BTreeMap::new();
    let mut page = Page::first(1_000);
    loop {
        let rows = tx.states::<RestsOn>(&ground, &page).await?;
        let Some(last) = rows.last() else { break };
        page.after = Some(last.key.clone());
        for RestsOn { peer, thread, era, seq } in rows.into_iter().map(|row| row.card) {
            let Some(out) = Outgoing::read(tx, thread, era, seq).await? else { continue };
            let entry = Stopped { peer, thread, stopped: 0, left: 0 };
            let entry = threads.entry((peer, thread)).or_insert(entry);
            entry.left += u32::from(out.handed_at.is_some());
            super::blobs::stop(tx, &out).await?;
            // What was received is told by 32 and 33; but should the peer be restored, its Body must not go a second time.
            tx.remove::<Frozen>(&Frozen::part(thread), &outbox_key(era, seq)).await?;
            entry.stopped += u32::from(void(tx, out).await?);
        }
    }
    Ok(threads.into_values().collect())
}

/// Voids what rests on an accord that stands still between this node and these peers: offers and supplements. The file of
/// an accepted offer still goes (FEDERATION.md 7). Says how many messages will not leave.
pub async fn stop_new(tx: &mut Tx, ground: [u8; 16], peers: &[NodeId]) -> Result<u32, StoreError> {
    let mut count = 0;
    let mut page = Page::first(1_000);
    loop {
        let rows = tx.states::<RestsOn>(&ground, &page).await?;
        let Some(last) = rows.last() else { return Ok(count) };
        page.after = Some(last.key.clone());
        for RestsOn { peer, thread, era, seq } in rows.into_iter().map(|row| row.card) {
            let Some(out) = Outgoing::read(tx, thread, era, seq).await? else { continue };
            if peers.contains(&peer) && matches!(out.number, 16 | 25 | 40) {
                count += u32::from(void(tx, out).await?);
            }
        }
    }
}

/// Voids what is unfinished of one type in a thread.
pub async fn void_kind(tx: &mut Tx, thread: ThreadId, number: u16) -> Result<(), StoreError> {
    for out in unfinished(tx, thread, number).await? {
        void(tx, out).await?;
    }
    Ok(())
}

/// Messages of one type in a thread that have no end yet.
pub async fn unfinished(view: &mut impl Read, thread: ThreadId, number: u16) -> Result<Vec<Outgoing>, StoreError> {
    Ok(of_kind(view, thread, number).await?.into_iter().filter(|out| out.state.unfinished()).collect())
}

/// Messages of one type in a thread.
pub async fn of_kind(view: &mut impl Read, thread: ThreadId, number: u16) -> Result<Vec<Outgoing>, StoreError> {
    let rows = view.states::<Outgoing>(&thread.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).filter(|out| out.number == number).collect())
}

/// Voids one message that has no end yet; says whether it did.
pub async fn void(tx: &mut Tx, mut out: Outgoing) -> Result<bool, StoreError> {
    if !out.state.unfinished() {
        return Ok(false);
    }
    if let Some(mut thread) = thread(tx, out.peer, out.thread).await?
        && thread.out.era == out.era
    {
        thread.out.void.insert(out.seq, out.hash);
        thread.put(tx).await?;
    }
    let mut mail = peer_mail(tx, out.peer).await?;
    mail.unfinished = mail.unfinished.saturating_sub(1);
    mail.put(tx, out.peer).await?;
    super::concern::over(tx, &out).await?;
    super::blobs::stop(tx, &out).await?;
    (out.state, out.next_at) = (State::Void, None);
    tx.remove::<Frozen>(&Frozen::part(out.thread), &outbox_key(out.era, out.seq)).await?;
    out.put(tx).await?;
    Ok(true)
}

/// Voids all that is unfinished in a thread with a peer, and what travels beside it: before its subject's key is destroyed.
pub async fn drop_thread(tx: &mut Tx, (peer, thread): (NodeId, ThreadId)) -> Result<u32, StoreError> {
    super::blobs::stop_thread(tx, (peer, thread)).await?;
    let mut count = 0;
    let mut page = Page::first(1_000);
    loop {
        let rows = tx.states::<Outgoing>(&thread.bytes(), &page).await?;
        let Some(last) = rows.last() else { return Ok(count) };
        page.after = Some(last.key.clone());
        for row in rows {
            count += u32::from(void(tx, row.card).await?);
        }
    }
}
