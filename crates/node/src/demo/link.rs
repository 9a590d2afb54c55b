//! A link that can be cut: between the carrier of one node and its partners. Bytes go through until somebody cuts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A link from a free port to a carrier.
#[derive(Clone, Debug)]
pub struct Link {
    /// The port partners use.
    pub port: u16,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    up: AtomicBool,
    cut_after: AtomicU64,
    cuts: AtomicU64,
    heard: std::sync::Mutex<Vec<u8>>,
}

/// What a listener on the line keeps at most.
const HEARD_BYTES_MAX: usize = 4 << 20;

impl Link {
    /// Opens a link to a carrier's port.
    pub async fn open(to: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let state =
            Arc::new(State { up: AtomicBool::new(true), cut_after: AtomicU64::new(u64::MAX), ..State::default() });
        tokio::spawn(accept(listener, to, Arc::clone(&state)));
        Ok(Self { port, state })
    }

    /// Up or down.
    pub fn set(&self, up: bool) {
        self.state.up.store(up, Ordering::SeqCst);
    }

    /// Breaks the next connection after so many bytes, once.
    pub fn cut_once_after(&self, bytes: u64) {
        self.state.cut_after.store(bytes, Ordering::SeqCst);
    }

    /// How often it was cut.
    pub fn cuts(&self) -> u64 {
        self.state.cuts.load(Ordering::SeqCst)
    }

    /// What a listener on the line heard.
    pub fn heard(&self) -> Vec<u8> {
        self.state.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

async fn accept(listener: TcpListener, to: u16, state: Arc<State>) {
    while let Ok((from, _)) = listener.accept().await {
        if !state.up.load(Ordering::SeqCst) {
            continue;
        }
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let Ok(onward) = TcpStream::connect(("127.0.0.1", to)).await else { return };
            let limit = state.cut_after.swap(u64::MAX, Ordering::SeqCst);
            let (from_read, from_write) = from.into_split();
            let (onward_read, onward_write) = onward.into_split();
            let there = tokio::spawn(carry(from_read, onward_write, limit, Arc::clone(&state)));
            let back = tokio::spawn(carry(onward_read, from_write, u64::MAX, Arc::clone(&state)));
            if there.await.unwrap_or(false) {
                // Cut: the other half falls silent as well.
                back.abort();
                state.cuts.fetch_add(1, Ordering::SeqCst);
            } else {
                let _ = back.await;
            }
        });
    }
}

/// Carries bytes one way; says whether it was cut.
async fn carry(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut left: u64,
    state: Arc<State>,
) -> bool {
    let mut buffer = [0; 4096];
    loop {
        let room = usize::try_from(left.min(4096)).unwrap_or(4096);
        let Some(part) = buffer.get_mut(..room).filter(|part| !part.is_empty()) else { return true };
        let Ok(count) = from.read(part).await else { return false };
        if !state.up.load(Ordering::SeqCst) {
            return true;
        }
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
            let _ = to.shutdown().await;
            return false;
        };
        hear(&state, bytes);
        if to.write_all(bytes).await.is_err() {
            return false;
        }
        left = left.saturating_sub(count as u64);
    }
}

fn hear(state: &State, bytes: &[u8]) {
    let mut heard = state.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let room = HEARD_BYTES_MAX.saturating_sub(heard.len()).min(bytes.len());
    heard.extend(bytes.iter().take(room));
}
