//! After a restore (messages 5 and 6): a partner that we told we know less than it was receipted for sends it again; what
//! we had not seen receipted ends by what it has of ours. Nothing of a new era passes what of the old one has not ended.

use super::Post;
use super::lives::lives;
use super::numbered::Refusals;
use crate::engine::inbound::cut;
use crate::engine::outbound::Event;
use crate::keys::own_row;
use base::{NodeId, ThreadId, Timestamp, limits};
use desk::mail::{Notice, Outgoing, Recovery, Stands, State, Thread, ThreadKind, control, peer_mail, threads};
use desk::wire::{DirectoryEntry, Mark, Message, Receipt, Refused, ResumeAsk, ResumeTell, Resumed, ResumedHere};
use std::collections::BTreeMap;
use store::chain::FORMER_CERTS;
use store::{Page, Read, StoreError, Tx};

/// Threads that one message names: a list of ours has no more items.
const THREADS_MAX: usize = 1_000;

impl Post {
    /// Asks every partner that has not answered what was lost. At each unlock and each hour, until all have.
    pub(super) async fn ask_what_was_lost(&self) -> Result<(), StoreError> {
        let mut tx = self.begin("relay.resume").await?;
        let Some(mut recovery) = Recovery::read(&mut tx).await?.filter(Recovery::is_open) else { return Ok(()) };
        if !recovery.asked {
            recovery.asked = true;
            desk::mail::note_life(&mut tx).await?;
            recovery.waiting = self.book().who_may_tell().collect();
        }
        let Ok(run_id) = recovery.run_id.0.clone().try_into() else { return Ok(()) };
        // Whoever has not answered may not know the key that this comes under: the entry that brings it goes along.
        let has_new_key = tx.raw().meta(FORMER_CERTS).await?.is_some();
        let own = own_row(&mut tx).await?.filter(|_| has_new_key);
        for peer in &recovery.waiting {
            if let Some(own) = &own {
                let entry = DirectoryEntry { entry: own.signed.0.clone() };
                control(&mut tx, *peer, 64, Message::DirectoryEntry(entry).to_content()).await?;
            }
            let known = resumed(&mut tx, *peer).await?;
            let ask = ResumeAsk { run_id, backup_at: recovery.backup_at.seconds(), threads: known.into() };
            control(&mut tx, *peer, 5, Message::ResumeAsk(ask).to_content()).await?;
        }
        recovery.put(&mut tx).await?;
        tx.commit().await
    }

    /// A partner was restored: what it lost of ours goes again, and it hears what we have of it.
    pub(super) async fn asked(
        &self,
        tx: &mut Tx,
        (from, life): (NodeId, u64),
        ask: &ResumeAsk,
    ) -> Result<(), StoreError> {
        let mut mail = peer_mail(tx, from).await?;
        if life < mail.life {
            return Ok(());
        }
        mail.life = life;
        let names_all = ask.threads.0.len() < THREADS_MAX;
        if names_all {
            mail.forgot_before = life;
        }
        mail.put(tx, from).await?;
        let mut known: BTreeMap<ThreadId, Vec<&Resumed>> = BTreeMap::new();
        for row in &ask.threads.0 {
            known.entry(row.thread).or_default().push(row);
        }
        let (mut told, mut records, mut voided, mut refused) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut held = Vec::new();
        for mut thread in threads(tx, from).await? {
            let theirs = known.remove(&thread.id).unwrap_or_default();
            if thread.inn.era < life && (!theirs.is_empty() || names_all) {
                cut(&mut thread.inn, life, theirs.iter().map(|theirs| (theirs.era, theirs.seq)));
                thread.put(tx).await?;
            }
            let upto = theirs.last().map_or((0, 0), |theirs| (theirs.peer_era, theirs.peer_upto));
            voided.extend(self.again(tx, thread.clone(), (upto, u64::MAX)).await?);
            let of_case = thread.kind == ThreadKind::Case && records.len() < THREADS_MAX;
            let stands = if of_case { self.desk.stands(tx, thread.id).await? } else { Stands::default() };
            if (thread.inn.upto > 0 || stands.offer_no > 0) && told.len() < THREADS_MAX {
                told.push(here(&thread, &stands));
            }
            records.extend(stands.records);
            refused.extend(marked(&thread, 1));
            held.extend(marked(&thread, 2));
        }
        // What it still has to say in threads of which nothing came yet.
        let says = |theirs: &&Resumed| theirs.era < life && theirs.seq > 0;
        for (id, theirs) in known.into_iter().filter(|(_, theirs)| theirs.iter().any(says)) {
            let mut thread = Thread::new(id, from, ThreadKind::Case, None);
            cut(&mut thread.inn, life, theirs.iter().map(|theirs| (theirs.era, theirs.seq)));
            thread.put(tx).await?;
        }
        records.extend(self.desk.shown_again(tx, from).await?);
        voided.truncate(THREADS_MAX);
        refused.truncate(THREADS_MAX);
        held.truncate(THREADS_MAX);
        let tell = ResumeTell {
            run_id: ask.run_id,
            threads: told.into(),
            own_records: records.into(),
            voided: (!voided.is_empty()).then(|| voided.into()),
            refused: (!refused.is_empty()).then(|| refused.into()),
            held: (!held.is_empty()).then(|| held.into()),
        };
        control(tx, from, 6, Message::ResumeTell(tell).to_content()).await?;
        let at = Timestamp::from_seconds(ask.backup_at);
        self.desk.notice(tx, &Notice::TheyForgot { peer: from, at }).await
    }

