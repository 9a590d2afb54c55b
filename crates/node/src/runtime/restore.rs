//! A node from its backup, on an empty disk: with the passphrase, or with three papers of five.

use super::backup::SMALL;
use super::config::{Config, StoreConfig};
use super::found::{make_folder, write_private};
use super::lock::{self, Given};
use super::node::{clock, desk, node_id, trouble};
use base::{Problem, Timestamp};
use desk::Desk;
use desk::mail::{RECOVERY, Recovery};
use relay::keys::Keyring;
use seal::share::{Share, ShareSet, combine};
use seal::slot::{Cost, Slot, SlotSecret};
use seal::{DataKey, Lock};
use std::path::Path;
use std::sync::Arc;
use store::archive::{Contents, Poured, Restoring};
use store::{Backend, Store};
use store_sqlite::{Options, SqliteBackend};

/// In the folder of a rehearsal, and of a restore that is not finished: such a folder is not served.
pub const REHEARSAL: &str = "rehearsal";

/// What opens the backup.
pub enum Secret {
    /// The passphrase, or two keyholders theirs.
    Given(Vec<Given>),
    /// Papers as typed, and the passphrase that opens the node from now on.
    Papers(Vec<String>, String),
}

/// What to restore.
pub struct Plan<'a> {
    /// The folder of the backup.
    pub place: &'a Path,
    /// The folder of the node: empty, or not there yet.
    pub dir: &'a Path,
    /// What opens it.
    pub secret: &'a Secret,
    /// Up to this moment; else all.
    pub until: Option<Timestamp>,
    /// Only a rehearsal: no new life begins.
    pub verify: bool,
}

/// What came back.
pub struct Restored {
    /// Counts and the end of the journal.
    pub poured: Poured,
    /// Streams whose lists were folded again.
    pub streams: usize,
    /// The new era; none in a rehearsal.
    pub era: Option<i64>,
    /// The backup came from a PostgreSQL store; the restored one is a file.
    pub left_postgres: bool,
}

/// How many papers open this backup; `None` if its node printed none that can be combined.
pub fn papers_needed(place: &Path) -> Result<u8, Problem> {
    Ok(shares(&Contents::read(place)?)?.threshold)
}

/// Whether one passphrase opens this backup, or two keyholders do.
pub fn opens_by_one(place: &Path) -> Result<bool, Problem> {
    Lock::decode(&Contents::read(place)?.slots.0).map(|lock| matches!(lock, Lock::One(_)))
}

fn shares(contents: &Contents) -> Result<ShareSet, Problem> {
    ShareSet::decode(&contents.shares.as_ref().ok_or(Problem::new("backup.no-shares"))?.0)
}

/// Restores. What was begun and not finished is taken away again.
pub async fn restore(plan: &Plan<'_>) -> Result<Restored, Problem> {
    let contents = Contents::read(plan.place)?;
    let master = master(&contents, plan.secret)?;
    let from = Restoring::open(plan.place, &master)?;
    make_folder(plan.dir)?;
    let done = fill(plan, &from, master).await;
    if done.is_err() {
        let _ = std::fs::remove_dir_all(plan.dir);
    }
    done
}

fn master(contents: &Contents, secret: &Secret) -> Result<DataKey, Problem> {
    match secret {
        Secret::Given(given) => lock::master(&Lock::decode(&contents.slots.0)?, given),
        Secret::Papers(papers, _) => {
            let set = shares(contents)?;
            let papers = papers.iter().map(|paper| Share::from_paper(paper, set)).collect::<Result<Vec<_>, _>>()?;
            Ok(DataKey::from_bytes(*combine(&papers)?))
        }
    }
}

