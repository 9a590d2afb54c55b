//! A node that nobody asks anything: how soon it serves, and what it holds in memory.

use crate::node::runtime;
use crate::row::{Line, Row};
use anyhow::Context;
use base::Timestamp;
use base::chance::SeededChance;
use desk::mail::PeerEntry;
use rustix::time::{ClockId, clock_gettime};
use seal::keys::{CarrierKey, EpochSecret, IdentityKey, RootKey, week_of};
use seal::{CarrierAddress, Cert, Entry};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use store::raw::Item;
use store::{Backend, Shelf};
use store_sqlite::{Options, SqliteBackend};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const NAME: &str = "idle node: resident memory";
const PARTNERS: u32 = 1_000;
/// A node that does not serve by then never will.
const START_SECONDS_MAX: u64 = 20;
/// So long it is left alone before its memory is read.
const IDLE_SECONDS: u64 = 5;

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let Some(program) = program()? else {
        let why = "no simpul beside this program; first: cargo build --release -p node";
        return Ok(vec![Line::Skipped(NAME, why.to_owned())]);
    };
    let folder = tempfile::tempdir()?;
    let node = Installed::found(&program, folder.path())?;
    runtime()?.block_on(async {
        let (locked, soon) = node.serve(&[]).await?;
        drop(locked);
        let alone = node.idles().await?;
        node.knows(PARTNERS).await?;
        let among = node.idles().await?;
        Ok(vec![
            Row::at_most(NAME, alone, "MB", 64.0).beside("GlobaLeaks asks 1 GB").into(),
            Row::at_most("  with 1 000 partners, none of them reached", among, "MB", 100.0).into(),
            Row::told("  start to serving, by the wall clock (300)", soon * 1e3, "millisec").into(),
        ])
    })
}

/// The signed entry of a partner that nobody can reach.
fn partner(number: u32) -> anyhow::Result<PeerEntry> {
    let chance = SeededChance::new(number.into());
    let (root, identity) = (RootKey::generate(&chance), IdentityKey::generate(&chance));
    let now = now();
    let (node, week) = (root.public().node(), week_of(now));
    let (identity_key, carrier) = (identity.public(), CarrierKey::generate(&chance).public());
    let (not_before, not_after) = (now.plus_hours(-24).seconds(), now.plus_hours(300 * 24).seconds());
    let cert = Cert { node, identity: identity_key, carrier, serial: 1, not_before, not_after }.sign(&root);
    let epochs = [week - 1, week].map(|week| EpochSecret::generate(week, &chance).public().sign(node, &identity));
    let stated = Entry {
        serial: 1,
        names: vec![format!("mitra-{number}"), format!("Mitra {number}")],
        region: "52.03".to_owned(),
        roles: vec!["task_force".to_owned()],
        carriers: vec![CarrierAddress { kind: 1, address: "https://127.0.0.1:1".to_owned(), tls: Some([7; 32]) }],
        versions: vec![1],
        suites: vec![1],
        ..Entry::default()
    };
    let signed = stated.sign(&root.public(), &cert, &epochs, &identity);
    let signed = signed.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    Ok(PeerEntry { node, serial: 1, signed: base::Bytes(signed), trusted: true })
}

/// The node's program of the same build, else one without optimisation.
fn program() -> anyhow::Result<Option<PathBuf>> {
    let here = std::env::current_exe()?;
    let beside = here.with_file_name("simpul");
    let debug = here.parent().and_then(Path::parent).map(|target| target.join("debug").join("simpul"));
    Ok(std::iter::once(beside).chain(debug).find(|program| program.is_file()))
}

struct Installed {
    program: PathBuf,
    dir: PathBuf,
    secret: PathBuf,
    port: u16,
}

/// A running node; stopped when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Installed {
    fn found(program: &Path, folder: &Path) -> anyhow::Result<Self> {
        let (dir, secret) = (folder.join("batam"), folder.join("rahasia"));
        std::fs::write(&secret, "ombak tenang di pagi hari bulan lima\n")?;
        let ports = [free_port()?, free_port()?];
        let mut init = Command::new(program);
        init.arg("init").arg(&dir).args(["--place", "21.71", "--name", "batam", "--passphrase-file"]).arg(&secret);
        init.arg(format!("--port={}", ports[0])).arg(format!("--carrier-port={}", ports[1]));
        let done = init.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        anyhow::ensure!(done.success(), "simpul init failed");
        Ok(Self { program: program.to_path_buf(), dir, secret, port: ports[0] })
    }

    /// What it holds in memory when it is open and left alone.
    async fn idles(&self) -> anyhow::Result<f64> {
        let secret = self.secret.display().to_string();
        let (mut open, _) = self.serve(&["--passphrase-file", &secret]).await?;
        tokio::time::sleep(Duration::from_secs(IDLE_SECONDS)).await;
        let resident = resident_megabytes(open.0.id())?;
        anyhow::ensure!(open.0.try_wait()?.is_none(), "the node stopped by itself");
        Ok(resident)
    }

    /// Partners whose entries came, as its store keeps them: rows that are not sealed, because a locked node reads them.
    async fn knows(&self, partners: u32) -> anyhow::Result<()> {
        let options = Options::at(now());
        let backend = SqliteBackend::open(&self.dir.join("node.db"), options)?;
        let mut tx = backend.begin("bench.partners").await?;
        for number in 0..partners {
            let row = partner(number)?;
            tx.put_item(&Item {
                shelf: Shelf::Entries.number(),
                part: Vec::new(),
                key: row.node.bytes().to_vec(),
                due: None,
                sealed_by: base::KeyId::default(),
                body: store::cbor::to_bytes(&row)?,
            })
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Starts it and waits for the first answer. Gives seconds from the start to it.
    async fn serve(&self, more: &[&str]) -> anyhow::Result<(Running, f64)> {
        let before = wall_seconds();
        let mut serve = Command::new(&self.program);
        serve.arg("serve").arg(&self.dir).args(more).env("SIMPUL_LOG", "error");
        let child = serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let running = Running(child);
        let answered = tokio::time::timeout(Duration::from_secs(START_SECONDS_MAX), async {
            while !asks(self.port).await.unwrap_or(false) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
        answered.await.context("the node does not serve")?;
        Ok((running, wall_seconds() - before))
    }
}

async fn asks(port: u16) -> anyhow::Result<bool> {
    let mut socket = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
    let ask = format!("GET /sehat HTTP/1.1\r\nHost: batam.localhost:{port}\r\nConnection: close\r\n\r\n");
    socket.write_all(ask.as_bytes()).await?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await?;
    Ok(answer.starts_with(b"HTTP/1.1 200"))
}

/// The present, as the node sees it.
fn now() -> Timestamp {
    Timestamp::from_seconds(clock_gettime(ClockId::Realtime).tv_sec)
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Only told, never held against a budget: other work on the machine counts in.
fn wall_seconds() -> f64 {
    let now = clock_gettime(ClockId::Monotonic);
    f64::from(u32::try_from(now.tv_sec).unwrap_or(u32::MAX)) + f64::from(u32::try_from(now.tv_nsec).unwrap_or(0)) / 1e9
}

fn resident_megabytes(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    let kibibytes: u32 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(f64::from(kibibytes) * 1.024 / 1_000.0)
}
