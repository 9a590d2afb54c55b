//! What pages show of recruiters: independent sources, what one may read of them, the history, the search.

use super::record::seen_by;
use super::stream::{MentionEvent, MentionStream, PairEvent, PairStream, Source};
use super::{Entity, Mention};
use crate::act::{Act, Asking, Desk, note_access};
use crate::actor::Actor;
use crate::cases::CaseStream;
use crate::cases::change::near;
use crate::cases::reports::{hidden_from, is_hidden, report_of};
use crate::error::{Error, Refusal};
use crate::policy::{self, Deed, Permit};
use async_trait::async_trait;
use base::{MentionId, NodeId, OfficerId, Problem, Redacted, Timestamp, limits};
use recruiters::judged::{Pair, Verdict};
use recruiters::said::{Correcting, Grade, Said, Withdrawing};
use std::collections::BTreeSet;
use store::{AccessEvent, Page, Read, Shelf, StoreError, Tx, View};

/// One independent origin: what comes from one case, one report or one list counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A case, with its reports.
    Of(Source),
    /// Something public: each by itself.
    Single(MentionId),
    /// A partner: its alerts may rest on the same reports.
    Partner(NodeId),
}

/// A mention on the page of its entity.
#[derive(Clone, Debug)]
pub struct Line {
    /// Which.
    pub id: MentionId,
    /// Its version, for forms.
    pub version: i64,
    /// As it stands.
    pub said: Said,
    /// How good it is.
    pub grade: Grade,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom.
    pub by: OfficerId,
    /// Where it came from, if this officer may read that.
    pub source: Option<Source>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// Something that happened to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// A mention was recorded.
    Recorded,
    /// Corrected.
    Corrected(Correcting),
    /// Withdrawn.
    Withdrawn(Withdrawing),
    /// A pair was judged.
    Judged(Pair, Verdict),
    /// A judgement was undone.
    Undone(Pair),
}

/// The mentions of an entity as this officer may read them.
pub async fn lines(view: &mut View, by: &Actor, entity: &Entity<'_>) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::new();
    for card in &entity.mentions {
        lines.extend(line(view, by, card.id).await?);
    }
    Ok(lines)
}

/// One mention as this officer may read it; also one that was withdrawn.
pub async fn line(view: &mut View, by: &Actor, id: MentionId) -> Result<Option<Line>, Error> {
    let Some(stored) = loaded(view, id).await? else { return Ok(None) };
    let source = if may_read(view, by, stored.source).await? { Some(stored.source) } else { None };
    let (version, Mention { said, grade, at, by, withdrawn, .. }) = (stored.version, stored.state.0.clone());
    Ok(Some(Line { id, version, said, grade, at, by, source, withdrawn: withdrawn.is_some() }))
}

pub(crate) async fn loaded(
    view: &mut impl Read,
    id: MentionId,
) -> Result<Option<store::Stored<MentionStream>>, StoreError> {
    match view.load::<MentionStream>(id.bytes()).await {
        Err(StoreError::Erased) => Ok(None),
        found => found,
    }
}

/// Whether this officer may be told of a source: she may read that case or report. Of lists and the public everybody may.
pub(super) async fn may_read(view: &mut impl Read, by: &Actor, source: Source) -> Result<bool, Error> {
    let Some(staff) = by.officer() else { return Ok(false) };
    let may = |deed| matches!(policy::decide(by, deed), policy::Decision::Permit(_));
    match source {
        Source::List(_) | Source::Public | Source::Alert { .. } => Ok(true),
        Source::Case(id) => {
            let case = match view.load::<CaseStream>(id.bytes()).await {
                Err(StoreError::Erased) => None,
                found => found?,
            };
            let now = view.now();
            let is_open = |case: &CaseStream| !is_hidden(case, staff) && near(by, case, Deed::ReadCase, now).is_empty();
            Ok(may(Deed::ReadCase) && case.is_some_and(|case| is_open(&case)))
        }
        Source::Report(id) => match report_of(view, id).await? {
            Some(report) => Ok(may(Deed::SeeReports) && hidden_from(view, &report, staff).await?.is_empty()),
            None => Ok(false),
        },
    }
}

/// The independent origins of an entity: their number is what everybody may know.
pub async fn origins(view: &mut impl Read, entity: &Entity<'_>) -> Result<BTreeSet<Origin>, Error> {
    origins_of(view, entity.mentions.iter().map(|card| card.id)).await
}

/// The independent origins of some mentions.
pub async fn origins_of(
    view: &mut impl Read,
    mentions: impl Iterator<Item = MentionId> + Send,
) -> Result<BTreeSet<Origin>, Error> {
    let mut origins = BTreeSet::new();
    for id in mentions {
        origins.extend(origin(view, id).await?);
    }
    Ok(origins)
}

