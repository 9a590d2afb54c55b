//! My day, and the lists of cases.

use crate::guard::{Answer, Fail, Here, Posted, page, page_with};
use crate::view::staff::day::{List, Row, Search, TaskGroup, TaskRow, Today};
use crate::view::{Field, Frame, Link, Tag, Tone};
use crate::words_of;
use axum::extract::RawQuery;
use base::{Redacted, Timestamp, limits};
use desk::Deed;
use desk::cases::reports::ReportCard;
use desk::cases::search::{Found, Hit, Search as Wanted};
use desk::cases::steps::{DAY_STEPS, Day, day_of};
use desk::cases::{CaseCard, CaseState, StepCard};
use store::{Direction, Listed, Page, Read, Shelf, View};

/// `GET /hari-ini`
pub async fn today(here: Here) -> Answer {
    let t = here.t.words();
    let pairs = if here.may(Deed::JudgePair) { crate::doors::recruiters::review::waiting(&here).await? } else { None };
    // One snapshot for the rest; each part asks first whether this person may see it.
    let mut view = here.web.desk.read().await?;
    let mut groups: Vec<TaskGroup> = unheld(&here, &mut view).await?.into_iter().collect();
    let writings = crate::doors::writing::tasks(&here, &mut view).await?;
    if !writings.is_empty() {
        groups.push(TaskGroup { heading: t.writings().to_owned(), none: String::new(), tasks: writings });
    }
    if here.may(Deed::SeeMatters) {
        groups.extend(crate::doors::matters::list::soon(&here, &mut view).await?);
    }
    if here.may(Deed::JudgePair) {
        groups.extend(crate::doors::recruiters::alerts::waiting(&here, &mut view).await?);
        groups.extend(pairs);
    }
    if here.may(Deed::ReleaseCounts) {
        groups.extend(crate::doors::counts::release::unsigned(&here, &mut view).await?);
    }
    if here.may(Deed::SeeReports) {
        groups.extend(crate::doors::talk::waiting(&here, &mut view).await?);
    }
    if here.may(Deed::SeeCases) {
        groups.extend(work(&here, &mut view).await?);
    }
    let mut group = |heading: &str, tasks| {
        groups.push(TaskGroup { heading: heading.to_owned(), none: t.nothing_here().to_owned(), tasks });
    };
    if here.may(Deed::SeeNode) || here.may(Deed::SendOffer) {
        let matters = crate::doors::concerns::matters(&here, &mut view).await?;
        group(t.concerns(), crate::doors::concerns::tasks(&here, matters));
    }
    if here.may(Deed::StateItems) {
        let asked = crate::doors::services::doubtful(&here, &mut view).await?;
        if !asked.is_empty() {
            group(t.directory_asked(), asked);
        }
    }
    if here.may(Deed::SeeReports) {
        group(t.new_reports(), new_reports(&here, &mut view).await?);
    }
    if here.may(Deed::SeeOffers) {
        group(t.new_referrals(), new_referrals(&here, &mut view).await?);
    }
    groups.extend(crate::doors::mou::paper::owed(&here, &mut view).await?);
    groups.extend(crate::doors::body::asked(&here, &mut view).await?);
    groups.extend(crate::doors::shut::told(&here, &mut view).await?);
    page(&Today { t: here.t, groups })
}

async fn new_reports(here: &Here, view: &mut View) -> Result<Vec<TaskRow>, Fail> {
    let t = here.t.words();
    let found = desk::cases::reports::reports(view, true, &Page::first(limits::PAGE_ROWS)).await?;
    let row = |row: &Listed<ReportCard>| TaskRow {
        href: format!("/laporan/{}", row.card.id),
        title: here.t.report_of(row.card.number.clone()),
        detail: [words_of::place_or_unknown(t, row.card.place.as_deref()), here.moment(row.card.at)].join(" · "),
        tag: Tag::urgency(t, &row.card.urgency),
    };
    Ok(found.iter().map(row).collect())
}

