//! Which answers led where, in words, and what to do next. Never a score: the person and two officers read this.

use crate::answers::Answers;
use crate::pack::{Dimension, Pack, Question, Spoken, Step, Strength};
use crate::rule::{Outcome, Screening};

/// What a reason is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause<'a> {
    /// A dimension of the ILO-EC indicators.
    Dimension(Dimension),
    /// A triage code, a red flag, or `child`, `act`, `forced`, `unanswered`.
    Flag(&'a str),
}

/// One reason: the questions whose answers led to it, and the sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because<'a> {
    /// What it is about.
    pub cause: Cause<'a>,
    /// The questions.
    pub questions: Vec<&'a str>,
    /// The sentence.
    pub text: &'a Spoken,
}

impl Screening {
    /// The triage codes raised, in the order of the pack (S1-S4).
    pub fn triage<'a>(&self, pack: &'a Pack, answers: &Answers) -> Vec<&'a str> {
        let raised: Vec<&Question> = pack.of(answers.yes & pack.masks.triage).collect();
        let codes = pack.triage.iter().map(|(flag, _)| flag.as_str());
        codes.filter(|flag| raised.iter().any(|question| question.triage.as_deref() == Some(flag))).collect()
    }

    /// The reasons: triage, child, act, dimensions, purpose, red flags, what is unanswered.
    pub fn because<'a>(&self, pack: &'a Pack, answers: &Answers) -> Vec<Because<'a>> {
        let yes = |mask: u128| pack.of(answers.yes & mask);
        let flag = |name: &'a str, questions: Vec<&'a str>| {
            pack.flags.get(name).map(|text| Because { cause: Cause::Flag(name), questions, text })
        };
        let ids = |questions: &mut dyn Iterator<Item = &'a Question>| -> Vec<&'a str> {
            questions.map(|question| question.id.as_str()).collect()
        };
        let mut reasons = Vec::new();
        for (code, _) in &pack.triage {
            let raised = ids(&mut yes(pack.masks.triage).filter(|q| q.triage.as_ref() == Some(code)));
            reasons.extend((!raised.is_empty()).then(|| flag(code, raised)).flatten());
        }
        if self.child {
            reasons.extend(flag("child", ids(&mut pack.of(pack.masks.age))));
        }
        if self.act {
            reasons.extend(flag("act", ids(&mut yes(pack.masks.act))));
        }
        for ((dimension, counts), text) in Dimension::ALL.into_iter().zip(self.counts).zip(&pack.dimensions) {
            if !counts.none() {
                let questions = ids(&mut yes(pack.masks.feeding).filter(|q| self.feeds(q, dimension)));
                reasons.push(Because { cause: Cause::Dimension(dimension), questions, text });
            }
        }
        if answers.yes & pack.masks.forced != 0 {
            reasons.extend(flag("forced", ids(&mut yes(pack.masks.forced))));
        }
        for question in yes(pack.masks.red) {
            if let Some(name) = &question.red_flag {
                reasons.extend(flag(name, vec![question.id.as_str()]));
            }
        }
        if self.outcome == Outcome::Incomplete {
            reasons.extend(flag("unanswered", ids(&mut pack.of(answers.unknown | answers.refused))));
        }
        reasons
    }

    /// What to do, most urgent first; no step twice. An incomplete screening keeps the actions of what it showed.
    pub fn next<'a>(&self, pack: &'a Pack, answers: &Answers) -> Vec<&'a Step> {
        let raised = self.triage(pack, answers);
        let triage = pack.triage.iter().filter(|(flag, _)| raised.contains(&flag.as_str())).flat_map(|(_, next)| next);
        let child = self.child && self.outcome >= Outcome::PossibleVictim;
        let child = if child { &pack.child_next[..] } else { &[] };
        let of = |outcome| pack.outcome(outcome).map_or(&[][..], |text| &text.next);
        // The full list follows within 24 hours when the short form saw anything (screening at ports, boats, raids).
        let only_short = answers.asked() != 0 && answers.asked() & !pack.masks.short_form == 0;
        let short = only_short && self.outcome != Outcome::NoIndication;
        let short = if short { &pack.short_form_next[..] } else { &[] };
        let kept = if self.kept == self.outcome { &[] } else { of(self.kept) };
        let mut steps: Vec<&Step> = Vec::new();
        for step in triage.chain(child).chain(of(self.outcome)).chain(kept).chain(short) {
            if !steps.iter().any(|known| known.step == step.step) {
                steps.push(step);
            }
        }
        steps
    }

    fn feeds(&self, question: &Question, dimension: Dimension) -> bool {
        question.feeds.iter().any(|feed| {
            let strength = if self.child { feed.child } else { feed.adult };
            feed.dimension == dimension && strength != Strength::Nothing
        })
    }
}
