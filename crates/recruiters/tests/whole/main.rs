//! The engine as a whole: made-up people with known truth, and files as they should not be.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first fault")]

mod bad_files;
mod people;

use recruiters::reading::{self, Input};
use recruiters::resolve::{self, Options, Resolution};
use recruiters::writing;
use std::fmt::Write;

const OPTIONS: Options = Options { threshold: 0.9, threads: 2, memory_bytes: 1 << 30 };

fn read(text: &[u8]) -> Input {
    reading::read(text, OPTIONS.memory_bytes).unwrap()
}

fn resolved(input: &Input, options: &Options) -> Resolution {
    resolve::resolve(&input.mentions, options, &|_| ()).unwrap()
}

/// The answer as written.
fn clusters(text: &[u8], options: &Options) -> String {
    let input = read(text);
    let mut out = Vec::new();
    writing::clusters(&input.mentions, &resolved(&input, options), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The clusters of the mentions in the order of the file.
fn groups(text: &[u8]) -> Vec<String> {
    clusters(text, &OPTIONS).lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect()
}

#[test]
fn most_mentions_of_dirty_data_find_their_person() {
    for seed in 1..=3 {
        let (text, truth) = people::mentions(4_000, seed);
        let input = read(text.as_bytes());
        let found = resolved(&input, &OPTIONS);
        let groups: Vec<u32> =
            input.mentions.in_file_order().iter().map(|row| found.groups.group[*row as usize]).collect();
        let (precision, recall) = people::pairs(&truth, &groups);
        assert!(precision > 0.88 && recall > 0.84, "seed {seed}: precision {precision:.4}, recall {recall:.4}");
        let (expected, _) = found.estimate();
        assert!((expected - precision).abs() < 0.08, "seed {seed}: it expects {expected:.3}, truth is {precision:.3}");
    }
}

#[test]
fn the_answer_is_the_same_for_any_number_of_threads_and_any_order_of_rows() {
    let (text, _) = people::mentions(3_000, 5);
    let one = clusters(text.as_bytes(), &Options { threads: 1, ..OPTIONS });
    assert_eq!(one, clusters(text.as_bytes(), &Options { threads: 5, ..OPTIONS }));
    let mut lines: Vec<&str> = text.lines().collect();
    let mut dice = people::Dice::new(9);
    for at in 2..lines.len() {
        lines.swap(at, 1 + dice.below(at));
    }
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&one), sorted(&clusters(lines.join("\n").as_bytes(), &OPTIONS)));
}

#[test]
fn a_higher_threshold_never_puts_more_together() {
    let (text, _) = people::mentions(2_000, 6);
    let count = |threshold| resolved(&read(text.as_bytes()), &Options { threshold, ..OPTIONS }).sizes().0;
    let counts: Vec<usize> = [0.3, 0.9, 0.99, 0.9999].into_iter().map(count).collect();
    assert!(counts.is_sorted() && counts[0] < counts[3], "{counts:?}");
}

#[test]
fn a_common_name_alone_joins_nobody_and_two_niks_never_join() {
    let (mut text, _) = people::mentions(3_000, 7);
    for n in 0..40 {
        writeln!(text, "x{n},,,siti aminah,,,,,,,,").unwrap();
    }
    // Alike in all but the NIK, both formed well: two sisters of a clerk's copy, not one person.
    text.push_str("y1,,,juwita manek,ita,081299990001,5301124503870011,,P,oe bela,Kupang,\n");
    text.push_str("y2,,,juwita manek,ita,081299990001,5301126212912384,,P,oe bela,Kupang,\n");
    let groups = groups(text.as_bytes());
    let (names, niks) = (&groups[3_000..3_040], &groups[3_040..]);
    assert!(names.iter().all(|one| names.iter().filter(|other| *other == one).count() == 1), "{names:?}");
    assert_ne!(niks[0], niks[1]);
}

#[test]
fn one_man_in_many_spellings_is_one() {
    let (mut text, _) = people::mentions(3_000, 8);
    for line in [
        "z1,,,H. Moh. Soeparmanto,,0812-3456-7890,,05/03/1971,L,Desa Sukamulya,Indramayu,",
        "z2,,,SUPARMANTO,manto,+62 812 3456 7890,,,,Ds. Suka Mulya,,",
        "z3,,,Muhammad Suparmanto,,,3212050503710042,,,sukamulja,Kab. Indramayu,PT Karya Bahari",
        "z4,,,Suparmnto,,62812 34567890,,1971-05-03,L,,Indramayu,KARYA BAHARI",
    ] {
        text.push_str(line);
        text.push('\n');
    }
    let groups = groups(text.as_bytes());
    let his = &groups[3_000..];
    assert!(his.iter().all(|group| *group == his[0]), "{his:?}");
}

#[test]
fn the_evidence_of_a_pair_adds_up_to_its_probability() {
    let (text, _) = people::mentions(1_000, 4);
    let input = read(text.as_bytes());
    let mut out = Vec::new();
    writing::pairs(&input.mentions, &resolved(&input, &OPTIONS), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.lines().count() > 100);
    for line in out.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let bits: f64 =
            fields[3].split("; ").map(|part| part.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum();
        let (told, added) = (fields[2].parse::<f64>().unwrap(), 1.0 / (1.0 + (-bits).exp2()));
        assert!((told - added).abs() < 0.1, "{line}");
    }
}

#[test]
fn a_file_of_a_few_mentions_is_resolved_too() {
    let head = "rec_id,name,phone,nik,birth_date,sex,village,regency\n";
    for (rows, expected) in [
        ("a,H. Soeparman,0812345678,,,L,Sukamulya,Indramayu\nb,Suparman,+62 812345678,,,,,\n", 1),
        ("a,Siti Aminah,,,,P,,\nb,SITI AMINAH,,,,P,,\n", 2),
        ("a,Budi Santoso,,,,L,,Batam\nb,Budi Santoso,,,,L,,Kupang\nc,Agus,,,,L,,\n", 3),
        ("a,,,3212050503710042,,,,\nb,,,3212050503710042,,,,\n", 1),
        // One slip of the pen, though the folded words differ by two letters or are short.
        ("a,Florian Meier,,,1990-04-12,,,\nb,Florixan Meier,,,1990-04-12,,,\n", 1),
        ("a,Uwe Pohl,,,1990-04-12,,,\nb,Uwe Pohx,,,1990-04-12,,,\n", 1),
        // A number of another country has no birth date inside, so that the date counts beside it.
        (
            "a,Lachlan Markow,,7115051,1957-09-26,,Leichhardt,QLD\nb,Lachlan Gilcrist,,7115051,1957-09-26,,Kuranda,QLD\n",
            1,
        ),
        (
            "a,Yohanes Nope,,5301120503710042,,,,\nb,Johanis Nope,,5301120503710024,,,,\nc,Rina Bria,08111111111,,,,,\n",
            2,
        ),
        (
            "a,Maria Tefa,0812345678,,1987-03-05,P,Oe Bela,Kupang\nb,Petrus Tefa,0812345678,,1985-11-20,L,Oe Bela,Kupang\n",
            2,
        ),
    ] {
        let groups = groups(format!("{head}{rows}").as_bytes());
        assert_eq!(groups.iter().collect::<std::collections::BTreeSet<_>>().len(), expected, "{rows}");
    }
}
