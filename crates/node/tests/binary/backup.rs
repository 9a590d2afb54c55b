//! Backup and restore as people do it: with the printed page, on an empty disk, while the node runs, and as a rehearsal.

use crate::commands::fails;
use crate::run::{Folder, PASSPHRASE, Ran, root};
use crate::whole::Waiting;
use std::path::Path;

const STORY: &str = "Majikan menahan paspor dan mengunci pintu setiap malam.";
const NEW: &str = "frasa baru sesudah pulih";

/// The page as `init` prints it: papers and the commands in their order.
struct Page {
    masters: Vec<String>,
    commands: Vec<Vec<String>>,
}

impl Page {
    fn read(printed: &str) -> Self {
        let masters = printed.lines().filter(|line| line.starts_with("master ")).map(ToOwned::to_owned).collect();
        let typed = printed.lines().filter_map(|line| line.strip_prefix("    simpul "));
        let commands = typed.map(|line| line.split_whitespace().map(ToOwned::to_owned).collect()).collect();
        Self { masters, commands }
    }

    fn words(&self, n: usize, name: &str) -> Vec<&str> {
        let words: Vec<&str> = self.commands[n].iter().map(String::as_str).collect();
        assert_eq!(words[0], name);
        words
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn all_bytes(folder: &Path, found: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all_bytes(&path, found) } else { found.extend(std::fs::read(path).unwrap()) }
    }
}

#[test]
fn the_printed_page_alone_brings_a_node_back_on_an_empty_disk() {
    let old = Folder::new();
    let (port, printed) = old.found_printed();
    let page = Page::read(&printed);
    assert_eq!((page.masters.len(), page.commands.len()), (5, 5), "{printed}");
    let node = old.serve(&["--passphrase-file", "frasa"]);
    let report = Waiting::seal(port, STORY);
    let (status, receipt) = report.send(port);
    assert_eq!(status, 201);
    old.run(&page.words(0, "backup")).fine();
    node.kill_9();

    let new = Folder::new();
    copy_folder(&old.path("cadangan-batam"), &new.path("cadangan-batam"));
    drop(old);
    let typed = [&page.masters[4], &page.masters[1], &page.masters[2], &NEW.to_owned()].map(|line| format!("{line}\n"));
    new.run_with(&page.words(1, "restore"), typed.concat().as_bytes()).fine();
    assert_eq!(page.words(2, "serve"), ["serve", "n"]);
    let node = new.serve(&[]);
    let lost = new.run_with(&["unlock", "n"], format!("{PASSPHRASE}\n").as_bytes());
    assert_eq!(lost.code, Some(3), "the lost passphrase opens nothing any more: {lost:?}");
    new.run_with(&page.words(3, "unlock"), format!("{NEW}\n").as_bytes()).fine();
    assert_eq!(report.send(port), (200, receipt), "what was answered before the backup is there");
    let looked = new.run(&page.words(4, "doctor"));
    assert!(looked.out.contains("ok  journal") || looked.out.contains("ok  unlocked"), "{looked:?}");
    assert_eq!(node.terminate(), Some(0));
    new.run(&["audit", "verify", "n"]).fine();
}

#[test]
fn two_papers_a_paper_of_another_set_or_a_slip_of_the_pen_open_nothing() {
    let folder = Folder::new();
    let (_, printed) = folder.found_printed();
    let page = Page::read(&printed);
    folder.run(&["backup", "n", "--to", "c", "--passphrase-file", "frasa"]).fine();
    let restore = |papers: &[&str]| -> Ran {
        folder.write("lembar", papers.join("\n"));
        folder.run(&["restore", "c", "--to", "m", "--shares", "lembar", "--passphrase-file", "frasa"])
    };
    let [a, b, c, ..] = page.masters.iter().map(String::as_str).collect::<Vec<_>>()[..] else { panic!("{printed}") };
    let root = printed.lines().find(|line| line.starts_with("root 3")).unwrap();
    let slip = format!("{}{}", &c[..c.len() - 1], if c.ends_with('X') { 'Y' } else { 'X' });
    for (papers, code) in [
        (vec![a, b], "share.too-few"),
        (vec![a, b, b], "share.too-few"),
        (vec![a, b, root], "share.mismatch"),
        (vec![a, b, &slip], "share.group"),
    ] {
        let ran = restore(&papers);
        assert!(ran.err.contains(&format!("error[{code}]")), "{code}: {ran:?}");
        assert!(!folder.path("m").exists(), "nothing is left behind");
    }
    restore(&[c, a, b]).fine();
}

