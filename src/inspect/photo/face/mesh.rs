//! 468 landmarks of one face (MediaPipe face mesh), in pixels of the picture.
//! Gives points and the model's own score; each measure decides what they mean.

use super::detector::Detection;
use super::models::{FaceModels, LANDMARK_SIDE};
use super::point::{Point, distance, middle};
use image::RgbImage;

/// The points of one face.
#[derive(Debug, Clone)]
pub struct Mesh {
    points: Vec<Point>,
    /// The model's own score (a logit): under 20 it is not sure of a face.
    pub score: f32,
}

/// Indices of MediaPipe's canonical face mesh. "Left" and "right" are the picture's.
pub mod index {
    pub const FOREHEAD: usize = 10;
    pub const CHIN: usize = 152;
    pub const LEFT_EDGE: usize = 234;
    pub const RIGHT_EDGE: usize = 454;
    pub const NOSE_TIP: usize = 1;
    pub const LEFT_EYE: [usize; 2] = [33, 133];
    pub const RIGHT_EYE: [usize; 2] = [362, 263];
    /// The face's outline, clockwise from the forehead.
    pub const OVAL: [usize; 36] = [
        10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
        150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
    ];
}

impl Mesh {
    /// One of the 468 points.
    pub fn point(&self, index: usize) -> Point {
        self.points.get(index).copied().unwrap_or_default()
    }

    /// Distance between two points in pixels.
    pub fn between(&self, a: usize, b: usize) -> f32 {
        distance(self.point(a), self.point(b))
    }

    /// Centres of the eyes, the picture's left one first.
    pub fn eyes(&self) -> [Point; 2] {
        [index::LEFT_EYE, index::RIGHT_EYE].map(|[a, b]| middle(self.point(a), self.point(b)))
    }

    /// Pixels between the eyes' centres.
    pub fn eye_distance(&self) -> f32 {
        let [left, right] = self.eyes();
        distance(left, right)
    }

    /// Cheek to cheek in pixels.
    pub fn width(&self) -> f32 {
        self.between(index::LEFT_EDGE, index::RIGHT_EDGE)
    }

    /// The box around the face's outline.
    pub fn bounds(&self) -> (Point, Point) {
        self.oval().iter().fold(([f32::MAX; 2], [f32::MIN; 2]), |(min, max), p| {
            ([min[0].min(p[0]), min[1].min(p[1])], [max[0].max(p[0]), max[1].max(p[1])])
        })
    }

    /// The face's outline.
    pub fn oval(&self) -> Vec<Point> {
        index::OVAL.iter().map(|&i| self.point(i)).collect()
    }
}

/// Landmarks of the face at `face`.
pub fn mesh(picture: &RgbImage, face: &Detection, models: &FaceModels) -> Result<Mesh, String> {
    let [left, right, ..] = face.key_points;
    let angle = (right[1] - left[1]).atan2(right[0] - left[0]);
    let side = (face.max[0] - face.min[0]).max(face.max[1] - face.min[1]) * CROP;
    let crop = Crop { centre: middle(face.min, face.max), side, angle };
    let outputs = models.landmarks(crop.pixels(picture, LANDMARK_SIDE))?;
    let flat = outputs
        .iter()
        .find(|output| output.len() == POINTS * 3)
        .ok_or("the face mesh has other outputs than expected")?;
    let score = outputs.iter().find(|output| output.len() == 1).map_or(f32::NEG_INFINITY, |output| output[0]);
    let points = flat.chunks_exact(3).map(|p| crop.to_picture([p[0], p[1]], LANDMARK_SIDE)).collect();
    Ok(Mesh { points, score })
}

const POINTS: usize = 468;
/// The mesh wants the detector's box with a margin of a quarter on each side.
const CROP: f32 = 1.5;

/// A turned square of the picture.
pub struct Crop {
    pub centre: Point,
    /// Pixels of the picture.
    pub side: f32,
    /// Radians, clockwise.
    pub angle: f32,
}

impl Crop {
    /// `size` × `size` × 3 in 0…1, bilinear; black outside of the picture.
    pub fn pixels(&self, picture: &RgbImage, size: usize) -> Vec<f32> {
        let mut values = Vec::with_capacity(size * size * 3);
        for y in 0..size {
            for x in 0..size {
                let at = self.to_picture([x as f32 + 0.5, y as f32 + 0.5], size);
                values.extend(sample(picture, [at[0] - 0.5, at[1] - 0.5]).map(|channel| channel / 255.0));
            }
        }
        values
    }

    /// From the crop's pixels to the picture's.
    pub fn to_picture(&self, [x, y]: Point, size: usize) -> Point {
        let (sine, cosine) = self.angle.sin_cos();
        let step = self.side / size as f32;
        let (x, y) = ((x - size as f32 / 2.0) * step, (y - size as f32 / 2.0) * step);
        [self.centre[0] + cosine * x - sine * y, self.centre[1] + sine * x + cosine * y]
    }
}

/// Bilinear, 0–255; black outside.
pub fn sample(picture: &RgbImage, [x, y]: Point) -> [f32; 3] {
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let mut sum = [0.0; 3];
    for (dx, dy, weight) in [
        (0.0, 0.0, (1.0 - fx) * (1.0 - fy)),
        (1.0, 0.0, fx * (1.0 - fy)),
        (0.0, 1.0, (1.0 - fx) * fy),
        (1.0, 1.0, fx * fy),
    ] {
        let (px, py) = (x0 + dx, y0 + dy);
        if px >= 0.0 && py >= 0.0 && (px as u32) < picture.width() && (py as u32) < picture.height() {
            let pixel = picture.get_pixel(px as u32, py as u32);
            sum.iter_mut().zip(pixel.0).for_each(|(total, channel)| *total += weight * f32::from(channel));
        }
    }
    sum
}
