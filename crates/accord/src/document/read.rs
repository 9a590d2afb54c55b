//! From JSON to the types, with every fault named.

use super::{Clause, Day, Document, Duty, Hours, Party, Persons, Task, Termination, Where};
use crate::json::{
    At, Faulty, Json, Object, Read, both, count, count_from_one, flag, list, or_null, place, shaped, text, texts, word,
    words,
};
use crate::words::DutyKind;
use base::{NodeId, Timestamp, from_hex};
use std::collections::BTreeSet;

const KEYS: [&str; 11] = [
    "accord",
    "id",
    "version",
    "previous",
    "title",
    "parties",
    "effective",
    "expires",
    "clauses",
    "duties",
    "termination",
];

pub(super) fn document(at: At<'_>) -> Read<Document> {
    let object = Object::open(at, &KEYS)?;
    let format = object.need("accord", format_one);
    let (id, version) = (object.need("id", text), object.need("version", count_from_one));
    let (previous, title) = (object.need("previous", |at| or_null(at, hash)), object.need("title", both));
    let parties = object.need("parties", |at| list(at, party));
    let names: Option<BTreeSet<&str>> =
        parties.as_ref().ok().map(|all| all.iter().map(|party| party.node.as_str()).collect());
    let effective = object.need("effective", day);
    let expires = object.need("expires", |at| {
        let day = day(at)?;
        if effective.is_ok_and(|first| first > day) { at.fault("accord.dates-reversed") } else { Ok(day) }
    });
    let clauses = object.need("clauses", |at| {
        let seen = std::cell::RefCell::new(BTreeSet::new());
        list(at, |at| clause(at, names.as_ref(), &seen))
    });
    let (duties, termination) = (object.need("duties", |at| list(at, duty)), object.need("termination", termination));
    format?;
    Ok(Document {
        id: id?,
        version: version?,
        previous: previous?,
        title: title?,
        parties: parties?,
        effective: effective?,
        expires: expires?,
        clauses: clauses?,
        duties: duties?,
        termination: termination?,
    })
}

fn format_one(at: At<'_>) -> Read<()> {
    if count(at)? == 1 { Ok(()) } else { at.fault("accord.unknown-version") }
}

fn hash(at: At<'_>) -> Read<[u8; 32]> {
    let text = text(at)?;
    from_hex(&text).and_then(|bytes| bytes.try_into().ok()).map_or_else(|| at.fault("accord.wrong-hex"), Ok)
}

fn node_id(at: At<'_>) -> Read<NodeId> {
    let text = text(at)?;
    from_hex(&text).and_then(|bytes| NodeId::from_slice(&bytes)).map_or_else(|| at.fault("accord.wrong-hex"), Ok)
}

fn day(at: At<'_>) -> Read<Day> {
    let text = text(at)?;
    let moment = if shaped(&text, "0000-00-00") { Timestamp::parse(&format!("{text}T00:00:00Z")) } else { None };
    moment.map_or_else(|| at.fault("accord.wrong-date"), |moment| Ok(Day(moment.day())))
}

fn party(at: At<'_>) -> Read<Party> {
    let object = Object::open(at, &["node", "id", "name", "role", "signatures"])?;
    let (node, id) = (object.need("node", text), object.may("id", None, |at| node_id(at).map(Some)));
    let (name, role) = (object.need("name", text), object.need("role", word));
    let signatures = object.need("signatures", count_from_one);
    Ok(Party { node: node?, id: id?, name: name?, role: role?, signatures: signatures? })
}

const CLAUSE_KEYS: [&str; 14] = [
    "no",
    "text",
    "from",
    "to",
    "actions",
    "purposes",
    "persons",
    "categories",
    "except",
    "required",
    "basis",
    "onward",
    "retention_days",
    "per_day",
];

