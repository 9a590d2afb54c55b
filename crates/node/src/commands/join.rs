//! `simpul join`: on a node that does not run; a running one takes the file on its page `/simpul/gabung`.

use super::{Answer, block_on};
use crate::cli::JoinCommand;
use crate::output;
use crate::runtime::joining::Joining;
use crate::runtime::node::trouble;
use crate::runtime::{Node, Running};
use base::Problem;
use base::limits::DOCUMENT_BYTES_MAX;
use desk::Actor;
use desk::partners::closing::{Holds, holds};

/// Exports or imports.
pub fn run(command: &JoinCommand, json: bool) -> Answer {
    match command {
        JoinCommand::Export { dir, out, passphrase_file } => block_on(async {
            let node = Node::open(dir).await?;
            node.unlock_typed(passphrase_file.as_deref()).await?;
            output::write_file(out, &node.joining_file().await?)?;
            output::line(&out.display().to_string());
            Ok(0)
        }),
        JoinCommand::Leave { dir, out, passphrase_file } => block_on(async {
            let running = super::keys::stopped(dir, passphrase_file.as_deref()).await?;
            output::write_file(out, &leave(&running).await?)?;
            output::line(&out.display().to_string());
            output::talk("Jalankan simpul sampai semua mitra terdengar. / Run the node until every partner was heard.");
            Ok(0)
        }),
        JoinCommand::Import { dir, file, yes, passphrase_file } => {
            let joining = Joining::read(&output::read(&file.display().to_string(), DOCUMENT_BYTES_MAX)?)?;
            show(&joining, json);
            if !yes {
                output::talk(
                    "Bandingkan sidik kunci dengan pemiliknya, lalu ulangi dengan --yes. / Compare, then repeat with --yes.",
                );
                return Ok(0);
            }
            block_on(async {
                let node = Node::open(dir).await?;
                node.unlock_typed(passphrase_file.as_deref()).await?;
                for taken in node.join(&joining, &Actor::Node).await? {
                    output::talk(&taken);
                }
                Ok(0)
            })
        }
    }
}

/// Not while anybody would be left without an owner.
async fn leave(running: &Running) -> Result<Vec<u8>, Problem> {
    let mut view = running.node.desk.read().await.map_err(|error| error.problem())?;
    let Holds { cases, offers } = holds(&mut view).await.map_err(|error| error.problem())?;
    drop(view);
    if cases + offers > 0 {
        return Err(Problem::at("node.still-holds", format!("{cases} + {offers}")));
    }
    running.post.close().await.map_err(trouble)?.ok_or(Problem::new("node.no-keys"))
}

fn show(joining: &Joining, json: bool) {
    for (name, fingerprint) in joining.fingerprints() {
        let text = format!("{fingerprint}  {name}");
        output::line(&if json {
            serde_json::json!({"name": name, "fingerprint": fingerprint}).to_string()
        } else {
            text
        });
    }
}
