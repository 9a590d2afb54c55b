//! What an engine must be able to do: rows in, rows out. Sealed bytes stay sealed here; no rule, no key.
//!
//! Six tables carry everything (docs/adr/0002): `event` (truth, only added), `ring` (wrapped keys, destroyed on
//! erasure), `shelf` (projections and state: ordered bytes by shelf, part and key, with an optional due time),
//! `request` (commands seen), `checkpoint` (signed heads), `meta` (names and bytes).

use async_trait::async_trait;
use base::{KeyId, Seq, Timestamp};

/// One entry of the journal. All but `body` is readable on a stolen disk (STORAGE.md 1, P4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Position; unique and without gaps inside an era.
    pub seq: Seq,
    /// The stream it belongs to.
    pub stream: [u8; 16],
    /// Kind of the stream, see [`crate::streams::StreamKind`].
    pub stream_kind: i64,
    /// Version of the stream after this event, from 1.
    pub ver: i64,
    /// Name of the event, `case.opened`.
    pub kind: String,
    /// Version of the body's form.
    pub kind_v: i64,
    /// The act that wrote it.
    pub act: String,
    /// Who acted: officer, node or zeros for the node itself.
    pub actor: [u8; 16],
    /// When, by this node's clock; never before the entry ahead of it.
    pub at: Timestamp,
    /// The command.
    pub request: [u8; 16],
    /// Clauses of the permit it rests on, space-separated codes.
    pub grounds: String,
    /// Trace of an accord decision (FEDERATION.md 3, key 15).
    pub trace: Option<[u8; 32]>,
    /// Key that seals the body.
    pub key: KeyId,
    /// Hash over all columns and the sealed body.
    pub hash: [u8; 32],
    /// Link of the chain up to here.
    pub link: [u8; 32],
    /// Sealed body.
    pub body: Vec<u8>,
}

/// A wrapped key of one subject. Deleting the row is the erasure (P5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Id of the key.
    pub id: KeyId,
    /// The case, person, report, offer or file it belongs to.
    pub subject: [u8; 16],
    /// 1 work, 2 narrow, 3 person, 4 file, 5 team, 6 node.
    pub class: i64,
    /// Key that wraps it.
    pub parent: KeyId,
    /// Generation, grows when the wrapper rotates.
    pub generation: i64,
    /// 73 bytes (STORAGE.md 5).
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub made_at: Timestamp,
}

/// One entry of a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Which shelf, see [`crate::shelves::Shelf`].
    pub shelf: i64,
    /// Partition: what a list is asked for by (a state, an officer, a thread).
    pub part: Vec<u8>,
    /// Order inside the partition; bytes compare like memcmp on both engines.
    pub key: Vec<u8>,
    /// When something is due, if the shelf has due times.
    pub due: Option<Timestamp>,
    /// Key that seals `body`; zeros when the shelf is not sealed.
    pub sealed_by: KeyId,
    /// Card or state.
    pub body: Vec<u8>,
}

/// A command that was committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// Its id.
    pub id: [u8; 16],
    /// SHA-256 of what was asked.
    pub digest: [u8; 32],
    /// The act.
    pub act: String,
    /// Last event it wrote, or the head then.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
}

/// The end of the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Last position; zero when the journal is empty.
    pub seq: Seq,
    /// Last link.
    pub link: [u8; 32],
    /// Time of the last entry.
    pub at: Timestamp,
}

/// A signed or co-signed head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointRow {
    /// Era.
    pub era: i64,
    /// Number inside the era.
    pub n: i64,
    /// Node that signed.
    pub signer: [u8; 16],
    /// Link it signs.
    pub link: [u8; 32],
    /// When.
    pub at: Timestamp,
    /// The signed bytes.
    pub signed: Vec<u8>,
}

/// What can go wrong below the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Too many commands wait, or the wait was too long.
    #[error("the writer is busy")]
    Busy,
    /// The command took too long and was undone.
    #[error("the command was too slow")]
    Slow,
    /// The stream moved on: somebody else changed it first.
    #[error("the stream is at another version")]
    Conflict,
    /// This command was already committed, at this position.
    #[error("already done at {0}")]
    Repeated(Seq),
    /// The request key was used for something else.
    #[error("the request key was used for something else")]
    Reused,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The group was not committed; nothing of it is there.
    #[error("not saved")]
    NotSaved,
    /// Whether the commit happened is not known.
    #[error("outcome unknown")]
    Unknown,
    /// The keys are not open.
    #[error("the node is locked")]
    Locked,
    /// The key was destroyed: the subject was erased.
    #[error("erased")]
    Erased,
    /// A row that cannot be.
    #[error("damaged row in {table}.{column}: {row}")]
    Damaged {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Row, by its key; never a personal value.
        row: String,
    },
    /// The store is of a version this binary does not know.
    #[error("unknown schema")]
    SchemaUnknown,
    /// The engine said no; its code or short name.
    #[error("engine: {0}")]
    Engine(String),
}

impl StoreError {
    /// The stable code (STYLE.md 7).
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Busy => "store.busy",
            Self::Slow => "store.slow",
            Self::Conflict => "store.conflict",
            Self::Repeated(_) => "store.repeated",
            Self::Reused => "request.reused",
            Self::Full => "store.full",
            Self::NotSaved => "store.not-saved",
            Self::Unknown => "store.outcome-unknown",
            Self::Locked => "store.locked",
            Self::Erased => "store.erased",
            Self::Damaged { .. } => "store.damaged",
            Self::SchemaUnknown => "store.schema-unknown",
            Self::Engine(_) => "store.engine",
        }
    }
}

