//! The stable runner: changes good bytes again and again and feeds them to a target, without a sanitizer and without
//! coverage. `mutate [TARGET] [--seconds N] [--seed S] [--keep K]`; exit 1 with the bytes in `artifacts/` if a promise broke.
//! The K shortest inputs that it went on from are kept for `make test`.

use hostile::{Dice, TARGETS, Target, changed, seeds};
use rustix::time::{ClockId, clock_gettime};
use std::panic::catch_unwind;
use std::process::ExitCode;

/// Seeds and inputs kept beside them, so that some changes add up.
const POOL_MAX: usize = 64;
/// Most bytes of one input: the largest seed, a handbook of 145 KB, and what is added to it.
const BYTES_MAX: usize = 1 << 18;
/// Where `make test` finds what is kept.
const KEPT: &str = "../tests/hostile/kept";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, otherwise: i64| {
        let after = args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1));
        after.and_then(|word| word.parse().ok()).unwrap_or(otherwise)
    };
    let (seconds, seed) = (number("--seconds", 60), number("--seed", 1).unsigned_abs());
    let keep = usize::try_from(number("--keep", 0)).unwrap_or(0);
    let named = args.first().filter(|arg| !arg.starts_with("--"));
    let chosen: Vec<&Target> = TARGETS.iter().filter(|target| named.is_none_or(|name| name == target.name)).collect();
    if chosen.is_empty() {
        eprintln!(
            "no such target; there are: {}",
            TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ")
        );
        return ExitCode::from(2);
    }
    let held = chosen.iter().filter(|target| run(target, (seconds, seed), keep)).count();
    if held == chosen.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// CPU seconds of this process: the clock that only our own work moves.
fn now() -> i64 {
    clock_gettime(ClockId::ProcessCPUTime).tv_sec
}

fn run(target: &Target, (seconds, seed): (i64, u64), keep: usize) -> bool {
    let (dice, mut pool, end) = (Dice::new(seed), seeds(target.name), now() + seconds);
    let originals = pool.len();
    pool.iter().for_each(|input| (target.run)(input));
    let mut inputs = 0_u64;
    while now() < end {
        // Mostly one step from good bytes: without coverage to choose by, long lines of change end in rubbish.
        let from = if dice.below(4) == 0 { pool.len() } else { originals };
        let mut input = pool[dice.below(from)].clone();
        changed(&mut input, &pool, &dice);
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
    let mut found = pool.split_off(originals);
    found.sort_by_key(Vec::len);
    found.iter().take(keep).enumerate().all(|(nth, input)| kept(target.name, &format!("{seed}-{nth}"), input))
}

fn kept(target: &str, name: &str, input: &[u8]) -> bool {
    let folder = format!("{KEPT}/{target}");
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(format!("{folder}/{name}"), input));
    written.inspect_err(|error| eprintln!("{folder}: {error}")).is_ok()
}
