//! Alerts about recruiters, received and sent: how each stands, who has it, its recall and its correction.

use super::page::{Sayers, fallen, known, peer_name};
use super::send::{mentions_of, says, seen_in, titles};
use super::{LINKED, called, said_facts};
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::day::{Row, TaskGroup, TaskRow};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::recruiter::Recruiters;
use crate::view::staff::work::form;
use crate::view::{Choice, Fact, Field, Link, Tag, Tone};
use crate::words_of;
use axum::extract::{Path, Query};
use base::{AlertId, Problem};
use desk::alerts::{
    AlertCard, AlertStream, Composed, CorrectAlert, ReadAlert, RecallAlert, Side, State, alert, alerts, compose, unread,
};
use desk::mail::{Outgoing, State as Sent};
use desk::{Deed, Error};
use recruiters::said::Recalling;
use serde::Deserialize;
use store::View;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `keluar`, or anything else: what came.
    #[serde(default)]
    keadaan: String,
}

/// `GET /peringatan`
pub async fn list(here: Here, Query(asked): Query<Asked>) -> Answer {
    let mut view = here.read(Deed::SeeRecruiters).await?;
    let is_out = asked.keadaan == "keluar";
    let cards = alerts(&mut view, if is_out { Side::Out } else { Side::In }).await?;
    let known = known(&mut view).await?;
    let t = here.t.words();
    let filters = [("masuk", t.alerts_in(), !is_out), ("keluar", t.alerts_out(), is_out)];
    let rows = cards.iter().filter(|card| !card.shuts(&here.staff)).map(|card| row(&here, &known, card));
    page(&Recruiters {
        heading: t.alerts().to_owned(),
        lead: t.alerts_lead().to_owned(),
        filters: filters.map(|(word, text, at)| Link::new(format!("/peringatan?keadaan={word}"), text).here(at)).into(),
        columns: vec![
            t.recruiters_name().into(),
            t.alerts_peer().into(),
            t.alert_until().into(),
            t.column_state().into(),
        ],
        rows: rows.collect(),
        none: t.alerts_none().to_owned(),
        next: None,
        search: None,
        acts: vec![Link::new("/perekrut", t.recruiters())],
        t: here.t.clone(),
    })
}

fn row(here: &Here, known: &Sayers, card: &AlertCard) -> Row {
    let t = here.t.words();
    let mut tags = vec![standing(here, card.state)];
    tags.extend(card.unread.then(|| Tag::new(Tone::Person, t.alert_unread_tag())));
    Row {
        href: format!("/peringatan/{}", card.id),
        name: name_of(here, card),
        cells: vec![
            titles(known, card.peers.iter().copied()),
            card.claim.as_ref().map(|claim| here.day(claim.until)).unwrap_or_default(),
        ],
        tags,
    }
}

fn name_of(here: &Here, card: &AlertCard) -> String {
    match (&card.claim, card.answers) {
        (_, Some(_)) => here.t.alert_answer_heading().to_owned(),
        (Some(claim), None) => called(here, &claim.said),
        (None, None) => here.t.recruiter_unnamed().to_owned(),
    }
}

fn standing(here: &Here, state: State) -> Tag {
    let t = here.t.words();
    match state {
        State::Live => Tag::new(Tone::Running, t.alert_live()),
        State::Expired => Tag::new(Tone::Skipped, t.alert_expired()),
        State::Recalled(_) => Tag::new(Tone::Late, t.alert_recalled()),
    }
}

/// What is new and unread, for the page of the day.
pub async fn waiting(here: &Here, view: &mut View) -> Result<Option<TaskGroup>, Fail> {
    let mut cards = unread(view).await?;
    cards.retain(|card| !card.shuts(&here.staff));
    let known = known(view).await?;
    let task = |card: &AlertCard| TaskRow {
        href: format!("/peringatan/{}", card.id),
        title: here.t.alert_heading(name_of(here, card)),
        detail: titles(&known, card.peers.iter().copied()),
        tag: standing(here, card.state),
    };
    let tasks: Vec<TaskRow> = cards.iter().take(base::limits::PAGE_ROWS).map(task).collect();
    let heading = here.t.alerts_unread().to_owned();
    Ok((!tasks.is_empty()).then(|| TaskGroup { heading, none: String::new(), tasks }))
}

/// `GET /peringatan/{id}`
pub async fn one(here: Here, Path(alert): Path<String>) -> Answer {
    shown(&here, id(&alert)?, Came::default()).await
}

