//! `simpul backup`, `simpul restore`.

use super::{Answer, block_on};
use crate::cli::{BackupArgs, RestoreArgs};
use crate::output::{line, talk};
use crate::platform::SystemClock;
use crate::runtime::control::{Ask, told};
use crate::runtime::restore::{Plan, Restored, Secret, opens_by_one, papers_needed, restore};
use crate::runtime::{Node, backup, passphrase};
use base::limits::DOCUMENT_BYTES_MAX;
use base::{Clock, Problem, Timestamp};

/// Through the node that runs, else by opening the folder.
pub fn run(args: &BackupArgs, json: bool) -> Answer {
    let place =
        std::path::absolute(&args.to).map_err(|_| Problem::at("input.unreadable", args.to.display().to_string()))?;
    block_on(async {
        let done = match told(&args.dir, &Ask::Backup { to: place.clone() }).await {
            Err(problem) if problem.code.0 == "node.not-running" => {
                let node = Node::open(&args.dir).await?;
                node.unlock_typed(args.passphrase_file.as_deref()).await?;
                let copied = backup::Backups::default().write(&node, &place).await?;
                (copied.events, copied.seq.era(), copied.seq.n())
            }
            asked => asked?.copied.ok_or(Problem::at("input.not-json", "control"))?,
        };
        let (events, era, n) = done;
        line(&if json {
            serde_json::json!({"place": place, "events": events, "seq": [era, n]}).to_string()
        } else {
            format!("{}: {events} entri baru / new entries, sampai / up to [{era}, {n}]", place.display())
        });
        Ok(0)
    })
}

/// On an empty disk, with the passphrase or with papers.
pub fn bring_back(args: &RestoreArgs, json: bool) -> Answer {
    let until = args
        .until
        .as_deref()
        .map(|text| Timestamp::parse(text).ok_or_else(|| Problem::at("input.bad-time", text.to_owned())));
    let until = until.transpose()?;
    let secret = secret(args)?;
    let plan = Plan { place: &args.place, dir: &args.to, secret: &secret, until, verify: args.verify };
    let done = block_on(restore(&plan))?;
    if args.verify {
        backup::note_rehearsed(&args.place, SystemClock.now());
    }
    print(args, &done, json);
    Ok(0)
}

fn secret(args: &RestoreArgs) -> Result<Secret, Problem> {
    let phrase = args.passphrase_file.as_deref();
    let Some(file) = &args.shares else {
        return Ok(Secret::Given(passphrase::given(opens_by_one(&args.place)?, phrase)?));
    };
    let papers = papers(file, usize::from(papers_needed(&args.place)?), "master")?;
    let new = if args.verify { String::new() } else { passphrase::read_new(phrase)? };
    Ok(Secret::Papers(papers, new))
}

/// Papers of a kind, typed one a line, or from a file.
pub(super) fn papers(file: &str, needed: usize, kind: &str) -> Result<Vec<String>, Problem> {
    let mut papers = Vec::new();
    if file == "-" {
        talk(&format!("Ketik {needed} lembar {kind}, satu per baris. / Type {needed} {kind} papers, one a line:"));
        while papers.len() < needed {
            let typed = passphrase::line()?.ok_or(Problem::at("share.too-few", papers.len().to_string()))?;
            papers.extend(paper(&typed));
        }
    } else {
        let bytes = crate::output::read(file, DOCUMENT_BYTES_MAX)?;
        papers.extend(String::from_utf8_lossy(&bytes).lines().filter_map(paper));
    }
    Ok(papers)
}

/// A line as printed, `master 2/5: ABC…`, or only what stands behind the colon.
fn paper(typed: &str) -> Option<String> {
    let text = typed.rsplit(':').next().unwrap_or(typed).trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn print(args: &RestoreArgs, done: &Restored, json: bool) {
    let Restored { poured, streams, era, left_postgres } = done;
    let (seq, newest) = (poured.head.seq, poured.newest);
    if json {
        let told = serde_json::json!({
            "events": poured.events, "items": poured.items, "files": poured.files, "erased": poured.erased,
            "streams": streams, "seq": [seq.era(), seq.n()], "newest": [newest.era(), newest.n()],
            "at": poured.head.at.to_string(), "state_at": poured.state_at.to_string(), "era": era,
        });
        line(&told.to_string());
        return;
    }
    line(&format!(
        "{} entri jurnal, rantai utuh sampai {seq} / journal entries, chain whole up to {seq}",
        poured.events
    ));
    line(&format!(
        "{streams} aliran, {} berkas / streams, files; {} kunci tetap musnah / keys stay destroyed",
        poured.files, poured.erased
    ));
    if seq != newest {
        line(&format!("cadangan berlanjut sampai {newest} / the backup goes on to {newest}"));
    }
    if *left_postgres {
        talk(
            "Simpul ini dulu di PostgreSQL; sekarang di berkas node.db. / It was on PostgreSQL; now it is in node.db.",
        );
    }
    let dir = args.to.display();
    match era {
        Some(era) => talk(&format!("Hidup baru / new era {era}. Lanjut / next: simpul serve {dir}")),
        None => talk(&format!(
            "Latihan: {dir} tidak dapat dijalankan; hapus saja. / A rehearsal: {dir} is not served; remove it."
        )),
    }
}
