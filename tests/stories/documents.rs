// Long because: one document from its first byte to its removal, and who may do what to it, in one row.
//! Documents of a case: sealed before they touch the disk, opened on the record by who may, gone with their key.

use crate::cast::*;
use accord::PartyRole;
use base::{CaseId, FileId, ManualClock, Seq, Timestamp};
use casework::Role;
use casework::case::StepRef;
use casework::document::{DocumentFor, DocumentKind};
use casework::erasure::ErasureBasis;
use casework::report::FileKind;
use casework::words::Category;
use desk::cases::CaseStream;
use desk::cases::documents::{NewDocument, OpenDocument, RemoveDocument, may_list};
use desk::cases::keeping::{EraseCase, LiftHold, PlaceHold, ProposeErasure};
use desk::cases::record::ShieldCase;
use desk::cases::steps::{MarkStep, StepWord};
use desk::{Actor, Asking, Desk, Error};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use store::archive::{Copying, Memory, Restoring};
use store::{Files, Read, Shelf, Store, StoreError, Vault};
use store_sqlite::{Options, SqliteBackend};

async fn batam() -> (Node, CaseId) {
    let node = Node::new("batam", "21.71", PartyRole::TaskForce, &Arc::new(ManualClock::at(START))).await;
    let case = decided(&node).await;
    (node, case)
}

/// A made-up paper of several chunks that says who she is.
fn paper(words: &str) -> Vec<u8> {
    [b"%PDF-1.7 ".as_slice(), NAME.as_bytes(), words.as_bytes(), &vec![9; 40_000]].concat()
}

fn new(case: CaseId, kind: DocumentKind) -> NewDocument {
    NewDocument { case, kind, title: text(NAME), purpose: DocumentFor::Case }
}

fn once(node: &Node) -> Asking {
    Asking::once(&*node.desk.chance, node.desk.now())
}

async fn adds(node: &Node, by: &Actor, new: NewDocument, plain: Vec<u8>) -> Result<FileId, Error> {
    node.desk.add_document(by, once(node), (new, plain)).await
}

async fn opens(desk: &Desk, by: &Actor, case: CaseId, file: FileId) -> Result<Vec<u8>, Error> {
    let opened = desk.open_document(by, &OpenDocument { case, file, reason: text(REASON) }).await?;
    Ok(opened.plain.to_vec())
}

async fn removes(node: &Node, by: &Actor, case: CaseId, file: FileId) -> Result<(), Error> {
    let act = RemoveDocument { case, version: None, file, reason: text("salah berkas") };
    node.desk.erase(by, once(node), &act).await.map(drop)
}

/// Every file below a folder.
fn below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    found
}

fn sealed_files(node: &Node) -> usize {
    assert_eq!(below(&node.folder.path().join("tmp")).len(), 0, "nothing waits");
    below(&node.folder.path().join("files")).len()
}

/// A health officer who took a step of the case.
async fn nurse(node: &Node, case: CaseId) -> Actor {
    let nurse = node.officer(7, &[Role::HealthFocal]);
    let step = node.case(case).await.open_steps().next().unwrap().0.clone();
    node.changes(&nurse, case, MarkStep { step, word: StepWord::Take }).await.unwrap();
    nurse
}

#[tokio::test]
async fn no_byte_of_a_document_lies_open_on_the_disk_and_it_opens_as_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let backend = Arc::new(SqliteBackend::open(&folder.path().join("node.db"), Options::at(START)).unwrap());
    let clock = Arc::new(ManualClock::at(START));
    let node = Node::over(backend, ("batam", "21.71", PartyRole::TaskForce), &clock).await;
    let case = decided(&node).await;
    let head = node.head().await;
    let mut files = Vec::new();
    for (n, kind) in DocumentKind::ALL.iter().enumerate() {
        let plain = paper(&format!("{STORY}{n}"));
        files.push((adds(&node, &node.manager(), new(case, *kind), plain.clone()).await.unwrap(), plain));
    }
    assert_eq!(node.journal(head).await, ["document.added"; 9]);
    assert_eq!(sealed_files(&node), 9);
    for (name, bytes) in below(folder.path()).into_iter().chain(below(node.folder.path())) {
        for canary in CANARIES {
            assert!(!bytes.windows(canary.len()).any(|part| part == canary.as_bytes()), "{canary} lies in {name}");
        }
        assert!(!name.contains("paspor") && !name.contains("Ratna"), "{name}");
    }
    let nurse = nurse(&node, case).await;
    for ((file, plain), kind) in files.into_iter().zip(DocumentKind::ALL) {
        let by = if *kind == DocumentKind::Medical { nurse.clone() } else { node.manager() };
        assert_eq!(opens(&node.desk, &by, case, file).await.unwrap(), plain, "{kind}");
    }
    let stored = node.case(case).await;
    let known = &stored.documents[0];
    assert_eq!((known.file, known.bytes, known.by, known.at), (FileKind::Pdf, 40_093, officer_id(1), START));
    assert!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap().is_empty());
}