async fn shown(here: &Here, id: AlertId, came: Came) -> Answer {
    let (mut view, book) = here.web.desk.book(&here.actor(), Deed::SeeRecruiters).await?;
    let stored = alert(&mut view, id).await?.ok_or(Error::NotFound)?;
    let card = stored.card(id);
    if card.shuts(&here.staff) {
        return Err(Error::NotFound.into());
    }
    let known = known(&mut view).await?;
    let t = here.t.words();
    let mut parts = vec![said(here, &known, &stored)];
    if let Some(mention) = stored.mention_here(id) {
        let links = book.card(mention).map(|_| Link::new(format!("/perekrut/{mention}"), t.alert_see_mention()));
        if let Some(first) = parts.first_mut() {
            first.links.extend(links);
        }
        // Every claim that an alert made was another mention: what was judged of each is shown.
        let mentions = (1..=stored.claims).map(|nth| AlertStream::mention_of(id, nth));
        let pairs =
            mentions.filter(|mention| book.card(*mention).is_none()).flat_map(|mention| book.judged_with(mention));
        parts.extend(fallen(here, &known, pairs.collect()));
    }
    drop(book);
    if stored.side == Side::Out {
        parts.push(receivers(here, &mut view, &known, &stored).await?);
    }
    drop(view);
    if here.may(Deed::JudgePair) && stored.unread {
        let read = form(format!("/peringatan/{id}/dibaca"), Vec::new(), t.alert_read());
        parts.push(Part { forms: vec![read], ..Part::new(t.alert_unread_tag(), "") });
    }
    if here.may(Deed::SendAlert) && stored.side == Side::Out && !stored.is_recalled() {
        parts.extend(correcting(here, id, &stored).await?);
        parts.push(recalling(here, id));
    }
    let page = Protection {
        faults: came.faults(here, &LINKED),
        version: 0,
        back: Some(Link::new(
            if stored.side == Side::Out { "/peringatan?keadaan=keluar" } else { "/peringatan?keadaan=masuk" },
            t.alerts(),
        )),
        case: None,
        heading: here.t.alert_heading(name_of(here, &card)),
        lead: t.alerts_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// What it says and how it stands.
fn said(here: &Here, known: &Sayers, stored: &AlertStream) -> Part {
    let t = here.t.words();
    let mut facts = Vec::new();
    if stored.side == Side::In {
        facts.push(Fact::new(t.alerts_peer(), peer_name(known, stored.from)));
    }
    if let Some(claim) = &stored.claim {
        facts.extend(said_facts(here, &claim.said));
        let grade = claim.grade;
        let words =
            [words_of::recruiter::reliability(t, grade.source), words_of::recruiter::credibility(t, grade.said)];
        facts.push(Fact::new(t.alert_grade(), format!("{grade}: {}", words.join("; "))));
        facts.push(Fact::new(t.alert_reports(), t.alert_reports_min(claim.reports)));
        facts.push(Fact::new(t.alert_until(), here.day(claim.until)));
    }
    let tag = match (stored.state, stored.corrected) {
        (State::Recalled(why), _) => Tag::new(Tone::Late, t.alert_recalled_why(words_of::recruiter::recalling(t, why))),
        (State::Live, Some(why)) => {
            Tag::new(Tone::Person, t.alert_corrected_why(words_of::recruiter::recalling(t, why)))
        }
        (state, _) => standing(here, state),
    };
    let lead = match (&stored.claim, stored.side, stored.answers) {
        (None, ..) => t.alert_said_lead(),
        (_, Side::In, None) if stored.told.is_some() => t.alert_told(),
        (_, Side::In, None) => t.alert_not_told(),
        _ => "",
    };
    let links = stored.answers.map(|ours| Link::new(format!("/peringatan/{ours}"), t.alert_answers()));
    Part { tag: Some(tag), facts, links: links.into_iter().collect(), ..Part::new(t.alert_said(), lead) }
}

/// To whom it went, whether it came there, and who knows the recruiter too.
async fn receivers(here: &Here, view: &mut View, known: &Sayers, stored: &AlertStream) -> Result<Part, Fail> {
    let t = here.t.words();
    let mut rows = Vec::new();
    for (node, going) in &stored.sent {
        let thread = seal::hash::alert_thread(here.web.desk.me.id, *node);
        let out = Outgoing::read(view, thread, going.era, going.seq).await?;
        let way = match out.map(|out| (out.state, out.code)) {
            // What is no longer in the outbox ended long ago.
            None | Some((Sent::Received, _)) => t.alert_received().to_owned(),
            Some((Sent::Refused, code)) => t.alert_refused(code.unwrap_or_default()),
            Some((Sent::Void, _)) => t.alert_stopped().to_owned(),
            Some((Sent::Expired, _)) => t.alert_late().to_owned(),
            Some(_) => t.alert_on_its_way().to_owned(),
        };
        let also = stored.known.get(node).map(|known| t.alert_known_too(known.grade.to_string()));
        rows.push(StepRow {
            href: String::new(),
            name: peer_name(known, *node),
            detail: std::iter::once(way).chain(also.clone()).collect::<Vec<_>>().join(" · "),
            tag: if also.is_some() { Tag::new(Tone::Done, t.alert_live()) } else { standing(here, stored.state) },
        });
    }
    Ok(Part { rows, ..Part::new(t.alert_receivers(), "") })
}

fn picked(here: &Here, all: &[Recalling]) -> Vec<Choice> {
    let t = here.t.words();
    let why = words_of::choices(t, all, Recalling::word, words_of::recruiter::recalling);
    std::iter::once(Choice::new("", t.pick_one())).chain(why).collect()
}

/// What is believed now, if it is something else: the correction.
async fn correcting(here: &Here, id: AlertId, stored: &AlertStream) -> Result<Option<Part>, Fail> {
    let (Some(mention), Some(claim), Some(_)) = (stored.mention, &stored.claim, stored.due()) else { return Ok(None) };
    let Some(composed) = now(here, mention).await? else { return Ok(None) };
    if composed.claim(&stored.fields, claim.until) == *claim {
        return Ok(None);
    }
    let t = here.t.words();
    let fields = vec![
        Field::select("sebab", t.alert_correct_why(), picked(here, Recalling::CORRECTED)),
        Field::kept("dilihat", base::hex(&composed.digest().0)),
    ];
    let forms = vec![form(format!("/peringatan/{id}/koreksi"), fields, t.alert_correct())];
    let facts = says(here, "", &composed).facts;
    Ok(Some(Part { facts, forms, ..Part::new(t.alert_correct(), t.alert_correct_lead()) }))
}

/// What this node would say of the recruiter now; nothing if it knows nothing of its own any more.
async fn now(here: &Here, mention: base::MentionId) -> Result<Option<Composed>, Fail> {
    match mentions_of(here, mention).await {
        Ok((mut view, mentions, _)) => Ok(compose(&mut view, &mentions).await?),
        // Withdrawn: there is nothing to put in its place.
        Err(_) => Ok(None),
    }
}

fn recalling(here: &Here, id: AlertId) -> Part {
    let t = here.t.words();
    let fields = vec![Field::select("tarik", t.alert_recall_why(), picked(here, Recalling::WHOLE))];
    let mut recall = form(format!("/peringatan/{id}/penarikan"), fields, t.alert_recall());
    recall.buttons.iter_mut().for_each(|button| button.quiet = true);
    Part { forms: vec![recall], ..Part::new(t.alert_recall(), t.alert_recall_lead()) }
}

/// `POST /peringatan/{id}/dibaca`
pub async fn read(here: Here, Path(alert): Path<String>, posted: Posted) -> Answer {
    let alert: AlertId = id(&alert)?;
    here.run(&posted, &ReadAlert(alert)).await?;
    Ok(see(&format!("/peringatan/{alert}")))
}

/// `POST /peringatan/{id}/penarikan`
pub async fn recall(here: Here, Path(alert): Path<String>, posted: Posted) -> Answer {
    let id: AlertId = id(&alert)?;
    here.read(Deed::SendAlert).await?;
    let Some(why) = Recalling::parse(posted.get("tarik")).filter(|why| Recalling::WHOLE.contains(why)) else {
        return shown(&here, id, Came::back(Problem::at("web.field-missing", "tarik"), &posted)).await;
    };
    let done = here.run(&posted, &RecallAlert { alert: id, why }).await.map(drop);
    ended(&here, id, &posted, done).await
}

/// `POST /peringatan/{id}/koreksi`
pub async fn correct(here: Here, Path(alert_id): Path<String>, posted: Posted) -> Answer {
    let id: AlertId = id(&alert_id)?;
    let mut view = here.read(Deed::SendAlert).await?;
    let stored = alert(&mut view, id).await?.ok_or(Error::NotFound)?;
    drop(view);
    let mention = stored.mention.ok_or(Error::NotFound)?;
    let Some(why) = Recalling::parse(posted.get("sebab")).filter(|why| Recalling::CORRECTED.contains(why)) else {
        return shown(&here, id, Came::back(Problem::at("web.field-missing", "sebab"), &posted)).await;
    };
    let seen = match seen_in(&posted) {
        Ok(seen) => seen,
        Err(problem) => return shown(&here, id, Came::back(problem, &posted)).await,
    };
    let (view, mentions, _) = mentions_of(&here, mention).await?;
    drop(view);
    let done = here.run(&posted, &CorrectAlert { alert: id, why, mentions, shown: seen }).await.map(drop);
    ended(&here, id, &posted, done).await
}

async fn ended(here: &Here, id: AlertId, posted: &Posted, done: Result<(), Error>) -> Answer {
    match done {
        Ok(()) => Ok(see(&format!("/peringatan/{id}"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(here, id, Came::back(problem, posted)).await,
            None => Err(error.into()),
        },
    }
}
