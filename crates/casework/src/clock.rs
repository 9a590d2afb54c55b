//! Legal and standard deadlines: hours and days run always, working days only on working days of the owner's place.
//!
//! A working day is 24 hours of local time on a day that is neither Saturday, Sunday nor a holiday of the place; n working
//! days are over when n times 24 hours of such time have passed (STORAGE.md 8). Warnings and pauses use the same measure.

use crate::words::{Urgency, words};
use base::{Place, Text, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// What a deadline counts.
    Unit {
        /// Hours, day and night.
        Hours = "h",
        /// Days of 24 hours.
        Days = "d",
        /// Working days.
        WorkingDays = "wd",
    }

    /// How firm a deadline is.
    Mark {
        /// Read in a text of the named source.
        Verified = "verified",
        /// A default that the task force confirms.
        Product = "product",
        /// From memory; to be checked.
        Memory = "memory",
    }
}

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// A deadline of 0 means at once; it counts as missed after a quarter of an hour (product default, STORAGE.md 8).
const AT_ONCE_GRACE_MS: i64 = 15 * 60_000;
/// No deadline looks further ahead than this; it bounds the search for working days.
const DAYS_AHEAD_MAX: i64 = 3_660;
/// The longest value a deadline may have, in its unit: one year of days, 90 days of hours.
pub const VALUE_MAX: u32 = 2_160;

/// A length of time with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// How many; 0 is at once.
    pub value: u32,
    /// Of what.
    pub unit: Unit,
}

/// A deadline of a step: one span, or one for each urgency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The spans in the order green, amber, red.
    pub spans: [Span; 3],
    /// Where it stands: the law, standard or agreement, in both languages.
    pub basis: Text,
    /// How firm it is.
    pub mark: Mark,
    /// Set by law; no node may change it and no pause moves it.
    pub statutory: bool,
    /// The step at whose end the time begins; without it, when its own step opens.
    pub from: Option<String>,
    /// What later runs of the step have instead: the second, the third and so on; the last holds for all after it.
    pub later: Vec<Later>,
    /// The date field before which the step is to be done; the span counts back from it.
    pub before: Option<String>,
}

/// The time that a later run of a step has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// How long.
    pub span: Span,
    /// The step at whose end it begins; without it, when the run opens.
    pub from: Option<String>,
}

impl Deadline {
    /// A deadline that begins when its step opens, the same for each urgency and run.
    pub const fn plain(span: Span, basis: Text, mark: Mark, statutory: bool) -> Self {
        Self { spans: [span; 3], basis, mark, statutory, from: None, later: Vec::new(), before: None }
    }

    /// The deadline of a run; they count from 1.
    #[must_use]
    pub fn of_run(&self, run: u16) -> Self {
        let last = self.later.len().min(usize::from(run.saturating_sub(1)));
        match last.checked_sub(1).and_then(|index| self.later.get(index)) {
            Some(Later { span, from }) => Self { spans: [*span; 3], from: from.clone(), ..self.clone() },
            None => self.clone(),
        }
    }

    /// The span for an urgency.
    pub const fn span(&self, urgency: Urgency) -> Span {
        let [green, amber, red] = self.spans;
        match urgency {
            Urgency::Green => green,
            Urgency::Amber => amber,
            Urgency::Red => red,
        }
    }
}

/// Holidays by place, with the years that were published. Data, never code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Its version; stands on each clock that used it.
    pub version: String,
    /// Years for which the holidays are known.
    pub years: BTreeSet<i16>,
    /// Days since 1970, with the scopes in which each is free: `*` or a place code.
    pub days: BTreeMap<i64, Vec<String>>,
}

impl Calendar {
    fn is_free(&self, day: i64, place: &Place) -> bool {
        // 1970-01-01 was a Thursday: day 2 a Saturday, day 3 a Sunday.
        if matches!(day.rem_euclid(7), 2 | 3) {
            return true;
        }
        self.days.get(&day).is_some_and(|scopes| {
            scopes.iter().any(|scope| scope == "*" || Place::parse(scope).is_ok_and(|scope| scope.covers(place)))
        })
    }

