//! Sharing a case: choose, see each field with its clause or refusal, send; and both sides of what was sent.

use super::case::{CaseHead, StepRow, sample_head};
use crate::view::{Choice, Fact, Faults, Field, Frame, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/kasus/{id}/rujuk`, `/kasus/{id}/serah`: receiver and purpose.
#[derive(Template)]
#[template(path = "staff/share.html")]
pub struct Share {
    pub t: Frame,
    pub faults: Faults,
    pub case: CaseHead,
    /// `rujuk` or `serah`.
    pub kind: &'static str,
    pub fields: Vec<Field>,
}

/// The preview: what leaves under which clause, what stays and why, then the act.
#[derive(Template)]
#[template(path = "staff/share_preview.html")]
pub struct SharePreview {
    pub t: Frame,
    pub faults: Faults,
    pub case: CaseHead,
    pub kind: &'static str,
    pub receiver: String,
    pub facts: Vec<Fact>,
    pub decision: Tag,
    pub leaves: Vec<Leaves>,
    pub closed: Closed,
    pub stays: Vec<Stays>,
    /// What was chosen, as hidden fields of the act.
    pub chosen: Vec<(String, String)>,
    /// The words of the button; none when nothing may leave.
    pub send: Option<String>,
}

/// Whether fields are closed that say who somebody is, and whether this officer may have them shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Nothing is closed.
    Nothing,
    /// To those who hold the case.
    Shut,
    /// A look is for the asking, and recorded.
    Asks,
}

impl Closed {
    /// What is to be said of a list, to an officer who may ask or not.
    pub fn of(rows: &[Leaves], may: bool) -> Self {
        match (rows.iter().any(|row| row.value.is_none()), may) {
            (false, _) => Self::Nothing,
            (true, false) => Self::Shut,
            (true, true) => Self::Asks,
        }
    }
}

/// A field that leaves.
pub struct Leaves {
    pub field: String,
    pub name: String,
    /// `None`: it says who she is, and is closed.
    pub value: Option<String>,
    pub clause: String,
    pub basis: String,
}

/// A field that stays, and what would change that.
pub struct Stays {
    pub field: String,
    pub name: String,
    pub code: String,
    pub why: String,
    pub cure: String,
}

/// `/rujukan/{id}`: both sides.
#[derive(Template)]
#[template(path = "staff/referral.html")]
pub struct Referral {
    pub t: Frame,
    pub faults: Faults,
    /// Thread and number: an act names the very offer.
    pub id: String,
    pub heading: String,
    pub tags: Vec<Tag>,
    /// Who holds the ball.
    pub ball: String,
    pub until: String,
    /// The matter that counsel opened from it; empty where one can be opened.
    pub matter: Option<String>,
    pub facts: Vec<Fact>,
    pub fields: Vec<Leaves>,
    pub closed: Closed,
    /// What comparing with the own conflict list gave, and whether it is grave.
    pub compared: Option<(bool, String)>,
    /// Who had the identity shown here: when, who.
    pub seen: Vec<Fact>,
    /// What stays with the giver, where this node is the giver.
    pub stays: Vec<Stays>,
    /// Documents that go or came along.
    pub documents: Vec<StepRow>,
    pub after: String,
    pub journey: Vec<String>,
    pub talk: Vec<Fact>,
    pub acts: Acts,
    pub case: Option<String>,
}

/// What the actor may do now.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
pub struct Acts {
    /// The words of the accepting button.
    pub accept: Option<String>,
    /// Tell the other side that somebody has read it.
    pub see: bool,
    pub ask: bool,
    pub decline: Option<Field>,
    pub withdraw: bool,
    pub answer: bool,
    /// Send what has changed since.
    pub supplement: bool,
    /// Documents that may go with it.
    pub later: Option<Field>,
    /// The outcomes to report.
    pub complete: Option<Field>,
}

impl Acts {
    const fn any(&self) -> bool {
        self.accept.is_some()
            || self.see
            || self.ask
            || self.decline.is_some()
            || self.withdraw
            || self.answer
            || self.supplement
            || self.complete.is_some()
    }
}

/// A post on an older version: both texts about one thing (WEB.md 5).
#[derive(Template)]
#[template(path = "staff/clash.html")]
pub struct Clash {
    pub t: Frame,
    pub about: String,
    pub back: String,
    pub fields: Vec<ClashField>,
}

/// One field with both texts.
pub struct ClashField {
    pub name: String,
    pub stands: String,
    pub stands_by: String,
    pub came: String,
    pub came_by: String,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/kasus/case_01/serah", true);
    let share = |kind| Share {
        t: t.clone(),
        faults: Faults::default(),
        case: sample_head(&t),
        kind,
        fields: vec![
            Field::radios("penerima", t.receiver(), vec![Choice::new("lotim", "Lombok Timur").note("MoU")]),
            Field::radios("tujuan", t.purpose(), vec![Choice::new("return", "pemulangan")]),
        ],
    };
    keep(all, lang, "rujuk", vec![share("rujuk"), share("serah")]);
    let leaves = || Leaves {
        field: "needs.reintegration".into(),
        name: "Kebutuhan reintegrasi".into(),
        value: Some("usaha kecil".into()),
        clause: "pemulangan/1#4.2".into(),
        basis: "persetujuan c1".into(),
    };
    let shut = || Leaves {
        field: "contact.phone".into(),
        name: "Kontak".into(),
        value: None,
        clause: "pemulangan/1#4.2".into(),
        basis: "persetujuan c1".into(),
    };
    let stays = || Stays {
        field: "shelter.location".into(),
        name: "Tempat rumah aman".into(),
        code: "floor.shelter".into(),
        why: "Hanya untuk rumah aman.".into(),
        cure: "Tidak bisa, batas tetap.".into(),
    };
    let preview = |kind, may: bool| SharePreview {
        t: t.clone(),
        faults: Faults::default(),
        case: sample_head(&t),
        kind,
        receiver: "Lombok Timur".into(),
        facts: vec![Fact::new(t.purpose(), "reintegrasi")],
        decision: Tag::new(
            if may { Tone::Person } else { Tone::Late },
            if may { t.decision_partial() } else { t.decision_deny() },
        ),
        leaves: if may { vec![leaves(), shut()] } else { vec![] },
        closed: if may { Closed::Asks } else { Closed::Shut },
        stays: vec![stays()],
        chosen: vec![("penerima".into(), "lotim".into())],
        send: may.then(|| t.send_offer_to("Lombok Timur")),
    };
    keep(all, lang, "pratinjau", vec![preview("serah", true), preview("rujuk", false)]);
    offer_samples(lang, all, (&leaves, &stays));
}

fn offer_samples(lang: Lang, all: &mut Vec<Sample>, (leaves, stays): (&dyn Fn() -> Leaves, &dyn Fn() -> Stays)) {
    let t = sample_frame(lang, "/rujukan/ref_01.1", true);
    let referral = |acts: Acts, faults: Faults| Referral {
        t: t.clone(),
        faults,
        id: "ref_01.1".into(),
        heading: "Tawaran serah terima dari Batam".into(),
        tags: vec![Tag::urgency(t.words(), "AMBER"), Tag::new(Tone::Done, t.sent_arrived_tag())],
        ball: t.ball_here().into(),
        until: "24 November 2026, 13.20 WITA".into(),
        matter: Some(if acts.any() { String::new() } else { "case_01".to_owned() }),
        facts: vec![Fact::new(t.found_at(), "21.71 Kota Batam")],
        fields: vec![leaves()],
        closed: if acts.any() { Closed::Asks } else { Closed::Shut },
        compared: acts.see.then(|| (true, t.compared_hit().to_owned())),
        seen: if acts.any() { vec![Fact::new("23 November 2026, 10.12 WIB", "Made")] } else { vec![] },
        stays: vec![stays()],
        documents: vec![StepRow {
            href: String::new(),
            name: t.document_contract().into(),
            detail: t.along_progress("7", "3"),
            tag: Tag::new(Tone::Running, t.along_coming()),
        }],
        after: "Berkas lengkap tiba.".into(),
        journey: vec!["antre 13.20".into(), "diteruskan 13.41".into(), "tiba 14.02 WITA".into()],
        talk: vec![Fact::new("Lombok Timur", "Apakah ia mau pulang?")],
        acts,
        case: Some("case_01".into()),
    };
    let taker = Acts {
        accept: Some(t.accept_handover().into()),
        ask: true,
        decline: Some(Field::radios("alasan", t.decline_reason(), vec![Choice::new("other", t.decline_other())])),
        see: true,
        ..Acts::default()
    };
    let served = Field::select("hasil", t.outcome(), vec![Choice::new("served", t.outcome_served())]);
    let giver = Acts { withdraw: true, answer: true, supplement: true, complete: Some(served), ..Acts::default() };
    let bad = Faults::of(t.words(), &base::Problem::new("web.field-missing"), Some("alasan"));
    keep(
        all,
        lang,
        "rujukan-satu",
        vec![referral(taker, bad), referral(giver, Faults::default()), referral(Acts::default(), Faults::default())],
    );
    let t = sample_frame(lang, "/kasus/case_01", true);
    let field = ClashField {
        name: t.reason().into(),
        stands: "Satu".into(),
        stands_by: "Sari, 14.05".into(),
        came: "Dua".into(),
        came_by: "Made, 14.06".into(),
    };
    let clash = Clash { t, about: "LE-2".into(), back: "/kasus/case_01".into(), fields: vec![field] };
    keep(all, lang, "bentrok", vec![clash]);
}
