//! What the window says of itself and of the task force: who runs it, privacy, safety, complaints, accords in force, and the
//! numbers that were released.

use super::rights::lines;
use crate::directory::date_words;
use crate::guard::{Answer, Fail, Visit, page};
use crate::state::WebState;
use crate::view::guide::Chapter;
use crate::view::window::{Accord, Accords, Counts, Leaf, Numbers};
use crate::view::{Fact, Frame, Link};
use crate::when;
use crate::words_of::counts;
use accord::{Purpose, Word};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{Problem, Timestamp};
use casework::counts::{SMALL_CELL, Table};
use desk::quarter::Counted;
use desk::quarter::release::{Published, published};
use desk::window::{Agreement, agreements};
use pocketbook::services::csv::line;
use pocketbook::{PublicPage, dialled};
use std::collections::{BTreeMap, BTreeSet};

/// `GET /tentang`, `/keluhan`, `/privasi`, `/aksesibilitas`, `/aman`: each the text of its name.
pub async fn leaf(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    let name = t.path.trim_start_matches('/').to_owned();
    let text = PublicPage::window().iter().find(|page| page.text.id == name).ok_or(Problem::new("web.not-found"))?;
    page(&leaf_page(t, text, &web.set.duty_phone, web.now()))
}

/// One text of the window.
pub fn leaf_page(t: Frame, text: &PublicPage, duty_phone: &str, now: Timestamp) -> Leaf {
    let link = |path: &str, word: &str| Link::new(t.href(path), word);
    let (more, is_reached): (Vec<Link>, bool) = match text.text.id.as_str() {
        "tentang" => (vec![link("/keluhan", t.window_complain()), link("/mou", t.public_mou())], true),
        "privasi" => (vec![link("/aman", t.foot_safe())], true),
        "aman" => (vec![link("/bantuan", t.help_title())], false),
        _ => (Vec::new(), true),
    };
    Leaf {
        back: link("/", t.start()),
        icon: text.icon.clone(),
        chapter: Chapter::of(&t, &text.text),
        call: lines(&t, text, now),
        phone: dialled(duty_phone).filter(|_| is_reached).map(|dial| (dial, duty_phone.to_owned())),
        more,
        t,
    }
}

/// `GET /mou`: title, parties, purposes and days of each accord in force; no case and no clause. Accords are sealed, so a
/// locked node says that they cannot be read now.
pub async fn mou(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    let (locked, list) = match agreements(&web.desk).await {
        Ok(all) => (false, all.iter().map(|one| told(&t, one)).collect()),
        Err(error) if error.problem().code.0 == "store.locked" => (true, Vec::new()),
        Err(error) => return Err(error.into()),
    };
    page(&Accords { t, locked, list })
}

fn told(t: &Frame, one: &Agreement) -> Accord {
    let purposes = one.purposes.iter().filter_map(|word| Purpose::parse(word));
    let purposes: BTreeSet<&str> = purposes.map(|purpose| purpose.label(t.lang())).collect();
    let purposes: Vec<&str> = purposes.into_iter().collect();
    Accord {
        title: one.title.get(t.lang()).to_owned(),
        facts: vec![
            Fact::new(t.public_mou_parties(), one.parties.join("; ")),
            Fact::new(t.public_mou_purposes(), purposes.join("; ")),
            Fact::new(t.public_mou_until(), date_words(&one.days.1, t.lang())),
        ],
    }
}

/// `GET /data`
pub async fn numbers(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    let zone = web.desk.me.place.zone();
    let quarter = |released: Published| Counts {
        id: format!("q{}", released.quarter),
        heading: t.data_quarter(released.quarter.to_string()),
        lead: {
            let few = || t.counts_few(SMALL_CELL);
            let total = total(&released.tables).map_or_else(few, |total| total.to_string());
            format!("{} {}", t.data_total(total), t.data_released(when::day(released.at, zone, t.lang())))
        },
        tables: released
            .tables
            .iter()
            .map(|(counted, table)| (counts::table(t.words(), *counted), cells(&t, *counted, table)))
            .collect(),
    };
    let quarters = released(&web).await?.into_iter().map(quarter).collect();
    page(&Numbers { least: SMALL_CELL, quarters, t: t.clone() })
}

async fn released(web: &WebState) -> Result<Vec<Published>, Fail> {
    let mut view = web.desk.store.read_unsealed(web.now()).await?;
    Ok(published(&mut view).await?)
}

fn total(tables: &BTreeMap<Counted, Table>) -> Option<u64> {
    tables.values().next().and_then(|table| table.total)
}

fn cells(t: &Frame, counted: Counted, table: &Table) -> Vec<Fact> {
    let count = |count: Option<u64>| count.map_or_else(|| t.counts_hidden().to_owned(), |count| count.to_string());
    table.cells.iter().map(|cell| Fact::new(counts::cell(t.words(), counted, &cell.word), count(cell.count))).collect()
}

/// `GET /data/angka.csv`: one line a cell; an empty count is a hidden one.
pub async fn csv(State(web): State<WebState>) -> Answer {
    let mut text = line(["quarter", "table", "cell", "count"]);
    for released in released(&web).await? {
        let quarter = released.quarter.to_string();
        for (counted, table) in &released.tables {
            let all = table.total.map(|total| ("TOTAL", Some(total)));
            let cells = table.cells.iter().map(|cell| (cell.word.as_str(), cell.count));
            for (cell, count) in cells.chain(all) {
                let count = count.map(|count| count.to_string()).unwrap_or_default();
                text.push_str(&line([quarter.as_str(), counted.word(), cell, count.as_str()]));
            }
        }
    }
    Ok(file("text/csv; charset=utf-8", text.into_bytes()))
}

/// `GET /data/angka.json`: the same; a hidden count is null.
pub async fn json(State(web): State<WebState>) -> Answer {
    let table = |table: &Table| {
        let cells: BTreeMap<&str, Option<u64>> =
            table.cells.iter().map(|cell| (cell.word.as_str(), cell.count)).collect();
        serde_json::json!({ "total": table.total, "cells": cells })
    };
    let quarter = |released: &Published| {
        let tables: BTreeMap<&str, _> =
            released.tables.iter().map(|(counted, one)| (counted.word(), table(one))).collect();
        serde_json::json!({
            "quarter": released.quarter.to_string(), "released_at": released.at.to_string(), "tables": tables,
        })
    };
    let all: Vec<_> = released(&web).await?.iter().map(quarter).collect();
    let whole = serde_json::json!({ "smallest_count_shown": SMALL_CELL, "quarters": all });
    Ok(file("application/json", serde_json::to_vec(&whole).map_err(|_| Problem::new("web.fault"))?))
}

fn file(kind: &'static str, bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], bytes).into_response()
}
