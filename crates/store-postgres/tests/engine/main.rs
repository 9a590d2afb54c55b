//! PostgreSQL keeps every fact of the contract, and what only a server must.
#![expect(clippy::unwrap_used, reason = "tests stop at the first thing that is not so")]

mod contract;
mod crash;
mod lease;
mod load;
mod server;
mod start;
mod tls;

use base::Timestamp;
use store_postgres::{Durability, Options};

const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

fn options() -> Options {
    Options { durability: Durability::Off, ..Options::at(NOW) }
}
