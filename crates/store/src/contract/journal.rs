//! Events, requests and checkpoints.

use super::cast::{ERA, begin, checkpoint, event, id, request, told};
use crate::raw::{Backend, EventRow, Head, StoreError};
use base::{Seq, Timestamp};

/// An empty journal ends at zero.
pub async fn an_empty_store_has_no_head(store: &dyn Backend) {
    assert_eq!(store.read().await.unwrap().head().await.unwrap(), Head::default());
}

/// Every column comes back, with and without a trace.
pub async fn an_event_reads_back_as_written(store: &dyn Backend) {
    let plain = event(1, id(1), 1);
    let mut traced = event(2, id(1), 2);
    traced.trace = Some([0; 32]);
    traced.grounds = String::new();
    traced.body = Vec::new();
    let mut tx = begin(store).await;
    tx.add_event(&plain).await.unwrap();
    tx.add_event(&traced).await.unwrap();
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    assert_eq!(view.events(id(1), 0, 10).await.unwrap(), [plain, traced.clone()]);
    let head = Head { seq: traced.seq, link: traced.link, at: traced.at };
    assert_eq!(view.head().await.unwrap(), head);
}

/// Two events cannot be the same version of one stream.
pub async fn a_version_is_taken_once(store: &dyn Backend) {
    let mut tx = begin(store).await;
    tx.add_event(&event(1, id(1), 1)).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = begin(store).await;
    let at_once = tx.add_event(&event(2, id(1), 1)).await;
    assert_eq!(told(tx, at_once).await, Err(StoreError::Conflict));
    assert_eq!(store.read().await.unwrap().journal(Seq(0), 10).await.unwrap(), [event(1, id(1), 1)]);
}

/// Two events cannot stand at one position.
pub async fn a_position_is_taken_once(store: &dyn Backend) {
    let mut tx = begin(store).await;
    tx.add_event(&event(1, id(1), 1)).await.unwrap();
    let at_once = tx.add_event(&event(1, id(2), 1)).await;
    assert_eq!(told(tx, at_once).await, Err(StoreError::Conflict));
}

/// A stream is read by version, whatever lies between in the journal.
pub async fn events_of_a_stream_come_in_order_after_a_version(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for n in 1..=12 {
        let stream = if n % 2 == 0 { id(2) } else { id(1) };
        tx.add_event(&event(n, stream, (n + 1) / 2)).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    let found = view.events(id(2), 2, 3).await.unwrap();
    assert_eq!(found, [event(6, id(2), 3), event(8, id(2), 4), event(10, id(2), 5)]);
    assert!(view.events(id(3), 0, 3).await.unwrap().is_empty());
}

/// What a stream ends with: for a command its own event, for a snapshot what stood there when it was taken.
pub async fn the_last_event_of_a_stream_is_told_as_far_as_a_view_sees(store: &dyn Backend) {
    let last = |n: u8, stream, ver| EventRow { hash: [n; 32], ..event(i64::from(n), stream, ver) };
    let mut tx = begin(store).await;
    for n in 1..=4 {
        let stream = if n % 2 == 0 { id(2) } else { id(1) };
        tx.add_event(&last(n, stream, i64::from(n + 1) / 2)).await.unwrap();
    }
    assert_eq!(tx.last_of(id(1)).await.unwrap(), Some((2, [3; 32])));
    tx.commit().await.unwrap();

    let mut before = store.read().await.unwrap();
    assert_eq!(before.last_of(id(2)).await.unwrap(), Some((2, [4; 32])));
    let mut tx = begin(store).await;
    tx.add_event(&last(5, id(2), 3)).await.unwrap();
    assert_eq!(tx.last_of(id(1)).await.unwrap(), Some((2, [3; 32])));
    assert_eq!(tx.last_of(id(2)).await.unwrap(), Some((3, [5; 32])));
    tx.commit().await.unwrap();
    assert_eq!(before.last_of(id(2)).await.unwrap(), Some((2, [4; 32])));
    assert_eq!(before.last_of(id(3)).await.unwrap(), None);
}

/// The journal is read by position.
pub async fn the_journal_comes_in_order_after_a_position(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for n in 1..=9 {
        tx.add_event(&event(n, id(u32::try_from(10 - n).unwrap()), 1)).await.unwrap();
    }
    tx.commit().await.unwrap();

    let found = store.read().await.unwrap().journal(Seq::new(ERA, 4), 3).await.unwrap();
    let numbers: Vec<i64> = found.iter().map(|event| event.seq.n()).collect();
    assert_eq!(numbers, [5, 6, 7]);
    let before = store.read().await.unwrap().journal_before(Seq::new(ERA, 5), 3).await.unwrap();
    assert_eq!(before.iter().map(|event| event.seq.n()).collect::<Vec<_>>(), [4, 3, 2]);
}

/// A command that was done is known again, and cannot be recorded twice.
pub async fn a_request_is_found_again(store: &dyn Backend) {
    let done = request(1, Timestamp::from_seconds(10));
    let mut tx = begin(store).await;
    tx.put_request(&done).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = begin(store).await;
    assert_eq!(tx.request(id(1)).await.unwrap(), Some(done.clone()));
    assert_eq!(tx.request(id(2)).await.unwrap(), None);
    let at_once = tx.put_request(&done).await;
    assert_eq!(told(tx, at_once).await, Err(StoreError::Conflict));
}

/// What is older than the moment goes; what is of that moment stays.
pub async fn requests_before_a_moment_are_forgotten(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for number in 1..=3 {
        tx.put_request(&request(number, Timestamp::from_seconds(i64::from(number)))).await.unwrap();
    }
    tx.delete_requests(Timestamp::from_seconds(2)).await.unwrap();
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    assert_eq!(view.request(id(1)).await.unwrap(), None);
    assert!(view.request(id(2)).await.unwrap().is_some());
    assert!(view.request(id(3)).await.unwrap().is_some());
}

/// Heads of an era come by number, then by signer; one signer signs a head once.
pub async fn checkpoints_read_back_in_order(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for (n, signer) in [(3, 1), (2, 2), (2, 1), (1, 1)] {
        tx.add_checkpoint(&checkpoint(n, signer)).await.unwrap();
    }
    assert_eq!(tx.add_checkpoint(&checkpoint(2, 1)).await, Err(StoreError::Conflict), "told at once");
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    let found = view.checkpoints(ERA, 1, 10).await.unwrap();
    assert_eq!(found, [checkpoint(2, 1), checkpoint(2, 2), checkpoint(3, 1)]);
    assert!(view.checkpoints(ERA + 1, 0, 10).await.unwrap().is_empty());
}
