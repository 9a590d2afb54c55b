//! How soon a report needs somebody, as an officer sees it who looked (IN-3): somebody's word of danger is not the last.

use super::page::shown;
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Here, Posted, see};
use crate::view::Field;
use crate::words_of;
use axum::extract::Path;
use base::{Problem, Redacted, ReportId};
use casework::ReportEvent;
use casework::words::{Authority, Urgency};
use desk::cases::reports::{AnswerReport, ReportStream};
use store::Stored;

const URGENCY: &str = "kegentingan";
const AUTHORITY: &str = "kewenangan";
/// Why; the form of another urgency alone has it.
pub const REASON: &str = "alasan-kegentingan";

/// The fields, as the report stands.
pub fn fields(here: &Here, report: &Stored<ReportStream>, came: &Came) -> Vec<Field> {
    let t = here.t.words();
    let urgency = words_of::choices(t, Urgency::ALL, Urgency::word, words_of::urgency);
    let authority = words_of::choices(t, Authority::ALL, Authority::word, words_of::authority);
    let fields = vec![
        Field::radios(URGENCY, t.urgency_label(), urgency).value(report.urgency.word()),
        Field::select(AUTHORITY, t.authority_label(), authority).value(report.authority.map_or("own", Authority::word)),
        Field::long(REASON, t.reason()),
    ];
    fields.into_iter().map(|field| field.typed(&came.typed)).collect()
}

/// `POST /laporan/{id}/kegentingan`
pub async fn weigh(here: Here, Path(report): Path<String>, form: Posted) -> Answer {
    let report: ReportId = id(&report)?;
    let read = || -> Result<ReportEvent, Problem> {
        let missing = |name: &str| Problem::at("web.field-missing", name);
        let urgency = Urgency::parse(form.get(URGENCY)).ok_or_else(|| missing(URGENCY))?;
        let authority = Authority::parse(form.get(AUTHORITY)).ok_or_else(|| missing(AUTHORITY))?;
        Ok(ReportEvent::Classified(urgency, authority, Redacted::new(form.need(REASON)?.to_owned())))
    };
    let done = match read() {
        Ok(event) => here.run(&form, &AnswerReport { report, event }).await,
        Err(problem) => return shown(&here, report, Came::back(problem, &form)).await,
    };
    match done {
        Ok(_) => Ok(see(&format!("/laporan/{report}"))),
        Err(error) => match comes_back(&error) {
            Some(problem) => shown(&here, report, Came::back(problem, &form)).await,
            None => Err(error.into()),
        },
    }
}
