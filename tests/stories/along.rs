// Long because: a document from the giver's case to the taker's, and all that may happen to it on the way, in one row.
//! Documents go along with an offer: what the accord permits, when the taker may have it, chunk by chunk, once.

use crate::cast::*;
use crate::consents::takes_back;
use crate::legal_aid::{answers, offers, says, stream};
use crate::situations::pair_ends;
use base::{CaseId, FileId, ThreadId};
use casework::document::{DocumentFor, DocumentKind};
use casework::report::FileKind;
use casework::words::{Category, Purpose};
use desk::cases::consents::WithdrawConsent;
use desk::cases::documents::{NewDocument, OpenDocument, RemoveDocument};
use desk::mail::{BlobOut, Verdict};
use desk::offers::{Ask, CameFile, CameState, GiverWord, OpenCame, TakerWord, preview};
use desk::{Asking, Error};
use seal::Body;
use std::collections::BTreeSet;
use store::Read;

/// A made-up paper of several chunks that says who she is.
fn paper(words: &str) -> Vec<u8> {
    let filling = (0_u32..100_000).map(|n| u8::try_from(n % 251).unwrap());
    [b"%PDF-1.7 ".to_vec(), NAME.as_bytes().to_vec(), words.as_bytes().to_vec(), filling.collect()].concat()
}

async fn adds(node: &Node, case: CaseId, kind: DocumentKind) -> FileId {
    let new = NewDocument { case, kind, title: text(kind.word()), purpose: DocumentFor::Case };
    let asking = Asking::once(&*node.desk.chance, node.desk.now());
    node.desk.add_document(&node.manager(), asking, (new, paper(kind.word()))).await.unwrap()
}

/// Her consent that Lombok Timur takes her case with its papers: number 20.
fn with_papers() -> casework::Consent {
    let more = [Category::Placement, Category::Documents, Category::Statement, Category::Health];
    let categories: Vec<Category> = to_home().categories.into_iter().chain(more).collect();
    share(20, "lotim", Purpose::Return, &categories)
}

/// Her consent that Mawar sees her contract too: number 10.
fn with_contract() -> casework::Consent {
    let categories: Vec<Category> =
        to_counsel(10, "lbh-mawar").categories.into_iter().chain([Category::Placement]).collect();
    share(10, "lbh-mawar", Purpose::LegalAid, &categories)
}

fn along(ask: Ask, files: impl IntoIterator<Item = FileId>) -> Ask {
    Ask { documents: files.into_iter().collect(), ..ask }
}

async fn came(node: &Node, offer: (ThreadId, u32), file: FileId) -> CameFile {
    stream(node, offer.0).await.came_file(file).unwrap().1.clone()
}

/// The handover of a case with a contract, accepted; its message is there.
async fn handed(world: &World, kinds: &[DocumentKind]) -> (CaseId, (ThreadId, u32), Vec<FileId>) {
    let World { batam, lotim, .. } = world;
    let case = decided(batam).await;
    consents(batam, case, with_papers()).await;
    let mut files = Vec::new();
    for kind in kinds {
        files.push(adds(batam, case, *kind).await);
    }
    let offer = offers(batam, case, along(handover(lotim), files.clone())).await.unwrap();
    batam.talks(lotim).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    (case, offer, files)
}

#[tokio::test]
async fn a_document_of_a_handover_comes_byte_for_byte_and_becomes_one_of_the_case_under_its_own_part() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer, files) = handed(&world, &[DocumentKind::Contract, DocumentKind::Identity]).await;
    assert_eq!(waits(batam, lotim).await.len(), 2);
    assert_eq!(came(lotim, offer, files[0]).await.state, CameState::Coming(0));
    assert!(lotim.case(case).await.documents.is_empty(), "not before it is whole");
    carries(batam, lotim).await;
    let here = lotim.case(case).await;
    assert_eq!(here.documents.len(), 2);
    for (file, kind) in files.iter().zip([DocumentKind::Contract, DocumentKind::Identity]) {
        let document = here.document(*file).unwrap();
        assert_eq!((document.kind, document.file, document.from), (kind, FileKind::Pdf, Some(batam.id())));
        let act = OpenDocument { case, file: *file, reason: text(REASON) };
        let manager = assigned_manager(lotim, case).await;
        let opened = lotim.desk.open_document(&manager, &act).await.unwrap();
        assert_eq!(opened.plain.as_slice(), paper(kind.word()));
        assert_eq!(came(lotim, offer, *file).await.state, CameState::InCase(case));
    }
    assert_eq!(lotim.desk.store.files().waiting().unwrap(), []);
    let view = &mut lotim.desk.read().await.unwrap();
    assert!(desk::verify::projections(view).await.unwrap().is_empty());
}