    /// A partner answered. What it has of ours has arrived; where it has more than we know of, a person must compare.
    pub(super) async fn told(
        &self,
        tx: &mut Tx,
        (from, life): (NodeId, u64),
        (tell, refusals): (&ResumeTell, &mut Refusals),
    ) -> Result<(), StoreError> {
        let Some(mut recovery) = Recovery::read(tx).await? else { return Ok(()) };
        if recovery.run_id.0 != tell.run_id || !recovery.waiting.remove(&from) {
            return Ok(());
        }
        recovery.put(tx).await?;
        let mut forgotten = 0;
        for here in &tell.threads.0 {
            Box::pin(self.outlived(tx, from, (here.thread, here.era))).await?;
            forgotten += self.forgotten(tx, from, here).await?;
            let receipt = Receipt {
                thread: here.thread,
                era: here.era,
                upto: here.upto,
                upto_hash: here.hash,
                parked: Vec::new().into(),
                verdicts: verdicts(here, tell).into(),
                head: None,
            };
            self.receipted(tx, from, &receipt).await?;
        }
        let unknown = self.less_than_we_think(tx, (from, life), tell).await?;
        self.desk.told(tx, from, (tell, &unknown)).await?;
        for row in tell.voided.iter().flat_map(|list| &list.0) {
            let at = (from, row.thread, row.era);
            self.voided(tx, at, (&[(row.seq, row.hash)], &mut *refusals)).await?;
        }
        if forgotten > 0 {
            self.desk.notice(tx, &Notice::WeForgot { peer: from, count: forgotten }).await?;
        }
        Ok(())
    }

    /// A partner that was restored too may have less of ours than it receipted in a life before: that goes again. Gives the
    /// threads of which it knows nothing.
    async fn less_than_we_think(
        &self,
        tx: &mut Tx,
        (from, life): (NodeId, u64),
        tell: &ResumeTell,
    ) -> Result<Vec<ThreadId>, StoreError> {
        let mut unknown = Vec::new();
        if tell.threads.0.len() >= THREADS_MAX {
            return Ok(unknown);
        }
        let known: BTreeMap<ThreadId, &ResumedHere> = tell.threads.0.iter().map(|here| (here.thread, here)).collect();
        // What was said in this life may have come since it told.
        let until = desk::mail::Home::read(tx).await?.era;
        for thread in threads(tx, from).await? {
            let (era, upto) = match known.get(&thread.id) {
                // What it said there in the life in which it tells, it said after it told.
                None if thread.inn.era >= life => continue,
                None => {
                    unknown.extend((thread.kind == ThreadKind::Case).then_some(thread.id));
                    (0, 0)
                }
                Some(here) if here.era <= thread.out.era => (here.era, here.upto),
                Some(_) => continue,
            };
            if era < thread.out.era || upto < thread.out.acked {
                self.again(tx, thread, ((era, upto), until)).await?;
            }
        }
        Ok(unknown)
    }

    /// How many numbers of ours the partner has that this store does not know.
    async fn forgotten(&self, tx: &mut Tx, from: NodeId, here: &ResumedHere) -> Result<u64, StoreError> {
        let last = match desk::mail::thread(tx, from, here.thread).await? {
            Some(thread) => last_before(tx, &thread).await?,
            None => (0, 0),
        };
        let known = if last.0 == here.era { last.1 } else { 0 };
        let home = desk::mail::Home::read(tx).await?;
        Ok(if here.era < home.era { here.upto.saturating_sub(known) } else { 0 })
    }

    /// A receipt for numbers of an era before this one. It may name numbers that a restore forgot.
    pub(super) async fn old_receipt(&self, tx: &mut Tx, from: NodeId, receipt: &Receipt) -> Result<(), StoreError> {
        let verdicts: BTreeMap<u64, _> = receipt.verdicts.0.iter().map(|mark| (mark.seq, mark)).collect();
        let parked: BTreeMap<u64, _> = receipt.parked.0.iter().copied().collect();
        let last = parked.last_key_value().map_or(0, |(seq, _)| *seq);
        let window = receipt.upto + limits::IN_FLIGHT_PER_THREAD_MAX as u64;
        for out in unfinished(tx, (from, receipt.thread), receipt.era).await? {
            let event = match verdicts.get(&out.seq) {
                Some(mark) if out.seq <= receipt.upto => Event::Verdict(mark.verdict, mark.code.clone()),
                _ if out.seq <= receipt.upto => Event::Receipt,
                _ if out.seq < last && !parked.contains_key(&out.seq) => Event::Missing,
                _ if out.seq <= window && out.next_at.is_none() => Event::Window,
                _ => continue,
            };
            self.event(tx, (receipt.thread, receipt.era, out.seq), event).await?;
        }
        // No Body of that life will say any more that the number before them never comes.
        let next = Outgoing::read(tx, receipt.thread, receipt.era, receipt.upto + 1).await?;
        let is_over = |out: Outgoing| out.peer == from && matches!(out.state, State::Void | State::Expired);
        if !parked.is_empty() && next.is_some_and(is_over) {
            Box::pin(self.outlived(tx, from, (receipt.thread, receipt.era + 1))).await?;
        }
        let Some(mut thread) = desk::mail::thread(tx, from, receipt.thread).await? else { return Ok(()) };
        if thread.out.era != receipt.era {
            return Ok(());
        }
        thread.out.acked = receipt.upto.min(thread.out.seq).max(thread.out.acked);
        let acked = thread.out.acked;
        thread.out.void.retain(|seq, _| *seq > acked);
        thread.put(tx).await
    }
}

