//! `simpul serve DIR --public`: the public pages alone, over the window's own store, and the socket for its node.

use super::{home, read, socket, write};
use crate::runtime::config::Config;
use crate::runtime::node::{clock, desk, trouble};
use crate::runtime::packs;
use crate::runtime::running::{listen, signals};
use base::{Clock, NodeId, Problem};
use desk::Desk;
use desk::window::{Told, Window};
use seal::RootPublic;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::Backend;
use store_sqlite::{Options, SqliteBackend};
use tokio::net::{UnixListener, UnixStream};
use web::{Patience, WebState};

/// Bytes of all bodies that are being read: three reports with their files, beside all small ones. Each may lie in memory twice
/// while it is put together.
const BODIES_BYTES_MAX: usize = 12 << 20;
/// Boxes and files are looked after this often.
const TIDY_SECONDS: u64 = 3_600;

/// Serves the window of a node until it is told to stop.
pub async fn serve(dir: &Path) -> Result<(), Problem> {
    let home = home(dir);
    let config = configured(dir, &home)?;
    let public = config.public.clone().unwrap_or_default();
    let desk = Arc::new(opened(&home, &config, clock(dir, &config)).await?);
    let window = Window::new(&desk.store);
    let pages = listen((&public.listen, public.port)).await?;
    let socket = bind(&home)?;
    let router = web::public_router(WebState::new(Arc::clone(&desk), config.settings(hosts(&config), true), None));
    let patience = Patience { bodies: BODIES_BYTES_MAX, ..Patience::default() };
    let told = signals().map_err(|_| Problem::new("node.no-runtime"))?;
    tracing::info!(port = public.port, "public window serves");
    let ended = tokio::select! {
        () = told => Ok(()),
        served = web::serve_with(pages, router, patience) => served.map_err(|_| Problem::at("node.port-taken", "public")),
        () = answer(&window, &desk.clock, socket) => Ok(()),
        () = tidy(&window, &desk.clock) => Ok(()),
    };
    let _ = std::fs::remove_file(super::socket(&home));
    ended
}

/// The window's own configuration. Where the node's can be read, its public part and its packs are copied first; a window
/// of another system user lives on the copy.
fn configured(dir: &Path, home: &Path) -> Result<Config, Problem> {
    use std::os::unix::fs::DirBuilderExt;
    let unwritable = |_| Problem::at("output.unwritable", home.display().to_string());
    match Config::read(dir) {
        Ok(config) if config.public.is_none() => return Err(Problem::new("window.not-set")),
        Ok(config) => {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(home).map_err(unwritable)?;
            config.public_part().write(home)?;
            packs::lend((dir, home), &config, clock(dir, &config).now())?;
        }
        // Of another system user, who may not read it.
        Err(problem) if problem.code.0 == "node.no-folder" => {}
        Err(problem) => return Err(problem),
    }
    Config::read(home)
}

async fn opened(home: &Path, config: &Config, clock: Arc<dyn Clock>) -> Result<Desk, Problem> {
    let store = SqliteBackend::open(&home.join("public.db"), Options::at(clock.now())).map_err(trouble)?;
    let backend: Arc<dyn Backend> = Arc::new(store);
    let root = backend.read().await.map_err(trouble)?.meta("root").await.map_err(trouble)?;
    let root = root.and_then(|bytes| RootPublic::from_bytes(&bytes.try_into().ok()?));
    let id = root.map_or_else(NodeId::default, |root| root.node());
    desk((home, config), id, backend, clock)
}

/// Behind a proxy that speaks TLS the name comes without a port.
fn hosts(config: &Config) -> Vec<String> {
    let public = config.public.clone().unwrap_or_default();
    let onion = config.onion.iter().filter_map(|onion| onion.strip_prefix("http://")).map(str::to_owned);
    let port = public.port;
    let mut hosts = vec![format!("{}:{port}", public.host), format!("localhost:{port}")];
    hosts.extend(public.tls.then(|| public.host.clone()));
    hosts.extend(onion);
    hosts
}

fn bind(home: &Path) -> Result<UnixListener, Problem> {
    use std::os::unix::fs::PermissionsExt;
    let path = socket(home);
    let _ = std::fs::remove_file(&path);
    let unwritable = |_| Problem::at("output.unwritable", path.display().to_string());
    let listener = UnixListener::bind(&path).map_err(unwritable)?;
    // The folder says who comes near: its owner, or the group that a keeper of the machine lets in.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o660)).map_err(unwritable)?;
    Ok(listener)
}

/// Answers the node, one visit after another.
async fn answer(window: &Window, clock: &Arc<dyn Clock>, listener: UnixListener) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        if let Err(problem) = visit(window, clock, stream).await {
            tracing::warn!(code = problem.code.0, "a visit of the node broke off");
        }
    }
}

async fn visit(window: &Window, clock: &Arc<dyn Clock>, mut stream: UnixStream) -> Result<(), Problem> {
    while let Some(ask) = read(&mut stream).await? {
        let told = window.answer(ask, clock.now()).await;
        let told = told.unwrap_or_else(|error| Told::Not(error.problem().code.0.to_owned()));
        write(&mut stream, &told).await?;
    }
    Ok(())
}

async fn tidy(window: &Window, clock: &Arc<dyn Clock>) {
    loop {
        if let Err(error) = window.tidy(clock.now()).await {
            tracing::warn!(code = error.problem().code.0, "the window was not tidied");
        }
        tokio::time::sleep(Duration::from_secs(TIDY_SECONDS)).await;
    }
}
