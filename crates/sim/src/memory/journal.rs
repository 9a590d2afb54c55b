//! The events of a store, packed one behind the other: months of them lie in memory, and few are read again.

use base::{KeyId, Seq, Timestamp};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;
use store::raw::{EventRow, StoreError};

/// Bytes of a page; an event that is larger has one of its own.
const PAGE_BYTES: usize = 65_536;

/// Events that are there to stay, in the order of their positions.
#[derive(Debug, Default)]
pub struct Journal {
    pages: Vec<Vec<u8>>,
    /// Position of each, and where it lies.
    spots: Vec<(i64, Spot)>,
    streams: Names<[u8; 16]>,
    /// Version and index of the events of each stream, in the order of the versions.
    versions: Vec<Vec<(i64, u32)>>,
    actors: Names<[u8; 16]>,
    stamps: Names<Stamp>,
}

#[derive(Clone, Copy, Debug)]
struct Spot {
    page: u32,
    at: u32,
}

/// What many events of a store have alike: kind of the stream, kind and its version, act, grounds.
type Stamp = (i64, String, i64, String, String);

/// An event as it lies in a page. Stream, actor and stamp are numbers of names.
#[derive(Encode, Decode)]
struct Packed {
    #[n(0)]
    stream: u32,
    #[n(1)]
    ver: i64,
    #[n(2)]
    stamp: u32,
    #[n(3)]
    actor: u32,
    #[n(4)]
    at: i64,
    #[n(5)]
    request: ByteArray<16>,
    #[n(6)]
    trace: Option<ByteArray<32>>,
    #[n(7)]
    key: ByteArray<16>,
    #[n(8)]
    hash: ByteArray<32>,
    #[n(9)]
    link: ByteArray<32>,
    #[n(10)]
    body: ByteVec,
}

/// What of it tells whether a state is folded up to it.
#[derive(Decode)]
struct Hashed {
    #[n(8)]
    hash: ByteArray<32>,
}

impl Journal {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.spots.len()
    }

    /// How many of them stand at a position or before it.
    pub fn until(&self, seq: i64) -> usize {
        self.spots.partition_point(|(at, _)| *at <= seq)
    }

    /// The event with an index.
    pub fn event(&self, nth: usize) -> Option<EventRow> {
        let (seq, _) = self.spots.get(nth)?;
        let packed: Packed = minicbor::decode(self.packed(nth)?).ok()?;
        let (stream_kind, kind, kind_v, act, grounds) = self.stamps.name(packed.stamp)?.clone();
        Some(EventRow {
            seq: Seq(*seq),
            stream: *self.streams.name(packed.stream)?,
            stream_kind,
            ver: packed.ver,
            kind,
            kind_v,
            act,
            actor: *self.actors.name(packed.actor)?,
            at: Timestamp::from_millis(packed.at),
            request: packed.request.into(),
            grounds,
            trace: packed.trace.map(Into::into),
            key: KeyId::from_bytes(packed.key.into()),
            hash: packed.hash.into(),
            link: packed.link.into(),
            body: packed.body.into(),
        })
    }

    /// Versions of a stream after one, each with the index of its event.
    pub fn versions(&self, stream: [u8; 16], after: i64) -> impl Iterator<Item = (i64, usize)> {
        let all = self.streams.number(&stream).and_then(|number| self.versions.get(usize::try_from(number).ok()?));
        let all = all.map_or(&[][..], Vec::as_slice);
        let later = all.get(all.partition_point(|(ver, _)| *ver <= after)..).unwrap_or_default();
        later.iter().filter_map(|(ver, nth)| Some((*ver, usize::try_from(*nth).ok()?)))
    }

    /// The last version of a stream among the first so many events, with the index of its event.
    pub fn last(&self, stream: [u8; 16], sees: usize) -> Option<(i64, usize)> {
        let all = self.versions.get(usize::try_from(self.streams.number(&stream)?).ok()?)?;
        let seen = all.iter().rev().filter_map(|(ver, nth)| Some((*ver, usize::try_from(*nth).ok()?)));
        seen.into_iter().find(|(_, nth)| *nth < sees)
    }

    /// The hash of the event with an index.
    pub fn hash(&self, nth: usize) -> Option<[u8; 32]> {
        let Hashed { hash } = minicbor::decode(self.packed(nth)?).ok()?;
        Some(hash.into())
    }

    fn packed(&self, nth: usize) -> Option<&[u8]> {
        let (_, spot) = self.spots.get(nth)?;
        self.pages.get(usize::try_from(spot.page).ok()?)?.get(usize::try_from(spot.at).ok()?..)
    }

    /// Whether a version of a stream is taken.
    pub fn has(&self, stream: [u8; 16], ver: i64) -> bool {
        self.versions(stream, ver.saturating_sub(1)).next().is_some_and(|(next, _)| next == ver)
    }

    /// Adds what a command wrote, in the order of positions: they are behind all that are there.
    pub fn add(&mut self, event: EventRow) -> Result<(), StoreError> {
        let full = |_| StoreError::Full;
        let nth = u32::try_from(self.spots.len()).map_err(full)?;
        let stream = self.streams.number_of(event.stream)?;
        let packed = Packed {
            stream,
            ver: event.ver,
            stamp: self.stamps.number_of((event.stream_kind, event.kind, event.kind_v, event.act, event.grounds))?,
            actor: self.actors.number_of(event.actor)?,
            at: event.at.millis(),
            request: event.request.into(),
            trace: event.trace.map(Into::into),
            key: event.key.bytes().into(),
            hash: event.hash.into(),
            link: event.link.into(),
            body: event.body.into(),
        };
        let packed = minicbor::to_vec(packed).map_err(|error| StoreError::Engine(error.to_string()))?;
        if self.pages.last().is_none_or(|page| page.capacity() - page.len() < packed.len()) {
            self.pages.push(Vec::with_capacity(PAGE_BYTES.max(packed.len())));
        }
        let page = u32::try_from(self.pages.len() - 1).map_err(full)?;
        if let Some(last) = self.pages.last_mut() {
            self.spots.push((event.seq.0, Spot { page, at: u32::try_from(last.len()).map_err(full)? }));
            last.extend_from_slice(&packed);
        }
        let number = usize::try_from(stream).map_err(full)?;
        if self.versions.len() <= number {
            self.versions.resize_with(number + 1, Vec::new);
        }
        if let Some(versions) = self.versions.get_mut(number) {
            let place = versions.partition_point(|(ver, _)| *ver < event.ver);
            versions.insert(place, (event.ver, nth));
        }
        Ok(())
    }
}

