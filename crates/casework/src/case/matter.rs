//! What counsel writes of a matter, and who has a part in it. No condition of a handbook reads any of it, so nothing else
//! follows.

use super::{Assignment, Case, CaseEvent, Opening, State, Today, short_text, some_text};
use crate::clock::Clock;
use crate::consent::GivenBy;
use crate::document::DocumentKind;
use crate::matter::{
    ATTORNEYS_MAX, Attorney, CLAIMS_MAX, Claim, ClaimAnswer, ClaimKind, Ended, HEARINGS_MAX, Hearing, HearingEnd,
    HearingPlan, LOSSES_MAX, Loss, LossKind, MINUTES_MAX, MatterEvent, Office, PROOFS_MAX, Proof, TIMES_MAX, TimeNote,
    minutes_of, reminder,
};
use crate::words::Profile;
use base::{FileId, OfficerId, Problem, Redacted, ThreadId, Timestamp};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Years back that a day of what happened may lie.
const YEARS_BACK_MAX: i16 = 30;
/// Years ahead that a hearing may lie.
const YEARS_AHEAD_MAX: i16 = 5;

type Events = Result<Vec<CaseEvent>, Problem>;

impl State {
    /// Whether an officer has a part in the matter: counsel sees no other cases. What nobody holds any more stands open to
    /// every counsel of the node, so that one takes it over.
    pub fn is_matter_of(&self, officer: OfficerId) -> bool {
        let holds = self.manager() == Some(officer) || self.companion() == Some(officer);
        holds || self.waits_for_counsel() || self.matter_parts().contains(&officer)
    }

    /// Who has a part in it beside who holds it and who goes along: counsel with a power of attorney, who took a step, who goes
    /// along to a hearing that is still to come.
    pub fn matter_parts(&self) -> BTreeSet<OfficerId> {
        let took = self.steps.values().filter_map(|step| step.officer).filter(|officer| self.works_on(*officer));
        let ahead = self.matter.hearings_ahead().into_iter().filter_map(|(_, hearing)| hearing.plan.companion);
        self.counsel().chain(took).chain(ahead.filter(|officer| !self.left.contains(officer))).collect()
    }

    /// Officers with a power of attorney who did not leave.
    pub fn counsel(&self) -> impl Iterator<Item = OfficerId> {
        self.matter.attorneys_now().filter(|officer| !self.left.contains(officer))
    }

    /// Whether it is a matter of counsel's own that nobody holds.
    pub fn waits_for_counsel(&self) -> bool {
        self.matter.from.is_some() && self.is_held_by_nobody()
    }

    /// A power of attorney gives a part in the case again to who left and came back.
    pub(super) fn apply_matter(&mut self, event: &MatterEvent, at: Timestamp) {
        if let MatterEvent::AttorneyGiven(_, attorney) = event {
            self.left.remove(&attorney.officer);
        }
        self.matter.apply(event, at);
    }

    /// Clocks of hearings that are still to come.
    pub(super) fn hearing_clocks(&self) -> impl Iterator<Item = (u16, &Clock)> {
        let runs = self.closed.is_none() && self.ownership.other.is_none();
        let open = self.matter.hearings.iter().filter(move |(_, hearing)| runs && hearing.ended.is_none());
        open.map(|(no, hearing)| (*no, &hearing.clock))
    }
}

fn one(event: MatterEvent) -> Vec<CaseEvent> {
    vec![CaseEvent::Matter(Box::new(event))]
}

/// The next number of a list, if there is room.
fn next<T>(list: &BTreeMap<u16, T>, most: usize) -> Result<u16, Problem> {
    if list.len() >= most {
        return Err(Problem::at("matter.too-many", most.to_string()));
    }
    Ok(list.last_key_value().map_or(1, |(no, _)| no.saturating_add(1)))
}

fn known<T>(list: &BTreeMap<u16, T>, no: u16) -> Result<&T, Problem> {
    list.get(&no).ok_or_else(|| Problem::at("matter.unknown", no.to_string()))
}

/// A day as people pick it, `2026-12-01`, on the calendar of this node; with today.
fn day(text: &str, today: &Today<'_>) -> Result<(Date, Date), Problem> {
    let read: Date = text.trim().parse().map_err(|_| Problem::at("matter.day-bad", "hari"))?;
    let (year, month, day, ..) = today.place.zone().local(today.now);
    let now = Date::new(year, month, day).map_err(|_| Problem::at("matter.day-bad", "hari"))?;
    // One spelling: an ISO week or a time would be read too.
    if read.to_string() == text.trim() { Ok((read, now)) } else { Err(Problem::at("matter.day-bad", "hari")) }
}

