//! Which run of the node this is. A store that was brought back from a copy knows another run than the file beside it:
//! the node then begins a new era, so that no number of a message or an event is used twice (STORAGE.md 10).

use super::node::trouble;
use crate::output::write_file;
use base::{Chance, Problem, Timestamp, from_hex, hex};
use desk::mail::{RECOVERY, Recovery};
use std::path::Path;
use store::Backend;

/// The file beside the store: the last two runs, the newest last. Two, because a crash may fall between file and store.
const FILE: &str = "run";
const META: &str = "run";

/// Notes that a run begins. `Some(era)`: the store is an older copy, and this is the era that begins now.
pub async fn begin(
    dir: &Path,
    backend: &dyn Backend,
    chance: &dyn Chance,
    now: Timestamp,
) -> Result<Option<i64>, Problem> {
    let path = dir.join(FILE);
    let known: Vec<[u8; 16]> = std::fs::read_to_string(&path).unwrap_or_default().lines().filter_map(read).collect();
    let mut tx = backend.begin("node.run").await.map_err(trouble)?;
    let last = tx.meta(META).await.map_err(trouble)?.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    let era = match last {
        Some(last) if !known.contains(&last) => {
            let old = tx.meta("era").await.map_err(trouble)?.and_then(|bytes| bytes.try_into().ok());
            let new = old.map_or(0, i64::from_be_bytes).saturating_add(1).max(now.seconds());
            tx.put_meta("era", &new.to_be_bytes()).await.map_err(trouble)?;
            // A folder that was copied back has lost what came since, too: partners are asked.
            let known = tx.head().await.map_err(trouble)?.at;
            let begun = Recovery::begun(chance.bytes(), known).bytes().map_err(trouble)?;
            tx.put_meta(RECOVERY, &begun).await.map_err(trouble)?;
            Some(new)
        }
        _ => None,
    };
    let run: [u8; 16] = chance.bytes();
    let lines = last.iter().chain([&run]).map(|run| hex(run) + "\n").collect::<String>();
    write_file(&path, lines.as_bytes())?;
    tx.put_meta(META, &run).await.map_err(trouble)?;
    tx.commit().await.map_err(trouble)?;
    Ok(era)
}

fn read(line: &str) -> Option<[u8; 16]> {
    from_hex(line)?.try_into().ok()
}
