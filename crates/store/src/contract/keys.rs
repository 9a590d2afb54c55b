//! Wrapped keys and named values.

use super::cast::{begin, id, key};
use crate::raw::Backend;
use base::KeyId;

/// Rotation writes the same key under another wrapper.
pub async fn a_key_reads_back_and_is_replaced(store: &dyn Backend) {
    let first = key(1, id(50));
    let mut rotated = first.clone();
    rotated.generation = 2;
    rotated.wrapped = vec![0; 73];
    let mut tx = begin(store).await;
    tx.put_key(&first).await.unwrap();
    assert_eq!(tx.key(first.id).await.unwrap(), Some(first));
    tx.put_key(&rotated).await.unwrap();
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    assert_eq!(view.key(rotated.id).await.unwrap(), Some(rotated));
    assert_eq!(view.key(KeyId::from_bytes(id(2))).await.unwrap(), None);
}

/// Erasure of one subject touches no other (P5), and what the engine kept of it can be cleared away while it works.
pub async fn deleted_keys_are_gone_and_others_stay(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for number in 1..=3 {
        tx.put_key(&key(number, id(50))).await.unwrap();
    }
    tx.put_key(&key(4, id(51))).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = begin(store).await;
    assert_eq!(tx.keys_of(id(50)).await.unwrap(), [key(1, id(50)), key(2, id(50)), key(3, id(50))]);
    assert_eq!(tx.delete_keys(id(50)).await.unwrap(), 3);
    assert_eq!(tx.delete_keys(id(52)).await.unwrap(), 0);
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    assert!(view.keys_of(id(50)).await.unwrap().is_empty());
    assert_eq!(view.key(KeyId::from_bytes(id(1))).await.unwrap(), None);
    assert_eq!(view.keys_of(id(51)).await.unwrap(), [key(4, id(51))]);
    drop(view);
    store.scrub().await.unwrap();
    let mut view = store.read().await.unwrap();
    assert_eq!(view.keys_of(id(51)).await.unwrap(), [key(4, id(51))]);
}

/// A name has one value.
pub async fn a_named_value_reads_back_and_is_replaced(store: &dyn Backend) {
    let mut tx = begin(store).await;
    tx.put_meta("node", &[0, 1]).await.unwrap();
    tx.put_meta("era", &[]).await.unwrap();
    tx.put_meta("node", &[2, 0]).await.unwrap();
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    assert_eq!(view.meta("node").await.unwrap(), Some(vec![2, 0]));
    assert_eq!(view.meta("era").await.unwrap(), Some(vec![]));
    assert_eq!(view.meta("Node").await.unwrap(), None);
}
