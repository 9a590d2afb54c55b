//! `simpul registry` and `simpul licences`.

use super::{Answer, block_on};
use crate::cli::{LicencesCommand, RegistryCommand};
use crate::output::{self, line};
use crate::platform::SystemChance;
use crate::runtime::Node;
use base::limits::LICENCES_BYTES_MAX;
use base::{Chance, Lang, Problem, from_hex, hex};
use desk::licences::KeepLicences;
use desk::registry::{FILE, KeepRegistryKey, OnDisk};
use desk::{Act, Actor, Asking};
use recruiters::licences::{self, Agency};
use recruiters::registry::{self, Header, Key, Registry, Unusable};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A bad list is told fault by fault; then the answer is 2 and nothing was written.
type Faults = Vec<Problem>;

/// Makes, checks and installs a register of workers.
pub fn registry(command: &RegistryCommand, json: bool, lang: Lang) -> Answer {
    match command {
        RegistryCommand::Key { file } => {
            let fault = |error: std::io::Error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => Problem::at("registry.key-there", file.display().to_string()),
                _ => Problem::at("output.unwritable", file.display().to_string()),
            };
            let mut to = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(fault)?;
            let chance: &dyn Chance = &SystemChance;
            writeln!(to, "{}", hex(&chance.bytes::<32>())).map_err(fault)?;
            line(&file.display().to_string());
            Ok(0)
        }
        RegistryCommand::Build { list, key_file, date, source, out } => {
            let key = key(key_file)?;
            let from: Box<dyn Read> = match list.as_str() {
                "-" => Box::new(std::io::stdin().lock()),
                path => Box::new(File::open(path).map_err(|_| Problem::at("input.unreadable", path))?),
            };
            match registry::build(from, &key, (date, source)) {
                Ok(built) => {
                    output::write_file_with(out, |to| built.write(to))?;
                    told(&built.header, json, lang);
                    Ok(0)
                }
                Err(faults) => Ok(named(&faults, json, lang)),
            }
        }
        RegistryCommand::Check { file } => {
            told(&sound(file, None)?, json, lang);
            Ok(0)
        }
        RegistryCommand::Install { dir, file, key_file, passphrase_file } => block_on(async {
            let key = key(key_file)?;
            let header = sound(file, Some(&key))?;
            let node = Node::open(dir).await?;
            node.unlock_typed(passphrase_file.as_deref()).await?;
            let mut from = File::open(file).map_err(|_| Problem::at("input.unreadable", file.display().to_string()))?;
            // The key first: a register that is there finds its key, and the one before says that it has another.
            run(&node, &KeepRegistryKey(key)).await?;
            output::write_file_with(&dir.join(FILE), |to| std::io::copy(&mut from, to).map(drop))?;
            told(&header, json, lang);
            Ok(0)
        }),
    }
}

/// Checks a list of licences, or takes it in.
pub fn licences(command: &LicencesCommand, json: bool, lang: Lang) -> Answer {
    let counted = |count: usize| match lang {
        _ if json => serde_json::json!({ "agencies": count }).to_string(),
        Lang::Id => format!("{count} perusahaan"),
        Lang::En => format!("{count} agencies"),
    };
    match command {
        LicencesCommand::Check { file } => match list(file)? {
            Ok(agencies) => {
                line(&counted(agencies.len()));
                Ok(0)
            }
            Err(faults) => Ok(named(&faults, json, lang)),
        },
        LicencesCommand::Import { dir, file, source, date, passphrase_file } => {
            let agencies = match list(file)? {
                Ok(agencies) => agencies,
                Err(faults) => return Ok(named(&faults, json, lang)),
            };
            block_on(async {
                let node = Node::open(dir).await?;
                node.unlock_typed(passphrase_file.as_deref()).await?;
                let keep = KeepLicences { source: source.clone(), date: date.clone(), agencies };
                let count = run(&node, &keep).await?;
                line(&counted(count as usize));
                Ok(0)
            })
        }
    }
}

async fn run<A: Act>(node: &Node, act: &A) -> Result<A::Done, Problem> {
    let asking = Asking::once(&*node.desk.chance, node.desk.now());
    node.desk.run(&Actor::Node, asking, act).await.map_err(|error| error.problem())
}

fn list(file: &str) -> Result<Result<Vec<Agency>, Faults>, Problem> {
    Ok(licences::read(&output::read(file, LICENCES_BYTES_MAX)?))
}

fn named(faults: &[Problem], json: bool, lang: Lang) -> u8 {
    for fault in faults {
        output::failure(fault, json, lang);
    }
    2
}

fn key(file: &Path) -> Result<Key, Problem> {
    let text = std::fs::read_to_string(file).ok();
    let bytes = text.and_then(|text| from_hex(text.trim())).and_then(|bytes| bytes.try_into().ok());
    bytes.map(Key::new).ok_or_else(|| Problem::at("registry.key-file", file.display().to_string()))
}

/// Reads all of a register, and asks whether a key made it.
fn sound(file: &Path, key: Option<&Key>) -> Result<Header, Problem> {
    let from = OnDisk(File::open(file).map_err(|_| Problem::at("input.unreadable", file.display().to_string()))?);
    let problem = |fault: Unusable| Problem::new(fault.code());
    let registry = Registry::open(&from).map_err(problem)?;
    registry.check().map_err(problem)?;
    match key {
        Some(key) if !registry.header.made_with(key) => Err(problem(Unusable::OtherKey)),
        _ => Ok(registry.header),
    }
}

fn told(header: &Header, json: bool, lang: Lang) {
    let (count, repeated, bytes) = (header.count, header.repeated, header.file_bytes());
    let (date, source, many) = (&header.date, &header.source, header.wrong_one_in());
    line(&match lang {
        _ if json => serde_json::json!({"entries": count, "repeated": repeated, "bytes": bytes, "date": date,
            "source": source, "wrong_one_in": many})
        .to_string(),
        Lang::Id => format!(
            "{count} nomor ({repeated} berulang), {bytes} bita, {source}, keadaan {date}\n\
             jawaban \"terdaftar\" keliru bagi paling banyak 1 dari {many} nomor lain"
        ),
        Lang::En => format!(
            "{count} numbers ({repeated} repeated), {bytes} bytes, {source}, as of {date}\n\
             a yes is wrong for at most 1 in {many} other numbers"
        ),
    });
}
