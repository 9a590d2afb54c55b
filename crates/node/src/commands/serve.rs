//! `simpul serve`, `simpul unlock`, `simpul lock`, `simpul bundle`.

use super::{Answer, block_on};
use crate::cli::{BundleCommand, ServeArgs};
use crate::output;
use crate::runtime::control::{Ask, Reply, ask};
use crate::runtime::lock::Given;
use crate::runtime::running::{Running, serve};
use crate::runtime::{Node, passphrase};
use base::Problem;
use std::path::Path;

/// Longest bundle a page or command takes at once; greater ones come as parts.
const BUNDLE_BYTES_MAX: usize = 64 << 20;

/// Runs a node until it is told to stop.
pub fn run(args: &ServeArgs) -> Answer {
    log();
    if args.public {
        return block_on(async { crate::runtime::window::process::serve(&args.dir).await.map(|()| 0) });
    }
    block_on(async {
        let running = Running::new(Node::open(&args.dir).await?).await?;
        if let Some(file) = &args.passphrase_file {
            running.unlock(Given::new("", passphrase::read(Some(file))?)).await?;
        }
        serve(running).await?;
        Ok(0)
    })
}

pub(super) fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SIMPUL_LOG").unwrap_or_else(|_| "info".into());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).json().try_init();
}

/// Opens the keys of a running node; of one that asks for two keyholders, each gives hers.
pub fn unlock(dir: &Path, name: Option<&str>, file: Option<&Path>) -> Answer {
    let (name, passphrase) = (name.unwrap_or_default().to_owned(), passphrase::read(file)?);
    block_on(async { Ok(told(&ask(dir, &Ask::Unlock { name, passphrase }).await?)) })
}

/// Closes them.
pub fn lock(dir: &Path) -> Answer {
    block_on(async { Ok(told(&ask(dir, &Ask::Lock).await?)) })
}

fn told(reply: &Reply) -> u8 {
    match &reply.problem {
        None => {
            output::talk(if reply.locked { "terkunci / locked" } else { "terbuka / open" });
            0
        }
        Some((code, message)) => {
            output::talk(&format!("error[{code}]: {message}"));
            3
        }
    }
}

/// Exports or imports a bundle: through the running node, or by opening the folder.
pub fn bundle(command: &BundleCommand) -> Answer {
    block_on(async {
        match command {
            BundleCommand::Export { dir, to, out, passphrase_file } => {
                let bytes = pack(dir, to, passphrase_file.as_deref()).await?;
                output::write_file(out, &bytes)?;
                output::line(&out.display().to_string());
                Ok(0)
            }
            BundleCommand::Import { dir, file, passphrase_file } => {
                let bytes = output::read(&file.display().to_string(), BUNDLE_BYTES_MAX)?;
                let (new, refused) = unpack(dir, bytes, passphrase_file.as_deref()).await?;
                output::line(&format!("{new} diterima / taken, {refused} ditolak / refused"));
                Ok(u8::from(refused > 0))
            }
        }
    })
}

async fn opened(dir: &Path, file: Option<&Path>) -> Result<std::sync::Arc<Running>, Problem> {
    let running = Running::new(Node::open(dir).await?).await?;
    running.unlock_typed(file).await?;
    Ok(running)
}

async fn pack(dir: &Path, to: &str, file: Option<&Path>) -> Result<Vec<u8>, Problem> {
    use web::Carriers;
    if let Ok(reply) = ask(dir, &Ask::Pack { to: to.to_owned() }).await {
        let bytes = reply.bytes.and_then(|text| base::from_hex(&text));
        return bytes.ok_or_else(|| Problem::at("node.no-partner", to));
    }
    let running = opened(dir, file).await?;
    let mut view = running.node.desk.read().await.map_err(|error| error.problem())?;
    let peers = desk::partners::peers(&mut view).await.map_err(|error| error.problem())?;
    drop(view);
    let peer = peers.iter().find(|peer| peer.name == to).ok_or_else(|| Problem::at("node.no-partner", to))?;
    running.pack(peer.node).await
}

async fn unpack(dir: &Path, bytes: Vec<u8>, file: Option<&Path>) -> Result<(u32, u32), Problem> {
    use web::Carriers;
    if let Ok(reply) = ask(dir, &Ask::Unpack { bundle: base::hex(&bytes) }).await {
        return reply.counts.ok_or_else(|| Problem::at("bundle.altered", "bundle"));
    }
    let taken = opened(dir, file).await?.unpack(bytes).await?;
    Ok((taken.new, taken.refused))
}
