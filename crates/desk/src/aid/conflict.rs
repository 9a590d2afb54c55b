//! Conflicts of interest, found before a person is named (FEDERATION.md 4): the giver blinds what names the suspects and
//! agencies of the case, the taker compares it with its own list. A hit says that there is one, and nothing else.
//!
//! The list never leaves its node. The key of the blinding is the thread, which both know, so values of few digits could be
//! guessed by whoever holds the message; therefore the taker keeps no value of a message, answers nothing by itself (a person
//! declines), and compares at most [`CHECKS_PER_DAY_MAX`] offers of one peer a day.

use crate::act::{Act, Desk};
use crate::error::Error;
use crate::offers::stream::{OfferEvent, OfferStream};
use crate::policy::{Deed, Permit};
use crate::wire::List;
use async_trait::async_trait;
use base::{NodeId, OfficerId, Problem, Redacted, ThreadId, Timestamp, limits};
use casework::Case;
use casework::offer::{DeclineReason, GiverState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Page, Read, Sealed, Shelf, Shelved, Stored, Team, Tx};

/// Values that one offer carries; a case names few.
pub const VALUES_MAX: usize = 32;
/// Offers of one peer that are compared on one day (UTC); clauses of the shipped accords let 20 go. Beyond it a person looks.
pub const CHECKS_PER_DAY_MAX: u32 = 40;
/// Entries of a list; each offer is compared with all of them.
const ENTRIES_MAX: usize = 2_000;
/// Bytes of one value, and of a note.
const TEXT_BYTES_MAX: usize = 200;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// Licence of an agency.
    Licence,
    /// Name of a company.
    Company,
    /// Telephone.
    Phone,
    /// Number of an identity card.
    Nik,
}

