//! What follows from a step of the offer machine, carried out in the same transaction: messages, ownership, alarms.

use crate::act::Desk;
use crate::cases::CaseStream;
use crate::error::Error;
use crate::mail::{self, Destination, Options, ThreadKind};
use crate::offers::stream::{OfferEvent, OfferStream, Sent};
use crate::partners::accord::flow::passed;
use crate::wire::{self, Message};
use base::{Bytes, Digest, NodeId, Problem, Redacted, ThreadId};
use casework::offer::{Effect, OfferKind, Opening, OwnNext, Send, ThreadEvent, refused};
use casework::words::{Purpose, Urgency};
use store::{Read, Stored, Tx};

/// Longest text of a message, in characters (FEDERATION.md 4).
const TEXT_CHARS_MAX: usize = 1_000;

/// What both sides of a handover sign under (FEDERATION.md 6).
pub const OWN_CONTEXT: &str = "simpul/own/1";

/// Moves the machine and carries out what follows. A refused event changes nothing.
pub async fn step(desk: &Desk, tx: &mut Tx, stored: &mut Stored<OfferStream>, event: ThreadEvent) -> Result<(), Error> {
    let effects = try_on(stored, &event)?;
    tx.append(stored, vec![OfferEvent::Moved(event)]).await?;
    for effect in effects {
        carry_out(desk, tx, stored, effect).await?;
    }
    Ok(())
}

/// What would follow, without changing anything.
fn try_on(stored: &Stored<OfferStream>, event: &ThreadEvent) -> Result<Vec<Effect>, Problem> {
    let number = match event {
        ThreadEvent::Giver(event) => event.offer_no(),
        ThreadEvent::Taker(event) => event.offer_no(),
    };
    stored.state.thread.clone().on(event).map_err(|code| refused(code, number))
}

async fn carry_out(desk: &Desk, tx: &mut Tx, stored: &mut Stored<OfferStream>, effect: Effect) -> Result<(), Error> {
    match effect {
        Effect::Send(no, message) => {
            if matches!(message, Send::Withdraw(..) | Send::Expire(_)) {
                // The offer itself need not go any more, and the message of its end says so.
                mail::void_kind(tx, ThreadId::from_bytes(stored.id), 16).await?;
            }
            let message = to_wire(desk, tx, stored, no, message).await?;
            send(tx, stored, no, &message).await?;
            count(desk, tx, stored, &message).await
        }
        Effect::HidePreview(no) => super::files::hide(tx, stored, no).await,
        Effect::HideData(no, hashes, kind) => hide(desk, tx, stored, no, (&hashes, kind)).await,
        Effect::OwnershipEnds(_, _) => crate::offers::ownership::give_up(desk, tx, stored).await,
        Effect::OwnershipBegins(no, own) => crate::offers::ownership::take_on(desk, tx, stored, no, own).await,
        Effect::Escalate(no, level) => crate::offers::ownership::escalate(tx, stored, no, level).await,
        // Shown by the lists of offers, which follow from the same events.
        Effect::Tell(..) | Effect::DutyBegins(_) | Effect::DutyEnds(_) => Ok(()),
    }
}

/// Counts what a file or a supplement gives under each clause.
async fn count(desk: &Desk, tx: &mut Tx, stored: &Stored<OfferStream>, message: &Message) -> Result<(), Error> {
    let bytes = match message {
        Message::CaseExtract(file) => file.extract.as_deref(),
        Message::CaseSupplement(later) => later.extract.as_deref(),
        _ => return Ok(()),
    };
    let Some(given) = bytes.and_then(|bytes| minicbor::decode::<casework::Extract>(bytes).ok()) else { return Ok(()) };
    passed(tx, (desk.me.id, stored.peer), true, &given.fields).await
}

/// Hides what rests on withdrawn consents: a referral's file goes; a handover's case is frozen for its manager.
async fn hide(
    desk: &Desk,
    tx: &mut Tx,
    stored: &mut Stored<OfferStream>,
    no: u32,
    (hashes, kind): (&[[u8; 32]], OfferKind),
) -> Result<(), Error> {
    let rests = stored.came.get(&no).is_some_and(|came| crate::offers::source::rests_on(came, hashes));
    if !rests {
        return Ok(());
    }
    match kind {
        OfferKind::Referral => super::files::hide(tx, stored, no).await,
        OfferKind::Handover => crate::offers::ownership::freeze(desk, tx, stored).await,
    }
}

