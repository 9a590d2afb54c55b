//! A key is declared dead: nothing is sealed to its node or taken of it any more (I11), all partners hear of it, and a new
//! identity in a new life goes on where both sides stand.

use super::*;
use crate::post::What;
use desk::mail::{Recovery, State, stopped};
use proptest::prelude::*;
use store::Shelf;

const LOST: u64 = 1;

pub(super) async fn three() -> (Arc<ManualClock>, Node, Node, Node) {
    let (clock, batam, lotim) = Box::pin(pair()).await;
    let kupang = Box::pin(Node::new(3, &clock)).await;
    for other in [&batam, &lotim] {
        kupang.meets(other).await;
        other.meets(&kupang).await;
    }
    (clock, batam, lotim, kupang)
}

/// What would go now, to whom, with the envelopes.
async fn going(node: &Node) -> Vec<(NodeId, What, Vec<u8>)> {
    let parcels = node.post.collect(100).await.unwrap();
    let done: Vec<_> = parcels.iter().map(|p| (p.peer, p.what, Outcome::Taken)).collect();
    node.post.settle(&done).await.unwrap();
    parcels.into_iter().map(|parcel| (parcel.peer, parcel.what, parcel.envelope)).collect()
}

fn to(going: &[(NodeId, What, Vec<u8>)], node: &Node) -> Vec<Vec<u8>> {
    going.iter().filter(|(peer, ..)| *peer == node.id()).map(|(.., envelope)| envelope.clone()).collect()
}

/// Lets all talk until nothing is due for some minutes.
async fn all_talk(clock: &ManualClock, nodes: &[&Node]) {
    for _ in 0..8 {
        for node in nodes {
            let mail = going(node).await;
            for other in nodes.iter().filter(|other| other.id() != node.id()) {
                other.post.deliver(&to(&mail, other)).await.unwrap();
            }
        }
        clock.advance_millis(61_000);
    }
}

async fn is_stopped(at: &Node, node: &Node) -> bool {
    let mut view = at.post.store().read(at.post.now()).await.unwrap();
    stopped(&mut view, node.id()).await.unwrap().is_some()
}

#[test]
fn after_a_revocation_nothing_is_sealed_to_the_node_and_nothing_of_it_is_taken_until_it_has_a_new_key() {
    run(async {
        let (clock, batam, lotim, kupang) = three().await;
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        kupang.say(&batam, "satu").await.unwrap();
        all_talk(&clock, &[&batam, &kupang]).await;
        kupang.say(&batam, "dua").await.unwrap();
        let on_its_way = to(&going(&kupang).await, &batam);
        kupang.post.revoke_own(&kupang.root, (clock.now(), LOST)).await.unwrap().unwrap();
        let told = going(&kupang).await;
        assert_eq!(told.len(), 2, "it says so to both, and nothing else: {told:?}");
        lotim.post.deliver(&to(&told, &lotim)).await.unwrap();
        assert!(is_stopped(&lotim, &kupang).await && !is_stopped(&batam, &kupang).await);
        batam.post.deliver(&to(&going(&lotim).await, &batam)).await.unwrap();
        assert!(is_stopped(&batam, &kupang).await, "told on");
        batam.say(&kupang, "rahasia").await.unwrap();
        batam.post.deliver(&on_its_way).await.unwrap();
        assert_eq!(batam.texts(), ["satu"], "what was on its way has no effect");
        clock.advance_millis(3_600_000);
        let answered = going(&batam).await;
        let to_kupang: Vec<&What> =
            answered.iter().filter(|(peer, ..)| *peer == kupang.id()).map(|(_, w, _)| w).collect();
        assert!(to_kupang.len() == 1 && to_kupang[0].is_control(66), "the revocation, and nothing else");
        batam.post.deliver(&on_its_way).await.unwrap();
        assert!(to(&going(&batam).await, &kupang).is_empty(), "once a day");

        let kid = kupang.post.renew(&kupang.root).await.unwrap().unwrap();
        assert_ne!(kid, kupang.entry.cert().identity.kid());
        for _ in 0..3 {
            all_talk(&clock, &[&batam, &lotim, &kupang]).await;
            clock.advance_millis(13 * 3_600_000);
        }
        assert!(!is_stopped(&batam, &kupang).await && !is_stopped(&kupang, &kupang).await);
        assert_eq!(batam.texts(), ["satu", "dua"], "it comes again under the new key");
        assert_eq!(kupang.texts(), ["rahasia"]);
        let mut view = kupang.post.store().read(clock.now()).await.unwrap();
        assert!(!Recovery::read(&mut view).await.unwrap().unwrap().is_open(), "its partners compared");
        assert!(!batam.notices().iter().any(|notice| matches!(notice, Notice::Equivocation { .. })));
    });
}

