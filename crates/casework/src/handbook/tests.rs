use super::*;
use crate::clock::{Span, Unit};
use crate::words::Urgency;
use base::Timestamp;
use proptest::prelude::*;

/// The embedded pack with one text of one file replaced, and its digest made right.
fn changed(path: &str, from: &str, to: &str) -> Vec<Problem> {
    let mut files = Handbook::embedded_files();
    let index = files.iter().position(|(name, _)| name == path).unwrap();
    let text = String::from_utf8(files[index].1.clone()).unwrap();
    assert!(text.contains(from), "{path} lacks {from}");
    files[index].1 = text.replacen(from, to, 1).into_bytes();
    relist(&mut files);
    Handbook::check(&files)
}

fn relist(files: &mut [(String, Vec<u8>)]) {
    use sha2::{Digest, Sha256};
    let mut pack: serde_json::Value = serde_json::from_slice(&files[0].1).unwrap();
    let listed: Vec<_> = files[1..]
        .iter()
        .map(|(path, bytes)| serde_json::json!([path, bytes.len(), base::hex(&Sha256::digest(bytes))]))
        .collect();
    pack["files"] = listed.into();
    files[0].1 = serde_json::to_vec(&pack).unwrap();
}

fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code.0).collect()
}

#[test]
fn the_embedded_handbook_has_no_problem_and_every_text_in_both_languages() {
    let handbook = Handbook::embedded().unwrap();
    let lines: Vec<&str> = handbook.lines.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(lines, ["IN", "ID", "LE", "RP", "XR", "GV"]);
    assert_eq!(handbook.steps.len(), 28);
    for step in handbook.steps.values() {
        let prose = &step.prose;
        let texts =
            [&step.name, &prose.entry, &prose.does, &prose.exit, &prose.documents, &prose.consent, &prose.sends_to];
        for text in texts.into_iter().chain(step.deadline.iter().map(|deadline| &deadline.basis)) {
            assert!(!text.id.is_empty() && !text.en.is_empty(), "{}", step.id);
        }
    }
    assert!(Role::ALL.iter().filter(|role| role.owns_steps()).all(|role| handbook.roles.contains_key(role)));
}

#[test]
fn deadlines_of_the_three_laws_are_statutory_and_cannot_be_edited() {
    let handbook = Handbook::embedded().unwrap();
    let statutory: Vec<&str> = handbook
        .steps
        .values()
        .filter(|step| step.deadline.as_ref().is_some_and(|deadline| deadline.statutory))
        .map(|step| step.id.as_str())
        .collect();
    assert_eq!(statutory, ["ID-2", "ID-7", "LE-2", "RP-2", "RP-3"]);
    let span = Span { value: 9, unit: Unit::Days };
    let own = Deadline { spans: [span; 3], basis: Text::new("SOP", "SOP"), mark: Mark::Verified, statutory: true };
    assert_eq!(handbook.clone().with_deadline("LE-2", own.clone()).unwrap_err().code.0, "handbook.statutory");
    let edited = handbook.with_deadline("LE-1", own).unwrap();
    let deadline = edited.step("LE-1").unwrap().deadline.clone().unwrap();
    assert_eq!((deadline.span(Urgency::Red), deadline.statutory), (span, false));
}

#[test]
fn no_pack_can_lengthen_or_unmark_a_deadline_of_the_law() {
    let longer = changed("lines/ID.json", "\"value\": 7,", "\"value\": 30,");
    assert_eq!(codes(&longer), ["handbook.statutory"]);
    let unmarked = changed("lines/LE.json", ",\n    \"statutory\": true", "");
    assert_eq!(codes(&unmarked), ["handbook.statutory"]);
    assert_eq!(unmarked[0].at.as_deref(), Some("lines/LE.json: steps[1].deadline (LE-2)"));
}

#[test]
fn a_deadline_may_differ_by_urgency_and_side_and_role_are_apart() {
    let handbook = Handbook::embedded().unwrap();
    let answer = handbook.step("XR-2").unwrap();
    assert_eq!((answer.role, answer.side), (Role::ReferralDesk, Side::Receiver));
    let span = |urgency| answer.deadline.as_ref().unwrap().span(urgency);
    assert_eq!(span(Urgency::Red), Span { value: 2, unit: Unit::Hours });
    assert_eq!(span(Urgency::Green), Span { value: 3, unit: Unit::WorkingDays });
    assert_eq!(handbook.step("XR-3").unwrap().side, Side::Both);
}

