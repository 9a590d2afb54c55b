//! Consents: one record for each purpose and each receiver, provable and withdrawable (UU 27/2022 art. 20-26).
//!
//! C3, C5 and C6 consent to the act, not to sharing: a share with police, hospital or shelter needs its own C4.

use crate::words::{Category, Profile, Purpose, words};
use base::{ConsentId, FileId, NodeId, OfficerId, PersonId, Problem, Redacted, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

words! {
    /// What is consented to.
    ConsentCode {
        /// Was told who we are and what is confidential.
        Notice = "C0",
        /// To be interviewed.
        Interview = "C1",
        /// That a record is kept.
        Record = "C2",
        /// To report to the police.
        Police = "C3",
        /// To share with a named body for a named purpose until a date.
        Share = "C4",
        /// To medical care.
        Medical = "C5",
        /// To a stay in a shelter.
        Stay = "C6",
        /// To share with a named protection body.
        Protection = "C7",
        /// To be counted without a name.
        Statistics = "C8",
    }

    /// How it was given.
    How {
        /// On paper.
        Written = "written",
        /// As a recording.
        Recorded = "recorded",
        /// Electronically.
        Electronic = "electronic",
    }

    /// Who gave it. The words of accords.
    GivenBy {
        /// She herself.
        Person = "person",
        /// Parent or guardian, for a child.
        Guardian = "guardian",
        /// The authority, for a child whose guardian is absent or a suspect.
        Authority = "authority",
    }
}

impl ConsentCode {
    /// Consent to something done to her: it is there before the act, or a basis of the law stands in its place.
    pub const fn is_to_the_act(self) -> bool {
        matches!(self, Self::Police | Self::Medical | Self::Stay)
    }
}

/// The body that may receive: its name as party of an accord, and its node where it has one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    /// Party name in the accord.
    pub party: String,
    /// Its node.
    pub node: Option<NodeId>,
}

/// One consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// Whose data it covers; `None` is the person of the case.
    pub person: Option<PersonId>,
    /// What for.
    pub code: ConsentCode,
    /// Purpose of a share.
    pub purpose: Option<Purpose>,
    /// Receiver of a share.
    pub receiver: Option<Receiver>,
    /// What may be shared.
    pub categories: BTreeSet<Category>,
    /// Version of the text that was read to her.
    pub text_version: String,
    /// In which language.
    pub language: String,
    /// Who explained it.
    pub explained_by: OfficerId,
    /// How it was given.
    pub how: How,
    /// Signature, mark or recording, where a file holds it.
    pub proof: Option<FileId>,
    /// Who witnessed it.
    pub witness: Option<Redacted<String>>,
    /// By whom.
    pub given_by: GivenBy,
    /// The child said yes as well.
    pub assent: bool,
    /// From when.
    pub from: Timestamp,
    /// Until when, exclusive. A share always has an end.
    pub until: Option<Timestamp>,
    /// Since when it no longer holds.
    pub withdrawn: Option<Timestamp>,
}

impl Consent {
    /// Whether it may be recorded as it stands, for a person of this profile.
    pub fn check(&self, profile: Profile, guardian_suspect: bool) -> Result<(), Problem> {
        let refuse = |code| Err(Problem::at(code, self.code.word()));
        if matches!(self.code, ConsentCode::Share | ConsentCode::Protection) {
            if self.receiver.as_ref().is_none_or(|to| to.party.trim().is_empty()) || self.purpose.is_none() {
                return refuse("consent.needs-receiver");
            }
            if self.categories.is_empty() {
                return refuse("consent.needs-categories");
            }
            if self.until.is_none() {
                return refuse("consent.needs-end");
            }
        }
        if self.until.is_some_and(|until| until <= self.from) || self.withdrawn.is_some() {
            return refuse("consent.not-in-force");
        }
        if self.text_version.trim().is_empty() || self.language.trim().is_empty() {
            return refuse("consent.needs-text");
        }
        match (profile, self.given_by) {
            (Profile::Adult, GivenBy::Person) => Ok(()),
            (Profile::Adult, _) => refuse("consent.needs-person"),
            (Profile::Child, GivenBy::Person) => refuse("consent.child-needs-guardian"),
            (Profile::Child, GivenBy::Guardian) if guardian_suspect => refuse("consent.guardian-suspect"),
            (Profile::Child, _) if !self.assent => refuse("consent.needs-assent"),
            (Profile::Child, _) => Ok(()),
        }
    }

