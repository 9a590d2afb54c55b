//! What one node does when something happens to it, by itself: nothing here reaches into another node, so that nodes may do
//! it side by side. What others must know of it is given back.

use super::{DEAD_SECONDS, Event, MESSAGES_PER_DAY, RED_OFFER_HOURS, ROUND_MAX, ROUND_SECONDS, TICK_SECONDS};
use crate::cast::START;
use crate::dice::Dice;
use crate::ledger::{Ledger, shows_something};
use crate::network::Network;
use crate::node::{Node, broken};
use crate::options::Options;
use crate::people::{Office, People};
use crate::versions::Versions;
use crate::watch::Noted;
use base::{CaseId, ConsentId, NodeId, Problem, ThreadId, Timestamp};
use desk::Actor;
use desk::alerts::{AlertCard, AlertMoment};
use desk::duties::OfferMoment;
use relay::{Item, Outcome, Parcel};
use std::collections::BTreeMap;
use store::{Read, Shelf};

/// A node, its people and its chance.
pub(super) struct Site<'a> {
    pub node: &'a Node,
    pub people: &'a mut People,
    /// When the moment of an offer or an alert comes.
    pub moment: &'a mut Option<Timestamp>,
    pub peers: &'a [(usize, NodeId)],
    /// Chance of its people.
    pub dice: &'a Dice,
    /// Chance of its links.
    pub links: &'a Dice,
}

/// The rest of the world, as it stands.
pub(super) struct Around<'a> {
    pub options: &'a Options,
    pub nodes: &'a [Node],
    pub index: &'a BTreeMap<NodeId, usize>,
    pub network: &'a Network,
    pub ledger: &'a Ledger,
    pub versions: &'a tokio::sync::Mutex<Versions>,
    pub healed: bool,
}

/// An envelope that left.
pub(super) struct Gone {
    pub parcel: Parcel,
    pub to: usize,
    /// When copies of it arrive.
    pub copies: Vec<Timestamp>,
    /// Something could be read in it.
    pub shows: bool,
}

/// What came of it, in the order in which others learn it.
#[derive(Default)]
pub(super) struct Done {
    /// A node that sealed to a mailbox which is no more needs the entry.
    pub renew: Option<usize>,
    pub opened: Vec<CaseId>,
    pub touched: Vec<ThreadId>,
    pub gone: Vec<Gone>,
    pub heard: Vec<Noted>,
    pub withdrawn: Option<(ConsentId, Timestamp)>,
    /// The driver looks by then.
    pub wake: Option<Timestamp>,
    pub next: Option<(Timestamp, Event)>,
}

