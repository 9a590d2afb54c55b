//! The directory of services: search for staff, what this node states of itself, the file of bodies without a node, and the
//! public part as HSDS.

use crate::directory::{Entry, date_words, hours_words};
use crate::doors::{Came, comes_back, regencies};
use crate::guard::{Answer, Fail, Here, Posted, given_out, page, page_with, see};
use crate::state::WebState;
use crate::view::staff::day::TaskRow;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::services::{Directory, Row, ServicePage};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Choice, Fact, Field, Kind, Link, Tag, Tone};
use crate::words_of;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use base::Problem;
use desk::Deed;
use desk::directory::{ConfirmService, DropService, FOUND_MAX, Found, KeepServices, Owner, StateService, Wanted};
use desk::directory::{all, kept, one as find_one, own as own_services, search as search_for};
use pocketbook::ServiceKind;
use pocketbook::services::{COLUMNS, Listed, Where, csv, hsds};
use serde::Deserialize;
use store::View;

const OWN: &str = "/direktori/milik";
const IMPORT: &str = "/direktori/impor";
/// Countries that the form offers; a service in another is found by its two letters in the address.
pub(crate) const COUNTRIES: [(&str, &str); 13] = [
    ("MY", "Malaysia"),
    ("SG", "Singapura / Singapore"),
    ("BN", "Brunei Darussalam"),
    ("HK", "Hong Kong"),
    ("TW", "Taiwan"),
    ("KH", "Kamboja / Cambodia"),
    ("MM", "Myanmar"),
    ("TH", "Thailand"),
    ("PH", "Filipina / Philippines"),
    ("SA", "Arab Saudi / Saudi Arabia"),
    ("AE", "Uni Emirat Arab / United Arab Emirates"),
    ("JP", "Jepang / Japan"),
    ("KR", "Korea Selatan / South Korea"),
];

/// What is looked for, as it stands in an address.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// A code of [`Where`].
    #[serde(default)]
    tempat: String,
    /// A word of [`ServiceKind`].
    #[serde(default)]
    layanan: String,
}

impl Asked {
    fn wanted(&self, web: &WebState, public: bool) -> Wanted {
        let at = Where::parse(&self.tempat).unwrap_or_else(|| Where::Place(web.desk.me.place.clone()));
        Wanted { at, kind: ServiceKind::parse(&self.layanan), public }
    }
}

/// `GET /direktori`
pub async fn search(here: Here, Query(asked): Query<Asked>) -> Answer {
    let mut view = here.read(Deed::SeeDirectory).await?;
    let wanted = asked.wanted(&here.web, false);
    let found = search_for(&mut view, &wanted).await?;
    let t = here.t.words();
    let kinds = std::iter::once(Choice::new("", t.directory_any()))
        .chain(
            ServiceKind::ALL
                .map(|kind| Choice::new(kind.word(), words_of::service_kind(t, kind)).on(wanted.kind == Some(kind))),
        )
        .collect();
    let mut places = regencies(t.directory_here(), Some(wanted.at.code()));
    places.extend(COUNTRIES.map(|(code, name)| Choice::new(code, name).on(wanted.at.code() == code)));
    let mut links = vec![
        Link::new("/direktori/berkas/csv", t.directory_csv()),
        Link::new("/direktori/berkas/hsds", t.directory_hsds()),
    ];
    if here.may(Deed::StateItems) {
        links.insert(0, Link::new(OWN, t.directory_own()));
        links.insert(1, Link::new(IMPORT, t.directory_import()));
    }
    page(&Directory {
        fields: vec![
            Field::select("tempat", t.contacts_place(), places),
            Field::select("layanan", t.directory_kind(), kinds),
        ],
        cut: (found.len() >= FOUND_MAX).then(|| t.directory_cut(FOUND_MAX)),
        rows: found.iter().map(|found| row(&here, found)).collect(),
        links,
        t: here.t.clone(),
    })
}

fn row(here: &Here, found: &Found) -> Row {
    let (t, service) = (here.t.words(), &found.service);
    Row {
        kind: words_of::service_kind(t, service.kind),
        place: words_of::service_place(&service.at),
        km: found.km.map(|km| t.contacts_km(km.to_string())),
        for_partners: (!service.public).then(|| t.directory_for_partners().to_owned()),
        entry: Entry::listed(t, found, here.web.now()),
        href: format!("/direktori/{}/{}", found.whose(), service.code),
    }
}

