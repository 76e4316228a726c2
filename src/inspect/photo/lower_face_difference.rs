//! How far the colour of the cheeks and the chin is from the forehead's: a mask has a colour of its own.
//! Hue and chroma only, so that shadow and sun count little; a mask of exactly the skin's colour is not seen.

use super::eye_region_darkness::{LEFT_CHEEK, RIGHT_CHEEK};
use super::face::{Head, View};
use super::patch::patch;
use crate::vocabulary::photo::Measure;

/// Distance in the a*b* plane; the least of both cheeks and the chin, so that a beard, a blush or a scar alone does not
/// count.
pub fn lower_face_difference(view: &View, head: &Head) -> Measure<f32> {
    let reach = 0.1 * head.mesh.eye_distance();
    let [left, right] = head.mesh.eyes();
    let places = |indices: &[usize]| -> Vec<_> {
        indices.iter().filter_map(|&index| patch(view, head.mesh.point(index), reach, reach)).collect()
    };
    let (upper, lower) = (places(&FOREHEAD), places(&[LEFT_CHEEK, RIGHT_CHEEK, CHIN]));
    if upper.len() < FOREHEAD.len() || lower.len() < 3 {
        return Measure::not_assessed("the face reaches out of the picture");
    }
    // The nearest pair: a fringe over the forehead is no mask below.
    let distances =
        lower.iter().map(|low| upper.iter().map(|up| (low.a - up.a).hypot(low.b - up.b)).fold(f32::MAX, f32::min));
    let (min, max) = head.mesh.bounds();
    Measure::at(distances.fold(f32::MAX, f32::min), view.region([min[0], left[1].max(right[1])], max))
}

/// Between the brows, and up to the hairline.
const FOREHEAD: [usize; 4] = [9, 151, 108, 337];
const CHIN: usize = 199;
