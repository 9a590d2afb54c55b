//! The count of numbered messages, kept outside the nodes: what was sealed, given its effect, and how it ended.

use crate::cast::MARK;
use crate::report::{Report, decimals, percentile};
use crate::watch::Noted;
use base::{Digest, NodeId, ThreadId, Timestamp, limits};
use desk::mail::{Outgoing, State};
use desk::wire::{Message, on_sight};
use relay::{Parcel, What};
use seal::{Kid, Revocation, Tag};
use std::collections::{BTreeMap, BTreeSet};

/// A numbered message: sender, thread, era, number.
pub type Key = (NodeId, ThreadId, u64, u64);

/// How a message stands with its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    /// Its hash.
    pub hash: Digest,
    /// Its state.
    pub state: State,
}

/// A message that had its effect.
#[derive(Clone, Copy)]
struct Applied {
    hash: Digest,
    by: NodeId,
    at: Timestamp,
    /// It acts on sight, perhaps before its turn.
    on_sight: bool,
}

/// The count.
#[derive(Default)]
pub struct Ledger {
    applied: BTreeMap<Key, Applied>,
    greatest: BTreeMap<(NodeId, ThreadId, u64), u64>,
    ended: BTreeMap<Key, Stand>,
    told: BTreeSet<Key>,
    sealed: BTreeMap<Key, u64>,
    sent_by: BTreeMap<NodeId, u64>,
    forbidden: BTreeSet<Key>,
    /// Messages whose effect was lost with a disk: their senders decide afresh whether they come again.
    forgotten: BTreeSet<Key>,
    /// The era in which a restored node lives; what it sent before it may not remember.
    lives: BTreeMap<NodeId, u64>,
    /// Who knows since when that which node's key is dead.
    dead: BTreeMap<(NodeId, NodeId, Kid), Timestamp>,
    /// Mailboxes whose node had that key when it died.
    dead_boxes: BTreeMap<Tag, (NodeId, Kid)>,
    /// Messages that nobody understands.
    strange: BTreeSet<Key>,
    /// How often one was held.
    pub held: u64,
    seconds: Vec<u64>,
    offers: Vec<u64>,
    plaintext: u64,
    after_withdrawal: u64,
    doubled: u64,
    out_of_order: u64,
    forks: u64,
    /// Broken invariants, in words.
    pub violations: Vec<String>,
}

impl Ledger {
    /// Numbered messages a node has sealed for the first time.
    pub fn sent_by(&self, node: NodeId) -> u64 {
        self.sent_by.get(&node).copied().unwrap_or(0)
    }

    /// Those of all nodes.
    pub fn sent(&self) -> u64 {
        self.sent_by.values().sum()
    }

    /// This message rests on a withdrawn consent: from now on it must not be sealed.
    pub fn forbid(&mut self, key: Key) {
        self.forbidden.insert(key);
    }

    /// Something is sealed or shown that rests on a withdrawn consent.
    pub fn leaked(&mut self, what: String) {
        self.after_withdrawal += 1;
        self.broken(what);
    }

    /// An invariant broke. The first ones are kept in words.
    pub fn broken(&mut self, what: String) {
        if self.violations.len() < 50 {
            self.violations.push(what);
        }
    }

    /// What was found elsewhere: leaks, and what broke.
    pub fn absorb(&mut self, found: Self) {
        self.after_withdrawal += found.after_withdrawal;
        found.violations.into_iter().for_each(|what| self.broken(what));
    }

    /// A node came back from a backup made at this moment, in this era.
    pub fn forget(&mut self, node: NodeId, backup_at: Timestamp, era: u64) {
        let gone = |applied: &Applied| applied.by == node && applied.at > backup_at;
        let keys: Vec<Key> = self.applied.iter().filter(|(_, applied)| gone(applied)).map(|(key, _)| *key).collect();
        for key @ (from, thread, its_era, _) in keys {
            self.applied.remove(&key);
            self.forgotten.insert(key);
            let mut in_turn = self.applied.range((from, thread, its_era, 0)..=(from, thread, its_era, u64::MAX));
            let before = in_turn.rfind(|(_, applied)| !applied.on_sight);
            self.greatest.insert((from, thread, its_era), before.map_or(0, |(key, _)| key.3));
        }
        self.forbidden.retain(|key| key.0 != node);
        self.dead.retain(|(by, ..), at| *by != node || *at <= backup_at);
        self.lives.insert(node, era);
    }

    /// An envelope leaves a node, and whether it shows something.
    pub fn left(&mut self, node: NodeId, parcel: &Parcel, shows: bool) {
        self.plaintext += u64::from(shows);
        self.left_for(node, parcel);
        let What::Body { thread, era, seq } = parcel.what else { return };
        let key = (node, thread, era, seq);
        if self.forbidden.contains(&key) {
            self.leaked(format!("I12: {seq} of {thread} sealed after the withdrawal"));
        }
        let size = u64::try_from(parcel.envelope.len()).unwrap_or(u64::MAX);
        if self.sealed.insert(key, size).is_none() {
            *self.sent_by.entry(node).or_default() += 1;
        }
    }

