//! One archive: "SIMPULAR", version, kind, archive id, its wrapped key; then chunks (FEDERATION.md 3, C = this header) of
//! records, each behind its length. A cut, a flipped bit, another order or another archive's header does not open.

use super::Record;
use base::Chance;
use base::limits::BLOB_CHUNK_BYTES;
use seal::DataKey as Key;
use seal::chunk::CHUNK_BYTES_MAX;
use seal::{Aad, ChunkKey, Chunks};
use std::io::{self, BufRead, BufReader, Read, Write};

const MAGIC: &[u8; 8] = b"SIMPULAR";
const VERSION: u8 = 1;
/// Magic, version, kind, id.
const NAMED_BYTES: usize = 26;
/// With the wrapped key.
const HEADER_BYTES: usize = NAMED_BYTES + seal::cell::WRAPPED_KEY_BYTES;
/// A record longer than this is none of ours: the largest document and its frame.
const RECORD_BYTES_MAX: usize = base::limits::DOCUMENT_BYTES_MAX + 65_536;

/// Which archive: its kind and id. They are bound into every chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub kind: u8,
    pub id: [u8; 16],
}

impl Name {
    fn bytes(self) -> Vec<u8> {
        [&MAGIC[..], &[VERSION, self.kind], &self.id].concat()
    }
}

fn aad(named: &[u8]) -> Aad {
    Aad::new("simpul/archive/1").bytes(named)
}

pub(super) struct Writer<W> {
    to: W,
    chunks: Chunks,
    n: u32,
    plain: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Begins an archive with a key of its own, wrapped by the key of backups.
    pub fn begin(mut to: W, key: &Key, name: Name, chance: &dyn Chance) -> io::Result<Self> {
        let (named, own) = (name.bytes(), Key::generate(chance));
        let wrapped = seal::wrap_key(key, &aad(&named), &own, chance).map_err(|_| io::ErrorKind::InvalidData)?;
        let header = [named.as_slice(), &wrapped].concat();
        to.write_all(&header)?;
        let chunks = Chunks::of_header(ChunkKey::Node(*own.expose()), &header);
        Ok(Self { to, chunks, n: 0, plain: Vec::new() })
    }

    pub fn add(&mut self, record: &Record) -> io::Result<()> {
        let bytes =
            record.encode().filter(|bytes| bytes.len() <= RECORD_BYTES_MAX).ok_or(io::ErrorKind::InvalidData)?;
        let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidData)?;
        self.plain.extend(length.to_be_bytes());
        self.plain.extend(bytes);
        // One byte at least stays for the last chunk.
        while self.plain.len() > BLOB_CHUNK_BYTES {
            let rest = self.plain.split_off(BLOB_CHUNK_BYTES);
            self.chunk(false)?;
            self.plain = rest;
        }
        Ok(())
    }

    pub fn end(mut self) -> io::Result<W> {
        self.chunk(true)?;
        Ok(self.to)
    }

    fn chunk(&mut self, last: bool) -> io::Result<()> {
        let sealed = self.chunks.seal(self.n, last, &self.plain).map_err(|_| io::ErrorKind::InvalidData)?;
        self.n = self.n.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        self.to.write_all(&sealed)
    }
}

pub(super) struct Reader<R> {
    from: BufReader<R>,
    chunks: Chunks,
    n: u32,
    plain: Vec<u8>,
    at: usize,
    done: bool,
}

impl<R: Read> Reader<R> {
    /// Opens an archive that is the one named.
    pub fn open(from: R, key: &Key, name: Name) -> io::Result<Self> {
        let mut from = BufReader::with_capacity(CHUNK_BYTES_MAX, from);
        let mut header = [0; HEADER_BYTES];
        from.read_exact(&mut header)?;
        let (named, wrapped) = header.split_at(NAMED_BYTES);
        if named != name.bytes() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let own = seal::unwrap_key(key, &aad(named), wrapped).map_err(|_| io::ErrorKind::InvalidData)?;
        let chunks = Chunks::of_header(ChunkKey::Node(*own.expose()), &header);
        Ok(Self { from, chunks, n: 0, plain: Vec::new(), at: 0, done: false })
    }

    /// The next record; `None` at the end. Nothing of a chunk is given before the whole chunk opened.
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        if !self.has(4)? {
            return if self.at == self.plain.len() { Ok(None) } else { Err(io::ErrorKind::InvalidData.into()) };
        }
        let length = self.take(4)?.try_into().map(u32::from_be_bytes).map_err(|_| io::ErrorKind::InvalidData)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > RECORD_BYTES_MAX || !self.has(length)? {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let record = Record::decode(self.take(length)?);
        record.map(Some).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn has(&mut self, bytes: usize) -> io::Result<bool> {
        while self.plain.len() - self.at < bytes && !self.done {
            self.plain.drain(..self.at);
            self.at = 0;
            let mut sealed = Vec::with_capacity(CHUNK_BYTES_MAX);
            self.from.by_ref().take(CHUNK_BYTES_MAX as u64).read_to_end(&mut sealed)?;
            self.done = self.from.fill_buf()?.is_empty();
            let plain = self.chunks.open(self.n, self.done, &sealed).map_err(|_| io::ErrorKind::InvalidData)?;
            self.n = self.n.checked_add(1).ok_or(io::ErrorKind::InvalidData)?;
            self.plain.extend_from_slice(&plain);
        }
        Ok(self.plain.len() - self.at >= bytes)
    }

    fn take(&mut self, bytes: usize) -> io::Result<&[u8]> {
        let taken = self.plain.get(self.at..self.at + bytes).ok_or(io::ErrorKind::InvalidData)?;
        self.at += bytes;
        Ok(taken)
    }
}
