//! What came by boxes, opened on an unlocked node: a report, or an addition to one.

use super::posted::{Posted, seals};
use crate::act::{Asking, Desk};
use crate::actor::Actor;
use crate::cases::reports::{Hear, RecordReport, ReportJson, WithoutName};
use crate::error::Error;
use base::{Problem, ReportId, from_hex, limits};
use casework::report::{Door, ReplyTo};
use store::{Direction, Read, Shelf};

impl Desk {
    /// Opens what came while the node was locked, or just now. Gives how many were recorded; what does not open stays sealed,
    /// with a line in the log.
    pub async fn open_boxes(&self) -> Result<usize, Error> {
        let (mut recorded, mut after) = (0, None::<Vec<u8>>);
        loop {
            let mut view = self.store.backend().read().await?;
            let place = (Shelf::BoxPosts.number(), b"".as_slice());
            let waiting = view.items(place, after.as_deref(), Direction::Up, limits::PAGE_ROWS_MAX).await?;
            drop(view);
            let Some(last) = waiting.last() else { return Ok(recorded) };
            after = Some(last.key.clone());
            for item in waiting {
                match self.record_posted(&item.body).await {
                    Ok(()) => {
                        let mut tx = self.store.backend().begin("box.opened").await?;
                        tx.delete_item(Shelf::BoxPosts.number(), b"", &item.key).await?;
                        tx.commit().await?;
                        recorded += 1;
                    }
                    Err(error) => tracing::warn!(code = error.problem().code.0, "a post to a box was not recorded"),
                }
            }
        }
    }

    /// What the hour asks for: boxes whose time is over go, on a locked node too; what could not be recorded when it came is
    /// tried again.
    pub async fn look_after_boxes(&self) {
        let dropped = super::drop_old(&**self.store.backend(), self.now()).await;
        let recorded = if self.store.vault().is_open() { self.open_boxes().await.map(drop) } else { Ok(()) };
        if let Err(error) = dropped.and(recorded) {
            tracing::warn!(code = error.problem().code.0, "boxes were not looked after");
        }
    }

    async fn record_posted(&self, sealed: &[u8]) -> Result<(), Error> {
        let (sealed, phone) = seals(sealed);
        let plain = self.unseal(sealed).await?;
        let posted = serde_json::from_slice(&plain).map_err(|_| Problem::at("report.damaged", "json"))?;
        let missing = || Problem::at("report.damaged", "phone");
        match posted {
            Posted::Report { rid, reply_to, danger, door, report } => {
                self.record_boxed((&rid, &reply_to, door), *report, danger).await
            }
            Posted::FromPhone { rid, reply_to, door } => {
                let report = self.opened_report(phone.ok_or_else(missing)?).await?;
                let danger = report.danger;
                self.record_boxed((&rid, &reply_to, door), report, danger).await
            }
            Posted::Added { id, to, text, files } => self.record_added((&id, &to), text, files).await,
            Posted::AddedFromPhone { id, to } => {
                let report = self.opened_report(phone.ok_or_else(missing)?).await?;
                self.record_added((&id, &to), report.text, report.files).await
            }
        }
    }

    async fn record_boxed(
        &self,
        (rid, (id, key), door): (&str, &(String, String), Door),
        json: ReportJson,
        danger: bool,
    ) -> Result<(), Error> {
        let reply_to = ReplyTo { id: array(id)?, key: array(key)? };
        let without_name = Some(WithoutName { reply_to, danger });
        let act = RecordReport { rid: array(rid)?, door, json, without_name };
        self.record_report(&Actor::Node, &act).await.map(drop)
    }

    async fn record_added(
        &self,
        (id, to): (&str, &str),
        text: String,
        files: Vec<serde_json::Value>,
    ) -> Result<(), Error> {
        let (id, to): ([u8; 16], [u8; 16]) = (array(id)?, array(to)?);
        let mut view = self.read().await?;
        let report: Option<ReportId> = view.card(Shelf::ReportByBox, &to, &[]).await?;
        drop(view);
        // The report was erased in between: there is nothing that this could be part of.
        let Some(report) = report else { return Ok(()) };
        let has_files = !files.is_empty();
        let heard = self.run(&Actor::Node, Asking::of(&id, b""), &Hear { report, id, text, files }).await;
        match heard {
            Err(error) if error.repeated().is_none() => return Err(error),
            _ if has_files => self.store.files().stir(),
            _ => {}
        }
        Ok(())
    }
}

fn array<const N: usize>(text: &str) -> Result<[u8; N], Problem> {
    from_hex(text).and_then(|bytes| bytes.try_into().ok()).ok_or(Problem::at("report.damaged", "box"))
}
