//! Matters: what counsel keeps of the person she acts for (SOP LE-2, LE-4 to LE-6; ADR 43).
//!
//! The rules are `casework::matter`. [`open::OpenMatter`] makes a file of counsel's own from a referral that came; the other
//! acts write it, or the matter of a case of this node. Counsel meets her own matters alone (`cases::shut`). [`list`] is what
//! is next, for her page and her calendar; [`spent`] counts time for donors.

pub mod list;
pub mod open;
pub mod spent;
pub mod write;

pub use list::{Ahead, MatterCard, matters};
pub use open::{OpenMatter, ReplaceCounsel, along, may_replace};
pub use spent::{Spent, spent};
pub use write::{
    AnswerClaim, DropLoss, DropTime, EndAttorney, EndClaim, EndHearing, FileClaim, GiveAttorney, MakeClaim,
    MoveHearing, NoteTime, SetHearing, SetLoss,
};

use base::OfficerId;
use casework::matter::MatterEvent;

/// The officers to whom an event gives something: none who left may be named.
pub(crate) fn named(event: &MatterEvent) -> Vec<OfficerId> {
    match event {
        MatterEvent::AttorneyGiven(_, attorney) => vec![attorney.officer],
        MatterEvent::HearingSet(_, hearing) => hearing.plan.companion.into_iter().collect(),
        MatterEvent::HearingMoved(_, moved) => moved.0.companion.into_iter().collect(),
        _ => Vec::new(),
    }
}
