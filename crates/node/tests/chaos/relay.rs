//! Three processes: two nodes that nobody can reach, and a relay. Partners find each other through it whoever starts first.

use crate::town::{BINARY, command, until};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Child;

const PASSPHRASE: [&str; 2] = ["--passphrase-file", "frasa"];

/// A relay in `relai` of this folder, and what nodes write down of it.
pub async fn starts(folder: &Path, port: &str) -> (Child, String) {
    let words = ["relay", "relai", "--host", "127.0.0.1", "--port", port];
    let mut relay = command(&words, folder).stdout(Stdio::piped()).spawn().unwrap();
    let address = BufReader::new(relay.stdout.take().unwrap()).lines().next_line().await.unwrap().unwrap();
    (relay, address)
}

/// A command that ends well; gives what it printed.
pub async fn runs(folder: &Path, words: &[&str]) -> String {
    let done = command(words, folder).stdout(Stdio::piped()).stderr(Stdio::piped()).output().await.unwrap();
    assert!(done.status.success(), "{BINARY} {words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// Ports that nobody uses now.
pub async fn ports<const N: usize>() -> [String; N] {
    let mut held = Vec::new();
    for _ in 0..N {
        held.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
    }
    let port = |nth: usize| held[nth].local_addr().unwrap().port().to_string();
    std::array::from_fn(port)
}

/// A node behind a wall: it states an address where nobody answers, and the relay.
async fn found(folder: &Path, (name, place): (&str, &str), relay: &str) {
    let [web, carrier] = ports().await;
    let ports = ["--port", &web, "--carrier-port", &carrier];
    let who = ["init", name, "--place", place, "--name", name, "--demo"];
    runs(folder, &[&who[..], &ports, &PASSPHRASE].concat()).await;
    let file = folder.join(name).join("simpul.toml");
    let toml = std::fs::read_to_string(&file).unwrap();
    let walled = toml.replace("relays = []", &format!("relays = [\"{relay}\"]"));
    assert_ne!(walled, toml);
    std::fs::write(&file, format!("carrier_seen_as = \"127.0.0.1:1\"\n{walled}")).unwrap();
}

async fn serves(folder: &Path, name: &str) -> Child {
    let log = std::fs::File::create(folder.join(format!("{name}.log"))).unwrap();
    let child = command(&[&["serve", name], &PASSPHRASE[..]].concat(), folder).stderr(log).spawn().unwrap();
    logs(folder, name, "node serves").await;
    child
}

/// A node writes these words to its log.
async fn logs(folder: &Path, name: &str, words: &str) {
    let log = folder.join(format!("{name}.log"));
    until(words, async || std::fs::read_to_string(&log).unwrap().contains(words).then_some(())).await;
}

/// What the doctor says of one thing.
async fn finding(folder: &Path, name: &str, what: &str) -> Option<(bool, String)> {
    let done = command(&["doctor", name, "--json"], folder).stdout(Stdio::piped()).output().await.unwrap();
    let lines = String::from_utf8(done.stdout).unwrap();
    let mut lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let line = lines.find(|line| line["what"] == what)?;
    Some((line["fine"].as_bool()?, line.to_string()))
}

async fn is_heard(folder: &Path, name: &str) {
    until("a word of the partner", async || finding(folder, name, "partners").await.filter(|(fine, _)| *fine)).await;
}

#[tokio::test]
async fn two_nodes_behind_walls_hear_each_other_through_a_relay_whoever_starts_first() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    std::fs::write(folder.join("frasa"), "empat kata untuk uji").unwrap();
    let [port] = ports().await;
    let (mut relay, address) = starts(folder, &port).await;
    for who in [("batam", "21.71"), ("lotim", "52.03")] {
        found(folder, who, &address).await;
        // Once open, it states the relay in its entry.
        serves(folder, who.0).await.kill().await.unwrap();
        let out = format!("{}.spj", who.0);
        runs(folder, &[&["join", "export", who.0, "--out", &out], &PASSPHRASE[..]].concat()).await;
    }
    for (name, other) in [("batam", "lotim.spj"), ("lotim", "batam.spj")] {
        runs(folder, &[&["join", "import", name, other, "--yes"], &PASSPHRASE[..]].concat()).await;
    }
    // A relay that was made anew hosts nobody, and it is not there yet: the first ping of both finds no carrier.
    relay.kill().await.unwrap();
    std::fs::remove_file(folder.join("relai/relay.db")).unwrap();
    let mut nodes = Vec::new();
    for name in ["batam", "lotim"] {
        nodes.push(serves(folder, name).await);
        logs(folder, name, "not taken by any carrier").await;
    }
    let _relay = starts(folder, &port).await;
    // The clock stands: within the minute in which they look for the relay again, not an hour later.
    is_heard(folder, "batam").await;
    is_heard(folder, "lotim").await;
}
