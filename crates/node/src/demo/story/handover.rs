//! Step 6: the case goes home over a link that breaks; never more than one owner; a field stays and the page says why.

use super::casework::{consent, submit};
use super::legal_aid::{arrived, preview, send};
use super::people::SHELTER;
use super::{Check, Memory, check};
use crate::demo::house::Town;
use crate::demo::html::links;
use base::Problem;

/// Where the link breaks: in the middle of the first connection that carries the offer.
const CUT_AFTER_BYTES: u64 = 900;

/// What she agrees to share with the task force at home.
const SHARED: [&str; 11] = [
    "identity",
    "contact",
    "profile",
    "needs",
    "chronology",
    "family",
    "legal",
    "placement",
    "status",
    "screening",
    "shelter",
];

/// Plays the step.
pub async fn play(town: &mut Town, memory: &Memory) -> Result<Vec<Check>, Problem> {
    let case = memory.case.clone();
    let lotim = town.house("lotim")?.id.to_string();
    let mut sari = town.log_in("batam", "sari").await?;
    for purpose in ["return", "reintegration"] {
        consent(&mut sari, &case, &[("kode", "C4"), ("tujuan", purpose), ("penerima", "lotim")], &SHARED).await?;
    }
    let shown = preview(&mut sari, &case, "serah", &[("penerima", &lotim), ("tujuan", "return")]).await?;
    let words = shown.text();
    let link = town.house("lotim")?.link.clone();
    link.cut_once_after(CUT_AFTER_BYTES);
    let offer = send(&mut sari, &shown, "serah").await?;
    town.until(&mut sari, &offer, |_| link.cuts() > 0).await?;
    town.advance_hours(1).await?;
    let mut home = town.log_in("lotim", "sari").await?;
    let here = arrived(town, &mut home).await?;
    let offers = links(&home.get("/rujukan").await?.page(), "/rujukan/ref_").len();
    let cases_before = links(&home.get("/kasus").await?.page(), "/kasus/case_").len();
    let owner_before = sari.get(&case).await?.text();
    submit(&mut home, &here, "/kesanggupan", &[]).await?;
    let (moved, file) = town.until(&mut home, &here, |words| words.contains("kenari")).await?;
    let cases = links(&home.get("/kasus").await?.page(), "/kasus/case_").len();
    let mut sari = town.log_in("batam", "sari").await?;
    let gave = sari.get(&case).await?;
    let given_list = sari.get("/kasus").await?;
    let still_listed = links(&given_list.page(), "/kasus/case_").contains(&case);
    let edit = submit(&mut sari, &format!("{case}/isian"), "/isian", &[("contact.safe_way", "lain")]).await;
    Ok(vec![
        check(link.cuts() > 0, "sambungan putus di tengah pengiriman", "the link dropped in the middle"),
        check(offers == 1, "tawaran tiba satu kali", "the offer arrived once"),
        check(
            cases_before == 0 && !owner_before.contains("Lombok Timur memegang"),
            "sebelum disanggupi Batam tetap pemilik",
            "until acceptance Batam stays the owner",
        ),
        check(
            moved && cases == 1,
            "Lombok Timur menyanggupi dan menjadi pemilik",
            "Lombok Timur accepts and becomes the owner",
        ),
        check(
            gave.status.is_success() && !still_listed && edit.is_err(),
            "Batam bukan pemilik lagi; tidak pernah dua",
            "Batam owns it no more; never two owners",
        ),
        check(
            words.contains("floor.shelter") && !file.text().contains(SHELTER),
            "letak rumah aman tidak ikut, dan halaman menyebut sebabnya",
            "the shelter's place did not leave, and the page says why",
        ),
    ])
}
