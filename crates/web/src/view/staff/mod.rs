//! Pages of the staff, grouped by what they are about.

pub mod agreement;
pub mod case;
pub mod day;
pub mod door;
pub mod guest;
pub mod journal;
pub mod matter;
pub mod node;
pub mod picture;
pub mod protection;
pub mod recruiter;
pub mod referral;
pub mod report;
pub mod services;
pub mod step;
pub mod work;
pub mod writing;

use super::Sample;
use base::Lang;

/// Samples of every staff page.
pub fn samples(lang: Lang, all: &mut Vec<Sample>) {
    door::samples(lang, all);
    day::samples(lang, all);
    report::samples(lang, all);
    case::samples(lang, all);
    step::samples(lang, all);
    work::samples(lang, all);
    referral::samples(lang, all);
    agreement::samples(lang, all);
    journal::samples(lang, all);
    guest::samples(lang, all);
    matter::samples(lang, all);
    node::samples(lang, all);
    picture::samples(lang, all);
    protection::samples(lang, all);
    recruiter::samples(lang, all);
    services::samples(lang, all);
    writing::samples(lang, all);
}
