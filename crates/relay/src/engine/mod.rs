//! The rules of delivery, without I/O: what a thread does with a Body that arrives, and what a message does when a
//! carrier, a receipt or a moment comes (FEDERATION.md 5). Time and chance are arguments; the caller writes the rows.
//!
//! Start at [`inbound::arrive`] and [`outbound::on`]; [`witness::judge`] is about journals, not about mail.

pub mod inbound;
pub mod outbound;
pub mod witness;

#[cfg(test)]
mod tests;
