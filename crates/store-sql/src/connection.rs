//! What an engine brings: one connection that runs statements.

use crate::statements::Statement;
use std::future::Future;
use store::StoreError;

/// A value on its way to the engine.
#[derive(Clone, Copy, Debug)]
pub enum Param<'a> {
    /// A number, or NULL in a column that allows it.
    Int(Option<i64>),
    /// Text without U+0000 ([`crate::limits::text`] checks).
    Text(&'a str),
    /// Bytes, or NULL in a column that allows it.
    Bytes(Option<&'a [u8]>),
}

/// A row on its way back. `None` is NULL or a value of another type.
pub trait Row {
    /// A number.
    fn int(&self, column: usize) -> Option<i64>;
    /// A text.
    fn text(&self, column: usize) -> Option<&str>;
    /// Bytes.
    fn bytes(&self, column: usize) -> Option<&[u8]>;
    /// True when the value is NULL.
    fn is_null(&self, column: usize) -> bool;
}

/// Makes a value of a row.
pub type Map<T> = fn(&dyn Row) -> Result<T, StoreError>;

/// One connection inside one transaction.
pub trait Connection: Send {
    /// Runs a statement; gives how many rows it changed.
    fn execute(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Runs a query; gives each row through `map`.
    fn query<T: Send>(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        map: Map<T>,
    ) -> impl Future<Output = Result<Vec<T>, StoreError>> + Send;
}

/// A connection that writes one command. Dropping it undoes that command alone.
pub trait Writer: Connection {
    /// Runs a statement that only writes. Its error may come with a later statement of the command, or with its end;
    /// `Conflict` when it `must` change a row and changes none.
    fn write(
        &mut self,
        statement: Statement,
        params: &[Param<'_>],
        must: bool,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Joins the group and answers after the group's COMMIT.
    fn commit(self) -> impl Future<Output = Result<(), StoreError>> + Send;
}
