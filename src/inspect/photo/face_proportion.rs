//! How long the face is for its width, against the usual: a stretched picture has a face that nobody has.
//! One ratio of one face: narrow and broad people differ by some hundredths, so only a gross stretch is told.

use super::face::mesh::index::{CHIN, FOREHEAD, LEFT_EDGE, RIGHT_EDGE};
use super::face::{Head, View};
use crate::vocabulary::photo::Measure;

/// Height over width of the face mesh, over the mean of frontal faces (1 is the mean).
pub fn face_proportion(view: &View, head: &Head) -> Measure<f32> {
    let (min, max) = head.mesh.bounds();
    let ratio = head.mesh.between(FOREHEAD, CHIN) / head.mesh.between(LEFT_EDGE, RIGHT_EDGE).max(f32::EPSILON);
    Measure::at(ratio / MEAN, view.region(min, max))
}

/// Mean of the mesh's height over width on frontal faces.
const MEAN: f32 = 1.2;
