//! The giver: preview, offer, withdraw, tell, supplement; and the decision asked again after an acceptance.

use super::effects::{self, own_record, step};
use super::source::{self, Ask, Cut};
use super::stream::{OfferEvent, OfferStream, Sent};
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::aid::follow;
use crate::cases::{CaseStream, change};
use crate::error::{Error, Refusal};
use crate::mail;
use crate::partners::closing::may_offer_to;
use crate::partners::peer;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{Bytes, CaseId, FileId, Problem, ThreadId, Timestamp, limits};
use casework::case::OfferedTo;
use casework::offer::{GiverEvent, GiverState, OfferKind, Opening, ThreadEvent, WithdrawReason};
use casework::words::Urgency;
use std::collections::BTreeSet;
use store::{Read, Stored, Tx};

/// An offer lives so long when its accord and its case say nothing else: urgent 72 h, else 14 days (FEDERATION.md 4).
const LIFE_HOURS: [i64; 2] = [72, 14 * 24];
/// Answer within, RED, AMBER, GREEN, where no accord says (SOP XR-2, task-force default).
const ANSWER_HOURS: [u64; 3] = [2, 24, 72];

/// What would leave if this were offered now.
pub async fn preview(desk: &Desk, by: &Actor, case: CaseId, ask: &Ask) -> Result<(Stored<CaseStream>, Cut), Error> {
    let (mut view, stored) = desk.case_for(by, case, Deed::SendOffer).await?;
    let cut = source::decide(&mut view, desk, &stored.state, ask).await?;
    Ok((stored, cut))
}

/// Offers a referral or a handover. Nothing but what the accord permits now is frozen.
#[derive(Clone, Debug)]
pub struct SendOffer {
    /// The case.
    pub case: CaseId,
    /// Version of the form.
    pub version: Option<i64>,
    /// About whom, to whom, for what.
    pub ask: Ask,
}

#[async_trait]
impl Act for SendOffer {
    const NAME: &'static str = "offer.send";
    const DEED: Deed = Deed::SendOffer;
    type Done = (ThreadId, u32);

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(ThreadId, u32), Error> {
        self.offer(desk, tx).await
    }
}

impl SendOffer {
    /// The offer itself, for an act that was permitted: an officer's, or the next step of a request for legal aid.
    pub(crate) async fn offer(&self, desk: &Desk, tx: &mut Tx) -> Result<(ThreadId, u32), Error> {
        super::recovered::may_offer(tx).await?;
        may_offer_to(tx, desk, self.ask.peer).await?;
        let mut case = change::load(tx, self.case, self.version).await?;
        let known = peer(tx, self.ask.peer).await?.ok_or(Error::NotFound)?;
        case.may_offer(self.ask.peer, self.ask.person, self.ask.kind)?;
        let cut = source::decide(tx, desk, &case.state, &self.ask).await?;
        let Some(accord) = cut.accord.clone().filter(|_| cut.permitted().next().is_some()) else {
            return Err(Error::Refused(refusals(&cut)));
        };
        let mut stored = open_thread(tx, &case, &self.ask, &known.title).await?;
        let thread = ThreadId::from_bytes(stored.id);
        let (opening, sent) = self.freeze(tx, desk, (&case, &stored), &cut, accord).await?;
        let offer_no = opening.offer_no;
        tx.grounds(&["offer.send"], Some(effects::trace(&sent).0));
        let consents = cut.consents.iter().map(|id| base::ConsentId::from_bytes(*id)).collect();
        let Ask { person, peer, kind, purpose, .. } = self.ask;
        let to = OfferedTo { peer, party: cut.party.clone(), person, kind, purpose };
        let made = case.offer(thread, offer_no, to, consents, opening.extract_hash)?;
        tx.append(&mut case, made).await?;
        tx.append(&mut stored, vec![OfferEvent::Frozen(offer_no, Box::new(sent))]).await?;
        super::quota::count_sent(tx, self.ask.peer).await?;
        step(desk, tx, &mut stored, ThreadEvent::Giver(GiverEvent::Open(opening))).await?;
        Ok((thread, offer_no))
    }

