//! The screening rule over answer sets.

use crate::meter::per_call;
use crate::row::{Budget, Row};
use base::chance::SeededChance;
use base::{Chance, Lang};
use pocketbook::{Answers, Pack, Stage, each_line, screen};
use std::hint::black_box;

/// Sets in one round; each answers every question that its stage asks.
const SETS: u32 = 500;

/// Outcomes a second, answers in, outcome and reasons out.
pub fn sets() -> anyhow::Result<Row> {
    let (pack, chance) = (Pack::embedded(), SeededChance::new(20_261_123));
    let sets: Vec<(Stage, Answers)> = (0..SETS).map(|_| set(pack, &chance)).collect::<anyhow::Result<_>>()?;
    let mut faults = 0_u32;
    let seconds = per_call(|| {
        for (stage, answers) in &sets {
            faults += u32::from(black_box(screen(pack, *stage, black_box(answers))).is_err());
        }
    });
    anyhow::ensure!(faults == 0, "a well-formed set was refused");
    Ok(Row {
        name: "screening, the rule alone",
        measured: f64::from(SETS) / seconds,
        unit: "sets/s",
        budget: Budget::AtLeast(100_000.0),
        peer: "",
    })
}

/// The same by the line, as `simpul screen` reads and prints it: JSON in, JSON with all its texts out.
pub fn lines() -> anyhow::Result<Row> {
    let (pack, chance) = (Pack::embedded(), SeededChance::new(20_261_123));
    let lines: Vec<String> = (0..SETS).map(|_| line(pack, &chance)).collect();
    let input = lines.join("\n");
    let mut faults = 0_u32;
    let seconds = per_call(|| {
        let any_error = each_line(pack, black_box(input.as_bytes()), Lang::Id, &mut |line| drop(black_box(line)));
        faults += u32::from(any_error);
    });
    anyhow::ensure!(faults == 0, "a well-formed line was refused");
    Ok(Row {
        name: "screening, JSON lines in and out",
        measured: f64::from(SETS) / seconds,
        unit: "sets/s",
        budget: Budget::AtLeast(100_000.0),
        peer: "",
    })
}

fn line(pack: &Pack, chance: &SeededChance) -> String {
    let (stage, words) = words(pack, chance);
    let answers: Vec<String> = words.iter().map(|(question, word)| format!("\"{question}\":\"{word}\"")).collect();
    format!("{{\"stage\":\"{}\",\"answers\":{{{}}}}}", stage.word(), answers.join(","))
}

fn set(pack: &Pack, chance: &SeededChance) -> anyhow::Result<(Stage, Answers)> {
    let (stage, words) = words(pack, chance);
    let mut answers = Answers::default();
    for (question, word) in words {
        answers.set(pack, question, word)?;
    }
    Ok((stage, answers))
}

/// A stage, and a word for each question that it asks.
fn words<'p>(pack: &'p Pack, chance: &SeededChance) -> (Stage, Vec<(&'p str, &'static str)>) {
    let below = |sides: u8| {
        let mut byte = [0];
        chance.fill(&mut byte);
        byte[0] % sides
    };
    let stage = Stage::ALL.into_iter().nth(below(4).into()).unwrap_or(Stage::Returned);
    let word = |age: bool| match (age, below(10)) {
        (true, 0..=6) => "adult",
        (true, _) => "child",
        (false, 0..=3) => "yes",
        (false, 4..=7) => "no",
        (false, 8) => "unknown",
        (false, _) => "refused",
    };
    (stage, pack.asked(stage, false).map(|question| (question.id.as_str(), word(question.age))).collect())
}
