//! "May this go there, for this, and if not, what would cure it": made-up facts in, the answer of the rule that offers
//! follow. Posted, so that no facts stand in an address; nothing is kept.

use super::Held;
use crate::doors::{Came, regencies};
use crate::guard::{Answer, Here, Open, Posted, page_with};
use crate::text::Words;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Kind, Link, Tag, Tone};
use crate::{when, words_of};
use accord::{AccordState, Action, Basis, Giver, Kin, PersonRole, Request, Word};
use axum::extract::Path;
use base::{Place, Problem, Timestamp};
use casework::words::{Category, Purpose, Relation};
use desk::Deed;
use desk::offers::Line;
use desk::partners::accord::trial::{Trial, tried};

/// Half a year: how long a consent lasts where a form says nothing else.
const CONSENT_HOURS: i64 = 24 * 180;
/// Acts that may be asked about; `query` is reserved.
const ACTIONS: [Action; 4] = [Action::Refer, Action::Handover, Action::Share, Action::Alert];
/// Fields that a fault can link to.
const NAMES: [&str; 10] =
    ["dari", "ke", "tindak", "tujuan", "tanggal", "ditemukan", "asal", "tempat", "terkirim", "isian"];

/// `GET /mou/{id}/{versi}/coba`
pub async fn form(here: Here, Path((id, version)): Path<(String, u64)>) -> Answer {
    let held = held(&here, &id, version).await?;
    shown(&here, &held, (Came::default(), Vec::new()))
}

/// `POST /mou/{id}/{versi}/coba`: the answer above the same form, as it was filled in.
pub async fn answer(here: Here, Path((id, version)): Path<(String, u64)>, form: Posted) -> Answer {
    let held = held(&here, &id, version).await?;
    match asked(&here, &held, &form) {
        Ok(request) => {
            let trial = tried(&held.document, &request, &here.web.desk.fields);
            let came = Came { typed: form.fields.clone(), ..Came::default() };
            shown(&here, &held, (came, answers(&here, &held, &request, &trial)))
        }
        Err(problem) => shown(&here, &held, (Came::back(problem, &form), Vec::new())),
    }
}

async fn held(here: &Here, id: &str, version: u64) -> Result<Held, crate::guard::Fail> {
    let mut view = here.read(Deed::SeeAccords).await?;
    Held::load(here, &mut view, id, version).await
}

