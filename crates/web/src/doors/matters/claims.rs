//! Claims: prepared, filed, answered, ended.

use super::{Shell, back, day, done, form, keeps, today};
use crate::doors::{Came, id};
use crate::guard::{Answer, Here, Posted};
use crate::view::staff::protection::Part;
use crate::view::{Fact, Field, Kind, Link, Tag};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, Problem, Redacted};
use casework::matter::{Claim, ClaimAnswer, ClaimEnd, ClaimKind, Ended, Office, Rupiah};
use desk::Deed;
use desk::matters::list::Stand;
use desk::matters::{AnswerClaim, EndClaim, FileClaim, MakeClaim};

/// `GET /kasus/{id}/perkara/tuntutan`
pub async fn new(here: Here, Path(case): Path<String>) -> Answer {
    made_shown(&here, id(&case)?, Came::default()).await
}

async fn made_shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let (_, stored) = crate::doors::case(here, case, Deed::KeepMatter).await?;
    let t = here.t.words();
    let kinds = words_of::choices(t, ClaimKind::ALL, ClaimKind::word, words_of::matter::claim_kind);
    let fields = vec![
        Field::radios("jenis", t.claim_kind(), kinds),
        Field::line("tentang", t.claim_about()).help(t.claim_about_help()),
    ];
    let forms = vec![form(format!("/kasus/{case}/perkara/tuntutan"), fields, t.claim_save())];
    let parts = vec![Part { forms, ..Part::new(t.claim_new(), "") }];
    Shell::new(t.claim_add(), t.claim_lead(), parts).shown(here, (case, &stored), &came)
}

/// `POST /kasus/{id}/perkara/tuntutan`: what has losses goes on to its workbook.
pub async fn make(here: Here, Path(case): Path<String>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let kind = posted
        .need("jenis")
        .and_then(|word| ClaimKind::parse(word).ok_or_else(|| Problem::at("web.field-bad", "jenis")));
    let has_losses = kind.as_ref().is_ok_and(|kind| *kind != ClaimKind::CivilPaper);
    let to = format!("/kasus/{case}/{}", if has_losses { "restitusi" } else { "perkara" });
    let made = kind.map(|kind| MakeClaim { kind, about: Redacted::new(posted.get("tentang").to_owned()) });
    match done(&here, (case, &to), &posted, made).await {
        Ok(answer) => answer,
        Err(problem) => made_shown(&here, case, back(problem, &posted)).await,
    }
}

