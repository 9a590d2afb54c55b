//! A second engine over plain JSON, written from the text of 3.3 as filters and tables, sharing no code with the first;
//! both must give the same answer to everything.

use crate::generate::{Dice, document, request};
use accord::commands::run_fields;
use accord::{Document, FieldList, Refusal, Request, decide};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

type Test<'a> = Box<dyn Fn(&Value) -> bool + 'a>;

fn has(list: &Value, item: &Value) -> bool {
    list.as_array().is_some_and(|items| items.contains(item))
}

/// Seconds-and-fraction of a moment as text that sorts like time; all generated moments are UTC or +07:00.
fn utc(moment: &Value) -> String {
    let text = moment.as_str().unwrap();
    let Some(local) = text.strip_suffix("+07:00") else { return text.trim_end_matches('Z').to_owned() };
    let (date, time) = local.split_once('T').unwrap();
    let hour: i32 = time[..2].parse::<i32>().unwrap() - 7;
    if hour >= 0 {
        return format!("{date}T{hour:02}{}", &time[2..]);
    }
    // Only these two mornings are generated.
    let before = match date {
        "2026-06-16" => "2026-06-15",
        other => panic!("no day before {other}"),
    };
    format!("{before}T{:02}{}", hour + 24, &time[2..])
}

fn covered(codes: &Value, place: &Value) -> bool {
    if codes == "any" {
        return true;
    }
    let Some(place) = place.as_str() else { return false };
    let parts: Vec<&str> = place.split('.').collect();
    (1..=parts.len()).any(|length| has(codes, &json!(parts[..length].join("."))))
}

/// Name and test of each floor, in order; the test says that the floor holds the field back.
fn floors<'a>(doc: &'a Value, req: &'a Value) -> Vec<(&'static str, Test<'a>)> {
    let shelters = doc["parties"].as_array().unwrap().iter().filter(|party| party["role"] == "shelter");
    let is_shelter = shelters.map(|party| &party["node"]).any(|node| *node == req["to"]);
    let lawful = ["legal_aid", "investigation", "protection", "restitution"].map(|word| json!(word));
    let alert = req["action"] == "alert";
    vec![
        ("floor.shelter", Box::new(move |category| category == "shelter" && !is_shelter)),
        ("floor.health", Box::new(|category| category == "health" && req["purpose"] != "health")),
        ("floor.statement", Box::new(move |category| category == "statement" && !lawful.contains(&req["purpose"]))),
        ("floor.alert", Box::new(move |category| alert && category != "recruiter")),
        ("floor.conflict", Box::new(move |_| !alert && has(&req["person"]["conflicts"], &req["to"]))),
        ("floor.statistics", Box::new(|category| req["purpose"] == "statistics" && category != "status")),
    ]
}

fn in_force(doc: &Value, req: &Value) -> Option<&'static str> {
    let day = utc(&req["on"])[..10].to_owned();
    let is_party = |node: &Value| doc["parties"].as_array().unwrap().iter().any(|party| party["node"] == *node);
    let table = [
        ("accord.not-active", req["accord_state"] != "active"),
        ("accord.not-yet", *day < *doc["effective"].as_str().unwrap()),
        ("accord.expired", *day > *doc["expires"].as_str().unwrap()),
        ("accord.not-party", req["from"] == req["to"] || ![&req["from"], &req["to"]].into_iter().all(is_party)),
    ];
    table.into_iter().find(|(_, fails)| *fails).map(|(code, _)| code)
}

const CONDITIONS: [&str; 8] = [
    "clause.direction",
    "clause.action",
    "clause.purpose",
    "clause.role",
    "clause.place",
    "clause.category",
    "clause.excepted",
    "clause.quota",
];

/// How many of the eight conditions hold before the first that fails.
fn reach(clause: &Value, req: &Value, field: &str, category: &Value) -> usize {
    let (alert, person) = (req["action"] == "alert", &req["person"]);
    let personal = || clause["basis"] == "consent" || clause["basis"] == "vital_interest";
    let who = &clause["persons"];
    let any = json!("any");
    let origin = who.get("origin").unwrap_or(&any);
    let by_family = || {
        who["family"] == true
            && person["family_of"].is_object()
            && covered(&who["found_in"], &person["family_of"]["found_in"])
    };
    let role = || person["roles"].as_array().is_some_and(|roles| roles.iter().any(|role| has(&who["roles"], role)));
    let place =
        || (covered(&who["found_in"], &person["found_in"]) || by_family()) && covered(origin, &person["origin"]);
    let conditions: [&dyn Fn() -> bool; 8] = [
        &|| has(&clause["from"], &req["from"]) && has(&clause["to"], &req["to"]),
        &|| has(&clause["actions"], &req["action"]) && !(alert && personal()),
        &|| has(&clause["purposes"], &req["purpose"]),
        &|| alert || role(),
        &|| alert || place(),
        &|| has(&clause["categories"], category),
        &|| !clause["except"].as_array().is_some_and(|names| names.iter().any(|name| name == field)),
        &|| clause["per_day"].as_u64().is_none_or(|most| req["sent_today"].as_u64().unwrap() < most),
    ];
    conditions.iter().take_while(|holds| holds()).count()
}

