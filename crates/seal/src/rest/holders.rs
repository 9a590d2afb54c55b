//! A node that any two of its keyholders open together: the master key is cut two-of-many, and each part lies under the
//! passphrase of one of them. One part tells nothing of the key (Shamir 1979), so one passphrase alone opens nothing.
//!
//! Each change cuts the key anew: a part of before fits no part of now.

use crate::body::each;
use crate::cbor::{CborError, Value, decode};
use crate::cell::{Aad, DataKey, open_cell, seal_cell};
use crate::share::{Share, ShareSet, combine, split};
use crate::slot::{Cost, Slot, SlotSecret, decode_slots, encode_slots};
use base::{Chance, Problem};

/// Purpose of the shares, beside 1 root and 2 master on paper.
const PURPOSE: u64 = 3;
/// How many open together.
const TOGETHER: u8 = 2;
/// Keyholders at most: each is a person who can help to open the node.
pub const HOLDERS_MAX: u8 = 8;
const VERSION: u8 = 2;

/// What opens the master key of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// One passphrase of any of these slots.
    One(Vec<Slot>),
    /// Two keyholders together.
    Two(Holders),
}

impl Lock {
    /// Its bytes: those of [`encode_slots`], or [2, set, [[name, slot, part] …]]. They may lie in clear, in backups too.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::One(slots) => encode_slots(slots),
            Self::Two(holders) => holders.encode(),
        }
    }

    /// Reads the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, Problem> {
        match Holders::decode(bytes) {
            Ok(holders) => Ok(Self::Two(holders)),
            Err(_) => decode_slots(bytes).map(Self::One),
        }
    }
}

/// Who opens a node, two at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holders {
    set: ShareSet,
    holders: Vec<Holder>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Holder {
    name: String,
    /// A key of her own, under her passphrase.
    slot: Slot,
    /// Her share, under that key.
    part: Vec<u8>,
}

/// The part that one passphrase opened. No `Debug`; wiped when dropped.
pub struct Part(Share);

impl Holders {
    /// Cuts the master key for these people: names and passphrases, both distinct.
    pub fn seal(master: &DataKey, people: &[(String, &str)], cost: Cost, chance: &dyn Chance) -> Result<Self, Problem> {
        let count = u8::try_from(people.len()).ok().filter(|count| (TOGETHER..=HOLDERS_MAX).contains(count));
        let count = count.ok_or_else(|| Problem::at("holders.count", people.len().to_string()))?;
        let twice = people
            .iter()
            .enumerate()
            .find(|(n, (name, phrase))| people.iter().take(*n).any(|(other, same)| other == name || same == phrase));
        if let Some((_, (name, _))) = twice {
            return Err(Problem::at("holders.same", name.clone()));
        }
        let shares = split(master.expose(), PURPOSE, (TOGETHER, count), chance)?;
        let set = *shares.first().ok_or(Problem::at("holders.count", "0"))?.set();
        let holders = people.iter().zip(&shares).map(|((name, passphrase), share)| {
            let own = DataKey::generate(chance);
            let slot = Slot::seal(&own, SlotSecret::Passphrase(passphrase), cost, chance)?;
            let part = seal_cell(&own, &aad(&set, name), &share.encode(), chance)?;
            Ok(Holder { name: name.clone(), slot, part })
        });
        Ok(Self { set, holders: holders.collect::<Result<_, Problem>>()? })
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.holders.iter().map(|holder| holder.name.as_str())
    }

    /// The part of a keyholder. `None` for a wrong passphrase and for a name that is none, after the same work.
    pub fn part(&self, name: &str, passphrase: &str) -> Option<Part> {
        let known = self.holders.iter().find(|holder| holder.name == name);
        let holder = known.or_else(|| self.holders.first())?;
        let own = holder.slot.open(SlotSecret::Passphrase(passphrase)).ok().filter(|_| known.is_some())?;
        let share = open_cell(&own, &aad(&self.set, name), &holder.part).ok()?;
        Share::decode(&share).ok().filter(|share| *share.set() == self.set).map(Part)
    }

    fn encode(&self) -> Vec<u8> {
        let holder = |holder: &Holder| {
            let (slot, part) = (Value::Bytes(holder.slot.encode()), Value::bytes(&holder.part));
            Value::list([Value::text(&holder.name), slot, part])
        };
        let holders = Value::list(self.holders.iter().map(holder));
        Value::list([Value::uint(VERSION), Value::Bytes(self.set.encode()), holders]).encode()
    }

    fn decode(bytes: &[u8]) -> Result<Self, Problem> {
        let read = || -> Result<(u8, Vec<u8>, Vec<Value>), CborError> {
            let [version, set, holders] = decode(bytes)?.into_items()?;
            Ok((version.into_uint()?, set.into_bytes()?, holders.into_list()?))
        };
        let malformed = |_| Problem::at("slot.malformed", "holders");
        let (version, set, holders) = read().map_err(malformed)?;
        if version != VERSION {
            return Err(Problem::at("slot.malformed", "version"));
        }
        let holders = each(holders, |value| {
            let [name, slot, part] = value.into_items()?;
            Ok((name.into_text()?, slot.into_bytes()?, part.into_bytes()?))
        });
        let holders = holders
            .map_err(malformed)?
            .into_iter()
            .map(|(name, slot, part)| Slot::decode(&slot).map(|slot| Holder { name, slot, part }));
        Ok(Self { set: ShareSet::decode(&set)?, holders: holders.collect::<Result<_, Problem>>()? })
    }
}

