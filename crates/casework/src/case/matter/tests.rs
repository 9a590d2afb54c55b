//! Counsel's matter about Ratna: what she writes, what is added up, what is refused.

use crate::case::tests::{Story, officer, text};
use crate::case::{Case, CaseEvent};
use crate::consent::GivenBy;
use crate::document::{Document, DocumentFor, DocumentKind};
use crate::matter::{
    Activity, ClaimAnswer, ClaimEnd, ClaimKind, Ended, HearingEnd, HearingPlan, Loss, LossKind, Office, Proof,
    RUPIAH_MAX, Rupiah, Spent, TimeNote, Venue, minutes_of,
};
use crate::report::FileKind;
use crate::words::Profile;
use base::{Digest, FileId, ThreadId, Timestamp};
use proptest::prelude::*;

const TODAY: &str = "2026-11-23";

fn rupiah(text: &str) -> Rupiah {
    Rupiah::parse(text).unwrap()
}

fn plan(on: &str) -> HearingPlan {
    HearingPlan {
        on: on.into(),
        time: Some("9:30".into()),
        venue: Venue::Court,
        about: text("pemeriksaan saksi, ruang 3"),
        companion: None,
        along: text(""),
        accused_away: false,
    }
}

fn loss(kind: LossKind, sum: &str) -> Loss {
    Loss { claim: 1, kind, what: text("upah"), sum: rupiah(sum), how: text("buku kas"), proofs: [].into() }
}

fn with_claim() -> Story {
    let mut story = Story::decided();
    story.does(|case, today| case.make_claim(ClaimKind::Restitution, text("ganti rugi"), today)).unwrap();
    story
}

fn adds(story: &mut Story, loss: Loss) -> Result<(), &'static str> {
    story.does(|case, _| case.set_loss(None, loss, &[]))
}

/// Counsel's own file, opened by officer 1.
fn own() -> Story {
    let mut story = Story::new();
    let events = Case::open_matter(story.case.opening.clone(), ThreadId::from_bytes([4; 16]), officer(1));
    story.events = events.into_iter().map(|event| (event, story.desk.now)).collect();
    story.case = Case::fold(story.events.iter().map(|(event, at)| (event, *at))).unwrap();
    story
}

#[test]
fn rupiah_read_as_people_write_them_and_nothing_else_is_a_sum() {
    for (typed, sum) in [
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("Rp 1.500.000,00", 1_500_000),
        ("Rp1.500.000,-", 1_500_000),
        ("rp. 750", 750),
        (" 12.000 ", 12_000),
        ("0", 0),
    ] {
        assert_eq!(Rupiah::parse(typed).map(Rupiah::value), Ok(sum), "{typed}");
    }
    for typed in
        ["", "-5", "1.5", "1.50.000", "1500.000", "1,500,000", "1e6", "sejuta", "1 500 000", "١٢", "1.500.000,50"]
    {
        assert_eq!(Rupiah::parse(typed).unwrap_err().code.0, "loss.sum-bad", "{typed}");
    }
    for typed in ["1.000.000.000.001", "99999999999999999999999"] {
        assert_eq!(Rupiah::parse(typed).unwrap_err().code.0, "loss.sum-large", "{typed}");
    }
    assert_eq!(rupiah("1.234.567").to_string(), "Rp 1.234.567");
    assert_eq!(rupiah("999").to_string(), "Rp 999");
}

proptest! {
    #[test]
    fn a_sum_reads_back_as_printed(sum in 0..=RUPIAH_MAX) {
        prop_assert_eq!(Rupiah::parse(&sum.to_string()), Rupiah::parse(&rupiah(&sum.to_string()).to_string()));
    }

    #[test]
    fn whatever_the_debts_are_the_claim_stays_the_same(losses in prop::collection::vec((0..6_usize, 1..RUPIAH_MAX), 1..20)) {
        let mut story = with_claim();
        let mut owed = 0;
        for (kind, sum) in losses {
            let kind = LossKind::ALL[kind];
            adds(&mut story, loss(kind, &sum.to_string())).unwrap();
            owed += if kind == LossKind::Debt { 0 } else { sum };
        }
        let book = story.case.matter.workbook(1);
        prop_assert_eq!(book.total.value(), owed);
        prop_assert!(book.kinds.iter().all(|(kind, _)| *kind != LossKind::Debt));
    }
}

