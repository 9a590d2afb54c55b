//! Pictures of reports as they are shown: decoded, turned upright, made smaller, written anew as a plain JPEG. What the
//! camera wrote beside the picture (place, time, device, a smaller copy) stays in the sealed original alone.

use base::Problem;
use base64::Engine as _;
use casework::report::FileKind;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;

/// Pixels of a picture that is opened (WEB.md 6): a good telephone's camera.
const PIXELS_MAX: u64 = 40_000_000;
/// Longest side of a picture that is opened.
const SIDE_MAX: u32 = 20_000;
/// What a decoder may take: the largest picture at four bytes a pixel, and as much again for its own work.
const DECODER_BYTES_MAX: u64 = 2 * 4 * PIXELS_MAX;
/// Longest side of what is shown; the words on a paper or a screen stay readable.
const SHOWN_SIDE_MAX: u32 = 2_048;
const QUALITY: u8 = 85;

/// A picture as it is shown: a JPEG with nothing but the picture. Takes long: not on a worker that answers pages.
pub fn shown(bytes: &[u8], kind: FileKind) -> Result<Vec<u8>, Problem> {
    let unreadable = || Problem::new("file.picture-unreadable");
    let format = match kind {
        FileKind::Jpeg if !jpeg_ends(bytes) => return Err(unreadable()),
        FileKind::Jpeg => ImageFormat::Jpeg,
        FileKind::Png => ImageFormat::Png,
        FileKind::Webp => ImageFormat::WebP,
        _ => return Err(unreadable()),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(problem)?;
    let (width, height) = decoder.dimensions();
    let fits = u64::from(width) * u64::from(height) <= PIXELS_MAX && decoder.total_bytes() <= 4 * PIXELS_MAX;
    if !fits {
        return Err(Problem::new("file.picture-too-large"));
    }
    let upright = decoder.orientation().map_err(problem)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(problem)?;
    if width.max(height) > SHOWN_SIDE_MAX {
        picture = picture.thumbnail(SHOWN_SIDE_MAX, SHOWN_SIDE_MAX);
    }
    picture.apply_orientation(upright);
    let mut out = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(&on_white(&picture));
    written.map_err(|_| unreadable())?;
    Ok(out)
}

/// A picture as an address of its own: it is in no cache, and nobody else can ask for it.
pub fn address(jpeg: &[u8]) -> String {
    format!("data:image/jpeg;base64,{}", base64::engine::general_purpose::STANDARD.encode(jpeg))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    limits
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err asks for")]
fn problem(error: image::ImageError) -> Problem {
    Problem::new(match error {
        image::ImageError::Limits(_) => "file.picture-too-large",
        _ => "file.picture-unreadable",
    })
}

/// What can be seen through becomes white, as on paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let seen = picture.to_rgba8();
    let blend = |value: u8, alpha: u8| {
        let (value, alpha) = (u16::from(value), u16::from(alpha));
        u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    let mut plain = RgbImage::new(seen.width(), seen.height());
    for (to, from) in plain.pixels_mut().zip(seen.pixels()) {
        let image::Rgba([r, g, b, a]) = *from;
        *to = image::Rgb([blend(r, a), blend(g, a), blend(b, a)]);
    }
    plain
}

/// Whether a JPEG reaches its end marker behind the beginning of its picture. Decoders fill in what was cut off, and a
/// grey half would pass for what the camera saw.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        match rest {
            // The picture itself: in it, 0xff is never followed by 0xd9 but at its end.
            [0xff, 0xda, picture @ ..] => return picture.windows(2).any(|pair| pair == [0xff, 0xd9]),
            [0xff, 0xff, ..] => rest = rest.get(1..).unwrap_or_default(),
            [0xff, _, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = rest.get(2 + length.max(2)..).unwrap_or_default();
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests;
