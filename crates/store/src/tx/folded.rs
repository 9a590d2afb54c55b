//! What a command reads, first of all the states that it wrote: it finds them again without folding them anew, and once it is
//! on disk so does the next.

use super::Tx;
use crate::raw::{RawView, StoreError};
use crate::shelves::Row;
use crate::streams::{Aggregate, Stored, StreamKind};
use crate::vault::{Folded, Vault};
use crate::view::{Read, load_with};
use base::Timestamp;
use std::any::Any;
use std::sync::Arc;

/// A state as a command left it.
pub(super) struct Written {
    id: [u8; 16],
    kind: StreamKind,
    version: i64,
    /// Hash of the event of that version.
    hash: [u8; 32],
    state: Arc<dyn Any + Send + Sync>,
    /// Its rows as they lie on the shelves.
    rows: Vec<Row>,
}

impl Written {
    /// Whoever finds it folded compares its last event with the rows.
    pub(super) fn keep(self, vault: &Vault) {
        let Self { id, kind, version, hash, state, rows } = self;
        vault.keep_folded(id, kind, Folded { version, hash, state, rows: Some(rows) });
    }
}

impl Read for Tx {
    fn raw(&mut self) -> &mut dyn RawView {
        &mut *self.raw
    }

    fn vault(&self) -> Arc<Vault> {
        Arc::clone(&self.vault)
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    async fn load<A: Aggregate>(&mut self, id: [u8; 16]) -> Result<Option<Stored<A>>, StoreError> {
        self.as_it_stands(id).await
    }

    /// What the command wrote is not folded anew for who only looks.
    async fn seen<A: Aggregate>(&mut self, id: [u8; 16]) -> Result<Option<Arc<A>>, StoreError> {
        Ok(self.as_it_stands::<A>(id).await?.map(|stored| stored.state))
    }
}

impl Tx {
    /// The state as this command left it, else as the rows have it. The command holds the writer, so nobody else changes it
    /// meanwhile.
    pub(super) async fn as_it_stands<A: Aggregate>(&mut self, id: [u8; 16]) -> Result<Option<Stored<A>>, StoreError> {
        let written = self.written.iter().find(|written| written.id == id && written.kind == A::KIND);
        match written.and_then(|written| Some((written, Arc::clone(&written.state).downcast::<A>().ok()?))) {
            Some((Written { version, hash, .. }, state)) => {
                Ok(Some(Stored { last: Some(*hash), ..Stored::folded(id, *version, state) }))
            }
            None => load_with(&mut *self.raw, &self.vault, id).await,
        }
    }

    /// The rows of a state that is about to change, where they are known. What is kept of it elsewhere is let go: then
    /// nothing is copied when it changes.
    pub(super) fn rows_of<A: Aggregate>(&mut self, stored: &Stored<A>) -> Option<Vec<Row>> {
        let is_it = |written: &Written| written.id == stored.id && written.kind == A::KIND;
        let written = self.written.iter().position(is_it).map(|at| self.written.swap_remove(at));
        let kept = self.vault.let_go(stored.id, A::KIND);
        let written = written.map(|written| (written.hash, Some(written.rows)));
        let known = written.or_else(|| kept.map(|folded| (folded.hash, folded.rows)));
        known.filter(|(hash, _)| Some(*hash) == stored.last)?.1
    }

    /// A state was written, with its rows.
    pub(super) fn wrote<A: Aggregate>(&mut self, stored: &Stored<A>, rows: Vec<Row>) {
        let Stored { id, version, last, .. } = *stored;
        let Some(hash) = last else { return };
        let state: Arc<dyn Any + Send + Sync> = Arc::clone(&stored.state) as _;
        self.written.push(Written { id, kind: A::KIND, version, hash, state, rows });
    }

    /// Reads a state where it lies.
    pub async fn look<A: Aggregate, T>(
        &mut self,
        id: [u8; 16],
        read: impl FnOnce(&Stored<A>) -> T,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.load::<A>(id).await?.map(|stored| read(&stored)))
    }
}
