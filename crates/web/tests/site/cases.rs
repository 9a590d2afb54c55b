// Long because: the pages of one case in the order in which an officer meets them.
//! Work on a case through its pages.

use crate::browser::{Answer, Browser, Site};
use crate::cast::{NAME, NIK, STORY, World, known, newer_handbook, opened, report, sealed};
use base::CaseId;
use casework::Role;
use desk::cases::record::{Assign, SetFact};
use http::StatusCode;

/// A case of Sari's, with fields known.
pub async fn held_by_sari(site: &Site) -> CaseId {
    let case = opened(site.node()).await;
    let manager = site.id_of("sari").await;
    site.node().changes(&site.node().coordinator(), case, Assign { manager, companion: None }).await.unwrap();
    known(site.node(), case).await;
    case
}

#[tokio::test]
async fn a_report_becomes_a_case_once_and_shows_no_name() {
    let site = Site::new().await;
    site.node().desk.take_report(b"kunci", &sealed(site.node(), b"kunci", &report()).await).await.unwrap();
    let mut dewi = site.as_officer("dewi").await;
    let list = dewi.get("/laporan").await.page();
    let href = list.split("href=\"/laporan/report_").nth(1).unwrap().split('"').next().unwrap();
    let path = format!("/laporan/report_{href}");
    let shown = dewi.get(&path).await;
    assert!(shown.page().contains(STORY) && shown.page().contains("Diduga korban"));
    let form = shown.form("/kasus").with("ditemukan", "21.71").with("asal", "52.03").with("peran", "victim");
    let first = dewi.post(&form).await.to();
    assert!(first.starts_with("/kasus/case_"));
    assert_eq!(dewi.post(&form).await.to(), first, "the same form again is the same case");
    let other = dewi.post(&form.with("asal", "53.01")).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "the same key with other content");
    let case = dewi.get(&first).await.page();
    assert!(case.contains("IN-2") && case.contains("52.03 Kab"), "{case}");
    assert!(!case.contains(STORY));
    assert!(dewi.get(&path).await.page().contains(&first), "the report links to its case");
}

#[tokio::test]
async fn a_step_that_lacks_a_field_comes_back_with_what_was_typed() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/langkah/IN-3");
    let page = sari.get(&path).await;
    assert!(page.page().contains("Batas waktu") && page.page().contains("Baku gugus tugas"), "{}", page.page());
    let form = page.form("/selesai").with("F-01.reason", "alasan yang diketik");
    let back = sari.post(&form).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.page().contains("alasan yang diketik") && back.page().contains("[step.field-missing]"));
    assert!(back.page().contains("<title>Kesalahan:"));
    let full = form.with("F-01.urgency", "AMBER").with("F-01.authority", "21.71");
    assert_eq!(sari.records(&full).await.to(), format!("/kasus/{case}"));
    assert!(sari.get(&path).await.page().contains("✓"));
}

#[tokio::test]
async fn before_a_step_is_recorded_all_answers_stand_in_words_and_each_can_be_changed() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/langkah/IN-3");
    let form = sari.get(&path).await.form("/selesai").with("F-01.urgency", "AMBER").with("F-01.authority", "21.71");
    let before = site.node().head().await;
    let checked = sari.post(&form.with("F-01.reason", "baris satu\nbaris <dua>")).await;
    assert_eq!(checked.status, StatusCode::OK);
    assert_eq!(site.node().head().await, before, "nothing is recorded yet");
    let page = checked.page();
    for words in ["<h1>Periksa jawaban</h1>", "Kuning", "21.71 Kota Batam", "baris satu<br", "&#60;dua&#62;"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<dd>AMBER"), "words, no codes");
    assert!(page.contains("name=\"_ubah\" value=\"F-01.urgency\""), "each answer has its way back");
    let confirm = checked.form("/selesai");
    let again = sari.post(&confirm.clone().with("_ubah", "F-01.urgency")).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(
        again.page().contains("value=\"AMBER\" checked") && again.page().contains("baris &#60;dua&#62;</textarea>")
    );
    assert_eq!(site.node().head().await, before);
    let draft = sari.post(&confirm.clone().with("_draf", "1")).await.to();
    assert!(sari.get(&draft).await.page().contains("baris satu"), "a draft is kept from here too");
    let confirm = confirm.with("_sah", "1");
    assert_eq!(sari.post(&confirm).await.to(), format!("/kasus/{case}"));
    assert_eq!(sari.post(&confirm).await.to(), format!("/kasus/{case}"), "one effect");
    assert_eq!(sari.get(&draft).await.status, StatusCode::NOT_FOUND, "what was sent needs no draft");
    let recorded = sari.get(&path).await.page();
    assert!(recorded.contains("<dd>Kuning") && recorded.contains("21.71 Kota Batam"), "{recorded}");
}

