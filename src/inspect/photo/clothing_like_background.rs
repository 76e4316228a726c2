//! How much of what is worn has the background's colour, so that it cannot be told from it.
//! Looks at a place below the chin, not at an outline: clothes of the background's colour have none.

use super::decode::reduced;
use super::face::mesh::index::CHIN;
use super::face::{Head, View};
use super::lab::lab;
use crate::vocabulary::photo::{Background, Measure};
use image::imageops::crop_imm;

/// Part (0–1) of the clothing region within `ALIKE` of the background's colour.
pub fn clothing_like_background(view: &View, head: &Head, background: &Measure<Background>) -> Measure<f32> {
    let Some(background) = background.value().map(|background| background.median) else {
        return Measure::not_assessed("the ground's colour is not known");
    };
    let chin = head.mesh.point(CHIN);
    let face = head.mesh.width();
    let (width, height) = (view.picture.width() as f32, view.picture.height() as f32);
    let top = chin[1] + 0.35 * face;
    let (left, right) = ((chin[0] - 0.85 * face).max(0.0), (chin[0] + 0.85 * face).min(width));
    if height - top < 0.15 * face || right - left < face {
        return Measure::not_assessed("too little of the clothes is in the picture");
    }
    let bottom = height.min(top + face);
    let region =
        crop_imm(&view.picture, left as u32, top as u32, (right - left) as u32, (bottom - top) as u32).to_image();
    let small = reduced(&region, GRID.min(region.width()), GRID.min(region.height()));
    let alike = |pixel: &image::Rgb<u8>| {
        let colour = lab(pixel.0);
        let [dl, da, db] = [colour.l - background.l, colour.a - background.a, colour.b - background.b];
        (dl * dl + da * da + db * db).sqrt() < ALIKE
    };
    let count = small.pixels().filter(|pixel| alike(pixel)).count();
    Measure::at(count as f32 / (small.width() * small.height()) as f32, view.region([left, top], [right, bottom]))
}

/// ΔE*ab under which two surfaces beside each other can hardly be told apart in a one-inch print: folds of a white
/// shirt reach it.
const ALIKE: f32 = 18.0;
const GRID: u32 = 48;
