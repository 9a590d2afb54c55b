use super::*;
use desk::mail::{Outgoing, Stage, State, drop_thread, journey, stop};
use store::Read;

async fn header(node: &Node, seq: u64) -> Outgoing {
    let mut view = node.post.store().read(node.post.now()).await.unwrap();
    let home = desk::mail::Home::read(&mut view).await.unwrap();
    Outgoing::read(&mut view, case_thread(), home.era, seq).await.unwrap().unwrap()
}

#[test]
fn a_message_arrives_once_in_order_and_the_sender_gets_a_receipt() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        for text in ["satu", "dua", "tiga"] {
            batam.say(&lotim, text).await.unwrap();
        }
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["satu", "dua", "tiga"]);
        let received = batam.notices().into_iter().filter(|notice| matches!(notice, Notice::Received(_)));
        assert_eq!(received.count(), 3);
        let mut view = batam.post.store().read(clock.now()).await.unwrap();
        let legs = journey(&mut view, case_thread(), 10).await.unwrap();
        assert!(legs.iter().all(|leg| leg.stage == Stage::Arrived && leg.handed_at.is_some()));
        assert_eq!(desk::mail::peer_mail(&mut view, lotim.id()).await.unwrap().unfinished, 0);
    });
}

#[test]
fn copies_and_another_order_change_nothing() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        for text in ["satu", "dua", "tiga"] {
            batam.say(&lotim, text).await.unwrap();
        }
        let mut envelopes = batam.out().await;
        envelopes.reverse();
        lotim.post.deliver(&envelopes).await.unwrap();
        lotim.post.deliver(&envelopes).await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        lotim.post.deliver(&envelopes).await.unwrap();
        assert_eq!(lotim.texts(), ["satu", "dua", "tiga"]);
    });
}

#[test]
fn a_lost_message_goes_again_when_a_receipt_shows_the_gap() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        batam.out().await;
        batam.say(&lotim, "satu").await.unwrap();
        assert_eq!(batam.out().await.len(), 1, "lost on the way");
        clock.advance_millis(120_000);
        batam.say(&lotim, "dua").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["satu", "dua"]);
    });
}

#[test]
fn the_desk_may_answer_in_the_same_thread_and_transaction() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        lotim.desk.0.lock().unwrap().answer = true;
        for text in ["kapan", "di mana"] {
            let ask = Message::OfferAsk(Talk { offer_no: 1, text: text.into() });
            batam.send(&lotim, ask, Options::default()).await.unwrap();
        }
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(batam.texts(), ["jawab", "jawab"]);
        assert_eq!(header(&lotim, 2).await.state, State::Received);
    });
}

#[test]
fn a_refusal_and_an_unknown_type_come_back_as_verdicts() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        let later = Message::Later { number: 47, content: vec![0xa0] };
        batam.send(&lotim, later, Options::default()).await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        lotim.desk.0.lock().unwrap().verdict = Some(Verdict::Refused("offer.wrong-state".into()));
        batam.send(&lotim, accept(), Options::default()).await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let (held, refused) = (header(&batam, 1).await, header(&batam, 2).await);
        assert_eq!((held.state, held.code.as_deref()), (State::Held, Some("message.unknown")));
        assert_eq!((refused.state, refused.code.as_deref()), (State::Refused, Some("offer.wrong-state")));
        let told = |notice: &Notice| matches!(notice, Notice::Unknown(held) if (held.seq, held.number) == (1, 47));
        assert_eq!(lotim.notices().iter().filter(|notice| told(notice)).count(), 1, "a person here is told once");
        let mut view = lotim.post.store().read(clock.now()).await.unwrap();
        assert_eq!(view.raw().meta("effect/2").await.unwrap(), None, "what was refused leaves nothing behind");
    });
}

#[test]
fn what_rests_on_a_withdrawn_consent_does_not_leave_and_the_receiver_steps_over_it() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        let consent = [3; 16];
        let resting = Options { grounds: vec![consent], ..Options::default() };
        let secret = Message::OfferTell(Talk { offer_no: 1, text: "rahasia".into() });
        batam.say(&lotim, "satu").await.unwrap();
        batam.send(&lotim, secret, resting).await.unwrap();
        batam.say(&lotim, "tiga").await.unwrap();
        let mut tx = begin(&batam.post).await;
        let stopped = stop(&mut tx, consent).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((stopped.len(), stopped[0].stopped, stopped[0].left), (1, 1, 0));
        batam.say(&lotim, "empat").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["satu", "tiga", "empat"]);
        assert_eq!(header(&batam, 2).await.state, State::Void);
        let mut tx = begin(&batam.post).await;
        assert_eq!(drop_thread(&mut tx, (lotim.id(), case_thread())).await.unwrap(), 0, "nothing is left to stop");
    });
}

