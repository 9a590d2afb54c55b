use super::*;
use base::pack::day;

const HEAD: &str = "licence,name,place,phones,valid_until,sanction,sanction_from,sanction_until,sanction_text\n";

fn today() -> i64 {
    day("2026-11-29").unwrap()
}

fn agency(licence: &str, name: &str, rest: &str) -> Agency {
    read(format!("{HEAD}{licence},{name},{rest}\n").as_bytes()).unwrap().remove(0)
}

fn cast() -> Index {
    let agencies = [
        agency("REKAAN-101/2024", "PT Karya Mandiri Rekaan", "32.12,+62 800 0000 201,2027-01-31,,,,"),
        agency(
            "REKAAN-102/2024",
            "PT Bahtera Timur Rekaan",
            ",+62 800 0000 202,,suspended,2026-09-01,2027-03-01,Penghentian sementara",
        ),
        agency("REKAAN-103/2020", "CV Soember Djaja", ",,2025-01-31,,,,"),
        agency("REKAAN-104/2024", "PT Cahaya Selatan Rekaan", ",,,warning,2024-01-01,2024-07-01,"),
    ];
    Index::new(agencies.into_iter().map(|agency| (0, agency)))
}

fn look(index: &Index, words: &str) -> Vec<(String, How)> {
    let found = index.search(words, today()).0.into_iter();
    found.map(|found| (found.known.agency.licence.clone(), found.how)).collect()
}

#[test]
fn a_name_is_found_in_other_spellings_and_with_small_slips() {
    let index = cast();
    for words in
        ["PT. KARYA MANDIRI REKAAN", "karya mandiri rekaan", "Karja Mandiri Rekaan, PT", "Karya  Mandirri Reekaan"]
    {
        assert_eq!(look(&index, words), [("REKAAN-101/2024".to_owned(), How::Name)], "{words}");
    }
    for words in ["Karya Mandri Rekaan", "Karya Mandiri", "PT Karya Mandiri Rekaan Sejahtera"] {
        assert_eq!(look(&index, words), [("REKAAN-101/2024".to_owned(), How::Similar)], "{words}");
    }
    assert_eq!(look(&index, "sumber jaya"), [("REKAAN-103/2020".to_owned(), How::Name)]);
    for words in ["Karya", "Bintang Utara", "PT", "", "   ", "?", "+62", "0"] {
        assert_eq!(look(&index, words), [], "{words:?}");
    }
}

#[test]
fn a_licence_number_and_a_telephone_are_found_in_any_spelling() {
    let index = cast();
    for words in ["REKAAN-102/2024", "rekaan 102 2024"] {
        assert_eq!(look(&index, words), [("REKAAN-102/2024".to_owned(), How::Licence)], "{words}");
    }
    for words in ["0800 0000 202", "+628000000202", "0800-0000-202"] {
        assert_eq!(look(&index, words), [("REKAAN-102/2024".to_owned(), How::Phone)], "{words}");
    }
    assert_eq!(look(&index, "0800 0000 209"), []);
}

#[test]
fn a_sanction_stands_while_it_is_in_force_and_a_licence_until_its_last_day() {
    let standing = |rest: &str| agency("R-1234", "PT Rekaan", rest).standing(today());
    assert_eq!(standing(",,,,,,"), Standing::Licensed);
    assert_eq!(standing(",,2026-11-29,,,,"), Standing::Licensed);
    assert_eq!(standing(",,2026-11-28,,,,"), Standing::Ended);
    assert_eq!(standing(",,2026-11-28,warning,2026-01-01,,"), Standing::Sanctioned);
    assert_eq!(standing(",,,suspended,2026-01-01,2026-11-29,"), Standing::Sanctioned);
    assert_eq!(standing(",,,suspended,2026-01-01,2026-11-28,"), Standing::Licensed);
    assert_eq!(standing(",,,suspended,2026-12-01,,"), Standing::Licensed);
    assert_eq!(standing(",,,revoked,2026-01-01,2026-02-01,"), Standing::Sanctioned, "what was taken away stays so");
}

#[test]
fn of_two_equally_near_the_one_with_a_sanction_comes_first() {
    let fine = agency("R-0001", "PT Maju Bersama Satu", ",,,,,,");
    let sanctioned = agency("R-0002", "PT Maju Bersama Tiga", ",,,revoked,2026-01-01,,");
    let index = Index::new([(0, fine), (0, sanctioned)]);
    let found = look(&index, "Maju Bersama");
    assert_eq!(found.iter().map(|(licence, _)| licence.as_str()).collect::<Vec<_>>(), ["R-0002", "R-0001"]);
}

