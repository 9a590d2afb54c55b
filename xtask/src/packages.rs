//! What others wrote and we build on: licences, banned packages, packages present twice, and how many we name ourselves.

use crate::findings::Findings;
use crate::metadata::Package;
use crate::spdx;
use std::collections::{BTreeMap, BTreeSet};

/// Licences that go together with AGPL-3.0-or-later.
const LICENCES: [&str; 16] = [
    "0BSD",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Never below us: TLS is ring through rustls, SQL is ours, and the rest is unmaintained or has known faults.
const BANNED: [&str; 12] = [
    "aws-lc-rs",
    "aws-lc-sys",
    "diesel",
    "hpke-rs",
    "native-tls",
    "openssl",
    "openssl-sys",
    "sea-orm",
    "serde_cbor",
    "sharks",
    "sqlx",
    "vsss-rs",
];

/// More than this needs an ADR: each is code that somebody else may change.
const DIRECT_MAX: usize = 60;

/// Runs all four checks. `duplicates` is the text of xtask/duplicates.txt, `lock` that of Cargo.lock.
pub fn check(packages: &[Package], lock: &str, duplicates: &str, findings: &mut Findings) {
    licences(packages, findings);
    banned(lock, findings);
    twice(packages, duplicates, findings);
    let direct = direct(packages);
    if direct.len() > DIRECT_MAX {
        findings.stop("packages", "Cargo.toml", format!("{} direct dependencies, at most {DIRECT_MAX}", direct.len()));
    }
}

/// The names of others' packages that our manifests name.
pub fn direct(packages: &[Package]) -> BTreeSet<&str> {
    let ours: BTreeSet<&str> =
        packages.iter().filter(|package| package.ours).map(|package| package.name.as_str()).collect();
    let named = packages.iter().filter(|package| package.ours).flat_map(|package| &package.names);
    named.map(|named| named.name.as_str()).filter(|name| !ours.contains(name)).collect()
}

fn licences(packages: &[Package], findings: &mut Findings) {
    for package in packages {
        match &package.licence {
            Some(licence) if spdx::is_met(licence, &LICENCES) => {}
            Some(licence) => findings.stop("packages", &package.name, format!("licence not allowed: {licence}")),
            None => findings.stop("packages", &package.name, "names no licence"),
        }
    }
}

/// Read from the lock file, which also holds what other platforms build.
fn banned(lock: &str, findings: &mut Findings) {
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    for name in names.filter(|name| BANNED.contains(name)) {
        findings.stop("packages", name, "banned; `cargo tree -i` shows who brings it; switch its features off");
    }
}

/// Each package present in several versions stands in the list, with how many and why.
fn twice(packages: &[Package], list: &str, findings: &mut Findings) {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        versions.entry(&package.name).or_default().insert(&package.version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let &[name, count, reason] = words.as_slice() else {
            findings.stop("packages", "xtask/duplicates.txt", format!("not `name count reason`: {line}"));
            continue;
        };
        match versions.remove(name) {
            Some(found) if found.len().to_string() == count && !reason.is_empty() => {}
            Some(found) => {
                findings.stop("packages", name, format!("{} versions, xtask/duplicates.txt says {count}", found.len()));
            }
            None => findings.stop("packages", name, "no longer there twice: remove its line from xtask/duplicates.txt"),
        }
    }
    for (name, found) in versions {
        let found: Vec<&str> = found.into_iter().collect();
        findings.stop(
            "packages",
            name,
            format!("there in versions {}: see to one, or say why in xtask/duplicates.txt", found.join(", ")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, licence: &str) -> Package {
        Package { name: name.into(), version: version.into(), licence: Some(licence.into()), ..Package::default() }
    }

    fn stops(packages: &[Package], lock: &str, duplicates: &str) -> Vec<String> {
        let mut findings = Findings::default();
        check(packages, lock, duplicates, &mut findings);
        findings.stops().to_vec()
    }

    #[test]
    fn a_licence_outside_the_list_and_a_missing_one_stop() {
        let nameless = Package { name: "b".into(), version: "1".into(), ..Package::default() };
        assert_eq!(stops(&[package("a", "1", "SSPL-1.0"), nameless, package("c", "1", "MIT")], "", "").len(), 2);
    }

    #[test]
    fn a_banned_package_in_the_lock_file_stops() {
        assert_eq!(stops(&[], "name = \"openssl-sys\"\nname = \"ring\"\n", "").len(), 1);
    }

    #[test]
    fn a_package_there_twice_needs_a_reason_and_a_stale_reason_goes() {
        let two = [package("a", "1.0.0", "MIT"), package("a", "2.0.0", "MIT")];
        assert_eq!(stops(&two, "", "# why\na 2 b still asks for 1\n"), [] as [String; 0]);
        assert_eq!(stops(&two, "", "").len(), 1);
        assert_eq!(stops(&two, "", "a 3 because\n").len(), 1);
        assert_eq!(stops(&two[..1], "", "a 2 because\n").len(), 1);
    }
}
