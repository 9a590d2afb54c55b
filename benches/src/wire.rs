//! What a referral weighs between two nodes, and what it costs them: the real desk, the real envelopes.

use crate::meter::cpu_seconds;
use crate::node::{Node, START, runtime};
use crate::row::{Line, Row};
use crate::story;
use accord::{PartyRole, TemplateFill, TemplateParty, Word, template};
use anyhow::Context;
use base::{NodeId, Place, Redacted};
use casework::offer::OfferKind;
use casework::words::Purpose;
use desk::mail::Apply;
use desk::offers::{Ask, OfferStream, SendOffer, TakerAct, TakerWord};
use desk::partners::accord::Signatory;
use desk::partners::{ConfirmPeer, ImportAccord, Peer};
use desk::{Desk, NodeProfile};
use relay::{Keyring, Outcome, Parcel, Post};
use seal::{CarrierAddress, DataKey, Entry, VerifiedEntry};
use std::sync::Arc;
use store::Read;
use store_sqlite::{Options, SqliteBackend};

/// Most bytes of an offer: 4 KB.
const OFFER_BYTES_MAX: f64 = 4_000.0;
/// Most bytes of the file that follows an acceptance: envelopes are padded, and the bucket of 4 096 has 116 around it.
const FILE_BYTES_MAX: f64 = 4_096.0 + 116.0;

/// Pairs of offices whose offers are measured, and the offers of each: the accord lets twenty a day go. They arrive
/// together, so many at a time.
const PAIRS: u32 = 6;
const OFFERS: u32 = 18;
const BATCH: usize = 6;
/// So long a receipt that can wait is kept for others.
const RECEIPT_MILLIS: u32 = 31_000;

pub fn rows() -> anyhow::Result<Vec<Line>> {
    runtime()?.block_on(async {
        let (batam, lbh) = partners().await?;
        let mut rows = refer(&batam, &lbh).await?;
        let (mut out, mut in_) = (0.0, 0.0);
        for _ in 0..PAIRS {
            let (batam, lbh) = partners().await?;
            let each = many(&batam, &lbh).await?;
            (out, in_) = (out + each.0 / f64::from(PAIRS), in_ + each.1 / f64::from(PAIRS));
        }
        rows.extend([
            Row::micros("an offer out: decide, freeze, seal, sign", out, 1_000.0).into(),
            Row::micros("an offer in: open, verify, decide, receipt", in_, 1_000.0).into(),
            Row::at_least("  so on two cores, in and out", 2.0 / (out + in_), "a second", 1_000.0).into(),
        ]);
        Ok(rows)
    })
}

async fn partners() -> anyhow::Result<(Office, Office)> {
    let (batam, lbh) =
        (Office::new("batam", PartyRole::TaskForce).await?, Office::new("lbh", PartyRole::LegalAid).await?);
    batam.meets(&lbh).await?;
    lbh.meets(&batam).await?;
    batam.out().await?;
    lbh.out().await?;
    Ok((batam, lbh))
}

/// Offers, one after the other as people make them; sealed, and taken in, in batches, with what follows from each.
/// Gives the CPU seconds of one at its giver and at its taker.
async fn many(batam: &Office, lbh: &Office) -> anyhow::Result<(f64, f64)> {
    let mut cases = Vec::new();
    for number in 0..OFFERS {
        cases.push(story::opens(&batam.node.desk, 100 + number, "lbh").await?);
    }
    let began = cpu_seconds();
    for case in cases {
        let ask = Ask {
            person: None,
            peer: lbh.id(),
            kind: OfferKind::Referral,
            purpose: Purpose::LegalAid,
            basis: None,
            documents: std::collections::BTreeSet::new(),
        };
        batam.node.does(&SendOffer { case, version: None, ask }).await?;
    }
    let offered = batam.out().await?;
    let sent = cpu_seconds();
    for batch in envelopes(&offered).chunks(BATCH) {
        lbh.post.deliver(batch).await?;
    }
    lbh.node.clock.advance_millis(RECEIPT_MILLIS);
    let receipts = lbh.out().await?;
    let taken = cpu_seconds();
    anyhow::ensure!(offered.len() >= OFFERS as usize && !receipts.is_empty(), "offers were made and receipted");
    Ok(((sent - began) / f64::from(OFFERS), (taken - sent) / f64::from(OFFERS)))
}

async fn refer(batam: &Office, lbh: &Office) -> anyhow::Result<Vec<Line>> {
    let case = story::opens(&batam.node.desk, 1, "lbh").await?;
    let ask = Ask {
        person: None,
        peer: lbh.id(),
        kind: OfferKind::Referral,
        purpose: Purpose::LegalAid,
        basis: None,
        documents: std::collections::BTreeSet::new(),
    };
    let (thread, offer_no) = batam.node.does(&SendOffer { case, version: None, ask }).await?;
    let offered = batam.out().await?;
    lbh.post.deliver(&envelopes(&offered)).await?;
    for word in [TakerWord::See, TakerWord::Accept] {
        lbh.node.does(&TakerAct { thread, offer_no, word }).await?;
    }
    batam.post.deliver(&envelopes(&lbh.out().await?)).await?;
    let given = batam.out().await?;
    let file = frozen(&batam.node.desk, thread, offer_no).await?;
    Ok(vec![
        Row::at_most("referral on the wire: the offer", largest(&offered), "bytes", OFFER_BYTES_MAX).into(),
        Row::at_most("referral on the wire: the file, bucket 4 096", largest(&given), "bytes", FILE_BYTES_MAX).into(),
        Row::told("  fields of the extract", file.0, "fields").into(),
        Row::told("  extract before signing and sealing", file.1, "bytes").into(),
    ])
}

