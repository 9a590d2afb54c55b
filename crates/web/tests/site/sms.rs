//! The window by short message, over the signed callback of a gateway: one message, one effect, one answer; on a locked node,
//! over restarts, and when the node dies half-way.

use crate::browser::{Answer, Site};
use crate::cast::*;
use axum::body::Body;
use base::{Lang, Redacted, ReportId};
use casework::Role;
use desk::boxes::Post;
use desk::cases::reports::{ReplyReport, ReportJson, ReportStream, reports};
use desk::licences::KeepLicences;
use desk::sms::{Exchange, Incoming, Part};
use http::StatusCode;
use recruiters::licences::Agency;
use seal::hash::hmac;
use std::sync::Arc;
use store::{Direction, Page, Read, Shelf, Stored};
use web::WebState;
use web::sms::Door;
use web::sms::callback::{Callback, Fields};

const SECRET: &[u8] = b"rahasia gerbang rekaan";
const HER: &str = "+628000000001";
const TOLD: &str = "rumah di ujung gang, pintu dikunci dari luar";
const HOUR: u32 = 3_600_000;

/// The node with its door for short messages, as it is after each start.
struct Phone {
    site: Site,
    state: WebState,
}

impl Phone {
    async fn new() -> Self {
        let site = Site::new().await;
        let state = started(&site);
        Self { site, state }
    }

    fn restart(&mut self) {
        self.state = started(&self.site);
    }

    async fn calls(&self, body: &str, signature: &str) -> Answer {
        let mut browser = self.site.browser().at(web::router(self.state.clone()));
        let request = browser.request("POST", "/kirim/sms").header("content-type", "application/json");
        browser.send(request.header("x-tanda", signature).body(Body::from(body.to_owned())).unwrap()).await
    }

    /// The gateway brings fields.
    async fn brings(&self, fields: &serde_json::Value) -> StatusCode {
        let body = fields.to_string();
        self.calls(&body, &format!("sha256={}", base::hex(&hmac(SECRET, &[body.as_bytes()])))).await.status
    }

    /// She sends a message, which the gateway brings twice.
    async fn says(&self, id: &str, text: &str) -> String {
        let fields = serde_json::json!({ "id": id, "dari": HER, "isi": text });
        for _ in 0..2 {
            assert_eq!(self.brings(&fields).await, StatusCode::NO_CONTENT);
        }
        let mut answers = self.sent().await;
        assert!(answers.len() < 2, "{answers:?}");
        answers.pop().unwrap_or_default()
    }

    /// The gateway takes what is due.
    async fn sent(&self) -> Vec<String> {
        let exchange = self.state.sms().unwrap().exchange();
        let mut texts = Vec::new();
        for out in exchange.due(self.state.now(), 100).await.unwrap() {
            assert_eq!(out.to.as_str(), HER);
            texts.push(out.text.to_string());
            exchange.sent(&out.id).await.unwrap();
        }
        texts
    }

    fn lock(&self) {
        self.site.node().desk.store.vault().lock();
    }

    async fn unlock(&self) {
        let node = self.site.node();
        node.desk.store.unlock(node.master.clone(), node.desk.now()).await.unwrap();
        node.desk.open_boxes().await.unwrap();
    }

    async fn all_reports(&self) -> Vec<Stored<ReportStream>> {
        let mut view = self.site.node().desk.read().await.unwrap();
        let mut all = Vec::new();
        for card in reports(&mut view, true, &Page::first(100)).await.unwrap() {
            all.push(view.load(card.card.id.bytes()).await.unwrap().unwrap());
        }
        all
    }

    async fn answers(&self, report: ReportId, words: &str) {
        let node = self.site.node();
        let dewi = node.officer(4, &[Role::IntakeOfficer]);
        node.clock.advance_millis(1_000);
        node.does(&dewi, &ReplyReport { report, text: text(words) }).await.unwrap();
    }
}

