//! Services: what is refused, what comes back whole, and that HSDS files are what the published schemas say.
#![cfg(test)]

use base::Place;
use pocketbook::ServiceKind;
use pocketbook::services::{COLUMNS, Listed, Where, csv, hsds, tabular};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// 2026-11-29.
const TODAY: i64 = 20_786;

fn record() -> [String; 19] {
    [
        "rs-bakau-1",
        "21.71",
        "health",
        "RSUD Bakau (rekaan)",
        "Poli forensik",
        "Forensic clinic",
        "Pemeriksaan dan visum, \"tanpa\" rujukan.",
        "Examination and forensic report.",
        "Siapa saja.",
        "Anyone.",
        "id; jv",
        "MO-FR 08:00-16:00; SA 08:00-12:00",
        "+62 800 0000 001; 0800-1",
        "+62 800 0000 002",
        "Jalan Rekaan 1, Bakau",
        "public",
        "2026-11-01",
        "Diperiksa lewat telepon",
        "Checked by telephone",
    ]
    .map(str::to_owned)
}

fn at(column: &str) -> usize {
    COLUMNS.iter().position(|name| *name == column).unwrap()
}

fn with(changes: &[(&str, &str)]) -> [String; 19] {
    let mut record = record();
    for (column, text) in changes {
        (*text).clone_into(&mut record[at(column)]);
    }
    record
}

fn listed(changes: &[(&str, &str)]) -> Listed {
    Listed::from_record(&with(changes), TODAY).unwrap()
}

/// Many services, different in every field that may differ.
fn many(count: usize) -> Vec<Listed> {
    let mut state = 7_u64;
    let mut pick = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % n
    };
    let odd = ["=1+1", "'", "'=x", "@rumah", "a;b", "dua\nbaris", "\"kutip\"", "koma, koma", "-5", "é 漢字"];
    let hours = ["", "24/7", "MO-FR 08:00-16:00", "SU 00:00-24:00; MO 07:30-09:00", "TU 10:00-11:00; TH 10:00-11:00"];
    let mut all = Vec::new();
    for n in 0..count {
        let regency = &base::places::REGENCIES[n % base::places::REGENCIES.len()];
        let place = match pick(10) {
            0 => "ID",
            1 => "MY",
            2 => &regency.code[..2],
            _ => regency.code.as_str(),
        };
        let kind = ServiceKind::ALL[pick(ServiceKind::ALL.len())];
        let address = if kind == ServiceKind::Shelter || pick(3) == 0 { "" } else { odd[pick(odd.len())] };
        let code = format!("layanan-{n}");
        let body = format!("Lembaga {}", n % 1_000);
        all.push(listed(&[
            ("code", &code),
            ("place", place),
            ("kind", kind.word()),
            ("body", &body),
            ("what_id", odd[pick(odd.len())]),
            ("who_en", odd[pick(odd.len())]),
            ("hours", hours[pick(hours.len())]),
            ("languages", ["", "id", "id; jv; zh-Hant"][pick(3)]),
            ("whatsapp", ["", "+62 800 0000 009"][pick(2)]),
            ("address", address),
            ("visibility", ["public", "partners"][pick(2)]),
        ]));
    }
    all
}

#[test]
fn a_service_reads_back_as_it_was_stated() {
    let service = listed(&[]);
    assert_eq!(service.record(), record());
    assert_eq!(service.at, Where::Place(Place::parse("21.71").unwrap()));
    assert!(!service.stale(TODAY));
    assert!(service.stale(TODAY + 153), "confirmed 181 days ago");
}

#[test]
fn each_fault_is_named_at_its_field() {
    let faults = |changes: &[(&str, &str)]| -> Vec<(String, String)> {
        let found = Listed::from_record(&with(changes), TODAY).unwrap_err();
        found.into_iter().map(|fault| (fault.code.0.to_owned(), fault.at.unwrap())).collect()
    };
    let long = "a".repeat(1_001);
    for (column, text, code) in [
        ("code", "RS Bakau", "service.code"),
        ("place", "99.99", "service.place"),
        ("place", "my", "service.place"),
        ("kind", "dentist", "service.kind"),
        ("name_en", "  ", "service.empty"),
        ("languages", "Jawa", "service.language"),
        ("hours", "FR-MO 08:00-16:00", "service.hours"),
        ("hours", "MO 16:00-08:00", "service.hours"),
        ("hours", "MO 8-16", "service.hours"),
        ("phones", "satu", "service.phone"),
        ("visibility", "", "service.visibility"),
        ("confirmed_on", "2026-02-30", "service.date"),
        ("confirmed_on", "2026-12-09", "service.date"),
        ("what_id", &long, "service.too-long"),
    ] {
        assert_eq!(faults(&[(column, text)]), [(code.to_owned(), column.to_owned())], "{column} {text}");
    }
    let shelter = faults(&[("kind", "shelter")]);
    assert_eq!(shelter, [("service.shelter-address".to_owned(), "address".to_owned())]);
    assert_eq!(faults(&[("phones", ""), ("whatsapp", "")])[0].0, "service.unreachable");
    assert_eq!(faults(&[("code", ""), ("kind", ""), ("hours", "x")]).len(), 3, "every fault at once");
}

