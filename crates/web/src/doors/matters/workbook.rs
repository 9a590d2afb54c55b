//! The restitution workbook: losses by kind with their proof, added up; a debt to who exploited her apart, as proof.

use super::{Shell, back, day, form, keeps, outcome};
use crate::doors::{Came, id};
use crate::guard::{Answer, Fail, Here, Posted, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::protection::Part;
use crate::view::{Choice, Fact, Field, Link, Tag, Tone};
use crate::words_of;
use axum::extract::{Path, RawQuery};
use base::{CaseId, FileId, Problem, Redacted};
use casework::document::DocumentKind;
use casework::matter::{ClaimKind, Loss, LossKind, Proof, Rupiah};
use desk::Deed;
use desk::cases::CaseStream;
use desk::matters::{DropLoss, SetLoss, along};
use std::collections::BTreeSet;

/// The claim of the workbook: the one that is asked for, else the one of restitution, else the one of wages.
pub fn claim_of(stored: &CaseStream, query: Option<&str>) -> Option<u16> {
    let asked = query.and_then(|query| query.strip_prefix("permohonan=")).and_then(|no| no.parse().ok());
    let claims = &stored.matter.claims;
    let has_losses = |no: &u16| claims.get(no).is_some_and(|claim| claim.kind != ClaimKind::CivilPaper);
    let of = |kind| claims.iter().rev().find(|(_, claim)| claim.kind == kind).map(|(no, _)| *no);
    match asked {
        Some(no) => Some(no).filter(has_losses),
        None => of(ClaimKind::Restitution).or_else(|| of(ClaimKind::Wages)),
    }
}

/// What can prove a loss of this case: its value on a form, and how it is called.
pub struct Proofs(Vec<(Proof, String, String)>);

impl Proofs {
    /// Documents of the case, documents that came along, hearings, and steps that were done.
    pub fn of(here: &Here, stored: &CaseStream, came: &[(FileId, DocumentKind)]) -> Self {
        let t = here.t.words();
        let mut all = Vec::new();
        for document in &stored.documents {
            let kind = words_of::document(t, document.kind);
            let name = format!("{kind}: {}", document.title.expose());
            all.push((Proof::Document(document.id), format!("dok-{}", document.id), name));
        }
        for (file, kind) in came {
            let name = here.t.proof_along(words_of::document(t, *kind));
            all.push((Proof::Along(*file), format!("ikut-{file}"), name));
        }
        for (no, hearing) in &stored.matter.hearings {
            let venue = words_of::matter::venue(t, hearing.plan.venue);
            let name = here.t.proof_hearing(day(here, &hearing.plan.on), venue);
            all.push((Proof::Hearing(*no), format!("sidang-{no}"), name));
        }
        let done = stored.steps.iter().filter(|(_, state)| !state.values.is_empty());
        for (step, _) in done {
            let known = here.web.desk.handbook_of(stored).step(&step.0);
            let name = format!("{step} {}", known.map_or("", |known| known.name.get(t.lang())));
            all.push((Proof::Step(step.clone()), format!("langkah-{step}").replace('/', "."), name));
        }
        Self(all)
    }

    fn choices(&self) -> Vec<Choice> {
        self.0.iter().map(|(_, value, name)| Choice::new(value, name)).collect()
    }

    /// What a proof is called; one that is gone says so.
    pub fn name(&self, here: &Here, proof: &Proof) -> String {
        let found = self.0.iter().find(|(known, ..)| known == proof);
        found.map_or_else(|| here.t.proof_gone().to_owned(), |(.., name)| name.clone())
    }

    fn read(&self, posted: &Posted) -> Result<BTreeSet<Proof>, Problem> {
        let find = |value: &str| self.0.iter().find(|(_, known, _)| known == value).map(|(proof, ..)| proof.clone());
        posted.all("bukti").map(|value| find(value).ok_or_else(|| Problem::at("loss.proof-unknown", "bukti"))).collect()
    }
}

/// `GET /kasus/{id}/restitusi`
pub async fn book(here: Here, Path(case): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let case: CaseId = id(&case)?;
    let (_, stored) = crate::doors::case(&here, case, Deed::SeeMatters).await?;
    let asked = claim_of(&stored, query.as_deref());
    shown(&here, case, (asked, None), Came::default()).await
}

async fn shown(here: &Here, case: CaseId, (claim, loss): (Option<u16>, Option<u16>), came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::SeeMatters).await?;
    let proofs = Proofs::of(here, &stored, &along(&mut view, &stored).await?);
    let t = here.t.words();
    let Some(no) = claim else {
        return Shell::new(t.workbook(), t.workbook_lead(), vec![begin(here, case)]).shown(
            here,
            (case, &stored),
            &came,
        );
    };
    let kept = stored.matter.claims.get(&no).ok_or_else(|| Problem::new("web.not-found"))?;
    let mut parts = vec![sums(here, case, &stored, no), losses(here, case, &stored, (no, &proofs))];
    parts.extend(debts(here, case, &stored, (no, &proofs)));
    if keeps(here) && kept.ended.is_none() {
        let known = loss.and_then(|loss| stored.matter.losses.get(&loss));
        parts.insert(if known.is_some() { 0 } else { parts.len() }, written(here, case, (no, loss), (known, &proofs)));
        parts.extend(loss.filter(|_| known.is_some()).map(|loss| dropping(here, case, loss)));
    }
    let heading = here.t.claim_no(words_of::matter::claim_kind(t, kept.kind), u32::from(no));
    Shell::new(format!("{}: {heading}", t.workbook()), t.workbook_lead(), parts).shown(here, (case, &stored), &came)
}

