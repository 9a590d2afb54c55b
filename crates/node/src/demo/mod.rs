//! `simpul demo`: the story on this machine, with eight real nodes, through their pages (PRODUCT.md 3). All people are
//! made up.
//!
//! Start at [`run`]; [`cast`] is who takes part, [`house`] starts and stops a node, [`story`] is what happens.

mod browser;
mod cast;
mod directory;
mod house;
mod html;
mod link;
mod registers;
mod story;
mod table;

use crate::cli::DemoArgs;
use crate::commands::Answer;
use base::Lang;
use house::Town;
use std::path::PathBuf;

/// Builds the town, plays, and either checks and stops or leaves the nodes running.
pub async fn run(args: &DemoArgs, json: bool, lang: Lang) -> Answer {
    let (dir, temporary) = folder(args);
    let mut town = Town::build(&dir).await?;
    town.start_all().await?;
    let mut code = 0;
    if !args.no_story {
        let steps = story::play(&mut town).await;
        table::print(&steps, json, lang);
        code = u8::from(steps.iter().any(story::Step::failed));
    }
    if !args.check {
        if let Some(file) = &args.addresses {
            crate::output::write_file(file, town.addresses().to_string().as_bytes())?;
        }
        table::addresses(&town);
        stopped().await;
    }
    town.stop_all().await;
    if temporary {
        let _ = std::fs::remove_dir_all(&dir);
    }
    Ok(code)
}

fn folder(args: &DemoArgs) -> (PathBuf, bool) {
    if let Some(dir) = &args.dir {
        return (dir.clone(), false);
    }
    let chance: &dyn base::Chance = &crate::platform::SystemChance;
    let name = format!("simpul-peragaan-{}", base::base32(&chance.bytes::<8>()));
    (std::env::temp_dir().join(name), true)
}

async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
