//! What reports, cases, lists and the public say of recruiters, and what people make of it (ADR 45).
//!
//! A mention is a stream of its own; where it came from is sealed in it and shown to those alone who may read that report or
//! case. Others see how many independent sources there are. A pair of mentions is a stream of judgements. [`Book`] holds all
//! mentions in memory with the engine's index; [`look`] answers what pages ask.

mod book;
pub mod import;
pub mod judge;
pub mod look;
pub mod network;
pub mod record;
mod stream;

pub use book::{Book, Entity, Order};
pub use judge::{JudgePair, UndoJudgement};
pub use look::{Line, Origin, Told};
pub use record::{CorrectMention, RecordMention, WithdrawMention};
pub use stream::{Mention, MentionCard, MentionEvent, MentionStream, PairCard, PairEvent, PairStream, Source};

use crate::actor::Staff;
use base::Redacted;
use recruiters::said::Said;

/// Whether an officer of this name is meant: she then meets nothing of it, as with cases that name her. Officials are known
/// to take part.
pub fn accuses(said: &Said, staff: &Staff) -> bool {
    let fields = [("recruiter.name".to_owned(), said.name.clone()), ("recruiter.alias".to_owned(), said.alias.clone())];
    let fields: Vec<(String, Redacted<String>)> =
        fields.into_iter().filter(|(_, text)| !text.expose().trim().is_empty()).collect();
    let name = staff.name.expose();
    !name.trim().is_empty() && casework::case::accuses(fields.iter().map(|(field, text)| (field, text)), name)
}
