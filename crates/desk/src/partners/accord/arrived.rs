//! What partners say of accords: messages 48 to 54, in the transaction that also dedups them.

use super::{ending, paper, proposing, signing};
use crate::act::Desk;
use crate::error::Error;
use crate::mail::{Received, Verdict};
use crate::wire::{self, Message};
use store::Tx;

/// Gives a message on an accord its effect; a refused one changes nothing.
pub async fn accord_said(desk: &Desk, tx: &mut Tx, got: &Received) -> Result<Verdict, Error> {
    match &got.message {
        Message::AccordPropose(said) => {
            proposing::text_came(desk, tx, got.from, &said.document, (None, Vec::new())).await?;
        }
        Message::AccordCounter(said) => {
            let answers = (Some(said.of_hash), said.notes.0.clone());
            proposing::text_came(desk, tx, got.from, &said.document, answers).await?;
        }
        Message::AccordSign(wire::AccordSigned { document_hash, paper: Some(scan), .. }) => {
            paper::came(desk, tx, got.from, (*document_hash, *scan)).await?;
        }
        Message::AccordSign(said) => signing::signatures_came(desk, tx, got.from, said, false).await?,
        Message::AccordActivate(said) => signing::signatures_came(desk, tx, got.from, said, true).await?,
        Message::AccordSuspend(said) => ending::suspended(desk, tx, got.from, said).await?,
        Message::AccordResume(said) => ending::resumed(desk, tx, got.from, &said.accord_id).await?,
        Message::AccordTerminate(said) => ending::terminated(desk, tx, got.from, said).await?,
        _ => return Ok(Verdict::Held("message.unknown".into())),
    }
    Ok(Verdict::Applied)
}
