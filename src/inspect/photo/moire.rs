//! Strength of periodic stripes, as a screen (or a halftone print) photographed again leaves them.
//! Finds patterns, not their cause: a striped shirt in the middle of the picture has one too; a re-shot glossy print
//! has none.

use super::spectrum::{SIDE, Spectrum};
use crate::vocabulary::photo::Measure;

/// Decades by which the strongest place of the spectrum stands over its surroundings.
/// A band-limited picture has rings in its empty frequencies that look like stripes: it is not assessed.
pub fn moire(spectrum: &Spectrum, effective_resolution: &Measure<f32>) -> Measure<f32> {
    if effective_resolution.value().is_some_and(|&resolution| resolution < LEAST_RESOLUTION) {
        return Measure::not_assessed("the picture is blurred or enlarged, stripes cannot be told");
    }
    let half = SIDE as i32 / 2;
    let decades: Vec<f32> =
        (-half..half).flat_map(|y| (-half..half).map(move |x| (x, y))).map(|(x, y)| spectrum.at(x, y)).collect();
    let sums = Sums::of(&decades);
    let mut strongest = 0.0_f32;
    for y in 0..=half - 1 - SURROUNDINGS {
        for x in SURROUNDINGS - half..half - SURROUNDINGS {
            if !is_candidate(x, y) {
                continue;
            }
            let at = ((x + half) as usize, (y + half) as usize);
            strongest = strongest.max(sums.mean(at, 1) - sums.mean(at, SURROUNDINGS as usize));
        }
    }
    Measure::of(strongest)
}

/// Effective resolution under which the spectrum's upper half is empty.
const LEAST_RESOLUTION: f32 = 0.32;
/// Cycles per side up to which the portrait itself has structure.
const PORTRAIT: f32 = 0.06 * SIDE as f32;
/// Half the side of the surroundings that a peak is compared with.
const SURROUNDINGS: i32 = 7;

/// Off the portrait's own frequencies and off the 8-pixel grid of JPEG.
fn is_candidate(x: i32, y: i32) -> bool {
    let grid = SIDE as i32 / 8;
    let near_grid = |cycles: i32| {
        let off = cycles.rem_euclid(grid);
        off.min(grid - off) <= 4
    };
    (x as f32).hypot(y as f32) > PORTRAIT && !(near_grid(x) && near_grid(y))
}

/// Summed-area table of a `SIDE`² square.
struct Sums(Vec<f64>);

impl Sums {
    fn of(values: &[f32]) -> Self {
        let stride = SIDE + 1;
        let mut sums = vec![0.0; stride * stride];
        for (index, &value) in values.iter().enumerate() {
            let (x, y) = (index % SIDE + 1, index / SIDE + 1);
            sums[y * stride + x] = f64::from(value) + sums[(y - 1) * stride + x] + sums[y * stride + x - 1]
                - sums[(y - 1) * stride + x - 1];
        }
        Self(sums)
    }

    /// Mean of the (2 `reach` + 1)² values around a place.
    fn mean(&self, (x, y): (usize, usize), reach: usize) -> f32 {
        let stride = SIDE + 1;
        let (x0, x1, y0, y1) = (x - reach, x + reach + 1, y - reach, y + reach + 1);
        let sum =
            self.0[y1 * stride + x1] - self.0[y0 * stride + x1] - self.0[y1 * stride + x0] + self.0[y0 * stride + x0];
        (sum / ((2 * reach + 1) * (2 * reach + 1)) as f64) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

    #[test]
    fn stripes_stand_out_and_portraits_do_not() {
        let portrait = |stripes: f32| {
            RgbImage::from_fn(295, 413, |x, y| {
                let head = (x as f32 - 147.0).hypot((y as f32 - 180.0) * 0.8) < 80.0;
                let noise = ((x * 7919 + y * 104_729 + x * y * 31).wrapping_mul(2_654_435_761) >> 24) as f32 / 32.0;
                let stripe = (x as f32 * 1.31 + y as f32 * 0.07).sin() * stripes;
                image::Rgb([(if head { 150.0 } else { 235.0 } + noise + stripe) as u8; 3])
            })
        };
        let measured = |picture: &RgbImage| {
            moire(&Spectrum::around(picture, [147.0, 206.0]), &Measure::default()).value().copied().unwrap()
        };
        assert!(measured(&portrait(0.0)) < 1.2, "{}", measured(&portrait(0.0)));
        for stripes in [4.0, 8.0, 16.0] {
            assert!(measured(&portrait(stripes)) > 1.5, "{stripes}: {}", measured(&portrait(stripes)));
        }
    }
}