/// Freezes a message of this thread into the outbox.
pub async fn send(tx: &mut Tx, stored: &Stored<OfferStream>, no: u32, message: &Message) -> Result<(), Error> {
    let to = Destination {
        peer: stored.peer,
        thread: ThreadId::from_bytes(stored.id),
        kind: ThreadKind::Case,
        subject: Some(stored.id),
    };
    let attachments = super::documents::attachments(tx, stored, (no, message)).await?;
    let options = Options { attachments, ..options(stored, no, message) };
    mail::send(tx, &to, message, options).await.map(drop).map_err(|error| match error {
        mail::SendError::Store(error) => Error::Store(error),
        mail::SendError::Refused(problem) => Error::Problem(problem),
    })
}

fn options(stored: &Stored<OfferStream>, no: u32, message: &Message) -> Options {
    let given = stored.thread.giver.offer(no).map(|offer| &offer.opening);
    let taken = stored.thread.taker.offer(no).and_then(|offer| offer.opening.as_ref());
    let opening: Option<&Opening> = given.or(taken);
    let accord = stored.sent.get(&no).map(|sent| &sent.accord).or(stored.came.get(&no).map(|came| &came.accord));
    // Only what carries fields rests on consents; a withdrawal must not stop its own message.
    let carries = match message {
        Message::OfferOpen(_) | Message::CaseSupplement(_) => true,
        Message::CaseExtract(file) => file.extract.is_some(),
        _ => false,
    };
    let mut grounds: Vec<[u8; 16]> = Vec::new();
    if let (true, Some(sent)) = (carries, stored.sent.get(&no)) {
        grounds.extend(&sent.consents);
        grounds.push(crate::partners::accord::accord_ground(&sent.accord.0));
    }
    Options {
        accord: accord.map(|(id, version, hash)| seal::AccordRef { id: id.clone(), version: *version, hash: hash.0 }),
        purpose: opening.map(|opening| opening.purpose.word().to_owned()),
        trace: stored.sent.get(&no).filter(|_| carries).map(trace),
        grounds,
        red: opening.is_some_and(|opening| opening.urgency == Urgency::Red),
        ..Options::default()
    }
}

/// Body 15: SHA-256 of [engine version, accord hash, [[field, clause or code]]] (FEDERATION.md 7).
pub fn trace(sent: &Sent) -> Digest {
    let of_documents = sent.documents.iter().flat_map(|document| &document.lines);
    trace_of(sent.accord.2, &sent.lines.iter().chain(of_documents).collect::<Vec<_>>())
}

/// The same of any lines under an accord.
pub(crate) fn trace_of(accord: Digest, lines: &[&super::stream::Line]) -> Digest {
    let mut bytes = Vec::new();
    let mut encoder = minicbor::Encoder::new(&mut bytes);
    let count = u64::try_from(lines.len()).unwrap_or(0);
    let written = (|| {
        encoder.array(3)?.u32(accord::ENGINE)?.bytes(&accord.0)?.array(count)?;
        for line in lines {
            let why = line.clause.as_deref().or(line.refusal.as_deref()).unwrap_or("");
            encoder.array(2)?.str(&line.field)?.str(why)?;
        }
        Ok::<(), minicbor::encode::Error<std::convert::Infallible>>(())
    })();
    debug_assert!(written.is_ok(), "a vector takes every byte");
    Digest(seal::hash::sha256(&[&bytes]))
}

