//! What the messages between nodes say: one struct for each content of FEDERATION.md 4, strict canonical CBOR.
//!
//! A content is a map with keys 1, 2, 3 in the order in which its fields are listed; times are unix seconds; codes of a
//! code list are numbers from 1, 99 is "other, see text", and a number we do not know stays a number. Start at [`Message`].

mod contents;
mod kinds;
mod slots;

pub use contents::{
    Accept, Complete, ConsentWithdraw, Decline, DirectoryEntry, EraseConfirm, EraseRequest, Expire, Extract, Mark,
    Nack, OfferOpen, OwnClaim, Ping, Receipt, ResumeAsk, ResumeTell, Resumed, ResumedHere, Seen, SignedOwn, Supplement,
    Talk, Withdraw,
};
pub use kinds::{Again, Class, Life, again, class_of, is_control, life, life_hours, on_sight};
pub use slots::List;

use seal::cbor::{CborError, Fields};

/// Code of [`Message`] kinds: another reason, told in the text.
pub const OTHER: u64 = 99;

macro_rules! messages {
    ($($(#[$doc:meta])* $number:literal $name:ident($content:ty),)+) => {
        /// The content of one message.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Message {
            $($(#[$doc])* $name($content),)+
            /// A number that this version does not act on: known from a later version, or not at all. It is kept and
            /// answered with the verdict held, `message.unknown`.
            Later {
                /// Its number.
                number: u16,
                /// Its content, as it came.
                content: Vec<u8>,
            },
        }

        impl Message {
            /// The number of FEDERATION.md 4.
            pub const fn number(&self) -> u16 {
                match self {
                    $(Self::$name(_) => $number,)+
                    Self::Later { number, .. } => *number,
                }
            }

            /// The content map, canonical CBOR.
            pub fn to_content(&self) -> Vec<u8> {
                match self {
                    $(Self::$name(content) => seal::cbor::encode(&content.to_value()),)+
                    Self::Later { content, .. } => content.clone(),
                }
            }

            /// Reads a content strictly: canonical, each field known, none missing.
            pub fn from_content(number: u16, bytes: &[u8]) -> Result<Self, CborError> {
                Ok(match number {
                    $($number => Self::$name(<$content>::from_fields(Fields::decode(bytes)?)?),)+
                    _ => Self::Later { number, content: bytes.to_vec() },
                })
            }
        }
    };
}

messages! {
    /// What was decided of the receiver's messages.
    1 Receipt(Receipt),
    /// An envelope could not be read for a reason that the sender can mend.
    3 Nack(Nack),
    /// Are you there; and whose entry is newer.
    4 Ping(Ping),
    /// I was restored from a backup.
    5 ResumeAsk(ResumeAsk),
    /// What we hold of you.
    6 ResumeTell(ResumeTell),
    /// An offer to act for a person, or to take a case.
    16 OfferOpen(OfferOpen),
    /// Somebody looked at the offer.
    17 OfferSeen(Seen),
    /// A question about the offer.
    18 OfferAsk(Talk),
    /// The answer to a question.
    19 OfferTell(Talk),
    /// The offer is accepted.
    20 OfferAccept(Accept),
    /// The offer is declined.
    21 OfferDecline(Decline),
    /// The giver takes the offer back.
    22 OfferWithdraw(Withdraw),
    /// The offer ended without an answer.
    23 OfferExpire(Expire),
    /// The file of the case.
    24 CaseExtract(Extract),
    /// Later evidence.
    25 CaseSupplement(Supplement),
    /// The referral is done, or the file is taken over and checked.
    26 OfferComplete(Complete),
    /// Consents were withdrawn.
    32 ConsentWithdraw(ConsentWithdraw),
    /// Erase what was sent.
    33 EraseRequest(EraseRequest),
    /// What was erased.
    34 EraseConfirm(EraseConfirm),
    /// A node's newer entry.
    64 DirectoryEntry(DirectoryEntry),
}

#[cfg(test)]
mod tests;
