//! Figures of the engine: `cargo run --release -p recruiters --example measure -- 100000 1` on made-up people (rows, seed,
//! threads), or `-- FILE.csv` on a file whose second column holds the person, for data that is not ours to ship.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "an example that stops at the first fault")]

#[path = "../tests/whole/people.rs"]
mod people;

use recruiters::{reading, resolve};

fn main() {
    if let Some(file) = std::env::args().nth(1).filter(|word| std::path::Path::new(word).extension().is_some()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut people: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
        people.sort_unstable();
        people.dedup();
        let number = |line: &str| people.binary_search(&line.split(',').nth(1).unwrap()).unwrap();
        let truth: Vec<u32> = text.lines().skip(1).map(|line| u32::try_from(number(line)).unwrap()).collect();
        return measure(&file, text, &truth, 2);
    }
    let number = |nth: usize, other: usize| std::env::args().nth(nth).map_or(other, |text| text.parse().unwrap());
    let (rows, seed, threads) = (number(1, 100_000), number(2, 1), number(3, 2));
    let (text, truth) = people::mentions(rows, seed as u64);
    measure(&format!("rows {rows} seed {seed}"), text, &truth, threads);
}

fn measure(what: &str, text: String, truth: &[u32], threads: usize) {
    let before = cpu_seconds();
    let input = reading::read(text.as_bytes(), usize::MAX).unwrap();
    drop(text);
    let options = resolve::Options { threshold: 0.9, threads, memory_bytes: usize::MAX };
    let found = resolve::resolve(&input.mentions, &options, &|_| ()).unwrap();
    let groups: Vec<u32> = input.mentions.in_file_order().iter().map(|row| found.groups.group[*row as usize]).collect();
    let (precision, recall) = people::pairs(truth, &groups);
    println!(
        "{what}: precision {precision:.4} recall {recall:.4} F1 {:.4}, largest {}, pairs {}, CPU {:.2} s, {}",
        2.0 * precision * recall / (precision + recall),
        found.sizes().1,
        found.compared,
        cpu_seconds() - before,
        std::fs::read_to_string("/proc/self/status").unwrap().lines().find(|line| line.starts_with("VmHWM")).unwrap(),
    );
}

/// CPU time of this process, in seconds; the kernel counts hundredths.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    stat.split(' ').skip(13).take(2).map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}
