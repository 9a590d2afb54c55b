//! One report and its files.

use crate::view::staff::day::{Row, Search};
use crate::view::staff::referral::Closed;
use crate::view::{Choice, Fact, Faults, Field, Frame, Link, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/laporan/{id}`.
#[derive(Template)]
#[template(path = "staff/report.html")]
pub struct Report {
    pub t: Frame,
    pub faults: Faults,
    pub id: String,
    pub version: i64,
    pub heading: String,
    pub tags: Vec<Tag>,
    pub facts: Vec<Fact>,
    /// Whether the way to reach somebody is closed.
    pub closed: Closed,
    /// Who had it shown: when, who.
    pub seen: Vec<Fact>,
    pub text: String,
    /// What the officer at the door thinks.
    pub opinion: String,
    pub answers: Vec<Fact>,
    pub because: Vec<String>,
    pub files: Vec<FileRow>,
    /// Entries of its list of files that could not be read.
    pub files_odd: Option<u32>,
    /// What may be about the same person.
    pub likely: Vec<Likely>,
    /// The talk with a reporter without a name.
    pub talk: Option<Talk>,
    /// Whether this person may say that it is somebody else.
    pub may_say: bool,
    /// Whether this person may record a recruiter from it.
    pub may_record: bool,
    /// The case that was opened from it.
    pub case: Option<Link>,
    /// Fields of "open a case"; none once it is closed or opened.
    pub open: Vec<Field>,
    pub link: Vec<Field>,
    pub close: Vec<Field>,
    /// Fields of another urgency.
    pub weigh: Vec<Field>,
    /// They came back with a fault.
    pub weigh_open: bool,
}

/// The talk with a reporter without a name.
pub struct Talk {
    /// Who and when, what.
    pub said: Vec<Fact>,
    /// It came by SMS: what an answer may say.
    pub by_sms: bool,
    /// The place is another node's: what to do.
    pub elsewhere: Option<String>,
    /// When the box closes; none if it is closed.
    pub until: Option<String>,
    /// Something new waits.
    pub waits: bool,
    /// The field of an answer, for who may give one.
    pub field: Option<Field>,
}

/// Another report, or a case, that may be about the same person.
pub struct Likely {
    pub link: Link,
    pub reasons: Vec<String>,
    /// The case it belongs to: its id and alias.
    pub case: Option<Link>,
    /// What is sent to say that it is somebody else.
    pub other: String,
    /// Who said so until now.
    pub said: Option<&'static str>,
    pub may_say: bool,
    pub decided: bool,
}

/// `/laporan`: the list, a field for slips, a place for sealed files.
#[derive(Template)]
#[template(path = "staff/reports.html")]
pub struct ReportList {
    pub t: Frame,
    pub faults: Faults,
    pub heading: String,
    pub lead: String,
    pub find: Field,
    pub bring: Option<Field>,
    /// Sealed reports that no key here opens.
    pub sealed: Option<String>,
    pub filters: Vec<Link>,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    pub none: String,
    pub next: Option<String>,
    pub search: Option<Search>,
}

/// A file of a report and where it stands.
pub struct FileRow {
    pub id: String,
    pub name: String,
    pub detail: String,
    pub tag: Tag,
    /// The word of the button that opens it, if it can be opened by this person.
    pub open: Option<&'static str>,
}

/// A picture of a report or a case, as it is shown.
#[derive(Template)]
#[template(path = "staff/file.html")]
pub struct FilePage {
    pub t: Frame,
    /// The page it belongs to.
    pub back: Link,
    pub heading: String,
    /// The picture itself, as a `data:` address: it is in no cache and has no address of its own.
    pub picture: String,
    pub facts: Vec<Fact>,
    pub hash: String,
    /// When it was opened, and by whom; the last first.
    pub openings: Vec<Fact>,
    /// Where the original is asked for, and what is asked first.
    pub original: String,
    pub fields: Vec<Field>,
}

fn talk_sample(t: &Frame) -> Talk {
    Talk {
        said: vec![Fact::new("23 November 2026, 14.05 WIB", "Mereka <pindah> ke rumah lain.")],
        by_sms: true,
        elsewhere: Some(t.reporter_elsewhere("52.03 Lombok Timur")),
        until: Some("22 Mei 2027".into()),
        waits: true,
        field: Some(Field::long("jawaban", t.reporter_answer())),
    }
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/laporan/report_01", true);
    let row = |number: usize, detail: &str, tag, open| FileRow {
        id: format!("file_0{number}"),
        name: t.file_name(number),
        detail: detail.into(),
        tag,
        open,
    };
    let files = || {
        vec![
            row(1, t.file_picture(), Tag::new(Tone::Done, t.file_whole()), Some(t.file_look())),
            row(2, t.file_sound(), Tag::new(Tone::Running, t.file_coming("3", "12")), None),
            row(3, "1,2 MB", Tag::new(Tone::Late, t.file_damaged_chunk("7")), Some(t.file_open())),
        ]
    };
    let report = |case: Option<Link>, faults, files| Report {
        t: sample_frame(lang, "/laporan/report_01", true),
        faults,
        id: "report_01".into(),
        version: 3,
        heading: "7F3K 9QRA".into(),
        tags: vec![Tag::urgency(t.words(), "RED"), Tag::urgency(t.words(), "GREEN")],
        facts: vec![Fact::new(t.column_place(), "21.71 Kota Batam"), Fact::new(t.contact_safe(), t.closed_value())],
        closed: if case.is_none() { Closed::Asks } else { Closed::Shut },
        seen: if case.is_none() { vec![Fact::new("23 November 2026, 10.12 WIB", "Dewi")] } else { vec![] },
        text: "Seorang perempuan <muda> di pelabuhan.".into(),
        opinion: "Ia tampak takut pada orang yang menjemput.".into(),
        answers: vec![Fact::new("S1", t.yes())],
        because: vec!["Ditipu soal pekerjaan".into()],
        likely: if case.is_some() { vec![] } else { likely(&t) },
        talk: case.is_none().then(|| talk_sample(&t)),
        may_say: true,
        may_record: true,
        link: vec![Field::line("kasus", t.case_alias())],
        files_odd: case.is_none().then_some(2),
        files,
        open: if case.is_some() {
            vec![]
        } else {
            vec![Field::select("tempat", t.found_at(), vec![Choice::new("21.71", "Kota Batam").on(true)])]
        },
        close: vec![Field::long("alasan", t.reason())],
        weigh: vec![Field::long("alasan-kegentingan", t.reason())],
        weigh_open: false,
        case,
    };
    let bad = Faults::of(t.words(), &base::Problem::new("web.field-missing"), Some("alasan"));
    let opened = Some(Link::new("/kasus/case_01", "Melati-27"));
    let pages = vec![report(None, bad, files()), report(opened, Faults::default(), vec![])];
    keep(all, lang, "laporan-satu", pages);
    list_samples(lang, all, &t);
    let file = |fields| FilePage {
        t: sample_frame(lang, "/laporan/report_01/berkas/file_01", true),
        back: Link::new("/laporan/report_01", t.report_of("7F3K 9QRA")),
        heading: t.file_of(1_u32, "7F3K 9QRA"),
        picture: "data:image/jpeg;base64,/9j/4AAQSkZJRg==".into(),
        facts: vec![Fact::new(t.file_size(), "2,1 MB")],
        hash: "4f5d".repeat(16),
        openings: vec![Fact::new("23 November 2026, 14.05 WIB", "Dewi")],
        original: "/laporan/report_01/berkas/file_01/asli".into(),
        fields,
    };
    let asked = vec![Field::line("alasan", t.identity_reason())];
    keep(all, lang, "laporan-berkas", vec![file(vec![]), file(asked)]);
}

fn likely(t: &Frame) -> Vec<Likely> {
    let one = |number: &str, case: Option<Link>, said, decided: bool| Likely {
        link: Link::new("/laporan/report_02", t.report_of(number)),
        reasons: vec![t.alike_phone().into(), t.alike_place("20")],
        case,
        other: "report_02".into(),
        said,
        may_say: !decided,
        decided,
    };
    let case = || Some(Link::new("case_01", "Melati-27"));
    vec![
        one("NYB7 0KKX 979T", case(), None, false),
        one("VV8V DWJ7 GQ1T", None, Some(t.alike_said_by_other()), false),
        one("F3ZH PV4K GK9A", None, Some(t.alike_decided()), true),
    ]
}

fn list_samples(lang: Lang, all: &mut Vec<Sample>, t: &Frame) {
    let row = || Row {
        href: "/laporan/report_01".into(),
        name: "7F3K 9QRA 2M5X".into(),
        cells: vec!["23 November 2026, 14.05 WIB".into(), "21.71 Kota Batam".into()],
        tags: vec![Tag::urgency(t.words(), "RED"), Tag::new(Tone::Idle, t.report_state_new())],
    };
    let list = |rows: Vec<Row>, faults: Faults| ReportList {
        faults,
        heading: t.reports().into(),
        lead: t.reports_lead().into(),
        find: Field::line("kode", t.slip_code()).help(t.slip_code_help()),
        bring: (!rows.is_empty()).then(|| Field::new("berkas", t.spr_file(), crate::view::Kind::File(".spr"))),
        sealed: rows.is_empty().then(|| t.reports_sealed(1_u32)),
        filters: vec![Link::new("/laporan", t.filter_open()).here(true)],
        columns: [t.column_number(), t.column_came(), t.column_place(), t.column_state()].map(str::to_owned).into(),
        rows,
        none: t.nothing_here().into(),
        next: Some("/laporan?sesudah=25".into()),
        search: None,
        t: sample_frame(lang, "/laporan", true),
    };
    let bad = Faults::of(t.words(), &base::Problem::new("slip.typo"), Some("kode"));
    keep(all, lang, "laporan", vec![list((0..25).map(|_| row()).collect(), Faults::default()), list(vec![], bad)]);
}
