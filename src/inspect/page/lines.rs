//! From a region of a flat sheet to its lines of text, as boxes, with the blanks' underlines taken out of the picture.
//! It reads nothing; a line may hold print and handwriting side by side.

use super::cells::Cell;
use super::ruling::{INK, Stroke};
use image::GrayImage;

/// Ink that counts as writing (0–255 on an evenly lit sheet).
const WRITING: u8 = 165;

/// The same sheet without these lines: each column of a line goes white unless a pen or print crosses it there.
pub fn without(flat: &GrayImage, strokes: &[Stroke]) -> GrayImage {
    let (w, h) = (flat.width() as i32, flat.height() as i32);
    let mut out = flat.clone();
    for s in strokes {
        let half = (s.thickness / 2.0).ceil() as i32 + 1;
        for x in (s.from as i32 - 2).max(0)..(s.to as i32 + 3).min(w) {
            let y = s.at(x as f32) as i32;
            let (top, low) = (y - half, y + half);
            if top < 1 || low + 1 >= h {
                continue;
            }
            let dark = |y: i32| flat.get_pixel(x as u32, y as u32).0[0] < INK;
            // something passes through here if it goes on above and below; a foot that only stands on the line loses nothing it needs
            let crosses = dark(top - 1) && dark(low + 1);
            if !crosses {
                let (a, b) = (flat.get_pixel(x as u32, (top - 1) as u32).0[0], flat.get_pixel(x as u32, (low + 1) as u32).0[0]);
                let fill = a.max(b);
                for yy in top..=low {
                    let p = out.get_pixel_mut(x as u32, yy as u32);
                    p.0[0] = p.0[0].max(fill);
                }
            }
        }
    }
    out
}

/// Boxes of the text lines of `region`, top to bottom, tight in x and with a little room in y.
/// `pitch`: the least distance between two lines' middles, pixels.
pub fn find(flat: &GrayImage, region: &Cell, pitch: f32) -> Vec<Cell> {
    let (x0, x1) = (region.x0.max(0.0) as u32, (region.x1 as u32).min(flat.width()));
    let (y0, y1) = (region.y0.max(0.0) as u32, (region.y1 as u32).min(flat.height()));
    if x1 <= x0 + 8 || y1 <= y0 + 8 {
        return Vec::new();
    }
    let profile: Vec<f32> = (y0..y1).map(|y| ink_in_row(flat, y, x0, x1)).collect();
    let bands = bands(&profile, pitch);
    bands
        .into_iter()
        .filter_map(|(a, b)| {
            let (top, low) = (y0 + a as u32, y0 + b as u32);
            let (left, right) = extent(flat, x0, x1, top, low)?;
            Some(Cell { x0: left as f32, y0: top as f32, x1: right as f32, y1: low as f32 })
        })
        .collect()
}

/// Dark pixels of a row, weighted by darkness: 1 is a black pixel.
fn ink_in_row(flat: &GrayImage, y: u32, x0: u32, x1: u32) -> f32 {
    let row = &flat.as_raw()[(y * flat.width() + x0) as usize..(y * flat.width() + x1) as usize];
    row.iter().filter(|v| **v < WRITING).map(|v| f32::from(255 - v) / 255.0).sum()
}

/// Cuts a profile at its valleys: peaks of the smoothed profile at least `pitch` apart, each reaching to the lowest point between it and its neighbour.
fn bands(profile: &[f32], pitch: f32) -> Vec<(usize, usize)> {
    let n = profile.len();
    let smooth = box_filter(profile, (pitch * 0.42) as usize | 1);
    let smooth = box_filter(&smooth, (pitch * 0.25) as usize | 1);
    let top = smooth.iter().copied().fold(0.0, f32::max);
    // a lone digit in an otherwise empty line is about 20 px of ink over the height of a character
    let floor = (top * 0.04).clamp(0.4, 2.0);
    let mut peaks: Vec<usize> = Vec::new();
    let mut order: Vec<usize> = (0..n).filter(|&i| smooth[i] > floor && (i == 0 || smooth[i] >= smooth[i - 1]) && (i + 1 == n || smooth[i] > smooth[i + 1])).collect();
    order.sort_by(|a, b| smooth[*b].total_cmp(&smooth[*a]).then(a.cmp(b)));
    for p in order {
        if peaks.iter().all(|q| p.abs_diff(*q) as f32 >= pitch * 0.62) {
            peaks.push(p);
        }
    }
    peaks.sort_unstable();
    let valley = |a: usize, b: usize| (a..=b).min_by(|x, y| smooth[*x].total_cmp(&smooth[*y])).unwrap_or(a);
    let mut out = Vec::new();
    for (k, &p) in peaks.iter().enumerate() {
        let from = if k == 0 { 0 } else { valley(peaks[k - 1], p) };
        let to = if k + 1 == peaks.len() { n } else { valley(p, peaks[k + 1]) };
        // trim to where there is ink, then give a little room
        let inked = |i: &usize| profile[*i] > 0.5;
        let (Some(a), Some(b)) = ((from..to).find(inked), (from..to).rfind(inked)) else { continue };
        if b - a >= 6 {
            out.push((a.saturating_sub(3).max(from), (b + 4).min(to)));
        }
    }
    out
}

