//! Proposing: a text from a template or a text instead of another, which every party of it gets (messages 48 and 49).

use super::signing::party_of;
use super::{AccordDoc, AccordEvent, Proposal, accord_stream, accords};
use crate::act::{Act, Desk};
use crate::error::Error;
use crate::mail::{self, Destination, Options, ThreadKind};
use crate::partners::peer;
use crate::policy::{Deed, Permit};
use crate::wire::{self, Message};
use ::accord::{Amendment, ClauseTerms, Document, PartyRole, TemplateFill, TemplateParty, Word};
use async_trait::async_trait;
use base::{NodeId, Place, Problem, ThreadId};
use std::collections::BTreeMap;
use store::{Read, Tx};

/// Longest note on a clause, in characters.
const NOTE_CHARS_MAX: usize = 1_000;

/// Proposes an accord from a template to partners.
#[derive(Clone, Debug)]
pub struct ProposeAccord {
    /// Name of the template.
    pub template: String,
    /// The partners; this node is a party besides.
    pub partners: Vec<NodeId>,
    /// Where people must be found for clauses that ask for a place.
    pub place: Place,
    /// First day, `2026-01-01`.
    pub effective: String,
    /// Last day.
    pub expires: String,
}

#[async_trait]
impl Act for ProposeAccord {
    const NAME: &'static str = "accord.propose";
    const DEED: Deed = Deed::ProposeAccord;
    type Done = (String, u64);

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(String, u64), Error> {
        let fill = self.fill(desk, tx).await?;
        let bytes = ::accord::template(&self.template, &fill);
        let bytes = bytes.ok_or_else(|| Problem::at("web.field-missing", "naskah"))?.into_bytes();
        let document = Document::parse(&bytes)?;
        fits(&document)?;
        let message = Message::AccordPropose(wire::Propose { document: bytes.clone() });
        put_forward(desk, tx, (document, bytes), None, &message).await
    }
}

impl ProposeAccord {
    async fn fill(&self, desk: &Desk, tx: &mut Tx) -> Result<TemplateFill, Error> {
        let role = |word: &str| PartyRole::parse(word).ok_or_else(|| Problem::at("accord.party-role", word));
        let me = &desk.me;
        let mut parties = vec![party(&me.name, me.id, &me.title, role(&me.role)?)];
        for node in &self.partners {
            let known = peer(tx, *node).await?.ok_or_else(|| Problem::at("web.field-missing", "mitra"))?;
            let entry = mail::entry(tx, *node).await?.ok_or(Error::NotFound)?;
            let entry = seal::entry::VerifiedEntry::read(&entry.signed.0)?;
            let word = entry.stated().roles.first().cloned().unwrap_or_default();
            parties.push(party(&known.name, *node, &known.title, role(&word)?));
        }
        let (effective, expires) = (self.effective.clone(), self.expires.clone());
        Ok(TemplateFill {
            id: self.free_id(tx, &parties).await?,
            effective,
            expires,
            place: self.place.clone(),
            parties,
        })
    }

    /// A name nobody has given yet: who proposes, what, to whom.
    async fn free_id(&self, tx: &mut Tx, parties: &[TemplateParty]) -> Result<String, Error> {
        let mut names = parties.iter().map(|party| party.node.as_str());
        let first = names.next().unwrap_or_default();
        let other = if parties.len() == 2 { names.next().unwrap_or_default() } else { "bersama" };
        let stem = format!("{first}-{}-{other}", self.template);
        let taken: Vec<String> = accords(tx).await?.into_iter().map(|card| card.id).collect();
        let numbered = (2_u32..).map(|no| format!("{stem}-{no}"));
        let free = std::iter::once(stem.clone()).chain(numbered).find(|id| !taken.contains(id));
        Ok(free.unwrap_or(stem))
    }
}

