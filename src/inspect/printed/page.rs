//! From a picture of a printed document to an upright, rectified page and its lines of print, each character with its
//! place and probability.
//! Knows no document, and does not say which characters are which field.

use super::text::{self, Glyph, PrintLine, Text};
use crate::inspect::page::quad::{self, PageQuad};
use crate::inspect::page::rectified::RectifiedPage;
use crate::inspect::page::upright;
use crate::ocr::{Engine, LineReading, OcrError, TextBox};
use crate::vocabulary::fact::{Place, Region};
use crate::vocabulary::material::MaterialKind;
use image::{GrayImage, RgbImage};

/// Width over height of an ID-1 card, 85.60 × 53.98 mm (ISO/IEC 7810).
const CARD_ASPECT: f32 = 85.6 / 53.98;
/// Sheets between these proportions may be ID-1 cards seen in perspective; A4 (1.414) is not.
const CARD_ASPECTS: [f32; 2] = [1.49, 1.72];
/// Long side in pixels of the rectified page, a card's and any other's. Lines are only *sought* on it (they are read
/// from the picture itself):
/// a card's smallest print (2.5 mm) is then 17 px high, a certificate's (3.6 mm of 270) 11 px.
const LONG_SIDE: [f32; 2] = [832.0, 576.0];
/// Lines that are read both ways to tell which way is up.
const SAMPLES: usize = 3;
/// Lead in (probability-weighted) Han characters at which no further line need be read both ways.
const CLEAR_LEAD: f32 = 3.0;
/// A line of at least so many Han characters, so sure on the mean, is not upside down.
const CLEAR_LINE: (f32, f32) = (4.0, 0.93);
/// Print lower than this part of the sheet's median line is a hallmark, not text.
const SMALL_PRINT: f32 = 0.6;
/// Line heights: a character further than this from the end of its line is not of it; and as far as a line's end is
/// followed.
const NEXT_CHARACTER: f32 = 0.6;
const FOLLOWED: f32 = 1.7;
const MARGIN: f32 = 0.3;
/// A sheet made smaller by no more than this is cut from the picture as it is.
const NEARLY: f32 = 0.75;
/// 0–255 on the evenly lit sheet: ink.
const INK: u8 = 150;

/// An upright rectified page with its print.
pub struct PrintedPage<'a> {
    picture: &'a GrayImage,
    pub rectified: RectifiedPage,
    pub quad: PageQuad,
    /// Quarter turns clockwise that made it upright (0–3).
    pub turned: u8,
    /// 0–1: how surely this way is up; 0.5 if nothing tells.
    pub upright: f32,
    pub material: MaterialKind,
    pub number: u16,
    /// Has the sheet the proportions of an ID-1 card?
    pub is_card: bool,
    /// In reading order.
    pub lines: Vec<PrintLine>,
}

/// The picture in which red seals (and blue or black print on them) separate: seals all but vanish, print stays dark.
/// A red title fades too, which is why the title may have to be read from the grey picture.
pub fn without_red_ink(picture: &RgbImage) -> GrayImage {
    let raw: Vec<u8> = picture.as_raw().chunks_exact(3).map(|p| p[0]).collect();
    GrayImage::from_raw(picture.width(), picture.height(), raw).unwrap_or_default()
}

/// The sheet as the picture without red ink shows it. Where no edge stands out there it is sought in blue light, in
/// which wood is dark:
/// in red light a desk may be as light as the card on it.
pub fn quad_of(ink: &GrayImage, colour: &RgbImage) -> PageQuad {
    let quad = quad::find(ink);
    if quad.stands_out() {
        return quad;
    }
    let raw: Vec<u8> = colour.as_raw().chunks_exact(3).map(|p| p[2]).collect();
    let blue = GrayImage::from_raw(colour.width(), colour.height(), raw).unwrap_or_default();
    Some(quad::find(&blue)).filter(PageQuad::stands_out).unwrap_or(quad)
}

impl<'a> PrintedPage<'a> {
    /// Finds the sheet, turns it upright and reads its lines. `picture`: see [`without_red_ink`]; `colour`: the same
    /// picture in colour;
    /// `shrunk`: picture pixels over original pixels (≤ 1).
    ///
    /// # Errors
    /// An engine failed; a document cannot cause that.
    pub fn open(
        picture: &'a GrayImage,
        colour: &RgbImage,
        shrunk: f32,
        material: MaterialKind,
        number: u16,
        fast: &dyn Engine,
    ) -> Result<Self, OcrError> {
        Self::open_quad(picture, quad_of(picture, colour), shrunk, material, number, fast)
    }