    /// A node was given something.
    pub fn noted(&mut self, node: NodeId, (at, noted): (Timestamp, &Noted)) {
        match noted {
            Noted::Applied { from, at: (thread, era, seq), hash, message, signed_by } if *seq > 0 => {
                self.keys(node, (*from, *signed_by), (at, message));
                let applied = Applied { hash: *hash, by: node, at, on_sight: on_sight(message.number()) };
                self.applied((*from, *thread, *era, *seq), applied, message);
            }
            Noted::Applied { from, signed_by, message, .. } => self.keys(node, (*from, *signed_by), (at, message)),
            Noted::Unknown => self.held += 1,
            Noted::Compared => {}
            Noted::Ended(out) => {
                // Nobody here writes what cannot be read: a field of a later version is skipped.
                if out.code.as_deref() == Some("message.malformed") {
                    self.broken(format!("type {} of {} was not read by {}", out.number, out.thread, out.peer));
                }
                if let Some(received) = out.received_at {
                    let millis = received.millis() - out.made_at.millis();
                    self.seconds.push(u64::try_from(millis / 1000).unwrap_or(0));
                }
                self.ended.insert(key(node, out), Stand { hash: out.hash, state: out.state });
            }
            Noted::Told(out) => {
                if out.state == State::Expired {
                    self.told.insert(key(node, out));
                }
            }
            Noted::Fork(peer) => {
                self.forks += 1;
                self.broken(format!("the journal between {node} and {peer} is not the one that was witnessed"));
            }
            Noted::Equivocation(thread, seq) => self.broken(format!("equivocation: {seq} of {thread}")),
        }
    }

    /// A node's key died, with the mailboxes it had then.
    pub fn revoked(&mut self, node: NodeId, (kid, boxes): (Kid, &[Tag])) {
        self.dead_boxes.extend(boxes.iter().map(|tag| (*tag, (node, kid))));
    }

    /// Whether a node knows that a key is dead.
    pub fn knows_dead(&self, node: NodeId, (of, kid): (NodeId, Kid)) -> bool {
        self.dead.contains_key(&(node, of, kid))
    }

    /// I11: nothing but its revocation is sealed to a node by who knows that its key is dead.
    fn left_for(&mut self, node: NodeId, parcel: &Parcel) {
        if self.dead_boxes.is_empty() || parcel.what.is_control(66) {
            return;
        }
        let Some(tag) = seal::peek(&parcel.envelope).ok().map(|outer| outer.tag) else { return };
        if self.dead_boxes.get(&tag).is_some_and(|dead| self.knows_dead(node, *dead)) {
            self.broken(format!("I11: {:?} sealed to the dead key of {}", parcel.what, parcel.peer));
        }
    }

    /// I11: nothing is applied of a key by who knows that it is dead.
    fn keys(&mut self, node: NodeId, signer: (NodeId, Kid), (at, message): (Timestamp, &Message)) {
        if self.knows_dead(node, signer) {
            self.broken(format!("I11: type {} applied under the dead key of {}", message.number(), signer.0));
        }
        if let Message::KeyRevoke(said) = message
            && let Ok(said) = Revocation::decode(&said.revocation)
        {
            self.dead.entry((node, said.node, said.kid)).or_insert(at);
        }
    }

    /// This message holds what nobody understands: it must have no effect.
    pub fn strange(&mut self, key: Key) {
        self.strange.insert(key);
    }

    fn applied(&mut self, key: Key, applied: Applied, message: &Message) {
        if self.strange.contains(&key) {
            self.broken(format!("{} of {} was applied by who does not know all of it", key.3, key.1));
        }
        if self.applied.insert(key, applied).is_some() {
            self.doubled += 1;
            return;
        }
        if said_of_a_recruiter(message).any(|text| text.contains(MARK)) {
            self.broken(format!("A3: a protected person is named in {} of {}", key.3, key.1));
        }
        if matches!(message, Message::OfferOpen(_)) {
            self.offers.extend(self.sealed.get(&key));
        }
        let (from, thread, era, seq) = key;
        let greatest = self.greatest.entry((from, thread, era)).or_default();
        // What shrinks rights acts on sight, before its turn; all else has its turn.
        if !applied.on_sight {
            self.out_of_order += u64::from(seq < *greatest);
            *greatest = seq.max(*greatest);
        }
    }

