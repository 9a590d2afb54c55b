//! Step 5: covered because she was found in Batam; one institution is in conflict, the next is asked and accepts; the sister too.

use super::casework::{fine, submit};
use super::people::{NAME, SECRETS, SHELTER, leaks};
use super::{Check, Memory, check};
use crate::demo::browser::{Answer, Browser};
use crate::demo::house::Town;
use crate::demo::html::{link, links};
use base::{Problem, Timestamp};

/// The company that recruited her; LBH Mawar acts for it.
const AGENCY: &str = "PT Samudra Karya 7731";

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

/// What a body states of itself; with a turn, it comes first.
async fn states(town: &Town, node: &str, has_turn: bool) -> Result<(), Problem> {
    let mut ratih = town.log_in(node, "ratih").await?;
    let page = ratih.get("/lembaga").await?;
    let mut form = Browser::form(&page, "/lembaga")?;
    let facts = [("kelas", "B"), ("mulai", "2020-01-01"), ("akhir", "2035-12-31"), ("wilayah", "21.71"), ("daya", "9")];
    for (name, value) in facts {
        form.set(name, value);
    }
    let picked =
        [("perkara", "wages"), ("perkara", "advice"), ("bahasa", "id"), ("bahasa", "sas"), ("penasihat", "woman")];
    for (name, value) in picked {
        form.add(name, value);
    }
    for day in (1..=7).filter(|_| has_turn) {
        form.add("jaga", &day.to_string());
    }
    fine(ratih.post(&form).await?).map(drop)
}

/// Whom a request could go to; waits until the bodies' entries have come.
async fn ranked(sari: &mut Browser, case: &str, named: &[(&str, &str)]) -> Result<Answer, Problem> {
    let mut shown = submit(sari, &format!("{case}/bantuan-hukum"), "/pratinjau", named).await?;
    for _ in 0..120 {
        if !shown.text().contains("belum menyatakan") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        shown = submit(sari, &format!("{case}/bantuan-hukum"), "/pratinjau", named).await?;
    }
    Ok(shown)
}

/// She agrees to each body that was read to her; the first is asked. Gives the address of the page.
async fn ask(sari: &mut Browser, shown: &Answer) -> Result<String, Problem> {
    let mut form = Browser::form(shown, "/bantuan-hukum")?;
    for (body, _) in form.choices.get("lembaga").cloned().unwrap_or_default() {
        form.add("lembaga", &body);
    }
    Ok(fine(sari.post(&form).await?)?.path)
}

