//! An officer leaves: from that commit on nothing opens to her, and nothing she held is lost from sight.

use crate::cast::*;
use base::{CaseId, OfficerId};
use casework::Role;
use desk::cases::CaseStream;
use desk::cases::identity::OpenIdentity;
use desk::cases::leaving::{Hands, Over, hands, unheld};
use desk::cases::record::{AddNote, Assign, SetFields, ShieldCase};
use desk::cases::search::Search;
use desk::cases::shut::OpenInNeed;
use desk::cases::steps::{MarkStep, StepWord, open_steps_of};
use desk::staff::calendar::{MakeCalendarLink, deadlines};
use desk::staff::officer::{officer_by_passkey, officers};
use desk::staff::sessions::{lately, staff_of};
use desk::staff::{AddOfficer, AddPasskey, EndAccess, LetReturn, Officer, Passkey, Return, StartSession};
use desk::{Actor, Asking, Staff};
use store::Read;

const SESSION: [u8; 32] = [1; 32];
const LINK: [u8; 32] = [2; 32];

/// An officer with a record of her own.
async fn added(node: &Node, login: &str, roles: &[Role]) -> Actor {
    let officer = Officer { roles: roles.iter().copied().collect(), ..case_manager(login, login) };
    let (name, roles) = (officer.name.clone(), officer.roles.clone());
    let id = node.does(&node.officer(9, &[Role::Installer]), &AddOfficer(officer)).await.unwrap();
    Actor::Officer(Staff { id, name, roles, step_up_at: None })
}

fn id(by: &Actor) -> OfficerId {
    by.officer().unwrap().id
}

/// Tini holds a case, took a step of it, is logged in and reads her calendar; Rini could take over.
struct Office {
    world: World,
    case: CaseId,
    tini: Actor,
    rini: Actor,
    installer: Actor,
}

impl Office {
    async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let node = &world.batam;
        let installer = added(node, "wayan", &[Role::Installer]).await;
        let tini = added(node, "tini", &[Role::CaseManager]).await;
        let rini = added(node, "rini", &[Role::CaseManager]).await;
        let case = opened(node).await;
        node.changes(&node.coordinator(), case, Assign { manager: id(&tini), companion: None }).await.unwrap();
        let start = StartSession { token_hash: SESSION, officer: id(&tini), own_device: true };
        node.does(&tini, &start).await.unwrap();
        let link = MakeCalendarLink { officer: id(&tini), hash: LINK, lang: base::Lang::Id };
        node.does(&tini, &link).await.unwrap();
        let passkey = Passkey { id: base::Bytes(vec![7; 16]), card: text("{}") };
        node.does(&tini, &AddPasskey { officer: id(&tini), passkey }).await.unwrap();
        Self { world, case, tini, rini, installer }
    }

    fn node(&self) -> &Node {
        &self.world.batam
    }

    async fn ends(&self, by: &Actor, officer: &Actor, to: Option<&Actor>) -> Result<Over, desk::Error> {
        let asking = Asking::once(&*self.node().desk.chance, self.node().desk.now());
        let act = EndAccess { officer: id(officer), to: to.map(id) };
        self.node().desk.end_access(by, asking, &act).await
    }

    /// Whether anything that was hers opens still: session, its last hours, calendar, passkey.
    async fn opens(&self) -> [bool; 4] {
        let mut view = self.node().desk.read().await.unwrap();
        [
            staff_of(&mut view, SESSION).await.unwrap().is_some(),
            lately(&mut view, SESSION).await.unwrap().is_some(),
            deadlines(&mut view, LINK).await.unwrap().is_some(),
            officer_by_passkey(&mut view, &[7; 16]).await.unwrap().is_some(),
        ]
    }
}

fn note() -> AddNote {
    AddNote { text: text("catatan") }
}

#[tokio::test]
async fn from_the_commit_on_nothing_opens_to_who_left_and_her_name_stays() {
    let office = Office::new().await;
    let node = office.node();
    assert_eq!(office.opens().await, [true, false, true, true]);
    node.changes(&office.tini, office.case, note()).await.unwrap();
    let search = Search { session: SESSION, ends_at: node.desk.now().plus_hours(1), words: text("Melati") };
    let asking = Asking::once(&*node.desk.chance, node.desk.now());
    node.desk.search(&office.tini, asking, &search).await.unwrap();
    assert_eq!(node.desk.store.vault().held(), 1, "her search words are in memory");
    let before = node.head().await;

    office.ends(&node.coordinator(), &office.tini, None).await.unwrap();
    assert_eq!(office.opens().await, [false; 4]);
    office.world.later(24 * 7);
    assert_eq!(office.opens().await, [false; 4], "nor is a late post of hers kept");
    assert_eq!(node.desk.store.vault().held(), 0);
    let journal = node.journal(before).await;
    for kind in ["officer.left", "case.officer-left"] {
        assert!(journal.contains(&kind.to_owned()), "{kind} is written down");
    }
    let mut view = node.desk.read().await.unwrap();
    let card = officers(&mut view).await.unwrap().into_iter().find(|card| card.id == id(&office.tini)).unwrap();
    assert!(card.left && card.name.expose() == "tini");
    let record = view.load::<Officer>(id(&office.tini).bytes()).await.unwrap().unwrap();
    assert!(record.password.expose().is_empty() && record.totp.expose().is_empty() && record.passkeys.is_empty());
    assert_eq!(desk::verify::projections(&mut view).await.unwrap(), []);
    assert!(store::chain::verify(view.raw()).await.unwrap().is_ok(), "the journal holds");
}

