//! Step 7: the recruiter of her case is written another way at Kupang. An alert, a possible match, a person confirms; nothing of
//! her crosses.

use super::casework::{fine, submit};
use super::people::SECRETS;
use super::{Check, check};
use crate::demo::browser::Browser;
use crate::demo::house::Town;
use crate::demo::html::link;
use base::Problem;

fn lost(what: &'static str) -> impl Fn() -> Problem {
    move || Problem::at("demo.failed", what)
}

/// Plays the step.
pub async fn play(town: &Town) -> Result<Vec<Check>, Problem> {
    let mut lina = town.log_in("batam", "lina").await?;
    let found = submit(&mut lina, "/perekrut", "/perekrut/cari", &[("cari", "soeparjan")]).await?;
    let him = link(&found.page(), "/perekrut/men_").ok_or_else(lost("perekrut"))?;
    let door = format!("{him}/peringatan");
    let before = lina.get(&door).await?;
    let mut form = Browser::form(&before, "/peringatan")?;
    form.add("kepada", &town.house("kupang")?.id.to_string());
    let sent = fine(lina.post(&form).await?)?;
    let (ours, before) = (sent.path.clone(), before.text());
    let mut there = town.log_in("kupang", "lina").await?;
    let (came, list) = town.until(&mut there, "/peringatan", |words| words.contains("Soeparjan")).await?;
    let theirs = link(&list.page(), "/peringatan/alert_").ok_or_else(lost("peringatan"))?;
    let alert = there.get(&theirs).await?.text();
    let queue = there.get("/perekrut/tinjau").await?;
    let pair = link(&queue.page(), "/perekrut/tinjau/men_").ok_or_else(lost("tinjau"))?;
    let match_page = there.get(&pair).await?.text();
    submit(&mut there, &pair, "/penilaian", &[("putusan", "same"), ("karena", "number")]).await?;
    let picture = there.get("/perekrut").await?.text();
    let (told, known) = town.until(&mut lina, &ours, |words| words.contains("mengenalnya juga")).await?;
    let read = [list.text(), alert.clone(), match_page.clone(), picture, known.text()].concat();
    Ok(vec![
        check(
            before.contains("4.1") && before.contains("[clause.action]"),
            "sebelum dikirim tampak isian yang boleh pergi menurut butir MoU, dan mengapa lembaga bantuan hukum tidak menerimanya",
            "before it goes the page shows which fields may go under which clause, and why legal aid does not get it",
        ),
        check(came, "Kupang menerima peringatan", "Kupang receives the alert"),
        check(
            alert.contains("B2") && alert.contains("Berlaku sampai"),
            "peringatan membawa penilaian dan masa berlaku",
            "the alert brings its grades and its end",
        ),
        check(
            match_page.contains("Soeparjan") && match_page.contains("Suparyan"),
            "Kupang melihat bahwa ia mungkin orang yang ditulis lain di sana",
            "Kupang sees that he may be the one who is written another way there",
        ),
        check(told, "seorang petugas memastikannya, dan Batam tahu", "a person confirms it, and Batam knows"),
        check(
            !SECRETS.iter().any(|secret| read.contains(secret)),
            "tidak ada nama korban yang menyeberang",
            "no victim's name crossed",
        ),
    ])
}
