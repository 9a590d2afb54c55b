//! Who is one person, as people judged it. The machine proposes pairs; an entity is what "same" joins, and "different" keeps
//! apart for as long as it stands. All of it follows from the judgements in force, in the order in which they were made:
//! counting again gives the same. Two networks (groups of two mentions or more) are joined by two people (ADR 45).

use crate::said::words;
use base::{MentionId, OfficerId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// What a person says of a pair.
    Verdict {
        /// One person.
        Same = "same",
        /// Two people.
        Different = "different",
        /// Cannot be told now.
        Unsure = "unsure",
    }

    /// What she rests it on.
    Ground {
        /// A telephone or identity number.
        Number = "number",
        /// Name and nickname.
        Name = "name",
        /// Where they live or work.
        Place = "place",
        /// The agency.
        Agency = "agency",
        /// A photo or a document.
        Document = "document",
        /// Somebody who knows them.
        Known = "known",
        /// All of it together.
        Together = "together",
    }
}

/// Two mentions, the lower id first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pair {
    a: MentionId,
    b: MentionId,
}

impl Pair {
    /// Of two different mentions.
    pub fn of(one: MentionId, other: MentionId) -> Option<Self> {
        (one != other).then(|| Self { a: one.min(other), b: one.max(other) })
    }

    /// Both.
    pub const fn both(self) -> [MentionId; 2] {
        [self.a, self.b]
    }

    /// As it stands in an address: `men_…-men_…`.
    pub fn parse(text: &str) -> Option<Self> {
        let (a, b) = text.split_once('-')?;
        Self::of(a.parse().ok()?, b.parse().ok()?).filter(|pair| pair.to_string() == text)
    }
}

impl std::fmt::Display for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.a, self.b)
    }
}

/// A judgement in force. Of one pair each person has one: her last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Who.
    pub by: OfficerId,
    /// What she says.
    pub verdict: Verdict,
    /// What she rests it on.
    pub ground: Ground,
    /// When.
    pub at: Timestamp,
}

/// Judgements in force by pair.
pub type Judged = BTreeMap<Pair, Vec<Judgement>>;

/// Where a pair stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody judged it, or nobody is sure; they are not one person otherwise.
    Open,
    /// One person, by this or other judgements.
    Joined,
    /// Somebody says two people: of these two, or of two who are one person with them.
    Apart,
    /// One says the same, and it would join two networks: another must say so too.
    Second,
}

/// What is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    group: BTreeMap<MentionId, MentionId>,
    members: BTreeMap<MentionId, Vec<MentionId>>,
    apart: BTreeSet<Pair>,
    second: BTreeSet<Pair>,
}

impl Picture {
    /// Folds it from mentions, each with the time it was recorded, and judgements. Judgements of mentions that are not there
    /// count nothing.
    pub fn of(mentions: &BTreeMap<MentionId, Timestamp>, judged: &Judged) -> Self {
        let mut picture = Self {
            group: mentions.keys().map(|id| (*id, *id)).collect(),
            members: mentions.keys().map(|id| (*id, vec![*id])).collect(),
            ..Self::default()
        };
        let here = |pair: &Pair| pair.both().iter().all(|id| mentions.contains_key(id));
        let mut same: Vec<(Timestamp, Pair)> = Vec::new();
        for (pair, judgements) in judged.iter().filter(|(pair, _)| here(pair)) {
            let first = judgements.iter().filter(|one| one.verdict == Verdict::Same).map(|one| one.at).min();
            if judgements.iter().any(|one| one.verdict == Verdict::Different) {
                picture.apart.insert(*pair);
            } else if let Some(at) = first {
                same.push((at, *pair));
            }
        }
        same.sort_unstable();
        while picture.round(&same, judged) {}
        picture.named_after_the_first(mentions);
        picture
    }

