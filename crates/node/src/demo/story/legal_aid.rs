//! Step 5: covered because she was found in Batam; one institution is in conflict, the other accepts; the sister too.

use super::casework::{consent, fine, submit};
use super::people::{NAME, SECRETS, SHELTER, leaks};
use super::{Check, Memory, check};
use crate::demo::browser::{Answer, Browser};
use crate::demo::house::Town;
use crate::demo::html::link;
use base::Problem;

/// What she agrees to share with a lawyer.
const SHARED: [&str; 8] = ["contact", "chronology", "legal", "needs", "profile", "status", "screening", "placement"];

/// The preview of an offer: what leaves, what stays.
pub async fn preview(browser: &mut Browser, case: &str, kind: &str, named: &[(&str, &str)]) -> Result<Answer, Problem> {
    submit(browser, &format!("{case}/{kind}"), "/pratinjau", named).await
}

/// Sends what a preview shows. Gives the address of the offer.
pub async fn send(browser: &mut Browser, preview: &Answer, kind: &str) -> Result<String, Problem> {
    let form = Browser::form(preview, &format!("/{kind}"))?;
    Ok(fine(browser.post(&form).await?)?.path)
}

/// The newest offer in somebody's list, waiting for it to arrive.
pub async fn arrived(town: &Town, browser: &mut Browser) -> Result<String, Problem> {
    let (_, list) =
        town.until(browser, "/rujukan", |words| words.contains("Batam") || words.contains("Sukabumi")).await?;
    link(&list.page(), "/rujukan/ref_").ok_or_else(|| Problem::at("demo.failed", "rujukan"))
}

/// Plays the step.
pub async fn play(town: &mut Town, memory: &mut Memory) -> Result<Vec<Check>, Problem> {
    let case = memory.case.clone();
    let mut sari = town.log_in("batam", "sari").await?;
    let mawar = town.house("lbh-mawar")?.id.to_string();
    let bahari = town.house("lbh-bahari")?.id.to_string();
    for party in ["lbh-mawar", "lbh-bahari"] {
        let named = [("kode", "C4"), ("tujuan", "legal_aid"), ("penerima", party)];
        consent(&mut sari, &case, &named, &SHARED).await?;
    }
    let shown = preview(&mut sari, &case, "rujuk", &[("penerima", &mawar), ("tujuan", "legal_aid")]).await?;
    let words = shown.text();
    let first = send(&mut sari, &shown, "rujuk").await?;
    let declined = decline(town, "lbh-mawar").await?;
    let (back, _) = town.until(&mut sari, &first, |words| words.contains("onflik") || words.contains("entur")).await?;
    let shown = preview(&mut sari, &case, "rujuk", &[("penerima", &bahari), ("tujuan", "legal_aid")]).await?;
    memory.referral = send(&mut sari, &shown, "rujuk").await?;
    let mut ratih = town.log_in("lbh-bahari", "ratih").await?;
    let offer = arrived(town, &mut ratih).await?;
    let before = ratih.get(&offer).await?.text();
    submit(&mut ratih, &offer, "/kesanggupan", &[]).await?;
    let (came, file) = town.until(&mut ratih, &offer, |words| words.contains("gudang kenari")).await?;
    let sister = sister(town, &mut sari, &case, &bahari).await?;
    queue_supplement(town, &mut sari, memory).await?;
    let line = town.house("lbh-bahari")?.link.heard();
    let mut checks = vec![
        check(
            words.contains("4.2"),
            "setiap isian yang pergi menyebut butir MoU",
            "each field that leaves names its clause",
        ),
        check(
            words.contains("floor.shelter"),
            "letak rumah aman tinggal, dengan alasannya",
            "the shelter's place stays, with the reason",
        ),
        check(
            declined && back,
            "LBH Mawar menolak karena benturan kepentingan",
            "LBH Mawar declines for a conflict of interest",
        ),
        check(
            !SECRETS.iter().any(|secret| before.contains(secret)),
            "sebelum disanggupi hanya ringkasan terbaca",
            "before acceptance only the preview can be read",
        ),
        check(came, "LBH Bahari menyanggupi dan menerima berkas", "LBH Bahari accepts and receives the file"),
        check(
            !file.text().contains(NAME) && !file.text().contains(SHELTER),
            "nama dan rumah aman tidak ikut",
            "name and shelter did not go along",
        ),
        check(!line.is_empty() && !leaks(&line), "di jalan tidak ada yang terbaca", "nothing can be read on the line"),
    ];
    checks.push(sister);
    Ok(checks)
}

/// LBH Bahari goes off; later evidence waits for it (step 8 goes on from here).
async fn queue_supplement(town: &mut Town, sari: &mut Browser, memory: &Memory) -> Result<(), Problem> {
    town.kill("lbh-bahari").await?;
    let losses = [("legal.losses", "upah 14 bulan, paspor, telepon")];
    submit(sari, &format!("{}/isian", memory.case), "/isian", &losses).await?;
    submit(sari, &memory.referral, "/tambahan", &[]).await.map(drop)
}

async fn decline(town: &Town, node: &str) -> Result<bool, Problem> {
    let mut ratih = town.log_in(node, "ratih").await?;
    let offer = arrived(town, &mut ratih).await?;
    let answer = submit(&mut ratih, &offer, "/penolakan", &[("alasan", "conflicted"), ("teks", "")]).await?;
    Ok(answer.status.is_success())
}

/// Her sister at home is covered as family, wherever she is.
async fn sister(town: &Town, sari: &mut Browser, case: &str, bahari: &str) -> Result<Check, Problem> {
    let named = [
        ("hubungan", "sibling"),
        ("peran", "family"),
        ("profil", "adult"),
        ("tempat", "52.03"),
        ("legal.problem", "ancaman penagih utang"),
        ("contact.safe_way", "lewat kader desa"),
    ];
    submit(sari, &format!("{case}/orang"), "/orang", &named).await?;
    let page = sari.get(&format!("{case}/rujuk")).await?;
    let form = Browser::form(&page, "/pratinjau")?;
    let others = form.choices.get("orang").into_iter().flatten().map(|(value, _)| value.clone());
    let person =
        others.into_iter().find(|value| !value.is_empty()).ok_or_else(|| Problem::at("demo.no-form", "orang"))?;
    let agreed = [("kode", "C4"), ("tujuan", "legal_aid"), ("penerima", "lbh-bahari"), ("orang", person.as_str())];
    consent(sari, case, &agreed, &["contact", "legal"]).await?;
    let shown =
        preview(sari, case, "rujuk", &[("penerima", bahari), ("tujuan", "legal_aid"), ("orang", &person)]).await?;
    let covered = shown.text().contains("4.2");
    send(sari, &shown, "rujuk").await?;
    let mut ratih = town.log_in("lbh-bahari", "ratih").await?;
    let (came, _) = town.until(&mut ratih, "/rujukan", |words| words.matches("Batam").count() >= 2).await?;
    Ok(check(
        covered && came,
        "adiknya di Lombok Timur terlindung sebagai keluarga",
        "her sister in Lombok Timur is covered as family",
    ))
}
