//! Reports: sealed intake opened on an unlocked node, and what officers make of them.

use crate::act::{Act, Asking, Desk};
use crate::actor::Actor;
use crate::cases::CaseStream;
use crate::error::Error;
use crate::policy::{Deed, Permit};
use base::{CaseId, OfficerId, Place, Problem, Redacted, ReportId, Seq, Timestamp};
use casework::case::{Opening, Today};
use casework::report::{Door, Received, ReportAt};
use casework::words::{Outcome, PersonRole, Profile, Triage, Urgency};
use casework::{Case, CaseEvent, Report, ReportEvent};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Aggregate, KeyBytes, Page, Read, Row, Shelf, StreamKind, Team, Tx, cbor};

/// A report in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportStream(pub Report);

impl std::ops::Deref for ReportStream {
    type Target = Report;
    fn deref(&self) -> &Report {
        &self.0
    }
}

/// What lists show of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportCard {
    /// Which.
    pub id: ReportId,
    /// When it was recorded.
    pub at: Timestamp,
    /// Door word.
    pub door: String,
    /// Place code.
    pub place: Option<String>,
    /// Urgency word.
    pub urgency: String,
    /// Outcome word.
    pub outcome: Option<String>,
    /// State word.
    pub state: String,
    /// Safety flags.
    pub triage: Vec<String>,
    /// Its case.
    pub case: Option<CaseId>,
}

impl Aggregate for ReportStream {
    type Event = ReportEvent;
    const KIND: StreamKind = StreamKind::Report;
    const TEAM: Team = Team::Casework;
    const OWN_KEY: bool = true;

    fn event_name(event: &ReportEvent) -> &'static str {
        match event {
            ReportEvent::Received(_) => "report.received",
            ReportEvent::Taken(_) => "report.taken",
            ReportEvent::Classified(..) => "report.classified",
            ReportEvent::Opened(_) => "report.opened",
            ReportEvent::Linked(_) => "report.linked",
            ReportEvent::ReferredOut(_) => "report.referred-out",
            ReportEvent::Advised(_) => "report.advised",
        }
    }

    fn begin(_: [u8; 16], first: &ReportEvent, at: Timestamp) -> Option<Self> {
        Report::begin(first, at).map(Self)
    }

    fn apply(&mut self, event: &ReportEvent, at: Timestamp) {
        self.0.apply(event, at);
    }

    fn rows(&self, id: [u8; 16]) -> Vec<Row> {
        let card = self.card(ReportId::from_bytes(id));
        let rank = match self.urgency {
            Urgency::Red => 0,
            Urgency::Amber => 1,
            Urgency::Green => 2,
        };
        let (Ok(bytes), Ok(seen)) = (cbor::to_bytes(&card), cbor::to_bytes(&card.id)) else { return Vec::new() };
        let key = KeyBytes::new().int(rank).int(self.at.millis()).bytes(&id).done();
        let open = matches!(self.state, ReportAt::New | ReportAt::Taken);
        let part: &[u8] = if open { b"open" } else { b"answered" };
        let row = |shelf, part: &[u8], key, card| Row { shelf, part: part.to_vec(), key, due: None, card };
        vec![
            row(Shelf::ReportsByState, part, key, bytes),
            row(Shelf::ReportByRid, &self.received.rid, Vec::new(), seen),
        ]
    }
}

impl ReportStream {
    /// Its card.
    pub fn card(&self, id: ReportId) -> ReportCard {
        ReportCard {
            id,
            at: self.at,
            door: self.received.door.word().to_owned(),
            place: self.received.place.as_ref().map(|place| place.code().to_owned()),
            urgency: self.urgency.word().to_owned(),
            outcome: self.received.outcome.map(|outcome| outcome.word().to_owned()),
            state: self.state.word().to_owned(),
            triage: self.received.triage.iter().map(|flag| flag.word().to_owned()).collect(),
            case: self.case,
        }
    }
}

/// The JSON inside a sealed report (CONTRACTS.md 5a).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportJson {
    /// 1.
    pub report: u8,
    /// Version of the question pack.
    pub pack: String,
    /// Stage word.
    pub stage: Option<String>,
    /// Answers by question.
    pub answers: Option<BTreeMap<String, String>>,
    /// Place code.
    pub place: Option<String>,
    /// What was said about consent, by code.
    pub consent: BTreeMap<String, bool>,
    /// What was said.
    pub text: String,
    /// How to reach her safely.
    pub contact: BTreeMap<String, String>,
    /// Files: id, bytes, hash, key.
    pub files: Vec<(String, u64, String, String)>,
}

/// Records a report that was opened. The same rid twice is one report.
#[derive(Clone, Debug)]
pub struct RecordReport {
    /// SHA-256(_kunci)[..16].
    pub rid: [u8; 16],
    /// The door.
    pub door: Door,
    /// What it says.
    pub json: ReportJson,
}

