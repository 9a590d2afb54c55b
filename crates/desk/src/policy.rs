//! Who may do what: one table of role and deed (domain: actors, section 4), printed to `docs/permissions.txt`.
//!
//! Only [`decide`] builds a [`Permit`]; a use case cannot act without one.

use crate::actor::{Actor, Staff};
use crate::error::Refusal;
use casework::Role;

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// What can be done. Each use case names one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Deed { $($(#[$doc])* $name,)* }

        impl Deed {
            /// All deeds.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Resource and act, as printed.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

deeds! {
    /// See the reports that came in.
    SeeReports = "report.see";
    /// Open a case from a report, link it, close it with advice.
    HandleReport = "report.handle";
    /// Open a file that came with a report, each opening recorded.
    OpenFile = "report.open-file";
    /// See the list of cases under their aliases, and a case's status and deadlines.
    SeeCases = "case.see";
    /// Read the narrative, screening answers and consents of a case.
    ReadCase = "case.read";
    /// Work on a case: end steps, pause clocks, plan services.
    WorkCase = "case.work";
    /// Read identity, each view recorded.
    SeeIdentity = "identity.see";
    /// Open health documents of a case, each opening recorded.
    SeeHealth = "health.see";
    /// See who looked at a case, and why.
    SeeAccess = "access.see";
    /// Shut an officer out of a case, and see who is.
    ShutOut = "access.shut";
    /// Open, in need, the identity of a case that one does not hold.
    OpenInNeed = "need.open";
    /// See a matter: powers of attorney, hearings, claims, losses, time.
    SeeMatters = "matter.see";
    /// Write it.
    KeepMatter = "matter.keep";
    /// Record or withdraw consent.
    RecordConsent = "consent.record";
    /// Decide on the presumption (two people).
    DecidePresumption = "presumption.decide";
    /// Record what a person asks about her data.
    TakeRequest = "request.take";
    /// Look, as the second officer, who asks and whether the answer is safe.
    ReviewRequest = "request.review";
    /// Answer what a person asked about her data.
    AnswerRequest = "request.answer";
    /// Place and lift legal holds.
    HoldData = "data.hold";
    /// Propose an erasure, and confirm that of another officer.
    EraseData = "data.erase";
    /// See which requests wait, which retention is over, which holds are to be looked at.
    SeeProtection = "protection.see";
    /// List whom a breach may have met.
    ListAffected = "breach.list";
    /// Name case manager and companion.
    AssignCase = "case.assign";
    /// See offers of the node.
    SeeOffers = "offer.see";
    /// Offer a referral or a handover, answer its questions, withdraw it.
    SendOffer = "offer.send";
    /// Accept, decline, ask back, complete an offer that came in.
    AnswerOffer = "offer.answer";
    /// See accords and what flowed under them.
    SeeAccords = "accord.see";
    /// Bring in a signed accord.
    ImportAccord = "accord.import";
    /// Propose an accord, or another text instead.
    ProposeAccord = "accord.propose";
    /// Sign an accord for this node.
    SignAccord = "accord.sign";
    /// Suspend an accord, let it go on, end it.
    EndAccord = "accord.end";
    /// See partners, queues and fingerprints.
    SeeNode = "node.see";
    /// Bring in joining files and bundles.
    ManageNode = "node.manage";
    /// State what the node offers, in its signed entry.
    StateItems = "entry.state";
    /// Search services, those for partners alone too.
    SeeDirectory = "directory.see";
    /// Look up an agency's licence, and whether a worker is registered, each question about a worker recorded.
    AskRegisters = "register.ask";
    /// Bring in lists of licences and the registry of workers.
    KeepRegisters = "register.keep";
    /// Add officers and change their roles.
    ManageOfficers = "officer.manage";
    /// See the list of officers, and end the access of one.
    EndAccess = "officer.end-access";
    /// See the counts of a quarter, small cells hidden.
    SeeCounts = "counts.see";
    /// Record that the counts of a quarter were sent; from then on they stay.
    SendCounts = "counts.send";
    /// Sign that counts that were sent are released to everybody, as one of two officers.
    ReleaseCounts = "counts.release";
    /// See corridors: counts by month, the small ones as "few".
    SeeCorridors = "corridor.see";
    /// See how soon help came, and what is overdue in all cases.
    SeeProgress = "progress.see";
    /// Read the audit log.
    SeeAudit = "audit.see";
    /// Let counsel without a node into a case, as a guest.
    LetGuestIn = "guest.let-in";
    /// See who is a guest of a case, and end it.
    EndGuest = "guest.end";
    /// See recruiters, and search them.
    SeeRecruiters = "recruiter.see";
    /// Record what a report, a case, a list or the public says of one.
    RecordMention = "recruiter.record";
    /// Judge whether two mentions are one person.
    JudgePair = "recruiter.judge";
    /// Correct or withdraw what is recorded of one.
    CorrectMention = "recruiter.correct";
    /// Alert partners about one, correct the alert, take it back.
    SendAlert = "recruiter.alert";
    /// See who is tied to a recruiter, and by what.
    SeeNetwork = "network.see";
    /// Give such a network out, where an accord permits it.
    ExportNetwork = "network.export";
    /// As a guest: the own matters, and nothing else.
    SeeOwnMatter = "guest.see";
    /// Own sessions, passkeys and password.
    OwnAccount = "account.own";
}

/// What a case manager may do, here and at home.
const MANAGER: &[Deed] = &[
    Deed::SeeReports,
    Deed::HandleReport,
    Deed::OpenFile,
    Deed::SeeCases,
    Deed::ReadCase,
    Deed::WorkCase,
    Deed::SeeIdentity,
    Deed::SeeAccess,
    Deed::ShutOut,
    Deed::OpenInNeed,
    Deed::SeeMatters,
    Deed::KeepMatter,
    Deed::RecordConsent,
    Deed::TakeRequest,
    Deed::ReviewRequest,
    Deed::AnswerRequest,
    Deed::EraseData,
    Deed::SeeProtection,
    Deed::SeeOffers,
    Deed::SendOffer,
    Deed::AnswerOffer,
    Deed::SeeAccords,
    Deed::SeeCounts,
    Deed::StateItems,
    Deed::LetGuestIn,
    Deed::EndGuest,
    Deed::SeeRecruiters,
    Deed::RecordMention,
    Deed::JudgePair,
    Deed::CorrectMention,
];

/// Counsel runs the node of a legal-aid institution, and speaks for it.
const COUNSEL: &[Deed] = &[
    Deed::SeeOffers,
    Deed::AnswerOffer,
    Deed::SeeCases,
    Deed::ReadCase,
    Deed::SeeIdentity,
    Deed::WorkCase,
    Deed::SeeMatters,
    Deed::KeepMatter,
    Deed::SeeAccords,
    Deed::ProposeAccord,
    Deed::SignAccord,
    Deed::EndAccord,
    Deed::StateItems,
];

/// Who arranges legal aid.
const LEGAL: &[Deed] = &[
    Deed::SeeCases,
    Deed::ReadCase,
    Deed::WorkCase,
    Deed::SeeMatters,
    Deed::KeepMatter,
    Deed::RecordConsent,
    Deed::TakeRequest,
    Deed::ReviewRequest,
    Deed::HoldData,
    Deed::SeeProtection,
    Deed::SeeOffers,
    Deed::SendOffer,
    Deed::SeeAccords,
    Deed::ProposeAccord,
    Deed::SignAccord,
    Deed::LetGuestIn,
    Deed::EndGuest,
];

const ANALYST: &[Deed] = &[
    Deed::SeeCounts,
    Deed::ReleaseCounts,
    Deed::SeeRecruiters,
    Deed::RecordMention,
    Deed::JudgePair,
    Deed::CorrectMention,
    Deed::SendAlert,
    Deed::SeeNetwork,
    Deed::ExportNetwork,
    Deed::SeeCorridors,
];

const COORDINATOR: &[Deed] = &[
    Deed::SeeReports,
    Deed::SeeCases,
    Deed::WorkCase,
    Deed::ShutOut,
    Deed::AssignCase,
    Deed::EndAccess,
    Deed::ReviewRequest,
    Deed::EraseData,
    Deed::SeeProtection,
    Deed::SeeOffers,
    Deed::SeeAccords,
    Deed::ImportAccord,
    Deed::ProposeAccord,
    Deed::SignAccord,
    Deed::EndAccord,
    Deed::SeeNode,
    Deed::ManageNode,
    Deed::StateItems,
    Deed::KeepRegisters,
    Deed::SeeCounts,
    Deed::SendCounts,
    Deed::ReleaseCounts,
    Deed::SeeCorridors,
    Deed::SeeProgress,
    Deed::EndGuest,
];

/// Whether somebody meets cases as counsel and as nobody else: then she sees her own matters alone.
pub fn is_counsel_alone(staff: &Staff) -> bool {
    let sees = |role: &Role| *role != Role::Counsel && allows(*role, Deed::SeeCases);
    staff.roles.contains(&Role::Counsel) && !staff.roles.iter().any(sees)
}

/// Whether a role may do a deed at all; being near the case is asked besides (see [`crate::cases::near`]).
pub fn allows(role: Role, deed: Deed) -> bool {
    use Deed::{
        AnswerOffer, AskRegisters, DecidePresumption, EndAccess, HandleReport, HoldData, ListAffected, ManageNode,
        ManageOfficers, OpenFile, OpenInNeed, OwnAccount, ReadCase, RecordConsent, RecordMention, SeeAccords, SeeAudit,
        SeeCases, SeeCounts, SeeDirectory, SeeHealth, SeeIdentity, SeeMatters, SeeNode, SeeOffers, SeeOwnMatter,
        SeeProtection, SeeRecruiters, SeeReports, SendOffer, ShutOut, TakeRequest, WorkCase,
    };
    let granted: &[Deed] = match role {
        Role::IntakeOfficer => &[SeeReports, HandleReport, OpenFile, SeeCases, WorkCase, SeeRecruiters, RecordMention],
        Role::CaseManager | Role::HomeCaseManager => MANAGER,
        Role::Companion => &[
            SeeCases,
            ReadCase,
            WorkCase,
            SeeIdentity,
            SeeMatters,
            ShutOut,
            OpenInNeed,
            RecordConsent,
            TakeRequest,
            SeeRecruiters,
            RecordMention,
        ],
        Role::IdentificationTeam => &[SeeCases, ReadCase, WorkCase, DecidePresumption],
        Role::HealthFocal | Role::HealthProvider => &[SeeCases, WorkCase, SeeHealth],
        Role::SocialWorker | Role::Shelter | Role::ChildFocal => &[SeeCases, WorkCase],
        Role::LegalCoordinator => LEGAL,
        Role::ReturnCoordinator => {
            &[SeeCases, ReadCase, WorkCase, RecordConsent, TakeRequest, SeeOffers, SendOffer, SeeAccords]
        }
        Role::ReferralDesk => &[SeeCases, WorkCase, SeeOffers, SendOffer, AnswerOffer, SeeAccords],
        Role::TaskforceCoordinator => COORDINATOR,
        Role::Counsel => COUNSEL,
        Role::Police => &[SeeCounts],
        Role::Analyst => ANALYST,
        Role::Auditor => &[SeeAudit, HoldData, SeeProtection, ListAffected],
        Role::Installer => &[SeeNode, ManageNode, ManageOfficers, EndAccess],
        Role::Guest => &[SeeOwnMatter],
    };
    // Whoever works on cases needs to know where help is, and who is licensed.
    let works_on_cases = matches!(deed, SeeDirectory | AskRegisters) && granted.contains(&SeeCases);
    deed == OwnAccount || works_on_cases || granted.contains(&deed)
}

/// Proof that the policy was asked. Only this module makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    grounds: Vec<&'static str>,
}

