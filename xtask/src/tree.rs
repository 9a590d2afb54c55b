//! The files of the project: those that git knows, and new ones that it does not ignore.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// One text file, with its path from the root, `/` between the parts.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }
}

/// The root of the workspace.
pub fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here.parent().context("xtask has no folder above it")?.to_path_buf())
}

/// All text files, sorted by path. Files that are not UTF-8 are pictures and the like, which no check reads.
pub fn files(root: &Path) -> Result<Vec<File>> {
    let out = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git is needed to list the files of the project")?;
    anyhow::ensure!(out.status.success(), "git ls-files failed: {}", String::from_utf8_lossy(&out.stderr));
    let mut paths: Vec<&str> = std::str::from_utf8(&out.stdout)?.split('\0').filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    // A file removed but not yet committed is listed and absent: it no longer belongs to the project.
    let read =
        |path: &&str| Some(File { path: (*path).to_owned(), text: std::fs::read_to_string(root.join(path)).ok()? });
    Ok(paths.iter().filter_map(read).collect())
}
