//! The vocabularies of the field in the words of a page. A word that is not known here is shown as it came.

mod aid;
pub mod counts;
mod event;
pub mod matter;
mod protection;
pub mod recruiter;
mod refused;
mod services;

pub use aid::{accord_choices, accord_word, aid_answer, aid_state, languages};
pub use event::event;
pub use protection::{asker, erasure_basis, granted, how_to_tell, kept, right, right_ground};
pub use refused::{refusal, refused};
pub use services::{service_kind, service_place};

use crate::text::Words;
use crate::view::{Choice, Tone};
use casework::Role;
use casework::case::CloseReason;
use casework::consent::{ConsentCode, GivenBy, How};
use casework::document::DocumentKind;
use casework::offer::{DeclineReason, Served};
use casework::report::Door;
use casework::words::{Authority, Category, LegalBasis, Outcome, PersonRole, Purpose, Relation, Triage, Urgency};
use desk::mail::Stage;
use desk::partners::revoking::Reason;
use desk::staff::OfficerCard;

/// An officer as a choice: the name, and what the officer does here.
pub fn officer(t: Words, card: &OfficerCard) -> Choice {
    let roles: Vec<&str> = card.roles.iter().map(|known| role(t, *known)).collect();
    let ended = if card.left { format!(" · {}", t.access_ended()) } else { String::new() };
    Choice::new(card.id.to_string(), format!("{} · {}{ended}", card.name.expose(), roles.join(", ")))
}

/// A vocabulary as choices.
pub fn choices<W: Copy>(
    t: Words,
    all: &[W],
    word: fn(W) -> &'static str,
    text: fn(Words, W) -> &'static str,
) -> Vec<Choice> {
    all.iter().map(|one| Choice::new(word(*one), text(t, *one))).collect()
}

/// A role of staff.
pub fn role(t: Words, word: Role) -> &'static str {
    match word {
        Role::IntakeOfficer => t.role_intake_officer(),
        Role::CaseManager => t.role_case_manager(),
        Role::Companion => t.role_companion(),
        Role::IdentificationTeam => t.role_identification_team(),
        Role::HealthFocal => t.role_health_focal(),
        Role::HealthProvider => t.role_health_provider(),
        Role::SocialWorker => t.role_social_worker(),
        Role::Shelter => t.role_shelter(),
        Role::LegalCoordinator => t.role_legal_coordinator(),
        Role::ReturnCoordinator => t.role_return_coordinator(),
        Role::HomeCaseManager => t.role_home_case_manager(),
        Role::ChildFocal => t.role_child_focal(),
        Role::ReferralDesk => t.role_referral_desk(),
        Role::TaskforceCoordinator => t.role_taskforce_coordinator(),
        Role::Counsel => t.role_counsel(),
        Role::Police => t.role_police(),
        Role::Analyst => t.role_analyst(),
        Role::Auditor => t.role_auditor(),
        Role::Installer => t.role_installer(),
        Role::Guest => t.role_guest(),
    }
}

/// The door a report came through.
pub fn door(t: Words, word: Door) -> &'static str {
    match word {
        Door::WalkIn => t.door_walk_in(),
        Door::Hotline => t.door_hotline(),
        Door::Port => t.door_port(),
        Door::Village => t.door_village(),
        Door::Police => t.door_police(),
        Door::Consulate => t.door_consulate(),
        Door::PublicWindow => t.door_public_window(),
        Door::Pocketbook => t.door_pocketbook(),
        Door::Sms => t.door_sms(),
    }
}

/// A purpose.
pub fn purpose(t: Words, word: Purpose) -> &'static str {
    match word {
        Purpose::LegalAid => t.purpose_legal_aid(),
        Purpose::Health => t.purpose_health(),
        Purpose::Shelter => t.purpose_shelter(),
        Purpose::Return => t.purpose_return(),
        Purpose::Reintegration => t.purpose_reintegration(),
        Purpose::FamilyAssessment => t.purpose_family_assessment(),
        Purpose::ReturnRisk => t.purpose_return_risk(),
        Purpose::Protection => t.purpose_protection(),
        Purpose::Restitution => t.purpose_restitution(),
        Purpose::Investigation => t.purpose_investigation(),
        Purpose::RecruiterAlert => t.purpose_recruiter_alert(),
        Purpose::Statistics => t.purpose_statistics(),
    }
}

/// A category of data.
pub fn category(t: Words, word: Category) -> &'static str {
    match word {
        Category::Identity => t.category_identity(),
        Category::Contact => t.category_contact(),
        Category::Profile => t.category_profile(),
        Category::Needs => t.category_needs(),
        Category::Chronology => t.category_chronology(),
        Category::Statement => t.category_statement(),
        Category::Screening => t.category_screening(),
        Category::Health => t.category_health(),
        Category::Shelter => t.category_shelter(),
        Category::Legal => t.category_legal(),
        Category::Placement => t.category_placement(),
        Category::Documents => t.category_documents(),
        Category::Family => t.category_family(),
        Category::Recruiter => t.category_recruiter(),
        Category::Status => t.category_status(),
    }
}

