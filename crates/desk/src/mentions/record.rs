//! Recording, correcting and withdrawing mentions.

use super::accuses;
use super::look::may_read;
use super::stream::{LIVE, Mention, MentionEvent, MentionStream, Source};
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::cases::CaseStream;
use crate::cases::change::near_to;
use crate::cases::reports::{ReportStream, is_hidden, near_report};
use crate::error::{Error, Refusal};
use crate::policy::{self, Deed, Permit};
use async_trait::async_trait;
use base::text::match_key;
use base::{MentionId, OfficerId, Problem, Redacted, limits};
use casework::report::{Mark, marks_in};
use recruiters::said::{Correcting, Grade, Said, Withdrawing};
use std::collections::BTreeSet;
use store::{Read, Shelf, Stored, Tx};

/// Records what a source says of a recruiter. What equals the protected person of the source is refused.
#[derive(Clone, Debug)]
pub struct RecordMention {
    /// Where it comes from.
    pub source: Source,
    /// What it says.
    pub said: Said,
    /// How good it is.
    pub grade: Grade,
}

#[async_trait]
impl Act for RecordMention {
    const NAME: &'static str = "mention.record";
    const DEED: Deed = Deed::RecordMention;
    type Done = MentionId;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_source(self.source, by, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<MentionId, Error> {
        let id = MentionId::from_bytes(tx.derived_id("mention"));
        let said = tidy(&self.said);
        said.check()?;
        not_the_person(tx, self.source, &said).await?;
        room_for(tx, 1).await?;
        let by = OfficerId::from_bytes(tx.origin().actor);
        let event =
            MentionEvent::Recorded { source: self.source, said: Box::new(said), grade: self.grade, by, until: None };
        tx.create::<MentionStream>(id.bytes(), vec![event]).await?;
        Ok(id)
    }
}

/// Why an officer may not record from this source: she may not read it.
async fn near_source(source: Source, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
    let asks = |deed| match policy::decide(by, deed) {
        policy::Decision::Permit(_) => Vec::new(),
        policy::Decision::Deny(refusals) => refusals,
    };
    match source {
        Source::Case(case) => {
            let mut refusals = asks(Deed::SeeCases);
            refusals.extend(near_to(case, by, Deed::SeeCases, tx).await?);
            let stored = tx.load::<CaseStream>(case.bytes()).await?.ok_or(Error::NotFound)?;
            if refusals.is_empty() && by.officer().is_some_and(|staff| is_hidden(&stored, staff)) {
                refusals.push(Refusal::new("mention.hidden", Deed::RecordMention.word()));
            }
            Ok(refusals)
        }
        Source::Report(report) => {
            let mut refusals = asks(Deed::SeeReports);
            refusals.extend(near_report(report, by, tx).await?);
            Ok(refusals)
        }
        Source::List(_) | Source::Public => Ok(Vec::new()),
        // What partners say comes by their messages alone.
        Source::Alert { .. } => Err(Error::NotFound),
    }
}

/// Texts without blanks around them.
pub(super) fn tidy(said: &Said) -> Said {
    let mut tidy = said.clone();
    for (_, text) in tidy.texts_mut() {
        *text = Redacted::new(text.expose().trim().to_owned());
    }
    tidy
}

/// A slip that would put the protected person among recruiters: her name, telephone or NIK, as her case or report has them.
pub(crate) async fn not_the_person(tx: &mut Tx, source: Source, said: &Said) -> Result<(), Error> {
    let numbers: BTreeSet<Mark> = [&said.phone, &said.nik].iter().flat_map(|text| marks_in(text.expose())).collect();
    let names: Vec<String> =
        [&said.name, &said.alias].iter().map(|text| match_key(text.expose())).filter(|name| !name.is_empty()).collect();
    let is_hers = match source {
        Source::Case(case) => {
            let stored = tx.load::<CaseStream>(case.bytes()).await?.ok_or(Error::NotFound)?;
            let name = stored.fields.get("identity.name").map(|name| match_key(name.expose()));
            name.is_some_and(|name| names.contains(&name)) || !stored.marks_found().is_disjoint(&numbers)
        }
        Source::Report(report) => {
            let stored = tx.load::<ReportStream>(report.bytes()).await?.ok_or(Error::NotFound)?;
            let hers: BTreeSet<Mark> = stored.ways().iter().flat_map(|way| marks_in(way)).collect();
            !hers.is_disjoint(&numbers)
        }
        Source::List(_) | Source::Public | Source::Alert { .. } => false,
    };
    if is_hers { Err(Problem::new("mention.is-person").into()) } else { Ok(()) }
}

/// All mentions lie in memory with their index.
pub(crate) async fn room_for(tx: &mut Tx, more: usize) -> Result<(), Error> {
    let here = tx.count(Shelf::Mentions, LIVE, limits::MENTIONS_MAX).await?;
    if here + more > limits::MENTIONS_MAX {
        return Err(Problem::at("mention.full", limits::MENTIONS_MAX.to_string()).into());
    }
    Ok(())
}

/// Corrects what is recorded. Who is recorded has the right to it (UU 27/2022 art. 6).
#[derive(Clone, Debug)]
pub struct CorrectMention {
    /// Which.
    pub mention: MentionId,
    /// The version that the form was made from.
    pub version: Option<i64>,
    /// What it says now.
    pub said: Said,
    /// How good it is now.
    pub grade: Grade,
    /// Why.
    pub why: Correcting,
}

#[async_trait]
impl Act for CorrectMention {
    const NAME: &'static str = "mention.correct";
    const DEED: Deed = Deed::CorrectMention;
    type Done = ();

