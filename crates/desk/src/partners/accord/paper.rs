//! Paper first: people signed an accord with ink. It is in force once every party recorded the same scan, and what is not
//! countersigned within thirty days stands still (FEDERATION.md 7, ADR 30). The scan itself is not kept: its hash is.

use super::import::replace_others;
use super::proposing::tell_knowing;
use super::signing::{by_hash, open_to_sign, own_party, party_of, present, text_read};
use super::{AccordCard, AccordDoc, AccordEvent, accord_stream, ending};
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use crate::wire::{self, Message};
use ::accord::Document;
use async_trait::async_trait;
use base::{Digest, NodeId, OfficerId, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Read, Shelf, Stored, Tx};

/// Days in which a text that is in force on paper must be countersigned.
pub const COUNTERSIGN_DAYS: i64 = 30;
/// The key of the scan's hash in message 50: whoever does not know it holds the message.
const PAPER_KEY: u64 = 5;

/// What a party recorded of the paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// SHA-256 of the scan.
    pub scan: Digest,
    /// The officers of this node who recorded it; none for a partner, who said so as a whole.
    pub by: Vec<OfficerId>,
    /// When the last of them did, by this node's clock.
    pub at: Timestamp,
}

impl AccordDoc {
    /// The paper that counts for a party: a partner's, or this node's once as many officers recorded it as must sign.
    pub fn paper_of(&self, party: &::accord::Party) -> Option<&Paper> {
        let whole = |paper: &&Paper| paper.by.is_empty() || paper.by.len() as u64 >= party.signatures;
        self.papers.get(&party.node).filter(whole)
    }

    /// Whether every party recorded the same paper.
    fn is_on_paper(&self, document: &Document) -> bool {
        let mut scans = document.parties.iter().map(|party| self.paper_of(party).map(|paper| paper.scan));
        let first = scans.next().flatten();
        first.is_some() && scans.all(|scan| scan == first)
    }

    /// Whether it waits for signatures: proposed, or in force on paper, or past the days it had for that.
    pub fn waits(&self) -> bool {
        let on_paper = self.paper_until.is_some() && matches!(self.state.as_str(), "active" | "suspended");
        (on_paper || matches!(self.state.as_str(), "draft" | "signed")) && self.halts.is_empty()
    }

    pub(super) fn record(&mut self, party: &str, scan: Digest, by: Option<OfficerId>, at: Timestamp) {
        let paper = self.papers.entry(party.to_owned()).or_insert(Paper { scan, by: Vec::new(), at });
        if paper.scan != scan {
            *paper = Paper { scan, by: Vec::new(), at };
        }
        paper.at = at;
        paper.by.extend(by.filter(|by| !paper.by.contains(by)));
    }
}

/// Records a paper that both sides signed with ink: the officer has it before her. As many officers must as must sign.
#[derive(Clone, Debug)]
pub struct RecordPaper {
    /// The accord.
    pub id: String,
    /// The version whose text stands on the paper.
    pub version: u64,
    /// SHA-256 of the scan.
    pub scan: Digest,
    /// The officer says that she compared the paper with the text.
    pub has_read: bool,
}

#[async_trait]
impl Act for RecordPaper {
    const NAME: &'static str = "accord.paper";
    const DEED: Deed = Deed::SignAccord;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(present(by, tx))
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let (mut stored, document) = text_read(tx, (&self.id, self.version), self.has_read).await?;
        may_record(tx, &stored, &document).await?;
        let me = own_party(desk, &document)?;
        let by = OfficerId::from_bytes(tx.origin().actor);
        let known = stored.papers.get(&me).filter(|paper| paper.scan == self.scan);
        if known.is_some_and(|paper| paper.by.contains(&by)) {
            return Err(Problem::at("accord.paper-already", self.id.clone()).into());
        }
        tx.append(&mut stored, vec![AccordEvent::Papered(me.clone(), self.scan, Some(by))]).await?;
        if document.party(&me).is_some_and(|party| stored.paper_of(party).is_some()) {
            let message = Message::AccordSign(wire::AccordSigned {
                document_hash: stored.hash,
                signatures: wire::List(Vec::new()),
                head: None,
                signers: None,
                paper: Some(self.scan),
            });
            tell_knowing(tx, desk, &document, &message, &[PAPER_KEY]).await?;
        }
        begin(tx, &mut stored, &document).await
    }
}

