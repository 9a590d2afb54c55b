//! Which room may name which: the arrows of docs/ARCHITECTURE.md. A new arrow needs an ADR and a line here.

use crate::findings::Findings;
use crate::metadata::Package;

const PURE: [&str; 6] = ["pocketbook", "casework", "accord", "recruiters", "insight", "seal"];
const ENGINES: [&str; 2] = ["store-sqlite", "store-postgres"];

/// Room, what it may name, and whether it may also name the pure rooms.
const ALLOWED: [(&str, &[&str], Pure); 22] = [
    ("base", &[], Pure::No),
    ("pocketbook", &["base"], Pure::No),
    ("casework", &["base"], Pure::No),
    ("accord", &["base"], Pure::No),
    ("recruiters", &["base"], Pure::No),
    ("insight", &["base"], Pure::No),
    ("seal", &["base"], Pure::No),
    ("store", &["base"], Pure::Yes),
    ("store-sql", &["base", "store"], Pure::No),
    ("store-sqlite", &["base", "store", "store-sql"], Pure::No),
    ("store-postgres", &["base", "store", "store-sql"], Pure::No),
    ("desk", &["base", "store"], Pure::Yes),
    ("relay", &["base", "store", "desk"], Pure::Yes),
    ("web", &["base", "store", "desk"], Pure::Yes),
    ("sim", &["base", "store", "store-sqlite", "store-postgres", "desk", "relay"], Pure::Yes),
    ("node", &["base", "store", "store-sqlite", "store-postgres", "desk", "relay", "web", "sim"], Pure::Yes),
    // The checks read the catalogue of error codes from `base`, so that exit codes and statuses stand in one place.
    ("xtask", &["base"], Pure::No),
    ("slowlink", &[], Pure::No),
    // Budgets measure any room; no room may name them.
    ("benches", &["base", "store", "store-sqlite", "store-postgres", "desk", "relay", "web", "sim"], Pure::Yes),
    // Whole situations at the desk, on a real engine.
    ("stories", &["base", "store", "store-sqlite", "desk"], Pure::Yes),
    // Two desks and what carries between them, on a connection that breaks.
    ("chaos", &["base", "store", "store-sqlite", "desk", "relay"], Pure::Yes),
    // Every parser, on hostile bytes.
    ("hostile", &["base", "store", "desk", "relay", "web"], Pure::Yes),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pure {
    Yes,
    No,
}

/// Compares the arrows that cargo sees with the allowed ones.
pub fn check(packages: &[Package], findings: &mut Findings) {
    for room in packages.iter().filter(|package| package.ours) {
        let Some((_, may, pure)) = ALLOWED.iter().find(|(name, ..)| *name == room.name) else {
            findings.stop("arrows", &room.name, "unknown room: write an ADR and add it to xtask/src/arrows.rs");
            continue;
        };
        for named in &room.names {
            let ours = packages.iter().any(|other| other.ours && other.name == named.name);
            let allowed =
                may.contains(&named.name.as_str()) || (*pure == Pure::Yes && PURE.contains(&named.name.as_str()));
            if ours && !allowed && !(named.for_tests && tests_may(&room.name, &named.name)) {
                findings.stop("arrows", format!("{} -> {}", room.name, named.name), why(&named.name));
            }
        }
        if room.name == "base" || PURE.contains(&room.name.as_str()) {
            stays_pure(room, packages, findings);
        }
    }
}

/// Tests of the rooms above the store may run on a real engine, and any room may use itself with test features. Those of the
/// node run its processes behind a bad link.
fn tests_may(room: &str, named: &str) -> bool {
    let above_store = !PURE.contains(&room) && !matches!(room, "base" | "xtask" | "slowlink");
    named == room || (room, named) == ("node", "slowlink") || (above_store && ENGINES.contains(&named))
}

fn why(named: &str) -> &'static str {
    match named {
        "store-sqlite" | "store-postgres" => "only node, sim and tests name an engine; ask `store` for what is needed",
        "slowlink" | "xtask" | "benches" | "stories" | "chaos" => "no room may name it",
        _ => {
            "this arrow is not allowed; join the two rooms in `desk`, or write an ADR and a line in xtask/src/arrows.rs"
        }
    }
}

/// No runtime below a pure room: values in, values out.
fn stays_pure(room: &Package, packages: &[Package], findings: &mut Findings) {
    let mut seen = std::collections::BTreeSet::new();
    let mut open = room.below.clone();
    while let Some(at) = open.pop() {
        let Some(package) = packages.get(at).filter(|_| seen.insert(at)) else { continue };
        if package.name == "tokio" {
            findings.stop("arrows", &room.name, "tokio is below this pure room; `cargo tree -i tokio` shows the way");
        }
        open.extend(&package.below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Named;

    fn room(name: &str, names: &[(&str, bool)]) -> Package {
        let names =
            names.iter().map(|(name, for_tests)| Named { name: (*name).into(), for_tests: *for_tests }).collect();
        Package { name: name.into(), ours: true, names, ..Package::default() }
    }

    fn stops(packages: &[Package]) -> Vec<String> {
        let mut findings = Findings::default();
        check(packages, &mut findings);
        findings.stops().to_vec()
    }

    #[test]
    fn a_forbidden_arrow_stops() {
        let found =
            stops(&[room("base", &[]), room("accord", &[("casework", false)]), room("casework", &[("base", false)])]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("accord -> casework"));
    }

    #[test]
    fn only_tests_of_rooms_above_the_store_name_an_engine() {
        let engine = room("store-sqlite", &[]);
        assert_eq!(stops(&[room("desk", &[("store-sqlite", true)]), engine.clone()]), [] as [String; 0]);
        assert_eq!(stops(&[room("desk", &[("store-sqlite", false)]), engine.clone()]).len(), 1);
        assert_eq!(stops(&[room("seal", &[("store-sqlite", true)]), engine]).len(), 1);
    }

    #[test]
    fn no_room_names_the_bad_link_and_no_room_is_unknown() {
        assert_eq!(stops(&[room("relay", &[("slowlink", true)]), room("slowlink", &[])]).len(), 1);
        assert_eq!(stops(&[room("utils", &[])]).len(), 1);
    }

    #[test]
    fn a_runtime_below_a_pure_room_stops() {
        let mut seal = room("seal", &[]);
        seal.below = vec![1];
        let middle = Package { name: "middle".into(), below: vec![2, 1], ..Package::default() };
        let tokio = Package { name: "tokio".into(), ..Package::default() };
        assert_eq!(stops(&[seal, middle, tokio]).len(), 1);
    }
}