#[tokio::test]
async fn each_opening_is_on_the_record_and_that_of_a_paper_of_identity_is_a_look_at_who_she_is() {
    let (node, case) = batam().await;
    let manager = node.manager();
    let contract = adds(&node, &manager, new(case, DocumentKind::Contract), paper("a")).await.unwrap();
    let passport = adds(&node, &manager, new(case, DocumentKind::Identity), paper("b")).await.unwrap();
    let head = node.head().await;
    opens(&node.desk, &manager, case, contract).await.unwrap();
    assert_eq!(node.journal(head).await, ["file.opened"]);
    let silent = OpenDocument { case, file: passport, reason: text(" ") };
    let opened = node.desk.open_document(&manager, &silent).await;
    assert_eq!(code(opened.map(drop)), "identity.reason-missing");
    opens(&node.desk, &manager, case, passport).await.unwrap();
    assert_eq!(node.journal(head).await, ["file.opened", "identity.seen", "file.opened"]);
    let access = node.desk.read().await.unwrap().load::<store::Access>(case.bytes()).await.unwrap().unwrap();
    assert_eq!(access.state.opened, [(START, officer_id(1), contract), (START, officer_id(1), passport)]);
    assert!(access.state.seen_by.contains(&officer_id(1)));
}

#[tokio::test]
async fn each_kind_opens_for_the_roles_of_the_matrix_near_the_case_and_for_no_other() {
    let (node, case) = batam().await;
    let mut files = Vec::new();
    for (n, kind) in ["a", "b", "c"].iter().zip([DocumentKind::Letter, DocumentKind::Identity, DocumentKind::Medical]) {
        files.push(adds(&node, &node.manager(), new(case, kind), paper(n)).await.unwrap());
    }
    let nurse = nurse(&node, case).await;
    let asked = [
        (node.manager(), ["done", "done", "act.role"]),
        (node.officer(2, &[Role::Companion]), ["done", "done", "act.role"]),
        (node.officer(8, &[Role::CaseManager]), ["done", "identity.not-near", "act.role"]),
        (node.officer(8, &[Role::IdentificationTeam]), ["done", "act.role", "act.role"]),
        (nurse, ["act.role", "act.role", "done"]),
        (node.officer(9, &[Role::HealthProvider]), ["act.role", "act.role", "health.not-near"]),
        (node.officer(9, &[Role::IntakeOfficer]), ["act.role"; 3]),
        (node.coordinator(), ["act.role"; 3]),
        (node.officer(9, &[Role::Shelter]), ["act.role"; 3]),
        (node.officer(9, &[Role::Police]), ["act.role"; 3]),
        (node.officer(9, &[Role::Auditor, Role::Installer, Role::Analyst]), ["act.role"; 3]),
    ];
    for (by, answers) in asked {
        for (file, answer) in files.iter().zip(answers) {
            assert_eq!(code(opens(&node.desk, &by, case, *file).await), answer, "{by:?}");
        }
    }
    let other = opened_from(&node, b"kunci-2").await;
    assert_eq!(code(opens(&node.desk, &node.manager(), other, files[0]).await), "document.unknown");
}

