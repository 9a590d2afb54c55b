//! Values and errors between PostgreSQL and `store-sql`.

use bytes::BytesMut;
use std::error::Error as StdError;
use store::StoreError;
use store_sql::{Param, Row};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// A parameter as the driver wants it.
#[derive(Debug)]
pub struct Bound<'a>(pub Param<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self.0 {
            Param::Int(number) => number.to_sql(ty, out),
            Param::Text(text) => text.to_sql(ty, out),
            Param::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A parameter that is kept until it is sent.
#[derive(Debug)]
pub enum Owned {
    Int(Option<i64>),
    Text(String),
    Bytes(Option<Vec<u8>>),
}

impl Owned {
    /// As the driver wants it.
    pub fn bound(&self) -> Bound<'_> {
        Bound(match self {
            Self::Int(number) => Param::Int(*number),
            Self::Text(text) => Param::Text(text),
            Self::Bytes(bytes) => Param::Bytes(bytes.as_deref()),
        })
    }
}

impl From<&Param<'_>> for Owned {
    fn from(param: &Param<'_>) -> Self {
        match *param {
            Param::Int(number) => Self::Int(number),
            Param::Text(text) => Self::Text(text.to_owned()),
            Param::Bytes(bytes) => Self::Bytes(bytes.map(<[u8]>::to_vec)),
        }
    }
}

/// A row as `store-sql` wants it.
pub struct PostgresRow<'r>(pub &'r tokio_postgres::Row);

struct Present;

impl FromSql<'_> for Present {
    fn from_sql(_: &Type, _: &[u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Row for PostgresRow<'_> {
    fn int(&self, column: usize) -> Option<i64> {
        self.0.try_get(column).ok()
    }

    fn text(&self, column: usize) -> Option<&str> {
        self.0.try_get(column).ok()
    }

    fn bytes(&self, column: usize) -> Option<&[u8]> {
        self.0.try_get(column).ok()
    }

    fn is_null(&self, column: usize) -> bool {
        matches!(self.0.try_get::<_, Option<Present>>(column), Ok(None))
    }
}

/// The server's answer in our words (STORAGE.md 7). Its message can quote a value, so only the code goes on. What is
/// retried there is `NotSaved` here: the group is gone, and the desk runs the act again.
pub fn engine(error: &tokio_postgres::Error) -> StoreError {
    let Some(code) = error.code() else { return StoreError::NotSaved };
    match code.code() {
        "53100" => StoreError::Full,
        "23505" => StoreError::Conflict,
        "57014" => StoreError::Slow,
        "55P03" => StoreError::Busy,
        // 25P02: what was sent before it was refused, so the group is gone.
        "40001" | "40P01" | "25P02" => StoreError::NotSaved,
        code if code.starts_with("08") || code.starts_with("57P") => StoreError::NotSaved,
        code => StoreError::Engine(format!("postgres {code}")),
    }
}

/// True when the server did not answer: what it did is not known.
pub fn silent(error: &tokio_postgres::Error) -> bool {
    error.code().is_none_or(|code| code.code().starts_with("08") || code.code().starts_with("57P"))
}
