//! The page of a case, its identity, its people.

use crate::doors::{Came, comes_back, id, regencies};
use crate::guard::{Answer, Fail, Here, Posted, page, page_with, see};
use crate::view::staff::case::{CaseHead, CasePage, Identity, NextStep, People, ServiceLine, StepRow};
use crate::view::{Choice, Fact, Field, Kind, Link, Tag, Tone};
use crate::words_of;
use axum::extract::Path;
use base::{CaseId, PersonId, Place, Redacted, Timestamp};
use casework::case::{Person, StepEnd, StepRef, StepState, TimelineLine};
use casework::document::DocumentKind;
use casework::words::{Category, Outcome, PersonRole, Profile, Relation};
use desk::Deed;
use desk::cases::documents::may_list;
use desk::cases::identity::OpenIdentity;
use desk::cases::record::{AddPerson, SetFields};
use desk::cases::reports::report_of;
use desk::cases::{CaseState, CaseStream, OnCase};
use desk::guest::is_guest;
use std::collections::{BTreeMap, BTreeSet};
use store::{Access, Read, Stored, View};

/// Lines of history that the page shows.
const HISTORY_LINES: usize = 15;
/// What a line of history says of a field that was written.
const FIELD_SET: &str = "field.set";

/// What stands on top of each page of a case.
pub fn head(here: &Here, case: CaseId, stored: &Stored<CaseStream>) -> CaseHead {
    let t = &here.t;
    let state = &stored.state;
    let tone = match state.state_word() {
        CaseState::Open if state.late_steps(here.web.now()).next().is_some() => Tone::Late,
        CaseState::Open => Tone::Running,
        CaseState::Closed => Tone::Done,
        CaseState::Given => Tone::Body,
    };
    let origin =
        state.opening.origin.as_ref().map_or_else(|| t.unknown_place().to_owned(), |p| words_of::place(p.code()));
    let owner = state.ownership.other.map_or_else(|| here.web.desk.me.title.clone(), |node| node.to_string());
    CaseHead {
        id: case.to_string(),
        alias: state.shown_to(here.staff.id).to_owned(),
        version: stored.version,
        tags: vec![Tag::urgency(t.words(), state.urgency.word()), Tag::work(t.words(), tone)],
        under: t.found_origin_owner(words_of::place(state.opening.found_in.code()), origin, owner),
    }
}

/// `GET /kasus/{id}`
pub async fn case(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = id(&case)?;
    if is_guest(&here.staff) {
        return crate::doors::guests::own::matter(&here, case).await;
    }
    let (mut view, stored) = crate::doors::case(&here, case, Deed::SeeCases).await?;
    let access = view.load::<Access>(case.bytes()).await?.map_or(0, |access| access.entries);
    let deliveries = deliveries(&here, &mut view, case).await?;
    let reports = if here.may(Deed::SeeReports) { reports(&here, &mut view, &stored).await? } else { Vec::new() };
    let ours = stored.state_word() == CaseState::Open;
    let mut head = head(&here, case, &stored);
    if let Some(owner) = stored.ownership.other {
        let title = crate::doors::share::partner_title(&mut view, owner).await?;
        head.under = head.under.replace(&owner.to_string(), &title);
    }
    let may_know = crate::doors::may_know(&here, &stored);
    page(&CasePage {
        case: head,
        next: next_step(&here, case, &stored),
        lines: lines(&here, case, &stored),
        consents: if here.may(Deed::ReadCase) { consents(&here, case, &stored) } else { Vec::new() },
        work: work_links(&here, case, &stored, ours),
        deliveries,
        reports,
        rights: rights(&here, case, &stored),
        seen: here.t.viewed_count(access),
        looks: here.may(Deed::SeeAccess) && stored.may_know(here.staff.id),
        history: history(&here, &stored),
        shares: ours && here.may(Deed::SendOffer),
        consenting: here.may(Deed::RecordConsent),
        identity: may_know,
        need: here.may(Deed::OpenInNeed) && !may_know && !stored.is_shielded(),
        ours,
        t: here.t.clone(),
    })
}