fn shown(here: &Here, held: &Held, (came, mut parts): (Came, Vec<Part>)) -> Answer {
    let t = here.t.words();
    let form = WorkForm {
        heading: t.mou_try_facts().to_owned(),
        action: format!("{}/coba", held.path()),
        groups: groups(here, held),
        buttons: vec![Button::new("", t.mou_try_ask(), false)],
    };
    parts.push(Part { forms: vec![form], ..Part::new(t.mou_try_question(), t.mou_try_made_up()) });
    let page = Protection {
        faults: came.faults(here, &NAMES),
        version: 0,
        back: Some(Link::new(held.path(), held.document.title.get(here.t.lang()))),
        case: None,
        heading: t.mou_try().to_owned(),
        lead: t.mou_try_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// Whether the text waits: then a trial may take it as in force.
fn state_now(held: &Held) -> AccordState {
    AccordState::parse(held.state()).unwrap_or(AccordState::Draft)
}

fn groups(here: &Here, held: &Held) -> Vec<Group> {
    let t = here.t.words();
    let group = |heading: &str, fields| Group { heading: heading.to_owned(), fields };
    vec![
        group(t.mou_from_to(), way(here, held)),
        group(t.mou_try_person(), person(t, here.web.desk.me.place.code())),
        group(t.mou_try_ground(), ground(t)),
        group(t.mou_try_fields(), which(here)),
    ]
}

fn way(here: &Here, held: &Held) -> Vec<Field> {
    let t = here.t.words();
    let document = &held.document;
    let other = document.parties.iter().find(|party| party.node != held.me).map(|party| party.node.as_str());
    let parties = |chosen: &str| {
        let choice = |party: &accord::Party| Choice::new(&party.node, &party.name).on(party.node == chosen);
        document.parties.iter().map(choice).collect::<Vec<_>>()
    };
    let first = document.clauses.iter().find(|clause| clause.from.contains(&held.me)).or(document.clauses.first());
    let action = first.and_then(|clause| clause.actions.first()).copied().unwrap_or(Action::Refer);
    let purpose = first.and_then(|clause| clause.purposes.first()).map_or("", |purpose| purpose.word());
    let acts = ACTIONS.iter().map(|one| Choice::new(one.word(), act_word(t, *one)).on(*one == action));
    let day = here.web.desk.me.place.zone().local_day(here.web.now()).max(document.effective.0);
    let mut fields = vec![
        Field::select("dari", t.mou_try_from(), parties(&held.me)),
        Field::select("ke", t.mou_try_to(), parties(other.unwrap_or_default())),
        Field::radios("tindak", t.mou_try_act(), acts.collect()),
        Field::select("tujuan", t.purpose(), words_of::choices(t, Purpose::ALL, Purpose::word, words_of::purpose))
            .value(purpose),
        Field::new("tanggal", t.mou_try_day(), Kind::Date).value(&accord::Day(day).to_string()),
    ];
    if document.clauses.iter().any(|clause| clause.per_day.is_some()) {
        fields.push(Field::new("terkirim", t.mou_try_sent(), Kind::Digits(5)).value("0"));
    }
    if state_now(held) != AccordState::Active {
        fields.push(Field::new("anggap", t.mou_try_as_if(), Kind::Tick(true)));
    }
    fields
}

fn act_word(t: Words, action: Action) -> &'static str {
    match action {
        Action::Handover => t.mou_try_handover(),
        Action::Share => t.mou_try_share(),
        Action::Alert => t.mou_try_alert(),
        Action::Refer | Action::Query => t.mou_try_refer(),
    }
}

fn person(t: Words, place: &str) -> Vec<Field> {
    let roles = casework::words::PersonRole::ALL;
    let roles = words_of::choices(t, roles, casework::words::PersonRole::word, words_of::person_role);
    let victim = |choice: Choice| {
        let on = choice.value == PersonRole::Victim.word();
        choice.on(on)
    };
    let ages = [("dewasa", t.age_adult()), ("anak", t.age_child())];
    let ages = ages.into_iter().map(|(value, word)| Choice::new(value, word).on(value == "dewasa")).collect();
    let mut kin = vec![Choice::new("", t.mou_try_no_kin())];
    kin.extend(words_of::choices(t, Relation::ALL, Relation::word, words_of::relation));
    vec![
        Field::checks("peran", t.person_roles(), roles.into_iter().map(victim).collect()),
        Field::radios("umur", t.profile_label(), ages),
        Field::select("ditemukan", t.found_at(), regencies(t.unknown_place(), Some(place))),
        Field::select("asal", t.origin(), regencies(t.unknown_place(), None)),
        Field::select("hubungan", t.mou_try_kin(), kin),
        Field::select("tempat", t.mou_try_kin_place(), regencies(t.unknown_place(), None)),
        Field::new("benturan", t.mou_try_conflict(), Kind::Tick(false)),
    ]
}

fn ground(t: Words) -> Vec<Field> {
    let consent = [
        ("tidak", t.mou_try_consent_none()),
        ("ada", t.mou_try_consent_given()),
        ("lewat", t.mou_try_consent_over()),
        ("ditarik", t.mou_try_consent_withdrawn()),
    ];
    let consent = consent.into_iter().map(|(value, word)| Choice::new(value, word).on(value == "tidak")).collect();
    let by = [
        (Giver::Person, t.consent_by_person()),
        (Giver::Guardian, t.consent_by_guardian()),
        (Giver::Authority, t.consent_by_authority()),
    ];
    let by = by.into_iter().map(|(giver, word)| Choice::new(giver.word(), word).on(giver == Giver::Person)).collect();
    let mut other = vec![Choice::new("", t.mou_try_no_basis())];
    let known = [Basis::VitalInterest, Basis::LegalDuty, Basis::PublicTask];
    other.extend(known.into_iter().map(|basis| Choice::new(basis.word(), words_of::ground(t, basis))));
    let officers = ["0", "1", "2"].map(|number| Choice::new(number, number));
    vec![
        Field::radios("persetujuan", t.mou_try_consent(), consent).help(t.mou_try_consent_help()),
        Field::select("oleh", t.consent_by(), by),
        Field::checks("golongan", t.mou_try_consent_for(), categories(t)).help(t.mou_try_consent_for_help()).across(),
        Field::select("dasar", t.mou_try_basis(), other),
        Field::select("penanda", t.mou_try_signers(), officers.into()),
    ]
}

fn categories(t: Words) -> Vec<Choice> {
    words_of::choices(t, Category::ALL, Category::word, words_of::category)
}

fn which(here: &Here) -> Vec<Field> {
    let t = here.t.words();
    let mut one = vec![Choice::new("", t.mou_try_by_group())];
    one.extend(here.web.desk.fields.fields().iter().map(|known| {
        let label = format!("{}: {}", words_of::category_word(t, &known.field), words_of::datum(t, &known.field));
        Choice::new(&known.field, label)
    }));
    let all = categories(t).into_iter().map(|choice| choice.on(true)).collect();
    vec![
        Field::select("isian", t.mou_try_one(), one),
        Field::checks("kategori", t.consent_categories(), all).help(t.mou_try_groups_help()).across(),
    ]
}

fn bad(name: &'static str) -> Problem {
    Problem::at("web.field-bad", name)
}

/// A word of the accord out of a field.
fn word<W: Word>(form: &Open, name: &'static str) -> Result<W, Problem> {
    W::parse(form.need(name)?).ok_or_else(|| bad(name))
}

fn place(form: &Open, name: &'static str) -> Result<Option<Place>, Problem> {
    let typed = Some(form.get(name)).filter(|typed| !typed.is_empty());
    typed.map(|code| Place::parse(code).map_err(|_| bad(name))).transpose()
}

/// The request that an offer of these facts would make.
fn asked(here: &Here, held: &Held, form: &Open) -> Result<Request, Problem> {
    let zone = here.web.desk.me.place.zone();
    // The middle of the day has the same date in every zone of the country and in UTC.
    let on = when::from_local(&format!("{}T12:00", form.need("tanggal")?), zone).ok_or_else(|| bad("tanggal"))?;
    let sent_today = match form.get("terkirim") {
        "" => 0,
        typed => typed.parse().map_err(|_| bad("terkirim"))?,
    };
    let party = |name: &'static str| {
        let typed = form.need(name)?;
        held.document.party(typed).map(|party| party.node.clone()).ok_or_else(|| bad(name))
    };
    let accord_state = if form.get("anggap") == "ya" { AccordState::Active } else { state_now(held) };
    let request = Request {
        on,
        from: party("dari")?,
        to: party("ke")?,
        action: word(form, "tindak")?,
        purpose: word(form, "tujuan")?,
        person: None,
        accord_state,
        sent_today,
        consents: Vec::new(),
        basis: signed(form)?,
        fields: fields(here, form)?,
    };
    let consents = consent(form, &request, on)?.into_iter().collect();
    Ok(Request { person: Some(about(form, &request.to)?), consents, ..request })
}

