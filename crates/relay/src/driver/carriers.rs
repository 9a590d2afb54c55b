//! The carriers of one peer, best first. One that is silent costs a moment: after a head start the next one is asked beside it
//! (the idea of RFC 8305, with carriers in place of addresses). What two of them bring has one effect.

use crate::http::{Client, ClientError, Remote};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long a carrier has for connecting before the next one is asked too. A good mobile link needs less, one of 9.6 kbit/s more:
/// there the second costs a few hundred bytes.
pub(super) const HEAD_START: Duration = Duration::from_secs(5);

/// Carriers that were not asked yet, and those that have not answered yet.
pub(super) struct Carriers {
    waiting: VecDeque<Remote>,
    asked: JoinSet<(Remote, Result<Client, ClientError>)>,
    head_start: Duration,
}

impl Carriers {
    /// Asks nobody yet.
    pub(super) fn of(remotes: Vec<Remote>, head_start: Duration) -> Self {
        Self { waiting: remotes.into(), asked: JoinSet::new(), head_start }
    }

    /// The next that answers, or says why it does not; `None` after the last. Those that are still silent when this is dropped are
    /// let go.
    pub(super) async fn next(&mut self) -> Option<(Remote, Result<Client, ClientError>)> {
        loop {
            if self.asked.is_empty() {
                self.ask()?;
            }
            tokio::select! {
                Some(answer) = self.asked.join_next() => {
                    if let Ok(answer) = answer {
                        return Some(answer);
                    }
                }
                () = tokio::time::sleep(self.head_start), if !self.waiting.is_empty() => drop(self.ask()),
            }
        }
    }

    fn ask(&mut self) -> Option<()> {
        let remote = self.waiting.pop_front()?;
        self.asked.spawn(async move {
            let client = Client::connect(&remote).await;
            (remote, client)
        });
        Some(())
    }
}

#[cfg(test)]
mod tests {
    //! Goal: a silent carrier holds up no other longer than its head start; one that refuses lets the next go at once; each is asked
    //! once. Method: a socket that accepts and says nothing, ports where nobody listens, and head starts that are never over or over
    //! at once, so that an order shows it and no clock.

    use super::*;
    use tokio::net::TcpListener;

    async fn silent() -> (TcpListener, Remote) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        (listener, Remote { authority, pin: [0; 32] })
    }

    async fn refusing() -> Remote {
        silent().await.1
    }

    async fn next_is(carriers: &mut Carriers, expected: Remote) {
        let (remote, answer) = carriers.next().await.unwrap();
        assert_eq!((remote, answer.is_err()), (expected, true));
    }

    #[tokio::test]
    async fn a_silent_carrier_lets_the_next_one_begin_beside_it() {
        let ((listener, mute), gone) = (silent().await, refusing().await);
        let mut carriers = Carriers::of(vec![mute.clone(), gone.clone()], Duration::from_millis(1));
        next_is(&mut carriers, gone).await;
        // The silent one is still waited for, until it hangs up.
        drop(listener);
        next_is(&mut carriers, mute).await;
        assert!(carriers.next().await.is_none());
    }

    #[tokio::test]
    async fn one_that_refuses_lets_the_next_go_at_once_and_each_is_asked_once() {
        let (one, two) = (refusing().await, refusing().await);
        let mut carriers = Carriers::of(vec![one.clone(), two.clone()], Duration::from_hours(1));
        next_is(&mut carriers, one).await;
        next_is(&mut carriers, two).await;
        assert!(carriers.next().await.is_none());
    }
}
