//! One command on one case: load, decide in the pure room, append.

use crate::act::{Act, Desk, Doing};
use crate::actor::Actor;
use crate::cases::{CaseStream, blind, consents, shut};
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use crate::staff::leaving;
use async_trait::async_trait;
use base::{CaseId, ConsentId, OfficerId, Problem, Redacted, Timestamp};
use casework::case::{MoveView, Today};
use casework::{Case, CaseEvent, Handbook, Role};
use store::{Read, Stored, Tx, View};

/// What an officer does to a case: the events that follow, decided by the case itself.
pub trait Change: Send + Sync {
    /// Name of the act.
    const NAME: &'static str;
    /// What it needs.
    const DEED: Deed;
    /// What the case alone cannot know: whether the words are on this node's lists.
    fn check(&self, desk: &Desk) -> Result<(), Problem> {
        let _ = desk;
        Ok(())
    }
    /// The events that follow, or why not.
    fn events(&self, case: &Case, by: OfficerId, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem>;
}

/// Changes that are fields and one call of the case: each stands as its fields, its act, its deed and that call.
macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty,)* } $act:literal $deed:ident $(names |$me:ident| $names:expr;)? |$self:ident, $case:ident, $by:ident, $today:ident| $body:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type,)* }

        impl $crate::cases::Change for $name {
            const NAME: &'static str = $act;
            const DEED: $crate::policy::Deed = $crate::policy::Deed::$deed;
            $(fn check(&$me, desk: &$crate::act::Desk) -> Result<(), base::Problem> {
                $crate::cases::change::known_fields(desk, $names)
            })?
            fn events(
                &$self, $case: &casework::Case, $by: base::OfficerId, $today: &casework::case::Today<'_>,
            ) -> Result<Vec<casework::CaseEvent>, base::Problem> { $body }
        }
    )* };
}

pub(crate) use changes;

/// A change of a case. `version` is the one the form was made from: another one now is a clash, and nothing changes.
#[derive(Clone, Debug)]
pub struct OnCase<C> {
    /// Which case.
    pub case: CaseId,
    /// Version of the form, if it had one.
    pub version: Option<i64>,
    /// What is done.
    pub change: C,
}

#[async_trait]
impl<C: Change> Act for OnCase<C> {
    const NAME: &'static str = C::NAME;
    const DEED: Deed = C::DEED;
    type Done = i64;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_to(self.case, by, C::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<i64, Error> {
        self.change.check(desk)?;
        let events = |case: &Case, by, today: &Today<'_>| self.change.events(case, by, today);
        change(desk, tx, (self.case, self.version), &events).await
    }
}

/// What a case answers to a change of one kind.
type Events<'a> = dyn Fn(&Case, OfficerId, &Today<'_>) -> Result<Vec<CaseEvent>, Problem> + Sync + 'a;

/// The change itself, the same for every kind.
fn change<'a>(
    desk: &'a Desk,
    tx: &'a mut Tx,
    (case, version): (CaseId, Option<i64>),
    events: &'a Events<'_>,
) -> Doing<'a, i64> {
    Box::pin(async move {
        let by = OfficerId::from_bytes(tx.origin().actor);
        let mut stored = load(tx, case, version).await?;
        let events = events(&stored.state, by, &desk.today_for(&stored, tx.now()))?;
        for officer in events.iter().flat_map(named) {
            leaving::can_be_named(tx, officer).await?;
        }
        let withdrawn: Vec<ConsentId> = events.iter().filter_map(withdrawn).collect();
        let touched = events.iter().any(blind::touches);
        tx.append(&mut stored, events).await?;
        if touched {
            fields_changed(tx, &mut stored).await?;
        }
        let version = stored.version;
        for consent in withdrawn {
            consents::follow(desk, tx, &stored.state, (consent, false)).await?;
        }
        Ok(version)
    })
}

/// What follows when fields of a case changed: the blind index, and officers of this node who are named now.
pub async fn fields_changed(tx: &mut Tx, case: &mut Stored<CaseStream>) -> Result<(), Error> {
    blind::index(tx, case).await?;
    shut::shut_out_named(tx, case).await
}

/// The officers to whom an event gives something.
fn named(event: &CaseEvent) -> Vec<OfficerId> {
    match event {
        CaseEvent::Assigned(to) => std::iter::once(to.manager).chain(to.companion).collect(),
        CaseEvent::Shielded(shield) => shield.viewers.iter().copied().collect(),
        CaseEvent::PlanSet(_, item) => vec![item.owner],
        CaseEvent::Matter(event) => crate::matters::named(event),
        _ => Vec::new(),
    }
}

/// A change may end consents too: those of a guardian who turned out to be a suspect.
const fn withdrawn(event: &CaseEvent) -> Option<ConsentId> {
    match event {
        CaseEvent::ConsentWithdrawn(id) => Some(*id),
        _ => None,
    }
}

/// Moves a case to the newest version of the handbook; the officer decided it, and says why.
#[derive(Clone, Debug)]
pub struct MoveHandbook {
    /// Which case.
    pub case: CaseId,
    /// Version of the form.
    pub version: Option<i64>,
    /// Version of the handbook that the page showed.
    pub to: String,
    /// Why.
    pub reason: Redacted<String>,
}

