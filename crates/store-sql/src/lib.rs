//! **store-sql**: tables and statements, once, for any engine.
//!
//! Job: the SQL of [`store::raw`], the mapping of rows, the migrations, and the line in which commands wait for the one
//! writer and share a COMMIT.
//!
//! Invariants: no rule of the field, no key, no clock; no SQL that only one engine understands. An engine brings a
//! [`Connection`]; it holds no table name.
//! Start reading at [`connection`] (what an engine brings), then [`sql`] (what comes of it).

pub mod connection;
pub mod group;
pub mod limits;
pub mod migrations;
mod rows;
pub mod sql;
pub mod statements;

pub use connection::{Connection, Param, Row, Writer};
pub use group::{Group, Line, Outcome};
pub use migrations::{Dialect, Migration};
pub use sql::Sql;
pub use statements::Statement;
