//! A node's key dies in the middle of the run, or is changed as each year (FEDERATION.md 8, ADR 34). A carrier keeps back
//! what was sealed under the dead key, and a thief who has it goes on writing; once a partner knows, none of it counts.

use super::{Event, ROUND_MAX, World};
use crate::cast::START;
use crate::dice::Dice;
use crate::ledger::shows_something;
use crate::node::{Node, broken};
use base::Problem;
use seal::{IdentityKey, Kid};
use std::collections::{BTreeMap, BTreeSet};

/// Part of the seed that keys follow from.
const PART: u64 = 2;
/// Seconds after which something is tried again where the node is locked or does not run.
const AGAIN_SECONDS: i64 = 1_200;
/// Seconds until a revoked node has a new key: an hour to half a day.
const NEW_KEY_SECONDS: (i64, i64) = (3_600, 43_200);
/// Seconds by which a carrier keeps back what was sealed under the key that died.
const KEPT_BACK_SECONDS: (i64, i64) = (600, 86_400);
/// Seconds between two letters of a thief.
const THIEF_SECONDS: (i64, i64) = (1_800, 14_400);
/// Seconds until people hand over a joining file where no message may bring the new key.
const BY_HAND_SECONDS: (i64, i64) = (43_200, 86_400);
/// A machine is lost (the reasons of a revocation).
const LOST: u64 = 1;

/// The keys of a run.
pub struct Keys {
    dice: Dice,
    /// Nodes whose key is dead and who have no new one.
    dead: BTreeSet<usize>,
    /// Nodes with a new key whose partners have not all answered.
    asking: BTreeSet<usize>,
    /// Nodes that got a new key after theirs had died.
    reborn: BTreeSet<usize>,
    /// The newest key of each node that got one.
    newest: BTreeMap<usize, Kid>,
    /// Stolen keys: whose.
    stolen: Vec<(usize, IdentityKey)>,
    /// Keys that died.
    pub revoked: u64,
    /// Keys that were changed, those after a death included.
    pub renewed: u64,
}

impl Keys {
    /// Of a run.
    pub fn new(seed: u64) -> Self {
        let (dead, asking, newest) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        let (reborn, stolen) = (BTreeSet::new(), Vec::new());
        Self { dice: Dice::new(seed, PART), dead, asking, reborn, newest, stolen, revoked: 0, renewed: 0 }
    }
}

impl World {
    /// Revocations in the middle half of the traffic; yearly changes from the first hour on.
    pub(super) fn plan_keys(&mut self) {
        let hours = 24 * i64::from(self.options.days);
        for _ in 0..self.options.revoke {
            let node = self.keys.dice.below(self.nodes.len());
            let at = self.keys.dice.after(START, hours * 900, hours * 2_700);
            self.push(at, Event::Revoke(node));
        }
        let every = i64::from(self.options.rotate_identity_every) * 3_600;
        for node in (0..self.nodes.len()).filter(|_| every > 0) {
            let first = self.keys.dice.after(START, 3_600, every.max(7_200));
            self.push(first, Event::YearIsOver(node));
        }
    }

    fn again(&mut self, event: Event) {
        self.push(self.now.plus_seconds(AGAIN_SECONDS), event);
    }

    /// The node's key is declared dead by its root.
    pub(super) async fn revoke(&mut self, index: usize) -> Result<(), Problem> {
        if self.keys.dead.contains(&index) {
            return Ok(());
        }
        self.spell(index).await?;
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let (Some(running), Some(root)) = (node.open(), node.root()) else {
            self.again(Event::Revoke(index));
            return Ok(());
        };
        let kept_back = running.post.collect(ROUND_MAX).await.map_err(broken)?;
        let stolen = node.identity().await?;
        let tags = running.post.tags();
        let made = running.post.revoke_own(root, (node.now(), LOST)).await.map_err(broken)?;
        let made = made.ok_or_else(|| broken("a node's own root revokes"))?;
        self.ledger.revoked(node.id, (made.kid, &tags));
        let id = node.id;
        for parcel in kept_back {
            let shows = shows_something(id, &parcel.envelope);
            self.ledger.left(id, &parcel, shows);
            let Some(to) = self.index.get(&parcel.peer).copied() else { continue };
            let at = self.keys.dice.after(self.now, KEPT_BACK_SECONDS.0, KEPT_BACK_SECONDS.1);
            self.under_way += 1;
            self.push(at, Event::Arrive(index, to, vec![parcel.envelope]));
        }
        self.keys.revoked += 1;
        self.keys.dead.insert(index);
        if let Some(stolen) = stolen {
            self.push(
                self.keys.dice.after(self.now, THIEF_SECONDS.0, THIEF_SECONDS.1),
                Event::Thief(self.keys.stolen.len()),
            );
            self.keys.stolen.push((index, stolen));
        }
        self.push(self.keys.dice.after(self.now, NEW_KEY_SECONDS.0, NEW_KEY_SECONDS.1), Event::NewKey(index));
        self.hear(index).await?;
        self.wake_by(index, self.now.plus_seconds(1));
        Ok(())
    }

