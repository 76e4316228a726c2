//! Finds the sheet (or card) in a picture and tells its four corners.
//! Does not know which way up the sheet lies, and reads nothing on it.

use image::GrayImage;

/// Corners in pixels of the picture given: top left, top right, bottom right, bottom left as the picture lies.
#[derive(Debug, Clone, PartialEq)]
pub struct PageQuad {
    pub corners: [[f32; 2]; 4],
    /// 0–1: part of the four sides on which the fitted edges rest.
    pub confidence: f32,
    /// 0–1: part of the quadrilateral that is covered by the sheet; a torn corner lowers it.
    pub filled: f32,
    /// Which sides (top, right, bottom, left) lie on the picture's border: there the sheet may go on outside.
    pub on_border: [bool; 4],
}

impl PageQuad {
    /// Do its edges stand out from what it lies on, or is it only the whole picture?
    pub fn stands_out(&self) -> bool {
        self.confidence > WHOLE_PICTURE
    }
}

/// 0–1: how sure it is that a picture without any edge is the sheet itself. Less than any sheet with edges has, see
/// [`MIN_SUPPORT`].
const WHOLE_PICTURE: f32 = 0.5;
/// Long side of the map of paper brightness on which the sheet is sought, in cells.
const MAP: u32 = 360;
/// Two neighbouring cells of the same sheet differ by at most this (0–255): the steepest soft shadow measured 4–5, the
/// edge of a sheet 20 and more, less under blur.
const STEPS: [i16; 4] = [10, 7, 5, 3];
/// A region does not grow on from a cell beside which the brightness changes by more than this many steps. Along an
/// edge that is all but upright the cells are covered by the sheet less and less, in steps as small as a shadow's:
/// there a region would walk off the sheet.
const CLIFF: i16 = 3;
/// Part of a side's points that must lie on its line.
const MIN_SUPPORT: f32 = 0.55;

/// The sheet in the picture. Where no edge stands out (a flat scan, a white desk) it is the whole picture, with a low
/// confidence.
pub fn find(picture: &GrayImage) -> PageQuad {
    let map = PaperMap::of(picture);
    // a soft shadow needs the larger step, a desk nearly as light as the paper the smaller one: the first region with
    // four good edges counts
    STEPS.iter().find_map(|step| map.quad(*step)).unwrap_or(PageQuad {
        corners: [
            [0.0, 0.0],
            [picture.width() as f32, 0.0],
            [picture.width() as f32, picture.height() as f32],
            [0.0, picture.height() as f32],
        ],
        confidence: WHOLE_PICTURE,
        filled: 1.0,
        on_border: [true; 4],
    })
}

/// Brightness of the bare paper: the brightest pixel of each square cell, so that print and pen vanish.
struct PaperMap {
    width: usize,
    height: usize,
    /// Pixels of the picture per cell side.
    cell: u32,
    light: Vec<u8>,
}

impl PaperMap {
    fn of(picture: &GrayImage) -> Self {
        let cell = picture.width().max(picture.height()).div_ceil(MAP).max(1);
        let (width, height) = ((picture.width() / cell).max(1) as usize, (picture.height() / cell).max(1) as usize);
        let raw = picture.as_raw();
        let stride = picture.width() as usize;
        let c = cell as usize;
        let mut light = vec![0u8; width * height];
        for (j, row) in light.chunks_mut(width).enumerate() {
            for (i, out) in row.iter_mut().enumerate() {
                let mut best = 0u8;
                for y in j * c..((j + 1) * c).min(picture.height() as usize) {
                    let from = y * stride + i * c;
                    for &v in &raw[from..(from + c).min((y + 1) * stride)] {
                        best = best.max(v);
                    }
                }
                *out = best;
            }
        }
        let light = dilate(&light, width, height);
        Self { width, height, cell, light }
    }

    /// The quadrilateral of the largest region that grows with this step, or else of the one in the picture's middle: a
    /// small card lies on more desk than it covers. `None` if neither is a sheet lying free on something.
    fn quad(&self, step: i16) -> Option<PageQuad> {
        let (middle, largest) = self.smooth_regions(step);
        largest.and_then(|region| self.outline(&region)).or_else(|| self.outline(&middle))
    }

