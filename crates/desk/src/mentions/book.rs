//! All mentions in memory: the engine's index, the judgements, who is one person. Read at its first use, brought up to date by
//! the journal at each later one, and wiped with the keys.

use super::accuses;
use super::stream::{ALL, LIVE, MentionCard, MentionStream, PairStream};
use crate::act::Desk;
use crate::actor::{Actor, Staff};
use crate::error::Error;
use crate::policy::Deed;
use base::{MentionId, Seq, Timestamp, limits};
use recruiters::judged::{Judged, Pair, Picture, Standing};
use recruiters::known::{Alike, Known};
use recruiters::network::Index;
use recruiters::teaching::{lessons, worth};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Page, Read, Shelf, StoreError, StreamKind, View};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Mentions of one entity that are compared with one another to say how sure it is.
const ASKED_MAX: usize = 60;

/// What a node knows of recruiters.
#[derive(Debug)]
pub struct Book {
    /// Up to where the journal was read; 0: nothing was read yet.
    head: Seq,
    known: Known,
    /// Which mentions say the same thing.
    pub(super) things: Index,
    cards: BTreeMap<MentionId, MentionCard>,
    judged: Judged,
    /// What the engine proposes, with its score in bits.
    proposed: BTreeMap<Pair, f32>,
    picture: Picture,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            head: Seq(0),
            known: Known::of([], &[]),
            things: Index::default(),
            cards: BTreeMap::new(),
            judged: Judged::new(),
            proposed: BTreeMap::new(),
            picture: Picture::default(),
        }
    }
}

/// In which order pairs wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// What teaches most first: where the machine knows least, and much hangs on the answer ([`worth`]).
    Teaching,
    /// What is most alike first.
    Surest,
}

/// Whom some mentions are of.
#[derive(Clone, Debug)]
pub struct Entity<'a> {
    /// Its first mention: the name of the entity in addresses.
    pub head: MentionId,
    /// Its mentions, first recorded first.
    pub mentions: Vec<&'a MentionCard>,
}

impl Desk {
    /// What the node knows of recruiters, if the actor may do this deed; with the snapshot it was read from.
    /// Whoever calls holds no other snapshot.
    pub async fn book(&self, by: &Actor, deed: Deed) -> Result<(View, OwnedMutexGuard<Book>), Error> {
        let until = self.now().plus_seconds(limits::SEARCH_IDLE_MINUTES * 60);
        let kept: Arc<Mutex<Book>> = self.store.vault().hold(seal::hash::sha256(&[b"simpul/mentions/1"]), until)?;
        // The book before the snapshot: of those there are few, and nobody who has one may wait here for who wants one.
        let mut book = kept.lock_owned().await;
        let mut view = self.read_for(by, deed).await?;
        book.refresh(&mut view).await?;
        Ok((view, book))
    }
}

impl Book {
    async fn refresh(&mut self, view: &mut View) -> Result<(), Error> {
        let now = view.now();
        if self.head == Seq(0) || !self.cards.values().all(|card| counts(card, now)) {
            return self.read(view).await;
        }
        let (mut mentions, mut pairs, mut head) = (BTreeSet::new(), BTreeSet::new(), self.head);
        loop {
            let rows = view.raw().journal(head, limits::CODE_ROWS_MAX).await?;
            for row in &rows {
                match StreamKind::of(row.stream_kind) {
                    Some(StreamKind::Mention) => drop(mentions.insert(row.stream)),
                    Some(StreamKind::Pair) => drop(pairs.insert(row.stream)),
                    _ => {}
                }
            }
            head = rows.last().map_or(head, |row| row.seq);
            if rows.len() < limits::CODE_ROWS_MAX {
                break;
            }
        }
        if mentions.iter().any(|id| self.cards.contains_key(&MentionId::from_bytes(*id))) {
            // Corrected or withdrawn: what it said is in the index.
            return self.read(view).await;
        }
        for id in &mentions {
            if let Some(card) = card_of(view, MentionId::from_bytes(*id)).await? {
                self.add(card);
            }
        }
        for id in &pairs {
            if let Some(pair) = view.load::<PairStream>(*id).await? {
                self.judged.insert(pair.pair, pair.judgements.clone());
            }
        }
        self.head = head;
        if !mentions.is_empty() || !pairs.is_empty() {
            self.fold();
        }
        Ok(())
    }

