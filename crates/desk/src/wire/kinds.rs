//! What follows from a message's number alone: how a second copy is treated, how long it lives, how urgent it is.

/// How a second copy is treated (FEDERATION.md 4, column "again").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Numbered: the same number and hash is a duplicate.
    Numbered,
    /// The greatest number wins.
    Greatest,
    /// The same hash is ignored.
    Hash,
    /// Answered again.
    Answered,
}

/// How long a message lives (column "life").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// 72 hours.
    Urgent,
    /// 14 days.
    Normal,
    /// 60 days.
    Bulk,
    /// Urgent if the case is RED, else normal.
    ByUrgency,
    /// It shrinks rights: urgent, applied on sight even out of order, never too late, sealed anew every 60 days until
    /// receipted.
    OnSight,
}

/// What a carrier sees of a message's urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Class {
    /// Now.
    Urgent,
    /// Soon.
    Normal,
    /// When there is room.
    Bulk,
}

/// How a second copy of a number is treated. Numbers we do not know are numbered, as all later types are expected to be.
pub const fn again(number: u16) -> Again {
    match number {
        1 | 64 | 72 | 73 => Again::Greatest,
        3 | 4 | 6 => Again::Hash,
        5 => Again::Answered,
        _ => Again::Numbered,
    }
}

/// How long a number lives.
pub const fn life(number: u16) -> Life {
    match number {
        1 | 4 => Life::Urgent,
        3 | 40 => Life::Normal,
        16..=21 => Life::ByUrgency,
        22 | 23 | 32 | 33 | 41 | 52 | 54 | 66 => Life::OnSight,
        _ => Life::Bulk,
    }
}

/// Whether a number is applied on sight.
pub const fn on_sight(number: u16) -> bool {
    matches!(life(number), Life::OnSight)
}

/// The class of a number; `red` is the urgency of the case.
pub const fn class_of(number: u16, red: bool) -> Class {
    match life(number) {
        Life::Urgent | Life::OnSight => Class::Urgent,
        Life::ByUrgency if red => Class::Urgent,
        Life::Normal | Life::ByUrgency => Class::Normal,
        Life::Bulk => Class::Bulk,
    }
}

/// Hours until a Body of this class expires; one that acts on sight is written for 60 days and sealed anew after.
pub const fn life_hours(number: u16, class: Class) -> i64 {
    if on_sight(number) {
        return 60 * 24;
    }
    match class {
        Class::Urgent => 72,
        Class::Normal => 14 * 24,
        Class::Bulk => 60 * 24,
    }
}

/// Numbers of the control thread: accepted from any peer before the first accord, with accord messages.
pub const fn is_control(number: u16) -> bool {
    matches!(number, 1..=6 | 64..=73)
}
