//! What opens a node: one passphrase, or two keyholders together (`seal::holders`).
//!
//! While a node waits for two, what each gave is kept in memory for a few minutes and wiped. Right, wrong and unknown get
//! the same answer after the same work; a name that was tried often waits longer each time.

use super::node::trouble;
use base::{Problem, Timestamp};
use seal::holders::together;
use seal::slot::SlotSecret;
use seal::{DataKey, Holders, Lock, Part};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::Backend;
use tokio::sync::Mutex;

/// The second keyholder has so long to come.
const WAIT_SECONDS: i64 = 300;
/// A name on a label, not a text.
const NAME_CHARS_MAX: usize = 40;

/// What somebody typed: a passphrase, and whose it is where the node asks for two.
#[derive(Clone, Serialize, Deserialize)]
pub struct Given {
    /// The keyholder; empty where one passphrase opens.
    pub name: String,
    /// Hers.
    pub passphrase: String,
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Given([redacted])")
    }
}

impl Given {
    /// As it was typed; names are compared without case.
    pub fn new(name: &str, passphrase: String) -> Self {
        Self { name: name.trim().to_lowercase(), passphrase }
    }

    /// A name that can be called out, of letters, digits, dots and strokes.
    pub fn named(&self) -> Result<(), Problem> {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let count = self.name.chars().count();
        let good = (1..=NAME_CHARS_MAX).contains(&count) && self.name.chars().all(fits);
        if good { Ok(()) } else { Err(Problem::at("node.bad-holder", self.name.clone())) }
    }
}

/// What opens the node of a store; no key is needed to know.
pub async fn read(backend: &dyn Backend) -> Result<Lock, Problem> {
    let mut view = backend.read().await.map_err(trouble)?;
    let bytes = view.meta("slots").await.map_err(trouble)?.ok_or(Problem::new("node.no-slots"))?;
    Lock::decode(&bytes)
}

/// The names of those who open it; none where one passphrase does.
pub fn names(lock: &Lock) -> Vec<String> {
    match lock {
        Lock::One(_) => Vec::new(),
        Lock::Two(holders) => holders.names().map(str::to_owned).collect(),
    }
}

/// The master key, at once: one passphrase, or two keyholders who are both here. Not a word on which of two was wrong.
pub fn master(lock: &Lock, given: &[Given]) -> Result<DataKey, Problem> {
    let wrong = || Problem::new("node.wrong-passphrase");
    match (lock, given) {
        (Lock::One(slots), [only]) => {
            let open = |slot: &seal::Slot| slot.open(SlotSecret::Passphrase(&only.passphrase)).ok();
            slots.iter().find_map(open).ok_or_else(wrong)
        }
        (Lock::Two(holders), [one, two]) => {
            let part = |given: &Given| holders.part(&given.name, &given.passphrase);
            let (one, two) = (part(one), part(two));
            one.zip(two).and_then(|(one, two)| together(&one, &two).ok()).ok_or_else(wrong)
        }
        _ => Err(Problem::new("node.two-officers")),
    }
}

/// Parts that were given and wait for a second one.
#[derive(Default)]
pub struct Waiting {
    /// Held while a passphrase is stretched: one at a time, whoever asks.
    parts: Mutex<BTreeMap<String, (Part, Timestamp)>>,
    tries: web::Throttle,
}

impl Waiting {
    /// Takes what one keyholder gave. The master key and the two names once two different ones fit; else `None`, and the
    /// same for a wrong passphrase and for a name that is none.
    pub async fn give(
        &self,
        holders: Holders,
        given: Given,
        now: Timestamp,
    ) -> Result<Option<(DataKey, [String; 2])>, Problem> {
        let Given { name, passphrase } = given;
        if name.is_empty() {
            return Err(Problem::new("node.two-officers"));
        }
        let mut parts = self.parts.lock().await;
        if self.tries.wait(name.as_bytes(), now) {
            return Err(Problem::new("web.sign-in-wait"));
        }
        parts.retain(|_, (_, until)| *until > now);
        let whose = name.clone();
        let opened = tokio::task::spawn_blocking(move || holders.part(&whose, &passphrase));
        if let Some(part) = opened.await.map_err(|_| Problem::new("node.no-runtime"))? {
            let others = parts.iter().filter(|(other, _)| **other != name);
            let mut others = others.map(|(other, (two, _))| (together(&part, two), other));
            let found = others.find_map(|(master, other)| Some((master.ok()?, other.clone())));
            if let Some((master, other)) = found {
                parts.clear();
                self.tries.forget(name.as_bytes());
                self.tries.forget(other.as_bytes());
                return Ok(Some((master, [other, name])));
            }
            parts.insert(name.clone(), (part, now.plus_seconds(WAIT_SECONDS)));
        }
        self.tries.failed(name.into_bytes(), now);
        Ok(None)
    }

    /// Wipes what waited too long; whoever gives something meanwhile does it too.
    pub fn sweep(&self, now: Timestamp) {
        if let Ok(mut parts) = self.parts.try_lock() {
            parts.retain(|_, (_, until)| *until > now);
        }
    }

