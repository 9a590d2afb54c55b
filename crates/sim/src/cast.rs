//! The made-up world of a run: places, task forces, their agreement, cases with marked field values.

use crate::dice::Dice;
use accord::{TemplateFill, TemplateParty};
use async_trait::async_trait;
use base::{CaseId, ConsentId, NodeId, OfficerId, Place, Problem, Redacted, Timestamp};
use casework::case::Opening;
use casework::consent::{GivenBy, How, Receiver};
use casework::words::{Category, PersonRole, Profile, Purpose, Urgency};
use casework::{Case, Consent, ConsentCode, Role};
use desk::act::Act;
use desk::cases::CaseStream;
use desk::partners::accord::Signatory;
use desk::partners::{ImportAccord, Peer};
use desk::{Actor, Desk, Error, Permit, Staff};
use std::collections::{BTreeMap, BTreeSet};
use store::{Read, Tx};

/// When every run begins.
pub const START: Timestamp = Timestamp::from_seconds(1_795_000_000);
/// Stands in every value that a person wrote; no carrier may ever show it.
pub const MARK: &str = "KENARI-TERSANDI";
/// Where the task forces sit; a run with more nodes begins again at the first.
const PLACES: [&str; 8] = ["21.71", "52.03", "35.78", "33.74", "32.04", "61.71", "64.72", "73.71"];
/// Nodes that sign one agreement together: the task forces along one route.
const BLOCK: usize = 8;
/// Fields of a case: those that no clause lets out are among them.
const FIELDS: [(&str, &str); 10] = [
    ("identity.name", "nama karangan"),
    ("contact.safe_way", "lewat kader desa, bukan telepon"),
    ("contact.address", "alamat karangan"),
    ("profile.age_band", "18-24"),
    ("needs.legal", "pendampingan upah"),
    ("needs.return", "pulang dengan pendamping"),
    ("chronology.summary", "berangkat lewat perantara, paspor ditahan, upah tidak dibayar selama empat bulan"),
    ("chronology.sexual_violence", "tidak untuk dibagikan"),
    ("legal.problem", "upah tidak dibayar"),
    ("shelter.location", "rumah aman karangan"),
];

/// Where a node sits.
pub fn place(index: usize) -> Result<Place, Problem> {
    let code = PLACES.get(index % PLACES.len()).copied().unwrap_or("21.71");
    Place::parse(code).map_err(|_| Problem::at("sim.broken", code))
}

/// The name of a node as party of an agreement.
pub fn name(index: usize) -> String {
    format!("gugus-{index:03}")
}

/// Which nodes sign together: all of a small run; of a larger one, blocks that overlap by half, so that all are connected
/// and some pairs have two agreements.
pub fn blocks(nodes: usize) -> Vec<Vec<usize>> {
    if nodes <= BLOCK {
        return vec![(0..nodes).collect()];
    }
    (0..nodes).step_by(BLOCK / 2).map(|first| (first..first + BLOCK).map(|index| index % nodes).collect()).collect()
}

/// The agreement of a block, signed by all.
pub fn accord(block: usize, parties: &[(usize, NodeId)]) -> Result<ImportAccord, Problem> {
    let party = |&(index, id): &(usize, NodeId)| TemplateParty {
        node: name(index),
        id: Some(id),
        name: format!("Gugus Tugas {index}"),
        role: accord::PartyRole::TaskForce,
        signatures: 1,
    };
    let fill = TemplateFill {
        id: format!("antargugus-{block}"),
        effective: "2026-01-01".to_owned(),
        expires: "2036-12-31".to_owned(),
        place: place(0)?,
        parties: parties.iter().map(party).collect(),
    };
    let document = accord::template("task-forces", &fill).ok_or_else(|| Problem::at("sim.broken", "template"))?;
    let signatory = |&(index, _): &(usize, NodeId)| Signatory {
        party: name(index),
        name: Redacted::new(format!("Ketua {index}")),
        office: "Ketua".to_owned(),
        at: START,
    };
    Ok(ImportAccord { document: document.into_bytes(), signatures: parties.iter().map(signatory).collect() })
}

