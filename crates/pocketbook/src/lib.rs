//! **pocketbook**: the questions a frontline responder asks, and what their answers open.
//!
//! Job: read a question pack, compute the screening outcome by the fixed rule, say in words which answers led there and
//! what to do next; read what a responder reads beside it: guidance, services by place, sentences in other languages. The rule is integer counts only: nothing in it can be tuned, and an outcome opens help, it never
//! closes a door (UU 27/2022 art. 34; the presumption itself is decided by two people, step ID-4).
//!
//! Invariants: pure values in, values out; no clock, no file, no logging. It knows no case, no person and no node.
//! Questions and every sentence for people are data in `packs/`; only the rule is code.
//! Start reading at [`screen`], then [`Pack`] and [`Guide`]; [`run_lines`] is what `simpul screen` prints.

mod answers;
mod guide;
mod json;
mod lines;
mod pack;
mod reasons;
mod rule;
pub mod services;

pub use answers::{Age, Answer, Answers, Stage};
pub use guide::{
    Chapter, Directory, Group, Guidance, Guide, Language, Line, Look, Mark, Near, Part, PublicPage, Sentence, Service,
    ServiceKind, Tongue, around, dialled,
};
pub use lines::{each_line, run_lines};
pub use pack::{Dimension, Feed, Pack, Question, Section, Step, Strength};
pub use reasons::{Because, Cause};
pub use rule::{Counts, Outcome, Screening, Urgency, screen};

#[cfg(test)]
mod tests;
