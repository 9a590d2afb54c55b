//! Sealed reports at the door: stored even while the node is locked, opened once it is not, recorded once (WEB.md 7).

use crate::act::Desk;
use crate::actor::Actor;
use crate::cases::reports::{RecordReport, ReportJson};
use crate::error::Error;
use crate::window::Left;
use base::{KeyId, Problem, ReportId, Seq, Timestamp};
use casework::report::Door;
use seal::report::{IntakePublic, IntakeSecret};
use store::raw::Item;
use store::{RawTx, Read, Shelf, StoreError};
use zeroize::Zeroizing;

/// Sealed reports kept at most while the node is locked; beyond it the door says busy and the phone keeps its copy.
const WAITING_MAX: usize = 10_000;
const SECRET: &str = "intake/secret";
pub(crate) const PUBLIC: &str = "intake/public";

/// What the door answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Recorded now.
    New(Receipt),
    /// Recorded before: the same receipt.
    Known(Receipt),
    /// Stored sealed; the receipt comes when the node is unlocked.
    Waiting,
}

/// The signed word that a report is in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The report's client id.
    pub rid: [u8; 16],
    /// Journal position when it was answered.
    pub seq: Seq,
    /// When it was recorded.
    pub at: Timestamp,
    /// By the node's identity over "simpul/receipt/1" || rid || seq || at.
    pub signature: [u8; 64],
}

impl Desk {
    /// Makes the intake key of a new node. The public half is readable while locked.
    pub async fn make_intake_key(&self, tx: &mut store::Tx) -> Result<(), Error> {
        let secret = IntakeSecret::generate(&*self.chance);
        tx.put_secret(SECRET, &*secret.to_bytes()).await?;
        Ok(tx.put_meta(PUBLIC, &secret.public().bytes()).await?)
    }

    /// The public intake key, for pages and packs.
    pub async fn intake_key(&self) -> Result<IntakePublic, Error> {
        let mut view = self.store.backend().read().await?;
        let bytes = view.meta(PUBLIC).await?.and_then(|bytes| <[u8; 65]>::try_from(bytes).ok());
        Ok(bytes.and_then(|bytes| IntakePublic::from_bytes(&bytes)).ok_or(Problem::new("report.no-key"))?)
    }

    /// Takes a sealed report. `kunci` is the form's own key; the blob must name it.
    pub async fn take_report(&self, kunci: &[u8], sealed: &[u8]) -> Result<Taken, Error> {
        let rid = seal::report::report_id(kunci);
        let head = seal::report::peek_report(sealed)?;
        if head.rid != rid {
            return Err(Problem::at("report.damaged", "rid").into());
        }
        if !self.store.vault().is_open() {
            if let Some(receipt) = self.left(rid.bytes()).await?.and_then(|left| left.receipt()) {
                return Ok(Taken::Known(receipt));
            }
            self.keep_sealed(rid.bytes(), sealed).await?;
            return Ok(Taken::Waiting);
        }
        self.open_and_record(rid.bytes(), sealed).await
    }

    /// Takes a report that was posted without script: it was never on disk in clear and is recorded at once, or sealed.
    pub async fn report_in_clear(&self, kunci: &[u8], json: ReportJson) -> Result<Taken, Error> {
        let rid = seal::report::report_id(kunci);
        if self.store.vault().is_open() {
            return self
                .record(RecordReport { rid: rid.bytes(), door: Door::Pocketbook, json, without_name: None })
                .await;
        }
        let bytes = serde_json::to_vec(&json).map_err(|_| Problem::new("report.damaged"))?;
        let sealed = seal::report::seal_report(&bytes, rid, &self.intake_key().await?, &*self.chance)?;
        self.keep_sealed(rid.bytes(), &sealed).await?;
        Ok(Taken::Waiting)
    }

    /// Takes a sealed report that somebody brought as a file, from a phone without network. It is the same report as when
    /// it comes by the network, before or after. Gives it, and whether it was here.
    pub async fn bring_report(&self, by: &Actor, sealed: &[u8]) -> Result<(ReportId, bool), Error> {
        let rid = seal::report::peek_report(sealed)?.rid.bytes();
        let json = self.opened_report(sealed).await?;
        let act = RecordReport { rid, door: Door::Pocketbook, json, without_name: None };
        let (recorded, _) = self.record_report(by, &act).await?;
        Ok((recorded.id, recorded.known))
    }

