//! The cast that every room's stories share: task forces Batam and Lombok Timur, two legal-aid institutes, and made-up
//! people. A node is a real desk over SQLite; letters go from outbox to desk by hand, in any order a test likes.
//!
//! People here are invented. Their names, telephone numbers and words are searched for by the canary test.

mod blobs;
mod bodies;
mod mail;
mod people;

pub use blobs::*;
pub use bodies::*;
pub use mail::Letter;
pub use people::*;

use accord::{PartyRole, TemplateFill, TemplateParty, template};
use base::chance::SeededChance;
use base::{CaseId, Chance, Clock, ManualClock, NodeId, OfficerId, Place, Redacted, Timestamp};
use casework::{Calendar, Library, Role};
use desk::cases::{CaseStream, Change, OnCase};
use desk::partners::accord::Signatory;
use desk::partners::{ConfirmPeer, ImportAccord, Peer};
use desk::{Act, Actor, Asking, Desk, Error, NodeProfile, Staff};
use seal::entry::{Cert, Entry, VerifiedEntry};
use seal::{CarrierKey, DataKey, EpochSecret, IdentityKey, RootKey};
use std::sync::{Arc, LazyLock};
use store::{Backend, Read, Store, Stored, Vault};
use store_sqlite::{Options, SqliteBackend};

/// A Monday morning in Batam.
pub const START: Timestamp = Timestamp::from_seconds(1_795_402_800);

/// What became of the packs inside the binary, read once for all nodes.
static PACKS: LazyLock<Arc<Vec<desk::packs::PackState>>> =
    LazyLock::new(|| Arc::new(desk::packs::Packs::embedded().states));

/// One organisation's installation.
pub struct Node {
    pub desk: Arc<Desk>,
    pub clock: Arc<ManualClock>,
    pub entry: VerifiedEntry,
    /// On paper, in truth.
    pub root: RootKey,
    pub master: DataKey,
    pub folder: tempfile::TempDir,
}

impl Node {
    /// A node over a store that is gone with the test.
    pub async fn new(name: &str, place: &str, role: PartyRole, clock: &Arc<ManualClock>) -> Self {
        let backend = SqliteBackend::scratch(Options { snapshots: crate::SNAPSHOTS, ..Options::at(START) }).unwrap();
        Self::over(Arc::new(backend), (name, place, role), clock).await
    }

    /// A node over a given engine.
    pub async fn over(
        backend: Arc<dyn Backend>,
        (name, place, role): (&str, &str, PartyRole),
        clock: &Arc<ManualClock>,
    ) -> Self {
        let seed = name.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(seed));
        let folder = tempfile::tempdir().unwrap();
        let room = store::files::Room { free_bytes: 0, ..store::files::Room::default() };
        let files = store::Files::with_room(folder.path().to_path_buf(), room);
        let store = Store::new(backend, Arc::new(Vault::locked()), Arc::clone(&chance)).with_files(files);
        let master = DataKey::generate(&*chance);
        store.found(clock.now()).await.unwrap();
        store.unlock(master.clone(), clock.now()).await.unwrap();
        let identity = IdentityKey::generate(&*chance);
        let (entry, cert, root) = entry(&*chance, &identity, (place, role));
        let me = NodeProfile {
            id: entry.node(),
            name: name.to_owned(),
            title: format!("Simpul {name}"),
            place: Place::parse(place).unwrap(),
            role: accord::Word::word(role).to_owned(),
        };
        let desk = Desk {
            store,
            clock: Arc::clone(clock) as Arc<dyn Clock>,
            chance,
            me,
            calendar: Arc::new(Calendar::default()),
            handbooks: Arc::new(Library::embedded().unwrap()),
            screening: Arc::new(pocketbook::Pack::embedded().clone()),
            guide: Arc::new(pocketbook::Guide::embedded().clone()),
            packs: Arc::clone(&PACKS),
            fields: Arc::new(accord::FieldList::shipped().clone()),
            woken: Arc::new(tokio::sync::Notify::new()),
        };
        let node = Self { desk: Arc::new(desk), clock: Arc::clone(clock), entry, root, master, folder };
        let mut tx = node.begin().await;
        desk::mail::set_home(&mut tx, node.id()).await.unwrap();
        tx.put_secret("identity", &*identity.to_bytes()).await.unwrap();
        tx.put_meta("root", &node.entry.root().bytes()).await.unwrap();
        tx.put_meta("cert", &cert).await.unwrap();
        signatories(&mut tx, &node.root).await;
        node.desk.make_intake_key(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        node
    }

    pub fn id(&self) -> NodeId {
        self.desk.me.id
    }

