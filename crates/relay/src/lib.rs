//! **relay**: messages between nodes.
//!
//! Job: take frozen Bodies from the outbox, sign and seal them at sending, hand them to a carrier, and go on until a
//! receipt is back; open what arrives, keep order and dedup, let the desk give it its effect, and receipt it, all in one
//! transaction. Carriers: HTTPS, USB bundles, blind mailboxes.
//!
//! Invariants: it does not know what a message means for a case; effects are the desk's ([`desk::mail::Apply`]). No receipt
//! before its commit (I10). Duplicates and permutations change nothing (I8). A log line names no person, address, case.
//!
//! Start reading at [`engine`] (the rules, without I/O), then [`post`] (rows and envelopes), then [`driver`] and [`http`].

pub mod book;
pub mod bundle;
pub mod driver;
pub mod engine;
pub mod http;
pub mod join;
pub mod keys;
pub mod post;
pub mod sealing;

pub use book::Book;
pub use driver::Driver;
pub use http::{Carrier, Remote, TlsIdentity, serve};
pub use keys::{Keyring, OpenKeys};
pub use post::{Item, Outcome, Parcel, Post, What};
