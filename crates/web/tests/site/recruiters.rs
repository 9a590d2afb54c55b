//! Recruiters on their pages, without script: recorded from a case, proposed, judged by two, corrected; and nothing of a victim
//! on any of them.

use crate::browser::{Browser, Site, add};
use crate::cases::held_by_sari;
use crate::cast::{NAME, NIK, PHONE, RECRUITER, SHELTER, STORY};
use casework::Role;
use http::StatusCode;

async fn analysts(site: &Site) {
    for login in ["lina", "edi"] {
        add(site.node(), login, &[Role::Analyst]).await;
    }
}

/// What every form of a mention sends.
const GRADES: [(&str, &str); 3] = [("keandalan", "B"), ("kebenaran", "2"), ("bagian", "recruiter")];

async fn records(browser: &mut Browser, path: &str, named: &[(&str, &str)]) -> crate::browser::Answer {
    browser.submit(path, path, &[&GRADES[..], named].concat()).await
}

/// The first link on a page that begins so.
fn link(page: &str, start: &str) -> String {
    let rest = page.split(&format!("href=\"{start}")).nth(1).unwrap_or_else(|| panic!("no {start} in {page}"));
    format!("{start}{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn a_recruiter_is_recorded_from_a_case_proposed_judged_and_shown_without_a_word_of_the_victim() {
    let site = Site::new().await;
    analysts(&site).await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut lina) = (site.as_officer("sari").await, site.as_officer("lina").await);
    let door = format!("/kasus/{case}/perekrut");
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&door), "the case leads there");
    let form = sari.get(&door).await.page();
    assert!(form.contains(RECRUITER), "filled with what the case says of him");
    // Slips come back at their field.
    for (named, code, field) in [
        (&[("nama", NAME)][..], "mention.is-person", ""),
        (&[("nama", "x"), ("telepon", "siang")][..], "mention.bad", "f-telepon"),
        (&[("nama", "x"), ("keandalan", "")][..], "web.field-missing", "f-keandalan"),
        (&[("nama", ""), ("desa", "Suka Maju")][..], "mention.empty", "f-nama"),
    ] {
        let back = records(&mut sari, &door, named).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
        assert!(back.page().contains(code) && back.page().contains(&format!("#{field}")), "{code} {}", back.page());
    }
    let parman = [
        ("nama", "H. Moh. Soeparman"),
        ("panggilan", "Pak Haji"),
        ("telepon", "0812-3456-789"),
        ("kabupaten", "52.03"),
    ];
    let form = parman
        .iter()
        .chain(&GRADES)
        .fold(sari.get(&door).await.form(&door), |form, (name, value)| form.with(name, value));
    assert_eq!(sari.post(&form).await.to(), door);
    assert_eq!(sari.post(&form).await.to(), door, "the same form again is one mention");
    let page = sari.get(&door).await.page();
    assert_eq!(page.matches("href=\"/perekrut/men_").count(), 1, "{page}");
    let otherwise = [("nama", "Suparman"), ("telepon", "+62 812 3456 789"), ("dari", "52.03"), ("ke", "MY")];
    let made = records(&mut lina, "/perekrut/baru", &otherwise).await.to();
    assert!(made.starts_with("/perekrut/men_"), "{made}");
    // The queue, the pair, the judgement.
    assert!(lina.get("/hari-ini").await.page().contains("/perekrut/tinjau"), "her day tells her");
    let pair = link(&lina.get("/perekrut/tinjau").await.page(), "/perekrut/tinjau/men_");
    let shown = lina.get(&pair).await.page();
    for word in ["H. Moh. Soeparman", "Suparman", "Telepon", "sama", "bit)", "Belum diputuskan"] {
        assert!(shown.contains(word), "{word} in {shown}");
    }
    let back = lina.submit(&pair, "/penilaian", &[("karena", "number")]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(lina.submit(&pair, "/penilaian", &[("putusan", "same"), ("karena", "number")]).await.to(), pair);
    assert!(lina.get("/perekrut/tinjau").await.page().contains("Tidak ada pasangan yang menunggu"));
    let one = lina.get(&made).await.page();
    for word in [
        "<dt>Juga disebut</dt><dd>Suparman; Pak Haji</dd>",
        "2 catatan dari 2 sumber",
        "sangat mungkin",
        "B2",
        "Malaysia",
        "Pasangan dinilai: Sama",
    ] {
        assert!(one.contains(word), "{word} in {one}");
    }
    assert!(
        !one.contains("/kasus/") && sari.get(&made).await.page().contains(&format!("/kasus/{case}")),
        "the source is for who may read it"
    );
    // Search stands in no address, and a correction is on record.
    let found = lina.submit("/perekrut", "/perekrut/cari", &[("cari", "suparman")]).await.page();
    assert!(found.contains("Ditemukan 1") && found.contains("/perekrut/men_"), "{found}");
    let change = format!("{made}/catatan");
    assert_eq!(records(&mut lina, &change, &[("nama", "Suparman bin Ali"), ("sebab", "asked")]).await.to(), made);
    assert!(lina.get(&made).await.page().contains("Suparman bin Ali"));
    // Each opening is recorded with who opened it, and nothing of whom she opened it for.
    let opened = async || {
        let kinds = site.node().journal(base::Seq(0)).await;
        kinds.iter().filter(|kind| *kind == "recruiter.opened").count()
    };
    let before = opened().await;
    lina.get(&made).await.page();
    lina.get(&format!("/jaringan/{}", made.trim_start_matches("/perekrut/"))).await.page();
    assert_eq!(opened().await, before + 2);
    let mut ratih = site.as_officer("ratih").await;
    let told = ratih.get("/jurnal").await.page();
    assert!(told.contains("halaman perekrut dibuka"), "{told}");
    assert_eq!(ratih.get(&made).await.status, StatusCode::FORBIDDEN);
    assert_eq!(opened().await, before + 2, "who was refused opened nothing");
    // Undone, it is two again; withdrawn, it is gone from the list.
    assert_eq!(lina.submit(&pair, "/pembatalan", &[]).await.to(), pair);
    assert_eq!(lina.get("/perekrut").await.page().matches("href=\"/perekrut/men_").count(), 2);
    assert_eq!(lina.submit(&change, "/penarikan", &[("tarik", "double")]).await.to(), "/perekrut");
    assert_eq!(lina.get(&made).await.status, StatusCode::NOT_FOUND);
    for path in
        ["/perekrut", "/perekrut?keadaan=beberapa", "/perekrut?keadaan=satu&hal=2", "/perekrut/tinjau", "/hari-ini"]
    {
        let page = lina.get(path).await.page();
        for canary in [NAME, PHONE, NIK, SHELTER, STORY] {
            assert!(!page.contains(canary), "{canary} on {path}");
        }
    }
    assert_eq!(lina.get(&door).await.status, StatusCode::FORBIDDEN, "an analyst meets no case");
}

