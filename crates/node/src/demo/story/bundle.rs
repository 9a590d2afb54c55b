//! Step 10: a node is off for two days, its message comes on a USB stick; a copy is ignored, a forged one refused.

use super::casework::{consent, fine, open, submit};
use super::legal_aid::{preview, send};
use super::report::{self, Phone};
use super::{Check, check};
use crate::demo::browser::{Answer, Browser};
use crate::demo::house::Town;
use crate::demo::html::links;
use base::{Lang, Problem};
use std::collections::BTreeSet;

/// Plays the step.
pub async fn play(town: &mut Town) -> Result<Vec<Check>, Problem> {
    // Both ways: Batam also asks Sukabumi what it has for it.
    for name in ["batam", "sukabumi"] {
        town.house(name)?.link.set(false);
    }
    offer_from_sukabumi(town).await?;
    town.advance_hours(48).await?;
    let mut hasan = town.log_in("sukabumi", "hasan").await?;
    let stick = pack(town, &mut hasan).await?;
    town.kill("sukabumi").await?;
    let mut batam = town.log_in("batam", "hasan").await?;
    let mut sari = town.log_in("batam", "sari").await?;
    let before = incoming(&mut sari).await?;
    let taken = unpack(&mut batam, &stick).await;
    // A stick is taken in at once and read a moment later; other words of the list may have named the sender before.
    let is_new = |answer: &Answer| shown(answer).difference(&before).count() == 1;
    let (came, list) = town.until_page(&mut sari, "/rujukan", is_new).await?;
    let after = shown(&list);
    let _ = unpack(&mut batam, &stick).await;
    let copied = incoming(&mut sari).await?;
    let mut forged = stick.clone();
    let middle = forged.len() / 2;
    if let Some(byte) = forged.get_mut(middle) {
        *byte ^= 0x20;
    }
    let refused = unpack(&mut batam, &forged).await.err().unwrap_or_default();
    let after_forged = incoming(&mut sari).await?;
    let noted = batam.get("/simpul/berkas").await?.text();
    for name in ["batam", "sukabumi"] {
        town.house(name)?.link.set(true);
    }
    Ok(vec![
        check(taken.is_ok() && came, "pesannya tiba lewat stik USB", "its message arrives by USB stick"),
        check(copied.is_subset(&after), "salinan pesan diabaikan", "a copy is ignored"),
        check(
            refused.contains("bundle.") && after_forged.is_subset(&after),
            "yang dipalsukan ditolak",
            "a forged one is refused",
        ),
        check(
            words_of(&refused).is_some_and(|words| noted.contains(&words)),
            "penolakan tercatat",
            "the refusal is recorded",
        ),
    ])
}

/// How the log says why a bundle was refused: the words of its code, up to where it was.
fn words_of(refused: &str) -> Option<String> {
    let code = ["bundle.altered", "bundle.cut"].into_iter().find(|code| refused.contains(code))?;
    Problem::new(code).message().get(Lang::Id).split([':', ';']).next().map(ToOwned::to_owned)
}

/// The referrals that are shown. Others may leave the list meanwhile: 48 hours went by.
async fn incoming(browser: &mut Browser) -> Result<BTreeSet<String>, Problem> {
    Ok(shown(&browser.get("/rujukan").await?))
}

fn shown(list: &Answer) -> BTreeSet<String> {
    links(&list.page(), "/rujukan/ref_").into_iter().collect()
}

/// A case at Sukabumi, offered to Batam while the line is down.
async fn offer_from_sukabumi(town: &mut Town) -> Result<(), Problem> {
    let mut browser = town.browser("sukabumi")?;
    let phone = Phone::open(&mut browser).await?;
    let (kunci, sealed) = phone.seal("32.02")?;
    fine(report::send(&mut browser, &kunci, &sealed).await?)?;
    let case = open(town, town.house("sukabumi")?, "32.02", "32.02").await?;
    let mut sari = town.log_in("sukabumi", "sari").await?;
    submit(&mut sari, &format!("{case}/isian"), "/isian", &[("needs.return", "keluarga di Batam")]).await?;
    let named = [("kode", "C4"), ("tujuan", "family_assessment"), ("penerima", "batam")];
    consent(&mut sari, &case, &named, &["needs", "status", "contact"]).await?;
    let batam = town.house("batam")?.id.to_string();
    let shown = preview(&mut sari, &case, "rujuk", &[("penerima", &batam), ("tujuan", "family_assessment")]).await?;
    send(&mut sari, &shown, "rujuk").await.map(drop)
}

async fn pack(town: &Town, hasan: &mut Browser) -> Result<Vec<u8>, Problem> {
    let page = hasan.get("/simpul/berkas").await?;
    let mut form = Browser::form(&page, "/berkas/keluar")?;
    form.set("penerima", &town.house("batam")?.id.to_string());
    Ok(fine(hasan.post(&form).await?)?.body.to_vec())
}

/// Brings a bundle in; a refusal is the words of the page.
async fn unpack(hasan: &mut Browser, bytes: &[u8]) -> Result<String, String> {
    let page = hasan.get("/simpul/berkas").await.map_err(|problem| problem.to_string())?;
    let form = Browser::form(&page, "/simpul/berkas").map_err(|problem| problem.to_string())?;
    let answer = hasan.upload(&form, ("berkas", "kiriman.spb"), bytes).await.map_err(|problem| problem.to_string())?;
    let words = answer.text();
    if answer.status.is_success() && !words.contains("bundle.") { Ok(words) } else { Err(words) }
}
