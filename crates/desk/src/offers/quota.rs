//! How much went to a peer today: the quota of a clause counts messages with data.

use crate::error::Error;
use base::{NodeId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Read, Sealed, Shelf, Shelved, Tx};

/// How many messages with data went to a peer on a day: the quota of a clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentToday(pub u64);

impl Shelved for SentToday {
    const SHELF: Shelf = Shelf::DoorState;
}

fn today_key(now: Timestamp) -> Vec<u8> {
    [b"sent/".as_slice(), now.date().as_bytes()].concat()
}

/// How many messages with data went to this peer today (UTC).
pub async fn sent_today(view: &mut impl Read, peer: NodeId) -> Result<u64, Error> {
    let key = today_key(view.now());
    Ok(view.state::<SentToday>(&peer.bytes(), &key).await?.unwrap_or_default().0)
}

/// Counts one more.
pub async fn count_sent(tx: &mut Tx, peer: NodeId) -> Result<(), Error> {
    let (key, count) = (today_key(tx.now()), sent_today(tx, peer).await?);
    let forget = Some(tx.now().plus_hours(48));
    Ok(tx.put((&peer.bytes(), &key), forget, Sealed::Plain, &SentToday(count + 1)).await?)
}
