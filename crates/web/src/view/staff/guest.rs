//! The link of a guest, shown once: to be handed over or printed, or only its code where the link went by mail.

use crate::view::{Frame, Link, Sample, keep, sample_frame};
use askama::Template;
use base::Lang;

/// After somebody was let in.
#[derive(Template)]
#[template(path = "staff/guest_link.html")]
pub struct GuestLink {
    pub t: Frame,
    pub back: Link,
    pub heading: String,
    pub lead: String,
    /// To be told by telephone; it is not printed with the link.
    pub code: String,
    /// Empty where it went by mail.
    pub address: String,
    pub qr: String,
    pub until: String,
}

/// The link as a picture for a phone.
pub fn qr(address: &str) -> String {
    crate::view::qr::svg(address)
}

/// Samples.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    let t = sample_frame(lang, "/kasus/case_01/tamu", true);
    let address = "http://batam.localhost:8201/l/0707070707070707070707070707070707070707070707070707070707070707";
    let page = |address: &str| GuestLink {
        back: Link::new("/kasus/case_01/tamu", t.guests()),
        heading: t.guest_link().into(),
        lead: if address.is_empty() { t.guest_link_mailed() } else { t.guest_link_hand_over() }.into(),
        code: "204816".into(),
        address: address.into(),
        qr: if address.is_empty() { String::new() } else { qr(address) },
        until: "25 November 2026, 14.05 WIB".into(),
        t: t.clone(),
    };
    keep(all, lang, "tamu-tautan", vec![page(address), page("")]);
}
