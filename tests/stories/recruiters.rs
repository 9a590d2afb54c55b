//! Mentions of recruiters at a node: recorded from cases, reports and lists, matched, judged by people, corrected; and nothing
//! of a victim beside them.

use crate::cast::*;
use ::recruiters::judged::{Ground, Pair, Standing, Verdict};
use ::recruiters::said::{Correcting, Credibility, Grade, Reliability, Said, Withdrawing};
use base::{ManualClock, MentionId, Redacted};
use casework::Role;
use desk::cases::reports::by_rid;
use desk::mentions::import::{ImportMentions, Imported};
use desk::mentions::look::{history, lines, origins, recorded_from};
use desk::mentions::{CorrectMention, JudgePair, Order, RecordMention, Source, UndoJudgement, WithdrawMention};
use desk::{Actor, Asking, Deed, Error, Staff};
use std::fmt::Write as _;
use std::sync::Arc;

const B2: Grade = Grade { source: Reliability::B, said: Credibility::Probable };
const F6: Grade = Grade { source: Reliability::F, said: Credibility::Unknown };

fn said(columns: &[(&str, &str)]) -> Said {
    let mut said = Said::default();
    for (column, value) in columns {
        *said.texts_mut().into_iter().find(|(name, _)| name == column).unwrap().1 = Redacted::new((*value).to_owned());
    }
    said
}

fn parman() -> Said {
    said(&[("name", "H. Moh. Soeparman"), ("alias", "Pak Haji"), ("phone", "0812-3456-789"), ("regency", "52.03")])
}

fn parman_otherwise() -> Said {
    said(&[("name", "Suparman"), ("phone", "+62 812 3456 789"), ("regency", "Lombok Timur")])
}

async fn batam() -> Node {
    Node::new("batam", "21.71", accord::PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await
}

fn analyst(node: &Node, number: u8) -> Actor {
    node.officer(number, &[Role::Analyst])
}

async fn records(node: &Node, by: &Actor, source: Source, said: Said) -> Result<MentionId, Error> {
    node.does(by, &RecordMention { source, said, grade: B2 }).await
}

async fn judges(node: &Node, by: &Actor, (a, b): (MentionId, MentionId), verdict: Verdict) -> Result<(), Error> {
    node.does(by, &JudgePair { pair: Pair::of(a, b).unwrap(), verdict, ground: Ground::Together }).await
}

/// Where a pair stands; read anew from the journal, as after a restart, if `again`.
async fn stands(node: &Node, (a, b): (MentionId, MentionId), again: bool) -> Option<Standing> {
    if again {
        node.desk.store.vault().close_all();
    }
    let by = analyst(node, 20);
    let (_, book) = node.desk.book(&by, Deed::SeeRecruiters).await.unwrap();
    book.pair(Pair::of(a, b).unwrap(), by.officer().unwrap()).map(|(_, standing, _)| standing)
}

async fn queue(node: &Node) -> Vec<Pair> {
    let by = analyst(node, 20);
    let (_, book) = node.desk.book(&by, Deed::SeeRecruiters).await.unwrap();
    book.queue(by.officer().unwrap(), Order::Teaching).into_iter().map(|(pair, _)| pair).collect()
}

/// Nothing on the shelves but what follows from the journal.
async fn follows(node: &Node) {
    assert_eq!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap(), []);
}

#[tokio::test]
async fn a_recruiter_named_in_two_cases_is_proposed_judged_and_shown_with_the_number_of_sources_alone() {
    let node = batam().await;
    let (first, second) = (decided(&node).await, decided_from(&node, b"kunci-2").await);
    let a = records(&node, &node.manager(), Source::Case(first), parman()).await.unwrap();
    assert_eq!(queue(&node).await, []);
    let stranger = said(&[("name", "Yohanes Taebenu"), ("phone", "0852 9999 111")]);
    records(&node, &node.manager(), Source::Case(second), stranger).await.unwrap();
    let b = records(&node, &node.manager(), Source::Case(second), parman_otherwise()).await.unwrap();
    let pair = Pair::of(a, b).unwrap();
    assert_eq!(queue(&node).await, [pair], "one new mention is matched against all that are known");
    judges(&node, &analyst(&node, 20), (a, b), Verdict::Same).await.unwrap();
    assert_eq!(queue(&node).await, []);
    let looks = async |by: &Actor| {
        let (mut view, book) = node.desk.book(by, Deed::SeeRecruiters).await.unwrap();
        let entity = book.entity(b, by.officer().unwrap()).unwrap();
        assert_eq!((entity.mentions.len(), [a, b].contains(&entity.head)), (2, true));
        let sources = origins(&mut view, &entity).await.unwrap().len();
        let readable = lines(&mut view, by, &entity).await.unwrap().iter().filter(|line| line.source.is_some()).count();
        (sources, readable)
    };
    assert_eq!(looks(&analyst(&node, 20)).await, (2, 0), "the analyst knows how many, not which");
    assert_eq!(looks(&node.manager()).await, (2, 2));
    // A second mention from the same case is no second source.
    let again = records(&node, &node.manager(), Source::Case(first), parman()).await.unwrap();
    judges(&node, &analyst(&node, 20), (a, again), Verdict::Same).await.unwrap();
    let (mut view, book) = node.desk.book(&node.manager(), Deed::SeeRecruiters).await.unwrap();
    let entity = book.entity(a, node.manager().officer().unwrap()).unwrap();
    assert_eq!((entity.mentions.len(), origins(&mut view, &entity).await.unwrap().len()), (3, 2));
    assert!(book.weakest(&entity).unwrap() > 0.9);
    assert_eq!(recorded_from(&mut view, first.bytes()).await.unwrap().len(), 2);
    drop((view, book));
    follows(&node).await;
}

