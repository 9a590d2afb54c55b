//! Sending: the Body is frozen in the transaction of the act. The relay signs and seals it later.

use super::home::Home;
use super::outgoing::{Outgoing, RestsOn, State, keep};
use super::peers::{control, peer_mail};
use super::thread::{Thread, ThreadKind, thread};
use crate::wire::{Again, Class, Message, again, class_of, life_hours};
use base::{Digest, NodeId, Problem, ThreadId, Timestamp, limits};
use seal::{AccordRef, Attachment, Body};
use store::{Read, Sealed, StoreError, Tx};

/// To whom and in which thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The peer.
    pub peer: NodeId,
    /// The thread; made if it is new.
    pub thread: ThreadId,
    /// What the thread is about.
    pub kind: ThreadKind,
    /// The subject whose key seals the Body here: gone with the case.
    pub subject: Option<[u8; 16]>,
}

/// What goes with a message.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The accord it rests on.
    pub accord: Option<AccordRef>,
    /// The purpose it serves.
    pub purpose: Option<String>,
    /// Trace of the decision.
    pub trace: Option<Digest>,
    /// Content keys that the receiver must know.
    pub critical: Vec<u64>,
    /// What travels beside it.
    pub attachments: Vec<Attachment>,
    /// Consents and accords (SHA-256(id)[..16]) it rests on: [`super::stop`] of one of them stops it.
    pub grounds: Vec<[u8; 16]>,
    /// Whether the case is RED.
    pub red: bool,
    /// Another end of life than the type's.
    pub expires: Option<Timestamp>,
}

/// What was frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Our era.
    pub era: u64,
    /// Its number; 0 if the type has none.
    pub seq: u64,
    /// Hash of the Body; zeros for unnumbered types, whose Body is made at sending.
    pub hash: Digest,
    /// When its life is over.
    pub expires_at: Timestamp,
}

/// Why nothing was sent; the act as a whole is undone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// `relay.outbox-full` or `input.too-large`.
    #[error(transparent)]
    Refused(#[from] Problem),
}

/// Freezes a message into the outbox.
pub async fn send(tx: &mut Tx, to: &Destination, message: &Message, options: Options) -> Result<Sent, SendError> {
    let number = message.number();
    let class = class_of(number, options.red);
    let now = tx.now();
    let expires_at = options.expires.unwrap_or_else(|| now.plus_hours(life_hours(number, class)));
    if again(number) != Again::Numbered {
        control(tx, to.peer, number, message.to_content()).await?;
        return Ok(Sent { era: 0, seq: 0, hash: Digest::default(), expires_at });
    }
    let home = Home::read(tx).await?;
    count(tx, to.peer).await?;
    let mut thread = open_thread(tx, to, home.era).await?;
    let grounds = options.grounds.clone();
    let body = body(tx, (&home, &thread), message, options, expires_at);
    let payload = body.encode().map_err(|_| Problem::at("input.too-large", "message"))?;
    let hash = Digest(seal::hash::body_hash(&payload));
    let out = header((&body, &thread), class, hash, (now, expires_at));
    out.put(tx).await?;
    keep(tx, &out, thread.sealed(), payload).await?;
    rest_on(tx, &out, &grounds).await?;
    super::blobs::queue(tx, &body, expires_at).await?;
    (thread.out.seq, thread.out.hash) = (out.seq, hash);
    thread.put(tx).await?;
    Ok(Sent { era: out.era, seq: out.seq, hash, expires_at })
}

async fn count(tx: &mut Tx, peer: NodeId) -> Result<(), SendError> {
    let mut mail = peer_mail(tx, peer).await?;
    if mail.unfinished >= limits::OUTBOX_PER_PEER_MAX as u64 {
        return Err(Problem::at("relay.outbox-full", peer.to_string()).into());
    }
    mail.unfinished += 1;
    Ok(mail.put(tx, peer).await?)
}

async fn open_thread(tx: &mut Tx, to: &Destination, era: u64) -> Result<Thread, StoreError> {
    let found = thread(tx, to.peer, to.thread).await?;
    let mut thread = found.unwrap_or_else(|| Thread::new(to.thread, to.peer, to.kind, to.subject));
    thread.subject = thread.subject.or(to.subject);
    if thread.out.era != era {
        thread.out = super::Outbound { era, ..super::Outbound::default() };
    }
    Ok(thread)
}

fn body(tx: &Tx, (home, thread): (&Home, &Thread), message: &Message, options: Options, expires: Timestamp) -> Body {
    let void = thread.out.void.range(thread.out.acked + 1..).map(|(seq, hash)| (*seq, hash.0)).collect();
    Body {
        kind: message.number(),
        from: home.node,
        to: thread.peer,
        thread: thread.id,
        era: home.era,
        seq: thread.out.seq + 1,
        prev: thread.out.hash.0,
        created: tx.now().seconds(),
        expires: expires.seconds(),
        salt: tx.chance().bytes(),
        accord: options.accord,
        purpose: options.purpose,
        trace: options.trace.map(|trace| trace.0),
        critical: options.critical,
        content: message.to_content(),
        attachments: options.attachments,
        void,
    }
}

fn header(
    (body, thread): (&Body, &Thread),
    class: Class,
    hash: Digest,
    (made_at, expires_at): (Timestamp, Timestamp),
) -> Outgoing {
    // Beyond the window the message waits for a receipt instead of a moment.
    let in_window = body.seq <= thread.out.acked + limits::IN_FLIGHT_PER_THREAD_MAX as u64;
    Outgoing {
        thread: thread.id,
        peer: thread.peer,
        era: body.era,
        seq: body.seq,
        number: body.kind,
        class,
        state: State::Queued,
        made_at,
        expires_at,
        next_at: in_window.then_some(made_at),
        tries: 0,
        level: 0,
        hash,
        code: None,
        handed_at: None,
        received_at: None,
        seen_at: None,
    }
}

async fn rest_on(tx: &mut Tx, out: &Outgoing, grounds: &[[u8; 16]]) -> Result<(), StoreError> {
    let row = RestsOn { peer: out.peer, thread: out.thread, era: out.era, seq: out.seq };
    for ground in grounds {
        tx.put((ground, &row.key()), None, Sealed::Plain, &row).await?;
    }
    Ok(())
}
