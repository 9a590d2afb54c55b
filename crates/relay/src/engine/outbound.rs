//! Sending: the table of FEDERATION.md 5, row by state, column by event; retries, warnings, the end of a life.

use base::{Chance, Timestamp, limits};
use desk::mail::{Outgoing, State};
use desk::wire::{Class, on_sight};

/// What can happen to a message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A moment came for which it was due.
    Due,
    /// A carrier took it.
    Handed,
    /// No carrier took it.
    NotTaken,
    /// The peer has no valid epoch to seal to.
    NoKey,
    /// The peer's newer entry came.
    KeyCame,
    /// A receipt covers it.
    Receipt,
    /// A receipt covers it and names a verdict: 1 refused, 2 held, 3 fields dropped.
    Verdict(u64, String),
    /// A receipt shows a gap where it should be.
    Missing,
    /// It came into the window of its thread.
    Window,
    /// A carrier takes something for this peer again, after it took nothing.
    Back,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Seal it and hand it to a carrier.
    Push,
    /// Tell a person whom to ring: `level` of the message says how late.
    TellLate,
    /// Tell at once that the peer cannot be sealed to.
    TellNoKey,
    /// The peer has it, refused it, or holds it: the state says which.
    TellEnd,
    /// It will not be sent any more: list its number in `void` of the next Body.
    Void,
    /// It no longer counts against the outbox.
    Finished,
    /// It was kept long enough: forget it.
    Forget,
}

/// Lets an event act on a message.
pub fn on(out: &mut Outgoing, event: Event, now: Timestamp, chance: &dyn Chance) -> Vec<Effect> {
    match (event, out.state) {
        (Event::Due, State::Expired) if out.next_at.take().is_some() => vec![Effect::Push],
        (Event::Due, state) if !state.unfinished() => {
            if out.due().is_some_and(|due| due <= now) {
                vec![Effect::Forget]
            } else {
                Vec::new()
            }
        }
        (Event::Due, _) => due(out, now),
        (Event::Handed, State::Queued | State::Handed | State::WaitingKey | State::Held) => {
            handed(out, now);
            Vec::new()
        }
        (Event::NotTaken, State::Queued | State::Handed | State::Held) => {
            if out.state == State::Handed {
                out.state = State::Queued;
            }
            let wait = wait_millis(out.class, out.tries, chance);
            (out.tries, out.next_at) = (out.tries.saturating_add(1), Some(now.plus_millis(wait)));
            Vec::new()
        }
        (Event::NoKey, State::Queued) => {
            (out.state, out.next_at) = (State::WaitingKey, None);
            vec![Effect::TellNoKey]
        }
        // What was held for an upgrade there and is missing was lost with a disk.
        (Event::KeyCame, State::WaitingKey)
        | (Event::Window | Event::Back, State::Queued)
        | (Event::Missing, State::Held) => {
            (out.state, out.next_at) = (State::Queued, Some(now));
            Vec::new()
        }
        (Event::Receipt, state) => ended(out, state, State::Received, now),
        (Event::Verdict(number, code), state) => {
            let to = match number {
                1 => State::Refused,
                2 => State::Held,
                _ => State::Received,
            };
            out.code = Some(code);
            ended(out, state, to, now)
        }
        (Event::Missing, State::Queued | State::Handed) if quiet(out, now) => {
            (out.state, out.next_at) = (State::Queued, Some(now));
            Vec::new()
        }
        // Its life is over, but the numbers behind it wait at the receiver for this one: it goes once more, and the
        // receiver refuses it as expired.
        (Event::Missing, State::Expired) => {
            out.next_at = Some(now);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// The moment, after a carrier took it, when it is handed to another one.
pub const fn again_hours(class: Class) -> i64 {
    match class {
        Class::Urgent => 1,
        Class::Normal => 12,
        Class::Bulk => 48,
    }
}

/// random(0, min(cap, base x 2^n)).
pub fn wait_millis(class: Class, tries: u32, chance: &dyn Chance) -> i64 {
    let (base, cap) = match class {
        Class::Urgent => (30, 30 * 60),
        Class::Normal => (2 * 60, 2 * 3600),
        Class::Bulk => (10 * 60, 6 * 3600),
    };
    let most = i64::min(cap, base << tries.min(20)) * 1000;
    i64::from(u32::from_le_bytes(chance.bytes())) * most / i64::from(u32::MAX)
}

fn handed(out: &mut Outgoing, now: Timestamp) {
    if out.state != State::Held {
        out.state = State::Handed;
    }
    let hours = if out.state == State::Held { 7 * 24 } else { again_hours(out.class) };
    (out.tries, out.next_at) = (0, Some(now.plus_hours(hours)));
    out.handed_at = out.handed_at.or(Some(now));
}

/// A message handed on a moment ago may still be on its way: a gap seen now is not yet a loss.
fn quiet(out: &Outgoing, now: Timestamp) -> bool {
    let last = out.next_at.map(|next| next.plus_hours(-again_hours(out.class)));
    out.state == State::Queued || last.is_none_or(|last| last.plus_seconds(60) <= now)
}

fn ended(out: &mut Outgoing, from: State, to: State, now: Timestamp) -> Vec<Effect> {
    if matches!(from, State::Received | State::Refused | State::Void) || (from == State::Held && to == State::Held) {
        return Vec::new();
    }
    out.state = to;
    out.received_at = out.received_at.or(Some(now));
    out.next_at = (to == State::Held).then(|| now.plus_hours(7 * 24));
    // An expired one has been taken off the count already; a held one stays on it.
    if from == State::Expired || to == State::Held {
        vec![Effect::TellEnd]
    } else {
        vec![Effect::TellEnd, Effect::Finished]
    }
}

fn due(out: &mut Outgoing, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    let level = [100, 80, 50].into_iter().find(|percent| out.life_at(*percent) <= now).unwrap_or(0);
    if level > out.level {
        out.level = level;
        effects.push(Effect::TellLate);
    }
    // What shrinks rights is never too late: it stays until it is receipted.
    if out.expires_at <= now && !on_sight(out.number) {
        (out.state, out.next_at) = (State::Expired, None);
        effects.extend([Effect::Void, Effect::Finished]);
        return effects;
    }
    if out.next_at.is_some_and(|next| next <= now) {
        if out.state == State::Handed {
            out.state = State::Queued;
        }
        effects.push(Effect::Push);
    }
    effects
}

/// The unix hour until which carriers keep an envelope: the life of the Body, or 60 days from now for what shrinks rights.
pub fn envelope_expires(out: &Outgoing, now: Timestamp) -> Timestamp {
    if on_sight(out.number) {
        now.plus_hours(60 * 24)
    } else {
        // Our clock may be behind, and theirs ahead.
        out.expires_at.max(now).plus_hours(2 * limits::CLOCK_SKEW_HOURS_MAX)
    }
}
