//! How high the eyes stand in the picture.
//! One line through both eyes; a tilted one counts at its middle.

use super::face::{Head, View, middle};
use crate::vocabulary::photo::Measure;

/// Eye line over the picture's height (0–1 from the top).
pub fn eye_y(view: &View, head: &Head) -> Measure<f32> {
    let [left, right] = head.mesh.eyes();
    let (min, max) = head.mesh.bounds();
    Measure::at(middle(left, right)[1] / view.picture.height() as f32, view.region(min, max))
}
