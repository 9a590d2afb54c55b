//! What is kept until when, legal holds, and erasure by two officers: the keys of the case, of its reports and of what was
//! shared are destroyed in one commit, and who got something is asked to erase it too.

use super::change::{self, changes};
use super::documents::erase_files;
use crate::act::{Act, Asking, Desk, note_access};
use crate::actor::Actor;
use crate::cases::reports::{ReportStream, near_report, report_of};
use crate::cases::stream::narrow_part;
use crate::cases::{CaseStream, blind};
use crate::error::{Error, Refusal};
use crate::inbox::offer_of;
use crate::mail::{self, Outgoing};
use crate::offers::OfferStream;
use crate::policy::{Deed, Permit};
use crate::staff::officer::officers;
use crate::wire::{EraseRequest, List, Message, Withdraw};
use crate::writing::{Writing, writings};
use async_trait::async_trait;
use base::{
    CaseId, Digest, FileId, KeyId, OfficerId, Problem, Redacted, ReportId, ThreadId, Timestamp, from_hex, limits,
};
use casework::erasure::{ErasureBasis, ErasureProposal, Hold, Kept, Retention};
use casework::offer::{Given, GiverState, OfferKind, WithdrawReason};
use casework::words::Category;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{AccessEvent, Narrow, Page, Read, Row, Shelf, Stored, Tx, cbor};

/// Parts of [`Shelf::KeptUntil`] and [`Shelf::KeptSince`].
const CASE: &[u8] = b"case";
const HOLD: &[u8] = b"hold";
const GIVEN: &[u8] = b"given";
const REPORT: &[u8] = b"report";
/// Threads of a case: one for each peer and person.
const THREADS_MAX: usize = limits::CODE_ROWS_MAX;

/// What the table of retention speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeptThing {
    /// A case and the name it goes by.
    Case(CaseId, String),
    /// A report and its number.
    Report(ReportId, String),
}

/// Something that somebody must look at: its retention is over, or a hold is to be looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueThing {
    /// What.
    pub thing: KeptThing,
    /// Since when.
    pub since: Timestamp,
    /// A hold, not a term.
    pub is_hold: bool,
}

/// The rows of a case: until when it is kept, or since when it is another's; when its hold is looked at again.
pub fn case_rows(case: &CaseStream, id: CaseId) -> Vec<Row> {
    let thing = KeptThing::Case(id, case.listed_as().to_owned());
    let row = |shelf, part: &[u8], due| row((shelf, part), id.bytes(), due, &thing);
    if let Some(hold) = &case.hold {
        return row(Shelf::KeptUntil, HOLD, hold.review_at).into_iter().collect();
    }
    let own = match (&case.closed, case.given_at) {
        (Some((closing, _)), _) => closing.retain_until.and_then(|until| row(Shelf::KeptUntil, CASE, until)),
        (None, Some(at)) => row(Shelf::KeptSince, GIVEN, at),
        (None, None) => None,
    };
    own.into_iter().collect()
}

/// The row of a report that was answered without a case of ours.
pub fn report_row(report: &ReportStream, id: [u8; 16]) -> Option<Row> {
    let thing = KeptThing::Report(ReportId::from_bytes(id), report.number());
    row((Shelf::KeptSince, REPORT), id, report.answered_at?, &thing)
}

fn row((shelf, part): (Shelf, &[u8]), key: [u8; 16], due: Timestamp, thing: &KeptThing) -> Option<Row> {
    let card = cbor::to_bytes(thing).ok()?;
    Some(Row { shelf, part: part.to_vec(), key: key.to_vec(), due: Some(due), card })
}

impl Desk {
    /// The table of retention in force: that of the newest handbook.
    pub fn retention(&self) -> &Retention {
        &self.handbooks.newest().retention
    }

