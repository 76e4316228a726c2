//! Finds the edge of a patch on the paper (correction fluid or tape): a faint line, or step of shade, that closes
//! around a place in a row of writing.
//! Looks at the light as it fell; a crease or a shadow runs through and closes around nothing.

use crate::inspect::page::cells::Cell;
use image::GrayImage;

/// Pixels to each side: the paper around a place.
const AROUND: usize = 12;
/// Share of the paper's brightness by which something is ink, not a shade of paper: a pale pen's thin strokes are 0.15
/// and more.
const INK: f32 = 0.12;
/// Pixels around ink that its blur and the picture's compression spoil.
const SPOILT: usize = 3;
/// Least share of the paper's brightness that makes an edge, and multiples of the page's own grain.
const FAINTEST: f32 = 0.012;
const OVER_GRAIN: f32 = 3.0;
/// Pixels over which a broken edge goes on.
const GAP: usize = 4;
/// Heights of the writing by which a patch goes beyond it.
const BEYOND: f32 = 0.12;
/// Equal parts of a box's outline.
const PARTS: usize = 32;

/// Heights of the writing: a broken outline is wider, as what covers a character is. Shading beside a stop reached 0.8.
const BROKEN_WIDTH: f32 = 1.0;
/// Points of a broken outline's piece; less is grain.
const PIECE: usize = 25;
/// Heights of the writing between the pieces of one outline: along the row, where a stroke or an underline hides it, and
/// across the row, which it goes around.
const BESIDE: f32 = 0.6;
const ACROSS: f32 = 1.5;

/// A faint outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// It is broken, by the writing that it goes around or by an underline.
    pub broken: bool,
    /// 0–1: part of its box's four sides that is marked.
    pub closed: f32,
    pub at: Cell,
}

/// The most nearly closed outlines in and around a row whose writing is `body` pixels high: the unbroken one, and the one
/// of several pieces.
pub fn outlines(lit: &GrayImage, row: &Cell, body: f32) -> Vec<Outline> {
    let pad = 0.7 * body;
    let around = Cell { x0: row.x0 - pad, y0: row.y0 - pad, x1: row.x1 + pad, y1: row.y1 + pad };
    let Some(shade) = Shade::of(lit, &around) else { return Vec::new() };
    let Some(faint) = shade.faint() else { return Vec::new() };
    let (w, h) = (shade.width, shade.height);
    let mut seen = vec![false; w * h];
    let mut pieces: Vec<Vec<usize>> = Vec::new();
    for start in 0..w * h {
        if faint[start] && !seen[start] {
            pieces.push(connected(start, &faint, &mut seen, w, h));
        }
    }
    let (x, y) = (shade.x as f32, shade.y as f32);
    let of = |points: &Vec<usize>, broken: bool| {
        let Outline { closed, at, .. } = measured(points, w, body)?;
        let at = Cell { x0: at.x0 + x, y0: at.y0 + y, x1: at.x1 + x, y1: at.y1 + y };
        // a patch goes on over or under the writing; what closes between strokes is their own blur
        let beyond = (row.y0 - at.y0).max(at.y1 - row.y1);
        let wide = !broken || at.width() >= BROKEN_WIDTH * body;
        (wide && beyond >= BEYOND * body).then_some(Outline { broken, closed, at })
    };
    // the first of those that close as well
    let best = |all: &[Vec<usize>], broken: bool| {
        all.iter().filter_map(|p| of(p, broken)).reduce(|a, b| if b.closed > a.closed { b } else { a })
    };
    let whole = best(&pieces, false);
    pieces.retain(|p| p.len() >= PIECE);
    whole.into_iter().chain(best(&joined(pieces, w, body), true)).collect()
}

/// Pieces that lie near one another, together; none that lies alone.
fn joined(pieces: Vec<Vec<usize>>, w: usize, body: f32) -> Vec<Vec<usize>> {
    let mut groups: Vec<(Vec<usize>, Cell, usize)> =
        pieces.into_iter().map(|p| (bounds(&p, w), p)).map(|(b, p)| (p, b, 1)).collect();
    let near = |a: &Cell, b: &Cell| -a.shared_width(b) <= BESIDE * body && -a.shared_height(b) <= ACROSS * body;
    'again: loop {
        for i in 0..groups.len() {
            for j in i + 1..groups.len() {
                if near(&groups[i].1, &groups[j].1) {
                    let (points, box_, n) = groups.remove(j);
                    let at = &mut groups[i];
                    at.0.extend(points);
                    at.1 = Cell {
                        x0: at.1.x0.min(box_.x0),
                        y0: at.1.y0.min(box_.y0),
                        x1: at.1.x1.max(box_.x1),
                        y1: at.1.y1.max(box_.y1),
                    };
                    at.2 += n;
                    continue 'again;
                }
            }
        }
        break;
    }
    groups.into_iter().filter(|g| g.2 > 1).map(|g| g.0).collect()
}