impl ConflictKind {
    /// All, in the order of forms.
    pub const ALL: [Self; 4] = [Self::Company, Self::Licence, Self::Phone, Self::Nik];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Licence => "licence",
            Self::Company => "company",
            Self::Phone => "phone",
            Self::Nik => "nik",
        }
    }

    /// Reads a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The byte that stands for it before a value.
    const fn number(self) -> u8 {
        match self {
            Self::Licence => 1,
            Self::Company => 2,
            Self::Phone => 3,
            Self::Nik => 4,
        }
    }

    /// The field of a case that holds it.
    const fn field(self) -> &'static str {
        match self {
            Self::Licence => "recruiter.licence",
            Self::Company => "recruiter.agency",
            Self::Phone => "recruiter.phone",
            Self::Nik => "recruiter.nik",
        }
    }

    /// One spelling for all that mean the same. Empty if nothing is left.
    pub fn normalised(self, text: &str) -> String {
        let lower = text.to_lowercase();
        match self {
            Self::Nik => digits(&lower),
            Self::Phone => {
                let digits = digits(&lower);
                let national = digits.strip_prefix("62").or_else(|| digits.strip_prefix('0')).unwrap_or(&digits);
                if national.is_empty() { String::new() } else { format!("62{national}") }
            }
            Self::Licence => lower.chars().filter(|c| c.is_alphanumeric()).collect(),
            Self::Company => {
                let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
                words.filter(|word| !["pt", "cv", "ud", "tbk"].contains(word)).collect()
            }
        }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// HMAC-SHA-256(thread id, kind || normalised value), its first 8 bytes.
fn blind(thread: ThreadId, kind: ConflictKind, normalised: &str) -> [u8; 8] {
    let whole = seal::hash::hmac(&thread.bytes(), &[&[kind.number()], normalised.as_bytes()]);
    let mut out = [0; 8];
    out.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
    out
}

/// What an offer about a case carries: one blind value for each thing that names a suspect or an agency.
pub fn of_case(case: &Case, thread: ThreadId) -> Vec<[u8; 8]> {
    let all: BTreeSet<_> = named_in(case).iter().map(|(kind, value)| blind(thread, *kind, value)).collect();
    all.into_iter().take(VALUES_MAX).collect()
}

/// What names a suspect or an agency in a case, in one spelling each.
pub(crate) fn named_in(case: &Case) -> BTreeSet<(ConflictKind, String)> {
    let mut all = BTreeSet::new();
    for kind in ConflictKind::ALL {
        let Some(value) = case.field(None, kind.field()) else { continue };
        // A field may name several, one behind another.
        let each = value.expose().split([',', ';', '\n']).map(|one| (kind, kind.normalised(one)));
        all.extend(each.filter(|(_, normalised)| !normalised.is_empty()));
    }
    all
}

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictEntry {
    /// What it is.
    pub kind: ConflictKind,
    /// As it was written.
    pub value: Redacted<String>,
    /// What it is about, for the body alone.
    pub note: Redacted<String>,
    /// Who wrote it.
    pub by: OfficerId,
    /// When.
    pub at: Timestamp,
}

impl Shelved for ConflictEntry {
    const SHELF: Shelf = Shelf::Conflicts;
}

/// The list, with the id of each entry.
pub async fn conflicts(view: &mut impl Read) -> Result<Vec<([u8; 16], ConflictEntry)>, Error> {
    let (mut all, mut page) = (Vec::new(), Page::first(limits::CODE_ROWS_MAX));
    loop {
        let rows = view.states::<ConflictEntry>(b"", &page).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        page.after = Some(last.key.clone());
        all.extend(rows.into_iter().filter_map(|row| Some((row.key.try_into().ok()?, row.card))));
    }
}

/// Adds an entry to this node's list.
#[derive(Clone, Debug)]
pub struct KeepConflict {
    /// What it is.
    pub kind: ConflictKind,
    /// The value.
    pub value: Redacted<String>,
    /// What it is about.
    pub note: Redacted<String>,
}

#[async_trait]
impl Act for KeepConflict {
    const NAME: &'static str = "conflict.keep";
    const DEED: Deed = Deed::AnswerOffer;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        let is_long = self.value.expose().len() > TEXT_BYTES_MAX || self.note.expose().len() > TEXT_BYTES_MAX;
        if self.kind.normalised(self.value.expose()).is_empty() || is_long {
            return Err(Problem::new("legal-aid.conflict-bad").into());
        }
        if conflicts(tx).await?.len() >= ENTRIES_MAX {
            return Err(Problem::at("legal-aid.conflicts-full", ENTRIES_MAX.to_string()).into());
        }
        let (by, at) = (OfficerId::from_bytes(tx.origin().actor), tx.now());
        let entry = ConflictEntry { kind: self.kind, value: self.value.clone(), note: self.note.clone(), by, at };
        let id = tx.derived_id("conflict");
        Ok(tx.put((b"", &id), None, Sealed::Team(Team::Casework), &entry).await?)
    }
}

/// Takes an entry off the list.
#[derive(Clone, Copy, Debug)]
pub struct DropConflict(pub [u8; 16]);

#[async_trait]
impl Act for DropConflict {
    const NAME: &'static str = "conflict.drop";
    const DEED: Deed = Deed::AnswerOffer;
    type Done = ();

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<(), Error> {
        Ok(tx.remove::<ConflictEntry>(b"", &self.0).await?)
    }
}

/// What comparing gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compared {
    /// Nothing on the list.
    Clear,
    /// Something is on the list; nobody is told what.
    Hit,
    /// Too many offers of this peer today, or too many values: a person compares.
    NotCompared,
}

/// How many offers of a peer were compared on a day.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct ComparedToday(u32);

impl Shelved for ComparedToday {
    const SHELF: Shelf = Shelf::DoorState;
}