    /// What is over its retention, and holds to look at again; the oldest first.
    pub async fn due_to_erase(&self, view: &mut impl Read) -> Result<Vec<DueThing>, Error> {
        let now = view.now();
        let mut found = Vec::new();
        for (part, row) in view.due::<KeptThing>(Shelf::KeptUntil, now, limits::PAGE_ROWS_MAX).await? {
            let since = row.due.unwrap_or(now);
            found.push(DueThing { thing: row.card, since, is_hold: part == HOLD });
        }
        for (part, row) in view.due::<KeptThing>(Shelf::KeptSince, now, limits::CODE_ROWS_MAX).await? {
            let kept = if part == GIVEN { Kept::Referral } else { Kept::Report };
            let since = self.retention().until(kept, row.due.unwrap_or(now));
            if since <= now && found.len() < limits::PAGE_ROWS_MAX {
                found.push(DueThing { thing: row.card, since, is_hold: false });
            }
        }
        found.sort_by_key(|due| due.since);
        Ok(found)
    }
}

changes! {
    /// Places a hold, or renews it.
    PlaceHold {
        /// Which matter, and why.
        reason: Redacted<String>,
        /// When somebody looks again.
        review_at: Timestamp,
    } "hold.place" HoldData |self, case, by, today| {
        let Self { reason, review_at } = self.clone();
        case.place_hold(Hold { by, reason, placed_at: today.now, review_at })
    };

    /// Lifts a hold.
    LiftHold {
        /// Why.
        reason: Redacted<String>,
    } "hold.lift" HoldData |self, case, by, _today| case.lift_hold(by, self.reason.clone());

    /// The first officer proposes an erasure.
    ProposeErasure {
        /// On what it rests.
        basis: ErasureBasis,
        /// Kinds of data; none is everything.
        parts: BTreeSet<Category>,
        /// Why.
        reason: Redacted<String>,
    } "erasure.propose" EraseData |self, case, by, today| {
        let Self { basis, parts, reason } = self.clone();
        case.propose_erasure(ErasureProposal { by, basis, parts, reason, at: today.now }, &today.handbook.retention)
    };

    /// It is not erased after all.
    DropErasure {
        /// Why.
        reason: Redacted<String>,
    } "erasure.drop" EraseData |self, case, by, _today| case.drop_erasure(by, self.reason.clone());
}

/// What an erasure did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Keys that are gone.
    pub keys: Vec<KeyId>,
    /// Offers whose receiver is asked to erase.
    pub asked: u32,
    /// Sealed files that nobody can open any more.
    pub(super) files: BTreeSet<FileId>,
}

/// The second officer has a case erased.
#[derive(Clone, Copy, Debug)]
pub struct EraseCase {
    /// Which.
    pub case: CaseId,
    /// Version that the page showed.
    pub version: Option<i64>,
}

#[async_trait]
impl Act for EraseCase {
    const NAME: &'static str = "case.erase";
    const DEED: Deed = Deed::EraseData;
    type Done = Erased;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Erased, Error> {
        let by = OfficerId::from_bytes(tx.origin().actor);
        let mut case = change::load(tx, self.case, self.version).await?;
        let proposal = case.confirms_erasure(by, tx.now(), desk.retention())?.clone();
        let mut erased = Erased::default();
        let page = Page::first(THREADS_MAX);
        for row in tx.list::<ThreadId>(Shelf::ThreadByCasePeer, &self.case.bytes(), &page).await? {
            erase_thread(tx, row.card, &proposal, &mut erased).await?;
        }
        let tells = |part: &Category| matches!(part, Category::Identity | Category::Chronology);
        if proposal.parts.is_empty() || proposal.parts.iter().any(tells) {
            for report in case.reports.clone() {
                erase_report(tx, report, Some(self.case), &mut erased).await?;
            }
            drop_writings(tx, self.case).await?;
        }
        let files = case.documents_under(&proposal.parts).collect();
        erase_files(tx, files, &mut erased).await?;
        erased.keys.extend(erase_parts(tx, &mut case, &proposal.parts).await?);
        let (keys, basis) = (erased.keys.clone(), proposal.basis.word().to_owned());
        let event = AccessEvent::Erased { keys, basis, by: vec![proposal.by, by] };
        note_access(tx, self.case.bytes(), event).await?;
        Ok(erased)
    }
}

