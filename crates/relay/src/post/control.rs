//! Messages without a number: receipts, pings, entries. The greatest or latest wins; none is receipted.

use super::Post;
use crate::book::{Book, newer};
use crate::engine::outbound::{Event, on};
use crate::keys::own_row;
use base::{NodeId, ThreadId};
use desk::mail::{Notice, Outgoing, Thread, control, peer_mail, trust};
use desk::partners::closing::is_closed;
use desk::wire::{DirectoryEntry, Mark, Message, Ping, Receipt};
use seal::VerifiedEntry;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Read, StoreError, Tx};

/// What is decided of the peer's numbers in a thread.
pub(super) fn receipt(thread: &Thread) -> Message {
    let verdicts = thread.inn.marks.iter().filter_map(|marked| {
        let (verdict, code) = marked.verdict.mark()?;
        Some(Mark { seq: marked.seq, verdict, code: code.to_owned() })
    });
    let parked = thread.inn.parked.iter().map(|(seq, parked)| (*seq, parked.hash));
    Message::Receipt(Receipt {
        thread: thread.id,
        era: thread.inn.era,
        upto: thread.inn.upto,
        upto_hash: thread.inn.hash,
        parked: parked.collect::<Vec<_>>().into(),
        verdicts: verdicts.collect::<Vec<_>>().into(),
        head: None,
    })
}

/// Our daily ping.
pub(super) async fn ping(
    view: &mut impl Read,
    book: &Book,
    peer: NodeId,
    nonce: [u8; 16],
) -> Result<Message, StoreError> {
    let my_serial = own_row(view).await?.map_or(0, |row| row.serial);
    let your_serial = book.get(peer).map_or(0, |peer| peer.entry.stated().serial);
    Ok(Message::Ping(Ping { nonce, is_answer: false, my_serial, your_serial, last_n: 0 }))
}

/// Sends our newer entry to every peer.
pub(super) async fn announce(tx: &mut Tx, book: &Book, entry: &VerifiedEntry) -> Result<(), StoreError> {
    let content = Message::DirectoryEntry(DirectoryEntry { entry: entry.bytes().to_vec() }).to_content();
    for peer in book.trusted() {
        control(tx, peer.node(), 64, content.clone()).await?;
    }
    Ok(())
}

impl Post {
    /// A receipt came: numbers up to `upto` are decided, gaps go again, the window moves.
    pub(super) async fn receipted(&self, tx: &mut Tx, from: NodeId, receipt: &Receipt) -> Result<(), StoreError> {
        Box::pin(self.outlived(tx, from, (receipt.thread, receipt.era))).await?;
        if self.opened().is_some_and(|open| receipt.era < open.home.era) {
            return self.old_receipt(tx, from, receipt).await;
        }
        let Some(thread) = desk::mail::thread(tx, from, receipt.thread).await? else { return Ok(()) };
        if receipt.era != thread.out.era || receipt.upto > thread.out.seq {
            return Ok(());
        }
        let id = thread.id;
        // A receipt for another Body than ours proves nothing.
        if receipt.upto > thread.out.acked
            && Outgoing::read(tx, id, receipt.era, receipt.upto).await?.is_some_and(|out| out.hash != receipt.upto_hash)
        {
            return Ok(());
        }
        let verdicts: BTreeMap<u64, &Mark> = receipt.verdicts.0.iter().map(|mark| (mark.seq, mark)).collect();
        let again = thread.out.held.iter().copied().filter(|seq| *seq <= receipt.upto);
        let numbers: Vec<u64> = again.chain(thread.out.acked + 1..=receipt.upto).collect();
        for seq in &numbers {
            let event = match verdicts.get(seq) {
                Some(mark) => Event::Verdict(mark.verdict, mark.code.clone()),
                None => Event::Receipt,
            };
            self.event(tx, (id, receipt.era, *seq), event).await?;
        }
        let held = verdicts.values().filter(|mark| mark.verdict == 2).map(|mark| mark.seq);
        self.acked(tx, (from, id), receipt.upto, held.collect()).await?;
        self.gaps(tx, receipt, &thread).await?;
        Box::pin(self.stuck(tx, from, receipt)).await
    }

    /// Numbers that a receipt shows as missing go again.
    async fn gaps(&self, tx: &mut Tx, receipt: &Receipt, thread: &Thread) -> Result<(), StoreError> {
        let parked: BTreeMap<u64, _> = receipt.parked.0.iter().copied().collect();
        let Some((last, _)) = parked.last_key_value() else { return Ok(()) };
        let window = receipt.upto + base::limits::PARKED_PER_THREAD_MAX as u64;
        for seq in receipt.upto + 1..*last.min(&window.min(thread.out.seq)) {
            if !parked.contains_key(&seq) {
                self.event(tx, (thread.id, receipt.era, seq), Event::Missing).await?;
            }
        }
        Ok(())
    }