/// What a document is.
pub fn document(t: Words, word: DocumentKind) -> &'static str {
    match word {
        DocumentKind::Identity => t.document_identity(),
        DocumentKind::Contract => t.document_contract(),
        DocumentKind::Payment => t.document_payment(),
        DocumentKind::Photo => t.document_photo(),
        DocumentKind::Medical => t.document_medical(),
        DocumentKind::Statement => t.document_statement(),
        DocumentKind::Letter => t.document_letter(),
        DocumentKind::PowerOfAttorney => t.document_power(),
        DocumentKind::Other => t.document_other(),
    }
}

/// An outcome of a screening.
pub fn outcome(t: Words, word: Outcome) -> &'static str {
    match word {
        Outcome::NoIndication => t.outcome_no_indication(),
        Outcome::Incomplete => t.outcome_incomplete(),
        Outcome::IllicitRecruitment => t.outcome_illicit_recruitment(),
        Outcome::LabourViolation => t.outcome_labour_violation(),
        Outcome::PossibleVictim => t.outcome_possible_victim(),
        Outcome::Intercept => t.outcome_intercept(),
        Outcome::PresumedVictim => t.outcome_presumed_victim(),
    }
}

/// A safety flag.
pub fn triage(t: Words, word: Triage) -> &'static str {
    match word {
        Triage::MedicalNow => t.triage_medical_now(),
        Triage::StopAndMove => t.triage_stop_and_move(),
        Triage::Protection => t.triage_protection(),
        Triage::OthersAtRisk => t.triage_others_at_risk(),
    }
}

/// Who has the authority.
pub fn authority(t: Words, word: Authority) -> &'static str {
    match word {
        Authority::Own => t.authority_own(),
        Authority::OtherDistrict => t.authority_other_district(),
        Authority::Province => t.authority_province(),
        Authority::National => t.authority_national(),
        Authority::Abroad => t.authority_abroad(),
    }
}

/// What a person is in a case.
pub fn person_role(t: Words, word: PersonRole) -> &'static str {
    match word {
        PersonRole::Victim => t.person_role_victim(),
        PersonRole::Witness => t.person_role_witness(),
        PersonRole::Reporter => t.person_role_reporter(),
        PersonRole::Family => t.person_role_family(),
    }
}

/// How family is related.
pub fn relation(t: Words, word: Relation) -> &'static str {
    match word {
        Relation::Parent => t.relation_parent(),
        Relation::Child => t.relation_child(),
        Relation::Sibling => t.relation_sibling(),
        Relation::Spouse => t.relation_spouse(),
        Relation::Guardian => t.relation_guardian(),
    }
}

/// Why a case is closed.
pub fn close_reason(t: Words, word: CloseReason) -> &'static str {
    match word {
        CloseReason::GoalsMet => t.close_goals_met(),
        CloseReason::PersonAsked => t.close_person_asked(),
        CloseReason::LostContact => t.close_lost_contact(),
        CloseReason::AdviceGiven => t.close_advice_given(),
        CloseReason::DoorOpen => t.close_door_open(),
        CloseReason::Died => t.close_died(),
    }
}

/// How soon.
pub fn urgency(t: Words, word: Urgency) -> &'static str {
    match word {
        Urgency::Green => t.urgency_green(),
        Urgency::Amber => t.urgency_amber(),
        Urgency::Red => t.urgency_red(),
    }
}

/// Where a case stands, by the word of its list.
pub fn case_state(t: Words, word: &str) -> &'static str {
    match word {
        "closed" => t.filter_closed(),
        "given" => t.filter_given(),
        _ => t.filter_open(),
    }
}

/// Who gave a consent.
pub fn given_by(t: Words, word: GivenBy) -> &'static str {
    match word {
        GivenBy::Person => t.consent_by_person(),
        GivenBy::Guardian => t.consent_by_guardian(),
        GivenBy::Authority => t.consent_by_authority(),
    }
}

/// What a message is, by its type.
pub fn message(t: Words, number: u16) -> &'static str {
    match number {
        16 => t.message_offer(),
        17..=23 | 26 => t.message_answer(),
        24 => t.message_file(),
        25 => t.message_supplement(),
        32..=34 => t.message_withdrawal(),
        _ => t.message_other(),
    }
}

/// Why a key was revoked: what became of it.
pub fn key_reason(t: Words, reason: Reason) -> &'static str {
    match reason {
        Reason::Lost => t.key_lost(),
        Reason::Misused => t.key_misused(),
        Reason::Closed => t.key_closed(),
        Reason::Other => t.key_other(),
    }
}

/// How far a message came.
pub fn leg(t: Words, word: Stage) -> &'static str {
    match word {
        Stage::Queued => t.leg_queued(),
        Stage::Handed => t.leg_handed(),
        Stage::Arrived => t.leg_arrived(),
        Stage::Read => t.leg_read(),
        Stage::Refused => t.leg_refused(),
        Stage::Held => t.leg_held(),
        Stage::Expired => t.leg_expired(),
        Stage::Stopped => t.leg_stopped(),
    }
}

