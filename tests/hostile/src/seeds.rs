//! Good bytes for each target, made from a fixed seed.

mod contents;
mod rest;

#[cfg(test)]
pub use contents::NUMBERS;
pub use rest::{intake, master, place, share_set};

use base::chance::SeededChance;
use base::{FileId, NodeId, ThreadId, Timestamp};
use seal::keys::week_start;
use seal::{
    AccordFile, AccordSignature, Body, BundlePart, CarrierAddress, CarrierKey, Cert, Entry, EpochSecret, Head,
    IdentityKey, Item, Packer, Recipient, RootKey, SendClass, SignatoryKey, Signers, VerifiedEntry,
};
use std::sync::LazyLock;

/// The worked example of an accord.
pub const DOCUMENT: &str = include_str!("../../../crates/accord/tests/rule/examples/document.json");
/// The worked example of a request.
pub const REQUEST: &str = include_str!("../../../crates/accord/tests/rule/examples/request.json");
/// The list of fields.
const FIELDS: &str = include_str!("../../../crates/accord/data/fields.csv");
/// What people type: a number of an identity card, a place, moments, ids, a code of a slip and one of a reply.
const TYPED: [&str; 8] = [
    "5203.0144.0499.0007",
    "21.71",
    "2026-11-23T08:00:00Z",
    "2026-11-23",
    "case_00000000000000000000000000",
    "nod_00000000000000000000000000",
    "21.71-ABCDE-FGHJK-MNPQR-1",
    "0000 0000 0000 0000",
];
/// One answer set.
pub const LINE: &str =
    r#"{"id":"x","stage":"transit","answers":{"A1":"adult","A2":"yes","B4":"no","C3":"unknown","V1":"refused"}}"#;
/// Mentions of recruiters: one man written in three ways, two namesakes, and one of whom only a telephone is known.
const MENTIONS: &str = r#"rec_id,district,name,alias,phone,nik,birth_date,sex,village,regency,employer,source
1,21.71,Yohanes Tapatab,Pak Yance,0812-9000-1111,,1980-03-02,L,Kelapa Lima,53.71,"PT Contoh, Kupang",lapor
2,53.71,Tapatab Johannes,,+62 812 9000 1111,,,L,,53.71,PT. CONTOH KUPANG,lapor
3,52.03,Yance,,081290001111,,02/03/1980,,,,,lapor
4,53.71,Siti Aminah,,,5371014101800001,,P,,53.71,,lapor
5,53.71,Siti Aminah,,,5371014202900002,,P,,53.71,,lapor
6,53.71,,,081355500001,,,,,,,lapor
"#;
/// Who sends.
pub const FROM: NodeId = NodeId::from_bytes([1; 16]);
/// Who receives.
pub const TO: NodeId = NodeId::from_bytes([2; 16]);

const WEEK: u32 = 2970;

/// Keys of a sender and a receiver.
pub struct Cast {
    /// Of the sender.
    pub root: RootKey,
    /// The sender signs with it.
    pub identity: IdentityKey,
    /// The receiver opens with it.
    pub epoch: EpochSecret,
}

/// The same keys in every run.
pub fn cast() -> &'static Cast {
    static CAST: LazyLock<Cast> = LazyLock::new(|| {
        let chance = SeededChance::new(11);
        let (identity, epoch) = (IdentityKey::generate(&chance), EpochSecret::generate(WEEK, &chance));
        Cast { identity, epoch, root: RootKey::generate(&chance) }
    });
    &CAST
}

/// The seeds of a target; one at least.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "accord_document" => vec![DOCUMENT.into(), template("legal-aid"), template("task-forces")],
        "accord_request" => vec![REQUEST.into()],
        "screening_pack" => vec![pack()],
        "guide_pack" => {
            vec![whole(&pocketbook::Guide::guidance_files()), whole(&pocketbook::Guide::directory_files()), language()]
        }
        "screening_line" => vec![LINE.into(), [LINE, "\n", LINE].concat().into()],
        "mentions" => vec![MENTIONS.into()],
        "services" => contents::services(),
        "envelope" => vec![envelope()],
        "body" => vec![body()],
        "bundle" => vec![bundle()],
        "join_file" => vec![seal::entry::joining_file(&entry())],
        "accord_file" => vec![accord_file()],
        "content" => contents::all()
            .iter()
            .map(|message| [&message.number().to_be_bytes(), &*message.to_content()].concat())
            .collect(),
        "extract" => contents::extracts(),
        "entry" => vec![inside(entry().bytes())],
        "statement" => statements(),
        "http" => http(),
        "handbook_pack" => vec![whole(&casework::Handbook::embedded_files().into_iter().collect())],
        "field_list" => vec![FIELDS.into()],
        "typed" => TYPED.iter().map(|text| text.as_bytes().to_vec()).collect(),
        _ => rest::seeds(target),
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