    /// The node gets another key from its root.
    pub(super) async fn new_key(&mut self, index: usize) -> Result<(), Problem> {
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let (Some(running), Some(root)) = (node.open(), node.root()) else {
            self.again(Event::NewKey(index));
            return Ok(());
        };
        let kid = running.post.renew(root).await.map_err(broken)?;
        let kid = kid.ok_or_else(|| broken("a node's own root renews"))?;
        self.keys.renewed += 1;
        self.keys.newest.insert(index, kid);
        if self.keys.dead.remove(&index) {
            self.keys.asking.insert(index);
            self.keys.reborn.insert(index);
            let by_hand = self.keys.dice.after(self.now, BY_HAND_SECONDS.0, BY_HAND_SECONDS.1);
            self.push(by_hand, Event::JoiningFile(index));
        }
        self.hear(index).await?;
        self.wake_by(index, self.now.plus_seconds(1));
        Ok(())
    }

    /// Two partners who each know that the other's key is dead may not seal to one another: people hand over a joining file.
    pub(super) async fn joining_file(&mut self, index: usize) -> Result<(), Problem> {
        let entry = match self.nodes.get(index) {
            Some(node) => node.entry().await?.map(|entry| (node.id, entry)),
            None => None,
        };
        let Some((id, entry)) = entry else {
            self.again(Event::JoiningFile(index));
            return Ok(());
        };
        for to in self.keys.reborn.clone() {
            let receiver = self.nodes.get(to).filter(|node| node.index != index);
            let Some(running) = receiver.and_then(Node::open) else { continue };
            let mut view = running.desk.read().await.map_err(broken)?;
            let is_stopped = desk::mail::stopped(&mut view, id).await.map_err(broken)?.is_some();
            drop(view);
            if is_stopped {
                running.post.entry_fetched(id, &entry).await.map_err(broken)?;
                self.wake_by(to, self.now.plus_seconds(1));
            }
        }
        // Until all know: a partner was locked, or its own key died later.
        if self.keys.asking.contains(&index) {
            let again = self.keys.dice.after(self.now, BY_HAND_SECONDS.0, BY_HAND_SECONDS.1);
            self.push(again, Event::JoiningFile(index));
        }
        Ok(())
    }

    /// The root vouches for a key for a year; here the years are short. A dead key has its own successor.
    pub(super) async fn year_is_over(&mut self, index: usize) -> Result<(), Problem> {
        if self.healed {
            return Ok(());
        }
        let every = i64::from(self.options.rotate_identity_every) * 3_600;
        self.push(self.now.plus_seconds(every), Event::YearIsOver(index));
        if self.keys.dead.contains(&index) { Ok(()) } else { self.new_key(index).await }
    }

    /// The thief writes to each partner who knows that the key is dead, in the name of its node.
    pub(super) async fn thief(&mut self, number: usize) -> Result<(), Problem> {
        if self.healed {
            return Ok(());
        }
        let Some((index, key)) = self.keys.stolen.get(number).map(|(index, key)| (*index, key.to_bytes())) else {
            return Ok(());
        };
        let Some(id) = self.nodes.get(index).map(|node| node.id) else { return Ok(()) };
        let kid = IdentityKey::from_bytes(&key).public().kid();
        for to in 0..self.nodes.len() {
            let Some(receiver) = self.nodes.get(to) else { continue };
            if to == index || !self.ledger.knows_dead(receiver.id, (id, kid)) {
                continue;
            }
            let Some(recipient) = receiver.recipient().await? else { continue };
            let thief = Some(IdentityKey::from_bytes(&key));
            if let Some(letter) = self.hostile.make((id, &recipient), thief, receiver.now()) {
                self.forged(to, &letter).await?;
            }
        }
        self.push(self.keys.dice.after(self.now, THIEF_SECONDS.0, THIEF_SECONDS.1), Event::Thief(number));
        Ok(())
    }

    /// Whether a partner has not answered a node that began a new life with its new key.
    pub(super) async fn keys_are_settling(&mut self) -> Result<bool, Problem> {
        for index in self.keys.asking.clone() {
            let Some(node) = self.nodes.get(index) else { continue };
            if !crate::check::is_recovering(node).await? {
                self.keys.asking.remove(&index);
            }
        }
        Ok(!self.keys.asking.is_empty() || !self.keys.dead.is_empty())
    }

    /// What must hold of keys at the end: whoever got a new one has been answered by all.
    pub(super) async fn keys_at_last(&mut self) -> Result<(), Problem> {
        if self.keys_are_settling().await? {
            let (dead, asking) = (&self.keys.dead, &self.keys.asking);
            self.ledger.broken(format!("I13: nodes {dead:?} have a dead key, {asking:?} wait for their partners"));
        }
        Ok(())
    }

    /// After a restore: the copy may know an older key than the node had last. People then make a new one, from the same papers.
    pub(super) async fn key_is_old(&mut self, index: usize) -> Result<(), Problem> {
        let (Some(node), Some(newest)) = (self.nodes.get(index), self.keys.newest.get(&index)) else { return Ok(()) };
        let known = node.identity().await?.map(|key| key.public().kid());
        if known != Some(*newest) {
            self.push(self.keys.dice.after(self.now, 60, NEW_KEY_SECONDS.0), Event::NewKey(index));
        }
        Ok(())
    }
}
