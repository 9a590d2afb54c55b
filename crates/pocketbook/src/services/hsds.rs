//! Services in the Human Services Data Specification 3 (Open Referral, CC BY-SA 4.0): a subset of organization, service,
//! location, service_at_location, phone, schedule, language, address and attribute. What HSDS has no field for (both
//! languages, the kind, who may see it) stands in attributes of our own taxonomy, so that nothing is lost on the way back.

mod told;

pub(super) use told::{Service, TERMS};

use super::Listed;
use super::csv::ROWS_MAX;
use super::hours::{DAYS, clock, minutes};
use base::Problem;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// The version that is written.
pub const VERSION: &str = "3.0";
/// Name of the taxonomy of our attributes.
pub const TAXONOMY: &str = "simpul";
/// What HSDS asks for and we do not keep.
const NOT_KEPT: &str = "n/a";
/// The free service, as HSDS says fees.
const FREE: &str = "Gratis bagi korban. / Free of charge for victims.";
/// Columns that stand in attributes: their place in a record.
const ATTRIBUTES: [usize; 8] = [0, 1, 2, 7, 9, 15, 17, 18];

/// An id of HSDS (UUID): the code itself if it is one, else made from the code, so that it is the same each time. `part`
/// names what hangs from the service.
pub fn uuid(code: &str, part: &str) -> String {
    let is_uuid = code.len() == 36
        && code
            .char_indices()
            .all(|(n, c)| if [8, 13, 18, 23].contains(&n) { c == '-' } else { c.is_ascii_hexdigit() });
    if part.is_empty() && is_uuid {
        return code.to_owned();
    }
    let mut hash = Sha256::new();
    for text in ["simpul/hsds/1", code, part] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    // A country has hundreds of thousands of these: no formatter stands between.
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let mut out = String::with_capacity(36);
    for (n, byte) in hash.finalize().iter().take(16).enumerate() {
        if [4, 6, 8, 10].contains(&n) {
            out.push('-');
        }
        // Version 8 and variant of RFC 9562: made by a rule of our own.
        let byte = match n {
            6 => byte & 0x0f | 0x80,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        out.push(digit(byte >> 4));
        out.push(digit(byte & 0x0f));
    }
    out
}

/// A page of services as the HSDS API gives it, complete in one.
pub fn write<'a>(services: impl ExactSizeIterator<Item = &'a Listed>) -> String {
    let count = services.len();
    let mut out = format!(
        "{{\"total_items\":{count},\"total_pages\":1,\"page_number\":1,\"size\":{count},\"first_page\":true,\
         \"last_page\":true,\"empty\":{},\"contents\":[",
        count == 0
    );
    for (n, service) in services.enumerate() {
        out.push_str(if n > 0 { ",\n" } else { "\n" });
        // Strings, numbers and lists are always text.
        out.push_str(&serde_json::to_string(&Service::of(service)).unwrap_or_default());
    }
    out.push_str("\n]}\n");
    out
}

/// Reads services: a page of the API, a list, or one service; `today` in days since 1970. All of them, or every fault at
/// `number: field`, the first number 1.
pub fn read(bytes: &[u8], today: i64) -> Result<Vec<Listed>, Vec<Problem>> {
    let malformed = |_| vec![Problem::new("service.hsds")];
    let services = match serde_json::from_slice(bytes).map_err(malformed)? {
        Value::Array(services) => services,
        Value::Object(mut page) => match page.remove("contents") {
            Some(Value::Array(services)) => services,
            _ => vec![Value::Object(page)],
        },
        _ => return Err(vec![Problem::new("service.hsds")]),
    };
    if services.len() > ROWS_MAX {
        return Err(vec![Problem::at("service.too-many", ROWS_MAX.to_string())]);
    }
    let (mut out, mut faults) = (Vec::new(), Vec::new());
    let mut codes = std::collections::BTreeSet::new();
    for (n, service) in services.iter().enumerate() {
        match Listed::from_record(&record(service), today) {
            Ok(listed) if !codes.insert(listed.code.clone()) => {
                faults.push(Problem::at("service.twice", format!("{}: code", n + 1)));
            }
            Ok(listed) => out.push(listed),
            Err(found) => faults.extend(found.into_iter().map(|fault| super::placed(fault, n as u64 + 1))),
        }
    }
    faults.truncate(100);
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

/// The record of a service. Of one that another program wrote, English repeats the other text where there is one text.
fn record(service: &Value) -> [String; 19] {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let ours = list(service, "attributes");
    let ours: Map<String, Value> = ours.iter().filter_map(own_attribute).collect();
    let own = |name: &str, otherwise: String| ours.get(name).and_then(Value::as_str).map_or(otherwise, str::to_owned);
    let locations = list(service, "service_at_locations");
    let location = locations.first().and_then(|at| at.get("location")).cloned().unwrap_or_default();
    let join = |items: Vec<String>| items.join("; ");
    let phones = list(service, "phones");
    let numbers = |is_text: bool| {
        let right = phones.iter().filter(|phone| (text(phone, "type") == "text") == is_text);
        join(right.map(|phone| text(phone, "number")).collect())
    };
    let (name, what) = (text(service, "name"), text(service, "description"));
    let who = text(service, "eligibility_description");
    let english = Some(text(service, "alternate_name")).filter(|name| !name.is_empty());
    let body = service.get("organization").map(|body| text(body, "name")).unwrap_or_default();
    let hours = list(service, "schedules").iter().map(hours_of).collect();
    [
        own("code", text(service, "id")),
        own("place", text(&location, "external_identifier")),
        own("kind", String::new()),
        body.clone(),
        name.clone(),
        english.unwrap_or(name),
        what.clone(),
        own("what_en", what),
        who.clone(),
        own("who_en", who),
        join(list(service, "languages").iter().map(|language| text(language, "code")).collect()),
        join(hours),
        numbers(false),
        numbers(true),
        list(&location, "addresses").first().map(|address| text(address, "address_1")).unwrap_or_default(),
        own("visibility", "public".to_owned()),
        text(service, "assured_date"),
        own("source_id", body.clone()),
        own("source_en", body),
    ]
}

fn own_attribute(attribute: &Value) -> Option<(String, Value)> {
    let term = attribute.get("taxonomy_term")?;
    let ours = term.get("taxonomy").and_then(Value::as_str) == Some(TAXONOMY);
    ours.then_some(())?;
    Some((term.get("code")?.as_str()?.to_owned(), attribute.get("value")?.clone()))
}

/// A schedule as we write hours; one without days of the week and times is a fault.
fn hours_of(schedule: &Value) -> String {
    let text = |name: &str| schedule.get(name).and_then(Value::as_str).unwrap_or_default();
    let time = |name: &str| minutes(text(name).get(..5).unwrap_or_default()).map(clock).unwrap_or_default();
    let days: Vec<&str> = text("byday").split(',').map(str::trim).collect();
    let times = format!("{}-{}", time("opens_at"), time("closes_at"));
    match days.as_slice() {
        [first, .., last] if DAYS.windows(days.len()).any(|row| row == days) => format!("{first}-{last} {times}"),
        days => days.iter().map(|day| format!("{day} {times}")).collect::<Vec<_>>().join("; "),
    }
}
