//! The referral slip: what a person carries from one desk to the next. It names the node, how to reach it, what to bring, and
//! a code; no name, no topic (WEB.md 9).

use super::{Frame, Sample, keep, sample_frame};
use crate::text::Words;
use askama::Template;
use askama::filters::HtmlSafe;
use base::{Lang, ReportId};

/// A slip, as it is shown and printed (A6).
#[derive(Clone, Debug, Template)]
#[template(path = "part/slip.html")]
pub struct Slip {
    t: Words,
    /// Who runs the node.
    node: String,
    /// The telephone of the duty officer, if the node names one.
    phone: String,
    /// The code in groups.
    shown: String,
    qr: String,
}

impl HtmlSafe for Slip {}

impl Slip {
    /// The slip of a report.
    pub fn of(t: &Frame, phone: &str, rid: [u8; 16]) -> Self {
        let code = seal::slip_code(&ReportId::from_bytes(rid));
        let scanned = format!("SIMPUL1/{}/{code}", t.place);
        let (shown, qr) = (seal::slip_shown(&code), super::qr::svg(&scanned));
        Self { t: t.words(), node: t.run_by.clone(), phone: phone.to_owned(), shown, qr }
    }
}

/// `/laporan/{id}/slip`: the slip alone, to be printed.
#[derive(Template)]
#[template(path = "staff/slip.html")]
pub struct SlipPage {
    pub t: Frame,
    pub report: String,
    pub reference: String,
    pub slip: Slip,
}

/// `/saku/slip/{rid}`: the same for the person who sent the report.
#[derive(Template)]
#[template(path = "saku/slip.html")]
pub struct OpenSlip {
    pub t: Frame,
    pub slip: Slip,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/laporan/report_01/slip", true);
    let page = |phone: &str| SlipPage {
        slip: Slip::of(&t, phone, [7; 16]),
        report: "report_01".into(),
        reference: "7F3K 9QRA 2M5X".into(),
        t: t.clone(),
    };
    let open = sample_frame(lang, "/saku/slip/07", false);
    keep(all, lang, "saku-slip", vec![OpenSlip { slip: Slip::of(&open, "", [7; 16]), t: open }]);
    keep(all, lang, "laporan-slip", vec![page("+62 778 000 000"), page("")]);
}
