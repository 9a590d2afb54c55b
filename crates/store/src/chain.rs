//! The hash chain over the journal of an era (FEDERATION.md 10), and what a reader checks.

use crate::raw::{CheckpointRow, EventRow, Head, RawView, StoreError};
use crate::view::Read;
use crate::{Store, sealing};
use base::{Bytes, NodeId, Seq, Timestamp, limits};
use seal::cell::Aad;
use seal::{Cert, CosignedHead, IdentityKey, IdentityPublic, RootPublic, SignedHead};
use std::collections::{BTreeMap, VecDeque};

/// Event hash = SHA-256(AAD || SHA-256(sealed body)) (STORAGE.md 5).
pub fn event_hash(row: &EventRow) -> Result<[u8; 32], StoreError> {
    hash_of(&sealing::event_aad(row), &row.body)
}

/// The same of its parts.
pub(crate) fn hash_of(aad: &Aad, body: &[u8]) -> Result<[u8; 32], StoreError> {
    Ok(seal::hash::sha256(&[aad.finish().map_err(sealing::too_long)?, &seal::hash::sha256(&[body])]))
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
    /// What: `number` (one before it is missing, or it stands elsewhere), `hash`, `link`, `time`; `checkpoint` (a signed
    /// head says otherwise), `signature` (a signed head that this node did not sign), `missing` (a signed head says that
    /// it was there).
    pub what: &'static str,
}

/// A journal that is whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Its end.
    pub head: Head,
    /// How many entries it has.
    pub events: u64,
    /// The last entry under a signed head; zero if there is none.
    pub signed: Seq,
    /// The last entry for which a partner signed too; zero if there is none.
    pub witnessed: Seq,
}

/// The keys of partners by which their signatures are checked, the present and former ones, each with the unix second from
/// which it holds.
pub type Witnesses = BTreeMap<NodeId, Vec<(IdentityPublic, i64)>>;

/// [`walk`], for those who want the end alone.
pub async fn verify(view: &mut dyn RawView) -> Result<Result<Head, Broken>, StoreError> {
    Ok(walk(view, &Witnesses::new()).await?.map(|walked| walked.head))
}

/// Walks the whole journal and every signed head beside it; no key is needed. `Ok` when every number, hash, link and
/// signed head fits; else the first entry that does not. A partner's signature is checked where its key is known.
pub async fn walk(view: &mut dyn RawView, witnesses: &Witnesses) -> Result<Result<Walked, Broken>, StoreError> {
    let mut walked = Walked::default();
    let mut last = Head::default();
    let mut heads = SignedHeads::of(view, witnesses).await?;
    loop {
        let rows = view.journal(last.seq, limits::CODE_ROWS_MAX).await?;
        if rows.is_empty() {
            return Ok(match heads.before(view, Seq(i64::MAX), last).await? {
                Some(broken) => Err(broken),
                None => Ok(Walked { signed: heads.last, witnessed: heads.witnessed, ..walked }),
            });
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
            if begins && let Some(broken) = heads.before(view, row.seq, last).await? {
                return Ok(Err(broken));
            }
            if let Some(what) = what {
                return Ok(Err(Broken { seq: row.seq, what }));
            }
            last = Head { seq: row.seq, link: row.link, at: row.at };
            walked = Walked { head: last, events: walked.events + 1, ..walked };
            if let Some(what) = heads.at(view, last).await? {
                return Ok(Err(Broken { seq: row.seq, what }));
            }
        }
    }
}

/// The signed heads in order, beside the walk.
struct SignedHeads<'a> {
    node: NodeId,
    identities: Vec<IdentityPublic>,
    witnesses: &'a Witnesses,
    /// The head whose own signature was found good last: its witnesses signed the same one.
    good: Option<SignedHead>,
    page: VecDeque<CheckpointRow>,
    after: (i64, i64, [u8; 16]),
    last: Seq,
    witnessed: Seq,
}

impl<'a> SignedHeads<'a> {
    async fn of(view: &mut dyn RawView, witnesses: &'a Witnesses) -> Result<Self, StoreError> {
        let root = view.meta("root").await?.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let root = root.and_then(|bytes| RootPublic::from_bytes(&bytes));
        let node = root.as_ref().map(RootPublic::node).unwrap_or_default();
        let certs = match &root {
            Some(root) => certs(view, root).await?,
            None => Vec::new(),
        };
        let identities = certs.into_iter().map(|cert| cert.identity).collect();
        let (good, page, after) = (None, VecDeque::new(), (i64::MIN, 0, [0; 16]));
        Ok(Self { node, identities, witnesses, good, page, after, last: Seq::default(), witnessed: Seq::default() })
    }

    /// The next signed head, if it is at or before a position.
    async fn next(&mut self, view: &mut dyn RawView, upto: Seq) -> Result<Option<CheckpointRow>, StoreError> {
        if self.page.is_empty() && self.after.0 < i64::MAX {
            self.page.extend(view.all_checkpoints(self.after, limits::CODE_ROWS_MAX).await?);
            let end = (i64::MAX, 0, [0; 16]);
            self.after = self.page.back().map_or(end, |row| (row.era, row.n, row.signer));
        }
        let due = self.page.front().is_some_and(|row| (row.era, row.n) <= (upto.era(), upto.n()));
        Ok(if due { self.page.pop_front() } else { None })
    }

