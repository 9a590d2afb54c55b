//! One mention against all that a node knows: an index of keys in memory, and the model of the bulk engine. It proposes pairs
//! with their evidence; people judge them. How common values are is counted when the index is made; a mention that is added
//! later counts its new values as rare.

#![expect(clippy::indexing_slicing, reason = "rows are numbers of the columns")]

use crate::block::{Blocks, keys_of};
use crate::compare::{ABSENT, ALL, Comparer, FIELDS};
use crate::judged::Pair;
use crate::mention::Mentions;
use crate::model::{Model, probability};
use crate::said::Said;
use crate::stats::Stats;
use crate::teaching::{Lesson, teach};
use base::MentionId;
use std::collections::{BTreeMap, BTreeSet};

/// Pairs below this are not shown: about one in nine is right.
const SHOWN_SCORE_MIN: f32 = -3.0;
/// The best of one mention.
const SHOWN_MAX: usize = 32;

/// A key of a mention: the key, the second key, the row.
type Entry = (u32, u32, u32);

/// What one field says for or against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// The field, as [`ALL`] names it.
    pub field: &'static str,
    /// The level of agreement, likewise.
    pub level: &'static str,
    /// Bits: one more doubles the odds, one less halves them.
    pub bits: f32,
}

/// Two mentions that may be one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    /// Which.
    pub pair: Pair,
    /// Log2 of the odds.
    pub score: f32,
    /// What the machine expects: right in so many of such pairs.
    pub probability: f32,
    /// Field by field, the strongest first.
    pub evidence: Vec<Evidence>,
}

/// What was found for one mention.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matched {
    /// Pairs, the surest first.
    pub pairs: Vec<Alike>,
    /// Mentions that share a key and were not compared, because too many share it.
    pub cut: usize,
}

/// The index.
pub struct Known {
    mentions: Mentions,
    stats: Stats,
    model: Model,
    ids: Vec<MentionId>,
    rows: BTreeMap<MentionId, u32>,
    keys: Vec<Entry>,
    /// Keys of mentions that were added since.
    fresh: BTreeSet<Entry>,
}

impl Known {
    /// Reads all mentions, by id, and learns from them and from what people judged.
    pub fn of<'a>(said: impl IntoIterator<Item = (MentionId, &'a Said)>, lessons: &[Lesson]) -> Self {
        let (mut mentions, mut ids, mut rows) = (Mentions::default(), Vec::new(), BTreeMap::new());
        for (id, said) in said {
            if mentions.add(&said.written(&id.to_string())) {
                rows.insert(id, row_number(ids.len()));
                ids.push(id);
            }
        }
        mentions.ready();
        let stats = Stats::new(&mentions);
        let comparer = Comparer { mentions: &mentions, stats: &stats };
        let mut model = Model::learn(comparer, &Blocks::new(&mentions, &stats, 1), 1);
        let judged = |lesson: &Lesson| {
            let [one, other] = lesson.pair.both().map(|id| rows.get(&id).copied());
            Some((comparer.pair(one?, other?), lesson.by, lesson.same))
        };
        teach(&mut model, &lessons.iter().filter_map(judged).collect::<Vec<_>>());
        let mut keys = Vec::new();
        for (number, row) in (0_u32..).zip(&mentions.rows) {
            keys.extend(keys_of(&mentions, &stats, row).into_iter().map(|(key, then, _)| (key, then, number)));
        }
        keys.sort_unstable();
        keys.dedup();
        Self { mentions, stats, model, ids, rows, keys, fresh: BTreeSet::new() }
    }

    /// Adds a mention. One that is there already is left as it is.
    pub fn add(&mut self, id: MentionId, said: &Said) {
        if !self.mentions.add(&said.written(&id.to_string())) {
            return;
        }
        self.stats.grow(&self.mentions);
        let number = row_number(self.ids.len());
        self.rows.insert(id, number);
        self.ids.push(id);
        let keys = keys_of(&self.mentions, &self.stats, &self.mentions.rows[number as usize]);
        self.fresh.extend(keys.into_iter().map(|(key, then, _)| (key, then, number)));
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Who may be the same person as this one.
    pub fn matched(&self, id: MentionId) -> Matched {
        let Some(row) = self.rows.get(&id).copied() else { return Matched::default() };
        let (mut met, mut cut) = (Vec::new(), 0);
        for (key, then, window) in keys_of(&self.mentions, &self.stats, &self.mentions.rows[row as usize]) {
            let at = (key, then, row);
            let block =
                self.keys.partition_point(|entry| entry.0 < key)..self.keys.partition_point(|entry| entry.0 <= key);
            let here = self.keys.partition_point(|entry| *entry < at).clamp(block.start, block.end);
            let near = here.saturating_sub(window).max(block.start)..(here + window + 1).min(block.end);
            cut += block.len() - near.len();
            met.extend(self.keys[near].iter().map(|entry| entry.2));
            let (before, after) = (self.fresh.range((key, 0, 0)..at), self.fresh.range(at..=(key, u32::MAX, u32::MAX)));
            met.extend(before.rev().take(window).chain(after.take(window + 1)).map(|entry| entry.2));
        }
        met.sort_unstable();
        met.dedup();
        let mut pairs: Vec<Alike> = met.into_iter().filter_map(|other| self.alike(row, other)).collect();
        pairs.retain(|pair| pair.score >= SHOWN_SCORE_MIN);
        pairs.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.pair.cmp(&b.pair)));
        pairs.truncate(SHOWN_MAX);
        Matched { pairs, cut }
    }

    /// The evidence of any pair. `None` if one of the two is not known.
    pub fn between(&self, pair: Pair) -> Option<Alike> {
        let [one, other] = pair.both().map(|id| self.rows.get(&id).copied());
        self.alike(one?, other?)
    }

    fn alike(&self, one: u32, other: u32) -> Option<Alike> {
        let pair = Pair::of(self.ids[one as usize], self.ids[other as usize])?;
        let compared = Comparer { mentions: &self.mentions, stats: &self.stats }.pair(one, other);
        let score = self.model.score(&compared);
        let mut evidence: Vec<Evidence> = (0..FIELDS)
            .filter(|field| compared.level[*field] != ABSENT)
            .map(|field| Evidence {
                field: ALL[field].name,
                level: ALL[field].levels[usize::from(compared.level[field])],
                bits: self.model.evidence(&compared, field),
            })
            .collect();
        evidence.sort_by(|a, b| b.bits.abs().total_cmp(&a.bits.abs()));
        Some(Alike { pair, score, probability: probability(score), evidence })
    }
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Known({} mentions)", self.ids.len())
    }
}

