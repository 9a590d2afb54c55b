//! **recruiters**: which mentions are of one person. Pure: mentions in, groups out; time and files stay outside.
//!
//! Job: a recruiter is written another way in each report. [`reading::read`] brings a file into columns of numbers (one
//! spelling for names, digits of phones and NIK), [`resolve::resolve`] groups them, [`writing`] gives the answers as CSV.
//!
//! Method: probabilistic linkage of Fellegi and Sunter (1969, "A theory for record linkage"), agreement weighed by how
//! rare the value is (Winkler 1990, "String comparator metrics and enhanced decision rules"), weights learned without
//! labels by expectation and maximisation as in Splink (Linacre et al. 2022), with u counted and held fixed. Blocks are
//! cut to neighbours; groups join while their members agree on average. ADR 38 has the choices.
//!
//! Beside it stand official registers: [`licences`] of agencies with their sanctions, and the [`registry`] of registered
//! workers as keyed fingerprints (ADR 46).
//!
//! Must not know: victims, cases, who asks, files on disk. Invariants: the same mentions give the same groups, whatever
//! the order of the file and the number of threads; two people with different NIKs are never joined; values of a person
//! are in no error.
//!
//! At a node the machine only proposes ([`known`]: one mention against all that are there) and people decide ([`judged`]: who
//! is one person follows from their judgements alone, ADR 45); what they say teaches the machine, within bounds ([`teaching`],
//! ADR 53). What a mention says is a [`said::Said`].
//!
//! Who is tied to whom, and by what, is a [`network`]; the places on the way are a [`corridor`] (ADR 49).
//!
//! Limits: a common name alone joins nobody, so a mention with nothing else stays alone. The bulk engine reads no judgement
//! of a person. Start reading at [`resolve`], for a node at [`judged`].

pub mod compare;
pub mod corridor;
pub mod judged;
pub mod known;
pub mod licences;
pub mod mention;
pub mod model;
pub mod network;
pub mod reading;
pub mod registry;
pub mod resolve;
pub mod said;
pub mod teaching;
pub mod writing;

mod block;
mod cluster;
mod edit;
mod fields;
mod intern;
mod par;
mod person;
mod rows;
mod spelling;
mod stats;
