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

#[cfg(test)]
mod tests {
    //! RFC 9180 appendix A.2.1 and A.3.1 (base mode, first encryption). The ephemeral key follows from `ikmE`, so both
    //! directions are checked.

    use super::*;
    use base::from_hex;

    struct Fixed(Vec<u8>);

    impl Chance for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.copy_from_slice(&self.0[..buffer.len()]);
        }
    }

    const INFO: &str = "Ode on a Grecian Urn";
    const PLAIN: &[u8] = b"Beauty is truth, truth beauty";

    fn check<S: Suite>([ikm, secret, public, enc, sealed]: [&str; 5]) {
        let bytes = |hex: &str| from_hex(hex).unwrap();
        let secret = Secret::<S>::from_bytes(&bytes(secret)).unwrap();
        let to = Public::<S>::from_bytes(&bytes(public)).unwrap();
        let made = seal::<S>(&to, INFO, b"Count-0", PLAIN, &Fixed(bytes(ikm))).unwrap();
        assert_eq!(made, (bytes(enc), bytes(sealed)));
        let opened = open::<S>(&secret, &bytes(enc), INFO, b"Count-0", &bytes(sealed)).unwrap();
        assert_eq!(opened.as_slice(), PLAIN);
    }

    #[test]
    fn suite_1_is_that_of_rfc_9180_a_2_1() {
        check::<Nodes>([
            "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b",
            "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
            "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
            "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
        ]);
    }

    #[test]
    fn suite_2_is_that_of_rfc_9180_a_3_1() {
        check::<Browser>([
            "4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e",
            "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2",
            "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0",
            "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4",
            "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
        ]);
    }

    #[test]
    fn keys_of_small_order_cannot_be_sealed_to() {
        // RFC 7748 section 6.1: the all-zero shared secret is refused.
        for low in ["00", "01"] {
            let mut bytes = [0; 32];
            bytes[0] = u8::from_str_radix(low, 16).unwrap();
            let to = Public::<Nodes>::from_bytes(&bytes).unwrap();
            assert!(seal::<Nodes>(&to, INFO, b"", PLAIN, &Fixed(vec![1; 32])).is_err(), "{low}");
            let secret = Secret::<Nodes>::from_bytes(&[7; 32]).unwrap();
            assert!(open::<Nodes>(&secret, &bytes, INFO, b"", &[0; 40]).is_err(), "{low}");
        }
    }

    #[test]
    fn both_sides_of_an_export_agree() {
        let secret = Secret::<Nodes>::from_bytes(&[7; 32]).unwrap();
        let (enc, key) = export_to(&X25519HkdfSha256::sk_to_pk(&secret), "a", &Fixed(vec![1; 32])).unwrap();
        assert_eq!(export_from(&secret, &enc, "a").unwrap(), key);
        assert_ne!(export_from(&secret, &enc, "b").unwrap(), key);
    }
}
