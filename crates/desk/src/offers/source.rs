//! The decision and the cut: what of a case may go to a peer, under which clause, on which basis (FEDERATION.md 7).

use crate::act::Desk;
use crate::aid::conflict::conflicted;
use crate::error::Error;
use crate::offers::documents::{self, SeenDocument, SentDocument};
use crate::offers::quota::sent_today;
use crate::offers::stream::{Came, Line, OfferStream, thread_key};
use crate::partners::{InForce, accord_between};
use accord::{Action, Decision, Word};
use base::{Digest, FileId, NodeId, PersonId, Place, Redacted, ThreadId, Timestamp, limits};
use casework::extract::{Extract, Facts, FieldValue, Fields, ReferralLine};
use casework::offer::OfferKind;
use casework::words::Purpose;
use casework::{Case, Consent, ConsentCode};
use std::collections::BTreeSet;
use store::{Read, Shelf, Stored};

/// What is asked: about whom, to whom, for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Of the case, or another in it.
    pub person: Option<PersonId>,
    /// The other node.
    pub peer: NodeId,
    /// Referral or handover.
    pub kind: OfferKind,
    /// What for.
    pub purpose: Purpose,
    /// A basis that is not consent, signed by officers: kind, reason, officers.
    pub basis: Option<(String, String, Vec<String>)>,
    /// Documents of the case that are to go along.
    pub documents: BTreeSet<FileId>,
}

/// One field of a preview: its value and how it was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The value.
    pub value: Redacted<String>,
    /// The decision on it.
    pub line: Line,
}

/// A decision on a whole case: what would leave, what stays and why.
#[derive(Clone, Debug)]
pub struct Cut {
    /// The accord used; `None` if there is none between the two nodes.
    pub accord: Option<(String, u64, Digest)>,
    /// Each field with a value.
    pub fields: Vec<Seen>,
    /// Consents it rests on.
    pub consents: Vec<[u8; 16]>,
    /// Facts of the person.
    pub facts: Facts,
    /// Party name of the peer.
    pub party: String,
    /// Duties of the accord that answer hours: RED, AMBER, GREEN.
    pub answer_hours: Option<[u64; 3]>,
    /// Kind handover: referrals that run on; their giver stays giver until they end.
    pub referrals: Option<Vec<ReferralLine>>,
    /// Each document that was chosen.
    pub documents: Vec<SeenDocument>,
}

impl Cut {
    /// Names and values that may leave.
    pub fn permitted(&self) -> impl Iterator<Item = &Seen> {
        self.fields.iter().filter(|seen| seen.line.clause.is_some())
    }

    /// Documents that may leave.
    pub fn going(&self) -> impl Iterator<Item = &SeenDocument> {
        self.documents.iter().filter(|seen| seen.goes())
    }

    /// Every document that was chosen, to be frozen with the offer or under a supplement's number.
    pub fn sent(&self, supplement: u32) -> Vec<SentDocument> {
        self.documents.iter().map(|seen| seen.sent(supplement)).collect()
    }

    /// The reduced case.
    pub fn extract(&self, case: &Case, alias: [u8; 16], made_at: Timestamp) -> Extract {
        let fields = self.permitted().map(|seen| {
            let (clause, basis) =
                (seen.line.clause.clone().unwrap_or_default(), seen.line.basis.clone().unwrap_or_default());
            (seen.line.field.clone(), FieldValue { value: seen.value.clone(), clause, basis })
        });
        let consents = self.consents.iter().filter_map(|id| case.consent_line(base::ConsentId::from_bytes(*id)));
        Extract {
            format: casework::extract::FORMAT,
            alias,
            made_at: made_at.seconds(),
            facts: self.facts.clone(),
            fields: Fields(fields.collect()),
            consents: consents.collect(),
            referrals: self.referrals.clone(),
            attachments: self.going().map(SeenDocument::line).collect(),
            own_records: Vec::new(),
        }
    }
}

/// Decides on every field of the case that has a value. Of several accords of the pair the one that permits most fields
/// is used, then the lowest id; a handover asks once for each purpose and joins what is permitted.
pub async fn decide(view: &mut impl Read, desk: &Desk, case: &Case, ask: &Ask) -> Result<Cut, Error> {
    let today = sent_today(view, ask.peer).await?;
    let held = accord_between(view, desk.me.id, ask.peer).await?;
    decide_with(view, desk, (case, ask), (action(ask.kind), today), held).await
}