#[test]
fn a_backup_is_made_while_the_node_serves_and_holds_no_readable_word() {
    let folder = Folder::new();
    let port = folder.found();
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    assert_eq!(Waiting::seal(port, STORY).send(port).0, 201);
    let first = folder.run(&["backup", "n", "--to", "c", "--json"]).fine().json();
    assert!(first["events"].as_i64().unwrap() > 2);
    let second = folder.run(&["backup", "n", "--to", "c", "--json"]).fine().json();
    assert_eq!((&second["events"], &second["seq"]), (&0.into(), &first["seq"]), "only what is new");
    folder.run(&["lock", "n"]).fine();
    fails(&folder, &["backup", "n", "--to", "c"], 3, "store.locked");
    fails(&folder, &["backup", "n", "--to", "tiada/c"], 3, "store.locked");
    assert_eq!(node.terminate(), Some(0));
    fails(&folder, &["backup", "n", "--to", "tiada/c", "--passphrase-file", "frasa"], 4, "backup.unwritable");
    let mut bytes = Vec::new();
    all_bytes(&folder.path("c"), &mut bytes);
    let secret = folder.read("n/open.key");
    for word in [STORY.as_bytes(), b"koordinator", b"21.71", b"batam", &secret] {
        assert!(!bytes.windows(word.len()).any(|window| window == word), "{}", String::from_utf8_lossy(word));
    }
    assert!(bytes.len() > 4_000);
}

#[test]
fn a_rehearsal_checks_all_changes_nothing_and_is_not_served() {
    let folder = Folder::new();
    folder.found();
    folder.run(&["backup", "n", "--to", "c", "--passphrase-file", "frasa"]).fine();
    let whole = folder.run(&["audit", "verify", "n", "--json"]).fine().json();
    assert_eq!(whole["signed"], whole["seq"], "a backup goes with a signed end of the journal");
    let mut before = Vec::new();
    all_bytes(&folder.path("c"), &mut before);
    let rehearse = ["restore", "c", "--to", "m", "--verify", "--passphrase-file", "frasa", "--json"];
    let said = folder.run(&rehearse).fine().json();
    assert_eq!((&said["seq"], &said["era"]), (&whole["seq"], &serde_json::Value::Null));
    fails(&folder, &["serve", "m"], 3, "node.rehearsal");
    fails(&folder, &rehearse[..rehearse.len() - 1], 2, "node.folder-taken");
    // All but the note that it was.
    std::fs::remove_file(folder.path("c/rehearsed")).unwrap();
    let mut after = Vec::new();
    all_bytes(&folder.path("c"), &mut after);
    assert_eq!(before, after);
    assert_eq!(folder.run(&["audit", "verify", "m", "--json"]).fine().json(), whole);
}

