//! From the files as written to a pack without doubt: every name known, none twice, no text missing.

use super::shape::{GuidanceFile, Manifest, OutcomeShape, QuestionFile, QuestionShape, SectionShape, StepShape};
use super::{
    Dimension, Feed, INDICATORS_MAX, Masks, OutcomeText, Pack, QUESTIONS_MAX, Question, Section, Spoken, Step,
};
use super::{Strength, bit};
use crate::rule::Outcome;
use base::{Problem, Text};
use std::collections::BTreeMap;

/// Flags that the rule itself raises; each needs its words.
pub const OWN_FLAGS: [&str; 4] = ["child", "act", "forced", "unanswered"];
const ACTS: [&str; 2] = ["recruitment", "transport_transfer_harbour_receive"];
const PURPOSES: [&str; 2] = ["SEXUAL", "OTHER"];
const Q: &str = "questions.json";
const G: &str = "guidance.json";

/// Checks and interns the whole pack.
pub fn pack(
    manifest: Manifest,
    asked: QuestionFile,
    guidance: GuidanceFile,
    files: BTreeMap<String, Vec<u8>>,
) -> Result<Pack, Problem> {
    name(&manifest.id, || "pack.json: id".into())?;
    name(&manifest.version, || "pack.json: version".into())?;
    let sections = sections(asked.sections)?;
    let flags = unique(guidance.flags.0, "flags")?;
    for (flag, words) in &flags {
        text(words, || format!("{G}: flags.{flag}"))?;
    }
    if let Some(flag) = OWN_FLAGS.iter().find(|flag| !flags.contains_key(**flag)) {
        return Err(Problem::at("questions.text-missing", format!("{G}: flags.{flag}")));
    }
    let triage = triage(guidance.triage, &flags)?;
    let mut reader = Reader { sections: &sections, flags: &flags, triage: &triage, indicators: BTreeMap::new() };
    let questions = asked.questions.into_iter().map(|q| reader.question(q)).collect::<Result<Vec<_>, _>>()?;
    if questions.len() > QUESTIONS_MAX {
        return Err(Problem::at("questions.too-many", Q));
    }
    let mut by_id = BTreeMap::new();
    for (index, question) in questions.iter().enumerate() {
        if by_id.insert(question.id.clone(), index).is_some() {
            return Err(Problem::at("questions.twice", format!("{Q}: questions[{}]", question.id)));
        }
    }
    let masks = masks(&questions, &sections);
    if masks.age.count_ones() != 1 {
        return Err(Problem::at("questions.age", Q));
    }
    Ok(Pack {
        id: manifest.id,
        version: manifest.version,
        sections,
        questions,
        by_id,
        masks,
        dimensions: dimensions(guidance.dimensions.0)?,
        flags,
        triage,
        child_next: steps(guidance.child, "child")?,
        short_form_next: steps(guidance.short_form, "short_form")?,
        outcomes: outcomes(guidance.outcomes.0)?,
        files,
    })
}

struct Reader<'a> {
    sections: &'a [Section],
    flags: &'a BTreeMap<String, Spoken>,
    triage: &'a [(String, Vec<Step>)],
    indicators: BTreeMap<(Dimension, String), (u8, Strength, Strength)>,
}

impl Reader<'_> {
    fn question(&mut self, shape: QuestionShape) -> Result<Question, Problem> {
        name(&shape.id, || format!("{Q}: questions"))?;
        let at = |key: &str| format!("{Q}: questions[{}].{key}", shape.id);
        let unknown = |key: &str| Problem::at("questions.word-unknown", at(key));
        text(&shape.text, || at("text"))?;
        let section = self.sections.iter().position(|s| s.id == shape.section).ok_or_else(|| unknown("section"))?;
        let age = match shape.answers.as_str() {
            "age" => true,
            "yes_no" => false,
            _ => return Err(unknown("answers")),
        };
        let one_of = |word: &Option<String>, words: &[&str]| word.as_deref().is_none_or(|w| words.contains(&w));
        if !one_of(&shape.act, &ACTS) {
            return Err(unknown("act"));
        }
        if !one_of(&shape.purpose, &PURPOSES) {
            return Err(unknown("purpose"));
        }
        if shape.triage.as_ref().is_some_and(|flag| !self.triage.iter().any(|(known, _)| known == flag)) {
            return Err(unknown("triage"));
        }
        if shape.red_flag.as_ref().is_some_and(|flag| !self.flags.contains_key(flag)) {
            return Err(unknown("red_flag"));
        }
        let feeds = shape.feeds.iter().enumerate();
        let feeds = feeds.map(|(i, feed)| self.feed(feed, &at(&format!("feeds[{i}]")))).collect::<Result<_, _>>()?;
        Ok(Question {
            section,
            age,
            feeds,
            id: shape.id,
            text: shape.text,
            short_form: shape.short_form,
            triage: shape.triage,
            act: shape.act.is_some(),
            forced: shape.purpose.is_some(),
            red_flag: shape.red_flag,
            htcds: shape.htcds,
        })
    }

    /// Two questions may feed one indicator, but then with one strength: else the order of questions would decide.
    fn feed(&mut self, shape: &super::shape::FeedShape, at: &str) -> Result<Feed, Problem> {
        let unknown = |key: &str| Problem::at("questions.word-unknown", format!("{at}.{key}"));
        let dimension = Dimension::parse(&shape.dimension).ok_or_else(|| unknown("dimension"))?;
        let adult = Strength::parse(&shape.adult).ok_or_else(|| unknown("adult"))?;
        let child = Strength::parse(&shape.child).ok_or_else(|| unknown("child"))?;
        name(&shape.indicator, || format!("{at}.indicator"))?;
        let fresh = self.indicators.len();
        if fresh >= INDICATORS_MAX {
            return Err(Problem::at("questions.too-many", at));
        }
        let next = u8::try_from(fresh).map_err(|_| Problem::at("questions.too-many", at))?;
        let known = self.indicators.entry((dimension, shape.indicator.clone())).or_insert((next, adult, child));
        if !agree(&mut known.1, adult) || !agree(&mut known.2, child) {
            return Err(Problem::at("questions.strength-differs", at));
        }
        Ok(Feed { dimension, indicator: known.0, adult, child })
    }
}

