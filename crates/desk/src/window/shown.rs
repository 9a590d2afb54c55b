//! What a window shows: the public part of the directory, licences, released numbers, agreements in plain words, the keys by
//! which it seals and by which boxes are found. The node makes the set; the window keeps it as it came.

use super::{Ask, FRAME_BYTES_MAX, Found, Row, Spot, Told, Visits, Way};
use crate::act::Desk;
use crate::boxes::{self, Boxes};
use crate::directory::{self, Owner};
use crate::error::Error;
use crate::partners::accord::accord_doc;
use crate::partners::accords;
use crate::{intake, licences, quarter};
use accord::{Document, Word};
use base::{Problem, Text, limits};
use seal::hash::sha256;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Direction, RawView, Read, Shelf, StoreError, View, cbor};

/// The shelves of a set, in the order in which they are sent: a list of agencies is read anew when its source changes.
pub(super) const SHELVES: [i64; 4] = [
    Shelf::QuarterReports.number(),
    Shelf::Services.number(),
    Shelf::Licences.number(),
    Shelf::LicenceSources.number(),
];
/// SHA-256 over the set.
pub(super) const WHOLE: &str = "window/shown";
/// Agreements, and SHA-256 over them.
pub(super) const AGREEMENTS: (&str, &str) = ("window/agreements", "window/agreements-hash");
/// Named values that a node leaves. None of them opens a report.
pub(super) const NAMES: [&str; 6] = ["root", intake::PUBLIC, boxes::REPLY_KEY, boxes::SALT, AGREEMENTS.0, AGREEMENTS.1];
/// What is shown is looked at this often, if anything was written.
const LOOK_SECONDS: i64 = 10;
/// Bytes of the rows in one frame, before they are written.
const PART_BYTES_MAX: usize = FRAME_BYTES_MAX / 4;

/// An agreement in force, as everybody may know it: no clause, no case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// What it is called.
    pub title: Text,
    /// Who made it.
    pub parties: Vec<String>,
    /// What for, in words of CONTRACTS.md 3.1.
    pub purposes: BTreeSet<String>,
    /// First and last day, UTC.
    pub days: (String, String),
}

/// The agreements in force today: of an open node its own, of a window those that its node left. `store.locked` while nobody
/// knows.
pub async fn agreements(desk: &Desk) -> Result<Vec<Agreement>, Error> {
    let today = desk.now().date();
    let mut all = match desk.read().await {
        Ok(mut view) => active(&mut view).await?,
        Err(locked) => {
            let left = desk.store.backend().read().await?.meta(AGREEMENTS.0).await?;
            cbor::from_bytes(&left.ok_or(locked)?, "agreements")?
        }
    };
    all.retain(|one: &Agreement| one.days.0 <= today && today <= one.days.1);
    Ok(all)
}

async fn active(view: &mut View) -> Result<Vec<Agreement>, Error> {
    let mut all = Vec::new();
    for card in accords(view).await?.into_iter().filter(|card| card.state == "active") {
        let Some(doc) = accord_doc(view, &card.id, card.version).await? else { continue };
        let document = Document::parse(&doc.bytes.0)?;
        let purposes = document.clauses.iter().flat_map(|clause| &clause.purposes);
        all.push(Agreement {
            title: document.title.clone(),
            parties: document.parties.iter().map(|party| party.name.clone()).collect(),
            purposes: purposes.map(|purpose| purpose.word().to_owned()).collect(),
            days: (document.effective.to_string(), document.expires.to_string()),
        });
    }
    Ok(all)
}

impl Desk {
    /// Brings a window up to date with what is shown, if anything changed.
    pub(super) async fn show_window(&self, way: &dyn Way, found: &Found, visits: &mut Visits) -> Result<(), Error> {
        let (commits, now) = (self.store.backend().commits().0, self.now());
        let is_open = self.store.vault().is_open();
        let is_same = |(then, was_open, at): (u64, bool, _)| {
            was_open == is_open && (then == commits || now < base::Timestamp::plus_seconds(at, LOOK_SECONDS))
        };
        if found.shown.is_some() && visits.looked.is_some_and(is_same) {
            return Ok(());
        }
        if found.shown.is_none() {
            self.mark_all_boxes().await?;
        }
        let mut view = self.store.read_unsealed(now).await?;
        let rows = rows(&mut view).await?;
        let agreements = if is_open { Some(cbor::to_bytes(&active(&mut view).await?)?) } else { None };
        drop(view);
        let names = self.names().await?;
        let whole = sha256(&[&cbor::to_bytes(&(&rows, &names))?]);
        if found.shown != Some(whole) {
            self.send_set(way, rows, names, whole).await?;
        }
        if let Some(agreements) = agreements {
            let hash = sha256(&[&agreements]);
            if found.agreements != Some(hash) {
                let names = vec![(AGREEMENTS.0.to_owned(), agreements), (AGREEMENTS.1.to_owned(), hash.to_vec())];
                show(way, Ask::Show { rows: Vec::new(), gone: Vec::new(), names, whole: None }).await?;
            }
        }
        visits.looked = Some((commits, is_open, now));
        Ok(())
    }

