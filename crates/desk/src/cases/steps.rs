//! Work on a step.

use super::change::Change;
use crate::actor::Staff;
use crate::cases::StepCard;
use crate::policy::Deed;
use base::{OfficerId, Problem, Redacted, Timestamp};
use casework::case::{StepRef, Today, WithoutConsent};
use casework::words::LegalBasis;
use casework::{Case, CaseEvent};
use std::collections::BTreeMap;
use store::{Listed, Page, Read, Shelf, StoreError};

type Events = Result<Vec<CaseEvent>, Problem>;

/// Values are written down and the step ends, in one go.
#[derive(Clone, Debug)]
pub struct FinishStep {
    /// Which.
    pub step: StepRef,
    /// Form values by record name.
    pub values: BTreeMap<String, Redacted<String>>,
}

impl Change for FinishStep {
    const NAME: &'static str = "step.finish";
    const DEED: Deed = Deed::WorkCase;

    fn events(&self, case: &Case, _: OfficerId, today: &Today<'_>) -> Events {
        case.finish_step(&self.step, self.values.clone(), today)
    }
}

/// Values are written down; the step stays open.
#[derive(Clone, Debug)]
pub struct FillStep {
    /// Which.
    pub step: StepRef,
    /// Form values by record name.
    pub values: BTreeMap<String, Redacted<String>>,
}

impl Change for FillStep {
    const NAME: &'static str = "step.fill";
    const DEED: Deed = Deed::WorkCase;

    fn events(&self, case: &Case, _: OfficerId, today: &Today<'_>) -> Events {
        case.fill_step(&self.step, self.values.clone(), today)
    }
}

/// How a step ends without being done, or what stands in its way.
#[derive(Clone, Debug)]
pub enum StepWord {
    /// An officer takes it.
    Take,
    /// The person declined: a normal end that blocks nothing.
    Declined,
    /// Not applicable, with the reason.
    NotApplicable(Redacted<String>),
    /// It is done to her without her consent, on a basis of the law; the officer signs.
    WithoutConsent {
        /// The basis.
        basis: LegalBasis,
        /// Law and article.
        article: Redacted<String>,
        /// Why.
        reason: Redacted<String>,
    },
    /// Something is in the way; the clock runs on. `None`: no longer.
    Blocked(Option<Redacted<String>>),
    /// The person wishes to wait.
    AwaitPerson,
    /// The person is ready.
    Resume,
}

/// A word on a step.
#[derive(Clone, Debug)]
pub struct MarkStep {
    /// Which.
    pub step: StepRef,
    /// What.
    pub word: StepWord,
}

impl Change for MarkStep {
    const NAME: &'static str = "step.mark";
    const DEED: Deed = Deed::WorkCase;

    fn events(&self, case: &Case, by: OfficerId, today: &Today<'_>) -> Events {
        match &self.word {
            StepWord::Take => case.take_step(&self.step, by, today),
            StepWord::Declined => case.decline_step(&self.step, today),
            StepWord::NotApplicable(reason) => case.drop_step(&self.step, reason.clone(), today),
            StepWord::WithoutConsent { basis, article, reason } => {
                let (article, reason) = (article.clone(), reason.clone());
                let basis = WithoutConsent { basis: *basis, article, reason, signed_by: by };
                case.act_without_consent(&self.step, basis, today)
            }
            StepWord::Blocked(reason) => case.block_step(&self.step, reason.clone(), today),
            StepWord::AwaitPerson => case.await_person(&self.step, today),
            StepWord::Resume => case.resume(&self.step, today),
        }
    }
}

/// Opens a further run of a step by hand.
#[derive(Clone, Debug)]
pub struct OpenStep(pub String);

impl Change for OpenStep {
    const NAME: &'static str = "step.open";
    const DEED: Deed = Deed::WorkCase;

    fn events(&self, case: &Case, _: OfficerId, today: &Today<'_>) -> Events {
        case.open_step(&self.0, today)
    }
}

/// The clocks of a case rang: raises alarms and opens escalations.
#[derive(Clone, Copy, Debug)]
pub struct RaiseAlarms;

impl Change for RaiseAlarms {
    const NAME: &'static str = "clock.ring";
    const DEED: Deed = Deed::WorkCase;

    fn events(&self, case: &Case, _: OfficerId, today: &Today<'_>) -> Events {
        case.raise_alarms(today)
    }
}