/// Values that come again and again, each with a number.
#[derive(Debug)]
struct Names<T> {
    numbers: BTreeMap<T, u32>,
    names: Vec<T>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { numbers: BTreeMap::new(), names: Vec::new() }
    }
}

impl<T: Ord + Clone> Names<T> {
    fn name(&self, number: u32) -> Option<&T> {
        self.names.get(usize::try_from(number).ok()?)
    }

    fn number(&self, name: &T) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The number of a value, a new one if it comes for the first time.
    fn number_of(&mut self, name: T) -> Result<u32, StoreError> {
        if let Some(number) = self.number(&name) {
            return Ok(number);
        }
        let number = u32::try_from(self.names.len()).map_err(|_| StoreError::Full)?;
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::{Journal, PAGE_BYTES};
    use store::contract::cast::{event, id};
    use store::raw::EventRow;

    #[test]
    fn events_of_any_size_read_back_as_written_across_pages() {
        let sizes = [0, 300, PAGE_BYTES - 100, PAGE_BYTES, 3 * PAGE_BYTES, 1];
        let written: Vec<EventRow> = (1..)
            .zip(sizes)
            .map(|(n, size)| EventRow { body: vec![7; size], ..event(n, id(u32::from(n % 2 == 0)), (n + 1) / 2) })
            .collect();
        let mut journal = Journal::default();
        written.iter().cloned().try_for_each(|event| journal.add(event)).unwrap();
        assert_eq!((0..journal.len()).filter_map(|nth| journal.event(nth)).collect::<Vec<_>>(), written);
        assert_eq!(journal.pages.len(), 5);
        assert_eq!(journal.versions(id(0), 1).collect::<Vec<_>>(), [(2, 2), (3, 4)]);
        assert_eq!((journal.last(id(0), 3), journal.last(id(0), 2)), (Some((2, 2)), Some((1, 0))), "{written:?}");
        assert!((0..journal.len()).all(|nth| journal.hash(nth) == written.get(nth).map(|event| event.hash)));
        assert!(journal.has(id(1), 3) && !journal.has(id(1), 4) && !journal.has(id(2), 1));
    }
}
