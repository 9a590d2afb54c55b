//! A realistic case: Ratna, a made-up domestic worker from Lombok Timur found in Batam (vignette W04 of the screening data).

use crate::node::{Node, START, does};
use base::{CaseId, ConsentId, OfficerId, Place, Redacted};
use casework::consent::{GivenBy, How, Receiver};
use casework::report::Door;
use casework::words::{Category, Outcome, PersonRole, Profile, Purpose};
use casework::{Consent, ConsentCode};
use desk::Desk;
use desk::cases::record::{Assign, GiveConsent, RecordScreening, SetFields};
use desk::cases::reports::{OpenCase, RecordReport, ReportJson};
use desk::cases::{Change, OnCase};
use std::collections::{BTreeMap, BTreeSet};

/// What an officer in Batam wrote down after the first talk.
const FIELDS: &[(&str, &str)] = &[
    ("contact.phone", "+60 11 5550 0142"),
    ("contact.safe_way", "pesan ke telepon kakaknya, sapa sebagai teman arisan, jangan sebut gugus tugas"),
    ("contact.safe_hours", "16.00-18.00 WIB, bukan hari Jumat"),
    ("profile.sex", "female"),
    ("profile.age_band", "25-34"),
    ("profile.nationality", "ID"),
    ("profile.origin", "52.03"),
    ("profile.language", "sas, id"),
    ("needs.shelter", "sampai pulang, tanpa kontak dengan agen"),
    ("needs.legal", "upah 14 bulan dan paspor yang ditahan"),
    ("needs.return", "ingin pulang ke Lombok Timur sebelum puasa"),
    ("needs.interpreter", "Sasak"),
    (
        "chronology.recruitment",
        "Didatangi sponsor di desanya, dijanjikan bekerja di restoran dengan upah 1.800 ringgit; \
      biaya dipotong dari upah tujuh bulan. Menandatangani kertas kosong.",
    ),
    (
        "chronology.travel",
        "Lombok - Batam dengan pesawat, Batam Centre - Stulang Laut dengan feri memakai paspor pelancong; \
      telepon dan paspor diambil di rumah agen.",
    ),
    (
        "chronology.exploitation",
        "Bekerja 17 jam sehari di tiga rumah, tanpa hari libur, tidak dibayar 14 bulan, dikunci saat \
      majikan pergi, paspor ditahan. Keluar dengan bantuan tetangga, menyeberang dengan feri.",
    ),
    ("legal.problem", "upah tidak dibayar 14 bulan, paspor ditahan, dugaan penempatan tidak resmi"),
    ("legal.wage_claim", "14 x 1.800 MYR = 25.200 MYR"),
    ("legal.losses", "biaya 9.500.000 IDR yang dipinjam keluarga"),
    ("placement.employer", "rumah tangga di Johor Bahru"),
    ("placement.wages", "0 dari 1.800 MYR per bulan"),
    ("placement.route", "Lombok - Batam - Stulang Laut"),
    ("recruiter.alias", "Pak Haji S."),
    ("recruiter.agency", "PT Maju Bahari Sentosa (mengaku)"),
    ("family.situation", "dua anak pada neneknya"),
];

const SUMMARY: &str = "Perempuan dari Lombok Timur turun dari feri Stulang Laut tanpa paspor. Pekerja rumah tangga di Johor \
    Bahru 14 bulan, 17 jam sehari, tidak dibayar, paspor ditahan, dikunci. Ingin pulang, takut pada agennya di Batam, \
    minta dibantu menagih upah.";

/// Opens her case as the desk opens it, up to assignment, consent and fields: some thirty events.
pub async fn opens(desk: &Desk, number: u32, receiver: &str) -> anyhow::Result<CaseId> {
    let mut rid = [0x5a; 16];
    rid.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
    let json = ReportJson {
        report: 1,
        pack: "1".into(),
        stage: None,
        answers: None,
        place: Some("21.71".into()),
        consent: BTreeMap::from([("C1".into(), true), ("C2".into(), true)]),
        text: SUMMARY.into(),
        contact: BTreeMap::from([("way".into(), "pesan".into())]),
        files: Vec::new(),
        opinion: None,
        danger: false,
    };
    let report = does(desk, &RecordReport { rid, door: Door::Pocketbook, json, without_name: None }).await?.id;
    let open = OpenCase {
        report,
        found_in: None,
        origin: Some(Place::parse("52.03")?),
        roles: BTreeSet::from([PersonRole::Victim]),
    };
    let case = does(desk, &open).await?;
    let [manager, companion] = [3, 2].map(|number| OfficerId::from_bytes([number; 16]));
    change(desk, case, Assign { manager, companion: Some(companion) }).await?;
    let screening = RecordScreening {
        outcome: Outcome::PresumedVictim,
        flags: BTreeSet::new(),
        profile: Profile::Adult,
        pack: "1".into(),
        answers: Redacted::new(r#"{"A2":"yes","A3":"yes","B1":"yes","B2":"yes","E1":"yes","E2":"yes"}"#.into()),
    };
    change(desk, case, screening).await?;
    change(desk, case, GiveConsent { consent: consent(number, ConsentCode::Interview, receiver) }).await?;
    let values = FIELDS.iter().map(|(name, value)| ((*name).to_owned(), Redacted::new((*value).to_owned())));
    change(desk, case, SetFields { person: None, values: values.collect() }).await?;
    change(desk, case, GiveConsent { consent: consent(number, ConsentCode::Share, receiver) }).await?;
    Ok(case)
}

/// One change of a case, from its newest version.
pub async fn change<C: Change>(desk: &Desk, case: CaseId, change: C) -> anyhow::Result<i64> {
    does(desk, &OnCase { case, version: None, change }).await
}

/// Many cases.
pub async fn cases(node: &Node, count: u32) -> anyhow::Result<Vec<CaseId>> {
    let mut cases = Vec::new();
    for number in 0..count {
        cases.push(opens(&node.desk, number, "lbh").await?);
    }
    Ok(cases)
}

fn consent(number: u32, code: ConsentCode, receiver: &str) -> Consent {
    let mut id = [code as u8; 16];
    id.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
    let share = code == ConsentCode::Share;
    let categories = [
        Category::Contact,
        Category::Profile,
        Category::Needs,
        Category::Chronology,
        Category::Screening,
        Category::Legal,
        Category::Placement,
        Category::Recruiter,
        Category::Status,
    ];
    Consent {
        id: ConsentId::from_bytes(id),
        person: None,
        code,
        purpose: share.then_some(Purpose::LegalAid),
        receiver: share.then(|| Receiver { party: receiver.to_owned(), node: None }),
        categories: if share { categories.into() } else { BTreeSet::new() },
        text_version: "1".into(),
        language: "id".into(),
        explained_by: OfficerId::from_bytes([1; 16]),
        how: How::Written,
        proof: None,
        witness: None,
        given_by: GivenBy::Person,
        assent: false,
        from: START.plus_hours(-1),
        until: Some(START.plus_hours(24 * 180)),
        withdrawn: None,
    }
}
