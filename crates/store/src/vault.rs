//! The vault: keys while the node is open. Locked means empty; nothing here prints a key.

mod ring;

pub use ring::backup_key;

use crate::opened::Opened;
use crate::raw::{RawTx, RawView, StoreError};
use crate::shelves::Row;
use crate::streams::{Narrow, StreamKind, Team};
use base::{Chance, KeyId, Timestamp};
use lru::LruCache;
use ring::{make, name_subject, secret_aad, unwrap, wrap};
use seal::cell::DataKey as Key;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Open keys kept at most (STORAGE.md 5).
const OPEN_KEYS_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);

/// Class of a subject's work key in the ring.
const CLASS_WORK: i64 = 1;
/// Class of the key of a narrow part; its parent is the work key.
const CLASS_NARROW: i64 = 2;
/// Class of the key of a sealed file; its parent is a narrow key, or the work key.
const CLASS_FILE: i64 = 3;
/// Keys from a file's up to that of a team: file, narrow, work.
const STEPS_MAX: usize = 3;
/// Class of a team key.
const CLASS_TEAM: i64 = 5;
/// Class of a key of the node itself: identity, epochs, intake.
const CLASS_NODE: i64 = 6;

/// States kept at most: some ten kilobytes each, as a snapshot has.
const OPEN_STATES_MAX: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1_023);

/// A folded state, and the event it was folded up to. It counts only where that very event is the one in the rows: a
/// command that was undone, or a reader of an older snapshot, meets another hash and folds anew.
pub(crate) struct Folded {
    /// Version of the stream.
    pub version: i64,
    /// Hash of the event of that version.
    pub hash: [u8; 32],
    /// The state, of the aggregate that asks.
    pub state: Arc<dyn Any + Send + Sync>,
    /// Its rows, where the command that changed it last made them.
    pub rows: Option<Vec<Row>>,
}

/// Keys of subjects in use, by subject and by id.
struct Cache {
    /// The key that new rows of a subject are sealed under.
    ids: LruCache<[u8; 16], KeyId>,
    /// Open keys with their subjects; also those that a newer key has followed.
    keys: LruCache<KeyId, ([u8; 16], Key)>,
    /// Folded states, by subject and kind of stream.
    states: LruCache<([u8; 16], i64), Folded>,
    /// Subjects that were erased: a reader of an older snapshot may still find their key, and must not keep it.
    buried: BTreeSet<[u8; 16]>,
}

impl Cache {
    fn of(states_max: NonZeroUsize) -> Self {
        Self {
            ids: LruCache::new(OPEN_KEYS_MAX),
            keys: LruCache::new(OPEN_KEYS_MAX),
            states: LruCache::new(states_max),
            buried: BTreeSet::new(),
        }
    }
}

/// The open keys of a node.
pub struct Vault {
    states_max: NonZeroUsize,
    teams: RwLock<Option<BTreeMap<Team, (KeyId, Key)>>>,
    master: RwLock<Option<Key>>,
    cache: Mutex<Option<Cache>>,
    opened: Opened,
}

impl Vault {
    /// A locked vault.
    pub fn locked() -> Self {
        Self::keeping(OPEN_STATES_MAX)
    }

    /// A locked vault that keeps so many folded states: where many nodes share a memory.
    pub fn keeping(states_max: NonZeroUsize) -> Self {
        let (teams, master, cache, opened) = Default::default();
        Self { states_max, teams, master, cache, opened }
    }

