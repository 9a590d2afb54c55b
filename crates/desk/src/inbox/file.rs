//! 24 and 25: the file of an accepted offer, and later evidence. What may not be here is destroyed unread and reported.

use super::{number, thread};
use crate::act::Desk;
use crate::error::Error;
use crate::mail::{Received, Verdict};
use crate::offers::effects::step;
use crate::offers::files::{Named, came, fields_of};
use crate::offers::ownership;
use crate::offers::recheck::{Claim, recheck};
use crate::offers::stream::{Came, OfferEvent, OfferStream};
use crate::offers::{forgotten, source};
use crate::partners::accord::flow::passed;
use crate::partners::accord_between;
use crate::wire;
use accord::{AccordState, Action};
use base::{Bytes, Problem};
use casework::extract::{Extract, Preview};
use casework::offer::{TakerEvent, TakerState, ThreadEvent};
use store::{Read, Stored, Tx};

/// The file. Acceptance is total: what is odd is marked, what may not be here is destroyed unread and reported.
pub(super) async fn file_came(
    desk: &Desk,
    tx: &mut Tx,
    got: &Received,
    file: &wire::Extract,
) -> Result<Verdict, Error> {
    if forgotten::is_known_here(tx, got, file.own_record.as_ref()).await? {
        return Ok(Verdict::Applied);
    }
    let no = number(file.offer_no);
    let found = thread(tx, got).await?;
    let mut stored = forgotten::file_again(desk, tx, found, (got, no, file.own_record.as_ref())).await?;
    let hash = file.extract.as_deref().map(seal::hash::extract_hash).unwrap_or_default();
    let mut verdict = Verdict::Applied;
    if stored.thread.taker.state(no) == Some(TakerState::Accepted) {
        let before = stored.came.get(&no).ok_or(Error::NotFound)?;
        let read = file.extract.as_deref().and_then(|bytes| minicbor::decode::<Extract>(bytes).ok());
        if read.is_none() && before.hidden {
            // A withdrawal stopped the file and hid the preview: the acceptance ends with nothing to show.
            step(desk, tx, &mut stored, ThreadEvent::Taker(TakerEvent::Extract { offer_no: no, hash })).await?;
            return Ok(Verdict::Applied);
        }
        if read.is_none() {
            verdict = Verdict::FieldsDropped("extract.damaged".into());
        }
        let mut extract = read.map_or_else(|| preview_as_file(before), Ok)?;
        let unwanted = surplus(desk, tx, &stored, (no, &extract), false).await?;
        let (lines, surplus) = (std::mem::take(&mut extract.attachments), extract.drop_fields(&unwanted));
        if !surplus.is_empty() {
            verdict = Verdict::FieldsDropped("accord.surplus".into());
        }
        let signed = ownership::signed_record(tx, &stored, (no, file.own_record.as_ref())).await?;
        let own = stored.thread.taker.offer(no).and_then(|offer| offer.opening.as_ref()?.own);
        if own.is_some() && signed.is_none() {
            verdict = Verdict::FieldsDropped("offer.bad-signature".into());
        }
        passed(tx, (stored.peer, desk.me.id), false, &extract.fields).await?;
        let extract = Bytes(minicbor::to_vec(&extract).unwrap_or_default());
        tx.append(&mut stored, vec![OfferEvent::FileCame { offer_no: no, extract, surplus, signed }]).await?;
        let named = Named { lines: &lines, beside: &got.attachments, surplus: &unwanted };
        if came(tx, &mut stored, (no, named)).await? && verdict == Verdict::Applied {
            verdict = Verdict::FieldsDropped("attachment.odd".into());
        }
    }
    step(desk, tx, &mut stored, ThreadEvent::Taker(TakerEvent::Extract { offer_no: no, hash })).await?;
    Ok(verdict)
}

