//! How each person of a case is told of a breach.

use crate::breach::HowToTell;
use crate::case::{CloseReason, Person, State};
use crate::words::{Category, PersonRole, Profile};
use base::{PersonId, Redacted};
use std::collections::{BTreeMap, BTreeSet};

/// Whether these fields hold a way to reach somebody that is safe.
fn has_safe_way(fields: &BTreeMap<String, Redacted<String>>) -> bool {
    fields.get("contact.safe_way").is_some_and(|way| !way.expose().trim().is_empty())
}

impl State {
    /// The people of this case and how each is told; `None` is the person of the case.
    pub fn told(&self, guardian_is_suspect: bool) -> Vec<(Option<PersonId>, HowToTell)> {
        let own = self.tells_person(guardian_is_suspect);
        let others = self.people.iter().map(|(id, other)| (Some(*id), self.tells_other(other, guardian_is_suspect)));
        std::iter::once((None, own)).chain(others).collect()
    }

    fn tells_person(&self, guardian_is_suspect: bool) -> HowToTell {
        let died = self.closed.as_ref().is_some_and(|(closing, _)| closing.reason == CloseReason::Died);
        match self.profile {
            _ if died => HowToTell::VisitFamily,
            _ if self.is_shielded() => HowToTell::ByViewer,
            Profile::Child if guardian_is_suspect => HowToTell::ThroughAuthority,
            Profile::Child => HowToTell::WithGuardian,
            Profile::Adult if has_safe_way(&self.fields) => HowToTell::SafeWay,
            Profile::Adult => HowToTell::InPerson,
        }
    }

    fn tells_other(&self, other: &Person, guardian_is_suspect: bool) -> HowToTell {
        let witness = other.roles.contains(&PersonRole::Witness);
        match other.profile {
            _ if self.shield.is_some() || other.is_protected || witness => HowToTell::ByViewer,
            Profile::Child if guardian_is_suspect => HowToTell::ThroughAuthority,
            Profile::Child => HowToTell::WithGuardian,
            Profile::Adult if has_safe_way(&other.fields) => HowToTell::SafeWay,
            Profile::Adult => HowToTell::InPerson,
        }
    }

    /// Kinds of data that are kept of her: the notice says what was disclosed.
    pub fn kinds_kept(&self) -> BTreeSet<Category> {
        let others = self.people.values().flat_map(|person| person.fields.keys());
        self.fields.keys().chain(others).filter_map(|field| Category::of(field)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::tests::{Story, text};

    #[test]
    fn nobody_is_told_by_a_letter_home_and_a_guardian_who_is_a_suspect_is_told_nothing() {
        let mut story = Story::decided();
        let how = |story: &Story, suspect| story.case.told(suspect)[0].1;
        assert_eq!(how(&story, false), HowToTell::InPerson);
        let way = BTreeMap::from([("contact.safe_way".to_owned(), text("lewat bibi"))]);
        story.does(|case, today| case.set_fields(None, way, today)).unwrap();
        assert_eq!(how(&story, false), HowToTell::SafeWay);
        let mut child = story.case.clone();
        child.apply(&crate::CaseEvent::ProfileSet(Profile::Child), story.desk.now);
        assert_eq!(child.told(false)[0].1, HowToTell::WithGuardian);
        assert_eq!(child.told(true)[0].1, HowToTell::ThroughAuthority);
        let mut witness = story.case.clone();
        witness.apply(&crate::CaseEvent::RolesSet([PersonRole::Witness].into()), story.desk.now);
        assert_eq!(witness.told(true)[0].1, HowToTell::ByViewer);
    }
}
