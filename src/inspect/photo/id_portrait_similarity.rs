//! Is the photo the very picture that is printed on the ID card? Compares both faces' shading, feature by feature.
//! The same person photographed anew measures lower; whether it is the same person at all is not asked.

use super::decode::reduced;
use super::face::mesh::sample;
use super::face::models::{FaceModels, ModelError};
use super::face::{Head, View, middle};
use crate::vocabulary::photo::Measure;
use image::RgbImage;
use image::imageops::crop_imm;

/// Largest normalised cross-correlation of the two faces' local contrast, over small shifts, turns and scales (0–1).
pub fn id_portrait_similarity(
    view: &View,
    head: &Head,
    card: &RgbImage,
    models: &FaceModels,
) -> Result<Measure<f32>, ModelError> {
    let Some(portrait) = portrait(card, models)? else {
        return Ok(Measure::not_assessed("no face was found on the ID card's picture"));
    };
    let Ok(card_head) = &portrait.head else {
        return Ok(Measure::not_assessed("the face on the ID card's picture is not clear enough"));
    };
    let reference = contrast(&face(&portrait, card_head, 1.0, 0.0));
    let mut best = 0.0_f32;
    for scale in [0.94, 1.0, 1.06] {
        for turn in [-0.04, 0.0, 0.04] {
            let other = contrast(&face(view, head, scale, turn));
            for (dx, dy) in (-SHIFT..=SHIFT).flat_map(|dy| (-SHIFT..=SHIFT).map(move |dx| (dx, dy))) {
                best = best.max(correlation(&reference, &other, dx, dy));
            }
        }
    }
    let (min, max) = head.mesh.bounds();
    Ok(Measure::at(best, view.region(min, max)))
}

/// Pixels across at which faces are compared: what a card's print can hold.
const SIDE: usize = 48;
const SHIFT: i32 = 2;
/// Half-width of the surroundings whose mean is taken off, so that light and printing do not count.
const SURROUNDINGS: i32 = 6;

/// The card's face, sought in the whole picture, then in each half (it may be small).
fn portrait(card: &RgbImage, models: &FaceModels) -> Result<Option<View>, ModelError> {
    let (width, height) = card.dimensions();
    let halves = [(0, 0, width, height), (width / 2, 0, width - width / 2, height), (0, 0, width / 2, height)];
    for (x, y, w, h) in halves.into_iter().filter(|&(_, _, w, h)| w > 0 && h > 0) {
        let view = View::of(&crop_imm(card, x, y, w, h).to_image(), models)?;
        if view.head.is_ok() {
            return Ok(Some(view));
        }
    }
    Ok(None)
}

/// Luma of the face, `SIDE`², with eyes and mouth at fixed places: free of turn, scale and stretch.
fn face(view: &View, head: &Head, scale: f32, turn: f32) -> Vec<f32> {
    let [left, right] = head.mesh.eyes();
    let eyes = middle(left, right);
    let mouth = middle(head.mesh.point(UPPER_LIP), head.mesh.point(LOWER_LIP));
    let across = [(right[0] - left[0]) / 2.0, (right[1] - left[1]) / 2.0];
    let down = [(mouth[0] - eyes[0]) / 2.0, (mouth[1] - eyes[1]) / 2.0];
    let (sine, cosine) = turn.sin_cos();
    let large = 3 * SIDE;
    let unit = |step: usize| ((step as f32 + 0.5) / large as f32 * 2.0 - 1.0) * REACH * scale;
    let places = (0..large).flat_map(|y| (0..large).map(move |x| (unit(x), unit(y))));
    let values = places.map(|(u, v)| (cosine * u - sine * v, sine * u + cosine * v + 0.7)).flat_map(|(u, v)| {
        let at = [eyes[0] + across[0] * u + down[0] * v, eyes[1] + across[1] * u + down[1] * v];
        sample(&view.picture, at).map(|channel| channel.round() as u8)
    });
    let small = RgbImage::from_raw(large as u32, large as u32, values.collect())
        .map(|picture| reduced(&picture, SIDE as u32, SIDE as u32));
    small.map_or_else(
        || vec![0.0; SIDE * SIDE],
        |picture| {
            picture
                .pixels()
                .map(|pixel| 0.299 * f32::from(pixel[0]) + 0.587 * f32::from(pixel[1]) + 0.114 * f32::from(pixel[2]))
                .collect()
        },
    )
}

const UPPER_LIP: usize = 13;
const LOWER_LIP: usize = 14;
/// Half-width of what is compared, in half eye distances.
const REACH: f32 = 2.6;

/// Each value less the mean of its surroundings.
fn contrast(luma: &[f32]) -> Vec<f32> {
    let side = SIDE as i32;
    let at = |x: i32, y: i32| luma[(y * side + x) as usize];
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    places
        .map(|(x, y)| {
            let (xs, ys) = (
                (x - SURROUNDINGS).max(0)..=(x + SURROUNDINGS).min(side - 1),
                (y - SURROUNDINGS).max(0)..=(y + SURROUNDINGS).min(side - 1),
            );
            let count = xs.clone().count() * ys.clone().count();
            at(x, y)
                - ys.flat_map(|v| xs.clone().map(move |u| (u, v))).map(|(u, v)| at(u, v)).sum::<f32>() / count as f32
        })
        .collect()
}

/// Over the face's ellipse.
fn correlation(a: &[f32], b: &[f32], dx: i32, dy: i32) -> f32 {
    let side = SIDE as i32;
    let half = side as f32 / 2.0;
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for y in SHIFT..side - SHIFT {
        for x in SHIFT..side - SHIFT {
            let (u, v) = ((x as f32 + 0.5 - half) / (0.8 * half), (y as f32 + 0.5 - half) / (0.95 * half));
            if u * u + v * v > 1.0 {
                continue;
            }
            let (p, q) = (a[(y * side + x) as usize], b[((y + dy) * side + x + dx) as usize]);
            ab += p * q;
            aa += p * p;
            bb += q * q;
        }
    }
    ab / (aa * bb).sqrt().max(f32::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texture(seed: u32, shift: (i32, i32), gain: f32) -> Vec<f32> {
        let side = SIDE as i32;
        let places = (0..side).flat_map(|y| (0..side).map(move |x| (x + shift.0, y + shift.1)));
        places
            .map(|(x, y)| {
                gain * (((x as f32) * 0.31 + seed as f32).sin()
                    * ((y as f32) * 0.27 * (1.0 + seed as f32 / 7.0)).cos()
                    * 60.0
                    + 120.0)
            })
            .collect()
    }

    #[test]
    fn the_same_shading_correlates_whatever_its_light_and_place() {
        let reference = contrast(&texture(1, (0, 0), 1.0));
        for (name, other, shift, least, most) in [
            ("itself", texture(1, (0, 0), 1.0), (0, 0), 0.999, 1.001),
            ("darker", texture(1, (0, 0), 0.5), (0, 0), 0.999, 1.001),
            ("shifted", texture(1, (2, -1), 0.8), (-2, 1), 0.95, 1.001),
            ("another", texture(5, (0, 0), 1.0), (0, 0), -1.0, 0.7),
        ] {
            let found = correlation(&reference, &contrast(&other), shift.0, shift.1);
            assert!((least..=most).contains(&found), "{name}: {found}");
        }
    }
}
