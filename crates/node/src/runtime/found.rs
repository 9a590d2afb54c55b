//! Founding a node: folder, keys, slots, entry, first officers, recovery shares.

use super::config::{Config, Listen};
use super::node::{backend, clock, desk, trouble};
use crate::platform::SystemChance;
use base::{Chance, NodeId, Place, Problem, Redacted, Timestamp};
use casework::Role;
use desk::act::Asking;
use desk::staff::{AddOfficer, Officer, Proofs};
use desk::{Actor, Desk};
use relay::TlsIdentity;
use relay::keys::Keyring;
use seal::accord_file::Signers;
use seal::share::{Share, split};
use seal::slot::{Cost, Slot, SlotSecret, hash_password};
use seal::{DataKey, Entry, Lock, RootKey, SignatoryKey};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use store::{Origin, Store};

/// Papers of a recovery set, and how many of them give the secret back.
const SHARES: (u8, u8) = (3, 5);

/// A first officer and the proofs to hand over, once, on paper.
#[derive(Clone, Debug)]
pub struct FirstOfficer {
    /// Log-in name.
    pub login: String,
    /// Roles.
    pub roles: BTreeSet<Role>,
    /// Password, printed once.
    pub password: Redacted<String>,
    /// TOTP secret, base32, printed once.
    pub totp: Redacted<String>,
}

/// What founding a node gives.
pub struct Founded {
    /// Its id.
    pub node: NodeId,
    /// Fingerprint for partners.
    pub fingerprint: String,
    /// Officers.
    pub officers: Vec<FirstOfficer>,
    /// Papers for root and master.
    pub papers: Vec<String>,
}

/// What to found.
pub struct Plan<'a> {
    /// The folder.
    pub dir: &'a Path,
    /// Who the node is.
    pub config: Config,
    /// Opens its first slot.
    pub passphrase: &'a str,
    /// First officers: log-in name, shown name, roles.
    pub officers: Vec<(String, String, BTreeSet<Role>)>,
}

/// Makes the configuration of a new node.
pub fn config(name: &str, title: &str, place: Place, role: &str, ports: (u16, u16)) -> Config {
    let listen = |port| Listen { host: format!("{name}.localhost"), port };
    Config {
        name: name.to_owned(),
        title: title.to_owned(),
        place,
        role: role.to_owned(),
        duty_phone: String::new(),
        onion: None,
        web: listen(ports.0),
        carrier: Listen { host: "127.0.0.1".to_owned(), port: ports.1 },
        carrier_seen_as: None,
        public: None,
        store: super::config::StoreConfig::default(),
        publishers: Vec::new(),
        backup: Vec::new(),
        relays: Vec::new(),
        mail: None,
        sms: None,
        demo: false,
    }
}

/// Founds a node. Refuses a folder that holds anything.
pub async fn found(plan: Plan<'_>) -> Result<Founded, Problem> {
    make_folder(plan.dir)?;
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let open_key = DataKey::generate(&*chance);
    write_private(&plan.dir.join("open.key"), open_key.expose())?;
    let clock = clock(plan.dir, &plan.config);
    let now = clock.now();
    let backend = backend(plan.dir, &plan.config, now).await?;
    let desk = desk((plan.dir, &plan.config), NodeId::default(), backend, clock)?;
    let master = DataKey::generate(&*chance);
    let cost = if plan.config.demo { Cost::CHEAP } else { Cost::SLOT };
    let slot = Slot::seal(&master, SlotSecret::Passphrase(plan.passphrase), cost, &*chance)?;
    let papers_master = split(master.expose(), 2, SHARES, &*chance)?;
    desk.store.found(now).await.map_err(trouble)?;
    desk.store.unlock(master, now).await.map_err(trouble)?;
    let pin = make_tls(plan.dir)?;
    let opened_by = (Lock::One(vec![slot]).encode(), set_of(&papers_master));
    let (root, papers_root) = make_keys(&desk, &open_key, &opened_by, (&plan.config, pin)).await?;
    let officers = first_officers(&desk, &plan).await?;
    plan.config.write(plan.dir)?;
    let fingerprint = seal::fingerprint(&root.public());
    let papers = papers(&papers_root, "root").chain(papers(&papers_master, "master")).collect();
    Ok(Founded { node: root.public().node(), fingerprint, officers, papers })
}

fn papers<'a>(shares: &'a [Share], what: &'a str) -> impl Iterator<Item = String> + 'a {
    shares.iter().map(move |share| format!("{what} {}/{}: {}", share.index(), SHARES.1, *share.paper()))
}

/// What the papers have in common: a restore needs it to read what was typed from them.
fn set_of(shares: &[Share]) -> Vec<u8> {
    shares.first().map(|share| share.set().encode()).unwrap_or_default()
}

