//! What is handed over: a case goes from Batam to Lombok Timur, message by message.

use crate::cast::{START, consents, decided, handover, to_home};
use crate::office::{Known, Office};
use crate::pipe::Cut;
use base::{CaseId, ManualClock, ThreadId, Timestamp};
use casework::offer::{GiverState, Served, TakerState};
use desk::offers::{SendOffer, TakerAct, TakerWord, thread};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The ways that the messages of a handover go. Batam: the offer. Lombok Timur: its receipt and the yes. Batam: the receipt of
/// the yes and the file. Lombok Timur: that it came, and that it is done. Batam: the last receipt.
pub const WAYS: [Way; 5] = [Way::There, Way::Back, Way::There, Way::Back, Way::There];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    There,
    Back,
}

/// Both offices and what is between them.
pub struct Pair {
    pub clock: Arc<ManualClock>,
    pub batam: Office,
    pub lotim: Office,
    pub case: CaseId,
    pub offer: Option<(ThreadId, u32)>,
}

/// Both as they stood at one moment: copies of their folders.
pub struct Moment {
    folders: [PathBuf; 2],
    known: [Known; 2],
    now: Timestamp,
    case: CaseId,
    offer: Option<(ThreadId, u32)>,
}

/// What a handover came to: everything that both wrote down, where it stands, and who owns the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    pub journals: [Vec<String>; 2],
    pub given: Option<GiverState>,
    pub taken: Option<TakerState>,
    pub owners: [bool; 2],
    /// Whether her name is in the case there.
    pub file: bool,
}

impl Pair {
    /// Two task forces with an accord, a case at Batam that may go home, and nothing on its way.
    pub async fn new(folder: &Path) -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let batam = Office::found(&folder.join("batam"), ("batam", "21.71"), &clock).await;
        let lotim = Office::found(&folder.join("lotim"), ("lotim", "52.03"), &clock).await;
        batam.meets(&lotim).await;
        lotim.meets(&batam).await;
        crate::cast::agree("task-forces", "gugus-tugas", &[&batam.node, &lotim.node]).await;
        let case = decided(&batam.node).await;
        consents(&batam.node, case, to_home()).await;
        let pair = Self { clock, batam, lotim, case, offer: None };
        pair.settles_down().await;
        pair
    }

    /// Who sends this way, and who takes.
    pub fn ends(&self, way: Way) -> (&Office, &Office) {
        match way {
            Way::There => (&self.batam, &self.lotim),
            Way::Back => (&self.lotim, &self.batam),
        }
    }

    /// What people do before the messages of a step go.
    pub async fn acts(&mut self, step: usize) {
        match (step, self.offer) {
            (0, _) => {
                let act = SendOffer { case: self.case, version: None, ask: handover(&self.lotim.node) };
                self.offer = Some(self.batam.node.does(&self.batam.node.manager(), &act).await.unwrap());
            }
            (1, Some(_)) => self.answers(TakerWord::Accept).await,
            (3, Some(_)) => self.answers(TakerWord::Complete(Served::Served, String::new())).await,
            _ => {}
        }
        // A receipt waits for half a minute.
        self.clock.advance_millis(61_000);
    }

    async fn answers(&self, word: TakerWord) {
        let (thread, offer_no) = self.offer.unwrap();
        self.lotim.node.does(&self.lotim.node.manager(), &TakerAct { thread, offer_no, word }).await.unwrap();
    }

    /// Both talk over a sound connection until nothing is due for hours.
    pub async fn settles_down(&self) {
        for _ in 0..3 {
            for way in [Way::There, Way::Back, Way::There] {
                let (from, to) = self.ends(way);
                from.carries(to, Cut::Never).await;
            }
            self.clock.advance_millis(45 * 60_000);
        }
    }

    pub async fn end(&self) -> End {
        let mut journals = [Vec::new(), Vec::new()];
        for (office, journal) in [&self.batam, &self.lotim].into_iter().zip(&mut journals) {
            *journal = office.node.journal(base::Seq::default()).await;
            journal.sort();
        }
        let here = self.lotim.node.find_case(self.case).await;
        let stood =
            |stream: &desk::offers::OfferStream, no| (stream.thread.giver.state(no), stream.thread.taker.state(no));
        let (mut given, mut taken) = (None, None);
        if let Some((id, no)) = self.offer {
            let at = thread(&mut self.batam.node.desk.read().await.unwrap(), id).await.unwrap();
            given = at.and_then(|at| stood(&at, no).0);
            let at = thread(&mut self.lotim.node.desk.read().await.unwrap(), id).await.unwrap();
            taken = at.and_then(|at| stood(&at, no).1);
        }
        let owners = [owns(&self.batam, self.case).await, owns(&self.lotim, self.case).await];
        End { journals, given, taken, owners, file: here.is_some_and(|case| case.fields.contains_key("identity.name")) }
    }

    /// Copies of both folders. Nothing is being written.
    pub fn moment(&self, folder: &Path) -> Moment {
        std::fs::create_dir(folder).unwrap();
        let offices = [&self.batam, &self.lotim];
        let folders = offices.map(|office| {
            let to = folder.join(office.node.name());
            copy(&office.folder, &to);
            to
        });
        let (known, now) = (offices.map(|office| office.known.clone()), base::Clock::now(&*self.clock));
        Moment { folders, known, now, case: self.case, offer: self.offer }
    }
}

impl Moment {
    /// The pair as it stood then, in a folder of its own.
    pub async fn again(&self, folder: &Path) -> Pair {
        let clock = Arc::new(ManualClock::at(self.now));
        let [batam, lotim] = ["batam", "lotim"].map(|name| folder.join(name));
        copy(&self.folders[0], &batam);
        copy(&self.folders[1], &lotim);
        let batam = Office::open(&batam, self.known[0].clone(), &clock).await;
        let lotim = Office::open(&lotim, self.known[1].clone(), &clock).await;
        Pair { clock, batam, lotim, case: self.case, offer: self.offer }
    }
}

async fn owns(office: &Office, case: CaseId) -> bool {
    office.node.find_case(case).await.is_some_and(|case| case.ownership.other.is_none())
}

/// The database, and what is written ahead of it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for name in ["node.db", "node.db-wal"] {
        if from.join(name).exists() {
            std::fs::copy(from.join(name), to.join(name)).unwrap();
        }
    }
}
