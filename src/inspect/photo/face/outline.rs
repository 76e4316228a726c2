//! The person's outline: how much of each place is person and not background (MediaPipe selfie segmentation, 256²).
//! A probability map, soft at hair and blind to clothes of the background's own colour.

use super::models::{FaceModels, SELFIE_SIDE};
use crate::inspect::photo::decode::bilinear;
use image::RgbImage;

/// Person probability over the whole picture.
pub struct Outline {
    map: Vec<f32>,
}

impl Outline {
    /// 0 (background) to 1 (person) at a place given as parts (0–1) of the picture's width and height.
    pub fn person(&self, x: f32, y: f32) -> f32 {
        let cell = |part: f32| ((part * SELFIE_SIDE as f32) as usize).min(SELFIE_SIDE - 1);
        self.map[cell(y) * SELFIE_SIDE + cell(x)]
    }

    /// The same outline with each place as much person as the most so within `reach` (parts of the picture's width and
    /// height).
    #[must_use]
    pub fn grown(&self, reach: f32) -> Self {
        let radius = (reach * SELFIE_SIDE as f32).round() as usize;
        let across = self.map.chunks_exact(SELFIE_SIDE).flat_map(|row| highest(row, radius)).collect::<Vec<_>>();
        let columns = (0..SELFIE_SIDE).map(|x| across.iter().skip(x).step_by(SELFIE_SIDE).copied().collect::<Vec<_>>());
        let down: Vec<Vec<f32>> = columns.map(|column| highest(&column, radius).collect()).collect();
        Self {
            map: (0..SELFIE_SIDE * SELFIE_SIDE).map(|index| down[index % SELFIE_SIDE][index / SELFIE_SIDE]).collect(),
        }
    }
}

fn highest(line: &[f32], radius: usize) -> impl Iterator<Item = f32> + '_ {
    (0..line.len()).map(move |i| {
        line[i.saturating_sub(radius)..(i + radius + 1).min(line.len())]
            .iter()
            .fold(0.0, |most: f32, &value| most.max(value))
    })
}

/// Segments the picture.
pub fn outline(picture: &RgbImage, models: &FaceModels) -> Result<Outline, String> {
    let side = SELFIE_SIDE as u32;
    let input =
        bilinear(picture, side, side).into_raw().into_iter().map(|channel| f32::from(channel) / 255.0).collect();
    let map = models.segment(input)?.into_iter().next().filter(|map| map.len() == SELFIE_SIDE * SELFIE_SIDE);
    map.map(|map| Outline { map }).ok_or_else(|| "the segmentation has another output than expected".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growing_reaches_as_far_as_told() {
        let mut map = vec![0.0; SELFIE_SIDE * SELFIE_SIDE];
        map[100 * SELFIE_SIDE + 100] = 1.0;
        let grown = Outline { map }.grown(10.0 / 256.0);
        let at = |x: usize, y: usize| grown.person(x as f32 / 256.0, y as f32 / 256.0);
        for (x, y, expected) in [(100, 100, 1.0), (110, 90, 1.0), (111, 100, 0.0), (100, 89, 0.0)] {
            assert!((at(x, y) - expected).abs() < f32::EPSILON, "{x}, {y}");
        }
    }
}
