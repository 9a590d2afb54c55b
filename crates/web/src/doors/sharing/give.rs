//! Referral and handover: choose, see each field with its clause or refusal, send.

use crate::doors::consents::whose;
use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Here, Open, Posted, page, page_with, see};
use crate::view::staff::referral::{Closed, Leaves, Share, SharePreview, Stays};
use crate::view::{Choice, Fact, Field, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, FileId, NodeId, Problem};
use casework::offer::OfferKind;
use casework::words::{Category, Purpose};
use desk::Deed;
use desk::cases::identity::ShowIdentity;
use desk::offers::{Ask, Cut, SendOffer, preview as decide};
use desk::partners::{Peer, peers};
use std::collections::BTreeSet;
use store::{ShownOn, View};

const WORDS: [(OfferKind, &str); 2] = [(OfferKind::Referral, "rujuk"), (OfferKind::Handover, "serah")];

fn word(kind: OfferKind) -> &'static str {
    WORDS.iter().find(|(known, _)| *known == kind).map_or("rujuk", |(_, word)| word)
}

/// `GET /kasus/{id}/rujuk`
pub async fn refer(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, OfferKind::Referral, Came::default()).await
}

/// `GET /kasus/{id}/serah`
pub async fn hand_over(here: Here, Path(case): Path<String>) -> Answer {
    shown(&here, id(&case)?, OfferKind::Handover, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, kind: OfferKind, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::SendOffer).await?;
    let t = here.t.words();
    let partners = peers(&mut view).await?;
    let note = |peer: &Peer| format!("{} {}", peer.name, words_of::place(peer.place.code()));
    let receivers = partners.iter().map(|peer| Choice::new(peer.node.to_string(), &peer.title).note(note(peer)));
    let excluded = [Purpose::RecruiterAlert, Purpose::Statistics];
    let purposes = words_of::choices(t, Purpose::ALL, Purpose::word, words_of::purpose);
    let purposes = purposes.into_iter().filter(|choice| !excluded.iter().any(|p| p.word() == choice.value)).collect();
    let mut fields = vec![
        Field::radios("penerima", t.receiver(), receivers.collect()),
        Field::radios("tujuan", t.purpose(), purposes),
    ];
    if kind == OfferKind::Referral {
        fields.push(whose(here, &stored));
    }
    fields.extend(super::files::choice(here, &stored, Some(kind), &[]));
    let page = Share {
        faults: came.faults(here, &["penerima", "tujuan", "orang", "berkas"]),
        case: head(here, case, &stored),
        kind: word(kind),
        fields: fields.into_iter().map(|field| field.typed(&came.typed)).collect(),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

fn ask(form: &Open, kind: OfferKind) -> Result<Ask, Problem> {
    let missing = |name: &'static str| Problem::at("web.field-missing", name);
    let peer: NodeId = form.get("penerima").parse().map_err(|_| missing("penerima"))?;
    let purpose = Purpose::parse(form.get("tujuan")).ok_or_else(|| missing("tujuan"))?;
    let person = match form.get("orang") {
        "" => None,
        other => Some(other.parse().map_err(|_| Problem::at("web.field-bad", "orang"))?),
    };
    let documents = chosen(form)?;
    Ok(Ask { person, peer, kind, purpose, basis: None, documents })
}

/// Documents that were ticked.
pub(super) fn chosen(form: &Open) -> Result<BTreeSet<FileId>, Problem> {
    let bad = |_| Problem::at("web.field-bad", "berkas");
    form.all("berkas").filter(|id| !id.is_empty()).map(|id| id.parse().map_err(bad)).collect()
}

/// `POST /kasus/{id}/rujuk/pratinjau`
pub async fn preview_referral(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    preview(&here, id(&case)?, OfferKind::Referral, &form, None).await
}

/// `POST /kasus/{id}/serah/pratinjau`
pub async fn preview_handover(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    preview(&here, id(&case)?, OfferKind::Handover, &form, None).await
}

async fn preview(here: &Here, case: CaseId, kind: OfferKind, form: &Posted, back: Option<Problem>) -> Answer {
    let asked = match ask(form, kind) {
        Ok(asked) => asked,
        Err(problem) => return shown(here, case, kind, Came::back(problem, form)).await,
    };
    let shows = form.get("lihat") == "ya";
    if shows {
        here.fresh(&format!("/kasus/{case}/{}", word(kind)))?;
        here.look(&ShowIdentity::Case(case, ShownOn::Preview(asked.peer))).await?;
    }
    let (stored, cut) = decide(&here.web.desk, &here.actor(), case, &asked).await?;
    let mut view = here.read(Deed::SendOffer).await?;
    let receiver = partner_title(&mut view, asked.peer).await?;
    let t = here.t.words();
    let (mut leaves, mut stays) = table(here, &cut, shows);
    let may_send = !leaves.is_empty();
    let (along, behind) = super::files::table(here, &stored, &cut.documents);
    leaves.extend(along.into_iter().filter(|_| may_send));
    stays.extend(behind);
    let decision = match (leaves.is_empty(), stays.is_empty()) {
        (true, _) => Tag::new(Tone::Late, t.decision_deny()),
        (_, true) => Tag::new(Tone::Done, t.decision_permit()),
        _ => Tag::new(Tone::Person, t.decision_partial()),
    };
    let accord = cut.accord.as_ref().map_or(String::new(), |(id, version, _)| format!("{id}/{version}"));
    let facts = vec![
        Fact::new(t.purpose(), words_of::purpose(t, asked.purpose)),
        Fact::new(t.found_at(), words_of::place(&cut.facts.found_in)),
        Fact::new(t.mou(), accord),
    ];
    let send = match kind {
        OfferKind::Referral => t.send_referral_to(&receiver),
        OfferKind::Handover => t.send_offer_to(&receiver),
    };
    let came = back.map(|problem| Came::back(problem, form)).unwrap_or_default();
    let view = SharePreview {
        faults: came.faults(here, &[]),
        case: head(here, case, &stored),
        kind: word(kind),
        receiver,
        facts,
        decision,
        send: may_send.then_some(send),
        closed: Closed::of(&leaves, crate::doors::may_know(here, &stored)),
        leaves,
        stays,
        chosen: typed(form),
        t: here.t.clone(),
    };
    match &came.problem {
        None => page(&view),
        problem => page_with(problem.as_ref(), &view),
    }
}

/// What was chosen, to be sent on with the act.
fn typed(form: &Open) -> Vec<(String, String)> {
    let one = ["penerima", "tujuan", "orang"].map(|name| (name.to_owned(), form.get(name).to_owned()));
    let files = form.all("berkas").map(|file| ("berkas".to_owned(), file.to_owned()));
    one.into_iter().chain(files).collect()
}

/// What people call a partner.
pub async fn partner_title(view: &mut View, node: NodeId) -> Result<String, desk::Error> {
    let known = desk::partners::peer(view, node).await?;
    Ok(known.map_or_else(|| node.to_string(), |peer| peer.title))
}

/// Field by field: what leaves under which clause, what stays and what would change that. What says who she is is closed
/// until somebody asks, and the look was recorded.
fn table(here: &Here, cut: &Cut, shows: bool) -> (Vec<Leaves>, Vec<Stays>) {
    let t = here.t.words();
    let (mut leaves, mut stays) = (Vec::new(), Vec::new());
    for seen in &cut.fields {
        let field = seen.line.field.clone();
        let name = words_of::datum(t, &field);
        match (&seen.line.clause, &seen.line.refusal) {
            (Some(clause), _) => leaves.push(Leaves {
                field,
                name,
                value: (shows || !Category::identifies(&seen.line.field)).then(|| seen.value.expose().clone()),
                clause: clause.clone(),
                basis: words_of::basis(t, seen.line.basis.as_deref().unwrap_or("")),
            }),
            (None, refusal) => {
                let code = refusal.clone().unwrap_or_default();
                let (why, cure) = words_of::refusal(t, &code);
                stays.push(Stays { field, name, code, why, cure });
            }
        }
    }
    (leaves, stays)
}

/// `POST /kasus/{id}/rujuk`
pub async fn send_referral(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    send(here, id(&case)?, OfferKind::Referral, form).await
}

/// `POST /kasus/{id}/serah`: grave, so presence is proved first.
pub async fn send_handover(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    here.fresh(&format!("/kasus/{case}/serah"))?;
    send(here, case, OfferKind::Handover, form).await
}

async fn send(here: Here, case: CaseId, kind: OfferKind, form: Posted) -> Answer {
    let ask = ask(&form, kind)?;
    match here.run(&form, &SendOffer { case, version: form.version(), ask }).await {
        Ok(Some((thread, no))) => Ok(see(&format!("/rujukan/{thread}.{no}"))),
        Ok(None) => Ok(see(&format!("/kasus/{case}"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => preview(&here, case, kind, &form, Some(problem)).await,
            None => Err(error.into()),
        },
    }
}
