//! When a run is over, and what is counted then.

use super::{QUIET_HOURS, World};
use crate::cast::START;
use crate::check::Eyes;
use crate::node::broken;
use crate::report::{Keys, Progress, Report, Versions};
use crate::versions::Speaks;
use base::{NodeId, Problem, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use store::Shelf;

const DAY_MILLIS: i64 = 86_400_000;

impl World {
    /// Says how far it is, if a day is over since this one; gives the last day that is over.
    pub(super) fn tell(&self, day: i64, told: &dyn Fn(Progress)) -> i64 {
        let over = self.now.millis().saturating_sub(START.millis()) / DAY_MILLIS;
        if over > day {
            told(Progress { day: over, sent: self.ledger.sent(), broken: self.ledger.violations.len() });
        }
        over
    }

    /// Healed, nothing under way, nothing waits for an answer, no message, receipt or offer has anything due, and every
    /// partner signed for every journal since: what is left of the life is left out.
    pub(super) async fn is_quiet(&mut self) -> Result<bool, Problem> {
        if !self.healed
            || self.under_way > 0
            || self.eyes.wait_for_recovery()
            || self.people.iter().any(|people| !people.are_idle())
            || self.keys_are_settling().await?
        {
            return Ok(false);
        }
        for node in &self.nodes {
            let Some(running) = node.open() else { return Ok(false) };
            let mut view = running.desk.store.backend().read().await.map_err(broken)?;
            let outbox = view.next_due(Shelf::Outbox.number()).await.map_err(broken)?;
            let receipt = view.next_due(Shelf::Threads.number()).await.map_err(broken)?;
            let offer = view.next_due(Shelf::OfferMoments.number()).await.map_err(broken)?;
            // What ended lies on the outbox until it is forgotten; what did not is due much sooner.
            let ended = outbox.is_none_or(|due| due > node.now().plus_hours(QUIET_HOURS));
            let alert = view.next_due(Shelf::Alerts.number()).await.map_err(broken)?;
            let soon = alert.is_some_and(|due| due <= node.now().plus_hours(QUIET_HOURS));
            if !ended || receipt.is_some() || offer.is_some() || soon {
                return Ok(false);
            }
        }
        Ok(Eyes::unwitnessed(&self.nodes, self.healed_at()).await?.is_none())
    }

    fn healed_at(&self) -> Timestamp {
        START.plus_hours(24 * i64::from(self.options.days))
    }

    pub(super) async fn close(mut self) -> Result<(Report, Self), Problem> {
        let mut report = Report::of(&self.options);
        for index in 0..self.nodes.len() {
            self.hear(index).await?;
        }
        self.eyes.look((&self.nodes, &self.index), &mut self.ledger).await?;
        self.keys_at_last().await?;
        self.evidence_at_last().await?;
        let peers: BTreeMap<usize, BTreeSet<NodeId>> =
            self.peers.iter().enumerate().map(|(n, peers)| (n, peers.iter().map(|peer| peer.1).collect())).collect();
        let world = (self.nodes.as_slice(), &self.index);
        if let Some((node, witness)) = Eyes::unwitnessed(&self.nodes, self.healed_at()).await? {
            self.ledger.broken(format!("{witness} did not sign for the journal of node {node}"));
        }
        let standing = self.eyes.close(world, &peers, &mut self.ledger, &mut report).await?;
        if self.options.alerts > 0.0 {
            report.alerts = Some(self.eyes.alerts_at_last(world, self.now, &mut self.ledger).await?);
        }
        self.faults(&mut report);
        std::mem::take(&mut self.ledger).close((self.now, standing), &mut report);
        Ok((report, self))
    }

    /// What the faults did that a run was asked for beside those of CONTRACTS.md 6.
    fn faults(&mut self, report: &mut Report) {
        let options = &self.options;
        report.keys = (options.revoke > 0 || options.rotate_identity_every > 0)
            .then_some(Keys { revoked: self.keys.revoked, renewed: self.keys.renewed });
        report.hostile = (options.hostile > 0.0 || options.revoke > 0).then_some(self.hostile.count);
        let versions = self.versions.get_mut();
        report.versions = options.mixed_versions.then(|| Versions {
            later: versions.count(Speaks::Later),
            earlier: versions.count(Speaks::Earlier),
            strange: versions.strange,
            held: self.ledger.held,
        });
    }
}
