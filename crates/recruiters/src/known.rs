//! One mention against all that a node knows: an index of keys in memory, and the model of the bulk engine. It proposes pairs
//! with their evidence; people judge them. How common values are is counted when the index is made; a mention that is added
//! later counts its new values as rare.

#![expect(clippy::indexing_slicing, reason = "rows are numbers of the columns")]

use crate::block::Keys;
use crate::compare::{ABSENT, ALL, Comparer, FIELDS};
use crate::judged::Pair;
use crate::mention::Mentions;
use crate::model::{Model, probability};
use crate::said::Said;
use crate::stats::Stats;
use crate::teaching::{Lesson, teach};
use base::MentionId;
use std::collections::BTreeMap;

/// Pairs below this are not shown: about one in nine is right.
const SHOWN_SCORE_MIN: f32 = -3.0;
/// The best of one mention.
const SHOWN_MAX: usize = 32;

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
    keys: Keys,
    /// By row. The first so many are sorted.
    ids: Vec<MentionId>,
    sorted: usize,
    /// Rows of the others.
    later: BTreeMap<MentionId, u32>,
}

impl Known {
    /// Reads all mentions and learns from them and from what people judged.
    pub fn of<'a>(said: impl IntoIterator<Item = (MentionId, &'a Said)>, lessons: &[Lesson]) -> Self {
        let mut all: Vec<(MentionId, &Said)> = said.into_iter().collect();
        all.sort_by_key(|(id, _)| *id);
        all.dedup_by_key(|(id, _)| *id);
        let mut mentions = Mentions::default();
        for (_, said) in &all {
            mentions.push(&said.written(""));
        }
        mentions.ready();
        let ids: Vec<MentionId> = all.into_iter().map(|(id, _)| id).collect();
        let stats = Stats::new(&mentions);
        let keys = Keys::new(&mentions, &stats);
        let comparer = Comparer { mentions: &mentions, stats: &stats };
        let meets = |row: u32, met: &mut Vec<u32>| {
            keys.meets(&mentions, &stats, row, met);
            met.retain(|other| *other > row);
        };
        let mut model = Model::learn(comparer, &meets, 1);
        let row = |id: MentionId| ids.binary_search(&id).ok().map(row_number);
        let judged = |lesson: &Lesson| {
            let [one, other] = lesson.pair.both().map(row);
            Some((comparer.pair(one?, other?), lesson.by, lesson.same))
        };
        teach(&mut model, &lessons.iter().filter_map(judged).collect::<Vec<_>>());
        Self { mentions, stats, model, keys, sorted: ids.len(), ids, later: BTreeMap::new() }
    }

    /// Adds a mention. One that is there already is left as it is.
    pub fn add(&mut self, id: MentionId, said: &Said) {
        if self.row(id).is_some() {
            return;
        }
        self.mentions.push(&said.written(""));
        self.stats.grow(&self.mentions);
        let number = row_number(self.ids.len());
        self.later.insert(id, number);
        self.ids.push(id);
        self.keys.add(&self.mentions, &self.stats, number, &self.mentions.rows[number as usize]);
    }

    fn row(&self, id: MentionId) -> Option<u32> {
        let at_first = self.ids[..self.sorted].binary_search(&id).ok();
        at_first.map(row_number).or_else(|| self.later.get(&id).copied())
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
        let Some(row) = self.row(id) else { return Matched::default() };
        let mut met = Vec::new();
        let cut = self.keys.meets(&self.mentions, &self.stats, row, &mut met);
        let mut pairs: Vec<Alike> = met.into_iter().filter_map(|other| self.alike(row, other)).collect();
        pairs.retain(|pair| pair.score >= SHOWN_SCORE_MIN);
        pairs.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.pair.cmp(&b.pair)));
        pairs.truncate(SHOWN_MAX);
        Matched { pairs, cut }
    }

    /// The evidence of any pair. `None` if one of the two is not known.
    pub fn between(&self, pair: Pair) -> Option<Alike> {
        let [one, other] = pair.both().map(|id| self.row(id));
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
    fn it_learns_from_all_that_are_known_like_the_bulk_engine() {
        // Of everybody there are two mentions; the second has another birth year each time.
        let mut lines = vec!["rec_id,name,phone,birth_date".to_owned()];
        let mut cast = Vec::new();
        for n in 0..100_u8 {
            for (half, year) in [(0, 1970), (100, 1990)] {
                let (name, phone) = (format!("Nama{n:b}"), format!("0821{:07}", u32::from(n) * 7_919));
                let mut said = said(&name, "", &phone, "", "");
                said.birth_date = Redacted::new(format!("{year}-05-{:02}", n % 28 + 1));
                lines.push(format!("{},{name},{phone},{}", id(n + half), said.birth_date.expose()));
                cast.push((id(n + half), said));
            }
        }
        let input = crate::reading::read(lines.join("\n").as_bytes(), usize::MAX).unwrap();
        let options = crate::resolve::Options { threshold: 0.9, threads: 1, memory_bytes: usize::MAX };
        let bulk = crate::resolve::resolve(&input.mentions, &options, &|_| ()).unwrap();
        let known = known(&cast);
        assert!((known.model.prior - bulk.model.prior).abs() < 0.5, "{} {}", known.model.prior, bulk.model.prior);
        for (field, (here, there)) in known.model.m.iter().zip(&bulk.model.m).enumerate() {
            for (level, (here, there)) in here.iter().zip(there).enumerate() {
                assert!((here - there).abs() < 0.05, "{} {level}: {here} {there}", ALL[field].name);
            }
        }
    }

    #[test]
    fn an_empty_index_knows_nobody() {
        assert!(known(&[]).is_empty() && known(&[]).matched(id(1)).pairs.is_empty());
    }
}
