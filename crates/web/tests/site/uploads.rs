//! Files of a report without a name, through the door: nothing that was written beside their content is kept or shown; what cannot be
//! emptied, is no such file, or is a bomb, is refused and the text stays. (Sixty-two pictures with every kind of metadata stand in
//! `picture/tests.rs`, which is the same code.)

use crate::browser::{Answer, Browser, Form, Site};
use crate::cast::STORY;
use axum::body::Body;
use casework::Role;
use desk::cases::reports::{OpenFile, ReportStream, reports};
use http::StatusCode;
use image::{ImageFormat, RgbImage};
use std::io::Cursor;
use std::slice::from_ref;
use std::sync::atomic::{AtomicU8, Ordering};
use store::{Page, Read, Stored};

/// Stands in every piece of metadata below.
const CANARY: &str = "Ratna Kenari -8.6500 116.3200 Redmi 9A 20261120";

async fn checked(browser: &mut Browser) -> Form {
    browser.submit("/lapor", "/lapor", &[("apa", STORY)]).await.form("/lapor/kode")
}

async fn posts(browser: &mut Browser, form: &Form, files: &[Vec<u8>]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in &form.values {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for file in files {
        body.extend(b"--x\r\nContent-Disposition: form-data; name=\"berkas\"; filename=\"a\"\r\n\r\n");
        body.extend(file.iter().chain(b"\r\n"));
    }
    body.extend(b"--x--\r\n");
    let request = browser.request("POST", &form.action).header("sec-fetch-site", "same-origin");
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

/// Another one each time: two files that are equal are kept once.
fn own() -> u8 {
    static NEXT: AtomicU8 = AtomicU8::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let (mut out, own) = (Cursor::new(Vec::new()), own());
    let pixel = |x: u32, _| image::Rgb([200, own.wrapping_mul(9), u8::try_from(x).unwrap()]);
    RgbImage::from_fn(16, 12, pixel).write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn jpeg_with(marker: u8, content: &[u8]) -> Vec<u8> {
    let plain = encoded(ImageFormat::Jpeg);
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, marker], &length, content, &plain[2..]].concat()
}

/// Ten frames of MPEG 1, layer III, 128 kbit/s.
fn frames() -> Vec<u8> {
    [[0xff, 0xfb, 0x90, 0x00].as_slice(), &[own() & 0x7f; 413]].concat().repeat(10)
}

fn id3(version: u8) -> Vec<u8> {
    let text = format!("TPE1\0\0\0\x40\0\0\0{CANARY}\0GEOB{CANARY}");
    let size = u8::try_from(text.len()).unwrap();
    [b"ID3", [version, 0, 0, 0, 0, size >> 7, size & 0x7f].as_slice(), text.as_bytes()].concat()
}

fn sounds() -> Vec<Vec<u8>> {
    let tag = |name: &str| format!("{name}{CANARY:0<125}").into_bytes();
    let info = [[0xff, 0xfb, 0x90, 0x00].as_slice(), format!("{:\0<32}Xing{CANARY:\0<377}", "").as_bytes()].concat();
    vec![
        [id3(3), frames()].concat(),
        [id3(4), id3(2), frames(), tag("TAG")].concat(),
        [frames(), format!("APETAGEX{CANARY}").into_bytes(), tag("TAG")].concat(),
        [frames(), format!("LYRICSBEGIN{CANARY}LYRICS200").into_bytes()].concat(),
        [info, frames()].concat(),
        [id3(3), vec![0; 2_000], frames(), b"PK\x03\x04".to_vec(), CANARY.into()].concat(),
    ]
}

fn boxed(kind: &[u8], content: &[u8]) -> Vec<u8> {
    [u32::try_from(content.len() + 8).unwrap().to_be_bytes().as_slice(), kind, content].concat()
}

/// A track of sound or picture, with a name and with what a recorder puts beside it.
fn track(kind: &[u8], beside: &[u8]) -> Vec<u8> {
    let handler = [[0; 8].as_slice(), kind, CANARY.as_bytes()].concat();
    // Where a packer writes its name: 32 bytes behind the sizes of the picture; and a box of its own behind that.
    let named = [&[0; 42], &CANARY.as_bytes()[..32], &[0; 4], boxed(b"uuid", CANARY.as_bytes()).as_slice()].concat();
    let sample = if kind == b"vide" { boxed(b"avc1", &named) } else { boxed(b"mp4a", &[0; 28]) };
    let stbl = boxed(b"stbl", &boxed(b"stsd", &[[0, 0, 0, 0, 0, 0, 0, 1].as_slice(), &sample].concat()));
    let header = boxed(b"mdhd", &[&[0, 0, 0, 0], b"20261120".as_slice(), &[0; 12]].concat());
    let mdia = boxed(b"mdia", &[header, boxed(b"hdlr", &handler), boxed(b"minf", &stbl)].concat());
    boxed(
        b"trak",
        &[boxed(b"tkhd", &[&[0, 0, 0, 7], b"20261120".as_slice(), &[0; 72]].concat()), mdia, beside.to_vec()].concat(),
    )
}

fn film(brand: &[u8], tracks: &[Vec<u8>], beside: &[u8]) -> Vec<u8> {
    let header = boxed(b"mvhd", &[&[0, 0, 0, 0], b"20261120".as_slice(), &[0; 88]].concat());
    let moov = boxed(b"moov", &[header, tracks.concat(), beside.to_vec()].concat());
    [boxed(b"ftyp", &[brand, [0; 4].as_slice(), b"isom"].concat()), moov, boxed(b"mdat", &[own(); 64])].concat()
}

fn films() -> Vec<Vec<u8>> {
    let said = CANARY.as_bytes();
    let place = boxed(b"udta", &boxed(b"\xa9xyz", said));
    let tags =
        boxed(b"udta", &boxed(b"meta", &[&[0; 4], boxed(b"ilst", &boxed(b"\xa9ART", said)).as_slice()].concat()));
    let (sound, view) = (track(b"soun", b""), track(b"vide", b""));
    vec![
        film(b"M4A ", from_ref(&sound), &tags),
        film(b"isom", &[sound.clone(), view.clone()], &place),
        film(b"mp42", &[track(b"vide", &place)], b""),
        film(b"3gp4", from_ref(&view), &boxed(b"udta", &boxed(b"loci", said))),
        [film(b"isom", from_ref(&sound), b""), boxed(b"uuid", &[&[7; 16], said].concat())].concat(),
        [film(b"isom", from_ref(&sound), b""), boxed(b"free", said), boxed(b"skip", said)].concat(),
        [film(b"M4A ", &[sound], b""), b"PK".to_vec(), said.to_vec()].concat(),
    ]
}

fn document(info: &str, more: &str) -> Vec<u8> {
    format!(
        "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n\
         9 0 obj\n<<{info}>>\nendobj\n{more}\ntrailer\n<</Root 1 0 R/Info 9 0 R>>\nstartxref\n0\n%%EOF"
    )
    .into_bytes()
}

fn documents() -> Vec<Vec<u8>> {
    let photo = jpeg_with(0xe1, &[b"Exif\0\0", CANARY.as_bytes()].concat());
    let with_photo = |photo: Vec<u8>| {
        let more = b"5 0 obj\n<</Type/XObject/Subtype/Image/Filter/DCTDecode/Length 1>>\nstream\n";
        let whole = document("", "@");
        let at = whole.iter().position(|byte| *byte == b'@').unwrap();
        [&whole[..at], more.as_slice(), &photo, b"\nendstream\nendobj", &whole[at + 1..]].concat()
    };
    let xmp = format!(
        "7 0 obj\n<</Type/Metadata/Subtype/XML/Length 3>>\nstream\n<x:xmpmeta>{CANARY}</x:xmpmeta>\nendstream\nendobj"
    );
    vec![
        document(&format!("/Author({CANARY})/Title(a \\) ({CANARY}) b)"), ""),
        document(&format!("/Buatan#20Sendiri({CANARY})/Producer <{}>", base::hex(CANARY.as_bytes())), ""),
        document("", &xmp),
        document("", &format!("% {CANARY}\n6 0 obj\n<</Type/Annot/T({CANARY})/M(D:{CANARY})>>\nendobj")),
        document("", &format!("8 0 obj\n<</A/b/Creat#6fr({CANARY})>>\nendobj")),
        [document("", ""), b"\nPK\x03\x04".to_vec(), CANARY.into()].concat(),
        with_photo(photo.clone()),
        with_photo([photo, CANARY.into()].concat()),
    ]
}

fn pictures() -> Vec<Vec<u8>> {
    let segments = [
        (0xe1, "Exif\0\0"),
        (0xe1, "http://ns.adobe.com/xap/1.0/\0"),
        (0xed, "Photoshop 3.0\0"),
        (0xe2, "MPF\0"),
        (0xe2, "ICC_PROFILE\0"),
        (0xfe, ""),
    ];
    let mut all: Vec<Vec<u8>> =
        segments.iter().map(|(marker, name)| jpeg_with(*marker, format!("{name}{CANARY}").as_bytes())).collect();
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        all.push([encoded(format), b"PK\x03\x04".to_vec(), CANARY.into()].concat());
    }
    all
}

