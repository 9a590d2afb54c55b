//! States that a command takes from those kept folded, changes, and gives back.

use super::Tx;
use crate::raw::StoreError;
use crate::shelves::Row;
use crate::streams::{Aggregate, Stored, StreamKind};
use crate::vault::{Folded, Vault};
use crate::view::{Keeping, load_with};
use std::any::Any;
use std::sync::Arc;

/// A state that was given back.
pub(super) struct Looked {
    id: [u8; 16],
    kind: StreamKind,
    version: i64,
    state: Arc<dyn Any + Send + Sync>,
    rows: Option<Vec<Row>>,
    last: Option<[u8; 32]>,
}

impl Looked {
    /// The next command finds it folded, as its last event left it: whoever takes it compares that with the rows.
    pub(super) fn keep(self, vault: &Vault) {
        let Self { id, kind, version, state, rows, last } = self;
        if let Some(hash) = last {
            vault.keep_folded(id, kind, Folded { version, hash, state, rows });
        }
    }
}

impl Tx {
    /// Loads a state that will be given back: nothing is copied, and until then it has to be folded anew for anybody else.
    pub async fn take<A: Aggregate>(&mut self, id: [u8; 16]) -> Result<Option<Stored<A>>, StoreError> {
        self.load_as(id, Keeping::Taken).await
    }

    pub(super) async fn load_as<A: Aggregate>(
        &mut self,
        id: [u8; 16],
        keeping: Keeping,
    ) -> Result<Option<Stored<A>>, StoreError> {
        let is_it = |looked: &&mut Option<Looked>| looked.as_ref().is_some_and(|it| it.id == id && it.kind == A::KIND);
        let known = Some(&mut self.looked_at).filter(is_it).and_then(Option::take);
        let known = known
            .and_then(|looked| Some((looked.version, looked.state.downcast::<A>().ok()?, looked.rows, looked.last)));
        match known {
            Some((version, state, rows, last)) => {
                Ok(Some(Stored { rows, last, ..Stored::folded(id, version, Arc::unwrap_or_clone(state)) }))
            }
            None => load_with(&mut *self.raw, &self.vault, id, keeping).await,
        }
    }

    /// Reads a state where it lies: nothing is copied, and the next load of it takes it from there, not from the rows. Once
    /// the command is on disk the next command finds it too, as nobody could change it meanwhile.
    pub async fn look<A: Aggregate, T>(
        &mut self,
        id: [u8; 16],
        read: impl FnOnce(&Stored<A>) -> T,
    ) -> Result<Option<T>, StoreError> {
        let Some(stored) = self.load_as::<A>(id, Keeping::Taken).await? else { return Ok(None) };
        let found = read(&stored);
        let last = stored.last;
        self.give_back(stored);
        if let Some(looked) = &mut self.looked_at {
            looked.last = last;
        }
        Ok(Some(found))
    }

    /// Gives back a state that is not needed any more: the next load of it takes it from here, not from the rows, and once
    /// the command is on disk the next command does, if this one wrote its last event. One state at a time; the command
    /// holds the writer, so nobody else changes it meanwhile.
    pub fn give_back<A: Aggregate>(&mut self, stored: Stored<A>) {
        let Stored { id, version, state, rows, last, wrote } = stored;
        let last = last.filter(|_| wrote);
        self.looked_at = Some(Looked { id, kind: A::KIND, version, state: Arc::new(state), rows, last });
    }
}
