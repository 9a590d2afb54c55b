//! Services by place: what this node states in its entry, what partners state in theirs, and what this node keeps of bodies
//! without a node, by an imported file (ADR 40). Whoever states or keeps a service says on which day it was last true.

use crate::act::{Act, Desk};
use crate::error::Error;
use crate::mail;
use crate::partners::stated::{self, SERVICE};
use crate::policy::{Deed, Permit};
use crate::window::{Row, Spot};
use async_trait::async_trait;
use base::places::{PROVINCES, REGENCIES, km};
use base::{NodeId, Place, Problem, Timestamp, limits};
use pocketbook::services::{COLUMNS, Listed, Where};
use pocketbook::{ServiceKind, around};
use seal::cbor::{Key, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Page, Read, Sealed, Shelf, Shelved, StoreError, Tx};

/// Services that one answer shows.
pub const FOUND_MAX: usize = 200;
/// How an address names what this node states itself.
const OURS: &str = "kami";
/// Regencies beside the one that was asked for whose services are shown.
const NEAR_MAX: usize = 5;
/// Regencies that are looked at for them, the nearest first: farther ones are no help today.
const LOOKED_AT_MAX: usize = 60;

/// A kept service: its record. It names institutions, not people, and half of it is public: it is not sealed, so that the
/// pocketbook of a locked node shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept(Vec<String>);

impl Shelved for Kept {
    const SHELF: Shelf = Shelf::Services;
}

/// Who says that a service is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// This node, in its entry.
    Us,
    /// This node, of a body without a node.
    Kept,
    /// A partner, by its official name.
    Partner(NodeId, String),
}

/// A service that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The service.
    pub service: Listed,
    /// Who says so.
    pub owner: Owner,
    /// Kilometres from the place that was asked for; `None`: there, or for the whole province or country.
    pub km: Option<u32>,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where, or near where.
    pub at: Where,
    /// What for; `None`: anything.
    pub kind: Option<ServiceKind>,
    /// Only what everybody may see.
    pub public: bool,
}

/// States a service of this node, or states it anew under the same code. It counts as confirmed today.
#[derive(Clone, Debug)]
pub struct StateService(pub [String; COLUMNS.len()]);

#[async_trait]
impl Act for StateService {
    const NAME: &'static str = "directory.state";
    const DEED: Deed = Deed::StateItems;
    type Done = ();

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let (date, today) = day_here(desk, tx.now());
        let mut record = self.0.clone();
        if let Some(confirmed) = record.get_mut(16) {
            *confirmed = date;
        }
        let service = Listed::from_record(&record, today).map_err(first)?;
        stated::put(tx, (SERVICE, item_id(&service.code)), &item(&service)).await
    }
}

/// Says of a stated service that it is still true.
#[derive(Clone, Debug)]
pub struct ConfirmService(pub String);

#[async_trait]
impl Act for ConfirmService {
    const NAME: &'static str = "directory.confirm";
    const DEED: Deed = Deed::StateItems;
    type Done = ();

    async fn act(&self, permit: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let own = own(tx).await?.into_iter().find(|service| service.code == self.0).ok_or(Error::NotFound)?;
        StateService(own.record()).act(permit, desk, tx).await
    }
}

/// States a service no longer. One that is gone is no fault.
#[derive(Clone, Debug)]
pub struct DropService(pub String);

#[async_trait]
impl Act for DropService {
    const NAME: &'static str = "directory.drop";
    const DEED: Deed = Deed::StateItems;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        stated::remove(tx, (SERVICE, item_id(&self.0))).await
    }
}

/// Keeps the services of a file. The file is the whole list: what is not in it goes.
#[derive(Clone, Debug)]
pub struct KeepServices(pub Vec<Listed>);

/// What an import changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// New or said otherwise.
    pub written: usize,
    /// As before.
    pub same: usize,
    /// Gone.
    pub gone: usize,
}

#[async_trait]
impl Act for KeepServices {
    const NAME: &'static str = "directory.keep";
    const DEED: Deed = Deed::StateItems;
    type Done = Changed;

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Changed, Error> {
        let mut before = BTreeMap::new();
        for part in parts() {
            for (code, kept) in rows(tx, part).await? {
                before.insert((part.to_owned(), code), kept);
            }
        }
        let mut changed = Changed::default();
        for service in &self.0 {
            let kept = Kept(service.record().to_vec());
            let at = (service.at.code().to_owned(), service.code.clone().into_bytes());
            if before.remove(&at).as_ref() == Some(&kept) {
                changed.same += 1;
                continue;
            }
            tx.put((at.0.as_bytes(), &at.1), None, Sealed::Plain, &kept).await?;
            changed.written += 1;
        }
        changed.gone = before.len();
        for (part, code) in before.into_keys() {
            tx.remove::<Kept>(part.as_bytes(), &code).await?;
        }
        Ok(changed)
    }
}

