//! Recruiters: the list and its search, one of them, pairs to review, mentions recorded from a case, a report, a list or the
//! public.

pub mod alerts;
pub mod bring;
pub mod list;
pub mod page;
pub mod record;
pub mod review;
pub mod send;

use crate::doors::regencies;
use crate::doors::services::COUNTRIES;
use crate::guard::{Here, Posted};
use crate::view::staff::work::form;
use crate::view::{Choice, Fact, Field};
use crate::words_of;
use base::{Problem, Redacted};
use desk::mentions::{Entity, MentionCard};
use recruiters::said::{Credibility, Grade, Part, Reliability, Said};

/// Fields of a form, each with the column of the engine that it fills.
const FIELDS: [(&str, &str); 14] = [
    ("nama", "name"),
    ("panggilan", "alias"),
    ("telepon", "phone"),
    ("nik", "nik"),
    ("lahir", "birth_date"),
    ("kelamin", "sex"),
    ("desa", "village"),
    ("kabupaten", "regency"),
    ("perusahaan", "employer"),
    ("dari", "from"),
    ("ke", "to"),
    ("rekening", "account"),
    ("kapal", "vessel"),
    ("kendaraan", "vehicle"),
];

/// Fields that a summary of faults can link to.
const LINKED: [&str; 25] = [
    "nama",
    "panggilan",
    "telepon",
    "nik",
    "lahir",
    "kelamin",
    "desa",
    "kabupaten",
    "perusahaan",
    "dari",
    "ke",
    "rekening",
    "kapal",
    "kendaraan",
    "bagian",
    "keandalan",
    "kebenaran",
    "sebab",
    "tarik",
    "berkas",
    "putusan",
    "karena",
    "kepada",
    "isian",
    "lama",
];

/// What a field is called on its page.
pub fn label(t: crate::text::Words, name: &str) -> Option<&'static str> {
    Some(match name {
        "nama" => t.mention_name(),
        "panggilan" => t.mention_alias(),
        "telepon" => t.mention_phone(),
        "lahir" => t.mention_born(),
        "kelamin" => t.mention_sex(),
        "desa" => t.mention_village(),
        "kabupaten" => t.mention_regency(),
        "perusahaan" => t.mention_agency(),
        "rekening" => t.mention_account(),
        "kapal" => t.mention_vessel(),
        "kendaraan" => t.mention_vehicle(),
        "bagian" => t.mention_part(),
        "keandalan" => t.mention_source_grade(),
        "kebenaran" => t.mention_said_grade(),
        "tarik" => t.mention_withdraw_why(),
        "karena" => t.pair_ground(),
        "kepada" => t.alert_to(),
        "lama" => t.alert_days(),
        _ => return None,
    })
}

/// The problem at the field of the form instead of the column of the engine.
fn placed(mut problem: Problem) -> Problem {
    let field = |at: &str| FIELDS.iter().find(|(_, column)| *column == at).map(|(field, _)| (*field).to_owned());
    if matches!(problem.code.0, "mention.empty" | "mention.long" | "mention.bad") {
        problem.at = problem.at.as_deref().and_then(field).or(problem.at);
    }
    problem
}

/// What a form says of a recruiter.
fn said_in(form: &Posted) -> Result<Said, Problem> {
    let mut said = Said::default();
    for (column, text) in said.texts_mut() {
        let field = FIELDS.iter().find(|(_, of)| *of == column).map_or(column, |(field, _)| *field);
        *text = Redacted::new(form.get(field).to_owned());
    }
    said.part = Part::parse(form.get("bagian")).ok_or_else(|| Problem::at("web.field-bad", "bagian"))?;
    Ok(said)
}

/// The two grades of a form.
fn grade_in(form: &Posted) -> Result<Grade, Problem> {
    let bad = |field: &str| Problem::at("web.field-missing", field);
    Ok(Grade {
        source: Reliability::parse(form.get("keandalan")).ok_or_else(|| bad("keandalan"))?,
        said: Credibility::parse(form.get("kebenaran")).ok_or_else(|| bad("kebenaran"))?,
    })
}

