//! An old backup is restored: what the partner had a receipt for comes again, once and in order; what we had sent does not
//! come twice; no number is used twice; and people are told to compare.

use super::*;
use desk::mail::{Outgoing, RECOVERY, Recovery, State};
use store::archive::{Copying, Memory, Restoring};

/// A copy of the node's store, as on a stick.
pub async fn backed_up(node: &Node) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let (store, dir) = (node.post.store(), place.path());
    let stick = place.path().join("c");
    let copying = Copying { store, dir, small: &[], place: &stick, now: node.post.now() };
    copying.write(&mut Memory::default()).await.unwrap();
    place
}

/// The node on an empty disk, in a new era, with the keys of this week.
pub async fn restored(node: &Node, place: &tempfile::TempDir, clock: &Arc<ManualClock>) -> Node {
    put_back(node, place, clock, true).await
}

/// The copy on an empty disk: restored, or run as if nothing had happened.
pub async fn put_back(node: &Node, place: &tempfile::TempDir, clock: &Arc<ManualClock>, says_so: bool) -> Node {
    let backend = Arc::new(SqliteBackend::scratch(Opening::at(START)).unwrap());
    let from = Restoring::open(&place.path().join("c"), &node.master).unwrap();
    let poured = from.pour(&*backend, place.path(), None).await.unwrap();
    let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(77));
    let store = Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&chance));
    if says_so {
        let mut tx = store.backend().begin("test").await.unwrap();
        tx.put_meta("era", &clock.now().seconds().to_be_bytes()).await.unwrap();
        let known = poured.head.at.max(poured.state_at);
        tx.put_meta(RECOVERY, &Recovery::begun(chance.bytes(), known).bytes().unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    }
    store.unlock(node.master.clone(), clock.now()).await.unwrap();
    let desk = Arc::new(FakeDesk::default());
    let shared: Arc<dyn Clock> = Arc::clone(clock) as Arc<dyn Clock>;
    let post = Arc::new(Post::new(store, shared, Arc::clone(&desk) as Arc<dyn Apply>, node.open.clone()));
    let mut tx = begin(&post).await;
    let keys = Keyring::load(&mut tx).await.unwrap().unwrap();
    keys.revive(&mut tx, &node.open, clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    post.unlock().await.unwrap();
    Node {
        post,
        desk,
        entry: node.entry.clone(),
        root: node.root.clone(),
        master: node.master.clone(),
        open: node.open.clone(),
        _folder: tempfile::tempdir().unwrap(),
    }
}

async fn unfinished(node: &Node, peer: &Node) -> u64 {
    let mut view = node.post.store().read(node.post.now()).await.unwrap();
    desk::mail::peer_mail(&mut view, peer.id()).await.unwrap().unfinished
}

async fn recovery(node: &Node) -> Recovery {
    let mut view = node.post.store().read(node.post.now()).await.unwrap();
    Recovery::read(&mut view).await.unwrap().unwrap()
}

#[test]
fn a_restored_node_gets_again_what_it_lost_and_only_that() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        for text in ["satu", "dua"] {
            batam.say(&lotim, text).await.unwrap();
        }
        settle_down(&clock, &batam, &lotim).await;
        let stick = backed_up(&lotim).await;
        for text in ["tiga", "empat"] {
            batam.say(&lotim, text).await.unwrap();
        }
        lotim.say(&batam, "lupa").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!((lotim.texts().len(), batam.texts()), (4, vec!["lupa".to_owned()]));
        clock.advance_millis(3_600_000);
        let lotim = restored(&lotim, &stick, &clock).await;
        assert!(recovery(&lotim).await.is_open());
        settle_down(&clock, &batam, &lotim).await;
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["tiga", "empat"], "satu and dua it had");
        assert!(!recovery(&lotim).await.is_open(), "its partner answered");
        let view = lotim.post.store().backend().read().await;
        let head = view.unwrap().journal_before(base::Seq(i64::MAX), 1).await.unwrap();
        assert_eq!((head[0].kind.as_str(), head[0].seq.n()), ("era.opened", 1), "a new life, from its first number");
        lotim.say(&batam, "baru").await.unwrap();
        batam.say(&lotim, "lima").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(batam.texts(), ["lupa", "baru"]);
        assert_eq!(lotim.texts(), ["tiga", "empat", "lima"]);
        assert_eq!((unfinished(&batam, &lotim).await, unfinished(&lotim, &batam).await), (0, 0));
        assert!(lotim.notices().contains(&Notice::WeForgot { peer: batam.id(), count: 1 }));
        let told = |notice: &Notice| matches!(notice, Notice::TheyForgot { .. });
        assert!(batam.notices().iter().any(told), "people at both ends are told to compare");
        let frozen = |notice: &Notice| matches!(notice, Notice::Equivocation { .. });
        assert!(!batam.notices().iter().chain(&lotim.notices()).any(frozen), "no number was used twice");
    });
}

