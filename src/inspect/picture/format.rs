//! From the first bytes of a file to its format. The file's name is never asked.

use crate::vocabulary::photo::FileFormat;

/// The format by magic bytes; a PDF header may stand anywhere in the first 1024 bytes (ISO 32000, annex H).
pub fn sniff(bytes: &[u8]) -> FileFormat {
    match bytes {
        [] => FileFormat::Empty,
        [0xFF, 0xD8, 0xFF, ..] => FileFormat::Jpeg,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => FileFormat::Png,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => FileFormat::Webp,
        [b'G', b'I', b'F', b'8', ..] => FileFormat::Gif,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => FileFormat::Tiff,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_heif(brand) => FileFormat::Heic,
        // "BM" alone is two letters of any text: the reserved fields must be zero and the header's size a known one.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0, ..] => {
            FileFormat::Bmp
        }
        _ if bytes[..bytes.len().min(1024)].windows(5).any(|w| w == b"%PDF-") => FileFormat::Pdf,
        _ => FileFormat::Unknown,
    }
}

fn is_heif(brand: &[u8]) -> bool {
    const BRANDS: [&[u8]; 8] = [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"];
    BRANDS.iter().any(|b| brand.starts_with(b))
}

#[cfg(test)]
mod tests {
    use super::{FileFormat, sniff};

    #[test]
    fn content_decides() {
        for (bytes, format) in [
            (&b""[..], FileFormat::Empty),
            (b"\xFF\xD8\xFF\xE0", FileFormat::Jpeg),
            (b"\xFF\xD8", FileFormat::Unknown),
            (b"\x89PNG\r\n\x1A\n....", FileFormat::Png),
            (b"RIFF\0\0\0\0WEBPVP8 ", FileFormat::Webp),
            (b"RIFF\0\0\0\0WAVEfmt ", FileFormat::Unknown),
            (b"GIF89a", FileFormat::Gif),
            (b"II*\0....", FileFormat::Tiff),
            (b"MM\0*....", FileFormat::Tiff),
            (b"\0\0\0\x18ftypheic....", FileFormat::Heic),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", FileFormat::Bmp),
            (b"BMW is a car", FileFormat::Unknown),
            (b"%PDF-1.7\n", FileFormat::Pdf),
            (b"\r\njunk %PDF-1.4\n", FileFormat::Pdf),
            (b"hello", FileFormat::Unknown),
        ] {
            assert_eq!(sniff(bytes), format, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
