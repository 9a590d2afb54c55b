//! Backups: one portable form for both engines (STORAGE.md 10, docs/adr for what is simpler here).
//!
//! A place is a folder, such as a USB stick. `HEAD` names its archives and is renamed last, so a backup that was cut leaves
//! the one before it whole. Four kinds of archive, each sealed: **events** (only new ones are added), **state** (what does
//! not follow from events), **change** (state since the archive before), **ring** (wrapped keys; one alone, the newest, so
//! that a destroyed key is in no backup that was touched since). Lists are not copied: a restore folds them again.
//!
//! Invariants: nothing is readable without the passphrase or the papers; a locked node writes none; a place belongs to one
//! node and one life of it. Start reading at [`Copying::write`], then [`Restoring`].

mod contents;
mod place;
mod read;
mod record;
mod sealed;
#[cfg(test)]
mod tests;
mod write;

pub use contents::Contents;
pub use read::{Poured, Restoring};
pub use record::Record;
pub use write::{Copied, Copying, Memory};

/// The kinds of archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Events,
    State,
    Change,
    Ring,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Events, Self::State, Self::Change, Self::Ring];

    const fn word(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::State => "state",
            Self::Change => "change",
            Self::Ring => "ring",
        }
    }

    const fn number(self) -> u8 {
        self as u8 + 1
    }
}
