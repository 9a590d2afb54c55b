//! What was answered, at which stage of the journey.

use crate::pack::Pack;
use base::Problem;

/// Where the person is on the journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Still at home or in a holding house.
    PreDeparture,
    /// On the way.
    Transit,
    /// At the place of work.
    AtDestination,
    /// Back again.
    Returned,
}

impl Stage {
    /// All stages, in the order of a journey.
    pub const ALL: [Self; 4] = [Self::PreDeparture, Self::Transit, Self::AtDestination, Self::Returned];

    /// The word in formats and forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PreDeparture => "pre_departure",
            Self::Transit => "transit",
            Self::AtDestination => "at_destination",
            Self::Returned => "returned",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// Work has not begun: questions about work are not asked.
    pub const fn before_work(self) -> bool {
        matches!(self, Self::PreDeparture | Self::Transit)
    }
}

/// One answer. Only `yes` counts; the others say why there is no yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// The person does not know.
    Unknown,
    /// The person would rather not say.
    Refused,
}

impl Answer {
    /// All answers, as a form offers them.
    pub const ALL: [Self; 4] = [Self::Yes, Self::No, Self::Unknown, Self::Refused];

    /// The word in formats and forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.word() == word)
    }
}

/// The answer to the question about age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// 18 or older.
    Adult,
    /// Under 18.
    Child,
    /// Not certain; treated as a child.
    Unsure,
}

impl Age {
    /// All answers, as a form offers them.
    pub const ALL: [Self; 3] = [Self::Adult, Self::Child, Self::Unsure];

    /// The word in formats and forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Adult => "adult",
            Self::Child => "child",
            Self::Unsure => "unsure",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|age| age.word() == word)
    }
}

/// Answers to the questions of one pack, one bit a question; an absent answer means the question was not asked.
/// They belong to the pack they were set with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    pub(crate) age: Option<Age>,
    pub(crate) yes: u128,
    pub(crate) no: u128,
    pub(crate) unknown: u128,
    pub(crate) refused: u128,
}

impl Answers {
    /// Records the answer to a question by its words, as a form or a file gives them. A later answer replaces an earlier one.
    ///
    /// Fails with `screen.question-unknown` or `screen.answer-unknown`.
    pub fn set(&mut self, pack: &Pack, question: &str, answer: &str) -> Result<(), Problem> {
        let at = || format!("answers.{}", crate::json::shown(question));
        let Some(index) = pack.index(question) else { return Err(Problem::at("screen.question-unknown", at())) };
        if pack.asks_age(index) {
            self.age = Some(Age::parse(answer).ok_or_else(|| Problem::at("screen.answer-unknown", at()))?);
        } else {
            self.put(index, Answer::parse(answer).ok_or_else(|| Problem::at("screen.answer-unknown", at()))?);
        }
        Ok(())
    }

    /// The age as answered.
    pub const fn age(&self) -> Option<Age> {
        self.age
    }

    /// The answer to a question other than that about age.
    pub fn get(&self, pack: &Pack, question: &str) -> Option<Answer> {
        let bit = 1_u128 << pack.index(question)?;
        let held = [(self.yes, Answer::Yes), (self.no, Answer::No), (self.unknown, Answer::Unknown)];
        let found = held.into_iter().chain([(self.refused, Answer::Refused)]).find(|(mask, _)| mask & bit != 0);
        found.map(|(_, answer)| answer)
    }

    fn put(&mut self, index: usize, answer: Answer) {
        let bit = 1_u128 << index;
        for mask in [&mut self.yes, &mut self.no, &mut self.unknown, &mut self.refused] {
            *mask &= !bit;
        }
        *match answer {
            Answer::Yes => &mut self.yes,
            Answer::No => &mut self.no,
            Answer::Unknown => &mut self.unknown,
            Answer::Refused => &mut self.refused,
        } |= bit;
    }

    /// Every question that was asked, but for the one about age.
    pub(crate) const fn asked(&self) -> u128 {
        self.yes | self.no | self.unknown | self.refused
    }
}
