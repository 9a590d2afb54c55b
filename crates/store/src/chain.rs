//! The hash chain over the journal of an era (FEDERATION.md 10), and what a reader checks.

use crate::raw::{EventRow, Head, RawView, StoreError};
use crate::sealing;
use base::{Seq, limits};

/// Event hash = SHA-256(AAD || SHA-256(sealed body)) (STORAGE.md 5).
pub fn event_hash(row: &EventRow) -> Result<[u8; 32], StoreError> {
    let aad = sealing::event_aad(row);
    Ok(seal::hash::sha256(&[aad.finish().map_err(sealing::too_long)?, &seal::hash::sha256(&[&row.body])]))
}

/// Link n = SHA-256("simpul/chain/1" || link n - 1 || event hash n).
pub fn link(previous: [u8; 32], hash: [u8; 32]) -> [u8; 32] {
    seal::hash::sha256(&[b"simpul/chain/1", &previous, &hash])
}

/// Reads the era from its named value.
pub(crate) fn era(value: Option<Vec<u8>>) -> Result<i64, StoreError> {
    let bytes: Option<[u8; 8]> = value.and_then(|v| v.try_into().ok());
    bytes.map(i64::from_be_bytes).ok_or(StoreError::Damaged { table: "meta", column: "value", row: "era".into() })
}

/// The first broken entry of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub seq: Seq,
    /// What: `number`, `hash`, `link`, `time`.
    pub what: &'static str,
}

/// Walks the whole journal. `Ok(head)` when every number, hash and link fits; else the first entry that does not.
pub async fn verify(view: &mut dyn RawView) -> Result<Result<Head, Broken>, StoreError> {
    let mut last = Head::default();
    loop {
        let rows = view.journal(last.seq, limits::CODE_ROWS_MAX).await?;
        if rows.is_empty() {
            return Ok(Ok(last));
        }
        for row in rows {
            let begins = row.seq.era() > last.seq.era();
            let (expected, before) = if begins { (1, [0; 32]) } else { (last.seq.n() + 1, last.link) };
            let what = if row.seq.n() != expected {
                Some("number")
            } else if event_hash(&row)? != row.hash {
                Some("hash")
            } else if link(before, row.hash) != row.link {
                Some("link")
            } else if row.at < last.at {
                Some("time")
            } else {
                None
            };
            if let Some(what) = what {
                return Ok(Err(Broken { seq: row.seq, what }));
            }
            last = Head { seq: row.seq, link: row.link, at: row.at };
        }
    }
}
