//! What nodes of other versions say.

use super::{Event, World};
use base::Problem;

impl World {
    /// What a desk of another version froze is spelt its way before it is sealed, or copied.
    pub(super) async fn spell(&mut self, index: usize) -> Result<(), Problem> {
        if !self.options.mixed_versions {
            return Ok(());
        }
        let (Some(node), Some(peers)) = (self.nodes.get(index), self.peers.get(index)) else { return Ok(()) };
        self.versions.get_mut().spell(node, peers).await
    }

    /// A node of a later version says what others do not know, now and then, until the run heals.
    pub(super) async fn strange(&mut self, index: usize) -> Result<(), Problem> {
        if self.healed {
            return Ok(());
        }
        let next = self.versions.get_mut().next(self.now);
        self.push(next, Event::Strange(index));
        let (Some(node), Some(peers)) = (self.nodes.get(index), self.peers.get(index)) else { return Ok(()) };
        if let Some(number) = self.versions.get_mut().say(node, peers).await? {
            self.ledger.strange(number);
        }
        self.wake_by(index, self.now.plus_seconds(1));
        Ok(())
    }
}
