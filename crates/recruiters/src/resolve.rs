//! The whole way: count, block, learn, compare, join.

#![expect(clippy::indexing_slicing, reason = "rows are numbers of the columns")]

use crate::block::Blocks;
use crate::cluster::{Groups, Link};
use crate::compare::Comparer;
use crate::mention::Mentions;
use crate::model::{Model, probability, score_of};
use crate::par;
use crate::stats::Stats;

pub struct Options { pub threshold: f32, pub threads: usize }

pub struct Resolution {
    pub groups: Groups,
    pub links: Vec<Link>,
    pub model: Model,
    pub compared: u64,
    pub cut: u64,
    pub confidence: Vec<f32>,
}

const PARTS: usize = 256;
pub fn resolve(mentions: &Mentions, options: &Options) -> Resolution {
    let stats = Stats::new(mentions);
    let blocks = Blocks::new(mentions, &stats, options.threads);
    let comparer = Comparer { mentions, stats: &stats };
    let model = Model::learn(comparer, &blocks, options.threads);
    let rows = mentions.rows.len();
    let bar = score_of(options.threshold);
    let floor = bar.min(-3.0);
    let parts = par::map(PARTS, options.threads, |part| {
        let (mut links, mut met, mut compared) = (Vec::new(), Vec::new(), 0_u64);
        for row in (part * rows / PARTS)..((part + 1) * rows / PARTS) {
            let a = u32::try_from(row).unwrap_or(0);
            blocks.meets(a, &mut met);
            compared += met.len() as u64;
            for b in &met {
                let score = model.score(&comparer.pair(a, *b));
                if score >= floor { links.push(Link { a: a.min(*b), b: a.max(*b), score }); }
            }
        }
        (links, compared)
    });
    let compared = parts.iter().map(|(_, c)| c).sum();
    let mut links: Vec<Link> = parts.into_iter().flat_map(|(l, _)| l).collect();
    links.sort_unstable_by_key(|l| (l.a, l.b));
    links.dedup_by_key(|l| (l.a, l.b));
    let groups = Groups::new(comparer, &model, &links, bar);
    let mut confidence = vec![0.0_f32; rows];
    for link in &links {
        let p = probability(link.score);
        let same = groups.group[link.a as usize] == groups.group[link.b as usize];
        for row in [link.a, link.b] {
            let own = groups.size(groups.group[row as usize]) > 1;
            if own == same { let c = &mut confidence[row as usize]; *c = c.max(p); }
        }
    }
    for (row, c) in confidence.iter_mut().enumerate() {
        if groups.size(groups.group[row]) == 1 { *c = 1.0 - *c; }
    }
    Resolution { groups, links, model, compared, cut: blocks.cut, confidence }
}
