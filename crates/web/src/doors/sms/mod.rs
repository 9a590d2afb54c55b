//! The window by short message: CEK, HAK, BANTUAN, LAPOR, a code; anything else gets the menu (WEB.md 10, ADR 52). One message has
//! one effect and one answer of one message, on a locked node too. Numbers are in no log, no error and no report.

mod ask;
pub mod callback;
mod gsm7;
mod places;
mod say;

use crate::doors::anonymous::record;
use crate::doors::crowd::Tally;
use crate::state::WebState;
use crate::text::Words;
use ask::{Ask, Then};
use base::limits::LICENCE_QUERY_CHARS_MAX;
use base::{Lang, Place, Problem, Redacted, Timestamp};
use casework::report::{Door as CameBy, SAID_CHARS_MAX};
use desk::boxes::Post;
use desk::cases::reports::ReportJson;
use desk::directory::{Wanted, search};
use desk::sms::{Begun, Exchange, Incoming, Reply};
use gsm7::plain;
use pocketbook::services::Where;
use std::collections::BTreeMap;

/// Messages of one number in ten minutes before its answers wait; a code that opens nothing counts as two.
const FREE: u32 = 10;
const WHILE_SECONDS: i64 = 600;
/// Each message above that waits so much longer.
const WAIT_SECONDS: i64 = 60;
/// Menus that a number gets in a day: two machines must not answer one another for ever.
const MENUS_MAX: u32 = 3;
const DAY_SECONDS: i64 = 86_400;
/// Letters of a report; what is longer goes on as an addition.
const REPORT_CHARS: usize = 4_000;

/// The door for short messages.
pub struct Door {
    exchange: Exchange,
    lang: Lang,
    callback: Option<callback::Callback>,
    often: Tally,
    menus: Tally,
    /// One message at a time.
    turn: tokio::sync::Mutex<()>,
}

/// An answer, and what it cost.
struct Said {
    text: String,
    report: bool,
    counts: u32,
    menu: bool,
}

impl Said {
    fn of(text: impl AsRef<str>) -> Self {
        Self { text: plain(text.as_ref()), report: false, counts: 1, menu: false }
    }
}

impl Door {
    /// Answers in this language; with a callback where a gateway calls.
    pub fn new(exchange: Exchange, lang: Lang, callback: Option<callback::Callback>) -> Self {
        let (often, menus) = (Tally::new(WHILE_SECONDS), Tally::new(DAY_SECONDS));
        Self { exchange, lang, callback, often, menus, turn: tokio::sync::Mutex::new(()) }
    }

    /// What waits to be sent.
    pub const fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// Takes a message, or the parts of one that are there. `Ok`: it is on disk, and the gateway may forget it.
    pub async fn take(&self, web: &WebState, incoming: &Incoming) -> Result<(), Problem> {
        let _turn = self.turn.lock().await;
        let now = web.now();
        let begun = self.exchange.begin(incoming, now).await.map_err(|error| error.problem())?;
        if begun.is_over() {
            return Ok(());
        }
        let said = self.answered(web, incoming, &begun).await?;
        let is_report = said.as_ref().is_some_and(|said| said.report) || begun.late == Some(true);
        let reply = match (said, number(incoming.from.expose())) {
            (Some(said), Some(number)) => self.reply(web, said, number, now),
            // A name or a short number of an operator: nobody reads an answer there.
            _ => None,
        };
        self.exchange.finish(&begun, is_report, reply, now).await.map_err(|error| error.problem())?;
        if is_report {
            record(web).await;
        }
        Ok(())
    }

    /// Takes one part of a message of `total` parts.
    pub async fn take_part(&self, web: &WebState, one: Incoming, total: u16) -> Result<(), Problem> {
        let whole = self.exchange.park(one, total, web.now()).await.map_err(|error| error.problem())?;
        let Some(whole) = whole else { return Ok(()) };
        self.take_joined(web, &whole).await
    }

    /// What the minute asks for: messages whose parts do not come are taken as they are; what is old is forgotten.
    pub async fn look_after(&self, web: &WebState) -> Result<(), Problem> {
        for whole in self.exchange.overdue(web.now()).await.map_err(|error| error.problem())? {
            self.take_joined(web, &whole).await?;
        }
        self.exchange.sweep(web.now()).await.map_err(|error| error.problem())
    }

    async fn take_joined(&self, web: &WebState, whole: &Incoming) -> Result<(), Problem> {
        self.take(web, whole).await?;
        self.exchange.unpark(whole).await.map_err(|error| error.problem())
    }

    fn reply(&self, web: &WebState, said: Said, number: String, now: Timestamp) -> Option<Reply> {
        let count = |tally: &Tally, more| tally.count(number.as_bytes(), more, (|| web.bytes(), now));
        if said.menu && count(&self.menus, 1) > MENUS_MAX {
            return None;
        }
        let above = count(&self.often, said.counts).saturating_sub(FREE);
        let after_seconds = i64::from(above) * WAIT_SECONDS;
        Some(Reply { to: Redacted::new(number), text: Redacted::new(said.text), after_seconds })
    }

