//! The worked accords read well, warn of nothing but what is meant, and let go what their story needs.

use accord::{
    Document, FieldList, PartyRole, Request, TemplateFill, TemplateParty, Verdict, check, decide, explain, template,
};
use base::{Lang, NodeId, Place};
use serde_json::json;

fn filled(name: &str, parties: &[(&str, PartyRole)]) -> Document {
    let fill = TemplateFill { id: format!("contoh-{name}"), ..fill(parties) };
    Document::parse(template(name, &fill).unwrap().as_bytes()).unwrap()
}

fn fill(parties: &[(&str, PartyRole)]) -> TemplateFill {
    let party = |(index, (node, role)): (usize, &(&str, PartyRole))| TemplateParty {
        node: (*node).to_owned(),
        id: Some(NodeId::from_bytes([u8::try_from(index).unwrap(); 16])),
        name: format!("Simpul {node}"),
        role: *role,
        signatures: 1,
    };
    TemplateFill {
        id: "contoh".to_owned(),
        effective: "2026-01-01".to_owned(),
        expires: "2027-12-31".to_owned(),
        place: Place::parse("21.71").unwrap(),
        parties: parties.iter().enumerate().map(party).collect(),
    }
}

fn legal_aid() -> Document {
    filled("legal-aid", &[("batam", PartyRole::TaskForce), ("lbh-bahari", PartyRole::LegalAid)])
}

fn task_forces() -> Document {
    let nodes = ["batam", "jakarta", "sukabumi", "indramayu", "kupang", "lotim"];
    filled("task-forces", &nodes.map(|node| (node, PartyRole::TaskForce)))
}

fn ask(document: &Document, to: &str, action: &str, purpose: &str, fields: &[&str]) -> accord::Decision {
    let categories: Vec<&str> = fields.iter().map(|field| field.split_once('.').unwrap().0).collect();
    let person = json!({"roles": ["family"], "child": false, "found_in": "52.03", "origin": "52.03",
        "family_of": {"kind": "sibling", "found_in": "21.71"}, "conflicts": []});
    let request = json!({
        "on": "2026-11-23T03:00:00Z", "from": "batam", "to": to, "action": action, "purpose": purpose,
        "person": if action == "alert" { json!(null) } else { person }, "accord_state": "active", "sent_today": 0,
        "consents": [{"id": "c1", "code": "C4", "to": to, "purpose": purpose, "categories": categories, "by": "person",
            "from": "2026-11-20T00:00:00Z", "until": "2027-05-20T00:00:00Z", "withdrawn": null}],
        "basis": null, "fields": fields,
    });
    decide(document, &Request::parse(request.to_string().as_bytes()).unwrap(), FieldList::shipped())
}

#[test]
fn every_template_reads_in_both_languages_and_has_no_clause_that_can_never_permit() {
    let all = [("batam", PartyRole::TaskForce), ("lotim", PartyRole::TaskForce), ("lbh", PartyRole::LegalAid)];
    let more =
        [("rumah-aman", PartyRole::Shelter), ("rumah-sakit", PartyRole::Health), ("polresta", PartyRole::Police)];
    let parties: Vec<_> = all.into_iter().chain(more).collect();
    for name in accord::TEMPLATES {
        let document = filled(name, &parties);
        // Among task forces each is sender and receiver, and none writes to itself.
        let meant = |finding: &accord::Finding| finding.problem.code.0 == "accord.warn-same-node";
        assert!(check(&document, FieldList::shipped()).iter().all(meant), "{name}");
        assert!(document.clauses.iter().all(|clause| !clause.from.is_empty() && !clause.to.is_empty()), "{name}");
        for lang in [Lang::Id, Lang::En] {
            assert!(explain(&document, lang).paragraphs.len() > document.clauses.len(), "{name}");
        }
    }
    assert_eq!(template("lain", &fill(&parties)), None);
}

