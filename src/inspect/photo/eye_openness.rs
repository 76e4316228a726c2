//! How far the eyes are open.
//! The lids of the less open eye; what the eyes look at, and glasses before them, are not measured.

use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// Lid gap over eye width of the less open eye (open .25–.45, closed under .05).
pub fn eye_openness(view: &View, head: &Head) -> Measure<f32> {
    let [left, right] = head.mesh.eyes();
    let reach = head.mesh.eye_distance() / 2.5;
    let region = view
        .region([left[0] - reach, left[1].min(right[1]) - reach], [right[0] + reach, left[1].max(right[1]) + reach]);
    Measure::at(head.lid_gaps[0].min(head.lid_gaps[1]), region)
}