    /// Compares what the senders have on their shelves at the end with what the receivers did.
    pub fn close(mut self, (end, standing): (Timestamp, BTreeMap<Key, Stand>), report: &mut Report) {
        let mut sent = std::mem::take(&mut self.ended);
        sent.extend(standing);
        let (mut lost, mut phantom) = (0, 0);
        for (key, stand) in &sent {
            let applied = self.applied.contains_key(key);
            // What a restored node sent in the life before, it may have taken back there.
            let before = self.lives.get(&key.0).is_some_and(|era| key.2 < *era);
            let is_lost = match stand.state {
                // Refused unread for being late is an end that the sender was told.
                State::Void | State::Refused => false,
                State::Received => !applied && !before && !self.forgotten.contains(key),
                State::Expired => !self.told.contains(key),
                State::Queued | State::Handed | State::Held | State::WaitingKey => true,
            };
            lost += u64::from(is_lost);
            if is_lost && !stand.state.unfinished() {
                self.broken(format!("lost: {} of {} is {:?} and had no effect", key.3, key.1, stand.state));
            }
            if stand.state.unfinished() {
                self.broken(format!("I13: {} of {} is still {:?}", key.3, key.1, stand.state));
            }
        }
        for (key, applied) in &self.applied {
            let before = self.lives.get(&key.0).is_some_and(|era| key.2 < *era);
            // A sender forgets after that time what it sealed and then took back; it never was told of its end.
            let long_ago = applied.at.plus_hours(24 * limits::SENT_KEEP_DAYS) <= end && self.sealed.contains_key(key);
            phantom += u64::from(sent.get(key).map_or(!before && !long_ago, |stand| stand.hash != applied.hash));
        }
        let messages = &mut report.messages;
        messages.sent = u64::try_from(sent.len()).unwrap_or(u64::MAX);
        let refused = sent.iter().filter(|(key, s)| s.state == State::Refused && !self.applied.contains_key(key));
        messages.delivered = u64::try_from(self.applied.len() + refused.count()).unwrap_or(u64::MAX);
        (messages.lost, messages.phantom) = (lost, phantom);
        (messages.doubled, messages.out_of_order_in_thread) = (self.doubled, self.out_of_order);
        report.leaks.plaintext_in_carrier = self.plaintext;
        report.audit.forks_found = self.forks;
        report.leaks.after_withdrawal = self.after_withdrawal;
        self.offers.sort_unstable();
        self.seconds.sort_unstable();
        report.bytes.referral_p50 = percentile(&self.offers, 50);
        report.bytes.referral_p99 = percentile(&self.offers, 99);
        let hours = |percent| decimals(percentile(&self.seconds, percent) * 1000 / 3600);
        report.hours_to_receipt.p50 = hours(50);
        report.hours_to_receipt.p99 = hours(99);
        report.hours_to_receipt.max = hours(100);
        report.violations.append(&mut self.violations);
    }
}

/// Every text of an alert, a recall or a correction.
fn said_of_a_recruiter(message: &Message) -> impl Iterator<Item = &str> {
    let facts = match message {
        Message::RecruiterAlert(said) => Some(&said.facts.0),
        Message::RecruiterRecall(said) => said.correction.as_ref().map(|said| &said.facts.0),
        _ => None,
    };
    facts.into_iter().flatten().flat_map(|(field, value)| [field.as_str(), value.as_str()])
}

fn key(node: NodeId, out: &Outgoing) -> Key {
    (node, out.thread, out.era, out.seq)
}

/// Whether a field value or the sender can be read in an envelope.
pub fn shows_something(sender: NodeId, envelope: &[u8]) -> bool {
    holds(envelope, MARK.as_bytes()) || holds(envelope, &sender.bytes())
}

fn holds(envelope: &[u8], needle: &[u8]) -> bool {
    let ([first, second, ..], Some((_, behind))) = (needle, envelope.split_first()) else { return needle.is_empty() };
    // Of short pieces few have its first two bytes side by side, and asking that of all bytes of a piece at once costs little.
    let mut pieces = envelope.chunks(PIECE_BYTES).zip(behind.chunks(PIECE_BYTES)).enumerate();
    pieces.any(|(nth, (piece, behind))| {
        let both = piece.iter().zip(behind).fold(0, |any, (a, b)| any | u8::from(a == first) & u8::from(b == second));
        let from = nth * PIECE_BYTES;
        both != 0
            && (from..from + piece.len()).any(|at| envelope.get(at..).is_some_and(|left| left.starts_with(needle)))
    })
}

/// Bytes that are looked at together for the first bytes of what is searched.
const PIECE_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn words_are_found_wherever_they_stand() {
        for text in ["abcab", "xxabcab", "abcab.", "ababcab", "aabcabcab"] {
            assert!(holds(text.as_bytes(), b"abcab"), "{text}");
        }
        for before in 0..70 {
            let text = ["x".repeat(before), "abcab".to_owned(), "y".repeat(70 - before)].concat();
            assert!(holds(text.as_bytes(), b"abcab"), "{before}");
        }
        for text in ["", "a", "abca", "abcaxb", "bcab"] {
            assert!(!holds(text.as_bytes(), b"abcab"), "{text}");
        }
    }
}
