//! From a region of a rectified page to its lines of text, as boxes, with the fields' underlines taken out of the
//! picture.
//! Reads nothing; a line may hold print and handwriting side by side.

use super::cells::Cell;
use super::ruling::{INK, Stroke};
use image::GrayImage;

/// Ink that counts as writing (0–255 on an evenly lit sheet).
const WRITING: u8 = 165;

/// The same sheet without these lines: each column of a line goes white unless a pen or print crosses it there.
pub fn without(page: &GrayImage, strokes: &[Stroke]) -> GrayImage {
    let (w, h) = (page.width() as i32, page.height() as i32);
    let mut out = page.clone();
    for s in strokes {
        let half = (s.thickness / 2.0).ceil() as i32 + 1;
        for x in (s.from as i32 - 2).max(0)..(s.to as i32 + 3).min(w) {
            let y = s.at(x as f32) as i32;
            let (top, low) = (y - half, y + half);
            if top < 1 || low + 1 >= h {
                continue;
            }
            let dark = |y: i32| page.get_pixel(x as u32, y as u32).0[0] < INK;
            // something passes through here if it goes on above and below; a foot that only stands on the line loses
            // nothing it needs
            let crosses = dark(top - 1) && dark(low + 1);
            if !crosses {
                let (a, b) =
                    (page.get_pixel(x as u32, (top - 1) as u32).0[0], page.get_pixel(x as u32, (low + 1) as u32).0[0]);
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
pub fn find(page: &GrayImage, region: &Cell, pitch: f32) -> Vec<Cell> {
    let (x0, x1) = (region.x0.max(0.0) as u32, (region.x1 as u32).min(page.width()));
    let (y0, y1) = (region.y0.max(0.0) as u32, (region.y1 as u32).min(page.height()));
    if x1 <= x0 + 8 || y1 <= y0 + 8 {
        return Vec::new();
    }
    let profile: Vec<f32> = (y0..y1).map(|y| ink_in_row(page, y, x0, x1)).collect();
    let bands = bands(&profile, pitch);
    bands
        .into_iter()
        .filter_map(|(a, b)| {
            let (top, low) = (y0 + a as u32, y0 + b as u32);
            let (left, right) = extent(page, x0, x1, top, low)?;
            Some(Cell { x0: left as f32, y0: top as f32, x1: right as f32, y1: low as f32 })
        })
        .collect()
}

/// Dark pixels of a row, weighted by darkness: 1 is a black pixel.
fn ink_in_row(page: &GrayImage, y: u32, x0: u32, x1: u32) -> f32 {
    let row = &page.as_raw()[(y * page.width() + x0) as usize..(y * page.width() + x1) as usize];
    row.iter().filter(|v| **v < WRITING).map(|v| f32::from(255 - v) / 255.0).sum()
}

/// Cuts a profile at its valleys: peaks of the smoothed profile at least `pitch` apart, each reaching to the lowest
/// point between it and its neighbour.
fn bands(profile: &[f32], pitch: f32) -> Vec<(usize, usize)> {
    let n = profile.len();
    let smooth = box_filter(profile, (pitch * 0.42) as usize | 1);
    let smooth = box_filter(&smooth, (pitch * 0.25) as usize | 1);
    let top = smooth.iter().copied().fold(0.0, f32::max);
    // a lone digit in an otherwise empty line is about 20 px of ink over the height of a character
    let floor = (top * 0.04).clamp(0.4, 2.0);
    let mut peaks: Vec<usize> = Vec::new();
    let mut order: Vec<usize> = (0..n)
        .filter(|&i| {
            smooth[i] > floor && (i == 0 || smooth[i] >= smooth[i - 1]) && (i + 1 == n || smooth[i] > smooth[i + 1])
        })
        .collect();
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

/// First and last column with writing between two rows. A first stroke that is paler than [`WRITING`], as a light pen
/// begins, belongs to it if it stands near.
fn extent(page: &GrayImage, x0: u32, x1: u32, top: u32, low: u32) -> Option<(u32, u32)> {
    let inked = |x: u32, bound: u8| (top..low).filter(|y| page.get_pixel(x, *y).0[0] < bound).count();
    let has = |x: &u32| inked(*x, WRITING) >= 2;
    let (left, right) = ((x0..x1).find(has)?, (x0..x1).rev().find(has)?);
    let bound = pen_bound(page, &Cell { x0: left as f32, y0: top as f32, x1: right as f32 + 1.0, y1: low as f32 });
    let height = low - top;
    let reach = (height as f32 * PALE_REACH) as u32;
    // a stroke or a character of thin ones, not the paper's grain: a column of it, and enough within half a character's
    // width
    let pale = |x: u32, from: u32, to: u32| {
        inked(x, bound) >= 2
            && (from.max(x0)..to.min(x1)).map(|x| inked(x, bound)).sum::<usize>() * 5 >= height as usize * 4
    };
    let left = (left.saturating_sub(reach).max(x0)..left).find(|x| pale(*x, *x, x + height / 2)).unwrap_or(left);
    let right =
        (right..(right + reach).min(x1)).rev().find(|x| pale(*x, x.saturating_sub(height / 2), x + 1)).unwrap_or(right);
    (right > left + 3).then(|| (left.saturating_sub(4).max(x0), (right + 5).min(x1)))
}

/// How far beyond the sure writing a pale stroke still belongs to it, as a part of the line's height.
const PALE_REACH: f32 = 1.2;

/// The grey that parts this pen's strokes from the paper: 45 % of the way from the paper's white to the darkest
/// twentieth of the ink, [`WRITING`] at least and [`FAINT`] at most.
fn pen_bound(page: &GrayImage, c: &Cell) -> u8 {
    let (x0, x1) = (c.x0.max(0.0) as u32, (c.x1.max(0.0) as u32).min(page.width()));
    let (y0, y1) = (c.y0.max(0.0) as u32, (c.y1.max(0.0) as u32).min(page.height()));
    let mut greys = [0u32; 256];
    (y0..y1).for_each(|y| (x0..x1).for_each(|x| greys[usize::from(page.get_pixel(x, y).0[0])] += 1));
    let inked: u32 = greys[..usize::from(FAINT)].iter().sum();
    let mut below = 0;
    let dark = greys.iter().position(|n| {
        below += n;
        below * 20 >= inked.max(1)
    });
    let dark = dark.unwrap_or(0).min(usize::from(FAINT)) as f32;
    (PAPER - 0.45 * (PAPER - dark)).clamp(f32::from(WRITING), f32::from(FAINT)) as u8
}

/// An evenly lit sheet's white, 0–255.
const PAPER: f32 = 250.0;

/// The strokes or groups of strokes that stand side by side in a box with white between them: of digits written apart,
/// as many as digits.
/// Dots and commas (lower than a third of the tallest) are left out.
pub fn groups(page: &GrayImage, c: &Cell) -> Vec<Cell> {
    let (x0, x1) = (c.x0.max(0.0) as u32, (c.x1.max(0.0) as u32).min(page.width()));
    let (y0, y1) = (c.y0.max(0.0) as u32, (c.y1.max(0.0) as u32).min(page.height()));
    let bound = pen_bound(page, c);
    let mut found: Vec<Cell> = Vec::new();
    let mut open: Option<Cell> = None;
    for x in x0..=x1 {
        let rows = (y0..y1).filter(|y| x < x1 && page.get_pixel(x, *y).0[0] < bound);
        let span = rows.fold(None, |s: Option<(u32, u32)>, y| Some(s.map_or((y, y), |(a, _)| (a, y))));
        match (span.map(|(a, b)| (a as f32, b as f32 + 1.0)), &mut open) {
            (Some((a, b)), Some(g)) => (g.x1, g.y0, g.y1) = (x as f32 + 1.0, g.y0.min(a), g.y1.max(b)),
            (Some((a, b)), None) => open = Some(Cell { x0: x as f32, x1: x as f32 + 1.0, y0: a, y1: b }),
            (None, _) => found.extend(open.take()),
        }
    }
    let tallest = found.iter().map(Cell::height).fold(0.0, f32::max);
    found.retain(|g| g.height() * 3.0 >= tallest && tallest >= LOWEST_DIGIT);
    found
}

/// Pixels of the rectified page (≈ 1 mm): lower ink than this is no digit.
const LOWEST_DIGIT: f32 = 9.0;

/// Pixels of writing in a box: 1 is a black pixel.
pub fn ink(page: &GrayImage, c: &Cell) -> f32 {
    let (x0, x1) = (c.x0.max(0.0) as u32, (c.x1.max(0.0) as u32).min(page.width()));
    let (y0, y1) = (c.y0.max(0.0) as u32, (c.y1.max(0.0) as u32).min(page.height()));
    if x1 <= x0 {
        return 0.0;
    }
    (y0..y1).map(|y| ink_in_row(page, y, x0, x1)).sum()
}

/// Greys that may be a fine pen's or a pencil's strokes, which the even light leaves paler than [`WRITING`].
const FAINT: u8 = 205;

/// As [`ink`], with the palest strokes: over 5 or so something may stand there that [`ink`] does not see. Grain of the
/// paper counts, too.
pub fn faint_ink(page: &GrayImage, c: &Cell) -> f32 {
    let (x0, x1) = (c.x0.max(0.0) as u32, (c.x1.max(0.0) as u32).min(page.width()));
    let (y0, y1) = (c.y0.max(0.0) as u32, (c.y1.max(0.0) as u32).min(page.height()));
    let pixels = (y0..y1).flat_map(|y| (x0..x1).map(move |x| page.get_pixel(x, y).0[0]));
    pixels.filter(|v| *v < FAINT).map(|v| f32::from(255 - v) / 255.0).sum()
}

/// The box's own picture, at least one pixel large.
pub fn crop(page: &GrayImage, c: &Cell) -> GrayImage {
    let x = (c.x0.max(0.0) as u32).min(page.width().saturating_sub(1));
    let y = (c.y0.max(0.0) as u32).min(page.height().saturating_sub(1));
    let w = ((c.x1 - c.x0).max(1.0) as u32).min(page.width() - x);
    let h = ((c.y1 - c.y0).max(1.0) as u32).min(page.height() - y);
    image::imageops::crop_imm(page, x, y, w, h).to_image()
}

/// A line's picture with a white margin, so that nothing stands at its edge when it is read a second time.
pub fn in_frame(line: &GrayImage) -> GrayImage {
    let [beside, above] = frame(line.height());
    let mut out =
        GrayImage::from_pixel(line.width() + 2 * beside, line.height() + 2 * above, image::Luma([PAPER as u8]));
    image::imageops::replace(&mut out, line, i64::from(beside), i64::from(above));
    out
}

/// Width of the frame beside and above a line of this height, pixels.
pub fn frame(height: u32) -> [u32; 2] {
    [BESIDE, ABOVE].map(|part| (part * height as f32).round() as u32)
}

/// Parts of the line's height.
const BESIDE: f32 = 0.5;
const ABOVE: f32 = 0.12;

#[cfg(test)]
mod tests {
    use super::*;

    /// Vertical strokes two pixels wide: (x, top, low, grey).
    fn strokes(of: &[(u32, u32, u32, u8)]) -> GrayImage {
        let mut sheet = GrayImage::from_pixel(200, 40, image::Luma([250]));
        for &(x, top, low, grey) in of {
            (top..low).for_each(|y| (x..x + 2).for_each(|x| sheet.put_pixel(x, y, image::Luma([grey]))));
        }
        sheet
    }

    #[test]
    fn groups_are_counted_with_the_pens_own_darkness() {
        let all = Cell { x0: 0.0, y0: 0.0, x1: 200.0, y1: 40.0 };
        for (of, want) in [
            (vec![], 0),
            (vec![(20, 5, 35, 60), (40, 5, 35, 60)], 2),
            // a pale stroke beside dark ones, a comma, a touching pair
            (vec![(20, 5, 35, 150), (40, 5, 35, 140), (60, 5, 35, 185)], 3),
            (vec![(20, 5, 35, 60), (40, 30, 35, 60)], 1),
            (vec![(20, 5, 35, 60), (22, 5, 35, 60)], 1),
        ] {
            assert_eq!(groups(&strokes(&of), &all).len(), want, "{of:?}");
        }
    }

    #[test]
    fn a_pale_first_stroke_belongs_to_the_line() {
        let found = |of: &[(u32, u32, u32, u8)]| {
            let lines = find(&strokes(of), &Cell { x0: 0.0, y0: 0.0, x1: 200.0, y1: 40.0 }, 30.0);
            lines.first().map(|c| (c.x0 as u32, c.x1 as u32))
        };
        let pen = [(60, 5, 35, 140), (70, 5, 35, 140), (80, 5, 35, 145)];
        assert_eq!(found(&pen), Some((56, 86)));
        assert_eq!(found(&[&[(40, 5, 35, 185)], &pen[..]].concat()), Some((36, 86)));
        // a character of thin pale strokes
        let thin: Vec<_> = (0..5).map(|k| (30 + 4 * k, 8 + 3 * k, 14 + 3 * k, 185)).collect();
        assert_eq!(found(&[&thin[..], &pen[..]].concat()), Some((26, 86)));
        // far off, or a speck: not of this line
        assert_eq!(found(&[&[(4, 5, 35, 185)], &pen[..]].concat()), Some((56, 86)));
        assert_eq!(found(&[&[(40, 20, 24, 185)], &pen[..]].concat()), Some((56, 86)));
    }

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
