//! Alerts about recruiters between nodes: what an accord lets go, what a partner makes of it, its end, its correction and its recall
//! in whatever order they come, and that both know him.

use crate::cast::*;
use ::recruiters::judged::{Ground, Pair, Standing, Verdict as Says};
use ::recruiters::said::{Correcting, Credibility, Grade, Recalling, Reliability, Said};
use accord::PartyRole;
use base::{AlertId, MentionId, NodeId, Redacted};
use casework::Role;
use desk::alerts::{
    AlertStream, CorrectAlert, ReadAlert, RecallAlert, SendAlert, Side, State, alert, alert_id, compose, rule, unread,
};
use desk::cases::record::SetFields;
use desk::mail::{Apply, Verdict};
use desk::mentions::look::origins;
use desk::mentions::{CorrectMention, JudgePair, Order, RecordMention, Source, UndoJudgement};
use desk::partners::accord::ending::{EndAccord, Ending, Reason};
use desk::wire::{Message, RecruiterAlert};
use desk::{Actor, Deed, Error, Staff};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const B2: Grade = Grade { source: Reliability::B, said: Credibility::Probable };
const PHONE: &str = "0800-1234-5678";

fn said(columns: &[(&str, &str)]) -> Said {
    let mut said = Said::default();
    for (column, value) in columns {
        *said.texts_mut().into_iter().find(|(name, _)| name == column).unwrap().1 = Redacted::new((*value).to_owned());
    }
    said
}

fn him() -> Said {
    let route = [("from", "52.03"), ("to", "MY"), ("village", "Suka Rekaan")];
    said(&[&[("name", "H. Moh. Soeparjan"), ("phone", PHONE), ("employer", "PT Karya Rekaan")][..], &route].concat())
}

fn him_otherwise() -> Said {
    said(&[("name", "Haji Suparyan"), ("phone", "+62 800 1234 5678"), ("regency", "53.01")])
}

fn analyst(node: &Node) -> Actor {
    node.officer(20, &[Role::Analyst])
}

async fn records(node: &Node, source: Source, said: Said) -> MentionId {
    let by = if matches!(source, Source::Public) { analyst(node) } else { node.manager() };
    node.does(&by, &RecordMention { source, said, grade: B2 }).await.unwrap()
}

/// As the page makes it: all fields that are known, for 180 days.
async fn act(node: &Node, mentions: &[MentionId], to: &[&Node]) -> SendAlert {
    let mut view = node.desk.read().await.unwrap();
    let composed = compose(&mut view, mentions).await.unwrap().unwrap();
    let fields = desk::alerts::compose::facts(&composed.said).into_iter().map(|(field, _)| field.to_owned()).collect();
    let to = to.iter().map(|node| node.id()).collect();
    SendAlert { mentions: mentions.to_vec(), to, fields, days: 180, shown: composed.digest() }
}

async fn sends(node: &Node, mentions: &[MentionId], to: &[&Node]) -> Result<AlertId, Error> {
    node.does(&analyst(node), &act(node, mentions, to).await).await
}

async fn recalls(node: &Node, alert: AlertId) {
    node.does(&analyst(node), &RecallAlert { alert, why: Recalling::Mistaken }).await.unwrap();
}

async fn corrects(node: &Node, alert: AlertId, mention: MentionId) -> Result<(), Error> {
    let shown = act(node, &[mention], &[]).await.shown;
    let act = CorrectAlert { alert, why: Recalling::Checked, mentions: vec![mention], shown };
    node.does(&analyst(node), &act).await
}

async fn at(node: &Node, id: AlertId) -> Option<AlertStream> {
    let stored = alert(&mut node.desk.read().await.unwrap(), id).await.unwrap();
    stored.map(|stored| (*stored.state).clone())
}

/// The mentions that count at a node, in no order, as names.
async fn names(node: &Node) -> BTreeSet<String> {
    let by = analyst(node);
    let (_, book) = node.desk.book(&by, Deed::SeeRecruiters).await.unwrap();
    let all = book.entities(by.officer().unwrap());
    all.iter().flat_map(|entity| &entity.mentions).map(|card| card.said.name.expose().clone()).collect()
}

async fn queue(node: &Node) -> Vec<Pair> {
    let by = analyst(node);
    let (_, book) = node.desk.book(&by, Deed::SeeRecruiters).await.unwrap();
    book.queue(by.officer().unwrap(), Order::Teaching).into_iter().map(|(pair, _)| pair).collect()
}