    /// The effect of a message and its answer; no answer to what comes late.
    async fn answered(&self, web: &WebState, incoming: &Incoming, begun: &Begun) -> Result<Option<Said>, Problem> {
        let is_first = incoming.parts.first().is_some_and(|part| part.number == 1);
        match begun.late {
            Some(true) => return report(web, begun, (false, &begun.text)).await.map(|_| None),
            Some(false) if !is_first => return Ok(None),
            _ => {}
        }
        let t = Words::of(self.lang);
        let said = match ask::read(&begun.text) {
            Ask::Check("") | Ask::Unknown => Said { menu: true, ..Said::of(t.sms_menu()) },
            Ask::Check(words) => {
                let lists = web.licences.lists(&web.desk).await.map_err(|error| error.problem())?;
                let words: String = words.chars().take(LICENCE_QUERY_CHARS_MAX).collect();
                let today = web.desk.me.place.zone().local_day(web.now());
                Said::of(say::checked(t, &lists, &words, today))
            }
            Ask::Right(topic) => Said::of(say::right(t, topic)),
            Ask::Help(place) => Said::of(help(web, t, place).await?),
            Ask::Report(_, "") => Said::of(t.sms_report_first()),
            Ask::Report(danger, text) => {
                let code = report(web, begun, (danger, text)).await?;
                Said { report: true, ..Said::of(t.sms_report(&code)) }
            }
            Ask::Code(code, then) => opened(web, t, (&code, then), begun).await?,
            Ask::Delete(code) => self.deleted(web, t, &code, begun).await?,
        };
        Ok(Some(said))
    }

    /// Closes a box. That it was there is on disk first: after a kill the answer is the same.
    async fn deleted(&self, web: &WebState, t: Words, code: &str, begun: &Begun) -> Result<Said, Problem> {
        let problem = |error: desk::Error| error.problem();
        if !begun.had_box {
            if web.boxes.open(code, web.now()).await.map_err(problem)?.is_none() {
                return Ok(none(t));
            }
            self.exchange.note_box(begun).await.map_err(problem)?;
        }
        web.boxes.close(code, web.now()).await.map_err(problem)?;
        Ok(Said::of(t.sms_deleted()))
    }
}

/// A code that opens nothing.
fn none(t: Words) -> Said {
    Said { counts: 2, ..Said::of(t.sms_code_none()) }
}

/// Seals a report and gives its code. The same message gives the same.
async fn report(web: &WebState, begun: &Begun, (danger, text): (bool, &str)) -> Result<String, Problem> {
    let letters: Vec<char> = text.chars().collect();
    let mut code = String::new();
    for piece in letters.chunks(REPORT_CHARS) {
        let report = ReportJson {
            report: 1,
            pack: String::new(),
            stage: None,
            answers: None,
            place: None,
            consent: BTreeMap::new(),
            text: piece.iter().collect(),
            contact: BTreeMap::new(),
            files: Vec::new(),
            opinion: None,
            danger: false,
        };
        let post = Post { kunci: begun.form, door: CameBy::Sms, danger, report, files: Vec::new() };
        let (made, _) = web.boxes.take(post, web.now()).await.map_err(|error| error.problem())?;
        code.clone_from(&made);
    }
    Ok(code)
}

/// What a code opens, or what is added to it.
async fn opened(web: &WebState, t: Words, (code, then): (&str, Then<'_>), begun: &Begun) -> Result<Said, Problem> {
    let now = web.now();
    if let Then::Add(text) = then {
        let text: String = text.chars().take(SAID_CHARS_MAX).collect();
        return match web.boxes.add(code, (begun.form, &text, Vec::new()), now).await.map_err(|error| error.problem()) {
            Ok(Some(())) => Ok(Said { report: true, ..Said::of(t.sms_added()) }),
            Ok(None) => Ok(none(t)),
            Err(problem) if problem.code.0 == "box.full" => Ok(Said::of(t.sms_full())),
            Err(problem) => Err(problem),
        };
    }
    let page = if let Then::Page(page) = then { Some(page) } else { None };
    let found = web.boxes.open(code, now).await.map_err(|error| error.problem())?;
    Ok(found.map_or_else(|| none(t), |found| Said::of(say::answers(t, &found.replies, page))))
}

/// Help near a place; without one, near this node.
async fn help(web: &WebState, t: Words, text: &str) -> Result<String, Problem> {
    let meant = if text.is_empty() { vec![web.desk.me.place.clone()] } else { places::meant(text) };
    let [place] = meant.as_slice() else { return Ok(say::which(t, &meant)) };
    let place: &Place = place;
    let wanted = Wanted { at: Where::Place(place.clone()), kind: None, public: true };
    let view = web.desk.store.read_unsealed(web.now()).await;
    let mut view = view.map_err(|error| Problem::new(error.code()))?;
    let found = search(&mut view, &wanted).await.map_err(|error| Problem::new(error.code()))?;
    Ok(say::help(t, &web.desk.guide, place, &found))
}

/// A number that a message can go to: 8 to 15 digits, in any spelling.
fn number(from: &str) -> Option<String> {
    let from: String = from.chars().filter(|letter| !" -.()".contains(*letter)).collect();
    let digits = from.strip_prefix('+').unwrap_or(&from);
    ((8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(from)
}

#[cfg(test)]
mod tests;
