//! What officers write down: classification, assignment, screening, presumption, people, wishes, plan, consents.

use super::change::changes;
use super::steps::after;
use base::{ConsentId, OfficerId, PersonId, Redacted};
use casework::Consent;
use casework::case::{Assignment, Closing, Person, PlanItem, Shield};
use casework::words::{Authority, Outcome, Profile, Triage, Urgency};
use std::collections::{BTreeMap, BTreeSet};

changes! {
    /// Sets urgency and authority.
    Classify {
        /// How soon.
        urgency: Urgency,
        /// Who has the authority.
        authority: Authority,
        /// Why.
        reason: Redacted<String>,
    } "case.classify" WorkCase |self, case, _by, today| case.classify(self.urgency, self.authority, self.reason.clone(), today);

    /// Sets the safety flags that are up.
    SetTriage {
        /// All flags that are up.
        flags: BTreeSet<Triage>,
    } "case.triage" WorkCase |self, case, _by, today| case.set_triage(self.flags.clone(), today);

    /// Names case manager and companion; the officer who does it has compared them with the people in the case.
    Assign {
        /// Holds the case.
        manager: OfficerId,
        /// Goes along.
        companion: Option<OfficerId>,
    } "case.assign" AssignCase |self, case, by, today| {
        let (manager, companion) = (self.manager, self.companion);
        case.assign(Assignment { manager, companion, conflict_checked_by: by }, today)
    };

    /// Records the outcome of a screening.
    RecordScreening {
        /// Its outcome.
        outcome: Outcome,
        /// Its flags.
        flags: BTreeSet<Triage>,
        /// Adult or child.
        profile: Profile,
        /// Version of its pack.
        pack: String,
        /// The answers, kept as a field of the case.
        answers: Redacted<String>,
    } "case.screen" WorkCase |self, case, _by, today| {
        let mut events = case.record_screening(self.outcome, &self.flags, self.profile, self.pack.clone(), today)?;
        let answers = BTreeMap::from([("screening.answers".to_owned(), self.answers.clone())]);
        events.extend(after(case, &events, today).set_fields(None, answers, today)?);
        Ok(events)
    };

    /// The first of two officers proposes a presumption.
    ProposePresumption {
        /// For what.
        outcome: Outcome,
        /// Why, if it lies below the screening.
        reason: Option<Redacted<String>>,
    } "presumption.propose" DecidePresumption |self, case, by, today| {
        case.propose_presumption(self.outcome, by, self.reason.clone(), today)
    };

    /// The second officer confirms.
    ConfirmPresumption {} "presumption.confirm" DecidePresumption |self, case, by, today| case.confirm_presumption(by, today);

    /// The second officer does not agree.
    RejectPresumption {
        /// Why.
        reason: Redacted<String>,
    } "presumption.reject" DecidePresumption |self, case, by, today| case.reject_presumption(by, self.reason.clone(), today);

    /// Writes fields of the person of the case, or of another in it.
    SetFields {
        /// Whose.
        person: Option<PersonId>,
        /// Field names and values; an empty one clears.
        values: BTreeMap<String, Redacted<String>>,
    } "case.fields" WorkCase names |self| self.values.keys(); |self, case, _by, today| case.set_fields(self.person, self.values.clone(), today);

    /// Adds another person, such as a sister.
    AddPerson {
        /// Her id, made by the caller.
        id: PersonId,
        /// Who she is.
        person: Person,
    } "person.add" WorkCase names |self| self.person.fields.keys(); |self, case, _by, today| case.add_person(self.id, self.person.clone(), today);

    /// Notes what she wants, or no longer wants.
    SetWish {
        /// A wish word of the handbook.
        word: String,
        /// Whether.
        holds: bool,
    } "case.wish" WorkCase |self, case, _by, today| case.set_wish(&self.word, self.holds, today);

    /// Notes that something is true, or no longer.
    SetFact {
        /// A fact word of the handbook.
        word: String,
        /// Whether.
        holds: bool,
    } "case.fact" WorkCase |self, case, _by, today| case.set_fact(&self.word, self.holds, today);

    /// A plan item.
    SetPlan {
        /// Which; a new one if absent.
        no: Option<u16>,
        /// What.
        item: PlanItem,
    } "plan.set" WorkCase |self, case, _by, today| case.set_plan(self.no, self.item.clone(), today);

    /// A note.
    AddNote {
        /// The words.
        text: Redacted<String>,
    } "case.note" WorkCase |self, case, by, _today| case.note(by, self.text.clone());

    /// Records one consent: one purpose, one receiver.
    GiveConsent {
        /// The record.
        consent: Consent,
    } "consent.give" RecordConsent |self, case, by, today| {
        case.give_consent(Consent { explained_by: by, ..self.consent.clone() }, today)
    };

    /// Puts a code name in force: a witness is known to one or two officers alone (SOP WI-2).
    ShieldCase {
        /// What all others see.
        code_name: String,
        /// Who may know the identity.
        viewers: BTreeSet<OfficerId>,
    } "case.shield" SeeIdentity |self, case, _by, today| {
        case.shield(Shield { code_name: self.code_name.clone(), viewers: self.viewers.clone() }, today)
    };

    /// Somebody tried to reach her.
    TryContact {
        /// She was reached.
        reached: bool,
    } "contact.try" WorkCase |self, case, by, today| case.try_contact(by, self.reached, today);

    /// Freezes the case after a withdrawal elsewhere, or thaws it.
    Freeze {
        /// Frozen or not.
        frozen: bool,
    } "case.freeze" WorkCase |self, case, _by, _today| Ok(case.freeze(self.frozen));

    /// Closes the case.
    CloseCase {
        /// Reason and what was seen to.
        closing: Closing,
    } "case.close" WorkCase |self, case, _by, today| case.close(&self.closing, today);
}

/// The id a consent gets when its form is sent: the same form twice gives the same record.
pub fn consent_id(tx: &store::Tx) -> ConsentId {
    ConsentId::from_bytes(tx.derived_id("consent"))
}
