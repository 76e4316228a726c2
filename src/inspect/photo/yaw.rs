//! How far the head is turned aside.
//! From all landmarks (`face/pose.rs`); where the eyes look is not measured.

use super::face::pose::pose;
use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// Sine of the angle by which the head is turned, either way: 0 frontal (up to .08), 1 profile.
pub fn yaw(view: &View, head: &Head) -> Measure<f32> {
    let (min, max) = head.mesh.bounds();
    Measure::at(pose(&head.mesh).yaw_angle.to_radians().sin().abs(), view.region(min, max))
}
