//! What the first bytes say a file is, whatever its name says.
//! Looks at magic numbers only; `complete` tells whether the rest of the file is there.

use crate::vocabulary::photo::FileFormat;

/// The format by content.
pub fn format(bytes: &[u8]) -> FileFormat {
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    match bytes {
        [] => FileFormat::Empty,
        _ if at(0, &[0xFF, 0xD8, 0xFF]) => FileFormat::Jpeg,
        _ if at(0, b"\x89PNG\r\n\x1a\n") => FileFormat::Png,
        _ if at(0, b"RIFF") && at(8, b"WEBP") => FileFormat::Webp,
        _ if at(0, b"GIF87a") || at(0, b"GIF89a") => FileFormat::Gif,
        _ if at(0, b"II*\0") || at(0, b"MM\0*") => FileFormat::Tiff,
        _ if at(0, b"%PDF-") => FileFormat::Pdf,
        _ if at(4, b"ftyp") && HEIF_BRANDS.iter().any(|brand| at(8, brand)) => FileFormat::Heic,
        _ if at(0, b"BM") && at(6, &[0; 4]) => FileFormat::Bmp,
        _ => FileFormat::Unknown,
    }
}

/// ISO/IEC 23008-12 major brands that phones write.
const HEIF_BRANDS: [&[u8]; 7] = [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (bytes, expected) in [
            (&b""[..], FileFormat::Empty),
            (b"\xff\xd8\xff\xe0", FileFormat::Jpeg),
            (b"\xff\xd8", FileFormat::Unknown),
            (b"\x89PNG\r\n\x1a\n\0", FileFormat::Png),
            (b"RIFF\0\0\0\0WEBPVP8 ", FileFormat::Webp),
            (b"RIFF\0\0\0\0WAVEfmt ", FileFormat::Unknown),
            (b"GIF89a", FileFormat::Gif),
            (b"II*\0\x08", FileFormat::Tiff),
            (b"MM\0*\0", FileFormat::Tiff),
            (b"%PDF-1.7", FileFormat::Pdf),
            (b"\0\0\0\x18ftypheic", FileFormat::Heic),
            (b"\0\0\0\x18ftypmp42", FileFormat::Unknown),
            (b"BM\x46\0\0\0\0\0\0\0\x36", FileFormat::Bmp),
            (b"BMW is a car maker", FileFormat::Unknown),
        ] {
            assert_eq!(format(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