async fn judges(node: &Node, pair: Pair, verdict: Says) {
    node.does(&analyst(node), &JudgePair { pair, verdict, ground: Ground::Number }).await.unwrap();
}

async fn follows(node: &Node) {
    assert_eq!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap(), []);
}

/// Batam, and a second receiver beside Lombok Timur, under the template for alerts alone.
async fn with_kupang(world: &World) -> Node {
    let kupang = Node::new("kupang", "53.01", PartyRole::TaskForce, &world.clock).await;
    world.batam.meets(&kupang).await;
    kupang.meets(&world.batam).await;
    agree("recruiter-alerts", "peringatan", &[&world.batam, &kupang]).await;
    kupang
}

#[tokio::test]
async fn an_alert_goes_field_by_field_and_is_a_mention_that_a_person_judges() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let case = decided(batam).await;
    let mention = records(batam, Source::Case(case), him()).await;
    let own = records(lotim, Source::Public, him_otherwise()).await;
    let id = sends(batam, &[mention], &[lotim]).await.unwrap();
    let ours = at(batam, id).await.unwrap();
    assert_eq!((ours.side, ours.state, ours.sent.len()), (Side::Out, State::Live, 1));
    let clauses: BTreeSet<_> = ours.sent[&lotim.id()].lines.iter().map(|line| line.clause.clone()).collect();
    assert_eq!(clauses, BTreeSet::from([Some("gugus-tugas/1#4.1".to_owned())]), "each field names its clause");
    let letters = batam.post_for(lotim.id()).await;
    assert_eq!(letters.iter().map(Letter::number).collect::<Vec<_>>(), [40]);
    for canary in CANARIES.iter().chain(&["Suka Rekaan"]) {
        let found = letters[0].payload.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "{canary} stands in the message: no field of an accord has it");
    }
    assert_eq!(lotim.takes(batam, &letters[0]).await, Verdict::Applied);
    let theirs = at(lotim, id).await.unwrap();
    assert_eq!((theirs.side, theirs.from, theirs.unread), (Side::In, batam.id(), true));
    let claim = theirs.claim.clone().unwrap();
    assert_eq!((claim.grade, claim.reports, claim.until), (B2, 1, START.plus_hours(24 * 180)));
    let pair = Pair::of(own, theirs.mention_here(id).unwrap()).unwrap();
    assert_eq!(queue(lotim).await, [pair], "it waits with its evidence, and joins nothing by itself");
    {
        let by = analyst(lotim);
        let (mut view, book) = lotim.desk.book(&by, Deed::SeeRecruiters).await.unwrap();
        let (alike, standing, _) = book.pair(pair, by.officer().unwrap()).unwrap();
        assert_eq!((standing, alike.probability > 0.9), (Standing::Open, true), "{alike:?}");
        let entity = book.entity(theirs.mention_here(id).unwrap(), by.officer().unwrap()).unwrap();
        assert_eq!(origins(&mut view, &entity).await.unwrap().len(), 1);
    }
    // The same letter again has no second effect.
    let head = lotim.head().await;
    assert_eq!(lotim.takes(batam, &letters[0]).await, Verdict::Applied);
    assert_eq!(lotim.journal(head).await, Vec::<String>::new());
    lotim.does(&analyst(lotim), &ReadAlert(id)).await.unwrap();
    assert_eq!(unread(&mut lotim.desk.read().await.unwrap()).await.unwrap(), []);
    // What came is not passed on, nor corrected by others than its sender.
    let theirs = theirs.mention_here(id).unwrap();
    assert!(compose(&mut lotim.desk.read().await.unwrap(), &[theirs]).await.unwrap().is_none());
    let typed = CorrectMention { mention: theirs, version: None, said: him(), grade: B2, why: Correcting::Checked };
    assert_eq!(code(lotim.does(&analyst(lotim), &typed).await), "alert.theirs");
    follows(batam).await;
    follows(lotim).await;
}

