//! What lies on a disk or on paper: cells, wrapped keys, slots, passwords, recovery shares.

pub mod cell;
pub mod holders;
pub mod share;
pub mod slot;
