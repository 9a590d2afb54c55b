//! A matter: what counsel does for the person of a case. Power of attorney, hearings with who goes along, claims, the losses of
//! a claim with their proof, and time (SOP LE-2, LE-4 to LE-6, RP-2; ADR 43).
//!
//! A debt to who recruited or exploited her is kept as proof of exploitation. It stands in no sum and is taken off none: who
//! used it to exploit has no claim to it (UU 21/2007 art. 27).

mod sums;
mod words;

pub use sums::{RUPIAH_MAX, Rupiah, Spending, Spent};
pub use words::{Activity, ClaimAnswer, ClaimEnd, ClaimKind, HearingEnd, LossKind, Office, Venue};

use crate::case::StepRef;
use crate::clock::{Clock, Deadline, Mark, Span, Unit};
use crate::consent::GivenBy;
use base::{FileId, OfficerId, Redacted, Text, ThreadId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Losses of a matter; with [`RUPIAH_MAX`] no sum can overflow.
pub const LOSSES_MAX: usize = 200;
/// Proofs of one loss.
pub const PROOFS_MAX: usize = 20;
/// Hearings of a matter.
pub const HEARINGS_MAX: usize = 200;
/// Claims of a matter.
pub const CLAIMS_MAX: usize = 40;
/// Powers of attorney of a matter.
pub const ATTORNEYS_MAX: usize = 40;
/// Entries of time of a matter.
pub const TIMES_MAX: usize = 2_000;
/// Minutes of one entry: a day.
pub const MINUTES_MAX: u16 = 1_440;

/// A power of attorney (surat kuasa khusus).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attorney {
    /// To whom.
    pub officer: OfficerId,
    /// By whom.
    pub by: GivenBy,
    /// On which day, `2026-12-01`.
    pub on: String,
    /// What it covers.
    pub scope: Redacted<String>,
    /// The paper, a document of the case.
    pub document: Option<FileId>,
    /// When it ended and why.
    pub ended: Option<(String, Redacted<String>)>,
}

/// When and where somebody is heard, and who goes along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearingPlan {
    /// The day, `2026-12-01`.
    pub on: String,
    /// The local time, `09.30`; nothing if it is not known.
    pub time: Option<String>,
    /// What kind of place.
    pub venue: Venue,
    /// What it is about, and the room.
    pub about: Redacted<String>,
    /// The officer of this node who goes along.
    pub companion: Option<OfficerId>,
    /// Who else goes along, in words: a companion of another node.
    pub along: Redacted<String>,
    /// A child is heard without the accused (UU 21/2007 art. 39): arranged.
    pub accused_away: bool,
}

/// A hearing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    /// As it stands.
    pub plan: HearingPlan,
    /// Warns a day before; is over when the day is (SOP LE-5).
    pub clock: Clock,
    /// The days it was moved from, and why.
    pub moved: Vec<(String, Redacted<String>)>,
    /// How it ended, what came of it, harm that was noted.
    pub ended: Option<(HearingEnd, Redacted<String>, Redacted<String>)>,
}

impl Hearing {
    /// When it begins, if the time is known; else when its day does.
    pub fn begins(&self) -> Timestamp {
        let day = self.clock.day.unwrap_or(self.clock.due);
        let minutes = self.plan.time.as_deref().and_then(minutes_of).unwrap_or(0);
        day.plus_seconds(minutes * 60)
    }
}

/// Minutes since midnight of `09.30` or `09:30`.
pub fn minutes_of(time: &str) -> Option<i64> {
    let (hours, minutes) = time.split_once(['.', ':'])?;
    let read = |part: &str, most: i64| {
        let two = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i64>().ok().filter(|value| two && *value <= most)
    };
    Some(read(hours, 23)? * 60 + read(minutes, 59).filter(|_| minutes.len() == 2)?)
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Of which kind.
    pub kind: ClaimKind,
    /// What is asked for.
    pub about: Redacted<String>,
    /// Since when it is prepared.
    pub at: Timestamp,
    /// Where it was filed, on which day, under which number.
    pub filed: Vec<(Office, String, Redacted<String>)>,
    /// What was answered, on which day, in which words.
    pub answers: Vec<(ClaimAnswer, String, Redacted<String>)>,
    /// What became of it.
    pub ended: Option<Ended>,
}

/// How a claim ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The result.
    pub end: ClaimEnd,
    /// On which day.
    pub on: String,
    /// The sum, if there is one.
    pub sum: Option<Rupiah>,
    /// In words.
    pub text: Redacted<String>,
}

/// What proves a loss.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A document of the case.
    Document(FileId),
    /// A document that came along with the referral the matter was opened from.
    Along(FileId),
    /// A step of the case.
    Step(StepRef),
    /// A hearing of the matter.
    Hearing(u16),
}

