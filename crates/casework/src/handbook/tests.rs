use super::*;
use crate::clock::{Span, Unit};
use crate::words::Urgency;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The embedded pack with one value of one file replaced (`null` takes it out), and its digests made right.
fn changed(path: &str, pointer: &str, to: Value) -> Vec<Problem> {
    Handbook::check(&mutated(path, pointer, to))
}

fn mutated(path: &str, pointer: &str, to: Value) -> Vec<(String, Vec<u8>)> {
    let mut files = Handbook::embedded_files();
    let (_, bytes) = files.iter_mut().find(|(name, _)| name == path).unwrap();
    let mut file: Value = serde_json::from_slice(bytes).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match file.pointer_mut(parent).unwrap() {
        Value::Object(map) if to.is_null() => drop(map.remove(key).unwrap()),
        Value::Object(map) => drop(map.insert(key.to_owned(), to)),
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = to,
        _ => panic!("{pointer}"),
    }
    *bytes = serde_json::to_vec(&file).unwrap();
    relist(&mut files);
    files
}

/// The next version, 0.3.0: LE-1 has 48 hours instead of 72, LE-6 another owner, HE-4 is gone, and LE-7 is new.
pub(crate) fn next_version() -> Handbook {
    let mut files = Handbook::embedded_files();
    edit(&mut files, "pack.json", |pack| pack["version"] = json!("0.3.0"));
    edit(&mut files, "lines/HE.json", |line| drop(line["steps"].as_array_mut().unwrap().pop()));
    edit(&mut files, "lines/LE.json", |line| {
        let steps = line["steps"].as_array_mut().unwrap();
        steps[0]["deadline"]["value"] = json!(48);
        steps[0]["deadline"]["basis"] = json!({"id": "SOP Batam 2027", "en": "Batam SOP 2027"});
        steps[5]["role"] = json!("COMPANION");
        let mut new = steps[0].clone();
        new["id"] = json!("LE-7");
        new["entry"] = json!({"ended": "LE-1"});
        steps.push(new);
    });
    relist(&mut files);
    Handbook::load(&files).unwrap()
}

fn edit(files: &mut [(String, Vec<u8>)], path: &str, change: impl FnOnce(&mut Value)) {
    let (_, bytes) = files.iter_mut().find(|(name, _)| name == path).unwrap();
    let mut file: Value = serde_json::from_slice(bytes).unwrap();
    change(&mut file);
    *bytes = serde_json::to_vec(&file).unwrap();
}

fn relist(files: &mut [(String, Vec<u8>)]) {
    use sha2::{Digest, Sha256};
    let mut pack: Value = serde_json::from_slice(&files[0].1).unwrap();
    let listed: Vec<_> =
        files[1..].iter().map(|(path, bytes)| json!([path, bytes.len(), base::hex(&Sha256::digest(bytes))])).collect();
    pack["files"] = listed.into();
    files[0].1 = serde_json::to_vec(&pack).unwrap();
}

fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code.0).collect()
}

/// The problem stands there under its code and place, with a message and a remedy of its own in both languages.
fn named(problems: &[Problem], code: &str, at: &str) {
    let found = problems.iter().find(|problem| problem.code.0 == code && problem.at.as_deref() == Some(at));
    let found = found.unwrap_or_else(|| panic!("no {code} at {at}: {problems:#?}"));
    let (message, remedy) = (found.message(), found.remedy());
    assert_ne!(found.code.entry().code, "bug.code-without-text");
    assert!(message.id != remedy.id && message.en != remedy.en && !remedy.id.is_empty() && !remedy.en.is_empty());
}

macro_rules! refused {
    ($($name:ident: $file:literal $pointer:literal = $to:expr => $code:literal at $at:literal;)*) => { $(
        #[test]
        fn $name() {
            named(&changed($file, $pointer, $to), $code, $at);
        }
    )* };
}

