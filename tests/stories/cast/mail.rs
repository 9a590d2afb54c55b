//! Letters carried by hand: what the relay does, without seals, sockets and waiting.

use super::Node;
use base::{Digest, NodeId, Timestamp};
use desk::mail::{Apply, Frozen, Notice, Outgoing, Received, SeenHere, State, Verdict};
use desk::wire::Message;
use seal::{Body, Kid};
use store::{Read, Shelf};

/// A frozen Body on its way.
#[derive(Clone, Debug)]
pub struct Letter {
    pub out: Outgoing,
    pub payload: Vec<u8>,
}

impl Letter {
    pub fn number(&self) -> u16 {
        self.out.number
    }

    pub fn message(&self) -> Message {
        let body = Body::decode(&self.payload).unwrap();
        Message::from_content(body.kind, &body.content).unwrap()
    }

    pub fn received(&self, from: &Node) -> Received {
        let body = Body::decode(&self.payload).unwrap();
        Received {
            from: body.from,
            signed_by: Kid(from.entry.cert().identity.kid().0),
            thread: body.thread,
            era: body.era,
            seq: body.seq,
            number: body.kind,
            message: Message::from_content(body.kind, &body.content).unwrap(),
            body_hash: Digest(seal::hash::body_hash(&self.payload)),
            payload: self.payload.clone(),
            created: Timestamp::from_seconds(body.created),
            expires: Timestamp::from_seconds(body.expires),
            accord: body.accord.clone(),
            purpose: body.purpose.clone(),
            trace: body.trace.map(Digest),
            attachments: body.attachments,
        }
    }
}

impl Node {
    /// Takes what waits for a peer out of the outbox, in order, as a carrier does.
    pub async fn post_for(&self, peer: NodeId) -> Vec<Letter> {
        let mut tx = self.begin().await;
        let horizon = self.desk.now().plus_hours(24 * 400);
        let rows = tx.due::<Outgoing>(Shelf::Outbox, horizon, 1_000).await.unwrap();
        let mut waiting: Vec<Outgoing> = rows.into_iter().map(|(_, row)| row.card).collect();
        waiting.retain(|out| out.peer == peer && out.state == State::Queued);
        waiting.sort_by_key(|out| (out.thread, out.era, out.seq));
        let mut letters = Vec::new();
        for mut out in waiting {
            let frozen = Frozen::read(&mut tx, out.thread, out.era, out.seq).await.unwrap().unwrap();
            (out.state, out.next_at, out.handed_at) = (State::Handed, None, Some(self.desk.now()));
            out.put(&mut tx).await.unwrap();
            letters.push(Letter { out, payload: frozen.payload.0 });
        }
        tx.commit().await.unwrap();
        letters
    }

    /// What the desk does with a letter, in one transaction.
    pub async fn takes(&self, from: &Node, letter: &Letter) -> Verdict {
        let received = letter.received(from);
        let mut tx = self.begin().await;
        let verdict = self.desk.apply(&mut tx, &received).await.unwrap();
        // A refused Body has no effect; the relay drops it with its own savepoint.
        if matches!(verdict, Verdict::Refused(_)) {
            drop(tx);
        } else {
            tx.commit().await.unwrap();
        }
        verdict
    }

    /// A partner's journal was shown here today, as the relay notes it.
    pub async fn witnesses(&self, other: &Node) {
        let mut tx = self.begin().await;
        let seen = SeenHere { head: base::Bytes::default(), seen_at: self.desk.now() };
        seen.put(&mut tx, other.id()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The receipt came back.
    pub async fn hears(&self, letter: &Letter, verdict: &Verdict) {
        let mut tx = self.begin().await;
        let key = (letter.out.thread, letter.out.era, letter.out.seq);
        let mut out = Outgoing::read(&mut tx, key.0, key.1, key.2).await.unwrap().unwrap();
        let refused = matches!(verdict, Verdict::Refused(_));
        out.state = if refused { State::Refused } else { State::Received };
        out.code = verdict.mark().map(|(_, code)| code.to_owned());
        out.received_at = Some(self.desk.now());
        out.put(&mut tx).await.unwrap();
        let notice = if refused { Notice::Refused(out) } else { Notice::Received(out) };
        self.desk.notice(&mut tx, &notice).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Sends all that waits for the other node, with receipts. Gives message numbers and verdicts.
    pub async fn posts(&self, to: &Node) -> Vec<(u16, Verdict)> {
        let mut done = Vec::new();
        for letter in self.post_for(to.id()).await {
            let verdict = to.takes(self, &letter).await;
            self.hears(&letter, &verdict).await;
            done.push((letter.number(), verdict));
        }
        done
    }

    /// Both ways, until nothing waits.
    pub async fn talks(&self, to: &Node) -> Vec<(u16, Verdict)> {
        let mut done = Vec::new();
        loop {
            let (there, back) = (self.posts(to).await, to.posts(self).await);
            if there.is_empty() && back.is_empty() {
                return done;
            }
            done.extend(there);
            done.extend(back);
        }
    }
}
