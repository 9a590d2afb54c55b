//! Sealed reports that come as files: a phone that found no network shared what it had sealed.

use super::list::list_with;
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Here, Posted, see};
use base::Problem;
use desk::Deed;

/// `POST /laporan/berkas`: the same report as by the network, before or after.
pub async fn bring(here: Here, form: Posted) -> Answer {
    here.read(Deed::HandleReport).await?;
    let brought = match form.file("berkas") {
        Ok(bytes) => here.web.desk.bring_report(&here.actor(), bytes).await,
        Err(problem) => Err(problem.into()),
    };
    match brought {
        Ok((report, _)) => Ok(see(&format!("/laporan/{report}"))),
        Err(error) => list_with(&here, None, Came::back(refused(&error)?, &form)).await,
    }
}

/// What a person can mend comes back with words; a seal that does not open is one of them.
fn refused(error: &desk::Error) -> Result<Problem, desk::Error> {
    if error.problem().code.0 == "report.sealed" {
        return Ok(Problem::new("report.sealed-elsewhere"));
    }
    comes_back(error).ok_or_else(|| error.clone())
}
