//! The keys of one week: to seal to a node, to fetch and to release its mail (FEDERATION.md 8).

use super::{FetchKey, FetchPublic, Kid, ReleaseKey, ReleasePublic, Tag};
use base::{Chance, Timestamp};
use hpke::kem::{Kem, X25519HkdfSha256};
use hpke::{Deserializable, Serializable};
use zeroize::Zeroizing;

type Secret = <X25519HkdfSha256 as Kem>::PrivateKey;
type Public = <X25519HkdfSha256 as Kem>::PublicKey;

/// The number of the week, from Monday 1969-12-29 UTC; weeks begin on Monday.
pub fn week_of(at: Timestamp) -> u32 {
    u32::try_from((at.day() + 3).div_euclid(7)).unwrap_or(0)
}

/// The first moment of a week.
pub fn week_start(week: u32) -> Timestamp {
    Timestamp::from_seconds((i64::from(week) * 7 - 3) * 86_400)
}

/// An X25519 public key that others seal to (suite 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealingPublic(Public);

impl SealingPublic {
    /// From 32 bytes; `None` if they are no key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        Public::from_bytes(bytes).ok().map(Self)
    }

    /// The 32 bytes.
    pub fn bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// Its short name.
    pub fn kid(&self) -> Kid {
        Kid::of(1, &self.bytes())
    }

    pub(crate) const fn inner(&self) -> &Public {
        &self.0
    }
}

/// An X25519 secret key (suite 1). No `Debug`; wiped when dropped.
#[derive(Clone)]
pub(crate) struct SealingSecret(Secret);

impl SealingSecret {
    /// From 32 bytes; every 32 bytes are a key (RFC 7748 section 5).
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        match Secret::from_bytes(bytes) {
            Ok(secret) => Self(secret),
            Err(_) => unreachable!("X25519 secrets have no invalid values"),
        }
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    pub(crate) fn public(&self) -> SealingPublic {
        SealingPublic(X25519HkdfSha256::sk_to_pk(&self.0))
    }

    pub(crate) const fn inner(&self) -> &Secret {
        &self.0
    }
}

/// The secret keys of one week. The fetch key is also kept readable while locked; so the parts come and go singly.
#[derive(Clone)]
pub struct EpochSecret {
    /// Which week.
    pub week: u32,
    /// Fetches this week's mailbox.
    pub fetch: FetchKey,
    /// Releases this week's mailbox.
    pub release: ReleaseKey,
    sealing: SealingSecret,
    // Asked for with every envelope that is opened, so derived once.
    public: EpochPublic,
}

impl EpochSecret {
    /// New random keys for a week.
    pub fn generate(week: u32, chance: &dyn Chance) -> Self {
        Self::from_bytes(week, &Zeroizing::new(chance.bytes()))
    }

    /// From the 96 bytes that were wrapped: sealing, fetch, release.
    pub fn from_bytes(week: u32, bytes: &[u8; 96]) -> Self {
        let (parts, _) = bytes.as_chunks::<32>();
        let part = |n: usize| Zeroizing::new(parts.get(n).copied().unwrap_or_default());
        let sealing = SealingSecret::from_bytes(&part(0));
        let (fetch, release) = (FetchKey::from_bytes(&part(1)), ReleaseKey::from_bytes(&part(2)));
        let public = EpochPublic {
            week,
            sealing: sealing.public(),
            fetch: fetch.public(),
            release: release.public(),
            not_before: week_start(week).seconds(),
        };
        Self { week, fetch, release, sealing, public }
    }

    /// The 96 bytes, to be wrapped.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 96]> {
        let mut out = Zeroizing::new([0; 96]);
        let parts = [self.sealing.to_bytes(), self.fetch.to_bytes(), self.release.to_bytes()];
        out.iter_mut().zip(parts.iter().flat_map(|part| part.iter())).for_each(|(to, from)| *to = *from);
        out
    }

    /// The public side, valid from the week's beginning.
    pub fn public(&self) -> EpochPublic {
        self.public.clone()
    }

    pub(crate) const fn sealing(&self) -> &SealingSecret {
        &self.sealing
    }
}

/// The public keys of one week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochPublic {
    /// Which week.
    pub week: u32,
    /// Seal to this.
    pub sealing: SealingPublic,
    /// Proves a fetch.
    pub fetch: FetchPublic,
    /// Proves a release.
    pub release: ReleasePublic,
    /// Unix seconds.
    pub not_before: i64,
}

impl EpochPublic {
    /// The mailbox of this week.
    pub fn tag(&self) -> Tag {
        Tag::of(&self.fetch, &self.release)
    }

    /// The short name of the sealing key.
    pub fn kid(&self) -> Kid {
        self.sealing.kid()
    }
}
