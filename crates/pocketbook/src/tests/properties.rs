//! Properties of the rule, and a second evaluator written from the text of the rule alone, without masks or interning.

use crate::{Age, Answer, Answers, Dimension, Outcome, Pack, Screening, Stage, Strength, run_lines, screen};
use base::{Chance, Lang, chance::SeededChance};
use proptest::prelude::*;
use std::collections::BTreeMap;

type Set = (Stage, BTreeMap<String, &'static str>);

fn pick<T: Copy>(chance: &SeededChance, of: &[T]) -> T {
    let mut byte = [0];
    chance.fill(&mut byte);
    of[usize::from(byte[0]) % of.len()]
}

/// A set of answers; `lean` shifts between mostly no, a mix, and mostly unanswered, so that every rule is met.
fn random(chance: &SeededChance) -> Set {
    let stage = pick(chance, &Stage::ALL);
    let leans: [&[Option<&'static str>]; 4] = [
        &[Some("no"), Some("no"), Some("no"), Some("no"), Some("no"), Some("no"), Some("yes"), None],
        &[Some("yes"), Some("no"), Some("unknown"), Some("refused"), None],
        &[Some("unknown"), Some("no"), Some("refused"), Some("unknown"), Some("no"), Some("no")],
        &[Some("no"), Some("no"), Some("no"), Some("no"), Some("no"), Some("yes"), Some("yes")],
    ];
    let lean = pick(chance, &leans);
    let mut answers = BTreeMap::new();
    for question in Pack::embedded().asked(stage, pick(chance, &[false, false, true])) {
        let age = [Some("adult"), Some("adult"), Some("child"), Some("unsure"), None];
        if let Some(word) = if question.age { pick(chance, &age) } else { pick(chance, lean) } {
            answers.insert(question.id.clone(), word);
        }
    }
    (stage, answers)
}

fn evaluate((stage, answers): &Set) -> (Screening, Answers) {
    let mut set = Answers::default();
    for (question, word) in answers {
        set.set(Pack::embedded(), question, word).unwrap();
    }
    (screen(Pack::embedded(), *stage, &set).unwrap(), set)
}

/// The rule of the handbook page, read line by line.
fn naive((stage, answers): &Set) -> (&'static str, String, &'static str) {
    let pack = Pack::embedded();
    let yes = |id: &str| answers.get(id) == Some(&"yes");
    let child = answers.get("A1") != Some(&"adult");
    let mut letters: BTreeMap<Dimension, BTreeMap<u8, Strength>> = BTreeMap::new();
    for question in pack.questions().iter().filter(|q| yes(&q.id)) {
        for feed in &question.feeds {
            let strength = if child { feed.child } else { feed.adult };
            if strength != Strength::Nothing {
                letters.entry(feed.dimension).or_default().entry(feed.indicator).or_insert(strength);
            }
        }
    }
    let count = |d: Dimension, s: Strength| letters.get(&d).map_or(0, |m| m.values().filter(|x| **x == s).count());
    let positive = |d: Dimension| {
        let (s, m, w) = (count(d, Strength::Strong), count(d, Strength::Medium), count(d, Strength::Weak));
        s >= 2 || (s >= 1 && m + w >= 1) || m >= 3 || (m >= 2 && w >= 1)
    };
    let partial = |d: Dimension| {
        let (s, m, w) = (count(d, Strength::Strong), count(d, Strength::Medium), count(d, Strength::Weak));
        !positive(d) && (s >= 1 || s + m + w >= 2)
    };
    let ways = [Dimension::Dec, Dimension::Coe, Dimension::Vul, Dimension::Dst, Dimension::Dep];
    let act = yes("A2") || yes("A3");
    let means = ways.into_iter().any(positive);
    let means_partial = !means && ways.into_iter().any(partial);
    let forced = yes("E6") || yes("E7");
    let purpose = positive(Dimension::Exp) || forced;
    let purpose_partial = !purpose && partial(Dimension::Exp);
    let red = ["R1", "R2", "R3", "R4", "R5", "R6"].iter().filter(|id| yes(id)).count();
    let pre = matches!(stage, Stage::PreDeparture | Stage::Transit);
    let early = [Dimension::Dec, Dimension::Coe].into_iter().any(|d| positive(d) || partial(d));
    let (mut outcome, mut rule) = if act && purpose && (child || means) {
        ("PRESUMED_VICTIM", "P1".to_owned())
    } else if pre && act && ((means && red >= 2) || (child && red >= 1)) {
        ("INTERCEPT", "P2".to_owned())
    } else if act && means {
        ("POSSIBLE_VICTIM", "P3a".to_owned())
    } else if act && means_partial && (purpose || purpose_partial) {
        ("POSSIBLE_VICTIM", "P3b".to_owned())
    } else if forced {
        ("POSSIBLE_VICTIM", "P3c".to_owned())
    } else if means && purpose {
        ("POSSIBLE_VICTIM", "P3d".to_owned())
    } else if child && ((act && (purpose_partial || red >= 1)) || purpose) {
        ("POSSIBLE_VICTIM", "P3e".to_owned())
    } else if pre && act && means_partial && red >= 3 {
        ("POSSIBLE_VICTIM", "P3f".to_owned())
    } else if purpose || purpose_partial {
        ("LABOUR_VIOLATION", "P4".to_owned())
    } else if red >= 1 || early {
        ("ILLICIT_RECRUITMENT", "P5".to_owned())
    } else {
        ("NO_INDICATION", "P6".to_owned())
    };
    let asked = answers.keys().filter(|id| *id != "A1").count();
    let open = answers.values().filter(|word| ["unknown", "refused"].contains(word)).count();
    if ["P4", "P5", "P6"].contains(&&*rule) && 10 * open > 4 * asked {
        (outcome, rule) = ("INCOMPLETE", format!("{rule}+P7"));
    }
    let serious = ["PRESUMED_VICTIM", "INTERCEPT", "POSSIBLE_VICTIM"].contains(&outcome);
    let urgency = if ["S1", "S2", "S3", "S4"].into_iter().any(yes) || (child && serious) {
        "RED"
    } else if serious || outcome == "INCOMPLETE" {
        "AMBER"
    } else {
        "GREEN"
    };
    (outcome, rule, urgency)
}

#[test]
fn a_second_evaluator_agrees_on_random_answer_sets() {
    let chance = SeededChance::new(45);
    let mut met = BTreeMap::new();
    for _ in 0..20_000 {
        let set = random(&chance);
        let (screening, _) = evaluate(&set);
        let got = (screening.outcome.word(), screening.rule.to_owned(), screening.urgency.word());
        assert_eq!(got, naive(&set), "{set:?}");
        *met.entry(screening.rule).or_insert(0) += 1;
    }
    let rules = ["P1", "P2", "P3a", "P3b", "P3c", "P3d", "P3e", "P3f", "P4", "P5", "P6", "P4+P7", "P5+P7", "P6+P7"];
    for rule in rules {
        assert!(met.contains_key(rule), "{rule} was never met: {met:?}");
    }
}

#[test]
fn one_more_yes_never_lowers_the_outcome_and_neither_does_being_a_child() {
    let chance = SeededChance::new(7);
    for _ in 0..20_000 {
        let mut set = random(&chance);
        let before = evaluate(&set).0;
        let asked: Vec<_> = Pack::embedded().asked(set.0, false).filter(|q| !q.age).collect();
        let mut index = [0];
        chance.fill(&mut index);
        set.1.insert(asked[usize::from(index[0]) % asked.len()].id.clone(), "yes");
        let after = evaluate(&set).0;
        assert!(after.kept >= before.kept, "{set:?}");
        assert!(after.urgency >= before.urgency || before.outcome == Outcome::Incomplete, "{set:?}");
        set.1.insert("A1".into(), "adult");
        let adult = evaluate(&set).0;
        for word in [Age::Child, Age::Unsure] {
            set.1.insert("A1".into(), word.word());
            let child = evaluate(&set).0;
            assert!(child.kept >= adult.kept && child.urgency >= adult.urgency, "{set:?}");
        }
    }
}

#[test]
fn only_yes_counts_and_the_other_answers_change_only_what_is_unanswered() {
    let chance = SeededChance::new(9);
    for _ in 0..5_000 {
        let set = random(&chance);
        let kept = evaluate(&set).0.kept;
        let mut bare = set.clone();
        bare.1.retain(|id, word| *word == "yes" || id == "A1");
        assert_eq!(evaluate(&bare).0.kept, kept, "{set:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_order_of_answers_is_irrelevant(seed in any::<u64>()) {
        let chance = SeededChance::new(seed);
        let (stage, answers) = random(&chance);
        let mut there: Vec<_> = answers.iter().map(|(id, word)| format!("\"{id}\":\"{word}\"")).collect();
        let line = |order: &[String]| format!("{{\"stage\":\"{}\",\"answers\":{{{}}}}}", stage.word(), order.join(","));
        let forth = run_lines(Pack::embedded(), line(&there).as_bytes(), Lang::Id);
        there.reverse();
        let back = run_lines(Pack::embedded(), line(&there).as_bytes(), Lang::Id);
        prop_assert!(!forth.1);
        prop_assert_eq!(forth, back);
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let lines = run_lines(Pack::embedded(), &bytes, Lang::Id).0;
        let whole = lines.iter().all(|line| line.starts_with("{\"id\":"));
        prop_assert!(whole);
    }

    #[test]
    fn a_damaged_line_gives_one_line_of_json(seed in any::<u64>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (stage, answers) = random(&SeededChance::new(seed));
        let mut line = format!("{{\"stage\":\"{}\",\"answers\":{}}}", stage.word(),
            serde_json::to_string(&answers).unwrap()).into_bytes();
        let at = at.index(line.len());
        line[at] = if byte == b'\n' { b' ' } else { byte };
        let lines = run_lines(Pack::embedded(), &line, Lang::Id).0;
        prop_assert_eq!(lines.len(), 1);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&lines[0]).is_ok());
        line.truncate(at);
        let _ = run_lines(Pack::embedded(), &line, Lang::Id);
    }

    #[test]
    fn a_damaged_pack_is_refused_and_never_panics(name in 0_usize..3, at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut files: BTreeMap<String, Vec<u8>> = Pack::FILES.iter()
            .map(|name| ((*name).to_owned(), Pack::embedded().file(name).unwrap().to_vec())).collect();
        let file = files.get_mut(Pack::FILES[name]).unwrap();
        let at = at.index(file.len());
        file[at] ^= byte;
        let loaded = Pack::load(files);
        prop_assert!(name == 0 || byte == 0 || loaded.is_err());
    }
}

#[test]
fn an_answer_reads_back_as_set_and_a_later_one_replaces_it() {
    let pack = Pack::embedded();
    let mut answers = Answers::default();
    for answer in Answer::ALL {
        answers.set(pack, "K1", answer.word()).unwrap();
        assert_eq!(answers.get(pack, "K1"), Some(answer));
    }
    assert_eq!(answers.get(pack, "K2"), None);
    assert_eq!(answers.set(pack, "A1", "yes").unwrap_err().code.0, "screen.answer-unknown");
}
