//! A report without a name comes in: typed, and sealed here, or sealed by a phone.

use super::Boxes;
use super::kept::{ADDED, BoxState, OPEN_HOURS, REPORT, keyed, mark, put_box, put_post, state};
use super::posted::{Posted, beside};
use crate::cases::reports::ReportJson;
use crate::error::Error;
use base::{Problem, ReportId, Timestamp, hex};
use casework::report::Door;
use seal::reply::ReplyBox;
use zeroize::Zeroizing;

/// What a form brings.
pub struct Post {
    /// The form's own key; it is not stored.
    pub kunci: [u8; 16],
    /// Where it came in.
    pub door: Door,
    /// Somebody is in danger now.
    pub danger: bool,
    /// What is told; its list of files is made here.
    pub report: ReportJson,
    /// Plain files; sealed before they touch the disk.
    pub files: Vec<Zeroizing<Vec<u8>>>,
}

impl Boxes {
    /// Seals a report and keeps it; answered means that it is on disk. Gives the code and when the box closes. The same form
    /// again gives the same code; with other words it is an addition, so that nothing is lost.
    pub async fn take(&self, post: Post, now: Timestamp) -> Result<(Zeroizing<String>, Timestamp), Error> {
        let (code, made) = self.made(&post.kunci).await?;
        let mut report = post.report;
        report.files = self.keep_files(&post.kunci, post.files, now).await?;
        let content = serde_json::to_vec(&(&report, post.danger)).map_err(|_| Problem::new("report.damaged"))?;
        let sent = keyed(&post.kunci, b"simpul/box-post/1", &content);
        let rid = seal::report_id(&post.kunci);
        let (text, files) = (report.text.clone(), report.files.clone());
        let first = Posted::Report {
            rid: hex(&rid.bytes()),
            reply_to: reply_to(&made),
            door: post.door,
            danger: post.danger,
            report: Box::new(report),
        };
        let again = Posted::Added { id: hex(&sent), to: hex(&made.id), text, files };
        let until = self.keep(&made, (rid, first), (sent, again), (None, now)).await?;
        Ok((code, until))
    }

    /// Keeps a report that a phone sealed; what the door adds is sealed beside it. Nothing here can open it. The same bytes
    /// again give the same code and leave one report; others under the same form are an addition.
    pub async fn take_sealed(
        &self,
        kunci: &[u8; 16],
        (door, report): (Door, &[u8]),
        now: Timestamp,
    ) -> Result<(Zeroizing<String>, Timestamp), Error> {
        let rid = seal::report_id(kunci);
        if seal::report::peek_report(report)?.rid != rid {
            return Err(Problem::at("report.damaged", "rid").into());
        }
        let (code, made) = self.made(kunci).await?;
        let sent = keyed(kunci, b"simpul/box-post/1", report);
        let first = Posted::FromPhone { rid: hex(&rid.bytes()), reply_to: reply_to(&made), door };
        let again = Posted::AddedFromPhone { id: hex(&sent), to: hex(&made.id) };
        let until = self.keep(&made, (rid, first), (sent, again), (Some(report), now)).await?;
        Ok((code, until))
    }

    /// The code of a form and the box that it opens.
    async fn made(&self, kunci: &[u8; 16]) -> Result<(Zeroizing<String>, ReplyBox), Error> {
        let code = self.code(kunci).await?;
        let (made, _) = self.stretched(&code).await?;
        Ok((code, made))
    }

    /// Keeps what a form brought: as a report with a box, or, where that form had sent something else, as an addition. Gives
    /// when the box closes.
    async fn keep(
        &self,
        made: &ReplyBox,
        (rid, first): (ReportId, Posted),
        (sent, again): ([u8; 16], Posted),
        (phone, now): (Option<&[u8]>, Timestamp),
    ) -> Result<Timestamp, Error> {
        let first = self.sealed_beside(&first, rid, phone).await?;
        let until = now.plus_hours(OPEN_HOURS);
        let mut tx = self.backend.begin("box.take").await?;
        if let Some((mut state, due)) = state(&mut *tx, &made.id).await? {
            if state.sent == sent {
                return Ok(due);
            }
            let again = self.sealed_beside(&again, ReportId::from_bytes(sent), phone).await?;
            if put_post(&mut *tx, (ADDED, sent), again).await? {
                state.added = state.added.saturating_add(1);
            }
            put_box(&mut *tx, &made.id, &state, until).await?;
        } else {
            put_post(&mut *tx, (REPORT, rid.bytes()), first).await?;
            let state = BoxState { key: made.public().bytes(), sent, added: 0 };
            put_box(&mut *tx, &made.id, &state, until).await?;
        }
        mark(&mut *tx, &made.id, &*self.chance).await?;
        tx.commit().await?;
        Ok(until)
    }

    /// A post, beside what a phone sealed if there is that.
    async fn sealed_beside(&self, posted: &Posted, id: ReportId, phone: Option<&[u8]>) -> Result<Vec<u8>, Error> {
        let sealed = self.sealed(posted, id).await?;
        Ok(match phone {
            Some(phone) => beside(&sealed, phone)?,
            None => sealed,
        })
    }
}

/// A box as a report names it.
fn reply_to(made: &ReplyBox) -> (String, String) {
    (hex(&made.id), hex(&made.public().bytes()))
}
