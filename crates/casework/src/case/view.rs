//! What pages, lists and agreements ask of a case.

use super::{Case, State, StepEnd, StepRef, StepState};
use crate::extract::{
    AttachmentLine, ConsentLine, Extract, FORMAT, Facts, FieldValue, Fields, ReferralLine, RelationFact, SignedRecord,
};
use crate::handbook::{Handbook, Line};
use crate::words::{Outcome, PersonRole, Profile};
use base::{ConsentId, PersonId, Redacted, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One line of the timeline; the words come from the kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineLine {
    /// When.
    pub at: Timestamp,
    /// The kind of the event.
    pub kind: String,
    /// The step, field, consent code or number it is about; never a value.
    pub about: String,
}

/// How far a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineView<'a> {
    /// Id of the line.
    pub line: &'a str,
    /// Steps that ended.
    pub ended: usize,
    /// Steps of the line.
    pub all: usize,
    /// Open steps.
    pub open: Vec<&'a StepRef>,
    /// One of them is late.
    pub is_late: bool,
}

/// What a reduced case is cut by; the accord decided it.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    /// Whose data; `None` is the person of the case.
    pub person: Option<PersonId>,
    /// The case as this peer knows it.
    pub alias: [u8; 16],
    /// The present.
    pub made_at: Timestamp,
    /// Field, clause, basis.
    pub allowed: Vec<(String, String, String)>,
    /// Consents it rests on.
    pub consents: Vec<ConsentId>,
    /// Running referrals; for a handover.
    pub referrals: Option<Vec<ReferralLine>>,
    /// Files.
    pub attachments: Vec<AttachmentLine>,
    /// Ownership so far; for a handover.
    pub own_records: Vec<SignedRecord>,
}

/// Lines whose steps are help to the person herself (SOP 5: health, social, legal, return, reintegration); intake and
/// identification come before it.
const SERVICE_LINES: [&str; 5] = ["HE", "SO", "LE", "RP", "RE"];

impl State {
    /// When the first service was given: the first step of a service line that ended as done.
    pub fn first_service(&self) -> Option<Timestamp> {
        let is_service = |step: &StepRef| step.0.split_once('-').is_some_and(|(line, _)| SERVICE_LINES.contains(&line));
        let done = self.steps.iter().filter(|(step, _)| is_service(step)).filter_map(|(_, state)| match &state.ended {
            Some((StepEnd::Done, at)) => Some(*at),
            _ => None,
        });
        done.min()
    }

    /// The value of a field, also of those that follow from the case; `None` if there is none.
    pub fn field(&self, person: Option<PersonId>, name: &str) -> Option<Redacted<String>> {
        if let Some(id) = person {
            return self.people.get(&id)?.fields.get(name).cloned();
        }
        let computed = match name {
            "status.urgency" => Some(self.urgency.word().to_owned()),
            "status.step" => self.next_step().map(|(step, _)| step.to_string()),
            "status.deadline" => self.deadlines(),
            "status.outcome" => self.decision.as_ref().map(|decision| decision.outcome.word().to_owned()),
            "screening.outcome" => self.screened.map(|outcome| outcome.word().to_owned()),
            "screening.triage" if !self.triage.is_empty() => {
                Some(self.triage.iter().map(|flag| flag.word()).collect::<Vec<_>>().join(" "))
            }
            "profile.origin" => self.opening.origin.as_ref().map(ToString::to_string),
            _ => None,
        };
        computed.map(Redacted::new).or_else(|| self.fields.get(name).cloned())
    }

    /// The next date; then, for each running statutory clock, `; STEP since START`, so that a new owner keeps its start.
    fn deadlines(&self) -> Option<String> {
        let due = self.next_step().and_then(|(_, state)| Some(state.clock.as_ref()?.due))?;
        let running = self.open_steps().filter_map(|(step, state)| Some((step, state.clock.as_ref()?)));
        let statutory = running.filter(|(_, clock)| clock.statutory);
        let mut parts = vec![due.to_string()];
        parts.extend(statutory.map(|(step, clock)| format!("{} since {}", step.0, clock.start)));
        Some(parts.join("; "))
    }

    /// Reads the starts of statutory clocks out of a `status.deadline` that came; what does not fit is left out.
    pub fn statutory_starts(deadline: &str) -> BTreeMap<String, Timestamp> {
        let read = |part: &str| {
            let (step, start) = part.trim().split_once(" since ")?;
            Some((step.to_owned(), Timestamp::parse(start)?))
        };
        deadline.split(';').filter_map(read).collect()
    }

    /// Cuts the reduced case: of the permitted fields those that have a value, with what permits each.
    pub fn extract(&self, cut: Cut) -> Option<Extract> {
        let value = |(field, clause, basis): (String, String, String)| {
            let value = self.field(cut.person, &field)?;
            Some((field, FieldValue { value, clause, basis }))
        };
        Some(Extract {
            format: FORMAT,
            alias: cut.alias,
            made_at: cut.made_at.seconds(),
            facts: self.facts_for(cut.person)?,
            fields: Fields(cut.allowed.into_iter().filter_map(value).collect()),
            consents: cut.consents.iter().filter_map(|id| self.consent_line(*id)).collect(),
            referrals: cut.referrals,
            attachments: cut.attachments,
            own_records: cut.own_records,
        })
    }