#[test]
fn a_file_with_a_bad_row_is_not_taken_and_every_bad_row_is_named() {
    let rows = [listed(&[]), listed(&[("code", "dua")]), listed(&[("code", "tiga")])];
    let good = csv::write(&rows);
    assert_eq!(csv::read(good.as_bytes(), TODAY).unwrap(), rows);
    let bad = good.replace("dua,21.71", "dua,99.99").replace("tiga,", "rs-bakau-1,");
    let faults = csv::read(bad.as_bytes(), TODAY).unwrap_err();
    let faults: Vec<String> =
        faults.iter().map(|fault| format!("{} {}", fault.code, fault.at.as_deref().unwrap())).collect();
    assert_eq!(faults, ["service.place 3: place", "service.twice 4: code"]);
    let faults = csv::read(good.replacen("who_id", "siapa", 1).as_bytes(), TODAY).unwrap_err();
    assert_eq!((faults[0].code.0, faults[0].at.as_deref().unwrap()), ("service.header", "who_id"));
    let short = csv::read(format!("{}\r\nsatu,dua\r\n", COLUMNS.join(",")).as_bytes(), TODAY).unwrap_err();
    assert_eq!((short[0].code.0, short[0].at.as_deref().unwrap()), ("service.row", "2"));
    assert!(csv::read(b"", TODAY).is_err());
}

#[test]
fn a_spreadsheet_that_writes_semicolons_is_read_too() {
    let row = listed(&[("phones", "110"), ("hours", ""), ("languages", "id")]);
    let head = COLUMNS.join(";");
    let fields: Vec<String> = row.record().iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
    let text = format!("\u{feff}{head}\r\n{}\r\n", fields.join(";"));
    assert_eq!(csv::read(text.as_bytes(), TODAY).unwrap(), [row]);
}

#[test]
fn no_cell_that_goes_out_is_a_formula() {
    let text = csv::write(&[listed(&[("what_id", "=HYPERLINK(\"x\")"), ("who_id", "@sum"), ("name_en", "+1-2=")])]);
    assert!(text.contains("\"'=HYPERLINK(\"\"x\"\")\"") && text.contains("'@sum") && text.contains("'+1-2="), "{text}");
    assert!(text.contains("+62 800 0000 001; 0800-1"), "a number stays a number");
}

#[test]
fn services_of_every_kind_come_back_whole_from_csv_and_from_hsds() {
    // All 20,000 of a large node go through the benches.
    let services = many(2_000);
    assert_eq!(csv::read(csv::write(&services).as_bytes(), TODAY).unwrap(), services);
    let json = hsds::write(services.iter());
    assert_eq!(hsds::read(json.as_bytes(), TODAY).unwrap(), services);
}

