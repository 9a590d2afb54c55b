//! Something that nobody sent comes to a node, by itself, and nothing may come of it (FEDERATION.md 11).

use super::site::Gone;
use super::{Event, World};
use crate::node::{Node, broken};
use base::{Problem, limits};
use relay::Item;
use store::{Direction, Shelf};

/// Rows of evidence read at once.
const PAGE: usize = 256;

impl World {
    /// Somebody behind the relay makes letters of his own, in the name of whoever wrote: under a key that nobody knows, or a
    /// partner's own.
    pub(super) async fn invented(&mut self, from: usize, gone: &[Gone]) -> Result<(), Problem> {
        for to in gone.iter().map(|gone| gone.to) {
            if !self.hostile.makes_one() {
                continue;
            }
            let third =
                (0..self.nodes.len()).find(|node| *node != from && *node != to && (from + to).is_multiple_of(2));
            let insider = match third.and_then(|third| self.nodes.get(third)) {
                Some(third) => third.identity().await?,
                None => None,
            };
            let (Some(name), Some(receiver)) = (self.nodes.get(from).map(|node| node.id), self.nodes.get(to)) else {
                continue;
            };
            let (recipient, now) = (receiver.recipient().await?, receiver.now());
            let Some(recipient) = recipient else { continue };
            if let Some(letter) = self.hostile.make((name, &recipient), insider, now) {
                self.push(self.now.plus_seconds(60), Event::Forged(to, letter));
            }
        }
        Ok(())
    }

    /// A node is given something that nobody sent to it like this.
    pub(super) async fn forged(&mut self, index: usize, bytes: &[u8]) -> Result<(), Problem> {
        self.hear(index).await?;
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let Some(running) = node.running() else { return Ok(()) };
        let is_open = node.open().is_some();
        let answers = running.post.deliver(&[bytes.to_vec()]).await.map_err(broken)?;
        let effects = running.watch.take();
        if !effects.is_empty() {
            self.ledger.broken(format!("something forged had an effect at node {index}: {effects:?}"));
        }
        let count = &mut self.hostile.count;
        match answers.first() {
            Some((_, Item::Stored)) if !is_open => count.held += 1,
            Some((msg_id, Item::Stored)) => {
                if kept(node, &msg_id.bytes(), bytes.len()).await? {
                    count.quarantined += 1;
                } else {
                    self.ledger.broken(format!("something forged was taken at node {index} and is no evidence there"));
                }
            }
            _ => count.refused += 1,
        }
        Ok(())
    }

    /// Evidence stays within its bound, and its size is known.
    pub(super) async fn evidence_at_last(&mut self) -> Result<(), Problem> {
        for node in &self.nodes {
            let (counted, noted) = evidence(node).await?;
            if counted > limits::QUARANTINE_BYTES_MAX || counted != noted {
                self.ledger.broken(format!("node {} keeps {counted} bytes of evidence and says {noted}", node.index));
            }
        }
        Ok(())
    }
}

/// Whether an envelope lies with the evidence, or there was no room for it.
async fn kept(node: &Node, msg_id: &[u8], size: usize) -> Result<bool, Problem> {
    let Some(running) = node.running() else { return Ok(true) };
    let mut view = running.desk.store.backend().read().await.map_err(broken)?;
    let row = view.item(Shelf::Quarantine.number(), b"", msg_id).await.map_err(broken)?;
    drop(view);
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    Ok(row.is_some() || evidence(node).await?.0.saturating_add(size) > limits::QUARANTINE_BYTES_MAX)
}

/// Bytes of evidence, counted and as the node notes them.
async fn evidence(node: &Node) -> Result<(u64, u64), Problem> {
    let Some(running) = node.running() else { return Ok((0, 0)) };
    let mut view = running.desk.store.backend().read().await.map_err(broken)?;
    let noted = view.meta("quarantine/bytes").await.map_err(broken)?;
    let noted = noted.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
    let (mut counted, mut after) = (0_u64, None::<Vec<u8>>);
    loop {
        let at = (Shelf::Quarantine.number(), b"".as_slice());
        let rows = view.items(at, after.as_deref(), Direction::Up, PAGE).await.map_err(broken)?;
        let Some(last) = rows.last() else { return Ok((counted, noted)) };
        after = Some(last.key.clone());
        counted += rows.iter().map(|row| u64::try_from(row.body.len()).unwrap_or(u64::MAX)).sum::<u64>();
    }
}