#[tokio::test]
async fn who_reads_the_case_files_what_she_may_not_open_and_nobody_else_adds_anything() {
    let (node, case) = batam().await;
    let added = |by: Actor, kind, n: &'static str| {
        let node = &node;
        async move { code(adds(node, &by, new(case, kind), paper(n)).await) }
    };
    assert_eq!(added(node.officer(2, &[Role::Companion]), DocumentKind::Medical, "a").await, "done");
    let nurse = nurse(&node, case).await;
    assert_eq!(added(nurse.clone(), DocumentKind::Medical, "b").await, "done");
    assert_eq!(added(nurse, DocumentKind::Contract, "c").await, "act.role");
    assert_eq!(added(node.officer(9, &[Role::HealthFocal]), DocumentKind::Medical, "c").await, "health.not-near");
    for role in [Role::IntakeOfficer, Role::TaskforceCoordinator, Role::Shelter, Role::Police, Role::Auditor] {
        assert_eq!(added(node.officer(9, &[role]), DocumentKind::Contract, "c").await, "act.role", "{role:?}");
    }
    assert_eq!(sealed_files(&node), 2, "what was refused left nothing");
}

#[tokio::test]
async fn of_a_shielded_case_the_two_who_were_named_see_documents_and_nobody_else_that_there_are_any() {
    let (node, case) = batam().await;
    let letter = adds(&node, &node.manager(), new(case, DocumentKind::Letter), paper("a")).await.unwrap();
    let sister = casework::case::Person {
        roles: [casework::words::PersonRole::Witness].into(),
        relation: None,
        profile: casework::words::Profile::Adult,
        place: None,
        is_protected: true,
        fields: std::collections::BTreeMap::new(),
    };
    let id = base::PersonId::from_bytes([3; 16]);
    node.changes(&node.manager(), case, desk::cases::record::AddPerson { id, person: sister }).await.unwrap();
    let nurse = nurse(&node, case).await;
    let other = node.officer(8, &[Role::CaseManager]);
    assert!(may_list(&other, &node.case(case).await.state, node.desk.now()).is_empty());
    assert!(may_list(&nurse, &node.case(case).await.state, node.desk.now()).is_empty());
    let shield = ShieldCase { code_name: "Saksi-9".into(), viewers: [officer_id(1)].into() };
    node.changes(&node.manager(), case, shield).await.unwrap();
    for by in [other, nurse, node.officer(2, &[Role::Companion])] {
        assert!(!may_list(&by, &node.case(case).await.state, node.desk.now()).is_empty(), "{by:?}");
        assert_ne!(code(opens(&node.desk, &by, case, letter).await), "done");
        assert_ne!(code(adds(&node, &by, new(case, DocumentKind::Medical), paper("b")).await), "done");
        assert_ne!(code(removes(&node, &by, case, letter).await), "done");
    }
    assert_eq!(code(opens(&node.desk, &node.manager(), case, letter).await), "done");
}

#[tokio::test]
async fn what_is_no_document_is_refused_by_name_and_leaves_nothing() {
    let (node, case) = batam().await;
    let manager = node.manager();
    let large = [b"\xff\xd8\xff".to_vec(), vec![0; 8 << 20]].concat();
    let head = node.head().await;
    for (plain, refusal) in [
        (Vec::new(), "document.kind-refused"),
        (b"MZ\x90\x00 Paspor.pdf".to_vec(), "document.kind-refused"),
        (b"<html><script>".to_vec(), "document.kind-refused"),
        (large, "document.too-large"),
    ] {
        assert_eq!(code(adds(&node, &manager, new(case, DocumentKind::Other), plain).await), refusal);
    }
    let room = store::files::Room { free_bytes: u64::MAX, ..store::files::Room::default() };
    let full = Files::with_room(node.folder.path().to_path_buf(), room);
    let full = again(&node.desk, node.desk.store.clone().with_files(full));
    let refused = full.add_document(&manager, once(&node), (new(case, DocumentKind::Other), paper("a"))).await;
    assert_eq!(code(refused), "document.disk-full");
    let nowhere =
        NewDocument { purpose: DocumentFor::Step(StepRef("LE-9".into(), 1)), ..new(case, DocumentKind::Other) };
    assert_eq!(code(adds(&node, &manager, nowhere, paper("a")).await), "document.unknown-purpose");
    let unknown = new(CaseId::from_bytes([9; 16]), DocumentKind::Other);
    assert_eq!(code(adds(&node, &manager, unknown, paper("a")).await), "desk.not-found");
    assert_eq!(sealed_files(&node), 0);
    assert_eq!(node.journal(head).await, [""; 0]);
}

