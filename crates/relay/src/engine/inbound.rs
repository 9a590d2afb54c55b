//! Receiving: order, duplicates, gaps, steps over what will never come, two Bodies under one number.

use base::{Digest, Timestamp, limits};
use desk::mail::{Inbound, Marked, Parked, Verdict};
use desk::wire::{Class, on_sight};

/// Decisions kept for receipts. A sender has at most `IN_FLIGHT_PER_THREAD_MAX` numbers without one.
const MARKS_MAX: usize = 2 * limits::IN_FLIGHT_PER_THREAD_MAX;

/// Lives of a sender whose last number is kept, the newest ones: nobody is restored so often.
const LIVES_MAX: usize = 64;

/// What the engine needs to know of a Body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The sender's era.
    pub era: u64,
    /// Its number, from 1.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// Hash of the number before.
    pub prev: Digest,
    /// Its type.
    pub number: u16,
    /// When its life is over.
    pub expires: Timestamp,
    /// Numbers that will never come.
    pub void: Vec<(u64, Digest)>,
}

/// What to do with a Body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its turn: give it its effect, then [`decide`].
    Apply,
    /// It acts on sight, beyond a gap: give it its effect, then [`park`] it with the verdict.
    ApplyNow,
    /// Its turn, but too late: [`decide`] it as refused.
    TooLate,
    /// [`park`] it.
    Park,
    /// Seen before: no effect, a receipt again.
    Again,
    /// Seen before and held: perhaps we know its type by now.
    Retry,
    /// No room, an old era, or a thread that is frozen or stopped: nothing is kept; the sender comes again.
    Drop,
    /// Two Bodies under one number: the thread is frozen now, keep both, tell a person.
    Freeze,
}

/// Decides what a Body is to its thread. `known` is the hash under which its number was decided. Numbers stepped over are
/// added to `stepped`, to be remembered as decided. `arrived_at` is when it came to this node, locked or not.
pub fn arrive(
    inn: &mut Inbound,
    arrival: &Arrival,
    known: Option<Digest>,
    arrived_at: Timestamp,
    stepped: &mut Vec<(u64, Digest)>,
) -> Step {
    if arrival.era < inn.era {
        return if known == Some(arrival.hash) { Step::Again } else { Step::Drop };
    }
    if is_forgotten(inn, arrival.era, arrival.seq) {
        return Step::Drop;
    }
    if arrival.era > inn.era {
        begin_again(inn, arrival.era);
    }
    if inn.frozen || inn.revoked {
        return Step::Drop;
    }
    let twin = inn.parked.get(&arrival.seq).map(|parked| parked.hash).or(known);
    match twin {
        Some(hash) if hash != arrival.hash => return freeze(inn),
        Some(_) if held(inn, arrival.seq) => return Step::Retry,
        Some(_) => return Step::Again,
        None if arrival.seq <= inn.upto => return Step::Again,
        None => {}
    }
    for (seq, hash) in &arrival.void {
        if *seq > inn.upto && *seq < arrival.seq && inn.void.len() < limits::CBOR_ITEMS_MAX {
            inn.void.insert(*seq, *hash);
        }
    }
    step_over(inn, stepped);
    match (arrival.seq == inn.upto + 1, on_sight(arrival.number)) {
        (true, _) if arrival.prev != inn.hash => freeze(inn),
        (true, false) if arrived_at > arrival.expires.plus_hours(limits::CLOCK_SKEW_HOURS_MAX) => Step::TooLate,
        (true, _) => Step::Apply,
        (false, _) if inn.parked.len() >= limits::PARKED_PER_THREAD_MAX => Step::Drop,
        (false, true) => Step::ApplyNow,
        (false, false) => Step::Park,
    }
}

/// Notes numbers that will never come, as the sender says to a node that has forgotten them; a gap that they fill is stepped
/// over. Gives whether the thread moved.
pub fn voided(inn: &mut Inbound, era: u64, void: &[(u64, Digest)], stepped: &mut Vec<(u64, Digest)>) -> bool {
    if era > inn.era {
        begin_again(inn, era);
    }
    if era < inn.era || inn.frozen || inn.revoked {
        return false;
    }
    let before = inn.upto;
    let beyond = void.iter().filter(|(seq, _)| *seq > before).take(limits::CBOR_ITEMS_MAX);
    inn.void.extend(beyond.copied());
    step_over(inn, stepped);
    inn.upto > before
}

