//! The story of PRODUCT.md section 3, sentence by sentence, through the pages of real nodes.
//!
//! Each step is a file; a step that cannot go on says where, and the steps that rest on it fail too.

mod accords;
mod alerts;
mod bundle;
mod casework;
mod consent;
mod corridor;
mod handover;
mod legal_aid;
mod people;
mod recruiters;
mod report;

use super::house::Town;
use base::{Problem, Text};

/// What the story remembers from step to step.
#[derive(Debug, Default)]
pub struct Memory {
    /// Address of the case at Batam, `/kasus/…`.
    pub case: String,
    /// Address of the referral to LBH Bahari at Batam, `/rujukan/…`.
    pub referral: String,
}

/// Whether a sentence held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was seen to hold.
    Held,
    /// It did not.
    Failed,
}

impl Outcome {
    /// The word of CONTRACTS.md 1.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }
}

/// One sentence.
#[derive(Clone, Debug)]
pub struct Check {
    /// What it says.
    pub says: Text,
    /// Whether it was seen.
    pub held: bool,
}

/// A check in both languages.
pub fn check(held: bool, id: &str, en: &str) -> Check {
    Check { says: Text::new(id, en), held }
}

/// One step of the story.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number in PRODUCT.md 3.
    pub no: u8,
    /// What it is about.
    pub title: Text,
    /// Its sentences.
    pub checks: Vec<Check>,
    /// Where it could not go on.
    pub trouble: Option<String>,
}

impl Step {
    /// Whether it held: all its sentences, and at least one.
    pub fn result(&self) -> Outcome {
        if self.trouble.is_none() && !self.checks.is_empty() && self.checks.iter().all(|check| check.held) {
            Outcome::Held
        } else {
            Outcome::Failed
        }
    }

    /// Whether it failed.
    pub fn failed(&self) -> bool {
        self.result() == Outcome::Failed
    }
}

/// Says which step begins; a story takes minutes.
fn say(no: u8, id: &str, en: &str) {
    crate::output::talk(&format!("langkah {no}: {id} / step {no}: {en}"));
}

/// Plays all ten steps.
pub async fn play(town: &mut Town) -> Vec<Step> {
    let mut memory = Memory::default();
    let mut steps = Vec::new();
    let title = |id: &str, en: &str| Text::new(id, en);
    let mut add = |no, title, played: Result<Vec<Check>, Problem>| {
        let (checks, trouble) = match played {
            Ok(checks) => (checks, None),
            Err(problem) => (Vec::new(), Some(problem.to_string())),
        };
        steps.push(Step { no, title, checks, trouble });
    };
    say(1, "Delapan simpul", "Eight nodes");
    add(1, title("Delapan simpul", "Eight nodes"), accords::nodes(town).await);
    say(2, "MoU ditandatangani", "Accords signed");
    add(2, title("MoU ditandatangani", "Accords signed"), accords::accords(town).await);
    say(3, "Laporan dari feri", "A report from the ferry");
    add(3, title("Laporan dari feri", "A report from the ferry"), report::play(town).await);
    say(4, "Kasus dibuka", "A case is opened");
    add(4, title("Kasus dibuka", "A case is opened"), casework::play(town, &mut memory).await);
    say(5, "Bantuan hukum", "Legal aid");
    add(5, title("Bantuan hukum", "Legal aid"), legal_aid::play(town, &mut memory).await);
    say(9, "Jalur dan waktu layanan", "Corridor and time to service");
    add(9, title("Jalur dan waktu layanan", "Corridor and time to service"), corridor::play(town, &memory).await);
    say(6, "Pulang", "The way home");
    add(6, title("Pulang", "The way home"), handover::play(town, &memory).await);
    say(7, "Perekrut yang sama di dua daerah", "The same recruiter in two districts");
    let seven = title("Perekrut yang sama di dua daerah", "The same recruiter in two districts");
    add(7, seven, alerts::play(town).await);
    say(8, "Persetujuan dicabut", "A consent is withdrawn");
    add(8, title("Persetujuan dicabut", "A consent is withdrawn"), consent::play(town, &memory).await);
    say(10, "Dua hari mati, lalu stik USB", "Two days off, then a USB stick");
    add(10, title("Dua hari mati, lalu stik USB", "Two days off, then a USB stick"), bundle::play(town).await);
    steps.sort_by_key(|step| step.no);
    steps
}