/// A paper is recorded for the newest text, while it is only proposed.
async fn may_record(tx: &mut Tx, stored: &AccordDoc, document: &Document) -> Result<(), Error> {
    if stored.paper_until.is_some() {
        return Err(Problem::at("accord.not-open", stored.id.clone()).into());
    }
    open_to_sign(tx, stored, document).await
}

/// 50 with a paper: a partner recorded it. Another scan than the one that is in force here ends that: each side took the
/// other's for its own while their words crossed, and only signatures settle it.
pub(super) async fn came(desk: &Desk, tx: &mut Tx, from: NodeId, (hash, scan): (Digest, Digest)) -> Result<(), Error> {
    let mut stored = by_hash(tx, hash).await?;
    let document = Document::parse(&stored.bytes.0)?;
    let party = party_of(&document, from).ok_or_else(|| Problem::at("accord.not-party", stored.state.id.clone()))?;
    if stored.papers.get(&party).is_some_and(|paper| paper.scan == scan) {
        return Ok(());
    }
    if stored.waits() && stored.paper_until.is_some() {
        tx.append(&mut stored, vec![AccordEvent::Papered(party, scan, None)]).await?;
        return lapse(desk, tx, &mut stored, &document).await;
    }
    may_record(tx, &stored, &document).await?;
    tx.append(&mut stored, vec![AccordEvent::Papered(party, scan, None)]).await?;
    begin(tx, &mut stored, &document).await
}

/// In force on paper, from the moment at which this node knows that every party recorded the same one.
async fn begin(tx: &mut Tx, stored: &mut Stored<AccordDoc>, document: &Document) -> Result<(), Error> {
    if !stored.is_on_paper(document) {
        return Ok(());
    }
    let event = if replace_others(tx, document).await? {
        AccordEvent::BeganOnPaper(tx.now().plus_hours(24 * COUNTERSIGN_DAYS))
    } else {
        AccordEvent::StateChanged("terminated".into())
    };
    Ok(tx.append(stored, vec![event]).await?)
}

/// The days of a paper are over: what was not countersigned stands still, here and now.
#[derive(Clone, Debug)]
pub struct PaperMoment {
    /// The accord.
    pub id: String,
    /// The version.
    pub version: u64,
}

#[async_trait]
impl Act for PaperMoment {
    const NAME: &'static str = "accord.paper-moment";
    const DEED: Deed = Deed::EndAccord;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let stream = accord_stream(&self.id, self.version);
        let Some(mut stored) = tx.load::<AccordDoc>(stream).await? else { return Ok(()) };
        let is_over = stored.paper_until.is_some_and(|until| until <= tx.now());
        let document = Document::parse(&stored.bytes.0)?;
        if is_over { lapse(desk, tx, &mut stored, &document).await } else { Ok(()) }
    }
}

/// What is in force on paper alone stands still, with every party.
async fn lapse(desk: &Desk, tx: &mut Tx, stored: &mut Stored<AccordDoc>, document: &Document) -> Result<(), Error> {
    if stored.state.state != "active" {
        return Ok(());
    }
    tx.append(stored, vec![AccordEvent::PaperLapsed]).await?;
    let others = document.parties.iter().filter_map(|party| party.id).filter(|node| *node != desk.me.id);
    ending::stand_still(desk, tx, stored, &others.collect::<Vec<_>>()).await
}

/// Texts on paper whose days are over.
pub(crate) async fn over(view: &mut impl Read, until: Timestamp, limit: usize) -> Result<Vec<PaperMoment>, Error> {
    let rows = view.due::<AccordCard>(Shelf::Accords, until, limit).await?;
    Ok(rows.into_iter().map(|(_, row)| PaperMoment { id: row.card.id, version: row.card.version }).collect())
}

/// Texts on paper, in force or past their days, that wait for signatures of this node.
pub async fn to_countersign(view: &mut impl Read, me: NodeId) -> Result<Vec<AccordCard>, Error> {
    let mut out = Vec::new();
    for card in super::accords(view).await?.into_iter().filter(|card| card.paper_until.is_some()) {
        let Some(doc) = super::accord_doc(view, &card.id, card.version).await? else { continue };
        let document = Document::parse(&doc.bytes.0)?;
        let mine = document.parties.iter().find(|party| party.id == Some(me));
        if doc.waits() && mine.is_some_and(|party| doc.signed_for(&party.node) < party.signatures) {
            out.push(card);
        }
    }
    Ok(out)
}