const GROUNDS: [&str; 6] =
    ["basis.unsigned", "consent.missing", "consent.scope", "consent.giver", "consent.expired", "consent.withdrawn"];

/// The basis, or the place in `GROUNDS` of what is lacking.
fn ground(clause: &Value, req: &Value, category: &Value) -> Result<String, usize> {
    let kind = clause["basis"].as_str().unwrap();
    if kind != "consent" {
        if req["action"] == "alert" {
            return Ok("accord".to_owned());
        }
        let officers: BTreeSet<&str> = req["basis"]["signed_by"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|officer| officer.as_str().unwrap())
            .collect();
        let needed = if kind == "vital_interest" { 2 } else { 1 };
        return if req["basis"]["kind"] == kind && officers.len() >= needed {
            Ok(format!("basis:{kind}"))
        } else {
            Err(0)
        };
    }
    let on = utc(&req["on"]);
    let givers = if req["person"]["child"] == true { json!(["guardian", "authority"]) } else { json!(["person"]) };
    let mut lacking = 1;
    for consent in req["consents"].as_array().unwrap() {
        if !(consent["code"] == "C4" || consent["code"] == "C7")
            || consent["to"] != req["to"]
            || consent["purpose"] != req["purpose"]
        {
            continue;
        }
        let steps = [
            has(&consent["categories"], category),
            has(&givers, &consent["by"]),
            utc(&consent["from"]) <= on && on < utc(&consent["until"]),
            consent["withdrawn"].is_null() || utc(&consent["withdrawn"]) > on,
        ];
        match steps.iter().position(|held| !held) {
            None => return Ok(format!("consent:{}", consent["id"].as_str().unwrap())),
            Some(step) => lacking = lacking.max(step + 2),
        }
    }
    Err(lacking)
}

/// Clause (its place) and basis, or the code.
fn answer(doc: &Value, req: &Value, category: &Value, field: &str) -> Result<(usize, String), &'static str> {
    let clauses = doc["clauses"].as_array().unwrap();
    let reaches: Vec<usize> = clauses.iter().map(|clause| reach(clause, req, field, category)).collect();
    let furthest = reaches.iter().copied().max().unwrap_or(0);
    if furthest < CONDITIONS.len() {
        return Err(CONDITIONS[furthest]);
    }
    let mut lacking = 0;
    for (index, _) in reaches.iter().enumerate().filter(|(_, reach)| **reach == CONDITIONS.len()) {
        match ground(&clauses[index], req, category) {
            Ok(basis) => return Ok((index, basis)),
            Err(step) => lacking = lacking.max(step),
        }
    }
    Err(GROUNDS[lacking])
}

