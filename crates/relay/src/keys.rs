//! The node's own keys at work (FEDERATION.md 8): identity under the master key, weekly epochs, and the carrier and fetch
//! keys that stay readable while the node is locked (under the key of DIR/open.key). A new identity: [`renewal`].

mod renewal;

use base::{Bytes, NodeId, Timestamp};
use desk::mail::{PeerEntry, set_home};
use desk::wire::{DirectoryEntry, Message};
use seal::keys::{week_of, week_start};
use seal::{Aad, CarrierKey, Cert, DataKey, Entry, EpochPublic, EpochSecret, FetchKey, IdentityKey, ReleasePublic};
use seal::{RootKey, RootPublic, Tag, VerifiedEntry};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Backend, Page, Read, Sealed, Shelf, Shelved, StoreError, Tx};

/// A certificate holds for a year and a month, so that the yearly change has time.
const CERT_DAYS: i64 = 396;
/// Epoch keys are destroyed after 98 days: 35 sealing, 60 life, 2 skew, 1 to be sure (FEDERATION.md 8).
const EPOCH_KEEP_DAYS: i64 = 98;
/// For as long again the node knows which mailbox it was.
const EPOCH_KNOWN_DAYS: i64 = 2 * EPOCH_KEEP_DAYS;
/// The next week's keys are made this early, so that peers have them when the week begins.
const EPOCH_AHEAD_HOURS: i64 = 36;
/// Own entry: partition on the shelf of entries.
const OWN: &[u8] = b"own";

/// One week: its public keys, as a locked node may know them.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Epoch {
    week: u32,
    tag: Bytes,
    kid: Bytes,
    release: Bytes,
    /// As the identity signed it; empty if it is published no more.
    signed: Bytes,
    /// Its keys were destroyed; what still comes for it is known as late mail and not as a stranger's.
    #[serde(default)]
    gone: bool,
}

impl Shelved for Epoch {
    const SHELF: Shelf = Shelf::Epochs;
}

/// What works while the node is locked: proves the node to carriers and fetches its mail.
#[derive(Clone)]
pub struct OpenKeys {
    /// Proves the node.
    pub carrier: CarrierKey,
    /// Mailboxes, newest week last.
    pub boxes: Vec<Mailbox>,
    /// Mailboxes whose keys were destroyed: nothing in them can be opened any more.
    pub gone: Vec<Tag>,
}

/// One week's mailbox.
#[derive(Clone)]
pub struct Mailbox {
    /// Which week.
    pub week: u32,
    /// Its tag.
    pub tag: Tag,
    /// Fetches it.
    pub fetch: FetchKey,
    /// The public side of what releases it.
    pub release: ReleasePublic,
}

/// All keys of an unlocked node.
pub struct Keyring {
    /// The node.
    pub node: NodeId,
    /// Signs Bodies, entries, records, heads.
    pub identity: IdentityKey,
    root: RootPublic,
    cert: Bytes,
    epochs: BTreeMap<Tag, EpochSecret>,
    signed: BTreeMap<u32, Bytes>,
}

/// What a change of keys did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// A coming week has keys: the entry must be signed anew.
    pub made: bool,
    /// Keys of a week are gone from the store: they must go from memory too.
    pub destroyed: bool,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({})", self.node)
    }
}

impl Keyring {
    /// Makes the keys of a new node. The root comes back to be split into paper shares; it is not stored.
    pub async fn create(tx: &mut Tx, open: &DataKey, now: Timestamp) -> Result<RootKey, StoreError> {
        let chance = tx.chance();
        let (root, identity) = (RootKey::generate(&*chance), IdentityKey::generate(&*chance));
        let carrier = CarrierKey::generate(&*chance);
        let cert = Cert {
            node: root.public().node(),
            identity: identity.public(),
            carrier: carrier.public(),
            serial: 1,
            not_before: now.plus_hours(-48).seconds(),
            not_after: now.plus_hours(24 * CERT_DAYS).seconds(),
        };
        set_home(tx, cert.node).await?;
        tx.put_meta("root", &root.public().bytes()).await?;
        tx.put_meta("cert", &cert.sign(&root)).await?;
        tx.put_secret("identity", identity.to_bytes().as_slice()).await?;
        put_open(tx, open, "carrier", carrier.to_bytes().as_slice()).await?;
        new_epoch(tx, open, (cert.node, &identity), week_of(now)).await?;
        Ok(root)
    }

