//! From the files of a pack to a handbook; a problem names file and path, and all are told at once.

use super::check::{Placed, check};
use super::{Condition, Form, Handbook, Line, Prose, Scope, Side, Step, Words};
use crate::clock::{Deadline, Mark, Span, Unit, VALUE_MAX};
use crate::consent::ConsentCode;
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
    "forms.json",
    "lines/IN.json",
    "lines/ID.json",
    "lines/LE.json",
    "lines/RP.json",
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
    entry: Value,
    exit: Value,
    records: Vec<String>,
    consents: BTreeSet<ConsentCode>,
    deadline: Option<DeadlineFile>,
    prose: Prose,
}

/// One value for all, or one for each urgency.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeadlineFile {
    value: Option<u32>,
    unit: Option<String>,
    by_urgency: Option<BTreeMap<Urgency, (u32, String)>>,
    basis: Text,
    mark: Mark,
    #[serde(default)]
    statutory: bool,
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
        self.compare_digests(&pack.files);
        let words: Words = self.json("conditions.json").unwrap_or_default();
        let roles = self.roles();
        let forms = self.forms();
        let (mut lines, mut steps, mut places) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for (path, ..) in pack.files.iter().filter(|(path, ..)| path.starts_with("lines/")) {
            let Some(file) = self.json::<LineFile>(path) else { continue };
            let line = self.line(path, &file);
            if lines.iter().any(|known: &Line| known.id == line.id) {
                self.problem("handbook.twice", format!("{path}: id ({})", line.id));
            }
            let mut order = Vec::new();
            for (i, value) in file.steps.iter().enumerate() {
                let at = format!("{path}: steps[{i}]");
                let Some(step) = self.step(&at, &line.id, value) else { continue };
                if places.insert(step.id.clone(), at.clone()).is_some() {
                    self.problem("handbook.twice", format!("{at}.id ({})", step.id));
                }
                order.push(step.id.clone());
                steps.insert(step.id.clone(), step);
            }
            lines.push(Line { steps: order, ..line });
        }
        if lines.is_empty() {
            self.problem("handbook.file-missing", "lines/");
        }
        let placed: Vec<Placed<'_>> =
            steps.values().map(|step| Placed { at: places.get(&step.id).cloned().unwrap_or_default(), step }).collect();
        self.problems.extend(check(&placed, &forms, &words));
        Some(Handbook { id: pack.id, version: pack.version, lines, steps, forms, roles, words })
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
        let list: Vec<Form> = self.json("forms.json").unwrap_or_default();
        let mut forms = BTreeMap::new();
        for (i, form) in list.into_iter().enumerate() {
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
        Line { id: file.id.clone(), name: file.name.clone(), lead, purpose: file.purpose.clone(), steps: Vec::new() }
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
        let mut found = Vec::new();
        let entry = Condition::read(&file.entry, "entry", &mut found);
        let exit = Condition::read(&file.exit, "exit", &mut found);
        for (path, code) in found {
            self.problem(code, format!("{at}.{path}"));
        }
        let role = self.role(&file.role, &format!("{at}.role"));
        Some(Step {
            role: role?,
            deadline: file.deadline.and_then(|deadline| self.deadline(at, deadline)),
            id: file.id,
            line: line.to_owned(),
            name: file.name,
            side: file.side.unwrap_or(Side::Own),
            scope: file.scope.unwrap_or(Scope::Case),
            repeats: file.repeats,
            entry,
            exit,
            records: file.records,
            consents: file.consents,
            prose: file.prose,
        })
    }

    fn deadline(&mut self, at: &str, file: DeadlineFile) -> Option<Deadline> {
        let mut span = |value: u32, unit: &str| {
            let unit = Unit::parse(unit);
            if unit.is_none() {
                self.problem("handbook.bad-unit", format!("{at}.deadline.unit"));
            }
            if value > VALUE_MAX {
                self.problem("handbook.bad-value", format!("{at}.deadline.value"));
            }
            unit.map(|unit| Span { value, unit })
        };
        let spans = match (file.value, file.unit, file.by_urgency) {
            (Some(value), Some(unit), None) => [span(value, &unit)?; 3],
            (None, None, Some(by_urgency)) if by_urgency.len() == 3 => {
                let mut each = |urgency| by_urgency.get(&urgency).and_then(|(value, unit)| span(*value, unit));
                [each(Urgency::Green)?, each(Urgency::Amber)?, each(Urgency::Red)?]
            }
            _ => {
                self.problem("handbook.bad-value", format!("{at}.deadline"));
                return None;
            }
        };
        Some(Deadline { spans, basis: file.basis, mark: file.mark, statutory: file.statutory })
    }
}