#[tokio::test]
async fn what_no_accord_lets_go_stays_with_its_reason_and_cure_and_who_may_not_sends_nothing() {
    let world = World::new().await;
    let batam = &world.batam;
    let mention = records(batam, Source::Public, him()).await;
    let refused = sends(batam, &[mention], &[&world.mawar]).await.unwrap_err();
    let Error::Refused(refusals) = refused else { panic!("{refused:?}") };
    let entry = refusals[0].code.entry();
    assert_eq!(refusals[0].code.0, "clause.action", "the accord with legal aid knows no alerts");
    assert!(!entry.message.get(base::Lang::Id).is_empty() && !entry.remedy.get(base::Lang::Id).is_empty());
    assert_eq!(batam.post_for(world.mawar.id()).await.len(), 0);
    // Of several receivers one that may not have it keeps all back: the page shows who may.
    assert_eq!(code(sends(batam, &[mention], &[&world.lotim, &world.mawar]).await), "clause.action");
    assert_eq!(batam.post_for(world.lotim.id()).await.len(), 0);
    let act = act(batam, &[mention], &[&world.lotim]).await;
    assert_eq!(code(batam.does(&batam.manager(), &act).await), "act.role");
    let days = SendAlert { days: 181, ..act.clone() };
    assert_eq!(code(batam.does(&analyst(batam), &days).await), "alert.days");
    let nobody = SendAlert { fields: ["recruiter.corridor".to_owned()].into(), ..act.clone() };
    assert_eq!(code(batam.does(&analyst(batam), &nobody).await), "mention.empty");
    let correct = CorrectMention { mention, version: None, said: him_otherwise(), grade: B2, why: Correcting::Checked };
    batam.does(&analyst(batam), &correct).await.unwrap();
    assert_eq!(code(batam.does(&analyst(batam), &act).await), "alert.changed", "nothing goes that she did not see");
    let stopped = EndAccord {
        id: "gugus-tugas".into(),
        ending: Ending::Suspend { reason: Reason::Review, text: "ditinjau".into(), until: None },
    };
    batam.does(&batam.coordinator(), &stopped).await.unwrap();
    assert_eq!(code(sends(batam, &[mention], &[&world.lotim]).await), "accord.not-active");
    let lines = rule(&mut batam.desk.read().await.unwrap(), &batam.desk, world.lotim.id(), &["recruiter.name".into()])
        .await
        .unwrap()
        .lines;
    assert_eq!(lines[0].refusal.as_deref(), Some("accord.not-active"));
}

#[tokio::test]
async fn a_receiver_drops_what_may_not_be_there_and_refuses_what_is_no_recruiter_or_over() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let mention = records(batam, Source::Public, him()).await;
    let id = sends(batam, &[mention], &[lotim]).await.unwrap();
    let letter = batam.post_for(lotim.id()).await.remove(0);
    let Message::RecruiterAlert(sent) = letter.message() else { panic!() };
    let takes = async |change: &dyn Fn(&mut RecruiterAlert)| {
        let mut received = letter.received(batam);
        let mut content = sent.clone();
        content.alert_no += 1;
        change(&mut content);
        received.message = Message::RecruiterAlert(content);
        let mut tx = lotim.begin().await;
        desk::mail::Apply::apply(&*lotim.desk, &mut tx, &received).await.unwrap()
    };
    let fact = |field: &str, value: &str| (field.to_owned(), value.to_owned());
    let dropped = takes(&|alert| alert.facts.0.push(fact("identity.name", NAME))).await;
    assert_eq!(dropped, Verdict::FieldsDropped("floor.alert".into()), "its own floor, whatever an accord says");
    let later = takes(&|alert| alert.facts.0.push(fact("recruiter.vessel", "KM Rekaan"))).await;
    assert_eq!(later, Verdict::FieldsDropped("field.unknown".into()));
    let refused = |code: &'static str| Verdict::Refused(code.into());
    assert_eq!(takes(&|alert| alert.facts.0 = vec![fact("identity.name", NAME)]).await, refused("floor.alert"));
    assert_eq!(takes(&|alert| alert.facts.0.clear()).await, refused("mention.empty"));
    assert_eq!(takes(&|alert| alert.facts.0.push(alert.facts.0[0].clone())).await, refused("message.malformed"));
    assert_eq!(takes(&|alert| alert.facts.0[0].1 = "a".repeat(121)).await, refused("mention.long"));
    let crowd = |alert: &mut RecruiterAlert| alert.facts.0.extend((0..40).map(|n| fact(&format!("x{n}"), "x")));
    assert_eq!(takes(&crowd).await, refused("message.malformed"));
    assert_eq!(takes(&|alert| alert.valid_until = START.seconds()).await, refused("alert.expired"));
    assert_eq!(takes(&|alert| alert.answers = Some(7)).await, refused("message.malformed"));
    // A foreign purpose, a thread of something else, an accord that this node does not hold.
    let bent = async |change: &dyn Fn(&mut desk::mail::Received)| {
        let mut received = letter.received(batam);
        change(&mut received);
        let mut tx = lotim.begin().await;
        desk::mail::Apply::apply(&*lotim.desk, &mut tx, &received).await.unwrap()
    };
    assert_eq!(bent(&|got| got.purpose = Some("statistics".into())).await, refused("clause.purpose"));
    assert_eq!(bent(&|got| got.thread = base::ThreadId::from_bytes([1; 16])).await, refused("message.malformed"));
    assert_eq!(bent(&|got| got.accord = None).await, refused("accord.not-party"));
    assert_eq!(bent(&|_| ()).await, Verdict::Applied, "as it was sent");
    assert!(at(lotim, id).await.is_none(), "none of these was committed");
    // The longest time is 180 days from here, whatever it says; odd grades are those that say nothing.
    let mut received = letter.received(batam);
    let mut long = sent.clone();
    (long.valid_until, long.source_grade, long.confidence, long.reports_min) = (i64::MAX / 1_000, 0, 77, 0);
    received.message = Message::RecruiterAlert(long);
    let mut tx = lotim.begin().await;
    assert_eq!(desk::mail::Apply::apply(&*lotim.desk, &mut tx, &received).await.unwrap(), Verdict::Applied);
    tx.commit().await.unwrap();
    let claim = at(lotim, id).await.unwrap().claim.unwrap();
    assert_eq!((claim.until, claim.grade.to_string().as_str(), claim.reports), (START.plus_hours(24 * 180), "F6", 1));
}

