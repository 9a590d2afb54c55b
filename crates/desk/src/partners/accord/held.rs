//! The accords that are here, and those between this node and a peer, ready to decide.

use super::{AccordCard, AccordDoc, Halt, accord_stream};
use crate::error::Error;
use accord::Word;
use base::{Digest, NodeId, Timestamp};
use std::sync::Arc;
use store::{Page, Read, Shelf};

/// An accord with its parsed document and state, ready to decide.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The parsed document.
    pub document: Arc<::accord::Document>,
    /// Its hash.
    pub hash: Digest,
    /// Its state between the two.
    pub state: ::accord::AccordState,
    /// It ended, and what was accepted under it is supplemented until then (the days of notice).
    pub runs_on_until: Option<Timestamp>,
    /// Since when it is in force here.
    pub since: Timestamp,
    /// Party name of this node.
    pub me: String,
    /// Party name of the peer.
    pub peer: String,
}

impl InForce {
    /// Whether it ended, and supplements to what was accepted under it still go.
    pub fn runs_on(&self, now: Timestamp) -> bool {
        self.runs_on_until.is_some_and(|until| now < until)
    }
}

/// Until when supplements go after an end: the days of notice, or not at all if one of the two ended it at once.
pub(super) fn runs_on_until<'a>(
    halts: impl Iterator<Item = &'a Halt>,
    document: &::accord::Document,
) -> Option<Timestamp> {
    let hours = i64::try_from(document.termination.notice_days).unwrap_or(0).saturating_mul(24);
    let ends = halts.filter(|halt| halt.ended).map(|halt| (!halt.immediate).then(|| halt.at.plus_hours(hours)));
    ends.min().flatten()
}

/// Accords, newest version of each id first by id.
pub async fn accords(view: &mut impl Read) -> Result<Vec<AccordCard>, Error> {
    let rows = view.list::<AccordCard>(Shelf::Accords, &[], &Page::first(base::limits::CODE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

/// The nodes that sign for this node's journal: the other parties of its active accords (FEDERATION.md 10).
pub async fn witnesses(view: &mut impl Read, me: NodeId) -> Result<Vec<NodeId>, Error> {
    let active = accords(view).await?.into_iter().filter(|card| card.state == "active");
    let parties = active.flat_map(|card| card.parties).filter_map(|party| party.node).filter(|node| *node != me);
    Ok(parties.collect::<std::collections::BTreeSet<_>>().into_iter().collect())
}

/// One accord with its bytes.
pub async fn accord_doc(view: &mut impl Read, id: &str, version: u64) -> Result<Option<Arc<AccordDoc>>, Error> {
    Ok(view.load::<AccordDoc>(accord_stream(id, version)).await?.map(|stored| stored.state))
}

/// The accords between this node and a peer, active ones first, then others (a refusal names why), each by lowest id.
pub async fn accord_between(view: &mut impl Read, me: NodeId, peer: NodeId) -> Result<Vec<InForce>, Error> {
    let mut out = Vec::new();
    for card in accords(view).await? {
        let name = |node| card.parties.iter().find(|party| party.node == Some(node)).map(|party| party.party.clone());
        let (Some(mine), Some(theirs)) = (name(me), name(peer)) else { continue };
        let Some(doc) = view.seen::<AccordDoc>(accord_stream(&card.id, card.version)).await? else { continue };
        let state = doc.state_between(&mine, &theirs);
        let state = ::accord::AccordState::parse(state).unwrap_or(::accord::AccordState::Draft);
        // The days of a paper are over when they are, not when the clock's round comes by.
        let is_over = doc.paper_until.is_some_and(|until| until <= view.now());
        let state =
            if is_over && state == ::accord::AccordState::Active { ::accord::AccordState::Suspended } else { state };
        let document = doc.document()?;
        let halts = [&mine, &theirs].into_iter().filter_map(|party| doc.halts.get(party.as_str()));
        let runs_on_until = runs_on_until(halts, &document);
        let papers = doc.papers.values().map(|paper| paper.at).max();
        let since = doc.activations.values().copied().max().or(papers).unwrap_or(doc.since);
        out.push(InForce { document, hash: doc.hash, state, runs_on_until, since, me: mine, peer: theirs });
    }
    // A refusal names what the accord in force lacks, not that another one is only proposed.
    out.sort_by_key(|accord| accord.state != ::accord::AccordState::Active);
    Ok(out)
}
