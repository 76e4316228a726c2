//! 64-bit hashes by which copies of a photo are found: re-encoded, resized, a little cropped, or mirrored.
//! Similar hashes are a reason to look, not a proof: all one-inch photos are alike in the large.

use super::decode::{bilinear, reduced};
use super::face::mesh::Crop;
use super::face::{Head, View, middle};
use image::RgbImage;
use std::sync::LazyLock;

/// Of the whole picture; then, if a face was found, of the upright face. 16 hex digits each; a picture and its mirror
/// image have the same.
/// Copies are near in *every* hash that both have: the whole picture's alone is near for many people in the same pose.
pub fn perceptual_hashes(picture: &RgbImage, face: Option<(&View, &Head)>) -> Vec<String> {
    let whole = if picture.width() >= SIDE && picture.height() >= SIDE {
        reduced(picture, SIDE, SIDE)
    } else {
        bilinear(picture, SIDE, SIDE)
    };
    let face = face.map(|(view, head)| aligned(view, head));
    let pictures = std::iter::once(whole).chain(face);
    pictures.map(|picture| format!("{:016x}", hash(&frequencies(&picture)))).collect()
}

/// Bits by which two hashes differ (0–64); `None` if one is no hash.
pub fn hash_distance(a: &str, b: &str) -> Option<u32> {
    let number = |text: &str| (text.len() == 16).then(|| u64::from_str_radix(text, 16).ok()).flatten();
    Some((number(a)? ^ number(b)?).count_ones())
}

/// Pixels across before the transform.
const SIDE: u32 = 32;
/// Frequencies down and across, without the mean.
const FREQUENCIES: usize = 8;

/// The face with its eyes level, at a fixed size: unchanged by crop, scale and tilt.
fn aligned(view: &View, head: &Head) -> RgbImage {
    let [left, right] = head.mesh.eyes();
    let angle = (right[1] - left[1]).atan2(right[0] - left[0]);
    let apart = head.mesh.eye_distance();
    let eyes = middle(left, right);
    let down = 0.35 * apart;
    let crop = Crop { centre: [eyes[0] - angle.sin() * down, eyes[1] + angle.cos() * down], side: apart * 3.2, angle };
    let values =
        crop.pixels(&view.picture, 4 * SIDE as usize).into_iter().map(|value| (value * 255.0).round() as u8).collect();
    RgbImage::from_raw(4 * SIDE, 4 * SIDE, values)
        .map_or_else(|| RgbImage::new(SIDE, SIDE), |large| reduced(&large, SIDE, SIDE))
}

/// The lowest frequencies of the discrete cosine transform without the mean, as whole numbers, with how often each
/// waves across.
fn frequencies(picture: &RgbImage) -> Vec<(usize, i64)> {
    // BT.601 in 1/1000, whole numbers: the same on every machine.
    let luma: Vec<i32> = picture
        .pixels()
        .map(|pixel| 299 * i32::from(pixel[0]) + 587 * i32::from(pixel[1]) + 114 * i32::from(pixel[2]))
        .collect();
    let cosine = &*COSINE;
    let across: Vec<[f64; FREQUENCIES + 1]> = luma
        .chunks_exact(SIDE as usize)
        .map(|row| {
            std::array::from_fn(|u| row.iter().zip(&cosine[u]).map(|(&value, cosine)| f64::from(value) * cosine).sum())
        })
        .collect();
    let places = (0..FREQUENCIES)
        .flat_map(|v| (0..FREQUENCIES).map(move |u| (u, v)))
        .filter(|&(u, v)| u + v > 0)
        .chain([(0, FREQUENCIES)]);
    places
        .map(|(u, v)| {
            let sum: f64 = across.iter().zip(&cosine[v]).map(|(row, cosine)| row[u] * cosine).sum();
            // Rounded far above the arithmetic's error, so that ties are ties everywhere.
            (u, (sum / 1000.0).round() as i64)
        })
        .collect()
}

/// What waves an even number of times across, against its median; then what waves an odd number of times, by strength
/// alone, against the median strength: mirroring turns only the sign of the latter.
fn hash(frequencies: &[(usize, i64)]) -> u64 {
    let (odd, even): (Vec<_>, Vec<_>) = frequencies.iter().partition(|(u, _)| u % 2 == 1);
    let above_median = |values: Vec<i64>| {
        let mut sorted = values.clone();
        sorted.sort_unstable();
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        values.into_iter().map(move |value| value > median)
    };
    let even = above_median(even.into_iter().map(|(_, value)| value).collect());
    let odd = above_median(odd.into_iter().map(|(_, value)| value.abs()).collect());
    even.chain(odd).fold(0, |hash, bit| hash << 1 | u64::from(bit))
}

/// `COSINE[u][x]` = cos((2x + 1) u π / 64).
static COSINE: LazyLock<[[f64; SIDE as usize]; FREQUENCIES + 1]> = LazyLock::new(|| {
    std::array::from_fn(|u| {
        std::array::from_fn(|x| ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / f64::from(2 * SIDE)).cos())
    })
});

#[cfg(test)]
mod tests {
    use super::*;
    use image::imageops::{FilterType, flip_horizontal, resize};

    fn picture(seed: u32) -> RgbImage {
        let blobs: Vec<[f32; 4]> = (0..9)
            .map(|i| {
                let random = |salt: u32| {
                    ((seed * 7919 + i * 104_729 + salt * 15_485_863).wrapping_mul(2_654_435_761) >> 16) as f32 % 1000.0
                        / 1000.0
                };
                [random(1) * 295.0, random(2) * 413.0, 20.0 + random(3) * 70.0, random(4) * 255.0]
            })
            .collect();
        RgbImage::from_fn(295, 413, |x, y| {
            let value = blobs
                .iter()
                .fold(250.0, |value, b| if (x as f32 - b[0]).hypot(y as f32 - b[1]) < b[2] { b[3] } else { value });
            image::Rgb([value as u8; 3])
        })
    }

    fn distance(a: &RgbImage, b: &RgbImage) -> u32 {
        let (a, b) = (perceptual_hashes(a, None), perceptual_hashes(b, None));
        hash_distance(&a[0], &b[0]).unwrap()
    }

    #[test]
    fn copies_are_near_and_others_far() {
        let original = picture(3);
        let reencoded = {
            let mut bytes = Vec::new();
            image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 60).encode_image(&original).unwrap();
            image::load_from_memory(&bytes).unwrap().to_rgb8()
        };
        for (name, copy, largest) in [
            ("itself", original.clone(), 0),
            ("re-encoded", reencoded, 2),
            ("resized", resize(&original, 413, 579, FilterType::CatmullRom), 3),
            ("mirrored", flip_horizontal(&original), 2),
            ("cropped", image::imageops::crop_imm(&original, 4, 5, 287, 403).to_image(), 10),
        ] {
            assert!(distance(&original, &copy) <= largest, "{name}: {}", distance(&original, &copy));
        }
        for seed in 4..12 {
            assert!(distance(&original, &picture(seed)) > 14, "{seed}: {}", distance(&original, &picture(seed)));
        }
    }

    #[test]
    fn no_hash_has_no_distance() {
        assert_eq!(hash_distance("00000000000000ff", "0000000000000000"), Some(8));
        assert_eq!(hash_distance("", "0000000000000000"), None);
    }
}
