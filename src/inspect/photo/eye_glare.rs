//! How much of the eyes' surroundings is burnt out white, as strong reflections on spectacles leave it.
//! Sees only reflections that hide what is behind them; faint ones stay with the reviewer.

use super::face::{Head, View};
use super::lab::{chroma, lab};
use crate::vocabulary::photo::Measure;

/// Part (0–1) of the eyes' surroundings that is nearly white; the worse eye.
pub fn eye_glare(view: &View, head: &Head) -> Measure<f32> {
    let apart = head.mesh.eye_distance();
    let (width, height) = (view.picture.width() as f32, view.picture.height() as f32);
    let burnt = |eye: [f32; 2]| {
        let steps = (0..GRID).map(|step| (step as f32 + 0.5) / GRID as f32 * 2.0 - 1.0);
        let places = steps
            .clone()
            .flat_map(|y| steps.clone().map(move |x| [eye[0] + x * 0.34 * apart, eye[1] + y * 0.22 * apart]));
        let inside = places.filter(|&[x, y]| x >= 0.0 && y >= 0.0 && x < width && y < height);
        let (mut white, mut all) = (0_u32, 0_u32);
        for [x, y] in inside {
            let colour = lab(view.picture.get_pixel(x as u32, y as u32).0);
            all += 1;
            white += u32::from(colour.l > WHITE_L && chroma(colour) < WHITE_CHROMA);
        }
        (all >= GRID * GRID / 2).then(|| white as f32 / all as f32)
    };
    let [left, right] = head.mesh.eyes();
    let reach = 0.5 * apart;
    let region = view
        .region([left[0] - reach, left[1].min(right[1]) - reach], [right[0] + reach, left[1].max(right[1]) + reach]);
    match (burnt(left), burnt(right)) {
        (Some(left), Some(right)) => Measure::at(left.max(right), region),
        _ => Measure::not_assessed("the eyes lie outside of the picture"),
    }
}

const GRID: u32 = 28;
/// The eye's own white and light skin stay under it.
const WHITE_L: f32 = 93.0;
const WHITE_CHROMA: f32 = 8.0;