#[test]
fn a_restore_that_cannot_be_leaves_no_folder_and_says_why() {
    let folder = Folder::new();
    folder.found();
    folder.run(&["backup", "n", "--to", "c", "--passphrase-file", "frasa"]).fine();
    folder.write("salah", "bukan itu frasanya");
    let to = |more: &[&'static str]| [&["restore", "c", "--to", "m"], more].concat();
    fails(&folder, &to(&["--passphrase-file", "salah"]), 3, "node.wrong-passphrase");
    fails(&folder, &to(&["--passphrase-file", "frasa", "--until", "kemarin"]), 2, "input.bad-time");
    fails(&folder, &to(&["--passphrase-file", "frasa", "--until", "2020-01-01T00:00:00Z"]), 2, "backup.too-early");
    fails(&folder, &["restore", "tiada", "--to", "m", "--passphrase-file", "frasa"], 2, "backup.none");
    fails(&folder, &["restore", "c", "--to", "n", "--passphrase-file", "frasa"], 2, "node.folder-taken");
    let ring = std::fs::read_dir(folder.path("c")).unwrap().map(|entry| entry.unwrap().path());
    let ring = ring.into_iter().find(|path| path.display().to_string().contains("ring-")).unwrap();
    std::fs::write(ring, b"bukan kunci").unwrap();
    fails(&folder, &to(&["--passphrase-file", "frasa"]), 3, "backup.altered");
    assert!(!folder.path("m").exists());
}

/// ADR 20: one form of archive for both engines, and a restore always makes a file store.
#[test]
fn a_node_on_postgresql_is_backed_up_and_comes_back_whole_as_a_file() {
    if crate::postgres::url().is_none() {
        return;
    }
    // Of its own: a node refuses a server that does not sync, as the shared one of these tests.
    let server = crate::postgres::own("fsync=on", &[]).unwrap();
    let folder = Folder::new();
    let port = folder.found_with(&["--store", &server.url]).0;
    assert!(!folder.path("n/node.db").exists(), "nothing of it is in a file");
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    let report = Waiting::seal(port, STORY);
    let (status, receipt) = report.send(port);
    assert_eq!(status, 201);
    folder.run(&["backup", "n", "--to", "c", "--json"]).fine();
    assert_eq!(Waiting::nth(port, 6, STORY).send(port).0, 201);
    let copied = folder.run(&["backup", "n", "--to", "c", "--json"]).fine().json();
    assert!(copied["events"].as_i64().unwrap() > 0);
    assert_eq!(node.terminate(), Some(0));
    let whole = folder.run(&["audit", "verify", "n", "--json"]).fine().json();

    let rehearse = ["restore", "c", "--to", "m", "--verify", "--passphrase-file", "frasa", "--json"];
    let said = folder.run(&rehearse).fine().json();
    assert_eq!(said["seq"], whole["seq"]);
    assert_eq!(folder.run(&["audit", "verify", "m", "--json"]).fine().json(), whole, "the chain, to the last entry");
    let again = ["init", "k", "--place", "21.71", "--name", "batam", "--passphrase-file", "frasa", "--demo", "--store"];
    let told = folder.run(&[&again[..], &[&server.url]].concat());
    assert!(told.code != Some(0) && !folder.path("k/simpul.toml").exists(), "a store that is taken is kept: {told:?}");
    assert_eq!(folder.run(&["audit", "verify", "n", "--json"]).fine().json(), whole);
    drop(server);

    std::fs::rename(folder.path("n"), folder.path("dulu")).unwrap();
    let back = folder.run(&["restore", "c", "--to", "n", "--passphrase-file", "frasa"]).fine();
    assert!(back.err.contains("PostgreSQL") && folder.path("n/node.db").exists(), "{back:?}");
    let config = String::from_utf8(folder.read("n/simpul.toml")).unwrap();
    assert!(!config.contains("postgres://"), "the old server may still be alive: {config}");
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    assert_eq!(report.send(port), (200, receipt), "what was answered is there");
    assert_eq!(node.terminate(), Some(0));
    folder.run(&["audit", "verify", "n"]).fine();
}

/// Every command of the manual page, in its order, word by word.
#[test]
fn the_manual_page_can_be_followed_word_by_word() {
    let folder = Folder::new();
    folder.found();
    folder.write("rahasia.txt", PASSPHRASE);
    std::fs::rename(folder.path("n"), folder.path("simpul-batam")).unwrap();
    let page = std::fs::read_to_string(root().join("docs/manual/backup.md")).unwrap();
    let (mut fenced, mut ran) = (false, 0);
    for line in page.lines() {
        fenced ^= line.starts_with("```");
        let Some(words) = line.strip_prefix("simpul ").filter(|_| fenced) else { continue };
        let words: Vec<&str> = words.split_whitespace().collect();
        folder.run(&words).fine();
        ran += 1;
    }
    assert!(ran >= 4, "{ran}");
}
