use super::*;
use crate::said::Credibility;
use proptest::prelude::*;

fn id(n: u8) -> MentionId {
    MentionId::from_bytes([n; 16])
}

fn said(columns: &[(&str, &str)]) -> Said {
    let mut said = Said::default();
    for (column, value) in columns {
        *said.texts_mut().into_iter().find(|(name, _)| name == column).unwrap().1 = Redacted::new((*value).to_owned());
    }
    said
}

/// Mention, person, what is said; the mention's number is its day, its grade A1 but for even numbers: D4.
fn spoken(all: &[(u8, u8, Said)]) -> Vec<Spoken<'_>> {
    let grade = |n: u8| match n % 2 {
        0 => Grade { source: Reliability::D, said: Credibility::Doubtful },
        _ => Grade { source: Reliability::A, said: Credibility::Confirmed },
    };
    all.iter()
        .map(|(n, person, said)| Spoken {
            mention: id(*n),
            person: id(*person),
            said,
            grade: grade(*n),
            at: Timestamp::from_seconds(i64::from(*n) * 86_400),
        })
        .collect()
}

/// One has a phone with two, two an agency with three; four has only the regency of one.
fn chain() -> Vec<(u8, u8, Said)> {
    vec![
        (1, 1, said(&[("name", "Satu"), ("phone", "0812 3456 789"), ("regency", "52.03")])),
        (3, 3, said(&[("name", "Dua"), ("phone", "+62812-3456-789"), ("employer", "PT Karya Rekaan")])),
        (5, 5, said(&[("name", "Tiga"), ("employer", "Karya Rekaan")])),
        (7, 7, said(&[("name", "Empat"), ("regency", "Kabupaten Lombok Timur")])),
    ]
}

#[test]
fn a_bank_account_a_vessel_or_a_plate_ties_two_however_it_is_written_and_the_engine_reads_none_of_them() {
    for (column, one, other, kind) in [
        ("account", "BCA 0800-112-233", "0800112233 (bca)", Kind::Account),
        ("vessel", "KM Sinar Rekaan", "kapal Sinarrekaan", Kind::Vessel),
        ("vehicle", "BP 1234 XY", "bp-1234-xy", Kind::Vehicle),
    ] {
        let all =
            vec![(1, 1, said(&[("name", "Satu"), (column, one)])), (3, 3, said(&[("name", "Dua"), (column, other)]))];
        let network = Network::of(id(1), &spoken(&all), &Filter::default());
        let kinds: Vec<Kind> = network.nodes.iter().map(Node::kind).collect();
        assert_eq!(kinds, [Kind::Person, kind, Kind::Person], "{column}");
        assert_eq!(network.shared(), [(1, vec![0, 2])], "{column}");
        let known = crate::known::Known::of(all.iter().map(|(n, _, said)| (id(*n), said)), &[]);
        assert_eq!(known.matched(id(1)).pairs, [], "{column}");
    }
}

fn people(network: &Network) -> Vec<MentionId> {
    let person = |node: &Node| if let What::Person(id) = node.what { Some(id) } else { None };
    network.nodes.iter().filter_map(person).collect()
}

#[test]
fn what_two_share_ties_them_however_it_is_written_and_a_place_ties_nobody() {
    let all = chain();
    let network = Network::of(id(1), &spoken(&all), &Filter::default());
    assert_eq!(people(&network), [id(1), id(3)], "three is two steps too far, four shares a regency");
    let kinds: Vec<(Kind, u8)> = network.nodes.iter().map(|node| (node.kind(), node.ring)).collect();
    assert_eq!(kinds, [(Kind::Person, 0), (Kind::Phone, 1), (Kind::Place, 1), (Kind::Person, 2), (Kind::Agency, 3)]);
    assert_eq!(network.shared(), [(1, vec![0, 3])]);
    assert_eq!(network.ties.iter().map(|tie| tie.mentions.len()).sum::<usize>(), 4);
}

#[test]
fn who_joins_others_is_a_broker_and_the_rest_falls_apart_without_the_middle() {
    let mut all = chain();
    all.push((9, 9, said(&[("name", "Lima"), ("phone", "0812 3456 789"), ("employer", "CV Lain Rekaan")])));
    let network = Network::of(id(3), &spoken(&all), &Filter::default());
    assert_eq!(people(&network), [id(3), id(5), id(1), id(9)]);
    assert_eq!(network.groups_without_the_middle(), 2, "one and nine by the phone, five alone");
    let brokers: Vec<&What> = network.brokers().into_iter().map(|at| &network.nodes[at].what).collect();
    assert_eq!(brokers, [&What::Person(id(9))], "it leads to an agency; the place of one leads nowhere");
    assert!(network.nodes[0].between > network.nodes[1].between || network.nodes[1].kind() == Kind::Phone);
}

