//! The files of a pack as written; an unknown key or a key written twice is an error. Meaning is checked in `check`.

use super::Spoken;
use base::Text;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "previous, checked_on and sources are required by the format and shown from the file")]
pub struct Manifest {
    pub pack: u32,
    pub kind: String,
    pub id: String,
    pub version: String,
    pub previous: Option<String>,
    pub checked_on: String,
    pub sources: Vec<String>,
    pub files: Vec<(String, u64, String)>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionFile {
    pub sections: Vec<SectionShape>,
    pub questions: Vec<QuestionShape>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionShape {
    pub id: String,
    pub before_work: bool,
    pub title: Text,
    pub why: Text,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionShape {
    pub id: String,
    pub section: String,
    pub text: Text,
    pub answers: String,
    pub short_form: bool,
    #[serde(default)]
    pub feeds: Vec<FeedShape>,
    pub act: Option<String>,
    pub triage: Option<String>,
    pub purpose: Option<String>,
    pub red_flag: Option<String>,
    #[serde(default)]
    pub htcds: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedShape {
    pub dimension: String,
    pub indicator: String,
    pub adult: String,
    pub child: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuidanceFile {
    pub dimensions: Pairs<Spoken>,
    pub flags: Pairs<Spoken>,
    pub triage: Vec<TriageShape>,
    pub child: Vec<StepShape>,
    pub short_form: Vec<StepShape>,
    pub outcomes: Pairs<OutcomeShape>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriageShape {
    pub flag: String,
    pub next: Vec<StepShape>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeShape {
    pub title: Text,
    pub text: Text,
    pub next: Vec<StepShape>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepShape {
    pub step: String,
    pub text: Spoken,
}

/// A JSON object as pairs, so that a key written twice is seen.
pub struct Pairs<T>(pub Vec<(String, T)>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V<T>(PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for V<T> {
            type Value = Pairs<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(V(PhantomData))
    }
}