refused! {
    a_pack_of_another_kind_is_refused:
        "pack.json" "/kind" = json!("screening") => "handbook.not-a-handbook" at "pack.json: kind";
    a_version_that_is_no_three_numbers_is_refused:
        "pack.json" "/version" = json!("next") => "handbook.bad-version" at "pack.json: version (next)";
    an_unknown_role_is_refused:
        "lines/IN.json" "/steps/0/role" = json!("BARBER") => "handbook.unknown-role" at "lines/IN.json: steps[0].role (BARBER)";
    a_log_in_role_that_owns_no_step_is_refused_as_lead:
        "lines/HE.json" "/lead" = json!("ANALYST") => "handbook.unknown-role" at "lines/HE.json: lead (ANALYST)";
    an_unknown_unit_is_refused:
        "lines/SO.json" "/steps/3/deadline/unit" = json!("fortnight") => "handbook.bad-unit" at "lines/SO.json: steps[3].deadline.unit";
    an_unknown_unit_of_a_later_run_is_refused:
        "lines/RE.json" "/steps/2/deadline/then/1/unit" = json!("month") => "handbook.bad-unit" at "lines/RE.json: steps[2].deadline.unit";
    a_deadline_without_a_basis_is_refused:
        "lines/RE.json" "/steps/0/deadline/basis" = Value::Null => "handbook.no-basis" at "lines/RE.json: steps[0].deadline.basis";
    a_basis_in_one_language_only_is_refused:
        "lines/RE.json" "/steps/0/deadline/basis/en" = json!(" ") => "handbook.no-basis" at "lines/RE.json: steps[0].deadline.basis";
    a_deadline_without_a_value_is_refused:
        "lines/RE.json" "/steps/0/deadline/value" = Value::Null => "handbook.bad-value" at "lines/RE.json: steps[0].deadline";
    a_deadline_of_ten_years_is_refused:
        "lines/RE.json" "/steps/0/deadline/value" = json!(3_650) => "handbook.bad-value" at "lines/RE.json: steps[0].deadline.value";
    a_deadline_that_begins_after_a_step_nobody_knows_is_refused:
        "lines/RE.json" "/steps/2/deadline/from" = json!("RE-9") => "handbook.unknown-step" at "lines/RE.json: steps[2].deadline.from (RE-9)";
    a_deadline_that_looks_ahead_to_something_that_is_no_date_is_refused:
        "lines/LE.json" "/steps/4/deadline/before" = json!("JADWAL-SIDANG.harm") => "handbook.unknown-field" at "lines/LE.json: steps[4].deadline.before (JADWAL-SIDANG.harm)";
    an_unknown_mark_is_refused:
        "lines/GV.json" "/steps/2/deadline/mark" = json!("rumour") => "handbook.bad-file" at "lines/GV.json: steps[2]: unknown variant `rumour`, expected one of `verified`, `product`, `memory`";
    two_steps_with_one_id_are_refused:
        "lines/ID.json" "/steps/1/id" = json!("ID-1") => "handbook.twice" at "lines/ID.json: steps[1].id (ID-1)";
    two_lines_with_one_id_are_refused:
        "lines/SO.json" "/id" = json!("HE") => "handbook.twice" at "lines/SO.json: id (HE)";
    a_step_that_is_not_named_after_its_line_is_refused:
        "lines/FN.json" "/steps/2/id" = json!("FX-3") => "handbook.bad-id" at "lines/FN.json: steps[2].id (FX-3)";
    two_fields_with_one_name_are_refused:
        "forms.json" "/1/fields/1/name" = json!("answers") => "handbook.twice" at "forms.json: [1] (F-02)";
    a_form_that_is_missing_is_refused:
        "lines/HE.json" "/steps/0/records/0" = json!("F-99.facility") => "handbook.missing-form" at "lines/HE.json: steps[0].records[0] (F-99.facility)";
    a_field_that_is_missing_is_refused:
        "lines/LE.json" "/steps/0/records/0" = json!("F-15.taken") => "handbook.unknown-field" at "lines/LE.json: steps[0].records[0] (F-15.taken)";
    a_form_without_a_version_is_refused:
        "forms.json" "/0/version" = Value::Null => "handbook.bad-file" at "forms.json: [0]: missing field `version`";
    an_unknown_condition_word_is_refused:
        "lines/LE.json" "/steps/1/entry/any/0" = json!({"wishes": "legal_aid"}) => "handbook.bad-condition" at "lines/LE.json: steps[1].entry.any[0]";
    a_condition_with_a_part_too_many_is_refused:
        "lines/RE.json" "/steps/3/entry/any/2" = json!({"unreached": {"tries": 3, "days": 90, "by": "letter"}}) => "handbook.bad-condition" at "lines/RE.json: steps[3].entry.any[2]";
    a_condition_of_no_tries_is_refused:
        "lines/RE.json" "/steps/3/entry/any/2" = json!({"unreached": {"tries": 0, "days": 90}}) => "handbook.bad-condition" at "lines/RE.json: steps[3].entry.any[2]";
    an_unknown_condition_of_a_line_is_refused:
        "lines/CH.json" "/attaches" = json!({"age": "12"}) => "handbook.bad-condition" at "lines/CH.json: attaches";
    an_unknown_condition_of_a_repetition_is_refused:
        "lines/HE.json" "/steps/3/again/when" = json!("often") => "handbook.bad-condition" at "lines/HE.json: steps[3].again.when";
    a_wish_that_is_in_no_list_is_refused:
        "lines/LE.json" "/steps/1/entry/any/0" = json!({"wants": "a_holiday"}) => "handbook.unknown-word" at "lines/LE.json: steps[1].entry (a_holiday)";
    a_fact_that_is_in_no_list_is_refused:
        "lines/WI.json" "/steps/2/entry" = json!({"fact": "rain"}) => "handbook.unknown-word" at "lines/WI.json: steps[2].entry (rain)";
    a_condition_on_a_step_nobody_knows_is_refused:
        "lines/IN.json" "/steps/1/entry" = json!({"ended": "IN-9"}) => "handbook.unknown-step" at "lines/IN.json: steps[1].entry (IN-9)";
    a_condition_on_a_field_nobody_knows_is_refused:
        "lines/SO.json" "/steps/1/entry/value/field" = json!("F-11.colour") => "handbook.unknown-field" at "lines/SO.json: steps[1].entry (F-11.colour)";
    an_unknown_consent_is_refused:
        "lines/HE.json" "/steps/2/consents/1" = json!("C9") => "handbook.unknown-consent" at "lines/HE.json: steps[2].consents[1] (C9)";
    an_unknown_receiver_is_refused:
        "lines/HE.json" "/steps/0/goes/0/to" = json!("newspaper") => "handbook.unknown-receiver" at "lines/HE.json: steps[0].goes[0] (newspaper)";
    an_unknown_purpose_is_refused:
        "lines/HE.json" "/steps/0/goes/0/purpose" = json!("gossip") => "handbook.unknown-word" at "lines/HE.json: steps[0].goes[0] (gossip)";
    steps_that_wait_for_one_another_are_refused:
        "lines/IN.json" "/steps/0/entry" = json!({"done": "IN-2"}) => "handbook.cycle" at "lines/IN.json: steps[0].entry";
    a_step_that_nothing_opens_is_refused:
        "lines/IN.json" "/steps/0/entry" = json!({"done": "IN-2"}) => "handbook.unreachable" at "lines/ID.json: steps[0].entry";
    a_step_that_is_never_is_refused:
        "lines/GV.json" "/steps/0/entry" = json!({"not": "always"}) => "handbook.unreachable" at "lines/GV.json: steps[0].entry";
    a_step_that_demands_testimony_is_refused:
        "lines/HE.json" "/steps/0/entry" = json!({"all": [{"wants": "health"}, {"fact": "gives_evidence"}]}) => "handbook.demands" at "lines/HE.json: steps[0].entry (testimony)";
    a_step_that_demands_the_passport_is_refused:
        "lines/SO.json" "/steps/0/entry" = json!({"all": ["triage", {"not": {"fact": "keeps_passport"}}]}) => "handbook.demands" at "lines/SO.json: steps[0].entry (passport)";
    a_step_that_demands_a_stay_in_a_shelter_is_refused:
        "lines/LE.json" "/steps/3/exit" = json!({"fact": "stays_in_shelter"}) => "handbook.demands" at "lines/LE.json: steps[3].exit (shelter)";
    a_step_that_demands_silence_is_refused:
        "lines/LE.json" "/steps/3/exit" = json!({"not": {"fact": "speaks_in_public"}}) => "handbook.demands" at "lines/LE.json: steps[3].exit (silence)";
    a_repetition_that_demands_testimony_is_refused:
        "lines/HE.json" "/steps/3/again/when" = json!({"fact": "gives_evidence"}) => "handbook.demands" at "lines/HE.json: steps[3].again.when (testimony)";
    a_line_that_demands_testimony_is_refused:
        "lines/WI.json" "/attaches" = json!({"fact": "gives_evidence"}) => "handbook.demands" at "lines/WI.json: attaches (testimony)";
    a_pack_that_hides_a_freedom_is_refused:
        "conditions.json" "/freedoms/passport" = Value::Null => "handbook.freedom-missing" at "conditions.json: freedoms.passport";
    a_freedom_that_is_no_fact_is_refused:
        "conditions.json" "/freedoms/silence" = json!(["whispers"]) => "handbook.unknown-word" at "conditions.json: freedoms.silence (whispers)";
    legal_aid_that_a_refused_shelter_would_close_is_refused:
        "lines/LE.json" "/steps/1/entry" = json!({"done": "SO-1"}) => "handbook.refusal-blocks" at "lines/LE.json: steps[1].entry (SO-1)";
    a_way_home_that_a_refused_police_report_would_close_is_refused:
        "lines/RP.json" "/steps/0/entry" = json!({"all": [{"wants": "return"}, {"consent": "C3"}]}) => "handbook.refusal-blocks" at "lines/RP.json: steps[0].entry (C3)";
    care_that_ends_only_with_consent_to_a_shelter_is_refused:
        "lines/HE.json" "/steps/0/exit" = json!({"consent": "C6"}) => "handbook.refusal-blocks" at "lines/HE.json: steps[0].exit (C6)";
    a_deadline_of_the_law_that_is_longer_is_refused:
        "lines/ID.json" "/steps/6/deadline/value" = json!(30) => "handbook.statutory" at "lines/ID.json: steps[6].deadline (ID-7)";
    a_deadline_of_the_law_that_begins_later_is_refused:
        "lines/RP.json" "/steps/1/deadline/from" = json!("RP-1") => "handbook.statutory" at "lines/RP.json: steps[1].deadline (RP-2)";
    a_deadline_of_the_law_that_is_dropped_is_refused:
        "lines/FA.json" "/steps/1/deadline" = Value::Null => "handbook.statutory" at "lines/FA.json: steps[1].deadline (FA-2)";
    a_deadline_of_the_law_that_is_unmarked_is_refused:
        "lines/LE.json" "/steps/1/deadline/statutory" = json!(false) => "handbook.statutory" at "lines/LE.json: steps[1].deadline (LE-2)";
}

