//! A list of recruiters is brought in as a file: all of it, or nothing with the first fault named.

use super::{LINKED, form, grade_fields, grade_in};
use crate::doors::Came;
use crate::guard::{Answer, Here, Posted, page_with};
use crate::view::staff::protection::{Part, Protection};
use crate::view::{Fact, Field, Kind, Link};
use base::Problem;
use desk::Deed;
use desk::mentions::import::{ImportMentions, Imported, ROWS_MAX};

const PATH: &str = "/perekrut/daftar";

/// `GET /perekrut/daftar`
pub async fn bring_form(here: Here) -> Answer {
    shown(&here, Came::default(), None).await
}

async fn shown(here: &Here, came: Came, done: Option<Imported>) -> Answer {
    here.read(Deed::RecordMention).await?;
    let t = here.t.words();
    let mut fields = vec![Field::new("berkas", t.list_file(), Kind::File(".csv"))];
    fields.extend(grade_fields(here, None));
    let done = done.map(|done| Fact::new(t.recruiters_list(), t.list_done(done.known, done.new)));
    let forms = vec![form(PATH.to_owned(), fields, t.recruiters_list())];
    let part =
        Part { facts: done.into_iter().collect(), forms, ..Part::new(t.recruiters_list(), t.list_lead(ROWS_MAX)) };
    let page = Protection {
        faults: came.faults(here, &LINKED),
        version: 0,
        back: Some(Link::new("/perekrut", t.recruiters())),
        case: None,
        heading: t.recruiters_list().to_owned(),
        lead: t.recruiters_lead().to_owned(),
        parts: vec![part],
        t: here.t.clone(),
    };
    page_with(came.problem.as_ref(), &page.typed(&came.typed))
}

/// `POST /perekrut/daftar`
pub async fn bring(here: Here, posted: Posted) -> Answer {
    here.read(Deed::RecordMention).await?;
    let read = || -> Result<ImportMentions, Problem> {
        let bytes = posted.file("berkas")?;
        let rows = recruiters::reading::list(&bytes[..], ROWS_MAX)?;
        let digest = seal::hash::sha256(&[bytes]);
        let list = digest.first_chunk().copied().unwrap_or_default();
        Ok(ImportMentions { list, rows, grade: grade_in(&posted)? })
    };
    let act = match read() {
        Ok(act) => act,
        Err(problem) => return shown(&here, Came::back(problem, &posted), None).await,
    };
    let all = act.rows.len();
    let done = here.run(&posted, &act).await?;
    shown(&here, Came::default(), Some(done.unwrap_or(Imported { new: 0, known: all }))).await
}
