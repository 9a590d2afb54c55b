//! Step 9: the coordinator sees the corridor on the map, how soon the first service came, and what is overdue. It is played while
//! the case is at Batam, before it goes home.

use super::casework::finish;
use super::people::SECRETS;
use super::{Check, Memory, check};
use crate::demo::house::Town;
use crate::demo::html::links;
use base::Problem;

/// The corridor as pages write it.
const CORRIDOR: &str = "Lombok Timur – Batam – Johor";
/// Said where the running month is counted.
const RUNNING: &str = "Bulan berjalan ikut dihitung.";
/// Hours that passed in step 4: her first service came later.
const HOURS_LEAST: i64 = 80;

/// Plays the step.
pub async fn play(town: &mut Town, memory: &Memory) -> Result<Vec<Check>, Problem> {
    let mut hasan = town.log_in("batam", "hasan").await?;
    let before = hasan.get("/wawasan").await?.text();
    let mut sari = town.log_in("batam", "sari").await?;
    finish(&mut sari, &memory.case, "LE-1", &[]).await?;
    let insight = hasan.get("/wawasan").await?;
    let map = hasan.get("/koridor").await?;
    let (words, drawn) = (insight.text(), map.page());
    let late = links(&insight.page(), &format!("{}/langkah/", memory.case));
    let svg = drawn.split("<svg class=\"chart\"").nth(1).and_then(|map| map.split("</svg>").next());
    let arcs = svg.map_or(0, |svg| svg.matches("class=\"arc ").count());
    let mut lina = town.log_in("batam", "lina").await?;
    let shut = lina.get("/wawasan").await?.status.as_u16();
    let analyst = lina.get("/koridor").await?.text();
    // The demo begins today: her month may be over by now, and then everybody reads it.
    let runs = |page: &str| page.contains(RUNNING);
    let shown = [words.as_str(), &map.text(), &analyst].concat();
    Ok(vec![
        check(
            map.text().contains(CORRIDOR) && arcs >= 2 && map.text().contains("sedikit"),
            "koordinator melihat koridor Lombok Timur - Batam - Johor di peta; satu orang tampil sebagai \"sedikit\"",
            "the coordinator sees the corridor Lombok Timur - Batam - Johor on the map; one person reads \"few\"",
        ),
        check(
            before.contains("Menunggu layanan pertama sejak")
                && hours_after(&words).is_some_and(|hours| hours >= HOURS_LEAST),
            "waktu sampai layanan pertama terhitung dari kasusnya",
            "the time to her first service is counted from her case",
        ),
        check(
            !late.is_empty() && words.contains("langkah dalam"),
            "yang terlambat tampil dengan jalan ke langkahnya",
            "what is overdue is shown, with the way to its step",
        ),
        check(
            shut == 403 && runs(&map.text()) && !runs(&analyst) && !SECRETS.iter().any(|secret| shown.contains(secret)),
            "analis tidak melihat bulan berjalan maupun kasus; rahasianya tidak ada di mana pun",
            "the analyst sees neither the running month nor a case; nothing of her is on any of it",
        ),
    ])
}

/// The hours that the page tells of the case.
fn hours_after(words: &str) -> Option<i64> {
    let (_, rest) = words.split_once("Layanan pertama setelah ")?;
    rest.split(' ').next()?.parse().ok()
}