/// A day of something that happened.
fn happened(text: &str, today: &Today<'_>) -> Result<String, Problem> {
    let (read, now) = day(text, today)?;
    match read {
        day if day > now => Err(Problem::at("matter.day-ahead", "hari")),
        day if day.year() < now.year() - YEARS_BACK_MAX => Err(Problem::at("matter.day-far", "hari")),
        day => Ok(day.to_string()),
    }
}

impl Case {
    /// Counsel opens a matter of her own from a referral that came: a file of hers, not the case of the node that asked.
    pub fn open_matter(opening: Opening, from: ThreadId, counsel: OfficerId) -> Vec<CaseEvent> {
        let assignment = Assignment { manager: counsel, companion: None, conflict_checked_by: counsel };
        let mut events = vec![CaseEvent::Opened(Box::new(opening))];
        events.extend(one(MatterEvent::Opened(from)));
        events.push(CaseEvent::Assigned(assignment));
        events
    }

    /// Another counsel takes the matter over: powers of attorney to the one before end on this day, and she reads no more.
    pub fn replace_counsel(
        &self,
        by: OfficerId,
        (to, name): (OfficerId, &str),
        (on, why): (&str, Redacted<String>),
        today: &Today<'_>,
    ) -> Events {
        self.run_here()?;
        if self.matter.from.is_none() {
            return Err(Problem::new("matter.none"));
        }
        some_text(&why, "case.reason-missing")?;
        let on = happened(on, today)?;
        if self.manager() == Some(to) {
            return Err(Problem::new("matter.same-counsel"));
        }
        if self.shuts_out(to, name) {
            return Err(Problem::new("access.officer-named"));
        }
        let ends = |no: &u16| MatterEvent::AttorneyEnded(*no, on.clone(), why.clone());
        let running = self.matter.attorneys.iter().filter(|(_, one)| one.ended.is_none() && one.officer != to);
        let mut events: Vec<CaseEvent> = running.flat_map(|(no, _)| one(ends(no))).collect();
        let companion = self.companion().filter(|known| *known != to);
        events.push(CaseEvent::Assigned(Assignment { manager: to, companion, conflict_checked_by: by }));
        Ok(events)
    }

    /// A power of attorney is given; the paper may come later as a document.
    pub fn give_attorney(
        &self,
        (officer, by): (OfficerId, GivenBy),
        (on, scope): (&str, Redacted<String>),
        document: Option<FileId>,
        today: &Today<'_>,
    ) -> Events {
        self.writable()?;
        let no = next(&self.matter.attorneys, ATTORNEYS_MAX)?;
        some_text(&scope, "attorney.scope-missing")?;
        if by == GivenBy::Person && self.profile == Profile::Child {
            return Err(Problem::new("attorney.child"));
        }
        if self.matter.attorneys_now().any(|known| known == officer) {
            return Err(Problem::new("attorney.running"));
        }
        if let Some(document) = document {
            let is_one = self.document(document)?.kind == DocumentKind::PowerOfAttorney;
            is_one.then_some(()).ok_or(Problem::new("attorney.not-a-power"))?;
        }
        let attorney = Attorney { officer, by, on: happened(on, today)?, scope, document, ended: None };
        Ok(one(MatterEvent::AttorneyGiven(no, attorney)))
    }

    /// A power of attorney ends.
    pub fn end_attorney(&self, no: u16, (on, why): (&str, Redacted<String>), today: &Today<'_>) -> Events {
        self.writable()?;
        let attorney = known(&self.matter.attorneys, no)?;
        if attorney.ended.is_some() {
            return Err(Problem::at("matter.ended", no.to_string()));
        }
        some_text(&why, "case.reason-missing")?;
        let on = happened(on, today)?;
        if on < attorney.on {
            return Err(Problem::at("matter.day-before", attorney.on.clone()));
        }
        Ok(one(MatterEvent::AttorneyEnded(no, on, why)))
    }

    /// A hearing is set.
    pub fn set_hearing(&self, plan: HearingPlan, today: &Today<'_>) -> Events {
        self.writable()?;
        let no = next(&self.matter.hearings, HEARINGS_MAX)?;
        let (plan, clock) = self.planned(plan, today)?;
        let hearing = Hearing { plan, clock, moved: Vec::new(), ended: None };
        Ok(one(MatterEvent::HearingSet(no, Box::new(hearing))))
    }

