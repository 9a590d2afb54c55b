//! Whom a request could go to now: every body that is known here, with what it states of itself and what the accord says.

use crate::act::Desk;
use crate::aid::body;
use crate::aid::conflict::conflicted;
use crate::error::Error;
use crate::mail;
use crate::offers::Ask;
use crate::offers::card::{OfferCard, running};
use crate::offers::quota::sent_today;
use crate::offers::source::person;
use crate::partners::{InForce, Peer, accord_between, peers};
use accord::matching::{Candidate, LegalBody, Matching, Need, matching};
use accord::{Action, CaseType, Day, PartyRole, Purpose, Refusal, Sex, Word};
use base::{NodeId, PersonId, Place, Timestamp};
use casework::Case;
use casework::extract::Facts;
use casework::offer::OfferKind;
use casework::words::Category;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, Sealed, Shelf, Shelved, Tx};

/// What is asked: for whom, about what, with which wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AidAsk {
    /// For whom; `None` is the person of the case.
    pub person: Option<PersonId>,
    /// Kind of matter.
    pub about: CaseType,
    /// Her language, as a code.
    pub language: Option<String>,
    /// Counsel she would rather speak to.
    pub counsel: Option<Sex>,
}

/// A body as this node knows it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its node.
    pub node: NodeId,
    /// What people call it.
    pub title: String,
    /// What it states of itself.
    pub facts: Option<LegalBody>,
    /// The accord that covers her lets these categories go, with her consent.
    pub categories: BTreeSet<Category>,
    /// A consent of hers names it and holds now.
    pub agreed: bool,
}

/// The answer, with what stands behind each name in it.
#[derive(Clone, Debug)]
pub struct Look {
    /// Ranked, and not.
    pub matching: Matching,
    /// By party name.
    pub known: BTreeMap<String, Known>,
    /// Where she is, if anybody knows.
    pub stays_in: Option<Place>,
}

/// When this node last asked a body: the turn goes round.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Turn(Timestamp);

impl Shelved for Turn {
    const SHELF: Shelf = Shelf::DoorState;
}

const TURN: &[u8] = b"aid-turn";

/// Notes that a body was asked; forgotten after a year.
pub(super) async fn asked_now(tx: &mut Tx, node: NodeId) -> Result<(), Error> {
    let (now, forget) = (tx.now(), tx.now().plus_hours(24 * 365));
    Ok(tx.put((&node.bytes(), TURN), Some(forget), Sealed::Plain, &Turn(now)).await?)
}

/// A referral for legal aid to a body.
pub(crate) fn ask_of(person: Option<PersonId>, peer: NodeId) -> Ask {
    let purpose = casework::words::Purpose::LegalAid;
    Ask { person, peer, kind: OfferKind::Referral, purpose, basis: None, documents: BTreeSet::new() }
}

/// Ranks the bodies for what is asked.
pub async fn look(view: &mut impl Read, desk: &Desk, case: &Case, ask: &AidAsk) -> Result<Look, Error> {
    let facts = case.facts_for(ask.person).ok_or(Error::NotFound)?;
    let offers = running(view).await?;
    let mut rows = Vec::new();
    for peer in peers(view).await? {
        if let Some(row) = row(view, desk, (case, &facts, ask.person), (&peer, &offers)).await? {
            rows.push(row);
        }
    }
    let place = |code: Option<&String>| code.and_then(|code| Place::parse(code).ok());
    let stays_in = place(Some(&facts.found_in));
    let need = Need {
        on: Day(view.now().day()),
        found_in: place(facts.relation.as_ref().map(|one| &one.found_in)).or_else(|| stays_in.clone()),
        stays_in: stays_in.clone(),
        about: ask.about,
        language: ask.language.clone(),
        counsel: ask.counsel,
    };
    let candidates: Vec<Candidate<'_>> = rows.iter().map(Row::candidate).collect();
    let matching = matching(&need, &candidates);
    let known = rows.into_iter().map(|row| (row.name, row.known)).collect();
    Ok(Look { matching, known, stays_in })
}