    /// Whether keys are open.
    pub fn is_open(&self) -> bool {
        self.teams.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Forgets every key.
    pub fn lock(&self) {
        *self.teams.write().unwrap_or_else(PoisonError::into_inner) = None;
        *self.master.write().unwrap_or_else(PoisonError::into_inner) = None;
        *self.cache() = None;
        self.opened.clear();
    }

    /// What a session keeps open in memory, made at its first use and kept until a moment: it goes with the keys, and
    /// earlier by [`Self::close`], [`Self::sweep`] or an erasure.
    pub fn hold<T>(&self, session: [u8; 32], until: Timestamp) -> Result<Arc<T>, StoreError>
    where
        T: Any + Send + Sync + Default,
    {
        self.opened.hold(session, until, || self.is_open()).ok_or(StoreError::Locked)
    }

    /// The session is over: what it kept open is wiped.
    pub fn close(&self, session: &[u8; 32]) {
        self.opened.close(session);
    }

    /// Wipes what every session kept open; who still may, opens it again.
    pub fn close_all(&self) {
        self.opened.clear();
    }

    /// Wipes what sessions kept open and did not use for too long.
    pub fn sweep(&self, now: Timestamp) {
        self.opened.sweep(now);
    }

    /// Whether the state of a subject is kept folded for the next reader.
    pub fn keeps(&self, subject: [u8; 16], kind: StreamKind) -> bool {
        self.folded(subject, kind).is_some()
    }

    /// How many sessions keep something open.
    pub fn held(&self) -> usize {
        self.opened.len()
    }

    /// Opens the team keys with the master key; makes those that are missing.
    pub async fn open(
        &self,
        master: Key,
        tx: &mut dyn RawTx,
        chance: &dyn Chance,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut teams = BTreeMap::new();
        for team in Team::ALL {
            let subject = name_subject(team.name());
            let found = tx.keys_of(subject).await?.into_iter().max_by_key(|row| row.generation);
            let open = match found {
                Some(row) => (row.id, unwrap(&master, &row)?),
                None => make(tx, (KeyId::default(), &master), (subject, CLASS_TEAM), chance, now).await?,
            };
            teams.insert(team, open);
        }
        *self.teams.write().unwrap_or_else(PoisonError::into_inner) = Some(teams);
        *self.master.write().unwrap_or_else(PoisonError::into_inner) = Some(master);
        Ok(())
    }

    /// Key under which backups are sealed: follows from the master key, so the passphrase or three papers open them.
    pub fn backup_key(&self) -> Result<Key, StoreError> {
        let master = self.master.read().unwrap_or_else(PoisonError::into_inner);
        master.as_ref().map(backup_key).ok_or(StoreError::Locked)
    }

    /// Key of a team.
    pub fn team(&self, team: Team) -> Result<(KeyId, Key), StoreError> {
        let teams = self.teams.read().unwrap_or_else(PoisonError::into_inner);
        teams.as_ref().and_then(|teams| teams.get(&team)).cloned().ok_or(StoreError::Locked)
    }

    /// Key of a subject. `Erased` when it has none any more.
    pub async fn subject(
        &self,
        view: &mut (impl RawView + ?Sized),
        subject: [u8; 16],
        team: Team,
    ) -> Result<(KeyId, Key), StoreError> {
        if let Some(open) = self.cached(subject) {
            return Ok(open);
        }
        let row =
            view.keys_of(subject).await?.into_iter().max_by_key(|row| row.generation).ok_or(StoreError::Erased)?;
        let (_, parent) = self.team(team)?;
        let open = (row.id, unwrap(&parent, &row)?);
        self.remember(subject, (open.0, &open.1), true);
        Ok(open)
    }

    /// Makes the key of a new subject.
    pub async fn make_subject(
        &self,
        tx: &mut dyn RawTx,
        subject: [u8; 16],
        team: Team,
        chance: &dyn Chance,
        now: Timestamp,
    ) -> Result<(KeyId, Key), StoreError> {
        let (parent_id, parent) = self.team(team)?;
        if let Some(cache) = self.cache().as_mut() {
            cache.buried.remove(&subject);
        }
        make(tx, (parent_id, &parent), (subject, CLASS_WORK), chance, now).await
    }

    /// The key of a narrow part, made at its first use; `true` if it was.
    pub(crate) async fn narrow(
        &self,
        tx: &mut dyn RawTx,
        (subject, narrow): ([u8; 16], Narrow),
        (work_id, work): &(KeyId, Key),
        (chance, now): (&dyn Chance, Timestamp),
    ) -> Result<((KeyId, Key), bool), StoreError> {
        let own = narrow.subject(subject);
        if let Some(open) = self.cached(own) {
            return Ok((open, false));
        }
        if let Some(row) = tx.keys_of(own).await?.into_iter().max_by_key(|row| row.generation) {
            let open = (row.id, unwrap(work, &row)?);
            self.remember(own, (open.0, &open.1), true);
            return Ok((open, false));
        }
        if let Some(cache) = self.cache().as_mut() {
            cache.buried.remove(&own);
        }
        Ok((make(tx, (*work_id, work), (own, CLASS_NARROW), chance, now).await?, true))
    }

    /// Keeps the key of a sealed file under its parent.
    pub(crate) async fn keep_file(
        &self,
        tx: &mut dyn RawTx,
        (file, key): ([u8; 16], &Key),
        (parent_id, parent): &(KeyId, Key),
        (chance, now): (&dyn Chance, Timestamp),
    ) -> Result<(), StoreError> {
        if let Some(cache) = self.cache().as_mut() {
            cache.buried.remove(&file);
        }
        wrap(tx, (*parent_id, parent), (file, CLASS_FILE, key), (chance, now)).await
    }

    /// The state last folded of a stream, for who only looks.
    pub(crate) fn folded(&self, subject: [u8; 16], kind: StreamKind) -> Option<Folded> {
        let mut cache = self.cache();
        let Folded { version, hash, state, .. } = cache.as_mut()?.states.get(&(subject, kind as i64))?;
        Some(Folded { version: *version, hash: *hash, state: Arc::clone(state), rows: None })
    }

    /// Lets a folded state go: whoever changes it keeps the new one.
    pub(crate) fn let_go(&self, subject: [u8; 16], kind: StreamKind) -> Option<Folded> {
        self.cache().as_mut()?.states.pop(&(subject, kind as i64))
    }

    /// Keeps a folded state for the next reader; of an erased subject nothing is kept, and while locked nothing at all.
    pub(crate) fn keep_folded(&self, subject: [u8; 16], kind: StreamKind, folded: Folded) {
        if !self.is_open() {
            return;
        }
        let mut cache = self.cache();
        let cache = cache.get_or_insert_with(|| Cache::of(self.states_max));
        if !cache.buried.contains(&subject) {
            cache.states.put((subject, kind as i64), folded);
        }
    }

    /// Forgets a subject's key and states, after its row was deleted or its making undone.
    pub fn forget(&self, subject: [u8; 16]) {
        if let Some(cache) = self.cache().as_mut() {
            cache.ids.pop(&subject);
            let states = cache.states.iter().filter(|((of, _), _)| *of == subject).map(|(key, _)| *key);
            for key in states.collect::<Vec<_>>() {
                cache.states.pop(&key);
            }
            let mine = cache.keys.iter().filter(|(_, (of, _))| *of == subject).map(|(id, _)| *id);
            for id in mine.collect::<Vec<_>>() {
                cache.keys.pop(&id);
            }
        }
    }

    /// Forgets a subject's key for good: its erasure is on disk.
    pub(crate) fn bury(&self, subject: [u8; 16]) {
        self.forget(subject);
        self.opened.clear();
        if self.is_open() {
            self.cache().get_or_insert_with(|| Cache::of(self.states_max)).buried.insert(subject);
        }
    }

    /// Keeps a secret of the node (identity, epoch, intake key) wrapped by the master key.
    pub async fn put_secret(
        &self,
        tx: &mut dyn RawTx,
        name: &str,
        secret: &[u8],
        chance: &dyn Chance,
    ) -> Result<(), StoreError> {
        let master = self.master.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Locked)?;
        let sealed =
            seal::cell::seal_cell(&master, &secret_aad(name), secret, chance).map_err(crate::sealing::too_long)?;
        tx.put_meta(&format!("secret/{name}"), &sealed).await
    }

