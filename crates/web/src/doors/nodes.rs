//! Partners, joining, the USB bundle, and who works here.

use crate::directory::date_words;
use crate::doors::{Came, id};
use crate::guard::{Answer, Here, Posted, page, page_with, see};
use crate::state::{BundleDone, Carriers};
use crate::view::staff::node::{Bundle, Join, JoinFound, NodeFound, Nodes, PackRow, Partner, print_qr};
use crate::view::{Choice, Fact, Field, Kind, Tag, Tone};
use crate::words_of;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use base::{NodeId, Problem, Timestamp, limits};
use base64::Engine as _;
use desk::Deed;
use desk::mail::{PeerMail, peer_mail, revocations};
use desk::packs::{PackState, Standing};
use desk::partners::{Peer, peers};
use pocketbook::services::Listed;
use seal::VerifiedEntry;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A partner that was heard within these hours counts as reached.
const REACHED_HOURS: i64 = 24;

pub(super) fn carriers(here: &Here) -> Result<Arc<dyn Carriers>, Problem> {
    here.web.carriers.clone().ok_or(Problem::new("web.no-carriers"))
}

/// `GET /simpul`
pub async fn list(here: Here) -> Answer {
    let mut view = here.read(Deed::SeeNode).await?;
    let mut partners = Vec::new();
    let revoked = revocations(&mut view).await?.into_iter().filter(|row| row.over_at.is_none());
    let stopped: BTreeSet<NodeId> = revoked.map(|row| row.node).collect();
    let stated = desk::directory::of_partners(&mut view).await?;
    for peer in peers(&mut view).await? {
        let mail = peer_mail(&mut view, peer.node).await?;
        let services = stated.iter().find(|(node, ..)| *node == peer.node).map(|(.., services)| services.as_slice());
        let services = services_said(&here, services.unwrap_or_default());
        partners.push(Partner { services, ..partner(&here, &peer, (&mail, &stopped)) });
    }
    let matters = crate::doors::concerns::matters(&here, &mut view).await?;
    drop(view);
    let t = &here.t;
    let own = match carriers(&here) {
        Ok(carriers) => carriers.joining_file().await.and_then(|file| seal::entry::read_joining_file(&file)).ok(),
        Err(_) => None,
    };
    let fingerprint = own.as_ref().map(|entry| seal::fingerprint(entry.root())).unwrap_or_default();
    let me = &here.web.desk.me;
    let address = own.as_ref().and_then(|entry| entry.stated().carriers.first().map(|carrier| carrier.address.clone()));
    let mut facts =
        vec![Fact::new(t.node_name(), &me.title), Fact::new(t.node_place(), words_of::place(me.place.code()))];
    facts.extend(address.map(|address| Fact::new(t.node_address(), address)));
    let qr = print_qr(me.place.code(), &fingerprint);
    let packs = here.web.desk.packs.iter().map(|state| pack_row(&here, state)).collect();
    let last = carriers(&here).ok().and_then(|carriers| carriers.last_backup());
    let backup = backup_row(&here, last);
    page(&Nodes { own: facts, qr, fingerprint, matters, partners, packs, backup, t: here.t })
}

/// How old the newest backup is, and what to do if it is too old.
fn backup_row(here: &Here, last: Option<Timestamp>) -> PackRow {
    let t = here.t.words();
    let fresh = last.is_some_and(|at| here.web.now() < at.plus_hours(limits::BACKUP_OLD_HOURS));
    let name = match last {
        None => t.backup_none().to_owned(),
        Some(at) if fresh => t.backup_last(here.moment(at)),
        Some(at) => t.backup_old(here.moment(at)),
    };
    let tag =
        if fresh { Tag::new(Tone::Done, t.backup_fresh_tag()) } else { Tag::new(Tone::Late, t.backup_late_tag()) };
    PackRow { name, tag, says: t.backup_lead().to_owned() }
}

