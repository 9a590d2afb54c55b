//! The journal for the auditor: no name and no word of anybody, only what happened when, by whose hand, and that it holds.

use crate::guard::{Answer, Here, page};
use crate::view::staff::journal::{Entry, Journal};
use crate::view::{Tag, Tone};
use crate::words_of;
use axum::extract::RawQuery;
use base::Seq;
use desk::Deed;
use desk::audit::Witness;
use desk::staff::officer::officers;
use std::collections::BTreeMap;

/// `GET /jurnal`
pub async fn list(here: Here, RawQuery(query): RawQuery) -> Answer {
    let before = query.as_deref().and_then(|query| query.strip_prefix("sebelum=")?.parse().ok()).map(Seq);
    let mut view = here.read(Deed::SeeAudit).await?;
    let found = desk::audit::page(&mut view, before).await?;
    let witnesses = desk::audit::witnesses(&mut view, here.web.desk.me.id).await?;
    let t = here.t.words();
    // Roles, not names: the auditor sees whose hand it was, and asks the officer in charge who that is.
    let hands: BTreeMap<[u8; 16], String> = officers(&mut view)
        .await?
        .into_iter()
        .map(|card| {
            let roles: Vec<&str> = card.roles.iter().map(|role| words_of::role(t, *role)).collect();
            (card.id.bytes(), format!("{} · {}", roles.join(", "), short(card.id.bytes())))
        })
        .collect();
    let hand = |actor: [u8; 16]| match hands.get(&actor) {
        Some(words) => words.clone(),
        None if actor == [0; 16] => t.journal_node().to_owned(),
        None => format!("{} · {}", t.journal_elsewhere(), short(actor)),
    };
    let entries = found.entries.iter().map(|entry| Entry {
        seq: [entry.seq.era(), entry.seq.n()],
        at: here.moment(entry.at),
        kind: words_of::event(t, &entry.kind).to_owned(),
        code: format!("{} · {}", entry.kind, entry.act),
        hand: hand(entry.actor),
        tag: if entry.whole {
            Tag::new(Tone::Done, t.journal_whole())
        } else {
            Tag::new(Tone::Late, t.journal_broken())
        },
    });
    page(&Journal {
        entries: entries.collect(),
        next: found.next.map(|seq| format!("/jurnal?sebelum={}", seq.0)),
        signed: found.signed.map(|(seq, at)| t.journal_signed(seq.n().unsigned_abs(), here.moment(at))),
        witnesses: witnesses.into_iter().map(|witness| seen(&here, witness)).collect(),
        broken: found.entries.iter().any(|entry| !entry.whole),
        t: here.t.clone(),
    })
}

/// How far a partner signed, in words.
fn seen(here: &Here, witness: Witness) -> String {
    let t = here.t.words();
    match witness.seen {
        Some((n, at)) => t.journal_seen(n, here.moment(at), witness.name),
        None => t.journal_unseen(witness.name),
    }
}

/// The last characters of an id: enough to tell two hands apart on a page.
fn short(id: [u8; 16]) -> String {
    let all = base::base32(&id);
    all.chars().skip(all.len().saturating_sub(5)).collect()
}
