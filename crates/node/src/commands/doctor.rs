//! `simpul doctor`: one line for each thing that keeps a node well, with a remedy where it is not.

use super::{Answer, block_on};
use crate::output::line;
use crate::runtime::control::{Ask, ask};
use crate::runtime::node::{backend, clock, trouble};
use crate::runtime::{Config, config};
use base::{Lang, Problem, Text};
use std::path::Path;

/// Below this much free space a node is in danger (STORAGE.md 6).
const FREE_BYTES_MIN: u64 = 512 << 20;
/// A clock before this moment is certainly wrong: this version did not exist.
const CLOCK_MIN: &str = "2026-01-01T00:00:00Z";

struct Finding {
    what: &'static str,
    fine: bool,
    says: Text,
}

fn finding(what: &'static str, fine: bool, good: (&str, &str), bad: (&str, &str)) -> Finding {
    let (id, en) = if fine { good } else { bad };
    Finding { what, fine, says: Text::new(id, en) }
}

/// Looks at everything; exit 1 if something needs a hand.
pub fn run(dir: &Path, json: bool, lang: Lang) -> Answer {
    let findings = block_on(look(dir))?;
    for found in &findings {
        let mark = if found.fine { "ok" } else { "!!" };
        let text = format!("{mark}  {:<10} {}", found.what, found.says.get(lang));
        let value = serde_json::json!({"what": found.what, "fine": found.fine, "says": found.says.get(lang)});
        line(&if json { value.to_string() } else { text });
    }
    Ok(u8::from(findings.iter().any(|found| !found.fine)))
}

async fn look(dir: &Path) -> Result<Vec<Finding>, Problem> {
    let config = Config::read(dir)?;
    let now = clock(dir, &config).now();
    let mut out = Vec::new();
    let clock_fine = base::Timestamp::parse(CLOCK_MIN).is_some_and(|least| now > least);
    out.push(finding(
        "clock",
        clock_fine,
        ("jam masuk akal", "the clock is plausible"),
        ("jam salah: setel jam komputer", "the clock is wrong: set the computer's clock"),
    ));
    out.push(disk(dir));
    out.push(keys(dir));
    let running = ask(dir, &Ask::State).await;
    out.push(finding(
        "process",
        running.is_ok(),
        ("simpul berjalan", "the node runs"),
        ("simpul tidak berjalan: jalankan simpul serve", "the node does not run: run simpul serve"),
    ));
    match running {
        Ok(reply) => out.push(finding(
            "unlocked",
            !reply.locked,
            ("kunci terbuka", "the keys are open"),
            ("terkunci: jalankan simpul unlock", "locked: run simpul unlock"),
        )),
        Err(_) => out.push(database(dir, &config, now).await),
    }
    out.push(packs(dir, &config, now));
    out.push(finding(
        "islands",
        web::look::Asset::named("saku.js").is_some(),
        ("skrip halaman tersedia", "the scripts of the pages are built in"),
        (
            "skrip belum dibangun: buku saku luring, penyegelan di telepon dan kunci sandi mati; jalankan make islands lalu bangun lagi",
            "islands: not built; offline pocketbook, sealing on the phone and passkeys are off; run make islands and build again",
        ),
    ));
    Ok(out)
}

/// What was put into the folder of packs and is not used, with its first fault and remedy.
fn packs(dir: &Path, config: &Config, now: base::Timestamp) -> Finding {
    let refused = |packs: &desk::packs::Packs| -> Vec<Text> {
        let told = |state: &desk::packs::PackState| {
            let (message, remedy) = state.first_fault()?;
            let line =
                |lang| format!("{} ({}): {} {}", state.folder, state.words(), message.get(lang), remedy.get(lang));
            Some(Text::new(line(Lang::Id), line(Lang::En)))
        };
        packs.refused().filter_map(told).collect()
    };
    let faults = match crate::runtime::packs::look(dir, config, now) {
        Ok(packs) => refused(&packs),
        Err(problem) => vec![problem.message()],
    };
    let all = |lang| faults.iter().map(|fault| fault.get(lang)).collect::<Vec<_>>().join(" · ");
    let kept = Text::new("paket lama tetap dipakai", "earlier packs stay in use");
    Finding {
        what: "packs",
        fine: faults.is_empty(),
        says: if faults.is_empty() {
            Text::new("semua paket sah dan bertanda tangan", "all packs hold and are signed")
        } else {
            Text::new(format!("{}: {}", kept.id, all(Lang::Id)), format!("{}: {}", kept.en, all(Lang::En)))
        },
    }
}

fn disk(dir: &Path) -> Finding {
    let free = rustix::fs::statvfs(dir).map_or(0, |stat| stat.f_bavail.saturating_mul(stat.f_frsize));
    finding(
        "disk",
        free >= FREE_BYTES_MIN,
        ("ruang disk cukup", "there is free disk space"),
        ("ruang disk hampir habis: kosongkan sedikitnya 512 MiB", "the disk is nearly full: free at least 512 MiB"),
    )
}

fn keys(dir: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt;
    let private = |name: &str| {
        std::fs::metadata(dir.join(name)).is_ok_and(|meta| meta.permissions().mode().trailing_zeros() >= 6)
    };
    let all = ["open.key", "carrier.key"].into_iter().all(private) && dir.join(config::FILE).is_file();
    finding(
        "keys",
        all,
        ("berkas kunci ada dan tertutup bagi pengguna lain", "the key files are there and closed to others"),
        (
            "berkas kunci hilang atau terbuka: pulihkan, lalu chmod 600",
            "a key file is missing or open: restore it, then chmod 600",
        ),
    )
}

async fn database(dir: &Path, config: &Config, now: base::Timestamp) -> Finding {
    let whole = async {
        let backend = backend(dir, config, now).await?;
        let mut view = backend.read().await.map_err(trouble)?;
        store::chain::verify(&mut *view).await.map_err(trouble)
    };
    let fine = matches!(whole.await, Ok(Ok(_)));
    finding(
        "journal",
        fine,
        ("jurnal utuh", "the journal is whole"),
        ("jurnal rusak: jalankan simpul audit verify", "the journal is damaged: run simpul audit verify"),
    )
}
