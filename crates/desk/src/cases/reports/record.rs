//! A sealed report, opened, becomes a report of this node: once.

use super::{ReportStream, by_rid};
use crate::act::{Act, Asking, Desk};
use crate::actor::Actor;
use crate::cases::blind;
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{Digest, FileId, Place, Problem, Redacted, ReportId, Seq, Timestamp, from_hex, limits};
use casework::ReportEvent;
use casework::report::{Attached, Door, Received, ReplyTo, Token, marks_in};
use casework::words::{Outcome, Profile, Triage, Urgency};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, Tx};

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
    /// Files: `[id, bytes, hash, key]` each. Read one by one: a report does not suffer for an odd entry.
    pub files: Vec<serde_json::Value>,
    /// What the officer at the door thinks, kept apart from what was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opinion: Option<String>,
    /// The reporter says that somebody is in danger now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub danger: bool,
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
    /// It came without a name.
    pub without_name: Option<WithoutName>,
}

/// What a report without a name has besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithoutName {
    /// Where answers go.
    pub reply_to: ReplyTo,
    /// The reporter says that somebody is in danger now.
    pub danger: bool,
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

#[async_trait]
impl Act for RecordReport {
    const NAME: &'static str = "report.record";
    const DEED: Deed = Deed::HandleReport;
    type Done = Recorded;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<Recorded, Error> {
        if let Some(found) = by_rid(tx, self.rid).await? {
            return Ok(found);
        }
        let id = ReportId::from_bytes(tx.derived_id("report"));
        let marks = [self.json.text.as_str()].into_iter().chain(self.json.contact.values().map(String::as_str));
        let marks = blind::tokens(tx, &marks.flat_map(marks_in).collect()).await?;
        let received = self.received(desk, id, marks)?;
        tx.create::<ReportStream>(id.bytes(), vec![ReportEvent::Received(Box::new(received))]).await?;
        Ok(Recorded { id, at: tx.now(), known: false })
    }
}

impl RecordReport {
    /// The screening is computed here, by the node's own rule; what the phone thought does not count.
    fn received(&self, desk: &Desk, id: ReportId, marks: BTreeSet<Token>) -> Result<Received, Problem> {
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
        let files = attached_all(&json.files);
        // Without a screening her own word counts until a person has looked.
        let danger = json.danger || self.without_name.as_ref().is_some_and(|named| named.danger);
        Ok(Received {
            id,
            rid: self.rid,
            door: self.door,
            place,
            stage: json.stage.clone(),
            pack: Some(json.pack.clone()),
            outcome: screened.as_ref().map(|s| s.outcome),
            urgency: screened.as_ref().map(|s| s.urgency).or(danger.then_some(Urgency::Red)),
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
            files_odd: u32::try_from(json.files.len().saturating_sub(files.len())).unwrap_or(u32::MAX),
            files,
            opinion: redacted(json.opinion.clone().unwrap_or_default()),
            marks,
            reply_to: self.without_name.as_ref().map(|named| named.reply_to.clone()),
        })
    }
}

/// The files that a report names: well formed, each id once, no more than a report may have.
pub(super) fn attached_all(entries: &[serde_json::Value]) -> Vec<Attached> {
    let mut seen = BTreeSet::new();
    let read = entries.iter().filter_map(attached);
    read.filter(|file| seen.insert(file.id)).take(limits::REPORT_FILES_MAX).collect()
}

fn attached(entry: &serde_json::Value) -> Option<Attached> {
    let (id, bytes, hash, key): (String, u64, String, String) = serde_json::from_value(entry.clone()).ok()?;
    let id = FileId::from_slice(&from_hex(&id)?)?;
    let key = <[u8; 16]>::try_from(from_hex(&key)?).ok()?;
    let hash = Digest::from_text(&hash)?;
    (bytes <= limits::UPLOAD_BYTES_MAX).then(|| Attached { id, bytes, hash, key: Redacted::new(key) })
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

impl Desk {
    /// Records an opened report; the journal position goes into the receipt. The same report again gives the same answer,
    /// another text under the same key is `request.reused`.
    pub async fn record_report(&self, by: &Actor, act: &RecordReport) -> Result<(Recorded, Seq), Error> {
        let content = serde_json::to_vec(&act.json).map_err(|_| Problem::new("report.damaged"))?;
        let asking = Asking::of(&act.rid, &content);
        let recorded = match self.run(by, asking, act).await {
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
        drop(view);
        if !act.json.files.is_empty() {
            self.store.files().stir();
        }
        Ok((recorded, request.seq))
    }
}
