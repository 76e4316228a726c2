//! How long the face is for its width, against the usual: a stretched picture has a face that nobody has.
//! Two ratios of one face: narrow and broad people differ by some hundredths, so only a gross stretch is told.

use super::face::mesh::index::{CHIN, FOREHEAD, LEFT_EDGE, RIGHT_EDGE};
use super::face::{Head, View, distance, middle};
use crate::vocabulary::photo::Measure;

/// Height over width of the mesh, and eyes-to-mouth over eye-to-eye, each over its mean in frontal faces; their
/// geometric mean (1 is usual).
pub fn face_proportion(view: &View, head: &Head) -> Measure<f32> {
    let mesh = &head.mesh;
    let [left, right] = mesh.eyes();
    let outline = mesh.between(FOREHEAD, CHIN) / mesh.between(LEFT_EDGE, RIGHT_EDGE).max(f32::EPSILON);
    let mouth = middle(mesh.point(UPPER_LIP), mesh.point(LOWER_LIP));
    let features = distance(middle(left, right), mouth) / mesh.eye_distance().max(f32::EPSILON);
    let (min, max) = mesh.bounds();
    Measure::at((outline / MEAN_OUTLINE * features / MEAN_FEATURES).sqrt(), view.region(min, max))
}

const UPPER_LIP: usize = 13;
const LOWER_LIP: usize = 14;
/// Means over the clean photos that thresholds were fitted on (docs/photo-measures.md).
const MEAN_OUTLINE: f32 = 1.134;
const MEAN_FEATURES: f32 = 1.055;
