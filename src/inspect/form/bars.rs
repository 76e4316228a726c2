//! Counts the bars of a handwritten 一, 二 or 三 from its ink, as a check on a recogniser that takes one for another.
//! It says nothing of any other character, nor where strokes run together.

use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use image::GrayImage;

/// Darker than this is ink (0–255 on an evenly lit sheet).
const INK: u8 = 150;
/// A bar is at least this many times as wide as high.
const FLAT: f32 = 1.7;
/// Pixels of ink under which a spot is dust.
const DUST: usize = 8;
/// Part of the widest bar's width that the narrowest has at least (the middle bar of 三 is short, a comma is shorter).
const SHORTEST: f32 = 0.3;

/// The number of bars in this box (1–3), if there is nothing in it but bars.
pub fn count(sheet: &GrayImage, at: &Cell) -> Option<u8> {
    let part = lines::crop(sheet, at);
    let spots: Vec<Spot> = spots(&part).into_iter().filter(|s| s.ink >= DUST).collect();
    let widest = spots.iter().map(Spot::width).fold(0.0, f32::max);
    let bars = spots.iter().filter(|s| s.width() >= SHORTEST * widest).count();
    let only_bars = spots.iter().filter(|s| s.width() >= SHORTEST * widest).all(|s| s.width() >= FLAT * s.height());
    // a dot beside the bars may be a part of another character
    let rest = spots.iter().filter(|s| s.width() < SHORTEST * widest).map(|s| s.ink).sum::<usize>();
    let all: usize = spots.iter().map(|s| s.ink).sum();
    (only_bars && (1..=3).contains(&bars) && rest * 8 <= all && widest >= 8.0).then_some(bars as u8)
}

struct Spot {
    x: (usize, usize),
    y: (usize, usize),
    ink: usize,
}

impl Spot {
    fn width(&self) -> f32 {
        (self.x.1 - self.x.0 + 1) as f32
    }

    fn height(&self) -> f32 {
        (self.y.1 - self.y.0 + 1) as f32
    }
}

/// Connected ink (eight neighbours).
fn spots(part: &GrayImage) -> Vec<Spot> {
    let (w, h) = (part.width() as usize, part.height() as usize);
    let dark: Vec<bool> = part.as_raw().iter().map(|v| *v < INK).collect();
    let mut seen = vec![false; w * h];
    let mut out = Vec::new();
    for start in 0..w * h {
        if seen[start] || !dark[start] {
            continue;
        }
        seen[start] = true;
        let mut spot = Spot { x: (w, 0), y: (h, 0), ink: 0 };
        let mut stack = vec![start];
        while let Some(at) = stack.pop() {
            let (x, y) = (at % w, at / w);
            spot.ink += 1;
            spot.x = (spot.x.0.min(x), spot.x.1.max(x));
            spot.y = (spot.y.0.min(y), spot.y.1.max(y));
            for yy in y.saturating_sub(1)..=(y + 1).min(h - 1) {
                for xx in x.saturating_sub(1)..=(x + 1).min(w - 1) {
                    let to = yy * w + xx;
                    if dark[to] && !seen[to] {
                        seen[to] = true;
                        stack.push(to);
                    }
                }
            }
        }
        out.push(spot);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Cell, count};
    use image::{GrayImage, Luma};

    /// Bars as (x, y, width, height); dark on white.
    fn drawn(bars: &[(u32, u32, u32, u32)]) -> GrayImage {
        let mut img = GrayImage::from_pixel(60, 60, Luma([255]));
        for &(x, y, w, h) in bars {
            for yy in y..y + h {
                for xx in x..x + w {
                    img.put_pixel(xx, yy, Luma([20]));
                }
            }
        }
        img
    }

    #[test]
    fn bars_are_counted_and_nothing_else() {
        let whole = Cell { x0: 0.0, y0: 0.0, x1: 60.0, y1: 60.0 };
        for (bars, want) in [
            (&[(10, 30, 40, 4)][..], Some(1)),
            (&[(14, 18, 30, 4), (8, 40, 44, 4)], Some(2)),
            (&[(14, 10, 30, 4), (18, 28, 22, 4), (8, 48, 44, 4)], Some(3)),
            (&[(10, 10, 40, 4), (10, 10, 4, 40)], None),
            (&[(28, 10, 5, 40)], None),
            (&[], None),
        ] {
            assert_eq!(count(&drawn(bars), &whole), want, "{bars:?}");
        }
    }
}
