//! A node that nobody asks anything: how soon it serves, and what it holds in memory.

use crate::node::runtime;
use crate::row::{Line, Row};
use anyhow::Context;
use rustix::time::{ClockId, clock_gettime};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const NAME: &str = "idle node: resident memory";
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
        let secret = node.secret.display().to_string();
        let (mut open, _) = node.serve(&["--passphrase-file", &secret]).await?;
        tokio::time::sleep(Duration::from_secs(IDLE_SECONDS)).await;
        let resident = resident_megabytes(open.0.id())?;
        anyhow::ensure!(open.0.try_wait()?.is_none(), "the node stopped by itself");
        Ok(vec![
            Row::at_most(NAME, resident, "MB", 64.0).beside("GlobaLeaks asks 1 GB").into(),
            Row::told("  start to serving, by the wall clock (300)", soon * 1e3, "millisec").into(),
        ])
    })
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