#[tokio::test]
async fn a_page_or_form_that_is_older_than_the_end_of_her_access_does_nothing() {
    let office = Office::new().await;
    let node = office.node();
    office.ends(&node.coordinator(), &office.tini, None).await.unwrap();
    // Her browser was found at the door before the commit.
    let late = &office.tini;
    let need = OpenInNeed { case: office.case, reason: text("ingin tahu") };
    assert_eq!(code(node.changes(late, office.case, note()).await), "account.ended");
    assert_eq!(code(node.does(late, &need).await), "account.ended");
    assert_eq!(code(node.desk.case_for(late, office.case, desk::Deed::SeeCases).await), "account.ended");
    let start = StartSession { token_hash: [9; 32], officer: id(late), own_device: false };
    assert_eq!(code(node.does(late, &start).await), "account.ended");
}

/// A second case that Tini holds, of a person who is a victim by the decision of two.
async fn decided_for(office: &Office) -> CaseId {
    let case = decided_from(office.node(), b"kunci lain").await;
    let assign = Assign { manager: id(&office.tini), companion: None };
    office.node().changes(&office.node().coordinator(), case, assign).await.unwrap();
    case
}

#[tokio::test]
async fn her_cases_go_to_who_is_named_in_the_same_commit_and_steps_she_took_back_to_their_role() {
    let mut office = Office::new().await;
    office.case = decided_for(&office).await;
    let node = office.node();
    let (tini, rini) = (&office.tini, office.rini.officer().unwrap());
    let of_another_role = |case: &CaseStream| {
        let mut open = case.open_steps();
        open.find(|(_, state)| !state.role.holds_cases()).map(|(step, state)| (step.clone(), state.role)).unwrap()
    };
    let (step, role) = of_another_role(&node.case(office.case).await.state);
    let reader = Staff { id: officer_id(30), roles: [role].into(), ..rini.clone() };
    node.changes(tini, office.case, MarkStep { step: step.clone(), word: StepWord::Take }).await.unwrap();
    let seen = |staff: Staff| {
        let step = step.clone();
        async move {
            let mut view = node.desk.read().await.unwrap();
            open_steps_of(&mut view, &staff).await.unwrap().iter().any(|card| card.step == step)
        }
    };
    let in_hand = hands(&mut node.desk.read().await.unwrap(), id(tini)).await.unwrap();
    assert_eq!(in_hand, Hands { holds: 2, goes_along: 0, steps: 1 });
    assert!(!seen(reader.clone()).await, "somebody else took it");

    let over = office.ends(&node.coordinator(), tini, Some(&office.rini)).await.unwrap();
    assert_eq!(over, Over { passed: 2, unheld: 0 });
    assert!(seen(reader).await);
    let case = node.case(office.case).await;
    assert_eq!(case.manager(), Some(rini.id));
    assert_eq!(case.assignment.as_ref().unwrap().conflict_checked_by, officer_id(3));
    assert_eq!(unheld(&mut node.desk.read().await.unwrap()).await.unwrap(), []);
    assert_eq!(hands(&mut node.desk.read().await.unwrap(), id(tini)).await.unwrap(), Hands::default());
    node.does(&office.rini, &OpenIdentity { case: office.case, reason: text("menghubunginya") }).await.unwrap();
}