/// Compares what came with the list and records the answer; the values themselves are kept nowhere. Nothing where the offer
/// names nobody, or is over already.
pub(crate) async fn compare(
    tx: &mut Tx,
    stored: &mut Stored<OfferStream>,
    (no, came): (u32, Option<&List<[u8; 8]>>),
) -> Result<(), Error> {
    let is_shown = stored.came.get(&no).is_some_and(|came| !came.hidden);
    let Some(List(came)) = came.filter(|_| is_shown) else { return Ok(()) };
    let said = if came.len() > VALUES_MAX || !one_more(tx, stored.peer).await? {
        Compared::NotCompared
    } else {
        let thread = ThreadId::from_bytes(stored.id);
        let list = conflicts(tx).await?;
        let hit = list.iter().any(|(_, entry)| {
            let normalised = entry.kind.normalised(entry.value.expose());
            came.contains(&blind(thread, entry.kind, &normalised))
        });
        if hit { Compared::Hit } else { Compared::Clear }
    };
    Ok(tx.append(stored, vec![OfferEvent::Compared(no, said)]).await?)
}

/// Counts a comparison; no once the day's are used up.
async fn one_more(tx: &mut Tx, peer: NodeId) -> Result<bool, Error> {
    let key = [b"compared/".as_slice(), tx.now().date().as_bytes()].concat();
    let before = tx.state::<ComparedToday>(&peer.bytes(), &key).await?.unwrap_or_default().0;
    if before >= CHECKS_PER_DAY_MAX {
        return Ok(false);
    }
    let forget = Some(tx.now().plus_hours(48));
    tx.put((&peer.bytes(), &key), forget, Sealed::Plain, &ComparedToday(before + 1)).await?;
    Ok(true)
}

/// Whether the peer has declined somebody of this case because it is conflicted: it stands in `person.conflicts` from then on,
/// also of her family, for whom the suspects are the same.
pub(crate) async fn conflicted(view: &mut impl Read, case: &Case, peer: NodeId) -> Result<bool, Error> {
    let word = Some(DeclineReason::Conflicted.word());
    let mut page = Page::first(limits::CODE_ROWS_MAX);
    let part = case.opening.id.bytes();
    while let Some(threads) = view.next_cards::<ThreadId>(Shelf::ThreadByCasePeer, &part, &mut page).await? {
        for thread in threads {
            let Some(thread) = view.load::<OfferStream>(thread.bytes()).await?.filter(|t| t.peer == peer) else {
                continue;
            };
            let mut given = thread.thread.giver.offers();
            if given.any(|offer| offer.state == GiverState::Declined && offer.ended_with.as_deref() == word) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_company_phone_or_licence_in_two_spellings_is_the_same_and_another_is_not() {
        let same = |kind: ConflictKind, one: &str, other: &str| kind.normalised(one) == kind.normalised(other);
        assert!(same(ConflictKind::Company, "PT. Samudra Jaya", "samudra  jaya, Tbk"));
        assert!(!same(ConflictKind::Company, "PT Samudra Jaya", "PT Samudra Raya"));
        assert!(same(ConflictKind::Phone, "+62 812-5551-2345", "081255512345"));
        assert!(same(ConflictKind::Licence, "SIP3MI/123/2024", "sip3mi 123 2024"));
        assert!(same(ConflictKind::Nik, "5203.0144.0499.0007", "5203014404990007"));
        assert_eq!(ConflictKind::Company.normalised("PT"), "");
    }

    #[test]
    fn a_blind_value_depends_on_thread_and_kind_and_has_this_very_form() {
        let thread = |n| ThreadId::from_bytes([n; 16]);
        let value = blind(thread(1), ConflictKind::Company, "samudrajaya");
        assert_ne!(value, blind(thread(2), ConflictKind::Company, "samudrajaya"));
        assert_ne!(value, blind(thread(1), ConflictKind::Licence, "samudrajaya"));
        let whole = seal::hash::hmac(&[1; 16], &[b"\x02samudrajaya"]);
        assert_eq!(value, whole[..8]);
    }
}
