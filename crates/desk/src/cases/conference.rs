//! The case conference: its agenda, and a decision that becomes a step with an owner (SOP GV-1).

use super::change;
use crate::act::{Act, Desk};
use crate::actor::{Actor, Staff};
use crate::cases::StepCard;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit, is_counsel_alone};
use crate::staff::officer::officers;
use async_trait::async_trait;
use base::{CaseId, OfficerId, Problem, Redacted, limits};
use casework::Role;
use casework::case::{About, CONFERENCE, ConferenceDecision};
use store::{Page, Read, Shelf, Tx};

/// Cases whose conference is open, the first due first, without those that this officer is shut out of. Counsel has none.
pub async fn agenda(view: &mut impl Read, staff: &Staff) -> Result<Vec<StepCard>, Error> {
    if is_counsel_alone(staff) {
        return Ok(Vec::new());
    }
    let part = Role::TaskforceCoordinator.word().as_bytes();
    let mut page = Page::first(limits::CODE_ROWS_MAX);
    let mut found = Vec::new();
    while let Some(cards) = view.next_cards::<StepCard>(Shelf::StepsByRole, part, &mut page).await? {
        found.extend(cards.into_iter().filter(|card| card.step.0 == CONFERENCE && !card.barred.contains(&staff.id)));
    }
    Ok(found)
}

/// A decision. It takes nothing from what stands there, so it needs no version.
#[derive(Clone, Debug)]
pub struct DecideInConference {
    /// The case.
    pub case: CaseId,
    /// The words.
    pub words: Redacted<String>,
    /// The step it is about.
    pub about: About,
    /// Who takes that step; her roles must include the one that owns it.
    pub owner: Option<OfficerId>,
}

#[async_trait]
impl Act for DecideInConference {
    const NAME: &'static str = "conference.decide";
    const DEED: Deed = Deed::AssignCase;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let owner = match self.owner {
            None => None,
            Some(id) => {
                let known = officers(tx).await?.into_iter().find(|card| card.id == id && !card.left);
                Some(known.ok_or_else(|| Problem::new("conference.wrong-owner"))?)
            }
        };
        let mut stored = change::load(tx, self.case, None).await?;
        let role = match &self.about {
            About::Nothing => None,
            About::Running(step) => stored.steps.get(step).map(|state| state.role),
            About::Further(id) => desk.handbook_of(&stored).step(id).map(|step| step.role),
        };
        if let (Some(owner), Some(role)) = (&owner, role)
            && !owner.roles.contains(&role)
        {
            return Err(Problem::at("conference.wrong-owner", role.word()).into());
        }
        let decision = ConferenceDecision {
            words: self.words.clone(),
            about: self.about.clone(),
            owner: owner.map(|card| (card.id, card.name)),
        };
        let events = stored.decide_in_conference(&decision, &desk.today_for(&stored, tx.now()))?;
        tx.append(&mut stored, events).await?;
        Ok(())
    }
}
