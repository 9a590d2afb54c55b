//! Sending an alert, correcting it, taking it back, saying that it was read.

use super::compose::{Composed, compose, facts, only};
use super::ruling::{CONFIDENCE, Ruling, rule};
use super::stream::{AlertEvent, AlertStream, Claim, Going, Out, Recall, Side};
use super::{alert, alert_id};
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::inbox::message_of;
use crate::mail::{self, Destination, Options, Outgoing, ThreadKind};
use crate::mentions::record::{not_the_person, seen_by};
use crate::offers::Line;
use crate::offers::effects::trace_of;
use crate::offers::give::refusals_of;
use crate::offers::quota::count_sent;
use crate::partners::accord::{accord_ground, flow::passed};
use crate::partners::peer;
use crate::policy::{Deed, Permit};
use crate::wire::{self, Message};
use async_trait::async_trait;
use base::{AlertId, Digest, MentionId, NodeId, OfficerId, Problem, Redacted, Timestamp, limits};
use casework::extract::{FieldValue, Fields};
use recruiters::said::{Credibility, Grade, Recalling, Reliability, Said};
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, Stored, Tx};

/// The grade that says nothing: what goes where an accord keeps the true one.
const UNGRADED: Grade = Grade { source: Reliability::F, said: Credibility::Unknown };

/// Alerts partners about a recruiter. Nothing goes that the page did not show.
#[derive(Clone, Debug)]
pub struct SendAlert {
    /// The mentions of the recruiter.
    pub mentions: Vec<MentionId>,
    /// To whom.
    pub to: BTreeSet<NodeId>,
    /// Which fields.
    pub fields: BTreeSet<String>,
    /// Days for which it is good.
    pub days: i64,
    /// What the page showed.
    pub shown: Digest,
}

