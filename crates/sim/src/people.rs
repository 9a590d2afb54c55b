//! What officers do all day: offer, answer, ask, complete, take back, alert; and what the people concerned do: withdraw consent.

mod alerts;

use crate::cast::{NewCase, consent, officer, urgency};
use crate::dice::Dice;
use crate::node::Node;
use base::{AlertId, CaseId, ConsentId, NodeId, Problem, ThreadId, Timestamp};
use casework::offer::{DeclineReason, OfferKind, Served, WithdrawReason};
use casework::words::Purpose;
use desk::cases::OnCase;
use desk::cases::consents::WithdrawConsent;
use desk::cases::record::GiveConsent;
use desk::offers::{Ask, GiverAct, GiverWord, SendOffer, TakerAct, TakerWord};
use desk::wire::Message;
use std::collections::{BTreeMap, BTreeSet};

/// Of a hundred things, withdrawals and corrections.
const WITHDRAW_PERCENT: usize = 10;
/// Of the rest, answers to what waits on the desk; else a new offer.
const ANSWER_PERCENT: usize = 72;
/// Offers that are handovers.
const HANDOVER_PERCENT: usize = 25;
/// Cases a node works on at a time; above it the oldest rest.
const CASES_MAX: usize = 8;
/// Purposes of a consent, and so of an offer.
const PURPOSES: [Purpose; 3] = [Purpose::Return, Purpose::Reintegration, Purpose::Protection];

/// A case that the node owns and works on.
struct OwnCase {
    id: CaseId,
    consents: BTreeMap<usize, (ConsentId, Purpose)>,
    /// Whom it protects; empty where the case came from another node.
    name: String,
}

/// Something that waits for an answer.
#[derive(Clone, Copy)]
pub enum Waiting {
    /// An offer; a red one may be left until it expires.
    Offer { thread: ThreadId, no: u32, is_red: bool },
    /// A file that is worked on.
    File { thread: ThreadId, no: u32 },
    /// A question to an offer of ours.
    Question { thread: ThreadId, no: u32 },
    /// A partner's alert.
    Alert(AlertId),
}

/// An offer that went out.
#[derive(Clone, Copy)]
struct Out {
    case: CaseId,
    consent: ConsentId,
    thread: ThreadId,
    no: u32,
}

/// The people of one node.
#[derive(Default)]
pub struct People {
    cases: Vec<OwnCase>,
    waiting: Vec<Waiting>,
    out: Vec<Out>,
    opened: u64,
    alerting: alerts::Alerting,
}

/// Where they act.
pub struct Office<'a> {
    /// Their node.
    pub node: &'a Node,
    /// Nodes they have an agreement with.
    pub peers: &'a [(usize, NodeId)],
    /// Chance.
    pub dice: &'a Dice,
    /// The present.
    pub now: Timestamp,
    /// Which share of what they do is about recruiters.
    pub alerts: f64,
    /// Traffic is over: only what waits is answered.
    pub is_closing: bool,
    /// An offer that nobody answers ends by its time before the traffic does.
    pub may_let_expire: bool,
}

/// What came of it, for those who look on.
#[derive(Default)]
pub struct Done {
    /// Threads that changed.
    pub threads: Vec<ThreadId>,
    /// Cases that were opened.
    pub opened: Vec<CaseId>,
    /// A consent that was withdrawn.
    pub withdrawn: Option<ConsentId>,
}

impl People {
    /// After a restore: what waits is what the desk shows, and cases that it does not know are nobody's work.
    pub fn begin_again(&mut self, (cases, waiting): (BTreeSet<CaseId>, Vec<Waiting>)) {
        self.cases.retain(|own| cases.contains(&own.id));
        self.waiting = waiting;
    }

