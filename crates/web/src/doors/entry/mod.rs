//! Log-in and one's own account.

pub mod account;
pub mod calendar;
pub mod guest;
pub mod passkey;
pub mod sign_in;
