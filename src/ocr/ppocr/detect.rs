//! DB text detection: page → probability map → one box a line. Pre- and post-processing only; the network is handed in.
//! Boxes may be tilted; they are ordered top to bottom, then left to right.

use super::pixels::resize_gray;
use crate::ocr::reading::{TextBox, sort_for_reading};
use crate::runtime::Output;
use image::{GrayImage, Luma};
use imageproc::contours::{BorderType, find_contours};
use imageproc::geometry::{contour_area, min_area_rect};
use imageproc::point::Point;

/// Longer side in pixels that a page is reduced to. More costs in proportion to the area and finds smaller print.
const LONG_SIDE: u32 = 960;
/// The network's stride: sides are rounded to it.
const STRIDE: u32 = 32;
/// Channel means and deviations of the training pictures (BGR as the network sees them), of pixels in 0–1.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];
/// 0–1: a pixel is text from here (the model's own `thresh`).
const PIXEL_THRESHOLD: f32 = 0.2;
/// 0–1: a box counts from this mean (the model's own `box_thresh`).
const BOX_THRESHOLD: f32 = 0.45;
/// How far a shrunken kernel is blown up again: area × ratio / perimeter on each side.
const UNCLIP_RATIO: f32 = 1.4;
/// Map pixels: smaller kernels are specks.
const MIN_SIDE: f32 = 3.0;
const MAX_CANDIDATES: usize = 3000;

/// Runs `network` on the reduced page and turns its map into boxes in page pixels.
pub(super) fn lines(
    page: &GrayImage,
    network: impl Fn([usize; 4], Vec<f32>) -> Result<Output, String>,
) -> Result<Vec<TextBox>, String> {
    let (width, height) = reduced(page.width(), page.height());
    let pixels = resize_gray(page, width, height)?;
    let mut data = Vec::with_capacity(3 * pixels.len());
    for (mean, deviation) in MEAN.iter().zip(DEVIATION) {
        data.extend(pixels.iter().map(|v| (f32::from(*v) / 255.0 - mean) / deviation));
    }
    let map = network([1, 3, height as usize, width as usize], data)?;
    let [_, _, h, w] = map.shape[..] else { return Err("the detector's output is no 1×1×H×W tensor".to_owned()) };
    if (h, w) != (height as usize, width as usize) {
        return Err(format!("the detector's map is {w}×{h}, not {width}×{height}"));
    }
    let map = map.values;
    let scale = [page.width() as f32 / width as f32, page.height() as f32 / height as f32];
    let limit = [page.width() as f32, page.height() as f32];
    let mut boxes = boxes_of(&map, width, height);
    for found in &mut boxes {
        for corner in &mut found.corners {
            for axis in 0..2 {
                corner[axis] = (corner[axis] * scale[axis]).clamp(0.0, limit[axis]);
            }
        }
    }
    sort_for_reading(&mut boxes);
    Ok(boxes)
}

/// Sides of the reduced page: multiples of the stride, the longer one at most [`LONG_SIDE`].
fn reduced(width: u32, height: u32) -> (u32, u32) {
    let factor = (LONG_SIDE as f32 / width.max(height) as f32).min(1.0);
    let side = |v: u32| ((v as f32 * factor / STRIDE as f32).round() as u32).max(1) * STRIDE;
    (side(width), side(height))
}

fn boxes_of(map: &[f32], width: u32, height: u32) -> Vec<TextBox> {
    let mask = GrayImage::from_fn(width, height, |x, y| {
        Luma([if map[(y * width + x) as usize] > PIXEL_THRESHOLD { 255 } else { 0 }])
    });
    find_contours::<i32>(&mask)
        .into_iter()
        .filter(|c| c.border_type == BorderType::Outer && c.points.len() >= 4)
        .take(MAX_CANDIDATES)
        .filter_map(|c| box_of(&c.points, map, width, height))
        .collect()
}

/// The blown-up rectangle around one kernel, if it is large and sure enough.
fn box_of(points: &[Point<i32>], map: &[f32], width: u32, height: u32) -> Option<TextBox> {
    let corners = min_area_rect(points).map(|p| [p.x as f32, p.y as f32]);
    let (a, b) = (distance(corners[0], corners[1]) + 1.0, distance(corners[1], corners[2]) + 1.0);
    if a.min(b) < MIN_SIDE {
        return None;
    }
    let score = mean_inside(&corners, map, width, height);
    if score < BOX_THRESHOLD {
        return None;
    }
    // The kernel's own area, not its rectangle's: a wavy line would be blown up too far.
    let area = (contour_area(points).abs() as f32).clamp(0.5 * a * b, a * b);
    let grow = area * UNCLIP_RATIO / (2.0 * (a + b));
    Some(TextBox { corners: upright(grown(corners, grow)), score })
}

