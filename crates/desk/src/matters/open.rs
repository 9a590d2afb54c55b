//! Counsel opens a matter from a referral that came, and hands it over to another counsel.
//!
//! The file that came stays with the offer, where a withdrawn consent hides it; the matter holds counsel's own work alone.

use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::cases::{CaseStream, change};
use crate::error::{Error, Refusal};
use crate::offers::{CameState, OfferEvent, OfferStream, near_thread, ownership};
use crate::policy::{self, Deed, Permit};
use crate::staff::Officer;
use async_trait::async_trait;
use base::{CaseId, FileId, OfficerId, Problem, Redacted, ThreadId};
use casework::document::DocumentKind;
use casework::offer::TakerState;
use casework::words::Purpose;
use casework::{Case, Extract, Role};
use store::{Read, StoreError, Tx};

/// Opens a matter from an offer whose file is here.
#[derive(Clone, Copy, Debug)]
pub struct OpenMatter {
    /// The thread.
    pub thread: ThreadId,
    /// The offer.
    pub offer_no: u32,
}

#[async_trait]
impl Act for OpenMatter {
    const NAME: &'static str = "matter.open";
    const DEED: Deed = Deed::KeepMatter;
    type Done = CaseId;

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        near_thread(self.thread, by, Self::DEED, tx).await
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<CaseId, Error> {
        let mut stored = tx.load::<OfferStream>(self.thread.bytes()).await?.ok_or(Error::NotFound)?;
        if let Some(case) = stored.matter.or(stored.case) {
            return Err(Problem::at("matter.open-already", case.to_string()).into());
        }
        let came = stored.came.get(&self.offer_no).ok_or(Error::NotFound)?;
        let is_here = opens(&stored, self.offer_no);
        let extract = came.extract.as_ref().filter(|_| is_here).ok_or(Problem::new("matter.no-file"))?;
        let extract: Extract = minicbor::decode(&extract.0).map_err(|_| Problem::new("extract.damaged"))?;
        let id = CaseId::from_bytes(tx.derived_id("matter"));
        let opening = ownership::opening(id, &extract, desk, tx);
        let counsel = OfficerId::from_bytes(tx.origin().actor);
        tx.create::<CaseStream>(id.bytes(), Case::open_matter(opening, self.thread, counsel)).await?;
        tx.append(&mut stored, vec![OfferEvent::MatterOpened(id)]).await?;
        Ok(id)
    }
}

/// Whether a matter can be opened from an offer: legal aid or restitution, said yes to, and the file is here.
pub fn opens(stored: &OfferStream, no: u32) -> bool {
    let purposes = [Purpose::LegalAid, Purpose::Restitution];
    let came = stored.came.get(&no).filter(|came| !came.hidden && came.extract.is_some());
    let fits = came.is_some_and(|came| purposes.iter().any(|purpose| purpose.word() == came.purpose));
    let state = stored.thread.taker.state(no);
    fits && stored.near().is_none() && matches!(state, Some(TakerState::Holding | TakerState::Done))
}

/// Documents that came along with the referral of a matter and are shown: id and kind.
pub async fn along(view: &mut impl Read, case: &Case) -> Result<Vec<(FileId, DocumentKind)>, Error> {
    let Some(thread) = case.matter.from else { return Ok(Vec::new()) };
    let stored = match view.load::<OfferStream>(thread.bytes()).await {
        Err(StoreError::Erased) => None,
        found => found?,
    };
    let shown = stored.iter().flat_map(|stored| stored.came.values()).filter(|came| !came.hidden);
    let here = shown.flat_map(|came| &came.files).filter(|file| matches!(file.state, CameState::Here(_)));
    Ok(here.filter_map(|file| Some((file.id, DocumentKind::of_field(&file.field)?))).collect())
}

/// Another counsel holds the matter from now on. What was written stays; powers of attorney to the one before end.
#[derive(Clone, Debug)]
pub struct ReplaceCounsel {
    /// The case.
    pub case: CaseId,
    /// Version of the form.
    pub version: Option<i64>,
    /// Who takes over.
    pub to: OfficerId,
    /// On which day.
    pub on: String,
    /// Why.
    pub why: Redacted<String>,
}

/// Whether an officer may hand the matter over: who holds it, any counsel once nobody does, or who assigns cases.
pub fn may_replace(by: &Actor, case: &Case) -> bool {
    let holds = by.officer().is_some_and(|staff| case.manager() == Some(staff.id));
    let assigns = matches!(policy::decide(by, Deed::AssignCase), policy::Decision::Permit(_));
    case.matter.from.is_some() && (holds || assigns || case.waits_for_counsel())
}

#[async_trait]
impl Act for ReplaceCounsel {
    const NAME: &'static str = "counsel.replace";
    const DEED: Deed = Deed::SeeCases;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        let refusals = change::near_to(self.case, by, Self::DEED, tx).await?;
        if !refusals.is_empty() {
            return Ok(refusals);
        }
        let may = tx.look::<CaseStream, _>(self.case.bytes(), |case| may_replace(by, case)).await?;
        let refusal = || Refusal::new("matter.not-holder", Deed::KeepMatter.word());
        Ok(may.filter(|may| !may).map(|_| refusal()).into_iter().collect())
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let by = OfficerId::from_bytes(tx.origin().actor);
        let officer =
            tx.load::<Officer>(self.to.bytes()).await?.ok_or_else(|| Problem::at("matter.not-counsel", "kepada"))?;
        if officer.left.is_some() || !officer.roles.contains(&Role::Counsel) {
            return Err(Problem::at("matter.not-counsel", "kepada").into());
        }
        let mut stored = change::load(tx, self.case, self.version).await?;
        let to = (self.to, officer.name.expose().as_str());
        let events =
            stored.replace_counsel(by, to, (&self.on, self.why.clone()), &desk.today_for(&stored, tx.now()))?;
        Ok(tx.append(&mut stored, events).await?)
    }
}
