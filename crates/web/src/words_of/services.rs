//! Services: what for, and where.

use crate::text::Words;
use pocketbook::ServiceKind;
use pocketbook::services::Where;

/// What a service is for.
pub fn service_kind(t: Words, kind: ServiceKind) -> &'static str {
    match kind {
        ServiceKind::Emergency => t.kind_emergency(),
        ServiceKind::WomenChildren => t.kind_women_children(),
        ServiceKind::Protection => t.kind_protection(),
        ServiceKind::Police => t.kind_police(),
        ServiceKind::Health => t.kind_health(),
        ServiceKind::Shelter => t.kind_shelter(),
        ServiceKind::LegalAid => t.kind_legal_aid(),
        ServiceKind::Migrant => t.kind_migrant(),
        ServiceKind::Labour => t.kind_labour(),
        ServiceKind::Social => t.kind_social(),
        ServiceKind::Embassy => t.kind_embassy(),
        ServiceKind::Community => t.kind_community(),
        ServiceKind::TaskForce => t.kind_task_force(),
    }
}

/// Where a service is given.
pub fn service_place(at: &Where) -> String {
    match at {
        Where::Country => "Indonesia".to_owned(),
        Where::Place(place) => place.name().to_owned(),
        Where::Abroad(country) => country.clone(),
    }
}
