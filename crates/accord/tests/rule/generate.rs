//! Random accords and requests from a seed. Each part mostly fits, so that every layer of the rule is reached often.

use base::Chance;
use base::chance::SeededChance;
use serde_json::{Value, json};

pub struct Dice(SeededChance);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(SeededChance::new(seed))
    }

    /// A number below `sides`.
    pub fn roll(&self, sides: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) >> 11).unwrap() % sides
    }

    /// True once in so many.
    pub fn once_in(&self, many: usize) -> bool {
        self.roll(many) == 0
    }

    pub fn one<'a, T: ?Sized>(&self, of: &[&'a T]) -> &'a T {
        of[self.roll(of.len())]
    }

    /// Some of them, at least `least`.
    fn some(&self, of: &[&str], least: usize) -> Value {
        let mut out: Vec<&str> = of.iter().copied().filter(|_| !self.once_in(3)).collect();
        while out.len() < least {
            out.push(self.one(of));
        }
        json!(out)
    }
}

const NODES: [&str; 4] = ["a", "b", "c", "s"];
const ACTIONS: [&str; 5] = ["refer", "handover", "share", "alert", "query"];
const PURPOSES: [&str; 12] = [
    "legal_aid",
    "health",
    "shelter",
    "return",
    "reintegration",
    "family_assessment",
    "return_risk",
    "protection",
    "restitution",
    "investigation",
    "recruiter_alert",
    "statistics",
];
const COMMON: [&str; 3] = ["legal_aid", "return", "protection"];
const CATEGORIES: [&str; 15] = [
    "identity",
    "contact",
    "profile",
    "needs",
    "chronology",
    "statement",
    "screening",
    "health",
    "shelter",
    "legal",
    "placement",
    "documents",
    "family",
    "recruiter",
    "status",
];
const FIELDS: [&str; 20] = [
    "identity.name",
    "contact.phone",
    "contact.safe_way",
    "profile.sex",
    "needs.legal",
    "chronology.summary",
    "chronology.travel",
    "statement.text",
    "screening.outcome",
    "health.needs",
    "shelter.location",
    "legal.problem",
    "legal.losses",
    "placement.route",
    "documents.id_card",
    "family.risks",
    "recruiter.name",
    "recruiter.nik",
    "status.urgency",
    "nothing.known",
];
const PLACES: [&str; 6] = ["21", "21.71", "21.71.04", "52.03", "52", "31.75"];
const ROLES: [&str; 4] = ["victim", "witness", "reporter", "family"];
const BASES: [&str; 4] = ["consent", "vital_interest", "legal_duty", "public_task"];

/// A well-formed document.
pub fn document(dice: &Dice, with_required: bool) -> Value {
    let clauses: Vec<Value> = (0..dice.roll(5)).map(|index| clause(dice, index, with_required)).collect();
    let party = |node: &str, role: &str| json!({"node": node, "name": "N", "role": role, "signatures": 1});
    json!({
        "accord": 1, "id": "acak", "version": 1 + dice.roll(3), "previous": null, "title": {"id": "j", "en": "t"},
        "parties": [party("a", "task_force"), party("b", "legal_aid"), party("c", "police"), party("s", "shelter")],
        "effective": dice.one(&["2026-01-01", "2026-06-15"]), "expires": dice.one(&["2026-12-31", "2026-06-15"]),
        "clauses": clauses,
        "duties": [{"no": "5.1", "duty": "answer", "hours": 24}, {"no": "5.2", "duty": "fee", "amount_idr": 0}],
        "termination": {"no": "9", "notice_days": 30, "immediate_on": [], "cases_in_progress": "hand_back"},
    })
}

fn clause(dice: &Dice, index: usize, with_required: bool) -> Value {
    let mut clause = json!({
        "no": format!("4.{index}"), "text": {"id": "p", "en": "c"},
        "from": dice.some(&NODES, 1), "to": dice.some(&NODES, 1),
        "actions": dice.some(&ACTIONS, 1), "purposes": dice.some(&PURPOSES, 0),
        "persons": {"roles": dice.some(&ROLES, 0), "found_in": places(dice)},
        "categories": dice.some(&CATEGORIES, 0),
        "basis": if dice.once_in(2) { "consent" } else { dice.one(&BASES) },
        "onward": dice.one(&["never", "with_consent"]), "retention_days": 30 + dice.roll(400),
    });
    if dice.once_in(2) {
        clause["persons"]["origin"] = places(dice);
    }
    if dice.once_in(2) {
        clause["persons"]["family"] = json!(!dice.once_in(3));
    }
    if dice.once_in(3) {
        clause["except"] = json!([dice.one(&FIELDS), dice.one(&FIELDS)]);
    }
    if with_required && dice.once_in(4) {
        clause["required"] = json!([dice.one(&FIELDS)]);
    }
    if dice.once_in(3) {
        clause["per_day"] = json!(dice.roll(8));
    }
    clause
}

