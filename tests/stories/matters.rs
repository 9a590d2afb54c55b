//! Matters of counsel: two counsels on one node, one replaced by the other, restitution with a debt, a hearing with its reminder,
//! a consent withdrawn, an erasure. Each situation by its name.

use crate::cast::*;
use crate::legal_aid::{answers, offers};
use crate::search::finds;
use base::{CaseId, FileId, OfficerId, ThreadId};
use casework::Role;
use casework::consent::GivenBy;
use casework::matter::{Activity, ClaimKind, HearingEnd, HearingPlan, Loss, LossKind, Office, Proof, Rupiah, Venue};
use casework::quarter::Quarter;
use desk::cases::consents::WithdrawConsent;
use desk::cases::record::{AddNote, CloseCase, SetFields, ShieldCase};
use desk::cases::search::Found;
use desk::cases::shut::drop_shut;
use desk::cases::steps::RaiseAlarms;
use desk::matters::{
    DropLoss, EndHearing, FileClaim, GiveAttorney, MakeClaim, MoveHearing, NoteTime, OpenMatter, ReplaceCounsel,
    SetHearing, SetLoss, matters, spent,
};
use desk::offers::{TakerWord, offers as listed_offers};
use desk::staff::calendar::{MakeCalendarLink, What, deadlines};
use desk::staff::leaving::EndAccess;
use desk::staff::{AddOfficer, Officer};
use desk::{Actor, Deed, Error, Staff};
use std::collections::BTreeMap;
use store::Page;

/// The local day on which the stories begin.
const TODAY: &str = "2026-11-23";

/// A counsel with a log-in and a name of her own.
async fn counsel(node: &Node, login: &str, name: &str) -> Actor {
    let officer = Officer { roles: [Role::Counsel].into(), ..case_manager(login, name) };
    let roles = officer.roles.clone();
    let id = node.does(&node.officer(9, &[Role::Installer]), &AddOfficer(officer)).await.unwrap();
    Actor::Officer(Staff { id, name: text(name), roles, step_up_at: None })
}

fn id(of: &Actor) -> OfficerId {
    of.officer().unwrap().id
}

/// Ratna's file at Bahari, accepted and here: two counsels, of whom the first opened a matter.
struct Firm {
    world: World,
    thread: ThreadId,
    case: CaseId,
    dewi: Actor,
    rani: Actor,
    /// The case at Batam.
    at_batam: CaseId,
}

async fn office() -> Firm {
    let world = World::new().await;
    let at_batam = decided(&world.batam).await;
    consents(&world.batam, at_batam, to_counsel(11, "lbh-bahari")).await;
    let (thread, offer_no) = offers(&world.batam, at_batam, legal_aid(&world.bahari)).await.unwrap();
    world.batam.talks(&world.bahari).await;
    let (dewi, rani) = (counsel(&world.bahari, "dewi", "Dewi").await, counsel(&world.bahari, "rani", "Rani").await);
    let early = world.bahari.does(&dewi, &OpenMatter { thread, offer_no }).await;
    assert_eq!(code(early), "matter.no-file", "before a yes there is no matter");
    answers(&world.bahari, (thread, offer_no), TakerWord::Accept).await.unwrap();
    world.batam.talks(&world.bahari).await;
    let case = world.bahari.does(&dewi, &OpenMatter { thread, offer_no }).await.unwrap();
    assert_eq!(code(world.bahari.does(&dewi, &OpenMatter { thread, offer_no }).await), "matter.open-already");
    Firm { world, thread, case, dewi, rani, at_batam }
}

impl Firm {
    fn node(&self) -> &Node {
        &self.world.bahari
    }

    /// Aliases in the list of matters of somebody.
    async fn lists(&self, who: &Actor) -> usize {
        matters(&mut self.node().desk.read().await.unwrap(), who.officer().unwrap()).await.unwrap().len()
    }

    /// Offers that stay in somebody's list.
    async fn offers_of(&self, who: &Actor) -> usize {
        let mut view = self.node().desk.read().await.unwrap();
        let mut rows = listed_offers(&mut view, true, &Page::first(50)).await.unwrap();
        desk::offers::drop_shut(&mut view, who.officer().unwrap(), &mut rows).await.unwrap();
        rows.len()
    }