    /// Joins what can be joined; whether anything was.
    fn round(&mut self, same: &[(Timestamp, Pair)], judged: &Judged) -> bool {
        let mut joined = false;
        self.second.clear();
        for (_, pair) in same {
            let [one, other] = pair.both().map(|id| self.head(id));
            let (Some(one), Some(other)) = (one, other) else { continue };
            if one == other || self.is_apart(one, other) {
                continue;
            }
            let are_networks = [one, other].iter().all(|head| self.members_of(*head).len() > 1);
            if are_networks && self.sayers(one, other, judged).len() < 2 {
                self.second.insert(*pair);
                continue;
            }
            let moved = self.members.remove(&other).unwrap_or_default();
            for member in &moved {
                self.group.insert(*member, one);
            }
            self.members.entry(one).or_default().extend(moved);
            joined = true;
        }
        joined
    }

    /// Names each entity after the mention that was recorded first, its members in the order in which they were.
    fn named_after_the_first(&mut self, mentions: &BTreeMap<MentionId, Timestamp>) {
        for mut members in std::mem::take(&mut self.members).into_values() {
            members.sort_unstable_by_key(|id| (mentions.get(id).copied(), *id));
            let Some(first) = members.first().copied() else { continue };
            for member in &members {
                self.group.insert(*member, first);
            }
            self.members.insert(first, members);
        }
    }

    /// Whether a "different" in force lies between two groups.
    fn is_apart(&self, one: MentionId, other: MentionId) -> bool {
        self.apart.iter().any(|pair| {
            let heads = pair.both().map(|id| self.head(id));
            heads == [Some(one), Some(other)] || heads == [Some(other), Some(one)]
        })
    }

    /// Who says "same" of any pair between two groups.
    fn sayers(&self, one: MentionId, other: MentionId, judged: &Judged) -> BTreeSet<OfficerId> {
        let mut sayers = BTreeSet::new();
        for a in self.members_of(one) {
            for b in self.members_of(other) {
                let judgements = Pair::of(*a, *b).and_then(|pair| judged.get(&pair)).map_or(&[][..], Vec::as_slice);
                sayers.extend(judgements.iter().filter(|one| one.verdict == Verdict::Same).map(|one| one.by));
            }
        }
        sayers
    }

    /// The entity of a mention, named by its first.
    pub fn head(&self, mention: MentionId) -> Option<MentionId> {
        self.group.get(&mention).copied()
    }

    /// The mentions of an entity, first recorded first.
    pub fn members_of(&self, head: MentionId) -> &[MentionId] {
        self.members.get(&head).map_or(&[], Vec::as_slice)
    }

    /// All entities.
    pub fn entities(&self) -> impl Iterator<Item = (MentionId, &[MentionId])> {
        self.members.iter().map(|(head, members)| (*head, members.as_slice()))
    }

    /// Where a pair stands. `None` if one of the two is not there.
    pub fn standing(&self, pair: Pair) -> Option<Standing> {
        let [one, other] = pair.both().map(|id| self.head(id));
        let (one, other) = (one?, other?);
        Some(if one == other {
            Standing::Joined
        } else if self.is_apart(one, other) {
            Standing::Apart
        } else if self.second.contains(&pair) {
            Standing::Second
        } else {
            Standing::Open
        })
    }

    /// The pairs for which another person is waited for.
    pub const fn seconds(&self) -> &BTreeSet<Pair> {
        &self.second
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u8) -> MentionId {
        MentionId::from_bytes([n; 16])
    }

    fn pair(a: u8, b: u8) -> Pair {
        Pair::of(id(a), id(b)).unwrap()
    }

    fn mentions(count: u8) -> BTreeMap<MentionId, Timestamp> {
        (0..count).map(|n| (id(n), Timestamp::from_seconds(n.into()))).collect()
    }

    /// Each line: the two, who, what; its place is its time.
    fn judged(lines: &[(u8, u8, u8, Verdict)]) -> Judged {
        let mut judged = Judged::new();
        for (at, (a, b, by, verdict)) in (0..).zip(lines) {
            let (by, at) = (OfficerId::from_bytes([*by; 16]), Timestamp::from_seconds(at));
            let all = judged.entry(pair(*a, *b)).or_default();
            all.retain(|one| one.by != by);
            all.push(Judgement { by, verdict: *verdict, ground: Ground::Name, at });
        }
        judged
    }

    fn groups(count: u8, lines: &[(u8, u8, u8, Verdict)]) -> Vec<usize> {
        let picture = Picture::of(&mentions(count), &judged(lines));
        picture.entities().map(|(_, members)| members.len()).collect()
    }