    /// A hearing is moved to another day or time, or somebody else goes along.
    pub fn move_hearing(&self, no: u16, plan: HearingPlan, why: Redacted<String>, today: &Today<'_>) -> Events {
        self.open_hearing(no)?;
        some_text(&why, "case.reason-missing")?;
        let (plan, clock) = self.planned(plan, today)?;
        Ok(one(MatterEvent::HearingMoved(no, Box::new((plan, clock, why)))))
    }

    /// A hearing was held, or was not: what came of it, and harm that was noted.
    pub fn end_hearing(
        &self,
        no: u16,
        end: HearingEnd,
        (outcome, harm): (Redacted<String>, Redacted<String>),
        today: &Today<'_>,
    ) -> Events {
        let hearing = self.open_hearing(no)?;
        some_text(&outcome, "hearing.outcome-missing")?;
        short_text(&harm, "harm")?;
        if end == HearingEnd::Held && hearing.clock.day.is_some_and(|day| day > today.now) {
            return Err(Problem::at("hearing.ahead", hearing.plan.on.clone()));
        }
        Ok(one(MatterEvent::HearingEnded(no, end, outcome, harm)))
    }

    fn open_hearing(&self, no: u16) -> Result<&Hearing, Problem> {
        self.writable()?;
        let hearing = known(&self.matter.hearings, no)?;
        if hearing.ended.is_some() { Err(Problem::at("matter.ended", no.to_string())) } else { Ok(hearing) }
    }

    fn planned(&self, mut plan: HearingPlan, today: &Today<'_>) -> Result<(HearingPlan, Clock), Problem> {
        let (read, now) = day(&plan.on, today)?;
        if read < now {
            return Err(Problem::at("hearing.past", "hari"));
        }
        if read.year() > now.year() + YEARS_AHEAD_MAX {
            return Err(Problem::at("matter.day-far", "hari"));
        }
        some_text(&plan.about, "hearing.about-missing")?;
        short_text(&plan.along, "along")?;
        plan.on = read.to_string();
        plan.time = plan.time.filter(|time| !time.trim().is_empty());
        if let Some(time) = &plan.time {
            let minutes = minutes_of(time.trim()).ok_or_else(|| Problem::at("hearing.time-bad", "pukul"))?;
            plan.time = Some(format!("{:02}.{:02}", minutes / 60, minutes % 60));
        }
        if plan.companion.is_some_and(|officer| self.barred.contains(&officer)) {
            return Err(Problem::new("access.officer-named"));
        }
        let clock = Clock::ahead_of(&plan.on, today.now, &reminder(), today.place);
        Ok((plan, clock.ok_or_else(|| Problem::at("matter.day-bad", "hari"))?))
    }

    /// Alarms of hearings: a day before, and when the day is over and nobody said what came of it.
    pub(super) fn hearing_alarms(&self, now: Timestamp) -> Vec<CaseEvent> {
        let rose = self.hearing_clocks().map(|(no, clock)| (no, clock.alarm_level(now), clock.level));
        rose.filter(|(_, level, before)| level > before)
            .flat_map(|(no, level, _)| one(MatterEvent::HearingAlarm(no, level)))
            .collect()
    }

    /// A claim is prepared. Of restitution and of wages one runs at a time; civil papers are many.
    pub fn make_claim(&self, kind: ClaimKind, about: Redacted<String>, today: &Today<'_>) -> Events {
        self.writable()?;
        let no = next(&self.matter.claims, CLAIMS_MAX)?;
        some_text(&about, "claim.about-missing")?;
        let mut same = self.matter.claims.iter().filter(|(_, claim)| claim.kind == kind && claim.ended.is_none());
        if let Some((no, _)) = same.next().filter(|_| kind != ClaimKind::CivilPaper) {
            return Err(Problem::at("claim.running", no.to_string()));
        }
        let claim = Claim { kind, about, at: today.now, filed: Vec::new(), answers: Vec::new(), ended: None };
        Ok(one(MatterEvent::ClaimMade(no, claim)))
    }

    fn open_claim(&self, no: u16) -> Result<&Claim, Problem> {
        self.writable()?;
        let claim = known(&self.matter.claims, no)?;
        if claim.ended.is_some() { Err(Problem::at("matter.ended", no.to_string())) } else { Ok(claim) }
    }