#[test]
fn what_waits_for_a_gap_is_refused_with_its_key_and_comes_again_once() {
    run(async {
        let (clock, batam, lotim, kupang) = three().await;
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        kupang.say(&batam, "satu").await.unwrap();
        let first = to(&going(&kupang).await, &batam);
        clock.advance_millis(1_000);
        kupang.say(&batam, "dua").await.unwrap();
        kupang.send(&batam, withdrawn(), Options::default()).await.unwrap();
        batam.post.deliver(&to(&going(&kupang).await, &batam)).await.unwrap();
        let parked = async || {
            let view = batam.post.store().backend().read().await;
            view.unwrap().count(Shelf::Parked.number(), &case_thread().bytes(), 10).await.unwrap()
        };
        assert_eq!((parked().await, batam.acted(32)), (1, 1), "a withdrawal waits for nothing");
        let revocation = kupang.post.revoke_own(&kupang.root, (clock.now(), LOST)).await.unwrap().unwrap();
        batam.post.revocation_by_hand(&revocation.encode()).await.unwrap();
        assert_eq!(parked().await, 0);
        batam.post.deliver(&first).await.unwrap();
        assert_eq!(batam.texts(), Vec::<String>::new());
        kupang.post.renew(&kupang.root).await.unwrap().unwrap();
        for _ in 0..3 {
            all_talk(&clock, &[&batam, &lotim, &kupang]).await;
            clock.advance_millis(13 * 3_600_000);
        }
        assert_eq!((batam.texts(), batam.acted(32)), (vec!["satu".to_owned(), "dua".to_owned()], 1));
    });
}

#[test]
fn a_revocation_in_the_same_delivery_as_the_message_stops_it() {
    run(async {
        let (clock, batam, lotim, kupang) = three().await;
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        kupang.say(&batam, "satu").await.unwrap();
        let mut mail = to(&going(&kupang).await, &batam);
        kupang.post.revoke_own(&kupang.root, (clock.now(), LOST)).await.unwrap().unwrap();
        mail.splice(0..0, to(&going(&kupang).await, &batam));
        assert!(mail.len() >= 2);
        batam.post.deliver(&mail).await.unwrap();
        assert!(is_stopped(&batam, &kupang).await);
        assert_eq!(batam.texts(), Vec::<String>::new());
    });
}

#[test]
fn a_stick_carries_revocations_and_the_new_entry() {
    run(async {
        let (clock, batam, lotim, kupang) = three().await;
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        let revocation = kupang.post.revoke_own(&kupang.root, (clock.now(), LOST)).await.unwrap().unwrap();
        lotim.post.revocation_by_hand(&revocation.encode()).await.unwrap();
        lotim.post.revocation_by_hand(&[7; 40]).await.unwrap();
        let mut stick = Vec::new();
        lotim.post.export(batam.id(), &mut stick).await.unwrap();
        let read = batam.post.import(&mut stick.as_slice(), &mut |_| {}).await.unwrap();
        assert_eq!((read.revocations, read.fault), (1, None));
        assert!(is_stopped(&batam, &kupang).await);
        assert!(batam.post.export(kupang.id(), &mut Vec::new()).await.is_err(), "no stick is sealed to it");
        kupang.post.renew(&kupang.root).await.unwrap().unwrap();
        let mut stick = Vec::new();
        kupang.post.export(batam.id(), &mut stick).await.unwrap();
        batam.post.import(&mut stick.as_slice(), &mut |_| {}).await.unwrap();
        assert!(!is_stopped(&batam, &kupang).await);
    });
}

