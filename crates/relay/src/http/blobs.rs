//! Blobs between nodes (FEDERATION.md 9): chunk by chunk, so that a link that breaks costs one chunk and no more. Who knows
//! a weekly tag may put, who knows the blob's random id may look and fetch; nothing here can be opened without its key.

use super::mailbox::{ChunkTaken, Coming};
use super::ranges::shown;
use super::server::{Answer, Carrier, empty, failed, tag_of, with_type};
use base::{FileId, from_hex};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use seal::Tag;
use seal::chunk::CHUNK_BYTES_MAX;
use store::FilesError;
use store::files::Kept;

/// For whom a chunk is: the weekly tag, in hex.
pub const TO: &str = "simpul-to";
/// Until which unix hour it is of use.
pub const EXPIRES: &str = "simpul-expires";
/// `1` for the last chunk of a blob, else `0`.
pub const LAST: &str = "simpul-last";
/// Which chunks are here: `0-11,13`.
pub const HAVE: &str = "simpul-have";
/// Media type of a chunk.
const CHUNK: &str = "application/octet-stream";

/// A blob's id out of an address.
pub fn blob_of(text: &str) -> Option<FileId> {
    FileId::from_slice(&from_hex(text)?)
}

/// What a PUT says beside the bytes.
struct Put {
    tag: Tag,
    expires_hour: u64,
    last: bool,
}

impl Put {
    fn read(parts: &Parts) -> Option<Self> {
        let header = |name: &str| parts.headers.get(name)?.to_str().ok();
        let last = match header(LAST)? {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        Some(Self { tag: tag_of(header(TO)?)?, expires_hour: header(EXPIRES)?.parse().ok()?, last })
    }
}

impl Carrier {
    /// `PUT /fed/1/blob/{id}/{n}`, `HEAD /fed/1/blob/{id}`, `GET /fed/1/blob/{id}/{n}`.
    pub(super) async fn blob(&self, parts: &Parts, (id, rest): (FileId, &[&str]), body: Bytes) -> Answer {
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| n.to_string() == text);
        match (&parts.method, rest) {
            (&Method::PUT, [n]) => match (number(n), Put::read(parts)) {
                (Some(n), Some(put)) if body.len() <= CHUNK_BYTES_MAX => self.put(put, (id, n), body).await,
                (Some(_), Some(_)) => empty(StatusCode::PAYLOAD_TOO_LARGE),
                _ => empty(StatusCode::BAD_REQUEST),
            },
            (&Method::HEAD, []) => self.have(id).await,
            (&Method::GET, [n]) => match number(n) {
                Some(n) => self.get(id, n).await,
                None => empty(StatusCode::NOT_FOUND),
            },
            _ => empty(StatusCode::NOT_FOUND),
        }
    }

    /// For an own tag the chunk lies with this node's files; for another it lies in a hosted mailbox.
    async fn put(&self, put: Put, (blob, n): (FileId, u32), body: Bytes) -> Answer {
        let Put { tag, expires_hour, last } = put;
        let now = self.post().now();
        if self.post().tags().contains(&tag) {
            if expires_hour.saturating_mul(3600) < now.seconds().unsigned_abs() {
                return empty(StatusCode::NOT_FOUND);
            }
            return kept(self.post().take_chunk((blob, n, last), body.to_vec()).await);
        }
        if !self.hosts_others() {
            return empty(StatusCode::NOT_FOUND);
        }
        match self.mailboxes().put_chunk(Coming { tag, expires_hour, blob, n, last, bytes: &body }, now).await {
            Ok(taken) => answer(taken),
            Err(error) => failed(&error),
        }
    }

    /// What is here of a blob, whoever it is for: a random id that only giver and taker know.
    async fn have(&self, id: FileId) -> Answer {
        let here = match self.post().chunks_here(id).await {
            Ok(here) => here.map(|progress| progress.have),
            Err(error) => return kept(Err(error)),
        };
        let runs = match here {
            None if self.hosts_others() => self.mailboxes().have(id).await,
            here => Ok(here),
        };
        match runs {
            Ok(Some(runs)) => {
                let mut answer = empty(StatusCode::OK);
                if let Ok(runs) = HeaderValue::from_str(&shown(&runs)) {
                    answer.headers_mut().insert(HAVE, runs);
                }
                answer
            }
            Ok(None) => empty(StatusCode::NOT_FOUND),
            Err(error) => failed(&error),
        }
    }

    /// Only what is hosted for others is given out: this node's own files are fetched by nobody.
    async fn get(&self, id: FileId, n: u32) -> Answer {
        if !self.hosts_others() {
            return empty(StatusCode::NOT_FOUND);
        }
        match self.mailboxes().chunk(id, n).await {
            Ok(Some((bytes, last))) => {
                let mut answer = with_type(StatusCode::OK, bytes, CHUNK);
                answer.headers_mut().insert(LAST, HeaderValue::from_static(if last { "1" } else { "0" }));
                answer
            }
            Ok(None) => empty(StatusCode::NOT_FOUND),
            Err(error) => failed(&error),
        }
    }
}

fn answer(taken: ChunkTaken) -> Answer {
    match taken {
        ChunkTaken::New => empty(StatusCode::CREATED),
        ChunkTaken::Same => empty(StatusCode::OK),
        ChunkTaken::Other => empty(StatusCode::CONFLICT),
        ChunkTaken::NotServed => empty(StatusCode::NOT_FOUND),
        ChunkTaken::Misfit => empty(StatusCode::BAD_REQUEST),
        ChunkTaken::Quota => later(StatusCode::TOO_MANY_REQUESTS),
    }
}

fn kept(kept: Result<Kept, FilesError>) -> Answer {
    match kept {
        Ok(Kept { new: true, .. }) => empty(StatusCode::CREATED),
        Ok(_) => empty(StatusCode::OK),
        Err(FilesError::Other) => empty(StatusCode::CONFLICT),
        Err(FilesError::TooLarge) => empty(StatusCode::PAYLOAD_TOO_LARGE),
        Err(FilesError::Misfit) => empty(StatusCode::BAD_REQUEST),
        Err(FilesError::NoRoom) => later(StatusCode::TOO_MANY_REQUESTS),
        Err(FilesError::NotWhole | FilesError::Disk) => later(StatusCode::SERVICE_UNAVAILABLE),
    }
}

fn later(status: StatusCode) -> Answer {
    let mut answer = empty(status);
    answer.headers_mut().insert("retry-after", HeaderValue::from_static("600"));
    answer
}