    /// A claim was filed. One that asks for money says for which losses.
    pub fn file_claim(
        &self,
        no: u16,
        to: Office,
        (on, reference): (&str, Redacted<String>),
        today: &Today<'_>,
    ) -> Events {
        let claim = self.open_claim(no)?;
        short_text(&reference, "reference")?;
        let counts = |(_, loss): &(u16, &Loss)| loss.kind != LossKind::Debt;
        if claim.kind != ClaimKind::CivilPaper && !self.matter.losses_of(no).iter().any(counts) {
            return Err(Problem::new("claim.no-losses"));
        }
        Ok(one(MatterEvent::ClaimFiled(no, to, happened(on, today)?, reference)))
    }

    /// An office answered.
    pub fn answer_claim(
        &self,
        no: u16,
        answer: ClaimAnswer,
        (on, text): (&str, Redacted<String>),
        today: &Today<'_>,
    ) -> Events {
        let claim = self.open_claim(no)?;
        short_text(&text, "text")?;
        let on = happened(on, today)?;
        match claim.filed.first() {
            None => Err(Problem::new("claim.not-filed")),
            Some((_, filed, _)) if on < *filed => Err(Problem::at("matter.day-before", filed.clone())),
            Some(_) => Ok(one(MatterEvent::ClaimAnswered(no, answer, on, text))),
        }
    }

    /// A claim ends. What was granted can still be paid later.
    pub fn end_claim(&self, no: u16, ended: Ended, today: &Today<'_>) -> Events {
        self.writable()?;
        let claim = known(&self.matter.claims, no)?;
        let was_granted = claim.ended.as_ref().is_some_and(|known| known.end == crate::matter::ClaimEnd::Granted);
        if claim.ended.is_some() && !was_granted {
            return Err(Problem::at("matter.ended", no.to_string()));
        }
        short_text(&ended.text, "text")?;
        let on = happened(&ended.on, today)?;
        Ok(one(MatterEvent::ClaimEnded(no, Ended { on, ..ended })))
    }

    /// A loss of a claim, new or changed. `along`: documents that came with the referral, which the case does not know.
    pub fn set_loss(&self, no: Option<u16>, loss: Loss, along: &[FileId]) -> Events {
        let claim = self.open_claim(loss.claim)?;
        if claim.kind == ClaimKind::CivilPaper {
            return Err(Problem::new("loss.no-money"));
        }
        some_text(&loss.what, "loss.what-missing")?;
        short_text(&loss.how, "how")?;
        if loss.sum.value() == 0 && loss.kind != LossKind::Debt {
            return Err(Problem::new("loss.sum-bad"));
        }
        if loss.proofs.len() > PROOFS_MAX {
            return Err(Problem::at("matter.too-many", PROOFS_MAX.to_string()));
        }
        if loss.proofs.iter().any(|proof| !self.has_proof(proof, along)) {
            return Err(Problem::new("loss.proof-unknown"));
        }
        let no = match no {
            Some(no) => known(&self.matter.losses, no).map(|_| no)?,
            None => next(&self.matter.losses, LOSSES_MAX)?,
        };
        Ok(one(MatterEvent::LossSet(no, loss)))
    }

    /// Whether a proof is one of this case, and of no other.
    fn has_proof(&self, proof: &Proof, along: &[FileId]) -> bool {
        match proof {
            Proof::Document(id) => self.document(*id).is_ok(),
            Proof::Along(id) => along.contains(id),
            Proof::Step(step) => self.steps.contains_key(step),
            Proof::Hearing(no) => self.matter.hearings.contains_key(no),
        }
    }

    /// A loss is taken out of its claim.
    pub fn drop_loss(&self, no: u16, why: Redacted<String>) -> Events {
        let claim = known(&self.matter.losses, no)?.claim;
        self.open_claim(claim)?;
        some_text(&why, "case.reason-missing")?;
        Ok(one(MatterEvent::LossDropped(no, why)))
    }

    /// Time that somebody spent.
    pub fn note_time(&self, note: &TimeNote, today: &Today<'_>) -> Events {
        self.writable()?;
        let no = next(&self.matter.times, TIMES_MAX)?;
        if note.minutes == 0 || note.minutes > MINUTES_MAX {
            return Err(Problem::at("time.minutes-bad", MINUTES_MAX.to_string()));
        }
        let on = happened(&note.on, today)?;
        Ok(one(MatterEvent::TimeNoted(no, TimeNote { on, ..*note })))
    }

    /// An entry of one's own was a mistake.
    pub fn drop_time(&self, no: u16, by: OfficerId) -> Events {
        self.writable()?;
        if known(&self.matter.times, no)?.by != by {
            return Err(Problem::new("time.not-own"));
        }
        Ok(one(MatterEvent::TimeDropped(no)))
    }
}

#[cfg(test)]
mod tests;