#[tokio::test]
async fn a_case_that_changed_while_the_answers_were_looked_at_is_a_clash() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/langkah/IN-3");
    let form = sari.get(&path).await.form("/selesai").with("F-01.urgency", "AMBER").with("F-01.authority", "21.71");
    let confirm = sari.post(&form).await.form("/selesai").with("_sah", "1");
    sari.submit(&format!("/kasus/{case}/catatan"), "/catatan", &[("catatan", "ia menelepon")]).await;
    assert_eq!(sari.post(&confirm).await.status, StatusCode::CONFLICT);
    assert!(!sari.get(&path).await.page().contains("✓"));
}

#[tokio::test]
async fn two_people_editing_keep_both_texts() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/langkah/IN-3");
    let form = |answer: &Answer, reason: &str| {
        let form = answer.form("/selesai").with("F-01.urgency", "AMBER").with("F-01.authority", "21.71");
        form.with("F-01.reason", reason)
    };
    let (one, two) = (sari.get(&path).await, sari.get(&path).await);
    assert_eq!(sari.records(&form(&one, "tulisan pertama")).await.status, StatusCode::SEE_OTHER);
    let clash = sari.post(&form(&two, "tulisan kedua")).await;
    assert_eq!(clash.status, StatusCode::CONFLICT);
    assert!(clash.page().contains("tulisan pertama") && clash.page().contains("tulisan kedua"));
}

#[tokio::test]
async fn identity_is_shown_after_the_warning_with_a_reason_and_each_look_counts() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/identitas");
    let warned = sari.get(&path).await;
    assert!(warned.page().contains("pasal 24") && !warned.page().contains(NAME));
    let empty = sari.post(&warned.form("/identitas")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!empty.page().contains(NAME));
    for looks in 1..=2 {
        let shown = sari.submit(&path, "/identitas", &[("alasan", "mencocokkan paspor")]).await;
        assert!(shown.page().contains(NAME) && shown.page().contains(NIK));
        assert_eq!(shown.header("cache-control"), "no-store");
        let page = sari.get(&format!("/kasus/{case}")).await.page();
        assert!(page.contains(&format!("{looks} catatan akses")), "{page}");
        assert!(!page.contains(NAME));
    }
    site.world.clock.advance_millis(6 * 60_000);
    let stale = sari.submit(&path, "/identitas", &[("alasan", "lagi")]).await;
    assert_eq!(stale.to(), format!("/konfirmasi?lanjut={path}"), "presence is proved again first");
    let mut dewi = site.as_officer("dewi").await;
    assert_eq!(dewi.get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_done_without_consent_rests_on_a_basis_that_somebody_signed() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    sari.submit(&format!("/kasus/{case}/triase"), "/triase", &[("tanda", "MEDICAL_NOW")]).await;
    let path = format!("/kasus/{case}/langkah/HE-1");
    let page = sari.get(&path).await;
    assert!(page.page().contains("C5") && page.page().contains("Tanpa persetujuan"), "{}", page.page());
    assert!(page.page().contains("Tidak pernah"), "what the hospital never hears stands beside what it may");
    let sent = "2026-11-23T10:00";
    let form = page.form("/selesai").with("F-09.facility", "RSUD").with("F-09.sent", sent).with("F-09.seen", sent);
    let refused = sari.post(&form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.page().contains("[step.consent-missing]") && refused.page().contains("RSUD"));
    let basis = [("dasar", "vital_interest"), ("pasal", "UU 27/2022 ps. 20(2)d"), ("sebab", "tidak sadar")];
    let unsigned = sari.submit(&path, "/dasar", &[basis[0], ("pasal", ""), basis[2]]).await;
    assert_eq!(unsigned.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sari.submit(&path, "/dasar", &basis).await.status, StatusCode::SEE_OTHER);
    let page = sari.get(&path).await;
    assert!(page.page().contains("ps. 20(2)d") && !page.page().contains("/dasar\""));
    let form = page.form("/selesai").with("F-09.facility", "RSUD").with("F-09.sent", sent).with("F-09.seen", sent);
    assert_eq!(sari.records(&form).await.to(), format!("/kasus/{case}"));
}