    use Verdict::{Different, Same, Unsure};

    #[test]
    fn same_joins_unsure_does_not_and_the_first_gives_the_name() {
        assert_eq!(groups(3, &[(1, 2, 1, Same), (0, 1, 1, Unsure)]), [1, 2]);
        let picture = Picture::of(&mentions(3), &judged(&[(2, 1, 1, Same)]));
        assert_eq!(picture.head(id(2)), Some(id(1)));
        assert_eq!(picture.standing(pair(1, 2)), Some(Standing::Joined));
        assert_eq!(picture.standing(pair(1, 9)), None);
    }

    #[test]
    fn a_different_stands_against_any_number_of_same() {
        let lines = [(0, 1, 1, Different), (0, 1, 2, Same), (0, 1, 3, Same)];
        assert_eq!(groups(2, &lines), [1, 1]);
        // Nor is it got around through a third.
        let lines = [(0, 1, 1, Different), (0, 2, 2, Same), (1, 2, 2, Same), (1, 2, 3, Same)];
        let picture = Picture::of(&mentions(3), &judged(&lines));
        assert_eq!(picture.standing(pair(0, 1)), Some(Standing::Apart));
        assert_eq!(picture.standing(pair(1, 2)), Some(Standing::Apart), "for 2 is 0");
        assert_eq!(picture.standing(pair(0, 2)), Some(Standing::Joined));
        // The one who said it may say otherwise.
        assert_eq!(groups(2, &[(0, 1, 1, Different), (0, 1, 1, Same)]), [2]);
    }

    #[test]
    fn two_networks_are_joined_by_two_people() {
        let nets = [(0, 1, 1, Same), (2, 3, 1, Same)];
        let with = |more: &[(u8, u8, u8, Verdict)]| groups(4, &[&nets[..], more].concat());
        assert_eq!(with(&[(0, 2, 1, Same)]), [2, 2]);
        assert_eq!(with(&[(0, 2, 1, Same), (1, 3, 1, Same)]), [2, 2], "one person twice is one");
        assert_eq!(with(&[(0, 2, 1, Same), (0, 2, 2, Same)]), [4]);
        assert_eq!(with(&[(0, 2, 1, Same), (1, 3, 2, Same)]), [4], "of another pair between the two");
        let waits = Picture::of(&mentions(4), &judged(&[&nets[..], &[(0, 2, 1, Same)]].concat()));
        assert_eq!(waits.standing(pair(0, 2)), Some(Standing::Second));
        assert_eq!(waits.seconds().len(), 1);
        assert_eq!(groups(3, &[(0, 1, 1, Same), (1, 2, 1, Same)]), [3], "one more mention is no network");
    }

    #[test]
    fn a_pair_is_read_back_as_written_and_in_one_order() {
        assert_eq!(Pair::parse(&pair(2, 1).to_string()), Some(pair(1, 2)));
        let [a, b] = pair(1, 2).both();
        for odd in [format!("{b}-{a}"), format!("{a}-{a}"), a.to_string(), "-".to_owned()] {
            assert_eq!(Pair::parse(&odd), None, "{odd}");
        }
        assert_eq!(Pair::of(id(1), id(1)), None);
    }

    proptest! {
        /// Goal: no set of judgements puts two into one entity of whom somebody in force says "different", and each mention
        /// is in one entity.
        #[test]
        fn whatever_people_say_a_different_holds(
            lines in prop::collection::vec((0_u8..8, 0_u8..8, 0_u8..4, prop::sample::select(Verdict::ALL)), 0..40)
        ) {
            let lines: Vec<_> = lines.into_iter().filter(|(a, b, ..)| a != b).collect();
            let (judged, mentions) = (judged(&lines), mentions(8));
            let picture = Picture::of(&mentions, &judged);
            for (pair, judgements) in &judged {
                let different = judgements.iter().any(|one| one.verdict == Different);
                prop_assert!(!different || picture.standing(*pair) == Some(Standing::Apart));
            }
            let mut all: Vec<_> = picture.entities().flat_map(|(_, members)| members).copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, mentions.keys().copied().collect::<Vec<_>>());
        }
    }
}
