//! Rows of a CSV file (RFC 4180), one at a time, in a buffer of fixed size: each with its lines, none with its values in an
//! error. A byte-order mark is taken off.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use std::io::{self, Read};

/// A longer row is marked as long without being kept in memory: a quote that nobody closed could hold the rest of the file.
pub const ROW_BYTES_MAX: usize = 65_536;
/// More columns than any form has.
const COLUMNS_MAX: usize = 256;
/// Bytes read at a time.
const BUFFER_BYTES: usize = 1 << 16;
/// What stands before UTF-8 that a spreadsheet wrote.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Rows of a file.
pub struct Rows<R> {
    from: R,
    reader: Reader,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    text: Vec<u8>,
    ends: Vec<usize>,
    begun: bool,
    /// A spreadsheet's semicolons are taken too.
    either: bool,
}

/// One row.
pub struct Line<'a> {
    text: &'a [u8],
    /// Where each field ends.
    pub ends: &'a [usize],
    /// More bytes or columns than fit.
    pub long: bool,
    /// Its first line, counted from 1.
    pub from: u64,
    /// Its last line.
    pub to: u64,
}

impl Line<'_> {
    /// Its fields, quotes taken off.
    pub fn fields(&self) -> Vec<&[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends).map(|(start, end)| self.text.get(start..*end).unwrap_or_default()).collect()
    }
}

impl<R: Read> Rows<R> {
    /// Rows set apart by commas.
    pub fn new(from: R) -> Self {
        Self {
            from,
            reader: Reader::new(),
            buffer: vec![0; BUFFER_BYTES],
            start: 0,
            end: 0,
            text: vec![0; ROW_BYTES_MAX],
            ends: vec![0; COLUMNS_MAX],
            begun: false,
            either: false,
        }
    }

    /// Rows set apart by commas, or by semicolons if one comes first in the header.
    pub fn of_spreadsheet(from: R) -> Self {
        Self { either: true, ..Self::new(from) }
    }

    /// The next row; blank lines are none. `Err`: the file cannot be read.
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.begin()?;
        let (mut text_end, mut fields, mut long, mut last) = (0, 0, false, 0);
        let from = self.first_line()?;
        loop {
            if self.start == self.end {
                self.start = 0;
                self.end = self.from.read(&mut self.buffer)?;
            }
            let input = self.buffer.get(self.start..self.end).unwrap_or_default();
            let text = self.text.get_mut(text_end..).unwrap_or_default();
            let ends = self.ends.get_mut(fields..).unwrap_or_default();
            let (result, taken, written, ended) = self.reader.read_record(input, text, ends);
            last = taken.checked_sub(1).and_then(|at| input.get(at)).copied().unwrap_or(last);
            self.start += taken;
            text_end += written;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (text_end, fields, long) = (0, 0, true);
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        Ok(Some(Line {
            text: self.text.get(..text_end).unwrap_or_default(),
            ends: self.ends.get(..fields).unwrap_or_default(),
            long,
            from,
            to: (self.reader.line() - u64::from(last == b'\n')).max(from),
        }))
    }

    /// Fills the buffer to the end of the header, takes the byte-order mark off, and sees what sets fields apart.
    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        while self.end < self.buffer.len() && !self.buffer.get(..self.end).unwrap_or_default().contains(&b'\n') {
            match self.from.read(self.buffer.get_mut(self.end..).unwrap_or_default())? {
                0 => break,
                more => self.end += more,
            }
        }
        let head = self.buffer.get(..self.end).unwrap_or_default();
        self.start = if head.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let mut header = head.iter().take_while(|byte| **byte != b'\n');
        if self.either && header.find(|byte| matches!(byte, b';' | b',')) == Some(&b';') {
            self.reader = ReaderBuilder::new().delimiter(b';').build();
        }
        Ok(())
    }

    /// The line on which the next row begins: behind what is left of the line before, and behind blank lines.
    fn first_line(&mut self) -> io::Result<u64> {
        if self.start == self.end {
            self.start = 0;
            self.end = self.from.read(&mut self.buffer)?;
        }
        let rest = self.buffer.get(self.start..self.end).unwrap_or_default().iter();
        let blank = rest.take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
        Ok(self.reader.line() + blank as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<(u64, u64, Vec<String>)> {
        let mut rows = Rows::of_spreadsheet(text);
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let fields = row.fields().iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
            all.push((row.from, row.to, fields));
        }
        all
    }

    #[test]
    fn lines_are_counted_alike_whatever_ends_them() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "1,2", "", "\"x", "y\",3", "4,5"].join(end);
            let found: Vec<(u64, u64)> = lines(text.as_bytes()).iter().map(|row| (row.0, row.1)).collect();
            assert_eq!(found, [(1, 1), (2, 2), (4, 5), (6, 6)], "{end:?}");
        }
    }

    #[test]
    fn a_mark_before_a_quoted_title_is_taken_off_and_semicolons_are_seen() {
        let rows = lines(b"\xef\xbb\xbf\"a\";b\n1;\"2,5\"\n");
        assert_eq!(rows[0].2, ["a", "b"]);
        assert_eq!(rows[1].2, ["1", "2,5"]);
        assert!(lines(b"").is_empty() && lines(b"\xef\xbb\xbf").is_empty() && lines(b"\n\n").is_empty());
    }

    #[test]
    fn a_row_of_a_million_letters_is_long_and_the_next_is_read() {
        let text = format!("a,b\n{},2\n3,4\n", "x".repeat(1_000_000));
        let mut rows = Rows::new(text.as_bytes());
        rows.next().unwrap();
        assert!(rows.next().unwrap().unwrap().long);
        let row = rows.next().unwrap().unwrap();
        assert_eq!((row.from, row.long, row.fields()), (3, false, vec![b"3".as_slice(), b"4"]));
    }
}
