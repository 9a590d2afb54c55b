//! Resolution of recruiters (design, section 4): files of mentions by the program itself, beside Splink, by the script of
//! `benches/recruiters`; here what has no command: one new mention against many, and judgements of pairs a second.

use crate::meter::{cpu_seconds, thread_seconds};
use crate::row::{Line, Row};
use anyhow::Context;
use base::{MentionId, Redacted};
use recruiters::compare::Comparer;
use recruiters::known::Known;
use recruiters::said::Said;
use recruiters::{reading, resolve};
use serde::Deserialize;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Mentions that are known, and that come.
const KNOWN: usize = 1_000_000;
const COMING: usize = 2_000;
/// Mentions of which pairs are judged; how often on each of two threads one mention meets others, and how many.
const JUDGED: usize = 100_000;
const MEETINGS: u64 = 125_000;
const MET: u64 = 16;

/// A line of the script.
#[derive(Deserialize)]
struct Told {
    name: String,
    skipped: Option<String>,
    #[serde(default)]
    measured: f64,
    #[serde(default)]
    unit: String,
    most: Option<f64>,
    least: Option<f64>,
    wanted: Option<f64>,
}

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let place = beside_this_program()?;
    let folder = place.join("bench-recruiters");
    let mut rows = by_script(&place.join("simpul"), &folder)?;
    match generated(&folder, KNOWN + COMING, 4) {
        Ok(text) => rows.extend(one_by_one(&text)?),
        Err(error) => rows.push(Line::Skipped("one new mention against 1 000 000", error.to_string())),
    }
    match generated(&folder, JUDGED, 1) {
        Ok(text) => rows.push(judgements(&text)?.into()),
        Err(error) => rows.push(Line::Skipped("judgements of pairs", error.to_string())),
    }
    Ok(rows)
}

/// Where cargo put this program; `simpul` lies beside it.
fn beside_this_program() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.parent().context("a program has a folder")?.to_path_buf())
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recruiters")
}

/// Everything that is measured from outside, as the script tells it.
fn by_script(simpul: &Path, folder: &Path) -> anyhow::Result<Vec<Line>> {
    const NAME: &str = "simpul recruiters resolve";
    if !simpul.exists() {
        return Ok(vec![Line::Skipped(NAME, "build it first: cargo build --release -p node".to_owned())]);
    }
    let mut command = Command::new("python3");
    command.arg(scripts().join("bench.py")).arg(simpul).arg(folder);
    if std::env::var_os("SIMPUL_SMALL").is_none() {
        command.arg("--million");
    }
    let Ok(ran) = command.stderr(Stdio::inherit()).output() else {
        return Ok(vec![Line::Skipped(NAME, "python3 is missing".to_owned())]);
    };
    let mut rows = Vec::new();
    for line in String::from_utf8(ran.stdout)?.lines() {
        rows.push(line_of(serde_json::from_str(line)?));
    }
    anyhow::ensure!(ran.status.success(), "the script of the recruiters failed");
    Ok(rows)
}

fn line_of(told: Told) -> Line {
    // The table keeps its names for the life of the program, and so do these few.
    let (name, unit): (&'static str, &'static str) = (told.name.leak(), told.unit.leak());
    if let Some(why) = told.skipped {
        return Line::Skipped(name, why);
    }
    let row = match (told.most, told.least, told.wanted) {
        (Some(most), ..) => Row::at_most(name, told.measured, unit, most),
        (_, Some(least), _) => Row::at_least(name, told.measured, unit, least),
        (.., Some(wanted)) => Row::wanted(name, told.measured, unit, wanted),
        _ => Row::told(name, told.measured, unit),
    };
    row.into()
}

fn generated(folder: &Path, rows: usize, seed: u32) -> anyhow::Result<String> {
    std::fs::create_dir_all(folder)?;
    let file = folder.join(format!("people-{rows}-{seed}.csv"));
    if !file.exists() {
        let (rows, seed, half) = (rows.to_string(), seed.to_string(), file.with_extension("half"));
        let mut command = Command::new("python3");
        command.arg(scripts().join("gen_people.py")).arg(&rows).arg(&half).args(["--seed", &seed]);
        let ran = command.stdout(Stdio::null()).status().context("python3 is missing")?;
        anyhow::ensure!(ran.success(), "gen_people.py failed");
        std::fs::rename(half, &file)?;
    }
    Ok(std::fs::read_to_string(file)?)
}

