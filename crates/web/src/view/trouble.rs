//! What is shown when something does not go: what happened, what to do, nothing of ours inside.

use super::{Frame, Sample, sample_frame};
use askama::Template;
use base::{Lang, Problem};

/// An error on a public page.
#[derive(Template)]
#[template(path = "public/trouble.html")]
pub struct PublicTrouble {
    pub t: Frame,
    pub heading: String,
    pub remedy: String,
    pub code: String,
}

/// An error on a staff page.
#[derive(Template)]
#[template(path = "staff/trouble.html")]
pub struct StaffTrouble {
    pub t: Frame,
    pub heading: String,
    pub remedy: String,
    pub code: String,
}

/// The page of a problem, for the side it arose on.
pub fn trouble_page(t: Frame, problem: &Problem, staff: bool) -> String {
    let lang = t.lang();
    let (heading, remedy) = (problem.message().get(lang).to_owned(), problem.remedy().get(lang).to_owned());
    let code = problem.code.to_string();
    let page = if staff {
        StaffTrouble { t, heading, remedy, code }.render()
    } else {
        PublicTrouble { t, heading, remedy, code }.render()
    };
    page.unwrap_or_default()
}

/// Problems that have a page of their own, one of each status.
pub const SHOWN: [&str; 8] = [
    "web.not-found",
    "web.wrong-host",
    "web.too-large",
    "web.slowed",
    "web.busy",
    "web.form-stale",
    "web.form-twice",
    "web.fault",
];

/// Samples.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    for staff in [false, true] {
        for code in SHOWN {
            let html = trouble_page(sample_frame(lang, "/", staff), &Problem::new(code), staff);
            all.push(Sample { name: format!("{code}-{staff}"), lang, html });
        }
    }
}
