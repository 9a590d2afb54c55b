//! Joining: a partner's signed entry, or a whole accord file with its parties' entries.

use super::node::{Node, trouble};
use base::{NodeId, Problem, Redacted, Timestamp};
use desk::Actor;
use desk::act::Asking;
use desk::partners::accord::Signatory;
use desk::partners::revoking::KeepSigners;
use desk::partners::{ConfirmPeer, ImportAccord, Peer};
use seal::accord_file::{ACCORD_MAGIC, AccordFile, AccordSignature, Signers, VerifiedAccordFile};
use seal::entry::{VerifiedEntry, joining_file, read_joining_file};
use seal::{Hash, RootPublic, SignatoryKey};
use store::Read;

/// What a file says before anybody trusts it.
pub enum Joining {
    /// One node's entry.
    Entry(Box<VerifiedEntry>),
    /// An accord, with its parties.
    Accord(Box<VerifiedAccordFile>),
}

impl Joining {
    /// Reads a `.spj` or `.spa` file; all signatures hold.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        if bytes.starts_with(ACCORD_MAGIC) {
            return Ok(Self::Accord(Box::new(AccordFile::decode(bytes)?.verify()?)));
        }
        Ok(Self::Entry(Box::new(read_joining_file(bytes)?)))
    }

    /// Name and fingerprint of each node in it: what people compare.
    pub fn fingerprints(&self) -> Vec<(String, String)> {
        let of = |entry: &VerifiedEntry| {
            (entry.stated().names.first().cloned().unwrap_or_default(), seal::fingerprint(entry.root()))
        };
        match self {
            Self::Entry(entry) => vec![of(entry)],
            Self::Accord(file) => file.entries().iter().map(of).collect(),
        }
    }
}

/// The facts of a peer, from its entry. The last name is the short one that accords use.
pub fn peer_of(entry: &VerifiedEntry) -> Result<Peer, Problem> {
    let stated = entry.stated();
    let place = base::Place::parse(&stated.region).map_err(|_| Problem::at("entry.malformed", "region"))?;
    Ok(Peer {
        node: entry.node(),
        name: stated.names.last().cloned().unwrap_or_default(),
        title: stated.names.first().cloned().unwrap_or_default(),
        place,
        fingerprint: seal::fingerprint(entry.root()),
        address: stated.carriers.first().map(|carrier| carrier.address.clone()).unwrap_or_default(),
        duty_phone: stated.duty_phone.clone(),
        serial: stated.serial,
        confirmed_at: Timestamp::default(),
    })
}

impl Node {
    /// This node's joining file.
    pub async fn joining_file(&self) -> Result<Vec<u8>, Problem> {
        let mut view = self.desk.read().await.map_err(|error| error.problem())?;
        let entry = relay::keys::own_entry(&mut view).await.map_err(trouble)?.ok_or(Problem::new("node.no-keys"))?;
        Ok(joining_file(&entry))
    }

    /// Takes a joining or accord file in, after a person compared the fingerprints. Gives what was taken, in words.
    pub async fn join(&self, joining: &Joining, by: &Actor) -> Result<Vec<String>, Problem> {
        match joining {
            Joining::Entry(entry) => Ok(vec![self.confirm(entry, by).await?]),
            Joining::Accord(file) => {
                let mut taken = Vec::new();
                for entry in file.entries().iter().filter(|entry| entry.node() != self.desk.me.id) {
                    taken.push(self.confirm(entry, by).await?);
                }
                taken.push(self.import_accord(file, by).await?);
                Ok(taken)
            }
        }
    }

    async fn confirm(&self, entry: &VerifiedEntry, by: &Actor) -> Result<String, Problem> {
        let peer = peer_of(entry)?;
        let title = peer.title.clone();
        let act = ConfirmPeer { peer, entry: entry.bytes().to_vec() };
        let asking = Asking::once(&*self.desk.chance, self.desk.now());
        self.desk.run(by, asking, &act).await.map_err(|error| error.problem())?;
        Ok(title)
    }

    async fn import_accord(&self, file: &VerifiedAccordFile, by: &Actor) -> Result<String, Problem> {
        let document = accord::Document::parse(file.document())?;
        let party = |node: NodeId| document.parties.iter().find(|p| p.id == Some(node)).map(|p| p.node.clone());
        let signatures = file.signatures().iter().filter_map(|signature| {
            Some(Signatory {
                party: party(signature.node)?,
                name: Redacted::new(signature.name.clone()),
                office: signature.office.clone(),
                at: Timestamp::from_seconds(signature.at),
            })
        });
        let act = ImportAccord { document: file.document().to_vec(), signatures: signatures.collect() };
        let asking = Asking::once(&*self.desk.chance, self.desk.now());
        let taken = self.desk.run(by, asking, &act).await.map_err(|error| error.problem())?;
        // Whom their roots name may sign and revoke from now on.
        for (node, statement) in file.statements().filter(|(node, _)| *node != self.desk.me.id) {
            let act = KeepSigners { node, statement: statement.to_vec() };
            let asking = Asking::once(&*self.desk.chance, self.desk.now());
            self.desk.run(by, asking, &act).await.map_err(|error| error.problem())?;
        }
        Ok(taken)
    }

    /// This node's part of an accord file: its entry, its signatories' statement and their signatures on the document.
    pub async fn sign_accord(&self, document: &[u8], signatures: usize) -> Result<AccordFile, Problem> {
        let mut view = self.desk.read().await.map_err(|error| error.problem())?;
        let entry = relay::keys::own_entry(&mut view).await.map_err(trouble)?.ok_or(Problem::new("node.no-keys"))?;
        let statement = view.raw().meta("signers").await.map_err(trouble)?.ok_or(Problem::new("node.no-keys"))?;
        let signers = Signers::verify(&statement, entry.root())?;
        let hash = seal::hash::accord_hash(document);
        let mut signed = Vec::new();
        for (nth, (name, office, _)) in signers.signatories.iter().enumerate().take(signatures) {
            let secret = view.secret(&format!("signatory/{nth}")).await.map_err(trouble)?;
            let secret =
                secret.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).ok_or(Problem::new("node.no-keys"))?;
            signed.push(signature(
                &hash,
                &SignatoryKey::from_bytes(&secret),
                entry.root(),
                (name, office),
                self.desk.now(),
            ));
        }
        let entries = vec![entry.bytes().to_vec()];
        Ok(AccordFile { document: document.to_vec(), signatures: signed, entries, signers: vec![statement] })
    }
}

fn signature(hash: &Hash, key: &SignatoryKey, root: &RootPublic, who: (&str, &str), at: Timestamp) -> AccordSignature {
    AccordSignature::sign(hash, key, root.node(), who, at)
}