fn places(dice: &Dice) -> Value {
    if dice.once_in(2) { json!("any") } else { dice.some(&PLACES, 0) }
}

/// A well-formed request.
pub fn request(dice: &Dice) -> Value {
    let action = if dice.once_in(6) { "alert" } else { dice.one(&ACTIONS) };
    let purpose = if dice.once_in(2) { dice.one(&COMMON) } else { dice.one(&PURPOSES) };
    let to = if dice.once_in(30) { "x" } else { dice.one(&NODES) };
    let from = if to == "a" { "b" } else { dice.one(&["a", "a", "a", "a", "c", "x"]) };
    let consents: Vec<Value> = (0..dice.roll(4)).map(|index| consent(dice, index, to, purpose)).collect();
    let on = match dice.roll(12) {
        0 => "2025-12-31T23:59:59Z",
        1 => "2027-01-01T00:00:00Z",
        2 => "2026-06-15T23:59:59.999Z",
        3 => "2026-06-16T01:00:00+07:00",
        _ => "2026-06-15T12:00:00Z",
    };
    let fields: Vec<&str> = (0..dice.roll(9)).map(|_| *dice.one(&FIELDS.each_ref())).collect();
    json!({
        "on": on, "from": from, "to": to, "action": action, "purpose": purpose,
        "person": if action == "alert" && dice.once_in(2) { json!(null) } else { person(dice) },
        "accord_state": if dice.once_in(15) { dice.one(&["draft", "signed", "suspended", "terminated"]) } else { "active" },
        "sent_today": dice.roll(6), "consents": consents,
        "basis": if dice.once_in(3) { json!(null) } else { basis(dice) },
        "fields": fields,
    })
}

fn person(dice: &Dice) -> Value {
    let place = || if dice.once_in(8) { json!(null) } else { json!(dice.one(&PLACES)) };
    let kin = json!({"kind": dice.one(&["parent", "child", "sibling", "spouse", "guardian"]), "found_in": place()});
    json!({
        "roles": dice.some(&ROLES, 0), "child": dice.once_in(3), "found_in": place(), "origin": place(),
        "family_of": if dice.once_in(2) { json!(null) } else { kin },
        "conflicts": if dice.once_in(12) { json!([dice.one(&NODES)]) } else { json!([]) },
    })
}

fn consent(dice: &Dice, index: usize, to: &str, purpose: &str) -> Value {
    json!({
        "id": format!("c{index}"),
        "code": if dice.once_in(6) { dice.one(&["C1", "C2", "C3", "C5", "C6", "C8"]) } else { dice.one(&["C4", "C7"]) },
        "to": if dice.once_in(8) { dice.one(&NODES) } else { to },
        "purpose": if dice.once_in(8) { dice.one(&PURPOSES) } else { purpose },
        "categories": dice.some(&CATEGORIES, 0),
        "by": if dice.once_in(3) { dice.one(&["guardian", "authority"]) } else { "person" },
        "from": dice.one(&["2026-01-01T00:00:00Z", "2026-06-15T12:00:00Z", "2025-01-01T00:00:00Z", "2026-06-15T12:00:01Z"]),
        "until": dice.one(&["2027-06-01T00:00:00Z", "2026-06-15T12:00:00Z", "2027-01-01T07:00:01+07:00", "2026-12-01T00:00:00Z"]),
        "withdrawn": match dice.roll(5) {
            0 => json!("2026-06-15T12:00:00Z"),
            1 => json!("2026-06-15T12:00:01Z"),
            2 => json!("2026-03-01T00:00:00Z"),
            _ => json!(null),
        },
    })
}

fn basis(dice: &Dice) -> Value {
    let by: Vec<&str> = (0..dice.roll(4)).map(|_| *dice.one(&[&"o1", &"o2"])).collect();
    json!({"kind": dice.one(&BASES), "reason": "r", "signed_by": by})
}
