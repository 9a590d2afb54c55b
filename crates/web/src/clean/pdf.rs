//! PDF documents, emptied in place: no byte moves, as tables name places in the file. Strings that say who, with what and when become
//! blanks, XMP and thumbnails too, and what stands beside pictures. A document with scripts, attachments, forms that act, locked or
//! packed objects is refused: what lies in those cannot be seen here.

use super::jpeg;

/// Names that mean something that is not taken.
const REFUSED: [&[u8]; 12] = [
    b"Encrypt",
    b"ObjStm",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"JavaScript",
    b"JS",
    b"Launch",
    b"RichMedia",
    b"XFA",
    b"PieceInfo",
    b"JPXDecode",
    b"AA",
];
/// Keys whose strings go, wherever they stand.
const EMPTIED: [&[u8]; 16] = [
    b"Author",
    b"Creator",
    b"Producer",
    b"Title",
    b"Subject",
    b"Keywords",
    b"CreationDate",
    b"ModDate",
    b"LastModified",
    b"M",
    b"T",
    b"Company",
    b"Manager",
    b"SourceModified",
    b"ID",
    b"PTEX.Fullbanner",
];

/// The document without what it says of itself.
pub fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.windows(5).rposition(|part| part == b"%%EOF")?;
    let mut out = bytes.get(..end + 5)?.to_vec();
    let about = about(&out);
    let mut scan = Scan { bytes: &mut out, at: 8, about, object: Vec::new(), key: Vec::new(), dict: Dict::default() };
    while scan.step()? {}
    out.push(b'\n');
    Some(out)
}

/// Numbers of the objects that trailers name as `/Info`.
fn about(bytes: &[u8]) -> Vec<Vec<u8>> {
    let starts = bytes.windows(5).enumerate().filter(|(_, part)| *part == b"/Info").map(|(at, _)| at + 5);
    let number = |at: usize| -> Option<Vec<u8>> {
        let rest = bytes.get(at..)?.trim_ascii_start();
        let digits: Vec<u8> = rest.iter().copied().take_while(u8::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    };
    starts.filter_map(number).collect()
}

/// What the dictionary before a stream said.
#[derive(Default)]
struct Dict {
    metadata: bool,
    jpeg: bool,
}

struct Scan<'a> {
    bytes: &'a mut [u8],
    at: usize,
    about: Vec<Vec<u8>>,
    /// Number of the object.
    object: Vec<u8>,
    /// The last name: what a string belongs to.
    key: Vec<u8>,
    dict: Dict,
}

impl Scan<'_> {
    /// Goes on by one piece. `Some(false)`: the end; `None`: refused.
    fn step(&mut self) -> Option<bool> {
        let rest = self.bytes.get(self.at..)?;
        match rest {
            [] => return Some(false),
            [b'%', ..] => self.comment(rest.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count()),
            [b'(', ..] => self.string(literal(rest)?, b' '),
            [b'<', b'<', ..] | [b'>', b'>', ..] => self.at += 2,
            [b'<', ..] => self.string(rest.iter().position(|byte| *byte == b'>')? + 1, b'0'),
            [b'/', name @ ..] => {
                let length = name.iter().take_while(|byte| is_regular(**byte)).count();
                let name = decoded(name.get(..length)?);
                self.at += 1 + length;
                self.name(name)?;
            }
            [b's', b't', b'r', b'e', b'a', b'm', b'\r' | b'\n', ..] => self.stream()?,
            [byte, ..] if is_regular(*byte) => {
                let length = rest.iter().take_while(|byte| is_regular(**byte)).count();
                self.word(length);
            }
            _ => self.at += 1,
        }
        Some(true)
    }

    fn comment(&mut self, length: usize) {
        let end = self.at + length;
        if let Some(text) = self.bytes.get_mut(self.at..end)
            && text != b"%%EOF"
        {
            text.fill(b' ');
        }
        self.at = end;
    }

    fn string(&mut self, length: usize, blank: u8) {
        let end = self.at + length;
        if (self.about.contains(&self.object) || EMPTIED.contains(&self.key.as_slice()))
            && let Some(inside) = self.bytes.get_mut(self.at + 1..end - 1)
        {
            inside.fill(blank);
        }
        self.at = end;
    }

    fn name(&mut self, name: Vec<u8>) -> Option<()> {
        if REFUSED.contains(&name.as_slice()) {
            return None;
        }
        match name.as_slice() {
            b"Metadata" if self.key == b"Type" => self.dict.metadata = true,
            b"XML" if self.key == b"Subtype" => self.dict.metadata = true,
            b"DCTDecode" | b"DCT" => self.dict.jpeg = true,
            _ => {}
        }
        self.key = name;
        Some(())
    }

    /// A number or a word: `7 0 obj`, `endobj`.
    fn word(&mut self, length: usize) {
        let word = self.bytes.get(self.at..self.at + length).unwrap_or_default();
        match word {
            b"obj" => {
                let before: Vec<&[u8]> = self
                    .bytes
                    .get(..self.at)
                    .unwrap_or_default()
                    .rsplit(|byte| !is_regular(*byte))
                    .filter(|part| !part.is_empty())
                    .take(2)
                    .collect();
                self.object = before.last().map(|number| number.to_vec()).unwrap_or_default();
                (self.key, self.dict) = (Vec::new(), Dict::default());
            }
            b"endobj" => (self.object, self.key) = (Vec::new(), Vec::new()),
            _ => {}
        }
        self.at += length;
    }

    fn stream(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        let begin = self.at + if rest.get(6..8)? == b"\r\n" { 8 } else { 7 };
        let length = self.bytes.get(begin..)?.windows(9).position(|part| part == b"endstream")?;
        let content = self.bytes.get_mut(begin..begin + length)?;
        if self.dict.metadata {
            content.fill(b' ');
        } else if self.dict.jpeg {
            jpeg::scrub(content)?;
        }
        (self.at, self.dict) = (begin + length + 9, Dict::default());
        Some(())
    }
}

/// Bytes of a string in brackets, which may hold others.
fn literal(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

const fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && byte != 0
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// A name as it is meant: `#4A` is a letter too.
fn decoded(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = name;
    while let Some((first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        if let (b'#', Some(byte)) = (first, hex) {
            out.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            out.push(*first);
            rest = after;
        }
    }
    out
}
