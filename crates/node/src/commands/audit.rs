//! `simpul audit verify`.

use super::{Answer, block_on};
use crate::output::line;
use crate::platform::SystemClock;
use crate::runtime::Config;
use crate::runtime::node::{backend, trouble};
use base::{Clock, Problem};
use std::path::Path;

/// Walks the chain of the journal; no key is needed. Exit 1 names the first broken entry.
pub fn verify(dir: &Path, json: bool) -> Answer {
    block_on(async {
        let config = Config::read(dir)?;
        let backend = backend(dir, &config, SystemClock.now()).await?;
        let mut view = backend.read().await.map_err(trouble)?;
        let found = store::chain::verify(&mut *view).await.map_err(trouble)?;
        let (code, text, value) = match found {
            Ok(head) => (
                0,
                format!("rantai utuh sampai / chain whole up to {}", head.seq),
                serde_json::json!({"whole": true, "seq": [head.seq.era(), head.seq.n()], "link": base::hex(&head.link)}),
            ),
            Err(broken) => (
                1,
                format!("entri rusak pertama / first broken entry {}: {}", broken.seq, broken.what),
                serde_json::json!({"whole": false, "seq": [broken.seq.era(), broken.seq.n()], "what": broken.what}),
            ),
        };
        line(&if json { value.to_string() } else { text });
        Ok::<u8, Problem>(code)
    })
}
