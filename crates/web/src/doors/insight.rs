//! What the coordinator looks at: corridors, how soon help came, what is overdue. Figures from the cases of this node.

use super::corridor::{sum, ways};
use crate::guard::{Answer, Here, page};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::{Fact, Faults, Link, Tag, Tone};
use base::limits;
use desk::Deed;
use desk::cases::CaseState;
use desk::corridors::{TripCard, trips};
use desk::progress::{CASES_MAX, Overdue, hours, overdue, waits};
use recruiters::corridor::Sum;
use std::collections::BTreeSet;

/// Corridors that the page names.
const WAYS_MAX: usize = 5;

/// `GET /wawasan`
pub async fn shown(here: Here) -> Answer {
    let known = here.web.desk.corridors(&here.actor()).await?;
    let mut view = here.read(Deed::SeeProgress).await?;
    let t = here.t.words();
    let months: BTreeSet<_> = known.months.iter().copied().collect();
    let late = overdue(&mut view, &here.staff).await?;
    let cards = trips(&mut view, &here.staff, known.months.iter().copied()).await?;
    let cards: Vec<TripCard> = cards.into_iter().map(|(_, card)| card).collect();
    let ways = ways(&here, &known, &months, WAYS_MAX);
    let all = known.cases.corridors(&months).into_iter().fold(Sum::default(), |all, (_, one)| all + one);
    let mut facts = vec![Fact::new(t.insight_ways_all(), sum(&here, all))];
    facts.extend(ways.into_iter().map(|line| Fact::new(line.head, line.cells.concat())));
    let corridors = Part {
        facts,
        links: vec![Link::new("/koridor", t.insight_map()), Link::new("/wawasan/triwulan", t.counts())],
        ..Part::new(t.corridors(), here.t.corridors_lead(recruiters::corridor::FEW_BELOW))
    };
    page(&Protection {
        faults: Faults::default(),
        version: 0,
        back: None,
        case: None,
        heading: t.insight().to_owned(),
        lead: t.insight_lead().to_owned(),
        parts: vec![corridors, first_services(&here, &cards), overdue_part(&here, &late)],
        t: here.t.clone(),
    })
}

/// How soon the first service came; cases that wait for it, the longest first, then those that had it, the newest first.
fn first_services(here: &Here, cards: &[TripCard]) -> Part {
    let t = here.t.words();
    let told = waits(cards);
    let time = |hours: Option<i64>| {
        hours.map_or_else(
            || here.t.insight_too_few(recruiters::corridor::FEW_BELOW),
            |hours| here.t.insight_hours(hours),
        )
    };
    let facts = vec![
        Fact::new(t.insight_served(), told.served.to_string()),
        Fact::new(t.insight_median(), time(told.median_hours)),
        Fact::new(t.insight_most(), time(told.most_hours)),
        Fact::new(t.insight_waiting(), told.waiting.to_string()),
    ];
    let mut waiting: Vec<&TripCard> = cards.iter().filter(|card| is_waiting(card)).collect();
    waiting.sort_by_key(|card| (card.opened_at, card.case));
    let mut served: Vec<&TripCard> = cards.iter().filter(|card| card.served_at.is_some()).collect();
    served.sort_by_key(|card| (std::cmp::Reverse(card.served_at), card.case));
    let row = |card: &&TripCard| {
        let (detail, tone) = match hours(card) {
            Some(hours) => (here.t.insight_after(hours), Tone::Done),
            None => (here.t.insight_since(here.moment(card.opened_at)), Tone::Running),
        };
        let (href, name) = (format!("/kasus/{}", card.case), card.alias.clone());
        StepRow { href, name, detail, tag: Tag::work(t, tone) }
    };
    let rows = waiting.iter().take(limits::PAGE_ROWS).chain(served.iter().take(limits::PAGE_ROWS)).map(row).collect();
    Part { facts, rows, ..Part::new(t.insight_waits(), t.insight_waits_lead()) }
}

fn is_waiting(card: &TripCard) -> bool {
    card.served_at.is_none() && card.state == CaseState::Open
}

fn overdue_part(here: &Here, late: &Overdue) -> Part {
    let t = here.t.words();
    let handbook = here.web.desk.handbooks.newest();
    let line = |(line, count): (&String, &usize)| {
        let name = handbook.lines.iter().find(|known| known.id == *line).map_or("", |known| known.name.get(t.lang()));
        Fact::new(format!("{line} {name}").trim_end(), count.to_string())
    };
    let mut facts = vec![Fact::new(t.insight_overdue_steps(), here.t.insight_overdue_count(late.cases, late.steps()))];
    if late.is_cut {
        facts.push(Fact::new(t.insight_cut(), here.t.insight_cut_at(CASES_MAX)));
    }
    facts.extend(late.lines.iter().map(line));
    let rows = late.first.iter().map(|(case, alias, step, due)| {
        let name = here.web.desk.handbooks.step(&step.0).map_or("", |known| known.name.get(t.lang()));
        StepRow {
            href: crate::doors::step::href(&case.to_string(), step),
            name: format!("{alias}: {step} {name}"),
            detail: here.t.due_on(here.moment(*due)),
            tag: Tag::work(t, Tone::Late),
        }
    });
    Part { facts, rows: rows.collect(), ..Part::new(t.overdue(), t.insight_overdue_lead()) }
}
