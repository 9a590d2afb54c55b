//! The tasks of a running node: push what is due, pull own mailboxes, change keys. Thin: what to do is decided by
//! [`crate::post`] and [`crate::engine`]; here are only sockets and waiting.

mod blobs;
mod carriers;

use crate::http::{Client, ClientError, Remote, SEND_BYTES_MAX};
use crate::keys::Mailbox;
use crate::post::{Item, Outcome, Parcel, Post, by_peer};
use base::{MsgId, NodeId, limits};
use carriers::{Carriers, HEAD_START};
use seal::VerifiedEntry;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};

/// Envelopes sealed in one round.
const ROUND_MAX: usize = 256;
/// Wait after a relay could not be reached.
const PULL_AGAIN_SECONDS: u64 = 30;

/// Runs the relay of a node.
pub struct Driver {
    post: Arc<Post>,
    woken: Arc<Notify>,
    relays: Vec<Remote>,
    /// To whom something is being handed: nothing is sealed for them meanwhile, and nobody else waits for them.
    busy: Arc<Mutex<BTreeSet<NodeId>>>,
    /// The same for attachments, which go beside the messages.
    busy_with_blobs: Arc<Mutex<BTreeSet<NodeId>>>,
}

impl Driver {
    /// A driver. `woken` is notified after each commit that may have put something into the outbox; `relays` are where the
    /// node's mailboxes are hosted, none for a node that others can reach.
    pub fn new(post: Arc<Post>, woken: Arc<Notify>, relays: Vec<Remote>) -> Self {
        Self { post, woken, relays, busy: Arc::default(), busy_with_blobs: Arc::default() }
    }

    /// One round: collect, hand to the peers side by side, settle. Says whether there may be more at once. Rounds may run at
    /// the same time: one leaves out the peers that another is still busy with.
    pub async fn round(&self) -> bool {
        let mut busy = self.busy.lock().await;
        let parcels = match self.post.collect_but(ROUND_MAX, &busy).await {
            Ok(parcels) => parcels,
            Err(error) => {
                tracing::warn!(code = error.code(), "outbox not read");
                return false;
            }
        };
        let full = parcels.len() >= ROUND_MAX;
        let peers = by_peer(parcels);
        busy.extend(peers.keys());
        drop(busy);
        let mut tasks = tokio::task::JoinSet::new();
        for (peer, parcels) in peers {
            let (post, busy) = (Arc::clone(&self.post), Arc::clone(&self.busy));
            tasks.spawn(async move {
                let done = hand_over(&post, peer, parcels).await;
                if let Err(error) = post.settle(&done).await {
                    tracing::warn!(code = error.code(), "outbox not settled");
                }
                busy.lock().await.remove(&peer);
            });
        }
        while tasks.join_next().await.is_some() {}
        full
    }

    /// Pulls the node's mailboxes from its relays until the task is dropped; also while locked.
    pub async fn pull(&self) {
        let mut tasks = tokio::task::JoinSet::new();
        for relay in self.relays.clone() {
            let (post, woken) = (Arc::clone(&self.post), Arc::clone(&self.woken));
            tasks.spawn(async move {
                let mut reached = false;
                loop {
                    // After a break without waiting: what waits here goes as soon as the link is known to be back.
                    let wait = if reached { 50 } else { 0 };
                    match pull_once(&post, &relay, wait).await {
                        Ok(_) if !std::mem::replace(&mut reached, true) => {
                            if let Err(error) = post.link_is_back().await {
                                tracing::warn!(code = error.code(), "what waited was not called");
                            }
                            woken.notify_waiters();
                        }
                        Ok(_) => {}
                        Err(error) => {
                            reached = false;
                            tracing::info!(%error, "relay not reached");
                            tokio::time::sleep(Duration::from_secs(PULL_AGAIN_SECONDS)).await;
                        }
                    }
                }
            });
        }
        while tasks.join_next().await.is_some() {}
    }
}

/// Hands parcels to one peer by its carriers, best first, until all are taken.
async fn hand_over(post: &Post, peer: NodeId, parcels: Vec<Parcel>) -> Vec<(NodeId, crate::post::What, Outcome)> {
    let remotes: Vec<Remote> = post.book().get(peer).map(|peer| remotes(&peer.entry)).unwrap_or_default();
    let mut carriers = Carriers::of(remotes, HEAD_START);
    let mut left: Vec<Parcel> = parcels;
    let mut done = Vec::new();
    while !left.is_empty() {
        let Some((remote, client)) = carriers.next().await else { break };
        let pushed = match client {
            Ok(mut client) => push_over(&mut client, &left).await,
            Err(error) => Err(error),
        };
        let taken = match pushed {
            Ok(pushed) => {
                if pushed.is_for_dead_key
                    && let Err(error) = renew(post, &remote, peer).await
                {
                    tracing::info!(%error, peer.id = %peer, "entry not fetched");
                }
                pushed.taken
            }
            Err(error) => {
                tracing::info!(%error, peer.id = %peer, "peer not reached");
                continue;
            }
        };
        let (handed, rest): (Vec<Parcel>, Vec<Parcel>) =
            left.into_iter().partition(|parcel| taken.contains(&parcel.msg_id));
        done.extend(handed.into_iter().map(|parcel| (peer, parcel.what, Outcome::Taken)));
        left = rest;
    }
    if !left.is_empty() {
        tracing::info!(peer.id = %peer, count = left.len(), "not taken by any carrier");
    }
    done.extend(left.into_iter().map(|parcel| (peer, parcel.what, Outcome::NotTaken)));
    done
}

