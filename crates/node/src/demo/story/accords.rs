//! Steps 1 and 2: the nodes exist and joined by signed files; the accords are in force.

use super::{Check, check};
use crate::demo::house::Town;
use base::Problem;
use std::collections::BTreeSet;

/// The eight nodes exist, each with its own keys, database and pages; each joined by one signed file.
pub async fn nodes(town: &Town) -> Result<Vec<Check>, Problem> {
    let ids: BTreeSet<_> = town.houses.iter().map(|house| house.id).collect();
    let databases = town.houses.iter().filter(|house| house.dir.join("node.db").is_file()).count();
    let mut pages = 0;
    for house in &town.houses {
        let answer = town.browser(house.part.name)?.get("/").await?;
        pages += usize::from(answer.status.is_success() && answer.text().contains(house.part.title));
    }
    let mut hasan = town.log_in("lotim", "hasan").await?;
    let partners = hasan.get("/simpul").await?.text();
    let known = town.houses.iter().filter(|house| partners.contains(house.part.title)).count();
    Ok(vec![
        check(ids.len() == 8, "delapan simpul, delapan kunci", "eight nodes, eight keys"),
        check(databases == 8, "masing-masing punya basis data", "each has its own database"),
        check(pages == 8, "masing-masing punya halaman", "each has its own pages"),
        check(
            known >= 6,
            "Lombok Timur mengenal mitranya dari satu berkas",
            "Lombok Timur knows its partners from one file",
        ),
    ])
}

/// Batam and each legal-aid institution have signed; so have all six task forces.
pub async fn accords(town: &Town) -> Result<Vec<Check>, Problem> {
    let mut hasan = town.log_in("batam", "hasan").await?;
    let list = hasan.get("/mou/daftar").await?;
    let (page, words) = (list.page(), list.text());
    let shown = crate::demo::html::links(&page, "/mou/").into_iter().collect::<BTreeSet<_>>();
    let mut ratih = town.log_in("lbh-bahari", "ratih").await?;
    let theirs = ratih.get("/rujukan").await?;
    let mut prose = false;
    for link in &shown {
        let one = hasan.get(link).await?.text();
        prose |= one.contains("4.2") && one.contains("LBH Bahari");
    }
    Ok(vec![
        check(
            words.contains("LBH Mawar") && words.contains("LBH Bahari"),
            "Batam bermitra dengan dua lembaga bantuan hukum",
            "Batam has accords with two legal-aid institutions",
        ),
        check(
            words.contains("Lombok Timur") || words.contains("gugus tugas"),
            "enam gugus tugas terikat satu MoU",
            "six task forces share one accord",
        ),
        check(prose, "halaman MoU menampilkan butirnya", "the page of an accord shows its clauses"),
        check(
            theirs.status.is_success(),
            "lembaga bantuan hukum punya halamannya sendiri",
            "a legal-aid institution has its own pages",
        ),
    ])
}
