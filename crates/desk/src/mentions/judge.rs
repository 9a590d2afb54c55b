//! Judgements of people over pairs of mentions. They are journal entries: no run of the engine touches them.

use super::record::seen_by;
use super::stream::{MentionStream, PairEvent, PairStream};
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::alerts::both;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{OfficerId, Problem};
use recruiters::judged::{Ground, Pair, Verdict};
use store::{Read, Tx};

/// Says whether two mentions are of one person. Whoever said otherwise before says this now.
#[derive(Clone, Copy, Debug)]
pub struct JudgePair {
    /// Which pair.
    pub pair: Pair,
    /// What is said.
    pub verdict: Verdict,
    /// What it rests on.
    pub ground: Ground,
}

#[async_trait]
impl Act for JudgePair {
    const NAME: &'static str = "pair.judge";
    const DEED: Deed = Deed::JudgePair;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        both_seen_by(self.pair, by, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        for id in self.pair.both() {
            let stored = tx.load::<MentionStream>(id.bytes()).await?.ok_or(Error::NotFound)?;
            if stored.withdrawn.is_some() {
                return Err(Problem::new("mention.withdrawn").into());
            }
        }
        let (by, id) = (OfficerId::from_bytes(tx.origin().actor), PairStream::id(self.pair));
        let event = PairEvent::Judged { pair: self.pair, verdict: self.verdict, ground: self.ground, by };
        match tx.load::<PairStream>(id).await? {
            Some(mut stored) => tx.append(&mut stored, vec![event]).await?,
            None => drop(tx.create::<PairStream>(id, vec![event]).await?),
        }
        both::judged(desk, tx, self.pair).await
    }
}

/// Takes a judgement back, one's own or that of another; the journal keeps both.
#[derive(Clone, Copy, Debug)]
pub struct UndoJudgement {
    /// Which pair.
    pub pair: Pair,
    /// Whose judgement.
    pub of: OfficerId,
}

#[async_trait]
impl Act for UndoJudgement {
    const NAME: &'static str = "pair.undo";
    const DEED: Deed = Deed::JudgePair;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        both_seen_by(self.pair, by, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut stored = tx.load::<PairStream>(PairStream::id(self.pair)).await?.ok_or(Error::NotFound)?;
        if !stored.judgements.iter().any(|one| one.by == self.of) {
            return Err(Problem::new("pair.not-judged").into());
        }
        let event = PairEvent::Undone { of: self.of, by: OfficerId::from_bytes(tx.origin().actor) };
        tx.append(&mut stored, vec![event]).await?;
        both::judged(desk, tx, self.pair).await
    }
}

async fn both_seen_by(pair: Pair, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
    let mut refusals = Vec::new();
    for id in pair.both() {
        refusals.extend(seen_by(id, by, tx).await?);
    }
    Ok(refusals)
}
