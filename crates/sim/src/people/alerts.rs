//! Alerts about recruiters: said, corrected, taken back; at the other end read or judged, and the judgement undone (ADR 50).

use super::{Done, Office, OwnCase, People, Waiting};
use crate::cast::{MARK, officer};
use crate::node::broken;
use base::{AlertId, MentionId, NodeId, Problem, Redacted};
use desk::alerts::compose::facts;
use desk::alerts::{CorrectAlert, ReadAlert, RecallAlert, SendAlert, alert, alert_id, compose};
use desk::mentions::{CorrectMention, JudgePair, RecordMention, Source, UndoJudgement};
use desk::wire::Message;
use recruiters::judged::{Ground, Pair, Verdict};
use recruiters::said::{Correcting, Credibility, Grade, Recalling, Reliability, Said};
use std::collections::BTreeSet;

/// Days for which an alert is good: most end while the run goes on.
const DAYS: [i64; 4] = [1, 2, 3, 120];
/// Of a hundred mentions, slips that name the protected person of a case: the desk must refuse them.
const SLIP_PERCENT: usize = 10;
/// Partners of one alert.
const TO_MAX: usize = 3;

/// What a node has said of recruiters.
#[derive(Default)]
pub struct Alerting {
    /// Alerts that went out, each with the mention that it rests on.
    out: Vec<(AlertId, MentionId)>,
    /// Pairs that were judged to be one person.
    joined: Vec<Pair>,
    said: u64,
}

impl People {
    /// An alert came: somebody reads it.
    pub(super) fn alerted(&mut self, from: NodeId, message: &Message) {
        if let Message::RecruiterAlert(said) = message
            && said.answers.is_none()
        {
            self.waiting.push(Waiting::Alert(alert_id(from, said.alert_no)));
        }
    }

    /// One thing is done about a recruiter.
    pub(super) async fn alert(&mut self, office: &Office<'_>) -> Result<Done, Problem> {
        match office.dice.below(100) {
            0..=14 if !self.alerting.out.is_empty() => self.take_back(office).await?,
            15..=29 if !self.alerting.out.is_empty() => self.correct(office).await?,
            30..=39 if !self.alerting.joined.is_empty() => {
                let pair = self.alerting.joined.swap_remove(office.dice.below(self.alerting.joined.len()));
                let by = officer(office.node.index);
                let of = by.officer().map(|staff| staff.id).unwrap_or_default();
                let _refused = office.node.act(&by, &UndoJudgement { pair, of }).await?;
            }
            _ => self.send(office).await?,
        }
        Ok(Done::default())
    }

    async fn send(&mut self, office: &Office<'_>) -> Result<(), Problem> {
        let slip = self.cases.get(office.dice.below(self.cases.len())).filter(|_| office.dice.percent(SLIP_PERCENT));
        let (source, said) = match slip {
            Some(OwnCase { id, name, .. }) if !name.is_empty() => (Source::Case(*id), named(name, "")),
            _ => (Source::Public, self.alerting.somebody(office)),
        };
        let Some(mention) = record(office, source, said).await? else { return Ok(()) };
        let mut to = BTreeSet::new();
        for _ in 0..=office.dice.below(TO_MAX) {
            to.extend(office.dice.pick(office.peers).map(|peer| peer.1));
        }
        let days = *office.dice.pick(&DAYS).unwrap_or(&1);
        let Some((shown, fields)) = shown(office, mention).await? else { return Ok(()) };
        let act = SendAlert { mentions: vec![mention], to, fields, days, shown };
        if let Ok(id) = office.node.act(&officer(office.node.index), &act).await? {
            self.alerting.out.push((id, mention));
        }
        Ok(())
    }

    async fn take_back(&mut self, office: &Office<'_>) -> Result<(), Problem> {
        let (alert, _) = self.alerting.out.swap_remove(office.dice.below(self.alerting.out.len()));
        let why = Recalling::Mistaken;
        let _refused = office.node.act(&officer(office.node.index), &RecallAlert { alert, why }).await?;
        Ok(())
    }