async fn frozen(desk: &Desk, thread: base::ThreadId, offer_no: u32) -> anyhow::Result<(f64, f64)> {
    let stored = desk.read().await?.load::<OfferStream>(thread.bytes()).await?.context("the thread")?;
    let extract = &stored.sent.get(&offer_no).context("the offer")?.extract.0;
    let fields = minicbor::decode::<casework::Extract>(extract).ok().context("an extract")?.fields.0.len();
    Ok((f64::from(u32::try_from(fields)?), f64::from(u32::try_from(extract.len())?)))
}

fn envelopes(parcels: &[Parcel]) -> Vec<Vec<u8>> {
    parcels.iter().map(|parcel| parcel.envelope.clone()).collect()
}

fn largest(parcels: &[Parcel]) -> f64 {
    let bytes = parcels.iter().map(|parcel| parcel.envelope.len()).max().unwrap_or(usize::MAX);
    u32::try_from(bytes).map_or(f64::INFINITY, f64::from)
}

/// A node with its post office.
struct Office {
    node: Node,
    post: Post,
    entry: VerifiedEntry,
}

impl Office {
    async fn new(name: &str, role: PartyRole) -> anyhow::Result<Self> {
        let backend = Arc::new(SqliteBackend::scratch(Options::at(START))?);
        let mut node = Node::over(backend, None, (name, "21.71", role)).await?;
        let open_key = DataKey::generate(&*node.desk.chance);
        let mut tx = node.begin().await?;
        Keyring::create(&mut tx, &open_key, START).await?;
        let keys = Keyring::load(&mut tx).await?.context("keys")?;
        let stated = Entry {
            names: vec![format!("Simpul {name}")],
            region: "21.71".into(),
            carriers: vec![CarrierAddress { kind: 1, address: "https://127.0.0.1:1".into(), tls: None }],
            ..Entry::default()
        };
        let entry = keys.publish(&mut tx, stated).await?;
        tx.commit().await?;
        let desk = Arc::get_mut(&mut node.desk).context("a desk of our own")?;
        desk.me = NodeProfile { id: entry.node(), ..desk.me.clone() };
        let clock = Arc::clone(&node.desk.clock);
        let post = Post::new(node.desk.store.clone(), clock, Arc::clone(&node.desk) as Arc<dyn Apply>, open_key);
        post.unlock().await?;
        Ok(Self { node, post, entry })
    }

    fn id(&self) -> NodeId {
        self.entry.node()
    }

    /// Confirms the other and brings in the legal-aid accord of both.
    async fn meets(&self, other: &Self) -> anyhow::Result<()> {
        let peer = Peer {
            node: other.id(),
            name: other.node.desk.me.name.clone(),
            title: other.node.desk.me.title.clone(),
            place: Place::parse("21.71")?,
            fingerprint: seal::fingerprint(other.entry.root()),
            address: String::new(),
            duty_phone: String::new(),
            serial: 1,
            confirmed_at: START,
        };
        self.node.does(&ConfirmPeer { peer, entry: other.entry.bytes().to_vec() }).await?;
        let (batam, lbh) = if self.node.desk.me.name == "batam" { (self, other) } else { (other, self) };
        let parties = [("batam", PartyRole::TaskForce, batam), ("lbh", PartyRole::LegalAid, lbh)];
        let fill = TemplateFill {
            id: "batam-lbh".to_owned(),
            effective: "2026-01-01".to_owned(),
            expires: "2027-12-31".to_owned(),
            place: Place::parse("21.71")?,
            parties: parties.iter().map(|(name, role, office)| party(name, *role, office.id())).collect(),
        };
        let document = template("legal-aid", &fill).context("the template legal-aid is missing")?.into_bytes();
        let signatures = parties.iter().map(|(name, ..)| signatory(name)).collect();
        self.node.does(&ImportAccord { document, signatures }).await?;
        Ok(self.post.reload().await?)
    }

    /// All that is due, sealed; as if a carrier took it.
    async fn out(&self) -> anyhow::Result<Vec<Parcel>> {
        let parcels = self.post.collect(256).await?;
        let done: Vec<_> = parcels.iter().map(|parcel| (parcel.peer, parcel.what, Outcome::Taken)).collect();
        self.post.settle(&done).await?;
        Ok(parcels)
    }
}

fn party(name: &str, role: PartyRole, id: NodeId) -> TemplateParty {
    TemplateParty { node: name.to_owned(), id: Some(id), name: format!("Simpul {}", role.word()), role, signatures: 1 }
}

fn signatory(party: &str) -> Signatory {
    let name = Redacted::new(format!("Ketua {party}"));
    Signatory { party: party.to_owned(), name, office: "Ketua".to_owned(), at: START }
}
