//! Carrying over HTTP/1.1 (FEDERATION.md 9): what a node or a blind relay answers, and how it asks.
//!
//! [`Carrier::handle`] is a plain function of a request, so tests and the simulator call it in process; [`serve`] puts it
//! behind TLS with the node's pinned key. No address is logged.

mod blind;
mod blobs;
mod client;
mod mailbox;
mod proof;
pub mod ranges;
mod sequence;
mod server;
mod tls;

pub use client::{Client, ClientError, Mail, Remote};
pub use mailbox::{ChunkTaken, Coming, Mailboxes, TAG_BYTES_MAX, TAG_ENVELOPES_MAX};
pub use sequence::split;
pub use server::{Carrier, converse, serve};
pub use tls::{TlsIdentity, pinned};

/// Longest wait of a mailbox request, in seconds.
pub const WAIT_SECONDS_MAX: u64 = 50;
/// Message ids in one release.
pub const RELEASE_MAX: usize = 1_024;
/// Bytes of envelopes in one request or answer: under four minutes at half of 9.6 kbit/s, so that a long queue gets through a
/// slow link piece by piece. The protocol allows more (`limits::BATCH_BYTES_MAX`), and more is taken.
pub const SEND_BYTES_MAX: usize = 131_072;
/// Media type of envelopes.
pub const ENVELOPES: &str = "application/vnd.simpul.envelope+cbor-seq";

#[cfg(test)]
mod tests;
