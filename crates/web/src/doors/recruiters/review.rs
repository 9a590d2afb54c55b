//! Pairs that the machine proposes, two mentions side by side with the evidence, and the judgement of a person.

use super::page::{Sayers, known, name_of, pair_row};
use super::{LINKED, called, form, said_facts};
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::day::{TaskGroup, TaskRow};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::recruiter::{PairPage, Side};
use crate::view::{Fact, Faults, Field, Link, Tag, Tone};
use crate::words_of;
use axum::extract::{Path, Query};
use base::{OfficerId, Problem, limits};
use desk::Deed;
use desk::mentions::{Book, JudgePair, Order, UndoJudgement};
use recruiters::judged::{Ground, Judgement, Pair, Standing, Verdict};
use recruiters::known::Alike;
use serde::Deserialize;

/// In which order the queue is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `mirip`: what is most alike first; anything else: what teaches most.
    #[serde(default)]
    urut: String,
}

/// `GET /perekrut/tinjau`: the first page of what waits; the next come up as these are judged.
pub async fn queue(here: Here, Query(asked): Query<Asked>) -> Answer {
    let (_, book) = here.web.desk.book(&here.actor(), Deed::JudgePair).await?;
    let t = here.t.words();
    let order = if asked.urut == "mirip" { Order::Surest } else { Order::Teaching };
    let queue = book.queue(&here.staff, order);
    let other = match order {
        Order::Teaching => Link::new("/perekrut/tinjau?urut=mirip", t.review_by_likeness()),
        Order::Surest => Link::new("/perekrut/tinjau", t.review_by_lesson()),
    };
    let links = if queue.len() > 1 { vec![other] } else { Vec::new() };
    let rows: Vec<_> = queue
        .iter()
        .take(limits::PAGE_ROWS)
        .filter_map(|(pair, standing)| pair_row(&here, &book, *pair, *standing))
        .collect();
    let none = if rows.is_empty() { t.review_none() } else { "" };
    let page = Protection {
        faults: Faults::default(),
        version: 0,
        back: Some(Link::new("/perekrut", t.recruiters())),
        case: None,
        heading: t.review().to_owned(),
        lead: t.review_lead().to_owned(),
        parts: vec![Part { rows, links, ..Part::new(t.recruiters_review(queue.len()), none) }],
        t: here.t.clone(),
    };
    page_with(None, &page)
}

/// How many pairs wait, for the page of the day.
pub async fn waiting(here: &Here) -> Result<Option<TaskGroup>, Fail> {
    let (_, book) = here.web.desk.book(&here.actor(), Deed::JudgePair).await?;
    let (t, count) = (here.t.words(), book.queue(&here.staff, Order::Surest).len());
    let task = TaskRow {
        href: "/perekrut/tinjau".into(),
        title: t.recruiters_review(count),
        detail: String::new(),
        tag: Tag::work(t, Tone::Running),
    };
    let heading = t.recruiters().to_owned();
    Ok((count > 0).then(|| TaskGroup { heading, none: String::new(), tasks: vec![task] }))
}

/// `GET /perekrut/tinjau/{pasangan}`
pub async fn one(here: Here, Path(pair): Path<String>) -> Answer {
    shown(&here, pair_in(&pair)?, Came::default()).await
}

/// A pair in an address; a wrong one answers like an absent thing.
fn pair_in(text: &str) -> Result<Pair, Fail> {
    Pair::parse(text).ok_or_else(|| Problem::new("web.not-found").into())
}