#[tokio::test]
async fn the_same_document_twice_is_told_and_the_same_form_twice_has_one_effect() {
    let (node, case) = batam().await;
    let (manager, form) = (node.manager(), once(&node));
    let add = || (new(case, DocumentKind::Letter), paper("a"));
    node.desk.add_document(&manager, form, add()).await.unwrap();
    let again = node.desk.add_document(&manager, form, add()).await.unwrap_err();
    assert!(again.repeated().is_some(), "the form came twice");
    assert_eq!(code(node.desk.add_document(&manager, once(&node), add()).await), "document.twice");
    assert_eq!((node.case(case).await.documents.len(), sealed_files(&node)), (1, 1));
}

#[tokio::test]
async fn a_removed_document_is_gone_with_its_key_from_the_disk_and_the_others_open() {
    let (node, case) = batam().await;
    let manager = node.manager();
    let gone = adds(&node, &manager, new(case, DocumentKind::Identity), paper("a")).await.unwrap();
    let stays = adds(&node, &manager, new(case, DocumentKind::Identity), paper("b")).await.unwrap();
    opens(&node.desk, &manager, case, gone).await.unwrap();
    let other = node.officer(8, &[Role::CaseManager]);
    assert_eq!(code(removes(&node, &other, case, gone).await), "document.not-hers");
    assert_eq!(code(removes(&node, &node.officer(1, &[Role::Police]), case, gone).await), "act.role");
    let hold = PlaceHold { reason: text("perkara"), review_at: START.plus_hours(240) };
    let auditor = node.officer(5, &[Role::Auditor]);
    node.changes(&auditor, case, hold).await.unwrap();
    assert_eq!(code(removes(&node, &manager, case, gone).await), "erase.on-hold");
    assert_eq!(code(opens(&node.desk, &manager, case, gone).await), "done", "a hold keeps it");
    node.changes(&auditor, case, LiftHold { reason: text("selesai") }).await.unwrap();
    let stale = RemoveDocument { case, version: Some(1), file: gone, reason: text("salah") };
    let clash = node.desk.erase(&manager, once(&node), &stale).await.unwrap_err();
    assert!(matches!(clash, Error::Clash { form: 1, .. }), "a page of an older version");
    removes(&node, &manager, case, gone).await.unwrap();
    assert_eq!(code(opens(&node.desk, &manager, case, gone).await), "document.unknown");
    let mut view = node.desk.read().await.unwrap();
    assert_eq!(view.file_key(gone).await.err(), Some(StoreError::Erased), "also for who knows its id");
    assert_eq!(view.count(Shelf::CaseFiles, &gone.bytes(), 9).await.unwrap(), 0);
    drop(view);
    assert_eq!(sealed_files(&node), 1);
    assert_eq!(code(opens(&node.desk, &manager, case, stays).await), "done");
}

#[tokio::test]
async fn a_kill_before_or_after_the_commit_leaves_no_half_document() {
    let (node, case) = batam().await;
    let manager = node.manager();
    let kept = adds(&node, &manager, new(case, DocumentKind::Letter), paper("a")).await.unwrap();
    // Killed after the commit: the sealed file still waits to be put in its place.
    let name = base::hex(&kept.bytes());
    let folder = node.folder.path();
    let blob = folder.join("files").join(&name[..2]).join(&name[2..4]).join(&name);
    let waits = folder.join("tmp").join(format!("{name}.whole"));
    std::fs::rename(&blob, &waits).unwrap();
    // Killed before the commit: a whole file that no case names, and one half written.
    let orphan = FileId::from_bytes([8; 16]);
    std::fs::copy(&waits, folder.join("tmp").join(format!("{}.whole", "08".repeat(16)))).unwrap();
    std::fs::write(folder.join("tmp").join(format!("{}.part", "09".repeat(16))), b"half").unwrap();
    let room = store::files::Room { free_bytes: 0, ..store::files::Room::default() };
    std::fs::File::open(folder.join("tmp").join(format!("{}.whole", "08".repeat(16))))
        .unwrap()
        .set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(START.seconds().unsigned_abs()))
        .unwrap();
    let desk = again(&node.desk, node.desk.store.clone().with_files(Files::with_room(folder.to_path_buf(), room)));
    assert_eq!(code(opens(&desk, &manager, case, kept).await), "done", "it is there all the time");
    assert_eq!(desk.sweep_files().await.unwrap(), 0);
    assert!(blob.is_file() && !waits.exists(), "in its place now");
    assert_eq!(code(opens(&desk, &manager, case, kept).await), "done");
    node.clock.advance_millis(48 * 3_600_000);
    assert_eq!(desk.sweep_files().await.unwrap(), 1);
    assert!(desk.store.files().chunks(orphan).is_err());
    assert_eq!(sealed_files(&node), 1);
}

