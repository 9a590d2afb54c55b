//! A matter: what counsel does for the person of a case. Power of attorney, hearings with who goes along, claims, the losses of
//! a claim with their proof, and time (SOP LE-2, LE-4 to LE-6, RP-2; ADR 43).
//!
//! A debt to who recruited or exploited her is kept as proof of exploitation. It stands in no sum and is taken off none: who
//! used it to exploit has no claim to it (UU 21/2007 art. 27).

use crate::case::StepRef;
use crate::clock::{Clock, Deadline, Mark, Span, Unit};
use crate::consent::GivenBy;
use crate::counts::SMALL_CELL;
use crate::words::words;
use base::{FileId, OfficerId, Problem, Redacted, Text, ThreadId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

words! {
    /// Where somebody is heard.
    Venue {
        /// The police: a statement, a record of interrogation.
        Police = "police",
        /// The prosecutor.
        Prosecutor = "prosecutor",
        /// A court.
        Court = "court",
        /// The agency for protection of witnesses and victims.
        Lpsk = "lpsk",
        /// The labour office, or the office for migrant workers.
        Labour = "labour",
        /// By picture and sound, from where she is.
        Remote = "remote",
        /// Elsewhere.
        Other = "other",
    }

    /// How a hearing ended.
    HearingEnd {
        /// It was held.
        Held = "held",
        /// It was not.
        Cancelled = "cancelled",
    }

    /// What is claimed.
    ClaimKind {
        /// Restitution (UU 21/2007 art. 48).
        Restitution = "restitution",
        /// Wages and insurance (SOP LE-6).
        Wages = "wages",
        /// A civil paper: card, certificate, travel paper (SOP RP-2).
        CivilPaper = "civil_paper",
    }

    /// Where a claim is filed.
    Office {
        /// The agency for protection of witnesses and victims.
        Lpsk = "lpsk",
        /// The investigator.
        Investigator = "investigator",
        /// The prosecutor.
        Prosecutor = "prosecutor",
        /// A court.
        Court = "court",
        /// The labour office.
        Labour = "labour",
        /// The office for migrant workers.
        Migration = "migration",
        /// The insurance of workers.
        Insurance = "insurance",
        /// An embassy or consulate.
        Mission = "mission",
        /// The registry of people.
        Registry = "registry",
        /// Immigration.
        Immigration = "immigration",
        /// The employer or the agency itself.
        Employer = "employer",
    }

    /// What an office answered.
    ClaimAnswer {
        /// Something is missing.
        Incomplete = "incomplete",
        /// It is complete, or taken up.
        Accepted = "accepted",
        /// Refused.
        Refused = "refused",
    }

    /// What became of a claim.
    ClaimEnd {
        /// Granted by a decision; not paid yet.
        Granted = "granted",
        /// Paid, or handed to her.
        Paid = "paid",
        /// Refused for good.
        Refused = "refused",
        /// Taken back, as she wished.
        Withdrawn = "withdrawn",
    }

    /// What was lost (UU 21/2007 art. 48(2)), and what she is told that she owes.
    LossKind {
        /// Wages and other income (a).
        Income = "income",
        /// Things, money, papers (a).
        Property = "property",
        /// Suffering (b).
        Suffering = "suffering",
        /// Treatment of body and mind (c).
        Medical = "medical",
        /// Other losses: travel, counsel, what was promised (d).
        Other = "other",
        /// A debt to who recruited or exploited her: proof, never owed (art. 27).
        Debt = "debt",
    }

    /// What counsel's time went to.
    Activity {
        /// Talking with her, explaining.
        Advice = "advice",
        /// Writing claims and letters.
        Drafting = "drafting",
        /// Going along to statements and hearings.
        Accompanying = "accompanying",
        /// Speaking for her in court or with an office.
        Representing = "representing",
        /// Collecting proof.
        Evidence = "evidence",
        /// Travel.
        Travel = "travel",
        /// Anything else.
        Other = "other",
    }
}

/// The largest sum of one loss, in rupiah: a billion millions. A longer number is a slip of the finger.
pub const RUPIAH_MAX: u64 = 1_000_000_000_000;
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

/// A sum in whole rupiah, at most [`RUPIAH_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rupiah(u64);

impl Rupiah {
    /// Reads what people write: `1500000`, `1.500.000`, `Rp 1.500.000,00`. Dots group thousands; cents are not kept.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let bad = || Problem::new("loss.sum-bad");
        let text = text.trim();
        let text = text.strip_prefix("Rp").or_else(|| text.strip_prefix("rp")).unwrap_or(text);
        let text = text.trim_start_matches('.').trim();
        let text = [",00", ",-"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
        let groups: Vec<&str> = text.split('.').collect();
        let digits = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
        let grouped = || groups.first().is_some_and(|first| first.len() <= 3) && groups.iter().skip(1).all(|g| g.len() == 3);
        if !groups.iter().all(digits) || (groups.len() > 1 && !grouped()) {
            return Err(bad());
        }
        let sum = groups.concat().parse::<u64>().map_err(|_| Problem::new("loss.sum-large"))?;
        if sum > RUPIAH_MAX { Err(Problem::new("loss.sum-large")) } else { Ok(Self(sum)) }
    }

    /// The number.
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Rupiah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        f.write_str("Rp ")?;
        for (nth, digit) in digits.chars().enumerate() {
            if nth > 0 && (digits.len() - nth) % 3 == 0 {
                f.write_str(".")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

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

/// Minutes of one matter by activity.
pub type Spending = BTreeMap<Activity, u64>;

/// Time spent in many matters, as it may be told: no line that counts so few matters that somebody is known by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Each activity that took time: matters and whole hours; `None` is hidden.
    pub lines: Vec<(Activity, Option<(u64, u64)>)>,
    /// All matters and all whole hours; `None` if they are few, or would give a hidden line away.
    pub total: Option<(u64, u64)>,
}

impl Spent {
    /// Adds up, and hides what counts fewer than [`SMALL_CELL`] matters. The total is hidden too where the hidden lines together
    /// are about fewer: it would give them away.
    pub fn of(matters: &[Spending]) -> Self {
        let about = |activity: Activity| matters.iter().filter_map(move |one| one.get(&activity)).filter(|m| **m > 0);
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let line = |activity: &Activity| {
            let (n, minutes) = (count(about(*activity).count()), about(*activity).sum::<u64>());
            (n > 0).then_some((*activity, (n >= SMALL_CELL).then_some((n, minutes / 60))))
        };
        let lines: Vec<(Activity, Option<(u64, u64)>)> = Activity::ALL.iter().filter_map(line).collect();
        let hidden = |activity: &Activity| lines.iter().any(|(known, told)| known == activity && told.is_none());
        let in_hidden = matters.iter().filter(|one| one.iter().any(|(activity, m)| *m > 0 && hidden(activity)));
        let (few, all) = (count(in_hidden.count()), count(matters.len()));
        let minutes: u64 = matters.iter().flat_map(BTreeMap::values).sum();
        let is_told = all >= SMALL_CELL && (few == 0 || few >= SMALL_CELL);
        Self { total: is_told.then_some((all, minutes / 60)), lines }
    }
}

/// Somebody is reminded a day before a hearing (SOP LE-5). A witness has a right to be accompanied (UU 21/2007 art. 35).
pub fn reminder() -> Deadline {
    let basis = Text::new("SOP LE-5; UU 21/2007 pasal 35", "SOP LE-5; UU 21/2007 article 35");
    Deadline::plain(Span { value: 1, unit: Unit::Days }, basis, Mark::Product, false)
}
