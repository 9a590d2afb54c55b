//! The screening rule: counts of distinct indicators, then the first condition that holds. Sources: ILO-EC operational
//! indicators (2009) for the dimensions, UU 21/2007 art. 1 and 26 for act, means and purpose, Palermo Protocol art. 3(c)
//! for children (means is not needed). Monotonic: one more yes never lowers the outcome, and neither does being a child.

use crate::answers::{Age, Answers, Stage};
use crate::pack::{Bits, Dimension, Pack, Strength};
use base::Problem;

/// What a screening opens, from least to most. Never "not a victim".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing seen so far.
    NoIndication,
    /// Too much unanswered to say.
    Incomplete,
    /// The recruitment broke rules.
    IllicitRecruitment,
    /// Working conditions broke rules.
    LabourViolation,
    /// Some elements are there.
    PossibleVictim,
    /// Before work: exploitation is intended.
    Intercept,
    /// Act, means and purpose are there.
    PresumedVictim,
}

impl Outcome {
    /// All, from least to most.
    pub const ALL: [Self; 7] = [
        Self::NoIndication,
        Self::Incomplete,
        Self::IllicitRecruitment,
        Self::LabourViolation,
        Self::PossibleVictim,
        Self::Intercept,
        Self::PresumedVictim,
    ];

    /// The word in formats.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoIndication => "NO_INDICATION",
            Self::Incomplete => "INCOMPLETE",
            Self::IllicitRecruitment => "ILLICIT_RECRUITMENT",
            Self::LabourViolation => "LABOUR_VIOLATION",
            Self::PossibleVictim => "POSSIBLE_VICTIM",
            Self::Intercept => "INTERCEPT",
            Self::PresumedVictim => "PRESUMED_VICTIM",
        }
    }
}

/// How soon somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// In its order.
    Green,
    /// Soon.
    Amber,
    /// Now.
    Red,
}

impl Urgency {
    /// The word in formats.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::Red => "RED",
        }
    }
}

/// Distinct indicators of one dimension by strength.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Strong ones.
    pub strong: u8,
    /// Medium ones.
    pub medium: u8,
    /// Weak ones.
    pub weak: u8,
}

impl Counts {
    /// The ILO rule: two strong, one strong with another, three medium, or two medium with a weak one.
    pub const fn positive(self) -> bool {
        let Self { strong: s, medium: m, weak: w } = self;
        s >= 2 || (s >= 1 && (m >= 1 || w >= 1)) || m >= 3 || (m >= 2 && w >= 1)
    }

    /// Not positive, but one strong or any two.
    pub const fn partial(self) -> bool {
        !self.positive() && (self.strong >= 1 || self.medium as u16 + self.weak as u16 >= 2)
    }

    /// No indicator at all.
    pub const fn none(self) -> bool {
        self.strong == 0 && self.medium == 0 && self.weak == 0
    }

    /// Letters in the order S, M, W, as in `SMM`.
    pub fn letters(self) -> String {
        let letters = [("S", self.strong), ("M", self.medium), ("W", self.weak)];
        letters.iter().map(|(letter, count)| letter.repeat(usize::from(*count))).collect()
    }
}

/// The result of a screening. The reasons and the next steps in words: [`Screening::because`], [`Screening::next`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the rule speaks of act, means and purpose as facts")]
pub struct Screening {
    /// What it opens.
    pub outcome: Outcome,
    /// The outcome before unanswered questions made it [`Outcome::Incomplete`]; its actions stay.
    pub kept: Outcome,
    /// The rule that decided, such as `P3b` or `P6+P7`.
    pub rule: &'static str,
    /// How soon somebody acts.
    pub urgency: Urgency,
    /// Treated as a child.
    pub child: bool,
    /// Counts by dimension, in the order of [`Dimension::ALL`].
    pub counts: [Counts; 6],
    /// Act is shown.
    pub act: bool,
    /// Means are shown.
    pub means: bool,
    /// Purpose is shown.
    pub purpose: bool,
    /// Red flags of illicit recruitment.
    pub red: u32,
    /// Questions asked, but for age.
    pub asked: u32,
    /// Of these, unknown or refused.
    pub unanswered: u32,
}

impl Screening {
    /// Dimensions that are positive, in order.
    pub fn positive(&self) -> impl Iterator<Item = Dimension> {
        self.having(Counts::positive)
    }

    /// Dimensions that are partial, in order.
    pub fn partial(&self) -> impl Iterator<Item = Dimension> {
        self.having(Counts::partial)
    }

    /// Share of questions unanswered, in hundredths, rounded half up. For printing only: the rule compares exactly.
    pub const fn unknown_hundredths(&self) -> u32 {
        if self.asked == 0 { 0 } else { (200 * self.unanswered + self.asked) / (2 * self.asked) }
    }

    fn having(&self, test: fn(Counts) -> bool) -> impl Iterator<Item = Dimension> {
        let counts = self.counts;
        Dimension::ALL.into_iter().zip(counts).filter(move |(_, counts)| test(*counts)).map(|(dimension, _)| dimension)
    }
}

