//! A running node: pages, carrier, duties, the control socket. It starts locked and serves what a locked node may.

use super::backup::Backups;
use super::control;
use super::joining::Joining;
use super::lock::{Given, Waiting};
use super::mail::Mailer;
use super::node::{Node, trouble};
use super::run_id;
use super::window::visits::{Standing, visits};
use super::{keyholders, lock, sms};
use base::{Clock, NodeId, Problem};
use desk::mail::Apply;
use relay::{Carrier, Driver, Post, Remote, TlsIdentity};
use seal::{DataKey, Lock};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use web::{BundleDone, Carriers, Later, WebState};

/// Duties are looked at this often at least; a commit wakes them earlier.
const DUTY_SECONDS: u64 = 1;
/// Backups are added to this often at most (STORAGE.md 10).
const BACKUP_SECONDS: u64 = 10;
/// The end of the journal is signed this often, if it moved.
const SIGN_SECONDS: u64 = 60;
/// Epoch keys are looked at this often, and uploads that no report names.
const ROTATE_SECONDS: u64 = 3_600;

/// A node with its post office.
pub struct Running {
    /// The node.
    pub node: Node,
    /// Its post office.
    pub post: Arc<Post>,
    /// Its backups.
    pub backups: Backups,
    /// What one of two keyholders gave.
    pub waiting: Waiting,
    /// How visits to the public window go.
    pub window: Standing,
    stop: Notify,
}

impl Running {
    /// Puts a node and its post office together, locked.
    pub async fn new(node: Node) -> Result<Arc<Self>, Problem> {
        let desk: Arc<dyn Apply> = Arc::clone(&node.desk) as Arc<dyn Apply>;
        let clock: Arc<dyn Clock> = Arc::clone(&node.desk.clock);
        let open_key = node.open_key.clone();
        let post = Arc::new(Post::new(node.desk.store.clone(), clock, desk, open_key));
        post.wake().await.map_err(trouble)?;
        let (backups, waiting, window) = (Backups::default(), Waiting::default(), Standing::default());
        Ok(Arc::new(Self { node, post, backups, waiting, window, stop: Notify::new() }))
    }

    /// Takes what somebody gave. `true`: the keys are open; `false`: a node of two keyholders waits for the other.
    pub async fn unlock(&self, given: Given) -> Result<bool, Problem> {
        let lock = self.node.lock().await?;
        let Lock::Two(holders) = lock else {
            self.open_with(lock::master(&lock, &[given])?).await?;
            return Ok(true);
        };
        if self.node.desk.store.vault().is_open() {
            return Ok(true);
        }
        let Some((master, by)) = self.waiting.give(holders, given, self.node.desk.now()).await? else {
            return Ok(false);
        };
        self.open_with(master).await?;
        keyholders::note_opened(&self.node, by).await?;
        Ok(true)
    }

    /// Opens the keys with what who is here types, for a command on a node that does not run.
    pub async fn unlock_typed(&self, file: Option<&Path>) -> Result<(), Problem> {
        self.node.unlock_typed(file).await?;
        self.begin().await
    }

    /// Opens the keys, gives what waited its effect.
    async fn open_with(&self, master: DataKey) -> Result<(), Problem> {
        self.node.open_with(master).await?;
        self.begin().await
    }

    async fn begin(&self) -> Result<(), Problem> {
        self.post.unlock().await.map_err(trouble)?;
        self.state_carriers().await?;
        self.node.desk.open_waiting().await.map_err(|error| error.problem())?;
        self.node.desk.open_boxes().await.map_err(|error| error.problem())?;
        self.node.desk.woken.notify_waiters();
        Ok(())
    }

    /// Partners hear of another address, or of a relay, once the node is open.
    pub(super) async fn state_carriers(&self) -> Result<(), Problem> {
        let config = &self.node.config;
        let mut carriers = vec![config.own_carrier(read_tls(&self.node.dir)?.pin()?)];
        carriers.extend(config.relays()?);
        self.post.restate(carriers).await.map_err(trouble).map(drop)
    }

    /// Wipes the keys. What runs goes on with what a locked node may.
    pub async fn lock(&self) {
        self.post.lock();
        self.node.desk.store.vault().lock();
        self.waiting.forget().await;
    }

    /// Ends [`serve`].
    pub fn stop(&self) {
        self.stop.notify_one();
    }
}

