//! All rows, page by page: what a copy of the store is made of.

use super::cast::{ERA, begin, checkpoint, id, item, key, request};
use crate::raw::{Backend, RawView};
use base::{KeyId, Timestamp};

/// Bytes that a comparison of text or of signed bytes would order differently stand among the keys.
pub async fn everything_is_listed_once_in_order_page_by_page(store: &dyn Backend) {
    let parts: [&[u8]; 4] = [b"", &[0], &[0x7f, 1], &[0xff]];
    let items: Vec<_> =
        [1, 2, 120].iter().flat_map(|shelf| parts.map(|part| item(*shelf, part, &[part, b"k"].concat()))).collect();
    let mut tx = begin(store).await;
    for one in items.iter().rev() {
        tx.put_item(one).await.unwrap();
    }
    for number in [3, 1, 2] {
        tx.put_key(&key(number, id(50))).await.unwrap();
        tx.put_request(&request(number, Timestamp::from_seconds(ERA))).await.unwrap();
        tx.add_checkpoint(&checkpoint(i64::from(number), 9)).await.unwrap();
        tx.put_meta(["Z", "a", "ab"][usize::try_from(number).unwrap() - 1], &[7]).await.unwrap();
    }
    tx.commit().await.unwrap();

    let mut view = store.read().await.unwrap();
    let mut listed = Vec::new();
    while let Some(next) = next_items(&mut *view, listed.last()).await {
        listed.extend(next);
    }
    assert_eq!(listed, items);
    let two = view.all_keys(KeyId::default(), 2).await.unwrap();
    assert_eq!(two, [key(1, id(50)), key(2, id(50))]);
    assert_eq!(view.all_keys(two[1].id, 2).await.unwrap(), [key(3, id(50))]);
    let found: Vec<[u8; 16]> = view.all_requests(id(1), 10).await.unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(found, [id(2), id(3)]);
    assert_eq!(view.all_checkpoints((ERA, 1, id(9)), 10).await.unwrap(), [checkpoint(2, 9), checkpoint(3, 9)]);
    let names = |rows: Vec<(String, Vec<u8>)>| rows.into_iter().map(|row| row.0).collect::<Vec<_>>();
    let ours: Vec<String> = names(view.all_meta("", 10).await.unwrap());
    assert_eq!(ours, ["Z", "a", "ab"]);
    assert_eq!(names(view.all_meta("a", 10).await.unwrap()), ["ab"]);
}

async fn next_items(view: &mut dyn RawView, last: Option<&crate::raw::Item>) -> Option<Vec<crate::raw::Item>> {
    let after = last.map_or((0, &b""[..], &b""[..]), |item| (item.shelf, &item.part, &item.key));
    Some(view.all_items(after, 5).await.unwrap()).filter(|items| !items.is_empty())
}
