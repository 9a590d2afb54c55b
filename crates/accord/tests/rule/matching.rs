//! Matching of legal aid: each barrier and each step of the order by name, and what holds for every list of bodies.

use accord::matching::{Barrier, Candidate, Distance, LegalBody, Matching, Need, matching};
use accord::{AccreditationClass, CaseType, Day, Document, Refusal, Request, Sex, coverage};
use base::{Lang, Place, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A Thursday.
const DAY: i64 = 20_776;

fn place(code: &str) -> Place {
    Place::parse(code).unwrap()
}

fn body() -> LegalBody {
    LegalBody {
        class: AccreditationClass::B,
        from: Day(DAY - 400),
        until: Day(DAY + 400),
        districts: [place("21.71")].into(),
        types: [CaseType::Advice, CaseType::Wages].into(),
        languages: ["id".to_owned()].into(),
        counsel: [Sex::Woman, Sex::Man].into(),
        places: 5,
        duty: BTreeSet::new(),
        confirmed: Day(DAY - 10),
    }
}

fn candidate<'a>(name: &'a str, facts: &'a LegalBody) -> Candidate<'a> {
    let covered = Ok("batam-bantuan-hukum/1#4.2".to_owned());
    Candidate { name, facts: Some(facts), covered, running: 0, asked: None, engaged: false }
}

fn need() -> Need {
    Need {
        on: Day(DAY),
        found_in: Some(place("21.71")),
        stays_in: Some(place("21.71")),
        about: CaseType::Wages,
        language: Some("sas".to_owned()),
        counsel: Some(Sex::Woman),
    }
}

fn barrier(change: impl Fn(&mut LegalBody), but: impl Fn(&mut Candidate<'_>)) -> Option<Barrier> {
    let mut facts = body();
    change(&mut facts);
    let mut one = candidate("lbh", &facts);
    but(&mut one);
    matching(&need(), &[one]).not.first().map(|(_, barrier)| *barrier)
}

#[test]
fn each_barrier_has_its_code_with_words_and_a_cure() {
    let same = |_: &mut Candidate<'_>| {};
    assert_eq!(barrier(|_| {}, same), None);
    assert_eq!(barrier(|facts| facts.until = Day(DAY - 1), same), Some(Barrier::AccreditationOver));
    assert_eq!(barrier(|facts| facts.until = Day(DAY), same), None, "the last day counts");
    assert_eq!(barrier(|facts| facts.from = Day(DAY + 1), same), Some(Barrier::NotYetAccredited));
    assert_eq!(barrier(|facts| facts.districts = [place("21.72")].into(), same), Some(Barrier::District));
    assert_eq!(barrier(|facts| facts.districts = [place("21")].into(), same), None, "a province covers its regencies");
    assert_eq!(barrier(|facts| facts.types = [CaseType::Advice].into(), same), Some(Barrier::Type));
    assert_eq!(barrier(|facts| facts.places = 0, same), Some(Barrier::Full));
    assert_eq!(barrier(|_| {}, |one| one.running = 5), Some(Barrier::Full));
    assert_eq!(barrier(|_| {}, |one| one.engaged = true), Some(Barrier::Engaged));
    assert_eq!(barrier(|_| {}, |one| one.facts = None), Some(Barrier::Unstated));
    let place_refused = Barrier::Accord(Refusal::ClausePlace);
    assert_eq!(barrier(|_| {}, |one| one.covered = Err(Refusal::ClausePlace)), Some(place_refused));
    let all = [Barrier::Unstated, Barrier::NotYetAccredited, Barrier::AccreditationOver, Barrier::District]
        .into_iter()
        .chain([Barrier::Type, Barrier::Full, Barrier::Engaged, place_refused]);
    for one in all {
        let entry = one.code().entry();
        assert_eq!(entry.code, one.code().0, "it stands in the catalogue");
        assert!(!entry.remedy.get(Lang::Id).is_empty() && !entry.remedy.get(Lang::En).is_empty());
    }
}

#[test]
fn language_and_counsel_lower_a_body_and_never_exclude_it() {
    let (plain, fit) = (body(), LegalBody { languages: ["sas".to_owned()].into(), ..body() });
    let men = LegalBody { counsel: [Sex::Man].into(), ..body() };
    let found = matching(&need(), &[candidate("a", &men), candidate("b", &plain), candidate("c", &fit)]);
    assert_eq!(names(&found), ["c", "b", "a"]);
    assert!(found.ranked[2].reasons(Lang::En).contains(&"has not the counsel she wishes".to_owned()));
}

#[test]
fn the_order_is_duty_then_distance_then_language_then_counsel_then_age_then_places_then_turn() {
    let turn = LegalBody { duty: [4].into(), districts: [place("21.71")].into(), ..body() };
    let old = LegalBody { confirmed: Day(DAY - 91), ..body() };
    let small = LegalBody { places: 2, ..body() };
    let plain = body();
    let mut lately = candidate("lately", &plain);
    lately.asked = Some(Timestamp::from_seconds(9));
    let mut long_ago = candidate("zz-long-ago", &plain);
    long_ago.asked = Some(Timestamp::from_seconds(1));
    let all = [candidate("old", &old), lately, candidate("small", &small), long_ago, candidate("turn", &turn)];
    let found = matching(&need(), &all);
    assert_eq!(names(&found), ["turn", "zz-long-ago", "lately", "small", "old"]);
    assert_eq!(found.ranked[4].old_since, Some(Day(DAY - 91)));
    assert!(found.ranked[4].reasons(Lang::Id)[4].contains("2026-08-"), "{:?}", found.ranked[4].reasons(Lang::Id));
}

#[test]
fn nearer_is_first_and_what_fifty_kilometres_more_is_far_is_not_told_apart() {
    let serves = |also: &str| LegalBody { districts: [place("21.71"), place(also)].into(), ..body() };
    // From Lombok Timur: Lombok Tengah, Kota Mataram, the whole of Bali, Kupang.
    let (tengah, mataram, bali, kupang) = (serves("52.02"), serves("52.71"), serves("51"), serves("53.71"));
    let away = Need { stays_in: Some(place("52.03")), ..need() };
    let all = [candidate("kupang", &kupang), candidate("z-tengah", &tengah), candidate("bali", &bali)];
    let found = matching(&away, &[all.as_slice(), &[candidate("a-mataram", &mataram)]].concat());
    assert_eq!(names(&found), ["a-mataram", "z-tengah", "bali", "kupang"], "both of Lombok are one step");
    let km = |nth: usize| match found.ranked[nth].distance {
        Distance::Km(km) => km,
        other => panic!("{other:?}"),
    };
    assert!(km(1) < km(0) && km(0) < 50 && km(2) > 50 && km(3) > 500, "{found:?}");
    let words = found.ranked[3].reasons(Lang::En).join("; ");
    assert!(words.contains(&format!("about {} km from where she is", km(3))), "{words}");
    let nowhere = matching(&Need { stays_in: None, ..need() }, &[candidate("kupang", &kupang)]);
    assert_eq!(nowhere.ranked[0].distance, Distance::Unknown);
}

#[test]
fn a_family_elsewhere_gets_the_body_of_the_place_found_and_a_partner_near_her() {
    let (here, there) = (body(), LegalBody { districts: [place("52.03")].into(), ..body() });
    let away = Need { stays_in: Some(place("52.03")), ..need() };
    let mut stranger = candidate("lbh-lotim", &there);
    stranger.covered = Err(Refusal::AccordNotParty);
    let found = matching(&away, &[candidate("lbh-batam", &here), stranger.clone()]);
    assert_eq!(names(&found), ["lbh-batam"]);
    assert!(matches!(found.ranked[0].distance, Distance::Km(1_000..)), "{found:?}");
    assert_eq!(found.ranked[0].relay.as_deref(), Some("lbh-lotim"));
    assert_eq!(found.not, [("lbh-lotim".to_owned(), Barrier::Accord(Refusal::AccordNotParty))]);
    stranger.covered = Ok("lotim/1#4.2".into());
    let found = matching(&away, &[candidate("lbh-batam", &here), stranger]);
    assert_eq!(names(&found), ["lbh-lotim", "lbh-batam"], "with an accord of its own it is asked first");
    assert_eq!(found.ranked[0].relay, None);
}

#[test]
fn coverage_looks_at_place_found_role_and_family_and_not_at_consent_or_origin() {
    let document = Document::parse(crate::DOCUMENT.as_bytes()).unwrap();
    let mut request = Request::parse(crate::REQUEST.as_bytes()).unwrap();
    request.consents.clear();
    let clause = || Ok("batam-bantuan-hukum/1#4.2".to_owned());
    assert_eq!(coverage(&document, &request), clause());
    let person = request.person.as_mut().unwrap();
    person.origin = None;
    assert_eq!(coverage(&document, &request), clause());
    request.person.as_mut().unwrap().found_in = Some(place("52.03"));
    assert_eq!(coverage(&document, &request), Err(Refusal::ClausePlace));
    request.accord_state = accord::AccordState::Suspended;
    assert_eq!(coverage(&document, &request), Err(Refusal::AccordNotActive));
    let name = request.to.clone();
    request.person.as_mut().unwrap().conflicts.push(name);
    assert_eq!(coverage(&document, &request), Err(Refusal::FloorConflict));
}

fn names(found: &Matching) -> Vec<&str> {
    found.ranked.iter().map(|one| one.name.as_str()).collect()
}

prop_compose! {
    fn facts()(
        (from, until, confirmed) in (DAY - 3..DAY + 3, DAY - 3..DAY + 3, DAY - 95..DAY),
        districts in prop::collection::btree_set(prop::sample::select(vec!["21.71", "21", "52.03", "52.01"]), 0..3),
        types in prop::collection::btree_set(prop::sample::select(vec![CaseType::Wages, CaseType::Advice]), 0..3),
        languages in prop::collection::btree_set(prop::sample::select(vec!["id", "sas"]), 0..2),
        counsel in prop::collection::btree_set(prop::sample::select(vec![Sex::Woman, Sex::Man]), 0..2),
        (places, duty) in (0u32..3, prop::collection::btree_set(3u8..6, 0..2)),
    ) -> LegalBody {
        LegalBody {
            class: AccreditationClass::C,
            from: Day(from), until: Day(until), confirmed: Day(confirmed),
            districts: districts.into_iter().map(place).collect(),
            types, counsel, places, duty,
            languages: languages.into_iter().map(str::to_owned).collect(),
        }
    }
}

type Row = (LegalBody, bool, u32, bool);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((facts(), any::<bool>(), 0u32..3, prop::bool::weighted(0.2)), 1..12)
}

fn candidates<'a>(rows: &'a [Row], names: &'a [String]) -> Vec<Candidate<'a>> {
    let one = |((facts, covered, running, engaged), name): (&'a Row, &'a String)| Candidate {
        covered: covered.then(|| "c".to_owned()).ok_or(Refusal::ClausePlace),
        running: *running,
        engaged: *engaged,
        ..candidate(name, facts)
    };
    rows.iter().zip(names).map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Goal: no refusal ever helps. Method: one body gets one reason more to be refused; who could not be asked still cannot.
    #[test]
    fn adding_a_refusal_never_makes_a_body_eligible(
        mut rows in rows(), nth in any::<prop::sample::Index>(), which in 0u8..7,
    ) {
        let names: Vec<String> = (0..rows.len()).map(|n| format!("lbh-{n}")).collect();
        let asked = |rows: &[Row]| -> BTreeSet<String> {
            matching(&need(), &candidates(rows, &names)).ranked.into_iter().map(|one| one.name).collect()
        };
        let before = asked(&rows);
        let (facts, covered, running, engaged) = &mut rows[nth.index(names.len())];
        match which {
            0 => facts.until = Day(DAY - 1),
            1 => facts.from = Day(DAY + 1),
            2 => facts.districts.clear(),
            3 => facts.types.clear(),
            4 => *running = facts.places,
            5 => *covered = false,
            _ => *engaged = true,
        }
        let after = asked(&rows);
        prop_assert!(after.is_subset(&before));
        prop_assert!(!after.contains(&names[nth.index(names.len())]));
    }

    #[test]
    fn the_order_of_the_bodies_does_not_matter_and_none_is_lost(mut rows in rows(), turn in any::<prop::sample::Index>()) {
        let mut names: Vec<String> = (0..rows.len()).map(|n| format!("lbh-{n}")).collect();
        let one = matching(&need(), &candidates(&rows, &names));
        let by = turn.index(rows.len());
        rows.rotate_left(by);
        names.rotate_left(by);
        rows.reverse();
        names.reverse();
        let other = matching(&need(), &candidates(&rows, &names));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(one.ranked.len() + one.not.len(), rows.len());
    }
}
