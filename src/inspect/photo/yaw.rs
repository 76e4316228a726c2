//! How far the head is turned aside.
//! From the nose's place between the cheeks; where the eyes look is not measured.

use super::face::mesh::index::{LEFT_EDGE, NOSE_TIP, RIGHT_EDGE};
use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// |a − b| / (a + b) of the nose tip's distances to the cheeks: 0 frontal (up to .08), 1 profile (turned from .26).
pub fn yaw(view: &View, head: &Head) -> Measure<f32> {
    let (left, right) = (head.mesh.between(NOSE_TIP, LEFT_EDGE), head.mesh.between(NOSE_TIP, RIGHT_EDGE));
    let (min, max) = head.mesh.bounds();
    Measure::at((left - right).abs() / (left + right).max(f32::EPSILON), view.region(min, max))
}