/// Serves until it is told to stop.
pub async fn serve(running: Arc<Running>) -> Result<(), Problem> {
    let config = &running.node.config;
    note_run(&running.node).await?;
    let pages = listen(("127.0.0.1", config.web.port)).await?;
    let carrier = listen((config.carrier.host.as_str(), config.carrier.port)).await?;
    let tls = read_tls(&running.node.dir)?;
    let relays: Vec<Remote> = config.relays()?.iter().filter_map(Remote::of).collect();
    let answers = Arc::new(Carrier::new(Arc::clone(&running.post), false));
    let driver = Arc::new(Driver::new(Arc::clone(&running.post), Arc::clone(&running.node.desk.woken), relays));
    let control = control::listen(&running.node.dir)?;
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn({
        let answers = Arc::clone(&answers);
        async move { relay::serve(answers, carrier, &tls).await.map_err(|_| Problem::at("node.port-taken", "carrier")) }
    });
    tasks.spawn({
        let (driver, running) = (Arc::clone(&driver), Arc::clone(&running));
        async move { push(&running, &driver).await }
    });
    tasks.spawn({
        let (driver, running) = (Arc::clone(&driver), Arc::clone(&running));
        async move { push_attachments(&running, &driver).await }
    });
    tasks.spawn(async move {
        driver.pull().await;
        // Without relays there is nothing to pull.
        std::future::pending().await
    });
    tasks.spawn({
        let running = Arc::clone(&running);
        async move { duties(&running).await }
    });
    tasks.spawn({
        let running = Arc::clone(&running);
        async move { back_up(&running).await }
    });
    tasks.spawn(visits(Arc::clone(&running)));
    tasks.spawn(control::answer(Arc::clone(&running), control));
    let state = sms::switch_on(web_state(&running), &running.node)?;
    let router = web::router(state.clone());
    tasks.spawn(sms::run(state, Arc::clone(&running)));
    tasks.spawn(async move { web::serve(pages, router).await.map_err(|_| Problem::at("node.port-taken", "web")) });
    let told = signals().map_err(|_| Problem::new("node.no-runtime"))?;
    tracing::info!(port = config.web.port, "node serves");
    let ended = tokio::select! {
        () = running.stop.notified() => Ok(()),
        () = told => Ok(()),
        ended = tasks.join_next() => ended.and_then(Result::ok).unwrap_or(Ok(())),
    };
    tasks.abort_all();
    let _ = std::fs::remove_file(super::config::socket(&running.node.dir));
    ended
}

/// A store that was put back from a copy begins a new era before anything is written or sent.
async fn note_run(node: &Node) -> Result<(), Problem> {
    let desk = &node.desk;
    if let Some(era) = run_id::begin(&node.dir, &**desk.store.backend(), &*desk.chance, desk.now()).await? {
        tracing::warn!(era, "the store is an older copy of itself: a new era begins; ask partners what they hold");
    }
    Ok(())
}

/// Hears SIGTERM and SIGINT from now on; made before the node says that it serves, so that no signal ends it unheard.
pub fn signals() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// A socket that listens.
pub async fn listen(at: (&str, u16)) -> Result<TcpListener, Problem> {
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host(at).await.map(Iterator::collect).unwrap_or_default();
    TcpListener::bind(addresses.as_slice())
        .await
        .map_err(|_| Problem::at("node.port-taken", format!("{}:{}", at.0, at.1)))
}

/// The carrier's certificate and key of a folder.
pub fn read_tls(dir: &Path) -> Result<TlsIdentity, Problem> {
    let read = |name: &str| {
        let path = dir.join(name);
        std::fs::read(&path).map_err(|_| Problem::at("input.unreadable", path.display().to_string()))
    };
    Ok(TlsIdentity::from_parts(read("carrier.crt")?, read("carrier.key")?))
}

/// Pushes what is due whenever the node is open.
async fn push(running: &Running, driver: &Arc<Driver>) -> Result<(), Problem> {
    // A round ends when its slowest partner does; meanwhile the next ones see to the others.
    let mut rounds = tokio::task::JoinSet::new();
    loop {
        while rounds.try_join_next().is_some() {}
        if running.post.is_open() {
            let driver = Arc::clone(driver);
            rounds.spawn(async move { while driver.round().await {} });
        }
        let idle = tokio::time::sleep(Duration::from_secs(DUTY_SECONDS));
        tokio::select! {
            () = running.node.desk.woken.notified() => {}
            () = idle => {}
        }
    }
}

/// Sends attachments beside the messages: a large one on a slow link holds up none of them.
async fn push_attachments(running: &Running, driver: &Arc<Driver>) -> Result<(), Problem> {
    let mut rounds = tokio::task::JoinSet::new();
    loop {
        while rounds.try_join_next().is_some() {}
        if running.post.is_open() {
            let driver = Arc::clone(driver);
            rounds.spawn(async move { driver.blob_round().await });
        }
        tokio::time::sleep(Duration::from_secs(DUTY_SECONDS)).await;
    }
}

/// Clocks, offers and key changes.
async fn duties(running: &Running) -> Result<(), Problem> {
    let (mut rounds, mut ticks) = (0_u64, 0_u64);
    loop {
        running.waiting.sweep(running.node.desk.now());
        if ticks.is_multiple_of(ROTATE_SECONDS) {
            running.node.desk.look_after_boxes().await;
        }
        ticks += 1;
        if running.node.desk.store.vault().is_open() {
            running.node.desk.store.vault().sweep(running.node.desk.now());
            if let Err(error) = running.node.desk.do_duties().await {
                tracing::warn!(code = error.problem().code.0, "a duty was not done");
            }
            if (running.node.desk.store.files().stirred() || rounds.is_multiple_of(ROTATE_SECONDS))
                && let Err(error) = running.node.desk.sweep_files().await
            {
                tracing::warn!(code = error.problem().code.0, "files were not looked after");
            }
            if rounds.is_multiple_of(SIGN_SECONDS)
                && let Err(error) = store::chain::sign(&running.node.desk.store, running.node.desk.now()).await
            {
                tracing::warn!(code = error.code(), "the journal was not signed");
            }
            if rounds.is_multiple_of(ROTATE_SECONDS)
                && let Err(error) = running.post.rotate().await
            {
                tracing::warn!(code = error.code(), "keys were not changed");
            }
            rounds += 1;
        }
        tokio::time::sleep(Duration::from_secs(DUTY_SECONDS)).await;
    }
}

