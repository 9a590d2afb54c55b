//! The journal, for the auditor.

use crate::view::{Frame, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/jurnal`.
#[derive(Template)]
#[template(path = "staff/journal.html")]
pub struct Journal {
    pub t: Frame,
    pub entries: Vec<Entry>,
    pub next: Option<String>,
    /// Up to where the journal is signed, in words.
    pub signed: Option<String>,
    /// How far each partner signed, in words.
    pub witnesses: Vec<String>,
    /// One of these entries does not hold.
    pub broken: bool,
}

/// One entry.
pub struct Entry {
    /// Era and number.
    pub seq: [i64; 2],
    pub at: String,
    pub kind: String,
    /// Its name and act as the journal has them.
    pub code: String,
    /// Roles and the end of an id; never a name.
    pub hand: String,
    pub tag: Tag,
}

/// Samples of the page.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/jurnal", true);
    let entry = |n: u32, whole: bool| Entry {
        seq: [1_795_867_892, n.into()],
        at: "23 November 2026, 10.00 WIB".into(),
        kind: t.event_identity_seen().into(),
        code: "identity.seen · identity.open".into(),
        hand: format!("{} · 7k3fq", t.role_case_manager()),
        tag: if whole { Tag::new(Tone::Done, t.journal_whole()) } else { Tag::new(Tone::Late, t.journal_broken()) },
    };
    let journal = |entries: Vec<Entry>, broken| Journal {
        next: (!entries.is_empty()).then(|| "/jurnal?sebelum=25".into()),
        signed: (!entries.is_empty()).then(|| t.journal_signed(27_u64, "23 November 2026, 10.00 WIB")),
        witnesses: vec![
            t.journal_seen(20_u64, "23 November 2026, 03.00 WIB", "LBH Bahari"),
            t.journal_unseen("Gugus Tugas Lombok Timur"),
        ],
        entries,
        broken,
        t: t.clone(),
    };
    let pages = vec![
        journal((3..28).rev().map(|n| entry(n, true)).collect(), false),
        journal(vec![entry(2, false), entry(1, true)], true),
        journal(vec![], false),
    ];
    keep(all, lang, "jurnal", pages);
}
