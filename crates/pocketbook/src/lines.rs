//! `simpul screen`: JSON in, JSON out, one line for each (CONTRACTS.md 2). What is doubtful is refused: a key written
//! twice, a word that is not in the list, an answer to a question that this stage does not ask.

use crate::answers::{Answers, Stage};
use crate::json::{Json, shown};
use crate::pack::{Dimension, Pack, Spoken, Step};
use crate::reasons::Cause;
use crate::rule::{Screening, screen};
use base::{Lang, Problem, limits};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;

/// Evaluates one JSON object (over any number of lines) or JSON Lines; blank lines are ignored. Gives one JSON line for
/// each, in order, and whether any of them is an error. Messages are in `lang`.
pub fn run_lines(pack: &Pack, input: &[u8], lang: Lang) -> (Vec<String>, bool) {
    let mut lines = Vec::new();
    let any_error = each_line(pack, input, lang, &mut |line| lines.push(line));
    (lines, any_error)
}

/// As [`run_lines`], giving each line away as soon as it is made, for large files.
pub fn each_line(pack: &Pack, input: &[u8], lang: Lang, sink: &mut dyn FnMut(String)) -> bool {
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    if input.len() <= limits::DOCUMENT_BYTES_MAX
        && let Ok(whole) = serde_json::from_slice::<Json<'_>>(input)
    {
        let (line, error) = answer(pack, &whole, "", lang);
        sink(line);
        return error;
    }
    let mut any_error = false;
    for (number, bytes) in input.split(|byte| *byte == b'\n').enumerate() {
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            continue;
        }
        let at = format!("line {}", number + 1);
        let (line, error) = if bytes.len() > limits::DOCUMENT_BYTES_MAX {
            (refusal(None, &Problem::at("input.too-large", at), lang), true)
        } else {
            match serde_json::from_slice::<Json<'_>>(bytes) {
                Ok(value) => answer(pack, &value, &at, lang),
                Err(_) => (refusal(None, &Problem::at("input.not-json", at), lang), true),
            }
        };
        any_error |= error;
        sink(line);
    }
    any_error
}

fn answer(pack: &Pack, value: &Json<'_>, line: &str, lang: Lang) -> (String, bool) {
    let Json::Object(pairs) = value else {
        return (refusal(None, &placed(Problem::new("screen.not-object"), line), lang), true);
    };
    let id = pairs.iter().find(|(key, _)| key == "id").and_then(|(_, id)| Id::read(id));
    let request = Request::read(pack, pairs);
    let result = request.and_then(|r| screen(pack, r.stage, &r.answers).map(|screening| (r, screening)));
    match result {
        Ok((request, screening)) => {
            (print(&Line { id: id.as_ref(), pack, answers: &request.answers, screening }), false)
        }
        Err(problem) => (refusal(id.as_ref(), &placed(problem, line), lang), true),
    }
}

/// Says which line, when there are several.
fn placed(problem: Problem, line: &str) -> Problem {
    let at = match (line, problem.at) {
        ("", at) => at.unwrap_or_else(|| "line 1".to_owned()),
        (line, None) => line.to_owned(),
        (line, Some(at)) => format!("{line}: {at}"),
    };
    Problem { code: problem.code, at: Some(at) }
}

struct Request {
    stage: Stage,
    answers: Answers,
}

impl Request {
    fn read(pack: &Pack, pairs: &[(Cow<'_, str>, Json<'_>)]) -> Result<Self, Problem> {
        let (mut id, mut stage, mut answers) = (None, None, None);
        for (key, value) in pairs {
            let slot = match key.as_ref() {
                "id" => &mut id,
                "stage" => &mut stage,
                "answers" => &mut answers,
                _ => return Err(Problem::at("screen.key-unknown", shown(key))),
            };
            if slot.replace(value).is_some() {
                return Err(Problem::at("screen.key-twice", shown(key)));
            }
        }
        if id.is_some_and(|id| Id::read(id).is_none() && !matches!(id, Json::Null)) {
            return Err(Problem::at("screen.id-shape", "id"));
        }
        let missing = |key| Problem::at("screen.key-missing", key);
        let stage = match stage.ok_or_else(|| missing("stage"))? {
            Json::Text(word) => Stage::parse(word),
            _ => None,
        };
        let stage = stage.ok_or_else(|| Problem::at("screen.stage-unknown", "stage"))?;
        let Json::Object(given) = answers.ok_or_else(|| missing("answers"))? else {
            return Err(Problem::at("screen.answers-shape", "answers"));
        };
        let mut answers = Answers::default();
        for (question, value) in given {
            let before = (answers.asked(), answers.age());
            let word = if let Json::Text(word) = value { word.as_ref() } else { "" };
            answers.set(pack, question, word)?;
            if (answers.asked(), answers.age().is_some()) == (before.0, before.1.is_some()) {
                return Err(Problem::at("screen.key-twice", format!("answers.{}", shown(question))));
            }
        }
        Ok(Self { stage, answers })
    }
}

