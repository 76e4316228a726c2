//! The lids of each eye, from MediaPipe's eye landmarks: a closer look than the face mesh, which draws closed eyes
//! open.
//! Gives how far the lids are apart; where the eyes look is not asked.

use super::mesh::{Crop, Mesh, index};
use super::models::{EYE_SIDE, FaceModels};
use super::point::{distance, middle};
use image::RgbImage;

/// Lid gap over the eye's width, the picture's left eye first.
pub fn lid_gaps(picture: &RgbImage, mesh: &Mesh, models: &FaceModels) -> Result<[f32; 2], String> {
    let [left, right] = mesh.eyes();
    let angle = (right[1] - left[1]).atan2(right[0] - left[0]);
    // The model knows eyes whose outer corner is to the right: the picture's left eye is handed in mirrored.
    let [left, right] = [(index::LEFT_EYE, true), (index::RIGHT_EYE, false)].map(|([a, b], mirrored)| {
        let (a, b) = (mesh.point(a), mesh.point(b));
        let crop = Crop { centre: middle(a, b), side: distance(a, b) * CROP, angle };
        let mut input = crop.pixels(picture, EYE_SIDE);
        if mirrored {
            input.chunks_exact_mut(EYE_SIDE * 3).for_each(mirror);
        }
        lid_gap(&models.eye(input)?)
    });
    Ok([left?, right?])
}

/// The model wants the eye's width with this margin.
const CROP: f32 = 2.3;
const CONTOUR: usize = 71;
/// In the eye contour: corners, and the middles of the lower and the upper lid.
const CORNERS: [usize; 2] = [0, 8];
const LIDS: [usize; 2] = [4, 12];

fn lid_gap(outputs: &[Vec<f32>]) -> Result<f32, String> {
    let contour = outputs
        .iter()
        .find(|output| output.len() == CONTOUR * 3)
        .ok_or("the eye model has other outputs than expected")?;
    let point = |index: usize| [contour[3 * index], contour[3 * index + 1]];
    let gap = (point(LIDS[1])[1] - point(LIDS[0])[1]).abs();
    Ok(gap / (point(CORNERS[1])[0] - point(CORNERS[0])[0]).abs().max(f32::EPSILON))
}

fn mirror(row: &mut [f32]) {
    let pixels = row.len() / 3;
    for x in 0..pixels / 2 {
        for channel in 0..3 {
            row.swap(3 * x + channel, 3 * (pixels - 1 - x) + channel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirroring_keeps_channels() {
        let mut row = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
        mirror(&mut row);
        assert_eq!(row, [7.0, 8.0, 9.0, 4.0, 5.0, 6.0, 1.0, 2.0, 3.0]);
    }
}
