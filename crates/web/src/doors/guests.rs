//! Guests of a case, on the page of those who let them in: which counsel, until when, how she comes in; and the end of it.

pub mod own;

use crate::doors::case::head;
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::guest::{GuestLink, qr};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Kind, Link, Tag, Tone, localised};
use crate::{when, words_of};
use axum::extract::Path;
use base::{CaseId, Lang, NodeId, OfficerId, Problem, Redacted, Timestamp, hex};
use casework::guest::GuestEnd;
use desk::guest::{
    Body, EndGuest, Guest, GuestRow, Invited, LetGuestIn, NewLink, NoteMailed, RenewLink, bodies, guests_of,
};
use desk::staff::OfficerCard;
use desk::{Asking, Deed, Refusal};

/// What the form offers as a last day.
const DAYS: i64 = 90;

/// `GET /kasus/{id}/tamu`
pub async fn list(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, &Came::default()).await
}

async fn shown(here: &Here, case: CaseId, came: &Came) -> Answer {
    let t = here.t.words();
    let (mut view, stored) = crate::doors::case(here, case, Deed::EndGuest).await?;
    let (rows, known) = guests_of(&mut view, &here.web.desk, &stored).await?;
    let may = here.may(Deed::LetGuestIn);
    let mut parts: Vec<Part> = rows.iter().map(|row| guest_part(here, case, row)).collect();
    if rows.is_empty() {
        parts.push(Part::new(t.guests_none(), ""));
    }
    if may {
        let found = bodies(&mut view, &here.web.desk, &stored).await?;
        parts.extend(invite(here, case, (&found, &known)));
    }
    let page = Protection {
        faults: came.faults(here, &["lembaga", "tamu", "nama", "surel", "sampai"]),
        version: stored.version,
        back: None,
        heading: t.guests().to_owned(),
        lead: t.guests_lead().to_owned(),
        parts,
        case: Some(head(here, case, &stored)),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn guest_part(here: &Here, case: CaseId, row: &GuestRow) -> Part {
    let t = here.t.words();
    let is_over = row.access.is_over(here.web.now());
    let mut facts = vec![
        Fact::new(t.guest_body(), row.guest.title.clone()),
        Fact::new(t.guest_until(), here.moment(row.access.until)),
        Fact::new(t.guest_way_in(), way_in(here, row)),
        Fact::new(t.guest_conflict(), row.access.clear.map_or(t.guest_unasked().to_owned(), |at| here.moment(at))),
    ];
    if let Some((at, why)) = row.access.ended {
        facts.push(Fact::new(t.access_ended(), [here.moment(at).as_str(), ended(here, why)].join(" · ")));
    }
    if let Some(refusal) = &row.shut {
        facts.push(Fact::new(t.guest_shut(), told(here, refusal)));
    }
    if let Some((at, wrong)) = &row.guest.mailed {
        let what = wrong.as_ref().map_or(t.guest_mailed().to_owned(), |code| words_of::refusal(t, code).0);
        facts.push(Fact::new(t.guest_mail(), [here.moment(*at), what].join(" · ")));
    }
    let tag = match (is_over, &row.shut) {
        (true, _) => Tag::new(Tone::Idle, t.access_ended()),
        (false, Some(_)) => Tag::new(Tone::Skipped, t.guest_shut()),
        (false, None) => Tag::new(Tone::Running, t.access_runs()),
    };
    let forms = if is_over { Vec::new() } else { forms(here, case, row) };
    Part { tag: Some(tag), facts, forms, ..Part::new(row.name.expose(), "") }
}

fn way_in(here: &Here, row: &GuestRow) -> String {
    let t = here.t.words();
    match (row.proved, row.link) {
        (true, _) => t.guest_proved().to_owned(),
        (false, Some(until)) => t.guest_link_waits(here.moment(until)),
        (false, None) => t.guest_link_gone().to_owned(),
    }
}

fn forms(here: &Here, case: CaseId, row: &GuestRow) -> Vec<WorkForm> {
    let t = here.t.words();
    let form = |end: &str, buttons| WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/tamu/{}/{end}", row.id),
        groups: Vec::new(),
        buttons,
    };
    let ends = vec![Button::new("akhir", t.guest_end(), true), Button::new("ganti", t.guest_replace(), true)];
    let link = here.may(Deed::LetGuestIn).then(|| form("tautan", vec![Button::new("", t.guest_new_link(), true)]));
    std::iter::once(form("akhir", ends)).chain(link).collect()
}

/// Why a way in ended, in words.
fn ended(here: &Here, why: GuestEnd) -> &'static str {
    let t = here.t.words();
    match why {
        GuestEnd::Ended => t.guest_ended_pressed(),
        GuestEnd::Replaced => t.guest_ended_replaced(),
        GuestEnd::Conflict => t.guest_ended_conflict(),
        GuestEnd::Left => t.guest_ended_left(),
        GuestEnd::Consent => t.guest_ended_consent(),
        GuestEnd::Closed => t.guest_ended_closed(),
    }
}

