//! `simpul directory`: a file in, another form out, and every fault named.

use crate::run::Folder;

const HEADER: &str = "code,place,kind,body,name_id,name_en,what_id,what_en,who_id,who_en,languages,hours,phones,whatsapp,\
    address,visibility,confirmed_on,source_id,source_en\n";
const ROW: &str = "rs-1,21.71,health,RS Rekaan,Poli,Clinic,Periksa,Examines,Siapa saja,Anyone,id,24/7,+62 800 1,,,public,\
    2026-01-02,Telepon,Telephone\n";

#[test]
fn a_file_of_services_goes_to_hsds_and_back_unchanged() {
    let folder = Folder::new();
    folder.write("layanan.csv", format!("{HEADER}{ROW}"));
    let convert = |from: &str, form: &str, to: &str| {
        let args = ["directory", "convert", from, "--form", form, "--out", to];
        assert_eq!(folder.run(&args).fine().out.trim(), to);
    };
    convert("layanan.csv", "hsds", "layanan.json");
    convert("layanan.json", "csv", "lagi.csv");
    convert("layanan.csv", "csv", "sama.csv");
    assert_eq!(folder.read("lagi.csv"), folder.read("sama.csv"));
    convert("layanan.csv", "tables", "hsds");
    let services = String::from_utf8(folder.read("hsds/services.csv")).unwrap();
    assert!(services.starts_with("id,organization_id,name,") && services.contains("Poli,Clinic"), "{services}");
}

#[test]
fn a_bad_file_of_services_is_named_line_by_line_and_nothing_is_written() {
    let folder = Folder::new();
    let bad = ROW.replace("24/7", "pagi").replace("rs-1", "rs-2");
    folder.write("layanan.csv", format!("{HEADER}{ROW}{bad}{ROW}"));
    let args = ["--lang", "en", "directory", "convert", "layanan.csv", "--form", "hsds", "--out", "layanan.json"];
    let ran = folder.run(&args);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("error[service.hours]") && ran.err.contains("3: hours"), "{ran:?}");
    assert!(ran.err.contains("error[service.twice]") && ran.err.contains("4: code"), "{ran:?}");
    assert!(!folder.path("layanan.json").exists());
}
