//! Ratna, her sister Wulan, and what they said. Every constant here is made up and must never show outside a seal.

use super::{Node, START, officer_id, text};
use base::{CaseId, ConsentId, PersonId, Place};
use casework::case::{Person, StepRef};
use casework::consent::{GivenBy, How, Receiver};
use casework::words::{Category, Outcome, PersonRole, Profile, Purpose, Relation};
use casework::{Consent, ConsentCode, OfferKind, Role};
use desk::cases::record::{AddPerson, Assign, ConfirmPresumption, GiveConsent, ProposePresumption, SetFields, SetWish};
use desk::cases::reports::{OpenCase, ReportJson};
use desk::cases::steps::FinishStep;
use desk::intake::Taken;
use desk::offers::Ask;
use desk::staff::Officer;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub const NAME: &str = "Ratna Kenari Puspita";
pub const PHONE: &str = "+6281255512345";
pub const NIK: &str = "5203014404990007";
pub const STORY: &str = "majikan di Johor menahan paspor dan mengunci pintu setiap malam";
pub const SHELTER: &str = "Rumah Teratai, gang ketujuh";
pub const SISTER: &str = "Wulan Kenari Puspita";
pub const SAFE_WAY: &str = "lewat bibi Sumiati di warung";
pub const REASON: &str = "mencocokkan paspor dengan daftar kapal";
pub const RECRUITER: &str = "Bang Togar Salasatu";

/// All that no log, no error and no raw byte may show.
pub const CANARIES: [&str; 9] = [NAME, PHONE, NIK, STORY, SHELTER, SISTER, SAFE_WAY, REASON, RECRUITER];

/// Vignette W04: back from Johor, seventeen-hour days, unpaid, passport kept, locked in.
const YES: [&str; 16] =
    ["A2", "A3", "B1", "B2", "B3", "V1", "E1", "E2", "E4", "K1", "K3", "H1", "H2", "R1", "R3", "R3"];
const NO: [&str; 29] = [
    "S1", "S2", "S3", "S4", "B4", "B5", "B6", "C1", "C2", "C3", "C4", "C5", "V2", "V3", "V4", "E3", "E5", "E6", "E7",
    "K2", "K4", "K5", "K6", "K7", "H3", "R2", "R4", "R5", "R6",
];

pub fn answers() -> BTreeMap<String, String> {
    let said = |word: &'static str| move |question: &&str| ((*question).to_owned(), word.to_owned());
    let age = ("A1".to_owned(), "adult".to_owned());
    YES.iter().map(said("yes")).chain(NO.iter().map(said("no"))).chain([age]).collect()
}

pub fn report() -> ReportJson {
    ReportJson {
        report: 1,
        pack: "1".into(),
        stage: Some("returned".into()),
        answers: Some(answers()),
        place: Some("21.71".into()),
        consent: BTreeMap::from([("C2".to_owned(), true)]),
        text: STORY.into(),
        contact: BTreeMap::from([("way".to_owned(), SAFE_WAY.to_owned())]),
        files: Vec::new(),
        opinion: None,
        danger: false,
    }
}

/// The report as a phone seals it.
pub async fn sealed(node: &Node, kunci: &[u8], json: &ReportJson) -> Vec<u8> {
    let bytes = serde_json::to_vec(json).unwrap();
    let to = node.desk.intake_key().await.unwrap();
    seal::seal_report(&bytes, seal::report_id(kunci), &to, &*node.desk.chance).unwrap()
}

/// A case from a report, as the intake officer opens it; she is safe (IN-2).
pub async fn opened(node: &Node) -> CaseId {
    opened_from(node, b"kunci-1").await
}

/// A case from a report that came under this key.
pub async fn opened_from(node: &Node, kunci: &[u8]) -> CaseId {
    let taken = node.desk.take_report(kunci, &sealed(node, kunci, &report()).await).await.unwrap();
    let Taken::New(receipt) = taken else { panic!("recorded before: {taken:?}") };
    let found = desk::cases::reports::by_rid(&mut node.desk.read().await.unwrap(), receipt.rid).await.unwrap();
    let act = OpenCase {
        report: found.unwrap().id,
        found_in: None,
        origin: Place::parse("52.03").ok(),
        roles: BTreeSet::from([PersonRole::Victim]),
    };
    let intake = node.officer(4, &[Role::IntakeOfficer]);
    let case = node.does(&intake, &act).await.unwrap();
    let values = BTreeMap::from([("F-02.answers".to_owned(), text("tidak ada bahaya"))]);
    let safe = FinishStep { step: StepRef("IN-2".into(), 1), values };
    node.changes(&intake, case, safe).await.unwrap();
    case
}

/// A newer version of the handbook lies on the node: LE-1 has 48 hours, HE-4 is gone.
pub fn newer_handbook(node: &mut Node) {
    let mut newer = node.desk.handbooks.newest().clone();
    newer.version = "0.3.0".into();
    newer.steps.remove("HE-4");
    let span = casework::clock::Span { value: 48, unit: casework::clock::Unit::Hours };
    let basis = base::Text::new("SOP Batam 2027", "Batam SOP 2027");
    let deadline = casework::Deadline::plain(span, basis, casework::clock::Mark::Verified, false);
    let newer = newer.with_deadline("LE-1", deadline).unwrap();
    let mut library = (*node.desk.handbooks).clone();
    library.add(newer).unwrap();
    Arc::get_mut(&mut node.desk).unwrap().handbooks = Arc::new(library);
}