/// `GET /direktori/{siapa}/{kode}`: one service, with all that is known of it.
pub async fn one(here: Here, Path((whose, code)): Path<(String, String)>) -> Answer {
    let mut view = here.read(Deed::SeeDirectory).await?;
    let found = find_one(&mut view, (&whose, &code)).await?.ok_or(desk::Error::NotFound)?;
    let entry = Entry::listed(here.t.words(), &found, here.web.now());
    let t = &here.t;
    page(&ServicePage {
        heading: found.service.name.get(t.lang()).to_owned(),
        facts: facts(&here, &found),
        doubt: entry.doubtful.then(|| entry.checked.clone()),
        back: Link::new(format!("/direktori?tempat={}", found.service.at.code()), t.directory()),
        entry,
        t: here.t.clone(),
    })
}

fn facts(here: &Here, found: &Found) -> Vec<Fact> {
    let (t, service, lang) = (here.t.words(), &found.service, here.t.lang());
    let hours: Vec<String> = service.hours.iter().map(|hours| hours_words(t, *hours)).collect();
    let or_unknown = |text: String| if text.is_empty() { t.directory_unknown().to_owned() } else { text };
    let by = match &found.owner {
        Owner::Us => t.directory_owner_us().to_owned(),
        Owner::Kept => t.directory_owner_kept().to_owned(),
        Owner::Partner(_, name) => name.clone(),
    };
    let address = service.address.clone().unwrap_or_else(|| t.directory_no_address().to_owned());
    let seen = if service.public { t.directory_public() } else { t.directory_for_partners() };
    vec![
        Fact::new(t.directory_kind(), words_of::service_kind(t, service.kind)),
        Fact::new(t.directory_body(), service.body.clone()),
        Fact::new(t.directory_what(), service.what.get(lang)),
        Fact::new(t.directory_who(), service.who.get(lang)),
        Fact::new(t.node_place(), words_of::service_place(&service.at)),
        Fact::new(t.directory_address(), address),
        Fact::new(t.directory_hours(), or_unknown(hours.join(", "))),
        Fact::new(t.directory_languages(), or_unknown(service.languages.join(", "))),
        Fact::new(t.directory_visibility(), seen),
        Fact::new(t.directory_owner(), by),
        Fact::new(t.directory_source(), service.source.get(lang)),
        Fact::new(t.directory_confirmed(), date_words(&service.confirmed_on, lang)),
        Fact::new(t.directory_code(), service.code.clone()),
    ]
}

/// `GET /direktori/berkas/{bentuk}`: `csv` of what is kept here, to be mended and brought back; `hsds` of all.
pub async fn file(here: Here, Path(form): Path<String>) -> Answer {
    let mut view = here.read(Deed::SeeDirectory).await?;
    match form.as_str() {
        "csv" => Ok(given_out(csv::write(&kept(&mut view).await?).into_bytes(), "layanan.csv")),
        "hsds" => {
            let all = all(&mut view, false).await?;
            Ok(given_out(hsds::write(all.iter().map(|found| &found.service)).into_bytes(), "layanan-hsds.json"))
        }
        _ => Err(Problem::new("web.not-found").into()),
    }
}

/// `GET /direktori.json`: what everybody may see, near a place, as a page of the HSDS API.
pub async fn public_json(State(web): State<WebState>, Query(asked): Query<Asked>) -> Answer {
    let mut view = web.desk.store.read_unsealed(web.now()).await?;
    let found = search_for(&mut view, &asked.wanted(&web, true)).await?;
    let text = hsds::write(found.iter().map(|found| &found.service));
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response())
}

/// `GET /direktori/milik`, `?kode=` to change one.
pub async fn own(here: Here, Query(asked): Query<Changing>) -> Answer {
    own_page(&here, Came::default(), &asked.kode).await
}

/// Which one is changed.
#[derive(Debug, Default, Deserialize)]
pub struct Changing {
    #[serde(default)]
    kode: String,
}