fn pack_row(here: &Here, state: &PackState) -> PackRow {
    let (t, lang) = (here.t.words(), here.t.lang());
    let tag = match state.standing {
        Standing::InUse => Tag::new(Tone::Done, t.pack_in_use()),
        Standing::Kept => Tag::new(Tone::Idle, t.pack_kept()),
        Standing::Refused => Tag::new(Tone::Late, t.pack_refused()),
    };
    let checked = state.about.as_ref().map(|about| t.checked_on(date_words(&about.checked_on, lang)));
    let fault = state.first_fault().map(|(message, remedy)| format!("{} {}", message.get(lang), remedy.get(lang)));
    let place = Some(state.folder.clone()).filter(|folder| !folder.is_empty() && state.about.is_some());
    let says: Vec<String> = fault.or(checked).into_iter().chain(place).collect();
    PackRow { name: state.words(), tag, says: says.join(" · ") }
}

fn partner(here: &Here, peer: &Peer, (mail, stopped): (&PeerMail, &BTreeSet<NodeId>)) -> Partner {
    let t = here.t.words();
    let dead = stopped.contains(&peer.node);
    let reached = mail.heard_at.is_some_and(|at| here.web.now() < at.plus_hours(REACHED_HOURS));
    let tag = match reached {
        _ if dead => Tag::new(Tone::Late, t.keys_revoked_tag()),
        true => Tag::new(Tone::Done, t.partner_reached()),
        false => Tag::new(Tone::Person, t.partner_waiting()),
    };
    Partner {
        name: format!("{} ({})", peer.title, peer.name),
        tag,
        contact: mail.heard_at.map_or_else(|| t.never().to_owned(), |at| here.moment(at)),
        queue: mail.unfinished.to_string(),
        fingerprint: peer.fingerprint.clone(),
        services: None,
    }
}

fn services_said(here: &Here, services: &[Listed]) -> Option<String> {
    let today = here.web.now().day();
    let old = services.iter().filter(|service| service.stale(today)).count();
    (!services.is_empty()).then(|| here.t.directory_partner(services.len(), old))
}

/// `GET /simpul/gabung`
pub async fn join_form(here: Here) -> Answer {
    here.read(Deed::ManageNode).await?;
    page(&join_page(&here, None, &Came::default()))
}

fn join_page(here: &Here, found: Option<JoinFound>, came: &Came) -> Join {
    let fields = vec![Field::new("berkas", here.t.join_file(), Kind::File(".spj,.spa"))];
    Join { faults: came.faults(here, &["berkas"]), fields, found, t: here.t.clone() }
}

/// `POST /simpul/gabung`: the file is read and shown; nothing is trusted yet.
pub async fn join_read(here: Here, form: Posted) -> Answer {
    here.read(Deed::ManageNode).await?;
    match form.file("berkas").and_then(|bytes| found(&here, bytes)) {
        Ok(found) => page(&join_page(&here, Some(found), &Came::default())),
        Err(problem) => page_with(Some(&problem), &join_page(&here, None, &Came::back(problem.clone(), &form))),
    }
}

/// What a joining file (one node) or an agreement file (its parties and its terms) says.
fn found(here: &Here, bytes: &[u8]) -> Result<JoinFound, Problem> {
    let (entries, document) = if bytes.starts_with(b"SPA1") {
        let file = seal::AccordFile::decode(bytes)?.verify()?;
        (file.entries().to_vec(), Some(accord::Document::parse(file.document())?))
    } else {
        (vec![seal::entry::read_joining_file(bytes)?], None)
    };
    let told = document.map(|document| accord::explain(&document, here.t.lang()));
    let file = base64::engine::general_purpose::STANDARD.encode(bytes);
    Ok(JoinFound {
        nodes: entries.iter().map(|entry| node_found(here, entry)).collect(),
        accord: told.as_ref().map(|told| told.title.clone()),
        terms: told.map(|told| told.paragraphs.into_iter().map(|part| part.text).collect()).unwrap_or_default(),
        file,
    })
}

