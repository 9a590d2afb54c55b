//! `simpul doctor`: one line for each thing that keeps a node well, with a remedy where it is not.

use super::{Answer, block_on};
use crate::output::line;
use crate::runtime::control::{Ask, Reply, told};
use crate::runtime::health::{self, Health};
use crate::runtime::node::{backend, clock, trouble};
use crate::runtime::{Config, backup, config, lock};
use base::{Lang, Problem, Text, Timestamp};
use std::path::Path;

/// Below this much free space a node is in danger (STORAGE.md 6).
const FREE_BYTES_MIN: u64 = 512 << 20;
/// A clock before this moment is certainly wrong: this version did not exist.
const CLOCK_MIN: &str = "2026-01-01T00:00:00Z";

/// A partner that nobody heard for so long needs a telephone call.
const SILENT_HOURS: i64 = 72;
/// A certificate that ends within 60 days is to be renewed now: papers and people must come together.
const CERTIFIED_HOURS: i64 = 60 * 24;

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
        let text = format!("{mark}  {:<11} {}", found.what, found.says.get(lang));
        let value = serde_json::json!({"what": found.what, "fine": found.fine, "says": found.says.get(lang)});
        line(&if json { value.to_string() } else { text });
    }
    Ok(u8::from(findings.iter().any(|found| !found.fine)))
}

async fn look(dir: &Path) -> Result<Vec<Finding>, Problem> {
    let config = Config::read(dir)?;
    let now = clock(dir, &config).now();
    let mut out = vec![clock_finding(now), disk(dir), keys(dir)];
    let running = told(dir, &Ask::State).await;
    out.push(finding(
        "process",
        running.is_ok(),
        ("simpul berjalan", "the node runs"),
        ("simpul tidak berjalan: jalankan simpul serve", "the node does not run: run simpul serve"),
    ));
    let health = match running {
        Ok(reply) => {
            out.extend([unlocked(&reply), database(true)]);
            reply.health
        }
        Err(_) => asleep(dir, &config, now, &mut out).await,
    };
    let health = health.unwrap_or_default();
    out.extend([backup_age(dir, now), partners(&health, now), certificate(&health, now), keyholders(&health)]);
    out.extend([packs(dir, &config, now), islands()]);
    out.extend(config.public.as_ref().map(|_| window(&health)));
    Ok(out)
}

/// A node that does not run: its store is opened here, and the journal walked.
async fn asleep(dir: &Path, config: &Config, now: Timestamp, out: &mut Vec<Finding>) -> Option<Health> {
    let opened = backend(dir, config, now).await;
    out.push(database(opened.is_ok()));
    let backend = opened.ok()?;
    let whole = async {
        let mut view = backend.read().await.map_err(trouble)?;
        store::chain::verify(&mut *view).await.map_err(trouble)
    };
    let fine = matches!(whole.await, Ok(Ok(_)));
    out.push(finding(
        "journal",
        fine,
        ("jurnal utuh", "the journal is whole"),
        ("jurnal rusak: jalankan simpul audit verify", "the journal is damaged: run simpul audit verify"),
    ));
    let certified_until = health::certified_until(&*backend).await.ok()?;
    let keyholders = lock::read(&*backend).await.map(|lock| lock::names(&lock)).unwrap_or_default();
    Some(Health { certified_until, partners: None, keyholders, window: None })
}

fn clock_finding(now: Timestamp) -> Finding {
    finding(
        "clock",
        Timestamp::parse(CLOCK_MIN).is_some_and(|least| now > least),
        ("jam masuk akal", "the clock is plausible"),
        ("jam salah: setel jam komputer", "the clock is wrong: set the computer's clock"),
    )
}

fn unlocked(reply: &Reply) -> Finding {
    finding(
        "unlocked",
        !reply.locked,
        ("kunci terbuka", "the keys are open"),
        ("terkunci: jalankan simpul unlock", "locked: run simpul unlock"),
    )
}

fn database(answers: bool) -> Finding {
    finding(
        "database",
        answers,
        ("basis data menjawab", "the database answers"),
        (
            "basis data tidak dapat dibuka: periksa disk; bila rusak, jalankan simpul restore",
            "the database cannot be opened: check the disk; if it is damaged, run simpul restore",
        ),
    )
}

