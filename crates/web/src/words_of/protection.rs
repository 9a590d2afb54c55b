//! Rights, erasure and breaches in the words of a page.

use crate::text::Words;
use casework::breach::HowToTell;
use casework::erasure::{ErasureBasis, Kept};
use casework::rights::{Asker, Granted, Ground, Right};

/// What a person asks about her data.
pub fn right(t: Words, word: Right) -> &'static str {
    match word {
        Right::Access => t.right_access(),
        Right::Correction => t.right_correction(),
        Right::Restriction => t.right_restriction(),
        Right::Withdrawal => t.right_withdrawal(),
        Right::Erasure => t.right_erasure(),
        Right::Portability => t.right_portability(),
    }
}

/// Why a request is refused.
pub fn right_ground(t: Words, word: Ground) -> &'static str {
    match word {
        Ground::Safety => t.ground_safety(),
        Ground::Others => t.ground_others(),
        Ground::Law => t.ground_law(),
        Ground::LegalCase => t.ground_legal_case(),
        Ground::NotTheirs => t.ground_not_theirs(),
    }
}

/// How a request was answered.
pub fn granted(t: Words, word: Granted) -> &'static str {
    match word {
        Granted::Whole => t.granted_whole(),
        Granted::InPart => t.granted_in_part(),
        Granted::Refused => t.granted_refused(),
    }
}

/// Who asks, as a second officer found.
pub fn asker(t: Words, word: Asker) -> &'static str {
    match word {
        Asker::Person => t.asker_person(),
        Asker::Speaks => t.asker_speaks(),
        Asker::Unknown => t.asker_unknown(),
        Asker::Danger => t.asker_danger(),
    }
}

/// On what an erasure rests.
pub fn erasure_basis(t: Words, word: ErasureBasis) -> &'static str {
    match word {
        ErasureBasis::Request => t.basis_request(),
        ErasureBasis::Retention => t.basis_retention(),
        ErasureBasis::Unlawful => t.basis_unlawful(),
    }
}

/// What the table of retention has a line for.
pub fn kept(t: Words, word: Kept) -> &'static str {
    match word {
        Kept::Case => t.kept_case(),
        Kept::ChildToAge => t.kept_child(),
        Kept::Referral => t.kept_referral(),
        Kept::Report => t.kept_report(),
    }
}

/// How somebody is told of a breach.
pub fn how_to_tell(t: Words, word: HowToTell) -> &'static str {
    match word {
        HowToTell::ThroughAuthority => t.tell_authority(),
        HowToTell::WithGuardian => t.tell_guardian(),
        HowToTell::ByViewer => t.tell_viewer(),
        HowToTell::VisitFamily => t.tell_family(),
        HowToTell::SafeWay => t.tell_safe_way(),
        HowToTell::InPerson => t.tell_in_person(),
        HowToTell::PublicNotice => t.tell_public(),
    }
}
