//! Time and chance of the machine: the only place that asks the system for them.

use base::{Chance, Clock, Timestamp};
use std::path::PathBuf;
use std::sync::Mutex;

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time enters the program")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The demo's clock: the machine's, moved by an offset that only the demo writes, read anew when it is a second old.
#[derive(Debug)]
pub struct DemoClock {
    file: PathBuf,
    read: Mutex<(Timestamp, i64)>,
}

/// How long a read offset is used.
const OFFSET_FRESH_MILLIS: i64 = 100;

impl DemoClock {
    /// A clock over an offset file; a missing file is no offset.
    pub fn new(file: PathBuf) -> Self {
        Self { file, read: Mutex::new((Timestamp::default(), 0)) }
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let real = SystemClock.now();
        let mut read = self.read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if real.millis() - read.0.millis() > OFFSET_FRESH_MILLIS {
            let offset = std::fs::read_to_string(&self.file).ok().and_then(|text| text.trim().parse().ok());
            *read = (real, offset.unwrap_or(read.1));
        }
        real.plus_millis(read.1)
    }
}

/// The machine's random bytes.
#[derive(Debug, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "this is where chance enters the program")]
    fn fill(&self, buffer: &mut [u8]) {
        if getrandom::fill(buffer).is_err() {
            // A machine without random bytes must not make keys: stop here and now.
            std::process::abort();
        }
    }
}
