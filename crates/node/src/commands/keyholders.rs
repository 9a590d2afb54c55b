//! `simpul keyholders`: who opens a node.

use super::{Answer, block_on};
use crate::cli::KeyholdersCommand;
use crate::output::{line, talk};
use crate::runtime::control::{Ask, told};
use crate::runtime::keyholders::{Change, change};
use crate::runtime::lock::{self, Given};
use crate::runtime::node::{backend, clock};
use crate::runtime::{Config, Node, passphrase};
use base::Problem;
use std::path::Path;

/// Shows or changes it.
pub fn run(command: &KeyholdersCommand, json: bool) -> Answer {
    block_on(async {
        match command {
            KeyholdersCommand::Show { dir } => show(&holders(dir).await?, json),
            KeyholdersCommand::Two { dir, holders, passphrase_file } => {
                set(dir, passphrase_file.as_deref(), || two(holders)).await?;
                show(&self::holders(dir).await?, json);
            }
            KeyholdersCommand::One { dir } => {
                let new = || {
                    talk("Frasa baru simpul: / The node's new passphrase:");
                    passphrase::read_new(None).map(|new| Change::One(Given::new("", new)))
                };
                set(dir, None, new).await?;
                show(&holders(dir).await?, json);
            }
        }
        Ok(0)
    })
}

/// Their names; none where one passphrase opens. Of a running node too: no key is needed.
async fn holders(dir: &Path) -> Result<Vec<String>, Problem> {
    match told(dir, &Ask::State).await {
        Err(problem) if problem.code.0 == "node.not-running" => {
            let config = Config::read(dir)?;
            let backend = backend(dir, &config, clock(dir, &config).now()).await?;
            Ok(lock::names(&lock::read(&*backend).await?))
        }
        asked => Ok(asked?.health.unwrap_or_default().keyholders),
    }
}

fn show(names: &[String], json: bool) {
    line(&match (json, names.is_empty()) {
        (true, _) => serde_json::json!({ "keyholders": names }).to_string(),
        (false, true) => "satu frasa membuka simpul / one passphrase opens the node".to_owned(),
        (false, false) => format!("dua dari / two of: {}", names.join(", ")),
    });
}

fn two(names: &[String]) -> Result<Change, Problem> {
    let mut people = Vec::new();
    for name in names {
        let person = Given::new(name, String::new());
        person.named()?;
        talk(&format!("{}: frasa Anda sendiri / a passphrase of your own", person.name));
        people.push(Given { passphrase: passphrase::read_new(None)?, ..person });
    }
    Ok(Change::Two(people))
}

/// Through the node that runs, else by opening the folder.
async fn set(dir: &Path, file: Option<&Path>, new: impl FnOnce() -> Result<Change, Problem>) -> Result<(), Problem> {
    talk("Yang membuka simpul sekarang: / What opens the node now:");
    match told(dir, &Ask::State).await {
        Err(problem) if problem.code.0 == "node.not-running" => {
            let node = Node::open(dir).await?;
            let given = node.unlock_typed(file).await?;
            change(&node, &given, &new()?).await?;
        }
        asked => {
            let asked = asked?;
            if asked.locked {
                return Err(Problem::new("store.locked"));
            }
            let names = asked.health.unwrap_or_default().keyholders;
            let given = passphrase::given(names.is_empty(), file)?;
            told(dir, &Ask::Keyholders { given, change: new()? }).await?;
        }
    }
    talk("Colok tiap stik dan jalankan simpul backup; sampai itu cadangannya terbuka dengan cara lama.");
    talk("Plug in every stick and run simpul backup; until then it opens as it did before.");
    Ok(())
}
