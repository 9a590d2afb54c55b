//! The pages with a real desk behind them and no socket before them: status, words, headers, one effect, denials.
#![cfg(test)]

#[expect(dead_code, unused_imports, reason = "the cast is shared; these stories use part of it")]
#[path = "../../../../tests/stories/cast/mod.rs"]
mod cast;

/// Snapshots that a node has open at a time. With one, a page that asks for a second while it holds the first is told that the
/// node is busy: with more, as many such pages at once would hold one another up.
const SNAPSHOTS: usize = 1;

mod accords;
mod aid;
mod along;
mod boxes;
mod browser;
mod calendar;
mod cases;
mod corridors;
mod denials;
mod documents;
mod door;
mod files;
mod filters;
mod guests;
mod intake;
mod keys;
mod looks;
mod matters;
mod network;
mod officers;
mod protection;
mod public;
mod recruiters;
mod registers;
mod seats;
mod services;
mod sharing;
mod shut;
mod sms;
mod uploads;
mod window;
mod writing;
