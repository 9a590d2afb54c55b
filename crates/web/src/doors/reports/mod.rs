//! Reports of every door: the list, one report, its files.

pub mod file;
pub mod page;
