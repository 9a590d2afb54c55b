// Long because: one node, act by act, to be read side by side with the code that it retells.
//! One node of the model: the real machine of offers and the real order of numbers, and between them what `desk::offers` and
//! `relay::post` do in one commit, without rows, keys and words.

use base::{CaseId, Digest, Timestamp};
use casework::offer::{
    DeclineReason, Effect, GiverEvent, GiverState, OfferKind, Opening, OwnNext, Send, Served, TakerEvent, TakerState,
    Thread, ThreadEvent, WithdrawReason,
};
use casework::words::{Purpose, Urgency};
use desk::mail::{Inbound, Verdict};
use relay::engine::inbound::{Arrival, Step, arrive, cut, decide, next, park, voided};
use std::collections::{BTreeMap, BTreeSet};

/// A numbered message. Its era and number are used once in a life, so they stand for its hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Body {
    pub from: usize,
    pub era: u64,
    pub seq: u64,
    pub prev: Digest,
    /// Numbers before it that will not come again.
    pub void: Vec<(u64, Digest)>,
    pub no: u32,
    pub send: Send,
}

impl Body {
    pub fn hash(&self) -> Digest {
        let mut hash = [0; 32];
        hash[..3].copy_from_slice(&[byte(self.from) + 1, byte(self.era), byte(self.seq)]);
        Digest(hash)
    }
}

/// A small number.
fn byte(n: impl TryInto<u8>) -> u8 {
    n.try_into().unwrap_or(u8::MAX)
}

/// How a message stands with its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stand {
    Waits,
    Received,
    Refused,
    Void,
}

/// A case as one node knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Case {
    pub owns: bool,
    pub own_no: u32,
    pub last: [u8; 32],
}

/// A life that began with a restore.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recovery {
    /// The partner has not said what it knows.
    pub waits: bool,
    /// What it said of a case that is not here.
    pub gone: Option<(u32, [u8; 32])>,
}

/// What a partner says to a restored node (6).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tell {
    era: u64,
    upto: u64,
    refused: BTreeSet<u64>,
    offer_no: u32,
    state: u64,
    records: BTreeMap<u32, Record>,
    voided: (u64, Vec<(u64, Digest)>),
}

/// An ownership record that both have signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Record {
    pub own_no: u32,
    pub from: usize,
    pub hash: [u8; 32],
}

impl Record {
    /// Of an offer of a node; the giver signs it with the file, the taker with its yes.
    pub fn of(from: usize, no: u32, own_no: u32) -> Self {
        Self { own_no, from, hash: record_hash(from, no, own_no) }
    }
}

/// A deliberate fault, to see that the checker finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The giver lets the case go at the yes, not when it gives.
    DropsAtYes,
    /// The taker takes the case as its own at its yes.
    OwnsAtYes,
    /// A restored node goes on as if nothing had happened.
    ForgetsThatItForgot,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    pub me: usize,
    pub thread: Thread,
    pub case: Option<Case>,
    pub era: u64,
    /// Its outbox, oldest first.
    pub sent: Vec<(Body, Stand)>,
    void: BTreeMap<u64, Digest>,
    pub inn: Inbound,
    seen: BTreeMap<(u64, u64), Digest>,
    pub recovery: Option<Recovery>,
    /// Records that came with a file, by number.
    pub records: BTreeMap<u32, Record>,
}

/// Refused, or no effect.
pub struct Refused;

fn now() -> Timestamp {
    Timestamp::from_seconds(0)
}

fn end() -> Timestamp {
    Timestamp::from_seconds(14 * 24 * 3600)
}

/// The hash of the record that an offer of this node leads to.
fn record_hash(from: usize, no: u32, own_no: u32) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..3].copy_from_slice(&[byte(from) + 1, byte(no), byte(own_no)]);
    hash
}

