use super::*;
use base::Problem;

const KEY: Key = Key::new([7; 32]);
const DATED: (&str, &str) = ("2026-11-01", "Rekaan untuk uji");

/// A made-up NIK: no such place is counted.
fn nik(n: u64) -> String {
    format!("99{:014}", n * 97 % 100_000_000_000_000)
}

fn list(numbers: impl Iterator<Item = u64>) -> String {
    numbers.fold("nik\n".to_owned(), |list, n| list + &nik(n) + "\n")
}

fn built(list: &str) -> Vec<u8> {
    let mut file = Vec::new();
    build(list.as_bytes(), &KEY, DATED).unwrap().write(&mut file).unwrap();
    file
}

fn faults(list: &[u8]) -> Vec<(&'static str, Option<String>)> {
    let faults: Vec<Problem> = build(list, &KEY, DATED).unwrap_err();
    faults.into_iter().map(|fault| (fault.code.0, fault.at)).collect()
}

fn has(file: &[u8], text: &str) -> bool {
    Registry::open(file).unwrap().has(&KEY, &Number::read(text).unwrap()).unwrap().0
}

#[test]
fn all_in_the_list_are_found_and_others_are_not() {
    let file = built(&list(0..20_000));
    let registry = Registry::open(file.as_slice()).unwrap();
    registry.check().unwrap();
    let (mut found, mut most) = (0, 0);
    for n in 0..40_000 {
        let (is_in, reads) = registry.has(&KEY, &Number::read(&nik(n)).unwrap()).unwrap();
        assert!(is_in || n >= 20_000, "{n}");
        found += u32::from(is_in);
        most = most.max(reads);
    }
    assert_eq!(found, 20_000, "a wrong yes among 20,000 has a chance of one in 2,748");
    assert!(most <= 6, "{most} pages for one look");
    assert_eq!((registry.header.count, registry.header.repeated), (20_000, 0));
    assert_eq!((registry.header.date.as_str(), registry.header.source.as_str()), DATED);
}

#[test]
fn few_entries_one_entry_and_entries_at_page_ends_are_found() {
    for count in [1, 2, 817, 818, 819, 1_636, 1_637] {
        let file = built(&list(0..count));
        let registry = Registry::open(file.as_slice()).unwrap();
        registry.check().unwrap();
        let all = (0..2 * count).filter(|n| has(&file, &nik(*n))).count();
        assert_eq!(all as u64, count, "{count}");
        assert_eq!(registry.header.file_bytes(), file.len() as u64);
    }
}

#[test]
fn a_full_register_takes_at_most_24_mb_and_errs_less_than_once_in_a_thousand() {
    let counts = (u32::try_from(ENTRIES_MAX).unwrap(), 0);
    let header = Header::new(&KEY, counts, DATED.0, DATED.1).unwrap();
    assert!(header.file_bytes() <= 24_000_000, "{}", header.file_bytes());
    assert!(header.wrong_one_in() == 274_877 && header.wrong_one_in() >= 1_000);
}

#[test]
fn one_number_in_every_spelling_is_one_and_kinds_stay_apart() {
    let file = built("passport,nik\nX 000-0001,\n,9900.0000.0000.0001\n");
    for text in ["x0000001", " X-0000001 ", "9900000000000001", "9900 0000 0000 0001", "'9900000000000001"] {
        assert!(has(&file, text), "{text}");
    }
    for text in ["X0000002", "9900000000000002", "Y0000001"] {
        assert!(!has(&file, text), "{text}");
    }
    for text in ["", "5,30227E+15", "5.30227E+15", "530227500603412", "12345678", "=HYPERLINK(1)", "Sari", "X1", "９９"]
    {
        assert!(Number::read(text).is_none(), "{text}");
    }
    let both = built("nik,passport\n9900000000000001,X0000001\n");
    assert!(has(&both, "X0000001") && has(&both, "9900000000000001"));
}

#[test]
fn another_key_gives_other_fingerprints_and_is_told() {
    let number = Number::read(&nik(1)).unwrap();
    let other = Key::new([8; 32]);
    assert_ne!(number.fingerprint(&KEY), number.fingerprint(&other));
    let file = built(&list(0..10));
    let found = Registry::open(file.as_slice()).unwrap().has(&other, &number);
    assert!(matches!(found, Err(Unusable::OtherKey)), "{found:?}");
    // The file shows neither number nor hash without a key.
    let bare = sha2::Digest::finalize(sha2::Digest::chain_update(<Sha256 as sha2::Digest>::new(), nik(1)));
    for needle in [nik(1).as_bytes(), &bare[..5]] {
        assert!(!file.windows(needle.len()).any(|part| part == needle));
    }
}

