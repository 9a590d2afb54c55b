//! What an offer does to the case: ownership moves, the case remembers, somebody is asked to look.

use super::effects;
use super::records;
use super::stream::OfferStream;
use crate::act::Desk;
use crate::cases::steps::after;
use crate::cases::{CaseStream, change};
use crate::error::Error;
use crate::mail::Recovery;
use crate::wire::SignedOwn;
use base::{CaseId, Place, Problem, Redacted};
use casework::Case;
use casework::case::{OfferAt, Opening, Taken};
use casework::extract::{Extract, SignedRecord};
use casework::offer::{GiverState, OwnNext};
use casework::words::{Level, Outcome, PersonRole, Profile, Urgency};
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, Stored, Tx};

/// The giver's commit of `given`: ownership and duty end here, clocks stop.
pub async fn give_up(_: &Desk, tx: &mut Tx, stored: &Stored<OfferStream>) -> Result<(), Error> {
    let Some(case) = stored.case else { return Err(Error::NotFound) };
    let mut case = tx.load::<CaseStream>(case.bytes()).await?.ok_or(Error::NotFound)?;
    let given = stored.thread.giver.offers().rev().find(|offer| offer.opening.own.is_some()).ok_or(Error::NotFound)?;
    let own = given.opening.own.ok_or(Error::NotFound)?;
    let record = record_hash(stored, given.opening.offer_no)?;
    let events = case.give_away(stored.peer, own, record)?;
    Ok(tx.append(&mut case, events).await?)
}

/// Hash of the record both signed, as the next record names it.
fn record_hash(stored: &OfferStream, no: u32) -> Result<[u8; 32], Error> {
    let sent = stored.sent.get(&no).and_then(|sent| sent.own_record.as_ref());
    let came = stored.came.get(&no).and_then(|came| came.own_record.as_ref());
    let bytes = sent.or(came).ok_or_else(|| Problem::new("offer.bad-signature"))?;
    Ok(seal::hash::sha256(&[effects::OWN_CONTEXT.as_bytes(), &bytes.0]))
}

/// The record as it came with the file, if it is the one this node countersigned and the giver's signature holds. A record
/// that does not fit stops no transfer (acceptance is total): the giver hears of it, and the file stays without that proof.
pub async fn signed_record(
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    (no, came): (u32, Option<&SignedOwn>),
) -> Result<Option<SignedRecord>, Error> {
    let ours = stored.came.get(&no).and_then(|came| came.own_record.as_ref());
    let (Some(came), Some(ours)) = (came, ours) else { return Ok(None) };
    let by_giver = records::by_node(tx, stored.peer, (&ours.0, &came.giver)).await?;
    if !by_giver || came.record != ours.0 {
        return Ok(None);
    }
    let taker = effects::sign_own(tx, &ours.0).await?.to_vec();
    Ok(Some(SignedRecord { record: ours.0.clone(), giver: came.giver.to_vec(), taker }))
}

/// The taker's commit of the extract: it owns the case from here.
pub async fn take_on(
    desk: &Desk,
    tx: &mut Tx,
    stored: &mut Stored<OfferStream>,
    no: u32,
    own: OwnNext,
) -> Result<(), Error> {
    let came = stored.came.get(&no).ok_or(Error::NotFound)?.clone();
    let bytes = came.extract.as_ref().ok_or(Error::NotFound)?;
    let extract: Extract = minicbor::decode(&bytes.0).map_err(|_| Problem::new("extract.damaged"))?;
    let record = record_hash(stored, no)?;
    let now = tx.now();
    if let Some(mut case) = tx.load::<CaseStream>(own.case.bytes()).await? {
        let today = desk.today_for(&case, now);
        let taken = Taken { from: stored.peer, own, record };
        let was_restored = Recovery::read(tx).await?.is_some();
        let held = &case.ownership;
        // The record alone may have brought it back already: then the file adds what it says, and moves nothing.
        let is_known = held.own_no > own.own_no || (held.own_no, held.last) == (own.own_no, record);
        let mut events = match was_restored {
            true if is_known && held.other.is_some() => return Ok(()),
            true if is_known => Vec::new(),
            true => case.take_again(taken, &today)?,
            false => case.take_back(taken, &today)?,
        };
        // What was learnt there comes back with it; a value that this node would not take stays in the file that came.
        for (field, value) in values(&extract) {
            let one = BTreeMap::from([(field, value)]);
            events.extend(after(&case, &events, &today).set_fields(None, one, &today).unwrap_or_default());
        }
        tx.append(&mut case, events).await?;
        change::fields_changed(tx, &mut case).await?;
    } else {
        let taken = Taken { from: stored.peer, own, record };
        let events = Case::take_over(opening(own.case, &extract, desk, tx), taken, values(&extract), &desk.today(now))?;
        let mut case = tx.create::<CaseStream>(own.case.bytes(), events).await?;
        change::fields_changed(tx, &mut case).await?;
        let given = records::given_since(tx, &case).await?;
        tx.append(&mut case, given).await?;
    }
    tx.append(stored, vec![super::stream::OfferEvent::CaseOpened(own.case)]).await?;
    Ok(())
}