    /// Opens what came while the node was locked. Gives how many were recorded; what does not open stays
    /// sealed, with a line in the log.
    pub async fn open_waiting(&self) -> Result<usize, Error> {
        let mut opened = 0;
        let mut after: Option<Vec<u8>> = None;
        loop {
            let mut view = self.store.backend().read().await?;
            let place = (Shelf::Intake.number(), b"".as_slice());
            let waiting =
                view.items(place, after.as_deref(), store::Direction::Up, base::limits::PAGE_ROWS_MAX).await?;
            drop(view);
            let Some(last) = waiting.last() else { return Ok(opened) };
            after = Some(last.key.clone());
            for item in waiting {
                let rid: [u8; 16] = item.key.as_slice().try_into().unwrap_or_default();
                match self.open_and_record(rid, &item.body).await {
                    Ok(_) => {
                        self.forget_sealed(rid).await?;
                        opened += 1;
                    }
                    Err(error) => tracing::warn!(code = error.problem().code.0, "a waiting report was not recorded"),
                }
            }
        }
    }

    async fn open_and_record(&self, rid: [u8; 16], sealed: &[u8]) -> Result<Taken, Error> {
        let json = self.opened_report(sealed).await?;
        self.record(RecordReport { rid, door: Door::Pocketbook, json, without_name: None }).await
    }

    /// Whether a sealed report opens and reads as one, where that can be known: on an unlocked node.
    pub async fn check_report(&self, sealed: &[u8]) -> Result<(), Error> {
        if self.store.vault().is_open() { self.opened_report(sealed).await.map(drop) } else { Ok(()) }
    }

    pub(crate) async fn opened_report(&self, sealed: &[u8]) -> Result<ReportJson, Error> {
        let plain = self.unseal(sealed).await?;
        let json: ReportJson = serde_json::from_slice(&plain).map_err(|_| Problem::at("report.damaged", "json"))?;
        if json.report == 1 { Ok(json) } else { Err(Problem::at("report.damaged", "report").into()) }
    }

    /// Opens what was sealed to the intake key, on an unlocked node.
    pub(crate) async fn unseal(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut view = self.read().await?;
        let secret = view.secret(SECRET).await?.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        drop(view);
        let secret = secret.and_then(|bytes| IntakeSecret::from_bytes(&bytes)).ok_or(Problem::new("report.no-key"))?;
        Ok(seal::report::open_report(sealed, &secret)?)
    }

    async fn record(&self, act: RecordReport) -> Result<Taken, Error> {
        let (recorded, seq) = self.record_report(&Actor::Node, &act).await?;
        let receipt = self.receipt(act.rid, seq, recorded.at).await?;
        Ok(if recorded.known { Taken::Known(receipt) } else { Taken::New(receipt) })
    }

    /// What the node of this public window left about a report.
    pub async fn left(&self, rid: [u8; 16]) -> Result<Option<Left>, Error> {
        Ok(crate::window::left(&mut *self.store.backend().read().await?, rid).await?)
    }

    pub(crate) async fn receipt(&self, rid: [u8; 16], seq: Seq, at: Timestamp) -> Result<Receipt, Error> {
        let secret = self.read().await?.secret("identity").await?.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let key = seal::IdentityKey::from_bytes(&secret.ok_or(Problem::new("seal.no-identity"))?);
        let message = [rid.as_slice(), &seq.0.to_be_bytes(), &at.millis().to_be_bytes()].concat();
        Ok(Receipt { rid, seq, at, signature: key.sign("simpul/receipt/1", &message) })
    }

    async fn keep_sealed(&self, rid: [u8; 16], sealed: &[u8]) -> Result<(), Error> {
        let mut tx = self.store.backend().begin("report.keep").await?;
        put_sealed(&mut *tx, rid, sealed).await?;
        Ok(tx.commit().await?)
    }

    async fn forget_sealed(&self, rid: [u8; 16]) -> Result<(), Error> {
        let mut tx = self.store.backend().begin("report.opened").await?;
        tx.delete_item(Shelf::Intake.number(), b"", &rid).await?;
        Ok(tx.commit().await?)
    }
}

/// Keeps a sealed report, once. `Busy` if too many wait.
pub(crate) async fn put_sealed(tx: &mut dyn RawTx, rid: [u8; 16], sealed: &[u8]) -> Result<(), StoreError> {
    let shelf = Shelf::Intake.number();
    if tx.count(shelf, b"", WAITING_MAX).await? >= WAITING_MAX {
        return Err(StoreError::Busy);
    }
    if tx.item(shelf, b"", &rid).await?.is_none() {
        let (part, key, body) = (Vec::new(), rid.to_vec(), sealed.to_vec());
        tx.put_item(&Item { shelf, part, key, due: None, sealed_by: KeyId::default(), body }).await?;
    }
    Ok(())
}
