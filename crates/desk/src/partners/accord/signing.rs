//! Signing between nodes: officers sign the hash of the exact bytes with the keys their root names; an accord is in force
//! once every party said that it holds every signature (FEDERATION.md 7, messages 50 and 51).

use super::import::replace_others;
use super::proposing::{newest_version, tell};
use super::{AccordDoc, AccordEvent, Proof, Signatory, Signing, accord_doc, accord_stream};
use crate::act::{Act, Desk};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::policy::{Deed, Permit};
use crate::wire::{self, Message};
use ::accord::Document;
use async_trait::async_trait;
use base::{Bytes, Digest, NodeId, OfficerId, Problem, Redacted};
use seal::accord_file::Signers;
use seal::{RootPublic, SignatoryKey};
use serde::{Deserialize, Serialize};
use store::{Page, Read, Sealed, Shelf, Shelved, Stored, Tx};

/// Whom a partner's root names as signatories: the signed statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerSigners(pub Bytes);

impl Shelved for PeerSigners {
    const SHELF: Shelf = Shelf::Signers;
}

/// An office that may sign for this node: its key, and who has signed with it before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Its place in the statement of the root.
    pub nth: usize,
    /// The name there.
    pub name: String,
    /// The office.
    pub office: String,
    /// The officer whose key it is, once she signed with it.
    pub by: Option<OfficerId>,
    key: seal::keys::SignatoryPublic,
}

/// The offices that may sign for this node.
pub async fn seats(view: &mut impl Read) -> Result<Vec<Seat>, Error> {
    let signers = own_signers(view).await?;
    let mut out = Vec::new();
    for (nth, (name, office, key)) in signers.1.signatories.into_iter().enumerate() {
        let rows = view.list::<Signing>(Shelf::Signings, &key.bytes(), &Page::first(1)).await?;
        let by = rows.first().map(|row| row.card.by);
        out.push(Seat { nth, name, office, by, key });
    }
    Ok(out)
}

/// The statement of this node's root: its bytes, and what it says.
pub(crate) async fn own_signers(view: &mut impl Read) -> Result<(Vec<u8>, Signers), Error> {
    let missing = || Problem::new("accord.no-signatories");
    let bytes = view.raw().meta("signers").await?.ok_or_else(missing)?;
    let root = view.raw().meta("root").await?.and_then(|root| <[u8; 32]>::try_from(root).ok()).ok_or_else(missing)?;
    let signers = Signers::verify(&bytes, &RootPublic::from_bytes(&root).ok_or_else(missing)?)?;
    Ok((bytes, signers))
}

/// Signs a proposed accord for this node. Each office is one person's, from her first signature on.
#[derive(Clone, Debug)]
pub struct SignAccord {
    /// The accord.
    pub id: String,
    /// The version.
    pub version: u64,
    /// As which office: its place in the statement of the root.
    pub seat: usize,
    /// The officer says that she has read the prose.
    pub has_read: bool,
}

#[async_trait]
impl Act for SignAccord {
    const NAME: &'static str = "accord.sign";
    const DEED: Deed = Deed::SignAccord;
    type Done = ();

    async fn may(&self, by: &Actor, tx: &mut Tx) -> Result<Vec<Refusal>, Error> {
        Ok(present(by, tx))
    }

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let (mut stored, document) = text_read(tx, (&self.id, self.version), self.has_read).await?;
        open_to_sign(tx, &stored, &document).await?;
        let me = own_party(desk, &document)?;
        let seat = seat_of(tx, self.seat).await?;
        if stored.proofs.iter().any(|proof| proof.key.0 == seat.key.bytes()) {
            return Err(Problem::at("accord.signed-already", seat.office).into());
        }
        let signed = signature(tx, &stored, (&me, &seat)).await?;
        tx.append(&mut stored, vec![AccordEvent::Signed(Box::new(signed))]).await?;
        let rule = document.party(&me).map_or(u64::MAX, |party| party.signatures);
        if stored.signed_for(&me) >= rule {
            let message = Message::AccordSign(own_signatures(tx, &stored, &me).await?);
            tell(tx, desk, &document, &message).await?;
        }
        follow(desk, tx, &mut stored, &document).await
    }
}