/// Which way a list runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Smallest key first.
    #[default]
    Up,
    /// Greatest key first.
    Down,
}

/// Reading: a snapshot that never waits for the writer.
#[async_trait]
pub trait RawView: Send {
    /// A named value.
    async fn meta(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// The end of the journal.
    async fn head(&mut self) -> Result<Head, StoreError>;
    /// Version and hash of the last event of a stream.
    async fn last_of(&mut self, stream: [u8; 16]) -> Result<Option<(i64, [u8; 32])>, StoreError>;
    /// Events of a stream after a version, in order.
    async fn events(&mut self, stream: [u8; 16], after: i64, limit: usize) -> Result<Vec<EventRow>, StoreError>;
    /// Events after a position, in order.
    async fn journal(&mut self, after: Seq, limit: usize) -> Result<Vec<EventRow>, StoreError>;
    /// Events before a position, newest first.
    async fn journal_before(&mut self, before: Seq, limit: usize) -> Result<Vec<EventRow>, StoreError>;
    /// One key.
    async fn key(&mut self, id: KeyId) -> Result<Option<KeyRow>, StoreError>;
    /// All keys of a subject.
    async fn keys_of(&mut self, subject: [u8; 16]) -> Result<Vec<KeyRow>, StoreError>;
    /// One item.
    async fn item(&mut self, shelf: i64, part: &[u8], key: &[u8]) -> Result<Option<Item>, StoreError>;
    /// Items of a partition, after a key (exclusive) if one is given.
    async fn items(
        &mut self,
        at: (i64, &[u8]),
        after: Option<&[u8]>,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError>;
    /// Items of a shelf due at or before a moment, earliest first.
    async fn due(&mut self, shelf: i64, until: Timestamp, limit: usize) -> Result<Vec<Item>, StoreError>;
    /// The earliest due time of a shelf.
    async fn next_due(&mut self, shelf: i64) -> Result<Option<Timestamp>, StoreError>;
    /// How many items a partition has, counted up to `max`.
    async fn count(&mut self, shelf: i64, part: &[u8], max: usize) -> Result<usize, StoreError>;
    /// A command seen before.
    async fn request(&mut self, id: [u8; 16]) -> Result<Option<RequestRow>, StoreError>;
    /// Checkpoints of an era after a number.
    async fn checkpoints(&mut self, era: i64, after: i64, limit: usize) -> Result<Vec<CheckpointRow>, StoreError>;
    /// All named values after a name, in order: with the four below, what a copy of the store is made of.
    async fn all_meta(&mut self, after: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, StoreError>;
    /// All keys after an id, in order.
    async fn all_keys(&mut self, after: KeyId, limit: usize) -> Result<Vec<KeyRow>, StoreError>;
    /// All items after a shelf, partition and key, in order.
    async fn all_items(&mut self, after: (i64, &[u8], &[u8]), limit: usize) -> Result<Vec<Item>, StoreError>;
    /// All commands after an id, in order.
    async fn all_requests(&mut self, after: [u8; 16], limit: usize) -> Result<Vec<RequestRow>, StoreError>;
    /// All checkpoints after an era, number and signer, in order.
    async fn all_checkpoints(
        &mut self,
        after: (i64, i64, [u8; 16]),
        limit: usize,
    ) -> Result<Vec<CheckpointRow>, StoreError>;
}

/// Writing: one at a time, in order of arrival. Dropping undoes this command alone.
#[async_trait]
pub trait RawTx: RawView {
    /// Sets a named value.
    async fn put_meta(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError>;
    /// Adds an event. `Conflict` when (stream, ver) is taken, now or with a later answer.
    async fn add_event(&mut self, event: &EventRow) -> Result<(), StoreError>;
    /// Adds or replaces a key.
    async fn put_key(&mut self, key: &KeyRow) -> Result<(), StoreError>;
    /// Destroys the keys of a subject; gives how many.
    async fn delete_keys(&mut self, subject: [u8; 16]) -> Result<usize, StoreError>;
    /// Adds or replaces an item.
    async fn put_item(&mut self, item: &Item) -> Result<(), StoreError>;
    /// Deletes an item; absent is fine.
    async fn delete_item(&mut self, shelf: i64, part: &[u8], key: &[u8]) -> Result<(), StoreError>;
    /// Deletes all items of shelves numbered `from..=to` (a refold of projections).
    async fn delete_shelves(&mut self, from: i64, to: i64) -> Result<(), StoreError>;
    /// Records the command. `Conflict` when it is recorded already, now or with a later answer.
    async fn put_request(&mut self, request: &RequestRow) -> Result<(), StoreError>;
    /// Forgets commands before a moment.
    async fn delete_requests(&mut self, before: Timestamp) -> Result<(), StoreError>;
    /// Adds a checkpoint. `Conflict`, told at once, when this signer signed this head; the command goes on.
    async fn add_checkpoint(&mut self, checkpoint: &CheckpointRow) -> Result<(), StoreError>;
    /// Keeps it: answers after the group's COMMIT is on disk (P1).
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// An engine under the store.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Waits for its turn and opens a command. `act` is its name in measures.
    async fn begin(&self, act: &'static str) -> Result<Box<dyn RawTx>, StoreError>;
    /// Opens a snapshot.
    async fn read(&self) -> Result<Box<dyn RawView>, StoreError>;
    /// After an erasure: nothing of what was deleted stays in files of the engine. Best tried at once; what readers still
    /// hold goes with the next try.
    async fn scrub(&self) -> Result<(), StoreError>;
    /// Commits that reached the disk and commands they carried: the figures of the group commit.
    fn commits(&self) -> (u64, u64);
}