    /// Who may not read the source is not told whether what she types is the protected person's: that would be a way to ask.
    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let refusals = seen_by(self.mention, by, tx).await?;
        let stored = tx.load::<MentionStream>(self.mention.bytes()).await?.ok_or(Error::NotFound)?;
        if may_read(tx, by, stored.source).await? {
            not_the_person(tx, stored.source, &self.said).await?;
        }
        Ok(refusals)
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut stored = loaded(tx, self.mention, self.version).await?;
        if matches!(stored.source, Source::Alert { .. }) {
            return Err(Problem::new("alert.theirs").into());
        }
        let said = tidy(&self.said);
        said.check()?;
        if said == stored.said && self.grade == stored.grade {
            return Err(Problem::new("mention.unchanged").into());
        }
        let by = OfficerId::from_bytes(tx.origin().actor);
        let event = MentionEvent::Corrected { said: Box::new(said), grade: self.grade, why: self.why, by };
        Ok(tx.append(&mut stored, vec![event]).await?)
    }
}

/// Withdraws a mention: it counts no more, and what was judged of it neither. The journal keeps it.
#[derive(Clone, Debug)]
pub struct WithdrawMention {
    /// Which.
    pub mention: MentionId,
    /// The version that the form was made from.
    pub version: Option<i64>,
    /// Why.
    pub why: Withdrawing,
}

#[async_trait]
impl Act for WithdrawMention {
    const NAME: &'static str = "mention.withdraw";
    const DEED: Deed = Deed::CorrectMention;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        seen_by(self.mention, by, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut stored = loaded(tx, self.mention, self.version).await?;
        let by = OfficerId::from_bytes(tx.origin().actor);
        Ok(tx.append(&mut stored, vec![MentionEvent::Withdrawn { why: self.why, by }]).await?)
    }
}

/// A mention that counts, for a change.
async fn loaded(tx: &mut Tx, id: MentionId, version: Option<i64>) -> Result<Stored<MentionStream>, Error> {
    let stored = tx.load::<MentionStream>(id.bytes()).await?.ok_or(Error::NotFound)?;
    match version {
        Some(form) if form != stored.version => Err(Error::Clash { form, now: stored.version }),
        _ if stored.withdrawn.is_some() => Err(Problem::new("mention.withdrawn").into()),
        _ => Ok(stored),
    }
}

/// Who is meant by a mention meets one that is not there.
pub(crate) async fn seen_by(id: MentionId, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
    let stored = tx.load::<MentionStream>(id.bytes()).await?.ok_or(Error::NotFound)?;
    let Mention { said, .. } = &stored.state.0;
    let is_meant = by.officer().is_some_and(|staff| accuses(said, staff));
    if is_meant { Err(Error::NotFound) } else { Ok(Vec::new()) }
}
