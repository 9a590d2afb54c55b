//! Good bytes for each target, made from a fixed seed.

use base::chance::SeededChance;
use base::{FileId, NodeId, ThreadId};
use seal::keys::week_start;
use seal::{
    Body, BundlePart, CarrierAddress, CarrierKey, Cert, Entry, EpochSecret, IdentityKey, Item, Packer, Recipient,
    RootKey, SendClass,
};
use std::sync::LazyLock;

/// The worked example of an accord.
pub const DOCUMENT: &str = include_str!("../../crates/accord/tests/rule/examples/document.json");
/// The worked example of a request.
pub const REQUEST: &str = include_str!("../../crates/accord/tests/rule/examples/request.json");
/// One answer set.
pub const LINE: &str =
    r#"{"id":"x","stage":"transit","answers":{"A1":"adult","A2":"yes","B4":"no","C3":"unknown","V1":"refused"}}"#;
/// Who sends.
pub const FROM: NodeId = NodeId::from_bytes([1; 16]);
/// Who receives.
pub const TO: NodeId = NodeId::from_bytes([2; 16]);

const WEEK: u32 = 2970;

/// Keys of a sender and a receiver.
pub struct Cast {
    /// The sender signs with it.
    pub identity: IdentityKey,
    /// The receiver opens with it.
    pub epoch: EpochSecret,
}

/// The same keys in every run.
pub fn cast() -> &'static Cast {
    static CAST: LazyLock<Cast> = LazyLock::new(|| {
        let chance = SeededChance::new(11);
        Cast { identity: IdentityKey::generate(&chance), epoch: EpochSecret::generate(WEEK, &chance) }
    });
    &CAST
}

/// The seeds of a target; one at least.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "accord_document" => vec![DOCUMENT.into(), template("legal-aid"), template("task-forces")],
        "accord_request" => vec![REQUEST.into()],
        "screening_pack" => vec![pack()],
        "guide_pack" => vec![whole(&pocketbook::Guide::guidance_files()), whole(&pocketbook::Guide::directory_files()), language()],
        "screening_line" => vec![LINE.into(), [LINE, "\n", LINE].concat().into()],
        "envelope" => vec![envelope()],
        "body" => vec![body()],
        "bundle" => vec![bundle()],
        _ => vec![joining_file()],
    }
}

fn template(name: &str) -> Vec<u8> {
    let party = |node: &str, role| accord::TemplateParty {
        node: node.into(),
        id: Some(TO),
        name: node.into(),
        role,
        signatures: 1,
    };
    let fill = accord::TemplateFill {
        id: "uji".into(),
        effective: "2026-01-01".into(),
        expires: "2027-12-31".into(),
        place: base::Place::parse("21.71").expect("a place"),
        parties: vec![party("batam", accord::PartyRole::TaskForce), party("lbh-mawar", accord::PartyRole::LegalAid)],
    };
    accord::template(name, &fill).expect("a template").into_bytes()
}

fn pack() -> Vec<u8> {
    let pack = pocketbook::Pack::embedded();
    let part = |name: &&str| [b"--- ", name.as_bytes(), b"\n", pack.file(name).expect("a file of the pack")].concat();
    pocketbook::Pack::FILES.iter().flat_map(part).collect()
}

fn whole(files: &base::pack::Files) -> Vec<u8> {
    let part = |(name, bytes): (&String, &Vec<u8>)| [b"--- ", name.as_bytes(), b"\n", bytes.as_slice()].concat();
    files.iter().flat_map(part).collect()
}

fn language() -> Vec<u8> {
    let manifest = r#"{"pack":1,"kind":"language","id":"jawa","version":"1","previous":null,"checked_on":"2026-11-23","sources":["uji"],"files":[]}"#;
    let sentences = r#"{"language":"jv","sentences":{"salam.ya":"...","aman.takut":"..."}}"#;
    let files = [("pack.json", manifest), ("sentences.json", sentences)];
    whole(&files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into())
}

fn body() -> Vec<u8> {
    let body = Body {
        kind: 24,
        from: FROM,
        to: TO,
        thread: ThreadId::from_bytes([3; 16]),
        era: 1_795_000_000,
        seq: 2,
        prev: [4; 32],
        created: 1_795_000_100,
        expires: 1_796_000_000,
        salt: [5; 16],
        accord: Some(seal::AccordRef { id: "uji".into(), version: 1, hash: [6; 32] }),
        purpose: Some("legal_aid".into()),
        trace: Some([7; 32]),
        critical: vec![1, 3],
        content: vec![0xa2, 1, 1, 3, 0x63, b'i', b's', b'i'],
        attachments: vec![seal::Attachment {
            blob: FileId::from_bytes([8; 16]),
            bytes: 20_000,
            chunks: 2,
            key: None,
            media: "image/jpeg".into(),
            hash: [9; 32],
            label: "kontrak".into(),
            field: "evidence".into(),
        }],
        void: vec![(1, [10; 32])],
    };
    body.encode().expect("a Body")
}

fn recipient() -> Recipient {
    Recipient::new(TO, &cast().epoch.public())
}

fn envelope() -> Vec<u8> {
    let chance = SeededChance::new(12);
    seal::seal_envelope(&body(), &cast().identity, &recipient(), SendClass::Normal, 498_611, &chance)
        .expect("an envelope")
}

fn bundle() -> Vec<u8> {
    let part = BundlePart { bundle: [9; 16], part: 1, parts: 1, created_hour: 498_611 };
    let (mut packer, mut out) = Packer::begin(part, &recipient(), &SeededChance::new(6)).expect("a bundle");
    let items = [Item::Envelope(envelope()), Item::Head(vec![]), Item::Other(17, vec![5; 23])];
    for item in &items {
        out.extend(packer.add(item).expect("an item"));
    }
    out.extend(packer.finish(FROM, &cast().identity).expect("a trailer"));
    out
}

fn joining_file() -> Vec<u8> {
    let chance = SeededChance::new(13);
    let (root, identity) = (RootKey::generate(&chance), IdentityKey::generate(&chance));
    let (node, begin) = (root.public().node(), week_start(WEEK).seconds());
    let carrier = CarrierKey::generate(&chance).public();
    let cert = Cert {
        node,
        identity: identity.public(),
        carrier,
        serial: 1,
        not_before: begin,
        not_after: begin + 31_536_000,
    };
    let epoch = EpochSecret::generate(WEEK, &chance).public().sign(node, &identity);
    let entry = Entry {
        serial: 1,
        names: vec!["Gugus Tugas Batam (contoh)".into()],
        region: "21.71".into(),
        roles: vec!["task_force".into()],
        carriers: vec![CarrierAddress { kind: 1, address: "https://127.0.0.1:9443".into(), tls: Some([3; 32]) }],
        versions: vec![1],
        suites: vec![1],
        ..Entry::default()
    };
    let entry = entry.sign(&root.public(), &cert.sign(&root), &[epoch], &identity).expect("an entry");
    seal::entry::joining_file(&seal::VerifiedEntry::read(&entry).expect("a signed entry"))
}
