//! From a picture and the sheet's corners to a rectified page, evenly lit, black on white, and back from its pixels to
//! the picture's.
//! Does not decide which way is up: the caller says by how many quarter turns.

use super::edge_trim;
use super::quad::PageQuad;
use super::ruling::{Ruling, Stroke};
use crate::vocabulary::fact::Region;
use image::GrayImage;

/// Pixels per millimetre of a rectified A4 page: a 5 mm character is 40 px high, close to what the recogniser wants.
pub const PX_PER_MM: f32 = 8.0;
/// Lines that run off by less than this over the whole sheet need no second cut, pixels.
const STRAIGHT: f32 = 3.0;
const A4_MM: (f32, f32) = (210.0, 297.0);
/// Long side of a sheet that is not A4 (cards, certificates), in pixels.
const OTHER_LONG_SIDE: f32 = 1900.0;

/// A page cut straight out of the picture: 0 is ink, 255 is paper, the light evened out.
#[derive(Debug, Clone)]
pub struct RectifiedPage {
    pub image: GrayImage,
    /// The same cut, the light as it fell: a patch whiter than the paper is lost where the light is evened.
    pub lit: GrayImage,
    /// Pixel here → picture pixel.
    to_picture: Homography,
    /// Picture pixels per pixel of the picture as handed in is 1 / `shrunk`.
    shrunk: f32,
    /// The sheet has the proportions of A4 and is scaled to [`PX_PER_MM`].
    pub is_a4: bool,
}

impl RectifiedPage {
    /// Cuts the sheet out of `picture` and turns it by `turns` quarter turns clockwise. `shrunk`: picture pixels over
    /// original pixels (≤ 1).
    pub fn cut(picture: &GrayImage, quad: &PageQuad, turns: u8, shrunk: f32) -> Self {
        let c = turned(&quad.corners, turns);
        let side = |a: [f32; 2], b: [f32; 2]| ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt();
        let w = (side(c[0], c[1]) + side(c[3], c[2])) / 2.0;
        let h = (side(c[0], c[3]) + side(c[1], c[2])) / 2.0;
        let (width, height, is_a4) = rectified_size(w, h);
        let to_picture = Homography::from_rectangle(width as f32, height as f32, &c);
        let lit = warp(picture, &to_picture, width, height);
        Self { image: even_light(&lit), lit, to_picture, shrunk, is_a4 }
    }

    /// As [`RectifiedPage::cut`], to a sheet of known size in pixels: for what has a norm of its own (cards).
    pub fn cut_to(picture: &GrayImage, quad: &PageQuad, turns: u8, shrunk: f32, (width, height): (u32, u32)) -> Self {
        let to_picture = Homography::from_rectangle(width as f32, height as f32, &turned(&quad.corners, turns));
        let lit = warp(picture, &to_picture, width, height);
        Self { image: even_light(&lit), lit, to_picture, shrunk, is_a4: false }
    }

    /// The same page, declared to have been cut from a picture `factor` times as large as it was; `shrunk` is that
    /// picture's.
    #[must_use]
    pub fn of_larger(self, factor: f32, shrunk: f32) -> Self {
        Self {
            to_picture: Homography([factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, 1.0]).after(&self.to_picture),
            shrunk,
            ..self
        }
    }

    /// A quadrilateral of the rectified page, cut straight out of a picture of the same size as the one it was made
    /// from (say, one colour of it).
    /// Corners clockwise from the top left, in pixels of this page; light not evened.
    pub fn part(&self, picture: &GrayImage, corners: &[[f32; 2]; 4], width: u32, height: u32) -> GrayImage {
        warp(
            picture,
            &self.to_picture.after(&Homography::from_rectangle(width as f32, height as f32, corners)),
            width,
            height,
        )
    }

    /// Pixels of the picture it was cut from over pixels of the original (≤ 1).
    pub fn shrunk(&self) -> f32 {
        self.shrunk
    }

    /// Pixel here → pixel of the picture it was cut from.
    pub fn in_picture(&self, x: f32, y: f32) -> [f32; 2] {
        self.to_picture.apply(x, y)
    }