    /// As [`PrintedPage::open`], with the sheet's corners given: for one of several sheets in a picture.
    ///
    /// # Errors
    /// An engine failed.
    pub fn open_quad(
        picture: &'a GrayImage,
        quad: PageQuad,
        shrunk: f32,
        material: MaterialKind,
        number: u16,
        fast: &dyn Engine,
    ) -> Result<Self, OcrError> {
        let (width, height) = extent(&quad.corners);
        let ratio = width.max(height) / width.min(height).max(1.0);
        let is_card = (CARD_ASPECTS[0]..=CARD_ASPECTS[1]).contains(&ratio);
        let mut turned = if is_card { u8::from(height > width) } else { 0 };
        let cut = |turns: u8| rectify(picture, &quad, turns, shrunk, is_card);
        let mut rectified = cut(turned);
        if !is_card && upright::lies_sideways(&rectified.image) {
            turned = 1;
            rectified = cut(turned);
        }
        let mut boxes = fast.detect(&rectified.image)?;
        if mostly_vertical(&boxes) {
            turned = 1 - turned;
            rectified = rectify(picture, &quad, turned, shrunk, false);
            boxes = fast.detect(&rectified.image)?;
        }
        without_small_print(&mut boxes);
        let mut page =
            Self { picture, rectified, quad, turned, upright: 0.5, material, number, is_card, lines: Vec::new() };
        let evidence = page.turn_upright(&mut boxes, fast)?;
        if evidence < CLEAR_LEAD {
            // what ink and boxes say of a tilted sheet or of one with a grid may be wrong: the writing itself decides
            let turned = (page.turned + 1) % 4;
            let rectified = rectify(picture, &page.quad, turned, shrunk, false);
            let mut again = fast.detect(&rectified.image)?;
            without_small_print(&mut again);
            let mut other = Self { rectified, turned, quad: page.quad.clone(), lines: Vec::new(), ..page };
            if other.turn_upright(&mut again, fast)? > evidence + CLEAR_LEAD {
                (page, boxes) = (other, again);
            }
        }
        for index in 0..boxes.len() {
            let corners = widened(&page.rectified.image, &boxes, index);
            let picture = page.crop(&corners);
            let reading = fast.recognise(&picture)?;
            page.lines.push(PrintLine { corners, glyphs: text::glyphs_of(&reading, &corners, picture.width()) });
        }
        for (index, line) in page.lines.iter_mut().enumerate() {
            line.glyphs.iter_mut().for_each(|g| g.line = index);
        }
        Ok(page)
    }

    /// The rows of print, top to bottom, each left to right.
    pub fn rows(&self) -> Vec<Text> {
        text::rows_of(&self.lines)
    }

