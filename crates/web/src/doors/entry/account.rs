//! One's own account: sessions, passkeys, language.

use crate::guard::{Answer, Here, Posted, page, see};
use crate::view::staff::door::{Account, PasskeyRow, SessionRow, language_field};
use crate::view::{Tag, Tone};
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use base::Lang;
use desk::Deed;
use desk::staff::Officer;
use store::Read;

/// `GET /akun`
pub async fn account(here: Here) -> Answer {
    let mut view = here.read(Deed::OwnAccount).await?;
    let officer = view.load::<Officer>(here.staff.id.bytes()).await?.ok_or(desk::Error::NotFound)?;
    let t = &here.t;
    let session = SessionRow {
        id: "ini".to_owned(),
        device: (if here.session.own_device { t.own_device() } else { t.shared_device() }).to_owned(),
        started: here.moment(here.session.made_at),
        seen: here.moment(here.session.seen_at),
        this: Some(Tag::new(Tone::Running, t.this_session())),
    };
    let passkeys =
        officer.passkeys.keys().map(|key| PasskeyRow { name: key.chars().take(8).collect(), added: String::new() });
    let (passkeys, paper_codes_left) = (passkeys.collect(), officer.paper.len());
    let language = language_field(t);
    page(&Account { sessions: vec![session], passkeys, paper_codes_left, language, t: here.t })
}

/// `POST /akun/sesi/{id}/akhir`: the session at hand is the only one the store lists for a person so far.
pub async fn end_session(here: Here, Path(which): Path<String>, form: Posted) -> Answer {
    if which != "ini" {
        return Err(desk::Error::NotFound.into());
    }
    crate::doors::sign_in::leave(here, form).await
}

/// `POST /akun/bahasa`
pub async fn language(_: Here, form: Posted) -> Answer {
    let lang = Lang::from_tag(form.get("bahasa"));
    let mut response = see("/akun");
    let line = format!("bahasa={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000", lang.tag());
    if let Ok(value) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
