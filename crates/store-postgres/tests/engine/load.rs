//! Writers under load, and the check of what they leave.

use base::{Seq, Timestamp};
use store::contract::cast::{ERA, event, id, item};
use store::raw::{Direction, RawTx, RawView};
use store::{Backend, StoreError};

/// One command: an event and two items that follow from it.
pub async fn command(store: &dyn Backend, task: u32) -> Result<i64, StoreError> {
    let mut tx = store.begin("load").await?;
    let n = tx.head().await?.seq.n() + 1;
    write(&mut *tx, n, task).await?;
    tx.commit().await?;
    Ok(n)
}

async fn write(tx: &mut dyn RawTx, n: i64, task: u32) -> Result<(), StoreError> {
    let mut event = event(n, id(task), n);
    event.body = body(n, task);
    tx.add_event(&event).await?;
    for item in follows(n, task) {
        tx.put_item(&item).await?;
    }
    Ok(())
}

fn body(n: i64, task: u32) -> Vec<u8> {
    format!("{n} of {task};").repeat(40).into_bytes()
}

fn follows(n: i64, task: u32) -> [store::raw::Item; 2] {
    let mut by_task = item(1, &id(task), &n.to_be_bytes());
    by_task.body = body(n, task);
    let mut by_time = item(2, b"all", &n.to_be_bytes());
    by_time.due = Some(Timestamp::from_millis(n));
    by_time.body = id(task).to_vec();
    [by_task, by_time]
}

/// The journal is without gaps, and the items are exactly those that follow from it (P2, P3). Gives the task of each
/// event, in order.
pub async fn whole(store: &dyn Backend) -> Vec<u32> {
    let mut view = store.read().await.unwrap();
    let mut tasks = Vec::new();
    loop {
        let after = Seq::new(ERA, i64::try_from(tasks.len()).unwrap());
        let events = view.journal(if tasks.is_empty() { Seq(0) } else { after }, 1_000).await.unwrap();
        if events.is_empty() {
            break;
        }
        for found in events {
            let n = i64::try_from(tasks.len()).unwrap() + 1;
            let task = u32::from_be_bytes(found.stream[..4].try_into().unwrap());
            assert_eq!((found.seq.n(), &found.body), (n, &body(n, task)), "a gap or a torn event");
            for item in follows(n, task) {
                assert_eq!(view.item(item.shelf, &item.part, &item.key).await.unwrap().as_ref(), Some(&item));
            }
            tasks.push(task);
        }
    }
    assert_eq!(items(&mut *view, 2, b"all").await, tasks.len(), "items without an event");
    for task in 0..32 {
        let events = tasks.iter().filter(|of| **of == task).count();
        assert_eq!(items(&mut *view, 1, &id(task)).await, events, "items without an event");
    }
    tasks
}

async fn items(view: &mut dyn RawView, shelf: i64, part: &[u8]) -> usize {
    let last = view.items((shelf, part), None, Direction::Down, 1).await.unwrap();
    let count = view.count(shelf, part, usize::MAX).await.unwrap();
    assert_eq!(last.is_empty(), count == 0);
    count
}