    /// Names of all fields that have a value.
    pub fn field_names(&self, person: Option<PersonId>) -> Vec<String> {
        const COMPUTED: [&str; 7] = [
            "status.urgency",
            "status.step",
            "status.deadline",
            "status.outcome",
            "screening.outcome",
            "screening.triage",
            "profile.origin",
        ];
        let own = match person {
            None => Some(&self.fields),
            Some(id) => self.people.get(&id).map(|person| &person.fields),
        };
        let mut names: Vec<String> = own.into_iter().flat_map(|fields| fields.keys().cloned()).collect();
        let computed = COMPUTED.iter().filter(|name| person.is_none() && self.field(None, name).is_some());
        names.extend(computed.map(|name| (*name).to_owned()));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The facts an accord asks for; for another person of the case with her relation to the one who was found.
    pub fn facts_for(&self, person: Option<PersonId>) -> Option<Facts> {
        let urgency = self.urgency.word().to_owned();
        let age_band = |fields: &BTreeMap<String, Redacted<String>>| {
            fields.get("profile.age_band").map(|band| band.expose().clone())
        };
        let words = |roles: &BTreeSet<PersonRole>| {
            let mut words: Vec<String> = roles.iter().map(|role| role.word().to_owned()).collect();
            words.sort_unstable();
            words
        };
        let found = self.opening.found_in.to_string();
        let Some(id) = person else {
            return Some(Facts {
                roles: words(&self.roles),
                minor: self.profile == Profile::Child,
                found_in: found,
                origin: self.opening.origin.as_ref().map(ToString::to_string),
                relation: None,
                age_band: age_band(&self.fields),
                urgency,
            });
        };
        let other = self.people.get(&id)?;
        let place = other.place.as_ref().map(ToString::to_string);
        Some(Facts {
            roles: words(&other.roles),
            minor: other.profile == Profile::Child,
            // A relative counts as found where she is; the accord's `family: true` looks at where the person was found.
            found_in: place.clone().unwrap_or_else(|| found.clone()),
            origin: place,
            relation: other.relation.map(|kind| RelationFact { kind: kind.word().to_owned(), found_in: found }),
            age_band: age_band(&other.fields),
            urgency,
        })
    }

    /// A consent as it travels.
    pub fn consent_line(&self, id: ConsentId) -> Option<ConsentLine> {
        let consent = self.consents.get(&id)?;
        let mut categories: Vec<String> = consent.categories.iter().map(|c| c.word().to_owned()).collect();
        categories.sort_unstable();
        Some(ConsentLine {
            id: id.bytes(),
            hash: consent.hash(),
            code: consent.code.word().to_owned(),
            purpose: consent.purpose.map(|purpose| purpose.word().to_owned()).unwrap_or_default(),
            giver: consent.given_by.word().to_owned(),
            expires: consent.until.map_or(0, Timestamp::seconds),
            categories,
        })
    }

    /// The open step that is due first; those without a clock come last.
    pub fn next_step(&self) -> Option<(&StepRef, &StepState)> {
        self.open_steps().min_by_key(|(step, state)| {
            let due = state.clock.as_ref().map_or(i64::MAX, |clock| clock.due.millis());
            (due, (*step).clone())
        })
    }

    /// Open steps whose date is past.
    pub fn late_steps(&self, now: Timestamp) -> impl Iterator<Item = (&StepRef, &StepState)> {
        self.open_steps().filter(move |(_, state)| state.clock.as_ref().is_some_and(|clock| clock.is_late(now)))
    }

    /// The lines of the handbook with how far each is; one that attaches to something only once it does, or did.
    pub fn lines<'a>(&'a self, handbook: &'a Handbook, now: Timestamp) -> Vec<LineView<'a>> {
        let view = |line: &'a Line| {
            let ended = |id: &String| {
                let last = self.runs(id).last();
                last.map_or_else(|| self.opening.done.contains(id), |(_, state)| state.ended.is_some())
            };
            let open: Vec<(&StepRef, &StepState)> =
                self.open_steps().filter(|(step, _)| line.steps.contains(&step.0)).collect();
            let late = |state: &StepState| state.clock.as_ref().is_some_and(|clock| clock.is_late(now));
            LineView {
                line: line.id.as_str(),
                ended: line.steps.iter().filter(|id| ended(id)).count(),
                all: line.steps.len(),
                is_late: open.iter().any(|(_, state)| late(state)),
                open: open.into_iter().map(|(step, _)| step).collect(),
            }
        };
        let has_run = |line: &Line| line.steps.iter().any(|id| self.runs(id).next().is_some());
        let attached = |line: &&Line| self.holds(&line.attaches, now) || has_run(line);
        handbook.lines.iter().filter(attached).map(view).collect()
    }

    /// The HTCDS status: possible victim, or nothing. `None` never means "not a victim"; only a decision body outside
    /// this machine confirms more.
    pub fn trafficking_status(&self) -> Option<&'static str> {
        let decision = self.decision.as_ref()?;
        (decision.outcome >= Outcome::PossibleVictim).then_some("PossibleVictimOfTrafficking")
    }
}

impl Case {
    /// The state alone, for a snapshot.
    pub fn state(&self) -> &State {
        self
    }
}
