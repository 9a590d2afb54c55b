//! Doors that everybody may pass: public pages, the pocketbook, sealed intake, files, health.

pub mod assets;
pub mod health;
pub mod intake;
pub mod saku;
pub mod start;