#[tokio::test]
async fn a_witness_goes_by_a_code_name_for_all_but_those_who_were_named() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let witness = [("hubungan", "sibling"), ("tempat", "52.03"), ("profil", "adult"), ("peran", "witness")];
    sari.submit(&format!("/kasus/{case}/orang"), "/orang", &witness).await;
    let alias = site.node().case(case).await.opening.alias.clone();
    let path = format!("/kasus/{case}/sandi");
    let me = site.id_of("sari").await.to_string();
    let nobody = sari.submit(&path, "/sandi", &[("sandi", "Beringin-4")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nobody.page());
    assert!(nobody.page().contains("[shield.two]"));
    let done = sari.submit(&path, "/sandi", &[("sandi", "Beringin-4"), ("petugas", &me)]).await;
    assert_eq!(done.to(), format!("/kasus/{case}"));
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&alias));
    let mut dewi = site.as_officer("dewi").await;
    let seen = dewi.get(&format!("/kasus/{case}")).await.page();
    assert!(seen.contains("Beringin-4") && !seen.contains(&alias), "{seen}");
    let list = dewi.get("/kasus").await.page();
    assert!(list.contains("Beringin-4") && !list.contains(&alias));
    assert_eq!(dewi.get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn three_tries_in_vain_open_the_closure() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/penutupan");
    let close = [("sebab", "lost_contact"), ("surat", "ya"), ("persetujuan", "ya"), ("kabar", "ya")];
    let early = sari.submit(&path, "/penutupan", &close).await;
    assert!(early.page().contains("[case.close-reason]"), "{}", early.page());
    for _ in 0..3 {
        assert_eq!(sari.submit(&path, "/kontak", &[("tindakan", "tidak")]).await.status, StatusCode::SEE_OTHER);
    }
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains("RE-4"));
    assert_eq!(sari.submit(&path, "/penutupan", &close).await.to(), format!("/kasus/{case}"));
    assert!(site.node().case(case).await.closed.is_some());
}

#[tokio::test]
async fn one_person_cannot_decide_alone() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut maria, mut anton) = (site.as_officer("maria").await, site.as_officer("anton").await);
    let path = format!("/kasus/{case}/putusan");
    let propose = [("tindakan", "usul"), ("hasil", "PRESUMED_VICTIM"), ("alasan", "")];
    assert_eq!(maria.submit(&path, "/putusan", &propose).await.status, StatusCode::SEE_OTHER);
    let alone = maria.submit(&path, "/putusan", &[("tindakan", "sah")]).await;
    assert!(alone.status.is_client_error(), "{}", alone.status);
    assert_eq!(anton.submit(&path, "/putusan", &[("tindakan", "sah")]).await.status, StatusCode::SEE_OTHER);
    assert!(anton.get(&path).await.page().contains("Diputuskan: Diduga korban"));
}

#[tokio::test]
async fn fields_wishes_and_family_are_written_down() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/isian");
    let page = sari.get(&path).await;
    assert!(page.page().contains("upah tidak dibayar") && !page.page().contains(NAME));
    let written = [("needs.return", "ingin pulang"), ("ingin.return", "ya")];
    let form = written.iter().fold(form_of(&page, "/isian"), |form, (name, value)| form.with(name, value));
    assert_eq!(sari.post(&form).await.to(), format!("/kasus/{case}"));
    let stored = site.node().case(case).await;
    assert_eq!(stored.fields["needs.return"].expose(), "ingin pulang");
    assert_eq!(stored.fields["legal.problem"].expose(), "upah tidak dibayar");
    assert!(stored.wishes.contains("return") && stored.wishes.contains("legal_aid"));
    let sister = [("hubungan", "sibling"), ("tempat", "52.03"), ("profil", "adult"), ("legal.problem", "uang muka")];
    let added = sari.submit(&format!("/kasus/{case}/orang"), "/orang", &sister).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.page());
    let stored = site.node().case(case).await;
    let person = stored.people.values().next().unwrap();
    assert_eq!(person.fields["legal.problem"].expose(), "uang muka");
}

/// A form with the values that stand in its text fields too, as a browser sends them.
fn form_of(answer: &Answer, action: &str) -> crate::browser::Form {
    let page = answer.page();
    let mut form = answer.form(action);
    let part =
        page.split("<form ").find(|part| part.split('>').next().unwrap().contains(&format!("{action}\""))).unwrap();
    for input in part.split("<input ").skip(1).map(|input| input.split('>').next().unwrap()) {
        if input.contains("type=\"text\"") {
            let name = crate::browser::attribute(input, "name").unwrap();
            form = form.and(&name, &crate::browser::attribute(input, " value").unwrap_or_default());
        }
    }
    form
}

