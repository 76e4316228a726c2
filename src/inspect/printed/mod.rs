//! From a picture of a printed document to an upright flat sheet and its lines of print, each character with its place and probability.
//! It knows no kind of document: which characters are whose name is asked by the files beside it.

pub mod labels;
pub mod read;
pub mod text;
pub mod values;

pub use read::{Careful, combined};
pub use text::{Glyph, Text};

use crate::inspect::page::flat::Flat;
use crate::inspect::page::sheet::{self, Sheet};
use crate::inspect::page::upright;
use crate::ocr::{Engine, LineReading, OcrError, TextBox};
use crate::vocabulary::fact::{Place, Region};
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::settings::ReadingSettings;
use image::{GrayImage, RgbImage};

/// Width over height of an ID-1 card, 85.60 × 53.98 mm (ISO/IEC 7810).
const CARD_ASPECT: f32 = 85.6 / 53.98;
/// Sheets between these proportions may be ID-1 cards seen in perspective; A4 (1.414) is not.
const CARD_ASPECTS: [f32; 2] = [1.49, 1.72];
/// Width in pixels of a card made flat: as in the picture, but within these.
const CARD_WIDTH: [f32; 2] = [640.0, 1400.0];
/// Long side in pixels that a card is reduced to before its lines are sought: its smallest print is then 20 px high.
const CARD_DETECT: u32 = 704;
/// Lines that are read both ways to tell which way is up.
const SAMPLES: usize = 3;
/// Lead in (probability-weighted) Han characters at which no further line need be read both ways.
const CLEAR_LEAD: f32 = 3.0;

/// The readers, and what they take for certain.
#[derive(Clone, Copy)]
pub struct Engines<'a> {
    /// Reads every line.
    pub quick: &'a dyn Engine,
    /// Reads again what the verdict rests on.
    pub careful: &'a dyn Engine,
    pub reading: &'a ReadingSettings,
}

/// One line of print.
#[derive(Debug, Clone)]
pub struct PrintLine {
    /// Clockwise from the top left, in pixels of the flat sheet.
    pub corners: [[f32; 2]; 4],
    pub glyphs: Vec<Glyph>,
}

/// An upright flat sheet with its print.
pub struct Paper<'a> {
    picture: &'a GrayImage,
    pub flat: Flat,
    pub sheet: Sheet,
    /// Quarter turns clockwise that made it upright (0–3).
    pub turned: u8,
    /// 0–1: how surely this way is up; 0.5 if nothing tells.
    pub upright: f32,
    pub document: MaterialKind,
    pub page: u16,
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

impl<'a> Paper<'a> {
    /// Finds the sheet, turns it upright and reads its lines. `shrunk`: picture pixels over original pixels (≤ 1).
    ///
    /// # Errors
    /// An engine failed; a document cannot cause that.
    pub fn open(picture: &'a GrayImage, shrunk: f32, document: MaterialKind, page: u16, engines: &Engines) -> Result<Self, OcrError> {
        let sheet = sheet::find(picture);
        let (width, height) = extent(&sheet.corners);
        let ratio = width.max(height) / width.min(height).max(1.0);
        let is_card = (CARD_ASPECTS[0]..=CARD_ASPECTS[1]).contains(&ratio);
        let mut turned = if is_card { u8::from(height > width) } else { 0 };
        let cut = |turns: u8| if is_card { card(picture, &sheet, turns, shrunk) } else { Flat::cut(picture, &sheet, turns, shrunk) };
        let mut flat = cut(turned);
        if !is_card && upright::lies_sideways(&flat.image) {
            turned = 1;
            flat = cut(turned);
        }
        let mut boxes = detect(&flat.image, is_card, engines.quick)?;
        if mostly_vertical(&boxes) {
            turned = 1 - turned;
            flat = if is_card { Flat::cut(picture, &sheet, turned, shrunk) } else { cut(turned) };
            boxes = detect(&flat.image, is_card, engines.quick)?;
        }
        let mut paper = Self { picture, flat, sheet, turned, upright: 0.5, document, page, is_card, lines: Vec::new() };
        paper.turn_upright(&mut boxes, engines.quick)?;
        for found in boxes {
            let picture = paper.crop(&found.corners);
            let reading = engines.quick.recognise(&picture)?;
            paper.lines.push(PrintLine { corners: found.corners, glyphs: text::glyphs_of(&reading, &found.corners, picture.width()) });
        }
        for (index, line) in paper.lines.iter_mut().enumerate() {
            line.glyphs.iter_mut().for_each(|g| g.line = index);
        }
        Ok(paper)
    }