/// Mean of the map inside a convex quadrilateral.
fn mean_inside(corners: &[[f32; 2]; 4], map: &[f32], width: u32, height: u32) -> f32 {
    let range = |axis: usize, limit: u32| {
        let low = corners.iter().map(|c| c[axis]).fold(f32::MAX, f32::min).max(0.0) as u32;
        let high = corners.iter().map(|c| c[axis]).fold(f32::MIN, f32::max).max(0.0) as u32;
        low..=high.min(limit - 1)
    };
    let (mut sum, mut count) = (0.0_f64, 0_u32);
    for y in range(1, height) {
        for x in range(0, width) {
            if contains(corners, x as f32, y as f32) {
                sum += f64::from(map[(y * width + x) as usize]);
                count += 1;
            }
        }
    }
    if count == 0 { 0.0 } else { (sum / f64::from(count)) as f32 }
}

fn contains(corners: &[[f32; 2]; 4], x: f32, y: f32) -> bool {
    let side = |i: usize| {
        let (p, q) = (corners[i], corners[(i + 1) % 4]);
        (q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0])
    };
    let signs = [side(0), side(1), side(2), side(3)];
    signs.iter().all(|s| *s >= -0.5) || signs.iter().all(|s| *s <= 0.5)
}

/// The rectangle with `by` pixels more on each side.
fn grown(corners: [[f32; 2]; 4], by: f32) -> [[f32; 2]; 4] {
    let unit = |from: [f32; 2], to: [f32; 2]| {
        let length = distance(from, to).max(1.0);
        [(to[0] - from[0]) / length, (to[1] - from[1]) / length]
    };
    let (u, v) = (unit(corners[0], corners[1]), unit(corners[1], corners[2]));
    let signs = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    std::array::from_fn(|i| {
        let (s, t) = signs[i];
        [corners[i][0] + by * (s * u[0] + t * v[0]), corners[i][1] + by * (s * u[1] + t * v[1])]
    })
}

/// Corners clockwise from the top left: of the turns of the rectangle, the one whose first edge points most to the
/// right.
fn upright(corners: [[f32; 2]; 4]) -> [[f32; 2]; 4] {
    let area2: f32 =
        (0..4).map(|i| corners[i][0] * corners[(i + 1) % 4][1] - corners[(i + 1) % 4][0] * corners[i][1]).sum();
    let mut c = corners;
    if area2 < 0.0 {
        c.reverse();
    }
    let rightness = |start: usize| {
        let (p, q) = (c[start], c[(start + 1) % 4]);
        (q[0] - p[0]) / distance(p, q).max(1e-3)
    };
    let best = (0..4).max_by(|a, b| rightness(*a).total_cmp(&rightness(*b))).unwrap_or(0);
    std::array::from_fn(|i| c[(best + i) % 4])
}

fn distance(p: [f32; 2], q: [f32; 2]) -> f32 {
    (p[0] - q[0]).hypot(p[1] - q[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map with one bright rectangle gives one box that is a little larger, clockwise from its top left.
    #[test]
    fn a_bright_rectangle_is_one_box() {
        let (w, h) = (128_u32, 64_u32);
        let map: Vec<f32> = (0..w * h)
            .map(|i| if (20..100).contains(&(i % w)) && (30..40).contains(&(i / w)) { 0.9 } else { 0.0 })
            .collect();
        let boxes = boxes_of(&map, w, h);
        assert_eq!(boxes.len(), 1);
        let c = boxes[0].corners;
        assert!(boxes[0].score > 0.8, "{}", boxes[0].score);
        assert!(c[0][0] < 20.0 && c[0][1] < 30.0 && c[2][0] > 99.0 && c[2][1] > 39.0, "{c:?}");
        assert!(c[1][0] > c[0][0] && c[3][1] > c[0][1], "{c:?}");
    }

    #[test]
    fn boxes_of_one_row_go_left_to_right() {
        let at = |x: f32, y: f32| TextBox {
            corners: [[x, y], [x + 50.0, y], [x + 50.0, y + 20.0], [x, y + 20.0]],
            score: 1.0,
        };
        let mut boxes = vec![at(200.0, 10.0), at(10.0, 14.0), at(5.0, 60.0)];
        sort_for_reading(&mut boxes);
        let xs: Vec<f32> = boxes.iter().map(|b| b.corners[0][0]).collect();
        assert_eq!(xs, [10.0, 200.0, 5.0]);
    }
}
