//! The pocketbook on a phone: bytes of an install and of a changed chapter, and how soon it asks. A real Chromium at a
//! real node through `slowlink`; the script is `tests/browser/bench.js`.

use crate::row::{Line, Row};
use anyhow::Context;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/browser");
const NAME: &str = "pocketbook: all of it, two languages and one";

pub fn rows() -> anyhow::Result<Vec<Line>> {
    let Some((simpul, slowlink)) = programs()? else {
        let why = "no simpul and slowlink beside this program; first: cargo build --release -p node -p slowlink";
        return Ok(vec![Line::Skipped(NAME, why.to_owned())]);
    };
    let folder = Path::new(FOLDER);
    if !folder.join("node_modules/playwright-core").is_dir() {
        eprintln!("installing npm packages of tests/browser as locked");
        let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        let done = Command::new("npm").args(npm).current_dir(folder).stdout(Stdio::null()).status();
        anyhow::ensure!(done.is_ok_and(|status| status.success()), "npm ci failed in tests/browser");
    }
    let mut script = Command::new("node");
    script.arg("bench.js").current_dir(folder).env("SIMPUL_BIN", simpul).env("SLOWLINK_BIN", slowlink);
    let ran = script.stderr(Stdio::inherit()).output().context("node is missing: Node 20.19 or newer is needed")?;
    anyhow::ensure!(ran.status.success(), "bench.js failed");
    let found: serde_json::Value = serde_json::from_slice(&ran.stdout).context("bench.js gave no JSON")?;
    let of = |key: &str| found.get(key).and_then(serde_json::Value::as_f64).with_context(|| format!("no {key}"));
    let all = Row::at_most(NAME, of("all")?, "bytes", 150_000.0).beside("ODK form 1 162 000, Primero 1 760 000");
    let gprs = Row::wanted("  first question over GPRS, CPU 6x, cold", of("gprs")?, "seconds", 4.0);
    Ok(vec![
        all.into(),
        Row::at_most("  its first document", of("document")?, "bytes", 12_000.0).into(),
        Row::at_most("  until it asks one question at a time", of("usable")?, "bytes", 40_000.0).into(),
        Row::at_most("  a changed chapter, with the list", of("chapter")?, "bytes", 10_000.0).into(),
        gprs.beside("GlobaLeaks 88.6, ODK 187").into(),
        Row::told("  the same, one question at a time", of("gprs_apart")?, "seconds").into(),
        Row::wanted("  first question offline, CPU 6x, cold", of("offline")?, "seconds", 1.5).into(),
        Row::told("  the same, one question at a time", of("offline_apart")?, "seconds").into(),
        Row::wanted("public start page over GPRS, cold", of("start")?, "seconds", 4.0).into(),
        Row::wanted("  a report without a name, on the link, no script", of("report")?, "seconds", 25.0).into(),
        Row::wanted("  the same, sealed on the phone", of("report_sealed")?, "seconds", 25.0).into(),
    ])
}

/// The node and the link of the same build, else those without optimisation.
fn programs() -> anyhow::Result<Option<(PathBuf, PathBuf)>> {
    let here = std::env::current_exe()?;
    let target = here.parent().and_then(Path::parent);
    let folders = here.parent().into_iter().map(Path::to_path_buf).chain(target.map(|target| target.join("debug")));
    let both = folders.map(|folder| (folder.join("simpul"), folder.join("slowlink")));
    Ok(both.into_iter().find(|(simpul, slowlink)| simpul.is_file() && slowlink.is_file()))
}
