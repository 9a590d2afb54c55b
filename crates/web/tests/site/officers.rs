//! Officers come and go, as pages: what is checked before, what ends at once, what stands on the coordinator's day.

use crate::browser::{Browser, Site};
use crate::cases::held_by_sari;
use http::StatusCode;

const LIST: &str = "/atur/petugas";

async fn path_of(site: &Site, login: &str) -> String {
    format!("{LIST}/{}", site.id_of(login).await)
}

/// Ends an access by the page: choose, check, confirm. Gives the page that is checked and where the end leads.
async fn ended(browser: &mut Browser, path: &str, to: &str) -> (String, String) {
    let checked = browser.submit(path, "/pratinjau", &[("kepada", to)]).await;
    assert_eq!(checked.status, StatusCode::OK);
    let form = checked.form("/akhir");
    assert!(form.values.contains(&("kepada".to_owned(), to.to_owned())), "the choice is sent again");
    (checked.page(), browser.post(&form).await.to())
}

#[tokio::test]
async fn an_ended_access_closes_log_in_open_session_and_calendar_and_the_case_stands_on_the_coordinators_day() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let (mut sari, mut hasan) = (site.as_officer("sari").await, site.as_officer("hasan").await);
    let made = sari.submit("/akun/kalender", "/akun/kalender", &[]).await.page();
    let link = made.split("/kalender/").find_map(|part| part.split_once(".ics")).unwrap().0;
    let link = format!("/kalender/{link}.ics");
    assert_eq!(site.browser().get(&link).await.status, StatusCode::OK);
    let open = sari.get(&format!("/kasus/{case}/catatan")).await.form("/catatan").with("catatan", "sesudah");
    let path = path_of(&site, "sari").await;
    assert!(hasan.get(LIST).await.page().contains(&path), "the list leads there");
    assert!(!hasan.get("/hari-ini").await.page().contains("Kasus tanpa pemegang"));
    let before = site.node().case(case).await.version;

    let (checked, to) = ended(&mut hasan, &path, "").await;
    assert!(checked.contains("Akhiri akses Sari?") && checked.contains("tautan kalender"), "{checked}");
    assert!(checked.contains("Belum ada. Kasusnya tampil paling atas"), "{checked}");
    assert_eq!(to, path);
    assert!(hasan.get(&path).await.page().contains("Akses berakhir"));
    assert!(sari.get("/hari-ini").await.to().starts_with("/masuk"));
    assert_eq!(sari.post(&open).await.to(), "/masuk", "her open form is not taken, nor kept as a draft");
    assert_eq!(site.browser().get(&link).await.status, StatusCode::NOT_FOUND);
    let mut again = site.browser();
    let (known, unknown) = (again.log_in(&site, "sari").await, site.browser().log_in(&site, "siapa").await);
    assert_eq!((known.status, unknown.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    assert!(known.page().contains("web.sign-in-wrong"), "like a name that nobody has");

    let day = hasan.get("/hari-ini").await.page();
    let (main, _) = day.split_once("Terlambat").unwrap();
    assert!(main.contains("Kasus tanpa pemegang: 1") && main.contains(&format!("/kasus/{case}/penugasan")), "{main}");
    let assign = hasan.get(&format!("/kasus/{case}/penugasan")).await;
    assert!(!assign.page().contains(&site.id_of("sari").await.to_string()), "who left cannot be chosen");
    let tuti = site.id_of("tuti").await.to_string();
    hasan.post(&assign.form("/penugasan").with("manajer", &tuti)).await.to();
    assert!(!hasan.get("/hari-ini").await.page().contains("Kasus tanpa pemegang"));
    let history = site.as_officer("tuti").await.get(&format!("/kasus/{case}")).await.page();
    assert!(history.contains("petugas yang memegang bagian kasus ini tidak lagi bekerja di sini"), "{history}");
    assert!(site.node().case(case).await.version > before);
    let journal = site.as_officer("ratih").await.get("/jurnal").await.page();
    assert!(journal.contains("akses petugas diakhiri"), "{journal}");
}

#[tokio::test]
async fn cases_go_to_who_was_chosen_and_a_form_sent_twice_has_one_effect() {
    let site = Site::new().await;
    let case = held_by_sari(&site).await;
    let mut hasan = site.as_officer("hasan").await;
    let (path, tuti) = (path_of(&site, "sari").await, site.id_of("tuti").await);
    let form = hasan.submit(&path, "/pratinjau", &[("kepada", &tuti.to_string())]).await.form("/akhir");
    assert_eq!(hasan.post(&form).await.to(), path);
    assert_eq!(hasan.post(&form).await.to(), path);
    assert_eq!(site.node().case(case).await.manager(), Some(tuti));
    assert!(site.as_officer("tuti").await.get("/kasus?keadaan=saya").await.page().contains(&case.to_string()));
}

#[tokio::test]
async fn the_last_installer_stays_and_the_page_says_why() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let path = path_of(&site, "wayan").await;
    let form = hasan.submit(&path, "/pratinjau", &[]).await.form("/akhir");
    let refused = hasan.post(&form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.page().contains("[officer.last-one]") && refused.page().contains("Akhiri akses Wayan?"));
    let own = hasan.get(&path_of(&site, "hasan").await).await.page();
    assert!(own.contains("Tidak ada yang mengakhiri aksesnya sendiri") && !own.contains("/pratinjau"));
    site.world.clock.advance_millis(6 * 60_000);
    assert!(hasan.post(&form).await.to().starts_with("/konfirmasi"), "presence is proved anew");
    let mut sari = site.as_officer("sari").await;
    assert_eq!(sari.get(LIST).await.status, StatusCode::FORBIDDEN);
}

