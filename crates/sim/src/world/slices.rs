//! Large runs: what happens within a short slice of time happens at many nodes side by side, one node on one thread. What
//! nodes do to each other comes after the slice, in the order of the events; so a report does not depend on how many threads
//! there are, nor on which of them is faster.

use super::site::{Around, Done, Site};
use super::{Event, World};
use crate::threads::each;
use base::{Problem, Timestamp};
use std::collections::BTreeMap;

/// Length of a slice: what is sent in one arrives in a later one, as it would where offices fetch so often.
const SLICE_SECONDS: i64 = 10;

/// Events of one node in a slice, each with its time and number.
type Planned = Vec<(Timestamp, u64, Event)>;
/// What came of an event: its time and number, its node.
type Outcome = (Timestamp, u64, usize, Done);

impl World {
    /// Plays an event of a node and those of others that follow within a slice.
    pub(super) async fn slice(&mut self, first: (Timestamp, u64, Event)) -> Result<(), Problem> {
        let mut until = first.0.plus_seconds(SLICE_SECONDS);
        let mut planned = BTreeMap::<usize, Planned>::new();
        let mut next = Some(first);
        while let Some((at, number, event)) = next {
            if let Some(index) = event.site()
                && !self.is_stale(number, &event, at)
            {
                planned.entry(index).or_default().push((at, number, event));
            }
            let more = self.queue.first_entry().filter(|entry| entry.key().0 < until);
            next = more.and_then(|entry| {
                if entry.get().site().is_none() {
                    // What happens to all comes between two slices.
                    until = entry.key().0;
                    return None;
                }
                let ((at, number), event) = entry.remove_entry();
                Some((at, number, event))
            });
        }
        let mut outcomes = self.side_by_side(planned).await?;
        outcomes.sort_unstable_by_key(|(at, number, ..)| (*at, *number));
        self.floor = until;
        for node in &self.nodes {
            node.clock().set(until);
        }
        for (at, _, index, done) in outcomes {
            self.now = at;
            self.note(index, done).await?;
        }
        self.eyes.look_soon((&self.nodes, &self.index), until, &mut self.ledger).await
    }

    async fn side_by_side(&mut self, mut planned: BTreeMap<usize, Planned>) -> Result<Vec<Outcome>, Problem> {
        let threads = self.threads;
        let (sites, around) = self.sites();
        let jobs: Vec<_> = sites.filter_map(|site| Some((planned.remove(&site.node.index)?, site))).collect();
        let around = &around;
        let outcomes = each(threads, jobs, |(events, site)| all_of(events, site, around)).await?;
        Ok(outcomes.into_iter().flatten().collect())
    }
}

/// What happens to one node, in its order.
async fn all_of(events: Planned, mut site: Site<'_>, around: &Around<'_>) -> Result<Vec<Outcome>, Problem> {
    let mut outcomes = Vec::new();
    for (at, number, event) in events {
        site.node.clock().set(at);
        outcomes.push((at, number, site.node.index, site.handle(event, at, around).await?));
    }
    Ok(outcomes)
}

impl Event {
    /// The node that it happens to, if it touches no other.
    pub(super) const fn site(&self) -> Option<usize> {
        match self {
            Self::Wake(index)
            | Self::Arrive(_, index, _)
            | Self::Tick(index)
            | Self::Unlock(index)
            | Self::Rotate(index) => Some(*index),
            _ => None,
        }
    }
}
