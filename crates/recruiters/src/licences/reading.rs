//! A list of agencies from CSV. All of it, or nothing and every fault by its line and column.

use super::{AGENCIES_MAX, Agency, COLUMNS, number};
use crate::rows::{Line, Rows};
use base::Problem;
use std::collections::BTreeSet;

/// Faults that are named; a file with more is of another kind.
const FAULTS_MAX: usize = 100;

/// Reads a file: UTF-8, comma or semicolon, a header of [`COLUMNS`] in any order, `licence` and `name` needed, others may be
/// absent, and columns of other names are ignored.
pub fn read(bytes: &[u8]) -> Result<Vec<Agency>, Vec<Problem>> {
    let one = |problem| vec![problem];
    let unreadable = |_| one(Problem::new("licence.header"));
    let mut rows = Rows::of_spreadsheet(bytes);
    let header = rows.next().map_err(unreadable)?;
    let (at, width) = match header.as_ref().map(columns) {
        Some(Ok(found)) => found,
        Some(Err(column)) => return Err(one(Problem::at("licence.header", column))),
        None => return Err(one(Problem::at("licence.header", COLUMNS.first().copied().unwrap_or_default()))),
    };
    let (mut agencies, mut faults, mut numbers) = (Vec::new(), Vec::new(), BTreeSet::new());
    while let Some(row) = rows.next().map_err(unreadable)? {
        let placed = |fault: Problem| {
            let column = fault.at.clone().map(|column| format!(": {column}")).unwrap_or_default();
            Problem { at: Some(format!("{}{column}", row.from)), ..fault }
        };
        match agency(&row, &at, width) {
            Ok(agency) if !numbers.insert(number(&agency.licence)) => {
                faults.push(placed(Problem::at("licence.twice", "licence")));
            }
            Ok(agency) => agencies.push(agency),
            Err(found) => faults.extend(found.into_iter().map(placed)),
        }
        if faults.len() >= FAULTS_MAX {
            faults.truncate(FAULTS_MAX);
            break;
        }
        if agencies.len() > AGENCIES_MAX {
            return Err(one(Problem::at("licence.too-many", AGENCIES_MAX.to_string())));
        }
    }
    match (faults.is_empty(), agencies.is_empty()) {
        (false, _) => Err(faults),
        (true, true) => Err(one(Problem::new("licence.empty"))),
        (true, false) => Ok(agencies),
    }
}

type Places = [Option<usize>; COLUMNS.len()];

/// Where the columns stand, and how many there are; else which one is missing or stands twice.
fn columns(header: &Line<'_>) -> Result<(Places, usize), &'static str> {
    let mut at: Places = [None; COLUMNS.len()];
    for (place, title) in header.fields().into_iter().enumerate() {
        let title = String::from_utf8_lossy(title).trim().to_ascii_lowercase();
        let known = at.iter_mut().zip(COLUMNS).find(|(_, name)| *name == title);
        if let Some((found, name)) = known
            && found.replace(place).is_some()
        {
            return Err(name);
        }
    }
    let missing = at.iter().zip(COLUMNS).take(2).find(|(found, _)| found.is_none());
    missing.map_or(Ok((at, header.ends.len())), |(_, name)| Err(name))
}

fn agency(row: &Line<'_>, at: &Places, width: usize) -> Result<Agency, Vec<Problem>> {
    let fields = row.fields();
    if row.long {
        return Err(vec![Problem::new("licence.too-long")]);
    }
    if fields.len() != width {
        return Err(vec![Problem::new("licence.row")]);
    }
    let mut record: [String; COLUMNS.len()] = Default::default();
    for ((text, place), column) in record.iter_mut().zip(at).zip(COLUMNS) {
        let field = place.and_then(|place| fields.get(place)).copied().unwrap_or_default();
        let field = std::str::from_utf8(field).map_err(|_| vec![Problem::at("licence.encoding", column)])?;
        // A spreadsheet sets an apostrophe before what it would run as a formula; what is shown here is text anyway.
        *text = field.strip_prefix('\'').unwrap_or(field).replace("\r\n", "\n");
    }
    Agency::from_record(&record)
}
