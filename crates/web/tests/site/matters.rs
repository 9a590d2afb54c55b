//! A matter on its pages: written without script, printed, in the calendar, and met by its own counsel alone.

use crate::browser::{Browser, HOST, Site, add};
use crate::cases::held_by_sari;
use crate::cast::{NAME, World, consents, decided, legal_aid, to_counsel};
use base::CaseId;
use casework::Role;
use desk::offers::{SendOffer, TakerAct, TakerWord};
use http::StatusCode;

/// Reminded on the local day 23 November 2026.
const TODAY: &str = "2026-11-23";

async fn loses(browser: &mut Browser, case: CaseId, named: &[(&str, &str)]) -> crate::browser::Answer {
    let path = format!("/kasus/{case}/restitusi");
    browser.submit(&path, "/restitusi", named).await
}

#[tokio::test]
async fn what_is_written_of_a_matter_stands_on_its_page_and_a_slip_comes_back_at_its_field() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/perkara");
    assert!(sari.get(&format!("/kasus/{case}")).await.page().contains(&path), "the case leads there");
    // A power of attorney.
    let me = site.id_of("sari").await.to_string();
    let kuasa = format!("{path}/kuasa");
    let back = sari.submit(&kuasa, "/kuasa", &[("kepada", &me), ("isi", ""), ("hari", TODAY)]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        back.page().contains("href=\"#f-isi\"") && back.page().contains("Tulis untuk apa kuasa"),
        "{}",
        back.page()
    );
    let given = sari.submit(&kuasa, "/kuasa", &[("kepada", &me), ("isi", "restitusi"), ("hari", TODAY)]).await;
    assert_eq!(given.to(), path);
    let twice = sari.submit(&kuasa, "/kuasa", &[("kepada", &me), ("isi", "restitusi"), ("hari", TODAY)]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    // A hearing: the same form twice is one hearing, a day that was is none.
    let form = sari.get(&format!("{path}/sidang")).await.form("/sidang");
    let form = [("hari", "2026-11-30"), ("pukul", "09.30"), ("tempat-sidang", "court"), ("tentang", "saksi <b>")]
        .into_iter()
        .fold(form, |form, (name, value)| form.with(name, value));
    assert_eq!(sari.post(&form).await.to(), path);
    assert_eq!(sari.post(&form).await.to(), path);
    let page = sari.get(&path).await.page();
    assert_eq!(page.matches("/perkara/sidang/").count(), 1, "{page}");
    assert!(page.contains("30 November 2026, 09.30 WIB") && !page.contains("<b>") && page.contains("Tanpa pendamping"));
    for (name, value, code) in [
        ("hari", "2026-11-01", "hearing.past"),
        ("hari", "2126-11-01", "matter.day-far"),
        ("hari", "kapan", "matter.day-bad"),
        ("pukul", "pagi", "hearing.time-bad"),
    ] {
        let fresh = sari.get(&format!("{path}/sidang")).await.form("/sidang");
        let filled = fresh.with("hari", "2026-12-01").with("tempat-sidang", "court").with("tentang", "saksi");
        let back = sari.post(&filled.with(name, value)).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(back.page().contains(code) && back.page().contains(&format!("href=\"#f-{name}\"")), "{code}");
    }
    // Time.
    let time = [("hari", TODAY), ("menit", "95"), ("kegiatan", "advice")];
    assert_eq!(sari.submit(&format!("{path}/waktu"), "/waktu", &time).await.to(), path);
    assert!(sari.get(&path).await.page().contains("1 jam 35 menit"));
    let odd = [("hari", TODAY), ("menit", "-5"), ("kegiatan", "advice")];
    let back = sari.submit(&format!("{path}/waktu"), "/waktu", &odd).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    let undone = sari.submit(&format!("{path}/waktu"), "/penghapusan", &[]).await;
    assert_eq!(undone.to(), format!("{path}/waktu"));
    assert!(!sari.get(&path).await.page().contains("1 jam 35 menit"));
    assert_eq!(sari.get(&format!("{path}/sidang/99")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sari.get(&format!("{path}/tuntutan/7")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_workbook_adds_up_and_prints_a_claim_in_which_a_debt_is_never_owed() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut sari = site.as_officer("sari").await;
    let path = format!("/kasus/{case}/restitusi");
    assert_eq!(sari.get(&format!("{path}/cetak")).await.status, StatusCode::NOT_FOUND, "nothing to print yet");
    assert_eq!(sari.submit(&path, "/tuntutan", &[]).await.to(), path);
    let hearing = [("hari", "2026-11-30"), ("tempat-sidang", "police"), ("tentang", "BAP")];
    sari.submit(&format!("/kasus/{case}/perkara/sidang"), "/sidang", &hearing).await;
    for (sum, code) in [
        ("-5", "loss.sum-bad"),
        ("sejuta", "loss.sum-bad"),
        ("1.5", "loss.sum-bad"),
        ("0", "loss.sum-bad"),
        ("99999999999999999999", "loss.sum-large"),
    ] {
        let back = loses(&mut sari, case, &[("jenis", "income"), ("apa", "upah"), ("jumlah", sum)]).await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{sum}");
        assert!(back.page().contains(code) && back.page().contains("href=\"#f-jumlah\""), "{sum}");
    }
    let foreign = format!("dok-file_{}", "0".repeat(26));
    let back =
        loses(&mut sari, case, &[("jenis", "income"), ("apa", "upah"), ("jumlah", "5"), ("bukti", &foreign)]).await;
    assert!(back.page().contains("loss.proof-unknown"), "{}", back.page());
    let wages = [("jenis", "income"), ("apa", "upah 14 bulan"), ("jumlah", "Rp 28.000.000"), ("bukti", "sidang-1")];
    assert_eq!(loses(&mut sari, case, &wages).await.to(), format!("{path}?permohonan=1"));
    let debt = [("jenis", "debt"), ("apa", "utang agen"), ("jumlah", "8.500.000")];
    assert_eq!(loses(&mut sari, case, &debt).await.to(), format!("{path}?permohonan=1"));
    let page = sari.get(&path).await.page();
    assert!(page.contains("Rp 28.000.000") && page.contains("Tidak terutang") && page.contains("pasal 27"), "{page}");
    assert!(!page.contains("36.500.000") && !page.contains("19.500.000"), "neither added nor taken off: {page}");
    let print = sari.get(&format!("{path}/cetak?permohonan=1")).await;
    assert_eq!(print.status, StatusCode::OK);
    let paper = print.page();
    let alias = site.node().case(case).await.opening.alias.clone();
    for says in ["Lampiran 1", "Bukti: lampiran 1", "Rp 28.000.000", "Tidak terutang", "pasal 27", &alias] {
        assert!(paper.contains(says), "{says}: {paper}");
    }
    assert!(!paper.contains(NAME) && !paper.contains("36.500.000") && !paper.contains("19.500.000"));
    // Changed, then filed.
    let changed = [("jenis", "income"), ("apa", "upah 13 bulan"), ("jumlah", "26.000.000")];
    let change = sari.submit(&format!("{path}/1"), "/restitusi/1", &changed).await;
    assert_eq!(change.to(), format!("{path}?permohonan=1"));
    assert!(sari.get(&path).await.page().contains("Rp 26.000.000"));
    let claim = format!("/kasus/{case}/perkara/tuntutan/1");
    let filed = [("kantor", "lpsk"), ("hari", TODAY), ("nomor", "R-1")];
    assert_eq!(sari.submit(&claim, "/pengajuan", &filed).await.to(), claim);
    let answered = [("jawaban", "incomplete"), ("hari", TODAY), ("isi", "kurang KTP")];
    assert_eq!(sari.submit(&claim, "/jawaban", &answered).await.to(), claim);
    let page = sari.get(&claim).await.page();
    assert!(
        page.contains("Diajukan ke LPSK") && page.contains("kurang KTP") && page.contains("Belum lengkap"),
        "{page}"
    );
    let paid = [("hasil", "paid"), ("hari", TODAY), ("jumlah", "20.000.000")];
    assert_eq!(sari.submit(&claim, "/hasil", &paid).await.to(), claim);
    assert!(sari.get(&claim).await.page().contains("Rp 20.000.000"));
    let mut hasan = site.as_officer("hasan").await;
    assert_eq!(hasan.get(&path).await.status, StatusCode::FORBIDDEN, "the coordinator reads no losses");
}

/// The pages of Bahari, with Ratna's file accepted there and two counsels.
async fn at_bahari() -> (Site, String) {
    let mut world = Box::pin(World::new()).await;
    let case = decided(&world.batam).await;
    consents(&world.batam, case, to_counsel(11, "lbh-bahari")).await;
    let send = SendOffer { case, version: None, ask: legal_aid(&world.bahari) };
    let (thread, offer_no) = world.batam.does(&world.batam.manager(), &send).await.unwrap();
    world.batam.talks(&world.bahari).await;
    let accept = TakerAct { thread, offer_no, word: TakerWord::Accept };
    world.bahari.does(&world.bahari.counsel(), &accept).await.unwrap();
    world.batam.talks(&world.bahari).await;
    std::mem::swap(&mut world.batam, &mut world.bahari);
    for login in ["ayu", "rani"] {
        add(&world.batam, login, &[Role::Counsel]).await;
    }
    (Site::over(world).await, format!("/rujukan/{thread}.{offer_no}"))
}

#[tokio::test]
async fn counsel_opens_a_matter_which_another_counsel_meets_nowhere_until_she_takes_over() {
    let (site, offer) = Box::pin(at_bahari()).await;
    let (mut ayu, mut rani) = (site.as_officer("ayu").await, site.as_officer("rani").await);
    assert!(rani.get("/rujukan").await.page().contains(&offer), "it waits for one of them");
    let opened = ayu.submit(&offer, "/perkara", &[]).await;
    let matter = opened.to();
    assert!(matter.starts_with("/kasus/case_") && matter.ends_with("/perkara"), "{matter}");
    let case = matter.strip_suffix("/perkara").unwrap().to_owned();
    let page = ayu.get(&matter).await.page();
    assert!(page.contains("Dipegang Ayu.") && page.contains("/rujukan/ref_"), "{page}");
    let form = ayu.get(&format!("{matter}/sidang")).await.form("/sidang");
    let form = form.with("hari", "2026-11-24").with("tempat-sidang", "court").with("tentang", "saksi");
    assert_eq!(ayu.post(&form).await.to(), matter);
    let alias = ayu.get(&case).await.page().split("<h1>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(ayu.get("/hari-ini").await.page().contains(&format!("{alias}: Pengadilan")), "tomorrow stands on her day");
    assert!(ayu.get("/perkara").await.page().contains(&alias) && ayu.get("/kasus").await.page().contains(&alias));
    // Rani: by address, in lists, search.
    let absent = ["", "/perkara", "/perkara/sidang/1", "/restitusi", "/berkas", "/catatan", "/isian"];
    for path in absent.map(|path| format!("{case}{path}")).iter().chain([&offer]) {
        assert_eq!(rani.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/perkara", "/kasus", "/rujukan", "/hari-ini", "/kasus?keadaan=saya", "/perkara/waktu"] {
        let page = rani.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.page().contains(&alias) && !page.page().contains(&offer), "{path}");
    }
    let found = rani.submit("/kasus", "/kasus/cari", &[("cari", &alias)]).await;
    assert!(!found.page().contains(&case), "search finds it for nobody else");
    assert!(ayu.submit("/kasus", "/kasus/cari", &[("cari", &alias)]).await.page().contains(&case));
    // Counsel replaced.
    let to = site.id_of("rani").await.to_string();
    let over = [("kepada", to.as_str()), ("hari", TODAY), ("alasan", "cuti")];
    assert_eq!(ayu.submit(&format!("{matter}/pengganti"), "/pengganti", &over).await.to(), "/perkara");
    assert_eq!(ayu.get(&matter).await.status, StatusCode::NOT_FOUND);
    assert!(!ayu.get("/perkara").await.page().contains(&alias));
    let page = rani.get(&matter).await.page();
    assert!(page.contains("Dipegang Rani.") && page.contains("24 November 2026"), "what was written stays: {page}");
}

#[tokio::test]
async fn the_calendar_of_counsel_has_time_and_alias_and_nothing_while_the_node_is_locked() {
    let (site, offer) = Box::pin(at_bahari()).await;
    let mut ayu = site.as_officer("ayu").await;
    let matter = ayu.submit(&offer, "/perkara", &[]).await.to();
    for (day, time) in [("2026-11-26", "09.30"), ("2026-11-27", "")] {
        let form = ayu.get(&format!("{matter}/sidang")).await.form("/sidang").with("hari", day).with("pukul", time);
        let form =
            form.with("tempat-sidang", "court").with("tentang", "saksi di ruang Cakra").with("bersama", "Bu Nina");
        assert_eq!(ayu.post(&form).await.to(), matter);
    }
    let made = ayu.submit("/akun/kalender", "/akun/kalender", &[]).await.page();
    let (_, from) = made.split_once(&format!("http://{HOST}/kalender/")).unwrap();
    let path = format!("/kalender/{}", from.split(['<', '"']).next().unwrap());
    let text = site.browser().get(&path).await.page();
    let case = matter.split('/').nth(2).unwrap().parse::<CaseId>().unwrap();
    let alias = site.node().case(case).await.opening.alias.clone();
    assert!(text.contains(&format!("SUMMARY:Sidang: {alias}\r\n")), "{text}");
    assert!(
        text.contains("DTSTART:20261126T023000Z\r\n") && text.contains("DTSTART;VALUE=DATE:20261127\r\n"),
        "{text}"
    );
    for secret in ["Cakra", "saksi", "Nina", "Pengadilan", "Batam", NAME, &case.to_string(), &base::hex(&case.bytes())]
    {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    site.node().desk.store.vault().lock();
    let locked = site.browser().get(&path).await;
    assert_eq!((locked.status, locked.page().as_str()), (StatusCode::SERVICE_UNAVAILABLE, ""));
}