#[test]
fn a_recruiters_debt_is_proof_and_stands_in_no_sum() {
    let mut story = with_claim();
    adds(&mut story, loss(LossKind::Income, "12.000.000")).unwrap();
    adds(&mut story, loss(LossKind::Suffering, "30.000.000")).unwrap();
    adds(&mut story, loss(LossKind::Debt, "8.500.000")).unwrap();
    let book = story.case.matter.workbook(1);
    assert_eq!(book.kinds, [(LossKind::Income, rupiah("12000000")), (LossKind::Suffering, rupiah("30000000"))]);
    assert_eq!((book.total, book.debts), (rupiah("42.000.000"), vec![3]));
    assert_eq!(story.case.matter.workbook(2).total, Rupiah::default(), "another claim");
}

#[test]
fn a_claim_of_debts_alone_is_not_filed() {
    let mut story = with_claim();
    adds(&mut story, loss(LossKind::Debt, "8.500.000")).unwrap();
    let files =
        |story: &mut Story| story.does(|case, today| case.file_claim(1, Office::Lpsk, (TODAY, text("R-1")), today));
    assert_eq!(files(&mut story), Err("claim.no-losses"));
    adds(&mut story, loss(LossKind::Medical, "400.000")).unwrap();
    files(&mut story).unwrap();
}

#[test]
fn a_claim_goes_from_filing_to_payment_and_no_day_lies_before_the_one_it_follows() {
    let mut story = with_claim();
    adds(&mut story, loss(LossKind::Income, "12.000.000")).unwrap();
    let answers = |story: &mut Story, on: &str| {
        story.does(|case, today| case.answer_claim(1, ClaimAnswer::Accepted, (on, text("")), today))
    };
    assert_eq!(answers(&mut story, TODAY), Err("claim.not-filed"));
    story.does(|case, today| case.file_claim(1, Office::Lpsk, ("2026-11-20", text("R-1")), today)).unwrap();
    assert_eq!(answers(&mut story, "2026-11-19"), Err("matter.day-before"));
    answers(&mut story, "2026-11-21").unwrap();
    let ends = |end| Ended { end, on: TODAY.into(), sum: Some(rupiah("12.000.000")), text: text("putusan") };
    story.does(|case, today| case.end_claim(1, ends(ClaimEnd::Granted), today)).unwrap();
    assert_eq!(adds(&mut story, loss(LossKind::Other, "1")), Err("matter.ended"), "what was decided stays");
    story.does(|case, today| case.end_claim(1, ends(ClaimEnd::Paid), today)).unwrap();
    assert_eq!(story.does(|case, today| case.end_claim(1, ends(ClaimEnd::Refused), today)), Err("matter.ended"));
    assert_eq!(story.does(|case, today| case.make_claim(ClaimKind::Restitution, text("lagi"), today)), Ok(()));
    assert_eq!(
        story.does(|case, today| case.make_claim(ClaimKind::Restitution, text("lagi"), today)),
        Err("claim.running")
    );
}

#[test]
fn proof_of_another_case_is_refused() {
    let mut story = with_claim();
    let document = Document {
        id: FileId::from_bytes([3; 16]),
        kind: DocumentKind::Payment,
        title: text("slip"),
        purpose: DocumentFor::Case,
        file: FileKind::Pdf,
        bytes: 9,
        hash: Digest([3; 32]),
        by: officer(1),
        at: Timestamp::from_seconds(1),
        from: None,
    };
    story.does(|case, _| case.add_document(document, 0)).unwrap();
    let step = story.case.steps.keys().next().unwrap().clone();
    let proved = |proof| Loss { proofs: [proof].into(), ..loss(LossKind::Income, "5.000") };
    for good in [Proof::Document(FileId::from_bytes([3; 16])), Proof::Step(step)] {
        adds(&mut story, proved(good)).unwrap();
    }
    let foreign = FileId::from_bytes([5; 16]);
    for bad in [Proof::Document(foreign), Proof::Along(foreign), Proof::Hearing(1)] {
        assert_eq!(adds(&mut story, proved(bad)), Err("loss.proof-unknown"));
    }
    story.does(|case, _| case.set_loss(None, proved(Proof::Along(foreign)), &[foreign])).unwrap();
}

