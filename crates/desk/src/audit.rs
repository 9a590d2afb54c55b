//! The journal as an auditor sees it: what happened when, by whose hand, and whether the chain holds there. No body is
//! opened, so nothing about a person is in it.

use crate::error::Error;
use crate::mail::seen_there;
use base::{NodeId, Seq, Timestamp, limits};
use store::{Read, StreamKind, chain};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Position.
    pub seq: Seq,
    /// When, by this node's clock.
    pub at: Timestamp,
    /// What happened, `case.opened`.
    pub kind: String,
    /// The act that wrote it.
    pub act: String,
    /// Who: an officer, a partner, or zeros for the node itself.
    pub actor: [u8; 16],
    /// Kind of the stream.
    pub stream: Option<StreamKind>,
    /// Whether its content, number and link are what they were.
    pub whole: bool,
}

/// A page of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is one.
    pub next: Option<Seq>,
    /// The last position under a signed head, and when it was signed.
    pub signed: Option<(Seq, Timestamp)>,
}

/// A partner that signs for this journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// What people call it; its id where it has no name here.
    pub name: String,
    /// The last entry of this life of the node that it signed for, and when.
    pub seen: Option<(u64, Timestamp)>,
}

/// The partners that sign for this journal, and how far each did.
pub async fn witnesses(view: &mut impl Read, me: NodeId) -> Result<Vec<Witness>, Error> {
    let era = view.raw().head().await?.seq.era().cast_unsigned();
    let mut all = Vec::new();
    for node in crate::partners::witnesses(view, me).await? {
        let there = seen_there(view, node).await?;
        let name = crate::partners::peer(view, node).await?.map_or_else(|| node.to_string(), |peer| peer.title);
        all.push(Witness { name, seen: there.seen_at.filter(|_| there.era == era).map(|at| (there.n, at)) });
    }
    Ok(all)
}

/// How far back the last signed head is looked for. The end is signed each minute; a page after more entries than this in
/// one minute names none.
const SIGNED_WITHIN: i64 = 1_000;

/// The entries before a position, 25 of them; without one, the newest.
pub async fn page(view: &mut impl Read, before: Option<Seq>) -> Result<Page, Error> {
    let raw = view.raw();
    let rows = raw.journal_before(before.unwrap_or(Seq(i64::MAX)), limits::PAGE_ROWS + 1).await?;
    let mut entries = Vec::new();
    for (at, row) in rows.iter().take(limits::PAGE_ROWS).enumerate() {
        let earlier = rows.get(at + 1).filter(|earlier| earlier.seq.era() == row.seq.era());
        let (n, link) = earlier.map_or((0, [0; 32]), |earlier| (earlier.seq.n(), earlier.link));
        let follows = row.seq.n() == n + 1 && chain::link(link, row.hash) == row.link;
        entries.push(Entry {
            seq: row.seq,
            at: row.at,
            kind: row.kind.clone(),
            act: row.act.clone(),
            actor: row.actor,
            stream: StreamKind::of(row.stream_kind),
            whole: follows && chain::event_hash(row)? == row.hash,
        });
    }
    let more = rows.len() > limits::PAGE_ROWS;
    let next = entries.last().filter(|_| more).map(|entry| entry.seq);
    let head = raw.head().await?.seq;
    let heads = raw.checkpoints(head.era(), (head.n() - SIGNED_WITHIN).max(0), limits::CODE_ROWS_MAX).await?;
    let node = raw.meta("node").await?.unwrap_or_default();
    let ours = heads.iter().rfind(|row| row.signer.as_slice() == node);
    let signed = ours.map(|row| (Seq::new(row.era, row.n), row.at));
    Ok(Page { entries, next, signed })
}
