//! The same two nodes and relay on networks of their own (network namespaces): each reaches the relay's address and nothing
//! else, as behind the NAT of a mobile operator, and its cable is pulled. Needs the superuser and `ip`, else it says so.

use crate::relay::{Place, finding, introduced, is_heard, logs, ports, serves, starts};
use crate::town::until;
use std::path::Path;
use std::process::Command;

/// Where the relay is, seen from both networks.
const RELAY: &str = "10.77.0.1";
/// After so long without a word a partner is told of (`simpul doctor`).
const SILENT_HOURS: i64 = 73;

/// A network of its own; its processes are gone when it goes.
struct Space(String);

impl Space {
    fn new(name: &str) -> Option<Self> {
        let name = format!("simpul-{name}-{}", std::process::id());
        ip(&["netns", "add", &name]).then(|| Self(name.clone()))?.up("lo")
    }

    fn ip(&self, words: &[&str]) -> bool {
        ip(&[&["-n", &self.0], words].concat())
    }

    fn up(self, card: &str) -> Option<Self> {
        self.ip(&["link", "set", card, "up"]).then_some(self)
    }

    /// A cable to the relay's network. The two ends know each other, and the relay's network carries nothing on.
    fn cable(&self, hub: &Self, net: u8) -> bool {
        let (far, here, there) = (format!("ke{net}"), format!("10.77.{net}.2/24"), format!("10.77.{net}.1"));
        let peer = ["link", "add", "kabel", "type", "veth", "peer", "name", &far, "netns", &hub.0];
        self.ip(&peer)
            && hub.ip(&["addr", "add", &format!("{there}/24"), "dev", &far])
            && hub.ip(&["link", "set", &far, "up"])
            && self.ip(&["addr", "add", &here, "dev", "kabel"])
            && self.plug(&there)
    }

    fn plug(&self, gate: &str) -> bool {
        self.ip(&["link", "set", "kabel", "up"]) && self.ip(&["route", "add", "default", "via", gate])
    }

    fn unplug(&self) {
        assert!(self.ip(&["link", "set", "kabel", "down"]));
    }

    /// Whether a connection to an address comes about from here.
    async fn reaches(&self, address: &str) -> bool {
        let open = format!("exec 3<>/dev/tcp/{}", address.replace(':', "/"));
        let mut command = tokio::process::Command::new("ip");
        command.args(["netns", "exec", &self.0, "timeout", "2", "bash", "-c", &open]).kill_on_drop(true);
        command.output().await.unwrap().status.success()
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        let _ = ip(&["netns", "del", &self.0]);
    }
}

fn ip(words: &[&str]) -> bool {
    Command::new("ip").args(words).output().is_ok_and(|done| done.status.success())
}

/// Three networks: the relay's, and one for each node. `None`: nobody may make one here, and that is said.
fn networks() -> Option<[Space; 3]> {
    let made = || {
        let spaces = [Space::new("pusat")?, Space::new("batam")?, Space::new("lotim")?];
        let [hub, batam, lotim] = &spaces;
        let whole = hub.ip(&["addr", "add", &format!("{RELAY}/32"), "dev", "lo"]) && batam.cable(hub, 1);
        (whole && lotim.cable(hub, 2)).then_some(spaces)
    };
    let spaces = made();
    if spaces.is_none() {
        eprintln!("SKIPPED: networks of their own can be made by the superuser with iproute2 only");
    }
    spaces
}

/// The clock of both nodes goes on.
fn later(folder: &Path, hours: i64) {
    std::fs::write(folder.join("jam.part"), (hours * 3_600_000).to_string()).unwrap();
    std::fs::rename(folder.join("jam.part"), folder.join("jam-peragaan")).unwrap();
}

async fn is_silent(folder: &Path, name: &str) {
    until("a partner that is told of", async || finding(folder, name, "partners").await.filter(|(fine, _)| !fine))
        .await;
}

#[tokio::test]
async fn two_nodes_on_networks_that_reach_the_relay_alone_hear_each_other_again_when_the_cable_is_back() {
    let Some([hub, batam, lotim]) = networks() else { return };
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    let [port] = ports().await;
    let (_relay, address) = starts(folder, (Some(&hub.0), RELAY, &port)).await;
    let places = [
        Place { name: "batam", code: "21.71", space: Some(&batam.0), seen_as: "10.77.1.2:9443" },
        Place { name: "lotim", code: "52.03", space: Some(&lotim.0), seen_as: "10.77.2.2:9443" },
    ];
    introduced(folder, &places, &address).await;
    let mut nodes = Vec::new();
    for place in &places {
        nodes.push(serves(folder, place).await);
    }
    is_heard(folder, "batam").await;
    is_heard(folder, "lotim").await;
    assert!(batam.reaches(&format!("{RELAY}:{port}")).await && lotim.reaches(&format!("{RELAY}:{port}")).await);
    assert!(!batam.reaches("10.77.2.2:9443").await, "a node reaches the other: the test would show nothing");
    lotim.unplug();
    later(folder, SILENT_HOURS);
    is_silent(folder, "batam").await;
    is_silent(folder, "lotim").await;
    logs(folder, "lotim", "not taken by any carrier").await;
    assert!(lotim.plug("10.77.2.1"));
    // What waited goes when the carrier is back, and a ping that got lost comes again the next day.
    later(folder, SILENT_HOURS + 3);
    is_heard(folder, "batam").await;
    is_heard(folder, "lotim").await;
}