    async fn freeze(
        &self,
        tx: &mut Tx,
        desk: &Desk,
        (case, stored): (&Stored<CaseStream>, &Stored<OfferStream>),
        cut: &Cut,
        accord: (String, u64, base::Digest),
    ) -> Result<(Opening, Sent), Error> {
        let now = tx.now();
        let (_, key) = tx.vault().subject(tx.raw(), self.case.bytes(), store::Team::Casework).await?;
        let alias = alias(&key, &self.ask);
        let extract = minicbor::to_vec(cut.extract(&case.state, alias, now)).unwrap_or_default();
        fits(&extract, cut)?;
        let extract_hash = seal::hash::extract_hash(&extract);
        let own = (self.ask.kind == OfferKind::Handover).then(|| case.own_next());
        let (answer_by, expires) = times(now, case.urgency, cut.answer_hours);
        let opening = Opening {
            offer_no: stored.thread.next_no(),
            kind: self.ask.kind,
            purpose: self.ask.purpose,
            urgency: case.urgency,
            answer_by,
            expires,
            extract_hash,
            own,
        };
        let record = own.map(|own| Bytes(own_record(own, (desk.me.id, self.ask.peer), extract_hash, accord.2)));
        let sent = Sent {
            extract: Bytes(extract),
            accord,
            lines: cut.fields.iter().map(|seen| seen.line.clone()).collect(),
            consents: cut.consents.clone(),
            alias,
            at: now,
            supplements: Vec::new(),
            own_record: record,
            own_signature: None,
            basis: self.ask.basis.clone(),
            documents: cut.sent(0),
        };
        Ok((opening, sent))
    }
}

/// Whether a file and what its documents need beside it fit into one message, so that no promise is made that cannot be kept.
fn fits(extract: &[u8], cut: &Cut) -> Result<(), Problem> {
    /// What else stands in a Body: ids, hashes, the record of ownership.
    const REST: usize = 2_048;
    let beside = super::documents::bytes_beside(&cut.documents);
    let whole = extract.len() + beside + REST;
    if extract.len() > limits::EXTRACT_INLINE_BYTES_MAX || whole > limits::BODY_BYTES_MAX {
        return Err(Problem::at("input.too-large", "extract"));
    }
    Ok(())
}

/// The earlier of the accord's duty and the SOP clock alerts both duty officers; the life of the message ends the offer.
fn times(now: Timestamp, urgency: Urgency, hours: Option<[u64; 3]>) -> (Timestamp, Timestamp) {
    let nth = usize::try_from(effects::urgency_number(urgency) - 1).unwrap_or(1);
    let of = |table: &[u64; 3]| table.get(nth).copied().unwrap_or(24);
    let answer = hours.map_or(of(&ANSWER_HOURS), |hours| of(&hours).min(of(&ANSWER_HOURS)));
    let [urgent, normal] = LIFE_HOURS;
    let life = if urgency == Urgency::Red { urgent } else { normal };
    (now.plus_hours(i64::try_from(answer).unwrap_or(24)), now.plus_hours(life))
}

/// Why nothing may leave: each refusal once, with the fields it concerns.
pub(crate) fn refusals(cut: &Cut) -> Vec<Refusal> {
    refusals_of(cut.fields.iter().map(|seen| &seen.line))
}

/// The same of any lines.
pub(crate) fn refusals_of<'a>(lines: impl Iterator<Item = &'a super::stream::Line>) -> Vec<Refusal> {
    let mut out: Vec<Refusal> = Vec::new();
    for line in lines {
        let code = line.refusal.as_deref().and_then(accord::Refusal::parse);
        if let Some(code) = code.filter(|code| !out.iter().any(|known| known.code == code.code())) {
            out.push(Refusal { code: code.code(), about: line.field.clone() });
        }
    }
    if out.is_empty() {
        out.push(Refusal::new("accord.not-party", "accord"));
    }
    out
}

/// A person as one peer knows her. Another person of the case has an alias of her own: nobody can join the two.
fn alias(key: &seal::DataKey, ask: &Ask) -> [u8; 16] {
    let Some(person) = ask.person else { return seal::hash::alias(key, ask.peer) };
    let digest = seal::hash::hmac(key.expose(), &[b"simpul/alias/1", &ask.peer.bytes(), &person.bytes()]);
    let mut out = [0; 16];
    out.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    out
}

/// The thread of a person and a peer: one, random, for good.
async fn open_thread(
    tx: &mut Tx,
    case: &Stored<CaseStream>,
    ask: &Ask,
    name: &str,
) -> Result<Stored<OfferStream>, Error> {
    let Ask { peer, person, .. } = *ask;
    if let Some(found) = source::thread_of(tx, case.id, ask).await? {
        return Ok(found);
    }
    let id = tx.chance().bytes();
    let case = Some(CaseId::from_bytes(case.id));
    let began = OfferEvent::Began { peer, peer_name: name.to_owned(), case, person };
    Ok(tx.create::<OfferStream>(id, vec![began]).await?)
}

