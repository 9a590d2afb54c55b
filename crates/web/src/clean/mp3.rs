//! MPEG sound of layer III: its frames and nothing before, between or behind them (ID3, APE, Lyrics3, what an encoder says of
//! itself).

/// Kilobits a second by index, for MPEG 1 and for MPEG 2 and 2.5.
const RATES: [[usize; 14]; 2] = [
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/// Samples a second by index, for MPEG 1.
const SAMPLES: [usize; 3] = [44_100, 48_000, 32_000];
/// Frames in a row by which sound is known.
const FRAMES_MIN: usize = 3;
/// Bytes of padding that may lie before the first frame.
const PADDING_MAX: usize = 65_536;

/// The frames alone. `None`: there are none.
pub fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    while rest.starts_with(b"ID3") {
        rest = rest.get(tag_length(rest)?..)?;
    }
    let starts = |at: &usize| rest.get(*at..).is_some_and(|rest| frames(rest).take(FRAMES_MIN).count() == FRAMES_MIN);
    let first = (0..rest.len().min(PADDING_MAX)).find(starts)?;
    // The first frame of some encoders is silent and holds a table and their name.
    let is_sound = |frame: &&[u8]| {
        ![b"Xing", b"Info", b"VBRI"]
            .iter()
            .any(|word| frame.get(..64).unwrap_or(frame).windows(4).any(|part| part == *word))
    };
    Some(frames(rest.get(first..)?).filter(is_sound).collect::<Vec<_>>().concat())
}

/// An ID3 tag of version 2: four times seven bits, and a foot if it says so.
fn tag_length(bytes: &[u8]) -> Option<usize> {
    let size =
        bytes.get(6..10)?.iter().try_fold(0, |sum, byte| (*byte < 0x80).then_some((sum << 7) | usize::from(*byte)))?;
    let foot = if bytes.get(5)? & 0x10 == 0 { 0 } else { 10 };
    Some(10 + size + foot)
}

/// Whole frames from the beginning on, one after another.
fn frames(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (frame, after) = rest.split_at_checked(frame_length(rest)?)?;
        rest = after;
        Some(frame)
    })
}

/// The length that a frame's head says (ISO 11172-3, 13818-3).
fn frame_length(bytes: &[u8]) -> Option<usize> {
    let [0xff, second, third, ..] = bytes else { return None };
    let is_layer_3 = second & 0b1110_0110 == 0b1110_0010;
    let (version, halves) = match (second >> 3) & 3 {
        3 => (0, 1),
        2 => (1, 2),
        0 => (1, 4),
        _ => return None,
    };
    let rate = RATES.get(version)?.get(usize::from(third >> 4).checked_sub(1)?)?;
    let samples = SAMPLES.get(usize::from((third >> 2) & 3))? / halves;
    let padding = usize::from((third >> 1) & 1);
    let per_frame = if version == 0 { 144 } else { 72 };
    is_layer_3.then_some(per_frame * rate * 1_000 / samples + padding)
}