/// A loss, or a debt that is proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The claim it belongs to.
    pub claim: u16,
    /// Of which kind.
    pub kind: LossKind,
    /// What.
    pub what: Redacted<String>,
    /// How much.
    pub sum: Rupiah,
    /// How it is known and counted.
    pub how: Redacted<String>,
    /// What proves it.
    pub proofs: BTreeSet<Proof>,
}

/// An entry of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeNote {
    /// The day.
    pub on: String,
    /// Minutes.
    pub minutes: u16,
    /// For what.
    pub activity: Activity,
    /// Whose.
    pub by: OfficerId,
}

/// All that is known of a matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// The thread of the referral it was opened from: then the case is counsel's own file, and no other node's.
    pub from: Option<ThreadId>,
    /// Powers of attorney.
    pub attorneys: BTreeMap<u16, Attorney>,
    /// Hearings.
    pub hearings: BTreeMap<u16, Hearing>,
    /// Claims.
    pub claims: BTreeMap<u16, Claim>,
    /// Losses.
    pub losses: BTreeMap<u16, Loss>,
    /// Time.
    pub times: BTreeMap<u16, TimeNote>,
}

/// What happens in a matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterEvent {
    /// Counsel opened it from a referral.
    Opened(ThreadId),
    /// A power of attorney was given.
    AttorneyGiven(u16, Attorney),
    /// It ended on this day, because.
    AttorneyEnded(u16, String, Redacted<String>),
    /// A hearing is set.
    HearingSet(u16, Box<Hearing>),
    /// It was moved, because.
    HearingMoved(u16, Box<(HearingPlan, Clock, Redacted<String>)>),
    /// It was held or not: what came of it, harm that was noted.
    HearingEnded(u16, HearingEnd, Redacted<String>, Redacted<String>),
    /// Its alarm rose to this level.
    HearingAlarm(u16, u8),
    /// A claim is prepared.
    ClaimMade(u16, Claim),
    /// It was filed.
    ClaimFiled(u16, Office, String, Redacted<String>),
    /// It was answered.
    ClaimAnswered(u16, ClaimAnswer, String, Redacted<String>),
    /// It ended.
    ClaimEnded(u16, Ended),
    /// A loss, new or changed.
    LossSet(u16, Loss),
    /// A loss was taken out, because.
    LossDropped(u16, Redacted<String>),
    /// Time was spent.
    TimeNoted(u16, TimeNote),
    /// An entry of time was a mistake.
    TimeDropped(u16),
}

impl MatterEvent {
    /// The stable name of the kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "matter.opened",
            Self::AttorneyGiven(..) => "attorney.given",
            Self::AttorneyEnded(..) => "attorney.ended",
            Self::HearingSet(..) => "hearing.set",
            Self::HearingMoved(..) => "hearing.moved",
            Self::HearingEnded(..) => "hearing.ended",
            Self::HearingAlarm(..) => "hearing.alarm",
            Self::ClaimMade(..) => "claim.made",
            Self::ClaimFiled(..) => "claim.filed",
            Self::ClaimAnswered(..) => "claim.answered",
            Self::ClaimEnded(..) => "claim.ended",
            Self::LossSet(..) => "loss.set",
            Self::LossDropped(..) => "loss.dropped",
            Self::TimeNoted(..) => "time.noted",
            Self::TimeDropped(_) => "time.dropped",
        }
    }

    /// What a line of the timeline is about: a number and a word, never a value.
    pub fn about(&self) -> String {
        match self {
            Self::Opened(_) => String::new(),
            Self::HearingSet(no, hearing) => format!("{no} {}", hearing.plan.venue),
            Self::HearingEnded(no, end, ..) => format!("{no} {end}"),
            Self::HearingAlarm(no, level) => format!("{no} {level}"),
            Self::ClaimMade(no, claim) => format!("{no} {}", claim.kind),
            Self::ClaimFiled(no, office, ..) => format!("{no} {office}"),
            Self::ClaimAnswered(no, answer, ..) => format!("{no} {answer}"),
            Self::ClaimEnded(no, ended) => format!("{no} {}", ended.end),
            Self::LossSet(no, loss) => format!("{no} {}", loss.kind),
            Self::TimeNoted(no, note) => format!("{no} {}", note.activity),
            Self::AttorneyGiven(no, _)
            | Self::AttorneyEnded(no, ..)
            | Self::HearingMoved(no, _)
            | Self::LossDropped(no, _)
            | Self::TimeDropped(no) => no.to_string(),
        }
    }
}

/// A claim added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workbook {
    /// Each kind of loss that has one, with its sum. No debt.
    pub kinds: Vec<(LossKind, Rupiah)>,
    /// What is claimed.
    pub total: Rupiah,
    /// Numbers of the debts, which prove exploitation and are in no sum.
    pub debts: Vec<u16>,
}

impl Matter {
    /// Whether anything was ever written of it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Officers with a power of attorney that runs.
    pub fn attorneys_now(&self) -> impl Iterator<Item = OfficerId> {
        self.attorneys.values().filter(|one| one.ended.is_none()).map(|one| one.officer)
    }

