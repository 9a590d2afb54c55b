//! Halting and ending: one party's word, in force at its commit and on sight at the others (messages 52 to 54). What is
//! queued does not leave, open offers are taken back, what was accepted runs on (FEDERATION.md 7).

use super::proposing::tell;
use super::signing::{own_party, party_of, present};
use super::{AccordDoc, AccordEvent, Halt, accord_ground, accord_stream, accords};
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::aid::follow;
use crate::error::{Error, Refusal};
use crate::mail;
use crate::offers::card::{OfferCard, running};
use crate::offers::effects;
use crate::offers::stream::OfferStream;
use crate::policy::{Deed, Permit};
use crate::wire::{self, Message};
use ::accord::{Document, Immediate};
use async_trait::async_trait;
use base::{NodeId, Problem, Timestamp};
use casework::offer::{GiverEvent, GiverState, ThreadEvent, WithdrawReason};
use std::sync::Arc;
use store::{Read, Stored, Tx};

/// Longest reason, in characters (FEDERATION.md 4).
const TEXT_CHARS_MAX: usize = 1_000;

/// Why a party halts an accord: the numbers of messages 52 and 54.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was broken.
    Breach,
    /// A key of a party may be in other hands.
    KeyLost,
    /// A person would be in danger.
    Safety,
    /// It is looked at again.
    Review,
    /// It is not needed any more.
    NeedGone,
    /// Told in words.
    Other,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 6] = [Self::Breach, Self::KeyLost, Self::Safety, Self::Review, Self::NeedGone, Self::Other];

    /// Its number on the wire.
    pub const fn number(self) -> u64 {
        match self {
            Self::Breach => 1,
            Self::KeyLost => 2,
            Self::Safety => 3,
            Self::Review => 4,
            Self::NeedGone => 5,
            Self::Other => wire::OTHER,
        }
    }

    /// The reason of a number; one that a later version knows is told in words.
    pub fn from_number(number: u64) -> Self {
        Self::ALL.into_iter().find(|reason| reason.number() == number).unwrap_or(Self::Other)
    }
}

/// What a party does to an accord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing new goes for now.
    Suspend {
        /// Why.
        reason: Reason,
        /// In words.
        text: String,
        /// Until when it is meant to last.
        until: Option<Timestamp>,
    },
    /// It goes on, as far as this node is concerned.
    Resume,
    /// It ends; a text that is only proposed is turned down.
    Terminate {
        /// Why.
        reason: Reason,
        /// In words.
        text: String,
        /// Nothing runs on for the days of notice: for what the accord names alone.
        immediate: bool,
    },
}

/// What an end or a suspension would do now: for the page before it. Counts alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Offers of this node that nobody answered: taken back.
    pub taken_back: usize,
    /// Offers of partners that nobody answered here: they take them back when they hear.
    pub unanswered: usize,
    /// What was accepted: it runs on.
    pub runs_on: usize,
    /// Until when later evidence to it still goes; `None`: none goes.
    pub supplements_until: Option<Timestamp>,
}

/// Suspends an accord, lets it go on, or ends it, for this node.
#[derive(Clone, Debug)]
pub struct EndAccord {
    /// The accord.
    pub id: String,
    /// What.
    pub ending: Ending,
}

#[async_trait]
impl Act for EndAccord {
    const NAME: &'static str = "accord.end";
    const DEED: Deed = Deed::EndAccord;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(present(by, tx))
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let (stored, document, me) = self.standing(tx, desk).await?;
        let (event, message) = self.word(tx.now(), &stored, (&document, &me))?;
        tell(tx, desk, &document, &message).await?;
        change(desk, tx, stored, (&document, &me), event).await
    }
}

impl EndAccord {
    async fn standing(
        &self,
        view: &mut impl Read,
        desk: &Desk,
    ) -> Result<(Stored<AccordDoc>, Document, String), Error> {
        let stored = current(view, &self.id).await?;
        let stored = stored.ok_or_else(|| Problem::at("accord.not-running", self.id.clone()))?;
        let document = Document::parse(&stored.bytes.0)?;
        let me = own_party(desk, &document)?;
        Ok((stored, document, me))
    }