#[tokio::test]
async fn a_recall_reaches_every_receiver_and_what_rested_on_it_goes() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let kupang = with_kupang(&world).await;
    let mention = records(batam, Source::Public, him()).await;
    let own = records(lotim, Source::Public, him_otherwise()).await;
    let id = sends(batam, &[mention], &[lotim, &kupang]).await.unwrap();
    for receiver in [lotim, &kupang] {
        assert_eq!(batam.posts(receiver).await, [(40, Verdict::Applied)]);
        assert!(names(receiver).await.contains("H. Moh. Soeparjan"));
    }
    let theirs = at(lotim, id).await.unwrap().mention_here(id).unwrap();
    let pair = Pair::of(own, theirs).unwrap();
    judges(lotim, pair, Says::Same).await;
    recalls(batam, id).await;
    for receiver in [lotim, &kupang] {
        assert!(batam.posts(receiver).await.contains(&(41, Verdict::Applied)));
        let stored = at(receiver, id).await.unwrap();
        assert_eq!((stored.state, stored.unread), (State::Recalled(Recalling::Mistaken), true), "its readers are told");
        assert!(!names(receiver).await.contains("H. Moh. Soeparjan"));
        follows(receiver).await;
    }
    // After a "same": what is believed rests on the own mention alone, and the judgement is shown as fallen.
    let by = analyst(lotim);
    let (_, book) = lotim.desk.book(&by, Deed::SeeRecruiters).await.unwrap();
    assert_eq!(book.entity(own, by.officer().unwrap()).unwrap().mentions.len(), 1);
    assert_eq!(
        book.fallen(own).into_iter().map(|(pair, judgements)| (pair, judgements.len())).collect::<Vec<_>>(),
        [(pair, 1)]
    );
    assert_eq!(
        code(batam.does(&analyst(batam), &RecallAlert { alert: id, why: Recalling::Double }).await),
        "alert.over"
    );
    follows(batam).await;
}

#[tokio::test]
async fn a_recall_before_its_alert_and_a_copy_after_it_leave_nothing() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let mention = records(batam, Source::Public, him()).await;
    let id = sends(batam, &[mention], &[lotim]).await.unwrap();
    let alert = batam.post_for(lotim.id()).await.remove(0);
    recalls(batam, id).await;
    let recall = batam.post_for(lotim.id()).await.remove(0);
    assert_eq!((alert.number(), recall.number()), (40, 41));
    assert_eq!(lotim.takes(batam, &recall).await, Verdict::Applied, "before its alert");
    for letter in [&alert, &recall, &alert] {
        assert_eq!(lotim.takes(batam, letter).await, Verdict::Applied);
        assert_eq!(names(lotim).await, BTreeSet::new());
    }
    assert_eq!(at(lotim, id).await.unwrap().claim, None, "what was wrong is not even kept");
    follows(lotim).await;
}