async fn shown(here: &Here, pair: Pair, came: Came) -> Answer {
    let (mut view, book) = here.web.desk.book(&here.actor(), Deed::JudgePair).await?;
    let (alike, standing, judgements) = book.pair(pair, &here.staff).ok_or(desk::Error::NotFound)?;
    let staff = known(&mut view).await?;
    let t = here.t.words();
    let [a, b] = pair.both();
    let sides = [(a, t.pair_first()), (b, t.pair_other())].map(|(id, heading)| side(here, &book, id, heading));
    let [a, b] = pair.both().map(|id| book.card(id).map(|card| called(here, &card.said)).unwrap_or_default());
    let (tone, word) = words_of::recruiter::standing(t, standing);
    let page = PairPage {
        faults: came.faults(here, &LINKED),
        back: Link::new("/perekrut/tinjau", t.review()),
        version: 0,
        heading: t.review_pair(a, b),
        tag: Tag::new(tone, word),
        lead: if standing == Standing::Second { t.pair_second_lead() } else { t.pair_lead() }.to_owned(),
        sides: sides.into(),
        parts: vec![evidence(here, &alike), judge(here, pair), in_force(here, &staff, pair, judgements)],
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn side(here: &Here, book: &Book, id: base::MentionId, heading: &str) -> Side {
    let t = here.t.words();
    let mut facts = book.card(id).map(|card| said_facts(here, &card.said)).unwrap_or_default();
    if let Some(card) = book.card(id) {
        facts.push(Fact::new(t.recruiters_sure(), card.grade.to_string()));
    }
    Side { heading: heading.to_owned(), facts, link: Link::new(format!("/perekrut/{id}"), t.pair_see()) }
}

fn evidence(here: &Here, alike: &Alike) -> Part {
    let t = here.t.words();
    let facts = alike.evidence.iter().map(|one| {
        let level = words_of::recruiter::level(t, one.level);
        let strength = words_of::recruiter::strength(t, one.bits);
        Fact::new(words_of::recruiter::field(t, one.field), t.pair_weight(bits(here, one.bits), level, strength))
    });
    Part {
        tag: Some(Tag::new(Tone::Note, words_of::recruiter::sure(t, alike.probability))),
        facts: facts.collect(),
        ..Part::new(t.pair_evidence(), t.pair_evidence_lead())
    }
}

/// Bits with a sign and one decimal, as the language writes it.
fn bits(here: &Here, bits: f32) -> String {
    let text = format!("{bits:+.1}");
    if here.t.lang() == base::Lang::Id { text.replace('.', ",") } else { text }
}

fn judge(here: &Here, pair: Pair) -> Part {
    let t = here.t.words();
    let verdicts = words_of::choices(t, Verdict::ALL, Verdict::word, words_of::recruiter::verdict);
    let grounds = words_of::choices(t, Ground::ALL, Ground::word, words_of::recruiter::ground);
    let fields = vec![
        Field::radios("putusan", t.pair_verdict(), verdicts).across(),
        Field::select("karena", t.pair_ground(), grounds),
    ];
    let forms = vec![form(format!("/perekrut/tinjau/{pair}/penilaian"), fields, t.pair_save())];
    Part { forms, ..Part::new(t.pair_judge(), "") }
}

fn in_force(here: &Here, staff: &Sayers, pair: Pair, judgements: &[Judgement]) -> Part {
    let t = here.t.words();
    let facts = judgements.iter().map(|one| {
        let name = format!("{} · {}", here.moment(one.at), name_of(staff, one.by));
        let (verdict, ground) =
            (words_of::recruiter::verdict(t, one.verdict), words_of::recruiter::ground(t, one.ground));
        Fact::new(name, t.pair_said(ground, verdict))
    });
    let undo = judgements.iter().map(|one| {
        let word = t.pair_undo(name_of(staff, one.by));
        let mut form =
            form(format!("/perekrut/tinjau/{pair}/pembatalan"), vec![Field::kept("dari", one.by.to_string())], &word);
        form.buttons.iter_mut().for_each(|button| button.quiet = true);
        form
    });
    let lead = if judgements.is_empty() { t.pair_undo_none() } else { "" };
    Part { facts: facts.collect(), forms: undo.collect(), ..Part::new(t.pair_judged(), lead) }
}

/// `POST /perekrut/tinjau/{pasangan}/penilaian`
pub async fn say(here: Here, Path(pair): Path<String>, posted: Posted) -> Answer {
    let pair = pair_in(&pair)?;
    here.read(Deed::JudgePair).await?;
    let read = || -> Result<JudgePair, Problem> {
        let verdict =
            Verdict::parse(posted.get("putusan")).ok_or_else(|| Problem::at("web.field-missing", "putusan"))?;
        let ground = Ground::parse(posted.get("karena")).ok_or_else(|| Problem::at("web.field-missing", "karena"))?;
        Ok(JudgePair { pair, verdict, ground })
    };
    let act = match read() {
        Ok(act) => act,
        Err(problem) => return shown(&here, pair, Came::back(problem, &posted)).await,
    };
    match here.run(&posted, &act).await {
        Ok(_) => Ok(see(&format!("/perekrut/tinjau/{pair}"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, pair, Came::back(problem, &posted)).await,
            None => Err(error.into()),
        },
    }
}

/// `POST /perekrut/tinjau/{pasangan}/pembatalan`
pub async fn undo(here: Here, Path(pair): Path<String>, posted: Posted) -> Answer {
    let pair = pair_in(&pair)?;
    let of: OfficerId = crate::doors::id(posted.get("dari"))?;
    here.run(&posted, &UndoJudgement { pair, of }).await?;
    Ok(see(&format!("/perekrut/tinjau/{pair}")))
}