    async fn sees_case(&self, who: &Actor) -> &'static str {
        code(self.node().desk.case_for(who, self.case, Deed::SeeMatters).await.map(drop))
    }

    async fn sees_thread(&self, who: &Actor) -> &'static str {
        code(self.node().desk.thread_for(who, self.thread, Deed::SeeOffers).await.map(drop))
    }

    async fn claims(&self) {
        let made = MakeClaim { kind: ClaimKind::Restitution, about: text("ganti rugi") };
        self.node().changes(&self.dewi, self.case, made).await.unwrap();
    }

    async fn loses(&self, who: &Actor, kind: LossKind, sum: &str, proofs: &[Proof]) -> Result<(), Error> {
        let loss = Loss {
            claim: 1,
            kind,
            what: text("upah 14 bulan"),
            sum: Rupiah::parse(sum).unwrap(),
            how: text("buku kas majikan"),
            proofs: proofs.iter().cloned().collect(),
        };
        self.node().does(who, &SetLoss { case: self.case, version: None, no: None, loss }).await
    }

    async fn attorney(&self, who: &Actor) -> Result<i64, Error> {
        let (officer, scope) = (id(who), text("mendampingi dan mengajukan restitusi"));
        let act = GiveAttorney { officer, by: GivenBy::Person, on: TODAY.into(), scope, document: None };
        self.node().changes(&self.dewi, self.case, act).await
    }
}

fn plan(on: &str) -> HearingPlan {
    HearingPlan {
        on: on.into(),
        time: Some("09.30".into()),
        venue: Venue::Court,
        about: text("pemeriksaan saksi di ruang Cakra"),
        companion: None,
        along: text("pendamping UPTD"),
        accused_away: false,
    }
}

#[tokio::test]
async fn two_counsels_on_one_node_each_meet_their_own_matter_alone() {
    let office = Box::pin(office()).await;
    let (node, case) = (office.node(), office.case);
    node.changes(&office.dewi, case, AddNote { text: text("kata kunci seruni") }).await.unwrap();
    // By direct address, in lists, in search.
    assert_eq!(
        (office.sees_case(&office.dewi).await, office.sees_case(&office.rani).await),
        ("done", "desk.not-found")
    );
    assert_eq!(
        (office.sees_thread(&office.dewi).await, office.sees_thread(&office.rani).await),
        ("done", "desk.not-found")
    );
    assert_eq!((office.lists(&office.dewi).await, office.lists(&office.rani).await), (1, 0));
    assert_eq!((office.offers_of(&office.dewi).await, office.offers_of(&office.rani).await), (1, 0));
    assert_eq!(finds(node, &office.dewi, "seruni").await, [Found::Note]);
    assert_eq!(finds(node, &office.rani, "seruni").await, []);
    let mut cases = vec![case];
    let mut view = node.desk.read().await.unwrap();
    drop_shut(&mut view, office.rani.officer().unwrap(), &mut cases, &[Some(case)]).await.unwrap();
    assert_eq!(cases, [], "lists leave it out by its card");
    drop(view);
    // By every act.
    for refused in [
        code(node.changes(&office.rani, case, SetHearing { plan: plan("2026-12-01") }).await),
        code(node.changes(&office.rani, case, AddNote { text: text("x") }).await),
        code(office.loses(&office.rani, LossKind::Income, "1", &[]).await),
        code(answers(node, (office.thread, 1), TakerWord::Ask("x".into())).await),
    ] {
        assert_eq!(refused, "desk.not-found");
    }
    let looked = desk::cases::access::looks(&mut node.desk.read().await.unwrap(), &node.case(case).await, None).await;
    let tries = looked.unwrap().looks.iter().filter(|look| look.kind == "act.refused").count();
    assert!(tries >= 3, "her tries stand where those who hold it look");
}