    /// Reads everything.
    async fn read(&mut self, view: &mut View) -> Result<(), Error> {
        let (head, now) = (view.raw().head().await?.seq, view.now());
        let (mut cards, mut judged) = (BTreeMap::new(), Judged::new());
        let mut page = Page::first(limits::CODE_ROWS_MAX);
        while let Some(some) = view.next_cards::<MentionCard>(Shelf::Mentions, LIVE, &mut page).await? {
            cards.extend(some.into_iter().filter(|card| counts(card, now)).map(|card| (card.id, card)));
        }
        let mut page = Page::first(limits::CODE_ROWS_MAX);
        while let Some(some) = view.next_cards::<PairStream>(Shelf::PairsJudged, ALL, &mut page).await? {
            judged.extend(some.into_iter().map(|pair| (pair.pair, pair.judgements)));
        }
        let known = Known::of(cards.iter().map(|(id, card)| (*id, &card.said)), &lessons(&judged));
        let mut things = Index::default();
        for card in cards.values() {
            things.add(card.id, &card.said);
        }
        *self = Self { head, known, things, cards, judged, ..Self::default() };
        for id in self.cards.keys() {
            self.proposed.extend(self.known.matched(*id).pairs.iter().map(|alike| (alike.pair, alike.score)));
        }
        self.fold();
        Ok(())
    }

    fn add(&mut self, card: MentionCard) {
        self.known.add(card.id, &card.said);
        self.things.add(card.id, &card.said);
        self.proposed.extend(self.known.matched(card.id).pairs.iter().map(|alike| (alike.pair, alike.score)));
        self.cards.insert(card.id, card);
    }

    fn fold(&mut self) {
        let mentions: BTreeMap<MentionId, Timestamp> = self.cards.iter().map(|(id, card)| (*id, card.at)).collect();
        self.picture = Picture::of(&mentions, &self.judged);
    }

    /// How many mentions there are.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// A mention.
    pub fn card(&self, id: MentionId) -> Option<&MentionCard> {
        self.cards.get(&id)
    }

