//! Who takes part: eight made-up nodes and their made-up staff.

use casework::Role;
use std::collections::BTreeSet;

/// One node of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Short name, as accords name the party.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Place code.
    pub place: &'static str,
    /// Party role.
    pub role: &'static str,
}

/// The six task forces of the story and two legal-aid institutions.
pub const PARTS: [Part; 8] = [
    task_force("batam", "Gugus Tugas PP-TPPO Kota Batam", "21.71"),
    task_force("jakarta", "Gugus Tugas PP-TPPO Jakarta Timur", "31.75"),
    task_force("sukabumi", "Gugus Tugas PP-TPPO Kabupaten Sukabumi", "32.02"),
    task_force("indramayu", "Gugus Tugas PP-TPPO Kabupaten Indramayu", "32.12"),
    task_force("kupang", "Gugus Tugas PP-TPPO Kabupaten Kupang", "53.01"),
    task_force("lotim", "Gugus Tugas PP-TPPO Kabupaten Lombok Timur", "52.03"),
    legal_aid("lbh-mawar", "LBH Mawar"),
    legal_aid("lbh-bahari", "LBH Bahari"),
];

const fn task_force(name: &'static str, title: &'static str, place: &'static str) -> Part {
    Part { name, title, place, role: "task_force" }
}

const fn legal_aid(name: &'static str, title: &'static str) -> Part {
    Part { name, title, place: "21.71", role: "legal_aid" }
}

/// Log-in names, shown names and roles of a node's staff.
pub fn staff(part: &Part) -> Vec<(String, String, BTreeSet<Role>)> {
    let one =
        |login: &str, name: &str, roles: &[Role]| (login.to_owned(), name.to_owned(), roles.iter().copied().collect());
    let mut staff = vec![one("pemasang", "Wayan", &[Role::Installer])];
    if part.role == "legal_aid" {
        staff.push(one("ratih", "Ratih", &[Role::Counsel]));
        return staff;
    }
    staff.extend([
        one("dewi", "Dewi", &[Role::IntakeOfficer]),
        one(
            "sari",
            "Sari",
            &[
                Role::CaseManager,
                Role::LegalCoordinator,
                Role::ReturnCoordinator,
                Role::ReferralDesk,
                Role::HomeCaseManager,
            ],
        ),
        one("joko", "Joko", &[Role::Companion]),
        one("maria", "Maria", &[Role::IdentificationTeam]),
        one("anton", "Anton", &[Role::IdentificationTeam]),
        one("hasan", "Hasan", &[Role::TaskforceCoordinator]),
        one("tuti", "Tuti", &[Role::Auditor]),
        one("lina", "Lina", &[Role::Analyst]),
    ]);
    staff
}