#[test]
fn odd_losses_are_refused_each_with_its_code() {
    let mut story = with_claim();
    assert_eq!(adds(&mut story, Loss { what: text(" "), ..loss(LossKind::Income, "1") }), Err("loss.what-missing"));
    assert_eq!(adds(&mut story, loss(LossKind::Income, "0")), Err("loss.sum-bad"));
    assert_eq!(adds(&mut story, Loss { claim: 9, ..loss(LossKind::Income, "1") }), Err("matter.unknown"));
    assert_eq!(story.does(|case, _| case.set_loss(Some(7), loss(LossKind::Income, "1"), &[])), Err("matter.unknown"));
    story.does(|case, today| case.make_claim(ClaimKind::CivilPaper, text("akta lahir"), today)).unwrap();
    assert_eq!(adds(&mut story, Loss { claim: 2, ..loss(LossKind::Income, "1") }), Err("loss.no-money"));
    adds(&mut story, loss(LossKind::Income, "1")).unwrap();
    assert_eq!(story.does(|case, _| case.drop_loss(1, text(""))), Err("case.reason-missing"));
    story.does(|case, _| case.drop_loss(1, text("dihitung dua kali"))).unwrap();
    assert_eq!(story.case.matter.losses.len(), 0);
}

#[test]
fn a_hearing_warns_a_day_before_and_asks_when_its_day_is_over() {
    let mut story = Story::decided();
    story.does(|case, today| case.set_hearing(plan("2026-12-01"), today)).unwrap();
    assert_eq!(story.case.matter.hearings[&1].plan.time.as_deref(), Some("09.30"));
    let rings = |story: &mut Story, now: &str| {
        story.desk.now = Timestamp::parse(now).unwrap();
        story.does(|case, today| Ok(case.hearing_alarms(today.now))).unwrap();
        story.case.matter.hearings[&1].clock.level
    };
    // In Batam the day begins at 17.00 UTC of the day before.
    assert_eq!(rings(&mut story, "2026-11-29T16:59:00Z"), 0);
    assert_eq!(rings(&mut story, "2026-11-29T17:00:00Z"), 80);
    assert_eq!(rings(&mut story, "2026-12-01T16:59:00Z"), 80);
    assert_eq!(rings(&mut story, "2026-12-01T17:00:00Z"), 100);
    let ended = (text("ditunda hakim"), text(""));
    story.does(|case, today| case.end_hearing(1, HearingEnd::Held, ended, today)).unwrap();
    assert_eq!(story.case.hearing_clocks().count(), 0);
}

#[test]
fn the_clock_of_a_hearing_is_one_of_the_clocks_of_its_case() {
    let mut story = own();
    assert_eq!(story.case.next_alarm_at(), None, "nothing else runs in counsel's own file");
    story.does(|case, today| case.set_hearing(plan("2026-12-01"), today)).unwrap();
    assert_eq!(story.case.next_alarm_at(), Timestamp::parse("2026-11-29T17:00:00Z"));
    story.desk.now = Timestamp::parse("2026-11-30T00:00:00Z").unwrap();
    story.does(Case::raise_alarms).unwrap();
    assert_eq!(story.case.matter.hearings[&1].clock.level, 80);
    assert_eq!(story.case.next_alarm_at(), Timestamp::parse("2026-12-01T17:00:00Z"));
}

