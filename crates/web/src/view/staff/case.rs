//! A case: its page, consents, people, identity.

use crate::view::{Choice, Fact, Faults, Field, Frame, Kind, Link, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// What stands on top of every page of a case.
#[derive(Clone)]
pub struct CaseHead {
    pub id: String,
    pub alias: String,
    pub version: i64,
    pub tags: Vec<Tag>,
    /// "Ditemukan 21.71 Kota Batam · asal 52.03 Lombok Timur · pemilik: Batam".
    pub under: String,
}

/// `/kasus/{id}`.
#[derive(Template)]
#[template(path = "staff/case.html")]
#[expect(clippy::struct_excessive_bools, reason = "each opens a part of the page")]
pub struct CasePage {
    pub t: Frame,
    pub case: CaseHead,
    pub next: Option<NextStep>,
    pub lines: Vec<ServiceLine>,
    pub consents: Vec<Link>,
    /// What can be worked on, beside the steps.
    pub work: Vec<Link>,
    pub deliveries: Vec<Link>,
    /// Reports about this person.
    pub reports: Vec<Link>,
    /// What she asked about her data and nobody answered yet; `None` for who does not meet requests.
    pub rights: Option<Vec<StepRow>>,
    pub seen: String,
    /// May see who looked.
    pub looks: bool,
    pub history: Vec<Fact>,
    /// The owner may act; a shadow of a case that moved away is read only.
    pub ours: bool,
    /// May refer and hand over.
    pub shares: bool,
    /// May record consents.
    pub consenting: bool,
    /// May look at the identity.
    pub identity: bool,
    /// May open it in need.
    pub need: bool,
}

/// The next thing to do, with its limit and basis.
pub struct NextStep {
    pub href: String,
    pub name: String,
    pub due: String,
    pub basis: String,
    pub act: String,
}

/// One service line as a task list.
pub struct ServiceLine {
    pub code: String,
    pub name: String,
    pub done: usize,
    pub of: usize,
    pub tag: Tag,
    pub steps: Vec<StepRow>,
}

/// One step in the list.
pub struct StepRow {
    pub href: String,
    pub name: String,
    pub detail: String,
    pub tag: Tag,
}

/// `/kasus/{id}/persetujuan`.
#[derive(Template)]
#[template(path = "staff/consents.html")]
pub struct Consents {
    pub t: Frame,
    pub faults: Faults,
    pub case: CaseHead,
    pub list: Vec<ConsentRow>,
    pub fields: Vec<Field>,
}

/// One consent.
pub struct ConsentRow {
    pub id: String,
    pub name: String,
    pub detail: String,
    pub tag: Tag,
    pub standing: bool,
}

/// `/kasus/{id}/identitas`: first the warning, then by POST the recorded view.
#[derive(Template)]
#[template(path = "staff/identity.html")]
pub struct Identity {
    pub t: Frame,
    pub faults: Faults,
    pub case: CaseHead,
    /// Why the person looks; asked before.
    pub reason: Field,
    pub shown: Option<Vec<Fact>>,
    pub fields: Vec<Field>,
}

/// `/kasus/{id}/orang`.
#[derive(Template)]
#[template(path = "staff/people.html")]
pub struct People {
    pub t: Frame,
    pub faults: Faults,
    pub case: CaseHead,
    /// Each links to her fields.
    pub others: Vec<(Link, String)>,
    pub fields: Vec<Field>,
}

/// A head for samples.
pub fn sample_head(t: &Frame) -> CaseHead {
    CaseHead {
        id: "case_01".into(),
        alias: "Melati-27".into(),
        version: 12,
        tags: vec![Tag::urgency(t.words(), "AMBER"), Tag::work(t.words(), Tone::Running)],
        under: "Ditemukan 21.71 Kota Batam · asal 52.03 Lombok Timur · pemilik: Batam".into(),
    }
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/kasus/case_01", true);
    let tones = [Tone::Done, Tone::Late, Tone::Person, Tone::Body, Tone::Skipped, Tone::Idle];
    let steps = |tone| StepRow {
        href: "/kasus/case_01/langkah/LE-2".into(),
        name: "LE-2 Penunjukan bantuan hukum".into(),
        detail: "26 November 2026, 10.00 WIB · Koordinator hukum".into(),
        tag: Tag::work(t.words(), tone),
    };
    let line = |tone| ServiceLine {
        code: "LE".into(),
        name: "Bantuan hukum".into(),
        done: 1,
        of: 6,
        tag: Tag::work(t.words(), tone),
        steps: vec![steps(tone)],
    };
    let page = |next: bool, ours| CasePage {
        t: t.clone(),
        case: sample_head(&t),
        next: next.then(|| NextStep {
            href: "/kasus/case_01/langkah/LE-2".into(),
            name: "LE-2 Penunjukan bantuan hukum".into(),
            due: "26 November 2026, 10.00 WIB".into(),
            basis: "UU 16/2011 ps. 15".into(),
            act: t.do_step("LE-2"),
        }),
        lines: tones.map(line).into(),
        consents: vec![Link::new("/kasus/case_01/persetujuan", "C4 LBH Bahari ✓")],
        work: vec![Link::new("/kasus/case_01/isian", t.work_fields())],
        deliveries: vec![Link::new("/rujukan/ref_01", "1 antre")],
        reports: vec![Link::new("/laporan/report_01", t.report_of("7F3K 9QRA 2M5X"))],
        rights: next.then(|| vec![steps(Tone::Late)]),
        seen: "3".into(),
        looks: ours,
        history: vec![Fact::new("23 November 2026, 10.12 WIB", "LBH Mawar: benturan kepentingan")],
        ours,
        shares: ours,
        consenting: true,
        identity: true,
        need: false,
    };
    keep(all, lang, "kasus-satu", vec![page(true, true), page(false, false)]);
    consent_samples(lang, all, &t);
    person_samples(lang, all, &t);
}

fn consent_samples(lang: Lang, all: &mut Vec<Sample>, t: &Frame) {
    let consent = |standing: bool| ConsentRow {
        id: "consent_01".into(),
        name: "C4 · LBH Bahari · bantuan hukum".into(),
        detail: "23 November 2026 - 23 Mei 2027".into(),
        tag: Tag::new(if standing { Tone::Done } else { Tone::Skipped }, "berlaku"),
        standing,
    };
    let bad = Faults::of(t.words(), &base::Problem::new("web.field-missing"), Some("kode"));
    let consents = |faults, list| Consents {
        t: sample_frame(lang, "/kasus/case_01/persetujuan", true),
        faults,
        case: sample_head(t),
        list,
        fields: vec![
            Field::select("kode", t.consent_code(), vec![Choice::new("C4", "C4")]),
            Field::checks("golongan", t.consent_categories(), vec![Choice::new("legal", "legal").on(true)]),
            Field::new("sampai", t.consent_until(), Kind::Date),
        ],
    };
    keep(
        all,
        lang,
        "persetujuan",
        vec![consents(Faults::default(), vec![consent(true), consent(false)]), consents(bad, vec![])],
    );
}

fn person_samples(lang: Lang, all: &mut Vec<Sample>, t: &Frame) {
    let identity = |shown| Identity {
        t: sample_frame(lang, "/kasus/case_01/identitas", true),
        faults: Faults::default(),
        case: sample_head(t),
        reason: Field::line("alasan", t.identity_reason()),
        shown,
        fields: vec![Field::line("identity.name", t.person_name())],
    };
    keep(all, lang, "identitas", vec![identity(None), identity(Some(vec![Fact::new(t.person_name(), "Contoh")]))]);
    let people = People {
        t: sample_frame(lang, "/kasus/case_01/orang", true),
        faults: Faults::of(t.words(), &base::Problem::new("web.field-missing"), Some("hubungan")),
        case: sample_head(t),
        others: vec![(Link::new("/kasus/case_01/isian/person_01", "saudara"), "52.03 Lombok Timur".into())],
        fields: vec![Field::select("hubungan", t.relation(), vec![Choice::new("sibling", "saudara")])],
    };
    keep(all, lang, "orang", vec![people]);
}