fn box_filter(v: &[f32], size: usize) -> Vec<f32> {
    let half = size / 2;
    let mut sums = Vec::with_capacity(v.len() + 1);
    sums.push(0.0f64);
    for x in v {
        sums.push(sums[sums.len() - 1] + f64::from(*x));
    }
    (0..v.len())
        .map(|i| {
            let (a, b) = (i.saturating_sub(half), (i + half + 1).min(v.len()));
            ((sums[b] - sums[a]) / (b - a) as f64) as f32
        })
        .collect()
}

/// First and last column with writing between two rows.
fn extent(flat: &GrayImage, x0: u32, x1: u32, top: u32, low: u32) -> Option<(u32, u32)> {
    let has = |x: &u32| (top..low).filter(|y| flat.get_pixel(*x, *y).0[0] < WRITING).count() >= 2;
    let left = (x0..x1).find(has)?;
    let right = (x0..x1).rev().find(has)?;
    (right > left + 3).then(|| (left.saturating_sub(4).max(x0), (right + 5).min(x1)))
}

/// Pixels of writing in a box: 1 is a black pixel.
pub fn ink(flat: &GrayImage, c: &Cell) -> f32 {
    let (x0, x1) = (c.x0.max(0.0) as u32, (c.x1.max(0.0) as u32).min(flat.width()));
    let (y0, y1) = (c.y0.max(0.0) as u32, (c.y1.max(0.0) as u32).min(flat.height()));
    if x1 <= x0 {
        return 0.0;
    }
    (y0..y1).map(|y| ink_in_row(flat, y, x0, x1)).sum()
}

/// Greys that may be a fine pen's or a pencil's strokes, which the even light leaves paler than [`WRITING`].
const FAINT: u8 = 205;

/// As [`ink`], with the palest strokes: over 5 or so something may stand there that [`ink`] does not see. Grain of the paper counts, too.
pub fn faint_ink(flat: &GrayImage, c: &Cell) -> f32 {
    let (x0, x1) = (c.x0.max(0.0) as u32, (c.x1.max(0.0) as u32).min(flat.width()));
    let (y0, y1) = (c.y0.max(0.0) as u32, (c.y1.max(0.0) as u32).min(flat.height()));
    let pixels = (y0..y1).flat_map(|y| (x0..x1).map(move |x| flat.get_pixel(x, y).0[0]));
    pixels.filter(|v| *v < FAINT).map(|v| f32::from(255 - v) / 255.0).sum()
}

/// The box's own picture, at least one pixel large.
pub fn crop(flat: &GrayImage, c: &Cell) -> GrayImage {
    let x = (c.x0.max(0.0) as u32).min(flat.width().saturating_sub(1));
    let y = (c.y0.max(0.0) as u32).min(flat.height().saturating_sub(1));
    let w = ((c.x1 - c.x0).max(1.0) as u32).min(flat.width() - x);
    let h = ((c.y1 - c.y0).max(1.0) as u32).min(flat.height() - y);
    image::imageops::crop_imm(flat, x, y, w, h).to_image()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pale_stroke_is_faint_ink() {
        let mut sheet = GrayImage::from_pixel(60, 30, image::Luma([250]));
        let all = Cell { x0: 0.0, y0: 0.0, x1: 60.0, y1: 30.0 };
        assert_eq!((ink(&sheet, &all), faint_ink(&sheet, &all)), (0.0, 0.0));
        // a pencil's 1: two pixels wide, as high as a digit
        (3..27).for_each(|y| (30..32).for_each(|x| sheet.put_pixel(x, y, image::Luma([180]))));
        assert_eq!(ink(&sheet, &all), 0.0);
        assert!(faint_ink(&sheet, &all) > 10.0);
    }
}
