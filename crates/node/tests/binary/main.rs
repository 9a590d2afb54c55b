//! The program as people start it: every command through the real binary, with its exit codes and its words
//! (CONTRACTS.md 1), a node that is killed and started again, and documents that must not lie.
//! Start reading at [`run`], which starts the binary in a folder of its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first thing that is not so"
)]

mod backup;
mod commands;
mod directory;
mod documents;
mod folder;
mod keyholders;
mod keys;
mod packs;
#[expect(dead_code, reason = "this test brings a server of its own, as it is refused on one that does not sync")]
#[path = "../../../store-postgres/tests/engine/start.rs"]
mod postgres;
mod recruiters;
mod registers;
mod relay;
mod run;
mod signatory;
mod sms;
mod stick;
mod whole;
mod window;
