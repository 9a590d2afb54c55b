//! Answers as CSV: clusters for every mention, and pairs with their evidence.

#![expect(clippy::indexing_slicing, reason = "rows are numbers of the columns")]

use crate::cluster::Link;
use crate::compare::{ABSENT, ALL, Comparer};
use crate::mention::Mentions;
use crate::model::probability;
use crate::resolve::Resolution;
use std::io::{Result, Write};

/// One line for each mention, in the order of the file. A cluster is named after its first member in the order of
/// `rec_id`, so that the name stays when the file is shuffled.
pub fn clusters(mentions: &Mentions, found: &Resolution, to: &mut impl Write) -> Result<()> {
    let group = |row: u32| found.groups.group[row as usize];
    let mut name = vec![0_u32; mentions.rows.len()];
    for (nth, row) in (1..).zip(&mentions.by_id) {
        let name = &mut name[group(*row) as usize];
        *name = if *name == 0 { nth } else { *name };
    }
    writeln!(to, "rec_id,cluster_id,confidence")?;
    for row in mentions.in_file_order() {
        quoted(mentions.id(row), to)?;
        writeln!(to, ",c{},{:.4}", name[group(row) as usize], found.confidence[row as usize])?;
    }
    Ok(())
}

/// One line for each pair worth a look, in the order of their `rec_id`, with each field's agreement and its weight in bits, and the
/// odds before any field was seen.
pub fn pairs(mentions: &Mentions, found: &Resolution, to: &mut impl Write) -> Result<()> {
    let comparer = Comparer { mentions, stats: &found.stats };
    writeln!(to, "rec_id_a,rec_id_b,probability,evidence")?;
    let mut rank = vec![0_u32; mentions.rows.len()];
    (0..).zip(&mentions.by_id).for_each(|(nth, row)| rank[*row as usize] = nth);
    let ranked = |link: &Link| {
        let (a, b) = (rank[link.a as usize], rank[link.b as usize]);
        (a.min(b), a.max(b), *link)
    };
    let mut links: Vec<(u32, u32, Link)> = found.links.iter().map(ranked).collect();
    links.sort_unstable_by_key(|(a, b, _)| (*a, *b));
    for (a, b, link) in links {
        quoted(mentions.id(mentions.by_id[a as usize]), to)?;
        write!(to, ",")?;
        quoted(mentions.id(mentions.by_id[b as usize]), to)?;
        write!(to, ",{:.4},prior {:+.1}", probability(link.score), found.model.prior)?;
        let compared = comparer.pair(link.a, link.b);
        for (number, field) in ALL.iter().enumerate().filter(|(number, _)| compared.level[*number] != ABSENT) {
            let level = field.levels[usize::from(compared.level[number])];
            write!(to, "; {} {level} {:+.1}", field.name, found.model.evidence(&compared, number))?;
        }
        writeln!(to)?;
    }
    Ok(())
}

/// A field that reads back as it was (RFC 4180).
fn quoted(field: &[u8], to: &mut impl Write) -> Result<()> {
    if !field.iter().any(|sign| matches!(sign, b',' | b'"' | b'\r' | b'\n')) {
        return to.write_all(field);
    }
    to.write_all(b"\"")?;
    for part in field.split_inclusive(|sign| *sign == b'"') {
        to.write_all(part)?;
        if part.ends_with(b"\"") {
            to.write_all(b"\"")?;
        }
    }
    to.write_all(b"\"")
}