#[async_trait]
impl Act for SendAlert {
    const NAME: &'static str = "alert.send";
    const DEED: Deed = Deed::SendAlert;
    type Done = AlertId;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        all_seen_by(&self.mentions, by, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<AlertId, Error> {
        let composed = as_shown(tx, &self.mentions, self.shown).await?;
        if self.to.is_empty() {
            return Err(Problem::at("web.field-missing", "kepada").into());
        }
        if !(1..=limits::ALERT_DAYS_MAX).contains(&self.days) {
            return Err(Problem::at("alert.days", limits::ALERT_DAYS_MAX.to_string()).into());
        }
        let claim = composed.claim(&self.fields, tx.now().plus_hours(24 * self.days));
        claim.said.check()?;
        let first = *self.mentions.first().ok_or(Error::NotFound)?;
        let by = OfficerId::from_bytes(tx.origin().actor);
        let (fields, to) = (self.fields.clone(), BTreeMap::new());
        let mut out = Out { no: number(tx), mention: first, fields, claim, to, answers: None, by };
        for peer in &self.to {
            let going = send_to(desk, tx, *peer, &out).await?;
            out.to.insert(*peer, going);
        }
        let id = alert_id(desk.me.id, out.no);
        tx.create::<AlertStream>(id.bytes(), vec![AlertEvent::Sent(Box::new(out))]).await?;
        Ok(id)
    }
}

/// A number that no restore gives twice; small enough for any reader of CBOR.
pub(super) fn number(tx: &Tx) -> u64 {
    u64::from_be_bytes(tx.chance().bytes()) >> 11
}

async fn all_seen_by(mentions: &[MentionId], by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
    let mut refusals = Vec::new();
    for id in mentions {
        refusals.extend(seen_by(*id, by, tx).await?);
    }
    Ok(refusals)
}

/// What is said of a recruiter now, if it is what the page showed and nothing of a protected person.
async fn as_shown(tx: &mut Tx, mentions: &[MentionId], shown: Digest) -> Result<Composed, Error> {
    let composed = compose(tx, mentions).await?.ok_or_else(|| Problem::new("alert.not-ours"))?;
    if composed.digest() != shown {
        return Err(Problem::new("alert.changed").into());
    }
    // Her case may have learned her name since he was recorded.
    for source in &composed.sources {
        match not_the_person(tx, *source, &composed.said).await {
            // A source that was erased says nothing of her any more.
            Err(Error::NotFound | Error::Store(store::StoreError::Erased)) | Ok(()) => {}
            refused => refused?,
        }
    }
    Ok(composed)
}

/// The fields that a claim asks an accord for.
pub(super) fn asked(said: &Said) -> Vec<String> {
    let mut fields: Vec<String> = facts(said).into_iter().map(|(field, _)| field.to_owned()).collect();
    fields.push(CONFIDENCE.to_owned());
    fields
}

/// A claim without what may not go. `None` if nobody could be known by it.
pub(super) fn cut(claim: &Claim, ruling: &Ruling) -> Option<Claim> {
    let said = only(&claim.said, |field| ruling.permits(field));
    let (grade, reports) = if ruling.permits(CONFIDENCE) { (claim.grade, claim.reports) } else { (UNGRADED, 1) };
    said.check().ok().map(|()| Claim { said, grade, reports, until: claim.until })
}

/// Decides for one partner, and freezes what goes there.
async fn send_to(desk: &Desk, tx: &mut Tx, to: NodeId, out: &Out) -> Result<Going, Error> {
    peer(tx, to).await?.ok_or(Error::NotFound)?;
    let ruling = rule(tx, desk, to, &asked(&out.claim.said)).await?;
    let Some(mut claim) = cut(&out.claim, &ruling) else {
        return Err(Error::Refused(refusals_of(ruling.lines.iter())));
    };
    let kept = ruling.keep_days.and_then(|days| i64::try_from(days).ok()).unwrap_or(limits::ALERT_DAYS_MAX);
    claim.until = claim.until.min(tx.now().plus_hours(24 * kept));
    freeze(desk, tx, to, (out.no, None), (&claim, ruling)).await
}

/// Freezes a message 40, and counts it.
pub(super) async fn freeze(
    desk: &Desk,
    tx: &mut Tx,
    to: NodeId,
    (alert_no, answers): (u64, Option<u64>),
    (claim, ruling): (&Claim, Ruling),
) -> Result<Going, Error> {
    let accord = ruling.accord.ok_or_else(|| Problem::new("accord.not-party"))?;
    let said = corrected(claim);
    let message = Message::RecruiterAlert(wire::RecruiterAlert {
        alert_no,
        facts: said.facts,
        source_grade: said.source_grade,
        confidence: said.confidence,
        reports_min: said.reports_min,
        valid_until: said.valid_until,
        answers,
    });
    let trace = trace_of(accord.2, &ruling.lines.iter().collect::<Vec<_>>());
    tx.grounds(&[Deed::SendAlert.word()], Some(trace.0));
    let sent = post(desk, tx, to, (&message, options(&accord, (trace, answers)))).await?;
    count_sent(tx, to).await?;
    passed(tx, (desk.me.id, to), true, &flow(&ruling.lines)).await?;
    Ok(Going { accord, lines: ruling.lines, era: sent.era, seq: sent.seq })
}

/// An alert that waits at a partner behind a number that was taken back goes anew behind it, if it may still go.
pub(crate) async fn say_anew(desk: &Desk, tx: &mut Tx, out: &Outgoing) -> Result<bool, Error> {
    let Some(Message::RecruiterAlert(said)) = message_of(tx, out).await? else { return Ok(false) };
    let Some(mut stored) = alert(tx, alert_id(desk.me.id, said.alert_no)).await? else { return Ok(false) };
    let goes = super::still_goes(desk, tx, out).await?;
    mail::void(tx, out.clone()).await?;
    let Some(going) = stored.sent.get(&out.peer).filter(|_| goes).cloned() else { return Ok(false) };
    let trace = trace_of(going.accord.2, &going.lines.iter().collect::<Vec<_>>());
    tx.grounds(&[Deed::SendAlert.word()], Some(trace.0));
    let options = options(&going.accord, (trace, said.answers));
    let sent = post(desk, tx, out.peer, (&Message::RecruiterAlert(said), options)).await?;
    let going = Going { era: sent.era, seq: sent.seq, ..going };
    tx.append(&mut stored, vec![AlertEvent::Anew(out.peer, Box::new(going))]).await?;
    Ok(true)
}

/// Names of fields and their clauses, for the counts of an accord.
pub(super) fn flow(lines: &[Line]) -> Fields {
    let field = |line: &Line| {
        let (value, basis) = (Redacted::default(), line.basis.clone().unwrap_or_default());
        Some((line.field.clone(), FieldValue { value, clause: line.clause.clone()?, basis }))
    };
    Fields(lines.iter().filter_map(field).collect())
}

/// What goes with a message 40.
fn options(accord: &(String, u64, Digest), (trace, answers): (Digest, Option<u64>)) -> Options {
    let critical = answers.map(|_| 7).into_iter().collect();
    Options { grounds: vec![accord_ground(&accord.0)], critical, ..under(accord, trace) }
}

fn under((id, version, hash): &(String, u64, Digest), trace: Digest) -> Options {
    Options {
        accord: Some(seal::AccordRef { id: id.clone(), version: *version, hash: hash.0 }),
        purpose: Some(accord::Word::word(accord::Purpose::RecruiterAlert).to_owned()),
        trace: Some(trace),
        ..Options::default()
    }
}

async fn post(
    desk: &Desk,
    tx: &mut Tx,
    peer: NodeId,
    (message, options): (&Message, Options),
) -> Result<mail::Sent, Error> {
    let thread = seal::hash::alert_thread(desk.me.id, peer);
    let to = Destination { peer, thread, kind: ThreadKind::Alert, subject: None };
    mail::send(tx, &to, message, options).await.map_err(|error| match error {
        mail::SendError::Store(error) => Error::Store(error),
        mail::SendError::Refused(problem) => Error::Problem(problem),
    })
}

/// A claim on the wire.
fn corrected(claim: &Claim) -> wire::CorrectedAlert {
    let place = |at: Option<usize>| at.and_then(|at| u64::try_from(at + 1).ok()).unwrap_or(6);
    let facts = facts(&claim.said).into_iter().map(|(field, value)| (field.to_owned(), value.expose().clone()));
    wire::CorrectedAlert {
        facts: wire::List(facts.collect()),
        source_grade: place(Reliability::ALL.iter().position(|one| *one == claim.grade.source)),
        confidence: place(Credibility::ALL.iter().position(|one| *one == claim.grade.said)),
        reports_min: claim.reports,
        valid_until: claim.until.seconds(),
    }
}

/// Takes an alert back, at every receiver. No accord is asked: it shrinks what they may believe.
#[derive(Clone, Copy, Debug)]
pub struct RecallAlert {
    /// Which.
    pub alert: AlertId,
    /// Why.
    pub why: Recalling,
}

#[async_trait]
impl Act for RecallAlert {
    const NAME: &'static str = "alert.recall";
    const DEED: Deed = Deed::SendAlert;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        met_by(self.alert, by, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let by = OfficerId::from_bytes(tx.origin().actor);
        recall(desk, tx, self.alert, (self.why, None, Some(by))).await
    }
}

/// Corrects an alert: what is believed now takes its place at every receiver to whom an accord still lets it go; at the others
/// it is taken back.
#[derive(Clone, Debug)]
pub struct CorrectAlert {
    /// Which.
    pub alert: AlertId,
    /// Why.
    pub why: Recalling,
    /// The mentions of the recruiter.
    pub mentions: Vec<MentionId>,
    /// What the page showed.
    pub shown: Digest,
}

#[async_trait]
impl Act for CorrectAlert {
    const NAME: &'static str = "alert.correct";
    const DEED: Deed = Deed::SendAlert;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let mut refusals = met_by(self.alert, by, tx).await?;
        refusals.extend(all_seen_by(&self.mentions, by, tx).await?);
        Ok(refusals)
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let stored = alert(tx, self.alert).await?.ok_or(Error::NotFound)?;
        // Of him and of nobody else.
        let is_his = stored.mention.is_some_and(|mention| self.mentions.contains(&mention));
        let (Some(before), true) = (&stored.claim, is_his) else { return Err(Error::NotFound) };
        let composed = as_shown(tx, &self.mentions, self.shown).await?;
        let claim = composed.claim(&stored.fields, before.until);
        claim.said.check()?;
        if claim == *before {
            return Err(Problem::new("alert.unchanged").into());
        }
        let by = OfficerId::from_bytes(tx.origin().actor);
        recall(desk, tx, self.alert, (self.why, Some(claim), Some(by))).await
    }
}

