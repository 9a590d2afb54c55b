//! SQLite keeps every fact of the contract, and what only an embedded engine must: it outlives its own death.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests stop at the first thing that is not so")]

mod contract;
mod crash;
mod disk;
mod file;
mod load;

use base::Timestamp;
use store_sqlite::Options;

const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);
const OPTIONS: Options = Options::at(NOW);
