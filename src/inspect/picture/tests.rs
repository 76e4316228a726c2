//! Pictures are made here, byte by byte where no encoder makes them (two-page TIFF, PDF, bombs).

use super::{FileFormat, LimitSettings, PictureError, open};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
use std::io::Cursor;

fn limits() -> LimitSettings {
    LimitSettings {
        max_file_bytes: 10_000_000,
        max_pixels: 1_000_000,
        max_pdf_pages: 5,
        max_files: 100,
        max_name_chars: 100,
        max_archive_bytes: 1 << 30,
        max_archive_ratio: 500,
        max_held_bytes: 1 << 30,
        max_submission_bytes: 1 << 30,
        max_submission_pages: 100,
        max_table_bytes: 1 << 20,
        max_table_unpacked_bytes: 1 << 22,
        max_table_rows: 2000,
        max_table_columns: 64,
        max_table_cell_chars: 1000,
        max_table_strings: 10_000,
        max_register_bytes: 1 << 20,
        max_archive_header_bytes: 1 << 20,
        max_json_bytes: 1 << 20,
        max_reader_bytes: 1 << 30,
        max_reader_seconds: 60,
        max_named_others: 5,
        max_near_photos: 100,
        max_seconds_per_submission: 600,
    }
}

/// A picture that is dark at the top left and varied elsewhere, so that turning and truncating show.
fn sample(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 4 && y < height / 4 {
            image::Rgb([10, 10, 10])
        } else {
            image::Rgb([200, (x * 7 % 50) as u8 + 180, (y * 13 % 60) as u8 + 150])
        }
    })
}

fn encoded(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(sample(width, height).into(), ImageFormat::Jpeg)
}

/// `jpeg` with an EXIF orientation put in after its start marker.
fn jpeg_oriented(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = jpeg(width, height);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let mut out = plain[..2].to_vec();
    out.extend([0xFF, 0xE1]);
    out.extend(((exif.len() + 2) as u16).to_be_bytes());
    out.extend(exif);
    out.extend(&plain[2..]);
    out
}

/// A PNG header that claims `side` × `side` pixels, with no data behind it.
fn png_bomb(side: u32) -> Vec<u8> {
    let mut out = encoded(sample(4, 4).into(), ImageFormat::Png);
    out[16..20].copy_from_slice(&side.to_be_bytes());
    out[20..24].copy_from_slice(&side.to_be_bytes());
    let crc = out[12..29].iter().fold(u32::MAX, |crc, b| {
        (0..8).fold(crc ^ u32::from(*b), |c, _| if c & 1 == 1 { c >> 1 ^ 0xEDB8_8320 } else { c >> 1 })
    });
    out[29..33].copy_from_slice(&(!crc).to_be_bytes());
    out
}

/// Uncompressed grey pages of 8 × 8, each of one shade; `thumbnail` marks a page as a reduced copy.
fn tiff(pages: &[(u8, bool)]) -> Vec<u8> {
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    for (i, (shade, thumbnail)) in pages.iter().enumerate() {
        let entries: [(u16, u16, u32); 9] = [
            (254, 4, u32::from(*thumbnail)),
            (256, 3, 8),
            (257, 3, 8),
            (258, 3, 8),
            (259, 3, 1),
            (262, 3, 1),
            (273, 4, out.len() as u32 + 2 + 9 * 12 + 4),
            (278, 3, 8),
            (279, 4, 64),
        ];
        out.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, value) in entries {
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(1u32.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        let next = if i + 1 == pages.len() { 0 } else { out.len() as u32 + 4 + 64 };
        out.extend(next.to_le_bytes());
        out.extend([*shade; 64]);
    }
    out
}

/// A PDF of A6 pages, each filled with `jpeg`; `extra` goes into the trailer.
fn pdf(pages: usize, jpeg: &[u8], claimed: u32, extra: &str) -> Vec<u8> {
    let kids: String = (0..pages).map(|i| format!("{} 0 R ", 5 + i)).collect();
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>").into_bytes(),
        [
            format!(
                "<< /Type /XObject /Subtype /Image /Width {claimed} /Height {claimed} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length {} >>\nstream\n",
                jpeg.len()
            )
            .as_bytes(),
            jpeg,
            b"\nendstream",
        ]
        .concat(),
        b"<< /Length 35 >>\nstream\nq 298 0 0 420 0 0 cm /Im0 Do Q     \nendstream".to_vec(),
    ];
    for _ in 0..pages {
        objects.push(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 298 420] /Resources << /XObject << /Im0 3 0 R >> >> /Contents 4 0 R >>".to_vec());
    }
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (i, o) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).bytes());
        out.extend(o);
        out.extend(b"\nendobj\n");
    }
    let xref = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    offsets.iter().for_each(|o| out.extend(format!("{o:010} 00000 n \n").bytes()));
    out.extend(
        format!("trailer\n<< /Size {} /Root 1 0 R {extra} >>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1).bytes(),
    );
    out
}