/// The whole answer, texts left out.
pub fn evaluate(doc: &Value, req: &Value, categories: &BTreeMap<String, Value>) -> Value {
    let fields: Vec<&str> = req["fields"].as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect();
    let (floors, in_force) = (floors(doc, req), in_force(doc, req));
    let layers = |field: &str| {
        let category = categories.get(field).ok_or("field.unknown")?;
        let floor = floors.iter().find(|(_, holds)| holds(category)).map(|(code, _)| *code);
        floor.or(in_force).map_or_else(|| answer(doc, req, category, field), Err)
    };
    let mut answers: Vec<_> = fields.iter().map(|field| (*field, layers(field))).collect();
    let permitted: Vec<Value> =
        answers.iter().filter(|(_, answer)| answer.is_ok()).map(|(field, _)| json!(field)).collect();
    let clause = |index: usize| &doc["clauses"][index];
    let lacks = |index: usize| {
        let required = clause(index)["required"].as_array().cloned().unwrap_or_default();
        required.iter().any(|field| !permitted.contains(field))
    };
    if answers.iter().filter_map(|(_, answer)| answer.as_ref().ok()).any(|(index, _)| lacks(*index)) {
        answers
            .iter_mut()
            .filter(|(_, answer)| answer.is_ok())
            .for_each(|(_, answer)| *answer = Err("accord.required"));
    }
    let used: Vec<usize> =
        answers.iter().filter_map(|(_, answer)| answer.as_ref().ok().map(|(index, _)| *index)).collect();
    let name = |index: usize| {
        format!("{}/{}#{}", doc["id"].as_str().unwrap(), doc["version"], clause(index)["no"].as_str().unwrap())
    };
    let allowed = answers.iter().filter_map(|(field, answer)| {
        let (index, basis) = answer.as_ref().ok()?;
        Some(json!({"field": field, "clause": name(*index), "basis": basis}))
    });
    let refused =
        answers.iter().filter_map(|(field, answer)| Some(json!({"field": field, "code": answer.as_ref().err()?})));
    let never = used.iter().any(|index| clause(*index)["onward"] == "never");
    json!({
        "decision": match used.len() { 0 => "deny", all if all == fields.len() => "permit", _ => "partial" },
        "allowed": allowed.collect::<Vec<_>>(), "refused": refused.collect::<Vec<_>>(),
        "duties": if used.is_empty() { json!([]) } else { json!(["5.1", "5.2"]) },
        "retention_days": used.iter().map(|index| clause(*index)["retention_days"].as_u64().unwrap()).min(),
        "onward": if used.is_empty() { json!(null) } else { json!(if never { "never" } else { "with_consent" }) },
    })
}

pub fn categories() -> BTreeMap<String, Value> {
    let rows = run_fields().into_iter().map(|line| serde_json::from_str::<Value>(&line).unwrap());
    rows.map(|row| (row["field"].as_str().unwrap().to_owned(), row["category"].clone())).collect()
}

/// The first engine's answer in the form of the second's.
fn plain(decision: &accord::Decision) -> Value {
    let allowed = decision
        .allowed()
        .map(|(field, clause, ground)| json!({"field": field, "clause": clause, "basis": ground.to_string()}));
    let refused = decision.refused().map(|(field, refusal)| json!({"field": field, "code": refusal.code().0}));
    json!({
        "decision": decision.verdict().word(),
        "allowed": allowed.collect::<Vec<_>>(), "refused": refused.collect::<Vec<_>>(),
        "duties": decision.duties(), "retention_days": decision.retention_days(), "onward": decision.onward(),
    })
}

fn count(answer: &Value, hits: &mut BTreeMap<String, usize>) {
    let codes = answer["refused"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap());
    let bases = answer["allowed"].as_array().unwrap().iter().map(|row| row["basis"].as_str().unwrap());
    for word in codes.chain(bases).chain([answer["decision"].as_str().unwrap()]) {
        let word = if word.starts_with("consent:") { "consent" } else { word };
        *hits.entry(word.to_owned()).or_default() += 1;
    }
}

/// Goal: no reading of 3.3 of ours is a slip. Method: 100,000 random pairs (250 batches of 20 accords by 20 requests), at least 100 hits for each code.
#[test]
fn two_engines_agree_on_a_hundred_thousand_random_requests_and_every_refusal_occurs() {
    let (dice, categories) = (Dice::new(20_261_123), categories());
    let mut hits: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..250 {
        let batch: Vec<_> = (0..20).map(|_| (document(&dice, true), request(&dice))).collect();
        let asked: Vec<Request> =
            batch.iter().map(|(_, req)| Request::parse(req.to_string().as_bytes()).unwrap()).collect();
        for (doc, _) in &batch {
            let typed = Document::parse(doc.to_string().as_bytes()).unwrap();
            for ((_, req), asked) in batch.iter().zip(&asked) {
                let ours = plain(&decide(&typed, asked, FieldList::shipped()));
                assert_eq!(ours, evaluate(doc, req, &categories), "{doc}\n{req}");
                count(&ours, &mut hits);
            }
        }
    }
    let expected = Refusal::ALL.iter().map(|refusal| refusal.code().0);
    let answers = [
        "permit",
        "partial",
        "deny",
        "consent",
        "accord",
        "basis:vital_interest",
        "basis:legal_duty",
        "basis:public_task",
    ];
    for word in expected.chain(answers) {
        assert!(hits.get(word).is_some_and(|count| *count >= 100), "{word}: {hits:?}");
    }
}
