//! A handover between two real desks, through the real client and server of `relay`, over a connection that breaks after any
//! byte: one effect, one owner, nothing lost.
//!
//! Start reading at [`cuts`]; [`office`] is a desk with its post office, [`pipe`] the connection, [`story`] what is handed over.
//! The same between processes, with TLS, kills and full disks: `crates/node/tests/chaos`.

#[cfg(test)]
mod alerts;
#[cfg(test)]
#[expect(
    dead_code,
    unused_imports,
    reason = "the cast of the stories has more people and letters than are needed here"
)]
#[path = "../stories/cast/mod.rs"]
mod cast;
/// Snapshots that a node has open at a time, as a real one.
#[cfg(test)]
const SNAPSHOTS: usize = 3;
#[cfg(test)]
mod cuts;
#[cfg(test)]
mod office;
#[cfg(test)]
mod pipe;
#[cfg(test)]
mod story;
