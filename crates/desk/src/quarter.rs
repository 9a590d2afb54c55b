//! The report at the end of a quarter (SOP GV-3): counts from the cards of the cases, with small cells hidden; no case is
//! opened for it. What was sent is kept as it was sent: a count that is made again later could be compared with it, and the
//! difference would be somebody.

pub mod release;

use crate::act::{Act, Desk, note_access};
use crate::cases::{CaseCard, CaseState};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{OfficerId, Problem, Timestamp, limits};
use casework::counts::Table;
use casework::quarter::{NodeDuty, Quarter};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{AccessEvent, Page, Read, Sealed, Shelf, Shelved, StoreError, Team, Tx};

/// What is counted; the words of its cells are those of the case cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// By outcome, `unknown` while nobody screened.
    Outcome,
    /// By urgency.
    Urgency,
    /// By the province where the person was found.
    FoundIn,
    /// By her province of origin, `unknown` where nobody said.
    Origin,
    /// By where the case stands now.
    State,
}

/// A report, sent or as it would be now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarterReport {
    /// Which quarter.
    pub quarter: Quarter,
    /// The tables.
    pub tables: BTreeMap<Counted, Table>,
    /// When it was sent, by whom, and to whom.
    pub sent: Option<(Timestamp, OfficerId, String)>,
}

impl Shelved for QuarterReport {
    const SHELF: Shelf = Shelf::QuarterReports;
}

impl QuarterReport {
    /// What is not sent yet is for those who see the cases anyway: counts that are made anew each day could be compared,
    /// and the difference would be somebody.
    pub const fn is_for(&self, sees_cases: bool) -> bool {
        self.sent.is_some() || sees_cases
    }
}

/// The word for what nobody knows.
pub const UNKNOWN: &str = "unknown";

impl Counted {
    /// Its word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Urgency => "urgency",
            Self::FoundIn => "found_in",
            Self::Origin => "origin",
            Self::State => "state",
        }
    }
}

fn word(counted: Counted, card: &CaseCard) -> String {
    let province = |code: &str| code.split('.').next().unwrap_or(UNKNOWN).to_owned();
    let or_unknown = |word: Option<&String>| word.cloned().unwrap_or_else(|| UNKNOWN.to_owned());
    match counted {
        Counted::Outcome => or_unknown(card.outcome.as_ref()),
        Counted::Urgency => card.urgency.clone(),
        Counted::FoundIn => province(&card.found_in),
        Counted::Origin => card.origin.as_deref().map_or_else(|| UNKNOWN.to_owned(), province),
        Counted::State => card.state.word().to_owned(),
    }
}

impl Desk {
    /// The report of a quarter: as it was sent, else as it would be now.
    pub async fn quarter_report(&self, view: &mut impl Read, quarter: Quarter) -> Result<QuarterReport, Error> {
        if let Some(sent) = view.state::<QuarterReport>(b"", &key(quarter)).await? {
            return Ok(sent);
        }
        let zone = self.me.place.zone();
        let (begin, end) = (quarter.begin(zone), quarter.end(zone));
        if end > view.now() {
            return Err(Problem::at("quarter.not-over", quarter.to_string()).into());
        }
        let mut counts = [Counted::Outcome, Counted::Urgency, Counted::FoundIn, Counted::Origin, Counted::State]
            .map(|counted| (counted, BTreeMap::<String, u64>::new()));
        for state in CaseState::ALL {
            let mut page = Page::first(limits::CODE_ROWS_MAX);
            let part = state.word().as_bytes();
            while let Some(cards) = view.next_cards::<CaseCard>(Shelf::CasesByState, part, &mut page).await? {
                for card in cards.iter().filter(|card| !card.is_matter && (begin..end).contains(&card.opened_at)) {
                    for (counted, cells) in &mut counts {
                        *cells.entry(word(*counted, card)).or_default() += 1;
                    }
                }
            }
        }
        let tables = counts.iter().map(|(counted, cells)| (*counted, Table::of(cells))).collect();
        Ok(QuarterReport { quarter, tables, sent: None })
    }

    /// What the node owes: the report of the last quarter, until it was sent.
    pub async fn node_duties(&self, view: &mut impl Read) -> Result<Vec<NodeDuty>, StoreError> {
        let last = Quarter::last_over(view.now(), self.me.place.zone());
        let sent = view.state::<QuarterReport>(b"", &key(last)).await?;
        let reported = sent.map(|report| report.quarter).into_iter().collect::<BTreeSet<_>>();
        Ok(self.handbooks.newest().node_duties(view.now(), (&self.me.place, &self.calendar), &reported))
    }
}

/// Reports that were sent, the newest first.
pub async fn sent(view: &mut impl Read) -> Result<Vec<QuarterReport>, StoreError> {
    let page = Page { direction: store::Direction::Down, ..Page::first(limits::PAGE_ROWS) };
    Ok(view.states::<QuarterReport>(b"", &page).await?.into_iter().map(|row| row.card).collect())
}

fn key(quarter: Quarter) -> Vec<u8> {
    quarter.to_string().into_bytes()
}

/// The report of a quarter was sent; from then on it stays as it is.
#[derive(Clone, Debug)]
pub struct SendQuarter {
    /// Which.
    pub quarter: Quarter,
    /// To whom: province, ministry, national task force.
    pub to: String,
}

/// Characters of the receivers' names.
const TO_CHARS_MAX: usize = 200;

#[async_trait]
impl Act for SendQuarter {
    const NAME: &'static str = "quarter.send";
    const DEED: Deed = Deed::SendCounts;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        if self.to.trim().is_empty() || self.to.chars().count() > TO_CHARS_MAX {
            return Err(Problem::new("quarter.to-whom").into());
        }
        let mut report = desk.quarter_report(tx, self.quarter).await?;
        if report.sent.is_some() {
            return Err(Problem::at("quarter.sent", self.quarter.to_string()).into());
        }
        let officer = OfficerId::from_bytes(tx.origin().actor);
        report.sent = Some((tx.now(), officer, self.to.trim().to_owned()));
        tx.put((b"", &key(self.quarter)), None, Sealed::Team(Team::Casework), &report).await?;
        let event =
            AccessEvent::CountsSent { officer, quarter: self.quarter.to_string(), to: self.to.trim().to_owned() };
        Ok(note_access(tx, desk.me.id.bytes(), event).await?)
    }
}