#[test]
fn a_hearing_moves_with_its_reason_and_ends_once() {
    let mut story = Story::decided();
    story.does(|case, today| case.set_hearing(plan("2026-12-01"), today)).unwrap();
    let moves = |story: &mut Story, on: &str, why: &str| {
        story.does(|case, today| case.move_hearing(1, plan(on), text(why), today))
    };
    assert_eq!(moves(&mut story, "2026-12-08", " "), Err("case.reason-missing"));
    moves(&mut story, "2026-12-08", "hakim sakit").unwrap();
    assert_eq!(story.case.matter.hearings[&1].moved, [("2026-12-01".to_owned(), text("hakim sakit"))]);
    let ends = |story: &mut Story, end, outcome: &str| {
        story.does(|case, today| case.end_hearing(1, end, (text(outcome), text("")), today))
    };
    assert_eq!(ends(&mut story, HearingEnd::Held, "hadir"), Err("hearing.ahead"), "it was not yet");
    assert_eq!(ends(&mut story, HearingEnd::Cancelled, ""), Err("hearing.outcome-missing"));
    ends(&mut story, HearingEnd::Cancelled, "dicabut").unwrap();
    assert_eq!(ends(&mut story, HearingEnd::Cancelled, "lagi"), Err("matter.ended"));
    assert_eq!(moves(&mut story, "2026-12-09", "lagi"), Err("matter.ended"));
}

#[test]
fn days_that_cannot_be_are_refused_each_with_its_code() {
    let mut story = with_claim();
    let hearing = |story: &mut Story, on: &str, time: &str| {
        let plan = HearingPlan { time: Some(time.into()), ..plan(on) };
        story.does(|case, today| case.set_hearing(plan, today))
    };
    assert_eq!(hearing(&mut story, "2026-11-22", ""), Err("hearing.past"));
    assert_eq!(hearing(&mut story, TODAY, ""), Ok(()));
    assert_eq!(hearing(&mut story, "2126-11-23", ""), Err("matter.day-far"));
    for odd in ["", "besok", "2026-13-01", "23-11-2026", "2026-11-23T00:00", "2026-W48-1"] {
        assert_eq!(hearing(&mut story, odd, ""), Err("matter.day-bad"), "{odd}");
    }
    for odd in ["24.00", "9", "9.5", "pagi", "09.60", "-1.00"] {
        assert_eq!(hearing(&mut story, "2026-12-01", odd), Err("hearing.time-bad"), "{odd}");
    }
    let time = |on: &str| TimeNote { on: on.into(), minutes: 30, activity: Activity::Advice, by: officer(1) };
    let notes = |story: &mut Story, note: TimeNote| story.does(|case, today| case.note_time(&note, today));
    assert_eq!(notes(&mut story, time("2026-11-24")), Err("matter.day-ahead"));
    assert_eq!(notes(&mut story, time("1926-11-24")), Err("matter.day-far"));
    for minutes in [0, 1_441] {
        assert_eq!(notes(&mut story, TimeNote { minutes, ..time(TODAY) }), Err("time.minutes-bad"));
    }
    notes(&mut story, time(TODAY)).unwrap();
    assert_eq!(story.does(|case, _| case.drop_time(1, officer(2))), Err("time.not-own"));
    story.does(|case, _| case.drop_time(1, officer(1))).unwrap();
    assert_eq!(minutes_of("09:05"), Some(545));
}