/// One new mention after another is added and matched, as at a node; the index is made once.
fn one_by_one(text: &str) -> anyhow::Result<Vec<Line>> {
    let all = said_in(text)?;
    let id = |n: usize| MentionId::from_bytes(u128::try_from(n).unwrap_or_default().to_be_bytes());
    let (known, coming) = all.split_at(all.len().saturating_sub(COMING));
    let before = settled_megabytes();
    let began = cpu_seconds();
    let mut index = Known::of(known.iter().enumerate().map(|(n, said)| (id(n), said)), &[]);
    let made = cpu_seconds() - began;
    let (grown, kept) = (resident_megabytes() - before, settled_megabytes() - before);
    let mut spent = Vec::new();
    for (n, said) in coming.iter().enumerate() {
        let began = thread_seconds();
        index.add(id(known.len() + n), said);
        black_box(index.matched(id(known.len() + n)));
        spent.push(thread_seconds() - began);
    }
    spent.sort_by(f64::total_cmp);
    let p99 = spent.get(spent.len() * 99 / 100).copied().unwrap_or_default();
    Ok(vec![
        Row::at_most("one new mention against 1 000 000, p99", p99 * 1e3, "CPU ms", 5.0).into(),
        Row::at_most("  the index in memory", kept, "MB", 200.0).into(),
        Row::told("  with what making it took", grown, "MB").into(),
        Row::told("  making the index", made, "CPU seconds").into(),
    ])
}

/// Every row as a mention. The generator quotes nothing; an officer's form would refuse its slips in numbers, the index reads them.
fn said_in(text: &str) -> anyhow::Result<Vec<Said>> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().context("a header")?.split(',').collect();
    let mut all = Vec::new();
    for line in lines {
        let mut said = Said::default();
        for (column, to) in said.texts_mut() {
            let at = header.iter().position(|name| *name == column);
            let value = at.and_then(|at| line.split(',').nth(at)).unwrap_or_default();
            *to = Redacted::new(value.to_owned());
        }
        all.push(said);
    }
    Ok(all)
}

/// Resident memory once the allocator has given back what is free: it does so a moment later, when it is asked again.
#[expect(clippy::disallowed_methods, reason = "the allocator waits for time to pass, and tells nobody when it is done")]
fn settled_megabytes() -> f64 {
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(200));
        black_box((0..2_000).map(|n| vec![1_u8; 10 * n]).collect::<Vec<_>>());
    }
    resident_megabytes()
}

fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

/// Pairs of any two mentions, every field compared and weighed, on two threads: one mention beside several, as the engine does.
fn judgements(text: &str) -> anyhow::Result<Row> {
    let input = reading::read(text.as_bytes(), usize::MAX)?;
    let options = resolve::Options { threshold: 0.9, threads: 2, memory_bytes: usize::MAX };
    let found = resolve::resolve(&input.mentions, &options, &|_| ())?;
    let comparer = Comparer { mentions: &input.mentions, stats: &found.stats };
    let rows = input.mentions.rows.len() as u64;
    let row = |n: u64| u32::try_from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % rows).unwrap_or(0);
    let began = cpu_seconds();
    std::thread::scope(|scope| {
        for part in 0..2 {
            let model = &found.model;
            scope.spawn(move || {
                let mut met = Vec::new();
                for n in part * MEETINGS..(part + 1) * MEETINGS {
                    met.clear();
                    met.extend((1..=MET).map(|other| row((MET + 1) * n + other)));
                    comparer.fetch(&met);
                    for other in &met {
                        black_box(model.score(&comparer.pair(row((MET + 1) * n), *other)));
                    }
                }
            });
        }
    });
    // By CPU time, as if the two threads had two cores of their own.
    let seconds = (cpu_seconds() - began) / 2.0;
    let millions = f64::from(u32::try_from(2 * MEETINGS * MET)?) / 1e6;
    Ok(Row::at_least("judgements of pairs, two cores", millions / seconds, "million a s", 6.0))
}
