//! The events of a run, in the order of their time and number.

mod begin;
mod end;
mod forged;
mod keys;
mod lost;
mod site;
mod slices;
mod spoken;
#[cfg(test)]
mod tampered;

use crate::cast::START;
use crate::check::Eyes;
use crate::dice::Dice;
use crate::hostile::Hostile;
use crate::ledger::Ledger;
use crate::network::Network;
use crate::node::{Node, broken};
use crate::options::Options;
use crate::people::People;
use crate::report::{Progress, Report};
use crate::versions::Versions;
use crate::watch::Noted;
use base::{NodeId, Problem, Timestamp};
use desk::wire::Message;
use site::{Around, Done, Gone, Site};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Messages of a node on a day (CONTRACTS.md 6).
const MESSAGES_PER_DAY: u64 = 100;
/// People look up so often; more than there are messages, because some acts give none.
const TICK_SECONDS: i64 = 86_400 / 140;
/// The longest life of a message: so long the run goes on after the faults stop, leaving out time in which nothing happens.
const LIFE_HOURS: i64 = 60 * 24;
/// Envelopes of one round of a node.
const ROUND_MAX: usize = 256;
/// Hours between two looks at the invariants.
const LOOK_HOURS: i64 = 6;
/// Seconds until a driver looks at what an act wrote, and at what an arrival did: several arrivals share a round.
const ROUND_SECONDS: (i64, i64) = (1, 20);
/// Hours after which a red offer that nobody answers has ended, its grace included.
const RED_OFFER_HOURS: i64 = 72 + 24;
/// Seconds between two looks at what waits for a dead key.
const DEAD_SECONDS: i64 = 60;
/// Where all messages ended, the outbox has nothing due for so long.
const QUIET_HOURS: i64 = 8 * 24;

/// Something that happens.
enum Event {
    /// A node's driver looks what is due.
    Wake(usize),
    /// Envelopes of a node arrive at another.
    Arrive(usize, usize, Vec<Vec<u8>>),
    /// People of a node do one thing.
    Tick(usize),
    /// A node's process dies; every second time between handing over and noting that it did.
    Crash(usize),
    /// It starts again, locked.
    Start(usize),
    /// Somebody types the passphrase.
    Unlock(usize),
    /// A node's daily job: keys change.
    Rotate(usize),
    /// The nodes fall apart.
    Part,
    /// They reach each other again.
    Join,
    /// A node is backed up, for the loss with this number.
    Backup(usize),
    /// Its disk is lost; it comes back from that backup.
    Lost(usize),
    /// A node's key is declared dead.
    Revoke(usize),
    /// It gets a new one.
    NewKey(usize),
    /// People hand its new entry to partners whose own key died.
    JoiningFile(usize),
    /// A year is over: it gets a new one.
    YearIsOver(usize),
    /// Whoever stole the key with this number writes.
    Thief(usize),
    /// Something that nobody sent comes to a node.
    Forged(usize, Vec<u8>),
    /// A node of a later version says what others do not know.
    Strange(usize),
    /// The invariants are looked at.
    Look,
    /// Faults and new traffic stop.
    Heal,
}

struct World {
    options: Options,
    now: Timestamp,
    /// Nothing is planned before it: the end of the last slice.
    floor: Timestamp,
    /// Nodes do side by side what happens to them within a slice of time.
    is_sliced: bool,
    /// On how many threads; 0 where they do it one after another.
    threads: usize,
    dice: Arc<Dice>,
    /// Chance of each node's people and links: of the run, or its own where nodes do things side by side.
    chances: Vec<(Arc<Dice>, Arc<Dice>)>,
    nodes: Vec<Node>,
    peers: Vec<Vec<(usize, NodeId)>>,
    index: BTreeMap<NodeId, usize>,
    people: Vec<People>,
    network: Network,
    ledger: Ledger,
    eyes: Eyes,
    queue: BTreeMap<(Timestamp, u64), Event>,
    number: u64,
    wakes: BTreeMap<usize, (Timestamp, u64)>,
    moments: Vec<Option<Timestamp>>,
    under_way: usize,
    healed: bool,
    folder: PathBuf,
    losses: Vec<lost::Loss>,
    keys: keys::Keys,
    hostile: Hostile,
    versions: tokio::sync::Mutex<Versions>,
}

/// Plays one run.
pub async fn play(options: &Options, told: &dyn Fn(Progress)) -> Result<Report, Problem> {
    let memory = std::path::Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
    let folder = tempfile::Builder::new().prefix("simpul-sim-").tempdir_in(place).map_err(broken)?;
    let (report, over) = played(options, folder.path(), told).await?;
    if over.is_sliced {
        // Giving millions of rows back one by one would take a tenth of the time; the process ends soon, and they with it.
        std::mem::forget(over);
    }
    Ok(report)
}

