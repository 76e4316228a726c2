//! The skin-side pixels of the face: those inside the mesh's outline, with the side of the face that they lie on.
//! Eyes, brows and mouth are part of it; hair over the forehead is too.

use super::face::mesh::index::{CHIN, FOREHEAD};
use super::face::{Head, Point, View};
use super::lab::lab;
use crate::vocabulary::photo::Lab;

/// A pixel of the face.
pub struct FacePixel {
    pub colour: Lab,
    /// Negative left of the face's middle line (in the picture), positive right of it; in parts of the face's width.
    pub side: f32,
}

/// About `SAMPLES`² pixels, evenly over the face.
pub fn face_pixels(view: &View, head: &Head) -> Vec<FacePixel> {
    let oval = shrunk(&head.mesh.oval());
    let (min, max) = head.mesh.bounds();
    let (top, bottom) = (head.mesh.point(FOREHEAD), head.mesh.point(CHIN));
    let length = (bottom[1] - top[1]).abs().max(1.0);
    let mut found = Vec::new();
    for row in 0..SAMPLES {
        for column in 0..SAMPLES {
            let part = |step: u32| (step as f32 + 0.5) / SAMPLES as f32;
            let point = [min[0] + (max[0] - min[0]) * part(column), min[1] + (max[1] - min[1]) * part(row)];
            let inside = point[0] >= 0.0
                && point[1] >= 0.0
                && (point[0] as u32) < view.picture.width()
                && (point[1] as u32) < view.picture.height();
            if inside && holds(&oval, point) {
                let line = top[0] + (bottom[0] - top[0]) * (point[1] - top[1]) / length;
                let colour = lab(view.picture.get_pixel(point[0] as u32, point[1] as u32).0);
                found.push(FacePixel { colour, side: (point[0] - line) / head.mesh.width().max(1.0) });
            }
        }
    }
    found
}

const SAMPLES: u32 = 48;

/// The outline drawn in by a tenth, off hair and background.
fn shrunk(oval: &[Point]) -> Vec<Point> {
    let count = oval.len() as f32;
    let centre = oval.iter().fold([0.0; 2], |sum, p| [sum[0] + p[0] / count, sum[1] + p[1] / count]);
    oval.iter().map(|p| [centre[0] + (p[0] - centre[0]) * 0.9, centre[1] + (p[1] - centre[1]) * 0.9]).collect()
}

/// Even–odd rule.
fn holds(polygon: &[Point], [x, y]: Point) -> bool {
    let edges = polygon.iter().zip(polygon.iter().cycle().skip(1));
    edges.filter(|(a, b)| (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])).count() % 2
        == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_and_outside_of_a_polygon() {
        let square = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
        for (point, expected) in [([2.0, 2.0], true), ([5.0, 2.0], false), ([2.0, -1.0], false), ([3.9, 0.1], true)] {
            assert_eq!(holds(&square, point), expected, "{point:?}");
        }
    }
}