async fn own_page(here: &Here, came: Came, code: &str) -> Answer {
    let mut view = here.read(Deed::StateItems).await?;
    let own = own_services(&mut view).await?;
    let t = here.t.words();
    let mut parts: Vec<Part> = own.iter().map(|service| own_part(here, service)).collect();
    let changed = own.iter().find(|service| service.code == code);
    let heading = if changed.is_some() { t.directory_change() } else { t.directory_state() };
    parts.push(Part { forms: vec![state_form(here, changed)], ..Part::new(heading, t.directory_state_lead()) });
    let page = Protection {
        faults: came.faults(here, &COLUMNS),
        case: None,
        back: Some(Link::new("/direktori", t.directory())),
        version: 0,
        heading: t.directory_own().to_owned(),
        lead: t.directory_own_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

fn own_part(here: &Here, service: &Listed) -> Part {
    let t = here.t.words();
    let found = Found { service: service.clone(), owner: Owner::Us, km: None };
    let entry = Entry::listed(t, &found, here.web.now());
    let form = |action: &str, word: &str, quiet| WorkForm {
        heading: String::new(),
        action: format!("{OWN}/{}/{action}", service.code),
        groups: Vec::new(),
        buttons: vec![Button::new("", word, quiet)],
    };
    let phones: Vec<&str> = service.phones.iter().chain(&service.whatsapp).map(String::as_str).collect();
    let tone = if entry.doubtful { Tone::Late } else { Tone::Done };
    let word = if entry.doubtful { t.directory_doubt() } else { t.directory_sure() };
    let seen = if service.public { t.directory_public() } else { t.directory_for_partners() };
    Part {
        tag: Some(Tag::new(tone, word)),
        facts: vec![
            Fact::new(t.directory_kind(), words_of::service_kind(t, service.kind)),
            Fact::new(t.node_place(), words_of::service_place(&service.at)),
            Fact::new(t.directory_phones(), phones.join("; ")),
            Fact::new(t.directory_visibility(), seen),
            Fact::new(t.directory_confirmed(), entry.checked),
        ],
        rows: vec![crate::view::staff::case::StepRow {
            href: format!("{OWN}?kode={}", service.code),
            name: t.directory_change().to_owned(),
            detail: service.code.clone(),
            tag: Tag::new(Tone::Note, seen),
        }],
        forms: vec![form("benar", t.directory_confirm(), false), form("penghapusan", t.directory_drop(), true)],
        ..Part::new(service.name.get(here.t.lang()), entry.what)
    }
}

fn state_form(here: &Here, changed: Option<&Listed>) -> WorkForm {
    let t = here.t.words();
    let record = changed.map(Listed::record).unwrap_or_default();
    let given = |column: &str| {
        let at = COLUMNS.iter().position(|name| *name == column);
        at.and_then(|at| record.get(at)).map_or("", String::as_str)
    };
    let line = |column: &'static str, label: &str| Field::line(column, label).value(given(column));
    let long = |column: &'static str, label: &str| Field::long(column, label).value(given(column));
    let place = Some(given("place")).filter(|code| !code.is_empty()).unwrap_or(here.web.desk.me.place.code());
    let kinds = ServiceKind::ALL
        .map(|kind| Choice::new(kind.word(), words_of::service_kind(t, kind)).on(given("kind") == kind.word()));
    let seen = [("public", t.directory_public()), ("partners", t.directory_for_partners())]
        .map(|(word, text)| Choice::new(word, text).on(given("visibility") == word));
    let body = if changed.is_some() { given("body") } else { here.web.desk.me.title.as_str() };
    let fields = vec![
        line("code", t.directory_code()).help(t.directory_code_help()),
        Field::select("kind", t.directory_kind(), kinds.into()),
        Field::line("place", t.node_place()).value(place).help(t.directory_place_help()),
        Field::line("body", t.directory_body()).value(body),
        line("name_id", t.directory_name_id()),
        line("name_en", t.directory_name_en()),
        long("what_id", t.directory_what_id()),
        long("what_en", t.directory_what_en()),
        long("who_id", t.directory_who_id()),
        long("who_en", t.directory_who_en()),
        line("languages", t.directory_languages()).help(t.directory_languages_help()).optional(t),
        line("hours", t.directory_hours()).help(t.directory_hours_help()).optional(t),
        line("phones", t.directory_phones()).help(t.directory_phones_help()),
        line("whatsapp", t.directory_whatsapp()).optional(t),
        line("address", t.directory_address()).help(t.directory_address_help()).optional(t),
        Field::radios("visibility", t.directory_visibility(), seen.into()),
        line("source_id", t.directory_source_id()),
        line("source_en", t.directory_source_en()),
    ];
    WorkForm {
        heading: String::new(),
        action: OWN.to_owned(),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.save(), false)],
    }
}

