//! The list of shelves: every list and every state the store keeps beside the journal.
//!
//! 1 to 99 are projections: each row follows from the events of one stream and can be refolded (P3). 100 and above are
//! state: outbox, threads, sessions, jobs.

use base::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

macro_rules! shelves {
    ($($(#[$doc:meta])* $name:ident = $number:literal;)*) => {
        /// A shelf: what it is partitioned by and ordered by stands with its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(i64)]
        pub enum Shelf { $($(#[$doc])* $name = $number,)* }

        impl Shelf {
            /// All shelves.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its number, as stored.
            pub const fn number(self) -> i64 { self as i64 }
        }
    };
}

shelves! {
    /// Cases: part = state, key = urgency, due, id. Card: `CaseCard`.
    CasesByState = 1;
    /// Cases: part = case manager, key = urgency, due, id.
    CasesByManager = 2;
    /// One case card: part = case id, key empty.
    CaseCard = 3;
    /// Steps: part = owner role and state, key = due, case, step. Card: `StepCard`.
    StepsByRole = 4;
    /// Running clocks: part = case id, key = clock id; due = next alarm.
    Clocks = 5;
    /// Consents: part = case id, key = consent id.
    Consents = 6;
    /// Reports: part = state, key = urgency, time, id.
    ReportsByState = 7;
    /// Offers: part = side and state, key = answer-by, thread, number; due = next moment that matters.
    OffersByState = 8;
    /// Offers of a case: part = case id, key = thread, number.
    OffersByCase = 9;
    /// Officers: part = state, key = name key.
    Officers = 10;
    /// Peers: part empty, key = node id.
    Peers = 11;
    /// Accords: part = state, key = id, version.
    Accords = 12;
    /// Reports by client id: part = rid, key empty.
    ReportByRid = 13;
    /// Tasks for people: part = role or officer, key = time, id.
    Tasks = 14;
    /// Offer threads of a case: part = case id, key = peer, person (zeros: the person of the case).
    ThreadByCasePeer = 15;
    /// Officers by log-in name: part = name key, key empty.
    OfficerByName = 16;
    /// Case timeline: part = case id, key = time, seq.
    Timeline = 17;
    /// Due clocks over all cases: part = role, key = due, case, clock.
    ClocksByRole = 18;
    /// Officer of a passkey: part = credential id, key empty.
    CredentialOwner = 19;
    /// Offers by their next moment: part = side, key = thread; due = next moment that matters.
    OfferMoments = 20;
    /// Files of reports: part = file id, key = report id; due while nobody has opened the whole file.
    ReportFiles = 21;
    /// Reports by the code of their slip: part = code, key empty.
    ReportByCode = 22;
    /// Reports of a place: part = place code, key = time, id.
    ReportsByPlace = 23;
    /// The blind index: part = kind and token, key = report or case.
    Blind = 24;
    /// What persons asked about their data and nobody answered yet: part = `open`, key = due, case, number.
    RightsDue = 25;
    /// What is kept until a day: part = `case` or `hold`, key = case; due = that day.
    KeptUntil = 26;
    /// What left this casebook: part = `given` or `report`, key = id; due = since when, from which its term counts.
    KeptSince = 27;
    /// Documents of cases: part = file id, key = case id.
    CaseFiles = 28;
    /// What somebody must know at once: part = `auditor`, `coordinator` or officer, key = time, case.
    Notices = 29;
    /// Cases in which an officer has a part: part = officer, key = case.
    CasesInHand = 30;
    /// Officers whose access ended: part = officer, key empty.
    OfficersGone = 31;
    /// Who signed accords here: part = a signatory's public key, key = officer, accord version.
    Signings = 32;
    /// Matters of counsel: part = officer or `all`, key = next hearing, case; time spent: part = `time/` and quarter, key = case.
    Matters = 33;
    /// Documents that came with an offer and are no case's yet: part = file id, key = thread; due while not all is settled.
    OfferFiles = 34;
    /// Requests for legal aid: part = state, key = due, case, number. Card: `AidCard`.
    AidByState = 35;
    /// Cases that a guest is let into: part = guest, key = case.
    GuestCases = 36;
    /// Mentions of recruiters: part = `live` or `withdrawn`, key = mention. Card: `MentionCard`, without where it came from.
    Mentions = 37;
    /// Mentions of a case, report or alert: part = its id, key = mention.
    MentionsOf = 38;
    /// Judged pairs of mentions: part = `all`, key = pair. Card: `PairCard`.
    PairsJudged = 39;
    /// Reports by the box of their reporter: part = box id, key empty.
    ReportByBox = 40;
    /// Reports whose reporter added something that nobody dealt with: part = `all`, key = time, id.
    ReportsAsking = 41;
    /// Ways of persons by month: part = month in which the case was opened, `2026-11`, key = case. Card: `TripCard`.
    Trips = 42;
    /// Open cases by the step that is due first: part = `open`, key = due, case. Card: `DueCard`.
    CasesDue = 43;
    /// Alerts about recruiters: part = `in` or `out`, key = time, alert; due = end of what is in force. Card: `AlertCard`.
    Alerts = 45;
    /// Alerts of which something is new and nobody has said so far that it was read: part empty, key = alert.
    AlertsUnread = 46;

    /// Snapshots: part = stream kind, key = stream id.
    Snapshots = 100;
    /// Threads of two nodes: part = peer, key = thread id.
    Threads = 101;
    /// Outgoing messages: part = thread id, key = era, seq; due = next try.
    Outbox = 102;
    /// What a message rests on: part = consent or accord, key = outbox key.
    RestsOn = 103;
    /// Received numbers: part = thread id, key = era, seq.
    Seen = 104;
    /// Messages that wait for a gap to close: part = thread id, key = era, seq.
    Parked = 105;
    /// Sealed envelopes kept while locked: part empty, key = msg id.
    Held = 106;
    /// Mailbox of a tag: part = tag, key = cursor.
    Mailbox = 107;
    /// Envelopes nobody could open: part empty, key = msg id; due = end of keeping.
    Quarantine = 108;
    /// Sealed reports that wait for an unlocked node: part empty, key = rid.
    Intake = 109;
    /// Sessions: part = SHA-256 of the token, key empty; due = end.
    Sessions = 110;
    /// Passkeys and other credentials: part = officer, key = credential id.
    Credentials = 111;
    /// Failed guesses: part = kind, key = account key; due = end of the delay.
    Guesses = 113;
    /// Jobs: part = kind, key = name; due = when.
    Jobs = 114;
    /// What was written and not sent: part = officer, key = form and reason.
    Drafts = 115;
    /// Signed entries of peers: part = node id, key empty.
    Entries = 117;
    /// Epoch keys: part empty, key = week.
    Epochs = 118;
    /// Accord files: part = id, key = version.
    AccordFiles = 119;
    /// Extracts frozen at an offer: part = thread, key = offer number.
    Extracts = 120;
    /// Messages for the relay by control thread that do not number: part = peer, key = type.
    Control = 121;
    /// Log of what a carrier did with a message: part = thread, key = seq and time.
    Journey = 122;
    /// Released envelopes, so that a second copy is known: part = tag, key = msg id; due = forget.
    Released = 123;
    /// Nonces of signed requests: part = key id, key = nonce; due = forget.
    Nonces = 124;
    /// Anything small of a door: part = door's own name.
    DoorState = 125;
    /// What about the mail needs a person: part empty, key = kind, peer, thread, era, number; due = forget.
    Concerns = 126;
    /// Keys that were destroyed: part empty, key = key id. It only grows; no backup brings such a key back.
    Erased = 127;
    /// Reports of quarters that were sent: part empty, key = `2026-Q3`.
    QuarterReports = 128;
    /// Filters of a list that an officer keeps: part = officer, key = id.
    KeptFilters = 129;
    /// Links for calendar programs: part = SHA-256 of the link, or officer, key empty.
    CalendarLinks = 130;
    /// Whom partners' roots name as signatories: part = node id, key empty.
    Signers = 131;
    /// Keys that are dead: part = node, key = kid.
    Revocations = 132;
    /// Journals and who saw them: part = partner, key = whose.
    Witnesses = 133;
    /// Blobs on their way to a peer: part = peer, key = thread, blob; due = next try.
    BlobsOut = 134;
    /// Blobs that a relay hosts: part empty, key = blob, due = expiry; their chunks: part = blob, key = number.
    BlobsHeld = 135;
    /// Who holds which recovery paper: part and key empty.
    Papers = 136;
    /// What the node states in its entry: part = format, key = id.
    Stated = 137;
    /// Against whom, or for whom, this node acts: part empty, key = id. It never leaves the node.
    Conflicts = 138;
    /// Services of bodies without a node: part = place, key = code.
    Services = 139;
    /// Guests, and whose counsel they are: part = guest, key empty.
    Guests = 150;
    /// One-time links of guests: part = SHA-256 of the link, or guest, key empty; due = end.
    GuestLinks = 151;
    /// Agencies of official lists: part = source, key = licence number.
    Licences = 155;
    /// Sources of such lists: part empty, key = source.
    LicenceSources = 156;
    /// Boxes of reporters without a name: part empty, key = box id; due = when it closes.
    Boxes = 157;
    /// Replies sealed to a box: part = box id, key = time and random.
    BoxReplies = 158;
    /// What came by boxes and is sealed to the intake key: part empty, key = 0 report or 1 addition, id.
    BoxPosts = 159;
    /// Boxes that changed here, for the node or its public window to hear of: part empty, key = box id.
    BoxMarks = 160;
    /// Reports that came by the public window, which waits for their receipts: part empty, key = rid; due = next look.
    Owed = 161;
    /// Receipts that the node left at its public window: part empty, key = rid; due = forget.
    Receipts = 162;
    /// Files at the public window that the node has: part empty, key = file id; due = removal.
    FilesTaken = 163;
    /// Short messages that were taken: part empty, key = HMAC under the salt of the day; due = end of the salt.
    SmsSeen = 164;
    /// Replies by SMS that wait: part empty, key = id of the reply; due = next try.
    SmsOut = 165;
    /// Parts of a long message that came before the others: part = group, key = number; due = until when they are waited for.
    SmsParts = 166;
}

/// The first and last number of projections.
pub const PROJECTIONS: (i64, i64) = (1, 99);

/// A value that lives on a shelf as state.
pub trait Shelved: Serialize + DeserializeOwned + Send + Sync {
    /// Its shelf.
    const SHELF: Shelf;
}

/// A projection row before sealing; made by [`crate::Aggregate::rows`] and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Shelf.
    pub shelf: Shelf,
    /// Partition.
    pub part: Vec<u8>,
    /// Order.
    pub key: Vec<u8>,
    /// When something is due.
    pub due: Option<Timestamp>,
    /// The card, CBOR, not yet sealed.
    pub card: Vec<u8>,
}

/// Builds ordered keys: numbers big-endian with the sign turned so that bytes sort like numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyBytes(Vec<u8>);

impl KeyBytes {
    /// Empty.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a number.
    #[must_use]
    pub fn int(mut self, value: i64) -> Self {
        self.0.extend((value.cast_unsigned() ^ (1 << 63)).to_be_bytes());
        self
    }

    /// Adds bytes as they are; only last, or of fixed length.
    #[must_use]
    pub fn bytes(mut self, value: &[u8]) -> Self {
        self.0.extend(value);
        self
    }

    /// Adds text and a zero byte, so that a shorter text sorts first.
    #[must_use]
    pub fn text(mut self, value: &str) -> Self {
        self.0.extend(value.bytes().filter(|b| *b != 0));
        self.0.push(0);
        self
    }

    /// The bytes.
    pub fn done(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_keys_sort_like_their_numbers() {
        let key = |n| KeyBytes::new().int(n).done();
        for pair in [i64::MIN, -5, 0, 1, 70_000, i64::MAX].windows(2) {
            assert!(key(pair[0]) < key(pair[1]));
        }
        assert!(KeyBytes::new().text("ab").done() < KeyBytes::new().text("abc").done());
    }

    #[test]
    fn no_shelf_number_stands_twice_and_projections_come_first() {
        assert!(Shelf::ALL.windows(2).all(|pair| pair[0].number() < pair[1].number()));
        assert!(Shelf::ALL.iter().all(|s| s.number() <= PROJECTIONS.1 || s.number() >= 100));
    }
}