/// The id of a line, given back as it came.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Whole(i128),
}

impl Id {
    fn read(value: &Json<'_>) -> Option<Self> {
        match value {
            Json::Text(text) => Some(Self::Text(text.to_string())),
            Json::Whole(number) => Some(Self::Whole(*number)),
            _ => None,
        }
    }
}

struct Line<'a> {
    id: Option<&'a Id>,
    pack: &'a Pack,
    answers: &'a Answers,
    screening: Screening,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { id, pack, answers, screening } = self;
        let mut map = serializer.serialize_map(Some(17))?;
        map.serialize_entry("id", id)?;
        map.serialize_entry("outcome", screening.outcome.word())?;
        map.serialize_entry("rule", screening.rule)?;
        map.serialize_entry("urgency", screening.urgency.word())?;
        map.serialize_entry("triage", &screening.triage(pack, answers))?;
        map.serialize_entry("profile", if screening.child { "child" } else { "adult" })?;
        map.serialize_entry("positive", &screening.positive().map(Dimension::word).collect::<Vec<_>>())?;
        map.serialize_entry("partial", &screening.partial().map(Dimension::word).collect::<Vec<_>>())?;
        map.serialize_entry("counts", &Letters(screening))?;
        map.serialize_entry("act", &screening.act)?;
        map.serialize_entry("means", &screening.means)?;
        map.serialize_entry("purpose", &screening.purpose)?;
        map.serialize_entry("red", &screening.red)?;
        map.serialize_entry("unknown_share", &(f64::from(screening.unknown_hundredths()) / 100.0))?;
        map.serialize_entry("because", &because(screening, pack, answers))?;
        map.serialize_entry("next", &screening.next(pack, answers) as &Vec<&Step>)?;
        map.serialize_entry("pack", pack.version())?;
        map.end()
    }
}

struct Letters<'a>(&'a Screening);

impl Serialize for Letters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counted = Dimension::ALL.into_iter().zip(self.0.counts).filter(|(_, counts)| !counts.none());
        serializer.collect_map(counted.map(|(dimension, counts)| (dimension.word(), counts.letters())))
    }
}

#[derive(serde::Serialize)]
struct Reason<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<&'a str>,
    questions: Vec<&'a str>,
    text: &'a Spoken,
}

fn because<'a>(screening: &Screening, pack: &'a Pack, answers: &Answers) -> Vec<Reason<'a>> {
    let reasons = screening.because(pack, answers).into_iter();
    let reason = reasons.map(|because| {
        let (dimension, flag) = match because.cause {
            Cause::Dimension(dimension) => (Some(dimension.word()), None),
            Cause::Flag(flag) => (None, Some(flag)),
        };
        Reason { dimension, flag, questions: because.questions, text: because.text }
    });
    reason.collect()
}

#[derive(serde::Serialize)]
struct Refusal<'a> {
    id: Option<&'a Id>,
    error: ErrorObject<'a>,
}

/// The error object of CONTRACTS.md 1.
#[derive(serde::Serialize)]
struct ErrorObject<'a> {
    code: &'a str,
    message: &'a str,
    remedy: &'a str,
    at: Option<&'a str>,
}

fn refusal(id: Option<&Id>, problem: &Problem, lang: Lang) -> String {
    let (message, remedy) = (problem.message(), problem.remedy());
    let error = ErrorObject {
        code: problem.code.0,
        message: message.get(lang),
        remedy: remedy.get(lang),
        at: problem.at.as_deref(),
    };
    print(&Refusal { id, error })
}

/// A line with its reasons and steps has about this many bytes.
const LINE_BYTES: usize = 4_096;

/// Plain values under text keys always print.
fn print(value: &impl Serialize) -> String {
    let mut out = Vec::with_capacity(LINE_BYTES);
    let printed = serde_json::to_writer(&mut out, value);
    printed.ok().and_then(|()| String::from_utf8(out).ok()).unwrap_or_default()
}