    /// Milliseconds of working time from `from` to `to`; 0 if `to` is not later.
    pub fn working_millis(&self, from: Timestamp, to: Timestamp, place: &Place) -> i64 {
        let (mut at, mut sum) = (from.millis(), 0);
        let days = DAYS_AHEAD_MAX.min((to.millis() - from.millis()) / DAY_MS + 2);
        for _ in 0..=days {
            if at >= to.millis() {
                break;
            }
            let (day, end) = day_and_end(at, place.zone());
            let end = end.min(to.millis());
            if !self.is_free(day, place) {
                sum += end - at;
            }
            at = end;
        }
        sum
    }

    /// The moment at which so much working time has passed.
    pub fn plus_working_millis(&self, from: Timestamp, millis: i64, place: &Place) -> Timestamp {
        let (mut at, mut left) = (from.millis(), millis);
        for _ in 0..DAYS_AHEAD_MAX {
            if left <= 0 {
                break;
            }
            let (day, end) = day_and_end(at, place.zone());
            if self.is_free(day, place) {
                at = end;
            } else if end - at >= left {
                return Timestamp::from_millis(at + left);
            } else {
                left -= end - at;
                at = end;
            }
        }
        Timestamp::from_millis(at)
    }

    /// False if a year of the stretch was never published: then weekends alone were counted, and the page says so.
    pub fn knows(&self, from: Timestamp, to: Timestamp, zone: Zone) -> bool {
        (zone.local(from).0..=zone.local(to).0).all(|year| self.years.contains(&year))
    }
}

/// The local day of a moment, and the moment at which it ends.
const fn day_and_end(at: i64, zone: Zone) -> (i64, i64) {
    let day = zone.local_day(Timestamp::from_millis(at));
    (day, (day + 1) * DAY_MS - zone.offset_hours() * HOUR_MS)
}

/// A running deadline. It is written in the act that starts it, so that a later calendar or place does not change it unseen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// When it began.
    pub start: Timestamp,
    /// When it is over.
    pub due: Timestamp,
    /// At 50 %; `None` for a deadline of 0.
    pub warn50: Option<Timestamp>,
    /// At 80 %.
    pub warn80: Option<Timestamp>,
    /// Length and unit.
    pub span: Span,
    /// Whose local time and holidays count: the place of the owner node.
    pub place: Place,
    /// Version of the calendar used.
    pub calendar: String,
    /// False if the calendar lacks a year of the stretch.
    pub calendar_known: bool,
    /// Where the deadline stands.
    pub basis: Text,
    /// How firm it is.
    pub mark: Mark,
    /// Set by law: never moves.
    pub statutory: bool,
    /// Highest alarm raised so far: 0, 50, 80 or 100.
    pub level: u8,
    /// Paused since then, because the person wished so (AWAITING_PERSON).
    pub paused_at: Option<Timestamp>,
    /// How long it stood still, in its own measure.
    pub paused_ms: i64,
    /// When it stopped.
    pub stopped_at: Option<Timestamp>,
    /// For a deadline that looks ahead to a date: when that day begins.
    #[serde(default)]
    pub day: Option<Timestamp>,
}

impl Clock {
    /// Starts a deadline.
    pub fn start(at: Timestamp, deadline: &Deadline, urgency: Urgency, place: &Place, calendar: &Calendar) -> Self {
        let mut clock = Self {
            start: at,
            due: at,
            warn50: None,
            warn80: None,
            span: deadline.span(urgency),
            place: place.clone(),
            calendar: calendar.version.clone(),
            calendar_known: true,
            basis: deadline.basis.clone(),
            mark: deadline.mark,
            statutory: deadline.statutory,
            level: 0,
            paused_at: None,
            paused_ms: 0,
            stopped_at: None,
            day: None,
        };
        clock.set_marks(calendar);
        clock
    }

    /// A deadline that looks ahead to a date such as a hearing: it warns a span before that day begins, and is over when
    /// the day is. `None` if the date cannot be read.
    pub fn ahead_of(date: &str, at: Timestamp, deadline: &Deadline, place: &Place) -> Option<Self> {
        let midnight = Timestamp::parse(&format!("{}T00:00:00Z", date.trim()))?;
        let calendar = Calendar::default();
        let mut clock = Self::start(at, deadline, Urgency::Amber, place, &calendar);
        clock.day = Some(midnight.plus_hours(-place.zone().offset_hours()));
        clock.set_marks(&calendar);
        Some(clock)
    }

