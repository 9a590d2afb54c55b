//! A complete signed accord that came as a file.

use super::{AccordDoc, AccordEvent, AlreadyRead, Signatory, accord_stream, accords};
use crate::act::{Act, Desk};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{Bytes, Digest, Problem};
use std::collections::BTreeMap;
use store::{Read, Tx};

/// Brings in a complete signed accord. The door has checked every signature against the bytes.
#[derive(Clone, Debug)]
pub struct ImportAccord {
    /// The signed bytes.
    pub document: Vec<u8>,
    /// Signatures that were checked.
    pub signatures: Vec<Signatory>,
}

#[async_trait]
impl Act for ImportAccord {
    const NAME: &'static str = "accord.import";
    const DEED: Deed = Deed::ImportAccord;
    type Done = String;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<String, Error> {
        let document = ::accord::Document::parse(&self.document)?;
        self.complete(desk, &document)?;
        let stream = accord_stream(&document.id, document.version);
        let hash = Digest(seal::hash::accord_hash(&self.document));
        let known = tx.load::<AccordDoc>(stream).await?;
        if known.as_ref().is_some_and(|known| known.hash != hash) {
            return Err(Problem::at("accord.same-version", document.id).into());
        }
        if known
            .as_ref()
            .is_some_and(|known| !(known.waits() || matches!(known.state.state.as_str(), "draft" | "signed")))
        {
            return Ok(document.id);
        }
        let state = if replace_others(tx, &document).await? { "active" } else { "terminated" };
        let doc = AccordDoc {
            id: document.id.clone(),
            version: document.version,
            hash,
            bytes: Bytes(self.document.clone()),
            signatures: self.signatures.clone(),
            state: state.into(),
            since: tx.now(),
            proposal: known.as_ref().and_then(|known| known.proposal.clone()),
            proofs: known.as_ref().map(|known| known.proofs.clone()).unwrap_or_default(),
            activations: BTreeMap::new(),
            halts: known.as_ref().map(|known| known.halts.clone()).unwrap_or_default(),
            papers: known.as_ref().map(|known| known.papers.clone()).unwrap_or_default(),
            paper_until: None,
            flows: known.as_ref().map(|known| known.flows.clone()).unwrap_or_default(),
            read: AlreadyRead::default(),
        };
        let came = vec![AccordEvent::Came(Box::new(doc))];
        match known {
            // The file completes what was being signed between the nodes.
            Some(mut known) => tx.append(&mut known, came).await?,
            None => drop(tx.create::<AccordDoc>(stream, came).await?),
        }
        Ok(document.id)
    }
}

impl ImportAccord {
    /// Every party has a node and as many different signatories as its rule says; this node is one of them.
    fn complete(&self, desk: &Desk, document: &::accord::Document) -> Result<(), Problem> {
        if !document.parties.iter().any(|party| party.id == Some(desk.me.id)) {
            return Err(Problem::at("accord.not-ours", document.id.clone()));
        }
        for party in &document.parties {
            let names: std::collections::BTreeSet<&str> =
                self.signatures.iter().filter(|s| s.party == party.node).map(|s| s.name.expose().as_str()).collect();
            if party.id.is_none() || (names.len() as u64) < party.signatures {
                return Err(Problem::at("accord.unsigned", party.node.clone()));
            }
        }
        Ok(())
    }
}

/// Activating a version ends those before (FEDERATION.md 7). A version older than one that is here is history: says
/// whether this one is in force.
pub(super) async fn replace_others(tx: &mut Tx, document: &::accord::Document) -> Result<bool, Error> {
    let others = accords(tx).await?.into_iter().filter(|card| card.id == document.id);
    let mut newest = true;
    for card in others {
        let Some(mut other) = tx.load::<AccordDoc>(accord_stream(&card.id, card.version)).await? else { continue };
        if card.version > document.version {
            // A later text that is only proposed replaces nothing yet.
            newest &= matches!(other.state.state.as_str(), "draft" | "signed");
        } else if card.version < document.version && matches!(other.state.state.as_str(), "active" | "suspended") {
            tx.append(&mut other, vec![AccordEvent::StateChanged("terminated".into())]).await?;
        }
    }
    Ok(newest)
}