/// No claim yet: it is begun from day one.
fn begin(here: &Here, case: CaseId) -> Part {
    let t = here.t.words();
    let fields = vec![Field::kept("jenis", "restitution"), Field::kept("tentang", t.claim_restitution())];
    let forms = if keeps(here) {
        vec![form(format!("/kasus/{case}/perkara/tuntutan"), fields, t.workbook_begin())]
    } else {
        Vec::new()
    };
    Part { forms, ..Part::new(t.workbook_none(), t.workbook_none_lead()) }
}

fn sums(here: &Here, case: CaseId, stored: &CaseStream, no: u16) -> Part {
    let t = here.t.words();
    let book = stored.matter.workbook(no);
    let mut facts: Vec<Fact> =
        book.kinds.iter().map(|(kind, sum)| Fact::new(words_of::matter::loss(t, *kind), sum.to_string())).collect();
    facts.push(Fact::new(t.workbook_total(), book.total.to_string()));
    let links = vec![Link::new(format!("/kasus/{case}/restitusi/cetak?permohonan={no}"), t.print_claim())];
    Part { facts, links, ..Part::new(t.workbook_sums(), "") }
}

fn loss_row(here: &Here, case: CaseId, (no, loss): (u16, &Loss), proofs: &Proofs) -> StepRow {
    let t = here.t.words();
    let named: Vec<String> = loss.proofs.iter().map(|proof| proofs.name(here, proof)).collect();
    let proof = if named.is_empty() { t.loss_no_proof().to_owned() } else { named.join("; ") };
    let how = Some(loss.how.expose().clone()).filter(|how| !how.trim().is_empty());
    let tag = match (loss.kind, named.is_empty()) {
        (LossKind::Debt, _) => Tag::new(Tone::Note, t.loss_not_owed()),
        (_, true) => Tag::new(Tone::Amber, t.loss_no_proof()),
        (_, false) => Tag::new(Tone::Done, t.loss_proved()),
    };
    StepRow {
        href: format!("/kasus/{case}/restitusi/{no}"),
        name: format!("{}: {}", loss.what.expose(), loss.sum),
        detail: std::iter::once(words_of::matter::loss(t, loss.kind).to_owned())
            .chain(how)
            .chain(std::iter::once(proof))
            .collect::<Vec<_>>()
            .join(" · "),
        tag,
    }
}

fn losses(here: &Here, case: CaseId, stored: &CaseStream, (no, proofs): (u16, &Proofs)) -> Part {
    let t = here.t.words();
    let losses = stored.matter.losses_of(no).into_iter().filter(|(_, loss)| loss.kind != LossKind::Debt);
    let rows: Vec<StepRow> = losses.map(|loss| loss_row(here, case, loss, proofs)).collect();
    let none = if rows.is_empty() { t.losses_none() } else { "" };
    Part { rows, ..Part::new(t.losses(), none) }
}

fn debts(here: &Here, case: CaseId, stored: &CaseStream, (no, proofs): (u16, &Proofs)) -> Option<Part> {
    let debts = stored.matter.losses_of(no).into_iter().filter(|(_, loss)| loss.kind == LossKind::Debt);
    let rows: Vec<StepRow> = debts.map(|loss| loss_row(here, case, loss, proofs)).collect();
    (!rows.is_empty()).then(|| Part { rows, ..Part::new(here.t.debts(), here.t.debts_lead()) })
}

