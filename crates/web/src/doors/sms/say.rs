//! What is answered, each in one message of at most 160 letters: official facts, rights and numbers to call, or what became of a
//! report. No name of a person, no word of a report, no link (WEB.md 10).

use super::gsm7::{SEPTETS_MAX, fit, plain, septets};
use crate::directory::{contacts, date_words};
use crate::text::Words;
use base::Place;
use base::text::match_key;
use desk::boxes::Reply;
use desk::directory::Found;
use desk::licences::Lists;
use pocketbook::services::Where;
use pocketbook::{Guide, PublicPage};
use recruiters::licences::{How, Standing};

/// Letters of an answer of an officer in one message, beside its number.
const PAGE_CHARS: usize = 130;

/// The answer to a check: one of three, as the page has them.
pub fn checked(t: Words, lists: &Lists, words: &str, today: i64) -> String {
    let (found, _) = lists.index.search(words, today);
    let sanctioned = found.iter().find(|found| found.known.agency.standing(today) == Standing::Sanctioned);
    let Some(shown) = sanctioned.or(found.first()) else { return plain(t.sms_check_none()) };
    let agency = &shown.known.agency;
    let similar = if shown.how == How::Similar { t.sms_check_similar() } else { "" };
    let licence = fit(str::to_owned, &agency.licence);
    let until = agency.valid_until.as_ref().map(|date| date_words(date, t.lang())).unwrap_or_default();
    fit(
        |name| match agency.standing(today) {
            Standing::Sanctioned => t.sms_check_sanction(&licence, name, similar),
            Standing::Ended => t.sms_check_ended(&licence, name, similar, &until),
            Standing::Licensed => t.sms_check_found(&licence, name, similar),
        },
        &agency.name,
    )
}

/// A right, or the list of topics.
pub fn right(t: Words, wanted: &str) -> String {
    let wanted = match_key(wanted);
    let is_it = |page: &&PublicPage| {
        let titles = [&page.text.title.id, &page.text.title.en].map(|title| match_key(title));
        match_key(&page.text.id) == wanted
            || titles.iter().any(|title| title.split(' ').any(|word| word == wanted) || *title == wanted)
    };
    if let Some(page) = PublicPage::rights().iter().find(is_it) {
        return topic(t, page);
    }
    let topics: Vec<&str> = PublicPage::rights().iter().map(|page| page.text.id.as_str()).collect();
    fit(|topics| t.sms_rights(topics), &topics.join(", "))
}

fn topic(t: Words, page: &PublicPage) -> String {
    let (title, lead) = (page.text.title.get(t.lang()), page.text.lead.get(t.lang()));
    let line =
        page.call.first().and_then(|id| Guide::embedded().directory.national().find(|service| service.id == *id));
    let number = line.and_then(|service| Some((service.name.get(t.lang()), service.phones.first()?)));
    let lengths = match number {
        Some((name, phone)) => vec![t.sms_right_call(lead, name, phone, title), t.sms_right_phone(lead, phone, title)],
        None => Vec::new(),
    };
    let mut whole =
        lengths.into_iter().map(|text| plain(&text)).filter(|text| septets(text).is_some_and(|n| n <= SEPTETS_MAX));
    whole.next().unwrap_or_else(|| fit(|lead| t.sms_right(lead, title), lead))
}

/// Numbers for a place: its own, else those of its province, else of the country; then the lines for danger.
pub fn help(t: Words, guide: &Guide, place: &Place, found: &[Found]) -> String {
    let own = numbers(t, guide, place, found);
    let province = Place::parse(place.province()).ok().filter(|province| own.is_empty() && province != place);
    let (of, list) = match &province {
        None => (place, own),
        Some(province) => (province, numbers(t, guide, province, found)),
    };
    let danger: Vec<String> = contacts(t.lang()).iter().map(|line| format!("{} {}", line.name, line.number)).collect();
    let danger = danger.join(", ");
    if list.is_empty() {
        return fit(|place| t.sms_help_national(&danger, place), place.name());
    }
    let mut text = String::new();
    for number in list {
        let longer = if text.is_empty() { number } else { format!("{text}; {number}") };
        let whole = plain(&t.sms_help(&danger, &longer, of.name()));
        if septets(&whole).is_none_or(|length| length > SEPTETS_MAX) {
            break;
        }
        text = longer;
    }
    if text.is_empty() {
        fit(|place| t.sms_help_national(&danger, place), place.name())
    } else {
        plain(&t.sms_help(&danger, &text, of.name()))
    }
}

fn numbers(t: Words, guide: &Guide, place: &Place, found: &[Found]) -> Vec<String> {
    let packs = guide.directory.at(place).map(|service| (service.name.get(t.lang()), service.phones.first()));
    let stated = found.iter().filter(|found| matches!(&found.service.at, Where::Place(at) if at == place));
    let stated = stated.map(|found| (found.service.name.get(t.lang()), found.service.phones.first()));
    packs.chain(stated).filter_map(|(name, phone)| Some(format!("{name} {}", phone?))).collect()
}

/// Several places, or none.
pub fn which(t: Words, places: &[Place]) -> String {
    if places.is_empty() {
        let danger: Vec<String> =
            contacts(t.lang()).iter().map(|line| format!("{} {}", line.name, line.number)).collect();
        return fit(|danger| t.sms_help_unknown(danger), &danger.join(", "));
    }
    let list: Vec<String> = places.iter().map(|place| format!("{} {}", place.code(), place.name())).collect();
    fit(|list| t.sms_help_which(list), &list.join(", "))
}

/// Answers of officers, cut into pages: the newest one's first, or the page that was asked for.
pub fn answers(t: Words, replies: &[Reply], page: Option<usize>) -> String {
    let mut pages: Vec<String> = Vec::new();
    let mut newest = 0;
    for reply in replies {
        newest = pages.len();
        pages.extend(cut(&plain(&reply.text)));
    }
    let at = page.map_or(newest, |page| page.saturating_sub(1)).min(pages.len().saturating_sub(1));
    let Some(text) = pages.get(at) else { return plain(t.sms_no_answer()) };
    fit(|text| t.sms_answer(at + 1, text, pages.len()), text)
}

fn cut(text: &str) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match pages.last_mut() {
            Some(page) if septets(page).unwrap_or(0) + 1 + septets(word).unwrap_or(0) <= PAGE_CHARS => {
                page.push(' ');
                page.push_str(word);
            }
            _ => pages.extend(pieces(word)),
        }
    }
    pages
}

/// A word, in pieces if it is longer than a page.
fn pieces(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    // A letter takes two septets at most.
    letters.chunks(PAGE_CHARS / 2).map(|piece| piece.iter().collect()).collect()
}
