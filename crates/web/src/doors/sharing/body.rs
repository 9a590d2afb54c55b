//! What a legal-aid body says of itself, and whom it acts for or against; and the coordinator's counts of legal aid.

use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Fail, Here, Open, Posted, page_with, see};
use crate::view::staff::case::StepRow;
use crate::view::staff::day::{TaskGroup, TaskRow};
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Kind, Link, Tag, Tone};
use crate::when;
use crate::words_of;
use accord::matching::LegalBody;
use accord::{AccreditationClass, CaseType, Day, Sex, Word};
use axum::extract::Path;
use base::{Place, Problem, Redacted, Timestamp};
use casework::Role;
use desk::aid::{AidCard, ConflictKind, DropConflict, KeepConflict, StateBody, conflicts, counts, own_body, stuck};
use desk::{Act, Deed};
use std::collections::BTreeSet;
use store::View;

/// `GET /lembaga`
pub async fn form(here: Here) -> Answer {
    shown(&here, Came::default()).await
}

async fn shown(here: &Here, came: Came) -> Answer {
    let mut view = here.read(Deed::AnswerOffer).await?;
    let body = own_body(&mut view).await?;
    let list = conflicts(&mut view).await?;
    let t = here.t.words();
    let facts = WorkForm {
        heading: String::new(),
        action: "/lembaga".into(),
        groups: Group::plain(fields(here, body.as_ref())),
        buttons: vec![Button::new("", t.body_state(), false)],
    };
    let add = WorkForm {
        heading: String::new(),
        action: "/lembaga/benturan".into(),
        groups: Group::plain(vec![
            Field::select("jenis", t.conflict_kind(), kinds(here)),
            Field::line("nilai", t.conflict_value()),
            Field::line("catatan", t.conflict_note()).optional(t),
        ]),
        buttons: vec![Button::new("", t.conflict_add(), false)],
    };
    let mut kept = Part::new(t.conflict_list(), t.conflict_lead());
    for (id, entry) in &list {
        let name = format!("{}: {}", kind(here, entry.kind), entry.value.expose());
        kept.facts.push(Fact::new(name.clone(), format!("{} {}", here.day(entry.at), entry.note.expose())));
        kept.forms.push(WorkForm {
            heading: name,
            action: format!("/lembaga/benturan/{}/penghapusan", base::hex(id)),
            groups: Vec::new(),
            buttons: vec![Button::new("", t.conflict_drop(), true)],
        });
    }
    kept.forms.push(add);
    let page = Protection {
        faults: came.faults(here, &["mulai", "akhir", "wilayah", "perkara", "bahasa", "daya", "nilai"]),
        version: 0,
        back: None,
        case: None,
        heading: t.legal_body().to_owned(),
        lead: t.body_lead().to_owned(),
        parts: vec![
            Part {
                forms: vec![facts],
                tag: Some(age(here, body.as_ref())),
                ..Part::new(t.body_facts(), t.body_facts_lead())
            },
            kept,
        ],
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// Whether the facts are old, or not stated yet.
fn age(here: &Here, body: Option<&LegalBody>) -> Tag {
    let t = here.t.words();
    let Some(body) = body else { return Tag::new(Tone::Late, t.body_unstated()) };
    let day = crate::directory::date_words(&body.confirmed.to_string(), here.t.lang());
    let is_old = body.is_old(Day(here.web.now().day()));
    if is_old { Tag::new(Tone::Late, t.body_old(day)) } else { Tag::new(Tone::Done, t.body_confirmed(day)) }
}

/// The owner of facts that nobody confirmed for long, or that are not there yet, is asked on her day.
pub async fn asked(here: &Here, view: &mut View) -> Result<Option<TaskGroup>, Fail> {
    if !here.staff.roles.contains(&Role::Counsel) {
        return Ok(None);
    }
    let body = own_body(view).await?;
    if body.as_ref().is_some_and(|body| !body.is_old(Day(here.web.now().day()))) {
        return Ok(None);
    }
    let (t, tag) = (here.t.words(), age(here, body.as_ref()));
    let (title, detail) = (t.body_facts().to_owned(), t.body_facts_lead().to_owned());
    let tasks = vec![TaskRow { href: "/lembaga".into(), title, detail, tag }];
    Ok(Some(TaskGroup { heading: t.legal_body().to_owned(), none: String::new(), tasks }))
}

fn kinds(here: &Here) -> Vec<Choice> {
    ConflictKind::ALL.iter().map(|one| Choice::new(one.word(), kind(here, *one))).collect()
}

fn kind(here: &Here, kind: ConflictKind) -> &'static str {
    let t = here.t.words();
    match kind {
        ConflictKind::Company => t.conflict_company(),
        ConflictKind::Licence => t.conflict_licence(),
        ConflictKind::Phone => t.conflict_phone(),
        ConflictKind::Nik => t.conflict_nik(),
    }
}

fn fields(here: &Here, body: Option<&LegalBody>) -> Vec<Field> {
    let t = here.t.words();
    let on = |choices: Vec<Choice>, has: &dyn Fn(&str) -> bool| {
        choices
            .into_iter()
            .map(|choice| {
                let on = has(&choice.value);
                choice.on(on)
            })
            .collect::<Vec<_>>()
    };
    let date = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let class = body.map_or("C", |body| body.class.word());
    let districts: Vec<&str> = body.iter().flat_map(|body| &body.districts).map(Place::code).collect();
    let has_type = |word: &str| body.is_some_and(|body| body.types.iter().any(|one| one.word() == word));
    let speaks = |code: &str| body.is_some_and(|body| body.languages.contains(code));
    let has_sex = |word: &str| body.is_some_and(|body| body.counsel.iter().any(|one| one.word() == word));
    let on_duty = |day: &str| body.is_some_and(|body| body.duty.iter().any(|one| one.to_string() == day));
    let days = [t.day_1(), t.day_2(), t.day_3(), t.day_4(), t.day_5(), t.day_6(), t.day_7()];
    let days = days.into_iter().zip(1u8..).map(|(name, day)| Choice::new(day.to_string(), name)).collect();
    vec![
        Field::radios("kelas", t.body_class(), words_of::accord_choices::<AccreditationClass>(t)).value(class).across(),
        Field::new("mulai", t.body_from(), Kind::Date).value(&date(body.map(|body| body.from))),
        Field::new("akhir", t.body_until(), Kind::Date).value(&date(body.map(|body| body.until))),
        Field::line("wilayah", t.body_districts()).help(t.body_districts_help()).value(&districts.join(", ")),
        Field::checks("perkara", t.body_types(), on(words_of::accord_choices::<CaseType>(t), &has_type)),
        Field::checks("bahasa", t.body_languages(), on(words_of::languages(t), &speaks)).across(),
        Field::checks("penasihat", t.body_counsel(), on(words_of::accord_choices::<Sex>(t), &has_sex)).across(),
        Field::new("daya", t.body_places(), Kind::Digits(4))
            .help(t.body_places_help())
            .value(&body.map_or(String::new(), |body| body.places.to_string())),
        Field::checks("jaga", t.body_duty(), on(days, &on_duty)).help(t.body_duty_help()).across(),
    ]
}

fn read(form: &Open) -> Result<LegalBody, Problem> {
    let bad = |field: &'static str| Problem::at("web.field-bad", field);
    let day = |field: &'static str| {
        let at = when::from_local(form.get(field), base::Zone::Wib).ok_or_else(|| bad(field))?;
        // The date itself: days of accreditation are dates, not moments.
        Ok::<Day, Problem>(Day(base::Zone::Wib.local_day(at)))
    };
    let districts = form.get("wilayah").split([',', ' ', ';']).filter(|code| !code.is_empty());
    let districts: Result<BTreeSet<Place>, _> = districts.map(Place::parse).collect();
    Ok(LegalBody {
        class: AccreditationClass::parse(form.get("kelas")).ok_or_else(|| bad("kelas"))?,
        from: day("mulai")?,
        until: day("akhir")?,
        districts: districts.map_err(|_| bad("wilayah"))?,
        types: form.all("perkara").filter_map(CaseType::parse).collect(),
        languages: form.all("bahasa").filter(|code| !code.is_empty()).map(str::to_owned).collect(),
        counsel: form.all("penasihat").filter_map(Sex::parse).collect(),
        places: form.get("daya").parse().map_err(|_| bad("daya"))?,
        duty: form.all("jaga").filter_map(|day| day.parse().ok()).collect(),
        confirmed: Day(0),
    })
}

