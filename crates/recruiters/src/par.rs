//! Work on all cores. The work is cut the same way for any number of threads and joined in the order of its parts, so the
//! answer does not depend on who did what.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs `part` for each number below `parts` and gives the answers in order.
pub fn map<T: Send>(parts: usize, threads: usize, part: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= parts {
                return done;
            }
            done.push((number, part(number)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads.max(1).min(parts)).map(|_| scope.spawn(run)).collect();
        let mut all = run();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(fault) => std::panic::resume_unwind(fault),
            }
        }
        all
    });
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_come_in_the_order_of_the_parts() {
        let expected: Vec<usize> = (0..100).map(|n| n * n).collect();
        for threads in [1, 2, 7] {
            assert_eq!(super::map(100, threads, |n| n * n), expected);
        }
    }
}
