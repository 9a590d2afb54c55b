//! What partners say of recruiters: checked again, then a mention that people judge; taken away when its sender says so, in whatever
//! order the two words come.

use super::compose::said_of;
use super::ruling::{CONFIDENCE, under};
use super::send::{cut, flow};
use super::stream::{AlertEvent, AlertStream, Claim, Known, Recall, Side};
use super::{alert, alert_id};
use crate::act::Desk;
use crate::error::Error;
use crate::inbox::accord_of;
use crate::mail::{Received, Verdict};
use crate::mentions::record::room_for;
use crate::mentions::{MentionEvent, MentionStream, Source};
use crate::partners::InForce;
use crate::partners::accord::flow::passed;
use crate::wire::{self, Message};
use base::{AlertId, NodeId, OfficerId, Problem, Timestamp, limits};
use casework::extract::Fields;
use recruiters::said::{Credibility, Grade, Recalling, Reliability, Withdrawing};
use std::borrow::Cow;
use store::{Read, Stored, Tx};

/// A claim as it came: a content of 40, or the correction in a 41.
#[derive(Clone, Copy, Debug)]
struct Raw<'a> {
    facts: &'a [(String, String)],
    source_grade: u64,
    confidence: u64,
    reports_min: u64,
    valid_until: i64,
}

/// A claim that may be here, and the code of a field that may not and was dropped unread.
struct Admitted {
    claim: Claim,
    fields: Fields,
    dropped: Option<&'static str>,
}

impl Admitted {
    fn verdict(&self) -> Verdict {
        self.dropped.map_or(Verdict::Applied, |code| Verdict::FieldsDropped(Cow::Borrowed(code)))
    }
}

/// Gives 40 and 41 their effect.
pub(crate) async fn said(desk: &Desk, tx: &mut Tx, got: &Received) -> Result<Verdict, Error> {
    on_its_thread(desk, got)?;
    match &got.message {
        Message::RecruiterAlert(said) => alerted(desk, tx, got, said).await,
        Message::RecruiterRecall(said) => recalled(desk, tx, got, said).await,
        _ => Ok(Verdict::Held("message.unknown".into())),
    }
}

/// 40: an alert, or the answer to one.
async fn alerted(desk: &Desk, tx: &mut Tx, got: &Received, said: &wire::RecruiterAlert) -> Result<Verdict, Error> {
    let accord = in_force(desk, tx, got).await?;
    let raw = Raw {
        facts: &said.facts.0,
        source_grade: said.source_grade,
        confidence: said.confidence,
        reports_min: said.reports_min,
        valid_until: said.valid_until,
    };
    let admitted = admitted(desk, tx.now(), &accord, (raw, said.answers.is_some()))?;
    let (id, from, verdict) = (alert_id(got.from, said.alert_no), got.from, admitted.verdict());
    // It was taken back before it came, or it is here already.
    if alert(tx, id).await?.is_some() {
        return Ok(Verdict::Applied);
    }
    let answers = said.answers.map(|no| alert_id(desk.me.id, no));
    if let Some(ours) = answers {
        known_there(tx, (ours, from), Some(&admitted.claim)).await?;
    }
    let claim = Box::new(admitted.claim.clone());
    let came = AlertEvent::Came { from, no: said.alert_no, claim, answers };
    let stored = tx.create::<AlertStream>(id.bytes(), vec![came]).await?;
    mention(tx, id, &stored).await?;
    passed(tx, (from, desk.me.id), false, &admitted.fields).await?;
    Ok(verdict)
}

/// 41: the alert is taken back, whatever becomes of its correction.
async fn recalled(desk: &Desk, tx: &mut Tx, got: &Received, said: &wire::RecruiterRecall) -> Result<Verdict, Error> {
    let (correction, verdict) = match &said.correction {
        None => (None, Verdict::Applied),
        Some(instead) => match correction(desk, tx, got, instead).await {
            Ok(admitted) => (Some(admitted.claim.clone()), admitted.verdict()),
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => (None, Verdict::FieldsDropped(Cow::Borrowed(error.problem().code.0))),
        },
    };
    let (id, place) = (alert_id(got.from, said.alert_no), (got.era, got.seq));
    let why = Recalling::from_number(said.reason);
    let found = alert(tx, id).await?;
    // What is over does not begin again.
    let correction = correction.filter(|_| found.as_ref().is_none_or(|stored| stored.due().is_some()));
    let corrects = correction.is_some();
    let recall = Recall { from: got.from, no: said.alert_no, why, correction, place, by: None };
    let event = AlertEvent::Recalled(Box::new(recall));
    let Some(mut stored) = found else {
        let stored = tx.create::<AlertStream>(id.bytes(), vec![event]).await?;
        mention(tx, id, &stored).await?;
        return Ok(verdict);
    };
    // The end is the end; of two corrections the later counts, in whatever order they come.
    if stored.is_recalled() || (stored.place >= place && corrects) {
        return Ok(Verdict::Applied);
    }
    take_away(tx, &stored, Withdrawing::TakenBack).await?;
    if let Some(ours) = stored.answers {
        // Where our alert is forgotten there is nothing to mend.
        if let Err(Error::Store(error)) = known_there(tx, (ours, got.from), None).await {
            return Err(error.into());
        }
    }
    tx.append(&mut stored, vec![event]).await?;
    if corrects {
        mention(tx, id, &stored).await?;
    }
    Ok(verdict)
}

