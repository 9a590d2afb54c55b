//! The directory: what this node states, what partners state, what it keeps, who sees which part, and doubt after half a year.

use crate::browser::{Browser, Site};
use desk::directory::{Owner, Wanted, search};
use desk::mail::PeerEntry;
use desk::partners::stated;
use http::StatusCode;
use pocketbook::services::{COLUMNS, Where, csv};
use seal::cbor::{Key, Value};
use store::Sealed;

const OWN: &str = "/direktori/milik";

/// What somebody types for a service; the day of confirmation is not typed.
const FIELDS: [(&str, &str); 16] = [
    ("code", "pos-pengaduan"),
    ("kind", "women_children"),
    ("place", "21.71"),
    ("body", "UPTD PPA Batam (rekaan)"),
    ("name_id", "Pos <pengaduan>"),
    ("name_en", "Complaints desk"),
    ("what_id", "Menerima pengaduan."),
    ("what_en", "Takes complaints."),
    ("who_id", "Siapa saja."),
    ("who_en", "Anyone."),
    ("languages", "id; en"),
    ("hours", "MO-FR 08:00-16:00"),
    ("phones", "+62 800 0000 011"),
    ("visibility", "public"),
    ("source_id", "Kami sendiri"),
    ("source_en", "Ourselves"),
];

async fn states(browser: &mut Browser, changes: &[(&str, &str)]) -> crate::browser::Answer {
    let form = browser.get(OWN).await.form(OWN);
    let form = FIELDS.iter().chain(changes).fold(form, |form, (name, value)| form.with(name, value));
    browser.post(&form).await
}

/// A file of bodies without a node: a public hospital here, a police unit for partners alone, one in Lombok, one abroad.
fn file() -> String {
    let row = |changes: &[(&str, &str)]| {
        let field = |column: &str| {
            let given = changes.iter().chain(&FIELDS).find(|(name, _)| *name == column);
            given.map_or(if column == "confirmed_on" { "2026-11-01" } else { "" }, |(_, value)| *value)
        };
        csv::line(COLUMNS.iter().map(|column| field(column)))
    };
    [
        csv::line(COLUMNS),
        row(&[("code", "rs-1"), ("kind", "health"), ("name_id", "RS Bakau")]),
        row(&[("code", "unit-ppa"), ("kind", "police"), ("name_id", "Unit PPA"), ("visibility", "partners")]),
        row(&[("code", "rs-2"), ("kind", "health"), ("place", "52.03"), ("name_id", "RS Lombok")]),
        row(&[("code", "kjri-jb"), ("kind", "embassy"), ("place", "MY"), ("name_id", "KJRI Rekaan")]),
    ]
    .concat()
}