/// The manager of the case at its new owner.
async fn assigned_manager(node: &Node, case: CaseId) -> desk::Actor {
    if node.case(case).await.manager().is_none() {
        assigned(node, case).await;
    }
    node.manager()
}

#[tokio::test]
async fn before_the_acceptance_nothing_of_a_document_leaves_neither_key_nor_chunk_nor_name() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, with_papers()).await;
    let file = adds(batam, case, DocumentKind::Contract).await;
    let offer = offers(batam, case, along(handover(lotim), [file])).await.unwrap();
    for letter in batam.post_for(lotim.id()).await {
        assert_eq!(lotim.takes(batam, &letter).await, Verdict::Applied);
        assert_eq!(Body::decode(&letter.payload).unwrap().attachments, []);
        assert!(!letter.payload.windows(16).any(|part| part == file.bytes()), "its id is in the extract alone");
    }
    assert_eq!(waits(batam, lotim).await, []);
    assert_eq!(stream(lotim, offer.0).await.came[&1].files, []);
}

#[tokio::test]
async fn what_the_accord_does_not_permit_does_not_go_and_each_says_why() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, with_papers()).await;
    let mut all = BTreeSet::new();
    for kind in DocumentKind::ALL {
        all.insert(adds(batam, case, *kind).await);
    }
    let ask = along(handover(lotim), all);
    let (_, cut) = preview(&batam.desk, &batam.manager(), case, &ask).await.unwrap();
    let said = |kind| {
        let seen = cut.documents.iter().find(|seen| seen.document.kind == kind).unwrap();
        seen.refusal().map_or("goes", |code| base::Code::named(code).unwrap().0)
    };
    let expected = [
        (DocumentKind::Identity, "goes"),
        (DocumentKind::Contract, "goes"),
        (DocumentKind::Payment, "goes"),
        (DocumentKind::Photo, "document.no-field"),
        (DocumentKind::Medical, "floor.health"),
        (DocumentKind::Statement, "floor.statement"),
        (DocumentKind::Letter, "document.no-field"),
        (DocumentKind::PowerOfAttorney, "goes"),
        (DocumentKind::Other, "document.no-field"),
    ];
    for (kind, code) in expected {
        assert_eq!(said(kind), code, "{kind}");
    }
    let offer = offers(batam, case, ask).await.unwrap();
    batam.talks(lotim).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    carries(batam, lotim).await;
    let kinds: BTreeSet<DocumentKind> = lotim.case(case).await.documents.iter().map(|document| document.kind).collect();
    let went = expected.into_iter().filter(|(_, code)| *code == "goes").map(|(kind, _)| kind).collect();
    assert_eq!(kinds, went, "I7: no more than was permitted, and all of that");
}

#[tokio::test]
async fn without_a_consent_for_its_category_or_about_another_person_a_document_stays() {
    let world = World::new().await;
    let World { batam, mawar, bahari, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(10, "lbh-mawar")).await;
    let contract = adds(batam, case, DocumentKind::Contract).await;
    let (_, cut) = preview(&batam.desk, &batam.manager(), case, &along(legal_aid(mawar), [contract])).await.unwrap();
    assert_eq!(cut.documents[0].refusal(), Some("consent.scope"));
    assert_eq!(cut.extract(&batam.case(case).await.state, [0; 16], START).attachments, []);
    let sister = sister(batam, case).await;
    let ask = Ask { person: Some(sister), ..along(legal_aid(bahari), [contract]) };
    let (_, cut) = preview(&batam.desk, &batam.manager(), case, &ask).await.unwrap();
    assert_eq!(cut.documents[0].refusal(), Some("document.of-another"));
}

