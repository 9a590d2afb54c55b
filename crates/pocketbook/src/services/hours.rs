//! When a service is open: days and times of its own place, such as `MO-FR 08:00-16:00; SA 08:00-12:00`, or `24/7`.

use std::fmt;

/// The days of a week, as calendars name them (RFC 5545).
pub const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// Spans of one service.
const SPANS_MAX: usize = 14;
/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Some days in a row, Monday 0, and minutes since midnight; a span that ends at 24:00 goes on to the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// First day.
    pub from: u8,
    /// Last day, not before the first.
    pub to: u8,
    /// Opens.
    pub opens: u16,
    /// Closes, after it opens.
    pub closes: u16,
}

impl Hours {
    /// The names of its days.
    pub fn days(&self) -> &'static [&'static str] {
        DAYS.get(usize::from(self.from)..=usize::from(self.to)).unwrap_or_default()
    }

    fn is_always(self) -> bool {
        (self.from, self.to, self.opens, self.closes) == (0, 6, 0, DAY_MINUTES)
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_always() {
            return f.write_str("24/7");
        }
        match self.days() {
            [one] => f.write_str(one)?,
            [first, .., last] => write!(f, "{first}-{last}")?,
            [] => {}
        }
        write!(f, " {}-{}", clock(self.opens), clock(self.closes))
    }
}

/// Minutes as `08:00`.
pub fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Reads spans, set apart by semicolons; an empty text has none. `None`: not written so.
pub fn parse(text: &str) -> Option<Vec<Hours>> {
    let spans: Option<Vec<Hours>> = text.split(';').map(str::trim).filter(|span| !span.is_empty()).map(span).collect();
    spans.filter(|spans| spans.len() <= SPANS_MAX)
}

fn span(text: &str) -> Option<Hours> {
    if text == "24/7" {
        return Some(Hours { from: 0, to: 6, opens: 0, closes: DAY_MINUTES });
    }
    let (days, times) = text.split_once(' ')?;
    let (from, to) = days.split_once('-').unwrap_or((days, days));
    let (opens, closes) = times.trim().split_once('-')?;
    let (from, to) = (weekday(from)?, weekday(to)?);
    let (opens, closes) = (minutes(opens)?, minutes(closes)?);
    (from <= to && opens < closes).then_some(Hours { from, to, opens, closes })
}

fn weekday(word: &str) -> Option<u8> {
    DAYS.iter().position(|day| *day == word).and_then(|at| u8::try_from(at).ok())
}

/// Reads `08:00`; 24:00 is the end of a day.
pub fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?;
    let (hours, minutes): (u16, u16) = (two(hours)?, two(minutes)?);
    Some(hours * 60 + minutes).filter(|all| minutes < 60 && *all <= DAY_MINUTES)
}