#[tokio::test]
async fn search_finds_a_case_by_its_alias_and_puts_nothing_into_the_address() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let alias = site.node().case(case).await.opening.alias.clone();
    let mut sari: Browser = site.as_officer("sari").await;
    let found = sari.submit("/kasus", "/kasus/cari", &[("cari", &alias.to_lowercase())]).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.page().contains(&format!("/kasus/{case}")));
    let none = sari.submit("/kasus", "/kasus/cari", &[("cari", "tidak ada")]).await;
    assert!(!none.page().contains(&format!("/kasus/{case}")));
    let short = sari.submit("/kasus", "/kasus/cari", &[("cari", "a")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn search_says_where_a_name_was_found_shows_no_name_and_forgets_at_sign_out_and_when_idle() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let vault = site.node().desk.store.vault();
    let mut sari = site.as_officer("sari").await;
    let found = sari.submit("/kasus", "/kasus/cari", &[("cari", "kenari")]).await;
    let page = found.page();
    assert!(page.contains(&format!("/kasus/{case}")) && page.contains("nama orangnya"), "{page}");
    assert!(!page.to_lowercase().contains("kenari"), "neither the name nor what was looked for: {page}");
    let mut tuti = site.as_officer("tuti").await;
    let other = tuti.submit("/kasus", "/kasus/cari", &[("cari", "kenari")]).await;
    assert_eq!(other.status, StatusCode::OK);
    assert!(!other.page().contains(&format!("/kasus/{case}")), "not hers");
    assert_eq!(vault.held(), 2);
    sari.submit("/akun", "/keluar", &[]).await;
    assert_eq!(vault.held(), 1, "signed out");
    site.world.later(1);
    site.browser().get("/masuk").await;
    assert_eq!(vault.held(), 0, "idle, and anybody's request is enough to notice");
}

#[tokio::test]
async fn a_newer_handbook_is_shown_with_what_it_changes_and_moves_a_case_by_decision_alone() {
    let mut world = Box::pin(World::new()).await;
    let case = opened(&world.batam).await;
    newer_handbook(&mut world.batam);
    let site = Site::over(world).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/pedoman");
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&path));
    let page = sari.get(&path).await.page();
    for words in ["0.2.0", "0.3.0", "HE-4 Perawatan", "72 jam menjadi 48 jam"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let silent = sari.submit(&path, "/pedoman", &[("alasan", "")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let moved = sari.submit(&path, "/pedoman", &[("alasan", "SOP Batam 2027 berlaku")]).await;
    assert_eq!(moved.to(), format!("/kasus/{case}"));
    let after = sari.get(&format!("/kasus/{case}")).await.page();
    assert!(after.contains("kasus pindah versi buku pedoman") && !after.contains(&path));
    assert_eq!(sari.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_note_is_read_by_who_works_on_the_case_and_a_second_tab_does_not_stop_it() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    let path = format!("/kasus/{case}/catatan");
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&path), "the case page leads there");
    let open = sari.get(&path).await.form("/catatan");
    let empty = sari.submit(&path, "/catatan", &[("catatan", "  ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(tuti.submit(&path, "/catatan", &[("catatan", "Kakaknya menelepon <b>")]).await.to(), path);
    // A form that was made before the other note.
    let late = open.with("catatan", "Paspor ada di kantor");
    assert_eq!(sari.post(&late).await.to(), path);
    assert_eq!(sari.post(&late).await.to(), path, "sent twice");
    let page = sari.get(&path).await;
    let page = page.page();
    assert!(page.contains("Kakaknya menelepon &#60;b&#62;") && page.contains("Paspor ada di kantor"), "{page}");
    assert_eq!(page.matches("Paspor ada di kantor").count(), 1, "once");
    assert!(page.find("Paspor ada") < page.find("Kakaknya"), "the newest first");
    for n in 0..24 {
        sari.submit(&path, "/catatan", &[("catatan", &format!("lama {n:02}"))]).await.to();
    }
    let newest = sari.get(&path).await;
    assert!(newest.page().contains("lama 23") && !newest.page().contains("Kakaknya"));
    let older = format!("{path}?sebelum=1");
    assert!(newest.page().contains(&older) && sari.get(&older).await.page().contains("Kakaknya"));
}

#[tokio::test]
async fn who_looked_and_why_is_seen_by_who_holds_the_case_alone() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut tuti) = (site.as_officer("sari").await, site.as_officer("tuti").await);
    let path = format!("/kasus/{case}/akses");
    sari.submit(&format!("/kasus/{case}/identitas"), "/identitas", &[("alasan", "mencocokkan paspor")]).await;
    assert_eq!(tuti.get(&format!("/kasus/{case}/identitas")).await.status, StatusCode::FORBIDDEN);
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&path));
    let page = sari.get(&path).await;
    assert!(page.page().contains("identitas dilihat · mencocokkan paspor"), "{}", page.page());
    assert_eq!(tuti.get(&path).await.status, StatusCode::FORBIDDEN);
    assert!(!tuti.get(&format!("/kasus/{case}")).await.page().contains(&path), "no link that is refused");
}

