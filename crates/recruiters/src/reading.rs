//! Mentions from CSV (RFC 4180, UTF-8, with header). A row that cannot be used is skipped and named by its lines; values
//! are never part of a report.

use crate::mention::{Mentions, Written};
use crate::resolve::Unusable;
use crate::rows::{Line, Rows};
use crate::said::Said;
use base::{Problem, Redacted};
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

/// Reads a short list, each row with its `rec_id`: all of it, or the first fault with its line.
pub fn list(from: impl Read, rows_max: usize) -> Result<Vec<(String, Said)>, Problem> {
    let unusable = |unusable: Unusable| Problem::new(unusable.code());
    let mut rows = Rows::new(from);
    let Some(header) = rows.next().map_err(|_| unusable(Unusable::Unreadable))? else {
        return Err(unusable(Unusable::NoRecId));
    };
    let at = columns(&header.fields()).map_err(unusable)?;
    let width = header.ends.len();
    let (mut list, mut ids) = (Vec::new(), std::collections::BTreeSet::new());
    while let Some(row) = rows.next().map_err(|_| unusable(Unusable::Unreadable))? {
        let line = row.from;
        let texts = texts(&row, &at, width).map_err(|fault| Problem::at(fault.code(), line.to_string()))?;
        let mut said = Said::default();
        for (column, text) in said.texts_mut() {
            let place = COLUMNS.iter().position(|name| *name == column);
            if let Some(written) = place.and_then(|place| texts.get(place)) {
                *text = Redacted::new((*written).trim().to_owned());
            }
        }
        let id = texts.first().copied().unwrap_or_default().trim().to_owned();
        if !ids.insert(id.clone()) {
            return Err(Problem::at(Fault::SameId.code(), line.to_string()));
        }
        said.check().map_err(|problem| {
            Problem::at("mention.list-unreadable", format!("{line}: {}", problem.at.unwrap_or_default()))
        })?;
        list.push((id, said));
        if list.len() > rows_max {
            return Err(Problem::at("mention.list-long", rows_max.to_string()));
        }
    }
    Ok(list)
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
    let [id, district, name, alias, phone, nik, birth_date, sex, village, regency, employer] = texts(row, at, width)?;
    let written = Written { id, district, name, alias, phone, nik, birth_date, sex, village, regency, employer };
    if mentions.add(&written) { Ok(()) } else { Err(Fault::SameId) }
}

/// The texts of a row, in the order of [`COLUMNS`]; absent ones are empty.
fn texts<'a>(row: &'a Line<'_>, at: &[Option<usize>; 11], width: usize) -> Result<[&'a str; 11], Fault> {
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
    if texts.first().is_none_or(|id| id.trim().is_empty()) {
        return Err(Fault::NoId);
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_is_read_whole_or_its_first_fault_is_named_with_its_line() {
        let read =
            |text: &str| list(text.as_bytes(), 3).map_err(|problem| (problem.code.0, problem.at.unwrap_or_default()));
        let rows =
            read("name,rec_id,employer,from,other\nSuparman,1,\"PT Karya, Tbk\",52.03,x\n , 2 ,PT Abadi,,\n").unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].0.as_str(), rows[0].1.agency.expose().as_str()), ("1", "PT Karya, Tbk"));
        assert_eq!(rows[1].0, "2");
        for (text, code, at) in [
            ("name\nA\n", "recruiters.no-rec-id", ""),
            ("rec_id,name\n1,A\n1,B\n", "recruiters.row-same-id", "3"),
            ("rec_id,name\n1,A\n2,A,B\n", "recruiters.row-columns", "3"),
            ("rec_id,name,nik\n1,A,12\n", "mention.list-unreadable", "2: nik"),
            ("rec_id,name\n1,\n", "mention.list-unreadable", "2: name"),
            ("rec_id,name\n1,A\n2,B\n3,C\n4,D\n", "mention.list-long", "3"),
        ] {
            assert_eq!(read(text).unwrap_err(), (code, at.to_owned()), "{text}");
        }
    }
}
