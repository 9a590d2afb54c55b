//! Who opens a node is changed by those who open it: with the node's passphrase, or by two of its keyholders. Each change
//! cuts the key anew and is an entry of the journal.

use super::lock::{Given, master, names, read};
use super::node::{Node, trouble};
use super::passphrase;
use base::Problem;
use desk::act::Asking;
use desk::note_access;
use seal::slot::{Cost, Slot, SlotSecret};
use seal::{DataKey, Holders, Lock};
use serde::{Deserialize, Serialize};
use store::{AccessEvent, Origin};

/// What opens the node from now on.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// One passphrase.
    One(Given),
    /// Any two of these.
    Two(Vec<Given>),
}

/// Changes what opens a node whose keys are open. `given` opens it now.
pub async fn change(node: &Node, given: &[Given], change: &Change) -> Result<(), Problem> {
    let store = &node.desk.store;
    if !store.vault().is_open() {
        return Err(Problem::new("store.locked"));
    }
    let old = read(&**store.backend()).await?;
    // Each passphrase takes a second and much memory: not among the pages.
    let lock = tokio::task::block_in_place(|| sealed(node, &master(&old, given)?, change))?;
    let holders = names(&lock);
    let by = given.iter().map(|given| given.name.clone()).filter(|name| !name.is_empty()).collect();
    write(node, Some(&lock), AccessEvent::KeyholdersSet { holders, by }).await
}

fn sealed(node: &Node, master: &DataKey, change: &Change) -> Result<Lock, Problem> {
    let cost = if node.config.demo { Cost::CHEAP } else { Cost::SLOT };
    let chance = &*node.desk.chance;
    match change {
        Change::One(new) => {
            passphrase::long_enough(&new.passphrase)?;
            let slot = Slot::seal(master, SlotSecret::Passphrase(&new.passphrase), cost, chance)?;
            Ok(Lock::One(vec![slot]))
        }
        Change::Two(people) => {
            for person in people {
                person.named()?;
                passphrase::long_enough(&person.passphrase)?;
            }
            let named: Vec<(String, &str)> =
                people.iter().map(|person| (person.name.clone(), person.passphrase.as_str())).collect();
            Holders::seal(master, &named, cost, chance).map(Lock::Two)
        }
    }
}

/// Notes who opened the node.
pub async fn note_opened(node: &Node, by: [String; 2]) -> Result<(), Problem> {
    write(node, None, AccessEvent::NodeOpened { by: by.into() }).await
}

async fn write(node: &Node, lock: Option<&Lock>, event: AccessEvent) -> Result<(), Problem> {
    let (desk, now) = (&node.desk, node.desk.now());
    let asking = Asking::once(&*desk.chance, now);
    let origin = Origin { actor: [0; 16], request: asking.request, digest: asking.digest };
    let mut tx = desk.store.begin("node.keys", origin, now).await.map_err(trouble)?;
    if let Some(lock) = lock {
        tx.put_meta("slots", &lock.encode()).await.map_err(trouble)?;
    }
    note_access(&mut tx, desk.me.id.bytes(), event).await.map_err(trouble)?;
    tx.commit().await.map_err(trouble)
}
