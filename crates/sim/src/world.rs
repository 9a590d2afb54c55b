//! The events of a run, in the order of their time and number.

mod begin;
mod end;
mod forged;
mod keys;
mod lost;
mod spoken;

use crate::cast::START;
use crate::check::Eyes;
use crate::dice::Dice;
use crate::hostile::Hostile;
use crate::ledger::Ledger;
use crate::network::Network;
use crate::node::{Node, broken};
use crate::options::Options;
use crate::people::{Office, People};
use crate::report::Report;
use crate::versions::Versions;
use crate::watch::Noted;
use base::{ManualClock, NodeId, Problem, ThreadId, Timestamp};
use desk::Actor;
use desk::duties::OfferMoment;
use desk::wire::Message;
use relay::{Item, Outcome};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use store::{Read, Shelf};

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
    clock: Arc<ManualClock>,
    now: Timestamp,
    dice: Dice,
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
    moments: BTreeMap<usize, Timestamp>,
    under_way: usize,
    healed: bool,
    folder: PathBuf,
    losses: Vec<lost::Loss>,
    keys: keys::Keys,
    hostile: Hostile,
    versions: Versions,
}

/// Plays one run.
pub async fn play(options: &Options) -> Result<Report, Problem> {
    let memory = std::path::Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
    let folder = tempfile::Builder::new().prefix("simpul-sim-").tempdir_in(place).map_err(broken)?;
    let mut world = World::found(options, folder.path().to_path_buf()).await?;
    world.plan();
    let end = START.plus_hours(24 * i64::from(options.days) + LIFE_HOURS);
    while let Some(((at, number), event)) = world.queue.pop_first() {
        if at > end {
            break;
        }
        world.now = at;
        world.clock.set(at);
        let look = matches!(event, Event::Look);
        world.happen(number, event).await?;
        if look && world.is_quiet().await? {
            break;
        }
    }
    world.clock.set(end);
    world.close().await
}

impl World {
    fn push(&mut self, at: Timestamp, event: Event) -> u64 {
        self.number += 1;
        self.queue.insert((at, self.number), event);
        self.number
    }

