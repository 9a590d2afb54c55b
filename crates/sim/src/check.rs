// Long because: the invariants are one list, read side by side with FEDERATION.md 6.
//! The invariants of FEDERATION.md 6, read from the nodes' own stores while the run goes on, and once more at its end.

mod alerts;
mod restored;

use crate::ledger::{Key, Ledger, Stand};
use crate::node::{Node, broken};
use crate::report::{Offers, Report};
use crate::threads::each;
use accord::Word;
use base::{CaseId, ConsentId, NodeId, Problem, ThreadId, Timestamp};
use casework::extract::{Extract, Fields};
use casework::offer::{GiverState, OfferKind, TakerState};
use casework::words::Category;
use desk::cases::CaseStream;
use desk::mail::{Outgoing, Recovery, RestsOn, Thread};
use desk::offers::{Came, OfferStream, offers_of_case};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Page, Read, Shelf, StoreError, View};

/// Seconds after which threads that changed are looked at in a large run, while their nodes still keep them folded.
const SOON_SECONDS: i64 = 1_800;

/// The nodes, and where each id stands.
pub type Nodes<'a> = (&'a [Node], &'a BTreeMap<NodeId, usize>);

/// Who owns a case.
#[derive(Default)]
struct Owners {
    now: BTreeSet<usize>,
    ever: BTreeSet<usize>,
    had_two: bool,
}

/// What is remembered between two looks.
#[derive(Default)]
pub struct Eyes {
    /// Where rows are in memory: how many look at the same time. 0: one after another.
    threads: usize,
    documents: BTreeMap<String, accord::Document>,
    dirty: BTreeSet<(usize, ThreadId)>,
    /// When threads that changed were looked at last.
    looked_at: Timestamp,
    threads_of: BTreeSet<(usize, ThreadId)>,
    ended: BTreeMap<(usize, ThreadId, u32, bool), String>,
    traced: BTreeSet<(usize, ThreadId, u32)>,
    cases: BTreeMap<CaseId, Owners>,
    withdrawals: Vec<Withdrawn>,
    without_clause: u64,
    /// Nodes that were restored and whose partners have not all told them what they forgot.
    recovering: BTreeSet<usize>,
    /// Nodes that were ever restored.
    restored: BTreeSet<usize>,
}

async fn view(node: &Node) -> Result<Option<View>, Problem> {
    let Some(running) = node.open() else { return Ok(None) };
    Ok(Some(running.desk.read().await.map_err(broken)?))
}

async fn stream(node: &Node, thread: ThreadId) -> Result<Option<Arc<OfferStream>>, Problem> {
    let Some(mut view) = view(node).await? else { return Ok(None) };
    match view.seen::<OfferStream>(thread.bytes()).await {
        Err(StoreError::Erased) => Ok(None),
        other => other.map_err(broken),
    }
}

/// At which node, what, when.
type Withdrawn = (usize, ConsentId, Timestamp);

/// What one thread at a node shows, before it is remembered.
struct Glance {
    offers: Arc<OfferStream>,
    /// Files whose fields were compared with the giver's trace.
    traced: Vec<u32>,
    /// Its giver is closed: a file in it is compared at a later look.
    again: bool,
    without_clause: u64,
    found: Ledger,
}

impl Eyes {
    /// Of a run in which so many may look at the same time.
    pub fn many(threads: usize) -> Self {
        Self { threads, ..Self::default() }
    }

    /// An agreement of the run.
    pub fn agree(&mut self, document: &[u8]) -> Result<(), Problem> {
        let document = accord::Document::parse(document)?;
        self.documents.insert(document.id.clone(), document);
        Ok(())
    }

    /// A thread changed at a node.
    pub fn touch(&mut self, node: usize, thread: ThreadId) {
        self.dirty.insert((node, thread));
        self.threads_of.insert((node, thread));
    }

    /// A case was opened at a node.
    pub fn opened(&mut self, case: CaseId, node: usize) {
        let set = BTreeSet::from([node]);
        self.cases.insert(case, Owners { now: set.clone(), ever: set, had_two: false });
    }

    /// A consent was withdrawn: what rests on it must not be sealed from now on.
    pub async fn withdrawn(
        &mut self,
        node: &Node,
        (consent, at): (ConsentId, Timestamp),
        ledger: &mut Ledger,
    ) -> Result<(), Problem> {
        self.withdrawals.push((node.index, consent, at));
        let Some(mut view) = view(node).await? else { return Ok(()) };
        for row in resting(&mut view, consent).await? {
            ledger.forbid((node.id, row.thread, row.era, row.seq));
        }
        Ok(())
    }

