//! How far the mouth is open.
//! The inner lips' landmarks; a smile with teeth and closed jaws counts as open.

use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// Gap between the inner lips over the inner mouth's width (closed ≤ .06, open ≥ .14).
pub fn mouth_openness(view: &View, head: &Head) -> Measure<f32> {
    let mesh = &head.mesh;
    let (left, right) = (mesh.point(LEFT), mesh.point(RIGHT));
    let reach = mesh.between(LEFT, RIGHT) / 2.0;
    let region = view.region(
        [left[0] - reach / 2.0, left[1].min(right[1]) - reach],
        [right[0] + reach / 2.0, left[1].max(right[1]) + reach],
    );
    Measure::at(mesh.between(UPPER, LOWER) / mesh.between(LEFT, RIGHT).max(f32::EPSILON), region)
}

const UPPER: usize = 13;
const LOWER: usize = 14;
const LEFT: usize = 78;
const RIGHT: usize = 308;
