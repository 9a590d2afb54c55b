//! The drill, and the real thing: whom a breach may have met, and how each is told (UU 27/2022 art. 46).
//!
//! The list is read from a snapshot, so that the node works on meanwhile; that it was made is recorded. It names cases by
//! their alias and says which way of telling is safe; the way itself stays in the case, with those who hold it.

use crate::act::{Act, Asking, Desk, note_access};
use crate::actor::Actor;
use crate::cases::reports::{ReportCard, ReportStream};
use crate::cases::{CaseCard, CaseState, CaseStream};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, NodeId, OfficerId, Problem, ReportId, Timestamp, limits};
use casework::Clock;
use casework::breach::{HowToTell, notice};
use casework::words::{Category, Relation};
use std::collections::{BTreeMap, BTreeSet};
use store::{Access, AccessEvent, Page, Read, Shelf, Tx, View};

/// Which part of the data a breach may have met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it: a stolen node.
    All,
    /// What an officer held or looked at: a log-in in wrong hands.
    Officer(OfficerId),
    /// What another node was given: a breach there.
    Partner(NodeId),
}

impl Scope {
    /// Its word in the record.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Officer(_) => "officer",
            Self::Partner(_) => "partner",
        }
    }
}

/// Where somebody stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a case, by the name it goes by.
    Case(CaseId, String),
    /// In a report without a case, by its number.
    Report(ReportId, String),
}

/// Somebody whom the breach may have met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Where she stands.
    pub place: Place,
    /// Another person of the case, and who that is to the person.
    pub other: Option<Option<Relation>>,
    /// How she is told.
    pub how: HowToTell,
    /// Who tells her: the officer who holds the case.
    pub teller: Option<OfficerId>,
    /// Another node owns the case, and tells her.
    pub owner: Option<NodeId>,
    /// Kinds of data that are kept of the case.
    pub kinds: BTreeSet<Category>,
}

/// The list, and the clock of the notice.
#[derive(Clone, Debug)]
pub struct AffectedList {
    /// Everybody, in the order of the cases.
    pub people: Vec<Affected>,
    /// How many are told in which way.
    pub ways: BTreeMap<HowToTell, usize>,
    /// Three times 24 hours, which nobody can change.
    pub notice: Clock,
    /// Cases and reports that were looked at.
    pub looked_at: usize,
}

impl Desk {
    /// Until when people are told of a breach that becomes known then.
    pub fn tell_by(&self, known_at: Timestamp) -> Clock {
        notice(known_at, &self.me.place)
    }

    /// Lists whom a breach may have met that became known then, and records that the list was made.
    pub async fn affected(
        &self,
        by: &Actor,
        asking: Asking,
        (scope, known_at): (Scope, Timestamp),
    ) -> Result<AffectedList, Error> {
        if known_at > self.now() {
            return Err(Problem::new("breach.known-later").into());
        }
        let mut view = self.read_for(by, Deed::ListAffected).await?;
        let (people, looked_at) = listed(&mut view, scope).await?;
        drop(view);
        let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
        match self.run(by, asking, &NoteBreach { scope, people: count, known_at }).await {
            Err(error) if error.repeated().is_none() => return Err(error),
            _ => {}
        }
        let mut ways = BTreeMap::new();
        for person in &people {
            *ways.entry(person.how).or_default() += 1;
        }
        Ok(AffectedList { people, ways, notice: notice(known_at, &self.me.place), looked_at })
    }
}

/// That a list was made: by whom, of what, how many.
#[derive(Clone, Copy, Debug)]
struct NoteBreach {
    scope: Scope,
    people: u32,
    known_at: Timestamp,
}

#[async_trait]
impl Act for NoteBreach {
    const NAME: &'static str = "breach.list";
    const DEED: Deed = Deed::ListAffected;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let (people, known_at, scope) = (self.people, self.known_at, self.scope.word().to_owned());
        let officer = OfficerId::from_bytes(tx.origin().actor);
        let event = AccessEvent::BreachListed { officer, scope, people, known_at };
        Ok(note_access(tx, desk.me.id.bytes(), event).await?)
    }
}