/// Tells every receiver, and voids what has not left. What is over by its time may still be taken back, not corrected.
pub(super) async fn recall(
    desk: &Desk,
    tx: &mut Tx,
    id: AlertId,
    (why, correction, by): (Recalling, Option<Claim>, Option<OfficerId>),
) -> Result<(), Error> {
    let mut stored = alert(tx, id).await?.filter(|stored| stored.side == Side::Out).ok_or(Error::NotFound)?;
    if stored.is_recalled() || (correction.is_some() && stored.due().is_none()) {
        return Err(Problem::new("alert.over").into());
    }
    for (peer, going) in stored.sent.clone() {
        let thread = seal::hash::alert_thread(desk.me.id, peer);
        if let Some(out) = Outgoing::read(tx, thread, going.era, going.seq).await? {
            mail::void(tx, out).await?;
        }
        let (correction, options) = match &correction {
            Some(claim) => instead(desk, tx, peer, claim).await?,
            None => (None, Options::default()),
        };
        let message =
            Message::RecruiterRecall(wire::RecruiterRecall { alert_no: stored.no, reason: why.number(), correction });
        post(desk, tx, peer, (&message, options)).await?;
    }
    let recall = Recall { from: desk.me.id, no: stored.no, why, correction, place: (0, 0), by };
    Ok(tx.append(&mut stored, vec![AlertEvent::Recalled(Box::new(recall))]).await?)
}

