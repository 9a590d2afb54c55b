//! Files as they should not be. None stops the rest of the file, none makes a panic.

use super::{OPTIONS, clusters, groups, read};
use recruiters::reading::{self, Fault};
use recruiters::resolve::{self, Options, Unusable};
use std::fmt::Write;

const HEAD: &str = "rec_id,name,phone,village\n";

/// The faults and the lines of skipped rows, and how many mentions remain.
fn faults(text: &[u8]) -> (Vec<(u64, u64, Fault)>, usize) {
    let input = read(text);
    (input.skipped.iter().map(|row| (row.from, row.to, row.fault)).collect(), input.mentions.rows.len())
}

#[test]
fn a_mark_at_the_start_and_line_ends_of_other_systems_change_nothing() {
    let plain = "rec_id,name,phone,village\na,Siti,0812345678,Oe Bela\nb,Budi,0812345679,\n";
    let marked = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    assert_eq!(clusters(plain.as_bytes(), &OPTIONS), clusters(marked.as_bytes(), &OPTIONS));
    assert_eq!(faults(marked.as_bytes()), (vec![], 2));
}

#[test]
fn a_quoted_field_may_hold_commas_quotes_and_lines_and_its_id_reads_back() {
    let text = format!("{HEAD}\"a,\"\"1\"\"\nx\",\"Siti\nAminah\",,\nb,Budi,,\n");
    assert_eq!(faults(text.as_bytes()), (vec![], 2));
    let out = clusters(text.as_bytes(), &OPTIONS);
    assert!(out.starts_with("rec_id,cluster_id,confidence\n\"a,\"\"1\"\"\nx\",c1,"), "{out}");
}

#[test]
fn each_bad_row_is_named_by_its_lines_and_the_others_are_kept() {
    let mut text = HEAD.as_bytes().to_vec();
    text.extend_from_slice(b"a,Siti,,\nb,Budi\nc,\xff\xfe,,\n,Agus,,\na,Siti,,\nd,\"x\ny\",,,,\ne,Rina,,\n");
    let expected = vec![
        (3, 3, Fault::Columns),
        (4, 4, Fault::Encoding),
        (5, 5, Fault::NoId),
        (6, 6, Fault::SameId),
        (7, 8, Fault::Columns),
    ];
    assert_eq!(faults(&text), (expected, 2));
}

#[test]
fn a_million_letters_in_a_field_and_a_quote_left_open_are_skipped() {
    let text = format!(
        "{HEAD}a,{},,\nb,Budi,,\nc,{},,\nd,\"Rina,,\n{}",
        "x".repeat(1_000_000),
        "y".repeat(5_000),
        "e,Eka,,\n".repeat(50_000)
    );
    assert_eq!(faults(text.as_bytes()), (vec![(2, 2, Fault::Long), (4, 4, Fault::Long), (5, 50_005, Fault::Long)], 1));
}

#[test]
fn without_rec_id_or_with_a_column_twice_nothing_is_read() {
    for text in ["", "\n", "name,phone\nSiti,1\n", "rec id\na\n"] {
        assert_eq!(reading::read(text.as_bytes(), 1 << 30).err(), Some(Unusable::NoRecId), "{text:?}");
    }
    let twice = reading::read("rec_id,name,Name\n".as_bytes(), 1 << 30);
    assert_eq!(twice.err(), Some(Unusable::ColumnTwice("name".to_owned())));
}

#[test]
fn no_row_one_row_and_only_ids_are_answers_too() {
    assert_eq!(clusters(HEAD.as_bytes(), &OPTIONS), "rec_id,cluster_id,confidence\n");
    assert_eq!(clusters(format!("{HEAD}a,Siti,,").as_bytes(), &OPTIONS), "rec_id,cluster_id,confidence\na,c1,1.0000\n");
    let ids = (0..500).fold(String::new(), |ids, n| ids + &n.to_string() + "\n");
    let groups = groups(format!("rec_id\n{ids}").as_bytes());
    assert_eq!(groups.iter().collect::<std::collections::BTreeSet<_>>().len(), 500);
}

#[test]
fn formulas_and_strange_signs_are_only_text() {
    let text = format!("{HEAD}=1+1,\"=HYPERLINK(\"\"x\"\")\",+62,@SUM\nb,😀😀,---,\u{202e}\nc,\0\0,\0,\n");
    assert_eq!(faults(text.as_bytes()), (vec![], 3));
    assert_eq!(clusters(text.as_bytes(), &OPTIONS).lines().count(), 4);
}

#[test]
fn a_hundred_thousand_equal_names_stay_within_memory_and_join_nobody() {
    let mut text = HEAD.to_owned();
    for n in 0..100_000 {
        writeln!(text, "{n},Siti,,").unwrap();
    }
    let input = read(text.as_bytes());
    let options = Options { memory_bytes: 200 << 20, ..OPTIONS };
    let found = resolve::resolve(&input.mentions, &options, &|_| ()).unwrap();
    assert_eq!(found.sizes(), (100_000, 1));
    assert!(found.cut > 4_000_000_000 && found.compared < 2_000_000);
}

#[test]
fn rows_that_are_all_equal_in_all_fields_are_one() {
    let row = "Siti Aminah,ti,081234567890,5203124503870011,1987-03-05,P,Oe Bela,Lombok Timur,PT Karya";
    let mut text = "rec_id,name,alias,phone,nik,birth_date,sex,village,regency,employer\n".to_owned();
    for n in 0..20_000 {
        writeln!(text, "{n},{row}").unwrap();
    }
    let groups = groups(text.as_bytes());
    assert!(
        groups.iter().all(|group| *group == groups[0]),
        "{:?}",
        groups.iter().collect::<std::collections::BTreeSet<_>>()
    );
}

#[test]
fn too_little_memory_is_refused_before_work_begins() {
    let mut text = HEAD.to_owned();
    for n in 0..200_000 {
        writeln!(text, "{n},Siti {n},,").unwrap();
    }
    assert_eq!(reading::read(text.as_bytes(), 4 << 20).err(), Some(Unusable::Memory));
    let input = read(text.as_bytes());
    let options = Options { memory_bytes: 64 << 20, ..OPTIONS };
    assert_eq!(resolve::resolve(&input.mentions, &options, &|_| ()).err(), Some(Unusable::Memory));
}