    pub fn name(&self) -> &str {
        &self.desk.me.name
    }

    /// An officer of this node with these roles; the same number is the same person.
    pub fn officer(&self, number: u8, roles: &[Role]) -> Actor {
        let step_up_at = Some(self.clock.now());
        let roles = roles.iter().copied().collect();
        Actor::Officer(Staff { id: officer_id(number), name: base::Redacted::default(), roles, step_up_at })
    }

    /// A case manager, number 1.
    pub fn manager(&self) -> Actor {
        self.officer(1, &[Role::CaseManager, Role::HomeCaseManager])
    }

    /// The coordinator, number 3.
    pub fn coordinator(&self) -> Actor {
        self.officer(3, &[Role::TaskforceCoordinator])
    }

    /// Who answers offers at a legal-aid institute, number 5.
    pub fn counsel(&self) -> Actor {
        self.officer(5, &[Role::Counsel])
    }

    pub async fn begin(&self) -> store::Tx {
        let asking = Asking::once(&*self.desk.chance, self.clock.now());
        let by = store::Origin { actor: [0; 16], request: asking.request, digest: asking.digest };
        self.desk.store.begin("test", by, self.clock.now()).await.unwrap()
    }

    /// A new asking of this actor.
    pub async fn does<A: Act>(&self, by: &Actor, act: &A) -> Result<A::Done, Error> {
        self.desk.run(by, Asking::once(&*self.desk.chance, self.clock.now()), act).await
    }

    /// A change of a case, from its newest version.
    pub async fn changes<C: Change>(&self, by: &Actor, case: CaseId, change: C) -> Result<i64, Error> {
        self.does(by, &OnCase { case, version: None, change }).await
    }

    pub async fn case(&self, case: CaseId) -> Stored<CaseStream> {
        self.find_case(case).await.unwrap()
    }

    pub async fn find_case(&self, case: CaseId) -> Option<Stored<CaseStream>> {
        self.desk.read().await.unwrap().load::<CaseStream>(case.bytes()).await.unwrap()
    }

    /// Names of the events since a position, oldest first: the journal as an auditor reads it.
    pub async fn journal(&self, after: base::Seq) -> Vec<String> {
        let mut view = self.desk.read().await.unwrap();
        let rows = view.raw().journal(after, 1_000).await.unwrap();
        rows.into_iter().map(|row| row.kind).collect()
    }

    pub async fn head(&self) -> base::Seq {
        self.desk.read().await.unwrap().raw().head().await.unwrap().seq
    }

    /// The next entry of this node, with something stated otherwise, signed as the relay signs it.
    pub async fn restated(&self, change: impl FnOnce(&mut Entry)) -> VerifiedEntry {
        let mut view = self.desk.read().await.unwrap();
        let secret = view.secret("identity").await.unwrap().unwrap();
        let identity = IdentityKey::from_bytes(&secret.try_into().unwrap());
        let cert = view.raw().meta("cert").await.unwrap().unwrap();
        let mut stated = self.entry.stated().clone();
        stated.serial += 1;
        change(&mut stated);
        let week = EpochSecret::generate(seal::keys::week_of(START), &*self.desk.chance).public();
        let epoch = week.sign(self.id(), &identity);
        let signed = stated.sign(self.entry.root(), &cert, &[epoch], &identity).unwrap();
        VerifiedEntry::read(&signed).unwrap()
    }

    /// A person compared the fingerprint of another node.
    pub async fn meets(&self, other: &Self) {
        let stated = other.entry.stated();
        let peer = Peer {
            node: other.id(),
            name: other.name().to_owned(),
            title: other.desk.me.title.clone(),
            place: other.desk.me.place.clone(),
            fingerprint: seal::fingerprint(other.entry.root()),
            address: String::new(),
            duty_phone: stated.duty_phone.clone(),
            serial: stated.serial,
            confirmed_at: self.clock.now(),
        };
        let act = ConfirmPeer { peer, entry: other.entry.bytes().to_vec() };
        self.does(&self.coordinator(), &act).await.unwrap();
    }
}

pub fn officer_id(number: u8) -> OfficerId {
    OfficerId::from_bytes([number; 16])
}

pub fn text(words: &str) -> Redacted<String> {
    Redacted::new(words.to_owned())
}

/// The stable code with which an act was refused.
pub fn code<T>(result: Result<T, Error>) -> &'static str {
    result.err().map_or("done", |error| error.problem().code.0)
}

