//! Public pages: no account, no cookie.

use super::{Frame, Sample, keep, sample_frame};
use crate::directory::{Contact, contacts};
use askama::Template;
use base::Lang;

/// `/`: what a person may need, and the emergency numbers.
#[derive(Template)]
#[template(path = "public/start.html")]
pub struct Start {
    pub t: Frame,
    pub emergency: Vec<Contact>,
}

/// Samples of every page here.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    keep(all, lang, "start", vec![Start { t: sample_frame(lang, "/", false), emergency: contacts(lang) }]);
}
