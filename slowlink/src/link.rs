//! The link: takes connections, carries them, and does to all of them what the plan says.

use crate::lane::{Bucket, Gate, Heard, Lane, lock};
use crate::plan::{Steps, What, When};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

/// How good the link is while it stands.
#[derive(Clone, Copy)]
pub struct Quality {
    /// Bytes per second towards the one who connects.
    pub down: Option<u64>,
    /// Bytes per second towards the other end.
    pub up: Option<u64>,
    /// One way.
    pub delay: Duration,
}

/// An open link.
pub struct Link {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    to: String,
    delay: Duration,
    down: Bucket,
    up: Bucket,
    gate: Gate,
    takes: watch::Sender<Takes>,
    moving: watch::Sender<bool>,
    breaks: watch::Sender<(u64, Break)>,
    steps: watch::Sender<u64>,
    counts: Counts,
    heard: Heard,
}

#[derive(Default)]
struct Counts {
    connections: Mutex<u64>,
    down: Mutex<u64>,
    up: Mutex<u64>,
}

/// What happens to a new connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Carry,
    Close,
    Hold,
}

/// What happens to the connections there are.
#[derive(Clone, Copy)]
enum Break {
    Close,
    Reset,
    Hold,
}

/// Opens the link; it carries until the runtime ends.
pub async fn open(listen: &str, to: &str, quality: Quality, steps: Steps) -> Result<Link> {
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let shared = Arc::new(Shared {
        to: to.to_owned(),
        delay: quality.delay,
        down: Bucket::new(quality.down),
        up: Bucket::new(quality.up),
        gate: Gate::default(),
        takes: watch::Sender::new(Takes::Carry),
        moving: watch::Sender::new(true),
        breaks: watch::Sender::new((0, Break::Close)),
        steps: watch::Sender::new(0),
        counts: Counts::default(),
        heard: Heard::default(),
    });
    tokio::spawn(conduct(shared.clone(), steps));
    tokio::spawn(accept(shared.clone(), listener));
    Ok(Link { address, shared })
}

impl Link {
    /// Begins another plan beside the one that runs; its times count from now. Two plans that both count bytes confuse each
    /// other: the later one counts.
    pub fn play(&self, steps: Steps) {
        tokio::spawn(conduct(Arc::clone(&self.shared), steps));
    }

    /// How many steps have happened.
    pub fn done(&self) -> u64 {
        *self.shared.steps.borrow()
    }

    /// Keeps what passes from now on.
    pub fn listen_in(&self) {
        lock(&self.shared.heard).get_or_insert_default();
    }

    /// What passed since, both ways, in the order in which it did.
    pub fn heard(&self) -> Vec<u8> {
        lock(&self.shared.heard).clone().unwrap_or_default()
    }

    /// What has been carried so far, as one line.
    pub fn tally(&self) -> String {
        let counts = &self.shared.counts;
        let (connections, down, up) = (*lock(&counts.connections), *lock(&counts.down), *lock(&counts.up));
        format!("connections {connections} down {down} up {up}")
    }
}

async fn conduct(shared: Arc<Shared>, plan: Steps) {
    let start = Instant::now();
    for step in plan {
        match step.when {
            When::At(time) => sleep_until(start + time).await,
            When::AfterTime(time) => sleep(time).await,
            When::AfterBytes(bytes) => shared.gate.pass(bytes).await,
        }
        eprintln!("slowlink: {} after {:?}", step.what, start.elapsed());
        match step.what {
            What::Cut => shared.broken(Takes::Close, Break::Close),
            What::HalfOpen => shared.broken(Takes::Hold, Break::Hold),
            What::Reset => shared.broken(Takes::Carry, Break::Reset),
            What::Restore => drop(shared.takes.send_replace(Takes::Carry)),
            What::Stall(time) => {
                shared.moving.send_replace(false);
                sleep(time).await;
                shared.moving.send_replace(true);
            }
        }
        // After the break, so that no connection writes one byte more before it sees that it is broken.
        shared.gate.open();
        shared.steps.send_modify(|count| *count += 1);
    }
}

impl Shared {
    fn broken(&self, takes: Takes, how: Break) {
        self.takes.send_replace(takes);
        self.breaks.send_modify(|(count, last)| {
            *count += 1;
            *last = how;
        });
    }

    fn lane<'a>(&'a self, bucket: &'a Bucket, carried: &'a Mutex<u64>) -> Lane<'a> {
        let (steps, moving) = (self.steps.subscribe(), self.moving.subscribe());
        Lane { bucket, delay: self.delay, gate: &self.gate, steps, moving, carried, heard: &self.heard }
    }
}

async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    while let Ok((near, _)) = listener.accept().await {
        let count = {
            let mut count = lock(&shared.counts.connections);
            *count += 1;
            *count
        };
        eprintln!("slowlink: connections {count}");
        tokio::spawn(connection(shared.clone(), near));
    }
}

async fn connection(shared: Arc<Shared>, mut near: TcpStream) {
    let takes = *shared.takes.borrow();
    match takes {
        Takes::Close => {}
        Takes::Hold => hold(near).await,
        Takes::Carry => {
            let breaks = shared.breaks.subscribe();
            // The near side already believes it is connected; the handshake over the link is waited for here.
            sleep(shared.delay * 2).await;
            let Ok(mut far) = TcpStream::connect(&shared.to).await else { return };
            match carry(&shared, breaks, &mut near, &mut far).await {
                None | Some(Break::Close) => {}
                Some(Break::Reset) => {
                    // Without lingering, closing sends a reset (RFC 9293, 3.10.4: abort).
                    let _ = (near.set_zero_linger(), far.set_zero_linger());
                }
                Some(Break::Hold) => {
                    drop(far);
                    hold(near).await;
                }
            }
        }
    }
}

/// Carries until both ends are done, or the plan breaks it.
async fn carry(
    shared: &Shared,
    mut breaks: watch::Receiver<(u64, Break)>,
    near: &mut TcpStream,
    far: &mut TcpStream,
) -> Option<Break> {
    let (near_read, near_write) = near.split();
    let (far_read, far_write) = far.split();
    let down = shared.lane(&shared.down, &shared.counts.down).carry(far_read, near_write);
    let up = shared.lane(&shared.up, &shared.counts.up).carry(near_read, far_write);
    tokio::select! {
        biased;
        changed = breaks.changed() => changed.ok().map(|()| breaks.borrow().1),
        _ = async { tokio::join!(down, up) } => None,
    }
}

/// Keeps a connection open and answers nothing, until its near side gives up.
async fn hold(mut near: TcpStream) {
    let mut lost = [0; 1024];
    while let Ok(1..) = near.read(&mut lost).await {}
}

#[cfg(test)]
mod tests;
