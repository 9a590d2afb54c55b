//! Official registers for staff: licences of agencies with their sanctions, and whether a worker is registered.

use crate::directory::date_words;
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Here, Posted, page_with, see};
use crate::licences::card;
use crate::view::staff::protection::{Part, Protection};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Fact, Field, Kind, Link};
use crate::words_of::counts::grouped;
use axum::extract::Path;
use base::limits::{LICENCE_QUERY_CHARS_MAX, LICENCES_BYTES_MAX, PAGE_ROWS};
use base::{Problem, Redacted};
use desk::Deed;
use desk::licences::{DropLicences, KeepLicences, Source, sources};
use desk::registry::{AskRegistry, Told, header};
use recruiters::registry::Header;

const LICENCES: &str = "/izin";
const IMPORT: &str = "/izin/impor";
const REGISTRY: &str = "/terdaftar";

/// `GET /izin`
pub async fn licences(here: Here) -> Answer {
    licences_page(&here, Came::default(), None).await
}

/// `POST /izin/cari`: what is looked for stands in no address.
pub async fn search(here: Here, form: Posted) -> Answer {
    here.read(Deed::AskRegisters).await?;
    let words = form.get("cari");
    if words.is_empty() || words.chars().count() > LICENCE_QUERY_CHARS_MAX {
        let problem = Problem::at("licence.query", "cari");
        return licences_page(&here, Came::back(problem, &form), None).await;
    }
    licences_page(&here, Came { typed: form.fields.clone(), ..Came::default() }, Some(words)).await
}

async fn licences_page(here: &Here, came: Came, words: Option<&str>) -> Answer {
    here.read(Deed::AskRegisters).await?;
    let lists = here.web.licences.lists(&here.web.desk).await?;
    let t = here.t.words();
    let field = Field::line("cari", t.check_words()).help(t.check_words_help()).fill("off");
    let form = form_of("/izin/cari", vec![came.field(field)], t.check_go());
    let mut parts = vec![Part { forms: vec![form], ..Part::new(t.search(), "") }];
    if let Some(words) = words {
        let today = here.web.desk.me.place.zone().local_day(here.web.now());
        let (found, _) = lists.index.search(words, today);
        if found.is_empty() {
            parts.push(Part::new(t.check_none(), t.check_none_lead()));
        }
        parts.extend(found.iter().take(PAGE_ROWS).map(|found| {
            let card = card(t, &lists, found, today);
            Part { tag: Some(card.tag), facts: card.facts, ..Part::new(card.name, card.doubt.unwrap_or_default()) }
        }));
        if found.len() > PAGE_ROWS {
            parts.push(Part::new(t.check_more(), ""));
        }
    }
    let said = if lists.sources.is_empty() { t.licences_no_lists() } else { "" };
    let links = if here.may(Deed::KeepRegisters) { vec![Link::new(IMPORT, t.licences_import())] } else { Vec::new() };
    let kept = |source: &Source| {
        Fact::new(source.name.as_str(), t.licences_kept(source.count, date_words(&source.date, t.lang())))
    };
    let facts = lists.sources.iter().map(|(_, source)| kept(source)).collect();
    parts.push(Part { facts, links, ..Part::new(t.licences_lists(), said) });
    answer(here, &came, (t.licences(), t.licences_lead()), None, parts)
}

/// `GET /izin/impor`
pub async fn import_form(here: Here) -> Answer {
    import_page(&here, Came::default(), &[]).await
}

async fn import_page(here: &Here, came: Came, faults: &[Problem]) -> Answer {
    let mut view = here.read(Deed::KeepRegisters).await?;
    let (t, lang) = (here.t.words(), here.t.lang());
    let fields = vec![
        Field::new("berkas", t.licences_file(), Kind::File(".csv")),
        came.field(Field::line("sumber", t.licences_source()).help(t.licences_source_help())),
        came.field(Field::new("tanggal", t.licences_date(), Kind::Date)),
    ];
    let mut parts = vec![Part {
        forms: vec![form_of(IMPORT, fields, t.licences_import())],
        ..Part::new(t.licences_new(), t.licences_import_what())
    }];
    if !faults.is_empty() {
        let fact = |fault: &Problem| Fact::new(fault.message().get(lang), fault.remedy().get(lang));
        parts.push(Part { facts: faults.iter().map(fact).collect(), ..Part::new(t.licences_faults(), "") });
    }
    for (id, source) in sources(&mut view).await? {
        let action = format!("{LICENCES}/{}/penghapusan", base::hex(&id));
        let drop = WorkForm {
            heading: String::new(),
            action,
            groups: Vec::new(),
            buttons: vec![Button::new("", &t.licences_drop(source.name.as_str()), true)],
        };
        parts.push(Part {
            facts: vec![
                Fact::new(t.licences_date(), date_words(&source.date, lang)),
                Fact::new(t.licences_holds(), t.licences_count(source.count)),
            ],
            forms: vec![drop],
            ..Part::new(source.name, "")
        });
    }
    let back = Some(Link::new(LICENCES, t.licences()));
    answer(here, &came, (t.licences_import(), t.licences_import_lead()), back, parts)
}

