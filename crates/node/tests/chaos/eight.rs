//! The eight nodes of the demo, each behind its own bad link, and what befalls them.

use crate::canary::none_in;
use crate::flow::{Flow, HANDOVER, comes};
use crate::relay::{ports, runs, starts};
use crate::town::{GOOD, Town, until};
use base::Chance;
use base::chance::SeededChance;
use slowlink::{Quality, Step, What, When};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The pairs between which a case goes to and fro. Kupang's clock is two days ahead.
const PAIRS: [(&str, &str); 3] = [("batam", "lotim"), ("jakarta", "sukabumi"), ("indramayu", "kupang")];
/// What two days are wrong by.
const WRONG_HOURS: i64 = 48;
/// After so long everything that found no carrier is tried again (FEDERATION.md 5: two hours at most).
const AGAIN_MINUTES: i64 = 125;

/// GSM data as it was first sold: 9,600 bit/s, and a second each way.
const SLOWEST: Quality = Quality { down: Some(1_200), up: Some(1_200), delay: Duration::from_secs(1) };

fn is_long() -> bool {
    std::env::var_os("SIMPUL_LONG").is_some()
}

/// A number from 1 to `most`.
fn draw(chance: &dyn Chance, most: u64) -> u64 {
    1 + u64::from(u32::from_le_bytes(chance.bytes())) % most
}

fn once(when: When, what: What) -> slowlink::Steps {
    Box::new(std::iter::once(Step { when, what }))
}

const NOW: When = When::AfterTime(Duration::ZERO);

/// The link of a node does this now.
async fn does(town: &Town, name: &str, what: What) {
    let link = &town.house(name).link;
    let before = link.done();
    link.play(once(NOW, what));
    until("the link", async || (link.done() > before).then_some(())).await;
}

/// Links that break once, each after so many more bytes.
struct Armed(Vec<(String, u64)>);

impl Armed {
    fn links<'a>(town: &Town, names: impl Iterator<Item = &'a str>, what: What, bytes: impl Fn() -> u64) -> Self {
        let arm = |name: &str| {
            let link = &town.house(name).link;
            link.play(once(When::AfterBytes(bytes()), what));
            (name.to_owned(), link.done())
        };
        Self(names.map(arm).collect())
    }

    /// Waits until each has broken, and mends it. Gives how many did.
    async fn broke(self, town: &Town) -> usize {
        for (name, before) in &self.0 {
            let link = &town.house(name).link;
            until("the break", async || (link.done() > *before).then_some(())).await;
            does(town, name, What::Restore).await;
        }
        self.0.len()
    }
}

/// One way of each case, with every message of it broken once at a random byte. Gives how many links broke.
async fn cut(town: &mut Town, flows: &mut [Flow], chance: &dyn Chance) -> usize {
    let takers: Vec<String> = flows.iter().map(|flow| flow.taker.clone()).collect();
    let givers: Vec<String> = flows.iter().map(|flow| flow.giver.clone()).collect();
    let (takers, givers) = (|| takers.iter().map(String::as_str), || givers.iter().map(String::as_str));
    // With its connection an offer or a yes takes some 3,700 bytes both ways, a file 5,700, a last word 2,600.
    let bytes = |most| move || draw(chance, most);
    let armed = Armed::links(town, takers(), What::Cut, bytes(3_600));
    for flow in flows.iter_mut() {
        flow.offers(town).await;
    }
    let mut count = armed.broke(town).await;
    town.later(AGAIN_MINUTES).await;
    for flow in flows.iter() {
        flow.arrives(town).await;
    }
    let yes = Armed::links(town, givers(), What::Cut, bytes(3_600));
    let file = Armed::links(town, takers(), What::Cut, bytes(5_500));
    for flow in flows.iter() {
        flow.is_accepted(town).await;
    }
    count += yes.broke(town).await;
    town.later(AGAIN_MINUTES).await;
    count += file.broke(town).await;
    town.later(AGAIN_MINUTES).await;
    for flow in flows.iter() {
        assert!(flow.owners(town).await.len() <= 1, "{}", flow.case);
        flow.moves(town).await;
    }
    let done = Armed::links(town, givers(), What::Cut, bytes(2_500));
    for flow in flows.iter_mut() {
        flow.turns(town).await;
    }
    count += done.broke(town).await;
    town.later(AGAIN_MINUTES).await;
    count
}