#[tokio::test]
async fn a_different_outlasts_every_run_and_every_same_until_it_is_undone() {
    let node = batam().await;
    let (one, two) = (analyst(&node, 20), analyst(&node, 21));
    let a = records(&node, &one, Source::Public, parman()).await.unwrap();
    let b = records(&node, &one, Source::Public, parman_otherwise()).await.unwrap();
    judges(&node, &one, (a, b), Verdict::Different).await.unwrap();
    judges(&node, &two, (a, b), Verdict::Same).await.unwrap();
    for again in [false, true] {
        assert_eq!(stands(&node, (a, b), again).await, Some(Standing::Apart), "{again}");
        assert_eq!(queue(&node).await, []);
    }
    // More evidence changes nothing: the same number, the same NIK.
    let nik = ("nik", "5203010510620071");
    for mention in [a, b] {
        let said = said(&[("name", "Suparman"), ("phone", "08123456789"), nik]);
        let act = CorrectMention { mention, version: Some(1), said, grade: B2, why: Correcting::Official };
        node.does(&two, &act).await.unwrap();
    }
    assert_eq!(stands(&node, (a, b), false).await, Some(Standing::Apart));
    let undo = UndoJudgement { pair: Pair::of(a, b).unwrap(), of: one.officer().unwrap().id };
    node.does(&one, &undo).await.unwrap();
    assert_eq!(stands(&node, (a, b), true).await, Some(Standing::Joined));
    assert_eq!(code(node.does(&one, &undo).await), "pair.not-judged");
    follows(&node).await;
}

#[tokio::test]
async fn two_networks_become_one_when_two_people_say_so() {
    let node = batam().await;
    let (one, two) = (analyst(&node, 20), analyst(&node, 21));
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(records(&node, &one, Source::Public, parman()).await.unwrap());
        ids.push(records(&node, &one, Source::Public, parman_otherwise()).await.unwrap());
    }
    let [a, b, c, d] = ids[..] else { panic!() };
    judges(&node, &one, (a, b), Verdict::Same).await.unwrap();
    judges(&node, &one, (c, d), Verdict::Same).await.unwrap();
    judges(&node, &one, (b, c), Verdict::Same).await.unwrap();
    assert_eq!(stands(&node, (b, c), true).await, Some(Standing::Second));
    assert_eq!(queue(&node).await[0], Pair::of(b, c).unwrap(), "what waits for a second person comes first");
    judges(&node, &two, (b, c), Verdict::Same).await.unwrap();
    assert_eq!(stands(&node, (a, d), true).await, Some(Standing::Joined));
    follows(&node).await;
}