    /// Everybody whom this officer may see, the one with the newest mention first.
    pub fn entities(&self, reader: &Staff) -> Vec<Entity<'_>> {
        let all = self.picture.entities().map(|(head, members)| self.entity_of(head, members));
        let mut all: Vec<Entity<'_>> = all.filter(|entity| !entity.shuts(reader)).collect();
        all.sort_by_key(|entity| (std::cmp::Reverse(entity.newest()), entity.head));
        all
    }

    fn entity_of(&self, head: MentionId, members: &[MentionId]) -> Entity<'_> {
        Entity { head, mentions: members.iter().filter_map(|id| self.cards.get(id)).collect() }
    }

    /// The entity of a mention. `None` if it is not there, or this officer may not see it.
    pub fn entity(&self, mention: MentionId, reader: &Staff) -> Option<Entity<'_>> {
        let head = self.picture.head(mention)?;
        Some(self.entity_of(head, self.picture.members_of(head))).filter(|entity| !entity.shuts(reader))
    }

    /// Pairs that wait for a person: those that wait for a second one first, those of which somebody was unsure last.
    pub fn queue(&self, reader: &Staff, order: Order) -> Vec<(Pair, Standing)> {
        let shut = self.shut_to(reader);
        let mut queue: Vec<(bool, bool, f32, Pair, Standing)> = Vec::new();
        let seconds = self.picture.seconds().iter().filter(|pair| !self.proposed.contains_key(pair));
        let proposed = self.proposed.iter().map(|(pair, score)| (*pair, *score));
        for (pair, score) in proposed.chain(seconds.map(|pair| (*pair, 0.0))) {
            let standing = self.picture.standing(pair);
            let Some(standing @ (Standing::Open | Standing::Second)) = standing else { continue };
            let [Some(one), Some(other)] = pair.both().map(|id| self.picture.head(id)) else { continue };
            if shut.contains(&one) || shut.contains(&other) {
                continue;
            }
            let rank = match order {
                Order::Teaching => worth(score, [one, other].map(|head| self.picture.members_of(head).len())),
                Order::Surest => score,
            };
            let is_judged = self.judged.get(&pair).is_some_and(|all| !all.is_empty());
            queue.push((standing != Standing::Second, is_judged, rank, pair, standing));
        }
        queue.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.total_cmp(&a.2)).then(a.3.cmp(&b.3)));
        queue.into_iter().map(|(_, _, _, pair, standing)| (pair, standing)).collect()
    }

    /// Entities that are about this officer, by her name.
    fn shut_to(&self, reader: &Staff) -> BTreeSet<MentionId> {
        let about = self.cards.values().filter(|card| accuses(&card.said, reader));
        about.filter_map(|card| self.picture.head(card.id)).collect()
    }

    /// A pair with its evidence, where it stands, and its judgements in force.
    pub fn pair(&self, pair: Pair, reader: &Staff) -> Option<(Alike, Standing, &[recruiters::judged::Judgement])> {
        if pair.both().iter().any(|id| self.entity(*id, reader).is_none()) {
            return None;
        }
        let judgements = self.judged.get(&pair).map_or(&[][..], Vec::as_slice);
        Some((self.known.between(pair)?, self.picture.standing(pair)?, judgements))
    }

    /// Pairs inside an entity, or between it and another, of which somebody judged.
    pub fn judged_of(&self, entity: &Entity<'_>) -> Vec<(Pair, Standing)> {
        let has = |id: &MentionId| entity.mentions.iter().any(|card| card.id == *id);
        let judged = self.judged.iter().filter(|(pair, all)| !all.is_empty() && pair.both().iter().any(has));
        judged.filter_map(|(pair, _)| Some((*pair, self.picture.standing(*pair)?))).collect()
    }

    /// Judged pairs of a mention with one that counts no more: what was said of them rests on nothing now.
    pub fn fallen(&self, mention: MentionId) -> Vec<(Pair, &[recruiters::judged::Judgement])> {
        let fell = |pair: &Pair| pair.both().iter().any(|id| *id != mention && !self.cards.contains_key(id));
        self.judged_with(mention).into_iter().filter(|(pair, _)| fell(pair)).collect()
    }

    /// Judged pairs of a mention, whether it counts or not.
    pub fn judged_with(&self, mention: MentionId) -> Vec<(Pair, &[recruiters::judged::Judgement])> {
        let judged = self.judged.iter().filter(|(pair, all)| !all.is_empty() && pair.both().contains(&mention));
        judged.map(|(pair, all)| (*pair, all.as_slice())).collect()
    }

    /// The weakest of the best links that hold an entity together: the probability of the pair by which the least sure mention
    /// belongs to it. `None` for a single mention.
    pub fn weakest(&self, entity: &Entity<'_>) -> Option<f32> {
        let ids: Vec<MentionId> = entity.mentions.iter().take(ASKED_MAX).map(|card| card.id).collect();
        let best = |one: &MentionId| {
            let others = ids.iter().filter_map(|other| self.known.between(Pair::of(*one, *other)?));
            others.map(|alike| alike.probability).max_by(f32::total_cmp)
        };
        ids.iter().filter_map(best).min_by(f32::total_cmp)
    }
}

impl Entity<'_> {
    /// Whether it is about this officer, by her name.
    fn shuts(&self, reader: &Staff) -> bool {
        self.mentions.iter().any(|card| accuses(&card.said, reader))
    }

    /// When the newest mention was recorded.
    pub fn newest(&self) -> Option<Timestamp> {
        self.mentions.iter().map(|card| card.at).max()
    }

    /// The mention that speaks best of it: the best grade, then the earliest.
    pub fn best(&self) -> Option<&MentionCard> {
        self.mentions.iter().copied().min_by_key(|card| (card.grade, card.at))
    }
}

/// Whether the time of a mention is not over.
fn counts(card: &MentionCard, now: Timestamp) -> bool {
    card.until.is_none_or(|until| now < until)
}

/// The card of a mention that counts.
async fn card_of(view: &mut View, id: MentionId) -> Result<Option<MentionCard>, StoreError> {
    let Some(stored) = view.load::<MentionStream>(id.bytes()).await? else { return Ok(None) };
    let card = stored.withdrawn.is_none().then(|| stored.card(id));
    Ok(card.filter(|card| counts(card, view.now())))
}