/// What the giver does to its own offer.
#[derive(Clone, Debug)]
pub enum GiverWord {
    /// Takes it back.
    Withdraw(WithdrawReason, String),
    /// Answers a question, or says a word.
    Tell(String),
    /// Sends what has changed since, and documents of the case, under a number of their own.
    Supplement(BTreeSet<FileId>),
}

/// An act of the giver on an offer.
#[derive(Clone, Debug)]
pub struct GiverAct {
    /// The thread.
    pub thread: ThreadId,
    /// The offer.
    pub offer_no: u32,
    /// What.
    pub word: GiverWord,
}

#[async_trait]
impl Act for GiverAct {
    const NAME: &'static str = "offer.giver";
    const DEED: Deed = Deed::SendOffer;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        super::near_thread(self.thread, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        self.done(desk, tx).await
    }
}

impl GiverAct {
    /// The act itself, for one that was permitted.
    pub(crate) async fn done(&self, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut stored = tx.load::<OfferStream>(self.thread.bytes()).await?.ok_or(Error::NotFound)?;
        let event = match &self.word {
            GiverWord::Withdraw(reason, text) => GiverEvent::Withdraw(self.offer_no, *reason, text.clone()),
            GiverWord::Tell(text) => GiverEvent::Tell(self.offer_no, text.clone()),
            GiverWord::Supplement(files) => supplement(desk, tx, &mut stored, (self.offer_no, files)).await?,
        };
        step(desk, tx, &mut stored, ThreadEvent::Giver(event)).await?;
        if let GiverWord::Tell(text) = &self.word {
            effects::say(tx, &mut stored, self.offer_no, (true, text)).await?;
        }
        follow::note(desk, tx, &stored, self.offer_no).await
    }
}

/// Freezes what is permitted now and differs from what was sent.
async fn supplement(
    desk: &Desk,
    tx: &mut Tx,
    stored: &mut Stored<OfferStream>,
    (no, files): (u32, &BTreeSet<FileId>),
) -> Result<GiverEvent, Error> {
    let (Some(case), Some(sent)) = (stored.case, stored.sent.get(&no)) else { return Err(Error::NotFound) };
    let offer = stored.thread.giver.offer(no).ok_or(Error::NotFound)?;
    let (kind, purpose) = (offer.opening.kind, offer.opening.purpose);
    let (basis, documents) = (sent.basis.clone(), files.clone());
    let ask = Ask { person: stored.person, peer: stored.peer, kind, purpose, basis, documents };
    let before: casework::Extract = minicbor::decode(&sent.extract.0).map_err(|_| Problem::new("extract.damaged"))?;
    let later: Vec<casework::Extract> =
        sent.supplements.iter().filter_map(|bytes| minicbor::decode(&bytes.0).ok()).collect();
    let case = tx.load::<CaseStream>(case.bytes()).await?.ok_or(Error::NotFound)?;
    let cut = source::decide_share(tx, desk, (&case.state, &ask), sent.accord.2).await?;
    let mut extract = cut.extract(&case.state, before.alias, tx.now());
    let known = |name: &String, value: &casework::extract::FieldValue| {
        let last =
            later.iter().rev().find_map(|extract| extract.fields.0.get(name)).or_else(|| before.fields.0.get(name));
        last.is_some_and(|last| last.value == value.value)
    };
    extract.fields.0.retain(|name, value| !name.starts_with("status.") && !known(name, value));
    if extract.fields.0.is_empty() && extract.attachments.is_empty() {
        return Err(nothing_new(&cut));
    }
    let bytes = minicbor::to_vec(&extract).unwrap_or_default();
    fits(&bytes, &cut)?;
    let hash = seal::hash::extract_hash(&bytes);
    let nth = u32::try_from(sent.supplements.len() + 1).unwrap_or(u32::MAX);
    let mut frozen = vec![OfferEvent::SupplementFrozen(no, Bytes(bytes))];
    frozen.extend((!cut.documents.is_empty()).then(|| OfferEvent::DocumentsFrozen(no, cut.sent(nth))));
    tx.append(stored, frozen).await?;
    super::quota::count_sent(tx, stored.peer).await?;
    Ok(GiverEvent::Supplement { offer_no: no, hash })
}

/// Why a supplement would be empty: a document was chosen and must stay, or nothing changed.
fn nothing_new(cut: &Cut) -> Error {
    let stays = cut.documents.iter().find_map(|seen| seen.refusal());
    let code = stays.and_then(base::Code::named);
    code.map_or_else(|| Problem::new("offer.nothing-new").into(), |code| Problem::new(code.0).into())
}