/// What she asked and nobody answered yet, the first due first.
fn rights(here: &Here, case: CaseId, stored: &CaseStream) -> Option<Vec<StepRow>> {
    let meets = here.may(Deed::TakeRequest) || here.may(Deed::ReviewRequest);
    let open = stored.open_rights().map(|(no, request)| super::rights::row(here, case, no, request));
    meets.then(|| open.collect())
}

/// What this person may work on, beside the steps.
fn work_links(here: &Here, case: CaseId, stored: &CaseStream, ours: bool) -> Vec<Link> {
    let t = here.t.words();
    let parts = [
        ("isian", Deed::ReadCase, t.work_fields()),
        ("orang", Deed::ReadCase, t.people_in_case()),
        ("catatan", Deed::ReadCase, t.notes()),
        ("perekrut", Deed::RecordMention, t.mention_new()),
        ("perkara", Deed::SeeMatters, t.matter()),
        ("restitusi", Deed::SeeMatters, t.workbook()),
        ("penapisan", Deed::ReadCase, t.work_screening()),
        ("putusan", Deed::DecidePresumption, t.work_presumption()),
        ("triase", Deed::WorkCase, t.work_triage()),
        ("konferensi", Deed::AssignCase, t.conference()),
        ("klasifikasi", Deed::WorkCase, t.work_classify()),
        ("penugasan", Deed::AssignCase, t.work_assign()),
        ("sandi", Deed::SeeIdentity, t.work_shield()),
        ("petugas", Deed::ShutOut, t.shut_heading()),
        ("tamu", Deed::EndGuest, t.guests()),
        ("pedoman", Deed::WorkCase, t.work_handbook()),
        ("penutupan", Deed::WorkCase, t.work_close()),
    ];
    let shown = |path: &str| match path {
        "sandi" => stored.is_shielded(),
        "konferensi" => stored.conference().is_some(),
        "pedoman" => here.web.desk.handbooks.newer(stored).is_some(),
        _ => true,
    };
    let open = parts.into_iter().filter(|(path, deed, _)| ours && here.may(*deed) && shown(path));
    let keeps = here.may(Deed::EraseData) || here.may(Deed::HoldData);
    // Also of a case that is closed or another's: that is when it is held or erased, and its documents are still there.
    let keeping = keeps.then(|| ("penghapusan", Deed::EraseData, t.erasure()));
    let documents =
        may_list(&here.actor(), stored, here.web.now()).is_empty().then(|| ("berkas", Deed::SeeCases, t.documents()));
    documents
        .into_iter()
        .chain(open)
        .chain(keeping)
        .map(|(path, _, word)| Link::new(format!("/kasus/{case}/{path}"), word))
        .collect()
}

async fn deliveries(here: &Here, view: &mut View, case: CaseId) -> Result<Vec<Link>, Fail> {
    let t = &here.t;
    let mut links = Vec::new();
    for card in desk::offers::offers_of_case(view, case).await? {
        let card = crate::doors::referral::named(view, card).await?;
        let (_, state) = words_of::offer(t.words(), &card.state);
        let heading = crate::doors::referral::heading(t, &card);
        links.push(Link::new(crate::doors::referral::href(&card), format!("{heading}: {state}")));
    }
    Ok(links)
}

/// The reports about this person, by their numbers.
async fn reports(here: &Here, view: &mut View, stored: &CaseStream) -> Result<Vec<Link>, Fail> {
    let mut links = Vec::new();
    for id in &stored.reports {
        if let Some(report) = report_of(view, *id).await? {
            links.push(Link::new(format!("/laporan/{id}"), here.t.report_of(report.number())));
        }
    }
    Ok(links)
}

