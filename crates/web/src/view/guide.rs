//! Guidance, contacts, the interpreter's page and the printed pocketbook: the same words on screen, offline and on paper.

use super::{Field, Frame, Link, Sample, keep, sample_frame};
use crate::directory::{Entry, date_words};
use askama::Template;
use base::{Lang, Place, Timestamp};
use pocketbook::{Guide, Look, Mark};

/// `/saku/panduan`.
#[derive(Template)]
#[template(path = "guide/index.html")]
pub struct Index {
    pub t: Frame,
    pub chapters: Vec<ChapterLink>,
    pub version: String,
}

/// A chapter in the list.
pub struct ChapterLink {
    pub href: String,
    pub title: String,
    pub lead: String,
}

/// `/saku/panduan/{bab}`. It does not name the version of the pack: else one changed chapter would change them all.
#[derive(Template)]
#[template(path = "guide/chapter.html")]
pub struct ChapterPage {
    pub t: Frame,
    pub chapter: Chapter,
    pub before: Option<Link>,
    pub after: Option<Link>,
}

/// A chapter in one language.
pub struct Chapter {
    pub id: String,
    pub title: String,
    pub lead: String,
    pub parts: Vec<Part>,
    pub checked_on: String,
    pub sources: String,
}

/// Lines under a heading.
pub struct Part {
    pub heading: String,
    pub ordered: bool,
    pub class: Option<&'static str>,
    pub lines: Vec<Line>,
}

/// A line with what it rests on and how firm it is.
pub struct Line {
    pub text: String,
    pub basis: Option<String>,
    pub mark: Option<&'static str>,
}

/// `/saku/kontak`.
#[derive(Template)]
#[template(path = "guide/contacts.html")]
pub struct Contacts {
    pub t: Frame,
    /// The place whose services are shown.
    pub here: String,
    pub everywhere: Vec<Entry>,
    pub near: Vec<Near>,
    pub national: Vec<Entry>,
    /// The services of districts are made up.
    pub demo: bool,
    pub place: Field,
    /// The regencies of a province that was asked for.
    pub regencies: Vec<Link>,
}

/// The services of one place.
pub struct Near {
    pub place: String,
    /// Whole kilometres; `None`: here.
    pub km: Option<String>,
    pub services: Vec<Entry>,
}

/// `/saku/bahasa`: sentences to show or say.
#[derive(Template)]
#[template(path = "guide/speech.html")]
pub struct Speech {
    pub t: Frame,
    pub tongues: Vec<Link>,
    /// How many sentences the language lacks, in words.
    pub counted: Option<String>,
    pub groups: Vec<Sayings>,
}

/// Sentences under a heading.
pub struct Sayings {
    pub heading: String,
    pub lines: Vec<Saying>,
}

/// One sentence.
pub struct Saying {
    pub id: String,
    pub text: String,
    /// The language it is in.
    pub tag: &'static str,
    /// The same in the language of the page, where that is another.
    pub own: Option<String>,
    /// Nobody translated it: it stands in Indonesian.
    pub missing: bool,
    /// A phone may have a voice for it.
    pub spoken: bool,
    /// Where its clip lies.
    pub clip: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// `/saku/cetak`.
#[derive(Template)]
#[template(path = "guide/print.html")]
pub struct Print {
    pub t: Frame,
    pub size: &'static str,
    pub sizes: Vec<Link>,
    pub printed_on: String,
    pub chapters: Vec<Chapter>,
    pub services: Vec<Entry>,
    pub sentences: Vec<(String, String)>,
    pub other_tag: &'static str,
    pub version: String,
}

impl Chapter {
    /// The words of a chapter in the language of a page.
    pub fn of(t: &Frame, chapter: &pocketbook::Chapter) -> Self {
        let lang = t.lang();
        Self {
            id: chapter.id.clone(),
            title: chapter.title.get(lang).to_owned(),
            lead: chapter.lead.get(lang).to_owned(),
            parts: chapter.parts.iter().map(|part| Part::of(t, part)).collect(),
            checked_on: date_words(&chapter.checked_on, lang),
            sources: chapter.sources.join("; "),
        }
    }
}

impl Part {
    fn of(t: &Frame, part: &pocketbook::Part) -> Self {
        let lang = t.lang();
        let mark = |mark| match mark {
            Mark::Product => t.mark_product(),
            Mark::Unconfirmed => t.guide_unconfirmed(),
        };
        let lines = part.lines.iter().map(|line| Line {
            text: line.text.get(lang).to_owned(),
            basis: line.basis.as_ref().map(|basis| basis.get(lang).to_owned()),
            mark: line.mark.map(mark),
        });
        Self {
            heading: part.heading.get(lang).to_owned(),
            ordered: part.look == Look::Steps,
            class: match part.look {
                Look::Never => Some("never"),
                Look::Words => Some("words"),
                Look::Steps | Look::List => None,
            },
            lines: lines.collect(),
        }
    }
}

/// Samples of every page here, from what the binary ships.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    use crate::doors::guide as door;
    let guide = Guide::embedded();
    let now = Timestamp::from_seconds(1_795_402_800);
    let frame = |path: &str| sample_frame(lang, path, false);
    let places = |codes: &[&str]| -> Vec<Place> { codes.iter().filter_map(|code| Place::parse(code).ok()).collect() };
    keep(all, lang, "saku-panduan", vec![door::index_page(frame("/saku/panduan"), guide)]);
    let chapter = |chapter: &pocketbook::Chapter| {
        door::chapter_page(frame(&format!("/saku/panduan/{}", chapter.id)), guide, &chapter.id)
    };
    keep(all, lang, "saku-bab", guide.guidance.chapters.iter().filter_map(chapter).collect());
    let contacts = |place: &Place| door::contacts_page(frame("/saku/kontak"), guide, place, now);
    keep(all, lang, "saku-kontak", places(&["21.71", "32"]).iter().map(contacts).collect());
    let speech = |tongue| door::speech_page(frame("/saku/bahasa"), guide, tongue);
    keep(all, lang, "saku-bahasa", pocketbook::Tongue::ALL.map(speech).into());
    let print = |two| {
        let day = "23 November 2026".to_owned();
        let near = places(&["21.71"]).pop()?;
        Some(door::print_page(frame("/saku/cetak"), (guide, &near, now), two, day))
    };
    keep(all, lang, "saku-cetak", [false, true].into_iter().filter_map(print).collect());
}