/// Asks the accord again for an accepted or open offer, and gives or withdraws (FEDERATION.md 6 and 7). A restored giver
/// does not give before the taker told what it forgot: the offer may have ended (ADR 33).
pub async fn decide_again(desk: &Desk, tx: &mut Tx, stored: &mut Stored<OfferStream>, no: u32) -> Result<(), Error> {
    let Some(state) = stored.thread.giver.state(no) else { return Ok(()) };
    let still = still_permitted(desk, tx, stored, no).await?;
    if still.is_none() && super::recovered::waits_for(tx, stored.peer).await? {
        return Ok(());
    }
    let event = match (state, still) {
        (GiverState::Accepted, None) => GiverEvent::Permitted(no),
        (GiverState::Open | GiverState::Accepted, Some(reason)) => GiverEvent::Denied(no, reason),
        _ => return Ok(()),
    };
    step(desk, tx, stored, ThreadEvent::Giver(event)).await?;
    follow::note(desk, tx, stored, no).await
}

/// The file of a given offer, for a taker that has it not: without a field where nothing may leave any more, so that a case is
/// never without an owner. Nothing while it is on its way, nor of a handover that this store cannot prove.
pub async fn file_once_more(desk: &Desk, tx: &mut Tx, stored: &Stored<OfferStream>, no: u32) -> Result<(), Error> {
    let is_handover = stored.thread.giver.offer(no).is_some_and(|offer| offer.opening.own.is_some());
    if is_handover && stored.sent.get(&no).is_none_or(|sent| sent.own_signature.is_none()) {
        return Ok(());
    }
    for out in mail::unfinished(tx, ThreadId::from_bytes(stored.id), 24).await? {
        if crate::inbox::offer_of(tx, &out).await? == Some(no) {
            return Ok(());
        }
    }
    let message = match still_permitted(desk, tx, stored, no).await? {
        None => effects::file(tx, stored, no).await?,
        Some(_) => effects::file_without_fields(tx, stored, no).await?,
    };
    effects::send(tx, stored, no, &message).await
}

/// Whether every field that was frozen is permitted now; else why not.
async fn still_permitted(
    desk: &Desk,
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    no: u32,
) -> Result<Option<WithdrawReason>, Error> {
    let (Some(case), Some(sent)) = (stored.case, stored.sent.get(&no)) else { return Ok(Some(WithdrawReason::Accord)) };
    let Some(offer) = stored.thread.giver.offer(no) else { return Ok(Some(WithdrawReason::Accord)) };
    let case = match tx.load::<CaseStream>(case.bytes()).await {
        Ok(Some(case)) => case,
        Ok(None) | Err(store::StoreError::Erased) => return Ok(Some(WithdrawReason::NeedGone)),
        Err(error) => return Err(error.into()),
    };
    // What was frozen names the consents it rests on: another one, given since, does not stand in for one that is gone. And
    // nothing leaves a case that a withdrawal froze until its manager has decided.
    let holds = |id: &[u8; 16]| {
        case.consents.get(&base::ConsentId::from_bytes(*id)).is_some_and(|consent| consent.holds(tx.now()))
    };
    if case.frozen || !sent.consents.iter().all(holds) {
        return Ok(Some(WithdrawReason::Consent));
    }
    let (kind, purpose) = (offer.opening.kind, offer.opening.purpose);
    let documents = sent.documents.iter().filter(|document| document.goes()).map(|document| document.id).collect();
    let basis = sent.basis.clone();
    let ask = Ask { person: stored.person, peer: stored.peer, kind, purpose, basis, documents };
    let cut = source::decide_again(tx, desk, &case.state, &ask).await?;
    let permitted: Vec<&str> = cut.permitted().map(|seen| seen.line.field.as_str()).collect();
    let lost: Vec<&super::stream::Line> =
        sent.lines.iter().filter(|l| l.clause.is_some() && !permitted.contains(&l.field.as_str())).collect();
    // A field that was emptied since is not a refusal: the frozen extract stays what was offered.
    let refused = lost.iter().find_map(|line| {
        let now = cut.fields.iter().find(|seen| seen.line.field == line.field)?;
        now.line.refusal.clone()
    });
    let refused = refused.or_else(|| cut.documents.iter().find_map(|seen| seen.refusal().map(str::to_owned)));
    Ok(refused.map(|code| if code.starts_with("consent.") { WithdrawReason::Consent } else { WithdrawReason::Accord }))
}
