//! "Both of us know this recruiter": who says that a partner's alert and a mention of this node are one person lets the partner
//! know, where the accord permits it both ways; nothing of the recruiter goes back (ADR 50).

use super::ruling::{CONFIDENCE, under};
use super::send::{freeze, number, recall};
use super::stream::{AlertEvent, AlertStream, Claim, Out, Side};
use super::{alert, alert_id, rule};
use crate::act::Desk;
use crate::error::Error;
use crate::mentions::{MentionStream, PairStream, Source};
use crate::partners::accord_between;
use base::{AlertId, NodeId, OfficerId, Problem, limits};
use recruiters::judged::{Pair, Verdict};
use recruiters::said::{Grade, Recalling, Said};
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, Stored, Tx};

/// After a judgement over a pair, or its undoing: the partner is told, or told that it holds no more.
pub(crate) async fn judged(desk: &Desk, tx: &mut Tx, pair: Pair) -> Result<(), Error> {
    let Some((id, grade)) = theirs_and_ours(tx, pair).await? else { return Ok(()) };
    let Some(mut stored) = alert(tx, id).await?.filter(|alert| alert.due().is_some()) else { return Ok(()) };
    let same = is_same(tx, pair).await?;
    let before = match stored.told {
        Some(answer) => alert(tx, answer).await?.filter(|answer| !answer.is_recalled()),
        None => None,
    };
    match before {
        Some(answer) if !same && answer.rests_on == Some(pair) => {
            let by = OfficerId::from_bytes(tx.origin().actor);
            recall(desk, tx, AlertId::from_bytes(answer.id), (Recalling::Mistaken, None, Some(by))).await
        }
        None if same => tell(desk, tx, &mut stored, (pair, grade)).await,
        _ => Ok(()),
    }
}

/// The partner's alert of a pair, and how good our own mention is: if one is theirs and the other ours.
async fn theirs_and_ours(tx: &mut Tx, pair: Pair) -> Result<Option<(AlertId, Grade)>, Error> {
    let (mut theirs, mut ours) = (None, None);
    for id in pair.both() {
        let stored = tx.load::<MentionStream>(id.bytes()).await?.ok_or(Error::NotFound)?;
        match stored.source {
            Source::Alert { alert, .. } => theirs = Some(alert),
            _ => ours = Some(stored.grade),
        }
    }
    Ok(theirs.zip(ours))
}

/// Whether somebody says one person of a pair and nobody says two.
async fn is_same(tx: &mut Tx, pair: Pair) -> Result<bool, Error> {
    let stored = tx.load::<PairStream>(PairStream::id(pair)).await?;
    let judgements = stored.map(|stored| stored.judgements.clone()).unwrap_or_default();
    let says = |verdict| judgements.iter().any(|one| one.verdict == verdict);
    Ok(says(Verdict::Same) && !says(Verdict::Different))
}

async fn tell(
    desk: &Desk,
    tx: &mut Tx,
    stored: &mut Stored<AlertStream>,
    (pair, grade): (Pair, Grade),
) -> Result<(), Error> {
    let Some(until) = stored.due().filter(|_| stored.side == Side::In) else { return Ok(()) };
    let fields = [CONFIDENCE.to_owned()];
    let ruling = rule(tx, desk, stored.from, &fields).await?;
    if !ruling.permits(CONFIDENCE) || !comes(desk, tx, stored.from).await? {
        return Ok(());
    }
    let kept = ruling.keep_days.and_then(|days| i64::try_from(days).ok()).unwrap_or(limits::ALERT_DAYS_MAX);
    let until = until.min(super::send::until(tx.now(), kept));
    // At least one report: how many there are is not asked, and would say more than is needed.
    let claim = Claim { said: Said::default(), grade, reports: 1, until };
    let no = number(tx);
    let going = freeze(desk, tx, stored.from, (no, Some(stored.no)), (&claim, ruling)).await?;
    let mention = own_of(tx, pair).await?;
    let by = OfficerId::from_bytes(tx.origin().actor);
    let to = BTreeMap::from([(stored.from, going)]);
    let answers = Some((AlertId::from_bytes(stored.id), pair));
    let out = Out { no, mention, fields: BTreeSet::new(), claim, to, answers, by };
    let id = alert_id(desk.me.id, no);
    tx.create::<AlertStream>(id.bytes(), vec![AlertEvent::Sent(Box::new(out))]).await?;
    Ok(tx.append(stored, vec![AlertEvent::Told(id)]).await?)
}

async fn own_of(tx: &mut Tx, pair: Pair) -> Result<base::MentionId, Error> {
    for id in pair.both() {
        let stored = tx.load::<MentionStream>(id.bytes()).await?;
        if stored.is_some_and(|stored| !matches!(stored.source, Source::Alert { .. })) {
            return Ok(id);
        }
    }
    Err(Problem::new("desk.not-found").into())
}

/// Whether the same may come from the partner now: what goes one way alone is no exchange.
async fn comes(desk: &Desk, tx: &mut Tx, from: NodeId) -> Result<bool, Error> {
    let (now, fields) = (tx.now(), [CONFIDENCE.to_owned()]);
    let held = accord_between(tx, desk.me.id, from).await?;
    Ok(held.iter().any(|accord| under(Some(accord), desk, now, (false, 0), &fields).permits(CONFIDENCE)))
}