#[test]
fn a_locked_node_keeps_mail_and_applies_it_after_unlock() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        batam.say(&lotim, "satu").await.unwrap();
        lotim.lock();
        let answers = lotim.post.deliver(&batam.out().await).await.unwrap();
        assert!(answers.iter().all(|(_, item)| item.number() == 0));
        assert!(lotim.texts().is_empty());
        assert!(lotim.out().await.is_empty(), "no receipt while locked");
        lotim.unlock(&clock).await;
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["satu"]);
        assert_eq!(header(&batam, 1).await.state, State::Received);
    });
}

#[test]
fn a_stranger_and_a_changed_envelope_have_no_effect() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        let stranger = Node::new(9, &clock).await;
        stranger.meets(&lotim).await;
        stranger.say(&lotim, "palsu").await.unwrap();
        lotim.post.deliver(&stranger.out().await).await.unwrap();
        batam.say(&lotim, "asli").await.unwrap();
        let mut envelopes = batam.out().await;
        for envelope in &mut envelopes {
            let middle = envelope.len() / 2;
            envelope[middle] ^= 1;
        }
        lotim.post.deliver(&envelopes).await.unwrap();
        assert!(lotim.texts().is_empty());
    });
}

#[test]
fn without_a_receipt_a_person_is_told_and_the_message_ends_expired() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        batam.say(&lotim, "satu").await.unwrap();
        for _ in 0..400 {
            batam.out().await;
            clock.advance_millis(3_600_000);
        }
        let levels: Vec<u8> = batam
            .notices()
            .into_iter()
            .filter_map(|notice| if let Notice::Late(out) = notice { Some(out.level) } else { None })
            .collect();
        assert_eq!(levels, [50, 80, 100]);
        assert_eq!(header(&batam, 1).await.state, State::Expired);
        let mut view = batam.post.store().read(clock.now()).await.unwrap();
        assert_eq!(desk::mail::peer_mail(&mut view, lotim.id()).await.unwrap().unfinished, 0);
    });
}

#[test]
fn keys_change_each_week_and_peers_learn_the_new_ones() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        for _ in 0..8 * 7 {
            clock.advance_millis(86_400_000);
            batam.post.rotate().await.unwrap();
            lotim.post.rotate().await.unwrap();
            settle_down(&clock, &batam, &lotim).await;
        }
        batam.say(&lotim, "dua bulan kemudian").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["dua bulan kemudian"]);
        assert!(lotim.post.tags().len() <= 16);
    });
}

#[test]
fn without_a_valid_key_a_message_waits_and_goes_when_the_key_comes() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        for _ in 0..40 {
            clock.advance_millis(86_400_000);
        }
        batam.say(&lotim, "satu").await.unwrap();
        assert!(batam.out().await.is_empty());
        assert_eq!(header(&batam, 1).await.state, State::WaitingKey);
        assert!(batam.notices().contains(&Notice::NoKey(lotim.id())));
        lotim.post.rotate().await.unwrap();
        let mut tx = begin(&batam.post).await;
        let mut view = lotim.post.store().read(clock.now()).await.unwrap();
        let entry = crate::keys::own_entry(&mut view).await.unwrap().unwrap();
        trust(&mut tx, &entry).await.unwrap();
        tx.commit().await.unwrap();
        batam.post.reload().await.unwrap();
        batam.post.keys_came().await.unwrap();
        let envelopes = batam.out().await;
        lotim.post.deliver(&envelopes).await.unwrap();
        assert_eq!(lotim.texts(), ["satu"]);
    });
}

#[test]
fn a_full_outbox_refuses_the_act() {
    run(async {
        let (_clock, batam, lotim) = pair().await;
        let mut tx = begin(&batam.post).await;
        let mut mail = desk::mail::peer_mail(&mut tx, lotim.id()).await.unwrap();
        mail.unfinished = base::limits::OUTBOX_PER_PEER_MAX as u64;
        mail.put(&mut tx, lotim.id()).await.unwrap();
        tx.commit().await.unwrap();
        let refused = batam.say(&lotim, "satu").await;
        assert!(matches!(refused, Err(SendError::Refused(problem)) if problem.code.0 == "relay.outbox-full"));
    });
}

#[test]
fn a_long_queue_goes_through_the_window_in_order() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        for n in 0..80 {
            batam.say(&lotim, &n.to_string()).await.unwrap();
        }
        assert!(batam.out().await.len() <= 34, "32 numbered ones, a ping");
        settle_down(&clock, &batam, &lotim).await;
        for _ in 0..4 {
            clock.advance_millis(13 * 3_600_000);
            settle_down(&clock, &batam, &lotim).await;
        }
        assert_eq!(lotim.texts(), (0..80).map(|n| n.to_string()).collect::<Vec<_>>());
    });
}

