//! Another text instead of one: the same document with its next number, other days, and clauses kept, narrowed or left out;
//! and two texts side by side, clause by clause.

use crate::document::Document;
use crate::explain::explain;
use crate::json::Json;
use crate::words::{Category, Word};
use base::limits::DOCUMENT_BYTES_MAX;
use base::{Lang, Problem};
use std::collections::BTreeMap;

/// What is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    /// Number of the new text.
    pub version: u64,
    /// Hash of the text before.
    pub previous: [u8; 32],
    /// First day in force.
    pub effective: String,
    /// Last day in force.
    pub expires: String,
    /// Clauses that stay, by number; one that is not named is left out.
    pub clauses: BTreeMap<String, ClauseTerms>,
}

/// Terms of a clause that a counter-proposal sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseTerms {
    /// Categories of data.
    pub categories: Vec<Category>,
    /// How long the receiver may keep it.
    pub retention_days: u64,
    /// How many messages a day.
    pub per_day: Option<u64>,
}

/// The JSON of the amended document; well formed, or the first fault.
pub fn amended(bytes: &[u8], change: &Amendment) -> Result<String, Problem> {
    let Json::Object(entries) = Json::parse(bytes, DOCUMENT_BYTES_MAX)? else {
        return Err(Problem::new("accord.wrong-type"));
    };
    let entries = entries.into_iter().map(|(key, value)| {
        let value = match key.as_str() {
            "version" => whole(change.version),
            "previous" => Json::Text(base::hex(&change.previous)),
            "effective" => Json::Text(change.effective.clone()),
            "expires" => Json::Text(change.expires.clone()),
            "clauses" => clauses(value, change),
            _ => value,
        };
        (key, value)
    });
    let text = serde_json::to_string_pretty(&Json::Object(entries.collect()));
    let text = text.map_err(|_| Problem::new("accord.wrong-type"))?;
    Document::parse(text.as_bytes()).map(|_| text)
}

fn whole(number: u64) -> Json {
    Json::Whole(i64::try_from(number).unwrap_or(i64::MAX))
}

fn clauses(value: Json, change: &Amendment) -> Json {
    let Json::List(items) = value else { return value };
    Json::List(items.into_iter().filter_map(|item| clause(item, change)).collect())
}

fn clause(item: Json, change: &Amendment) -> Option<Json> {
    let Json::Object(mut entries) = item else { return Some(item) };
    let no = entries.iter().find_map(|(key, value)| match value {
        Json::Text(no) if key == "no" => Some(no.clone()),
        _ => None,
    })?;
    let terms = change.clauses.get(&no)?;
    let categories = terms.categories.iter().map(|one| Json::Text(one.word().to_owned()));
    set(&mut entries, "categories", Json::List(categories.collect()));
    set(&mut entries, "retention_days", whole(terms.retention_days));
    match terms.per_day {
        Some(most) => set(&mut entries, "per_day", whole(most)),
        None => entries.retain(|(key, _)| key != "per_day"),
    }
    Some(Json::Object(entries))
}

fn set(entries: &mut Vec<(String, Json)>, key: &str, value: Json) {
    match entries.iter_mut().find(|(known, _)| known == key) {
        Some((_, before)) => *before = value,
        None => entries.push((key.to_owned(), value)),
    }
}

/// One numbered part of two texts, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its number; absent for parties and days, and for what the engine adds.
    pub no: Option<String>,
    /// How it read, if it was there.
    pub before: Option<String>,
    /// How it reads, if it is there.
    pub after: Option<String>,
}

impl Compared {
    /// Whether both say the same.
    pub fn is_same(&self) -> bool {
        self.before == self.after
    }
}

/// Two texts part by part, in the order of the later one; what it left out comes last.
pub fn compare(before: &Document, after: &Document, lang: Lang) -> Vec<Compared> {
    let (old, new) = (parts(before, lang), parts(after, lang));
    let was = |key: &Key| old.iter().find(|(known, _)| known == key).map(|(_, text)| text.clone());
    let of_new =
        new.iter().map(|(key, text)| Compared { no: key.0.clone(), before: was(key), after: Some(text.clone()) });
    let gone = old.iter().filter(|(key, _)| !new.iter().any(|(known, _)| known == key));
    let gone = gone.map(|(key, text)| Compared { no: key.0.clone(), before: Some(text.clone()), after: None });
    of_new.chain(gone).collect()
}

/// A part is known by its number, or by its place among those without one.
type Key = (Option<String>, usize);

fn parts(document: &Document, lang: Lang) -> Vec<(Key, String)> {
    let mut unnumbered = 0;
    let told = explain(document, lang).paragraphs.into_iter().map(|part| {
        let place = if part.no.is_none() {
            unnumbered += 1;
            unnumbered
        } else {
            0
        };
        ((part.no, place), part.text)
    });
    told.collect()
}
