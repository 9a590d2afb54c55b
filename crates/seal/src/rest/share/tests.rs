use super::*;
use base::chance::SeededChance;

fn shares() -> Vec<Share> {
    split(&[42; 32], 2, (3, 5), &SeededChance::new(1)).unwrap()
}

fn code<T>(result: Result<T, Problem>) -> (&'static str, String) {
    let problem = result.err().unwrap();
    (problem.code.0, problem.at.unwrap_or_default())
}

#[test]
fn the_field_is_that_of_fips_197() {
    assert_eq!(multiply(0x57, 0x83), 0xc1);
    assert_eq!(multiply(0x57, 0x13), 0xfe);
    assert!((1..=255).all(|a| multiply(a, inverse(a)) == 1));
}

#[test]
fn any_three_of_five_give_the_secret_and_no_two_do() {
    let all = shares();
    for a in 0..5 {
        for b in 0..5 {
            for c in 0..5 {
                let got = combine(&[all[a].clone(), all[b].clone(), all[c].clone()]);
                if a != b && b != c && a != c {
                    assert_eq!(*got.unwrap(), [42; 32]);
                } else {
                    assert_eq!(code(got).0, "share.too-few");
                }
            }
        }
    }
    assert_eq!(*combine(&all).unwrap(), [42; 32], "all five are fine too");
}

#[test]
fn two_shares_fit_every_secret() {
    // With two of three points fixed, each value of the third gives another secret: two tell nothing.
    let all = shares();
    let mut seen = std::collections::BTreeSet::new();
    for guess in 0..=255 {
        let mut third = all[2].clone();
        third.bytes[1] = guess;
        let weights =
            |at: u8, others: [u8; 2]| others.iter().fold(1, |p, o| multiply(p, multiply(*o, inverse(o ^ at))));
        let first = multiply(weights(1, [2, 3]), all[0].bytes[1]) ^ multiply(weights(2, [1, 3]), all[1].bytes[1]);
        seen.insert(first ^ multiply(weights(3, [1, 2]), third.bytes[1]));
    }
    assert_eq!(seen.len(), 256);
}

#[test]
fn a_share_reads_back_from_bytes_and_from_paper() {
    for share in shares() {
        assert!(Share::decode(&share.encode()).unwrap() == share);
        let paper = share.paper();
        assert_eq!(paper.split('-').map(str::len).collect::<Vec<_>>(), [7; 11]);
        assert!(Share::from_paper(&paper.to_lowercase().replace('-', " "), *share.set()).unwrap() == share);
    }
}

#[test]
fn a_flipped_bit_in_a_share_is_named() {
    let share = &shares()[3];
    let bytes = share.encode();
    for bit in 0..bytes.len() * 8 {
        let mut bad = bytes.to_vec();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert!(Share::decode(&bad).is_err(), "bit {bit}");
    }
}

#[test]
fn a_slip_on_paper_names_its_group() {
    let share = &shares()[0];
    let paper = share.paper();
    for group in 0..11 {
        let mut groups: Vec<String> = paper.split('-').map(str::to_owned).collect();
        let first = if groups[group].starts_with('7') { "8" } else { "7" };
        groups[group].replace_range(..1, first);
        let got = Share::from_paper(&groups.join("-"), *share.set());
        assert_eq!(code(got), ("share.group", (group + 1).to_string()));
    }
    assert_eq!(code(Share::from_paper("", *share.set())).0, "share.malformed");
    assert_eq!(code(Share::from_paper(&paper[..71], *share.set())).0, "share.malformed", "nine groups of eleven");
}

#[test]
fn shares_of_another_secret_are_named() {
    let mut mixed = shares();
    mixed.truncate(2);
    mixed.push(split(&[43; 32], 2, (3, 5), &SeededChance::new(2)).unwrap()[4].clone());
    assert_eq!(code(combine(&mixed)), ("share.mismatch", "5".to_owned()));
    let mut forged = shares();
    forged[0].bytes[7] ^= 1;
    assert_eq!(code(combine(&forged)), ("share.mismatch", "commitment".to_owned()));
    assert!(split(&[0; 32], 2, (1, 5), &SeededChance::new(1)).is_err());
    assert!(split(&[0; 32], 2, (4, 3), &SeededChance::new(1)).is_err());
}
