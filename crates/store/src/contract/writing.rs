//! Commands: all or nothing, each for itself, sharing a COMMIT (P1, P2).

use super::cast::{append, begin, event, id, item, told};
use crate::raw::{Backend, StoreError};
use base::Seq;
use futures_util::FutureExt;
use futures_util::future::join3;

/// What a command wrote it can read before its COMMIT.
pub async fn a_command_sees_its_own_writes(store: &dyn Backend) {
    let mut tx = begin(store).await;
    assert_eq!(append(&mut *tx, id(1)).await, 1);
    assert_eq!(append(&mut *tx, id(1)).await, 2);
    assert_eq!(tx.events(id(1), 0, 10).await.unwrap().len(), 2);
    tx.commit().await.unwrap();
}

/// Dropping is undoing, and the next command starts where the last one that stayed ended.
pub async fn a_dropped_command_leaves_nothing(store: &dyn Backend) {
    let mut tx = begin(store).await;
    append(&mut *tx, id(1)).await;
    tx.commit().await.unwrap();

    let mut tx = begin(store).await;
    append(&mut *tx, id(1)).await;
    tx.put_meta("left", b"behind").await.unwrap();
    drop(tx);

    let mut tx = begin(store).await;
    assert_eq!(tx.meta("left").await.unwrap(), None);
    assert_eq!(append(&mut *tx, id(1)).await, 2);
    tx.commit().await.unwrap();
    assert_eq!(store.read().await.unwrap().count(1, &id(1), 10).await.unwrap(), 2);
}

/// A list that is read page by page stays one picture.
pub async fn a_snapshot_does_not_see_later_writes(store: &dyn Backend) {
    let mut view = store.read().await.unwrap();
    let mut tx = begin(store).await;
    append(&mut *tx, id(1)).await;
    assert_eq!(view.head().await.unwrap().seq, Seq(0));
    tx.commit().await.unwrap();
    assert_eq!(view.head().await.unwrap().seq, Seq(0));
    assert_eq!(view.item(1, &id(1), &1_i64.to_be_bytes()).await.unwrap(), None);
    drop(view);
    assert_eq!(store.read().await.unwrap().head().await.unwrap().seq.n(), 1);
}

/// One of a group is undone; the one before it and the one after it stay, without a gap.
pub async fn a_dropped_command_of_a_group_leaves_the_others(store: &dyn Backend) {
    let mut first = begin(store).await;
    append(&mut *first, id(1)).await;
    let second = async {
        let mut tx = begin(store).await;
        append(&mut *tx, id(2)).await;
        tx.put_item(&item(9, b"left", b"behind")).await.unwrap();
        drop(tx);
    };
    let third = async {
        let mut tx = begin(store).await;
        let n = append(&mut *tx, id(3)).await;
        tx.commit().await.unwrap();
        n
    };
    let (kept, (), n) = join3(first.commit(), second, third).await;
    assert_eq!((kept, n), (Ok(()), 2));

    let mut view = store.read().await.unwrap();
    let streams: Vec<[u8; 16]> = view.journal(Seq(0), 10).await.unwrap().iter().map(|event| event.stream).collect();
    assert_eq!(streams, [id(1), id(3)]);
    assert_eq!(view.count(9, b"left", 10).await.unwrap(), 0);
}

/// Commands that wait while another writes share its COMMIT.
pub async fn a_group_shares_one_commit(store: &dyn Backend) {
    let (commits, commands) = store.commits();
    let mut first = begin(store).await;
    append(&mut *first, id(1)).await;
    // Both stand in the line before the first is done.
    let next = || async {
        let mut tx = begin(store).await;
        append(&mut *tx, id(2)).await;
        tx.commit().await.unwrap();
    };
    let (mut second, mut third) = (Box::pin(next()), Box::pin(next()));
    assert!((&mut second).now_or_never().is_none() && (&mut third).now_or_never().is_none());
    let (kept, (), ()) = join3(first.commit(), second, third).await;
    kept.unwrap();
    assert_eq!(store.commits(), (commits + 1, commands + 3));
    assert_eq!(store.read().await.unwrap().head().await.unwrap().seq.n(), 3);
}

/// A clash is told at once or with a later answer, the last at the latest, and nothing of the command is kept.
pub async fn a_clash_is_told_and_nothing_of_the_command_is_kept(store: &dyn Backend) {
    let mut tx = begin(store).await;
    append(&mut *tx, id(1)).await;
    let at_once = tx.add_event(&event(2, id(1), 1)).await;
    assert_eq!(told(tx, at_once).await, Err(StoreError::Conflict));
    assert_eq!(store.read().await.unwrap().head().await.unwrap().seq.n(), 0);
}