#[test]
fn a_shelter_gets_the_room_but_no_address_and_a_hospital_the_findings_but_no_room() {
    let parties = [("batam", PartyRole::TaskForce), ("mitra", PartyRole::Shelter)];
    let shelter = filled("shelter", &parties);
    let fields = ["contact.safe_way", "shelter.placement", "needs.shelter", "contact.address", "health.needs"];
    let answer = ask(&shelter, "mitra", "refer", "shelter", &fields);
    assert_eq!(answer.permitted(), 3, "{}", answer.to_json());
    let health = filled("health", &[("batam", PartyRole::TaskForce), ("mitra", PartyRole::Health)]);
    let fields = ["contact.safe_way", "health.findings", "needs.health", "shelter.location", "identity.name"];
    let answer = ask(&health, "mitra", "refer", "health", &fields);
    assert_eq!(answer.permitted(), 3, "{}", answer.to_json());
}

#[test]
fn a_sister_elsewhere_gets_the_legal_aid_agreed_for_people_found_in_batam() {
    let document = legal_aid();
    assert_eq!(check(&document, FieldList::shipped()), []);
    let fields = [
        "contact.safe_way",
        "chronology.summary",
        "legal.problem",
        "needs.legal",
        "status.urgency",
        "profile.language",
        "screening.outcome",
    ];
    let answer = ask(&document, "lbh-bahari", "refer", "legal_aid", &fields);
    assert_eq!(answer.verdict(), Verdict::Permit, "{}", answer.to_json());
    assert_eq!(answer.duties(), ["5.1", "5.2", "5.3"]);
    let kept =
        ["contact.safe_way", "legal.problem", "screening.answers", "chronology.sexual_violence", "identity.name"];
    let answer = ask(&document, "lbh-bahari", "refer", "legal_aid", &kept);
    assert_eq!(answer.permitted(), 2, "{}", answer.to_json());
}

#[test]
fn the_file_goes_only_along_with_the_power_of_attorney() {
    let document = legal_aid();
    let with = ["identity.name", "documents.id_card", "statement.text", "legal.power_of_attorney"];
    assert_eq!(ask(&document, "lbh-bahari", "share", "legal_aid", &with).verdict(), Verdict::Permit);
    assert_eq!(ask(&document, "lbh-bahari", "share", "legal_aid", &with[..3]).verdict(), Verdict::Deny);
}

#[test]
fn a_case_is_handed_over_whole_but_for_what_a_floor_keeps() {
    let document = task_forces();
    let every: Vec<&str> = FieldList::shipped().fields().iter().map(|field| field.field.as_str()).collect();
    for purpose in ["return", "reintegration"] {
        let answer = ask(&document, "lotim", "handover", purpose, &every);
        assert_eq!(answer.verdict(), Verdict::Partial);
        let kept: std::collections::BTreeSet<&str> =
            answer.refused().map(|(field, _)| field.split_once('.').unwrap().0).collect();
        assert_eq!(kept.into_iter().collect::<Vec<_>>(), ["chronology", "health", "shelter", "statement"]);
    }
    for purpose in ["family_assessment", "return_risk", "protection"] {
        assert_eq!(
            ask(&document, "lotim", "refer", purpose, &["needs.return", "family.situation"]).verdict(),
            Verdict::Permit
        );
    }
    let evidence = ask(&document, "lotim", "share", "investigation", &["statement.text", "recruiter.name"]);
    assert_eq!(evidence.verdict(), Verdict::Permit);
}

#[test]
fn an_alert_between_task_forces_names_no_person() {
    let answer = ask(
        &task_forces(),
        "kupang",
        "alert",
        "recruiter_alert",
        &["recruiter.name", "recruiter.corridor", "identity.name"],
    );
    assert_eq!(answer.permitted(), 2);
    let found = check(&task_forces(), FieldList::shipped());
    assert!(found.iter().all(|finding| finding.problem.code.0 == "accord.warn-same-node"), "{found:?}");
}

