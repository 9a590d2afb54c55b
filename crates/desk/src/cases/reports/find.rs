//! A report by the code of its slip. Who guesses leaves a trace, and learns nothing that a wrong code does not tell.

use crate::act::{Act, Desk, note_access};
use crate::error::Error;
use crate::policy::{Deed, Permit};
use async_trait::async_trait;
use base::ReportId;
use store::{AccessEvent, Read, Shelf, Tx};

/// The report with this code.
pub async fn by_code(view: &mut impl Read, code: &str) -> Result<Option<ReportId>, Error> {
    Ok(view.card::<ReportId>(Shelf::ReportByCode, code.as_bytes(), &[]).await?)
}

/// Finds a report by the twelve characters of its slip. A code that no report has is written down in the access stream of
/// who typed it.
#[derive(Clone, Debug)]
pub struct FindReport {
    /// The code, as [`seal::read_slip`] gives it.
    pub code: String,
}

#[async_trait]
impl Act for FindReport {
    const NAME: &'static str = "report.find";
    const DEED: Deed = Deed::SeeReports;
    type Done = Option<ReportId>;

    async fn act(&self, _: &Permit, _: &Desk, tx: &mut Tx) -> Result<Option<ReportId>, Error> {
        let found = by_code(tx, &self.code).await?;
        if found.is_none() {
            let who = tx.origin().actor;
            let event = AccessEvent::Refused { act: Self::NAME.to_owned(), codes: vec!["slip.unknown".to_owned()] };
            note_access(tx, who, event).await?;
        }
        Ok(found)
    }
}
