//! Access streams: who looked at a subject and what was refused. They outlive an erasure, under the audit key.

use crate::shelves::Row;
use crate::streams::{Aggregate, StreamKind, Team};
use base::{FileId, NodeId, OfficerId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is remembered about access to a subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// How many entries.
    pub entries: u32,
    /// The last refusals: when, act, codes.
    pub refused: Vec<(Timestamp, String, Vec<String>)>,
    /// The last openings of files: when, who, which.
    #[serde(default)]
    pub opened: Vec<(Timestamp, OfficerId, FileId)>,
    /// The last views on pages that are about something else: when, who, which page.
    #[serde(default)]
    pub shown: Vec<(Timestamp, OfficerId, ShownOn)>,
    /// Everybody who saw the identity, or made a copy.
    #[serde(default)]
    pub seen_by: BTreeSet<OfficerId>,
}

/// A page that shows an identity beside its own subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShownOn {
    /// What would leave for this node.
    Preview(NodeId),
    /// What this node shares with that one.
    Offer(NodeId),
    /// The way to reach who wrote a report, or whom it is about.
    Report,
    /// The fields of a case.
    Fields,
}

/// Refusals, openings or views that a page shows; the journal keeps all.
const SHOWN: usize = 20;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessEvent {
    /// Somebody saw the identity, for a reason.
    IdentitySeen {
        /// The officer.
        officer: OfficerId,
        /// The reason as typed.
        reason: base::Redacted<String>,
    },
    /// Somebody had the identity shown on a page that is about something else; the page says why.
    IdentityShown {
        /// The officer.
        officer: OfficerId,
        /// Which page.
        page: ShownOn,
    },
    /// Somebody who does not hold the case opened it in need.
    OpenedInNeed {
        /// The officer.
        officer: OfficerId,
        /// The reason as typed.
        reason: base::Redacted<String>,
    },
    /// Somebody opened a file of a report.
    FileOpened {
        /// The officer.
        officer: OfficerId,
        /// Which.
        file: FileId,
    },
    /// A copy was made for the person, as she asked.
    CopyMade {
        /// The officer.
        officer: OfficerId,
        /// Number of the request.
        request: u16,
    },
    /// A list was made of those whom a breach may have met.
    BreachListed {
        /// The officer.
        officer: OfficerId,
        /// Which part of the data: `all`, `officer` or `partner`.
        scope: String,
        /// How many people.
        people: u32,
        /// When it became known; three days run from then.
        known_at: Timestamp,
    },
    /// The counts of a quarter were sent.
    CountsSent {
        /// The officer.
        officer: OfficerId,
        /// Which quarter, `2026-Q3`.
        quarter: String,
        /// To whom.
        to: String,
    },
    /// An officer signed that the counts of a quarter be released; it waits for a second one.
    ReleaseSigned {
        /// The officer.
        officer: OfficerId,
        /// Which quarter, `2026-Q3`.
        quarter: String,
    },
    /// That signature was taken back: nothing is released.
    ReleaseTakenBack {
        /// The officer.
        officer: OfficerId,
        /// Which quarter, `2026-Q3`.
        quarter: String,
    },
    /// A second officer signed: the counts of a quarter are released to everybody.
    CountsReleased {
        /// The officer.
        officer: OfficerId,
        /// Which quarter, `2026-Q3`.
        quarter: String,
    },
    /// Somebody looked for something in the cases. What it was is not kept.
    Searched {
        /// The officer.
        officer: OfficerId,
        /// How many cases were found.
        hits: u32,
        /// Identifiers among what was looked for, as the blind index keeps them.
        tokens: Vec<String>,
    },
    /// Somebody asked the registry of workers for a number. Neither the number nor the answer is kept.
    RegistryAsked {
        /// The officer.
        officer: OfficerId,
    },
    /// Somebody looked for a recruiter. What was looked for is not kept.
    RecruitersSearched {
        /// The officer.
        officer: OfficerId,
        /// How many were found.
        hits: u32,
    },
    /// Somebody opened the page or the network of a recruiter: the subject of this record.
    RecruiterOpened {
        /// The officer.
        officer: OfficerId,
    },
    /// The network of a recruiter was given out as a file.
    NetworkExported {
        /// The officer.
        officer: OfficerId,
        /// For whom.
        to: NodeId,
        /// The clauses that permit it.
        clauses: Vec<String>,
        /// How many ties the file has.
        ties: u32,
    },
    /// The other node answered a request to erase: 1 done, 2 legal hold, 3 never had.
    ErasureAnswered {
        /// The answer.
        result: u8,
    },
    /// Who opens the node was changed.
    KeyholdersSet {
        /// Any two of these open it; none where one passphrase does.
        holders: Vec<String>,
        /// The two who changed it; none where one passphrase opened it.
        by: Vec<String>,
    },
    /// The root named who signs accords.
    SignatoryNamed {
        /// In which office.
        office: String,
        /// The office whose key is named no more.
        instead_of: Option<String>,
    },
    /// The root, or two revokers, declared the node's own key dead.
    KeyRevoked {
        /// Short name of the key, hex.
        key: String,
        /// Number of the reason.
        reason: u64,
    },
    /// The root gave the node a new identity.
    KeyRenewed {
        /// Short name of the new key, hex.
        key: String,
    },
    /// Two keyholders opened the node.
    NodeOpened {
        /// Who.
        by: Vec<String>,
    },
    /// An act was refused; codes only.
    Refused {
        /// Name of the act.
        act: String,
        /// Codes of the refusals.
        codes: Vec<String>,
    },
    /// The subject was erased.
    Erased {
        /// Ids of the destroyed keys.
        keys: Vec<base::KeyId>,
        /// Word of the basis.
        #[serde(default)]
        basis: String,
        /// Who proposed and who did it.
        #[serde(default)]
        by: Vec<OfficerId>,
    },
}

