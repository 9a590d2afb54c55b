//! `cargo run -p pocketbook --example answer_sets -- N SEED`: N random answer sets with what the rule says, as JSON
//! Lines. The offline pocketbook's copy of the rule is compared with them.

use base::{Chance, Lang, chance::SeededChance};
use pocketbook::{Pack, Stage, run_lines};
use std::io::{self, BufWriter, Write};

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let mut number = |otherwise: u64| args.next().and_then(|word| word.parse().ok()).unwrap_or(otherwise);
    let (count, chance) = (number(100), SeededChance::new(number(1)));
    let mut out = BufWriter::new(io::stdout().lock());
    for _ in 0..count {
        let request = request(&chance);
        let (lines, _) = run_lines(Pack::embedded(), request.as_bytes(), Lang::Id);
        for line in lines {
            writeln!(out, "{{\"request\":{request},\"result\":{line}}}")?;
        }
    }
    out.flush()
}

/// Each set has its own share of yes and of unanswered, so that every rule is met.
fn request(chance: &SeededChance) -> String {
    let below = |n: u8| {
        let mut byte = [0];
        chance.fill(&mut byte);
        byte[0] % n
    };
    let stage = Stage::ALL.into_iter().nth(below(4).into()).unwrap_or(Stage::Returned);
    let (yes, open, skipped, short) = (below(60), below(60), below(40), below(4) == 0);
    let mut answers = Vec::new();
    for question in Pack::embedded().asked(stage, short) {
        let word = match (question.age, below(100)) {
            (true, 0..=49) => "adult",
            (true, 50..=69) => "child",
            (true, 70..=89) => "unsure",
            (true, _) => continue,
            (false, roll) if roll < yes => "yes",
            (false, _) if below(100) < skipped => continue,
            (false, roll) if roll < yes + open => {
                if roll % 2 == 0 {
                    "unknown"
                } else {
                    "refused"
                }
            }
            _ => "no",
        };
        answers.push(format!("\"{}\":\"{word}\"", question.id));
    }
    format!("{{\"stage\":\"{}\",\"answers\":{{{}}}}}", stage.word(), answers.join(","))
}