#[tokio::test]
async fn counsel_replaced_the_history_stays_and_who_may_read_changes() {
    let office = Box::pin(office()).await;
    let (node, case) = (office.node(), office.case);
    office.attorney(&office.dewi).await.unwrap();
    assert_eq!(code(office.attorney(&office.dewi).await), "attorney.running");
    node.changes(&office.dewi, case, SetHearing { plan: plan("2026-12-01") }).await.unwrap();
    let to =
        |who: &Actor, why: &str| ReplaceCounsel { case, version: None, to: id(who), on: TODAY.into(), why: text(why) };
    assert_eq!(code(node.does(&office.rani, &to(&office.rani, "ingin")).await), "desk.not-found", "nobody takes it");
    assert_eq!(code(node.does(&office.dewi, &to(&office.rani, "")).await), "case.reason-missing");
    let nobody = Actor::Officer(Staff { id: officer_id(77), ..office.rani.officer().unwrap().clone() });
    assert_eq!(code(node.does(&office.dewi, &to(&nobody, "cuti")).await), "matter.not-counsel");
    node.does(&office.dewi, &to(&office.rani, "cuti bersalin")).await.unwrap();
    assert_eq!(
        (office.sees_case(&office.dewi).await, office.sees_case(&office.rani).await),
        ("desk.not-found", "done")
    );
    assert_eq!(
        (office.sees_thread(&office.dewi).await, office.sees_thread(&office.rani).await),
        ("desk.not-found", "done")
    );
    assert_eq!((office.lists(&office.dewi).await, office.lists(&office.rani).await), (0, 1));
    let stored = node.case(case).await;
    assert_eq!(stored.matter.attorneys[&1].ended, Some((TODAY.into(), text("cuti bersalin"))));
    assert_eq!(stored.matter.attorneys[&1].officer, id(&office.dewi), "who acted before stays on record");
    assert_eq!(stored.matter.hearings.len(), 1);
    let told: Vec<&str> = stored.timeline.iter().map(|line| line.kind.as_str()).collect();
    assert!(told.ends_with(&["attorney.ended", "case.assigned"]), "{told:?}");
}

#[tokio::test]
async fn counsel_who_leaves_passes_her_matters_on_or_another_takes_them() {
    let office = Box::pin(office()).await;
    let node = office.node();
    office.attorney(&office.dewi).await.unwrap();
    let installer = node.officer(9, &[Role::Installer]);
    let keeper = Officer { roles: [Role::Installer].into(), ..case_manager("wayan", "Wayan") };
    node.does(&installer, &AddOfficer(keeper)).await.unwrap();
    let ends = EndAccess { officer: id(&office.dewi), to: None };
    node.does(&installer, &ends).await.unwrap();
    assert!(node.case(office.case).await.waits_for_counsel());
    assert_eq!(office.sees_case(&office.rani).await, "done", "one of those who are left takes it over");
    assert_eq!(office.lists(&office.rani).await, 1);
    let act = ReplaceCounsel {
        case: office.case,
        version: None,
        to: id(&office.rani),
        on: TODAY.into(),
        why: text("pindah"),
    };
    node.does(&office.rani, &act).await.unwrap();
    let stored = node.case(office.case).await;
    assert_eq!((stored.manager(), stored.waits_for_counsel()), (Some(id(&office.rani)), false));
    assert!(stored.matter.attorneys[&1].ended.is_some());
    let gone = node.changes(
        &office.rani,
        office.case,
        SetHearing { plan: HearingPlan { companion: Some(id(&office.dewi)), ..plan("2026-12-01") } },
    );
    assert_eq!(code(gone.await), "officer.gone", "who left goes along to nothing");
}

#[tokio::test]
async fn restitution_with_a_debt_shows_it_as_proof_and_never_as_owed() {
    let office = Box::pin(office()).await;
    let (node, case) = (office.node(), office.case);
    office.claims().await;
    office.loses(&office.dewi, LossKind::Debt, "8.500.000", &[]).await.unwrap();
    let files = || FileClaim { no: 1, to: Office::Lpsk, on: TODAY.into(), reference: text("R-1") };
    assert_eq!(code(node.changes(&office.dewi, case, files()).await), "claim.no-losses");
    office.loses(&office.dewi, LossKind::Income, "Rp 28.000.000", &[]).await.unwrap();
    office.loses(&office.dewi, LossKind::Medical, "1.250.000", &[]).await.unwrap();
    let book = node.case(case).await.matter.workbook(1);
    assert_eq!((book.total.to_string(), book.debts), ("Rp 29.250.000".to_owned(), vec![1]));
    node.changes(&office.dewi, case, files()).await.unwrap();
    node.changes(&office.dewi, case, DropLoss { no: 3, why: text("dibayar majikan") }).await.unwrap();
    assert_eq!(node.case(case).await.matter.workbook(1).total.to_string(), "Rp 28.000.000");
}

