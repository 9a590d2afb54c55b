//! A mention is recorded: from a case, from a report, from what everybody can read; corrected and withdrawn.

use super::{LINKED, called, form, grade_in, placed, said_fields, said_in};
use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::case::{CaseHead, StepRow};
use crate::view::staff::protection::{Part, Protection};
use crate::view::{Choice, Field, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, MentionId, Problem, Redacted, ReportId};
use desk::cases::CaseStream;
use desk::cases::change::near;
use desk::mentions::look::{line, recorded_from};
use desk::mentions::{CorrectMention, RecordMention, Source, WithdrawMention};
use desk::{Deed, Error};
use recruiters::said::{Correcting, Said, Withdrawing};
use store::View;

/// `GET /perekrut/baru`
pub async fn new(here: Here) -> Answer {
    let view = here.read(Deed::RecordMention).await?;
    shown(&here, view, Source::Public, None, Said::default(), Came::default()).await
}

/// `POST /perekrut/baru`
pub async fn keep(here: Here, posted: Posted) -> Answer {
    here.read(Deed::RecordMention).await?;
    match recorded(&here, Source::Public, &posted).await {
        Ok(answer) => answer,
        Err(problem) => {
            let view = here.read(Deed::RecordMention).await?;
            let came = Came::back(problem, &posted);
            shown(&here, view, Source::Public, None, Said::default(), came).await
        }
    }
}

/// `GET /kasus/{id}/perekrut`: filled with what the case says of those who recruited, for who may read that.
pub async fn from_case(here: Here, Path(case): Path<String>) -> Answer {
    here.read(Deed::RecordMention).await?;
    of_case(&here, id(&case)?, Came::default()).await
}

async fn of_case(here: &Here, case: CaseId, came: Came) -> Answer {
    let (view, stored) = crate::doors::case(here, case, Deed::SeeCases).await?;
    let head = head(here, case, &stored);
    let reads = here.may(Deed::ReadCase) && near(&here.actor(), &stored, Deed::ReadCase, here.web.now()).is_empty();
    let said = if reads && !stored.is_shielded() { named_in(&stored) } else { Said::default() };
    shown(here, view, Source::Case(case), Some(head), said, came).await
}

/// What the fields of a case say of a recruiter.
fn named_in(case: &CaseStream) -> Said {
    let text = |field: &str| case.fields.get(field).cloned().unwrap_or_else(|| Redacted::new(String::new()));
    let mut said = Said::default();
    (said.name, said.alias) = (text("recruiter.name"), text("recruiter.alias"));
    (said.phone, said.nik, said.agency) = (text("recruiter.phone"), text("recruiter.nik"), text("recruiter.agency"));
    said
}

/// `POST /kasus/{id}/perekrut`
pub async fn keep_of_case(here: Here, Path(case): Path<String>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    here.read(Deed::RecordMention).await?;
    match recorded(&here, Source::Case(case), &posted).await {
        Ok(answer) => answer,
        Err(problem) => of_case(&here, case, Came::back(problem, &posted)).await,
    }
}

/// `GET /laporan/{id}/perekrut`
pub async fn from_report(here: Here, Path(report): Path<String>) -> Answer {
    here.read(Deed::RecordMention).await?;
    of_report(&here, id(&report)?, Came::default()).await
}

async fn of_report(here: &Here, report: ReportId, came: Came) -> Answer {
    let (view, _) = here.web.desk.report_for(&here.actor(), report).await?;
    shown(here, view, Source::Report(report), None, Said::default(), came).await
}

/// `POST /laporan/{id}/perekrut`
pub async fn keep_of_report(here: Here, Path(report): Path<String>, posted: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    here.read(Deed::RecordMention).await?;
    match recorded(&here, Source::Report(report), &posted).await {
        Ok(answer) => answer,
        Err(problem) => of_report(&here, report, Came::back(problem, &posted)).await,
    }
}

/// Where a source stands in addresses.
fn path_of(source: Source) -> String {
    match source {
        Source::Case(case) => format!("/kasus/{case}/perekrut"),
        Source::Report(report) => format!("/laporan/{report}/perekrut"),
        Source::List(_) | Source::Public | Source::Alert { .. } => "/perekrut/baru".to_owned(),
    }
}

