//! A node that two keyholders open together: at the command line, on the page, from a backup, and who they are.

use crate::commands::fails;
use crate::run::{Folder, PASSPHRASE, Ran, http};
use serde_json::Value;

const SARI: (&str, &str) = ("sari", "kata sari sendiri");
const MADE: (&str, &str) = ("made", "kata made sendiri");
const RINA: (&str, &str) = ("rina", "kata rina sendiri");
const TWO: [&str; 9] = ["keyholders", "two", "n", "--holder", "sari", "--holder", "made", "--holder", "rina"];

/// Lines as people type them.
fn typed(words: &[&str]) -> Vec<u8> {
    words.iter().flat_map(|word| [*word, "\n"]).collect::<String>().into_bytes()
}

/// A node that any two of sari, made and rina open.
fn shared(folder: &Folder) -> u16 {
    let port = folder.found();
    let phrases = typed(&[SARI.1, MADE.1, RINA.1]);
    let set = folder.run_with(&[&TWO[..], &["--passphrase-file", "frasa"]].concat(), &phrases).fine();
    assert!(set.out.contains("dua dari / two of: sari, made, rina"), "{set:?}");
    port
}

fn unlock(folder: &Folder, (name, phrase): (&str, &str)) -> Ran {
    folder.run_with(&["unlock", "n", "--as", name], &typed(&[phrase]))
}

fn locked(port: u16) -> bool {
    let (_, body) = http(port, "GET /sehat", &[], b"");
    serde_json::from_slice::<Value>(&body).unwrap()["locked"] == true
}

fn whole(folder: &Folder) {
    assert_eq!(folder.run(&["audit", "verify", "n", "--json"]).fine().json()["whole"], true);
}

#[test]
fn two_keyholders_open_a_locked_node_and_one_alone_never_does() {
    let folder = Folder::new();
    let port = shared(&folder);
    fails(&folder, &["serve", "n", "--passphrase-file", "frasa"], 3, "node.two-officers");
    let node = folder.serve(&[]);
    let alone = folder.run_with(&["unlock", "n"], &typed(&[PASSPHRASE]));
    assert!(alone.code == Some(3) && alone.err.contains("node.two-officers"), "{alone:?}");
    let waits = |ran: Ran| {
        assert!(ran.code == Some(3) && ran.err.contains("node.second-officer"), "{ran:?}");
        assert!(locked(port));
        ran.err
    };
    // Right, wrong, the same person again, a stranger: one answer.
    let right = waits(unlock(&folder, SARI));
    for other in [(SARI.0, "bukan katanya"), SARI, ("tuti", MADE.1), (RINA.0, SARI.1)] {
        assert_eq!(waits(unlock(&folder, other)), right, "{other:?}");
    }
    unlock(&folder, MADE).fine();
    assert!(!locked(port));
    folder.run(&["lock", "n"]).fine();
    waits(unlock(&folder, RINA));
    node.kill_9();

    // What one gave is gone with the process.
    let node = folder.serve(&[]);
    waits(unlock(&folder, SARI));
    unlock(&folder, RINA).fine();
    assert_eq!(node.terminate(), Some(0));
    whole(&folder);
}

/// A page without what differs from one answer to the next: form keys and tokens.
fn plain(page: &str) -> String {
    let mut parts = page.split("type=\"hidden\"");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |all, part| all + part.split_once('>').unwrap().1)
}