#[test]
fn another_root_and_an_entry_under_the_dead_key_change_nothing() {
    run(async {
        let (clock, batam, lotim, kupang) = three().await;
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        assert_eq!(kupang.post.revoke_own(&batam.root, (clock.now(), LOST)).await.unwrap(), None);
        assert_eq!(kupang.post.renew(&batam.root).await.unwrap(), None);
        let mut forged = Revocation::new(kupang.id(), kupang.entry.cert().identity.kid(), START.seconds(), LOST);
        forged.sign_as_root(&batam.root);
        batam.post.revocation_by_hand(&forged.encode()).await.unwrap();
        assert!(!is_stopped(&batam, &kupang).await);
        let revocation = kupang.post.revoke_own(&kupang.root, (clock.now(), LOST)).await.unwrap().unwrap();
        batam.post.revocation_by_hand(&revocation.encode()).await.unwrap();
        let thief = publish(&kupang.post).await;
        assert!(thief.stated().serial > kupang.entry.stated().serial);
        batam.post.entry_fetched(kupang.id(), thief.bytes()).await.unwrap();
        assert!(is_stopped(&batam, &kupang).await, "the dead key vouches for nothing");
    });
}

#[test]
fn an_entry_with_a_new_key_that_a_carrier_lost_comes_again_within_the_hour() {
    run(async {
        let (clock, batam, lotim, kupang) = three().await;
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        kupang.post.revoke_own(&kupang.root, (clock.now(), LOST)).await.unwrap().unwrap();
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        assert!(is_stopped(&batam, &kupang).await);
        kupang.post.renew(&kupang.root).await.unwrap().unwrap();
        let lost = going(&kupang).await;
        assert!(!to(&lost, &batam).is_empty(), "a carrier took it");
        clock.advance_millis(3_600_000);
        kupang.post.rotate().await.unwrap();
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        assert!(!is_stopped(&batam, &kupang).await);
    });
}

#[test]
fn a_node_put_back_from_before_its_newest_key_gets_one_that_partners_take() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        settle_down(&clock, &batam, &lotim).await;
        let stick = super::restore::backed_up(&batam).await;
        batam.post.renew(&batam.root).await.unwrap().unwrap();
        settle_down(&clock, &batam, &lotim).await;
        clock.advance_millis(3_600_000);
        let batam = super::restore::put_back(&batam, &stick, &clock, true).await;
        batam.post.renew(&batam.root).await.unwrap().unwrap();
        batam.say(&lotim, "hidup lagi").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["hidup lagi"]);
    });
}

#[test]
fn a_dead_key_that_is_newer_than_the_one_known_here_stops_its_node_until_one_made_after_it() {
    run(async {
        let (clock, batam, lotim, kupang) = three().await;
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        kupang.post.renew(&kupang.root).await.unwrap().unwrap();
        let former = super::restore::entry_of(&kupang).await;
        clock.advance_millis(10 * 86_400_000);
        kupang.post.renew(&kupang.root).await.unwrap().unwrap();
        going(&kupang).await;
        let revoke = async || {
            let revocation = kupang.post.revoke_own(&kupang.root, (clock.now(), LOST)).await.unwrap().unwrap();
            batam.post.revocation_by_hand(&revocation.encode()).await.unwrap();
        };
        revoke().await;
        batam.say(&kupang, "rahasia").await.unwrap();
        clock.advance_millis(3_600_000);
        assert!(is_stopped(&batam, &kupang).await && to(&going(&batam).await, &kupang).is_empty());
        batam.post.entry_fetched(kupang.id(), &former).await.unwrap();
        assert!(is_stopped(&batam, &kupang).await, "that key was given up before the other died");
        kupang.post.renew(&kupang.root).await.unwrap().unwrap();
        revoke().await;
        kupang.post.renew(&kupang.root).await.unwrap().unwrap();
        for _ in 0..3 {
            all_talk(&clock, &[&batam, &lotim, &kupang]).await;
            clock.advance_millis(13 * 3_600_000);
        }
        assert_eq!(kupang.texts(), ["rahasia"]);
        assert!(!is_stopped(&batam, &kupang).await, "two dead keys, neither of which ever came, are over with one");
    });
}