/// Where a report was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Which report.
    pub id: ReportId,
    /// When.
    pub at: Timestamp,
    /// It was here before.
    pub known: bool,
}

impl Act for RecordReport {
    const NAME: &'static str = "report.record";
    const DEED: Deed = Deed::HandleReport;
    type Done = Recorded;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Recorded, Error> {
        if let Some(found) = by_rid(tx, self.rid).await? {
            return Ok(found);
        }
        let id = ReportId::from_bytes(tx.derived_id("report"));
        let received = self.received(desk, id)?;
        tx.create::<ReportStream>(id.bytes(), vec![ReportEvent::Received(Box::new(received))]).await?;
        Ok(Recorded { id, at: tx.now(), known: false })
    }
}

impl RecordReport {
    /// The screening is computed here, by the node's own rule; what the phone thought does not count.
    fn received(&self, desk: &Desk, id: ReportId) -> Result<Received, Problem> {
        let json = &self.json;
        let place = json
            .place
            .as_deref()
            .map(Place::parse)
            .transpose()
            .map_err(|_| Problem::at("report.bad-place", "place"))?;
        // A talk that was broken off at S2 has no stage yet; its safety flags count all the same.
        let stage = json.stage.as_deref().unwrap_or("at_destination");
        let screened = match &json.answers {
            Some(answers) if !answers.is_empty() => Some(screen(desk, stage, answers)?),
            _ => None,
        };
        let redacted = |text: String| Redacted::new(text);
        Ok(Received {
            id,
            rid: self.rid,
            door: self.door,
            place,
            stage: json.stage.clone(),
            pack: Some(json.pack.clone()),
            outcome: screened.as_ref().map(|s| s.outcome),
            urgency: screened.as_ref().map(|s| s.urgency),
            triage: screened.as_ref().map(|s| s.triage.clone()).unwrap_or_default(),
            profile: screened.as_ref().map(|s| s.profile),
            answers: redacted(serde_json::to_string(&json.answers).unwrap_or_default()),
            text: redacted(json.text.clone()),
            contact: redacted(serde_json::to_string(&json.contact).unwrap_or_default()),
            consent: json
                .consent
                .iter()
                .filter(|(_, yes)| **yes)
                .map(|(code, _)| code.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            files: Vec::new(),
        })
    }
}

/// What the rule says of a set of answers, in the words of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenedAs {
    /// Outcome.
    pub outcome: Outcome,
    /// Urgency.
    pub urgency: Urgency,
    /// Safety flags.
    pub triage: BTreeSet<Triage>,
    /// Adult or child.
    pub profile: Profile,
    /// The whole answer of `simpul screen`, one JSON line.
    pub line: String,
}

/// Evaluates answers with the node's pack: the same rule as `simpul screen`.
pub fn screen(desk: &Desk, stage: &str, answers: &BTreeMap<String, String>) -> Result<ScreenedAs, Problem> {
    let input = serde_json::json!({ "stage": stage, "answers": answers }).to_string();
    let (lines, any_error) = pocketbook::run_lines(&desk.screening, input.as_bytes(), base::Lang::Id);
    let line = lines.into_iter().next().ok_or_else(|| Problem::new("report.bad-answers"))?;
    let value: serde_json::Value = serde_json::from_str(&line).map_err(|_| Problem::new("report.bad-answers"))?;
    if any_error {
        return Err(Problem::at(
            "report.bad-answers",
            value.pointer("/error/at").and_then(|at| at.as_str()).unwrap_or(""),
        ));
    }
    let word = |key: &str| value.get(key).and_then(serde_json::Value::as_str).unwrap_or("");
    let bad = || Problem::new("report.bad-answers");
    let flags = value.get("triage").and_then(serde_json::Value::as_array).into_iter().flatten();
    Ok(ScreenedAs {
        outcome: Outcome::parse(word("outcome")).ok_or_else(bad)?,
        urgency: Urgency::parse(word("urgency")).ok_or_else(bad)?,
        triage: flags.filter_map(|flag| Triage::parse(flag.as_str()?)).collect(),
        profile: Profile::parse(word("profile")).ok_or_else(bad)?,
        line,
    })
}

/// Finds a report by its rid.
pub async fn by_rid(view: &mut impl Read, rid: [u8; 16]) -> Result<Option<Recorded>, Error> {
    let Some(id) = view.card::<ReportId>(Shelf::ReportByRid, &rid, &[]).await? else { return Ok(None) };
    let stored = view.load::<ReportStream>(id.bytes()).await?;
    Ok(stored.map(|report| Recorded { id, at: report.at, known: true }))
}

/// Opens a case from a report.
#[derive(Clone, Debug)]
pub struct OpenCase {
    /// The report.
    pub report: ReportId,
    /// Where the person was found, if the report does not say.
    pub found_in: Option<Place>,
    /// Where she comes from.
    pub origin: Option<Place>,
    /// What she is in the case.
    pub roles: BTreeSet<PersonRole>,
}

