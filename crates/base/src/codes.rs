//! Error codes that can reach a person. A code never changes; its message (what happened) and remedy (what to do) stand
//! in `codes/<room>.tsv`, in Indonesian and English, with the class from which exit code and HTTP status follow.

use crate::text::Text;
use serde::Serialize;
use std::fmt;
use std::sync::LazyLock;

/// What kind of thing went wrong; one table gives exit code and HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Bad usage or bad input; nothing changed.
    Input,
    /// Refused by a rule: accord, permission, safety.
    Refused,
    /// Absent, or its existence is private.
    Missing,
    /// Somebody else changed it first.
    Clash,
    /// Too large.
    TooLarge,
    /// Too many, or too fast.
    Slowed,
    /// Try again soon.
    Busy,
    /// Disk, port, server, key.
    Environment,
    /// A bug of ours.
    Bug,
}

impl Class {
    /// Exit code of CONTRACTS.md 1.
    pub const fn exit(self) -> u8 {
        match self {
            Self::Input | Self::Missing | Self::Clash | Self::TooLarge => 2,
            Self::Refused => 3,
            Self::Slowed | Self::Busy | Self::Environment => 4,
            Self::Bug => 5,
        }
    }

    /// HTTP status of WEB.md 5.
    pub const fn status(self) -> u16 {
        match self {
            Self::Input => 422,
            Self::Refused => 403,
            Self::Missing => 404,
            Self::Clash => 409,
            Self::TooLarge => 413,
            Self::Slowed => 429,
            Self::Busy | Self::Environment => 503,
            Self::Bug => 500,
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "input" => Self::Input,
            "refused" => Self::Refused,
            "missing" => Self::Missing,
            "clash" => Self::Clash,
            "too-large" => Self::TooLarge,
            "slowed" => Self::Slowed,
            "busy" => Self::Busy,
            "environment" => Self::Environment,
            "bug" => Self::Bug,
            _ => return None,
        })
    }
}

/// The stable name of an error, such as `consent.missing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Code(pub &'static str);

impl Code {
    /// The code of this name, as a journal keeps it; `None` if this version does not know it.
    pub fn named(name: &str) -> Option<Self> {
        let at = CATALOGUE.binary_search_by(|entry| entry.code.cmp(name)).ok()?;
        CATALOGUE.get(at).map(|entry| Self(entry.code))
    }

    /// Its entry in the catalogue; a code without one counts as a bug.
    pub fn entry(self) -> &'static Entry {
        static NONE: LazyLock<Entry> = LazyLock::new(|| Entry {
            code: "bug.code-without-text",
            class: Class::Bug,
            message: Text::new("Kesalahan tanpa keterangan.", "An error without a text."),
            remedy: Text::new("Laporkan kepada pengelola simpul.", "Tell the people who run this node."),
        });
        CATALOGUE.binary_search_by(|entry| entry.code.cmp(self.0)).ok().and_then(|i| CATALOGUE.get(i)).unwrap_or(&NONE)
    }

    /// Its class.
    pub fn class(self) -> Class {
        self.entry().class
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// One line of the catalogue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The code.
    pub code: &'static str,
    /// Its class.
    pub class: Class,
    /// What happened. `{at}` stands for the place of the fault.
    pub message: Text,
    /// What to do.
    pub remedy: Text,
}

/// All codes, sorted. `xtask codes` checks that no line is malformed and no code stands twice.
pub static CATALOGUE: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut all: Vec<Entry> = FILES.iter().flat_map(|file| file.lines()).filter_map(parse).collect();
    all.sort_by(|a, b| a.code.cmp(b.code));
    all
});

/// The catalogue files, one a room.
pub const FILES: [&str; 11] = [
    include_str!("../codes/base.tsv"),
    include_str!("../codes/pocketbook.tsv"),
    include_str!("../codes/casework.tsv"),
    include_str!("../codes/accord.tsv"),
    include_str!("../codes/seal.tsv"),
    include_str!("../codes/store.tsv"),
    include_str!("../codes/desk.tsv"),
    include_str!("../codes/relay.tsv"),
    include_str!("../codes/web.tsv"),
    include_str!("../codes/node.tsv"),
    include_str!("../codes/recruiters.tsv"),
];

fn parse(line: &'static str) -> Option<Entry> {
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [code, class, m_id, m_en, r_id, r_en] = cells.as_slice() else { return None };
    Some(Entry { code, class: Class::parse(class)?, message: Text::new(*m_id, *m_en), remedy: Text::new(*r_id, *r_en) })
}

/// An error as a person or a program meets it: code, where, message and remedy; no personal data, no internals.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}{}", at.as_deref().map(|at| format!(" at {at}")).unwrap_or_default())]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// Where in the input: a path such as `clauses[0].from`, a line number, an id. Never a personal value.
    pub at: Option<String>,
}

impl Problem {
    /// A problem without a place.
    pub const fn new(code: &'static str) -> Self {
        Self { code: Code(code), at: None }
    }

    /// A problem at a place of the input.
    pub fn at(code: &'static str, at: impl Into<String>) -> Self {
        Self { code: Code(code), at: Some(at.into()) }
    }

    /// What happened, with `{at}` filled in.
    pub fn message(&self) -> Text {
        self.fill(&self.code.entry().message)
    }

    /// What to do, with `{at}` filled in.
    pub fn remedy(&self) -> Text {
        self.fill(&self.code.entry().remedy)
    }

    fn fill(&self, text: &Text) -> Text {
        let at = self.at.as_deref().unwrap_or("");
        Text::new(text.id.replace("{at}", at), text.en.replace("{at}", at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_catalogue_parses_and_no_code_stands_twice() {
        for line in FILES.iter().flat_map(|file| file.lines()).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let entry = parse(line).unwrap_or_else(|| panic!("malformed: {line}"));
            for text in [&entry.message.id, &entry.message.en, &entry.remedy.id, &entry.remedy.en] {
                assert!(!text.is_empty(), "{} lacks a text", entry.code);
            }
        }
        assert!(CATALOGUE.is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn a_problem_names_its_place_in_both_languages() {
        let problem = Problem::at("input.too-large", "clauses[0]");
        assert!(problem.message().en.contains("clauses[0]"));
        assert_eq!(problem.code.class().exit(), 2);
    }
}
