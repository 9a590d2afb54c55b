//! Guests: counsel of a legal-aid body who works on this node, in the cases that she is let into and nowhere else (ADR 44).
//!
//! Start at [`matter::own`]: the one rule of what a guest may see, asked by lists, pages and acts, each time anew. [`open`] lets
//! her in and ends it; [`link`] is the door of her first visit; [`acts`] is what she herself does.

pub mod acts;
pub mod link;
pub mod matter;
pub mod open;

pub use acts::{OpenOwnDocument, Said, SayConflict, SayNoConflict, ShowOwnIdentity};
pub use link::{NewLink, Proof, TryLink, UseLink};
pub use matter::{Matter, Own, has_matter, is_guest, matters, rows};
pub use open::{Body, EndGuest, Guest, GuestRow, Invited, LetGuestIn, NoteMailed, RenewLink, bodies, guests_of};