#[tokio::test]
async fn an_alert_that_has_not_left_is_stopped_by_its_recall_and_by_the_end_of_the_accord_and_a_recall_never() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let mention = records(batam, Source::Public, him()).await;
    let first = sends(batam, &[mention], &[lotim]).await.unwrap();
    recalls(batam, first).await;
    assert_eq!(batam.posts(lotim).await, [(41, Verdict::Applied)], "the alert itself does not go any more");
    let second = sends(batam, &[mention], &[lotim]).await.unwrap();
    let third = sends(batam, &[mention], &[lotim]).await.unwrap();
    let sent = batam.post_for(lotim.id()).await;
    assert_eq!(lotim.takes(batam, &sent[0]).await, Verdict::Applied);
    assert_eq!(at(lotim, second).await.unwrap().state, State::Live);
    let reason = Reason::Review;
    let ending = Ending::Terminate { reason, text: "selesai".into(), immediate: false };
    batam.does(&batam.coordinator(), &EndAccord { id: "gugus-tugas".into(), ending }).await.unwrap();
    recalls(batam, second).await;
    corrected_is_dropped(batam, third, mention).await;
    let posted: Vec<_> = batam.posts(lotim).await.into_iter().filter(|(number, _)| *number != 54).collect();
    assert_eq!(posted, [(41, Verdict::Applied), (41, Verdict::Applied)], "no accord is asked");
    assert_eq!(at(lotim, second).await.unwrap().state, State::Recalled(Recalling::Mistaken));
    assert_eq!(names(lotim).await, BTreeSet::new());
}

/// A receipt shows that it waits behind a number that was taken back. Whether it goes under the next one.
async fn says_anew(node: &Node, letter: &Letter) -> bool {
    let mut tx = node.begin().await;
    let goes = node.desk.say_anew(&mut tx, &letter.out).await.unwrap();
    tx.commit().await.unwrap();
    goes
}

#[tokio::test]
async fn an_alert_behind_a_number_that_was_taken_back_goes_under_the_next_one_if_it_still_may() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let mention = records(batam, Source::Public, him()).await;
    let id = sends(batam, &[mention], &[lotim]).await.unwrap();
    let waits = batam.post_for(lotim.id()).await.remove(0);
    assert!(says_anew(batam, &waits).await);
    let anew = batam.post_for(lotim.id()).await.remove(0);
    assert_eq!((anew.number(), anew.out.seq, anew.message()), (40, waits.out.seq + 1, waits.message()));
    assert_eq!(lotim.takes(batam, &anew).await, Verdict::Applied);
    assert_eq!(at(lotim, id).await.unwrap().state, State::Live);
    assert!(says_anew(batam, &anew).await);
    recalls(batam, id).await;
    let recall = batam.post_for(lotim.id()).await;
    assert_eq!(recall.iter().map(Letter::number).collect::<Vec<_>>(), [41], "it is stopped under its new number");
    assert!(!says_anew(batam, &recall[0]).await, "no alert");
    sends(batam, &[mention], &[lotim]).await.unwrap();
    let waits = batam.post_for(lotim.id()).await.remove(0);
    let ending = Ending::Terminate { reason: Reason::Review, text: "selesai".into(), immediate: false };
    batam.does(&batam.coordinator(), &EndAccord { id: "gugus-tugas".into(), ending }).await.unwrap();
    assert!(!says_anew(batam, &waits).await, "no accord lets it go any more");
    assert!(batam.post_for(lotim.id()).await.iter().all(|letter| letter.number() != 40));
    follows(batam).await;
}

/// A correction under an ended accord goes as a plain recall.
async fn corrected_is_dropped(node: &Node, alert: AlertId, mention: MentionId) {
    let said = said(&[("name", "Suparyanto"), ("phone", PHONE)]);
    let act = CorrectMention { mention, version: None, said, grade: B2, why: Correcting::Checked };
    node.does(&analyst(node), &act).await.unwrap();
    corrects(node, alert, mention).await.unwrap();
}