#[test]
fn what_was_on_its_way_at_the_backup_arrives_once_and_before_what_is_new() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        settle_down(&clock, &batam, &lotim).await;
        lotim.say(&batam, "tiba").await.unwrap();
        lotim.say(&batam, "tertunda").await.unwrap();
        let stick = backed_up(&lotim).await;
        let sent = lotim.post.collect(1).await.unwrap();
        let first: Vec<Vec<u8>> = sent.into_iter().map(|parcel| parcel.envelope).collect();
        batam.post.deliver(&first).await.unwrap();
        clock.advance_millis(3_600_000);
        let lotim = restored(&lotim, &stick, &clock).await;
        lotim.say(&batam, "baru").await.unwrap();
        for _ in 0..4 {
            settle_down(&clock, &batam, &lotim).await;
        }
        assert_eq!(batam.texts(), ["tiba", "tertunda", "baru"]);
        assert_eq!(unfinished(&lotim, &batam).await, 0);
    });
}

#[test]
fn what_was_on_its_way_is_not_cut_off_by_a_question_that_follows_something_new() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        lotim.say(&batam, "tiba").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        lotim.say(&batam, "tertunda").await.unwrap();
        let stick = backed_up(&lotim).await;
        clock.advance_millis(3_600_000);
        let lotim = restored(&lotim, &stick, &clock).await;
        lotim.say(&batam, "baru").await.unwrap();
        // Nobody answered: it asks again, and now its newest number is of the new life. The question comes first.
        lotim.post.unlock().await.unwrap();
        hears_no_body(&lotim, &batam).await;
        for _ in 0..4 {
            settle_down(&clock, &batam, &lotim).await;
        }
        assert_eq!(batam.texts(), ["tiba", "tertunda", "baru"]);
        assert_eq!(unfinished(&lotim, &batam).await, 0);
    });
}

/// A second restore from the same stick, and an answer to the first question that comes late.
#[test]
fn two_restores_from_one_stick_lose_and_double_nothing() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        batam.say(&lotim, "satu").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        let stick = backed_up(&lotim).await;
        batam.say(&lotim, "dua").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        clock.advance_millis(3_600_000);
        let once = restored(&lotim, &stick, &clock).await;
        settle_down(&clock, &batam, &once).await;
        settle_down(&clock, &batam, &once).await;
        once.say(&batam, "dari hidup kedua").await.unwrap();
        settle_down(&clock, &batam, &once).await;
        assert_eq!(once.texts(), ["dua"]);
        clock.advance_millis(3_600_000);
        let again = restored(&lotim, &stick, &clock).await;
        settle_down(&clock, &batam, &again).await;
        settle_down(&clock, &batam, &again).await;
        assert_eq!(again.texts(), ["dua"]);
        again.say(&batam, "dari hidup ketiga").await.unwrap();
        batam.say(&again, "tiga").await.unwrap();
        settle_down(&clock, &batam, &again).await;
        assert_eq!(batam.texts(), ["dari hidup kedua", "dari hidup ketiga"]);
        assert_eq!(again.texts(), ["dua", "tiga"]);
        let frozen = |notice: &Notice| matches!(notice, Notice::Equivocation { .. });
        assert!(!batam.notices().iter().chain(&again.notices()).any(frozen));
    });
}

/// Goal: what a person took back since, or an accord forbids by now, is not sent a second time, whatever the restored node
/// asks for; what comes after it still arrives.
#[test]
fn what_rests_on_something_taken_back_since_does_not_come_again() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        settle_down(&clock, &batam, &lotim).await;
        let stick = backed_up(&lotim).await;
        let rests = Options { grounds: vec![[7; 16]], ..Options::default() };
        let talk = |text: &str| Message::OfferTell(Talk { offer_no: 1, text: text.into() });
        batam.send(&lotim, talk("satu"), rests).await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["satu"]);
        let mut tx = begin(&batam.post).await;
        let told = desk::mail::stop(&mut tx, [7; 16]).await.unwrap();
        assert_eq!((told.len(), told[0].left), (1, 1));
        tx.commit().await.unwrap();
        clock.advance_millis(3_600_000);
        let lotim = restored(&lotim, &stick, &clock).await;
        settle_down(&clock, &batam, &lotim).await;
        batam.say(&lotim, "dua").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["dua"], "the number of the first is stepped over");
        assert_eq!(unfinished(&batam, &lotim).await, 0);
    });
}

