//! Money and hours: how sums are read, and what of the hours may be told.

use super::Activity;
use crate::counts::SMALL_CELL;
use base::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The largest sum of one loss, in rupiah: a million millions. A longer number is a slip of the finger.
pub const RUPIAH_MAX: u64 = 1_000_000_000_000;
/// A sum in whole rupiah, at most [`RUPIAH_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rupiah(pub(super) u64);

impl Rupiah {
    /// Reads what people write: `1500000`, `1.500.000`, `Rp 1.500.000,00`. Dots group thousands; cents are not kept.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let bad = || Problem::new("loss.sum-bad");
        let text = text.trim();
        let text = text.strip_prefix("Rp").or_else(|| text.strip_prefix("rp")).unwrap_or(text);
        let text = text.trim_start_matches('.').trim();
        let text = [",00", ",-"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
        let groups: Vec<&str> = text.split('.').collect();
        let digits = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
        let grouped =
            || groups.first().is_some_and(|first| first.len() <= 3) && groups.iter().skip(1).all(|g| g.len() == 3);
        if !groups.iter().all(digits) || (groups.len() > 1 && !grouped()) {
            return Err(bad());
        }
        let sum = groups.concat().parse::<u64>().map_err(|_| Problem::new("loss.sum-large"))?;
        if sum > RUPIAH_MAX { Err(Problem::new("loss.sum-large")) } else { Ok(Self(sum)) }
    }

    /// The number.
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Rupiah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        f.write_str("Rp ")?;
        for (nth, digit) in digits.chars().enumerate() {
            if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
                f.write_str(".")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// Minutes of one matter by activity.
pub type Spending = BTreeMap<Activity, u64>;

/// Time spent in many matters, as it may be told: no line that counts so few matters that somebody is known by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Each activity that took time: matters and whole hours; `None` is hidden.
    pub lines: Vec<(Activity, Option<(u64, u64)>)>,
    /// All matters and all whole hours; `None` if they are few, or would give a hidden line away.
    pub total: Option<(u64, u64)>,
}

impl Spent {
    /// Adds up, and hides what counts fewer than [`SMALL_CELL`] matters. The total is hidden too where the hidden lines together
    /// are about fewer: it would give them away.
    pub fn of(matters: &[Spending]) -> Self {
        let about = |activity: Activity| matters.iter().filter_map(move |one| one.get(&activity)).filter(|m| **m > 0);
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let line = |activity: &Activity| {
            let (n, minutes) = (count(about(*activity).count()), about(*activity).sum::<u64>());
            (n > 0).then_some((*activity, (n >= SMALL_CELL).then_some((n, minutes / 60))))
        };
        let lines: Vec<(Activity, Option<(u64, u64)>)> = Activity::ALL.iter().filter_map(line).collect();
        let hidden = |activity: &Activity| lines.iter().any(|(known, told)| known == activity && told.is_none());
        let in_hidden = matters.iter().filter(|one| one.iter().any(|(activity, m)| *m > 0 && hidden(activity)));
        let (few, all) = (count(in_hidden.count()), count(matters.len()));
        let minutes: u64 = matters.iter().flat_map(BTreeMap::values).sum();
        let is_told = all >= SMALL_CELL && (few == 0 || few >= SMALL_CELL);
        Self { total: is_told.then_some((all, minutes / 60)), lines }
    }
}
