//! Both sides of an ID card in one picture: side by side or one above the other, on a desk or copied onto one sheet.
//! Finds both cards and says which side each is; they are read like any other card.

use super::classify;
use super::context::ReadContext;
use super::page::quad::PageQuad;
use super::printed::{self, PrintedPage};
use crate::ocr::OcrError;
use crate::vocabulary::documents::SeenAs;
use crate::vocabulary::material::MaterialKind;
use image::{GrayImage, RgbImage, imageops};

/// The picture is parted somewhere in this middle part of it.
const MIDDLE: [f32; 2] = [0.36, 0.64];
/// 0–255: a square whose brightest and darkest pixels differ by more holds something.
const CONTRAST: u8 = 40;
/// Side of the squares in which content is sought: this part of the picture's long side.
const SQUARE: f32 = 1.0 / 120.0;
/// Squares of margin that are kept around what was found.
const MARGIN: u32 = 1;

/// The cards of a picture, each upright and read, with what it shows; empty if parting the picture shows none.
///
/// # Errors
/// An engine failed.
pub fn find<'a>(
    ink: &'a GrayImage,
    colour: &RgbImage,
    shrunk: f32,
    cx: &ReadContext,
) -> Result<Vec<(PrintedPage<'a>, SeenAs)>, OcrError> {
    let map = Content::of(ink);
    let portrait = ink.height() > ink.width();
    for stacked in [portrait, !portrait] {
        let mut found = Vec::new();
        for [x0, y0, x1, y1] in map.halves(stacked) {
            let quad = quad_in(ink, colour, [x0, y0, x1, y1]);
            let card = PrintedPage::open_quad(ink, quad, shrunk, MaterialKind::Other, 1, cx.recognisers.fast())?;
            if let Some(seen) = classify::of_printed(&card, cx.forms) {
                found.push((card, seen));
            }
        }
        let side = |s: &SeenAs| matches!(s.kind, Some(MaterialKind::IdCardFront | MaterialKind::IdCardBack));
        if found.iter().any(|(_, seen)| side(seen)) {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// The card's edges in a part of the picture, or the part itself where none stand out (a copy on white paper).
fn quad_in(ink: &GrayImage, colour: &RgbImage, [x0, y0, x1, y1]: [u32; 4]) -> PageQuad {
    let (w, h) = (x1 - x0, y1 - y0);
    let part = imageops::crop_imm(ink, x0, y0, w, h).to_image();
    let found = printed::quad_of(&part, &imageops::crop_imm(colour, x0, y0, w, h).to_image());
    let moved = |[x, y]: [f32; 2]| [x + x0 as f32, y + y0 as f32];
    if found.stands_out() {
        return PageQuad { corners: found.corners.map(moved), ..found };
    }
    let [x0, y0, x1, y1] = [x0, y0, x1, y1].map(|v| v as f32);
    PageQuad {
        corners: [[x0, y0], [x1, y0], [x1, y1], [x0, y1]],
        confidence: found.confidence,
        filled: 1.0,
        on_border: [false; 4],
    }
}

/// Where a picture holds anything.
struct Content {
    squares: GrayImage,
    side: u32,
    size: (u32, u32),
}

impl Content {
    fn of(picture: &GrayImage) -> Self {
        let (w, h) = picture.dimensions();
        let side = ((w.max(h) as f32 * SQUARE) as u32).max(4);
        let squares = GrayImage::from_fn(w.div_ceil(side), h.div_ceil(side), |sx, sy| {
            let (mut low, mut high) = (255u8, 0u8);
            for y in (sy * side..((sy + 1) * side).min(h)).step_by(2) {
                for x in (sx * side..((sx + 1) * side).min(w)).step_by(2) {
                    let v = picture.get_pixel(x, y).0[0];
                    (low, high) = (low.min(v), high.max(v));
                }
            }
            image::Luma([u8::from(high.saturating_sub(low) > CONTRAST)])
        });
        Self { squares, side, size: (w, h) }
    }

    /// The picture parted at its emptiest row (`stacked`) or column near the middle, each part cut down to what it
    /// holds: x0, y0, x1, y1 in pixels.
    fn halves(&self, stacked: bool) -> Vec<[u32; 4]> {
        let (w, h) = self.squares.dimensions();
        let (along, across) = if stacked { (h, w) } else { (w, h) };
        let at = |i: u32, j: u32| {
            if stacked { self.squares.get_pixel(j, i).0[0] } else { self.squares.get_pixel(i, j).0[0] }
        };
        let filled = |i: u32| (0..across).map(|j| u32::from(at(i, j))).sum::<u32>();
        let middle = (along as f32 * MIDDLE[0]) as u32..(along as f32 * MIDDLE[1]) as u32;
        let Some(cut) = middle.min_by_key(|i| (filled(*i), i.abs_diff(along / 2))) else { return Vec::new() };
        let parts = if stacked { [[0, 0, w, cut], [0, cut, w, h]] } else { [[0, 0, cut, h], [cut, 0, w, h]] };
        parts.into_iter().filter_map(|p| self.trimmed(p)).collect()
    }

    /// The box around what a part holds, in pixels.
    fn trimmed(&self, [x0, y0, x1, y1]: [u32; 4]) -> Option<[u32; 4]> {
        let held = (y0..y1)
            .flat_map(|y| (x0..x1).map(move |x| (x, y)))
            .filter(|(x, y)| self.squares.get_pixel(*x, *y).0[0] == 1);
        let around = held.fold(None, |b: Option<[u32; 4]>, (x, y)| {
            let [a, c, d, e] = b.unwrap_or([x, y, x, y]);
            Some([a.min(x), c.min(y), d.max(x), e.max(y)])
        })?;
        let [a, c, d, e] = around;
        let (w, h) = self.size;
        let pixels = [
            a.saturating_sub(MARGIN).max(x0) * self.side,
            c.saturating_sub(MARGIN).max(y0) * self.side,
            ((d + 1 + MARGIN).min(x1) * self.side).min(w),
            ((e + 1 + MARGIN).min(y1) * self.side).min(h),
        ];
        (pixels[2] > pixels[0] + 16 && pixels[3] > pixels[1] + 16).then_some(pixels)
    }
}