/// The sender began a new life and knows its numbers of this thread up to these, of each era a number: what it said beyond and
/// waits here, or comes late, it has forgotten. A thread that its revoked key stopped goes on.
pub fn cut(inn: &mut Inbound, life: u64, last: impl IntoIterator<Item = (u64, u64)>) {
    (inn.life, inn.revoked) = (life, false);
    inn.known.extend(last);
    while inn.known.len() > LIVES_MAX {
        inn.known.pop_first();
    }
    let known = inn.known.get(&inn.era).copied().unwrap_or(0);
    inn.parked.retain(|seq, _| *seq <= known);
}

/// Whether the sender said this in a life before the one in which it lives, and knows it no more.
fn is_forgotten(inn: &Inbound, era: u64, seq: u64) -> bool {
    let taken = if era == inn.era { inn.upto } else { 0 };
    era < inn.life && seq > inn.known.get(&era).copied().unwrap_or(0).max(taken)
}

/// The sender lives anew: its numbers begin again, and what froze the thread is behind it.
fn begin_again(inn: &mut Inbound, era: u64) {
    *inn = Inbound { era, life: inn.life, known: std::mem::take(&mut inn.known), ..Inbound::default() };
}

/// Notes that a number waits for those before it; `acted` is its verdict if it acted on sight.
pub fn park(inn: &mut Inbound, arrival: &Arrival, acted: Option<Verdict>) {
    inn.parked.insert(arrival.seq, Parked { hash: arrival.hash, prev: arrival.prev, acted });
}

/// The verdict of a number that acted on sight under a key which was revoked before the number's turn came.
pub fn acted(inn: &Inbound, arrival: &Arrival) -> Option<Verdict> {
    (inn.acted.get(&arrival.seq) == Some(&arrival.hash)).then_some(Verdict::Applied)
}

/// Notes the verdict of the next number, and steps over those after it that will never come.
pub fn decide(inn: &mut Inbound, seq: u64, hash: Digest, verdict: Verdict, stepped: &mut Vec<(u64, Digest)>) {
    (inn.upto, inn.hash) = (seq, hash);
    mark(inn, seq, verdict);
    step_over(inn, stepped);
}

/// Notes the verdict of a number that had been held.
pub fn mark(inn: &mut Inbound, seq: u64, verdict: Verdict) {
    inn.marks.retain(|marked| marked.seq != seq);
    if verdict.mark().is_some() {
        inn.marks.push(Marked { seq, verdict });
        let surplus = inn.marks.len().saturating_sub(MARKS_MAX);
        inn.marks.drain(..surplus);
    }
}

/// The parked number whose turn has come. It is taken out; if its `prev` does not fit, the thread is frozen.
pub fn next(inn: &mut Inbound) -> Option<(u64, Parked)> {
    if inn.frozen || inn.revoked {
        return None;
    }
    let seq = inn.upto + 1;
    let parked = inn.parked.remove(&seq)?;
    if parked.prev == inn.hash {
        return Some((seq, parked));
    }
    inn.frozen = true;
    None
}

/// When a receipt is to go after a step (FEDERATION.md 5): urgent at once, else in 30 s, for a gap in 60 s.
pub fn receipt_by(step: &Step, class: Class, now: Timestamp) -> Option<Timestamp> {
    match step {
        Step::Freeze => None,
        Step::Park | Step::ApplyNow | Step::Drop => Some(now.plus_seconds(60)),
        _ if class == Class::Urgent => Some(now),
        _ => Some(now.plus_seconds(30)),
    }
}

fn held(inn: &Inbound, seq: u64) -> bool {
    inn.marks.iter().any(|marked| marked.seq == seq && matches!(marked.verdict, Verdict::Held(_)))
}

fn freeze(inn: &mut Inbound) -> Step {
    inn.frozen = true;
    Step::Freeze
}

/// A gap that lies in `void` is stepped over; what was applied stays.
fn step_over(inn: &mut Inbound, stepped: &mut Vec<(u64, Digest)>) {
    while let Some(hash) = inn.void.remove(&(inn.upto + 1)) {
        (inn.upto, inn.hash) = (inn.upto + 1, hash);
        inn.parked.remove(&inn.upto);
        stepped.push((inn.upto, hash));
    }
    let upto = inn.upto;
    inn.void.retain(|seq, _| *seq > upto);
}