    /// Reads a secret of the node.
    pub async fn secret(&self, view: &mut (impl RawView + ?Sized), name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let master = self.master.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Locked)?;
        let Some(sealed) = view.meta(&format!("secret/{name}")).await? else { return Ok(None) };
        if sealed.is_empty() {
            return Ok(None);
        }
        let open = seal::cell::open_cell(&master, &secret_aad(name), &sealed);
        open.map(|plain| Some(plain.to_vec())).map_err(|_| StoreError::Damaged {
            table: "meta",
            column: "value",
            row: name.to_owned(),
        })
    }

    /// The key that a sealed row names: of a team, at hand, or in the ring; also one that a newer key has followed.
    /// `Erased` when it is nowhere.
    pub(crate) async fn by_id(&self, view: &mut (impl RawView + ?Sized), id: KeyId) -> Result<Key, StoreError> {
        if let Some(key) = self.team_key(id)?.or_else(|| self.cached_key(id)) {
            return Ok(key);
        }
        let row = view.key(id).await?.ok_or(StoreError::Erased)?;
        let (subject, mut parent, mut rows) = (row.subject, row.parent, vec![row]);
        let mut key = loop {
            if let Some(team) = self.team_key(parent)? {
                break team;
            }
            if rows.len() == STEPS_MAX {
                return Err(StoreError::Damaged { table: "ring", column: "parent", row: id.to_string() });
            }
            let above = view.key(parent).await?.ok_or(StoreError::Erased)?;
            parent = above.parent;
            rows.push(above);
        };
        for row in rows.iter().rev() {
            key = unwrap(&key, row)?;
        }
        self.remember(subject, (id, &key), false);
        Ok(key)
    }

    fn team_key(&self, id: KeyId) -> Result<Option<Key>, StoreError> {
        let teams = self.teams.read().unwrap_or_else(PoisonError::into_inner);
        let mut teams = teams.as_ref().ok_or(StoreError::Locked)?.values();
        Ok(teams.find(|(known, _)| *known == id).map(|(_, key)| key.clone()))
    }

    fn cache(&self) -> MutexGuard<'_, Option<Cache>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cached(&self, subject: [u8; 16]) -> Option<(KeyId, Key)> {
        let mut guard = self.cache();
        let cache = guard.as_mut()?;
        let id = *cache.ids.get(&subject)?;
        Some((id, cache.keys.get(&id)?.1.clone()))
    }

    fn cached_key(&self, id: KeyId) -> Option<Key> {
        self.cache().as_mut()?.keys.get(&id).map(|(_, key)| key.clone())
    }

    fn remember(&self, subject: [u8; 16], (id, key): (KeyId, &Key), is_newest: bool) {
        if !self.is_open() {
            return;
        }
        let mut guard = self.cache();
        let cache = guard.get_or_insert_with(|| Cache::of(self.states_max));
        if cache.buried.contains(&subject) {
            return;
        }
        if is_newest {
            cache.ids.put(subject, id);
        }
        cache.keys.put(id, (subject, key.clone()));
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_open() { "Vault(open)" } else { "Vault(locked)" })
    }
}
