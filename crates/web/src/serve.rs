//! The pages on a socket, for strangers: who is slow or silent keeps nobody else out.
//!
//! There are so many seats. When all are taken, whoever has waited longest without a whole request loses hers; a request that
//! is whole is always answered. So a thousand connections that say nothing, or a byte a second, cost their makers their own
//! connections and nobody else an answer.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use hyper::body::{Body as _, Frame, Incoming};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::Sleep;
use tower::ServiceExt;

/// Bytes of a request's first line and headers.
const HEAD_BYTES_MAX: usize = 16 << 10;
/// Header lines of a request.
const HEADERS_MAX: usize = 64;
/// A body is cut when less than this comes in a while (WEB.md 5: 100 bytes a second for 60 s).
const SLOW_BYTES: usize = 6_000;

/// A body up to this is taken even when all bodies together are at their bound: a sealed report, a chunk, a form.
const SMALL_BYTES: usize = 72 << 10;

/// How long and for how many the door waits.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Connections at a time: more than may stand in line for reports and codes, and fewer than a process may open files.
    pub seats: usize,
    /// A head is here by then, and the next one on an open connection.
    pub head: Duration,
    /// The while in which a body brings 6 000 bytes.
    pub body: Duration,
    /// Bytes of all bodies that are being read; beyond it a large one is cut, and may be sent again.
    pub bodies: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self { seats: 768, head: Duration::from_secs(10), body: Duration::from_secs(60), bodies: 256 << 20 }
    }
}

/// No socket is to be had now: the next try.
const AGAIN: Duration = Duration::from_millis(50);

/// Serves until its task ends.
pub async fn serve(listener: TcpListener, router: Router) -> std::io::Result<()> {
    serve_with(listener, router, Patience::default()).await
}

/// The same with other patience.
pub async fn serve_with(listener: TcpListener, router: Router, patience: Patience) -> std::io::Result<()> {
    let seats = Arc::new(Seats::default());
    loop {
        let (socket, from) = match listener.accept().await {
            Ok(came) => came,
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "no connection could be taken");
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        let (number, seat) = seats.sit(patience.seats).await;
        let (seats, router) = (Arc::clone(&seats), router.clone());
        tokio::spawn(async move {
            converse((socket, from), router, (&seats, &seat), patience).await;
            seats.leave(number);
        });
    }
}

/// Who is here, in the order in which they came.
#[derive(Default)]
struct Seats {
    all: Mutex<(u64, BTreeMap<u64, Arc<Seat>>)>,
    left: Notify,
    /// Bytes that came of bodies that are being read.
    held: AtomicUsize,
}

#[derive(Default)]
struct Seat {
    /// The request is whole and waits for its answer: nobody takes this seat.
    whole: AtomicBool,
    go: Notify,
}

impl Seats {
    fn all(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, Arc<Seat>>)> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat: a free one, or that of who waited longest without a whole request.
    async fn sit(&self, most: usize) -> (u64, Arc<Seat>) {
        loop {
            let left = self.left.notified();
            if let Some(seat) = self.try_sit(most) {
                return seat;
            }
            left.await;
        }
    }

    fn try_sit(&self, most: usize) -> Option<(u64, Arc<Seat>)> {
        let mut all = self.all();
        let (next, seats) = &mut *all;
        if seats.len() >= most {
            let idle = seats.iter().find(|(_, seat)| !seat.whole.load(Ordering::Relaxed));
            let (number, seat) = idle.map(|(number, seat)| (*number, Arc::clone(seat)))?;
            seats.remove(&number);
            seat.go.notify_one();
        }
        *next += 1;
        let seat = Arc::new(Seat::default());
        seats.insert(*next, Arc::clone(&seat));
        Some((*next, seat))
    }

    fn leave(&self, number: u64) {
        self.all().1.remove(&number);
        self.left.notify_one();
    }
}

/// Answers over one connection until it ends, or its seat is given to another.
async fn converse(
    (socket, from): (TcpStream, SocketAddr),
    router: Router,
    (seats, seat): (&Arc<Seats>, &Arc<Seat>),
    patience: Patience,
) {
    let service = hyper::service::service_fn(|mut request: hyper::Request<Incoming>| {
        // Doors that count newcomers ask for the address; it is hashed there and never written.
        request.extensions_mut().insert(ConnectInfo(from));
        let seat = Arc::clone(seat);
        let request = request.map(|body| Body::new(Paced::new(body, (seats, &seat), patience)));
        let answer = router.clone().oneshot(request);
        async move {
            let answer = answer.await;
            seat.whole.store(false, Ordering::Relaxed);
            answer
        }
    });
    let talk = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(socket), service);
    tokio::select! {
        ended = talk => if ended.is_err() {
            tracing::debug!("a connection ended early");
        },
        () = seat.go.notified() => {}
    }
}

/// A body that must come at a pace.
struct Paced {
    body: Incoming,
    seats: Arc<Seats>,
    seat: Arc<Seat>,
    /// Bytes in all, and since the pace was last looked at.
    all: usize,
    came: usize,
    patience: Patience,
    /// Set at the first look: a request without a body needs none.
    pace: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    fn new(body: Incoming, (seats, seat): (&Arc<Seats>, &Arc<Seat>), patience: Patience) -> Self {
        seat.whole.store(body.is_end_stream(), Ordering::Relaxed);
        let (seats, seat) = (Arc::clone(seats), Arc::clone(seat));
        Self { body, seats, seat, all: 0, came: 0, patience, pace: None }
    }

    /// Whether these bytes find room.
    fn holds(&mut self, bytes: usize) -> bool {
        (self.all, self.came) = (self.all + bytes, self.came + bytes);
        let held = self.seats.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        held <= self.patience.bodies || self.all <= SMALL_BYTES
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.seats.held.fetch_sub(self.all, Ordering::Relaxed);
    }
}

impl hyper::body::Body for Paced {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            let bytes = frame.iter().flatten().filter_map(Frame::data_ref).map(Bytes::len).sum();
            if !this.holds(bytes) {
                return Poll::Ready(Some(Err(std::io::Error::from(std::io::ErrorKind::QuotaExceeded).into())));
            }
            if frame.is_none() || this.body.is_end_stream() {
                this.seat.whole.store(true, Ordering::Relaxed);
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let every = this.patience.body;
        let pace = this.pace.get_or_insert_with(|| Box::pin(tokio::time::sleep(every)));
        loop {
            ready!(pace.as_mut().poll(cx));
            if std::mem::take(&mut this.came) < SLOW_BYTES {
                return Poll::Ready(Some(Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into())));
            }
            pace.set(tokio::time::sleep(every));
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}
