//! Shows one page of a file without reading it as a document: the rectified page, what it seems to be, its cells and
//! its lines.
//! For `yushen inspect`; nothing here becomes a fact. Documents are read by [`super::submission`].

use super::card_quality;
use super::classify;
use super::context::ReadContext;
use super::form_page::FormPage;
use super::page::cells::Cell;
use super::page::quad::PageQuad;
use super::page::rectified::RectifiedPage;
use super::page::ruling;
use super::page_outcomes::{WHOLE, incomplete, no_text, refused_or_unreadable, too_poor};
use super::passage::Passage;
use super::picture::{Decoded, PageSource};
use super::printed::{PrintedPage, without_red_ink};
use super::upright_page::{FORM_PIXELS, LEGIBLE, UprightPage};
use crate::ocr::{OcrError, doubts};
use crate::vocabulary::documents::{PageOutcome, SeenAs, SheetFacts};
use crate::vocabulary::fact::Region;
use crate::vocabulary::material::MaterialKind;
use crate::vocabulary::passage::ReadLine;
use crate::vocabulary::seen::{SeenCell, SeenPage};
use image::{GrayImage, RgbImage};

/// Long side of the rectified page as it is shown, pixels: print of 2.5 mm on A4 can then be read on a screen.
const SHOWN: f32 = 1700.0;

/// A page as seen, and the rectified page in colour where there is one.
pub struct Preview {
    pub page: SeenPage,
    pub shown: Option<Shown>,
}

/// The rectified page, and how places of the page as handed in lie on it.
pub struct Shown {
    pub picture: RgbImage,
    rectified: RectifiedPage,
    /// Pixels of `picture` for one of `rectified`.
    scale: f32,
}

impl Shown {
    /// Where a place of the page lies on the rectified page: x0, y0, x1, y1.
    ///
    /// A place is the upright box around a box of the rectified page that leans in the picture; so it is not the box
    /// around its corners, which would grow with every turn, but the box of the rectified page around which the place
    /// would be drawn.
    pub fn at(&self, place: &Region) -> [f32; 4] {
        let (w, h) = (place.width as f32, place.height as f32);
        let middle = [place.x as f32 + w / 2.0, place.y as f32 + h / 2.0];
        let here = self.rectified.of_original(middle);
        // how far a pixel to the right and one down lead in the picture
        let there = |dx: f32, dy: f32| self.rectified.original(here[0] + dx, here[1] + dy);
        let (right, down, origin) = (there(1.0, 0.0), there(0.0, 1.0), there(0.0, 0.0));
        let [a, c] = [(right[0] - origin[0]).abs(), (right[1] - origin[1]).abs()];
        let [b, d] = [(down[0] - origin[0]).abs(), (down[1] - origin[1]).abs()];
        let determinant = a * d - b * c;
        let solved = [(w * d - h * b) / determinant, (h * a - w * c) / determinant];
        // a place that leans too much for that is shown as large as it can be
        let [fw, fh] = if determinant.abs() > 1e-3 && solved.iter().all(|v| v.is_finite() && *v > 1.0) {
            solved
        } else {
            [w / a.max(b).max(1e-3), h / d.max(c).max(1e-3)]
        };
        [here[0] - fw / 2.0, here[1] - fh / 2.0, here[0] + fw / 2.0, here[1] + fh / 2.0].map(|v| v * self.scale)
    }
}

/// Previews a page. `material`: what it is said to be; without it the page's own title decides.
///
/// # Errors
/// An engine has failed; the page has no part in it.
pub fn page(
    source: &PageSource,
    number: u16,
    material: Option<MaterialKind>,
    cx: &ReadContext,
) -> Result<Preview, OcrError> {
    let (width, height) = source.size();
    let mut seen = SeenPage {
        page: number,
        size: [width, height],
        outcome: PageOutcome::Read,
        seen_as: None,
        sheet: None,
        flat_size: None,
        cells: Vec::new(),
        lines: Vec::new(),
    };
    let decoded = match source.rgb(FORM_PIXELS) {
        Ok(decoded) if decoded.fraction < WHOLE => {
            seen.outcome = incomplete(decoded.fraction);
            return Ok(Preview { page: seen, shown: None });
        }
        Ok(decoded) => decoded,
        Err(error) => {
            seen.outcome = refused_or_unreadable(&error);
            return Ok(Preview { page: seen, shown: None });
        }
    };
    match looked_at(&decoded, number, material, cx, &mut seen) {
        Ok(page) => {
            let shown = page.map(|page| shown(&decoded.pixels, page));
            seen.flat_size = shown.as_ref().map(|s| [s.picture.width(), s.picture.height()]);
            if let Some(s) = &shown {
                seen.cells.iter_mut().for_each(|c| c.flat = region(s.at(&c.region)));
            }
            Ok(Preview { page: seen, shown })
        }
        Err(error) if error.is_engines() => Err(error),
        Err(_) => {
            seen.outcome = no_text();
            Ok(Preview { page: seen, shown: None })
        }
    }
}

