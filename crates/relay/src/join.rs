//! Joining: a node's signed entry as a file, and what a person compares before she confirms it.

use base::Problem;
use seal::{VerifiedEntry, fingerprint};

/// A joining file that was read: the signatures hold, but nobody has confirmed it yet.
#[derive(Clone, Debug)]
pub struct Joining {
    /// The entry.
    pub entry: VerifiedEntry,
    /// What both sides read to each other: four groups of five.
    pub fingerprint: String,
}

/// The joining file (`.spj`) of our own entry.
pub fn export(own: &VerifiedEntry) -> Vec<u8> {
    seal::entry::joining_file(own)
}

/// Reads a joining file. A person compares the fingerprint by telephone or in person, then the desk confirms the peer.
pub fn import(file: &[u8]) -> Result<Joining, Problem> {
    let entry = seal::entry::read_joining_file(file)?;
    Ok(Joining { fingerprint: fingerprint(entry.root()), entry })
}