impl Node {
    pub fn new(me: usize) -> Self {
        Self {
            me,
            thread: Thread::default(),
            case: (me == 0).then_some(Case { owns: true, own_no: 0, last: [0; 32] }),
            era: 1,
            sent: Vec::new(),
            void: BTreeMap::new(),
            inn: Inbound { era: 1, ..Inbound::default() },
            seen: BTreeMap::new(),
            recovery: None,
            records: BTreeMap::new(),
        }
    }

    pub fn owns(&self) -> bool {
        self.case.is_some_and(|case| case.owns)
    }

    pub fn is_recovering(&self) -> bool {
        self.recovery.as_ref().is_some_and(|recovery| recovery.waits)
    }

    /// Something of an older life has not ended: what is new waits for it (`waits_for_older`).
    pub fn holds_back(&self, body: &Body) -> bool {
        let older = |(sent, stand): &(Body, Stand)| sent.era < body.era && *stand == Stand::Waits;
        self.recovery.is_some() && self.sent.iter().any(older)
    }

    /// The case manager offers the case.
    pub fn offers(&mut self, kind: OfferKind) -> Result<(), Refused> {
        let case = self.case.filter(|case| case.owns && !self.is_recovering()).ok_or(Refused)?;
        let id = CaseId::from_bytes([9; 16]);
        let own = OwnNext { case: id, own_no: case.own_no + 1, last: case.last };
        let opening = Opening {
            offer_no: self.thread.next_no(),
            kind,
            purpose: Purpose::Return,
            urgency: Urgency::Amber,
            answer_by: Timestamp::from_seconds(24 * 3600),
            expires: end(),
            extract_hash: [3; 32],
            own: (kind == OfferKind::Handover).then_some(own),
        };
        self.step(&ThreadEvent::Giver(GiverEvent::Open(opening)))
    }

    pub fn accepts(&mut self, no: u32, fault: Fault) -> Result<(), Refused> {
        self.step(&ThreadEvent::Taker(TakerEvent::Accept { offer_no: no, due_at: end() }))?;
        let own = self.thread.taker.offer(no).and_then(|offer| offer.opening.as_ref()?.own);
        match own {
            Some(own) if fault == Fault::OwnsAtYes => self.takes_on(no, own),
            _ => Ok(()),
        }
    }

    pub fn declines(&mut self, no: u32) -> Result<(), Refused> {
        let (reason, text) = (DeclineReason::NoCapacity, String::new());
        self.step(&ThreadEvent::Taker(TakerEvent::Decline { offer_no: no, reason, text, other_node: None }))
    }

    pub fn completes(&mut self, no: u32) -> Result<(), Refused> {
        let (outcome, text) = (Served::Served, String::new());
        self.step(&ThreadEvent::Taker(TakerEvent::Complete { offer_no: no, outcome, text }))
    }

    pub fn withdraws(&mut self, no: u32) -> Result<(), Refused> {
        self.step(&ThreadEvent::Giver(GiverEvent::Withdraw(no, WithdrawReason::SentInError, String::new())))
    }

    /// The giver's clock passes the answer time, then the end and its grace.
    pub fn rings(&mut self) -> Result<(), Refused> {
        let at = self.thread.giver.next_at().ok_or(Refused)?;
        let due = self.thread.giver.due(at, true).ok_or(Refused)?;
        self.step(&ThreadEvent::Giver(due))
    }

    /// `desk::offers::effects::step`: all or nothing.
    fn step(&mut self, event: &ThreadEvent) -> Result<(), Refused> {
        let mut after = self.clone();
        for effect in after.thread.on(event).map_err(|_| Refused)? {
            match effect {
                Effect::Send(no, send) => after.sends(no, send),
                Effect::OwnershipEnds(no, own) => after.gives_up(no, own)?,
                Effect::OwnershipBegins(no, own) => after.takes_on(no, own)?,
                _ => {}
            }
        }
        *self = after;
        Ok(())
    }

