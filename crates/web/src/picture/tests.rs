//! Made-up pictures with what cameras and programs write beside them, and files that only pretend to be pictures.

use super::*;
use image::Rgb;

/// Stands in every piece of metadata below; none of it may be in what is shown.
const CANARY: &str = "Ratna Kenari -8.6500 116.3200 Redmi 9A 2026:11:20";

/// A picture whose left half is red and right half blue.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x * 2 < width { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) })
}

fn encoded(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture(width, height).write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// EXIF with an orientation, a description and a GPS block (little endian TIFF).
fn exif(orientation: u16) -> Vec<u8> {
    let text = [CANARY.as_bytes(), &[0]].concat();
    let size = u32::try_from(text.len()).unwrap();
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [tag.to_le_bytes().as_slice(), &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    let after = 8 + 2 + 3 * 12 + 4;
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x010e, 2, size, after));
    tiff.extend(entry(0x0112, 3, 1, u32::from(orientation)));
    tiff.extend(entry(0x8825, 4, 1, after + size));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(&text);
    tiff.extend(1_u16.to_le_bytes());
    tiff.extend(entry(0x001d, 2, size, after));
    tiff.extend(0_u32.to_le_bytes());
    tiff
}

/// A JPEG with further segments behind its beginning.
fn jpeg_with(marker: u8, content: &[u8]) -> Vec<u8> {
    let plain = encoded(ImageFormat::Jpeg, 64, 48);
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, marker], &length, content, &plain[2..]].concat()
}

fn png_with(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let plain = encoded(ImageFormat::Png, 64, 48);
    let body = [kind.as_slice(), content].concat();
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    // Behind the signature and the head.
    [&plain[..33], &length, &body, &crc(&body).to_be_bytes(), &plain[33..]].concat()
}

/// CRC-32 as PNG asks for it.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

/// An extended WebP with a chunk behind its picture.
fn webp_with(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let plain = encoded(ImageFormat::WebP, 64, 48);
    let chunk = |kind: &[u8], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        [kind, &length, content, if content.len() % 2 == 1 { &[0] } else { &[] }].concat()
    };
    let flags = match &kind {
        b"EXIF" => 8,
        b"XMP " => 4,
        _ => 0x20,
    };
    let head = chunk(b"VP8X", &[flags, 0, 0, 0, 63, 0, 0, 47, 0, 0]);
    let extra = chunk(&kind, content);
    let parts: [&[u8]; 3] =
        if kind == *b"ICCP" { [&head, &extra, &plain[12..]] } else { [&head, &plain[12..], &extra] };
    let body = [b"WEBP".to_vec(), parts.concat()].concat();
    [b"RIFF".to_vec(), u32::try_from(body.len()).unwrap().to_le_bytes().to_vec(), body].concat()
}

/// Pictures with metadata of every kind we know of: 62 files.
fn corpus() -> Vec<(FileKind, Vec<u8>)> {
    let text = |name: &str| format!("{name}\0{CANARY}").into_bytes();
    let mut all = Vec::new();
    for orientation in 1..=8 {
        let tiff = exif(orientation);
        all.push((FileKind::Jpeg, jpeg_with(0xe1, &[b"Exif\0\0".to_vec(), tiff.clone()].concat())));
        all.push((FileKind::Png, png_with(*b"eXIf", &tiff)));
        all.push((FileKind::Webp, webp_with(*b"EXIF", &tiff)));
    }
    for marker in (0xe1..=0xef).chain([0xfe]) {
        let names = ["http://ns.adobe.com/xap/1.0/", "MPF", "Photoshop 3.0", "JFXX"];
        all.push((FileKind::Jpeg, jpeg_with(marker, &text(names[usize::from(marker) % names.len()]))));
    }
    for name in ["Comment", "Author", "Location", "Software", "XML:com.adobe.xmp", "Creation Time"] {
        all.push((FileKind::Png, png_with(*b"tEXt", &text(name))));
        all.push((FileKind::Png, png_with(*b"iTXt", format!("{name}\0\0\0id\0x\0{CANARY}").as_bytes())));
    }
    all.push((FileKind::Png, png_with(*b"prVt", CANARY.as_bytes())));
    for (kind, name) in [(b"XMP ", "<x:xmpmeta>"), (b"ICCP", "profile"), (b"QQQQ", "unknown")] {
        all.push((FileKind::Webp, webp_with(*kind, &text(name))));
    }
    let trailer = |bytes: Vec<u8>| [bytes, b"PK\x03\x04".to_vec(), CANARY.into()].concat();
    all.push((FileKind::Jpeg, trailer(encoded(ImageFormat::Jpeg, 64, 48))));
    all.push((FileKind::Png, trailer(encoded(ImageFormat::Png, 64, 48))));
    all.push((FileKind::Webp, trailer(encoded(ImageFormat::WebP, 64, 48))));
    let html = format!("<script>{CANARY}</script>");
    all.push((FileKind::Jpeg, jpeg_with(0xfe, html.as_bytes())));
    all.push((FileKind::Jpeg, [jpeg_with(0xe0, &text("JFXX")), html.into_bytes()].concat()));
    all.push((FileKind::Jpeg, trailer(jpeg_with(0xe1, &encoded(ImageFormat::Jpeg, 16, 12)))));
    all
}