/// Two people may sign accords for a node; its root names them.
async fn signatories(tx: &mut store::Tx, root: &RootKey) {
    let chance = tx.chance();
    let mut named = Vec::new();
    for (nth, office) in ["Ketua", "Sekretaris"].into_iter().enumerate() {
        let key = seal::SignatoryKey::generate(&*chance);
        tx.put_secret(&format!("signatory/{nth}"), key.to_bytes().as_slice()).await.unwrap();
        named.push((format!("{office} gugus tugas"), office.to_owned(), key.public()));
    }
    let revokers = named.iter().map(|(name, _, key)| (name.clone(), *key)).collect();
    let signers = seal::accord_file::Signers { node: root.public().node(), signatories: named, revokers };
    tx.put_meta("signers", &signers.sign(root)).await.unwrap();
}

fn entry(
    chance: &dyn Chance,
    identity: &IdentityKey,
    (place, role): (&str, PartyRole),
) -> (VerifiedEntry, Vec<u8>, RootKey) {
    let root = RootKey::generate(chance);
    let (entry, cert) = entry_of(&root, (chance, identity), (place, role), 1);
    (entry, cert, root)
}

/// An entry under a certificate of the root, both with this serial.
pub fn entry_of(
    root: &RootKey,
    (chance, identity): (&dyn Chance, &IdentityKey),
    (place, role): (&str, PartyRole),
    serial: u64,
) -> (VerifiedEntry, Vec<u8>) {
    let week = seal::keys::week_of(START);
    let node = root.public().node();
    let (not_before, not_after) = (START.seconds() - 86_400, START.seconds() + 365 * 86_400);
    let (identity_key, carrier) = (identity.public(), CarrierKey::generate(chance).public());
    let cert = Cert { node, identity: identity_key, carrier, serial, not_before, not_after }.sign(root);
    let epoch = EpochSecret::generate(week, chance).public().sign(node, identity);
    let stated = Entry {
        serial,
        names: vec!["Gugus Tugas".into()],
        region: place.to_owned(),
        roles: vec![accord::Word::word(role).to_owned()],
        duty_phone: "+62 21 000 0000".into(),
        ..Entry::default()
    };
    let signed = stated.sign(&root.public(), &cert, &[epoch], identity).unwrap();
    (VerifiedEntry::read(&signed).unwrap(), cert)
}

/// The nodes of the story, who know one another, with both accords in force.
pub struct World {
    pub clock: Arc<ManualClock>,
    pub batam: Node,
    pub lotim: Node,
    pub mawar: Node,
    pub bahari: Node,
}

impl World {
    pub async fn new() -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let batam = Node::new("batam", "21.71", PartyRole::TaskForce, &clock).await;
        Self::around(batam).await
    }

    /// The same world around a Batam over another engine.
    pub async fn around(batam: Node) -> Self {
        let clock = Arc::clone(&batam.clock);
        let lotim = Node::new("lotim", "52.03", PartyRole::TaskForce, &clock).await;
        let mawar = Node::new("lbh-mawar", "21.71", PartyRole::LegalAid, &clock).await;
        let bahari = Node::new("lbh-bahari", "21.71", PartyRole::LegalAid, &clock).await;
        let world = Self { clock, batam, lotim, mawar, bahari };
        for other in [&world.lotim, &world.mawar, &world.bahari] {
            world.batam.meets(other).await;
            other.meets(&world.batam).await;
        }
        let legal = [&world.batam, &world.mawar, &world.bahari];
        agree("legal-aid", "batam-bantuan-hukum", &legal).await;
        agree("task-forces", "gugus-tugas", &[&world.batam, &world.lotim]).await;
        world
    }

    pub fn later(&self, hours: u32) {
        for _ in 0..hours {
            self.clock.advance_millis(3_600_000);
        }
    }
}

/// All parties signed a template, and each brought it in.
pub async fn agree(name: &str, id: &str, parties: &[&Node]) {
    let party = |node: &&Node| TemplateParty {
        node: node.name().to_owned(),
        id: Some(node.id()),
        name: node.desk.me.title.clone(),
        role: accord::Word::parse(&node.desk.me.role).unwrap(),
        signatures: 1,
    };
    let fill = TemplateFill {
        id: id.to_owned(),
        effective: "2026-01-01".into(),
        expires: "2027-12-31".into(),
        place: Place::parse("21.71").unwrap(),
        parties: parties.iter().map(party).collect(),
    };
    let document = template(name, &fill).unwrap().into_bytes();
    let signed = |node: &&Node| Signatory {
        party: node.name().to_owned(),
        name: text("Penanda Tangan"),
        office: "Kepala".into(),
        at: START,
    };
    let act = ImportAccord { document, signatures: parties.iter().map(signed).collect() };
    for node in parties {
        node.does(&node.coordinator(), &act).await.unwrap();
    }
}