    /// Moves the thread's window; what comes into it may go.
    async fn acked(
        &self,
        tx: &mut Tx,
        (peer, id): (NodeId, ThreadId),
        upto: u64,
        held: std::collections::BTreeSet<u64>,
    ) -> Result<(), StoreError> {
        // Read again: notices of the desk may have written to the thread.
        let Some(mut thread) = desk::mail::thread(tx, peer, id).await? else { return Ok(()) };
        if thread.out.acked == upto && thread.out.held == held {
            return Ok(());
        }
        let window = base::limits::IN_FLIGHT_PER_THREAD_MAX as u64;
        let (before, after) = (thread.out.acked + window, upto.max(thread.out.acked) + window);
        thread.out.acked = upto.max(thread.out.acked);
        thread.out.void.retain(|seq, _| *seq > upto);
        thread.out.held = held;
        let (era, last) = (thread.out.era, thread.out.seq);
        thread.put(tx).await?;
        for seq in before + 1..=after.min(last) {
            self.event(tx, (id, era, seq), Event::Window).await?;
        }
        Ok(())
    }

    /// Lets an event act on one message of ours.
    pub(super) async fn event(
        &self,
        tx: &mut Tx,
        (thread, era, seq): (ThreadId, u64, u64),
        event: Event,
    ) -> Result<(), StoreError> {
        let Some(before) = Outgoing::read(tx, thread, era, seq).await? else { return Ok(()) };
        let mut out = before.clone();
        let effects = on(&mut out, event, self.now(), &*tx.chance());
        if out != before {
            out.put(tx).await?;
        }
        for effect in effects {
            self.act_on(tx, &out, effect).await?;
        }
        Ok(())
    }

    /// A ping came: answer it once, and send our entry if their copy is old.
    pub(super) async fn pinged(&self, tx: &mut Tx, from: NodeId, ping: &Ping) -> Result<(), StoreError> {
        let mut mail = peer_mail(tx, from).await?;
        let was_away = std::mem::take(&mut mail.is_away);
        mail.heard_at = Some(tx.now());
        mail.has_serial = mail.has_serial.max(ping.your_serial);
        let own = own_row(tx).await?;
        let serial = own.as_ref().map_or(0, |own| own.serial);
        let again = mail.answered == Some(ping.nonce);
        if !ping.is_answer && !again {
            mail.answered = Some(ping.nonce);
            let your_serial = self.book().get(from).map_or(0, |peer| peer.entry.stated().serial);
            let answer = Ping { nonce: ping.nonce, is_answer: true, my_serial: serial, your_serial, last_n: 0 };
            control(tx, from, 4, Message::Ping(answer).to_content()).await?;
        }
        if let Some(own) = own.filter(|_| ping.your_serial < serial && !again) {
            let entry = DirectoryEntry { entry: own.signed.0 };
            control(tx, from, 64, Message::DirectoryEntry(entry).to_content()).await?;
        }
        mail.put(tx, from).await?;
        // Who speaks can be reached.
        if was_away { self.call(tx, from).await } else { Ok(()) }
    }

    /// A peer's entry that was fetched where it lies: kept like one that came.
    pub async fn entry_fetched(&self, from: NodeId, signed: &[u8]) -> Result<(), StoreError> {
        let mut tx = self.begin("relay.entry").await?;
        if !self.entry_came(&mut tx, from, signed).await? {
            return Ok(());
        }
        tx.commit().await?;
        self.reload().await?;
        self.keys_came().await
    }

    /// An entry that came may say that its node closed.
    pub(super) async fn closes(
        &self,
        tx: &mut Tx,
        known: &VerifiedEntry,
        new: &VerifiedEntry,
    ) -> Result<(), StoreError> {
        if is_closed(new) && !is_closed(known) {
            return self.desk.notice(tx, &Notice::PeerClosed(new.node())).await;
        }
        Ok(())
    }

    /// A peer's newer entry came; says whether the book must be read again.
    pub(super) async fn entry_came(&self, tx: &mut Tx, from: NodeId, signed: &[u8]) -> Result<bool, StoreError> {
        let Some(known) = self.book().get(from).map(|peer| peer.entry.clone()) else { return Ok(false) };
        // An entry of another root, or one that is not well signed, changes nothing.
        let Ok(Some(new)) = newer(&known, signed) else { return Ok(false) };
        if new.node() != from || !trust(tx, &new).await? {
            return Ok(false);
        }
        self.closes(tx, &known, &new).await?;
        self.came().push(Arc::new(new));
        let mut mail = peer_mail(tx, from).await?;
        mail.ping_at = mail.ping_at.map(|at| at.max(tx.now().plus_hours(12)));
        mail.put(tx, from).await?;
        Ok(true)
    }
}
