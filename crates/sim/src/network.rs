//! The links: what becomes of an envelope that is handed over. Faults stop when the run heals.

use crate::dice::Dice;
use crate::options::Options;
use base::Timestamp;
use relay::Outcome;
use std::sync::Arc;

/// Seconds a request takes when nothing goes wrong.
const LATENCY_SECONDS: (i64, i64) = (0, 3);
/// Seconds by which an envelope is late when it is: up to a day, as on a stick or over a night.
const LATE_SECONDS: (i64, i64) = (60, 86_400);
/// Of those that are late, most are so by less than this.
const LATE_USUAL_SECONDS: i64 = 6 * 3600;

/// Two halves that cannot reach each other.
#[derive(Clone, Debug)]
struct Partition {
    here: Vec<bool>,
    /// Only one direction is cut.
    one_way: bool,
}

/// The links.
pub struct Network {
    options: Options,
    dice: Arc<Dice>,
    partition: Option<Partition>,
    healed: bool,
}

impl Network {
    /// Links of a run.
    pub const fn new(options: &Options, dice: Arc<Dice>) -> Self {
        Self { options: *options, dice, partition: None, healed: false }
    }

    /// The nodes fall apart.
    pub fn part(&mut self) {
        let here = (0..self.options.nodes).map(|_| self.dice.percent(50)).collect();
        self.partition = Some(Partition { here, one_way: self.dice.percent(30) });
    }

    /// They reach each other again.
    pub fn join(&mut self) {
        self.partition = None;
    }

    /// No more faults.
    pub fn heal(&mut self) {
        (self.partition, self.healed) = (None, true);
    }

    fn is_cut(&self, from: usize, to: usize) -> bool {
        let Some(partition) = &self.partition else { return false };
        let side = |node: usize| partition.here.get(node).copied().unwrap_or(false);
        side(from) != side(to) && (!partition.one_way || side(from))
    }

    /// What the sender is told of one envelope of a request, and when copies of it arrive: none, one or two.
    pub fn send(
        &self,
        dice: &Dice,
        (from, to): (usize, usize),
        (now, soon): (Timestamp, Timestamp),
    ) -> (Outcome, Vec<Timestamp>) {
        if self.healed {
            return (Outcome::Taken, vec![soon]);
        }
        if self.is_cut(from, to) {
            return (Outcome::NotTaken, Vec::new());
        }
        let at = if dice.hit(self.options.reorder) { late(dice, now) } else { soon };
        let (outcome, mut copies) = if dice.hit(self.options.loss) {
            match dice.below(3) {
                // It never left; it arrived and the answer was lost; a carrier took it and lost it.
                0 => (Outcome::NotTaken, Vec::new()),
                1 => (Outcome::NotTaken, vec![at]),
                _ => (Outcome::Taken, Vec::new()),
            }
        } else {
            (Outcome::Taken, vec![at])
        };
        if !copies.is_empty() && dice.hit(self.options.duplicate) {
            copies.push(late(dice, now));
        }
        (outcome, copies)
    }
}

/// When a request that leaves now arrives, if nothing goes wrong.
pub fn soon(dice: &Dice, now: Timestamp) -> Timestamp {
    dice.after(now, LATENCY_SECONDS.0, LATENCY_SECONDS.1)
}

fn late(dice: &Dice, now: Timestamp) -> Timestamp {
    let most = if dice.percent(90) { LATE_USUAL_SECONDS } else { LATE_SECONDS.1 };
    dice.after(now, LATE_SECONDS.0, most)
}
