//! Bundles: what is due for one peer as a file, carried by hand (FEDERATION.md 9). Losing one is safe: nothing counts as
//! received before its receipt, and what was exported stays with the usual retries.

use crate::post::{Item, Outcome, Post, Pushed};
use base::{NodeId, Problem};
use desk::mail::BlobOut;
use seal::bundle::BundlePart;
use seal::chunk::CHUNK_BYTES_MAX;
use seal::{BundleHeader, Item as Piece, Packer};
use std::io::{Read, Write};
use store::StoreError;

/// Attachments in one bundle at most, as it is made in memory on an old PC; the rest goes into the next.
const BLOB_BYTES_IN_BUNDLE_MAX: u64 = 256 << 20;

/// What an export wrote or an import found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Envelopes in it.
    pub envelopes: usize,
    /// Of those, taken: new here, or known.
    pub taken: usize,
    /// Of those, for somebody else: to be carried on.
    pub foreign: usize,
    /// Entries in it.
    pub entries: usize,
    /// Revocations in it.
    pub revocations: usize,
    /// Chunks of attachments in it: written, or taken.
    pub chunks: usize,
    /// Why it is not whole: `bundle.cut`, `bundle.altered`. Good items before that were taken.
    pub fault: Option<Problem>,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Nothing was written or taken: `bundle.not-ours`, `relay.peer-unknown`, …
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file.
    #[error("the file cannot be read or written")]
    Io(#[from] std::io::Error),
}

impl Post {
    /// Writes all that is under way to a peer, and our entry, as one part. What goes into it counts as handed on.
    pub async fn export(&self, peer: NodeId, to: &mut (dyn Write + Send)) -> Result<Report, BundleError> {
        let now = self.now();
        self.refresh(&mut self.store().read(now).await?).await?;
        let unknown = || Problem::at("relay.peer-unknown", peer.to_string());
        let receiver = self.book().recipient(peer, now).map_err(|_| unknown())?;
        let chance = std::sync::Arc::clone(self.store().chance());
        let created_hour = u32::try_from(now.seconds() / 3600).unwrap_or(u32::MAX);
        let part = BundlePart { bundle: chance.bytes(), part: 1, parts: 1, created_hour };
        let (mut packer, start) = Packer::begin(part, &receiver, &*chance)?;
        to.write_all(&start)?;
        let mut report = Report::default();
        if let Some(entry) = self.own_signed().await? {
            to.write_all(&packer.add(&Piece::Entry(entry))?)?;
            report.entries = 1;
        }
        for revocation in self.revocations().await? {
            to.write_all(&packer.add(&Piece::Revocation(revocation))?)?;
            report.revocations += 1;
        }
        let parcels = self.collect_for(peer).await?;
        for parcel in &parcels {
            to.write_all(&packer.add(&Piece::Envelope(parcel.envelope.clone()))?)?;
        }
        let blobs = self.export_blobs(peer, (&mut packer, to), &mut report).await?;
        let end = self.finish(packer)?;
        to.write_all(&end)?;
        to.flush()?;
        report.envelopes = parcels.len();
        report.taken = parcels.len();
        let done: Vec<_> = parcels.iter().map(|parcel| (peer, parcel.what, Outcome::Taken)).collect();
        self.settle(&done).await?;
        for (blob, pushed) in blobs {
            self.settle_blob(&blob, pushed).await?;
        }
        Ok(report)
    }

    /// Attachments behind the messages that name them, each whole: a stick cannot say what is missing at the other end.
    async fn export_blobs(
        &self,
        peer: NodeId,
        (packer, to): (&mut Packer, &mut (dyn Write + Send)),
        report: &mut Report,
    ) -> Result<Vec<(BlobOut, Pushed)>, BundleError> {
        let mut written = Vec::new();
        let mut room = BLOB_BYTES_IN_BUNDLE_MAX;
        let mut blobs = self.blobs_for(peer).await?;
        blobs.sort_by_key(|out| out.handed);
        for out in blobs {
            let size = u64::from(out.chunks) * CHUNK_BYTES_MAX as u64;
            if room < size {
                continue;
            }
            room -= size;
            let mut pushed = Pushed::There;
            for n in 0..out.chunks {
                let chunk = self.stored_chunk(out.blob, n).await.map_err(Problem::from)?;
                let Some((bytes, last)) = chunk else {
                    pushed = Pushed::Gone;
                    break;
                };
                to.write_all(&packer.add(&Piece::Chunk { blob: out.blob, n, last, bytes })?)?;
                report.chunks += 1;
            }
            written.push((out, pushed));
        }
        Ok(written)
    }

    /// Takes a bundle: each good item before a cut. Envelopes for others are given to `carry_on`.
    pub async fn import(
        &self,
        from: &mut (dyn Read + Send),
        carry_on: &mut (dyn FnMut(Vec<u8>) + Send),
    ) -> Result<Report, BundleError> {
        let mut start = Vec::new();
        let (header, used) = read_header(from, &mut start)?;
        let mut unpacker = self.unpacker(header)?;
        let mut report = Report::default();
        let mut pieces = unpacker.feed(start.get(used..).unwrap_or_default());
        let mut buffer = vec![0; 65_536];
        loop {
            self.take_pieces(std::mem::take(&mut pieces), carry_on, &mut report).await?;
            let count = from.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            pieces = unpacker.feed(buffer.get(..count).unwrap_or_default());
        }
        let book = self.book();
        let (rest, ended) = unpacker.end(&|node| book.get(node).map(|peer| peer.entry.cert().identity));
        self.take_pieces(rest, carry_on, &mut report).await?;
        report.fault = ended.err();
        Ok(report)
    }

    async fn take_pieces(
        &self,
        pieces: Vec<Piece>,
        carry_on: &mut (dyn FnMut(Vec<u8>) + Send),
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let (mut envelopes, mut chunks) = (Vec::new(), Vec::new());
        for piece in pieces {
            match piece {
                Piece::Envelope(bytes) => envelopes.push(bytes),
                Piece::Entry(bytes) => {
                    report.entries += 1;
                    self.entry_by_hand(&bytes).await?;
                }
                Piece::Chunk { blob, n, last, bytes } => chunks.push(((blob, n, last), bytes)),
                Piece::Revocation(bytes) => {
                    report.revocations += 1;
                    self.revocation_by_hand(&bytes).await?;
                }
                // Heads travel as messages.
                _ => {}
            }
        }
        let items = self.deliver(&envelopes).await?;
        for ((_, item), bytes) in items.into_iter().zip(envelopes) {
            report.envelopes += 1;
            match item {
                Item::NotServed => {
                    report.foreign += 1;
                    carry_on(bytes);
                }
                Item::Stored | Item::Duplicate => report.taken += 1,
                _ => {}
            }
        }
        // Their message stands before them. One that is not taken is told by its document, which stays incomplete.
        for (at, bytes) in chunks {
            report.chunks += usize::from(self.take_chunk(at, bytes).await.is_ok());
        }
        Ok(())
    }
}

fn read_header(from: &mut (dyn Read + Send), start: &mut Vec<u8>) -> Result<(BundleHeader, usize), BundleError> {
    let mut buffer = [0; 1_024];
    loop {
        if let Some(found) = BundleHeader::read(start)? {
            return Ok(found);
        }
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return Err(Problem::new("bundle.cut").into());
        }
        start.extend(buffer.get(..count).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests;
