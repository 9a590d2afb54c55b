//! A relay that lies: what becomes of an envelope that meets it. It drops, keeps and plays again, turns around, changes, and
//! hands to the wrong node; and somebody behind it, who knows a node's public key of the week, seals envelopes of his own.
//! What it changed or made must have no effect: [`crate::world`] gives it in by itself and looks.

use crate::dice::Dice;
use base::{NodeId, ThreadId, Timestamp};
use seal::cbor::{Key, Value, decode, encode};
use seal::{Body, IdentityKey, Recipient, SendClass};
use serde::Serialize;

/// Part of the seed that it follows from.
const PART: u64 = 4;
/// Envelopes it keeps to play again; one of them, chosen by chance, makes room.
const KEPT_MAX: usize = 512;
/// Seconds after which something kept back, or played again, comes.
const LATE_SECONDS: (i64, i64) = (60, 86_400);

/// What it did, and what became of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Envelopes that it took and let fall.
    pub dropped: u64,
    /// Envelopes seen before that it gave in once more.
    pub replayed: u64,
    /// Envelopes that it kept back.
    pub late: u64,
    /// Envelopes that it changed, handed to the wrong node, or made.
    pub forged: u64,
    /// Of those: not taken by their node.
    pub refused: u64,
    /// Of those: kept sealed as evidence.
    pub quarantined: u64,
    /// Of those: a locked node keeps them until it can look.
    pub held: u64,
}

/// Something that arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Where.
    pub to: usize,
    /// When.
    pub at: Timestamp,
    /// What.
    pub bytes: Vec<u8>,
    /// Nothing of it may have an effect there.
    pub is_forged: bool,
}

/// What the relay does with an envelope.
#[derive(Clone, Copy)]
enum Trick {
    Drop,
    Replay,
    Late,
    Flip,
    Cut,
    Append,
    Swap,
    Head,
}

const TRICKS: [Trick; 8] =
    [Trick::Drop, Trick::Replay, Trick::Late, Trick::Flip, Trick::Cut, Trick::Append, Trick::Swap, Trick::Head];

/// The relay.
pub struct Hostile {
    dice: Dice,
    probability: f64,
    kept: Vec<(usize, Vec<u8>)>,
    /// What it did.
    pub count: Count,
}

impl Hostile {
    /// The relay of a run; at probability 0 it does nothing.
    pub fn new(seed: u64, probability: f64) -> Self {
        Self { dice: Dice::new(seed, PART), probability, kept: Vec::new(), count: Count::default() }
    }

    /// From now on it carries what it is given.
    pub fn heal(&mut self) {
        self.probability = 0.0;
    }

    /// An envelope that would arrive at a node: what arrives instead, where and when.
    pub fn carry(&mut self, (to, at): (usize, Timestamp), bytes: &[u8]) -> Vec<Arrival> {
        let plain = Arrival { to, at, bytes: bytes.to_vec(), is_forged: false };
        if self.probability <= 0.0 {
            return vec![plain];
        }
        let arrivals = match self.dice.pick(&TRICKS).filter(|_| self.dice.hit(self.probability)) {
            None => vec![plain],
            Some(trick) => self.play(*trick, plain),
        };
        self.keep(to, bytes);
        arrivals
    }

    fn keep(&mut self, to: usize, bytes: &[u8]) {
        if self.kept.len() >= KEPT_MAX {
            self.kept.swap_remove(self.dice.below(KEPT_MAX));
        }
        self.kept.push((to, bytes.to_vec()));
    }

    fn later(&self, at: Timestamp) -> Timestamp {
        self.dice.after(at, LATE_SECONDS.0, LATE_SECONDS.1)
    }

    fn play(&mut self, trick: Trick, plain: Arrival) -> Vec<Arrival> {
        match trick {
            Trick::Drop => {
                self.count.dropped += 1;
                Vec::new()
            }
            Trick::Late => {
                self.count.late += 1;
                vec![Arrival { at: self.later(plain.at), ..plain }]
            }
            Trick::Replay => {
                self.count.replayed += 1;
                let again = self.dice.pick(&self.kept).cloned().map(|(to, bytes)| Arrival {
                    to,
                    at: self.later(plain.at),
                    bytes,
                    is_forged: false,
                });
                [plain].into_iter().chain(again).collect()
            }
            Trick::Swap => self.swap(plain),
            Trick::Flip | Trick::Cut | Trick::Append | Trick::Head => {
                self.count.forged += 1;
                let bytes = self.change(trick, plain.bytes);
                vec![Arrival { bytes, is_forged: true, ..plain }]
            }
        }
    }

    /// Two envelopes of two receivers, each to the other.
    fn swap(&mut self, plain: Arrival) -> Vec<Arrival> {
        let others: Vec<&(usize, Vec<u8>)> = self.kept.iter().filter(|(to, _)| *to != plain.to).collect();
        let Some((other, bytes)) = self.dice.pick(&others).map(|found| (found.0, found.1.clone())) else {
            return vec![plain];
        };
        self.count.forged += 2;
        let to = plain.to;
        vec![Arrival { to: other, is_forged: true, ..plain }, Arrival { to, at: plain.at, bytes, is_forged: true }]
    }

