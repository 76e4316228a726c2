//! How much of the picture's height the head takes, from chin to crown.
//! The crown is the person's outline (hair included); without one there is no measure.

use super::crown::crown;
use super::face::mesh::index;
use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// Chin to crown over the picture's height (0–1).
pub fn head_height(view: &View, head: &Head) -> Measure<f32> {
    let Some(crown) = crown(view, head) else { return Measure::not_assessed("the head's outline was not found") };
    let (min, max) = head.mesh.bounds();
    let chin = head.mesh.point(index::CHIN)[1];
    Measure::at((chin - crown) / view.picture.height() as f32, view.region([min[0], crown], [max[0], chin]))
}