/// `GET /kasus/{id}/perkara/tuntutan/{no}`
pub async fn one(here: Here, Path((case, no)): Path<(String, u16)>) -> Answer {
    shown(&here, id(&case)?, no, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, no: u16, came: Came) -> Answer {
    let (_, stored) = crate::doors::case(here, case, Deed::SeeMatters).await?;
    let claim = stored.matter.claims.get(&no).ok_or_else(|| Problem::new("web.not-found"))?;
    let t = here.t.words();
    let (tone, word) = words_of::matter::stand(t, Stand::of(claim));
    let mut links = Vec::new();
    if claim.kind != ClaimKind::CivilPaper {
        links.push(Link::new(format!("/kasus/{case}/restitusi?permohonan={no}"), t.workbook()));
        links.push(Link::new(format!("/kasus/{case}/restitusi/cetak?permohonan={no}"), t.print_claim()));
    }
    let total = stored.matter.workbook(no).total;
    let facts = facts(here, claim, &total.to_string());
    let mut parts = vec![Part { facts, links, tag: Some(Tag::new(tone, word)), ..Part::new(t.claim_state(), "") }];
    if keeps(here) {
        parts.extend(acts(here, &format!("/kasus/{case}/perkara/tuntutan/{no}"), claim));
    }
    let heading = here.t.claim_no(words_of::matter::claim_kind(t, claim.kind), u32::from(no));
    Shell::new(heading, claim.about.expose().clone(), parts).shown(here, (case, &stored), &came)
}

fn facts(here: &Here, claim: &Claim, total: &str) -> Vec<Fact> {
    let t = here.t.words();
    let told = |on: &str, text: &Redacted<String>| {
        let text = Some(text.expose()).filter(|text| !text.trim().is_empty());
        std::iter::once(day(here, on)).chain(text.cloned()).collect::<Vec<_>>().join(" · ")
    };
    let mut facts = vec![Fact::new(t.claim_since(), here.day(claim.at))];
    if claim.kind != ClaimKind::CivilPaper {
        facts.push(Fact::new(t.claim_sum(), total));
    }
    facts.extend(claim.filed.iter().map(|(office, on, reference)| {
        Fact::new(here.t.claim_filed_to(words_of::matter::office(t, *office)), told(on, reference))
    }));
    facts.extend(claim.answers.iter().map(|(answer, on, text)| {
        Fact::new(here.t.claim_answered(words_of::matter::claim_answer(t, *answer)), told(on, text))
    }));
    if let Some(ended) = &claim.ended {
        let sum = ended.sum.map(|sum| format!("{sum} · ")).unwrap_or_default();
        facts.push(Fact::new(
            words_of::matter::claim_end(t, ended.end),
            format!("{sum}{}", told(&ended.on, &ended.text)),
        ));
    }
    facts
}

fn acts(here: &Here, path: &str, claim: &Claim) -> Vec<Part> {
    let t = here.t.words();
    let date = |id: &str| Field::new("hari", t.claim_day(), Kind::Date).value(&today(here)).id(id);
    let part = |heading: &str, form| Part { forms: vec![form], ..Part::new(heading, "") };
    let mut parts = Vec::new();
    if claim.ended.is_none() {
        let offices = words_of::choices(t, Office::ALL, Office::word, words_of::matter::office);
        let filed = vec![
            Field::select("kantor", t.claim_office(), offices),
            date("f-hari"),
            Field::line("nomor", t.claim_reference()).optional(t),
        ];
        parts.push(part(t.claim_file(), form(format!("{path}/pengajuan"), filed, t.claim_file())));
        if !claim.filed.is_empty() {
            let answers = words_of::choices(t, ClaimAnswer::ALL, ClaimAnswer::word, words_of::matter::claim_answer);
            let answered = vec![
                Field::radios("jawaban", t.claim_which_answer(), answers).across(),
                date("f-hari-jawaban"),
                Field::long("isi", t.claim_answer_text()).id("f-isi").optional(t),
            ];
            parts.push(part(t.claim_answer(), form(format!("{path}/jawaban"), answered, t.claim_answer())));
        }
    }
    let granted = claim.ended.as_ref().is_some_and(|ended| ended.end == ClaimEnd::Granted);
    if claim.ended.is_none() || granted {
        let ends = words_of::choices(t, ClaimEnd::ALL, ClaimEnd::word, words_of::matter::claim_end);
        let mut ended = vec![Field::radios("hasil", t.claim_result(), ends), date("f-hari-hasil")];
        if claim.kind != ClaimKind::CivilPaper {
            ended.push(Field::line("jumlah", t.claim_result_sum()).help(t.loss_sum_help()).optional(t));
        }
        ended.push(Field::long("putusan-isi", t.claim_result_text()).optional(t));
        parts.push(part(t.claim_finish(), form(format!("{path}/hasil"), ended, t.claim_finish())));
    }
    parts
}

async fn acted<C: desk::cases::Change>(
    here: Here,
    (case, no): (String, u16),
    posted: Posted,
    made: Result<C, Problem>,
) -> Answer {
    let case: CaseId = id(&case)?;
    match done(&here, (case, &format!("/kasus/{case}/perkara/tuntutan/{no}")), &posted, made).await {
        Ok(answer) => answer,
        Err(problem) => shown(&here, case, no, back(problem, &posted)).await,
    }
}

/// `POST /kasus/{id}/perkara/tuntutan/{no}/pengajuan`
pub async fn file(here: Here, Path((case, no)): Path<(String, u16)>, posted: Posted) -> Answer {
    let to = Office::parse(posted.get("kantor")).ok_or_else(|| Problem::at("web.field-bad", "kantor"));
    let reference = Redacted::new(posted.get("nomor").to_owned());
    let on = posted.get("hari").to_owned();
    acted(here, (case, no), posted, to.map(|to| FileClaim { no, to, on, reference })).await
}

/// `POST /kasus/{id}/perkara/tuntutan/{no}/jawaban`
pub async fn answer(here: Here, Path((case, no)): Path<(String, u16)>, posted: Posted) -> Answer {
    let answer = ClaimAnswer::parse(posted.get("jawaban")).ok_or_else(|| Problem::at("web.field-missing", "jawaban"));
    let text = Redacted::new(posted.get("isi").to_owned());
    let on = posted.get("hari").to_owned();
    acted(here, (case, no), posted, answer.map(|answer| AnswerClaim { no, answer, on, text })).await
}

/// `POST /kasus/{id}/perkara/tuntutan/{no}/hasil`
pub async fn end(here: Here, Path((case, no)): Path<(String, u16)>, posted: Posted) -> Answer {
    let made = ended(&posted).map(|ended| EndClaim { no, ended });
    acted(here, (case, no), posted, made).await
}

fn ended(posted: &Posted) -> Result<Ended, Problem> {
    let end = ClaimEnd::parse(posted.get("hasil")).ok_or_else(|| Problem::at("web.field-missing", "hasil"))?;
    let sum = Some(posted.get("jumlah")).filter(|sum| !sum.is_empty()).map(Rupiah::parse).transpose()?;
    Ok(Ended { end, on: posted.get("hari").to_owned(), sum, text: Redacted::new(posted.get("putusan-isi").to_owned()) })
}