/// The narrow parts, or all of the case if none is named.
async fn erase_parts(
    tx: &mut Tx,
    case: &mut Stored<CaseStream>,
    parts: &BTreeSet<Category>,
) -> Result<Vec<KeyId>, Error> {
    if parts.is_empty() {
        return Ok(tx.erase_stream::<CaseStream>(case.id).await?);
    }
    let removed = case.remove_fields(parts.clone());
    tx.append(case, removed).await?;
    let narrow: Vec<Narrow> = parts.iter().filter_map(|part| narrow_part(*part)).collect();
    let keys = tx.erase_narrow(case, &narrow).await?;
    blind::index(tx, case).await?;
    Ok(keys)
}

/// What officers wrote about the case and did not send.
async fn drop_writings(tx: &mut Tx, case: CaseId) -> Result<(), Error> {
    for officer in officers(tx).await? {
        for writing in writings(tx, officer.id).await?.into_iter().filter(|writing| writing.case == Some(case)) {
            tx.remove::<Writing>(&officer.id.bytes(), &from_hex(&writing.name()).unwrap_or_default()).await?;
        }
    }
    Ok(())
}

/// What was shared with one node about one person: its messages that wait are void, its key is destroyed, and whoever got
/// an extract is asked to erase it, by its hash alone. Whoever took the case over keeps it by its own term. The end of an
/// offer that has not arrived is said again, by its number alone: nobody there looks at a preview for ever (situation S21).
async fn erase_thread(tx: &mut Tx, id: ThreadId, proposal: &ErasureProposal, erased: &mut Erased) -> Result<(), Error> {
    let Some(stored) = tx.load::<OfferStream>(id.bytes()).await? else { return Ok(()) };
    if !carries(&stored, &proposal.parts) {
        return Ok(());
    }
    let basis = proposal.basis;
    let got = [GiverState::Given, GiverState::Done];
    let lent = |offer: &&Given| offer.opening.kind == OfferKind::Referral || basis != ErasureBasis::Retention;
    let given = stored.thread.giver.offers().filter(lent).map(|offer| offer.opening.offer_no);
    let had: Vec<u32> = given.filter(|no| stored.thread.giver.state(*no).is_some_and(|at| got.contains(&at))).collect();
    let requests: Vec<EraseRequest> = had
        .iter()
        .filter_map(|no| stored.sent.get(no))
        .map(|sent| EraseRequest {
            alias: sent.alias,
            hashes: List(vec![Digest(seal::hash::extract_hash(&sent.extract.0))]),
            basis: format!("erasure.{basis}"),
        })
        .collect();
    let ends = ends_that_wait(tx, id).await?;
    mail::drop_thread(tx, (stored.peer, id)).await?;
    let came = stored.files_of_thread().collect();
    erase_files(tx, came, erased).await?;
    erased.keys.extend(tx.erase_stream::<OfferStream>(id.bytes()).await?);
    mail::unbind(tx, stored.peer, id).await?;
    let to = mail::Destination { peer: stored.peer, thread: id, kind: mail::ThreadKind::Case, subject: None };
    erased.asked += u32::try_from(requests.len()).unwrap_or(u32::MAX);
    let requests = requests.into_iter().map(Message::EraseRequest);
    for message in ends.into_iter().map(Message::OfferWithdraw).chain(requests) {
        let sent = mail::send(tx, &to, &message, mail::Options::default()).await;
        sent.map_err(|error| match error {
            mail::SendError::Store(error) => Error::Store(error),
            mail::SendError::Refused(problem) => Error::Problem(problem),
        })?;
    }
    Ok(())
}