/// The services that this node states, by code.
pub async fn own(view: &mut impl Read) -> Result<Vec<Listed>, StoreError> {
    let today = view.now().day();
    let mut own: Vec<Listed> =
        stated::own(view, SERVICE).await?.iter().filter_map(|(_, value)| from_item(value, today)).collect();
    own.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(own)
}

/// Services that partners state, each partner with its official name.
pub async fn of_partners(view: &mut impl Read) -> Result<Vec<(NodeId, String, Vec<Listed>)>, StoreError> {
    let today = view.now().day();
    let mut all = Vec::new();
    for row in mail::entries(view).await?.into_iter().filter(|row| row.trusted) {
        let Some(entry) = seal::entry::stated_in(&row.signed.0) else { continue };
        let services: Vec<Listed> =
            stated::in_entry(&entry, SERVICE).filter_map(|value| from_item(value, today)).collect();
        all.push((row.node, entry.names.first().cloned().unwrap_or_default(), services));
    }
    Ok(all)
}

/// Services near a place, the nearest first, then by name; at most [`FOUND_MAX`].
pub async fn search(view: &mut impl Read, wanted: &Wanted) -> Result<Vec<Found>, StoreError> {
    let fits =
        |service: &Listed| wanted.kind.is_none_or(|kind| service.kind == kind) && (service.public || !wanted.public);
    let mut found: Vec<Found> = Vec::new();
    for (service, owner) in of_nodes(view).await? {
        if fits(&service) && near_enough(&service.at, &wanted.at) {
            found.push(Found { km: distance(&service.at, &wanted.at), service, owner });
        }
    }
    let mut near = 0;
    for part in parts_near(&wanted.at) {
        let here = covers(part, &wanted.at);
        if near >= NEAR_MAX && !here {
            break;
        }
        let kept = kept_in(view, part).await?.into_iter().filter(fits);
        let before = found.len();
        found.extend(kept.map(|service| Found { km: distance(&service.at, &wanted.at), service, owner: Owner::Kept }));
        near += usize::from(!here && found.len() > before);
    }
    found.sort_by(|a, b| (a.km, &a.service.name.id).cmp(&(b.km, &b.service.name.id)));
    found.truncate(FOUND_MAX);
    Ok(found)
}

/// All services, those of nodes first, then what is kept here by place.
pub async fn all(view: &mut impl Read, public: bool) -> Result<Vec<Found>, StoreError> {
    let mut all: Vec<Found> = Vec::new();
    for (service, owner) in of_nodes(view).await? {
        all.push(Found { service, owner, km: None });
    }
    for service in kept(view).await? {
        all.push(Found { service, owner: Owner::Kept, km: None });
    }
    all.retain(|found| found.service.public || !public);
    Ok(all)
}

impl Found {
    /// Who says that it is there, as an address names it: `kami`, a node, or the place under which it is kept here. With the
    /// code of the service it names one service.
    pub fn whose(&self) -> String {
        match &self.owner {
            Owner::Us => OURS.to_owned(),
            Owner::Partner(node, _) => node.to_string(),
            Owner::Kept => self.service.at.code().to_owned(),
        }
    }
}

/// One service by who says that it is there, as [`Found::whose`] names it, and its code.
pub async fn one(view: &mut impl Read, (whose, code): (&str, &str)) -> Result<Option<Found>, StoreError> {
    let found = if let Some(part) = parts().find(|part| *part == whose) {
        let kept = kept_in(view, part).await?.into_iter();
        kept.map(|service| Found { service, owner: Owner::Kept, km: None }).collect()
    } else {
        let of_nodes = of_nodes(view).await?.into_iter();
        of_nodes.map(|(service, owner)| Found { service, owner, km: None }).collect::<Vec<_>>()
    };
    Ok(found.into_iter().find(|found| found.service.code == code && found.whose() == whose))
}

/// The services that this node keeps of bodies without a node, by place.
pub async fn kept(view: &mut impl Read) -> Result<Vec<Listed>, StoreError> {
    let mut all = Vec::new();
    for part in parts() {
        all.extend(kept_in(view, part).await?);
    }
    Ok(all)
}

/// How an item stands in an entry: key 1 its format, then the columns of its record from 2 up; empty ones are left out.
fn item(service: &Listed) -> Value {
    let record = service.record();
    let texts = (2..).zip(record).filter(|(_, text)| !text.is_empty());
    let pairs = std::iter::once((Key::Int(1), Value::uint(SERVICE)))
        .chain(texts.map(|(key, text)| (Key::Int(key), Value::text(text))));
    Value::Map(pairs.collect())
}

/// Reads an item; one that a later version wrote otherwise is skipped.
pub fn from_item(value: &Value, today: i64) -> Option<Listed> {
    let Value::Map(pairs) = value else { return None };
    let mut record: [String; COLUMNS.len()] = Default::default();
    for (key, text) in (2..).zip(&mut record) {
        if let Some(value) = pairs.get(&Key::Int(key)) {
            *text = value.clone().into_text().ok()?;
        }
    }
    Listed::from_record(&record, today).ok()
}

