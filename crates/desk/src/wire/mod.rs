//! What the messages between nodes say: one struct for each content of FEDERATION.md 4, strict canonical CBOR.
//!
//! A content is a map with keys 1, 2, 3 in the order in which its fields are listed; times are unix seconds; codes of a
//! code list are numbers from 1, 99 is "other, see text", and a number we do not know stays a number. Start at [`Message`].

mod contents;
mod kinds;
mod slots;

pub use contents::{
    Accept, AccordResume, AccordSigned, AccordSuspend, AccordTerminate, Complete, ConsentWithdraw, CorrectedAlert,
    Counter, Decline, DirectoryEntry, EraseConfirm, EraseRequest, Expire, Extract, KeyRevoke, LogCosign, LogHead, Mark,
    Nack, OfferOpen, OwnClaim, Ping, Propose, Receipt, RecruiterAlert, RecruiterRecall, Refused, ResumeAsk, ResumeTell,
    Resumed, ResumedHere, Seen, SignedBy, SignedOwn, Supplement, Talk, Voided, Withdraw,
};
pub use kinds::{Again, Class, Life, again, class_of, is_control, life, life_hours, on_sight};
pub use slots::List;

use seal::cbor::{CborError, Fields, Key, Value};

/// In each code list: another reason, told in the text.
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

            /// Reads a content: canonical, no field missing. Keys of later versions are skipped; whoever wrote them
            /// lists those that must not be skipped in `critical` of the Body, see [`Message::knows`].
            pub fn from_content(number: u16, bytes: &[u8]) -> Result<Self, CborError> {
                Ok(match number {
                    $($number => Self::$name(<$content>::from_fields(known(bytes, <$content>::KEYS)?)?),)+
                    _ => Self::Later { number, content: bytes.to_vec() },
                })
            }

            /// Whether this version knows all these content keys of a number.
            pub fn knows(number: u16, keys: &[u64]) -> bool {
                let most = match number {
                    $($number => <$content>::KEYS,)+
                    _ => 0,
                };
                keys.iter().all(|key| i64::try_from(*key).is_ok_and(|key| key <= most))
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
    /// A warning about a recruiter.
    40 RecruiterAlert(RecruiterAlert),
    /// It is taken back, or corrected.
    41 RecruiterRecall(RecruiterRecall),
    /// A text is proposed as an accord.
    48 AccordPropose(Propose),
    /// Another text instead.
    49 AccordCounter(Counter),
    /// The sender's officers signed.
    50 AccordSign(AccordSigned),
    /// The sender holds every signature.
    51 AccordActivate(AccordSigned),
    /// Nothing new goes under the accord for now.
    52 AccordSuspend(AccordSuspend),
    /// It goes on.
    53 AccordResume(AccordResume),
    /// The accord ends.
    54 AccordTerminate(AccordTerminate),
    /// A node's newer entry.
    64 DirectoryEntry(DirectoryEntry),
    /// A node's key is dead.
    66 KeyRevoke(KeyRevoke),
    /// How far a node's journal goes.
    72 LogHead(LogHead),
    /// That somebody saw it.
    73 LogCosign(LogCosign),
}

/// The fields of a content without those of later versions.
fn known(bytes: &[u8], keys: i64) -> Result<Fields, CborError> {
    let Value::Map(mut pairs) = seal::cbor::decode(bytes)? else { return Err(CborError::Malformed) };
    pairs.retain(|key, _| !matches!(key, Key::Int(number) if *number > keys));
    Value::Map(pairs).into_fields()
}

#[cfg(test)]
mod tests;
