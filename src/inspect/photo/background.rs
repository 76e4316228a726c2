//! The background left, right and above the head: its colour, how much of it is white, how even it is.
//! Names no colour and judges none; shoulders and the picture's lower third are not looked at.

use super::decode::reduced;
use super::face::outline::Outline;
use super::lab::{LabPlane, chroma, median};
use crate::vocabulary::photo::{Background, Lab, Measure};
use crate::vocabulary::settings::PhotoSettings;
use image::RgbImage;

/// With the person's outline if it is known; otherwise from strips at the upper corners and sides, without dark hair.
pub fn background(picture: &RgbImage, outline: Option<&Outline>, settings: &PhotoSettings) -> Measure<Background> {
    let width = picture.width().min(WIDTH);
    let height = (u64::from(picture.height()) * u64::from(width))
        .div_ceil(u64::from(picture.width()))
        .clamp(1, 8 * u64::from(WIDTH)) as u32;
    let plane = LabPlane::of(&reduced(picture, width, height));
    let background = match outline {
        Some(outline) => background_by_outline(&plane, outline),
        None => background_by_strips(&plane),
    };
    let colours: Vec<Lab> = cells(&plane, &background).into_iter().flatten().collect();
    if (colours.len() as f32) < LEAST_BACKGROUND * background.len() as f32 || colours.is_empty() {
        return Measure::not_assessed("hardly any ground is to be seen beside and above the head");
    }
    let middle =
        |channel: fn(&Lab) -> f32| median(&mut colours.iter().map(channel).collect::<Vec<_>>()).unwrap_or_default();
    let white = colours
        .iter()
        .filter(|&&colour| colour.l >= settings.white_l && chroma(colour) <= settings.white_chroma)
        .count();
    Measure::of(Background {
        median: Lab { l: middle(|c| c.l), a: middle(|c| c.a), b: middle(|c| c.b) },
        white: white as f32 / colours.len() as f32,
        unevenness: unevenness(&cells(&plane, &background)),
    })
}

/// Pixels across: noise and JPEG blocks are averaged away, hair's wisps too.
const WIDTH: u32 = 120;
/// Lower end of what is looked at, as a part of the height: below lie shoulders and clothes.
const LOWER_END: f32 = 0.62;
/// Part of the looked-at pixels that must be background.
const LEAST_BACKGROUND: f32 = 0.03;
/// Cells across and down in which colours are compared.
const CELLS: (usize, usize) = (8, 8);
/// Part of a cell that must be background for its colour to count.
const LEAST_OF_CELL: f32 = 0.3;
/// Background is where the person's probability is under this everywhere within `REACH` of it.
const PERSON: f32 = 0.2;
const REACH: f32 = 0.035;

/// For each looked-at pixel: is it background?
fn background_by_outline(plane: &LabPlane, outline: &Outline) -> Vec<bool> {
    let grown = outline.grown(REACH);
    looked_at(plane, |x, y| grown.person(x, y) < PERSON)
}

fn background_by_strips(plane: &LabPlane) -> Vec<bool> {
    let strips =
        looked_at(plane, |x, y| (y < 0.3 && !(0.1..0.9).contains(&x)) || (y < 0.1 && !(0.25..0.75).contains(&x)));
    let mut light: Vec<f32> =
        strips.iter().zip(&plane.colours).filter(|&(&is, _)| is).map(|(_, colour)| colour.l).collect();
    let typical = median(&mut light).unwrap_or_default();
    let hair = |colour: &Lab| colour.l < 40.0 && chroma(*colour) < 20.0 && typical > 55.0;
    strips.iter().zip(&plane.colours).map(|(&is, colour)| is && !hair(colour)).collect()
}

fn looked_at(plane: &LabPlane, is_ground: impl Fn(f32, f32) -> bool) -> Vec<bool> {
    let rows = ((plane.height as f32 * LOWER_END) as usize).max(1);
    let part = |at: usize, length: usize| (at as f32 + 0.5) / length as f32;
    (0..rows * plane.width)
        .map(|index| is_ground(part(index % plane.width, plane.width), part(index / plane.width, plane.height)))
        .collect()
}

/// The background's colours cell by cell; cells with too little background are left out.
fn cells(plane: &LabPlane, background: &[bool]) -> Vec<Vec<Lab>> {
    let rows = background.len() / plane.width;
    let mut cells = vec![(0_usize, Vec::new()); CELLS.0 * CELLS.1];
    for (index, &is) in background.iter().enumerate() {
        let (x, y) = (index % plane.width, index / plane.width);
        let cell = &mut cells[(y * CELLS.1 / rows) * CELLS.0 + x * CELLS.0 / plane.width];
        cell.0 += 1;
        if is {
            cell.1.push(plane.at(x, y));
        }
    }
    cells
        .into_iter()
        .filter(|(all, colours)| colours.len() as f32 >= LEAST_OF_CELL * *all as f32 && !colours.is_empty())
        .map(|(_, colours)| colours)
        .collect()
}

/// Largest L* difference between the cells' medians.
fn unevenness(cells: &[Vec<Lab>]) -> f32 {
    let light = cells.iter().filter_map(|cell| median(&mut cell.iter().map(|colour| colour.l).collect::<Vec<_>>()));
    let (low, high) = light.fold((f32::MAX, f32::MIN), |(low, high), l| (low.min(l), high.max(l)));
    (high - low).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::tests::settings;
    use super::*;

    /// A head with dark hair over shoulders, before this background.
    fn portrait(background: impl Fn(u32, u32) -> [u8; 3]) -> RgbImage {
        RgbImage::from_fn(295, 413, |x, y| {
            let (dx, dy) = ((x as f32 - 147.0) / 78.0, (y as f32 - 170.0) / 105.0);
            let shoulders = y > 290 && (x as f32 - 147.0).abs() < 60.0 + (y as f32 - 290.0);
            image::Rgb(match (dx * dx + dy * dy, shoulders) {
                (..0.6, _) => [214, 170, 148],
                (0.6..1.0, _) => [28, 24, 22],
                (_, true) => [30, 34, 48],
                _ => background(x, y),
            })
        })
    }

    #[test]
    fn the_background_is_measured_without_a_net() {
        // name, background, white in, unevenness in
        type Background = fn(u32, u32) -> [u8; 3];
        let cases: [(&str, Background, std::ops::RangeInclusive<f32>, std::ops::RangeInclusive<f32>); 6] = [
            ("white", |_, _| [255; 3], 0.97..=1.0, 0.0..=2.0),
            ("off-white", |_, _| [248, 246, 241], 0.97..=1.0, 0.0..=2.0),
            ("blue", |_, _| [67, 142, 219], 0.0..=0.02, 0.0..=2.0),
            ("grey", |_, _| [215; 3], 0.0..=0.02, 0.0..=2.0),
            ("half", |x, _| if x > 147 { [150, 160, 170] } else { [250; 3] }, 0.4..=0.6, 25.0..=50.0),
            ("gradient", |_, y| [255 - (y / 3).min(120) as u8; 3], 0.2..=0.9, 8.0..=40.0),
        ];
        for (name, colour, white, unevenness) in cases {
            let measure = background(&portrait(colour), None, &settings());
            let found = measure.value().unwrap_or_else(|| panic!("{name}: {measure:?}"));
            assert!(white.contains(&found.white), "{name}: white {}", found.white);
            assert!(unevenness.contains(&found.unevenness), "{name}: unevenness {}", found.unevenness);
        }
    }
}
