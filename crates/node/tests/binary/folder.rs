//! Commands on a node's folder: founding, looking, joining, bundles, the journal.

use crate::commands::fails;
use crate::run::{Folder, free_port};
use serde_json::Value;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

#[test]
fn a_folder_that_holds_anything_is_refused_and_not_touched() {
    let folder = Folder::new();
    folder.write("frasa", "empat kata untuk uji");
    std::fs::create_dir(folder.path("n")).unwrap();
    folder.write("n/surat.txt", "penting");
    let init = ["init", "n", "--place", "21.71", "--name", "batam", "--passphrase-file", "frasa"];
    fails(&folder, &init, 2, "node.folder-taken");
    assert_eq!(std::fs::read_dir(folder.path("n")).unwrap().count(), 1);
    assert_eq!(folder.read("n/surat.txt"), b"penting");
}

#[test]
fn bad_words_make_no_node() {
    let folder = Folder::new();
    folder.write("frasa", "empat kata untuk uji");
    folder.write("pendek", "pendek");
    let init = |place, phrase| ["init", "n", "--place", place, "--name", "batam", "--passphrase-file", phrase];
    fails(&folder, &init("Batam", "frasa"), 2, "input.bad-place");
    fails(&folder, &init("21.71", "pendek"), 2, "node.passphrase-short");
    fails(&folder, &init("21.71", "tiada"), 2, "input.unreadable");
    assert!(!folder.path("n").exists());
}

