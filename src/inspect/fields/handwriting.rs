//! Tells print from handwriting in the filled fields of a page: whether glyphs stand exactly level, whether a glyph
//! that comes twice is the same twice, whether its bars lie as level as the form's own print. Gives one answer a page,
//! since no field alone has enough glyphs; the caller leaves out signatures.

use super::ink::{Row, Written};
use crate::inspect::page::cells::Cell;
use image::GrayImage;

/// Each measure's middle between print and hand and the width over which it changes the odds by e, fitted on rendered
/// forms: 32 printed pages, 45 written by hand.
struct Odds {
    middle: f32,
    width: f32,
    /// The most that this measure alone may contribute, in logits.
    most: f32,
}

impl Odds {
    fn of(&self, value: f32) -> f32 {
        ((value - self.middle) / self.width).clamp(-self.most, self.most)
    }
}

/// Heights of the writing by which tops and feet of digits lie off a straight line, both together: print 0.00–0.055
/// (fields are filled one by one), hands 0.035–0.15 (median 0.08).
const UNEVEN: Odds = Odds { middle: 0.056, width: -0.01, most: 2.0 };
/// 0–1: of the glyphs that look alike, the part that looks the same. Print 0.72–1 (two blurred pages 0.2 and 0.4),
/// hands 0–0.75 (median 0.25).
const SAME: Odds = Odds { middle: 0.6, width: 0.15, most: 2.5 };
/// Level bars among the nearly level ones, over the same of the form's own print. Print 0.8–1.5, hands mostly 0.5–0.7;
/// some typefaces lean.
const LEVEL: Odds = Odds { middle: 0.75, width: 0.1, most: 1.5 };

/// Correlation of two glyphs' pictures: alike from the first, the same from the second.
const ALIKE: f32 = 0.85;
const IDENTICAL: f32 = 0.96;
/// Fewer glyphs alike than this say nothing about repetition.
const FEWEST: usize = 8;
/// Glyphs beyond this number add time, not certainty.
const MOST: usize = 160;

/// 0–1: how surely these rows are printed; `None` if there is too little of them. `clean` is the rectified page without
/// ruled lines; `written`: the fields' rows.
pub fn printed(clean: &GrayImage, written: &[Written]) -> Option<f32> {
    let rows: Vec<&Row> = written.iter().map(|w| w.row).collect();
    let glyphs = glyphs(&rows);
    let uneven = uneven(written, &glyphs);
    let same = same(clean, &rows, &glyphs);
    if uneven.is_none() && same.is_none() {
        return None;
    }
    let fields: Vec<Cell> = rows.iter().map(|r| r.at).collect();
    let parts = [uneven.map(|v| UNEVEN.of(v)), same.map(|v| SAME.of(v)), level(clean, &fields).map(|v| LEVEL.of(v))];
    let logit: f32 = parts.into_iter().flatten().sum();
    Some(1.0 / (1.0 + (-logit).exp()))
}

/// What stands between two white columns of a row; pixels of the row's cut-out.
struct Glyph {
    row: usize,
    x0: usize,
    x1: usize,
    y0: usize,
    y1: usize,
    /// 0–1: part of its box that is inked.
    fill: f32,
}

impl Glyph {
    fn width(&self) -> usize {
        self.x1 - self.x0
    }

    fn height(&self) -> usize {
        self.y1 - self.y0
    }
}

fn glyphs(rows: &[&Row]) -> Vec<Glyph> {
    let mut out = Vec::new();
    for (k, row) in rows.iter().enumerate() {
        let mut from: Option<usize> = None;
        for x in 0..=row.width {
            let inked = x < row.width && (0..row.height).any(|y| row.ink(x, y));
            match (inked, from) {
                (true, None) => from = Some(x),
                (false, Some(x0)) => {
                    out.extend(glyph(row, k, x0, x));
                    from = None;
                }
                _ => {}
            }
        }
    }
    out
}

fn glyph(row: &Row, k: usize, x0: usize, x1: usize) -> Option<Glyph> {
    let count = |y: &usize| (x0..x1).filter(|x| row.ink(*x, *y)).count();
    let y0 = (0..row.height).find(|y| count(y) > 0)?;
    let y1 = (0..row.height).rfind(|y| count(y) > 0)? + 1;
    let inked: usize = (y0..y1).map(|y| count(&y)).sum();
    Some(Glyph { row: k, x0, x1, y0, y1, fill: inked as f32 / ((x1 - x0) * (y1 - y0)) as f32 })
}