#[test]
fn what_may_not_go_any_more_does_not_come_again() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        settle_down(&clock, &batam, &lotim).await;
        let stick = backed_up(&lotim).await;
        batam.say(&lotim, "satu").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        batam.desk.0.lock().unwrap().denies = true;
        clock.advance_millis(3_600_000);
        let lotim = restored(&lotim, &stick, &clock).await;
        settle_down(&clock, &batam, &lotim).await;
        settle_down(&clock, &batam, &lotim).await;
        assert!(lotim.texts().is_empty());
        let mut view = batam.post.store().read(clock.now()).await.unwrap();
        let home = desk::mail::Home::read(&mut view).await.unwrap();
        let out = Outgoing::read(&mut view, case_thread(), home.era, 1).await.unwrap().unwrap();
        assert_eq!(out.state, State::Received, "it was received once");
    });
}

/// Each seals to a key that the other lost with its disk, so no message can say so: the entry is fetched where it lies.
#[test]
fn two_partners_who_both_lost_their_disks_hear_each_other_again_once_an_entry_is_fetched() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        settle_down(&clock, &batam, &lotim).await;
        let (one, other) = (backed_up(&batam).await, backed_up(&lotim).await);
        clock.advance_millis(8 * 86_400_000);
        let batam = restored(&batam, &one, &clock).await;
        let lotim = restored(&lotim, &other, &clock).await;
        batam.say(&lotim, "halo").await.unwrap();
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), [""; 0], "sealed to a key that is gone");
        entry_goes(&lotim, &batam).await;
        for _ in 0..4 {
            clock.advance_millis(13 * 3_600_000);
            settle_down(&clock, &batam, &lotim).await;
        }
        assert_eq!(lotim.texts(), ["halo"]);
    });
}

/// The taker lost its disk first, asked, and was told; then the sender lost its disk, and with it that the taker had asked.
#[test]
fn what_a_restored_partner_had_receipted_in_a_life_before_goes_again() {
    run(async {
        let (clock, batam, lotim) = pair().await;
        settle_down(&clock, &batam, &lotim).await;
        let early = backed_up(&lotim).await;
        for text in ["satu", "dua"] {
            batam.say(&lotim, text).await.unwrap();
        }
        settle_down(&clock, &batam, &lotim).await;
        assert_eq!(lotim.texts(), ["satu", "dua"]);
        let late = backed_up(&batam).await;
        clock.advance_millis(3_600_000);
        let lotim = restored(&lotim, &early, &clock).await;
        hears_no_body(&lotim, &batam).await;
        hears_no_body(&batam, &lotim).await;
        assert!(!recovery(&lotim).await.is_open(), "it asked, and its partner answered");
        clock.advance_millis(3_600_000);
        let batam = restored(&batam, &late, &clock).await;
        entry_goes(&lotim, &batam).await;
        entry_goes(&batam, &lotim).await;
        for _ in 0..4 {
            clock.advance_millis(13 * 3_600_000);
            settle_down(&clock, &batam, &lotim).await;
        }
        assert_eq!(lotim.texts(), ["satu", "dua"], "once more, in this life of its");
        assert_eq!(unfinished(&batam, &lotim).await, 0);
    });
}

/// All that waits goes over, but for Bodies: those are lost.
async fn hears_no_body(from: &Node, to: &Node) {
    let sent = from.post.collect(10).await.unwrap();
    let control = sent.into_iter().filter(|parcel| !matches!(parcel.what, crate::What::Body { .. }));
    to.post.deliver(&control.map(|parcel| parcel.envelope).collect::<Vec<_>>()).await.unwrap();
}

/// What a node says of itself now, signed.
pub async fn entry_of(node: &Node) -> Vec<u8> {
    let mut view = node.post.store().read(node.post.now()).await.unwrap();
    crate::keys::own_entry(&mut view).await.unwrap().unwrap().bytes().to_vec()
}

/// The entry of a node is fetched where it lies.
pub async fn entry_goes(of: &Node, to: &Node) {
    to.post.entry_fetched(of.id(), &entry_of(of).await).await.unwrap();
}