impl Site<'_> {
    /// One event of this node.
    pub async fn handle(&mut self, event: Event, now: Timestamp, around: &Around<'_>) -> Result<Done, Problem> {
        match event {
            Event::Wake(_) => self.wake(now, around).await,
            Event::Arrive(from, _, envelopes) => self.arrive(from, &envelopes, now).await,
            Event::Tick(index) => self.tick(index, now, around).await,
            Event::Unlock(_) => self.unlock(now).await,
            Event::Rotate(index) => self.rotate(index, now).await,
            _ => Ok(Done::default()),
        }
    }

    async fn wake(&mut self, now: Timestamp, around: &Around<'_>) -> Result<Done, Problem> {
        let mut done = Done::default();
        let mut due = self.due().await?;
        if due.is_some_and(|due| due <= now) {
            done = self.round((now, true), around).await?;
            due = self.due().await?;
        }
        if let Some(due) = due {
            // To a dead key nothing goes: what is due for it stays due until there is a new one.
            let waits = around.options.revoke > 0 && due <= now;
            done.wake = Some(due.max(now.plus_seconds(if waits { DEAD_SECONDS } else { 1 })));
        }
        Ok(done)
    }

    /// When something is due, for the driver.
    async fn due(&mut self) -> Result<Option<Timestamp>, Problem> {
        let (mail, moment) = self.node.next_due().await?;
        *self.moment = moment;
        Ok([mail, moment].into_iter().flatten().min())
    }

    /// The driver: offers and alerts whose moment came, then what is due is sealed and handed over.
    pub async fn round(&mut self, (now, settle): (Timestamp, bool), around: &Around<'_>) -> Result<Done, Problem> {
        let touched = self.moments(now).await?;
        let mut done = Done { touched, ..Done::default() };
        if around.options.mixed_versions {
            around.versions.lock().await.spell(self.node, self.peers).await?;
        }
        let Some(running) = self.node.open() else { return Ok(done) };
        let parcels = running.post.collect(ROUND_MAX).await.map_err(broken)?;
        let (mut settled, mut soon) = (Vec::new(), BTreeMap::new());
        for parcel in parcels {
            let Some(to) = around.index.get(&parcel.peer).copied() else { continue };
            let on_time = *soon.entry(to).or_insert_with(|| crate::network::soon(self.links, now));
            let down = around.nodes.get(to).is_none_or(|node| node.running().is_none());
            let (outcome, copies) = if down {
                (Outcome::NotTaken, Vec::new())
            } else {
                around.network.send(self.links, (self.node.index, to), (now, on_time))
            };
            settled.push((parcel.peer, parcel.what, outcome));
            let shows = shows_something(self.node.id, &parcel.envelope);
            done.gone.push(Gone { parcel, to, copies, shows });
        }
        if settle {
            running.post.settle(&settled).await.map_err(broken)?;
        }
        done.heard = running.watch.take();
        Ok(done)
    }

    async fn moments(&mut self, now: Timestamp) -> Result<Vec<ThreadId>, Problem> {
        if self.moment.is_none_or(|moment| moment > now) {
            return Ok(Vec::new());
        }
        let Some(running) = self.node.open() else { return Ok(Vec::new()) };
        let now = self.node.now();
        let mut view = running.desk.store.read(now).await.map_err(broken)?;
        let due = view.due::<ThreadId>(Shelf::OfferMoments, now, ROUND_MAX).await.map_err(broken)?;
        drop(view);
        let mut touched = Vec::new();
        for (_, row) in due {
            self.node.act(&Actor::Node, &OfferMoment(row.card)).await?.map_err(broken)?;
            touched.push(row.card);
        }
        let mut view = running.desk.store.read(now).await.map_err(broken)?;
        let over = view.due::<AlertCard>(Shelf::Alerts, now, ROUND_MAX).await.map_err(broken)?;
        drop(view);
        for (_, row) in over {
            self.node.act(&Actor::Node, &AlertMoment(row.card.id)).await?.map_err(broken)?;
        }
        Ok(touched)
    }

    async fn arrive(&mut self, from: usize, envelopes: &[Vec<u8>], now: Timestamp) -> Result<Done, Problem> {
        let Some(running) = self.node.running() else { return Ok(Done::default()) };
        let answers = running.post.deliver(envelopes).await.map_err(broken)?;
        let renew = answers.iter().any(|(_, item)| *item == Item::NotServed).then_some(from);
        let wake = Some(now.plus_seconds(ROUND_SECONDS.1));
        Ok(Done { renew, wake, heard: running.watch.take(), ..Done::default() })
    }

    async fn tick(&mut self, index: usize, now: Timestamp, around: &Around<'_>) -> Result<Done, Problem> {
        if around.healed && self.people.are_idle() {
            // New offers may still be under way to them.
            return Ok(Done { next: Some((now.plus_hours(1), Event::Tick(index))), ..Done::default() });
        }
        let mut done = Done::default();
        let millis = u64::try_from(now.millis() - START.millis()).unwrap_or(0);
        let behind = around.ledger.sent_by(self.node.id) * 86_400_000 <= MESSAGES_PER_DAY * millis;
        if self.node.open().is_some() && (behind || around.healed) {
            let ends = START.plus_hours(24 * i64::from(around.options.days));
            let office = Office {
                node: self.node,
                peers: self.peers,
                dice: self.dice,
                now: self.node.now(),
                alerts: around.options.alerts,
                is_closing: around.healed,
                may_let_expire: now.plus_hours(RED_OFFER_HOURS) < ends,
            };
            let did = self.people.act(&office).await?;
            (done.opened, done.touched) = (did.opened, did.threads);
            done.withdrawn = did.withdrawn.map(|consent| (consent, office.now));
            done.wake = Some(now.plus_seconds(ROUND_SECONDS.0));
        }
        let next = self.dice.after(now, TICK_SECONDS / 2, TICK_SECONDS * 3 / 2);
        done.next = Some((next, Event::Tick(index)));
        Ok(done)
    }

    /// Somebody types the passphrase.
    async fn unlock(&mut self, now: Timestamp) -> Result<Done, Problem> {
        self.node.unlock().await?;
        let heard = self.node.running().map(|running| running.watch.take()).unwrap_or_default();
        Ok(Done { heard, wake: Some(now.plus_seconds(ROUND_SECONDS.0)), ..Done::default() })
    }

    /// The daily job: keys of the week.
    async fn rotate(&mut self, index: usize, now: Timestamp) -> Result<Done, Problem> {
        if let Some(running) = self.node.open() {
            running.post.rotate().await.map_err(broken)?;
        }
        let next = Some((now.plus_hours(24), Event::Rotate(index)));
        Ok(Done { next, wake: Some(now.plus_seconds(ROUND_SECONDS.0)), ..Done::default() })
    }
}