fn locked_pdf() -> Vec<u8> {
    let key = "00".repeat(32);
    let id = "11".repeat(16);
    let encrypt = format!(
        "/ID [<{id}> <{id}>] /Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <{key}> /U <{key}> >>"
    );
    pdf(1, &jpeg(16, 16), 16, &encrypt)
}

/// `JFIF` start, then a frame header with 12-bit samples.
fn jpeg_12_bit() -> Vec<u8> {
    let mut out = jpeg(16, 16);
    let frame = out.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    out[frame + 1] = 0xC1;
    out[frame + 4] = 12;
    out
}

#[test]
fn every_format_opens_whatever_its_name() {
    for (name, bytes, format, pages, size) in [
        ("jpeg", jpeg(64, 48), FileFormat::Jpeg, 1, (64, 48)),
        (
            "grey jpeg",
            encoded(DynamicImage::ImageRgb8(sample(40, 30)).to_luma8().into(), ImageFormat::Jpeg),
            FileFormat::Jpeg,
            1,
            (40, 30),
        ),
        ("png", encoded(sample(30, 20).into(), ImageFormat::Png), FileFormat::Png, 1, (30, 20)),
        ("webp", encoded(sample(30, 20).into(), ImageFormat::WebP), FileFormat::Webp, 1, (30, 20)),
        ("bmp", encoded(sample(30, 20).into(), ImageFormat::Bmp), FileFormat::Bmp, 1, (30, 20)),
        ("tiff", encoded(sample(30, 20).into(), ImageFormat::Tiff), FileFormat::Tiff, 1, (30, 20)),
        ("two-page tiff", tiff(&[(10, false), (240, false)]), FileFormat::Tiff, 2, (8, 8)),
        ("tiff with a thumbnail", tiff(&[(10, false), (10, true)]), FileFormat::Tiff, 1, (8, 8)),
        ("turned by a quarter", jpeg_oriented(64, 48, 6), FileFormat::Jpeg, 1, (48, 64)),
        ("pdf of three pages", pdf(3, &jpeg(64, 48), 64, ""), FileFormat::Pdf, 3, (828, 1167)),
    ] {
        let sources = open(&bytes, &limits()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((sources.len(), sources[0].format(), sources[0].size()), (pages, format, size), "{name}");
        for page in &sources {
            let grey = page.luma(u32::MAX).unwrap();
            let color = page.rgb(u32::MAX).unwrap();
            assert_eq!((grey.pixels.dimensions(), color.pixels.dimensions()), (page.size(), page.size()), "{name}");
            assert!(grey.complete && color.complete && grey.scale == 1.0, "{name}");
            let other = color.into_luma().pixels;
            let apart = grey.pixels.iter().zip(other.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
                / grey.pixels.len() as u64;
            assert!(apart <= 12, "{name}: grey and colour differ by {apart}");
        }
    }
}

#[test]
fn pages_of_a_tiff_are_told_apart() {
    let bytes = tiff(&[(10, false), (99, true), (240, false)]);
    let shades: Vec<u8> =
        open(&bytes, &limits()).unwrap().iter().map(|p| p.luma(64).unwrap().pixels.get_pixel(3, 3).0[0]).collect();
    assert_eq!(shades, [10, 240]);
}

#[test]
fn orientation_turns_the_dark_corner() {
    // Where the stored top-left corner comes to lie, for each EXIF value.
    for (value, corner) in
        [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))]
    {
        let bytes = jpeg_oriented(64, 48, value);
        let page = &open(&bytes, &limits()).unwrap()[0];
        let grey = page.luma(u32::MAX).unwrap().pixels;
        let at = |far: (u32, u32)| {
            grey.get_pixel(
                if far.0 == 1 { grey.width() - 4 } else { 3 },
                if far.1 == 1 { grey.height() - 4 } else { 3 },
            )
            .0[0]
        };
        for c in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            assert_eq!(at(c) < 60, c == corner, "orientation {value}, corner {c:?}");
        }
    }
}