    /// Pixel here → pixel of the picture as handed in.
    pub fn original(&self, x: f32, y: f32) -> [f32; 2] {
        self.to_picture.apply(x, y).map(|v| v / self.shrunk)
    }

    /// Pixel of the picture as handed in → pixel here.
    pub fn of_original(&self, at: [f32; 2]) -> [f32; 2] {
        self.to_picture.inverse().apply(at[0] * self.shrunk, at[1] * self.shrunk)
    }

    /// The same sheet cut anew so that its ruled lines run straight; the sheet itself if they do already (within
    /// `STRAIGHT` pixels).
    #[must_use]
    pub fn straightened(self, picture: &GrayImage, ruling: &Ruling) -> (Self, bool) {
        let (w, h) = (self.image.width() as f32, self.image.height() as f32);
        let Some(bend) = Bend::of(ruling, w, h) else { return (self, false) };
        let corners = [[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]].map(|c| bend.apply(c));
        let moved = corners
            .iter()
            .zip([[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]])
            .map(|(a, b)| (a[0] - b[0]).abs().max((a[1] - b[1]).abs()))
            .fold(0.0, f32::max);
        if moved < STRAIGHT || moved > 0.08 * h {
            return (self, false);
        }
        let to_picture = self.to_picture.after(&Homography::from_rectangle(w, h, &corners));
        let lit = warp(picture, &to_picture, self.image.width(), self.image.height());
        (Self { image: even_light(&lit), lit, to_picture, ..self }, true)
    }

    /// The same sheet without the strips of desk at its edges; for a sheet whose edges were found.
    #[must_use]
    pub fn edges_trimmed(mut self) -> Self {
        edge_trim::clear(&mut self.image, &mut self.lit);
        self
    }

    /// The box in the picture as handed in that covers this box of the rectified page (x, y, width, height).
    pub fn region(&self, x: f32, y: f32, w: f32, h: f32) -> Region {
        let corners = [[x, y], [x + w, y], [x + w, y + h], [x, y + h]].map(|[x, y]| self.to_picture.apply(x, y));
        let low = |k: usize| corners.iter().map(|c| c[k]).fold(f32::MAX, f32::min).max(0.0) / self.shrunk;
        let high = |k: usize| corners.iter().map(|c| c[k]).fold(0.0, f32::max) / self.shrunk;
        Region {
            x: low(0) as u32,
            y: low(1) as u32,
            width: (high(0) - low(0)).max(1.0) as u32,
            height: (high(1) - low(1)).max(1.0) as u32,
        }
    }

    /// The box of the rectified page (x, y, width, height) that [`RectifiedPage::region`] covers with this box of the
    /// picture. A tilt widens a box on the way there; here it is taken back by the map's own slopes, which fails only
    /// for sheets that lie at 45°: then the box stays as wide.
    pub fn unregion(&self, r: &Region) -> [f32; 4] {
        let s = self.shrunk;
        let (cx, cy) = ((r.x as f32 + r.width as f32 / 2.0) * s, (r.y as f32 + r.height as f32 / 2.0) * s);
        let [x, y] = self.to_picture.inverse().apply(cx, cy);
        let [px, py] = self.to_picture.apply(x, y);
        let ([ax, ay], [bx, by]) = (self.to_picture.apply(x + 1.0, y), self.to_picture.apply(x, y + 1.0));
        let (a, b, c, d) = ((ax - px).abs(), (bx - px).abs(), (ay - py).abs(), (by - py).abs());
        let (width, height) = (r.width as f32 * s, r.height as f32 * s);
        let determinant = a * d - b * c;
        let (w, h) = if determinant.abs() > 0.2 * (a * d + b * c) {
            ((width * d - height * b) / determinant, (height * a - width * c) / determinant)
        } else {
            (width / (a + c).max(1e-3), height / (b + d).max(1e-3))
        };
        let (w, h) = (w.max(1.0), h.max(1.0));
        [x - w / 2.0, y - h / 2.0, w, h]
    }