/// Whether something of an older era in the same thread has not ended: what is new waits for it.
pub(super) async fn waits_for_older(view: &mut impl Read, out: &Outgoing) -> Result<bool, StoreError> {
    if Recovery::read(view).await?.is_none() {
        return Ok(false);
    }
    let rows = view.states::<Outgoing>(&out.thread.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await?;
    // What the partner holds for an upgrade is decided there: nothing waits for it.
    let open = |out: &Outgoing| out.state.unfinished() && out.state != State::Held;
    Ok(rows.iter().any(|row| row.card.era < out.era && open(&row.card)))
}

async fn unfinished(
    view: &mut impl Read,
    (to, thread): (NodeId, ThreadId),
    era: u64,
) -> Result<Vec<Outgoing>, StoreError> {
    let rows = view.states::<Outgoing>(&thread.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await?;
    let waits = |out: &Outgoing| out.peer == to && out.era == era && out.state.unfinished();
    Ok(rows.into_iter().map(|row| row.card).filter(waits).collect())
}

/// Numbers of a thread with a verdict: 1 refused, 2 held.
fn marked(thread: &Thread, verdict: u64) -> Vec<Refused> {
    let marks = thread.inn.marks.iter().filter_map(|marked| Some((marked.seq, marked.verdict.mark()?)));
    let marks = marks.filter(|(_, (number, _))| *number == verdict);
    marks.map(|(seq, (_, code))| Refused { thread: thread.id, era: thread.inn.era, seq, code: code.into() }).collect()
}

fn verdicts(here: &ResumedHere, tell: &ResumeTell) -> Vec<Mark> {
    let rows = [(1, &tell.refused), (2, &tell.held)].into_iter();
    let rows = rows.flat_map(|(verdict, list)| list.iter().flat_map(|list| &list.0).map(move |row| (verdict, row)));
    let of_thread = rows.filter(|(_, row)| row.thread == here.thread && row.era == here.era);
    of_thread.map(|(verdict, row)| Mark { seq: row.seq, verdict, code: row.code.clone() }).collect()
}

/// What this store knows of its threads with a peer: a row for each life in which it said something there, the last one last;
/// if there are too many, that one alone.
async fn resumed(view: &mut impl Read, peer: NodeId) -> Result<Vec<Resumed>, StoreError> {
    let mut known = Vec::new();
    for thread in threads(view, peer).await?.iter().rev().take(THREADS_MAX) {
        let last = last_before(view, thread).await?;
        let mut rows = lives(view, thread).await?;
        rows.retain(|era, _| *era < last.0);
        let rows = rows.into_iter().chain([last]).map(|(era, seq)| Resumed {
            thread: thread.id,
            era,
            seq,
            peer_era: thread.inn.era,
            peer_upto: thread.inn.upto,
        });
        known.push(rows.collect::<Vec<_>>());
    }
    let fits = known.iter().map(Vec::len).sum::<usize>() <= THREADS_MAX;
    Ok(known.into_iter().flat_map(|mut rows| if fits { rows } else { rows.split_off(rows.len() - 1) }).collect())
}

/// The last number of a life before this one that this store knows, also where something was said in this life already: what
/// the partner cuts off beyond it is gone.
async fn last_before(view: &mut impl Read, thread: &Thread) -> Result<(u64, u64), StoreError> {
    let life = desk::mail::Home::read(view).await?.era;
    if thread.out.era < life {
        return Ok((thread.out.era, thread.out.seq));
    }
    let rows = view.states::<Outgoing>(&thread.id.bytes(), &Page::first(limits::CODE_ROWS_MAX)).await?;
    let known = rows.iter().map(|row| (row.card.era, row.card.seq)).filter(|(era, _)| *era < life);
    Ok(known.max().unwrap_or_default())
}

const fn here(thread: &Thread, stands: &Stands) -> ResumedHere {
    ResumedHere {
        thread: thread.id,
        era: thread.inn.era,
        upto: thread.inn.upto,
        hash: thread.inn.hash,
        offer_no: stands.offer_no,
        state: stands.state,
    }
}