#[test]
fn large_pictures_are_scaled_and_say_by_how_much() {
    let (picture, scan) = (jpeg(400, 300), pdf(1, &jpeg(64, 64), 64, ""));
    for bytes in [&picture, &scan] {
        let page = &open(bytes, &limits()).unwrap()[0];
        let small = page.luma(10_000).unwrap();
        let (w, h) = small.pixels.dimensions();
        assert!(w * h <= 10_000 && w * h > 9_000, "{w}×{h}");
        assert!((small.scale * w as f32 - page.size().0 as f32).abs() < 0.01 && small.scale > 1.0);
        assert_eq!(page.rgb(10_000).unwrap().pixels.dimensions(), (w, h));
    }
}

#[test]
fn a_truncated_jpeg_gives_what_is_there() {
    let whole = jpeg(256, 256);
    for (part, low, high) in [(0.9, 0.6, 1.0), (0.5, 0.25, 0.75)] {
        let cut = &whole[..(whole.len() as f32 * part) as usize];
        let page = &open(cut, &limits()).unwrap()[0];
        for (complete, fraction) in [
            page.luma(u32::MAX).map(|d| (d.complete, d.fraction)).unwrap(),
            page.rgb(u32::MAX).map(|d| (d.complete, d.fraction)).unwrap(),
        ] {
            assert!(!complete && (low..=high).contains(&fraction), "cut to {part}: {fraction}");
        }
    }
}

#[test]
fn a_real_grey_end_is_not_taken_for_a_cut() {
    let grey = encoded(GrayImage::from_pixel(64, 64, image::Luma([128])).into(), ImageFormat::Jpeg);
    let page = &open(&grey, &limits()).unwrap()[0];
    assert!(page.luma(u32::MAX).unwrap().complete);
}

#[test]
fn transparency_is_paper() {
    let clear = encoded(image::RgbaImage::from_pixel(8, 8, image::Rgba([0, 0, 0, 0])).into(), ImageFormat::Png);
    let page = &open(&clear, &limits()).unwrap()[0];
    assert_eq!(page.luma(64).unwrap().pixels.get_pixel(1, 1).0, [255]);
}

/// What `open` or, if that succeeds, decoding of the first page says.
fn outcome(bytes: &[u8]) -> Result<(), PictureError> {
    open(bytes, &limits())?[0].luma(u32::MAX).map(|_| ())
}

