//! From any picture of writing to upright pixels with a margin around, and to crops of its rows as a recogniser wants
//! them: dark on evenly lit white.
//! Finds no row, and does not decide which way is up.

use super::rows::{Row, extent};
use crate::inspect::page::quad;
use crate::inspect::page::rectified::{Homography, even_light, warp};
use crate::ocr::TextBox;
use image::{GrayImage, imageops};
use yushen_pixels::Filter;

/// Margin around the picture, so that writing on its very edge is found: part of the short side, at most part of the
/// long one.
const MARGIN: [f32; 2] = [0.12, 0.02];
/// Rows higher than this are averaged down to it before they are cut out; the recogniser works at 48 px.
const ROW_HEIGHT: f32 = 72.0;
/// Row heights of margin left and right of a row: a character on the very edge of a crop is not read.
const ROW_MARGIN: f32 = 0.35;
/// Row heights as far as ink is followed beyond a row's end, and the widest gap within.
const FOLLOWED: f32 = 1.7;
const NEXT_CHARACTER: f32 = 0.6;
/// Side of the squares in which paper and ink are told apart, pixels of a crop (a third of a row).
const BLOCK: usize = 24;
/// 0–255: squares with less contrast hold no ink.
const CONTRAST: u8 = 30;
/// Part of the sheet's width and height from which a box is the sheet itself, not writing on it.
const SHEET: f32 = 0.7;
/// 0–1: how surely a sheet must lie there for that.
const SHEET_SURE: f32 = 0.75;
/// Part of the sheet's sides that is left out around its inside: it leans, and its edge is no writing.
const INSET: f32 = 0.06;
/// 0–255 on the evenly lit crop: ink.
const INK: u8 = 165;

/// The picture with a margin around it, turned upright.
pub struct Canvas {
    pub image: GrayImage,
    /// Quarter turns clockwise.
    pub turned: u8,
    /// Pixels of margin on each side.
    margin: f32,
    /// Width and height without the margin, before it was turned.
    size: (f32, f32),
    /// Pixels of the picture as handed in for one pixel here, without turning.
    scale: f32,
    /// A sheet that lies free in the picture, as the box around it in pixels of the picture as handed in.
    sheet: Option<[f32; 4]>,
}

impl Canvas {
    /// `scale`: pixels of the picture as handed in for one pixel of `picture`.
    pub fn new(picture: &GrayImage, scale: f32) -> Self {
        let (w, h) = picture.dimensions();
        let margin = (MARGIN[0] * w.min(h) as f32).min(MARGIN[1] * w.max(h) as f32).ceil().max(4.0) as u32;
        let mut image = GrayImage::from_pixel(w + 2 * margin, h + 2 * margin, image::Luma([border(picture)]));
        imageops::replace(&mut image, picture, i64::from(margin), i64::from(margin));
        Self {
            image,
            turned: 0,
            margin: margin as f32,
            size: (w as f32, h as f32),
            scale,
            sheet: free_sheet(picture).map(|s| s.map(|v| v * scale)),
        }
    }

    /// The same, turned by so many further quarter turns clockwise.
    #[must_use]
    pub fn turn(&self, quarters: u8) -> Self {
        let image = match quarters % 4 {
            0 => self.image.clone(),
            1 => imageops::rotate90(&self.image),
            2 => imageops::rotate180(&self.image),
            _ => imageops::rotate270(&self.image),
        };
        Self { image, turned: (self.turned + quarters) % 4, ..*self }
    }

    /// A point here in pixels of the picture as handed in, within it.
    pub fn original(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (w, h) = (self.size.0 + 2.0 * self.margin, self.size.1 + 2.0 * self.margin);
        let [x, y] = match self.turned {
            0 => [x, y],
            1 => [y, h - x],
            2 => [w - x, h - y],
            _ => [w - y, x],
        };
        [(x - self.margin).clamp(0.0, self.size.0) * self.scale, (y - self.margin).clamp(0.0, self.size.1) * self.scale]
    }

    /// A point of the picture as handed in, in pixels here.
    fn here(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (w, h) = (self.size.0 + 2.0 * self.margin, self.size.1 + 2.0 * self.margin);
        let (x, y) = (x / self.scale + self.margin, y / self.scale + self.margin);
        match self.turned {
            0 => [x, y],
            1 => [h - y, x],
            2 => [w - x, h - y],
            _ => [y, w - x],
        }
    }