/// The office that was chosen, if it is this officer's or nobody's yet; and she holds no other.
pub(crate) async fn seat_of(tx: &mut Tx, chosen: usize) -> Result<Seat, Error> {
    let officer = tx.origin().actor;
    let seats = seats(tx).await?;
    if let Some(own) = seats.iter().find(|seat| seat.by.is_some_and(|by| by.bytes() == officer))
        && own.nth != chosen
    {
        return Err(Problem::at("accord.one-office", own.office.clone()).into());
    }
    let seat = seats.into_iter().find(|seat| seat.nth == chosen);
    let seat = seat.ok_or_else(|| Problem::at("web.field-missing", "jabatan"))?;
    match seat.by {
        Some(by) if by.bytes() != officer => Err(Problem::at("accord.office-taken", seat.office).into()),
        _ => Ok(seat),
    }
}

/// Grave acts on accords: presence must have been proved in the last minutes.
pub(crate) fn present(by: &Actor, tx: &Tx) -> Vec<Refusal> {
    let is_here = by.officer().is_some_and(|staff| staff.stepped_up(tx.now()));
    if is_here { Vec::new() } else { vec![Refusal::new("accord.presence", "accord")] }
}

/// The party that this node is.
pub(super) fn own_party(desk: &Desk, document: &Document) -> Result<String, Problem> {
    party_of(document, desk.me.id).ok_or_else(|| Problem::at("accord.not-ours", document.id.clone()))
}

/// The party of a node.
pub(super) fn party_of(document: &Document, node: NodeId) -> Option<String> {
    document.parties.iter().find(|party| party.id == Some(node)).map(|party| party.node.clone())
}

/// The text of a version, if the officer says that she has read it.
pub(super) async fn text_read(
    tx: &mut Tx,
    (id, version): (&str, u64),
    has_read: bool,
) -> Result<(Stored<AccordDoc>, Document), Error> {
    if !has_read {
        return Err(Problem::at("accord.not-read", "dibaca").into());
    }
    let stored = accord_stored(tx, id, version).await?;
    let document = Document::parse(&stored.bytes.0)?;
    Ok((stored, document))
}

/// Only the newest text of an accord is signed, while it waits for that and its last day has not passed. What began on
/// paper is countersigned, whatever was proposed since.
pub(super) async fn open_to_sign(tx: &mut Tx, stored: &AccordDoc, document: &Document) -> Result<(), Error> {
    let at = || stored.id.clone();
    if !stored.waits() {
        return Err(Problem::at("accord.not-open", at()).into());
    }
    if stored.paper_until.is_none() && newest_version(tx, &stored.id).await? != Some(stored.version) {
        return Err(Problem::at("accord.superseded", at()).into());
    }
    if tx.now().day() > document.expires.0 {
        return Err(Problem::at("accord.expired", at()).into());
    }
    Ok(())
}

async fn signature(tx: &mut Tx, stored: &AccordDoc, (me, seat): (&str, &Seat)) -> Result<(Signatory, Proof), Error> {
    let key = seat_secret(tx, seat).await?;
    let (party, name, office) = (me.to_owned(), Redacted::new(seat.name.clone()), seat.office.clone());
    let signature = Bytes(key.sign("", &stored.hash.0).to_vec());
    let by = Some(OfficerId::from_bytes(tx.origin().actor));
    let proof = Proof { party: party.clone(), key: Bytes(seat.key.bytes().to_vec()), signature, by };
    Ok((Signatory { party, name, office, at: tx.now() }, proof))
}

/// The key of an office.
pub(crate) async fn seat_secret(tx: &mut Tx, seat: &Seat) -> Result<SignatoryKey, Error> {
    let missing = || Problem::new("accord.no-signatories");
    let secret = tx.secret(&format!("signatory/{}", seat.nth)).await?.ok_or_else(missing)?;
    let secret: [u8; 32] = secret.try_into().map_err(|_| missing())?;
    let key = SignatoryKey::from_bytes(&secret);
    if key.public() == seat.key { Ok(key) } else { Err(missing().into()) }
}