    /// Signed heads of entries that the walk went past without meeting them.
    async fn before(&mut self, view: &mut dyn RawView, seq: Seq, last: Head) -> Result<Option<Broken>, StoreError> {
        let next = self.next(view, Seq(seq.0 - 1)).await?;
        Ok(next.map(|row| {
            let there = if row.era == last.seq.era() { last.seq.n() } else { 0 };
            Broken { seq: Seq::new(row.era, there + 1), what: "missing" }
        }))
    }

    /// What the signed heads of an entry say against it.
    async fn at(&mut self, view: &mut dyn RawView, at: Head) -> Result<Option<&'static str>, StoreError> {
        while let Some(row) = self.next(view, at.seq).await? {
            let is_ours = row.signer == self.node.bytes();
            if !(if is_ours { self.is_signed(&row) } else { self.is_witnessed(&row) }) {
                return Ok(Some("signature"));
            }
            if (row.era, row.n) != (at.seq.era(), at.seq.n()) || row.link != at.link {
                return Ok(Some("checkpoint"));
            }
            *(if is_ours { &mut self.last } else { &mut self.witnessed }) = at.seq;
        }
        Ok(None)
    }

    fn is_signed(&mut self, row: &CheckpointRow) -> bool {
        SignedHead::decode(&row.signed).is_ok_and(|signed| self.is_ours(&signed, row))
    }

    fn is_ours(&mut self, signed: &SignedHead, row: &CheckpointRow) -> bool {
        let told = &signed.head;
        let same =
            (told.node, told.link, told.era, told.n) == (self.node, row.link, unsigned(row.era), unsigned(row.n));
        if same && self.good.as_ref() != Some(signed) {
            let is_good = self.identities.iter().any(|identity| signed.verify(identity).is_ok());
            self.good = is_good.then(|| signed.clone());
        }
        same && self.good.as_ref() == Some(signed)
    }

    /// Both signatures; that of a partner whose key was changed since, and not kept, cannot be checked any more.
    fn is_witnessed(&mut self, row: &CheckpointRow) -> bool {
        let Ok(seen) = CosignedHead::decode(&row.signed) else { return false };
        let known = self.witnesses.get(&seen.witness).into_iter().flatten().filter(|(_, from)| *from <= seen.at);
        let keys: Vec<&IdentityPublic> = known.map(|(key, _)| key).collect();
        let holds = keys.is_empty() || keys.iter().any(|key| seen.verify_witness(key).is_ok());
        holds && row.signer == seen.witness.bytes() && self.is_ours(&seen.head, row)
    }
}

/// Certificates of this node, the present one first, then those before it: what was signed under one stays signed.
pub async fn certs(view: &mut dyn RawView, root: &RootPublic) -> Result<Vec<Cert>, StoreError> {
    let present = view.meta("cert").await?.unwrap_or_default();
    let former: Vec<Bytes> = match view.meta(FORMER_CERTS).await? {
        Some(bytes) => crate::cbor::from_bytes(&bytes, "certificates")?,
        None => Vec::new(),
    };
    let all = std::iter::once(present).chain(former.into_iter().map(|cert| cert.0));
    Ok(all.filter_map(|cert| Cert::read(&cert, root)).collect())
}

/// Named value: the certificates before the present one, newest first, as their signed bytes.
pub const FORMER_CERTS: &str = "cert/former";

fn unsigned(number: i64) -> u64 {
    number.cast_unsigned()
}

/// Signs the end of the journal, unless it is signed already or there is none. A job of each minute: what is taken away
/// after it, the signed head names. Says whether it signed.
pub async fn sign(store: &Store, now: Timestamp) -> Result<bool, StoreError> {
    let mut view = store.read(now).await?;
    let head = view.raw().head().await?;
    let (era, n) = (head.seq.era(), head.seq.n());
    let node = view.raw().meta("node").await?.and_then(|bytes| NodeId::from_slice(&bytes));
    let at_head = view.raw().checkpoints(era, n - 1, limits::CODE_ROWS_MAX).await?;
    let signed = at_head.iter().any(|row| Some(NodeId::from_bytes(row.signer)) == node);
    let identity = view.secret("identity").await?.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let (Some(node), Some(identity), false) = (node, identity, signed || n == 0) else { return Ok(false) };
    drop(view);
    let told = seal::Head { node, era: unsigned(era), n: unsigned(n), link: head.link, at: now.seconds() };
    let signed = told.sign(&IdentityKey::from_bytes(&identity)).encode();
    let mut tx = store.backend().begin("journal.sign").await?;
    let row = CheckpointRow { era, n, signer: node.bytes(), link: head.link, at: now, signed };
    match tx.add_checkpoint(&row).await {
        // Somebody signed it a moment ago.
        Err(StoreError::Conflict) => return Ok(false),
        done => done?,
    }
    tx.commit().await?;
    Ok(true)
}
