//! The reduced case that travels (FEDERATION.md 6): built once, frozen, and its preview.
//!
//! The CBOR of these types is canonical (RFC 8949, 4.2): maps have rising integer keys, the field map is sorted by the
//! encoded key (shorter names first). The hashes are made in `desk` with `seal`:
//! SHA-256("simpul/extract/1" || bytes). Words inside are text, so that an unknown one is shown and not lost.

use crate::words::Category;
use base::{Redacted, Timestamp};
use minicbor::decode::Error as DecodeError;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format number of this version.
pub const FORMAT: u8 = 1;

/// One field, with what permits it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValue {
    /// The value.
    pub value: Redacted<String>,
    /// Clause, `accord/version#no`.
    pub clause: String,
    /// Basis, `consent:ID` or `basis:KIND`.
    pub basis: String,
}

/// Field names with their values, in the canonical order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(pub BTreeMap<String, FieldValue>);

impl<C> Encode<C> for Fields {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        let mut fields: Vec<(&String, &FieldValue)> = self.0.iter().collect();
        // Bytewise order of the encoded keys: the head of a longer text is greater (RFC 8949, 4.2.1).
        fields.sort_by_key(|(name, _)| (name.len(), name.as_bytes()));
        e.map(u64::try_from(fields.len()).unwrap_or(u64::MAX))?;
        for (name, field) in fields {
            e.str(name)?.array(3)?.str(field.value.expose())?.str(&field.clause)?.str(&field.basis)?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Fields {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        let mut fields = BTreeMap::new();
        let length = d.map()?.ok_or_else(|| DecodeError::message("an indefinite map"))?;
        for _ in 0..length {
            let name = d.str()?.to_owned();
            if d.array()? != Some(3) {
                return Err(DecodeError::message("a field has value, clause and basis"));
            }
            let value = Redacted::new(d.str()?.to_owned());
            let (clause, basis) = (d.str()?.to_owned(), d.str()?.to_owned());
            if fields.insert(name, FieldValue { value, clause, basis }).is_some() {
                return Err(DecodeError::message("a field twice"));
            }
        }
        Ok(Self(fields))
    }
}

/// The facts an accord asks for, without any name.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Facts {
    /// Person roles, sorted.
    #[n(1)]
    pub roles: Vec<String>,
    /// A child, or unsure.
    #[n(2)]
    pub minor: bool,
    /// Place code where the person was found.
    #[n(3)]
    pub found_in: String,
    /// Place code of origin.
    #[n(4)]
    pub origin: Option<String>,
    /// For family: how related, and where the person of the case was found.
    #[n(5)]
    pub relation: Option<RelationFact>,
    /// Such as `18-24`.
    #[n(6)]
    pub age_band: Option<String>,
    /// `GREEN`, `AMBER`, `RED`.
    #[n(7)]
    pub urgency: String,
}

/// `family_of` of an accord request.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct RelationFact {
    /// parent, child, sibling, spouse, guardian.
    #[n(1)]
    pub kind: String,
    /// Place code where the relative was found.
    #[n(2)]
    pub found_in: String,
}

/// A consent as the receiver needs it to check again.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct ConsentLine {
    /// Its id.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub id: [u8; 16],
    /// Its hash.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hash: [u8; 32],
    /// C4 or C7.
    #[n(2)]
    pub code: String,
    /// Purpose.
    #[n(3)]
    pub purpose: String,
    /// person, guardian, authority.
    #[n(4)]
    pub giver: String,
    /// Unix seconds; 0 if it has no end.
    #[n(5)]
    pub expires: i64,
    /// Categories, sorted.
    #[n(6)]
    pub categories: Vec<String>,
}

/// A referral that runs on while the case is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct ReferralLine {
    /// The node that serves.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub node: [u8; 16],
    /// Its offer.
    #[n(1)]
    pub offer_no: u32,
    /// What for.
    #[n(2)]
    pub purpose: String,
}

/// An attachment named by the extract; its key and chunks travel in the message (FEDERATION.md 3).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct AttachmentLine {
    /// The blob.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub blob: [u8; 16],
    /// SHA-256 of its plain bytes.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub hash: [u8; 32],
    /// What it is, in words.
    #[n(2)]
    pub label: String,
    /// The field it belongs to.
    #[n(3)]
    pub field: String,
}

/// The signed record of a transfer of ownership; both sides sign "simpul/own/1" || its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct OwnRecord {
    /// The case.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub case: [u8; 16],
    /// One more than the last.
    #[n(1)]
    pub own_no: u32,
    /// The giver.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub from: [u8; 16],
    /// The taker.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub to: [u8; 16],
    /// SHA-256 of the extract.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub extract_hash: [u8; 32],
    /// SHA-256 of the last record; zeros if there is none.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub last: [u8; 32],
    /// The accord that permits it.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub accord: [u8; 32],
}

