//! The network of a recruiter as an officer may see it, and its way out: a file for investigators, under a clause that permits
//! it (ADR 49). A tie tells how many independent sources say so, never which.

use super::look::{Origin, origin};
use super::{Book, Entity};
use crate::act::{Act, Desk, note_access};
use crate::actor::Staff;
use crate::error::{Error, Refusal};
use crate::offers::quota::{count_sent, sent_today};
use crate::offers::source::judged;
use crate::offers::stream::Line;
use crate::partners::{InForce, accord_between, accords};
use crate::policy::{Deed, Permit};
use ::accord::{Action, Decision, Purpose, Request};
use async_trait::async_trait;
use base::{MentionId, NodeId, OfficerId};
use recruiters::network::{Filter, Kind, NODES_MAX, Network, Spoken, Tie, things};
use std::collections::{BTreeMap, BTreeSet};
use store::{AccessEvent, Read, StoreError, Tx, View};

impl Book {
    /// The network of an entity, of what this officer may see.
    pub fn network(&self, entity: &Entity<'_>, reader: &Staff, filter: &Filter) -> Network {
        let mut near: BTreeMap<MentionId, Entity<'_>> = BTreeMap::from([(entity.head, entity.clone())]);
        let shared = entity.mentions.iter().flat_map(|card| things(&card.said));
        for mention in shared.flat_map(|thing| self.things.saying(&thing).to_vec()) {
            if near.len() > NODES_MAX {
                break;
            }
            if !near.values().any(|known| known.mentions.iter().any(|card| card.id == mention)) {
                near.extend(self.entity(mention, reader).map(|other| (other.head, other)));
            }
        }
        let spoken: Vec<Spoken<'_>> = near
            .values()
            .flat_map(|near| near.mentions.iter().map(|card| (near.head, *card)))
            .map(|(person, card)| Spoken { mention: card.id, person, said: &card.said, grade: card.grade, at: card.at })
            .collect();
        Network::of(entity.head, &spoken, filter)
    }
}

/// How many independent sources say each tie, in their order.
pub async fn sources(view: &mut View, ties: &[Tie]) -> Result<Vec<usize>, Error> {
    let mut known: BTreeMap<MentionId, Option<Origin>> = BTreeMap::new();
    let mut counts = Vec::new();
    for tie in ties {
        let mut of: BTreeSet<Origin> = BTreeSet::new();
        for id in &tie.mentions {
            if !known.contains_key(id) {
                known.insert(*id, origin(view, *id).await?);
            }
            of.extend(known.get(id).copied().flatten());
        }
        counts.push(of.len());
    }
    Ok(counts)
}

/// Of the mentions behind these ties those that partners said: they are not given out (ADR 50).
pub async fn said_by_partners(view: &mut View, ties: &[Tie]) -> Result<BTreeSet<MentionId>, Error> {
    let all: BTreeSet<MentionId> = ties.iter().flat_map(|tie| tie.mentions.iter().copied()).collect();
    let mut theirs = BTreeSet::new();
    for id in all {
        if matches!(origin(view, id).await?, Some(Origin::Partner(_))) {
            theirs.insert(id);
        }
    }
    Ok(theirs)
}

/// The field of the data dictionary as which a kind of node leaves. What has none stays.
pub const fn field(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Person => Some("recruiter.name"),
        Kind::Agency => Some("recruiter.agency"),
        Kind::Phone => Some("recruiter.phone"),
        Kind::Place => Some("recruiter.corridor"),
        Kind::Account | Kind::Vessel | Kind::Vehicle | Kind::Address => None,
    }
}

/// What may go to a partner: each field with its clause or refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MayGo {
    /// The partner.
    pub to: NodeId,
    /// By what it is called.
    pub name: String,
    /// Each field of [`field`].
    pub lines: Vec<Line>,
}

impl MayGo {
    /// Whether a kind of node may go.
    pub fn lets(&self, kind: Kind) -> bool {
        let allowed = |line: &&Line| line.clause.is_some() && Some(line.field.as_str()) == field(kind);
        self.lines.iter().any(|line| allowed(&line))
    }

