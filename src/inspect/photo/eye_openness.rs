//! How far the eyes are open.
//! The lids' landmarks only; what the eyes look at, and glasses before them, are not measured.

use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// Eye aspect ratio (Soukupová & Čech 2016) of the less open eye.
pub fn eye_openness(view: &View, head: &Head) -> Measure<f32> {
    let ratio = |[outer, inner, up1, down1, up2, down2]: [usize; 6]| {
        let mesh = &head.mesh;
        (mesh.between(up1, down1) + mesh.between(up2, down2)) / (2.0 * mesh.between(outer, inner)).max(f32::EPSILON)
    };
    let [left, right] = head.mesh.eyes();
    let reach = head.mesh.eye_distance() / 2.5;
    let region = view.region([left[0] - reach, left[1].min(right[1]) - reach], [right[0] + reach, left[1].max(right[1]) + reach]);
    Measure::at(EYES.map(ratio).into_iter().fold(f32::MAX, f32::min), region)
}

/// Corners, then two pairs of upper and lower lid.
const EYES: [[usize; 6]; 2] = [[33, 133, 160, 144, 158, 153], [263, 362, 387, 373, 385, 380]];
