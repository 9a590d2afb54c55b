//! The whole way: count, block, learn, compare, join.

#![expect(clippy::indexing_slicing, reason = "rows are numbers of the columns")]

use crate::block::Blocks;
use crate::cluster::{Groups, Link};
use crate::compare::Comparer;
use crate::mention::Mentions;
use crate::model::{Model, probability, score_of};
use crate::par;
use crate::stats::{Stats, float};

/// Rows are compared in so many parts, whatever the number of threads.
const PARTS: usize = 256;
/// Pairs below one in nine are not kept.
const KEPT_SCORE_MIN: f32 = -3.0;
/// The best pairs of one mention that are kept, where memory allows; fewer than the second number never.
const LINKS_MAX: usize = 32;
const LINKS_MIN: usize = 4;
/// A pair joins only if it is more likely right than wrong, whatever share of wrong pairs is allowed.
const PROBABILITY_MIN: f32 = 0.5;

/// Why a run cannot go on; nothing is written then.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Reading failed.
    #[error("the file cannot be read")]
    Unreadable,
    /// No column `rec_id`.
    #[error("no column rec_id")]
    NoRecId,
    /// A column twice.
    #[error("column {0} stands twice")]
    ColumnTwice(String),
    /// More memory than allowed.
    #[error("not enough memory allowed")]
    Memory,
}

impl Unusable {
    /// The code under which it is reported.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "input.unreadable",
            Self::NoRecId => "recruiters.no-rec-id",
            Self::ColumnTwice(_) => "recruiters.column-twice",
            Self::Memory => "recruiters.memory",
        }
    }
}

/// How to resolve.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The lowest share of right pairs that may be expected among those that join, between 0 and 1.
    pub threshold: f32,
    /// Threads; the answer is the same for any number.
    pub threads: usize,
    /// The most memory in use, in bytes.
    pub memory_bytes: usize,
}

/// What a run does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Counting values and sorting mentions into blocks.
    Blocks,
    /// Learning what agreement is worth.
    Weights,
    /// Comparing pairs.
    Pairs,
    /// Joining mentions.
    Groups,
}

/// The answer.
pub struct Resolution {
    /// How common each value is.
    pub stats: Stats,
    /// What agreement is worth.
    pub model: Model,
    /// Pairs worth a look, sorted by rows.
    pub links: Vec<Link>,
    /// Who is with whom.
    pub groups: Groups,
    /// For each row how sure it is of its place: the best pair inside its group; for one alone, that no other fits.
    pub confidence: Vec<f32>,
    /// Pairs compared.
    pub compared: u64,
    /// Pairs of large blocks that were not.
    pub cut: u64,
    /// From this score on pairs join.
    pub bar: f32,
}

impl Resolution {
    /// How many clusters there are, and the size of the largest.
    pub fn sizes(&self) -> (usize, u32) {
        let heads = (0_u32..).zip(&self.groups.group).filter(|(row, group)| row == *group);
        let sizes = heads.map(|(row, _)| self.groups.size(row));
        sizes.fold((0, 0), |(count, largest), size| (count + 1, largest.max(size)))
    }

    /// What the model itself expects, from the pairs that were worth a look: the share of right pairs among those put
    /// together, and the share of the right pairs that was put together. It knows nothing of pairs that share no key.
    pub fn estimate(&self) -> (f64, f64) {
        let (mut joined, mut right, mut all) = (0.0_f64, 0.0, 0.0);
        for link in &self.links {
            let probability = f64::from(probability(link.score));
            all += probability;
            if self.groups.group[link.a as usize] == self.groups.group[link.b as usize] {
                joined += 1.0;
                right += probability;
            }
        }
        if joined == 0.0 { (1.0, 1.0) } else { (right / joined, right / all) }
    }
}