    fn outline(&self, region: &Region) -> Option<PageQuad> {
        let sides = region.sides()?;
        let corners = corners_of(&sides)?;
        let area = quad_area(&corners);
        let cells = (self.width * self.height) as f32;
        let free = sides.iter().filter(|s| !s.on_border).count();
        if area < 0.12 * cells || free == 0 || !is_convex(&corners) || sides.iter().any(|s| s.support < MIN_SUPPORT) {
            return None;
        }
        let scale = self.cell as f32;
        Some(PageQuad {
            corners: corners.map(|[x, y]| [x * scale, y * scale]),
            confidence: sides.iter().map(|s| s.support).sum::<f32>() / 4.0,
            filled: (region.count_inside(&corners) / area).min(1.0),
            on_border: sides.map(|s| s.on_border),
        })
    }

    /// Grows regions of small steps from several seeds around the middle: the one in the middle, and the largest if
    /// that is another.
    fn smooth_regions(&self, step: i16) -> (Region, Option<Region>) {
        let at = |fx: f32, fy: f32| (fy * self.height as f32) as usize * self.width + (fx * self.width as f32) as usize;
        let middle = self.grow(at(0.5, 0.5), step);
        let mut seen = middle.mask.clone();
        let mut largest: Option<Region> = None;
        for (fx, fy) in
            [(0.35, 0.35), (0.65, 0.35), (0.35, 0.65), (0.65, 0.65), (0.5, 0.3), (0.5, 0.7), (0.3, 0.5), (0.7, 0.5)]
        {
            let seed = at(fx, fy);
            if seen[seed] {
                continue;
            }
            let region = self.grow(seed, step);
            for (s, m) in seen.iter_mut().zip(&region.mask) {
                *s |= m;
            }
            if region.count > largest.as_ref().map_or(middle.count, |l| l.count) {
                largest = Some(region);
            }
        }
        (middle, largest)
    }

    fn grow(&self, seed: usize, step: i16) -> Region {
        let (w, h) = (self.width, self.height);
        let mut mask = vec![false; w * h];
        let mut stack = vec![seed];
        mask[seed] = true;
        let mut count = 0;
        while let Some(at) = stack.pop() {
            count += 1;
            let (x, y) = (at % w, at / w);
            let here = i16::from(self.light[at]);
            if self.on_cliff(x, y, CLIFF * step) {
                continue;
            }
            let mut visit = |to: usize| {
                if !mask[to] && (i16::from(self.light[to]) - here).abs() <= step {
                    mask[to] = true;
                    stack.push(to);
                }
            };
            if x > 0 {
                visit(at - 1);
            }
            if x + 1 < w {
                visit(at + 1);
            }
            if y > 0 {
                visit(at - w);
            }
            if y + 1 < h {
                visit(at + w);
            }
        }
        Region { width: w, height: h, mask, count }
    }
}

impl PaperMap {
    /// Does the brightness fall or rise steeply beside this cell?
    fn on_cliff(&self, x: usize, y: usize, steep: i16) -> bool {
        let here = i16::from(self.light[y * self.width + x]);
        let steep_to = |x: usize, y: usize| (i16::from(self.light[y * self.width + x]) - here).abs() > steep;
        (x > 0 && steep_to(x - 1, y))
            || (x + 1 < self.width && steep_to(x + 1, y))
            || (y > 0 && steep_to(x, y - 1))
            || (y + 1 < self.height && steep_to(x, y + 1))
    }
}

fn dilate(v: &[u8], w: usize, h: usize) -> Vec<u8> {
    let mut out = v.to_vec();
    for y in 0..h {
        for x in 0..w {
            let mut best = 0;
            for yy in y.saturating_sub(1)..=(y + 1).min(h - 1) {
                for xx in x.saturating_sub(1)..=(x + 1).min(w - 1) {
                    best = best.max(v[yy * w + xx]);
                }
            }
            out[y * w + x] = best;
        }
    }
    out
}

struct Region {
    width: usize,
    height: usize,
    mask: Vec<bool>,
    count: usize,
}