/// Goal: what two officers said of some pairs counts at the next run, for a pair that nobody judged; what they said stands.
#[tokio::test]
async fn what_was_judged_teaches_the_next_run_of_a_pair_that_nobody_judged() {
    let node = batam().await;
    let (one, two) = (analyst(&node, 20), analyst(&node, 21));
    let mut pairs = Vec::new();
    for (name, agency) in [
        ("Wayanbela", "Karya Bela"),
        ("Wayancita", "Abadi Cita"),
        ("Wayandodo", "Sumber Dodo"),
        ("Wayanerna", "Erna Jaya"),
    ] {
        let mut both = Vec::new();
        for name in [name.to_owned(), name.replace("yan", "yam")] {
            both.push(
                records(&node, &one, Source::Public, said(&[("name", &name), ("employer", agency)])).await.unwrap(),
            );
        }
        pairs.push(Pair::of(both[0], both[1]).unwrap());
    }
    let score = async |pair: Pair| {
        node.desk.store.vault().close_all();
        let (_, book) = node.desk.book(&one, Deed::SeeRecruiters).await.unwrap();
        book.pair(pair, one.officer().unwrap()).unwrap().0.score
    };
    let third = pairs.pop().unwrap();
    let before = score(third).await;
    for (pair, by) in pairs.iter().flat_map(|pair| [(*pair, &one), (*pair, &two)]) {
        judges(&node, by, pair.both().into(), Verdict::Different).await.unwrap();
    }
    assert!(score(third).await < before - 0.2, "{before} {}", score(third).await);
    for pair in &pairs {
        assert_eq!(stands(&node, pair.both().into(), true).await, Some(Standing::Apart));
    }
    let waiting = queue(&node).await;
    assert!(pairs.iter().all(|pair| !waiting.contains(pair)), "nobody is asked again");
    follows(&node).await;
}

#[tokio::test]
async fn a_mention_is_corrected_withdrawn_and_its_history_kept() {
    let node = batam().await;
    let one = analyst(&node, 20);
    let a = records(&node, &one, Source::Public, parman()).await.unwrap();
    let b = records(&node, &one, Source::Public, parman_otherwise()).await.unwrap();
    let correct =
        |said: Said, grade| CorrectMention { mention: b, version: Some(1), said, grade, why: Correcting::Asked };
    assert_eq!(code(node.does(&one, &correct(parman_otherwise(), B2)).await), "mention.unchanged");
    let other = said(&[("name", "Suparmin"), ("phone", "0857 1212 121")]);
    node.does(&one, &correct(other.clone(), F6)).await.unwrap();
    assert_eq!(code(node.does(&one, &correct(parman(), F6)).await), "desk.clash", "her page was older");
    assert_eq!(queue(&node).await, [], "what it said before proposes nothing any more");
    let told = {
        let (mut view, book) = node.desk.book(&one, Deed::SeeRecruiters).await.unwrap();
        let entity = book.entity(b, one.officer().unwrap()).unwrap();
        history(&mut view, &entity, &[]).await.unwrap().len()
    };
    assert_eq!(told, 2);
    let withdraw = WithdrawMention { mention: b, version: Some(2), why: Withdrawing::Mistaken };
    node.does(&one, &withdraw).await.unwrap();
    let twice = WithdrawMention { version: None, ..withdraw };
    assert_eq!(code(node.does(&one, &twice).await), "mention.withdrawn");
    assert_eq!(code(judges(&node, &one, (a, b), Verdict::Same).await), "mention.withdrawn");
    assert_eq!(stands(&node, (a, b), false).await, None);
    follows(&node).await;
}

#[tokio::test]
async fn a_list_is_recorded_once_however_often_it_is_brought() {
    let node = batam().await;
    let one = analyst(&node, 20);
    let text = "rec_id,name,phone,employer\n1,Soeparman,0812 3456 789,PT Karya\n2,Yohanes,,PT Abadi\n";
    let rows = ::recruiters::reading::list(text.as_bytes(), 10).unwrap();
    let act = ImportMentions { list: [7; 16], rows, grade: F6 };
    assert_eq!(node.does(&one, &act).await.unwrap(), Imported { new: 2, known: 0 });
    assert_eq!(node.does(&one, &act).await.unwrap(), Imported { new: 0, known: 2 });
    let (_, book) = node.desk.book(&one, Deed::SeeRecruiters).await.unwrap();
    assert_eq!(book.len(), 2);
    drop(book);
    follows(&node).await;
}

