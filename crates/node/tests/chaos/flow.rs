//! A case that goes to and fro between two nodes, through their pages.

use crate::browser::{Answer, Browser};
use crate::canary::{NAME, PHONE, STORY};
use crate::html::{Form, forms, link, links, text};
use crate::town::{Town, until};
use base::Chance;
use base::chance::SeededChance;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use seal::IntakePublic;
use serde_json::{Value, json};

/// What the person agrees to share.
const SHARED: [&str; 9] =
    ["identity", "contact", "profile", "needs", "chronology", "legal", "status", "screening", "placement"];

/// Where the form of a handover stands, and what for.
pub const HANDOVER: (&str, &str) = ("serah", "return");

/// A case, and where it is.
pub struct Flow {
    /// Its address, the same at every node that knows it.
    pub case: String,
    /// Who has it.
    pub giver: String,
    /// Who takes it next.
    pub taker: String,
    /// Offers so far.
    pub offers: Vec<String>,
}

/// An answer that is no refusal.
pub fn fine(answer: Answer) -> Answer {
    let page = answer.page();
    let fault = page.split_once("class=\"faults\"").map_or(page.as_str(), |(_, after)| after);
    let words: String = text(fault).chars().take(300).collect();
    assert!(answer.status.is_success(), "{} {}: {words}", answer.status, answer.path);
    answer
}

/// Posts a form of a page, by the end of its action, with these values.
pub async fn submit(browser: &mut Browser, path: &str, action: &str, named: &[(&str, &str)]) -> Answer {
    let page = fine(browser.get(path).await.unwrap());
    let mut form = Browser::form(&page, action).unwrap();
    for (name, value) in named {
        form.set(name, value);
    }
    fine(browser.post(&form).await.unwrap())
}

/// The value of a choice whose label contains these words: of a select, or of a radio with its words behind it.
fn chosen(page: &str, name: &str, words: &str) -> String {
    let of_select = forms(page).iter().find_map(|form| form.choice(name, words).map(ToOwned::to_owned));
    let mark = format!("name=\"{name}\"");
    let radio = || {
        let part = page.split("<input").find(|part| part.contains(&mark) && text(part).contains(words))?;
        Some(part.split_once("value=\"")?.1.split('"').next()?.to_owned())
    };
    of_select.or_else(radio).unwrap_or_else(|| panic!("{name}: {words} is no choice"))
}

/// A report, sealed as on a phone.
async fn report(town: &Town, node: &str, n: u64) {
    let mut browser = town.browser(node);
    let pack: Value = serde_json::from_slice(&browser.get("/saku/paket.json").await.unwrap().body).unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(pack["terima"].as_str().unwrap()).unwrap();
    let intake = IntakePublic::from_bytes(&bytes.try_into().unwrap()).unwrap();
    let chance: &dyn Chance = &SeededChance::new(n);
    let key: [u8; 16] = chance.bytes();
    let said = json!({"report": 1, "pack": "", "stage": "returned", "answers": {"A1": "adult"}, "place": "21.71",
        "consent": {"C2": true}, "text": STORY, "contact": {}, "files": []});
    let sealed = seal::seal_report(said.to_string().as_bytes(), seal::report_id(&key), &intake, chance).unwrap();
    let sent = browser.send("/kirim/laporan", sealed, &[("Simpul-Kunci", &base::hex(&key))]).await.unwrap();
    assert_eq!(sent.status.as_u16(), 201);
}

impl Flow {
    /// A case at one node, with her consent that the other takes it.
    pub async fn open(town: &Town, (giver, taker): (&str, &str), n: u64) -> Self {
        report(town, giver, n).await;
        let mut dewi = town.log_in(giver, "dewi").await;
        let list = dewi.get("/laporan").await.unwrap();
        let report = link(&list.page(), "/laporan/").unwrap();
        let named = [("ditemukan", "21.71"), ("asal", "52.03"), ("peran", "victim")];
        let case = submit(&mut dewi, &report, "/kasus", &named).await.path;
        let mut hasan = town.log_in(giver, "hasan").await;
        let page = hasan.get(&format!("{case}/penugasan")).await.unwrap();
        let mut form = Browser::form(&page, "/penugasan").unwrap();
        form.set("manajer", &chosen(&page.page(), "manajer", "Sari"));
        form.set("pendamping", &chosen(&page.page(), "pendamping", "Joko"));
        fine(hasan.post(&form).await.unwrap());
        let flow = Self { case, giver: giver.into(), taker: taker.into(), offers: Vec::new() };
        let mut sari = town.log_in(giver, "sari").await;
        let known = [
            ("identity.name", NAME),
            ("contact.phone", PHONE),
            ("contact.safe_way", STORY),
            ("needs.return", "ingin pulang"),
            ("needs.legal", "upah belum dibayar"),
            ("legal.problem", "upah dan ganti rugi"),
        ];
        submit(&mut sari, &format!("{}/isian", flow.case), "/isian", &known).await;
        flow.agrees(&mut sari).await;
        flow
    }

    /// She agrees that the taker gets her case.
    async fn agrees(&self, sari: &mut Browser) {
        self.agrees_to(sari, "return", &self.taker).await;
    }