impl Act for OpenCase {
    const NAME: &'static str = "case.open";
    const DEED: Deed = Deed::HandleReport;
    type Done = CaseId;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<CaseId, Error> {
        let mut report = tx.load::<ReportStream>(self.report.bytes()).await?.ok_or(Error::NotFound)?;
        let id = CaseId::from_bytes(tx.derived_id("case"));
        let moved = report.act(ReportEvent::Opened(id))?;
        let today = desk.today(tx.now());
        let events = self.events(&report, (id, alias(tx)), desk, &today)?;
        tx.append(&mut report, moved).await?;
        tx.create::<CaseStream>(id.bytes(), events).await?;
        Ok(id)
    }
}

impl OpenCase {
    fn events(
        &self,
        report: &Report,
        (id, alias): (CaseId, String),
        desk: &Desk,
        today: &Today<'_>,
    ) -> Result<Vec<CaseEvent>, Error> {
        let came = &report.received;
        let found_in = self.found_in.clone().or_else(|| came.place.clone()).unwrap_or_else(|| desk.me.place.clone());
        let opening = Opening {
            id,
            alias,
            report: Some(self.report),
            found_in,
            origin: self.origin.clone(),
            urgency: report.urgency,
            roles: self.roles.clone(),
            profile: came.profile.unwrap_or(Profile::Child),
            triage: came.triage.clone(),
            screened: came.outcome,
            handbook: today.handbook.version.clone(),
            decided: None,
            done: BTreeSet::from(["IN-1".to_owned()]),
            since: BTreeMap::new(),
        };
        let mut events = Case::open(opening, today)?;
        let case = Case::fold(events.iter().map(|event| (event, today.now))).ok_or(Error::NotFound)?;
        let texts = [("chronology.summary", &came.text), ("screening.answers", &came.answers)];
        let mut values: BTreeMap<String, Redacted<String>> =
            texts.into_iter().filter(|(_, v)| !v.expose().is_empty()).map(|(k, v)| (k.to_owned(), v.clone())).collect();
        if let Some(way) = safe_way(came.contact.expose()) {
            values.insert("contact.safe_way".to_owned(), Redacted::new(way));
        }
        events.extend(case.set_fields(None, values, today)?);
        Ok(events)
    }
}

/// The way of contact that the report named.
fn safe_way(contact: &str) -> Option<String> {
    let contact: BTreeMap<String, String> = serde_json::from_str(contact).ok()?;
    let words: Vec<&str> = contact.values().map(String::as_str).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// A code name that no case list needs to explain: a flower and a number.
fn alias(tx: &Tx) -> String {
    let [a, b, c, d, ..] = tx.derived_id("alias");
    casework::alias::alias([a, b, c, d])
}

/// Something else an officer makes of a report.
#[derive(Clone, Debug)]
pub struct AnswerReport {
    /// Which.
    pub report: ReportId,
    /// What: taken, linked, advised.
    pub event: ReportEvent,
}

impl Act for AnswerReport {
    const NAME: &'static str = "report.answer";
    const DEED: Deed = Deed::HandleReport;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut report = tx.load::<ReportStream>(self.report.bytes()).await?.ok_or(Error::NotFound)?;
        let event = match &self.event {
            ReportEvent::Taken(_) => ReportEvent::Taken(OfficerId::from_bytes(tx.origin().actor)),
            other => other.clone(),
        };
        let events = report.act(event)?;
        Ok(tx.append(&mut report, events).await?)
    }
}

/// Reports that wait (`open`) or were answered, most urgent first.
pub async fn reports(view: &mut impl Read, open: bool, page: &Page) -> Result<Vec<store::Listed<ReportCard>>, Error> {
    let part: &[u8] = if open { b"open" } else { b"answered" };
    Ok(view.list(Shelf::ReportsByState, part, page).await?)
}

impl Desk {
    /// Records an opened report; the journal position goes into the receipt. The same report again gives the same answer,
    /// another text under the same key is `request.reused`.
    pub async fn record_report(&self, act: &RecordReport) -> Result<(Recorded, Seq), Error> {
        let content = serde_json::to_vec(&act.json).map_err(|_| Problem::new("report.damaged"))?;
        let asking = Asking::of(&act.rid, &content);
        let recorded = match self.run(&Actor::Node, asking, act).await {
            Ok(recorded) => Some(recorded),
            Err(error) if error.repeated().is_some() => None,
            Err(error) => return Err(error),
        };
        let mut view = self.read().await?;
        let request = view.raw().request(asking.request.bytes()).await?.ok_or(Error::NotFound)?;
        let recorded = match recorded {
            Some(recorded) => recorded,
            None => by_rid(&mut view, act.rid).await?.ok_or(Error::NotFound)?,
        };
        Ok((recorded, request.seq))
    }
}
