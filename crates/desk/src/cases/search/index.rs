//! The folded words of the cases, as one officer may read them.

use super::{Found, Wanted};
use crate::act::Desk;
use crate::actor::Staff;
use crate::cases::{CaseState, CaseStream, shut, stream};
use crate::error::Error;
use crate::policy::{self, Deed};
use base::text::match_key;
use base::{CaseId, Redacted, Seq, limits};
use casework::words::Category;
use std::collections::{BTreeMap, BTreeSet};
use store::{Direction, Read, Shelf, StoreError, StreamKind, View};
use zeroize::Zeroizing;

/// Cases read from one snapshot, so that no reader is kept from others for long.
const BATCH: usize = 200;

/// The words of all cases that fit. They wipe themselves when dropped; nothing prints them.
pub struct Words {
    reader: Staff,
    head: Seq,
    cases: BTreeMap<CaseId, Texts>,
    bytes: usize,
    is_cut: bool,
}

/// The folded texts of one case, each with the place it stands in.
type Texts = Vec<(Found, Zeroizing<String>)>;

impl Words {
    /// Reads the words of every case, the open ones first.
    pub async fn read(desk: &Desk, reader: &Staff) -> Result<Self, Error> {
        let mut view = desk.read().await?;
        let head = view.raw().head().await?.seq;
        let (listed, is_cut) = listed(&mut view).await?;
        drop(view);
        let mut words = Self { reader: reader.clone(), head, cases: BTreeMap::new(), bytes: 0, is_cut };
        for batch in listed.chunks(BATCH) {
            words.take(desk, batch, reader).await?;
        }
        Ok(words)
    }

    /// Whether these are the words of this officer in her present roles.
    pub fn are_of(&self, staff: &Staff) -> bool {
        self.reader.id == staff.id && self.reader.roles == staff.roles
    }

    /// With what changed since they were read.
    pub async fn refreshed(mut self, desk: &Desk, reader: &Staff) -> Result<Self, Error> {
        let mut view = desk.read().await?;
        let mut changed = BTreeSet::new();
        loop {
            let rows = view.raw().journal(self.head, limits::CODE_ROWS_MAX).await?;
            let of_cases = rows.iter().filter(|row| row.stream_kind == StreamKind::Case as i64);
            changed.extend(of_cases.map(|row| CaseId::from_bytes(row.stream)));
            self.head = rows.last().map_or(self.head, |row| row.seq);
            if rows.len() < limits::CODE_ROWS_MAX {
                break;
            }
        }
        drop(view);
        let changed: Vec<CaseId> = changed.into_iter().collect();
        for batch in changed.chunks(BATCH) {
            self.take(desk, batch, reader).await?;
        }
        Ok(self)
    }

    /// Reads these cases anew.
    async fn take(&mut self, desk: &Desk, cases: &[CaseId], reader: &Staff) -> Result<(), Error> {
        let mut view = desk.read().await?;
        for case in cases {
            let texts = match view.load::<CaseStream>(case.bytes()).await {
                Ok(stored) => stored.map(|stored| texts(*case, &stored, reader)),
                Err(StoreError::Erased) => None,
                Err(error) => return Err(error.into()),
            };
            self.put(*case, texts.unwrap_or_default());
        }
        drop(view);
        tokio::task::yield_now().await;
        Ok(())
    }

    fn put(&mut self, case: CaseId, texts: Texts) {
        self.bytes -= self.cases.remove(&case).as_ref().map_or(0, size);
        if texts.is_empty() {
            return;
        }
        let bytes = self.bytes + size(&texts);
        if self.cases.len() >= limits::SEARCH_CASES_MAX || bytes > limits::SEARCH_BYTES_MAX {
            self.is_cut = true;
            return;
        }
        self.bytes = bytes;
        self.cases.insert(case, texts);
    }

    /// The cases in which all that is wanted stands in one text, and where.
    pub fn find(&self, wanted: &Wanted) -> Vec<(CaseId, BTreeSet<Found>)> {
        let found = self.cases.iter().map(|(case, texts)| {
            let hits = texts.iter().filter(|(_, text)| wanted.stands_in(text) || wanted.names(text));
            (*case, hits.map(|(found, _)| *found).collect::<BTreeSet<Found>>())
        });
        found.filter(|(_, found)| !found.is_empty()).collect()
    }

    /// Whether cases were left out because they did not fit.
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }
}

impl Wanted {
    /// Whether a text is one of the identifiers that are looked for, however they were written.
    fn names(&self, text: &str) -> bool {
        self.marks.iter().any(|(_, value)| value == text)
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words(of {} cases)", self.cases.len())
    }
}

/// The cases as lists have them, open ones first, and whether there are more than fit.
async fn listed(view: &mut View) -> Result<(Vec<CaseId>, bool), Error> {
    let mut cases = Vec::new();
    for state in CaseState::ALL {
        let part = (Shelf::CasesByState.number(), state.word().as_bytes());
        let mut after: Option<Vec<u8>> = None;
        loop {
            let items = view.raw().items(part, after.as_deref(), Direction::Up, limits::CODE_ROWS_MAX).await?;
            cases.extend(items.iter().filter_map(|item| stream::listed(&item.key)));
            if cases.len() > limits::SEARCH_CASES_MAX {
                cases.truncate(limits::SEARCH_CASES_MAX);
                return Ok((cases, true));
            }
            after = items.last().map(|item| item.key.clone()).filter(|_| items.len() == limits::CODE_ROWS_MAX);
            if after.is_none() {
                break;
            }
        }
    }
    Ok((cases, false))
}

/// What this officer may read of a case: nothing where she is accused in it; of a protected one the code name alone, unless
/// she is one of those who may know; identity where she holds the case; notes where her role reads cases.
fn texts(id: CaseId, case: &CaseStream, staff: &Staff) -> Texts {
    if shut::is_shut_out(staff, case) {
        return Vec::new();
    }
    let mut texts = vec![folded(Found::Alias, case.listed_as()), folded(Found::Alias, &id.to_string())];
    if case.is_shielded() && !case.may_know(staff.id) {
        return texts;
    }
    texts.push(folded(Found::Alias, case.shown_to(staff.id)));
    let may = |deed| staff.roles.iter().any(|role| policy::allows(*role, deed));
    if may(Deed::ReadCase) {
        texts.extend(case.notes.iter().map(|note| folded(Found::Note, note.text.expose())));
    }
    if may(Deed::SeeIdentity) && case.may_know(staff.id) {
        texts.extend(identity(&case.fields, false));
        texts.extend(case.people.values().flat_map(|person| identity(&person.fields, true)));
    }
    texts
}

/// The fields that identify somebody, and the identifiers in them as they are written in one way.
fn identity(fields: &BTreeMap<String, Redacted<String>>, is_other: bool) -> Texts {
    let mut texts = Vec::new();
    for (field, value) in fields.iter().filter(|(field, _)| Category::identifies(field)) {
        let found = match field.as_str() {
            _ if is_other => Found::OtherPerson,
            "identity.name" => Found::Name,
            _ => Found::Identity,
        };
        texts.push(folded(found, value.expose()));
        let marks = casework::report::marks_in(value.expose());
        texts.extend(marks.into_iter().map(|(_, mark)| (found, Zeroizing::new(mark))));
    }
    texts
}

fn folded(found: Found, text: &str) -> (Found, Zeroizing<String>) {
    (found, Zeroizing::new(match_key(text)))
}

/// Bytes that the texts of a case take.
fn size(texts: &Texts) -> usize {
    texts.iter().map(|(_, text)| text.capacity() + size_of::<(Found, Zeroizing<String>)>()).sum()
}
