//! Guidance, contacts near a place, sentences for a person who speaks another language, and all of it on paper. A place in
//! an address is no personal data.

use super::reporting::places;
use crate::directory::Entry;
use crate::guard::{Answer, Visit, page};
use crate::state::WebState;
use crate::view::guide::{Chapter, ChapterLink, ChapterPage, Contacts, Index, Near, Print, Saying, Sayings, Speech};
use crate::view::{Field, Frame, Link};
use crate::when;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use base::{Lang, Place, Problem, Timestamp};
use desk::directory::{Found, Wanted, search};
use pocketbook::services::Where;
use pocketbook::{Guide, Language, Service, Tongue};

/// Regencies with services that one page shows beside its own.
const REGENCIES_SHOWN: usize = 5;

/// `GET /saku/panduan`
pub async fn index(State(web): State<WebState>, Visit(t): Visit) -> Answer {
    page(&index_page(t, &web.desk.guide))
}

/// The list of chapters.
pub fn index_page(t: Frame, guide: &Guide) -> Index {
    let link = |chapter: &pocketbook::Chapter| ChapterLink {
        href: t.href(&format!("/saku/panduan/{}", chapter.id)),
        title: chapter.title.get(t.lang()).to_owned(),
        lead: chapter.lead.get(t.lang()).to_owned(),
    };
    let chapters = guide.guidance.chapters.iter().map(link).collect();
    Index { chapters, version: guide.guidance.version.clone(), t }
}

/// `GET /saku/panduan/{bab}`
pub async fn chapter(State(web): State<WebState>, Visit(t): Visit, Path(id): Path<String>) -> Answer {
    page(&chapter_page(t, &web.desk.guide, &id).ok_or(Problem::new("web.not-found"))?)
}

/// One chapter between its neighbours.
pub fn chapter_page(t: Frame, guide: &Guide, id: &str) -> Option<ChapterPage> {
    let chapters = &guide.guidance.chapters;
    let number = chapters.iter().position(|chapter| chapter.id == id)?;
    let link = |number: usize| {
        let chapter = chapters.get(number)?;
        Some(Link::new(t.href(&format!("/saku/panduan/{}", chapter.id)), chapter.title.get(t.lang())))
    };
    Some(ChapterPage {
        before: number.checked_sub(1).and_then(link),
        after: link(number + 1),
        chapter: Chapter::of(&t, chapters.get(number)?),
        t,
    })
}

/// `GET /saku/kontak`, `?tempat=21.71` for another place than the node's own.
pub async fn contacts(State(web): State<WebState>, Visit(t): Visit, RawQuery(query): RawQuery) -> Answer {
    let asked = value(query.as_deref(), "tempat").and_then(|code| Place::parse(code).ok());
    let place = asked.filter(|place| place.name() != place.code()).unwrap_or_else(|| web.desk.me.place.clone());
    let mut shown = contacts_page(t, &web.desk.guide, &place, web.now());
    let wanted = Wanted { at: Where::Place(place), kind: None, public: true };
    let mut view = web.desk.store.read_unsealed(web.now()).await?;
    with_stated(&mut shown, &search(&mut view, &wanted).await?, web.now());
    page(&shown)
}

/// Beside what packs list: the public services that nodes state or that this one keeps, under the places that are there, new
/// ones after them.
fn with_stated(shown: &mut Contacts, found: &[Found], now: Timestamp) {
    for found in found {
        let entry = Entry::listed(shown.t.words(), found, now);
        let place = match &found.service.at {
            Where::Place(place) if found.km.is_none() && place.regency().is_none() => shown.here.clone(),
            Where::Place(place) => place.name().to_owned(),
            Where::Country | Where::Abroad(_) => {
                shown.national.push(entry);
                continue;
            }
        };
        match shown.near.iter_mut().find(|near| near.place == place) {
            Some(near) => near.services.push(entry),
            None => shown.near.push(Near { place, km: found.km.map(|km| km.to_string()), services: vec![entry] }),
        }
    }
    // The nearest first, whoever lists them.
    shown.near.sort_by_key(|near| near.km.as_ref().map_or(0, |km| km.parse::<u32>().unwrap_or(u32::MAX)));
}

/// Lines for danger, services near a place, lines for the whole country.
pub fn contacts_page(t: Frame, guide: &Guide, place: &Place, now: Timestamp) -> Contacts {
    let directory = &guide.directory;
    let entry = |service: &Service| Entry::of(t.words(), service, now);
    Contacts {
        here: place.name().to_owned(),
        everywhere: directory.everywhere().map(entry).collect(),
        near: near(&t, guide, place, now),
        national: directory.national().filter(|service| !service.everywhere).map(entry).collect(),
        demo: directory.demo,
        place: Field::select("tempat", t.contacts_place(), places(&t, place)),
        regencies: regencies(&t, place),
        t,
    }
}

/// Services near a place, the nearest first.
pub fn near(t: &Frame, guide: &Guide, place: &Place, now: Timestamp) -> Vec<Near> {
    let entry = |service: &Service| Entry::of(t.words(), service, now);
    let near = guide.directory.near(place, REGENCIES_SHOWN).into_iter().map(|near| Near {
        place: near.place.name().to_owned(),
        km: (near.place != place).then(|| near.km.to_string()),
        services: near.services.into_iter().map(entry).collect(),
    });
    near.collect()
}