/// Decides once more on what was offered: its place in the day's quota was taken when it went out.
pub async fn decide_again(view: &mut impl Read, desk: &Desk, case: &Case, ask: &Ask) -> Result<Cut, Error> {
    let held = accord_between(view, desk.me.id, ask.peer).await?;
    decide_with(view, desk, (case, ask), (action(ask.kind), 0), held).await
}

/// Decides on later evidence: a supplement is the action `share` (CONTRACTS.md 3.1), whatever was offered before. The accord
/// that the offer rests on runs on for its days of notice.
pub async fn decide_share(
    view: &mut impl Read,
    desk: &Desk,
    (case, ask): (&Case, &Ask),
    rests_on: Digest,
) -> Result<Cut, Error> {
    let today = sent_today(view, ask.peer).await?;
    let mut held = accord_between(view, desk.me.id, ask.peer).await?;
    let now = view.now();
    for accord in held.iter_mut().filter(|accord| accord.hash == rests_on && accord.runs_on(now)) {
        accord.state = accord::AccordState::Active;
    }
    decide_with(view, desk, (case, ask), (Action::Share, today), held).await
}

/// The action of an offer.
pub const fn action(kind: OfferKind) -> Action {
    match kind {
        OfferKind::Referral => Action::Refer,
        OfferKind::Handover => Action::Handover,
    }
}

async fn decide_with(
    view: &mut impl Read,
    desk: &Desk,
    (case, ask): (&Case, &Ask),
    (action, today): (Action, u64),
    held: Vec<InForce>,
) -> Result<Cut, Error> {
    let facts = case.facts_for(ask.person).ok_or(Error::NotFound)?;
    let names = case.field_names(ask.person);
    let conflicted = conflicted(view, case, ask.peer).await?;
    let matter = Matter { desk, now: view.now(), case, facts, ask, action, today, conflicted };
    let mut best: Option<(usize, InForce, Vec<Decision>)> = None;
    for accord in held {
        let decisions = matter.decide(&accord, &names);
        let permitted =
            names.iter().filter(|name| decisions.iter().any(|d| d.allowed().any(|(f, ..)| f == *name))).count();
        if best.as_ref().is_none_or(|(most, ..)| permitted > *most) {
            best = Some((permitted, accord, decisions));
        }
    }
    Ok(matter.cut(&names, best.as_ref().map(|(_, accord, decisions)| (accord, decisions.as_slice()))))
}

/// What is the same for every accord that is asked.
struct Matter<'a> {
    desk: &'a Desk,
    now: Timestamp,
    case: &'a Case,
    facts: Facts,
    ask: &'a Ask,
    action: Action,
    today: u64,
    conflicted: bool,
}

impl Matter<'_> {
    fn decide(&self, accord: &InForce, names: &[String]) -> Vec<Decision> {
        let parts = (self.case, &self.facts, names);
        let mut requests = requests(self.now, parts, self.ask, accord, (self.action, self.today));
        for person in requests.iter_mut().filter_map(|request| request.person.as_mut()).filter(|_| self.conflicted) {
            person.conflicts.push(accord.peer.clone());
        }
        requests.iter().map(|request| accord::decide(&accord.document, request, &self.desk.fields)).collect()
    }

    /// Decides on each chosen document by itself, beside the fields: what one of them would require keeps no other.
    fn documents(&self, names: &[String], accord: Option<&InForce>) -> Vec<SeenDocument> {
        let chosen = documents::chosen(self.case, self.ask);
        let seen = |document| {
            let all: Vec<String> = names.iter().cloned().chain(documents::field_names(document)).collect();
            let decisions = accord.map(|accord| self.decide(accord, &all)).unwrap_or_default();
            let abroad = accord.is_some_and(|accord| is_abroad(&accord.document, &accord.peer));
            documents::seen(document, self.ask, &|field| gated(line(field, &decisions), abroad))
        };
        let mut seen: Vec<SeenDocument> = chosen.into_iter().map(seen).collect();
        let beyond = seen.iter_mut().filter(|seen| seen.goes()).skip(limits::ATTACHMENTS_MAX);
        beyond.for_each(|seen| seen.stay("document.later"));
        seen
    }
}

