//! From a picture to a form's page, the right way up: its corners found, the page rectified, its print tried both ways.
//! What is written on it is not read here.

use super::page::quad::{self, PageQuad};
use super::page::rectified::{RectifiedPage, turned as turned_corners};
use super::page::{cells, ruling, upright};
use super::recognisers::Recognisers;
use crate::ocr::OcrError;
use crate::vocabulary::documents::SheetFacts;
use image::GrayImage;

/// Pixels that a page is reduced to before anything is sought in it: A4 at about 220 dpi.
pub const FORM_PIXELS: u32 = 5_000_000;
/// 0–1: if a page's lines read worse than this both ways, nothing on it can be read.
pub const LEGIBLE: f32 = 0.35;
/// 0–1: a page that reads better than this lies the right way. Lines seen from the side (of a tilted sheet, of a grid)
/// read as 0.2–0.5.
const CLEAR: f32 = 0.6;

/// A form's page, the right way up.
pub struct UprightPage {
    pub rectified: RectifiedPage,
    quad: PageQuad,
    turned: u8,
    /// 0–1: how well its lines read.
    pub legible: f32,
}

impl UprightPage {
    /// Finds the page in the picture and turns it upright; `shrunk` is by how much the picture was reduced.
    ///
    /// # Errors
    /// The recogniser failed.
    pub fn of(picture: &GrayImage, shrunk: f32, recognisers: &Recognisers) -> Result<Self, OcrError> {
        let quad = quad::find(picture);
        let side = |a: usize, b: usize| {
            (quad.corners[a][0] - quad.corners[b][0]).hypot(quad.corners[a][1] - quad.corners[b][1])
        };
        // forms are printed upright on A4
        let first = u8::from(side(0, 3) < side(0, 1));
        let mut best = Self::turned(picture, &quad, first, shrunk, recognisers)?;
        if best.legible < CLEAR {
            let other = Self::turned(picture, &quad, 1 - first, shrunk, recognisers)?;
            if other.legible > best.legible {
                best = other;
            }
        }
        Ok(best)
    }

    fn turned(
        picture: &GrayImage,
        quad: &PageQuad,
        turns: u8,
        shrunk: f32,
        recognisers: &Recognisers,
    ) -> Result<Self, OcrError> {
        let page = RectifiedPage::cut(picture, quad, turns, shrunk);
        let lines = ruling::find(&page.image);
        let (page, again) = page.straightened(picture, &lines);
        let lies_free = quad.stands_out() && !quad.on_border.contains(&true);
        let page = if lies_free { page.edges_trimmed() } else { page };
        let lines = if again { ruling::find(&page.image) } else { lines };
        let table = cells::cut(&lines, page.image.width(), page.image.height());
        let mut failed = None;
        let mut read = |line: &GrayImage| match recognisers.fast().recognise(line) {
            Ok(r) => upright::Legibility { confidence: r.confidence, characters: r.text.chars().count() },
            Err(e) => {
                failed = Some(e);
                upright::Legibility { confidence: 0.0, characters: 0 }
            }
        };
        let ways = upright::both_ways(&page.image, &table, &mut read);
        if let Some(error) = failed {
            return Err(error);
        }
        let (rectified, turned) = if ways[1] > ways[0] { (page.upside_down(), (turns + 2) % 4) } else { (page, turns) };
        Ok(Self { rectified, quad: quad.clone(), turned, legible: ways[0].max(ways[1]) })
    }

    pub fn facts(&self) -> SheetFacts {
        let shrunk = self.rectified.shrunk();
        SheetFacts {
            corners: turned_corners(&self.quad.corners, self.turned).map(|[x, y]| [x / shrunk, y / shrunk]),
            turned: self.turned,
            confidence: self.quad.confidence,
            visible: Some(visible(&self.quad)),
            sharpness: None,
            glare: None,
            chroma: None,
            stain: None,
        }
    }
}

/// 0–1: the part of an A4 sheet that is in the picture: what is torn off is not filled, what lies outside makes the
/// sheet too short.
fn visible(quad: &PageQuad) -> f32 {
    let side =
        |a: usize, b: usize| (quad.corners[a][0] - quad.corners[b][0]).hypot(quad.corners[a][1] - quad.corners[b][1]);
    let (w, h) = ((side(0, 1) + side(3, 2)) / 2.0, (side(0, 3) + side(1, 2)) / 2.0);
    let cut = quad.on_border.iter().filter(|b| **b).count();
    if cut == 0 || cut == 4 {
        return quad.filled;
    }
    let ratio = w.max(h) / w.min(h).max(1.0);
    let a4 = 297.0f32 / 210.0;
    let shape = (ratio / a4).min(a4 / ratio).min(1.0);
    if shape >= TILTED { quad.filled } else { quad.filled * shape }
}

/// A sheet taken at a tilt looks this much too long or too short: whole ones measured 0.926–1.068 times A4 (rendered
/// pages), cut ones under 0.86.
const TILTED: f32 = 0.90;
