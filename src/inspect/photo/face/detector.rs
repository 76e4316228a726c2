//! Faces in the photo, by MediaPipe's full-range detector (256², 896 anchors): boxes, scores, six key points.
//! Counts and places faces; the mesh tells how they look.

use super::models::{DETECTOR_SIDE, FaceModels};
use super::point::Point;
use crate::inspect::photo::decode::bilinear;
use image::RgbImage;

/// A face in pixels of the picture that was looked at; may reach over its border.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// 0–1.
    pub score: f32,
    pub min: Point,
    pub max: Point,
    /// Eyes (the picture's left one first), nose, mouth, ears.
    pub key_points: [Point; 6],
}

impl Detection {
    pub fn area(&self) -> f32 {
        (self.max[0] - self.min[0]).max(0.0) * (self.max[1] - self.min[1]).max(0.0)
    }

    fn overlap(&self, other: &Self) -> f32 {
        let side = |axis: usize| (self.max[axis].min(other.max[axis]) - self.min[axis].max(other.min[axis])).max(0.0);
        let both = side(0) * side(1);
        both / (self.area() + other.area() - both).max(f32::EPSILON)
    }
}

/// Faces by falling score, each place once.
pub fn detect(picture: &RgbImage, models: &FaceModels) -> Result<Vec<Detection>, String> {
    let (letterboxed, offset, scale) = letterbox(picture);
    let outputs = models.detect(letterboxed)?;
    let [boxes, scores] = outputs.as_slice() else {
        return Err("the face detector has other outputs than expected".into());
    };
    let (boxes, scores) = if boxes.len() == ANCHORS * VALUES { (boxes, scores) } else { (scores, boxes) };
    if boxes.len() != ANCHORS * VALUES || scores.len() != ANCHORS {
        return Err("the face detector's outputs have another size than expected".into());
    }
    let back = |x: f32, y: f32| [(x - offset[0]) * scale, (y - offset[1]) * scale];
    let mut found: Vec<_> = anchors()
        .zip(boxes.chunks_exact(VALUES))
        .zip(scores)
        .map(|((anchor, values), &logit)| (anchor, values, 1.0 / (1.0 + (-logit.clamp(-80.0, 80.0)).exp())))
        .filter(|&(_, _, score)| score >= LEAST_SCORE)
        .map(|([ax, ay], values, score)| {
            let (x, y) = (values[0] + ax, values[1] + ay);
            Detection {
                score,
                min: back(x - values[2] / 2.0, y - values[3] / 2.0),
                max: back(x + values[2] / 2.0, y + values[3] / 2.0),
                key_points: std::array::from_fn(|k| back(values[4 + 2 * k] + ax, values[5 + 2 * k] + ay)),
            }
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Detection> = Vec::new();
    for face in found {
        if kept.iter().all(|other| other.overlap(&face) < SAME_FACE) {
            kept.push(face);
        }
    }
    Ok(kept)
}

const ANCHORS: usize = 896;
const VALUES: usize = 16;
/// Under it the detector sees faces in cloth and wood.
const LEAST_SCORE: f32 = 0.5;
/// Intersection over union from which two boxes are one face.
const SAME_FACE: f32 = 0.3;

/// Anchor centres in pixels of the input: two at each cell of 16, then six at each cell of 32.
fn anchors() -> impl Iterator<Item = Point> {
    [(16_usize, 2_usize), (32, 6)].into_iter().flat_map(|(stride, each)| {
        let cells = DETECTOR_SIDE / stride;
        (0..cells * cells * each).map(move |index| {
            let cell = index / each;
            [((cell % cells) as f32 + 0.5) * stride as f32, ((cell / cells) as f32 + 0.5) * stride as f32]
        })
    })
}

/// The picture centred on a grey square, as −1…1; with its offset in the square and the picture's pixels in one of the
/// square's.
fn letterbox(picture: &RgbImage) -> (Vec<f32>, Point, f32) {
    let (width, height) = picture.dimensions();
    let side = DETECTOR_SIDE as u32;
    let scale = width.max(height) as f32 / side as f32;
    let fit = |length: u32| ((length as f32 / scale).round() as u32).clamp(1, side);
    let small = bilinear(picture, fit(width), fit(height));
    let (left, top) = ((side - small.width()) / 2, (side - small.height()) / 2);
    let mut square = vec![0.0; DETECTOR_SIDE * DETECTOR_SIDE * 3];
    for (x, y, pixel) in small.enumerate_pixels() {
        let at = ((y + top) as usize * DETECTOR_SIDE + (x + left) as usize) * 3;
        for (value, &channel) in square[at..at + 3].iter_mut().zip(&pixel.0) {
            *value = f32::from(channel) / 127.5 - 1.0;
        }
    }
    (square, [left as f32, top as f32], scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_cover_the_square() {
        let all: Vec<_> = anchors().collect();
        assert_eq!(all.len(), ANCHORS);
        assert_eq!((all[0], all[511], all[512], all[895]), ([8.0, 8.0], [248.0, 248.0], [16.0, 16.0], [240.0, 240.0]));
    }
}