/// `POST /lembaga`: said again is confirmed again.
pub async fn state(here: Here, form: Posted) -> Answer {
    here.read(Deed::StateItems).await?;
    match read(&form) {
        Ok(body) => then(here, form, &StateBody { body }).await,
        Err(problem) => shown(&here, Came::back(problem, &form)).await,
    }
}

/// `POST /lembaga/benturan`
pub async fn keep(here: Here, form: Posted) -> Answer {
    let written = |name| Redacted::new(form.get(name).to_owned());
    let kind = ConflictKind::parse(form.get("jenis")).unwrap_or(ConflictKind::Company);
    let act = KeepConflict { kind, value: written("nilai"), note: written("catatan") };
    then(here, form, &act).await
}

/// `POST /lembaga/benturan/{kunci}/penghapusan`
pub async fn drop_it(here: Here, Path(key): Path<String>, form: Posted) -> Answer {
    let id = base::from_hex(&key)
        .and_then(|id| id.try_into().ok())
        .ok_or_else(|| Fail::from(Problem::new("web.not-found")))?;
    then(here, form, &DropConflict(id)).await
}

async fn then<A: Act>(here: Here, form: Posted, act: &A) -> Answer {
    match here.run(&form, act).await {
        Ok(_) => Ok(see("/lembaga")),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, Came::back(on_page(problem), &form)).await,
            None => Err(error.into()),
        },
    }
}