fn bounds(points: &[usize], w: usize) -> Cell {
    let (mut x0, mut y0, mut x1, mut y1) = (usize::MAX, usize::MAX, 0, 0);
    for at in points {
        let (x, y) = (at % w, at / w);
        (x0, x1, y0, y1) = (x0.min(x), x1.max(x), y0.min(y), y1.max(y));
    }
    Cell { x0: x0 as f32, y0: y0 as f32, x1: x1 as f32, y1: y1 as f32 }
}

/// A part of the page, smoothed, each pixel as its share over or under the paper around it.
struct Shade {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    relative: Vec<f32>,
}

impl Shade {
    fn of(lit: &GrayImage, part: &Cell) -> Option<Self> {
        let (x, y) = (part.x0.max(1.0) as usize, part.y0.max(1.0) as usize);
        let (x1, y1) = (
            (part.x1.max(0.0) as usize).min(lit.width() as usize - 1),
            (part.y1.max(0.0) as usize).min(lit.height() as usize - 1),
        );
        let (width, height) = (x1.saturating_sub(x), y1.saturating_sub(y));
        if width < 20 || height < 20 {
            return None;
        }
        let (raw, stride) = (lit.as_raw(), lit.width() as usize);
        let mut v = vec![0f32; width * height];
        for (j, line) in v.chunks_mut(width).enumerate() {
            let from = (y + j - 1) * stride + x - 1;
            for (i, out) in line.iter_mut().enumerate() {
                let three = |row: usize| raw[from + row * stride + i..][..3].iter().map(|p| u32::from(*p)).sum::<u32>();
                *out = (three(0) + three(1) + three(2)) as f32;
            }
        }
        // the paper is what is lighter than the average around
        let average = means(&v, &vec![true; v.len()], width, height);
        let light: Vec<bool> = v.iter().zip(&average).map(|(v, m)| v >= m).collect();
        let paper = means(&v, &light, width, height);
        let relative = v.iter().zip(&paper).map(|(v, p)| v / p.max(1.0) - 1.0).collect();
        Some(Self { x, y, width, height, relative })
    }

    /// What is darker than the paper's grain and lighter than ink, away from ink.
    fn faint(&self) -> Option<Vec<bool>> {
        let (w, h) = (self.width, self.height);
        let mut spoilt = vec![false; w * h];
        for at in (0..w * h).filter(|i| self.relative[*i] < -INK) {
            let (x, y) = (at % w, at / w);
            for yy in y.saturating_sub(SPOILT)..=(y + SPOILT).min(h - 1) {
                spoilt[yy * w + x.saturating_sub(SPOILT)..=yy * w + (x + SPOILT).min(w - 1)].fill(true);
            }
        }
        let mut free: Vec<f32> = self.relative.iter().zip(&spoilt).filter(|(_, s)| !**s).map(|(r, _)| *r).collect();
        if free.len() < 100 {
            return None;
        }
        let middle = free.len() / 2;
        let level = *free.select_nth_unstable_by(middle, f32::total_cmp).1;
        free.iter_mut().for_each(|v| *v = (*v - level).abs());
        // 1.48 medians of the deviation are one standard deviation of Gaussian noise
        let grain = 1.48 * *free.select_nth_unstable_by(middle, f32::total_cmp).1;
        let bound = level - (OVER_GRAIN * grain).max(FAINTEST);
        Some((0..w * h).map(|i| !spoilt[i] && self.relative[i] < bound).collect())
    }
}

/// Mean over a square of [`AROUND`] pixels to each side, of the pixels that count.
fn means(v: &[f32], counts: &[bool], w: usize, h: usize) -> Vec<f32> {
    let mut sums = vec![(0f64, 0f64); (w + 1) * (h + 1)];
    for y in 0..h {
        let mut line = (0f64, 0f64);
        for x in 0..w {
            if counts[y * w + x] {
                line = (line.0 + f64::from(v[y * w + x]), line.1 + 1.0);
            }
            let above = sums[y * (w + 1) + x + 1];
            sums[(y + 1) * (w + 1) + x + 1] = (above.0 + line.0, above.1 + line.1);
        }
    }
    let at = |x: usize, y: usize| sums[y * (w + 1) + x];
    (0..w * h)
        .map(|i| {
            let (x, y) = (i % w, i / w);
            let (x0, y0, x1, y1) =
                (x.saturating_sub(AROUND), y.saturating_sub(AROUND), (x + AROUND + 1).min(w), (y + AROUND + 1).min(h));
            let part = |k: fn((f64, f64)) -> f64| k(at(x1, y1)) - k(at(x0, y1)) - k(at(x1, y0)) + k(at(x0, y0));
            (part(|s| s.0) / part(|s| s.1).max(1.0)) as f32
        })
        .collect()
}