#[tokio::test]
async fn a_loss_is_proved_by_what_belongs_to_this_case_or_came_with_it() {
    let office = Box::pin(office()).await;
    office.claims().await;
    let foreign = FileId::from_bytes([8; 16]);
    for proof in [Proof::Document(foreign), Proof::Along(foreign), Proof::Hearing(1)] {
        let refused = office.loses(&office.dewi, LossKind::Income, "5.000", &[proof]).await;
        assert_eq!(code(refused), "loss.proof-unknown");
    }
    office.node().changes(&office.dewi, office.case, SetHearing { plan: plan("2026-12-01") }).await.unwrap();
    office.loses(&office.dewi, LossKind::Income, "5.000", &[Proof::Hearing(1)]).await.unwrap();
}

#[tokio::test]
async fn a_hearing_reminds_a_day_before_and_its_calendar_names_nobody() {
    let office = Box::pin(office()).await;
    let (node, case) = (office.node(), office.case);
    let hash = [3; 32];
    let link = MakeCalendarLink { officer: id(&office.dewi), hash, lang: base::Lang::Id };
    node.does(&office.dewi, &link).await.unwrap();
    node.changes(&office.dewi, case, SetHearing { plan: plan("2026-11-26") }).await.unwrap();
    let feed = async || deadlines(&mut node.desk.read().await.unwrap(), hash).await.unwrap().unwrap().1;
    let alias = node.case(case).await.opening.alias.clone();
    let found = feed().await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].what, What::Hearing(alias, None));
    assert_eq!(found[0].due.to_string(), "2026-11-26T02:30:00Z", "09.30 in Batam");
    assert_eq!(node.case(case).await.next_alarm_at().unwrap().to_string(), "2026-11-24T17:00:00Z");
    office.world.later(48);
    node.does(&Actor::Node, &desk::cases::OnCase { case, version: None, change: RaiseAlarms }).await.unwrap();
    let level = node.case(case).await.matter.hearings[&1].clock.level;
    assert_eq!(level, 80, "the day before");
    let cards = matters(&mut node.desk.read().await.unwrap(), office.dewi.officer().unwrap()).await.unwrap();
    assert_eq!((cards[0].ahead[0].level, cards[0].ahead[0].is_accompanied), (80, true));
    let moved = MoveHearing { no: 1, plan: HearingPlan { time: None, ..plan("2026-12-03") }, why: text("hakim cuti") };
    node.changes(&office.dewi, case, moved).await.unwrap();
    assert!(matches!(&feed().await[0].what, What::Hearing(_, Some(day)) if day == "2026-12-03"));
    let ended = EndHearing { no: 1, end: HearingEnd::Cancelled, outcome: text("dicabut"), harm: text("") };
    node.changes(&office.dewi, case, ended).await.unwrap();
    assert_eq!(feed().await, []);
    let replaced =
        ReplaceCounsel { case, version: None, to: id(&office.rani), on: "2026-11-25".into(), why: text("cuti") };
    node.changes(&office.dewi, case, SetHearing { plan: plan("2026-12-09") }).await.unwrap();
    node.does(&office.dewi, &replaced).await.unwrap();
    assert_eq!(feed().await, [], "what is another's leaves her calendar");
}

#[tokio::test]
async fn a_withdrawn_consent_hides_what_came_and_leaves_counsels_own_work() {
    let office = Box::pin(office()).await;
    let (node, batam) = (office.node(), &office.world.batam);
    office.claims().await;
    let consent = base::ConsentId::from_bytes([11; 16]);
    let act = WithdrawConsent { case: office.at_batam, consent, erase: true };
    batam.does(&batam.manager(), &act).await.unwrap();
    batam.talks(node).await;
    let mut view = node.desk.read().await.unwrap();
    let stored = desk::offers::thread(&mut view, office.thread).await.unwrap().unwrap();
    assert!(stored.came.values().all(|came| came.hidden), "the file is gone");
    assert_eq!(stored.erased, None);
    drop(view);
    let case = node.case(office.case).await;
    assert!(!case.frozen && case.fields.is_empty(), "nothing of the file was ever copied into the matter");
    assert_eq!(case.matter.claims.len(), 1);
    assert_eq!(office.sees_thread(&office.rani).await, "desk.not-found");
}