    /// What is noted here and told to the others, if it may be said now.
    fn word(
        &self,
        now: Timestamp,
        stored: &AccordDoc,
        (document, me): (&Document, &str),
    ) -> Result<(AccordEvent, Message), Problem> {
        let accord_id = self.id.clone();
        let message = match &self.ending {
            Ending::Suspend { reason, text, until } => {
                let (reason, text, until) = (reason.number(), said(text)?, until.map(Timestamp::seconds));
                Message::AccordSuspend(wire::AccordSuspend { accord_id, reason, until, text })
            }
            Ending::Resume => Message::AccordResume(wire::AccordResume { accord_id }),
            Ending::Terminate { reason, text, immediate } => {
                if *immediate && !at_once(document, *reason) {
                    return Err(Problem::at("accord.not-at-once", "sebab"));
                }
                let (reason, text, immediate) = (reason.number(), said(text)?, *immediate);
                Message::AccordTerminate(wire::AccordTerminate { accord_id, reason, immediate, text })
            }
        };
        Ok((self.event(now, stored, me)?, message))
    }

    /// What it would stop and what would run on, if it may be said now; nothing changes.
    pub async fn outlook(&self, view: &mut impl Read, desk: &Desk) -> Result<Outlook, Error> {
        let (stored, document, me) = self.standing(view, desk).await?;
        let now = view.now();
        let (event, _) = self.word(now, &stored, (&document, &me))?;
        let cards = in_progress(view, stored.hash).await?;
        let open = |card: &&OfferCard| card.state == "open";
        let offered = |card: &&OfferCard| card.state == "offered";
        let (taken_back, unanswered) = (cards.iter().filter(open).count(), cards.iter().filter(offered).count());
        let supplements_until = match event {
            AccordEvent::Halted(_, halt) => super::held::runs_on_until([&*halt].into_iter(), &document),
            _ => None,
        };
        Ok(Outlook { taken_back, unanswered, runs_on: cards.len() - taken_back - unanswered, supplements_until })
    }

    fn event(&self, now: Timestamp, stored: &AccordDoc, me: &str) -> Result<AccordEvent, Problem> {
        let wrong = || Problem::at("accord.not-running", self.id.clone());
        let halt = |ended, reason: Reason, text: &str| Halt {
            ended,
            reason: reason.number(),
            text: text.to_owned(),
            until: None,
            immediate: false,
            at: now,
        };
        match (&self.ending, stored.halts.get(me)) {
            (Ending::Resume, Some(halt)) if !halt.ended => Ok(AccordEvent::Resumed(me.to_owned())),
            (Ending::Suspend { reason, text, until }, None) if stored.state == "active" => {
                let halt = Halt { until: *until, ..halt(false, *reason, text) };
                Ok(AccordEvent::Halted(me.to_owned(), Box::new(halt)))
            }
            (Ending::Terminate { reason, text, immediate }, before) if before.is_none_or(|halt| !halt.ended) => {
                let halt = Halt { immediate: *immediate, ..halt(true, *reason, text) };
                Ok(AccordEvent::Halted(me.to_owned(), Box::new(halt)))
            }
            _ => Err(wrong()),
        }
    }
}

/// A reason in words; it names no person, and the form says so.
fn said(text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::at("web.field-missing", "alasan"));
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Problem::at("accord.reason-long", TEXT_CHARS_MAX.to_string()));
    }
    Ok(Some(text.to_owned()))
}

/// Whether the accord names this reason as one that ends it at once.
pub fn at_once(document: &Document, reason: Reason) -> bool {
    let named = match reason {
        Reason::Breach => Immediate::Breach,
        Reason::KeyLost => Immediate::KeyCompromise,
        _ => return false,
    };
    document.termination.immediate_on.contains(&named)
}

/// The version that a word on an accord is about: the one in force, else the newest text.
async fn current(view: &mut impl Read, id: &str) -> Result<Option<Stored<AccordDoc>>, Error> {
    let mut newest = None;
    for card in accords(view).await?.into_iter().filter(|card| card.id == id) {
        let Some(stored) = view.load::<AccordDoc>(accord_stream(id, card.version)).await? else { continue };
        if stored.state.state == "active" {
            return Ok(Some(stored));
        }
        newest = Some(stored).filter(|stored| stored.state.state != "terminated").or(newest);
    }
    Ok(newest)
}

/// 52 of a partner.
pub(super) async fn suspended(desk: &Desk, tx: &mut Tx, from: NodeId, said: &wire::AccordSuspend) -> Result<(), Error> {
    let halt = Halt {
        ended: false,
        reason: said.reason,
        text: cut(said.text.as_deref()),
        until: said.until.map(Timestamp::from_seconds),
        immediate: false,
        at: tx.now(),
    };
    halted(desk, tx, (from, &said.accord_id), halt).await
}

/// 54 of a partner.
pub(super) async fn terminated(
    desk: &Desk,
    tx: &mut Tx,
    from: NodeId,
    said: &wire::AccordTerminate,
) -> Result<(), Error> {
    let halt = Halt {
        ended: true,
        reason: said.reason,
        text: cut(said.text.as_deref()),
        until: None,
        immediate: said.immediate,
        at: tx.now(),
    };
    halted(desk, tx, (from, &said.accord_id), halt).await
}

