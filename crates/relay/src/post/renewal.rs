//! A node's own key in the middle of its life: declared dead, or made anew, by its root. No HTTP: commands and the simulator
//! call these.

use super::Post;
use base::Timestamp;
use desk::mail::Recovery;
use desk::partners::closing::{CLOSED, CLOSED_HERE, is_closed};
use seal::{Kid, Revocation, RootKey};
use store::{AccessEvent, StoreError};

impl Post {
    /// Declares the node's own present key dead since then, and has the partners told. From now on this node sends nothing but
    /// that. Gives the revocation, to be handed on by other ways too.
    pub async fn revoke_own(
        &self,
        root: &RootKey,
        (since, reason): (Timestamp, u64),
    ) -> Result<Option<Revocation>, StoreError> {
        let Some(open) = self.opened().filter(|open| open.keys.is_root(root)) else { return Ok(None) };
        let mut revocation = Revocation::new(open.home.node, open.keys.kid(), since.seconds(), reason);
        revocation.sign_as_root(root);
        let mut tx = self.begin("relay.revoke-own").await?;
        if self.desk.revocation(&mut tx, &revocation.encode()).await? {
            tx.commit().await?;
            self.reload().await?;
        }
        Ok(Some(revocation))
    }

    /// Says in the node's entry that it closed, and has the partners told. Gives the joining file that says the same, for those
    /// who are not connected. Nothing is offered by or to it from now on; what is under way goes on.
    pub async fn close(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(open) = self.opened() else { return Ok(None) };
        let mut tx = self.begin("relay.close").await?;
        let Some(own) = crate::keys::own_entry(&mut tx).await? else { return Ok(None) };
        if is_closed(&own) {
            return Ok(Some(crate::join::export(&own)));
        }
        let mut stated = own.stated().clone();
        stated.roles.push(CLOSED.to_owned());
        let entry = open.keys.publish(&mut tx, stated).await?;
        tx.put_meta(CLOSED_HERE, b"1").await?;
        super::control::announce(&mut tx, &self.book(), &entry).await?;
        tx.commit().await?;
        Ok(Some(crate::join::export(&entry)))
    }

    /// Gives the node another identity. If its present key is dead, a new life begins with it: numbers count anew, and every
    /// partner is asked what was said under the old one. `None`: the keys are not open, or this is another node's root.
    pub async fn renew(&self, root: &RootKey) -> Result<Option<Kid>, StoreError> {
        let Some(open) = self.opened().filter(|open| open.keys.is_root(root)) else { return Ok(None) };
        let mut tx = self.begin("relay.renew-identity").await?;
        let dead = desk::mail::stopped(&mut tx, open.home.node).await?.is_some();
        if dead {
            Recovery::begin_again(&mut tx, open.home.era).await?;
        }
        let kid = open.keys.renew(&mut tx, &self.open_key, (root, dead)).await?;
        let event = AccessEvent::KeyRenewed { key: kid.to_string() };
        desk::note_access(&mut tx, open.home.node.bytes(), event).await?;
        desk::mail::own_key_came(&mut tx).await?;
        tx.commit().await?;
        self.wake().await?;
        self.reload().await?;
        self.ask_what_was_lost().await?;
        Ok(Some(kid))
    }
}