/// Plays it in a folder, and gives what is left of the world beside the report.
async fn played(options: &Options, folder: &Path, told: &dyn Fn(Progress)) -> Result<(Report, World), Problem> {
    let mut world = World::found(options, folder.to_path_buf()).await?;
    world.plan();
    let end = START.plus_hours(24 * i64::from(options.days) + LIFE_HOURS);
    let mut day = 0;
    while let Some(((at, number), event)) = world.queue.pop_first() {
        if at > end {
            break;
        }
        if world.is_sliced && event.site().is_some() {
            world.slice((at, number, event)).await?;
            continue;
        }
        world.now = at;
        world.set_clocks(at);
        let look = matches!(event, Event::Look);
        world.happen(number, event).await?;
        if look {
            day = world.tell(day, told);
            if world.is_quiet().await? {
                break;
            }
        }
    }
    world.set_clocks(end);
    world.close().await
}

impl World {
    fn set_clocks(&self, at: Timestamp) {
        for node in &self.nodes {
            node.clock().set(at);
        }
    }

    fn push(&mut self, at: Timestamp, event: Event) -> u64 {
        self.number += 1;
        self.queue.insert((at.max(self.floor), self.number), event);
        self.number
    }

    async fn happen(&mut self, number: u64, event: Event) -> Result<(), Problem> {
        if let Some(index) = event.site() {
            return self.happen_at(index, (number, event)).await;
        }
        match event {
            Event::Crash(index) => self.crash(index).await,
            Event::Start(index) => {
                // It may have been restored meanwhile.
                let Some(node) = self.nodes.get_mut(index).filter(|node| node.running().is_none()) else {
                    return Ok(());
                };
                node.start().await?;
                self.push(self.dice.after(self.now, 1, 1_200), Event::Unlock(index));
                Ok(())
            }
            Event::Backup(number) => self.back_up(number).await,
            Event::Lost(number) => self.lose(number).await,
            Event::Revoke(index) => self.revoke(index).await,
            Event::NewKey(index) => self.new_key(index).await,
            Event::JoiningFile(index) => self.joining_file(index).await,
            Event::YearIsOver(index) => self.year_is_over(index).await,
            Event::Thief(number) => self.thief(number).await,
            Event::Forged(index, bytes) => self.forged(index, &bytes).await,
            Event::Strange(index) => self.strange(index).await,
            Event::Part => {
                self.network.part();
                Ok(())
            }
            Event::Join => {
                self.network.join();
                Ok(())
            }
            Event::Look => {
                self.push(self.now.plus_hours(LOOK_HOURS), Event::Look);
                self.eyes.look((&self.nodes, &self.index), &mut self.ledger).await
            }
            Event::Heal => {
                self.network.heal();
                self.hostile.heal();
                self.healed = true;
                Ok(())
            }
            Event::Wake(_) | Event::Arrive(..) | Event::Tick(_) | Event::Unlock(_) | Event::Rotate(_) => Ok(()),
        }
    }

    /// One event of a node, and at once what others have of it.
    async fn happen_at(&mut self, index: usize, (number, event): (u64, Event)) -> Result<(), Problem> {
        let now = self.now;
        if self.is_stale(number, &event, now) {
            return Ok(());
        }
        let (mut sites, around) = self.sites();
        let Some(mut site) = sites.nth(index) else { return Ok(()) };
        let done = site.handle(event, now, &around).await?;
        drop(sites);
        self.note(index, done).await
    }

    /// Takes an event out of what is planned. Whether a later plan replaced it.
    fn is_stale(&mut self, number: u64, event: &Event, at: Timestamp) -> bool {
        match event {
            Event::Wake(index) if self.wakes.get(index).is_some_and(|wake| *wake != (at, number)) => return true,
            Event::Wake(index) => {
                self.wakes.remove(index);
            }
            Event::Arrive(..) => self.under_way -= 1,
            _ => {}
        }
        false
    }

    /// The nodes with what is their own, and what is around them.
    fn sites(&mut self) -> (impl Iterator<Item = Site<'_>>, Around<'_>) {
        let around = Around {
            options: &self.options,
            nodes: &self.nodes,
            index: &self.index,
            network: &self.network,
            ledger: &self.ledger,
            versions: &self.versions,
            healed: self.healed,
        };
        let own = self.people.iter_mut().zip(&mut self.moments).zip(&self.peers).zip(&self.chances);
        let sites = self.nodes.iter().zip(own).map(|(node, (((people, moment), peers), (dice, links)))| Site {
            node,
            people,
            moment,
            peers,
            dice,
            links,
        });
        (sites, around)
    }