/// What partners offer and nobody answered.
async fn new_referrals(here: &Here, view: &mut View) -> Result<Vec<TaskRow>, Fail> {
    let mut found = desk::offers::offers(view, true, &Page::first(limits::PAGE_ROWS)).await?;
    found.retain(|row| !row.card.giving && row.card.state == "offered");
    desk::offers::drop_shut(view, &here.staff, &mut found).await?;
    let mut rows = Vec::new();
    for row in found {
        let card = crate::doors::referral::named(view, row.card).await?;
        rows.push(TaskRow {
            href: crate::doors::referral::href(&card),
            title: crate::doors::referral::heading(&here.t, &card),
            detail: here.t.answer_before(here.moment(card.answer_by)),
            tag: Tag::urgency(here.t.words(), &card.urgency),
        });
    }
    Ok(rows)
}

/// The steps of a day: late, due today, soon, waiting for the person; for the coordinator also what the node owes.
async fn work(here: &Here, view: &mut View) -> Result<Vec<TaskGroup>, Fail> {
    let (t, now) = (here.t.words(), here.web.now());
    let mut groups = Vec::new();
    let Day { steps, is_cut } = day_of(view, &here.staff).await?;
    if here.may(Deed::SendCounts) {
        groups.extend(owed(here, view).await?);
    }
    let end = now.plus_hours(24);
    let late = |step: &&StepCard| step.due.is_some_and(|due| due < now) && !step.paused;
    let soon = |step: &&StepCard| step.due.is_some_and(|due| due >= now && due < end) && !step.paused;
    let group = |heading: &str, which: &dyn Fn(&&StepCard) -> bool| TaskGroup {
        heading: heading.to_owned(),
        none: t.nothing_here().to_owned(),
        tasks: steps.iter().filter(which).map(|step| step_row(here, step, now)).collect(),
    };
    groups.push(group(t.overdue(), &late));
    groups.push(group(t.due_today(), &soon));
    groups.push(group(t.due_soon(), &|step| !late(step) && !soon(step) && !step.paused));
    groups.push(group(t.waiting_others(), &|step| step.paused));
    if is_cut {
        groups.push(TaskGroup {
            heading: t.more_steps().to_owned(),
            none: t.more_steps_where(DAY_STEPS),
            tasks: Vec::new(),
        });
    }
    Ok(groups)
}

/// Cases that nobody holds since an officer left: how many there are, and the first of them.
async fn unheld(here: &Here, view: &mut View) -> Result<Option<TaskGroup>, Fail> {
    if !here.may(Deed::AssignCase) {
        return Ok(None);
    }
    let mut found = desk::cases::leaving::unheld(view).await?;
    let cases: Vec<_> = found.iter().map(|card| Some(card.case)).collect();
    desk::cases::shut::drop_shut(view, &here.staff, &mut found, &cases).await?;
    let task = |card: &desk::cases::leaving::Unheld| TaskRow {
        href: format!("/kasus/{}/penugasan", card.case),
        title: format!("{}: {}", card.alias, here.t.work_assign()),
        detail: String::new(),
        tag: Tag::urgency(here.t.words(), &card.urgency),
    };
    let tasks = found.iter().take(limits::PAGE_ROWS).map(task).collect();
    let group = TaskGroup { heading: here.t.unheld_cases(found.len()), none: String::new(), tasks };
    Ok((!found.is_empty()).then_some(group))
}

