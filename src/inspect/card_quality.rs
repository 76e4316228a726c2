//! From a card's picture to how well it can be seen: sharpness, glare, stain, colour, and the part that is in the
//! picture.
//! Measures only; thresholds decide what is too little.

use super::page::rectified::turned;
use super::printed::PrintedPage;
use crate::vocabulary::documents::SheetFacts;
use crate::vocabulary::material::MaterialKind;
use image::{GrayImage, RgbImage};

/// Pixels per millimetre at 200 dpi, the scale of all measures here.
const PX_PER_MM: f32 = 200.0 / 25.4;
/// ISO/IEC 7810 ID-1, millimetres.
const CARD_MM: (f32, f32) = (85.6, 53.98);
/// Side of the squares in which glare and stains are sought, pixels at 200 dpi: about the height of a line of print.
const BLOCK: usize = 16;
/// 0–255: a square whose darkest tenth is lighter is blown out.
const BLOWN: u8 = 249;
/// 0–255: where the paper beside a blown-out spot is as light as this, the whole card is lit brightly and nothing is
/// reflected.
const LIGHT_PAPER: u8 = 238;
/// 0–255 over the card's own paper: where the paper beside it is lighter, the spot is the light end of a card that is
/// lit from there.
const LIGHTER: u8 = 12;
/// Squares from a spot's edge in which the paper beside it is sought; nearer ones are the spot's own soft edge.
const RING: std::ops::RangeInclusive<i32> = 4..=5;
/// Squares: a smaller spot is no glare.
const SPOT: usize = 3;
/// Part of the card's own lightness: a square with anything darker holds print, portrait or shadow, and is not bare
/// paper.
const PAPER: f32 = 0.8;
/// A square whose colour (r, g share of r+g+b) is further than this from the card's own is not paper …
const OTHER_COLOUR: f32 = 0.045;
/// … if it is also darker than this part of the card's paper; a square darker than `BLACK` of it is no paper in any
/// colour.
const DARKER: f32 = 0.86;
const BLACK: f32 = 0.22;
/// One square in so many is more colourful than what is measured: an emblem covers one in thirty, a stain of light or
/// a coloured finger at the edge a few.
const COLOURFUL: usize = 60;
/// Lines on which sharpness is measured.
const SHARPNESS_LINES: usize = 8;
/// Where a card is dark by design, as parts of width and height (x0, y0, x1, y1): portrait and emblem.
const PORTRAIT: [f32; 4] = [0.60, 0.10, 0.99, 0.82];
const EMBLEM: [f32; 4] = [0.03, 0.04, 0.30, 0.45];

/// What can be measured of one upright sheet. `colour`: the picture that it was found in, of the same size.
pub fn sheet_facts(page: &PrintedPage, colour: Option<&RgbImage>) -> SheetFacts {
    let seen = colour.filter(|_| is_card(page)).map(|c| Squares::of(page, c));
    let shrunk = page.rectified.shrunk();
    SheetFacts {
        corners: turned(&page.quad.corners, page.turned).map(|[x, y]| [x / shrunk, y / shrunk]),
        turned: page.turned,
        confidence: page.quad.confidence,
        visible: visible(page),
        sharpness: sharpness(page),
        glare: seen.as_ref().map(Squares::glare),
        chroma: seen.as_ref().map(Squares::chroma),
        // where the card's edges were not found its portrait's place is not known either
        stain: seen.as_ref().filter(|_| page.is_card).map(|s| s.stain(page.material)),
    }
}

fn is_card(page: &PrintedPage) -> bool {
    matches!(page.material, MaterialKind::IdCardFront | MaterialKind::IdCardBack)
}

/// 0–1. A side on the picture's border may hide more of the sheet; how much, a card's norm tells. `None`: cannot be
/// told.
fn visible(page: &PrintedPage) -> Option<f32> {
    let c = turned(&page.quad.corners, page.turned);
    let side = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    let width = (side(c[0], c[1]) + side(c[3], c[2])) / 2.0;
    let height = (side(c[0], c[3]) + side(c[1], c[2])) / 2.0;
    let on = page.quad.on_border;
    if on.iter().all(|b| !b) {
        return Some(page.quad.filled);
    }
    if !is_card(page) {
        return None;
    }
    let ratio = width / height.max(1.0) / (CARD_MM.0 / CARD_MM.1);
    // 2 % is what perspective and the edge's thickness do
    if (ratio - 1.0).abs() < 0.02 {
        return Some(1.0);
    }
    let t = usize::from(page.turned % 4);
    let upright: [bool; 4] = std::array::from_fn(|i| on[(i + 4 - t) % 4]);
    let part = if ratio < 1.0 && (upright[1] || upright[3]) {
        ratio
    } else if ratio > 1.0 && (upright[0] || upright[2]) {
        1.0 / ratio
    } else {
        return None;
    };
    // the whole picture taken for the sheet: only its being too narrow says anything
    (page.quad.confidence > 0.5 || part > 0.9).then_some(part)
}

