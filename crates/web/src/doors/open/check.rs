//! The public check of an agency: official facts alone. What is looked for is posted, kept nowhere and logged nowhere; found,
//! sanctioned and not found are answers of one length, made with equal work (law T10).

use super::crowd::address;
use crate::guard::{Answer, Open, Visit, page, page_even, page_with, see};
use crate::licences::{card, lists_in_use};
use crate::state::WebState;
use crate::view::public::{Check, Checked};
use crate::view::{Faults, Field, Frame};
use axum::extract::State;
use axum::http::Extensions;
use base::Problem;
use base::limits::LICENCE_QUERY_CHARS_MAX;
use desk::licences::Lists;
use recruiters::licences::Standing;

/// Agencies that an answer shows.
const SHOWN_MAX: usize = 3;
/// The field with what is looked for.
const WORDS: &str = "cari";

/// `GET /periksa`
pub async fn form(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    let lists = web.licences.lists(&web.desk).await?;
    page(&check_page(t, &lists, Faults::default(), ""))
}

/// `GET /periksa/hasil`: an answer is not kept, so there is none to show again.
pub async fn again(Visit(t): Visit) -> Answer {
    Ok(see(&t.href("/periksa")))
}

/// `POST /periksa/hasil`. Who asks often waits her turn; where too many wait, what was typed comes back.
pub async fn answer(State(web): State<WebState>, Visit(t): Visit, extensions: Extensions, form: Open) -> Answer {
    let from = address(&extensions);
    let lists = web.licences.lists(&web.desk).await?;
    let words = form.get(WORDS);
    if words.is_empty() || words.chars().count() > LICENCE_QUERY_CHARS_MAX {
        let problem = Problem::at("licence.query", LICENCE_QUERY_CHARS_MAX.to_string());
        let faults = Faults::of(t.words(), &problem, Some(WORDS));
        return page_with(Some(&problem), &check_page(t, &lists, faults, words));
    }
    if let Err(busy) = web.checks.enter(&from, &web).await {
        let faults = Faults::of(t.words(), &busy, None);
        return page_with(Some(&busy), &check_page(t, &lists, faults, words));
    }
    web.checks.note(&from, &web);
    let today = web.desk.me.place.zone().local_day(web.now());
    page_even(&checked(t, &lists, words, today))
}

/// The answer as a page.
fn checked(mut t: Frame, lists: &Lists, words: &str, today: i64) -> Checked {
    let (found, _) = lists.index.search(words, today);
    let is_sanctioned = found.iter().any(|found| found.known.agency.standing(today) == Standing::Sanctioned);
    let (heading, lead) = match (found.is_empty(), is_sanctioned) {
        (true, _) => (t.check_none(), t.check_none_lead()),
        (_, true) => (t.check_sanction(), t.check_sanction_lead()),
        _ => (t.check_found(), t.check_found_lead()),
    };
    // The other language begins anew: an answer has no address.
    "/periksa".clone_into(&mut t.path);
    Checked {
        heading,
        lead,
        cards: found.iter().take(SHOWN_MAX).map(|found| card(t.words(), lists, found, today)).collect(),
        more: found.len() > SHOWN_MAX,
        field: field(&t, words),
        lists: lists_in_use(t.words(), lists),
        t,
    }
}

fn check_page(t: Frame, lists: &Lists, faults: Faults, words: &str) -> Check {
    Check { faults, field: field(&t, words), lists: lists_in_use(t.words(), lists), t }
}

fn field(t: &Frame, words: &str) -> Field {
    let short: String = words.chars().take(LICENCE_QUERY_CHARS_MAX).collect();
    Field::line(WORDS, t.check_words()).help(t.check_words_help()).fill("off").value(&short)
}
