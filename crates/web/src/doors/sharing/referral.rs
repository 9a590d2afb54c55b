//! Offers that came and went: who holds the ball, until when, where the message is, what can be done.

use super::content::{content, may_know, seen_by};
use crate::doors::day::Listing;
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page, page_with, see};
use crate::view::staff::day::{List, Row};
use crate::view::staff::referral::{Acts, Closed, Referral, Stays};
use crate::view::{Fact, Field, Frame, Link, Tag};
use crate::words_of;
use axum::extract::{Path, RawQuery};
use base::{Problem, ThreadId};
use casework::offer::{DeclineReason, Served, WithdrawReason};
use desk::Deed;
use desk::aid::Compared;
use desk::cases::CaseStream;
use desk::cases::identity::ShowIdentity;
use desk::mail::{Leg, journey};
use desk::offers::{GiverAct, GiverWord, OfferCard, OfferStream, TakerAct, TakerWord, drop_shut, offers};
use store::{Read, Stored, View};

/// Messages of the journey that the page shows.
const LEGS: usize = 6;

/// Puts what people call the other node on a card: lists keep the short name that agreements use.
pub async fn named(view: &mut View, mut card: OfferCard) -> Result<OfferCard, Fail> {
    if let Some(peer) = desk::partners::peer(view, card.peer).await? {
        card.peer_name = peer.title;
    }
    Ok(card)
}

/// "Tawaran serah terima dari Gugus Tugas PP-TPPO Kota Batam".
pub fn heading(t: &Frame, card: &OfferCard) -> String {
    match (card.kind.as_str(), card.giving) {
        ("handover", true) => t.offer_to(&card.peer_name),
        ("handover", false) => t.offer_from(&card.peer_name),
        (_, true) => t.referral_to(&card.peer_name),
        (_, false) => t.referral_from(&card.peer_name),
    }
}

/// The address of an offer: its thread and its number there.
pub fn href(card: &OfferCard) -> String {
    format!("/rujukan/{}.{}", card.thread, card.offer_no)
}

/// Thread and number out of an address; without a number, the newest.
fn parse(at: &str) -> Result<(ThreadId, Option<u32>), Fail> {
    let (thread, no) = at.split_once('.').map_or((at, None), |(thread, no)| (thread, Some(no)));
    let no = no.map(|no| no.parse().map_err(|_| Fail::from(Problem::new("web.not-found")))).transpose()?;
    Ok((id(thread)?, no))
}

/// `GET /rujukan`
pub async fn list(here: Here, RawQuery(query): RawQuery) -> Answer {
    let asked = Listing::read(query.as_deref());
    let mut view = here.read(Deed::SeeOffers).await?;
    let running = asked.state != "selesai";
    let mut rows = offers(&mut view, running, &asked.page).await?;
    let next = asked.next("/rujukan", &rows);
    drop_shut(&mut view, &here.staff, &mut rows).await?;
    let mut cards = Vec::new();
    for row in rows {
        cards.push(named(&mut view, row.card).await?);
    }
    let t = &here.t;
    let row = |card: &OfferCard| {
        let (tone, state) = words_of::offer(t.words(), &card.state);
        Row {
            href: href(card),
            name: heading(t, card),
            cells: vec![words_of::purpose_word(t.words(), &card.purpose), here.moment(card.answer_by)],
            tags: vec![Tag::urgency(t.words(), &card.urgency), Tag::new(tone, state)],
        }
    };
    page(&List {
        heading: t.referrals().to_owned(),
        lead: t.referrals_lead().to_owned(),
        filters: vec![
            Link::new("/rujukan", t.filter_open()).here(running),
            Link::new("/rujukan?keadaan=selesai", t.filter_closed()).here(!running),
        ],
        columns: vec![t.column_partner().into(), t.purpose().into(), t.column_due().into(), t.column_state().into()],
        rows: cards.iter().map(row).collect(),
        none: t.nothing_here().to_owned(),
        next,
        search: None,
        t: here.t.clone(),
    })
}

/// `GET /rujukan/{id}`
pub async fn referral(here: Here, Path(at): Path<String>) -> Answer {
    shown(&here, parse(&at)?, (Came::default(), false)).await
}

/// `POST /rujukan/{id}/identitas`: recorded, then shown.
pub async fn identity(here: Here, Path(at): Path<String>, _: Posted) -> Answer {
    let parsed = parse(&at)?;
    here.read(Deed::SeeOffers).await?;
    here.fresh(&format!("/rujukan/{at}"))?;
    here.look(&ShowIdentity::Offer(parsed.0)).await?;
    shown(&here, parsed, (Came::default(), true)).await
}

