//! Who holds which recovery paper: what the drill of a lost node asks first. Names alone; what stands on a paper is nowhere here.

use crate::act::{Act, Desk};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::{Problem, Redacted, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Read, Sealed, Shelf, Shelved, Team, Tx};

/// Papers of one kind: five are printed (`simpul init`).
pub const PAPERS: usize = 5;
/// Longest name or place, in characters.
const WORDS_CHARS_MAX: usize = 100;

/// Who holds the papers, in the order of their numbers; an empty name is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Papers {
    /// Of the root: three of them revoke and renew the node's key.
    pub root: Vec<Redacted<String>>,
    /// Of the master key: three of them open a backup.
    pub master: Vec<Redacted<String>>,
    /// When it was noted.
    pub noted_at: Option<Timestamp>,
}

impl Shelved for Papers {
    const SHELF: Shelf = Shelf::Papers;
}

/// What was noted.
pub async fn papers(view: &mut impl Read) -> Result<Papers, Error> {
    Ok(view.state::<Papers>(b"", b"").await?.unwrap_or_default())
}

/// Notes who holds which paper, one name a line.
#[derive(Clone, Debug)]
pub struct NotePapers {
    /// Of the root.
    pub root: Redacted<String>,
    /// Of the master key.
    pub master: Redacted<String>,
}

#[async_trait]
impl Act for NotePapers {
    const NAME: &'static str = "node.note-papers";
    const DEED: Deed = Deed::ManageNode;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let (root, master) = (lines(&self.root, "root")?, lines(&self.master, "induk")?);
        let papers = Papers { root, master, noted_at: Some(tx.now()) };
        Ok(tx.put((b"", b""), None, Sealed::Team(Team::Staff), &papers).await?)
    }
}

fn lines(text: &Redacted<String>, field: &'static str) -> Result<Vec<Redacted<String>>, Problem> {
    let lines: Vec<&str> = text.expose().lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > PAPERS || lines.iter().any(|line| line.chars().count() > WORDS_CHARS_MAX) {
        return Err(Problem::at("web.field-bad", field));
    }
    Ok(lines.into_iter().map(|line| Redacted::new(line.to_owned())).collect())
}
