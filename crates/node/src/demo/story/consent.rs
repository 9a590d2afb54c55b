//! Step 8: she withdraws one consent; what waits stops; the receiver erases and confirms.

use super::casework::fine;
use super::{Check, Memory, check};
use crate::demo::browser::Browser;
use crate::demo::house::Town;
use crate::demo::html::forms;
use base::Problem;

/// Plays the step.
pub async fn play(town: &mut Town, memory: &Memory) -> Result<Vec<Check>, Problem> {
    let theirs = memory.referral.clone();
    let mut sari = town.log_in("batam", "sari").await?;
    let queued = sari.get(&memory.referral).await?.text();
    withdraw(&mut sari, &memory.case).await?;
    let stopped = sari.get(&memory.referral).await?.text();
    town.start("lbh-bahari").await?;
    town.advance_hours(1).await?;
    let mut ratih = town.log_in("lbh-bahari", "ratih").await?;
    let (hidden, _) = town.until(&mut ratih, &theirs, |words| !words.contains("gudang kenari")).await?;
    let mut sari = town.log_in("batam", "sari").await?;
    let (confirmed, _) = town.until(&mut sari, &memory.referral, |words| words.contains("dihapus")).await?;
    Ok(vec![
        check(queued.contains("antre") || queued.contains("Antre"), "sebuah tambahan antre", "a supplement is queued"),
        check(
            stopped.contains("dihentikan") || stopped.contains("Dihentikan"),
            "pencabutan menghentikan yang antre",
            "the withdrawal stops what is queued",
        ),
        check(hidden, "penerima tidak lagi menampilkan data", "the receiver shows the data no more"),
        check(confirmed, "penghapusan dikonfirmasi", "the erasure is confirmed"),
    ])
}

/// Withdraws the first standing consent for LBH Bahari, and asks for erasure.
async fn withdraw(sari: &mut Browser, case: &str) -> Result<(), Problem> {
    let page = sari.get(&format!("{case}/persetujuan")).await?;
    let html = page.page();
    // Hers names the chronology; her sister's does not.
    let row = html.split("<li>").find(|row| row.contains("lbh-bahari") && row.contains("ronologi"));
    let form = row.and_then(|row| forms(row).into_iter().find(|form| form.action.ends_with("/penarikan")));
    let mut form = form.ok_or_else(|| Problem::at("demo.no-form", "penarikan"))?;
    form.set("hapus", "ya");
    fine(sari.post(&form).await?).map(drop)
}