#[tokio::test]
async fn a_bad_chunk_is_fetched_three_times_and_then_marked_and_the_good_ones_stay() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer, files) = handed(&world, &[DocumentKind::Contract]).await;
    let blob = waits(batam, lotim).await.remove(0);
    for tries in 1..=3_u8 {
        for n in 0..blob.chunks {
            let (mut bytes, last) = chunk_of(batam, &blob, n);
            bytes[7] ^= u8::from(n == 2);
            let kept = comes(lotim, (blob.blob, n, last), &bytes).await.unwrap();
            assert_eq!(kept.new, n == 2 || tries == 1, "good chunks come once");
        }
        lotim.desk.sweep_files().await.unwrap();
        let state = came(lotim, offer, files[0]).await.state;
        let expected =
            if tries < 3 { CameState::Coming(tries) } else { CameState::Marked("attachment.damaged".into()) };
        assert_eq!(state, expected);
    }
    assert!(lotim.case(case).await.documents.is_empty());
    assert_eq!(lotim.case(case).await.ownership.own_no, 1, "the transfer is not stopped by it");
    // The giver sends it once more, and this time it is well.
    says(batam, offer, GiverWord::Supplement(files.iter().copied().collect())).await.unwrap();
    batam.talks(lotim).await;
    lotim.desk.sweep_files().await.unwrap();
    assert_eq!(lotim.desk.store.files().progress(blob.blob).unwrap().unwrap().chunks(), blob.chunks - 1);
    carries(batam, lotim).await;
    assert_eq!(lotim.case(case).await.documents.len(), 1);
}

#[tokio::test]
async fn a_bad_chunk_that_comes_well_the_second_time_is_no_loss() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, ..) = handed(&world, &[DocumentKind::Contract]).await;
    let blob = waits(batam, lotim).await.remove(0);
    for n in (0..blob.chunks).rev() {
        let (mut bytes, last) = chunk_of(batam, &blob, n);
        bytes[7] ^= u8::from(last);
        comes(lotim, (blob.blob, n, last), &bytes).await.unwrap();
    }
    lotim.desk.sweep_files().await.unwrap();
    let progress = lotim.desk.store.files().progress(blob.blob).unwrap().unwrap();
    assert_eq!((progress.chunks(), progress.whole), (blob.chunks - 1, false));
    carries(batam, lotim).await;
    assert_eq!(lotim.case(case).await.documents.len(), 1);
}

#[tokio::test]
async fn chunks_that_come_before_their_message_wait_for_it() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, with_papers()).await;
    let file = adds(batam, case, DocumentKind::Contract).await;
    let offer = offers(batam, case, along(handover(lotim), [file])).await.unwrap();
    batam.talks(lotim).await;
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    lotim.posts(batam).await;
    carries(batam, lotim).await;
    assert!(stream(lotim, offer.0).await.came_file(file).is_none());
    batam.talks(lotim).await;
    lotim.desk.sweep_files().await.unwrap();
    assert_eq!(lotim.case(case).await.documents.len(), 1);
}

/// A referral to Mawar with her contract, accepted and carried.
async fn referred(world: &World) -> (CaseId, (ThreadId, u32), FileId) {
    let World { batam, mawar, .. } = world;
    let case = decided(batam).await;
    consents(batam, case, with_contract()).await;
    let file = adds(batam, case, DocumentKind::Contract).await;
    let offer = offers(batam, case, along(legal_aid(mawar), [file])).await.unwrap();
    batam.talks(mawar).await;
    answers(mawar, offer, TakerWord::Accept).await.unwrap();
    batam.talks(mawar).await;
    (case, offer, file)
}

