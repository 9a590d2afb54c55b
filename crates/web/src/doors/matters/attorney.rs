//! Powers of attorney: given, ended; another counsel takes the matter over.

use super::{Shell, back, day, done, form, keeps, name_of, or_none, outcome, people, today};
use crate::doors::{Came, id};
use crate::guard::{Answer, Here, Posted, see};
use crate::view::staff::protection::Part;
use crate::view::{Choice, Fact, Field, Kind};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, FileId, OfficerId, Problem, Redacted};
use casework::Role;
use casework::consent::GivenBy;
use casework::document::DocumentKind;
use desk::Deed;
use desk::cases::CaseStream;
use desk::matters::{EndAttorney, GiveAttorney, ReplaceCounsel, may_replace};
use desk::staff::officer::{OfficerCard, officers};

/// `GET /kasus/{id}/perkara/kuasa`
pub async fn new(here: Here, Path(case): Path<String>) -> Answer {
    given(&here, id(&case)?, Came::default()).await
}

async fn given(here: &Here, case: CaseId, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::KeepMatter).await?;
    let staff = officers(&mut view).await?;
    let t = here.t.words();
    let counsel = people(&staff, &[Role::Counsel, Role::LegalCoordinator]);
    let me = here.staff.id.to_string();
    let by = words_of::choices(t, GivenBy::ALL, GivenBy::word, words_of::given_by);
    let fields = vec![
        Field::select("kepada", t.attorney_to(), counsel).value(&me),
        Field::radios("oleh", t.attorney_by(), by).value("person").across(),
        Field::new("hari", t.attorney_day(), Kind::Date).value(&today(here)),
        Field::long("isi", t.attorney_scope()).help(t.attorney_scope_help()).value(t.attorney_scope_usual()),
        Field::select("surat", t.attorney_paper(), or_none(t.attorney_paper_later(), papers(&stored)))
            .help(t.attorney_paper_help()),
    ];
    let forms = vec![form(format!("/kasus/{case}/perkara/kuasa"), fields, t.attorney_save())];
    let parts = vec![Part { forms, ..Part::new(t.attorney_new(), "") }];
    Shell::new(t.attorney_add(), t.attorney_lead(), parts).shown(here, (case, &stored), &came)
}

/// Powers of attorney among the documents of a case.
fn papers(stored: &CaseStream) -> Vec<Choice> {
    let papers = stored.documents.iter().filter(|document| document.kind == DocumentKind::PowerOfAttorney);
    papers.map(|document| Choice::new(document.id.to_string(), document.title.expose().clone())).collect()
}

/// `POST /kasus/{id}/perkara/kuasa`
pub async fn give(here: Here, Path(case): Path<String>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let to = format!("/kasus/{case}/perkara");
    match done(&here, (case, &to), &posted, read(&posted)).await {
        Ok(answer) => answer,
        Err(problem) => given(&here, case, back(problem, &posted)).await,
    }
}

fn read(posted: &Posted) -> Result<GiveAttorney, Problem> {
    let officer: OfficerId = posted.need("kepada")?.parse().map_err(|_| Problem::at("web.field-bad", "kepada"))?;
    let by = GivenBy::parse(posted.get("oleh")).ok_or_else(|| Problem::at("web.field-bad", "oleh"))?;
    let document: Option<FileId> = match posted.get("surat") {
        "" => None,
        paper => Some(paper.parse().map_err(|_| Problem::at("web.field-bad", "surat"))?),
    };
    let scope = Redacted::new(posted.get("isi").to_owned());
    Ok(GiveAttorney { officer, by, on: posted.get("hari").to_owned(), scope, document })
}

/// `GET /kasus/{id}/perkara/kuasa/{no}`
pub async fn one(here: Here, Path((case, no)): Path<(String, u16)>) -> Answer {
    one_shown(&here, id(&case)?, no, Came::default()).await
}

