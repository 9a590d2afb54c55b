//! A case that is played from its first report to its end, and what was seen of the handbook on the way.

use base::{CaseId, ConsentId, OfficerId, Place, Problem, Redacted, ReportId, Timestamp};
use casework::case::{Assignment, CloseReason, Closing, Opening, StepEnd, StepRef, Today, WithoutConsent};
use casework::consent::{GivenBy, How, Receiver};
use casework::handbook::{FieldKind, FormField};
use casework::words::{Category, LegalBasis, Level, Outcome, PersonRole, Profile, Purpose, Triage, Urgency};
use casework::{Calendar, Case, CaseEvent, Clock, Consent, ConsentCode, Handbook};
use std::collections::{BTreeMap, BTreeSet};

/// A Monday morning in Batam.
pub const START: &str = "2026-11-23T03:00:00Z";

/// What the plays have shown.
#[derive(Debug, Default)]
pub struct Seen {
    pub opened: BTreeSet<String>,
    pub done: BTreeSet<String>,
    /// Lines in which the person declined something.
    pub declined: BTreeSet<String>,
    pub dropped: BTreeSet<String>,
    pub consents: BTreeSet<ConsentCode>,
    pub givers: BTreeSet<GivenBy>,
    pub withdrawn: usize,
    pub clocks: BTreeSet<&'static str>,
    pub alarms: BTreeSet<u8>,
    pub levels: BTreeSet<Level>,
    pub outcomes: BTreeSet<Outcome>,
    pub bases: BTreeSet<LegalBasis>,
    pub closed: BTreeSet<CloseReason>,
    pub refused: BTreeSet<&'static str>,
}

pub struct Play {
    pub case: Case,
    pub now: Timestamp,
    pub handbook: Handbook,
    pub calendar: Calendar,
    pub place: Place,
    pub seen: Seen,
    consents: u8,
}

pub fn officer(n: u8) -> OfficerId {
    OfficerId::from_bytes([n; 16])
}

pub fn text(words: &str) -> Redacted<String> {
    Redacted::new(words.to_owned())
}

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A case as a report opens it: an adult, a victim, found in Batam.
pub fn opening() -> Opening {
    Opening {
        id: CaseId::from_bytes([9; 16]),
        alias: "Melati-27".into(),
        report: Some(ReportId::from_bytes([8; 16])),
        found_in: Place::parse("21.71").unwrap(),
        origin: Place::parse("52.03").ok(),
        urgency: Urgency::Amber,
        roles: [PersonRole::Victim].into(),
        profile: Profile::Adult,
        triage: BTreeSet::new(),
        screened: None,
        handbook: Handbook::embedded().unwrap().version,
        decided: None,
        done: BTreeSet::from(["IN-1".to_owned()]),
        since: BTreeMap::new(),
    }
}

impl Play {
    pub fn open(opening: Opening) -> Self {
        let place = opening.found_in.clone();
        let today = Self::desk(place, at(START));
        let events = Case::open(opening, &today.today()).unwrap();
        today.begin(&events)
    }

    /// A case that another node handed over.
    pub fn begun(place: &str, now: Timestamp, make: impl FnOnce(&Today<'_>) -> Vec<CaseEvent>) -> Self {
        let desk = Self::desk(Place::parse(place).unwrap(), now);
        let events = make(&desk.today());
        desk.begin(&events)
    }

    fn desk(place: Place, now: Timestamp) -> Desk {
        let calendar = Calendar { version: "2026".into(), years: [2026, 2027].into(), ..Calendar::default() };
        Desk { handbook: Handbook::embedded().unwrap(), calendar, place, now }
    }

    pub fn today(&self) -> Today<'_> {
        Today { now: self.now, handbook: &self.handbook, calendar: &self.calendar, place: &self.place }
    }

