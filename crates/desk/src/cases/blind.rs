//! The blind index (STORAGE.md 4): identifiers are looked up by eight bytes of an HMAC under a key of this node alone, one
//! for each kind. A stolen disk shows that two rows have the same token, not of whom.

use crate::cases::CaseStream;
use crate::error::Error;
use base::{CaseId, ReportId};
use casework::CaseEvent;
use casework::report::{Mark, MarkKind, Other, Token};
use seal::DataKey;
use std::collections::BTreeSet;
use store::{Page, Read, Row, Shelf, Stored, Tx, cbor};

const KEY: &str = "index";
/// Subjects looked at for one identifier: a relative's telephone stands in a few cases, an office's in many.
const SUBJECTS_MAX: usize = 50;

/// Tokens of identifiers, under the node's index key, which is made at its first use.
pub async fn tokens(tx: &mut Tx, marks: &BTreeSet<Mark>) -> Result<BTreeSet<Token>, Error> {
    if marks.is_empty() {
        return Ok(BTreeSet::new());
    }
    let known = tx.secret(KEY).await?.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let key = if let Some(bytes) = known {
        DataKey::from_bytes(bytes)
    } else {
        let key = DataKey::generate(&*tx.chance());
        tx.put_secret(KEY, key.expose()).await?;
        key
    };
    Ok(marks.iter().map(|(kind, value)| token(&key, *kind, value)).collect())
}

fn token(key: &DataKey, kind: MarkKind, value: &str) -> Token {
    let mac = seal::hash::hmac(key.derive(&format!("simpul/index/{kind}")).expose(), &[value.as_bytes()]);
    let mut short = [0; 8];
    short.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
    Token(kind, short)
}

/// The rows of a subject in the index.
pub fn rows(tokens: &BTreeSet<Token>, subject: Other) -> Vec<Row> {
    let Ok(card) = cbor::to_bytes(&subject) else { return Vec::new() };
    let id = match subject {
        Other::Report(id) => id.bytes(),
        Other::Case(id) => id.bytes(),
    };
    let row = |token: &Token| Row {
        shelf: Shelf::Blind,
        part: part(*token),
        key: id.to_vec(),
        due: None,
        card: card.clone(),
    };
    tokens.iter().map(row).collect()
}

fn part(Token(kind, short): Token) -> Vec<u8> {
    [kind.word().as_bytes(), &short].concat()
}

/// Reports and cases in which one of these identifiers may stand; whoever asks compares the opened text.
pub async fn subjects(view: &mut impl Read, tokens: &BTreeSet<Token>) -> Result<BTreeSet<Other>, Error> {
    let mut found = BTreeSet::new();
    for token in tokens {
        let rows = view.list::<Other>(Shelf::Blind, &part(*token), &Page::first(SUBJECTS_MAX)).await?;
        found.extend(rows.into_iter().map(|row| row.card));
    }
    Ok(found)
}

/// Brings the index of a case up to what its fields say now.
pub async fn index(tx: &mut Tx, case: &mut Stored<CaseStream>) -> Result<(), Error> {
    let tokens = tokens(tx, &case.marks_found()).await?;
    if tokens == case.marks {
        return Ok(());
    }
    Ok(tx.append(case, vec![CaseEvent::Indexed(tokens)]).await?)
}

/// Whether an event can change what identifies a person.
pub const fn touches(event: &CaseEvent) -> bool {
    matches!(event, CaseEvent::FieldSet { .. } | CaseEvent::FieldsRemoved(_))
}

/// The rows of a case.
pub fn case_rows(case: &CaseStream, id: [u8; 16]) -> Vec<Row> {
    rows(&case.marks, Other::Case(CaseId::from_bytes(id)))
}

/// The rows of a report.
pub fn report_rows(tokens: &BTreeSet<Token>, id: [u8; 16]) -> Vec<Row> {
    rows(tokens, Other::Report(ReportId::from_bytes(id)))
}
