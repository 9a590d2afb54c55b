//! Legal aid in words: languages of bodies, states of a request, what became of a question.

use crate::text::Words;
use crate::view::{Choice, Tone};
use accord::Word;
use casework::aid::AidState;
use casework::offer::DeclineReason;

/// Languages that people and counsel are matched by: codes of ISO 639 where there is one, with their names.
const LANGUAGES: [(&str, &str, &str); 10] = [
    ("id", "Indonesia", "Indonesian"),
    ("jv", "Jawa", "Javanese"),
    ("su", "Sunda", "Sundanese"),
    ("sas", "Sasak", "Sasak"),
    ("tet", "Tetun", "Tetum"),
    ("aoz", "Uab Meto", "Uab Meto"),
    ("ms", "Melayu", "Malay"),
    ("zh", "Mandarin", "Mandarin"),
    ("en", "Inggris", "English"),
    ("bisindo", "Isyarat (Bisindo)", "sign language (Bisindo)"),
];

/// Languages as choices.
pub fn languages(t: Words) -> Vec<Choice> {
    let name = |id: &'static str, en: &'static str| if t.lang() == base::Lang::Id { id } else { en };
    LANGUAGES.iter().map(|(code, id, en)| Choice::new(*code, name(id, en))).collect()
}

/// A vocabulary of accords as choices.
pub fn accord_choices<W: Word>(t: Words) -> Vec<Choice> {
    W::ALL.iter().map(|one| Choice::new(one.word(), one.label(t.lang()))).collect()
}

/// A word of accords as people say it; one that is not known here is shown as it came.
pub fn accord_word<W: Word>(t: Words, word: &str) -> String {
    W::parse(word).map_or(word, |known| known.label(t.lang())).to_owned()
}

/// Where a request stands.
pub fn aid_state(t: Words, state: AidState) -> (Tone, &'static str) {
    match state {
        AidState::Asking => (Tone::Body, t.aid_asking()),
        AidState::Served => (Tone::Done, t.aid_served()),
        AidState::Consent => (Tone::Person, t.aid_consent()),
        AidState::Exhausted => (Tone::Late, t.aid_exhausted()),
        AidState::Stopped => (Tone::Skipped, t.aid_stopped()),
    }
}

/// What a body that was asked answered, or what ended the question.
pub fn aid_answer(t: Words, word: &str) -> String {
    if let Some(reason) = DeclineReason::parse(word) {
        return super::decline(t, reason).to_owned();
    }
    match word {
        "accepted" => t.aid_said_yes().to_owned(),
        "consent" => t.aid_consent_gone().to_owned(),
        "accord" => t.aid_accord_gone().to_owned(),
        "other_provider" => t.aid_taken_back().to_owned(),
        "expired" | "no_answer" | "no_receipt" => t.aid_silent().to_owned(),
        other => super::refusal(t, other).0,
    }
}
