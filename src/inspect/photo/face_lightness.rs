//! How light the face is.
//! A mean over the face: dark skin in good light and light skin in the dark measure alike, so only the extremes tell of
//! exposure.

use super::face::{Head, View};
use super::face_pixels::face_pixels;
use crate::vocabulary::photo::Measure;

/// Mean L* inside the face's outline (0–100).
pub fn face_lightness(view: &View, head: &Head) -> Measure<f32> {
    let pixels = face_pixels(view, head);
    if pixels.is_empty() {
        return Measure::not_assessed("the face lies outside of the picture");
    }
    let (min, max) = head.mesh.bounds();
    Measure::at(pixels.iter().map(|pixel| pixel.colour.l).sum::<f32>() / pixels.len() as f32, view.region(min, max))
}