/// The master key, from the parts of two different keyholders.
pub fn together(one: &Part, two: &Part) -> Result<DataKey, Problem> {
    combine(&[one.0.clone(), two.0.clone()]).map(|master| DataKey::from_bytes(*master))
}

fn aad(set: &ShareSet, name: &str) -> Aad {
    Aad::new("simpul/part/1").bytes(&set.encode()).text(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;

    const PEOPLE: [(&str, &str); 3] =
        [("sari", "empat kata milik sari"), ("made", "lima kata milik made ya"), ("rina", "kata-kata rina sendiri")];

    fn people(chosen: &[(&'static str, &'static str)]) -> Vec<(String, &'static str)> {
        chosen.iter().map(|(name, phrase)| ((*name).to_owned(), *phrase)).collect()
    }

    fn sealed(seed: u64) -> (DataKey, Holders) {
        let chance = SeededChance::new(seed);
        let master = DataKey::generate(&chance);
        let holders = Holders::seal(&master, &people(&PEOPLE), Cost::CHEAP, &chance).unwrap();
        (master, holders)
    }

    #[test]
    fn any_two_open_it_and_no_one_alone() {
        let (master, holders) = sealed(1);
        let Lock::Two(read) = Lock::decode(&Lock::Two(holders.clone()).encode()).unwrap() else { panic!("one") };
        assert_eq!(read, holders);
        let parts: Vec<Part> = PEOPLE.iter().map(|(name, phrase)| read.part(name, phrase).unwrap()).collect();
        for (a, one) in parts.iter().enumerate() {
            for (b, two) in parts.iter().enumerate() {
                let opened = together(one, two);
                assert_eq!(opened.is_ok_and(|key| key == master), a != b, "{a} {b}");
            }
        }
    }

    #[test]
    fn a_wrong_passphrase_an_unknown_name_and_anothers_passphrase_open_no_part() {
        let (_, holders) = sealed(4);
        for (name, phrase) in [("sari", "salah"), ("tuti", PEOPLE[0].1), ("sari", PEOPLE[1].1), ("", "")] {
            assert!(holders.part(name, phrase).is_none(), "{name} {phrase}");
        }
    }

    #[test]
    fn parts_of_two_cuts_do_not_fit() {
        let chance = SeededChance::new(5);
        let master = DataKey::generate(&chance);
        let cut = |seed| Holders::seal(&master, &people(&PEOPLE), Cost::CHEAP, &SeededChance::new(seed)).unwrap();
        let (before, now) = (cut(6), cut(7));
        let (old, new) = (before.part("sari", PEOPLE[0].1).unwrap(), now.part("made", PEOPLE[1].1).unwrap());
        assert_eq!(together(&old, &new).err().unwrap().code.0, "share.mismatch");
    }

    #[test]
    fn one_person_twice_one_passphrase_twice_too_few_and_too_many_are_refused() {
        let chance = SeededChance::new(8);
        let master = DataKey::generate(&chance);
        let refused = |people: Vec<(String, &str)>| {
            Holders::seal(&master, &people, Cost::CHEAP, &chance).err().map(|problem| problem.code.0)
        };
        assert_eq!(refused(people(&PEOPLE[..1])), Some("holders.count"));
        let many = (0..9).map(|n| (n.to_string(), ["a", "b", "c", "d", "e", "f", "g", "h", "i"][n])).collect();
        assert_eq!(refused(many), Some("holders.count"));
        assert_eq!(refused(people(&[PEOPLE[0], ("sari", "lain lagi kata")])), Some("holders.same"));
        assert_eq!(refused(people(&[PEOPLE[0], ("made", PEOPLE[0].1)])), Some("holders.same"));
    }

    #[test]
    fn a_changed_lock_opens_nothing_and_slots_read_as_before() {
        let (master, holders) = sealed(9);
        let bytes = Lock::Two(holders).encode();
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] ^= 1;
            let Ok(Lock::Two(bent)) = Lock::decode(&bent) else { continue };
            let open = |n: usize| bent.part(PEOPLE[n].0, PEOPLE[n].1);
            let both = open(0).zip(open(1)).and_then(|(one, two)| together(&one, &two).ok());
            assert!(both.is_none_or(|key| key == master), "{at}");
        }
        let chance = SeededChance::new(10);
        let slot = Slot::seal(&master, SlotSecret::Passphrase("kata"), Cost::CHEAP, &chance).unwrap();
        let one = Lock::One(vec![slot.clone()]);
        assert_eq!((Lock::decode(&encode_slots(&[slot])).unwrap(), one.encode()[0] & 0xe0), (one, 0x80));
    }
}
