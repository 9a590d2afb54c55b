//! Files of reporters without a name, made anew or emptied before they are sealed: what a camera, a recorder or an office program
//! wrote beside the content (place, time, device, author, a smaller copy) is not kept. What cannot be emptied surely is refused.

mod jpeg;
mod mp3;
mod mp4;
mod pdf;

use crate::picture;
use base::Problem;
use casework::report::FileKind;

/// A file as it is kept. Takes long: not on a worker that answers pages. `box.file-kind`: none of the kinds that are taken;
/// `file.not-cleaned`: what lies hidden in it cannot be taken out here; for pictures, those of [`picture::shown`].
pub fn kept(bytes: &[u8], kind: FileKind) -> Result<Vec<u8>, Problem> {
    let clean = match kind {
        FileKind::Jpeg | FileKind::Png | FileKind::Webp => return picture::shown(bytes, kind),
        FileKind::Mp3 => mp3::clean(bytes),
        FileKind::M4a | FileKind::Mp4 => mp4::clean(bytes),
        FileKind::Pdf => pdf::clean(bytes),
        FileKind::Other => return Err(Problem::new("box.file-kind")),
    };
    clean.ok_or(Problem::new("file.not-cleaned"))
}