/// What a person confirmed of a peer.
pub fn peer(index: usize, node: NodeId, serial: u64) -> Result<Peer, Problem> {
    Ok(Peer {
        node,
        name: name(index),
        title: format!("Gugus Tugas {index}"),
        place: place(index)?,
        fingerprint: node.to_string(),
        address: String::new(),
        duty_phone: format!("+62 811 0000 {index:04}"),
        serial,
        confirmed_at: START,
    })
}

/// The officer of a node: holds cases, brings in agreements, alerts partners.
pub fn officer(index: usize) -> Actor {
    let mut id = [1; 16];
    for (to, from) in id.iter_mut().zip(index.to_be_bytes()) {
        *to = from;
    }
    let roles = BTreeSet::from([Role::CaseManager, Role::TaskforceCoordinator, Role::Analyst]);
    Actor::Officer(Staff { id: OfficerId::from_bytes(id), name: base::Redacted::default(), roles, step_up_at: None })
}

/// A consent to share with one node for one purpose.
pub fn consent(id: ConsentId, to: (usize, NodeId), purpose: Purpose, now: Timestamp) -> Consent {
    use Category::{
        Chronology, Contact, Family, Identity, Legal, Needs, Placement, Profile as About, Screening, Status,
    };
    Consent {
        id,
        person: None,
        code: ConsentCode::Share,
        purpose: Some(purpose),
        receiver: Some(Receiver { party: name(to.0), node: Some(to.1) }),
        categories: [Chronology, Contact, Family, Identity, Legal, Needs, Placement, About, Screening, Status].into(),
        text_version: "1".to_owned(),
        language: "id".to_owned(),
        explained_by: OfficerId::default(),
        how: How::Written,
        proof: None,
        witness: None,
        given_by: GivenBy::Person,
        assent: false,
        from: now,
        until: Some(now.plus_hours(24 * 400)),
        withdrawn: None,
    }
}

/// A case as it stands after intake and a first talk, in one command: the traffic begins where offers begin.
pub struct NewCase {
    /// How soon.
    pub urgency: Urgency,
    /// Makes each value its own.
    pub number: u64,
    /// To whom and for what she consents already.
    pub consents: Vec<Consent>,
}

#[async_trait]
impl Act for NewCase {
    const NAME: &'static str = "case.open";
    const DEED: desk::Deed = desk::Deed::HandleReport;
    type Done = CaseId;

    async fn act(&self, _: &Permit, desk: &Desk, tx: &mut Tx) -> Result<CaseId, Error> {
        let id = CaseId::from_bytes(tx.derived_id("case"));
        let [a, b, c, d, ..] = tx.derived_id("alias");
        let now = tx.now();
        let opening = Opening {
            id,
            alias: casework::alias::alias([a, b, c, d]),
            report: None,
            found_in: desk.me.place.clone(),
            origin: None,
            urgency: self.urgency,
            roles: BTreeSet::from([PersonRole::Victim]),
            profile: Profile::Adult,
            triage: BTreeSet::new(),
            screened: None,
            handbook: desk.handbooks.newest().version.clone(),
            decided: None,
            done: BTreeSet::from(["IN-1".to_owned()]),
            since: BTreeMap::new(),
        };
        let today = desk.today(now);
        let mut events = Case::open(opening, &today)?;
        let folded = |events: &[casework::CaseEvent]| Case::fold(events.iter().map(|event| (event, now)));
        let case = folded(&events).ok_or(Error::NotFound)?;
        let values = FIELDS
            .iter()
            .map(|(field, text)| ((*field).to_owned(), Redacted::new(format!("{text} {MARK} {}", self.number))));
        events.extend(case.set_fields(None, values.collect(), &today)?);
        for consent in &self.consents {
            let case = folded(&events).ok_or(Error::NotFound)?;
            events.extend(case.give_consent(consent.clone(), &today)?);
        }
        tx.create::<CaseStream>(id.bytes(), events).await?;
        Ok(id)
    }
}

/// How soon: one case in five is red.
pub fn urgency(dice: &Dice) -> Urgency {
    if dice.percent(20) { Urgency::Red } else { Urgency::Amber }
}
