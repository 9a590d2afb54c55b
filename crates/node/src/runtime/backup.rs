//! Backups of this node: made by hand or every ten seconds, and the note of when the last one was made.

use super::config;
use super::node::{Node, trouble};
use crate::output::write_file;
use base::{Problem, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use store::archive::{Copied, Copying, Memory};

/// Small files of the folder without which a restored node could not answer its partners.
pub const SMALL: [&str; 4] = [config::FILE, "open.key", "carrier.crt", "carrier.key"];
/// In the folder: when which place was last written.
const NOTE: &str = "backups.json";
/// In a place: when a restore from it was last rehearsed. The stick brings it back to the node.
const REHEARSED: &str = "rehearsed";

/// What is remembered of each place between two backups.
#[derive(Debug, Default)]
pub struct Backups(tokio::sync::Mutex<BTreeMap<PathBuf, Memory>>);

/// The last backup of a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// When.
    pub at: Timestamp,
    /// The last entry of the journal in it: era and number.
    pub seq: (i64, i64),
    /// When a restore from it was last rehearsed, as far as the node has heard.
    #[serde(default)]
    pub rehearsed: Option<Timestamp>,
}

impl Backups {
    /// Adds what is new to a place and notes it. One backup at a time.
    pub async fn write(&self, node: &Node, place: &Path) -> Result<Copied, Problem> {
        let mut memories = self.0.lock().await;
        // The end of the journal goes along signed.
        store::chain::sign(&node.desk.store, node.desk.now()).await.map_err(trouble)?;
        let memory = memories.entry(place.to_path_buf()).or_default();
        let (store, now) = (&node.desk.store, node.desk.now());
        let copying = Copying { store, dir: &node.dir, small: &SMALL, place, now };
        let written = copying.write(memory).await;
        if written.is_err() {
            // What the place holds now is not known: the next backup writes the state whole.
            *memory = Memory::default();
        }
        let copied = written?;
        note(&node.dir, place, copied)?;
        Ok(copied)
    }
}

/// The last backups, by place.
pub fn last(dir: &Path) -> BTreeMap<String, Last> {
    let bytes = std::fs::read(dir.join(NOTE)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// When the newest was made.
pub fn newest(dir: &Path) -> Option<Timestamp> {
    last(dir).values().map(|last| last.at).max()
}

/// When a restore was last rehearsed from a backup of the node in this folder.
pub fn rehearsal(dir: &Path) -> Option<Timestamp> {
    last(dir).values().filter_map(|last| last.rehearsed).max()
}

/// Notes in a place that a restore from it was rehearsed. A stick that cannot be written keeps no note.
pub fn note_rehearsed(place: &Path, at: Timestamp) {
    let _ = write_file(&place.join(REHEARSED), at.to_string().as_bytes());
}

fn rehearsed(place: &Path) -> Option<Timestamp> {
    Timestamp::parse(std::fs::read_to_string(place.join(REHEARSED)).ok()?.trim())
}

fn note(dir: &Path, place: &Path, copied: Copied) -> Result<(), Problem> {
    let mut all = last(dir);
    let seq = (copied.seq.era(), copied.seq.n());
    let name = place.display().to_string();
    let before = all.get(&name).and_then(|last| last.rehearsed);
    let rehearsed = rehearsed(place).or(before);
    all.insert(name, Last { at: copied.at, seq, rehearsed });
    write_file(&dir.join(NOTE), serde_json::to_string(&all).unwrap_or_default().as_bytes())
}
