//! What went and came under each clause: counts with the accord itself, written in the commit of what they count, so that
//! they follow from the journal. No case, no person, no alias.

use super::{AccordDoc, AccordEvent, accord_stream};
use crate::error::Error;
use ::accord::{Clause, Document};
use base::{NodeId, Timestamp};
use casework::extract::Fields;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Read, Tx};

/// What passed one way under one clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How often: files of accepted offers, and supplements to them.
    pub sendings: u64,
    /// How many fields.
    pub fields: u64,
    /// The last time.
    pub last: Timestamp,
}

/// What passed under one clause, as this node knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flows {
    /// From here.
    pub given: Tally,
    /// To here.
    pub taken: Tally,
}

/// One file or supplement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// From here, or to here.
    pub given: bool,
    /// How many fields, by number of the clause.
    pub fields: BTreeMap<String, u64>,
}

/// Adds a file or supplement to the counts.
pub(super) fn add(flows: &mut BTreeMap<String, Flows>, flow: &Flow, at: Timestamp) {
    for (clause, fields) in &flow.fields {
        let both = flows.entry(clause.clone()).or_default();
        let tally = if flow.given { &mut both.given } else { &mut both.taken };
        tally.sendings += 1;
        tally.fields += fields;
        tally.last = at;
    }
}

/// Counts fields that passed between this node and a peer, each under the clause that it names: `id/version#no`. A clause
/// that is not here, or does not speak of this way between these two, counts nothing: what a partner names is a claim.
pub(crate) async fn passed(
    tx: &mut Tx,
    (from, to): (NodeId, NodeId),
    given: bool,
    fields: &Fields,
) -> Result<(), Error> {
    let mut accords: BTreeMap<(&str, u64), BTreeMap<String, u64>> = BTreeMap::new();
    for (id, version, no) in fields.0.values().filter_map(|field| named(&field.clause)) {
        *accords.entry((id, version)).or_default().entry(no.to_owned()).or_default() += 1;
    }
    for ((id, version), mut fields) in accords {
        let Some(mut stored) = tx.load::<AccordDoc>(accord_stream(id, version)).await? else { continue };
        let document = stored.document()?;
        fields.retain(|no, _| {
            document.clauses.iter().any(|clause| clause.no == *no && goes(&document, clause, from, to))
        });
        if !fields.is_empty() {
            tx.append(&mut stored, vec![AccordEvent::Flowed(Box::new(Flow { given, fields }))]).await?;
        }
    }
    Ok(())
}

/// `batam-bantuan-hukum/1#4.2` in its parts.
fn named(clause: &str) -> Option<(&str, u64, &str)> {
    let (accord, no) = clause.split_once('#')?;
    let (id, version) = accord.rsplit_once('/')?;
    Some((id, version.parse().ok()?, no))
}

fn goes(document: &Document, clause: &Clause, from: NodeId, to: NodeId) -> bool {
    let is = |node: NodeId, names: &[String]| {
        document.parties.iter().any(|party| party.id == Some(node) && names.contains(&party.node))
    };
    is(from, &clause.from) && is(to, &clause.to)
}
