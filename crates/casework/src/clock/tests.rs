use super::*;
use proptest::prelude::*;

fn batam() -> Place {
    Place::parse("21.71").unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn deadline(value: u32, unit: Unit, statutory: bool) -> Deadline {
    let span = Span { value, unit };
    Deadline::plain(span, Text::new("dasar", "basis"), Mark::Product, statutory)
}

fn calendar() -> Calendar {
    let mut calendar = Calendar { version: "2026".into(), years: [2026].into(), ..Calendar::default() };
    calendar.days.insert(at("2026-12-25T00:00:00Z").day(), vec!["*".into()]);
    calendar.days.insert(at("2026-11-26T00:00:00Z").day(), vec!["52".into()]);
    calendar
}

fn start(value: u32, unit: Unit, from: &str) -> Clock {
    Clock::start(at(from), &deadline(value, unit, false), Urgency::Amber, &batam(), &calendar())
}

#[test]
fn hours_and_days_run_through_nights_weekends_and_holidays() {
    let clock = start(24, Unit::Hours, "2026-12-24T20:00:00Z");
    assert_eq!(clock.due, at("2026-12-25T20:00:00Z"));
    assert_eq!(start(7, Unit::Days, "2026-12-24T20:00:00Z").due, at("2026-12-31T20:00:00Z"));
    assert_eq!((clock.warn50, clock.warn80), (Some(at("2026-12-25T08:00:00Z")), Some(at("2026-12-25T15:12:00Z"))));
}

#[test]
fn three_working_days_from_a_thursday_afternoon_end_on_the_tuesday_afternoon() {
    let clock = start(3, Unit::WorkingDays, "2026-11-26T08:00:00Z");
    assert_eq!(clock.due, at("2026-12-01T08:00:00Z"));
    assert!(clock.calendar_known);
}

#[test]
fn a_holiday_of_another_province_does_not_move_the_date_but_its_own_does() {
    let lotim = Place::parse("52.03").unwrap();
    let three = deadline(3, Unit::WorkingDays, false);
    let from = at("2026-11-25T16:00:00Z");
    let there = Clock::start(from, &three, Urgency::Green, &lotim, &calendar());
    // Midnight of 26 November in Lombok; that day is free there: 27 Nov, 30 Nov, 1 Dec count.
    assert_eq!(there.due, at("2026-12-01T16:00:00Z"));
    let here = Clock::start(from, &three, Urgency::Green, &batam(), &calendar());
    assert_eq!(here.due, at("2026-11-30T16:00:00Z"));
}

#[test]
fn a_year_without_calendar_counts_weekends_and_says_so() {
    let clock = start(3, Unit::WorkingDays, "2026-12-30T03:00:00Z");
    assert_eq!(clock.due, at("2027-01-04T03:00:00Z"));
    assert!(!clock.calendar_known);
}

#[test]
fn a_deadline_of_nothing_has_no_warnings_and_is_over_after_a_quarter_of_an_hour() {
    let clock = start(0, Unit::WorkingDays, "2026-11-28T03:00:00Z");
    assert_eq!((clock.warn50, clock.warn80), (None, None));
    assert_eq!(clock.alarm_level(at("2026-11-28T03:14:59Z")), 0);
    assert_eq!(clock.alarm_level(at("2026-11-28T03:15:00Z")), 100);
}

#[test]
fn her_choice_to_wait_moves_a_standard_date_but_never_one_of_the_law() {
    let law =
        Clock::start(at("2026-11-02T03:00:00Z"), &deadline(7, Unit::Days, true), Urgency::Red, &batam(), &calendar());
    let due = law.due;
    let law = law.paused(at("2026-11-03T03:00:00Z"));
    assert_eq!(law.alarm_level(at("2026-11-08T03:00:00Z")), 0, "warnings are silent while she waits");
    assert_eq!(law.next_at(), Some(due));
    assert_eq!(law.alarm_level(due), 100, "the law's date is named all the same");
    assert_eq!(law.resumed(at("2026-11-05T03:00:00Z"), &calendar()).due, due);

    let own = start(2, Unit::WorkingDays, "2026-11-05T03:00:00Z").paused(at("2026-11-06T03:00:00Z"));
    assert_eq!(own.alarm_level(at("2026-12-06T03:00:00Z")), 0);
    assert_eq!(own.next_at(), None);
    // Paused from Friday 10.00 to Monday 10.00 local time: one working day of 24 hours.
    let own = own.resumed(at("2026-11-09T03:00:00Z"), &calendar());
    assert_eq!((own.paused_ms, own.due), (DAY_MS, at("2026-11-10T03:00:00Z")));
}

#[test]
fn a_new_calendar_moves_working_day_clocks_only() {
    let mut later = calendar();
    later.days.insert(at("2026-11-24T00:00:00Z").day(), vec!["*".into()]);
    let days = start(3, Unit::WorkingDays, "2026-11-23T03:00:00Z");
    assert_eq!(days.clone().moved(&later).due, days.due.plus_hours(24));
    let hours = start(72, Unit::Hours, "2026-11-23T03:00:00Z");
    assert_eq!(hours.clone().moved(&later), hours);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn working_time_added_is_working_time_measured(from in 0_i64..40_000, millis in 1_i64..20 * DAY_MS) {
        let (calendar, place) = (calendar(), batam());
        let from = at("2026-10-01T00:00:00Z").plus_seconds(from * 60);
        let to = calendar.plus_working_millis(from, millis, &place);
        prop_assert_eq!(calendar.working_millis(from, to, &place), millis);
    }

    #[test]
    fn marks_stand_in_order_and_alarms_never_fall(
        value in 0_u32..40, unit in 0_usize..3, from in 0_i64..100_000, steps in prop::collection::vec(0_i64..500_000, 1..20)
    ) {
        let from = at("2026-10-01T00:00:00Z").plus_seconds(from * 60);
        let clock = Clock::start(from, &deadline(value, Unit::ALL[unit], false), Urgency::Red, &batam(), &calendar());
        let marks = [Some(clock.start), clock.warn50, clock.warn80, Some(clock.due)];
        prop_assert!(marks.iter().flatten().is_sorted());
        let (mut now, mut level) = (from, 0);
        for step in steps {
            now = now.plus_seconds(step);
            let next = clock.alarm_level(now);
            prop_assert!(next >= level);
            level = next;
        }
        prop_assert_eq!(clock.alarm_level(clock.due), 100);
    }

    #[test]
    fn a_later_start_is_never_due_earlier(value in 1_u32..10, a in 0_i64..100_000, b in 0_i64..100_000) {
        let origin = at("2026-10-01T00:00:00Z");
        let due = |minutes: i64| {
            let from = origin.plus_seconds(minutes * 60);
            Clock::start(from, &deadline(value, Unit::WorkingDays, false), Urgency::Red, &batam(), &calendar()).due
        };
        prop_assert!(due(a.min(b)) <= due(a.max(b)));
    }

    #[test]
    fn a_pause_moves_the_date_by_exactly_the_time_paused(
        value in 1_u32..10, unit in 0_usize..3, pause in 0_i64..3_000, length in 0_i64..20_000
    ) {
        let calendar = calendar();
        let clock = start(value, Unit::ALL[unit], "2026-11-02T03:00:00Z");
        let from = clock.start.plus_seconds(pause * 60);
        let to = from.plus_seconds(length * 60);
        let stood = clock.measure(from, to, &calendar);
        let before = clock.due;
        let after = clock.paused(from).resumed(to, &calendar);
        prop_assert_eq!(after.measure(before, after.due, &calendar), stood);
    }

    /// Against a reference that knows nothing of days and ends: hour after hour is asked whether people work in it.
    #[test]
    fn working_days_agree_with_counting_hour_by_hour_over_weekends_holidays_and_zones(
        place in 0_usize..3, value in 1_u32..12, from in 0_i64..24 * 400, free in prop::collection::btree_set(0_i64..420, 0..40),
        own in any::<bool>()
    ) {
        let place = Place::parse(["21.71", "52.03", "91.71"][place]).unwrap();
        let origin = at("2026-01-01T00:00:00Z");
        let scope = if own { place.province().to_owned() } else { "*".to_owned() };
        let days = free.iter().map(|day| (origin.day() + day, vec![scope.clone()])).collect();
        let calendar = Calendar { version: "x".into(), years: (2026..=2028).collect(), days };
        let start = origin.plus_hours(from);
        let clock = Clock::start(start, &deadline(value, Unit::WorkingDays, false), Urgency::Amber, &place, &calendar);
        let works = |at: Timestamp| {
            let local = at.plus_hours(place.zone().offset_hours());
            let week = (local.day() + 3).rem_euclid(7);
            week < 5 && !calendar.days.contains_key(&local.day())
        };
        let (mut now, mut left) = (start, value * 24);
        while left > 0 {
            left -= u32::from(works(now));
            now = now.plus_hours(1);
        }
        prop_assert_eq!(clock.due, now);
        prop_assert!(clock.calendar_known);
        prop_assert!(works(clock.due.plus_millis(-1)), "it ends in working time");
        let (half, most) = (clock.warn50.unwrap(), clock.warn80.unwrap());
        let total = i64::from(value) * DAY_MS;
        prop_assert_eq!(calendar.working_millis(start, half, &place), total / 2);
        prop_assert_eq!(calendar.working_millis(start, most, &place), total / 5 * 4);
    }

    #[test]
    fn a_further_holiday_never_brings_a_date_nearer_and_one_elsewhere_changes_nothing(
        value in 1_u32..12, from in 0_i64..100_000, day in 0_i64..60
    ) {
        let from = at("2026-10-01T00:00:00Z").plus_seconds(from * 60);
        let with = |scope: Option<&str>| {
            let mut calendar = calendar();
            if let Some(scope) = scope {
                calendar.days.insert(from.day() + day, vec![scope.to_owned()]);
            }
            Clock::start(from, &deadline(value, Unit::WorkingDays, false), Urgency::Red, &batam(), &calendar)
        };
        prop_assert!(with(Some("*")).due >= with(None).due);
        prop_assert!(with(Some("21")).due >= with(None).due);
        // The days of 25 December are replaced, not added to: leave them out.
        prop_assume!(from.day() + day != at("2026-12-25T00:00:00Z").day());
        prop_assert_eq!(with(Some("52")).due, with(None).due);
    }

    #[test]
    fn a_deadline_of_the_law_never_moves_whatever_she_waits_and_whatever_calendar_comes(
        value in 0_u32..10, unit in 0_usize..3, pause in 0_i64..30_000, length in 0_i64..30_000
    ) {
        let law = deadline(value, Unit::ALL[unit], true);
        let clock = Clock::start(at("2026-11-02T03:00:00Z"), &law, Urgency::Red, &batam(), &calendar());
        let from = clock.start.plus_seconds(pause * 60);
        let waited = clock.clone().paused(from);
        for minute in [0, length / 2, length] {
            let now = from.plus_seconds(minute * 60);
            let silent = now < waited.due;
            prop_assert_eq!(waited.alarm_level(now), if silent { 0 } else { 100 });
        }
        let after = waited.resumed(from.plus_seconds(length * 60), &calendar());
        prop_assert_eq!((after.due, after.warn50, after.warn80), (clock.due, clock.warn50, clock.warn80));
    }
}

#[test]
fn a_hearing_is_warned_of_a_day_before_and_late_when_its_local_day_is_over() {
    let ahead = deadline(1, Unit::Days, false);
    let place = Place::parse("91.71").unwrap();
    let clock = Clock::ahead_of("2026-12-15", at("2026-11-23T03:00:00Z"), &ahead, &place).unwrap();
    let midnight = at("2026-12-14T15:00:00Z");
    assert_eq!((clock.warn50, clock.warn80), (None, Some(midnight.plus_hours(-24))));
    assert_eq!(clock.due, midnight.plus_hours(24));
    assert_eq!(clock.alarm_level(midnight.plus_hours(-25)), 0);
    assert_eq!(clock.alarm_level(midnight.plus_hours(-24)), 80);
    assert_eq!(clock.alarm_level(clock.due), 100);
    assert_eq!(clock.clone().paused(midnight).resumed(clock.due, &calendar()).due, clock.due, "a court does not wait");
    assert_eq!(Clock::ahead_of("besok", at("2026-11-23T03:00:00Z"), &ahead, &place), None);
}
