//! What `cargo metadata` says about the workspace and all below it, on this platform, without a network.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// One package, ours or another's.
#[derive(Clone, Debug, Default)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub licence: Option<String>,
    pub ours: bool,
    /// Folder of the package from the root; empty for others' packages.
    pub folder: String,
    /// First files of its targets, from the root.
    pub roots: Vec<String>,
    /// What its manifest names, by kind.
    pub names: Vec<Named>,
    /// What it is built from on this platform: indices into the list, tests not counted.
    pub below: Vec<usize>,
}

/// A dependency that a manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub for_tests: bool,
}

/// Asks cargo. The list of others' packages is cut to this platform, the one that is built here.
pub fn load(root: &Path) -> Result<Vec<Package>> {
    let host = host()?;
    let out = cargo()
        .args(["metadata", "--format-version", "1", "--filter-platform", &host])
        .current_dir(root)
        .output()
        .context("cargo metadata does not start")?;
    anyhow::ensure!(out.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&out.stderr));
    parse(&serde_json::from_slice(&out.stdout)?)
}

/// The cargo that runs this program, so that both are of one toolchain. What `cargo run` says of this package is taken away:
/// build scripts look at it (that of `ring`), and all above them would be built once more after a build by hand.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}

fn host() -> Result<String> {
    let out = Command::new("rustc").arg("-vV").output().context("rustc does not start")?;
    let text = String::from_utf8(out.stdout)?;
    let line = text.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc -vV names no host")?;
    Ok(line.to_owned())
}

fn parse(meta: &Value) -> Result<Vec<Package>> {
    let root = text(meta, "workspace_root");
    let members: BTreeSet<&str> = list(meta, "workspace_members").filter_map(Value::as_str).collect();
    let mut packages = Vec::new();
    let mut index = BTreeMap::new();
    for package in list(meta, "packages") {
        let id = text(package, "id");
        index.insert(id, packages.len());
        packages.push(read_package(package, root, members.contains(id)));
    }
    for node in meta.get("resolve").map(|resolve| list(resolve, "nodes")).into_iter().flatten() {
        let below = list(node, "deps")
            .filter(|dep| list(dep, "dep_kinds").any(|kind| kind.get("kind").and_then(Value::as_str) != Some("dev")))
            .filter_map(|dep| index.get(text(dep, "pkg")).copied())
            .collect();
        if let Some(package) = index.get(text(node, "id")).and_then(|&at| packages.get_mut(at)) {
            package.below = below;
        }
    }
    anyhow::ensure!(!packages.is_empty(), "cargo metadata lists no package");
    Ok(packages)
}

fn read_package(package: &Value, root: &str, ours: bool) -> Package {
    let from_root = |path: &str| path.strip_prefix(root).map_or("", |path| path.trim_start_matches('/')).to_owned();
    let named = |dep: &Value| Named {
        name: text(dep, "name").to_owned(),
        for_tests: dep.get("kind").and_then(Value::as_str) == Some("dev"),
    };
    let manifest = from_root(text(package, "manifest_path"));
    Package {
        name: text(package, "name").to_owned(),
        version: text(package, "version").to_owned(),
        licence: package.get("license").and_then(Value::as_str).map(str::to_owned),
        ours,
        folder: manifest.strip_suffix("/Cargo.toml").unwrap_or("").to_owned(),
        roots: list(package, "targets").map(|target| from_root(text(target, "src_path"))).collect(),
        names: list(package, "dependencies").map(named).collect(),
        below: Vec::new(),
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_read_with_what_they_name_and_what_is_below_them() {
        let meta = serde_json::json!({
            "workspace_root": "/r", "workspace_members": ["a 1"],
            "packages": [
                {"id": "a 1", "name": "a", "version": "1", "manifest_path": "/r/crates/a/Cargo.toml",
                 "targets": [{"src_path": "/r/crates/a/src/lib.rs"}],
                 "dependencies": [{"name": "b", "kind": null}, {"name": "c", "kind": "dev"}]},
                {"id": "b 1", "name": "b", "version": "1", "license": "MIT", "manifest_path": "/x/b/Cargo.toml"},
                {"id": "c 1", "name": "c", "version": "1", "manifest_path": "/x/c/Cargo.toml"}],
            "resolve": {"nodes": [{"id": "a 1", "deps": [
                {"pkg": "b 1", "dep_kinds": [{"kind": null}]}, {"pkg": "c 1", "dep_kinds": [{"kind": "dev"}]}]}]}
        });
        let packages = parse(&meta).unwrap();
        assert_eq!(packages[0].folder, "crates/a");
        assert_eq!(packages[0].roots, ["crates/a/src/lib.rs"]);
        assert_eq!(packages[0].below, [1]);
        assert!(packages[0].names[1].for_tests && packages[0].ours && !packages[1].ours);
    }
}
