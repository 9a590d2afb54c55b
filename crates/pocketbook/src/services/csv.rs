//! Services as CSV (RFC 4180, UTF-8, header of [`COLUMNS`] in any order; a spreadsheet's semicolons are taken too). Nothing is
//! taken unless every row is sound; each fault is named with its line and column.

use super::{COLUMNS, Listed};
use crate::guide::dialled;
use base::Problem;
use csv_core::{ReadRecordResult, ReaderBuilder};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Services of one file.
pub const ROWS_MAX: usize = 25_000;
/// Faults that are named; a file with more is of another kind.
const FAULTS_MAX: usize = 100;
/// Longer rows are no services.
const ROW_BYTES_MAX: usize = 32_768;
/// Columns of a row that are looked at.
const FIELDS_MAX: usize = 64;

/// Reads a file, `today` in days since 1970. All services, or every fault up to a hundred, at `line: column`.
pub fn read(bytes: &[u8], today: i64) -> Result<Vec<Listed>, Vec<Problem>> {
    let mut rows = rows(bytes)?.into_iter();
    let (_, header) = rows.next().ok_or_else(|| vec![Problem::new("service.header")])?;
    let at = columns(&header).map_err(|column| vec![Problem::at("service.header", column)])?;
    let (mut services, mut faults, mut codes) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (line, fields) in rows {
        if fields.len() == header.len() {
            let record = at.map(|place| fields.get(place).map(|field| plain(field)).unwrap_or_default());
            match Listed::from_record(&record, today) {
                Ok(service) if !codes.insert(service.code.clone()) => {
                    faults.push(Problem::at("service.twice", format!("{line}: code")));
                }
                Ok(service) => services.push(service),
                Err(found) => faults.extend(found.into_iter().map(|fault| super::placed(fault, line))),
            }
        } else {
            faults.push(Problem::at("service.row", line.to_string()));
        }
        if services.len() > ROWS_MAX {
            return Err(vec![Problem::at("service.too-many", ROWS_MAX.to_string())]);
        }
        if faults.len() >= FAULTS_MAX {
            faults.truncate(FAULTS_MAX);
            break;
        }
    }
    if faults.is_empty() { Ok(services) } else { Err(faults) }
}

/// Writes services with their header, lines ending as RFC 4180 says.
pub fn write<'a>(services: impl IntoIterator<Item = &'a Listed>) -> String {
    let mut out = line(COLUMNS.iter().copied());
    for service in services {
        out.push_str(&line(service.record().iter().map(String::as_str)));
    }
    out
}

/// One row. What a spreadsheet would run as a formula is set behind an apostrophe, which reading takes off again.
pub fn line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for (n, field) in fields.into_iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        let guard = if is_formula(field) { "'" } else { "" };
        if guard.is_empty() && !field.contains([',', '"', '\n', '\r', ';']) {
            out.push_str(field);
        } else {
            let _ = write!(out, "\"{guard}{}\"", field.replace('"', "\"\""));
        }
    }
    out.push_str("\r\n");
    out
}

/// Takes off the apostrophe of [`line`].
pub fn plain(field: &str) -> String {
    field.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(field).to_owned()
}

/// A telephone number begins with a plus and is none.
fn is_formula(field: &str) -> bool {
    let numbers = field.split(';').all(|number| dialled(number.trim()).is_some());
    field.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) && !numbers
}

fn columns(header: &[String]) -> Result<[usize; 19], String> {
    let titles: Vec<String> =
        header.iter().map(|title| title.trim_start_matches('\u{feff}').trim().to_ascii_lowercase()).collect();
    let mut at = [0; 19];
    for (place, column) in at.iter_mut().zip(COLUMNS) {
        *place = titles.iter().position(|title| title == column).ok_or_else(|| column.to_owned())?;
    }
    let twice = COLUMNS.iter().find(|column| titles.iter().filter(|title| *title == *column).count() > 1);
    twice.map_or(Ok(at), |column| Err((*column).to_owned()))
}

/// Rows with the line on which each begins, header first.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, Vec<Problem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut header = bytes.iter().take_while(|b| **b != b'\n');
    let delimiter = header.find(|b| matches!(b, b';' | b',')).copied().unwrap_or(b',');
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let (mut rest, mut all, mut line) = (bytes, Vec::new(), 1_u64);
    let (mut out, mut ends) = (vec![0; ROW_BYTES_MAX], [0; FIELDS_MAX]);
    loop {
        let (mut used, mut count) = (0, 0);
        loop {
            let room = (out.get_mut(used..).unwrap_or_default(), ends.get_mut(count..).unwrap_or_default());
            let (result, read, wrote, ended) = reader.read_record(rest, room.0, room.1);
            rest = rest.get(read..).unwrap_or_default();
            (used, count) = (used + wrote, count + ended);
            match result {
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(all),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    return Err(vec![Problem::at("service.row", line.to_string())]);
                }
            }
        }
        let (mut start, mut fields) = (0, Vec::with_capacity(count));
        for end in ends.iter().take(count) {
            let field = out.get(start..*end).unwrap_or_default();
            let text =
                std::str::from_utf8(field).map_err(|_| vec![Problem::at("service.encoding", line.to_string())])?;
            fields.push(text.to_owned());
            start = *end;
        }
        if fields.iter().any(|field| !field.trim().is_empty()) {
            all.push((line, fields));
        }
        if all.len() > ROWS_MAX * 20 {
            return Err(vec![Problem::at("service.too-many", ROWS_MAX.to_string())]);
        }
        // A row ends at the carriage return; the line feed behind it counts.
        line = reader.line() + u64::from(rest.first() == Some(&b'\n'));
    }
}
