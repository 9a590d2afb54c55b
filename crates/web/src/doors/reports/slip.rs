//! Referral slips: printed for a report, and read at a desk to find it again. A scanner types what it reads, so the form is
//! a field and a button.

use super::list::list_with;
use crate::doors::{Came, id};
use crate::guard::{Answer, Here, Posted, page, see};
use crate::view::slip::{Slip, SlipPage};
use crate::words_of;
use axum::extract::Path;
use base::{Problem, ReportId};
use desk::Deed;
use desk::cases::reports::FindReport;

/// `GET /laporan/{id}/slip`
pub async fn slip(here: Here, Path(report): Path<String>) -> Answer {
    let id: ReportId = id(&report)?;
    let (_, report) = here.web.desk.report_for(&here.actor(), id).await?;
    page(&SlipPage {
        report: id.to_string(),
        reference: report.number(),
        slip: Slip::of(&here.t, &here.web.set.duty_phone, report.received.rid),
        t: here.t,
    })
}

/// `POST /laporan/slip`: a slip of the pen is told apart; a wrong code and one that no report has are the same, slowed and
/// recorded.
pub async fn find(here: Here, form: Posted) -> Answer {
    here.read(Deed::SeeReports).await?;
    match found(&here, &form).await? {
        Ok(report) => Ok(see(&format!("/laporan/{report}"))),
        Err(problem) => list_with(&here, None, Came::back(problem, &form)).await,
    }
}

async fn is_shut(here: &Here, report: ReportId) -> Result<bool, desk::Error> {
    match here.web.desk.report_for(&here.actor(), report).await {
        Err(desk::Error::NotFound) => Ok(true),
        Err(desk::Error::Refused(_)) | Ok(_) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn found(here: &Here, form: &Posted) -> Result<Result<ReportId, Problem>, desk::Error> {
    let slip = match form.need("kode").and_then(seal::read_slip) {
        Ok(slip) => slip,
        Err(Problem { code, .. }) => return Ok(Err(Problem { code, at: Some("kode".to_owned()) })),
    };
    let me = &here.web.desk.me.place;
    if let Some(place) = slip.place.filter(|place| place != me) {
        return Ok(Err(Problem::at("slip.elsewhere", words_of::place(place.code()))));
    }
    let who = [b"slip".as_slice(), &here.staff.id.bytes()].concat();
    if here.web.throttle.wait(&who, here.web.now()) {
        return Ok(Err(Problem::new("web.slowed")));
    }
    // Each try counts, so each is asked anew: a form that is sent twice is two tries.
    let asking = desk::Asking::once(&*here.web.desk.chance, here.web.now());
    let found = here.web.desk.run(&here.actor(), asking, &FindReport { code: slip.code }).await?;
    // Who is shut out of its case has a code that nobody has.
    let found = match found {
        Some(report) if is_shut(here, report).await? => None,
        found => found,
    };
    if found.is_some() {
        here.web.throttle.forget(&who);
    } else {
        here.web.throttle.failed(who, here.web.now());
    }
    Ok(found.ok_or_else(|| Problem::at("slip.unknown", "kode")))
}