/// What a partner is told instead; nothing, where no accord lets it go any more.
async fn instead(
    desk: &Desk,
    tx: &mut Tx,
    peer: NodeId,
    claim: &Claim,
) -> Result<(Option<wire::CorrectedAlert>, Options), Error> {
    let ruling = rule(tx, desk, peer, &asked(&claim.said)).await?;
    let (Some(claim), Some(accord)) = (cut(claim, &ruling), &ruling.accord) else {
        return Ok((None, Options::default()));
    };
    let trace = trace_of(accord.2, &ruling.lines.iter().collect::<Vec<_>>());
    count_sent(tx, peer).await?;
    passed(tx, (desk.me.id, peer), true, &flow(&ruling.lines)).await?;
    Ok((Some(corrected(&claim)), under(accord, trace)))
}

/// Whom an alert is about meets nothing of it.
async fn met_by(id: AlertId, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
    let stored = alert(tx, id).await?.ok_or(Error::NotFound)?;
    let is_meant = by.officer().is_some_and(|staff| stored.card(id).shuts(staff));
    if is_meant { Err(Error::NotFound) } else { Ok(Vec::new()) }
}

/// Says that what is new of an alert was read.
#[derive(Clone, Copy, Debug)]
pub struct ReadAlert(pub AlertId);

#[async_trait]
impl Act for ReadAlert {
    const NAME: &'static str = "alert.read";
    const DEED: Deed = Deed::JudgePair;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        met_by(self.0, by, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut stored: Stored<AlertStream> = alert(tx, self.0).await?.ok_or(Error::NotFound)?;
        if !stored.unread {
            return Ok(());
        }
        let by = OfficerId::from_bytes(tx.origin().actor);
        Ok(tx.append(&mut stored, vec![AlertEvent::Read(by)]).await?)
    }
}

/// The end of what is said for so many days from now.
pub(super) fn until(now: Timestamp, days: i64) -> Timestamp {
    now.plus_hours(24 * days)
}