/// What the node itself owes: the report of a quarter that is over.
async fn owed(here: &Here, view: &mut View) -> Result<Option<TaskGroup>, Fail> {
    let t = here.t.words();
    let now = here.web.now();
    let task = |duty: &casework::quarter::NodeDuty| {
        let name = here.web.desk.handbooks.step(&duty.step).map_or("", |known| known.name.get(here.t.lang()));
        let due = duty.clock.as_ref().map(|clock| clock.due);
        let tone = if due.is_some_and(|due| due < now) { Tone::Late } else { Tone::Running };
        TaskRow {
            href: format!("/wawasan/triwulan/{}", duty.quarter),
            title: format!("{} {name} {}", duty.step, duty.quarter),
            detail: due.map(|due| here.t.due_on(here.moment(due))).unwrap_or_default(),
            tag: Tag::work(t, tone),
        }
    };
    let tasks: Vec<TaskRow> = here.web.desk.node_duties(view).await?.iter().map(task).collect();
    let group = TaskGroup { heading: t.counts_owed().to_owned(), none: String::new(), tasks };
    Ok((!group.tasks.is_empty()).then_some(group))
}

fn step_row(here: &Here, step: &StepCard, now: Timestamp) -> TaskRow {
    let name = here.web.desk.handbooks.step(&step.step.0).map_or("", |known| known.name.get(here.t.lang()));
    let tone = match (step.paused, step.due.is_some_and(|due| due < now)) {
        (true, _) => Tone::Person,
        (_, true) => Tone::Late,
        _ => Tone::Running,
    };
    TaskRow {
        href: crate::doors::step::href(&step.case.to_string(), &step.step),
        title: format!("{}: {} {name}", step.alias, step.step),
        detail: step.due.map(|due| here.t.due_on(here.moment(due))).unwrap_or_default(),
        tag: Tag::work(here.t.words(), tone),
    }
}

/// What a list is asked for: `keadaan`, and where its page begins.
pub struct Listing {
    /// The filter word.
    pub state: String,
    /// Where the page begins.
    pub page: Page,
}

impl Listing {
    /// Reads the query; odd values are none.
    pub fn read(query: Option<&str>) -> Self {
        let get = |name: &str| {
            let found =
                query.unwrap_or("").split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name));
            found.map_or("", |(_, value)| value)
        };
        let after = base::from_hex(get("sesudah")).filter(|key| !key.is_empty() && key.len() <= 256);
        let page = Page { after, limit: limits::PAGE_ROWS, direction: Direction::Up };
        Self { state: get("keadaan").to_owned(), page }
    }

    /// The address of the next page, if this one is full.
    pub fn next<C>(&self, path: &str, rows: &[Listed<C>]) -> Option<String> {
        let last = rows.last().filter(|_| rows.len() >= limits::PAGE_ROWS)?;
        Some(format!("{path}?keadaan={}&sesudah={}", self.state, base::hex(&last.key)))
    }
}

/// `GET /kasus`
pub async fn cases(here: Here, RawQuery(query): RawQuery) -> Answer {
    if desk::guest::is_guest(&here.staff) {
        return crate::doors::guests::own::matters(&here).await;
    }
    let asked = Listing::read(query.as_deref());
    let mut view = here.read(Deed::SeeCases).await?;
    let state = CaseState::ALL.into_iter().find(|state| state.word() == asked.state).unwrap_or(CaseState::Open);
    let mine = asked.state == "saya";
    let rows: Vec<Listed<CaseCard>> = if mine {
        view.list(Shelf::CasesByManager, &here.staff.id.bytes(), &asked.page).await?
    } else {
        view.list(Shelf::CasesByState, state.word().as_bytes(), &asked.page).await?
    };
    let next = asked.next("/kasus", &rows);
    let rows: Vec<_> = rows.into_iter().filter(|row| !row.card.shuts(&here.staff)).collect();
    let t = &here.t;
    let at = if mine { "saya" } else { state.word() };
    let filters = all_filters(t).into_iter().map(|link| {
        let is_here = link.href.ends_with(&format!("={at}"));
        link.here(is_here)
    });
    let mut list = case_list(&here, &rows, filters.collect(), next);
    let kept = crate::doors::filters::links(&here, &mut view).await?;
    list.search = list.search.map(|search| Search { kept, ..search });
    page(&list)
}