async fn to_wire(
    desk: &Desk,
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    no: u32,
    what: Send,
) -> Result<Message, Error> {
    let offer_no = u64::from(no);
    Ok(match what {
        Send::Open(opening) => {
            let conflict = conflict(tx, stored, opening.purpose).await?;
            Message::OfferOpen(wire::OfferOpen { conflict, ..open(stored, &opening)? })
        }
        Send::Seen => Message::OfferSeen(wire::Seen { offer_no, role: role(stored), seen_at: tx.now().seconds() }),
        Send::Ask(text) => Message::OfferAsk(wire::Talk { offer_no, text: cut(&text) }),
        Send::Tell(text) => Message::OfferTell(wire::Talk { offer_no, text: cut(&text) }),
        Send::Accept { due_at, own } => {
            let own_signature = match own {
                Some(own) => Some(countersign(tx, desk, stored, no, own).await?),
                None => None,
            };
            let due_at = due_at.seconds();
            Message::OfferAccept(wire::Accept { offer_no, role: role(stored), due_at, own_signature })
        }
        Send::Decline { reason, text, other_node } => Message::OfferDecline(wire::Decline {
            offer_no,
            reason: reason.number().into(),
            text: optional(&text),
            other_node: other_node.and_then(|node| node.parse::<NodeId>().ok()),
        }),
        Send::Withdraw(reason, text) => {
            Message::OfferWithdraw(wire::Withdraw { offer_no, reason: reason.number().into(), text: optional(&text) })
        }
        Send::Expire(reason) => {
            Message::OfferExpire(wire::Expire { offer_no, reason: reason.number().into(), text: None })
        }
        Send::Extract(own) => Message::CaseExtract(extract(tx, stored, no, own).await?),
        Send::Supplement { no: supplement_no, hash } => Message::CaseSupplement(wire::Supplement {
            offer_no,
            supplement_no: supplement_no.into(),
            extract: stored.sent.get(&no).and_then(|sent| sent.supplements.last()).map(|bytes| bytes.0.clone()),
            extract_hash: Digest(hash),
        }),
        Send::Complete(outcome, text) => Message::OfferComplete(wire::Complete {
            offer_no,
            outcome: outcome.number().into(),
            done_at: tx.now().seconds(),
            text: optional(&text),
        }),
        Send::ConsentWithdrawn { hashes, erase } => Message::ConsentWithdraw(wire::ConsentWithdraw {
            alias: stored.sent.get(&no).map(|sent| sent.alias).unwrap_or_default(),
            consent_hashes: wire::List(hashes.into_iter().map(Digest).collect()),
            codes: wire::List(vec!["C4".into()]),
            withdrawn_at: tx.now().seconds(),
            erase,
        }),
    })
}