    /// Wipes everything: the node was locked, or its keyholders changed.
    pub async fn forget(&self) {
        self.parts.lock().await.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::SystemChance;
    use seal::Cost;

    const PEOPLE: [(&str, &str); 3] =
        [("sari", "kata sari sendiri"), ("made", "kata made sendiri"), ("rina", "kata r")];

    fn holders() -> (DataKey, Holders) {
        let master = DataKey::generate(&SystemChance);
        let people: Vec<(String, &str)> = PEOPLE.iter().map(|(name, phrase)| ((*name).to_owned(), *phrase)).collect();
        let holders = Holders::seal(&master, &people, Cost::CHEAP, &SystemChance).unwrap();
        (master, holders)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_795_000_000 + seconds)
    }

    async fn gives(
        waiting: &Waiting,
        holders: &Holders,
        (name, phrase): (&str, &str),
        now: Timestamp,
    ) -> Option<DataKey> {
        let given = Given::new(name, phrase.to_owned());
        waiting.give(holders.clone(), given, now).await.unwrap().map(|(master, _)| master)
    }

    #[tokio::test]
    async fn two_within_five_minutes_open_and_one_twice_does_not() {
        let (waiting, (master, holders)) = (Waiting::default(), holders());
        assert!(gives(&waiting, &holders, PEOPLE[0], at(0)).await.is_none());
        assert!(gives(&waiting, &holders, PEOPLE[0], at(1)).await.is_none(), "the same person again");
        assert!(gives(&waiting, &holders, ("SARI ", PEOPLE[0].1), at(2)).await.is_none(), "by whatever spelling");
        assert!(gives(&waiting, &holders, PEOPLE[2], at(299)).await == Some(master));
    }

    #[tokio::test]
    async fn what_waited_too_long_is_wiped() {
        let (waiting, (_, holders)) = (Waiting::default(), holders());
        gives(&waiting, &holders, PEOPLE[0], at(0)).await;
        assert!(gives(&waiting, &holders, PEOPLE[1], at(300)).await.is_none());
        assert_eq!(waiting.parts.lock().await.keys().collect::<Vec<_>>(), ["made"]);
        waiting.sweep(at(600));
        assert!(waiting.parts.lock().await.is_empty());
        gives(&waiting, &holders, PEOPLE[1], at(700)).await;
        waiting.forget().await;
        assert!(gives(&waiting, &holders, PEOPLE[0], at(701)).await.is_none(), "locked in between");
    }

    #[tokio::test]
    async fn a_wrong_one_and_a_strange_one_are_answered_alike_and_stop_nobody() {
        let (waiting, (master, holders)) = (Waiting::default(), holders());
        for given in [("sari", "salah"), ("tuti", "apa saja"), ("made", PEOPLE[0].1)] {
            assert!(gives(&waiting, &holders, given, at(0)).await.is_none(), "{given:?}");
        }
        assert!(gives(&waiting, &holders, PEOPLE[0], at(1)).await.is_none(), "one right one alone");
        assert!(gives(&waiting, &holders, PEOPLE[1], at(2)).await == Some(master), "strangers stand in nobody's way");
    }

    #[tokio::test]
    async fn from_the_sixth_try_on_a_name_waits_longer_and_others_do_not() {
        let (waiting, (_, holders)) = (Waiting::default(), holders());
        for _ in 0..6 {
            gives(&waiting, &holders, ("sari", "salah"), at(0)).await;
        }
        let slowed = waiting.give(holders.clone(), Given::new("sari", PEOPLE[0].1.to_owned()), at(0)).await;
        assert_eq!(slowed.err().unwrap().code.0, "web.sign-in-wait");
        assert!(gives(&waiting, &holders, PEOPLE[1], at(0)).await.is_none(), "made is not slowed");
        assert!(gives(&waiting, &holders, PEOPLE[0], at(60)).await.is_some(), "never for good");
    }

    #[test]
    fn at_once_it_takes_two_different_people_and_names_nobody_who_was_wrong() {
        let (key, holders) = holders();
        let lock = Lock::Two(holders);
        let typed = |all: &[(&str, &str)]| -> Vec<Given> {
            all.iter().map(|(name, phrase)| Given::new(name, (*phrase).to_owned())).collect()
        };
        assert!(master(&lock, &typed(&PEOPLE[..2])).is_ok_and(|found| found == key));
        for (all, code) in [
            (&PEOPLE[..1], "node.two-officers"),
            (&[PEOPLE[0], PEOPLE[0]][..], "node.wrong-passphrase"),
            (&[PEOPLE[0], ("made", "salah")], "node.wrong-passphrase"),
            (&[("x", "y"), ("z", "y")], "node.wrong-passphrase"),
        ] {
            assert_eq!(master(&lock, &typed(all)).err().map(|problem| problem.code.0), Some(code), "{all:?}");
        }
    }
}