fn remotes(entry: &VerifiedEntry) -> Vec<Remote> {
    entry.stated().carriers.iter().filter_map(Remote::of).collect()
}

/// The peer does not know the key that we sealed to: it was restored, or we were. Its entry is fetched by hand, because no
/// message can say so (FEDERATION.md 9); what was not taken goes the next time.
async fn renew(post: &Post, remote: &Remote, peer: NodeId) -> Result<(), ClientError> {
    let Some(keys) = post.carrier() else { return Ok(()) };
    let serial = post.book().get(peer).map_or(0, |known| known.entry.stated().serial);
    let mut client = Client::connect(remote).await?;
    client.hello(post.now()).await?;
    let chance = Arc::clone(post.store().chance());
    let entry = client.entry(peer, serial, &keys.carrier, (post.now(), &*chance)).await?;
    if let Some(entry) = entry
        && let Err(error) = post.entry_fetched(peer, &entry).await
    {
        tracing::warn!(code = error.code(), "entry not kept");
    }
    Ok(())
}

/// What became of parcels at one place.
#[derive(Debug, Default)]
pub struct Pushed {
    /// What lies there now.
    pub taken: Vec<MsgId>,
    /// Some were sealed to a key that is not known there.
    pub is_for_dead_key: bool,
}

/// Hands parcels over by an open connection, batch by batch.
pub async fn push_over(client: &mut Client, parcels: &[Parcel]) -> Result<Pushed, ClientError> {
    let mut pushed = Pushed::default();
    let mut rest = parcels;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(batch_len(rest));
        let envelopes: Vec<&[u8]> = batch.iter().map(|parcel| parcel.envelope.as_slice()).collect();
        match client.push(&envelopes).await {
            Ok(items) => {
                let there = items.iter().filter(|(_, item)| matches!(item, Item::Stored | Item::Duplicate));
                pushed.taken.extend(there.map(|(id, _)| *id));
                pushed.is_for_dead_key |= items.iter().any(|(_, item)| *item == Item::NotServed);
            }
            // What went before the break is known to be there.
            Err(error) if pushed.taken.is_empty() => return Err(error),
            Err(_) => return Ok(pushed),
        }
        rest = after;
    }
    Ok(pushed)
}

fn batch_len(parcels: &[Parcel]) -> usize {
    let mut bytes = 0;
    let fits = parcels.iter().take(limits::BATCH_ENVELOPES_MAX).take_while(|parcel| {
        bytes += parcel.envelope.len();
        bytes <= SEND_BYTES_MAX
    });
    fits.count().max(1).min(parcels.len())
}

/// Pulls all own mailboxes once: the newest with a long poll, older ones without. What is committed is released, if the
/// node is open; a locked one fetches and keeps.
pub async fn pull_once(post: &Post, relay: &Remote, wait: u64) -> Result<usize, ClientError> {
    let Some(keys) = post.carrier() else { return Ok(0) };
    let mut client = Client::connect(relay).await?;
    client.hello(post.now()).await?;
    let mut count = 0;
    blobs::fetch(post, &mut client).await?;
    for (n, mailbox) in keys.boxes.iter().enumerate() {
        let wait = if n + 1 == keys.boxes.len() { wait } else { 0 };
        count += pull_box(post, &mut client, mailbox, wait).await?;
    }
    blobs::fetch(post, &mut client).await?;
    Ok(count)
}

async fn pull_box(post: &Post, client: &mut Client, mailbox: &Mailbox, wait: u64) -> Result<usize, ClientError> {
    let chance = Arc::clone(post.store().chance());
    let (mut after, mut count, mut wait) = (0, 0, wait);
    loop {
        let mail = client.fetch(mailbox, (after, wait), post.now(), &*chance).await?;
        let Some((cursor, _)) = mail.last() else { return Ok(count) };
        (after, wait) = (*cursor, 0);
        count += mail.len();
        let envelopes: Vec<Vec<u8>> = mail.into_iter().map(|(_, envelope)| envelope).collect();
        let Ok(items) = post.deliver(&envelopes).await else { return Ok(count) };
        if let Some(key) = post.release_key(&mailbox.tag) {
            let ids: Vec<MsgId> = items.iter().map(|(id, _)| *id).collect();
            for ids in ids.chunks(super::http::RELEASE_MAX) {
                client.release(mailbox, &key, ids, (post.now(), &*chance)).await?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::What;
    use desk::wire::Class;

    #[test]
    fn a_long_queue_goes_in_pieces_that_a_slow_link_carries_in_time() {
        let parcel = |bytes: usize| Parcel {
            peer: NodeId::default(),
            msg_id: MsgId::default(),
            class: Class::Normal,
            what: What::Control { number: 4, content: [0; 32] },
            envelope: vec![0; bytes],
        };
        let queue: Vec<Parcel> = (0..300).map(|_| parcel(4_212)).collect();
        let (mut rest, mut pieces) = (&queue[..], Vec::new());
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(batch_len(rest));
            pieces.push(piece.iter().map(|parcel| parcel.envelope.len()).sum::<usize>());
            rest = after;
        }
        assert_eq!(pieces.iter().sum::<usize>(), 300 * 4_212);
        // At 9.6 kbit/s each is through within two minutes, where five are given.
        assert!(pieces.iter().all(|bytes| bytes / 1_200 < 120), "{pieces:?}");
        assert_eq!(batch_len(&[parcel(SEND_BYTES_MAX + 1)]), 1, "one always goes");
    }
}
