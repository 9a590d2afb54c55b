//! What a session keeps open in memory for a while, such as the words it searches. It goes with the keys: at the lock, at
//! an erasure, at sign-out, and when its time is over. What is kept here must wipe itself when it is dropped.

use base::{Timestamp, limits};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Kept = (Timestamp, Arc<dyn Any + Send + Sync>);

/// Things kept open, each by the name of its session, with the moment at which it is wiped.
#[derive(Default)]
pub(crate) struct Opened(Mutex<BTreeMap<[u8; 32], Kept>>);

impl Opened {
    /// The thing of a session, made at its first use; from now on it is kept until `until`. `None` while `is_open` says so.
    pub fn hold<T: Any + Send + Sync + Default>(
        &self,
        name: [u8; 32],
        until: Timestamp,
        is_open: impl FnOnce() -> bool,
    ) -> Option<Arc<T>> {
        let mut all = self.all();
        if !is_open() {
            return None;
        }
        let known = all.get(&name).and_then(|(_, kept)| Arc::clone(kept).downcast::<T>().ok());
        let kept = known.unwrap_or_default();
        all.insert(name, (until, Arc::clone(&kept) as Arc<dyn Any + Send + Sync>));
        if all.len() > limits::SEARCHES_MAX {
            let first = all.iter().filter(|(other, _)| **other != name).min_by_key(|(_, (until, _))| *until);
            first.map(|(other, _)| *other).and_then(|other| all.remove(&other));
        }
        Some(kept)
    }

    /// Wipes the thing of one session.
    pub fn close(&self, name: &[u8; 32]) {
        self.all().remove(name);
    }

    /// Wipes what is over.
    pub fn sweep(&self, now: Timestamp) {
        self.all().retain(|_, (until, _)| now < *until);
    }

    /// Wipes everything.
    pub fn clear(&self) {
        self.all().clear();
    }

    /// How many things are kept.
    pub fn len(&self) -> usize {
        self.all().len()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    #[test]
    fn a_thing_is_kept_for_its_session_and_only_until_its_time() {
        let opened = Opened::default();
        let first: Arc<AtomicU32> = opened.hold([1; 32], at(10), || true).unwrap();
        first.store(7, Ordering::Relaxed);
        let again: Arc<AtomicU32> = opened.hold([1; 32], at(20), || true).unwrap();
        assert_eq!(again.load(Ordering::Relaxed), 7);
        opened.sweep(at(19));
        assert_eq!(opened.len(), 1, "the later use counts");
        opened.sweep(at(20));
        assert_eq!(opened.len(), 0);
        drop(first);
        assert_eq!(Arc::strong_count(&again), 1, "nothing else holds it");
        assert!(opened.hold::<AtomicU32>([1; 32], at(30), || false).is_none(), "a locked node keeps nothing");
    }

    #[test]
    fn one_thing_too_many_wipes_the_one_that_ends_first() {
        let opened = Opened::default();
        for n in 0..=limits::SEARCHES_MAX {
            let session = u8::try_from(n).unwrap();
            opened.hold::<AtomicU32>([session; 32], at(100 - i64::from(session == 3)), || true).unwrap();
        }
        assert_eq!(opened.len(), limits::SEARCHES_MAX);
        assert!(!opened.all().contains_key(&[3; 32]));
    }
}