/// A PNG whose head says that it is very large.
fn pixel_bomb() -> Vec<u8> {
    let mut png = encoded(ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
    let crc = !png[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    });
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

#[tokio::test]
async fn no_file_of_a_reporter_keeps_what_was_written_beside_its_content() {
    let site = Site::new().await;
    let mut her = site.browser();
    let all = [sounds(), films(), documents(), pictures()].concat();
    assert!(all.iter().all(|file| holds(file)), "each has it before");
    for files in all.chunks(20) {
        let form = checked(&mut her).await;
        site.world.clock.advance_millis(5_000);
        let answer = posts(&mut her, &form, files).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.page());
    }
    let desk = &site.node().desk;
    let dewi = site.node().officer(4, &[Role::IntakeOfficer]);
    let mut kept = 0;
    let cards = reports(&mut desk.read().await.unwrap(), true, &Page::first(9)).await.unwrap();
    for card in cards {
        let report: Stored<ReportStream> =
            desk.read().await.unwrap().load(card.card.id.bytes()).await.unwrap().unwrap();
        for file in report.files() {
            let opened = desk.open_file(&dewi, &OpenFile { report: card.card.id, file: file.id }).await.unwrap();
            assert!(!holds(&opened.plain), "{:?} {}", opened.kind, String::from_utf8_lossy(&opened.plain));
            assert!(opened.kind.bytes_max() > 0 && opened.plain.len() > 100, "{:?} is still there", opened.kind);
            kept += 1;
        }
    }
    assert_eq!(kept, all.len());
}