/// Makes the folder of a node. Refuses one that holds anything.
pub fn make_folder(dir: &Path) -> Result<(), Problem> {
    use std::os::unix::fs::DirBuilderExt;
    let shown = || dir.display().to_string();
    if dir.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Problem::at("node.folder-taken", shown()));
    }
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|_| Problem::at("output.unwritable", shown()))
}

/// Writes a new file that its owner alone may read.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let unwritable = |_| Problem::at("output.unwritable", path.display().to_string());
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(unwritable)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(unwritable)
}

/// Identity, carrier, epochs, intake key, signatories and the signed entry, in one command.
async fn make_keys(
    desk: &Desk,
    open_key: &DataKey,
    (slots, shares): &(Vec<u8>, Vec<u8>),
    (config, pin): (&Config, [u8; 32]),
) -> Result<(RootKey, Vec<Share>), Problem> {
    let now = desk.now();
    let mut tx = desk.store.begin("node.found", origin(&desk.store, now), now).await.map_err(trouble)?;
    let root = Keyring::create(&mut tx, open_key, now).await.map_err(trouble)?;
    tx.put_meta("slots", slots).await.map_err(trouble)?;
    tx.put_meta("shares", shares).await.map_err(trouble)?;
    let papers_root = split(&root.to_bytes(), 1, SHARES, &*desk.chance)?;
    tx.put_meta(super::signatories::ROOT_SHARES, &set_of(&papers_root)).await.map_err(trouble)?;
    desk.make_intake_key(&mut tx).await.map_err(|error| error.problem())?;
    make_signatories(&mut tx, &root).await?;
    let keyring = Keyring::load(&mut tx).await.map_err(trouble)?.ok_or(Problem::new("node.no-keys"))?;
    let intake = {
        use store::Read;
        tx.raw().meta("intake/public").await.map_err(trouble)?.and_then(|bytes| <[u8; 65]>::try_from(bytes).ok())
    };
    keyring.publish(&mut tx, entry(config, pin, intake)).await.map_err(trouble)?;
    tx.commit().await.map_err(trouble)?;
    Ok((root, papers_root))
}

/// The carrier's certificate; partners pin its key by the node's entry. Gives the pin.
pub fn make_tls(dir: &Path) -> Result<[u8; 32], Problem> {
    let made = TlsIdentity::generate()?;
    let (cert, key) = made.to_parts();
    write_private(&dir.join("carrier.crt"), cert)?;
    write_private(&dir.join("carrier.key"), key)?;
    made.pin()
}

/// What the node states of itself.
pub fn entry(config: &Config, pin: [u8; 32], intake: Option<[u8; 65]>) -> Entry {
    Entry {
        names: vec![config.title.clone(), config.name.clone()],
        region: config.place.code().to_owned(),
        roles: vec![config.role.clone()],
        carriers: vec![config.own_carrier(pin)],
        intake,
        duty_phone: config.duty_phone.clone(),
        ..Entry::default()
    }
}

/// Two people may sign accords for a new node; the root names them. Their keys move to their own devices later.
async fn make_signatories(tx: &mut store::Tx, root: &RootKey) -> Result<(), Problem> {
    let chance = tx.chance();
    let mut signatories = Vec::new();
    for (nth, office) in ["Ketua", "Sekretaris"].into_iter().enumerate() {
        let key = SignatoryKey::generate(&*chance);
        tx.put_secret(&format!("signatory/{nth}"), key.to_bytes().as_slice()).await.map_err(trouble)?;
        signatories.push((format!("{office} gugus tugas"), office.to_owned(), key.public()));
    }
    let revokers = signatories.iter().map(|(name, _, key)| (name.clone(), *key)).collect();
    let signers = Signers { node: root.public().node(), signatories, revokers };
    tx.put_meta("signers", &signers.sign(root)).await.map_err(trouble)
}

fn origin(store: &Store, now: Timestamp) -> Origin {
    let asking = Asking::once(&**store.chance(), now);
    Origin { actor: [0; 16], request: asking.request, digest: asking.digest }
}

async fn first_officers(desk: &Desk, plan: &Plan<'_>) -> Result<Vec<FirstOfficer>, Problem> {
    let mut out = Vec::new();
    for (login, name, roles) in &plan.officers {
        let Proofs { password, totp } = Proofs::of(&desk.chance.bytes());
        let cost = if plan.config.demo { Cost::CHEAP } else { Cost::PASSWORD };
        let hash = Redacted::new(hash_password(password.expose(), cost, &*desk.chance)?);
        let named = (login.clone(), Redacted::new(name.clone()));
        let officer = Officer::new(named, roles.clone(), (hash, totp.clone()), desk.now());
        let asking = Asking::once(&*desk.chance, desk.now());
        desk.run(&Actor::Node, asking, &AddOfficer(officer)).await.map_err(|error| error.problem())?;
        out.push(FirstOfficer { login: login.clone(), roles: roles.clone(), password, totp });
    }
    Ok(out)
}
