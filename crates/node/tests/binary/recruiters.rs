//! `simpul recruiters resolve`: files, exit codes, what is told.

use crate::commands::fails;
use crate::run::Folder;

fn text(folder: &Folder, name: &str) -> String {
    String::from_utf8(folder.read(name)).unwrap()
}

const MENTIONS: &str = "rec_id,name,phone,nik,sex,village\n\
    a,H. Soeparman,0812 3456 789,3212050503710042,L,Sukamulya\n\
    b,SUPARMAN,+62 812 3456 789,3212050503710042,L,Desa Suka Mulya\n\
    c,Rina Bria,,,P,\n";

#[test]
fn mentions_of_one_man_get_one_cluster_in_the_order_of_the_file() {
    let folder = Folder::new();
    folder.write("sebutan.csv", MENTIONS);
    let args = ["recruiters", "resolve", "sebutan.csv", "--out", "kelompok.csv", "--explain", "pasangan.csv"];
    let ran = folder.run(&args).fine();
    assert_eq!(ran.out, "");
    let out = text(&folder, "kelompok.csv");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "rec_id,cluster_id,confidence");
    assert!(lines[1].starts_with("a,c1,") && lines[2].starts_with("b,c1,") && lines[3].starts_with("c,c3,"), "{out}");
    let pairs = text(&folder, "pasangan.csv");
    assert!(pairs.starts_with("rec_id_a,rec_id_b,probability,evidence\na,b,1.0000,prior -"), "{pairs}");
    assert!(pairs.contains("nik same +"), "{pairs}");
    for secret in ["Soeparman", "SUPARMAN", "3456", "321205"] {
        assert!(!ran.err.contains(secret) && !pairs.contains(secret));
    }
    folder.run(&args).fine();
    assert_eq!(text(&folder, "kelompok.csv"), out);
}

#[test]
fn a_bad_row_is_named_by_its_line_and_the_exit_code_is_1() {
    let folder = Folder::new();
    folder.write("sebutan.csv", format!("{MENTIONS}d,Wati Rahasia\na,Wati Rahasia,,,,\n"));
    let ran = folder.run(&["--lang", "en", "recruiters", "resolve", "sebutan.csv", "--out", "kelompok.csv"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(
        ran.err.contains("error[recruiters.row-columns]: Line 5 ")
            && ran.err.contains("error[recruiters.row-same-id]: Line 6 ")
    );
    assert!(!ran.err.contains("Rahasia"));
    assert_eq!(text(&folder, "kelompok.csv").lines().count(), 4);
}

#[test]
fn bad_usage_is_refused_with_its_code_and_nothing_is_written() {
    let folder = Folder::new();
    folder.write("sebutan.csv", MENTIONS);
    folder.write("tanpa.csv", "name\nSiti\n");
    let resolve = ["recruiters", "resolve", "sebutan.csv", "--out", "kelompok.csv"];
    for bad in ["0", "1", "1.5", "NaN", "-1", "x"] {
        let option = format!("--threshold={bad}");
        fails(&folder, &[&resolve[..], &[option.as_str()]].concat(), 2, "recruiters.threshold");
    }
    for bad in ["0", "-5", "1e3", "99999999999999999999"] {
        let option = format!("--memory-mb={bad}");
        fails(&folder, &[&resolve[..], &[option.as_str()]].concat(), 2, "recruiters.memory-mb");
    }
    fails(&folder, &[&resolve[..], &["--explain", "kelompok.csv"]].concat(), 2, "recruiters.same-file");
    fails(&folder, &["recruiters", "resolve", "tanpa.csv", "--out", "kelompok.csv"], 2, "recruiters.no-rec-id");
    fails(&folder, &["recruiters", "resolve", "tiada.csv", "--out", "kelompok.csv"], 2, "input.unreadable");
    assert!(!folder.path("kelompok.csv").exists());
}
