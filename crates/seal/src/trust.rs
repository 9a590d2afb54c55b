//! Who says so: key roles, entries, accord files, revocations, ownership records, the journal's heads.

pub mod accord_file;
pub mod entry;
pub mod fingerprint;
pub mod journal;
pub mod keys;
pub mod own;
pub mod revoke;
pub(crate) mod signed;
