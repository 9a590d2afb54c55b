//! The answer of an accord to an extract of 60 fields.

use crate::meter::per_call;
use crate::row::{Budget, Row};
use accord::{
    Action, Basis, Category, Consent, ConsentCode, Document, FieldList, Giver, Person, PersonRole, Purpose, Request,
    TemplateFill, TemplateParty, Word, decide, template,
};
use anyhow::Context;
use base::{Place, Timestamp};
use std::hint::black_box;

/// Six task forces with all their clauses, a handover, ten consents of which the last fits, 60 fields.
pub fn sixty_fields() -> anyhow::Result<Row> {
    let (document, request, fields) = (document()?, request()?, FieldList::shipped());
    let allowed = decide(&document, &request, fields).permitted();
    anyhow::ensure!(allowed >= 40, "the extract should mostly pass, only {allowed} of 60 fields do");
    let seconds = per_call(|| drop(black_box(decide(black_box(&document), black_box(&request), fields))));
    Ok(Row {
        name: "agreement decision, 60-field extract",
        measured: seconds * 1e6,
        unit: "microseconds",
        budget: Budget::AtMost(100.0),
        peer: "Cedar 287, one decision",
    })
}

fn document() -> anyhow::Result<Document> {
    let party = |node: &&str| TemplateParty {
        node: (*node).to_owned(),
        id: None,
        name: format!("Gugus Tugas {node}"),
        role: accord::PartyRole::TaskForce,
        signatures: 1,
    };
    let fill = TemplateFill {
        id: "ukur".to_owned(),
        effective: "2026-01-01".to_owned(),
        expires: "2027-12-31".to_owned(),
        place: Place::parse("21.71")?,
        parties: ["batam", "jakarta", "sukabumi", "indramayu", "kupang", "lotim"].iter().map(party).collect(),
    };
    let json = template("task-forces", &fill).context("the template task-forces is missing")?;
    Ok(Document::parse(json.as_bytes())?)
}

fn request() -> anyhow::Result<Request> {
    let on = Timestamp::parse("2026-11-23T03:00:00Z").context("a moment")?;
    let consent = |index: u32| Consent {
        id: format!("c{index}"),
        code: ConsentCode::C4,
        to: if index == 9 { "lotim" } else { "jakarta" }.to_owned(),
        purpose: Purpose::Reintegration,
        categories: Category::ALL.to_vec(),
        by: Giver::Person,
        from: on.plus_hours(-24),
        until: on.plus_hours(24),
        withdrawn: None,
    };
    let names = FieldList::shipped().fields().iter().map(|field| field.field.clone());
    Ok(Request {
        on,
        from: "batam".to_owned(),
        to: "lotim".to_owned(),
        action: Action::Handover,
        purpose: Purpose::Reintegration,
        person: Some(Person {
            roles: vec![PersonRole::Victim],
            child: false,
            found_in: Some(Place::parse("21.71")?),
            origin: Some(Place::parse("52.03")?),
            family_of: None,
            conflicts: vec!["kupang".to_owned()],
        }),
        accord_state: accord::AccordState::Active,
        sent_today: 3,
        consents: (0..10).map(consent).collect(),
        basis: Some(accord::SignedBasis {
            kind: Basis::PublicTask,
            reason: "uji".to_owned(),
            signed_by: vec!["officer".to_owned()],
        }),
        fields: names.take(60).collect(),
    })
}