fn agree(known: &mut Strength, new: Strength) -> bool {
    if *known == Strength::Nothing {
        *known = new;
    }
    new == Strength::Nothing || new == *known
}

fn sections(shapes: Vec<SectionShape>) -> Result<Vec<Section>, Problem> {
    let mut sections: Vec<Section> = Vec::with_capacity(shapes.len());
    for SectionShape { id, before_work, title, why } in shapes {
        name(&id, || format!("{Q}: sections"))?;
        for words in [&title, &why] {
            text(words, || format!("{Q}: sections[{id}]"))?;
        }
        if sections.iter().any(|known| known.id == id) {
            return Err(Problem::at("questions.twice", format!("{Q}: sections[{id}]")));
        }
        sections.push(Section { id, before_work, title, why });
    }
    Ok(sections)
}

fn triage(
    shapes: Vec<super::shape::TriageShape>,
    flags: &BTreeMap<String, Spoken>,
) -> Result<Vec<(String, Vec<Step>)>, Problem> {
    let mut triage: Vec<(String, Vec<Step>)> = Vec::with_capacity(shapes.len());
    for shape in shapes {
        let at = format!("triage[{}]", shape.flag);
        if !flags.contains_key(&shape.flag) {
            return Err(Problem::at("questions.text-missing", format!("{G}: flags.{}", shape.flag)));
        }
        if triage.iter().any(|(known, _)| *known == shape.flag) {
            return Err(Problem::at("questions.twice", format!("{G}: {at}")));
        }
        triage.push((shape.flag, steps(shape.next, &at)?));
    }
    Ok(triage)
}

fn dimensions(pairs: Vec<(String, Spoken)>) -> Result<Vec<Spoken>, Problem> {
    let mut texts = unique(pairs, "dimensions")?;
    let named = Dimension::ALL.into_iter().map(|dimension| {
        let at = || format!("{G}: dimensions.{}", dimension.word());
        let words = texts.remove(dimension.word()).ok_or_else(|| Problem::at("questions.text-missing", at()))?;
        text(&words, at).map(|()| words)
    });
    let named = named.collect::<Result<Vec<_>, _>>()?;
    match texts.into_keys().next() {
        Some(extra) => Err(Problem::at("questions.word-unknown", format!("{G}: dimensions.{extra}"))),
        None => Ok(named),
    }
}

fn outcomes(pairs: Vec<(String, OutcomeShape)>) -> Result<BTreeMap<Outcome, OutcomeText>, Problem> {
    let mut shapes = unique(pairs, "outcomes")?;
    let mut outcomes = BTreeMap::new();
    for outcome in Outcome::ALL {
        let at = || format!("{G}: outcomes.{}", outcome.word());
        let shape = shapes.remove(outcome.word()).ok_or_else(|| Problem::at("questions.text-missing", at()))?;
        for words in [&shape.title, &shape.text] {
            text(words, at)?;
        }
        let next = steps(shape.next, &format!("outcomes.{}", outcome.word()))?;
        outcomes.insert(outcome, OutcomeText { title: shape.title, text: shape.text, next });
    }
    match shapes.into_keys().next() {
        Some(extra) => Err(Problem::at("questions.word-unknown", format!("{G}: outcomes.{extra}"))),
        None => Ok(outcomes),
    }
}

fn masks(questions: &[Question], sections: &[Section]) -> Masks {
    let mask = |chosen: &dyn Fn(&Question) -> bool| {
        questions.iter().enumerate().filter(|(_, q)| chosen(q)).fold(0, |mask, (index, _)| mask | bit(index))
    };
    Masks {
        act: mask(&|q| q.act),
        forced: mask(&|q| q.forced),
        red: mask(&|q| q.red_flag.is_some()),
        triage: mask(&|q| q.triage.is_some()),
        feeding: mask(&|q| !q.feeds.is_empty()),
        at_work: mask(&|q| sections.get(q.section).is_some_and(|section| !section.before_work)),
        short_form: mask(&|q| q.short_form),
        age: mask(&|q| q.age),
    }
}

fn steps(shapes: Vec<StepShape>, at: &str) -> Result<Vec<Step>, Problem> {
    let step = |StepShape { step, text: words }| {
        name(&step, || format!("{G}: {at}.next"))?;
        text(&words, || format!("{G}: {at}.next[{step}]"))?;
        Ok(Step { step, text: words })
    };
    shapes.into_iter().map(step).collect()
}

fn unique<T>(pairs: Vec<(String, T)>, at: &str) -> Result<BTreeMap<String, T>, Problem> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        if map.contains_key(&key) {
            return Err(Problem::at("questions.twice", format!("{G}: {at}.{key}")));
        }
        map.insert(key, value);
    }
    Ok(map)
}

/// A name is one to 64 plain characters: it goes into ids of form fields and into formats.
fn name(word: &str, at: impl Fn() -> String) -> Result<(), Problem> {
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    if (1..=64).contains(&word.len()) && plain { Ok(()) } else { Err(Problem::at("questions.word-unknown", at())) }
}

fn text(words: &Text, at: impl Fn() -> String) -> Result<(), Problem> {
    let empty = words.id.trim().is_empty() || words.en.trim().is_empty();
    if empty { Err(Problem::at("questions.text-missing", at())) } else { Ok(()) }
}