#[tokio::test]
async fn who_may_not_read_a_source_records_nothing_from_it_and_who_is_meant_sees_nothing() {
    let node = batam().await;
    let case = decided(&node).await;
    let report =
        by_rid(&mut node.desk.read().await.unwrap(), seal::report_id(b"kunci-1").bytes()).await.unwrap().unwrap().id;
    let one = analyst(&node, 20);
    for source in [Source::Case(case), Source::Report(report)] {
        assert_eq!(code(records(&node, &one, source, parman()).await), "act.role");
    }
    let companion = node.officer(2, &[Role::Companion]);
    assert_eq!(code(records(&node, &companion, Source::Report(report), parman()).await), "act.role");
    records(&node, &node.officer(4, &[Role::IntakeOfficer]), Source::Report(report), parman()).await.unwrap();
    let b = records(&node, &companion, Source::Case(case), parman_otherwise()).await.unwrap();
    assert_eq!(code(records(&node, &node.coordinator(), Source::Public, parman()).await), "act.role");
    let roles = [Role::Analyst].into();
    let meant = Actor::Officer(Staff { id: officer_id(30), name: text("Suparman"), roles, step_up_at: None });
    let (_, book) = node.desk.book(&meant, Deed::SeeRecruiters).await.unwrap();
    assert!(book.entity(b, meant.officer().unwrap()).is_none());
    assert_eq!(book.entities(meant.officer().unwrap()).len(), 1, "the other is written otherwise");
    drop(book);
    let withdraw = WithdrawMention { mention: b, version: None, why: Withdrawing::Mistaken };
    assert_eq!(code(node.does(&meant, &withdraw).await), "desk.not-found");
    // The report belongs to the case: both are one source.
    let by = node.manager();
    judges(&node, &by, (b, book_other(&node, b).await), Verdict::Same).await.unwrap();
    let (mut view, book) = node.desk.book(&by, Deed::SeeRecruiters).await.unwrap();
    let entity = book.entity(b, by.officer().unwrap()).unwrap();
    assert_eq!((entity.mentions.len(), origins(&mut view, &entity).await.unwrap().len()), (2, 1));
}

async fn book_other(node: &Node, than: MentionId) -> MentionId {
    let by = node.manager();
    let (_, book) = node.desk.book(&by, Deed::SeeRecruiters).await.unwrap();
    let entities = book.entities(by.officer().unwrap());
    entities.iter().map(|entity| entity.head).find(|head| *head != than).unwrap()
}

/// Goal: nothing of a victim stands beside recruiters. Her name, telephone and NIK, as her case or report has them, are
/// refused as data of a recruiter; what an analyst reads, what is printed of it and what the journal says in the clear has
/// none of her words.
#[tokio::test]
async fn no_word_of_a_victim_reaches_a_recruiter_the_journal_or_an_error() {
    let node = batam().await;
    let case = decided(&node).await;
    let (by, one) = (node.manager(), analyst(&node, 20));
    let mut printed = String::new();
    for slip in
        [("name", NAME), ("name", "ratna  kenari PUSPITA"), ("alias", NAME), ("phone", "0812 5551 2345"), ("nik", NIK)]
    {
        let mut slipped = parman();
        *slipped.texts_mut().into_iter().find(|(name, _)| *name == slip.0).unwrap().1 = text(slip.1);
        let error = records(&node, &by, Source::Case(case), slipped).await.unwrap_err();
        assert_eq!(error.problem().code.0, "mention.is-person", "{}", slip.0);
        write!(printed, "{error} {error:?} {:?}", error.problem()).unwrap();
    }
    let a = records(&node, &by, Source::Case(case), parman()).await.unwrap();
    let b = records(&node, &by, Source::Case(case), parman_otherwise()).await.unwrap();
    let put_in = CorrectMention {
        mention: a,
        version: None,
        said: said(&[("name", NAME)]),
        grade: B2,
        why: Correcting::Checked,
    };
    assert_eq!(code(node.does(&by, &put_in).await), "mention.is-person", "nor by correcting");
    judges(&node, &one, (a, b), Verdict::Same).await.unwrap();
    let (mut view, book) = node.desk.book(&one, Deed::SeeRecruiters).await.unwrap();
    let entity = book.entity(a, one.officer().unwrap()).unwrap();
    let lines = lines(&mut view, &one, &entity).await.unwrap();
    write!(printed, "{lines:?} {entity:?} {:?}", *book).unwrap();
    for line in &lines {
        assert!(line.source.is_none(), "which case stays with those who read it");
        for (_, text) in line.said.texts() {
            printed.push_str(text.expose());
        }
    }
    let told = history(&mut view, &entity, &[Pair::of(a, b).unwrap()]).await.unwrap();
    write!(printed, "{told:?}").unwrap();
    drop((view, book));
    let (found, hits) =
        node.desk.search_recruiters(&one, Asking::of(b"cari-1", b"1"), &text("suparman")).await.unwrap();
    assert_eq!((found.len(), hits), (1, 1));
    assert!([a, b].contains(&found[0]));
    let (none, hits) = node.desk.search_recruiters(&one, Asking::of(b"cari-2", b"2"), &text(NAME)).await.unwrap();
    assert_eq!((none.len(), hits), (0, 0));
    let kinds = node.journal(base::Seq(0)).await;
    assert!(kinds.iter().any(|kind| kind == "recruiters.searched"));
    printed.push_str(&kinds.join(" "));
    for canary in CANARIES {
        assert!(!printed.contains(canary), "{canary} in {printed}");
    }
}
