//! Is the head cut by the picture's border?
//! Looks at the face's outline and the crown; cut shoulders and long hair are as they should be.

use super::crown::crown;
use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// A point of the face's outline outside of the picture, or a crown that reaches its top.
pub fn head_cropped(view: &View, head: &Head) -> Measure<bool> {
    let (width, height) = (view.picture.width() as f32, view.picture.height() as f32);
    let outside = |&[x, y]: &[f32; 2]| x < 0.0 || y < 0.0 || x >= width || y >= height;
    let face_cut = head.mesh.oval().iter().any(outside);
    let crown_cut = crown(view, head) == Some(0.0);
    let (min, max) = head.mesh.bounds();
    Measure::at(face_cut || crown_cut, view.region(min, max))
}