    async fn correct(&mut self, office: &Office<'_>) -> Result<(), Problem> {
        let chosen = office.dice.below(self.alerting.out.len());
        let Some(&(alert, mention)) = self.alerting.out.get(chosen) else { return Ok(()) };
        let (by, said) = (officer(office.node.index), self.alerting.somebody(office));
        let change = CorrectMention { mention, version: None, said, grade: grade(office), why: Correcting::Checked };
        if office.node.act(&by, &change).await?.is_err() {
            return Ok(());
        }
        let Some((shown, _)) = shown(office, mention).await? else { return Ok(()) };
        let act = CorrectAlert { alert, why: Recalling::Checked, mentions: vec![mention], shown };
        if office.node.act(&by, &act).await?.is_err() {
            self.alerting.out.swap_remove(chosen);
        }
        Ok(())
    }

    /// Somebody reads an alert; half of the time this node knows him too, and says so.
    pub(super) async fn judge(&mut self, office: &Office<'_>, id: AlertId) -> Result<Done, Problem> {
        let (by, done) = (officer(office.node.index), Done::default());
        let _refused = office.node.act(&by, &ReadAlert(id)).await?;
        if office.dice.percent(50) {
            return Ok(done);
        }
        let Some(running) = office.node.open() else { return Ok(done) };
        let mut view = running.desk.read().await.map_err(broken)?;
        let found = alert(&mut view, id).await.map_err(|error| error.problem())?;
        drop(view);
        let Some((theirs, claim)) = found.and_then(|there| there.mention_here(id).zip(there.claim.clone())) else {
            return Ok(done);
        };
        let said = named(claim.said.name.expose(), claim.said.phone.expose());
        let Some(pair) = record(office, Source::Public, said).await?.and_then(|ours| Pair::of(ours, theirs)) else {
            return Ok(done);
        };
        let act = JudgePair { pair, verdict: Verdict::Same, ground: Ground::Number };
        if office.node.act(&by, &act).await?.is_ok() {
            self.alerting.joined.push(pair);
        }
        Ok(done)
    }
}

impl Alerting {
    /// Somebody who is made up, and like nobody before.
    fn somebody(&mut self, office: &Office<'_>) -> Said {
        self.said += 1;
        let (node, nth) = (office.node.index, self.said);
        named(&format!("Perekrut Rekaan {node} {nth}"), &format!("0800{node:04}{nth:05}"))
    }
}

/// The name of the protected person of a case, as the case has it.
pub(super) fn protected(number: u64) -> String {
    format!("nama karangan {MARK} {number}")
}

fn named(name: &str, phone: &str) -> Said {
    let mut said = Said::default();
    (said.name, said.phone) = (Redacted::new(name.to_owned()), Redacted::new(phone.to_owned()));
    said
}

fn grade(office: &Office<'_>) -> Grade {
    Grade {
        source: *office.dice.pick(Reliability::ALL).unwrap_or(&Reliability::F),
        said: *office.dice.pick(Credibility::ALL).unwrap_or(&Credibility::Unknown),
    }
}

async fn record(office: &Office<'_>, source: Source, said: Said) -> Result<Option<MentionId>, Problem> {
    let act = RecordMention { source, said, grade: grade(office) };
    Ok(office.node.act(&officer(office.node.index), &act).await?.ok())
}

/// What the page would show: its digest, and the fields that have a value.
async fn shown(office: &Office<'_>, mention: MentionId) -> Result<Option<(base::Digest, BTreeSet<String>)>, Problem> {
    let Some(running) = office.node.open() else { return Ok(None) };
    let mut view = running.desk.read().await.map_err(broken)?;
    let composed = compose(&mut view, &[mention]).await.map_err(|error| error.problem())?;
    let fields = |said: &Said| facts(said).into_iter().map(|(field, _)| field.to_owned()).collect();
    Ok(composed.map(|composed| (composed.digest(), fields(&composed.said))))
}