async fn one_shown(here: &Here, case: CaseId, no: u16, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::SeeMatters).await?;
    let staff = officers(&mut view).await?;
    let attorney = stored.matter.attorneys.get(&no).ok_or_else(|| Problem::new("web.not-found"))?;
    let t = here.t.words();
    let mut facts = vec![
        Fact::new(t.attorney_to(), name_of(&staff, attorney.officer)),
        Fact::new(t.attorney_by(), words_of::given_by(t, attorney.by)),
        Fact::new(t.attorney_day(), day(here, &attorney.on)),
        Fact::new(t.attorney_scope(), attorney.scope.expose().clone()),
    ];
    let paper =
        attorney.document.and_then(|id| stored.document(id).ok().map(|document| document.title.expose().clone()));
    facts.push(Fact::new(t.attorney_paper(), paper.unwrap_or_else(|| t.attorney_no_paper().to_owned())));
    facts.extend(
        attorney
            .ended
            .as_ref()
            .map(|(on, why)| Fact::new(t.attorney_end(), format!("{} · {}", day(here, on), why.expose()))),
    );
    let ends = attorney.ended.is_none() && keeps(here);
    let form = ends.then(|| {
        let fields = vec![
            Field::new("hari", t.attorney_end_day(), Kind::Date).value(&today(here)),
            Field::long("alasan", t.reason()),
        ];
        form(format!("/kasus/{case}/perkara/kuasa/{no}"), fields, t.attorney_end())
    });
    let mut parts = vec![Part { facts, ..Part::new(t.attorney(), "") }];
    parts.extend(form.map(|form| Part { forms: vec![form], ..Part::new(t.attorney_end(), "") }));
    Shell::new(t.attorney(), "", parts).shown(here, (case, &stored), &came)
}

/// `POST /kasus/{id}/perkara/kuasa/{no}`: it ends.
pub async fn end(here: Here, Path((case, no)): Path<(String, u16)>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let why = Redacted::new(posted.get("alasan").to_owned());
    let made = Ok(EndAttorney { no, on: posted.get("hari").to_owned(), why });
    match done(&here, (case, &format!("/kasus/{case}/perkara")), &posted, made).await {
        Ok(answer) => answer,
        Err(problem) => one_shown(&here, case, no, back(problem, &posted)).await,
    }
}

/// `GET /kasus/{id}/perkara/pengganti`
pub async fn replace_form(here: Here, Path(case): Path<String>) -> Answer {
    replaced(&here, id(&case)?, Came::default()).await
}

async fn replaced(here: &Here, case: CaseId, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::SeeMatters).await?;
    if !may_replace(&here.actor(), &stored) {
        return Err(Problem::new("matter.not-holder").into());
    }
    let staff = officers(&mut view).await?;
    let t = here.t.words();
    let others: Vec<OfficerCard> = staff.into_iter().filter(|card| stored.manager() != Some(card.id)).collect();
    let fields = vec![
        Field::select("kepada", t.counsel_next(), people(&others, &[Role::Counsel])),
        Field::new("hari", t.counsel_day(), Kind::Date).value(&today(here)),
        Field::long("alasan", t.reason()),
    ];
    let forms = vec![form(format!("/kasus/{case}/perkara/pengganti"), fields, t.counsel_replace())];
    let parts = vec![Part { forms, ..Part::new(t.counsel_who(), "") }];
    Shell::new(t.counsel_replace(), t.counsel_replace_lead(), parts).shown(here, (case, &stored), &came)
}

/// `POST /kasus/{id}/perkara/pengganti`
pub async fn replace(here: Here, Path(case): Path<String>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let to: Result<OfficerId, Problem> =
        posted.need("kepada").and_then(|to| to.parse().map_err(|_| Problem::at("web.field-bad", "kepada")));
    let ran = match to {
        Ok(to) => {
            let why = Redacted::new(posted.get("alasan").to_owned());
            let on = posted.get("hari").to_owned();
            let act = ReplaceCounsel { case, version: posted.version(), to, on, why };
            match here.run(&posted, &act).await {
                Ok(_) => Ok(Ok(see("/perkara"))),
                Err(error) => outcome(error),
            }
        }
        Err(problem) => Err(problem),
    };
    match ran {
        Ok(answer) => answer,
        Err(problem) => replaced(&here, case, back(problem, &posted)).await,
    }
}