impl Permit {
    /// What it rests on, for the journal and the page.
    pub fn grounds(&self) -> &[&'static str] {
        &self.grounds
    }
}

/// May, or may not and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes, on these grounds.
    Permit(Permit),
    /// No; each reason with its cure.
    Deny(Vec<Refusal>),
}

/// Asks the table. The node itself and peers act by protocol, not by role: their acts check signatures and accords.
pub fn decide(by: &Actor, deed: Deed) -> Decision {
    match by {
        Actor::Node => Decision::Permit(Permit { grounds: vec!["node"] }),
        Actor::Peer(_) => Decision::Permit(Permit { grounds: vec!["peer.signature"] }),
        Actor::Officer(staff) if staff.roles.iter().any(|role| allows(*role, deed)) => {
            Decision::Permit(Permit { grounds: vec![deed.word()] })
        }
        Actor::Officer(_) => Decision::Deny(vec![Refusal::new("act.role", deed.word())]),
    }
}

/// The whole table as text, one line a role and deed: what `docs/permissions.txt` holds.
pub fn table() -> String {
    let mut out = String::from("# role x resource.act; written and compared by crates/desk/tests/permissions.rs\n");
    for role in Role::ALL {
        for deed in Deed::ALL {
            let answer = if allows(*role, *deed) { "yes" } else { "-" };
            let line = [format!("{:<22}", role.word()), format!("{:<20}", deed.word()), answer.to_owned()];
            out.push_str(&line.join(" "));
            out.push('\n');
        }
    }
    out
}
