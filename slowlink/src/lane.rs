//! One direction of the link: how fast, how late, and how many bytes may still pass before the next step.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep_until};

/// Bytes that leave at one time: about one packet.
const PACKET_BYTES: usize = 1_400;
/// Packets under way before the sender has to wait, as in the buffer of a base station.
const PACKETS_MAX: usize = 64;

/// A token bucket of one packet: `free_at` is when the line has sent all it was given.
pub struct Bucket {
    rate: Option<u64>,
    free_at: Mutex<Option<Instant>>,
}

impl Bucket {
    /// `rate` in bytes per second; none is as fast as it goes.
    pub fn new(rate: Option<u64>) -> Self {
        Self { rate, free_at: Mutex::new(None) }
    }

    /// When the last of these bytes has left.
    pub fn leaves(&self, now: Instant, bytes: usize) -> Instant {
        let Some(rate) = self.rate else { return now };
        let mut free_at = lock(&self.free_at);
        let nanos = (bytes as u128 * 1_000_000_000 / u128::from(rate)).try_into().unwrap_or(u64::MAX);
        let at = free_at.map_or(now, |free| free.max(now)) + Duration::from_nanos(nanos);
        *free_at = Some(at);
        at
    }
}

/// How many bytes may pass before the next step, over all connections and both ways.
#[derive(Default)]
pub struct Gate {
    budget: Mutex<Budget>,
    used_up: Notify,
}

#[derive(Default)]
struct Budget {
    left: Option<usize>,
    granted: usize,
}

impl Gate {
    /// Lets this many bytes pass and no more; comes back when they have been written.
    pub async fn pass(&self, bytes: u64) {
        lock(&self.budget).left = Some(usize::try_from(bytes).unwrap_or(usize::MAX));
        self.tell_if_used_up();
        self.used_up.notified().await;
    }

    /// No limit any more.
    pub fn open(&self) {
        lock(&self.budget).left = None;
    }

    fn grant(&self, wanted: usize) -> Granted<'_> {
        let mut budget = lock(&self.budget);
        let granted = budget.left.map_or(wanted, |left| left.min(wanted));
        budget.left = budget.left.map(|left| left - granted);
        budget.granted += granted;
        Granted(self, granted)
    }

    fn written(&self, bytes: usize) {
        lock(&self.budget).granted -= bytes;
        self.tell_if_used_up();
    }

    fn tell_if_used_up(&self) {
        let budget = lock(&self.budget);
        if budget.left == Some(0) && budget.granted == 0 {
            self.used_up.notify_one();
        }
    }
}

/// Bytes that may pass; written, or given up with their connection, when dropped.
struct Granted<'a>(&'a Gate, usize);

impl Drop for Granted<'_> {
    fn drop(&mut self) {
        self.0.written(self.1);
    }
}

/// What passed, if somebody listens.
pub type Heard = Mutex<Option<Vec<u8>>>;

/// What a direction needs to carry bytes.
pub struct Lane<'a> {
    pub bucket: &'a Bucket,
    pub delay: Duration,
    pub gate: &'a Gate,
    /// Counts steps; a change means that the gate may have opened.
    pub steps: watch::Receiver<u64>,
    /// Whether bytes move at all.
    pub moving: watch::Receiver<bool>,
    pub carried: &'a Mutex<u64>,
    pub heard: &'a Heard,
}

impl Lane<'_> {
    /// Carries until the reader ends, then closes the writer.
    pub async fn carry(mut self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
        let (queue, mut arriving) = mpsc::channel::<(Instant, Vec<u8>)>(PACKETS_MAX);
        let (bucket, delay) = (self.bucket, self.delay);
        let leave = async move {
            let mut packet = vec![0; PACKET_BYTES];
            while let Ok(count @ 1..) = from.read(&mut packet).await {
                let arrives = bucket.leaves(Instant::now(), count) + delay;
                let bytes = packet.iter().take(count).copied().collect();
                if queue.send((arrives, bytes)).await.is_err() {
                    return;
                }
            }
        };
        let arrive = async {
            while let Some((at, bytes)) = arriving.recv().await {
                sleep_until(at).await;
                if self.write(&bytes, &mut to).await.is_err() {
                    return;
                }
            }
            // The other end may be gone already; then there is nothing to close.
            let _ = to.shutdown().await;
        };
        tokio::join!(leave, arrive);
    }

    async fn write(&mut self, mut bytes: &[u8], to: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
        while !bytes.is_empty() {
            // Both senders live as long as the link.
            let _ = self.moving.wait_for(|moving| *moving).await;
            self.steps.mark_unchanged();
            let granted = self.gate.grant(bytes.len());
            let count = granted.1;
            if count == 0 {
                drop(granted);
                let _ = self.steps.changed().await;
                continue;
            }
            let (now, later) = bytes.split_at(count);
            let written = to.write_all(now).await;
            *lock(self.carried) += count as u64;
            if let Some(heard) = lock(self.heard).as_mut() {
                heard.extend_from_slice(now);
            }
            drop(granted);
            written?;
            bytes = later;
        }
        Ok(())
    }
}

/// A poisoned lock still holds sound numbers.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn bytes_leave_at_the_rate_and_an_idle_line_saves_nothing_up() {
        let bucket = Bucket::new(Some(6_250));
        let start = Instant::now();
        assert_eq!(bucket.leaves(start, 6_250), start + Duration::from_secs(1));
        assert_eq!(bucket.leaves(start, 6_250), start + Duration::from_secs(2));
        let later = start + Duration::from_secs(60);
        assert_eq!(bucket.leaves(later, 6_250), later + Duration::from_secs(1));
        assert_eq!(Bucket::new(None).leaves(start, 1_000_000), start);
    }
}