#[test]
fn what_nobody_could_open_is_forgotten_after_thirty_days_and_a_decided_number_is_not() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        let stranger = Node::new(9, &clock).await;
        stranger.meets(&lotim).await;
        stranger.say(&lotim, "palsu").await.unwrap();
        lotim.post.deliver(&stranger.out().await).await.unwrap();
        batam.say(&lotim, "asli").await.unwrap();
        let copy = batam.out().await;
        lotim.post.deliver(&copy).await.unwrap();
        assert_eq!(lotim.post.sweep().await.unwrap(), 0);
        for _ in 0..31 {
            clock.advance_millis(86_400_000);
        }
        assert_eq!(lotim.post.sweep().await.unwrap(), 2, "the message and the ping of the stranger");
        lotim.post.deliver(&copy).await.unwrap();
        assert_eq!(lotim.texts(), ["asli"]);
    });
}

#[test]
fn a_key_of_a_form_is_known_for_thirty_days_and_no_longer() {
    run(async {
        let (clock, batam, _) = pair().await;
        let before = known_askings(&batam).await;
        let mut tx = batam.post.store().backend().begin("test").await.unwrap();
        let at = clock.now();
        let key = store::raw::RequestRow {
            id: [7; 16],
            digest: [7; 32],
            act: "case.open".into(),
            seq: base::Seq::new(1, 1),
            at,
        };
        tx.put_request(&key).await.unwrap();
        tx.commit().await.unwrap();
        clock.advance_millis(29 * 86_400_000);
        batam.post.sweep().await.unwrap();
        assert_eq!(known_askings(&batam).await, before + 1);
        clock.advance_millis(2 * 86_400_000);
        batam.post.sweep().await.unwrap();
        assert_eq!(known_askings(&batam).await, 0);
    });
}

/// Envelopes of a node that nobody introduced.
async fn forged(stranger: &Node, lotim: &Node, count: usize) -> Vec<Vec<u8>> {
    for _ in 0..count {
        stranger.say(lotim, "palsu").await.unwrap();
    }
    stranger.out().await
}

#[test]
fn from_ten_forged_messages_a_day_a_person_is_told_and_the_next_day_counts_anew() {
    run(async {
        let (clock, _, lotim) = pair().await;
        let stranger = Node::new(9, &clock).await;
        stranger.meets(&lotim).await;
        let envelopes = forged(&stranger, &lotim, 12).await;
        lotim.post.deliver(&envelopes[..9]).await.unwrap();
        assert_eq!(lotim.notices(), [], "nine may be a partner's old key");
        lotim.post.deliver(&envelopes[9..11]).await.unwrap();
        assert_eq!(lotim.notices(), [Notice::Forged { count: 10 }, Notice::Forged { count: 11 }]);
        clock.advance_millis(86_400_000);
        lotim.post.deliver(&envelopes[11..]).await.unwrap();
        assert_eq!(lotim.notices().len(), 2, "one a day is nobody's alarm");
    });
}

#[test]
fn evidence_has_a_bound_in_bytes_and_room_comes_back_when_it_is_forgotten() {
    run(async {
        let (clock, _, lotim) = pair().await;
        let stranger = Node::new(9, &clock).await;
        stranger.meets(&lotim).await;
        let envelopes = forged(&stranger, &lotim, 3).await;
        let backend = lotim.post.store().backend();
        let kept = async || {
            let shelf = store::Shelf::Quarantine.number();
            backend.read().await.unwrap().items((shelf, b""), None, store::Direction::Up, 100).await.unwrap().len()
        };
        lotim.post.deliver(&envelopes[..1]).await.unwrap();
        lotim.post.deliver(&envelopes[..1]).await.unwrap();
        assert_eq!(kept().await, 1, "a copy takes no room");
        let mut tx = backend.begin("test").await.unwrap();
        let full = base::limits::QUARANTINE_BYTES_MAX - 10;
        tx.put_meta("quarantine/bytes", &full.to_be_bytes()).await.unwrap();
        tx.commit().await.unwrap();
        lotim.post.deliver(&envelopes[1..2]).await.unwrap();
        assert_eq!(kept().await, 1, "no room: counted and let go");
        clock.advance_millis(31 * 86_400_000);
        lotim.post.sweep().await.unwrap();
        assert_eq!(kept().await, 0);
        lotim.post.deliver(&forged(&stranger, &lotim, 1).await).await.unwrap();
        assert!(kept().await > 0, "room came back");
    });
}

/// Rows by which a second asking of a command would be known.
async fn known_askings(node: &Node) -> usize {
    let mut view = node.post.store().backend().read().await.unwrap();
    view.all_requests([0; 16], 1_000).await.unwrap().len()
}

#[test]
fn mail_leaves_no_row_of_commands_behind_because_nobody_asks_twice() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        batam.say(&lotim, "pertama").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let before = known_askings(&lotim).await;
        batam.post.rotate().await.unwrap();
        batam.say(&lotim, "kedua").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["pertama", "kedua"]);
        assert_eq!(known_askings(&lotim).await, before);
    });
}