/// One way of each case, with a `kill -9` of one side at each step of it. Gives how many were killed.
async fn kill(town: &mut Town, flows: &mut [Flow], round: usize) -> usize {
    let mut kills = 0;
    // Whether it is the giver's turn, so that each step meets both sides.
    let side = |flow: &Flow, nth: usize, step: usize| {
        if (round + nth + step).is_multiple_of(2) { flow.giver.clone() } else { flow.taker.clone() }
    };
    // Queued: the other side is not there.
    for (nth, flow) in flows.iter_mut().enumerate() {
        let victim = side(flow, nth, 0);
        if victim == flow.giver {
            does(town, &flow.taker, What::Cut).await;
            flow.offers(town).await;
            town.kill(&victim).await;
            does(town, &flow.taker, What::Restore).await;
        } else {
            town.kill(&victim).await;
            flow.offers(town).await;
        }
        town.start(&victim).await;
        kills += 1;
    }
    town.later(AGAIN_MINUTES).await;
    for step in 1..=5 {
        for (nth, flow) in flows.iter_mut().enumerate() {
            match step {
                // Handed over: it came, and no receipt is back. Then the receipt, read, accepted, and the file gone.
                1 => flow.arrives(town).await,
                2 => {}
                3 => flow.is_read(town).await,
                4 => flow.is_accepted(town).await,
                _ => flow.moves(town).await,
            }
            let victim = side(flow, nth, step);
            town.kill(&victim).await;
            town.start(&victim).await;
            kills += 1;
            assert!(flow.owners(town).await.len() <= 1, "{} at step {step}", flow.case);
        }
        town.later(AGAIN_MINUTES).await;
    }
    for flow in flows.iter_mut() {
        flow.turns(town).await;
    }
    town.later(AGAIN_MINUTES).await;
    kills
}

/// The taker's side vanishes without a word in the middle of an offer. Nobody else waits for it, and what hangs may be killed.
async fn half_open(town: &mut Town, flow: &mut Flow, chance: &dyn Chance) {
    let armed = Armed::links(town, std::iter::once(flow.taker.as_str()), What::HalfOpen, || draw(chance, 3_000));
    flow.offers(town).await;
    let (taker, before) = armed.0[0].clone();
    let link = &town.house(&taker).link;
    until("the break", async || (link.done() > before).then_some(())).await;
    let mut sari = town.log_in(&flow.giver, "sari").await;
    flow.agrees_to(&mut sari, "legal_aid", "lbh-bahari").await;
    let beside = flow.asks(town, ("rujuk", "legal_aid"), "lbh-bahari").await;
    comes(town, "lbh-bahari", &beside).await;
    town.kill(&flow.giver.clone()).await;
    does(town, &taker, What::Restore).await;
    town.start(&flow.giver.clone()).await;
    rest_of_the_way(town, flow).await;
}

