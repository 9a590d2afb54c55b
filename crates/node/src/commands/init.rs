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
    let officers = vec![
        ("pemasang".to_owned(), "Pemasang".to_owned(), BTreeSet::from([Role::Installer])),
        ("koordinator".to_owned(), "Koordinator".to_owned(), BTreeSet::from([Role::TaskforceCoordinator])),
    ];
    let plan = Plan { dir: &args.dir, config: config.clone(), passphrase: &passphrase, officers };
    let founded = block_on(found::found(plan))?;
    print(&founded, &config.url(), json);
    Ok(0)
}

fn print(founded: &Founded, url: &str, json: bool) {
    if json {
        let officers: Vec<_> = founded
            .officers
            .iter()
            .map(|o| serde_json::json!({"login": o.login, "password": o.password.expose(), "totp": o.totp.expose()}))
            .collect();
        line(
            &serde_json::json!({"node": founded.node.to_string(), "fingerprint": founded.fingerprint, "url": url,
            "officers": officers, "papers": founded.papers})
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
    for paper in &founded.papers {
        line(paper);
    }
}
