//! Who is here: the member of staff behind the session, or a visitor.

use super::headers::Asked;
use super::{Fail, Found, Posted, cookie, staff_lang};
use crate::mint::Mint;
use crate::state::WebState;
use crate::view::{Frame, Who};
use crate::words_of;
use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::{HeaderMap, Method, request::Parts};
use base::{Lang, Problem, from_hex};
use desk::guest::{has_matter, is_guest};
use desk::staff::{Session, StepUp, sessions};
use desk::{Act, Actor, Asking, Deed, Staff};
use std::convert::Infallible;

/// A session is noted as used at most this often.
const SEEN_EVERY_SECONDS: i64 = 60;

/// A member of staff with a running session.
#[derive(Clone)]
pub struct Here {
    /// The frame of this answer.
    pub t: Frame,
    /// Who asks.
    pub staff: Staff,
    /// The session.
    pub session: Session,
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// The state of the pages.
    pub web: WebState,
}

/// Anybody: a public page.
pub struct Visit(pub Frame);

impl Here {
    /// The actor of this person's acts.
    pub fn actor(&self) -> Actor {
        Actor::Officer(self.staff.clone())
    }

    /// Whether the roles of this person allow a deed at all.
    pub fn may(&self, deed: Deed) -> bool {
        self.staff.roles.iter().any(|role| desk::policy::allows(*role, deed))
    }

    /// Runs an act once for a form. `None`: this very form was sent before and had its effect.
    pub async fn run<A: Act>(&self, form: &Posted, act: &A) -> Result<Option<A::Done>, desk::Error> {
        let done = self.web.desk.run(&self.actor(), form.asking(), act).await;
        self.settled(form, done).await
    }

    /// What became of an act that a form asked for. `None`: this very form was sent before and had its effect.
    pub async fn settled<D>(&self, form: &Posted, done: Result<D, desk::Error>) -> Result<Option<D>, desk::Error> {
        match done {
            Ok(done) => {
                self.forget_drafts(form).await?;
                Ok(Some(done))
            }
            Err(error) if error.repeated().is_some() => Ok(None),
            Err(clash @ desk::Error::Clash { .. }) => {
                super::as_clash(self, form, Vec::new()).await?;
                Err(clash)
            }
            Err(error) => Err(error),
        }
    }

    /// What was sent needs no draft any more.
    async fn forget_drafts(&self, form: &Posted) -> Result<(), desk::Error> {
        let mut view = self.web.desk.read().await?;
        let mut kept = Vec::new();
        for name in desk::writing::served(self.staff.id, form.path()) {
            kept.extend(desk::writing::writing(&mut view, self.staff.id, &name).await?.map(|_| name));
        }
        drop(view);
        for name in kept {
            let drop = desk::writing::DropWriting { officer: self.staff.id, name };
            self.web.desk.run(&self.actor(), Asking::once(&*self.web.desk.chance, self.web.now()), &drop).await?;
        }
        Ok(())
    }

    /// Records a look before anything is shown. Each look is a look: the form has no memory.
    pub async fn look<A: Act>(&self, act: &A) -> Result<A::Done, desk::Error> {
        self.web.desk.run(&self.actor(), Asking::once(&*self.web.desk.chance, self.web.now()), act).await
    }

    /// A snapshot to read from, if the person may do this deed at all.
    pub async fn read(&self, deed: Deed) -> Result<store::View, Fail> {
        Ok(self.web.desk.read_for(&self.actor(), deed).await?)
    }

    /// For grave acts: presence must have been proved in the last minutes, else that comes first.
    pub fn fresh(&self, then: &str) -> Result<(), Fail> {
        if self.staff.stepped_up(self.web.now()) {
            return Ok(());
        }
        Err(Fail::first(format!("/konfirmasi?lanjut={then}")))
    }

    /// A moment in words.
    pub fn moment(&self, at: base::Timestamp) -> String {
        crate::when::moment(at, self.web.desk.me.place.zone(), self.t.lang())
    }

    /// A day in words.
    pub fn day(&self, at: base::Timestamp) -> String {
        crate::when::day(at, self.web.desk.me.place.zone(), self.t.lang())
    }
}

/// Finds out who asks.
pub(super) async fn find(web: &WebState, asked: &Asked, headers: &HeaderMap) -> Found {
    web.desk.store.vault().sweep(web.now());
    let me = &web.desk.me;
    let lang = if asked.public || asked.lang != Lang::Id { asked.lang } else { staff_lang(headers) };
    let frame = |form_key| {
        let mut frame = Frame::new(lang, &me.title, &web.set.run_by, &asked.path, Mint::new(form_key, web.bytes()));
        me.place.code().clone_into(&mut frame.place);
        frame.staff_door = !web.set.window;
        if web.set.demo {
            frame.demo_clock = Some(crate::when::moment(web.now(), me.place.zone(), lang));
        }
        frame
    };
    let token = cookie(headers, web.cookie())
        .and_then(from_hex)
        .filter(|token| token.len() == 32 && !asked.public && !web.set.window);
    let nobody = |here| Found { frame: frame([0; 32]), here, form_key: [0; 32] };
    let Some(token) = token else { return nobody(Ok(None)) };
    let token_hash = seal::hash::sha256(&[&token]);
    match session_of(web, token_hash).await {
        Ok(Some((staff, session))) => {
            let form_key = web.form_key(&token_hash);
            let mut frame = frame(form_key);
            let role = staff.roles.iter().next().map_or("", |role| words_of::role(frame.words(), *role));
            let parts = parts(&staff);
            frame.who = Some(Who { name: staff.name.expose().clone(), role: role.to_owned(), parts });
            let web = web.clone();
            let here = Here { t: frame.clone(), staff, session, token_hash, web };
            Found { frame, here: Ok(Some(here)), form_key }
        }
        Ok(None) => nobody(Ok(None)),
        Err(error) => nobody(Err(error.problem())),
    }
}

