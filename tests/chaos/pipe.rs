//! A connection in memory that breaks after a given byte.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};

/// More than a batch of these tests: no end waits for the other to read.
const ROOM_BYTES: usize = 1 << 20;

/// Where it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Nowhere.
    Never,
    /// After so many bytes of the request.
    Request(usize),
    /// After so many bytes of the answer.
    Answer(usize),
}

/// What passed.
#[derive(Debug, Default)]
pub struct Passed {
    pub request: AtomicUsize,
    pub answer: AtomicUsize,
}

/// The end of the one who asks. When it breaks, the other end finds it closed.
pub struct Pipe {
    inner: Option<DuplexStream>,
    cut: Cut,
    passed: Arc<Passed>,
}

/// Both ends, and what passes between them.
pub fn pipe(cut: Cut) -> (Pipe, DuplexStream, Arc<Passed>) {
    let (near, far) = duplex(ROOM_BYTES);
    let passed = Arc::new(Passed::default());
    (Pipe { inner: Some(near), cut, passed: Arc::clone(&passed) }, far, passed)
}

impl Pipe {
    fn open(&mut self, left: usize) -> Result<&mut DuplexStream, Error> {
        if left == 0 {
            self.inner = None;
        }
        self.inner.as_mut().ok_or_else(|| Error::from(ErrorKind::ConnectionReset))
    }
}

impl AsyncRead for Pipe {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let seen = this.passed.answer.load(Ordering::Relaxed);
        let left = if let Cut::Answer(at) = this.cut { at - seen } else { usize::MAX };
        let mut bytes = vec![0; buffer.remaining().min(left)];
        let mut part = ReadBuf::new(&mut bytes);
        ready!(Pin::new(this.open(left)?).poll_read(cx, &mut part))?;
        buffer.put_slice(part.filled());
        this.passed.answer.fetch_add(part.filled().len(), Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let sent = this.passed.request.load(Ordering::Relaxed);
        let left = if let Cut::Request(at) = this.cut { at - sent } else { usize::MAX };
        let part = &bytes[..bytes.len().min(left)];
        let count = ready!(Pin::new(this.open(left)?).poll_write(cx, part))?;
        this.passed.request.fetch_add(count, Ordering::Relaxed);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(self.get_mut().open(usize::MAX)?).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match &mut self.get_mut().inner {
            Some(inner) => Pin::new(inner).poll_shutdown(cx),
            None => Poll::Ready(Ok(())),
        }
    }
}
