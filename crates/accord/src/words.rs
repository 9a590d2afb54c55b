//! The vocabularies of CONTRACTS.md 3.1 and 3.2: each word of the format with what people call it in both languages.

use base::Lang;
use serde::{Serialize, Serializer};

/// A closed vocabulary of the format.
pub trait Word: Copy + Sized + 'static {
    /// All words, in the order of CONTRACTS.md.
    const ALL: &'static [Self];

    /// The word as it stands in the JSON.
    fn word(self) -> &'static str;

    /// What people call it.
    fn label(self, lang: Lang) -> &'static str;

    /// Reads a word; `None` if it is not of this vocabulary.
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.word() == text)
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal, $id:literal, $en:literal;)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
            pub enum $name { $(#[doc = $en] $variant,)* }

            impl Word for $name {
                const ALL: &'static [Self] = &[$(Self::$variant,)*];
                fn word(self) -> &'static str {
                    match self { $(Self::$variant => $word,)* }
                }
                fn label(self, lang: Lang) -> &'static str {
                    match (self, lang) { $((Self::$variant, Lang::Id) => $id, (Self::$variant, Lang::En) => $en,)* }
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_str(self.word())
                }
            }
        )*

        #[cfg(test)]
        mod list {
            use super::*;

            #[test]
            fn every_word_reads_back_and_no_other_reads() {
                $(
                    for one in $name::ALL {
                        assert_eq!($name::parse(one.word()), Some(*one));
                    }
                    assert_eq!($name::parse("x"), None);
                )*
            }
        }
    };
}

