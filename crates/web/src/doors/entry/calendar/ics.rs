//! Deadlines as RFC 5545 text. The little of it that is needed is shorter than the call of a library.

use base::Timestamp;

/// Octets of a line without its end (RFC 5545, 3.1).
const LINE_OCTETS_MAX: usize = 75;

/// A calendar has one part at least (3.4), also when nothing is due: the zone of all its times.
const UTC: [&str; 8] = [
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
];

/// A deadline.
pub struct Event {
    /// Its mark under this link.
    pub mark: String,
    /// When it is due.
    pub at: Timestamp,
    /// The day, `2026-12-01`, where it takes a whole day.
    pub day: Option<String>,
    /// Code and name of the step, or a hearing.
    pub summary: String,
}

/// The calendar: a name, deadlines, and the page on which to read more.
pub fn calendar(name: &str, link: &str, now: Timestamp, events: &[Event]) -> String {
    let mut out = String::new();
    let name = escaped(name);
    let head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Simpul//Tenggat 1//ID", "CALSCALE:GREGORIAN"];
    for text in head {
        line(&mut out, text);
    }
    line(&mut out, &format!("X-WR-CALNAME:{name}"));
    line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    line(&mut out, "X-PUBLISHED-TTL:PT1H");
    for text in UTC {
        line(&mut out, text);
    }
    for event in events {
        let lines = [
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@simpul", event.mark),
            format!("DTSTAMP:{}", stamp(now)),
            begins(event),
            format!("SUMMARY:{}", escaped(&event.summary)),
            format!("DESCRIPTION:{}", escaped(link)),
            format!("URL:{link}"),
            "CLASS:PRIVATE".to_owned(),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ];
        for text in &lines {
            line(&mut out, text);
        }
    }
    line(&mut out, "END:VCALENDAR");
    out
}

/// One line, folded where it is too long: never inside a letter.
fn line(out: &mut String, text: &str) {
    let mut octets = 0;
    for letter in text.chars() {
        if octets + letter.len_utf8() > LINE_OCTETS_MAX {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(letter);
        octets += letter.len_utf8();
    }
    out.push_str("\r\n");
}

/// Text as a value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// A moment, or a day without a time (RFC 5545, 3.3.4).
fn begins(event: &Event) -> String {
    match &event.day {
        Some(day) => format!("DTSTART;VALUE=DATE:{}", day.replace('-', "")),
        None => format!("DTSTART:{}", stamp(event.at)),
    }
}

/// A moment as UTC (RFC 5545, 3.3.5).
fn stamp(at: Timestamp) -> String {
    let whole = Timestamp::from_seconds(at.seconds()).to_string();
    whole.chars().filter(|letter| !matches!(letter, '-' | ':')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn lines_are_folded_at_75_octets_inside_no_letter_and_end_with_crlf() {
        let summary = "LE-2 Penunjukan é, bantuan; hukum \\ pendamping ".repeat(6) + "\nakhir";
        let at = Timestamp::from_seconds(1_795_402_800);
        let event = Event { mark: "ab".repeat(16), at, day: None, summary };
        let text = calendar("Tenggat", "http://batam.localhost:8201/hari-ini", Timestamp::from_seconds(0), &[event]);
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.split("\r\n").any(|line| line.len() > 73), "something was folded");
        let whole = unfolded(&text);
        assert!(whole.contains("Penunjukan é\\, bantuan\\; hukum \\\\ pendamping"));
        assert!(whole.contains("\\nakhir\r\n"));
        assert!(whole.contains("DTSTART:20261123T030000Z\r\n"), "{whole}");
        assert!(whole.contains("DTSTAMP:19700101T000000Z\r\n"));
    }

    #[test]
    fn a_calendar_without_deadlines_has_a_part_all_the_same() {
        let text = calendar("Tenggat", "http://batam.localhost/hari-ini", Timestamp::from_seconds(0), &[]);
        assert!(text.contains("\r\nBEGIN:VTIMEZONE\r\n") && !text.contains("VEVENT"));
    }

    #[test]
    fn what_is_no_text_cannot_begin_a_line_of_its_own() {
        assert_eq!(escaped("a\r\nBEGIN:VEVENT\u{7}"), "a\\nBEGIN:VEVENT");
    }
}