async fn opens(node: &Node, offer: (ThreadId, u32), file: FileId) -> Result<Vec<u8>, Error> {
    let act = OpenCame { thread: offer.0, file, reason: text("") };
    node.desk.open_came(&node.counsel(), &act).await.map(|(_, plain)| plain.to_vec())
}

#[tokio::test]
async fn a_document_of_a_referral_lies_with_the_offer_and_each_opening_is_recorded() {
    let world = World::new().await;
    let World { batam, mawar, .. } = &world;
    let (_, offer, file) = referred(&world).await;
    assert_eq!(code(opens(mawar, offer, file).await), "attachment.not-here");
    carries(batam, mawar).await;
    assert_eq!(came(mawar, offer, file).await.state, CameState::Here(FileKind::Pdf));
    let head = mawar.head().await;
    assert_eq!(opens(mawar, offer, file).await.unwrap(), paper(DocumentKind::Contract.word()));
    assert_eq!(mawar.journal(head).await, ["file.opened"]);
    let analyst = mawar.officer(9, &[casework::Role::Analyst]);
    let act = OpenCame { thread: offer.0, file, reason: text("") };
    assert_eq!(code(mawar.desk.open_came(&analyst, &act).await.map(drop)), "act.role");
}

#[tokio::test]
async fn a_withdrawal_stops_what_travels_and_takes_the_key_and_the_file_of_what_came() {
    let world = World::new().await;
    let World { batam, mawar, .. } = &world;
    let (case, offer, file) = referred(&world).await;
    carries(batam, mawar).await;
    assert_eq!(waits(batam, mawar).await.len(), 1, "it is looked for again");
    let consent = base::ConsentId::from_bytes([10; 16]);
    batam.does(&batam.manager(), &WithdrawConsent { case, consent, erase: true }).await.unwrap();
    assert_eq!(waits(batam, mawar).await, [], "nothing more of it leaves");
    batam.talks(mawar).await;
    assert_eq!(code(opens(mawar, offer, file).await), "attachment.not-here");
    let key = mawar.desk.read().await.unwrap().file_key(file).await;
    assert_eq!(key.err(), Some(store::StoreError::Erased));
    mawar.desk.sweep_files().await.unwrap();
    assert_eq!(mawar.desk.store.files().progress(file).unwrap(), None, "off the disk");
    assert_eq!(came(mawar, offer, file).await.state, CameState::Gone);
}

#[tokio::test]
async fn a_document_that_was_removed_before_the_acceptance_is_named_and_marked_and_stops_nothing() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, with_papers()).await;
    let file = adds(batam, case, DocumentKind::Contract).await;
    let offer = offers(batam, case, along(handover(lotim), [file])).await.unwrap();
    batam.talks(lotim).await;
    let act = RemoveDocument { case, version: None, file, reason: text("salah berkas") };
    batam.desk.erase(&batam.manager(), Asking::once(&*batam.desk.chance, batam.desk.now()), &act).await.unwrap();
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    let done = batam.talks(lotim).await;
    assert_eq!(done.last(), Some(&(24, Verdict::FieldsDropped("attachment.odd".into()))));
    assert_eq!(came(lotim, offer, file).await.state, CameState::Marked("attachment.no-key".into()));
    assert_eq!(lotim.case(case).await.ownership.own_no, 1);
    assert_eq!(waits(batam, lotim).await, []);
}

#[tokio::test]
async fn a_later_document_goes_with_a_supplement_and_one_without_a_field_does_not() {
    let world = World::new().await;
    let World { batam, mawar, .. } = &world;
    let (case, offer, _) = referred(&world).await;
    carries(batam, mawar).await;
    let slip = adds(batam, case, DocumentKind::Payment).await;
    says(batam, offer, GiverWord::Supplement([slip].into())).await.unwrap();
    batam.talks(mawar).await;
    carries(batam, mawar).await;
    assert_eq!(came(mawar, offer, slip).await.state, CameState::Here(FileKind::Pdf));
    assert_eq!(opens(mawar, offer, slip).await.unwrap(), paper("payment"));
    let letter = adds(batam, case, DocumentKind::Letter).await;
    let again = says(batam, offer, GiverWord::Supplement([letter].into())).await;
    assert_eq!(code(again), "document.no-field");
}