#[test]
fn each_fault_of_a_pack_is_named_with_its_file_and_path() {
    let cases = [
        (
            "lines/IN.json",
            "\"done\": \"IN-1\"",
            "\"done\": \"IN-9\"",
            "handbook.unknown-step",
            "lines/IN.json: steps[1].entry",
        ),
        (
            "lines/IN.json",
            "\"INTAKE_OFFICER\",\n   \"entry\"",
            "\"BARBER\",\n   \"entry\"",
            "handbook.unknown-role",
            "lines/IN.json: steps[0].role (BARBER)",
        ),
        (
            "lines/IN.json",
            "\"unit\": \"h\"",
            "\"unit\": \"fortnight\"",
            "handbook.bad-unit",
            "lines/IN.json: steps[0].deadline.unit",
        ),
        (
            "lines/ID.json",
            "\"id\": \"ID-2\"",
            "\"id\": \"ID-1\"",
            "handbook.twice",
            "lines/ID.json: steps[1].id (ID-1)",
        ),
        (
            "lines/IN.json",
            "\"entry\": \"always\"",
            "\"entry\": {\"done\": \"IN-2\"}",
            "handbook.cycle",
            "lines/IN.json: steps[0].entry",
        ),
        (
            "lines/IN.json",
            "\"entry\": \"always\"",
            "\"entry\": {\"done\": \"IN-2\"}",
            "handbook.unreachable",
            "lines/RP.json: steps[1].entry",
        ),
        (
            "lines/LE.json",
            "\"wants\": \"legal_aid\"",
            "\"wants\": \"a_holiday\"",
            "handbook.unknown-word",
            "lines/LE.json: steps[1].entry",
        ),
        (
            "lines/LE.json",
            "\"wants\": \"legal_aid\"",
            "\"wishes\": \"legal_aid\"",
            "handbook.bad-condition",
            "lines/LE.json: steps[1].entry.any[0]",
        ),
        (
            "lines/LE.json",
            "\"F-15.given\"",
            "\"F-15.taken\"",
            "handbook.unknown-field",
            "lines/LE.json: steps[0].records[0] (F-15.taken)",
        ),
        (
            "pack.json",
            "\"kind\": \"handbook\"",
            "\"kind\": \"screening\"",
            "handbook.not-a-handbook",
            "pack.json: kind",
        ),
    ];
    for (path, from, to, code, at) in cases {
        let problems = changed(path, from, to);
        let found = problems.iter().any(|problem| problem.code.0 == code && problem.at.as_deref() == Some(at));
        // Only LE, ID and RP may follow from a broken IN; the first fault is always there.
        assert!(
            found || (code == "handbook.unreachable" && codes(&problems).contains(&code)),
            "{code} at {at}: {problems:?}"
        );
        assert!(problems.iter().all(|problem| problem.message().en != problem.remedy().en));
    }
}

#[test]
fn a_changed_or_unlisted_file_is_refused() {
    let mut files = Handbook::embedded_files();
    files.push(("lines/ZZ.json".into(), b"{}".to_vec()));
    files[2].1.push(b' ');
    assert_eq!(codes(&Handbook::check(&files)), ["handbook.changed", "handbook.not-listed"]);
}

#[test]
fn no_handbook_asks_for_testimony_passport_stay_or_silence() {
    // SOP 6.5: no step may require one of these. Conditions name no consent C3, C6 as a bar to a step of another line.
    let handbook = Handbook::embedded().unwrap();
    for step in handbook.steps.values().filter(|step| step.id != "ID-6") {
        for part in step.entry.parts().into_iter().chain(step.exit.parts()) {
            let bars = [crate::ConsentCode::Police, crate::ConsentCode::Stay];
            assert!(!bars.iter().any(|code| *part == Condition::Consent(*code)), "{}", step.id);
        }
    }
    assert!(Timestamp::parse("2026-11-23T00:00:00Z").is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mutated_packs_never_panic(file in 0_usize..10, at in 0_usize..12_000, byte in any::<u8>()) {
        let mut files = Handbook::embedded_files();
        let bytes = &mut files[file].1;
        let length = bytes.len();
        bytes[at % length] = byte;
        if file > 0 {
            relist(&mut files);
        }
        let _ = Handbook::load(&files);
    }
}