/// Ends of offers (22, 23) in a thread that have no receipt.
async fn ends_that_wait(tx: &mut Tx, id: ThreadId) -> Result<Vec<Withdraw>, Error> {
    let reason = u64::from(WithdrawReason::NeedGone.number());
    let mut ends = Vec::new();
    for out in tx.states::<Outgoing>(&id.bytes(), &Page::first(THREADS_MAX)).await?.into_iter().map(|row| row.card) {
        if matches!(out.number, 22 | 23)
            && out.state.unfinished()
            && let Some(offer_no) = offer_of(tx, &out).await?
        {
            ends.push(Withdraw { offer_no: offer_no.into(), reason, text: None });
        }
    }
    Ok(ends)
}

/// Whether something of these parts was shared in a thread; any thread, if none is named.
fn carries(stored: &OfferStream, parts: &BTreeSet<Category>) -> bool {
    let gone = |field: &str| Category::of(field).is_some_and(|category| parts.contains(&category));
    let mut lines = stored.sent.values().flat_map(|sent| &sent.lines);
    parts.is_empty() || lines.any(|line| line.clause.is_some() && gone(&line.field))
}

/// A report, if it belongs to the case that is erased (`None`: to no case). Its files become noise with its key.
async fn erase_report(tx: &mut Tx, id: ReportId, of: Option<CaseId>, erased: &mut Erased) -> Result<(), Error> {
    let Some(report) = report_of(tx, id).await? else { return Ok(()) };
    if report.case != of {
        return Ok(());
    }
    erased.files.extend(report.files().map(|file| file.id));
    if let Some(to) = &report.received.reply_to {
        crate::boxes::remove(tx, to.id).await?;
    }
    erased.keys.extend(tx.erase_stream::<ReportStream>(id.bytes()).await?);
    Ok(())
}

/// Erases a report without a case whose retention is over; one officer is enough for that (STORAGE.md 5).
#[derive(Clone, Copy, Debug)]
pub struct EraseReport(pub ReportId);

#[async_trait]
impl Act for EraseReport {
    const NAME: &'static str = "report.erase";
    const DEED: Deed = Deed::EraseData;
    type Done = Erased;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_report(self.0, by, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Erased, Error> {
        let report = tx.load::<ReportStream>(self.0.bytes()).await?.ok_or(Error::NotFound)?;
        let since = report.answered_at.ok_or_else(|| Problem::new("erase.still-open"))?;
        let until = desk.retention().until(Kept::Report, since);
        if until > tx.now() {
            return Err(Problem::at("erase.kept-until", until.date()).into());
        }
        let mut erased = Erased::default();
        erase_report(tx, self.0, None, &mut erased).await?;
        let by = vec![OfficerId::from_bytes(tx.origin().actor)];
        let (keys, basis) = (erased.keys.clone(), ErasureBasis::Retention.word().to_owned());
        note_access(tx, self.0.bytes(), AccessEvent::Erased { keys, basis, by }).await?;
        Ok(erased)
    }
}

impl Desk {
    /// Erases, and after the commit takes the sealed files off the disk and the deleted rows out of the engine's files.
    /// What the disk does not let go now is noise without its key; the next erasure tries again.
    pub async fn erase<A: Act<Done = Erased>>(&self, by: &Actor, asking: Asking, act: &A) -> Result<Erased, Error> {
        let erased = self.run(by, asking, act).await?;
        for id in &erased.files {
            if let Err(error) = self.store.files().erase(*id) {
                tracing::warn!(code = error.code(), "a sealed file without its key stays on the disk");
            }
        }
        if let Err(error) = self.store.scrub().await {
            tracing::warn!(code = error.code(), "deleted rows stay in the engine's files until the next try");
        }
        Ok(erased)
    }
}

/// The answer of another node to a request of ours whose thread is erased here.
pub async fn answered(tx: &mut Tx, thread: ThreadId, result: u64) -> Result<(), Error> {
    let result = u8::try_from(result).unwrap_or(u8::MAX);
    Ok(note_access(tx, thread.bytes(), AccessEvent::ErasureAnswered { result }).await?)
}