/// Signatures as they travel; `of`: of one party, or of all.
fn rows(stored: &AccordDoc, of: Option<&str>) -> wire::List<wire::SignedBy> {
    let of_party =
        stored.proofs.iter().zip(&stored.signatures).filter(|(proof, _)| of.is_none_or(|me| proof.party == me));
    let row = |(proof, signed): (&Proof, &Signatory)| {
        let (key, signature) = (proof.key.0.as_slice().try_into().ok()?, proof.signature.0.as_slice().try_into().ok()?);
        Some(wire::SignedBy { key, signature, at: signed.at.seconds() })
    };
    wire::List(of_party.filter_map(row).collect())
}

async fn own_signatures(tx: &mut Tx, stored: &AccordDoc, me: &str) -> Result<wire::AccordSigned, Error> {
    let (statement, _) = own_signers(tx).await?;
    Ok(wire::AccordSigned {
        document_hash: stored.hash,
        signatures: rows(stored, Some(me)),
        head: None,
        signers: Some(statement),
        paper: None,
    })
}

/// What follows once every signature is here: this node says so to the others (51), once; and the accord is in force when
/// all have said so.
pub(super) async fn follow(
    desk: &Desk,
    tx: &mut Tx,
    stored: &mut Stored<AccordDoc>,
    document: &Document,
) -> Result<(), Error> {
    if !stored.waits() || !stored.is_complete(document) {
        return Ok(());
    }
    let me = own_party(desk, document)?;
    if !stored.activations.contains_key(&me) {
        let head = own_head(desk, tx).await?;
        let signatures = rows(stored, None);
        let (document_hash, head_said) = (stored.hash, Some(head.clone()));
        let message = wire::AccordSigned { document_hash, signatures, head: head_said, signers: None, paper: None };
        tell(tx, desk, document, &Message::AccordActivate(message)).await?;
        // What is in force on paper stays so until all have said that they hold every signature.
        let mut said: Vec<_> =
            stored.paper_until.is_none().then(|| AccordEvent::StateChanged("signed".into())).into_iter().collect();
        said.push(AccordEvent::Activated(me, Bytes(head)));
        tx.append(stored, said).await?;
    }
    if document.parties.iter().all(|party| stored.activations.contains_key(&party.node)) {
        let state = if replace_others(tx, document).await? { "active" } else { "terminated" };
        tx.append(stored, vec![AccordEvent::StateChanged(state.into())]).await?;
    }
    Ok(())
}

/// Where this node's journal stands, signed: no earlier event can be changed later without the others seeing it.
async fn own_head(desk: &Desk, tx: &mut Tx) -> Result<Vec<u8>, Error> {
    let missing = || Problem::new("seal.no-identity");
    let secret = tx.secret("identity").await?.ok_or_else(missing)?;
    let secret: [u8; 32] = secret.try_into().map_err(|_| missing())?;
    let head = tx.raw().head().await?;
    let whole = |number: i64| u64::try_from(number).unwrap_or(0);
    let (era, n, at) = (whole(head.seq.era()), whole(head.seq.n()), tx.now().seconds());
    let head = seal::Head { node: desk.me.id, era, n, link: head.link, at };
    Ok(head.sign(&seal::IdentityKey::from_bytes(&secret)).encode())
}

/// Whom a partner's root names: the statement that came now, which is kept, or the one kept before.
async fn signers_of(tx: &mut Tx, node: NodeId, came: Option<&Vec<u8>>) -> Result<Signers, Error> {
    let entry = crate::mail::entry(tx, node).await?.ok_or(Error::NotFound)?;
    let entry = seal::entry::VerifiedEntry::read(&entry.signed.0)?;
    if let Some(bytes) = came {
        let signers = Signers::verify(bytes, entry.root())?;
        let keep = PeerSigners(Bytes(bytes.clone()));
        tx.put((&node.bytes(), b""), None, Sealed::Team(store::Team::Staff), &keep).await?;
        return Ok(signers);
    }
    let kept = tx.state::<PeerSigners>(&node.bytes(), b"").await?;
    let kept = kept.ok_or_else(|| Problem::at("accord.signatory", node.to_string()))?;
    Ok(Signers::verify(&kept.0.0, entry.root())?)
}