fn about(form: &Open, to: &str) -> Result<accord::Person, Problem> {
    let family_of = match form.get("hubungan") {
        "" => None,
        _ => Some(accord::FamilyOf { kind: word::<Kin>(form, "hubungan")?, found_in: place(form, "tempat")? }),
    };
    Ok(accord::Person {
        roles: form.all("peran").filter_map(PersonRole::parse).collect(),
        child: form.get("umur") == "anak",
        found_in: place(form, "ditemukan")?,
        origin: place(form, "asal")?,
        family_of,
        conflicts: Some(to.to_owned()).filter(|_| form.get("benturan") == "ya").into_iter().collect(),
    })
}

/// A consent to this receiver and purpose; for what it is said to cover, or for all that is asked about.
fn consent(form: &Open, request: &Request, on: Timestamp) -> Result<Option<accord::Consent>, Problem> {
    let (until, withdrawn) = match form.get("persetujuan") {
        "ada" => (on.plus_hours(CONSENT_HOURS), None),
        "lewat" => (on, None),
        "ditarik" => (on.plus_hours(CONSENT_HOURS), Some(on)),
        _ => return Ok(None),
    };
    let named: Vec<accord::Category> = form.all("golongan").filter_map(accord::Category::parse).collect();
    let categories = if named.is_empty() { accord::Category::ALL.to_vec() } else { named };
    Ok(Some(accord::Consent {
        id: "-".into(),
        code: accord::ConsentCode::C4,
        to: request.to.clone(),
        purpose: request.purpose,
        categories,
        by: word(form, "oleh")?,
        from: on.plus_hours(-CONSENT_HOURS),
        until,
        withdrawn,
    }))
}

fn signed(form: &Open) -> Result<Option<accord::SignedBasis>, Problem> {
    if form.get("dasar").is_empty() {
        return Ok(None);
    }
    let officers: u8 = form.get("penanda").parse().map_err(|_| bad("penanda"))?;
    let signed_by = (0..officers.min(2)).map(|nth| nth.to_string()).collect();
    Ok(Some(accord::SignedBasis { kind: word(form, "dasar")?, reason: String::new(), signed_by }))
}

/// One field, or those of the groups that are ticked.
fn fields(here: &Here, form: &Open) -> Result<Vec<String>, Problem> {
    let one = form.get("isian");
    if !one.is_empty() {
        return Ok(vec![one.to_owned()]);
    }
    let groups: Vec<&str> = form.all("kategori").collect();
    let known = here.web.desk.fields.fields().iter().filter(|known| groups.contains(&known.category.word()));
    let fields: Vec<String> = known.map(|known| known.field.clone()).collect();
    if fields.is_empty() { Err(Problem::at("web.field-missing", "isian")) } else { Ok(fields) }
}

