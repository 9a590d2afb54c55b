//! Signing keys, one type for each role, so that no key can serve two (FEDERATION.md 8). All are Ed25519 (RFC 8032),
//! verified strictly: no small-order key, no second form of a signature.

mod epoch;

pub(crate) use epoch::SealingSecret;
pub use epoch::{EpochPublic, EpochSecret, SealingPublic, week_of, week_start};

use crate::hash;
use base::{Chance, NodeId};
use ed25519_dalek::{Signature as Ed25519Signature, Signer, SigningKey, VerifyingKey};
use std::fmt;
use zeroize::Zeroizing;

/// An Ed25519 signature.
pub type Signature = [u8; 64];

/// The short name of a public key: SHA-256("simpul/kid/1" || suite || public key)[..8]; suite 0 is a signing key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kid(pub [u8; 8]);

impl Kid {
    /// The kid of a public key of a suite.
    pub fn of(suite: u8, public: &[u8]) -> Self {
        Self(hash::first(hash::domain("simpul/kid/1", &[&[suite], public])))
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base::hex(&self.0))
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A mailbox: what a carrier sees of a receiver, another one each week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub [u8; 16]);

impl Tag {
    /// SHA-256("simpul/tag/1" || fetch key || release key)[..16].
    pub fn of(fetch: &FetchPublic, release: &ReleasePublic) -> Self {
        Self(hash::first(hash::domain("simpul/tag/1", &[&fetch.bytes(), &release.bytes()])))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base::hex(&self.0))
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A signature that is not by this key over these bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct BadSignature;

macro_rules! signing_keys {
    ($($(#[$doc:meta])* $secret:ident / $public:ident;)*) => {$(
        $(#[$doc])*
        /// The secret side: no `Debug`, wiped when dropped.
        #[derive(Clone)]
        pub struct $secret(SigningKey);

        impl $secret {
            /// A new random key.
            pub fn generate(chance: &dyn Chance) -> Self {
                Self::from_bytes(&Zeroizing::new(chance.bytes()))
            }

            /// From the 32 bytes that were wrapped.
            pub fn from_bytes(bytes: &[u8; 32]) -> Self {
                Self(SigningKey::from_bytes(bytes))
            }

            /// The 32 bytes, to be wrapped.
            pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
                Zeroizing::new(self.0.to_bytes())
            }

            /// The public side.
            pub fn public(&self) -> $public {
                $public(self.0.verifying_key())
            }

            /// Signs `context || message`. The context says what is signed, such as `simpul/cert/1`.
            pub fn sign(&self, context: &str, message: &[u8]) -> Signature {
                self.0.sign(&[context.as_bytes(), message].concat()).to_bytes()
            }
        }

        $(#[$doc])*
        /// The public side.
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $public(VerifyingKey);

        impl $public {
            /// From 32 bytes. `None` if they are no point, or one of small order, which would fit any message.
            pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
                VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak()).map(Self)
            }

            /// The 32 bytes.
            pub fn bytes(&self) -> [u8; 32] {
                self.0.to_bytes()
            }

            /// Its short name.
            pub fn kid(&self) -> Kid {
                Kid::of(0, self.0.as_bytes())
            }

            /// Checks a signature over `context || message`.
            pub fn verify(&self, context: &str, message: &[u8], signature: &Signature) -> Result<(), BadSignature> {
                let signature = Ed25519Signature::from_bytes(signature);
                self.0.verify_strict(&[context.as_bytes(), message].concat(), &signature).map_err(|_| BadSignature)
            }
        }

        impl fmt::Debug for $public {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($public), base::hex(&self.bytes()))
            }
        }
    )*};
}

signing_keys! {
    /// A node's root: on paper shares, off the node. Signs certificates, signatories and revocations.
    RootKey / RootPublic;
    /// A node's identity, new each year: signs Bodies, entries, epochs, heads and records.
    IdentityKey / IdentityPublic;
    /// Proves a node to a carrier; readable while the node is locked; HTTP only.
    CarrierKey / CarrierPublic;
    /// Fetches from one mailbox; weekly; readable while the node is locked.
    FetchKey / FetchPublic;
    /// Lets a mailbox drop what was received; weekly.
    ReleaseKey / ReleasePublic;
    /// A person who signs accords, or revokes a key for a party.
    SignatoryKey / SignatoryPublic;
    /// Whoever publishes a handbook pack.
    PublisherKey / PublisherPublic;
}

impl RootPublic {
    /// The node this root makes: SHA-256("simpul/node/1" || root key)[..16].
    pub fn node(&self) -> NodeId {
        NodeId::from_bytes(hash::first(hash::domain("simpul/node/1", &[&self.bytes()])))
    }
}

#[cfg(test)]
mod tests;