/// Under a province: its regencies, each as a link.
fn regencies(t: &Frame, place: &Place) -> Vec<Link> {
    if place.regency().is_some() {
        return Vec::new();
    }
    let below = base::places::REGENCIES.iter().filter(|regency| regency.code.starts_with(place.province()));
    below.map(|r| Link::new(t.href(&format!("/saku/kontak?tempat={}", r.code)), &r.name)).collect()
}

/// `GET /saku/bahasa`, `?ke=jv` for a language.
pub async fn speech(State(web): State<WebState>, Visit(t): Visit, RawQuery(query): RawQuery) -> Answer {
    let other = if t.lang() == Lang::Id { Tongue::En } else { Tongue::Id };
    let tongue = value(query.as_deref(), "ke").and_then(Tongue::parse).unwrap_or(other);
    page(&speech_page(t, &web.desk.guide, tongue))
}

/// The sentences in a language, the same in that of the page beside them.
pub fn speech_page(t: Frame, guide: &Guide, tongue: Tongue) -> Speech {
    let language = guide.language(tongue);
    let regional = !matches!(tongue, Tongue::Id | Tongue::En);
    let all = guide.guidance.sentences().count();
    let missing = language.map_or(all, |language| language.missing(&guide.guidance).count());
    let link = |other: Tongue| {
        let href = t.href(&format!("/saku/bahasa?ke={}", other.tag()));
        Link::new(href, other.name().get(t.lang())).here(other == tongue)
    };
    let ids: Vec<String> = guide.guidance.sentences().map(|sentence| anchor(&sentence.key)).collect();
    let mut number: usize = 0;
    let mut groups = Vec::new();
    for group in &guide.guidance.groups {
        let mut lines = Vec::new();
        for sentence in &group.sentences {
            let mut line = saying(&t, sentence, tongue, language);
            line.before = number.checked_sub(1).and_then(|before| ids.get(before)).cloned();
            line.after = ids.get(number + 1).cloned();
            number += 1;
            lines.push(line);
        }
        groups.push(Sayings { heading: group.title.get(t.lang()).to_owned(), lines });
    }
    Speech {
        tongues: Tongue::ALL.map(link).into(),
        counted: regional.then(|| t.speech_counted(all, all - missing, tongue.name().get(t.lang()))),
        groups,
        t,
    }
}

fn anchor(key: &str) -> String {
    key.replace('.', "-")
}

fn saying(t: &Frame, sentence: &pocketbook::Sentence, tongue: Tongue, language: Option<&Language>) -> Saying {
    let translated = language.and_then(|language| language.sentences.get(&sentence.key));
    let own = sentence.text.get(t.lang());
    let (text, spoken_in) = match (tongue, translated) {
        (Tongue::En, _) => (sentence.text.en.as_str(), Tongue::En),
        (_, Some(text)) => (text.as_str(), tongue),
        _ => (sentence.text.id.as_str(), Tongue::Id),
    };
    let clip = language.filter(|language| language.clips.contains_key(&sentence.key));
    Saying {
        id: anchor(&sentence.key),
        text: text.to_owned(),
        tag: spoken_in.tag(),
        own: (own != text).then(|| own.to_owned()),
        missing: spoken_in != tongue,
        spoken: matches!(spoken_in, Tongue::Id | Tongue::En),
        clip: clip.map(|language| format!("/saku/klip/{}/{}", language.tongue.tag(), sentence.key)),
        before: None,
        after: None,
    }
}

/// `GET /saku/klip/{bahasa}/{kunci}`: a recorded sentence.
pub async fn clip(State(web): State<WebState>, Path((tag, key)): Path<(String, String)>) -> Answer {
    let language = Tongue::parse(&tag).and_then(|tongue| web.desk.guide.language(tongue));
    let clip = language.and_then(|language| language.clips.get(&key)).ok_or(Problem::new("web.not-found"))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("audio/ogg"))], clip.clone()).into_response())
}

/// `GET /saku/cetak`, `?ukuran=a4` for two pages on one side.
pub async fn print(State(web): State<WebState>, Visit(t): Visit, RawQuery(query): RawQuery) -> Answer {
    let two = value(query.as_deref(), "ukuran") == Some("a4");
    let day = when::day(web.now(), web.desk.me.place.zone(), t.lang());
    let near = web.desk.me.place.clone();
    page(&print_page(t, (&web.desk.guide, &near, web.now()), two, day))
}

/// All chapters, numbers and sentences as one document.
pub fn print_page(t: Frame, (guide, place, now): (&Guide, &Place, Timestamp), two: bool, printed_on: String) -> Print {
    let entry = |service: &Service| Entry::of(t.words(), service, now);
    let near = guide.directory.near(place, REGENCIES_SHOWN).into_iter().flat_map(|near| near.services);
    let (other, other_tag) = if t.lang() == Lang::Id { (Lang::En, "en") } else { (Lang::Id, "id") };
    let pair = |s: &pocketbook::Sentence| (s.text.get(t.lang()).to_owned(), s.text.get(other).to_owned());
    Print {
        size: if two { "a4" } else { "a6" },
        sizes: vec![
            Link::new(t.href("/saku/cetak"), t.print_a6()).here(!two),
            Link::new(t.href("/saku/cetak?ukuran=a4"), t.print_a4()).here(two),
        ],
        printed_on,
        chapters: guide.guidance.chapters.iter().map(|chapter| Chapter::of(&t, chapter)).collect(),
        services: guide.directory.national().chain(near).map(entry).collect(),
        sentences: guide.guidance.sentences().map(pair).collect(),
        other_tag,
        version: guide.guidance.version.clone(),
        t,
    }
}

/// A value of a query, where it is plain enough to be a code.
fn value<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    query?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}