#[tokio::test]
async fn a_matter_is_no_case_of_this_node_in_its_counts_and_is_offered_to_nobody() {
    let office = Box::pin(office()).await;
    let node = office.node();
    let values = BTreeMap::from([("legal.problem".to_owned(), text("upah"))]);
    node.changes(&office.dewi, office.case, SetFields { person: None, values }).await.unwrap();
    let stored = node.case(office.case).await;
    assert_eq!(stored.open_steps().count(), 0, "the steps run where the case is owned");
    let peer = office.world.batam.id();
    let offer = stored.may_offer(peer, None, casework::OfferKind::Referral);
    assert_eq!(offer.unwrap_err().code.0, "offer.not-owner");
    office.world.later(24 * 60);
    let quarter = Quarter { year: 2026, number: 4 };
    let report = node.desk.quarter_report(&mut node.desk.read().await.unwrap(), quarter).await.unwrap();
    assert!(report.tables.values().all(|table| table.cells.is_empty()), "Batam counts her");
}

#[tokio::test]
async fn time_for_donors_is_told_of_a_whole_quarter_and_never_of_a_few_people() {
    let office = Box::pin(office()).await;
    let node = office.node();
    for (minutes, activity) in [(90, Activity::Advice), (45, Activity::Drafting)] {
        let note = NoteTime { on: TODAY.into(), minutes, activity };
        node.changes(&office.dewi, office.case, note).await.unwrap();
    }
    let quarter = Quarter { year: 2026, number: 4 };
    let counted = async || spent(&mut node.desk.read().await.unwrap(), &node.desk, quarter).await;
    assert_eq!(code(counted().await), "quarter.not-over");
    office.world.later(24 * 60);
    let told = counted().await.unwrap();
    assert_eq!((told.lines, told.total), (vec![(Activity::Advice, None), (Activity::Drafting, None)], None));
}

#[tokio::test]
async fn where_a_witness_is_heard_is_for_those_who_act_for_her() {
    let world = Box::pin(World::new()).await;
    let node = &world.batam;
    let case = decided(node).await;
    node.changes(&node.manager(), case, SetHearing { plan: plan("2026-12-01") }).await.unwrap();
    let viewers = [officer_id(1), officer_id(2)].into();
    node.changes(&node.manager(), case, ShieldCase { code_name: "Saksi-7".into(), viewers }).await.unwrap();
    let sees = async |by: &Actor| code(node.desk.case_for(by, case, Deed::SeeMatters).await.map(drop));
    let lists =
        async |by: &Actor| matters(&mut node.desk.read().await.unwrap(), by.officer().unwrap()).await.unwrap().len();
    let legal = node.officer(6, &[Role::LegalCoordinator]);
    assert_eq!((sees(&node.manager()).await, sees(&legal).await), ("done", "identity.not-near"));
    assert_eq!(lists(&legal).await, 0);
    let scope = text("pendampingan");
    let act = GiveAttorney { officer: officer_id(6), by: GivenBy::Person, on: TODAY.into(), scope, document: None };
    node.changes(&node.manager(), case, act).await.unwrap();
    assert_eq!((sees(&legal).await, lists(&legal).await), ("done", 1), "now she acts for her");
}

#[tokio::test]
async fn a_closed_matter_is_next_for_nobody_and_stays_hers() {
    let firm = Box::pin(office()).await;
    let node = firm.node();
    let closing = casework::case::Closing {
        reason: casework::case::CloseReason::PersonAsked,
        papers_returned: true,
        consents_reviewed: true,
        feedback_given: true,
        retain_until: None,
    };
    node.changes(&firm.dewi, firm.case, CloseCase { closing }).await.unwrap();
    let stored = node.case(firm.case).await;
    assert_eq!(firm.lists(&firm.dewi).await, 0, "a closed matter is next for nobody");
    assert_eq!(firm.sees_case(&firm.rani).await, "desk.not-found", "and stays hers");
    assert!(stored.closed.is_some());
}
