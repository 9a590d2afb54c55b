//! Doors: form to command, desk, page. No rule and no SQL; each is a few lines.

mod cases;
pub mod concerns;
pub mod corridor;
pub mod counts;
pub mod day;
pub mod drill;
mod entry;
pub mod filters;
pub mod guests;
pub mod insight;
pub mod journal;
pub mod keys;
pub mod map;
pub mod matters;
pub mod mou;
pub mod network;
pub mod nodes;
pub mod officers;
mod open;
pub mod protection;
pub mod recruiters;
pub mod registers;
mod reports;
pub mod services;
mod sharing;
pub mod sms;
pub mod writing;

pub use cases::{
    conference, consents, documents, erasure, fields, notes, page as case, rights, shut, step, version, work,
};
pub use entry::{account, calendar, guest as guest_door, passkey, sign_in};
pub(crate) use erasure::gone as cases_erased;
pub use open::{
    about, anonymous, assets, boxes, check, crowd, guide, health, help, intake, paket, reporting,
    rights as rights_door, saku, screening, start, upload,
};
pub use reports::{alike, bring, file, list as reports_list, page as report, slip, talk, weigh};
pub use sharing::{aid, body, files as along, give as share, referral, seen_by};

use crate::guard::{Fail, Here};
use crate::view::{Choice, Faults};
use base::{CaseId, Problem};
use desk::cases::CaseStream;
use desk::{Deed, Error};
use std::str::FromStr;
use store::{Stored, View};

/// An id in an address; a wrong one answers like an absent thing.
pub fn id<T: FromStr>(text: &str) -> Result<T, Fail> {
    text.parse().map_err(|_| Fail::from(Problem::new("web.not-found")))
}

/// Every regency as a choice: staff name places exactly.
pub fn regencies(first: &str, chosen: Option<&str>) -> Vec<Choice> {
    let known = base::places::REGENCIES.iter().map(|regency| {
        Choice::new(&regency.code, format!("{} {}", regency.code, regency.name)).on(chosen == Some(&regency.code))
    });
    std::iter::once(Choice::new("", first)).chain(known).collect()
}

/// A case, if this person may do the deed to it; with the snapshot it came from. For who is shut out it is not there.
pub async fn case(here: &Here, case: CaseId, deed: Deed) -> Result<(View, Stored<CaseStream>), Fail> {
    Ok(here.web.desk.case_for(&here.actor(), case, deed).await?)
}

/// Whether this person may have shown who a case is about.
pub fn may_know(here: &Here, case: &CaseStream) -> bool {
    let deed = Deed::SeeIdentity;
    here.may(deed) && desk::cases::change::near(&here.actor(), case, deed, here.web.now()).is_empty()
}

/// A form that came back: its problem, the summary, what was typed.
#[derive(Default)]
pub struct Came {
    /// The problem, if it came back.
    pub problem: Option<Problem>,
    /// What was typed.
    pub typed: Vec<(String, String)>,
    /// The field that somebody came back to change.
    pub to: String,
}

impl Came {
    /// Came back with this problem.
    pub fn back(problem: Problem, form: &crate::guard::Open) -> Self {
        Self { problem: Some(problem), typed: form.fields.clone(), to: String::new() }
    }

    /// A field with what was typed, and with the focus if somebody came back for it.
    pub fn field(&self, field: crate::view::Field) -> crate::view::Field {
        let here = !self.to.is_empty() && field.name() == self.to;
        field.typed(&self.typed).focused(here)
    }

    /// The summary for the page; `fields` are those it can link to.
    pub fn faults(&self, here: &Here, fields: &[&str]) -> Faults {
        let Some(problem) = &self.problem else { return Faults::default() };
        let at = problem.at.as_deref().filter(|at| fields.contains(at));
        let mut faults = Faults::of(here.t.words(), problem, at);
        for fault in &mut faults.list {
            // "Alasan: isian ini wajib diisi" says which one, also to those who hear it.
            if let Some(label) = problem.at.as_deref().and_then(|at| label(here, at)) {
                fault.message = format!("{label}: {}", fault.message);
            }
        }
        if problem.code.0 == "desk.clash" {
            here.t.fault_clash().clone_into(&mut faults.heading);
        }
        faults
    }
}