    pub async fn agrees_to(&self, sari: &mut Browser, purpose: &str, party: &str) {
        let page = fine(sari.get(&format!("{}/persetujuan", self.case)).await.unwrap());
        let mut form = Browser::form(&page, "/persetujuan").unwrap();
        let named = [("kode", "C4"), ("tujuan", purpose), ("penerima", party), ("oleh", "person"), ("cara", "written")];
        for (name, value) in named.into_iter().chain([("bahasa", "id"), ("sampai", "2036-01-01")]) {
            form.set(name, value);
        }
        form.values.retain(|(name, _)| name != "kategori");
        for category in SHARED {
            form.add("kategori", category);
        }
        fine(sari.post(&form).await.unwrap());
    }

    /// Offers the case, as it stands on the page of the preview.
    pub async fn offers(&mut self, town: &Town) {
        let offer = self.asks(town, HANDOVER, &self.taker).await;
        self.offers.push(offer);
    }

    /// Sends an offer of this kind to a partner. Gives its address, which is the same there.
    pub async fn asks(&self, town: &Town, kind: (&str, &str), taker: &str) -> String {
        let (mut sari, form) = self.prepares(town, kind, taker).await;
        let answer = sari.post(&form).await.unwrap();
        if answer.status.as_u16() != 409 {
            return fine(answer).path;
        }
        // A message came between preview and yes: she looks at the new preview, as the page asks her to.
        let (mut sari, form) = self.prepares(town, kind, taker).await;
        fine(sari.post(&form).await.unwrap()).path
    }

    /// The preview of an offer, ready to be sent.
    pub async fn prepares(&self, town: &Town, (kind, purpose): (&str, &str), taker: &str) -> (Browser, Form) {
        let mut sari = town.log_in(&self.giver, "sari").await;
        let path = format!("{}/{kind}", self.case);
        let page = fine(sari.get(&path).await.unwrap());
        let mut form = Browser::form(&page, "/pratinjau").unwrap();
        form.set("penerima", &chosen(&page.page(), "penerima", &town.house(taker).title));
        form.set("tujuan", purpose);
        let shown = fine(sari.post(&form).await.unwrap());
        let form = Browser::form(&shown, &format!("/{kind}"));
        (sari, form.unwrap_or_else(|_| panic!("nothing may leave: {}", shown.text())))
    }

    /// The newest offer.
    pub fn offer(&self) -> &str {
        self.offers.last().unwrap()
    }

    /// The offer came to the taker.
    pub async fn arrives(&self, town: &Town) {
        comes(town, &self.taker, self.offer()).await;
    }

    /// Somebody there reads it; that goes back as a message.
    pub async fn is_read(&self, town: &Town) {
        let mut sari = town.log_in(&self.taker, "sari").await;
        submit(&mut sari, self.offer(), "/dilihat", &[]).await;
    }

    pub async fn is_accepted(&self, town: &Town) {
        let mut sari = town.log_in(&self.taker, "sari").await;
        submit(&mut sari, self.offer(), "/kesanggupan", &[]).await;
    }

    /// The file came and the case is the taker's.
    pub async fn moves(&self, town: &Town) {
        let mut sari = town.log_in(&self.taker, "sari").await;
        until("the file", async || has(&mut sari, "/kasus", &self.case).await.then_some(())).await;
    }

    /// The taker says that all is taken over; then it is the one that gives it back.
    pub async fn turns(&mut self, town: &Town) {
        let mut sari = town.log_in(&self.taker, "sari").await;
        submit(&mut sari, self.offer(), "/penyelesaian", &[]).await;
        std::mem::swap(&mut self.giver, &mut self.taker);
        self.agrees(&mut sari).await;
    }

    /// The nodes in whose list of open cases it stands: those that own it.
    pub async fn owners(&self, town: &Town) -> Vec<String> {
        let mut owners = Vec::new();
        for name in [&self.giver, &self.taker] {
            let mut sari = town.log_in(name, "sari").await;
            if has(&mut sari, "/kasus", &self.case).await {
                owners.push(name.clone());
            }
        }
        owners
    }

    /// Every offer is at both ends, once, and no other is.
    pub async fn none_is_lost_or_doubled(&self, town: &Town) {
        let mut sent = self.offers.clone();
        sent.sort();
        let thread = self.offer().split('.').next().unwrap();
        for name in [&self.giver, &self.taker] {
            let mut sari = town.log_in(name, "sari").await;
            let mut seen = Vec::new();
            for path in ["/rujukan", "/rujukan?keadaan=selesai"] {
                seen.extend(links(&sari.get(path).await.unwrap().page(), thread));
            }
            seen.sort();
            assert_eq!(seen, sent, "at {name}");
        }
    }
}

/// An offer came to a node.
pub async fn comes(town: &Town, taker: &str, offer: &str) {
    let login = if taker.starts_with("lbh") { "ratih" } else { "sari" };
    let mut browser = town.log_in(taker, login).await;
    until(&format!("the offer at {taker}"), async || {
        browser.get(offer).await.ok().filter(|page| page.status.is_success()).map(drop)
    })
    .await;
}

/// Whether a list names a thing.
async fn has(browser: &mut Browser, list: &str, what: &str) -> bool {
    browser.get(list).await.is_ok_and(|answer| links(&answer.page(), what).iter().any(|link| link == what))
}