#[test]
fn bad_pictures_have_a_reason() {
    let png = encoded(sample(64, 64).into(), ImageFormat::Png);
    let mut looping = tiff(&[(1, false)]);
    looping[8 + 2 + 9 * 12..8 + 2 + 9 * 12 + 4].copy_from_slice(&8u32.to_le_bytes());
    for (name, bytes, refusal, words) in [
        ("zero bytes", vec![], false, "文件为空"),
        ("garbage", b"this is no picture".to_vec(), false, "不是图片"),
        ("png bomb", png_bomb(30_000), true, "30000×30000"),
        ("webp with a torn header", b"RIFF\x20\0\0\0WEBPVP8 ".to_vec(), false, "WebP 内容损坏"),
        ("half a png", png[..png.len() / 2].to_vec(), false, "PNG 内容损坏"),
        ("jpeg header only", jpeg(64, 64)[..200].to_vec(), false, "JPEG 内容损坏"),
        ("jpeg over the limit", jpeg(2000, 1000), true, "2000×1000"),
        ("12-bit jpeg", jpeg_12_bit(), false, "8 位"),
        ("heic", b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), false, "HEIC"),
        ("broken tiff", b"II*\0\xFF\xFF\0\0".to_vec(), false, "TIFF 内容损坏"),
        ("tiff whose pages loop", looping, false, "TIFF 内容损坏"),
        ("tiff of too many pages", tiff(&[(1, false); 6]), true, "上限 5 页"),
        ("locked pdf", locked_pdf(), false, "加密"),
        ("pdf of too many pages", pdf(6, &jpeg(8, 8), 8, ""), true, "共 6 页"),
        ("pdf with a bomb inside", pdf(1, &jpeg(8, 8), 30_000, ""), true, "30000×30000"),
        ("pdf without anything", b"%PDF-1.4\n%%EOF".to_vec(), false, "PDF 内容损坏"),
    ] {
        let error = outcome(&bytes).expect_err(name);
        assert_eq!(error.is_refusal(), refusal, "{name}: {error}");
        assert!(error.to_string().contains(words), "{name}: {error}");
    }
}

#[test]
fn any_cut_and_any_flip_is_survived() {
    for (name, whole) in [
        ("jpeg", jpeg_oriented(48, 32, 6)),
        ("png", encoded(sample(24, 16).into(), ImageFormat::Png)),
        ("tiff", tiff(&[(1, false), (2, false)])),
        ("pdf", pdf(2, &jpeg(16, 16), 16, "")),
    ] {
        for i in (0..whole.len()).step_by(whole.len() / 60 + 1) {
            let mut flipped = whole.clone();
            flipped[i] ^= 0x55;
            // Either answer is right; what matters is that there is one, and that a picture has the promised size.
            for bytes in [&whole[..i], &flipped] {
                if let Ok(pages) = open(bytes, &limits()) {
                    for page in pages {
                        if let Ok(d) = page.luma(4096) {
                            assert!(d.pixels.width() * d.pixels.height() <= 4096, "{name} at {i}");
                        }
                    }
                }
            }
        }
    }
}

/// Run by hand: `YUSHEN_PICTURES=dir cargo nextest run --run-ignored only decode_times --no-capture`.
#[test]
#[ignore = "measures; needs a folder of pictures"]
fn decode_times() {
    let dir = std::env::var("YUSHEN_PICTURES").expect("YUSHEN_PICTURES names a folder");
    let wide = LimitSettings { max_pixels: 200_000_000, ..limits() };
    let mut paths: Vec<_> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()).collect();
    paths.sort();
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(pages) = open(&bytes, &wide) else { continue };
        let time = |work: &dyn Fn()| {
            (0..5)
                .map(|_| {
                    let t = std::time::Instant::now();
                    work();
                    t.elapsed().as_secs_f64() * 1000.0
                })
                .fold(f64::MAX, f64::min)
        };
        let page = &pages[0];
        let luma = time(&|| drop(page.luma(u32::MAX)));
        let small = time(&|| drop(page.luma(3_000_000)));
        let rgb = time(&|| drop(page.rgb(u32::MAX)));
        println!(
            "{} {:?} {:?}: luma {luma:.0} ms, luma 3 MP {small:.0} ms, rgb {rgb:.0} ms",
            path.display(),
            page.format(),
            page.size()
        );
    }
}