/// Plays the step.
pub async fn play(town: &mut Town, memory: &mut Memory) -> Result<Vec<Check>, Problem> {
    let case = memory.case.clone();
    states(town, "lbh-mawar", true).await?;
    states(town, "lbh-bahari", false).await?;
    let mut ratih = town.log_in("lbh-mawar", "ratih").await?;
    let acts_for = [("jenis", "company"), ("nilai", "Samudra Karya 7731, PT"), ("catatan", "klien sejak 2024")];
    submit(&mut ratih, "/lembaga", "/benturan", &acts_for).await?;
    let mut sari = town.log_in("batam", "sari").await?;
    let agency = [("recruiter.agency", AGENCY)];
    submit(&mut sari, &format!("{case}/isian"), "/isian", &agency).await?;
    let shown =
        ranked(&mut sari, &case, &[("perkara", "wages"), ("bahasa-ibu", "sas"), ("penasihat", "woman")]).await?;
    let words = shown.text();
    let here = ask(&mut sari, &shown).await?;
    let (declined, hit) = decline(town, "lbh-mawar").await?;
    let (back, asked) =
        town.until(&mut sari, &here, |words| words.contains("enturan") || words.contains("onflik")).await?;
    memory.referral = links(&asked.page(), "/rujukan/ref_")
        .into_iter()
        .next_back()
        .ok_or_else(|| Problem::at("demo.failed", "bantuan-hukum"))?;
    let mut ratih = town.log_in("lbh-bahari", "ratih").await?;
    let offer = arrived(town, &mut ratih).await?;
    let before = ratih.get(&offer).await?.text();
    submit(&mut ratih, &offer, "/kesanggupan", &[]).await?;
    let (came, file) = town.until(&mut ratih, &offer, |words| words.contains("gudang kenari")).await?;
    let kept = matter(&mut ratih, &offer).await?;
    let sent = sari.get(&memory.referral).await?.text();
    let sister = sister(town, &mut sari, &case).await?;
    queue_supplement(town, &mut sari, memory).await?;
    let line = town.house("lbh-bahari")?.link.heard();
    let mut checks = vec![
        check(
            words.contains("4.2") && words.contains("LBH Mawar") && words.contains("LBH Bahari"),
            "dua lembaga diurutkan, masing-masing dengan butir MoU dan alasannya",
            "two bodies are ranked, each with its clause and reasons",
        ),
        check(
            sent.contains("floor.shelter"),
            "letak rumah aman tinggal, dengan alasannya",
            "the shelter's place stays, with the reason",
        ),
        check(
            hit && declined && back,
            "LBH Mawar menemukan benturan tanpa nama dan menolak; yang berikutnya diminta dengan sendirinya",
            "LBH Mawar finds a conflict without a name and declines; the next is asked by itself",
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
    checks.push(kept);
    Ok(checks)
}

/// Counsel opens a matter: a hearing in two days, a claim whose sum leaves out what the agent says she owes.
async fn matter(ratih: &mut Browser, offer: &str) -> Result<Check, Problem> {
    let matter = fine(submit(ratih, offer, "/perkara", &[]).await?)?.path;
    let case = matter.strip_suffix("/perkara").unwrap_or(&matter).to_owned();
    submit(ratih, &format!("{matter}/kuasa"), "/kuasa", &[]).await?;
    let page = ratih.get(&format!("{matter}/kuasa")).await?;
    let form = Browser::form(&page, "/kuasa")?;
    let today = form.values.iter().find(|(name, _)| name == "hari").map_or("", |(_, day)| day.as_str());
    let today = Timestamp::parse(&format!("{today}T00:00:00Z")).ok_or_else(|| Problem::at("demo.failed", "hari"))?;
    let day = today.plus_hours(48).date();
    let hearing = [
        ("hari", day.as_str()),
        ("pukul", "09.30"),
        ("tempat-sidang", "police"),
        ("tentang", "pemeriksaan saksi"),
        ("bersama", "pendamping UPTD PPA"),
    ];
    submit(ratih, &format!("{matter}/sidang"), "/sidang", &hearing).await?;
    let book = format!("{case}/restitusi");
    submit(ratih, &book, "/tuntutan", &[]).await?;
    let wages = [("jenis", "income"), ("apa", "upah 14 bulan"), ("jumlah", "28.000.000"), ("bukti", "sidang-1")];
    submit(ratih, &book, "/restitusi", &wages).await?;
    let debt = [("jenis", "debt"), ("apa", "utang kepada agen"), ("jumlah", "8.500.000")];
    submit(ratih, &book, "/restitusi", &debt).await?;
    let paper = ratih.get(&format!("{book}/cetak")).await?.text();
    let next = ratih.get("/perkara").await?.text();
    Ok(check(
        paper.contains("Rp 28.000.000")
            && paper.contains("Tidak terutang")
            && !paper.contains("36.500.000")
            && next.contains("09.30"),
        "LBH Bahari membuka perkara: kuasa, pemeriksaan, restitusi; utang kepada agen tidak terutang",
        "LBH Bahari opens a matter: attorney, a statement, restitution; the debt to the agent is not owed",
    ))
}

/// LBH Bahari goes off; later evidence waits for it (step 8 goes on from here).
async fn queue_supplement(town: &mut Town, sari: &mut Browser, memory: &Memory) -> Result<(), Problem> {
    town.kill("lbh-bahari").await?;
    let losses = [("legal.losses", "upah 14 bulan, paspor, telepon")];
    submit(sari, &format!("{}/isian", memory.case), "/isian", &losses).await?;
    submit(sari, &memory.referral, "/tambahan", &[]).await.map(drop)
}

/// Declines what its own list proposes to decline; says whether the list had a hit.
async fn decline(town: &Town, node: &str) -> Result<(bool, bool), Problem> {
    let mut ratih = town.log_in(node, "ratih").await?;
    let offer = arrived(town, &mut ratih).await?;
    let hit = ratih.get(&offer).await?.text().contains("daftar benturan Anda");
    let answer = submit(&mut ratih, &offer, "/penolakan", &[("alasan", "conflicted"), ("teks", "")]).await?;
    Ok((answer.status.is_success(), hit))
}

/// Her sister at home is covered as family, wherever she is; who is in conflict about her sister is not asked about her.
async fn sister(town: &Town, sari: &mut Browser, case: &str) -> Result<Check, Problem> {
    let named = [
        ("hubungan", "sibling"),
        ("peran", "family"),
        ("profil", "adult"),
        ("tempat", "52.03"),
        ("legal.problem", "ancaman penagih utang"),
        ("contact.safe_way", "lewat kader desa"),
    ];
    submit(sari, &format!("{case}/orang"), "/orang", &named).await?;
    let page = sari.get(&format!("{case}/bantuan-hukum")).await?;
    let form = Browser::form(&page, "/pratinjau")?;
    let others = form.choices.get("orang").into_iter().flatten().map(|(value, _)| value.clone());
    let person =
        others.into_iter().find(|value| !value.is_empty()).ok_or_else(|| Problem::at("demo.no-form", "orang"))?;
    let shown = ranked(sari, case, &[("orang", &person), ("perkara", "advice")]).await?;
    let covered = shown.text().contains("4.2");
    ask(sari, &shown).await?;
    let mut ratih = town.log_in("lbh-bahari", "ratih").await?;
    let (came, _) = town.until(&mut ratih, "/rujukan", |words| words.matches("Batam").count() >= 2).await?;
    Ok(check(
        covered && came,
        "adiknya di Lombok Timur terlindung sebagai keluarga",
        "her sister in Lombok Timur is covered as family",
    ))
}