fn item_id(code: &str) -> [u8; 16] {
    let hash = seal::hash::sha256(&[b"simpul/service/1", code.as_bytes()]);
    hash.first_chunk().copied().unwrap_or_default()
}

fn first(faults: Vec<Problem>) -> Problem {
    faults.into_iter().next().unwrap_or(Problem::new("stated.malformed"))
}

/// The day of a moment at this node, as a date and in days since 1970.
fn day_here(desk: &Desk, now: Timestamp) -> (String, i64) {
    let zone = desk.me.place.zone();
    let (year, month, day, ..) = zone.local(now);
    (format!("{year:04}-{month:02}-{day:02}"), zone.local_day(now))
}

async fn of_nodes(view: &mut impl Read) -> Result<Vec<(Listed, Owner)>, StoreError> {
    let mut all: Vec<(Listed, Owner)> = own(view).await?.into_iter().map(|service| (service, Owner::Us)).collect();
    for (node, name, services) in of_partners(view).await? {
        all.extend(services.into_iter().map(|service| (service, Owner::Partner(node, name.clone()))));
    }
    Ok(all)
}

/// A service as a public window keeps it: under its place, whoever states it.
pub(crate) fn shown(whose: &str, service: &Listed) -> Result<Row, StoreError> {
    let key = store::KeyBytes::new().text(whose).bytes(service.code.as_bytes()).done();
    let spot = Spot { shelf: Shelf::Services.number(), part: service.at.code().into(), key };
    Ok(Row { spot, body: store::cbor::to_bytes(&Kept(service.record().to_vec()))? })
}

async fn kept_in(view: &mut impl Read, part: &str) -> Result<Vec<Listed>, StoreError> {
    let today = view.now().day();
    let read = |kept: Kept| Listed::from_record(&kept.0.try_into().ok()?, today).ok();
    Ok(rows(view, part).await?.into_iter().filter_map(|(_, kept)| read(kept)).collect())
}

async fn rows(view: &mut impl Read, part: &str) -> Result<Vec<(Vec<u8>, Kept)>, StoreError> {
    let (mut all, mut page) = (Vec::new(), Page::first(limits::CODE_ROWS_MAX));
    loop {
        let rows = view.states::<Kept>(part.as_bytes(), &page).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        page.after = Some(last.key.clone());
        let is_last = rows.len() < limits::CODE_ROWS_MAX;
        all.extend(rows.into_iter().map(|row| (row.key, row.card)));
        if is_last {
            return Ok(all);
        }
    }
}

/// Every place that may hold services: the country, others, provinces, regencies.
fn parts() -> impl Iterator<Item = &'static str> {
    let places = PROVINCES.iter().map(|(code, _)| code.as_ref());
    std::iter::once("ID").chain(abroad()).chain(places).chain(REGENCIES.iter().map(|regency| regency.code.as_str()))
}

/// Two letters, all 676 of them but `ID`.
fn abroad() -> impl Iterator<Item = &'static str> {
    const LETTERS: &[u8; 26] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static PAIRS: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| {
        let pair =
            |n: usize| LETTERS.get(n / 26).zip(LETTERS.get(n % 26)).map(|(a, b)| [char::from(*a), char::from(*b)]);
        (0..26 * 26).filter_map(pair).map(String::from_iter).filter(|pair| pair != "ID").collect()
    });
    PAIRS.iter().map(String::as_str)
}

/// The parts to look at: the place itself and what is under or above it, the country, then the nearest regencies.
fn parts_near(at: &Where) -> Vec<&str> {
    let Where::Place(place) = at else { return vec!["ID", at.code()] };
    let mut all: Vec<&str> = vec!["ID", place.province()];
    all.extend(REGENCIES.iter().map(|regency| regency.code.as_str()).filter(|code| covers(code, at)));
    all.dedup();
    let known: BTreeSet<&str> = all.iter().copied().collect();
    let near = around(place, LOOKED_AT_MAX).into_iter().map(|regency| regency.code.as_str());
    all.extend(near.filter(|code| !known.contains(code)));
    all
}

/// Whether what is given at a place of this code is given at the one that was asked for.
fn covers(code: &str, asked: &Where) -> bool {
    let Where::Place(asked) = asked else { return code == "ID" || code == asked.code() };
    code == "ID" || Place::parse(code).is_ok_and(|at| at.covers(asked) || asked.covers(&at))
}

fn near_enough(at: &Where, asked: &Where) -> bool {
    let Where::Place(place) = asked else { return covers(at.code(), asked) };
    covers(at.code(), asked) || around(place, LOOKED_AT_MAX).iter().any(|near| near.code == at.code())
}

fn distance(at: &Where, asked: &Where) -> Option<u32> {
    match (at, asked) {
        (Where::Place(at), Where::Place(place)) if !covers(at.code(), asked) => km(place, at),
        _ => None,
    }
}
