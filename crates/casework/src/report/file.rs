//! Files that a report names: sealed on the phone, kept as they came, looked at on purpose.

use crate::words::words;
use base::{Digest, FileId, Redacted, Timestamp, limits};
use serde::{Deserialize, Serialize};

words! {
    /// What a file is, by its first bytes; its name does not count.
    FileKind {
        /// A JPEG picture.
        Jpeg = "jpeg",
        /// A PNG picture.
        Png = "png",
        /// A WebP picture.
        Webp = "webp",
        /// A PDF document.
        Pdf = "pdf",
        /// An MPEG-4 sound.
        M4a = "m4a",
        /// An MP3 sound.
        Mp3 = "mp3",
        /// An MPEG-4 film.
        Mp4 = "mp4",
        /// Anything else: it is kept, and neither shown nor given out.
        Other = "other",
    }
}

impl FileKind {
    /// The kind of a file by its first bytes.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Webp,
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf,
            [_, _, _, _, b'f', b't', b'y', b'p', a, b, c, _, ..] => Self::of_brand([*a, *b, *c]),
            [b'I', b'D', b'3', ..] => Self::Mp3,
            // An MPEG frame of layer III: eleven bits of sync, then the layer.
            [0xff, second, ..] if second & 0b1110_0110 == 0b1110_0010 => Self::Mp3,
            _ => Self::Other,
        }
    }

    /// MPEG-4 files by the brand that stands in them; others (HEIC, QuickTime) are none of these.
    const fn of_brand(brand: [u8; 3]) -> Self {
        match &brand {
            b"M4A" | b"M4B" => Self::M4a,
            b"iso" | b"mp4" | b"avc" | b"M4V" | b"das" | b"MSN" | b"3gp" => Self::Mp4,
            _ => Self::Other,
        }
    }

    /// A picture, which is shown without what the camera wrote beside it.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// The largest file of this kind that is opened (WEB.md 6).
    pub const fn bytes_max(self) -> u64 {
        match self {
            Self::Jpeg | Self::Png | Self::Webp => 8 << 20,
            Self::Pdf => 10 << 20,
            _ => limits::UPLOAD_BYTES_MAX,
        }
    }

    /// Its media type: named between nodes and shown there, never run.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::M4a => "audio/mp4",
            Self::Mp3 => "audio/mpeg",
            Self::Mp4 => "video/mp4",
            Self::Other => "application/octet-stream",
        }
    }

    /// What its name ends with when it is given out.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Other => "bin",
            other => other.word(),
        }
    }
}

/// A file that a report names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// The upload it came as.
    pub id: FileId,
    /// Its plain bytes.
    pub bytes: u64,
    /// SHA-256 of them.
    pub hash: Digest,
    /// What opens it. Sealed with the report, so it goes when the report is erased.
    pub key: Redacted<[u8; 16]>,
}

/// What was found when the whole file was opened for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFound {
    /// It is what the report says, and of this kind.
    Whole(FileKind),
    /// This chunk does not open; without a number, the whole is not what the report says.
    Damaged(Option<u32>),
}

/// A finding and its time: where the chain of evidence begins (UU 21/2007 art. 29).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCheck {
    /// What was found.
    pub found: FileFound,
    /// When.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        let cases: [(&[u8], FileKind); 16] = [
            (b"\xff\xd8\xff\xe1", FileKind::Jpeg),
            (b"\x89PNG\r\n\x1a\n....", FileKind::Png),
            (b"RIFF\0\0\0\0WEBPVP8 ", FileKind::Webp),
            (b"%PDF-1.7", FileKind::Pdf),
            (b"\0\0\0\x20ftypM4A \0\0", FileKind::M4a),
            (b"\0\0\0\x20ftypisom\0\0", FileKind::Mp4),
            (b"ID3\x04", FileKind::Mp3),
            (b"\xff\xfb\x90\x00", FileKind::Mp3),
            (b"\0\0\0\x20ftypheic\0\0", FileKind::Other),
            (b"RIFF\0\0\0\0AVI LIST", FileKind::Other),
            (b"<html><script>", FileKind::Other),
            (b"<svg xmlns", FileKind::Other),
            (b"PK\x03\x04", FileKind::Other),
            (b" %PDF-1.7", FileKind::Other),
            (b"\xff\xd8", FileKind::Other),
            (b"", FileKind::Other),
        ];
        for (bytes, kind) in cases {
            assert_eq!(FileKind::of(bytes), kind, "{bytes:?}");
        }
    }
}