    /// Whether anything waits for an answer.
    pub fn are_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    /// A message had its effect at this node.
    pub fn heard(&mut self, (from, thread): (NodeId, ThreadId), message: &Message) {
        let number = |no: u64| u32::try_from(no).unwrap_or(u32::MAX);
        match message {
            Message::OfferOpen(open) => {
                let no = number(open.offer_no);
                self.waiting.push(Waiting::Offer { thread, no, is_red: open.urgency == 1 });
            }
            Message::CaseExtract(file) => self.waiting.push(Waiting::File { thread, no: number(file.offer_no) }),
            Message::OfferAsk(talk) => self.waiting.push(Waiting::Question { thread, no: number(talk.offer_no) }),
            _ => self.alerted(from, message),
        }
    }

    /// A case came by a handover.
    pub fn took(&mut self, case: CaseId) {
        self.cases.push(OwnCase { id: case, consents: BTreeMap::new(), name: String::new() });
    }

    /// A case went to another node.
    pub fn gave(&mut self, case: CaseId) {
        self.cases.retain(|own| own.id != case);
    }

    /// One thing is done, if there is one to do.
    pub async fn act(&mut self, office: &Office<'_>) -> Result<Done, Problem> {
        if office.is_closing {
            return self.answer(office).await;
        }
        // Without alerts no dice are thrown for them: such a run is the one that it was before there were any.
        if office.alerts > 0.0 && office.dice.hit(office.alerts) {
            return self.alert(office).await;
        }
        if !self.out.is_empty() && office.dice.percent(WITHDRAW_PERCENT) {
            return self.withdraw(office).await;
        }
        if !self.waiting.is_empty() && office.dice.percent(ANSWER_PERCENT) {
            return self.answer(office).await;
        }
        self.offer(office).await
    }

    async fn answer(&mut self, office: &Office<'_>) -> Result<Done, Problem> {
        if self.waiting.is_empty() {
            return Ok(Done::default());
        }
        let chosen = self.waiting.swap_remove(office.dice.below(self.waiting.len()));
        let by = officer(office.node.index);
        let text = || format!("kata {} {}", crate::cast::MARK, office.dice.below(1_000));
        let (thread, result) = match chosen {
            Waiting::Alert(id) => return self.judge(office, id).await,
            Waiting::Offer { thread, no, is_red } => {
                let (word, again) = offer_word(office, is_red, text);
                if again {
                    self.waiting.push(chosen);
                }
                let Some(word) = word else { return Ok(Done::default()) };
                (thread, office.node.act(&by, &TakerAct { thread, offer_no: no, word }).await?)
            }
            Waiting::File { thread, no } => {
                let outcome = *office.dice.pick(Served::ALL).unwrap_or(&Served::Served);
                let word = TakerWord::Complete(outcome, text());
                (thread, office.node.act(&by, &TakerAct { thread, offer_no: no, word }).await?)
            }
            Waiting::Question { thread, no } => {
                let act = GiverAct { thread, offer_no: no, word: GiverWord::Tell(text()) };
                (thread, office.node.act(&by, &act).await?)
            }
        };
        Ok(Done { threads: result.map(|()| thread).into_iter().collect(), ..Done::default() })
    }

    async fn withdraw(&mut self, office: &Office<'_>) -> Result<Done, Problem> {
        let Out { case, consent, thread, no } = self.out.swap_remove(office.dice.below(self.out.len()));
        let by = officer(office.node.index);
        if office.dice.percent(30) {
            let word = GiverWord::Withdraw(WithdrawReason::NeedGone, String::new());
            let result = office.node.act(&by, &GiverAct { thread, offer_no: no, word }).await?;
            return Ok(Done { threads: result.map(|()| thread).into_iter().collect(), ..Done::default() });
        }
        let act = WithdrawConsent { case, consent, erase: office.dice.percent(50) };
        if office.node.act(&by, &act).await?.is_err() {
            return Ok(Done::default());
        }
        for own in self.cases.iter_mut().filter(|own| own.id == case) {
            own.consents.retain(|_, (id, _)| *id != consent);
        }
        Ok(Done { threads: vec![thread], withdrawn: Some(consent), ..Done::default() })
    }