#[test]
fn a_file_that_is_missing_unlisted_or_changed_is_refused() {
    let mut files = Handbook::embedded_files();
    files.push(("lines/ZZ.json".into(), b"{}".to_vec()));
    files[2].1.push(b' ');
    let gone = files.iter().position(|(path, _)| path == "receivers.json").unwrap();
    files.remove(gone);
    let problems = Handbook::check(&files);
    named(&problems, "handbook.changed", "pack.json: files (roles.json)");
    named(&problems, "handbook.not-listed", "lines/ZZ.json");
    named(&problems, "handbook.file-missing", "receivers.json");
}

#[test]
fn all_problems_of_a_pack_are_told_at_once() {
    let mut files = mutated("lines/HE.json", "/steps/2/consents/1", json!("C9"));
    let other = mutated("lines/SO.json", "/steps/3/deadline/unit", json!("fortnight"));
    let index = files.iter().position(|(path, _)| path == "lines/SO.json").unwrap();
    files[index].1.clone_from(&other[index].1);
    relist(&mut files);
    assert_eq!(codes(&Handbook::check(&files)), ["handbook.unknown-consent", "handbook.bad-unit"]);
}

#[test]
fn t2_deadlines_of_the_three_laws_are_statutory_and_cannot_be_edited() {
    let handbook = Handbook::embedded().unwrap();
    let statutory: Vec<&str> = handbook
        .steps
        .values()
        .filter(|step| step.deadline.as_ref().is_some_and(|deadline| deadline.statutory))
        .map(|step| step.id.as_str())
        .collect();
    assert_eq!(statutory, ["FA-2", "ID-2", "ID-7", "LE-2", "RP-2", "RP-3", "SO-3"]);
    let span = Span { value: 9, unit: Unit::Days };
    let own = Deadline::plain(span, Text::new("SOP", "SOP"), Mark::Verified, true);
    assert_eq!(handbook.clone().with_deadline("LE-2", own.clone()).unwrap_err().code.0, "handbook.statutory");
    let edited = handbook.with_deadline("LE-1", own).unwrap();
    let deadline = edited.step("LE-1").unwrap().deadline.clone().unwrap();
    assert_eq!((deadline.span(Urgency::Red), deadline.statutory), (span, false));
}

