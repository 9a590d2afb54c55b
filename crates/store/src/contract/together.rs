//! Many callers at once, and callers that go away.

use super::cast::{ERA, append, begin, id};
use crate::raw::{Backend, Direction, RawView, StoreError};
use base::chance::SeededChance;
use base::limits::WAITERS_MAX;
use base::{Chance, Seq};
use futures_util::FutureExt;
use futures_util::future::{Either, join, join_all, select};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

const CALLERS: u32 = 64;

async fn write(store: &dyn Backend, stream: [u8; 16]) -> i64 {
    let mut tx = begin(store).await;
    let n = append(&mut *tx, stream).await;
    tx.commit().await.expect("kept");
    n
}

/// Positions of the journal, checked to be without gaps, and to have the items that follow from them.
async fn whole(view: &mut dyn RawView) -> BTreeSet<i64> {
    let mut numbers = BTreeSet::new();
    loop {
        let after = numbers.last().map_or(Seq(0), |n| Seq::new(ERA, *n));
        let events = view.journal(after, 500).await.unwrap();
        if events.is_empty() {
            break;
        }
        for event in events {
            let n = event.seq.n();
            assert_eq!(n, numbers.last().map_or(1, |last| last + 1), "a gap");
            assert!(numbers.insert(n));
            assert!(view.item(1, &event.stream, &n.to_be_bytes()).await.unwrap().is_some(), "item of {n}");
        }
    }
    numbers
}

/// Sixty-four callers, five commands each.
pub async fn callers_at_once_lose_nothing_and_number_without_gaps(store: &dyn Backend) {
    let caller = |number| async move {
        let mut mine = Vec::new();
        for _ in 0..5 {
            mine.push(write(store, id(number)).await);
        }
        mine
    };
    let told: Vec<i64> = join_all((0..CALLERS).map(caller)).await.concat();
    let distinct: BTreeSet<i64> = told.iter().copied().collect();
    assert_eq!(distinct.len(), told.len(), "a number was given twice");

    let mut view = store.read().await.unwrap();
    assert_eq!(whole(&mut *view).await, distinct);
    for number in 0..CALLERS {
        let items = view.items((1, &id(number)), None, Direction::Up, 10).await.unwrap();
        assert_eq!(items.len(), 5);
    }
}

/// A future that is dropped when it was polled so many times.
struct Cut<F>(Option<Pin<Box<F>>>, u8);

impl<F: Future> Future for Cut<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(inner) = self.0.as_mut() else { return Poll::Ready(None) };
        if let Poll::Ready(done) = inner.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        self.1 = self.1.saturating_sub(1);
        if self.1 == 0 {
            self.0 = None;
            return Poll::Ready(None);
        }
        Poll::Pending
    }
}

/// Each caller goes away at a random moment, or never. Goal: whoever was told "kept" finds its row; nothing else is
/// promised, and the line moves on.
pub async fn callers_that_go_away_lose_nothing_of_others(store: &dyn Backend) {
    let chance: &dyn Chance = &SeededChance::new(5);
    let mut kept = BTreeSet::new();
    for _round in 0..20 {
        let callers = (0..CALLERS).map(|number| {
            let [polls] = chance.bytes();
            Cut(Some(Box::pin(write(store, id(number)))), polls % 12 + 1)
        });
        kept.extend(join_all(callers).await.into_iter().flatten());
    }
    let last = write(store, id(1)).await;
    let found = whole(&mut *store.read().await.unwrap()).await;
    assert!(kept.contains(&last) || found.last() == Some(&last));
    assert!(!kept.is_empty() && kept.is_subset(&found));
}

/// The first leaves its COMMIT to the second, which waits; the second goes away before its turn.
pub async fn a_waiting_caller_that_goes_away_stops_nobody(store: &dyn Backend) {
    let mut first = begin(store).await;
    append(&mut *first, id(1)).await;
    let mut second = Box::pin(write(store, id(2)));
    assert!((&mut second).now_or_never().is_none());
    let (kept, ()) = join(first.commit(), async { drop(second) }).await;
    kept.unwrap();
    assert_eq!(write(store, id(1)).await, 2);
}

/// The first is done and goes away while the second has its turn; what the second writes stays.
pub async fn a_caller_that_goes_away_after_its_commit_stops_nobody(store: &dyn Backend) {
    let mut first = begin(store).await;
    append(&mut *first, id(1)).await;
    let mut second = Box::pin(begin(store));
    assert!((&mut second).now_or_never().is_none());
    // It stands in the line behind the second, and goes away there.
    let turn = match select(second, first.commit()).await {
        Either::Left(turn) => Some(turn),
        Either::Right(_) => None,
    };
    let (mut second, leaves) = turn.expect("no answer before its group ends");
    drop(leaves);
    let n = append(&mut *second, id(2)).await;
    second.commit().await.unwrap();
    assert!(whole(&mut *store.read().await.unwrap()).await.contains(&n));
}

/// Beyond the bound a caller hears at once that the writer is busy, and the line drains.
pub async fn too_many_waiting_callers_are_told_so(store: &dyn Backend) {
    let mut first = begin(store).await;
    append(&mut *first, id(1)).await;
    let mut waiting: Vec<_> = (0..WAITERS_MAX).map(|_| Box::pin(store.begin("fact"))).collect();
    assert!(waiting.iter_mut().all(|caller| caller.now_or_never().is_none()));
    assert_eq!(store.begin("fact").await.err(), Some(StoreError::Busy));
    waiting.truncate(1);
    let next = async { drop(waiting.remove(0).await.unwrap()) };
    let (kept, ()) = join(first.commit(), next).await;
    kept.unwrap();
    assert_eq!(write(store, id(1)).await, 2);
}
