//! **web**: pages and forms, the offline pocketbook, the public window. A door.
//!
//! Job: turn a request into a command for `desk`, and what `desk` answers into a page in the words of the reader.
//!
//! Invariants: no rule of the field and no SQL; nothing is shown that `desk` did not give to this actor; public pages
//! set no cookie; no page needs script, and none loads anything from elsewhere; no personal data in a log.
//! Start reading at [`routes`], the whole map; then `guard` (what stands before every page), `doors` (the handlers),
//! `view` (pages as values), `text` (words), `look` (sheets, icons, islands).

mod clean;
pub mod directory;
mod doors;
mod guard;
mod licences;
pub mod look;
mod mint;
pub mod picture;
pub mod routes;
mod serve;
mod state;
pub mod text;
mod view;
pub mod when;
mod words_of;

pub use doors::sign_in::{Throttle, totp_code};
pub use doors::sms;
pub use routes::{public_router, router};
pub use serve::{Patience, serve, serve_with};
pub use state::{BundleDone, Carriers, Later, Settings, WebState};
pub use view::{Sample, samples};