/// The markers of a JPEG up to its picture, and what follows its end.
fn markers(jpeg: &[u8]) -> (Vec<u8>, usize) {
    let (mut found, mut at) = (Vec::new(), 2);
    loop {
        assert_eq!(jpeg[at], 0xff);
        found.push(jpeg[at + 1]);
        if jpeg[at + 1] == 0xda {
            let end = jpeg.windows(2).rposition(|pair| pair == [0xff, 0xd9]).unwrap();
            return (found, jpeg.len() - end - 2);
        }
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
}

#[test]
fn of_sixty_pictures_with_metadata_not_one_byte_of_it_is_shown() {
    let all = corpus();
    assert!(all.len() >= 60, "{} files", all.len());
    for (number, (kind, bytes)) in all.iter().enumerate() {
        assert_eq!(FileKind::of(bytes), *kind, "file {number}");
        assert!(bytes.windows(5).any(|part| part == b"Ratna"), "file {number} carries the canary");
        let out = shown(bytes, *kind).unwrap_or_else(|problem| panic!("file {number}, {kind}: {problem:?}"));
        let leaks = |word: &[u8]| out.windows(word.len()).any(|part| part == word);
        let words: Vec<&str> = CANARY.split(' ').collect();
        assert!(words.iter().all(|word| !leaks(word.as_bytes())), "file {number}, {kind}");
        assert!(!leaks(b"Exif") && !leaks(b"PK\x03\x04") && !leaks(b"script") && !leaks(b"xap"), "file {number}");
        let (found, behind) = markers(&out);
        // JFIF head, quantisation, frame, Huffman tables, scan: what a picture needs, and nothing behind its end.
        assert!(found.iter().all(|marker| matches!(marker, 0xe0 | 0xdb | 0xc0 | 0xc4 | 0xda)), "{found:x?}");
        assert_eq!((found.iter().position(|marker| *marker != 0xe0), behind), (Some(1), 0), "file {number}");
    }
}

#[test]
fn a_picture_that_was_taken_sideways_is_turned_upright_in_every_format() {
    let tiff = exif(6);
    for (kind, bytes) in [
        (FileKind::Jpeg, jpeg_with(0xe1, &[b"Exif\0\0".to_vec(), tiff.clone()].concat())),
        (FileKind::Png, png_with(*b"eXIf", &tiff)),
        (FileKind::Webp, webp_with(*b"EXIF", &tiff)),
    ] {
        let out = image::load_from_memory(&shown(&bytes, kind).unwrap()).unwrap().to_rgb8();
        assert_eq!(out.dimensions(), (48, 64), "{kind}");
        // Orientation 6: what is stored at the left is seen on top.
        assert!(out.get_pixel(24, 4)[0] > 150 && out.get_pixel(24, 60)[2] > 150, "{kind}");
    }
}

#[test]
fn what_can_be_seen_through_is_white_and_a_large_picture_is_made_smaller() {
    let mut out = Cursor::new(Vec::new());
    let seen = image::RgbaImage::from_pixel(8, 8, image::Rgba([0, 0, 0, 0]));
    seen.write_to(&mut out, ImageFormat::Png).unwrap();
    let page = image::load_from_memory(&shown(&out.into_inner(), FileKind::Png).unwrap()).unwrap().to_rgb8();
    assert!(page.pixels().all(|pixel| pixel.0.iter().all(|value| *value > 250)));
    let large = shown(&encoded(ImageFormat::Jpeg, 2_500, 1_250), FileKind::Jpeg).unwrap();
    assert_eq!(image::load_from_memory(&large).unwrap().to_rgb8().dimensions(), (2_048, 1_024));
}

#[test]
fn a_bomb_is_refused_before_it_takes_memory() {
    // Heads alone, of 80 bytes: 900 and 41 million pixels, and one side beyond all reason.
    for (width, height) in [(30_000_u32, 30_000_u32), (6_404, 6_404), (20_001, 1), (1, 4_000_000_000)] {
        let mut bomb = encoded(ImageFormat::Png, 1, 1);
        bomb[16..20].copy_from_slice(&width.to_be_bytes());
        bomb[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&bomb[12..29]).to_be_bytes();
        bomb[29..33].copy_from_slice(&sum);
        let refused = shown(&bomb, FileKind::Png).unwrap_err().code.0;
        assert_eq!(refused, "file.picture-too-large", "{width} x {height}");
    }
}

#[test]
fn what_is_cut_or_of_another_kind_is_refused_at_every_length() {
    for (kind, format) in
        [(FileKind::Jpeg, ImageFormat::Jpeg), (FileKind::Png, ImageFormat::Png), (FileKind::Webp, ImageFormat::WebP)]
    {
        let whole = encoded(format, 64, 48);
        assert!(shown(&whole, kind).is_ok());
        for length in (0..whole.len() - 12).step_by(7) {
            let cut = shown(&whole[..length], kind).unwrap_err();
            assert_eq!(cut.code.0, "file.picture-unreadable", "{kind} cut at {length}");
        }
        for other in [FileKind::Jpeg, FileKind::Png, FileKind::Webp].into_iter().filter(|other| *other != kind) {
            assert!(shown(&whole, other).is_err(), "{kind} read as {other}");
        }
    }
    for kind in [FileKind::Pdf, FileKind::Mp3, FileKind::Mp4, FileKind::M4a, FileKind::Other] {
        assert_eq!(shown(b"%PDF-1.7", kind).unwrap_err().code.0, "file.picture-unreadable");
    }
}

#[test]
fn no_flipped_byte_stops_the_node() {
    for (kind, bytes) in corpus().into_iter().step_by(5) {
        for at in (0..bytes.len()).step_by(11) {
            let mut bent = bytes.clone();
            bent[at] ^= 0xff;
            let _ = shown(&bent, kind);
        }
    }
}