fn row_number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Redacted;

    fn id(n: u8) -> MentionId {
        MentionId::from_bytes([n; 16])
    }

    fn said(name: &str, alias: &str, phone: &str, regency: &str, agency: &str) -> Said {
        let text = |text: &str| Redacted::new(text.to_owned());
        let mut said = Said::default();
        (said.name, said.alias, said.phone) = (text(name), text(alias), text(phone));
        (said.regency, said.agency) = (text(regency), text(agency));
        said
    }

    fn cast() -> Vec<(MentionId, Said)> {
        let mut cast = vec![
            (id(1), said("H. Moh. Soeparman", "Pak Haji", "0812-3456-789", "52.03", "PT Karya Mandiri")),
            (id(2), said("Siti Rohani", "", "0813-1111-222", "32.12", "")),
            (id(3), said("Yohanes Taebenu", "Anis", "0852-9999-111", "53.71", "")),
        ];
        for n in 10..90_u8 {
            let phone = format!("0821{:07}", u32::from(n) * 7_919);
            cast.push((id(n), said(&format!("Orang {n}"), "", &phone, "32.73", "")));
        }
        cast
    }

    fn known(cast: &[(MentionId, Said)]) -> Known {
        Known::of(cast.iter().map(|(id, said)| (*id, said)), &[])
    }

    #[test]
    fn a_new_mention_finds_him_under_another_spelling_and_nobody_else() {
        let mut known = known(&cast());
        let new = said("Suparman", "", "+62 812 3456 789", "Kab. Lombok Timur", "KARYA MANDIRI");
        known.add(id(200), &new);
        let found = known.matched(id(200));
        assert_eq!(found.pairs.len(), 1, "{found:?}");
        assert_eq!(found.pairs[0].pair, Pair::of(id(1), id(200)).unwrap());
        assert!(found.pairs[0].probability > 0.99, "{found:?}");
        let says = |field: &str| found.pairs[0].evidence.iter().find(|one| one.field == field).unwrap().level;
        assert_eq!((says("phone"), says("regency"), says("employer")), ("same", "same", "same"));
        assert_eq!(known.matched(id(3)).pairs, []);
        assert_eq!(known.matched(id(201)), Matched::default(), "who is not there has nobody");
    }

    #[test]
    fn added_later_or_there_from_the_beginning_the_same_pairs_are_found_from_both_sides() {
        let mut cast = cast();
        let mut grown = known(&cast);
        for (n, name) in [(200, "Suparman"), (201, "Soeparman H.")] {
            let new = said(name, "", "08123456789", "52.03", "");
            grown.add(id(n), &new);
            cast.push((id(n), new));
        }
        let whole = known(&cast);
        let pairs = |known: &Known, n: u8| {
            let mut pairs: Vec<Pair> = known.matched(id(n)).pairs.iter().map(|alike| alike.pair).collect();
            pairs.sort_unstable();
            pairs
        };
        for n in [1, 200, 201] {
            assert_eq!(pairs(&grown, n).len(), 2, "{n}");
            assert_eq!(pairs(&grown, n), pairs(&whole, n), "{n}");
        }
        assert_eq!(grown.len(), 85);
        grown.add(id(201), &cast[0].1);
        assert_eq!(grown.len(), 85, "the same again is not added");
    }

    #[test]
    fn evidence_adds_up_to_the_score() {
        let known = known(&cast());
        let alike = known.between(Pair::of(id(1), id(2)).unwrap()).unwrap();
        let sum: f32 = alike.evidence.iter().map(|one| one.bits).sum();
        assert!((sum + known.model.prior - alike.score).abs() < 0.01);
        assert!(alike.probability < 0.01, "{alike:?}");
    }

    #[test]
    fn what_too_many_share_is_cut_and_counted() {
        let crowd: Vec<(MentionId, Said)> =
            (0..200_u8).map(|n| (id(n), said("Siti Aminah", "", "", "32.73", ""))).collect();
        let found = known(&crowd).matched(id(77));
        assert!(found.cut > 50, "{}", found.cut);
        assert!(found.pairs.len() <= SHOWN_MAX);
    }

    #[test]
    fn an_empty_index_knows_nobody() {
        assert!(known(&[]).is_empty() && known(&[]).matched(id(1)).pairs.is_empty());
    }
}
