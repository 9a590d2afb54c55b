//! The control socket of a running node: a line of JSON in, a line of JSON out. Mode 0600, so only its owner speaks.

use super::config::socket;
use super::health::Health;
use super::keyholders::{self, Change};
use super::keys::{self, Keys};
use super::lock::Given;
use super::running::Running;
use super::signatories::{self, Named, Standing};
use base::{Lang, Problem, Timestamp};
use desk::partners::revoking::Reason;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// Longest line; a joining file in hex fits.
const LINE_BYTES_MAX: u64 = 4 << 20;

/// What can be asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Ask {
    /// Open the keys.
    Unlock {
        /// The keyholder, where the node asks for two.
        #[serde(default)]
        name: String,
        /// The node's passphrase, or hers.
        passphrase: String,
    },
    /// Change what opens the node.
    Keyholders {
        /// What opens it now.
        given: Vec<Given>,
        /// What opens it from now on.
        change: Change,
    },
    /// Who signs accords.
    Signatories,
    /// Name a signatory with the root's papers.
    Signatory {
        /// The papers, as printed.
        papers: Vec<String>,
        /// Who.
        named: Named,
    },
    /// The node's key, and partners' keys that are dead.
    Keys,
    /// Declare the node's own key dead.
    RevokeKey {
        /// The root's papers, as printed.
        papers: Vec<String>,
        /// Since when; now, if left out.
        since: Option<Timestamp>,
        /// Word of the reason.
        reason: String,
    },
    /// Wipe the keys.
    Lock,
    /// Is it open, and how is it?
    State,
    /// A bundle for a partner, by name.
    Pack {
        /// The partner.
        to: String,
    },
    /// Take a bundle, hex.
    Unpack {
        /// Its bytes.
        bundle: String,
    },
    /// Add what is new to a backup.
    Backup {
        /// Its folder.
        to: PathBuf,
    },
    /// End.
    Stop,
}

/// What is answered.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Reply {
    /// It was done.
    pub ok: bool,
    /// The keys are not open.
    pub locked: bool,
    /// Code and message of a problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<(String, String)>,
    /// What the problem is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Bytes asked for, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
    /// Counts of an import: new, refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<(u32, u32)>,
    /// How it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// Who signs accords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signatories: Option<Standing>,
    /// The node's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Keys>,
    /// What a backup took: new entries, then era and number of the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copied: Option<(u64, i64, i64)>,
}

/// Binds the socket; one left by a node that was killed is replaced.
pub fn listen(dir: &Path) -> Result<UnixListener, Problem> {
    use std::os::unix::fs::PermissionsExt;
    let path = socket(dir);
    let _ = std::fs::remove_file(&path);
    let unwritable = |_| Problem::at("output.unwritable", path.display().to_string());
    let listener = UnixListener::bind(&path).map_err(unwritable)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(unwritable)?;
    Ok(listener)
}

/// Answers until the task is dropped.
pub async fn answer(running: Arc<Running>, listener: UnixListener) -> Result<(), Problem> {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let running = Arc::clone(&running);
        tokio::spawn(async move {
            let _ = speak(&running, stream).await;
        });
    }
}

async fn speak(running: &Running, stream: UnixStream) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    (&mut stream).take(LINE_BYTES_MAX).read_line(&mut line).await?;
    let reply = match serde_json::from_str::<Ask>(&line) {
        Ok(ask) => done(running, ask).await,
        Err(_) => Err(Problem::at("input.not-json", "control")),
    };
    let reply = reply.unwrap_or_else(|problem| Reply {
        problem: Some((problem.code.0.to_owned(), problem.message().get(Lang::Id).to_owned())),
        about: problem.at.clone(),
        locked: !running.node.desk.store.vault().is_open(),
        ..Reply::default()
    });
    let text = serde_json::to_string(&reply).unwrap_or_default() + "\n";
    stream.write_all(text.as_bytes()).await
}

async fn done(running: &Running, ask: Ask) -> Result<Reply, Problem> {
    use web::Carriers;
    let mut reply = Reply { ok: true, ..Reply::default() };
    match ask {
        Ask::Unlock { name, passphrase } => {
            if !running.unlock(Given::new(&name, passphrase)).await? {
                return Err(Problem::new("node.second-officer"));
            }
        }
        Ask::Keyholders { given, change } => {
            keyholders::change(&running.node, &given, &change).await?;
            running.waiting.forget().await;
        }
        Ask::Signatories => reply.signatories = Some(signatories::standing(&running.node).await?),
        Ask::Signatory { papers, named } => signatories::name(&running.node, &papers, &named).await?,
        Ask::Keys => reply.keys = Some(keys::standing(&running.node).await?),
        Ask::RevokeKey { papers, since, reason } => {
            let since = since.unwrap_or_else(|| running.node.desk.now());
            let reason = Reason::parse(&reason).unwrap_or(Reason::Other);
            reply.bytes = Some(base::hex(&keys::revoke(running, &papers, (since, reason)).await?));
        }
        Ask::Lock => running.lock().await,
        Ask::State => {
            let health = super::health::look(&running.node).await?;
            reply.health = Some(Health { window: running.window.now(), ..health });
        }
        Ask::Pack { to } => {
            let mut view = running.node.desk.read().await.map_err(|error| error.problem())?;
            let peers = desk::partners::peers(&mut view).await.map_err(|error| error.problem())?;
            let peer = peers.iter().find(|peer| peer.name == to).ok_or_else(|| Problem::at("node.no-partner", to))?;
            reply.bytes = Some(base::hex(&running.pack(peer.node).await?));
        }
        Ask::Unpack { bundle } => {
            let bytes = base::from_hex(&bundle).ok_or_else(|| Problem::at("input.unreadable", "bundle"))?;
            let taken = running.unpack(bytes).await?;
            reply.counts = Some((taken.new, taken.refused));
        }
        Ask::Backup { to } => {
            let copied = running.backups.write(&running.node, &to).await?;
            reply.copied = Some((copied.events, copied.seq.era(), copied.seq.n()));
        }
        Ask::Stop => running.stop(),
    }
    reply.locked = !running.node.desk.store.vault().is_open();
    Ok(reply)
}

/// Asks a running node.
pub async fn ask(dir: &Path, ask: &Ask) -> Result<Reply, Problem> {
    let not_running = |_| Problem::at("node.not-running", dir.display().to_string());
    let mut stream = BufReader::new(UnixStream::connect(socket(dir)).await.map_err(not_running)?);
    let text = serde_json::to_string(ask).unwrap_or_default() + "\n";
    stream.write_all(text.as_bytes()).await.map_err(not_running)?;
    let mut line = String::new();
    stream.read_line(&mut line).await.map_err(not_running)?;
    serde_json::from_str(&line).map_err(|_| Problem::at("input.not-json", "control"))
}

/// Asks a running node; what it refuses comes back as the problem it was.
pub async fn told(dir: &Path, ask: &Ask) -> Result<Reply, Problem> {
    let reply = self::ask(dir, ask).await?;
    let Some((code, message)) = &reply.problem else { return Ok(reply) };
    let known = base::codes::CATALOGUE.iter().find(|entry| entry.code == code);
    Err(match (known, reply.about) {
        (Some(entry), Some(about)) => Problem::at(entry.code, about),
        (Some(entry), None) => Problem::new(entry.code),
        (None, _) => Problem::at("store.engine", message.clone()),
    })
}
