//! One PostgreSQL server for a test run: its own folder, a free port, gone with this process whatever happens to it.

use crate::tools;
use anyhow::{Context, Result};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running server. Dropping it, or the end of this process by any way, stops it and removes its folder.
pub struct Server {
    /// What tests read from TEST_PG_URL.
    pub url: String,
    watcher: Child,
}

/// The programs of the newest installed server, else those on the PATH.
pub fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let newest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max();
    newest.map(|(_, folder)| folder).or_else(|| tools::find("initdb")?.parent().map(Path::to_path_buf))
}

/// Keeps Debian's package from starting a server of its own.
pub fn no_main_cluster() -> Result<()> {
    let folder = Path::new("/etc/postgresql-common");
    let file = folder.join("createcluster.conf");
    if tools::is_root() && !file.exists() {
        std::fs::create_dir_all(folder)?;
        std::fs::write(file, "create_main_cluster = false\n")?;
    }
    Ok(())
}

/// Starts a server on a free port. Data is thrown away at the end, so nothing is flushed to disk.
pub fn start() -> Result<Server> {
    let programs = programs().context("PostgreSQL is not installed")?;
    let folder = std::env::temp_dir().join(format!("simpul-test-pg-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let owner = tools::is_root().then_some("postgres");
    if let Some(owner) = owner {
        done(Command::new("chown").arg(owner).arg(&folder))?;
    }
    let data = folder.join("data");
    // Made before the server: the watcher removes the folder too, should the start fail.
    let watcher = watch(&programs, &folder, owner)?;
    let port = free_port()?;
    let mut server = Server { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), watcher };
    let init = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
    let begun = done(as_owner(owner, &programs.join("initdb")).args(init).arg("-D").arg(&data)).and_then(|()| {
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB",
            folder.display()
        );
        let mut start = as_owner(owner, &programs.join("pg_ctl"));
        start.arg("-D").arg(&data).args(["-w", "-s", "-o", &options]).arg("-l").arg(folder.join("log")).arg("start");
        done(&mut start)
    });
    begun.inspect_err(|_| server.stop())?;
    Ok(server)
}

impl Server {
    fn stop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A shell that waits for its input to close, which the system does for us even after a kill, and then cleans up.
fn watch(programs: &Path, folder: &Path, owner: Option<&str>) -> Result<Child> {
    let run = owner.map_or(String::new(), |owner| format!("runuser -u {owner} -- "));
    let script = format!(
        "trap '' INT TERM HUP; cat >/dev/null; {run}'{}' -D '{}' -m immediate -s stop; rm -rf '{}'",
        programs.join("pg_ctl").display(),
        folder.join("data").display(),
        folder.display()
    );
    let quiet = || Stdio::null();
    Command::new("sh")
        .args(["-c", &script])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(quiet())
        .stderr(quiet())
        .spawn()
        .context("cannot start the watcher of the database server")
}

fn as_owner(owner: Option<&str>, program: &Path) -> Command {
    let mut command = match owner {
        Some(owner) => {
            let mut command = Command::new("runuser");
            command.args(["-u", owner, "--"]).arg(program);
            command
        }
        None => Command::new(program),
    };
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn done(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    anyhow::ensure!(status.success(), "failed: {command:?}");
    Ok(())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