/// Fills in what is seen; the rectified page, if there is one.
fn looked_at(
    decoded: &Decoded<RgbImage>,
    number: u16,
    material: Option<MaterialKind>,
    cx: &ReadContext,
    seen: &mut SeenPage,
) -> Result<Option<RectifiedPage>, OcrError> {
    let shrunk = 1.0 / decoded.scale;
    let known = material.filter(|k| *k != MaterialKind::Other);
    if !known.is_some_and(MaterialKind::is_form) {
        let ink = without_red_ink(&decoded.pixels);
        let printed = PrintedPage::open(
            &ink,
            &decoded.pixels,
            shrunk,
            known.unwrap_or(MaterialKind::Other),
            number,
            cx.recognisers.fast(),
        )?;
        let seen_as = classify::of_printed(&printed, cx.forms);
        let shows = seen_as.as_ref().and_then(|s| s.kind);
        if known.is_some() || shows.is_some_and(|k| !k.is_form()) {
            return Ok(Some(print(printed, seen_as, known.or(shows), decoded, seen)));
        }
        // the fast recogniser may have missed a form's title among its lines
        seen.seen_as = match seen_as {
            None => classify::late_title(decoded, shrunk, cx)?,
            some => some,
        };
        let is_form = seen.seen_as.as_ref().and_then(|s| s.kind).is_some_and(MaterialKind::is_form);
        if !is_form {
            let (quad, turned, facts) =
                (printed.quad.clone(), printed.turned, card_quality::sheet_facts(&printed, None));
            return unknown(decoded, &quad, turned, facts, cx, seen).map(Some);
        }
    }
    let gray = image::DynamicImage::ImageRgb8(decoded.pixels.clone()).into_luma8();
    let upright = UprightPage::of(&gray, shrunk, &cx.recognisers)?;
    let sheet = upright.facts();
    if upright.legible < LEGIBLE {
        (seen.outcome, seen.sheet) = (too_poor(), Some(sheet));
        return Ok(Some(upright.rectified));
    }
    if seen.seen_as.is_none() {
        seen.seen_as = classify::of_form(&upright.rectified.image, cx)?;
    }
    seen.sheet = Some(sheet);
    let page = FormPage::new(upright.rectified, MaterialKind::Other, None, number);
    seen.cells = cells(&page);
    Ok(Some(page.rectified))
}

/// A printed document: its lines as the fast recogniser read them.
fn print(
    page: PrintedPage,
    seen_as: Option<SeenAs>,
    material: Option<MaterialKind>,
    decoded: &Decoded<RgbImage>,
    seen: &mut SeenPage,
) -> RectifiedPage {
    let is_card = matches!(material, Some(MaterialKind::IdCardFront | MaterialKind::IdCardBack));
    (seen.seen_as, seen.sheet) = (seen_as, Some(card_quality::sheet_facts(&page, is_card.then_some(&decoded.pixels))));
    for line in &page.lines {
        let text: String = line.glyphs.iter().map(|g| g.ch).collect();
        if text.is_empty() {
            continue;
        }
        let confidence = line.glyphs.iter().map(|g| g.p).sum::<f32>() / line.glyphs.len() as f32;
        seen.lines.push(ReadLine {
            text,
            confidence,
            least_confidence: line.glyphs.iter().map(|g| g.p).fold(1.0, f32::min),
            region: around(&page.rectified, &line.corners),
            cell: None,
            doubts: Vec::new(),
        });
    }
    if page.lines.is_empty() {
        seen.outcome = no_text();
    }
    page.rectified
}