    fn change(&self, trick: Trick, mut bytes: Vec<u8>) -> Vec<u8> {
        match trick {
            Trick::Cut => bytes.truncate(self.dice.below(bytes.len())),
            Trick::Append => bytes.extend_from_slice(&self.dice.bytes()),
            Trick::Head => return self.head(&bytes).unwrap_or_default(),
            _ => {
                let at = self.dice.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << self.dice.below(8);
                }
            }
        }
        bytes
    }

    /// The same envelope under another head: one field of it, well formed.
    fn head(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let Value::Array(mut parts) = decode(bytes).ok()? else { return None };
        let Some(Value::Bytes(outer)) = parts.get(1) else { return None };
        let Value::Map(mut fields) = decode(outer).ok()? else { return None };
        let key = *self.dice.pick(&[1, 2, 3, 4, 5, 6, 7])?;
        let changed = match fields.get(&Key::Int(key))? {
            Value::Int(number) if key == 6 => Value::Int((number + 1) % 3),
            Value::Int(number) => Value::Int(number + 1),
            Value::Bytes(old) => {
                let mut new = old.clone();
                let at = self.dice.below(new.len());
                *new.get_mut(at)? ^= 0x20;
                Value::Bytes(new)
            }
            _ => return None,
        };
        fields.insert(Key::Int(key), changed);
        *parts.get_mut(1)? = Value::Bytes(encode(&Value::Map(fields)));
        Some(encode(&Value::Array(parts)))
    }

    /// Whether somebody makes an envelope of his own now.
    pub fn makes_one(&self) -> bool {
        self.dice.hit(self.probability)
    }

    /// An envelope that nobody sent, in the name of `from`: signed by a key that no entry names, or by a partner's own key.
    /// It says that an offer is taken back, which acts on sight.
    pub fn make(
        &mut self,
        (from, to): (NodeId, &Recipient),
        insider: Option<IdentityKey>,
        now: Timestamp,
    ) -> Option<Vec<u8>> {
        let chance = base::chance::SeededChance::new(crate::dice::seed_of(self.count.forged, PART));
        let identity = insider.unwrap_or_else(|| IdentityKey::generate(&chance));
        let reason = 4;
        let withdraw = desk::wire::Withdraw { offer_no: 1, reason, text: None };
        let message = desk::wire::Message::OfferWithdraw(withdraw);
        let body = Body {
            kind: message.number(),
            from,
            to: to.node,
            thread: ThreadId::from_bytes(self.dice.bytes()),
            era: 0,
            seq: 1,
            prev: [0; 32],
            created: now.seconds(),
            expires: now.plus_hours(24).seconds(),
            salt: self.dice.bytes(),
            accord: None,
            purpose: None,
            trace: None,
            critical: Vec::new(),
            content: message.to_content(),
            attachments: Vec::new(),
            void: Vec::new(),
        };
        let hour = u32::try_from(now.plus_hours(120).seconds() / 3_600).ok()?;
        self.count.forged += 1;
        seal::seal_envelope(&body.encode().ok()?, &identity, to, SendClass::Urgent, hour, &chance).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::START;

    fn envelope(number: u16) -> Vec<u8> {
        let [high, low] = number.to_be_bytes();
        let outer = Value::fields([
            (1, Some(Value::bytes([[high; 8], [low; 8]].concat()))),
            (2, Some(Value::bytes([2; 16]))),
            (3, Some(Value::bytes([3; 8]))),
            (4, Some(Value::uint(1_u8))),
            (5, Some(Value::uint(500_000_u32))),
            (6, Some(Value::uint(2_u8))),
            (7, Some(Value::uint(0_u8))),
        ]);
        encode(&Value::list([
            Value::uint(1_u8),
            Value::Bytes(encode(&outer)),
            Value::bytes([4; 32]),
            Value::bytes([5; 64]),
        ]))
    }

    #[test]
    fn every_trick_is_played_and_what_is_forged_is_never_what_was_sent() {
        let mut relay = Hostile::new(3, 0.9);
        let mut at_right_place = 0;
        for nth in 0..400_u16 {
            let (to, sent) = (usize::from(nth % 3), envelope(nth));
            let known = relay.kept.clone();
            for got in relay.carry((to, START), &sent) {
                if got.is_forged {
                    let this = (to, sent.clone());
                    let owner = known.iter().chain([&this]).find(|(_, bytes)| *bytes == got.bytes);
                    assert!(owner.is_none_or(|(owner, _)| *owner != got.to), "the right envelope at the right place");
                } else {
                    at_right_place += 1;
                }
            }
        }
        let Count { dropped, replayed, late, forged, .. } = relay.count;
        assert!(dropped > 20 && replayed > 20 && late > 20 && forged > 100, "{:?}", relay.count);
        assert!(at_right_place > 100);
    }

    #[test]
    fn a_healed_relay_carries_what_it_is_given() {
        let mut relay = Hostile::new(3, 0.9);
        relay.heal();
        let sent = envelope(1);
        let got = relay.carry((1, START), &sent);
        assert_eq!(got, [Arrival { to: 1, at: START, bytes: sent, is_forged: false }]);
    }
}