    /// The same sheet the other way up.
    #[must_use]
    pub fn upside_down(&self) -> Self {
        let (w, h) = (self.image.width() as f32, self.image.height() as f32);
        let flip = Homography([-1.0, 0.0, w, 0.0, -1.0, h, 0.0, 0.0, 1.0]);
        let (image, lit) = (image::imageops::rotate180(&self.image), image::imageops::rotate180(&self.lit));
        Self { image, lit, to_picture: self.to_picture.after(&flip), shrunk: self.shrunk, is_a4: self.is_a4 }
    }
}

/// Corners in the order that makes corner 0 the top left after `turns` quarter turns clockwise.
pub fn turned(c: &[[f32; 2]; 4], turns: u8) -> [[f32; 2]; 4] {
    let t = usize::from(turns % 4);
    std::array::from_fn(|i| c[(i + 4 - t) % 4])
}

fn rectified_size(w: f32, h: f32) -> (u32, u32, bool) {
    let ratio = A4_MM.1 / A4_MM.0;
    let long = (h.max(w)) / h.min(w).max(1.0);
    if (long / ratio - 1.0).abs() < 0.12 {
        let (a, b) = ((A4_MM.0 * PX_PER_MM) as u32, (A4_MM.1 * PX_PER_MM) as u32);
        return if h >= w { (a, b, true) } else { (b, a, true) };
    }
    let k = (OTHER_LONG_SIDE / w.max(h)).min(1.6);
    ((w * k).max(16.0) as u32, (h * k).max(16.0) as u32, false)
}

/// A projective map, row-major 3×3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homography([f32; 9]);

impl Homography {
    /// The map that takes the rectangle 0..w × 0..h to the quadrilateral (Heckbert 1989, unit square to quadrilateral).
    pub fn from_rectangle(w: f32, h: f32, q: &[[f32; 2]; 4]) -> Self {
        let [p0, p1, p2, p3] = *q;
        let (sx, sy) = (p0[0] - p1[0] + p2[0] - p3[0], p0[1] - p1[1] + p2[1] - p3[1]);
        let (dx1, dx2, dy1, dy2) = (p1[0] - p2[0], p3[0] - p2[0], p1[1] - p2[1], p3[1] - p2[1]);
        let d = dx1 * dy2 - dx2 * dy1;
        let (g, k) = if d.abs() < 1e-9 { (0.0, 0.0) } else { ((sx * dy2 - dx2 * sy) / d, (dx1 * sy - sx * dy1) / d) };
        let a = p1[0] - p0[0] + g * p1[0];
        let b = p3[0] - p0[0] + k * p3[0];
        let e = p1[1] - p0[1] + g * p1[1];
        let f = p3[1] - p0[1] + k * p3[1];
        Self([a / w, b / h, p0[0], e / w, f / h, p0[1], g / w, k / h, 1.0])
    }

    pub fn apply(&self, x: f32, y: f32) -> [f32; 2] {
        let m = &self.0;
        let z = m[6] * x + m[7] * y + m[8];
        [(m[0] * x + m[1] * y + m[2]) / z, (m[3] * x + m[4] * y + m[5]) / z]
    }

    /// The map back (adjugate: a projective map's scale is free).
    #[must_use]
    pub fn inverse(&self) -> Self {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        Self([
            e * i - f * h,
            c * h - b * i,
            b * f - c * e,
            f * g - d * i,
            a * i - c * g,
            c * d - a * f,
            d * h - e * g,
            b * g - a * h,
            a * e - b * d,
        ])
    }

    /// First `first`, then `self`.
    pub fn after(&self, first: &Self) -> Self {
        let (a, b) = (&self.0, &first.0);
        Self(std::array::from_fn(|i| (0..3).map(|k| a[i / 3 * 3 + k] * b[k * 3 + i % 3]).sum()))
    }
}

/// Bilinear; outside the picture the nearest pixel stands.
pub fn warp(picture: &GrayImage, map: &Homography, width: u32, height: u32) -> GrayImage {
    let cut = yushen_pixels::warp(picture.as_raw(), picture.dimensions(), &map.0, (width, height));
    cut.and_then(|raw| GrayImage::from_raw(width, height, raw)).unwrap_or_default()
}

