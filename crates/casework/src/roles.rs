//! Log-in roles: the fourteen workflow owners of the handbook, and counsel, police, analyst, auditor, installer, guest.

use crate::words::words;

words! {
    /// What an officer may be. One person may hold several; a node maps them to its staff.
    Role {
        /// Takes reports.
        IntakeOfficer = "INTAKE_OFFICER",
        /// Holds the case.
        CaseManager = "CASE_MANAGER",
        /// Goes along with the person.
        Companion = "COMPANION",
        /// Two people who decide on the presumption.
        IdentificationTeam = "IDENTIFICATION_TEAM",
        /// Arranges care.
        HealthFocal = "HEALTH_FOCAL",
        /// Gives care.
        HealthProvider = "HEALTH_PROVIDER",
        /// Social work.
        SocialWorker = "SOCIAL_WORKER",
        /// Runs a safe house.
        Shelter = "SHELTER",
        /// Arranges legal aid and protection.
        LegalCoordinator = "LEGAL_COORDINATOR",
        /// Arranges the trip home.
        ReturnCoordinator = "RETURN_COORDINATOR",
        /// Case manager at the place of origin.
        HomeCaseManager = "HOME_CASE_MANAGER",
        /// Looks after children.
        ChildFocal = "CHILD_FOCAL",
        /// Sends and answers referrals.
        ReferralDesk = "REFERRAL_DESK",
        /// Coordinates the task force.
        TaskforceCoordinator = "TASKFORCE_COORDINATOR",
        /// Lawyer of a legal-aid institution; sees own matters only.
        Counsel = "COUNSEL",
        /// Police officer.
        Police = "POLICE",
        /// Recruiters and aggregates, no person.
        Analyst = "ANALYST",
        /// Data protection officer: the audit log only.
        Auditor = "AUDITOR",
        /// Installs the node; no case data.
        Installer = "INSTALLER",
        /// Counsel without a node of her own: the cases she is let into, and nothing else (ADR 44). Never given with others.
        Guest = "GUEST",
    }
}

impl Role {
    /// Whether who has it may hold a case.
    pub const fn holds_cases(self) -> bool {
        matches!(self, Self::CaseManager | Self::HomeCaseManager)
    }

    /// The fourteen that a handbook may name as owner of a step.
    pub fn owns_steps(self) -> bool {
        self < Self::Counsel
    }
}
