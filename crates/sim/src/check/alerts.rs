//! Alerts about recruiters when all is over (ADR 50): what was taken back is gone at every receiver with what rested on it,
//! nothing outlives its end, and two nodes say the same of one alert.

use super::{Eyes, Nodes, view};
use crate::cast::officer;
use crate::ledger::Ledger;
use crate::node::{Node, broken};
use crate::report::Alerts;
use crate::threads::each;
use base::{AlertId, MentionId, Problem, Timestamp, limits};
use desk::Deed;
use desk::alerts::{AlertCard, AlertStream, Side, State, alert};
use desk::mentions::MentionStream;
use store::{Page, Read, Shelf};

/// A node looks at what is over some minutes after its time.
const LATE_SECONDS: i64 = 3_600;
/// With more nodes the book of recruiters is not read once more: a minute for nothing new.
const BOOKS_MAX: usize = 50;

impl Eyes {
    /// The last look at alerts; `now` is a moment of the run.
    pub async fn alerts_at_last(
        &self,
        world: Nodes<'_>,
        now: Timestamp,
        ledger: &mut Ledger,
    ) -> Result<Alerts, Problem> {
        let mut all = Alerts::default();
        let of_node = |node| async move { self.alerts_of(world, (node, now)).await };
        for (count, found) in each(self.threads, world.0, of_node).await? {
            all += count;
            ledger.absorb(found);
        }
        Ok(all)
    }

    /// Those of one node, sent and received.
    async fn alerts_of(&self, world: Nodes<'_>, (node, now): (&Node, Timestamp)) -> Result<(Alerts, Ledger), Problem> {
        let (mut count, mut found) = (Alerts::default(), Ledger::default());
        for id in listed(node, Side::Out).await? {
            let Some(ours) = at(node, id).await? else { continue };
            count.sent += 1;
            count.recalled += u64::from(ours.is_recalled());
            count.expired += u64::from(ours.state == State::Expired);
            count.known += u64::from(!ours.known.is_empty());
            self.told(world, (node, id, &ours), &mut found).await?;
            overdue(node, (id, &ours), now, &mut found);
        }
        for id in listed(node, Side::In).await? {
            if let Some(theirs) = at(node, id).await? {
                overdue(node, (id, &theirs), now, &mut found);
                gone(node, (id, &theirs), world.0.len() <= BOOKS_MAX, &mut found).await?;
            }
        }
        Ok((count, found))
    }

    /// What each receiver has of an alert.
    async fn told(
        &self,
        (nodes, index): Nodes<'_>,
        (node, id, ours): (&Node, AlertId, &AlertStream),
        ledger: &mut Ledger,
    ) -> Result<(), Problem> {
        for peer in ours.sent.keys() {
            let Some(there) = index.get(peer).and_then(|peer| nodes.get(*peer)) else { continue };
            let theirs = at(there, id).await?;
            if ours.is_recalled() && !theirs.as_ref().is_some_and(AlertStream::is_recalled) {
                ledger.broken(format!(
                    "A1: {id} was taken back by node {} and stands at node {}",
                    node.index, there.index
                ));
            }
            // A restored node may have forgotten its last word.
            if self.restored.contains(&node.index) || self.restored.contains(&there.index) {
                continue;
            }
            let (Some(theirs), State::Live) = (theirs, ours.state) else { continue };
            if theirs.state == State::Live
                && theirs.claim.as_ref().map(|c| &c.said) != ours.claim.as_ref().map(|c| &c.said)
            {
                ledger.broken(format!("A1: {id} was corrected by node {} and not at node {}", node.index, there.index));
            }
        }
        if let (Some(answered), true) = (ours.answers, ours.is_recalled()) {
            for there in ours.sent.keys().filter_map(|peer| index.get(peer).and_then(|peer| nodes.get(*peer))) {
                let theirs = at(there, answered).await?;
                if theirs.is_some_and(|theirs| theirs.known.contains_key(&node.id))
                    && !(self.restored.contains(&node.index) && says_so(there, (node, answered)).await?)
                {
                    let (there, here) = (there.index, node.index);
                    ledger.broken(format!("A1: node {there} still thinks that node {here} knows him"));
                }
            }
        }
        Ok(())
    }
}

/// An alert in force after its end, by the clock of its node.
fn overdue(node: &Node, (id, alert): (AlertId, &AlertStream), now: Timestamp, ledger: &mut Ledger) {
    let shown = node.clock().shows(now);
    if alert.due().is_some_and(|until| until.plus_seconds(LATE_SECONDS) < shown) {
        ledger.broken(format!("A2: {id} outlives its end at node {}", node.index));
    }
}

/// What a partner took back, corrected, or let end is no mention that counts.
async fn gone(
    node: &Node,
    (id, theirs): (AlertId, &AlertStream),
    reads_book: bool,
    ledger: &mut Ledger,
) -> Result<(), Problem> {
    let current = if theirs.state == State::Live { theirs.mention_here(id) } else { None };
    let over: Vec<MentionId> = (1..=theirs.claims)
        .map(|nth| AlertStream::mention_of(id, nth))
        .filter(|mention| Some(*mention) != current)
        .collect();
    let Some(mut view) = view(node).await? else { return Ok(()) };
    for mention in &over {
        let stored = view.load::<MentionStream>(mention.bytes()).await.map_err(broken)?;
        if stored.is_some_and(|stored| stored.withdrawn.is_none()) {
            ledger.broken(format!("A1: what {id} said still counts at node {}", node.index));
        }
    }
    drop(view);
    let (Some(running), true) = (node.open(), reads_book && !over.is_empty()) else { return Ok(()) };
    let (_, book) =
        running.desk.book(&officer(node.index), Deed::SeeRecruiters).await.map_err(|error| error.problem())?;
    if over.iter().any(|mention| book.card(*mention).is_some()) {
        ledger.broken(format!("A1: what rested on {id} is still believed at node {}", node.index));
    }
    Ok(())
}

/// Whether a node has another word by which a partner knows him, never taken back: one that the partner forgot with its disk.
async fn says_so(there: &Node, (from, answered): (&Node, AlertId)) -> Result<bool, Problem> {
    for id in listed(there, Side::In).await? {
        let word = at(there, id).await?;
        if word.is_some_and(|w| w.from == from.id && w.answers == Some(answered) && !w.is_recalled()) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn listed(node: &Node, side: Side) -> Result<Vec<AlertId>, Problem> {
    let Some(mut view) = view(node).await? else { return Ok(Vec::new()) };
    let (mut all, mut page) = (Vec::new(), Page::first(limits::CODE_ROWS_MAX));
    while let Some(cards) = view.next_cards::<AlertCard>(Shelf::Alerts, side.part(), &mut page).await.map_err(broken)? {
        all.extend(cards.into_iter().map(|card| card.id));
    }
    Ok(all)
}

async fn at(node: &Node, id: AlertId) -> Result<Option<AlertStream>, Problem> {
    let Some(mut view) = view(node).await? else { return Ok(None) };
    let found = alert(&mut view, id).await.map_err(|error| error.problem())?;
    Ok(found.map(|stored| (*stored.state).clone()))
}
