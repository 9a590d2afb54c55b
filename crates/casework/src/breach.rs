//! A breach: who is told, how, and until when (UU 27/2022 art. 46). Nobody is told by a letter home or by a call to a
//! number that others answer; where no safe way is known, a person goes.

use crate::clock::{Calendar, Clock, Deadline, Mark, Span, Unit};
use crate::words::{Urgency, words};
use base::{Place, Text, Timestamp};

words! {
    /// How a person is told.
    HowToTell {
        /// A child whose guardian is a suspect: by the authority, never by the guardian.
        ThroughAuthority = "through_authority",
        /// A child: in a way that suits the age, with the guardian.
        WithGuardian = "with_guardian",
        /// By one of the two who may know a shielded person.
        ByViewer = "by_viewer",
        /// She died: the family, by a trained visitor.
        VisitFamily = "visit_family",
        /// By the way she chose, which stands in the case.
        SafeWay = "safe_way",
        /// No safe way is known: in person, by whoever goes along with her.
        InPerson = "in_person",
        /// She gave no way and nobody knows her: a public notice alone reaches her.
        PublicNotice = "public_notice",
    }
}

/// The clock of the notice: 3 x 24 hours since the breach became known. Nobody can change it.
pub fn notice(known_at: Timestamp, place: &Place) -> Clock {
    let basis = Text::new("UU 27/2022 ps. 46: 3x24 jam", "UU 27/2022 art. 46: 3x24 h");
    let span = Span { value: 72, unit: Unit::Hours };
    let deadline = Deadline::plain(span, basis, Mark::Verified, true);
    Clock::start(known_at, &deadline, Urgency::Red, place, &Calendar::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t2_the_notice_is_due_three_times_24_hours_after_it_became_known_and_no_pause_moves_it() {
        let known = Timestamp::parse("2026-11-27T15:00:00Z").unwrap();
        let place = Place::parse("21.71").unwrap();
        let clock = notice(known, &place);
        assert_eq!((clock.due, clock.statutory), (known.plus_hours(72), true), "a weekend is no excuse");
        assert_eq!(clock.basis.get(base::Lang::Id), "UU 27/2022 ps. 46: 3x24 jam");
    }
}