/// Median over rows of digits: how far tops and feet lie off a straight line, in heights of the writing.
fn uneven(written: &[Written], glyphs: &[Glyph]) -> Option<f32> {
    let of = |k: usize| {
        let body = written[k].row.body();
        let digits: Vec<&Glyph> = glyphs
            .iter()
            .filter(|g| g.row == k && g.height() as f32 > 0.75 * body && (g.width() as f32) < 0.85 * body)
            .collect();
        if !written[k].digits || digits.len() < 6 {
            return None;
        }
        let middle = |g: &Glyph| (g.x0 + g.x1) as f32 / 2.0;
        let tops: Vec<(f32, f32)> = digits.iter().map(|g| (middle(g), g.y0 as f32)).collect();
        let feet: Vec<(f32, f32)> = digits.iter().map(|g| (middle(g), g.y1 as f32)).collect();
        Some((deviation(&tops, body)? + deviation(&feet, body)?) / body)
    };
    median((0..written.len()).filter_map(of).collect())
}

/// Pixels: mean distance from the line whose slope is the median over pairs (Theil–Sen); no point counts for more than
/// four.
fn deviation(points: &[(f32, f32)], body: f32) -> Option<f32> {
    let pairs = points.iter().enumerate().flat_map(|(i, a)| points[..i].iter().map(move |b| (a, b)));
    let slope = median(
        pairs.filter(|(a, b)| (a.0 - b.0).abs() > 2.0 * body).map(|(a, b)| (a.1 - b.1) / (a.0 - b.0)).collect(),
    )?;
    let off: Vec<f32> = points.iter().map(|(x, y)| y - slope * x).collect();
    let middle = median(off.clone())?;
    Some(off.iter().map(|v| (v - middle).abs().min(4.0)).sum::<f32>() / off.len() as f32)
}

