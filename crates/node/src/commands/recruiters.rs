//! `simpul recruiters resolve`.

use super::Answer;
use crate::cli::ResolveArgs;
use crate::output::{self, line, talk};
use crate::platform::SystemClock;
use base::{Clock, Lang, Problem};
use recruiters::reading::{self, Input};
use recruiters::resolve::{self, Options, Resolution, Stage, Unusable};
use recruiters::writing;
use std::io::{IsTerminal, Read};
use std::path::Path;

/// Below this even a small file has no room; above it the number is a slip.
const MEMORY_MB: std::ops::RangeInclusive<usize> = 64..=1 << 20;

/// Groups the mentions of a file; 1 if rows were skipped.
pub fn resolve(args: &ResolveArgs, json: bool, lang: Lang) -> Answer {
    let options = options(args)?;
    different_files(args)?;
    let begun = SystemClock.now();
    let from: Box<dyn Read> = match args.mentions.as_str() {
        "-" => Box::new(std::io::stdin().lock()),
        path => Box::new(std::fs::File::open(path).map_err(|_| Problem::at("input.unreadable", path))?),
    };
    let input = reading::read(from, options.memory_bytes).map_err(|fault| problem(&fault, args))?;
    let at = |stage| progress(stage, lang);
    let found = resolve::resolve(&input.mentions, &options, &at).map_err(|fault| problem(&fault, args))?;
    if let Some(path) = &args.explain {
        output::write_file_with(path, |to| writing::pairs(&input.mentions, &found, to))?;
    }
    output::write_file_with(&args.out, |to| writing::clusters(&input.mentions, &found, to))?;
    let millis = SystemClock.now().millis() - begun.millis();
    skipped(&input, lang);
    report(&input, &found, millis.unsigned_abs().max(1), json, lang);
    Ok(u8::from(input.skipped_count > 0))
}

fn options(args: &ResolveArgs) -> Result<Options, Problem> {
    let wrong = |code, value: &str| Problem::at(code, value.chars().take(20).collect::<String>());
    let threshold: Option<f32> = args.threshold.parse().ok().filter(|share| *share > 0.0 && *share < 1.0);
    let memory: Option<usize> = args.memory_mb.parse().ok().filter(|megabytes| MEMORY_MB.contains(megabytes));
    Ok(Options {
        threshold: threshold.ok_or_else(|| wrong("recruiters.threshold", &args.threshold))?,
        threads: args.threads.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1),
        memory_bytes: memory.ok_or_else(|| wrong("recruiters.memory-mb", &args.memory_mb))? << 20,
    })
}

fn different_files(args: &ResolveArgs) -> Result<(), Problem> {
    let named: Vec<&Path> =
        [Some(Path::new(&args.mentions)), Some(&args.out), args.explain.as_deref()].into_iter().flatten().collect();
    let files: Vec<_> = named.iter().map(|path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf())).collect();
    for (nth, file) in files.iter().enumerate() {
        if files.iter().skip(nth + 1).any(|other| other == file) {
            return Err(Problem::at("recruiters.same-file", file.display().to_string()));
        }
    }
    Ok(())
}

fn problem(fault: &Unusable, args: &ResolveArgs) -> Problem {
    match fault {
        Unusable::Unreadable => Problem::at(fault.code(), &args.mentions),
        Unusable::ColumnTwice(column) => Problem::at(fault.code(), column),
        Unusable::NoRecId | Unusable::Memory => Problem::new(fault.code()),
    }
}

/// One line for each stage, where a person looks on.
fn progress(stage: Stage, lang: Lang) {
    if std::io::stderr().is_terminal() {
        talk(match (stage, lang) {
            (Stage::Blocks, Lang::Id) => "1/4 mengelompokkan menurut kunci",
            (Stage::Blocks, Lang::En) => "1/4 sorting by keys",
            (Stage::Weights, Lang::Id) => "2/4 mempelajari bobot",
            (Stage::Weights, Lang::En) => "2/4 learning weights",
            (Stage::Pairs, Lang::Id) => "3/4 membandingkan",
            (Stage::Pairs, Lang::En) => "3/4 comparing",
            (Stage::Groups, Lang::Id) => "4/4 menyatukan",
            (Stage::Groups, Lang::En) => "4/4 joining",
        });
    }
}

/// Names each skipped row by its lines, and once what to do about each kind of fault.
fn skipped(input: &Input, lang: Lang) {
    let mut codes = Vec::new();
    for row in &input.skipped {
        let lines = if row.from == row.to { row.from.to_string() } else { format!("{}-{}", row.from, row.to) };
        let problem = Problem::at(row.fault.code(), lines);
        talk(&format!("error[{}]: {}", problem.code, problem.message().get(lang)));
        if !codes.contains(&problem.code) {
            talk(&format!("help: {}", problem.remedy().get(lang)));
            codes.push(problem.code);
        }
    }
    let unnamed = input.skipped_count - input.skipped.len() as u64;
    if unnamed > 0 {
        talk(&format!("+ {unnamed}"));
    }
}

fn report(input: &Input, found: &Resolution, millis: u64, json: bool, lang: Lang) {
    let mentions = input.mentions.rows.len() as u64;
    let (clusters, largest) = found.sizes();
    let (precision, recall) = found.estimate();
    let speed = mentions * 1_000 / millis;
    let peak = peak_megabytes().map_or_else(|| "?".to_owned(), |peak| peak.to_string());
    let (skipped, compared, cut) = (input.skipped_count, found.compared, found.cut);
    talk(&match lang {
        Lang::Id => format!(
            "{mentions} sebutan ({skipped} baris dilewati), {clusters} kelompok, terbesar {largest}\n\
             {compared} pasangan dibandingkan, {cut} tidak dibandingkan karena kuncinya terlalu umum\n\
             {speed} baris per detik, memori puncak {peak} MB\n\
             perkiraan model sendiri: presisi {precision:.3}, pasangan layak yang disatukan {recall:.3}"
        ),
        Lang::En => format!(
            "{mentions} mentions ({skipped} rows skipped), {clusters} clusters, largest {largest}\n\
             {compared} pairs compared, {cut} not, because their key is too common\n\
             {speed} rows per second, peak memory {peak} MB\n\
             the model's own estimate: precision {precision:.3}, likely pairs put together {recall:.3}"
        ),
    });
    if json {
        let object = serde_json::json!({"mentions": mentions, "skipped": skipped, "clusters": clusters,
            "largest": largest, "compared": compared, "cut": cut, "millis": millis,
            "estimate": {"precision": precision, "recall": recall}});
        line(&object.to_string());
    }
}

/// What this process used at most, in MB; Linux alone says so.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? >> 10)
}