#[test]
fn filters_leave_out_what_is_weak_other_or_late() {
    let mut all = chain();
    all.push((2, 1, said(&[("name", "Satu"), ("employer", "Karya Rekaan")])));
    let count = |filter| Network::of(id(1), &spoken(&all), &filter).nodes.len();
    assert_eq!(count(Filter::default()), 6);
    assert_eq!(count(Filter { source: Some(Reliability::C), ..Filter::default() }), 5, "three came by a weak mention");
    assert_eq!(count(Filter { kind: Some(Kind::Agency), ..Filter::default() }), 4);
    let day = |n: i64| Some(Timestamp::from_seconds(n * 86_400));
    assert_eq!(count(Filter { until: day(2), ..Filter::default() }), 3);
    assert_eq!(count(Filter { from: day(2), ..Filter::default() }), 5, "the agency of the second mention");
    let all = chain();
    let without = |n: u8| Filter { without: BTreeSet::from([id(n)]), ..Filter::default() };
    assert_eq!(people(&Network::of(id(1), &spoken(&all), &without(3))), [id(1)], "as if nobody had said it");
    assert_eq!(people(&Network::of(id(1), &spoken(&all), &without(5))), [id(1), id(3)]);
}

#[test]
fn an_index_finds_who_says_the_same_and_knows_no_place() {
    let all = chain();
    let mut index = Index::default();
    for (n, _, said) in &all {
        index.add(id(*n), said);
    }
    let found: Vec<&[MentionId]> = things(&all[0].2).iter().map(|thing| index.saying(thing)).collect();
    assert_eq!(found, [&[id(1), id(3)][..], &[]]);
}

#[test]
fn a_picture_of_many_keeps_inside_and_no_marker_hides_another() {
    let names: Vec<String> = (0..74).map(|n| format!("08{:09}", 100_000_000 + n)).collect();
    let mut all: Vec<(u8, u8, Said)> = Vec::new();
    for (n, phone) in (1_u8..).zip(&names) {
        all.push((n, 1, said(&[("name", "Satu"), ("phone", phone)])));
        all.push((n + 100, n + 100, said(&[("name", "Lain"), ("phone", phone)])));
    }
    let network = Network::of(id(1), &spoken(&all), &Filter::default());
    assert_eq!(network.nodes.len(), 149);
    let (half, places) = placed(&network);
    let far = |a: &Placed, b: &Placed| (a.x - b.x).pow(2) + (a.y - b.y).pow(2);
    for (at, one) in places.iter().enumerate() {
        assert!((18..=2 * half - 18).contains(&one.x) && (18..=2 * half - 18).contains(&one.y), "{one:?}");
        assert!(places.iter().skip(at + 1).all(|other| far(one, other) > 20 * 20), "{at}");
    }
}

proptest! {
    #[test]
    fn the_order_of_what_was_said_changes_nothing(
        lines in prop::collection::vec((0_u8..6, 0_u8..4, 0_u8..4, 0_u8..3), 1..24),
        turn in 0_usize..24,
    ) {
        let text = |kind: &str, n: u8| if n == 0 { String::new() } else { format!("{kind}{n}") };
        let all: Vec<(u8, u8, Said)> = (1_u8..).zip(&lines).map(|(n, (person, phone, agency, village))| {
            let phone = if *phone == 0 { String::new() } else { format!("08120000000{phone}") };
            (n, 200 + person, said(&[("phone", &phone), ("employer", &text("karya", *agency)), ("village", &text("desa", *village))]))
        }).collect();
        let mut turned = all.clone();
        turned.rotate_left(turn % all.len());
        let (one, other) = (spoken(&all), spoken(&turned));
        let (one, other) = (Network::of(id(200), &one, &Filter::default()), Network::of(id(200), &other, &Filter::default()));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(placed(&one), placed(&other));
        // Each tie joins a person and a thing of neighbouring rings.
        for tie in &one.ties {
            let (person, thing) = (&one.nodes[tie.person], &one.nodes[tie.thing]);
            prop_assert!(person.kind() == Kind::Person && thing.kind() != Kind::Person);
            prop_assert!(thing.ring.abs_diff(person.ring) == 1);
        }
    }
}