/// The offer of an address.
fn card_of(stored: &Stored<OfferStream>, (at, no): (ThreadId, Option<u32>)) -> Result<OfferCard, Fail> {
    let cards = stored.cards(at).into_iter().filter(|card| no.is_none_or(|no| no == card.offer_no));
    Ok(cards.max_by_key(|card| card.offer_no).ok_or(desk::Error::NotFound)?)
}

/// The same, if this person may know that it is there.
async fn card_at(here: &Here, at: (ThreadId, Option<u32>)) -> Result<OfferCard, Fail> {
    let (_, stored) = here.web.desk.thread_for(&here.actor(), at.0, Deed::SeeOffers).await?;
    card_of(&stored, at)
}

async fn shown(here: &Here, (at, no): (ThreadId, Option<u32>), (came, shows): (Came, bool)) -> Answer {
    let (mut view, stored) = here.web.desk.thread_for(&here.actor(), at, Deed::SeeOffers).await?;
    let card = named(&mut view, card_of(&stored, (at, no))?).await?;
    let legs = journey(&mut view, at, LEGS).await?;
    let t = &here.t;
    let (tone, state) = words_of::offer(t.words(), &card.state);
    let ended = !matches!(card.state.as_str(), "open" | "offered" | "accepted" | "given" | "holding");
    let (ball, until) = ball(here, &card, ended);
    let (mut facts, fields) = content(here, &stored, &card, shows);
    let may = may_know(here, &mut view, &stored).await?;
    let seen = if may { seen_by(here, &mut view, at.bytes()).await? } else { Vec::new() };
    facts.insert(0, Fact::new(t.purpose(), words_of::purpose_word(t.words(), &card.purpose)));
    facts.extend(outcome(here, &stored, &card).map(|words| Fact::new(t.outcome(), words)));
    facts.extend(erasure(&here.t, &stored, &card).map(|words| Fact::new(t.data_there(), words)));
    let compared = compared(here, &stored, &card);
    let hit = compared.as_ref().is_some_and(|(grave, _)| *grave);
    let page = Referral {
        faults: came.faults(here, &["alasan", "pesan", "hasil"]),
        id: format!("{at}.{}", card.offer_no),
        heading: heading(t, &card),
        tags: vec![Tag::urgency(t.words(), &card.urgency), Tag::new(tone, state)],
        ball,
        until,
        matter: matter(here, &stored, &card),
        facts,
        closed: Closed::of(&fields, may),
        compared,
        seen,
        fields,
        stays: if card.giving { stays(here, &stored, card.offer_no) } else { Vec::new() },
        documents: super::files::rows(here, &stored, (card.offer_no, card.giving))?,
        after: if card.state == "offered" { after(t, &card) } else { String::new() },
        journey: legs.iter().rev().map(|leg| leg_line(here, leg)).collect(),
        talk: stored.said.iter().map(|said| talk(here, &card, said)).collect(),
        acts: Acts { later: later(here, &mut view, &stored, &card).await?, ..acts(here, &card, hit) },
        case: stored.case.map(|case| case.to_string()),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

/// The matter that counsel opened from it; empty, where she can open one.
fn matter(here: &Here, stored: &Stored<OfferStream>, card: &OfferCard) -> Option<String> {
    let opens = here.may(Deed::KeepMatter) && desk::matters::open::opens(stored, card.offer_no);
    let known = stored.matter.filter(|_| here.may(Deed::SeeMatters) && !card.giving);
    known.map(|case| case.to_string()).or_else(|| opens.then(String::new))
}

fn ball(here: &Here, card: &OfferCard, ended: bool) -> (String, String) {
    let t = &here.t;
    let until = here.moment(card.answer_by);
    match card.state.as_str() {
        _ if ended => (t.ball_none().to_owned(), String::new()),
        "open" => (t.ball_there(&card.peer_name), until),
        "offered" => (t.ball_here().to_owned(), until),
        "given" => (t.ball_there(&card.peer_name), String::new()),
        "accepted" if !card.giving => (t.ball_there(&card.peer_name), String::new()),
        _ => (t.ball_here().to_owned(), String::new()),
    }
}

/// What comparing with this node's own list gave, while the answer is still to be given.
fn compared(here: &Here, stored: &Stored<OfferStream>, card: &OfferCard) -> Option<(bool, String)> {
    let t = here.t.words();
    let waits = !card.giving && card.state == "offered";
    let said = stored.came.get(&card.offer_no).filter(|_| waits)?.compared?;
    Some(match said {
        Compared::Hit => (true, t.compared_hit().to_owned()),
        Compared::Clear => (false, t.compared_clear().to_owned()),
        Compared::NotCompared => (true, t.compared_not().to_owned()),
    })
}

fn after(t: &Frame, card: &OfferCard) -> String {
    let text = if card.kind == "handover" { t.after_accept_handover() } else { t.after_accept_referral() };
    text.to_owned()
}

/// How it ended, where somebody said so.
fn outcome(here: &Here, stored: &Stored<OfferStream>, card: &OfferCard) -> Option<String> {
    let t = here.t.words();
    let word = if card.giving {
        stored.thread.giver.offer(card.offer_no)?.ended_with.clone()?
    } else {
        stored.thread.taker.offer(card.offer_no)?.ended_with.clone()?
    };
    let declined = DeclineReason::parse(&word).map(|reason| words_of::decline(t, reason));
    let served = Served::parse(&word).map(|served| words_of::served(t, served));
    let known = if card.state == "declined" { declined.or(served) } else { served.or(declined) };
    Some(known.map_or(word.clone(), str::to_owned))
}

/// What became of the data at the taker, after a withdrawal.
fn erasure(t: &Frame, stored: &Stored<OfferStream>, card: &OfferCard) -> Option<String> {
    if card.giving {
        return stored.erased.map(|answer| match answer {
            1 => t.erased_there().to_owned(),
            2 => t.erased_held().to_owned(),
            _ => t.erased_never().to_owned(),
        });
    }
    let hidden = stored.came.get(&card.offer_no).is_some_and(|came| came.hidden);
    hidden.then(|| t.data_hidden().to_owned())
}

/// What stayed with the giver, and why.
fn stays(here: &Here, stored: &Stored<OfferStream>, offer_no: u32) -> Vec<Stays> {
    let t = here.t.words();
    let lines = stored.sent.get(&offer_no).map(|sent| sent.lines.as_slice()).unwrap_or_default();
    let refused = lines.iter().filter_map(|line| Some((line, line.refusal.clone()?)));
    let fields = refused.map(|(line, code)| {
        let (why, cure) = words_of::refusal(t, &code);
        Stays { field: line.field.clone(), name: words_of::datum(t, &line.field), code, why, cure }
    });
    let documents = stored.sent.get(&offer_no).map(|sent| sent.documents.as_slice()).unwrap_or_default();
    fields.chain(super::files::stayed(here, documents)).collect()
}

/// Documents of the case that may go with later evidence.
async fn later(
    here: &Here,
    view: &mut View,
    stored: &Stored<OfferStream>,
    card: &OfferCard,
) -> Result<Option<Field>, Fail> {
    let Some(case) = stored.case.filter(|_| card.giving && card.state == "given") else { return Ok(None) };
    let Some(case) = view.load::<CaseStream>(case.bytes()).await? else { return Ok(None) };
    let sent = stored.sent.get(&card.offer_no).map(|sent| sent.documents.as_slice()).unwrap_or_default();
    Ok(super::files::choice(here, &case, None, sent))
}

/// "sudah tiba 23 November 2026, 14.02 WIB".
fn leg_line(here: &Here, leg: &Leg) -> String {
    let at = leg.seen_at.or(leg.received_at).or(leg.handed_at).unwrap_or(leg.made_at);
    format!("{}. {} {}", leg.seq, words_of::leg(here.t.words(), leg.stage), here.moment(at))
}

fn talk(here: &Here, card: &OfferCard, said: &desk::offers::Said) -> Fact {
    let who = if said.here { here.t.node.as_str() } else { card.peer_name.as_str() };
    Fact::new(format!("{who}, {}", here.moment(said.at)), said.text.expose().clone())
}

fn acts(here: &Here, card: &OfferCard, conflicted: bool) -> Acts {
    let t = here.t.words();
    let may = if card.giving { here.may(Deed::SendOffer) } else { here.may(Deed::AnswerOffer) };
    if !may {
        return Acts::default();
    }
    let decline = || {
        let reasons = words_of::choices(t, DeclineReason::ALL, DeclineReason::word, words_of::decline);
        let proposed = if conflicted { DeclineReason::Conflicted.word() } else { "" };
        Field::radios("alasan", t.decline_reason(), reasons).value(proposed)
    };
    let served =
        || Field::select("hasil", t.outcome(), words_of::choices(t, Served::ALL, Served::word, words_of::served));
    let accept = if card.kind == "handover" { t.accept_handover() } else { t.accept_referral() };
    match (card.giving, card.state.as_str()) {
        (true, "open" | "accepted") => Acts { withdraw: true, answer: true, ..Acts::default() },
        (true, "given") => Acts { answer: true, supplement: true, ..Acts::default() },
        (false, "offered") => {
            Acts { accept: Some(accept.to_owned()), see: true, ask: true, decline: Some(decline()), ..Acts::default() }
        }
        (false, "accepted") => Acts { ask: true, ..Acts::default() },
        (false, "holding") => Acts { ask: true, complete: Some(served()), ..Acts::default() },
        _ => Acts::default(),
    }
}

/// What is done, from a form.
enum Word {
    Giver(GiverWord),
    Taker(TakerWord),
}

async fn act(here: Here, at: String, form: Posted, word: Result<Word, Problem>) -> Answer {
    let (at, no) = parse(&at)?;
    let word = match word {
        Ok(word) => word,
        Err(problem) => return shown(&here, (at, no), (Came::back(problem, &form), false)).await,
    };
    let card = card_at(&here, (at, no)).await?;
    let offer_no = card.offer_no;
    let done = match word {
        Word::Giver(word) => here.run(&form, &GiverAct { thread: at, offer_no, word }).await,
        Word::Taker(word) => {
            tell_seen(&here, &form, &card, &word).await;
            here.run(&form, &TakerAct { thread: at, offer_no, word }).await
        }
    };
    match done {
        Ok(_) => Ok(see(&href(&card))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, (at, no), (Came::back(problem, &form), false)).await,
            None => Err(error.into()),
        },
    }
}

/// Who answers has read: the giver is told (17). It is a courtesy; what stops it does not stop the answer.
async fn tell_seen(here: &Here, form: &Posted, card: &OfferCard, word: &TakerWord) {
    if card.state != "offered" || matches!(word, TakerWord::See) {
        return;
    }
    let act = TakerAct { thread: card.thread, offer_no: card.offer_no, word: TakerWord::See };
    if let Err(error) = here.web.desk.run(&here.actor(), form.then("dilihat"), &act).await
        && error.repeated().is_none()
    {
        tracing::warn!(code = %error.problem().code, "the giver was not told that the offer was read");
    }
}

/// `POST /rujukan/{id}/kesanggupan`: the duty of care begins with it.
pub async fn accept(here: Here, Path(at): Path<String>, form: Posted) -> Answer {
    act(here, at, form, Ok(Word::Taker(TakerWord::Accept))).await
}

/// `POST /rujukan/{id}/dilihat`
pub async fn seen(here: Here, Path(at): Path<String>, form: Posted) -> Answer {
    act(here, at, form, Ok(Word::Taker(TakerWord::See))).await
}

/// `POST /rujukan/{id}/penolakan`
pub async fn decline(here: Here, Path(at): Path<String>, form: Posted) -> Answer {
    let reason = DeclineReason::parse(form.get("alasan")).ok_or(Problem::at("web.field-missing", "alasan"));
    let word = reason.map(|reason| Word::Taker(TakerWord::Decline(reason, form.get("teks").to_owned())));
    act(here, at, form, word).await
}

/// `POST /rujukan/{id}/penyelesaian`
pub async fn complete(here: Here, Path(at): Path<String>, form: Posted) -> Answer {
    let served = Served::parse(form.get("hasil")).ok_or(Problem::at("web.field-missing", "hasil"));
    let word = served.map(|served| Word::Taker(TakerWord::Complete(served, form.get("teks").to_owned())));
    act(here, at, form, word).await
}

/// `POST /rujukan/{id}/penarikan`
pub async fn withdraw(here: Here, Path(at): Path<String>, form: Posted) -> Answer {
    let reason = WithdrawReason::parse(form.get("alasan")).unwrap_or(WithdrawReason::NeedGone);
    act(here, at, form, Ok(Word::Giver(GiverWord::Withdraw(reason, String::new())))).await
}

/// `POST /rujukan/{id}/tambahan`: what has changed since leaves, if the agreement still permits it.
pub async fn supplement(here: Here, Path(at): Path<String>, form: Posted) -> Answer {
    let word = super::give::chosen(&form).map(|documents| Word::Giver(GiverWord::Supplement(documents)));
    act(here, at, form, word).await
}

/// `POST /rujukan/{id}/pesan`: a question of the taker, an answer of the giver.
pub async fn message(here: Here, Path(at): Path<String>, form: Posted) -> Answer {
    let giving = card_at(&here, parse(&at)?).await?.giving;
    let text = form.need("pesan").map(str::to_owned);
    let word =
        text.map(|text| if giving { Word::Giver(GiverWord::Tell(text)) } else { Word::Taker(TakerWord::Ask(text)) });
    act(here, at, form, word).await
}
