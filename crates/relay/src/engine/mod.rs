//! The rules of delivery, without I/O: what a thread does with a Body that arrives, and what a message does when a
//! carrier, a receipt or a moment comes (FEDERATION.md 5). Time and chance are arguments; the caller writes the rows.
//!
//! Start at [`inbound::arrive`] and [`outbound::on`].

pub mod inbound;
pub mod outbound;

#[cfg(test)]
mod tests;
