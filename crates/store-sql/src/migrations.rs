//! Migrations: numbered texts that only add. Each runs once, in a transaction; what ran is kept with its hash, and a
//! changed or unknown one stops the node (`store.schema-unknown`).

use sha2::{Digest, Sha256};
use store::StoreError;

/// How an engine spells the types of the one text.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// 64-bit integer.
    pub integer: &'static str,
    /// Text that compares by bytes.
    pub text: &'static str,
    /// Bytes.
    pub bytes: &'static str,
    /// End of a table kept in insertion order.
    pub rows: &'static str,
    /// End of a table kept in the order of its key.
    pub tree: &'static str,
}

/// One migration.
#[derive(Clone, Debug)]
pub struct Migration {
    /// Its number, from 1.
    pub n: i64,
    /// SHA-256 of the one text, the same on every engine.
    pub sha: [u8; 32],
    /// What this engine runs.
    pub sql: String,
}

const TEXTS: [&str; 1] = [include_str!("../migrations/0001.sql")];

/// Notes a migration that ran: number, hash, time.
pub const NOTE: &str = "INSERT INTO migration (n, sha, at) VALUES ($1, $2, $3)";
/// What ran so far, in order.
pub const RAN: &str = "SELECT n, sha FROM migration ORDER BY n";

/// The migrations that a store still lacks, given what ran there (number and hash, in order).
pub fn missing(ran: &[(i64, Vec<u8>)], dialect: Dialect) -> Result<Vec<Migration>, StoreError> {
    let all = all(dialect);
    let known = all.get(..ran.len()).ok_or(StoreError::SchemaUnknown)?;
    if known.iter().zip(ran).any(|(known, (n, sha))| known.n != *n || known.sha.as_slice() != sha.as_slice()) {
        return Err(StoreError::SchemaUnknown);
    }
    Ok(all.into_iter().skip(ran.len()).collect())
}

fn all(dialect: Dialect) -> Vec<Migration> {
    let spell = |text: &str| {
        text.replace("{i}", dialect.integer)
            .replace("{t}", dialect.text)
            .replace("{b}", dialect.bytes)
            .replace("{rows}", dialect.rows)
            .replace("{tree}", dialect.tree)
    };
    // Comments name the braces too; an engine gets the statements alone.
    let statements = |text: &str| text.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
    (1..)
        .zip(TEXTS)
        .map(|(n, text)| Migration { n, sha: Sha256::digest(text).into(), sql: spell(&statements(text)) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIALECT: Dialect = Dialect { integer: "I", text: "T", bytes: "B", rows: "", tree: "" };

    #[test]
    fn an_empty_store_lacks_all_and_a_full_one_none() {
        let all = missing(&[], DIALECT).unwrap();
        assert_eq!(all.len(), TEXTS.len());
        assert!(all.iter().all(|migration| !migration.sql.contains('{')));
        let ran: Vec<_> = all.iter().map(|migration| (migration.n, migration.sha.to_vec())).collect();
        assert!(missing(&ran, DIALECT).unwrap().is_empty());
    }

    #[test]
    fn a_changed_or_unknown_migration_stops() {
        let all = missing(&[], DIALECT).unwrap();
        let mut ran: Vec<_> = all.iter().map(|migration| (migration.n, migration.sha.to_vec())).collect();
        ran.push((i64::try_from(ran.len()).unwrap() + 1, vec![0; 32]));
        assert_eq!(missing(&ran, DIALECT).unwrap_err(), StoreError::SchemaUnknown);
        assert_eq!(missing(&[(1, vec![0; 32])], DIALECT).unwrap_err(), StoreError::SchemaUnknown);
    }
}