fn next_step(here: &Here, case: CaseId, stored: &Stored<CaseStream>) -> Option<NextStep> {
    let (step, state) = stored.next_step()?;
    let known = here.web.desk.handbook_of(stored).step(&step.0)?;
    let lang = here.t.lang();
    let clock = state.clock.as_ref();
    Some(NextStep {
        href: crate::doors::step::href(&case.to_string(), step),
        name: format!("{step} {}", known.name.get(lang)),
        due: clock.map(|clock| here.moment(clock.due)).unwrap_or_default(),
        basis: clock.map(|clock| clock.basis.get(lang).to_owned()).unwrap_or_default(),
        act: here.t.do_step(step.to_string()),
    })
}

/// The tone of a step.
pub fn tone(state: &StepState, now: Timestamp) -> Tone {
    let clock = state.clock.as_ref();
    match &state.ended {
        Some((StepEnd::Done, _)) => Tone::Done,
        Some(_) => Tone::Skipped,
        None if clock.is_some_and(|clock| clock.is_late(now)) => Tone::Late,
        None if clock.is_some_and(|clock| clock.paused_at.is_some()) => Tone::Person,
        None if state.blocked.is_some() => Tone::Body,
        None if state.officer.is_some() || !state.values.is_empty() => Tone::Running,
        None => Tone::Idle,
    }
}

fn lines(here: &Here, case: CaseId, stored: &Stored<CaseStream>) -> Vec<ServiceLine> {
    let (lang, now, book) = (here.t.lang(), here.web.now(), here.web.desk.handbook_of(stored));
    let views = stored.lines(book, now);
    let line = |view: &casework::case::LineView<'_>| {
        let known = book.lines.iter().find(|line| line.id == view.line)?;
        let runs = stored.steps.iter().filter(|(step, _)| known.steps.contains(&step.0));
        let steps: Vec<StepRow> = runs.map(|(step, state)| step_row(here, case, (step, state))).collect();
        let tone = match (view.is_late, view.open.is_empty(), view.ended) {
            (true, ..) => Tone::Late,
            (_, false, _) => Tone::Running,
            (_, true, 0) => Tone::Idle,
            _ => Tone::Done,
        };
        Some(ServiceLine {
            code: known.id.clone(),
            name: known.name.get(lang).to_owned(),
            done: view.ended,
            of: view.all,
            tag: Tag::work(here.t.words(), tone),
            steps,
        })
    };
    views.iter().filter_map(line).collect()
}

fn step_row(here: &Here, case: CaseId, (step, state): (&StepRef, &StepState)) -> StepRow {
    let lang = here.t.lang();
    let name = here.web.desk.handbooks.step(&step.0).map_or("", |known| known.name.get(lang));
    let due = state.clock.as_ref().filter(|_| state.ended.is_none()).map(|clock| here.moment(clock.due));
    let role = words_of::role(here.t.words(), state.role);
    StepRow {
        href: crate::doors::step::href(&case.to_string(), step),
        name: format!("{step} {name}"),
        detail: due.map_or_else(|| role.to_owned(), |due| format!("{due} · {role}")),
        tag: Tag::work(here.t.words(), tone(state, here.web.now())),
    }
}

fn consents(here: &Here, case: CaseId, stored: &Stored<CaseStream>) -> Vec<Link> {
    let now = here.web.now();
    let line = |consent: &casework::Consent| {
        let to = consent.receiver.as_ref().map_or("", |receiver| receiver.party.as_str());
        let mark = if consent.holds(now) { "✓" } else { "–" };
        Link::new(format!("/kasus/{case}/persetujuan"), format!("{} {to} {mark}", consent.code.word()))
    };
    stored.consents.values().map(line).collect()
}