    /// Reads the keys of an unlocked node; `None` if it has none yet.
    pub async fn load(view: &mut impl Read) -> Result<Option<Self>, StoreError> {
        let Some(identity) = view.secret("identity").await? else { return Ok(None) };
        let identity = IdentityKey::from_bytes(&exactly(&identity, "identity")?);
        let root = view.raw().meta("root").await?.unwrap_or_default();
        let root = RootPublic::from_bytes(&exactly(&root, "root")?).ok_or_else(|| damaged("root"))?;
        let cert = Bytes(view.raw().meta("cert").await?.unwrap_or_default());
        let (mut epochs, mut signed) = (BTreeMap::new(), BTreeMap::new());
        for row in epochs_of(view).await?.into_iter().filter(|row| !row.gone) {
            let Some(bytes) = view.secret(&secret_name(row.week)).await? else { continue };
            let secret = EpochSecret::from_bytes(row.week, &exactly(&bytes, "epoch")?);
            signed.insert(row.week, row.signed);
            epochs.insert(Tag(exactly(&row.tag.0, "tag")?), secret);
        }
        Ok(Some(Self { node: root.node(), identity, root, cert, epochs, signed }))
    }

    /// The keys of the week whose mailbox this is.
    pub fn epoch(&self, tag: &Tag) -> Option<&EpochSecret> {
        self.epochs.get(tag)
    }

    /// Makes the coming week's keys and destroys those too old; says what was done.
    pub async fn rotate(&self, tx: &mut Tx, open: &DataKey, now: Timestamp) -> Result<Rotated, StoreError> {
        let mut done = Rotated::default();
        let week = week_of(now.plus_hours(EPOCH_AHEAD_HOURS));
        for row in epochs_of(tx).await? {
            let begun = week_start(row.week);
            if begun.plus_hours(24 * EPOCH_KNOWN_DAYS) < now {
                tx.remove::<Epoch>(b"", &row.week.to_be_bytes()).await?;
            } else if begun.plus_hours(24 * EPOCH_KEEP_DAYS) < now && !row.gone {
                destroy(tx, row).await?;
                done.destroyed = true;
            }
        }
        if !self.signed.contains_key(&week) {
            new_epoch(tx, open, (self.node, &self.identity), week).await?;
            done.made = true;
        }
        Ok(done)
    }

    /// After a restore: this week's keys, because no backup holds any, and an entry above every serial that a peer may know
    /// of the life before. It goes to every peer.
    pub async fn revive(&self, tx: &mut Tx, open: &DataKey, now: Timestamp) -> Result<(), StoreError> {
        new_epoch(tx, open, (self.node, &self.identity), week_of(now)).await?;
        let Some(own) = own_entry(tx).await? else { return Ok(()) };
        let above = u64::try_from(now.seconds()).unwrap_or(0);
        let entry = self.publish_above(tx, own.stated().clone(), above).await?;
        send_to_all(tx, &entry).await
    }

    /// Signs the node's entry with its two newest epochs and stores it under the next serial. Gives the signed bytes.
    pub async fn publish(&self, tx: &mut Tx, stated: Entry) -> Result<VerifiedEntry, StoreError> {
        self.publish_above(tx, stated, 0).await
    }

    async fn publish_above(&self, tx: &mut Tx, stated: Entry, above: u64) -> Result<VerifiedEntry, StoreError> {
        let before = own_row(tx).await?.map_or(0, |row| row.serial).max(above);
        let rows = epochs_of(tx).await?.into_iter().map(|row| row.signed.0).filter(|signed| !signed.is_empty());
        let rows: Vec<Vec<u8>> = rows.collect();
        let newest = rows.get(rows.len().saturating_sub(2)..).unwrap_or_default();
        let stated = Entry { serial: before + 1, versions: vec![1], suites: vec![1], ..stated };
        let signed = stated.sign(&self.root, &self.cert.0, newest, &self.identity).map_err(engine)?;
        let entry = VerifiedEntry::read(&signed).map_err(engine)?;
        let row = PeerEntry { node: self.node, serial: before + 1, signed: Bytes(signed), trusted: true };
        tx.put((OWN, b""), None, Sealed::Plain, &row).await?;
        Ok(entry)
    }
}

/// The entry goes to every partner.
async fn send_to_all(tx: &mut Tx, entry: &VerifiedEntry) -> Result<(), StoreError> {
    let content = Message::DirectoryEntry(DirectoryEntry { entry: entry.bytes().to_vec() }).to_content();
    for peer in desk::mail::entries(tx).await?.into_iter().filter(|peer| peer.trusted) {
        desk::mail::control(tx, peer.node, 64, content.clone()).await?;
    }
    Ok(())
}

/// The row of the node's own entry: enough where its serial or its bytes are needed, without checking signatures again.
pub async fn own_row(view: &mut impl Read) -> Result<Option<PeerEntry>, StoreError> {
    view.state::<PeerEntry>(OWN, b"").await
}

