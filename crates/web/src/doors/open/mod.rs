//! Doors that everybody may pass: public pages, the pocketbook, sealed intake, files, health.

pub mod about;
pub mod anonymous;
pub mod assets;
pub mod boxes;
pub mod check;
pub mod crowd;
pub mod guide;
pub mod health;
pub mod help;
pub mod intake;
pub mod paket;
pub mod reporting;
pub mod rights;
pub mod saku;
pub mod screening;
pub mod start;
pub mod upload;
