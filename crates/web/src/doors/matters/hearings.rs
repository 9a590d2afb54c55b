//! Hearings: set, moved, told of afterwards.

use super::{Shell, back, day, done, form, keeps, name_of, or_none, people};
use crate::doors::{Came, id};
use crate::guard::{Answer, Here, Posted};
use crate::view::staff::protection::Part;
use crate::view::{Fact, Field, Kind};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, OfficerId, Problem, Redacted};
use casework::Role;
use casework::matter::{Hearing, HearingEnd, HearingPlan, Venue};
use casework::words::Profile;
use desk::Deed;
use desk::cases::CaseStream;
use desk::matters::{EndHearing, MoveHearing, SetHearing};
use desk::staff::officer::{OfficerCard, officers};

/// `GET /kasus/{id}/perkara/sidang`
pub async fn new(here: Here, Path(case): Path<String>) -> Answer {
    set_shown(&here, id(&case)?, Came::default()).await
}

async fn set_shown(here: &Here, case: CaseId, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::KeepMatter).await?;
    let staff = officers(&mut view).await?;
    let t = here.t.words();
    let fields = fields(here, &stored, &staff, None);
    let forms = vec![form(format!("/kasus/{case}/perkara/sidang"), fields, t.hearing_save())];
    let parts = vec![Part { forms, ..Part::new(t.hearing_new(), "") }];
    Shell::new(t.hearing_add(), t.hearing_lead(), parts).shown(here, (case, &stored), &came)
}

fn fields(here: &Here, stored: &CaseStream, staff: &[OfficerCard], now: Option<&HearingPlan>) -> Vec<Field> {
    let t = here.t.words();
    let venues = words_of::choices(t, Venue::ALL, Venue::word, words_of::matter::venue);
    let along = or_none(
        t.hearing_nobody_here(),
        people(
            staff,
            &[Role::Counsel, Role::Companion, Role::CaseManager, Role::HomeCaseManager, Role::LegalCoordinator],
        ),
    );
    let of = |read: fn(&HearingPlan) -> String| now.map(read).unwrap_or_default();
    let mut fields = vec![
        Field::new("hari", t.hearing_day(), Kind::Date).value(&of(|plan| plan.on.clone())),
        Field::line("pukul", t.hearing_time())
            .help(t.hearing_time_help())
            .optional(t)
            .value(&of(|plan| plan.time.clone().unwrap_or_default())),
        Field::select("tempat-sidang", t.hearing_venue(), venues).value(&of(|plan| plan.venue.word().to_owned())),
        Field::line("tentang", t.hearing_about())
            .help(t.hearing_about_help())
            .value(&of(|plan| plan.about.expose().clone())),
        Field::select("pendamping", t.hearing_companion(), along)
            .value(&of(|plan| plan.companion.map(|who| who.to_string()).unwrap_or_default())),
        Field::line("bersama", t.hearing_along())
            .help(t.hearing_along_help())
            .optional(t)
            .value(&of(|plan| plan.along.expose().clone())),
    ];
    if stored.profile == Profile::Child {
        let away = now.is_some_and(|plan| plan.accused_away);
        fields.push(Field::new("tanpa-terdakwa", t.hearing_child(), Kind::Tick(away)).help(t.hearing_child_help()));
    }
    fields
}

fn plan(posted: &Posted) -> Result<HearingPlan, Problem> {
    let venue = Venue::parse(posted.get("tempat-sidang"));
    let companion: Option<OfficerId> = match posted.get("pendamping") {
        "" => None,
        who => Some(who.parse().map_err(|_| Problem::at("web.field-bad", "pendamping"))?),
    };
    Ok(HearingPlan {
        on: posted.get("hari").to_owned(),
        time: Some(posted.get("pukul").to_owned()),
        venue: venue.ok_or_else(|| Problem::at("web.field-bad", "tempat-sidang"))?,
        about: Redacted::new(posted.get("tentang").to_owned()),
        companion,
        along: Redacted::new(posted.get("bersama").to_owned()),
        accused_away: !posted.get("tanpa-terdakwa").is_empty(),
    })
}

/// `POST /kasus/{id}/perkara/sidang`
pub async fn set(here: Here, Path(case): Path<String>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let made = plan(&posted).map(|plan| SetHearing { plan });
    match done(&here, (case, &format!("/kasus/{case}/perkara")), &posted, made).await {
        Ok(answer) => answer,
        Err(problem) => set_shown(&here, case, back(problem, &posted)).await,
    }
}

/// `GET /kasus/{id}/perkara/sidang/{no}`
pub async fn one(here: Here, Path((case, no)): Path<(String, u16)>) -> Answer {
    shown(&here, id(&case)?, no, Came::default()).await
}