    fn sends(&mut self, no: u32, send: Send) {
        let last = self.sent.iter().rev().find(|(body, _)| body.era == self.era);
        let (seq, prev) = last.map_or((1, Digest::default()), |(body, _)| (body.seq + 1, body.hash()));
        let void = self.void.iter().map(|(seq, hash)| (*seq, *hash)).collect();
        self.sent.push((Body { from: self.me, era: self.era, seq, prev, void, no, send }, Stand::Waits));
    }

    /// `ownership::give_up` and `Case::give_away`.
    fn gives_up(&mut self, no: u32, own: OwnNext) -> Result<(), Refused> {
        let case = self.case.as_mut().filter(|case| case.owns).ok_or(Refused)?;
        if (own.own_no, own.last) != (case.own_no + 1, case.last) {
            return Err(Refused);
        }
        *case = Case { owns: false, own_no: own.own_no, last: record_hash(self.me, no, own.own_no) };
        Ok(())
    }

    /// `ownership::take_on`, with `Case::take_back`, `take_again` and `take_over`.
    fn takes_on(&mut self, no: u32, own: OwnNext) -> Result<(), Refused> {
        let refused = match self.case {
            Some(case) => own.own_no <= case.own_no || (case.owns && self.recovery.is_none()),
            None => false,
        };
        if refused {
            return Err(Refused);
        }
        let record = Record::of(1 - self.me, no, own.own_no);
        let is_new = self.case.is_none();
        let case = self.case.insert(Case { owns: true, own_no: own.own_no, last: record.hash });
        self.records.insert(own.own_no, record);
        // `recovered::given_since`.
        if let (true, Some((own_no, last))) = (is_new, self.recovery.as_ref().and_then(|recovery| recovery.gone))
            && own_no > case.own_no
        {
            *case = Case { owns: false, own_no, last };
        }
        Ok(())
    }

    /// `Post::numbered`: a message comes in. `permits` is what the accord says if it is asked.
    pub fn takes_in(&mut self, body: &Body, wire: &BTreeSet<Body>, (permits, fault): (bool, Fault)) {
        let known = self.seen.get(&(body.era, body.seq)).copied();
        let arrival = Arrival {
            era: body.era,
            seq: body.seq,
            hash: body.hash(),
            prev: body.prev,
            number: body.send.message_type(),
            expires: end(),
            void: body.void.clone(),
        };
        let mut stepped = Vec::new();
        let step = arrive(&mut self.inn, &arrival, known, now(), &mut stepped);
        match step {
            Step::Apply => {
                let verdict = self.effect(body, (permits, fault));
                self.seen.insert((body.era, body.seq), arrival.hash);
                decide(&mut self.inn, arrival.seq, arrival.hash, verdict, &mut stepped);
            }
            Step::ApplyNow => {
                let verdict = self.effect(body, (permits, fault));
                park(&mut self.inn, &arrival, Some(verdict));
            }
            Step::Park => park(&mut self.inn, &arrival, None),
            Step::TooLate | Step::Again | Step::Retry | Step::Drop | Step::Freeze => {}
        }
        self.follows(wire, &mut stepped, (permits, fault));
    }

    /// `Post::follow`: the parked whose turn has come.
    fn follows(&mut self, wire: &BTreeSet<Body>, stepped: &mut Vec<(u64, Digest)>, how: (bool, Fault)) {
        while let Some((seq, parked)) = next(&mut self.inn) {
            let era = self.inn.era;
            let verdict = parked.acted.unwrap_or_else(|| {
                let body = wire.iter().find(|body| (body.from, body.era, body.seq) == (1 - self.me, era, seq));
                body.map_or(Verdict::Refused("store.erased".into()), |body| self.effect(body, how))
            });
            self.seen.insert((era, seq), parked.hash);
            decide(&mut self.inn, seq, parked.hash, verdict, stepped);
        }
        let era = self.inn.era;
        self.seen.extend(stepped.drain(..).map(|(seq, hash)| ((era, seq), hash)));
    }