/// Classified, assigned to officers 1 and 2, presumed a victim by two people, fields known.
pub async fn decided(node: &Node) -> CaseId {
    decided_from(node, b"kunci-1").await
}

/// The same from a report of one's own.
pub async fn decided_from(node: &Node, kunci: &[u8]) -> CaseId {
    let case = opened_from(node, kunci).await;
    let values = BTreeMap::from([("F-01.urgency".to_owned(), text("AMBER")), ("F-01.authority".into(), text("21.71"))]);
    node.changes(&node.manager(), case, FinishStep { step: StepRef("IN-3".into(), 1), values }).await.unwrap();
    assigned(node, case).await;
    let (one, two) = (node.officer(1, &[Role::IdentificationTeam]), node.officer(6, &[Role::IdentificationTeam]));
    let propose = ProposePresumption { outcome: Outcome::PresumedVictim, reason: None };
    node.changes(&one, case, propose).await.unwrap();
    node.changes(&two, case, ConfirmPresumption {}).await.unwrap();
    known(node, case).await;
    case
}

/// Manager 1 and companion 2.
pub async fn assigned(node: &Node, case: CaseId) {
    let (manager, companion) = (officer_id(1), Some(officer_id(2)));
    node.changes(&node.coordinator(), case, Assign { manager, companion }).await.unwrap();
}

/// What is written down of Ratna.
pub async fn known(node: &Node, case: CaseId) {
    let values = [
        ("identity.name", NAME),
        ("identity.nik", NIK),
        ("contact.phone", PHONE),
        ("shelter.location", SHELTER),
        ("legal.problem", "upah tidak dibayar"),
        ("needs.legal", "yes"),
        ("recruiter.name", RECRUITER),
    ];
    let values = values.into_iter().map(|(field, value)| (field.to_owned(), text(value))).collect();
    node.changes(&node.manager(), case, SetFields { person: None, values }).await.unwrap();
    node.changes(&node.manager(), case, SetWish { word: "legal_aid".into(), holds: true }).await.unwrap();
}

/// A share of these categories with a partner, for half a year.
pub fn share(id: u8, party: &str, purpose: Purpose, categories: &[Category]) -> Consent {
    Consent {
        id: ConsentId::from_bytes([id; 16]),
        person: None,
        code: ConsentCode::Share,
        purpose: Some(purpose),
        receiver: Some(Receiver { party: party.into(), node: None }),
        categories: categories.iter().copied().collect(),
        text_version: "1".into(),
        language: "id".into(),
        explained_by: officer_id(1),
        how: How::Written,
        proof: None,
        witness: None,
        given_by: GivenBy::Person,
        assent: false,
        from: START.plus_hours(-1),
        until: Some(START.plus_hours(24 * 180)),
        withdrawn: None,
    }
}

/// Her consent to legal aid by an institute: number 10 for Mawar, 11 for Bahari.
pub fn to_counsel(id: u8, party: &str) -> Consent {
    let categories = [
        Category::Contact,
        Category::Chronology,
        Category::Legal,
        Category::Needs,
        Category::Status,
        Category::Shelter,
    ];
    share(id, party, Purpose::LegalAid, &categories)
}

/// Her consent that Lombok Timur takes her case: number 20.
pub fn to_home() -> Consent {
    let categories = [
        Category::Identity,
        Category::Contact,
        Category::Chronology,
        Category::Legal,
        Category::Needs,
        Category::Status,
        Category::Screening,
        Category::Profile,
        Category::Recruiter,
    ];
    share(20, "lotim", Purpose::Return, &categories)
}

pub async fn consents(node: &Node, case: CaseId, consent: Consent) {
    node.changes(&node.manager(), case, GiveConsent { consent }).await.unwrap();
}

/// Wulan at home in Lombok Timur, with her own consent to legal aid: number 12.
pub async fn sister(node: &Node, case: CaseId) -> PersonId {
    let id = PersonId::from_bytes([6; 16]);
    let fields = [("identity.name", SISTER), ("contact.safe_way", SAFE_WAY), ("legal.problem", "uang muka")];
    let person = Person {
        relation: Some(Relation::Sibling),
        roles: [PersonRole::Family].into(),
        profile: Profile::Adult,
        place: Place::parse("52.03").ok(),
        is_protected: false,
        fields: fields.into_iter().map(|(field, value)| (field.to_owned(), text(value))).collect(),
    };
    node.changes(&node.manager(), case, AddPerson { id, person }).await.unwrap();
    let consent = Consent { person: Some(id), ..to_counsel(12, "lbh-bahari") };
    consents(node, case, consent).await;
    id
}

/// Legal aid for Ratna.
pub fn legal_aid(peer: &Node) -> Ask {
    asks(peer, OfferKind::Referral, Purpose::LegalAid)
}

/// Take the case over.
pub fn handover(peer: &Node) -> Ask {
    asks(peer, OfferKind::Handover, Purpose::Return)
}

/// About Ratna, without documents.
fn asks(peer: &Node, kind: OfferKind, purpose: Purpose) -> Ask {
    Ask { person: None, peer: peer.id(), kind, purpose, basis: None, documents: BTreeSet::new() }
}

/// A case manager as she is added, with a log-in and a name of her own.
pub fn case_manager(login: &str, name: &str) -> Officer {
    Officer {
        login: login.into(),
        name: text(name),
        roles: [Role::CaseManager].into(),
        password: text("phc"),
        totp: text("totp"),
        passkeys: BTreeMap::new(),
        paper: Vec::new(),
        since: START,
        left: None,
    }
}
