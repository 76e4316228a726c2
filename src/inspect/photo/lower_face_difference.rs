//! How far the colour of the cheeks and the chin is from that of the skin about the eyes: a mask has a colour of its own.
//! Hue and chroma only, so that shadow and sun count little; a mask of exactly the skin's colour is not seen.

use super::eye_region_darkness::{LEFT_CHEEK, RIGHT_CHEEK, under_eye};
use super::face::{Head, View};
use super::patch::patch;
use crate::vocabulary::photo::Measure;

/// Distance in the a*b* plane; the least of both cheeks and the chin, so that a beard, a blush or a scar alone does not count.
pub fn lower_face_difference(view: &View, head: &Head) -> Measure<f32> {
    let apart = head.mesh.eye_distance();
    let reach = 0.1 * apart;
    let [left, right] = head.mesh.eyes();
    let upper = [under_eye(&head.mesh, left), under_eye(&head.mesh, right), head.mesh.point(GLABELLA)].map(|place| patch(view, place, reach, 0.06 * apart));
    let lower = [LEFT_CHEEK, RIGHT_CHEEK, CHIN].map(|place| patch(view, head.mesh.point(place), reach, reach));
    let (upper, lower): (Vec<_>, Vec<_>) = (upper.into_iter().flatten().collect(), lower.into_iter().flatten().collect());
    if upper.len() < 3 || lower.len() < 3 {
        return Measure::not_assessed("the face reaches out of the picture");
    }
    // The nearest pair, so that dark glasses or hair above do not make a mask below.
    let distances = lower.iter().map(|low| upper.iter().map(|up| (low.a - up.a).hypot(low.b - up.b)).fold(f32::MAX, f32::min));
    let (min, max) = head.mesh.bounds();
    Measure::at(distances.fold(f32::MAX, f32::min), view.region([min[0], left[1].max(right[1])], max))
}

/// Between the brows.
const GLABELLA: usize = 9;
const CHIN: usize = 199;