    fn effect(&mut self, body: &Body, how: (bool, Fault)) -> Verdict {
        let mut after = self.clone();
        match after.apply(body, how) {
            Ok(()) => {
                *self = after;
                Verdict::Applied
            }
            Err(Refused) => Verdict::Refused("offer.wrong-state".into()),
        }
    }

    /// `desk::inbox`.
    fn apply(&mut self, body: &Body, (permits, fault): (bool, Fault)) -> Result<(), Refused> {
        let no = body.no;
        let giver = |event| ThreadEvent::Giver(event);
        let taker = |event| ThreadEvent::Taker(event);
        match body.send.clone() {
            Send::Open(opening) => {
                self.supersede(no)?;
                self.step(&taker(TakerEvent::Opened(opening)))
            }
            Send::Accept { due_at, .. } => {
                self.step(&giver(GiverEvent::Accepted { offer_no: no, due_at }))?;
                // A restored giver does not give before its partner has told what it forgot.
                if self.is_recovering() || self.thread.giver.state(no) != Some(GiverState::Accepted) {
                    return Ok(());
                }
                let case = self.case;
                let own = self.thread.giver.offer(no).and_then(|offer| offer.opening.own);
                let denied = GiverEvent::Denied(no, WithdrawReason::Consent);
                self.step(&giver(if permits { GiverEvent::Permitted(no) } else { denied }))?;
                if let (Fault::DropsAtYes, false, Some(case), Some(_)) = (fault, permits, case, own) {
                    self.case = Some(Case { owns: false, ..case });
                }
                Ok(())
            }
            Send::Decline { reason, text, other_node } => {
                self.step(&giver(GiverEvent::Declined { offer_no: no, reason: Some(reason), text, other_node }))
            }
            Send::Withdraw(reason, _) => self.step(&taker(TakerEvent::Withdrawn(no, reason.word().into()))),
            Send::Expire(reason) => self.step(&taker(TakerEvent::Expired(no, reason.word().into()))),
            Send::Extract(own) => {
                self.file_again(no, own)?;
                self.step(&taker(TakerEvent::Extract { offer_no: no, hash: [3; 32] }))
            }
            Send::Complete(outcome, text) => {
                self.step(&giver(GiverEvent::Completed { offer_no: no, outcome: Some(outcome), text }))
            }
            _ => Err(Refused),
        }
    }

    /// `forgotten::supersede`.
    fn supersede(&mut self, no: u32) -> Result<(), Refused> {
        if self.recovery.is_none() || self.thread.taker.offer(no).is_some() {
            return Ok(());
        }
        let runs = self.thread.taker.offers().filter(|(before, offer)| *before < no && !offer.state.has_ended());
        for before in runs.map(|(before, _)| before).collect::<Vec<_>>() {
            self.step(&ThreadEvent::Taker(TakerEvent::Superseded(before)))?;
        }
        for before in self.thread.giver.running().filter(|before| *before < no).collect::<Vec<_>>() {
            let event = match self.thread.giver.offer(before).map(|offer| offer.opening.kind) {
                Some(OfferKind::Handover) => GiverEvent::Recalled(before),
                _ => GiverEvent::Withdraw(before, WithdrawReason::SentInError, String::new()),
            };
            self.step(&ThreadEvent::Giver(event))?;
        }
        Ok(())
    }