/// Proposes another text instead of one: narrowed, renewed, or answered clause by clause.
#[derive(Clone, Debug)]
pub struct CounterAccord {
    /// The accord.
    pub id: String,
    /// The version that is answered.
    pub version: u64,
    /// First day, `2026-01-01`.
    pub effective: String,
    /// Last day.
    pub expires: String,
    /// Clauses that stay, with their terms.
    pub clauses: BTreeMap<String, ClauseTerms>,
    /// What is said to single clauses; the partner reads it.
    pub notes: Vec<(String, String)>,
}

#[async_trait]
impl Act for CounterAccord {
    const NAME: &'static str = "accord.counter";
    const DEED: Deed = Deed::ProposeAccord;
    type Done = u64;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<u64, Error> {
        let stored = tx.load::<AccordDoc>(accord_stream(&self.id, self.version)).await?.ok_or(Error::NotFound)?;
        let newest = newest_version(tx, &self.id).await?.unwrap_or(self.version);
        let change = Amendment {
            version: newest + 1,
            previous: stored.hash.0,
            effective: self.effective.clone(),
            expires: self.expires.clone(),
            clauses: self.clauses.clone(),
        };
        let bytes = ::accord::amended(&stored.bytes.0, &change)?.into_bytes();
        let document = Document::parse(&bytes)?;
        if document.clauses.is_empty() {
            return Err(Problem::at("accord.no-clause-left", self.id.clone()).into());
        }
        if let Some((no, _)) = self.notes.iter().find(|(_, text)| text.chars().count() > NOTE_CHARS_MAX) {
            return Err(Problem::at("accord.note-long", no.clone()).into());
        }
        let party = super::signing::own_party(desk, &document)?;
        let proposal = Proposal { party, of: Some(stored.hash), notes: self.notes.clone() };
        let notes = wire::List(self.notes.clone());
        let counter = wire::Counter { document: bytes.clone(), of_hash: stored.hash, notes };
        let message = Message::AccordCounter(counter);
        let (_, version) = put_forward(desk, tx, (document, bytes), Some(proposal), &message).await?;
        Ok(version)
    }
}

/// A government task force signs with two people, as the worked accords do; another organisation with one.
fn party(name: &str, id: NodeId, title: &str, role: PartyRole) -> TemplateParty {
    let signatures = if role == PartyRole::TaskForce { 2 } else { 1 };
    TemplateParty { node: name.to_owned(), id: Some(id), name: title.to_owned(), role, signatures }
}

/// A template that nobody of the parties fits would permit nothing.
fn fits(document: &Document) -> Result<(), Problem> {
    let mut names = document.clauses.iter().filter(|clause| {
        clause.from.is_empty() || clause.to.is_empty() || (clause.from == clause.to && clause.from.len() < 2)
    });
    match names.next() {
        Some(clause) => Err(Problem::at("accord.parties-unfit", clause.no.clone())),
        None => Ok(()),
    }
}

/// Keeps a text of this node and sends it to every other party.
pub(super) async fn put_forward(
    desk: &Desk,
    tx: &mut Tx,
    (document, bytes): (Document, Vec<u8>),
    proposal: Option<Proposal>,
    message: &Message,
) -> Result<(String, u64), Error> {
    let party = super::signing::own_party(desk, &document)?;
    let proposal = proposal.unwrap_or(Proposal { party, of: None, notes: Vec::new() });
    let doc = AccordDoc::draft(&document, bytes, proposal, tx.now());
    let stream = accord_stream(&document.id, document.version);
    tx.create::<AccordDoc>(stream, vec![AccordEvent::Proposed(Box::new(doc))]).await?;
    tell(tx, desk, &document, message).await?;
    Ok((document.id, document.version))
}

/// Sends a message on an accord to every other party.
pub(super) async fn tell(tx: &mut Tx, desk: &Desk, document: &Document, message: &Message) -> Result<(), Error> {
    tell_knowing(tx, desk, document, message, &[]).await
}

