//! Places by dotted Kemendagri code, and the three Indonesian time zones. Figures: `data/` (NOTICES.md).

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::LazyLock;

/// A dotted Kemendagri code: province `21`, regency `21.71`, or below (`21.71.04`, `21.71.04.1001`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Place(String);

/// A text that is no place code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a dotted Kemendagri code")]
pub struct NotAPlace;

impl Place {
    /// Reads a code: two digits, then at most three groups of 2, 2 and 4 digits.
    pub fn parse(code: &str) -> Result<Self, NotAPlace> {
        let groups: Vec<&str> = code.split('.').collect();
        let shape = groups.len() <= 4
            && groups
                .iter()
                .zip([2, 2, 2, 4])
                .all(|(group, length)| group.len() == length && group.bytes().all(|b| b.is_ascii_digit()));
        if shape { Ok(Self(code.to_owned())) } else { Err(NotAPlace) }
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// A code covers itself and every code below it (CONTRACTS.md 3.3): `21` covers `21.71`.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The two digits of the province.
    pub fn province(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }

    /// The regency or city this code lies in, if it names one.
    pub fn regency(&self) -> Option<&'static Regency> {
        let code: String = self.0.chars().take(5).collect();
        let index = REGENCIES.binary_search_by(|regency| regency.code.cmp(&code)).ok()?;
        REGENCIES.get(index)
    }

    /// The name people use: of the regency, else of the province, else the code itself.
    pub fn name(&self) -> &str {
        if let Some(regency) = self.regency() {
            return &regency.name;
        }
        PROVINCES.iter().find(|(code, _)| code == self.province()).map_or(&self.0, |(_, name)| name)
    }

    /// The time zone of the place.
    pub fn zone(&self) -> Zone {
        match self.province() {
            "51" | "52" | "53" | "63" | "64" | "65" | "71" | "72" | "73" | "74" | "75" | "76" => Zone::Wita,
            "81" | "82" | "91" | "92" | "93" | "94" | "95" | "96" => Zone::Wit,
            _ => Zone::Wib,
        }
    }
}

impl TryFrom<String> for Place {
    type Error = NotAPlace;
    fn try_from(code: String) -> Result<Self, NotAPlace> {
        Self::parse(&code)
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An Indonesian time zone; fixed offsets, no summer time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Zone {
    /// Western, UTC+7.
    #[default]
    Wib,
    /// Central, UTC+8.
    Wita,
    /// Eastern, UTC+9.
    Wit,
}

impl Zone {
    /// Hours ahead of UTC.
    pub const fn offset_hours(self) -> i64 {
        match self {
            Self::Wib => 7,
            Self::Wita => 8,
            Self::Wit => 9,
        }
    }

    /// Days since 1970 on the local calendar.
    pub const fn local_day(self, at: Timestamp) -> i64 {
        at.plus_hours(self.offset_hours()).day()
    }

    /// The abbreviation people write.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }

    /// Local date and time as numbers: year, month, day, hour, minute.
    pub fn local(self, at: Timestamp) -> (i16, i8, i8, i8, i8) {
        let shifted =
            jiff::Timestamp::from_millisecond(at.plus_hours(self.offset_hours()).millis()).unwrap_or_default();
        let civil = jiff::tz::Offset::UTC.to_datetime(shifted);
        (civil.year(), civil.month(), civil.day(), civil.hour(), civil.minute())
    }
}

/// One of the 514 regencies and cities.
#[derive(Clone, Debug, PartialEq)]
pub struct Regency {
    /// Dotted code, `21.71`.
    pub code: String,
    /// Name as people write it.
    pub name: String,
    /// Latitude of its point, degrees.
    pub lat: f64,
    /// Longitude of its point, degrees.
    pub lng: f64,
}

/// All 514, by code.
pub static REGENCIES: LazyLock<Vec<Regency>> = LazyLock::new(|| {
    let rows = include_str!("../data/regencies.csv").lines().skip(1);
    rows.filter_map(|row| {
        let mut cells = row.split(',');
        let code = cells.next()?.to_owned();
        let name = cells.nth(2)?.to_owned();
        Some(Regency { code, name, lat: cells.next()?.parse().ok()?, lng: cells.next()?.parse().ok()? })
    })
    .collect()
});

/// All 38 provinces, code and name.
pub static PROVINCES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let rows = include_str!("../data/provinces.csv").lines().skip(1);
    rows.filter_map(|row| {
        let mut cells = row.split(',');
        Some((cells.next()?.to_owned(), cells.next()?.to_owned()))
    })
    .collect()
});

/// Mean radius of the earth.
const EARTH_KM: f64 = 6_371.0;

/// The straight line between two places, in whole kilometres; `None` where one names no regency.
pub fn km(from: &Place, to: &Place) -> Option<u32> {
    if from == to {
        return Some(0);
    }
    Some(line_km(from.regency()?, to.regency()?))
}

/// The same to the nearest regency of an area, which may be a whole province.
pub fn km_to_area(from: &Place, area: &Place) -> Option<u32> {
    let here = from.regency()?;
    let within = |regency: &&Regency| regency.code.starts_with(area.code());
    match area.regency() {
        Some(one) => Some(line_km(here, one)),
        None => REGENCIES.iter().filter(within).map(|one| line_km(here, one)).min(),
    }
}

/// The great circle between the points of two regencies (haversine), in whole kilometres.
pub fn line_km(a: &Regency, b: &Regency) -> u32 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let (d_lat, d_lng) = ((lat_b - lat_a) / 2.0, (b.lng - a.lng).to_radians() / 2.0);
    let h = d_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * d_lng.sin().powi(2);
    let km = 2.0 * EARTH_KM * h.sqrt().min(1.0).asin();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and half the earth's girth")]
    let whole = km.round() as u32;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_covers_itself_and_what_lies_below() {
        let place = |code| Place::parse(code).unwrap();
        assert!(place("21").covers(&place("21.71")));
        assert!(place("21.71").covers(&place("21.71")));
        assert!(!place("21.71").covers(&place("21")));
        for bad in ["", "2", "21.7", "21.", "21.71.", "21.71.04.10", "ab", "21,71"] {
            assert_eq!(Place::parse(bad), Err(NotAPlace), "{bad}");
        }
    }

    #[test]
    fn the_tables_hold_every_regency_and_province_in_order() {
        assert_eq!(REGENCIES.len(), 514);
        assert_eq!(PROVINCES.len(), 38);
        assert!(REGENCIES.is_sorted_by(|a, b| a.code < b.code));
        assert_eq!(Place::parse("21.71").unwrap().name(), "Kota Batam");
        assert_eq!(Place::parse("52.03").unwrap().zone(), Zone::Wita);
    }

    #[test]
    fn zones_agree_with_the_province_table() {
        for row in include_str!("../data/provinces.csv").lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let zone = match cells[2] {
                "Asia/Jakarta" | "Asia/Pontianak" => Zone::Wib,
                "Asia/Makassar" => Zone::Wita,
                _ => Zone::Wit,
            };
            assert_eq!(Place::parse(cells[0]).unwrap().zone(), zone, "{row}");
        }
    }
}
