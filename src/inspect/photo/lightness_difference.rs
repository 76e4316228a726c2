//! How unevenly the face is lit from the side.
//! Compares the halves left and right of the line from forehead to chin; light from above is not measured.

use super::face::{Head, View};
use super::face_pixels::face_pixels;
use crate::vocabulary::photo::Measure;

/// Difference of mean L* between the face's halves.
pub fn lightness_difference(view: &View, head: &Head) -> Measure<f32> {
    let pixels = face_pixels(view, head);
    let mean = |right: bool| {
        let half: Vec<f32> =
            pixels.iter().filter(|pixel| (pixel.side > 0.0) == right).map(|pixel| pixel.colour.l).collect();
        (half.len() >= LEAST_PIXELS).then(|| half.iter().sum::<f32>() / half.len() as f32)
    };
    let (min, max) = head.mesh.bounds();
    match (mean(false), mean(true)) {
        (Some(left), Some(right)) => Measure::at((left - right).abs(), view.region(min, max)),
        _ => Measure::not_assessed("one half of the face lies outside of the picture"),
    }
}

const LEAST_PIXELS: usize = 100;