#[test]
fn two_keys_that_are_dead_at_the_same_time_leave_nothing_behind_once_one_joining_file_is_handed_over() {
    run(async {
        let (clock, batam, lotim, kupang) = three().await;
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        kupang.say(&batam, "satu").await.unwrap();
        all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        kupang.say(&batam, "dua").await.unwrap();
        going(&kupang).await;
        for (node, other) in [(&kupang, &batam), (&batam, &kupang)] {
            let revocation = node.post.revoke_own(&node.root, (clock.now(), LOST)).await.unwrap().unwrap();
            other.post.revocation_by_hand(&revocation.encode()).await.unwrap();
        }
        for node in [&kupang, &batam] {
            node.post.renew(&node.root).await.unwrap().unwrap();
            all_talk(&clock, &[&batam, &lotim, &kupang]).await;
        }
        assert!(
            is_stopped(&batam, &kupang).await && is_stopped(&kupang, &batam).await,
            "neither may seal to the other"
        );
        super::restore::entry_goes(&batam, &kupang).await;
        for _ in 0..3 {
            all_talk(&clock, &[&batam, &lotim, &kupang]).await;
            clock.advance_millis(13 * 3_600_000);
        }
        assert!(!is_stopped(&batam, &kupang).await);
        assert_eq!(batam.texts(), ["satu", "dua"], "it asked the other too, once that had a key");
    });
}

#[test]
fn what_a_partner_holds_for_an_upgrade_is_still_held_after_a_new_life() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        settle_down(&clock, &batam, &lotim).await;
        let content = Message::OfferTell(Talk { offer_no: 1, text: "kelak".into() }).to_content();
        let sent = batam.send(&lotim, Message::Later { number: 30, content }, Options::default()).await.unwrap();
        let stands = async || {
            let mut view = batam.post.store().read(clock.now()).await.unwrap();
            let out = desk::mail::Outgoing::read(&mut view, case_thread(), sent.era, sent.seq).await.unwrap().unwrap();
            (out.state, out.code)
        };
        settle_down(&clock, &batam, &lotim).await;
        let held = (State::Held, Some("message.unknown".to_owned()));
        assert_eq!(stands().await, held);
        batam.post.revoke_own(&batam.root, (clock.now(), LOST)).await.unwrap().unwrap();
        settle_down(&clock, &batam, &lotim).await;
        batam.post.renew(&batam.root).await.unwrap().unwrap();
        for _ in 0..3 {
            settle_down(&clock, &batam, &lotim).await;
            clock.advance_millis(13 * 3_600_000);
        }
        let mut view = batam.post.store().read(clock.now()).await.unwrap();
        assert!(!Recovery::read(&mut view).await.unwrap().unwrap().is_open(), "its partner told");
        assert_eq!(stands().await, held, "nobody has acted on it");
    });
}

#[test]
fn each_year_a_node_gets_another_identity_and_its_threads_go_on() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        batam.say(&lotim, "satu").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        batam.post.renew(&batam.root).await.unwrap().unwrap();
        batam.say(&lotim, "dua").await.unwrap();
        lotim.say(&batam, "balas").await.unwrap();
        for _ in 0..3 {
            settle_down(&clock, &batam, &lotim).await;
            clock.advance_millis(13 * 3_600_000);
        }
        assert_eq!(
            (lotim.texts(), batam.texts()),
            (vec!["satu".to_owned(), "dua".to_owned()], vec!["balas".to_owned()])
        );
        let mut view = lotim.post.store().read(clock.now()).await.unwrap();
        assert_eq!(
            desk::mail::identities(&mut view, batam.id()).await.unwrap().len(),
            2,
            "what it signed stays signed"
        );
        let mut view = batam.post.store().read(clock.now()).await.unwrap();
        assert!(Recovery::read(&mut view).await.unwrap().is_none(), "nothing was lost");
        let threads = view.states::<desk::mail::Thread>(&lotim.id().bytes(), &store::Page::first(10)).await.unwrap();
        assert!(threads.iter().all(|row| row.card.out.acked == row.card.out.seq));
    });
}