/// The case after some events: for commands that are made of two.
pub fn after(case: &Case, events: &[CaseEvent], today: &Today<'_>) -> Case {
    let mut after = case.clone();
    for event in events {
        after.apply(event, today.now);
    }
    after
}

/// Steps that a day shows at most.
pub const DAY_STEPS: usize = 50;
/// Steps that are read at most, of an officer and of each role: one more, so that a day knows whether there are more.
const ROWS: usize = DAY_STEPS + 1;

/// The steps of a day: the most urgent of an officer's own and of those that nobody took, half of each where there are
/// many, the first due first.
#[derive(Clone, Debug)]
pub struct Day {
    /// The steps.
    pub steps: Vec<StepCard>,
    /// More are open than stand here.
    pub is_cut: bool,
}

/// What an officer's day shows. Of her own steps and of the free ones half a day is read, and the rest of one only where the
/// other leaves it room.
pub async fn day_of(view: &mut impl Read, staff: &Staff) -> Result<Day, StoreError> {
    let (mut own, mut free) = (Lists::own(staff), Lists::of_roles(staff));
    let half = DAY_STEPS / 2;
    own.read(view, half + 1).await?;
    free.read(view, half + 1).await?;
    if own.found.len() <= half {
        free.read(view, ROWS - half - 1).await?;
    }
    if free.found.len() <= half {
        own.read(view, ROWS - half - 1).await?;
    }
    let all = together([own, free]);
    let is_own = |step: &StepCard| step.officer == Some(staff.id);
    let own = all.iter().filter(|step| is_own(step)).count();
    let mut own_left = DAY_STEPS - (all.len() - own).min(half);
    let mut free_left = DAY_STEPS - own.min(own_left);
    let is_cut = all.len() > DAY_STEPS;
    let fits = |step: &StepCard| {
        let left = if is_own(step) { &mut own_left } else { &mut free_left };
        let fits = *left > 0;
        *left = left.saturating_sub(1);
        fits
    };
    Ok(Day { steps: all.into_iter().filter(fits).collect(), is_cut })
}

/// Open steps of an officer's roles and of the officer, the first due first.
pub async fn open_steps_of(view: &mut impl Read, staff: &Staff) -> Result<Vec<StepCard>, StoreError> {
    let (mut own, mut free) = (Lists::own(staff), Lists::of_roles(staff));
    own.read(view, ROWS).await?;
    free.read(view, ROWS).await?;
    Ok(together([free, own]))
}

/// Each step once, the first due first.
fn together(lists: [Lists<'_>; 2]) -> Vec<StepCard> {
    let mut all: Vec<StepCard> = Vec::new();
    for step in lists.into_iter().flat_map(|lists| lists.found) {
        if !all.iter().any(|known| known.case == step.case && known.step == step.step) {
            all.push(step);
        }
    }
    all.sort_by_key(|step| (step.due.map_or(i64::MAX, Timestamp::millis), step.step.clone()));
    all
}

/// Lists of steps that are read from the front, as far as they are needed.
struct Lists<'a> {
    staff: &'a Staff,
    /// Those that have more: partition, and the last row that was read.
    left: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    /// What this officer may take or has taken.
    found: Vec<StepCard>,
}

impl<'a> Lists<'a> {
    fn own(staff: &'a Staff) -> Self {
        Self { staff, left: vec![(staff.id.bytes().to_vec(), None)], found: Vec::new() }
    }

    fn of_roles(staff: &'a Staff) -> Self {
        let left = staff.roles.iter().map(|role| (role.word().as_bytes().to_vec(), None)).collect();
        Self { staff, left, found: Vec::new() }
    }

    /// Reads so many more rows of each list.
    async fn read(&mut self, view: &mut impl Read, rows: usize) -> Result<(), StoreError> {
        for (part, after) in std::mem::take(&mut self.left) {
            let page = Page { after, ..Page::first(rows) };
            let read: Vec<Listed<StepCard>> = view.list(Shelf::StepsByRole, &part, &page).await?;
            if let Some(last) = read.last().filter(|_| read.len() == rows) {
                self.left.push((part, Some(last.key.clone())));
            }
            let staff = self.staff;
            let is_hers = |step: &StepCard| {
                step.officer.is_none_or(|officer| officer == staff.id) && !step.barred.contains(&staff.id)
            };
            self.found.extend(read.into_iter().map(|row| row.card).filter(is_hers));
        }
        Ok(())
    }
}
