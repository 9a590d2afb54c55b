//! Gammu SMSD with its service FILES (gammu-smsd-files(7)). It writes what came as files whose names hold the number; they are
//! deleted once they were taken. What goes out is a file `.smsbackup`, as there the number stands inside: no name of ours holds one.

use super::config::GammuConfig;
use base::{Problem, Redacted, hex};
use desk::sms::{Incoming, Out, Part};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Files that are read in a round.
const FILES_MAX: usize = 100;
/// A longer file is no message.
const FILE_BYTES_MAX: u64 = 16_384;

/// Its folders, and how long its files were when they were looked at last: one that still grows is left alone.
pub struct Gammu {
    folders: GammuConfig,
    lengths: BTreeMap<PathBuf, u64>,
}

/// A message and the files it came in.
pub struct Came {
    /// The message.
    pub incoming: Incoming,
    /// To be deleted once it was taken.
    pub files: Vec<PathBuf>,
}

impl Gammu {
    pub const fn new(folders: GammuConfig) -> Self {
        Self { folders, lengths: BTreeMap::new() }
    }

    /// What came and is whole: its files were as long a round ago. Parts that are there are one message.
    pub fn receive(&mut self) -> Result<Vec<Came>, Problem> {
        let mut groups: BTreeMap<String, Vec<(u16, PathBuf)>> = BTreeMap::new();
        let (mut lengths, mut growing) = (BTreeMap::new(), Vec::new());
        for path in list(&self.folders.inbox)?.into_iter().take(FILES_MAX) {
            let Some(name) = path.file_name().and_then(|name| name.to_str()).and_then(Name::read) else { continue };
            if name.is_data {
                // A notice between machines.
                remove(&path);
                continue;
            }
            let length = fs::metadata(&path).map(|found| found.len()).unwrap_or_default();
            if self.lengths.get(&path) != Some(&length) {
                growing.push(name.group.clone());
            }
            lengths.insert(path.clone(), length);
            groups.entry(name.group).or_default().push((name.number, path));
        }
        self.lengths = lengths;
        groups.retain(|group, _| !growing.contains(group));
        Ok(groups.into_iter().filter_map(|(group, files)| came(&group, files)).collect())
    }

    /// Hands a message over. One that is in a folder of Gammu already was handed over before the node died.
    pub fn send(&self, out: &Out) -> Result<(), Problem> {
        let name = name(&out.id);
        let known = [&self.folders.outbox, &self.folders.sent, &self.folders.error];
        if known.iter().any(|folder| folder.join(&name).exists()) {
            return Ok(());
        }
        // Gammu passes over what begins with a dot.
        let part = self.folders.outbox.join(format!(".{name}"));
        let written = || -> std::io::Result<()> {
            let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o640).open(&part)?;
            file.write_all(backup(&out.to, &out.text).as_bytes())?;
            file.sync_all()?;
            fs::rename(&part, self.folders.outbox.join(&name))
        };
        written().map_err(|_| Problem::new("sms.unreachable"))
    }

    /// Messages of ours that Gammu has done with, and whether it could not send them.
    pub fn done(&self) -> Result<Vec<([u8; 16], PathBuf, bool)>, Problem> {
        let mut done = Vec::new();
        for (folder, failed) in [(&self.folders.sent, false), (&self.folders.error, true)] {
            done.extend(list(folder)?.into_iter().filter_map(|path| Some((own(&path)?, path, failed))));
        }
        Ok(done)
    }
}

