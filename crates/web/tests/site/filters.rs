//! Filters that an officer keeps.

use crate::browser::{Form, Site};
use http::StatusCode;

#[tokio::test]
async fn an_officer_keeps_filters_under_names_that_only_she_sees_and_removes_them() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    let keep = [("nama", "Serah <terima>"), ("keadaan", "given")];
    assert_eq!(sari.submit("/kasus/saringan", "/kasus/saringan", &keep).await.to(), "/kasus");
    let page = sari.get("/kasus").await.page();
    let link = "<a href=\"/kasus?keadaan=given\">Serah &#60;terima&#62;</a>";
    assert!(page.contains(link), "{page}");
    let mut tuti = site.as_officer("tuti").await;
    assert!(!tuti.get("/kasus").await.page().contains("terima&"), "hers alone");
    let key = sari.get("/kasus/saringan").await.form("/penghapusan");
    let foreign = tuti.get("/kasus/saringan").await.form("/kasus/saringan");
    let token = site.state.token_for_tests(&tuti.cookie("simpul").unwrap(), &key.action);
    let theirs = Form { action: key.action.clone(), ..foreign.with("_tanda", &token) };
    tuti.post(&theirs).await;
    assert!(sari.get("/kasus").await.page().contains(link), "another officer removes nothing of hers");
    assert_eq!(sari.post(&key).await.to(), "/kasus/saringan");
    assert!(!sari.get("/kasus").await.page().contains("terima&"));
}

#[tokio::test]
async fn a_filter_needs_a_short_name_and_a_known_filter_and_there_are_twenty_at_most() {
    let site = Site::new().await;
    let mut sari = site.as_officer("sari").await;
    let path = "/kasus/saringan";
    for number in 0..20 {
        let name = format!("Saringan {number}");
        assert_eq!(sari.submit(path, path, &[("nama", &name), ("keadaan", "open")]).await.to(), "/kasus");
    }
    let again = sari.submit(path, path, &[("nama", "saringan  7"), ("keadaan", "closed")]).await;
    assert_eq!(again.to(), "/kasus", "the same name takes the place of the one before");
    let page = sari.get("/kasus").await.page();
    assert_eq!(page.matches("keadaan=open\">Saringan ").count(), 19);
    assert_eq!(page.matches("keadaan=closed\">saringan  7").count(), 1);
    let refused = [
        ("Satu lagi", "open", "[filter.too-many]"),
        ("", "open", "[web.field-missing]"),
        ("Lain", "semua", "[web.field-missing]"),
        (&*"n".repeat(41), "open", "[filter.name]"),
    ];
    for (name, filter, code) in refused {
        let answer = sari.submit(path, path, &[("nama", name), ("keadaan", filter)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.page().contains(code), "{code}: {}", answer.page());
    }
}
