//! Public pages: no account, no cookie.

use super::{Fact, Faults, Field, Frame, Sample, Tag, Tone, keep, sample_frame};
use crate::directory::{Contact, contacts};
use crate::licences::Card;
use askama::Template;
use base::Lang;

/// `/`: what a person may need, and the emergency numbers.
#[derive(Template)]
#[template(path = "public/start.html")]
pub struct Start {
    pub t: Frame,
    pub emergency: Vec<Contact>,
}

/// `/periksa`: the form, what to check anyway, and the lists in use.
#[derive(Template)]
#[template(path = "public/check.html")]
pub struct Check {
    pub t: Frame,
    pub faults: Faults,
    pub field: Field,
    pub lists: Vec<String>,
}

/// `/periksa/hasil`: one of three answers.
#[derive(Template)]
#[template(path = "public/checked.html")]
pub struct Checked {
    pub t: Frame,
    pub heading: &'static str,
    pub lead: &'static str,
    pub cards: Vec<Card>,
    /// There are more than are shown.
    pub more: bool,
    pub field: Field,
    pub lists: Vec<String>,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    keep(all, lang, "start", vec![Start { t: sample_frame(lang, "/", false), emergency: contacts(lang) }]);
    let t = sample_frame(lang, "/periksa", false);
    let field = || Field::line("cari", t.check_words()).help(t.check_words_help());
    let lists = vec!["Kementerian (rekaan)".to_owned()];
    let check = |faults, lists| Check { t: t.clone(), faults, field: field(), lists };
    let bad = Faults::of(t.words(), &base::Problem::at("licence.query", "100"), Some("cari"));
    keep(all, lang, "periksa", vec![check(Faults::default(), lists.clone()), check(bad, Vec::new())]);
    let card = |tag, doubt| Card {
        name: "PT <b>Rekaan</b>".to_owned(),
        tag,
        doubt,
        facts: vec![Fact::new(t.licence_number(), "REKAAN-1/2024")],
    };
    let cards = vec![
        card(Tag::new(Tone::Late, t.licence_sanctioned()), None),
        card(Tag::new(Tone::Note, t.licence_on_record()), Some(t.licence_similar().to_owned())),
    ];
    let checked = |heading, lead, cards: Vec<Card>| Checked {
        t: t.clone(),
        heading,
        lead,
        more: !cards.is_empty(),
        cards,
        field: field(),
        lists: lists.clone(),
    };
    let answers = vec![
        checked(t.check_sanction(), t.check_sanction_lead(), cards),
        checked(t.check_none(), t.check_none_lead(), Vec::new()),
    ];
    keep(all, lang, "periksa-hasil", answers);
}