    /// Without boxes that are the sheet itself: on a desk its outline looks like a 口.
    pub fn without_sheet(&self, boxes: Vec<TextBox>) -> Vec<TextBox> {
        let Some([x0, y0, x1, y1]) = self.sheet else { return boxes };
        let is_sheet = |b: &TextBox| {
            let c = b.corners.map(|p| self.original(p));
            let span = |k: usize| {
                c.iter().map(|p| p[k]).fold(f32::MIN, f32::max) - c.iter().map(|p| p[k]).fold(f32::MAX, f32::min)
            };
            span(0) > SHEET * (x1 - x0) && span(1) > SHEET * (y1 - y0)
        };
        boxes.into_iter().filter(|b| !is_sheet(b)).collect()
    }

    /// The inside of the free sheet as a box, where there is one.
    pub fn sheet_box(&self) -> Option<TextBox> {
        let [x0, y0, x1, y1] = self.sheet?;
        let (dx, dy) = (INSET * (x1 - x0), INSET * (y1 - y0));
        let corners = [[x0 + dx, y0 + dy], [x1 - dx, y0 + dy], [x1 - dx, y1 - dy], [x0 + dx, y1 - dy]];
        Some(TextBox { corners: corners.map(|p| self.here(p)), score: 1.0 })
    }

    /// The whole picture as one row.
    pub fn whole(&self) -> Row {
        let (w, h) = (self.image.width() as f32, self.image.height() as f32);
        Row { corners: [[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]], height: h }
    }

    /// The same rows with the writing at their ends that the detector left out, and a margin.
    pub fn widened(&self, rows: &[Row]) -> Vec<Row> {
        rows.iter().map(|row| self.widened_row(row)).collect()
    }

    fn widened_row(&self, row: &Row) -> Row {
        let (w, h) = extent(&row.corners);
        let reach = FOLLOWED * h;
        // the row with as much room on both sides, as it would be read
        let wide = stretched_by(row, reach / w.max(1.0), reach / w.max(1.0));
        let view = self.crop(&wide);
        let per = view.width() as f32 / (w + 2.0 * reach);
        let inked: Vec<bool> = (0..view.width()).map(|x| has_ink(&view, x)).collect();
        let ends = [(reach * per) as usize, ((w + reach) * per) as usize];
        let gap = (NEXT_CHARACTER * h * per) as usize;
        let follow = |columns: &mut dyn Iterator<Item = usize>| {
            let (mut reached, mut step) = (0, 0);
            for x in columns {
                step += 1;
                if inked.get(x).copied().unwrap_or(false) {
                    reached = step;
                }
                if step - reached > gap {
                    break;
                }
            }
            reached as f32 / per
        };
        let left = follow(&mut (0..ends[0].min(inked.len())).rev()) + ROW_MARGIN * h;
        let right = follow(&mut (ends[1]..inked.len())) + ROW_MARGIN * h;
        stretched_by(row, left / w.max(1.0), right / w.max(1.0))
    }

    /// A row's own picture: dark on white, evenly lit, its contrast stretched.
    pub fn crop(&self, row: &Row) -> GrayImage {
        let (_, h) = extent(&row.corners);
        self.view(&row.corners, (ROW_HEIGHT / h).min(1.0))
    }

    /// A part's own picture, made smaller by `factor` (≤ 1).
    pub fn view(&self, corners: &[[f32; 2]; 4], factor: f32) -> GrayImage {
        let (w, h) = extent(corners);
        let (cw, ch) = ((w * factor).round().clamp(8.0, 6000.0), (h * factor).round().clamp(8.0, 6000.0));
        let map = Homography::from_rectangle(cw, ch, corners);
        let picture = if factor > 0.75 {
            warp(&self.image, &map, cw as u32, ch as u32)
        } else {
            // cut at full size, then averaged: a sample in two or three would tear thin strokes
            let full =
                warp(&self.image, &Homography::from_rectangle(w, h, corners), w.max(8.0) as u32, h.max(8.0) as u32);
            smaller(&full, cw as u32, ch as u32)
        };
        let dark_paper = is_dark_paper(&picture);
        let picture = if dark_paper { inverted(picture) } else { picture };
        contrasted(even_light(&picture))
    }
}

/// A sheet at least three of whose sides lie within the picture.
fn free_sheet(picture: &GrayImage) -> Option<[f32; 4]> {
    let sheet = quad::find(picture);
    let free = sheet.on_border.iter().filter(|b| !**b).count() >= 3 && sheet.confidence >= SHEET_SURE;
    let low = |k: usize| sheet.corners.iter().map(|c| c[k]).fold(f32::MAX, f32::min).max(0.0);
    let high = |k: usize| sheet.corners.iter().map(|c| c[k]).fold(0.0, f32::max);
    free.then(|| [low(0), low(1), high(0), high(1)])
}