/// The light evened: paper is 255, and ink keeps its contrast in shadow.
pub fn even_light(img: &GrayImage) -> GrayImage {
    let evened = yushen_pixels::even_light(img.as_raw(), img.dimensions());
    evened.and_then(|raw| GrayImage::from_raw(img.width(), img.height(), raw)).unwrap_or_default()
}

/// How far the ruled lines lean: the slope of horizontal lines as a linear function of y, of vertical ones as a linear
/// function of x.
struct Bend {
    horizontal: (f32, f32),
    vertical: (f32, f32),
    middle: [f32; 2],
}

impl Bend {
    fn of(ruling: &Ruling, w: f32, h: f32) -> Option<Self> {
        let horizontal = lean(&ruling.horizontal)?;
        // a page without a table has no upright lines: it leans as the lying ones do
        let vertical = lean(&ruling.vertical).unwrap_or((0.0, -(horizontal.1 + horizontal.0 * h / 2.0)));
        Some(Self { horizontal, vertical, middle: [w / 2.0, h / 2.0] })
    }

    /// Where a point of the straight sheet lies on the leaning one.
    fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let dy = (self.horizontal.0 * y + self.horizontal.1) * (x - self.middle[0]);
        let dx = (self.vertical.0 * x + self.vertical.1) * (y - self.middle[1]);
        [x + dx, y + dy]
    }
}

/// `slope = k · across + c` over the longer strokes, those far from the median left out.
fn lean(strokes: &[Stroke]) -> Option<(f32, f32)> {
    let mut long: Vec<(f32, f32, f32)> = strokes
        .iter()
        .filter(|s| s.length() > 90.0)
        .map(|s| (s.middle(), (s.end - s.start) / s.length(), s.length()))
        .collect();
    if long.is_empty() {
        return None;
    }
    let mut slopes: Vec<f32> = long.iter().map(|l| l.1).collect();
    slopes.sort_by(f32::total_cmp);
    let median = slopes[slopes.len() / 2];
    long.retain(|l| (l.1 - median).abs() < 0.02);
    let total: f32 = long.iter().map(|l| l.2 * l.2).sum();
    let mean = |f: &dyn Fn(&(f32, f32, f32)) -> f32| long.iter().map(|l| f(l) * l.2 * l.2).sum::<f32>() / total;
    let (my, ms) = (mean(&|l| l.0), mean(&|l| l.1));
    let (syy, sys) = (mean(&|l| (l.0 - my).powi(2)), mean(&|l| (l.0 - my) * (l.1 - ms)));
    // two lines close together say nothing about how the lean changes down the page
    let k = if long.len() >= 4 && syy > 150.0 * 150.0 { sys / syy } else { 0.0 };
    Some((k, ms - k * my))
}

#[cfg(test)]
mod tests {
    use super::{PageQuad, RectifiedPage};
    use image::{GrayImage, Luma};

    #[test]
    fn a_box_comes_back_from_the_picture_as_wide_as_it_went() {
        let picture = GrayImage::from_pixel(1200, 1600, Luma([220]));
        for corners in [
            [[100.0, 90.0], [1080.0, 130.0], [1060.0, 1520.0], [60.0, 1480.0]],
            [[1100.0, 100.0], [1120.0, 1540.0], [90.0, 1500.0], [60.0, 60.0]],
        ] {
            let quad = PageQuad { corners, confidence: 1.0, filled: 1.0, on_border: [false; 4] };
            let page = RectifiedPage::cut(&picture, &quad, 0, 0.5);
            let there = page.region(300.0, 400.0, 500.0, 40.0);
            let [x, y, w, h] = page.unregion(&there);
            for (back, went) in [(x, 300.0), (y, 400.0), (w, 500.0), (h, 40.0)] {
                assert!((back - went).abs() < 8.0, "{back} for {went}, {corners:?}");
            }
        }
    }
}
