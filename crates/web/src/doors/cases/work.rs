//! Work on a case beside its steps: urgency, assignment, screening, presumption, closure.

use crate::doors::{Came, case::head, comes_back, id};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::work::{Button, Group, Work, WorkForm};
use crate::view::{Choice, Field, Kind};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, OfficerId, Problem, Redacted};
use casework::case::{CloseReason, Closing};
use casework::words::{Authority, Outcome, Triage, Urgency};
use desk::Deed;
use desk::cases::record::{
    Assign, Classify, CloseCase, ConfirmPresumption, ProposePresumption, RecordScreening, RejectPresumption, SetTriage,
    ShieldCase, TryContact,
};
use desk::cases::steps::FinishStep;
use desk::cases::{CaseStream, Change, OnCase};
use desk::staff::OfficerCard;
use desk::staff::officer::{officers, serving};
use std::collections::BTreeMap;
use store::{Read, Stored};

/// What a page of work is about: the last part of its path.
type Part = &'static str;

/// Runs a change of a case for a form.
async fn apply<C: Change>(here: &Here, case: CaseId, form: &Posted, made: Result<C, Problem>) -> Result<(), Problem> {
    let act = OnCase { case, version: form.version(), change: made? };
    here.run(form, &act).await.map(drop).map_err(|error| error.problem())
}

/// Runs a change; what cannot be comes back as the page of its part.
async fn change<C: Change>(here: Here, case: CaseId, form: Posted, (part, made): (Part, Result<C, Problem>)) -> Answer {
    match apply(&here, case, &form, made).await {
        Ok(()) => Ok(see(&format!("/kasus/{case}"))),
        Err(problem) => shown(&here, case, part, Came::back(problem, &form)).await,
    }
}

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident = $part:literal;)*) => {$(
        $(#[$doc])*
        pub async fn $name(here: Here, Path(case): Path<String>) -> Answer {
            shown(&here, id(&case)?, $part, Came::default()).await
        }
    )*};
}

pages! {
    /// `GET /kasus/{id}/klasifikasi`
    classify_form = "klasifikasi";
    /// `GET /kasus/{id}/penugasan`
    assign_form = "penugasan";
    /// `GET /kasus/{id}/triase`
    triage_form = "triase";
    /// `GET /kasus/{id}/penapisan`
    screening_form = "penapisan";
    /// `GET /kasus/{id}/putusan`
    presumption_form = "putusan";
    /// `GET /kasus/{id}/penutupan`
    close_form = "penutupan";
    /// `GET /kasus/{id}/sandi`
    shield_form = "sandi";
}