fn median(mut v: Vec<f32>) -> Option<f32> {
    let middle = v.len() / 2;
    (!v.is_empty()).then(|| *v.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// Of the glyphs that have one alike on the page, the part that has one the same.
fn same(clean: &GrayImage, rows: &[&Row], glyphs: &[Glyph]) -> Option<f32> {
    // bars, dots and what runs together are alike under any pen
    let telling = |g: &&Glyph| {
        let body = rows[g.row].body();
        let (w, h) = (g.width() as f32, g.height() as f32);
        w >= 0.35 * body && w <= 1.6 * body && h >= 0.5 * body && g.fill <= 0.6
    };
    let pictures: Vec<Picture> =
        glyphs.iter().filter(telling).take(MOST).map(|g| Picture::of(clean, rows[g.row], g)).collect();
    let mut best = vec![0f32; pictures.len()];
    for (i, a) in pictures.iter().enumerate() {
        for (j, b) in pictures[..i].iter().enumerate() {
            if a.width.abs_diff(b.width) <= 2 && a.height.abs_diff(b.height) <= 2 && (a.fill - b.fill).abs() <= 0.1 {
                let likeness = a.likeness(b);
                best[i] = best[i].max(likeness);
                best[j] = best[j].max(likeness);
            }
        }
    }
    let over = |bound: f32| best.iter().filter(|b| **b >= bound).count();
    (over(ALIKE) >= FEWEST).then(|| over(IDENTICAL) as f32 / over(ALIKE) as f32)
}

/// A glyph's grey levels, with [`Picture::RIM`] pixels around.
struct Picture {
    width: usize,
    height: usize,
    fill: f32,
    pixels: Vec<f32>,
}

impl Picture {
    const RIM: usize = 2;

    fn of(clean: &GrayImage, row: &Row, g: &Glyph) -> Self {
        let (x0, y0) =
            (row.at.x0 as i64 + g.x0 as i64 - Self::RIM as i64, row.at.y0 as i64 + g.y0 as i64 - Self::RIM as i64);
        let (width, height) = (g.width() + 2 * Self::RIM, g.height() + 2 * Self::RIM);
        let (w, h) = (i64::from(clean.width()), i64::from(clean.height()));
        let at = |i: usize| {
            let (x, y) = ((x0 + (i % width) as i64).clamp(0, w - 1), (y0 + (i / width) as i64).clamp(0, h - 1));
            f32::from(clean.as_raw()[(y * w + x) as usize])
        };
        Self { width, height, fill: g.fill, pixels: (0..width * height).map(at).collect() }
    }

    /// The best correlation within a pixel to each side.
    fn likeness(&self, other: &Self) -> f32 {
        let (w, h) = (self.width.min(other.width) - 2, self.height.min(other.height) - 2);
        // a pair that is nothing alike as it lies is not worth the other eight
        if self.correlation(other, w, h, 1, 1) < 0.5 {
            return 0.0;
        }
        (0..9).map(|k| self.correlation(other, w, h, k % 3, k / 3)).fold(0.0, f32::max)
    }

    fn correlation(&self, other: &Self, w: usize, h: usize, dx: usize, dy: usize) -> f32 {
        let (mut sa, mut sb, mut saa, mut sbb, mut sab) = (0f32, 0f32, 0f32, 0f32, 0f32);
        for y in 0..h {
            let a = &self.pixels[(y + 1) * self.width + 1..][..w];
            let b = &other.pixels[(y + dy) * other.width + dx..][..w];
            for (p, q) in a.iter().zip(b) {
                sa += p;
                sb += q;
                saa += p * p;
                sbb += q * q;
                sab += p * q;
            }
        }
        let n = (w * h) as f32;
        (sab - sa * sb / n) / ((saa - sa * sa / n) * (sbb - sb * sb / n)).max(1.0).sqrt()
    }
}

/// Part of the nearly level edges (within 20°) that are exactly level (within 4°): of the fields, over the same of the
/// rest of the page.
fn level(clean: &GrayImage, fields: &[Cell]) -> Option<f32> {
    // the sheet's own edge is no print
    let (w, h) = (clean.width() as f32, clean.height() as f32);
    let all = edges(clean, &Cell { x0: 0.05 * w, y0: 0.04 * h, x1: 0.95 * w, y1: 0.96 * h });
    let (mut exact, mut near) = (0.0, 0.0);
    for field in fields {
        let (e, n) = edges(clean, field);
        (exact, near) = (exact + e, near + n);
    }
    let (rest_exact, rest_near) = (all.0 - exact, all.1 - near);
    (near >= 300.0 && rest_near >= 1000.0 && rest_exact > 0.0).then(|| exact / near / (rest_exact / rest_near))
}

/// Pixels on exactly and on nearly level edges of a box, every third row.
fn edges(clean: &GrayImage, part: &Cell) -> (f32, f32) {
    let (w, h) = (clean.width() as usize, clean.height() as usize);
    let raw = clean.as_raw();
    let (mut exact, mut near) = (0u32, 0u32);
    let rows = (part.y0.max(1.0) as usize..(part.y1.max(0.0) as usize).min(h.saturating_sub(1))).filter(|y| y % 3 == 0);
    let (x0, x1) = (part.x0.max(1.0) as usize, (part.x1.max(0.0) as usize).min(w.saturating_sub(1)));
    for y in rows {
        for x in x0..x1 {
            let p = |dx: usize, dy: usize| i32::from(raw[(y + dy - 1) * w + x + dx - 1]);
            let gy = p(0, 2) + 2 * p(1, 2) + p(2, 2) - p(0, 0) - 2 * p(1, 0) - p(2, 0);
            if gy.abs() < 120 {
                continue;
            }
            let gx = p(2, 0) + 2 * p(2, 1) + p(2, 2) - p(0, 0) - 2 * p(0, 1) - p(0, 2);
            near += u32::from(gx.abs() * 1000 < gy.abs() * 364);
            exact += u32::from(gx.abs() * 1000 < gy.abs() * 70);
        }
    }
    (exact as f32, near as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Two rows of digits; `shake`: pixels by which each glyph's corners are off, taken from a fixed sequence.
    fn page(shake: i32) -> GrayImage {
        let mut sheet = GrayImage::from_pixel(480, 200, Luma([250]));
        let mut state = 7u32;
        let mut off = || {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            ((state >> 16) % 7) as i32 * shake / 3 - shake
        };
        for (k, y) in [(0, 40), (1, 120)] {
            for i in 0..18 {
                let x = 24 + i * 24;
                let bar = if (i + k) % 3 == 0 { 13 } else { 20 };
                let corners = [(x, y), (x + 14, y), (x + 14, y + 28), (x, y + 28)].map(|(a, b)| (a + off(), b + off()));
                let mut lines: Vec<_> = (0..4).map(|c| (corners[c], corners[(c + 1) % 4])).collect();
                lines.push(((x, y + bar + off()), (x + 14, y + bar + off())));
                for ((x0, y0), (x1, y1)) in lines {
                    let n = (x1 - x0).abs().max((y1 - y0).abs()).max(1);
                    for i in 0..=n {
                        for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                            sheet.put_pixel(
                                (x0 + (x1 - x0) * i / n + dx) as u32,
                                (y0 + (y1 - y0) * i / n + dy) as u32,
                                Luma([60]),
                            );
                        }
                    }
                }
            }
        }
        sheet
    }

    fn judged(sheet: &GrayImage) -> Option<f32> {
        let at = |y: f32| Cell { x0: 10.0, y0: y, x1: 470.0, y1: y + 60.0 };
        let rows: Vec<Row> = [25.0, 105.0].iter().filter_map(|y| Row::of(sheet, &at(*y))).collect();
        let written: Vec<Written> = rows
            .iter()
            .map(|row| Written {
                row,
                digits: true,
                agrees: false,
                dense: Vec::new(),
                characters: Vec::new(),
                beyond: Vec::new(),
            })
            .collect();
        printed(sheet, &written)
    }

    #[test]
    fn print_is_level_and_repeats_itself() {
        assert!(judged(&page(0)).is_some_and(|p| p > 0.9), "{:?}", judged(&page(0)));
        assert!(judged(&page(3)).is_some_and(|p| p < 0.3), "{:?}", judged(&page(3)));
        assert_eq!(judged(&GrayImage::from_pixel(480, 200, Luma([250]))), None);
    }
}