/// A file that cannot be read stops no transfer: the preview, which could, stands for it.
fn preview_as_file(came: &Came) -> Result<Extract, Problem> {
    let preview: Preview = minicbor::decode(&came.preview.0).map_err(|_| Problem::new("extract.damaged"))?;
    Ok(Extract {
        format: casework::extract::FORMAT,
        alias: preview.alias,
        made_at: preview.made_at,
        facts: preview.facts,
        fields: preview.fields,
        consents: preview.consents,
        referrals: None,
        attachments: Vec::new(),
        own_records: Vec::new(),
    })
}

/// 25: later evidence, re-checked like the file.
pub(super) async fn supplemented(
    desk: &Desk,
    tx: &mut Tx,
    (mut stored, got): (Stored<OfferStream>, &Received),
    what: &wire::Supplement,
) -> Result<Verdict, Error> {
    let (offer_no, no) = (number(what.offer_no), number(what.supplement_no));
    let mut extract: Extract = match &what.extract {
        Some(bytes) => minicbor::decode(bytes).map_err(|_| Problem::new("extract.damaged"))?,
        None => return Err(Problem::new("extract.damaged").into()),
    };
    let known = stored.thread.taker.offer(offer_no).is_some_and(|offer| offer.supplements.contains(&no));
    step(desk, tx, &mut stored, ThreadEvent::Taker(TakerEvent::Supplement { offer_no, no })).await?;
    // The withdrawal of its consent came first: nothing of it is kept.
    let withdrawn = extract.consents.iter().any(|line| stored.thread.taker.withdrawn().contains(&line.hash));
    if known || withdrawn || stored.came.get(&offer_no).is_none_or(|came| came.hidden) {
        return Ok(Verdict::Applied);
    }
    let unwanted = surplus(desk, tx, &stored, (offer_no, &extract), true).await?;
    let (lines, dropped) = (std::mem::take(&mut extract.attachments), extract.drop_fields(&unwanted));
    passed(tx, (stored.peer, desk.me.id), false, &extract.fields).await?;
    let kept = Bytes(minicbor::to_vec(&extract).unwrap_or_default());
    tx.append(&mut stored, vec![OfferEvent::SupplementCame(offer_no, kept)]).await?;
    let named = Named { lines: &lines, beside: &got.attachments, surplus: &unwanted };
    if came(tx, &mut stored, (offer_no, named)).await? && dropped.is_empty() {
        return Ok(Verdict::FieldsDropped("attachment.odd".into()));
    }
    Ok(if dropped.is_empty() { Verdict::Applied } else { Verdict::FieldsDropped("accord.surplus".into()) })
}

/// Fields that the accord under which the offer was accepted does not let in.
async fn surplus(
    desk: &Desk,
    tx: &mut Tx,
    stored: &Stored<OfferStream>,
    (no, extract): (u32, &Extract),
    supplement: bool,
) -> Result<Vec<String>, Error> {
    let offer = stored.thread.taker.offer(no).and_then(|offer| offer.opening.clone()).ok_or(Error::NotFound)?;
    let hash = stored.came.get(&no).ok_or(Error::NotFound)?.accord.2;
    let held = accord_between(tx, desk.me.id, stored.peer).await?;
    let Some(mut accord) = held.into_iter().find(|accord| accord.hash == hash) else {
        return Ok(extract.fields.0.keys().cloned().chain(fields_of(&extract.attachments)).collect());
    };
    // What was accepted runs on when the accord ends or is replaced; a supplement for the days of notice (FEDERATION.md 7).
    if !supplement || accord.runs_on(tx.now()) {
        accord.state = AccordState::Active;
    }
    let parts = (&extract.facts, &extract.fields, extract.consents.as_slice());
    let (kind, purpose) = (offer.kind, offer.purpose.word());
    let action = if supplement { Action::Share } else { source::action(kind) };
    let shown = fields_of(&extract.attachments);
    let claim = Claim { kind, action, purpose, shown: &shown, whole: !supplement };
    let refused = recheck(&accord, desk, tx.now(), parts, claim);
    Ok(refused.into_iter().map(|(field, _)| field).collect())
}