fn written(
    here: &Here,
    case: CaseId,
    (no, loss): (u16, Option<u16>),
    (known, proofs): (Option<&Loss>, &Proofs),
) -> Part {
    let t = here.t.words();
    let kinds = words_of::choices(t, LossKind::ALL, LossKind::word, words_of::matter::loss);
    let of = |read: fn(&Loss) -> String| known.map(read).unwrap_or_default();
    let mut chosen = Field::checks("bukti", t.loss_proofs(), proofs.choices()).help(t.loss_proofs_help());
    for proof in known.into_iter().flat_map(|loss| &loss.proofs) {
        let value = proofs.0.iter().find(|(one, ..)| one == proof).map_or("", |(_, value, _)| value.as_str());
        chosen = chosen.value(value);
    }
    let mut fields = vec![
        Field::kept("permohonan", no.to_string()),
        Field::radios("jenis", t.loss_kind(), kinds).value(&of(|loss| loss.kind.word().to_owned())),
        Field::line("apa", t.loss_what()).help(t.loss_what_help()).value(&of(|loss| loss.what.expose().clone())),
        Field::line("jumlah", t.loss_sum()).help(t.loss_sum_help()).value(&of(|loss| loss.sum.to_string())),
        Field::long("cara-tahu", t.loss_how())
            .help(t.loss_how_help())
            .optional(t)
            .value(&of(|loss| loss.how.expose().clone())),
    ];
    fields.extend((!proofs.0.is_empty()).then_some(chosen));
    let path =
        loss.map_or_else(|| format!("/kasus/{case}/restitusi"), |loss| format!("/kasus/{case}/restitusi/{loss}"));
    let heading = if known.is_some() { t.loss_change() } else { t.loss_add() };
    let lead = if proofs.0.is_empty() { t.loss_proofs_none() } else { "" };
    Part { forms: vec![form(path, fields, heading)], ..Part::new(heading, lead) }
}

fn dropping(here: &Here, case: CaseId, loss: u16) -> Part {
    let t = here.t.words();
    let fields = vec![Field::long("alasan", t.reason())];
    let drop = form(format!("/kasus/{case}/restitusi/{loss}/penghapusan"), fields, t.loss_drop());
    Part { forms: vec![drop], ..Part::new(t.loss_drop(), "") }
}

/// `GET /kasus/{id}/restitusi/{no}`
pub async fn one(here: Here, Path((case, no)): Path<(String, u16)>) -> Answer {
    let case: CaseId = id(&case)?;
    let claim = of_loss(&here, case, no).await?;
    shown(&here, case, (Some(claim), Some(no)), Came::default()).await
}

async fn of_loss(here: &Here, case: CaseId, no: u16) -> Result<u16, Fail> {
    let (_, stored) = crate::doors::case(here, case, Deed::SeeMatters).await?;
    Ok(stored.matter.losses.get(&no).ok_or_else(|| Problem::new("web.not-found"))?.claim)
}

/// `POST /kasus/{id}/restitusi`
pub async fn add(here: Here, Path(case): Path<String>, posted: Posted) -> Answer {
    set(here, id(&case)?, None, posted).await
}

/// `POST /kasus/{id}/restitusi/{no}`
pub async fn change(here: Here, Path((case, no)): Path<(String, u16)>, posted: Posted) -> Answer {
    set(here, id(&case)?, Some(no), posted).await
}

async fn set(here: Here, case: CaseId, no: Option<u16>, posted: Posted) -> Answer {
    let (mut view, stored) = crate::doors::case(&here, case, Deed::KeepMatter).await?;
    let proofs = Proofs::of(&here, &stored, &along(&mut view, &stored).await?);
    drop(view);
    let claim = posted.get("permohonan").parse::<u16>().ok();
    let claim = claim.filter(|claim| claim_of(&stored, Some(&format!("permohonan={claim}"))).is_some());
    let claim = claim.ok_or_else(|| Problem::new("web.not-found"))?;
    let ran = match read(&posted, (claim, &proofs)) {
        Ok(loss) => match here.run(&posted, &SetLoss { case, version: posted.version(), no, loss }).await {
            Ok(_) => Ok(Ok(see(&format!("/kasus/{case}/restitusi?permohonan={claim}")))),
            Err(error) => outcome(error),
        },
        Err(problem) => Err(problem),
    };
    match ran {
        Ok(answer) => answer,
        Err(problem) => shown(&here, case, (Some(claim), no), back(problem, &posted)).await,
    }
}

fn read(posted: &Posted, (claim, proofs): (u16, &Proofs)) -> Result<Loss, Problem> {
    let kind = LossKind::parse(posted.need("jenis")?).ok_or_else(|| Problem::at("web.field-bad", "jenis"))?;
    let text = |name: &str| Redacted::new(posted.get(name).to_owned());
    let sum = Rupiah::parse(posted.need("jumlah")?)?;
    Ok(Loss { claim, kind, what: text("apa"), sum, how: text("cara-tahu"), proofs: proofs.read(posted)? })
}

/// `POST /kasus/{id}/restitusi/{no}/penghapusan`
pub async fn remove(here: Here, Path((case, no)): Path<(String, u16)>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let claim = of_loss(&here, case, no).await?;
    let made = Ok(DropLoss { no, why: Redacted::new(posted.get("alasan").to_owned()) });
    let to = format!("/kasus/{case}/restitusi?permohonan={claim}");
    match super::done(&here, (case, &to), &posted, made).await {
        Ok(answer) => answer,
        Err(problem) => shown(&here, case, (Some(claim), Some(no)), back(problem, &posted)).await,
    }
}