/// The row with so much of its width more on either side.
pub fn stretched_by(row: &Row, left: f32, right: f32) -> Row {
    let c = row.corners;
    let along = |a: [f32; 2], b: [f32; 2], t: f32| [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
    let corners = [
        along(c[0], c[1], -left),
        along(c[0], c[1], 1.0 + right),
        along(c[3], c[2], 1.0 + right),
        along(c[3], c[2], -left),
    ];
    Row { corners, ..row.clone() }
}

/// Is there ink in the middle half of this column?
fn has_ink(view: &GrayImage, x: u32) -> bool {
    let h = view.height();
    (h / 4..h * 3 / 4).any(|y| view.get_pixel(x, y).0[0] < INK)
}

/// The median of the picture's border.
fn border(picture: &GrayImage) -> u8 {
    let (w, h) = picture.dimensions();
    let mut seen: Vec<u8> = (0..w)
        .flat_map(|x| [(x, 0), (x, h - 1)])
        .chain((0..h).flat_map(|y| [(0, y), (w - 1, y)]))
        .map(|(x, y)| picture.get_pixel(x, y).0[0])
        .collect();
    seen.sort_unstable();
    seen.get(seen.len() / 2).copied().unwrap_or(255)
}

fn smaller(picture: &GrayImage, width: u32, height: u32) -> GrayImage {
    let made = yushen_pixels::gray(picture.as_raw(), picture.dimensions(), (width, height), Filter::Bilinear)
        .and_then(|p| GrayImage::from_raw(width, height, p));
    made.unwrap_or_else(|| imageops::resize(picture, width, height, imageops::FilterType::Triangle))
}

/// Ink is the lesser part of nearly every square: where the median is nearer to the dark end, the paper is dark.
fn is_dark_paper(picture: &GrayImage) -> bool {
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let raw = picture.as_raw();
    let mut votes = 0_i32;
    for y in (0..h).step_by(BLOCK) {
        for x in (0..w).step_by(BLOCK) {
            let mut seen: Vec<u8> = (y..(y + BLOCK).min(h))
                .flat_map(|r| raw[r * w + x..r * w + (x + BLOCK).min(w)].iter().copied())
                .collect();
            seen.sort_unstable();
            let (low, high) = (seen[seen.len() / 50], seen[seen.len() - 1 - seen.len() / 50]);
            if high - low >= CONTRAST {
                let middle = (u16::from(low) + u16::from(high)) / 2;
                votes += if u16::from(seen[seen.len() / 2]) < middle { 1 } else { -1 };
            }
        }
    }
    votes > 0
}

fn inverted(mut picture: GrayImage) -> GrayImage {
    imageops::invert(&mut picture);
    picture
}

/// Ink (the darkest hundredth) to 0; a crop with next to no contrast stays as it is.
fn contrasted(mut picture: GrayImage) -> GrayImage {
    let mut histogram = [0_u32; 256];
    picture.as_raw().iter().for_each(|v| histogram[usize::from(*v)] += 1);
    let hundredth = picture.as_raw().len() as u32 / 100;
    let mut seen = 0;
    let low = histogram.iter().position(|n| {
        seen += n;
        seen > hundredth
    });
    let low = low.unwrap_or(0) as f32;
    if low > f32::from(255 - CONTRAST) {
        return picture;
    }
    for v in picture.iter_mut() {
        *v = ((f32::from(*v) - low) * 250.0 / (250.0 - low)).clamp(0.0, 255.0) as u8;
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_come_back_from_every_turn() {
        let picture = GrayImage::from_pixel(100, 40, image::Luma([255]));
        let canvas = Canvas::new(&picture, 2.0);
        let margin = canvas.margin;
        // the picture's own left top corner, wherever the turn has put it
        for (quarters, there) in [
            (0, [margin, margin]),
            (1, [40.0 + margin, margin]),
            (2, [100.0 + margin, 40.0 + margin]),
            (3, [margin, 100.0 + margin]),
        ] {
            assert_eq!(canvas.turn(quarters).original(there), [0.0, 0.0], "{quarters}");
            assert_eq!(canvas.turn(quarters).here([0.0, 0.0]), there, "{quarters}");
        }
    }

    #[test]
    fn writing_on_dark_paper_is_inverted() {
        let row = |paper: u8, ink: u8| {
            GrayImage::from_fn(200, 60, |x, y| {
                image::Luma([if (x / 6) % 4 == 0 && (10..50).contains(&y) { ink } else { paper }])
            })
        };
        for (paper, ink, dark) in [(240, 20, false), (20, 240, true), (200, 130, false)] {
            let canvas = Canvas::new(&row(paper, ink), 1.0);
            let crop = canvas.crop(&canvas.whole());
            let light = crop.as_raw().iter().filter(|v| **v > 200).count();
            assert!(light * 2 > crop.as_raw().len(), "{paper}/{ink}");
            assert_eq!(is_dark_paper(&row(paper, ink)), dark, "{paper}/{ink}");
        }
    }
}