    /// `forgotten::file_again`. The record of a handover proves our yes: only we can have signed it.
    fn file_again(&mut self, no: u32, proof: Option<OwnNext>) -> Result<(), Refused> {
        if self.recovery.is_none() {
            return Ok(());
        }
        match (self.thread.taker.state(no), proof) {
            (Some(TakerState::Holding | TakerState::Done | TakerState::Accepted), _) | (None, None) => Ok(()),
            (Some(TakerState::Offered), None) => self.accepts(no, Fault::None),
            (Some(_), Some(_)) => self.step(&ThreadEvent::Taker(TakerEvent::Recalled(no))),
            (None, Some(own)) => {
                self.supersede(no)?;
                let opening = Opening {
                    offer_no: no,
                    kind: OfferKind::Handover,
                    purpose: Purpose::Protection,
                    urgency: Urgency::Red,
                    answer_by: now(),
                    expires: now(),
                    extract_hash: [3; 32],
                    own: Some(own),
                };
                self.step(&ThreadEvent::Taker(TakerEvent::Opened(opening)))?;
                self.accepts(no, Fault::None)
            }
            (Some(_), None) => Ok(()),
        }
    }

    /// Receipts for what has its effect, without delay; of a refusal the node hears by [`Node::hears`].
    pub fn receipts(&mut self, there: &Inbound) {
        for (body, stand) in self.sent.iter_mut().filter(|(body, _)| body.era == there.era && body.seq <= there.upto) {
            if *stand == Stand::Waits && refusal(there, body.seq).is_none() {
                *stand = Stand::Received;
            }
        }
    }

    /// The first refusal that it has not heard of: `desk::inbox::ours::note`.
    pub fn hears(&mut self, there: &Inbound) -> Result<(), Refused> {
        let refused = |(body, stand): &(Body, Stand)| {
            *stand == Stand::Waits
                && body.era == there.era
                && body.seq <= there.upto
                && refusal(there, body.seq).is_some()
        };
        let at = self.sent.iter().position(refused).ok_or(Refused)?;
        self.note(at);
        Ok(())
    }

    fn note(&mut self, at: usize) {
        self.sent[at].1 = Stand::Refused;
        let (no, number) = (self.sent[at].0.no, self.sent[at].0.send.message_type());
        let code = "offer.wrong-state".to_owned();
        let event = match number {
            16 => ThreadEvent::Giver(GiverEvent::Refused(no, code)),
            20 => ThreadEvent::Taker(TakerEvent::Withdrawn(no, code)),
            _ => return,
        };
        // A notice that no longer fits the state of its offer changes nothing.
        let _ = self.step(&event);
    }

    /// The same node in a new life, as a copy of its store knows it.
    pub fn reborn(&self, era: u64, fault: Fault) -> Self {
        let waits = fault != Fault::ForgetsThatItForgot;
        Self { era, recovery: Some(Recovery { waits, gone: None }), ..self.clone() }
    }

    /// What a restored node says that it knows (5): its own last number of a life before, and the partner's.
    pub fn asks(&self) -> (u64, u64, u64, u64) {
        let last =
            self.sent.iter().rfind(|(body, _)| body.era < self.era).map_or((0, 0), |(body, _)| (body.era, body.seq));
        (last.0, last.1, self.inn.era, self.inn.upto)
    }

    /// `Post::asked` and `recovered::stands`, for a partner of that life which knows so much.
    pub fn tells(&mut self, life: u64, (era, seq, peer_era, peer_upto): (u64, u64, u64, u64)) -> Tell {
        if self.inn.era < life {
            cut(&mut self.inn, life, Some((era, seq)));
        }
        let mine = self.sent.last().map_or(0, |(body, _)| body.era);
        let upto = if peer_era == mine { peer_upto } else { 0 };
        let giver = self.thread.giver.clone();
        for (body, stand) in self.sent.iter_mut().filter(|(body, _)| body.era == mine && body.seq > upto) {
            // `has_ended_unserved`: nobody needs to see an offer that ended before its file went.
            let unserved = |state: GiverState| state.has_ended() && state != GiverState::Done;
            let goes = body.send.message_type() != 16 || !giver.state(body.no).is_some_and(unserved);
            match stand {
                Stand::Received | Stand::Refused if goes => *stand = Stand::Waits,
                Stand::Received | Stand::Refused | Stand::Void => {
                    *stand = Stand::Void;
                    self.void.insert(body.seq, body.hash());
                }
                Stand::Waits => {}
            }
        }
        let offer_no = self.thread.next_no() - 1;
        let state = match self.thread.taker.state(offer_no) {
            None => 0,
            Some(TakerState::Offered) => 1,
            Some(TakerState::Accepted) => 2,
            Some(TakerState::Holding | TakerState::Done) => 3,
            Some(_) => 4,
        };
        Tell {
            era: self.inn.era,
            upto: self.inn.upto,
            refused: (1..=self.inn.upto).filter(|seq| refusal(&self.inn, *seq).is_some()).collect(),
            offer_no,
            state,
            records: self.records.clone(),
            voided: (mine, self.void.range(upto + 1..).map(|(seq, hash)| (*seq, *hash)).collect()),
        }
    }

