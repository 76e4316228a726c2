//! Bytes of a JPEG that make it heavier without being picture.
//! A small colour profile and camera data are not counted.

use super::jpeg::Markers;

/// Trailing bytes, stray bytes, left-over scan data (`excess`), and what APPn and COM segments hold over the usual.
pub fn padding_bytes(file_bytes: u64, markers: &Markers, excess: u64) -> u64 {
    let trailing = markers.end.map_or(0, |end| file_bytes.saturating_sub(end as u64));
    trailing + markers.stray_bytes + excess + markers.application_bytes.saturating_sub(USUAL_APPLICATION_BYTES)
}

/// An sRGB profile (3,144 bytes), JFIF and an EXIF block without thumbnail.
const USUAL_APPLICATION_BYTES: u64 = 4096;

#[cfg(test)]
mod tests {
    use super::super::jpeg::markers;
    use super::*;

    #[test]
    fn padding_is_counted_wherever_it_lies() {
        let segment = |marker: u8, length: u16| {
            [&[0xFF, marker], &length.to_be_bytes()[..], &vec![b'x'; usize::from(length) - 2]].concat()
        };
        let file = |parts: &[Vec<u8>]| [vec![0xFF, 0xD8], parts.concat()].concat();
        let end = vec![0xFF, 0xD9];
        for (name, bytes, expected) in [
            ("plain", file(&[segment(0xE0, 16), end.clone()]), 0),
            ("profile", file(&[segment(0xE2, 3200), end.clone()]), 0),
            ("comment", file(&[segment(0xFE, 30_000), end.clone()]), 30_002 - 4096),
            ("many comments", file(&[segment(0xFE, 2_000).repeat(10), end.clone()]), 20_020 - 4096),
            ("trailing", file(&[end.clone(), vec![0; 5_000]]), 5_000),
            ("between segments", file(&[vec![0; 700], end.clone()]), 700),
            ("fill bytes", file(&[vec![0xFF; 300], end]), 300),
        ] {
            assert_eq!(padding_bytes(bytes.len() as u64, &markers(&bytes), 0), expected, "{name}");
        }
    }
}
