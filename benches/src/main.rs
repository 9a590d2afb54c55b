//! **benches**: every budget of the product beside its measurement. `make bench` prints them; exit 1 if one is over.
//!
//! Job: measure CPU time of this process, because wall time on a shared machine says little. Each row names what is
//! measured, its budget, and a peer where there is one.
//!
//! Invariant: no room names this one. Start reading at [`rows`].

mod decision;
mod meter;
mod row;
mod screening;

use row::Row;
use std::process::ExitCode;

/// All rows. Append here, as their rooms come: append and whole command, fsyncs, referral bytes on the wire, staff page at
/// 100 000 cases, idle memory, start to serving.
fn rows() -> anyhow::Result<Vec<Row>> {
    Ok(vec![decision::sixty_fields()?, screening::sets()?, screening::lines()?])
}

fn main() -> anyhow::Result<ExitCode> {
    let rows = rows()?;
    println!("{}", Row::HEAD);
    for row in &rows {
        println!("{row}");
    }
    Ok(if rows.iter().all(Row::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
