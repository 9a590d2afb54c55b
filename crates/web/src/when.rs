//! Moments as people write them: "23 November 2026, 14.05 WIB".

use base::{Lang, Timestamp, Zone};

const MONTHS: [[&str; 12]; 2] = [
    [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
];

/// Date and time in the zone of the node, with its name.
pub fn moment(at: Timestamp, zone: Zone, lang: Lang) -> String {
    let minutes = at.plus_hours(zone.offset_hours()).seconds().rem_euclid(86_400) / 60;
    let mark = if lang == Lang::En { ':' } else { '.' };
    format!("{}, {:02}{mark}{:02} {}", day(at, zone, lang), minutes / 60, minutes % 60, zone.label())
}

/// The date alone.
pub fn day(at: Timestamp, zone: Zone, lang: Lang) -> String {
    let (year, month, day) = civil(zone.local_day(at));
    let names = if lang == Lang::En { MONTHS.last() } else { MONTHS.first() };
    let name = names.and_then(|names| names.get(month)).copied().unwrap_or_default();
    format!("{day} {name} {year}")
}

/// The value of `<input type="datetime-local">`, `2026-11-23T14:05`.
pub fn local_value(at: Timestamp, zone: Zone) -> String {
    at.plus_hours(zone.offset_hours()).to_string().chars().take(16).collect()
}

/// Reads such a value, or a date alone (its first moment), in the zone of the node.
pub fn from_local(value: &str, zone: Zone) -> Option<Timestamp> {
    let full = match value.len() {
        10 => format!("{value}T00:00:00Z"),
        16 => format!("{value}:00Z"),
        _ => return None,
    };
    Some(Timestamp::parse(&full)?.plus_hours(-zone.offset_hours()))
}

/// Year, month from 0, day, of days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i64, usize, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 2 } else { shifted - 10 };
    let year = year_of_era + era * 400 + i64::from(month <= 1);
    (year, usize::try_from(month).unwrap_or(0), day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_as_people_write_it() {
        let at = Timestamp::parse("2026-11-23T07:05:00Z").unwrap();
        assert_eq!(moment(at, Zone::Wib, Lang::Id), "23 November 2026, 14.05 WIB");
        assert_eq!(moment(at, Zone::Wita, Lang::En), "23 November 2026, 15:05 WITA");
        let leap = Timestamp::parse("2028-02-29T20:00:00Z").unwrap();
        assert_eq!(day(leap, Zone::Wib, Lang::Id), "1 Maret 2028");
        assert_eq!(day(leap, Zone::Wib, Lang::En), "1 March 2028");
    }

    #[test]
    fn a_local_value_reads_back() {
        let at = Timestamp::parse("2026-12-31T23:30:00Z").unwrap();
        assert_eq!(local_value(at, Zone::Wit), "2027-01-01T08:30");
        assert_eq!(from_local("2027-01-01T08:30", Zone::Wit), Some(at));
        assert_eq!(from_local("2027-01-01", Zone::Wib), Timestamp::parse("2026-12-31T17:00:00Z"));
        assert_eq!(from_local("besok", Zone::Wib), None);
    }
}