    async fn offer(&mut self, office: &Office<'_>) -> Result<Done, Problem> {
        let mut done = Done::default();
        if self.cases.is_empty() || office.dice.percent(30) {
            done.opened.extend(self.open_case(office).await?);
        }
        let (Some(&to), false) = (office.dice.pick(office.peers), self.cases.is_empty()) else { return Ok(done) };
        let chosen = office.dice.below(self.cases.len());
        let Some(own) = self.cases.get_mut(chosen) else { return Ok(done) };
        let Some((consent, purpose)) = own.consent_for(office, to).await? else { return Ok(done) };
        let kind = if office.dice.percent(HANDOVER_PERCENT) { OfferKind::Handover } else { OfferKind::Referral };
        let documents = std::collections::BTreeSet::new();
        let ask = Ask { person: None, peer: to.1, kind, purpose, basis: None, documents };
        let act = SendOffer { case: own.id, version: None, ask };
        if let Ok((thread, no)) = office.node.act(&officer(office.node.index), &act).await? {
            self.out.push(Out { case: own.id, consent, thread, no });
            done.threads.push(thread);
        }
        Ok(done)
    }

    async fn open_case(&mut self, office: &Office<'_>) -> Result<Option<CaseId>, Problem> {
        self.opened += 1;
        let mut consents = BTreeMap::new();
        let mut records = Vec::new();
        for _ in 0..2 {
            let Some(&to) = office.dice.pick(office.peers) else { continue };
            consents.entry(to.0).or_insert_with(|| {
                let (id, purpose) = (office.consent_id(), office.purpose());
                records.push(consent(id, to, purpose, office.now));
                (id, purpose)
            });
        }
        let act = NewCase { urgency: urgency(office.dice), number: self.opened, consents: records };
        let Ok(id) = office.node.act(&officer(office.node.index), &act).await? else { return Ok(None) };
        self.cases.push(OwnCase { id, consents, name: alerts::protected(self.opened) });
        if self.cases.len() > CASES_MAX {
            self.cases.remove(0);
        }
        Ok(Some(id))
    }
}

/// What becomes of an offer on the desk: an act or none, and whether it stays there.
fn offer_word(office: &Office<'_>, is_red: bool, text: impl Fn() -> String) -> (Option<TakerWord>, bool) {
    let decline = || {
        let reason = *office.dice.pick(DeclineReason::ALL).unwrap_or(&DeclineReason::NoCapacity);
        Some(TakerWord::Decline(reason, text()))
    };
    match office.dice.below(100) {
        0..=9 if !office.is_closing => (Some(TakerWord::See), true),
        10..=17 if !office.is_closing => (Some(TakerWord::Ask(text())), true),
        18..=29 => (decline(), false),
        // Nobody answers a red one: its time ends it.
        30..=41 if is_red && office.may_let_expire => (None, false),
        _ => (Some(TakerWord::Accept), false),
    }
}

impl OwnCase {
    /// The consent to share with this node, asked for now if there is none.
    async fn consent_for(
        &mut self,
        office: &Office<'_>,
        to: (usize, NodeId),
    ) -> Result<Option<(ConsentId, Purpose)>, Problem> {
        if let Some(known) = self.consents.get(&to.0) {
            return Ok(Some(*known));
        }
        let (id, purpose) = (office.consent_id(), office.purpose());
        let change = GiveConsent { consent: consent(id, to, purpose, office.now) };
        let act = OnCase { case: self.id, version: None, change };
        if office.node.act(&officer(office.node.index), &act).await?.is_err() {
            return Ok(None);
        }
        self.consents.insert(to.0, (id, purpose));
        Ok(Some((id, purpose)))
    }
}

impl Office<'_> {
    fn consent_id(&self) -> ConsentId {
        ConsentId::from_bytes(self.dice.bytes())
    }

    fn purpose(&self) -> Purpose {
        *self.dice.pick(&PURPOSES).unwrap_or(&Purpose::Return)
    }
}
