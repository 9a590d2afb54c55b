use super::*;

fn files() -> BTreeMap<String, Vec<u8>> {
    Pack::FILES.iter().map(|name| ((*name).to_owned(), Pack::embedded().file(name).unwrap().to_vec())).collect()
}

/// Changes one text in a file and renews bytes and hash, as a publisher would.
fn changed(name: &str, from: &str, to: &str) -> Result<Pack, Problem> {
    let mut files = files();
    let text = String::from_utf8(files[name].clone()).unwrap();
    assert!(text.contains(from), "{from} is not in {name}");
    files.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
    let listed: Vec<_> =
        Pack::FILES[1..].iter().map(|name| (name, files[*name].len(), sha256_hex(&files[*name]))).collect();
    let mut manifest: serde_json::Value = serde_json::from_slice(&files["pack.json"]).unwrap();
    manifest["files"] = serde_json::to_value(listed).unwrap();
    files.insert("pack.json".to_owned(), manifest.to_string().into_bytes());
    Pack::load(files)
}

fn check(name: &str, from: &str, to: &str, code: &str, at: &str) {
    let problem = changed(name, from, to).unwrap_err();
    assert_eq!(problem.code.0, code, "{problem}");
    assert!(problem.at.as_deref().unwrap().starts_with(at), "{problem}");
}

#[test]
fn the_embedded_pack_loads_with_its_45_questions_16_of_them_short() {
    let pack = Pack::embedded();
    assert_eq!(pack.questions().len(), 45);
    assert_eq!(pack.questions().iter().filter(|q| q.short_form).count(), 16);
    assert_eq!(pack.asked(Stage::Transit, false).count(), 28);
    assert_eq!(pack.asked(Stage::Returned, true).count(), 16);
}

#[test]
fn the_manifest_lists_bytes_and_hash_of_the_files_as_they_are() {
    let manifest: serde_json::Value = serde_json::from_slice(&files()["pack.json"]).unwrap();
    for row in manifest["files"].as_array().unwrap() {
        let bytes = &files()[row[0].as_str().unwrap()];
        assert_eq!((row[1].as_u64(), row[2].as_str()), (Some(bytes.len() as u64), Some(&*sha256_hex(bytes))));
    }
}

#[test]
fn a_changed_or_missing_file_is_refused_by_name() {
    let mut altered = files();
    altered.get_mut("questions.json").unwrap().push(b' ');
    assert_eq!(Pack::load(altered).unwrap_err(), Problem::at("questions.file-changed", "questions.json"));
    let mut absent = files();
    absent.remove("guidance.json");
    assert_eq!(Pack::load(absent).unwrap_err(), Problem::at("questions.file-missing", "guidance.json"));
}

#[test]
fn every_fault_is_named_with_file_and_path() {
    let (q, g) = ("questions.json", "guidance.json");
    check(
        q,
        "\"dimension\": \"DEC\"",
        "\"dimension\": \"XXX\"",
        "questions.word-unknown",
        "questions.json: questions[B1]",
    );
    check(
        q,
        "\"adult\": \"S\"",
        "\"adult\": \"Z\"",
        "questions.word-unknown",
        "questions.json: questions[B1].feeds[0]",
    );
    check(q, "\"short_form\"", "\"shortform\"", "questions.malformed", "questions.json: line");
    check(q, "\"id\": \"S2\"", "\"id\": \"S1\"", "questions.twice", "questions.json: questions[S1]");
    check(
        q,
        "\"indicator\": \"wages\"",
        "\"indicator\": \"job_nature\"",
        "questions.strength-differs",
        "questions.json",
    );
    check(q, "\"answers\": \"age\"", "\"answers\": \"yes_no\"", "questions.age", "questions.json");
    check(
        q,
        "\"section\": \"act\"",
        "\"section\": \"acts\"",
        "questions.word-unknown",
        "questions.json: questions[A1]",
    );
    check(
        q,
        "\"red_flag\": \"unlicensed\"",
        "\"red_flag\": \"x\"",
        "questions.word-unknown",
        "questions.json: questions[R1]",
    );
    check(
        q,
        "\"act\": \"recruitment\"",
        "\"act\": \"x\"",
        "questions.word-unknown",
        "questions.json: questions[A2].act",
    );
    check(g, "\"DEC\": {", "\"DEX\": {", "questions.text-missing", "guidance.json: dimensions.DEC");
    check(g, "\"COE\": {", "\"DEC\": {", "questions.twice", "guidance.json: dimensions.DEC");
    check(g, "\"unanswered\": {", "\"unanswere\": {", "questions.text-missing", "guidance.json: flags.unanswered");
    check(g, "\"INTERCEPT\": {", "\"INTERCEPTED\": {", "questions.text-missing", "guidance.json: outcomes.INTERCEPT");
}

#[test]
fn a_strength_of_nothing_agrees_with_any_other() {
    assert!(changed("questions.json", "\"adult\": \"W\"", "\"adult\": \"-\"").is_ok());
}

/// A screening opens help and never closes it: nothing may sound like a verdict, and sentences stay short (WEB.md 8).
#[test]
fn no_sentence_says_that_a_person_is_no_victim_and_none_is_over_22_words() {
    let guidance: serde_json::Value = serde_json::from_slice(&files()["guidance.json"]).unwrap();
    let mut waiting = vec![&guidance];
    let mut sentences = 0;
    while let Some(value) = waiting.pop() {
        match value {
            serde_json::Value::Object(map) => waiting.extend(map.values()),
            serde_json::Value::Array(list) => waiting.extend(list),
            serde_json::Value::String(text) => {
                let lower = text.to_lowercase();
                assert!(
                    !["bukan korban", "not a victim", "no victim"].iter().any(|verdict| lower.contains(verdict)),
                    "{text}"
                );
                for sentence in text.split_inclusive(['.', ';', ':']) {
                    assert!(sentence.split_whitespace().count() <= 22, "{sentence}");
                    sentences += 1;
                }
            }
            _ => {}
        }
    }
    assert!(sentences > 100);
}