/// A side as the line `across = slope · along + offset`; `along` is x for the horizontal sides (top, bottom), y for the
/// others.
#[derive(Debug, Clone, Copy)]
struct Side {
    slope: f32,
    offset: f32,
    /// 0–1: part of the edge points that lie on the line.
    support: f32,
    on_border: bool,
}

impl Region {
    /// Top, right, bottom, left.
    fn sides(&self) -> Option<[Side; 4]> {
        if self.count < 50 {
            return None;
        }
        let (w, h) = (self.width, self.height);
        let (mut top, mut bottom, mut left, mut right) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for x in 0..w {
            let column = |y: &usize| self.mask[y * w + x];
            if let (Some(a), Some(b)) = ((0..h).find(column), (0..h).rfind(column)) {
                top.push((x as f32 + 0.5, a as f32));
                bottom.push((x as f32 + 0.5, b as f32 + 1.0));
            }
        }
        for y in 0..h {
            let row = &self.mask[y * w..(y + 1) * w];
            if let (Some(a), Some(b)) = (row.iter().position(|m| *m), row.iter().rposition(|m| *m)) {
                left.push((y as f32 + 0.5, a as f32));
                right.push((y as f32 + 0.5, b as f32 + 1.0));
            }
        }
        Some([
            fit(&top, 0.0, Outward::Low)?,
            fit(&right, w as f32, Outward::High)?,
            fit(&bottom, h as f32, Outward::High)?,
            fit(&left, 0.0, Outward::Low)?,
        ])
    }

    fn count_inside(&self, q: &[[f32; 2]; 4]) -> f32 {
        let mut n = 0u32;
        for y in 0..self.height {
            for x in 0..self.width {
                // holes (dark print wider than a cell) belong to the sheet, so count what is enclosed on its row
                if inside(q, x as f32 + 0.5, y as f32 + 0.5) && self.enclosed(x, y) {
                    n += 1;
                }
            }
        }
        n as f32
    }

