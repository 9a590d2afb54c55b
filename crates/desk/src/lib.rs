//! desk

pub mod mail;
pub mod wire;