#[test]
fn a_node_that_closes_says_so_in_its_entry_and_partners_hear_of_it_once() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        settle_down(&clock, &batam, &lotim).await;
        let file = batam.post.close().await.unwrap().unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let told = |node: &Node| node.notices().iter().filter(|one| **one == Notice::PeerClosed(batam.id())).count();
        assert_eq!(told(&lotim), 1);
        let joining = crate::join::import(&file).unwrap();
        lotim.post.entry_fetched(batam.id(), joining.entry.bytes()).await.unwrap();
        assert_eq!((told(&lotim), batam.post.close().await.unwrap()), (1, Some(file)));
        lotim.say(&batam, "masih").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(batam.texts(), ["masih"], "what is under way goes on");
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is sent, lost, doubled and turned around, and whenever the revocation comes: from its commit nothing under
    /// that key is applied and nothing is sealed to its node; after the new key everything arrives once, in order.
    #[test]
    fn nothing_of_a_dead_key_is_applied_whatever_the_order(
        moves in proptest::collection::vec((0_u8..4, any::<prop::sample::Index>()), 6..24),
        at in any::<prop::sample::Index>(),
    ) {
        run(async {
            let (clock, batam, _, kupang) = three().await;
            all_talk(&clock, &[&batam, &kupang]).await;
            let dead = kupang.entry.cert().identity.kid();
            let (mut mail, mut said, mut revoked_at) = (Vec::<Vec<u8>>::new(), Vec::new(), None);
            for (nth, (what, which)) in moves.iter().enumerate() {
                clock.advance_millis(1_000);
                if nth == at.index(moves.len()) {
                    let made = kupang.post.revoke_own(&kupang.root, (clock.now(), LOST)).await.unwrap().unwrap();
                    batam.post.revocation_by_hand(&made.encode()).await.unwrap();
                    revoked_at = Some(clock.now());
                    clock.advance_millis(1_000);
                }
                match what {
                    0 => {
                        said.push(format!("k{nth}"));
                        kupang.say(&batam, &said[said.len() - 1]).await.unwrap();
                    }
                    1 => mail.extend(to(&going(&kupang).await, &batam)),
                    2 if !mail.is_empty() => {
                        let one = which.get(&mail).clone();
                        batam.post.deliver(&[one]).await.unwrap();
                    }
                    _ => {
                        batam.say(&kupang, "b").await.unwrap();
                        let out = going(&batam).await;
                        let sealed = |(peer, what, _): &(NodeId, What, Vec<u8>)| {
                            *peer == kupang.id() && !what.is_control(66)
                        };
                        prop_assert!(revoked_at.is_none() || !out.iter().any(sealed));
                        kupang.post.deliver(&to(&out, &kupang)).await.unwrap();
                    }
                }
            }
            batam.post.deliver(&mail).await.unwrap();
            let revoked_at = revoked_at.unwrap();
            let applied = batam.desk.0.lock().unwrap().signed_by.clone();
            prop_assert!(applied.iter().all(|(kid, when)| *kid != dead || *when < revoked_at));
            kupang.post.renew(&kupang.root).await.unwrap().unwrap();
            for _ in 0..4 {
                all_talk(&clock, &[&batam, &kupang]).await;
                clock.advance_millis(13 * 3_600_000);
            }
            prop_assert_eq!(batam.texts(), said);
            let mut view = kupang.post.store().read(clock.now()).await.unwrap();
            let home = desk::mail::Home::read(&mut view).await.unwrap();
            let waits = view.states::<desk::mail::Outgoing>(&case_thread().bytes(), &store::Page::first(100)).await.unwrap();
            let waits = waits.iter().filter(|row| row.card.era < home.era && row.card.state == State::Queued);
            prop_assert_eq!(waits.count(), 0);
            Ok(())
        })?;
    }
}
