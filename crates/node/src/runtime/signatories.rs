//! Who signs accords for this node is named by its root alone: three of the root's papers come together, its key is there for
//! one statement, and goes. Partners get the statement with the next signature (50).

use super::node::{Node, trouble};
use base::Problem;
use desk::act::Asking;
use desk::note_access;
use desk::partners::accord::signing::waiting_with;
use seal::accord_file::Signers;
use seal::share::{Share, ShareSet, combine};
use seal::{RootKey, RootPublic, SignatoryKey};
use serde::{Deserialize, Serialize};
use store::{AccessEvent, Origin};

/// What the root's papers have in common: with it a paper proves itself.
pub const ROOT_SHARES: &str = "shares/root";
/// Longest name of a person or an office, in characters.
const NAME_CHARS_MAX: usize = 100;
/// Offices of a node, at most: a statement stays one small message.
const OFFICES_MAX: usize = 16;

/// Whom the root names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Named {
    /// The person.
    pub name: String,
    /// In which office.
    pub office: String,
    /// The office that this one takes the place of: its key is named no more.
    pub instead_of: Option<String>,
}

/// How it stands now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// The offices that the root names: person, office.
    pub offices: Vec<(String, String)>,
    /// How many papers its key needs; `None`: the node does not know its root papers.
    pub papers: Option<u8>,
}

/// How it stands now; no key is needed.
pub async fn standing(node: &Node) -> Result<Standing, Problem> {
    let papers = match set(node).await {
        Err(problem) if problem.code.0 == "node.no-root-shares" => None,
        set => Some(set?.threshold),
    };
    Ok(Standing { offices: offices(node).await?, papers })
}

async fn offices(node: &Node) -> Result<Vec<(String, String)>, Problem> {
    let mut view = node.desk.store.backend().read().await.map_err(trouble)?;
    let bytes = view.meta("signers").await.map_err(trouble)?.ok_or(Problem::new("node.no-keys"))?;
    let root = view.meta("root").await.map_err(trouble)?.and_then(|root| <[u8; 32]>::try_from(root).ok());
    let root = root.and_then(|root| RootPublic::from_bytes(&root)).ok_or(Problem::new("node.no-keys"))?;
    let signers = Signers::verify(&bytes, &root)?;
    Ok(signers.signatories.into_iter().map(|(name, office, _)| (name, office)).collect())
}

pub(super) async fn set(node: &Node) -> Result<ShareSet, Problem> {
    let mut view = node.desk.store.backend().read().await.map_err(trouble)?;
    let bytes = view.meta(ROOT_SHARES).await.map_err(trouble)?.ok_or(Problem::new("node.no-root-shares"))?;
    ShareSet::decode(&bytes)
}

/// Names a signatory: a new key under the master key, in a statement that the root signs.
pub async fn name(node: &Node, papers: &[String], named: &Named) -> Result<(), Problem> {
    let store = &node.desk.store;
    if !store.vault().is_open() {
        return Err(Problem::new("store.locked"));
    }
    let root = root(set(node).await?, papers)?;
    if root.public().node() != node.desk.me.id {
        return Err(Problem::at("share.mismatch", "root"));
    }
    let (now, chance) = (node.desk.now(), &*node.desk.chance);
    let asking = Asking::once(chance, now);
    let origin = Origin { actor: [0; 16], request: asking.request, digest: asking.digest };
    let mut tx = store.begin("node.signatory", origin, now).await.map_err(trouble)?;
    let bytes = {
        use store::Read;
        tx.raw().meta("signers").await.map_err(trouble)?.ok_or(Problem::new("node.no-keys"))?
    };
    let mut signers = Signers::verify(&bytes, &root.public())?;
    let nth = seat(&signers, named)?;
    let key = SignatoryKey::generate(chance);
    tx.put_secret(&format!("signatory/{nth}"), key.to_bytes().as_slice()).await.map_err(trouble)?;
    let entry = (named.name.trim().to_owned(), named.office.trim().to_owned(), key.public());
    let old = signers.signatories.get(nth).map(|(_, _, old)| old.bytes());
    if let Some(old) = &old {
        let waiting = waiting_with(&mut tx, old).await.map_err(|error| error.problem())?;
        waiting.map_or(Ok(()), |accord| Err(Problem::at("node.office-signing", accord)))?;
    }
    match signers.signatories.get_mut(nth) {
        Some(old) => *old = entry.clone(),
        None => signers.signatories.push(entry.clone()),
    }
    // Who signs may also revoke, as at the founding; whose key is named no more may not.
    signers.revokers.retain(|(_, key)| Some(key.bytes()) != old);
    signers.revokers.push((entry.0, entry.2));
    tx.put_meta("signers", &signers.sign(&root)).await.map_err(trouble)?;
    let event = AccessEvent::SignatoryNamed { office: entry.1, instead_of: named.instead_of.clone() };
    note_access(&mut tx, node.desk.me.id.bytes(), event).await.map_err(trouble)?;
    tx.commit().await.map_err(trouble)
}

/// The root's key, from papers as printed.
pub(super) fn root(set: ShareSet, papers: &[String]) -> Result<RootKey, Problem> {
    let papers = papers.iter().map(|paper| Share::from_paper(paper, set)).collect::<Result<Vec<_>, _>>()?;
    let secret = combine(&papers)?;
    Ok(RootKey::from_bytes(&secret))
}

/// Where the office stands in the statement: the one it takes the place of, else a new one at the end.
fn seat(signers: &Signers, named: &Named) -> Result<usize, Problem> {
    let sound = |text: &str| !text.trim().is_empty() && text.chars().count() <= NAME_CHARS_MAX;
    if !sound(&named.name) || !sound(&named.office) {
        return Err(Problem::new("node.signatory-name"));
    }
    let place = |office: &str| signers.signatories.iter().position(|(_, known, _)| known == office.trim());
    let nth = match &named.instead_of {
        Some(old) => place(old).ok_or_else(|| Problem::at("node.no-office", old.clone()))?,
        None => signers.signatories.len(),
    };
    if place(&named.office).is_some_and(|taken| taken != nth) {
        return Err(Problem::at("node.office-named", named.office.clone()));
    }
    if nth >= OFFICES_MAX { Err(Problem::at("node.offices-many", OFFICES_MAX.to_string())) } else { Ok(nth) }
}
