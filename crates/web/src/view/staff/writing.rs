//! What was written and not sent.

use crate::view::{Field, Frame, Sample, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/tulisan/{nama}`.
#[derive(Template)]
#[template(path = "staff/writing.html")]
pub struct WritingPage {
    pub t: Frame,
    pub name: String,
    /// Why it was not sent.
    pub why: String,
    pub about: String,
    pub at: String,
    /// Where it goes when it is sent.
    pub action: String,
    /// The version it rests on.
    pub version: Option<i64>,
    pub fields: Vec<Field>,
    /// Of a clash: both texts, field by field.
    pub pairs: Vec<Pair>,
}

/// One field with both texts.
pub struct Pair {
    pub name: String,
    pub stands: String,
    pub came: String,
}

/// Samples of the page.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/tulisan/00ff", true);
    let page = |why: &str, pairs| WritingPage {
        name: "00ff".into(),
        why: why.into(),
        about: "Melati-27".into(),
        at: "23 November 2026, 13.20 WIB".into(),
        action: "/kasus/case_01/langkah/LE-2/selesai".into(),
        version: Some(3),
        fields: vec![Field::long("alasan", t.reason()).value("Ia ingin <pulang>.")],
        pairs,
        t: t.clone(),
    };
    let pair = Pair { name: t.reason().into(), stands: "Ia ingin tinggal.".into(), came: "Ia ingin <pulang>.".into() };
    keep(all, lang, "tulisan", vec![page(t.writing_session_over(), vec![]), page(t.writing_clash(), vec![pair])]);
}