/// Goal: a shipped text lets go what the pages of alerts and networks offer, to investigators too, and nothing of a person.
#[test]
fn investigators_get_alerts_and_networks_without_a_person_or_an_identity_number() {
    let document = filled("investigation", &[("batam", PartyRole::TaskForce), ("polresta", PartyRole::Police)]);
    let fields = ["recruiter.name", "recruiter.agency", "recruiter.phone", "recruiter.corridor"];
    let whole = [&fields[..], &["recruiter.nik", "identity.name", "chronology.summary"]].concat();
    let network = ask(&document, "polresta", "alert", "investigation", &whole);
    assert_eq!(network.allowed().map(|(field, ..)| field).collect::<Vec<_>>(), fields, "{}", network.to_json());
    let alert = ask(&document, "polresta", "alert", "recruiter_alert", &whole);
    assert_eq!(alert.permitted(), 5, "{}", alert.to_json());
    for (action, purpose) in [("share", "investigation"), ("refer", "investigation"), ("alert", "protection")] {
        assert_eq!(ask(&document, "polresta", action, purpose, &whole).verdict(), Verdict::Deny, "{action}");
    }
}

#[test]
fn an_explanation_names_parties_clauses_terms_and_floors_in_both_languages() {
    let document = legal_aid();
    let (id, en) = (explain(&document, Lang::Id).to_string(), explain(&document, Lang::En).to_string());
    for part in [
        "Simpul lbh-bahari",
        "contoh-legal-aid/1",
        "Kota Batam (21.71)",
        "\n4.2  ",
        "\n9.1  ",
        "2027-12-31",
        "365",
        "contact.safe_way",
    ] {
        assert!(id.contains(part) && en.contains(part), "{part}: {id}");
    }
    assert!(id.contains("dari mana pun asalnya") && en.contains("wherever they are from"));
    assert!(id.contains("rumah aman") && en.contains("a shelter"));
    assert!(!id.contains('@') && !id.contains('{'));
    let mutual = explain(&task_forces(), Lang::Id).to_string();
    assert!(mutual.contains("satu sama lain") && mutual.contains("Dasar: kesepakatan ini."));
}

/// Goal: a counter-proposal is the same document but for what it says it changes, and the comparison names just that.
#[test]
fn an_amended_text_differs_in_what_was_changed_and_in_nothing_else() {
    let parties = [("batam", PartyRole::TaskForce), ("lbh-bahari", PartyRole::LegalAid)];
    let text = template("legal-aid", &fill(&parties)).unwrap();
    let before = Document::parse(text.as_bytes()).unwrap();
    let terms = |clause: &accord::Clause| accord::ClauseTerms {
        categories: clause.categories.clone(),
        retention_days: clause.retention_days,
        per_day: clause.per_day,
    };
    let mut clauses: std::collections::BTreeMap<_, _> =
        before.clauses.iter().map(|clause| (clause.no.clone(), terms(clause))).collect();
    clauses.remove("4.5");
    clauses.get_mut("4.2").unwrap().per_day = None;
    let change = accord::Amendment {
        version: 2,
        previous: [7; 32],
        effective: "2026-01-01".into(),
        expires: "2027-12-31".into(),
        clauses,
    };
    let amended = accord::amended(text.as_bytes(), &change).unwrap();
    let after = Document::parse(amended.as_bytes()).unwrap();
    assert_eq!((after.version, after.previous, after.clauses.len()), (2, Some([7; 32]), before.clauses.len() - 1));
    assert_eq!((after.parties == before.parties, after.duties == before.duties), (true, true));
    for lang in [Lang::Id, Lang::En] {
        let parts = accord::compare(&before, &after, lang);
        let differ: Vec<_> = parts.iter().filter(|part| !part.is_same()).collect();
        let named: Vec<_> = differ.iter().map(|part| part.no.as_deref().unwrap_or("")).collect();
        assert_eq!(named, ["4.2", "4.5"]);
        assert!(differ[0].before.is_some() && differ[0].after.is_some() && differ[1].after.is_none());
    }
    let bad = accord::Amendment { expires: "2025-12-31".into(), ..change };
    assert!(accord::amended(text.as_bytes(), &bad).is_err(), "it ends before it begins");
    assert!(accord::amended(b"[]", &bad).is_err());
}
