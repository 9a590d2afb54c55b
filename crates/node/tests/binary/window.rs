//! The public window under another user of the system, as docs/manual/public.md sets it up: it serves, its node visits it, and
//! it reads nothing else of the node.

use crate::run::{Folder, Serving, begins, free_port, http};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `nobody`, on every system.
const OTHER: u32 = 65_534;
/// A node visits every two seconds; asked this often without a visit in between, it never will.
const ASKED_MAX: usize = 200_000;

fn mode(path: &Path, bits: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(bits)).unwrap();
}

/// All files and folders below one.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(below(&path));
        }
        all.push(path);
    }
    all
}

/// A node with a window in its configuration; gives the port of the window.
fn with_window(folder: &Folder) -> u16 {
    folder.found();
    let port = free_port();
    let more = format!("\n[public]\nhost = \"batam.localhost\"\nport = {port}\n");
    folder.write("n/simpul.toml", [folder.read("n/simpul.toml"), more.into_bytes()].concat());
    port
}

fn serves(command: Command) -> Serving {
    begins(command, "public window serves")
}

#[test]
fn whoever_may_pass_through_the_folder_of_a_node_may_read_no_file_in_it_but_its_configuration() {
    let folder = Folder::new();
    with_window(&folder);
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    let window = serves(folder.command(&["serve", "n", "--public"]));
    for path in below(&folder.path("n")) {
        let others = std::fs::metadata(&path).unwrap().permissions().mode() & 0o077;
        // The configuration is closed by hand; which runs there were is no secret; the window's own lies behind its folder.
        let known = ["n/simpul.toml", "n/run", "n/public/simpul.toml"].iter().any(|name| path.ends_with(name));
        assert!(known || others == 0 || path.ends_with("n/public/node.sock"), "{} {others:o}", path.display());
    }
    assert_eq!((window.terminate(), node.terminate()), (Some(0), Some(0)));
}

#[test]
fn as_another_user_the_window_serves_and_is_visited_and_reads_nothing_of_the_node() {
    // Nobody else can become somebody else.
    if !rustix::process::getuid().is_root() {
        return;
    }
    let folder = Folder::new();
    let port = with_window(&folder);
    let first = serves(folder.command(&["serve", "n", "--public"]));
    assert_eq!(first.terminate(), Some(0));
    let (home, dir) = (folder.path("n/public"), folder.path("n"));
    for path in below(&home).iter().chain([&home]) {
        chown(path, Some(OTHER), None).unwrap();
    }
    mode(&home, 0o2770);
    mode(&dir, 0o711);
    mode(&folder.path("n/simpul.toml"), 0o600);

    let node = folder.serve(&["--passphrase-file", "frasa"]);
    let binary = folder.path("simpul");
    std::fs::copy(folder.command(&[]).get_program(), &binary).unwrap();
    let mut other = Command::new(&binary);
    other.args(["serve", "n", "--public"]).current_dir(folder.path("")).uid(OTHER).gid(OTHER);
    let window = serves(other);
    let key = || {
        let list = http(port, "GET /saku/paket.json", &[], b"").1;
        serde_json::from_slice::<serde_json::Value>(&list).unwrap()["terima"].is_string()
    };
    assert!((0..ASKED_MAX).any(|_| key()), "its node left it the intake key");
    let mut read = Vec::new();
    for path in below(&dir).into_iter().filter(|path| !path.starts_with(&home) && !path.is_dir()) {
        let mut cat = Command::new("cat");
        let cat = cat.arg(&path).uid(OTHER).gid(OTHER).output().unwrap();
        if cat.status.success() {
            read.push(path.file_name().unwrap().to_owned());
        }
    }
    assert_eq!(read, ["run"], "which runs there were is no secret");
    let list = Command::new("ls").arg(&dir).uid(OTHER).gid(OTHER).output().unwrap();
    assert!(!list.status.success(), "nor does it learn what there is");
    assert_eq!((window.terminate(), node.terminate()), (Some(0), Some(0)));
}