/// The thread of a person of a case with a peer, if there is one.
pub async fn thread_of(view: &mut impl Read, case: [u8; 16], ask: &Ask) -> Result<Option<Stored<OfferStream>>, Error> {
    let key = thread_key(ask.peer, ask.person);
    let Some(found) = view.card::<ThreadId>(Shelf::ThreadByCasePeer, &case, &key).await? else { return Ok(None) };
    Ok(view.load::<OfferStream>(found.bytes()).await?)
}

impl Matter<'_> {
    fn cut(self, names: &[String], best: Option<(&InForce, &[Decision])>) -> Cut {
        let decisions = best.map(|(_, decisions)| decisions).unwrap_or_default();
        let document = best.map(|(accord, _)| accord);
        let abroad = document.is_some_and(|accord| is_abroad(&accord.document, &accord.peer));
        let lines = judged(names, decisions, abroad);
        let documents = self.documents(names, document);
        let goes = documents.iter().filter(|seen| seen.goes()).flat_map(|seen| &seen.lines);
        let consents = consents_of(lines.iter().chain(goes));
        let value = |(name, line): (&String, Line)| Some(Seen { value: self.case.field(self.ask.person, name)?, line });
        Cut {
            fields: names.iter().zip(lines).filter_map(value).collect(),
            consents,
            accord: document.map(|accord| (accord.document.id.clone(), accord.document.version, accord.hash)),
            party: document.map(|accord| accord.peer.clone()).unwrap_or_default(),
            answer_hours: document.and_then(|accord| answer_hours(&accord.document)),
            referrals: (self.ask.kind == OfferKind::Handover).then(|| referrals(self.case)),
            documents,
            facts: self.facts,
        }
    }
}

/// The consents that permitted lines rest on, each once.
fn consents_of<'a>(lines: impl Iterator<Item = &'a Line>) -> Vec<[u8; 16]> {
    let mut consents: Vec<[u8; 16]> = Vec::new();
    for basis in lines.filter_map(|line| line.basis.as_deref()) {
        let id = basis.strip_prefix("consent:").and_then(|id| id.parse::<base::ConsentId>().ok());
        if let Some(id) = id.filter(|id| !consents.contains(&id.bytes())) {
            consents.push(id.bytes());
        }
    }
    consents
}

/// Whether what goes to a party leaves the country: the mission of a foreign state.
pub(crate) fn is_abroad(document: &accord::Document, party: &str) -> bool {
    document.party(party).is_some_and(|party| party.role == accord::PartyRole::Embassy)
}

/// How each field was decided, with what holds under every accord.
pub(crate) fn judged(names: &[String], decisions: &[Decision], abroad: bool) -> Vec<Line> {
    names.iter().map(|name| gated(line(name, decisions), abroad)).collect()
}

/// What leaves the country rests on her own consent and on nothing else (UU 27/2022 art. 56), whatever a clause says.
fn gated(line: Line, is_abroad: bool) -> Line {
    match &line.basis {
        Some(basis) if is_abroad && !basis.starts_with("consent:") => {
            Line { clause: None, basis: None, refusal: Some("transfer.abroad".into()), ..line }
        }
        _ => line,
    }
}

/// How one field was decided: permitted by any of the decisions, else the refusal of the first.
fn line(name: &str, decisions: &[Decision]) -> Line {
    let mut line = Line { field: name.to_owned(), clause: None, basis: None, refusal: Some("accord.not-party".into()) };
    for (nth, decision) in decisions.iter().enumerate() {
        if let Some((_, clause, ground)) = decision.allowed().find(|(field, ..)| *field == name) {
            return Line { clause: Some(clause.to_owned()), basis: Some(ground.to_string()), refusal: None, ..line };
        }
        if let (0, Some((_, refusal))) = (nth, decision.refused().find(|(field, _)| *field == name)) {
            line.refusal = Some(refusal.code().0.to_owned());
        }
    }
    line
}

fn referrals(case: &Case) -> Vec<ReferralLine> {
    let running = case.running_referrals().map(|(_, offer_no, line)| ReferralLine {
        node: line.to.peer.bytes(),
        offer_no,
        purpose: line.to.purpose.word().to_owned(),
    });
    running.collect()
}