async fn shown(here: &Here, case: CaseId, part: Part, came: Came) -> Answer {
    let deed = match part {
        "penugasan" => Deed::AssignCase,
        "putusan" => Deed::DecidePresumption,
        "penapisan" => Deed::ReadCase,
        "sandi" => Deed::SeeIdentity,
        _ => Deed::WorkCase,
    };
    let (mut view, stored) = crate::doors::case(here, case, deed).await?;
    let t = here.t.words();
    let (heading, lead) = match part {
        "klasifikasi" => (t.work_classify(), t.work_classify_lead()),
        "penugasan" => (t.work_assign(), t.work_assign_lead()),
        "triase" => (t.work_triage(), t.work_triage_lead()),
        "penapisan" => (t.work_screening(), t.work_screening_lead()),
        "putusan" => (t.work_presumption(), t.work_presumption_lead()),
        "sandi" => (t.work_shield(), t.work_shield_lead()),
        _ => (t.work_close(), t.work_close_lead()),
    };
    let staff = officers(&mut view).await?;
    let mut forms = forms(here, (case, &stored), part, &staff);
    if !came.typed.is_empty() {
        for group in forms.iter_mut().flat_map(|form| form.groups.iter_mut()) {
            group.fields =
                std::mem::take(&mut group.fields).into_iter().map(|field| field.typed(&came.typed)).collect();
        }
    }
    let names: Vec<String> = forms
        .iter()
        .flat_map(|form| &form.groups)
        .flat_map(|group| &group.fields)
        .map(|f| f.name().to_owned())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let page = Work {
        faults: came.faults(here, &names),
        case: head(here, case, &stored),
        heading: heading.to_owned(),
        lead: lead.to_owned(),
        facts: match part {
            "putusan" => standing(here, &stored, &staff),
            "sandi" => stored.shield.iter().map(|shield| here.t.shield_now(shield.code_name.clone())).collect(),
            _ => Vec::new(),
        },
        forms,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

fn forms(here: &Here, at: (CaseId, &Stored<CaseStream>), part: Part, staff: &[OfficerCard]) -> Vec<WorkForm> {
    let (case, stored) = at;
    let t = here.t.words();
    let one = |groups: Vec<Group>, button: &str| {
        let action = format!("/kasus/{case}/{part}");
        vec![WorkForm { heading: String::new(), action, groups, buttons: vec![Button::new("", button, false)] }]
    };
    match part {
        "klasifikasi" => {
            let urgency = words_of::choices(t, Urgency::ALL, Urgency::word, words_of::urgency);
            let authority = words_of::choices(t, Authority::ALL, Authority::word, words_of::authority);
            let fields = vec![
                Field::radios("kegentingan", t.urgency_label(), urgency).value(stored.urgency.word()),
                Field::radios("kewenangan", t.authority_label(), authority)
                    .value(stored.authority.map_or("own", Authority::word)),
                Field::long("alasan", t.reason()),
            ];
            one(Group::plain(fields), t.save())
        }
        "penugasan" => {
            let people = |first: &str| {
                let known = serving(staff).map(|card| words_of::officer(t, card));
                std::iter::once(Choice::new("", first)).chain(known).collect::<Vec<_>>()
            };
            let fields = vec![
                Field::select("manajer", t.manager(), people(t.pick_one())),
                Field::select("pendamping", t.companion(), people(t.nobody())),
            ];
            one(Group::plain(fields), t.work_assign())
        }
        "triase" => {
            let flags = words_of::choices(t, Triage::ALL, Triage::word, words_of::triage);
            let on = |choice: Choice| {
                let up = stored.triage.iter().any(|flag| flag.word() == choice.value);
                choice.on(up)
            };
            let flags = flags.into_iter().map(on).collect();
            one(Group::plain(vec![Field::checks("tanda", t.work_triage(), flags)]), t.save())
        }
        "penapisan" => one(questions(here, stored), t.save()),
        "putusan" => presumption_forms(here, case, stored),
        "penutupan" => {
            let reasons = words_of::choices(t, CloseReason::ALL, CloseReason::word, words_of::close_reason);
            let fields = vec![
                Field::radios("sebab", t.reason(), reasons),
                Field::new("surat", t.close_papers(), Kind::Tick(false)),
                Field::new("persetujuan", t.close_consents(), Kind::Tick(false)),
                Field::new("kabar", t.close_feedback(), Kind::Tick(false)),
            ];
            let mut forms = one(Group::plain(fields), t.work_close());
            forms.insert(0, contact_form(here, case, stored));
            forms
        }
        "sandi" => {
            let on = |card: &OfficerCard| stored.shield.as_ref().is_some_and(|s| s.viewers.contains(&card.id));
            let who = serving(staff).map(|card| words_of::officer(t, card).on(on(card)));
            let name = casework::alias::alias(here.web.desk.chance.bytes());
            let fields = vec![
                Field::line("sandi", t.code_name()).value(&name),
                Field::checks("petugas", t.shield_viewers(), who.collect()),
            ];
            one(Group::plain(fields), t.save())
        }
        _ => Vec::new(),
    }
}

/// A try to reach her, as it went.
fn contact_form(here: &Here, case: CaseId, stored: &Stored<CaseStream>) -> WorkForm {
    let t = here.t.words();
    let failed = stored.tries.iter().rev().take_while(|(_, reached)| !reached).count();
    let lead = Group { heading: here.t.contact_tries(failed), fields: Vec::new() };
    let buttons =
        vec![Button::new("tidak", t.contact_not_reached(), true), Button::new("ya", t.contact_reached(), true)];
    let action = format!("/kasus/{case}/kontak");
    WorkForm { heading: t.contact_heading().to_owned(), action, groups: vec![lead], buttons }
}

/// The questions of the pack, with the answers that are known.
fn questions(here: &Here, stored: &Stored<CaseStream>) -> Vec<Group> {
    let known = stored.field(None, "screening.answers").map(|json| json.expose().clone()).unwrap_or_default();
    let known: Option<BTreeMap<String, String>> = serde_json::from_str(&known).unwrap_or_default();
    let known: Vec<(String, String)> = known.unwrap_or_default().into_iter().collect();
    let stage = Group::plain(vec![crate::doors::screening::stage_field(&here.t)]);
    let groups = crate::doors::screening::groups(&here.t, &here.web.desk.screening, false, &known);
    stage.into_iter().chain(groups.into_iter().map(|g| Group { heading: g.heading, fields: g.fields })).collect()
}

fn presumption_forms(here: &Here, case: CaseId, stored: &Stored<CaseStream>) -> Vec<WorkForm> {
    let t = here.t.words();
    let form = |fields: Vec<Field>, buttons| {
        let action = format!("/kasus/{case}/putusan");
        vec![WorkForm { heading: String::new(), action, groups: Group::plain(fields), buttons }]
    };
    let reason = Field::long("alasan", t.reason()).optional(t);
    if stored.proposal.is_some() {
        let confirm = Button::new("sah", t.presumption_confirm(), false);
        return form(vec![reason], vec![confirm, Button::new("tolak", t.presumption_reject(), true)]);
    }
    let outcomes = words_of::choices(t, Outcome::ALL, Outcome::word, words_of::outcome);
    let chosen = stored.screened.map_or("", Outcome::word);
    let outcome = Field::radios("hasil", t.work_presumption(), outcomes).value(chosen);
    form(vec![outcome, reason], vec![Button::new("usul", t.presumption_propose(), false)])
}

/// How the decision stands.
fn standing(here: &Here, stored: &Stored<CaseStream>, staff: &[OfficerCard]) -> Vec<String> {
    let t = here.t.words();
    let mut lines = Vec::new();
    lines.extend(stored.screened.map(|outcome| t.presumption_screened(words_of::outcome(t, outcome))));
    lines.extend(stored.decision.as_ref().map(|decided| t.presumption_decided(words_of::outcome(t, decided.outcome))));
    lines.extend(stored.proposal.as_ref().map(|proposal| {
        let who = staff.iter().find(|card| card.id == proposal.by).map_or("", |card| card.name.expose().as_str());
        t.presumption_proposed(words_of::outcome(t, proposal.outcome), who)
    }));
    lines
}

/// `POST /kasus/{id}/klasifikasi`
pub async fn classify(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let urgency = Urgency::parse(form.get("kegentingan")).ok_or(Problem::at("web.field-missing", "kegentingan"));
    let authority = Authority::parse(form.get("kewenangan")).ok_or(Problem::at("web.field-missing", "kewenangan"));
    let reason = form.need("alasan").map(|reason| Redacted::new(reason.to_owned()));
    let made = || Ok(Classify { urgency: urgency?, authority: authority?, reason: reason? });
    let made = made();
    change(here, id(&case)?, form, ("klasifikasi", made)).await
}

/// `POST /kasus/{id}/penugasan`
pub async fn assign(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let manager = form.get("manajer").parse::<OfficerId>().map_err(|_| Problem::at("web.field-missing", "manajer"));
    let made = manager.map(|manager| Assign { manager, companion: form.get("pendamping").parse().ok() });
    let then = format!("/kasus/{case}");
    match apply(&here, case, &form, made).await {
        Ok(()) => ended_with(&here, case, &form, "IN-4").await.map(|()| see(&then)),
        Err(problem) => shown(&here, case, "penugasan", Came::back(problem, &form)).await,
    }
}

/// `POST /kasus/{id}/triase`
pub async fn triage(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let made = Ok(SetTriage { flags: form.all("tanda").filter_map(Triage::parse).collect() });
    change(here, id(&case)?, form, ("triase", made)).await
}

/// `POST /kasus/{id}/penapisan`: the node's own rule computes the outcome.
pub async fn screening(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let pack = &here.web.desk.screening;
    let stage = pocketbook::Stage::parse(form.get("stage")).ok_or(Problem::at("web.stage-missing", "stage"));
    let made = stage.and_then(|stage| {
        let answers = crate::doors::screening::answers_of(pack, stage, |id| form.get(id).to_owned());
        let found = desk::cases::reports::screen(&here.web.desk, stage.word(), &answers)?;
        Ok(RecordScreening {
            outcome: found.outcome,
            flags: found.triage,
            profile: found.profile,
            pack: pack.version().to_owned(),
            answers: Redacted::new(serde_json::to_string(&answers).unwrap_or_default()),
        })
    });
    change(here, id(&case)?, form, ("penapisan", made)).await
}

/// `POST /kasus/{id}/putusan`: propose, confirm, or not agree.
pub async fn decide(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let reason = Some(form.get("alasan")).filter(|reason| !reason.is_empty()).map(|r| Redacted::new(r.to_owned()));
    let at = ("putusan", "tindakan");
    match form.get(at.1) {
        "usul" => {
            let outcome = Outcome::parse(form.get("hasil")).ok_or(Problem::at("web.field-missing", "hasil"));
            change(here, case, form, (at.0, outcome.map(|outcome| ProposePresumption { outcome, reason }))).await
        }
        "sah" => {
            let done = change(here.clone(), case, form.clone(), (at.0, Ok(ConfirmPresumption {}))).await?;
            if done.status().is_redirection() {
                ended_with(&here, case, &form, "ID-4").await?;
            }
            Ok(done)
        }
        "tolak" => {
            let reason = reason.ok_or(Problem::at("web.field-missing", "alasan"));
            change(here, case, form, (at.0, reason.map(|reason| RejectPresumption { reason }))).await
        }
        _ => shown(&here, case, at.0, Came::back(Problem::at("web.field-missing", at.1), &form)).await,
    }
}

/// Ends a step whose work was done on its own page, if nothing else is missing there.
async fn ended_with(here: &Here, case: CaseId, form: &Posted, step: &str) -> Result<(), Fail> {
    let mut view = here.web.desk.read().await?;
    let stored = view.load::<CaseStream>(case.bytes()).await?.ok_or(desk::Error::NotFound)?;
    drop(view);
    let open = stored.open_steps().find(|(at, _)| at.0 == step).map(|(at, _)| at.clone());
    let Some(step) = open else { return Ok(()) };
    let act = OnCase { case, version: None, change: FinishStep { step, values: BTreeMap::new() } };
    match here.web.desk.run(&here.actor(), form.then("step"), &act).await {
        Err(error) if error.repeated().is_none() && comes_back(&error).is_none() => Err(error.into()),
        // A form of the step is not filled in yet: the step stays open and says so.
        _ => Ok(()),
    }
}

/// `POST /kasus/{id}/kontak`
pub async fn contact(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let made = match form.get("tindakan") {
        "ya" => Ok(TryContact { reached: true }),
        "tidak" => Ok(TryContact { reached: false }),
        _ => Err(Problem::at("web.field-missing", "tindakan")),
    };
    change(here, id(&case)?, form, ("penutupan", made)).await
}

/// `POST /kasus/{id}/sandi`
pub async fn shield(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let viewers = form.all("petugas").filter_map(|officer| officer.parse().ok()).collect();
    let made = form.need("sandi").map(|name| ShieldCase { code_name: name.to_owned(), viewers });
    let case: CaseId = id(&case)?;
    match apply(&here, case, &form, made).await {
        Ok(()) => ended_with(&here, case, &form, "WI-2").await.map(|()| see(&format!("/kasus/{case}"))),
        Err(problem) => shown(&here, case, "sandi", Came::back(problem, &form)).await,
    }
}

/// `POST /kasus/{id}/penutupan`
pub async fn close(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let ticked = |name: &str| !form.get(name).is_empty();
    let reason = CloseReason::parse(form.get("sebab")).ok_or(Problem::at("web.field-missing", "sebab"));
    let made = reason.map(|reason| CloseCase {
        closing: Closing {
            reason,
            papers_returned: ticked("surat"),
            consents_reviewed: ticked("persetujuan"),
            feedback_given: ticked("kabar"),
            retain_until: None,
        },
    });
    change(here, id(&case)?, form, ("penutupan", made)).await
}
