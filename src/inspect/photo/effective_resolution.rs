//! How much of its pixels' resolution the picture really holds: an enlarged or defocused one has no fine detail.
//! Cannot tell enlargement from blur, and noise added after it can hide neither: the fall before the noise floor is
//! what counts.

use super::spectrum::{SIDE, Spectrum};
use crate::vocabulary::photo::Measure;

/// Frequency at which the whitened spectrum has fallen by [`FALL`] decades, over the highest that the pixels can hold
/// (0–1).
/// A photo out of a camera keeps .45 and more; enlarged three times it keeps under .38.
pub fn effective_resolution(spectrum: &Spectrum) -> Measure<f32> {
    let rings = rings(spectrum);
    let whitened: Vec<f32> =
        rings.iter().enumerate().map(|(ring, decades)| decades + NATURAL_SLOPE * ring_centre(ring).log10()).collect();
    let smooth: Vec<f32> = (0..whitened.len())
        .map(|i| {
            [i.saturating_sub(1), i, (i + 1).min(whitened.len() - 1)].iter().map(|&j| whitened[j]).sum::<f32>() / 3.0
        })
        .collect();
    let coarse = smooth[COARSE].iter().sum::<f32>() / COARSE.len() as f32;
    if coarse < LEAST_DETAIL {
        return Measure::not_assessed("there is too little detail to measure");
    }
    let end = smooth.iter().position(|&value| value < coarse - FALL);
    Measure::of(end.map_or(1.0, |ring| 2.0 * RING * (ring as f32 + 1.0)))
}

/// Cycles per pixel of one ring; the first begins one ring off the mean.
const RING: f32 = 0.01;
const RINGS: usize = 49;
/// Power of natural pictures falls with about this power of the frequency.
const NATURAL_SLOPE: f32 = 2.5;
/// Rings that every portrait fills: 0.02–0.07 cycles per pixel.
const COARSE: std::ops::Range<usize> = 1..6;
/// Decades; fitted between clean photos (fall at .44 of the range or later) and ones enlarged three times (at .38 or
/// before).
const FALL: f32 = 1.2;
/// Whitened decades that plain background with camera noise does not reach.
const LEAST_DETAIL: f32 = 1.5;

fn ring_centre(ring: usize) -> f32 {
    (ring as f32 + 1.5) * RING
}

/// log10 of the mean power ring by ring.
fn rings(spectrum: &Spectrum) -> Vec<f32> {
    let mut sums = vec![(0.0_f64, 0_u32); RINGS];
    let half = SIDE as i32 / 2;
    for y in -half..half {
        for x in 0..half {
            let ring = ((x as f32).hypot(y as f32) / SIDE as f32 / RING) as usize;
            if let Some((sum, count)) = ring.checked_sub(1).and_then(|ring| sums.get_mut(ring)) {
                *sum += 10_f64.powf(f64::from(spectrum.at(x, y)));
                *count += 1;
            }
        }
    }
    sums.into_iter().map(|(sum, count)| (sum / f64::from(count.max(1))).log10() as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;
    use image::imageops::{FilterType, resize};

    /// Detail at all scales, as a face has: overlapping discs of many sizes.
    fn detailed(width: u32, height: u32) -> RgbImage {
        let random = |i: u32, salt: u32| {
            ((i * 7919 + salt * 15_485_863).wrapping_mul(2_654_435_761) >> 12) as f32 % 4096.0 / 4096.0
        };
        let mut picture = RgbImage::from_pixel(width, height, image::Rgb([200; 3]));
        for i in 0..900 {
            let (cx, cy, r) =
                (random(i, 1) * width as f32, random(i, 2) * height as f32, 1.0 + 60.0 / (1.0 + i as f32 / 12.0));
            for y in (cy - r).max(0.0) as u32..((cy + r) as u32 + 1).min(height) {
                for x in (cx - r).max(0.0) as u32..((cx + r) as u32 + 1).min(width) {
                    if (x as f32 - cx).hypot(y as f32 - cy) <= r {
                        picture.put_pixel(x, y, image::Rgb([(random(i, 3) * 255.0) as u8; 3]));
                    }
                }
            }
        }
        picture
    }

    #[test]
    fn enlargement_is_told_from_detail() {
        let sharp = detailed(295, 413);
        let enlarged = |times: u32| {
            resize(&resize(&sharp, 295 / times, 413 / times, FilterType::Triangle), 295, 413, FilterType::CatmullRom)
        };
        let measured =
            |picture: &RgbImage| effective_resolution(&Spectrum::around(picture, [147.0, 206.0])).value().copied();
        assert!(measured(&sharp).is_some_and(|value| value > 0.6), "{:?}", measured(&sharp));
        for (times, most) in [(3, 0.4), (4, 0.32), (6, 0.25)] {
            assert!(
                measured(&enlarged(times)).is_some_and(|value| value < most),
                "{times}×: {:?}",
                measured(&enlarged(times))
            );
        }
        assert_eq!(measured(&RgbImage::from_pixel(295, 413, image::Rgb([250; 3]))), None);
    }
}