#[test]
fn a_deadline_may_differ_by_urgency_and_by_run_and_side_and_role_are_apart() {
    let handbook = Handbook::embedded().unwrap();
    let answer = handbook.step("XR-2").unwrap();
    assert_eq!((answer.role, answer.side), (Role::ReferralDesk, Side::Receiver));
    let span = |urgency| answer.deadline.as_ref().unwrap().span(urgency);
    assert_eq!(span(Urgency::Red), Span { value: 2, unit: Unit::Hours });
    assert_eq!(span(Urgency::Green), Span { value: 3, unit: Unit::WorkingDays });
    assert_eq!(handbook.step("XR-3").unwrap().side, Side::Both);
    let monitoring = handbook.step("RE-3").unwrap().deadline.clone().unwrap();
    let days: Vec<u32> = (1..=6).map(|run| monitoring.of_run(run).span(Urgency::Amber).value).collect();
    assert_eq!(days, [30, 90, 180, 365, 365, 365]);
}

#[test]
fn the_least_that_each_receiver_needs_is_said_for_each_step_that_sends() {
    let handbook = Handbook::embedded().unwrap();
    assert_eq!(handbook.receivers.len(), 19);
    let to = |step: &str| -> Vec<&str> { handbook.steps[step].goes.iter().map(|goes| goes.to.as_str()).collect() };
    assert_eq!(to("HE-1"), ["health"]);
    assert_eq!(to("RE-3"), ["task_forces"]);
    assert!(handbook.receivers["task_forces"].never.en.contains("victim"));
}