/// The answer as a whole, then fields with the same answer together, what goes first.
fn answers(here: &Here, held: &Held, request: &Request, trial: &Trial) -> Vec<Part> {
    let mut same: Vec<(Line, Vec<String>)> = Vec::new();
    for line in &trial.lines {
        let alike = |known: &&mut (Line, Vec<String>)| {
            known.0.clause == line.clause && known.0.basis == line.basis && known.0.refusal == line.refusal
        };
        match same.iter_mut().find(alike) {
            Some((_, names)) => names.push(line.field.clone()),
            None => same.push((line.clone(), vec![line.field.clone()])),
        }
    }
    same.sort_by_key(|(line, _)| line.clause.is_none());
    let mut parts = vec![whole(here, held, request, trial)];
    parts.extend(same.iter().map(|(line, names)| match &line.clause {
        Some(clause) => goes(here, held, (clause, line), names),
        None => stays(here, trial, line, names),
    }));
    parts
}

fn whole(here: &Here, held: &Held, request: &Request, trial: &Trial) -> Part {
    let t = &here.t;
    let permitted = trial.lines.iter().filter(|line| line.clause.is_some()).count();
    let tag = match permitted {
        0 => Tag::new(Tone::Late, t.decision_deny()),
        all if all == trial.lines.len() => Tag::new(Tone::Done, t.decision_permit()),
        _ => Tag::new(Tone::Person, t.decision_partial()),
    };
    let name = |node: &str| held.name(node).to_owned();
    let mut facts = vec![
        Fact::new(t.mou_from_to(), format!("{} → {}", name(&request.from), name(&request.to))),
        Fact::new(t.purpose(), words_of::purpose_word(t.words(), request.purpose.word())),
    ];
    facts.extend(trial.retention_days.map(|days| Fact::new(t.mou_keep_days(), days.to_string())));
    facts.extend(trial.onward.map(|onward| Fact::new(t.mou_try_onward(), onward.label(t.lang()))));
    let told = accord::explain(&held.document, t.lang());
    let owed = told.paragraphs.iter().filter(|part| part.no.as_ref().is_some_and(|no| trial.duties.contains(no)));
    facts.extend(owed.map(|part| Fact::new(t.mou_try_duty(), part.text.clone())));
    let as_if = request.accord_state == AccordState::Active && state_now(held) != AccordState::Active;
    Part { tag: Some(tag), facts, ..Part::new(t.mou_try_answer(), if as_if { t.mou_try_as_if_said() } else { "" }) }
}

fn goes(here: &Here, held: &Held, (clause, line): (&str, &Line), names: &[String]) -> Part {
    let t = &here.t;
    let known = held.document.clauses.iter().find(|known| held.document.clause_name(known) == clause);
    let basis = match line.basis.as_deref() {
        // The consent is made up: its number says nothing.
        Some(basis) if basis.starts_with("consent:") => t.basis_consent().to_owned(),
        Some("accord") => t.mou_try_accord_itself().to_owned(),
        basis => words_of::basis(t.words(), basis.unwrap_or_default()),
    };
    let facts = vec![
        Fact::new(t.mou_try_fields(), listed(here, names)),
        Fact::new(
            t.clause(),
            known.map_or(clause.to_owned(), |known| format!("{}: {}", known.no, known.text.get(t.lang()))),
        ),
        Fact::new(t.basis(), basis),
    ];
    let tag = Some(Tag::new(Tone::Done, t.mou_try_goes()));
    Part { tag, facts, ..Part::new(t.mou_try_count(names.len()), "") }
}

fn stays(here: &Here, trial: &Trial, line: &Line, names: &[String]) -> Part {
    let t = &here.t;
    let code = line.refusal.clone().unwrap_or_default();
    let (why, cure) = words_of::refusal(t.words(), &code);
    let mut facts =
        vec![Fact::new(t.mou_try_fields(), listed(here, names)), Fact::new(t.mou_try_why(), format!("{why} [{code}]"))];
    if code == "accord.required" {
        facts.push(Fact::new(t.mou_try_missing(), listed(here, &trial.missing)));
    }
    facts.push(Fact::new(t.mou_try_cure(), cure));
    let tag = Some(Tag::new(Tone::Late, t.mou_try_stays()));
    Part { tag, facts, ..Part::new(t.mou_try_count(names.len()), "") }
}

/// "Identitas: Nama, NIK; Kontak: Telepon": the same name stands in several categories.
fn listed(here: &Here, names: &[String]) -> String {
    let t = here.t.words();
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for name in names {
        let (group, datum) = (words_of::category_word(t, name), words_of::datum(t, name));
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, known)) => known.push(datum),
            None => groups.push((group, vec![datum])),
        }
    }
    let said = groups.into_iter().map(|(group, names)| format!("{group}: {}", names.join(", ")));
    said.collect::<Vec<_>>().join("; ")
}