/// The filters of the list of cases: the word of each, and how people call it.
pub fn filter_words(t: &Frame) -> [(&'static str, &'static str); 4] {
    let t = t.words();
    [("saya", t.filter_mine()), ("open", t.filter_open()), ("closed", t.filter_closed()), ("given", t.filter_given())]
}

/// The filters as links.
pub fn all_filters(t: &Frame) -> Vec<Link> {
    filter_words(t).map(|(word, text)| Link::new(format!("/kasus?keadaan={word}"), text)).into()
}

fn case_list(here: &Here, rows: &[Listed<CaseCard>], filters: Vec<Link>, next: Option<String>) -> List {
    let t = &here.t;
    List {
        heading: t.cases().to_owned(),
        lead: t.cases_lead().to_owned(),
        filters,
        columns: vec![t.column_alias().into(), t.column_place().into(), t.column_due().into(), t.column_state().into()],
        rows: rows.iter().map(|row| case_row(here, &row.card)).collect(),
        none: t.nothing_here().to_owned(),
        next,
        search: Some(Search {
            action: "/kasus/cari".into(),
            field: Field::line("cari", t.search_case()),
            kept: Vec::new(),
        }),
        t: here.t.clone(),
    }
}

fn case_row(here: &Here, card: &CaseCard) -> Row {
    let now = here.web.now();
    let late = card.due.is_some_and(|due| due < now);
    let next = card.next_step.as_deref().unwrap_or("");
    let tone = match card.state {
        CaseState::Open if late => Tone::Late,
        CaseState::Open => Tone::Running,
        CaseState::Closed => Tone::Done,
        CaseState::Given => Tone::Body,
    };
    Row {
        href: format!("/kasus/{}", card.id),
        name: card.alias.clone(),
        cells: vec![
            words_of::place(&card.found_in),
            card.due.map(|due| format!("{next} · {}", here.day(due))).unwrap_or_default(),
        ],
        tags: vec![Tag::urgency(here.t.words(), &card.urgency), Tag::work(here.t.words(), tone)],
    }
}

/// `POST /kasus/cari`: what is looked for stands in no address, and is kept nowhere.
pub async fn search(here: Here, form: Posted) -> Answer {
    let (session, ends_at) = (here.token_hash, here.session.ends_at);
    let search = Wanted { session, ends_at, words: Redacted::new(form.get("cari").to_owned()) };
    let t = &here.t;
    let (problem, hits, lead) = match here.web.desk.search(&here.actor(), form.asking(), &search).await {
        Ok(hits) => {
            let cut = if hits.is_cut { t.search_cut(limits::SEARCH_CASES_MAX) } else { String::new() };
            let lead = format!("{} {cut}", t.search_found(hits.all, hits.hits.len()));
            (None, hits.hits, lead.trim_end().to_owned())
        }
        Err(error) => {
            let problem = Some(error.problem()).filter(|problem| problem.code.class() == base::Class::Input);
            let problem = problem.ok_or(error)?;
            let lead = format!("{} {}", problem.message().get(t.lang()), problem.remedy().get(t.lang()));
            (Some(problem), Vec::new(), lead)
        }
    };
    let mut list = case_list(&here, &[], all_filters(t), None);
    (list.lead, list.none) = (lead, String::new());
    list.columns.insert(3, t.column_found().into());
    list.rows = hits.iter().map(|hit| hit_row(&here, hit)).collect();
    page_with(problem.as_ref(), &list)
}

fn hit_row(here: &Here, hit: &Hit) -> Row {
    let t = here.t.words();
    let places = hit.found.iter().map(|found| match found {
        Found::Alias => t.found_alias(),
        Found::Name => t.found_name(),
        Found::Identity => t.found_identity(),
        Found::OtherPerson => t.found_other_person(),
        Found::Note => t.found_note(),
    });
    let mut row = case_row(here, &hit.card);
    row.cells.push(places.collect::<Vec<_>>().join(", "));
    row
}
