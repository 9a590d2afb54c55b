//! The matters of an officer: what is next, by date; and the same on her day.

use super::day;
use crate::guard::{Answer, Fail, Here, page_with};
use crate::view::staff::case::StepRow;
use crate::view::staff::day::{TaskGroup, TaskRow};
use crate::view::staff::protection::{Part, Protection};
use crate::view::{Link, Tag, Tone};
use crate::words_of;
use desk::Deed;
use desk::matters::{Ahead, MatterCard, matters};
use store::View;

/// Hearings so many days ahead stand on the day.
const DAYS_AHEAD: i64 = 7;

/// `GET /perkara`
pub async fn list(here: Here) -> Answer {
    let mut view = here.read(Deed::SeeMatters).await?;
    let cards = matters(&mut view, &here.staff).await?;
    let t = here.t.words();
    let ahead = cards.iter().flat_map(|card| card.ahead.iter().map(move |hearing| (card, hearing)));
    let mut ahead: Vec<(&MatterCard, &Ahead)> = ahead.collect();
    ahead.sort_by_key(|(card, hearing)| (hearing.begins, card.case));
    let rows: Vec<StepRow> = ahead.into_iter().map(|(card, hearing)| hearing_row(&here, card, hearing)).collect();
    let none = if rows.is_empty() { t.hearings_none() } else { "" };
    let mut parts = vec![Part { rows, ..Part::new(t.matters_next(), none) }];
    let (free, held): (Vec<&MatterCard>, Vec<&MatterCard>) = cards.iter().partition(|card| card.holder.is_none());
    let none = if held.is_empty() { t.matters_none() } else { "" };
    let rows = held.into_iter().map(|card| card_row(&here, card)).collect();
    parts.push(Part { rows, ..Part::new(t.matters_all(), none) });
    if !free.is_empty() {
        let rows = free.into_iter().map(|card| card_row(&here, card)).collect();
        parts.push(Part { rows, ..Part::new(t.matters_free(), t.matter_free()) });
    }
    let mut links = vec![Link::new("/akun/kalender", t.calendar_link())];
    if here.may(Deed::KeepMatter) {
        links.push(Link::new("/perkara/waktu", t.spent_report()));
    }
    parts.push(Part { links, ..Part::new(t.matters_more(), "") });
    let page = Protection {
        faults: crate::view::Faults::default(),
        version: 0,
        back: None,
        heading: t.matters().to_owned(),
        lead: t.matters_lead().to_owned(),
        parts,
        case: None,
        t: here.t.clone(),
    };
    page_with(None, &page)
}

fn when(here: &Here, hearing: &Ahead) -> String {
    if hearing.has_time { here.moment(hearing.begins) } else { day(here, &hearing.on) }
}

fn tag(here: &Here, hearing: &Ahead) -> Tag {
    let t = here.t.words();
    match hearing.level {
        100 => Tag::new(Tone::Late, t.hearing_untold()),
        80 => Tag::new(Tone::Amber, t.hearing_soon()),
        _ if !hearing.is_accompanied => Tag::new(Tone::Person, t.hearing_alone_tag()),
        _ => Tag::new(Tone::Running, t.hearing_set()),
    }
}

fn hearing_row(here: &Here, card: &MatterCard, hearing: &Ahead) -> StepRow {
    StepRow {
        href: format!("/kasus/{}/perkara/sidang/{}", card.case, hearing.no),
        name: format!("{} · {}", when(here, hearing), card.alias),
        detail: words_of::matter::venue(here.t.words(), hearing.venue).to_owned(),
        tag: tag(here, hearing),
    }
}

fn card_row(here: &Here, card: &MatterCard) -> StepRow {
    let t = here.t.words();
    let claims = card.claims.iter().map(|(kind, stand)| {
        format!("{}: {}", words_of::matter::claim_kind(t, *kind), words_of::matter::stand(t, *stand).1)
    });
    let claims: Vec<String> = claims.collect();
    StepRow {
        href: format!("/kasus/{}/perkara", card.case),
        name: card.alias.clone(),
        detail: if claims.is_empty() { t.claims_none().to_owned() } else { claims.join(" · ") },
        tag: if card.ahead.is_empty() { Tag::work(t, Tone::Idle) } else { Tag::work(t, Tone::Running) },
    }
}

/// Hearings of the next days, and those that nobody told of, as rows of the day.
pub async fn soon(here: &Here, view: &mut View) -> Result<Option<TaskGroup>, Fail> {
    let until = here.web.now().plus_hours(24 * DAYS_AHEAD);
    let mut tasks = Vec::new();
    for card in desk::matters::list::own(view, here.staff.id).await? {
        for hearing in card.ahead.iter().filter(|hearing| hearing.begins < until) {
            tasks.push((
                hearing.begins,
                TaskRow {
                    href: format!("/kasus/{}/perkara/sidang/{}", card.case, hearing.no),
                    title: format!("{}: {}", card.alias, words_of::matter::venue(here.t.words(), hearing.venue)),
                    detail: when(here, hearing),
                    tag: tag(here, hearing),
                },
            ));
        }
    }
    tasks.sort_by_key(|(begins, _)| *begins);
    let tasks: Vec<TaskRow> = tasks.into_iter().map(|(_, task)| task).collect();
    let heading = here.t.hearings_ahead().to_owned();
    Ok((!tasks.is_empty()).then_some(TaskGroup { heading, none: String::new(), tasks }))
}