/// Finds which mentions are of one person.
pub fn resolve(mentions: &Mentions, options: &Options, at: &dyn Fn(Stage)) -> Result<Resolution, Unusable> {
    let rows = mentions.rows.len();
    let kept_max = links_max(mentions, options.memory_bytes)?;
    at(Stage::Blocks);
    let stats = Stats::new(mentions);
    let blocks = Blocks::new(mentions, &stats, options.threads);
    let comparer = Comparer { mentions, stats: &stats };
    at(Stage::Weights);
    let model = Model::learn(comparer, &|row, met| blocks.meets(row, met), options.threads);
    at(Stage::Pairs);
    let name_max = model.name_max(comparer);
    let parts = par::map(PARTS, options.threads, |part| {
        compare_part(comparer, &blocks, (&model, &name_max), kept_max, part * rows / PARTS..(part + 1) * rows / PARTS)
    });
    let (cut, compared) = (blocks.cut, parts.iter().map(|(_, compared)| compared).sum());
    drop(blocks);
    let mut links: Vec<Link> = parts.into_iter().flat_map(|(links, _)| links).collect();
    links.sort_unstable_by_key(|link| (link.a, link.b));
    links.dedup_by_key(|link| (link.a, link.b));
    at(Stage::Groups);
    let bar = bar(&links, options.threshold);
    let groups = Groups::new(comparer, &model, &links, bar);
    let confidence = confidence(&groups, &links, rows);
    Ok(Resolution { stats, model, links, groups, confidence, compared, cut, bar })
}

/// How many pairs of each mention fit into memory beside the rest.
fn links_max(mentions: &Mentions, memory_bytes: usize) -> Result<usize, Unusable> {
    let rows = mentions.rows.len();
    let fixed = mentions.held() + Stats::bytes(rows) + Blocks::bytes(rows) + Groups::bytes(rows) + FIXED_BYTES;
    let each = rows.max(1) * size_of::<Link>() * 2;
    let fits = memory_bytes.saturating_sub(fixed) / each;
    if fits < LINKS_MIN { Err(Unusable::Memory) } else { Ok(fits.min(LINKS_MAX)) }
}

/// Teachers, buffers, the program itself.
const FIXED_BYTES: usize = 48 << 20;

fn compare_part(
    comparer: Comparer<'_>,
    blocks: &Blocks,
    (model, name_max): (&Model, &[f32]),
    kept_max: usize,
    rows: std::ops::Range<usize>,
) -> (Vec<Link>, u64) {
    let (mut links, mut met, mut own, mut compared) = (Vec::new(), Vec::new(), Vec::new(), 0);
    // A mention without a name has nothing to say by it.
    let most = |row: u32| name_max.get(comparer.mentions.rows[row as usize].name as usize).copied().unwrap_or(0.0);
    for row in rows {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        blocks.meets(row, &mut met);
        compared += met.len() as u64;
        let own_max = most(row);
        comparer.fetch(&met);
        for other in &met {
            let mut pair = comparer.all_but_names(row, *other);
            let wanted = KEPT_SCORE_MIN - model.score(&pair);
            if own_max < wanted || most(*other) < wanted {
                continue;
            }
            comparer.names(row, *other, &mut pair);
            let score = model.score(&pair);
            if score >= KEPT_SCORE_MIN {
                own.push(Link { a: row.min(*other), b: row.max(*other), score });
            }
        }
        if own.len() > kept_max {
            own.sort_unstable_by(|x: &Link, y| y.score.total_cmp(&x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
            own.truncate(kept_max);
        }
        links.append(&mut own);
    }
    links.shrink_to_fit();
    (links, compared)
}

/// The lowest score at which the pairs above it are expected to be right in at least the share asked for.
fn bar(links: &[Link], threshold: f32) -> f32 {
    let mut scores: Vec<f32> = links.iter().map(|link| link.score).collect();
    scores.sort_unstable_by(|a, b| b.total_cmp(a));
    let lowest = score_of(threshold.min(PROBABILITY_MIN));
    let (mut sum, mut bar) = (0.0_f64, score_of(threshold));
    for (nth, score) in scores.iter().enumerate().take_while(|(_, score)| **score >= lowest) {
        sum += f64::from(probability(*score));
        if sum / f64::from(float(nth + 1)) >= f64::from(threshold) {
            bar = bar.min(*score);
        }
    }
    bar
}

fn confidence(groups: &Groups, links: &[Link], rows: usize) -> Vec<f32> {
    let mut best = vec![0.0_f32; rows];
    let alone = |row: u32| groups.size(groups.group[row as usize]) == 1;
    for link in links {
        let together = groups.group[link.a as usize] == groups.group[link.b as usize];
        for row in [link.a, link.b] {
            if together || alone(row) {
                best[row as usize] = best[row as usize].max(probability(link.score));
            }
        }
    }
    (0..).zip(best).map(|(row, best)| if alone(row) { 1.0 - best } else { best }).collect()
}
