//! How light the face is.
//! A mean over its skin: dark skin in good light and light skin in the dark measure alike, so only the extremes tell of
//! exposure.

use super::face::{Head, View};
use super::skin;
use crate::vocabulary::photo::Measure;

/// Mean L* of the places where skin is seen (0–100).
pub fn face_lightness(view: &View, head: &Head) -> Measure<f32> {
    let seen: Vec<f32> = skin::places(view, head).into_iter().flatten().flatten().map(|colour| colour.l).collect();
    if seen.len() < LEAST {
        return Measure::not_assessed("too little of the face's skin is seen");
    }
    let (min, max) = head.mesh.bounds();
    Measure::at(seen.iter().sum::<f32>() / seen.len() as f32, view.region(min, max))
}

/// Places of [`skin::places`]: of fewer a mean says nothing.
const LEAST: usize = 6;
