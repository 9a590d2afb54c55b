//! `simpul signatory`: who signs accords for a node, named by three papers of its root.

use super::backup::papers;
use super::{Answer, block_on};
use crate::cli::SignatoryCommand;
use crate::output::{line, talk};
use crate::runtime::Node;
use crate::runtime::control::{Ask, told};
use crate::runtime::signatories::{self, Named, Standing};
use base::Problem;
use std::path::Path;

/// Shows or names.
pub fn run(command: &SignatoryCommand, json: bool) -> Answer {
    block_on(async {
        match command {
            SignatoryCommand::Show { dir } => show(&standing(dir).await?, json),
            SignatoryCommand::Name { dir, person, office, instead_of, shares, passphrase_file } => {
                let needed = standing(dir).await?.papers.ok_or(Problem::new("node.no-root-shares"))?;
                let named = Named { name: person.clone(), office: office.clone(), instead_of: instead_of.clone() };
                let way = way(dir, passphrase_file.as_deref()).await?;
                let papers = papers(shares.as_deref().unwrap_or("-"), usize::from(needed), "root")?;
                match way {
                    // The folder is closed again with it, as it is read once more below.
                    Some(node) => signatories::name(&node, &papers, &named).await?,
                    None => drop(told(dir, &Ask::Signatory { papers, named }).await?),
                }
                talk(
                    "Mitra mengetahuinya dari tanda tangan berikutnya. Simpan kembali lembar root di tempat masing-masing.",
                );
                talk("Partners learn it with the next signature. Put the root papers back where each is kept.");
                show(&standing(dir).await?, json);
            }
        }
        Ok(0)
    })
}

/// How it stands: asked of the node that runs, else read from its folder.
async fn standing(dir: &Path) -> Result<Standing, Problem> {
    match told(dir, &Ask::Signatories).await {
        Err(problem) if problem.code.0 == "node.not-running" => signatories::standing(&Node::open(dir).await?).await,
        asked => asked?.signatories.ok_or(Problem::new("node.no-keys")),
    }
}

/// The folder, opened; `None`: the node runs, and its keys are open. Before anybody types a paper.
async fn way(dir: &Path, file: Option<&Path>) -> Result<Option<Node>, Problem> {
    match told(dir, &Ask::State).await {
        Err(problem) if problem.code.0 == "node.not-running" => {
            let node = Node::open(dir).await?;
            node.unlock_typed(file).await?;
            Ok(Some(node))
        }
        asked if asked.as_ref().is_ok_and(|state| state.locked) => Err(Problem::new("store.locked")),
        asked => asked.map(|_| None),
    }
}

fn show(standing: &Standing, json: bool) {
    if json {
        let row = |(person, office): &(String, String)| serde_json::json!({"person": person, "office": office});
        let rows: Vec<_> = standing.offices.iter().map(row).collect();
        line(&serde_json::json!({ "signatories": rows }).to_string());
        return;
    }
    for (person, office) in &standing.offices {
        line(&format!("{office}: {person}"));
    }
}