/// A basis of the law in the place of consent.
pub fn legal_basis(t: Words, word: LegalBasis) -> &'static str {
    match word {
        LegalBasis::VitalInterest => t.basis_vital_interest(),
        LegalBasis::LegalDuty => t.basis_legal_duty(),
        LegalBasis::PublicTask => t.basis_public_task(),
    }
}

/// A consent code.
pub fn consent(t: Words, word: ConsentCode) -> &'static str {
    match word {
        ConsentCode::Notice => t.consent_c0(),
        ConsentCode::Interview => t.consent_c1(),
        ConsentCode::Record => t.consent_c2(),
        ConsentCode::Police => t.consent_c3(),
        ConsentCode::Share => t.consent_c4(),
        ConsentCode::Medical => t.consent_c5(),
        ConsentCode::Stay => t.consent_c6(),
        ConsentCode::Protection => t.consent_c7(),
        ConsentCode::Statistics => t.consent_c8(),
    }
}

/// How a consent was given.
pub fn how(t: Words, word: How) -> &'static str {
    match word {
        How::Written => t.consent_written(),
        How::Recorded => t.consent_oral(),
        How::Electronic => t.consent_electronic(),
    }
}

/// Why an offer is declined.
pub fn decline(t: Words, word: DeclineReason) -> &'static str {
    match word {
        DeclineReason::NoCapacity => t.decline_capacity(),
        DeclineReason::NotOurMandate => t.decline_mandate(),
        DeclineReason::NotOurArea => t.decline_area(),
        DeclineReason::Conflicted => t.decline_conflict(),
        DeclineReason::KnownHere => t.decline_known(),
        DeclineReason::PersonRefuses => t.decline_person(),
        DeclineReason::FactsMissing => t.decline_facts(),
        DeclineReason::Unsafe => t.decline_unsafe(),
        DeclineReason::Other => t.decline_other(),
    }
}

/// How a referral ended.
pub fn served(t: Words, word: Served) -> &'static str {
    match word {
        Served::Served => t.outcome_served(),
        Served::InPart => t.outcome_partly(),
        Served::NotServed => t.outcome_not_served(),
        Served::Declined => t.outcome_declined(),
        Served::NotFound => t.outcome_not_found(),
        Served::Other => t.outcome_other(),
    }
}

/// Where an offer stands, from the word of the machine, with its tag.
pub fn offer(t: Words, state: &str) -> (Tone, &'static str) {
    match state {
        "open" | "offered" => (Tone::Body, t.offer_open()),
        "accepted" => (Tone::Running, t.offer_accepted()),
        "given" => (Tone::Running, t.offer_given()),
        "holding" => (Tone::Running, t.offer_holding()),
        "done" => (Tone::Done, t.offer_done()),
        "declined" => (Tone::Skipped, t.offer_declined()),
        "withdrawn" => (Tone::Skipped, t.offer_withdrawn()),
        "expired" | "lapsed" => (Tone::Late, t.offer_expired()),
        _ => (Tone::Skipped, t.offer_closed()),
    }
}

/// A purpose, from its word.
pub fn purpose_word(t: Words, word: &str) -> String {
    Purpose::parse(word).map_or_else(|| word.to_owned(), |known| purpose(t, known).to_owned())
}

/// A category, from its word or a field name that begins with it.
pub fn category_word(t: Words, name: &str) -> String {
    let word = name.split('.').next().unwrap_or(name);
    Category::parse(word).map_or_else(|| word.to_owned(), |known| category(t, known).to_owned())
}

/// A field of the data dictionary; one of a later version by its category.
pub fn datum(t: Words, name: &str) -> String {
    t.datum(name).map_or_else(|| category_word(t, name), str::to_owned)
}

/// A basis, in words: `consent:…` or `basis:…`.
pub fn basis(t: Words, basis: &str) -> String {
    match basis.split_once(':') {
        Some(("consent", id)) => format!("{} {}", t.consents(), tail(id)),
        Some(("basis", kind)) => {
            let known: Option<accord::Basis> = accord::Word::parse(kind);
            known.map_or_else(|| kind.to_owned(), |known| ground(t, known).to_owned())
        }
        _ => basis.to_owned(),
    }
}

/// What a clause rests on.
pub fn ground(t: Words, basis: accord::Basis) -> &'static str {
    match basis {
        accord::Basis::Consent => t.basis_consent(),
        accord::Basis::VitalInterest => t.basis_vital_interest(),
        accord::Basis::LegalDuty => t.basis_legal_duty(),
        accord::Basis::PublicTask => t.basis_public_task(),
    }
}

/// The end of an id: enough to tell two consents of a case apart.
fn tail(id: &str) -> String {
    let skip = id.chars().count().saturating_sub(4);
    id.chars().skip(skip).collect::<String>().to_uppercase()
}

/// A place that may not be known.
pub fn place_or_unknown(t: Words, code: Option<&str>) -> String {
    code.map_or_else(|| t.unknown_place().to_owned(), place)
}

/// Code and name of a place: "21.71 Kota Batam".
pub fn place(code: &str) -> String {
    base::Place::parse(code).map_or_else(|_| code.to_owned(), |place| format!("{code} {}", place.name()))
}