/// How a case begins from what came.
pub(crate) fn opening(id: CaseId, extract: &Extract, desk: &Desk, tx: &Tx) -> Opening {
    let facts = &extract.facts;
    let came = |name: &str| extract.fields.0.get(name).map(|field| field.value.expose().as_str());
    let starts = came("status.deadline").map(casework::case::State::statutory_starts);
    let [a, b, c, d, ..] = tx.derived_id("alias");
    let roles: BTreeSet<PersonRole> = facts.roles.iter().filter_map(|role| PersonRole::parse(role)).collect();
    Opening {
        id,
        alias: casework::alias::alias([a, b, c, d]),
        report: None,
        found_in: Place::parse(&facts.found_in).unwrap_or_else(|_| desk.me.place.clone()),
        origin: facts.origin.as_deref().and_then(|code| Place::parse(code).ok()),
        urgency: Urgency::parse(&facts.urgency).unwrap_or(Urgency::Amber),
        roles: if roles.is_empty() { BTreeSet::from([PersonRole::Victim]) } else { roles },
        profile: if facts.minor { Profile::Child } else { Profile::Adult },
        triage: BTreeSet::new(),
        screened: came("screening.outcome").and_then(Outcome::parse),
        handbook: desk.handbooks.newest().version.clone(),
        decided: came("status.outcome").and_then(Outcome::parse),
        done: BTreeSet::from(["IN-1".to_owned(), "IN-2".to_owned()]),
        since: starts.unwrap_or_default(),
    }
}

/// Fields that a case may write: what it computes itself stays out.
fn values(extract: &Extract) -> BTreeMap<String, Redacted<String>> {
    const COMPUTED: [&str; 3] = ["screening.outcome", "screening.triage", "profile.origin"];
    let fields = extract.fields.0.iter();
    fields
        .filter(|(name, _)| !name.starts_with("status.") && !COMPUTED.contains(&name.as_str()))
        .filter(|(name, _)| casework::words::Category::of(name).is_some())
        .map(|(name, field)| (name.clone(), field.value.clone()))
        .collect()
}

/// The case remembers where its offer stands.
pub async fn note_in_case(tx: &mut Tx, stored: &Stored<OfferStream>, no: u32) -> Result<(), Error> {
    let (Some(case), Some(state)) = (stored.case, stored.thread.giver.state(no)) else { return Ok(()) };
    let at = match state {
        GiverState::Open => OfferAt::Open,
        GiverState::Accepted | GiverState::Given => OfferAt::Running,
        GiverState::Done | GiverState::Declined | GiverState::Withdrawn | GiverState::Expired => OfferAt::Ended,
    };
    let Some(mut case) = tx.load::<CaseStream>(case.bytes()).await? else { return Ok(()) };
    let events = case.offer_moved(base::ThreadId::from_bytes(stored.id), no, at);
    Ok(tx.append(&mut case, events).await?)
}

/// The duty officers are alerted (district), then the province: the case's own escalation opens.
pub async fn escalate(tx: &mut Tx, stored: &Stored<OfferStream>, no: u32, level: Level) -> Result<(), Error> {
    let Some(case) = stored.case else { return Ok(()) };
    let Some(mut case) = tx.load::<CaseStream>(case.bytes()).await? else { return Ok(()) };
    let text = format!("XR: {} {no} {}", level.word(), stored.peer_name);
    let by = base::OfficerId::default();
    // A case that is closed or given has nobody here to alert any more.
    let events = case.note(by, Redacted::new(text)).unwrap_or_default();
    Ok(tx.append(&mut case, events).await?)
}

/// After a withdrawal at the giver, a handed-over case is frozen until its manager decides.
pub async fn freeze(_: &Desk, tx: &mut Tx, stored: &Stored<OfferStream>) -> Result<(), Error> {
    let Some(case) = stored.case else { return Ok(()) };
    let Some(mut case) = tx.load::<CaseStream>(case.bytes()).await? else { return Ok(()) };
    let events = case.freeze(true);
    Ok(tx.append(&mut case, events).await?)
}