#[test]
fn a_cut_long_or_changed_file_is_refused() {
    let file = built(&list(0..3_000));
    for length in [0, 5, 4_095, 4_096, 4_100, file.len() - 4_096, file.len() - 1] {
        assert!(Registry::open(&file[..length]).is_err(), "{length}");
    }
    assert!(Registry::open([file.as_slice(), b"x"].concat().as_slice()).is_err());
    assert!(matches!(Registry::open(vec![b'a'; 9_000].as_slice()), Err(Unusable::Other)));
    for at in [9, 15, 30, 41, 60, 3_000, 4_090, 4_096, 5_000, 8_190, file.len() - 1] {
        let mut bent = file.clone();
        bent[at] ^= 1;
        let checked = Registry::open(bent.as_slice()).and_then(|registry| registry.check());
        assert!(checked.is_err(), "byte {at}");
    }
    // A page of another register, or of another place in this one, is none of this page.
    let mut swapped = file.clone();
    swapped.copy_within(4_096..8_192, 8_192);
    assert!(matches!(Registry::open(swapped.as_slice()).unwrap().check(), Err(Unusable::Damaged)));
    let look = Registry::open(swapped.as_slice()).unwrap();
    assert!((0..3_000).any(|n| look.has(&KEY, &Number::read(&nik(n)).unwrap()).is_err()), "a look trusts no bad page");
}

#[test]
fn the_list_may_come_from_a_spreadsheet() {
    let rows = [nik(1), nik(2)];
    let marked = format!("\u{feff}\"NIK\";nama\r\n'{};\"Made; up\r\nname\"\r\n{};x\r\n", rows[0], rows[1]);
    let file = built(&marked);
    assert!(has(&file, &rows[0]) && has(&file, &rows[1]));
    let one = built(&format!("nik\n{}", nik(5)));
    assert!(has(&one, &nik(5)));
}

#[test]
fn a_number_on_two_rows_counts_once() {
    let twice = format!("nik\n{0}\n{0}\n{1}\n", nik(1), nik(2));
    let built = build(twice.as_bytes(), &KEY, DATED).unwrap();
    assert_eq!((built.header.count, built.header.repeated), (2, 1));
}

#[test]
fn each_bad_row_is_named_by_its_line_and_nothing_is_built() {
    let at = |line: &str| Some(line.to_owned());
    assert_eq!(faults(b"nik,passport\n,\n"), [("registry.row-no-number", at("2"))]);
    let two = format!("nik,nama\r\n{},a\r\n\"1234\n5678\",b\r\n{},c,d\r\n", nik(1), nik(2));
    let wanted = [("registry.row-number", at("3: nik")), ("registry.row-columns", at("5"))];
    assert_eq!(faults(two.as_bytes()), wanted);
    assert_eq!(faults(b"nik\n=1+1\n"), [("registry.row-number", at("2: nik"))]);
    assert_eq!(faults(b"nik\n\xff\xfe\n"), [("registry.row-encoding", at("2"))]);
    let long = format!("nik\n{}\n", "1".repeat(1_000_000));
    assert_eq!(faults(long.as_bytes()), [("registry.row-long", at("2"))]);
    assert_eq!(faults(b"nik\n\"12345\n"), [("registry.row-number", at("2: nik"))]);
    for empty in ["nik\n", "nik"] {
        assert_eq!(faults(empty.as_bytes()), [("registry.empty", None)]);
    }
    for header in ["", "nama\nSari\n", "nik,nik\n1,2\n", "\u{feff}"] {
        assert_eq!(faults(header.as_bytes()), [("registry.header", None)], "{header:?}");
    }
    let many = "nik\n1\n".to_owned() + &"2\n".repeat(200);
    assert_eq!(faults(many.as_bytes()).len(), 100);
}

#[test]
fn a_list_without_day_or_source_is_refused() {
    let list = list(0..3);
    for (dated, code) in [(("01-11-2026", "x"), "registry.date"), (("2026-11-01", " "), "registry.source")] {
        let faults = build(list.as_bytes(), &KEY, dated).unwrap_err();
        assert_eq!(faults[0].code.0, code);
    }
}
