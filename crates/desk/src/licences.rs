//! The licence register of this node: lists of agencies, each with its source and day, kept on a shelf and searched in memory.
//! Lists hold official facts alone and are not sealed: the public check reads them on a locked node too.

use crate::act::{Act, Desk};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::text::match_key;
use base::{Problem, limits};
use recruiters::licences::{Agency, Index, SOURCE_BYTES_MAX, number};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Page, Read, Sealed, Shelf, Shelved, StoreError, Tx};

/// Sources of one node: a ministry, a province, an association of insurers.
pub const SOURCES_MAX: usize = 20;

/// An agency: its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Row(Vec<String>);

impl Shelved for Row {
    const SHELF: Shelf = Shelf::Licences;
}

/// Where a list comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name, as answers show it.
    pub name: String,
    /// The day on which it was true, such as `2026-11-01`.
    pub date: String,
    /// Agencies in it.
    pub count: u32,
    /// Which import wrote it: another import, another value.
    stamp: [u8; 16],
}

impl Shelved for Source {
    const SHELF: Shelf = Shelf::LicenceSources;
}

/// Keeps a list. It takes the place of the older one of the same source.
#[derive(Clone, Debug)]
pub struct KeepLicences {
    /// Where it comes from.
    pub source: String,
    /// The day on which it was true.
    pub date: String,
    /// The agencies.
    pub agencies: Vec<Agency>,
}

#[async_trait]
impl Act for KeepLicences {
    const NAME: &'static str = "licences.keep";
    const DEED: Deed = Deed::KeepRegisters;
    type Done = u32;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<u32, Error> {
        let name = self.source.split_whitespace().collect::<Vec<_>>().join(" ");
        if match_key(&name).is_empty() || name.len() > SOURCE_BYTES_MAX {
            return Err(Problem::at("licence.source", "sumber").into());
        }
        // A day ahead of the reader's own: another zone may have it already.
        let today = desk.me.place.zone().local_day(tx.now());
        if base::pack::day(&self.date).is_none_or(|day| day > today + 1) {
            return Err(Problem::at("licence.date", "tanggal").into());
        }
        let id = source_id(&name);
        let known = sources(tx).await?;
        match known.iter().find(|(known, _)| *known == id) {
            Some((_, before)) if before.date > self.date => {
                return Err(Problem::at("licence.older", before.date.clone()).into());
            }
            None if known.len() >= SOURCES_MAX => {
                return Err(Problem::at("licence.sources", SOURCES_MAX.to_string()).into());
            }
            _ => {}
        }
        let mut gone: BTreeSet<Vec<u8>> = keys(tx, &id).await?;
        for agency in &self.agencies {
            let key = number(&agency.licence).into_bytes();
            tx.put((&id, &key), None, Sealed::Plain, &Row(agency.record().to_vec())).await?;
            gone.remove(&key);
        }
        for key in gone {
            tx.remove::<Row>(&id, &key).await?;
        }
        let count = u32::try_from(self.agencies.len()).unwrap_or(u32::MAX);
        let source = Source { name, date: self.date.clone(), count, stamp: tx.origin().request.bytes() };
        tx.put((b"", &id), None, Sealed::Plain, &source).await?;
        Ok(count)
    }
}

/// Forgets a source and its list, by its id.
#[derive(Clone, Copy, Debug)]
pub struct DropLicences(pub [u8; 16]);

#[async_trait]
impl Act for DropLicences {
    const NAME: &'static str = "licences.drop";
    const DEED: Deed = Deed::KeepRegisters;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        for key in keys(tx, &self.0).await? {
            tx.remove::<Row>(&self.0, &key).await?;
        }
        Ok(tx.remove::<Source>(b"", &self.0).await?)
    }
}

/// The lists that this node keeps, by id.
pub async fn sources(view: &mut impl Read) -> Result<Vec<([u8; 16], Source)>, StoreError> {
    let rows = view.states::<Source>(b"", &Page::first(SOURCES_MAX)).await?.into_iter();
    Ok(rows.filter_map(|row| Some((row.key.try_into().ok()?, row.card))).collect())
}

/// All lists in memory, read anew after an import.
#[derive(Debug, Default)]
pub struct Register(Mutex<Arc<Lists>>);

/// Lists as they stood at one moment.
#[derive(Debug, Default)]
pub struct Lists {
    /// The sources; an agency names its own by number.
    pub sources: Vec<([u8; 16], Source)>,
    /// The agencies of all of them.
    pub index: Index,
}

impl Register {
    /// The lists, also of a locked node.
    pub async fn lists(&self, desk: &Desk) -> Result<Arc<Lists>, Error> {
        let mut view = desk.store.read_unsealed(desk.now()).await?;
        let sources = sources(&mut view).await?;
        let known = Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if known.sources == sources {
            return Ok(known);
        }
        let mut agencies = Vec::new();
        for (at, (id, _)) in sources.iter().enumerate() {
            let read = |row: Row| Agency::from_record(&row.0.try_into().ok()?).ok();
            agencies.extend(rows(&mut view, id).await?.into_iter().filter_map(|(_, row)| Some((at, read(row)?))));
        }
        let lists = Arc::new(Lists { sources, index: Index::new(agencies) });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&lists);
        Ok(lists)
    }
}

/// One source under all spellings of its name.
fn source_id(name: &str) -> [u8; 16] {
    let hash = seal::hash::sha256(&[b"simpul/licence-source/1", match_key(name).as_bytes()]);
    hash.first_chunk().copied().unwrap_or_default()
}

async fn keys(view: &mut impl Read, id: &[u8; 16]) -> Result<BTreeSet<Vec<u8>>, StoreError> {
    Ok(rows(view, id).await?.into_iter().map(|(key, _)| key).collect())
}

async fn rows(view: &mut impl Read, id: &[u8; 16]) -> Result<Vec<(Vec<u8>, Row)>, StoreError> {
    let (mut all, mut page) = (Vec::new(), Page::first(limits::CODE_ROWS_MAX));
    loop {
        let rows = view.states::<Row>(id, &page).await?;
        let is_last = rows.len() < limits::CODE_ROWS_MAX;
        page.after = rows.last().map(|row| row.key.clone());
        all.extend(rows.into_iter().map(|row| (row.key, row.card)));
        if is_last {
            return Ok(all);
        }
    }
}
