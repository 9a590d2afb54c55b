//! Pages of staff: a list among 100 000 cases, and one case with its events.

use crate::meter::{cpu_seconds, per_call};
use crate::node::{Node, START, officer, runtime};
use crate::row::{Line, Row};
use crate::story;
use anyhow::Context;
use base::{CaseId, OfficerId, Redacted, limits};
use casework::Role;
use casework::case::StepRef;
use casework::words::{PersonRole, Urgency};
use desk::cases::record::AddNote;
use desk::cases::search::Search;
use desk::cases::{CaseCard, CaseState, CaseStream, StepCard};
use desk::{Asking, Deed};
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use store::{KeyBytes, Page, Read, Sealed, Shelf, Shelved, Team};
use store_sqlite::Durability;
use tokio::runtime::Runtime;

/// Cases in the list.
const CASES: i64 = 100_000;
/// Cases written by one command.
const BATCH: i64 = 2_000;
/// Version of the case whose page is loaded: a snapshot at 32 and 31 events after it.
const VERSION: i64 = 63;

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    let node = runtime.block_on(Node::sqlite(Durability::Off))?;
    runtime.block_on(fill(&node))?;
    let first = first_page(&runtime, &node)?;
    let anywhere = any_page(&runtime, &node)?;
    let case = case_page(&runtime, &node)?;
    Ok(vec![
        Row::micros("first 25 opened cards of 100 000 cases", first, 400.0).into(),
        Row::micros("any 25 of them, keys not yet open", anywhere, 400.0).into(),
        Row::micros("case page: snapshot and 31 events", case, 500.0).into(),
    ])
}

/// The first search after the unlock, over as many cases as are kept in memory, each of some thirty events.
pub fn search() -> anyhow::Result<Vec<Line>> {
    let runtime = runtime()?;
    let node = runtime.block_on(Node::sqlite(Durability::Off))?;
    runtime.block_on(story::cases(&node, u32::try_from(limits::SEARCH_CASES_MAX)?))?;
    node.desk.store.vault().lock();
    runtime.block_on(node.desk.store.unlock(node.master.clone(), START))?;
    let (first, all) = seconds_of(&runtime, &node)?;
    anyhow::ensure!(all == limits::SEARCH_CASES_MAX, "{all} cases were found");
    let (again, _) = seconds_of(&runtime, &node)?;
    Ok(vec![
        Row::at_most("first search after unlock, 5 000 own cases", first, "CPU seconds", 2.0).into(),
        Row::told("the next search in them", again * 1e3, "CPU ms").into(),
    ])
}

/// A search by who holds every case, for words that stand in each; and how many cases it finds.
fn seconds_of(runtime: &Runtime, node: &Node) -> anyhow::Result<(f64, usize)> {
    let words = Redacted::new("Teman arisan, KAKAKNYA".to_owned());
    let search = Search { session: [1; 32], ends_at: START.plus_hours(10), words };
    let before = cpu_seconds();
    let asking = Asking::once(&*node.desk.chance, START);
    let hits = runtime.block_on(node.desk.search(&officer(3), asking, &search))?;
    Ok((cpu_seconds() - before, hits.all))
}

/// A case in the list without its events: the same card under a key of its own.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Listed(CaseCard);

impl Shelved for Listed {
    const SHELF: Shelf = Shelf::CasesByState;
}

/// The same in the list of who holds it.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Held(CaseCard);

impl Shelved for Held {
    const SHELF: Shelf = Shelf::CasesByManager;
}

/// Its next step, on the day of who holds it.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Step(StepCard);

impl Shelved for Step {
    const SHELF: Shelf = Shelf::StepsByRole;
}