fn clause(at: At<'_>, parties: Option<&BTreeSet<&str>>, seen: &std::cell::RefCell<BTreeSet<String>>) -> Read<Clause> {
    let object = Object::open(at, &CLAUSE_KEYS)?;
    let no = object.need("no", |at| {
        let no = text(at)?;
        if seen.borrow_mut().insert(no.clone()) { Ok(no) } else { at.fault("accord.clause-twice") }
    });
    let known = |at: At<'_>| {
        let name = text(at)?;
        // Where the parties themselves could not be read, their fault is the one to mend first.
        if parties.is_none_or(|all| all.contains(name.as_str())) { Ok(name) } else { at.fault("accord.no-such-party") }
    };
    let (from, to) = (object.need("from", |at| list(at, known)), object.need("to", |at| list(at, known)));
    let (says, actions) = (object.need("text", both), object.need("actions", words));
    let (purposes, persons) = (object.need("purposes", words), object.need("persons", persons));
    let (categories, basis) = (object.need("categories", words), object.need("basis", word));
    let (except, required) = (object.may("except", Vec::new(), texts), object.may("required", Vec::new(), texts));
    let (onward, retention_days) = (object.need("onward", word), object.need("retention_days", count));
    let per_day = object.may("per_day", None, |at| count(at).map(Some));
    Ok(Clause {
        no: no?,
        text: says?,
        from: from?,
        to: to?,
        actions: actions?,
        purposes: purposes?,
        persons: persons?,
        categories: categories?,
        except: except?,
        required: required?,
        basis: basis?,
        onward: onward?,
        retention_days: retention_days?,
        per_day: per_day?,
    })
}

fn persons(at: At<'_>) -> Read<Persons> {
    let object = Object::open(at, &["roles", "found_in", "origin", "family"])?;
    let (roles, found_in) = (object.need("roles", words), object.need("found_in", places));
    let (origin, family) = (object.may("origin", Where::Any, places), object.may("family", false, flag));
    Ok(Persons { roles: roles?, found_in: found_in?, origin: origin?, family: family? })
}

fn places(at: At<'_>) -> Read<Where> {
    match at.json {
        Json::Text(text) if text == "any" => Ok(Where::Any),
        Json::Text(_) => at.fault("accord.wrong-word"),
        _ => list(at, place).map(Where::In),
    }
}

fn duty(at: At<'_>) -> Read<Duty> {
    // Which key carries the amount hangs on the kind, so the kind is looked at first.
    let kind = match at.json {
        Json::Object(entries) => entries.iter().find(|(key, _)| key == "duty").map(|(_, value)| value),
        _ => return at.fault("accord.wrong-type"),
    };
    let fee = matches!(kind, Some(Json::Text(kind)) if kind == "fee");
    let object = Object::open(at, &["no", "duty", if fee { "amount_idr" } else { "hours" }])?;
    let (no, kind) = (object.need("no", text), object.need("duty", word::<DutyKind>));
    let amount = if fee { object.need("amount_idr", count) } else { Ok(0) };
    let hours = if fee { Err(Faulty) } else { object.need("hours", hours) };
    let task = match kind? {
        DutyKind::Answer => Task::Answer(hours?),
        DutyKind::AssignCounsel => Task::AssignCounsel(hours?),
        DutyKind::Fee => Task::Fee(amount?),
    };
    Ok(Duty { no: no?, task })
}

fn hours(at: At<'_>) -> Read<Hours> {
    match at.json {
        Json::Object(_) => {
            let object = Object::open(at, &["RED", "AMBER", "GREEN"])?;
            let (red, amber, green) =
                (object.need("RED", count), object.need("AMBER", count), object.need("GREEN", count));
            Ok(Hours { red: red?, amber: amber?, green: green? })
        }
        _ => count(at).map(|all| Hours { red: all, amber: all, green: all }),
    }
}

fn termination(at: At<'_>) -> Read<Termination> {
    let object = Object::open(at, &["no", "notice_days", "immediate_on", "cases_in_progress"])?;
    let (no, notice_days) = (object.need("no", text), object.need("notice_days", count));
    let (immediate_on, cases) = (object.need("immediate_on", words), object.need("cases_in_progress", word));
    Ok(Termination { no: no?, notice_days: notice_days?, immediate_on: immediate_on?, cases_in_progress: cases? })
}
