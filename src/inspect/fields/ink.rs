//! From a row of writing on the rectified page to its ink: which pixels, how thick the stroke is at each, how high the
//! row is.
//! Does not tell writers apart, or writing from print.

use crate::inspect::page::cells::Cell;
use image::GrayImage;

/// Paper on an evenly lit page (0–255).
const PAPER: f32 = 250.0;
/// Ink lighter than this share of the pen's own depth is blur around a stroke: at half the depth a stroke is as wide as
/// it was drawn.
const HALF: f32 = 0.5;
/// Pixels (≈ 1.5 mm): what is lower than this is a dash, dust or the rest of a line, not a row of writing.
const LOWEST: usize = 12;
/// A pen fainter than this (grey levels under the paper) is no pen.
const FAINTEST: f32 = 40.0;

/// Ink that hangs together: its first and last column and row, and its pixels.
pub struct Spot {
    pub x: (usize, usize),
    pub y: (usize, usize),
    pub ink: usize,
}

impl Spot {
    pub fn width(&self) -> f32 {
        (self.x.1 - self.x.0 + 1) as f32
    }

    pub fn height(&self) -> f32 {
        (self.y.1 - self.y.0 + 1) as f32
    }

    pub fn shared_width(&self, other: &Self) -> f32 {
        (self.x.1.min(other.x.1) + 1).saturating_sub(self.x.0.max(other.x.0)) as f32
    }
}

/// Connected ink (eight neighbours) of a mask, row by row.
pub fn connected(ink: &[bool], width: usize, height: usize) -> Vec<Spot> {
    let mut seen = vec![false; width * height];
    let mut out = Vec::new();
    for start in 0..width * height {
        if seen[start] || !ink[start] {
            continue;
        }
        seen[start] = true;
        let mut spot = Spot { x: (width, 0), y: (height, 0), ink: 0 };
        let mut stack = vec![start];
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            spot.ink += 1;
            spot.x = (spot.x.0.min(x), spot.x.1.max(x));
            spot.y = (spot.y.0.min(y), spot.y.1.max(y));
            for yy in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for xx in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let to = yy * width + xx;
                    if ink[to] && !seen[to] {
                        seen[to] = true;
                        stack.push(to);
                    }
                }
            }
        }
        out.push(spot);
    }
    out
}

/// A character as it was read, and where it should stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Character {
    /// Columns of the row.
    pub from: f32,
    pub to: f32,
    /// 0–1: ink times thick ink that such a character's room usually holds.
    pub crowding: f32,
}

/// One row of one field.
pub struct Written<'a> {
    pub row: &'a Row,
    /// Digits and letters stand narrower than characters and have fewer strokes.
    pub digits: bool,
    /// The row was read surely, without a character too many: what is struck out is read unsurely, or as one character
    /// more.
    pub agrees: bool,
    /// Where characters of very many strokes were surely read: first and last part of the row's writing, 0–1.
    pub dense: Vec<(f32, f32)>,
    /// What was read, in order; empty where nothing was.
    pub characters: Vec<Character>,
    /// Columns where the free reading saw a character more than the field's text has.
    pub beyond: Vec<(f32, f32)>,
}

/// Heights of the writing by which a character may stand beside its place in a row that holds more than its text.
const BESIDE: f32 = 0.7;

impl Written<'_> {
    /// Do these columns meet the place of a character that the free reading saw beyond the text?
    pub fn is_beyond(&self, from: f32, to: f32) -> bool {
        let beside = BESIDE * self.row.body();
        self.beyond.iter().any(|(first, last)| from < last + beside && to > first - beside)
    }
}

/// One row of writing, cut out with what lies around it.
pub struct Row {
    /// Where the cut-out lies on the sheet.
    pub at: Cell,
    pub width: usize,
    pub height: usize,
    /// Ink, row by row.
    pub mask: Vec<bool>,
    /// Pixels: the shortest straight way through the ink at each of its pixels (across the stroke, in one of four
    /// directions), 0 off the ink.
    pub thickness: Vec<f32>,
    /// Pixels from the top of the cut-out: between these lies 94 % of the ink.
    pub top: usize,
    pub low: usize,
}

