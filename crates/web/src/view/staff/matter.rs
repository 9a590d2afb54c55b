//! A claim on paper.

use crate::view::{Fact, Frame, Sample, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/kasus/{id}/restitusi/cetak`.
#[derive(Template)]
#[template(path = "staff/claim_print.html")]
pub struct ClaimPrint {
    pub t: Frame,
    pub back: String,
    pub heading: String,
    pub alias: String,
    pub about: String,
    /// The node it comes from.
    pub from: String,
    pub printed_on: String,
    pub losses: Vec<LossLine>,
    /// Proof of exploitation, in no sum.
    pub debts: Vec<LossLine>,
    pub sums: Vec<Fact>,
    pub total: String,
    pub annexes: Vec<Annex>,
}

/// A loss.
#[derive(Clone)]
pub struct LossLine {
    pub kind: String,
    pub what: String,
    pub sum: String,
    pub how: String,
    /// Which annexes prove it.
    pub proof: String,
}

/// An annex.
pub struct Annex {
    pub no: usize,
    pub name: String,
}

/// Samples.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/kasus/case_01/restitusi/cetak", true);
    let loss = |kind: &str, sum: &str| LossLine {
        kind: kind.into(),
        what: "Upah 14 bulan <b>".into(),
        sum: sum.into(),
        how: "buku kas majikan".into(),
        proof: t.print_annexes_of("1"),
    };
    let print = |debts: Vec<LossLine>| ClaimPrint {
        t: t.clone(),
        back: "/kasus/case_01/restitusi?permohonan=1".into(),
        heading: t.print_heading(t.claim_restitution()),
        alias: "Kenari-07".into(),
        about: "ganti rugi".into(),
        from: "LBH Bahari".into(),
        printed_on: "23 November 2026".into(),
        losses: vec![loss(t.loss_income(), "Rp 28.000.000")],
        debts,
        sums: vec![Fact::new(t.loss_income(), "Rp 28.000.000")],
        total: "Rp 28.000.000".into(),
        annexes: vec![Annex { no: 1, name: "Slip gaji".into() }],
    };
    keep(all, lang, "restitusi-cetak", vec![print(vec![loss(t.loss_debt(), "Rp 8.500.000")]), print(Vec::new())]);
}
