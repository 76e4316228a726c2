//! Tells which way up a page lies: text lines are cut out both ways, and a recogniser says which way they read better.
//! Knows no document.

use super::cells::{Cell, Table};
use super::lines;
use image::GrayImage;

/// What a recogniser made of a line: how sure it was (0–1) and how many characters it saw.
#[derive(Debug, Clone, Copy)]
pub struct Legibility {
    pub confidence: f32,
    pub characters: usize,
}

/// A line of at least so many characters, so sure, is the right way up: upside down, print falls into strokes that no
/// recogniser is sure of.
const CLEAR_LINE: (usize, f32) = (6, 0.93);
/// So many clear lines settle which way is up.
const CLEAR_LINES: usize = 2;

/// How well the sheet reads as it lies and upside down: mean confidence (0–1) over a few of its lines.
/// A line that is clear as it lies is not read upside down, and two clear ones the same way end the search: nearly all
/// sheets lie upright.
pub fn both_ways(page: &GrayImage, table: &Table, read: &mut dyn FnMut(&GrayImage) -> Legibility) -> [f32; 2] {
    let mut sums = [0.0f32; 2];
    let mut weight = [0.0f32; 2];
    let mut clear = [0; 2];
    for line in &samples(page, table) {
        let mut picture = lines::crop(page, line);
        for way in 0..2 {
            let seen = read(&picture);
            // one sure character is chance, several are text
            let w = (seen.characters.min(12)) as f32;
            sums[way] += seen.confidence * w;
            weight[way] += w.max(2.0);
            if seen.characters >= CLEAR_LINE.0 && seen.confidence >= CLEAR_LINE.1 {
                clear[way] += 1;
                break;
            }
            picture = image::imageops::rotate180(&picture);
        }
        if clear.contains(&CLEAR_LINES) {
            break;
        }
    }
    std::array::from_fn(|k| if weight[k] > 0.0 { sums[k] / weight[k] } else { 0.0 })
}

/// Is there more order between rows than between columns? Text lines make rows of ink with white between them.
pub fn lies_sideways(page: &GrayImage) -> bool {
    let (w, h) = (page.width() as usize, page.height() as usize);
    let raw = page.as_raw();
    let mut rows = vec![0f32; h];
    let mut columns = vec![0f32; w];
    for (y, row) in rows.iter_mut().enumerate() {
        for (x, column) in columns.iter_mut().enumerate() {
            if raw[y * w + x] < 150 {
                *row += 1.0;
                *column += 1.0;
            }
        }
    }
    order(&columns) > order(&rows)
}

/// Energy of the profile's changes over half a line, over its whole energy; single-pixel spikes (ruled lines) are cut
/// off.
fn order(profile: &[f32]) -> f32 {
    let mut sorted = profile.to_vec();
    sorted.sort_by(f32::total_cmp);
    let cap = sorted[sorted.len() * 95 / 100].max(1.0);
    let p: Vec<f32> = profile.iter().map(|v| v.min(cap)).collect();
    let blocks: Vec<f32> = p.chunks(8).map(|c| c.iter().sum::<f32>() / c.len() as f32).collect();
    let change: f32 = blocks.windows(3).map(|b| (b[0] - 2.0 * b[1] + b[2]).powi(2)).sum();
    let all: f32 = blocks.iter().map(|b| b * b).sum();
    change / all.max(1.0)
}

/// At most four lines that look like text: from a table's cells if there is one, else from the sheet.
fn samples(page: &GrayImage, table: &Table) -> Vec<Cell> {
    let mut found = Vec::new();
    if table.cells.len() >= 6 {
        for c in &table.cells {
            let inner = Cell { x0: c.x0 + 6.0, y0: c.y0 + 6.0, x1: c.x1 - 6.0, y1: c.y1 - 6.0 };
            found.extend(lines::find(page, &inner, 46.0));
        }
    } else {
        let (w, h) = (page.width() as f32, page.height() as f32);
        found = lines::find(page, &Cell { x0: w * 0.06, y0: h * 0.05, x1: w * 0.94, y1: h * 0.95 }, 46.0);
    }
    found.retain(|l| l.height() >= 14.0 && l.height() <= 110.0 && l.width() >= 70.0 && l.width() > 1.4 * l.height());
    let density = |c: &Cell| lines::ink(page, c) / (c.width() * c.height());
    let mut scored: Vec<(f32, Cell)> =
        found.into_iter().map(|c| (lines::ink(page, &c) * (1.0 - (density(&c) - 0.18).abs()), c)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.y0.total_cmp(&b.1.y0)));
    scored.into_iter().take(4).map(|(_, c)| Cell { x1: c.x1.min(c.x0 + 520.0), ..c }).collect()
}
