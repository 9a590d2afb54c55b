//! Step 3: a screening without connection, a report sealed on the phone, the link returns.

use super::people::{SAFE_WAY, W04, WORDS, leaks};
use super::{Check, check};
use crate::demo::browser::Browser;
use crate::demo::house::Town;
use crate::platform::SystemChance;
use base::{Chance, Lang, Problem};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use seal::IntakePublic;
use std::collections::BTreeMap;

/// What a phone holds before it goes offline, and what it seals.
pub struct Phone {
    chance: SystemChance,
    key: IntakePublic,
}

impl Phone {
    /// Opens the pocketbook while there is a connection.
    pub async fn open(browser: &mut Browser) -> Result<Self, Problem> {
        let pack = browser.get("/saku/paket.json").await?;
        let pack: serde_json::Value =
            serde_json::from_slice(&pack.body).map_err(|_| Problem::at("demo.failed", "paket.json"))?;
        let key =
            pack.get("terima").and_then(serde_json::Value::as_str).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let key =
            key.and_then(|bytes| <[u8; 65]>::try_from(bytes).ok()).and_then(|bytes| IntakePublic::from_bytes(&bytes));
        Ok(Self { chance: SystemChance, key: key.ok_or_else(|| Problem::at("demo.failed", "terima"))? })
    }

    /// Seals a report: the key of the form and the sealed bytes. Needs no connection.
    pub fn seal(&self, place: &str) -> Result<([u8; 16], Vec<u8>), Problem> {
        let chance: &dyn Chance = &self.chance;
        let kunci: [u8; 16] = chance.bytes();
        let answers: BTreeMap<&str, &str> = W04.into_iter().collect();
        let json = serde_json::json!({"report": 1, "pack": pocketbook::Pack::embedded().version(), "stage": "returned",
            "answers": answers, "place": place, "consent": {"C0": true, "C2": true}, "text": WORDS,
            "contact": {"safe_way": SAFE_WAY}, "files": []});
        let sealed = seal::seal_report(json.to_string().as_bytes(), seal::report_id(&kunci), &self.key, chance)?;
        Ok((kunci, sealed))
    }
}

/// Sends a sealed report as the pocketbook does.
pub async fn send(
    browser: &mut Browser,
    kunci: &[u8; 16],
    sealed: &[u8],
) -> Result<crate::demo::browser::Answer, Problem> {
    browser.send("/kirim/laporan", sealed.to_vec(), &[("Simpul-Kunci", &base::hex(kunci))]).await
}

/// Plays the step.
pub async fn play(town: &mut Town) -> Result<Vec<Check>, Problem> {
    let mut browser = town.browser("batam")?;
    let phone = Phone::open(&mut browser).await?;
    let answers: BTreeMap<&str, &str> = W04.into_iter().collect();
    let asked = serde_json::json!({"stage": "returned", "answers": answers}).to_string();
    let (lines, _) = pocketbook::run_lines(pocketbook::Pack::embedded(), asked.as_bytes(), Lang::Id);
    town.kill("batam").await?;
    let (kunci, sealed) = phone.seal("21.71")?;
    let offline = send(&mut browser, &kunci, &sealed).await;
    town.start("batam").await?;
    let first = send(&mut browser, &kunci, &sealed).await?;
    let again = send(&mut browser, &kunci, &sealed).await?;
    let mut bent = sealed.clone();
    if let Some(last) = bent.last_mut() {
        *last ^= 1;
    }
    let forged = send(&mut browser, &[7; 16], &bent).await?;
    let mut dewi = town.log_in("batam", "dewi").await?;
    let list = dewi.get("/laporan").await?;
    let reports = crate::demo::html::links(&list.page(), "/laporan/").len();
    Ok(vec![
        check(
            lines.iter().any(|line| line.contains("PRESUMED_VICTIM")),
            "penapisan berjalan tanpa sambungan",
            "the screening runs without a connection",
        ),
        check(
            offline.is_err(),
            "tanpa sambungan laporan menunggu di telepon",
            "without a connection the report waits on the phone",
        ),
        check(!leaks(&sealed), "yang tersegel tidak terbaca", "what is sealed cannot be read"),
        check(
            first.status.as_u16() == 201,
            "sambungan kembali: Batam menerima dan mencatat",
            "the link returns: Batam receives and records it",
        ),
        check(
            again.status.as_u16() == 200 && again.body == first.body,
            "dikirim dua kali, tanda terima sama",
            "sent twice, the same receipt",
        ),
        check(forged.status.is_client_error(), "laporan yang diubah ditolak", "a changed report is refused"),
        check(reports == 1, "petugas melihat satu laporan", "the officer sees one report"),
    ])
}