/// The password and the code key that a page shows once.
fn proofs(page: &str) -> (String, String) {
    let value = |name: &str| {
        let (_, from) = page.split_once(&format!("<dt>{name}</dt><dd>")).unwrap();
        from.split('<').next().unwrap().replace(' ', "")
    };
    (value("Kata sandi"), value("Kunci aplikasi autentikator"))
}

async fn enters(site: &Site, login: &str, (password, totp): &(String, String)) -> bool {
    let code = web::totp_code(totp, site.node().desk.now()).unwrap();
    let named = [("nama", login), ("sandi", password.as_str()), ("totp", &code)];
    let answer = site.browser().submit("/masuk", "/masuk", &named).await;
    answer.status == StatusCode::SEE_OTHER && answer.to() == "/hari-ini"
}

#[tokio::test]
async fn the_installer_admits_an_officer_and_lets_one_return_with_new_proofs_shown_once() {
    let site = Site::new().await;
    let mut wayan = site.as_officer("wayan").await;
    let empty = wayan.submit("/atur/petugas/baru", "/baru", &[("nama-petugas", "Rini"), ("masuk", "rini")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.page().contains("Peran: ") && empty.page().contains("value=\"rini\""), "{}", empty.page());
    let form = empty.form("/baru").with("nama-petugas", "Rini").with("masuk", "rini").and("tugas", "CASE_MANAGER");
    let told = wayan.post(&form).await.page();
    let first = proofs(&told);
    assert_eq!(proofs(&wayan.post(&form).await.page()), first, "the same form tells what it told");
    assert!(enters(&site, "rini", &first).await);
    let taken = wayan.get("/atur/petugas/baru").await.form("/baru");
    let taken = taken.with("nama-petugas", "Rini").with("masuk", "RINI").and("tugas", "CASE_MANAGER");
    assert!(wayan.post(&taken).await.page().contains("[officer.name-taken]"));

    let path = path_of(&site, "rini").await;
    assert!(!wayan.get(&path).await.page().contains("Kasus yang ia pegang"), "an installer sees no cases");
    let (_, to) = ended(&mut wayan, &path, "").await;
    assert!(!enters(&site, "rini", &first).await);
    assert!(!site.as_officer("hasan").await.get(&to).await.page().contains("/kembali"), "who admits lets return");
    let returned = wayan.submit(&to, "/kembali", &[("tugas", "COMPANION")]).await.page();
    let second = proofs(&returned);
    assert!(!enters(&site, "rini", &first).await && enters(&site, "rini", &second).await);
    assert!(!wayan.get(&path).await.page().contains(&second.0), "shown once");
    assert!(wayan.get(&path).await.page().contains("<dd>pendamping</dd>"));
}
