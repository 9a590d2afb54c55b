//! A backup that is killed, or that meets the end of the disk: what was good before is good after, and the next one too.

use crate::commands::fails;
use crate::run::{Folder, Ran};
use crate::whole::Waiting;
use std::path::Path;
use std::process::Command;

const BACKUP: [&str; 6] = ["backup", "n", "--to", "c", "--passphrase-file", "frasa"];

/// One more report, by a node that is stopped again; so that the next backup has something to write.
fn grows(folder: &Folder, port: u16, n: u64) {
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    let story = format!("Majikan menahan paspor. {}", "Pintu dikunci setiap malam. ".repeat(200));
    assert_eq!(Waiting::nth(port, n, &story).send(port).0, 201);
    assert_eq!(node.terminate(), Some(0));
    folder.run(&["audit", "verify", "n"]).fine();
}

/// The number of entries that come back from the place, with the chain whole: a rehearsal that leaves nothing.
fn comes_back(folder: &Folder, place: &str) -> i64 {
    let rehearsal = ["restore", place, "--to", "m", "--verify", "--passphrase-file", "frasa", "--json"];
    let said = folder.run(&rehearsal).fine().json();
    std::fs::remove_dir_all(folder.path("m")).unwrap();
    said["events"].as_i64().unwrap()
}

/// Names and lengths below a place.
fn lies_in(place: &Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_dir() {
            found.extend(lies_in(&entry.path()));
        } else {
            found.push((entry.path().display().to_string(), meta.len()));
        }
    }
    found.sort();
    found
}

fn half_written(place: &Path) -> Vec<(String, u64)> {
    lies_in(place).into_iter().filter(|(name, _)| name.contains(".part")).collect()
}

/// The process is killed the moment the place has changed so many times; `None` if it had ended before.
fn killed_after(folder: &Folder, changes: u64) -> Option<()> {
    let mut child = folder.begin(&BACKUP);
    let (mut before, mut seen) = (lies_in(&folder.path("c")), 0);
    while seen < changes {
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        let now = lies_in(&folder.path("c"));
        seen += u64::from(now != before);
        before = now;
    }
    child.kill().unwrap();
    (!child.wait().unwrap().success()).then_some(())
}

#[test]
fn a_backup_that_is_killed_at_any_moment_leaves_the_one_before_it_and_the_next_is_whole() {
    let folder = Folder::new();
    let port = folder.found();
    folder.run(&BACKUP).fine();
    let (mut last, mut kills) = (comes_back(&folder, "c"), 0);
    for changes in 1..=8 {
        grows(&folder, port, changes);
        kills += usize::from(killed_after(&folder, changes).is_some());
        let after = comes_back(&folder, "c");
        assert!(after >= last, "{changes}: {after} entries came back, and {last} before");
        last = after;
    }
    assert!(kills >= 3, "{kills} were met in their work");
    let whole = folder.run(&[&BACKUP[..], &["--json"]].concat()).fine().json();
    let rehearsed = comes_back(&folder, "c");
    let journal = folder.run(&["audit", "verify", "n", "--json"]).fine().json();
    assert_eq!((&whole["seq"], rehearsed >= last), (&journal["seq"], true));
    assert_eq!(half_written(&folder.path("c")), [], "it is gone");
}

/// A real file system of so many KB; only the superuser may mount one.
struct SmallDisk<'a>(&'a Folder);

impl<'a> SmallDisk<'a> {
    fn mount(folder: &'a Folder, kilobytes: u64) -> Option<Self> {
        std::fs::create_dir(folder.path("stik")).unwrap();
        let disk = Self(folder);
        disk.mounted(&["-t", "tmpfs", "-o", &format!("size={kilobytes}k"), "simpul"]).then_some(disk)
    }

    fn grow(&self, kilobytes: u64) {
        assert!(self.mounted(&["-o", &format!("remount,size={kilobytes}k")]));
    }

    fn mounted(&self, args: &[&str]) -> bool {
        let done = Command::new("mount").args(args).arg(self.0.path("stik")).output();
        done.is_ok_and(|done| done.status.success())
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path("stik")).output();
    }
}

#[test]
fn a_stick_that_is_full_says_so_keeps_the_backup_before_and_takes_the_next_once_there_is_room() {
    let folder = Folder::new();
    let port = folder.found();
    folder.run(&BACKUP).fine();
    let bytes: u64 = lies_in(&folder.path("c")).iter().map(|(_, bytes)| bytes.div_ceil(4_096) * 4_096).sum();
    // Room for one backup and half of the next.
    let Some(disk) = SmallDisk::mount(&folder, bytes * 3 / 2 / 1_024) else {
        eprintln!("SKIPPED (a small disk can be mounted by the superuser only)");
        return;
    };
    let to_stick = ["backup", "n", "--to", "stik/c", "--passphrase-file", "frasa"];
    folder.run(&to_stick).fine();
    let first = comes_back(&folder, "stik/c");
    for n in 0..3 {
        grows(&folder, port, n);
        fails(&folder, &to_stick, 4, "backup.unwritable");
        assert_eq!(comes_back(&folder, "stik/c"), first, "the one before it stands");
    }
    disk.grow(bytes * 8 / 1_024);
    let Ran { err, .. } = folder.run(&to_stick).fine();
    assert!(!err.contains("error["), "{err}");
    assert!(comes_back(&folder, "stik/c") > first);
    assert_eq!(half_written(&folder.path("stik")), []);
}
