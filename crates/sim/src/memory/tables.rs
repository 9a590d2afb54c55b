//! Rows in ordered maps, and layers over them: what a command wrote and did not commit, or what stood where a reader began.

use base::{KeyId, Timestamp};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::ops::RangeBounds;
use std::sync::Arc;
use store::raw::{CheckpointRow, Direction, Item, KeyRow, RequestRow};

/// One table, or the layer over one: there `None` stands for a row that is not.
pub type Table<K, V> = BTreeMap<K, Option<V>>;

/// Five of the six tables and what finds their rows; the sixth is the journal.
#[derive(Debug, Default)]
pub struct Tables {
    pub meta: Table<String, Arc<[u8]>>,
    pub keys: Table<KeyId, KeyRow>,
    pub subjects: Table<([u8; 16], KeyId), ()>,
    pub items: Table<Place, Kept>,
    pub due: Table<(i64, Timestamp, Place), ()>,
    pub requests: Table<[u8; 16], RequestRow>,
    pub checkpoints: Table<(i64, i64, [u8; 16]), CheckpointRow>,
}

/// Bytes of a place that lie in it: most parts and keys have 16 each. A search compares some twenty places, and each that lies
/// elsewhere is a wait for memory.
const NEAR_BYTES: usize = 46;

/// Shelf, part and key of an item, in this order.
#[derive(Clone, Debug)]
pub struct Place {
    pub shelf: i64,
    part_bytes: u16,
    /// The part, then the key.
    both: Both,
}

#[derive(Clone, Debug)]
enum Both {
    Near(u8, [u8; NEAR_BYTES]),
    Far(Box<[u8]>),
}

impl Place {
    pub fn new(shelf: i64, part: &[u8], key: &[u8]) -> Self {
        // Parts have at most 1,000 bytes (`KEY_BYTES_MAX`).
        let part_bytes = u16::try_from(part.len()).unwrap_or(u16::MAX);
        let (bytes, mut near) = (part.len() + key.len(), [0; NEAR_BYTES]);
        let both = match (near.get_mut(..bytes), u8::try_from(bytes)) {
            (Some(near_bytes), Ok(bytes)) => {
                let (of_part, of_key) = near_bytes.split_at_mut(part.len());
                of_part.copy_from_slice(part);
                of_key.copy_from_slice(key);
                Both::Near(bytes, near)
            }
            _ => Both::Far([part, key].concat().into()),
        };
        Self { shelf, part_bytes, both }
    }

    /// The first place behind a part.
    pub fn behind(shelf: i64, part: &[u8]) -> Self {
        Self::new(shelf, &[part, &[0]].concat(), b"")
    }

    pub fn parts(&self) -> (i64, &[u8], &[u8]) {
        let both = match &self.both {
            Both::Near(bytes, near) => near.get(..usize::from(*bytes)).unwrap_or(near),
            Both::Far(both) => both,
        };
        let (part, key) = both.split_at_checked(usize::from(self.part_bytes)).unwrap_or((both, &[]));
        (self.shelf, part, key)
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place {}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.both, &other.both) {
            // Two parts of one length: their keys follow at one place, and what is behind the shorter key is zeros.
            (Both::Near(bytes, near), Both::Near(other_bytes, other_near))
                if (self.shelf, self.part_bytes) == (other.shelf, other.part_bytes) =>
            {
                near.cmp(other_near).then(bytes.cmp(other_bytes))
            }
            _ => self.parts().cmp(&other.parts()),
        }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What is kept of an item beside its place.
#[derive(Clone, Debug)]
pub struct Kept {
    pub due: Option<Timestamp>,
    pub sealed_by: KeyId,
    pub body: Arc<[u8]>,
}

impl Kept {
    pub fn item(&self, place: &Place) -> Item {
        let (shelf, part, key) = place.parts();
        let (part, key, body) = (part.to_vec(), key.to_vec(), self.body.to_vec());
        Item { shelf, part, key, due: self.due, sealed_by: self.sealed_by, body }
    }
}

/// One row, through a layer.
pub fn get<K: Ord, V: Clone>(over: &Table<K, V>, base: &Table<K, V>, key: &K) -> Option<V> {
    over.get(key).or_else(|| base.get(key)).cloned().flatten()
}

/// Rows of a range in a direction, through a layer.
pub fn scan<'a, K: Ord, V>(
    (over, base): (&'a Table<K, V>, &'a Table<K, V>),
    range: impl RangeBounds<K> + Clone,
    direction: Direction,
) -> Box<dyn Iterator<Item = (&'a K, &'a V)> + 'a> {
    let (above, below) = (over.range(range.clone()), base.range(range));
    let rows: Box<dyn Iterator<Item = (&'a K, &'a Option<V>)> + 'a> = match (over.is_empty(), direction) {
        (true, Direction::Up) => Box::new(below),
        (true, Direction::Down) => Box::new(below.rev()),
        (false, Direction::Up) => Box::new(Merge { above: above.peekable(), below: below.peekable(), direction }),
        (false, Direction::Down) => {
            Box::new(Merge { above: above.rev().peekable(), below: below.rev().peekable(), direction })
        }
    };
    Box::new(rows.filter_map(|(key, row)| Some((key, row.as_ref()?))))
}

/// Two ordered runs as one; where both have a row, that of the layer counts.
struct Merge<A: Iterator, B: Iterator> {
    above: Peekable<A>,
    below: Peekable<B>,
    direction: Direction,
}

impl<'a, K: Ord + 'a, V: 'a, A, B> Iterator for Merge<A, B>
where
    A: Iterator<Item = (&'a K, &'a Option<V>)>,
    B: Iterator<Item = (&'a K, &'a Option<V>)>,
{
    type Item = (&'a K, &'a Option<V>);

    fn next(&mut self) -> Option<Self::Item> {
        let (Some((above, _)), Some((below, _))) = (self.above.peek(), self.below.peek()) else {
            return self.above.next().or_else(|| self.below.next());
        };
        let order = if self.direction == Direction::Up { above.cmp(below) } else { below.cmp(above) };
        match order {
            Ordering::Less => self.above.next(),
            Ordering::Greater => self.below.next(),
            Ordering::Equal => {
                self.below.next();
                self.above.next()
            }
        }
    }
}

impl Tables {
    /// Writes what a command left. Readers that began before keep what stood there.
    pub fn apply(&mut self, command: Self, readers: &mut [&mut Self]) {
        merge(&mut self.meta, command.meta, readers, |tables| &mut tables.meta);
        merge(&mut self.keys, command.keys, readers, |tables| &mut tables.keys);
        merge(&mut self.subjects, command.subjects, readers, |tables| &mut tables.subjects);
        merge(&mut self.items, command.items, readers, |tables| &mut tables.items);
        merge(&mut self.due, command.due, readers, |tables| &mut tables.due);
        merge(&mut self.requests, command.requests, readers, |tables| &mut tables.requests);
        merge(&mut self.checkpoints, command.checkpoints, readers, |tables| &mut tables.checkpoints);
    }
}

fn merge<K: Ord + Clone, V: Clone>(
    base: &mut Table<K, V>,
    over: Table<K, V>,
    readers: &mut [&mut Tables],
    table: fn(&mut Tables) -> &mut Table<K, V>,
) {
    for (key, row) in over {
        for reader in readers.iter_mut() {
            let before = base.get(&key).cloned().flatten();
            table(reader).entry(key.clone()).or_insert(before);
        }
        match row {
            Some(row) => base.insert(key, Some(row)),
            None => base.remove(&key),
        };
    }
}
