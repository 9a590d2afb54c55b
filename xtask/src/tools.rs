//! Finding programs, and installing Debian packages when they are missing: said first, and never twice.

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where a program is, if it is on the PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Whether this process is root; files it makes tell.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}

/// Installs Debian packages: as root, else through sudo, else says what to type.
pub fn install(packages: &[&str]) -> Result<()> {
    static UPDATED: AtomicBool = AtomicBool::new(false);
    let list = packages.join(" ");
    anyhow::ensure!(find("apt-get").is_some(), "missing: {list}; there is no apt-get here, install them by hand");
    let sudo = !is_root();
    anyhow::ensure!(!sudo || find("sudo").is_some(), "missing: {list}; as root type: apt-get install {list}");
    println!("installing Debian packages: {list}");
    if !UPDATED.swap(true, Ordering::Relaxed) {
        // An old list still finds most packages, so a failure here is not the end.
        let _ = apt(sudo, &["update", "-q"]);
    }
    let mut words = vec!["install", "-y", "-q", "--no-install-recommends"];
    words.extend(packages);
    apt(sudo, &words)
}

fn apt(sudo: bool, words: &[&str]) -> Result<()> {
    let mut command = Command::new(if sudo { "sudo" } else { "apt-get" });
    if sudo {
        command.arg("apt-get");
    }
    let status =
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive").status().context("apt-get does not start")?;
    anyhow::ensure!(status.success(), "apt-get {} failed", words.join(" "));
    Ok(())
}