#[test]
fn json_is_what_the_published_schema_of_hsds_3_says() {
    let schema: Value = serde_json::from_str(include_str!("hsds/service.json")).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let page: Value = serde_json::from_str(&hsds::write(many(300).iter())).unwrap();
    let contents = page["contents"].as_array().unwrap();
    assert_eq!((contents.len(), &page["total_items"]), (300, &Value::from(300)));
    for service in contents {
        let faults: Vec<String> = validator.iter_errors(service).map(|fault| fault.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
    // The schema does check: a wrong id, state, address, schedule day is found.
    let mut odd = contents[0].clone();
    odd["id"] = "rs-bakau-1".into();
    odd["status"] = "open".into();
    odd["service_at_locations"][0]["location"]["location_type"] = "somewhere".into();
    odd["schedules"] = serde_json::json!([{"freq": "DAILY"}]);
    assert_eq!(validator.iter_errors(&odd).count(), 5);
}

/// The published package names files, columns, what must be there and what words are known.
#[test]
fn the_tabular_form_is_what_the_published_package_says() {
    let package: Value = serde_json::from_str(include_str!("hsds/datapackage.json")).unwrap();
    let resources = package["resources"].as_array().unwrap();
    let files = tabular::write(&many(300));
    let mut rows_seen = 0;
    let mut ids: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, text) in &files {
        let resource = resources.iter().find(|resource| resource["path"] == **name).unwrap();
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let mut lines = text.split("\r\n").filter(|line| !line.is_empty());
        let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
        for field in fields.iter().filter(|field| field["constraints"]["required"] == true) {
            assert!(columns.iter().any(|column| field["name"] == **column), "{name}: {} is missing", field["name"]);
        }
        for row in table(text, columns.len()).into_iter().skip(1) {
            rows_seen += 1;
            for (column, value) in columns.iter().zip(&row) {
                let field = fields.iter().find(|field| field["name"] == **column).unwrap();
                let limits = &field["constraints"];
                assert!(limits["required"] != true || !value.is_empty(), "{name}: {column} is empty");
                let words = limits["enum"].as_array().or(field["enum"].as_array());
                assert!(words.is_none_or(|words| words.iter().any(|word| word == value.as_str())), "{column}: {value}");
            }
            ids.entry(name).or_default().push(row[0].clone());
        }
    }
    assert!(rows_seen > 3_000, "{rows_seen}");
    for (name, mut all) in ids {
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "{name}: ids once each");
    }
}

/// A reader of CSV of its own, so that the writer is not checked by itself.
fn table(text: &str, width: usize) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                assert_eq!(row.len(), width, "{row:?}");
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    rows
}

#[test]
fn what_another_program_wrote_is_read_or_named() {
    let foreign = serde_json::json!([{
        "id": "ac148810-d857-441c-9679-408f346de14b", "name": "Konseling", "status": "active",
        "description": "Konseling.", "eligibility_description": "Siapa saja", "assured_date": "2026-10-01",
        "organization": {"id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610", "name": "Lembaga", "description": "x"},
        "phones": [{"id": "1554f2e2-a373-45db-a3fa-9fc48a61c15e", "number": "+62 800 0000 003"}],
        "schedules": [{"id": "48102e86-bb50-41c4-8f1e-e269368c41d1", "byday": "MO,WE", "opens_at": "10:00:00",
                       "closes_at": "12:30:00"}],
        "service_at_locations": [{"id": "e94c9f38-1e8f-4564-91d4-d53501ab1765", "location": {
            "id": "3a19ff88-4620-4d17-9830-ac1d859eb5d5", "location_type": "virtual", "external_identifier": "21.71"}}],
    }]);
    let faults = hsds::read(foreign.to_string().as_bytes(), TODAY).unwrap_err();
    let faults: Vec<String> =
        faults.iter().map(|fault| format!("{} {}", fault.code, fault.at.as_deref().unwrap())).collect();
    assert_eq!(faults, ["service.kind 1: kind"], "whose kind nobody says is not guessed");
    let term = serde_json::json!([{"value": "health", "taxonomy_term": {"taxonomy": "simpul", "code": "kind"}}]);
    let mut told = foreign;
    told[0]["attributes"] = term;
    let read = hsds::read(told.to_string().as_bytes(), TODAY).unwrap();
    assert_eq!(read[0].hours.len(), 2);
    assert_eq!((read[0].what.en.as_str(), read[0].public), ("Konseling.", true));
    assert_eq!(hsds::uuid(&read[0].code, ""), "ac148810-d857-441c-9679-408f346de14b");
    assert!(hsds::read(b"{", TODAY).is_err());
}

proptest! {
    /// Whatever a file holds, it is read or its faults are named; what is read goes out and comes back.
    #[test]
    fn no_file_is_taken_that_does_not_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..60), at in 0..2_000_usize) {
        for mut file in [csv::write(&many(3)).into_bytes(), hsds::write(many(3).iter()).into_bytes(), Vec::new()] {
            let from = at.min(file.len());
            let to = (from + bytes.len() / 2).min(file.len());
            file.splice(from..to, bytes.clone());
            for read in [csv::read(&file, TODAY), hsds::read(&file, TODAY)] {
                match read {
                    Ok(services) => {
                        prop_assert_eq!(&csv::read(csv::write(&services).as_bytes(), TODAY), &Ok(services.clone()));
                        prop_assert_eq!(&hsds::read(hsds::write(services.iter()).as_bytes(), TODAY), &Ok(services));
                    }
                    Err(faults) => prop_assert!(!faults.is_empty()),
                }
            }
        }
    }
}
