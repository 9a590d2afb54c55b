//! The clock of one node: the virtual one, off by some hours and a little too slow or too fast. Nobody sets it right.

use crate::cast::START;
use crate::dice::Dice;
use base::{Clock, ManualClock, Timestamp};
use std::sync::Arc;

/// Part of the seed that clocks follow from.
const PART: u64 = 5;
/// A cheap quartz is wrong by seconds a day: 200 millionths are 17 seconds.
const DRIFT_MILLIONTHS_MAX: usize = 200;

/// A node's clock.
pub struct NodeClock {
    at: ManualClock,
    offset_millis: i64,
    /// Millionths that it is too fast; a clock that is ahead is slow, so that it is never further off than at first.
    drift: i64,
}

impl NodeClock {
    /// The clocks of a run, each off by up to so many hours either way; 0: all show the same.
    pub fn of_run((nodes, seed, hours): (usize, u64, u32)) -> Vec<Arc<Self>> {
        let dice = Dice::new(seed, PART);
        let span = usize::try_from(u64::from(hours) * 2 * 3_600_000).unwrap_or(usize::MAX);
        let one = |_| {
            let (mut offset_millis, mut drift) = (0, 0);
            if hours > 0 {
                offset_millis = i64::try_from(dice.below(span + 1)).unwrap_or(0) - i64::from(hours) * 3_600_000;
                drift = -offset_millis.signum() * i64::try_from(dice.below(DRIFT_MILLIONTHS_MAX + 1)).unwrap_or(0);
            }
            Arc::new(Self { at: ManualClock::at(START), offset_millis, drift })
        };
        (0..nodes).map(one).collect()
    }

    /// The run is at this moment.
    pub fn set(&self, at: Timestamp) {
        self.at.set(at);
    }

    /// What it shows at a moment of the run.
    pub fn shows(&self, at: Timestamp) -> Timestamp {
        let run = at.millis() - START.millis();
        at.plus_millis(self.offset_millis + run * self.drift / 1_000_000)
    }

    /// The moment of the run at which it shows this, or a little later.
    pub fn moment(&self, shown: Timestamp) -> Timestamp {
        let at = shown.plus_millis(-self.offset_millis);
        let run = at.millis() - START.millis();
        at.plus_millis(-(run * self.drift / (1_000_000 + self.drift)) + 2 * self.drift.signum().abs())
    }
}

impl Clock for NodeClock {
    fn now(&self) -> Timestamp {
        self.shows(self.at.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_off_by_no_more_than_asked_and_what_one_shows_is_found_again() {
        let clocks = NodeClock::of_run((50, 7, 48));
        let off = |clock: &NodeClock, at: Timestamp| (clock.shows(at).millis() - at.millis()).abs();
        assert!(clocks.iter().any(|clock| off(clock, START) > 24 * 3_600_000), "two days are asked for");
        for clock in &clocks {
            for days in [0, 1, 60] {
                let at = START.plus_hours(24 * days);
                assert!(off(clock, at) <= 48 * 3_600_000);
                let found = clock.moment(clock.shows(at));
                assert!((0..=4).contains(&(found.millis() - at.millis())), "{} ms", found.millis() - at.millis());
                assert!(clock.shows(found) >= clock.shows(at), "what is due then is due");
            }
        }
    }

    #[test]
    fn without_drift_all_show_the_time_of_the_run() {
        let clocks = NodeClock::of_run((3, 7, 0));
        let at = START.plus_seconds(12_345);
        assert!(clocks.iter().all(|clock| clock.shows(at) == at && clock.moment(at) == at));
    }
}
