//! Many from one address: they wait their turn and nobody is refused, as many people share one (Tor, carriers, a proxy in front
//! of the node). Addresses are hashed under a salt of the day, in memory alone.

use crate::mint::hmac_32;
use crate::state::WebState;
use axum::extract::ConnectInfo;
use axum::http::Extensions;
use base::{Problem, Timestamp};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Addresses remembered at most; beyond it all are forgotten.
const ADDRESSES_MAX: usize = 10_000;
/// Who waits at a door at most (WEB.md 6); beyond it the node is busy, and what was typed comes back.
const WAITING_MAX: usize = 256;
/// One of those who wait is let in this often.
const PACE: Duration = Duration::from_secs(1);

/// How often addresses came in a while.
pub struct Tally {
    while_seconds: i64,
    lately: Mutex<Lately>,
}

#[derive(Default)]
struct Lately {
    day: i64,
    salt: [u8; 32],
    since: Timestamp,
    counts: BTreeMap<[u8; 32], u32>,
}

impl Tally {
    pub fn new(while_seconds: i64) -> Self {
        Self { while_seconds, lately: Mutex::default() }
    }

    /// How often this address came, `more` counted now. The salt is asked for once a day.
    pub fn count(&self, address: &[u8], more: u32, (salt, now): (impl FnOnce() -> [u8; 32], Timestamp)) -> u32 {
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        if lately.day != now.day() {
            *lately = Lately { day: now.day(), salt: salt(), since: now, counts: BTreeMap::new() };
        }
        if now >= lately.since.plus_seconds(self.while_seconds) || lately.counts.len() >= ADDRESSES_MAX {
            (lately.since, lately.counts) = (now, BTreeMap::new());
        }
        let key = hmac_32(&lately.salt, &[address]);
        let count = lately.counts.entry(key).or_default();
        *count = count.saturating_add(more);
        *count
    }
}

/// A door that slows those who come too often.
pub struct Crowd {
    /// How often one address may come in the while before it waits.
    free: u32,
    tally: Tally,
    /// One at a time, in the order in which they came.
    line: Semaphore,
    places: Semaphore,
    pace: Duration,
}

impl Crowd {
    pub fn new(free: u32, while_seconds: i64) -> Self {
        let (line, places) = (Semaphore::new(1), Semaphore::new(WAITING_MAX));
        Self { free, tally: Tally::new(while_seconds), line, places, pace: PACE }
    }

    /// Lets in who came: at once, or after those who wait. `web.busy` if too many wait.
    pub async fn enter(&self, address: &[u8], web: &WebState) -> Result<(), Problem> {
        self.pass(self.tally.count(address, 0, (|| web.bytes(), web.now()))).await
    }

    /// Counts one coming of this address.
    pub fn note(&self, address: &[u8], web: &WebState) {
        self.tally.count(address, 1, (|| web.bytes(), web.now()));
    }

    async fn pass(&self, came: u32) -> Result<(), Problem> {
        if came < self.free {
            return Ok(());
        }
        let busy = |_| Problem::new("web.busy");
        let _place = self.places.try_acquire().map_err(|_| Problem::new("web.busy"))?;
        let _turn = self.line.acquire().await.map_err(busy)?;
        tokio::time::sleep(self.pace).await;
        Ok(())
    }
}

/// The address of who asks; never written, never told.
pub fn address(extensions: &Extensions) -> Vec<u8> {
    let from = extensions.get::<ConnectInfo<SocketAddr>>().map(|from| from.ip().to_string());
    from.unwrap_or_default().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_came_often_is_forgotten_after_the_while_and_no_other_suffers() {
        let tally = Tally::new(600);
        let at = |seconds: i64| Timestamp::from_seconds(1_795_402_800 + seconds);
        let count =
            |address: &str, more, seconds: i64| tally.count(address.as_bytes(), more, (|| [1; 32], at(seconds)));
        assert_eq!([1, 2, 3, 4, 5], [(); 5].map(|()| count("203.0.113.7", 1, 0)));
        assert_eq!(count("203.0.113.8", 0, 1), 0);
        assert_eq!(count("203.0.113.7", 0, 599), 5);
        assert_eq!(count("203.0.113.7", 0, 600), 0);
    }

    #[tokio::test]
    async fn who_came_often_waits_and_is_let_in_and_who_did_not_passes_a_line_that_is_full() {
        let crowd = Crowd { pace: Duration::ZERO, ..Crowd::new(5, 600) };
        assert!(crowd.pass(5).await.is_ok() && crowd.pass(u32::MAX).await.is_ok(), "nobody is refused");
        let all = crowd.places.acquire_many(256).await.unwrap();
        assert_eq!(crowd.pass(5).await.unwrap_err().code.0, "web.busy");
        assert!(crowd.pass(4).await.is_ok(), "who came seldom meets no line");
        drop(all);
        assert!(crowd.pass(5).await.is_ok());
    }
}