/// Deletes a file. That it is gone is as good.
pub fn remove(path: &Path) {
    if path.exists() && fs::remove_file(path).is_err() {
        tracing::warn!("a file of the SMS gateway cannot be deleted");
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let found = fs::read_dir(folder).map_err(|_| Problem::new("sms.unreachable"))?;
    let mut paths: Vec<PathBuf> = found.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

/// `IN<date>_<time>_<serial>_<sender>_<part>.<ext>`
struct Name {
    group: String,
    number: u16,
    is_data: bool,
}

impl Name {
    fn read(name: &str) -> Option<Self> {
        let (stem, ending) = name.strip_prefix("IN")?.rsplit_once('.')?;
        let (group, part) = stem.rsplit_once('_')?;
        let is_data = ending == "bin";
        let is_one = group.splitn(4, '_').count() == 4 && (is_data || ending == "txt");
        Some(Self { group: group.to_owned(), number: part.parse::<u16>().ok()?.checked_add(1)?, is_data })
            .filter(|_| is_one)
    }
}

fn came(group: &str, files: Vec<(u16, PathBuf)>) -> Option<Came> {
    let from = group.splitn(4, '_').last()?.to_owned();
    let mut parts = Vec::new();
    for (number, path) in &files {
        let is_small = fs::metadata(path).is_ok_and(|found| found.len() <= FILE_BYTES_MAX);
        let bytes = fs::read(path).ok().filter(|_| is_small)?;
        // Gammu may use a name again within a second; another text is another message.
        let sum = hex(&seal::hash::sha256(&[&bytes]));
        let id = Redacted::new(format!("{group}/{number}/{sum}"));
        parts.push(Part { id, number: *number, text: Redacted::new(decoded(&bytes)) });
    }
    let incoming = Incoming { group: Redacted::new(group.to_owned()), from: Redacted::new(from), parts };
    Some(Came { incoming, files: files.into_iter().map(|(_, path)| path).collect() })
}

/// `InboxFormat` unicode writes UTF-16 with its mark; others the bytes of the system.
fn decoded(bytes: &[u8]) -> String {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.as_chunks().0.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        },
    }
}

fn name(id: &[u8; 16]) -> String {
    format!("OUTC{}.smsbackup", hex(id))
}

fn own(path: &Path) -> Option<[u8; 16]> {
    let name = path.file_name()?.to_str()?;
    let id = name.strip_prefix("OUTC")?.strip_suffix(".smsbackup")?;
    base::from_hex(id)?.try_into().ok()
}

/// Hex digits of a text in one line.
const LINE_DIGITS: usize = 200;

/// One message in the form of gammu-smsbackup(5); texts are UTF-16 in hex. Gammu takes a section without `Number` for no message.
fn backup(to: &str, text: &str) -> String {
    let wide = |text: &str| hex(&text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()).to_uppercase();
    let digits = wide(text);
    let lines = digits.as_bytes().chunks(LINE_DIGITS).map(String::from_utf8_lossy).enumerate();
    let lines = lines.map(|(n, line)| format!("Text{n:02} = {line}\n")).collect::<Vec<_>>().concat();
    format!(
        "[SMSBackup000]\nPDU = Submit\nState = UnSent\nNumber = \"{to}\"\nNumberUnicode = {}\n{lines}\
         Coding = Default_No_Compression\nFolder = 2\nLength = {}\nClass = -1\nReplySMSC = False\n\
         RejectDuplicates = False\nReplaceMessage = 0\nMessageReference = 0\n",
        wide(to),
        text.chars().count(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_gammu_are_read_and_others_passed_over() {
        let name = Name::read("IN20261130_070000_00_+628000000001_01.txt").unwrap();
        assert_eq!((name.group.as_str(), name.number, name.is_data), ("20261130_070000_00_+628000000001", 2, false));
        for other in ["OUTC00.smsbackup", "IN1.txt", "IN20261130_070000_00_+62_x.txt", ".IN20261130_070000_00_1_00.txt"]
        {
            assert!(Name::read(other).is_none(), "{other}");
        }
        assert_eq!(decoded(b"\xfe\xff\0L\0a\x20\x19"), "La\u{2019}");
        assert_eq!(
            (decoded(b"LAPOR caf\xe9"), decoded("LAPOR café".as_bytes())),
            ("LAPOR café".into(), "LAPOR café".into())
        );
    }
}
