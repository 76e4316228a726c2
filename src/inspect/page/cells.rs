//! From ruled lines to the cells of a table: the white fields that lines enclose.
//! Underlines, whose ends meet no other line, bound no cell and are kept apart.

use super::ruling::{Ruling, Stroke};

/// A cell's inside, in pixels of the rectified page (straight box; borders left out).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

impl Cell {
    pub fn width(&self) -> f32 {
        self.x1 - self.x0
    }

    pub fn height(&self) -> f32 {
        self.y1 - self.y0
    }

    /// Pixels that both share in y.
    pub fn shared_height(&self, other: &Self) -> f32 {
        self.y1.min(other.y1) - self.y0.max(other.y0)
    }

    pub fn shared_width(&self, other: &Self) -> f32 {
        self.x1.min(other.x1) - self.x0.max(other.x0)
    }
}

/// A table's cells, in reading order, and what was not part of it.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub cells: Vec<Cell>,
    /// Horizontal lines that bound no cell: the fields' underlines.
    pub underlines: Vec<Stroke>,
    /// The table's own lines.
    pub borders: Ruling,
    /// Outer box, if there is a table.
    pub bounds: Option<Cell>,
}

/// How far (pixels, ≈ 1.4 mm) an end of a line may stay from the line that it meets.
const MEET: f32 = 11.0;
/// Smallest cell, pixels (≈ 4.5 mm).
const MIN_CELL: f32 = 36.0;

pub fn cut(ruling: &Ruling, width: u32, height: u32) -> Table {
    let mut h: Vec<Stroke> = ruling.horizontal.iter().copied().filter(|s| s.length() >= 60.0).collect();
    let mut v: Vec<Stroke> = ruling.vertical.iter().copied().filter(|s| s.length() >= 44.0).collect();
    // lines hold each other up: what reaches beyond the outermost line that it meets is print beside it, what meets
    // fewer than two is no border
    loop {
        let before = h.len() + v.len();
        h = h.iter().filter_map(|s| between(s, &v)).collect();
        v = v.iter().filter_map(|s| between(s, &h)).collect();
        if h.len() + v.len() == before {
            break;
        }
    }
    let underlines = ruling
        .horizontal
        .iter()
        .copied()
        .filter(|s| {
            !h.iter().any(|b| b.from - 5.0 <= s.from && s.to <= b.to + 5.0 && (b.at(s.from) - s.start).abs() < 7.0)
        })
        .collect();
    let mut cells = enclosed(&h, &v, width, height);
    cells.sort_by(|a, b| {
        ((a.y0 / 20.0).round(), a.x0).partial_cmp(&((b.y0 / 20.0).round(), b.x0)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let bounds = (!cells.is_empty()).then(|| Cell {
        x0: cells.iter().map(|c| c.x0).fold(f32::MAX, f32::min),
        y0: cells.iter().map(|c| c.y0).fold(f32::MAX, f32::min),
        x1: cells.iter().map(|c| c.x1).fold(0.0, f32::max),
        y1: cells.iter().map(|c| c.y1).fold(0.0, f32::max),
    });
    Table { cells, underlines, borders: Ruling { horizontal: h, vertical: v }, bounds }
}

/// The stroke between the outermost of the crossing lines that it meets; `None` if it meets fewer than two.
fn between(s: &Stroke, crossing: &[Stroke]) -> Option<Stroke> {
    let (mut first, mut last) = (f32::MAX, f32::MIN);
    for c in crossing {
        let along = c.at(s.middle());
        let across = s.at(along);
        if along >= s.from - MEET && along <= s.to + MEET && across >= c.from - MEET && across <= c.to + MEET {
            first = first.min(along);
            last = last.max(along);
        }
    }
    (last - first > MIN_CELL).then(|| Stroke {
        from: s.from.max(first),
        to: s.to.min(last),
        start: s.at(s.from.max(first)),
        end: s.at(s.to.min(last)),
        ..*s
    })
}

/// The fields left white when the lines are drawn on an empty map of quarter size.
fn enclosed(h: &[Stroke], v: &[Stroke], width: u32, height: u32) -> Vec<Cell> {
    const SCALE: f32 = 4.0;
    let (w, hh) = ((width as f32 / SCALE) as usize + 3, (height as f32 / SCALE) as usize + 3);
    let mut wall = vec![false; w * hh];
    let mut draw = |x: f32, y: f32| {
        let (x, y) = ((x / SCALE) as usize + 1, (y / SCALE) as usize + 1);
        if x < w && y < hh {
            wall[y * w + x] = true;
        }
    };
    for s in h {
        let mut x = s.from - MEET;
        while x <= s.to + MEET {
            draw(x.max(0.0), s.at(x).max(0.0));
            x += 1.0;
        }
    }
    for s in v {
        let mut y = s.from - MEET;
        while y <= s.to + MEET {
            draw(s.at(y).max(0.0), y.max(0.0));
            y += 1.0;
        }
    }
    let mut seen = wall;
    let mut cells = Vec::new();
    let mut outside = true;
    for start in 0..w * hh {
        if seen[start] {
            continue;
        }
        let (mut x0, mut y0, mut x1, mut y1, mut count) = (w, hh, 0, 0, 0u32);
        let mut stack = vec![start];
        seen[start] = true;
        while let Some(at) = stack.pop() {
            let (x, y) = (at % w, at / w);
            count += 1;
            (x0, x1, y0, y1) = (x0.min(x), x1.max(x), y0.min(y), y1.max(y));
            for to in [
                (x > 0).then(|| at - 1),
                (x + 1 < w).then_some(at + 1),
                (y > 0).then(|| at - w),
                (y + 1 < hh).then_some(at + w),
            ]
            .into_iter()
            .flatten()
            {
                if !seen[to] {
                    seen[to] = true;
                    stack.push(to);
                }
            }
        }
        if std::mem::take(&mut outside) {
            continue; // the first field found is the one around the table
        }
        let cell = Cell {
            x0: (x0 as f32 - 1.0) * SCALE,
            y0: (y0 as f32 - 1.0) * SCALE,
            x1: x1 as f32 * SCALE,
            y1: y1 as f32 * SCALE,
        };
        let full = count as f32 * SCALE * SCALE / (cell.width() * cell.height()).max(1.0);
        if cell.width() >= MIN_CELL && cell.height() >= MIN_CELL && full > 0.6 {
            cells.push(cell);
        }
    }
    cells
}