    /// 0–1: how sure its characters are on the mean; 0 without any.
    pub fn mean_confidence(&self) -> f32 {
        let (count, sum) =
            self.lines.iter().flat_map(|l| &l.glyphs).fold((0.0, 0.0), |(n, sum), g| (n + 1.0, sum + g.p));
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// Width and height of the rectified page, pixels.
    pub fn size(&self) -> (f32, f32) {
        (self.rectified.image.width() as f32, self.rectified.image.height() as f32)
    }

    /// Where these characters stand in the picture as handed in.
    pub fn place(&self, glyphs: &[Glyph]) -> Place {
        let region = text::hull(glyphs).map(|[x, y, w, h]| self.rectified.region(x, y, w, h));
        Place { document: self.material, page: self.number, region }
    }

    /// The whole sheet's place.
    pub fn whole(&self) -> Place {
        let (w, h) = self.size();
        let region: Option<Region> = Some(self.rectified.region(0.0, 0.0, w, h));
        Place { document: self.material, page: self.number, region }
    }

    /// A quadrilateral of the rectified page, cut from the picture at the picture's own scale, its contrast stretched.
    pub fn crop(&self, corners: &[[f32; 2]; 4]) -> GrayImage {
        let there = corners.map(|[x, y]| self.rectified.in_picture(x, y));
        let (w, h) = extent(&there);
        let picture = self.rectified.part(
            self.picture,
            corners,
            (w.round() as u32).clamp(8, 4000),
            (h.round() as u32).clamp(8, 1000),
        );
        stretched(picture)
    }

    /// Reads a few lines both ways and turns the sheet if they read better upside down; how much was read then, in
    /// (probability-weighted) Han characters.
    fn turn_upright(&mut self, boxes: &mut [TextBox], engine: &dyn Engine) -> Result<f32, OcrError> {
        let mut samples: Vec<&TextBox> = boxes
            .iter()
            .filter(|b| {
                let (w, h) = extent(&b.corners);
                w > 1.8 * h
            })
            .collect();
        // lines of a few large characters tell most for their cost
        let worth = |b: &TextBox| {
            let (w, h) = extent(&b.corners);
            h * (w / h).min(8.0)
        };
        samples.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        let mut votes = [0.0f32; 2];
        for sample in samples.into_iter().take(2 * SAMPLES) {
            let picture = self.crop(&sample.corners);
            let reading = engine.recognise(&picture)?;
            votes[0] += han(&reading);
            let (count, mean) = han_count(&reading);
            if count >= CLEAR_LINE.0 && mean >= CLEAR_LINE.1 {
                votes[0] += CLEAR_LEAD;
                break;
            }
            votes[1] += han(&engine.recognise(&image::imageops::rotate180(&picture))?);
            if (votes[0] - votes[1]).abs() > CLEAR_LEAD {
                break;
            }
        }
        self.upright = (votes[0].max(votes[1]) + 0.5) / (votes[0] + votes[1] + 1.0);
        if votes[1] > votes[0] {
            self.rectified = self.rectified.upside_down();
            self.turned = (self.turned + 2) % 4;
            let (w, h) = self.size();
            for found in boxes.iter_mut() {
                let c = found.corners.map(|[x, y]| [w - x, h - y]);
                found.corners = [c[2], c[3], c[0], c[1]];
            }
            boxes.reverse();
        }
        Ok(votes[0].max(votes[1]))
    }
}

/// Evidence of Han characters: the surer, the more; digits read upside down as well as upright and count nothing.
fn han(reading: &LineReading) -> f32 {
    reading.symbols.iter().filter(|s| text::is_han(s.ch)).map(|s| (s.probability - 0.4).max(0.0) / 0.6).sum()
}

/// Mean width and height of a quadrilateral.
fn extent(c: &[[f32; 2]; 4]) -> (f32, f32) {
    let side = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    ((side(c[0], c[1]) + side(c[3], c[2])) / 2.0, (side(c[0], c[3]) + side(c[1], c[2])) / 2.0)
}

/// Number of Han characters of a reading and their mean probability.
fn han_count(reading: &LineReading) -> (f32, f32) {
    let sure: Vec<f32> = reading.symbols.iter().filter(|s| text::is_han(s.ch)).map(|s| s.probability).collect();
    (sure.len() as f32, sure.iter().sum::<f32>() / sure.len().max(1) as f32)
}

/// Rectifies the page, just large enough to find its lines.
fn rectify(picture: &GrayImage, quad: &PageQuad, turns: u8, shrunk: f32, is_card: bool) -> RectifiedPage {
    let (mut w, mut h) = extent(&quad.corners);
    if turns % 2 == 1 {
        (w, h) = (h, w);
    }
    let scale = (LONG_SIDE[usize::from(is_card)] / w.max(h)).min(1.0);
    let size = if is_card { (w * scale, w * scale / CARD_ASPECT) } else { (w * scale, h * scale) };
    let size = (size.0.max(32.0) as u32, size.1.max(32.0) as u32);
    if scale > NEARLY {
        return RectifiedPage::cut_to(picture, quad, turns, shrunk, size);
    }
    // averaged down before it is cut: a sample in two or three would tear thin strokes
    let (pw, ph) =
        ((picture.width() as f32 * scale).max(1.0) as u32, (picture.height() as f32 * scale).max(1.0) as u32);
    let raw = yushen_pixels::gray(picture.as_raw(), picture.dimensions(), (pw, ph), yushen_pixels::Filter::Area);
    let Some(small) = raw.and_then(|raw| GrayImage::from_raw(pw, ph, raw)) else {
        return RectifiedPage::cut_to(picture, quad, turns, shrunk, size);
    };
    let by = [small.width() as f32 / picture.width() as f32, small.height() as f32 / picture.height() as f32];
    let corners = quad.corners.map(|[x, y]| [x * by[0], y * by[1]]);
    RectifiedPage::cut_to(&small, &PageQuad { corners, ..quad.clone() }, turns, 1.0, size)
        .of_larger(2.0 / (by[0] + by[1]), shrunk)
}

/// Drops what is printed much smaller than the rest.
fn without_small_print(boxes: &mut Vec<TextBox>) {
    let mut heights: Vec<f32> = boxes.iter().map(|b| extent(&b.corners).1).collect();
    heights.sort_by(f32::total_cmp);
    if let Some(median) = heights.get(heights.len() / 2).copied() {
        boxes.retain(|b| extent(&b.corners).1 >= SMALL_PRINT * median);
    }
}

/// The line's quadrilateral with the characters at its ends that the detector left out, if no other line begins there.
fn widened(page: &GrayImage, boxes: &[TextBox], index: usize) -> [[f32; 2]; 4] {
    let mut corners = boxes[index].corners;
    let (w, h) = extent(&corners);
    let along = [(corners[1][0] - corners[0][0]) / w.max(1.0), (corners[1][1] - corners[0][1]) / w.max(1.0)];
    let middle = |a: [f32; 2], b: [f32; 2]| [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
    for (sign, start, ends) in
        [(-1.0, middle(corners[0], corners[3]), [0, 3]), (1.0, middle(corners[1], corners[2]), [1, 2])]
    {
        let room = room(boxes, index, start[0], start[1], sign, h);
        let mut reach = 0.0;
        let mut step = 0.0;
        while step < (FOLLOWED * h).min(room) && step - reach < NEXT_CHARACTER * h {
            step += 1.0;
            let (x, y) = (start[0] + sign * along[0] * step, start[1] + sign * along[1] * step);
            if has_ink(page, x, y, h) {
                reach = step;
            }
        }
        // a character on the picture's very edge is not read: a margin on either side
        let by = (reach + MARGIN * h).min(room);
        for end in ends {
            corners[end] = [corners[end][0] + sign * along[0] * by, corners[end][1] + sign * along[1] * by];
        }
    }
    corners
}

/// Pixels from a line's end to the next line on its row; a third of it stays free.
fn room(boxes: &[TextBox], index: usize, x: f32, y: f32, sign: f32, h: f32) -> f32 {
    let mut room = f32::MAX;
    for (_, other) in boxes.iter().enumerate().filter(|(i, _)| *i != index) {
        let (xs, ys) = (other.corners.map(|c| c[0]), other.corners.map(|c| c[1]));
        let span = |v: [f32; 4]| (v.into_iter().fold(f32::MAX, f32::min), v.into_iter().fold(f32::MIN, f32::max));
        let ((x0, x1), (y0, y1)) = (span(xs), span(ys));
        if y < y0 - 0.3 * h || y > y1 + 0.3 * h {
            continue;
        }
        let gap = if sign > 0.0 { x0 - x } else { x - x1 };
        if gap > -0.5 * h {
            room = room.min(gap.max(0.0) * 0.67);
        }
    }
    room
}

/// Is there ink in the middle half of a line of this height, at this column?
fn has_ink(page: &GrayImage, x: f32, y: f32, height: f32) -> bool {
    if x < 0.0 || x >= page.width() as f32 {
        return false;
    }
    let (from, to) = ((y - 0.25 * height).max(0.0) as u32, (y + 0.25 * height).max(0.0) as u32);
    (from..=to.min(page.height().saturating_sub(1))).any(|row| page.get_pixel(x as u32, row).0[0] < INK)
}

/// Do most of the print's lines stand upright?
fn mostly_vertical(boxes: &[TextBox]) -> bool {
    let mut sums = [0.0f32; 2];
    for found in boxes {
        let (xs, ys) = (found.corners.map(|c| c[0]), found.corners.map(|c| c[1]));
        let span = |v: [f32; 4]| v.into_iter().fold(f32::MIN, f32::max) - v.into_iter().fold(f32::MAX, f32::min);
        let (w, h) = (span(xs), span(ys));
        if w > 1.6 * h {
            sums[0] += w;
        } else if h > 1.6 * w {
            sums[1] += h;
        }
    }
    sums[1] > sums[0]
}

/// Darkest hundredth to 0, paper to 255; a picture without contrast stays as it is.
fn stretched(mut picture: GrayImage) -> GrayImage {
    let mut histogram = [0u32; 256];
    picture.as_raw().iter().for_each(|v| histogram[usize::from(*v)] += 1);
    let total: u32 = histogram.iter().sum();
    let at = |part: f32| {
        let mut seen = 0;
        histogram
            .iter()
            .position(|n| {
                seen += n;
                seen as f32 >= part * total as f32
            })
            .unwrap_or(255) as f32
    };
    let (low, high) = (at(0.01), at(0.9));
    if high - low < 24.0 {
        return picture;
    }
    for v in picture.iter_mut() {
        *v = ((f32::from(*v) - low) * 250.0 / (high - low)).clamp(0.0, 255.0) as u8;
    }
    picture
}