fn hidden(page: &str, name: &str) -> String {
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// Fills in the form of the locked page.
fn posts(port: u16, (name, phrase): (&str, &str)) -> (u16, String) {
    let page = String::from_utf8(http(port, "GET /masuk", &[], b"").1).unwrap();
    assert!(page.contains("name=\"nama\"") && page.contains("name=\"frasa\"") && page.contains("action=\"/buka\""));
    let fields = [("_tanda", hidden(&page, "_tanda")), ("_kunci", hidden(&page, "_kunci"))];
    let mut pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.push(format!("nama={name}&frasa={}", phrase.replace(' ', "+")));
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let (status, body) = http(port, "POST /buka", &kind, pairs.join("&").as_bytes());
    (status, String::from_utf8(body).unwrap())
}

#[test]
fn the_locked_page_asks_two_and_does_not_say_whether_the_first_was_right() {
    let folder = Folder::new();
    let port = shared(&folder);
    let node = folder.serve(&[]);
    let (status, wrong) = posts(port, ("sari", "bukan katanya"));
    assert!(status == 200 && wrong.contains("role=\"status\""), "{wrong}");
    let (_, stranger) = posts(port, ("tuti", MADE.1));
    let (_, right) = posts(port, SARI);
    assert_eq!((plain(&stranger), plain(&right)), (plain(&wrong), plain(&wrong)), "one answer, to the letter");
    assert!(locked(port));
    assert_eq!(posts(port, MADE).0, 303);
    assert!(!locked(port));
    let page = String::from_utf8(http(port, "GET /masuk", &[], b"").1).unwrap();
    assert!(page.contains("name=\"sandi\""), "the log-in of an open node");
    assert_eq!(node.terminate(), Some(0));
}

#[test]
fn from_the_sixth_try_on_a_keyholders_name_waits() {
    let folder = Folder::new();
    shared(&folder);
    let _node = folder.serve(&[]);
    for _ in 0..6 {
        unlock(&folder, ("sari", "bukan katanya"));
    }
    let slowed = unlock(&folder, SARI);
    assert!(slowed.err.contains("web.sign-in-wait"), "{slowed:?}");
    assert!(unlock(&folder, MADE).err.contains("node.second-officer"), "another name does not wait");
}

#[test]
fn a_stopped_node_and_its_backup_open_by_two_who_type_and_by_three_papers() {
    let folder = Folder::new();
    let (_, printed) = folder.found_printed();
    let phrases = typed(&[SARI.1, MADE.1, RINA.1]);
    folder.run_with(&[&TWO[..], &["--passphrase-file", "frasa"]].concat(), &phrases).fine();
    let both = typed(&[SARI.0, SARI.1, RINA.0, RINA.1]);
    fails(&folder, &["backup", "n", "--to", "c", "--passphrase-file", "frasa"], 3, "node.two-officers");
    for (given, code) in [
        (typed(&[SARI.0, SARI.1]), "node.two-officers"),
        (typed(&[SARI.0, SARI.1, SARI.0, SARI.1]), "node.wrong-passphrase"),
        (typed(&[SARI.0, SARI.1, RINA.0, MADE.1]), "node.wrong-passphrase"),
    ] {
        let refused = folder.run_with(&["backup", "n", "--to", "c"], &given);
        assert!(refused.code == Some(3) && refused.err.contains(code), "{code}: {refused:?}");
    }
    folder.run_with(&["backup", "n", "--to", "c"], &both).fine();
    let restore = ["restore", "c", "--to", "m"];
    let one = folder.run_with(&restore, &typed(&[SARI.0, SARI.1]));
    assert!(one.err.contains("node.two-officers") && !folder.path("m").exists(), "{one:?}");
    folder.run_with(&restore, &both).fine();
    let shown = folder.run(&["keyholders", "show", "m", "--json"]).fine().json();
    assert_eq!(shown["keyholders"], serde_json::json!(["sari", "made", "rina"]));

    let papers: Vec<&str> = printed.lines().filter(|line| line.starts_with("master ")).take(3).collect();
    let typed = typed(&[&papers[..], &["frasa baru untuk semua"]].concat());
    folder.run_with(&["restore", "c", "--to", "p", "--shares", "-"], &typed).fine();
    let shown = folder.run(&["keyholders", "show", "p"]).fine().out;
    assert!(shown.contains("one passphrase"), "papers bring a node back whose keyholders are gone: {shown}");
}

#[test]
fn keyholders_are_changed_by_two_of_them_and_who_left_opens_nothing() {
    let folder = Folder::new();
    let port = shared(&folder);
    let node = folder.serve(&[]);
    unlock(&folder, SARI);
    unlock(&folder, MADE).fine();
    // Rina leaves; sari and made say so, while the node runs.
    let change = ["keyholders", "two", "n", "--holder", "sari", "--holder", "made"];
    let new = (("sari", "kata sari yang baru"), ("made", "kata made yang baru"));
    let lines = |by: [(&str, &str); 2]| typed(&[by[0].0, by[0].1, by[1].0, by[1].1, new.0.1, new.1.1]);
    let refused = folder.run_with(&change, &lines([RINA, ("sari", "salah lagi")]));
    assert!(refused.code == Some(3) && refused.err.contains("node.wrong-passphrase"), "{refused:?}");
    folder.run_with(&change, &lines([SARI, MADE])).fine();
    let doctor = folder.run(&["doctor", "n", "--json"]);
    let line = doctor.lines().into_iter().find(|line| line["what"] == "keyholders").unwrap();
    assert_eq!(line["fine"], false, "only two: {line}");

    folder.run(&["lock", "n"]).fine();
    for old in [RINA, SARI, MADE] {
        assert!(unlock(&folder, old).err.contains("node.second-officer"), "{old:?}");
    }
    assert!(locked(port));
    unlock(&folder, new.0);
    unlock(&folder, new.1).fine();
    assert_eq!(node.terminate(), Some(0));

    // Back to one passphrase, on a node that does not run.
    let lines = typed(&[new.0.0, new.0.1, new.1.0, new.1.1, "satu frasa untuk semua"]);
    folder.run_with(&["keyholders", "one", "n"], &lines).fine();
    folder.write("satu", "satu frasa untuk semua");
    let node = folder.serve(&["--passphrase-file", "satu"]);
    assert!(!locked(port));
    let line = folder.run(&["doctor", "n", "--json"]).lines().into_iter().find(|line| line["what"] == "keyholders");
    assert_eq!(line.unwrap()["fine"], true);
    assert_eq!(node.terminate(), Some(0));
    whole(&folder);
}

#[test]
fn bad_keyholders_are_named_and_change_nothing() {
    let folder = Folder::new();
    folder.found();
    for (holders, phrases, code) in [
        (&["sari"][..], &[SARI.1][..], "holders.count"),
        (&["sari", "SARI "], &[SARI.1, MADE.1], "holders.same"),
        (&["sari", "made"], &[SARI.1, SARI.1], "holders.same"),
        (&["sari", "made"], &[SARI.1, "pendek"], "node.passphrase-short"),
        (&["sari", "bu made"], &[SARI.1, MADE.1], "node.bad-holder"),
        (&["sari", ""], &[SARI.1, MADE.1], "node.bad-holder"),
    ] {
        let mut args = vec!["keyholders", "two", "n", "--passphrase-file", "frasa"];
        for name in holders {
            args.extend(["--holder", name]);
        }
        let ran = folder.run_with(&args, &typed(phrases));
        assert!(ran.code == Some(2) && ran.err.contains(&format!("error[{code}]")), "{code}: {ran:?}");
    }
    folder.write("salah", "bukan itu frasanya");
    let wrong = [&TWO[..], &["--passphrase-file", "salah"]].concat();
    let ran = folder.run_with(&wrong, &typed(&[SARI.1, MADE.1, RINA.1]));
    assert!(ran.code == Some(3) && ran.err.contains("node.wrong-passphrase"), "{ran:?}");
    let node = folder.serve(&["--passphrase-file", "frasa"]);
    assert_eq!(node.terminate(), Some(0), "the node's passphrase opens it as before");
}