/// A refusal with its remedy.
fn told(here: &Here, refusal: &Refusal) -> String {
    let (why, cure) = words_of::refusal(here.t.words(), refusal.code.0);
    [why.replace("{at}", &refusal.about), cure].join(" ")
}

/// The form that lets somebody in, where a body may be chosen; and the others, each with its cure.
fn invite(here: &Here, case: CaseId, (found, known): (&[Body], &[(OfficerCard, Guest)])) -> Vec<Part> {
    let t = here.t.words();
    let mut parts = Vec::new();
    let open: Vec<&Body> = found.iter().filter(|body| body.answer.is_ok()).collect();
    if !open.is_empty() {
        let lead = if mails(here) { t.guest_let_in_mail() } else { t.guest_let_in_no_mail() };
        parts.push(Part { forms: vec![form(here, case, (&open, known))], ..Part::new(t.guest_let_in(), lead) });
    }
    let not = |body: &Body| {
        let refusal = body.answer.as_ref().err()?.first()?;
        // What she has not agreed to is asked and recorded there.
        let asks = refusal.code.0.starts_with("consent.").then(|| format!("/kasus/{case}/persetujuan"));
        let (href, tag) = (asks.unwrap_or_default(), Tag::new(Tone::Skipped, t.aid_not_asked()));
        Some(StepRow { href, name: body.title.clone(), detail: told(here, refusal), tag })
    };
    let rows: Vec<StepRow> = found.iter().filter_map(not).collect();
    if !rows.is_empty() || found.is_empty() {
        let lead = if found.is_empty() { t.guest_no_body() } else { "" };
        parts.push(Part { rows, ..Part::new(t.guest_not(), lead) });
    }
    parts
}

fn mails(here: &Here) -> bool {
    here.web.carriers.as_ref().is_some_and(|carriers| carriers.mails())
}

fn form(here: &Here, case: CaseId, (open, known): (&[&Body], &[(OfficerCard, Guest)])) -> WorkForm {
    let t = here.t.words();
    let bodies = open.iter().map(|body| {
        let fields = body.answer.as_ref().copied().unwrap_or_default();
        Choice::new(body.node.to_string(), &body.title).note(t.guest_fields(u32::try_from(fields).unwrap_or(u32::MAX)))
    });
    let guest = |(card, guest): &(OfficerCard, Guest)| {
        Choice::new(card.id.to_string(), format!("{} ({})", card.name.expose(), guest.title))
    };
    let mut fields = vec![Field::radios("lembaga", t.guest_body(), bodies.collect())];
    if !known.is_empty() {
        let choices = std::iter::once(Choice::new("", t.guest_somebody_new())).chain(known.iter().map(guest)).collect();
        fields.push(Field::select("tamu", t.guest_known(), choices));
    }
    let last = when::local_value(here.web.now().plus_hours(24 * DAYS), here.web.desk.me.place.zone());
    let last: String = last.chars().take(10).collect();
    fields.extend([
        Field::line("nama", t.guest_name()).help(t.guest_name_help()).fill("off"),
        Field::new("surel", t.guest_mail(), Kind::Line("email")).help(t.guest_mail_help()).fill("off").optional(t),
        Field::new("sampai", t.guest_until_day(), Kind::Date).value(&last),
    ]);
    WorkForm {
        heading: String::new(),
        action: format!("/kasus/{case}/tamu"),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.guest_let_in_do(), false)],
    }
}