async fn shown(here: &Here, mut view: View, source: Source, case: Option<CaseHead>, said: Said, came: Came) -> Answer {
    let t = here.t.words();
    let (lead, back) = match source {
        Source::Report(report) => {
            (t.mention_case_lead(), Some(Link::new(format!("/laporan/{report}"), t.report_words())))
        }
        Source::Case(_) => (t.mention_case_lead(), None),
        Source::List(_) | Source::Public | Source::Alert { .. } => {
            (t.mention_public_lead(), Some(Link::new("/perekrut", t.recruiters())))
        }
    };
    let forms = vec![form(path_of(source), said_fields(here, &said, None), t.mention_save())];
    let mut parts: Vec<Part> = before(here, &mut view, source).await?.into_iter().collect();
    parts.push(Part { forms, ..Part::new(t.mention_new(), "") });
    let page = Protection {
        faults: came.faults(here, &LINKED),
        version: 0,
        back,
        case,
        heading: t.mention_new().to_owned(),
        lead: lead.to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// What was recorded from this source before.
async fn before(here: &Here, view: &mut View, source: Source) -> Result<Option<Part>, Fail> {
    let of = match source {
        Source::Case(case) => case.bytes(),
        Source::Report(report) => report.bytes(),
        Source::List(_) | Source::Public | Source::Alert { .. } => return Ok(None),
    };
    let t = here.t.words();
    let mut rows = Vec::new();
    for mention in recorded_from(view, of).await? {
        let Some(line) = line(view, &here.actor(), mention).await? else { continue };
        if desk::mentions::accuses(&line.said, &here.staff) {
            continue;
        }
        let sees = here.may(Deed::SeeRecruiters) && !line.withdrawn;
        rows.push(StepRow {
            href: if sees { format!("/perekrut/{mention}") } else { String::new() },
            name: called(here, &line.said),
            detail: here.day(line.at),
            tag: if line.withdrawn {
                Tag::new(Tone::Skipped, t.mention_withdrawn_tag())
            } else {
                Tag::new(Tone::Note, line.grade.to_string())
            },
        });
    }
    Ok((!rows.is_empty()).then(|| Part { rows, ..Part::new(t.mention_of_source(), "") }))
}

/// Records what a form says; `Err` is what is wrong with it.
async fn recorded(here: &Here, source: Source, posted: &Posted) -> Result<Answer, Problem> {
    let act = RecordMention { source, said: said_in(posted)?, grade: grade_in(posted)? };
    match here.run(posted, &act).await {
        Ok(Some(mention)) if source == Source::Public => Ok(Ok(see(&format!("/perekrut/{mention}")))),
        Ok(None) if source == Source::Public => Ok(Ok(see("/perekrut"))),
        Ok(_) => Ok(Ok(see(&path_of(source)))),
        Err(error) => outcome(error),
    }
}

fn outcome(error: Error) -> Result<Answer, Problem> {
    match comes_back(&error) {
        Some(problem) => Err(placed(problem)),
        None => Ok(Err(error.into())),
    }
}

/// `GET /perekrut/{id}/catatan`: one mention, to be corrected or withdrawn.
pub async fn change_form(here: Here, Path(mention): Path<String>) -> Answer {
    change_shown(&here, id(&mention)?, Came::default()).await
}

async fn change_shown(here: &Here, mention: MentionId, came: Came) -> Answer {
    let (mut view, book) = here.web.desk.book(&here.actor(), Deed::CorrectMention).await?;
    book.entity(mention, &here.staff).ok_or(Error::NotFound)?;
    let line = line(&mut view, &here.actor(), mention).await?.ok_or(Error::NotFound)?;
    let t = here.t.words();
    let why = words_of::choices(t, Correcting::ALL, Correcting::word, words_of::recruiter::correcting);
    let mut fields = said_fields(here, &line.said, Some(line.grade));
    fields.push(Field::select("sebab", t.mention_why(), picked(t.pick_one(), why)));
    let change = form(format!("/perekrut/{mention}/catatan"), fields, t.mention_change());
    let why = words_of::choices(t, Withdrawing::SAID, Withdrawing::word, words_of::recruiter::withdrawing);
    let fields = vec![Field::select("tarik", t.mention_withdraw_why(), picked(t.pick_one(), why))];
    let mut withdraw = form(format!("/perekrut/{mention}/penarikan"), fields, t.mention_withdraw());
    withdraw.buttons.iter_mut().for_each(|button| button.quiet = true);
    let page = Protection {
        faults: came.faults(here, &LINKED),
        version: line.version,
        back: Some(Link::new(format!("/perekrut/{mention}"), t.pair_see())),
        case: None,
        heading: called(here, &line.said),
        lead: t.recruiter_mentions_lead().to_owned(),
        parts: vec![
            Part { forms: vec![change], ..Part::new(t.mention_change(), t.mention_change_lead()) },
            Part { forms: vec![withdraw], ..Part::new(t.mention_withdraw(), t.mention_withdraw_lead()) },
        ],
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// Nothing picked, before the others.
fn picked(first: &str, choices: Vec<Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", first)).chain(choices).collect()
}

/// `POST /perekrut/{id}/catatan`
pub async fn change(here: Here, Path(mention): Path<String>, posted: Posted) -> Answer {
    let mention: MentionId = id(&mention)?;
    here.read(Deed::CorrectMention).await?;
    let read = || -> Result<CorrectMention, Problem> {
        let why = Correcting::parse(posted.get("sebab")).ok_or_else(|| Problem::at("web.field-missing", "sebab"))?;
        let (said, grade) = (said_in(&posted)?, grade_in(&posted)?);
        Ok(CorrectMention { mention, version: posted.version(), said, grade, why })
    };
    let done = match read() {
        Ok(act) => match here.run(&posted, &act).await {
            Ok(_) => Ok(Ok(see(&format!("/perekrut/{mention}")))),
            Err(error) => outcome(error),
        },
        Err(problem) => Err(problem),
    };
    match done {
        Ok(answer) => answer,
        Err(problem) => change_shown(&here, mention, Came::back(problem, &posted)).await,
    }
}

/// `POST /perekrut/{id}/penarikan`
pub async fn withdraw(here: Here, Path(mention): Path<String>, posted: Posted) -> Answer {
    let mention: MentionId = id(&mention)?;
    here.read(Deed::CorrectMention).await?;
    let Some(why) = Withdrawing::parse(posted.get("tarik")) else {
        let problem = Problem::at("web.field-missing", "tarik");
        return change_shown(&here, mention, Came::back(problem, &posted)).await;
    };
    let act = WithdrawMention { mention, version: posted.version(), why };
    match here.run(&posted, &act).await {
        Ok(_) => Ok(see("/perekrut")),
        Err(error) => match outcome(error) {
            Ok(answer) => answer,
            Err(problem) => change_shown(&here, mention, Came::back(problem, &posted)).await,
        },
    }
}