/// The side that speaks, as a role word: never a person's name.
fn role(_: &Stored<OfferStream>) -> String {
    "REFERRAL_DESK".to_owned()
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

fn optional(text: &str) -> Option<String> {
    let text = cut(text.trim());
    (!text.is_empty()).then_some(text)
}

/// What lets a legal-aid body see a conflict before anybody is named; nothing where the case names no suspect.
async fn conflict(
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    purpose: Purpose,
) -> Result<Option<wire::List<[u8; 8]>>, Error> {
    let Some(case) = stored.case.filter(|_| purpose == Purpose::LegalAid) else { return Ok(None) };
    let Some(case) = tx.load::<CaseStream>(case.bytes()).await? else { return Ok(None) };
    let values = crate::aid::conflict::of_case(&case, ThreadId::from_bytes(stored.id));
    Ok((!values.is_empty()).then_some(wire::List(values)))
}

fn open(stored: &Stored<OfferStream>, opening: &Opening) -> Result<wire::OfferOpen, Error> {
    let sent = stored.sent.get(&opening.offer_no).ok_or(Error::NotFound)?;
    let extract: casework::Extract = minicbor::decode(&sent.extract.0).map_err(|_| Problem::new("extract.damaged"))?;
    let preview = minicbor::to_vec(extract.preview()).unwrap_or_default();
    Ok(wire::OfferOpen {
        offer_no: opening.offer_no.into(),
        kind: opening.kind.number().into(),
        alias: sent.alias,
        urgency: urgency_number(opening.urgency),
        answer_by: opening.answer_by.seconds(),
        preview,
        extract_hash: Digest(opening.extract_hash),
        own: opening.own.map(|own| wire::OwnClaim {
            case_id: own.case.bytes(),
            own_no: own.own_no.into(),
            last: Digest(own.last),
        }),
        conflict: None,
    })
}

/// 1 RED, 2 AMBER, 3 GREEN.
pub const fn urgency_number(urgency: Urgency) -> u64 {
    match urgency {
        Urgency::Red => 1,
        Urgency::Amber => 2,
        Urgency::Green => 3,
    }
}

/// The record both sides sign, from what both know.
pub fn own_record(own: OwnNext, (from, to): (NodeId, NodeId), extract_hash: [u8; 32], accord: Digest) -> Vec<u8> {
    minicbor::to_vec(casework::extract::OwnRecord {
        case: own.case.bytes(),
        own_no: own.own_no,
        from: from.bytes(),
        to: to.bytes(),
        extract_hash,
        last: own.last,
        accord: accord.0,
    })
    .unwrap_or_default()
}

/// This node's signature over "simpul/own/1" || record, with its identity key.
pub async fn sign_own(tx: &mut Tx, record: &[u8]) -> Result<[u8; 64], Error> {
    let secret = tx.secret("identity").await?.ok_or(Problem::new("seal.no-identity"))?;
    let secret: [u8; 32] = secret.try_into().map_err(|_| Problem::new("seal.no-identity"))?;
    Ok(seal::IdentityKey::from_bytes(&secret).sign(OWN_CONTEXT, record))
}

async fn countersign(
    tx: &mut Tx,
    desk: &Desk,
    stored: &Stored<OfferStream>,
    no: u32,
    own: OwnNext,
) -> Result<[u8; 64], Error> {
    let came = stored.came.get(&no).ok_or(Error::NotFound)?;
    let opening = stored.thread.taker.offer(no).and_then(|offer| offer.opening.as_ref()).ok_or(Error::NotFound)?;
    let record = own_record(own, (stored.peer, desk.me.id), opening.extract_hash, came.accord.2);
    sign_own(tx, &record).await
}

async fn extract(
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    no: u32,
    own: Option<OwnNext>,
) -> Result<wire::Extract, Error> {
    let sent = stored.sent.get(&no).ok_or(Error::NotFound)?.clone();
    let own_record = match (own, sent.own_record, sent.own_signature) {
        (Some(_), Some(record), Some(taker)) => {
            let giver = sign_own(tx, &record.0).await?;
            let taker = taker.0.try_into().map_err(|_| Problem::new("offer.bad-signature"))?;
            Some(wire::SignedOwn { record: record.0, giver, taker })
        }
        (None, ..) => None,
        _ => return Err(Problem::new("offer.bad-signature").into()),
    };
    Ok(wire::Extract { offer_no: no.into(), extract: Some(sent.extract.0), own_record })
}

/// The file of a given offer without its fields: what a withdrawal stopped on the way. The taker's acceptance ends all the
/// same, and a handover moves the case, so that it never stands without an owner (I1, I2, I12).
pub async fn file_without_fields(tx: &mut Tx, stored: &Stored<OfferStream>, no: u32) -> Result<Message, Error> {
    let Message::CaseExtract(file) = file(tx, stored, no).await? else { return Err(Error::NotFound) };
    Ok(Message::CaseExtract(wire::Extract { extract: None, ..file }))
}

/// The file of a given offer as it was frozen.
pub async fn file(tx: &mut Tx, stored: &Stored<OfferStream>, no: u32) -> Result<Message, Error> {
    let own = stored.thread.giver.offer(no).ok_or(Error::NotFound)?.opening.own;
    Ok(Message::CaseExtract(extract(tx, stored, no, own).await?))
}

/// Notes a word said here or there.
pub async fn say(
    tx: &mut Tx,
    stored: &mut Stored<OfferStream>,
    no: u32,
    (here, text): (bool, &str),
) -> Result<(), Error> {
    let said = crate::offers::stream::Said { offer_no: no, here, text: Redacted::new(cut(text)), at: tx.now() };
    Ok(tx.append(stored, vec![OfferEvent::Said(said)]).await?)
}

/// Bytes as the streams keep them.
pub const fn bytes(bytes: Vec<u8>) -> Bytes {
    Bytes(bytes)
}
