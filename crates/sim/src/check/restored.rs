//! After a restore: what an old backup cannot know is not asked for; what partners know must come right again.

use super::{Eyes, Owners, broken, is_recovering, owns, stream, view};
use crate::ledger::Ledger;
use crate::node::Node;
use crate::people::Waiting;
use base::{CaseId, Problem, Timestamp};
use casework::extract::OwnRecord;
use casework::offer::TakerState;
use casework::words::Urgency;
use desk::cases::CaseStream;
use desk::mail::Recovery;
use std::collections::BTreeSet;
use store::Read;

impl Eyes {
    /// A node came back from a backup made at this moment. What it alone knew is gone with its disk: cases that nobody else
    /// ever owned, withdrawals, ends of offers. Until its partners have answered it is no owner (FEDERATION.md 8).
    pub async fn forget(&mut self, node: &Node, backup_at: Timestamp) -> Result<(), Problem> {
        let at = node.index;
        let mut lost = Vec::new();
        for case in self.cases.iter().filter(|(_, owners)| owners.ever.contains(&at)).map(|(case, _)| *case) {
            if !knows(node, case).await? {
                lost.push(case);
            }
        }
        for case in lost {
            let owners = self.cases.entry(case).or_default();
            owners.now.remove(&at);
            if owners.ever.len() == 1 {
                self.cases.remove(&case);
            }
        }
        self.withdrawals.retain(|(by, _, when)| *by != at || *when <= backup_at);
        self.ended.retain(|(by, ..), _| *by != at);
        self.traced.retain(|(by, ..)| *by != at);
        self.dirty.extend(self.threads_of.iter().filter(|(by, _)| *by == at));
        self.recovering.insert(at);
        self.restored.insert(at);
        Ok(())
    }

    /// Cases and work that the node's desk shows.
    pub async fn open_work(&self, node: &Node) -> Result<(BTreeSet<CaseId>, Vec<Waiting>), Problem> {
        let (mut cases, mut waiting) = (BTreeSet::new(), Vec::new());
        for case in self.cases.keys() {
            if knows(node, *case).await? {
                cases.insert(*case);
            }
        }
        for (_, thread) in self.threads_of.iter().filter(|(by, _)| *by == node.index) {
            let Some(offers) = stream(node, *thread).await? else { continue };
            waiting.extend(offers.thread.taker.offers().filter_map(|(no, offer)| match offer.state {
                TakerState::Offered => {
                    let is_red = offer.opening.as_ref().is_some_and(|opening| opening.urgency == Urgency::Red);
                    Some(Waiting::Offer { thread: *thread, no, is_red })
                }
                TakerState::Holding => Some(Waiting::File { thread: *thread, no }),
                _ => None,
            }));
        }
        Ok((cases, waiting))
    }

    /// Somebody has not told a restored node what it forgot.
    pub fn wait_for_recovery(&self) -> bool {
        !self.recovering.is_empty()
    }

    /// Nodes whose partners have all answered know again what they own: no case has two owners.
    pub(super) async fn recovered(&mut self, nodes: &[Node], ledger: &mut Ledger) -> Result<(), Problem> {
        for at in self.recovering.clone() {
            let Some(node) = nodes.get(at).filter(|node| node.open().is_some()) else { continue };
            if is_recovering(node).await? {
                continue;
            }
            self.recovering.remove(&at);
            self.owned_now(node, ledger).await?;
        }
        Ok(())
    }

    /// A partner told a node that lives anew what it holds. One that was restored is looked at when all have.
    pub async fn compared(&mut self, nodes: &[Node], at: usize, ledger: &mut Ledger) -> Result<(), Problem> {
        match nodes.get(at).filter(|node| node.open().is_some() && !self.recovering.contains(&at)) {
            Some(node) => self.owned_now(node, ledger).await,
            None => Ok(()),
        }
    }

    /// What a node owns, of all that it ever owned.
    async fn owned_now(&mut self, node: &Node, ledger: &mut Ledger) -> Result<(), Problem> {
        let at = node.index;
        for (case, owners) in self.cases.iter_mut().filter(|(_, owners)| owners.ever.contains(&at)) {
            if owns(node, *case).await? {
                owners.now.insert(at);
            } else {
                owners.now.remove(&at);
            }
            if owners.now.difference(&self.recovering).count() > 1 && !owners.had_two {
                owners.had_two = true;
                ledger.broken(format!("I1: {case} is owned by {:?} after a new life", owners.now));
            }
        }
        Ok(())
    }

    /// Whether every disk that ever held a case was lost since, and no record of it is left anywhere: no protocol can know of it.
    pub(super) async fn is_lost_with_disks(
        &self,
        nodes: &[Node],
        (case, owners): (CaseId, &Owners),
    ) -> Result<bool, Problem> {
        if !owners.ever.is_subset(&self.restored) {
            return Ok(false);
        }
        for node in nodes {
            if knows(node, case).await? || has_record(node, case).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

async fn has_record(node: &Node, case: CaseId) -> Result<bool, Problem> {
    let Some(mut view) = view(node).await? else { return Ok(true) };
    let records = Recovery::read(&mut view).await.map_err(broken)?.map(|recovery| recovery.records).unwrap_or_default();
    let of_case = |record: OwnRecord| record.case == case.bytes();
    Ok(records.iter().any(|known| minicbor::decode::<OwnRecord>(&known.record.0).is_ok_and(of_case)))
}

async fn knows(node: &Node, case: CaseId) -> Result<bool, Problem> {
    let Some(mut view) = view(node).await? else { return Ok(false) };
    Ok(view.load::<CaseStream>(case.bytes()).await.map_err(broken)?.is_some())
}