/// What a field is called on its page.
fn label(here: &Here, name: &str) -> Option<String> {
    let t = here.t.words();
    let known = match name {
        "alasan" | "sebab" => t.reason(),
        "nasihat" => t.advice(),
        "peran" => t.person_roles(),
        "ditemukan" => t.found_at(),
        "asal" => t.origin(),
        "hubungan" => t.relation(),
        "tempat" => t.family_place(),
        "profil" => t.profile_label(),
        "kode" => t.consent_code(),
        "penerima" => t.receiver(),
        "tujuan" => t.purpose(),
        "kategori" => t.consent_categories(),
        "oleh" => t.consent_by(),
        "cara" => t.consent_how(),
        "sampai" => t.consent_until(),
        "hak" => t.right_which(),
        "tentang" => t.right_about(),
        "jalan" => t.right_way(),
        "persetujuan" => t.right_consent(),
        "peminta" => t.right_asker(),
        "putusan" => t.right_granted(),
        "dasar" => t.right_ground(),
        "tinjau" => t.hold_review(),
        "diketahui" => t.breach_known(),
        "hasil" => t.outcome(),
        "pesan" => t.message(),
        "manajer" => t.manager(),
        "kegentingan" => t.urgency_label(),
        "kewenangan" => t.authority_label(),
        "jenis" => t.document_kind(),
        "judul" => t.document_title(),
        "untuk" => t.document_for(),
        "kepada" => t.access_to(),
        "nama-petugas" => t.person_name(),
        "masuk" => t.login_name(),
        "tugas" => t.role(),
        "naskah" => t.mou_text(),
        "mitra" => t.mou_partners(),
        "berlaku" => t.mou_effective(),
        "jabatan" | "sebagai" => t.mou_office(),
        "sejak" => t.keys_since(),
        "simpul" => t.keys_whose(),
        "dari" => t.mou_try_from(),
        "ke" => t.mou_try_to(),
        "tindak" => t.mou_try_act(),
        "tanggal" => t.mou_try_day(),
        "terkirim" => t.mou_try_sent(),
        "isian" => t.mou_try_fields(),
        "pindai" => t.mou_scan(),
        "perkara" => t.aid_about(),
        "masalah" | "legal.problem" => t.aid_problem(),
        "cara-aman" | "contact.safe_way" => t.aid_safe_way(),
        "lembaga" => t.aid_agreed(),
        "mulai" => t.body_from(),
        "akhir" => t.body_until(),
        "wilayah" => t.body_districts(),
        "bahasa" => t.body_languages(),
        "daya" => t.body_places(),
        "jaga" => t.body_duty(),
        "nilai" => t.conflict_value(),
        "tidak-ada" => t.guest_no_conflict(),
        "surel" => t.guest_mail(),
        name => return label_of_matter(here, name),
    };
    Some(known.to_owned())
}

/// What a field of a matter is called; else as the handbook has it.
fn label_of_matter(here: &Here, name: &str) -> Option<String> {
    let t = here.t.words();
    let known = match name {
        "hari" => t.claim_day(),
        "pukul" => t.hearing_time(),
        "isi" => t.attorney_scope(),
        "surat" => t.attorney_paper(),
        "jumlah" => t.loss_sum(),
        "apa" => t.loss_what(),
        "bukti" => t.loss_proofs(),
        "menit" => t.time_minutes(),
        "kegiatan" => t.time_activity(),
        "kantor" => t.claim_office(),
        "jawaban" => t.claim_which_answer(),
        "tempat-sidang" => t.hearing_venue(),
        name => {
            let of_recruiters = recruiters::label(t, name).map(str::to_owned);
            let record = || here.web.desk.handbooks.field(name).map(|form| form.label.get(here.t.lang()).to_owned());
            return of_recruiters.or_else(record);
        }
    };
    Some(known.to_owned())
}

/// A form that may come back as a page: input, refusals and clashes do; what only we can mend does not.
pub fn comes_back(error: &Error) -> Option<Problem> {
    let problem = error.problem();
    let class = problem.code.class();
    matches!(class, base::Class::Input | base::Class::Refused | base::Class::Clash).then_some(problem)
}
