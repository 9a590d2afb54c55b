//! The question (CONTRACTS.md 3.2): who wants to send which fields about whom, to whom, what for, and what stands behind
//! it. `desk` builds one in code; the command line reads one from JSON.

use crate::document::first;
use crate::json::{
    At, Json, Log, Object, Path, Read, any_text, count, flag, list, moment, or_null, place, text, texts, word, words,
};
use crate::words::{AccordState, Action, Basis, Category, ConsentCode, Giver, Kin, PersonRole, Purpose};
use base::{Place, Problem, Timestamp};

/// One request; a case with every field of the list and a hundred consents fits many times.
pub const REQUEST_BYTES_MAX: usize = 262_144;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// When.
    pub on: Timestamp,
    /// The sender, by its name in the accord.
    pub from: String,
    /// The receiver, by its name in the accord.
    pub to: String,
    /// By which act.
    pub action: Action,
    /// What for.
    pub purpose: Purpose,
    /// About whom. Absent only for an alert; without it nothing else is permitted.
    pub person: Option<Person>,
    /// Where the accord stands.
    pub accord_state: AccordState,
    /// Messages sent today under this accord.
    pub sent_today: u64,
    /// What the person agreed to.
    pub consents: Vec<Consent>,
    /// Another ground than consent.
    pub basis: Option<SignedBasis>,
    /// The fields, each answered in this order.
    pub fields: Vec<String>,
}

/// About whom: no name, only what the rule needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Their roles in the matter.
    pub roles: Vec<PersonRole>,
    /// Whether they count as a child.
    pub child: bool,
    /// Where they were found.
    pub found_in: Option<Place>,
    /// Where they come from.
    pub origin: Option<Place>,
    /// Whose family they are.
    pub family_of: Option<FamilyOf>,
    /// Nodes that stand against them in the matter.
    pub conflicts: Vec<String>,
}

/// A kinship to somebody who was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyOf {
    /// How they are kin.
    pub kind: Kin,
    /// Where the other one was found.
    pub found_in: Option<Place>,
}

/// One recorded consent.
#[derive(Clone, Debug, PartialEq)]
pub struct Consent {
    /// Its id; the answer names it.
    pub id: String,
    /// What it is for.
    pub code: ConsentCode,
    /// The receiver it names.
    pub to: String,
    /// The purpose it names.
    pub purpose: Purpose,
    /// The categories it names.
    pub categories: Vec<Category>,
    /// Who gave it.
    pub by: Giver,
    /// From when.
    pub from: Timestamp,
    /// Until when, this moment excluded.
    pub until: Timestamp,
    /// When it was withdrawn.
    pub withdrawn: Option<Timestamp>,
}

/// A ground other than consent, signed by officers.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedBasis {
    /// Which ground.
    pub kind: Basis,
    /// Why, in words.
    pub reason: String,
    /// Who signed; the same officer twice counts once.
    pub signed_by: Vec<String>,
}

impl Request {
    /// Reads a request; the first fault if it is not well formed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let json = Json::parse(bytes, REQUEST_BYTES_MAX)?;
        Self::read(&json, &Path::ROOT).map_err(first)
    }

    pub(crate) fn read(json: &Json, path: &Path<'_>) -> Result<Self, Vec<Problem>> {
        let log = Log::default();
        let request = request(At { json, path, log: &log });
        log.finish(request)
    }
}

const KEYS: [&str; 11] =
    ["on", "from", "to", "action", "purpose", "person", "accord_state", "sent_today", "consents", "basis", "fields"];

fn request(at: At<'_>) -> Read<Request> {
    let object = Object::open(at, &KEYS)?;
    let (on, from, to) = (object.need("on", moment), object.need("from", text), object.need("to", text));
    let (action, purpose) = (object.need("action", word), object.need("purpose", word));
    let person = object.need("person", |at| {
        let person = or_null(at, person)?;
        // With an unreadable action its own fault is named instead.
        let alert = !action.is_ok_and(|action| action != Action::Alert);
        if person.is_none() && !alert { at.fault("accord.person-missing") } else { Ok(person) }
    });
    let (accord_state, sent_today) = (object.need("accord_state", word), object.need("sent_today", count));
    let consents = object.need("consents", |at| list(at, consent));
    let basis = object.need("basis", |at| or_null(at, basis));
    let fields = object.need("fields", |at| list(at, any_text));
    Ok(Request {
        on: on?,
        from: from?,
        to: to?,
        action: action?,
        purpose: purpose?,
        person: person?,
        accord_state: accord_state?,
        sent_today: sent_today?,
        consents: consents?,
        basis: basis?,
        fields: fields?,
    })
}

fn person(at: At<'_>) -> Read<Person> {
    let object = Object::open(at, &["roles", "child", "found_in", "origin", "family_of", "conflicts"])?;
    let (roles, child) = (object.need("roles", words), object.need("child", flag));
    let found_in = object.need("found_in", |at| or_null(at, place));
    let origin = object.need("origin", |at| or_null(at, place));
    let family_of = object.need("family_of", |at| or_null(at, family_of));
    let conflicts = object.need("conflicts", texts);
    Ok(Person {
        roles: roles?,
        child: child?,
        found_in: found_in?,
        origin: origin?,
        family_of: family_of?,
        conflicts: conflicts?,
    })
}

fn family_of(at: At<'_>) -> Read<FamilyOf> {
    let object = Object::open(at, &["kind", "found_in"])?;
    let (kind, found_in) = (object.need("kind", word), object.need("found_in", |at| or_null(at, place)));
    Ok(FamilyOf { kind: kind?, found_in: found_in? })
}

fn consent(at: At<'_>) -> Read<Consent> {
    let keys = ["id", "code", "to", "purpose", "categories", "by", "from", "until", "withdrawn"];
    let object = Object::open(at, &keys)?;
    let (id, code, to) = (object.need("id", text), object.need("code", word), object.need("to", text));
    let (purpose, categories) = (object.need("purpose", word), object.need("categories", words));
    let (by, from, until) = (object.need("by", word), object.need("from", moment), object.need("until", moment));
    let withdrawn = object.need("withdrawn", |at| or_null(at, moment));
    Ok(Consent {
        id: id?,
        code: code?,
        to: to?,
        purpose: purpose?,
        categories: categories?,
        by: by?,
        from: from?,
        until: until?,
        withdrawn: withdrawn?,
    })
}

fn basis(at: At<'_>) -> Read<SignedBasis> {
    let object = Object::open(at, &["kind", "reason", "signed_by"])?;
    let (kind, reason) = (object.need("kind", word), object.need("reason", text));
    let signed_by = object.need("signed_by", texts);
    Ok(SignedBasis { kind: kind?, reason: reason?, signed_by: signed_by? })
}