/// `POST /izin/impor`: all of the file, or nothing with every fault named.
pub async fn import(here: Here, form: Posted) -> Answer {
    here.read(Deed::KeepRegisters).await?;
    let read = form.file("berkas").map_err(|problem| vec![problem]).and_then(|bytes| {
        let fits = bytes.len() <= LICENCES_BYTES_MAX;
        fits.then_some(bytes).ok_or_else(|| vec![Problem::new("web.too-large")])
    });
    let agencies = match read.and_then(|bytes| recruiters::licences::read(bytes)) {
        Ok(agencies) => agencies,
        Err(faults) => {
            let first = faults.first().cloned().unwrap_or(Problem::new("licence.empty"));
            return import_page(&here, Came::back(first, &form), &faults).await;
        }
    };
    let (source, date) = (form.get("sumber").to_owned(), form.get("tanggal").to_owned());
    match here.run(&form, &KeepLicences { source, date, agencies }).await {
        Ok(_) => Ok(see(IMPORT)),
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            import_page(&here, Came::back(problem, &form), &[]).await
        }
    }
}

/// `POST /izin/{kunci}/penghapusan`
pub async fn drop_it(here: Here, Path(id): Path<String>, form: Posted) -> Answer {
    let id = base::from_hex(&id).and_then(|bytes| bytes.try_into().ok()).ok_or(Problem::new("web.not-found"))?;
    here.run(&form, &DropLicences(id)).await?;
    Ok(see(IMPORT))
}

/// `GET /terdaftar`
pub async fn registry(here: Here) -> Answer {
    here.read(Deed::AskRegisters).await?;
    registry_page(&here, &Came::default(), None)
}

/// `POST /terdaftar`: answered and forgotten; that somebody asked is recorded first.
pub async fn ask(here: Here, form: Posted) -> Answer {
    let number = Redacted::new(form.get("nomor").to_owned());
    match here.look(&AskRegistry(number)).await {
        Ok(told) => registry_page(&here, &Came::default(), Some(&told)),
        Err(error) => {
            let problem = comes_back(&error).ok_or(error)?;
            here.read(Deed::AskRegisters).await?;
            registry_page(&here, &Came { problem: Some(problem), ..Came::default() }, None)
        }
    }
}

fn registry_page(here: &Here, came: &Came, told: Option<&Told>) -> Answer {
    let t = here.t.words();
    let mut parts = Vec::new();
    if let Some(told) = told {
        // In words alone: a green tick would read as "safe", and "not in it" is no fault.
        parts.push(if told.registered {
            Part::new(t.registry_yes(), t.registry_yes_lead())
        } else {
            Part::new(t.registry_no(), t.registry_no_lead())
        });
    }
    // The number is not shown again: who looks over a shoulder learns nothing.
    let field = Field::line("nomor", t.registry_number()).help(t.registry_number_help()).fill("off");
    let form = form_of(REGISTRY, vec![field], t.registry_go());
    parts.push(Part { forms: vec![form], ..Part::new(t.registry_ask(), "") });
    parts.push(match header(&here.web.desk) {
        Ok(Some(header)) => Part { facts: facts(here, &header), ..Part::new(t.registry_of(), "") },
        Ok(None) => Part::new(t.registry_of(), t.registry_none()),
        Err(fault) => {
            Part::new(t.registry_of(), format!("{} {}", fault.message().get(t.lang()), fault.remedy().get(t.lang())))
        }
    });
    answer(here, came, (t.registry(), t.registry_lead()), None, parts)
}

fn facts(here: &Here, header: &Header) -> Vec<Fact> {
    let t = here.t.words();
    vec![
        Fact::new(t.registry_source(), header.source.clone()),
        Fact::new(t.registry_date(), date_words(&header.date, here.t.lang())),
        Fact::new(t.registry_count(), grouped(t.lang(), u64::from(header.count))),
        Fact::new(t.registry_wrong(), t.registry_wrong_one_in(grouped(t.lang(), header.wrong_one_in()))),
    ]
}

fn form_of(action: &str, fields: Vec<Field>, button: &str) -> WorkForm {
    WorkForm {
        heading: String::new(),
        action: action.to_owned(),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", button, false)],
    }
}

fn answer(here: &Here, came: &Came, (heading, lead): (&str, &str), back: Option<Link>, parts: Vec<Part>) -> Answer {
    let page = Protection {
        faults: came.faults(here, &["cari", "berkas", "sumber", "tanggal", "nomor"]),
        case: None,
        back,
        version: 0,
        heading: heading.to_owned(),
        lead: lead.to_owned(),
        parts,
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page)
}