/// The same desk after a restart, over this store.
fn again(desk: &Desk, store: Store) -> Desk {
    Desk {
        store,
        clock: Arc::clone(&desk.clock),
        chance: Arc::clone(&desk.chance),
        me: desk.me.clone(),
        calendar: Arc::clone(&desk.calendar),
        handbooks: Arc::clone(&desk.handbooks),
        screening: Arc::clone(&desk.screening),
        guide: Arc::clone(&desk.guide),
        packs: Arc::clone(&desk.packs),
        fields: Arc::clone(&desk.fields),
        woken: Arc::clone(&desk.woken),
    }
}

async fn erased(node: &Node, case: CaseId, parts: BTreeSet<Category>) {
    let propose = ProposeErasure { basis: ErasureBasis::Unlawful, parts, reason: text("tidak perlu") };
    node.changes(&node.manager(), case, propose).await.unwrap();
    let second = node.officer(6, &[Role::CaseManager]);
    node.desk.erase(&second, once(node), &EraseCase { case, version: None }).await.unwrap();
}

#[tokio::test]
async fn a_part_goes_with_its_documents_and_the_case_with_all_of_them() {
    let (node, case) = batam().await;
    let manager = node.manager();
    let passport = adds(&node, &manager, new(case, DocumentKind::Identity), paper("a")).await.unwrap();
    let letter = adds(&node, &manager, new(case, DocumentKind::Letter), paper("b")).await.unwrap();
    erased(&node, case, [Category::Identity].into()).await;
    assert_eq!(code(opens(&node.desk, &manager, case, passport).await), "document.unknown");
    assert_eq!(code(opens(&node.desk, &manager, case, letter).await), "done");
    assert_eq!(sealed_files(&node), 1);
    assert!(desk::verify::projections(&mut node.desk.read().await.unwrap()).await.unwrap().is_empty());
    erased(&node, case, BTreeSet::new()).await;
    assert_eq!(code(opens(&node.desk, &manager, case, letter).await), "store.erased");
    for file in [passport, letter] {
        assert_eq!(node.desk.read().await.unwrap().file_key(file).await.err(), Some(StoreError::Erased));
    }
    assert_eq!(sealed_files(&node), 0, "and off the disk");
}

#[tokio::test]
async fn the_key_of_a_document_hangs_from_the_part_it_belongs_to() {
    let (node, case) = batam().await;
    let manager = node.manager();
    let passport = adds(&node, &manager, new(case, DocumentKind::Identity), paper("a")).await.unwrap();
    let letter = adds(&node, &manager, new(case, DocumentKind::Letter), paper("b")).await.unwrap();
    let mut tx = node.begin().await;
    let mut stored = tx.load::<CaseStream>(case.bytes()).await.unwrap().unwrap();
    let lost = stored.remove_fields([Category::Identity].into());
    tx.append(&mut stored, lost).await.unwrap();
    tx.erase_narrow(&mut stored, &[store::Narrow::new(1).unwrap()]).await.unwrap();
    tx.commit().await.unwrap();
    let mut view = node.desk.read().await.unwrap();
    assert_eq!(view.raw().keys_of(passport.bytes()).await.unwrap().len(), 1, "its own key was not touched");
    assert_eq!(view.file_key(passport).await.err(), Some(StoreError::Erased), "and opens nothing without the part");
    assert!(view.file_key(letter).await.is_ok());
}

/// A node restored from a place as of a moment.
async fn restored(node: &Node, place: &Path, until: Option<Timestamp>) -> (Desk, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let backend = Arc::new(SqliteBackend::scratch(Options::at(START)).unwrap());
    Restoring::open(place, &node.master).unwrap().pour(&*backend, folder.path(), until).await.unwrap();
    let store = Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&node.desk.chance));
    let store = store.with_files(Files::at(folder.path().to_path_buf()));
    store.unlock(node.master.clone(), START).await.unwrap();
    desk::verify::rebuild(&store, node.desk.now()).await.unwrap();
    (again(&node.desk, store), folder)
}

