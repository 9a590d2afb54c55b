//! `simpul directory`.

use super::{Answer, block_on};
use crate::cli::{DirectoryCommand, Form};
use crate::output;
use crate::platform::SystemClock;
use crate::runtime::Node;
use base::limits::DIRECTORY_BYTES_MAX;
use base::{Clock, Lang, Problem};
use desk::directory::{KeepServices, all};
use desk::{Actor, Asking};
use pocketbook::services::{Listed, csv, hsds, tabular};
use std::path::Path;

/// Converts, exports or imports; 2 with every fault named if a file is not sound.
pub fn run(command: &DirectoryCommand, json: bool, lang: Lang) -> Answer {
    match command {
        DirectoryCommand::Convert { file, form, out } => {
            let Some(services) = read(file, json, lang)? else { return Ok(2) };
            write(&services, *form, out)
        }
        DirectoryCommand::Export { dir, form, out, public } => block_on(async {
            let node = Node::open(dir).await?;
            let mut view = node.desk.read().await.map_err(|error| error.problem())?;
            let found = all(&mut view, *public).await.map_err(crate::runtime::node::trouble)?;
            let services: Vec<Listed> = found.into_iter().map(|found| found.service).collect();
            write(&services, *form, out)
        }),
        DirectoryCommand::Import { dir, file, passphrase_file } => {
            let Some(services) = read(&file.display().to_string(), json, lang)? else { return Ok(2) };
            block_on(async {
                let node = Node::open(dir).await?;
                node.unlock_typed(passphrase_file.as_deref()).await?;
                let asking = Asking::once(&*node.desk.chance, node.desk.now());
                let changed = node.desk.run(&Actor::Node, asking, &KeepServices(services)).await;
                let changed = changed.map_err(|error| error.problem())?;
                let (written, same, gone) = (changed.written, changed.same, changed.gone);
                output::line(&match lang {
                    _ if json => serde_json::json!({"written": written, "same": same, "gone": gone}).to_string(),
                    Lang::Id => format!("{written} ditulis, {same} tetap, {gone} dihapus"),
                    Lang::En => format!("{written} written, {same} as before, {gone} gone"),
                });
                Ok(0)
            })
        }
    }
}

/// The services of a file; `None`: it is not sound, and each fault was named.
fn read(file: &str, json: bool, lang: Lang) -> Result<Option<Vec<Listed>>, Problem> {
    let bytes = output::read(file, DIRECTORY_BYTES_MAX)?;
    let today = SystemClock.now().day();
    let is_json = bytes.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b'[' | b'{'));
    let read = if is_json { hsds::read(&bytes, today) } else { csv::read(&bytes, today) };
    match read {
        Ok(services) => Ok(Some(services)),
        Err(faults) => {
            for fault in &faults {
                output::failure(fault, json, lang);
            }
            Ok(None)
        }
    }
}

fn write(services: &[Listed], form: Form, out: &Path) -> Answer {
    match form {
        Form::Csv => output::write_file(out, csv::write(services).as_bytes())?,
        Form::Hsds => output::write_file(out, hsds::write(services.iter()).as_bytes())?,
        Form::Tables => {
            std::fs::create_dir_all(out).map_err(|_| Problem::at("output.unwritable", out.display().to_string()))?;
            for (name, text) in tabular::write(services) {
                output::write_file(&out.join(name), text.as_bytes())?;
            }
        }
    }
    output::line(&out.display().to_string());
    Ok(0)
}