/// Computes the outcome of a set of answers.
///
/// Fails with `screen.not-asked-yet` when a question about work is answered before work has started.
pub fn screen(pack: &Pack, stage: Stage, answers: &Answers) -> Result<Screening, Problem> {
    let before = stage.before_work();
    let early = answers.asked() & pack.masks.at_work;
    if before && early != 0 {
        let question = pack.of(early).next().map_or("", |question| question.id.as_str());
        return Err(Problem::at("screen.not-asked-yet", format!("answers.{question}")));
    }
    let child = answers.age != Some(Age::Adult);
    let facts = Facts::gather(pack, answers, child, before);
    let (kept, rule) = facts.decide();
    let unanswered = (answers.unknown | answers.refused).count_ones();
    let asked = answers.asked().count_ones();
    let incomplete = kept <= Outcome::LabourViolation && 10 * unanswered > 4 * asked;
    let outcome = if incomplete { Outcome::Incomplete } else { kept };
    let triage = answers.yes & pack.masks.triage != 0;
    Ok(Screening {
        outcome,
        kept,
        rule: if incomplete { with_p7(rule) } else { rule },
        urgency: urgency(outcome, triage, child),
        child,
        counts: facts.counts,
        act: facts.act,
        means: facts.means,
        purpose: facts.purpose,
        red: facts.red,
        asked,
        unanswered,
    })
}

#[expect(clippy::struct_excessive_bools, reason = "the rule speaks of them as facts")]
struct Facts {
    counts: [Counts; 6],
    child: bool,
    before: bool,
    act: bool,
    means: bool,
    means_partial: bool,
    forced: bool,
    purpose: bool,
    purpose_partial: bool,
    red: u32,
}

impl Facts {
    fn gather(pack: &Pack, answers: &Answers, child: bool, before: bool) -> Self {
        let counts = count(pack, answers.yes, child);
        let [dec, coe, vul, exp, dst, dep] = counts;
        let means_dimensions = [dec, coe, vul, dst, dep];
        let means = means_dimensions.iter().any(|counts| counts.positive());
        let forced = answers.yes & pack.masks.forced != 0;
        let purpose = exp.positive() || forced;
        Self {
            counts,
            child,
            before,
            act: answers.yes & pack.masks.act != 0,
            means,
            means_partial: !means && means_dimensions.iter().any(|counts| counts.partial()),
            forced,
            purpose,
            purpose_partial: !purpose && exp.partial(),
            red: (answers.yes & pack.masks.red).count_ones(),
        }
    }

    /// First match wins.
    fn decide(&self) -> (Outcome, &'static str) {
        let Self { child, before, act, means, means_partial, forced, purpose, purpose_partial, red, .. } = *self;
        let [dec, coe, ..] = self.counts;
        let seen = |counts: Counts| counts.positive() || counts.partial();
        let rules = [
            (act && purpose && (child || means), Outcome::PresumedVictim, "P1"),
            (before && act && ((means && red >= 2) || (child && red >= 1)), Outcome::Intercept, "P2"),
            (act && means, Outcome::PossibleVictim, "P3a"),
            (act && means_partial && (purpose || purpose_partial), Outcome::PossibleVictim, "P3b"),
            (forced, Outcome::PossibleVictim, "P3c"),
            (means && purpose, Outcome::PossibleVictim, "P3d"),
            (child && ((act && (purpose_partial || red >= 1)) || purpose), Outcome::PossibleVictim, "P3e"),
            (before && act && means_partial && red >= 3, Outcome::PossibleVictim, "P3f"),
            (purpose || purpose_partial, Outcome::LabourViolation, "P4"),
            (red >= 1 || seen(dec) || seen(coe), Outcome::IllicitRecruitment, "P5"),
        ];
        let first = rules.into_iter().find(|(holds, _, _)| *holds);
        first.map_or((Outcome::NoIndication, "P6"), |(_, outcome, rule)| (outcome, rule))
    }
}

/// Counts distinct indicators: a second question that feeds the same one adds nothing.
fn count(pack: &Pack, yes: u128, child: bool) -> [Counts; 6] {
    let mut counts = [Counts::default(); 6];
    let mut seen = 0_u128;
    for index in Bits(yes & pack.masks.feeding) {
        for feed in pack.questions().get(index).map_or(&[][..], |question| &question.feeds) {
            let strength = if child { feed.child } else { feed.adult };
            let indicator = 1_u128 << feed.indicator;
            if strength == Strength::Nothing || seen & indicator != 0 {
                continue;
            }
            seen |= indicator;
            if let Some(counts) = counts.get_mut(feed.dimension as usize) {
                match strength {
                    Strength::Strong => counts.strong += 1,
                    Strength::Medium => counts.medium += 1,
                    Strength::Weak => counts.weak += 1,
                    Strength::Nothing => {}
                }
            }
        }
    }
    counts
}

fn with_p7(rule: &'static str) -> &'static str {
    match rule {
        "P4" => "P4+P7",
        "P5" => "P5+P7",
        _ => "P6+P7",
    }
}

fn urgency(outcome: Outcome, triage: bool, child: bool) -> Urgency {
    let serious = outcome >= Outcome::PossibleVictim;
    if triage || (child && serious) {
        Urgency::Red
    } else if serious || outcome == Outcome::Incomplete {
        Urgency::Amber
    } else {
        Urgency::Green
    }
}