words! {
    /// What a matter of legal aid is about: what bodies say they take (SOP LE-2 to LE-6, FA-2, FN-2).
    CaseType {
        Advice = "advice", "nasihat hukum", "legal advice";
        Criminal = "criminal", "pendampingan perkara pidana", "companion in a criminal case";
        Restitution = "restitution", "restitusi", "restitution";
        Wages = "wages", "upah dan asuransi", "wages and insurance";
        CivilPapers = "civil_papers", "surat dan urusan perdata", "papers and civil matters";
        Defence = "defence", "pembelaan orang yang dituntut", "defence of somebody who is charged";
        Stay = "stay", "izin tinggal", "permission to stay";
    }

    /// Accreditation of a legal-aid body (UU 16/2011 article 7): its class.
    AccreditationClass {
        A = "A", "A", "A";
        B = "B", "B", "B";
        C = "C", "C", "C";
    }

    /// Sex of counsel.
    Sex {
        Woman = "woman", "perempuan", "woman";
        Man = "man", "laki-laki", "man";
    }

    /// What a party is in the network.
    PartyRole {
        TaskForce = "task_force", "gugus tugas", "task force";
        LegalAid = "legal_aid", "lembaga bantuan hukum", "legal-aid institution";
        Shelter = "shelter", "rumah aman", "shelter";
        Health = "health", "layanan kesehatan", "health service";
        Police = "police", "kepolisian", "police";
        Lpsk = "lpsk", "LPSK", "LPSK (witness and victim protection)";
        PlacementAuthority = "placement_authority", "badan penempatan pekerja migran", "placement authority";
        Embassy = "embassy", "perwakilan negara", "embassy";
        Ngo = "ngo", "organisasi masyarakat", "non-governmental organisation";
        Province = "province", "provinsi", "province";
        Ministry = "ministry", "kementerian", "ministry";
    }

    /// What a message does. `share` is a supplement to an earlier referral or handover; `query` is reserved.
    Action {
        Refer = "refer", "merujuk", "refer";
        Handover = "handover", "menyerahkan kasus", "hand over the case";
        Share = "share", "menambah data", "send a supplement";
        Alert = "alert", "memberi peringatan", "alert";
        Query = "query", "bertanya (belum dipakai)", "query (reserved)";
    }

    /// Why data goes.
    Purpose {
        LegalAid = "legal_aid", "bantuan hukum", "legal aid";
        Health = "health", "kesehatan", "health";
        Shelter = "shelter", "tempat aman", "shelter";
        Return = "return", "pemulangan", "return";
        Reintegration = "reintegration", "reintegrasi", "reintegration";
        FamilyAssessment = "family_assessment", "asesmen keluarga", "family assessment";
        ReturnRisk = "return_risk", "asesmen risiko pulang", "return-risk assessment";
        Protection = "protection", "perlindungan", "protection";
        Restitution = "restitution", "restitusi", "restitution";
        Investigation = "investigation", "penyidikan", "investigation";
        RecruiterAlert = "recruiter_alert", "peringatan perekrut", "recruiter alert";
        Statistics = "statistics", "statistik", "statistics";
    }

    /// The ground in law on which a clause lets data go.
    Basis {
        Consent = "consent", "persetujuan orang itu", "the person's consent";
        VitalInterest = "vital_interest", "kepentingan vital, ditandatangani dua petugas", "vital interest, signed by two officers";
        LegalDuty = "legal_duty", "kewajiban hukum, ditandatangani seorang petugas", "legal duty, signed by an officer";
        PublicTask = "public_task", "tugas publik, ditandatangani seorang petugas", "public task, signed by an officer";
    }

    /// The part of a field name before the dot.
    Category {
        Identity = "identity", "identitas", "identity";
        Contact = "contact", "kontak", "contact";
        Profile = "profile", "profil", "profile";
        Needs = "needs", "kebutuhan", "needs";
        Chronology = "chronology", "kronologi", "chronology";
        Statement = "statement", "keterangan", "statement";
        Screening = "screening", "penapisan", "screening";
        Health = "health", "kesehatan", "health";
        Shelter = "shelter", "rumah aman", "shelter";
        Legal = "legal", "perkara hukum", "legal matter";
        Placement = "placement", "penempatan kerja", "work placement";
        Documents = "documents", "dokumen", "documents";
        Family = "family", "keluarga", "family";
        Recruiter = "recruiter", "perekrut", "recruiter";
        Status = "status", "status layanan", "service status";
    }

    /// What a person is in the matter.
    PersonRole {
        Victim = "victim", "korban", "victims";
        Witness = "witness", "saksi", "witnesses";
        Reporter = "reporter", "pelapor", "reporters";
        Family = "family", "keluarga", "family members";
    }

    /// Whether the receiver may pass data on; the first is the stricter.
    Onward {
        Never = "never", "tidak boleh diteruskan", "must not be passed on";
        WithConsent = "with_consent", "boleh diteruskan dengan persetujuan", "may be passed on with consent";
    }

    /// What a party owes.
    DutyKind {
        Answer = "answer", "menjawab", "answer";
        AssignCounsel = "assign_counsel", "menunjuk penasihat hukum", "assign a counsel";
        Fee = "fee", "biaya", "fee";
    }

    /// What ends an accord at once.
    Immediate {
        Breach = "breach", "pelanggaran", "breach";
        KeyCompromise = "key_compromise", "kunci bocor", "key compromise";
    }

    /// What becomes of running cases when an accord ends.
    CasesInProgress {
        Complete = "complete", "diselesaikan", "are completed";
        HandBack = "hand_back", "dikembalikan", "are handed back";
    }

    /// Where an accord stands in its life.
    AccordState {
        Draft = "draft", "rancangan", "draft";
        Signed = "signed", "ditandatangani", "signed";
        Active = "active", "berlaku", "active";
        Suspended = "suspended", "ditangguhkan", "suspended";
        Terminated = "terminated", "diakhiri", "terminated";
    }

    /// How a person is kin to somebody found elsewhere.
    Kin {
        Parent = "parent", "orang tua", "parent";
        Child = "child", "anak", "child";
        Sibling = "sibling", "saudara kandung", "sibling";
        Spouse = "spouse", "suami atau istri", "spouse";
        Guardian = "guardian", "wali", "guardian";
    }

    /// Who gave a consent.
    Giver {
        Person = "person", "orang itu sendiri", "the person";
        Guardian = "guardian", "wali", "a guardian";
        Authority = "authority", "pihak berwenang", "an authority";
    }

    /// What a consent is for (handbook, section 3: consents C0-C8).
    ConsentCode {
        C0 = "C0", "pemberitahuan", "notice";
        C1 = "C1", "wawancara", "interview";
        C2 = "C2", "menyimpan catatan", "keep a record";
        C3 = "C3", "lapor polisi", "report to police";
        C4 = "C4", "berbagi dengan lembaga bernama", "share with a named body";
        C5 = "C5", "layanan medis", "medical care";
        C6 = "C6", "tinggal di rumah aman", "shelter stay";
        C7 = "C7", "berbagi dengan lembaga perlindungan", "share with a protection body";
        C8 = "C8", "statistik tanpa nama", "anonymised statistics";
    }
}