async fn listed(view: &mut View, scope: Scope) -> Result<(Vec<Affected>, usize), Error> {
    let (mut people, mut looked_at) = (Vec::new(), 0);
    for state in CaseState::ALL {
        let mut page = Page::first(limits::CODE_ROWS_MAX);
        let part = state.word().as_bytes();
        while let Some(cards) = view.next_cards::<CaseCard>(Shelf::CasesByState, part, &mut page).await? {
            looked_at += cards.len();
            for card in cards {
                of_case(view, scope, card.id, &mut people).await?;
            }
        }
    }
    looked_at += of_reports(view, scope, &mut people).await?;
    Ok((people, looked_at))
}

async fn of_case(view: &mut View, scope: Scope, id: CaseId, people: &mut Vec<Affected>) -> Result<(), Error> {
    let Some(case) = view.load::<CaseStream>(id.bytes()).await? else { return Ok(()) };
    if !meets(view, scope, id, &case).await? {
        return Ok(());
    }
    let kinds = case.kinds_kept();
    for (person, how) in case.told(case.guardian_is_suspect()) {
        people.push(Affected {
            place: Place::Case(id, case.listed_as().to_owned()),
            other: person.map(|id| case.people.get(&id).and_then(|person| person.relation)),
            how,
            teller: case.manager(),
            owner: case.ownership.other,
            kinds: kinds.clone(),
        });
    }
    Ok(())
}

async fn meets(view: &mut View, scope: Scope, id: CaseId, case: &CaseStream) -> Result<bool, Error> {
    Ok(match scope {
        Scope::All => true,
        Scope::Partner(node) => {
            let given = case.offers.values().any(|line| line.to.peer == node);
            given || case.ownership.other == Some(node)
        }
        Scope::Officer(officer) => {
            let team = case.assignment.as_ref();
            let holds = team.is_some_and(|team| team.manager == officer || team.companion == Some(officer));
            holds || looked_at(view, id, case, officer).await?
        }
    })
}

/// Whether an officer saw who she is: on a page of the case, or on that of a report about her.
async fn looked_at(view: &mut View, id: CaseId, case: &CaseStream, officer: OfficerId) -> Result<bool, Error> {
    let reports = case.reports.iter().map(|report| report.bytes());
    for subject in std::iter::once(id.bytes()).chain(reports) {
        if has_seen(view, subject, officer).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn has_seen(view: &mut View, subject: [u8; 16], officer: OfficerId) -> Result<bool, Error> {
    Ok(view.load::<Access>(subject).await?.is_some_and(|access| access.seen_by.contains(&officer)))
}

/// Whether a report that became no case is concerned: of an officer's log-in, those whose writer she saw how to reach.
async fn meets_report(view: &mut View, scope: Scope, report: ReportId) -> Result<bool, Error> {
    match scope {
        Scope::All => Ok(true),
        Scope::Partner(_) => Ok(false),
        Scope::Officer(officer) => has_seen(view, report.bytes(), officer).await,
    }
}

/// Reports that became no case: whoever wrote one is told by the way she gave, if she gave one.
async fn of_reports(view: &mut View, scope: Scope, people: &mut Vec<Affected>) -> Result<usize, Error> {
    let mut looked_at = 0;
    for part in [b"open".as_slice(), b"answered"] {
        let mut page = Page::first(limits::CODE_ROWS_MAX);
        while let Some(cards) = view.next_cards::<ReportCard>(Shelf::ReportsByState, part, &mut page).await? {
            for card in cards.into_iter().filter(|card| card.case.is_none()) {
                looked_at += 1;
                if !meets_report(view, scope, card.id).await? {
                    continue;
                }
                let Some(report) = view.load::<ReportStream>(card.id.bytes()).await? else { continue };
                let is_reachable = !report.ways().is_empty();
                let how = if is_reachable { HowToTell::SafeWay } else { HowToTell::PublicNotice };
                let place = Place::Report(card.id, card.number);
                let kinds = BTreeSet::from([Category::Chronology, Category::Screening]);
                people.push(Affected { place, other: None, how, teller: report.officer, owner: None, kinds });
            }
        }
    }
    Ok(looked_at)
}
