//! A report sealed in the browser (WEB.md 7): `"SPR1" | suite | kid 8 | rid 16 | enc 65 | ciphertext`, suite 2. Also what
//! the node does at once with a report that came without script.

use crate::cbor::Value;
use crate::hash;
use crate::hpke_suites::{self, Browser};
use crate::keys::{BadSignature, IdentityKey, IdentityPublic, Kid, Signature};
use crate::pad;
use crate::rng::FromChance;
use base::{Chance, Problem, ReportId, Seq, Timestamp};
use hpke::kem::{DhP256HkdfSha256, Kem};
use hpke::{Deserializable, Serializable};
use zeroize::Zeroizing;

const MAGIC: &[u8; 4] = b"SPR1";
const INFO: &str = "simpul/report/1";
const RECEIPT: &str = "simpul/receipt/1";
const SUITE: u8 = 2;
/// Magic, suite, kid, rid: what the seal binds in clear.
const HEAD_BYTES: usize = 29;
const ENC_BYTES: usize = 65;
/// The largest sealed report: bucket 6, the AEAD's tag, the frame.
pub const REPORT_BYTES_MAX: usize = HEAD_BYTES + ENC_BYTES + 65_536 + 16;

/// A sealed report of the smallest bucket: what says less than 1,020 bytes has this length.
pub const ENVELOPE_BYTES: usize = HEAD_BYTES + ENC_BYTES + 1_024 + 16;

/// The secret half of an intake key (P-256): new every 30 days, kept 400 days, usable on an unlocked node only.
#[derive(Clone)]
pub struct IntakeSecret(<DhP256HkdfSha256 as Kem>::PrivateKey);

impl IntakeSecret {
    /// A new random key.
    pub fn generate(chance: &dyn Chance) -> Self {
        Self(DhP256HkdfSha256::gen_keypair_with_rng(&mut FromChance(chance)).0)
    }

    /// From the 32 bytes that were wrapped; `None` if they are no scalar of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        Deserializable::from_bytes(bytes).ok().map(Self)
    }

    /// The 32 bytes, to be wrapped.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// The public half.
    pub fn public(&self) -> IntakePublic {
        IntakePublic(DhP256HkdfSha256::sk_to_pk(&self.0))
    }
}

/// The public half of an intake key; it stands in the report page and in the pocketbook's pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakePublic(<DhP256HkdfSha256 as Kem>::PublicKey);

impl IntakePublic {
    /// From 65 bytes, uncompressed; `None` if they are no point of the curve.
    pub fn from_bytes(bytes: &[u8; 65]) -> Option<Self> {
        Deserializable::from_bytes(bytes).ok().map(Self)
    }

    /// The 65 bytes.
    pub fn bytes(&self) -> [u8; 65] {
        self.0.to_bytes().into()
    }

    /// Its short name.
    pub fn kid(&self) -> Kid {
        Kid::of(SUITE, &self.bytes())
    }
}

/// What is in clear: enough to store a report and to answer its repetition, on a locked node too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportHead {
    /// Which intake key opens it.
    pub kid: Kid,
    /// Its id; a repeated post has the same.
    pub rid: ReportId,
}

/// rid = SHA-256(`_kunci`)[..16].
pub fn report_id(kunci: &[u8]) -> ReportId {
    ReportId::from_bytes(hash::first(hash::sha256(&[kunci])))
}

/// Seals the JSON of a report.
pub fn seal_report(json: &[u8], rid: ReportId, to: &IntakePublic, chance: &dyn Chance) -> Result<Vec<u8>, Problem> {
    let (_, padded) = pad::pad(json).ok_or(Problem::at("input.too-large", "report"))?;
    let head = [MAGIC.as_slice(), &[SUITE], &to.kid().0, &rid.bytes()].concat();
    let (enc, sealed) = hpke_suites::seal::<Browser>(&to.0, INFO, &head, &padded, chance).map_err(|_| sealed_away())?;
    Ok([head, enc, sealed].concat())
}

/// Reads what is in clear.
pub fn peek_report(bytes: &[u8]) -> Result<ReportHead, Problem> {
    if bytes.len() > REPORT_BYTES_MAX {
        return Err(Problem::at("input.too-large", "report"));
    }
    let malformed = || Problem::new("report.malformed");
    let (head, rest) = bytes.split_first_chunk::<HEAD_BYTES>().ok_or_else(malformed)?;
    let rest = head.strip_prefix(MAGIC).filter(|_| rest.len() > ENC_BYTES).ok_or_else(malformed)?;
    match rest {
        [SUITE, names @ ..] => {
            let (kid, rid) = names.split_first_chunk::<8>().ok_or_else(malformed)?;
            Ok(ReportHead { kid: Kid(*kid), rid: ReportId::from_slice(rid).ok_or_else(malformed)? })
        }
        _ => Err(malformed()),
    }
}