    /// Ownership of the thread's case may have moved at a node. Gives the case and whether the node owns it now.
    pub async fn owner_moved(
        &mut self,
        (nodes, index): Nodes<'_>,
        (at, thread): (usize, ThreadId),
        ledger: &mut Ledger,
    ) -> Result<Option<(CaseId, bool)>, Problem> {
        let Some(node) = nodes.get(at) else { return Ok(None) };
        self.recovered(nodes, ledger).await?;
        let Some(offers) = stream(node, thread).await? else { return Ok(None) };
        let Some(case) = offers.case else { return Ok(None) };
        let owns = owns(node, case).await?;
        let owners = self.cases.entry(case).or_default();
        owners.ever.insert(at);
        if self.recovering.contains(&at) {
            // It is no owner yet, and will be looked at when it has been told.
            return Ok(Some((case, owns)));
        }
        if owns {
            owners.now.insert(at)
        } else {
            owners.now.remove(&at)
        };
        if owners.now.difference(&self.recovering).count() > 1 && !owners.had_two {
            owners.had_two = true;
            ledger.broken(format!("I1: {case} is owned by {:?}", owners.now));
        }
        if owners.now.is_empty() && !self.cared_for((nodes, index), case).await? {
            ledger.broken(format!("I2: nobody has the duty of care of {case}"));
        }
        Ok(Some((case, owns)))
    }

