//! What a legal-aid body states of itself: item of format 2 in its signed entry.
//!
//! The item is a map: 1 format, 2 class, 3 and 4 first and last day of the accreditation, 5 districts, 6 kinds of matter,
//! 7 languages, 8 sexes of counsel, 9 places, 10 days of duty (1 Monday), 11 day of the last confirmation. Days count from
//! 1970-01-01 UTC. Words that this version does not know are skipped, so a later one can add some.

use crate::act::{Act, Desk};
use crate::error::Error;
use crate::partners::stated::{self, LEGAL_BODY};
use crate::policy::{Deed, Permit};
use accord::matching::LegalBody;
use accord::{AccreditationClass, Day, Word};
use async_trait::async_trait;
use base::{Place, Problem};
use seal::cbor::Value;
use std::collections::BTreeSet;
use store::{Read, Tx};

/// A node is one body: its item has this id.
const ITEM: [u8; 16] = [0; 16];
/// Districts of one body; whole provinces count as one.
const DISTRICTS_MAX: usize = 128;
/// Languages of one body.
const LANGUAGES_MAX: usize = 32;
/// Places of one body; more is a slip of the pen.
const PLACES_MAX: u32 = 1_000;

/// The item as it stands in the entry.
pub fn to_value(body: &LegalBody) -> Value {
    let words = |words: Vec<String>| Some(Value::list(words.into_iter().map(Value::text)));
    Value::fields([
        (1, Some(Value::uint(LEGAL_BODY))),
        (2, Some(Value::text(body.class.word()))),
        (3, Some(Value::Int(body.from.0))),
        (4, Some(Value::Int(body.until.0))),
        (5, words(body.districts.iter().map(ToString::to_string).collect())),
        (6, words(body.types.iter().map(|one| one.word().to_owned()).collect())),
        (7, words(body.languages.iter().cloned().collect())),
        (8, words(body.counsel.iter().map(|one| one.word().to_owned()).collect())),
        (9, Some(Value::uint(body.places))),
        (10, Some(Value::list(body.duty.iter().map(|day| Value::uint(*day))))),
        (11, Some(Value::Int(body.confirmed.0))),
    ])
}

/// Reads an item; `None` if it is not one of a legal body.
pub fn from_value(item: &Value) -> Option<LegalBody> {
    let mut fields = item.clone().into_fields().ok()?;
    let class = AccreditationClass::parse(&fields.need(2).ok()?.into_text().ok()?)?;
    let mut days = [Day(0); 2];
    for (key, day) in [3, 4].into_iter().zip(&mut days) {
        *day = Day(fields.need(key).ok()?.into_int().ok()?);
    }
    let mut texts = |key| -> Option<Vec<String>> {
        let items = fields.need(key).ok()?.into_list().ok()?;
        items.into_iter().map(|item| item.into_text().ok()).collect()
    };
    let districts = texts(5)?.iter().filter_map(|code| Place::parse(code).ok()).collect();
    let types = texts(6)?.iter().filter_map(|word| accord::CaseType::parse(word)).collect();
    let languages = texts(7)?.into_iter().collect();
    let counsel = texts(8)?.iter().filter_map(|word| accord::Sex::parse(word)).collect();
    let duty = fields.need(10).ok()?.into_list().ok()?;
    let [from, until] = days;
    Some(LegalBody {
        class,
        from,
        until,
        districts,
        types,
        languages,
        counsel,
        places: fields.need(9).ok()?.into_uint().ok()?,
        duty: duty.into_iter().filter_map(|day| day.into_uint().ok()).collect(),
        confirmed: Day(fields.need(11).ok()?.into_int().ok()?),
    })
}

/// What a peer's entry states of it as a legal body.
pub fn in_entry(entry: &seal::Entry) -> Option<LegalBody> {
    stated::in_entry(entry, LEGAL_BODY).find_map(from_value)
}

/// What this node states of itself.
pub async fn own_body(view: &mut impl Read) -> Result<Option<LegalBody>, Error> {
    Ok(stated::own(view, LEGAL_BODY).await?.iter().find_map(|(_, item)| from_value(item)))
}

/// The body says what it is and takes; saying so is the confirmation of this day.
#[derive(Clone, Debug)]
pub struct StateBody {
    /// The facts; the day of confirmation is set by the act.
    pub body: LegalBody,
}

#[async_trait]
impl Act for StateBody {
    const NAME: &'static str = "legal-body.state";
    const DEED: Deed = Deed::StateItems;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        check(&self.body)?;
        let body = LegalBody { confirmed: Day(tx.now().day()), ..self.body.clone() };
        stated::put(tx, (LEGAL_BODY, ITEM), &to_value(&body)).await
    }
}

fn check(body: &LegalBody) -> Result<(), Problem> {
    let bad = |field: &str| Err(Problem::at("legal-aid.body-bad", field));
    let is_code = |code: &String| (2..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
    let days: BTreeSet<u8> = (1..=7).collect();
    if body.from > body.until {
        bad("until")
    } else if body.districts.is_empty() || body.districts.len() > DISTRICTS_MAX {
        bad("districts")
    } else if body.types.is_empty() {
        bad("types")
    } else if body.languages.is_empty() || body.languages.len() > LANGUAGES_MAX || !body.languages.iter().all(is_code) {
        bad("languages")
    } else if body.places > PLACES_MAX {
        bad("places")
    } else if !body.duty.is_subset(&days) {
        bad("duty")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use accord::{CaseType, Sex};

    fn body() -> LegalBody {
        LegalBody {
            class: AccreditationClass::A,
            from: Day(20_000),
            until: Day(21_000),
            districts: [Place::parse("21.71").unwrap()].into(),
            types: [CaseType::Wages].into(),
            languages: ["id".to_owned(), "sas".to_owned()].into(),
            counsel: [Sex::Woman].into(),
            places: 7,
            duty: [1, 4].into(),
            confirmed: Day(20_700),
        }
    }

    #[test]
    fn an_item_reads_back_and_words_of_later_versions_are_skipped() {
        assert_eq!(from_value(&to_value(&body())), Some(body()));
        let Value::Map(mut pairs) = to_value(&body()) else { panic!() };
        let later = Value::list([Value::text("wages"), Value::text("space-law")]);
        pairs.insert(seal::cbor::Key::Int(6), later);
        pairs.insert(seal::cbor::Key::Int(99), Value::Null);
        assert_eq!(from_value(&Value::Map(pairs.clone())), Some(body()));
        pairs.remove(&seal::cbor::Key::Int(9));
        assert_eq!(from_value(&Value::Map(pairs)), None);
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_field() {
        let at = |body: &LegalBody| check(body).err().and_then(|problem| problem.at).unwrap_or_default();
        assert_eq!(at(&body()), "");
        assert_eq!(at(&LegalBody { until: Day(19_999), ..body() }), "until");
        assert_eq!(at(&LegalBody { districts: BTreeSet::new(), ..body() }), "districts");
        assert_eq!(at(&LegalBody { types: BTreeSet::new(), ..body() }), "types");
        assert_eq!(at(&LegalBody { languages: ["Bahasa Sasak".to_owned()].into(), ..body() }), "languages");
        assert_eq!(at(&LegalBody { places: 5_000, ..body() }), "places");
        assert_eq!(at(&LegalBody { duty: [8].into(), ..body() }), "duty");
    }
}
