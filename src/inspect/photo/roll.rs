//! How far the head leans to one shoulder.
//! The eyes' own line; a turned camera and a leaning head look the same.

use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// Angle of the line through the eyes in degrees, clockwise.
pub fn roll(view: &View, head: &Head) -> Measure<f32> {
    let [left, right] = head.mesh.eyes();
    let reach = head.mesh.eye_distance() / 2.0;
    let degrees = (right[1] - left[1]).atan2(right[0] - left[0]).to_degrees();
    Measure::at(
        degrees,
        view.region(
            [left[0] - reach, left[1].min(right[1]) - reach],
            [right[0] + reach, left[1].max(right[1]) + reach],
        ),
    )
}
