//! A text that was signed with ink: the scan is hashed here, and its days are counted.

use super::Held;
use crate::doors::{Came, comes_back};
use crate::guard::{Answer, Fail, Here, Posted, page_with, see};
use crate::view::staff::agreement::Mou;
use crate::view::staff::day::{TaskGroup, TaskRow};
use crate::view::staff::work::{Button, Group, WorkForm};
use crate::view::{Fact, Field, Kind, Tag, Tone};
use axum::extract::Path;
use base::{Digest, Timestamp};
use desk::Deed;
use desk::partners::accord::paper::{RecordPaper, to_countersign};
use store::View;

/// Scans that phones and office machines make; whatever else it is, it is hashed all the same.
const ACCEPT: &str = ".pdf,image/*";
const DAY_SECONDS: i64 = 86_400;

/// `GET /mou/{id}/{versi}/kertas`: the text to compare, and below it the scan.
pub async fn form(here: Here, Path((id, version)): Path<(String, u64)>) -> Answer {
    shown(&here, (&id, version), Came::default()).await
}

async fn shown(here: &Here, (id, version): (&str, u64), came: Came) -> Answer {
    let mut view = here.read(Deed::SignAccord).await?;
    let held = Held::load(here, &mut view, id, version).await?;
    drop(view);
    let t = here.t.words();
    let fields = vec![
        Field::new("pindai", t.mou_scan(), Kind::File(ACCEPT)).help(t.mou_scan_help()),
        Field::new("dibaca", t.mou_compared(), Kind::Tick(false)).typed(&came.typed),
    ];
    let form = WorkForm {
        heading: t.mou_paper().to_owned(),
        action: format!("{}/kertas", held.path()),
        groups: Group::plain(fields),
        buttons: vec![Button::new("", t.mou_paper_record(), false)],
    };
    let page = Mou {
        faults: came.faults(here, &["pindai", "dibaca"]),
        heading: t.mou_paper().to_owned(),
        lead: t.mou_paper_lead().to_owned(),
        forms: vec![form],
        ..held.view(here)
    };
    page_with(came.problem.as_ref(), &page)
}

/// `POST /mou/{id}/{versi}/kertas`: presence is proved anew; of the file its hash alone stays.
pub async fn record(here: Here, Path((id, version)): Path<(String, u64)>, form: Posted) -> Answer {
    here.read(Deed::SignAccord).await?;
    here.fresh(&format!("/mou/{id}/{version}/kertas"))?;
    let problem = match form.file("pindai") {
        Ok(bytes) => {
            let scan = Digest(seal::hash::sha256(&[bytes]));
            let act = RecordPaper { id: id.clone(), version, scan, has_read: form.get("dibaca") == "ya" };
            match here.run(&form, &act).await {
                Ok(_) => return Ok(see(&format!("/mou/{id}/{version}"))),
                Err(error) => comes_back(&error).ok_or(error)?,
            }
        }
        Err(problem) => problem,
    };
    shown(&here, (&id, version), Came::back(problem, &form)).await
}

impl Held {
    /// Which paper each party recorded, whether they are the same one, and how long it holds.
    pub(super) fn papers(&self, here: &Here) -> Vec<Fact> {
        let t = here.t.words();
        let (doc, document) = (&self.doc, &self.document);
        let mut facts = Vec::new();
        for party in &document.parties {
            let Some(paper) = doc.papers.get(&party.node) else { continue };
            let missing = match doc.paper_of(party) {
                Some(_) => String::new(),
                None => {
                    format!(" · {}", here.t.mou_paper_missing(party.signatures.saturating_sub(paper.by.len() as u64)))
                }
            };
            let said = format!("{}, {}, {}{missing}", party.name, here.moment(paper.at), base::hex(&paper.scan.0));
            facts.push(Fact::new(t.mou_paper_of(), said));
        }
        let scans: std::collections::BTreeSet<_> = doc.papers.values().map(|paper| paper.scan.0).collect();
        if scans.len() > 1 {
            facts.push(Fact::new(t.mou_paper_differs(), t.mou_paper_differs_cure()));
        }
        facts.extend(self.countdown(here).map(|(_, said)| Fact::new(t.mou_on_paper(), said)));
        facts
    }

    /// How long a text on paper still holds, or since when it stands still.
    pub(super) fn countdown(&self, here: &Here) -> Option<(Tone, String)> {
        self.doc.paper_until.filter(|_| self.doc.waits()).map(|until| countdown(here, until))
    }
}

fn countdown(here: &Here, until: Timestamp) -> (Tone, String) {
    let left = until.seconds() - here.web.now().seconds();
    if left <= 0 {
        return (Tone::Late, here.t.mou_paper_over(here.moment(until)));
    }
    // A day that has begun counts.
    let days = u64::try_from((left + DAY_SECONDS - 1) / DAY_SECONDS).unwrap_or_default();
    (Tone::Person, here.t.mou_paper_left(days, here.moment(until)))
}

/// What waits for signatures of this node, for who may sign.
pub async fn owed(here: &Here, view: &mut View) -> Result<Option<TaskGroup>, Fail> {
    if !here.may(Deed::SignAccord) {
        return Ok(None);
    }
    let t = here.t.words();
    let cards = to_countersign(view, here.web.desk.me.id).await?;
    let task = |card: &desk::partners::AccordCard| {
        let (tone, detail) = countdown(here, card.paper_until?);
        let word = if tone == Tone::Late { t.mou_suspended() } else { t.mou_on_paper() };
        Some(TaskRow {
            href: format!("/mou/{}/{}/tanda-tangan", card.id, card.version),
            title: card.title.get(here.t.lang()).to_owned(),
            detail,
            tag: Tag::new(tone, word),
        })
    };
    let tasks: Vec<TaskRow> = cards.iter().filter_map(task).collect();
    let group = TaskGroup { heading: t.mou_to_countersign().to_owned(), none: String::new(), tasks };
    Ok((!group.tasks.is_empty()).then_some(group))
}