/// 50 and 51 of a partner: each of its signatures is by somebody its root names, over these very bytes, or none is taken.
pub(super) async fn signatures_came(
    desk: &Desk,
    tx: &mut Tx,
    from: NodeId,
    came: &wire::AccordSigned,
    activates: bool,
) -> Result<(), Error> {
    let mut stored = by_hash(tx, came.document_hash).await?;
    let document = stored.document()?;
    let party = party_of(&document, from).ok_or_else(|| Problem::at("accord.not-party", stored.state.id.clone()))?;
    let signers = signers_of(tx, from, came.signers.as_ref()).await?;
    let mut fresh = Vec::new();
    for row in &came.signatures.0 {
        let Some((name, office, key)) = signers.signatories.iter().find(|one| one.2.bytes() == row.key) else {
            // 51 lists the signatures of all; those of others came from themselves.
            if activates {
                continue;
            }
            return Err(Problem::at("accord.signatory", base::hex(&row.key)).into());
        };
        let kid = || key.kid().to_string();
        key.verify("", &stored.hash.0, &row.signature).map_err(|_| Problem::at("accord.signature", kid()))?;
        let known = stored.proofs.iter().any(|proof| proof.key.0 == row.key);
        let party = party.clone();
        let at = base::Timestamp::from_seconds(row.at);
        let proof = Proof {
            party: party.clone(),
            key: Bytes(row.key.to_vec()),
            signature: Bytes(row.signature.to_vec()),
            by: None,
        };
        let signed = Signatory { party, name: Redacted::new(name.clone()), office: office.clone(), at };
        fresh.extend((!known).then(|| AccordEvent::Signed(Box::new((signed, proof)))));
    }
    if activates && !stored.activations.contains_key(&party) {
        fresh.push(AccordEvent::Activated(party, Bytes(head_of(tx, from, came).await?)));
    }
    tx.append(&mut stored, fresh).await?;
    follow(desk, tx, &mut stored, &document).await
}

/// The journal head that a 51 carries, if the partner's identity signed it.
async fn head_of(tx: &mut Tx, from: NodeId, came: &wire::AccordSigned) -> Result<Vec<u8>, Error> {
    let wrong = || Problem::at("accord.signature", "head");
    let bytes = came.head.clone().ok_or_else(wrong)?;
    let head = seal::SignedHead::decode(&bytes).map_err(|_| wrong())?;
    head.verify(&crate::partners::peer::identity_of(tx, from).await?).map_err(|_| wrong())?;
    if head.head.node == from { Ok(bytes) } else { Err(wrong().into()) }
}

/// The text with a hash; a signature on bytes that are not here changes nothing.
pub(super) async fn by_hash(tx: &mut Tx, hash: Digest) -> Result<Stored<AccordDoc>, Error> {
    let card = super::accords(tx).await?.into_iter().find(|card| card.hash == hash);
    let card = card.ok_or_else(|| Problem::new("accord.unknown-text"))?;
    accord_stored(tx, &card.id, card.version).await
}

async fn accord_stored(tx: &mut Tx, id: &str, version: u64) -> Result<Stored<AccordDoc>, Error> {
    tx.load::<AccordDoc>(accord_stream(id, version)).await?.ok_or(Error::NotFound)
}

/// A text that waits for signatures and bears one with this key: the key must stay named until it is through.
pub async fn waiting_with(view: &mut impl Read, key: &[u8]) -> Result<Option<String>, Error> {
    for card in super::accords(view).await? {
        let Some(doc) = accord_doc(view, &card.id, card.version).await? else { continue };
        if doc.waits() && doc.proofs.iter().any(|proof| proof.key.0 == key) {
            return Ok(Some(doc.id.clone()));
        }
    }
    Ok(None)
}

/// Whether this officer may sign a version now, for the page: nothing stands in the way but reading it.
pub async fn may_sign(view: &mut impl Read, id: &str, version: u64) -> Result<bool, Error> {
    let Some(doc) = accord_doc(view, id, version).await? else { return Ok(false) };
    let is_newest = newest_version(view, id).await? == Some(version);
    Ok(doc.waits() && (is_newest || doc.paper_until.is_some()))
}