fn started(site: &Site) -> WebState {
    let desk = &site.node().desk;
    let names = ["rujukan", "ke", "dari_jumlah"].map(str::to_owned);
    let fields = Fields { id: "id".into(), from: "dari".into(), text: "isi".into(), parts: Some(names) };
    let callback = Callback { secret: SECRET.to_vec(), header: "x-tanda".into(), fields };
    let door = Door::new(Exchange::open(&desk.store, site.node().folder.path()), Lang::Id, Some(callback));
    WebState::new(Arc::clone(desk), site.state.set.clone(), None).with_sms(door)
}

/// The code in an answer.
fn code(answer: &str) -> String {
    let at = answer.find(|letter: char| letter.is_ascii_digit()).unwrap();
    answer[at..at + 19].to_owned()
}

#[tokio::test]
async fn report_reply_second_reply_and_the_end_by_sms_while_the_node_is_locked_and_started_anew_in_between() {
    let mut phone = Phone::new().await;
    phone.lock();
    let first = phone.says("a1", &format!("LAPOR {TOLD}")).await;
    assert!(first.starts_with("SMS tidak rahasia."), "{first}");
    let code = code(&first);
    phone.restart();
    assert_eq!(phone.says("a1", &format!("LAPOR {TOLD}")).await, "", "it had its answer before the restart");
    assert!(phone.says("a2", &code).await.starts_with("Belum ada jawaban."));
    phone.unlock().await;
    let [report] = phone.all_reports().await.try_into().ok().unwrap();
    assert_eq!((report.received.door.word(), report.received.text.expose().as_str()), ("sms", TOLD));
    assert_eq!(report.received.contact.expose(), "{}", "her number is not in it");
    let id = report.received.id;
    phone.answers(id, "Apakah pintunya masih dikunci?").await;
    phone.lock();
    assert_eq!(phone.says("a3", &code.replace(' ', "")).await, "Jawaban 1/1: Apakah pintunya masih dikunci?");
    phone.unlock().await;
    phone.answers(id, "Kami datang besok.").await;
    phone.restart();
    assert_eq!(phone.says("a4", &code).await, "Jawaban 2/2: Kami datang besok.");
    assert_eq!(phone.says("a5", &format!("{code} 1")).await, "Jawaban 1/2: Apakah pintunya masih dikunci?");
    assert!(phone.says("a6", &format!("{code} ya, masih")).await.starts_with("Tambahan diterima."));
    let said = &phone.all_reports().await[0].talk.said;
    assert!(said.iter().any(|said| said.text.expose() == "ya, masih") && said.len() == 3, "{said:?}");
    phone.lock();
    assert!(phone.says("a7", &format!("HAPUS {code}")).await.starts_with("Kotak jawaban dihapus"));
    for other in [code.as_str(), "1111 2222 3333 4444", "HAPUS 1111222233334444"] {
        assert!(phone.says(other, other).await.starts_with("Kode itu tidak membuka apa pun."), "{other}");
    }
}

#[tokio::test]
async fn a_node_that_dies_half_way_makes_one_report_and_one_box_and_says_the_same() {
    let mut phone = Phone::new().await;
    phone.lock();
    let desk = Arc::clone(&phone.site.node().desk);
    let message = |id: &str, text: String| Incoming {
        group: Redacted::new(id.to_owned()),
        from: Redacted::new(HER.to_owned()),
        parts: vec![Part { id: Redacted::new(id.to_owned()), number: 1, text: Redacted::new(text) }],
    };
    // It dies after the report was sealed and before its answer was written; midnight passes.
    let exchange = phone.state.sms().unwrap().exchange();
    let begun = exchange.begin(&message("b1", format!("LAPOR {TOLD}")), desk.now()).await.unwrap();
    let json = ReportJson { answers: None, stage: None, place: None, text: TOLD.into(), ..blank() };
    let boxes = desk::boxes::Boxes::new(&desk.store, seal::Cost::CHEAP);
    let door = casework::report::Door::Sms;
    let post = Post { kunci: begun.form, door, danger: false, report: json, files: Vec::new() };
    let (made, _) = boxes.take(post, desk.now()).await.unwrap();
    phone.site.node().clock.advance_millis(20 * HOUR);
    phone.restart();
    let answer = phone.says("b1", &format!("LAPOR {TOLD}")).await;
    assert_eq!(code(&answer), *made);
    // It dies after a box was closed and before its answer was written.
    let exchange = phone.state.sms().unwrap().exchange();
    let begun = exchange.begin(&message("b2", format!("HAPUS {}", *made)), desk.now()).await.unwrap();
    exchange.note_box(&begun).await.unwrap();
    assert!(boxes.close(&made, desk.now()).await.unwrap());
    phone.restart();
    assert!(phone.says("b2", &format!("HAPUS {}", *made)).await.starts_with("Kotak jawaban dihapus"));
    phone.unlock().await;
    assert_eq!(phone.all_reports().await.len(), 1);
}

