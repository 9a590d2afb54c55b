//! Nodes of other versions. There is one version of the protocol so far, so its neighbours are made here, by the rules under
//! which it may change (FEDERATION.md 4, 5, 11): a later version adds fields that others may skip, fields that nobody may
//! skip, and types of messages; an earlier one leaves out what is optional.
//!
//! What a desk froze is spelt anew before anything of it is sealed, as a desk of that version would have frozen it. To its
//! readers it is an ordinary message: bytes, hash and chain are right.

use crate::dice::Dice;
use crate::ledger::Key as Number;
use crate::node::{Node, broken};
use base::{Digest, NodeId, Problem, ThreadId, Timestamp};
use desk::mail::{Destination, Frozen, Options, Outgoing, State, Thread, ThreadKind, keep, send, thread, threads};
use desk::wire::Message;
use seal::Body;
use seal::cbor::{Key, Value, decode, encode};
use std::collections::BTreeMap;
use store::Tx;

/// Part of the seed that versions follow from.
const PART: u64 = 6;
/// Content keys of a later version.
const LATER_KEYS: [i64; 2] = [90, 91];
/// A type of a later version.
const LATER_TYPE: u16 = 30;
/// Hours that such a message lives; what cannot be understood waits so long for an upgrade.
const LIFE_HOURS: i64 = 72;

/// What a node speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// This version.
    Present,
    /// One with more fields and types.
    Later,
    /// One that knows no optional fields.
    Earlier,
}

/// The versions of a run, and how far each thread was spelt.
pub struct Versions {
    dice: Dice,
    speaks: Vec<Speaks>,
    spelt: BTreeMap<(usize, ThreadId), (u64, u64)>,
    /// Messages with something that a receiver does not know and must not skip.
    pub strange: u64,
}

impl Versions {
    /// Of a run: a third each, or all the present one.
    pub fn new(seed: u64, nodes: usize, is_mixed: bool) -> Self {
        let dice = Dice::new(seed, PART);
        let all = [Speaks::Later, Speaks::Earlier, Speaks::Present];
        let first = dice.below(all.len());
        let one = |node: usize| all.iter().cycle().nth(first + node).copied().filter(|_| is_mixed);
        let speaks = (0..nodes).map(|node| one(node).unwrap_or(Speaks::Present)).collect();
        Self { dice, speaks, spelt: BTreeMap::new(), strange: 0 }
    }

    /// What a node speaks.
    pub fn of(&self, node: usize) -> Speaks {
        self.speaks.get(node).copied().unwrap_or(Speaks::Present)
    }

    /// When the next message comes that nobody understands.
    pub fn next(&self, now: Timestamp) -> Timestamp {
        self.dice.after(now, 3_600, 6 * 3_600)
    }

    /// How many nodes speak it.
    pub fn count(&self, what: Speaks) -> u64 {
        u64::try_from(self.speaks.iter().filter(|speaks| **speaks == what).count()).unwrap_or(u64::MAX)
    }

    /// Spells what a desk froze since the last call.
    pub async fn spell(&mut self, node: &Node, peers: &[(usize, NodeId)]) -> Result<(), Problem> {
        let speaks = self.of(node.index);
        let Some(running) = node.open().filter(|_| speaks != Speaks::Present) else { return Ok(()) };
        let mut view = running.desk.read().await.map_err(broken)?;
        let mut fresh = Vec::new();
        for (_, peer) in peers {
            for thread in threads(&mut view, *peer).await.map_err(broken)? {
                let at = (thread.out.era, thread.out.seq);
                let before = self.spelt.insert((node.index, thread.id), at).unwrap_or_default();
                let from = if before.0 == at.0 { before.1 } else { 0 };
                if from < at.1 {
                    fresh.push((thread, from + 1));
                }
            }
        }
        drop(view);
        if fresh.is_empty() {
            return Ok(());
        }
        let mut tx = node.begin("node.version").await?;
        for (thread, from) in fresh {
            respell(&mut tx, (thread, from), speaks).await?;
        }
        tx.commit().await.map(drop).map_err(broken)
    }