    /// What an event did at its node, for all others: counted, carried, looked at, planned.
    async fn note(&mut self, index: usize, done: Done) -> Result<(), Problem> {
        let Done { renew, opened, touched, gone, heard, withdrawn, wake, next } = done;
        if let Some(from) = renew {
            self.renew((from, index)).await?;
        }
        for case in opened {
            self.eyes.opened(case, index);
        }
        for thread in touched {
            self.eyes.touch(index, thread);
        }
        self.carry(index, gone).await?;
        self.heard(index, heard).await?;
        if let (Some(withdrawn), Some(node)) = (withdrawn, self.nodes.get(index)) {
            self.eyes.withdrawn(node, withdrawn, &mut self.ledger).await?;
        }
        if let Some(at) = wake {
            self.wake_by(index, at);
        }
        if let Some((at, event)) = next {
            self.push(at, event);
        }
        Ok(())
    }

    /// Envelopes are on their way, or in the hands of a relay that lies.
    async fn carry(&mut self, index: usize, gone: Vec<Gone>) -> Result<(), Problem> {
        let Some(id) = self.nodes.get(index).map(|node| node.id) else { return Ok(()) };
        let mut requests = BTreeMap::<(usize, Timestamp), Vec<Vec<u8>>>::new();
        let mut forged = Vec::new();
        for Gone { parcel, to, copies, shows } in &gone {
            self.ledger.left(id, parcel, *shows);
            for at in copies {
                let arrivals = self.hostile.carry((*to, *at), &parcel.envelope);
                let (made, plain): (Vec<_>, Vec<_>) = arrivals.into_iter().partition(|arrival| arrival.is_forged);
                forged.extend(made);
                for plain in plain {
                    requests.entry((plain.to, plain.at)).or_default().push(plain.bytes);
                }
            }
        }
        for ((to, at), envelopes) in requests {
            self.under_way += 1;
            self.push(at, Event::Arrive(index, to, envelopes));
        }
        for alone in forged {
            self.push(alone.at, Event::Forged(alone.to, alone.bytes));
        }
        self.invented(index, &gone).await
    }

    /// The driver looks at this moment or earlier.
    fn wake_by(&mut self, index: usize, at: Timestamp) {
        let at = at.max(self.floor);
        if self.wakes.get(&index).is_none_or(|(planned, _)| *planned > at) {
            let number = self.push(at, Event::Wake(index));
            self.wakes.insert(index, (at, number));
        }
    }

    /// What the desk was given since: counted, put on people's desks, looked at.
    async fn hear(&mut self, index: usize) -> Result<(), Problem> {
        let noted = self.nodes.get(index).and_then(Node::running).map(|running| running.watch.take());
        self.heard(index, noted.unwrap_or_default()).await
    }

    async fn heard(&mut self, index: usize, noted: Vec<Noted>) -> Result<(), Problem> {
        for noted in noted {
            let Some(node) = self.nodes.get(index) else { return Ok(()) };
            self.ledger.noted(node.id, (self.now, &noted));
            if matches!(noted, Noted::Compared) {
                self.eyes.compared(&self.nodes, index, &mut self.ledger).await?;
            }
            let Noted::Applied { from, at: (thread, ..), message, .. } = &noted else { continue };
            self.eyes.touch(index, *thread);
            let Some(people) = self.people.get_mut(index) else { continue };
            people.heard((*from, *thread), message);
            let moved = match message {
                Message::OfferAccept(accept) => accept.own_signature.is_some(),
                Message::CaseExtract(file) => file.own_record.is_some(),
                _ => false,
            };
            if moved {
                let world = (self.nodes.as_slice(), &self.index);
                match self.eyes.owner_moved(world, (index, *thread), &mut self.ledger).await? {
                    Some((case, true)) => people.took(case),
                    Some((case, false)) => people.gave(case),
                    None => {}
                }
            }
        }
        Ok(())
    }

    async fn crash(&mut self, index: usize) -> Result<(), Problem> {
        if self.healed {
            return Ok(());
        }
        if self.dice.percent(50) {
            let now = self.now;
            let (mut sites, around) = self.sites();
            let Some(mut site) = sites.nth(index) else { return Ok(()) };
            let done = site.round((now, false), &around).await?;
            drop(sites);
            self.note(index, done).await?;
        }
        if let Some(node) = self.nodes.get_mut(index) {
            node.crash();
        }
        self.push(self.dice.after(self.now, 1, 120), Event::Start(index));
        let every = i64::from(self.options.restart_every) * 3_600;
        self.push(self.now.plus_seconds(every), Event::Crash(index));
        Ok(())
    }
}
