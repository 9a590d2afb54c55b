//! Strict reading of JSON: every key is known, none stands twice, every fault is named with its path. All faults of a
//! document are collected, so that a person mends them in one go.

use crate::words::Word;
use base::{Place, Problem, Text, Timestamp};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::cell::RefCell;
use std::fmt;

/// More faults than these help nobody.
const PROBLEMS_MAX: usize = 50;
/// Longest key shown in a path; the rest of a hostile key is cut.
const KEY_CHARS_MAX: usize = 40;

/// A JSON value that keeps the order of its keys, and keys that stand twice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Flag(bool),
    Whole(i64),
    Fraction(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses bytes up to a size.
    pub(crate) fn parse(bytes: &[u8], bytes_max: usize) -> Result<Self, Problem> {
        if bytes.len() > bytes_max {
            return Err(Problem::at("input.too-large", format!("{} > {bytes_max} bytes", bytes.len())));
        }
        // Editors of some old PCs put a byte order mark before the text; RFC 8259 section 8.1 lets a reader ignore it.
        serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
            .map_err(|fault| Problem::at("input.not-json", format!("{}:{}", fault.line(), fault.column())))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Build)
    }
}

struct Build;

impl<'de> Visitor<'de> for Build {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Flag(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Whole(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        // Past any count of ours: not a whole number to any reader.
        Ok(i64::try_from(value).map_or(Json::Fraction(f64::INFINITY), Json::Whole))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Fraction(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Json::Object(object))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_unit(),
            Self::Flag(value) => to.serialize_bool(*value),
            Self::Whole(value) => to.serialize_i64(*value),
            Self::Fraction(value) => to.serialize_f64(*value),
            Self::Text(value) => to.serialize_str(value),
            Self::List(items) => to.collect_seq(items),
            Self::Object(entries) => to.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

/// The fault has been recorded; there is no value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Faulty;

/// What was read.
pub(crate) type Read<T> = Result<T, Faulty>;

/// The faults found so far.
#[derive(Default)]
pub(crate) struct Log(RefCell<Vec<Problem>>);

impl Log {
    /// The value if no fault was found, else all faults in the order met.
    pub(crate) fn finish<T>(self, value: Read<T>) -> Result<T, Vec<Problem>> {
        let problems = self.0.into_inner();
        match value {
            Ok(value) if problems.is_empty() => Ok(value),
            _ => Err(problems),
        }
    }
}

/// A path such as `clauses[0].from[1]`; written out only when a fault is named.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// The whole document.
    pub(crate) const ROOT: Path<'static> = Path { parent: None, step: Step::Root };

    /// A key below it.
    pub(crate) const fn key(&'a self, key: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Key(key) }
    }

    const fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) => {
                let dot = self.parent.is_some_and(|parent| !matches!(parent.step, Step::Root));
                let key = key.chars().filter(|c| !c.is_control()).take(KEY_CHARS_MAX).collect::<String>();
                write!(f, "{}{key}", if dot { "." } else { "" })
            }
        }
    }
}

/// One value of a document, with where it stands.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) json: &'a Json,
    pub(crate) path: &'a Path<'a>,
    pub(crate) log: &'a Log,
}

impl<'a> At<'a> {
    /// Records a fault here.
    pub(crate) fn fault<T>(self, code: &'static str) -> Read<T> {
        let mut problems = self.log.0.borrow_mut();
        if problems.len() < PROBLEMS_MAX {
            let path = self.path.to_string();
            problems.push(if path.is_empty() { Problem::new(code) } else { Problem::at(code, path) });
        }
        Err(Faulty)
    }

    fn raw_text(self) -> Read<&'a str> {
        match self.json {
            Json::Text(text) => Ok(text),
            _ => self.fault("accord.wrong-type"),
        }
    }
}

/// An object whose keys have been checked.
pub(crate) struct Object<'a> {
    entries: &'a [(String, Json)],
    at: At<'a>,
}

impl<'a> Object<'a> {
    /// Opens an object and reports unknown keys and keys that stand twice.
    pub(crate) fn open(at: At<'a>, known: &[&str]) -> Read<Self> {
        let Json::Object(entries) = at.json else { return at.fault("accord.wrong-type") };
        let mut seen: Vec<&str> = Vec::with_capacity(known.len());
        for (key, json) in entries {
            let here = at.path.key(key);
            let at = At { json, path: &here, log: at.log };
            if !known.contains(&key.as_str()) {
                let _: Read<()> = at.fault("accord.key-unknown");
            } else if seen.contains(&key.as_str()) {
                let _: Read<()> = at.fault("accord.key-twice");
            } else {
                seen.push(key);
            }
        }
        Ok(Self { entries, at })
    }