    /// A later version says something that this one does not know: a type, or a field that must not be skipped. Gives the
    /// number that must have no effect.
    pub async fn say(&mut self, node: &Node, peers: &[(usize, NodeId)]) -> Result<Option<Number>, Problem> {
        let (Some(_), Some((_, peer))) = (node.open(), self.dice.pick(peers)) else { return Ok(None) };
        let mut tx = node.begin("node.later").await?;
        let all = threads(&mut tx, *peer).await.map_err(broken)?;
        let cases: Vec<&Thread> = all.iter().filter(|thread| thread.kind == ThreadKind::Case).collect();
        let Some(thread) = self.dice.pick(&cases) else { return Ok(None) };
        let [later, _] = LATER_KEYS;
        let said = [(1, Some(Value::uint(1_u8))), (2, Some(Value::text("kelak"))), (later, Some(Value::Bool(true)))];
        let content = encode(&Value::fields(said));
        let (number, critical) =
            if self.dice.percent(50) { (LATER_TYPE, Vec::new()) } else { (19, vec![later.unsigned_abs()]) };
        let to = Destination { peer: *peer, thread: thread.id, kind: ThreadKind::Case, subject: thread.subject };
        let expires = Some(node.now().plus_hours(LIFE_HOURS));
        let options = Options { critical, expires, ..Options::default() };
        let sent = send(&mut tx, &to, &Message::Later { number, content }, options).await.map_err(broken)?;
        tx.commit().await.map_err(broken)?;
        self.strange += 1;
        Ok(Some((node.id, to.thread, sent.era, sent.seq)))
    }
}

/// The new numbers of a thread, from one on.
async fn respell(tx: &mut Tx, (old, from): (Thread, u64), speaks: Speaks) -> Result<(), Problem> {
    let mut hashes = BTreeMap::new();
    for seq in from..=old.out.seq {
        let out = Outgoing::read(tx, old.id, old.out.era, seq).await.map_err(broken)?;
        let Some(mut out) = out.filter(|out| out.state == State::Queued && out.handed_at.is_none()) else { continue };
        let Some(frozen) = Frozen::read(tx, old.id, out.era, seq).await.map_err(broken)? else { continue };
        let mut body = Body::decode(&frozen.payload.0).map_err(broken)?;
        body.prev = hashes.get(&Digest(body.prev)).map_or(body.prev, |hash: &Digest| hash.0);
        body.content = spelt(body.kind, &body.content, speaks).unwrap_or(body.content);
        let Ok(payload) = body.encode() else { return Err(broken("a Body of another version")) };
        let hash = Digest(seal::hash::body_hash(&payload));
        hashes.insert(out.hash, hash);
        out.hash = hash;
        out.put(tx).await.map_err(broken)?;
        keep(tx, &out, old.sealed(), payload).await.map_err(broken)?;
    }
    let Some(mut thread) = thread(tx, old.peer, old.id).await.map_err(broken)? else { return Ok(()) };
    thread.out.hash = hashes.get(&thread.out.hash).copied().unwrap_or(thread.out.hash);
    thread.put(tx).await.map_err(broken)
}

/// A content as another version writes it; `None` if it is no map.
fn spelt(number: u16, content: &[u8], speaks: Speaks) -> Option<Vec<u8>> {
    let Value::Map(mut fields) = decode(content).ok()? else { return None };
    match speaks {
        Speaks::Present => {}
        Speaks::Later => {
            let [text, list] = LATER_KEYS;
            fields.insert(Key::Int(text), Value::text("sejak versi kelak"));
            fields.insert(Key::Int(list), Value::list([Value::uint(7_u8), Value::bytes([7; 16])]));
        }
        Speaks::Earlier => fields.retain(|key, _| !optional(number).iter().any(|one| *key == Key::Int(*one))),
    }
    Some(encode(&Value::Map(fields)))
}

/// Content keys that a message may go without, losing words and hints alone (FEDERATION.md 4).
const fn optional(number: u16) -> &'static [i64] {
    match number {
        16 => &[9],
        21 => &[3, 4],
        22 | 23 => &[3],
        26 => &[4],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desk::wire::Decline;

    #[test]
    fn what_another_version_wrote_is_read_without_what_is_new_or_gone() {
        let decline = Decline { offer_no: 3, reason: 1, text: Some("penuh".into()), other_node: None };
        let content = Message::OfferDecline(decline.clone()).to_content();
        let later = spelt(21, &content, Speaks::Later).unwrap();
        assert_eq!(Message::from_content(21, &later), Ok(Message::OfferDecline(decline.clone())));
        assert!(later.len() > content.len() && !Message::knows(21, &[90]));
        let earlier = spelt(21, &content, Speaks::Earlier).unwrap();
        assert_eq!(Message::from_content(21, &earlier), Ok(Message::OfferDecline(Decline { text: None, ..decline })));
        assert_eq!(spelt(21, &content, Speaks::Present), Some(content));
    }

    #[test]
    fn a_mixed_run_has_all_three_and_a_plain_one_has_one() {
        let mixed = Versions::new(9, 4, true);
        for what in [Speaks::Present, Speaks::Later, Speaks::Earlier] {
            assert!(mixed.count(what) >= 1);
        }
        assert_eq!(Versions::new(9, 4, false).count(Speaks::Present), 4);
    }
}
