//! What is written of a matter: each act is one call of the case.

use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::cases::change::{self, changes};
use crate::error::{Error, Refusal};
use crate::matters::open::along;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{CaseId, FileId, OfficerId, Redacted};
use casework::consent::GivenBy;
use casework::matter::{Activity, ClaimAnswer, ClaimKind, Ended, HearingEnd, HearingPlan, Loss, Office, TimeNote};
use store::Tx;

changes! {
    /// Records a power of attorney.
    GiveAttorney {
        /// To whom.
        officer: OfficerId,
        /// By whom.
        by: GivenBy,
        /// On which day.
        on: String,
        /// What it covers.
        scope: Redacted<String>,
        /// The paper.
        document: Option<FileId>,
    } "attorney.give" KeepMatter |self, case, _by, today| {
        case.give_attorney((self.officer, self.by), (&self.on, self.scope.clone()), self.document, today)
    };

    /// Ends a power of attorney.
    EndAttorney {
        /// Its number.
        no: u16,
        /// On which day.
        on: String,
        /// Why.
        why: Redacted<String>,
    } "attorney.end" KeepMatter |self, case, _by, today| case.end_attorney(self.no, (&self.on, self.why.clone()), today);

    /// Sets a hearing.
    SetHearing {
        /// When, where, with whom.
        plan: HearingPlan,
    } "hearing.set" KeepMatter |self, case, _by, today| case.set_hearing(self.plan.clone(), today);

    /// Moves a hearing.
    MoveHearing {
        /// Its number.
        no: u16,
        /// When, where, with whom now.
        plan: HearingPlan,
        /// Why.
        why: Redacted<String>,
    } "hearing.move" KeepMatter |self, case, _by, today| {
        case.move_hearing(self.no, self.plan.clone(), self.why.clone(), today)
    };

    /// Says what came of a hearing.
    EndHearing {
        /// Its number.
        no: u16,
        /// Held or not.
        end: HearingEnd,
        /// What came of it.
        outcome: Redacted<String>,
        /// Harm that was noted.
        harm: Redacted<String>,
    } "hearing.end" KeepMatter |self, case, _by, today| {
        case.end_hearing(self.no, self.end, (self.outcome.clone(), self.harm.clone()), today)
    };

    /// Prepares a claim.
    MakeClaim {
        /// Of which kind.
        kind: ClaimKind,
        /// What is asked for.
        about: Redacted<String>,
    } "claim.make" KeepMatter |self, case, _by, today| case.make_claim(self.kind, self.about.clone(), today);

    /// Records where a claim was filed.
    FileClaim {
        /// Its number.
        no: u16,
        /// Where.
        to: Office,
        /// On which day.
        on: String,
        /// The number it has there.
        reference: Redacted<String>,
    } "claim.file" KeepMatter |self, case, _by, today| {
        case.file_claim(self.no, self.to, (&self.on, self.reference.clone()), today)
    };

    /// Records an answer.
    AnswerClaim {
        /// Its number.
        no: u16,
        /// Which.
        answer: ClaimAnswer,
        /// On which day.
        on: String,
        /// In words.
        text: Redacted<String>,
    } "claim.answer" KeepMatter |self, case, _by, today| {
        case.answer_claim(self.no, self.answer, (&self.on, self.text.clone()), today)
    };

    /// Records what became of a claim.
    EndClaim {
        /// Its number.
        no: u16,
        /// The result.
        ended: Ended,
    } "claim.end" KeepMatter |self, case, _by, today| case.end_claim(self.no, self.ended.clone(), today);

    /// Takes a loss out of its claim.
    DropLoss {
        /// Its number.
        no: u16,
        /// Why.
        why: Redacted<String>,
    } "loss.drop" KeepMatter |self, case, _by, _today| case.drop_loss(self.no, self.why.clone());

    /// Notes time of one's own.
    NoteTime {
        /// The day.
        on: String,
        /// Minutes.
        minutes: u16,
        /// For what.
        activity: Activity,
    } "time.note" KeepMatter |self, case, by, today| {
        let note = TimeNote { on: self.on.clone(), minutes: self.minutes, activity: self.activity, by };
        case.note_time(&note, today)
    };

    /// Takes back an entry of one's own.
    DropTime {
        /// Its number.
        no: u16,
    } "time.drop" KeepMatter |self, case, by, _today| case.drop_time(self.no, by);
}

/// Writes a loss, new or changed. Its proofs belong to this case, or came with its referral.
#[derive(Clone, Debug)]
pub struct SetLoss {
    /// The case.
    pub case: CaseId,
    /// Version of the form.
    pub version: Option<i64>,
    /// Its number; a new one if absent.
    pub no: Option<u16>,
    /// The loss.
    pub loss: Loss,
}

#[async_trait]
impl Act for SetLoss {
    const NAME: &'static str = "loss.set";
    const DEED: Deed = Deed::KeepMatter;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        change::near_to(self.case, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let mut stored = change::load(tx, self.case, self.version).await?;
        let came: Vec<FileId> = along(tx, &stored).await?.into_iter().map(|(id, _)| id).collect();
        let events = stored.set_loss(self.no, self.loss.clone(), &came)?;
        Ok(tx.append(&mut stored, events).await?)
    }
}
