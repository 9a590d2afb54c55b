//! Secrets that live a day and are kept one more, as a reply may wait 24 hours. They lie in a file of their own beside the store:
//! no backup holds them, so that what they seal, and whose hash they made, is forgotten with them.

use base::{Chance, Problem, Timestamp, from_hex, hex};
use seal::{DataKey, hash};
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Days that a secret is kept after its own.
const KEPT_DAYS: i64 = 1;

/// The secret of a day.
#[derive(Clone)]
pub(super) struct Salt {
    /// Days since 1970.
    pub day: i64,
    secret: DataKey,
}

impl Salt {
    /// 16 bytes that nobody can make from the same content without the secret.
    pub fn mark(&self, domain: &[u8], content: &[u8]) -> [u8; 16] {
        let whole = hash::hmac(self.secret.expose(), &[domain, b"/", content]);
        whole.first_chunk().copied().unwrap_or_default()
    }

    /// What numbers and texts of the day are sealed with.
    pub fn key(&self) -> DataKey {
        DataKey::from_bytes(hash::hmac(self.secret.expose(), &[b"simpul/sms-key/1"]))
    }

    /// When it is gone.
    pub fn ends(&self) -> Timestamp {
        Timestamp::from_seconds((self.day + KEPT_DAYS + 1) * 86_400)
    }
}

/// The secrets that are left.
pub(super) struct Salts {
    file: PathBuf,
    chance: Arc<dyn Chance>,
    kept: Mutex<Vec<Salt>>,
}

impl Salts {
    /// Reads the file, if there is one. A line that is none is passed over.
    pub fn open(file: PathBuf, chance: Arc<dyn Chance>) -> Self {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let kept = text.lines().filter_map(|line| {
            let (day, secret) = line.split_once(' ')?;
            let secret = from_hex(secret)?.try_into().ok()?;
            Some(Salt { day: day.parse().ok()?, secret: DataKey::from_bytes(secret) })
        });
        let kept = Mutex::new(kept.collect());
        Self { file, chance, kept }
    }

    /// All of them, newest first.
    pub fn all(&self) -> Vec<Salt> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.sort_by_key(|salt| -salt.day);
        all
    }

    /// The one of a day.
    pub fn of(&self, day: i64) -> Option<Salt> {
        self.all().into_iter().find(|salt| salt.day == day)
    }

    /// That of the present day; on disk before it is used. `sms.salts` if it cannot be written.
    pub fn today(&self, now: Timestamp) -> Result<Salt, Problem> {
        if let Some(known) = self.of(now.day()) {
            return Ok(known);
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let new = Salt { day: now.day(), secret: DataKey::generate(&*self.chance) };
        let mut all = kept.clone();
        all.push(new.clone());
        self.write(&all)?;
        *kept = all;
        Ok(new)
    }

    /// Forgets those whose time is over.
    pub fn drop_old(&self, now: Timestamp) -> Result<(), Problem> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let left: Vec<Salt> = kept.iter().filter(|salt| salt.ends() > now).cloned().collect();
        if left.len() < kept.len() {
            self.write(&left)?;
            *kept = left;
        }
        Ok(())
    }

    fn write(&self, all: &[Salt]) -> Result<(), Problem> {
        let line = |salt: &Salt| format!("{} {}\n", salt.day, hex(salt.secret.expose()));
        let lines = all.iter().map(line).collect::<Vec<_>>().concat();
        let part = self.file.with_extension("part");
        let written = || -> std::io::Result<()> {
            let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
            file.write_all(lines.as_bytes())?;
            file.sync_all()?;
            fs::rename(&part, &self.file)
        };
        written().map_err(|_| Problem::new("sms.salts"))
    }
}