    async fn names(&self) -> Result<Vec<(String, Vec<u8>)>, Error> {
        Boxes::new(&self.store, seal::Cost::PASSWORD).found().await?;
        let mut view = self.store.backend().read().await?;
        let mut names = Vec::new();
        for name in ["root", intake::PUBLIC, boxes::REPLY_KEY, boxes::SALT] {
            names.extend(view.meta(name).await?.map(|value| (name.to_owned(), value)));
        }
        Ok(names)
    }

    /// Sends what the window has not, or not so; rows that go are named with the last part.
    async fn send_set(
        &self,
        way: &dyn Way,
        rows: Vec<Row>,
        names: Vec<(String, Vec<u8>)>,
        whole: [u8; 32],
    ) -> Result<(), Error> {
        let Told::Index(there) = way.ask(&Ask::Index).await? else {
            return Err(Problem::at("window.other", "index").into());
        };
        let mut there: BTreeMap<Spot, [u8; 8]> = there.into_iter().collect();
        let (mut part, mut bytes) = (Vec::new(), 0);
        for row in rows {
            if there.remove(&row.spot) == Some(short(&row.body)) {
                continue;
            }
            bytes += row.body.len() + row.spot.part.len() + row.spot.key.len();
            part.push(row);
            if bytes > PART_BYTES_MAX {
                let rows = std::mem::take(&mut part);
                show(way, Ask::Show { rows, gone: Vec::new(), names: Vec::new(), whole: None }).await?;
                bytes = 0;
            }
        }
        show(way, Ask::Show { rows: part, gone: there.into_keys().collect(), names, whole: Some(whole) }).await
    }
}

async fn show(way: &dyn Way, ask: Ask) -> Result<(), Error> {
    match way.ask(&ask).await? {
        Told::Done => Ok(()),
        _ => Err(Problem::at("window.other", "show").into()),
    }
}

fn short(body: &[u8]) -> [u8; 8] {
    sha256(&[body]).first_chunk().copied().unwrap_or_default()
}

/// The rows of this node that everybody may see.
async fn rows(view: &mut View) -> Result<Vec<Row>, Error> {
    let mut all = copied(view.raw(), Shelf::QuarterReports, quarter::release::RELEASED).await?;
    let public = directory::all(view, true).await?;
    for found in public {
        let (whose, mut service) = (found.whose(), found.service);
        // Who says so stands where the page names the source.
        if let Owner::Partner(_, name) = found.owner {
            service.source = Text::new(name.clone(), name);
        }
        all.push(directory::shown(&whose, &service)?);
    }
    for (source, _) in licences::sources(view).await? {
        all.extend(copied(view.raw(), Shelf::Licences, &source).await?);
    }
    all.extend(copied(view.raw(), Shelf::LicenceSources, b"").await?);
    Ok(all)
}

async fn copied(view: &mut dyn RawView, shelf: Shelf, part: &[u8]) -> Result<Vec<Row>, StoreError> {
    let (mut all, mut after) = (Vec::new(), None::<Vec<u8>>);
    loop {
        let items = view.items((shelf.number(), part), after.as_deref(), Direction::Up, limits::CODE_ROWS_MAX).await?;
        let Some(last) = items.last() else { return Ok(all) };
        after = Some(last.key.clone());
        all.extend(items.into_iter().map(|item| {
            let spot = Spot { shelf: item.shelf, part: item.part, key: item.key };
            Row { spot, body: item.body }
        }));
    }
}

/// What a window shows now.
pub(super) async fn index(view: &mut dyn RawView) -> Result<Vec<(Spot, [u8; 8])>, StoreError> {
    let mut all = Vec::new();
    for shelf in SHELVES {
        let (mut part, mut key) = (Vec::new(), Vec::new());
        loop {
            let items = view.all_items((shelf, &part, &key), limits::CODE_ROWS_MAX).await?;
            let count = items.len();
            let of_shelf: Vec<_> = items.into_iter().take_while(|item| item.shelf == shelf).collect();
            let is_last = of_shelf.len() < count || count == 0;
            for item in of_shelf {
                (part, key) = (item.part.clone(), item.key.clone());
                let spot = Spot { shelf, part: item.part, key: item.key };
                all.push((spot, short(&item.body)));
            }
            if is_last {
                break;
            }
        }
    }
    Ok(all)
}
