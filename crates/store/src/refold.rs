//! Projections again from events alone (P3): what a check compares with the shelves, and a new projection version writes.

use crate::raw::{Direction, StoreError};
use crate::sealing;
use crate::shelves::{Row, Shelf};
use crate::streams::{Aggregate, StreamKind};
use crate::view::{Read, fold, stream_id};
use base::{Seq, limits};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A stream folded from its first event, without its snapshot.
#[derive(Clone, Debug)]
pub struct Refolded<A> {
    /// Its state now.
    pub state: Arc<A>,
    /// Its rows now.
    pub rows: Vec<Row>,
    /// Every partition it ever had a row in: where a row may have been left behind.
    pub parts: BTreeSet<(Shelf, Vec<u8>)>,
}

/// Folds a stream from its events alone. `None` if it has none; `Erased` if its key was destroyed.
pub async fn refold<A: Aggregate>(view: &mut impl Read, id: [u8; 16]) -> Result<Option<Refolded<A>>, StoreError> {
    let (vault, stream) = (view.vault(), stream_id::<A>(id));
    let (mut stored, mut parts, mut rows) = (None, BTreeSet::new(), Vec::new());
    let mut version = 0;
    loop {
        let events = view.raw().events(stream, version, limits::CODE_ROWS_MAX).await?;
        let Some(last) = events.last() else { break };
        version = last.ver;
        for event in &events {
            let folded = fold::<A>(view.raw(), &vault, stored.take(), event, id).await?;
            rows = folded.state.rows(id);
            parts.extend(rows.iter().map(|row| (row.shelf, row.part.clone())));
            stored = Some(folded);
        }
    }
    Ok(stored.map(|stored| Refolded { state: stored.state, rows, parts }))
}

/// Every stream of the journal and its kind.
pub async fn streams(view: &mut impl Read) -> Result<BTreeMap<[u8; 16], StreamKind>, StoreError> {
    let (mut found, mut after) = (BTreeMap::new(), Seq(0));
    loop {
        let rows = view.raw().journal(after, limits::CODE_ROWS_MAX).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.seq;
        for row in rows {
            let unknown = || StoreError::Damaged { table: "event", column: "stream_kind", row: row.seq.to_string() };
            found.insert(row.stream, StreamKind::of(row.stream_kind).ok_or_else(unknown)?);
        }
    }
}

/// All rows of a partition, opened. A row whose key was destroyed has an empty card.
pub async fn rows_of(view: &mut impl Read, shelf: Shelf, part: &[u8]) -> Result<Vec<Row>, StoreError> {
    let (vault, mut rows) = (view.vault(), Vec::new());
    let mut after: Option<Vec<u8>> = None;
    loop {
        let at = (shelf.number(), part);
        let items = view.raw().items(at, after.as_deref(), Direction::Up, limits::CODE_ROWS_MAX).await?;
        let Some(last) = items.last() else { return Ok(rows) };
        after = Some(last.key.clone());
        for item in items {
            let card = match sealing::open_item(view.raw(), &vault, &item).await {
                Err(StoreError::Erased) => Vec::new(),
                opened => opened?,
            };
            rows.push(Row { shelf, part: item.part, key: item.key, due: item.due, card });
        }
    }
}
