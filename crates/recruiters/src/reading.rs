//! Mentions from CSV (RFC 4180, UTF-8, with header). A row that cannot be used is skipped and named by its lines; values
//! are never part of a report.

use crate::mention::{Mentions, Written};
use crate::resolve::Unusable;
use crate::rows::{Line, Rows};
use std::io::Read;

/// A longer field is no name and no number.
const FIELD_BYTES_MAX: usize = 4_096;
/// So many skipped rows are named one by one; all are counted.
pub const NAMED_MAX: usize = 10_000;
/// Rows between two looks at the memory in use.
const ROWS_BETWEEN_LOOKS: usize = 4_096;

/// Columns of CONTRACTS.md 4, but for `source`, which says nothing about the person.
const COLUMNS: [&str; 11] =
    ["rec_id", "district", "name", "alias", "phone", "nik", "birth_date", "sex", "village", "regency", "employer"];

/// Why a row was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not as many fields as the header.
    Columns,
    /// Not UTF-8.
    Encoding,
    /// A field or the row is too long.
    Long,
    /// No `rec_id`.
    NoId,
    /// The `rec_id` stands on an earlier row.
    SameId,
}

impl Fault {
    /// The code under which it is reported.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Columns => "recruiters.row-columns",
            Self::Encoding => "recruiters.row-encoding",
            Self::Long => "recruiters.row-long",
            Self::NoId => "recruiters.row-no-id",
            Self::SameId => "recruiters.row-same-id",
        }
    }
}

/// A skipped row: its first and last line, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// First line.
    pub from: u64,
    /// Last line.
    pub to: u64,
    /// Why.
    pub fault: Fault,
}

/// What a file held.
#[derive(Debug, Default)]
pub struct Input {
    /// The rows that can be used.
    pub mentions: Mentions,
    /// The first [`NAMED_MAX`] that cannot.
    pub skipped: Vec<Skipped>,
    /// How many cannot.
    pub skipped_count: u64,
}

/// Reads a whole file. Stops when what was read needs more than `memory_bytes`.
pub fn read(from: impl Read, memory_bytes: usize) -> Result<Input, Unusable> {
    let mut rows = Rows::new(from);
    let mut input = Input::default();
    let Some(header) = rows.next().map_err(|_| Unusable::Unreadable)? else { return Err(Unusable::NoRecId) };
    let at = columns(&header.fields())?;
    let width = header.ends.len();
    let mut count = 0_usize;
    while let Some(row) = rows.next().map_err(|_| Unusable::Unreadable)? {
        if let Err(fault) = add(&row, &at, width, &mut input.mentions) {
            input.skipped_count += 1;
            if input.skipped.len() < NAMED_MAX {
                input.skipped.push(Skipped { from: row.from, to: row.to, fault });
            }
        }
        count += 1;
        if count.is_multiple_of(ROWS_BETWEEN_LOOKS) && input.mentions.held() > memory_bytes {
            return Err(Unusable::Memory);
        }
    }
    input.mentions.settle();
    Ok(input)
}

fn columns(header: &[&[u8]]) -> Result<[Option<usize>; COLUMNS.len()], Unusable> {
    let mut at = [None; COLUMNS.len()];
    for (place, title) in header.iter().enumerate() {
        let title = String::from_utf8_lossy(title).trim().to_ascii_lowercase();
        let known = at.iter_mut().zip(COLUMNS).find(|(_, name)| *name == title);
        if known.is_some_and(|(found, _)| found.replace(place).is_some()) {
            return Err(Unusable::ColumnTwice(title));
        }
    }
    if at.first().is_some_and(Option::is_some) { Ok(at) } else { Err(Unusable::NoRecId) }
}

fn add(row: &Line<'_>, at: &[Option<usize>; 11], width: usize, mentions: &mut Mentions) -> Result<(), Fault> {
    if row.long {
        return Err(Fault::Long);
    }
    let fields = row.fields();
    if fields.len() != width {
        return Err(Fault::Columns);
    }
    let mut texts = [""; COLUMNS.len()];
    for (text, place) in texts.iter_mut().zip(at) {
        let field = place.and_then(|place| fields.get(place)).copied().unwrap_or_default();
        if field.len() > FIELD_BYTES_MAX {
            return Err(Fault::Long);
        }
        *text = std::str::from_utf8(field).map_err(|_| Fault::Encoding)?;
    }
    let [id, district, name, alias, phone, nik, birth_date, sex, village, regency, employer] = texts;
    if id.trim().is_empty() {
        return Err(Fault::NoId);
    }
    let written = Written { id, district, name, alias, phone, nik, birth_date, sex, village, regency, employer };
    if mentions.add(&written) { Ok(()) } else { Err(Fault::SameId) }
}
