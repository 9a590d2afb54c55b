//! Worked accords as data: a task force with a legal-aid institution, a shelter, a health provider or the police, and task
//! forces with one another. Filled with their parties they are documents like any other; demo, fixtures and the page that drafts an
//! accord use them.

use crate::json::Json;
use crate::words::{PartyRole, Word};
use base::{NodeId, Place};

/// What fills a template.
#[derive(Clone, Debug)]
pub struct TemplateFill {
    /// The id of the accord.
    pub id: String,
    /// First day in force, `2026-01-01`.
    pub effective: String,
    /// Last day in force.
    pub expires: String,
    /// Where people must be found for a clause that asks for a place.
    pub place: Place,
    /// The parties. `@task_force` in a clause becomes all parties of that role.
    pub parties: Vec<TemplateParty>,
}

/// One party of a filled template.
#[derive(Clone, Debug)]
pub struct TemplateParty {
    /// Its name in clauses and requests.
    pub node: String,
    /// Its node id, if it is known.
    pub id: Option<NodeId>,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub role: PartyRole,
    /// How many must sign.
    pub signatures: u64,
}

/// The names of the templates.
pub const TEMPLATES: [&str; 6] = ["legal-aid", "task-forces", "recruiter-alerts", "investigation", "shelter", "health"];

/// Fills a template of [`TEMPLATES`], and gives the JSON of a document. `None` if no template has the name.
pub fn template(name: &str, fill: &TemplateFill) -> Option<String> {
    let source = match name {
        "legal-aid" => include_bytes!("../templates/legal-aid.json").as_slice(),
        "task-forces" => include_bytes!("../templates/task-forces.json").as_slice(),
        "recruiter-alerts" => include_bytes!("../templates/recruiter-alerts.json").as_slice(),
        "investigation" => include_bytes!("../templates/investigation.json").as_slice(),
        "shelter" => include_bytes!("../templates/shelter.json").as_slice(),
        "health" => include_bytes!("../templates/health.json").as_slice(),
        _ => return None,
    };
    let json = Json::parse(source, source.len()).ok()?;
    serde_json::to_string_pretty(&filled(json, fill)).ok()
}

fn filled(json: Json, fill: &TemplateFill) -> Json {
    match json {
        Json::Text(text) => value(&text, fill),
        Json::List(items) => Json::List(items.into_iter().flat_map(|item| item_of(item, fill)).collect()),
        Json::Object(entries) => {
            Json::Object(entries.into_iter().map(|(key, value)| (key, filled(value, fill))).collect())
        }
        other => other,
    }
}

fn value(text: &str, fill: &TemplateFill) -> Json {
    match text {
        "@id" => Json::Text(fill.id.clone()),
        "@effective" => Json::Text(fill.effective.clone()),
        "@expires" => Json::Text(fill.expires.clone()),
        "@place" => Json::Text(fill.place.to_string()),
        "@parties" => Json::List(fill.parties.iter().map(party).collect()),
        _ => Json::Text(text.replace("{place}", fill.place.name())),
    }
}

/// One item of a list; a role stands for all parties that have it.
fn item_of(item: Json, fill: &TemplateFill) -> Vec<Json> {
    let role = match &item {
        Json::Text(text) => text.strip_prefix('@').and_then(PartyRole::parse),
        _ => None,
    };
    match role {
        Some(role) => {
            let parties = fill.parties.iter().filter(|party| party.role == role);
            parties.map(|party| Json::Text(party.node.clone())).collect()
        }
        None => vec![filled(item, fill)],
    }
}

fn party(party: &TemplateParty) -> Json {
    let text = |key: &str, value: &str| (key.to_owned(), Json::Text(value.to_owned()));
    let mut entries = vec![text("node", &party.node)];
    entries.extend(party.id.map(|id| text("id", &id.to_string())));
    entries.extend([text("name", &party.name), text("role", party.role.word())]);
    entries.push(("signatures".to_owned(), Json::Whole(i64::try_from(party.signatures).unwrap_or(i64::MAX))));
    Json::Object(entries)
}
