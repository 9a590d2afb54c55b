//! Log-in and one's own account.

use crate::view::{Faults, Field, Frame, Kind, Sample, Tag, Tone, keep, sample_frame};
use askama::Template;
use base::Lang;

/// `/masuk`: name, password and TOTP in one form; a passkey where script and build allow.
#[derive(Template)]
#[template(path = "staff/sign_in.html")]
pub struct SignIn {
    pub t: Frame,
    pub faults: Faults,
    pub fields: Vec<Field>,
    /// Where to go on afterwards; a path of this node.
    pub then: String,
    /// A locked node is opened first.
    pub opening: Opening,
    /// A demonstration: the code may be empty where an officer has no secret.
    pub demo: bool,
}

/// Whether the node is open, and what opens it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Its keys are open.
    Open,
    /// One passphrase.
    One,
    /// Two keyholders.
    Two,
    /// One of them gave something; whether it fits is not said.
    Waits,
}

/// `/masuk/kode`: a paper code.
#[derive(Template)]
#[template(path = "staff/paper_code.html")]
pub struct PaperCode {
    pub t: Frame,
    pub faults: Faults,
    pub fields: Vec<Field>,
}

/// `/akun`.
#[derive(Template)]
#[template(path = "staff/account.html")]
pub struct Account {
    pub t: Frame,
    pub sessions: Vec<SessionRow>,
    pub passkeys: Vec<PasskeyRow>,
    pub paper_codes_left: usize,
    pub language: Field,
}

/// One session of the person.
pub struct SessionRow {
    pub id: String,
    pub device: String,
    pub started: String,
    pub seen: String,
    pub this: Option<Tag>,
}

/// One passkey of the person.
pub struct PasskeyRow {
    pub name: String,
    pub added: String,
}

/// `/konfirmasi`: a fresh proof of who sits there, before a grave act (step-up, WEB.md 6).
#[derive(Template)]
#[template(path = "staff/step_up.html")]
pub struct StepUp {
    pub t: Frame,
    pub faults: Faults,
    pub fields: Vec<Field>,
    pub then: String,
}

/// `/l/{tautan}`: the first visit of a guest. A passkey needs script; beside it stands the way without.
#[derive(Template)]
#[template(path = "staff/guest_door.html")]
pub struct GuestDoor {
    pub t: Frame,
    pub faults: Faults,
    /// Its own path, in its language.
    pub action: String,
    pub code: Field,
}

/// The code that a guest was told by telephone.
pub fn code_field(t: &Frame) -> Field {
    Field::new("kode", t.guest_code(), Kind::Digits(6)).help(t.guest_code_help()).fill("off")
}

/// The fields of the log-in form.
pub fn sign_in_fields(t: &Frame, name: &str) -> Vec<Field> {
    vec![
        Field::line("nama", t.login_name()).fill("username").value(name),
        Field::new("sandi", t.password(), Kind::Line("password")).fill("current-password"),
        Field::new("totp", t.totp(), Kind::Digits(6)).help(t.totp_help()).fill("one-time-code"),
    ]
}

/// The passphrase that opens a locked node.
pub fn passphrase_field(t: &Frame) -> Field {
    Field::new("frasa", t.passphrase(), Kind::Line("password")).help(t.passphrase_help()).fill("off")
}

/// Who gives her passphrase, where two keyholders open the node.
pub fn keyholder_fields(t: &Frame) -> Vec<Field> {
    let own = Field::new("frasa", t.own_passphrase(), Kind::Line("password")).fill("off");
    vec![Field::line("nama", t.keyholder()).help(t.keyholder_help()).fill("off"), own]
}

/// The fields of the paper code form.
pub fn paper_code_fields(t: &Frame, name: &str) -> Vec<Field> {
    vec![
        Field::line("nama", t.login_name()).fill("username").value(name),
        Field::line("kode", t.paper_code()).help(t.paper_code_help()).fill("off"),
    ]
}

/// The choice of language for one's own account.
pub fn language_field(t: &Frame) -> Field {
    let choices = Lang::ALL.map(|lang| {
        let word = if lang == Lang::Id { "Indonesia" } else { "English" };
        crate::view::Choice::new(lang.tag(), word).on(lang == t.lang())
    });
    Field::radios("bahasa", t.language(), choices.into()).across()
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/masuk", false);
    let wrong = || Faults::of(t.words(), &base::Problem::new("web.sign-in-wrong"), Some("nama"));
    let page = |faults, opening| SignIn {
        fields: match opening {
            Opening::Open => sign_in_fields(&t, ""),
            Opening::One => vec![passphrase_field(&t)],
            Opening::Two | Opening::Waits => keyholder_fields(&t),
        },
        t: t.clone(),
        faults,
        then: "/kasus".into(),
        opening,
        demo: opening == Opening::One,
    };
    let locked = [Opening::One, Opening::Two, Opening::Waits].map(|opening| page(Faults::default(), opening));
    let pages = [page(Faults::default(), Opening::Open), page(wrong(), Opening::Open)].into_iter().chain(locked);
    keep(all, lang, "masuk", pages.collect());
    let code = |faults| PaperCode { t: t.clone(), faults, fields: paper_code_fields(&t, "sari") };
    keep(all, lang, "masuk-kode", vec![code(Faults::default()), code(wrong())]);
    let t = sample_frame(lang, "/akun", true);
    let session = |id: &str, this| SessionRow {
        id: id.into(),
        device: "Firefox".into(),
        started: "23 November 2026, 08.00 WIB".into(),
        seen: "23 November 2026, 14.05 WIB".into(),
        this,
    };
    let here = Some(Tag::new(Tone::Running, t.this_session()));
    let account = Account {
        sessions: vec![session("session_01", here), session("session_02", None)],
        passkeys: vec![PasskeyRow { name: "PC loket".into(), added: "20 November 2026".into() }],
        paper_codes_left: 9,
        language: language_field(&t),
        t: t.clone(),
    };
    let empty =
        Account { t: t.clone(), sessions: vec![], passkeys: vec![], paper_codes_left: 0, language: language_field(&t) };
    keep(all, lang, "akun", vec![account, empty]);
    let t = sample_frame(lang, "/konfirmasi", true);
    let step_up = |fields| StepUp { faults: Faults::default(), fields, then: "/kasus".into(), t: t.clone() };
    let both = vec![step_up(sign_in_fields(&t, "").split_off(1)), step_up(Vec::new())];
    keep(all, lang, "konfirmasi", both);
    let t = sample_frame(lang, "/l/07", false);
    let door = |faults| GuestDoor { t: t.clone(), faults, action: "/l/07".into(), code: code_field(&t) };
    let bad = Faults::of(t.words(), &base::Problem::new("guest.code-wrong"), Some("kode"));
    keep(all, lang, "tamu-pintu", vec![door(Faults::default()), door(bad)]);
}
