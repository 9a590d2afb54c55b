//! States that a command takes from those kept folded, changes, and gives back.

use super::Tx;
use crate::raw::StoreError;
use crate::shelves::Row;
use crate::streams::{Aggregate, Stored, StreamKind};
use crate::vault::{Folded, Vault};
use crate::view::{Keeping, load_with, stream_id};
use std::any::Any;
use std::sync::Arc;

/// A state that was given back.
pub(super) struct Looked {
    id: [u8; 16],
    kind: StreamKind,
    stream: [u8; 16],
    version: i64,
    state: Arc<dyn Any + Send + Sync>,
    rows: Option<Vec<Row>>,
}

impl Looked {
    /// The next command finds it folded, if it is as the last event of this one left it.
    pub(super) fn keep(self, vault: &Vault, (stream, number, hash): ([u8; 16], i64, [u8; 32])) {
        if (self.stream, self.version) == (stream, number) {
            let Self { id, kind, state, rows, .. } = self;
            vault.keep_folded(id, kind, Folded { version: number, hash, state, rows });
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
        let known = self.looked_at.take().filter(|looked| looked.id == id && looked.kind == A::KIND);
        let known =
            known.and_then(|Looked { version, state, rows, .. }| Some((version, state.downcast::<A>().ok()?, rows)));
        match known {
            Some((version, state, rows)) => {
                Ok(Some(Stored { rows, ..Stored::folded(id, version, Arc::unwrap_or_clone(state)) }))
            }
            None => load_with(&mut *self.raw, &self.vault, id, keeping).await,
        }
    }

    /// Gives back a state that is not needed any more: the next load of it takes it from here, not from the rows, and once
    /// the command is on disk the next command does. One state at a time; the command holds the writer, so nobody else
    /// changes it meanwhile.
    pub fn give_back<A: Aggregate>(&mut self, stored: Stored<A>) {
        let Stored { id, version, state, rows } = stored;
        let (stream, state) = (stream_id::<A>(id), Arc::new(state));
        self.looked_at = Some(Looked { id, kind: A::KIND, stream, version, state, rows });
    }
}