#[tokio::test]
async fn a_correction_takes_the_place_of_what_was_said_and_is_judged_anew() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let mention = records(batam, Source::Public, him()).await;
    let own = records(lotim, Source::Public, him_otherwise()).await;
    let id = sends(batam, &[mention], &[lotim]).await.unwrap();
    batam.posts(lotim).await;
    let before = at(lotim, id).await.unwrap().mention_here(id).unwrap();
    judges(lotim, Pair::of(own, before).unwrap(), Says::Same).await;
    assert_eq!(code(corrects(batam, id, mention).await), "alert.unchanged");
    let change = async |name: &str| {
        let said = said(&[("name", name), ("phone", PHONE)]);
        let act = CorrectMention { mention, version: None, said, grade: B2, why: Correcting::Checked };
        batam.does(&analyst(batam), &act).await.unwrap();
        corrects(batam, id, mention).await.unwrap();
        batam.post_for(lotim.id()).await.into_iter().rfind(|letter| letter.number() == 41).unwrap()
    };
    let (first, second) = (change("Suparjan bin Rekaan").await, change("Suparjan bin Karang").await);
    // The second comes first; the first changes nothing then.
    assert_eq!(lotim.takes(batam, &second).await, Verdict::Applied);
    assert_eq!(lotim.takes(batam, &first).await, Verdict::Applied);
    let stored = at(lotim, id).await.unwrap();
    assert_eq!((stored.state, stored.corrected), (State::Live, Some(Recalling::Checked)));
    let after = stored.mention_here(id).unwrap();
    assert_ne!(before, after);
    assert!(names(lotim).await.contains("Suparjan bin Karang") && !names(lotim).await.contains("H. Moh. Soeparjan"));
    assert_eq!(queue(lotim).await, [Pair::of(own, after).unwrap()], "nobody has judged what it says now");
    recalls(batam, id).await;
    batam.posts(lotim).await;
    assert!(!names(lotim).await.contains("Suparjan bin Karang"));
    // And at a receiver that never got the alert itself, a correction that is the last word stands for it.
    let other = sends(batam, &[mention], &[lotim]).await.unwrap();
    let alert = batam.post_for(lotim.id()).await.remove(0);
    let said = said(&[("name", "Suparjan Lagi"), ("phone", PHONE)]);
    let act = CorrectMention { mention, version: None, said, grade: B2, why: Correcting::Checked };
    batam.does(&analyst(batam), &act).await.unwrap();
    corrects(batam, other, mention).await.unwrap();
    let correction = batam.post_for(lotim.id()).await.remove(0);
    for letter in [&correction, &alert] {
        assert_eq!(lotim.takes(batam, letter).await, Verdict::Applied);
        assert!(names(lotim).await.contains("Suparjan Lagi") && !names(lotim).await.contains("Suparjan bin Karang"));
    }
    follows(lotim).await;
}

#[tokio::test]
async fn an_alert_ends_by_its_time_at_both_ends() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let mention = records(batam, Source::Public, him()).await;
    records(lotim, Source::Public, him_otherwise()).await;
    let act = SendAlert { days: 2, ..act(batam, &[mention], &[lotim]).await };
    let id = batam.does(&analyst(batam), &act).await.unwrap();
    batam.posts(lotim).await;
    world.later(47);
    lotim.desk.do_duties().await.unwrap();
    assert_eq!(queue(lotim).await.len(), 1);
    world.later(2);
    assert_eq!(queue(lotim).await, [], "offered no more, even before the clock's round came by");
    for node in [batam, lotim] {
        assert!(node.desk.do_duties().await.unwrap() > 0);
        assert_eq!(at(node, id).await.unwrap().state, State::Expired);
        follows(node).await;
    }
    assert_eq!(names(lotim).await, BTreeSet::from(["Haji Suparyan".to_owned()]));
    assert_eq!(code(corrects(batam, id, mention).await), "alert.unchanged");
    recalls(batam, id).await;
    assert_eq!(batam.posts(lotim).await, [(41, Verdict::Applied)], "never too late to take it back");
}

