//! A report without a name, and the box of its writer.

use super::{Choice, Fact, Faults, Field, Frame, Kind, Sample, keep, sample_frame};
use crate::directory::{Contact, contacts};
use askama::Template;
use base::Lang;

/// `/lapor`: what to know first, six questions.
#[derive(Template)]
#[template(path = "public/report.html")]
pub struct Questions {
    pub t: Frame,
    pub faults: Faults,
    pub emergency: Vec<Contact>,
    pub fields: Vec<Field>,
    /// Names and values that go along unseen.
    pub hidden: Vec<(String, String)>,
    /// Where the sealing part lies, and the intake key; `None`: sealed on arrival.
    pub seal: Option<(String, String)>,
}

/// The answers, before they are sent.
#[derive(Template)]
#[template(path = "public/report_check.html")]
pub struct Checked {
    pub t: Frame,
    pub faults: Faults,
    pub facts: Vec<Fact>,
    pub hidden: Vec<(String, String)>,
}

/// `/lapor/kode`: the code, once.
#[derive(Template)]
#[template(path = "public/report_code.html")]
pub struct Shown {
    pub t: Frame,
    pub code: String,
    pub until: String,
    /// Sealed on the phone, not on arrival.
    pub on_phone: bool,
    pub emergency: Vec<Contact>,
}

/// `/balas`: the field for a code.
#[derive(Template)]
#[template(path = "public/box_door.html")]
pub struct Door {
    pub t: Frame,
    pub faults: Faults,
    pub field: Field,
    /// What was being sent when the code was asked anew.
    pub kept: String,
    /// The key of the form that would send it.
    pub kunci: String,
}

/// What happened before the box is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Opened,
    Added,
}

/// The box.
#[derive(Template)]
#[template(path = "public/box.html")]
pub struct Box {
    pub t: Frame,
    pub faults: Faults,
    pub turn: Turn,
    /// When, and what.
    pub replies: Vec<Fact>,
    pub until: String,
    pub kunci: String,
    pub ticket: String,
    pub text: Field,
    pub sure: Field,
}

/// The box is closed.
#[derive(Template)]
#[template(path = "public/box_closed.html")]
pub struct Closed {
    pub t: Frame,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let frame = |path: &str| sample_frame(lang, path, false);
    let t = frame("/lapor");
    let hidden = || vec![("_kunci".to_owned(), "00".repeat(16)), ("_waktu".to_owned(), "1.00".to_owned())];
    let questions = |faults, seal: bool| Questions {
        t: frame("/lapor"),
        faults,
        emergency: contacts(lang),
        fields: vec![
            Field::radios("bahaya", t.anon_danger(), vec![Choice::new("yes", t.yes())]).across(),
            Field::long("apa", t.anon_what()).help(t.anon_what_help()),
        ],
        hidden: hidden(),
        seal: seal.then(|| ("/aset/tanpa-nama.0.js".to_owned(), "BA".to_owned())),
    };
    let missing = || Faults::of(t.words(), &base::Problem::new("web.field-missing"), Some("apa"));
    keep(all, lang, "lapor", vec![questions(Faults::default(), true), questions(missing(), false)]);
    let checked = |faults| Checked {
        t: frame("/lapor"),
        faults,
        facts: vec![Fact::new(t.anon_what(), "Agen <menahan> paspor.")],
        hidden: hidden(),
    };
    let young = Faults::of(t.words(), &base::Problem::new("web.form-age"), None);
    keep(all, lang, "lapor-periksa", vec![checked(Faults::default()), checked(young)]);
    let code = |on_phone| Shown {
        t: frame("/lapor/kode"),
        code: "1234 5678 9012 3456".into(),
        until: "22 Mei 2027".into(),
        on_phone,
        emergency: contacts(lang),
    };
    keep(all, lang, "lapor-kode", vec![code(false), code(true)]);
    let door = |faults, kept: &str| Door {
        t: frame("/balas"),
        faults,
        field: Field::new("kode", t.box_code(), Kind::Digits(19)).help(t.box_code_help()),
        kept: kept.into(),
        kunci: "00".repeat(16),
    };
    let unknown = Faults::of(t.words(), &base::Problem::new("box.unknown"), Some("kode"));
    keep(all, lang, "balas", vec![door(Faults::default(), ""), door(unknown, "Masih <ditulis>.")]);
    let opened = |turn, replies| Box {
        t: frame("/balas"),
        faults: Faults::default(),
        turn,
        replies,
        until: "22 Mei 2027".into(),
        kunci: "00".repeat(16),
        ticket: "00".repeat(40),
        text: Field::long("pesan", t.box_text()),
        sure: Field::new("yakin", t.box_close_sure(), Kind::Tick(false)),
    };
    let reply = || vec![Fact::new("23 November 2026, 14.05 WIB", "Kami <sudah> membaca.")];
    keep(all, lang, "balas-kotak", vec![opened(Turn::Opened, vec![]), opened(Turn::Added, reply())]);
    keep(all, lang, "balas-tutup", vec![Closed { t: frame("/balas") }]);
}
