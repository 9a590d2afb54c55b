//! From a list of numbers to a register. All of the list, or nothing and every fault by its line.

use super::page::{Header, PAGE_BYTES, Page, SOURCE_BYTES_MAX, VALUES};
use super::{ENTRIES_MAX, Key, Number};
use crate::rows::{Line, Rows};
use base::Problem;
use std::io::{self, Read, Write};

/// Columns that are read; each row fills at least one of them. Others are ignored.
const COLUMNS: [&str; 2] = ["nik", "passport"];
/// Faults that are named; a file with more is of another kind.
const FAULTS_MAX: usize = 100;
/// A longer field is no number.
const FIELD_BYTES_MAX: usize = 64;

/// A register, ready to be written.
#[derive(Debug)]
pub struct Built {
    /// What it says of itself.
    pub header: Header,
    values: Vec<u64>,
}

/// Reads a CSV with a header, its columns `nik` and `passport` in any order and spelling. `dated`: the day of the source and
/// its name.
pub fn build(from: impl Read, key: &Key, (date, source): (&str, &str)) -> Result<Built, Vec<Problem>> {
    let one = |problem| vec![problem];
    if base::pack::day(date).is_none() {
        return Err(one(Problem::new("registry.date")));
    }
    if source.trim().is_empty() || source.len() > SOURCE_BYTES_MAX {
        return Err(one(Problem::at("registry.source", SOURCE_BYTES_MAX.to_string())));
    }
    let mut rows = Rows::of_spreadsheet(from);
    let unreadable = |_| one(Problem::new("registry.list-unreadable"));
    let header = rows.next().map_err(unreadable)?;
    let (at, width) = header.as_ref().and_then(columns).ok_or_else(|| one(Problem::new("registry.header")))?;
    let (mut values, mut faults) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next().map_err(unreadable)? {
        match fingerprints(&row, at, width, key) {
            Ok(found) => values.extend(found),
            Err(fault) => faults.push(fault),
        }
        if faults.len() >= FAULTS_MAX {
            return Err(faults);
        }
        if values.len() > 2 * ENTRIES_MAX {
            return Err(one(Problem::at("registry.too-many", ENTRIES_MAX.to_string())));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let read = values.len();
    values.sort_unstable();
    values.dedup();
    if values.is_empty() {
        return Err(one(Problem::new("registry.empty")));
    }
    if values.len() > ENTRIES_MAX {
        return Err(one(Problem::at("registry.too-many", ENTRIES_MAX.to_string())));
    }
    let counted = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let counts = (counted(values.len()), counted(read - values.len()));
    let header = Header::new(key, counts, date, source.trim());
    Ok(Built { header: header.ok_or_else(|| one(Problem::new("registry.date")))?, values })
}

impl Built {
    /// Writes the file.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        to.write_all(&self.header.bytes())?;
        for (at, values) in (0..).zip(self.values.chunks(VALUES)) {
            let page: [u8; PAGE_BYTES] = Page::write(values, at, &self.header);
            to.write_all(&page)?;
        }
        Ok(())
    }
}

type Places = [Option<usize>; COLUMNS.len()];

/// Where the columns stand, and how many there are. `None`: neither is there, or one twice.
fn columns(header: &Line<'_>) -> Option<(Places, usize)> {
    let mut at: Places = [None; COLUMNS.len()];
    for (place, title) in header.fields().into_iter().enumerate() {
        let title = String::from_utf8_lossy(title).trim().to_ascii_lowercase();
        let known = at.iter_mut().zip(COLUMNS).find(|(_, name)| *name == title);
        if known.is_some_and(|(found, _)| found.replace(place).is_some()) {
            return None;
        }
    }
    at.iter().any(Option::is_some).then_some((at, header.ends.len()))
}

/// The fingerprints of a row: of its NIK, its passport, or both.
fn fingerprints(row: &Line<'_>, at: Places, width: usize, key: &Key) -> Result<Vec<u64>, Problem> {
    let fault = |code| Problem::at(code, row.from.to_string());
    let fields = row.fields();
    if row.long {
        return Err(fault("registry.row-long"));
    }
    if fields.len() != width {
        return Err(fault("registry.row-columns"));
    }
    let mut found = Vec::with_capacity(2);
    for (place, column) in at.iter().zip(COLUMNS) {
        let field = place.and_then(|place| fields.get(place)).copied().unwrap_or_default();
        if field.len() > FIELD_BYTES_MAX {
            return Err(fault("registry.row-long"));
        }
        let text = std::str::from_utf8(field).map_err(|_| fault("registry.row-encoding"))?;
        if text.trim().is_empty() {
            continue;
        }
        match (Number::read(text), column) {
            (Some(number @ Number::Nik(_)), "nik") | (Some(number @ Number::Passport(_)), "passport") => {
                found.push(number.fingerprint(key));
            }
            _ => return Err(Problem::at("registry.row-number", format!("{}: {column}", row.from))),
        }
    }
    if found.is_empty() { Err(fault("registry.row-no-number")) } else { Ok(found) }
}
