//! CPU time of this process.

use rustix::time::{ClockId, clock_gettime};

/// Batches of one measurement; the fastest counts, because everything else on the machine only adds.
const BATCHES: usize = 7;
/// How long a batch should take, so that the clock's own step does not matter.
const BATCH_SECONDS: f64 = 0.2;

/// CPU seconds of this process so far, all threads together.
pub fn cpu_seconds() -> f64 {
    seconds(ClockId::ProcessCPUTime)
}

/// CPU seconds of this thread so far.
pub fn thread_seconds() -> f64 {
    seconds(ClockId::ThreadCPUTime)
}

fn seconds(clock: ClockId) -> f64 {
    let spent = clock_gettime(clock);
    // A process that burns 2^52 seconds is not ours to measure.
    let whole = i32::try_from(spent.tv_sec).unwrap_or(i32::MAX);
    let rest = i32::try_from(spent.tv_nsec).unwrap_or(0);
    f64::from(whole) + f64::from(rest) / 1e9
}

/// CPU seconds of one call.
pub fn per_call(mut call: impl FnMut()) -> f64 {
    let calls = calls_for_a_batch(&mut call);
    let batch = |_| timed(calls, &mut call) / f64::from(calls);
    (0..BATCHES).map(batch).fold(f64::INFINITY, f64::min)
}

/// Doubles until a batch is long enough; warms the caches as well.
fn calls_for_a_batch(call: &mut impl FnMut()) -> u32 {
    let mut calls = 1;
    while timed(calls, call) < BATCH_SECONDS && calls < 1 << 24 {
        calls *= 2;
    }
    calls
}

fn timed(calls: u32, call: &mut impl FnMut()) -> f64 {
    let before = cpu_seconds();
    for _ in 0..calls {
        call();
    }
    cpu_seconds() - before
}