fn backup_age(dir: &Path, now: Timestamp) -> Finding {
    let Some(at) = backup::newest(dir) else {
        let says = Text::new(
            "belum ada cadangan: colok stik, jalankan simpul backup",
            "there is no backup: plug in a stick, run simpul backup",
        );
        return Finding { what: "backup", fine: false, says };
    };
    let days = (now.seconds() - at.seconds()) / 86_400;
    let fine = at.plus_hours(base::limits::BACKUP_OLD_HOURS) > now;
    let says = if fine {
        Text::new(format!("cadangan terakhir {at}"), format!("the last backup is of {at}"))
    } else {
        Text::new(
            format!("cadangan terakhir berumur {days} hari: colok stik, jalankan simpul backup"),
            format!("the last backup is {days} days old: plug in a stick, run simpul backup"),
        )
    };
    Finding { what: "backup", fine, says }
}

/// Partners that nobody heard for three days.
fn partners(health: &Health, now: Timestamp) -> Finding {
    let Some(partners) = &health.partners else {
        let says = Text::new("mitra baru terlihat sesudah kunci dibuka", "partners are seen once the keys are open");
        return Finding { what: "partners", fine: true, says };
    };
    let silent = |heard: &Option<Timestamp>| heard.is_none_or(|at| at.plus_hours(SILENT_HOURS) < now);
    let names: Vec<&str> = partners.iter().filter(|(_, heard)| silent(heard)).map(|(name, _)| name.as_str()).collect();
    let (count, names) = (partners.len(), names.join(", "));
    let says = if names.is_empty() {
        Text::new(format!("{count} mitra, semua terdengar"), format!("{count} partners, all heard"))
    } else {
        Text::new(
            format!("tidak terdengar tiga hari: {names}. Telepon, atau bawa stik: simpul bundle export"),
            format!("not heard for three days: {names}. Ring them, or bring a stick: simpul bundle export"),
        )
    };
    Finding { what: "partners", fine: names.is_empty(), says }
}

/// The root's word on the node's keys. It is renewed with three root papers.
fn certificate(health: &Health, now: Timestamp) -> Finding {
    let until = health.certified_until.unwrap_or_default();
    let fine = until > now.plus_hours(CERTIFIED_HOURS);
    let day = until.to_string().chars().take(10).collect::<String>();
    let says = if fine {
        Text::new(format!("sertifikat berlaku sampai {day}"), format!("the certificate holds until {day}"))
    } else {
        Text::new(
            format!("sertifikat habis {day}: kumpulkan 3 lembar root, jalankan simpul keys renew"),
            format!("the certificate ends on {day}: bring 3 root papers together, run simpul keys renew"),
        )
    };
    Finding { what: "certificate", fine, says }
}

/// Two who open it together are one too few: when one cannot come, nobody opens it.
fn keyholders(health: &Health) -> Finding {
    let (count, names) = (health.keyholders.len(), health.keyholders.join(", "));
    let says = match count {
        0 => Text::new("satu frasa membuka simpul", "one passphrase opens the node"),
        2 => Text::new(
            format!("hanya dua pemegang kunci: {names}. Tambah yang ketiga: simpul keyholders two"),
            format!("only two keyholders: {names}. Add a third: simpul keyholders two"),
        ),
        _ => Text::new(format!("dua dari {count} membuka simpul: {names}"), format!("two of {count} open it: {names}")),
    };
    Finding { what: "keyholders", fine: count != 2, says }
}

/// The public window, where one is set up.
fn window(health: &Health) -> Finding {
    let window = health.window.clone().unwrap_or_default();
    let (id, en) = match window.visited_at {
        Some(at) => (format!("dikunjungi terakhir {at}"), format!("last visited {at}")),
        None => ("belum dikunjungi".to_owned(), "not visited yet".to_owned()),
    };
    let says = if window.reachable {
        Text::new(format!("jendela publik menjawab, {id}"), format!("the public window answers, {en}"))
    } else {
        let fault = window.fault.map(|code| format!(" ({code})")).unwrap_or_default();
        Text::new(
            format!("jendela publik tidak menjawab{fault}, {id}: jalankan simpul serve DIR --public"),
            format!("the public window does not answer{fault}, {en}: run simpul serve DIR --public"),
        )
    };
    Finding { what: "window", fine: window.reachable, says }
}

fn islands() -> Finding {
    finding(
        "islands",
        web::look::Asset::named("saku.js").is_some(),
        ("skrip halaman tersedia", "the scripts of the pages are built in"),
        (
            "skrip belum dibangun: buku saku luring, penyegelan di telepon dan kunci sandi mati; jalankan make islands lalu bangun lagi",
            "islands: not built; offline pocketbook, sealing on the phone and passkeys are off; run make islands and build again",
        ),
    )
}

/// What was put into the folder of packs and is not used, with its first fault and remedy.
fn packs(dir: &Path, config: &Config, now: Timestamp) -> Finding {
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