#[test]
fn nobody_else_may_read_a_new_nodes_keys_and_its_papers_are_printed_once() {
    let folder = Folder::new();
    folder.found();
    for name in ["open.key", "carrier.key", "node.db"] {
        let mode = std::fs::metadata(folder.path(&format!("n/{name}"))).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    folder.write("frasa", "empat kata untuk uji");
    let init = ["init", "m", "--place", "52.03", "--name", "lotim", "--passphrase-file", "frasa", "--demo", "--json"];
    let said = folder.run(&init).fine().json();
    assert_eq!((said["papers"].as_array().unwrap().len(), said["officers"].as_array().unwrap().len()), (10, 2));
}

#[test]
fn a_taken_port_is_exit_4_and_named() {
    let folder = Folder::new();
    folder.write("frasa", "empat kata untuk uji");
    let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let (taken, free) = (held.local_addr().unwrap().port().to_string(), free_port().to_string());
    let init = ["init", "n", "--place", "21.71", "--name", "batam", "--passphrase-file", "frasa", "--demo"];
    folder.run(&[&init[..], &["--port", &taken, "--carrier-port", &free]].concat()).fine();
    fails(&folder, &["serve", "n"], 4, "node.port-taken");
    assert!(folder.run(&["serve", "n"]).err.contains(&taken));
}

#[test]
fn doctor_says_a_line_each_and_is_exit_1_when_something_needs_a_hand() {
    let folder = Folder::new();
    folder.found();
    let findings = |ran: &[Value]| -> Vec<(String, bool)> {
        ran.iter().map(|line| (line["what"].as_str().unwrap().to_owned(), line["fine"].as_bool().unwrap())).collect()
    };
    let asleep = folder.run(&["doctor", "n", "--json"]);
    assert_eq!(asleep.code, Some(1));
    let found = findings(&asleep.lines());
    assert!(found.contains(&("process".into(), false)) && found.contains(&("journal".into(), true)), "{found:?}");
    assert_eq!(folder.run(&["doctor", "n"]).out.lines().count(), found.len());
    std::fs::set_permissions(folder.path("n/open.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(findings(&folder.run(&["doctor", "n", "--json"]).lines()).contains(&("keys".into(), false)));
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    let awake = findings(&folder.run(&["doctor", "n", "--json"]).lines());
    assert!(awake.contains(&("process".into(), true)) && awake.contains(&("unlocked".into(), true)), "{awake:?}");
    let names: Vec<&str> = awake.iter().map(|(what, _)| what.as_str()).collect();
    for what in ["clock", "disk", "database", "keys", "backup", "partners", "certificate"] {
        assert!(names.contains(&what), "{what}: {names:?}");
    }
    assert!(awake.contains(&("backup".into(), false)), "there is none yet");
    folder.run(&["backup", "n", "--to", "c"]).fine();
    let kept = findings(&folder.run(&["doctor", "n", "--json"]).lines());
    assert!(kept.contains(&("backup".into(), true)) && kept.contains(&("certificate".into(), true)), "{kept:?}");
    let old = String::from_utf8(folder.read("n/backups.json")).unwrap();
    let at: i64 = old.split("\"at\":").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    folder.write("n/backups.json", old.replace(&at.to_string(), &(at - 8 * 86_400_000).to_string()));
    let aged = folder.run(&["doctor", "n", "--lang", "en"]);
    assert!(aged.out.contains("!!  backup") && aged.out.contains("8 days old"), "{aged:?}");
    assert_eq!(node.terminate(), Some(0));
}

#[test]
fn a_flipped_byte_of_the_journal_is_named() {
    let folder = Folder::new();
    folder.found();
    let whole = folder.run(&["audit", "verify", "n", "--json"]).fine().json();
    let link = base::from_hex(whole["link"].as_str().unwrap()).unwrap();
    let good = folder.read("n/node.db");
    let at = good.windows(link.len()).position(|window| window == link).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        folder.write("n/node.db", bytes);
        folder.run(&["audit", "verify", "n", "--json"])
    };
    let broken = flipped(at);
    assert_eq!(broken.code, Some(1), "{broken:?}");
    assert_eq!((&broken.json()["seq"], &broken.json()["what"]), (&whole["seq"], &Value::from("link")));
    // The body and its hash stand before the link.
    for before in [1, 32, 33, 64] {
        let broken = flipped(at - before);
        assert_eq!((broken.code, &broken.json()["whole"]), (Some(1), &Value::from(false)), "{before}: {broken:?}");
    }
    folder.write("n/node.db", &good);
    assert!(folder.run(&["audit", "verify", "n"]).fine().out.contains("whole"));
}

#[test]
fn a_damaged_joining_file_joins_nobody() {
    let folder = Folder::new();
    folder.found();
    folder.run(&["join", "export", "n", "--out", "batam.spj", "--passphrase-file", "frasa"]).fine();
    let good = folder.read("batam.spj");
    let shown = folder.run(&["join", "import", "n", "batam.spj"]).fine();
    assert!(shown.out.contains("Batam") && shown.err.contains("--yes"), "{shown:?}");
    let refused = |name: &str, bytes: &[u8]| {
        folder.write(name, bytes);
        let ran = folder.run(&["join", "import", "n", name, "--yes", "--passphrase-file", "frasa", "--json"]);
        assert!(matches!(ran.code, Some(2 | 3)), "{name}: {ran:?}");
        assert!(ran.json()["error"]["code"].as_str().unwrap().starts_with("entry."), "{name}: {ran:?}");
    };
    refused("kosong.spj", b"");
    refused("sampah.spj", b"bukan berkas gabung");
    refused("terpotong.spj", &good[..good.len() / 2]);
    refused("lebih.spj", &[&good[..], b"x"].concat());
    for at in [5, good.len() / 3, good.len() / 2, good.len() - 1] {
        let mut bent = good.clone();
        bent[at] ^= 0x10;
        refused("bengkok.spj", &bent);
    }
}

#[test]
fn garbage_is_no_bundle_and_a_wrong_passphrase_opens_nothing() {
    let folder = Folder::new();
    folder.found();
    folder.write("sampah.spb", [7; 4_000]);
    folder.write("kosong.spb", b"");
    folder.write("salah", "bukan itu frasanya");
    let before = folder.run(&["audit", "verify", "n"]).fine().out;
    fails(&folder, &["bundle", "import", "n", "sampah.spb", "--passphrase-file", "frasa"], 3, "bundle.altered");
    fails(&folder, &["bundle", "import", "n", "kosong.spb", "--passphrase-file", "frasa"], 2, "bundle.cut");
    fails(&folder, &["bundle", "import", "n", "tiada.spb", "--passphrase-file", "frasa"], 2, "input.unreadable");
    fails(&folder, &["bundle", "import", "n", "sampah.spb", "--passphrase-file", "salah"], 3, "node.wrong-passphrase");
    fails(
        &folder,
        &["bundle", "export", "n", "--to", "lotim", "--out", "k.spb", "--passphrase-file", "frasa"],
        2,
        "node.no-partner",
    );
    fails(
        &folder,
        &["join", "export", "n", "--out", "b.spj", "--passphrase-file", "salah"],
        3,
        "node.wrong-passphrase",
    );
    assert!(!folder.path("k.spb").exists() && !folder.path("b.spj").exists());
    let after = folder.run(&["audit", "verify", "n"]).fine().out;
    assert_ne!(before, after, "refused files are written down");
}

#[test]
fn files_are_written_beside_and_renamed_so_that_nobody_reads_half() {
    let folder = Folder::new();
    folder.found();
    folder.write("b.spj", "yang lama");
    let inode = || std::fs::metadata(folder.path("b.spj")).unwrap().ino();
    let old = inode();
    // The temporary name is taken by a folder: the command fails before it touches the old file.
    std::fs::create_dir(folder.path("b.part")).unwrap();
    let export = ["join", "export", "n", "--out", "b.spj", "--passphrase-file", "frasa"];
    fails(&folder, &export, 4, "output.unwritable");
    assert_eq!((folder.read("b.spj").as_slice(), inode()), (&b"yang lama"[..], old));
    std::fs::remove_dir(folder.path("b.part")).unwrap();
    folder.run(&export).fine();
    assert_ne!(inode(), old, "a new file under the old name");
    assert!(folder.read("b.spj").starts_with(b"SPJ1") && !folder.path("b.part").exists());
}

#[test]
fn what_needs_a_running_node_says_so() {
    let folder = Folder::new();
    folder.found();
    fails(&folder, &["lock", "n"], 4, "node.not-running");
    fails(&folder, &["unlock", "n", "--passphrase-file", "frasa"], 4, "node.not-running");
}

#[test]
fn an_unknown_key_of_the_configuration_is_named() {
    let folder = Folder::new();
    folder.found();
    let config = String::from_utf8(folder.read("n/simpul.toml")).unwrap();
    folder.write("n/simpul.toml", format!("warna = \"biru\"\n{config}"));
    fails(&folder, &["doctor", "n"], 2, "node.bad-config");
    assert!(folder.run(&["doctor", "n"]).err.contains("warna"));
}
