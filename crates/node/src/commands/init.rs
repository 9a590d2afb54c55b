//! `simpul init`.

use super::{Answer, block_on};
use crate::cli::InitArgs;
use crate::output::{line, talk};
use crate::runtime::found::{self, Founded, Plan};
use crate::runtime::passphrase;
use base::{Lang, Place, Problem};
use casework::Role;
use std::collections::BTreeSet;

/// Makes a node and prints, once, what must go on paper.
pub fn run(args: &InitArgs, json: bool, _lang: Lang) -> Answer {
    let place = Place::parse(&args.place).map_err(|_| Problem::at("input.bad-place", args.place.clone()))?;
    let passphrase = passphrase::read_new(args.passphrase_file.as_deref())?;
    let title = args.title.clone().unwrap_or_else(|| format!("Gugus Tugas PP-TPPO {}", place.name()));
    let mut config = found::config(&args.name, &title, place, &args.role, (args.port, args.carrier_port));
    config.duty_phone.clone_from(&args.duty_phone);
    config.demo = args.demo;
    config.store.url.clone_from(&args.store);
    let officers = vec![
        ("pemasang".to_owned(), "Pemasang".to_owned(), BTreeSet::from([Role::Installer])),
        ("koordinator".to_owned(), "Koordinator".to_owned(), BTreeSet::from([Role::TaskforceCoordinator])),
    ];
    let plan = Plan { dir: &args.dir, config: config.clone(), passphrase: &passphrase, officers };
    let founded = block_on(found::found(plan))?;
    let steps = steps(&args.dir.display().to_string(), &args.name);
    print(&founded, &config.url(), &steps, json);
    Ok(0)
}

/// The page to keep with the papers: all that is needed to bring this node back on an empty disk. Indented lines are
/// commands, in the order in which they are typed.
fn steps(dir: &str, name: &str) -> Vec<String> {
    [
        "CADANGAN / BACKUP",
        "Tiap hari: colok stik, buka terminal di stik itu. / Each day: plug in the stick, open a terminal on it.",
        &format!("    simpul backup {dir} --to cadangan-{name}"),
        "PEMULIHAN di komputer kosong / RESTORE on an empty computer",
        "1. Pasang program simpul. Colok stik, buka terminal di stik itu.",
        "   Install the program simpul. Plug in the stick, open a terminal on it.",
        "2. Kumpulkan 3 dari 5 lembar master. Ketik satu per baris; lalu frasa sandi baru, sedikitnya 12 huruf.",
        "   Bring 3 of the 5 master papers together. Type one a line; then a new passphrase, at least 12 characters.",
        &format!("    simpul restore cadangan-{name} --to {dir} --shares -"),
        "3. Jalankan, lalu buka kuncinya dari terminal kedua. / Start it, then unlock it from a second terminal.",
        &format!("    simpul serve {dir}"),
        &format!("    simpul unlock {dir}"),
        "4. Periksa. / Check it.",
        &format!("    simpul doctor {dir}"),
    ]
    .map(ToOwned::to_owned)
    .to_vec()
}

fn print(founded: &Founded, url: &str, steps: &[String], json: bool) {
    if json {
        let officers: Vec<_> = founded
            .officers
            .iter()
            .map(|o| serde_json::json!({"login": o.login, "password": o.password.expose(), "totp": o.totp.expose()}))
            .collect();
        line(
            &serde_json::json!({"node": founded.node.to_string(), "fingerprint": founded.fingerprint, "url": url,
            "officers": officers, "papers": founded.papers, "page": steps})
            .to_string(),
        );
        return;
    }
    talk(
        "Cetak halaman ini, potong, dan simpan terpisah. Tidak akan tampil lagi. / Print, cut, keep apart; shown once.",
    );
    line(&format!("simpul      {}", founded.node));
    line(&format!("sidik kunci {}", founded.fingerprint));
    line(&format!("alamat      {url}"));
    for officer in &founded.officers {
        let (password, totp) = (officer.password.expose(), officer.totp.expose());
        line(&format!("petugas     {}  sandi {password}  totp {totp}", officer.login));
    }
    for text in founded.papers.iter().chain(steps) {
        line(text);
    }
}
