//! Pages of the public window whose words are data: rights, one topic a page, and what the window says of itself. They have
//! the shape of chapters and are held to the same rules; a phone of a responder does not keep them.

use super::chapters::{Chapter, look_at};
use super::{Guide, words::Faults};
use base::pack::{Files, json};
use serde::Deserialize;
use std::sync::LazyLock;

/// One page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicPage {
    /// The icon beside its title, by the name that the look knows.
    pub icon: String,
    /// Whom to call: ids of lines of the national directory, in order.
    pub call: Vec<String>,
    /// What it says.
    pub text: Chapter,
}

macro_rules! pages {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        [$((concat!("chapters/", $name, ".json"),
            include_str!(concat!("../../packs/public/", $folder, "/", $name, ".json")))),+]
    };
}

#[expect(clippy::expect_used, reason = "the pages are constants, and a test loads them")]
static RIGHTS: LazyLock<Vec<PublicPage>> = LazyLock::new(|| {
    let files = pages!["rights":
        "surat", "biaya", "kontrak", "upah", "paspor", "pulang", "saksi", "bantuan-hukum", "anak",
    ];
    read(&files).expect("the pages of rights are valid")
});

#[expect(clippy::expect_used, reason = "the pages are constants, and a test loads them")]
static WINDOW: LazyLock<Vec<PublicPage>> = LazyLock::new(|| {
    let files = pages!["window": "tentang", "keluhan", "privasi", "aksesibilitas", "aman"];
    read(&files).expect("the pages of the window are valid")
});

impl PublicPage {
    /// One topic of rights a page, in the order shown.
    pub fn rights() -> &'static [Self] {
        &RIGHTS
    }

    /// What the window says of itself: who runs it, complaints, privacy, accessibility, staying safe.
    pub fn window() -> &'static [Self] {
        &WINDOW
    }
}

/// Reads pages; every fault at once.
fn read(list: &[(&str, &str)]) -> Result<Vec<PublicPage>, Vec<base::Problem>> {
    let files: Files = super::owned(list);
    let (mut faults, mut pages) = (Faults::default(), Vec::new());
    for (path, _) in list {
        match json::<PublicPage>(&files, path) {
            Err(problem) => faults.0.push(problem),
            Ok(page) => {
                look_at(&page.text, path, &mut faults);
                let known = |id: &String| Guide::embedded().directory.national().any(|service| service.id == *id);
                faults.expect(page.call.iter().all(known), "pack.word-unknown", &format!("{path}: call"));
                pages.push(page);
            }
        }
    }
    faults.or(pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Look;

    /// A page with one thing changed.
    fn changed(from: &str, to: &str) -> Vec<base::Problem> {
        let text = include_str!("../../packs/public/rights/surat.json");
        assert!(text.contains(from), "{from}");
        read(&[("chapters/surat.json", &text.replacen(from, to, 1))]).unwrap_err()
    }

    #[test]
    fn a_fault_of_a_page_is_named() {
        for (from, to, code) in [
            ("\"p2mi\"", "\"entah\"", "pack.word-unknown"),
            ("\"icon\"", "\"ikon\"", "pack.malformed"),
            ("2026-11-23", "kemarin", "pack.date-bad"),
            ("Papers before departure", " ", "pack.text-missing"),
        ] {
            let faults = changed(from, to);
            assert!(faults.iter().any(|fault| fault.code.0 == code), "{code}: {faults:?}");
        }
    }

    #[test]
    fn every_right_says_what_is_right_where_it_stands_what_to_do_now_and_whom_to_call() {
        let names: Vec<&str> = PublicPage::rights().iter().map(|page| page.text.id.as_str()).collect();
        assert_eq!(names, ["surat", "biaya", "kontrak", "upah", "paspor", "pulang", "saksi", "bantuan-hukum", "anak"]);
        for page in PublicPage::rights() {
            let id = &page.text.id;
            let steps: Vec<_> = page.text.parts.iter().filter(|part| part.look == Look::Steps).collect();
            assert_eq!(steps.len(), 1, "{id}: one list of what to do now");
            assert!((3..=6).contains(&steps[0].lines.len()), "{id}: no more than a tired person does");
            let right: Vec<_> =
                page.text.parts.iter().filter(|part| part.look == Look::List).flat_map(|part| &part.lines).collect();
            let with_law = right.iter().filter(|line| line.basis.is_some()).count();
            assert!(with_law * 2 >= right.len(), "{id}: most of what is right names on what it rests");
            assert!(!page.call.is_empty(), "{id}: whom to call");
        }
    }

    #[test]
    fn the_eight_papers_and_that_no_fee_is_taken_stand_there() {
        let of = |name: &str| PublicPage::rights().iter().find(|page| page.text.id == name).unwrap();
        let papers = &of("surat").text.parts[0].lines;
        assert_eq!(papers.len(), 8);
        assert!(papers.iter().all(|line| line.basis.as_ref().unwrap().id == "UU 18/2017 ps. 13"));
        let fee = &of("biaya").text.parts[0].lines[0];
        assert_eq!(fee.basis.as_ref().unwrap().en, "Law 18/2017 art. 30(1)");
    }
}