async fn shown(here: &Here, case: CaseId, no: u16, came: Came) -> Answer {
    let (mut view, stored) = crate::doors::case(here, case, Deed::SeeMatters).await?;
    let staff = officers(&mut view).await?;
    let hearing = stored.matter.hearings.get(&no).ok_or_else(|| Problem::new("web.not-found"))?;
    let t = here.t.words();
    let mut parts = vec![Part { facts: facts(here, hearing, &staff), ..Part::new(t.hearing(), "") }];
    if hearing.ended.is_none() && keeps(here) {
        let ends = words_of::choices(t, HearingEnd::ALL, HearingEnd::word, words_of::matter::hearing_end);
        let told = vec![
            Field::radios("jadi", t.hearing_how(), ends).value("held").across(),
            Field::long("hasil", t.hearing_outcome()),
            Field::long("dampak", t.hearing_harm()).help(t.hearing_harm_help()).optional(t),
        ];
        let path = format!("/kasus/{case}/perkara/sidang/{no}");
        let forms = vec![form(format!("{path}/hasil"), told, t.hearing_tell())];
        parts.push(Part { forms, ..Part::new(t.hearing_tell(), "") });
        let mut moved = fields(here, &stored, &staff, Some(&hearing.plan));
        moved.push(Field::long("alasan", t.hearing_moved_why()));
        let forms = vec![form(format!("{path}/pindah"), moved, t.hearing_move())];
        parts.push(Part { forms, ..Part::new(t.hearing_move(), t.hearing_move_lead()) });
    }
    Shell::new(t.hearing(), "", parts).shown(here, (case, &stored), &came)
}

fn facts(here: &Here, hearing: &Hearing, staff: &[OfficerCard]) -> Vec<Fact> {
    let t = here.t.words();
    let plan = &hearing.plan;
    let when = if plan.time.is_some() { here.moment(hearing.begins()) } else { day(here, &plan.on) };
    let mut facts = vec![
        Fact::new(t.hearing_day(), when),
        Fact::new(t.hearing_venue(), words_of::matter::venue(t, plan.venue)),
        Fact::new(t.hearing_about(), plan.about.expose().clone()),
        Fact::new(
            t.hearing_companion(),
            plan.companion.map_or_else(|| t.hearing_nobody_here().to_owned(), |who| name_of(staff, who)),
        ),
    ];
    let along = plan.along.expose();
    facts.extend((!along.trim().is_empty()).then(|| Fact::new(t.hearing_along(), along.clone())));
    facts.extend(plan.accused_away.then(|| Fact::new(t.hearing_child(), t.yes())));
    let reminds = hearing.clock.warn80.filter(|_| hearing.ended.is_none());
    facts.extend(reminds.map(|at| {
        Fact::new(t.hearing_reminds(), format!("{} · {}", here.moment(at), hearing.clock.basis.get(t.lang())))
    }));
    facts.extend(
        hearing
            .moved
            .iter()
            .map(|(on, why)| Fact::new(t.hearing_moved_from(), format!("{} · {}", day(here, on), why.expose()))),
    );
    if let Some((end, outcome, harm)) = &hearing.ended {
        facts.push(Fact::new(t.hearing_how(), words_of::matter::hearing_end(t, *end)));
        facts.push(Fact::new(t.hearing_outcome(), outcome.expose().clone()));
        facts.extend((!harm.expose().trim().is_empty()).then(|| Fact::new(t.hearing_harm(), harm.expose().clone())));
    }
    facts
}

/// `POST /kasus/{id}/perkara/sidang/{no}/hasil`
pub async fn told(here: Here, Path((case, no)): Path<(String, u16)>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let text = |name: &str| Redacted::new(posted.get(name).to_owned());
    let end = HearingEnd::parse(posted.get("jadi")).ok_or_else(|| Problem::at("web.field-bad", "jadi"));
    let made = end.map(|end| EndHearing { no, end, outcome: text("hasil"), harm: text("dampak") });
    match done(&here, (case, &format!("/kasus/{case}/perkara")), &posted, made).await {
        Ok(answer) => answer,
        Err(problem) => shown(&here, case, no, back(problem, &posted)).await,
    }
}

/// `POST /kasus/{id}/perkara/sidang/{no}/pindah`
pub async fn moved(here: Here, Path((case, no)): Path<(String, u16)>, posted: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let why = Redacted::new(posted.get("alasan").to_owned());
    let made = plan(&posted).map(|plan| MoveHearing { no, plan, why });
    match done(&here, (case, &format!("/kasus/{case}/perkara")), &posted, made).await {
        Ok(answer) => answer,
        Err(problem) => shown(&here, case, no, back(problem, &posted)).await,
    }
}
