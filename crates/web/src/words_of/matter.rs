//! Matters of counsel in words.

use crate::text::Words;
use crate::view::Tone;
use casework::matter::{Activity, ClaimAnswer, ClaimEnd, ClaimKind, HearingEnd, LossKind, Office, Venue};
use desk::matters::list::Stand;

/// Where somebody is heard.
pub fn venue(t: Words, word: Venue) -> &'static str {
    match word {
        Venue::Police => t.venue_police(),
        Venue::Prosecutor => t.venue_prosecutor(),
        Venue::Court => t.venue_court(),
        Venue::Lpsk => t.venue_lpsk(),
        Venue::Labour => t.venue_labour(),
        Venue::Remote => t.venue_remote(),
        Venue::Other => t.venue_other(),
    }
}

/// How a hearing ended.
pub fn hearing_end(t: Words, word: HearingEnd) -> &'static str {
    match word {
        HearingEnd::Held => t.hearing_held(),
        HearingEnd::Cancelled => t.hearing_cancelled(),
    }
}

/// What is claimed.
pub fn claim_kind(t: Words, word: ClaimKind) -> &'static str {
    match word {
        ClaimKind::Restitution => t.claim_restitution(),
        ClaimKind::Wages => t.claim_wages(),
        ClaimKind::CivilPaper => t.claim_paper(),
    }
}

/// Where a claim is filed.
pub fn office(t: Words, word: Office) -> &'static str {
    match word {
        Office::Lpsk => t.office_lpsk(),
        Office::Investigator => t.office_investigator(),
        Office::Prosecutor => t.office_prosecutor(),
        Office::Court => t.office_court(),
        Office::Labour => t.office_labour(),
        Office::Migration => t.office_migration(),
        Office::Insurance => t.office_insurance(),
        Office::Mission => t.office_mission(),
        Office::Registry => t.office_registry(),
        Office::Immigration => t.office_immigration(),
        Office::Employer => t.office_employer(),
    }
}

/// What an office answered.
pub fn claim_answer(t: Words, word: ClaimAnswer) -> &'static str {
    match word {
        ClaimAnswer::Incomplete => t.claim_incomplete(),
        ClaimAnswer::Accepted => t.claim_accepted(),
        ClaimAnswer::Refused => t.claim_refused(),
    }
}

/// What became of a claim.
pub fn claim_end(t: Words, word: ClaimEnd) -> &'static str {
    match word {
        ClaimEnd::Granted => t.claim_granted(),
        ClaimEnd::Paid => t.claim_paid(),
        ClaimEnd::Refused => t.claim_refused_end(),
        ClaimEnd::Withdrawn => t.claim_withdrawn(),
    }
}

/// How far a claim is.
pub fn stand(t: Words, word: Stand) -> (Tone, &'static str) {
    match word {
        Stand::Prepared => (Tone::Running, t.claim_prepared()),
        Stand::Filed => (Tone::Body, t.claim_filed()),
        Stand::Incomplete => (Tone::Late, t.claim_incomplete()),
        Stand::Accepted => (Tone::Green, t.claim_accepted()),
        Stand::Refused => (Tone::Late, t.claim_refused()),
        Stand::Ended => (Tone::Done, t.state_done()),
    }
}

/// What was lost.
pub fn loss(t: Words, word: LossKind) -> &'static str {
    match word {
        LossKind::Income => t.loss_income(),
        LossKind::Property => t.loss_property(),
        LossKind::Suffering => t.loss_suffering(),
        LossKind::Medical => t.loss_medical(),
        LossKind::Other => t.loss_other(),
        LossKind::Debt => t.loss_debt(),
    }
}

/// What time went to.
pub fn activity(t: Words, word: Activity) -> &'static str {
    match word {
        Activity::Advice => t.activity_advice(),
        Activity::Drafting => t.activity_drafting(),
        Activity::Accompanying => t.activity_accompanying(),
        Activity::Representing => t.activity_representing(),
        Activity::Evidence => t.activity_evidence(),
        Activity::Travel => t.activity_travel(),
        Activity::Other => t.activity_other(),
    }
}