/// The canary, as it is or in hexadecimal digits, or the name that stands before it.
fn holds(file: &[u8]) -> bool {
    let hex = base::hex(b"Kenari");
    let words: [&[u8]; 7] = [b"Kenari", b"20261120", hex.as_bytes(), b"ID3", b"APETAG", b"xmpmeta", b"Exif"];
    words.iter().any(|word| file.windows(word.len()).any(|part| part == *word))
}

#[tokio::test]
async fn what_is_no_such_file_or_hides_something_or_is_a_bomb_is_refused_and_the_text_stays() {
    let site = Site::new().await;
    let mut her = site.browser();
    let form = checked(&mut her).await;
    site.world.clock.advance_millis(5_000);
    let hiding = [
        "/Type/ObjStm",
        "/OpenAction<</S/JavaScript/JS(app.alert)>>",
        "/Type/EmbeddedFile",
        "/J#61vaScript()",
        "/AA<<>>",
        "/Encrypt 3 0 R",
        "/S/Launch",
    ];
    let mut bad: Vec<(&str, Vec<u8>)> =
        hiding.iter().map(|name| ("file.not-cleaned", document("", &format!("3 0 obj\n<<{name}>>\nendobj")))).collect();
    bad.extend([
        ("box.file-kind", b"\0\0\0\x20ftypheic\0\0\0\0mif1heic".to_vec()),
        ("box.file-kind", b"GIF89a\x01\0\x01\0".to_vec()),
        ("box.file-kind", b"PK\x03\x04[Content_Types].xml word/document.xml".to_vec()),
        ("box.file-kind", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec()),
        ("box.file-kind", b"<html><script>alert(1)</script>%PDF-1.7".to_vec()),
        ("box.file-kind", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
        ("box.file-kind", b"MZ\x90\0".to_vec()),
        ("box.file-kind", b"\x1f\x8b\x08\0\0\0\0\0".to_vec()),
        ("file.not-cleaned", b"%PDF-1.7 no end".to_vec()),
        ("file.not-cleaned", film(b"isom", &[track(b"meta", b"")], b"")),
        ("file.not-cleaned", film(b"isom", &[], b"")[..40].to_vec()),
        ("file.not-cleaned", [id3(3), vec![1; 500]].concat()),
        ("file.picture-too-large", pixel_bomb()),
        ("file.picture-unreadable", encoded(ImageFormat::Jpeg)[..200].to_vec()),
        ("file.picture-unreadable", [b"\xff\xd8\xff".to_vec(), vec![7; 300]].concat()),
    ]);
    for (code, file) in bad {
        let answer = posts(&mut her, &form, &[file]).await;
        let page = answer.page();
        assert!(page.contains(code), "{code}: {}", page.split("class=\"faults").nth(1).unwrap_or(&page));
        assert!(page.contains(STORY) && answer.status != StatusCode::OK, "{code}");
    }
    let all = reports(&mut site.node().desk.read().await.unwrap(), true, &Page::first(9)).await.unwrap();
    assert!(all.is_empty());
}