/// Found, sanctioned and not found in turn: what was compared is the same each time.
#[test]
fn ten_thousand_looks_do_equal_work_whatever_they_find() {
    let agencies = (0..300).map(|n| {
        let sanction = if n % 3 == 0 { "revoked,2026-01-01,," } else { ",,," };
        (0, agency(&format!("R-{n:05}"), &format!("PT Rekaan Nomor {n:05}"), &format!(",+62 800 {n:07},,{sanction}")))
    });
    let index = Index::new(agencies);
    let mut answers = [0; 3];
    for n in 0..10_000_usize {
        let words = match n % 4 {
            0 => format!("R-{:05}", n % 300),
            1 => format!("+62 800 {:07}", n % 300),
            2 => "tidak ada yang begini".to_owned(),
            _ => format!("tidak ada {n}"),
        };
        let (found, work) = index.search(&words, today());
        assert_eq!(work, Work { names: 300, licences: 300, phones: 300 }, "{words}");
        let answer = found
            .first()
            .map_or(0, |found| 1 + usize::from(found.known.agency.standing(today()) == Standing::Sanctioned));
        answers[answer] += 1;
    }
    assert!(answers.iter().all(|count| *count > 1_000), "{answers:?}");
}

fn faults(file: &[u8]) -> Vec<(&'static str, String)> {
    let faults = read(file).unwrap_err().into_iter();
    faults.map(|fault| (fault.code.0, fault.at.unwrap_or_default())).collect()
}

#[test]
fn a_list_reads_as_it_was_written() {
    let text = "\u{feff}name;licence;phones;note\r\n\"PT \"\"Rekaan\"\"\r\nDua\";'R-0001;\"+62 800 1; +62 800 000 0002\";=1+1\r\n";
    let wrong_phone = faults(text.as_bytes());
    assert_eq!(wrong_phone, [("licence.phone", "2: phones".to_owned())]);
    let text = text.replace("+62 800 1;", "+62 800 000 0001;");
    let read_back = read(text.as_bytes()).unwrap();
    assert_eq!((read_back[0].licence.as_str(), read_back[0].name.as_str()), ("R-0001", "PT \"Rekaan\"\nDua"));
    for agency in cast().search("rekaan", today()).0 {
        let agency = &agency.known.agency;
        assert_eq!(Agency::from_record(&agency.record()).as_ref(), Ok(agency));
    }
}

#[test]
fn a_formula_is_text_and_never_runs() {
    let formula = agency("R-0001", "=HYPERLINK(x)", ",,,,,,");
    assert_eq!(formula.name, "=HYPERLINK(x)");
    assert_eq!(agency("R-0001", "'=1+1 Rekaan", ",,,,,,").name, "=1+1 Rekaan");
}

#[test]
fn each_fault_is_named_by_line_and_column_and_nothing_is_taken() {
    let file = |rows: &str| format!("{HEAD}{rows}").into_bytes();
    let one = |rows: &str| faults(&file(rows));
    let at = |code, place: &str| vec![(code, place.to_owned())];
    assert_eq!(one("R-0001,A B C,,,,,,,\n,PT Dua,,,,,,,\n"), at("licence.no-number", "3: licence"));
    assert_eq!(one("R-0001,PT Satu,,,,,,,\r\nr 0001,PT Dua,,,,,,,\r\n"), at("licence.twice", "3: licence"));
    assert_eq!(one("R-0001,,,,,,,,\n"), at("licence.no-name", "2: name"));
    assert_eq!(one("R-0001,PT Satu,99,,,,,,\n"), at("licence.place", "2: place"));
    assert_eq!(one("R-0001,PT Satu,,,31/01/2027,,,,\n"), at("licence.date", "2: valid_until"));
    assert_eq!(one("R-0001,PT Satu,,,,dicabut,2026-01-01,,\n").first(), at("licence.sanction", "2: sanction").first());
    assert_eq!(one("R-0001,PT Satu,,,,revoked,,,\n"), at("licence.date", "2: sanction_from"));
    assert_eq!(one("R-0001,PT Satu,,,,,2026-01-01,,\n"), at("licence.sanction", "2: sanction"));
    assert_eq!(one("R-0001,PT Satu\n"), at("licence.row", "2"));
    let long = format!("R-0001,{},,,,,,,\n", "x".repeat(1_000_000));
    assert_eq!(one(&long), at("licence.too-long", "2"));
    assert_eq!(one(&format!("R-0001,{},,,,,,,\n", "x".repeat(121))), at("licence.too-long", "2: name"));
    assert_eq!(faults(&[HEAD.as_bytes(), b"R-0001,\xff,,,,,,,\n"].concat()), at("licence.encoding", "2: name"));
    assert_eq!(one("R-0001,\"PT Satu,,,,,,,\n"), at("licence.row", "2"));
    assert_eq!(one(""), at("licence.empty", ""));
    assert_eq!(faults(b""), at("licence.header", "licence"));
    assert_eq!(faults(b"licence,licence,name\n"), at("licence.header", "licence"));
    assert_eq!(faults(b"licence\nR-1\n"), at("licence.header", "name"));
    assert_eq!(one(&",,,,,,,,\n".repeat(300)).len(), 100);
    assert_eq!(read(&file("R-0001,PT Satu,,,,,,,")).unwrap().len(), 1);
}