impl Row {
    /// The ink of this box; `None` if it holds hardly any.
    pub fn of(sheet: &GrayImage, at: &Cell) -> Option<Self> {
        let (x0, y0) = (at.x0.max(0.0) as usize, at.y0.max(0.0) as usize);
        let (x1, y1) = (
            (at.x1.max(0.0) as usize).min(sheet.width() as usize),
            (at.y1.max(0.0) as usize).min(sheet.height() as usize),
        );
        if x1 < x0 + 8 || y1 < y0 + 8 {
            return None;
        }
        let (width, height) = (x1 - x0, y1 - y0);
        let stride = sheet.width() as usize;
        let raw = sheet.as_raw();
        let pixels: Vec<u8> = (y0..y1).flat_map(|y| raw[y * stride + x0..y * stride + x1].iter().copied()).collect();
        let bound = ink_bound(&pixels)?;
        let mask: Vec<bool> = pixels.iter().map(|v| *v < bound).collect();
        let all = mask.iter().filter(|m| **m).count();
        if all < 24 {
            return None;
        }
        let mut rows: Vec<usize> = Vec::with_capacity(height);
        let mut sum = 0;
        for line in mask.chunks(width) {
            sum += line.iter().filter(|m| **m).count();
            rows.push(sum);
        }
        let top = rows.iter().position(|s| *s * 100 >= all * 3)?;
        let low = rows.iter().position(|s| *s * 100 >= all * 97)?;
        if low - top < LOWEST {
            return None;
        }
        let thickness = thickness(&mask, width, height);
        let at = Cell { x0: x0 as f32, y0: y0 as f32, x1: x1 as f32, y1: y1 as f32 };
        Some(Self { at, width, height, mask, thickness, top, low })
    }

    /// Pixels from the top of the writing to its foot.
    pub fn body(&self) -> f32 {
        (self.low - self.top + 1) as f32
    }

    /// First column with ink, and the one behind the last.
    pub fn written(&self) -> Option<(usize, usize)> {
        let inked = |x: &usize| (self.top..=self.low).any(|y| self.ink(*x, y));
        Some(((0..self.width).find(inked)?, (0..self.width).rfind(inked)? + 1))
    }

    pub fn ink(&self, x: usize, y: usize) -> bool {
        self.mask[y * self.width + x]
    }

    /// Part of a box of the sheet, from pixels of the cut-out.
    pub fn part(&self, from: usize, to: usize) -> Cell {
        Cell {
            x0: self.at.x0 + from as f32,
            x1: self.at.x0 + to as f32,
            y0: self.at.y0 + self.top as f32,
            y1: self.at.y0 + self.low as f32 + 1.0,
        }
    }
}

/// Grey level under which a pixel is ink: half way between the paper and this pen.
fn ink_bound(pixels: &[u8]) -> Option<u8> {
    let mut histogram = [0usize; 256];
    pixels.iter().for_each(|v| histogram[*v as usize] += 1);
    let dark: usize = histogram[..(PAPER - FAINTEST) as usize].iter().sum();
    if dark < 24 {
        return None;
    }
    let mut sum = 0;
    // the darkest tenth lies in the middle of strokes
    let pen = (0..256).find(|v| {
        sum += histogram[*v];
        sum * 10 >= dark
    })?;
    Some((PAPER - (PAPER - pen as f32) * HALF) as u8)
}

fn thickness(mask: &[bool], w: usize, h: usize) -> Vec<f32> {
    const DIAGONAL: f32 = std::f32::consts::SQRT_2;
    let mut out = vec![f32::MAX; w * h];
    let mut run: Vec<usize> = Vec::with_capacity(w.max(h));
    let mut close = |run: &mut Vec<usize>, step: f32| {
        let n = run.len() as f32 * step;
        run.drain(..).for_each(|at| out[at] = out[at].min(n));
    };
    let mut along = |start: usize, dx: isize, dy: isize, step: f32| {
        let (mut x, mut y) = ((start % w) as isize, (start / w) as isize);
        while x >= 0 && y >= 0 && x < w as isize && y < h as isize {
            let at = y as usize * w + x as usize;
            if mask[at] {
                run.push(at);
            } else {
                close(&mut run, step);
            }
            (x, y) = (x + dx, y + dy);
        }
        close(&mut run, step);
    };
    for y in 0..h {
        along(y * w, 1, 0, 1.0);
        along(y * w, 1, 1, DIAGONAL);
        along(y * w, 1, -1, DIAGONAL);
    }
    for x in 0..w {
        along(x, 0, 1, 1.0);
        if x > 0 {
            along(x, 1, 1, DIAGONAL);
            along((h - 1) * w + x, 1, -1, DIAGONAL);
        }
    }
    out.iter_mut().for_each(|v| {
        if *v == f32::MAX {
            *v = 0.0;
        }
    });
    out
}

/// Pixels: the usual thickness of a stroke over all rows; `None` if nothing is written.
pub fn pen(rows: &[Row]) -> Option<f32> {
    let mut all: Vec<f32> = rows.iter().flat_map(|r| r.thickness.iter().copied().filter(|t| *t > 0.0)).collect();
    let middle = all.len() / 2;
    (!all.is_empty()).then(|| *all.select_nth_unstable_by(middle, f32::total_cmp).1)
}
