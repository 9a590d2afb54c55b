//! The public window beside its start: rights, help near a place, what the window says of itself, accords, numbers.

use super::guide::Chapter;
use super::{Fact, Frame, Link, Sample, keep, sample_frame};
use crate::directory::{Contact, Entry, contacts};
use askama::Template;
use base::Lang;
use pocketbook::PublicPage;

/// `/hak`: one topic a line.
#[derive(Template)]
#[template(path = "public/rights.html")]
pub struct Rights {
    pub t: Frame,
    pub topics: Vec<Topic>,
}

/// A topic in the list.
pub struct Topic {
    pub href: String,
    pub icon: String,
    pub title: String,
    pub lead: String,
}

/// `/hak/{topik}`, and what the window says of itself: a text with whom to call.
#[derive(Template)]
#[template(path = "public/leaf.html")]
pub struct Leaf {
    pub t: Frame,
    pub back: Link,
    pub icon: String,
    pub chapter: Chapter,
    pub call: Vec<Entry>,
    /// The telephone of the task force as dialled and as shown, where the page is about it.
    pub phone: Option<(String, String)>,
    pub more: Vec<Link>,
}

/// `/bantuan`: every province as a link.
#[derive(Template)]
#[template(path = "public/help.html")]
pub struct Help {
    pub t: Frame,
    pub emergency: Vec<Contact>,
    pub here: Link,
    pub provinces: Vec<Link>,
}

/// `/bantuan/{kode}`.
#[derive(Template)]
#[template(path = "public/help_place.html")]
pub struct HelpPlace {
    pub t: Frame,
    pub place: String,
    /// For which place the numbers are: this one, its province, the whole country.
    pub level: String,
    pub back: Link,
    pub everywhere: Vec<Entry>,
    pub groups: Vec<Given>,
    /// Some of the services are made up.
    pub demo: bool,
    pub qr: Option<Qr>,
    /// Under a province: its regencies.
    pub regencies: Vec<Link>,
    pub near: Link,
}

/// Services that are given for one place.
pub struct Given {
    pub heading: String,
    pub services: Vec<Entry>,
}

/// A number to be scanned by another phone.
pub struct Qr {
    pub svg: String,
    pub label: String,
}

/// `/mou`: accords in force, for everybody.
#[derive(Template)]
#[template(path = "public/mou.html")]
pub struct Accords {
    pub t: Frame,
    /// The node is locked: nobody can read them now.
    pub locked: bool,
    pub list: Vec<Accord>,
}

/// One accord.
pub struct Accord {
    pub title: String,
    pub facts: Vec<Fact>,
}

/// `/data`: numbers that the task force released.
#[derive(Template)]
#[template(path = "public/data.html")]
pub struct Numbers {
    pub t: Frame,
    /// The least count that is shown.
    pub least: u64,
    pub quarters: Vec<Counts>,
}

/// The numbers of one quarter.
pub struct Counts {
    pub id: String,
    pub heading: String,
    pub lead: String,
    pub tables: Vec<(&'static str, Vec<Fact>)>,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    use crate::doors::{about, help, rights_door};
    let now = base::Timestamp::from_seconds(1_795_402_800);
    let frame = |path: &str| sample_frame(lang, path, false);
    keep(all, lang, "hak", vec![rights_door::index_page(frame("/hak"))]);
    let right = |page: &PublicPage| rights_door::right_page(frame("/hak/x"), page, now);
    keep(all, lang, "hak-topik", PublicPage::rights().iter().map(right).collect());
    let leaf = |page: &PublicPage| about::leaf_page(frame(&format!("/{}", page.text.id)), page, "+62 778 000 000", now);
    keep(all, lang, "halaman", PublicPage::window().iter().map(leaf).collect());
    let places = ["21.71", "32", "95.01"].map(|code| base::Place::parse(code).ok());
    let guide = pocketbook::Guide::embedded();
    let place = |at: &base::Place| help::place_page(frame("/bantuan/x"), (guide, at, now), &[]);
    keep(all, lang, "bantuan-tempat", places.iter().flatten().map(place).collect());
    if let [Some(here), ..] = &places {
        keep(all, lang, "bantuan", vec![help::index_page(frame("/bantuan"), here, contacts(lang))]);
    }
    let t = frame("/mou");
    let facts = vec![Fact::new(t.public_mou_parties(), "Batam; LBH <b>Bahari</b>")];
    let accord = Accord { title: "Bantuan hukum".into(), facts };
    let accords = |locked, list| Accords { t: t.clone(), locked, list };
    keep(all, lang, "mou-umum", vec![accords(false, vec![accord]), accords(true, vec![]), accords(false, vec![])]);
    let cells = vec![Fact::new("Riau", "31"), Fact::new("Jawa Barat", t.counts_hidden())];
    let counts = Counts {
        id: "q2026-Q3".into(),
        heading: t.data_quarter("2026-Q3"),
        lead: t.data_total("42"),
        tables: vec![(t.counts_found(), cells)],
    };
    let numbers = |quarters| Numbers { t: frame("/data"), least: 11, quarters };
    keep(all, lang, "data", vec![numbers(vec![counts]), numbers(vec![])]);
}
