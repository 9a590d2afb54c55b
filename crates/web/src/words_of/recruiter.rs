//! Recruiters in words: grades, parts, verdicts, and what the engine says of a pair.

use crate::text::Words;
use crate::view::Tone;
use recruiters::judged::{Ground, Standing, Verdict};
use recruiters::said::{Correcting, Credibility, Part, Recalling, Reliability, Withdrawing};

/// What somebody does in the trade.
pub fn part(t: Words, word: Part) -> &'static str {
    match word {
        Part::Recruiter => t.part_recruiter(),
        Part::Agency => t.part_agency(),
        Part::Transporter => t.part_transporter(),
        Part::Harbourer => t.part_harbourer(),
        Part::Papers => t.part_papers(),
        Part::Money => t.part_money(),
        Part::Employer => t.part_employer(),
        Part::Official => t.part_official(),
        Part::Unknown => t.part_unknown(),
    }
}

/// How reliable a source is.
pub fn reliability(t: Words, word: Reliability) -> &'static str {
    match word {
        Reliability::A => t.grade_a(),
        Reliability::B => t.grade_b(),
        Reliability::C => t.grade_c(),
        Reliability::D => t.grade_d(),
        Reliability::E => t.grade_e(),
        Reliability::F => t.grade_f(),
    }
}

/// How credible what it says is.
pub fn credibility(t: Words, word: Credibility) -> &'static str {
    match word {
        Credibility::Confirmed => t.grade_confirmed(),
        Credibility::Probable => t.grade_probable(),
        Credibility::Possible => t.grade_possible(),
        Credibility::Doubtful => t.grade_doubtful(),
        Credibility::Improbable => t.grade_improbable(),
        Credibility::Unknown => t.grade_unknown(),
    }
}

/// Why a mention was corrected.
pub fn correcting(t: Words, word: Correcting) -> &'static str {
    match word {
        Correcting::Checked => t.correcting_checked(),
        Correcting::Mistyped => t.correcting_mistyped(),
        Correcting::Official => t.correcting_official(),
        Correcting::Asked => t.correcting_asked(),
    }
}

/// Why a mention was withdrawn.
pub fn withdrawing(t: Words, word: Withdrawing) -> &'static str {
    match word {
        Withdrawing::Mistaken => t.withdrawing_mistaken(),
        Withdrawing::Double => t.withdrawing_double(),
        Withdrawing::TakenBack => t.withdrawing_taken_back(),
        Withdrawing::Asked => t.withdrawing_asked(),
        Withdrawing::Lapsed => t.withdrawing_lapsed(),
    }
}

/// Why an alert was taken back or corrected.
pub fn recalling(t: Words, word: Recalling) -> &'static str {
    match word {
        Recalling::Mistaken => t.withdrawing_mistaken(),
        Recalling::Double => t.withdrawing_double(),
        Recalling::TakenBack => t.withdrawing_taken_back(),
        Recalling::Asked => t.withdrawing_asked(),
        Recalling::Checked => t.correcting_checked(),
        Recalling::Mistyped => t.correcting_mistyped(),
        Recalling::Official => t.correcting_official(),
        Recalling::Other => t.recalling_other(),
    }
}

/// What a person says of a pair.
pub fn verdict(t: Words, word: Verdict) -> &'static str {
    match word {
        Verdict::Same => t.verdict_same(),
        Verdict::Different => t.verdict_different(),
        Verdict::Unsure => t.verdict_unsure(),
    }
}

/// What she rests it on.
pub fn ground(t: Words, word: Ground) -> &'static str {
    match word {
        Ground::Number => t.ground_number(),
        Ground::Name => t.ground_name(),
        Ground::Place => t.ground_place(),
        Ground::Agency => t.ground_agency(),
        Ground::Document => t.ground_document(),
        Ground::Known => t.ground_known(),
        Ground::Together => t.ground_together(),
    }
}

/// Where a pair stands.
pub fn standing(t: Words, word: Standing) -> (Tone, &'static str) {
    match word {
        Standing::Joined => (Tone::Done, t.pair_joined()),
        Standing::Apart => (Tone::Skipped, t.pair_apart()),
        Standing::Second => (Tone::Person, t.pair_second()),
        Standing::Open => (Tone::Running, t.pair_open()),
    }
}

/// How sure a probability is. The bounds are those at which the bulk engine joins (0.9) and a pair is likelier right than
/// wrong (0.5).
pub fn sure(t: Words, probability: f32) -> &'static str {
    match probability {
        p if p >= 0.99 => t.sure_very(),
        p if p >= 0.9 => t.sure_likely(),
        p if p >= 0.5 => t.sure_maybe(),
        _ => t.sure_weak(),
    }
}

/// How strongly some bits speak.
pub fn strength(t: Words, bits: f32) -> &'static str {
    match bits {
        b if b >= 8.0 => t.strength_strong_for(),
        b if b >= 3.0 => t.strength_for(),
        b if b >= 0.5 => t.strength_little_for(),
        b if b > -0.5 => t.strength_none(),
        b if b > -3.0 => t.strength_little_against(),
        b if b > -8.0 => t.strength_against(),
        _ => t.strength_strong_against(),
    }
}

/// A field of the engine. One that is not known here is shown as it came.
pub fn field(t: Words, name: &'static str) -> &'static str {
    match name {
        "name" => t.field_name(),
        "nik" => t.field_nik(),
        "phone" => t.field_phone(),
        "birth_date" => t.field_birth_date(),
        "sex" => t.field_sex(),
        "village" => t.field_village(),
        "regency" => t.field_regency(),
        "employer" => t.field_employer(),
        "alias" => t.field_alias(),
        "title" => t.field_title(),
        "district" => t.field_district(),
        other => other,
    }
}

/// A level of agreement, likewise.
pub fn level(t: Words, name: &'static str) -> &'static str {
    match name {
        "same" => t.level_same(),
        "spelling" => t.level_spelling(),
        "slips" => t.level_slips(),
        "part" => t.level_part(),
        "part-slips" => t.level_part_slips(),
        "overlap" => t.level_overlap(),
        "nickname" => t.level_nickname(),
        "different" => t.level_different(),
        "one-slip" => t.level_one_slip(),
        "two-slips" => t.level_two_slips(),
        "day-or-year" => t.level_day_or_year(),
        "month" => t.level_month(),
        "year" => t.level_year(),
        "close" => t.level_close(),
        "both" => t.level_both(),
        "one" => t.level_one(),
        "none" => t.level_none(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Lang;
    use recruiters::compare::ALL;

    /// Every field and level of the engine has words in both languages: an engine that learns a new one needs them.
    #[test]
    fn nothing_of_the_engine_is_shown_as_it_came() {
        for lang in Lang::ALL {
            let t = Words::of(lang);
            for described in &ALL {
                assert_ne!(field(t, described.name), described.name);
                for name in described.levels {
                    // English says "different", "close" and the like as the engine does.
                    let is_word = level(t, name) != *name || lang == Lang::En && *name == "different";
                    assert!(is_word, "{} {name} {lang:?}", described.name);
                }
            }
        }
    }
}
