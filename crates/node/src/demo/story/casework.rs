//! Step 4: Batam opens a case, triages, records consents, decides with two people, plans; a late step escalates.

use super::people::{NAME, SAFE_WAY, SHELTER};
use super::{Check, Memory, check};
use crate::demo::browser::{Answer, Browser};
use crate::demo::house::{House, Town};
use crate::demo::html::{Form, link, links};
use base::{OfficerId, Problem};

/// Values written into a form's empty fields by name; what is not named gets the first choice or a word.
pub fn fill(form: &mut Form, named: &[(&str, &str)]) {
    let names: Vec<String> =
        form.values.iter().map(|(name, _)| name.clone()).chain(form.choices.keys().cloned()).collect();
    for name in names.iter().filter(|name| !name.starts_with('_')) {
        let empty = !form.values.iter().any(|(known, value)| known == name && !value.is_empty());
        let given = named.iter().find(|(known, _)| known == name).map(|(_, value)| (*value).to_owned());
        let first = form
            .choices
            .get(name)
            .and_then(|all| all.iter().map(|(value, _)| value).find(|value| !value.is_empty()))
            .cloned();
        if let Some(value) = given {
            form.set(name, &value);
        } else if empty {
            form.set(name, &first.unwrap_or_else(|| "sudah".to_owned()));
        }
    }
}

/// Posts a form of a page, by the end of its action, with these values.
pub async fn submit(
    browser: &mut Browser,
    path: &str,
    action: &str,
    named: &[(&str, &str)],
) -> Result<Answer, Problem> {
    let page = browser.get(path).await?;
    let mut form = Browser::form(&page, action)?;
    for (name, value) in named {
        form.set(name, value);
    }
    fine(browser.post(&form).await?)
}

/// An answer that is no refusal.
pub fn fine(answer: Answer) -> Result<Answer, Problem> {
    if answer.status.is_client_error() || answer.status.is_server_error() {
        let page = answer.page();
        let fault = page.split_once("class=\"faults\"").map_or(page.as_str(), |(_, after)| after);
        let words: String = crate::demo::html::text(fault).chars().take(240).collect();
        return Err(Problem::at("demo.failed", format!("{} {}: {words}", answer.status.as_u16(), answer.path)));
    }
    Ok(answer)
}

/// Finishes a step: its form filled in, its answers looked at and confirmed.
pub async fn finish(browser: &mut Browser, case: &str, step: &str, named: &[(&str, &str)]) -> Result<Answer, Problem> {
    let page = browser.get(&format!("{case}/langkah/{step}")).await?;
    let mut form = Browser::form(&page, "/selesai")?;
    fill(&mut form, named);
    let checked = fine(browser.post(&form).await?)?;
    let mut confirmed = Browser::form(&checked, "/selesai")?;
    confirmed.set("_sah", "1");
    fine(browser.post(&confirmed).await?)
}

/// Records one consent.
pub async fn consent(
    browser: &mut Browser,
    case: &str,
    named: &[(&str, &str)],
    categories: &[&str],
) -> Result<(), Problem> {
    let page = browser.get(&format!("{case}/persetujuan")).await?;
    let mut form = Browser::form(&page, "/persetujuan")?;
    for (name, value) in [("oleh", "person"), ("cara", "written"), ("bahasa", "id"), ("sampai", "2036-01-01")] {
        form.set(name, value);
    }
    for (name, value) in named {
        form.set(name, value);
    }
    form.values.retain(|(name, _)| name != "kategori");
    for category in categories {
        form.add("kategori", category);
    }
    fine(browser.post(&form).await?).map(drop)
}

/// The id of an officer, read from a select whose label is the shown name.
fn officer(form: &Form, field: &str, name: &str) -> Result<OfficerId, Problem> {
    let value = form.choice(field, name).and_then(|value| value.parse().ok());
    value.ok_or_else(|| Problem::at("demo.no-form", format!("{field}: {name}")))
}

/// Opens a case from the only report of a node, and names its manager. Gives its address.
pub async fn open(town: &Town, node: &House, found_in: &str, origin: &str) -> Result<String, Problem> {
    let name = node.part.name;
    let mut dewi = town.log_in(name, "dewi").await?;
    let list = dewi.get("/laporan").await?;
    let report = link(&list.page(), "/laporan/").ok_or_else(|| Problem::at("demo.failed", "laporan"))?;
    let named = [("ditemukan", found_in), ("asal", origin), ("peran", "victim")];
    let opened = submit(&mut dewi, &report, "/kasus", &named).await?;
    let case = opened.path.clone();
    let mut hasan = town.log_in(name, "hasan").await?;
    let page = hasan.get(&format!("{case}/penugasan")).await?;
    let mut form = Browser::form(&page, "/penugasan")?;
    let (manager, companion) = (officer(&form, "manajer", "Sari")?, officer(&form, "pendamping", "Joko")?);
    form.set("manajer", &manager.to_string());
    form.set("pendamping", &companion.to_string());
    fine(hasan.post(&form).await?)?;
    Ok(case)
}

