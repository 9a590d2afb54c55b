//! Pages as values: one context per page, ready to print, with samples. No rule, no domain type: what a page shows was
//! decided by `desk` and put into words by the handler.

pub mod anonymous;
pub mod guide;
pub mod parts;
pub mod public;
pub mod qr;
pub mod saku;
pub mod slip;
pub mod staff;
pub mod trouble;
pub mod window;

use crate::look::{Asset, CRITICAL, SHORT, is_short};
use crate::mint::{Form, Mint};
use crate::text::Words;
use askama::filters::HtmlSafeOutput;
use base::Lang;
use std::ops::Deref;

pub use parts::{Choice, Fact, Faults, Field, Kind, Link, Tag, Tone};

/// What every page has: words, node, person, the making of forms. It lends its words: `t.save()` in a template.
#[derive(Clone)]
pub struct Frame {
    words: Words,
    /// Short name of the node: "Batam".
    pub node: String,
    /// Who runs it: "Gugus Tugas PP-TPPO Kota Batam".
    pub run_by: String,
    /// Path of this page without its language.
    pub path: String,
    /// Place code of the node, as its slips name it.
    pub place: String,
    /// The time of the demo clock, where it runs.
    pub demo_clock: Option<String>,
    /// The staff member who looks.
    pub who: Option<Who>,
    /// Staff sign in here; not at a public window of its own.
    pub staff_door: bool,
    mint: Mint,
}

/// A staff member as the bar names her.
#[derive(Clone, Debug)]
pub struct Who {
    pub name: String,
    pub role: String,
    /// The parts of the bar her roles open.
    pub parts: Vec<&'static str>,
}

impl Deref for Frame {
    type Target = Words;
    fn deref(&self) -> &Words {
        &self.words
    }
}

impl Frame {
    /// A frame in a language, for a path, with the forms of this response.
    pub fn new(lang: Lang, node: &str, run_by: &str, path: &str, mint: Mint) -> Self {
        Self {
            words: Words::of(lang),
            node: node.to_owned(),
            run_by: run_by.to_owned(),
            path: path.to_owned(),
            place: String::new(),
            demo_clock: None,
            who: None,
            staff_door: true,
            mint,
        }
    }

    /// The words alone.
    pub const fn words(&self) -> Words {
        self.words
    }

    /// A form with its hidden fields.
    pub fn form(&self, action: impl AsRef<str>) -> Form {
        self.mint.form(action.as_ref())
    }

    /// A page that phones keep: a clock on it would stand still.
    fn offline(&self) -> bool {
        crate::guard::within(&self.path, "/saku")
    }

    /// Where the way out is explained: on the phone, where that may be all there is.
    fn exit_told(&self) -> String {
        if self.offline() { format!("{}#keluar", self.href("/saku/panduan")) } else { self.href("/aman") }
    }

    /// An icon; always beside a word.
    #[expect(clippy::unused_self, reason = "templates reach it through the frame")]
    fn icon(&self, name: impl AsRef<str>) -> HtmlSafeOutput<String> {
        HtmlSafeOutput(crate::look::icon(name.as_ref()))
    }

    /// A public path in the language of this page.
    pub fn href(&self, path: &str) -> String {
        localised(self.lang(), path)
    }

    /// This page in each language: its own name, tag, address, and whether it is this one.
    fn languages(&self) -> Vec<(&'static str, &'static str, String, bool)> {
        [(Lang::Id, "Indonesia"), (Lang::En, "English")]
            .map(|(lang, name)| (name, lang.tag(), localised(lang, &self.path), lang == self.lang()))
            .into()
    }