    /// `Post::told` and `recovered::told`.
    pub fn told(&mut self, tell: &Tell, wire: &BTreeSet<Body>) {
        let Some(recovery) = self.recovery.as_mut().filter(|recovery| recovery.waits) else { return };
        recovery.waits = false;
        for at in 0..self.sent.len() {
            let (body, stand) = &mut self.sent[at];
            if *stand != Stand::Waits || body.era != tell.era || body.seq > tell.upto {
                continue;
            }
            *stand = Stand::Received;
            if tell.refused.contains(&body.seq) {
                self.note(at);
            }
        }
        self.offer_stands(tell);
        let mine = tell.records.values().filter(|record| record.from == self.me);
        if let Some(record) = mine.max_by_key(|record| record.own_no) {
            match &mut self.case {
                Some(case) if record.own_no > case.own_no => {
                    *case = Case { owns: false, own_no: record.own_no, last: record.hash };
                }
                Some(_) => {}
                None => {
                    let gone = Some((record.own_no, record.hash));
                    self.recovery = self.recovery.take().map(|recovery| Recovery { gone, ..recovery });
                }
            }
        }
        let said_yes = self.thread.giver.offers().filter(|offer| offer.state == GiverState::Accepted);
        for no in said_yes.map(|offer| offer.opening.offer_no).collect::<Vec<_>>() {
            let gave = self.thread.giver.offer(no).is_some_and(|offer| offer.opening.own.is_some()) && !self.owns();
            let event = if gave { GiverEvent::Recalled(no) } else { GiverEvent::Permitted(no) };
            let _ = self.step(&ThreadEvent::Giver(event));
        }
        let mut stepped = Vec::new();
        voided(&mut self.inn, tell.voided.0, &tell.voided.1, &mut stepped);
        self.follows(wire, &mut stepped, (true, Fault::None));
    }

    /// `recovered::offer_stands`.
    fn offer_stands(&mut self, tell: &Tell) {
        let no = tell.offer_no;
        let is_known = no < self.thread.next_no();
        if is_known && tell.state == 3 && self.thread.giver.offer(no).is_some() {
            let _ = self.step(&ThreadEvent::Giver(GiverEvent::Recalled(no)));
        }
        let ended = |runs: u32| if is_known { runs == no && tell.state == 4 } else { runs < no };
        for no in self.thread.giver.running().filter(|no| ended(*no)).collect::<Vec<_>>() {
            let over = GiverEvent::Withdraw(no, WithdrawReason::SentInError, String::new());
            let _ = self.step(&ThreadEvent::Giver(over));
        }
        if is_known {
            return;
        }
        if matches!(tell.state, 1 | 2) {
            self.sends(no, Send::Withdraw(WithdrawReason::SentInError, String::new()));
        }
        self.thread.skip_to(no);
    }
}

fn refusal(there: &Inbound, seq: u64) -> Option<()> {
    let refused = |verdict: &Verdict| matches!(verdict, Verdict::Refused(_));
    // A number that acted on sight and waits for those before it has no receipt yet.
    there.marks.iter().any(|marked| marked.seq == seq && refused(&marked.verdict)).then_some(())
}
