//! Whether the lists follow from the journal (P3): every stream is folded again, its rows compared with the shelves, opened.

use crate::alerts::AlertStream;
use crate::cases::CaseStream;
use crate::cases::reports::ReportStream;
use crate::error::Error;
use crate::mentions::{MentionStream, PairStream};
use crate::offers::OfferStream;
use crate::partners::{AccordDoc, Peer};
use crate::staff::Officer;
use base::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use store::refold::{refold, rows_of, streams};
use store::{Aggregate, Origin, Read, Row, Shelf, Store, StoreError, StreamKind, Tx, cbor};

/// How a row and the journal differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differs {
    /// It follows from the journal and is not there.
    Missing,
    /// It is there and does not follow from the journal.
    Surplus,
    /// It says something else.
    Changed,
    /// The snapshot of the stream says something else than its events.
    Snapshot,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The shelf.
    pub shelf: Shelf,
    /// Partition.
    pub part: Vec<u8>,
    /// Key in it; of a snapshot, the stream.
    pub key: Vec<u8>,
    /// What is wrong.
    pub what: Differs,
}

/// Where a row stands: shelf, partition, key.
type Place = (Shelf, Vec<u8>, Vec<u8>);

/// What the journal says the shelves hold: when each row is due, and its card.
#[derive(Default)]
struct Expected {
    rows: BTreeMap<Place, (Option<Timestamp>, Vec<u8>)>,
    parts: BTreeSet<(Shelf, Vec<u8>)>,
    found: Vec<Difference>,
}

/// Folds every stream again and compares. Empty means: the lists are what the journal says.
pub async fn projections(view: &mut impl Read) -> Result<Vec<Difference>, Error> {
    let mut expected = Expected::default();
    for (id, kind) in streams(view).await? {
        match kind {
            StreamKind::Officer => expected.fold::<Officer>(view, id).await?,
            StreamKind::Case => expected.fold::<CaseStream>(view, id).await?,
            StreamKind::Report => expected.fold::<ReportStream>(view, id).await?,
            StreamKind::Offer => expected.fold::<OfferStream>(view, id).await?,
            StreamKind::Accord => expected.fold::<AccordDoc>(view, id).await?,
            StreamKind::Peer => expected.fold::<Peer>(view, id).await?,
            StreamKind::Mention => expected.fold::<MentionStream>(view, id).await?,
            StreamKind::Pair => expected.fold::<PairStream>(view, id).await?,
            StreamKind::Alert => expected.fold::<AlertStream>(view, id).await?,
            // No rows: who looked is read from its stream, the node's own facts from `meta`.
            StreamKind::Access | StreamKind::Node => {}
        }
    }
    expected.compare(view).await
}

/// Streams of one command of a rebuild.
const STREAMS: usize = 200;

/// Writes all lists again from the journal, onto shelves that hold none: after a restore. Gives how many streams there are.
pub async fn rebuild(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let all: Vec<_> = streams(&mut store.read(now).await?).await?.into_iter().collect();
    for some in all.chunks(STREAMS) {
        let request = base::RequestId::from_bytes(store.chance().bytes());
        let origin = Origin { actor: [0; 16], request, digest: base::Digest::default() };
        let mut tx = store.begin("store.refold", origin, now).await?;
        for (id, kind) in some {
            rebuild_one(&mut tx, *id, *kind).await?;
        }
        tx.commit().await?;
    }
    Ok(all.len())
}

async fn rebuild_one(tx: &mut Tx, id: [u8; 16], kind: StreamKind) -> Result<(), StoreError> {
    match kind {
        StreamKind::Officer => tx.rebuild::<Officer>(id).await,
        StreamKind::Case => tx.rebuild::<CaseStream>(id).await,
        StreamKind::Report => tx.rebuild::<ReportStream>(id).await,
        StreamKind::Offer => tx.rebuild::<OfferStream>(id).await,
        StreamKind::Accord => tx.rebuild::<AccordDoc>(id).await,
        StreamKind::Peer => tx.rebuild::<Peer>(id).await,
        StreamKind::Mention => tx.rebuild::<MentionStream>(id).await,
        StreamKind::Pair => tx.rebuild::<PairStream>(id).await,
        StreamKind::Alert => tx.rebuild::<AlertStream>(id).await,
        StreamKind::Access | StreamKind::Node => Ok(()),
    }
}

impl Expected {
    async fn fold<A: Aggregate>(&mut self, view: &mut impl Read, id: [u8; 16]) -> Result<(), Error> {
        let folded = match refold::<A>(view, id).await {
            Ok(Some(folded)) => folded,
            // Refolding skips what was erased.
            Ok(None) | Err(StoreError::Erased) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let loaded = view.load::<A>(id).await?.map(|stored| cbor::to_bytes(&*stored.state)).transpose()?;
        if loaded != Some(cbor::to_bytes(&*folded.state)?) {
            let part = vec![A::KIND as u8];
            let (shelf, key) = (Shelf::Snapshots, id.to_vec());
            self.found.push(Difference { shelf, part, key, what: Differs::Snapshot });
        }
        self.parts.extend(folded.parts);
        for Row { shelf, part, key, due, card } in folded.rows {
            self.rows.insert((shelf, part, key), (due, card));
        }
        Ok(())
    }

    async fn compare(mut self, view: &mut impl Read) -> Result<Vec<Difference>, Error> {
        for (shelf, part) in std::mem::take(&mut self.parts) {
            for row in rows_of(view, shelf, &part).await? {
                let place = (shelf, row.part, row.key);
                let what = match self.rows.remove(&place) {
                    None => Differs::Surplus,
                    Some(said) if said != (row.due, row.card) => Differs::Changed,
                    Some(_) => continue,
                };
                self.found.push(Difference { shelf, part: place.1, key: place.2, what });
            }
        }
        let missing = self.rows.into_keys();
        self.found.extend(missing.map(|(shelf, part, key)| Difference { shelf, part, key, what: Differs::Missing }));
        Ok(self.found)
    }
}
