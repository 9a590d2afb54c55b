//! Before the first event: keys, entries, agreements; and what is planned from the start.

use super::{Event, LOOK_HOURS, TICK_SECONDS, World};
use crate::cast::{START, accord, blocks, officer, peer};
use crate::check::Eyes;
use crate::clock::NodeClock;
use crate::dice::Dice;
use crate::hostile::Hostile;
use crate::ledger::Ledger;
use crate::network::Network;
use crate::node::{Commons, Node, broken};
use crate::options::Options;
use crate::people::People;
use crate::threads::each;
use crate::versions::{Speaks, Versions};
use base::{NodeId, Problem};
use desk::partners::ConfirmPeer;
use seal::VerifiedEntry;
use std::collections::BTreeMap;
use std::sync::Arc;

impl World {
    pub(super) async fn found(options: &Options, folder: std::path::PathBuf) -> Result<Self, Problem> {
        let count = usize::try_from(options.nodes).unwrap_or(0);
        let handbooks = casework::Library::embedded().map_err(|mut problems| problems.remove(0))?;
        let commons = Arc::new(Commons {
            clocks: NodeClock::of_run((count, options.seed, options.clock_drift)),
            folder: folder.clone(),
            in_memory: options.in_memory(),
            has_stand_in: options.has_stand_in(),
            handbooks: Arc::new(handbooks),
            screening: Arc::new(pocketbook::Pack::embedded().clone()),
            guide: Arc::new(pocketbook::Guide::embedded().clone()),
            fields: Arc::new(accord::FieldList::shipped().clone()),
        });
        let (is_sliced, threads) = (options.is_sliced(), options.threads());
        let founded = each(threads, 0..count, |index| Node::found(index, options.seed, &commons)).await?;
        let (nodes, entries): (Vec<_>, Vec<_>) = founded.into_iter().unzip();
        let (dice_of_run, links) = (Arc::new(Dice::new(options.seed, 0)), Arc::new(Dice::new(options.seed, 1)));
        let own = |index: usize| {
            let part = u64::try_from(index).unwrap_or(u64::MAX).saturating_mul(2).saturating_add(1_000_000);
            let dice = |part| Arc::new(Dice::new(options.seed, part));
            if is_sliced { (dice(part), dice(part + 1)) } else { (Arc::clone(&dice_of_run), Arc::clone(&links)) }
        };
        let mut world = Self {
            options: *options,
            now: START,
            floor: START,
            is_sliced,
            threads,
            chances: (0..count).map(own).collect(),
            dice: Arc::clone(&dice_of_run),
            peers: vec![Vec::new(); nodes.len()],
            index: nodes.iter().map(|node| (node.id, node.index)).collect(),
            people: nodes.iter().map(|_| People::default()).collect(),
            nodes,
            network: Network::new(options, Arc::clone(&links)),
            ledger: Ledger::default(),
            eyes: Eyes::many(threads),
            queue: BTreeMap::new(),
            number: 0,
            wakes: BTreeMap::new(),
            moments: vec![None; count],
            under_way: 0,
            healed: false,
            folder,
            losses: Vec::new(),
            keys: super::keys::Keys::new(options.seed),
            hostile: Hostile::new(options.seed, options.hostile),
            versions: tokio::sync::Mutex::new(Versions::new(options.seed, count, options.mixed_versions)),
        };
        world.meet(&entries).await?;
        Ok(world)
    }

    /// Entries are exchanged and agreements signed, as people do it before the first message.
    async fn meet(&mut self, entries: &[VerifiedEntry]) -> Result<(), Problem> {
        for (number, block) in blocks(self.nodes.len()).iter().enumerate() {
            let parties: Vec<(usize, NodeId)> =
                block.iter().filter_map(|index| Some((*index, self.nodes.get(*index)?.id))).collect();
            let signed = accord(number, &parties)?;
            self.eyes.agree(&signed.document)?;
            for (index, _) in &parties {
                let Some(known) = self.peers.get_mut(*index) else { continue };
                known.extend(parties.iter().filter(|other| other.0 != *index));
                known.sort_unstable();
                known.dedup();
                let Some(node) = self.nodes.get(*index) else { continue };
                node.act(&officer(*index), &signed).await?.map_err(broken)?;
            }
        }
        let peers = &self.peers;
        each(self.threads, &self.nodes, |node| async move {
            for (other, id) in peers.get(node.index).into_iter().flatten() {
                let Some(entry) = entries.get(*other) else { continue };
                let facts = peer(*other, *id, entry.stated().serial)?;
                let act = ConfirmPeer { peer: facts, entry: entry.bytes().to_vec() };
                node.act(&officer(node.index), &act).await?.map_err(broken)?;
            }
            match node.open() {
                Some(running) => running.post.reload().await.map_err(broken),
                None => Ok(()),
            }
        })
        .await
        .map(drop)
    }

    pub(super) fn plan(&mut self) {
        let end = START.plus_hours(24 * i64::from(self.options.days));
        for index in 0..self.nodes.len() {
            self.push(self.dice.after(START, 0, 60), Event::Wake(index));
            self.push(self.dice.after(START, 60, TICK_SECONDS), Event::Tick(index));
            self.push(self.dice.after(START, 3_600, 86_400), Event::Rotate(index));
            let every = i64::from(self.options.restart_every) * 3_600;
            if every > 0 {
                self.push(self.dice.after(START, 1, every), Event::Crash(index));
            }
        }
        if self.options.partition_hours > 0 {
            let latest = 86_400 - i64::from(self.options.partition_hours) * 3_600;
            for day in 0..i64::from(self.options.days) {
                let begins = self.dice.after(START.plus_hours(24 * day), 0, latest);
                self.push(begins, Event::Part);
                self.push(begins.plus_hours(i64::from(self.options.partition_hours)), Event::Join);
            }
        }
        self.plan_losses();
        self.plan_keys();
        for index in 0..self.nodes.len() {
            let versions = self.versions.get_mut();
            if versions.of(index) == Speaks::Later {
                let next = versions.next(START);
                self.push(next, Event::Strange(index));
            }
        }
        self.push(START.plus_hours(LOOK_HOURS), Event::Look);
        self.push(end, Event::Heal);
    }
}
