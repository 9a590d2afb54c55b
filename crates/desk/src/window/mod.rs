//! The public window as a process of its own, and the visits of its node (ADR 51).
//!
//! [`Window`] is the window's side: a store with what public pages show, sealed posts and boxes, and no key that opens them. It
//! never calls its node; it answers what the node asks. `Desk::visit_window` is the node's side: it takes what came, and leaves
//! receipts, replies and what is shown. All of it may be repeated: what was taken is let go only once the node has it on disk.
//!
//! The node trusts nothing that it hears here: each answer has bounds, posts stay sealed until they are opened like any other.

mod kept;
mod shown;
mod visit;

pub use kept::Window;
pub(crate) use kept::left;
pub use shown::{Agreement, agreements};
pub use visit::Visits;

use crate::intake::Receipt;
use async_trait::async_trait;
use base::{Problem, Seq, Timestamp};
use serde::{Deserialize, Serialize};

/// Largest frame between the two: 25 sealed posts, each byte written as two at most.
pub const FRAME_BYTES_MAX: usize = 8 << 20;
/// Posts, boxes and files of one visit.
const AT_A_TIME: usize = 25;

/// How a node asks its window.
#[async_trait]
pub trait Way: Send + Sync {
    /// Asks once.
    async fn ask(&self, ask: &Ask) -> Result<Told, Problem>;
}

/// What a node asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Let go of what I have, take what I leave, and tell me what came.
    Visit {
        /// What the node has on disk now.
        done: Vec<Done>,
        /// What it leaves.
        leave: Vec<Leave>,
    },
    /// A chunk of a whole file.
    Chunk {
        /// The file.
        file: [u8; 16],
        /// Its number.
        n: u32,
    },
    /// What is shown, row by row.
    Index,
    /// Show this from now on. A set may come in several parts; the last one names the whole.
    Show {
        /// New rows, or rows with other words.
        rows: Vec<Row>,
        /// Rows that go.
        gone: Vec<Spot>,
        /// Named values.
        names: Vec<(String, Vec<u8>)>,
        /// SHA-256 over all that is shown, once it is all there.
        whole: Option<[u8; 32]>,
    },
}

/// What a window answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Told {
    /// What came.
    Found(Found),
    /// A chunk and whether it is the last.
    Chunk(Option<(Vec<u8>, bool)>),
    /// Rows that are shown, with the first bytes of their SHA-256.
    Index(Vec<(Spot, [u8; 8])>),
    /// Done.
    Done,
    /// It could not be done now.
    Not(String),
}

/// What came to a window and its node does not have, as far as the window knows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Found {
    /// Sealed posts.
    pub posts: Vec<Post>,
    /// Boxes that changed.
    pub boxes: Vec<Changed>,
    /// Files that are whole.
    pub files: Vec<[u8; 16]>,
    /// What is shown; `None`: nothing yet.
    pub shown: Option<[u8; 32]>,
    /// Which agreements are shown.
    pub agreements: Option<[u8; 32]>,
}

/// By which door a post came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PostDoor {
    /// A sealed report of a phone.
    Intake,
    /// A report without a name, or an addition to one.
    Box,
}

/// A sealed post.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Post {
    /// Its door.
    pub door: PostDoor,
    /// Its key there.
    pub key: Vec<u8>,
    /// Sealed to the intake key.
    pub body: Vec<u8>,
}

/// A box that changed at the window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Changed {
    /// Which.
    pub id: [u8; 16],
    /// The mark of this change.
    pub mark: [u8; 16],
    /// When it closes, and its state; `None`: its writer closed it.
    pub state: Option<(Timestamp, Vec<u8>)>,
}

/// What a node has on disk: the window may let it go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Done {
    /// A post.
    Post(PostDoor, Vec<u8>),
    /// A change of a box, by its mark.
    Box([u8; 16], [u8; 16]),
    /// A file. It stays a day, so that a phone that asks what is here does not send it again.
    File([u8; 16]),
}

/// What a node leaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Leave {
    /// A box as it is now; without a state it is gone.
    Box {
        /// Which.
        id: [u8; 16],
        /// When it closes, its state, and its replies: key and sealed words.
        state: Option<BoxLeft>,
    },
    /// What is known of a report of a phone.
    Report(Left),
}

/// A box on its way to the window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BoxLeft {
    /// When it closes.
    pub until: Timestamp,
    /// Its state.
    pub body: Vec<u8>,
    /// Its replies: key and sealed words.
    pub replies: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What a phone may know of its report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    rid: [u8; 16],
    seq: i64,
    at: Timestamp,
    signature: Vec<u8>,
    /// An officer has taken it.
    pub read: bool,
}

impl Left {
    fn new(receipt: &Receipt, read: bool) -> Self {
        let signature = receipt.signature.to_vec();
        Self { rid: receipt.rid, seq: receipt.seq.0, at: receipt.at, signature, read }
    }

    /// The receipt in it.
    pub fn receipt(&self) -> Option<Receipt> {
        let signature = self.signature.as_slice().try_into().ok()?;
        Some(Receipt { rid: self.rid, seq: Seq(self.seq), at: self.at, signature })
    }
}

/// A row of what is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Where it stands.
    pub spot: Spot,
    /// Its words.
    pub body: Vec<u8>,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    /// Number of the shelf.
    pub shelf: i64,
    /// Part.
    pub part: Vec<u8>,
    /// Key.
    pub key: Vec<u8>,
}