    /// Reads a key that must be there.
    pub(crate) fn need<T>(&self, key: &str, read: impl FnOnce(At<'_>) -> Read<T>) -> Read<T> {
        let path = self.at.path.key(key);
        match self.entries.iter().find(|(name, _)| name == key) {
            Some((_, json)) => read(At { json, path: &path, log: self.at.log }),
            None => At { json: self.at.json, path: &path, log: self.at.log }.fault("accord.key-missing"),
        }
    }

    /// Reads a key that may be absent; absent means the given value.
    pub(crate) fn may<T>(&self, key: &str, absent: T, read: impl FnOnce(At<'_>) -> Read<T>) -> Read<T> {
        if self.entries.iter().any(|(name, _)| name == key) { self.need(key, read) } else { Ok(absent) }
    }
}

/// Any text, even an empty one.
pub(crate) fn any_text(at: At<'_>) -> Read<String> {
    at.raw_text().map(str::to_owned)
}

/// A text that says something.
pub(crate) fn text(at: At<'_>) -> Read<String> {
    let text = at.raw_text()?;
    if text.trim().is_empty() { at.fault("accord.text-missing") } else { Ok(text.to_owned()) }
}

/// A text in both languages.
pub(crate) fn both(at: At<'_>) -> Read<Text> {
    let object = Object::open(at, &["id", "en"])?;
    let (id, en) = (object.need("id", text), object.need("en", text));
    Ok(Text { id: id?, en: en? })
}

/// `true` or `false`.
pub(crate) fn flag(at: At<'_>) -> Read<bool> {
    match at.json {
        Json::Flag(value) => Ok(*value),
        _ => at.fault("accord.wrong-type"),
    }
}

/// A whole number from 0.
pub(crate) fn count(at: At<'_>) -> Read<u64> {
    match at.json {
        Json::Whole(value) => u64::try_from(*value).or_else(|_| at.fault("accord.wrong-number")),
        _ => at.fault("accord.wrong-type"),
    }
}

/// A whole number from 1.
pub(crate) fn count_from_one(at: At<'_>) -> Read<u64> {
    let value = count(at)?;
    if value == 0 { at.fault("accord.wrong-number") } else { Ok(value) }
}

/// A word of a vocabulary.
pub(crate) fn word<W: Word>(at: At<'_>) -> Read<W> {
    let text = at.raw_text()?;
    W::parse(text).map_or_else(|| at.fault("accord.wrong-word"), Ok)
}

/// A place code.
pub(crate) fn place(at: At<'_>) -> Read<Place> {
    let text = at.raw_text()?;
    Place::parse(text).or_else(|_| at.fault("accord.wrong-place"))
}

/// A moment, RFC 3339. Another offset than UTC is read and converted.
pub(crate) fn moment(at: At<'_>) -> Read<Timestamp> {
    let text = at.raw_text()?;
    let moment = if is_rfc_3339(text) { Timestamp::parse(text) } else { None };
    moment.map_or_else(|| at.fault("accord.wrong-time"), Ok)
}

/// RFC 3339 section 5.6; the parser below it reads more forms of ISO 8601 than we promise.
fn is_rfc_3339(text: &str) -> bool {
    let Some((head, rest)) = text.split_at_checked(19) else { return false };
    let rest = rest.strip_prefix('.').map_or(rest, |fraction| {
        let end = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if end.len() == fraction.len() { "" } else { end }
    });
    shaped(head, "0000-00-00T00:00:00")
        && (matches!(rest, "Z" | "z") || shaped(rest, "+00:00") || shaped(rest, "-00:00"))
}

/// Whether a text has a digit wherever the shape has a zero, and the shape's own letter elsewhere.
pub(crate) fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, form)| if form == b'0' { byte.is_ascii_digit() } else { byte.eq_ignore_ascii_case(&form) })
}

/// A list, each item read alike.
pub(crate) fn list<T>(at: At<'_>, item: impl Fn(At<'_>) -> Read<T>) -> Read<Vec<T>> {
    let Json::List(items) = at.json else { return at.fault("accord.wrong-type") };
    let mut out = Vec::with_capacity(items.len());
    for (index, json) in items.iter().enumerate() {
        let path = at.path.index(index);
        out.push(item(At { json, path: &path, log: at.log }));
    }
    out.into_iter().collect()
}

/// A list of words.
pub(crate) fn words<W: Word>(at: At<'_>) -> Read<Vec<W>> {
    list(at, word)
}

/// A list of texts that say something.
pub(crate) fn texts(at: At<'_>) -> Read<Vec<String>> {
    list(at, text)
}

/// `null`, or what the reader reads.
pub(crate) fn or_null<T>(at: At<'_>, read: impl FnOnce(At<'_>) -> Read<T>) -> Read<Option<T>> {
    if *at.json == Json::Null { Ok(None) } else { read(at).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rfc_3339_is_a_moment() {
        for good in [
            "2026-11-23T03:00:00Z",
            "2026-11-23t03:00:00.125z",
            "2026-11-23T10:00:00+07:00",
            "2026-11-22T22:00:00-05:00",
        ] {
            assert!(is_rfc_3339(good), "{good}");
        }
        for bad in [
            "2026-11-23",
            "2026-11-23T03:00Z",
            "2026-11-23 03:00:00Z",
            "2026-11-23T03:00:00",
            "2026-11-23T03:00:00.Z",
            "20261123T030000Z",
            "é026-11-23T03:00:00Z",
            "",
        ] {
            assert!(!is_rfc_3339(bad), "{bad}");
        }
    }

    #[test]
    fn a_number_past_any_count_is_no_whole_number_and_a_fault_of_json_is_named() {
        assert_eq!(Json::parse(b"9223372036854775807", 100), Ok(Json::Whole(i64::MAX)));
        assert!(matches!(Json::parse(b"9223372036854775808", 100), Ok(Json::Fraction(_))));
        assert_eq!(Json::parse(b"[1", 100).unwrap_err().at.as_deref(), Some("1:2"));
    }
}