#[tokio::test]
async fn a_backup_carries_documents_and_after_an_erasure_they_open_nowhere() {
    let (node, case) = batam().await;
    let (manager, mut memory) = (node.manager(), Memory::default());
    let passport = adds(&node, &manager, new(case, DocumentKind::Identity), paper("a")).await.unwrap();
    let letter = adds(&node, &manager, new(case, DocumentKind::Letter), paper("b")).await.unwrap();
    let place = tempfile::tempdir().unwrap();
    let (store, dir) = (&node.desk.store, node.folder.path());
    Copying { store, dir, small: &[], place: place.path(), now: START }.write(&mut memory).await.unwrap();
    let (back, _folder) = restored(&node, place.path(), None).await;
    assert_eq!(opens(&back, &manager, case, passport).await.unwrap(), paper("a"));
    assert_eq!(opens(&back, &manager, case, letter).await.unwrap(), paper("b"));

    node.clock.advance_millis(3_600_000);
    removes(&node, &manager, case, letter).await.unwrap();
    erased(&node, case, [Category::Identity].into()).await;
    let now = node.desk.now();
    Copying { store, dir, small: &[], place: place.path(), now }.write(&mut memory).await.unwrap();
    for until in [Some(START), None] {
        let (back, folder) = restored(&node, place.path(), until).await;
        for file in [passport, letter] {
            assert_ne!(code(opens(&back, &manager, case, file).await), "done", "{until:?}");
            assert_eq!(back.read().await.unwrap().file_key(file).await.err(), Some(StoreError::Erased), "{until:?}");
        }
        assert_eq!(below(&folder.path().join("files")).len(), 0, "{until:?}");
    }
    assert!(node.journal(Seq(0)).await.contains(&"document.removed".to_owned()));
}

/// A report about her, of another key, with files of these sizes; none of them came yet, and all of them count.
async fn reported(node: &Node, case: CaseId, kunci: &[u8], sizes: &[u64]) {
    let file = |(n, bytes): (u8, &u64)| {
        let id = base::hex(&[kunci, &[n], &[0; 16]].concat()[..16]);
        serde_json::json!([id, bytes, "07".repeat(32), "06".repeat(16)])
    };
    let files = (1..).zip(sizes).map(file).collect();
    let json = desk::cases::reports::ReportJson { files, ..report() };
    let taken = node.desk.take_report(kunci, &sealed(node, kunci, &json).await).await.unwrap();
    let desk::intake::Taken::New(receipt) = taken else { panic!("{taken:?}") };
    let mut view = node.desk.read().await.unwrap();
    let report = desk::cases::reports::by_rid(&mut view, receipt.rid).await.unwrap().unwrap().id;
    drop(view);
    node.does(&node.manager(), &desk::cases::reports::LinkReport { report, case }).await.unwrap();
}

#[tokio::test]
async fn files_of_all_reports_of_a_case_count_to_the_byte_in_the_room_for_its_documents() {
    let (node, case) = batam().await;
    let manager = node.manager();
    let (one, full) = (paper("satu"), [base::limits::UPLOAD_BYTES_MAX; 20]);
    let size = one.len() as u64;
    let left = base::limits::CASE_FILES_BYTES_MAX - 40 * base::limits::UPLOAD_BYTES_MAX;
    reported(&node, case, b"kunci-2", &full).await;
    reported(&node, case, b"kunci-3", &full).await;
    reported(&node, case, b"kunci-4", &[left - size]).await;
    adds(&node, &manager, new(case, DocumentKind::Other), one).await.unwrap();
    let more = adds(&node, &manager, new(case, DocumentKind::Other), b"%PDF-1.7 dua".to_vec()).await;
    assert_eq!(code(more), "document.no-room", "not one byte more");
    let (node, case) = batam().await;
    reported(&node, case, b"kunci-2", &full).await;
    reported(&node, case, b"kunci-3", &full).await;
    reported(&node, case, b"kunci-4", &[left - size + 1]).await;
    let over = adds(&node, &node.manager(), new(case, DocumentKind::Other), paper("satu")).await;
    assert_eq!(code(over), "document.no-room", "each report counts, not the last alone");
}
