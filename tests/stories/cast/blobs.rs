//! Attachments carried by hand: what the relay does with chunks, without sockets.

use super::Node;
use base::FileId;
use desk::mail::{BlobOut, blobs_to};
use store::files::{Chunk, Kept};
use store::{FilesError, Read, Shelf};

/// What waits to travel beside messages.
pub async fn waits(node: &Node, to: &Node) -> Vec<BlobOut> {
    blobs_to(&mut node.desk.read().await.unwrap(), to.id()).await.unwrap()
}

pub fn chunk_of(node: &Node, blob: &BlobOut, n: u32) -> (Vec<u8>, bool) {
    node.desk.store.files().chunk(blob.blob, n).unwrap().unwrap()
}

/// A chunk comes, as the relay hands it in.
pub async fn comes(node: &Node, (id, n, last): (FileId, u32, bool), bytes: &[u8]) -> Result<Kept, FilesError> {
    let claimed = node.desk.read().await.unwrap().count(Shelf::OfferFiles, &id.bytes(), 1).await.unwrap() > 0;
    node.desk.store.files().put(&Chunk { id, n, last, bytes }, claimed, node.desk.now())
}

/// Every chunk that waits is carried, and looked at.
pub async fn carries(from: &Node, to: &Node) {
    for blob in waits(from, to).await {
        for n in 0..blob.chunks {
            let (bytes, last) = chunk_of(from, &blob, n);
            comes(to, (blob.blob, n, last), &bytes).await.unwrap();
        }
    }
    to.desk.sweep_files().await.unwrap();
}
