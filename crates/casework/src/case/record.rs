//! What is written about the person: fields, other people, wishes, plan, notes, consents.

use super::{Case, CaseEvent, Person, PlanItem, StepState, Today, category_of, short_text, some_text};
use crate::consent::{Consent, GivenBy};
use crate::handbook::GUARDIAN_SUSPECT;
use crate::nik::Nik;
use crate::report::{Mark, marks_in};
use crate::words::{Category, Profile};
use base::{ConsentId, OfficerId, PersonId, Problem, Redacted, ReportId};
use std::collections::{BTreeMap, BTreeSet};

/// Where the note of the best interest says that the guardian is a suspect.
const BEST_INTEREST: &str = "CH-1";
const SUSPECT_NOTED: &str = "F-24.guardian_suspect";

/// A number of an identity card is kept as sixteen digits, or refused before it is kept.
fn checked(field: &str, value: Redacted<String>, today: &Today<'_>) -> Result<Redacted<String>, Problem> {
    if field != "identity.nik" || value.expose().trim().is_empty() {
        return Ok(value);
    }
    Ok(Nik::parse(value.expose(), today.now)?.digits().clone())
}

impl Case {
    /// Fields of the person of the case, or of another person in it; an empty value clears. Category status is computed.
    pub fn set_fields(
        &self,
        person: Option<PersonId>,
        values: BTreeMap<String, Redacted<String>>,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        let known = match person {
            None => &self.fields,
            Some(id) => &self.people.get(&id).ok_or_else(|| Problem::new("case.unknown-person"))?.fields,
        };
        let mut events = Vec::new();
        for (field, value) in values {
            if category_of(&field)? == Category::Status {
                return Err(Problem::at("case.unknown-field", field));
            }
            short_text(&value, "field")?;
            let value = checked(&field, value, today)?;
            let value = Some(value).filter(|value| !value.expose().trim().is_empty());
            if known.get(&field) != value.as_ref() {
                events.push(CaseEvent::FieldSet { person, field, value });
            }
        }
        self.settled(events, today)
    }

    /// Another person of the case, such as a sister who is covered as family.
    pub fn add_person(&self, id: PersonId, person: Person, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if self.people.contains_key(&id) || person.roles.is_empty() {
            return Err(Problem::new("case.role-missing"));
        }
        let Person { fields, .. } = person.clone();
        let mut events = vec![CaseEvent::PersonAdded(id, Person { fields: BTreeMap::new(), ..person })];
        for (field, value) in fields {
            category_of(&field)?;
            short_text(&value, "field")?;
            let value = checked(&field, value, today)?;
            // One event each: a name goes under the narrow key, her needs under the work key.
            events.push(CaseEvent::FieldSet { person: Some(id), field, value: Some(value) });
        }
        self.settled(events, today)
    }

    /// A further report about this person belongs to this case.
    pub fn link_report(&self, report: ReportId) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        Ok(if self.reports.contains(&report) { Vec::new() } else { vec![CaseEvent::ReportLinked(report)] })
    }

    /// The identifiers that stand in the fields of its people: telephone, population and passport numbers, e-mail.
    pub fn marks_found(&self) -> BTreeSet<Mark> {
        let people = self.people.values().map(|person| &person.fields);
        let fields = std::iter::once(&self.fields).chain(people).flatten();
        let named = fields.filter(|(name, _)| Category::identifies(name));
        named.flat_map(|(_, value)| marks_in(value.expose())).collect()
    }

    /// Something of the handbook's facts is true, or no longer.
    pub fn set_fact(&self, word: &str, holds: bool, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if !today.handbook.words.facts.contains_key(word) {
            return Err(Problem::at("case.unknown-word", word));
        }
        self.settled(vec![CaseEvent::FactSet(word.to_owned(), holds)], today)
    }

    /// What she wants. No wish is a condition of another (SOP 6.4, 6.5).
    pub fn set_wish(&self, word: &str, holds: bool, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if !today.handbook.words.wishes.contains_key(word) {
            return Err(Problem::at("case.unknown-word", word));
        }
        self.settled(vec![CaseEvent::WishSet(word.to_owned(), holds)], today)
    }

    /// A plan item, new (next number) or changed.
    pub fn set_plan(&self, no: Option<u16>, item: PlanItem, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if !today.handbook.words.plan.contains_key(&item.service) {
            return Err(Problem::at("case.unknown-word", item.service));
        }
        if item.by.parse::<jiff::civil::Date>().is_err() {
            return Err(Problem::at("step.bad-value", "plan.by"));
        }
        let no = match no {
            Some(no) if self.plan.contains_key(&no) => no,
            Some(no) => return Err(Problem::at("case.unknown-word", no.to_string())),
            None => self.plan.last_key_value().map_or(1, |(no, _)| no.saturating_add(1)),
        };
        self.settled(vec![CaseEvent::PlanSet(no, item)], today)
    }

    /// A note. No condition of a handbook reads notes, so nothing else follows.
    pub fn note(&self, by: OfficerId, text: Redacted<String>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        some_text(&text, "case.note-empty")?;
        Ok(vec![CaseEvent::Noted { by, text }])
    }

    /// A consent, one record for one purpose and one receiver.
    pub fn give_consent(&self, consent: Consent, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        self.writable()?;
        if self.consents.contains_key(&consent.id) {
            return Err(Problem::new("consent.twice"));
        }
        consent.check(self.profile_of(consent.person)?, self.guardian_is_suspect())?;
        self.settled(vec![CaseEvent::ConsentGiven(Box::new(consent))], today)
    }

    /// Withdrawn: at once, by a word of the person, in any state of the case. What rests on it: [`Case::rests_on`].
    pub fn withdraw_consent(&self, id: ConsentId, today: &Today<'_>) -> Result<Vec<CaseEvent>, Problem> {
        let consent = self.consents.get(&id).ok_or_else(|| Problem::new("consent.unknown"))?;
        if consent.withdrawn.is_some() {
            return Ok(vec![]);
        }
        self.settled(vec![CaseEvent::ConsentWithdrawn(id)], today)
    }

    /// Somebody wrote down that the guardian is a suspect: as a fact, or in the note of the best interest (CH-1).
    pub fn guardian_is_suspect(&self) -> bool {
        let noted = |state: &StepState| state.values.get(SUSPECT_NOTED).is_some_and(|value| value.expose() == "yes");
        self.facts.contains(GUARDIAN_SUSPECT) || self.runs(BEST_INTEREST).any(|(_, state)| noted(state))
    }

    /// What a guardian who is a suspect consented to holds no longer, at once: the authority decides anew.
    pub(super) fn of_a_suspect_guardian(&self) -> Vec<CaseEvent> {
        if !self.guardian_is_suspect() {
            return Vec::new();
        }
        let given = |consent: &&Consent| consent.given_by == GivenBy::Guardian && consent.withdrawn.is_none();
        self.consents.values().filter(given).map(|consent| CaseEvent::ConsentWithdrawn(consent.id)).collect()
    }

    /// Adult or child, of the person of the case or another in it.
    pub fn profile_of(&self, person: Option<PersonId>) -> Result<Profile, Problem> {
        match person {
            None => Ok(self.profile),
            Some(id) => self.people.get(&id).map(|p| p.profile).ok_or_else(|| Problem::new("case.unknown-person")),
        }
    }

    /// At the end of their retention, narrow fields of a file that went to another owner are removed (two officers).
    pub fn remove_fields(&self, categories: BTreeSet<Category>) -> Vec<CaseEvent> {
        vec![CaseEvent::FieldsRemoved(categories)]
    }
}
