//! How colourful the most colourful part of the picture is: lips, skin or a tie in a colour picture, nothing in a grey
//! one.
//! Blind to hue: a sepia print is colourful enough to pass, a grey picture never is.

use super::decode::reduced;
use super::lab::{self, lab};
use crate::vocabulary::photo::Measure;
use image::RgbImage;

/// Mean C*ab of the most colourful twentieth, so that a small head before white is no grey picture.
/// Noise of the colour channels is averaged away first, so that a grey picture with noise stays grey.
pub fn chroma(picture: &RgbImage) -> Measure<f32> {
    let side = |length: u32, shorter: u32| {
        (u64::from(length) * u64::from(CELLS) / u64::from(shorter.max(1))).clamp(1, 4 * u64::from(CELLS)) as u32
    };
    let shorter = picture.width().min(picture.height());
    let small = reduced(
        picture,
        side(picture.width(), shorter).min(picture.width()),
        side(picture.height(), shorter).min(picture.height()),
    );
    let mut cells: Vec<f32> = small.pixels().map(|pixel| lab::chroma(lab(pixel.0))).collect();
    cells.sort_by(|a, b| b.total_cmp(a));
    let most = &cells[..cells.len().div_ceil(COLOURFUL)];
    Measure::of(most.iter().sum::<f32>() / most.len() as f32)
}

/// Cells across the shorter side over which colour is averaged.
const CELLS: u32 = 40;
/// One in so many cells counts.
const COLOURFUL: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_coloured_head_is_colour() {
        let small = RgbImage::from_fn(295, 413, |x, y| {
            image::Rgb(if (120..175).contains(&x) && (150..240).contains(&y) { [200, 150, 130] } else { [255; 3] })
        });
        assert!(chroma(&small).value().is_some_and(|&c| c > 8.0));
    }

    #[test]
    fn grey_with_noise_is_grey_and_colour_is_not() {
        let noise = |x: u32, y: u32, salt: u32| ((x * 7919 + y * 104_729 + salt * 1_299_709) % 13) as u8;
        let grey = RgbImage::from_fn(295, 413, |x, y| {
            image::Rgb([0, 1, 2].map(|salt| (x / 2) as u8 + 40 + noise(x, y, salt)))
        });
        let coloured = RgbImage::from_fn(295, 413, |_, y| image::Rgb(if y < 200 { [255; 3] } else { [200, 150, 130] }));
        assert!(chroma(&grey).value().is_some_and(|&c| c < 2.0));
        assert!(chroma(&coloured).value().is_some_and(|&c| c > 5.0));
    }
}
