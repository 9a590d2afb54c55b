//! The vocabularies of a matter.

use crate::words::words;

words! {
    /// Where somebody is heard.
    Venue {
        /// The police: a statement, a record of interrogation.
        Police = "police",
        /// The prosecutor.
        Prosecutor = "prosecutor",
        /// A court.
        Court = "court",
        /// The agency for protection of witnesses and victims.
        Lpsk = "lpsk",
        /// The labour office, or the office for migrant workers.
        Labour = "labour",
        /// By picture and sound, from where she is.
        Remote = "remote",
        /// Elsewhere.
        Other = "other",
    }

    /// How a hearing ended.
    HearingEnd {
        /// It was held.
        Held = "held",
        /// It was not.
        Cancelled = "cancelled",
    }

    /// What is claimed.
    ClaimKind {
        /// Restitution (UU 21/2007 art. 48).
        Restitution = "restitution",
        /// Wages and insurance (SOP LE-6).
        Wages = "wages",
        /// A civil paper: card, certificate, travel paper (SOP RP-2).
        CivilPaper = "civil_paper",
    }

    /// Where a claim is filed.
    Office {
        /// The agency for protection of witnesses and victims.
        Lpsk = "lpsk",
        /// The investigator.
        Investigator = "investigator",
        /// The prosecutor.
        Prosecutor = "prosecutor",
        /// A court.
        Court = "court",
        /// The labour office.
        Labour = "labour",
        /// The office for migrant workers.
        Migration = "migration",
        /// The insurance of workers.
        Insurance = "insurance",
        /// An embassy or consulate.
        Mission = "mission",
        /// The registry of people.
        Registry = "registry",
        /// Immigration.
        Immigration = "immigration",
        /// The employer or the agency itself.
        Employer = "employer",
    }

    /// What an office answered.
    ClaimAnswer {
        /// Something is missing.
        Incomplete = "incomplete",
        /// It is complete, or taken up.
        Accepted = "accepted",
        /// Refused.
        Refused = "refused",
    }

    /// What became of a claim.
    ClaimEnd {
        /// Granted by a decision; not paid yet.
        Granted = "granted",
        /// Paid, or handed to her.
        Paid = "paid",
        /// Refused for good.
        Refused = "refused",
        /// Taken back, as she wished.
        Withdrawn = "withdrawn",
    }

    /// What was lost (UU 21/2007 art. 48(2)), and what she is told that she owes.
    LossKind {
        /// Wages and other income (a).
        Income = "income",
        /// Things, money, papers (a).
        Property = "property",
        /// Suffering (b).
        Suffering = "suffering",
        /// Treatment of body and mind (c).
        Medical = "medical",
        /// Other losses: travel, counsel, what was promised (d).
        Other = "other",
        /// A debt to who recruited or exploited her: proof, never owed (art. 27).
        Debt = "debt",
    }

    /// What counsel's time went to.
    Activity {
        /// Talking with her, explaining.
        Advice = "advice",
        /// Writing claims and letters.
        Drafting = "drafting",
        /// Going along to statements and hearings.
        Accompanying = "accompanying",
        /// Speaking for her in court or with an office.
        Representing = "representing",
        /// Collecting proof.
        Evidence = "evidence",
        /// Travel.
        Travel = "travel",
        /// Anything else.
        Other = "other",
    }
}