struct Row {
    name: String,
    known: Known,
    covered: Result<String, Refusal>,
    running: u32,
    asked: Option<Timestamp>,
    engaged: bool,
}

impl Row {
    fn candidate(&self) -> Candidate<'_> {
        Candidate {
            name: &self.name,
            facts: self.known.facts.as_ref(),
            covered: self.covered.clone(),
            running: self.running,
            asked: self.asked,
            engaged: self.engaged,
        }
    }
}

/// A peer, if it is a legal-aid body: by an accord, or by its own word.
async fn row(
    view: &mut impl Read,
    desk: &Desk,
    (case, facts, about): (&Case, &Facts, Option<PersonId>),
    (peer, offers): (&Peer, &[OfferCard]),
) -> Result<Option<Row>, Error> {
    let entry = mail::entry(view, peer.node).await?;
    let stated = entry.and_then(|entry| seal::entry::stated_in(&entry.signed.0));
    let stated = stated.as_ref().and_then(body::in_entry);
    let accords = accord_between(view, desk.me.id, peer.node).await?;
    let is_body = |accord: &InForce| accord.document.party(&accord.peer).map(|p| p.role) == Some(PartyRole::LegalAid);
    if stated.is_none() && !accords.iter().any(is_body) {
        return Ok(None);
    }
    let conflicts = conflicted(view, case, peer.node).await?;
    let (today, now) = (sent_today(view, peer.node).await?, view.now());
    let mut covered = Err(Refusal::AccordNotParty);
    let (mut name, mut categories) = (peer.name.clone(), BTreeSet::new());
    for accord in &accords {
        let request = request(accord, facts, (now, today, conflicts));
        match accord::coverage(&accord.document, &request) {
            Ok(clause) => {
                name.clone_from(&accord.peer);
                categories = lets_go(accord);
                covered = Ok(clause);
                break;
            }
            // The first names what the accord in force lacks: those in force come first.
            Err(refusal) if covered == Err(Refusal::AccordNotParty) => covered = Err(refusal),
            Err(_) => {}
        }
    }
    let held = offers.iter().filter(|card| card.giving && card.peer == peer.node && card.purpose == "legal_aid");
    let turn = view.state::<Turn>(&peer.node.bytes(), TURN).await?;
    let agreed = case.consents.values().any(|consent| {
        let names_it = consent.receiver.as_ref().is_some_and(|to| to.party == name);
        let for_it = consent.purpose == Some(casework::words::Purpose::LegalAid) && consent.person == about;
        names_it && for_it && consent.holds(now)
    });
    let known = Known { node: peer.node, title: peer.title.clone(), facts: stated, categories, agreed };
    let running = u32::try_from(held.count()).unwrap_or(u32::MAX);
    let engaged = case.is_engaged(peer.node, about);
    Ok(Some(Row { name, known, covered, running, asked: turn.map(|turn| turn.0), engaged }))
}

/// Coverage asks for no field and no consent.
fn request(accord: &InForce, facts: &Facts, (on, sent_today, conflicts): (Timestamp, u64, bool)) -> accord::Request {
    let mut person = person(facts);
    person.conflicts.extend(conflicts.then(|| accord.peer.clone()));
    accord::Request {
        on,
        from: accord.me.clone(),
        to: accord.peer.clone(),
        action: Action::Refer,
        purpose: Purpose::LegalAid,
        person: Some(person),
        accord_state: accord.state,
        sent_today,
        consents: Vec::new(),
        basis: None,
        fields: Vec::new(),
    }
}

/// What the accord lets go to the body with a request, if she agrees: what a consent for it names.
fn lets_go(accord: &InForce) -> BTreeSet<Category> {
    let clauses = accord.document.clauses.iter().filter(|clause| {
        clause.to.contains(&accord.peer)
            && clause.actions.contains(&Action::Refer)
            && clause.purposes.contains(&Purpose::LegalAid)
    });
    clauses.flat_map(|clause| &clause.categories).filter_map(|one| Category::parse(one.word())).collect()
}
