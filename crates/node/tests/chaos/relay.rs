//! Three processes: two nodes that nobody can reach, and a relay. Partners find each other through it whoever starts first.

use crate::town::{BINARY, command, until};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

const PASSPHRASE: [&str; 2] = ["--passphrase-file", "frasa"];

/// A node behind a wall: it states an address where its partners find nobody.
pub struct Place<'a> {
    pub name: &'a str,
    pub code: &'a str,
    /// The network that it is on; `None`: ours.
    pub space: Option<&'a str>,
    pub seen_as: &'a str,
}

/// The program on a network.
fn on(space: Option<&str>, words: &[&str], folder: &Path) -> Command {
    let plain = command(words, folder);
    let Some(space) = space else { return plain };
    let mut there = Command::new("ip");
    there.args(["netns", "exec", space, BINARY]).args(words).current_dir(folder).envs([("LANG", "en_GB.UTF-8")]);
    there.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    there
}

/// A relay in `relai` of this folder, and what nodes write down of it.
pub async fn starts(folder: &Path, (space, host, port): (Option<&str>, &str, &str)) -> (Child, String) {
    let words = ["relay", "relai", "--host", host, "--port", port];
    let mut relay = on(space, &words, folder).stdout(Stdio::piped()).spawn().unwrap();
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

async fn found(folder: &Path, place: &Place<'_>, relay: &str) {
    let [web, carrier] = ports().await;
    let ports = ["--port", &web, "--carrier-port", &carrier];
    let who = ["init", place.name, "--place", place.code, "--name", place.name, "--demo"];
    runs(folder, &[&who[..], &ports, &PASSPHRASE].concat()).await;
    let file = folder.join(place.name).join("simpul.toml");
    let toml = std::fs::read_to_string(&file).unwrap();
    let walled = toml.replace("relays = []", &format!("relays = [\"{relay}\"]"));
    assert_ne!(walled, toml);
    std::fs::write(&file, format!("carrier_seen_as = \"{}\"\n{walled}", place.seen_as)).unwrap();
}

/// Two nodes are founded, state the relay in their entries, and take each other's.
pub async fn introduced(folder: &Path, places: &[Place<'_>; 2], relay: &str) {
    std::fs::write(folder.join("frasa"), "empat kata untuk uji").unwrap();
    for place in places {
        found(folder, place, relay).await;
        // Once open, it states the relay.
        serves(folder, place).await.kill().await.unwrap();
        let out = format!("{}.spj", place.name);
        runs(folder, &[&["join", "export", place.name, "--out", &out], &PASSPHRASE[..]].concat()).await;
    }
    let [one, other] = places;
    for (node, partner) in [(one, other), (other, one)] {
        let file = format!("{}.spj", partner.name);
        runs(folder, &[&["join", "import", node.name, &file, "--yes"], &PASSPHRASE[..]].concat()).await;
    }
}

pub async fn serves(folder: &Path, place: &Place<'_>) -> Child {
    let log = std::fs::File::create(folder.join(format!("{}.log", place.name))).unwrap();
    let words = [&["serve", place.name], &PASSPHRASE[..]].concat();
    let child = on(place.space, &words, folder).stderr(log).spawn().unwrap();
    logs(folder, place.name, "node serves").await;
    child
}

/// A node writes these words to its log.
pub async fn logs(folder: &Path, name: &str, words: &str) {
    let log = folder.join(format!("{name}.log"));
    until(words, async || std::fs::read_to_string(&log).unwrap().contains(words).then_some(())).await;
}

/// What the doctor says of one thing.
pub async fn finding(folder: &Path, name: &str, what: &str) -> Option<(bool, String)> {
    let done = command(&["doctor", name, "--json"], folder).stdout(Stdio::piped()).output().await.unwrap();
    let lines = String::from_utf8(done.stdout).unwrap();
    let mut lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let line = lines.find(|line| line["what"] == what)?;
    Some((line["fine"].as_bool()?, line.to_string()))
}

pub async fn is_heard(folder: &Path, name: &str) {
    until("a word of the partner", async || finding(folder, name, "partners").await.filter(|(fine, _)| *fine)).await;
}

#[tokio::test]
async fn two_nodes_behind_walls_hear_each_other_through_a_relay_whoever_starts_first() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    let [port] = ports().await;
    let here = (None, "127.0.0.1", port.as_str());
    let (mut relay, address) = starts(folder, here).await;
    let place = |name, code| Place { name, code, space: None, seen_as: "127.0.0.1:1" };
    let places = [place("batam", "21.71"), place("lotim", "52.03")];
    introduced(folder, &places, &address).await;
    // A relay that was made anew hosts nobody, and it is not there yet: the first ping of both finds no carrier.
    relay.kill().await.unwrap();
    std::fs::remove_file(folder.join("relai/relay.db")).unwrap();
    let mut nodes = Vec::new();
    for place in &places {
        nodes.push(serves(folder, place).await);
        logs(folder, place.name, "not taken by any carrier").await;
    }
    let _relay = starts(folder, here).await;
    // The clock stands: within the minute in which they look for the relay again, not an hour later.
    is_heard(folder, "batam").await;
    is_heard(folder, "lotim").await;
}