/// The independent origin of a mention; `None` if it is gone.
pub(super) async fn origin(view: &mut impl Read, id: MentionId) -> Result<Option<Origin>, Error> {
    let Some(stored) = loaded(view, id).await? else { return Ok(None) };
    Ok(Some(match stored.source {
        Source::Public => Origin::Single(id),
        Source::Alert { from, .. } => Origin::Partner(from),
        Source::Report(report) => {
            let case = report_of(view, report).await?.and_then(|report| report.case);
            Origin::Of(case.map_or(Source::Report(report), Source::Case))
        }
        source => Origin::Of(source),
    }))
}

/// What happened to an entity and to the pairs that were judged of it, the newest first.
pub async fn history(
    view: &mut View,
    entity: &Entity<'_>,
    pairs: &[Pair],
) -> Result<Vec<(Timestamp, OfficerId, Told)>, Error> {
    let mut told = Vec::new();
    for card in &entity.mentions {
        for line in view.told::<MentionStream>(card.id.bytes(), 0, limits::PAGE_ROWS_MAX).await? {
            let what = match line.event {
                MentionEvent::Recorded { .. } => Told::Recorded,
                MentionEvent::Corrected { why, .. } => Told::Corrected(why),
                MentionEvent::Withdrawn { why, .. } => Told::Withdrawn(why),
            };
            told.push((line.at, OfficerId::from_bytes(line.actor), what));
        }
    }
    for pair in pairs {
        for line in view.told::<PairStream>(PairStream::id(*pair), 0, limits::PAGE_ROWS_MAX).await? {
            let what = match line.event {
                PairEvent::Judged { verdict, .. } => Told::Judged(*pair, verdict),
                PairEvent::Undone { .. } => Told::Undone(*pair),
            };
            told.push((line.at, OfficerId::from_bytes(line.actor), what));
        }
    }
    told.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    Ok(told)
}

/// The mentions that were recorded from a case or report.
pub async fn recorded_from(view: &mut impl Read, source: [u8; 16]) -> Result<Vec<MentionId>, Error> {
    let rows = view.list::<MentionId>(Shelf::MentionsOf, &source, &Page::first(limits::PAGE_ROWS_MAX)).await?;
    Ok(rows.into_iter().map(|row| row.card).collect())
}

impl Desk {
    /// Looks for a recruiter by name, nickname, agency, telephone or NIK; recorded before the answer, without what was looked
    /// for. Gives the first mention of each, at most a page, and how many there are.
    pub async fn search_recruiters(
        &self,
        by: &Actor,
        asking: Asking,
        words: &Redacted<String>,
    ) -> Result<(Vec<MentionId>, usize), Error> {
        self.read_for(by, Deed::SeeRecruiters).await?;
        let staff = by.officer().ok_or(Error::NotFound)?;
        let text = words.expose().trim();
        match text.chars().count() {
            0..2 => return Err(Problem::new("search.too-short").into()),
            length if length > limits::SEARCH_CHARS_MAX => {
                return Err(Problem::at("search.too-long", limits::SEARCH_CHARS_MAX.to_string()).into());
            }
            _ => {}
        }
        let (view, book) = self.book(by, Deed::SeeRecruiters).await?;
        let entities = book.entities(staff);
        let fits = |entity: &&Entity<'_>| entity.mentions.iter().any(|card| card.said.answers(text));
        let found: Vec<MentionId> = entities.iter().filter(fits).map(|entity| entity.head).collect();
        drop((view, book));
        let hits = found.len();
        match self.run(by, asking, &NoteSearch(u32::try_from(hits).unwrap_or(u32::MAX))).await {
            Err(error) if error.repeated().is_none() => Err(error),
            _ => Ok((found.into_iter().take(limits::PAGE_ROWS).collect(), hits)),
        }
    }
}

/// Records that somebody opens a recruiter, before anything is shown: under its first mention, and nothing of whom a mention
/// came from. Each look is a look.
#[derive(Clone, Copy, Debug)]
pub struct OpenRecruiter(pub MentionId);

#[async_trait]
impl Act for OpenRecruiter {
    const NAME: &'static str = "recruiter.open";
    const DEED: Deed = Deed::SeeRecruiters;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        by.officer().ok_or(Error::NotFound)?;
        seen_by(self.0, by, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let officer = OfficerId::from_bytes(tx.origin().actor);
        Ok(note_access(tx, self.0.bytes(), AccessEvent::RecruiterOpened { officer }).await?)
    }
}

/// Notes that somebody searched.
struct NoteSearch(u32);

#[async_trait]
impl Act for NoteSearch {
    const NAME: &'static str = "recruiter.search";
    const DEED: Deed = Deed::SeeRecruiters;
    type Done = ();

    async fn may(&self, by: &Actor, _: &mut Tx) -> Result<Vec<Refusal>, Error> {
        by.officer().map(|_| Vec::new()).ok_or(Error::NotFound)
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let officer = OfficerId::from_bytes(tx.origin().actor);
        Ok(note_access(tx, officer.bytes(), AccessEvent::RecruitersSearched { officer, hits: self.0 }).await?)
    }
}