/// Cases in every list that an officer opens, held by these officers in turn; every tenth waits for somebody.
pub async fn held_by(node: &Node, officers: &[OfficerId]) -> anyhow::Result<()> {
    for batch in 0..CASES / BATCH {
        let mut tx = node.begin().await?;
        for number in batch * BATCH..(batch + 1) * BATCH {
            let at = usize::try_from(number)?;
            let holder = officers.get(at % officers.len()).copied().filter(|_| at % 10 != 0);
            let card = CaseCard { manager: holder, ..card(node, number) };
            let (id, key) = (card.id, order(&card, number));
            let step = step(&card);
            tx.make_key(id.bytes(), Team::Casework).await?;
            let sealed = Sealed::Subject(id.bytes(), Team::Casework);
            if let Some(holder) = holder {
                tx.put((&holder.bytes(), &key), None, sealed, &Held(card.clone())).await?;
            }
            let part = holder.map_or_else(|| Role::CaseManager.word().as_bytes().to_vec(), |id| id.bytes().to_vec());
            tx.put((&part, &key), None, sealed, &Step(step)).await?;
            tx.put((CaseState::Open.word().as_bytes(), &key), None, sealed, &Listed(card)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn step(card: &CaseCard) -> StepCard {
    StepCard {
        case: card.id,
        alias: card.alias.clone(),
        urgency: card.urgency.clone(),
        step: StepRef("ID-3".into(), 1),
        role: Role::CaseManager,
        officer: card.manager,
        opened_at: card.opened_at,
        due: card.due,
        level: 0,
        statutory: false,
        paused: false,
        barred: std::collections::BTreeSet::new(),
    }
}

async fn fill(node: &Node) -> anyhow::Result<()> {
    for batch in 0..CASES / BATCH {
        let mut tx = node.begin().await?;
        for number in batch * BATCH..(batch + 1) * BATCH {
            let card = card(node, number);
            let key = order(&card, number);
            tx.make_key(card.id.bytes(), Team::Casework).await?;
            let sealed = Sealed::Subject(card.id.bytes(), Team::Casework);
            tx.put((CaseState::Open.word().as_bytes(), &key), None, sealed, &Listed(card)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn card(node: &Node, number: i64) -> CaseCard {
    let manager = officer(1).officer().map(|staff| staff.id);
    CaseCard {
        id: CaseId::from_bytes(node.desk.chance.bytes()),
        alias: format!("Melati-{number}"),
        state: CaseState::Open,
        urgency: Urgency::Amber.word().to_owned(),
        found_in: "21.71".into(),
        origin: Some("52.03".into()),
        roles: vec![PersonRole::Victim.word().to_owned()],
        outcome: Some("PRESUMED_VICTIM".into()),
        manager,
        companion: None,
        next_step: Some("ID-3".into()),
        due: Some(START.plus_hours(number)),
        opened_at: START,
        barred: std::collections::BTreeSet::new(),
        is_matter: false,
        parts: std::collections::BTreeSet::new(),
    }
}

fn order(card: &CaseCard, number: i64) -> Vec<u8> {
    KeyBytes::new().int(1).int(number).bytes(&card.id.bytes()).done()
}

async fn page(node: &Node, after: Option<Vec<u8>>) -> anyhow::Result<usize> {
    let mut view = node.desk.read_for(&officer(1), Deed::SeeCases).await?;
    let page = Page { after, ..Page::first(25) };
    let cards = view.list::<CaseCard>(Shelf::CasesByState, CaseState::Open.word().as_bytes(), &page).await?;
    Ok(black_box(cards).len())
}

fn first_page(runtime: &Runtime, node: &Node) -> anyhow::Result<f64> {
    let mut whole = true;
    let seconds = per_call(|| whole &= runtime.block_on(page(node, None)).is_ok_and(|rows| rows == 25));
    anyhow::ensure!(whole, "a page is short");
    Ok(seconds)
}

/// Pages far apart: the store keeps 4 096 keys open, so these are looked up and unwrapped.
fn any_page(runtime: &Runtime, node: &Node) -> anyhow::Result<f64> {
    let (mut whole, mut number) = (true, 0);
    let seconds = per_call(|| {
        number = (number + 40_009) % (CASES - 25);
        let after = KeyBytes::new().int(1).int(number).done();
        whole &= runtime.block_on(page(node, Some(after))).is_ok_and(|rows| rows == 25);
    });
    anyhow::ensure!(whole, "a page is short");
    Ok(seconds)
}

fn case_page(runtime: &Runtime, node: &Node) -> anyhow::Result<f64> {
    let case = runtime.block_on(async {
        let case = story::opens(&node.desk, 0, "lbh").await?;
        let note = || AddNote { text: Redacted::new("Menelepon kakaknya; akan datang besok pagi. ".repeat(8)) };
        while story::change(&node.desk, case, note()).await? < VERSION {}
        anyhow::Ok(case)
    })?;
    let load = async || {
        let mut view = node.desk.read_for(&officer(1), Deed::ReadCase).await?;
        let stored = view.load::<CaseStream>(case.bytes()).await?.context("the case")?;
        anyhow::Ok(black_box(stored).version)
    };
    let mut whole = true;
    let seconds = per_call(|| whole &= runtime.block_on(load()).is_ok_and(|version| version == VERSION));
    anyhow::ensure!(whole, "the case is not at version {VERSION}");
    Ok(seconds)
}
