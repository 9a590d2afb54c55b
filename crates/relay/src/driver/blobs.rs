//! Attachments between nodes: what is missing there is put, what is missing here is fetched, one chunk after another. A link
//! that breaks costs the chunk that was under way.

use super::carriers::{Carriers, HEAD_START};
use super::{Driver, remotes};
use crate::http::ranges::has;
use crate::http::{Client, ClientError, Remote};
use crate::post::{Post, Pushed};
use base::{FileId, MsgId, NodeId};
use desk::mail::BlobOut;
use seal::Tag;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::FilesError;

impl Driver {
    /// One round of attachments: each peer's by itself, and those of a peer with which another round is still busy are left to
    /// it, so that a slow one holds up no other.
    pub async fn blob_round(&self) {
        let mut busy = self.busy_with_blobs.lock().await;
        let due = match self.post.blobs_due().await {
            Ok(due) => due,
            Err(error) => return tracing::warn!(code = error.code(), "attachments not read"),
        };
        let mut peers: BTreeMap<NodeId, Vec<BlobOut>> = BTreeMap::new();
        for blob in due.into_iter().filter(|blob| !busy.contains(&blob.peer)) {
            peers.entry(blob.peer).or_default().push(blob);
        }
        busy.extend(peers.keys());
        drop(busy);
        let mut tasks = tokio::task::JoinSet::new();
        for (peer, blobs) in peers {
            let (post, busy) = (Arc::clone(&self.post), Arc::clone(&self.busy_with_blobs));
            tasks.spawn(async move {
                push_blobs(&post, peer, blobs).await;
                busy.lock().await.remove(&peer);
            });
        }
        while tasks.join_next().await.is_some() {}
    }
}

async fn push_blobs(post: &Post, peer: NodeId, blobs: Vec<BlobOut>) {
    for blob in blobs {
        let pushed = push_blob(post, peer, &blob).await;
        if let Err(error) = post.settle_blob(&blob, pushed).await {
            tracing::warn!(code = error.code(), "an attachment was not settled");
        }
    }
}

/// By the carriers of the peer, best first.
async fn push_blob(post: &Post, peer: NodeId, blob: &BlobOut) -> Pushed {
    let book = post.book();
    let Ok(to) = book.recipient(peer, post.now()) else { return Pushed::NotThere };
    let remotes: Vec<Remote> = book.get(peer).map(|peer| remotes(&peer.entry)).unwrap_or_default();
    let mut carriers = Carriers::of(remotes, HEAD_START);
    while let Some((_, client)) = carriers.next().await {
        let pushed = match client {
            Ok(mut client) => put_all(post, &mut client, (blob, to.tag)).await,
            Err(error) => Err(error),
        };
        match pushed {
            Ok(pushed) => return pushed,
            Err(error) => tracing::info!(%error, peer.id = %peer, "attachment not taken"),
        }
    }
    Pushed::NotThere
}

async fn put_all(post: &Post, client: &mut Client, (blob, tag): (&BlobOut, Tag)) -> Result<Pushed, ClientError> {
    let hour = blob.expires_at.seconds().unsigned_abs() / 3600;
    let have = client.have(blob.blob).await?;
    for n in (0..blob.chunks).filter(|n| !has(&have, *n)) {
        match post.stored_chunk(blob.blob, n).await {
            Ok(Some((bytes, last))) => client.put_chunk((tag, hour), (blob.blob, n, last), bytes).await?,
            Ok(None) => return Ok(Pushed::Gone),
            Err(error) => {
                tracing::warn!(code = error.code(), "a sealed file was not read");
                return Ok(Pushed::NotThere);
            }
        }
    }
    Ok(Pushed::There)
}

/// Fetches from a relay what came along with offers and is not here yet, and releases there what is settled here.
pub(super) async fn fetch(post: &Post, client: &mut Client) -> Result<(), ClientError> {
    let Ok(wanted) = post.wanted().await else { return Ok(()) };
    for blob in post.to_release(&wanted) {
        release(post, client, blob).await?;
    }
    for blob in wanted {
        if fetch_one(post, client, blob).await? {
            post.fetched(blob);
        }
    }
    Ok(())
}

/// Says whether all of it is here and the relay has it too.
async fn fetch_one(post: &Post, client: &mut Client, blob: FileId) -> Result<bool, ClientError> {
    let there = client.have(blob).await?;
    let Ok(here) = post.chunks_here(blob).await else { return Ok(false) };
    let mut whole = here.as_ref().is_some_and(|here| here.whole);
    let here = here.map(|here| here.have).unwrap_or_default();
    let missing = there.iter().flat_map(|(first, last)| *first..=*last).filter(|n| !whole && !has(&here, *n));
    for n in missing.collect::<Vec<_>>() {
        let Some((bytes, last)) = client.chunk(blob, n).await? else { continue };
        match post.take_chunk((blob, n, last), bytes).await {
            Ok(kept) => whole = kept.whole,
            // A chunk that contradicts what is here is bad: what is here is looked at first.
            Err(FilesError::Other | FilesError::Misfit | FilesError::TooLarge) => {}
            Err(error) => {
                tracing::warn!(code = error.code(), "a chunk was not kept");
                return Ok(false);
            }
        }
    }
    Ok(whole && !there.is_empty())
}

/// A relay keeps mailboxes by week, and does not say in which of ours a blob lies.
async fn release(post: &Post, client: &mut Client, blob: FileId) -> Result<(), ClientError> {
    let Some(keys) = post.carrier() else { return Ok(()) };
    let chance = Arc::clone(post.store().chance());
    for mailbox in &keys.boxes {
        if let Some(key) = post.release_key(&mailbox.tag) {
            let id = MsgId::from_bytes(blob.bytes());
            client.release(mailbox, &key, &[id], (post.now(), &*chance)).await?;
        }
    }
    Ok(())
}