fn cut(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().take(TEXT_CHARS_MAX).collect()
}

/// A suspension after the end changes nothing: an end stays.
async fn halted(desk: &Desk, tx: &mut Tx, (from, id): (NodeId, &str), halt: Halt) -> Result<(), Error> {
    let (stored, document, party) = of_partner(tx, from, id).await?;
    if stored.halts.get(&party).is_some_and(|before| before.ended) {
        return Ok(());
    }
    let event = AccordEvent::Halted(party.clone(), Box::new(halt));
    change(desk, tx, stored, (&document, &party), event).await
}

/// 53 of a partner.
pub(super) async fn resumed(desk: &Desk, tx: &mut Tx, from: NodeId, id: &str) -> Result<(), Error> {
    let (stored, document, party) = of_partner(tx, from, id).await?;
    match stored.halts.get(&party) {
        Some(halt) if halt.ended => Err(Problem::at("accord.not-running", id).into()),
        None => Ok(()),
        Some(_) => change(desk, tx, stored, (&document, &party), AccordEvent::Resumed(party.clone())).await,
    }
}

async fn of_partner(tx: &mut Tx, from: NodeId, id: &str) -> Result<(Stored<AccordDoc>, Arc<Document>, String), Error> {
    let unknown = || Problem::at("accord.not-party", id);
    let stored = current(tx, id).await?.ok_or_else(unknown)?;
    let document = stored.document()?;
    let party = party_of(&document, from).ok_or_else(unknown)?;
    Ok((stored, document, party))
}

async fn change(
    desk: &Desk,
    tx: &mut Tx,
    mut stored: Stored<AccordDoc>,
    (document, party): (&Document, &str),
    event: AccordEvent,
) -> Result<(), Error> {
    let is_halt = matches!(event, AccordEvent::Halted(..));
    tx.append(&mut stored, vec![event]).await?;
    if !is_halt {
        return Ok(());
    }
    // What this node halted stands still with all; what a partner halted, with that partner.
    let met =
        |one: &&::accord::Party| one.id != Some(desk.me.id) && (one.node == party || own(desk, document) == party);
    let peers: Vec<NodeId> = document.parties.iter().filter(met).filter_map(|one| one.id).collect();
    stand_still(desk, tx, &stored, &peers).await
}

/// With these peers: what is queued does not leave, and what nobody answered is taken back.
pub(super) async fn stand_still(desk: &Desk, tx: &mut Tx, stored: &AccordDoc, peers: &[NodeId]) -> Result<(), Error> {
    mail::stop_new(tx, accord_ground(&stored.id), peers).await?;
    take_back(desk, tx, peers, (Some(stored.hash), WithdrawReason::Accord)).await
}

fn own(desk: &Desk, document: &Document) -> String {
    own_party(desk, document).unwrap_or_default()
}

/// Offers that nobody accepted yet, of one accord or of all, are taken back: the partner is told (22).
pub(crate) async fn take_back(
    desk: &Desk,
    tx: &mut Tx,
    peers: &[NodeId],
    (accord, reason): (Option<base::Digest>, WithdrawReason),
) -> Result<(), Error> {
    for card in running(tx).await?.into_iter().filter(|card| card.giving && peers.contains(&card.peer)) {
        let Some(mut stored) = tx.load::<OfferStream>(card.thread.bytes()).await? else { continue };
        let no = card.offer_no;
        let rests = stored.sent.get(&no).is_some_and(|sent| accord.is_none_or(|hash| sent.accord.2 == hash));
        if !rests || stored.thread.giver.state(no) != Some(GiverState::Open) {
            continue;
        }
        let denied = ThreadEvent::Giver(GiverEvent::Denied(no, reason));
        effects::step(desk, tx, &mut stored, denied).await?;
        follow::note(desk, tx, &stored, no).await?;
    }
    Ok(())
}

/// What was accepted under a version and still runs: it stays where it is, and the coordinator sees it.
pub async fn in_progress(view: &mut impl Read, hash: base::Digest) -> Result<Vec<OfferCard>, Error> {
    let mut out = Vec::new();
    for card in running(view).await? {
        let Some(stored) = view.load::<OfferStream>(card.thread.bytes()).await? else { continue };
        let sent = stored.sent.get(&card.offer_no).map(|sent| sent.accord.2);
        let came = stored.came.get(&card.offer_no).map(|came| came.accord.2);
        let accord = if card.giving { sent } else { came };
        if accord == Some(hash) {
            out.push(card);
        }
    }
    Ok(out)
}