/// A signed entry of the sender.
fn entry() -> VerifiedEntry {
    let Cast { root, identity, .. } = cast();
    let epoch = EpochSecret::generate(WEEK, &SeededChance::new(13)).public().sign(root.public().node(), identity);
    let stated = Entry {
        serial: 1,
        names: vec!["Gugus Tugas Batam (contoh)".into()],
        region: "21.71".into(),
        roles: vec!["task_force".into()],
        carriers: vec![CarrierAddress { kind: 1, address: "https://127.0.0.1:9443".into(), tls: Some([3; 32]) }],
        versions: vec![1],
        suites: vec![1],
        ..Entry::default()
    };
    let signed = stated.sign(&root.public(), &certificate(), &[epoch], identity).expect("an entry");
    VerifiedEntry::read(&signed).expect("a signed entry")
}

fn certificate() -> Vec<u8> {
    let Cast { root, identity, .. } = cast();
    let (node, begin) = (root.public().node(), week_start(WEEK).seconds());
    let carrier = CarrierKey::generate(&SeededChance::new(14)).public();
    let (not_before, not_after) = (begin, begin + 31_536_000);
    Cert { node, identity: identity.public(), carrier, serial: 1, not_before, not_after }.sign(root)
}

/// What stands under a signature: the first of `[bstr, signature]`.
fn inside(signed: &[u8]) -> Vec<u8> {
    let [content, _] = seal::cbor::decode(signed).and_then(seal::cbor::Value::into_items).expect("a signed thing");
    content.into_bytes().expect("bytes")
}

fn signers() -> Vec<u8> {
    let (key, root) = (SignatoryKey::from_bytes(&[5; 32]), &cast().root);
    let signatories = vec![("Ibu Sari (contoh)".into(), "Kepala".into(), key.public())];
    Signers { node: root.public().node(), signatories, revokers: vec![("Ibu Sari (contoh)".into(), key.public())] }
        .sign(root)
}

fn accord_file() -> Vec<u8> {
    let (key, node) = (SignatoryKey::from_bytes(&[5; 32]), cast().root.public().node());
    let document = DOCUMENT.as_bytes().to_vec();
    let (hash, at) = (seal::hash::accord_hash(&document), Timestamp::from_seconds(1_795_000_000));
    let signature = AccordSignature::sign(&hash, &key, node, ("Ibu Sari (contoh)", "Kepala"), at);
    let (entries, signers) = (vec![entry().bytes().to_vec()], vec![signers()]);
    AccordFile { document, signatures: vec![signature], entries, signers }.encode()
}

/// What [`crate::wire::statement`] signs or reads: certificate, signatories, revocation, head, co-signed head, record.
fn statements() -> Vec<Vec<u8>> {
    let Cast { root, identity, .. } = cast();
    let (node, at) = (root.public().node(), 1_795_000_000);
    let mut revocation =
        seal::Revocation { node, kid: identity.public().kid(), since: at, reason: 2, signatures: Vec::new() };
    revocation.sign_as_root(root);
    let head = Head { node, era: 1_790_000_000, n: 12, link: [7; 32], at }.sign(identity);
    let cosigned = head.clone().cosign(TO, identity, at + 5);
    let record = seal::OwnRecord {
        case: base::CaseId::from_bytes([9; 16]),
        own_no: 1,
        from: FROM,
        to: TO,
        extract_hash: [3; 32],
        last: [0; 32],
        accord_hash: [6; 32],
    };
    let statements = [inside(&certificate()), inside(&signers()), revocation.encode()];
    statements.into_iter().chain([head.encode(), cosigned.encode(), record.encode()]).collect()
}

/// The request of [`crate::wire::http`].
pub const fn request() -> seal::httpsig::Request<'static> {
    seal::httpsig::Request { method: "POST", target_uri: "https://127.0.0.1:9443/fed/1/mailbox/00/release", body: b"" }
}

/// Whose mailbox it is.
pub fn mailbox() -> (seal::FetchKey, seal::ReleaseKey) {
    let chance = SeededChance::new(15);
    (seal::FetchKey::generate(&chance), seal::ReleaseKey::generate(&chance))
}

fn http() -> Vec<Vec<u8>> {
    let (chance, (fetch, release)) = (SeededChance::new(16), mailbox());
    let now = Timestamp::from_seconds(1_795_000_000);
    let seal::httpsig::Headers { content_digest, signature_input, signature } =
        seal::httpsig::sign(&request(), &fetch, now, &chance);
    let mailbox = seal::httpsig::mailbox_header(&fetch.public(), &release.public());
    let lines = [content_digest, signature_input, signature, mailbox, "0-11,13,4294967295".into()].join("\n");
    vec![lines.into_bytes(), [envelope(), envelope()].concat()]
}