/// `POST /kasus/{id}/tamu`
pub async fn let_in(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    crate::doors::case(&here, case, Deed::LetGuestIn).await?;
    here.fresh(&format!("/kasus/{case}/tamu"))?;
    let secret = Secret::of(&here, &form)?;
    let act = match asked(&here, case, &form, secret.link()) {
        Ok(act) => act,
        Err(problem) => return shown(&here, case, &Came::back(problem, &form)).await,
    };
    match here.run(&form, &act).await {
        Ok(Some((guest, true))) => given(&here, (case, guest), &secret).await,
        Ok(_) => Ok(see(&format!("/kasus/{case}/tamu"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, case, &Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}

fn asked(here: &Here, case: CaseId, form: &Posted, link: NewLink) -> Result<LetGuestIn, Problem> {
    let body: NodeId = form.need("lembaga")?.parse().map_err(|_| Problem::at("web.field-bad", "lembaga"))?;
    let who = match form.get("tamu") {
        "" => {
            let mail = Some(form.get("surel")).filter(|mail| !mail.is_empty());
            let mail = mail.map(|mail| Redacted::new(mail.to_owned()));
            Invited::New(Redacted::new(form.need("nama")?.to_owned()), mail)
        }
        known => Invited::Known(known.parse().map_err(|_| Problem::at("web.field-bad", "tamu"))?),
    };
    let day = when::from_local(form.need("sampai")?, here.web.desk.me.place.zone());
    let until: Timestamp = day.ok_or_else(|| Problem::at("web.field-bad", "sampai"))?.plus_hours(24);
    Ok(LetGuestIn { case, version: form.version(), body, who, until, link })
}

/// What stands in a link, and the code that is told beside it.
struct Secret {
    token: [u8; 32],
    code: String,
}

impl Secret {
    /// The same form gives the same.
    fn of(here: &Here, form: &Posted) -> Result<Self, Problem> {
        let seed = here.web.guest_seed(&here.token_hash, &form.key()?);
        let drawn = |what: &[u8]| seal::hash::hmac(&seed, &[what]);
        let number = drawn(b"code").iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        Ok(Self { token: drawn(b"token"), code: format!("{:06}", number % 1_000_000) })
    }

    fn link(&self) -> NewLink {
        NewLink::of(&self.token, &self.code)
    }

    /// Its address in both languages, under the one name that passkeys of this node are bound to.
    fn addresses(&self, here: &Here) -> [String; 2] {
        let (scheme, host) = (if here.web.set.tls { "https" } else { "http" }, here.web.set.hosts.first());
        let host = host.map_or("", String::as_str);
        [Lang::Id, Lang::En]
            .map(|lang| format!("{scheme}://{host}{}", localised(lang, &format!("/l/{}", hex(&self.token)))))
    }
}

/// The link goes by mail where that can be, else it is shown once to be handed over; so it is where the mail did not go.
async fn given(here: &Here, (case, guest): (CaseId, OfficerId), secret: &Secret) -> Answer {
    let known = known(here, (case, guest)).await?;
    let wrong = match (&known.guest.mail, &here.web.carriers) {
        (Some(mail), Some(carriers)) if carriers.mails() => {
            let sent = carriers.mail_link(mail.expose().clone(), secret.addresses(here)).await;
            let wrong = sent.err().map(|problem| problem.code.0);
            let note = NoteMailed { guest, wrong: wrong.map(str::to_owned) };
            here.web.desk.run(&here.actor(), Asking::once(&*here.web.desk.chance, here.web.now()), &note).await?;
            Some(wrong)
        }
        _ => None,
    };
    let t = here.t.words();
    let [address, _] = secret.addresses(here);
    let is_mailed = wrong == Some(None);
    let lead = match wrong {
        Some(None) => t.guest_link_mailed().to_owned(),
        Some(Some(code)) => {
            let (why, cure) = words_of::refusal(t, code);
            [&why, cure.as_str(), t.guest_link_hand_over()].join(" ")
        }
        None => t.guest_link_hand_over().to_owned(),
    };
    page(&GuestLink {
        back: Link::new(format!("/kasus/{case}/tamu"), t.guests()),
        heading: t.guest_link().to_owned(),
        lead,
        code: secret.code.clone(),
        qr: if is_mailed { String::new() } else { qr(&address) },
        address: if is_mailed { String::new() } else { address },
        until: here.moment(known.link.unwrap_or_default()),
        t: here.t.clone(),
    })
}

async fn known(here: &Here, (case, guest): (CaseId, OfficerId)) -> Result<GuestRow, Fail> {
    let (mut view, stored) = crate::doors::case(here, case, Deed::LetGuestIn).await?;
    let (rows, _) = guests_of(&mut view, &here.web.desk, &stored).await?;
    rows.into_iter().find(|row| row.id == guest).ok_or_else(|| desk::Error::NotFound.into())
}

/// `POST /kasus/{id}/tamu/{petugas}/tautan`
pub async fn renew(here: Here, Path((case, guest)): Path<(String, String)>, form: Posted) -> Answer {
    let (case, guest): (CaseId, OfficerId) = (id(&case)?, id(&guest)?);
    crate::doors::case(&here, case, Deed::LetGuestIn).await?;
    here.fresh(&format!("/kasus/{case}/tamu"))?;
    let secret = Secret::of(&here, &form)?;
    match here.run(&form, &RenewLink { case, guest, link: secret.link() }).await {
        Ok(Some(())) => given(&here, (case, guest), &secret).await,
        Ok(None) => Ok(see(&format!("/kasus/{case}/tamu"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, case, &Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}

/// `POST /kasus/{id}/tamu/{petugas}/akhir`
pub async fn end(here: Here, Path((case, guest)): Path<(String, String)>, form: Posted) -> Answer {
    let (case, guest): (CaseId, OfficerId) = (id(&case)?, id(&guest)?);
    let act = EndGuest { case, guest, replaced: form.get("tindakan") == "ganti" };
    let done = here.web.desk.end_guest(&here.actor(), form.asking(), &act).await;
    match here.settled(&form, done).await {
        Ok(_) => Ok(see(&format!("/kasus/{case}/tamu"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, case, &Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}