#[test]
fn only_facts_that_something_depends_on_are_asked_for() {
    let handbook = Handbook::embedded().unwrap();
    let used = handbook.facts_in_use();
    assert!(used.is_subset(&handbook.words.facts.keys().map(String::as_str).collect()));
    for word in ["keeps_passport", "stays_in_shelter", "speaks_in_public"] {
        assert!(!used.contains(word), "{word}: nobody needs to know");
    }
    let unused: Vec<&str> =
        handbook.words.facts.keys().map(String::as_str).filter(|word| !used.contains(word)).collect();
    assert_eq!(unused, ["keeps_passport", "speaks_in_public", "stays_in_shelter"]);
}

#[test]
fn versions_are_numbers_and_ten_comes_after_nine() {
    assert!(Version::parse("0.10.0") > Version::parse("0.9.0"));
    for bad in ["1.2", "1.2.3.4", "a.b.c", ""] {
        assert_eq!(Version::parse(bad), None, "{bad}");
    }
}

#[test]
fn two_versions_are_compared_step_by_step() {
    let (now, next) = (Handbook::embedded().unwrap(), next_version());
    let changes = now.changes(&next);
    assert_eq!(changes[..2], [Change::Added("LE-7".into()), Change::Removed("HE-4".into())]);
    let Change::Deadline(other) = &changes[2] else { panic!("{changes:?}") };
    let value = |deadline: &Option<Deadline>| deadline.as_ref().unwrap().span(Urgency::Red).value;
    assert_eq!((other.step.as_str(), value(&other.was), value(&other.is)), ("LE-1", 72, 48));
    assert_eq!(changes[3..], [Change::Part("LE-6".into(), Part::Owner)]);
    assert_eq!(now.changes(&now), []);
}

#[test]
fn a_library_keeps_each_version_once_and_the_highest_is_for_new_cases() {
    let mut library = Library::embedded().unwrap();
    assert_eq!(library.newest().version, "0.2.0");
    library.add(next_version()).unwrap();
    library.add(Handbook::embedded().unwrap()).unwrap();
    assert_eq!(library.newest().version, "0.3.0");
    assert_eq!(library.version("0.2.0").unwrap().steps.len(), 53);
    assert!(library.step("HE-4").is_some() && library.step("LE-7").is_some() && library.step("LE-9").is_none());
    let fewer: Vec<&str> = library.newest().steps.keys().map(String::as_str).filter(|id| *id == "HE-4").collect();
    assert_eq!(fewer, Vec::<&str>::new());
    let gathered = Library::gather(vec![next_version(), Handbook::embedded().unwrap()]).unwrap();
    assert_eq!((gathered, Library::gather(vec![])), (library.clone(), None), "in any order");
    let other = Handbook { version: "0.2.0".into(), ..next_version() };
    assert_eq!(library.add(other).unwrap_err().code.0, "handbook.version-twice");
    let foreign = Handbook { id: "another".into(), ..next_version() };
    assert_eq!(library.add(foreign).unwrap_err().code.0, "handbook.other");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mutated_packs_never_panic(file in 0_usize..18, at in 0_usize..60_000, byte in any::<u8>()) {
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