    /// The rows of print, top to bottom, each left to right.
    pub fn rows(&self) -> Vec<Text> {
        text::rows_of(&self.lines)
    }

    /// Width and height of the flat sheet, pixels.
    pub fn size(&self) -> (f32, f32) {
        (self.flat.image.width() as f32, self.flat.image.height() as f32)
    }

    /// Where these characters stand in the picture as handed in.
    pub fn place(&self, glyphs: &[Glyph]) -> Place {
        let region = text::hull(glyphs).map(|[x, y, w, h]| self.flat.region(x, y, w, h));
        Place { document: self.document, page: self.page, region }
    }

    /// The whole sheet's place.
    pub fn whole(&self) -> Place {
        let (w, h) = self.size();
        let region: Option<Region> = Some(self.flat.region(0.0, 0.0, w, h));
        Place { document: self.document, page: self.page, region }
    }

    /// A quadrilateral of the flat sheet, cut from the picture at the picture's own scale, its contrast stretched.
    pub fn crop(&self, corners: &[[f32; 2]; 4]) -> GrayImage {
        let there = corners.map(|[x, y]| self.flat.in_picture(x, y));
        let (w, h) = extent(&there);
        let picture = self.flat.part(self.picture, corners, (w.round() as u32).clamp(8, 4000), (h.round() as u32).clamp(8, 1000));
        stretched(picture)
    }

    /// Reads a few lines both ways and turns the sheet if they read better upside down.
    fn turn_upright(&mut self, boxes: &mut [TextBox], engine: &dyn Engine) -> Result<(), OcrError> {
        let mut samples: Vec<&TextBox> = boxes.iter().filter(|b| { let (w, h) = extent(&b.corners); w > 1.8 * h }).collect();
        // lines of a few large characters tell most for their cost
        let worth = |b: &TextBox| { let (w, h) = extent(&b.corners); h * (w / h).min(8.0) };
        samples.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        let mut votes = [0.0f32; 2];
        for sample in samples.into_iter().take(2 * SAMPLES) {
            let picture = self.crop(&sample.corners);
            votes[0] += han(&engine.recognise(&picture)?);
            votes[1] += han(&engine.recognise(&image::imageops::rotate180(&picture))?);
            if (votes[0] - votes[1]).abs() > CLEAR_LEAD {
                break;
            }
        }
        self.upright = (votes[0].max(votes[1]) + 0.5) / (votes[0] + votes[1] + 1.0);
        if votes[1] > votes[0] {
            self.flat = self.flat.upside_down();
            self.turned = (self.turned + 2) % 4;
            let (w, h) = self.size();
            for found in boxes.iter_mut() {
                let c = found.corners.map(|[x, y]| [w - x, h - y]);
                found.corners = [c[2], c[3], c[0], c[1]];
            }
            boxes.reverse();
        }
        Ok(())
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

fn card(picture: &GrayImage, sheet: &Sheet, turns: u8, shrunk: f32) -> Flat {
    let (w, h) = extent(&sheet.corners);
    let width = w.max(h).clamp(CARD_WIDTH[0], CARD_WIDTH[1]);
    Flat::cut_to(picture, sheet, turns, shrunk, (width as u32, (width / CARD_ASPECT) as u32))
}

/// Lines of print, in pixels of `flat`.
fn detect(flat: &GrayImage, is_card: bool, engine: &dyn Engine) -> Result<Vec<TextBox>, OcrError> {
    let factor = CARD_DETECT as f32 / flat.width().max(flat.height()) as f32;
    if !is_card || factor >= 1.0 {
        return engine.detect(flat);
    }
    let (w, h) = ((flat.width() as f32 * factor) as u32, (flat.height() as f32 * factor) as u32);
    let small = image::imageops::thumbnail(flat, w, h);
    let mut boxes = engine.detect(&small)?;
    let back = [flat.width() as f32 / w as f32, flat.height() as f32 / h as f32];
    for found in &mut boxes {
        found.corners = found.corners.map(|[x, y]| [x * back[0], y * back[1]]);
    }
    Ok(boxes)
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
        histogram.iter().position(|n| { seen += n; seen as f32 >= part * total as f32 }).unwrap_or(255) as f32
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
