//! The two suites (FEDERATION.md 3), HPKE base mode (RFC 9180). Nobody chooses: suite 1 is between nodes, suite 2 is what
//! a browser can do without our code.

use crate::rng::FromChance;
use base::Chance;
use hpke::aead::{Aead, AesGcm128, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::{DhP256HkdfSha256, Kem, X25519HkdfSha256};
use hpke::{Deserializable, HpkeError, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

/// One suite; the two below are all there are.
pub(crate) trait Suite {
    type Kem: Kem;
    type Aead: Aead;
}

/// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305: between nodes.
pub(crate) struct Nodes;

impl Suite for Nodes {
    type Kem = X25519HkdfSha256;
    type Aead = ChaCha20Poly1305;
}

/// DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM: browsers.
pub(crate) struct Browser;

impl Suite for Browser {
    type Kem = DhP256HkdfSha256;
    type Aead = AesGcm128;
}

type Public<S> = <<S as Suite>::Kem as Kem>::PublicKey;
type Secret<S> = <<S as Suite>::Kem as Kem>::PrivateKey;
type Encapped<S> = <<S as Suite>::Kem as Kem>::EncappedKey;

/// Seals once: the encapsulated key and the sealed bytes.
pub(crate) fn seal<S: Suite>(
    to: &Public<S>,
    info: &str,
    aad: &[u8],
    plain: &[u8],
    chance: &dyn Chance,
) -> Result<(Vec<u8>, Vec<u8>), HpkeError> {
    let (enc, sealed) = hpke::single_shot_seal_with_rng::<S::Aead, HkdfSha256, S::Kem>(
        &OpModeS::Base,
        to,
        info.as_bytes(),
        plain,
        aad,
        &mut FromChance(chance),
    )?;
    Ok((enc.to_bytes().to_vec(), sealed))
}

/// Opens what [`seal`] sealed.
pub(crate) fn open<S: Suite>(
    secret: &Secret<S>,
    enc: &[u8],
    info: &str,
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, HpkeError> {
    let enc = Encapped::<S>::from_bytes(enc)?;
    hpke::single_shot_open::<S::Aead, HkdfSha256, S::Kem>(&OpModeR::Base, secret, &enc, info.as_bytes(), sealed, aad)
        .map(Zeroizing::new)
}

/// A key that only the receiver can derive, for a bundle: the encapsulated key and 32 bytes (RFC 9180 section 5.3).
pub(crate) fn export_to(
    to: &Public<Nodes>,
    info: &str,
    chance: &dyn Chance,
) -> Result<(Vec<u8>, Zeroizing<[u8; 32]>), HpkeError> {
    let (enc, context) = hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        to,
        info.as_bytes(),
        &mut FromChance(chance),
    )?;
    let mut key = Zeroizing::new([0; 32]);
    context.export(info.as_bytes(), key.as_mut_slice())?;
    Ok((enc.to_bytes().to_vec(), key))
}

/// The receiver's side of [`export_to`].
pub(crate) fn export_from(secret: &Secret<Nodes>, enc: &[u8], info: &str) -> Result<Zeroizing<[u8; 32]>, HpkeError> {
    let enc = Encapped::<Nodes>::from_bytes(enc)?;
    let context = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        secret,
        &enc,
        info.as_bytes(),
    )?;
    let mut key = Zeroizing::new([0; 32]);
    context.export(info.as_bytes(), key.as_mut_slice())?;
    Ok(key)
}