/// An ownership record with the two signatures, giver first.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(array)]
pub struct SignedRecord {
    /// The bytes that were signed: an encoded [`OwnRecord`].
    #[cbor(n(0), with = "minicbor::bytes")]
    pub record: Vec<u8>,
    /// Signature of the giver.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub giver: Vec<u8>,
    /// Signature of the taker.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub taker: Vec<u8>,
}

/// The reduced case.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Extract {
    /// [`FORMAT`].
    #[n(1)]
    pub format: u8,
    /// The case as this peer knows it: HMAC-SHA-256(case key, "simpul/alias/1" || peer id)[..16].
    #[cbor(n(2), with = "minicbor::bytes")]
    pub alias: [u8; 16],
    /// Unix seconds.
    #[n(3)]
    pub made_at: i64,
    /// Without any name.
    #[n(4)]
    pub facts: Facts,
    /// What the accord permits.
    #[n(5)]
    pub fields: Fields,
    /// What it rests on.
    #[n(6)]
    pub consents: Vec<ConsentLine>,
    /// Referrals that run on; only in a handover.
    #[n(7)]
    pub referrals: Option<Vec<ReferralLine>>,
    /// Files.
    #[n(8)]
    pub attachments: Vec<AttachmentLine>,
    /// The chain of ownership so far; only in a handover.
    #[n(9)]
    pub own_records: Vec<SignedRecord>,
}

/// What a taker sees before it says yes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Preview {
    /// As in the extract.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub alias: [u8; 16],
    /// As in the extract.
    #[n(3)]
    pub made_at: i64,
    /// As in the extract.
    #[n(4)]
    pub facts: Facts,
    /// Categories status and needs, and `legal.problem`.
    #[n(5)]
    pub fields: Fields,
    /// As in the extract.
    #[n(6)]
    pub consents: Vec<ConsentLine>,
}

/// Whether a field may be read before the acceptance (I6).
pub fn is_previewed(field: &str) -> bool {
    field == "legal.problem" || matches!(Category::of(field), Some(Category::Status | Category::Needs))
}

impl Extract {
    /// The cut that is readable before the acceptance.
    pub fn preview(&self) -> Preview {
        let shown = self.fields.0.iter().filter(|(name, _)| is_previewed(name));
        Preview {
            alias: self.alias,
            made_at: self.made_at,
            facts: self.facts.clone(),
            fields: Fields(shown.map(|(name, field)| (name.clone(), field.clone())).collect()),
            consents: self.consents.clone(),
        }
    }

    /// When it was made.
    pub const fn made(&self) -> Timestamp {
        Timestamp::from_seconds(self.made_at)
    }

    /// Takes out fields that the re-check does not permit, unread, and names them (verdict 3).
    pub fn drop_fields(&mut self, surplus: &[String]) -> Vec<String> {
        surplus.iter().filter(|name| self.fields.0.remove(*name).is_some()).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extract() -> Extract {
        let field = |value: &str| FieldValue {
            value: Redacted::new(value.to_owned()),
            clause: "batam-lotim/1#4.1".into(),
            basis: "consent:c1".into(),
        };
        let fields = [
            ("identity.name", field("Melati")),
            ("status.urgency", field("AMBER")),
            ("needs.legal", field("ya")),
            ("legal.problem", field("upah")),
            ("legal.losses", field("9.000.000")),
        ];
        Extract {
            format: FORMAT,
            alias: [1; 16],
            made_at: 1_795_000_000,
            facts: Facts {
                roles: vec!["victim".into()],
                minor: false,
                found_in: "21.71".into(),
                origin: Some("52.03".into()),
                relation: None,
                age_band: None,
                urgency: "AMBER".into(),
            },
            fields: Fields(fields.into_iter().map(|(name, field)| (name.to_owned(), field)).collect()),
            consents: vec![],
            referrals: None,
            attachments: vec![],
            own_records: vec![],
        }
    }

    #[test]
    fn before_the_acceptance_only_status_needs_and_the_legal_problem_are_readable() {
        let preview = extract().preview();
        let names: Vec<&String> = preview.fields.0.keys().collect();
        assert_eq!(names, ["legal.problem", "needs.legal", "status.urgency"]);
    }

    #[test]
    fn it_reads_back_as_written_and_its_map_keys_rise() {
        let bytes = minicbor::to_vec(extract()).unwrap();
        assert_eq!(minicbor::decode::<Extract>(&bytes).unwrap(), extract());
        // Head of a map of 8 entries (referrals absent), then key 1.
        assert_eq!(&bytes[..3], &[0xa8, 0x01, 0x01]);
        let names: Vec<usize> = ["needs.legal", "legal.losses", "identity.name", "legal.problem", "status.urgency"]
            .iter()
            .map(|name| bytes.windows(name.len()).position(|part| part == name.as_bytes()).unwrap())
            .collect();
        assert!(names.is_sorted(), "shorter names stand first");
    }

    #[test]
    fn surplus_fields_are_taken_out_and_named() {
        let mut extract = extract();
        let dropped = extract.drop_fields(&["identity.name".into(), "health.needs".into()]);
        assert_eq!(dropped, ["identity.name"]);
        assert!(!extract.fields.0.contains_key("identity.name"));
    }
}