#[tokio::test]
async fn a_case_that_comes_back_brings_no_second_copy_and_what_was_added_there() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let (case, offer, files) = handed(&world, &[DocumentKind::Contract]).await;
    carries(batam, lotim).await;
    answers(lotim, offer, TakerWord::Complete(casework::offer::Served::InPart, String::new())).await.unwrap();
    batam.talks(lotim).await;
    assigned_manager(lotim, case).await;
    let slip = adds(lotim, case, DocumentKind::Payment).await;
    let receiver = casework::consent::Receiver { party: "batam".into(), node: None };
    let id = base::ConsentId::from_bytes([21; 16]);
    consents(lotim, case, casework::Consent { id, receiver: Some(receiver), ..with_papers() }).await;
    let back = offers(lotim, case, along(handover(batam), [files[0], slip])).await.unwrap();
    batam.talks(lotim).await;
    answers(batam, back, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    carries(lotim, batam).await;
    let kinds: Vec<DocumentKind> = batam.case(case).await.documents.iter().map(|document| document.kind).collect();
    assert_eq!(kinds, [DocumentKind::Contract, DocumentKind::Payment]);
    assert_eq!(came(batam, back, files[0]).await.state, CameState::Marked("attachment.known".into()));
}

#[tokio::test]
async fn a_later_document_on_a_newer_consent_than_the_offers_goes_along_and_is_found_by_its_withdrawal() {
    let world = World::new().await;
    let World { batam, mawar, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, to_counsel(10, "lbh-mawar")).await;
    let offer = offers(batam, case, legal_aid(mawar)).await.unwrap();
    batam.talks(mawar).await;
    answers(mawar, offer, TakerWord::Accept).await.unwrap();
    batam.talks(mawar).await;
    let contract = adds(batam, case, DocumentKind::Contract).await;
    consents(batam, case, share(15, "lbh-mawar", Purpose::LegalAid, &[Category::Placement])).await;
    says(batam, offer, GiverWord::Supplement([contract].into())).await.unwrap();
    batam.talks(mawar).await;
    carries(batam, mawar).await;
    assert!(matches!(came(mawar, offer, contract).await.state, CameState::Here(_)));
    takes_back(batam, case, 15, false).await;
    batam.talks(mawar).await;
    mawar.desk.sweep_files().await.unwrap();
    assert_eq!(came(mawar, offer, contract).await.state, CameState::Gone);
}

/// Nothing of a document travels before the acceptance, chunk or key (ADR 31): what the situation lets travel early waits here.
#[tokio::test]
async fn s28_a_report_that_comes_while_the_offer_waits_opens_as_supplement_1() {
    let world = World::new().await;
    let World { batam, lotim, .. } = &world;
    let case = decided(batam).await;
    consents(batam, case, with_papers()).await;
    let offer = offers(batam, case, handover(lotim)).await.unwrap();
    batam.talks(lotim).await;
    let report = adds(batam, case, DocumentKind::Contract).await;
    assert_eq!(waits(batam, lotim).await, []);
    let early = says(batam, offer, GiverWord::Supplement([report].into())).await;
    assert_eq!(code(early), "offer.wrong-state", "nothing of it before the acceptance");
    answers(lotim, offer, TakerWord::Accept).await.unwrap();
    batam.talks(lotim).await;
    says(batam, offer, GiverWord::Supplement([report].into())).await.unwrap();
    batam.talks(lotim).await;
    carries(batam, lotim).await;
    assert_eq!(stream(lotim, offer.0).await.thread.taker.offer(1).unwrap().supplements, [1].into());
    assert_eq!(came(lotim, offer, report).await.state, CameState::InCase(case));
    pair_ends("S28", case, batam, lotim, offer).await;
}