/// The doors of a guest. Behind any other she meets what is not there.
const OF_GUESTS: [&str; 13] = [
    "/kasus",
    "/kasus/{id}",
    "/kasus/{id}/penasihat/benturan",
    "/kasus/{id}/penasihat/identitas",
    "/kasus/{id}/penasihat/berkas/{file}",
    "/kasus/{id}/penasihat/selesai",
    "/keluar",
    "/konfirmasi",
    "/akun",
    "/akun/sesi/{id}/akhir",
    "/akun/bahasa",
    "/akun/kunci/mulai",
    "/akun/kunci",
];

/// Where a guest may go from here: the day of others is her list of matters.
fn guest_passes(parts: &Parts) -> Result<(), Fail> {
    match parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str) {
        Some(door) if OF_GUESTS.contains(&door) => Ok(()),
        Some("/hari-ini") => Err(Fail::first("/kasus".to_owned())),
        _ => Err(Problem::new("web.not-found").into()),
    }
}

/// The parts of the bar that somebody's roles open.
fn parts(staff: &Staff) -> Vec<&'static str> {
    if is_guest(staff) {
        return vec!["/kasus"];
    }
    let all = [
        ("/hari-ini", Deed::OwnAccount),
        ("/laporan", Deed::SeeReports),
        ("/kasus", Deed::SeeCases),
        ("/rujukan", Deed::SeeOffers),
        ("/perekrut", Deed::SeeRecruiters),
        ("/perkara", Deed::SeeMatters),
        ("/bantuan-hukum", Deed::AssignCase),
        ("/lembaga", Deed::AnswerOffer),
        ("/mou/daftar", Deed::SeeAccords),
        ("/direktori", Deed::SeeDirectory),
        ("/izin", Deed::AskRegisters),
        ("/terdaftar", Deed::AskRegisters),
        ("/simpul", Deed::SeeNode),
        ("/pelindungan", Deed::SeeProtection),
        ("/atur/petugas", Deed::EndAccess),
        ("/konferensi", Deed::AssignCase),
        ("/koridor", Deed::SeeCorridors),
        ("/wawasan", Deed::SeeProgress),
        ("/wawasan/triwulan", Deed::SeeCounts),
        ("/jurnal", Deed::SeeAudit),
    ];
    let is_counsel = staff.roles.contains(&casework::Role::Counsel);
    let may = |deed| staff.roles.iter().any(|role| desk::policy::allows(*role, deed));
    // What a body says of itself is the counsel's to say; others reach it by its address.
    let shown = |part: &str, deed| may(deed) && (part != "/lembaga" || is_counsel);
    all.into_iter().filter(|(part, deed)| shown(part, *deed)).map(|(part, _)| part).collect()
}

async fn session_of(web: &WebState, token_hash: [u8; 32]) -> Result<Option<(Staff, Session)>, desk::Error> {
    let mut view = web.desk.read().await?;
    let Some((staff, session)) = sessions::staff_of(&mut view, token_hash).await? else { return Ok(None) };
    // What was hers ended, and her session with it.
    if is_guest(&staff) && !has_matter(&mut view, &web.desk, &staff).await? {
        return Ok(None);
    }
    drop(view);
    if web.now() >= session.seen_at.plus_seconds(SEEN_EVERY_SECONDS) {
        let asking = Asking::once(&*web.desk.chance, web.now());
        let seen = StepUp { token_hash, proved: false };
        // Not noting a use must not stop the use: the session then ends a minute early.
        if let Err(error) = web.desk.run(&Actor::Officer(staff.clone()), asking, &seen).await {
            tracing::warn!(code = %error.problem().code, "a session was not noted as used");
        }
    }
    Ok(Some((staff, session)))
}

impl FromRequestParts<WebState> for Here {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Fail> {
        let found = parts.extensions.get::<Found>().ok_or(Problem::new("web.fault"))?;
        match &found.here {
            Ok(Some(here)) if is_guest(&here.staff) => guest_passes(parts).map(|()| here.clone()),
            Ok(Some(here)) => Ok(here.clone()),
            Err(problem) if problem.code.0 == "store.locked" => Err(Fail::first("/masuk".to_owned())),
            Err(problem) => Err(problem.clone().into()),
            Ok(None) if parts.method == Method::GET => Err(Fail::first(format!("/masuk?lanjut={}", parts.uri.path()))),
            Ok(None) => Err(Fail::first("/masuk".to_owned())),
        }
    }
}

impl FromRequestParts<WebState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Infallible> {
        let found = parts.extensions.get::<Found>().map(|found| found.frame.clone());
        let bare =
            || Frame::new(base::Lang::Id, &web.desk.me.title, &web.set.run_by, "/", Mint::new([0; 32], web.bytes()));
        Ok(Self(found.unwrap_or_else(bare)))
    }
}