/// What the case manager writes down about her.
const FIELDS: [(&str, &str); 12] = [
    ("identity.name", NAME),
    ("contact.safe_way", SAFE_WAY),
    ("profile.sex", "perempuan"),
    ("profile.language", "Sasak"),
    ("needs.legal", "upah 14 bulan belum dibayar"),
    ("needs.return", "ingin pulang ke anaknya"),
    ("needs.reintegration", "usaha kecil, anak sekolah"),
    ("legal.problem", "upah dan ganti rugi"),
    ("family.situation", "seorang anak pada ibunya"),
    ("shelter.location", SHELTER),
    ("placement.route", "Lombok Timur, Batam, Johor"),
    ("chronology.recruitment", "diajak tetangga, tanpa kontrak"),
];

/// Plays the step.
pub async fn play(town: &mut Town, memory: &mut Memory) -> Result<Vec<Check>, Problem> {
    let case = open(town, town.house("batam")?, "21.71", "52.03").await?;
    memory.case.clone_from(&case);
    let mut sari = town.log_in("batam", "sari").await?;
    let mut dewi = town.log_in("batam", "dewi").await?;
    finish(&mut dewi, &case, "IN-2", &[]).await?;
    finish(&mut sari, &case, "IN-3", &[]).await?;
    for code in ["C1", "C2"] {
        consent(&mut sari, &case, &[("kode", code)], &[]).await?;
    }
    submit(&mut sari, &format!("{case}/isian"), "/isian", &FIELDS).await?;
    let decided = decide(town, &case).await?;
    let recruiter = super::recruiters::play(town, &case).await?;
    let mut tuti = town.log_in("batam", "tuti").await?;
    let shut_out = tuti.get(&case).await?.status.as_u16();
    let listed = sari.get("/kasus").await?.text();
    let before = sari.get(&case).await?.text();
    town.advance_hours(80).await?;
    let mut hasan = town.log_in("batam", "hasan").await?;
    let (escalated, today) = town.until(&mut hasan, "/hari-ini", |words| words.contains("GV-2")).await?;
    let mut checks = vec![
        check(
            before.contains("IN ") && before.contains("ID "),
            "kasus dibuka, layanan berjalan",
            "a case is open, services run",
        ),
        check(
            !listed.contains(NAME) && !before.contains(NAME),
            "nama tidak tampil di daftar dan halaman kasus",
            "her name is in no list and on no case page",
        ),
        check(matches!(shut_out, 403 | 404), "auditor tidak melihat kasus", "the auditor sees no case"),
    ];
    checks.extend(decided);
    checks.push(recruiter);
    checks.push(check(escalated, "langkah terlambat naik ke koordinator", "a late step escalates to the coordinator"));
    checks.push(check(
        !links(&today.page(), "/kasus/").is_empty(),
        "koordinator dapat membukanya",
        "the coordinator can open it",
    ));
    Ok(checks)
}

/// The presumption: one proposes, the same cannot confirm, another does.
async fn decide(town: &Town, case: &str) -> Result<Vec<Check>, Problem> {
    let mut maria = town.log_in("batam", "maria").await?;
    let path = format!("{case}/putusan");
    submit(&mut maria, &path, "/putusan", &[("tindakan", "usul"), ("hasil", "PRESUMED_VICTIM"), ("alasan", "")])
        .await?;
    let alone = submit(&mut maria, &path, "/putusan", &[("tindakan", "sah"), ("alasan", "")]).await;
    let mut anton = town.log_in("batam", "anton").await?;
    submit(&mut anton, &path, "/putusan", &[("tindakan", "sah"), ("alasan", "")]).await?;
    let page = anton.get(&path).await?.text();
    Ok(vec![
        check(alone.is_err(), "satu orang tidak dapat memutuskan sendiri", "one person cannot decide alone"),
        check(
            page.contains("PRESUMED_VICTIM") || page.contains("Diduga korban") || page.contains("diduga korban"),
            "dua orang memutuskan",
            "two people decide",
        ),
    ])
}