async fn correction(desk: &Desk, tx: &mut Tx, got: &Received, said: &wire::CorrectedAlert) -> Result<Admitted, Error> {
    let accord = in_force(desk, tx, got).await?;
    let raw = Raw {
        facts: &said.facts.0,
        source_grade: said.source_grade,
        confidence: said.confidence,
        reports_min: said.reports_min,
        valid_until: said.valid_until,
    };
    room_for(tx, 1).await?;
    Ok(admitted(desk, tx.now(), &accord, (raw, false))?)
}

/// Alerts of two nodes have one thread.
fn on_its_thread(desk: &Desk, got: &Received) -> Result<(), Problem> {
    if got.thread == seal::hash::alert_thread(desk.me.id, got.from) {
        Ok(())
    } else {
        Err(Problem::new("message.malformed"))
    }
}

/// The accord that a message names, for this purpose.
async fn in_force(desk: &Desk, tx: &mut Tx, got: &Received) -> Result<InForce, Error> {
    if got.purpose.as_deref() != Some(accord::Word::word(accord::Purpose::RecruiterAlert)) {
        return Err(Problem::new("clause.purpose").into());
    }
    accord_of(desk, tx, got).await
}

/// The receiver's re-check (FEDERATION.md 7): own floors, then the accord; what may not be here is dropped unread. What is left
/// must be of somebody who can be known again.
fn admitted(
    desk: &Desk,
    now: Timestamp,
    accord: &InForce,
    (raw, answers): (Raw<'_>, bool),
) -> Result<Admitted, Problem> {
    let until = Timestamp::from_seconds(raw.valid_until).min(super::send::until(now, limits::ALERT_DAYS_MAX));
    if until <= now {
        return Err(Problem::new("alert.expired"));
    }
    // Read before it is judged: too many, twice, too long are no question for an accord.
    let facts = || raw.facts.iter().map(|(field, value)| (field.as_str(), value.as_str()));
    said_of(facts())?;
    let mut names: Vec<String> = facts().map(|(field, _)| field.to_owned()).collect();
    if !names.iter().any(|name| name == CONFIDENCE) {
        names.push(CONFIDENCE.to_owned());
    }
    let ruling = under(Some(accord), desk, now, (false, 0), &names);
    let refused = ruling.lines.iter().find_map(|line| line.refusal.as_deref().and_then(base::Code::named));
    let grade = Grade {
        source: *nth(Reliability::ALL, raw.source_grade).unwrap_or(&Reliability::F),
        said: *nth(Credibility::ALL, raw.confidence).unwrap_or(&Credibility::Unknown),
    };
    let said = said_of(facts().filter(|(field, _)| ruling.permits(field)))?;
    let claim = Claim { said, grade, reports: raw.reports_min.max(1), until };
    let claim = match (answers, cut(&claim, &ruling)) {
        (true, _) if ruling.permits(CONFIDENCE) && raw.facts.is_empty() => claim,
        (false, Some(claim)) => claim,
        // A field that may not be here names the refusal; else what is there is no recruiter.
        _ => return Err(refused.map_or_else(|| unreadable(&claim), |code| Problem::new(code.0))),
    };
    Ok(Admitted { claim, fields: flow(&ruling.lines), dropped: refused.map(|code| code.0) })
}

fn unreadable(claim: &Claim) -> Problem {
    claim.said.check().err().unwrap_or_else(|| Problem::new("message.malformed"))
}

fn nth<T>(all: &[T], number: u64) -> Option<&T> {
    all.get(usize::try_from(number).ok()?.checked_sub(1)?)
}

/// What an alert says becomes a mention. It waits for people, like any other.
async fn mention(tx: &mut Tx, id: AlertId, stored: &Stored<AlertStream>) -> Result<(), Error> {
    let (Some(mention), Some(claim)) = (stored.mention_here(id), &stored.claim) else { return Ok(()) };
    room_for(tx, 1).await?;
    let event = MentionEvent::Recorded {
        source: Source::Alert { alert: id, from: stored.from },
        said: Box::new(claim.said.clone()),
        grade: claim.grade,
        by: OfficerId::from_bytes(stored.from.bytes()),
        until: Some(claim.until),
    };
    tx.create::<MentionStream>(mention.bytes(), vec![event]).await?;
    Ok(())
}

/// The mention of what an alert says now counts no more.
pub(super) async fn take_away(tx: &mut Tx, stored: &Stored<AlertStream>, why: Withdrawing) -> Result<(), Error> {
    let Some(id) = stored.mention_here(AlertId::from_bytes(stored.id)) else { return Ok(()) };
    let Some(mut mention) = tx.load::<MentionStream>(id.bytes()).await? else { return Ok(()) };
    if mention.withdrawn.is_some() {
        return Ok(());
    }
    let by = OfficerId::from_bytes(stored.from.bytes());
    Ok(tx.append(&mut mention, vec![MentionEvent::Withdrawn { why, by }]).await?)
}

/// A partner says that it knows the recruiter of an alert of ours too, or no more.
async fn known_there(tx: &mut Tx, (ours, from): (AlertId, NodeId), claim: Option<&Claim>) -> Result<(), Error> {
    let found = alert(tx, ours).await?.filter(|ours| ours.side == Side::Out && ours.sent.contains_key(&from));
    let mut ours = found.ok_or_else(|| Problem::new("alert.unknown"))?;
    let event = match claim {
        Some(claim) => AlertEvent::KnownToo(from, Known { grade: claim.grade, reports: claim.reports }),
        None => AlertEvent::KnownNoMore(from),
    };
    Ok(tx.append(&mut ours, vec![event]).await?)
}
