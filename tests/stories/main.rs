//! The use cases as stories: each asserts the act, its audit, its messages and its refusals. Two to four nodes with real
//! stores and real keys; letters are carried by hand.

#[cfg(test)]
mod cast;

/// Snapshots that a node has open at a time, as a real one: these tests hold some themselves.
#[cfg(test)]
const SNAPSHOTS: usize = 3;

#[cfg(test)]
mod abroad;
#[cfg(test)]
mod accords;
#[cfg(test)]
mod aid;
#[cfg(test)]
mod alerts;
#[cfg(test)]
mod alike;
#[cfg(test)]
mod along;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod boxes;
#[cfg(test)]
mod canary;
#[cfg(test)]
mod casework;
#[cfg(test)]
mod concerns;
#[cfg(test)]
mod consents;
#[cfg(test)]
mod crossings;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod erasure;
#[cfg(test)]
mod files;
#[cfg(test)]
mod folded;
#[cfg(test)]
mod guests;
#[cfg(test)]
mod handover;
#[cfg(test)]
mod intake;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod legal_aid;
#[cfg(test)]
mod matters;
#[cfg(test)]
mod partners;
#[cfg(test)]
mod protection;
#[cfg(test)]
mod recruiters;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod revoked;
#[cfg(test)]
mod search;
#[cfg(test)]
mod shut;
#[cfg(test)]
mod situations;
#[cfg(test)]
mod window;