fn blank() -> ReportJson {
    let nothing = serde_json::json!({ "report": 1, "pack": "", "stage": null, "answers": null, "place": null,
        "consent": {}, "text": "", "contact": {}, "files": [] });
    serde_json::from_value(nothing).unwrap()
}

#[tokio::test]
async fn parts_in_any_order_make_one_report_and_one_that_comes_late_is_added_to_it() {
    let phone = Phone::new().await;
    let part = |n: u32, text: &str| serde_json::json!({ "id": format!("c{n}"), "dari": HER, "isi": text, "rujukan": "77", "ke": n, "dari_jumlah": 3 });
    for (n, text, answers) in [(3, " dari luar", 0), (1, "LAPOR pintu", 0), (3, " dari luar", 0), (2, " dikunci", 1)] {
        assert_eq!(phone.brings(&part(n, text)).await, StatusCode::NO_CONTENT);
        assert_eq!(phone.sent().await.len(), answers, "{n}");
    }
    assert_eq!(phone.brings(&part(2, " dikunci")).await, StatusCode::NO_CONTENT);
    assert_eq!(phone.all_reports().await[0].received.text.expose(), "pintu dikunci dari luar");
    // The second of two does not come in ten minutes, and then it does.
    let two = |n: u32, text: &str| serde_json::json!({ "id": format!("d{n}"), "dari": HER, "isi": text, "rujukan": "78", "ke": n, "dari_jumlah": 2 });
    phone.brings(&two(1, "LAPOR perahu berangkat")).await;
    phone.site.node().clock.advance_millis(HOUR / 4);
    phone.state.sms().unwrap().look_after(&phone.state).await.unwrap();
    assert_eq!(phone.sent().await.len(), 1);
    for _ in 0..2 {
        phone.brings(&two(2, " malam ini")).await;
    }
    assert!(phone.sent().await.is_empty());
    let all = phone.all_reports().await;
    assert_eq!(all.len(), 2);
    let late: Vec<&str> =
        all.iter().flat_map(|report| &report.talk.said).map(|said| said.text.expose().as_str()).collect();
    assert_eq!(late, [" malam ini"]);
}

#[tokio::test]
async fn a_day_later_nothing_in_the_store_opens_her_number_and_two_days_later_nothing_is_left() {
    let phone = Phone::new().await;
    phone.brings(&serde_json::json!({ "id": "e1", "dari": HER, "isi": "HAK biaya" })).await;
    let exchange = phone.state.sms().unwrap().exchange();
    let desk = &phone.site.node().desk;
    let mut raw = desk.store.backend().read().await.unwrap();
    let mut count = 0;
    for shelf in [Shelf::SmsSeen, Shelf::SmsOut, Shelf::SmsParts] {
        for item in raw.items((shelf.number(), b""), None, Direction::Up, 100).await.unwrap() {
            let bytes = [item.key, item.body].concat();
            let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
            assert!(!holds(HER.as_bytes()) && !holds(b"8000000001") && !holds(b"biaya"), "{shelf:?}");
            count += 1;
        }
    }
    drop(raw);
    assert_eq!(count, 3, "the message, its group, the answer");
    let salts = phone.site.node().folder.path().join("sms-salts");
    assert_eq!(std::fs::read_to_string(&salts).unwrap().lines().count(), 1);
    let out = exchange.due(desk.now(), 9).await.unwrap().pop().unwrap();
    // The gateway does not answer: tried again later and later, and given up after a day.
    let mut tries = 0;
    while exchange.failed(&out.id, desk.now()).await.unwrap() {
        assert!(exchange.due(desk.now(), 9).await.unwrap().is_empty(), "not at once");
        phone.site.node().clock.advance_millis(HOUR / 2);
        tries += 1;
    }
    assert!((40..60).contains(&tries), "{tries}");
    phone.site.node().clock.advance_millis(24 * HOUR);
    phone.state.sms().unwrap().look_after(&phone.state).await.unwrap();
    assert_eq!(std::fs::read_to_string(&salts).unwrap(), "");
    let mut raw = desk.store.backend().read().await.unwrap();
    for shelf in [Shelf::SmsSeen, Shelf::SmsOut, Shelf::SmsParts] {
        assert_eq!(raw.count(shelf.number(), b"", 9).await.unwrap(), 0, "{shelf:?}");
    }
}

