//! The typical colour of a small place of the face.
//! A median, so that a lash, a spectacle frame or a mole does not decide.

use super::face::{Point, View};
use super::lab::{lab, median};
use crate::vocabulary::photo::Lab;

/// Median colour of the box of half-width `across` and half-height `down` around `centre` (pixels of the view);
/// `None` if most of it lies outside of the picture.
pub fn patch(view: &View, centre: Point, across: f32, down: f32) -> Option<Lab> {
    let (width, height) = (view.picture.width() as f32, view.picture.height() as f32);
    let steps = (0..GRID).map(|step| (step as f32 + 0.5) / GRID as f32 * 2.0 - 1.0);
    let places = steps.clone().flat_map(|y| steps.clone().map(move |x| [centre[0] + x * across, centre[1] + y * down]));
    let colours: Vec<Lab> = places
        .filter(|&[x, y]| x >= 0.0 && y >= 0.0 && x < width && y < height)
        .map(|[x, y]| lab(view.picture.get_pixel(x as u32, y as u32).0))
        .collect();
    let middle = |channel: fn(&Lab) -> f32| median(&mut colours.iter().map(channel).collect::<Vec<_>>());
    (colours.len() >= GRID * GRID / 2).then_some(())?;
    Some(Lab { l: middle(|c| c.l)?, a: middle(|c| c.a)?, b: middle(|c| c.b)? })
}

const GRID: usize = 14;
