//! A PostgreSQL for these tests: the one of `TEST_PG_URL`, else one of their own on a free port, gone with the process.
//! `TEST_PG=require` fails without a server, `TEST_PG=skip` skips, and says so.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A running server. Dropping it, or the end of this process in whatever way, stops it.
pub struct Server {
    pub url: String,
    watcher: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait();
    }
}

/// The server's address, or `None` when this test is to be skipped; then it was said.
pub fn url() -> Option<&'static str> {
    static SHARED: OnceLock<Option<(String, Option<Server>)>> = OnceLock::new();
    let wish = std::env::var("TEST_PG").unwrap_or_default();
    if wish == "skip" {
        eprintln!("SKIPPED (TEST_PG=skip)");
        return None;
    }
    let shared = SHARED.get_or_init(|| match std::env::var("TEST_PG_URL") {
        Ok(url) => Some((url, None)),
        Err(_) => own("fsync=off", &[]).map(|server| (server.url.clone(), Some(server))),
    });
    let url = shared.as_ref().map(|(url, _)| url.as_str());
    assert!(url.is_some() || wish != "require", "TEST_PG=require, and PostgreSQL is not installed");
    if url.is_none() {
        eprintln!("SKIPPED (PostgreSQL is not installed)");
    }
    url
}

/// A schema that no other test uses.
pub fn schema() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("simpul_t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Starts a server with these settings and files of its own; `None` when it is not installed.
pub fn own(settings: &str, files: &[(&str, String)]) -> Option<Server> {
    let programs = programs()?;
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let run = |program: &str| {
        let path = programs.join(program);
        if !root {
            return Command::new(path);
        }
        // The server refuses to run as the superuser.
        let mut run = Command::new("runuser");
        run.args(["-u", "postgres", "--"]).arg(path);
        run
    };
    let own = |path: &Path| {
        if root {
            done(Command::new("chown").arg("postgres").arg(path));
        }
    };
    let folder = tempfile::Builder::new().prefix("simpul-pg-").tempdir().unwrap().keep();
    own(&folder);
    let data = folder.join("data");
    // Before anything runs, so that a server is never without its watcher; it outlives an interrupt from the keyboard.
    let stop = format!("{:?} -s -m immediate stop", run("pg_ctl").arg("-D").arg(&data));
    let last = format!("trap '' INT; read line; {stop} 2>&1; rm -rf '{}'", folder.display());
    let watcher = Command::new("sh").args(["-c", &last]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let init = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"];
    done(run("initdb").args(init).arg(&data));
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    for (name, text) in files {
        let file = data.join(name);
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        own(&file);
    }
    let settings = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c max_connections=300 -c {settings}",
        folder.display()
    );
    let log = folder.join("log");
    done(run("pg_ctl").arg("-D").arg(&data).args(["-w", "-s", "-o", &settings]).arg("-l").arg(log).arg("start"));
    Some(Server { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), watcher })
}

fn programs() -> Option<PathBuf> {
    let versions = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().filter_map(Result::ok);
    let newest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .max()
        .map(|(_, folder)| folder);
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest.into_iter().chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").is_file())
}

fn done(command: &mut Command) {
    // pg_ctl leaves its output open in the server it starts, so the output is not waited for.
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}");
}
