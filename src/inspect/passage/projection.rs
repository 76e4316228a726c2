//! From the part of a picture where writing was found to its rows, by the white between them.
//! For writing that a text detector takes for columns or for one block: short lines set far apart. Lines must lie
//! level.

use super::canvas::Canvas;
use super::rows::Row;
use crate::ocr::TextBox;
use image::GrayImage;

/// Longer side in pixels of the view in which rows are sought: strokes of lines a twentieth of it high are still 3 px
/// wide.
const VIEW: f32 = 900.0;
/// 0–255 on the evenly lit view: ink.
const INK: u8 = 165;
/// Part of a view's width: a row inked over more than this is a ruled line, not writing.
const RULED: f32 = 0.6;
/// Part of the median row height: bands this close are one row's (a dot over its character), and lower bands are
/// specks.
const NEAR: f32 = 0.2;
const SPECK: f32 = 0.3;

/// The rows within the boxes, top to bottom.
pub fn rows(canvas: &Canvas, boxes: &[TextBox]) -> Vec<Row> {
    if boxes.is_empty() {
        return Vec::new();
    }
    let corners = || boxes.iter().flat_map(|b| b.corners);
    let low = |k: usize| corners().map(|c| c[k]).fold(f32::MAX, f32::min).max(0.0);
    let high = |k: usize| corners().map(|c| c[k]).fold(0.0, f32::max);
    let (x0, y0, x1, y1) =
        (low(0), low(1), high(0).min(canvas.image.width() as f32), high(1).min(canvas.image.height() as f32));
    if x1 - x0 < 8.0 || y1 - y0 < 8.0 {
        return Vec::new();
    }
    let factor = (VIEW / (x1 - x0).max(y1 - y0)).min(1.0);
    let view = canvas.view(&[[x0, y0], [x1, y0], [x1, y1], [x0, y1]], factor);
    let inked: Vec<bool> = (0..view.height()).map(|y| is_written(&view, y)).collect();
    let placed = |(a, b): (usize, usize)| {
        let (left, right) = extent(&view, a, b)?;
        let margin = 0.12 * (b - a) as f32;
        let [top, foot] = [(a as f32 - margin) / factor + y0, (b as f32 + margin) / factor + y0];
        let [left, right] = [left as f32 / factor + x0, right as f32 / factor + x0];
        Some(Row { corners: [[left, top], [right, top], [right, foot], [left, foot]], height: foot - top })
    };
    bands(&inked).into_iter().filter_map(placed).collect()
}

fn dark(view: &GrayImage, y: u32) -> usize {
    (0..view.width()).filter(|x| view.get_pixel(*x, y).0[0] < INK).count()
}

fn is_written(view: &GrayImage, y: u32) -> bool {
    let ink = dark(view, y) as f32;
    ink >= 2.0 && ink < RULED * view.width() as f32
}

/// First and last column with ink between two rows of pixels.
fn extent(view: &GrayImage, from: usize, to: usize) -> Option<(u32, u32)> {
    let has = |x: &u32| (from..to).filter(|y| view.get_pixel(*x, *y as u32).0[0] < INK).count() >= 2;
    Some(((0..view.width()).find(has)?, (0..view.width()).rev().find(has)? + 1))
}

/// Runs of inked rows, parts of one line joined and specks left out.
fn bands(inked: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (y, _) in inked.iter().enumerate().filter(|(_, i)| **i) {
        match runs.last_mut() {
            Some(run) if run.1 == y => run.1 = y + 1,
            _ => runs.push((y, y + 1)),
        }
    }
    // by the pixels in them, not by their number: specks must not make the median
    let mut heights: Vec<usize> = runs.iter().flat_map(|r| std::iter::repeat_n(r.1 - r.0, r.1 - r.0)).collect();
    heights.sort_unstable();
    let typical = heights.get(heights.len() / 2).copied().unwrap_or(0) as f32;
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last) if ((run.0 - last.1) as f32) < NEAR * typical && (run.1 - last.0) as f32 <= 1.5 * typical => {
                last.1 = run.1;
            }
            _ => joined.push(run),
        }
    }
    joined.retain(|r| (r.1 - r.0) as f32 >= SPECK * typical);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_parts_the_bands() {
        let rows = |runs: &[(usize, usize)]| {
            (0..100).map(|y| runs.iter().any(|r| (r.0..r.1).contains(&y))).collect::<Vec<_>>()
        };
        for (what, ink, want) in [
            ("nothing", &[][..], &[][..]),
            ("three lines", &[(5, 25), (40, 60), (75, 95)], &[(5, 25), (40, 60), (75, 95)]),
            ("a dot above its line", &[(5, 7), (9, 27), (40, 60)], &[(5, 27), (40, 60)]),
            ("a speck between lines", &[(5, 25), (31, 34), (40, 60)], &[(5, 25), (40, 60)]),
        ] {
            assert_eq!(bands(&rows(ink)), want, "{what}");
        }
    }
}