fn connected(start: usize, faint: &[bool], seen: &mut [bool], w: usize, h: usize) -> Vec<usize> {
    let mut points = Vec::new();
    let mut stack = vec![start];
    seen[start] = true;
    while let Some(at) = stack.pop() {
        points.push(at);
        let (x, y) = (at % w, at / w);
        for yy in y.saturating_sub(GAP)..=(y + GAP).min(h - 1) {
            for to in yy * w + x.saturating_sub(GAP)..=yy * w + (x + GAP).min(w - 1) {
                if faint[to] && !seen[to] {
                    seen[to] = true;
                    stack.push(to);
                }
            }
        }
    }
    points
}

/// How much of the sides of their box these points mark; `None` for what is too small or too large to cover a character
/// of this height.
fn measured(points: &[usize], w: usize, body: f32) -> Option<Outline> {
    let at = bounds(points, w);
    let (bw, bh) = (at.width(), at.height());
    if bh < 0.6 * body || bh > 2.4 * body || bw < 0.7 * body {
        return None;
    }
    let (mx, my) = ((at.x0 + at.x1) / 2.0, (at.y0 + at.y1) / 2.0);
    let mut marked = [false; PARTS];
    for p in points {
        let (dx, dy) = (((p % w) as f32 - mx) / bw * 2.0, ((p / w) as f32 - my) / bh * 2.0);
        if dx.abs().max(dy.abs()) > 0.6 {
            // around the square from its top left corner: 0–8, two a side
            let way = match (dy.abs() >= dx.abs(), dy < 0.0, dx > 0.0) {
                (true, true, _) => dx + 1.0,
                (true, false, _) => 5.0 - dx,
                (false, _, true) => 3.0 + dy,
                (false, _, false) => 7.0 - dy,
            };
            marked[(way / 8.0 * PARTS as f32) as usize % PARTS] = true;
        }
    }
    let closed = marked.iter().filter(|m| **m).count() as f32 / PARTS as f32;
    Some(Outline { broken: false, closed, at })
}

#[cfg(test)]
mod tests {
    use super::outlines;
    use crate::inspect::page::cells::Cell;
    use image::{GrayImage, Luma};

    /// A lit page with the grain of a camera (a fixed sequence), a shadow and one faint figure.
    fn page(figure: impl Fn(u32, u32) -> bool) -> GrayImage {
        GrayImage::from_fn(300, 120, |x, y| {
            let grain = (x * 7 + y * 13 + x * y) % 5;
            Luma([(200 - x / 10 + grain - if figure(x, y) { 20 } else { 0 }) as u8])
        })
    }

    #[test]
    fn only_what_closes_is_a_patch() {
        let row = Cell { x0: 20.0, y0: 40.0, x1: 280.0, y1: 80.0 };
        let frame = |x: u32, y: u32| {
            let inside = |m: u32| (100 + m..160 - m).contains(&x) && (38 + m..84 - m).contains(&y);
            inside(0) && !inside(2)
        };
        let closed = |figure: &dyn Fn(u32, u32) -> bool| {
            outlines(&page(figure), &row, 30.0).iter().map(|o| o.closed).fold(0.0, f32::max)
        };
        assert!(closed(&frame) > 0.9, "a frame: {}", closed(&frame));
        assert!(closed(&|x, y| (x / 3).abs_diff(y) < 2) < 0.3, "a crease");
        // an underline and strokes have broken it: over the writing, under it and a piece of one side
        let broken = |x: u32, y: u32| {
            frame(x, y) && (!(42..=80).contains(&y) || (x < 110 && y < 56)) && !(120..130).contains(&x)
        };
        assert!(closed(&broken) > 0.4, "a broken frame: {}", closed(&broken));
        let strokes = |x: u32, y: u32| (40..80).contains(&x) && (36..38).contains(&y);
        assert!(closed(&strokes) < 0.3, "a line over the writing: {}", closed(&strokes));
        assert!(closed(&|_, _| false) < 0.1, "nothing");
    }
}
