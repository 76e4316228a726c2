//! How far the head leans to one shoulder.
//! From all landmarks (`face/pose.rs`), so that one misplaced corner of an eye tilts nothing; a turned camera and a
//! leaning head look the same.

use super::face::pose::pose;
use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// Angle of the line from side to side of the face in degrees, clockwise.
pub fn roll(view: &View, head: &Head) -> Measure<f32> {
    let [left, right] = head.mesh.eyes();
    let reach = head.mesh.eye_distance() / 2.0;
    Measure::at(
        pose(&head.mesh).roll_angle,
        view.region(
            [left[0] - reach, left[1].min(right[1]) - reach],
            [right[0] + reach, left[1].max(right[1]) + reach],
        ),
    )
}
