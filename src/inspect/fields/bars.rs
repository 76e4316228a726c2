//! Counts the bars of a handwritten 一, 二 or 三 from its ink, as a check on a recogniser that takes one for another.
//! Says nothing about other characters, or where strokes run together.

use super::ink::{Spot, connected};
use crate::inspect::page::cells::Cell;
use crate::inspect::page::lines;
use image::GrayImage;

/// Darker than this is ink (0–255 on an evenly lit sheet), and than this perhaps a pale stroke.
const INK: u8 = 150;
const PALE: u8 = 205;
/// A bar is at least this many times as wide as high.
const FLAT: f32 = 1.7;
/// Pixels of ink under which a spot is dust.
const DUST: usize = 8;
/// Part of the widest bar's width that the narrowest has at least (the middle bar of 三 is short, a comma is shorter).
const SHORTEST: f32 = 0.3;

/// Bars one above the other, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bars {
    /// 1–3.
    pub count: u8,
    /// The count is beyond doubt: with pale strokes taken for ink there are as many, and each stands clear of the next.
    pub clear: bool,
}

/// The bars in this box, if there is nothing in it but bars.
pub fn count(sheet: &GrayImage, at: &Cell) -> Option<Bars> {
    let part = lines::crop(sheet, at);
    let bars = bars(&part, INK)?;
    let with_pale = self::bars(&part, PALE).is_some_and(|pale| pale.len() == bars.len());
    let apart = bars.windows(2).all(|pair| {
        pair[0].y.1 < pair[1].y.0 && pair[0].shared_width(&pair[1]) * 2.0 >= pair[0].width().min(pair[1].width())
    });
    Some(Bars { count: u8::try_from(bars.len()).ok()?, clear: with_pale && apart })
}

/// One to three bars, top to bottom.
fn bars(part: &GrayImage, ink: u8) -> Option<Vec<Spot>> {
    let spots: Vec<Spot> = spots(part, ink).into_iter().filter(|s| s.ink >= DUST).collect();
    let widest = spots.iter().map(Spot::width).fold(0.0, f32::max);
    let all: usize = spots.iter().map(|s| s.ink).sum();
    let (mut bars, rest): (Vec<Spot>, Vec<Spot>) = spots.into_iter().partition(|s| s.width() >= SHORTEST * widest);
    // a dot beside the bars may be a part of another character
    let rest: usize = rest.iter().map(|s| s.ink).sum();
    let only_bars = bars.iter().all(|s| s.width() >= FLAT * s.height());
    bars.sort_by_key(|s| s.y);
    (only_bars && (1..=3).contains(&bars.len()) && rest * 8 <= all && widest >= 8.0).then_some(bars)
}

/// Connected ink (eight neighbours).
fn spots(part: &GrayImage, ink: u8) -> Vec<Spot> {
    let dark: Vec<bool> = part.as_raw().iter().map(|v| *v < ink).collect();
    connected(&dark, part.width() as usize, part.height() as usize)
}

#[cfg(test)]
mod tests {
    use super::{Cell, count};
    use image::{GrayImage, Luma};

    /// Bars as (x, y, width, height, grey) on white.
    fn drawn(bars: &[(u32, u32, u32, u32, u8)]) -> GrayImage {
        let mut img = GrayImage::from_pixel(60, 60, Luma([255]));
        for &(x, y, w, h, grey) in bars {
            for yy in y..y + h {
                for xx in x..x + w {
                    img.put_pixel(xx, yy, Luma([grey]));
                }
            }
        }
        img
    }

    #[test]
    fn bars_are_counted_and_nothing_else() {
        let whole = Cell { x0: 0.0, y0: 0.0, x1: 60.0, y1: 60.0 };
        for (bars, want) in [
            (&[(10, 30, 40, 4, 20)][..], Some((1, true))),
            (&[(14, 18, 30, 4, 20), (8, 40, 44, 4, 20)], Some((2, true))),
            (&[(14, 10, 30, 4, 20), (18, 28, 22, 4, 20), (8, 48, 44, 4, 20)], Some((3, true))),
            // a pale bar between two dark ones
            (&[(14, 10, 30, 4, 20), (18, 28, 22, 4, 180), (8, 48, 44, 4, 20)], Some((2, false))),
            // side by side: a broken stroke, or dashes
            (&[(4, 28, 20, 4, 20), (34, 30, 20, 4, 20)], Some((2, false))),
            (&[(10, 10, 40, 4, 20), (10, 10, 4, 40, 20)], None),
            (&[(28, 10, 5, 40, 20)], None),
            (&[], None),
        ] {
            assert_eq!(count(&drawn(bars), &whole).map(|b| (b.count, b.clear)), want, "{bars:?}");
        }
    }
}
