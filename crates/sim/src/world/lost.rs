//! A disk is lost, and the node comes back from an old backup (FEDERATION.md 8). What lay on that disk alone is gone, and
//! nobody is asked for it; everything that a partner knows must be right again.

use super::{Event, World};
use crate::cast::START;
use crate::node::{Node, broken};
use base::{Problem, Timestamp};
use desk::mail::Home;

/// Seconds after which a backup is tried again where the node is locked, and a loss where there is no backup yet.
const AGAIN_SECONDS: i64 = 1_200;
/// A backup is at most so old when it is needed.
const OLD_HOURS: i64 = 36;

/// One loss: whose disk, and when its backup was made.
pub struct Loss {
    node: usize,
    backup_at: Option<Timestamp>,
}

impl World {
    /// A backup of a random node in the time of traffic, and some hours later the loss of its disk.
    pub(super) fn plan_losses(&mut self) {
        let hours = 24 * i64::from(self.options.days);
        for number in 0..self.losses_wanted() {
            let node = self.dice.below(self.nodes.len());
            let backup = self.dice.after(START, 3_600, hours * 2_400);
            let lost = self.dice.after(backup, 3_600, (OLD_HOURS * 3_600).min(hours * 1_200));
            self.losses.push(Loss { node, backup_at: None });
            self.push(backup, Event::Backup(number));
            self.push(lost, Event::Lost(number));
        }
    }

    /// A node hears that its key of another one is dead, and fetches the entry where it lies, as the driver does.
    pub(super) async fn renew(&mut self, (from, to): (usize, usize)) -> Result<(), Problem> {
        let Some(entry) = (match self.nodes.get(to) {
            Some(node) => node.entry().await?,
            None => None,
        }) else {
            return Ok(());
        };
        let (Some(asker), Some(id)) =
            (self.nodes.get(from).and_then(Node::open), self.nodes.get(to).map(|node| node.id))
        else {
            return Ok(());
        };
        asker.post.entry_fetched(id, &entry).await.map_err(broken)?;
        self.wake_by(from, self.now.plus_seconds(1));
        Ok(())
    }

    fn losses_wanted(&self) -> usize {
        usize::try_from(self.options.restore_old_backup).unwrap_or(usize::MAX)
    }

    fn place(&self, number: usize) -> std::path::PathBuf {
        self.folder.join(format!("backup-{number}"))
    }

    pub(super) async fn back_up(&mut self, number: usize) -> Result<(), Problem> {
        let place = self.place(number);
        if let Some(index) = self.losses.get(number).map(|loss| loss.node) {
            self.spell(index).await?;
        }
        let Some(loss) = self.losses.get_mut(number) else { return Ok(()) };
        let made = match self.nodes.get(loss.node) {
            Some(node) => node.back_up(&place).await?,
            None => false,
        };
        if made {
            loss.backup_at = Some(self.now);
        } else {
            self.push(self.now.plus_seconds(AGAIN_SECONDS), Event::Backup(number));
        }
        Ok(())
    }

    pub(super) async fn lose(&mut self, number: usize) -> Result<(), Problem> {
        let place = self.place(number);
        let Some(Loss { node: index, backup_at }) = self.losses.get(number) else { return Ok(()) };
        let (index, Some(backup_at)) = (*index, *backup_at) else {
            self.push(self.now.plus_seconds(AGAIN_SECONDS), Event::Lost(number));
            return Ok(());
        };
        let Some(node) = self.nodes.get_mut(index) else { return Ok(()) };
        node.restore(&place).await?;
        let Some(node) = self.nodes.get(index) else { return Ok(()) };
        let running = node.open().ok_or_else(|| broken("a restored node is locked"))?;
        let era = Home::read(&mut running.desk.read().await.map_err(broken)?).await.map_err(broken)?.era;
        self.ledger.forget(node.id, backup_at, era);
        self.eyes.forget(node, node.clock().shows(backup_at)).await?;
        if let Some(people) = self.people.get_mut(index) {
            people.begin_again(self.eyes.open_work(node).await?);
        }
        self.key_is_old(index).await?;
        self.hear(index).await?;
        self.wake_by(index, self.now.plus_seconds(1));
        Ok(())
    }
}