#[test]
fn a_power_of_attorney_is_one_for_each_counsel_and_ends_with_a_reason() {
    let mut story = Story::decided();
    let gives = |story: &mut Story, who: u8, on: &str| {
        let to = (officer(who), GivenBy::Person);
        story.does(|case, today| case.give_attorney(to, (on, text("pendampingan pidana")), None, today))
    };
    gives(&mut story, 5, "2026-11-20").unwrap();
    assert_eq!(gives(&mut story, 5, TODAY), Err("attorney.running"));
    gives(&mut story, 6, TODAY).unwrap();
    assert!(story.case.is_matter_of(officer(5)) && story.case.is_matter_of(officer(6)));
    let ends =
        |story: &mut Story, on: &str| story.does(|case, today| case.end_attorney(1, (on, text("pindah")), today));
    assert_eq!(ends(&mut story, "2026-11-19"), Err("matter.day-before"));
    ends(&mut story, TODAY).unwrap();
    assert!(!story.case.is_matter_of(officer(5)));
    assert_eq!(ends(&mut story, TODAY), Err("matter.ended"));
    let unknown = (officer(7), GivenBy::Person);
    let paper = Some(FileId::from_bytes([9; 16]));
    let given = story.does(|case, today| case.give_attorney(unknown, (TODAY, text("kuasa")), paper, today));
    assert_eq!(given, Err("document.unknown"));
    story.case.apply(&CaseEvent::ProfileSet(Profile::Child), story.desk.now);
    assert_eq!(gives(&mut story, 7, TODAY), Err("attorney.child"), "a child gives none by herself");
}

#[test]
fn counsel_is_replaced_and_what_was_written_stays() {
    let mut story = own();
    let given = (officer(1), GivenBy::Person);
    story.does(|case, today| case.give_attorney(given, (TODAY, text("kuasa")), None, today)).unwrap();
    story.does(|case, today| case.set_hearing(plan("2026-12-01"), today)).unwrap();
    let replaces = |story: &mut Story, to: u8, why: &str| {
        story.does(|case, today| case.replace_counsel(officer(1), (officer(to), "Bu Dewi"), (TODAY, text(why)), today))
    };
    assert_eq!(replaces(&mut story, 2, ""), Err("case.reason-missing"));
    assert_eq!(replaces(&mut story, 1, "cuti"), Err("matter.same-counsel"));
    replaces(&mut story, 2, "cuti").unwrap();
    assert!(story.case.is_matter_of(officer(2)) && !story.case.is_matter_of(officer(1)));
    let ended = story.case.matter.attorneys[&1].ended.clone();
    assert_eq!(ended, Some((TODAY.to_owned(), text("cuti"))), "history stays");
    assert_eq!(story.case.matter.hearings.len(), 1);
    let mut other = Story::decided();
    assert_eq!(replaces(&mut other, 2, "cuti"), Err("matter.none"), "a case of the task force is assigned");
}

#[test]
fn no_step_of_the_handbook_opens_in_counsels_own_file_and_nothing_of_it_is_offered() {
    let mut story = own();
    story.does(|case, today| case.set_wish("legal_aid", true, today)).ok();
    assert_eq!(story.case.steps.len(), 0);
    let peer = base::NodeId::from_bytes([3; 16]);
    let offer = story.case.may_offer(peer, None, crate::OfferKind::Referral);
    assert_eq!(offer.unwrap_err().code.0, "offer.not-owner");
}

#[test]
fn time_of_few_matters_is_hidden_and_so_is_the_total_that_would_give_it_away() {
    let matters = |n: usize, spending: &[(Activity, u64)]| vec![spending.iter().copied().collect(); n];
    let many = matters(11, &[(Activity::Advice, 90)]);
    let spent = Spent::of(&many);
    assert_eq!((spent.lines, spent.total), (vec![(Activity::Advice, Some((11, 16)))], Some((11, 16))));
    let few = [many.clone(), matters(2, &[(Activity::Travel, 600)])].concat();
    let spent = Spent::of(&few);
    assert_eq!(spent.lines, [(Activity::Advice, Some((11, 16))), (Activity::Travel, None)]);
    assert_eq!(spent.total, None, "the difference would be two people");
    assert_eq!(Spent::of(&matters(10, &[(Activity::Advice, 60)])).lines, [(Activity::Advice, None)]);
    assert_eq!(Spent::of(&[]), Spent::default());
    let both = [many, matters(6, &[(Activity::Travel, 60)]), matters(6, &[(Activity::Evidence, 60)])].concat();
    assert_eq!(Spent::of(&both).total, Some((23, 28)), "twelve people are hidden in it");
}