/// Adds to the backups whenever something changed. A stick that is not there, or full, is said once until it works again.
async fn back_up(running: &Running) -> Result<(), Problem> {
    let node = &running.node;
    let mut done: std::collections::BTreeMap<&std::path::PathBuf, (u64, u64)> = std::collections::BTreeMap::new();
    let mut told = false;
    loop {
        tokio::time::sleep(Duration::from_secs(BACKUP_SECONDS)).await;
        let commits = node.desk.store.backend().commits();
        for place in node.config.backup.iter().filter(|_| node.desk.store.vault().is_open()) {
            if done.get(place) == Some(&commits) {
                continue;
            }
            match running.backups.write(node, place).await {
                Ok(_) => {
                    done.insert(place, commits);
                    told = false;
                }
                Err(problem) if !told => {
                    tracing::warn!(code = problem.code.0, "no backup was made");
                    told = true;
                }
                Err(_) => {}
            }
        }
    }
}

pub(super) fn web_state(running: &Arc<Running>) -> WebState {
    let config = &running.node.config;
    let mut hosts = vec![format!("{}:{}", config.web.host, config.web.port), format!("localhost:{}", config.web.port)];
    hosts.extend(config.onion.iter().filter_map(|onion| onion.strip_prefix("http://")).map(str::to_owned));
    let settings = config.settings(hosts, false);
    WebState::new(Arc::clone(&running.node.desk), settings, Some(Arc::clone(running) as Arc<dyn Carriers>))
}

impl Carriers for Running {
    fn last_backup(&self) -> Option<base::Timestamp> {
        super::backup::newest(&self.node.dir)
    }

    fn last_rehearsal(&self) -> Option<base::Timestamp> {
        super::backup::rehearsal(&self.node.dir)
    }

    fn mails(&self) -> bool {
        self.node.config.mail.is_some()
    }

    fn mail_link(&self, to: String, links: [String; 2]) -> Later<'_, ()> {
        Box::pin(async move {
            let config = self.node.config.mail.as_ref().ok_or_else(|| Problem::new("mail.off"))?;
            Mailer::new(&self.node.dir, config, &self.node.config.title)?.send(&to, &links).await
        })
    }

    fn joining_file(&self) -> Later<'_, Vec<u8>> {
        Box::pin(self.node.joining_file())
    }

    fn pack(&self, to: NodeId) -> Later<'_, Vec<u8>> {
        Box::pin(async move {
            let mut out = Vec::new();
            self.post.export(to, &mut out).await.map_err(bundle_problem)?;
            Ok(out)
        })
    }

    fn join(&self, bytes: Vec<u8>, by: desk::Actor) -> Later<'_, Vec<String>> {
        Box::pin(async move {
            let taken = self.node.join(&Joining::read(&bytes)?, &by).await?;
            // The post office seals to the new partner at once.
            self.post.reload().await.map_err(trouble)?;
            Ok(taken)
        })
    }

    fn unlock(&self, name: String, passphrase: String) -> Later<'_, bool> {
        Box::pin(async move { self.unlock(Given::new(&name, passphrase)).await })
    }

    fn opens_by_two(&self) -> Later<'_, bool> {
        Box::pin(async move { self.node.lock().await.map(|lock| matches!(lock, Lock::Two(_))) })
    }

    fn unpack(&self, bytes: Vec<u8>) -> Later<'_, BundleDone> {
        Box::pin(async move {
            let read = self.post.import(&mut bytes.as_slice(), &mut |_| {}).await.map_err(bundle_problem);
            let fault = match &read {
                Ok(report) => report.fault.clone(),
                Err(problem) => Some(problem.clone()),
            };
            if let Some(fault) = &fault {
                tracing::warn!(code = fault.code.0, "a bundle was not whole");
                let noted = self.node.desk.note_refused("bundle.import", fault.code).await;
                noted.map_err(|error| error.problem())?;
            }
            let report = read?;
            if let Some(fault) = fault.filter(|_| report.taken == 0) {
                return Err(fault);
            }
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            Ok(BundleDone {
                new: count(report.taken),
                known: 0,
                refused: count(report.envelopes.saturating_sub(report.taken + report.foreign)),
            })
        })
    }
}

fn bundle_problem(error: relay::bundle::BundleError) -> Problem {
    match error {
        relay::bundle::BundleError::Problem(problem) => problem,
        relay::bundle::BundleError::Store(error) => Problem::new(error.code()),
        relay::bundle::BundleError::Io(_) => Problem::at("input.unreadable", "bundle"),
    }
}
