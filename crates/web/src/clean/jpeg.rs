//! A JPEG inside another file, where no byte may move: what stands beside the picture is overwritten with zeros.

/// Overwrites comments and application segments but for those that say how colours are meant (JFIF, ICC, Adobe). `None`: it is no
/// JPEG as far as its picture.
pub fn scrub(bytes: &mut [u8]) -> Option<()> {
    if bytes.get(..2)? != [0xff, 0xd8] {
        return None;
    }
    let mut at = 2;
    loop {
        match *bytes.get(at..at + 2)? {
            [0xff, 0xff] => at += 1,
            [0xff, 0xda] => return after_picture(bytes.get_mut(at..)?),
            [0xff, marker] => {
                let length = usize::from(u16::from_be_bytes(*bytes.get(at + 2..)?.first_chunk()?));
                let content = bytes.get_mut(at + 4..at + 2 + length.max(2))?;
                // APP2 holds a colour profile, and a list of further pictures (MPF); APP14 the kind of colours.
                let is_colour = match marker {
                    0xe0 => content.starts_with(b"JFIF\0"),
                    0xee => content.starts_with(b"Adobe"),
                    _ => false,
                };
                if (marker == 0xfe || (0xe0..=0xef).contains(&marker)) && !is_colour {
                    content.fill(0);
                }
                at += 2 + length.max(2);
            }
            _ => return None,
        }
    }
}

/// Behind the end of the picture other pictures may lie.
fn after_picture(bytes: &mut [u8]) -> Option<()> {
    let end = bytes.windows(2).position(|pair| pair == [0xff, 0xd9])?;
    bytes.get_mut(end + 2..)?.fill(0);
    Some(())
}
