//! What travels: Bodies, envelopes, reports, replies, chunks, bundles, and the proof on a request.

pub mod body;
pub mod bundle;
pub mod chunk;
pub mod envelope;
pub(crate) mod hpke_suites;
pub mod httpsig;
pub(crate) mod pad;
pub mod reply;
pub mod report;
pub(crate) mod rng;
pub mod slip;