#[tokio::test]
async fn a_check_by_sms_has_the_three_answers_of_the_page_and_help_and_rights_are_those_of_the_window() {
    let phone = Phone::new().await;
    let agency = |licence: &str, name: &str, sanction: &str| {
        let from = if sanction.is_empty() { "" } else { "2026-02-01" };
        let record = [licence, name, "", "", "", sanction, from, "", ""].map(str::to_owned);
        Agency::from_record(&record).unwrap()
    };
    let agencies = vec![agency("R-0001", "PT Karya Rekaan", ""), agency("R-0002", "PT Bahtera Rekaan", "revoked")];
    let keep = KeepLicences { source: "Rekaan".into(), date: "2026-11-01".into(), agencies };
    phone.site.node().does(&phone.site.node().coordinator(), &keep).await.unwrap();
    phone.lock();
    let cases = [
        ("CEK karya rekaan", "Ada catatan resmi: PT Karya Rekaan"),
        ("CEK R-0002", "Ada sanksi resmi: PT Bahtera Rekaan"),
        ("CEK Sentosa Abadi Sejahtera", "Tidak ada catatan resmi. Ini TIDAK berarti aman."),
        ("HAK biaya", "Biaya penempatan."),
        ("HAK", "Kirim HAK lalu topik: surat, biaya,"),
        ("BANTUAN bandung", "Yang mana? 32.04 Kabupaten Bandung, 32.73 Kota Bandung."),
        ("LAPOR", "SMS tidak rahasia:"),
        ("halo", "CEK nama perusahaan."),
    ];
    for (text, begins) in cases {
        let answer = phone.says(text, text).await;
        assert!(answer.starts_with(begins), "{text}: {answer}");
    }
    assert!(phone.says("f", "BANTUAN batam").await.contains("Polisi 110"));
}

#[tokio::test]
async fn who_writes_very_often_waits_and_two_machines_do_not_talk_for_ever() {
    let phone = Phone::new().await;
    let mut answers = Vec::new();
    for n in 0..6 {
        answers.push(phone.says(&format!("g{n}"), "halo").await);
    }
    assert_eq!(answers.iter().filter(|answer| !answer.is_empty()).count(), 3, "the menu comes three times");
    for n in 0..9 {
        phone.says(&format!("h{n}"), "HAK upah").await;
    }
    assert!(phone.says("i", "HAK upah").await.is_empty(), "it waits");
    phone.site.node().clock.advance_millis(HOUR / 10);
    assert_eq!(phone.sent().await.len(), 3, "and it is not lost, nor what was said before it");
}

#[tokio::test]
async fn a_call_without_a_fitting_signature_or_field_or_door_has_no_effect() {
    let phone = Phone::new().await;
    let body = serde_json::json!({ "id": "j", "dari": HER, "isi": "LAPOR x" }).to_string();
    for signature in ["", "00", &base::hex(&hmac(b"lain", &[body.as_bytes()]))] {
        let answer = phone.calls(&body, signature).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.page().contains("sms.signature") && !answer.page().contains(HER));
    }
    let missing = serde_json::json!({ "id": "j", "dari": HER });
    assert_eq!(phone.brings(&missing).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(phone.sent().await.is_empty() && phone.all_reports().await.is_empty());
    let mut off = phone.site.browser();
    let request = off.request("POST", "/kirim/sms").body(Body::from("x")).unwrap();
    assert_eq!(off.send(request).await.status, StatusCode::NOT_FOUND);
}