/// A problem at a fact, at the field of the page that holds it.
fn on_page(problem: Problem) -> Problem {
    const NAMES: [(&str, &str); 6] = [
        ("until", "akhir"),
        ("districts", "wilayah"),
        ("types", "perkara"),
        ("languages", "bahasa"),
        ("places", "daya"),
        ("duty", "jaga"),
    ];
    let name = NAMES.iter().find(|(fact, _)| problem.at.as_deref() == Some(*fact));
    match name {
        Some((_, name)) => Problem { at: Some((*name).to_owned()), ..problem },
        None => problem,
    }
}

/// `GET /bantuan-hukum`: requests that wait for somebody, and what keeps bodies from being asked.
pub async fn counted(here: Here) -> Answer {
    let mut view = here.read(Deed::AssignCase).await?;
    let t = here.t.words();
    let counted = counts(&mut view).await?;
    let waiting = stuck(&mut view, here.staff.id).await?;
    let now = here.web.now();
    let states = counted.states.iter().map(|(state, n)| Fact::new(words_of::aid_state(t, *state).1, n.to_string()));
    let not = counted.not.iter().map(|(code, n)| {
        let (why, cure) = words_of::refusal(t, code);
        let detail = format!("{cure} ({code})");
        StepRow {
            href: String::new(),
            name: why.replace(": {at}.", "."),
            detail,
            tag: Tag::new(Tone::Note, n.to_string()),
        }
    });
    let none = |is_empty: bool| if is_empty { t.nothing_here() } else { "" };
    let page = Protection {
        faults: crate::view::Faults::default(),
        version: 0,
        back: None::<Link>,
        case: None,
        heading: t.legal_aid().to_owned(),
        lead: t.aid_counts_lead().to_owned(),
        parts: vec![
            Part {
                rows: waiting.iter().map(|card| row(&here, card, now)).collect(),
                ..Part::new(t.aid_stuck(), none(waiting.is_empty()))
            },
            Part { facts: states.collect(), ..Part::new(t.aid_states(), none(counted.states.is_empty())) },
            Part { rows: not.collect(), ..Part::new(t.aid_not_covered(), none(counted.not.is_empty())) },
        ],
        t: here.t.clone(),
    };
    page_with(None, &page)
}

fn row(here: &Here, card: &AidCard, now: Timestamp) -> StepRow {
    let t = here.t.words();
    let (tone, state) = words_of::aid_state(t, card.state);
    let tag = if card.due < now { Tag::new(Tone::Late, t.state_late()) } else { Tag::new(tone, state) };
    let about = words_of::accord_word::<CaseType>(t, &card.about);
    StepRow {
        href: format!("/kasus/{}", card.case),
        name: format!("{}: {about}", card.alias),
        detail: format!("{state} · {}", t.answer_before(here.moment(card.due))),
        tag,
    }
}
