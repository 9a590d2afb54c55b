//! Bounds that are the same on every engine (P7).

use super::cast::{begin, event, id, item};
use crate::raw::{Backend, Direction, EventRow, Item, StoreError};
use base::Seq;
use base::limits::{CODE_ROWS_MAX, DOCUMENT_BYTES_MAX, EVENT_BYTES_MAX};

fn refused<T>(answer: &Result<T, StoreError>) {
    assert!(matches!(answer, Err(StoreError::Engine(_))));
}

/// PostgreSQL cannot store U+0000, so no engine takes it.
pub async fn text_with_a_zero_character_is_refused(store: &dyn Backend) {
    let mut tx = begin(store).await;
    let bad = EventRow { kind: "case\0opened".to_owned(), ..event(1, id(1), 1) };
    refused(&tx.add_event(&bad).await);
    refused(&tx.put_meta("no\0de", b"x").await);
    tx.add_event(&event(1, id(1), 1)).await.unwrap();
    tx.commit().await.unwrap();
}

/// The largest of everything is stored and read back whole; one more is refused before it reaches the engine.
pub async fn what_fits_is_kept_and_what_is_too_large_is_refused(store: &dyn Backend) {
    // Bytes that do not compress: PostgreSQL compresses index rows before it measures them.
    let noise = |length: usize| {
        let chance = base::chance::SeededChance::new(3);
        let mut bytes = vec![0; length];
        base::Chance::fill(&chance, &mut bytes);
        bytes
    };
    let largest = Item { body: noise(DOCUMENT_BYTES_MAX), ..item(1, &noise(1_000), &noise(1_000)) };
    let mut longest = event(1, id(1), 1);
    longest.body = noise(EVENT_BYTES_MAX + 41);
    let mut tx = begin(store).await;
    tx.put_item(&largest).await.unwrap();
    tx.add_event(&longest).await.unwrap();
    refused(&tx.put_item(&item(1, &noise(1_001), b"")).await);
    refused(&tx.put_item(&item(1, b"", &noise(1_001))).await);
    refused(&tx.put_item(&Item { body: noise(DOCUMENT_BYTES_MAX * 2), ..item(1, b"", b"") }).await);
    refused(&tx.put_meta(&"n".repeat(1_000), b"").await);
    let mut longer = event(2, id(1), 2);
    longer.body = noise(EVENT_BYTES_MAX * 2);
    refused(&tx.add_event(&longer).await);
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    assert_eq!(view.item(1, &largest.part, &largest.key).await.unwrap(), Some(largest));
    assert_eq!(view.journal(Seq(0), 2).await.unwrap(), [longest]);
}

/// A list cut in silence would read as complete, so asking for more than the bound is refused.
pub async fn too_many_rows_are_not_given(store: &dyn Backend) {
    let mut view = store.read().await.unwrap();
    assert!(view.journal(Seq(0), CODE_ROWS_MAX).await.unwrap().is_empty());
    refused(&view.journal(Seq(0), CODE_ROWS_MAX + 1).await);
    refused(&view.items((1, b"p"), None, Direction::Up, usize::MAX).await);
}
