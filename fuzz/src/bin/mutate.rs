//! The stable runner: changes good bytes again and again and feeds them to a target, without a sanitizer and without
//! coverage. `mutate [TARGET] [--seconds N] [--seed S]`; exit 1 with the bytes in `artifacts/` if a promise broke.

use base::Chance;
use base::chance::SeededChance;
use rustix::time::{ClockId, clock_gettime};
use std::panic::catch_unwind;
use std::process::ExitCode;
use targets::{TARGETS, Target, seeds};

/// Seeds and inputs kept beside them, so that some changes add up.
const POOL_MAX: usize = 64;
/// Most bytes of one input.
const BYTES_MAX: usize = 1 << 17;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, otherwise: i64| {
        let after = args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1));
        after.and_then(|word| word.parse().ok()).unwrap_or(otherwise)
    };
    let (seconds, seed) = (number("--seconds", 60), number("--seed", 1));
    let named = args.first().filter(|arg| !arg.starts_with("--"));
    let chosen: Vec<&Target> = TARGETS.iter().filter(|target| named.is_none_or(|name| name == target.name)).collect();
    if chosen.is_empty() {
        eprintln!("no such target; there are: {}", TARGETS.map(|target| target.name).join(", "));
        return ExitCode::from(2);
    }
    let held = chosen.iter().filter(|target| run(target, seconds, seed.unsigned_abs())).count();
    if held == chosen.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// CPU seconds of this process: the clock that only our own work moves.
fn now() -> i64 {
    clock_gettime(ClockId::ProcessCPUTime).tv_sec
}

fn run(target: &Target, seconds: i64, seed: u64) -> bool {
    let (dice, mut pool, end) = (Dice(SeededChance::new(seed)), seeds(target.name), now() + seconds);
    let originals = pool.len();
    pool.iter().for_each(|input| (target.run)(input));
    let mut inputs = 0_u64;
    while now() < end {
        // Mostly one step from good bytes: without coverage to choose by, long lines of change end in rubbish.
        let from = if dice.below(4) == 0 { pool.len() } else { originals };
        let mut input = pool[dice.below(from)].clone();
        for _ in 0..=dice.below(4) {
            mutate(&mut input, &pool, &dice);
        }
        input.truncate(BYTES_MAX);
        inputs += 1;
        if catch_unwind(|| (target.run)(&input)).is_err() {
            let path = format!("artifacts/{}-{seed}-{inputs}", target.name);
            let kept = std::fs::create_dir_all("artifacts").and_then(|()| std::fs::write(&path, &input));
            println!("{}: a promise broke after {inputs} inputs; bytes in {path} ({kept:?})", target.name);
            return false;
        }
        if dice.below(50) == 0 {
            if pool.len() < POOL_MAX {
                pool.push(input);
            } else {
                let at = originals + dice.below(POOL_MAX - originals);
                pool[at] = input;
            }
        }
    }
    println!("{}: {inputs} inputs in {seconds} s, all held", target.name);
    true
}

struct Dice(SeededChance);

impl Dice {
    fn below(&self, sides: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % sides.max(1) as u64).unwrap_or(0)
    }

    fn byte(&self) -> u8 {
        self.below(256).to_le_bytes()[0]
    }

    /// A stretch inside so many bytes, at most 64 long.
    fn stretch(&self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length);
        from..(from + 1 + self.below(64)).min(length)
    }
}

/// One change: flip, set, cut, insert, double, splice with another input, or move to a number at an edge.
fn mutate(input: &mut Vec<u8>, pool: &[Vec<u8>], dice: &Dice) {
    if input.is_empty() {
        input.push(dice.byte());
    }
    let at = dice.below(input.len());
    match dice.below(8) {
        0 => input[at] ^= 1 << dice.below(8),
        1 => input[at] = dice.byte(),
        2 => drop(input.drain(dice.stretch(input.len()))),
        3 => input.insert(at, dice.byte()),
        4 => {
            let copy = input[dice.stretch(input.len())].to_vec();
            input.splice(at..at, copy);
        }
        5 => {
            let other = &pool[dice.below(pool.len())];
            let part = other.get(dice.stretch(other.len())).unwrap_or_default().to_vec();
            input.splice(at..at, part);
        }
        6 => {
            let words: [&[u8]; 8] =
                [b"null", b"-1", b"18446744073709551615", b"\"\"", b"[]", b"{}", b"1e999", b"\\ud800"];
            input.splice(at..at, words[dice.below(words.len())].iter().copied());
        }
        _ => input[at] = [0, 0x17, 0x18, 0x7f, 0x80, 0xff][dice.below(6)],
    }
}
