//! Whole commands over PostgreSQL: what its client costs this process. The server is another process and is not counted.
//! The figure has the desk in it; the 150 that STORAGE.md names is wanted, and told beside it.

use crate::commands;
use crate::node::{Node, START, runtime};
use crate::row::{Line, Row};
use crate::story;
use accord::PartyRole;
use std::ffi::OsString;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store_postgres::{Options, PostgresBackend};
use tokio::runtime::Runtime;

const NAME: &str = "PostgreSQL client, 64 callers: add a note";
/// Cases that are worked on.
const CASES: u32 = 128;

/// One group of rows after another: each has its own tables.
static SCHEMAS: AtomicU32 = AtomicU32::new(0);
/// Why there is no row.
pub const MISSING: &str = "PostgreSQL is not installed (apt-get install postgresql), and TEST_PG_URL is not set";

/// A node over PostgreSQL, with the server where it is ours. `None`: there is no server.
pub fn node(runtime: &Runtime) -> anyhow::Result<Option<(Node, Option<Server>)>> {
    let own = if std::env::var_os("TEST_PG_URL").is_none() { Server::start()? } else { None };
    let url = std::env::var("TEST_PG_URL").ok().or_else(|| own.as_ref().map(|server| server.url.clone()));
    let Some(url) = url else { return Ok(None) };
    let schema = format!("simpul_ukur_{}_{}", std::process::id(), SCHEMAS.fetch_add(1, Ordering::Relaxed));
    let node = runtime.block_on(async {
        let backend = PostgresBackend::connect(&url, &schema, Options::at(START)).await?;
        Node::over(Arc::new(backend), None, ("batam", "21.71", PartyRole::TaskForce)).await
    })?;
    Ok(Some((node, own)))
}

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    let Some((node, _server)) = node(&runtime)? else {
        return Ok(vec![Line::Skipped(NAME, MISSING.to_owned())]);
    };
    let cases = Arc::new(runtime.block_on(story::cases(&node, CASES))?);
    let seconds = commands::notes(&runtime, &node, &cases, commands::CALLERS)?;
    // The store lets go of its lease before the server stops.
    drop(node);
    drop(runtime);
    Ok(vec![Row::wanted(NAME, seconds * 1e6, "CPU microsec", 150.0).into()])
}

/// A server of our own with every promise on (fsync), stopped when dropped.
pub struct Server {
    url: String,
    control: Vec<OsString>,
    _folder: tempfile::TempDir,
}

impl Server {
    /// `None` when it is not installed.
    fn start() -> anyhow::Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        let as_server = rustix::process::getuid().is_root();
        if as_server {
            run(&["chown".into(), "postgres".into(), folder.path().into()])?;
        }
        // The server refuses to run as the superuser.
        let wrap: Vec<OsString> =
            if as_server { ["runuser", "-u", "postgres", "--"].map(OsString::from).into() } else { Vec::new() };
        let program = |name: &str| [wrap.clone(), vec![programs.join(name).into()]].concat();
        let init = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D"].map(OsString::from);
        run(&[program("initdb"), init.into(), vec![data.clone().into()]].concat())?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let settings =
            format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={}", folder.path().display());
        let control = [program("pg_ctl"), vec!["-D".into(), data.into(), "-s".into(), "-w".into()]].concat();
        let start =
            ["-o".into(), OsString::from(settings), "-l".into(), folder.path().join("log").into(), "start".into()];
        run(&[control.clone(), start.into()].concat())?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        Ok(Some(Self { url, control, _folder: folder }))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The folder goes in any case; a server without its files ends by itself.
        let _ = run(&[self.control.clone(), vec!["-m".into(), "immediate".into(), "stop".into()]].concat());
    }
}

fn run(words: &[OsString]) -> anyhow::Result<()> {
    let (program, rest) = words.split_first().ok_or_else(|| anyhow::anyhow!("nothing to run"))?;
    let status = Command::new(program).args(rest).stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    anyhow::ensure!(status.success(), "{} failed", program.display());
    Ok(())
}

/// Folder of the newest installed version.
fn programs() -> Option<PathBuf> {
    let versions = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().filter_map(Result::ok);
    let numbered =
        |entry: std::fs::DirEntry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")));
    let newest = versions.filter_map(numbered).max().map(|(_, folder)| folder);
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest.into_iter().chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").is_file())
}
