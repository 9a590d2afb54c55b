//! Telephone lines and services in the words of a page, each with the day of its last check.

use crate::text::Words;
use crate::when;
use base::pack::day;
use base::{Lang, Timestamp, Zone};
use desk::directory::{Found, Owner};
use pocketbook::services::hours::{Hours, clock};
use pocketbook::{Guide, Service, dialled};

/// A line that is shown wherever somebody may be in danger.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The number to call.
    pub number: String,
    /// Whose it is.
    pub name: String,
    /// What it is for.
    pub what: String,
}

/// The lines for danger, in a language.
pub fn contacts(lang: Lang) -> Vec<Contact> {
    let words = |service: &Service| Contact {
        number: service.phones.first().cloned().unwrap_or_default(),
        name: service.name.get(lang).to_owned(),
        what: service.what.get(lang).to_owned(),
    };
    Guide::embedded().directory.everywhere().map(words).collect()
}

/// A service as the page of contacts shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose it is.
    pub name: String,
    /// What it is for, and when somebody answers.
    pub what: String,
    /// Numbers as dialled and as shown.
    pub phones: Vec<(String, String)>,
    /// Numbers to write to.
    pub whatsapp: Vec<String>,
    /// When somebody last checked it, in words.
    pub checked: String,
    /// Where it comes from.
    pub source: String,
    /// Nobody checked it lately.
    pub doubtful: bool,
}

impl Entry {
    /// The words of a service, as of a moment.
    pub fn of(t: Words, service: &Service, now: Timestamp) -> Self {
        let stale = service.stale(now.day());
        let checked = match &service.checked_on {
            None => t.not_checked().to_owned(),
            Some(date) if stale => t.checked_long_ago(date_words(date, t.lang())),
            Some(date) => t.checked_on(date_words(date, t.lang())),
        };
        let hours = service.hours.as_ref().map(|hours| format!(" {}.", hours.get(t.lang())));
        let phones = service.phones.iter().map(|phone| (dialled(phone).unwrap_or_default(), phone.clone()));
        Self {
            name: service.name.get(t.lang()).to_owned(),
            what: format!("{}{}", service.what.get(t.lang()), hours.unwrap_or_default()),
            phones: phones.collect(),
            whatsapp: service.whatsapp.clone(),
            checked,
            source: service.source.get(t.lang()).to_owned(),
            doubtful: stale || service.checked_on.is_none(),
        }
    }

    /// The words of a service that a node states or keeps.
    pub fn listed(t: Words, found: &Found, now: Timestamp) -> Self {
        let (service, lang) = (&found.service, t.lang());
        let (doubtful, day) = (service.stale(now.day()), date_words(&service.confirmed_on, lang));
        let hours: Vec<String> = service.hours.iter().map(|hours| hours_words(t, *hours)).collect();
        let mut what = vec![service.what.get(lang).to_owned(), service.who.get(lang).to_owned()];
        what.extend((!hours.is_empty()).then(|| t.directory_hours_of(hours.join(", "))));
        what.extend((!service.languages.is_empty()).then(|| t.directory_languages_of(service.languages.join(", "))));
        what.push(match &service.address {
            Some(address) => t.directory_address_of(address.as_str()),
            None => t.directory_no_address().to_owned(),
        });
        let source = match &found.owner {
            Owner::Partner(_, name) => t.directory_by(name.as_str()),
            Owner::Us => t.directory_by_us(service.source.get(lang)),
            Owner::Kept => t.directory_from(service.source.get(lang)),
        };
        let phones = service.phones.iter().map(|phone| (dialled(phone).unwrap_or_default(), phone.clone()));
        Self {
            name: format!("{} ({})", service.name.get(lang), service.body),
            what: what.join(" "),
            phones: phones.collect(),
            whatsapp: service.whatsapp.clone(),
            checked: if doubtful { t.directory_old(day) } else { t.directory_true(day) },
            source,
            doubtful,
        }
    }
}

/// Days and times of one span in the language of the page.
pub fn hours_words(t: Words, hours: Hours) -> String {
    if hours.to_string() == "24/7" {
        return t.directory_always().to_owned();
    }
    let names: [&str; 7] = match t.lang() {
        Lang::Id => ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
        Lang::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    };
    let day = |at: u8| names.get(usize::from(at)).copied().unwrap_or_default();
    let days = if hours.from == hours.to {
        day(hours.from).to_owned()
    } else {
        format!("{}-{}", day(hours.from), day(hours.to))
    };
    format!("{days} {}-{}", clock(hours.opens), clock(hours.closes))
}

/// A date such as `2026-11-23` as people write it.
pub fn date_words(date: &str, lang: Lang) -> String {
    day(date).map_or_else(|| date.to_owned(), |days| when::day(Timestamp::from_seconds(days * 86_400), Zone::Wib, lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Text;

    fn service(checked_on: Option<&str>) -> Service {
        Service {
            id: "a".into(),
            place: None,
            kind: pocketbook::ServiceKind::Shelter,
            everywhere: false,
            name: Text::new("Rumah", "House"),
            what: Text::new("Tempat aman.", "A safe place."),
            phones: vec!["0812-000 000".into()],
            whatsapp: vec![],
            hours: Some(Text::new("24 jam", "24 hours")),
            checked_on: checked_on.map(str::to_owned),
            source: Text::new("Uji.", "Test."),
        }
    }

    #[test]
    fn the_lines_for_danger_are_110_119_129_and_148() {
        let numbers: Vec<String> = contacts(Lang::Id).into_iter().map(|line| line.number).collect();
        assert_eq!(numbers, ["110", "119", "129", "148"]);
    }

    #[test]
    fn an_entry_says_when_it_was_checked_that_it_is_old_or_that_nobody_did() {
        let now = Timestamp::parse("2026-11-23T03:00:00Z").unwrap();
        let entry = |checked| Entry::of(Words::of(Lang::Id), &service(checked), now);
        let fresh = entry(Some("2026-11-01"));
        assert_eq!((fresh.checked.as_str(), fresh.doubtful), ("Dicek pada 1 November 2026.", false));
        assert_eq!(fresh.phones, [("0812000000".to_owned(), "0812-000 000".to_owned())]);
        assert_eq!(fresh.what, "Tempat aman. 24 jam.");
        let old = entry(Some("2026-05-01"));
        assert!(old.doubtful && old.checked.contains("1 Mei 2026") && old.checked.contains("180"), "{}", old.checked);
        assert!(entry(None).doubtful);
    }
}