    /// Whether it holds now: begun, not over, not withdrawn. A withdrawal acts at once.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until) && self.withdrawn.is_none()
    }

    /// SHA-256 over all that was agreed, without the withdrawal: the same record has the same hash for ever.
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        let mut part = |bytes: &[u8]| {
            // Lengths keep two neighbouring parts apart.
            hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(bytes);
        };
        part(b"simpul/consent/1");
        part(&self.id.bytes());
        part(&self.person.map(|id| id.bytes().to_vec()).unwrap_or_default());
        part(self.code.word().as_bytes());
        part(self.purpose.map_or("", Purpose::word).as_bytes());
        part(self.receiver.as_ref().map_or("", |to| to.party.as_str()).as_bytes());
        part(&self.receiver.as_ref().and_then(|to| to.node).map(|id| id.bytes().to_vec()).unwrap_or_default());
        let categories: Vec<&str> = self.categories.iter().map(|category| category.word()).collect();
        part(categories.join(",").as_bytes());
        part(self.text_version.as_bytes());
        part(self.language.as_bytes());
        part(&self.explained_by.bytes());
        part(self.how.word().as_bytes());
        part(&self.proof.map(|id| id.bytes().to_vec()).unwrap_or_default());
        part(self.witness.as_ref().map_or("", |name| name.expose().as_str()).as_bytes());
        part(self.given_by.word().as_bytes());
        part(&[u8::from(self.assent)]);
        part(&self.from.millis().to_be_bytes());
        part(&self.until.map(|at| at.millis().to_be_bytes().to_vec()).unwrap_or_default());
        hasher.finalize().into()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn share(id: u8, party: &str, purpose: Purpose) -> Consent {
        Consent {
            id: ConsentId::from_bytes([id; 16]),
            person: None,
            code: ConsentCode::Share,
            purpose: Some(purpose),
            receiver: Some(Receiver { party: party.into(), node: None }),
            categories: [Category::Contact, Category::Legal].into(),
            text_version: "1".into(),
            language: "id".into(),
            explained_by: OfficerId::from_bytes([1; 16]),
            how: How::Written,
            proof: None,
            witness: None,
            given_by: GivenBy::Person,
            assent: false,
            from: Timestamp::from_seconds(1_000),
            until: Some(Timestamp::from_seconds(2_000)),
            withdrawn: None,
        }
    }

    fn code(consent: &Consent, profile: Profile, suspect: bool) -> &'static str {
        consent.check(profile, suspect).err().map_or("ok", |problem| problem.code.0)
    }

    #[test]
    fn a_share_names_receiver_purpose_categories_and_end() {
        let whole = share(1, "lbh-bahari", Purpose::LegalAid);
        assert_eq!(code(&whole, Profile::Adult, false), "ok");
        assert_eq!(code(&Consent { receiver: None, ..whole.clone() }, Profile::Adult, false), "consent.needs-receiver");
        assert_eq!(code(&Consent { purpose: None, ..whole.clone() }, Profile::Adult, false), "consent.needs-receiver");
        let bare = Consent { categories: BTreeSet::new(), ..whole.clone() };
        assert_eq!(code(&bare, Profile::Adult, false), "consent.needs-categories");
        assert_eq!(code(&Consent { until: None, ..whole.clone() }, Profile::Adult, false), "consent.needs-end");
        assert_eq!(code(&Consent { language: " ".into(), ..whole }, Profile::Adult, false), "consent.needs-text");
    }

    #[test]
    fn for_a_child_guardian_or_authority_consents_and_the_child_assents() {
        let by = |given_by, assent| Consent { given_by, assent, ..share(1, "lotim", Purpose::Return) };
        assert_eq!(code(&by(GivenBy::Person, true), Profile::Child, false), "consent.child-needs-guardian");
        assert_eq!(code(&by(GivenBy::Guardian, false), Profile::Child, false), "consent.needs-assent");
        assert_eq!(code(&by(GivenBy::Guardian, true), Profile::Child, false), "ok");
        assert_eq!(code(&by(GivenBy::Guardian, true), Profile::Child, true), "consent.guardian-suspect");
        assert_eq!(code(&by(GivenBy::Authority, true), Profile::Child, true), "ok");
        assert_eq!(code(&by(GivenBy::Guardian, true), Profile::Adult, false), "consent.needs-person");
    }

    #[test]
    fn it_holds_from_its_start_until_its_end_or_its_withdrawal() {
        let consent = share(1, "lotim", Purpose::Return);
        let holds = |consent: &Consent, at| consent.holds(Timestamp::from_seconds(at));
        assert!(!holds(&consent, 999) && holds(&consent, 1_000) && holds(&consent, 1_999) && !holds(&consent, 2_000));
        let withdrawn = Consent { withdrawn: Some(Timestamp::from_seconds(1_500)), ..consent };
        assert!(!holds(&withdrawn, 1_500));
    }

    #[test]
    fn the_hash_changes_with_what_was_agreed_and_not_with_the_withdrawal() {
        let consent = share(1, "lotim", Purpose::Return);
        let withdrawn = Consent { withdrawn: Some(Timestamp::from_seconds(1_500)), ..consent.clone() };
        assert_eq!(consent.hash(), withdrawn.hash());
        assert_ne!(consent.hash(), Consent { language: "en".into(), ..consent.clone() }.hash());
        assert_ne!(consent.hash(), Consent { assent: true, ..consent.clone() }.hash());
    }
}
