//! In step 4: a recruiter is recorded from her case; what another source says of him is proposed as the same person, and an
//! analyst decides. Nothing of her stands there. What Kupang hears of him waits for the alerts of step 7.

use super::casework::submit;
use super::people::SECRETS;
use super::{Check, check};
use crate::demo::browser::Browser;
use crate::demo::house::Town;
use crate::demo::html::link;
use base::Problem;

/// How good what is said of him is, where from and where to.
const OF_HIM: [(&str, &str); 5] =
    [("keandalan", "B"), ("kebenaran", "2"), ("bagian", "recruiter"), ("dari", "52.03"), ("ke", "MY")];

async fn record(browser: &mut Browser, path: &str, named: &[(&str, &str)]) -> Result<String, Problem> {
    Ok(submit(browser, path, path, &[&OF_HIM[..], named].concat()).await?.path)
}

/// Records what three sources say at Batam, and what one says at Kupang.
pub async fn play(town: &Town, case: &str) -> Result<Check, Problem> {
    let mut sari = town.log_in("batam", "sari").await?;
    let hers = [
        ("nama", "H. Moh. Soeparjan"),
        ("panggilan", "Pak Haji"),
        ("telepon", "0800-1234-5678"),
        ("kabupaten", "52.03"),
        ("perusahaan", "PT Karya Rekaan"),
    ];
    record(&mut sari, &format!("{case}/perekrut"), &hers).await?;
    let mut lina = town.log_in("batam", "lina").await?;
    let public = [("nama", "Suparjan"), ("telepon", "+62 800 1234 5678"), ("perusahaan", "KARYA REKAAN")];
    let him = record(&mut lina, "/perekrut/baru", &public).await?;
    record(&mut lina, "/perekrut/baru", &[("nama", "Yohanes Rekaan"), ("telepon", "0800 9999 0000")]).await?;
    let queue = lina.get("/perekrut/tinjau").await?;
    let pair = link(&queue.page(), "/perekrut/tinjau/").ok_or_else(|| Problem::at("demo.failed", "tinjau"))?;
    submit(&mut lina, &pair, "/penilaian", &[("putusan", "same"), ("karena", "number")]).await?;
    let mut shown = String::new();
    for path in ["/perekrut", &pair, &him] {
        shown.push_str(&lina.get(path).await?.text());
    }
    let mut kupang = town.log_in("kupang", "lina").await?;
    let there = [("nama", "Haji Suparyan"), ("panggilan", "Parjan"), ("telepon", "62800 12345678")];
    record(&mut kupang, "/perekrut/baru", &there).await?;
    Ok(check(
        shown.contains("2 catatan dari 2 sumber") && !SECRETS.iter().any(|secret| shown.contains(secret)),
        "perekrut dari kasusnya dan dari sumber lain dikenali sebagai satu orang; namanya sendiri tidak ada di sana",
        "a recruiter of her case and of another source is known as one person; her own name is not there",
    ))
}
