//! The same work on many things, on several threads where rows are in memory and nothing has to be waited for.

use crate::node::broken;
use base::Problem;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// Things that one more thread is worth: a slice of time has few, and a thread takes as long to begin as some of them.
const THINGS_MIN: usize = 4;

/// Does it for each, and gives what came of it in their order. 0 threads: one after another.
pub async fn each<T: Send, R: Send, F: Future<Output = Result<R, Problem>>>(
    threads: usize,
    things: impl IntoIterator<Item = T>,
    work: impl Fn(T) -> F + Sync,
) -> Result<Vec<R>, Problem> {
    let mut all = Vec::new();
    if threads == 0 {
        for thing in things {
            all.push(work(thing).await?);
        }
        return Ok(all);
    }
    let things: Vec<T> = things.into_iter().collect();
    let threads = threads.min(things.len().div_ceil(THINGS_MIN));
    let things = Mutex::new(things.into_iter().enumerate());
    let some = || -> Result<Vec<(usize, R)>, Problem> {
        let mut done = Vec::new();
        loop {
            let next = things.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((nth, thing)) = next else { return Ok(done) };
            done.push((nth, at_once(work(thing))?));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..threads).map(|_| scope.spawn(some)).collect();
        let mut done = some()?;
        for thread in threads {
            done.extend(thread.join().map_err(|_| broken("a thread of the run"))??);
        }
        Ok::<_, Problem>(done)
    })?;
    done.sort_unstable_by_key(|(nth, _)| *nth);
    all.extend(done.into_iter().map(|(_, done)| done));
    Ok(all)
}

fn at_once<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    // The thread of the run may take part: its runtime would make a node wait now and then, to let others go on.
    match pin!(tokio::task::unconstrained(work)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => Err(broken("a node waits for something that is not there")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_of_it_has_the_order_of_the_things_on_any_number_of_threads() {
        for threads in [0, 1, 2, 7] {
            let squares = each(threads, 0..100_u64, |n| async move { Ok(n * n) }).await.unwrap();
            assert_eq!(squares, (0..100).map(|n| n * n).collect::<Vec<_>>(), "{threads}");
        }
        assert!(each(2, 0..3, |n| async move { if n == 1 { Err(broken(n)) } else { Ok(n) } }).await.is_err());
        assert!(each(1, [()], |()| std::future::pending::<Result<(), Problem>>()).await.is_err());
    }
}
