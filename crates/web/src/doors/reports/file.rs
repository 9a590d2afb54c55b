//! Files of a report: each opening is an act that is recorded first. A picture is shown without its metadata, other kinds
//! are given out to be saved, and nothing that came from outside runs in a page of ours.

use super::page::shown as report_page;
use crate::doors::{Came, comes_back, id};
use crate::guard::{Answer, Here, Posted, given_out, page};
use crate::view::staff::report::FilePage;
use crate::view::{Fact, Link};
use axum::extract::Path;
use base::{FileId, Lang, Problem, ReportId};
use casework::report::FileKind;
use desk::Deed;
use desk::cases::reports::{FileOpened, OpenFile, ReportStream, openings};
use store::{Read, Stored};

/// `POST /laporan/{id}/berkas/{file}`: shown if it is a picture, else given out.
pub async fn open(here: Here, Path((report, file)): Path<(String, String)>, _: Posted) -> Answer {
    let act = OpenFile { report: id(&report)?, file: id(&file)? };
    let opened = match here.web.desk.open_file(&here.actor(), &act).await {
        Ok(opened) => opened,
        Err(error) => return instead(&here, act.report, &error).await,
    };
    let kind = opened.kind;
    if !kind.is_picture() {
        let report = loaded(&here, act.report).await?;
        return match kind {
            FileKind::Other => Err(Problem::new("file.kind-unknown").into()),
            _ => Ok(given_out(opened.plain.to_vec(), &name(&report, act.file, kind))),
        };
    }
    let FileOpened { file, plain, .. } = opened;
    match without_metadata(&here, plain, kind).await {
        Ok(jpeg) => picture_page(&here, act, (kind, file.bytes), &jpeg).await,
        Err(problem) => instead(&here, act.report, &problem.into()).await,
    }
}

/// A picture as it is shown: so many are decoded at a time, and not on a worker that answers pages.
pub async fn without_metadata<B>(here: &Here, plain: B, kind: FileKind) -> Result<Vec<u8>, Problem>
where
    B: AsRef<[u8]> + Send + 'static,
{
    let turn = here.web.pictures.acquire().await.map_err(|_| Problem::new("web.busy"))?;
    let decoded = tokio::task::spawn_blocking(move || crate::picture::shown(plain.as_ref(), kind)).await;
    drop(turn);
    decoded.map_err(|_| Problem::new("file.picture-unreadable"))?
}

/// `POST /laporan/{id}/berkas/{file}/asli`: the original as it came, for those who investigate. It may say where and when
/// a picture was taken, so presence is proved anew.
pub async fn original(here: Here, Path((report, file)): Path<(String, String)>, _: Posted) -> Answer {
    let act = OpenFile { report: id(&report)?, file: id(&file)? };
    here.read(Deed::OpenFile).await?;
    here.fresh(&format!("/laporan/{}", act.report))?;
    match here.web.desk.open_file(&here.actor(), &act).await {
        Ok(opened) => {
            let report = loaded(&here, act.report).await?;
            Ok(given_out(opened.plain.to_vec(), &name(&report, act.file, opened.kind)))
        }
        Err(error) => instead(&here, act.report, &error).await,
    }
}

/// The page of the report with what is wrong with the file on top.
async fn instead(here: &Here, report: ReportId, error: &desk::Error) -> Answer {
    let problem = error.problem();
    let is_about_the_file = ["file.", "upload.", "chunk."].iter().any(|part| problem.code.0.starts_with(part));
    if is_about_the_file || comes_back(error).is_some_and(|problem| problem.code.0 != "act.role") {
        return report_page(here, report, Came { problem: Some(problem), ..Came::default() }).await;
    }
    Err(problem.into())
}

async fn loaded(here: &Here, report: ReportId) -> Result<Stored<ReportStream>, desk::Error> {
    here.web.desk.read().await?.load::<ReportStream>(report.bytes()).await?.ok_or(desk::Error::NotFound)
}

/// Its place in the list of the report, from 1.
pub fn number(report: &ReportStream, file: FileId) -> usize {
    report.received.files.iter().position(|known| known.id == file).map_or(0, |at| at + 1)
}

fn name(report: &ReportStream, file: FileId, kind: FileKind) -> String {
    let reference = crate::doors::intake::reference(&report.received.rid).replace(' ', "-");
    format!("{reference}-{}.{}", number(report, file), kind.ending())
}

async fn picture_page(here: &Here, act: OpenFile, (kind, bytes): (FileKind, u64), jpeg: &[u8]) -> Answer {
    let report = loaded(here, act.report).await?;
    let mut view = here.web.desk.read().await?;
    let seen = openings(&mut view, act.report).await?.into_iter().filter(|(_, _, file)| *file == act.file);
    let mut who = Vec::new();
    for (at, officer, _) in seen {
        let name = view.load::<desk::staff::Officer>(officer.bytes()).await?;
        let name = name.map(|known| known.name.expose().clone()).unwrap_or_default();
        who.push(Fact::new(here.moment(at), name));
    }
    who.reverse();
    let t = &here.t;
    let hash = report.file(act.file).map(|file| file.hash.to_string()).unwrap_or_default();
    let checked = report.checked.get(&act.file).map(|check| here.moment(check.at)).unwrap_or_default();
    let reference = crate::doors::intake::reference(&report.received.rid);
    let path = format!("/laporan/{}", act.report);
    page(&FilePage {
        back: Link::new(&path, t.report_of(&reference)),
        heading: t.file_of(number(&report, act.file), &reference),
        picture: crate::picture::address(jpeg),
        facts: vec![
            Fact::new(t.file_kind(), kind_word(here, kind)),
            Fact::new(t.file_size(), size(bytes, t.lang())),
            Fact::new(t.file_checked(), checked),
        ],
        hash,
        openings: who,
        original: format!("{path}/berkas/{}/asli", act.file),
        fields: Vec::new(),
        t: here.t.clone(),
    })
}

/// The kind of a file in words.
pub fn kind_word(here: &Here, kind: FileKind) -> &'static str {
    let t = here.t.words();
    match kind {
        FileKind::Jpeg | FileKind::Png | FileKind::Webp => t.file_picture(),
        FileKind::Pdf => t.file_pdf(),
        FileKind::M4a | FileKind::Mp3 => t.file_sound(),
        FileKind::Mp4 => t.file_film(),
        FileKind::Other => t.file_other(),
    }
}

/// So many bytes as people say it: "2,1 MB".
pub fn size(bytes: u64, lang: Lang) -> String {
    let (value, unit) = if bytes < 1_000_000 { (bytes, "KB") } else { (bytes / 1_000, "MB") };
    let tenths = value.div_ceil(100);
    let mark = if lang == Lang::En { '.' } else { ',' };
    format!("{}{mark}{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(size(2_100_000, Lang::Id), "2,1 MB");
        assert_eq!(size(4_097, Lang::En), "4.1 KB");
        assert_eq!(size(0, Lang::Id), "0,0 KB");
    }
}