/// The same, with content keys that whoever reads it must know: an older node holds it until it does.
pub(super) async fn tell_knowing(
    tx: &mut Tx,
    desk: &Desk,
    document: &Document,
    message: &Message,
    critical: &[u64],
) -> Result<(), Error> {
    for node in document.parties.iter().filter_map(|party| party.id).filter(|node| *node != desk.me.id) {
        let to = Destination {
            peer: node,
            thread: thread_of(desk, document, node),
            kind: ThreadKind::Accord,
            subject: None,
        };
        let options = Options { critical: critical.to_vec(), ..Options::default() };
        match mail::send(tx, &to, message, options).await {
            Ok(_) => {}
            Err(mail::SendError::Store(error)) => return Err(error.into()),
            Err(mail::SendError::Refused(problem)) => return Err(problem.into()),
        }
    }
    Ok(())
}

/// The thread of an accord with one of its parties. Numbers count in each thread, so that each pair of many has its own.
fn thread_of(desk: &Desk, document: &Document, peer: NodeId) -> ThreadId {
    if document.parties.len() > 2 {
        return seal::hash::accord_thread_of(&document.id, desk.me.id, peer);
    }
    seal::hash::accord_thread(&document.id)
}

/// The newest version of an accord that is here.
pub async fn newest_version(view: &mut impl Read, id: &str) -> Result<Option<u64>, Error> {
    Ok(accords(view).await?.into_iter().filter(|card| card.id == id).map(|card| card.version).max())
}

/// 48 and 49: the text of a partner is kept as proposed. It is in force for nobody.
pub(super) async fn text_came(
    desk: &Desk,
    tx: &mut Tx,
    from: NodeId,
    bytes: &[u8],
    (of, notes): (Option<base::Digest>, Vec<(String, String)>),
) -> Result<(), Error> {
    let document = Document::parse(bytes)?;
    super::signing::own_party(desk, &document)?;
    let not_party = || Problem::at("accord.not-party", document.id.clone());
    let party = party_of(&document, from).ok_or_else(not_party)?;
    if document.parties.iter().any(|party| party.id.is_none()) {
        return Err(not_party().into());
    }
    let stream = accord_stream(&document.id, document.version);
    let proposal = Proposal { party, of, notes };
    let doc = AccordDoc::draft(&document, bytes.to_vec(), proposal, tx.now());
    if let Some(known) = tx.load::<AccordDoc>(stream).await? {
        let is_same = known.hash == doc.hash;
        return if is_same { Ok(()) } else { Err(Problem::at("accord.same-version", document.id).into()) };
    }
    may_come(tx, (from, &document), of).await?;
    tx.create::<AccordDoc>(stream, vec![AccordEvent::Proposed(Box::new(doc))]).await?;
    Ok(())
}

/// A later version follows a text that is here and that its sender is party to; a partner has few open texts at a time.
async fn may_come(tx: &mut Tx, (from, document): (NodeId, &Document), of: Option<base::Digest>) -> Result<(), Error> {
    let held = accords(tx).await?;
    let of_sender = |card: &&super::AccordCard| card.parties.iter().any(|party| party.node == Some(from));
    let open = held.iter().filter(of_sender).filter(|card| matches!(card.state.as_str(), "draft" | "signed")).count();
    let all = held.iter().filter(of_sender).count();
    if open >= base::limits::ACCORD_DRAFTS_MAX || all >= base::limits::ACCORD_TEXTS_MAX {
        return Err(Problem::at("accord.too-many-drafts", from.to_string()).into());
    }
    let known: Vec<_> = held.iter().filter(|card| card.id == document.id).collect();
    if known.iter().any(|card| !of_sender(card)) {
        return Err(Problem::at("accord.not-party", document.id.clone()).into());
    }
    if known.iter().any(|card| card.version > document.version) {
        return Err(Problem::at("accord.old-version", document.id.clone()).into());
    }
    let before = |hash: [u8; 32]| known.iter().any(|card| card.hash.0 == hash);
    let follows = document.previous.map_or(document.version == 1, before) && of.is_none_or(|of| before(of.0));
    if follows { Ok(()) } else { Err(Problem::at("accord.previous", document.id.clone()).into()) }
}
