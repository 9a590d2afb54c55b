//! Search over what an officer may read in full: alias, identity and notes (STORAGE.md 4).
//!
//! A linear scan of folded words in memory. The words are read at the first search of a session, brought up to date by the
//! journal at each later one, and wiped at the lock, at an erasure, at sign-out and after 30 minutes without a search. What
//! was looked for is kept nowhere: the journal says who searched, how many cases were found, and the tokens of identifiers.

mod index;

use crate::act::{Act, Asking, Desk, note_access};
use crate::actor::{Actor, Staff};
use crate::cases::{CaseCard, blind};
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{OfficerId, Problem, Redacted, Timestamp, limits};
use casework::report::{Mark, marks_in};
use index::Words;
use std::collections::BTreeSet;
use store::{AccessEvent, Read, Shelf, Tx};

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// In the name the case goes by.
    Alias,
    /// In the name of the person.
    Name,
    /// In what else identifies her, or how she is reached.
    Identity,
    /// In the identity of another person of the case.
    OtherPerson,
    /// In a note.
    Note,
}

/// What somebody looks for, from which session.
#[derive(Clone, Debug)]
pub struct Search {
    /// The session: SHA-256 of its token.
    pub session: [u8; 32],
    /// When the session ends whatever happens.
    pub ends_at: Timestamp,
    /// The words.
    pub words: Redacted<String>,
}

/// One case that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    /// As lists show it.
    pub card: CaseCard,
    /// Where the words stand.
    pub found: BTreeSet<Found>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// The first of them, a page.
    pub hits: Vec<Hit>,
    /// How many there are.
    pub all: usize,
    /// Not every case was looked at: there are more than fit.
    pub is_cut: bool,
}

/// The words that one session searches.
type Kept = tokio::sync::Mutex<Option<Words>>;

impl Desk {
    /// Looks for words in the cases that this officer may see, each part only where she may read it; recorded before the
    /// answer.
    pub async fn search(&self, by: &Actor, asking: Asking, search: &Search) -> Result<Hits, Error> {
        self.read_for(by, Deed::SeeCases).await?;
        let staff = by.officer().ok_or(Error::NotFound)?;
        let wanted = Wanted::of(&search.words)?;
        let hits = self.found(search, staff, &wanted).await?;
        let note = NoteSearch { hits: u32::try_from(hits.all).unwrap_or(u32::MAX), marks: wanted.marks };
        match self.run(by, asking, &note).await {
            Err(error) if error.repeated().is_none() => Err(error),
            _ => Ok(hits),
        }
    }

    async fn found(&self, search: &Search, reader: &Staff, wanted: &Wanted) -> Result<Hits, Error> {
        let until = search.ends_at.min(self.now().plus_seconds(limits::SEARCH_IDLE_MINUTES * 60));
        let vault = self.store.vault();
        vault.sweep(self.now());
        let kept = vault.hold::<Kept>(search.session, until)?;
        let mut kept = kept.lock().await;
        let words = match kept.take().filter(|words| words.are_of(reader)) {
            Some(words) => words.refreshed(self, reader).await?,
            None => Words::read(self, reader).await?,
        };
        let words = kept.insert(words);
        let found = words.find(wanted);
        let mut hits = Hits { all: found.len(), is_cut: words.is_cut(), ..Hits::default() };
        let mut view = self.read().await?;
        for (case, found) in found.into_iter().take(limits::PAGE_ROWS) {
            let card = view.card(Shelf::CaseCard, &case.bytes(), &[]).await?;
            hits.hits.extend(card.map(|card| Hit { card, found }));
        }
        Ok(hits)
    }
}

/// What is looked for: folded words, all of which must stand in one text, and the identifiers among them.
pub(crate) struct Wanted {
    words: Vec<zeroize::Zeroizing<String>>,
    marks: BTreeSet<Mark>,
}

impl Wanted {
    fn of(words: &Redacted<String>) -> Result<Self, Problem> {
        let text = words.expose();
        if text.chars().count() > limits::SEARCH_CHARS_MAX {
            return Err(Problem::at("search.too-long", limits::SEARCH_CHARS_MAX.to_string()));
        }
        let folded = zeroize::Zeroizing::new(base::text::match_key(text));
        if folded.chars().count() < 2 {
            return Err(Problem::new("search.too-short"));
        }
        let words = folded.split(' ').map(|word| zeroize::Zeroizing::new(word.to_owned())).collect();
        Ok(Self { words, marks: marks_in(text) })
    }

    /// Whether all of it stands in a folded text.
    fn stands_in(&self, text: &str) -> bool {
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// Notes that somebody searched.
struct NoteSearch {
    hits: u32,
    marks: BTreeSet<Mark>,
}

#[async_trait]
impl Act for NoteSearch {
    const NAME: &'static str = "case.search";
    const DEED: Deed = Deed::SeeCases;
    type Done = ();

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        by.officer().map(|_| Vec::new()).ok_or(Error::NotFound)
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let officer = OfficerId::from_bytes(tx.origin().actor);
        let tokens = blind::tokens(tx, &self.marks).await?;
        let tokens = tokens.iter().map(|token| format!("{}:{}", token.0, base::hex(&token.1))).collect();
        Ok(note_access(tx, officer.bytes(), AccessEvent::Searched { officer, hits: self.hits, tokens }).await?)
    }
}