    /// Runs a command; it must succeed.
    pub fn does(&mut self, command: impl FnOnce(&Case, &Today<'_>) -> Result<Vec<CaseEvent>, Problem>) {
        let events = command(&self.case, &self.today()).unwrap_or_else(|problem| panic!("{problem:?}"));
        self.take(events);
    }

    fn take(&mut self, events: Vec<CaseEvent>) {
        for event in events {
            self.watch(&event);
            self.case.apply(&event, self.now);
        }
    }

    /// Runs a command that a rule refuses.
    pub fn refuses(
        &mut self,
        code: &'static str,
        command: impl FnOnce(&Case, &Today<'_>) -> Result<Vec<CaseEvent>, Problem>,
    ) {
        let refused = command(&self.case, &self.today()).unwrap_err();
        assert_eq!(refused.code.0, code);
        self.seen.refused.insert(code);
    }

    pub fn later(&mut self, hours: i64) {
        self.now = self.now.plus_hours(hours);
        self.does(Case::raise_alarms);
    }

    /// The open run of a step, the newest.
    pub fn run(&self, id: &str) -> StepRef {
        let open = self.case.open_steps().filter(|(step, _)| step.0 == id).last();
        let Some((step, _)) = open else { panic!("{id} is not open: {:?}", self.open_ids()) };
        step.clone()
    }

    pub fn is_open(&self, id: &str) -> bool {
        self.case.open_steps().any(|(step, _)| step.0 == id)
    }

    pub fn open_ids(&self) -> Vec<&str> {
        self.case.open_steps().map(|(step, _)| step.0.as_str()).collect()
    }

    pub fn clock(&self, id: &str) -> &Clock {
        self.case.steps[&self.run(id)].clock.as_ref().unwrap()
    }

    /// Fills in a step's form, what is not given with what fits, and ends it as done.
    pub fn done(&mut self, id: &str, given: &[(&str, &str)]) {
        let step = self.filled(id, given);
        self.does(|case, today| case.complete_step(&step, today));
    }

    /// The same, refused by a rule; the form stays filled in.
    pub fn not_done(&mut self, id: &str, given: &[(&str, &str)], code: &'static str) {
        let step = self.filled(id, given);
        self.refuses(code, |case, today| case.complete_step(&step, today));
    }

    fn filled(&mut self, id: &str, given: &[(&str, &str)]) -> StepRef {
        let step = self.run(id);
        let written = &self.case.steps[&step].values;
        let mut values = BTreeMap::new();
        for record in &self.handbook.steps[id].records {
            let field = self.handbook.field(record).unwrap();
            let given = given.iter().find(|(name, _)| name == record).map(|(_, value)| (*value).to_owned());
            let fitting = (field.required && !written.contains_key(record)).then(|| self.fits(field));
            values.extend(given.or(fitting).map(|value| (record.clone(), Redacted::new(value))));
        }
        self.does(|case, today| case.fill_step(&step, values, today));
        step
    }

    fn fits(&self, field: &FormField) -> String {
        match field.kind {
            FieldKind::Text => "dicatat".to_owned(),
            FieldKind::Choice => field.choices[0].value.clone(),
            FieldKind::YesNo => "yes".to_owned(),
            FieldKind::Date => self.now.date(),
            FieldKind::Time => self.now.to_string(),
            FieldKind::Number => "1".to_owned(),
            FieldKind::Place => self.place.to_string(),
            FieldKind::Officer => officer(1).to_string(),
        }
    }

    /// The person declines: a normal end, after which all that was open in other lines still is.
    pub fn declined(&mut self, id: &str) {
        let step = self.run(id);
        let line = self.handbook.steps[id].line.clone();
        let others = |play: &Self| -> Vec<String> {
            let other = |id: &&str| play.handbook.steps[*id].line != line;
            play.open_ids().into_iter().filter(other).map(str::to_owned).collect()
        };
        let before = others(self);
        self.does(|case, today| case.decline_step(&step, today));
        assert_eq!(others(self), before, "declining {id} closed or opened something of another line");
    }

    pub fn dropped(&mut self, id: &str, reason: &str) {
        let step = self.run(id);
        self.does(|case, today| case.drop_step(&step, text(reason), today));
    }

    pub fn wants(&mut self, word: &str) {
        self.does(|case, today| case.set_wish(word, true, today));
    }

    pub fn fact(&mut self, word: &str) {
        self.does(|case, today| case.set_fact(word, true, today));
    }

    pub fn flags(&mut self, flags: &[Triage]) {
        self.does(|case, today| case.set_triage(flags.iter().copied().collect(), today));
    }

    pub fn agrees(&mut self, code: ConsentCode) {
        self.agrees_by(code, GivenBy::Person);
    }

    pub fn agrees_by(&mut self, code: ConsentCode, by: GivenBy) {
        let consent = self.consent(code, by);
        self.does(|case, today| case.give_consent(consent, today));
    }

    /// A consent of this kind, for half a year.
    pub fn consent(&mut self, code: ConsentCode, given_by: GivenBy) -> Consent {
        self.consents += 1;
        let shares = matches!(code, ConsentCode::Share | ConsentCode::Protection);
        Consent {
            id: ConsentId::from_bytes([self.consents; 16]),
            person: None,
            code,
            purpose: shares.then_some(Purpose::Return),
            receiver: shares.then(|| Receiver { party: "lotim".into(), node: None }),
            categories: if shares { [Category::Needs].into() } else { BTreeSet::new() },
            text_version: "1".into(),
            language: "id".into(),
            explained_by: officer(1),
            how: How::Written,
            proof: None,
            witness: None,
            given_by,
            assent: given_by != GivenBy::Person,
            from: self.now,
            until: Some(self.now.plus_hours(24 * 183)),
            withdrawn: None,
        }
    }

    /// Reception, classification, assignment: until a case manager has it.
    pub fn received(&mut self) {
        self.done("IN-2", &[]);
        self.done("IN-3", &[("F-01.urgency", "AMBER"), ("F-01.authority", "21.71")]);
        self.assigned();
    }

    pub fn assigned(&mut self) {
        let team = Assignment { manager: officer(1), companion: Some(officer(2)), conflict_checked_by: officer(3) };
        self.does(|case, today| case.assign(team, today));
        self.done("IN-4", &[]);
    }

    /// Preparation, consent, screening, and the decision of two.
    pub fn identified(&mut self, outcome: Outcome, profile: Profile) {
        self.done("ID-1", &[]);
        let by = if profile == Profile::Child { GivenBy::Authority } else { GivenBy::Person };
        for code in [ConsentCode::Interview, ConsentCode::Record] {
            self.agrees_by(code, by);
        }
        self.done("ID-2", &[]);
        self.screened(outcome, profile);
        self.done("ID-3", &[]);
        self.decided(outcome);
        self.done("ID-4", &[]);
    }

    pub fn screened(&mut self, outcome: Outcome, profile: Profile) {
        let flags = self.case.triage.clone();
        self.does(|case, today| case.record_screening(outcome, &flags, profile, "0.1.0".into(), today));
    }

    pub fn decided(&mut self, outcome: Outcome) {
        let reason = Some(text("dua orang meninjau jawabannya"));
        self.does(|case, today| case.propose_presumption(outcome, officer(5), reason, today));
        self.refuses("presumption.second-officer", |case, today| case.confirm_presumption(officer(5), today));
        self.does(|case, today| case.confirm_presumption(officer(6), today));
    }

    /// Done without consent, on a basis of the law that somebody signed.
    pub fn done_without_consent(&mut self, id: &str, basis: LegalBasis, article: &str) {
        let step = self.run(id);
        let without = |article: &str| WithoutConsent {
            basis,
            article: text(article),
            reason: text("tidak dapat menunggu"),
            signed_by: officer(1),
        };
        self.refuses("step.article-missing", |case, today| case.act_without_consent(&step, without(" "), today));
        self.does(|case, today| case.act_without_consent(&step, without(article), today));
        self.done(id, &[]);
    }

    pub fn closing(reason: CloseReason) -> Closing {
        Closing { reason, papers_returned: true, consents_reviewed: true, feedback_given: true, retain_until: None }
    }

    /// Closes the case, what was open with it, and shows what the plays have seen.
    pub fn closed(mut self, reason: CloseReason) -> Seen {
        self.does(|case, today| case.close(&Self::closing(reason), today));
        assert_eq!(self.open_ids(), Vec::<&str>::new());
        assert!(self.case.closed.as_ref().unwrap().0.retain_until.unwrap() > self.now);
        self.seen
    }

    fn watch(&mut self, event: &CaseEvent) {
        let seen = &mut self.seen;
        match event {
            CaseEvent::StepOpened { step, clock, watch, .. } => {
                seen.opened.insert(step.0.clone());
                seen.levels.extend(watch.as_ref().map(|watch| watch.level));
                let known = &self.handbook.steps[&step.0];
                seen.clocks.extend(kinds(known.deadline.as_ref(), clock.as_deref(), (step.1, self.now)));
            }
            CaseEvent::StepEnded(step, StepEnd::Done) => drop(seen.done.insert(step.0.clone())),
            CaseEvent::StepEnded(step, StepEnd::Declined) => {
                seen.declined.insert(self.handbook.steps[&step.0].line.clone());
            }
            CaseEvent::StepEnded(step, StepEnd::NotApplicable(_)) => drop(seen.dropped.insert(step.0.clone())),
            CaseEvent::StepBasis(_, basis) => drop(seen.bases.insert(basis.basis)),
            CaseEvent::ConsentGiven(consent) => {
                seen.consents.insert(consent.code);
                seen.givers.insert(consent.given_by);
            }
            CaseEvent::ConsentWithdrawn(_) => seen.withdrawn += 1,
            CaseEvent::ClockPaused(_) => drop(seen.clocks.insert("paused")),
            CaseEvent::ClockResumed(..) => drop(seen.clocks.insert("resumed")),
            CaseEvent::ClockMoved(_, clock) if clock.day.is_some() => drop(seen.clocks.insert("ahead of a date")),
            CaseEvent::AlarmRaised(_, level) => drop(seen.alarms.insert(*level)),
            CaseEvent::PresumptionDecided { outcome, .. } => drop(seen.outcomes.insert(*outcome)),
            CaseEvent::Closed(closing) => drop(seen.closed.insert(closing.reason)),
            _ => {}
        }
    }
}

/// What kinds of clock the opening of a step shows.
fn kinds(
    deadline: Option<&casework::Deadline>,
    clock: Option<&Clock>,
    (run, now): (u16, Timestamp),
) -> Vec<&'static str> {
    let Some((deadline, clock)) = deadline.zip(clock) else { return vec!["follows an event"] };
    let unit = match clock.span.unit {
        _ if clock.span.value == 0 => "at once",
        casework::clock::Unit::Hours => "hours",
        casework::clock::Unit::Days => "days",
        casework::clock::Unit::WorkingDays => "working days",
    };
    let marks = [
        (clock.statutory, "statutory"),
        (deadline.spans[0] != deadline.spans[2], "by urgency"),
        (deadline.of_run(run).from.is_some() && clock.start < now, "from the end of a step"),
        (run > 1 && !deadline.later.is_empty(), "later run"),
        (clock.day.is_some(), "ahead of a date"),
    ];
    let marked = marks.into_iter().filter(|(holds, _)| *holds).map(|(_, kind)| kind);
    std::iter::once(unit).chain(marked).collect()
}

struct Desk {
    handbook: Handbook,
    calendar: Calendar,
    place: Place,
    now: Timestamp,
}

impl Desk {
    fn today(&self) -> Today<'_> {
        Today { now: self.now, handbook: &self.handbook, calendar: &self.calendar, place: &self.place }
    }

    fn begin(self, events: &[CaseEvent]) -> Play {
        let case = Case::fold(events.iter().map(|event| (event, self.now))).unwrap();
        let Self { handbook, calendar, place, now } = self;
        let mut play = Play { case, now, handbook, calendar, place, seen: Seen::default(), consents: 0 };
        for event in events {
            play.watch(event);
        }
        play
    }
}
