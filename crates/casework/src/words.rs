//! The closed vocabularies of the field. Each word is written as CONTRACTS, accords and the handbook write it.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ })+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as it is written.
            pub const fn word(self) -> &'static str { match self { $(Self::$variant => $word,)+ } }

            /// Reads the word. `None` if it is none of these.
            pub fn parse(word: &str) -> Option<Self> { Self::ALL.iter().copied().find(|w| w.word() == word) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.word()) }
        }
    )+ };
}
pub(crate) use words;

words! {
    /// How soon somebody must act; from the screening, or set by a person (step IN-3). Ordered: red is greatest.
    Urgency {
        /// Within days.
        Green = "GREEN",
        /// Within hours.
        Amber = "AMBER",
        /// Now.
        Red = "RED",
    }

    /// What a person is in a case. Always a set: a witness is often a victim too (PP 9/2008 art. 1).
    PersonRole {
        /// She was trafficked, or is presumed so.
        Victim = "victim",
        /// She knows something.
        Witness = "witness",
        /// She told us.
        Reporter = "reporter",
        /// She belongs to the family.
        Family = "family",
    }

    /// Adult or child; unsure counts as child.
    Profile {
        /// Eighteen or older.
        Adult = "adult",
        /// Below eighteen, or unsure.
        Child = "child",
    }

    /// Outcomes of a screening, weakest first. `INCOMPLETE` stands above `NO_INDICATION` because a door stays open.
    Outcome {
        /// Nothing pointed to a crime. It never means: not a victim.
        NoIndication = "NO_INDICATION",
        /// Too little was answered.
        Incomplete = "INCOMPLETE",
        /// Recruitment against the rules.
        IllicitRecruitment = "ILLICIT_RECRUITMENT",
        /// Work against the rules.
        LabourViolation = "LABOUR_VIOLATION",
        /// Perhaps a victim.
        PossibleVictim = "POSSIBLE_VICTIM",
        /// Stopped before the exploitation.
        Intercept = "INTERCEPT",
        /// Presumed a victim.
        PresumedVictim = "PRESUMED_VICTIM",
    }

    /// Immediate safety flags of a screening (questions S1 to S4).
    Triage {
        /// Ill, hurt, or in danger of self-harm.
        MedicalNow = "MEDICAL_NOW",
        /// Somebody she fears is near.
        StopAndMove = "STOP_AND_MOVE",
        /// Threatened.
        Protection = "PROTECTION",
        /// Others are still held or about to leave.
        OthersAtRisk = "OTHERS_AT_RISK",
    }

    /// Who has the authority to act (step IN-3).
    Authority {
        /// This district.
        Own = "own",
        /// Another district.
        OtherDistrict = "other_district",
        /// The province.
        Province = "province",
        /// The national level.
        National = "national",
        /// A mission abroad.
        Abroad = "abroad",
    }

    /// Purposes an accord knows.
    Purpose {
        /// Advice and counsel.
        LegalAid = "legal_aid",
        /// Care.
        Health = "health",
        /// A safe stay.
        Shelter = "shelter",
        /// The trip home.
        Return = "return",
        /// Life at home.
        Reintegration = "reintegration",
        /// Is the family safe?
        FamilyAssessment = "family_assessment",
        /// Is the place of origin safe?
        ReturnRisk = "return_risk",
        /// Protection of a witness.
        Protection = "protection",
        /// Compensation by the offender.
        Restitution = "restitution",
        /// Evidence.
        Investigation = "investigation",
        /// A warning about a recruiter.
        RecruiterAlert = "recruiter_alert",
        /// Numbers.
        Statistics = "statistics",
    }

    /// What a field is about: the part of its name before the dot.
    Category {
        /// Who she is. Narrow.
        Identity = "identity",
        /// How to reach her.
        Contact = "contact",
        /// Sex, age band, language.
        Profile = "profile",
        /// What she needs.
        Needs = "needs",
        /// What happened. Narrow.
        Chronology = "chronology",
        /// What she said, word for word. Narrow.
        Statement = "statement",
        /// Answers and outcome of the screening.
        Screening = "screening",
        /// Her health. Narrow.
        Health = "health",
        /// Where she stays. Narrow.
        Shelter = "shelter",
        /// The legal problem and its course.
        Legal = "legal",
        /// The placement and the work.
        Placement = "placement",
        /// Papers.
        Documents = "documents",
        /// Her family.
        Family = "family",
        /// Who recruited her.
        Recruiter = "recruiter",
        /// Where the case stands.
        Status = "status",
    }

    /// How a family member is related to the person of the case.
    Relation {
        /// Father or mother.
        Parent = "parent",
        /// Son or daughter.
        Child = "child",
        /// Brother or sister.
        Sibling = "sibling",
        /// Husband or wife.
        Spouse = "spouse",
        /// Legal guardian.
        Guardian = "guardian",
    }

    /// Why something may be done, or leave, without consent (UU 27/2022 art. 20(2)c-e). The words of accords.
    LegalBasis {
        /// A life or health is at risk.
        VitalInterest = "vital_interest",
        /// A law demands it.
        LegalDuty = "legal_duty",
        /// A task that a law gives to the office.
        PublicTask = "public_task",
    }

    /// Levels that an escalation climbs (step GV-2).
    Level {
        /// Head of the district task force.
        District = "district",
        /// Province.
        Province = "province",
        /// National.
        National = "national",
    }
}

impl Category {
    /// The category of a field name such as `identity.name`; `None` if it has none.
    pub fn of(field: &str) -> Option<Self> {
        let (category, rest) = field.split_once('.')?;
        if rest.is_empty() { None } else { Self::parse(category) }
    }

    /// Whether a field says who somebody is, or how she is reached: closed on every page until it is asked for, each view
    /// recorded.
    pub fn identifies(field: &str) -> bool {
        matches!(Self::of(field), Some(Self::Identity | Self::Contact | Self::Documents))
    }

    /// Kept under an own key, so that few can open it (STORAGE.md 5).
    pub const fn is_narrow(self) -> bool {
        matches!(self, Self::Identity | Self::Chronology | Self::Statement | Self::Health | Self::Shelter)
    }
}

impl Level {
    /// The next level up; the national one is the last.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::District => Some(Self::Province),
            Self::Province => Some(Self::National),
            Self::National => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_back_and_the_category_stands_before_the_dot() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.word()), Some(*outcome));
        }
        assert_eq!(Category::of("identity.name"), Some(Category::Identity));
        assert_eq!(Category::of("identity"), None);
        assert_eq!(Category::of("weather.rain"), None);
        assert!(Category::identifies("contact.phone") && !Category::identifies("legal.problem"));
        assert!(Outcome::PresumedVictim > Outcome::Intercept && Outcome::Incomplete > Outcome::NoIndication);
    }
}