    async fn happen(&mut self, number: u64, event: Event) -> Result<(), Problem> {
        match event {
            // A later plan replaced this one.
            Event::Wake(index) if self.wakes.get(&index).is_some_and(|wake| *wake != (self.now, number)) => Ok(()),
            Event::Wake(index) => {
                self.wakes.remove(&index);
                let mut due = self.due(index).await?;
                if due.is_some_and(|due| due <= self.now) {
                    self.round(index, true).await?;
                    due = self.due(index).await?;
                }
                if let Some(due) = due {
                    // To a dead key nothing goes: what is due for it stays due until there is a new one.
                    let waits = self.options.revoke > 0 && due <= self.now;
                    self.wake_by(index, due.max(self.now.plus_seconds(if waits { DEAD_SECONDS } else { 1 })));
                }
                Ok(())
            }
            Event::Arrive(from, index, envelopes) => self.arrive((from, index), &envelopes).await,
            Event::Tick(index) => self.tick(index).await,
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
            Event::Unlock(index) => self.unlock(index).await,
            Event::Rotate(index) => self.rotate(index).await,
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
                self.eyes.look(&self.nodes, &self.index, &mut self.ledger).await
            }
            Event::Heal => {
                self.network.heal();
                self.hostile.heal();
                self.healed = true;
                Ok(())
            }
        }
    }

    /// A node's driver: offers whose moment came, then what is due is sealed and handed over.
    async fn round(&mut self, index: usize, settle: bool) -> Result<(), Problem> {
        self.moments(index).await?;
        self.spell(index).await?;
        let Some(running) = self.nodes.get(index).and_then(Node::open) else { return Ok(()) };
        let Some(node) = self.nodes.get(index).map(|node| node.id) else { return Ok(()) };
        let parcels = running.post.collect(ROUND_MAX).await.map_err(broken)?;
        let (mut done, mut requests) = (Vec::new(), BTreeMap::<(usize, Timestamp), Vec<Vec<u8>>>::new());
        let (mut soon, mut forged) = (BTreeMap::new(), Vec::new());
        for parcel in &parcels {
            let Some(to) = self.index.get(&parcel.peer).copied() else { continue };
            self.ledger.left(node, parcel);
            let on_time = *soon.entry(to).or_insert_with(|| self.network.soon(self.now));
            let down = self.nodes.get(to).is_none_or(|node| node.running().is_none());
            let (outcome, copies) = if down {
                (Outcome::NotTaken, Vec::new())
            } else {
                self.network.send((index, to), (self.now, on_time))
            };
            done.push((parcel.peer, parcel.what, outcome));
            for at in copies {
                let arrivals = self.hostile.carry((to, at), &parcel.envelope);
                let (made, plain): (Vec<_>, Vec<_>) = arrivals.into_iter().partition(|arrival| arrival.is_forged);
                forged.extend(made);
                for plain in plain {
                    requests.entry((plain.to, plain.at)).or_default().push(plain.bytes);
                }
            }
        }
        if settle {
            running.post.settle(&done).await.map_err(broken)?;
        }
        for ((to, at), envelopes) in requests {
            self.under_way += 1;
            self.push(at, Event::Arrive(index, to, envelopes));
        }
        for alone in forged {
            self.push(alone.at, Event::Forged(alone.to, alone.bytes));
        }
        self.invented(index, &parcels).await?;
        self.hear(index).await
    }

    async fn moments(&mut self, index: usize) -> Result<(), Problem> {
        if self.moments.get(&index).is_none_or(|moment| *moment > self.now) {
            return Ok(());
        }
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let Some(running) = node.open() else { return Ok(()) };
        let now = node.now();
        let mut view = running.desk.store.read(now).await.map_err(broken)?;
        let due = view.due::<ThreadId>(Shelf::OfferMoments, now, ROUND_MAX).await.map_err(broken)?;
        drop(view);
        for (_, row) in due {
            node.act(&Actor::Node, &OfferMoment(row.card)).await?.map_err(broken)?;
            self.eyes.touch(index, row.card);
        }
        Ok(())
    }

    /// When something is due at a node, for its driver.
    async fn due(&mut self, index: usize) -> Result<Option<Timestamp>, Problem> {
        let Some(node) = self.nodes.get(index) else { return Ok(None) };
        let (mail, moment) = node.next_due().await?;
        match moment {
            Some(moment) => self.moments.insert(index, moment),
            None => self.moments.remove(&index),
        };
        Ok([mail, moment].into_iter().flatten().min())
    }

    /// The driver looks at this moment or earlier.
    fn wake_by(&mut self, index: usize, at: Timestamp) {
        if self.wakes.get(&index).is_none_or(|(planned, _)| *planned > at) {
            let number = self.push(at, Event::Wake(index));
            self.wakes.insert(index, (at, number));
        }
    }

    async fn arrive(&mut self, (from, index): (usize, usize), envelopes: &[Vec<u8>]) -> Result<(), Problem> {
        self.under_way -= 1;
        let Some(running) = self.nodes.get(index).and_then(Node::running) else { return Ok(()) };
        let answers = running.post.deliver(envelopes).await.map_err(broken)?;
        if answers.iter().any(|(_, item)| *item == Item::NotServed) {
            self.renew((from, index)).await?;
        }
        self.wake_by(index, self.now.plus_seconds(ROUND_SECONDS.1));
        self.hear(index).await
    }

    /// What the desk was given since: counted, put on people's desks, looked at.
    async fn hear(&mut self, index: usize) -> Result<(), Problem> {
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let Some(running) = node.running() else { return Ok(()) };
        for noted in running.watch.take() {
            self.ledger.noted(node.id, (self.now, &noted));
            if matches!(noted, Noted::Compared) {
                self.eyes.compared(&self.nodes, index, &mut self.ledger).await?;
            }
            let Noted::Applied { at: (thread, ..), message, .. } = &noted else { continue };
            self.eyes.touch(index, *thread);
            let Some(people) = self.people.get_mut(index) else { continue };
            people.heard(*thread, message);
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

    async fn tick(&mut self, index: usize) -> Result<(), Problem> {
        let (Some(node), Some(people), Some(peers)) =
            (self.nodes.get(index), self.people.get_mut(index), self.peers.get(index))
        else {
            return Ok(());
        };
        if self.healed && people.are_idle() {
            // New offers may still be under way to them.
            self.push(self.now.plus_hours(1), Event::Tick(index));
            return Ok(());
        }
        let millis = u64::try_from(self.now.millis() - START.millis()).unwrap_or(0);
        let behind = self.ledger.sent_by(node.id) * 86_400_000 <= MESSAGES_PER_DAY * millis;
        if node.open().is_some() && (behind || self.healed) {
            let ends = START.plus_hours(24 * i64::from(self.options.days));
            let office = Office {
                node,
                peers,
                dice: &self.dice,
                now: node.now(),
                is_closing: self.healed,
                may_let_expire: self.now.plus_hours(RED_OFFER_HOURS) < ends,
            };
            let done = people.act(&office).await?;
            for case in done.opened {
                self.eyes.opened(case, index);
            }
            for thread in done.threads {
                self.eyes.touch(index, thread);
            }
            if let Some(consent) = done.withdrawn {
                self.eyes.withdrawn(node, (consent, node.now()), &mut self.ledger).await?;
            }
            self.wake_by(index, self.now.plus_seconds(ROUND_SECONDS.0));
        }
        let next = self.dice.after(self.now, TICK_SECONDS / 2, TICK_SECONDS * 3 / 2);
        self.push(next, Event::Tick(index));
        Ok(())
    }

    async fn crash(&mut self, index: usize) -> Result<(), Problem> {
        if self.healed {
            return Ok(());
        }
        if self.dice.percent(50) {
            self.round(index, false).await?;
        }
        if let Some(node) = self.nodes.get_mut(index) {
            node.crash();
        }
        self.push(self.dice.after(self.now, 1, 120), Event::Start(index));
        let every = i64::from(self.options.restart_every) * 3_600;
        self.push(self.now.plus_seconds(every), Event::Crash(index));
        Ok(())
    }

    async fn unlock(&mut self, index: usize) -> Result<(), Problem> {
        if let Some(node) = self.nodes.get(index) {
            node.unlock().await?;
        }
        self.hear(index).await?;
        self.wake_by(index, self.now.plus_seconds(ROUND_SECONDS.0));
        Ok(())
    }
}