/// The rare format: what opens here and is of no known kind is kept as it came, and neither shown nor given out.
#[tokio::test]
async fn s37_an_odd_attachment_and_a_lost_chunk_are_marked_and_the_acceptance_stands() {
    let world = World::new().await;
    let World { batam, mawar, .. } = &world;
    let (case, offer, file) = referred(&world).await;
    let blob = waits(batam, mawar).await.remove(0);
    for _ in 0..3 {
        for n in 0..blob.chunks {
            let (mut bytes, last) = chunk_of(batam, &blob, n);
            bytes[7] ^= u8::from(n == 2);
            comes(mawar, (blob.blob, n, last), &bytes).await.unwrap();
        }
        mawar.desk.sweep_files().await.unwrap();
    }
    assert_eq!(came(mawar, offer, file).await.state, CameState::Marked("attachment.damaged".into()));
    assert!(mawar.desk.store.files().progress(file).unwrap().unwrap().chunks() >= blob.chunks - 1, "good chunks kept");
    assert_eq!(FileKind::of(b"MSH|^~\\&|LAB"), FileKind::Other);
    pair_ends("S37", case, batam, mawar, offer).await;
}

/// What luck does to the chunks of one round: left out, twice, in another order, with a wrong byte, with another's number.
fn luckless(chance: &dyn base::Chance, blob: &BlobOut, rotten: Option<u32>) -> Vec<(u32, u32, bool)> {
    let roll = |most: u32| u32::from_be_bytes(chance.bytes()) % most;
    let mut sent: Vec<(u32, u32, bool)> = (0..blob.chunks).map(|n| (n, n, false)).collect();
    for _ in 0..roll(6) {
        let (one, other) = (roll(blob.chunks), roll(blob.chunks));
        match roll(5) {
            0 => sent.retain(|(n, ..)| *n != one),
            1 => sent.push((one, one, false)),
            2 => sent.reverse(),
            3 => sent.iter_mut().filter(|(n, ..)| *n == one).for_each(|chunk| chunk.2 = true),
            _ => sent.iter_mut().filter(|(n, ..)| *n == one).for_each(|chunk| chunk.1 = other),
        }
    }
    sent.iter_mut().filter(|(n, ..)| rotten == Some(*n)).for_each(|chunk| chunk.2 = true);
    sent
}

#[tokio::test]
async fn whatever_luck_does_to_chunks_the_document_is_there_byte_for_byte_or_marked_by_name() {
    let (mut whole, mut marked) = (0, 0);
    for seed in 0..8 {
        let chance: std::sync::Arc<dyn base::Chance> = std::sync::Arc::new(base::chance::SeededChance::new(seed));
        let world = World::new().await;
        let World { batam, lotim, .. } = &world;
        let (case, offer, files) = handed(&world, &[DocumentKind::Contract]).await;
        let blob = waits(batam, lotim).await.remove(0);
        // Every second giver has a disk that rots at one place.
        let rotten = (seed % 2 == 1).then_some(2);
        for _ in 0..12 {
            for (n, shown, wrong) in luckless(&*chance, &blob, rotten) {
                let (mut bytes, _) = chunk_of(batam, &blob, shown);
                let last = bytes.len() + 16 < 16_384 || n + 1 == blob.chunks;
                bytes[9] ^= u8::from(wrong);
                // What contradicts what is here is refused; nothing else happens.
                let _ = comes(lotim, (blob.blob, n, last), &bytes).await;
            }
            lotim.desk.sweep_files().await.unwrap();
        }
        match came(lotim, offer, files[0]).await.state {
            CameState::InCase(_) => {
                assigned_manager(lotim, case).await;
                let act = OpenDocument { case, file: files[0], reason: text(REASON) };
                let opened = lotim.desk.open_document(&lotim.manager(), &act).await.unwrap();
                assert_eq!(opened.plain.as_slice(), paper("contract"));
                whole += 1;
            }
            CameState::Marked(code) => {
                assert_eq!(code, "attachment.damaged");
                assert!(lotim.case(case).await.documents.is_empty());
                marked += 1;
            }
            state => panic!("after twelve rounds it is still {state:?}"),
        }
    }
    assert_eq!((whole, marked), (4, 4));
}
