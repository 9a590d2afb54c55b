//! From the files of a pack to a handbook; a problem names file and path, and all are told at once.

use super::check::{Known, check};
use super::{Again, Condition, Form, Giver, Goes, Handbook, Line, Prose, Receiver, Scope, Side, Step, Version, Words};
use crate::clock::{Deadline, Later, Mark, Span, Unit, VALUE_MAX};
use crate::consent::ConsentCode;
use crate::erasure::Retention;
use crate::roles::Role;
use crate::words::Urgency;
use base::{Problem, Text, limits};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

macro_rules! files {
    ($($path:literal),+ $(,)?) => { &[$(($path, include_str!(concat!("../../packs/handbook/", $path)))),+] };
}

/// The handbook inside the binary.
pub(super) const EMBEDDED: &[(&str, &str)] = files![
    "pack.json",
    "conditions.json",
    "roles.json",
    "receivers.json",
    "retention.json",
    "forms.json",
    "lines/IN.json",
    "lines/ID.json",
    "lines/HE.json",
    "lines/SO.json",
    "lines/LE.json",
    "lines/RP.json",
    "lines/RE.json",
    "lines/CH.json",
    "lines/WI.json",
    "lines/FA.json",
    "lines/FN.json",
    "lines/XR.json",
    "lines/GV.json",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    pack: u32,
    kind: String,
    id: String,
    version: String,
    #[serde(rename = "previous")]
    _previous: Option<String>,
    #[serde(rename = "checked_on")]
    _checked_on: String,
    #[serde(rename = "sources")]
    _sources: Vec<String>,
    files: Vec<(String, u64, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineFile {
    id: String,
    name: Text,
    lead: String,
    purpose: Text,
    #[serde(default)]
    attaches: Option<Value>,
    steps: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    id: String,
    name: Text,
    role: String,
    #[serde(default)]
    side: Option<Side>,
    #[serde(default)]
    scope: Option<Scope>,
    #[serde(default)]
    repeats: bool,
    #[serde(default)]
    again: Option<AgainFile>,
    entry: Value,
    exit: Value,
    records: Vec<String>,
    consents: Vec<String>,
    #[serde(default)]
    giver: Option<Giver>,
    goes: Vec<Goes>,
    deadline: Option<DeadlineFile>,
    prose: Prose,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgainFile {
    when: Value,
    times: u16,
}

/// One value for all, or one for each urgency.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlineFile {
    value: Option<u32>,
    unit: Option<String>,
    by_urgency: Option<BTreeMap<Urgency, (u32, String)>>,
    from: Option<String>,
    #[serde(default)]
    then: Vec<LaterFile>,
    before: Option<String>,
    basis: Option<Text>,
    mark: Mark,
    #[serde(default)]
    statutory: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LaterFile {
    value: u32,
    unit: String,
    from: Option<String>,
}

/// A path inside a file, or inside a part of it.
pub(super) fn under(at: &str, path: &str) -> String {
    let joint = if at.contains(": ") { "." } else { ": " };
    format!("{at}{joint}{path}")
}

struct Loader<'a> {
    files: BTreeMap<&'a str, &'a [u8]>,
    problems: Vec<Problem>,
}

pub(super) fn load(files: &[(String, Vec<u8>)]) -> Result<Handbook, Vec<Problem>> {
    let files = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let mut loader = Loader { files, problems: Vec::new() };
    let handbook = loader.handbook();
    match handbook {
        Some(handbook) if loader.problems.is_empty() => Ok(handbook),
        _ => Err(loader.problems),
    }
}

/// A step of a line that attaches to something opens only where its line is attached.
fn attach(lines: &[(&String, Line)], steps: &mut BTreeMap<String, Step>) {
    for (_, line) in lines {
        for step in steps.values_mut().filter(|step| step.line == line.id) {
            step.entry = line.attaches.clone().and(step.entry.clone());
            if let Some(again) = &mut step.again {
                again.when = line.attaches.clone().and(again.when.clone());
            }
        }
    }
}

impl Loader<'_> {
    fn problem(&mut self, code: &'static str, at: impl Into<String>) {
        self.problems.push(Problem::at(code, at));
    }

    fn handbook(&mut self) -> Option<Handbook> {
        let pack: PackFile = self.json("pack.json")?;
        if pack.pack != 1 || pack.kind != "handbook" {
            self.problem("handbook.not-a-handbook", "pack.json: kind");
            return None;
        }
        if Version::parse(&pack.version).is_none() {
            self.problem("handbook.bad-version", format!("pack.json: version ({})", pack.version));
        }
        self.compare_digests(&pack.files);
        let words: Words = self.json("conditions.json").unwrap_or_default();
        let roles = self.roles();
        let receivers: BTreeMap<String, Receiver> = self.json("receivers.json").unwrap_or_default();
        let retention: Option<Retention> = self.json("retention.json");
        self.problems.extend(retention.as_ref().and_then(Retention::problem));
        let retention = retention.unwrap_or_default();
        let forms = self.forms();
        let (mut lines, mut steps, mut places) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for (path, ..) in pack.files.iter().filter(|(path, ..)| path.starts_with("lines/")) {
            let Some(file) = self.json::<LineFile>(path) else { continue };
            let mut line = self.line(path, &file);
            if lines.iter().any(|(_, known): &(&String, Line)| known.id == line.id) {
                self.problem("handbook.twice", format!("{path}: id ({})", line.id));
            }
            for (i, value) in file.steps.iter().enumerate() {
                let at = format!("{path}: steps[{i}]");
                let Some(step) = self.step(&at, &line.id, value) else { continue };
                if places.insert(step.id.clone(), at.clone()).is_some() {
                    self.problem("handbook.twice", format!("{at}.id ({})", step.id));
                }
                line.steps.push(step.id.clone());
                steps.insert(step.id.clone(), step);
            }
            lines.push((path, line));
        }
        if lines.is_empty() {
            self.problem("handbook.file-missing", "lines/");
        }
        let known = Known {
            lines: &lines,
            places: &places,
            steps: &steps,
            forms: &forms,
            receivers: &receivers,
            words: &words,
        };
        self.problems.extend(check(&known));
        attach(&lines, &mut steps);
        let lines = lines.into_iter().map(|(_, line)| line).collect();
        Some(Handbook { id: pack.id, version: pack.version, lines, steps, forms, roles, receivers, retention, words })
    }

    fn json<T: serde::de::DeserializeOwned>(&mut self, path: &str) -> Option<T> {
        let Some(bytes) = self.files.get(path).copied() else {
            self.problem("handbook.file-missing", path);
            return None;
        };
        if bytes.len() > limits::DOCUMENT_BYTES_MAX {
            self.problem("input.too-large", path);
            return None;
        }
        match serde_json::from_slice(bytes) {
            Ok(read) => Some(read),
            Err(fault) => {
                self.problem("handbook.bad-file", format!("{path}: {fault}"));
                None
            }
        }
    }

    /// Files as `[path, bytes, sha256]` (CONTRACTS 5a): each present, unchanged, and none beside them.
    fn compare_digests(&mut self, listed: &[(String, u64, String)]) {
        let mut names = BTreeSet::new();
        for (path, length, digest) in listed {
            if !names.insert(path.as_str()) {
                self.problem("handbook.twice", format!("pack.json: files ({path})"));
            }
            let Some(bytes) = self.files.get(path.as_str()).copied() else { continue };
            let same = u64::try_from(bytes.len()) == Ok(*length) && base::hex(&Sha256::digest(bytes)) == *digest;
            if !same {
                self.problem("handbook.changed", format!("pack.json: files ({path})"));
            }
        }
        let beside = |path: &&str| !names.contains(path) && !matches!(*path, "pack.json" | "pack.sig");
        let beside: Vec<String> = self.files.keys().copied().filter(beside).map(str::to_owned).collect();
        for path in beside {
            self.problem("handbook.not-listed", path);
        }
    }

    fn roles(&mut self) -> BTreeMap<Role, Text> {
        let named: BTreeMap<String, Text> = self.json("roles.json").unwrap_or_default();
        let mut roles = BTreeMap::new();
        for (word, text) in named {
            if let Some(role) = self.role(&word, &format!("roles.json: {word}")) {
                roles.insert(role, text);
            }
        }
        roles
    }

    fn role(&mut self, word: &str, at: &str) -> Option<Role> {
        let role = Role::parse(word).filter(|role| role.owns_steps());
        if role.is_none() {
            self.problem("handbook.unknown-role", format!("{at} ({word})"));
        }
        role
    }

    fn forms(&mut self) -> BTreeMap<String, Form> {
        let list: Vec<Value> = self.json("forms.json").unwrap_or_default();
        let mut forms = BTreeMap::new();
        for (i, value) in list.into_iter().enumerate() {
            let form: Form = match serde_json::from_value(value) {
                Ok(form) => form,
                Err(fault) => {
                    self.problem("handbook.bad-file", format!("forms.json: [{i}]: {fault}"));
                    continue;
                }
            };
            let names: BTreeSet<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
            let id = form.id.clone();
            if names.len() < form.fields.len() || forms.insert(id.clone(), form).is_some() {
                self.problem("handbook.twice", format!("forms.json: [{i}] ({id})"));
            }
        }
        forms
    }

    fn line(&mut self, path: &str, file: &LineFile) -> Line {
        let lead = self.role(&file.lead, &format!("{path}: lead")).unwrap_or(Role::CaseManager);
        let attaches =
            file.attaches.as_ref().map_or(Condition::Always, |value| self.condition(value, path, "attaches"));
        let (id, name, purpose) = (file.id.clone(), file.name.clone(), file.purpose.clone());
        Line { id, name, lead, purpose, attaches, steps: Vec::new() }
    }

    /// Reads a condition; what is wrong in it is named as `at` and its path from `part`.
    fn condition(&mut self, value: &Value, at: &str, part: &str) -> Condition {
        let mut found = Vec::new();
        let condition = Condition::read(value, part, &mut found);
        for (path, code) in found {
            self.problem(code, under(at, &path));
        }
        condition
    }

    fn step(&mut self, at: &str, line: &str, value: &Value) -> Option<Step> {
        let file: StepFile = match serde_json::from_value(value.clone()) {
            Ok(file) => file,
            Err(fault) => {
                self.problem("handbook.bad-file", format!("{at}: {fault}"));
                return None;
            }
        };
        if file.id.split_once('-').is_none_or(|(prefix, _)| prefix != line) {
            self.problem("handbook.bad-id", format!("{at}.id ({})", file.id));
        }
        let entry = self.condition(&file.entry, at, "entry");
        let exit = self.condition(&file.exit, at, "exit");
        let again =
            file.again.map(|again| Again { when: self.condition(&again.when, at, "again.when"), times: again.times });
        let role = self.role(&file.role, &format!("{at}.role"));
        let consents = self.consents(at, &file.consents);
        Some(Step {
            role: role?,
            deadline: file.deadline.and_then(|deadline| self.deadline(at, deadline)),
            id: file.id,
            line: line.to_owned(),
            name: file.name,
            side: file.side.unwrap_or(Side::Own),
            scope: file.scope.unwrap_or(Scope::Case),
            repeats: file.repeats,
            again,
            entry,
            exit,
            records: file.records,
            consents,
            giver: file.giver.unwrap_or(Giver::Person),
            goes: file.goes,
            prose: file.prose,
        })
    }

    fn consents(&mut self, at: &str, words: &[String]) -> BTreeSet<ConsentCode> {
        let mut codes = BTreeSet::new();
        for (i, word) in words.iter().enumerate() {
            match ConsentCode::parse(word) {
                Some(code) => {
                    codes.insert(code);
                }
                None => self.problem("handbook.unknown-consent", format!("{at}.consents[{i}] ({word})")),
            }
        }
        codes
    }

    fn deadline(&mut self, at: &str, file: DeadlineFile) -> Option<Deadline> {
        let spans = match (file.value, file.unit, file.by_urgency) {
            (Some(value), Some(unit), None) => [self.span(at, value, &unit)?; 3],
            (None, None, Some(by_urgency)) if by_urgency.len() == 3 => {
                let mut each = |urgency| by_urgency.get(&urgency).and_then(|(value, unit)| self.span(at, *value, unit));
                [each(Urgency::Green)?, each(Urgency::Amber)?, each(Urgency::Red)?]
            }
            _ => {
                self.problem("handbook.bad-value", format!("{at}.deadline"));
                return None;
            }
        };
        let later = file.then.into_iter().filter_map(|later| {
            let span = self.span(at, later.value, &later.unit)?;
            Some(Later { span, from: later.from })
        });
        let later = later.collect();
        let basis = file.basis.filter(|basis| !basis.id.trim().is_empty() && !basis.en.trim().is_empty());
        if basis.is_none() {
            self.problem("handbook.no-basis", format!("{at}.deadline.basis"));
        }
        let (from, before) = (file.from, file.before);
        Some(Deadline { spans, basis: basis?, mark: file.mark, statutory: file.statutory, from, later, before })
    }

    fn span(&mut self, at: &str, value: u32, unit: &str) -> Option<Span> {
        let unit = Unit::parse(unit);
        if unit.is_none() {
            self.problem("handbook.bad-unit", format!("{at}.deadline.unit"));
        }
        if value > VALUE_MAX {
            self.problem("handbook.bad-value", format!("{at}.deadline.value"));
        }
        unit.map(|unit| Span { value, unit })
    }
}
