//! An agency in the words of a page: official facts with their source and day, and nothing else (law L55).

use crate::directory::date_words;
use crate::text::Words;
use crate::view::{Fact, Tag, Tone};
use desk::licences::Lists;
use recruiters::licences::{Found, How, SanctionKind, Standing};

/// An agency as a page shows it.
#[derive(Clone, Debug)]
pub struct Card {
    /// Its official name.
    pub name: String,
    /// What the register says of it.
    pub tag: Tag,
    /// That it may be another one.
    pub doubt: Option<String>,
    /// Facts, source and day.
    pub facts: Vec<Fact>,
}

/// The words of a found agency, `today` in days since 1970.
pub fn card(t: Words, lists: &Lists, found: &Found<'_>, today: i64) -> Card {
    let (known, lang) = (found.known, t.lang());
    let agency = &known.agency;
    let mut facts = vec![Fact::new(t.licence_number(), agency.licence.clone())];
    let mut add = |name: &str, value: Option<String>| {
        facts.extend(value.filter(|value| !value.is_empty()).map(|value| Fact::new(name, value)));
    };
    let date = |date: &String| date_words(date, lang);
    add(t.licence_place(), agency.place.as_ref().map(|place| place.name().to_owned()));
    add(t.licence_phones(), Some(agency.phones.join("; ")));
    add(t.licence_until(), agency.valid_until.as_ref().map(date));
    if let Some(sanction) = &agency.sanction {
        let kind = match sanction.kind {
            SanctionKind::Warning => t.licence_warning(),
            SanctionKind::Suspended => t.licence_suspended(),
            SanctionKind::Revoked => t.licence_revoked(),
        };
        add(t.licence_sanction(), Some(kind.to_owned()));
        add(t.licence_sanction_from(), Some(date(&sanction.from)));
        add(t.licence_sanction_until(), sanction.until.as_ref().map(date));
        add(t.licence_sanction_text(), Some(sanction.text.clone()));
    }
    let source = lists.sources.get(known.source).map(|(_, source)| source);
    add(t.licence_source(), source.map(|source| t.licence_of(date(&source.date), source.name.as_str())));
    let tag = match agency.standing(today) {
        Standing::Sanctioned => Tag::new(Tone::Late, t.licence_sanctioned()),
        Standing::Ended => Tag::new(Tone::Body, t.licence_ended()),
        Standing::Licensed => Tag::new(Tone::Note, t.licence_on_record()),
    };
    let doubt = (found.how == How::Similar).then(|| t.licence_similar().to_owned());
    Card { name: agency.name.clone(), tag, doubt, facts }
}

/// The lists in use, in words.
pub fn lists_in_use(t: Words, lists: &Lists) -> Vec<String> {
    let line = |source: &desk::licences::Source| {
        t.check_list(source.count, date_words(&source.date, t.lang()), source.name.as_str())
    };
    lists.sources.iter().map(|(_, source)| line(source)).collect()
}