#[tokio::test]
async fn when_both_know_him_the_sender_is_told_so_and_nothing_of_him() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let mention = records(batam, Source::Public, him()).await;
    let own = records(lotim, Source::Public, him_otherwise()).await;
    let id = sends(batam, &[mention], &[lotim]).await.unwrap();
    batam.posts(lotim).await;
    let pair = Pair::of(own, at(lotim, id).await.unwrap().mention_here(id).unwrap()).unwrap();
    for quiet in [Says::Unsure, Says::Different] {
        judges(lotim, pair, quiet).await;
        assert_eq!(lotim.post_for(batam.id()).await.len(), 0, "{quiet:?}: nothing leaves");
    }
    judges(lotim, pair, Says::Same).await;
    let letter = lotim.post_for(batam.id()).await.remove(0);
    let Message::RecruiterAlert(answer) = letter.message() else { panic!() };
    assert_eq!((answer.facts.0.len(), answer.reports_min), (0, 1), "no name, no number");
    assert_eq!(alert_id(batam.id(), answer.answers.unwrap()), id);
    assert_eq!(batam.takes(lotim, &letter).await, Verdict::Applied);
    let ours = at(batam, id).await.unwrap();
    assert_eq!((ours.known.keys().copied().collect::<Vec<NodeId>>(), ours.unread), (vec![lotim.id()], true));
    assert_eq!(names(batam).await.len(), 1, "an answer is no mention");
    // Said once; and no more when it holds no more.
    judges(lotim, pair, Says::Same).await;
    assert_eq!(lotim.post_for(batam.id()).await.len(), 0);
    let of = analyst(lotim).officer().unwrap().id;
    lotim.does(&analyst(lotim), &UndoJudgement { pair, of }).await.unwrap();
    assert_eq!(lotim.posts(batam).await, [(41, Verdict::Applied)]);
    assert_eq!(at(batam, id).await.unwrap().known.len(), 0);
    for node in [batam, lotim] {
        follows(node).await;
    }
}

#[tokio::test]
async fn when_the_accord_lets_it_go_one_way_alone_nothing_goes_back() {
    let world = World::new().await;
    let (batam, lotim) = (&world.batam, &world.lotim);
    let mention = records(batam, Source::Public, him()).await;
    let own = records(lotim, Source::Public, him_otherwise()).await;
    let id = sends(batam, &[mention], &[lotim]).await.unwrap();
    batam.posts(lotim).await;
    let ending = Ending::Suspend { reason: Reason::Review, text: "ditinjau".into(), until: None };
    lotim.does(&lotim.coordinator(), &EndAccord { id: "gugus-tugas".into(), ending }).await.unwrap();
    let pair = Pair::of(own, at(lotim, id).await.unwrap().mention_here(id).unwrap()).unwrap();
    judges(lotim, pair, Says::Same).await;
    assert!(lotim.post_for(batam.id()).await.iter().all(|letter| letter.number() == 52));
    assert_eq!(at(lotim, id).await.unwrap().told, None);
}

#[tokio::test]
async fn who_is_meant_meets_nothing_of_an_alert_and_her_case_keeps_her_name_out_of_it() {
    let world = World::new().await;
    let batam = &world.batam;
    let case = decided(batam).await;
    let mention = records(batam, Source::Case(case), him()).await;
    // Recorded before the case knew that this is she: her name is not sent as his.
    let slip = records(batam, Source::Case(case), said(&[("name", "Suparyati")])).await;
    let values = [("identity.name".to_owned(), text("suparyati"))].into();
    batam.changes(&batam.manager(), case, SetFields { person: None, values }).await.unwrap();
    let id = sends(batam, &[mention], &[&world.lotim]).await.unwrap();
    let roles = [Role::Analyst].into();
    let staff = Staff { id: officer_id(30), name: text("Moh Soeparjan"), roles, step_up_at: None };
    let meant = Actor::Officer(staff.clone());
    assert!(at(batam, id).await.unwrap().card(id).shuts(&staff));
    let recall = RecallAlert { alert: id, why: Recalling::Mistaken };
    assert_eq!(code(batam.does(&meant, &recall).await), "desk.not-found");
    let act = act(batam, &[mention], &[&world.lotim]).await;
    assert_eq!(code(batam.does(&meant, &act).await), "desk.not-found");
    assert_eq!(code(sends(batam, &[slip], &[&world.lotim]).await), "mention.is-person");
    let mut printed = String::new();
    write!(printed, "{:?} {:?}", at(batam, id).await, act).unwrap();
    assert!(!printed.contains("Soeparjan") && !printed.contains("0800"), "{printed}");
    printed.push_str(&batam.journal(base::Seq(0)).await.join(" "));
    assert!(CANARIES.iter().all(|canary| !printed.contains(canary)));
}