/// The node's own entry, as last signed.
pub async fn own_entry(view: &mut impl Read) -> Result<Option<VerifiedEntry>, StoreError> {
    own_row(view).await?.map(|row| VerifiedEntry::read(&row.signed.0).map_err(engine)).transpose()
}

impl OpenKeys {
    /// Reads what a locked node may use.
    pub async fn load(backend: &dyn Backend, open: &DataKey) -> Result<Option<Self>, StoreError> {
        let mut view = backend.read().await?;
        let Some(carrier) = get_open(&mut *view, open, "carrier").await? else { return Ok(None) };
        let carrier = CarrierKey::from_bytes(&exactly(&carrier, "carrier")?);
        let (mut boxes, mut gone) = (Vec::new(), Vec::new());
        for item in view.items((Shelf::Epochs.number(), b""), None, store::Direction::Up, 100).await? {
            let row: Epoch = store::cbor::from_bytes(&item.body, "epoch")?;
            if row.gone {
                gone.push(Tag(exactly(&row.tag.0, "tag")?));
                continue;
            }
            let Some(fetch) = get_open(&mut *view, open, &fetch_name(row.week)).await? else { continue };
            boxes.push(Mailbox {
                week: row.week,
                tag: Tag(exactly(&row.tag.0, "tag")?),
                fetch: FetchKey::from_bytes(&exactly(&fetch, "fetch")?),
                release: ReleasePublic::from_bytes(&exactly(&row.release.0, "release")?)
                    .ok_or_else(|| damaged("release"))?,
            });
        }
        Ok(Some(Self { carrier, boxes, gone }))
    }
}

/// The weeks that are known, oldest first.
async fn epochs_of(view: &mut impl Read) -> Result<Vec<Epoch>, StoreError> {
    Ok(view.states::<Epoch>(b"", &Page::first(100)).await?.into_iter().map(|row| row.card).collect())
}

/// Destroys the keys of a week: sealing and release under the master key, fetch under the open one.
async fn destroy(tx: &mut Tx, row: Epoch) -> Result<(), StoreError> {
    tx.put_meta(&format!("secret/{}", secret_name(row.week)), b"").await?;
    tx.put_meta(&open_name(&fetch_name(row.week)), b"").await?;
    let gone = Epoch { signed: Bytes::default(), gone: true, ..row };
    tx.put((b"", &gone.week.to_be_bytes()), None, Sealed::Plain, &gone).await
}

async fn new_epoch(
    tx: &mut Tx,
    open: &DataKey,
    (node, identity): (NodeId, &IdentityKey),
    week: u32,
) -> Result<(), StoreError> {
    let secret = EpochSecret::generate(week, &*tx.chance());
    let public: EpochPublic = secret.public();
    let row = Epoch {
        week,
        tag: Bytes(public.tag().0.to_vec()),
        kid: Bytes(public.kid().0.to_vec()),
        release: Bytes(public.release.bytes().to_vec()),
        signed: Bytes(public.sign(node, identity)),
        gone: false,
    };
    tx.put_secret(&secret_name(week), secret.to_bytes().as_slice()).await?;
    put_open(tx, open, &fetch_name(week), secret.fetch.to_bytes().as_slice()).await?;
    tx.put((b"", &week.to_be_bytes()), None, Sealed::Plain, &row).await
}

async fn put_open(tx: &mut Tx, open: &DataKey, name: &str, secret: &[u8]) -> Result<(), StoreError> {
    let sealed = seal::seal_cell(open, &open_aad(name), secret, &*tx.chance()).map_err(engine)?;
    tx.put_meta(&open_name(name), &sealed).await
}

async fn get_open(view: &mut dyn store::RawView, open: &DataKey, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(sealed) = view.meta(&open_name(name)).await?.filter(|sealed| !sealed.is_empty()) else { return Ok(None) };
    seal::open_cell(open, &open_aad(name), &sealed).map(|plain| Some(plain.to_vec())).map_err(|_| damaged(name))
}

fn open_aad(name: &str) -> Aad {
    Aad::new("simpul/key/1").text("open").text(name)
}

fn open_name(name: &str) -> String {
    format!("open/{name}")
}

fn secret_name(week: u32) -> String {
    format!("epoch/{week}")
}

fn fetch_name(week: u32) -> String {
    format!("fetch/{week}")
}

fn exactly<const N: usize>(bytes: &[u8], what: &str) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| damaged(what))
}

fn damaged(row: &str) -> StoreError {
    StoreError::Damaged { table: "meta", column: "value", row: row.to_owned() }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err asks for")]
fn engine(problem: base::Problem) -> StoreError {
    StoreError::Engine(problem.code.0.to_owned())
}