    fn enclosed(&self, x: usize, y: usize) -> bool {
        let row = &self.mask[y * self.width..(y + 1) * self.width];
        row[x]
            || (row[..x].iter().any(|m| *m)
                && row[x..].iter().any(|m| *m)
                && (0..y).any(|v| self.mask[v * self.width + x])
                && (y..self.height).any(|v| self.mask[v * self.width + x]))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Outward {
    Low,
    High,
}

/// Consensus over pairs of points, sampled on a fixed grid (no chance in it); the outermost of equally good lines wins.
fn fit(points: &[(f32, f32)], border: f32, outward: Outward) -> Option<Side> {
    if points.len() < 12 {
        return None;
    }
    let n = points.len();
    let picks: Vec<usize> = (0..24).map(|i| i * (n - 1) / 23).collect();
    let mut best: Option<(usize, f32, f32, f32)> = None;
    for (k, &i) in picks.iter().enumerate() {
        for &j in &picks[k + 1..] {
            let ((a0, c0), (a1, c1)) = (points[i], points[j]);
            if (a1 - a0).abs() < n as f32 * 0.2 {
                continue;
            }
            let slope = (c1 - c0) / (a1 - a0);
            if slope.abs() > 0.6 {
                continue;
            }
            let offset = c0 - slope * a0;
            let votes = points.iter().filter(|(a, c)| (c - slope * a - offset).abs() < 1.3).count();
            let middle = slope * points[n / 2].0 + offset;
            let further = |m: f32| if outward == Outward::Low { middle < m } else { middle > m };
            if best.is_none_or(|(v, _, _, m)| votes > v || (votes == v && further(m))) {
                best = Some((votes, slope, offset, middle));
            }
        }
    }
    let (votes, slope, offset, _) = best?;
    let on: Vec<(f32, f32)> = points.iter().copied().filter(|(a, c)| (c - slope * a - offset).abs() < 1.6).collect();
    let (slope, offset) = least_squares(&on).unwrap_or((slope, offset));
    let middle = slope * points[n / 2].0 + offset;
    Some(Side { slope, offset, support: votes as f32 / n as f32, on_border: (middle - border).abs() < 2.0 })
}

/// `c = slope · a + offset` over points (a, c).
fn least_squares(points: &[(f32, f32)]) -> Option<(f32, f32)> {
    let n = points.len() as f32;
    let (ma, mc) = (points.iter().map(|p| p.0).sum::<f32>() / n, points.iter().map(|p| p.1).sum::<f32>() / n);
    let (mut saa, mut sac) = (0.0, 0.0);
    for (a, c) in points {
        saa += (a - ma) * (a - ma);
        sac += (a - ma) * (c - mc);
    }
    (saa > 1e-3).then(|| (sac / saa, mc - sac / saa * ma))
}

fn corners_of(s: &[Side; 4]) -> Option<[[f32; 2]; 4]> {
    // horizontal: y = m x + b; vertical: x = n y + c
    let meet = |h: &Side, v: &Side| {
        let d = 1.0 - h.slope * v.slope;
        (d.abs() > 1e-3).then(|| {
            let y = (h.slope * v.offset + h.offset) / d;
            [v.slope * y + v.offset, y]
        })
    };
    Some([meet(&s[0], &s[3])?, meet(&s[0], &s[1])?, meet(&s[2], &s[1])?, meet(&s[2], &s[3])?])
}

fn quad_area(q: &[[f32; 2]; 4]) -> f32 {
    (0..4).map(|i| q[i][0] * q[(i + 1) % 4][1] - q[(i + 1) % 4][0] * q[i][1]).sum::<f32>().abs() / 2.0
}

fn cross(q: &[[f32; 2]; 4], i: usize, x: f32, y: f32) -> f32 {
    let (a, b) = (q[i], q[(i + 1) % 4]);
    (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
}

fn inside(q: &[[f32; 2]; 4], x: f32, y: f32) -> bool {
    (0..4).all(|i| cross(q, i, x, y) >= 0.0)
}

fn is_convex(q: &[[f32; 2]; 4]) -> bool {
    (0..4).all(|i| cross(q, i, q[(i + 2) % 4][0], q[(i + 2) % 4][1]) > 0.0)
}

#[cfg(test)]
mod tests {
    use super::find;
    use image::{GrayImage, Luma};

    /// A light sheet on a darker desk, its upright sides leaning by `lean` pixels a row, its edges covering pixels in
    /// part as a lens does.
    fn picture(width: u32, height: u32, sheet: [f32; 4], lean: f32, paper: f32, desk: f32) -> GrayImage {
        let [x0, y0, x1, y1] = sheet;
        let covered = |from: f32, to: f32, at: f32| ((at + 1.0).min(to) - at.max(from)).clamp(0.0, 1.0);
        GrayImage::from_fn(width, height, |x, y| {
            let (x, y) = (x as f32, y as f32);
            let part = covered(x0 + lean * y, x1 + lean * y, x) * covered(y0, y1, y);
            // the light falls off towards the bottom
            let light = 1.0 - 0.1 * y / height as f32;
            Luma([(light * (desk + part * (paper - desk))) as u8])
        })
    }

    #[test]
    fn the_sheet_is_found_on_its_desk() {
        for (name, size, sheet, lean) in [
            (
                "an edge all but upright, over which a region must not walk",
                [1800, 2400],
                [130.0, 60.0, 1660.0, 2310.0],
                0.004,
            ),
            ("straight", [1800, 2400], [130.0, 60.0, 1660.0, 2310.0], 0.0),
            ("a small card on much desk", [1200, 1600], [180.0, 560.0, 1020.0, 1090.0], 0.02),
        ] {
            let found = find(&picture(size[0], size[1], sheet, lean, 215.0, 120.0));
            assert!(found.stands_out(), "{name}: {found:?}");
            let [x0, y0, x1, y1] = sheet;
            let want = [[x0 + lean * y0, y0], [x1 + lean * y0, y0], [x1 + lean * y1, y1], [x0 + lean * y1, y1]];
            let off = found.corners.iter().zip(want).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1])).fold(0.0, f32::max);
            // two cells of the map each way: it is brightness spread by a cell
            assert!(off <= 20.0, "{name}: {off} px off, {:?}", found.corners);
        }
    }

    #[test]
    fn a_flat_scan_is_all_sheet() {
        let found = find(&picture(1200, 1700, [-10.0, -10.0, 1300.0, 1800.0], 0.0, 240.0, 120.0));
        assert!(!found.stands_out() && found.on_border == [true; 4], "{found:?}");
    }
}