/// A real file system of so many MB; only the superuser may mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, megabytes: u32) -> Option<Self> {
        std::fs::create_dir(at).unwrap();
        let size = format!("size={megabytes}m");
        let done = std::process::Command::new("mount").args(["-t", "tmpfs", "-o", &size, "simpul"]).arg(at).output();
        done.is_ok_and(|done| done.status.success()).then(|| Self(at.to_owned()))
    }

    /// Not one page is free.
    fn fill(&self) {
        use std::io::Write;
        let mut filler = std::fs::File::create(self.0.join("penuh")).unwrap();
        while filler.write_all(&[1; 4_096]).is_ok() {}
    }

    fn clear(&self) {
        std::fs::remove_file(self.0.join("penuh")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

/// A node moves onto a small disk. `None`: nobody may mount one here, and that is said.
fn onto_a_small_disk(town: &mut Town, name: &str) -> Option<SmallDisk> {
    let house = town.house_mut(name);
    let at = house.dir.with_file_name(format!("{name}-kecil"));
    let Some(disk) = SmallDisk::mount(&at, 48) else {
        eprintln!("SKIPPED in part: a small disk can be mounted by the superuser only");
        return None;
    };
    let copied = std::process::Command::new("cp").arg("-a").arg(format!("{}/.", house.dir.display())).arg(&at).status();
    assert!(copied.unwrap().success());
    house.dir = at;
    Some(disk)
}

/// The disk of one side is full while an offer comes, and while one is made; then there is room again.
async fn full(town: &mut Town, flow: &mut Flow, (disk, node): (&SmallDisk, &str)) {
    for _ in 0..2 {
        // A log that was written far has room inside; a new one has none.
        town.stop(node).await;
        town.start(node).await;
        if flow.giver == node {
            let (mut sari, form) = flow.prepares(town, HANDOVER, &flow.taker).await;
            disk.fill();
            let refused = sari.post(&form).await.unwrap();
            assert!(!refused.status.is_success(), "{}: {}", refused.status, refused.text());
            disk.clear();
            flow.offers(town).await;
        } else {
            let before = town.log(node).len();
            disk.fill();
            flow.offers(town).await;
            until("a refusal", async || {
                String::from_utf8_lossy(&town.log(node)[before..]).contains("mail not taken").then_some(())
            })
            .await;
            disk.clear();
        }
        rest_of_the_way(town, flow).await;
    }
}

/// Both ends of a case go behind walls; a relay, which in `make long` is killed on the way, carries it. Neither its store nor a bundle shows
/// anything of her.
async fn through_a_relay(town: &mut Town, flow: &mut Flow) {
    let folder = town.folder.path().to_owned();
    let [port] = ports().await;
    let (mut relay, address) = starts(&folder, (None, "127.0.0.1", &port)).await;
    for name in [flow.giver.clone(), flow.taker.clone()] {
        town.stop(&name).await;
        town.house(&name).keeps_mail_at(&address);
        town.start(&name).await;
    }
    // What they say now brings their new entry along.
    way(town, flow).await;
    for name in [&flow.giver, &flow.taker] {
        does(town, name, What::Cut).await;
    }
    flow.offers(town).await;
    flow.arrives(town).await;
    let dir = town.house(&flow.giver).dir.display().to_string();
    runs(&folder, &["bundle", "export", &dir, "--to", &flow.taker, "--out", "stik.spb"]).await;
    none_in("the bundle", &std::fs::read(folder.join("stik.spb")).unwrap());
    // Nodes look for a relay that was gone every half a minute only.
    if is_long() {
        relay.kill().await.unwrap();
    }
    flow.is_accepted(town).await;
    if is_long() {
        relay = starts(&folder, (None, "127.0.0.1", &port)).await.0;
    }
    town.later(AGAIN_MINUTES).await;
    flow.moves(town).await;
    flow.turns(town).await;
    for file in ["relay.db", "relay.db-wal"] {
        none_in(file, &std::fs::read(folder.join("relai").join(file)).unwrap());
    }
    relay.kill().await.unwrap();
    for name in [&flow.giver, &flow.taker] {
        does(town, name, What::Restore).await;
    }
    town.later(AGAIN_MINUTES).await;
}

/// One way of a case that nothing disturbs.
async fn way(town: &mut Town, flow: &mut Flow) {
    flow.offers(town).await;
    rest_of_the_way(town, flow).await;
}

/// The same from where its offer was sent.
async fn rest_of_the_way(town: &mut Town, flow: &mut Flow) {
    town.later(AGAIN_MINUTES).await;
    flow.arrives(town).await;
    flow.is_accepted(town).await;
    town.later(AGAIN_MINUTES).await;
    flow.moves(town).await;
    flow.turns(town).await;
    town.later(AGAIN_MINUTES).await;
}

#[tokio::test]
async fn eight_nodes_lose_nothing_double_nothing_and_show_nobody_whatever_befalls_them() {
    let chance: &dyn Chance = &SeededChance::new(5);
    let mut town = Town::found(|name| if name == "lbh-mawar" { SLOWEST } else { GOOD }).await;
    town.set_wrong("kupang", WRONG_HOURS);
    let disk = onto_a_small_disk(&mut town, "lotim");
    for name in town.names() {
        town.start(&name).await;
    }
    let mut flows = Vec::new();
    for (n, pair) in (1..).zip(PAIRS) {
        flows.push(Flow::open(&town, pair, n).await);
    }
    // On its way at 9.6 kbit/s while everything else happens.
    let mut sari = town.log_in("batam", "sari").await;
    flows[0].agrees_to(&mut sari, "legal_aid", "lbh-mawar").await;
    let slow = flows[0].asks(&town, ("rujuk", "legal_aid"), "lbh-mawar").await;

    let (mut cuts, mut kills) = (0, 0);
    let (cuts_wanted, kills_wanted) = if is_long() { (64, 200) } else { (12, 18) };
    while cuts < cuts_wanted {
        cuts += cut(&mut town, &mut flows, chance).await;
    }
    comes(&town, "lbh-mawar", &slow).await;
    let mut round = 0;
    while kills < kills_wanted {
        kills += kill(&mut town, &mut flows, round).await;
        round += 1;
    }
    // Only Batam has an accord with the institutes.
    while flows[0].giver != "batam" {
        cuts += cut(&mut town, &mut flows, chance).await;
    }
    half_open(&mut town, &mut flows[0], chance).await;
    through_a_relay(&mut town, &mut flows[2]).await;
    if let Some(disk) = &disk {
        full(&mut town, &mut flows[0], (disk, "lotim")).await;
    }
    for flow in &flows {
        assert_eq!(flow.owners(&town).await.len(), 1, "{}", flow.case);
        flow.none_is_lost_or_doubled(&town).await;
    }
    for name in town.names() {
        none_in(&format!("what was heard on the line to {name}"), &town.house(&name).link.heard());
    }
    none_in("logs", &town.names().iter().flat_map(|name| town.log(name)).collect::<Vec<u8>>());
    town.all_stop_and_their_journals_are_whole().await;
    println!("{cuts} cuts, {kills} kills, {} offers", flows.iter().map(|flow| flow.offers.len()).sum::<usize>());
}
