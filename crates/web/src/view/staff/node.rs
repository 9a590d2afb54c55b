//! Nodes: partners, joining, the USB bundle, and the people of this one.

use super::day::{List, Row};
use crate::view::{Fact, Faults, Field, Frame, Kind, Link, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/simpul`.
#[derive(Template)]
#[template(path = "staff/nodes.html")]
pub struct Nodes {
    pub t: Frame,
    pub own: Vec<Fact>,
    pub fingerprint: String,
    /// The fingerprint as QR, an SVG that we drew.
    pub qr: String,
    /// What about the mail needs a person.
    pub matters: Vec<Matter>,
    pub partners: Vec<Partner>,
    pub packs: Vec<PackRow>,
    /// How old the newest backup is.
    pub backup: PackRow,
}

/// One pack and what became of it.
pub struct PackRow {
    pub name: String,
    pub tag: Tag,
    /// The day of its check, or why it is not used and what to do.
    pub says: String,
}

/// One matter of the mail.
pub struct Matter {
    pub name: String,
    pub title: String,
    pub remedy: String,
    pub phone: Option<String>,
    pub tag: Tag,
    /// Whether the reader may say that it was seen to.
    pub ends_by_hand: bool,
    /// Where more about it stands.
    pub more: Option<&'static str>,
}

/// One partner.
pub struct Partner {
    pub name: String,
    pub tag: Tag,
    pub contact: String,
    pub queue: String,
    pub fingerprint: String,
    /// How many services it states, and how many of them are doubtful; `None`: none.
    pub services: Option<String>,
}

/// `/simpul/gabung`: a joining file is read, its fingerprint shown, a person confirms.
#[derive(Template)]
#[template(path = "staff/join.html")]
pub struct Join {
    pub t: Frame,
    pub faults: Faults,
    pub fields: Vec<Field>,
    pub found: Option<JoinFound>,
}

/// What a joining file or an agreement file says.
pub struct JoinFound {
    pub nodes: Vec<NodeFound>,
    /// Title of the agreement, if the file holds one, and its terms in words.
    pub accord: Option<String>,
    pub terms: Vec<String>,
    /// The file itself, to confirm exactly what was shown.
    pub file: String,
}

/// One node of the file.
pub struct NodeFound {
    pub name: String,
    pub facts: Vec<Fact>,
    pub fingerprint: String,
    /// The fingerprint as QR, as on the page of that node.
    pub qr: String,
}

/// `/simpul/berkas`: the USB bundle, out and in.
#[derive(Template)]
#[template(path = "staff/bundle.html")]
pub struct Bundle {
    pub t: Frame,
    pub faults: Faults,
    pub to: Field,
    pub fields: Vec<Field>,
    /// What an import did.
    pub done: Vec<Fact>,
    /// What was refused lately, by code.
    pub refused: Vec<Fact>,
}

/// A node's place and fingerprint as QR: the same picture on its own page and where it is confirmed.
pub fn print_qr(place: &str, fingerprint: &str) -> String {
    let letters: String = fingerprint.chars().filter(|c| !c.is_whitespace()).collect();
    if letters.is_empty() { String::new() } else { crate::view::qr::svg(&format!("SIMPUL1/{place}/{letters}")) }
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/simpul", true);
    let partner = |tone, word: &str| Partner {
        name: "Lombok Timur".into(),
        tag: Tag::new(tone, word),
        contact: "23 November 2026, 13.20 WIB".into(),
        queue: "2".into(),
        fingerprint: "7F3K9 QRA2B 3CD4E 5FG6H".into(),
        services: Some(t.directory_partner(3u32, 1u32)),
    };
    let nodes = |partners| Nodes {
        own: vec![Fact::new(t.node_place(), "21.71 Kota Batam")],
        fingerprint: "7F3K9 QRA2B 3CD4E 5FG6H".into(),
        qr: crate::view::qr::svg("SIMPUL1/21.71/7F3K9QRA2B3C"),
        matters: vec![Matter {
            name: "00ff".into(),
            title: t.concern_late("23 November 2026, 13.20 WIB", t.message_offer(), "Lombok Timur"),
            remedy: t.concern_late_remedy().into(),
            phone: Some("+62 370 0000001".into()),
            tag: Tag::work(t.words(), Tone::Late),
            ends_by_hand: true,
            more: Some("/simpul/kunci"),
        }],
        partners,
        packs: vec![
            PackRow {
                name: "guidance panduan 0.1.0".into(),
                tag: Tag::new(Tone::Done, t.pack_in_use()),
                says: t.checked_on("23 November 2026"),
            },
            PackRow {
                name: "packs/direktori".into(),
                tag: Tag::new(Tone::Late, t.pack_refused()),
                says: "Paket belum ditandatangani: pack.sig.".into(),
            },
        ],
        t: t.clone(),
        backup: PackRow {
            name: t.backup_none().into(),
            tag: Tag::new(Tone::Late, t.backup_late_tag()),
            says: t.backup_lead().into(),
        },
    };
    let partners = vec![partner(Tone::Done, t.partner_reached()), partner(Tone::Person, t.partner_waiting())];
    keep(all, lang, "simpul", vec![nodes(partners), nodes(vec![])]);
    let officers = List {
        t: sample_frame(lang, "/atur/petugas", true),
        heading: t.officers().into(),
        lead: t.officers_lead().into(),
        filters: vec![Link::new("/atur/petugas", t.filter_all()).here(true)],
        columns: vec![t.person_name().into(), t.role().into(), t.column_state().into()],
        rows: vec![Row {
            href: "/atur/petugas".into(),
            name: "Sari".into(),
            cells: vec![t.role_case_manager().into()],
            tags: vec![],
        }],
        none: t.nothing_here().into(),
        next: None,
        search: None,
    };
    keep(all, lang, "atur-petugas", vec![officers]);
    join_samples(lang, all, &t);
}

fn join_samples(lang: Lang, all: &mut Vec<Sample>, t: &Frame) {
    let join = |found| Join {
        t: sample_frame(lang, "/simpul/gabung", true),
        faults: Faults::default(),
        fields: vec![Field::new("berkas", t.join_file(), Kind::File(".spj,.spa"))],
        found,
    };
    let node = || NodeFound {
        name: "Lombok Timur".into(),
        facts: vec![Fact::new(t.node_place(), "52.03 Lombok Timur")],
        fingerprint: "7F3K9 QRA2B 3CD4E 5FG6H".into(),
        qr: print_qr("52.03", "7F3K9 QRA2B 3CD4E 5FG6H"),
    };
    let found = |accord: Option<&str>| JoinFound {
        nodes: vec![node()],
        accord: accord.map(str::to_owned),
        terms: accord.map(str::to_owned).into_iter().collect(),
        file: "U1BKMQ".into(),
    };
    keep(
        all,
        lang,
        "simpul-gabung",
        vec![join(None), join(Some(found(None))), join(Some(found(Some("Bantuan hukum"))))],
    );
    let bundle = |done| Bundle {
        t: sample_frame(lang, "/simpul/berkas", true),
        faults: Faults::default(),
        to: Field::select("tujuan", t.bundle_to(), vec![crate::view::Choice::new("lotim", "Lombok Timur")]),
        fields: vec![Field::new("berkas", t.bundle_file(), Kind::File(".spb"))],
        done,
        refused: vec![Fact::new("23 November 2026", "bundle.import [bundle.altered]")],
    };
    keep(all, lang, "simpul-berkas", vec![bundle(vec![]), bundle(vec![Fact::new(t.bundle_new(), "3")])]);
}