    fn set_marks(&mut self, calendar: &Calendar) {
        if let Some(day) = self.day {
            let unit = if self.span.unit == Unit::Hours { HOUR_MS } else { DAY_MS };
            self.due = day.plus_millis(DAY_MS);
            self.warn50 = None;
            self.warn80 = Some(day.plus_millis(-i64::from(self.span.value) * unit));
            return;
        }
        let total = i64::from(self.span.value) * if self.span.unit == Unit::Hours { HOUR_MS } else { DAY_MS };
        let moved = if self.statutory { 0 } else { self.paused_ms };
        if total == 0 {
            self.due = self.plus(self.start, AT_ONCE_GRACE_MS + moved, calendar);
        } else {
            self.due = self.plus(self.start, total + moved, calendar);
            self.warn50 = Some(self.plus(self.start, total / 2 + moved, calendar));
            self.warn80 = Some(self.plus(self.start, total / 5 * 4 + moved, calendar));
        }
        self.calendar.clone_from(&calendar.version);
        self.calendar_known =
            self.span.unit != Unit::WorkingDays || calendar.knows(self.start, self.due, self.place.zone());
    }

    fn plus(&self, from: Timestamp, millis: i64, calendar: &Calendar) -> Timestamp {
        match self.span.unit {
            // At once means at once, also on a Sunday.
            Unit::WorkingDays if self.span.value > 0 => calendar.plus_working_millis(from, millis, &self.place),
            _ => from.plus_millis(millis),
        }
    }

    /// Time from one moment to another in the measure of this clock, in milliseconds.
    pub fn measure(&self, from: Timestamp, to: Timestamp, calendar: &Calendar) -> i64 {
        match self.span.unit {
            Unit::WorkingDays if self.span.value > 0 => calendar.working_millis(from, to, &self.place),
            _ => (to.millis() - from.millis()).max(0),
        }
    }

    /// The person wishes to wait. A second pause changes nothing.
    #[must_use]
    pub fn paused(mut self, at: Timestamp) -> Self {
        if self.stopped_at.is_none() {
            self.paused_at.get_or_insert(at);
        }
        self
    }

    /// Runs again: the date moves by the time it stood still. A date of the law stays where it is.
    #[must_use]
    pub fn resumed(mut self, at: Timestamp, calendar: &Calendar) -> Self {
        if let Some(since) = self.paused_at.take() {
            self.paused_ms += self.measure(since, at, calendar);
            self.set_marks(calendar);
        }
        self
    }

    /// Counts anew under another calendar. Hours and days stay as they are.
    #[must_use]
    pub fn moved(mut self, calendar: &Calendar) -> Self {
        if self.span.unit == Unit::WorkingDays && self.stopped_at.is_none() {
            self.set_marks(calendar);
        }
        self
    }

    /// This clock in the place of another, under another version of the handbook: what the person waited counts, and the
    /// level is what has been raised and is due.
    #[must_use]
    pub fn carried_over(mut self, from: &Self, now: Timestamp, calendar: &Calendar) -> Self {
        self.paused_at = from.paused_at;
        if self.span.unit == from.span.unit {
            self.paused_ms = from.paused_ms;
            self.set_marks(calendar);
        }
        self.level = from.level.min(self.alarm_level(now));
        self
    }

    /// The step ended.
    #[must_use]
    pub fn stopped(mut self, at: Timestamp) -> Self {
        self.stopped_at.get_or_insert(at);
        self
    }

    /// The alarm that holds now: 0, 50, 80 or 100. While paused, only a date of the law speaks, and only when it is over.
    pub fn alarm_level(&self, now: Timestamp) -> u8 {
        let paused = self.paused_at.is_some();
        if self.stopped_at.is_some() || (paused && !self.statutory) {
            0
        } else if now >= self.due {
            100
        } else if paused {
            0
        } else if self.warn80.is_some_and(|at| now >= at) {
            80
        } else if self.warn50.is_some_and(|at| now >= at) {
            50
        } else {
            0
        }
    }

    /// When the alarm can next rise; `None` if it no longer can.
    pub fn next_at(&self) -> Option<Timestamp> {
        if self.stopped_at.is_some() || self.level >= 100 {
            return None;
        }
        if self.paused_at.is_some() {
            return self.statutory.then_some(self.due);
        }
        let marks = [(50, self.warn50), (80, self.warn80), (100, Some(self.due))];
        marks.into_iter().filter(|(level, _)| *level > self.level).find_map(|(_, at)| at)
    }

    /// Whether the date is past and the step still open.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.stopped_at.is_none() && self.due < now && (self.paused_at.is_none() || self.statutory)
    }
}

#[cfg(test)]
mod tests;
