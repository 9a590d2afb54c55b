//! MPEG-4 sound and film: a tree of boxes. Nothing moves, as tables name places in the file; boxes that playing does not need become
//! empty ones of the same length, times and names become zeros.

/// Boxes that hold boxes.
const HOLDERS: [&[u8; 4]; 11] =
    [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts", b"mvex", b"moof", b"traf", b"mfra"];
/// Boxes that playing needs.
const NEEDED: [&[u8; 4]; 34] = [
    b"ftyp", b"styp", b"mdat", b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"vmhd", b"smhd", b"dref", b"stsd", b"stts",
    b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"sdtp", b"sbgp", b"sgpd", b"elst",
    b"trex", b"mehd", b"mfhd", b"tfhd", b"tfdt", b"trun", b"tfra", b"mfro", b"sidx", b"iods",
];
/// Boxes in boxes.
const DEPTH_MAX: usize = 8;

/// The file without what it says of itself. `None`: it is no such file, or it has tracks other than sound and picture, in
/// which recorders write places and movements.
pub fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.to_vec();
    let length = walk(&mut out, 0)?;
    out.truncate(length);
    let has = |kind: &[u8; 4]| boxes(&out).any(|(_, found)| found == *kind);
    (has(b"moov") || has(b"moof")).then_some(out)
}

/// Kind of each box at the top, with its length.
fn boxes(mut rest: &[u8]) -> impl Iterator<Item = (usize, [u8; 4])> {
    std::iter::from_fn(move || {
        let (_, length, kind) = head(rest)?;
        rest = rest.get(length..)?;
        Some((length, kind))
    })
}

/// Bytes of its head, of the whole box, and its kind.
fn head(bytes: &[u8]) -> Option<(usize, usize, [u8; 4])> {
    let kind = *bytes.get(4..)?.first_chunk()?;
    let (head, length) = match u32::from_be_bytes(*bytes.first_chunk()?) {
        0 => (8, bytes.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(*bytes.get(8..)?.first_chunk()?)).ok()?),
        length => (8, usize::try_from(length).ok()?),
    };
    (head <= length && length <= bytes.len()).then_some((head, length, kind))
}

/// Cleans the boxes of a piece; gives how much of it they are. What is behind the last of a file is no box.
fn walk(bytes: &mut [u8], depth: usize) -> Option<usize> {
    let mut at = 0;
    while let Some((head, length, kind)) = head(bytes.get(at..)?) {
        let content = bytes.get_mut(at + head..at + length)?;
        match &kind {
            kind if HOLDERS.contains(&kind) => {
                (depth < DEPTH_MAX && walk(content, depth + 1)? == content.len()).then_some(())?;
            }
            b"mvhd" | b"tkhd" | b"mdhd" => times(content)?,
            b"hdlr" => handler(content)?,
            b"stsd" => samples(content)?,
            kind if NEEDED.contains(&kind) => {}
            _ => {
                content.fill(0);
                bytes.get_mut(at + 4..at + 8)?.copy_from_slice(b"free");
            }
        }
        at += length;
    }
    Some(at)
}

/// When it was made and changed.
fn times(content: &mut [u8]) -> Option<()> {
    let end = if *content.first()? == 0 { 12 } else { 20 };
    content.get_mut(4..end)?.fill(0);
    Some(())
}

/// What a track is: sound or picture. Its maker and its name go.
fn handler(content: &mut [u8]) -> Option<()> {
    let is_played = matches!(content.get(8..12)?, b"soun" | b"vide");
    content.get_mut(12..)?.fill(0);
    is_played.then_some(())
}

/// Boxes of a sample of picture or sound that playing needs.
const OF_SAMPLES: [&[u8; 4]; 11] =
    [b"avcC", b"hvcC", b"av1C", b"vpcC", b"esds", b"d263", b"damr", b"pasp", b"colr", b"btrt", b"clap"];

/// How sound and picture are packed; a picture's packer may write its name there, and boxes of its own.
fn samples(content: &mut [u8]) -> Option<()> {
    let mut at = 8;
    while let Some((_, length, kind)) = head(content.get(at..)?) {
        let sample = content.get_mut(at..at + length)?;
        match &kind {
            b"avc1" | b"avc3" | b"hvc1" | b"hev1" | b"mp4v" | b"s263" | b"av01" | b"vp09" => {
                sample.get_mut(50..82)?.fill(0);
                only_needed(sample.get_mut(86..)?)?;
            }
            // A sample of sound in its first version, without the fields of QuickTime.
            b"mp4a" | b"samr" if sample.get(16..18)? == [0, 0] => only_needed(sample.get_mut(36..)?)?,
            _ => {}
        }
        at += length;
    }
    Some(())
}

fn only_needed(boxes: &mut [u8]) -> Option<()> {
    let mut at = 0;
    while let Some((head, length, kind)) = head(boxes.get(at..)?) {
        if !OF_SAMPLES.contains(&&kind) {
            boxes.get_mut(at + head..at + length)?.fill(0);
            boxes.get_mut(at + 4..at + 8)?.copy_from_slice(b"free");
        }
        at += length;
    }
    Some(())
}