fn answer_hours(document: &accord::Document) -> Option<[u64; 3]> {
    document.duties.iter().find_map(|duty| match &duty.task {
        accord::Task::Answer(hours) => Some([hours.red, hours.amber, hours.green]),
        _ => None,
    })
}

fn requests(
    now: Timestamp,
    (case, facts, names): (&Case, &Facts, &[String]),
    ask: &Ask,
    accord: &InForce,
    (action, sent_today): (Action, u64),
) -> Vec<accord::Request> {
    let Some(purpose) = accord::Purpose::parse(ask.purpose.word()) else { return Vec::new() };
    let purposes = match ask.kind {
        OfferKind::Referral => vec![purpose],
        OfferKind::Handover => handover_purposes(&accord.document, action, purpose),
    };
    let request = |purpose| accord::Request {
        on: now,
        from: accord.me.clone(),
        to: accord.peer.clone(),
        action,
        purpose,
        person: Some(person(facts)),
        accord_state: accord.state,
        sent_today,
        consents: case.consents.values().filter(|c| c.person == ask.person).filter_map(consent).collect(),
        basis: ask.basis.as_ref().and_then(|(kind, reason, signed_by)| {
            Some(accord::SignedBasis {
                kind: accord::Basis::parse(kind)?,
                reason: reason.clone(),
                signed_by: signed_by.clone(),
            })
        }),
        fields: names.to_vec(),
    };
    purposes.into_iter().map(request).collect()
}

/// The purposes for which the accord knows a handover, the one asked for first.
pub(crate) fn handover_purposes(
    document: &accord::Document,
    action: Action,
    first: accord::Purpose,
) -> Vec<accord::Purpose> {
    let mut purposes = vec![first];
    for clause in document.clauses.iter().filter(|clause| clause.actions.contains(&action)) {
        for purpose in &clause.purposes {
            if !purposes.contains(purpose) {
                purposes.push(*purpose);
            }
        }
    }
    purposes
}

/// The person of a request, from the facts that travel: both sides make the same one.
pub fn person(facts: &Facts) -> accord::Person {
    let place = |code: &str| Place::parse(code).ok();
    accord::Person {
        roles: facts.roles.iter().filter_map(|role| accord::PersonRole::parse(role)).collect(),
        child: facts.minor,
        found_in: place(&facts.found_in),
        origin: facts.origin.as_deref().and_then(place),
        family_of: facts.relation.as_ref().and_then(|relation| {
            Some(accord::FamilyOf { kind: accord::Kin::parse(&relation.kind)?, found_in: place(&relation.found_in) })
        }),
        conflicts: Vec::new(),
    }
}

fn consent(consent: &Consent) -> Option<accord::Consent> {
    if !matches!(consent.code, ConsentCode::Share | ConsentCode::Protection) {
        return None;
    }
    Some(accord::Consent {
        id: consent.id.to_string(),
        code: accord::ConsentCode::parse(consent.code.word())?,
        to: consent.receiver.as_ref()?.party.clone(),
        purpose: accord::Purpose::parse(consent.purpose?.word())?,
        categories: consent.categories.iter().filter_map(|c| accord::Category::parse(c.word())).collect(),
        by: accord::Giver::parse(consent.given_by.word())?,
        from: consent.from,
        until: consent.until?,
        withdrawn: consent.withdrawn,
    })
}

/// Whether what came rests on one of these consents.
pub fn rests_on(came: &Came, hashes: &[[u8; 32]]) -> bool {
    let bytes = came.extract.as_ref().map_or(came.preview.0.as_slice(), |extract| extract.0.as_slice());
    let first = minicbor::decode::<Extract>(bytes)
        .map(|extract| extract.consents)
        .or_else(|_| minicbor::decode::<casework::extract::Preview>(bytes).map(|preview| preview.consents));
    let later = came.supplements.iter().filter_map(|bytes| minicbor::decode::<Extract>(&bytes.0).ok());
    let mut consents = first.unwrap_or_default().into_iter().chain(later.flat_map(|later| later.consents));
    consents.any(|line| hashes.contains(&line.hash))
}
