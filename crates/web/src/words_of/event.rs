//! What happened, in words.

use crate::text::Words;

/// What happened in a case, from the kind of the event.
pub fn event(t: Words, kind: &str) -> &'static str {
    match kind {
        "case.opened" => t.event_case_opened(),
        "case.assigned" => t.event_case_assigned(),
        "case.classified" => t.event_case_classified(),
        "case.triaged" => t.event_case_triaged(),
        "case.screened" => t.event_case_screened(),
        "presumption.proposed" => t.event_presumption_proposed(),
        "presumption.decided" => t.event_presumption_decided(),
        "presumption.rejected" => t.event_presumption_rejected(),
        "plan.set" => t.event_plan_set(),
        "person.added" => t.event_person_added(),
        "consent.given" => t.event_consent_given(),
        "consent.withdrawn" => t.event_consent_withdrawn(),
        "step.opened" => t.event_step_opened(),
        "step.taken" => t.event_step_taken(),
        "step.filled" => t.event_step_filled(),
        "step.blocked" => t.event_step_blocked(),
        "step.ended" => t.event_step_ended(),
        "clock.paused" => t.event_clock_paused(),
        "clock.alarm" => t.event_clock_alarm(),
        "case.noted" => t.event_case_noted(),
        "case.report-linked" => t.event_report_linked(),
        "offer.made" => t.event_offer_made(),
        "offer.moved" => t.event_offer_moved(),
        "own.given" => t.event_own_given(),
        "own.taken" => t.event_own_taken(),
        "case.frozen" => t.event_case_frozen(),
        "case.closed" => t.event_case_closed(),
        "step.basis" => t.event_step_basis(),
        "case.shielded" => t.event_case_shielded(),
        "era.opened" => t.event_era_opened(),
        "identity.seen" => t.event_identity_seen(),
        "contact.seen" => t.event_contact_seen(),
        "file.opened" => t.event_file_opened(),
        "act.refused" => t.event_act_refused(),
        "copy.made" => t.event_copy_made(),
        "cases.searched" => t.event_cases_searched(),
        "counts.sent" => t.event_counts_sent(),
        "subject.erased" => t.event_subject_erased(),
        "contact.tried" => t.event_contact_tried(),
        "handbook.moved" => t.event_handbook_moved(),
        "right.asked" => t.event_right_asked(),
        "right.reviewed" => t.event_right_reviewed(),
        "right.answered" => t.event_right_answered(),
        "right.alarm" => t.event_right_alarm(),
        "right.lifted" => t.event_right_lifted(),
        "hold.placed" => t.event_hold_placed(),
        "hold.lifted" => t.event_hold_lifted(),
        "erasure.proposed" => t.event_erasure_proposed(),
        "erasure.dropped" => t.event_erasure_dropped(),
        "field.set" | "fields.removed" => t.event_field_set(),
        "clock.resumed" | "clock.moved" => t.event_clock_resumed(),
        "case.roles-set" | "case.profile-set" | "case.fact-set" | "case.wish-set" | "case.reopened" => {
            t.event_case_changed()
        }
        _ => t.event_other(),
    }
}
