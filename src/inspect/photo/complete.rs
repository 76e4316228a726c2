//! Is the picture there to its last row? Told from the entropy-coded data itself, then from the pixels of the last
//! rows.
//! Says nothing of what the picture shows.

use super::jpeg::Markers;
use super::jpeg::entropy::Walk;
use crate::vocabulary::fact::Region;
use crate::vocabulary::photo::Measure;
use image::RgbImage;

/// From a JPEG's markers and the walk through its data, without pixels.
/// Also the bytes in its scans that are no picture: padding.
pub fn complete(markers: &Markers, walk: &Walk) -> (Measure<bool>, u64) {
    let missing = |rows: Option<u32>| match (rows, markers.frame.as_ref(), markers.orientation) {
        (Some(rows), Some(frame), 0 | 1) if rows < frame.height => {
            Measure::at(false, Region { x: 0, y: rows, width: frame.width, height: frame.height - rows })
        }
        _ => Measure::of(false),
    };
    match walk {
        Walk::Broken { rows, .. } => (missing(*rows), 0),
        Walk::Unknown { why } => (Measure::not_assessed(*why), 0),
        // An end marker may be lost: every row is there and decodes.
        Walk::Whole { excess } => (Measure::of(true), *excess),
    }
}

/// From the pixels: the rows that a decoder or a broken copy left unfilled, saved again as if they were picture.
/// `None` if the last rows hold a picture (or plain white or coloured background).
pub fn unfilled(picture: &RgbImage) -> Option<Region> {
    let (width, height) = picture.dimensions();
    let fill = picture.rows().next_back()?.next()?.0;
    let same = |pixel: &image::Rgb<u8>| pixel.0.iter().zip(fill).all(|(&a, b)| a.abs_diff(b) <= 1);
    let rows = picture.rows().rev().take_while(|row| row.clone().all(same)).count() as u32;
    let neutral = fill.iter().max()? - fill.iter().min()? <= 2;
    let enough = match fill[0] {
        // A decoder's answer to missing coefficients is middle grey.
        126..=130 => rows >= MCU_ROWS,
        0..=1 => rows >= (height / 10).max(2 * MCU_ROWS),
        _ => false,
    };
    (neutral && enough && rows < height).then(|| Region { x: 0, y: height - rows, width, height: rows })
}

/// After decoding without an error: what the data itself told, or whole if it told nothing.
pub fn decoded(told: &Measure<bool>) -> Measure<bool> {
    match told {
        Measure::Value { .. } => told.clone(),
        Measure::NotAssessed { .. } => Measure::of(true),
    }
}

/// The smallest stretch that a JPEG can lose.
const MCU_ROWS: u32 = 8;

#[cfg(test)]
mod tests {
    use super::super::jpeg::{entropy, markers};
    use super::*;
    use image::codecs::jpeg::JpegEncoder;

    /// A textured picture above plain white rows, as a photo of somebody in a white shirt ends.
    fn picture() -> RgbImage {
        RgbImage::from_fn(90, 130, |x, y| {
            let texture = (x * 37 + y * 91 + x * y * 13) % 120;
            image::Rgb(if y >= 100 { [255; 3] } else { [60 + texture as u8, 90 + (texture / 2) as u8, 120] })
        })
    }

    fn jpeg(quality: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&picture()).unwrap();
        bytes
    }

    fn judged(bytes: &[u8]) -> (Option<bool>, u64) {
        let markers = markers(bytes);
        let (measure, padding) = complete(&markers, &entropy::walk(bytes, &markers));
        (measure.value().copied(), padding)
    }

    #[test]
    fn whole_pictures_are_whole_at_every_quality() {
        for quality in [5, 40, 75, 90, 100] {
            assert_eq!(judged(&jpeg(quality)), (Some(true), 0), "quality {quality}");
        }
    }

    #[test]
    fn cut_zeroed_and_overwritten_data_is_found_wherever_it_begins() {
        let whole = jpeg(95);
        let start = markers(&whole).scans[0].data.start;
        for tenth in 0..10 {
            let at = start + (whole.len() - start) * tenth / 11;
            let cut = whole[..at].to_vec();
            let closed = [&whole[..at], &[0xFF, 0xD9]].concat();
            let zeroed: Vec<u8> = whole
                .iter()
                .enumerate()
                .map(|(i, &byte)| if i >= at && i + 2 < whole.len() { 0 } else { byte })
                .collect();
            let zeroed_with_end: Vec<u8> =
                whole.iter().enumerate().map(|(i, &byte)| if i >= at { 0 } else { byte }).collect();
            for (name, bytes) in
                [("cut", cut), ("closed", closed), ("zeroed", zeroed), ("zeroed with its end", zeroed_with_end)]
            {
                assert_eq!(judged(&bytes).0, Some(false), "{name} at {tenth}/11");
            }
        }
    }

    #[test]
    fn bytes_left_over_in_the_scan_are_padding_not_damage() {
        let whole = jpeg(90);
        let padded = [&whole[..whole.len() - 2], &[0x55, 0xAA].repeat(500), &[0xFF, 0xD9]].concat();
        let (complete, padding) = judged(&padded);
        assert_eq!(complete, Some(true));
        assert!((990..=1000).contains(&padding), "{padding}");
    }

    #[test]
    fn unfilled_rows_are_told_from_plain_ground() {
        let bottom = |colour: [u8; 3], rows: u32| {
            let mut picture = picture();
            for (_, y, pixel) in picture.enumerate_pixels_mut() {
                if y >= 130 - rows {
                    *pixel = image::Rgb(colour);
                }
            }
            picture
        };
        for (colour, rows, expected) in [
            ([128, 128, 128], 30, Some(30)),
            ([128, 128, 128], 4, None),
            ([0, 0, 0], 40, Some(40)),
            ([0, 0, 0], 8, None),
            ([255, 255, 255], 40, None),
            ([30, 34, 48], 40, None),
        ] {
            assert_eq!(unfilled(&bottom(colour, rows)).map(|region| region.height), expected, "{colour:?} {rows}");
        }
    }
}