#[tokio::test]
async fn two_networks_wait_for_a_second_officer_and_a_list_comes_in_whole_or_not_at_all() {
    let site = Site::new().await;
    analysts(&site).await;
    let (mut lina, mut edi) = (site.as_officer("lina").await, site.as_officer("edi").await);
    let bring = async |browser: &mut Browser, text: &str| {
        let form = GRADES
            .iter()
            .fold(browser.get("/perekrut/daftar").await.form("/daftar"), |form, (name, value)| form.with(name, value));
        browser.post_with(&form, ("berkas", "daftar.csv", text.as_bytes())).await
    };
    let bad = bring(&mut lina, "rec_id,name,nik\n1,Parman,\n2,Siti,12\n").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.page().contains("3: nik"), "{}", bad.page());
    assert!(lina.get("/perekrut").await.page().contains("Belum ada perekrut"));
    let list = "rec_id,name,phone,nik\n1,Soeparman,08123456789,5203010510620071\n2,Suparman,08123456789,5203010510620071\n\
                3,Suparman,08123456789,5203010510620071\n4,H Suparman,08123456789,5203010510620071\n";
    assert!(bring(&mut lina, list).await.page().contains("0 sudah ada, 4 baru"));
    assert!(bring(&mut lina, list).await.page().contains("4 sudah ada, 0 baru"));
    // One of the pairs and that of the other two; then one officer alone cannot make them one.
    let queue = lina.get("/perekrut/tinjau").await.page();
    let pairs: Vec<&str> =
        queue.split("href=\"/perekrut/tinjau/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(pairs.len(), 6, "{queue}");
    let others = pairs.iter().find(|pair| pair.split('-').all(|id| !pairs[0].contains(id))).unwrap();
    for pair in [pairs[0], others] {
        let path = format!("/perekrut/tinjau/{pair}");
        assert_eq!(lina.submit(&path, "/penilaian", &[("putusan", "same"), ("karena", "number")]).await.to(), path);
    }
    assert_eq!(lina.get("/perekrut").await.page().matches("href=\"/perekrut/men_").count(), 2);
    site.world.clock.advance_millis(5_000);
    let pair = link(&lina.get("/perekrut/tinjau").await.page(), "/perekrut/tinjau/men_");
    lina.submit(&pair, "/penilaian", &[("putusan", "same"), ("karena", "number")]).await;
    assert!(lina.get(&pair).await.page().contains("Menunggu orang kedua"));
    edi.submit(&pair, "/penilaian", &[("putusan", "same"), ("karena", "together")]).await;
    assert!(edi.get(&pair).await.page().contains("Dianggap satu orang"));
    let all = edi.get("/perekrut").await.page();
    assert_eq!(all.matches("href=\"/perekrut/men_").count(), 1);
    let one = edi.get(&link(&all, "/perekrut/men_")).await.page();
    assert!(one.contains("4 catatan dari 1 sumber"), "a list is one source: {one}");
}

