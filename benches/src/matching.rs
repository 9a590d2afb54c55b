//! Which of 600 legal-aid bodies can be asked, over all 514 districts, each with an accord of its own.

use crate::meter::per_call;
use crate::row::Row;
use accord::matching::{Candidate, LegalBody, Need, matching};
use accord::{
    AccordState, AccreditationClass, Action, CaseType, Day, Document, Person, PersonRole, Purpose, Request, Sex,
    TemplateFill, TemplateParty, coverage, template,
};
use anyhow::Context;
use base::{Place, Timestamp};
use std::hint::black_box;

/// About as many bodies as are accredited (619 in 2022 to 2024), and every district.
const BODIES: usize = 600;
const DISTRICTS: usize = 514;

/// Coverage under each accord and the whole ranking.
pub fn bodies() -> anyhow::Result<Row> {
    let regencies: Vec<Place> = base::places::REGENCIES.iter().filter_map(|one| Place::parse(&one.code).ok()).collect();
    anyhow::ensure!(regencies.len() >= DISTRICTS, "only {} districts are known", regencies.len());
    let names: Vec<String> = (0..BODIES).map(|nth| format!("lbh-{nth}")).collect();
    let facts: Vec<LegalBody> = (0..BODIES).map(|nth| facts(nth, &regencies)).collect();
    let documents: Vec<Document> = names.iter().map(|name| document(name)).collect::<anyhow::Result<_>>()?;
    let request = request()?;
    let need = Need {
        on: Day(request.on.day()),
        found_in: Some(Place::parse("21.71")?),
        stays_in: Some(Place::parse("52.03")?),
        about: CaseType::Wages,
        language: Some("sas".to_owned()),
        counsel: Some(Sex::Woman),
    };
    let run = || {
        let one = |nth: usize| {
            let name = names.get(nth).map_or("", String::as_str);
            let covered = documents
                .get(nth)
                .map_or(Err(accord::Refusal::AccordNotParty), |document| coverage(document, &of(&request, name)));
            let running = u32::try_from(nth % 7).unwrap_or(0);
            Candidate { name, facts: facts.get(nth), covered, running, asked: None, engaged: false }
        };
        let candidates: Vec<Candidate<'_>> = (0..BODIES).map(one).collect();
        matching(&need, &candidates)
    };
    let found = run();
    anyhow::ensure!(!found.ranked.is_empty() && !found.not.is_empty(), "some can be asked and some cannot");
    anyhow::ensure!(found.ranked.len() + found.not.len() == BODIES, "nobody is lost");
    let seconds = per_call(|| drop(black_box(run())));
    Ok(Row::at_most("legal aid, 600 bodies over 514 districts", seconds * 1e3, "CPU millisec", 5.0))
}

fn of(request: &Request, name: &str) -> Request {
    Request { to: name.to_owned(), ..request.clone() }
}

fn facts(nth: usize, regencies: &[Place]) -> LegalBody {
    let near = |step: usize| regencies.get((nth + step) % regencies.len()).cloned();
    LegalBody {
        class: AccreditationClass::C,
        from: Day(20_000),
        until: Day(if nth.is_multiple_of(9) { 20_700 } else { 22_000 }),
        districts: (0..5)
            .filter_map(near)
            .chain(Place::parse("21.71").ok().filter(|_| nth.is_multiple_of(4)))
            .collect(),
        types: [CaseType::Wages, CaseType::Advice].into(),
        languages: ["id".to_owned(), if nth.is_multiple_of(2) { "sas" } else { "jv" }.to_owned()].into(),
        counsel: [Sex::Woman].into(),
        places: 5,
        duty: [u8::try_from(nth % 7 + 1).unwrap_or(1)].into(),
        confirmed: Day(20_700),
    }
}

fn document(name: &str) -> anyhow::Result<Document> {
    let party = |node: &str, role| TemplateParty {
        node: node.to_owned(),
        id: None,
        name: node.to_owned(),
        role,
        signatures: 1,
    };
    let fill = TemplateFill {
        id: format!("mou-{name}"),
        effective: "2026-01-01".to_owned(),
        expires: "2027-12-31".to_owned(),
        place: Place::parse("21.71")?,
        parties: vec![party("batam", accord::PartyRole::TaskForce), party(name, accord::PartyRole::LegalAid)],
    };
    let json = template("legal-aid", &fill).context("the template legal-aid is missing")?;
    Ok(Document::parse(json.as_bytes())?)
}

fn request() -> anyhow::Result<Request> {
    Ok(Request {
        on: Timestamp::parse("2026-11-23T03:00:00Z").context("a moment")?,
        from: "batam".to_owned(),
        to: String::new(),
        action: Action::Refer,
        purpose: Purpose::LegalAid,
        person: Some(Person {
            roles: vec![PersonRole::Family],
            child: false,
            found_in: Some(Place::parse("52.03")?),
            origin: Some(Place::parse("52.03")?),
            family_of: Some(accord::FamilyOf { kind: accord::Kin::Sibling, found_in: Some(Place::parse("21.71")?) }),
            conflicts: Vec::new(),
        }),
        accord_state: AccordState::Active,
        sent_today: 0,
        consents: Vec::new(),
        basis: None,
        fields: Vec::new(),
    })
}