/// `POST /direktori/milik`: a service is stated, or stated anew under its code.
pub async fn state(here: Here, form: Posted) -> Answer {
    let record = COLUMNS.map(|column| form.get(column).to_owned());
    match here.run(&form, &StateService(record)).await {
        Ok(_) => Ok(see(OWN)),
        Err(error) => {
            let problem = back(&error).ok_or(error)?;
            own_page(&here, Came::back(problem, &form), "").await
        }
    }
}

/// `POST /direktori/milik/{kode}/benar`: still true.
pub async fn confirm(here: Here, Path(code): Path<String>, form: Posted) -> Answer {
    here.run(&form, &ConfirmService(code)).await?;
    Ok(see(OWN))
}

/// `POST /direktori/milik/{kode}/penghapusan`
pub async fn drop_it(here: Here, Path(code): Path<String>, form: Posted) -> Answer {
    here.run(&form, &DropService(code)).await?;
    Ok(see(OWN))
}

/// `GET /direktori/impor`
pub async fn import_form(here: Here) -> Answer {
    import_page(&here, Came::default(), Vec::new()).await
}

async fn import_page(here: &Here, came: Came, faults: Vec<Problem>) -> Answer {
    let mut view = here.read(Deed::StateItems).await?;
    let count = kept(&mut view).await?.len();
    let (t, lang) = (here.t.words(), here.t.lang());
    let form = WorkForm {
        heading: String::new(),
        action: IMPORT.to_owned(),
        groups: Group::plain(vec![Field::new("berkas", t.directory_file(), Kind::File(".csv,.json"))]),
        buttons: vec![Button::new("", t.directory_import(), false)],
    };
    let mut parts = vec![Part {
        facts: vec![Fact::new(t.directory_kept(), count.to_string())],
        forms: vec![form],
        ..Part::new(t.directory_import(), t.directory_import_what())
    }];
    if !faults.is_empty() {
        let fact = |fault: &Problem| Fact::new(fault.message().get(lang), fault.remedy().get(lang));
        parts.push(Part { facts: faults.iter().map(fact).collect(), ..Part::new(t.directory_faults(), "") });
    }
    let page = Protection {
        faults: came.faults(here, &["berkas"]),
        case: None,
        back: Some(Link::new("/direktori", t.directory())),
        version: 0,
        heading: t.directory_import().to_owned(),
        lead: t.directory_import_lead().to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}

/// `POST /direktori/impor`: a CSV or HSDS file; all of it, or nothing with every fault named.
pub async fn import(here: Here, form: Posted) -> Answer {
    here.read(Deed::StateItems).await?;
    let bytes = match form.file("berkas") {
        Ok(bytes) => bytes.clone(),
        Err(problem) => return import_page(&here, Came::back(problem, &form), Vec::new()).await,
    };
    let today = here.web.desk.me.place.zone().local_day(here.web.now());
    let is_json = bytes.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b'[' | b'{'));
    let read = if is_json { hsds::read(&bytes, today) } else { csv::read(&bytes, today) };
    match read {
        Ok(services) => {
            here.run(&form, &KeepServices(services)).await?;
            Ok(see(IMPORT))
        }
        Err(faults) => {
            let first = faults.first().cloned().unwrap_or(Problem::new("service.header"));
            import_page(&here, Came::back(first, &form), faults).await
        }
    }
}

/// What a stated service that nobody confirmed lately asks of this person, for the page of the day.
pub async fn doubtful(here: &Here, view: &mut View) -> Result<Vec<TaskRow>, Fail> {
    let (t, today) = (here.t.words(), here.web.now().day());
    let own = own_services(view).await?;
    let task = |service: &Listed| TaskRow {
        href: OWN.to_owned(),
        title: service.name.get(here.t.lang()).to_owned(),
        detail: t.directory_ask(crate::directory::date_words(&service.confirmed_on, here.t.lang())),
        tag: Tag::new(Tone::Late, t.directory_doubt()),
    };
    Ok(own.iter().filter(|service| service.stale(today)).map(task).collect())
}

/// Too much for the entry comes back to the form as well.
fn back(error: &desk::Error) -> Option<Problem> {
    let problem = error.problem();
    comes_back(error).or((problem.code.class() == base::Class::TooLarge).then_some(problem))
}