/// Median over the lines of print: 90th percentile of the gradient over the line's contrast, per pixel at 200 dpi.
/// `None` if no print was found.
fn sharpness(page: &PrintedPage) -> Option<f32> {
    let (w, h) = page.size();
    let px_per_mm = if page.is_card { w / CARD_MM.0 } else { w.max(h) / 297.0 };
    let mut values: Vec<f32> = Vec::new();
    for line in page.lines.iter().filter(|l| l.glyphs.len() >= 2).take(SHARPNESS_LINES) {
        let height = (line.glyphs[0].height / px_per_mm * PX_PER_MM).round().max(4.0) as u32;
        let crop = page.crop(&line.corners);
        let width = (crop.width() * height / crop.height().max(1)).max(4);
        let resized = if height < crop.height() {
            image::imageops::thumbnail(&crop, width, height)
        } else {
            image::imageops::resize(&crop, width, height, image::imageops::FilterType::Triangle)
        };
        values.extend(edge_sharpness(&resized));
    }
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// `None` for a picture without contrast.
fn edge_sharpness(line: &GrayImage) -> Option<f32> {
    let (w, h) = (line.width() as usize, line.height() as usize);
    let raw = line.as_raw();
    let mut gradients: Vec<u8> = Vec::with_capacity(w * h);
    for y in 0..h.saturating_sub(1) {
        for x in 0..w.saturating_sub(1) {
            let at = raw[y * w + x];
            gradients.push(at.abs_diff(raw[y * w + x + 1]).max(at.abs_diff(raw[(y + 1) * w + x])));
        }
    }
    let mut values = raw.clone();
    let contrast = percentile(&mut values, 0.97).saturating_sub(percentile(&mut raw.clone(), 0.03));
    (contrast >= 30 && !gradients.is_empty()).then(|| f32::from(percentile(&mut gradients, 0.9)) / f32::from(contrast))
}

fn percentile(values: &mut [u8], part: f32) -> u8 {
    if values.is_empty() {
        return 0;
    }
    let at = ((values.len() - 1) as f32 * part) as usize;
    *values.select_nth_unstable(at).1
}

/// The sheet in squares of [`BLOCK`], at 200 dpi.
struct Squares {
    columns: usize,
    squares: Vec<Square>,
}

#[derive(Clone, Copy)]
struct Square {
    /// Darkest and lightest tenth, 0–255.
    dark: u8,
    light: u8,
    /// Mean red and green share of the lighter half's r + g + b.
    colour: [f32; 2],
    /// The same of the darker half: print, portrait and emblem.
    ink: [f32; 2],
}

impl Squares {
    fn of(page: &PrintedPage, picture: &RgbImage) -> Self {
        let (w, h) = page.size();
        let width = (CARD_MM.0 * PX_PER_MM) as usize;
        let height = (width as f32 * h / w.max(1.0)) as usize;
        let mut pixels = vec![[0u8; 3]; width * height];
        for (i, p) in pixels.iter_mut().enumerate() {
            let (x, y) = ((i % width) as f32 + 0.5, (i / width) as f32 + 0.5);
            let [px, py] = page.rectified.in_picture(x * w / width as f32, y * h / height as f32);
            let at = |v: f32, end: u32| (v.max(0.0) as u32).min(end.saturating_sub(1));
            *p = picture.get_pixel(at(px, picture.width()), at(py, picture.height())).0;
        }
        let (columns, rows) = (width / BLOCK, height / BLOCK);
        let squares =
            (0..columns * rows).map(|i| Square::of(&pixels, width, i % columns * BLOCK, i / columns * BLOCK)).collect();
        Self { columns, squares }
    }

    /// 0–1: how far the most colourful squares lie from the sheet's own colour (r, g share of r+g+b). A mean over the
    /// card says little of a small emblem on pale paper, and a camera's white balance takes its colour away or gives a
    /// grey copy one: what a copy lacks are places of *another* colour than the rest.
    fn chroma(&self) -> f32 {
        let middle = |k: usize| {
            let mut v: Vec<f32> = self.squares.iter().flat_map(|s| [s.colour[k], s.ink[k]]).collect();
            v.sort_by(f32::total_cmp);
            v.get(v.len() / 2).copied().unwrap_or(1.0 / 3.0)
        };
        let own = [middle(0), middle(1)];
        let rows = self.squares.len() / self.columns.max(1);
        // the outermost squares hold the desk
        let inner = |i: &usize| {
            let (x, y) = (i % self.columns, i / self.columns);
            x > 0 && y > 0 && x + 1 < self.columns && y + 1 < rows
        };
        let mut off: Vec<f32> = (0..self.squares.len())
            .filter(inner)
            .map(|i| self.squares[i].ink)
            .map(|[r, g]| (r - own[0]).hypot(g - own[1]))
            .collect();
        off.sort_by(|a, b| b.total_cmp(a));
        off.get(off.len() / COLOURFUL).copied().unwrap_or(0.0)
    }

    /// The card's own paper: the median square's light tenth and colour.
    fn own(&self) -> (u8, [f32; 2]) {
        let mut lights: Vec<u8> = self.squares.iter().map(|s| s.light).collect();
        let median = |k: usize| {
            let mut v: Vec<f32> = self.squares.iter().map(|s| s.colour[k]).collect();
            v.sort_by(f32::total_cmp);
            v.get(v.len() / 2).copied().unwrap_or(0.33)
        };
        (percentile(&mut lights, 0.5), [median(0), median(1)])
    }

    /// 0–1: squares in blown-out spots that the card's paper around them is darker than. Where the light itself makes
    /// the paper white, it grows towards the white evenly and as far as the card's edge, and print in it is still seen:
    /// no spot. A reflection over the edge is missed.
    fn glare(&self) -> f32 {
        let rows = self.squares.len() / self.columns.max(1);
        let place = |i: usize| ((i % self.columns) as i32, (i / self.columns) as i32);
        let index = |x: i32, y: i32| {
            (x >= 0 && y >= 0 && (x as usize) < self.columns && (y as usize) < rows)
                .then(|| y as usize * self.columns + x as usize)
        };
        let mut blown: Vec<bool> = self.squares.iter().map(|s| s.dark >= BLOWN).collect();
        let own = self.own().0;
        let paper = PAPER * f32::from(own);
        let dull = LIGHT_PAPER.min(own.saturating_add(LIGHTER));
        let mut lost = 0;
        for start in 0..blown.len() {
            let mut spot = Vec::new();
            let mut next = if std::mem::take(&mut blown[start]) { vec![start] } else { continue };
            while let Some(at) = next.pop() {
                spot.push(at);
                let (x, y) = place(at);
                next.extend(
                    [(1, 0), (-1, 0), (0, 1), (0, -1)]
                        .into_iter()
                        .filter_map(|(dx, dy)| index(x + dx, y + dy))
                        .filter(|i| std::mem::take(&mut blown[*i])),
                );
            }
            let around = (0..self.squares.len()).filter(|i| {
                let nearest =
                    spot.iter().map(|s| (place(*s).0 - place(*i).0).abs().max((place(*s).1 - place(*i).1).abs())).min();
                nearest.is_some_and(|n| RING.contains(&n))
                    && self.squares[*i].dark < BLOWN
                    && f32::from(self.squares[*i].dark) > paper
            });
            // the outermost squares hold the card's own edge
            let near = |at: i32, end: usize| at <= 1 || at + 2 >= end as i32;
            let at_edge = |i: &&usize| near(place(**i).0, self.columns) || near(place(**i).1, rows);
            let lit_end = spot.iter().filter(at_edge).count() >= SPOT;
            let mut around: Vec<u8> = around.map(|i| self.squares[i].light).collect();
            if spot.len() >= SPOT && !lit_end && !around.is_empty() && percentile(&mut around, 0.5) < dull {
                lost += spot.len();
            }
        }
        lost as f32 / self.squares.len().max(1) as f32
    }

    /// 0–1: squares that are dark and of another colour, or black, where the card has paper.
    fn stain(&self, kind: MaterialKind) -> f32 {
        let (light, colour) = self.own();
        let skip = match kind {
            MaterialKind::IdCardFront => PORTRAIT,
            MaterialKind::IdCardBack => EMBLEM,
            _ => return 0.0,
        };
        self.part(|s, [x, y]| {
            let by_design = x >= skip[0] && x <= skip[2] && y >= skip[1] && y <= skip[3];
            let relative = f32::from(s.light) / f32::from(light).max(1.0);
            let off = (s.colour[0] - colour[0]).hypot(s.colour[1] - colour[1]);
            !by_design && ((relative < DARKER && off > OTHER_COLOUR) || relative < BLACK)
        })
    }

    /// Part of the squares that are so, the outermost ring left out; a lone square counts nothing.
    fn part(&self, so: impl Fn(&Square, [f32; 2]) -> bool) -> f32 {
        let (columns, rows) = (self.columns, self.squares.len() / self.columns.max(1));
        let mark: Vec<bool> = self
            .squares
            .iter()
            .enumerate()
            .map(|(i, s)| {
                so(
                    s,
                    [
                        (i % columns) as f32 / columns as f32 + 0.5 / columns as f32,
                        (i / columns) as f32 / rows as f32 + 0.5 / rows as f32,
                    ],
                )
            })
            .collect();
        let mut count = 0;
        for y in 1..rows.saturating_sub(1) {
            for x in 1..columns.saturating_sub(1) {
                let beside = [
                    mark[y * columns + x - 1],
                    mark[y * columns + x + 1],
                    mark[(y - 1) * columns + x],
                    mark[(y + 1) * columns + x],
                ];
                count += usize::from(mark[y * columns + x] && beside.iter().filter(|m| **m).count() >= 2);
            }
        }
        count as f32 / self.squares.len().max(1) as f32
    }
}

impl Square {
    fn of(pixels: &[[u8; 3]], width: usize, x0: usize, y0: usize) -> Self {
        let mut luma = Vec::with_capacity(BLOCK * BLOCK);
        let mut inside = Vec::with_capacity(BLOCK * BLOCK);
        for y in y0..y0 + BLOCK {
            for p in &pixels[y * width + x0..y * width + x0 + BLOCK] {
                luma.push(luma_of(*p));
                inside.push(*p);
            }
        }
        let mut sorted = luma.clone();
        let middle = percentile(&mut sorted, 0.5);
        let shares = |of: &dyn Fn(u8) -> bool| {
            let mut sums = [0u32; 3];
            for (p, _) in inside.iter().zip(&luma).filter(|(_, l)| of(**l)) {
                sums.iter_mut().zip(p).for_each(|(sum, v)| *sum += u32::from(*v));
            }
            let total = (sums[0] + sums[1] + sums[2]).max(1) as f32;
            [sums[0] as f32 / total, sums[1] as f32 / total]
        };
        Self {
            colour: shares(&|l| l >= middle),
            ink: shares(&|l| l <= middle),
            dark: percentile(&mut sorted, 0.1),
            light: percentile(&mut sorted, 0.9),
        }
    }
}

/// Rec. 601.
fn luma_of([r, g, b]: [u8; 3]) -> u8 {
    ((77 * u32::from(r) + 150 * u32::from(g) + 29 * u32::from(b)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_is_glare_and_a_light_end_is_none() {
        let squares = |light: &dyn Fn(usize, usize) -> u8| {
            let at = |i: usize| light(i % 40, i / 40);
            Squares {
                columns: 40,
                squares: (0..40 * 25)
                    .map(|i| Square { dark: at(i), light: at(i), colour: [0.33, 0.33], ink: [0.33, 0.33] })
                    .collect(),
            }
        };
        let spot = squares(&|x, y| if (10..18).contains(&x) && (10..16).contains(&y) { 255 } else { 215 });
        assert!((spot.glare() - 0.048).abs() < 0.01, "{}", spot.glare());
        let slope = squares(&|x, _| (200 + 2 * x).min(255) as u8);
        assert!(slope.glare() < 0.005, "{}", slope.glare());
    }

    #[test]
    fn a_small_emblem_is_colour_and_a_copy_under_a_lamp_is_none() {
        let paper = |shares: [f32; 2]| Square { dark: 180, light: 200, colour: shares, ink: shares };
        let (neutral, warm, emblem) = ([0.333, 0.333], [0.37, 0.335], [0.45, 0.28]);
        // 24 squares of 1000, as few as an emblem has that was photographed small
        let card = |own: [f32; 2], mark: [f32; 2]| Squares {
            columns: 40,
            squares: (0..1000)
                .map(|i| paper(if (4..10).contains(&(i % 40)) && (4..8).contains(&(i / 40)) { mark } else { own }))
                .collect(),
        };
        for (name, seen, colourful) in [
            ("colour", card(neutral, emblem), true),
            ("colour under a lamp", card(warm, emblem), true),
            ("copy", card(neutral, neutral), false),
            ("copy under a lamp", card(warm, warm), false),
        ] {
            assert_eq!(seen.chroma() > 0.03, colourful, "{name}: {}", seen.chroma());
        }
    }

    #[test]
    fn a_blurred_edge_is_less_sharp() {
        let edge = |ramp: i32| {
            GrayImage::from_fn(120, 24, |x, _| {
                image::Luma([(128 + (255 * ((x as i32 % 24) - 12)) / (2 * ramp)).clamp(0, 255) as u8])
            })
        };
        let (sharp, soft) = (edge_sharpness(&edge(1)), edge_sharpness(&edge(10)));
        assert!(sharp > soft.map(|s| 2.0 * s), "{sharp:?} {soft:?}");
        assert_eq!(edge_sharpness(&GrayImage::from_pixel(50, 20, image::Luma([240]))), None);
    }
}