#[tokio::test]
async fn what_nobody_takes_over_is_counted_until_somebody_holds_it_and_opens_to_nobody() {
    let office = Office::new().await;
    let node = office.node();
    let over = office.ends(&office.installer, &office.tini, None).await.unwrap();
    assert_eq!(over, Over { passed: 0, unheld: 1 });
    let waiting = unheld(&mut node.desk.read().await.unwrap()).await.unwrap();
    assert_eq!(waiting.iter().map(|card| card.case).collect::<Vec<_>>(), [office.case]);
    let looks = OpenIdentity { case: office.case, reason: text("menghubunginya") };
    assert_eq!(code(node.does(&office.rini, &looks).await), "identity.not-near");
    let again = Assign { manager: id(&office.tini), companion: None };
    assert_eq!(code(node.changes(&node.coordinator(), office.case, again).await), "officer.gone");
    let viewers = [id(&office.tini)].into();
    let shield = ShieldCase { code_name: "Beringin-4".into(), viewers };
    node.changes(&node.coordinator(), office.case, Assign { manager: id(&office.rini), companion: None })
        .await
        .unwrap();
    assert_eq!(code(node.changes(&office.rini, office.case, shield).await), "officer.gone");
    assert_eq!(unheld(&mut node.desk.read().await.unwrap()).await.unwrap(), []);
    node.does(&office.rini, &looks).await.unwrap();
}

#[tokio::test]
async fn a_case_that_names_the_successor_does_not_go_to_her() {
    let office = Office::new().await;
    let node = office.node();
    let values = [("recruiter.name".to_owned(), text("rini"))].into();
    node.changes(&office.tini, office.case, SetFields { person: None, values }).await.unwrap();
    let over = office.ends(&node.coordinator(), &office.tini, Some(&office.rini)).await.unwrap();
    assert_eq!(over, Over { passed: 0, unheld: 1 });
}

#[tokio::test]
async fn nobody_ends_her_own_access_takes_over_herself_or_closes_the_node_for_good() {
    let office = Office::new().await;
    let node = office.node();
    let hasan = added(node, "hasan", &[Role::TaskforceCoordinator]).await;
    let Office { tini, rini, installer, .. } = &office;
    for (by, officer, to, refused) in [
        (&hasan, &hasan, None, "officer.own-access"),
        (tini, rini, None, "act.role"),
        (&hasan, tini, Some(&hasan), "case.conflict-check-by-another"),
        (installer, tini, Some(rini), "act.role"),
        (&hasan, tini, Some(tini), "officer.gone"),
        (&hasan, installer, None, "officer.last-one"),
    ] {
        assert_eq!(code(office.ends(by, officer, to).await), refused);
    }
    assert_eq!(office.opens().await, [true, false, true, true], "nothing was done");
    added(node, "made", &[Role::Installer]).await;
    office.ends(&hasan, installer, None).await.unwrap();
    assert_eq!(code(office.ends(&hasan, installer, None).await), "officer.left-before");
    assert_eq!(code(office.ends(&hasan, tini, Some(installer)).await), "officer.gone");
}

#[tokio::test]
async fn who_comes_back_has_new_proofs_and_nothing_of_what_was_open_to_her() {
    let office = Office::new().await;
    let node = office.node();
    let tini = id(&office.tini);
    let other = opened_from(node, b"kunci lain").await;
    assigned(node, other).await;
    known(node, other).await;
    node.does(&office.tini, &OpenInNeed { case: other, reason: text("ia hilang") }).await.unwrap();
    let back = || Return { roles: [Role::CaseManager].into(), password: text("baru"), totp: text("kunci") };
    let returns = LetReturn { officer: tini, back: back() };
    assert_eq!(code(node.does(&office.installer, &returns).await), "officer.is-here");
    office.ends(&node.coordinator(), &office.tini, None).await.unwrap();
    assert_eq!(code(node.does(&node.coordinator(), &returns).await), "act.role");
    office.world.later(1);
    node.does(&office.installer, &returns).await.unwrap();
    assert_eq!(office.opens().await, [false; 4], "the old session, link and passkey stay dead");
    let record = node.desk.read().await.unwrap().load::<Officer>(tini.bytes()).await.unwrap().unwrap();
    assert_eq!((record.password.expose().as_str(), record.left), ("baru", None));
    for case in [office.case, other] {
        let looks = OpenIdentity { case, reason: text("ingin tahu") };
        assert_eq!(code(node.does(&office.tini, &looks).await), "identity.not-near");
    }
    let start = StartSession { token_hash: [9; 32], officer: tini, own_device: false };
    node.does(&office.tini, &start).await.unwrap();
    assert!(staff_of(&mut node.desk.read().await.unwrap(), [9; 32]).await.unwrap().is_some());
    node.changes(&office.tini, office.case, note()).await.unwrap();
}

#[tokio::test]
async fn a_witness_whose_only_viewer_leaves_is_known_to_who_takes_over() {
    let office = Office::new().await;
    let node = office.node();
    known(node, office.case).await;
    let viewers = [id(&office.tini)].into();
    node.changes(&office.tini, office.case, ShieldCase { code_name: "Beringin-4".into(), viewers }).await.unwrap();
    office.ends(&node.coordinator(), &office.tini, Some(&office.rini)).await.unwrap();
    let case = node.case(office.case).await;
    assert!(case.may_know(id(&office.rini)));
    assert_eq!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap(), []);
}