    /// Whether somebody has the duty of care of a case that nobody owns: it is on the way, so a partner to whom one of its
    /// owners so far offered it said yes and waits for the file (I2).
    async fn cared_for(&self, (nodes, index): Nodes<'_>, case: CaseId) -> Result<bool, Problem> {
        let Some(owners) = self.cases.get(&case) else { return Ok(true) };
        if !owners.ever.is_disjoint(&self.recovering) {
            return Ok(true);
        }
        for giver in owners.ever.iter().filter_map(|giver| nodes.get(*giver)) {
            if self.gives((nodes, index), giver, case).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn gives(&self, (nodes, index): Nodes<'_>, giver: &Node, case: CaseId) -> Result<bool, Problem> {
        // Locked or restarting: what it knows is on its disk.
        let Some(mut view) = view(giver).await? else { return Ok(true) };
        for thread in offers_of_case(&mut view, case).await.map_err(broken)?.into_iter().map(|card| card.thread) {
            // Done: a taker that lost its disk after it had checked the file says yes again, and gets it again.
            let given = |offers: &OfferStream| {
                offers.thread.giver.offers().any(|o| matches!(o.state, GiverState::Given | GiverState::Done))
            };
            let offers = stream(giver, thread).await?.filter(|offers| offers.case == Some(case) && given(offers));
            let Some(offers) = offers else { continue };
            let taker = index.get(&offers.peer).and_then(|peer| nodes.get(*peer));
            let accepted = match taker {
                Some(taker) if taker.open().is_some() && !self.restored.contains(&taker.index) => {
                    stream(taker, thread).await?.is_some_and(|there| {
                        there.thread.taker.offers().any(|(_, offer)| offer.state == TakerState::Accepted)
                    })
                }
                // Restored: the file tells it that it said yes.
                _ => true,
            };
            if accepted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks at what changed, unless that was done a moment ago. Threads that changed lately are still folded at their nodes:
    /// hours later each would be decrypted and folded once more.
    pub async fn look_soon(&mut self, world: Nodes<'_>, now: Timestamp, ledger: &mut Ledger) -> Result<(), Problem> {
        if now < self.looked_at.plus_seconds(SOON_SECONDS) {
            return Ok(());
        }
        self.looked_at = now;
        self.look(world, ledger).await
    }

    /// Looks at every thread that changed since the last look.
    pub async fn look(&mut self, world: Nodes<'_>, ledger: &mut Ledger) -> Result<(), Problem> {
        self.recovered(world.0, ledger).await?;
        let (open, closed): (BTreeSet<_>, _) = std::mem::take(&mut self.dirty)
            .into_iter()
            .partition(|(at, _)| world.0.get(*at).is_none_or(|node| node.open().is_some()));
        self.dirty = closed;
        let this = &*self;
        let seen = each(this.threads, open, |at| async move { Ok((at, this.glance(world, at).await?)) }).await?;
        for ((at, thread), glance) in seen {
            let Some(Glance { offers, traced, again, without_clause, found }) = glance else { continue };
            self.endings((at, thread), &offers, ledger);
            if again {
                self.dirty.insert((at, thread));
            }
            self.traced.extend(traced.into_iter().map(|no| (at, thread, no)));
            self.without_clause += without_clause;
            ledger.absorb(found);
        }
        Ok(())
    }

    async fn glance(&self, world: Nodes<'_>, (at, thread): (usize, ThreadId)) -> Result<Option<Glance>, Problem> {
        let Some(node) = world.0.get(at) else { return Ok(None) };
        let Some(offers) = stream(node, thread).await? else { return Ok(None) };
        let (shown, traced, found) = (Arc::clone(&offers), Vec::new(), Ledger::default());
        let mut glance = Glance { offers: shown, traced, again: false, without_clause: 0, found };
        self.hidden(node, thread, &offers, &mut glance.found).await?;
        for (no, came) in &offers.came {
            self.clauses(world, (at, thread, *no), (offers.peer, came), &mut glance).await?;
        }
        Ok(Some(glance))
    }

    /// I4, I5: one offer runs at a time, and ended offers stay ended.
    fn endings(&mut self, (at, thread): (usize, ThreadId), offers: &OfferStream, ledger: &mut Ledger) {
        let giver = &offers.thread.giver;
        let given = giver.offers().map(|o| (o.opening.offer_no, true, o.state.has_ended(), format!("{:?}", o.state)));
        let taker = &offers.thread.taker;
        let taken = taker.offers().map(|(no, o)| (no, false, o.state.has_ended(), format!("{:?}", o.state)));
        for (no, gives, has_ended, state) in given.chain(taken) {
            let key = (at, thread, no, gives);
            // A restored node may have ended again what had gone on in the life before: signatures and files decide.
            let recalled = self.restored.contains(&at);
            if let Some(before) = self.ended.get(&key).filter(|before| **before != state && !recalled) {
                ledger.broken(format!("I5: offer {no} of {thread} at node {at} was {before} and is {state}"));
            }
            if has_ended {
                self.ended.insert(key, state);
            }
        }
        let running = giver.offers().filter(|o| matches!(o.state, GiverState::Open | GiverState::Accepted)).count();
        if running > 1 {
            ledger.broken(format!("I4: {running} offers run in {thread} at node {at}"));
        }
    }

    /// I12: what rests on a withdrawn consent is not shown; a case taken over is frozen.
    async fn hidden(
        &self,
        node: &Node,
        thread: ThreadId,
        offers: &OfferStream,
        ledger: &mut Ledger,
    ) -> Result<(), Problem> {
        let withdrawn: Vec<[u8; 32]> = offers.thread.taker.withdrawn().iter().copied().collect();
        if withdrawn.is_empty() {
            return Ok(());
        }
        for (no, came) in offers.came.iter().filter(|(_, came)| !came.hidden) {
            let kind = offers.thread.taker.offer(*no).and_then(|o| Some((o.state, o.opening.as_ref()?.kind)));
            let held = matches!(kind, Some((TakerState::Holding | TakerState::Done, _)));
            if !held || !desk::offers::source::rests_on(came, &withdrawn) {
                continue;
            }
            let frozen = match (kind, offers.case) {
                (Some((_, OfferKind::Handover)), Some(case)) => is_frozen(node, case).await?,
                _ => false,
            };
            if !frozen {
                ledger.leaked(format!("I12: offer {no} of {thread} is shown after the withdrawal"));
            }
        }
        Ok(())
    }

    /// I7: each field at the taker stands in the giver's trace under the same clause, and that clause covers its category.
    async fn clauses(
        &self,
        (nodes, index): Nodes<'_>,
        (at, thread, no): (usize, ThreadId, u32),
        (giver, came): (NodeId, &Came),
        glance: &mut Glance,
    ) -> Result<(), Problem> {
        let Some(bytes) = came.extract.as_ref().filter(|extract| !extract.0.is_empty()) else { return Ok(()) };
        let giver = index.get(&giver).and_then(|giver| nodes.get(*giver));
        let (Some(giver), false) = (giver, self.traced.contains(&(at, thread, no))) else { return Ok(()) };
        if giver.open().is_none() {
            glance.again = true;
            return Ok(());
        }
        glance.traced.push(no);
        let Ok(extract) = minicbor::decode::<Extract>(&bytes.0) else { return Ok(()) };
        let offers = stream(giver, thread).await?;
        let Some(sent) = offers.as_ref().and_then(|offers| offers.sent.get(&no)) else { return Ok(()) };
        let Fields(fields) = &extract.fields;
        for (name, field) in fields {
            let traced =
                sent.lines.iter().any(|line| line.field == *name && line.clause.as_ref() == Some(&field.clause));
            if !traced || !self.covers(&field.clause, name) {
                glance.without_clause += 1;
                glance.found.broken(format!("I7: {name} came to node {at} in {thread} without a clause"));
            }
        }
        Ok(())
    }

    /// Whether a clause, named `accord/version#no`, covers the category of a field and does not except it.
    fn covers(&self, clause: &str, field: &str) -> bool {
        let Some((version, no)) = clause.split_once('#') else { return false };
        let document = version.split_once('/').and_then(|(id, _)| self.documents.get(id));
        let clause = document.and_then(|document| document.clauses.iter().find(|clause| clause.no == no));
        let category = Category::of(field).map(Category::word);
        clause.is_some_and(|clause| {
            clause.categories.iter().any(|listed| Some(listed.word()) == category)
                && !clause.except.iter().any(|excepted| excepted == field)
        })
    }

    /// The last look: owners, offers, queues, withdrawals, journals. Gives how each message stands with its sender.
    pub async fn close(
        &mut self,
        world: Nodes<'_>,
        peers: &BTreeMap<usize, BTreeSet<NodeId>>,
        ledger: &mut Ledger,
        report: &mut Report,
    ) -> Result<BTreeMap<Key, Stand>, Problem> {
        let (this, mut standing) = (&*self, BTreeMap::new());
        let at_rest = |node| async move { at_rest(node, peers.get(&node.index)).await };
        for (stands, verified, found) in each(this.threads, world.0, at_rest).await? {
            standing.extend(stands);
            report.audit.chains_verified += u64::from(verified);
            ledger.absorb(found);
        }
        let withdrawn = &this.withdrawals.iter().map(|(_, consent, _)| consent.bytes()).collect::<BTreeSet<_>>();
        let ended = |(at, thread): (usize, ThreadId)| async move {
            let (mut found, mut offers) = (Ledger::default(), Offers::default());
            let Some(node) = world.0.get(at) else { return Ok((offers, found)) };
            if let Some(stream) = stream(node, thread).await? {
                count_offers((at, thread), &stream, &mut offers, &mut found);
                shown_at_last(world, thread, (&stream, withdrawn), &mut found).await?;
            }
            Ok((offers, found))
        };
        for (offers, found) in each(this.threads, this.threads_seen(), ended).await? {
            report.offers += offers;
            ledger.absorb(found);
        }
        self.sealed_at_last(world.0, ledger).await?;
        self.owners_at_last(world.0, report, ledger).await?;
        report.leaks.field_without_clause = self.without_clause;
        Ok(standing)
    }

    /// A node and a partner of its that did not sign for its journal since a moment (FEDERATION.md 10).
    pub async fn unwitnessed(nodes: &[Node], since: Timestamp) -> Result<Option<(usize, String)>, Problem> {
        for node in nodes {
            let (Some(mut view), since) = (view(node).await?, node.clock().shows(since)) else { continue };
            let witnesses = desk::audit::witnesses(&mut view, node.id).await.map_err(|error| error.problem())?;
            let unseen = witnesses.into_iter().find(|witness| witness.seen.is_none_or(|(_, at)| at < since));
            if let Some(witness) = unseen {
                return Ok(Some((node.index, witness.name)));
            }
        }
        Ok(None)
    }

    async fn owners_at_last(&self, nodes: &[Node], report: &mut Report, ledger: &mut Ledger) -> Result<(), Problem> {
        let owning =
            each(self.threads, &self.cases, |(case, owners)| async move { owning(nodes, (*case, owners)).await });
        let owning = owning.await?;
        for ((case, owners), now) in self.cases.iter().zip(owning) {
            if now.is_empty() && self.is_lost_with_disks(nodes, (*case, owners)).await? {
                continue;
            }
            report.owners.cases += 1;
            report.owners.none += u64::from(now.is_empty());
            report.owners.two += u64::from(owners.had_two || now.len() > 1);
            if now.len() != 1 {
                ledger.broken(format!("I1: {case} is owned by {now:?} at the end"));
            }
        }
        Ok(())
    }

    /// Nothing that rests on a withdrawn consent was written after the withdrawal or still waits to be sealed.
    async fn sealed_at_last(&self, nodes: &[Node], ledger: &mut Ledger) -> Result<(), Problem> {
        let sealed = |gone: &Withdrawn| {
            let (at, consent, withdrawn) = *gone;
            async move { sealed_after(nodes.get(at), (consent, withdrawn)).await }
        };
        for found in each(self.threads, &self.withdrawals, sealed).await? {
            ledger.absorb(found);
        }
        Ok(())
    }

    /// As if nobody had looked, and no agreement covered anything.
    #[cfg(test)]
    pub fn see_all_anew(&mut self) {
        self.traced.clear();
        self.documents.clear();
        self.dirty.clone_from(&self.threads_of);
    }

    fn threads_seen(&self) -> impl Iterator<Item = (usize, ThreadId)> {
        self.threads_of.iter().copied()
    }
}

/// What a giver sent under a consent that was withdrawn is hidden at its taker by now.
async fn shown_at_last(
    (nodes, index): Nodes<'_>,
    thread: ThreadId,
    (offers, withdrawn): (&OfferStream, &BTreeSet<[u8; 16]>),
    ledger: &mut Ledger,
) -> Result<(), Problem> {
    let gone = |consent: &[u8; 16]| withdrawn.contains(consent);
    let Some(taker) = index.get(&offers.peer).and_then(|taker| nodes.get(*taker)) else { return Ok(()) };
    for (no, _) in offers.sent.iter().filter(|(_, sent)| sent.consents.iter().any(gone)) {
        let Some(there) = stream(taker, thread).await? else { continue };
        let Some(came) = there.came.get(no).filter(|came| !came.hidden) else { continue };
        // What a restore lost and may not come again stands there without a word in it.
        if came.content().is_some_and(|(_, fields)| fields.0.is_empty()) {
            continue;
        }
        let kind = there.thread.taker.offer(*no).and_then(|o| Some(o.opening.as_ref()?.kind));
        let frozen = match (kind, there.case, &came.extract) {
            (Some(OfferKind::Handover), Some(case), Some(_)) => is_frozen(taker, case).await?,
            _ => false,
        };
        if !frozen {
            ledger.leaked(format!("I12: offer {no} of {thread} is still shown at the end"));
        }
    }
    Ok(())
}

/// Who of the nodes that ever owned a case owns it.
async fn owning(nodes: &[Node], (case, owners): (CaseId, &Owners)) -> Result<Vec<usize>, Problem> {
    let mut now = Vec::new();
    for at in &owners.ever {
        if let Some(node) = nodes.get(*at)
            && owns(node, case).await?
        {
            now.push(*at);
        }
    }
    Ok(now)
}

async fn sealed_after(node: Option<&Node>, (consent, at): (ConsentId, Timestamp)) -> Result<Ledger, Problem> {
    let mut found = Ledger::default();
    let Some(node) = node else { return Ok(found) };
    let Some(mut view) = view(node).await? else { return Ok(found) };
    for row in resting(&mut view, consent).await? {
        let out = Outgoing::read(&mut view, row.thread, row.era, row.seq).await.map_err(broken)?;
        if let Some(out) = out.filter(|out| out.made_at > at || out.state.unfinished()) {
            let (number, state, later) = (out.number, out.state, out.made_at.millis() - at.millis());
            let what = format!("{} of {} (type {number}, {state:?}", row.seq, row.thread);
            found.leaked(format!("I12: {what}) rests on a consent withdrawn {later} ms before"));
        }
    }
    Ok(found)
}

/// What a node has when all is over: how its messages stand, whether its journal holds, and what is not at rest.
async fn at_rest(
    node: &Node,
    peers: Option<&BTreeSet<NodeId>>,
) -> Result<(BTreeMap<Key, Stand>, bool, Ledger), Problem> {
    let (mut standing, mut found) = (BTreeMap::new(), Ledger::default());
    let Some(mut view) = view(node).await? else { return Ok((standing, false, found)) };
    for peer in peers.into_iter().flatten() {
        let threads = view.states::<Thread>(&peer.bytes(), &Page::first(base::limits::CODE_ROWS_MAX)).await;
        for thread in threads.map_err(broken)? {
            queues(&mut view, node, &thread.card, (&mut standing, &mut found)).await?;
        }
    }
    if view.raw().count(Shelf::Held.number(), b"", 1).await.map_err(broken)? > 0 {
        found.broken(format!("I13: node {} still holds mail", node.index));
    }
    let journal = store::chain::verify(view.raw()).await.map_err(broken)?;
    if let Err(bad) = &journal {
        found.broken(format!("journal of node {}: {} at {}", node.index, bad.what, bad.seq));
    }
    Ok((standing, journal.is_ok(), found))
}

/// What rests on a consent.
async fn resting(view: &mut View, consent: ConsentId) -> Result<Vec<RestsOn>, Problem> {
    let rows = view.states::<RestsOn>(&consent.bytes(), &Page::first(base::limits::CODE_ROWS_MAX)).await;
    Ok(rows.map_err(broken)?.into_iter().map(|row| row.card).collect())
}

async fn case_at(node: &Node, case: CaseId) -> Result<Option<Arc<CaseStream>>, Problem> {
    let Some(mut view) = view(node).await? else { return Ok(None) };
    view.seen::<CaseStream>(case.bytes()).await.map_err(broken)
}

async fn owns(node: &Node, case: CaseId) -> Result<bool, Problem> {
    Ok(case_at(node, case).await?.is_some_and(|case| case.ownership.other.is_none()))
}

/// Whether a node waits for what its partners say of the life before.
pub async fn is_recovering(node: &Node) -> Result<bool, Problem> {
    let Some(mut view) = view(node).await? else { return Ok(true) };
    Ok(Recovery::read(&mut view).await.map_err(broken)?.is_some_and(|recovery| recovery.is_open()))
}

/// Frozen, or not this node's any more.
async fn is_frozen(node: &Node, case: CaseId) -> Result<bool, Problem> {
    Ok(case_at(node, case).await?.is_some_and(|case| case.frozen || case.ownership.other.is_some()))
}

/// I13: nothing of a thread is parked, frozen or waits for a receipt; and how each of its messages stands.
async fn queues(
    view: &mut View,
    node: &Node,
    thread: &Thread,
    (standing, ledger): (&mut BTreeMap<Key, Stand>, &mut Ledger),
) -> Result<(), Problem> {
    if thread.inn.frozen || !thread.inn.parked.is_empty() || thread.receipt_at.is_some() {
        ledger.broken(format!("I13: {} at node {} is not at rest", thread.id, node.index));
    }
    let mut page = Page::first(base::limits::CODE_ROWS_MAX);
    loop {
        let rows = view.states::<Outgoing>(&thread.id.bytes(), &page).await.map_err(broken)?;
        let Some(last) = rows.last() else { return Ok(()) };
        page.after = Some(last.key.clone());
        for out in rows.into_iter().map(|row| row.card) {
            let stand = Stand { hash: out.hash, state: out.state };
            standing.insert((node.id, out.thread, out.era, out.seq), stand);
        }
    }
}

fn count_offers((at, thread): (usize, ThreadId), stream: &OfferStream, offers: &mut Offers, ledger: &mut Ledger) {
    for offer in stream.thread.giver.offers() {
        match offer.opening.kind {
            OfferKind::Referral => offers.referrals += 1,
            OfferKind::Handover => offers.handovers += 1,
        }
        match offer.state {
            GiverState::Open => offers.open += 1,
            GiverState::Accepted => offers.accepted += 1,
            GiverState::Given => offers.given += 1,
            GiverState::Done => offers.done += 1,
            GiverState::Declined => offers.declined += 1,
            GiverState::Withdrawn => offers.withdrawn += 1,
            GiverState::Expired => offers.expired += 1,
        }
        if matches!(offer.state, GiverState::Open | GiverState::Accepted) {
            ledger.broken(format!("I13: an offer of {thread} at node {at} is still {:?}", offer.state));
        }
    }
    for (no, offer) in stream.thread.taker.offers() {
        if matches!(offer.state, TakerState::Offered | TakerState::Accepted) {
            ledger.broken(format!("I13: offer {no} of {thread} is still {:?} at its taker {at}", offer.state));
        }
    }
}