/// Opens a report with the intake key its head names. `report.sealed` when key, head, seal or padding do not fit.
pub fn open_report(bytes: &[u8], intake: &IntakeSecret) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let named = peek_report(bytes)?;
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES).ok_or_else(sealed_away)?;
    let (enc, sealed) = rest.split_at_checked(ENC_BYTES).ok_or_else(sealed_away)?;
    if named.kid != intake.public().kid() {
        return Err(sealed_away());
    }
    let padded = hpke_suites::open::<Browser>(&intake.0, enc, INFO, head, sealed).map_err(|_| sealed_away())?;
    pad::unpad(&padded).map(|json| Zeroizing::new(json.to_vec())).ok_or_else(sealed_away)
}

/// What a node answers once a report is in its journal: signed, so that the phone can show that it arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportReceipt {
    /// Which report.
    pub rid: ReportId,
    /// Where it stands in the journal.
    pub seq: Seq,
    /// When it was written.
    pub at: Timestamp,
}

impl ReportReceipt {
    /// Signs "simpul/receipt/1" and the CBOR array [rid, era, n, unix seconds].
    pub fn sign(&self, key: &IdentityKey) -> Signature {
        key.sign(RECEIPT, &self.statement())
    }

    /// Checks the signature.
    pub fn verify(&self, key: &IdentityPublic, signature: &Signature) -> Result<(), BadSignature> {
        key.verify(RECEIPT, &self.statement(), signature)
    }

    fn statement(&self) -> Vec<u8> {
        let [era, n] = [self.seq.era(), self.seq.n()].map(Value::Int);
        Value::list([Value::bytes(self.rid.bytes()), era, n, Value::Int(self.at.seconds())]).encode()
    }
}

fn sealed_away() -> Problem {
    Problem::new("report.sealed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::chance::SeededChance;
    use proptest::prelude::*;

    #[test]
    fn a_report_opens_with_its_key_and_keeps_its_id() {
        let chance = SeededChance::new(1);
        let intake = IntakeSecret::generate(&chance);
        let public = IntakePublic::from_bytes(&intake.public().bytes()).unwrap();
        for json in [vec![b'x'; 10], vec![b'x'; 5_000], vec![b'x'; 65_532]] {
            let sealed = seal_report(&json, report_id(b"kunci"), &public, &chance).unwrap();
            assert_eq!(peek_report(&sealed).unwrap(), ReportHead { kid: public.kid(), rid: report_id(b"kunci") });
            let again = IntakeSecret::from_bytes(&intake.to_bytes()).unwrap();
            assert_eq!(open_report(&sealed, &again).unwrap().as_slice(), json);
        }
        assert!(seal_report(&vec![0; 65_533], report_id(b"k"), &public, &chance).is_err());
    }

    #[test]
    fn no_flipped_bit_no_cut_and_no_other_key_opens() {
        let chance = SeededChance::new(2);
        let intake = IntakeSecret::generate(&chance);
        let sealed = seal_report(b"{}", report_id(b"kunci"), &intake.public(), &chance).unwrap();
        assert_eq!(sealed.len(), HEAD_BYTES + ENC_BYTES + 1024 + 16);
        assert!(open_report(&sealed, &IntakeSecret::generate(&chance)).is_err());
        for at in 0..sealed.len() {
            // P-256 in the dev profile is slow; every byte of the frame and one in 16 of the ciphertext will do.
            if at < HEAD_BYTES + ENC_BYTES || at % 16 == 0 {
                let mut bad = sealed.clone();
                bad[at] ^= 1 << (at % 8);
                assert!(open_report(&bad, &intake).is_err(), "bit in byte {at}");
                assert!(open_report(&sealed[..at], &intake).is_err(), "cut at {at}");
            }
        }
        let longer = [sealed, vec![0]].concat();
        assert!(open_report(&longer, &intake).is_err());
    }

    #[test]
    fn a_receipt_holds_for_its_report_and_place_only() {
        let key = IdentityKey::from_bytes(&[1; 32]);
        let (rid, at) = (report_id(b"kunci"), Timestamp::from_seconds(1_795_000_000));
        let receipt = ReportReceipt { rid, seq: Seq::new(1_790_000_000, 7), at };
        let signature = receipt.sign(&key);
        assert_eq!(receipt.verify(&key.public(), &signature), Ok(()));
        let moved = ReportReceipt { seq: Seq::new(1_790_000_000, 8), ..receipt };
        assert_eq!(moved.verify(&key.public(), &signature), Err(BadSignature));
    }

    #[test]
    fn points_off_the_curve_and_scalars_out_of_range_are_no_keys() {
        let mut point = IntakeSecret::generate(&SeededChance::new(3)).public().bytes();
        point[64] ^= 1;
        assert!(IntakePublic::from_bytes(&point).is_none());
        assert!(IntakePublic::from_bytes(&[0; 65]).is_none());
        assert!(IntakeSecret::from_bytes(&[0; 32]).is_none());
        assert!(IntakeSecret::from_bytes(&[0xff; 32]).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let bytes = [b"SPR1\x02".to_vec(), bytes].concat();
            let _ = peek_report(&bytes);
        }
    }
}