#[tokio::test]
async fn a_conference_is_on_the_agenda_and_its_decision_becomes_a_step_with_an_owner() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut hasan, mut sari) = (site.as_officer("hasan").await, site.as_officer("sari").await);
    let path = format!("/kasus/{case}/konferensi");
    assert!(!hasan.get("/konferensi").await.page().contains(&path), "nothing waits");
    let none = hasan.get(&path).await;
    assert!(none.page().contains("Tidak ada konferensi") && !none.page().contains("name=\"putusan\""));
    let stuck = SetFact { word: "stuck".into(), holds: true };
    site.node().changes(&site.node().manager(), case, stuck).await.unwrap();
    assert!(hasan.get("/konferensi").await.page().contains(&path));
    assert_eq!(sari.get("/konferensi").await.status, StatusCode::FORBIDDEN);
    let page = hasan.get(&path).await;
    assert!(!page.page().contains(NAME), "by alias alone");
    let (sari_id, dewi_id) = (site.id_of("sari").await.to_string(), site.id_of("dewi").await.to_string());
    let stored = site.node().case(case).await;
    let step = stored.open_steps().find(|(_, state)| state.role == Role::CaseManager).unwrap().0.clone();
    let about = step.to_string();
    let said = |words: &str, step: &str, who: &str| {
        [("putusan", words), ("langkah", step), ("petugas", who)].map(|(name, value)| (name, value.to_owned()))
    };
    let mut send = async |words: &str, step: &str, who: &str| {
        let values = said(words, step, who);
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        hasan.submit(&path, "/konferensi", &values).await
    };
    for (words, about, who, code) in [
        ("", "", "", "web.field-missing"),
        ("Telepon", "", sari_id.as_str(), "conference.no-step"),
        ("Telepon", &about, &dewi_id, "conference.wrong-owner"),
        ("Telepon", "ZZ-9", "", "step.unknown"),
        ("Telepon", "buka:ZZ-9", "", "step.unknown"),
    ] {
        let back = send(words, about, who).await;
        assert!(back.status.is_client_error() && back.page().contains(code), "{code}: {}", back.page());
    }
    assert_eq!(send("Sari menelepon pengacara", &about, &sari_id).await.to(), path);
    assert_eq!(send("Rapat lagi Jumat", "", "").await.to(), path);
    let stored = site.node().case(case).await;
    assert!(stored.steps[&step].officer.is_some(), "she holds the step");
    let shown = hasan.get(&path).await;
    for words in ["Sari menelepon pengacara", "Rapat lagi Jumat", "Akhiri konferensi"] {
        assert!(shown.page().contains(words), "{words}: {}", shown.page());
    }
}

#[tokio::test]
async fn a_day_of_more_steps_than_it_shows_says_so_and_where_the_others_are() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    let id = site.id_of("sari").await;
    let (say, rows) = ("Masih ada langkah lain", |page: &str| page.matches("/langkah/").count());
    let mut more = 0_u8;
    while rows(&sari.get("/hari-ini").await.page()) < desk::cases::steps::DAY_STEPS {
        let page = sari.get("/hari-ini").await.page();
        assert!(!page.contains(say), "{} steps are all there", rows(&page));
        assert!(more < 100, "each case brings a step");
        let case = crate::cast::opened_from(site.node(), &[more, 9]).await;
        let assign = desk::cases::record::Assign { manager: id, companion: None };
        site.node().changes(&site.node().coordinator(), case, assign).await.unwrap();
        more += 1;
    }
    let case = crate::cast::opened_from(site.node(), &[more, 9]).await;
    let assign = desk::cases::record::Assign { manager: id, companion: None };
    site.node().changes(&site.node().coordinator(), case, assign).await.unwrap();
    let page = sari.get("/hari-ini").await.page();
    assert!(page.contains(say) && page.contains("paling mendesak"), "{page}");
    assert_eq!(rows(&page), desk::cases::steps::DAY_STEPS);
}