/// The fields of a form, filled with what is known.
fn said_fields(here: &Here, said: &Said, grade: Option<Grade>) -> Vec<Field> {
    let t = here.t.words();
    let line =
        |name: &str, label: &str, text: &Redacted<String>| Field::line(name, label).optional(t).value(text.expose());
    let sexes = [("", t.mention_sex_unknown()), ("m", t.mention_male()), ("f", t.mention_female())];
    let sexes = sexes.map(|(word, text)| Choice::new(word, text).on(said.sex.expose() == word));
    let parts = words_of::choices(t, Part::ALL, Part::word, words_of::recruiter::part);
    let place = |name: &str, label: &str, text: &Redacted<String>, abroad: bool| {
        let mut places = regencies(t.unknown_place(), Some(text.expose()));
        if abroad {
            places.extend(COUNTRIES.map(|(code, name)| Choice::new(code, name).on(text.expose() == code)));
        }
        Field::select(name, label, places)
    };
    let mut fields = vec![
        line("nama", t.mention_name(), &said.name),
        line("panggilan", t.mention_alias(), &said.alias),
        line("telepon", t.mention_phone(), &said.phone),
        line("nik", t.mention_nik(), &said.nik),
        line("perusahaan", t.mention_agency(), &said.agency),
        line("lahir", t.mention_born(), &said.birth_date),
        Field::radios("kelamin", t.mention_sex(), sexes.into()).across(),
        line("desa", t.mention_village(), &said.village),
        place("kabupaten", t.mention_regency(), &said.regency, false),
        Field::select("bagian", t.mention_part(), parts).value(said.part.word()),
        place("dari", t.mention_from(), &said.from, false),
        place("ke", t.mention_to(), &said.to, true),
        line("rekening", t.mention_account(), &said.account),
        line("kapal", t.mention_vessel(), &said.vessel),
        line("kendaraan", t.mention_vehicle(), &said.vehicle),
    ];
    fields.extend(grade_fields(here, grade));
    fields
}

/// The two grades: nothing is picked beforehand, so that somebody thinks of them.
fn grade_fields(here: &Here, grade: Option<Grade>) -> [Field; 2] {
    let t = here.t.words();
    let first = || std::iter::once(Choice::new("", t.pick_one()));
    let sources = words_of::choices(t, Reliability::ALL, Reliability::word, words_of::recruiter::reliability);
    let said = words_of::choices(t, Credibility::ALL, Credibility::word, words_of::recruiter::credibility);
    let known = |word: Option<&'static str>| word.unwrap_or_default();
    [
        Field::select("keandalan", t.mention_source_grade(), first().chain(sources).collect())
            .value(known(grade.map(|grade| grade.source.word()))),
        Field::select("kebenaran", t.mention_said_grade(), first().chain(said).collect())
            .value(known(grade.map(|grade| grade.said.word()))),
    ]
}

/// What one mention says, as facts; empty fields are left out.
fn said_facts(here: &Here, said: &Said) -> Vec<Fact> {
    let t = here.t.words();
    let text = |text: &Redacted<String>| text.expose().clone();
    let sex = match said.sex.expose().as_str() {
        "m" => t.mention_male().to_owned(),
        "f" => t.mention_female().to_owned(),
        other => other.to_owned(),
    };
    let part = if said.part == Part::Unknown { "" } else { words_of::recruiter::part(t, said.part) };
    let all = [
        (t.mention_name(), text(&said.name)),
        (t.mention_alias(), text(&said.alias)),
        (t.mention_phone(), text(&said.phone)),
        (t.mention_nik(), text(&said.nik)),
        (t.mention_agency(), text(&said.agency)),
        (t.mention_born(), text(&said.birth_date)),
        (t.mention_sex(), sex),
        (t.mention_village(), text(&said.village)),
        (t.mention_regency(), place(said.regency.expose())),
        (t.mention_part(), part.to_owned()),
        (t.recruiter_routes(), route(here, said).unwrap_or_default()),
        (t.mention_account(), text(&said.account)),
        (t.mention_vessel(), text(&said.vessel)),
        (t.mention_vehicle(), text(&said.vehicle)),
    ];
    let said = all.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| Fact::new(name, value)).collect()
}

/// A place by its name, a country by the name of the form.
pub fn place(code: &str) -> String {
    let country = COUNTRIES.iter().find(|(letters, _)| *letters == code).map(|(_, name)| (*name).to_owned());
    country.unwrap_or_else(|| if code.is_empty() { String::new() } else { words_of::place(code) })
}

/// Where from and where to, if either is known.
fn route(here: &Here, said: &Said) -> Option<String> {
    let known = |code: &str| if code.is_empty() { "…".to_owned() } else { place(code) };
    let (from, to) = (said.from.expose(), said.to.expose());
    (!from.is_empty() || !to.is_empty()).then(|| here.t.recruiter_route(known(from), known(to)))
}

/// By what a mention is called in a list.
fn called(here: &Here, said: &Said) -> String {
    let texts = [&said.name, &said.alias, &said.agency, &said.phone];
    let first = texts.into_iter().map(Redacted::expose).find(|text| !text.is_empty());
    first.map_or_else(|| here.t.recruiter_unnamed().to_owned(), Clone::clone)
}

/// By what an entity is called: as its best mention with a name has it.
pub fn entity_called(here: &Here, entity: &Entity<'_>) -> String {
    let mut named: Vec<&MentionCard> = entity.mentions.clone();
    named.sort_by_key(|card| (card.said.name.expose().is_empty(), card.grade, card.at));
    named.first().map_or_else(|| here.t.recruiter_unnamed().to_owned(), |card| called(here, &card.said))
}
