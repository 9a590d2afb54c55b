//! The permission table is a file that people read and review: role by role, deed by deed.

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/permissions.txt");

/// To accept a change: UPDATE_PERMISSIONS=1 cargo test -p desk --test permissions, then review the difference.
#[test]
fn the_table_on_file_is_the_table_that_decides() {
    let table = desk::policy::table();
    if std::env::var_os("UPDATE_PERMISSIONS").is_some() {
        std::fs::write(FILE, &table).unwrap();
    }
    let on_file = std::fs::read_to_string(FILE).unwrap_or_default();
    let changed: Vec<&str> = table.lines().filter(|line| !on_file.lines().any(|old| old == *line)).collect();
    assert_eq!(changed, Vec::<&str>::new());
    assert_eq!(table, on_file);
}

/// T6: the matrix of actors.md 4, each class of data with every role that may touch it and no other. Roles of one agency
/// in the matrix are several here; what the matrix gives "own", the case asks besides (`identity.not-near`).
#[test]
fn t6_each_class_of_data_is_for_the_roles_of_the_matrix_and_for_no_other() {
    use casework::Role::{
        Analyst, Auditor, CaseManager, ChildFocal, Companion, Counsel, Guest, HealthFocal, HealthProvider,
        HomeCaseManager, IdentificationTeam, Installer, IntakeOfficer, LegalCoordinator, Police, ReferralDesk,
        ReturnCoordinator, Shelter, SocialWorker, TaskforceCoordinator,
    };
    use desk::Deed;
    let no_case = [Police, Analyst, Auditor, Installer, Guest];
    let status: Vec<casework::Role> =
        casework::Role::ALL.iter().copied().filter(|role| !no_case.contains(role)).collect();
    let managers = [CaseManager, HomeCaseManager];
    let known = [IntakeOfficer, CaseManager, HomeCaseManager, Companion, Analyst];
    let judging = [CaseManager, HomeCaseManager, Analyst];
    let matrix: [(Deed, &[casework::Role]); 32] = [
        (Deed::SeeIdentity, &[CaseManager, HomeCaseManager, Companion, Counsel]),
        (
            Deed::ReadCase,
            &[
                CaseManager,
                HomeCaseManager,
                Companion,
                IdentificationTeam,
                LegalCoordinator,
                ReturnCoordinator,
                Counsel,
            ],
        ),
        (Deed::SeeMatters, &[CaseManager, HomeCaseManager, Companion, LegalCoordinator, Counsel]),
        (Deed::KeepMatter, &[CaseManager, HomeCaseManager, LegalCoordinator, Counsel]),
        (Deed::SeeHealth, &[HealthFocal, HealthProvider]),
        (Deed::SeeCases, &status),
        (Deed::SeeReports, &[IntakeOfficer, CaseManager, HomeCaseManager, TaskforceCoordinator]),
        (Deed::OpenFile, &[IntakeOfficer, CaseManager, HomeCaseManager]),
        (Deed::SeeAudit, &[Auditor]),
        (Deed::SeeAccess, &managers),
        (Deed::OpenInNeed, &[CaseManager, HomeCaseManager, Companion]),
        (Deed::ShutOut, &[CaseManager, HomeCaseManager, Companion, TaskforceCoordinator]),
        (Deed::SeeCounts, &[CaseManager, HomeCaseManager, TaskforceCoordinator, Police, Analyst]),
        (Deed::SendCounts, &[TaskforceCoordinator]),
        (Deed::ReleaseCounts, &[TaskforceCoordinator, Analyst]),
        (Deed::AnswerRequest, &managers),
        (Deed::ReviewRequest, &[CaseManager, HomeCaseManager, LegalCoordinator, TaskforceCoordinator]),
        (Deed::HoldData, &[LegalCoordinator, Auditor]),
        (Deed::EraseData, &[CaseManager, HomeCaseManager, TaskforceCoordinator]),
        (Deed::ListAffected, &[Auditor]),
        (Deed::LetGuestIn, &[CaseManager, HomeCaseManager, LegalCoordinator]),
        (Deed::EndGuest, &[CaseManager, HomeCaseManager, LegalCoordinator, TaskforceCoordinator]),
        (Deed::SeeOwnMatter, &[Guest]),
        (Deed::SeeRecruiters, &known),
        (Deed::RecordMention, &known),
        (Deed::JudgePair, &judging),
        (Deed::CorrectMention, &judging),
        (Deed::SendAlert, &[Analyst]),
        (Deed::SeeNetwork, &[Analyst]),
        (Deed::ExportNetwork, &[Analyst]),
        (Deed::SeeCorridors, &[TaskforceCoordinator, Analyst]),
        (Deed::SeeProgress, &[TaskforceCoordinator]),
    ];
    for (deed, roles) in matrix {
        for role in casework::Role::ALL {
            assert_eq!(desk::policy::allows(*role, deed), roles.contains(role), "{role:?} {deed:?}");
        }
    }
    for role in [HealthFocal, HealthProvider, Shelter, SocialWorker, ChildFocal, ReferralDesk] {
        assert!(!desk::policy::allows(role, Deed::SeeIdentity) && !desk::policy::allows(role, Deed::ReadCase));
    }
}

/// Who must not: the rows of the role matrix that a change of the table may not turn around (domain: actors, section 4).
#[test]
fn police_analyst_auditor_and_installer_touch_no_case_and_the_coordinator_no_identity() {
    use casework::Role;
    use desk::Deed;
    let touching =
        [Deed::SeeCases, Deed::ReadCase, Deed::WorkCase, Deed::SeeIdentity, Deed::SeeReports, Deed::SeeOffers];
    for role in [Role::Police, Role::Analyst, Role::Auditor, Role::Installer, Role::Guest] {
        assert!(touching.iter().all(|deed| !desk::policy::allows(role, *deed)), "{role:?}");
    }
    for role in [Role::TaskforceCoordinator, Role::HealthProvider, Role::Shelter, Role::ReferralDesk] {
        assert!(!desk::policy::allows(role, Deed::SeeIdentity) && !desk::policy::allows(role, Deed::ReadCase));
    }
    for role in Role::ALL.iter().filter(|role| **role != Role::Auditor) {
        assert!(!desk::policy::allows(*role, Deed::SeeAudit), "{role:?}");
    }
    for role in Role::ALL.iter().filter(|role| **role != Role::Installer) {
        assert!(!desk::policy::allows(*role, Deed::ManageOfficers), "{role:?}");
    }
}
