//! How much the lightness varies from pixel to pixel above the forehead: hair has strands, a smooth hat or a
//! painted-over head has not.
//! Blacked-out and blown-out places say nothing; a knitted or woven hat has texture too and is not seen here.

use super::face::{Head, View};
use super::head_covering::{Zone, above_forehead};
use super::lab::{lab, median};
use crate::vocabulary::photo::Measure;

/// Standard deviation of L* within squares of [`SIDE`] pixels; the median over the head above the forehead.
pub fn head_texture(view: &View, head: &Head) -> Measure<f32> {
    let Zone { min, max, region } = match above_forehead(view, head) {
        Ok(zone) => zone,
        Err(why) => return Measure::not_assessed(why),
    };
    let (width, height) = view.picture.dimensions();
    let person = |x: u32, y: u32| {
        view.outline
            .as_ref()
            .is_some_and(|outline| outline.person(x as f32 / width as f32, y as f32 / height as f32) > 0.5)
    };
    let (mut lightness, mut deviations) = (Vec::new(), Vec::new());
    for y in (min[1].max(0.0) as u32..(max[1].max(0.0) as u32).min(height.saturating_sub(SIDE))).step_by(SIDE as usize)
    {
        for x in
            (min[0].max(0.0) as u32..(max[0].max(0.0) as u32).min(width.saturating_sub(SIDE))).step_by(SIDE as usize)
        {
            if person(x, y) && person(x + SIDE, y + SIDE) {
                let (mean, deviation) = spread(view, x, y);
                lightness.push(mean);
                deviations.push(deviation);
            }
        }
    }
    match (median(&mut lightness), median(&mut deviations)) {
        (Some(mean), Some(deviation)) if lightness.len() >= LEAST && (BLACK..=WHITE).contains(&mean) => {
            Measure::at(deviation, region)
        }
        (Some(mean), _) if !(BLACK..=WHITE).contains(&mean) => {
            Measure::not_assessed("the head above the forehead is too dark or too light for texture to show")
        }
        _ => Measure::not_assessed("too little of the head above the forehead is in the picture"),
    }
}

/// Mean and standard deviation of L* in the square at (x, y).
fn spread(view: &View, x: u32, y: u32) -> (f32, f32) {
    let values: Vec<f32> =
        (0..SIDE * SIDE).map(|i| lab(view.picture.get_pixel(x + i % SIDE, y + i / SIDE).0).l).collect();
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>() / values.len() as f32;
    (mean, variance.max(0.0).sqrt())
}

const SIDE: u32 = 5;
/// Squares of person that there must be.
const LEAST: usize = 20;
/// L* between which a surface shows its texture: under it JPEG and the camera leave plain black.
const BLACK: f32 = 6.0;
const WHITE: f32 = 95.0;
