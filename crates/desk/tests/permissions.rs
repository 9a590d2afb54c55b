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

/// Who must not: the rows of the role matrix that a change of the table may not turn around (domain: actors, section 4).
#[test]
fn police_analyst_auditor_and_installer_touch_no_case_and_the_coordinator_no_identity() {
    use casework::Role;
    use desk::Deed;
    let touching =
        [Deed::SeeCases, Deed::ReadCase, Deed::WorkCase, Deed::SeeIdentity, Deed::SeeReports, Deed::SeeOffers];
    for role in [Role::Police, Role::Analyst, Role::Auditor, Role::Installer] {
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
