//! Who signs accords for a node is named by three of the root's papers, and by nothing less.

use crate::commands::fails;
use crate::run::Folder;
use serde_json::json;

const NAME: [&str; 7] = ["signatory", "name", "n", "--person", "Ibu Wakil", "--office", "Wakil ketua"];
const OPEN: [&str; 2] = ["--passphrase-file", "frasa"];

/// Papers of a kind as they were printed.
pub fn papers(printed: &str, kind: &str, count: usize) -> String {
    let lines = printed.lines().filter(|line| line.starts_with(&format!("{kind} ")));
    lines.take(count).flat_map(|line| [line, "\n"]).collect()
}

fn offices(folder: &Folder) -> Vec<String> {
    let shown = folder.run(&["signatory", "show", "n", "--json"]).fine().json();
    let rows = shown["signatories"].as_array().unwrap().clone();
    rows.iter().map(|row| row["office"].as_str().unwrap().to_owned()).collect()
}

fn whole(folder: &Folder) {
    assert_eq!(folder.run(&["audit", "verify", "n", "--json"]).fine().json()["whole"], true);
}

#[test]
fn three_root_papers_name_a_signatory_and_fewer_or_other_papers_do_not() {
    let folder = Folder::new();
    let (_, printed) = folder.found_printed();
    assert_eq!(offices(&folder), ["Ketua", "Sekretaris"]);
    let mut bent = papers(&printed, "root", 3);
    let last = bent.rfind(|c: char| c.is_ascii_digit()).unwrap();
    let other = if bent.as_bytes()[last] == b'7' { "8" } else { "7" };
    bent.replace_range(last..=last, other);
    let tries = [
        ("dua", papers(&printed, "root", 2), "share.too-few"),
        ("master", papers(&printed, "master", 3), "share.mismatch"),
        ("salah", bent, "share.group"),
    ];
    for (file, text, code) in tries {
        folder.write(file, &text);
        let ran = folder.run(&[&NAME[..], &["--shares", file], &OPEN[..]].concat());
        assert!(ran.code != Some(0) && ran.err.contains(code), "{file}: {ran:?}");
        assert_eq!(offices(&folder), ["Ketua", "Sekretaris"], "{file}");
    }
    folder.write("root", papers(&printed, "root", 3));
    let named = folder.run(&[&NAME[..], &["--shares", "root"], &OPEN[..]].concat()).fine();
    assert!(named.out.contains("Wakil ketua: Ibu Wakil"), "{named:?}");
    assert_eq!(offices(&folder), ["Ketua", "Sekretaris", "Wakil ketua"]);
    fails(&folder, &[&NAME[..], &["--shares", "root"], &OPEN[..]].concat(), 3, "node.office-named");
    whole(&folder);
}

#[test]
fn a_running_node_takes_papers_once_it_is_open_and_puts_one_office_in_the_place_of_another() {
    let folder = Folder::new();
    let (_, printed) = folder.found_printed();
    folder.write("root", papers(&printed, "root", 3));
    let node = folder.serve(&OPEN);
    folder.run(&["lock", "n"]).fine();
    let change = ["signatory", "name", "n", "--person", "Pak Baru", "--office", "Ketua", "--instead-of", "Ketua"];
    let change = [&change[..], &["--shares", "root"]].concat();
    fails(&folder, &change, 3, "store.locked");
    folder.run(&[&["unlock", "n"], &OPEN[..]].concat()).fine();
    folder.run(&change).fine();
    let nobody = ["signatory", "name", "n", "--person", "x", "--office", "y", "--instead-of", "z", "--shares", "root"];
    fails(&folder, &nobody, 2, "node.no-office");
    let shown = folder.run(&["signatory", "show", "n", "--json"]).fine().json();
    assert_eq!(shown["signatories"][0], json!({"person": "Pak Baru", "office": "Ketua"}));
    assert_eq!(shown["signatories"].as_array().unwrap().len(), 2);
    drop(node);
    whole(&folder);
}
