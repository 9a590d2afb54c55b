//! **web**: pages and forms, the offline pocketbook, the public window. A door.
//!
//! Job: turn a request into a command for `desk`, and what `desk` answers into a page in the words of the reader.
//!
//! Invariants: no rule of the field and no SQL; nothing is shown that `desk` did not give to this actor; public pages
//! set no cookie; no page needs script, and none loads anything from elsewhere; no personal data in a log.
//! Start reading at [`view`] for the pages, then `text` (words) and `look` (sheets, icons, islands).

pub mod directory;
pub mod look;
mod mint;
pub mod text;
mod view;
pub mod when;

pub use view::{Sample, samples};