#[tokio::test]
async fn partners_are_alerted_field_by_field_and_the_alert_is_corrected_and_taken_back_on_its_page() {
    let site = Site::new().await;
    analysts(&site).await;
    let (batam, lotim) = (&site.world.batam, &site.world.lotim);
    let case = held_by_sari(&site).await;
    let (mut sari, mut lina) = (site.as_officer("sari").await, site.as_officer("lina").await);
    let him = [("nama", "H. Moh. Soeparjan"), ("telepon", "0800-1234-5678"), ("desa", "Suka Rekaan")];
    let made = records(&mut sari, &format!("/kasus/{case}/perekrut"), &him).await;
    assert_eq!(made.to(), format!("/kasus/{case}/perekrut"));
    let page = lina.get("/perekrut").await.page();
    let him = link(&page, "/perekrut/men_");
    assert!(lina.get(&him).await.page().contains(&format!("{him}/peringatan")));
    assert!(!sari.get(&him).await.page().contains("/peringatan\""), "who may not send is offered nothing");
    let door = format!("{him}/peringatan");
    assert_eq!(sari.get(&door).await.status, StatusCode::FORBIDDEN);
    let shown = lina.get(&door).await;
    for words in ["Simpul lotim", "4.1: Gugus tugas saling memperingatkan", "[clause.action]", "Yang mengubahnya"] {
        assert!(shown.page().contains(words), "{words}: {}", shown.page());
    }
    let form = shown.form(&door);
    let boxes = |form: crate::browser::Form| {
        let form = form.with("isian", "recruiter.name").with("kepada", &lotim.id().to_string());
        form.with("lama", "90")
    };
    let none = lina.post(&form.clone().with("isian", "recruiter.name").with("lama", "90")).await;
    assert!(none.page().contains("#f-kepada"), "{}", none.page());
    let sent = lina.post(&boxes(form)).await.to();
    assert!(sent.starts_with("/peringatan/alert_"), "{sent}");
    assert!(lina.get(&sent).await.page().contains("dalam perjalanan"));
    assert_eq!(batam.posts(lotim).await.len(), 1);
    let one = lina.get(&sent).await.page();
    assert!(one.contains("diterima") && !one.contains("0800"), "what was not ticked is not said: {one}");
    // Nothing differs: there is nothing to correct. Then something does.
    assert!(!one.contains("/koreksi"));
    let change = format!("{him}/catatan");
    let corrected = [("nama", "Soeparjan bin Rekaan"), ("telepon", "0800-1234-5678"), ("sebab", "checked")];
    assert_eq!(lina.submit(&change, "/catatan", &[&GRADES[..], &corrected].concat()).await.to(), him);
    let back = lina.submit(&sent, "/koreksi", &[("sebab", "")]).await;
    assert!(back.page().contains("web.field-missing"));
    assert_eq!(lina.submit(&sent, "/koreksi", &[("sebab", "checked")]).await.to(), sent);
    assert!(lina.get(&sent).await.page().contains("Dikoreksi:"));
    assert_eq!(lina.submit(&sent, "/penarikan", &[("tarik", "mistaken")]).await.to(), sent);
    let over = lina.get(&sent).await.page();
    assert!(over.contains("Ditarik:") && !over.contains("/penarikan\""));
    assert_eq!(batam.posts(lotim).await.len(), 2);
    for path in ["/peringatan", "/peringatan?keadaan=keluar", &sent, &door, &him, "/hari-ini"] {
        let page = lina.get(path).await.page();
        for victim in [NAME, PHONE, NIK, SHELTER, STORY, &case.to_string()] {
            assert!(!page.contains(victim), "{victim} on {path}");
        }
    }
}