#[tokio::test]
async fn a_stated_service_is_found_by_staff_and_by_everybody_and_is_asked_for_after_half_a_year() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    assert_eq!(states(&mut hasan, &[]).await.to(), OWN);
    assert_eq!(
        states(&mut hasan, &[("code", "dapur"), ("name_id", "Dapur dalam"), ("visibility", "partners")]).await.to(),
        OWN
    );
    let mut dewi = site.as_officer("dewi").await;
    let found = dewi.get("/direktori?tempat=21.71&layanan=women_children").await.page();
    assert!(found.contains("Pos &#60;pengaduan&#62;") && found.contains("Dapur dalam"), "{found}");
    assert!(found.contains("href=\"tel:+628000000011\"") && found.contains("Senin-Jumat 08:00-16:00"), "{found}");
    assert!(!found.contains("Belum dikonfirmasi sejak"), "confirmed today");
    assert!(found.contains("Dinyatakan oleh simpul ini; sumber: Kami sendiri."), "{found}");
    assert!(found.contains("href=\"/direktori/kami/pos-pengaduan\""), "{found}");
    let one = dewi.get("/direktori/kami/pos-pengaduan").await.page();
    assert!(one.contains("<h1>Pos &#60;pengaduan&#62;</h1>") && one.contains("href=\"tel:+628000000011\""), "{one}");
    assert!(one.contains("UPTD PPA Batam (rekaan)") && one.contains("<dd>simpul ini</dd>"), "{one}");
    assert!(!one.contains("telepon dulu"), "confirmed today: {one}");
    for nowhere in ["/direktori/kami/tidak-ada", "/direktori/21.71/pos-pengaduan", "/direktori/x/pos-pengaduan"] {
        assert_eq!(dewi.get(nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
    let mut bripka = site.as_officer("bripka").await;
    assert_eq!(bripka.get("/direktori/kami/pos-pengaduan").await.status, StatusCode::FORBIDDEN);
    assert!(!dewi.get("/direktori?layanan=shelter").await.page().contains("pengaduan&#62;"), "another kind");
    let mut anybody = site.browser();
    let contacts = anybody.get("/saku/kontak").await.page();
    assert!(contacts.contains("Pos &#60;pengaduan&#62;") && !contacts.contains("Dapur dalam"), "{contacts}");
    let json = anybody.get("/direktori.json?tempat=21.71").await.page();
    assert!(
        json.contains("\"total_items\":1,") && json.contains("Pos <pengaduan>") && !json.contains("Dapur"),
        "{json}"
    );

    site.world.later(24 * 181);
    let mut hasan = site.as_officer("hasan").await;
    let asked = "Layanan kami yang perlu dikonfirmasi";
    assert!(hasan.get("/hari-ini").await.page().contains(asked));
    let mut dewi = site.as_officer("dewi").await;
    assert!(!dewi.get("/hari-ini").await.page().contains(asked), "who may not confirm is not asked");
    assert!(dewi.get("/direktori").await.page().contains("Belum dikonfirmasi sejak"), "doubt is said");
    assert!(dewi.get("/direktori/kami/pos-pengaduan").await.page().contains("telepon dulu"), "and on its page");
    for code in ["pos-pengaduan", "dapur"] {
        let form = hasan.get(OWN).await.form(&format!("/{code}/benar"));
        assert_eq!(hasan.post(&form).await.to(), OWN);
    }
    assert!(!hasan.get("/hari-ini").await.page().contains(asked));
    assert!(!dewi.get("/direktori").await.page().contains("Belum dikonfirmasi sejak"));
    let gone = hasan.get(OWN).await.form("/dapur/penghapusan");
    hasan.post(&gone).await;
    assert!(!dewi.get("/direktori").await.page().contains("Dapur dalam"));
}

#[tokio::test]
async fn what_is_wrong_comes_back_with_what_was_typed() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    for (field, value, code) in [
        ("hours", "pagi", "service.hours"),
        ("place", "99.99", "service.place"),
        ("name_en", "", "service.empty"),
        ("phones", "satu", "service.phone"),
    ] {
        let answer = states(&mut hasan, &[(field, value)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        let page = answer.page();
        assert!(page.contains(&format!("[{code}]")) && page.contains("Menerima pengaduan."), "{page}");
    }
    let shelter = states(&mut hasan, &[("kind", "shelter"), ("address", "Jalan Rekaan 1")]).await.page();
    assert!(shelter.contains("[service.shelter-address]"), "{shelter}");
    let mut dewi = site.as_officer("dewi").await;
    assert_eq!(dewi.get(OWN).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_file_is_taken_whole_or_not_at_all_and_each_audience_sees_its_part() {
    let site = Site::new().await;
    let mut hasan = site.as_officer("hasan").await;
    let path = "/direktori/impor";
    let bad = file().replace("52.03", "99.99").replace("rs-1,", "RS 1,");
    let form = hasan.get(path).await.form(path);
    let answer = hasan.post_with(&form, ("berkas", "layanan.csv", bad.as_bytes())).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.page();
    assert!(page.contains("2: code") && page.contains("4: place"), "{page}");
    let mut dewi = site.as_officer("dewi").await;
    assert!(!dewi.get("/direktori").await.page().contains("Unit PPA"), "nothing half taken");

    let form = hasan.get(path).await.form(path);
    assert_eq!(hasan.post_with(&form, ("berkas", "layanan.csv", file().as_bytes())).await.to(), path);
    let here = dewi.get("/direktori").await.page();
    assert!(here.contains("RS Bakau") && here.contains("Unit PPA") && !here.contains("KJRI"), "{here}");
    assert!(!here.contains("RS Lombok"), "Lombok is not among the nearest regencies");
    assert!(dewi.get("/direktori?tempat=52.01").await.page().contains("RS Lombok"), "it is near Lombok Barat");
    assert!(dewi.get("/direktori?tempat=MY").await.page().contains("KJRI Rekaan"));
    let mut anybody = site.browser();
    let contacts = anybody.get("/saku/kontak?tempat=21.71").await.page();
    assert!(contacts.contains("RS Bakau") && !contacts.contains("Unit PPA"), "{contacts}");
    assert!(!anybody.get("/direktori.json").await.page().contains("Unit PPA"));

    let out = dewi.get("/direktori/berkas/csv").await;
    let today = site.node().desk.now().day();
    let mut sent = csv::read(file().as_bytes(), today).unwrap();
    let mut back = csv::read(&out.body, today).unwrap();
    sent.sort_by(|a, b| a.code.cmp(&b.code));
    back.sort_by(|a, b| a.code.cmp(&b.code));
    assert_eq!(back, sent, "what was taken goes out as it came");
    let shorter: String = file().split_inclusive("\r\n").take(2).collect();
    let form = hasan.get(path).await.form(path);
    hasan.post_with(&form, ("berkas", "layanan.csv", shorter.as_bytes())).await;
    let left = dewi.get("/direktori").await.page();
    assert!(left.contains("RS Bakau") && !left.contains("Unit PPA"), "the file is the whole list");
}

#[tokio::test]
async fn what_a_partner_states_is_shown_under_its_name() {
    let site = Site::new().await;
    let (batam, mawar) = (site.node(), &site.world.mawar);
    let record = FIELDS.map(|(name, value)| {
        let at = COLUMNS.iter().position(|column| *column == name).unwrap();
        (Key::Int(i64::try_from(at).unwrap() + 2), Value::text(if name == "name_id" { "Bantuan Mawar" } else { value }))
    });
    let dated = (Key::Int(18), Value::text("2026-01-01"));
    let head = (Key::Int(1), Value::uint(stated::SERVICE));
    let item = Value::Map(record.into_iter().chain([dated, head]).collect());
    let unknown = Value::fields([(1, Some(Value::uint(9_u8)))]);
    let mut tx = batam.begin().await;
    let known = desk::mail::entry(&mut tx, mawar.id()).await.unwrap().unwrap();
    let stated = seal::entry::stated_in(&known.signed.0).unwrap();
    let services = vec![item, unknown];
    let (serial, names) = (known.serial + 1, vec!["LBH Mawar (rekaan)".to_owned()]);
    let entry = seal::Entry { serial, names, services, ..stated };
    // Signed by another root: this test is about what is shown, not about who may say it.
    let signed = resigned(&entry);
    let row = PeerEntry { serial, signed: base::Bytes(signed), ..known };
    tx.put((b"", &mawar.id().bytes()), None, Sealed::Plain, &row).await.unwrap();
    tx.commit().await.unwrap();

    let mut view = batam.desk.read().await.unwrap();
    let at = Where::parse("21.71").unwrap();
    let found = search(&mut view, &Wanted { at, kind: None, public: true }).await.unwrap();
    assert_eq!(found.len(), 1, "a format that is not known is skipped");
    assert_eq!(found[0].owner, Owner::Partner(mawar.id(), "LBH Mawar (rekaan)".into()));
    drop(view);
    let mut hasan = site.as_officer("hasan").await;
    let page = hasan.get("/direktori").await.page();
    assert!(page.contains("Bantuan Mawar") && page.contains("Dinyatakan oleh LBH Mawar (rekaan)."), "{page}");
    assert!(page.contains("Belum dikonfirmasi sejak 1 Januari 2026; telepon dulu."), "{page}");
    assert!(hasan.get("/simpul").await.page().contains("1 layanan, 1 belum dikonfirmasi"));
}

fn resigned(stated: &seal::Entry) -> Vec<u8> {
    use seal::keys::{CarrierKey, EpochSecret, IdentityKey, RootKey};
    let chance = base::chance::SeededChance::new(77);
    let (root, identity) = (RootKey::generate(&chance), IdentityKey::generate(&chance));
    let carrier = CarrierKey::generate(&chance).public();
    let node = root.public().node();
    let cert =
        seal::Cert { node, identity: identity.public(), carrier, serial: 1, not_before: 0, not_after: 4_000_000_000 };
    let epoch = EpochSecret::generate(1, &chance).public().sign(node, &identity);
    stated.sign(&root.public(), &cert.sign(&root), &[epoch], &identity).unwrap()
}