/// The last events, the newest first; fields that were written together stand in one line.
fn history(here: &Here, stored: &Stored<CaseStream>) -> Vec<Fact> {
    let mut lines: Vec<(String, &'static str, Vec<String>)> = Vec::new();
    for line in stored.timeline.iter().rev() {
        let (at, words) = (here.moment(line.at), words_of::event(here.t.words(), &line.kind));
        let about = about(here, stored, line);
        let is_full = lines.len() == HISTORY_LINES;
        match lines.last_mut().filter(|last| line.kind == FIELD_SET && last.0 == at && last.1 == words) {
            Some(last) => last.2.push(about),
            None if is_full => break,
            None => lines.push((at, words, vec![about])),
        }
    }
    let said = |words: &str, about: &[String]| [words, &about.join(", ")].join(": ").trim_end_matches(": ").to_owned();
    lines.into_iter().map(|(at, words, about)| Fact::new(at, said(words, &about))).collect()
}

/// What a line of the history is about, in words.
fn about(here: &Here, stored: &CaseStream, line: &TimelineLine) -> String {
    let (t, lang, word) = (here.t.words(), here.t.lang(), line.about.as_str());
    let handbook = &here.web.desk.handbook_of(stored).words;
    let known = match line.kind.as_str() {
        FIELD_SET => Some(words_of::datum(t, word)),
        "case.fact-set" => handbook.facts.get(word).map(|text| text.get(lang).to_owned()),
        "case.wish-set" => handbook.wishes.get(word).map(|text| text.get(lang).to_owned()),
        "document.added" => DocumentKind::parse(word).map(|kind| words_of::document(t, kind).to_owned()),
        "presumption.proposed" | "presumption.decided" => {
            Outcome::parse(word).map(|outcome| words_of::outcome(t, outcome).to_owned())
        }
        "clock.alarm" => Some(format!("{word} %")),
        _ => None,
    };
    known.unwrap_or_else(|| if word.len() > 40 { String::new() } else { word.to_owned() })
}

/// `GET /kasus/{id}/identitas`: the warning comes first.
pub async fn identity_form(here: Here, Path(case): Path<String>) -> Answer {
    let case: CaseId = id(&case)?;
    let (_, stored) = crate::doors::case(&here, case, Deed::SeeIdentity).await?;
    page(&identity_page(&here, case, &stored, &None, &Came::default()))
}

/// What is shown of a person, once it was recorded.
type Shown = Option<BTreeMap<String, Redacted<String>>>;

fn identity_page(here: &Here, case: CaseId, stored: &Stored<CaseStream>, shown: &Shown, came: &Came) -> Identity {
    let t = &here.t;
    let names = [
        ("identity.name", Kind::Line("text")),
        ("identity.nik", Kind::Line("text")),
        ("identity.birth_date", Kind::Date),
        ("contact.safe_way", Kind::Line("text")),
    ];
    let value = |name: &str| shown.as_ref().and_then(|all| all.get(name)).map_or(String::new(), |v| v.expose().clone());
    let field = |name, kind| Field::new(name, words_of::datum(t.words(), name), kind);
    let fields = names.map(|(name, kind)| field(name, kind).value(&value(name)).optional(t.words()));
    let facts = shown.as_ref().map(|all| {
        let known = all.iter().filter(|(_, value)| !value.expose().is_empty());
        known.map(|(name, value)| Fact::new(words_of::datum(t.words(), name), value.expose().clone())).collect()
    });
    Identity {
        faults: came.faults(here, &["alasan"]),
        case: head(here, case, stored),
        reason: Field::line("alasan", t.identity_reason()).typed(&came.typed),
        shown: facts,
        fields: fields.into(),
        t: here.t.clone(),
    }
}

/// `POST /kasus/{id}/identitas`: recorded, then shown.
pub async fn identity(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    here.fresh(&format!("/kasus/{case}/identitas"))?;
    let act = OpenIdentity { case, reason: Redacted::new(form.get("alasan").to_owned()) };
    let (shown, came) = match here.look(&act).await {
        Ok(shown) => (Some(shown), Came::default()),
        Err(error) => (None, Came::back(comes_back(&error).ok_or(error)?, &form)),
    };
    let (_, stored) = crate::doors::case(&here, case, Deed::SeeIdentity).await?;
    page_with(came.problem.as_ref(), &identity_page(&here, case, &stored, &shown, &came))
}

/// `POST /kasus/{id}/identitas/isi`
pub async fn identity_fields(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    here.fresh(&format!("/kasus/{case}/identitas"))?;
    crate::doors::case(&here, case, Deed::SeeIdentity).await?;
    let values: BTreeMap<String, Redacted<String>> =
        form.fields.iter().map(|(name, value)| (name.clone(), Redacted::new(value.trim().to_owned()))).collect();
    let act = OnCase { case, version: form.version(), change: SetFields { person: None, values } };
    here.run(&form, &act).await?;
    Ok(see(&format!("/kasus/{case}")))
}

/// `GET /kasus/{id}/orang`
pub async fn people(here: Here, Path(case): Path<String>) -> Answer {
    people_page(&here, id(&case)?, Came::default()).await
}

async fn people_page(here: &Here, case: CaseId, came: Came) -> Answer {
    let (_, stored) = crate::doors::case(here, case, Deed::ReadCase).await?;
    let t = here.t.words();
    let relations = words_of::choices(t, Relation::ALL, Relation::word, words_of::relation);
    let roles = words_of::choices(t, PersonRole::ALL, PersonRole::word, words_of::person_role);
    let roles =
        roles.into_iter().map(|choice| if choice.value == "family" { choice.on(true) } else { choice }).collect();
    let fields = vec![
        Field::select("hubungan", t.relation(), relations),
        Field::select("tempat", t.family_place(), regencies(t.unknown_place(), None)),
        Field::radios(
            "profil",
            t.profile_label(),
            vec![Choice::new("adult", t.age_adult()).on(true), Choice::new("child", t.age_child())],
        ),
        Field::checks("peran", t.person_roles(), roles).across(),
        Field::new("dilindungi", t.is_protected(), Kind::Tick(false)),
        Field::line("contact.safe_way", t.contact_safe()).optional(t),
        Field::long("legal.problem", t.person_need()).optional(t),
    ];
    let row = |(id, person): (&PersonId, &Person)| {
        let relation = person.relation.map_or("", |relation| words_of::relation(t, relation));
        let place =
            person.place.as_ref().map_or_else(|| t.unknown_place().to_owned(), |place| words_of::place(place.code()));
        (Link::new(format!("/kasus/{case}/isian/{id}"), relation), place)
    };
    let view = People {
        faults: came.faults(here, &["hubungan", "tempat", "profil"]),
        case: head(here, case, &stored),
        others: stored.people.iter().map(row).collect(),
        fields: fields.into_iter().map(|field| field.typed(&came.typed)).collect(),
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &view)
}

/// `POST /kasus/{id}/orang`
pub async fn add_person(here: Here, Path(case): Path<String>, form: Posted) -> Answer {
    let case: CaseId = id(&case)?;
    let named = form.fields.iter().filter(|(name, value)| Category::of(name).is_some() && !value.trim().is_empty());
    let roles: BTreeSet<PersonRole> = form.all("peran").filter_map(PersonRole::parse).collect();
    let person = Person {
        relation: Relation::parse(form.get("hubungan")),
        roles: if roles.is_empty() { BTreeSet::from([PersonRole::Family]) } else { roles },
        profile: Profile::parse(form.get("profil")).unwrap_or(Profile::Child),
        place: Place::parse(form.get("tempat")).ok(),
        is_protected: !form.get("dilindungi").is_empty(),
        fields: named.map(|(name, value)| (name.clone(), Redacted::new(value.trim().to_owned()))).collect(),
    };
    // The id follows from the form, so that the same form twice is the same person.
    let person_id = PersonId::from_bytes(form.asking().request.bytes());
    let act = OnCase { case, version: form.version(), change: AddPerson { id: person_id, person } };
    match here.run(&form, &act).await {
        Ok(_) => Ok(see(&format!("/kasus/{case}/orang"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => people_page(&here, case, Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}
