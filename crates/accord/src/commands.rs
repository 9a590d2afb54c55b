//! What `simpul accord` and `simpul handbook fields` print (CONTRACTS.md 1 and 3): bytes in, text and exit code out.

use crate::check::{Finding, Level, check};
use crate::decide::decide;
use crate::decision::Verdict;
use crate::document::{Document, first};
use crate::explain::{Explanation, explain};
use crate::fields::FieldList;
use crate::json::{At, Json, Log, Object, Path};
use crate::request::{REQUEST_BYTES_MAX, Request};
use base::limits::DOCUMENT_BYTES_MAX;
use base::{Lang, Problem};
use serde::Serialize;

/// `simpul accord decide FILE REQUEST`: one line of JSON and the exit code: 0 permit or partial, 3 deny, 2 bad form.
pub fn run_decide(document: &[u8], request: &[u8], lang: Lang) -> (String, u8) {
    let answer = Json::parse(document, DOCUMENT_BYTES_MAX).and_then(|document| {
        let request = Json::parse(request, REQUEST_BYTES_MAX)?;
        decide_json(&document, &request)
    });
    match answer {
        Ok((line, Verdict::Deny)) => (line, 3),
        Ok((line, Verdict::Permit | Verdict::Partial)) => (line, 0),
        Err(problem) => (error_json(&problem, lang), problem.code.class().exit()),
    }
}

/// `simpul accord decide --lines FILE`: for each line `{"accord", "request"}` one line out, and whether any is an error.
/// Blank lines are ignored, as `simpul screen` ignores them.
pub fn run_decide_lines(lines: &[u8], lang: Lang) -> (Vec<String>, bool) {
    let mut any_error = false;
    let answer = |line: &[u8]| match decide_line(line) {
        Ok(answer) => answer,
        Err(problem) => {
            any_error = true;
            error_json(&problem, lang)
        }
    };
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    (lines.map(answer).collect(), any_error)
}

fn decide_line(line: &[u8]) -> Result<String, Problem> {
    let json = Json::parse(line, DOCUMENT_BYTES_MAX + REQUEST_BYTES_MAX)?;
    let log = Log::default();
    let read = || {
        let object = Object::open(At { json: &json, path: &Path::ROOT, log: &log }, &["accord", "request"])?;
        let (document, request) =
            (object.need("accord", |at| Ok(at.json.clone())), object.need("request", |at| Ok(at.json.clone())));
        Ok((document?, request?))
    };
    let parts = read();
    let (document, request) = log.finish(parts).map_err(first)?;
    decide_json(&document, &request).map(|(line, _)| line)
}

fn decide_json(document: &Json, request: &Json) -> Result<(String, Verdict), Problem> {
    let document = Document::read(document, &Path::ROOT.key("accord")).map_err(first)?;
    let request = Request::read(request, &Path::ROOT.key("request")).map_err(first)?;
    let decision = decide(&document, &request, FieldList::shipped());
    Ok((decision.to_json(), decision.verdict()))
}

/// What `accord check` found. Exit 2 if the document is not well formed, else 0.
pub fn run_check(document: &[u8]) -> (Vec<Finding>, u8) {
    match Document::parse_all(document) {
        Ok(document) => (check(&document, FieldList::shipped()), 0),
        Err(problems) => (problems.into_iter().map(Finding::error).collect(), 2),
    }
}

/// The JSON form of `accord check`: all findings; with an error also the `error` object of CONTRACTS.md 1.
pub fn check_json(findings: &[Finding], lang: Lang) -> String {
    let fault = findings.iter().find(|finding| finding.level == Level::Error);
    let rows =
        findings.iter().map(|finding| Row { level: finding.level.word(), fault: Fault::new(&finding.problem, lang) });
    let report = Report { error: fault.map(|finding| Fault::new(&finding.problem, lang)), findings: rows.collect() };
    serde_json::to_string(&report).unwrap_or_default()
}

/// The form of `accord check` for people: one line of what and one of what to do for each finding.
pub fn check_text(findings: &[Finding], lang: Lang) -> String {
    let line = |finding: &Finding| {
        let fault = Fault::new(&finding.problem, lang);
        format!("{}[{}]: {}\nhelp: {}\n", finding.level.word(), fault.code, fault.message, fault.remedy)
    };
    findings.iter().map(line).collect()
}

/// What `accord explain` prints: its `Display` for people, its serde form with `--json`.
pub fn run_explain(document: &[u8], lang: Lang) -> Result<Explanation, Problem> {
    Document::parse(document).map(|document| explain(&document, lang))
}

/// `simpul handbook fields`: one line of JSON for each field.
pub fn run_fields() -> Vec<String> {
    FieldList::shipped().fields().iter().map(|field| serde_json::to_string(field).unwrap_or_default()).collect()
}

/// `simpul schema NAME` for the formats of this room: `accord`, `accord-request`, `accord-decision`.
pub fn schema(name: &str) -> Option<&'static str> {
    match name {
        "accord" => Some(include_str!("../schemas/accord.json")),
        "accord-request" => Some(include_str!("../schemas/accord-request.json")),
        "accord-decision" => Some(include_str!("../schemas/accord-decision.json")),
        _ => None,
    }
}

/// `{"error": {…}}` of CONTRACTS.md 1.
pub fn error_json(problem: &Problem, lang: Lang) -> String {
    serde_json::to_string(&ErrorObject { error: Fault::new(problem, lang) }).unwrap_or_default()
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    error: Fault<'a>,
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Fault<'a>>,
    findings: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    level: &'static str,
    #[serde(flatten)]
    fault: Fault<'a>,
}

#[derive(Serialize)]
struct Fault<'a> {
    code: &'static str,
    message: String,
    remedy: String,
    at: Option<&'a str>,
}

impl<'a> Fault<'a> {
    fn new(problem: &'a Problem, lang: Lang) -> Self {
        let (message, remedy) = (problem.message(), problem.remedy());
        let pick = |text: base::Text| match lang {
            Lang::Id => text.id,
            Lang::En => text.en,
        };
        Self { code: problem.code.0, message: pick(message), remedy: pick(remedy), at: problem.at.as_deref() }
    }
}