/// A page that cannot be classified: its cells, and its lines read by the accurate recogniser, turned the way its print
/// read best.
fn unknown(
    decoded: &Decoded<RgbImage>,
    quad: &PageQuad,
    turned: u8,
    facts: SheetFacts,
    cx: &ReadContext,
    seen: &mut SeenPage,
) -> Result<RectifiedPage, OcrError> {
    let gray = image::DynamicImage::ImageRgb8(decoded.pixels.clone()).into_luma8();
    let rectified = RectifiedPage::cut(&gray, quad, turned, 1.0 / decoded.scale);
    let ruling = ruling::find(&rectified.image);
    let (rectified, _) = rectified.straightened(&gray, &ruling);
    let page = FormPage::new(rectified, MaterialKind::Other, None, seen.page);
    (seen.sheet, seen.cells) = (Some(facts), cells(&page));
    let accurate = cx.recognisers.accurate();
    if page.table.cells.is_empty() {
        // the lines of the whole page, by rows
        for line in Passage::read(&page.rectified.image, 1.0, accurate)?.lines() {
            let r = line.region;
            let region = page.rectified.region(r.x as f32, r.y as f32, r.width as f32, r.height as f32);
            seen.lines.push(ReadLine { region, ..line });
        }
        return Ok(page.rectified);
    }
    for found in accurate.detect(&page.rectified.image)? {
        let low = |k: usize| found.corners.iter().map(|c| c[k]).fold(f32::MAX, f32::min);
        let high = |k: usize| found.corners.iter().map(|c| c[k]).fold(0.0, f32::max);
        // a character on the very edge is not read
        let margin = 0.3 * (high(1) - low(1));
        let at = Cell { x0: low(0) - margin, y0: low(1), x1: high(0) + margin, y1: high(1) };
        let reading = page.read_line(accurate, at)?.reading;
        if reading.text.trim().is_empty() {
            continue;
        }
        let [x, y] = [(at.x0 + at.x1) / 2.0, (at.y0 + at.y1) / 2.0];
        let cell =
            page.table.cells.iter().position(|c| c.x0 <= x && x <= c.x1 && c.y0 <= y && y <= c.y1).map(|i| i + 1);
        let region = around(&page.rectified, &found.corners);
        seen.lines.push(ReadLine {
            confidence: reading.confidence,
            least_confidence: reading.least_confidence(),
            doubts: doubts::of(&reading),
            text: reading.text,
            region,
            cell,
        });
    }
    Ok(page.rectified)
}

/// The cells of the table, numbered; their places on the page as it is shown follow once that is cut.
fn cells(page: &FormPage) -> Vec<SeenCell> {
    let seen = |(number, c): (usize, &Cell)| SeenCell {
        number,
        region: page.rectified.region(c.x0, c.y0, c.width(), c.height()),
        flat: region([c.x0, c.y0, c.x1, c.y1]),
    };
    (1..).zip(&page.table.cells).map(seen).collect()
}

/// The box in the page as handed in around a quadrilateral of the rectified page.
fn around(page: &RectifiedPage, corners: &[[f32; 2]; 4]) -> Region {
    let low = |k: usize| corners.iter().map(|c| c[k]).fold(f32::MAX, f32::min);
    let high = |k: usize| corners.iter().map(|c| c[k]).fold(f32::MIN, f32::max);
    page.region(low(0), low(1), high(0) - low(0), high(1) - low(1))
}

fn region([x0, y0, x1, y1]: [f32; 4]) -> Region {
    Region {
        x: x0.max(0.0) as u32,
        y: y0.max(0.0) as u32,
        width: (x1 - x0).max(1.0) as u32,
        height: (y1 - y0).max(1.0) as u32,
    }
}

/// The rectified page, cut anew from the picture's three colours.
fn shown(picture: &RgbImage, rectified: RectifiedPage) -> Shown {
    let (w, h) = (rectified.image.width() as f32, rectified.image.height() as f32);
    let scale = SHOWN / w.max(h);
    let (width, height) = ((w * scale).max(1.0) as u32, (h * scale).max(1.0) as u32);
    let corners = [[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]];
    let colours = [0, 1, 2].map(|k| {
        let one: Vec<u8> = picture.as_raw().iter().skip(k).step_by(3).copied().collect();
        let one = GrayImage::from_raw(picture.width(), picture.height(), one).unwrap_or_default();
        rectified.part(&one, &corners, width, height)
    });
    let picture =
        RgbImage::from_fn(width, height, |x, y| image::Rgb([0, 1, 2].map(|k: usize| colours[k].get_pixel(x, y).0[0])));
    Shown { picture, rectified, scale }
}