    /// The inline sheet, as the policy of this path names it.
    fn critical(&self) -> &'static str {
        if self.is_short() { SHORT } else { CRITICAL }
    }

    fn is_short(&self) -> bool {
        is_short(&self.path)
    }

    /// Where an embedded file lies, if this build has it: islands may be absent.
    #[expect(clippy::unused_self, reason = "templates reach it through the frame")]
    fn asset(&self, name: &str) -> Option<String> {
        Asset::named(name).map(Asset::href)
    }

    fn sheet(&self, name: &str) -> String {
        self.asset(name).unwrap_or_default()
    }

    /// The parts of the staff bar, and in which of them this page lies.
    fn bar(&self) -> Vec<Link> {
        let t = self;
        let parts = [
            ("/hari-ini", t.today()),
            ("/laporan", t.reports()),
            ("/kasus", t.cases()),
            ("/rujukan", t.referrals()),
            ("/perekrut", t.recruiters()),
            ("/perkara", t.matters()),
            ("/bantuan-hukum", t.legal_aid()),
            ("/lembaga", t.legal_body()),
            ("/mou/daftar", t.mou()),
            ("/direktori", t.directory()),
            ("/izin", t.licences()),
            ("/terdaftar", t.registry()),
            ("/simpul", t.nodes()),
            ("/pelindungan", t.protection()),
            ("/atur/petugas", t.officers()),
            ("/konferensi", t.conferences()),
            ("/koridor", t.corridors()),
            ("/wawasan", t.insight()),
            ("/wawasan/triwulan", t.counts()),
            ("/jurnal", t.journal()),
        ];
        let open = |part: &str| self.who.as_ref().is_some_and(|who| who.parts.contains(&part));
        // A part that has another part below it is itself alone.
        let has_parts = |part: &str| part == "/wawasan";
        let under = |part: &str| {
            let part = part.trim_end_matches("/daftar");
            if has_parts(part) { self.path == part } else { crate::guard::within(&self.path, part) }
        };
        let open = parts.into_iter().filter(|(href, _)| open(href));
        open.map(|(href, word)| Link::new(href, word).here(under(href))).collect()
    }
}

/// `/saku/periksa` in English is `/saku/en/periksa`, `/` is `/en` (WEB.md 2).
pub fn localised(lang: Lang, path: &str) -> String {
    match (lang, path.strip_prefix("/saku")) {
        (Lang::Id, _) => path.to_owned(),
        (other, Some(rest)) => format!("/saku/{}{rest}", other.tag()),
        (other, None) if path == "/" => format!("/{}", other.tag()),
        (other, None) => format!("/{}{path}", other.tag()),
    }
}

/// One rendered sample: page, language, HTML.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Name of the page and number of the sample.
    pub name: String,
    /// Its language.
    pub lang: Lang,
    /// The document.
    pub html: String,
}

/// Every page with every sample in every language: for tests, html-validate and axe.
pub fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    for lang in Lang::ALL {
        public::samples(lang, &mut all);
        window::samples(lang, &mut all);
        anonymous::samples(lang, &mut all);
        saku::samples(lang, &mut all);
        guide::samples(lang, &mut all);
        staff::samples(lang, &mut all);
        slip::samples(lang, &mut all);
        trouble::samples(lang, &mut all);
    }
    all
}

/// A frame for samples; made-up people.
pub fn sample_frame(lang: Lang, path: &str, staff: bool) -> Frame {
    let mut frame = Frame::new(lang, "Batam", "Gugus Tugas PP-TPPO Kota Batam", path, Mint::new([7; 32], [8; 32]));
    frame.place = "21.71".into();
    if staff {
        frame.who = Some(Who {
            name: "Sari".into(),
            role: frame.role_case_manager().into(),
            parts: vec!["/hari-ini", "/laporan", "/kasus", "/rujukan", "/mou/daftar", "/simpul"],
        });
        frame.demo_clock = Some("23 November 2026, 14.05 WIB".into());
    }
    frame
}

/// Renders the samples of one page.
pub fn keep<T: askama::Template>(all: &mut Vec<Sample>, lang: Lang, name: &str, pages: Vec<T>) {
    for (number, page) in pages.into_iter().enumerate() {
        let html = page.render().unwrap_or_default();
        all.push(Sample { name: format!("{name}-{}", number + 1), lang, html });
    }
}