/// SHA-256("simpul/access/1" || subject)[..16].
pub fn stream_of(subject: [u8; 16]) -> [u8; 16] {
    let digest = seal::hash::sha256(&[b"simpul/access/1", &subject]);
    let mut out = [0; 16];
    for (to, from) in out.iter_mut().zip(digest) {
        *to = from;
    }
    out
}

fn keep<T>(last: &mut Vec<T>, one: T) {
    last.push(one);
    last.drain(..last.len().saturating_sub(SHOWN));
}

impl Aggregate for Access {
    type Event = AccessEvent;
    const KIND: StreamKind = StreamKind::Access;
    const TEAM: Team = Team::Audit;
    const OWN_KEY: bool = false;

    fn event_name(event: &AccessEvent) -> &'static str {
        match event {
            AccessEvent::IdentityShown { page: ShownOn::Report, .. } => "contact.seen",
            AccessEvent::IdentitySeen { .. } | AccessEvent::IdentityShown { .. } => "identity.seen",
            AccessEvent::OpenedInNeed { .. } => "need.opened",
            AccessEvent::FileOpened { .. } => "file.opened",
            AccessEvent::CopyMade { .. } => "copy.made",
            AccessEvent::BreachListed { .. } => "breach.listed",
            AccessEvent::CountsSent { .. } => "counts.sent",
            AccessEvent::ReleaseSigned { .. } => "release.signed",
            AccessEvent::ReleaseTakenBack { .. } => "release.taken-back",
            AccessEvent::CountsReleased { .. } => "counts.released",
            AccessEvent::Searched { .. } => "cases.searched",
            AccessEvent::RegistryAsked { .. } => "registry.asked",
            AccessEvent::RecruitersSearched { .. } => "recruiters.searched",
            AccessEvent::RecruiterOpened { .. } => "recruiter.opened",
            AccessEvent::NetworkExported { .. } => "network.exported",
            AccessEvent::ErasureAnswered { .. } => "erasure.answered",
            AccessEvent::KeyholdersSet { .. } => "keyholders.set",
            AccessEvent::SignatoryNamed { .. } => "signatory.named",
            AccessEvent::KeyRevoked { .. } => "key.revoked",
            AccessEvent::KeyRenewed { .. } => "key.renewed",
            AccessEvent::NodeOpened { .. } => "node.opened",
            AccessEvent::Refused { .. } => "act.refused",
            AccessEvent::Erased { .. } => "subject.erased",
        }
    }

    fn begin(_: [u8; 16], first: &AccessEvent, at: Timestamp) -> Option<Self> {
        let mut access = Self::default();
        access.apply(first, at);
        Some(access)
    }

    fn apply(&mut self, event: &AccessEvent, at: Timestamp) {
        self.entries = self.entries.saturating_add(1);
        match event {
            AccessEvent::Refused { act, codes } => keep(&mut self.refused, (at, act.clone(), codes.clone())),
            AccessEvent::FileOpened { officer, file } => keep(&mut self.opened, (at, *officer, *file)),
            AccessEvent::IdentityShown { officer, page } => {
                keep(&mut self.shown, (at, *officer, *page));
                self.seen_by.insert(*officer);
            }
            AccessEvent::IdentitySeen { officer, .. } | AccessEvent::CopyMade { officer, .. } => {
                self.seen_by.insert(*officer);
            }
            AccessEvent::OpenedInNeed { .. }
            | AccessEvent::BreachListed { .. }
            | AccessEvent::CountsSent { .. }
            | AccessEvent::ReleaseSigned { .. }
            | AccessEvent::ReleaseTakenBack { .. }
            | AccessEvent::CountsReleased { .. }
            | AccessEvent::Searched { .. }
            | AccessEvent::RegistryAsked { .. }
            | AccessEvent::RecruitersSearched { .. }
            | AccessEvent::RecruiterOpened { .. }
            | AccessEvent::NetworkExported { .. }
            | AccessEvent::ErasureAnswered { .. }
            | AccessEvent::KeyholdersSet { .. }
            | AccessEvent::SignatoryNamed { .. }
            | AccessEvent::KeyRevoked { .. }
            | AccessEvent::KeyRenewed { .. }
            | AccessEvent::NodeOpened { .. }
            | AccessEvent::Erased { .. } => {}
        }
    }

    fn rows(&self, _: [u8; 16]) -> Vec<Row> {
        Vec::new()
    }
}
