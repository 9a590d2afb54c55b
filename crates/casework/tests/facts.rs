//! The handbook inside the binary against the facts of the SOP pages, step by step (`facts/`).

use casework::Handbook;
use casework::clock::{Mark, Unit};
use casework::handbook::{Side, Step};
use casework::words::Urgency;
use std::collections::{BTreeMap, BTreeSet};

const STEPS: &str = include_str!("facts/steps.tsv");
const LINES: &str = include_str!("facts/lines.tsv");

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// Words of a cell; `-` is none.
fn set(cell: &str) -> BTreeSet<&str> {
    cell.split(' ').filter(|word| *word != "-").collect()
}

fn forms(step: &Step) -> BTreeSet<&str> {
    step.records.iter().filter_map(|record| record.split('.').next()).filter(|form| form.starts_with("F-")).collect()
}

#[test]
fn thirteen_lines_stand_in_the_order_of_the_law() {
    let handbook = Handbook::embedded().unwrap();
    assert_eq!(rows(LINES).count(), 13);
    assert_eq!(handbook.lines.len(), 13);
    for (line, row) in handbook.lines.iter().zip(rows(LINES)) {
        let count = line.steps.len().to_string();
        let have = [&line.id, &line.name.id, &line.name.en, line.lead.word(), &count, &line.purpose.en];
        assert_eq!(have.as_slice(), row.as_slice());
    }
}

#[test]
fn each_of_the_53_steps_has_the_owner_deadline_basis_mark_consent_and_forms_of_the_facts() {
    let handbook = Handbook::embedded().unwrap();
    assert_eq!((rows(STEPS).count(), handbook.steps.len()), (53, 53));
    for row in rows(STEPS) {
        let [id, owner, value, unit, mark, basis, consent, codes, documents, named] = row.as_slice() else {
            panic!("{row:?}")
        };
        let step = &handbook.steps[*id];
        let side = match step.side {
            Side::Own => String::new(),
            side => format!(" ({side})"),
        };
        assert_eq!(format!("{}{side}", step.role), *owner, "{id}");
        let deadline = step.deadline.as_ref().map(|deadline| {
            let span = deadline.span(Urgency::Amber);
            [span.value.to_string(), span.unit.to_string(), deadline.mark.to_string(), deadline.basis.en.clone()]
        });
        let none = || ["-"; 4].map(str::to_owned);
        assert_eq!(deadline.unwrap_or_else(none), [*value, *unit, *mark, *basis], "{id}");
        let have: BTreeSet<&str> = step.consents.iter().map(|code| code.word()).collect();
        assert_eq!((have, step.prose.consent.en.as_str()), (set(codes), *consent), "{id}");
        assert_eq!((forms(step), step.prose.documents.en.as_str()), (set(named), *documents), "{id}");
    }
}

#[test]
fn thirteen_deadlines_are_verified_36_are_product_defaults_and_four_steps_follow_an_event() {
    let handbook = Handbook::embedded().unwrap();
    let mut marks: BTreeMap<Option<Mark>, usize> = BTreeMap::new();
    for step in handbook.steps.values() {
        *marks.entry(step.deadline.as_ref().map(|deadline| deadline.mark)).or_default() += 1;
    }
    assert_eq!(marks, [(Some(Mark::Verified), 13), (Some(Mark::Product), 36), (None, 4)].into());
    assert_eq!(handbook.unconfirmed().count(), 36);
}

#[test]
fn the_steps_with_three_spans_say_so_in_their_basis_and_the_middle_one_is_the_fact() {
    let handbook = Handbook::embedded().unwrap();
    let varied = handbook.steps.values().filter(|step| {
        let span = |urgency| step.deadline.as_ref().map(|deadline| deadline.span(urgency));
        span(Urgency::Red) != span(Urgency::Green)
    });
    let varied: Vec<&str> = varied.map(|step| step.id.as_str()).collect();
    assert_eq!(varied, ["IN-3", "XR-2"]);
    let green = handbook.steps["IN-3"].deadline.as_ref().unwrap().span(Urgency::Green);
    assert_eq!((green.value, green.unit), (1, Unit::WorkingDays));
}

#[test]
fn forms_01_to_31_are_there_each_with_a_version_and_each_in_use() {
    let handbook = Handbook::embedded().unwrap();
    let used: BTreeSet<&str> = handbook.steps.values().flat_map(forms).collect();
    for number in 1..=31 {
        let id = format!("F-{number:02}");
        let form = &handbook.forms[&id];
        assert!(form.version >= 1 && !form.fields.is_empty(), "{id}");
        assert!(used.contains(id.as_str()), "{id} is in no step");
    }
}

#[test]
fn each_text_a_person_reads_stands_in_both_languages() {
    let handbook = Handbook::embedded().unwrap();
    let mut texts = Vec::new();
    for step in handbook.steps.values() {
        let prose = &step.prose;
        texts.extend([&step.name, &prose.entry, &prose.does, &prose.exit, &prose.documents, &prose.consent]);
        texts.push(&prose.sends_to);
        texts.extend(step.deadline.iter().map(|deadline| &deadline.basis));
    }
    texts.extend(handbook.lines.iter().flat_map(|line| [&line.name, &line.purpose]));
    texts.extend(handbook.roles.values());
    texts.extend(handbook.receivers.values().flat_map(|receiver| [&receiver.name, &receiver.may, &receiver.never]));
    for form in handbook.forms.values() {
        texts.push(&form.title);
        texts.extend(
            form.fields.iter().flat_map(|field| {
                std::iter::once(&field.label).chain(field.choices.iter().map(|choice| &choice.label))
            }),
        );
    }
    let words = &handbook.words;
    texts.extend(words.facts.values().chain(words.wishes.values()).chain(words.plan.values()));
    assert!(texts.len() > 600);
    assert!(texts.iter().all(|text| !text.id.trim().is_empty() && !text.en.trim().is_empty()));
}
