//! `simpul audit verify`.

use super::{Answer, block_on};
use crate::output::line;
use crate::platform::SystemClock;
use crate::runtime::node::{backend, trouble};
use crate::runtime::{Config, backup};
use base::{Clock, Lang, NodeId, Problem, Seq, Text, limits};
use std::path::Path;
use store::Shelf;
use store::chain::{Broken, Walked, Witnesses};
use store::raw::{Direction, RawView};

/// Walks the chain of the journal, its signed heads and the signatures of partners; no key is needed. Exit 1 names the
/// first broken entry.
pub fn verify(dir: &Path, json: bool, lang: Lang) -> Answer {
    block_on(async {
        let config = Config::read(dir)?;
        let backend = backend(dir, &config, SystemClock.now()).await?;
        let mut view = backend.read().await.map_err(trouble)?;
        let witnesses = witnesses(&mut *view).await?;
        let began = SystemClock.now();
        let found = store::chain::walk(&mut *view, &witnesses).await.map_err(trouble)?;
        let found = found.and_then(|walked| not_shorter(dir, walked));
        let millis = (SystemClock.now().millis() - began.millis()).max(1).unsigned_abs();
        let (code, text, value) = match found {
            Ok(walked) => (0, whole(&walked, millis).get(lang).to_owned(), whole_json(&walked)),
            Err(broken) => (1, first_broken(&broken).get(lang).to_owned(), broken_json(&broken)),
        };
        line(&if json { value.to_string() } else { text });
        Ok::<u8, Problem>(code)
    })
}

/// The keys of partners, from their entries, former ones too: these are not sealed.
async fn witnesses(view: &mut dyn RawView) -> Result<Witnesses, Problem> {
    let mut witnesses = Witnesses::new();
    for node in keys_in(view, b"", &mut witnesses).await? {
        keys_in(view, &desk::mail::former_part(node), &mut witnesses).await?;
    }
    Ok(witnesses)
}

async fn keys_in(view: &mut dyn RawView, part: &[u8], to: &mut Witnesses) -> Result<Vec<NodeId>, Problem> {
    let rows = view.items((Shelf::Entries.number(), part), None, Direction::Up, limits::CODE_ROWS_MAX).await;
    let mut nodes = Vec::new();
    for item in rows.map_err(trouble)? {
        let Ok(row) = store::cbor::from_bytes::<desk::mail::PeerEntry>(&item.body, "entry") else { continue };
        let Ok(entry) = seal::VerifiedEntry::read(&row.signed.0) else { continue };
        to.entry(entry.node()).or_default().push((entry.cert().identity, entry.cert().not_before));
        nodes.push(entry.node());
    }
    Ok(nodes)
}

/// The last backup knows how long the journal was, outside the store.
fn not_shorter(dir: &Path, walked: Walked) -> Result<Walked, Broken> {
    let known = backup::last(dir).into_values().map(|last| last.seq);
    let longest = known.filter(|(era, _)| *era == walked.head.seq.era()).max().map_or(0, |(_, n)| n);
    if longest <= walked.head.seq.n() {
        return Ok(walked);
    }
    Err(Broken { seq: Seq(walked.head.seq.0 + 1), what: "missing" })
}

fn whole(walked: &Walked, millis: u64) -> Text {
    let Walked { head, events, signed, witnessed } = walked;
    let (end, speed) = (head.seq, events.saturating_mul(1_000) / millis);
    Text::new(
        format!(
            "rantai utuh sampai {end}: {events} entri, ditandatangani sampai {signed}, disaksikan mitra sampai \
             {witnessed}, {speed} entri/detik"
        ),
        format!(
            "chain whole up to {end}: {events} entries, signed up to {signed}, seen by partners up to {witnessed}, \
             {speed} entries/s"
        ),
    )
}

fn whole_json(walked: &Walked) -> serde_json::Value {
    let Walked { head, events, signed, witnessed } = walked;
    serde_json::json!({"whole": true, "seq": [head.seq.era(), head.seq.n()], "link": base::hex(&head.link),
        "events": events, "signed": [signed.era(), signed.n()], "witnessed": [witnessed.era(), witnessed.n()]})
}

/// What is wrong with the first broken entry, in words.
fn first_broken(broken: &Broken) -> Text {
    let (id, en) = match broken.what {
        "number" => ("entri sebelumnya hilang atau dipindahkan", "the entry before it is missing or was moved"),
        "hash" => ("isinya diubah", "its content was changed"),
        "link" => ("urutannya diubah", "its order was changed"),
        "time" => ("waktunya mundur", "its time goes back"),
        "checkpoint" => ("berbeda dari kepala bertanda tangan", "it differs from the signed head"),
        "signature" => ("kepala bertanda tangan itu palsu", "its signed head is forged"),
        _ => ("pernah ada dan sekarang hilang", "it was there and is gone"),
    };
    Text::new(
        format!("entri rusak pertama {}: {id} ({})", broken.seq, broken.what),
        format!("first broken entry {}: {en} ({})", broken.seq, broken.what),
    )
}

fn broken_json(broken: &Broken) -> serde_json::Value {
    serde_json::json!({"whole": false, "seq": [broken.seq.era(), broken.seq.n()], "what": broken.what})
}