#[async_trait]
impl Act for MoveHandbook {
    const NAME: &'static str = "handbook.move";
    const DEED: Deed = Deed::WorkCase;
    type Done = i64;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<i64, Error> {
        let by = OfficerId::from_bytes(tx.origin().actor);
        let mut stored = load(tx, self.case, self.version).await?;
        let handbook = desk.handbooks.version(&self.to);
        let handbook = handbook.ok_or_else(|| Problem::at("case.other-handbook", self.to.clone()))?;
        let today = desk.today_under(handbook, tx.now());
        let events = stored.move_handbook(by, self.reason.clone(), &today)?;
        tx.append(&mut stored, events).await?;
        let version = stored.version;
        Ok(version)
    }
}

/// Loads a case for a change. A form made from another version is a clash.
pub async fn load(tx: &mut Tx, case: CaseId, version: Option<i64>) -> Result<Stored<CaseStream>, Error> {
    let stored = tx.load::<CaseStream>(case.bytes()).await?.ok_or(Error::NotFound)?;
    match version {
        Some(form) if form != stored.version => Err(Error::Clash { form, now: stored.version }),
        _ => Ok(stored),
    }
}

/// Whether an officer is near enough to this case for a deed. Who is shut out is near to nothing. Identity is for those who
/// hold the case, or opened it in need, health for those who took a step of it; a witness's file, with what she asks about
/// it and the way to reach her, is open to two people alone (SOP WI-2). Who holds the case shuts out, or the coordinator.
pub fn near(by: &Actor, case: &Case, deed: Deed, now: Timestamp) -> Vec<Refusal> {
    let Some(staff) = by.officer() else { return Vec::new() };
    if shut::is_shut_out(staff, case) {
        return vec![Refusal::shut_out(&deed.word())];
    }
    let is_hers = matches!(deed, Deed::TakeRequest | Deed::ReviewRequest | Deed::AnswerRequest);
    let asks = match deed {
        Deed::SeeIdentity => !case.is_open_in_need(staff.id, now),
        Deed::SeeAccess => true,
        Deed::ShutOut => !by.has(Role::TaskforceCoordinator),
        // Where and when a witness is heard is for those who act for her.
        Deed::SeeMatters | Deed::KeepMatter => case.shield.is_some() && !case.is_matter_of(staff.id),
        _ => is_hers && case.shield.is_some(),
    };
    let code = match deed {
        Deed::SeeHealth if !case.works_on(staff.id) => "health.not-near",
        _ if asks && !case.may_know(staff.id) => "identity.not-near",
        _ => return Vec::new(),
    };
    vec![Refusal::new(code, deed.word())]
}

/// The same for an act on a case by its id.
pub fn near_to<'a>(case: CaseId, by: &'a Actor, deed: Deed, tx: &'a mut Tx) -> Doing<'a, Vec<Refusal>> {
    Box::pin(async move {
        let now = tx.now();
        let refusals = tx.look::<CaseStream, _>(case.bytes(), |stored| near(by, stored, deed, now)).await?;
        Ok(shut::named(refusals.ok_or(Error::NotFound)?, case))
    })
}

/// Field names of a form must be on the field list: a misspelt one would be kept and never travel.
pub fn known_fields<'a>(desk: &Desk, names: impl IntoIterator<Item = &'a String>) -> Result<(), Problem> {
    match names.into_iter().find(|name| desk.fields.category(name).is_none()) {
        Some(unknown) => Err(Problem::at("case.unknown-field", unknown.clone())),
        None => Ok(()),
    }
}

impl Desk {
    /// A case, if the actor may do the deed to it; with the snapshot it came from. The try of who is shut out is noted.
    pub async fn case_for(&self, by: &Actor, case: CaseId, deed: Deed) -> Result<(View, Stored<CaseStream>), Error> {
        let mut view = self.read_for(by, deed).await?;
        let stored = view.load::<CaseStream>(case.bytes()).await?.ok_or(Error::NotFound)?;
        let refusals = shut::named(near(by, &stored, deed, view.now()), case);
        if refusals.is_empty() {
            return Ok((view, stored));
        }
        drop(view);
        Err(self.shut_out(by, refusals).await?)
    }

    /// What holds today for the rules of a new case.
    pub fn today(&self, now: Timestamp) -> Today<'_> {
        self.today_under(self.handbooks.newest(), now)
    }

    /// What holds today for a case that is there: the version it is pinned to. If that version is not on this node, its
    /// alarms still ring under the newest; the case itself refuses any other change.
    pub fn today_for(&self, case: &Case, now: Timestamp) -> Today<'_> {
        self.today_under(self.handbook_of(case), now)
    }

    /// The version of the handbook that describes a case: the one it is pinned to, else the newest.
    pub fn handbook_of(&self, case: &Case) -> &Handbook {
        self.handbooks.of(case).unwrap_or_else(|_| self.handbooks.newest())
    }

    /// Whether a change could be made now; nothing changes. So that a page can show it before it is made.
    pub fn would<C: Change>(&self, by: OfficerId, case: &Case, change: &C) -> Result<(), Problem> {
        change.check(self)?;
        change.events(case, by, &self.today_for(case, self.now())).map(drop)
    }

    /// What a move to another version would do to a case; nothing changes.
    pub fn move_view(&self, case: &Case, to: &Handbook, now: Timestamp) -> Result<MoveView, Problem> {
        let reason = Redacted::new("-".to_owned());
        Ok(case.move_view(&case.move_handbook(OfficerId::default(), reason, &self.today_under(to, now))?))
    }

    fn today_under<'a>(&'a self, handbook: &'a Handbook, now: Timestamp) -> Today<'a> {
        Today { now, handbook, calendar: &self.calendar, place: &self.me.place }
    }
}