async fn fill(plan: &Plan<'_>, from: &Restoring, master: DataKey) -> Result<Restored, Problem> {
    write_private(&plan.dir.join(REHEARSAL), b"simpul restore\n")?;
    let (config, left_postgres) = small_files(plan.dir, from)?;
    let clock = clock(plan.dir, &config);
    let now = clock.now();
    let backend: Arc<dyn Backend> =
        Arc::new(SqliteBackend::open(&plan.dir.join("node.db"), Options::at(now)).map_err(trouble)?);
    let poured = from.pour(&*backend, plan.dir, plan.until).await?;
    let id = node_id(&*backend).await?;
    let desk = desk((plan.dir, &config), id, backend, clock)?;
    desk.store.unlock(master.clone(), now).await.map_err(trouble)?;
    let streams = desk::verify::rebuild(&desk.store, now).await.map_err(trouble)?;
    let mut restored = Restored { poured, streams, era: None, left_postgres };
    if !plan.verify {
        begin_recovery(&desk, restored.poured.head.at.max(restored.poured.state_at)).await?;
        restored.era = Some(begin_anew(plan, &desk, &master, &config).await?);
        let marker = plan.dir.join(REHEARSAL);
        std::fs::remove_file(&marker).map_err(|_| Problem::at("output.unwritable", marker.display().to_string()))?;
    }
    Ok(restored)
}

/// The small files, but for the address of a PostgreSQL store: the old one may still be alive.
fn small_files(dir: &Path, from: &Restoring) -> Result<(Config, bool), Problem> {
    let small = from.small()?;
    for (name, bytes) in small.iter().filter(|(name, _)| SMALL.contains(&name.as_str())) {
        write_private(&dir.join(name), bytes)?;
    }
    let mut config = Config::read(dir)?;
    let left_postgres = config.store.url.is_some();
    config.store = StoreConfig::default();
    config.write(dir)?;
    Ok((config, left_postgres))
}

/// A new life: its era, this week's keys, an entry for the partners; and the new passphrase, if papers opened it.
async fn begin_anew(plan: &Plan<'_>, desk: &Desk, master: &DataKey, config: &Config) -> Result<i64, Problem> {
    let now = desk.now();
    let era = new_era(&desk.store, now).await?;
    let open_key = super::node::read_open_key(plan.dir)?;
    let asking = desk::act::Asking::once(&*desk.chance, now);
    let origin = store::Origin { actor: [0; 16], request: asking.request, digest: asking.digest };
    let mut tx = desk.store.begin("node.restore", origin, now).await.map_err(trouble)?;
    let keys = Keyring::load(&mut tx).await.map_err(trouble)?.ok_or(Problem::new("node.no-keys"))?;
    keys.revive(&mut tx, &open_key, now).await.map_err(trouble)?;
    if let Secret::Papers(_, passphrase) = plan.secret {
        let cost = if config.demo { Cost::CHEAP } else { Cost::SLOT };
        let new = Slot::seal(master, SlotSecret::Passphrase(passphrase), cost, &*desk.chance)?;
        tx.put_meta("slots", &Lock::One(vec![new]).encode()).await.map_err(trouble)?;
    }
    tx.commit().await.map_err(trouble)?;
    Ok(era)
}

/// Partners are asked what was lost as soon as the node is unlocked.
async fn begin_recovery(desk: &Desk, known: Timestamp) -> Result<(), Problem> {
    let begun = Recovery::begun(desk.chance.bytes(), known).bytes().map_err(trouble)?;
    let mut tx = desk.store.backend().begin("node.recover").await.map_err(trouble)?;
    tx.put_meta(RECOVERY, &begun).await.map_err(trouble)?;
    tx.commit().await.map_err(trouble)
}

async fn new_era(store: &Store, now: Timestamp) -> Result<i64, Problem> {
    let mut tx = store.backend().begin("store.era").await.map_err(trouble)?;
    let old = tx.meta("era").await.map_err(trouble)?.and_then(|bytes| bytes.try_into().ok());
    let new = old.map_or(0, i64::from_be_bytes).saturating_add(1).max(now.seconds());
    tx.put_meta("era", &new.to_be_bytes()).await.map_err(trouble)?;
    tx.commit().await.map_err(trouble)?;
    Ok(new)
}