    /// Whether anything may go: a network without people is none.
    pub fn goes(&self) -> bool {
        self.lets(Kind::Person)
    }

    /// The clauses, each once.
    pub fn clauses(&self) -> Vec<String> {
        let clauses: BTreeSet<&String> = self.lines.iter().filter_map(|line| line.clause.as_ref()).collect();
        clauses.into_iter().cloned().collect()
    }
}

/// The partners of every accord, and what may go to each for an investigation.
pub async fn partners(view: &mut impl Read, desk: &Desk) -> Result<Vec<MayGo>, Error> {
    let mut parties: BTreeMap<NodeId, String> = BTreeMap::new();
    for party in accords(view).await?.into_iter().flat_map(|card| card.parties) {
        if let Some(node) = party.node.filter(|node| *node != desk.me.id) {
            parties.insert(node, party.name);
        }
    }
    let mut all = Vec::new();
    for (to, name) in parties {
        all.push(may_go(view, desk, to, name).await?);
    }
    Ok(all)
}

/// Asks each accord with a partner; the one that lets most go answers. What is said of a recruiter is about nobody who is
/// protected, so it is asked as an alert is: without a person (CONTRACTS.md 3.2).
async fn may_go(view: &mut impl Read, desk: &Desk, to: NodeId, name: String) -> Result<MayGo, Error> {
    let (now, sent_today) = (view.now(), sent_today(view, to).await?);
    let fields: Vec<String> = Kind::ALL.iter().filter_map(|kind| field(*kind)).map(str::to_owned).collect();
    let ask = |held: &InForce| {
        let request = Request {
            on: now,
            from: held.me.clone(),
            to: held.peer.clone(),
            action: Action::Alert,
            purpose: Purpose::Investigation,
            person: None,
            accord_state: held.state,
            sent_today,
            consents: Vec::new(),
            basis: None,
            fields: fields.clone(),
        };
        ::accord::decide(&held.document, &request, &desk.fields)
    };
    let held = accord_between(view, desk.me.id, to).await?;
    let best = held.iter().map(|held| (ask(held), crate::offers::source::is_abroad(&held.document, &held.peer)));
    // Of equals the first: accords in force come first.
    let best: Option<(Decision, bool)> =
        best.reduce(|best, one| if one.0.allowed().count() > best.0.allowed().count() { one } else { best });
    let (decisions, abroad) = best.map_or((Vec::new(), false), |(decision, abroad)| (vec![decision], abroad));
    Ok(MayGo { to, name, lines: judged(&fields, &decisions, abroad) })
}

/// Notes that a network was given out, and counts it; what may go is asked again.
#[derive(Clone, Copy, Debug)]
pub struct ExportNetwork {
    /// Of whom: a mention that is not about the officer.
    pub of: MentionId,
    /// For whom.
    pub to: NodeId,
    /// How many ties the file has.
    pub ties: u32,
}

#[async_trait]
impl Act for ExportNetwork {
    const NAME: &'static str = "network.export";
    const DEED: Deed = Deed::ExportNetwork;
    type Done = MayGo;

    async fn may(&self, by: &crate::Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        super::record::seen_by(self.of, by, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<MayGo, Error> {
        let all = partners(tx, desk).await?;
        let going = all.into_iter().find(|going| going.to == self.to).ok_or(Error::NotFound)?;
        if !going.goes() {
            let refused = going.lines.iter().find_map(|line| line.refusal.as_deref()).and_then(base::Code::named);
            return Err(refused.map_or(Error::NotFound, |code| base::Problem::new(code.0).into()));
        }
        let officer = OfficerId::from_bytes(tx.origin().actor);
        let clauses = going.clauses();
        let event = AccessEvent::NetworkExported { officer, to: self.to, clauses, ties: self.ties };
        let noted: Result<(), StoreError> = note_access(tx, self.of.bytes(), event).await;
        noted?;
        count_sent(tx, self.to).await?;
        Ok(going)
    }
}
