//! Reports of every door: the list, one report, its files, its slip, what may be the same person.

pub mod alike;
pub mod bring;
pub mod file;
pub mod list;
pub mod page;
pub mod slip;
pub mod talk;
pub mod weigh;
