//! How much darker than the cheek the skin under each eye is: dark glasses and hair over the eyes darken it, bare eyes
//! do not.
//! Sees nothing of clear glasses and of light tints, and cannot tell glasses from hair but by one eye or both.

use super::face::mesh::Mesh;
use super::face::{Head, Point, View};
use super::patch::patch;
use crate::vocabulary::photo::Measure;

/// Median L* of the lighter cheek minus that of the band under each eye; the picture's left eye first.
pub fn eye_region_darkness(view: &View, head: &Head) -> Measure<[f32; 2]> {
    let apart = head.mesh.eye_distance();
    let [left, right] = head.mesh.eyes();
    let under = |eye: Point| patch(view, under_eye(&head.mesh, eye), 0.24 * apart, 0.06 * apart).map(|colour| colour.l);
    let cheek = |index: usize| patch(view, head.mesh.point(index), 0.1 * apart, 0.1 * apart).map(|colour| colour.l);
    let reach = 0.5 * apart;
    let region = view
        .region([left[0] - reach, left[1].min(right[1]) - reach], [right[0] + reach, left[1].max(right[1]) + reach]);
    // The lighter cheek: hair that falls over an eye falls over the cheek below it too.
    let cheeks = cheek(LEFT_CHEEK).zip(cheek(RIGHT_CHEEK)).map(|(left, right)| left.max(right));
    match (under(left), under(right), cheeks) {
        (Some(left), Some(right), Some(cheeks)) => Measure::at([cheeks - left, cheeks - right], region),
        _ => Measure::not_assessed("the eyes or cheeks lie outside of the picture"),
    }
}

/// A place between the lower lid and the cheekbone.
pub fn under_eye(mesh: &Mesh, eye: Point) -> Point {
    let [left, right] = mesh.eyes();
    let apart = mesh.eye_distance().max(f32::EPSILON);
    let down = [-(right[1] - left[1]) / apart, (right[0] - left[0]) / apart];
    [eye[0] + down[0] * 0.2 * apart, eye[1] + down[1] * 0.2 * apart]
}

/// Beside the nostrils.
pub const LEFT_CHEEK: usize = 205;
pub const RIGHT_CHEEK: usize = 425;
