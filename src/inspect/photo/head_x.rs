//! Where the face stands between the picture's sides.
//! Takes the face's own middle, so that wide hair on one side does not count.

use super::face::{Head, View, mesh::index, middle};
use crate::vocabulary::photo::Measure;

/// Middle between the cheeks and the eyes over the picture's width (0–1, 0.5 is the middle).
pub fn head_x(view: &View, head: &Head) -> Measure<f32> {
    let [left, right] = head.mesh.eyes();
    let eyes = middle(left, right);
    let cheeks = middle(head.mesh.point(index::LEFT_EDGE), head.mesh.point(index::RIGHT_EDGE));
    let (min, max) = head.mesh.bounds();
    Measure::at(middle(eyes, cheeks)[0] / view.picture.width() as f32, view.region(min, max))
}
