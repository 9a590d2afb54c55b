//! Items: ordered bytes by shelf, part and key, with an optional due time.

use super::cast::{begin, id, item};
use crate::raw::{Backend, Direction, Item};
use base::chance::SeededChance;
use base::{Chance, KeyId, Timestamp};

fn keys(items: &[Item]) -> Vec<&[u8]> {
    items.iter().map(|item| item.key.as_slice()).collect()
}

/// Every column comes back; the same place holds one item.
pub async fn an_item_reads_back_and_is_replaced(store: &dyn Backend) {
    let first = item(1, b"open", b"");
    let mut second = first.clone();
    second.due = Some(Timestamp::from_millis(-1));
    second.sealed_by = KeyId::from_bytes(id(3));
    second.body = Vec::new();
    let mut tx = begin(store).await;
    tx.put_item(&first).await.unwrap();
    assert_eq!(tx.item(1, b"open", b"").await.unwrap(), Some(first));
    tx.put_item(&second).await.unwrap();
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    assert_eq!(view.item(1, b"open", b"").await.unwrap(), Some(second));
    assert_eq!(view.item(1, b"open", b"x").await.unwrap(), None);
    assert_eq!(view.item(2, b"open", b"").await.unwrap(), None);
}

/// Lists page by key, up and down; the key given is not repeated.
pub async fn items_come_in_key_order_both_ways_and_after_a_key(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for key in [b"d", b"b", b"e", b"a", b"c"] {
        tx.put_item(&item(1, b"p", key)).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    let all = view.items((1, b"p"), None, Direction::Up, 10).await.unwrap();
    assert_eq!(keys(&all), [b"a", b"b", b"c", b"d", b"e"]);
    let page = view.items((1, b"p"), Some(b"b"), Direction::Up, 2).await.unwrap();
    assert_eq!(keys(&page), [b"c", b"d"]);
    let last = view.items((1, b"p"), None, Direction::Down, 2).await.unwrap();
    assert_eq!(keys(&last), [b"e", b"d"]);
    let before = view.items((1, b"p"), Some(b"b"), Direction::Down, 10).await.unwrap();
    assert_eq!(keys(&before), [b"a"]);
    assert!(view.items((1, b"p"), None, Direction::Up, 0).await.unwrap().is_empty());
}

/// Keys of any bytes, also 00 and ff, and keys that begin alike, compare like Rust compares slices.
pub async fn bytes_order_alike_on_every_engine(store: &dyn Backend) {
    let chance = SeededChance::new(11);
    let mut wanted: Vec<Vec<u8>> = (0..64_usize)
        .map(|length| {
            let mut key = vec![0; length % 7];
            chance.fill(&mut key);
            // Few different bytes, so that many keys share a beginning.
            for byte in &mut key {
                *byte = [0x00, 0x01, 0x7f, 0x80, 0xff][usize::from(*byte) % 5];
            }
            key
        })
        .chain([vec![], vec![0], vec![0, 0], vec![0xff], vec![0xff, 0xff], vec![0x7f], vec![0x80]])
        .collect();
    let mut tx = begin(store).await;
    for key in &wanted {
        tx.put_item(&item(1, &[0xff, 0], key)).await.unwrap();
    }
    tx.commit().await.unwrap();
    wanted.sort();
    wanted.dedup();

    let mut view = store.read().await.unwrap();
    let up = view.items((1, &[0xff, 0]), None, Direction::Up, 100).await.unwrap();
    assert_eq!(keys(&up), wanted);
    for (index, key) in wanted.iter().enumerate() {
        let rest = view.items((1, &[0xff, 0]), Some(key), Direction::Up, 100).await.unwrap();
        assert_eq!(keys(&rest), wanted[index + 1..]);
    }
}

/// Parts that begin alike, and other shelves, stay apart.
pub async fn a_partition_holds_only_its_own(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for (shelf, part) in [(1, &b"a"[..]), (1, b"a\0"), (1, b"ab"), (1, b""), (2, b"a"), (-1, b"a")] {
        tx.put_item(&item(shelf, part, b"k")).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    for direction in [Direction::Up, Direction::Down] {
        let found = view.items((1, b"a"), None, direction, 10).await.unwrap();
        assert_eq!(found, [item(1, b"a", b"k")]);
    }
}

/// Due means at or before the moment; items without a due time never are.
pub async fn due_items_come_earliest_first(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for (key, due) in [(b"a", Some(30)), (b"b", Some(10)), (b"c", None), (b"d", Some(20)), (b"e", Some(40))] {
        let due = due.map(Timestamp::from_millis);
        tx.put_item(&Item { due, ..item(1, key, key) }).await.unwrap();
    }
    tx.put_item(&Item { due: Some(Timestamp::from_millis(1)), ..item(2, b"a", b"a") }).await.unwrap();
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    let found = view.due(1, Timestamp::from_millis(30), 10).await.unwrap();
    assert_eq!(keys(&found), [b"b", b"d", b"a"]);
    let first = view.due(1, Timestamp::from_millis(30), 1).await.unwrap();
    assert_eq!(keys(&first), [b"b"]);
    assert_eq!(view.next_due(1).await.unwrap(), Some(Timestamp::from_millis(10)));
    assert_eq!(view.next_due(3).await.unwrap(), None);
}

/// A clock that moves is due at its new time only; one that ends is due no more.
pub async fn a_due_time_moves_and_ends(store: &dyn Backend) {
    let at = |due: Option<i64>| Item { due: due.map(Timestamp::from_millis), ..item(1, b"p", b"k") };
    let mut tx = begin(store).await;
    tx.put_item(&at(Some(10))).await.unwrap();
    tx.put_item(&at(Some(20))).await.unwrap();
    assert_eq!(tx.next_due(1).await.unwrap(), Some(Timestamp::from_millis(20)));
    assert!(tx.due(1, Timestamp::from_millis(19), 5).await.unwrap().is_empty());
    tx.put_item(&at(None)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.read().await.unwrap().next_due(1).await.unwrap(), None);
}

/// Deleting what is absent is fine.
pub async fn a_deleted_item_is_gone(store: &dyn Backend) {
    let mut tx = begin(store).await;
    tx.put_item(&item(1, b"p", b"a")).await.unwrap();
    tx.put_item(&item(1, b"p", b"b")).await.unwrap();
    tx.delete_item(1, b"p", b"a").await.unwrap();
    tx.delete_item(1, b"p", b"z").await.unwrap();
    tx.commit().await.unwrap();
    let found = store.read().await.unwrap().items((1, b"p"), None, Direction::Up, 10).await.unwrap();
    assert_eq!(keys(&found), [b"b"]);
}

/// A refold clears the shelves of projections and no others.
pub async fn a_range_of_shelves_is_cleared(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for shelf in 1..=5 {
        tx.put_item(&item(shelf, b"p", b"k")).await.unwrap();
    }
    tx.delete_shelves(2, 4).await.unwrap();
    tx.commit().await.unwrap();
    let mut view = store.read().await.unwrap();
    for (shelf, left) in [(1, 1), (2, 0), (3, 0), (4, 0), (5, 1)] {
        assert_eq!(view.count(shelf, b"p", 10).await.unwrap(), left, "shelf {shelf}");
    }
}

/// A count stops at its bound, so that it costs no more than the bound.
pub async fn items_are_counted_up_to_a_bound(store: &dyn Backend) {
    let mut tx = begin(store).await;
    for key in 0..5_u8 {
        tx.put_item(&item(1, b"p", &[key])).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut view = store.read().await.unwrap();
    assert_eq!(view.count(1, b"p", 100).await.unwrap(), 5);
    assert_eq!(view.count(1, b"p", 3).await.unwrap(), 3);
    assert_eq!(view.count(1, b"q", 3).await.unwrap(), 0);
}