fn node_found(here: &Here, entry: &VerifiedEntry) -> NodeFound {
    let (t, stated) = (here.t.words(), entry.stated());
    NodeFound {
        name: stated.names.first().cloned().unwrap_or_default(),
        facts: vec![
            Fact::new(t.node_place(), words_of::place(&stated.region)),
            Fact::new(t.duty_phone(), stated.duty_phone.clone()),
        ],
        fingerprint: seal::fingerprint(entry.root()),
        qr: print_qr(&stated.region, &seal::fingerprint(entry.root())),
    }
}

/// `POST /simpul/gabung/sah`: a person compared the fingerprints.
pub async fn join_confirm(here: Here, form: Posted) -> Answer {
    here.read(Deed::ManageNode).await?;
    here.fresh("/simpul/gabung")?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(form.get("isi")).unwrap_or_default();
    if bytes.len() > limits::DOCUMENT_BYTES_MAX {
        return Err(Problem::new("web.too-large").into());
    }
    match carriers(&here)?.join(bytes, here.actor()).await {
        Ok(_) => Ok(see("/simpul")),
        Err(problem) => page_with(Some(&problem), &join_page(&here, None, &Came::back(problem.clone(), &form))),
    }
}

/// `GET /simpul/gabung/berkas`: this node's own joining file.
pub async fn own_file(here: Here) -> Answer {
    here.read(Deed::SeeNode).await?;
    let bytes = carriers(&here)?.joining_file().await?;
    Ok(download(bytes, &format!("{}.spj", here.web.desk.me.name)))
}

fn download(bytes: Vec<u8>, name: &str) -> axum::response::Response {
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).collect();
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// `GET /simpul/berkas`
pub async fn bundle_form(here: Here) -> Answer {
    bundle_page(&here, None, Came::default()).await
}

async fn bundle_page(here: &Here, done: Option<BundleDone>, came: Came) -> Answer {
    let mut view = here.read(Deed::ManageNode).await?;
    let t = here.t.words();
    let partners = peers(&mut view).await?;
    let to = partners.iter().map(|peer| Choice::new(peer.node.to_string(), &peer.title)).collect();
    let done = done.map(|done| {
        vec![
            Fact::new(t.bundle_new(), done.new.to_string()),
            Fact::new(t.bundle_known(), done.known.to_string()),
            Fact::new(t.bundle_refused(), done.refused.to_string()),
        ]
    });
    let lately = here.web.desk.refused_lately().await?;
    let lately =
        lately.into_iter().rev().map(|(at, act, codes)| Fact::new(here.moment(at), words_of::refused(t, &act, &codes)));
    let page = Bundle {
        refused: lately.collect(),
        faults: came.faults(here, &["berkas", "penerima"]),
        to: Field::select("penerima", t.bundle_to(), to),
        fields: vec![Field::new("berkas", t.bundle_file(), Kind::File(".spb"))],
        done: done.unwrap_or_default(),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

/// `POST /simpul/berkas/keluar`
pub async fn bundle_out(here: Here, form: Posted) -> Answer {
    here.read(Deed::ManageNode).await?;
    let to: NodeId = id(form.get("penerima"))?;
    let bytes = carriers(&here)?.pack(to).await?;
    Ok(download(bytes, &format!("{}.spb", here.web.desk.me.name)))
}

/// `POST /simpul/berkas`: what was here before is ignored, what is forged refused and recorded.
pub async fn bundle_in(here: Here, form: Posted) -> Answer {
    here.read(Deed::ManageNode).await?;
    let bytes = match form.file("berkas") {
        Ok(bytes) => bytes.to_vec(),
        Err(problem) => return bundle_page(&here, None, Came::back(problem, &form)).await,
    };
    match carriers(&here)?.unpack(bytes).await {
        Ok(done) => bundle_page(&here, Some(done), Came::default()).await,
        Err(problem) => bundle_page(&here, None, Came::back(problem, &form)).await,
    }
}