    /// Hearings that are still to come or to be told of, the first first.
    pub fn hearings_ahead(&self) -> Vec<(u16, &Hearing)> {
        let open = self.hearings.iter().filter(|(_, hearing)| hearing.ended.is_none());
        let mut ahead: Vec<(u16, &Hearing)> = open.map(|(no, hearing)| (*no, hearing)).collect();
        ahead.sort_by_key(|(no, hearing)| (hearing.begins(), *no));
        ahead
    }

    /// Losses of a claim, in the order of the law.
    pub fn losses_of(&self, claim: u16) -> Vec<(u16, &Loss)> {
        let of_claim = self.losses.iter().filter(|(_, loss)| loss.claim == claim);
        let mut losses: Vec<(u16, &Loss)> = of_claim.map(|(no, loss)| (*no, loss)).collect();
        losses.sort_by_key(|(no, loss)| (loss.kind, *no));
        losses
    }

    /// Adds a claim up.
    pub fn workbook(&self, claim: u16) -> Workbook {
        let mut kinds: BTreeMap<LossKind, u64> = BTreeMap::new();
        let mut debts = Vec::new();
        for (no, loss) in self.losses_of(claim) {
            if loss.kind == LossKind::Debt {
                debts.push(no);
            } else {
                let sum = kinds.entry(loss.kind).or_default();
                *sum = sum.saturating_add(loss.sum.0);
            }
        }
        let total = Rupiah(kinds.values().fold(0, |sum, kind| sum.saturating_add(*kind)));
        Workbook { kinds: kinds.into_iter().map(|(kind, sum)| (kind, Rupiah(sum))).collect(), total, debts }
    }

    pub(crate) fn apply(&mut self, event: &MatterEvent, at: Timestamp) {
        match event {
            MatterEvent::Opened(thread) => self.from = Some(*thread),
            MatterEvent::AttorneyGiven(no, attorney) => drop(self.attorneys.insert(*no, attorney.clone())),
            MatterEvent::AttorneyEnded(no, on, why) => {
                if let Some(attorney) = self.attorneys.get_mut(no) {
                    attorney.ended.get_or_insert((on.clone(), why.clone()));
                }
            }
            MatterEvent::HearingSet(no, hearing) => drop(self.hearings.insert(*no, (**hearing).clone())),
            MatterEvent::HearingMoved(no, _) | MatterEvent::HearingEnded(no, ..) | MatterEvent::HearingAlarm(no, _) => {
                if let Some(hearing) = self.hearings.get_mut(no) {
                    hearing.apply(event, at);
                }
            }
            MatterEvent::ClaimMade(no, claim) => drop(self.claims.insert(*no, claim.clone())),
            MatterEvent::ClaimFiled(no, ..) | MatterEvent::ClaimAnswered(no, ..) | MatterEvent::ClaimEnded(no, _) => {
                if let Some(claim) = self.claims.get_mut(no) {
                    claim.apply(event);
                }
            }
            MatterEvent::LossSet(no, loss) => drop(self.losses.insert(*no, loss.clone())),
            MatterEvent::LossDropped(no, _) => drop(self.losses.remove(no)),
            MatterEvent::TimeNoted(no, note) => drop(self.times.insert(*no, note.clone())),
            MatterEvent::TimeDropped(no) => drop(self.times.remove(no)),
        }
    }
}

impl Hearing {
    fn apply(&mut self, event: &MatterEvent, at: Timestamp) {
        match event {
            MatterEvent::HearingMoved(_, moved) => {
                let (plan, clock, why) = &**moved;
                self.moved.push((self.plan.on.clone(), why.clone()));
                self.plan = plan.clone();
                self.clock = clock.clone();
            }
            MatterEvent::HearingEnded(_, end, outcome, harm) => {
                self.ended = Some((*end, outcome.clone(), harm.clone()));
                self.clock = self.clock.clone().stopped(at);
            }
            MatterEvent::HearingAlarm(_, level) => self.clock.level = self.clock.level.max(*level),
            _ => {}
        }
    }
}

impl Claim {
    fn apply(&mut self, event: &MatterEvent) {
        match event {
            MatterEvent::ClaimFiled(_, office, on, reference) => {
                self.filed.push((*office, on.clone(), reference.clone()));
            }
            MatterEvent::ClaimAnswered(_, answer, on, text) => self.answers.push((*answer, on.clone(), text.clone())),
            MatterEvent::ClaimEnded(_, ended) => self.ended = Some(ended.clone()),
            _ => {}
        }
    }
}

/// Somebody is reminded a day before a hearing (SOP LE-5). A witness has a right to be accompanied (UU 21/2007 art. 35).
pub fn reminder() -> Deadline {
    let basis = Text::new("SOP LE-5; UU 21/2007 pasal 35", "SOP LE-5; UU 21/2007 article 35");
    Deadline::plain(Span { value: 1, unit: Unit::Days }, basis, Mark::Product, false)
}
