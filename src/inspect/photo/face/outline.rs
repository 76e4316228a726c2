//! The person's outline: how much of each place is person and not ground (MediaPipe selfie segmentation, 256²).
//! A probability map, soft at hair and blind to clothes of the ground's own colour.

use super::models::{FaceModels, SELFIE_SIDE};
use crate::inspect::photo::decode::bilinear;
use image::RgbImage;

/// Person probability over the whole picture.
pub struct Outline {
    map: Vec<f32>,
}

impl Outline {
    /// 0 (ground) to 1 (person) at a place given as parts (0–1) of the picture's width and height.
    pub fn person(&self, x: f32, y: f32) -> f32 {
        let cell = |part: f32| ((part * SELFIE_SIDE as f32) as usize).min(SELFIE_SIDE - 1);
        self.map[cell(y) * SELFIE_SIDE + cell(x)]
    }

    /// The highest person probability within `reach` (parts of the picture's width and height) of a place.
    pub fn nearby(&self, x: f32, y: f32, reach: f32) -> f32 {
        const STEPS: i32 = 2;
        let steps = -STEPS..=STEPS;
        steps
            .clone()
            .flat_map(|dy| steps.clone().map(move |dx| (dx, dy)))
            .map(|(dx, dy)| self.person((x + dx as f32 * reach / STEPS as f32).clamp(0.0, 1.0), (y + dy as f32 * reach / STEPS as f32).clamp(0.0, 1.0)))
            .fold(0.0, f32::max)
    }
}

/// Segments the picture.
pub fn outline(picture: &RgbImage, models: &FaceModels) -> Result<Outline, String> {
    let side = SELFIE_SIDE as u32;
    let input = bilinear(picture, side, side).into_raw().into_iter().map(|channel| f32::from(channel) / 255.0).collect();
    let map = models.segment(input)?.into_iter().next().filter(|map| map.len() == SELFIE_SIDE * SELFIE_SIDE);
    map.map(|map| Outline { map }).ok_or_else(|| "the segmentation has another output than expected".to_owned())
}
